# SPDX-License-Identifier: Apache-2.0
"""Samples of attention."""

import numpy as np

from ops.sampling import Bad, Case, Sample


def scores(q, k, mask, is_causal, causal_align, scale, softcap):
    """Return the scores before softmax; -inf where a key is hidden."""
    if q.ndim > 2:
        k = np.repeat(k, q.shape[-3] // k.shape[-3], axis=-3) if k.shape[-3] else k
    factor = scale or 1 / np.sqrt(max(1, q.shape[-1]))
    s = (q @ np.swapaxes(k, -1, -2)) * factor
    s = softcap * np.tanh(s / softcap) if softcap else s
    if mask is not None:
        s = np.where(mask, s, -np.inf) if mask.dtype == bool else s + mask
    if is_causal:
        rows, columns = s.shape[-2:]
        first = 0 if causal_align == "upper_left" else columns - rows
        s = np.where(np.arange(columns) <= np.arange(rows)[:, None] + first, s, -np.inf)
    return s


def weights(s):
    if s.shape[-1] == 0:
        return s
    most = np.max(s, axis=-1, keepdims=True)
    p = np.exp(s - np.where(most == -np.inf, 0, most))
    total = np.sum(p, axis=-1, keepdims=True)
    return np.where(total == 0, 0, p / total)


def attention(q, k, v, mask=None, *, is_causal=False, causal_align="upper_left", scale=0.0, softcap=0.0):
    p = weights(scores(q, k, mask, is_causal, causal_align, scale, softcap))
    if q.ndim > 2:
        v = np.repeat(v, q.shape[-3] // v.shape[-3], axis=-3) if v.shape[-3] else v
    return p @ v


def magnitude(q, k, v, *rest, **attrs):
    """Return the sum of magnitudes, and what rounding of the scores makes of it."""
    keys = np.where(np.isfinite(k), k, 0)
    size = np.max(np.abs(q), initial=0) * np.max(np.abs(keys), initial=0) * max(1, q.shape[-1]) ** 0.5
    return attention(q, k, np.abs(v), *rest, **attrs) * (1 + 0.05 * size)


def cases(draw, dtype):
    def case(shape, keys, width, *, heads=None, mask=None, fill=(-1, 1), **attrs):
        """Queries of `shape` [..., L, D], `keys` of them, values of `width`."""
        batch = shape[:-2] if heads is None else (*shape[:-3], heads)
        q = draw.array(shape, dtype, *fill, special=False)
        k = draw.array((*batch, keys, shape[-1]), dtype, *fill, special=False)
        v = draw.array((*batch, keys, width), dtype, -2, 2, special=False)
        ins = [q, k, v]
        if mask is not None:
            kind, extents = mask
            m = draw.array(extents, kind if kind == "bool" else dtype, -3, 3, special=False)
            ins.append(m)
        return Case(ins, attrs)

    yield case((1, 1), 1, 1)
    yield case((3, 4), 5, 2)
    yield case((2, 1, 8), 19, 8)
    yield case((2, 3, 8, 16), 7, 17)
    yield case((2, 3, 9, 16), 40, 33, scale=0.5)
    yield case((1, 2, 57, 64), 300, 64)
    yield case((1, 4, 61, 20), 61, 20, is_causal=True)
    yield case((1, 1, 130, 8), 270, 5, is_causal=True)
    yield case((1, 1, 130, 8), 270, 5, is_causal=True, causal_align="lower_right")
    yield case((1, 2, 3, 8), 530, 5, is_causal=True, causal_align="lower_right")
    yield case((1, 2, 70, 8), 9, 5, is_causal=True, causal_align="lower_right")  # some see nothing
    yield case((2, 6, 5, 8), 7, 4, heads=2)
    yield case((2, 6, 20, 8), 7, 4, heads=1, softcap=0.7)
    yield case((1, 6, 20, 8), 300, 4, heads=3, mask=("bool", (300,)), softcap=2.0)
    yield case((2, 2, 10, 4), 12, 4, mask=("bool", (10, 12)))
    yield case((2, 2, 10, 4), 12, 4, mask=("float", (2, 1, 10, 12)), is_causal=True)
    yield case((2, 2, 3, 4), 12, 4, mask=("float", (2, 1, 1)))
    yield case((2, 2, 3, 4), 12, 4, mask=("bool", ()))
    yield case((1, 2, 17, 8), 33, 8, fill=(-9, 9))  # almost one key each
    yield case((0, 2, 3, 4), 5, 4)
    yield case((2, 2, 3, 4), 0, 4)
    yield case((2, 2, 13, 4), 0, 4)
    yield case((2, 2, 3, 0), 5, 4)
    yield case((2, 2, 0, 4), 5, 4)
    yield case((2, 2, 3, 4), 5, 0)
    # Axes in front of the heads broadcast.
    q, k, v = (draw.array((b, 2, 5, 4), dtype, -1, 1, special=False) for b in (1, 3, 1))
    yield Case([q, k, v])
    # Hidden keys may hold anything; large summands; infinities.
    hidden = case((1, 1, 12, 4), 290, 4, mask=("bool", (290,)))
    hidden.ins[1][..., ~hidden.ins[3], :] = np.nan
    yield hidden
    hard = case((1, 1, 12, 4), 290, 4, mask=("float", (12, 290)))
    hard.ins[3][0], hard.ins[3][1, 280], hard.ins[3][2, 5] = -np.inf, 3000, -3000
    hard.ins[3][3, 7] = np.nan
    hard.ins[3][4, :288] = -np.inf
    yield hard


ONE = np.ones((2, 3, 4), np.float32)
SAMPLES = {
    "scaled_dot_product_attention": Sample(
        cases,
        attention,
        [
            Bad("ShapeError", "expected equal ranks", [ONE, ONE[0], ONE]),
            Bad("ShapeError", "expected equal ranks", [ONE[0, 0], ONE[0, 0], ONE[0, 0]]),
            Bad("ShapeError", "the last axes have 4 and 3", [ONE, ONE[:, :, :3], ONE]),
            Bad("ShapeError", "2 keys and 3 values", [ONE, ONE[:, :2], ONE]),
            Bad(
                "ShapeError",
                "multiple",
                [ONE, np.ones((3, 3, 4), np.float32), np.ones((3, 3, 4), np.float32)],
            ),
            Bad("ShapeError", "multiple", [ONE, ONE[:1], ONE]),
            Bad(
                "ShapeError",
                "axis 0 does not broadcast",
                [np.ones((2, *ONE.shape), np.float32)] * 2 + [np.ones((3, *ONE.shape), np.float32)],
            ),
            Bad("ShapeError", "mask is f32[2]", [ONE, ONE, ONE, np.ones(2, np.float32)]),
            Bad("ShapeError", "mask is f32[1,1,1,1]", [ONE, ONE, ONE, np.ones((1, 1, 1, 1), np.float32)]),
            Bad("DTypeError", "mask is f64, expected bool or f32", [ONE, ONE, ONE, np.ones((3, 3))]),
            Bad("ArgumentError", "scale", [ONE, ONE, ONE], {"scale": float("inf")}),
            Bad("ArgumentError", "softcap", [ONE, ONE, ONE], {"softcap": -1.0}),
        ],
        scale=magnitude,
        layout_exact=False,  # few queries read keys as they lie when these are dense
    ),
}
