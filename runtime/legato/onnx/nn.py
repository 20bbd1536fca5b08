# SPDX-License-Identifier: Apache-2.0
"""Convolutions, pools and normalisations."""

from __future__ import annotations

from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles

# ---- windows -----------------------------------------------------------------------------------------


def window(node: Node, x: Tensor, kernel: list[int]) -> dict[str, Any]:
    """Return stride, padding and dilation of a sliding window; `auto_pad` becomes numbers."""
    rank = len(kernel)
    stride = node.get("strides") or [1] * rank
    dilation = node.get("dilations") or [1] * rank
    padding = node.get("pads") or [0] * (2 * rank)
    mode = node.get("auto_pad", "NOTSET")
    if mode == "VALID":
        padding = [0] * (2 * rank)
    elif mode in ("SAME_UPPER", "SAME_LOWER"):
        totals = []
        for extent, size, step, apart in zip(x.shape[2:], kernel, stride, dilation, strict=True):
            outputs = -(-extent // step)
            totals.append(max(0, (outputs - 1) * step + (size - 1) * apart + 1 - extent))
        small = [total // 2 for total in totals]
        large = [total - total // 2 for total in totals]
        padding = small + large if mode == "SAME_UPPER" else large + small
    elif mode != "NOTSET":
        raise lg.FormatError(f"auto_pad={mode!r} is not one of NOTSET, SAME_UPPER, SAME_LOWER, VALID")
    return {"stride": stride, "padding": padding, "dilation": dilation}


@handles("Conv")
def conv(node: Node, x: Tensor, w: Tensor, bias: Tensor | None = None) -> Tensor:
    return ops.conv(x, w, bias, groups=node.get("group", 1), **window(node, x, list(w.shape[2:])))


@handles("MaxPool")
def max_pool(node: Node, x: Tensor) -> Tensor:
    kernel = node["kernel_shape"]
    return ops.max_pool(
        x, kernel_size=kernel, ceil_mode=bool(node.get("ceil_mode")), **window(node, x, kernel)
    )


@handles("AveragePool")
def average_pool(node: Node, x: Tensor) -> Tensor:
    kernel = node["kernel_shape"]
    given = window(node, x, kernel)
    if set(given.pop("dilation")) != {1}:
        raise node.refuse("dilations other than 1 are not supported")
    counts = bool(node.get("count_include_pad"))
    return ops.avg_pool(
        x, kernel_size=kernel, ceil_mode=bool(node.get("ceil_mode")), count_include_pad=counts, **given
    )


# ---- normalisation -----------------------------------------------------------------------------------


def per_channel(v: Tensor, rank: int) -> Tensor:
    """Give a vector of channels the shape that broadcasts over (N, C, ...)."""
    return ops.reshape(v, [-1] + [1] * (rank - 2)) if rank > 2 else v


@handles("BatchNormalization")
def batch_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, var: Tensor) -> Tensor:
    if node.get("training_mode"):
        raise node.refuse("training_mode=1 is not supported")
    if node.get("spatial", 1) == 0:
        raise node.refuse("spatial=0 is not supported")
    return affine(x, scale, bias, mean, var, node["epsilon"])


def affine(x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, var: Tensor, eps: float) -> Tensor:
    """Normalise with known statistics: one factor and one summand for each channel."""
    factor = ops.mul(scale.astype(var.dtype), ops.rsqrt(ops.add(var, eps)))
    shift = ops.sub(bias.astype(var.dtype), ops.mul(mean, factor))
    rank = len(x.shape)
    y = ops.add(ops.mul(x, per_channel(factor, rank)), per_channel(shift, rank))
    return y.astype(x.dtype)


@handles("LayerNormalization")
def layer_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor | None = None) -> Any:
    axis = node["axis"] % len(x.shape)
    wide = x.astype("f32") if x.dtype.name in ("f16", "bf16") else x
    shape = x.shape[axis:]
    if tuple(scale.shape) == tuple(shape) and (bias is None or tuple(bias.shape) == tuple(shape)):
        y = ops.layer_norm(x, scale, bias, axis=axis, eps=node["epsilon"])
    else:
        y = ops.mul(ops.layer_norm(x, axis=axis, eps=node["epsilon"]), scale)
        y = y if bias is None else ops.add(y, bias)
    if not node.wants(1) and not node.wants(2):
        return y
    axes = list(range(axis, len(x.shape)))
    mean = ops.mean(wide, axis=axes, keepdims=True)
    var = ops.var(wide, axis=axes, keepdims=True, correction=0)
    return y, mean, ops.rsqrt(ops.add(var, node["epsilon"]))
