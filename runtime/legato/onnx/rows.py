# SPDX-License-Identifier: Apache-2.0
"""Operators that are an op row one to one. Import this after all handlers: those come first."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx._table import OPERATORS
from legato.onnx.call import call
from legato.onnx.node import Handler, Node, handles
from legato.onnx.tensors import to_dtype


def _convert(kind: str, value: Any, what: str) -> Any:
    if kind == "BOOL":
        return bool(value)
    if kind == "DTYPE":
        return to_dtype(value, what)
    if kind == "ENUM":
        return value.lower()
    if kind == "SCALAR" and isinstance(value, Tensor):
        return value.item()
    return value


def _direct(op: str, attributes: dict[str, tuple[str, str]]) -> Handler:
    def handler(node: Node, *inputs: Any) -> Any:
        given = {
            ours: _convert(kind, node.attrs[theirs], theirs)
            for theirs, (ours, kind) in attributes.items()
            if theirs in node.attrs
        }
        return call(op, list(inputs), given)

    return handler


# Rows whose note restricts ONNX's use of the op, not the op.
NARROWER = {"BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor"}

for (name, op), (since, attributes, direct) in OPERATORS.items():
    if direct or name in NARROWER:
        handles(name, since=since)(_direct(op, attributes))
