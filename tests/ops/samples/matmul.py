# SPDX-License-Identifier: Apache-2.0
"""Samples of the matrix products."""

import numpy as np

from ops.sampling import Bad, Case, Sample

A = np.ones((2, 3), np.float32)
B = np.ones((3, 4), np.float32)
V = np.ones(5, np.float32)

# (a, b): vectors, odd and vector-sized extents, empty ones, batches that broadcast, one long inner axis.
PRODUCTS = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((1, 1), (1, 1)),
    ((2, 3), (3, 4)),
    ((8, 8), (8, 8)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((2, 3), (3, 0)),
    ((16, 16), (16, 16)),
    ((15, 31), (31, 33)),
    ((37, 65), (65, 29)),
    ((1, 70), (70, 90)),
    ((70, 90), (90, 1)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((2, 5, 7, 3), (2, 5, 3, 6)),
    ((0, 2, 3), (3, 4)),
    ((4,), (3, 4, 2)),
    ((3, 2, 4), (4,)),
    ((3, 700), (700, 5)),
    ((130, 40), (40, 130)),
]


def matmul_cases(draw, dtype):
    for a, b in PRODUCTS:
        yield Case([draw.array(s, dtype, -3, 3, special=dtype[0] == "i") for s in (a, b)])
    a, b = (draw.array((6, 6), dtype, -3, 3, special=False) for _ in range(2))
    if dtype[0] == "f":
        a[1, 2], b[3, 4], a[5, 0] = np.nan, np.inf, -np.inf
        yield Case([a, b])


def linear_cases(draw, dtype):
    for x, out in [
        ((3,), 4),
        ((2, 3), 4),
        ((2, 5, 3), 1),
        ((0, 3), 2),
        ((2, 0), 3),
        ((7, 65), 33),
        ((1, 90), 70),
        ((4, 16), 0),
    ]:
        values, weight = (draw.array(s, dtype, -3, 3, special=False) for s in (x, (out, x[-1])))
        yield Case([values, weight])
        yield Case([values, weight, draw.array((out,), dtype, special=False)])


def linear(x, w, bias=None):
    y = np.matmul(x, w.T)
    return y if bias is None else y + bias


SAMPLES = {
    "matmul": Sample(
        matmul_cases,
        np.matmul,
        [
            Bad("ShapeError", "the last axis of a has 3", [A, A]),
            Bad("ShapeError", "rank 1 or more", [np.float32(2), A]),
            Bad(
                "ShapeError",
                "do not broadcast",
                [np.ones((2, 2, 3), np.float32), np.ones((3, 3, 4), np.float32)],
            ),
            Bad("DTypeError", "bool", [A > 0, B > 0]),
        ],
        scale=lambda a, b: np.matmul(np.abs(a), np.abs(b)),
        layout_exact=False,
    ),
    "linear": Sample(
        linear_cases,
        linear,
        [
            Bad("ShapeError", "w is f32[3,4]", [A, B]),
            Bad("ShapeError", "expected rank 2", [A, V]),
            Bad("ShapeError", "bias is f32[5]", [A, np.ones((4, 3), np.float32), V]),
            Bad("ShapeError", "rank 1 or more", [np.float32(1), A]),
        ],
        scale=lambda x, w, bias=None: linear(np.abs(x), np.abs(w), None if bias is None else np.abs(bias)),
        layout_exact=False,
    ),
}
