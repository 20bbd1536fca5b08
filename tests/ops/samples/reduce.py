# SPDX-License-Identifier: Apache-2.0
"""Samples of the reductions and normalisations."""

import itertools

import numpy as np

from ops.sampling import SHAPES, Bad, Case, Sample

ONE = np.ones((2, 3), np.float32)
EMPTY = np.ones((2, 0), np.float32)
LONG = [(4099,), (3, 1025), (257, 5), (2, 65, 33)]


def axes_of(rank):
    """Return every set of axes, some of them counted from the end, and None for all."""
    yield None
    for count in range(rank + 1):
        for axes in itertools.combinations(range(rank), count):
            yield tuple(axis - rank if (axis + count) % 2 else axis for axis in axes)


def reduce_cases(special=False, empty=True, low=-4.0, high=4.0):
    def cases(draw, dtype):
        for shape in [*SHAPES, *LONG]:
            for axis in axes_of(len(shape)):
                x = draw.array(shape, dtype, low, high, special)
                reduced = range(len(shape)) if axis is None else [a % len(shape) for a in axis]
                result = [n for i, n in enumerate(shape) if i not in reduced]
                if not empty and 0 not in result and any(shape[i] == 0 for i in reduced):
                    continue
                yield Case([x], {"axis": axis, "keepdims": bool(draw.int(0, 1))})
        yield Case([draw.array((6, 7), dtype, low, high, special)], {"axis": 1})

    return cases


def argmax_cases(draw, dtype):
    for shape in [*SHAPES, *LONG]:
        for axis in [None, *range(-len(shape), len(shape))]:
            # Few values, so that there are equals; the first must win.
            x = draw.array(shape, dtype, -3, 3, special=bool(draw.int(0, 1)))
            x = np.round(x).astype(x.dtype)
            result = [] if axis is None else [n for i, n in enumerate(shape) if i != axis % len(shape)]
            if x.size == 0 and 0 not in result:
                continue
            yield Case([x], {"axis": axis, "keepdims": bool(draw.int(0, 1))})


def argmax(x, axis=None, keepdims=False):
    return np.argmax(x, axis=axis, keepdims=keepdims)


def sums(x, axis=None, keepdims=False):
    return np.sum(x, axis=axis, keepdims=keepdims)  # integers: in i64


def means(x, axis=None, keepdims=False):
    count = (
        x.size if axis is None else np.prod([x.shape[a] for a in np.atleast_1d(axis).astype(int)], initial=1)
    )
    return np.sum(x, axis=axis, keepdims=keepdims) / np.float64(count)


AXIS_ERRORS = [
    Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
    Bad("OutOfRangeError", "axis is -3", [ONE], {"axis": -3}),
    Bad("ArgumentError", "twice", [ONE], {"axis": (0, -2)}),
    Bad("DTypeError", "axis", [ONE], {"axis": 0.5}),
    Bad("DTypeError", "keepdims", [ONE], {"keepdims": "yes"}),
]


def softmax_cases(draw, dtype):
    for shape in [(1,), (0,), (16,), (17,), (5, 7), (2, 3, 4), (3, 0, 2), (4, 513), (65, 3), (1, 1)]:
        for axis in range(-len(shape), len(shape)):
            yield Case([draw.array(shape, dtype, -30, 30, special=False)], {"axis": axis})
    yield Case([draw.array((9, 11), dtype, -1000, 1000, special=False)])
    hard = draw.array((6, 5), dtype, -5, 5, special=False)
    hard[0, 2], hard[1, :], hard[2, 0], hard[3, 1] = np.nan, -np.inf, np.inf, -np.inf
    yield Case([hard])


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis=axis, keepdims=True)


def layer_norm_cases(draw, dtype):
    for shape in [(1,), (16,), (5, 7), (2, 3, 4), (3, 0, 2), (4, 513), (65, 3)]:
        for axis in range(-len(shape), len(shape)):
            x = draw.array(shape, dtype, -3, 9, special=False)
            inner = shape[axis % len(shape) :]
            weight, bias = (draw.array(inner, dtype, -2, 2, special=False) for _ in range(2))
            yield Case([x, weight, bias], {"axis": axis})
            yield Case([x, None, bias], {"axis": axis, "eps": 0.5})
            yield Case([x, weight, None], {"axis": axis})
            yield Case([x], {"axis": axis})


def layer_norm(x, weight=None, bias=None, axis=-1, eps=1e-5):
    axes = tuple(range(axis % x.ndim, x.ndim))
    count = np.prod([x.shape[a] for a in axes])
    mean = np.sum(x, axis=axes, keepdims=True) / count
    variance = np.sum((x - mean) ** 2, axis=axes, keepdims=True) / count
    y = (x - mean) / np.sqrt(variance + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def layer_norm_scale(x, weight=None, bias=None, axis=-1, eps=1e-5):
    """Return the magnitude of an element one deviation from the mean: `x - mean` cancels."""
    one = np.ones(x.shape) if weight is None else np.broadcast_to(np.abs(weight), x.shape)
    return one if bias is None else one + np.abs(bias)


SAMPLES = {
    "sum": Sample(
        reduce_cases(),
        sums,
        [*AXIS_ERRORS, Bad("DTypeError", "f16", [ONE.astype(np.float16)])],
        scale=lambda x, **attrs: sums(np.abs(x), **attrs),
    ),
    "mean": Sample(
        reduce_cases(),
        means,
        [*AXIS_ERRORS, Bad("DTypeError", "f16", [ONE.astype(np.float16)])],
        scale=lambda x, **attrs: means(np.abs(x), **attrs),
    ),
    "max": Sample(
        reduce_cases(special=True, empty=False),
        lambda x, axis=None, keepdims=False: np.max(x, axis=axis, keepdims=keepdims),
        [*AXIS_ERRORS, Bad("ShapeError", "empty", [EMPTY], {"axis": 1}), Bad("ShapeError", "empty", [EMPTY])],
    ),
    "argmax": Sample(
        argmax_cases,
        argmax,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("ArgumentError", "expected one or none", [ONE], {"axis": (0, 1)}),
            Bad("ShapeError", "empty", [EMPTY], {"axis": 1}),
        ],
    ),
    "softmax": Sample(
        softmax_cases,
        softmax,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)]),
            Bad("DTypeError", "axis", [ONE], {"axis": None}),
        ],
    ),
    "layer_norm": Sample(
        layer_norm_cases,
        layer_norm,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("ShapeError", "weight is f32[2]", [ONE, np.ones(2, np.float32)]),
            Bad("ShapeError", "bias is f32[1]", [ONE, None, np.ones(1, np.float32)]),
            Bad("ArgumentError", "eps", [ONE], {"eps": -1.0}),
            Bad("ArgumentError", "eps", [ONE], {"eps": float("nan")}),
        ],
        scale=layer_norm_scale,
    ),
}
