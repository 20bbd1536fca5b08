# SPDX-License-Identifier: Apache-2.0
"""Operators that are an op row one to one."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx._table import OPERATORS
from legato.onnx.call import call
from legato.onnx.node import Handler, Node, handles
from legato.onnx.tensors import to_dtype

# Rows whose note restricts ONNX's use of the op, not the op.
NARROWER = {"BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor"}


def attributes(node: Node, op: str) -> dict[str, Any]:
    """Return the attributes of a node as the op that its operator has a row of takes them."""
    _, names, _ = OPERATORS[node.op, op]
    return {
        ours: _convert(kind, node.attrs[theirs], theirs)
        for theirs, (ours, kind) in names.items()
        if theirs in node.attrs
    }


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


def _direct(op: str) -> Handler:
    def handler(node: Node, *inputs: Any) -> Any:
        return call(op, list(inputs), attributes(node, op))

    return handler


def register() -> None:
    """Register what no handler has, so call it when they are."""
    for (name, op), (since, _, direct) in OPERATORS.items():
        if direct or name in NARROWER:
            handles(name, since=since)(_direct(op))
