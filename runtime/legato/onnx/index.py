# SPDX-License-Identifier: Apache-2.0
"""Elements by index: what gathers, scatters and reorders."""

from __future__ import annotations

from typing import Any

import numpy as np

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import Node, handles


@handles("ReverseSequence")
def reverse_sequence(node: Node, x: Tensor, lengths: Tensor) -> Tensor:
    time, batch = node["time_axis"], node["batch_axis"]
    steps = ops.arange(0, x.shape[time], dtype="i64")
    axes = [1] * len(x.shape)
    along, across = list(axes), list(axes)
    along[time], across[batch] = -1, -1
    step = ops.reshape(steps, along)
    length = ops.reshape(lengths.astype("i64"), across)
    index = ops.where(ops.less(step, length), ops.sub(ops.sub(length, 1), step), step)
    return ops.gather_elements(x, ops.expand(index, list(x.shape)), axis=time)


# ---- results whose extents depend on data: only where the data is known -------------------------------


@handles("NonZero")
def non_zero(node: Node, x: Tensor) -> Tensor:
    return lg.tensor(np.array(np.nonzero(node.known(0).numpy()), np.int64))


@handles("Compress")
def compress(node: Node, x: Tensor, condition: Tensor) -> Tensor:
    chosen = np.flatnonzero(node.known(1).numpy())
    axis = node.get("axis")
    x = ops.reshape(x, [-1]) if axis is None else x
    return ops.gather(x, lg.tensor(chosen.astype(np.int64)), axis=axis or 0)


@handles("Unique")
def unique(node: Node, x: Tensor) -> tuple[Tensor, ...]:
    values: Any = node.known(0).numpy()
    axis = node.get("axis")
    found, first, inverse, counts = np.unique(
        values, return_index=True, return_inverse=True, return_counts=True, axis=axis
    )
    inverse = inverse.reshape(-1)
    if not node["sorted"]:
        order = np.argsort(first)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        found = np.take(found, order, axis=axis or 0)
        first, counts, inverse = first[order], counts[order], place[inverse]
    rest = (np.asarray(part, np.int64) for part in (first, inverse, counts))
    return (lg.tensor(np.ascontiguousarray(found)), *(lg.tensor(part) for part in rest))
