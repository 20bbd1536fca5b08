# SPDX-License-Identifier: Apache-2.0
"""Data movement, by item size, and creation."""

from dsl import ALL, NUMBER, dtype, enum, flag, i64, ints, onnx, op, scalar

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
op(
    "tile",
    id=139,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={"repeats": ints(doc="How often each axis is repeated, >= 0; one value for each axis.")},
    shape="tile(repeats)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("Tile", (6, 13), note="the repeats are data there"),
    source="NumPy tile; ONNX Tile-13",
    doc="Repeat a tensor along its axes.",
    example=">>> lg.tile(lg.tensor([1, 2]), 2).tolist()\n[1, 2, 1, 2]",
)
_view(
    "flip",
    140,
    {"axis": ints(None, "Axes to reverse; None for all.", positional=True)},
    "flip(axis)",
    "Reverse the order of elements along axes. A view.",
    ">>> lg.flip(lg.tensor([1, 2, 3])).tolist()\n[3, 2, 1]",
    None,
    "NumPy flip",
)
op(
    "roll",
    id=141,
    since="0.1",
    ins="x:T[...]",
    outs="y:T[...]",
    types={"T": ALL},
    attrs={
        "shift": ints(doc="How far elements move towards higher indices, for each of `axis`."),
        "axis": ints(doc="The axes, each at most once."),
    },
    shape="roll(shift, axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=None,
    source="NumPy roll",
    doc="Rotate elements along axes: those that leave at one end come in at the other.",
    example=">>> lg.roll(lg.tensor([1, 2, 3]), 1, 0).tolist()\n[3, 1, 2]",
)
op(
    "trilu",
    id=142,
    since="0.1",
    ins="x:T[...,M,N]",
    outs="y:T[...,M,N]",
    types={"T": ALL},
    attrs={
        "upper": flag(True, "Whether the upper part is kept, else the lower one."),
        "k": i64(0, "The diagonal that ends the part and belongs to it; above the main one if > 0."),
    },
    shape="matrix()",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("Trilu", 14, note="k is data there"),
    source="NumPy triu, tril; ONNX Trilu-14",
    doc="Upper or lower triangle of matrices, zeros elsewhere.",
    example=">>> lg.trilu(lg.tensor([[1, 2], [3, 4]])).tolist()\n[[1, 2], [0, 4]]",
)
op(
    "one_hot",
    id=143,
    since="0.1",
    ins="indices:I[...]",
    outs="y:T[...]",
    types={"I": "i32 i64", "T": ALL},
    attrs={
        "depth": i64(doc="Extent of the new axis, 1 or more."),
        "axis": i64(-1, "Position of the new axis in the result."),
        "on_value": scalar(1, "The element where an index points."),
        "off_value": scalar(0, "All others."),
        "dtype": dtype(None, "The dtype; None for f32, i64 or bool after `on_value`."),
    },
    shape="one_hot(depth, axis, on_value, off_value)",
    dtype="scalar(dtype, on_value)",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("OneHot", (9, 11), note="depth and values are data there"),
    source="ONNX OneHot-11",
    args={"indices": "Indices; those below 0 count from the end, those out of range point nowhere."},
    doc="A new axis with `on_value` at an index and `off_value` elsewhere.",
    example=">>> lg.one_hot(lg.tensor([0, 2]), 3).tolist()\n[[1, 0, 0], [0, 0, 1]]",
)
op(
    "depth_to_space",
    id=144,
    since="0.1",
    ins="x:T[N,C,H,W]",
    outs="y:T[N,D,P,Q]",
    types={"T": ALL},
    attrs={
        "block": i64(doc="Rows and columns that each pixel becomes."),
        "mode": enum(
            "dcr", "crd", default="dcr", doc="Whether depth stands behind the block in channels, or before."
        ),
    },
    shape="depth_to_space(block)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("DepthToSpace", (1, 11, 13), {"blocksize": "block"}),
    source="ONNX DepthToSpace-13; PyTorch pixel_shuffle is crd",
    doc="""
Move channels into blocks of pixels.

The channels must be a multiple of ``block ** 2``.
""",
    example=(
        ">>> lg.depth_to_space(lg.tensor([[[[1]], [[2]], [[3]], [[4]]]]), 2).tolist()\n[[[[1, 2], [3, 4]]]]"
    ),
)
op(
    "space_to_depth",
    id=145,
    since="0.1",
    ins="x:T[N,C,H,W]",
    outs="y:T[N,D,P,Q]",
    types={"T": ALL},
    attrs={"block": i64(doc="Rows and columns that become one pixel.")},
    shape="space_to_depth(block)",
    dtype="same",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("SpaceToDepth", (1, 13), {"blocksize": "block"}),
    source="ONNX SpaceToDepth-13",
    doc="""
Move blocks of pixels into channels: the inverse of depth_to_space in mode dcr.

Height and width must be multiples of `block`.
""",
    example=(
        ">>> lg.space_to_depth(lg.tensor([[[[1, 2], [3, 4]]]]), 2).tolist()\n[[[[1]], [[2]], [[3]], [[4]]]]"
    ),
)
op(
    "eye",
    id=146,
    since="0.1",
    ins="",
    outs="y:T[M,N]",
    types={"T": ALL},
    attrs={
        "rows": i64(doc="The number of rows."),
        "columns": i64(-1, "The number of columns; -1 for as many as rows.", positional=True),
        "k": i64(0, "The diagonal; above the main one if > 0."),
        "dtype": dtype(None, "The dtype; None for f32."),
    },
    shape="eye(rows, columns)",
    dtype="or_f32(dtype)",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("EyeLike", (9, 22), note="takes the shape of a tensor there"),
    source="NumPy eye; ONNX EyeLike-22",
    doc="A matrix with ones on a diagonal.",
    example=">>> lg.eye(2).tolist()\n[[1.0, 0.0], [0.0, 1.0]]",
)
_view(
    "identity",
    147,
    {},
    "identity()",
    "The same elements. A view.",
    ">>> lg.identity(lg.tensor([1, 2])).tolist()\n[1, 2]",
    onnx("Identity", (1, 13, 14, 16, 19, 21, 23, 24)),
    "ONNX Identity-24",
)
op(
    "bitcast",
    id=330,
    since="0.1",
    ins="x:T[...]",
    outs="y:U[...]",
    types={"T": ALL, "U": NUMBER},
    attrs={"dtype": dtype(doc="The dtype of the result, as wide as that of `x`.")},
    shape="bitcast(dtype)",
    dtype="attr(dtype)",
    cost={"flops": "0", "bytes": "io"},
    onnx=onnx("BitCast", 26, {"to": "dtype"}),
    source="ONNX BitCast-26; NumPy view",
    doc="The same bits read as another dtype of the same width. Not to bool, which has two patterns only.",
    example=">>> lg.bitcast(lg.tensor([1.0]), lg.i32).tolist()\n[1065353216]",
)
op(
    "gather_elements",
    id=148,
    since="0.1",
    ins="x:T[...] index:I[...]",
    outs="y:T[...]",
    types={"T": ALL, "I": "i32 i64"},
    attrs={"axis": i64(0, "The axis to take from.")},
    shape="gather_elements(axis)",
    dtype="same",
    cost={"flops": "0", "bytes": "2*bytes(y)+bytes(index)"},
    onnx=onnx("GatherElements", (11, 13)),
    source="NumPy take_along_axis; ONNX GatherElements-13",
    args={"index": "Indices; those below 0 count from the end, those out of range are an error."},
    doc="""
Take elements by index along an axis: ``y[i, j] = x[index[i, j], j]`` for axis 0.

`index` has as many axes as `x` and is nowhere larger, but for `axis`.
""",
    example=">>> lg.gather_elements(lg.tensor([[1, 2], [3, 4]]), lg.tensor([[1, 0]])).tolist()\n[[3, 2]]",
)
