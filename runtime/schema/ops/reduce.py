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

# Integers wrap around, and narrow ones become i64 first, as for sum.
_WRAPS = "Integers wrap around; bool and integers below 64 bits become i64 first."
# Those of the sum, and one of each term.
_ROUNDED = {"f32": (1e-6, 1e-37), "f64": (1e-13, 1e-300)}

_reduce(
    "prod",
    120,
    "f32 f64 i32 i64",
    f"Product over axes. That of nothing is 1.\n\n{_WRAPS}",
    ">>> lg.prod(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()\n[3.0, 8.0]",
    onnx("ReduceProd", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_SUM",
    tol={"f32": (2e-5, 1e-37), "f64": (1e-11, 1e-300)},
    source="NumPy prod; ONNX ReduceProd-18",
)
_reduce(
    "min",
    121,
    "f32 f64 i32 i64",
    "Smallest element over axes. NaN if there is one.",
    ">>> lg.min(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()\n[1.0, 3.0]",
    onnx("ReduceMin", (1, 11, 12, 13, 18, 20), {"axes": "axis"}),
    "REDUCTION",
    shape="reduce_nonempty",
    source="NumPy min; ONNX ReduceMin-20",
)
_reduce(
    "argmin",
    122,
    "f32 f64 i32 i64",
    "Index of the smallest element: the first of equals, the first NaN if there is one.",
    ">>> lg.argmin(lg.tensor([[1.0, 5.0], [4.0, 3.0]]), axis=1).tolist()\n[0, 1]",
    onnx("ArgMin", (1, 11, 12, 13)),
    "REDUCTION",
    shape="arg_reduce",
    out="i64",
    axis=ints(None, "The axis to search; None for all elements in row-major order."),
    source="NumPy argmin; ONNX ArgMin-13",
)
_reduce(
    "l1",
    123,
    "f32 f64 i32 i64",
    f"Sum of magnitudes over axes.\n\n{_WRAPS}",
    ">>> lg.l1(lg.tensor([[1.0, -2.0], [3.0, 4.0]]), axis=1).tolist()\n[3.0, 7.0]",
    onnx("ReduceL1", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_SUM",
    tol=_ROUNDED,
    source="ONNX ReduceL1-18",
)
_reduce(
    "l2",
    124,
    "f32 f64",
    """
Square root of the sum of squares over axes.

Computed in the dtype of the elements: squares of f32 overflow from 1.8e19 on.
""",
    ">>> lg.l2(lg.tensor([[3.0, 4.0], [6.0, 8.0]]), axis=1).tolist()\n[5.0, 10.0]",
    onnx("ReduceL2", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_FLOAT",
    tol=_ROUNDED,
    source="ONNX ReduceL2-18",
)
_reduce(
    "sum_square",
    125,
    "f32 f64 i32 i64",
    f"Sum of squares over axes.\n\n{_WRAPS}",
    ">>> lg.sum_square(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()\n[5.0, 25.0]",
    onnx("ReduceSumSquare", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_SUM",
    tol=_ROUNDED,
    source="ONNX ReduceSumSquare-18",
)
_reduce(
    "log_sum",
    126,
    "f32 f64",
    "Logarithm of the sum over axes. -inf for a sum of 0, as of nothing; NaN below.",
    ">>> lg.log_sum(lg.tensor([[0.25, 0.75], [1.0, 0.0]]), axis=1).tolist()\n[0.0, 0.0]",
    onnx("ReduceLogSum", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_FLOAT",
    tol={"f32": (5e-7, 5e-7), "f64": (1e-13, 1e-13)},
    source="ONNX ReduceLogSum-18",
)
_reduce(
    "log_sum_exp",
    127,
    "f32 f64",
    """
Logarithm of the sum of exponentials over axes.

``m + log(sum(exp(x - m)))`` with ``m`` the largest ``x``, so nothing overflows. That of nothing is -inf; NaN
and +inf come through.
""",
    ">>> lg.log_sum_exp(lg.tensor([1000.0])).tolist()\n1000.0",
    onnx("ReduceLogSumExp", (1, 11, 13, 18), {"axes": "axis"}),
    "REDUCTION PROMOTE_FLOAT",
    tol={"f32": (1e-6, 1e-6), "f64": (1e-13, 1e-13)},
    source="ONNX ReduceLogSumExp-18; PyTorch logsumexp",
)
_reduce(
    "any",
    128,
    "bool",
    "Whether an element over axes is true. False of nothing.",
    ">>> lg.any(lg.tensor([[True, False], [False, False]]), axis=1).tolist()\n[True, False]",
    onnx("ReduceMax", 20, {"axes": "axis"}, note="of bool there"),
    "REDUCTION",
    source="NumPy any",
)
_reduce(
    "all",
    129,
    "bool",
    "Whether all elements over axes are true. True of nothing.",
    ">>> lg.all(lg.tensor([[True, False], [True, True]]), axis=1).tolist()\n[False, True]",
    onnx("ReduceMin", 20, {"axes": "axis"}, note="of bool there"),
    "REDUCTION",
    source="NumPy all",
)
op(
    "var",
    id=130,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    attrs={"axis": AXIS, "keepdims": KEEP, "correction": i64(1, "Subtracted from the count; 0: population.")},
    types={"T": "f32 f64"},
    shape="reduce(axis, keepdims)",
    dtype="same",
    flags="REDUCTION PROMOTE_FLOAT",
    cost={"flops": "4*|x|", "bytes": "2*bytes(x)+bytes(y)"},
    tol={"f32": (2e-6, 1e-37), "f64": (1e-12, 1e-300)},
    onnx=None,
    source="PyTorch var",
    doc="""
Variance over axes: ``sum((x - mean(x)) ** 2) / (n - correction)``.

In two passes, so equal elements give 0. Where ``n <= correction`` the divisor is 0: inf, or NaN for equal
elements and for nothing.
""",
    example=">>> lg.var(lg.tensor([1.0, 2.0, 3.0])).tolist()\n1.0",
)
op(
    "cumsum",
    id=131,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": "f32 f64 i32 i64"},
    attrs={
        "axis": i64(doc="The axis to sum along."),
        "exclusive": flag(False, "Whether an element is left out of its own sum."),
        "reverse": flag(False, "Whether sums start at the other end."),
    },
    shape="softmax(axis)",
    dtype="same",
    flags="PROMOTE_SUM",
    cost={"flops": "|x|", "bytes": "io"},
    tol={"f32": (2e-7, 1e-37), "f64": (1e-12, 1e-300)},
    onnx=onnx("CumSum", (11, 14), note="the axis is data there"),
    source="NumPy cumsum; ONNX CumSum-14",
    doc=f"Running sums along an axis.\n\nThose of f32 are kept in f64 and rounded once each. {_WRAPS}",
    example=">>> lg.cumsum(lg.tensor([1, 2, 3]), 0).tolist()\n[1, 3, 6]",
)
op(
    "log_softmax",
    id=132,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": "f32 f64"},
    attrs={"axis": i64(-1, "The axis whose exponentials sum to 1.")},
    shape="softmax(axis)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "22*|y|", "bytes": "io"},
    tol={"f32": (4e-7, 4e-6), "f64": (1e-14, 1e-13)},
    onnx=onnx("LogSoftmax", (13,)),
    source="ONNX LogSoftmax-13",
    doc="""
Logarithm of softmax along an axis.

``y[i] = (x[i] - m) - log(sum_j exp(x[j] - m))`` with ``m`` the largest ``x``: finite where softmax itself
rounds to 0. A slice that holds NaN or +inf, or -inf only, gives NaN.
""",
    example=">>> lg.log_softmax(lg.tensor([5.0])).tolist()\n[0.0]",
)


def _global_pool(name, id, doc, example, onnx_name, source, tol=None):
    op(
        name,
        id=id,
        since="0.1",
        ins="x:T[N,C,...]",
        outs="y:T[N,C,...]",
        types={"T": "f32 f64"},
        shape="global_pool()",
        dtype="same",
        flags="REDUCTION",
        cost={"flops": "|x|", "bytes": "io"},
        tol=tol,
        onnx=onnx(onnx_name, (1, 22)),
        source=source,
        doc=doc,
        example=example,
    )


_global_pool(
    "global_avg_pool",
    149,
    "Mean over all spatial axes, those behind batch and channels; they stay with extent 1.",
    ">>> lg.global_avg_pool(lg.tensor([[[1.0, 3.0]]])).tolist()\n[[[2.0]]]",
    "GlobalAveragePool",
    "ONNX GlobalAveragePool-22",
    tol={"f32": (5e-7, 1e-37), "f64": (2e-15, 1e-300)},
)
_global_pool(
    "global_max_pool",
    150,
    "Largest element over all spatial axes, those behind batch and channels; they stay with extent 1.",
    ">>> lg.global_max_pool(lg.tensor([[[1.0, 3.0]]])).tolist()\n[[[3.0]]]",
    "GlobalMaxPool",
    "ONNX GlobalMaxPool-22",
)
