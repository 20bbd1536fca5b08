# SPDX-License-Identifier: Apache-2.0
"""Shapes, movement of elements, and constants."""

from __future__ import annotations

from typing import Any

import numpy as np

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.extent import is_fixed, product, shape_tensor
from legato.onnx.node import Node, handles

LAST = 2**63 - 1  # an end beyond any

# ---- constants ---------------------------------------------------------------------------------------


@handles(
    "Constant",
    refuses=lambda node: (
        "strings"
        if "value_string" in node.attrs or "value_strings" in node.attrs
        else "sparse_value"
        if "sparse_value" in node.attrs
        else None
    ),
)
def constant(node: Node) -> Tensor:
    attrs = node.attrs
    if "value" in attrs:
        value: Tensor = attrs["value"]
        return value
    for name, dtype in (
        ("value_float", "f32"),
        ("value_floats", "f32"),
        ("value_int", "i64"),
        ("value_ints", "i64"),
    ):
        if name in attrs:
            return lg.tensor(attrs[name], dtype=dtype)
    raise lg.FormatError("it has no value")


@handles("ConstantOfShape")
def constant_of_shape(node: Node, shape: Tensor) -> Tensor:
    value = node.get("value")
    if value is None:
        return ops.full(node.dims(0), 0.0, dtype="f32")
    return ops.full(node.dims(0), value.item(), dtype=value.dtype.name)


@handles("Range")
def range_(node: Node, start: Tensor, limit: Tensor, delta: Tensor) -> Tensor:
    return ops.arange(node.scalar(0), node.scalar(1), node.scalar(2), dtype=start.dtype.name)


@handles("EyeLike")
def eye_like(node: Node, x: Tensor) -> Tensor:
    dtype = node.dtype("dtype") if "dtype" in node.attrs else x.dtype.name
    rows, columns = x.shape
    return ops.eye(rows, columns, k=node["k"], dtype=dtype)


@handles("OneHot")
def one_hot(node: Node, indices: Tensor, depth: Tensor, values: Tensor) -> Tensor:
    off, on = node.known(2).numpy().tolist()
    index = indices if indices.dtype.name in ("i32", "i64") else indices.astype("i64")
    dtype = values.dtype.name
    return ops.one_hot(
        index, depth=_whole(node.scalar(1)), axis=node["axis"], on_value=on, off_value=off, dtype=dtype
    )


# ---- shapes ------------------------------------------------------------------------------------------


@handles("Shape")
def shape(node: Node, x: Tensor) -> Tensor:
    result = shape_tensor(x, node.get("start", 0), node.get("end"))
    node.importer.shapes[id(result)] = result, list(x.shape)[node.get("start", 0) : node.get("end")]
    return result


@handles("Gather")
def gather(node: Node, x: Tensor, index: Tensor) -> Tensor:
    if type(index) is Tensor and (known := node.importer.shapes.get(id(x))):
        picked = [known[1][i] for i in index.numpy().reshape(-1).tolist()]
        if all(type(n) is int for n in picked):  # a fixed extent beside open ones
            return ops.reshape(lg.tensor(picked, dtype="i64"), list(index.shape))
    return ops.gather(x, index, axis=node["axis"])


@handles("Size")
def size(node: Node, x: Tensor) -> Tensor:
    return lg.tensor(product(x.shape), dtype="i64") if is_fixed(x) else ops.size(x)


@handles("Reshape")
def reshape(node: Node, x: Tensor, shape: Tensor) -> Tensor:
    wanted = node.dims(1)
    if isinstance(wanted, Tensor):
        return ops.reshape(x, wanted if node.get("allowzero") else _copied(x, wanted))
    if not node.get("allowzero"):
        if len([n for n in wanted[len(x.shape) :] if n == 0]):
            raise lg.ShapeError(f"an extent of 0 in {wanted} copies one that shape {x.shape} does not have")
        wanted = [x.shape[i] if n == 0 else n for i, n in enumerate(wanted)]
    elif 0 in wanted and -1 in wanted:
        raise lg.ShapeError(f"shape {wanted} has both 0 and -1 with allowzero")
    return ops.reshape(x, wanted)


def _copied(x: Tensor, wanted: Tensor) -> Tensor:
    """Put the extents of `x` in place of zeros."""
    count, rank = wanted.shape[0], len(x.shape)
    own = shape_tensor(x, 0, min(count, rank))
    if count > rank:
        own = ops.concat([own, lg.zeros((count - rank,), "i64")])
    return ops.where(ops.equal(wanted, 0), own, wanted)


def _whole(n: Any) -> Any:
    return n if isinstance(n, Tensor) else int(n)


@handles("Flatten")
def flatten(node: Node, x: Tensor) -> Tensor:
    axis = node["axis"]
    axis += len(x.shape) if axis < 0 else 0
    return ops.reshape(x, [product(x.shape[:axis]), product(x.shape[axis:])])


@handles("Expand")
def expand(node: Node, x: Tensor, shape: Tensor) -> Tensor:
    wanted = node.dims(1)
    if not isinstance(wanted, Tensor) and is_fixed(x):
        return ops.expand(x, np.broadcast_shapes(x.shape, tuple(wanted)))
    goal = wanted if isinstance(wanted, Tensor) else lg.tensor(wanted, dtype="i64")
    own = shape_tensor(x)
    missing = len(x.shape) - goal.shape[0]
    if missing > 0:
        goal = ops.concat([lg.ones((missing,), "i64"), goal])
    elif missing < 0:
        own = ops.concat([lg.ones((-missing,), "i64"), own])
    return ops.expand(x, ops.where(ops.equal(goal, 1), own, goal))


@handles("Squeeze")
def squeeze(node: Node, x: Tensor, axes: Tensor | None = None) -> Tensor:
    return ops.squeeze(x, node.ints_or_attr(1, "axes"))


@handles("Unsqueeze")
def unsqueeze(node: Node, x: Tensor, axes: Tensor | None = None) -> Tensor:
    return ops.unsqueeze(x, node.ints_or_attr(1, "axes"))


# ---- parts and joints --------------------------------------------------------------------------------


@handles("Slice", until=10)
def slice_attributes(node: Node, x: Tensor) -> Tensor:
    return ops.slice(x, node["starts"], node["ends"], node.get("axes"))


@handles("Slice", since=10)
def slice_(
    node: Node, x: Tensor, starts: Tensor, ends: Tensor, axes: Any = None, steps: Any = None
) -> Tensor:
    given = [node.dims(i) if node.has(i) else None for i in (1, 2, 3, 4)]
    return ops.slice(x, *given)


@handles("Split")
def split(node: Node, x: Tensor, sizes: Tensor | None = None) -> tuple[Tensor, ...]:
    axis = node["axis"] % len(x.shape)
    size, count = x.shape[axis], len(node.outputs)
    parts = node.ints_or_attr(1, "split")
    if parts is None and type(size) is not int:
        return ops.split(x, num_outputs=count, axis=axis)
    if parts is None:
        step = -(-size // (node.get("num_outputs") or count))
        parts = [max(0, min(step, size - i * step)) for i in range(count)]
    if len(parts) != count or (type(size) is int and sum(parts) != size) or min(parts) < 0:
        raise lg.ShapeError(f"an axis of {size} does not split into {count} parts of {parts}")
    ends = np.cumsum(parts).tolist()
    return tuple(ops.slice(x, [end - part], [end], [axis]) for part, end in zip(parts, ends, strict=True))


@handles("Tile", since=6)
def tile(node: Node, x: Tensor, repeats: Tensor) -> Tensor:
    return ops.tile(x, node.dims(1))


@handles("Trilu")
def trilu(node: Node, x: Tensor, k: Tensor | None = None) -> Tensor:
    return ops.trilu(x, upper=bool(node["upper"]), k=node.number(1) if node.has(1) else 0)


def _pad_refuses(node: Node) -> str | None:
    mode = node.get("mode", "constant")
    return None if mode in ("constant", "reflect", "edge", "wrap") else f"mode={mode}"


@handles("Pad", refuses=_pad_refuses)
def pad(
    node: Node, x: Tensor, pads: Tensor | None = None, value: Tensor | None = None, axes: Any = None
) -> Tensor:
    if node.since >= 11 and not node.has(3) and isinstance(pads, Tensor):
        open_amounts = node.dims(1)
        if isinstance(open_amounts, Tensor):
            mode = node["mode"]
            fill = node.number(2) if node.has(2) and mode == "constant" else 0
            return ops.pad(x, open_amounts, mode=mode, value=fill)
    amounts = node.ints_or_attr(1, "pads") or []
    if node.since < 11:
        fill = node.get("value", 0.0)
    else:
        fill = node.number(2) if node.has(2) else 0
    if node.has(3):
        chosen = node.ints(3)
        full = [0] * (2 * len(x.shape))
        for i, axis in enumerate(chosen):
            full[axis % len(x.shape)] = amounts[i]
            full[axis % len(x.shape) + len(x.shape)] = amounts[i + len(chosen)]
        amounts = full
    rank = len(x.shape)
    if len(amounts) != 2 * rank:
        raise lg.ShapeError(f"{len(amounts)} pads for {rank} axes, expected two each")
    mode = node.get("mode", "constant")
    if (
        min(amounts, default=0) < 0
    ):  # cuts; in ONNX they come first for constant, and the border is the cut one
        starts = [max(0, -p) for p in amounts[:rank]]
        ends = [p if p < 0 else LAST for p in amounts[rank:]]
        x = ops.slice(x, starts, ends)
        amounts = [max(0, p) for p in amounts]
    return ops.pad(x, amounts, mode=mode, value=fill if mode == "constant" else 0)


@handles("Dropout")
def dropout(
    node: Node, x: Tensor, ratio: Tensor | None = None, training: Tensor | None = None
) -> tuple[Tensor, ...]:
    if training is not None and node.number(2) and (ratio is None or node.number(1) != 0):
        raise node.refuse("training mode is not supported")
    if not node.wants(1):
        return (x,)
    return x, ops.full(list(x.shape), True, dtype="bool" if node.since >= 10 else x.dtype.name)


@handles("Identity")
def identity(node: Node, x: Any) -> Any:
    return x
