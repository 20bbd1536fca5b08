# SPDX-License-Identifier: Apache-2.0
"""Samples of conv."""

import itertools

import numpy as np

from ops.sampling import Bad, Case, Sample

X = np.ones((1, 4, 8, 9), np.float32)
W = np.ones((6, 4, 3, 3), np.float32)


def window(values, rank):
    """Return one number for each axis."""
    values = np.atleast_1d(values)
    return tuple(int(v) for v in (np.repeat(values, rank) if len(values) == 1 else values))


def begins_and_ends(padding, rank):
    padding = np.atleast_1d(padding)
    if len(padding) == 2 * rank:
        return tuple(zip(padding[:rank].tolist(), padding[rank:].tolist(), strict=True))
    return tuple((p, p) for p in window(padding, rank))


def conv(x, w, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Go over window elements and groups; each adds one product of matrices."""
    rank = x.ndim - 2
    stride, dilation = window(stride, rank), window(dilation, rank)
    x = np.pad(x, ((0, 0), (0, 0), *begins_and_ends(padding, rank)))
    kernel = w.shape[2:]
    extents = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True)
    ]
    y = np.zeros((x.shape[0], w.shape[0], *extents))
    into, out = x.shape[1] // groups, w.shape[0] // groups
    for g in range(groups):
        for at in itertools.product(*map(range, kernel)):
            cut = tuple(
                slice(a * d, a * d + s * (n - 1) + 1, s)
                for a, d, s, n in zip(at, dilation, stride, extents, strict=True)
            )
            seen = x[(slice(None), slice(g * into, (g + 1) * into), *cut)]
            weights = w[(slice(g * out, (g + 1) * out), slice(None), *at)]
            y[:, g * out : (g + 1) * out] += np.einsum("nc...,oc->no...", seen, weights)
    return y if bias is None else y + bias.reshape(-1, *[1] * rank)


def conv_cases(draw, dtype):
    def case(x, w, bias, **attrs):
        ins = [draw.array(s, dtype, -2, 2, special=False) for s in (x, w)]
        return Case([*ins, draw.array((w[0],), dtype, special=False)] if bias else ins, attrs)

    yield case((1, 1, 3), (1, 1, 2), False)
    yield case((2, 3, 17), (4, 3, 5), True, stride=2, padding=2)
    yield case((1, 4, 8, 9), (6, 4, 3, 3), True)
    yield case(
        (2, 4, 8, 9), (6, 2, 3, 2), True, stride=(2, 1), padding=(1, 0, 2, 3), dilation=(1, 2), groups=2
    )
    yield case((1, 8, 7, 7), (8, 1, 3, 3), True, padding=1, groups=8)
    yield case((1, 8, 7, 7), (16, 1, 3, 3), False, padding=1, stride=2, groups=8)
    yield case((2, 5, 6, 7), (3, 5, 1, 1), True)
    yield case((1, 16, 14, 14), (33, 16, 3, 3), True, padding=1)
    yield case((1, 3, 20, 20), (8, 3, 7, 7), False, stride=2, padding=3)
    yield case((1, 2, 4, 5, 6), (3, 2, 2, 3, 1), True, stride=(1, 2, 1), padding=(1, 1, 0))
    yield case((1, 4, 4, 4, 4), (4, 1, 3, 3, 3), False, padding=1, groups=4)
    yield case((0, 3, 5, 5), (2, 3, 3, 3), True)
    yield case((1, 3, 5, 5), (0, 3, 3, 3), True)
    yield case((1, 2, 3, 3), (2, 2, 5, 5), False, padding=1)
    yield case((1, 2, 9), (2, 2, 3), False, dilation=4)
    for _ in range(12):
        rank, groups = draw.int(1, 3), draw.int(1, 3)
        kernel = draw.shape(rank, 3)
        dilation = draw.shape(rank, 2)
        pads = tuple(draw.int(0, 2) for _ in range(2 * rank))
        spatial = tuple(d * (k - 1) + draw.int(1, 7) for k, d in zip(kernel, dilation, strict=True))
        into, out = draw.int(1, 5), draw.int(1, 6)
        yield case(
            (draw.int(1, 3), into * groups, *spatial),
            (out * groups, into, *kernel),
            bool(draw.int(0, 1)),
            stride=draw.shape(rank, 3),
            padding=pads,
            dilation=dilation,
            groups=groups,
        )


SAMPLES = {
    "conv": Sample(
        conv_cases,
        conv,
        [
            Bad("ShapeError", "groups is 3", [X, W], {"groups": 3}),
            Bad("ShapeError", "expected 4/2=2", [X, W], {"groups": 2}),
            Bad("ArgumentError", "groups is 0", [X, W], {"groups": 0}),
            Bad("ShapeError", "expected rank 4", [X, W[0]]),
            Bad("ShapeError", "expected rank 3 to 5", [X[0, 0], W[0, 0]]),
            Bad("ShapeError", "bias is f32[4]", [X, W, np.ones(4, np.float32)]),
            Bad("ShapeError", "the window spans 9", [X, W], {"dilation": 4}),
            Bad("ArgumentError", "stride is [0]", [X, W], {"stride": 0}),
            Bad("ArgumentError", "padding is [-1]", [X, W], {"padding": -1}),
            Bad("ArgumentError", "padding has 3 values", [X, W], {"padding": (1, 1, 1)}),
            Bad("ArgumentError", "dilation", [X, W], {"dilation": (1, 1, 1)}),
            Bad("ShapeError", "window has 0 elements", [X, W[:, :, :0]]),
        ],
        scale=lambda x, w, bias=None, **attrs: conv(
            np.abs(x), np.abs(w), None if bias is None else np.abs(bias), **attrs
        ),
        layout_exact=False,
    ),
}
