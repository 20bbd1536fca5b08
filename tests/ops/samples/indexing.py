# SPDX-License-Identifier: Apache-2.0
"""Samples of the ops that take parts of tensors, by position or by value."""

import numpy as np

from ops.sampling import NUMPY, SHAPES, Bad, Case, Sample

X = np.zeros((2, 3), np.float32)
in_order = sorted  # `sorted` is an attribute of some ops


# ---- split -----------------------------------------------------------------------------------------


def split_cases(draw, dtype):
    yield Case([draw.array((5,), dtype)], {"num_outputs": 3})
    yield Case([draw.array((5,), dtype)], {"num_outputs": 1})
    yield Case([draw.array((0,), dtype)], {"num_outputs": 2})
    yield Case([draw.array((0, 3), dtype)], {"sizes": [0, 0]})
    for axis in range(-4, 4):
        yield Case([draw.array((4, 6, 3, 5), dtype)], {"num_outputs": 3 if axis % 2 else 2, "axis": axis})
    yield Case([draw.array((67, 19), dtype)], {"sizes": [1, 0, 8, 7, 3], "axis": 1})
    yield Case([draw.array((67, 19), dtype)], {"sizes": [66, 1]})
    yield Case([draw.array((3, 128, 2), dtype)], {"num_outputs": 64, "axis": 1})
    yield Case([draw.array((2, 40, 1031), dtype)], {"sizes": [3] * 13 + [1], "axis": 1})


def split(x, sizes=None, num_outputs=0, axis=0):
    if sizes is None:
        block = -(-x.shape[axis] // num_outputs)
        sizes = [block] * (num_outputs - 1)
    cuts = np.cumsum(sizes)[: len(sizes) if len(sizes) < num_outputs else -1]
    return np.split(x, cuts, axis=axis)


# ---- stack -----------------------------------------------------------------------------------------


def stack_cases(draw, dtype):
    for shape in ((), (0,), (5,), (2, 3), (4, 1, 9)):
        for count in (1, 2, 5):
            for axis in (0, -1, len(shape)):
                yield Case([[draw.array(shape, dtype) for _ in range(count)]], {"axis": axis})
    yield Case([[draw.array((2, 3), dtype) for _ in range(200)]], {"axis": 1})


# ---- order -----------------------------------------------------------------------------------------


def order_cases(draw, dtype, **more):
    yield Case([draw.array((1,), dtype)], more)
    yield Case([draw.array((0,), dtype)], {"k": 0} if "k" in more else {})
    yield Case([draw.array((3, 0, 2), dtype)], {**more, "axis": 0})
    for axis in (-1, 0, 1, 2):
        yield Case([draw.array((5, 7, 4), dtype)], {**more, "axis": axis})
    yield Case([draw.array((3, 40), dtype, 0, 3, special=False)], more)  # many are equal
    yield Case([draw.array((1031,), dtype)], more)


def top_k_cases(draw, dtype):
    for case in order_cases(draw, dtype, k=1):
        yield case
        yield Case(case.ins, {**case.attrs, "largest": False})
    for k in (0, 2, 9, 10, 13, 39, 40):
        for largest in (True, False):
            yield Case([draw.array((2, 40), dtype)], {"k": k, "largest": largest, "sorted": k % 2 == 0})
            yield Case([draw.array((40, 3), dtype, 0, 3)], {"k": k, "largest": largest, "axis": 0})


def sort_cases(draw, dtype):
    for case in order_cases(draw, dtype):
        yield case
        yield Case(case.ins, {**case.attrs, "descending": True})


def argsort(x, axis=-1, descending=False):
    """Return stable order, NaN largest: by value descending means by negated rank ascending."""
    x = np.asarray(x)
    _, rank = np.unique(x, return_inverse=True)
    rank = rank.reshape(x.shape).astype(np.int64)
    return np.argsort(-rank if descending else rank, axis=axis, kind="stable")


def sort(x, axis=-1, descending=False):
    indices = argsort(x, axis, descending)
    return np.take_along_axis(x, indices, axis), indices


def top_k(x, k, axis=-1, largest=True, sorted=True):
    values, indices = sort(x, axis, largest)
    return np.take(values, range(k), axis), np.take(indices, range(k), axis)


# ---- indices ---------------------------------------------------------------------------------------


def index(draw, shape, extent, kind=np.int64):
    return draw.rng.integers(-extent, extent, shape).astype(kind)


def gather_nd_cases(draw, dtype):
    x = draw.array((4, 3, 5), dtype)
    for depth, kind in ((1, np.int64), (2, np.int32), (3, np.int64)):
        yield Case([x, index(draw, (6, depth), 3, kind)])
        yield Case([x, index(draw, (depth,), 3, kind)])
        yield Case([x, index(draw, (2, 0, depth), 3, kind)])
    yield Case([x, index(draw, (4, 2, 1), 3)], {"batch_dims": 1})
    yield Case([x, index(draw, (4, 3, 2, 1), 5)], {"batch_dims": 2})
    yield Case([draw.array((4, 0), dtype), index(draw, (2, 1), 4)])
    yield Case([draw.array((33, 67), dtype), index(draw, (19, 1), 33)])


def gather_nd(x, index, batch_dims=0):
    batch = x.shape[:batch_dims]
    depth = index.shape[-1]
    flat_x = x.reshape(int(np.prod(batch)), *x.shape[batch_dims:])
    flat = index.reshape(int(np.prod(batch)), -1, depth) if index.size else None
    shape = index.shape[:-1] + x.shape[batch_dims + depth :]
    if flat is None or 0 in shape:
        return np.zeros(shape, x.dtype)
    return np.array([flat_x[(b, *i)] for b in range(len(flat)) for i in flat[b]]).reshape(shape)


REDUCTIONS = {
    "none": lambda a, b: b,
    "add": np.add,
    "mul": np.multiply,
    "min": np.minimum,
    "max": np.maximum,
}


def scatter_elements_cases(draw, dtype):
    for reduction in REDUCTIONS:
        for axis in (0, 1, -1):
            # Every place once: f16 and bf16 round after each update.
            x = draw.array((4, 5, 3), dtype)
            shape = (3, 2, 3)
            order = np.argsort(draw.rng.random((4, 5, 3)), axis=axis).astype(np.int64)
            places = order[tuple(slice(n) for n in shape)]
            yield Case([x, places, draw.array(shape, dtype)], {"axis": axis, "reduction": reduction})
        if dtype not in ("f16", "bf16"):
            x, places = draw.array((7,), dtype), index(draw, (20,), 7, np.int32)
            yield Case([x, places, draw.array((20,), dtype)], {"reduction": reduction})
    yield Case([draw.array((3, 4), dtype), np.zeros((0, 2), np.int64), draw.array((0, 2), dtype)])
    yield Case([draw.array((1031,), dtype), index(draw, (2000,), 1031), draw.array((2000,), dtype)])


def scatter_elements(x, index, updates, axis=0, reduction="none"):
    y = x.copy()
    for at in np.ndindex(*index.shape):
        to = list(at)
        to[axis] = index[at]
        y[tuple(to)] = REDUCTIONS[reduction](y[tuple(to)], updates[at])
    return y


def scatter_nd_cases(draw, dtype):
    for reduction in REDUCTIONS:
        places = draw.rng.permutation(16)[:5]
        pairs = np.stack([places // 4, places % 4], axis=1).astype(np.int64)
        attrs = {"reduction": reduction}
        yield Case([draw.array((4, 4, 5), dtype), pairs, draw.array((5, 5), dtype)], attrs)
        yield Case([draw.array((4, 4), dtype), pairs, draw.array((5,), dtype)], attrs)
        if dtype not in ("f16", "bf16"):
            places = index(draw, (3, 4, 1), 4, np.int32)
            yield Case([draw.array((4, 3), dtype), places, draw.array((3, 4, 3), dtype)], attrs)
    yield Case([draw.array((4, 3), dtype), np.array([2]), draw.array((3,), dtype)])
    yield Case([draw.array((4, 3), dtype), np.zeros((0, 1), np.int64), draw.array((0, 3), dtype)])


def scatter_nd(x, index, updates, reduction="none"):
    y = x.copy()
    for at in np.ndindex(*index.shape[:-1]):
        to = tuple(index[at])
        y[to] = REDUCTIONS[reduction](y[to], updates[at])
    return y


def reverse_sequence_cases(draw, dtype):
    yield Case([draw.array((4, 3), dtype), np.array([0, 4, 2])])
    yield Case([draw.array((4, 3, 5), dtype), np.array([1, 3, 4])])
    yield Case([draw.array((3, 4), dtype), np.array([2, 4, 3])], {"time_axis": 1, "batch_axis": 0})
    yield Case([draw.array((2, 4, 3), dtype), np.array([1, 2, 3])], {"time_axis": 1, "batch_axis": -1})
    yield Case([draw.array((2, 4, 3), dtype), np.array([1, 2])], {"time_axis": 2, "batch_axis": 0})
    yield Case([draw.array((0, 2), dtype), np.array([0, 0])])


def reverse_sequence(x, lengths, time_axis=0, batch_axis=1):
    y = x.copy()
    for b, n in enumerate(lengths):
        at = [slice(None)] * x.ndim
        at[batch_axis] = b
        back = list(at)
        at[time_axis] = slice(0, n)
        back[time_axis] = slice(n - 1, None, -1) if n else slice(0, 0)
        y[tuple(at)] = x[tuple(back)]
    return y


# ---- shapes that the data decide -------------------------------------------------------------------


def sparse(draw, shape, dtype):
    x = draw.array(shape, dtype)
    return np.where(draw.rng.random(shape) < 0.7, np.zeros((), x.dtype), x)


def non_zero_cases(draw, dtype):
    for shape in SHAPES:
        yield Case([sparse(draw, shape, dtype)])
    yield Case([np.zeros((3, 4), NUMPY[dtype])])
    yield Case([np.ones((3, 4), NUMPY[dtype])])


def non_zero(x):
    return np.array(np.nonzero(x)) if x.ndim else np.zeros((0, int(x != 0)), np.int64)


def compress_cases(draw, dtype):
    x = draw.array((4, 5, 3), dtype)
    for axis in (0, 1, 2, -3, None):
        extent = x.size if axis is None else x.shape[axis]
        for length in (extent, extent - 1, 1, 0):
            yield Case([x, draw.rng.random(length) < 0.5], {} if axis is None else {"axis": axis})
    yield Case([x, np.zeros(4, bool)], {"axis": 0})
    yield Case([x, np.ones(4, bool)], {"axis": 0})
    yield Case([draw.array((), dtype), np.ones(1, bool)])
    yield Case([draw.array((0, 3), dtype), np.zeros(0, bool)], {"axis": 0})


def compress(x, condition, axis=None):
    return np.compress(condition, x, axis)


def few(draw, shape, dtype):
    return draw.rng.integers(0, 2, shape).astype(NUMPY[dtype])


def unique_cases(draw, dtype):
    for order in (True, False):
        attrs = {"sorted": order}
        for shape in ((), (0,), (1,), (15,), (5, 7)):
            yield Case([draw.array(shape, dtype, 0, 3)], attrs)
        yield Case([draw.array((200,), dtype)], attrs)
        for axis in (0, 1, -1):
            yield Case([few(draw, (6, 5, 4), dtype)], {**attrs, "axis": axis})
        yield Case([few(draw, (20, 2), dtype)], {**attrs, "axis": 0})


def unique(x, axis=None, sorted=True):
    slices = x.reshape(-1, 1) if axis is None else np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)
    # Columns as ranks, so that NaN is a value as others are.
    _, ranks = np.unique(slices, return_inverse=True)
    keys = [tuple(row) for row in ranks.reshape(slices.shape).tolist()]
    first = {}
    for i, key in enumerate(keys):
        first.setdefault(key, i)
    order = {key: i for i, key in enumerate(in_order(first) if sorted else first)}
    indices = np.array([first[key] for key in order], np.int64)
    inverse = np.array([order[key] for key in keys], np.int64)
    y = np.take(x.reshape(-1) if axis is None else x, indices, 0 if axis is None else axis)
    return y, indices, inverse, np.bincount(inverse, minlength=len(order)).astype(np.int64)


# ---- extents ---------------------------------------------------------------------------------------


def shape_cases(draw, dtype):
    for shape in SHAPES:
        yield Case([draw.array(shape, dtype)])
    x = draw.array((2, 3, 4, 5), dtype)
    for start, end in ((0, -1), (1, 3), (-2, 4), (3, 1), (-9, 9), (4, 4)):
        yield Case([x], {"start": start, "end": end})


def shape(x, start=0, end=2**31 - 1):
    return np.array(x.shape[start:end], np.int64)


SAMPLES = {
    "split": Sample(
        split_cases,
        split,
        [
            Bad("ArgumentError", "give sizes or num_outputs", [X]),
            Bad("ArgumentError", "0 outputs", [X], {"sizes": []}),
            Bad("ArgumentError", "65 outputs", [X], {"num_outputs": 65}),
            Bad("ArgumentError", "-1 outputs", [X], {"num_outputs": -1}),
            Bad("ArgumentError", "give one of them", [X], {"sizes": [2], "num_outputs": 3}),
            Bad("ShapeError", "leave 1 of the 3", [X], {"sizes": [1, 1], "axis": 1}),
            Bad("ShapeError", "need more than the 3", [X], {"sizes": [2, 2], "axis": 1}),
            Bad("ShapeError", "need more", [X], {"sizes": [2**62, 2**62, 2**62, 2**62]}),
            Bad("ShapeError", "-1 elements", [X], {"sizes": [-1, 3]}),
            Bad("ShapeError", "need more", [np.zeros(5)], {"num_outputs": 4}),
            Bad("OutOfRangeError", "axis is 2", [X], {"num_outputs": 1, "axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)], {"num_outputs": 1}),
            Bad("DTypeError", "split", ["text"], {"num_outputs": 1}),
        ],
    ),
    "top_k": Sample(
        top_k_cases,
        top_k,
        [
            Bad("ShapeError", "k is 4, expected at most 3", [X], {"k": 4}),
            Bad("ArgumentError", "k is -1", [X], {"k": -1}),
            Bad("OutOfRangeError", "axis is 2", [X], {"k": 1, "axis": 2}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)], {"k": 1}),
            Bad("DTypeError", "k", [X], {"k": 1.5}),
        ],
    ),
    "sort": Sample(
        sort_cases,
        sort,
        [
            Bad("OutOfRangeError", "axis is -3", [X], {"axis": -3}),
            Bad("OutOfRangeError", "rank 0", [np.float32(1)]),
        ],
    ),
    "argsort": Sample(
        sort_cases,
        argsort,
        [Bad("OutOfRangeError", "axis is 2", [X], {"axis": 2}), Bad("DTypeError", "argsort", ["text"])],
    ),
    "gather_nd": Sample(
        gather_nd_cases,
        gather_nd,
        [
            Bad("ShapeError", "3 coordinates, expected 1 to 2", [X, np.zeros((1, 3), np.int64)]),
            Bad("ShapeError", "0 coordinates", [X, np.zeros((1, 0), np.int64)]),
            Bad("ArgumentError", "batch_dims is 2", [X, np.zeros((2, 1), np.int64)], {"batch_dims": 2}),
            Bad("ArgumentError", "batch_dims is -1", [X, np.zeros((2, 1), np.int64)], {"batch_dims": -1}),
            Bad("ShapeError", "expected equally many", [X, np.zeros((3, 1), np.int64)], {"batch_dims": 1}),
            Bad("OutOfRangeError", "gather_nd", [X, np.array([[2]])]),
            Bad("OutOfRangeError", "gather_nd", [X, np.array([[-3]])]),
            Bad("DTypeError", "f32", [X, X]),
        ],
    ),
    "scatter_elements": Sample(
        scatter_elements_cases,
        scatter_elements,
        [
            Bad("OutOfRangeError", "axis is 2", [X, np.zeros((1, 1), np.int64), X[:1, :1]], {"axis": 2}),
            Bad("OutOfRangeError", "scatter_elements", [X, np.array([[2]]), X[:1, :1]]),
            Bad("ShapeError", "index has rank 1", [X, np.zeros(1, np.int64), X[0, :1]]),
            Bad("ShapeError", "updates has rank 1", [X, np.zeros((1, 1), np.int64), X[0]]),
            Bad("ShapeError", "updates has 3 elements", [X, np.zeros((1, 1), np.int64), X[:1]]),
            Bad(
                "ArgumentError", "reduction", [X, np.zeros((1, 1), np.int64), X[:1, :1]], {"reduction": "or"}
            ),
            Bad("DTypeError", "index is f32", [X, X, X]),
        ],
        native=True,
    ),
    "scatter_nd": Sample(
        scatter_nd_cases,
        scatter_nd,
        [
            Bad("ShapeError", "3 coordinates", [X, np.zeros((1, 3), np.int64), X[0, :1]]),
            Bad("ShapeError", "updates has rank 2, expected 1", [X, np.zeros((1, 2), np.int64), X]),
            Bad("ShapeError", "updates has 2 elements on axis 0", [X, np.zeros((1, 1), np.int64), X]),
            Bad("ShapeError", "x has rank 0", [np.float32(1), np.zeros((1, 1), np.int64), X]),
            Bad("OutOfRangeError", "scatter_nd", [X, np.array([[-3]]), X[:1]]),
        ],
        native=True,
    ),
    "reverse_sequence": Sample(
        reverse_sequence_cases,
        reverse_sequence,
        [
            Bad("ShapeError", "3 elements", [X, np.array([1, 2])]),
            Bad("ShapeError", "rank 1", [X, np.array([[1, 2, 2]])]),
            Bad("ArgumentError", "both 0", [X, np.array([1, 2])], {"batch_axis": 0}),
            Bad("OutOfRangeError", "time_axis is 2", [X, np.array([1, 2, 2])], {"time_axis": 2}),
            Bad("OutOfRangeError", "reverse_sequence", [X, np.array([1, 3, 2])]),
            Bad("OutOfRangeError", "reverse_sequence", [X, np.array([1, -1, 2])]),
        ],
    ),
    "non_zero": Sample(non_zero_cases, non_zero, [Bad("DTypeError", "non_zero", ["text"])]),
    "compress": Sample(
        compress_cases,
        compress,
        [
            Bad("ShapeError", "condition has 3 elements", [X, np.ones(3, bool)], {"axis": 0}),
            Bad("ShapeError", "rank 2", [X, np.ones((2, 3), bool)]),
            Bad("DTypeError", "condition is f32", [X, X[0]]),
            Bad("OutOfRangeError", "axis is 2", [X, np.ones(2, bool)], {"axis": 2}),
            Bad("ArgumentError", "axis has 2 values", [X, np.ones(2, bool)], {"axis": (0, 1)}),
        ],
    ),
    "unique": Sample(
        unique_cases,
        unique,
        [
            Bad("OutOfRangeError", "axis is 2", [X], {"axis": 2}),
            Bad("ArgumentError", "axis has 0 values", [X], {"axis": ()}),
        ],
    ),
    "shape": Sample(shape_cases, shape, [Bad("DTypeError", "start", [X], {"start": 0.5})]),
    "size": Sample(
        lambda draw, dtype: (Case([draw.array(s, dtype)]) for s in SHAPES),
        lambda x: np.int64(x.size),
        [Bad("DTypeError", "size", ["text"])],
    ),
    "stack": Sample(
        stack_cases,
        lambda xs, axis=0: np.stack(xs, axis),
        [
            Bad("ShapeError", "input 1 has rank 1", [[X, X[0]]]),
            Bad("ShapeError", "input 1 has 1 elements on axis 0", [[X, X[:1]]]),
            Bad("OutOfRangeError", "axis is 3", [[X, X]], {"axis": 3}),
            Bad("ArgumentError", "0 inputs", [[]]),
            Bad("ShapeError", "rank 9", [[np.zeros((1,) * 8, np.float32)]]),
        ],
    ),
}
