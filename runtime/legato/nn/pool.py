# SPDX-License-Identifier: Apache-2.0
"""Pooling, padding and resampling."""

from typing import Any

import legato as lg
from legato.nn.module import Module


def _with_batch(module, x, run):
    batched = len(x.shape) == module.rank + 2
    y = run(x if batched else lg.unsqueeze(x, axis=0))
    return y if batched else lg.squeeze(y, axis=0)


class _Pool(Module):
    rank = 0

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _MaxPool(_Pool):
    def __init__(
        self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False
    ):
        super().__init__()
        if return_indices:
            raise lg.UnsupportedError(f"{type(self).__name__}: return_indices is not supported")
        self.kernel_size, self.stride, self.padding = (
            kernel_size,
            kernel_size if stride is None else stride,
            padding,
        )
        self.dilation, self.ceil_mode = dilation, ceil_mode

    def forward(self, x):
        return _with_batch(
            self,
            lg.asarray(x),
            lambda v: lg.max_pool(
                v,
                self.kernel_size,
                stride=self.stride,
                padding=self.padding,
                dilation=self.dilation,
                ceil_mode=self.ceil_mode,
            ),
        )


class MaxPool1d(_MaxPool):
    """Largest value of each window of (N, C, T)."""

    rank = 1


class MaxPool2d(_MaxPool):
    """Largest value of each window of (N, C, H, W)."""

    rank = 2


class MaxPool3d(_MaxPool):
    """Largest value of each window over three axes."""

    rank = 3


class _AvgPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        super().__init__()
        self.kernel_size, self.stride, self.padding = (
            kernel_size,
            kernel_size if stride is None else stride,
            padding,
        )
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, x):
        return _with_batch(
            self,
            lg.asarray(x),
            lambda v: lg.avg_pool(
                v,
                self.kernel_size,
                stride=self.stride,
                padding=self.padding,
                ceil_mode=self.ceil_mode,
                count_include_pad=self.count_include_pad,
            ),
        )


class AvgPool1d(_AvgPool):
    """Mean of each window of (N, C, T)."""

    rank = 1


class AvgPool2d(_AvgPool):
    """Mean of each window of (N, C, H, W)."""

    rank = 2


class AvgPool3d(_AvgPool):
    """Mean of each window over three axes."""

    rank = 3


class _Adaptive(Module):
    # Windows that differ in size are slices; equal ones are one pooling.
    rank = 0
    pool: Any = staticmethod(lg.avg_pool)
    reduce: Any = staticmethod(lg.mean)

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def _sizes(self, x):
        size = self.output_size
        sizes = (size,) * self.rank if isinstance(size, int) or size is None else tuple(size)
        if len(sizes) != self.rank:
            raise lg.ArgumentError(
                f"{type(self).__name__}: output_size is {size}, expected {self.rank} numbers"
            )
        return [extent if n is None else n for n, extent in zip(sizes, x.shape[2:], strict=True)]

    def forward(self, x):
        return _with_batch(self, lg.asarray(x), self._adapt)

    def _adapt(self, x):
        sizes, extents = self._sizes(x), x.shape[2:]
        if all(extent % size == 0 for extent, size in zip(extents, sizes, strict=True)):
            window = [extent // size for extent, size in zip(extents, sizes, strict=True)]
            return self.pool(x, window, stride=window)
        for axis, size in enumerate(sizes, start=2):
            extent, parts = x.shape[axis], []
            for i in range(size):
                begin, end = i * extent // size, -(-(i + 1) * extent // size)
                part = lg.slice(x, starts=[begin], ends=[end], axes=[axis])
                parts.append(self.reduce(part, axis=axis, keepdims=True))
            x = lg.concat(parts, axis=axis)
        return x

    def extra_repr(self):
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """Means of as many windows as ``output_size`` says."""

    rank = 1


class AdaptiveAvgPool2d(_Adaptive):
    """Means of as many windows as ``output_size`` says; None keeps an extent."""

    rank = 2


class AdaptiveAvgPool3d(_Adaptive):
    """Means of as many windows as ``output_size`` says."""

    rank = 3


class _AdaptiveMax(_Adaptive):
    pool = staticmethod(lg.max_pool)
    reduce = staticmethod(lg.max)


class AdaptiveMaxPool1d(_AdaptiveMax):
    """Largest values of as many windows as ``output_size`` says."""

    rank = 1


class AdaptiveMaxPool2d(_AdaptiveMax):
    """Largest values of as many windows as ``output_size`` says."""

    rank = 2


class AdaptiveMaxPool3d(_AdaptiveMax):
    """Largest values of as many windows as ``output_size`` says."""

    rank = 3


class ZeroPad2d(Module):
    """Zeros around an image: left, right, top, bottom."""

    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * 4 if isinstance(padding, int) else tuple(padding)

    def forward(self, x):
        left, right, top, bottom = self.padding
        front = [0] * (len(x.shape) - 2)
        return lg.pad(x, [*front, top, left, *front, bottom, right])

    def extra_repr(self):
        return f"{self.padding}"


class Upsample(Module):
    """Repeats elements: ``mode="nearest"`` by whole factors."""

    def __init__(self, size=None, scale_factor=None, mode="nearest"):
        super().__init__()
        if mode != "nearest":
            raise lg.UnsupportedError(f"Upsample: mode {mode!r} is not supported, 'nearest' is")
        if (size is None) == (scale_factor is None):
            raise lg.ArgumentError("Upsample: give either size or scale_factor")
        self.size, self.scale_factor, self.mode = size, scale_factor, mode

    def forward(self, x):
        rank = len(x.shape) - 2
        given = self.size if self.size is not None else self.scale_factor
        given = (given,) * rank if isinstance(given, (int, float)) else tuple(given)
        extents = x.shape[2:]
        factors = [n / e for n, e in zip(given, extents, strict=True)] if self.size is not None else given
        if any(int(factor) != factor or factor < 1 for factor in factors):
            raise lg.UnsupportedError(f"Upsample: factors {tuple(factors)} are not whole")
        split, grown, result = [], [], []
        for extent, factor in zip(extents, factors, strict=True):
            split += [extent, 1]
            grown += [extent, int(factor)]
            result.append(extent * int(factor))
        x = lg.expand(lg.reshape(x, shape=(*x.shape[:2], *split)), shape=(*x.shape[:2], *grown))
        return lg.reshape(x, shape=(*x.shape[:2], *result))

    def extra_repr(self):
        given = f"size={self.size}" if self.size is not None else f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"
