# SPDX-License-Identifier: Apache-2.0
"""Arithmetic, reductions and products."""

from __future__ import annotations

import math
from functools import reduce as fold
from typing import Any

import numpy as np

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.extent import fixed, product, shape_tensor
from legato.onnx.node import Handler, Node, handles
from legato.onnx.tensors import DTYPES, type_name

# ---- element by element ------------------------------------------------------------------------------


@handles("Div")
def div(node: Node, a: Tensor, b: Tensor) -> Tensor:
    return ops.div(a, b, rounding_mode="trunc" if a.dtype.kind in "iu" else None)


@handles("Mod")
def mod(node: Node, a: Tensor, b: Tensor) -> Tensor:
    return ops.fmod(a, b) if node["fmod"] else ops.mod(a, b)


def _pairwise(op: str) -> Handler:
    def handler(node: Node, *inputs: Tensor) -> Tensor:
        return fold(getattr(ops, op), inputs)

    return handler


handles("Max")(_pairwise("maximum"))
handles("Min")(_pairwise("minimum"))
handles("Sum")(_pairwise("add"))


@handles("Mean")
def mean(node: Node, *inputs: Tensor) -> Tensor:
    total = fold(ops.add, inputs)
    return ops.mul(total, 1.0 / len(inputs)) if len(inputs) > 1 else total


@handles("Pow")
def pow(node: Node, a: Tensor, b: Tensor) -> Tensor:
    if a.dtype == b.dtype:
        return ops.pow(a, b)
    if a.dtype.kind in "iu" and b.dtype.kind == "f":
        return ops.pow(a.astype("f64"), b.astype("f64")).astype(a.dtype)
    return ops.pow(a, b.astype(a.dtype))


@handles("Clip", until=11)
def clip_attributes(node: Node, x: Tensor) -> Tensor:
    return ops.clip(x, node.get("min"), node.get("max"))


def _cast_refuses(node: Node) -> str | None:
    to = node.get("to", 0)
    return None if to in DTYPES else f"to={type_name(to)}"


@handles("Cast", refuses=_cast_refuses)
def cast(node: Node, x: Tensor) -> Tensor:
    to = node.dtype("to")
    if to in ("f32", "f64") and x.dtype.itemsize <= 2 and x.dtype.name != "bool":
        x = node.importer.keep(node.proto.input[0], x)
    return x.astype(to)


@handles("CastLike")
def cast_like(node: Node, x: Tensor, target: Tensor) -> Tensor:
    return x.astype(target.dtype)


@handles("Swish")
def swish(node: Node, x: Tensor) -> Tensor:
    alpha = node["alpha"]
    return ops.silu(x) if alpha == 1.0 else ops.mul(x, ops.sigmoid(ops.mul(x, alpha)))


# The constants of ops.selu as f32 has them.
SELU = (1.67326319217681884765625, 1.05070102214813232421875)


@handles("Selu")
def selu(node: Node, x: Tensor) -> Tensor:
    alpha, gamma = node["alpha"], node["gamma"]
    if abs(alpha - SELU[0]) < 1e-7 and abs(gamma - SELU[1]) < 1e-7:
        return ops.selu(x)
    return ops.mul(ops.elu(x, alpha=alpha), gamma)


@handles("Hardmax", since=13)
def hardmax(node: Node, x: Tensor) -> Tensor:
    axis = node["axis"] % len(x.shape)
    hot = ops.one_hot(ops.argmax(x, axis=axis), depth=x.shape[axis], axis=axis)
    return hot.astype(x.dtype)


@handles("CumProd")
def cumprod(node: Node, x: Tensor, axis: Tensor) -> Tensor:
    at = node.number(1) % len(x.shape)
    count = fixed(x.shape[at], f"axis {at}")
    slices = [ops.slice(x, [i], [i + 1], axes=[at]) for i in range(count)]
    if node["reverse"]:
        slices.reverse()
    if not slices:
        return x
    products = [ops.full(list(slices[0].shape), 1, dtype=x.dtype.name)]
    for part in slices:
        products.append(ops.mul(products[-1], part))
    products = products[:-1] if node["exclusive"] else products[1:]
    return ops.concat(products[::-1] if node["reverse"] else products, axis=at)


@handles("CumSum")
def cumsum(node: Node, x: Tensor, axis: Tensor) -> Tensor:
    at = node.number(1)
    return ops.cumsum(x, at, exclusive=bool(node["exclusive"]), reverse=bool(node["reverse"]))


# ---- before opset 13, softmax and its kin see a matrix ------------------------------------------------


def _as_matrix(op: str) -> Handler:
    def handler(node: Node, x: Tensor) -> Tensor:
        axis = node.get("axis", 1) % max(len(x.shape), 1)
        if op != "hardmax" and axis == len(x.shape) - 1:
            return getattr(ops, op)(x, axis=-1)
        shape = list(x.shape)
        matrix = ops.reshape(x, [product(shape[:axis]), product(shape[axis:])])
        if op == "hardmax":
            y = ops.one_hot(ops.argmax(matrix, axis=1), depth=matrix.shape[1], axis=1).astype(x.dtype)
        else:
            y = getattr(ops, op)(matrix, axis=1)
        return ops.reshape(y, shape)

    return handler


handles("Softmax", until=13)(_as_matrix("softmax"))
handles("LogSoftmax", until=13)(_as_matrix("log_softmax"))
handles("Hardmax", until=13)(_as_matrix("hardmax"))


# ---- reductions --------------------------------------------------------------------------------------


def _reduction(op: str, of_bool: str = "") -> Handler:
    def handler(node: Node, x: Tensor, axes: Tensor | None = None) -> Tensor:
        axis = node.ints_or_attr(1, "axes")
        if not axis:
            if node.get("noop_with_empty_axes"):
                return _unreduced(op, x)
            axis = None
        name = of_bool if x.dtype == lg.bool and of_bool else op
        keep = bool(node["keepdims"])
        if op in ("max", "min") and any(
            type(n) is int and n == 0 for n in x.shape
        ):  # ONNX has them start from the least, or the greatest
            return _of_nothing(x, axis, keep, op == "max")
        if op == "mean" and x.dtype.kind in "iu":  # rounds towards zero
            total = ops.sum(x, axis=axis, keepdims=True)
            count = math.prod(x.shape) // max(math.prod(total.shape), 1)
            y = ops.div(total, count, rounding_mode="trunc")
            return y if keep else y.reshape(ops.sum(x, axis=axis).shape)
        return getattr(ops, name)(x, axis=axis, keepdims=keep)

    return handler


def _of_nothing(x: Tensor, axis: list[int] | None, keep: bool, largest: bool) -> Tensor:
    counts = ops.sum(ops.full(list(x.shape), 1, dtype="i64"), axis=axis, keepdims=keep)
    if x.dtype == lg.bool:
        start: Any = not largest
    elif x.dtype.kind == "f":
        start = -math.inf if largest else math.inf
    else:
        limits = np.iinfo(x.dtype.name.replace("i", "int", 1).replace("u", "uint", 1))
        start = int(limits.min if largest else limits.max)
    return ops.full(list(counts.shape), start, dtype=x.dtype.name)


def _unreduced(op: str, x: Tensor) -> Tensor:
    """Apply a reduction to each element by itself, which is what "no axes" means for most of them."""
    if op in ("l1", "l2"):
        return ops.abs(x)
    if op == "sum_square":
        return ops.mul(x, x)
    if op == "log_sum":
        return ops.log(x)
    return x


handles("ReduceSum")(_reduction("sum"))
handles("ReduceMean")(_reduction("mean"))
handles("ReduceMax")(_reduction("max", "any"))
handles("ReduceMin")(_reduction("min", "all"))
handles("ReduceProd")(_reduction("prod"))
handles("ReduceL1")(_reduction("l1"))
handles("ReduceL2")(_reduction("l2"))
handles("ReduceSumSquare")(_reduction("sum_square"))
handles("ReduceLogSum")(_reduction("log_sum"))
handles("ReduceLogSumExp")(_reduction("log_sum_exp"))


def _arg(op: str) -> Handler:
    def handler(node: Node, x: Tensor) -> Tensor:
        axis, keep = node["axis"], bool(node["keepdims"])
        if node.get("select_last_index"):
            axis %= len(x.shape)
            found = getattr(ops, op)(ops.flip(x, axis), axis=axis, keepdims=keep)
            last = ops.sub(shape_tensor(x, axis, axis + 1), 1)
            return ops.sub(ops.reshape(last, []), found)
        return getattr(ops, op)(x, axis=axis, keepdims=keep)

    return handler


handles("ArgMax")(_arg("argmax"))
handles("ArgMin")(_arg("argmin"))


# ---- products ----------------------------------------------------------------------------------------


@handles("Gemm")
def gemm(node: Node, a: Tensor, b: Tensor, c: Tensor | None = None) -> Tensor:
    alpha, beta = node["alpha"], node["beta"]
    a = ops.transpose(a) if node["transA"] else a
    plain = alpha == 1.0 and node["transB"] and a.dtype.kind == "f"
    if plain and (c is None or (beta == 1.0 and c.shape == b.shape[:1])):
        return ops.linear(a, b, c)
    y = ops.matmul(a, ops.transpose(b) if node["transB"] else b)
    y = scale(y, alpha)
    return y if c is None or beta == 0.0 else ops.add(y, scale(c, beta))


def scale(x: Tensor, factor: float) -> Tensor:
    """Multiply by a number, in the dtype of the tensor."""
    if factor == 1.0:
        return x
    return ops.mul(x, factor) if x.dtype.kind == "f" else ops.mul(x, factor).astype(x.dtype)


@handles("Einsum")
def einsum(node: Node, *inputs: Tensor) -> Tensor:
    return lg.einsum(node["equation"], *inputs)
