# SPDX-License-Identifier: Apache-2.0
"""Samples of the pools."""

import itertools

import numpy as np

from ops.sampling import Bad, Case, Sample

X = np.ones((1, 2, 6, 7), np.float32)


def spread(values, rank):
    values = np.atleast_1d(values)
    return [int(v) for v in (np.repeat(values, rank) if len(values) == 1 else values)]


def windows(x, kernel_size, stride, padding, dilation, ceil_mode, auto_pad="notset"):
    """Yield (index of the result, elements in the window, elements with padding) for each window."""
    rank = x.ndim - 2
    kernel, dilation = spread(kernel_size, rank), spread(dilation, rank)
    stride = kernel if stride is None else spread(stride, rank)
    padding = list(np.atleast_1d(padding))
    begin, end = (padding[:rank], padding[rank:]) if len(padding) == 2 * rank else [spread(padding, rank)] * 2
    if auto_pad != "notset":
        begin, end = [], []
        for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True):
            total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0) if auto_pad != "valid" else 0
            begin.append(total // 2 if auto_pad == "same_upper" else total - total // 2)
            end.append(total - begin[-1])
        ceil_mode = False
    counts = []
    for n, k, s, d, b, e in zip(x.shape[2:], kernel, stride, dilation, begin, end, strict=True):
        room = n + b + e - d * (k - 1) - 1
        count = room // s + 1
        if ceil_mode and room % s and count * s < n + b:
            count += 1
        counts.append(count)
    for at in itertools.product(*map(range, counts)):
        places, padded = [], 1
        for i, k, s, d, b, e, n in zip(at, kernel, stride, dilation, begin, end, x.shape[2:], strict=True):
            spots = [i * s - b + j * d for j in range(k)]
            padded *= sum(p < n + e for p in spots)
            places.append([p for p in spots if 0 <= p < n])
        yield at, x[np.ix_(range(x.shape[0]), range(x.shape[1]), *places)], padded
    yield tuple(counts), None, 0


def pooled(x, one, **attrs):
    *results, (counts, _, _) = windows(x, **attrs)
    y = np.empty((*x.shape[:2], *counts))
    for at, elements, padded in results:
        y[(slice(None), slice(None), *at)] = one(
            elements.reshape(*x.shape[:2], int(np.prod(elements.shape[2:]))), padded
        )
    return y


def max_pool(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, auto_pad="notset"):
    def largest(elements, padded):
        return np.max(elements, axis=2, initial=-np.inf)

    return pooled(
        x,
        largest,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        auto_pad=auto_pad,
    )


def avg_pool(
    x,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    dilation=1,
    auto_pad="notset",
):
    def mean(elements, padded):
        return np.sum(elements, axis=2) / np.float64(padded if count_include_pad else elements.shape[2])

    return pooled(
        x,
        mean,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        auto_pad=auto_pad,
    )


def lp_pool(
    x, norm_type, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, auto_pad="notset"
):
    def norm(elements, padded):
        return np.sum(np.abs(elements) ** norm_type, axis=2) ** (1 / norm_type)

    return pooled(
        x,
        norm,
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        auto_pad=auto_pad,
    )


def cases(counts, special, norms=()):
    def generate(draw, dtype):
        def case(shape, **attrs):
            if not counts:
                attrs.pop("count_include_pad", None)
            if norms:
                attrs["norm_type"] = norms[draw.int(0, len(norms) - 1)]
            return Case([draw.array(shape, dtype, -9, 9, special)], attrs)

        yield case((1, 1, 4), kernel_size=2)
        yield case((2, 3, 7), kernel_size=3, stride=2, padding=1)
        yield case((1, 2, 8, 9), kernel_size=(2, 3))
        yield case((2, 17, 8, 9), kernel_size=3, stride=1, padding=1)
        yield case(
            (1, 2, 8, 9),
            kernel_size=3,
            stride=2,
            padding=(0, 1, 1, 2),
            ceil_mode=True,
            count_include_pad=False,
        )
        yield case((1, 2, 7, 7), kernel_size=2, ceil_mode=True)
        yield case((1, 33, 5, 6, 4), kernel_size=(2, 3, 1), stride=(1, 2, 2), padding=(1, 1, 0))
        yield case((0, 2, 6, 6), kernel_size=2)
        yield case((1, 0, 6, 6), kernel_size=2)
        yield case((1, 3, 1, 1), kernel_size=1)
        yield case((1, 3, 9, 9), kernel_size=3, dilation=2, stride=1, padding=2)
        yield case((1, 8, 7, 7), kernel_size=7)
        for auto_pad in ("same_upper", "same_lower", "valid"):
            yield case((1, 3, 8, 11), kernel_size=(3, 4), stride=(2, 3), dilation=(1, 2), auto_pad=auto_pad)
            yield case((1, 17, 9), kernel_size=2, stride=3, ceil_mode=True, auto_pad=auto_pad)
            yield case((1, 2, 5, 6), kernel_size=(2, 3), stride=1, auto_pad=auto_pad, count_include_pad=False)
        for _ in range(12):
            rank = draw.int(1, 3)
            kernel = draw.shape(rank, 4)
            dilation = draw.shape(rank, 2)
            pads = tuple(draw.int(0, max(0, k - 1)) for k in kernel * 2)
            spatial = tuple(d * (k - 1) + draw.int(1, 8) for k, d in zip(kernel, dilation, strict=True))
            yield case(
                (draw.int(1, 2), draw.int(1, 20), *spatial),
                kernel_size=kernel,
                stride=draw.shape(rank, 3),
                padding=pads,
                dilation=dilation,
                ceil_mode=bool(draw.int(0, 1)),
                count_include_pad=bool(draw.int(0, 1)),
            )

    return generate


def max_pool_with_indices(x, storage_order="row_major", **attrs):
    """Pool the positions beside the elements."""
    order = range(x.ndim) if storage_order == "row_major" else (0, 1, *range(x.ndim - 1, 1, -1))
    places = np.arange(x.size).reshape([x.shape[i] for i in order])
    places = places.transpose(np.argsort(list(order))).astype(np.float64)
    here = list(windows(places, **{"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False, **attrs}))
    y = max_pool(x, **attrs)
    at = np.full(y.shape, -1, np.int64)
    flat = x.transpose(list(order)).reshape(-1)
    for index, elements, _ in here[:-1]:
        cells = elements.reshape(*x.shape[:2], int(np.prod(elements.shape[2:]))).astype(np.int64)
        if cells.size:
            best = np.argmax(flat[cells], axis=2)
            at[(slice(None), slice(None), *index)] = np.take_along_axis(cells, best[..., None], 2)[..., 0]
    return y, at


def unpool_cases(draw, dtype):
    def case(shape, size, **attrs):
        x = draw.array(shape, dtype, special=False)
        at = draw.rng.permutation(int(np.prod((*shape[:2], *size))))[: x.size].reshape(shape).astype(np.int64)
        return Case([x, at], attrs)

    yield case((1, 1, 2), (4,), kernel_size=2)
    yield case((2, 3, 2, 3), (4, 6), kernel_size=2)
    yield case((1, 2, 3, 3), (7, 5), kernel_size=3, stride=2, padding=(0, 1, 0, 1))
    yield case((1, 1, 2, 2), (4, 4), kernel_size=2, output_size=(1, 1, 5, 5))
    yield case((1, 1, 2, 2), (4, 4), kernel_size=2, output_size=(3, 5))
    yield case((1, 2, 2, 2, 2), (4, 4, 4), kernel_size=2)
    yield case((0, 2, 2, 2), (4, 4), kernel_size=2)


def max_unpool(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    rank = x.ndim - 2
    kernel = spread(kernel_size, rank)
    stride = kernel if stride is None else spread(stride, rank)
    padding = list(np.atleast_1d(padding))
    pads = padding if len(padding) == 2 * rank else spread(padding, rank) * 2
    natural = [
        (n - 1) * s + k - pads[i] - pads[rank + i]
        for i, (n, s, k) in enumerate(zip(x.shape[2:], stride, kernel, strict=True))
    ]
    y = np.zeros((*x.shape[:2], *natural))
    y.reshape(-1)[indices.reshape(-1)] = x.reshape(-1)
    target = np.zeros((*x.shape[:2], *(natural if output_size is None else output_size[-rank:])))
    cut = tuple(slice(min(a, b)) for a, b in zip(y.shape, target.shape, strict=True))
    target[cut] = y[cut]
    return target


def adaptive(x, output_size, fold):
    rank = x.ndim - 2
    sizes = spread(output_size, rank)
    y = np.zeros((*x.shape[:2], *sizes))
    for at in np.ndindex(*sizes):
        cut = tuple(
            slice(p * n // m, -(-(p + 1) * n // m)) for p, n, m in zip(at, x.shape[2:], sizes, strict=True)
        )
        part = x[(slice(None), slice(None), *cut)]
        y[(slice(None), slice(None), *at)] = fold(part, axis=tuple(range(2, x.ndim)))
    return y


def adaptive_cases(draw, dtype):
    for shape, size in [
        ((1, 1, 3), 2),
        ((2, 3, 7, 9), (3, 4)),
        ((1, 2, 5, 5), 7),
        ((1, 2, 8, 8), 1),
        ((1, 2, 3, 4, 5), (2, 1, 3)),
        ((0, 2, 4, 4), 2),
        ((1, 0, 4, 4), 2),
    ]:
        yield Case([draw.array(shape, dtype, special=False)], {"output_size": size})


def global_cases(draw, dtype):
    for shape in [(1, 1, 1), (2, 3, 7), (1, 17, 5, 6), (2, 3, 2, 3, 4, 2), (0, 3, 5), (1, 0, 4, 4)]:
        for norm_type in (1, 2, 2.5):
            yield Case([draw.array(shape, dtype, -9, 9, special=False)], {"norm_type": norm_type})


ERRORS = [
    Bad("ShapeError", "expected rank 3 to 5", [X[0, 0]], {"kernel_size": 2}),
    Bad("ShapeError", "the window spans 8", [X], {"kernel_size": 8}),
    Bad("ArgumentError", "reach past the window", [X], {"kernel_size": 2, "padding": 2}),
    Bad("ArgumentError", "kernel_size is [0]", [X], {"kernel_size": 0}),
    Bad("ArgumentError", "kernel_size is missing", [X], {"kernel_size": None}),
    Bad("ArgumentError", "stride is [0]", [X], {"kernel_size": 2, "stride": 0}),
    Bad("ArgumentError", "kernel_size has 3 values", [X], {"kernel_size": (1, 1, 1)}),
    Bad("DTypeError", "bool", [X > 0], {"kernel_size": 2}),
]

AT = np.arange(X.size).reshape(X.shape)
ADAPTIVE_ERRORS = [
    Bad("ShapeError", "expected rank 3 to 5", [X[0, 0]], {"output_size": 2}),
    Bad("ShapeError", "spatial axes with", [X[:, :, :0]], {"output_size": 2}),
    Bad("ArgumentError", "output_size must be", [X], {"output_size": 0}),
    Bad("ArgumentError", "output_size must be", [X], {"output_size": (1, 2, 3)}),
]

SAMPLES = {
    "max_pool": Sample(
        cases(False, True),
        max_pool,
        [*ERRORS, Bad("ArgumentError", "dilation is [0]", [X], {"kernel_size": 2, "dilation": 0})],
    ),
    "avg_pool": Sample(
        cases(True, False), avg_pool, ERRORS, scale=lambda x, **attrs: avg_pool(np.abs(x), **attrs)
    ),
    "lp_pool": Sample(
        cases(False, False, (1, 2, 3, 0.5, 2.5)),
        lp_pool,
        [
            *[Bad(bad.raises, bad.text, bad.ins, {**bad.attrs, "norm_type": 2}) for bad in ERRORS],
            Bad("ArgumentError", "norm_type is 0", [X], {"norm_type": 0, "kernel_size": 2}),
            Bad("ArgumentError", "norm_type is nan", [X], {"norm_type": np.nan, "kernel_size": 2}),
        ],
    ),
    "global_lp_pool": Sample(
        global_cases,
        lambda x, norm_type=2: (
            np.sum(np.abs(x) ** norm_type, axis=tuple(range(2, x.ndim)), keepdims=True) ** (1 / norm_type)
        ),
        [
            Bad("ShapeError", "rank 2", [X[0, 0]]),
            Bad("ShapeError", "empty", [X[:, :, :0]]),
            Bad("ArgumentError", "norm_type is -1", [X], {"norm_type": -1}),
        ],
    ),
    "max_pool_with_indices": Sample(
        cases(False, False),
        max_pool_with_indices,
        ERRORS,
    ),
    "max_unpool": Sample(
        unpool_cases,
        max_unpool,
        [
            Bad("ShapeError", "expected rank 3 to 5", [X[0, 0], AT[0, 0]], {"kernel_size": 2}),
            Bad("ShapeError", "indices is", [X, AT[:, :1]], {"kernel_size": 2}),
            Bad(
                "ShapeError", "output_size must be", [X, AT], {"kernel_size": 2, "output_size": (1, 3, 9, 9)}
            ),
            Bad("ShapeError", "no image has", [X, AT], {"kernel_size": 1, "padding": 5}),
            Bad("OutOfRangeError", "", [X, AT + 10**6], {"kernel_size": 2}),
            Bad("OutOfRangeError", "", [X, AT - 1], {"kernel_size": 2}),
            Bad("ArgumentError", "does not fit", [X, AT], {"kernel_size": (2, 2, 2)}),
        ],
    ),
    "adaptive_avg_pool": Sample(
        adaptive_cases,
        lambda x, output_size: adaptive(
            x, output_size, lambda v, axis: np.sum(v, axis) / np.prod(v.shape[2:])
        ),
        ADAPTIVE_ERRORS,
        scale=lambda x, output_size: adaptive(np.abs(x), output_size, np.mean),
    ),
    "adaptive_max_pool": Sample(
        adaptive_cases, lambda x, output_size: adaptive(x, output_size, np.max), ADAPTIVE_ERRORS
    ),
}
