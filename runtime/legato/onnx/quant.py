# SPDX-License-Identifier: Apache-2.0
"""Numbers of eight and sixteen bits with scale and zero point."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles
from legato.onnx.tensors import DTYPES, type_name


def _refuses(node: Node) -> str | None:
    to = node.get("output_dtype") or 0
    return f"output_dtype={type_name(to)}" if to and to not in DTYPES else None


@handles("QuantizeLinear", refuses=_refuses, needs="quantize")
def quantize(node: Node, x: Tensor, scale: Tensor, zero: Tensor | None = None) -> Tensor:
    return ops.quantize(x.astype(scale.dtype), scale, zero, **_options(node))


@handles("DequantizeLinear", needs="dequantize")
def dequantize(node: Node, x: Tensor, scale: Tensor, zero: Tensor | None = None) -> Tensor:
    options = _options(node)
    options.pop("dtype", None)
    return ops.dequantize(x, scale, zero, **options)


def _options(node: Node) -> dict[str, Any]:
    options: dict[str, Any] = {"axis": node.get("axis", 1), "block_size": node.get("block_size") or 0}
    if node.get("output_dtype"):
        options["dtype"] = node.dtype("output_dtype")
    return options


@handles("QLinearMatMul", needs="matmul_integer")
def qlinear_matmul(
    node: Node, a: Tensor, a_scale: Tensor, a_zero: Tensor, b: Tensor, b_scale: Tensor, b_zero: Tensor,
    y_scale: Tensor, y_zero: Tensor,
) -> Tensor:  # fmt: skip
    exact = ops.matmul_integer(a, b, a_zero, b_zero).astype("f32")
    scale = ops.mul(a_scale.astype("f32"), b_scale.astype("f32"))
    if len(a_scale.shape) == 1 and a_scale.shape[0] > 1:  # a scale for each row of a
        scale = ops.mul(ops.unsqueeze(a_scale.astype("f32"), [1]), b_scale.astype("f32"))
    return ops.quantize(ops.mul(exact, scale), y_scale.astype("f32"), y_zero)
