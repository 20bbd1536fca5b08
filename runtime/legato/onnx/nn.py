# SPDX-License-Identifier: Apache-2.0
"""Convolutions, pools and normalisations."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Handler, Node, handles
from legato.onnx.rows import attributes

# ---- windows -----------------------------------------------------------------------------------------


def _pool(op: str) -> Handler:
    def handler(node: Node, x: Tensor) -> Any:
        given = attributes(node, op)
        given.setdefault("stride", [1] * len(given["kernel_size"]))
        if op == "max_pool" and node.wants(1):
            order = "column_major" if node.get("storage_order") else "row_major"
            return ops.max_pool_with_indices(x, **given, storage_order=order)
        return getattr(ops, op)(x, **given)

    return handler


handles("MaxPool")(_pool("max_pool"))


@handles("MaxUnpool")
def max_unpool(node: Node, x: Tensor, indices: Tensor, shape: Tensor | None = None) -> Tensor:
    given = attributes(node, "max_unpool")
    given.setdefault("stride", [1] * len(given["kernel_size"]))
    if "output_size" in given:
        given["output_size"] = given["output_size"][2:]
    return ops.max_unpool(x, indices, **given)


handles("AveragePool")(_pool("avg_pool"))
handles("LpPool", since=2)(_pool("lp_pool"))


# ---- normalisation -----------------------------------------------------------------------------------


@handles("BatchNormalization")
def batch_norm(node: Node, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, var: Tensor) -> Tensor:
    if node.get("training_mode"):
        raise node.refuse("training_mode=1 is not supported")
    if node.get("spatial", 1) == 0:
        raise node.refuse("spatial=0 is not supported")
    return ops.batch_norm(x, mean, var, scale, bias, eps=node["epsilon"])


@handles("GroupNormalization", until=21)
def group_norm_of_groups(node: Node, x: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    groups, channels = node["num_groups"], x.shape[1]
    per_group = [ops.expand(ops.unsqueeze(v, [1]), [groups, channels // groups]) for v in (scale, bias)]
    weights = [ops.reshape(v, [channels]) for v in per_group]
    return ops.group_norm(x, *weights, num_groups=groups, eps=node["epsilon"])


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
