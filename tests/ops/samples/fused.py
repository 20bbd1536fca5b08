# SPDX-License-Identifier: Apache-2.0
"""Samples of the fused ops: the op in front, then addend and activation in double precision."""

import math

import numpy as np

from ops.sampling import Bad, Case, Sample, _load
from ops.sampling import support as _support

_FOLDER = _support.ROOT / "tests/ops/samples"
conv = _load(_FOLDER / "conv.py", "legato_samples_conv_for_fused").conv
linear = _load(_FOLDER / "matmul.py", "legato_samples_matmul_for_fused").linear

_erf = np.vectorize(math.erf, otypes=[np.float64])


def _sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


ACTIVATIONS = {
    "none": lambda x, _a, _b: x,
    "relu": lambda x, _a, _b: np.maximum(x, 0),
    "clip": lambda x, a, b: np.minimum(np.maximum(x, a), b),
    "leaky_relu": lambda x, a, _b: np.where(x < 0, x * a, x),
    "sigmoid": lambda x, _a, _b: _sigmoid(x),
    "tanh": lambda x, _a, _b: np.tanh(x),
    "silu": lambda x, _a, _b: x * _sigmoid(x),
    "gelu": lambda x, _a, _b: 0.5 * x * (1 + _erf(x / math.sqrt(2))),
    "gelu_tanh": lambda x, _a, _b: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "hard_sigmoid": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "hard_swish": lambda x, _a, _b: x * np.clip(x / 6 + 0.5, 0, 1),
}
NUMBERS = {"clip": (-0.5, 1.5), "leaky_relu": (0.1, 0.0), "hard_sigmoid": (0.2, 0.5)}


def finish(y, addend, activation="none", alpha=0.0, beta=0.0, add_after=False):
    y = y if addend is None or add_after else y + addend
    y = ACTIVATIONS[activation](y, np.float64(np.float32(alpha)), np.float64(np.float32(beta)))
    return y + addend if addend is not None and add_after else y


def ends(draw, y_shape, bias_count):
    """Yield the operands behind the first two, and attributes, for every activation and addend."""
    for index, name in enumerate(ACTIVATIONS):
        alpha, beta = NUMBERS.get(name, (0.0, 0.0))
        for kind in range(3):
            bias = draw.array((bias_count,), "f32", special=False) if (index + kind) % 2 else None
            addend = draw.array(y_shape, "f32", special=False) if kind else None
            attrs = {"activation": name, "alpha": alpha, "beta": beta, "add_after": kind == 2}
            yield [bias, addend], attrs


def fused_conv_cases(draw, dtype):
    for x, w, attrs in [
        ((1, 4, 8, 9), (6, 4, 3, 3), {"padding": 1}),
        ((2, 8, 7, 7), (8, 1, 3, 3), {"padding": 1, "groups": 8}),
        ((1, 20, 12, 13), (33, 20, 1, 1), {}),
        ((1, 3, 17), (4, 3, 5), {"stride": 2}),
        ((1, 2, 5, 77), (5, 2, 3, 3), {"padding": 1, "stride": (1, 2)}),  # by bands
        ((3, 4, 6), (6, 2, 3), {"groups": 2}),  # images as columns of one product
    ]:
        ins = [draw.array(shape, dtype, -1, 1, special=False) for shape in (x, w)]
        shape = conv(*ins, **attrs).shape
        for more, end in ends(draw, shape, w[0]):
            yield Case([*ins, *more], {**attrs, **end})
    yield Case([draw.array(s, dtype, special=False) for s in ((0, 3, 5, 5), (2, 3, 3, 3))])


def fused_conv(x, w, bias=None, addend=None, stride=1, padding=0, dilation=1, groups=1, **end):
    return finish(conv(x, w, bias, stride, padding, dilation, groups), addend, **end)


def fused_linear_cases(draw, dtype):
    for x, out in [((3,), 4), ((2, 5, 3), 70), ((1, 200), 300), ((70, 40), 33), ((4, 16), 0)]:
        ins = [draw.array(s, dtype, -1, 1, special=False) for s in (x, (out, x[-1]))]
        for more, end in ends(draw, (*x[:-1], out), out):
            yield Case([*ins, *more], end)


def fused_linear(x, w, bias=None, addend=None, **end):
    return finish(linear(x, w, bias), addend, **end)


def fused_matmul_cases(draw, dtype):
    for a, b in [
        ((3,), (3, 4)),
        ((16, 16), (16, 16)),
        ((2, 5, 7, 3), (3, 6)),
        ((3, 1, 2, 9), (4, 9, 40)),
        ((70, 90), (90, 1)),
        ((130, 40), (40, 130)),
    ]:
        ins = [draw.array(s, dtype, -1, 1, special=False) for s in (a, b)]
        for more, end in ends(draw, np.matmul(*ins).shape, b[-1]):
            yield Case([*ins, *more], end)


def fused_matmul(a, b, bias=None, addend=None, **end):
    y = np.matmul(a, b)
    return finish(y if bias is None else y + bias, addend, **end)


# id, meaning and number of operands of some ops for steps.
STEPS = {
    "add": (17, np.add, 2),
    "mul": (19, np.multiply, 2),
    "maximum": (22, np.maximum, 2),
    "tanh": (6, np.tanh, 1),
    "abs": (1, np.abs, 1),
    "leaky_relu": (10, lambda x, alpha: np.where(x < 0, x * alpha, x), 1),
    "clip": (13, lambda x, low, high: np.minimum(np.maximum(x, low), high), 3),
}
IDS = {number: (meaning, count, name) for name, (number, meaning, count) in STEPS.items()}


def chain(xs, ops, a, b, c, alpha=(), beta=()):
    values = list(xs)
    for i, (op, *operands) in enumerate(zip(ops, a, b, c, strict=True)):
        meaning, count, name = IDS[op]
        given = [values[k] for k in operands[:count]]
        values.append(meaning(*given, alpha[i]) if name == "leaky_relu" else meaning(*given))
    shape = np.broadcast_shapes(*(x.shape for x in xs))
    return np.broadcast_to(values[-1], shape)


def chain_cases(draw, dtype):
    for shapes in [
        [(), ()],
        [(7,)],
        [(0, 3), (3,)],
        [(33, 129), (129,), ()],
        [(2, 3, 700), (3, 1), (2, 1, 700), (1,)],
        [(5000,), (5000,), (5000,)],
    ]:
        xs = [draw.array(s, dtype, -1, 1, special=False) for s in shapes]
        for length in (1, 2, 5, 16):
            steps = {key: [] for key in ("ops", "a", "b", "c", "alpha", "beta")}
            for i in range(length):
                name = list(STEPS)[draw.int(0, len(STEPS) - 1)]
                number, _, count = STEPS[name]
                # The first steps read every input in turn, so that all shapes take part.
                operands = [draw.int(0, len(xs) + i - 1) for _ in range(count)]
                operands[0] = i % len(xs) if i < len(xs) else len(xs) + i - 1
                operands += [-1] * (3 - count)
                for key, value in zip(steps, [number, *operands, 0.25, 0.0], strict=True):
                    steps[key].append(value)
            yield Case([xs], steps)


X = np.ones((1, 2, 5), np.float32)
W = np.ones((3, 2, 2), np.float32)
A = np.ones((2, 3), np.float32)
B = np.ones((4, 3), np.float32)


def magnitude(y):
    return np.abs(y) + 1


SAMPLES = {
    "fused_conv": Sample(
        fused_conv_cases,
        fused_conv,
        [
            Bad("ShapeError", "addend is f32[1,3,5], expected", [X, W, None, np.ones((1, 3, 5), np.float32)]),
            Bad("ArgumentError", "activation", [X, W], {"activation": "softmax"}),
        ],
        scale=lambda x, w, bias=None, addend=None, stride=1, padding=0, dilation=1, groups=1, **_: magnitude(
            conv(np.abs(x), np.abs(w), None, stride, padding, dilation, groups)
        ),
        layout_exact=False,
    ),
    "chain": Sample(
        chain_cases,
        chain,
        [
            Bad("ShapeError", "broadcast", [[A, B]], {"ops": [17], "a": [0], "b": [1], "c": [-1]}),
            Bad("ArgumentError", "expected as many", [[A]], {"ops": [6, 6], "a": [0], "b": [-1], "c": [-1]}),
            Bad("ArgumentError", "step 0 is op 37", [[A]], {"ops": [37], "a": [0], "b": [0], "c": [-1]}),
            Bad("ArgumentError", "operand 0 is 1", [[A]], {"ops": [6], "a": [1], "b": [-1], "c": [-1]}),
            Bad("ArgumentError", "operand 1 is -1", [[A]], {"ops": [17], "a": [0], "b": [-1], "c": [-1]}),
            Bad(
                "ArgumentError",
                "alpha and beta",
                [[A]],
                {"ops": [6], "a": [0], "b": [-1], "c": [-1], "alpha": [1.0, 2.0]},
            ),
        ],
        scale=lambda xs, **_: magnitude(0 * np.zeros(np.broadcast_shapes(*(x.shape for x in xs))) + 16),
        layout_exact=True,
    ),
    "fused_linear": Sample(
        fused_linear_cases,
        fused_linear,
        [Bad("ShapeError", "addend is f32[4]", [A, B, None, np.ones(4, np.float32)])],
        scale=lambda x, w, *_a, **_k: magnitude(linear(np.abs(x), np.abs(w))),
        layout_exact=False,
    ),
    "fused_matmul": Sample(
        fused_matmul_cases,
        fused_matmul,
        [
            Bad("ShapeError", "addend is f32[4]", [A, B.T, None, np.ones(4, np.float32)]),
            Bad("ShapeError", "expected shape [4]", [A, B.T, np.ones(3, np.float32)]),
        ],
        scale=lambda a, b, *_a, **_k: magnitude(np.matmul(np.abs(a), np.abs(b))),
        layout_exact=False,
    ),
}
