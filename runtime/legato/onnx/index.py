# SPDX-License-Identifier: Apache-2.0
"""Elements by index: what gathers, scatters and reorders."""

from __future__ import annotations

import math
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


# ---- by other ops ------------------------------------------------------------------------------------


@handles("Scatter", since=9, until=11, needs="scatter_elements")
def scatter(node: Node, x: Tensor, index: Tensor, updates: Tensor) -> Tensor:
    return ops.scatter_elements(x, index, updates, axis=node["axis"])


@handles("TensorScatter", needs="scatter_elements")
def tensor_scatter(node: Node, x: Tensor, update: Tensor, write: Tensor | None = None) -> Tensor:
    rank, axis = len(x.shape), node["axis"] % len(x.shape)
    steps: Any = ops.reshape(
        ops.arange(0, update.shape[axis], dtype="i64"), [-1 if i == axis else 1 for i in range(rank)]
    )
    if write is not None:
        steps = ops.add(ops.reshape(write.astype("i64"), [-1] + [1] * (rank - 1)), steps)
    if node["mode"] == "circular":
        steps = ops.mod(steps, x.shape[axis])
    return ops.scatter_elements(x, ops.expand(steps, list(update.shape)), update, axis=axis)


@handles("MaxUnpool", needs="scatter_elements")
def max_unpool(node: Node, x: Tensor, index: Tensor, shape: Tensor | None = None) -> Tensor:
    rank = len(x.shape) - 2
    kernel, stride = node["kernel_shape"], node.get("strides") or [1] * rank
    pads = node.get("pads") or [0] * (2 * rank)
    spatial = [(x.shape[i + 2] - 1) * stride[i] - pads[i] - pads[i + rank] + kernel[i] for i in range(rank)]
    inner = [*x.shape[:2], *spatial]  # what the indices refer to
    total = math.prod(inner)
    empty = ops.full([total], 0, dtype=x.dtype.name)
    wanted = node.ints(2) if node.has(2) else inner
    y = ops.scatter_elements(empty, ops.reshape(index, [-1]), ops.reshape(x, [-1]), axis=0)
    y = ops.reshape(y, inner)
    if wanted == inner:
        return y
    ends = [0] * len(inner) + [want - have for want, have in zip(wanted, inner, strict=True)]
    return ops.pad(y, ends)


@handles("TfIdfVectorizer", refuses=lambda node: "pool_strings" if "pool_strings" in node.attrs else None)
def tf_idf(node: Node, x: Tensor) -> Tensor:
    pool, starts, columns = node["pool_int64s"], node["ngram_counts"], node["ngram_indexes"]
    batch = len(x.shape) == 2
    rows = x if batch else ops.unsqueeze(x, [0])
    length = rows.shape[1]
    counts: list[Tensor] = []  # of all n-grams in their order, [N, G] for each n
    for n, (begin, end) in enumerate(zip(starts, [*starts[1:], len(pool)], strict=True), start=1):
        grams = np.array(pool[begin:end], np.int64).reshape(-1, n)
        if not len(grams):
            continue
        total = ops.full([rows.shape[0], len(grams)], 0, dtype="i64")
        used = node["min_gram_length"] <= n <= node["max_gram_length"]
        for skip in range(node["max_skip_count"] + 1 if n > 1 else 1) if used else ():
            windows = length - (n - 1) * (skip + 1)
            if windows <= 0:
                break
            at = np.arange(windows)[:, None] + np.arange(n) * (skip + 1)
            parts = ops.gather(rows, lg.tensor(at), axis=1)  # [N, W, n]
            same = ops.equal(ops.unsqueeze(parts, [2]), lg.tensor(grams.astype(rows.dtype.numpy)))
            total = ops.add(total, ops.sum(ops.all(same, axis=[3]).astype("i64"), axis=[1]))
        counts.append(total)
    found = ops.concat(counts, axis=1).astype("f32")
    weights = lg.tensor(np.array(node.get("weights") or [1.0] * len(columns), np.float32))
    if node["mode"] != "TF":
        present = ops.greater(found, 0.0)
        tf = found if node["mode"] == "TFIDF" else present.astype("f32")
        found = ops.mul(tf, weights)
    width = max(columns) + 1
    place = [columns.index(c) if c in columns else len(columns) for c in range(width)]
    padded = ops.pad(found, [0, 0, 0, 1])
    y = ops.gather(padded, lg.tensor(np.array(place, np.int64)), axis=1)
    return y if batch else ops.squeeze(y, [0])
