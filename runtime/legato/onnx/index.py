# SPDX-License-Identifier: Apache-2.0
"""Elements by index: what gathers, scatters and reorders."""

from __future__ import annotations

from typing import Any

import numpy as np

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import call, ops
from legato.onnx.node import Handler, Node, handles
from legato.onnx.rows import attributes, tensors

# ---- results whose extents only the data tell ----------------------------------------------------------


@handles("Compress")
def compress(node: Node, x: Tensor, condition: Tensor) -> Tensor:
    axis = node.get("axis")
    if type(condition) is Tensor:  # then it is known how many
        chosen = np.flatnonzero(condition.numpy()).astype(np.int64)
        return ops.gather(ops.reshape(x, [-1]) if axis is None else x, lg.tensor(chosen), axis=axis or 0)
    node.note_late(1)
    return ops.compress(x, condition, axis=axis)


def _of_data(op: str) -> Handler:
    def handler(node: Node, *inputs: Any) -> Any:
        node.note_late(0)
        return call(op, tensors(node, op, inputs), attributes(node, op))

    return handler


handles("NonZero")(_of_data("non_zero"))
handles("Unique")(_of_data("unique"))


# ---- by other ops ------------------------------------------------------------------------------------


@handles("Scatter", since=9, until=11)
def scatter(node: Node, x: Tensor, index: Tensor, updates: Tensor) -> Tensor:
    return ops.scatter_elements(x, index, updates, axis=node["axis"])


@handles("TensorScatter")
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
