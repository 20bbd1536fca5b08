# SPDX-License-Identifier: Apache-2.0
"""Normalisation, as at inference."""

import legato as lg
from legato.nn.module import Module, Parameter


class _BatchNorm(Module):
    ranks: tuple[int, ...] = ()

    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.register_parameter("weight", lg.ones(num_features) if affine else None)
        self.register_parameter("bias", lg.zeros(num_features) if affine else None)
        self.register_buffer("running_mean", lg.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", lg.ones(num_features) if track_running_stats else None)
        count = lg.zeros((), dtype=lg.i64) if track_running_stats else None
        self.register_buffer("num_batches_tracked", count)

    def forward(self, x):
        rank = len(x.shape)
        if rank not in self.ranks or x.shape[1] != self.num_features:
            raise lg.ShapeError(
                f"{type(self).__name__}: x has shape {x.shape}, expected {self.num_features} channels and "
                f"{' or '.join(map(str, self.ranks))} axes"
            )
        mean, var = self.running_mean, self.running_var
        if mean is None:  # without running statistics, those of the batch
            axes = (0, *range(2, rank))
            mean, var = lg.mean(x, axis=axes), lg.var(x, axis=axes, correction=0)
        return lg.batch_norm(x, mean, var, self.weight, self.bias, eps=self.eps)

    def extra_repr(self):
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Normalises (N, C) or (N, C, T) by running statistics."""

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Normalises (N, C, H, W) by running statistics."""

    ranks = (4,)


class BatchNorm3d(_BatchNorm):
    """Normalises (N, C, D, H, W) by running statistics."""

    ranks = (5,)


class _InstanceNorm(_BatchNorm):
    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False):
        super().__init__(num_features, eps, momentum, affine, track_running_stats)

    def forward(self, x):
        if self.running_mean is not None:
            return super().forward(x)
        if len(x.shape) not in self.ranks:
            raise lg.ShapeError(
                f"{type(self).__name__}: x has shape {x.shape}, expected {self.ranks[0]} axes"
            )
        return lg.instance_norm(x, self.weight, self.bias, eps=self.eps)


class InstanceNorm1d(_InstanceNorm):
    """Normalises each channel of each (C, T) of a batch."""

    ranks = (3,)


class InstanceNorm2d(_InstanceNorm):
    """Normalises each channel of each (C, H, W) of a batch."""

    ranks = (4,)


class InstanceNorm3d(_InstanceNorm):
    """Normalises each channel of each (C, D, H, W) of a batch."""

    ranks = (5,)


class LayerNorm(Module):
    """Normalises over the last axes, those of ``normalized_shape``."""

    def __init__(self, normalized_shape, eps=1e-05, elementwise_affine=True, bias=True):
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        self.register_parameter("weight", lg.ones(shape) if elementwise_affine else None)
        self.register_parameter("bias", lg.zeros(shape) if elementwise_affine and bias else None)

    def forward(self, x):
        count = len(self.normalized_shape)
        if tuple(x.shape[-count:]) != self.normalized_shape:
            raise lg.ShapeError(f"LayerNorm: x has shape {x.shape}, expected (..., {self.normalized_shape})")
        return lg.layer_norm(x, self.weight, self.bias, axis=-count, eps=self.eps)

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class RMSNorm(Module):
    """Divides by the root of the mean square over the last axes, those of ``normalized_shape``."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True):
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        self.register_parameter("weight", lg.ones(shape) if elementwise_affine else None)

    def forward(self, x):
        # PyTorch's eps when none is given: that of the dtype.
        eps = self.eps if self.eps is not None else 2.0**-52 if x.dtype.name == "f64" else 2.0**-23
        return lg.rms_norm(x, self.weight, axis=-len(self.normalized_shape), eps=eps)

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Normalises groups of channels of (N, C, ...)."""

    def __init__(self, num_groups, num_channels, eps=1e-05, affine=True):
        super().__init__()
        if num_channels % num_groups:
            raise lg.ArgumentError(f"num_groups is {num_groups}; it has to divide {num_channels} channels")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        if affine:
            self.weight, self.bias = Parameter(lg.ones(num_channels)), Parameter(lg.zeros(num_channels))
        else:
            self.register_parameter("weight", None)
            self.register_parameter("bias", None)

    def forward(self, x):
        return lg.group_norm(x, self.weight, self.bias, num_groups=self.num_groups, eps=self.eps)

    def extra_repr(self):
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
