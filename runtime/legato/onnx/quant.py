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


@handles("QuantizeLinear", refuses=_refuses)
def quantize(node: Node, x: Tensor, scale: Tensor, zero: Tensor | None = None) -> Tensor:
    return ops.quantize(x.astype(scale.dtype), scale, _like(scale, zero), **_options(node))


@handles("DequantizeLinear")
def dequantize(node: Node, x: Tensor, scale: Tensor, zero: Tensor | None = None) -> Tensor:
    options = _options(node)
    options.pop("dtype", None)
    x = node.importer.keep(node.proto.input[0], x)
    return ops.dequantize(x, scale, _like(scale, zero), **options)


def _like(scale: Tensor, zero: Tensor | None) -> Tensor | None:
    """Return a zero point in the shape of its scale: files mix [] and [1]."""
    if zero is None or zero.shape == scale.shape:
        return zero
    return ops.reshape(zero, list(scale.shape))


def _options(node: Node) -> dict[str, Any]:
    options: dict[str, Any] = {"axis": node.get("axis", 1), "block_size": node.get("block_size") or 0}
    if node.get("output_dtype"):
        options["dtype"] = node.dtype("output_dtype")
    return options
