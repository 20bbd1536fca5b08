# SPDX-License-Identifier: Apache-2.0
"""Matrix products."""

from dsl import anchor, onnx, op

op(
    "matmul",
    id=35,
    since="0.1",
    ins="a:T[...,M,K] b:T[...,K,N]",
    outs="y:T[...,M,N]",
    types={"T": "f32 f64 i32 i64"},
    shape="matmul",
    dtype="same",
    fuse=anchor(epilogue="pointwise"),
    cost={"flops": "2*|y|*K", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (2e-14, 1e-300)},
    onnx=onnx("MatMul", (1, 9, 13)),
    source="NumPy matmul; ONNX MatMul-13",
    doc="""
Matrix product, as ``numpy.matmul``.

Leading axes are batches and broadcast. A vector counts as a row on the left and as a column on the right, and
its axis is gone from the result. ``y[...,m,n] = sum_k a[...,m,k] * b[...,k,n]``; integers wrap around. The
order of additions depends on shapes and layouts only, not on threads.
""",
    example=">>> lg.matmul(lg.tensor([[1.0, 2.0]]), lg.tensor([[3.0], [4.0]])).tolist()\n[[11.0]]",
)
op(
    "linear",
    id=36,
    since="0.1",
    ins="x:T[...,I] w:T[O,I] bias:T[O]?",
    outs="y:T[...,O]",
    types={"T": "f32 f64"},
    shape="linear",
    dtype="same",
    fuse=anchor(epilogue="pointwise"),
    cost={"flops": "2*|y|*I", "bytes": "io"},
    tol={"f32": (1e-5, 1e-37), "f64": (2e-14, 1e-300)},
    onnx=onnx("Gemm", (7, 9, 11, 13), note="transB=1, alpha=beta=1; others become matmul, mul and add"),
    source="PyTorch linear",
    args={"w": "Weights, one row for each out feature.", "bias": "Summand of each out feature."},
    doc="""
Affine map of the last axis: ``x @ w.T + bias``.

``y[...,o] = bias[o] + sum_i x[...,i] * w[o,i]``.
""",
    example="""
>>> lg.linear(lg.tensor([1.0, 2.0]), lg.tensor([[3.0, 4.0]]), lg.tensor([0.5])).tolist()
[11.5]
""",
)
