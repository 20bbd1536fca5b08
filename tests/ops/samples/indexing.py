# SPDX-License-Identifier: Apache-2.0
"""Samples of the ops that take parts of tensors, by position or by value."""

import numpy as np

from ops.sampling import Bad, Case, Sample

X = np.zeros((2, 3), np.float32)


# ---- split -----------------------------------------------------------------------------------------


def split_cases(draw, dtype):
    yield Case([draw.array((5,), dtype)], {"num_outputs": 3})
    yield Case([draw.array((5,), dtype)], {"num_outputs": 1})
    yield Case([draw.array((0,), dtype)], {"num_outputs": 2})
    yield Case([draw.array((0, 3), dtype)], {"sizes": [0, 0]})
    for axis in range(-4, 4):
        yield Case([draw.array((4, 6, 3, 5), dtype)], {"num_outputs": 3 if axis % 2 else 2, "axis": axis})
    yield Case([draw.array((67, 19), dtype)], {"sizes": [1, 0, 8, 7, 3], "axis": 1})
    yield Case([draw.array((67, 19), dtype)], {"sizes": [66, 1]})
    yield Case([draw.array((3, 128, 2), dtype)], {"num_outputs": 64, "axis": 1})
    yield Case([draw.array((2, 40, 1031), dtype)], {"sizes": [3] * 13 + [1], "axis": 1})


def split(x, sizes=None, num_outputs=0, axis=0):
    if sizes is None:
        block = -(-x.shape[axis] // num_outputs)
        sizes = [block] * (num_outputs - 1)
    cuts = np.cumsum(sizes)[: len(sizes) if len(sizes) < num_outputs else -1]
    return np.split(x, cuts, axis=axis)


SAMPLES = {
    "split": Sample(
        split_cases,
        split,
        [
            Bad("ArgumentError", "give sizes or num_outputs", [X]),
            Bad("ArgumentError", "0 outputs", [X], {"sizes": []}),
            Bad("ArgumentError", "65 outputs", [X], {"num_outputs": 65}),
            Bad("ArgumentError", "-1 outputs", [X], {"num_outputs": -1}),
            Bad("ArgumentError", "give one of them", [X], {"sizes": [2], "num_outputs": 3}),
            Bad("ShapeError", "leave 1 of the 3", [X], {"sizes": [1, 1], "axis": 1}),
            Bad("ShapeError", "need more than the 3", [X], {"sizes": [2, 2], "axis": 1}),
            Bad("ShapeError", "need more", [X], {"sizes": [2**62, 2**62, 2**62, 2**62]}),
            Bad("ShapeError", "-1 elements", [X], {"sizes": [-1, 3]}),
            Bad("ShapeError", "need more", [np.zeros(5)], {"num_outputs": 4}),
            Bad("OutOfRangeError", "axis is 2", [X], {"num_outputs": 1, "axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)], {"num_outputs": 1}),
            Bad("DTypeError", "split", ["text"], {"num_outputs": 1}),
        ],
    ),
}
