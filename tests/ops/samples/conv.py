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


def same(extents, spans, stride, auto_pad):
    """Return begins and ends that make as many windows as the input has strides."""
    pads = []
    for n, span, s in zip(extents, spans, stride, strict=True):
        total = max((-(-n // s) - 1) * s + span - n, 0) if auto_pad != "valid" else 0
        pads.append((total // 2, total - total // 2))
    return [p[::-1] for p in pads] if auto_pad == "same_lower" else pads


def conv(x, w, bias=None, stride=1, padding=0, dilation=1, groups=1, auto_pad="notset"):
    """Go over window elements and groups; each adds one product of matrices."""
    rank = x.ndim - 2
    stride, dilation = window(stride, rank), window(dilation, rank)
    kernel = w.shape[2:]
    pads = begins_and_ends(padding, rank)
    if auto_pad != "notset":
        spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
        pads = same(x.shape[2:], spans, stride, auto_pad)
    x = np.pad(x, ((0, 0), (0, 0), *pads))
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
    for auto_pad in ("same_upper", "same_lower", "valid"):
        yield case((1, 3, 8, 11), (2, 3, 3, 4), True, stride=(2, 3), dilation=(1, 2), auto_pad=auto_pad)
        yield case((1, 2, 9), (2, 2, 2), False, stride=3, auto_pad=auto_pad)
        yield case((1, 4, 9, 6), (4, 1, 3, 4), False, groups=4, auto_pad=auto_pad)
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


# ---- conv_transpose ---------------------------------------------------------------------------------


def conv_transpose(
    x,
    w,
    bias=None,
    stride=1,
    padding=0,
    output_padding=0,
    dilation=1,
    groups=1,
    output_shape=None,
    auto_pad="notset",
):
    """Add every element of x, times the window, to a result without padding, and cut that out."""
    rank = x.ndim - 2
    stride, dilation = window(stride, rank), window(dilation, rank)
    more, kernel = window(output_padding, rank), w.shape[2:]
    into, out = w.shape[0] // groups, w.shape[1]
    full = [
        (n - 1) * s + d * (k - 1) + 1 + m
        for n, s, d, k, m in zip(x.shape[2:], stride, dilation, kernel, more, strict=True)
    ]
    begins = [b for b, _ in begins_and_ends(padding, rank)]
    extents = [f - b - e for f, (b, e) in zip(full, begins_and_ends(padding, rank), strict=True)]
    if auto_pad == "valid":
        begins, extents = [0] * rank, full
    if output_shape is not None or auto_pad.startswith("same"):
        extents = output_shape or [n * s for n, s in zip(x.shape[2:], stride, strict=True)]
        totals = [max(f - e, 0) for f, e in zip(full, extents, strict=True)]
        begins = [t // 2 if auto_pad == "same_upper" else t - t // 2 for t in totals]
    room = [max(f, b + e) for f, b, e in zip(full, begins, extents, strict=True)]
    y = np.zeros((x.shape[0], out * groups, *room))
    for g in range(groups):
        for at in itertools.product(*map(range, kernel)):
            cut = tuple(
                slice(a * d, a * d + s * (n - 1) + 1, s)
                for a, d, s, n in zip(at, dilation, stride, x.shape[2:], strict=True)
            )
            weights = w[(slice(g * into, (g + 1) * into), slice(None), *at)]
            part = np.einsum("nc...,co->no...", x[:, g * into : (g + 1) * into], weights)
            y[(slice(None), slice(g * out, (g + 1) * out), *cut)] += part
    y = y[(slice(None), slice(None), *(slice(b, b + e) for b, e in zip(begins, extents, strict=True)))]
    return y if bias is None else y + bias.reshape(-1, *[1] * rank)


def conv_transpose_cases(draw, dtype):
    def case(x, w, bias, **attrs):
        ins = [draw.array(s, dtype, -2, 2, special=False) for s in (x, w)]
        outs = (w[1] * attrs.get("groups", 1),)
        return Case([*ins, draw.array(outs, dtype, special=False)] if bias else ins, attrs)

    yield case((1, 1, 3), (1, 1, 2), False)
    yield case((2, 8, 17), (8, 4, 4), True, stride=2, padding=1)
    yield case((1, 8, 700), (8, 3, 5), True, stride=2, padding=2, output_padding=1)
    yield case((1, 4, 8, 9), (4, 6, 3, 3), True)
    yield case((1, 16, 7, 9), (16, 5, 2, 2), True, stride=2)
    yield case((1, 16, 7, 9), (16, 5, 3, 3), True, stride=2, padding=1, output_padding=1)
    yield case((1, 16, 37, 41), (16, 33, 4, 4), True, stride=2, padding=1)
    yield case(
        (2, 8, 5, 5), (8, 3, 3, 2), True, stride=(2, 3), padding=(1, 0, 2, 1), dilation=(2, 1), groups=2
    )
    yield case((1, 6, 5, 5), (6, 1, 4, 4), False, stride=2, padding=1, groups=6)
    yield case((1, 5, 3, 4, 5), (5, 2, 2, 3, 2), True, stride=(1, 2, 2), padding=(1, 1, 0))
    yield case((1, 4, 6, 7), (4, 2, 9, 9), False, stride=3)
    yield case((1, 4, 5, 6), (4, 2, 3, 3), True, stride=3, output_shape=(17, 13))
    yield case((1, 4, 5, 6), (4, 2, 3, 4), True, stride=2, output_shape=(8, 12), auto_pad="same_upper")
    yield case((1, 4, 5, 6), (4, 2, 3, 4), True, stride=2, auto_pad="same_lower")
    yield case((1, 4, 5, 6), (4, 2, 4, 3), True, stride=(2, 3), auto_pad="same_upper")
    yield case((1, 4, 5, 6), (4, 2, 4, 3), False, stride=2, auto_pad="valid", output_padding=1)
    yield case((0, 3, 5, 5), (3, 2, 3, 3), True)
    yield case((1, 3, 5, 5), (3, 0, 3, 3), True)
    yield case((1, 4, 3, 3), (4, 2, 1, 1), True, padding=1)
    yield case((1, 0, 3, 3), (0, 2, 2, 2), True)
    yield case((1, 4, 0, 9), (4, 2, 3, 3), True)
    for _ in range(12):
        rank, groups = draw.int(1, 3), draw.int(1, 3)
        kernel, dilation, stride = draw.shape(rank, 4), draw.shape(rank, 2), draw.shape(rank, 3)
        pads = tuple(draw.int(0, 1) for _ in range(2 * rank))
        spatial = tuple(draw.int(2, 8) for _ in range(rank))
        into = draw.int(1, 9) * groups
        yield case(
            (draw.int(1, 2), into, *spatial),
            (into, draw.int(1, 5), *kernel),
            bool(draw.int(0, 1)),
            stride=stride,
            padding=pads if all(n > 2 for n in spatial) else 0,
            output_padding=tuple(draw.int(0, s - 1) for s in stride),
            dilation=dilation,
            groups=groups,
        )


WT = np.ones((4, 6, 3, 3), np.float32)

SAMPLES = {
    "conv_transpose": Sample(
        conv_transpose_cases,
        conv_transpose,
        [
            Bad("ShapeError", "groups is 3", [X, WT], {"groups": 3}),
            Bad("ArgumentError", "groups is 0", [X, WT], {"groups": 0}),
            Bad("ShapeError", "the in channels", [X, WT[:2]]),
            Bad("ShapeError", "expected rank 4", [X, WT[0]]),
            Bad("ShapeError", "expected rank 3 to 5", [X[0, 0], WT[0, 0]]),
            Bad("ShapeError", "bias is f32[4], expected shape [12]", [X, WT, X[0, :, 0, 0]], {"groups": 2}),
            Bad("ArgumentError", "stride is [0]", [X, WT], {"stride": 0}),
            Bad("ArgumentError", "padding is [-1]", [X, WT], {"padding": -1}),
            Bad("ArgumentError", "output_padding is [-1]", [X, WT], {"output_padding": -1}),
            Bad("ShapeError", "do not lie between", [X, WT], {"padding": 6}),
            Bad("ShapeError", "do not lie between", [X, WT], {"output_shape": (-1, 3)}),
            Bad("ArgumentError", "output_shape has 3 values", [X, WT], {"output_shape": (1, 2, 3)}),
            Bad("ArgumentError", "beside auto_pad", [X, WT], {"auto_pad": "valid", "padding": 1}),
            Bad("ShapeError", "window has 0 elements", [X, WT[:, :, :0]]),
            Bad("ArgumentError", "auto_pad", [X, WT], {"auto_pad": "same"}),
        ],
        scale=lambda x, w, bias=None, **attrs: conv_transpose(
            np.abs(x), np.abs(w), None if bias is None else np.abs(bias), **attrs
        ),
        layout_exact=False,
    ),
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
            Bad("ArgumentError", "beside auto_pad", [X, W], {"auto_pad": "same_upper", "padding": 1}),
        ],
        scale=lambda x, w, bias=None, **attrs: conv(
            np.abs(x), np.abs(w), None if bias is None else np.abs(bias), **attrs
        ),
        layout_exact=False,
    ),
}
