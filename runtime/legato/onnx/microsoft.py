# SPDX-License-Identifier: Apache-2.0
"""Operators of com.microsoft that exporters and optimisers write into files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.maths import scale
from legato.onnx.node import Handler, Node, handles

DOMAIN = "com.microsoft"


def contrib(name: str, **more: Any) -> Callable[[Handler], Handler]:
    """Register a handler of this domain."""
    return handles(name, domain=DOMAIN, **more)


# ---- products ----------------------------------------------------------------------------------------


@contrib("FusedMatMul")
def fused_matmul(node: Node, a: Tensor, b: Tensor) -> Tensor:
    if node.get("transBatchA") or node.get("transBatchB"):
        raise node.refuse("transBatchA and transBatchB are not supported")
    a = _swap(a) if node.get("transA", 0) else a
    b = _swap(b) if node.get("transB", 0) else b
    return scale(ops.matmul(a, b), node.get("alpha", 1.0))


def _swap(x: Tensor) -> Tensor:
    axes = list(range(len(x.shape)))
    axes[-2:] = axes[:-3:-1]
    return ops.transpose(x, axes)


# ---- activations -------------------------------------------------------------------------------------


@contrib("Gelu")
def gelu(node: Node, x: Tensor) -> Tensor:
    return ops.gelu(x)


@contrib("FastGelu")
def fast_gelu(node: Node, x: Tensor, bias: Tensor | None = None) -> Tensor:
    return ops.gelu(x if bias is None else ops.add(x, bias), approximate="tanh")


@contrib("QuickGelu")
def quick_gelu(node: Node, x: Tensor) -> Tensor:
    return ops.mul(x, ops.sigmoid(ops.mul(x, node.get("alpha", 1.702))))


@contrib("BiasGelu")
def bias_gelu(node: Node, x: Tensor, bias: Tensor) -> Tensor:
    return ops.gelu(ops.add(x, bias))


# ---- normalisation -----------------------------------------------------------------------------------


@contrib("SkipLayerNormalization")
def skip_layer_norm(
    node: Node, x: Tensor, skip: Tensor, gamma: Tensor, beta: Any = None, bias: Any = None
) -> Any:
    total = _skipped(x, skip, bias)
    y = ops.layer_norm(total, gamma, beta, axis=-1, eps=node.get("epsilon", 1e-12))
    return _with_sum(node, y, total)


@contrib("SkipSimplifiedLayerNormalization")
def skip_rms_norm(node: Node, x: Tensor, skip: Tensor, gamma: Tensor, bias: Any = None) -> Any:
    total = _skipped(x, skip, bias)
    return _with_sum(node, ops.rms_norm(total, gamma, axis=-1, eps=node.get("epsilon", 1e-12)), total)


def _skipped(x: Tensor, skip: Tensor, bias: Tensor | None) -> Tensor:
    total = ops.add(x, skip)
    return total if bias is None else ops.add(total, bias)


def _with_sum(node: Node, y: Tensor, total: Tensor) -> Any:
    for index in (1, 2):
        if node.wants(index):
            raise node.refuse("the outputs mean and inv_std_var are not supported")
    return (y, None, None, total) if node.wants(3) else y


@handles("SimplifiedLayerNormalization")
@contrib("SimplifiedLayerNormalization")
def rms_norm(node: Node, x: Tensor, gamma: Tensor) -> Tensor:
    return ops.rms_norm(x, gamma, axis=node.get("axis", -1), eps=node.get("epsilon", 1e-5))
