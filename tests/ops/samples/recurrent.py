# SPDX-License-Identifier: Apache-2.0
"""Samples of the recurrent layers."""

import numpy as np

from ops.sampling import Bad, Case, Sample

ACTIVATIONS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "elu": lambda x: np.where(x < 0, np.expm1(np.minimum(x, 0)), x),
    "leaky_relu": lambda x: np.where(x < 0, 0.01 * x, x),
    "thresholded_relu": lambda x: np.where(x > 1, x, 0),
}


def lstm_cell(gx, h, c, w, attrs):
    """`gx`: inputs times weights and all biases. Gates in the order i, o, f, c."""
    f, g, out = (ACTIVATIONS[attrs["activation_" + name]] for name in "fgh")
    i, o, forget, n = np.split(gx + h @ w.r.T, 4)
    if w.peephole is not None:
        pi, po, pf = np.split(w.peephole, 3)
    else:
        pi = po = pf = np.zeros_like(h)
    i = f(w.clip(i + pi * c))
    forget = 1 - i if attrs["input_forget"] else f(w.clip(forget + pf * c))
    c = forget * c + i * g(w.clip(n))
    return f(w.clip(o + po * c)) * out(c), c


def gru_cell(gx, h, c, w, attrs):
    """Gates in the order z, r, h; `gx` without Rbh."""
    f, g = (ACTIVATIONS[attrs["activation_" + name]] for name in "fg")
    (zx, rx, nx), (rz, rr, rn) = np.split(gx, 3), np.split(w.r, 3)
    z, r = f(w.clip(zx + h @ rz.T)), f(w.clip(rx + h @ rr.T))
    if attrs["linear_before_reset"]:
        n = g(w.clip(nx + r * (h @ rn.T + w.late_bias)))
    else:
        n = g(w.clip(nx + (r * h) @ rn.T + w.late_bias))
    return (1 - z) * n + z * h, c


def rnn_cell(gx, h, c, w, attrs):
    return ACTIVATIONS[attrs["nonlinearity"]](w.clip(gx + h @ w.r.T)), c


class Weights:
    """Those of one direction."""

    def __init__(self, w, r, bias, peephole, clip, gates):
        lines = w.shape[0]
        bias = np.zeros(2 * lines) if bias is None else bias
        self.w, self.r, self.peephole = w, r, peephole
        self.bias, self.late_bias = bias[:lines] + bias[lines:], np.zeros(lines // gates)
        if gates == 3:
            self.late_bias = bias[-lines // 3 :]
            self.bias = self.bias.copy()
            self.bias[2 * lines // 3 :] = bias[2 * lines // 3 : lines]
        self.clip = (lambda x: np.clip(x, -clip, clip)) if clip else (lambda x: x)


DEFAULTS = {
    "direction": "forward",
    "layout": 0,
    "clip": 0.0,
    "activation_f": "sigmoid",
    "activation_g": "tanh",
    "activation_h": "tanh",
    "input_forget": False,
    "linear_before_reset": False,
    "nonlinearity": "tanh",
}


def oracle(cell, gates):
    def run(x, w, r, bias=None, lens=None, initial_h=None, initial_c=None, peephole=None, **given):
        attrs = DEFAULTS | given
        if attrs["layout"] == 1:
            x = x.swapaxes(0, 1)
            initial_h, initial_c = (None if s is None else s.swapaxes(0, 1) for s in (initial_h, initial_c))
        steps, batch, _ = x.shape
        directions, hidden = r.shape[0], r.shape[2]
        lens = np.full(batch, steps) if lens is None else lens
        y = np.zeros((steps, directions, batch, hidden))
        last_h, last_c = np.zeros((2, directions, batch, hidden))
        for d in range(directions):
            weights = Weights(
                w[d],
                r[d],
                None if bias is None else bias[d],
                None if peephole is None else peephole[d],
                attrs["clip"],
                gates,
            )
            for n in range(batch):
                h = np.zeros(hidden) if initial_h is None else initial_h[d, n]
                c = np.zeros(hidden) if initial_c is None else initial_c[d, n]
                order = range(lens[n])
                for t in reversed(order) if d == 1 or attrs["direction"] == "reverse" else order:
                    h, c = cell(weights.w @ x[t, n] + weights.bias, h, c, weights, attrs)
                    y[t, d, n] = h
                last_h[d, n], last_c[d, n] = h, c
        if attrs["layout"] == 1:
            y = y.transpose(2, 0, 1, 3)
            last_h, last_c = last_h.swapaxes(0, 1), last_c.swapaxes(0, 1)
        return (y, last_h, last_c) if gates == 4 else (y, last_h)

    return run


def cases(gates):
    def generate(draw, dtype):
        def case(steps, batch, inputs, hidden, *, bias=1, lens=0, initial=0, peephole=0, **attrs):
            directions = 2 if attrs.get("direction") == "bidirectional" else 1
            layout, reach = attrs.get("layout", 0), 1.5 / np.sqrt(max(1, hidden))

            def array(*shape, most=1.0):
                return draw.array(shape, dtype, -most, most, special=False)

            def state():
                return array(*((batch, directions) if layout else (directions, batch)), hidden)

            ins = [
                array(*((batch, steps) if layout else (steps, batch)), inputs),
                array(directions, gates * hidden, inputs, most=reach),
                array(directions, gates * hidden, hidden, most=reach),
                array(directions, 2 * gates * hidden) if bias else None,
                np.array([draw.int(0, steps) for _ in range(batch)], np.int32) if lens else None,
                state() if initial else None,
            ]
            if gates == 4:
                ins += [state() if initial else None, array(directions, 3 * hidden) if peephole else None]
            return Case(ins, attrs)

        yield case(1, 1, 128, 128)
        yield case(1, 1, 3, 5, initial=1)
        yield case(5, 2, 3, 17, bias=0)
        yield case(4, 3, 16, 16, initial=1, layout=1)
        yield case(6, 3, 7, 8, lens=1, initial=1, direction="reverse")
        yield case(6, 5, 7, 8, lens=1, initial=1, direction="bidirectional")
        yield case(7, 2, 9, 33, lens=1, initial=1, direction="bidirectional", layout=1)
        yield case(70, 1, 4, 8)  # more than one block of inputs
        yield case(3, 9, 20, 24, initial=1)  # packed weights
        yield case(5, 35, 6, 40, lens=1, direction="bidirectional")  # two blocks of rows
        yield case(2, 64, 4, 8)
        yield case(4, 2, 3, 8, clip=0.3, initial=1)
        yield case(0, 2, 3, 4, initial=1)
        yield case(0, 2, 3, 4)
        yield case(3, 0, 3, 4)
        yield case(3, 2, 0, 4)
        yield case(3, 2, 3, 0)
        if gates == 1:
            for name in ACTIVATIONS:
                yield case(3, 2, 5, 7, nonlinearity=name)
        else:
            yield case(3, 2, 5, 7, activation_f="hard_sigmoid", activation_g="softsign")
            yield case(3, 2, 5, 7, activation_f="softplus", activation_g="relu")
        if gates == 3:
            for more in ({}, {"direction": "bidirectional"}):
                yield case(4, 3, 6, 9, lens=1, initial=1, linear_before_reset=True, **more)
            yield case(3, 12, 6, 40, initial=1, linear_before_reset=True)
            yield case(1, 1, 128, 128, linear_before_reset=True, bias=0)
        if gates == 4:
            yield case(4, 3, 6, 9, lens=1, initial=1, peephole=1, direction="bidirectional")
            yield case(4, 3, 6, 9, peephole=1, clip=0.4, layout=1)
            yield case(4, 3, 6, 9, initial=1, input_forget=True, activation_h="relu")

    return generate


def ones(*shape):
    return np.ones(shape, np.float32)


def errors(gates):
    x, w, r = ones(5, 2, 3), ones(1, gates * 4, 3), ones(1, gates * 4, 4)
    bad = [
        Bad("ShapeError", "x is f32[5,2], expected rank 3", [x[..., 0], w, r]),
        Bad("ShapeError", "r is f32[4,4], expected rank 3", [x, w, ones(4, 4)]),
        Bad("ShapeError", "r is", [x, w, r[:, :-1]]),
        Bad("ShapeError", "directions", [x, w, r], {"direction": "bidirectional"}),
        Bad("ShapeError", "w is", [x, w[..., :2], r]),
        Bad("ShapeError", "bias is f32[1,4]", [x, w, r, ones(1, 4)]),
        Bad("ShapeError", "sequence_lens is i32[3]", [x, w, r, None, np.ones(3, np.int32)]),
        Bad("DTypeError", "sequence_lens is f32", [x, w, r, None, ones(2)]),
        Bad("ShapeError", "initial_h is f32[1,2,3]", [x, w, r, None, None, ones(1, 2, 3)]),
        Bad("ShapeError", "initial_h is", [x, w, r, None, None, ones(1, 2, 4)], {"layout": 1}),
        Bad("ArgumentError", "layout is 2", [x, w, r], {"layout": 2}),
        Bad("ArgumentError", "clip is -1", [x, w, r], {"clip": -1.0}),
        Bad("OutOfRangeError", "", [x, w, r, None, np.array([2, 6], np.int32)]),
        Bad("OutOfRangeError", "", [x, w, r, None, np.array([-1, 2], np.int32)]),
    ]
    if gates == 4:
        bad += [
            Bad("ShapeError", "initial_c is", [x, w, r, None, None, None, ones(2, 1, 4)]),
            Bad("ShapeError", "peephole is f32[1,4]", [x, w, r, None, None, None, None, ones(1, 4)]),
        ]
    return bad


def sample(cell, gates):
    run = oracle(cell, gates)

    def scale(*ins, **attrs):
        return tuple(np.maximum(1, np.abs(part)) for part in run(*ins, **attrs))

    # Few rows read the weights as they lie where these are dense, in another order than others.
    return Sample(cases(gates), run, errors(gates), scale=scale, layout_exact=False)


SAMPLES = {"lstm": sample(lstm_cell, 4), "gru": sample(gru_cell, 3), "rnn": sample(rnn_cell, 1)}
