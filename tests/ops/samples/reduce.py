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


def near_one(draw, dtype):
    """Products that stay finite; integers wrap around."""
    low, high = (0.9, 1.1) if dtype in ("f32", "f64") else (-9, 9)
    yield from reduce_cases(low=low, high=high)(draw, dtype)


def signed(x):
    """Return integers as i64, which sums of them are in."""
    return x.astype(np.int64) if x.dtype.kind == "i" else x


def l1(x, axis=None, keepdims=False):
    return np.sum(np.abs(signed(x)), axis=axis, keepdims=keepdims)


def sum_square(x, axis=None, keepdims=False):
    return np.sum(signed(x) ** 2, axis=axis, keepdims=keepdims)


def l2(x, axis=None, keepdims=False):
    return np.sqrt(np.sum(x**2, axis=axis, keepdims=keepdims))


def log_sum(x, axis=None, keepdims=False):
    return np.log(np.sum(x, axis=axis, keepdims=keepdims))


def log_sum_exp_cases(draw, dtype):
    yield from reduce_cases(low=-30, high=30)(draw, dtype)
    hard = draw.array((7, 33), dtype, -900, 900)
    hard[0, 1], hard[1], hard[2, 4], hard[3, 0] = np.nan, -np.inf, np.inf, -np.inf
    yield Case([hard], {"axis": 1})
    yield Case([hard.T.copy()], {"axis": 0})


def log_sum_exp(x, axis=None, keepdims=False):
    most = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    most = np.where(np.isfinite(most), most, 0)
    total = np.log(np.sum(np.exp(x - most), axis=axis, keepdims=True)) + most
    shape = np.sum(x, axis=axis, keepdims=keepdims).shape
    return total.reshape(shape)


def var_cases(draw, dtype):
    for number, case in enumerate(reduce_cases()(draw, dtype)):
        yield Case(case.ins, case.attrs if number % 3 == 0 else {**case.attrs, "correction": number % 3 - 1})


def var(x, axis=None, keepdims=False, correction=1):
    axes = tuple(range(x.ndim)) if axis is None else axis
    count = np.prod([x.shape[a] for a in axes_tuple(axes)], initial=1)
    mean = np.sum(x, axis=axes, keepdims=True) / np.float64(count)
    total = np.sum((x - mean) ** 2, axis=axes, keepdims=keepdims)
    return total / np.float64(max(count - correction, 0))


def axes_tuple(axes):
    return tuple(int(a) for a in np.atleast_1d(axes).astype(int))


def cumsum_cases(draw, dtype):
    for shape in [(1,), (0,), (17,), (5, 7), (2, 3, 4), (3, 0, 2), (4, 513), (65, 3)]:
        for axis in range(-len(shape), len(shape)):
            attrs = {"axis": axis, "exclusive": bool(draw.int(0, 1)), "reverse": bool(draw.int(0, 1))}
            yield Case([draw.array(shape, dtype, -4, 4, special=dtype[0] == "i")], attrs)


def cumsum(x, axis, exclusive=False, reverse=False):
    x = np.flip(signed(x), axis) if reverse else signed(x)
    y = np.cumsum(x, axis=axis)
    if exclusive:
        y = np.roll(y, 1, axis)
        y[(*(slice(None),) * (axis % x.ndim), slice(0, 1))] = 0
    return np.flip(y, axis) if reverse else y


def log_softmax(x, axis=-1):
    most = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return (x - most) - np.log(np.sum(np.exp(x - most), axis=axis, keepdims=True))


def plane_cases(special):
    def cases(draw, dtype):
        for shape in [
            (1, 1, 1),
            (2, 3, 5),
            (1, 4, 7, 9),
            (2, 17, 3, 3),
            (2, 1, 3, 4, 5),
            (0, 3, 4),
            (3, 2, 1031),
        ]:
            yield Case([draw.array(shape, dtype, special=special)])

    return cases


def planes(reduce):
    return lambda x: reduce(x, axis=tuple(range(2, x.ndim)), keepdims=True)


YES = np.ones((2, 3), np.bool_)
NO_AXIS = [Bad(bad.raises, bad.text, [YES], bad.attrs) for bad in AXIS_ERRORS]
HALF = Bad("DTypeError", "f16", [ONE.astype(np.float16)])
PLANE_ERRORS = [
    Bad("ShapeError", "expected 3 or more", [ONE]),
    Bad("ShapeError", "empty", [np.ones((1, 2, 0), np.float32)]),
    Bad("DTypeError", "i32", [np.ones((1, 2, 3), np.int32)]),
]

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
    "prod": Sample(near_one, lambda x, **attrs: np.prod(signed(x), **attrs), [*AXIS_ERRORS, HALF]),
    "min": Sample(
        reduce_cases(special=True, empty=False),
        lambda x, axis=None, keepdims=False: np.min(x, axis=axis, keepdims=keepdims),
        [*AXIS_ERRORS, Bad("ShapeError", "empty", [EMPTY], {"axis": 1}), Bad("ShapeError", "empty", [EMPTY])],
    ),
    "argmin": Sample(
        argmax_cases,
        lambda x, axis=None, keepdims=False: np.argmin(x, axis=axis, keepdims=keepdims),
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("ArgumentError", "expected one or none", [ONE], {"axis": (0, 1)}),
            Bad("ShapeError", "empty", [EMPTY], {"axis": 1}),
        ],
    ),
    "l1": Sample(reduce_cases(), l1, [*AXIS_ERRORS, HALF]),
    "l2": Sample(reduce_cases(), l2, [*AXIS_ERRORS, HALF]),
    "sum_square": Sample(reduce_cases(), sum_square, [*AXIS_ERRORS, HALF]),
    "log_sum": Sample(reduce_cases(low=0.1), log_sum, [*AXIS_ERRORS, HALF]),
    "log_sum_exp": Sample(log_sum_exp_cases, log_sum_exp, [*AXIS_ERRORS, HALF]),
    "any": Sample(
        reduce_cases(),
        lambda x, axis=None, keepdims=False: np.any(x, axis=axis, keepdims=keepdims),
        [*NO_AXIS, Bad("DTypeError", "f32", [ONE])],
    ),
    "all": Sample(
        reduce_cases(),
        lambda x, axis=None, keepdims=False: np.all(x, axis=axis, keepdims=keepdims),
        [*NO_AXIS, Bad("DTypeError", "f32", [ONE])],
    ),
    "var": Sample(
        var_cases, var, [*AXIS_ERRORS, Bad("DTypeError", "correction", [ONE], {"correction": 0.5}), HALF]
    ),
    "cumsum": Sample(
        cumsum_cases,
        cumsum,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)], {"axis": 0}),
            Bad("DTypeError", "axis", [ONE], {"axis": None}),
        ],
        scale=lambda x, axis, **attrs: cumsum(np.abs(x), axis, reverse=attrs.get("reverse", False)),
    ),
    "log_softmax": Sample(
        softmax_cases,
        log_softmax,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)]),
            Bad("DTypeError", "axis", [ONE], {"axis": None}),
        ],
    ),
    "global_avg_pool": Sample(
        plane_cases(special=False),
        planes(lambda x, **attrs: np.mean(x, **attrs)),
        PLANE_ERRORS,
        scale=planes(lambda x, **attrs: np.mean(np.abs(x), **attrs)),
    ),
    "global_max_pool": Sample(plane_cases(special=True), planes(np.max), PLANE_ERRORS),
}
