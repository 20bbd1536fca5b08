# SPDX-License-Identifier: Apache-2.0
"""Sequences and optionals: Python lists and None while a model is imported, nothing of them at run time."""

from __future__ import annotations

from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles


@handles("SequenceEmpty")
def sequence_empty(node: Node) -> list[Any]:
    return []


@handles("SequenceConstruct")
def sequence_construct(node: Node, *items: Tensor) -> list[Any]:
    return list(items)


@handles("SequenceAt")
def sequence_at(node: Node, items: list[Any], position: Tensor) -> Any:
    return items[_position(node, items, 1, len(items) - 1)]


@handles("SequenceInsert")
def sequence_insert(node: Node, items: list[Any], item: Any, position: Tensor | None = None) -> list[Any]:
    at = _position(node, items, 2, len(items)) if node.has(2) else len(items)
    return [*items[:at], item, *items[at:]]


@handles("SequenceErase")
def sequence_erase(node: Node, items: list[Any], position: Tensor | None = None) -> list[Any]:
    at = _position(node, items, 1, len(items) - 1) if node.has(1) else len(items) - 1
    return [*items[:at], *items[at + 1 :]]


@handles("SequenceLength")
def sequence_length(node: Node, items: list[Any]) -> Tensor:
    return lg.tensor(len(items), dtype="i64")


def _position(node: Node, items: list[Any], index: int, last: int) -> int:
    at = int(node.number(index))
    if not -len(items) <= at <= last:
        raise lg.OutOfRangeError(f"position {at} in a sequence of {len(items)}")
    return at + len(items) if at < 0 else at


@handles("SplitToSequence")
def split_to_sequence(node: Node, x: Tensor, split: Tensor | None = None) -> list[Any]:
    axis = node["axis"] % len(x.shape)
    extent, keep = x.shape[axis], True
    if split is None:
        sizes, keep = [1] * extent, bool(node["keepdims"])
    elif len(split.shape) == 0:
        size = int(node.number(1))
        sizes = [min(size, extent - at) for at in range(0, extent, size)]
    else:
        sizes = node.ints(1)
    if sum(sizes) != extent:
        raise lg.ShapeError(f"an axis of {extent} does not split into {sizes}")
    parts, at = [], 0
    for size in sizes:
        part = ops.slice(x, [at], [at + size], axes=[axis])
        parts.append(part if keep else ops.squeeze(part, [axis]))
        at += size
    return parts


@handles("ConcatFromSequence")
def concat_from_sequence(node: Node, items: list[Any]) -> Tensor:
    axis = node["axis"]
    if node["new_axis"]:
        items = [ops.unsqueeze(item, [axis]) for item in items]
    return ops.concat(items, axis=axis)


@handles("Optional")
def optional(node: Node, item: Any = None) -> Any:
    return item


@handles("OptionalGetElement")
def optional_get_element(node: Node, item: Any) -> Any:
    if item is None:
        raise lg.ArgumentError("the optional has no element")
    return item


@handles("OptionalHasElement")
def optional_has_element(node: Node, item: Any = None) -> Tensor:
    return lg.tensor(item is not None)
