# SPDX-License-Identifier: Apache-2.0
"""Samples of the pointwise ops."""

import math

import numpy as np

from ops.sampling import FLOATS, NUMPY, PAIRS, SHAPES, Bad, Case, Sample, to_bf16

ONE = np.ones(3, np.float32)
WORDS = np.array(["a"])


def unary_cases(low=-4.0, high=4.0, attrs=({},)):
    def cases(draw, dtype):
        for shape in SHAPES:
            for more in attrs:
                yield Case([draw.array(shape, dtype, low, high)], dict(more))

    return cases


def unary(oracle, wrong="i32", low=-4.0, high=4.0, attrs=({},), bad=()):
    errors = [Bad("DTypeError", "x", [WORDS]), *bad]
    if wrong:
        errors.append(Bad("DTypeError", wrong, [np.ones(3, NUMPY[wrong])]))
    return Sample(unary_cases(low, high, attrs), oracle, errors)


def each(function):
    """Apply a function of the standard library to every element."""
    return np.vectorize(function, otypes=[np.float64])


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def silu(x):
    return np.where(np.isneginf(x), 0, x * sigmoid(x))


def gelu(x, approximate="none"):
    if approximate == "none":
        y = 0.5 * x * each(math.erfc)(-x / np.sqrt(2))
    else:
        # 1 + tanh(z) = 2 sigmoid(2z), which keeps its digits where tanh is near -1.
        y = x * sigmoid(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return np.where(np.isneginf(x), 0, y)


def clip_cases(draw, dtype):
    for shape, other in PAIRS:
        x, low, high = (draw.array(s, dtype) for s in (shape, other, other))
        yield Case([x, low, high])
        yield Case([x, low, None])
        yield Case([x, None, draw.array((), dtype, special=False)])
        yield Case([x])


def clip(x, low=None, high=None):
    x = np.array(x)
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def cast_cases(draw, dtype):
    for target in NUMPY:
        for shape in ((), (0,), (1,), (37,), (5, 3)):
            yield Case([draw.array(shape, dtype, -300, 300)], {"dtype": target})
        if dtype in FLOATS:
            wide = (draw.rng.standard_normal(64) * 2.0 ** draw.rng.uniform(-30, 70, 64)).astype(np.float64)
            with np.errstate(over="ignore"):
                yield Case([wide.astype(NUMPY[dtype])], {"dtype": target})
        elif dtype != "bool":
            limits = np.iinfo(NUMPY[dtype])
            x = draw.rng.integers(limits.min, limits.max, 64, dtype=NUMPY[dtype], endpoint=True)
            yield Case([x], {"dtype": target})


def cast(x, dtype):
    kind = np.dtype(NUMPY[dtype])
    if dtype == "bool":
        return x != 0
    if dtype in FLOATS or x.dtype.kind != "f":
        if dtype in ("f16", "bf16") and x.dtype.kind in "iu":
            # Through f64 to odd: one rounding for 64-bit integers too.
            return round_integers(x, dtype)
        return to_bf16(x) if dtype == "bf16" else x.astype(kind)
    limits = np.iinfo(kind)
    result = [
        0
        if np.isnan(v)
        else min(max(int(v), limits.min), limits.max)
        if np.isfinite(v)
        else (limits.max if v > 0 else limits.min)
        for v in x.reshape(-1)
    ]
    return np.array(result, dtype=object).astype(kind).reshape(x.shape)


def round_integers(x, dtype):
    """Round integers to 16 bits once, with sticky bits for what a double cannot hold."""
    values = [int(v) for v in x.reshape(-1)]
    # Beyond 2^20 both formats have less than 12 bits above the last 8: the lowest bits only break ties.
    sticky = [
        v if abs(v) < 1 << 50 else (abs(v) >> 8 << 8 | (abs(v) & 255 != 0) << 8) * (1 if v > 0 else -1)
        for v in values
    ]
    doubles = np.array(sticky, dtype=np.float64).reshape(x.shape)
    return to_bf16(doubles) if dtype == "bf16" else doubles.astype(np.float16)


def binary_cases(low=-4.0, high=4.0, attrs=({},)):
    def cases(draw, dtype):
        for a, b in PAIRS:
            for more in attrs:
                yield Case([draw.array(a, dtype, low, high), draw.array(b, dtype, low, high)], dict(more))

    return cases


def binary(oracle, low=-4.0, high=4.0, bad=(), wrong="bool"):
    errors = [
        Bad(
            "ShapeError",
            "axis -1 has both 3 and 4",
            [ONE if wrong == "bool" else ONE > 0, np.ones(4, ONE.dtype if wrong == "bool" else bool)],
        ),
        Bad("DTypeError", "b", [ONE, WORDS]),
        *bad,
    ]
    if wrong:
        errors.append(Bad("DTypeError", wrong, [np.ones(3, NUMPY[wrong])] * 2))
    return Sample(binary_cases(low, high), oracle, errors)


def div_cases(draw, dtype):
    for a, b in PAIRS:
        for mode in (None, "trunc", "floor"):
            if dtype not in FLOATS and mode is None:
                continue  # the Python face casts integers to f32 here: not this row's matter
            x, y = draw.array(a, dtype, -50, 50), draw.array(b, dtype, -9, 9)
            if dtype not in FLOATS:
                y = np.where(y == 0, 3, y).astype(y.dtype)
            yield Case([x, y], {"rounding_mode": mode})


def div(a, b, rounding_mode=None):
    if a.dtype.kind in "iu":
        quotient = np.floor_divide(a, b)
        if rounding_mode == "floor":
            return quotient
        inexact = (quotient * b != a) & ((a < 0) != (b < 0))
        return (quotient + inexact).astype(a.dtype)
    if rounding_mode is None:
        return a / b
    return np.trunc(a / b) if rounding_mode == "trunc" else np.floor_divide(a, b)


def pow_cases(draw, dtype):
    for a, b in PAIRS:
        if dtype in FLOATS:
            yield Case([draw.array(a, dtype, 0, 9), draw.array(b, dtype, -4, 4)])
            yield Case(
                [draw.array(a, dtype, -9, 9), np.asarray(np.round(draw.array(b, dtype, -5, 5)), NUMPY[dtype])]
            )
        else:
            yield Case([draw.array(a, dtype, -9, 9), draw.array(b, dtype, -3, 12)])


def power(a, b):
    if a.dtype.kind == "f":
        return np.power(a, b)
    bits = a.dtype.itemsize * 8

    def one(x, n):
        if n < 0:
            return {1: 1, -1: -1 if n % 2 else 1}.get(x, 0)
        value = pow(x, n, 1 << bits)
        return value - (1 << bits) if a.dtype.kind == "i" and value >> (bits - 1) else value

    a, b = np.broadcast_arrays(a, b)
    flat = [one(int(x), int(n)) for x, n in zip(a.reshape(-1), b.reshape(-1), strict=True)]
    return np.array(flat, dtype=object).astype(a.dtype).reshape(a.shape)


def whole(function):
    """Round floats; whole numbers stay as they are."""
    return lambda x: function(x) if x.dtype.kind == "f" else x


def parameter(x, value):
    """Return a parameter as kernels see it: rounded to f32 for all but f64."""
    return value if x.dtype == np.float64 else np.float32(value)


def hard_sigmoid(x, alpha=1 / 6, beta=0.5):
    return np.minimum(
        np.maximum(x * parameter(x, alpha) + parameter(x, beta), x.dtype.type(0)), x.dtype.type(1)
    )


def hard_swish(x):
    inner = x * (x * parameter(x, 1 / 6) + x.dtype.type(0.5))
    return np.where(x <= -3, 0, np.where(x >= 3, x, inner)).astype(x.dtype)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def celu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


def selu(x):
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def mish(x):
    return np.where(np.isneginf(x), 0, x * np.tanh(np.logaddexp(0, x)))


def is_inf(x, detect_negative=True, detect_positive=True):
    return (np.isneginf(x) & detect_negative) | (np.isposinf(x) & detect_positive)


def shift_cases(draw, dtype):
    for a, b in PAIRS:
        for direction in ("left", "right"):
            x, count = draw.array(a, dtype, -1000, 1000), draw.array(b, dtype, -2, 70)
            yield Case([x, count], {"direction": direction})


def bit_shift(a, b, direction="left"):
    return np.left_shift(a, b) if direction == "left" else np.right_shift(a, b)


def remainder_cases(draw, dtype):
    for a, b in PAIRS:
        x, y = draw.array(a, dtype, -50, 50), draw.array(b, dtype, -9, 9)
        if dtype not in FLOATS:
            y = np.where(y == 0, 3, y).astype(y.dtype)
        yield Case([x, y])


def remainder(oracle):
    return Sample(
        remainder_cases,
        oracle,
        [
            Bad("ShapeError", "do not broadcast", [ONE, np.ones(4, np.float32)]),
            Bad("DTypeError", "bool", [ONE > 0, ONE > 0]),
            Bad("DivisionByZeroError", "division by zero", [np.ones(3, int), np.zeros(3, int)]),
        ],
        native=True,
    )


def exact(sample):
    """Compute the oracle in the op's own dtype."""
    sample.native = True
    return sample


def binary_of(wrong, right):
    """Errors of ops that take integers or bools."""
    return [
        Bad("ShapeError", "axis -1 has both 3 and 4", [np.ones(3, right), np.ones(4, right)]),
        Bad("DTypeError", wrong, [np.ones(3, NUMPY[wrong])] * 2),
        Bad("DTypeError", "b", [np.ones(3, right), WORDS]),
    ]


def bits(oracle):
    return Sample(binary_cases(-300, 300), oracle, binary_of("f32", np.int32))


STEEP = Bad("DTypeError", "alpha", [ONE], {"alpha": "steep"})
ALPHAS = ({}, {"alpha": 0.25}, {"alpha": 2})


def where_cases(draw, dtype):
    for a, b in PAIRS:
        for c in ((), a):
            yield Case([draw.array(c, "bool"), draw.array(a, dtype), draw.array(b, dtype)])


SAMPLES = {
    "abs": unary(np.abs, wrong="bool", low=-1000, high=1000),
    "neg": unary(np.negative, wrong="bool", low=-1000, high=1000),
    "sqrt": unary(np.sqrt, wrong="", low=-1, high=1e4),
    "exp": unary(np.exp, wrong="", low=-110, high=110),
    "log": unary(np.log, wrong="", low=-1, high=1e4),
    "tanh": unary(np.tanh, wrong="", low=-12, high=12),
    "erf": unary(each(math.erf), wrong=""),
    "sigmoid": unary(sigmoid, wrong="", low=-100, high=100),
    "relu": unary(lambda x: np.maximum(x, x.dtype.type(0)), wrong="bool", low=-100, high=100),
    "leaky_relu": unary(
        lambda x, negative_slope=0.01: np.where(
            x >= 0,
            x,
            x * np.float64(np.float32(negative_slope)) if x.dtype != np.float64 else x * negative_slope,
        ),
        wrong="",
        attrs=({}, {"negative_slope": 0.25}, {"negative_slope": -1}),
        bad=[Bad("DTypeError", "negative_slope", [ONE], {"negative_slope": "steep"})],
    ),
    "gelu": unary(
        gelu,
        wrong="",
        low=-9,
        high=9,
        attrs=({}, {"approximate": "tanh"}),
        bad=[Bad("ArgumentError", "approximate", [ONE], {"approximate": "sigmoid"})],
    ),
    "silu": unary(silu, wrong="", low=-100, high=100),
    "clip": Sample(
        clip_cases,
        clip,
        [
            Bad("ShapeError", "do not broadcast", [ONE, np.ones(4, np.float32)]),
            Bad("DTypeError", "bool", [ONE > 0, ONE > 0]),
            Bad("DTypeError", "x", [WORDS]),
        ],
    ),
    "cast": Sample(
        cast_cases,
        cast,
        [
            Bad("DTypeError", "dtype", [ONE], {"dtype": "f31"}),
            Bad("DTypeError", "x", [WORDS], {"dtype": "f32"}),
        ],
    ),
    "is_nan": unary(np.isnan, wrong="i32"),
    "logical_not": unary(np.logical_not, wrong="f32"),
    "add": binary(np.add),
    "sub": binary(np.subtract),
    "mul": binary(np.multiply),
    "div": Sample(
        div_cases,
        div,
        [
            Bad("ShapeError", "do not broadcast", [ONE, np.ones(4, np.float32)]),
            Bad("ArgumentError", "rounding_mode", [ONE, ONE], {"rounding_mode": "up"}),
            Bad("DTypeError", "bool", [ONE > 0, ONE > 0], {"rounding_mode": "floor"}),
            Bad(
                "DivisionByZeroError",
                "division by zero",
                [np.ones(3, int), np.zeros(3, int)],
                {"rounding_mode": "trunc"},
            ),
            Bad(
                "DivisionByZeroError",
                "division by zero",
                [np.ones(3, int), np.zeros(3, int)],
                {"rounding_mode": "floor"},
            ),
        ],
        native=True,
    ),
    "pow": Sample(
        pow_cases,
        power,
        [
            Bad("ShapeError", "do not broadcast", [ONE, np.ones(4, np.float32)]),
            Bad("DTypeError", "bool", [ONE > 0, ONE > 0]),
        ],
    ),
    "maximum": binary(np.maximum),
    "minimum": binary(np.minimum),
    "equal": binary(np.equal, wrong=""),
    "less": binary(np.less, wrong=""),
    "greater": binary(np.greater, wrong=""),
    "logical_and": binary(np.logical_and, wrong="f32"),
    "where": Sample(
        where_cases,
        np.where,
        [
            Bad("ShapeError", "do not broadcast", [ONE > 0, ONE, np.ones(4, np.float32)]),
            Bad("DTypeError", "cond", [ONE, ONE, ONE]),
        ],
        dtypes=tuple(NUMPY),
    ),
    "sign": exact(unary(np.sign, wrong="bool", low=-100, high=100)),
    "floor": exact(unary(whole(np.floor), wrong="bool", low=-100, high=100)),
    "ceil": exact(unary(whole(np.ceil), wrong="bool", low=-100, high=100)),
    "round": exact(unary(whole(np.rint), wrong="bool")),
    "trunc": exact(unary(whole(np.trunc), wrong="bool", low=-100, high=100)),
    "rsqrt": unary(lambda x: 1 / np.sqrt(x), wrong="", low=-1, high=1e4),
    "reciprocal": exact(unary(lambda x: 1 / x, wrong="", low=-100, high=100)),
    "not_equal": binary(np.not_equal, wrong=""),
    "less_equal": binary(np.less_equal, wrong=""),
    "greater_equal": binary(np.greater_equal, wrong=""),
    "logical_or": binary(np.logical_or, wrong="f32"),
    "logical_xor": binary(np.logical_xor, wrong="f32"),
    "bitwise_not": unary(np.invert, wrong="f32", low=-300, high=300),
    "bitwise_and": bits(np.bitwise_and),
    "bitwise_or": bits(np.bitwise_or),
    "bitwise_xor": bits(np.bitwise_xor),
    "bit_shift": Sample(
        shift_cases,
        bit_shift,
        [
            *binary_of("f32", np.int32),
            Bad("DTypeError", "bool", [ONE > 0, ONE > 0]),
            Bad("ArgumentError", "direction", [np.ones(3, int)] * 2, {"direction": "up"}),
        ],
    ),
    "is_inf": unary(
        is_inf,
        wrong="i32",
        attrs=[
            {},
            {"detect_negative": False},
            {"detect_positive": False},
            {"detect_negative": False, "detect_positive": False},
        ],
        bad=[Bad("DTypeError", "detect_negative", [ONE], {"detect_negative": "yes"})],
    ),
    "mod": remainder(np.mod),
    "fmod": remainder(np.fmod),
    "prelu": exact(binary(lambda x, slope: np.where(x < 0, x * slope, x), wrong="")),
    "elu": unary(elu, wrong="", low=-20, high=20, attrs=ALPHAS, bad=[STEEP]),
    "selu": unary(selu, wrong="", low=-20, high=20),
    "celu": unary(celu, wrong="", low=-20, high=20, attrs=ALPHAS, bad=[STEEP]),
    "hard_sigmoid": exact(
        unary(hard_sigmoid, wrong="", attrs=({}, {"alpha": 0.2}, {"beta": 0.25, "alpha": -1}), bad=[STEEP])
    ),
    "hard_swish": exact(unary(hard_swish, wrong="")),
    "mish": unary(mish, wrong="", low=-100, high=100),
    "softplus": unary(lambda x: np.logaddexp(0, x), wrong="", low=-100, high=100),
    "softsign": exact(unary(lambda x: x / (1 + np.abs(x)), wrong="", low=-100, high=100)),
    "expm1": unary(np.expm1, wrong="", low=-20, high=90),
    "log1p": unary(np.log1p, wrong="", low=-1, high=100),
    "sin": unary(np.sin, wrong="", low=-100, high=100),
    "cos": unary(np.cos, wrong="", low=-100, high=100),
    "tan": unary(np.tan, wrong="", low=-100, high=100),
    "asin": unary(np.arcsin, wrong="", low=-1, high=1),
    "acos": unary(np.arccos, wrong="", low=-1, high=1),
    "atan": unary(np.arctan, wrong="", low=-100, high=100),
    "sinh": unary(np.sinh, wrong="", low=-90, high=90),
    "cosh": unary(np.cosh, wrong="", low=-90, high=90),
    "asinh": unary(np.arcsinh, wrong="", low=-100, high=100),
    "acosh": unary(np.arccosh, wrong="", low=0, high=100),
    "atanh": unary(np.arctanh, wrong="", low=-1, high=1),
    "threshold_relu": exact(
        unary(
            lambda x, alpha=1.0: np.where(x <= parameter(x, alpha), 0, x),
            wrong="",
            attrs=ALPHAS,
            bad=[STEEP],
        )
    ),
}
