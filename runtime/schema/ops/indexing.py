# SPDX-License-Identifier: Apache-2.0
"""Parts of tensors by position or by value: order, scatter, and results as large as the data say."""

from dsl import ALL, enum, flag, i64, ints, onnx, op

INDEX = "i32 i64"
INDEX_TEXT = "Indices; those below 0 count from the end, those out of range are an error."

op(
    "split",
    id=160,
    since="0.1",
    ins="x:T[...]",
    outs="parts:T[...]*",
    types={"T": ALL},
    attrs={
        "sizes": ints(
            None, "Extent of each part along the axis; together that of `x`. Up to 16.", positional=True
        ),
        "num_outputs": i64(
            0, "Where there are no `sizes`: as many parts of one extent, the last takes what is left."
        ),
        "axis": i64(0, "The axis to cut."),
    },
    count="split(sizes, num_outputs)",
    shape="split(sizes, num_outputs, axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "2*bytes(x)"},
    onnx=onnx("Split", (13, 18), {"split": "sizes"}),
    source="NumPy split; ONNX Split-18",
    raises={
        "ShapeError": "The sizes do not add up to the extent of the axis, or there is too little for all.",
        "OutOfRangeError": "The axis is out of range.",
    },
    doc="""
Cut a tensor into parts along an axis.

Either `sizes` or `num_outputs` must be given. Parts of one extent are as large as they must be for all
but the last to be equal: five elements in three parts are 2, 2 and 1.
""",
    example=">>> lg.split(lg.tensor([1, 2, 3, 4, 5]), num_outputs=3)[2].tolist()\n[5]",
)

VALUES = {
    "values": "The values, in order.",
    "indices": "Where they were along the axis.",
}
op(
    "top_k",
    id=161,
    since="0.1",
    ins="x:T[...]",
    outs="values:T[...] indices:i64[...]",
    types={"T": ALL},
    attrs={
        "k": i64(doc="How many, at most the extent of the axis."),
        "axis": i64(-1, "The axis to choose along."),
        "largest": flag(True, "The largest; else the smallest."),
        "sorted": flag(True, "In order, best first. They are so without it, too."),
    },
    shape="top_k(k, axis)",
    dtype="same",
    cost={"flops": "4*|x|", "bytes": "io"},
    onnx=onnx("TopK", (1, 10, 11, 24)),
    source="PyTorch topk; ONNX TopK-24",
    args=VALUES,
    raises={"ShapeError": "`k` is larger than the axis.", "OutOfRangeError": "The axis is out of range."},
    doc="""
The largest or smallest values along an axis, and their indices.

Of equal values the one with the lower index comes first. NaN counts as the largest value: first of the
largest, last of the smallest.
""",
    example=">>> lg.top_k(lg.tensor([3, 1, 4, 1, 5]), 2).indices.tolist()\n[4, 2]",
)
ORDER_ATTRS = {
    "axis": i64(-1, "The axis to sort along."),
    "descending": flag(False, "Largest first."),
}
ORDER_DOC = """
The order is stable: equal values keep theirs, also where the largest come first. NaN counts as the largest
value.
"""
op(
    "sort",
    id=162,
    since="0.1",
    ins="x:T[...]",
    outs="values:T[...] indices:i64[...]",
    types={"T": ALL},
    attrs=ORDER_ATTRS,
    shape="sort(axis)",
    dtype="same",
    cost={"flops": "20*|x|", "bytes": "io"},
    onnx=None,
    source="PyTorch sort(stable=True)",
    args=VALUES,
    raises={"OutOfRangeError": "The axis is out of range."},
    doc="The values along an axis in order, and where they were.\n" + ORDER_DOC,
    example=">>> lg.sort(lg.tensor([3, 1, 2])).values.tolist()\n[1, 2, 3]",
)
op(
    "argsort",
    id=163,
    since="0.1",
    ins="x:T[...]",
    outs="indices:i64[...]",
    types={"T": ALL},
    attrs=ORDER_ATTRS,
    shape="sort(axis)",
    dtype="i64",
    cost={"flops": "20*|x|", "bytes": "io"},
    onnx=None,
    source="NumPy argsort(kind='stable')",
    raises={"OutOfRangeError": "The axis is out of range."},
    doc="The indices that put an axis in order.\n" + ORDER_DOC,
    example=">>> lg.argsort(lg.tensor([3, 1, 2])).tolist()\n[1, 2, 0]",
)
op(
    "gather_nd",
    id=164,
    since="0.1",
    ins="x:T[...] index:I[...]",
    outs="y:T[...]",
    types={"T": ALL, "I": INDEX},
    attrs={"batch_dims": i64(0, "Leading axes that `x` and `index` have in common.")},
    shape="gather_nd(batch_dims)",
    dtype="same",
    cost={"flops": "0", "bytes": "2*bytes(y)+bytes(index)"},
    onnx=onnx("GatherND", (11, 12, 13)),
    source="ONNX GatherND-13; TensorFlow gather_nd",
    args={"index": INDEX_TEXT + " The last axis holds coordinates of the first axes of `x`."},
    raises={
        "ShapeError": "The last axis of `index` does not fit `x`, or the batches differ.",
        "OutOfRangeError": "An index is out of range.",
    },
    doc="""
Slices by coordinates: ``y[i] = x[index[i, 0], index[i, 1], ...]``.
""",
    example=">>> lg.gather_nd(lg.tensor([[1, 2], [3, 4]]), lg.tensor([[1, 0], [0, 1]])).tolist()\n[3, 2]",
)
REDUCTION = enum(
    "none",
    "add",
    "mul",
    "min",
    "max",
    default="none",
    doc="How an update joins what is there; ``none`` replaces it, the last update stays.",
)
REDUCTION_DOC = """
Updates of one place take effect in their order. f16 and bf16 round after each; NaN wins in min and max; sums
of bools are "or", products "and".
"""
op(
    "scatter_elements",
    id=165,
    since="0.1",
    ins="x:T[...] index:I[...] updates:T[...]",
    outs="y:T[...]",
    types={"T": ALL, "I": INDEX},
    attrs={"axis": i64(0, "The axis to write along."), "reduction": REDUCTION},
    shape="scatter_elements(axis)",
    dtype="same",
    cost={"flops": "|updates|", "bytes": "2*bytes(y)+2*bytes(updates)+bytes(index)"},
    onnx=onnx("ScatterElements", (11, 13, 16, 18)),
    source="ONNX ScatterElements-18; PyTorch scatter_reduce",
    args={"index": INDEX_TEXT, "updates": "What to write, in the shape of `index`."},
    raises={
        "ShapeError": "The shapes do not fit together.",
        "OutOfRangeError": "The axis or an index is out of range.",
    },
    doc="""
A copy of `x` with elements replaced by index along an axis: ``y[index[i, j], j] = updates[i, j]`` for axis 0.
"""
    + REDUCTION_DOC,
    example=">>> lg.scatter_elements(lg.zeros(3), lg.tensor([2, 0]), lg.tensor([7.0, 8.0])).tolist()\n"
    "[8.0, 0.0, 7.0]",
)
op(
    "scatter_nd",
    id=166,
    since="0.1",
    ins="x:T[...] index:I[...] updates:T[...]",
    outs="y:T[...]",
    types={"T": ALL, "I": INDEX},
    attrs={"reduction": REDUCTION},
    shape="scatter_nd",
    dtype="same",
    cost={"flops": "|updates|", "bytes": "2*bytes(y)+2*bytes(updates)+bytes(index)"},
    onnx=onnx("ScatterND", (11, 13, 16, 18)),
    source="ONNX ScatterND-18",
    args={
        "index": INDEX_TEXT + " The last axis holds coordinates of the first axes of `x`.",
        "updates": "Slices to write, one for each tuple of coordinates.",
    },
    raises={"ShapeError": "The shapes do not fit together.", "OutOfRangeError": "An index is out of range."},
    doc="""
A copy of `x` with slices replaced by coordinates: ``y[index[i, 0], index[i, 1], ...] = updates[i]``.
"""
    + REDUCTION_DOC,
    example=">>> lg.scatter_nd(lg.zeros(3), lg.tensor([[2], [0]]), lg.tensor([7.0, 8.0])).tolist()\n"
    "[8.0, 0.0, 7.0]",
)
op(
    "reverse_sequence",
    id=167,
    since="0.1",
    ins="x:T[...] lengths:i64[N]",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={
        "time_axis": i64(0, "The axis of the steps, whose order turns."),
        "batch_axis": i64(1, "The axis of the sequences."),
    },
    shape="reverse_sequence(time_axis, batch_axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("ReverseSequence", 10, {"sequence_lens": "lengths"}),
    source="ONNX ReverseSequence-10",
    args={"lengths": "How many first steps of each sequence are reversed; the others stay."},
    raises={
        "ShapeError": "`lengths` has not one element for each sequence.",
        "OutOfRangeError": "An axis is out of range, or a length.",
    },
    doc="Reverse the first steps of sequences of different lengths.",
    example=">>> lg.reverse_sequence(lg.tensor([[1], [2], [3]]), lg.tensor([2])).tolist()\n[[2], [1], [3]]",
)
DATA_SHAPE_DOC = """
How many there are, only the data tell: a program with this op is planned in parts while it runs.
"""
op(
    "non_zero",
    id=168,
    since="0.1",
    ins="x:T[...]",
    outs="indices:i64[D,N]",
    types={"T": ALL},
    shape="non_zero",
    dtype="same",
    cost={"flops": "|x|", "bytes": "io"},
    flags="DATA_SHAPE",
    onnx=onnx("NonZero", (9, 13)),
    source="NumPy nonzero; ONNX NonZero-13",
    doc="""
The coordinates of the elements that are not zero, in row-major order: one row per axis of `x`.

NaN is not zero. A scalar has no axes, the result of one has no rows.
"""
    + DATA_SHAPE_DOC,
    example=">>> lg.non_zero(lg.tensor([[0, 1], [2, 0]])).tolist()\n[[0, 1], [1, 0]]",
)
op(
    "compress",
    id=169,
    since="0.1",
    ins="x:T[...] condition:bool[N]",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={
        "axis": ints(None, "The axis to choose along; without one, among all elements in row-major order.")
    },
    shape="compress(axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    flags="DATA_SHAPE",
    onnx=onnx("Compress", (9, 11)),
    source="NumPy compress; ONNX Compress-11",
    args={"condition": "What to take; where it is shorter than the axis, nothing behind its end."},
    raises={
        "ShapeError": "`condition` is longer than the axis, or has not rank 1.",
        "OutOfRangeError": "The axis is out of range.",
    },
    doc="The slices along an axis whose condition is true.\n" + DATA_SHAPE_DOC,
    example=">>> lg.compress(lg.tensor([1, 2, 3]), lg.tensor([True, False, True])).tolist()\n[1, 3]",
)
op(
    "unique",
    id=170,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...] indices:i64[N] inverse:i64[M] counts:i64[N]",
    types={"T": ALL},
    attrs={
        "axis": ints(None, "The axis whose slices are compared; without one, all elements are."),
        "sorted": flag(True, "In ascending order; else in the order in which they are found."),
    },
    shape="unique(axis)",
    dtype="same",
    cost={"flops": "20*|x|", "bytes": "io"},
    flags="DATA_SHAPE",
    onnx=onnx("Unique", 11),
    source="NumPy unique; ONNX Unique-11",
    args={
        "y": "What is different, each once.",
        "indices": "Where each of them was first.",
        "inverse": "For every slice (element) of `x` which of them it is.",
        "counts": "How often each of them is there.",
    },
    raises={"OutOfRangeError": "The axis is out of range."},
    doc="""
The different elements, or slices along an axis.

Slices are compared element by element. NaN is equal to NaN and larger than all numbers.
"""
    + DATA_SHAPE_DOC,
    example=">>> lg.unique(lg.tensor([2, 1, 2])).counts.tolist()\n[1, 2]",
)
op(
    "shape",
    id=171,
    since="0.1",
    ins="x:T[...]",
    outs="y:i64[N]",
    types={"T": ALL},
    attrs={
        "start": i64(0, "The first axis; below 0 from the end."),
        "end": i64(2**31 - 1, "One behind the last axis; below 0 from the end."),
    },
    shape="shape(start, end)",
    dtype="same",
    cost={"flops": "0", "bytes": "bytes(y)"},
    onnx=onnx("Shape", (1, 13, 15, 19, 21, 23, 24, 25)),
    source="ONNX Shape-25",
    doc="The extents as a tensor. `Tensor.shape` gives them as a tuple.",
    example=">>> lg.shape(lg.zeros((2, 3))).tolist()\n[2, 3]",
)
op(
    "size",
    id=172,
    since="0.1",
    ins="x:T[...]",
    outs="y:i64[]",
    types={"T": ALL},
    shape="size",
    dtype="same",
    cost={"flops": "0", "bytes": "bytes(y)"},
    onnx=onnx("Size", (1, 13, 19, 21, 23, 24, 25)),
    source="ONNX Size-25",
    doc="The number of elements as a tensor. `Tensor.size` gives it as an int.",
    example=">>> lg.size(lg.zeros((2, 3))).item()\n6",
)
op(
    "stack",
    id=173,
    since="0.1",
    ins="xs:T[...]*",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={"axis": i64(0, "Where the new axis stands in the result.")},
    shape="stack(axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("ConcatFromSequence", 11, note="with new_axis=1"),
    source="NumPy stack; PyTorch stack",
    args={"xs": "Tensors of one shape."},
    raises={
        "ShapeError": "The shapes differ, or the result would have more than 8 axes.",
        "OutOfRangeError": "The axis is out of range.",
    },
    doc="Tensors side by side along a new axis.",
    example=">>> lg.stack([lg.tensor([1, 2]), lg.tensor([3, 4])], axis=1).tolist()\n[[1, 3], [2, 4]]",
)
