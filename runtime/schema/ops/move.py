# SPDX-License-Identifier: Apache-2.0
"""Data movement, by item size, and creation."""

from dsl import ALL, NUMBER, dtype, enum, i64, ints, onnx, op, scalar

_VIEW = "A view of `x` where its layout allows, else a copy."


def _view(name, id, attrs, shape, doc, example, onnx, source, aliases=()):
    op(
        name,
        id=id,
        since="0.1",
        ins="x:T[...]",
        outs="y:T[...]",
        attrs=attrs,
        types={"T": ALL},
        shape=shape,
        dtype="same",
        alias="x",
        cost={"flops": "0", "bytes": "view"},
        onnx=onnx,
        source=source,
        doc=doc,
        example=example,
        aliases=aliases,
    )


_view(
    "reshape",
    40,
    {"shape": ints(doc="The new extents; one of them may be -1 and follows from the others.")},
    "reshape(shape)",
    f"Give the elements, in row-major order, another shape.\n\n{_VIEW} An extent of 0 means 0.",
    ">>> lg.reshape(lg.tensor([1, 2, 3, 4]), (2, -1)).tolist()\n[[1, 2], [3, 4]]",
    onnx("Reshape", (5, 13, 14, 19, 21, 23, 24), note="0 copies an extent there unless allowzero"),
    "NumPy reshape",
)
_view(
    "transpose",
    41,
    {"axes": ints(None, "The order of axes; None reverses them.", positional=True)},
    "transpose(axes)",
    "Permute the axes: axis i of the result is axis ``axes[i]`` of `x`. A view.",
    ">>> lg.transpose(lg.tensor([[1, 2], [3, 4]])).tolist()\n[[1, 3], [2, 4]]",
    onnx("Transpose", (1, 13, 21, 23, 24), {"perm": "axes"}),
    "NumPy transpose",
    aliases=("permute",),
)
_view(
    "expand",
    42,
    {"shape": ints(doc="The new extents; -1 keeps one.")},
    "expand(shape)",
    "Repeat axes of extent 1, and add leading ones, as NumPy does. A view: repeated elements share memory.",
    ">>> lg.expand(lg.tensor([[1], [2]]), (-1, 3)).tolist()\n[[1, 1, 1], [2, 2, 2]]",
    onnx("Expand", (8, 13), note="broadcasts both ways there"),
    "NumPy broadcast_to; PyTorch expand",
)
op(
    "concat",
    id=43,
    since="0.1",
    ins="xs:T[...]*",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={"axis": i64(0, "The axis to join along.")},
    shape="concat(axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("Concat", (4, 11, 13)),
    source="NumPy concatenate; ONNX Concat-13",
    args={"xs": "One tensor or more, of one dtype and of equal extents but for `axis`."},
    doc="Join tensors along an axis that they have.",
    example=">>> lg.concat([lg.tensor([1, 2]), lg.tensor([3])]).tolist()\n[1, 2, 3]",
)
_view(
    "slice",
    44,
    {
        "starts": ints(doc="First index of each axis."),
        "ends": ints(doc="Index behind the last, likewise."),
        "axes": ints(None, "The axes that are cut; None for the first ones."),
        "steps": ints(None, "Distance of indices, not 0; None for 1."),
    },
    "slice(starts, ends, axes, steps)",
    """
Cut out every step-th element between two indices of some axes. A view.

Indices below 0 count from the end; those out of range are moved to the nearest end, so the result may be
empty. For a negative step, the smallest 64-bit integer as an end means "through the first element".
""",
    ">>> lg.slice(lg.tensor([0, 1, 2, 3, 4]), 1, 4, steps=2).tolist()\n[1, 3]",
    onnx("Slice", (1, 10, 11, 13)),
    "NumPy basic slicing; ONNX Slice-13",
)
op(
    "pad",
    id=45,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={
        "pads": ints(doc="Elements to add, each >= 0: the begins of all axes, then the ends."),
        "mode": enum("constant", "reflect", "edge", "wrap", default="constant", doc="Where they come from."),
        "value": scalar(0, "The element that ``constant`` adds."),
    },
    shape="pad(pads, mode, value)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("Pad", (2, 11, 13, 18, 19, 21, 23, 24), {"constant_value": "value"}),
    source="NumPy pad; ONNX Pad-19",
    doc="""
Add elements around a tensor.

``constant`` adds `value`; ``edge`` repeats the border; ``reflect`` mirrors without repeating the border and
needs ``pad < extent``; ``wrap`` continues from the other end and needs ``pad <= extent``.
""",
    example=">>> lg.pad(lg.tensor([1, 2, 3]), (2, 1), mode='reflect').tolist()\n[3, 2, 1, 2, 3, 2]",
)
op(
    "gather",
    id=46,
    since="0.1",
    ins="x:T[...] index:I[...]",
    outs="y:T[...]",
    types={"T": ALL, "I": "i32 i64"},
    attrs={"axis": i64(0, "The axis to take from.")},
    shape="gather(axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "2*bytes(y)+bytes(index)"},
    onnx=onnx("Gather", (1, 11, 13)),
    source="NumPy take; ONNX Gather-13",
    args={"index": "Indices; those below 0 count from the end, those out of range are an error."},
    doc="""
Take slices by index along an axis, as ``numpy.take``.

The shape of the result is that of `x` with `axis` replaced by the shape of `index`.
""",
    example=">>> lg.gather(lg.tensor([10, 20, 30]), lg.tensor([2, 0])).tolist()\n[30, 10]",
)
_view(
    "squeeze",
    47,
    {"axis": ints(None, "Axes to remove, of extent 1; None for all of them.", positional=True)},
    "squeeze(axis)",
    "Remove axes of extent 1. A view.",
    ">>> lg.squeeze(lg.tensor([[1, 2]])).tolist()\n[1, 2]",
    onnx("Squeeze", (1, 11, 13, 21, 23, 24), {"axes": "axis"}),
    "NumPy squeeze",
)
_view(
    "unsqueeze",
    48,
    {"axis": ints(doc="Positions of the new axes in the result.")},
    "unsqueeze(axis)",
    "Add axes of extent 1. A view.",
    ">>> lg.unsqueeze(lg.tensor([1, 2]), -1).tolist()\n[[1], [2]]",
    onnx("Unsqueeze", (1, 11, 13, 21, 23, 24), {"axes": "axis"}),
    "NumPy expand_dims; ONNX Unsqueeze-13",
)
_view(
    "flatten",
    49,
    {"start_axis": i64(0, "First axis to join."), "end_axis": i64(-1, "Last axis to join.")},
    "flatten(start_axis, end_axis)",
    f"Join neighbouring axes into one.\n\n{_VIEW} A single element becomes a vector of one.",
    ">>> lg.flatten(lg.tensor([[1, 2], [3, 4]])).tolist()\n[1, 2, 3, 4]",
    onnx(
        "Flatten", (1, 9, 11, 13, 21, 23, 24), {"axis": "start_axis"}, note="always two axes there: a reshape"
    ),
    "PyTorch flatten",
)
op(
    "full",
    id=50,
    since="0.1",
    ins="",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={
        "shape": ints(doc="The extents; an int is a vector of that many."),
        "value": scalar(doc="The element; an int must be a value of the dtype."),
        "dtype": dtype(None, "The dtype; None for f32, i64 or bool after the value."),
    },
    shape="full(shape, value)",
    dtype="scalar(dtype, value)",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("ConstantOfShape", (9, 20, 21, 23, 24), note="the shape is data there"),
    source="NumPy full",
    doc="A tensor of equal elements.",
    example=">>> lg.full((2, 2), 7).tolist()\n[[7, 7], [7, 7]]",
)
op(
    "arange",
    id=51,
    since="0.1",
    ins="",
    outs="y:T[L]",
    types={"T": NUMBER},
    attrs={
        "start": scalar(doc="The first element; with one number alone the end, from 0."),
        "stop": scalar(None, "The end, not part of the result.", positional=True),
        "step": scalar(1, "The distance, not 0.", positional=True, c_default=1),
        "dtype": dtype(None, "The dtype; None for i64, or f32 when a number is a float."),
    },
    shape="arange(start, stop, step)",
    dtype="arange(dtype, start, stop, step)",
    cost={"flops": "2*|y|", "bytes": "io"},
    onnx=onnx("Range", 11, {"limit": "stop", "delta": "step"}, note="the limits are data there"),
    source="NumPy arange; ONNX Range-11",
    prologue="if stop is None:\n    start, stop = 0, start",
    doc="""
Numbers at equal distances: ``start + i * step``, ``ceil((stop - start) / step)`` of them.

Integers are exact; floats are computed in f64 and rounded once.
""",
    example=">>> lg.arange(2, 8, 2).tolist()\n[2, 4, 6]",
)
