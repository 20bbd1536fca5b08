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
    rank = 0
    pool: Any = staticmethod(lg.adaptive_avg_pool)

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
        return _with_batch(self, lg.asarray(x), lambda x: self.pool(x, self._sizes(x)))

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
    pool = staticmethod(lg.adaptive_max_pool)


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


# PyTorch's names of interpolation: the spatial rank they are for (0 for any) and the attributes of resize.
_MODES: dict[str, tuple[int, dict[str, Any]]] = {
    "nearest": (
        0,
        {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    ),
    "nearest-exact": (0, {"mode": "nearest", "nearest_mode": "round_prefer_ceil"}),
    "linear": (1, {"mode": "linear"}),
    "bilinear": (2, {"mode": "linear"}),
    "trilinear": (3, {"mode": "linear"}),
    "bicubic": (2, {"mode": "cubic"}),
}


class Upsample(Module):
    """Resizes the axes behind (N, C), to ``size`` or by ``scale_factor``; modes as PyTorch names them."""

    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None):
        super().__init__()
        if mode not in _MODES:
            raise lg.ArgumentError(f"Upsample: mode is {mode!r}, expected one of {', '.join(_MODES)}")
        if (size is None) == (scale_factor is None):
            raise lg.ArgumentError("Upsample: give either size or scale_factor")
        if align_corners is not None and mode.startswith("nearest"):
            raise lg.ArgumentError(f"Upsample: align_corners does not go with mode {mode!r}")
        self.size, self.scale_factor, self.mode, self.align_corners = size, scale_factor, mode, align_corners

    def forward(self, x):
        x = lg.asarray(x)
        rank, attributes = _MODES[self.mode]
        if len(x.shape) < 3 or rank not in (0, len(x.shape) - 2):
            wanted = f"(N, C) and {rank} axes more" if rank else "(N, C) and at least one axis more"
            raise lg.ShapeError(f"Upsample: mode {self.mode!r} wants {wanted}, x has {len(x.shape)} axes")
        if self.align_corners:
            attributes = {**attributes, "coordinate_transformation_mode": "align_corners"}
        axes = tuple(range(2, len(x.shape)))
        size, scale = self._each(self.size, axes), self._each(self.scale_factor, axes)
        return lg.resize(x, size=size, scale_factor=scale, axes=axes, **attributes)

    @staticmethod
    def _each(given, axes):
        return given if given is None or isinstance(given, (tuple, list)) else (given,) * len(axes)

    def extra_repr(self):
        given = f"size={self.size}" if self.size is not None else f"scale_factor={self.scale_factor}"
        return f"{given}, mode={self.mode!r}"
