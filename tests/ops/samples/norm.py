# SPDX-License-Identifier: Apache-2.0
"""Samples of the normalisations."""

import numpy as np

from ops.sampling import Bad, Case, Sample

ONE = np.ones((2, 3), np.float32)
X = np.ones((2, 6, 4), np.float32)
SIX, TWO = np.ones(6, np.float32), np.ones(2, np.float32)


def per_channel(values, x):
    return values.reshape(1, -1, *(1,) * (x.ndim - 2))


# ---- moments of groups -------------------------------------------------------------------------------

GROUPED = [
    (1, 2, 1),
    (2, 6, 4),
    (1, 4, 5, 7),
    (3, 2, 67),
    (2, 8, 1, 33),
    (1, 6, 2, 3, 5),
    (0, 6, 4),
    (2, 6, 0),
]
LARGE = (1, 2, 4099)  # beyond one chunk of sums


def affine_cases(draw, dtype, shape, attrs):
    x = draw.array(shape, dtype, -3, 9, special=False)
    weight, bias = (draw.array(shape[1:2], dtype, -2, 2, special=False) for _ in range(2))
    yield Case([x, weight, bias], attrs)
    yield Case([x, None, bias], attrs | {"eps": 0.5})
    yield Case([x, weight, None], attrs)
    yield Case([x], attrs)


def batch_norm_cases(draw, dtype):
    for shape in [*GROUPED, (4, 6), (67, 33), (1, 1), (2, 0, 3)]:
        x = draw.array(shape, dtype, -3, 9)
        mean, weight, bias = (draw.array(shape[1:2], dtype, -2, 2, special=False) for _ in range(3))
        var = draw.array(shape[1:2], dtype, 0, 3, special=False)
        yield Case([x, mean, var, weight, bias])
        yield Case([x, mean, var, None, bias], {"eps": 0.5})
        yield Case([x, mean, var, weight, None])
        yield Case([x, mean, var])


def batch_norm(x, mean, var, weight=None, bias=None, *, eps=1e-5):
    y = (x - per_channel(mean, x)) / np.sqrt(per_channel(var, x) + eps)
    y = y if weight is None else y * per_channel(weight, x)
    return y if bias is None else y + per_channel(bias, x)


def batch_norm_scale(x, mean, var, weight=None, bias=None, *, eps=1e-5):
    y = np.abs(batch_norm(x, mean, var, weight, None, eps=eps))
    shift = np.abs(batch_norm(0 * np.where(np.isfinite(x), x, 0), mean, var, weight, None, eps=eps))
    return y + shift + (0 if bias is None else np.abs(per_channel(bias, x)))


def instance_norm_cases(draw, dtype):
    for shape in [*GROUPED, LARGE]:
        yield from affine_cases(draw, dtype, shape, {})
    far = draw.array((2, 3, 40), dtype, 1000, 1001, special=False)
    yield Case([far], {})
    wild = draw.array((5, 6, 20), dtype)
    wild[np.abs(wild) > 1e9] = np.inf
    yield Case([wild], {})


def group_norm_cases(draw, dtype):
    for shape in [*GROUPED, LARGE, (4, 6), (1, 1), (2, 0, 3)]:
        for groups in {1, 2, shape[1]}:
            if groups > 0 and shape[1] % groups == 0:
                yield from affine_cases(draw, dtype, shape, {"num_groups": groups})


def group_norm(x, weight=None, bias=None, *, num_groups, eps=1e-5):
    if x.size == 0:
        return x
    parts = x.reshape(x.shape[0], num_groups, -1)
    mean = np.mean(parts, axis=2, keepdims=True)
    variance = np.mean((parts - mean) ** 2, axis=2, keepdims=True)
    y = ((parts - mean) / np.sqrt(variance + eps)).reshape(x.shape)
    y = y if weight is None else y * per_channel(weight, x)
    return y if bias is None else y + per_channel(bias, x)


def group_norm_scale(x, weight=None, bias=None, *, num_groups, eps=1e-5):
    """Return the magnitude of an element one deviation away: `x - mean` cancels, more so far from 0."""
    if x.size == 0:
        return x
    parts = x.reshape(x.shape[0], num_groups, -1)
    mean, far = np.mean(parts, axis=2, keepdims=True), np.max(np.abs(parts), axis=2, keepdims=True)
    variance = np.mean((parts - mean) ** 2, axis=2, keepdims=True)
    one = np.broadcast_to(1 + 0.05 * far / np.sqrt(variance + eps), parts.shape).reshape(x.shape)
    one = one if weight is None else one * np.maximum(np.abs(per_channel(weight, x)), 1)
    return one if bias is None else one + np.abs(per_channel(bias, x))


def instance_norm(x, weight=None, bias=None, *, eps=1e-5):
    return group_norm(x, weight, bias, num_groups=max(1, x.shape[1]), eps=eps)


def instance_norm_scale(x, weight=None, bias=None, *, eps=1e-5):
    return group_norm_scale(x, weight, bias, num_groups=max(1, x.shape[1]), eps=eps)


# ---- root mean square --------------------------------------------------------------------------------


def rms_norm_cases(draw, dtype):
    for shape in [(1,), (16,), (5, 7), (2, 3, 4), (3, 0, 2), (4, 513), (65, 3), (2, 5003)]:
        for axis in range(-len(shape), len(shape)):
            x = draw.array(shape, dtype, -3, 9, special=False)
            weight = draw.array(shape[axis % len(shape) :], dtype, -2, 2, special=False)
            yield Case([x, weight], {"axis": axis, "eps": 0.5})
            yield Case([x], {"axis": axis})
    yield Case([np.zeros((2, 19), x.dtype)], {})
    wild = draw.array((9, 20), dtype)
    wild[np.abs(wild) > 1e9] = np.inf  # squares stay in range, or do not
    yield Case([wild], {})


def rms_norm(x, weight=None, axis=-1, eps=1e-5):
    axes = tuple(range(axis % x.ndim, x.ndim))
    count = np.prod([x.shape[a] for a in axes])
    y = x / np.sqrt(np.sum(x**2, axis=axes, keepdims=True) / count + eps)
    return y if weight is None else y * weight


# ---- norms along an axis -----------------------------------------------------------------------------


def lp_norm_cases(draw, dtype):
    for shape in [(1,), (16,), (5, 7), (2, 3, 4), (3, 0, 2), (4, 513), (65, 3), (2, 3, 5, 67)]:
        for axis in range(-len(shape), len(shape)):
            x = draw.array(shape, dtype, -3, 9, special=False)
            yield Case([x], {"axis": axis, "p": 1 + axis % 2})
    hard = draw.array((6, 30), dtype, -9, 9)
    hard[np.abs(hard) > 1e9] = np.inf
    hard[1] = 0
    for axis in (0, 1):
        yield Case([hard], {"axis": axis})
        yield Case([hard], {"axis": axis, "p": 1})


def lp_norm(x, axis=-1, p=2):
    norm = np.sum(np.abs(x) ** p, axis=axis, keepdims=True) ** (1 / p)
    return np.where(norm == 0, 0, x / norm)


# ---- neighbours --------------------------------------------------------------------------------------


def lrn_cases(draw, dtype):
    for shape in [
        (1, 1, 1),
        (2, 5, 3),
        (1, 7, 9, 11),
        (3, 4),
        (2, 3, 2, 3, 4),
        (0, 3, 2),
        (1, 0, 2),
        (2, 3, 0),
    ]:
        for size in (1, 2, 3, 5, 100):
            x = draw.array(shape, dtype, -9, 9, special=False)
            yield Case([x], {"size": size})
            yield Case([x], {"size": size, "alpha": 0.5, "beta": 0.6, "k": 2.0})
    hard = draw.array((2, 5, 20), dtype, -9, 9)
    hard[np.abs(hard) > 1e9] = np.inf
    yield Case([hard], {"size": 3})


def lrn(x, size, alpha=1e-4, beta=0.75, k=1.0):
    sums = np.zeros_like(x)
    for c in range(x.shape[1]):
        low, high = max(0, c - (size - 1) // 2), min(x.shape[1], c + size // 2 + 1)
        sums[:, c] = np.sum(x[:, low:high] ** 2, axis=1)
    return x / (k + alpha / size * sums) ** beta


EPS = [
    Bad("ArgumentError", "eps", [X], {"eps": -1.0}),
    Bad("ArgumentError", "eps", [X], {"eps": float("nan")}),
]
CHANNELS = [
    Bad("ShapeError", "weight is f32[2], expected shape [6]", [X, TWO]),
    Bad("ShapeError", "bias is f32[2], expected shape [6]", [X, SIX, TWO]),
]


def grouped(bad):
    return Bad(bad.raises, bad.text, bad.ins, {"num_groups": 2, **bad.attrs})


SAMPLES = {
    "batch_norm": Sample(
        batch_norm_cases,
        batch_norm,
        [
            Bad("ArgumentError", "eps", [X, SIX, SIX], {"eps": -1.0}),
            Bad("ShapeError", "mean is f32[2], expected shape [6]", [X, TWO, SIX]),
            Bad("ShapeError", "var is f32[2], expected shape [6]", [X, SIX, TWO]),
            Bad("ShapeError", "weight is f32[2], expected shape [6]", [X, SIX, SIX, TWO]),
            Bad("ShapeError", "bias is f32[2,6,4], expected shape [6]", [X, SIX, SIX, None, X]),
            Bad("ShapeError", "expected rank 2", [SIX, SIX, SIX]),
        ],
        scale=batch_norm_scale,
    ),
    "instance_norm": Sample(
        instance_norm_cases,
        instance_norm,
        [*EPS, *CHANNELS, Bad("ShapeError", "expected rank 3", [ONE])],
        scale=instance_norm_scale,
    ),
    "group_norm": Sample(
        group_norm_cases,
        group_norm,
        [
            *map(grouped, [*EPS, *CHANNELS, Bad("ShapeError", "expected rank 2", [SIX])]),
            Bad("ArgumentError", "num_groups is 0", [X], {"num_groups": 0}),
            Bad("ShapeError", "num_groups is 4, expected a divisor of the 6", [X], {"num_groups": 4}),
        ],
        scale=group_norm_scale,
    ),
    "rms_norm": Sample(
        rms_norm_cases,
        rms_norm,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("ShapeError", "weight is f32[2]", [ONE, TWO]),
            Bad("ArgumentError", "eps", [ONE], {"eps": -1.0}),
        ],
    ),
    "lp_norm": Sample(
        lp_norm_cases,
        lp_norm,
        [
            Bad("OutOfRangeError", "axis is 2", [ONE], {"axis": 2}),
            Bad("ArgumentError", "p is 3, expected 1 or 2", [ONE], {"p": 3}),
        ],
    ),
    "lrn": Sample(
        lrn_cases,
        lrn,
        [
            Bad("ShapeError", "expected rank 2", [SIX], {"size": 3}),
            Bad("ArgumentError", "size is 0", [X], {"size": 0}),
            Bad("ArgumentError", "expected numbers", [X], {"size": 1, "beta": float("nan")}),
        ],
        scale=lambda x, **attrs: np.abs(lrn(x, **attrs)),
    ),
}
