# SPDX-License-Identifier: Apache-2.0
"""Reductions over axes, and the normalisations that are built from them."""

from dsl import f64, flag, i64, ints, onnx, op

AXIS = ints(None, "Axes to reduce; None for all.")
KEEP = flag(False, "Whether reduced axes stay with extent 1.")


def _reduce(
    name, id, types, doc, example, onnx, flags, shape="reduce", tol=None, axis=AXIS, out="T", source=""
):
    op(
        name,
        id=id,
        since="0.1",
        ins="x:T[...]",
        outs=f"y:{out}[...]",
        attrs={"axis": axis, "keepdims": KEEP},
        types={"T": types},
        shape=f"{shape}(axis, keepdims)",
        dtype="same" if out == "T" else out,
        flags=flags,
        cost={"flops": "|x|", "bytes": "io"},
        tol=tol,
        onnx=onnx,
        source=source,
        doc=doc,
        example=example,
    )


_reduce(
    "sum",
    29,
    "f32 f64 i32 i64",
    """
Sum over axes.

The order of additions is a fixed tree that depends on the shape only: the same input gives the same bits on
any number of threads. Nothing sums to 0. Integers wrap around; bool and integers below 64 bits become i64
first.
""",
    ">>> lg.sum(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()\n[4.0, 6.0]",
    onnx("ReduceSum", (1, 11, 13), {"axes": "axis"}),
    "REDUCTION PROMOTE_SUM",
    tol={"f32": (5e-7, 1e-37), "f64": (2e-15, 1e-300)},
    source="NumPy sum; ONNX ReduceSum-13",
)
_reduce(
    "mean",
    30,
    "f32 f64",
    "Arithmetic mean over axes. The mean of nothing is NaN.",
    ">>> lg.mean(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()\n[2.0, 3.0]",
    onnx("ReduceMean", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_FLOAT",
    tol={"f32": (5e-7, 1e-37), "f64": (2e-15, 1e-300)},
    source="NumPy mean; ONNX ReduceMean-18",
)
_reduce(
    "max",
    31,
    "f32 f64 i32 i64",
    "Largest element over axes. NaN if there is one.",
    ">>> lg.max(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()\n[2.0, 4.0]",
    onnx("ReduceMax", (1, 11, 12, 13, 18, 20), {"axes": "axis"}),
    "REDUCTION",
    shape="reduce_nonempty",
    source="NumPy max; ONNX ReduceMax-20",
)
_reduce(
    "argmax",
    32,
    "f32 f64 i32 i64",
    "Index of the largest element: the first of equals, the first NaN if there is one.",
    ">>> lg.argmax(lg.tensor([[1.0, 5.0], [3.0, 4.0]]), axis=1).tolist()\n[1, 1]",
    onnx("ArgMax", (1, 11, 12, 13)),
    "REDUCTION",
    shape="arg_reduce",
    out="i64",
    axis=ints(None, "The axis to search; None for all elements in row-major order."),
    source="NumPy argmax; ONNX ArgMax-13",
)

op(
    "softmax",
    id=33,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": "f32 f64"},
    attrs={"axis": i64(-1, "The axis whose elements sum to 1.")},
    shape="softmax(axis)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "22*|y|", "bytes": "io"},
    tol={"f32": (4e-6, 1e-7), "f64": (1e-14, 1e-15)},
    onnx=onnx("Softmax", (13,)),
    source="ONNX Softmax-13",
    doc="""
Normalised exponentials along an axis.

``y[i] = exp(x[i] - m) / sum_j exp(x[j] - m)`` with ``m`` the largest ``x``, so nothing overflows. A slice
that holds NaN or +inf, or -inf only, gives NaN.
""",
    example=">>> lg.softmax(lg.tensor([0.0, 0.0])).tolist()\n[0.5, 0.5]",
)
op(
    "layer_norm",
    id=34,
    since="0.1",
    ins="x:T[...] weight:T[...]? bias:T[...]?",
    outs="y:T[...]",
    types={"T": "f32 f64"},
    attrs={
        "axis": i64(-1, "First of the axes that are normalised together; the others follow it."),
        "eps": f64(1e-5, "Added to the variance."),
    },
    shape="layer_norm(axis, eps)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "8*|y|", "bytes": "io"},
    tol={"f32": (1e-5, 2e-6), "f64": (1e-12, 1e-13)},
    onnx=onnx("LayerNormalization", 17, {"epsilon": "eps", "Scale": "weight", "B": "bias"}),
    source="Ba, Kiros, Hinton, Layer Normalization, 2016; ONNX LayerNormalization-17",
    args={"weight": "Factor, of the shape of the normalised axes.", "bias": "Summand, likewise."},
    doc="""
Normalisation to mean 0 and variance 1 over the last axes.

``y = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias`` with the variance of the population.
""",
    example=">>> lg.layer_norm(lg.tensor([1.0, 3.0]), eps=0.0).tolist()\n[-1.0, 1.0]",
)
