# SPDX-License-Identifier: Apache-2.0
"""Parts of tensors by position or by value: split, order, scatter, and results whose extents the data decide."""

from dsl import ALL, i64, ints, onnx, op

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
        "ShapeError": "The sizes do not add up to the extent of the axis, or there is not enough for all parts.",
        "OutOfRangeError": "The axis is out of range.",
    },
    doc="""
Cut a tensor into parts along an axis.

Either `sizes` or `num_outputs` must be given. Parts of one extent are as large as they must be for all but the last
to be equal: five elements in three parts are 2, 2 and 1.
""",
    example=">>> lg.split(lg.tensor([1, 2, 3, 4, 5]), num_outputs=3)[2].tolist()\n[5]",
)
