# SPDX-License-Identifier: Apache-2.0
"""Operators that are an op row one to one, by names: attributes, and inputs that are attributes here."""

from __future__ import annotations

from typing import Any

from legato.core.tensor import Tensor
from legato.onnx._table import OPERATORS, OPS
from legato.onnx.call import call
from legato.onnx.node import Handler, Node, handles
from legato.onnx.tensors import to_dtype

# Rows whose note restricts ONNX's use of the op, not the op.
NARROWER = {"BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor"}


def attributes(node: Node, op: str) -> dict[str, Any]:
    """Return the attributes of the op: those of the node, and inputs that are attributes here."""
    _, names, _, _ = OPERATORS[node.op, op]
    found = {
        ours: _convert(kind, node.attrs[theirs], theirs)
        for theirs, (ours, kind) in names.items()
        if theirs in node.attrs
    }
    for i, theirs in enumerate(node.formal_inputs):
        if (known := _attribute(names, theirs)) and node.has(i):
            ours, kind = known
            found[ours] = _elements(node, i, kind)
    return found


def _attribute(names: dict[str, tuple[str, str]], theirs: str) -> tuple[str, str] | None:
    """Return our name and kind of an input that is an attribute here."""
    return names.get(theirs) or names.get(theirs.lower())


def tensors(node: Node, op: str, inputs: tuple[Any, ...]) -> list[Any]:
    """Return the inputs that the op of a row takes as tensors, in its order."""
    _, names, renamed, _ = OPERATORS[node.op, op]
    ours = [word.partition(":")[0] for word in OPS[op][0].split()]
    if OPS[op][0].endswith("*"):
        return list(inputs)
    placed: dict[str, Any] = {}
    for i, (theirs, x) in enumerate(zip(node.formal_inputs, inputs, strict=False)):
        if _attribute(names, theirs):
            continue
        free = [name for name in ours if name not in placed]
        name = next((n for n in (renamed.get(theirs), theirs, theirs.lower()) if n in free), None)
        taken = {renamed.get(later, later) for later in node.formal_inputs[i + 1 :]}
        placed[name or next(n for n in free if n not in taken)] = x
    found = [placed.get(name) for name in ours]
    while found and found[-1] is None:
        found.pop()
    return found


def _elements(node: Node, i: int, kind: str) -> Any:
    """Return the elements of an input as an attribute of some kind."""
    traced = type(node.scope.find(node.proto.input[i])) is not Tensor
    if kind in ("INTS", "FLOATS"):
        return node.dims(i) if traced else node.known(i).numpy().reshape(-1).tolist()
    if traced and kind in ("INT", "FLOAT", "SCALAR"):
        return node.scalar(i)
    return _convert(kind, node.number(i), node.formal_inputs[i])


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
        return call(op, tensors(node, op, inputs), attributes(node, op))

    return handler


def register() -> None:
    """Register what no handler has, so call it when they are."""
    for (name, op), (since, _, _, direct) in OPERATORS.items():
        if direct or name in NARROWER:
            handles(name, since=since)(_direct(op))
