# SPDX-License-Identifier: Apache-2.0
"""Samples of the quantised ops."""

import numpy as np

from ops.sampling import NUMPY, SHAPES, Bad, Case, Sample

X = np.ones((2, 3), np.float32)
Q = np.ones((2, 3), np.uint8)
S = np.float32(0.5)
IMAGE = np.ones((2, 2, 3), np.uint8)


def scales(draw, shape):
    """Return (axis, block_size, shape of the scale) of every kind that fits `shape`."""
    yield 1, 0, ()
    yield 7, 0, (1,)  # one number: the axis does not matter
    for axis in range(-len(shape), len(shape)):
        yield axis, 0, (shape[axis],)
        for block in {1, 2, 3, max(1, shape[axis]), shape[axis] + 5}:
            counts = list(shape)
            counts[axis] = -(-shape[axis] // block)
            yield axis, block, tuple(counts)


def spread(value, x, axis, block_size):
    """Return scales or zero points with the shape of `x`, ready to broadcast."""
    if value.size == 1 and value.ndim <= 1 and block_size == 0:
        return value.reshape(())
    if block_size == 0:
        return value.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    return np.take(np.repeat(value, block_size, axis), np.arange(x.shape[axis]), axis)


def quantize_cases(draw, dtype):
    for shape in [*SHAPES, (9000,), (2, 5000)]:
        for axis, block, scale_shape in scales(draw, shape):
            x = draw.array(shape, dtype, -30, 30)
            scale = draw.array(scale_shape, dtype, 0.01, 0.5, special=False)
            target = ("i8", "u8", "i16", "u16")[draw.int(0, 3)]
            attrs = {"axis": axis, "block_size": block}
            if draw.int(0, 1):
                yield Case([x, scale, draw.array(scale_shape, target, -300, 300)], attrs)
            else:
                yield Case([x, scale], attrs | {"dtype": target})
    yield Case([np.float32([-1.5, -0.5, 0.5, 1.5, 2.5, 1e30, -1e30, np.nan]), np.float32(1)])
    yield Case([np.float32([0, 1, -1, 5e-41]), np.float32(0)])


def quantize(x, scale, zero_point=None, axis=1, block_size=0, dtype=None):
    zero = np.zeros((), NUMPY[dtype or "u8"])
    zero = zero if zero_point is None else spread(zero_point, x, axis, block_size)
    limits = np.iinfo(zero.dtype)
    y = np.rint(x / spread(scale, x, axis, block_size)) + zero.astype(np.float32)
    return np.clip(np.where(np.isnan(y), limits.min, y), limits.min, limits.max).astype(zero.dtype)


def dequantize_cases(draw, dtype):
    for shape in SHAPES:
        for axis, block, scale_shape in scales(draw, shape):
            x = draw.array(shape, dtype, -1000, 1000)
            scale = draw.array(scale_shape, "f32", 0.01, 0.5)
            attrs = {"axis": axis, "block_size": block}
            yield Case([x, scale], attrs)
            yield Case([x, scale, draw.array(scale_shape, dtype, -300, 300)], attrs)


def dequantize(x, scale, zero_point=None, axis=1, block_size=0):
    zero = np.zeros((), x.dtype) if zero_point is None else spread(zero_point, x, axis, block_size)
    difference = (x.astype(np.int64) - zero.astype(np.int64)).astype(np.int32)  # i32 wraps
    return difference.astype(np.float32) * spread(scale, x, axis, block_size).astype(np.float32)


# ---- products ----------------------------------------------------------------------------------------

PRODUCTS = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((1, 1), (1, 1)),
    ((2, 3), (3, 4)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
    ((2, 3), (3, 0)),
    ((16, 16), (16, 64)),
    ((15, 31), (31, 33)),
    ((7, 65), (65, 129)),
    ((1, 70), (70, 90)),
    ((70, 90), (90, 1)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((2, 5, 7, 3), (2, 5, 3, 6)),
    ((4,), (3, 4, 2)),
    ((3, 2, 4), (4,)),
    ((3, 1030), (1030, 70)),
    ((300, 9), (9, 66)),
]


def points(draw, of, dtype, last):
    """Return a zero point of each kind that fits an operand."""
    count = 1 if len(of) == 1 else of[-1 if last else -2]
    kinds = [None, (), (1,), (count,)]
    if len(of) > 1:
        kinds.append((*of[:-2], 1, of[-1]) if last else (*of[:-1], 1))
        kinds.append((1, of[-1]) if last else (of[-2], 1))
    shape = kinds[draw.int(0, len(kinds) - 1)]
    return None if shape is None else draw.array(shape, dtype, -128, 255)


def product_cases(draw, dtype):
    for a, b in PRODUCTS:
        for other in ("u8", "i8"):
            for _ in range(2):
                ins = [draw.array(a, dtype, -128, 255), draw.array(b, other, -128, 255)]
                zeros = [points(draw, a, dtype, False), points(draw, b, other, True)]
                yield Case([*ins, *zeros])
    extremes = {"u8": (0, 255), "i8": (-128, 127)}
    for other in ("u8", "i8"):  # what saturates 16-bit sums of pairs
        for low in (0, 1):
            a = np.full((5, 130), extremes[dtype][1 - low], "u1" if dtype == "u8" else "i1")
            b = np.full((130, 70), extremes[other][low], "u1" if other == "u8" else "i1")
            yield Case([a, b])


def widened(x, zero, last):
    x = x.astype(np.int64)
    if zero is None:
        return x
    zero = zero.astype(np.int64)
    if zero.ndim == 1 and zero.size != 1 and x.ndim > 1:
        zero = zero if last else zero[:, None]
    elif zero.size == 1:
        zero = zero.reshape(())
    return x - zero


def matmul_integer(a, b, a_zero_point=None, b_zero_point=None):
    y = np.matmul(widened(a, a_zero_point, False), widened(b, b_zero_point, True))
    return y.astype(np.uint64).astype(np.uint32).astype(np.int32)


# ---- convolutions ------------------------------------------------------------------------------------

# (x, w, attrs)
CONVS = [
    ((1, 1, 5), (1, 1, 3), {}),
    ((2, 3, 9), (4, 3, 3), {"padding": 1, "stride": 2}),
    ((2, 4, 6, 7), (6, 2, 3, 2), {"groups": 2, "padding": (1, 0, 2, 1), "dilation": 2}),
    ((1, 8, 9, 9), (5, 8, 1, 1), {}),
    ((1, 3, 12, 11), (70, 3, 3, 3), {"padding": 1}),
    ((2, 6, 10, 10), (6, 1, 3, 3), {"groups": 6, "padding": 1}),
    ((1, 70, 3, 3), (2, 70, 3, 3), {"padding": 3}),
    ((1, 2, 4, 5, 6), (3, 2, 2, 3, 2), {"padding": 1, "stride": (1, 2, 1)}),
    ((1, 2, 7, 8), (3, 2, 4, 3), {"auto_pad": "same_upper", "stride": 2}),
    ((1, 2, 7, 8), (3, 2, 4, 3), {"auto_pad": "same_lower"}),
    ((0, 2, 7), (3, 2, 3), {}),
    ((1, 2, 7), (0, 2, 3), {}),
]


def conv_cases(draw, dtype):
    for x, w, attrs in CONVS:
        for other in ("u8", "i8"):
            ins = [draw.array(x, dtype, -128, 255), draw.array(w, other, -128, 255)]
            kind = draw.int(0, 3)
            if kind == 0:
                yield Case(ins, attrs)
            else:
                shape = ((), (1,), (w[0],))[kind - 1]
                zeros = [
                    draw.array((), dtype, -9, 99),
                    draw.array(shape, other, -9, 99) if kind > 1 else None,
                ]
                yield Case([*ins, *zeros], attrs)


def conv_sums(x, w, stride=1, padding=0, dilation=1, groups=1, auto_pad="notset"):
    """Return the sums of x, in which 0 stands for zero, as int64."""
    rank = x.ndim - 2

    def spread(value):
        return (value,) * rank if isinstance(value, int) else value

    stride, dilation = spread(stride), spread(dilation)
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)]
    if auto_pad == "notset":
        begins = spread(padding)[:rank]
        ends = spread(padding)[-rank:]
    else:
        wanted = [-(-n // s) for n, s in zip(x.shape[2:], stride, strict=True)]
        total = [
            max(0, (m - 1) * s + r - n) for m, s, r, n in zip(wanted, stride, reach, x.shape[2:], strict=True)
        ]
        begins = [t // 2 if auto_pad == "same_upper" else t - t // 2 for t in total]
        ends = [t - b for t, b in zip(total, begins, strict=True)]
    x = np.pad(x, [(0, 0), (0, 0), *zip(begins, ends, strict=True)])
    counts = [(n - r) // s + 1 for n, r, s in zip(x.shape[2:], reach, stride, strict=True)]
    y = np.zeros((len(x), len(w), *counts), np.int64)
    outs, channels = len(w) // groups, w.shape[1]
    for g in range(groups):
        for tap in np.ndindex(w.shape[2:]):
            at = [
                slice(t * d, t * d + (n - 1) * s + 1, s)
                for t, d, n, s in zip(tap, dilation, counts, stride, strict=True)
            ]
            part = x[:, g * channels : (g + 1) * channels, *at]
            weights = w[g * outs : (g + 1) * outs, :, *tap]
            y[:, g * outs : (g + 1) * outs] += np.einsum("oc,nc...->no...", weights, part)
    return y


def conv_integer(x, w, x_zero_point=None, w_zero_point=None, **attrs):
    x, w = x.astype(np.int64), w.astype(np.int64)
    x = x - (0 if x_zero_point is None else x_zero_point.astype(np.int64))
    if w_zero_point is not None:
        w = w - w_zero_point.astype(np.int64).reshape(-1, *[1] * (w.ndim - 1))
    return conv_sums(x, w, **attrs).astype(np.int32)


# ---- quantised results -------------------------------------------------------------------------------


def requantise(sums, factor, y_zero_point):
    """Round in f32, as is documented."""
    y = np.rint(sums.astype(np.float32) * factor.astype(np.float32)) + y_zero_point.astype(np.float32)
    limits = np.iinfo(y_zero_point.dtype)
    return np.clip(y, limits.min, limits.max).astype(y_zero_point.dtype)


def qlinear_matmul_cases(draw, dtype):
    for case in product_cases(draw, dtype):
        a, b, a_zero, b_zero = (*case.ins, None, None)[:4]
        rows = 1 if a.ndim == 1 else a.shape[-2]
        columns = 1 if b.ndim == 1 else b.shape[-1]
        a_scale = draw.array(((), (1,), (rows,))[draw.int(0, 2)], "f32", 0.001, 0.02, special=False)
        b_scale = draw.array(((), (1,), (columns,))[draw.int(0, 2)], "f32", 0.001, 0.02, special=False)
        zero = draw.array((), ("u8", "i8")[draw.int(0, 1)], -100, 200)
        a_zero = np.zeros((), a.dtype) if a_zero is None else a_zero
        b_zero = np.zeros((), b.dtype) if b_zero is None else b_zero
        yield Case([a, a_scale, a_zero, b, b_scale, b_zero, np.float32(0.05), zero])


def qlinear_matmul(a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point):
    sums = matmul_integer(a, b, a_zero_point, b_zero_point)
    if a_scale.ndim == 1 and a_scale.size != 1 and a.ndim > 1:
        a_scale = a_scale[:, None] if b.ndim > 1 else a_scale
    factor = np.float32(a_scale) * np.float32(b_scale) / np.float32(y_scale)
    factor = factor.reshape(()) if factor.size == 1 else factor
    return requantise(sums, factor, y_zero_point)


def qlinear_conv_cases(draw, dtype):
    for case in conv_cases(draw, dtype):
        x, w, x_zero, w_zero = (*case.ins, None, None)[:4]
        w_scale = draw.array(((), (1,), (len(w),))[draw.int(0, 2)], "f32", 0.001, 0.02, special=False)
        zero = draw.array((), ("u8", "i8")[draw.int(0, 1)], -100, 200)
        x_zero = np.zeros((), x.dtype) if x_zero is None else x_zero
        w_zero = np.zeros((), w.dtype) if w_zero is None else w_zero
        ins = [x, np.float32(0.01), x_zero, w, w_scale, w_zero, np.float32(0.05), zero]
        if draw.int(0, 1):
            ins.append(draw.array((len(w),), "i32", -(10**5), 10**5, special=False))
        yield Case(ins, case.attrs)


def qlinear_conv(
    x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias=None, **attrs
):
    sums = conv_integer(x, w, x_zero_point, w_zero_point, **attrs)
    ones = [1] * (x.ndim - 2)
    if bias is not None:
        sums = (sums.astype(np.int64) + bias.reshape(-1, *ones)).astype(np.int32)
    factor = np.float32(w_scale).reshape(-1, *ones) * np.float32(x_scale) / np.float32(y_scale)
    return requantise(sums, factor, y_zero_point)


def dynamic_quantize_cases(draw, dtype):
    for shape in [*SHAPES, (9000,), (3, 40, 50)]:
        yield Case([draw.array(shape, dtype, -7, 3, special=False)])
    yield Case([draw.array((33,), dtype, 1, 3, special=False)])
    yield Case([draw.array((33,), dtype, -3, -1, special=False)])
    yield Case([np.zeros(5, np.float32)])
    yield Case([np.float32([np.nan, -1, 1, np.nan])])
    yield Case([np.float32([0, np.inf, 1])])


def dynamic_quantize(x):
    low = np.float32(min(0, np.nanmin(x, initial=0)))
    high = np.float32(max(0, np.nanmax(x, initial=0)))
    scale = np.float32(1) if high == low else (high - low) / np.float32(255)
    zero = np.rint(np.clip(np.float32(0) - low / scale, 0, 255)).astype(np.uint8)
    return quantize(np.float32(x), scale, zero, dtype="u8"), scale, zero


SCALE_ERRORS = [
    Bad("ShapeError", "scale is f32[2], expected a number or shape [3]", [X, np.ones(2, np.float32)]),
    Bad("OutOfRangeError", "axis is 2", [X, np.ones(3, np.float32)], {"axis": 2}),
    Bad("ShapeError", "block_size 2", [X, np.ones((2, 3), np.float32)], {"block_size": 2}),
    Bad("ArgumentError", "block_size is -1", [X, S], {"block_size": -1}),
    Bad("ShapeError", "zero_point is u8[3]", [X, S, np.ones(3, np.uint8)]),
]

SAMPLES = {
    "quantize": Sample(
        quantize_cases,
        quantize,
        [
            *SCALE_ERRORS,
            Bad("DTypeError", "zero_point is u8", [X, S, np.uint8(1)], {"dtype": "i8"}),
            Bad("DTypeError", "dtype is f32", [X, S], {"dtype": "f32"}),
        ],
        native=True,
    ),
    "dequantize": Sample(
        dequantize_cases,
        dequantize,
        [Bad(b.raises, b.text, [Q, *b.ins[1:]], b.attrs) for b in SCALE_ERRORS]
        + [Bad("DTypeError", "x is f32", [X, S])],
        native=True,
    ),
    "matmul_integer": Sample(
        product_cases,
        matmul_integer,
        [
            Bad("ShapeError", "the last axis of a has 3", [Q, Q]),
            Bad("ShapeError", "a_zero_point is u8[3]", [Q, Q.T, np.ones(3, np.uint8)]),
            Bad("ShapeError", "b_zero_point is u8[3]", [Q, Q.T, None, np.ones(3, np.uint8)]),
            Bad("ShapeError", "b_zero_point is u8[3,1]", [Q, Q.T, None, np.ones((3, 1), np.uint8)]),
            Bad("DTypeError", "a is f32", [X, Q.T]),
        ],
    ),
    "dynamic_quantize": Sample(
        dynamic_quantize_cases,
        dynamic_quantize,
        [Bad("DTypeError", "x is f64", [np.ones(3, np.float64)])],
        native=True,
    ),
    "conv_integer": Sample(
        conv_cases,
        conv_integer,
        [
            Bad("ShapeError", "axis 1 of w", [IMAGE, IMAGE[:, :1]]),
            Bad("ShapeError", "x_zero_point is u8[2]", [IMAGE, IMAGE, np.ones(2, np.uint8)]),
            Bad("ShapeError", "one for each out channel", [IMAGE, IMAGE, np.uint8(1), np.ones(3, np.uint8)]),
            Bad("ArgumentError", "groups is 0", [IMAGE, IMAGE], {"groups": 0}),
            Bad("DTypeError", "w is f32", [IMAGE, np.ones((2, 2, 3), np.float32)]),
        ],
    ),
    "qlinear_matmul": Sample(
        qlinear_matmul_cases,
        qlinear_matmul,
        [
            Bad(
                "ShapeError",
                "a_scale is f32[3]",
                [Q, np.ones(3, np.float32), Q[0, 0], Q.T, S, Q[0, 0], S, Q[0, 0]],
            ),
            Bad("ShapeError", "y_scale is f32[2]", [Q, S, Q[0, 0], Q.T, S, Q[0, 0], X[:, 0], Q[0, 0]]),
            Bad("ShapeError", "the last axis of a has 3", [Q, S, Q[0, 0], Q, S, Q[0, 0], S, Q[0, 0]]),
        ],
        native=True,
    ),
    "qlinear_conv": Sample(
        qlinear_conv_cases,
        qlinear_conv,
        [
            Bad("ShapeError", "x_scale is f32[2]", [IMAGE, X[:, 0], Q[0, 0], IMAGE, S, Q[0, 0], S, Q[0, 0]]),
            Bad("ShapeError", "w_scale is f32[3]", [IMAGE, S, Q[0, 0], IMAGE, X[0], Q[0, 0], S, Q[0, 0]]),
            Bad(
                "ShapeError",
                "bias is i32[3]",
                [IMAGE, S, Q[0, 0], IMAGE, S, Q[0, 0], S, Q[0, 0], np.ones(3, np.int32)],
            ),
        ],
        native=True,
    ),
}
