# SPDX-License-Identifier: Apache-2.0
"""Ops of many kinds and sizes, to measure what they cost: what models are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import legato as lg

POINTWISE = (64, 1024, 16384, 262144, 2097152)


def _random(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def _unary() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    for name in ("relu", "exp", "tanh", "sigmoid", "sqrt", "gelu", "silu", "hard_swish"):
        for size in POINTWISE[:: 2 if name in ("gelu", "silu", "hard_swish", "sqrt") else 1]:
            yield getattr(lg, name), (np.abs(_random(size)),)


def _binary() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    for name in ("add", "mul", "sub", "div", "maximum"):
        for size in POINTWISE[::2]:
            yield getattr(lg, name), (_random(size), _random(size))
            yield getattr(lg, name), (_random(64, size // 64), _random(64, 1))
    for size in POINTWISE:
        yield lambda x, y: (x * y + 1.0) * 0.5 - y, (_random(size), _random(size))
        yield lambda x: lg.hard_sigmoid(x * 2.0 + 1.0) * x, (_random(size),)
        yield lambda x, y: (x + y) * y, (_random(16, size // 16), _random(16, 1))
        yield lambda x: lg.cast(x, lg.i32), (_random(size),)


def _products() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    for m, k, n in ((1, 64, 64), (1, 384, 384), (8, 64, 64), (16, 128, 256), (64, 384, 384), (64, 384, 1536),
                    (128, 128, 128), (128, 1024, 128), (256, 256, 256), (512, 512, 512)):  # fmt: skip
        w, b = lg.tensor(_random(k, n)), lg.tensor(_random(n))
        yield lambda x, w=w: x @ w, (_random(m, k),)
        yield lambda x, w=w, b=b: lg.relu(x @ w + b), (_random(m, k),)
    for batch, m, k, n in ((8, 64, 64, 64), (12, 64, 32, 64), (12, 64, 64, 32), (100, 32, 32, 16)):
        yield lambda x, y: x @ y, (_random(batch, m, k), _random(batch, k, n))


def _convolutions() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    for c, o, side, taps, stride, groups in (
        (3, 16, 96, 3, 2, 1), (8, 8, 24, 1, 1, 1), (16, 32, 48, 1, 1, 1), (32, 64, 32, 1, 1, 1),
        (96, 96, 40, 1, 1, 1), (192, 192, 24, 1, 1, 1), (384, 384, 12, 1, 1, 1), (12, 12, 96, 7, 1, 1),
        (32, 32, 40, 3, 1, 1), (64, 64, 28, 3, 1, 1), (96, 24, 80, 3, 1, 1), (8, 32, 96, 5, 1, 1),
        (128, 128, 1, 1, 1, 1), (128, 128, 4, 3, 1, 1), (32, 1, 88, 3, 1, 1),
        (32, 32, 48, 3, 1, 32), (32, 32, 48, 3, 2, 32), (96, 96, 24, 5, 1, 96), (96, 96, 24, 5, 2, 96),
        (200, 200, 8, 5, 1, 200), (16, 16, 160, 3, 1, 16),
    ):  # fmt: skip
        w, b = lg.tensor(_random(o, c // groups, taps, taps)), lg.tensor(_random(o))
        x = (_random(1, c, side, side),)

        def conv(
            x: Any, w: Any = w, b: Any = b, stride: int = stride, pad: int = taps // 2, g: int = groups
        ) -> Any:
            return lg.conv(x, w, b, stride=stride, padding=pad, groups=g)

        yield conv, x
        yield lambda x, conv=conv: lg.relu(conv(x)), x
    for c, length, taps in ((128, 4, 3), (64, 40, 3), (256, 512, 5)):
        w = lg.tensor(_random(c, c, taps))
        yield lambda x, w=w, pad=taps // 2: lg.relu(lg.conv(x, w, padding=pad)), (_random(1, c, length),)
    w = lg.tensor(_random(24, 24, 2, 2))
    yield lambda x: lg.conv_transpose(x, w, stride=2), (_random(1, 24, 40, 40),)


def _rows() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    for rows, width in ((64, 64), (64, 384), (768, 64), (400, 400), (40, 6625)):
        g = lg.tensor(_random(width))
        yield lambda x: lg.softmax(x, axis=1), (_random(rows, width),)
        yield lambda x, g=g: lg.layer_norm(x, g, g), (_random(rows, width),)
        yield lambda x: lg.sum(x, axis=1), (_random(rows, width),)
        yield lambda x: lg.transpose(x, (1, 0)) + 0.0, (_random(rows, width),)
        yield lambda x: lg.concat([x, x], axis=1), (_random(rows, width),)
        yield lambda x: lg.pad(x, (1, 1, 1, 1)), (_random(rows, width),)
    for c, side in ((24, 12), (64, 40), (96, 80)):
        x = (_random(1, c, side, side),)
        yield lg.global_avg_pool, x
        yield lambda x: lg.max_pool(x, kernel_size=2), x
        yield lambda x: lg.avg_pool(x, kernel_size=2), x
        yield lambda x: lg.resize(x, scale_factor=(2.0, 2.0), axes=(2, 3)), x
    for length, width in ((1, 128), (40, 128), (100, 64)):
        w, r, b = (lg.tensor(_random(1, 4 * 128, k)) for k in (width, 128, 1))
        b = lg.tensor(_random(1, 8 * 128))
        yield lambda x, w=w, r=r, b=b: lg.lstm(x, w, r, b)[0], (_random(length, 1, width),)
        w, r = (lg.tensor(_random(2, 3 * 32, k)) for k in (width, 32))
        b = lg.tensor(_random(2, 6 * 32))
        yield (lambda x, w=w, r=r, b=b: lg.gru(x, w, r, b, direction="bidirectional")[0],
               (_random(length, 1, width),))  # fmt: skip


def _bytes() -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    scale, zero = lg.tensor(np.float32(0.02)), lg.tensor(np.uint8(128))
    for size in POINTWISE[1:]:
        yield lambda x: lg.quantize(x, scale, zero), (_random(size),)
        yield lambda x: lg.dequantize(x, scale, zero), ((_random(size) * 20 + 128).astype(np.uint8),)
    for m, k, n in ((16, 64, 64), (64, 384, 384), (400, 384, 384), (400, 384, 1536)):
        w = lg.tensor((_random(k, n) * 20).astype(np.int8))
        ws, wz = lg.tensor(np.full(n, 0.01, np.float32)), lg.tensor(np.zeros(n, np.int8))
        yield (lambda x, w=w, ws=ws, wz=wz: lg.qlinear_matmul(x, scale, zero, w, ws, wz, scale, zero),
               ((_random(m, k) * 20 + 128).astype(np.uint8),))  # fmt: skip


def samples() -> Iterator[tuple[lg.Runner, tuple[Any, ...]]]:
    """Yield runners and what they are run on."""
    for kind in (_unary, _binary, _products, _convolutions, _rows, _bytes):
        for function, inputs in kind():
            yield lg.runner(function, *inputs), inputs
