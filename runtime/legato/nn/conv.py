# SPDX-License-Identifier: Apache-2.0
"""Convolutions over one, two and three axes."""

import legato as lg
from legato.nn.module import Module, Parameter
from legato.nn.weights import uniform


def _each(value, rank):
    return (value,) * rank if isinstance(value, int) else tuple(value)


class _ConvBase(Module):
    rank = 0

    def _setup(
        self, transposed, channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode
    ):
        in_channels, out_channels = channels
        if in_channels % groups or out_channels % groups:
            raise lg.ArgumentError(
                f"groups is {groups}; it has to divide {in_channels} and {out_channels} channels"
            )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = _each(kernel_size, self.rank), _each(stride, self.rank)
        self.dilation, self.padding_mode = _each(dilation, self.rank), padding_mode
        self.padding = padding if isinstance(padding, str) else _each(padding, self.rank)
        size = in_channels // groups if not transposed else out_channels // groups
        window = 1
        for extent in self.kernel_size:
            window *= extent
        bound = max(size * window, 1) ** -0.5
        first = in_channels if transposed else out_channels
        self.weight = Parameter(uniform((first, size, *self.kernel_size), bound))
        self.register_parameter("bias", uniform((out_channels,), bound) if bias else None)

    def extra_repr(self):
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        )
        zero, one = (0,) * self.rank, (1,) * self.rank
        for name, usual in (("padding", zero), ("dilation", one), ("output_padding", zero), ("groups", 1)):
            value = getattr(self, name, usual)
            text += "" if value == usual else f", {name}={value}"
        return text + (", bias=False" if self.bias is None else "")


class _Conv(_ConvBase):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
    ):
        super().__init__()
        modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
        if padding_mode not in modes:
            raise lg.ArgumentError(f"padding_mode is {padding_mode!r}, expected one of {', '.join(modes)}")
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise lg.ArgumentError(f"padding is {padding!r}, expected numbers, 'same' or 'valid'")
        self._mode = modes[padding_mode]
        self._setup(
            False,
            (in_channels, out_channels),
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
        )

    def forward(self, x):
        if self.padding == "same":
            total = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            before, after = [t // 2 for t in total], [t - t // 2 for t in total]
        else:
            before = after = [0] * self.rank if self.padding == "valid" else list(self.padding)
        batched = len(x.shape) == self.rank + 2
        x = x if batched else lg.unsqueeze(x, axis=0)
        pads = [*before, *after]
        if self._mode != "constant" and any(pads):
            x = lg.pad(x, pads=[0, 0, *before, 0, 0, *after], mode=self._mode)
            pads = [0] * (2 * self.rank)
        elif before != after:
            x = lg.pad(x, pads=[0, 0, *before, 0, 0, *after])
            pads = [0] * (2 * self.rank)
        y = lg.conv(
            x,
            self.weight,
            self.bias,
            stride=self.stride,
            padding=pads[: self.rank],
            dilation=self.dilation,
            groups=self.groups,
        )
        return y if batched else lg.squeeze(y, axis=0)


class Conv1d(_Conv):
    """Convolution of (N, C, T) or (C, T) with weight (out_channels, in_channels / groups, R)."""

    rank = 1


class Conv2d(_Conv):
    """Convolution of (N, C, H, W) or (C, H, W) with weight (out_channels, in_channels / groups, R, S).

    Examples
    --------
    >>> import legato as lg
    >>> lg.nn.Conv2d(3, 8, kernel_size=3, stride=2, padding=1)(lg.zeros((1, 3, 32, 32))).shape
    (1, 8, 16, 16)
    """

    rank = 2


class Conv3d(_Conv):
    """Convolution over three axes behind batch and channels."""

    rank = 3


class _ConvTranspose(_ConvBase):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        padding_mode="zeros",
    ):
        super().__init__()
        if padding_mode != "zeros":
            raise lg.ArgumentError(
                f"padding_mode is {padding_mode!r}; transposed convolutions have zeros only"
            )
        self.output_padding = _each(output_padding, self.rank)
        self._setup(
            True,
            (in_channels, out_channels),
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
        )

    def forward(self, x):
        batched = len(x.shape) == self.rank + 2
        y = lg.conv_transpose(
            x if batched else lg.unsqueeze(x, axis=0),
            self.weight,
            self.bias,
            stride=self.stride,
            padding=_each(self.padding, self.rank),
            output_padding=self.output_padding,
            dilation=self.dilation,
            groups=self.groups,
        )
        return y if batched else lg.squeeze(y, axis=0)


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution of (N, C, T), weight (in_channels, out_channels / groups, R)."""

    rank = 1


class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution of (N, C, H, W), weight (in_channels, out_channels / groups, R, S)."""

    rank = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution over three axes behind batch and channels."""

    rank = 3
