# SPDX-License-Identifier: Apache-2.0
"""Samples of data movement and creation."""

import itertools

import numpy as np

from ops.sampling import FLOATS, NUMPY, SHAPES, Bad, Case, Sample

X = np.arange(6, dtype=np.float32).reshape(2, 3)
E = np.ones((0, 3), np.float32)
NINE = (1,) * 9


def one_input(*pairs):
    """Cases of (shape, attributes)."""

    def cases(draw, dtype):
        for shape, attrs in pairs:
            yield Case([draw.array(shape, dtype)], dict(attrs))

    return cases


def reshape_cases(draw, dtype):
    for shape, target in [
        ((6,), (2, 3)),
        ((2, 3), (-1,)),
        ((2, 3), (3, -1)),
        ((2, 3, 4), (4, 6)),
        ((4, 6), (2, 3, 4)),
        ((), (1, 1)),
        ((1, 1), ()),
        ((0, 3), (3, 0)),
        ((0, 3), (0,)),
        ((2, 3), (1, 2, 1, 3, 1)),
        ((24,), (2, 1, 3, 4)),
        ((2, 3, 4), 24),
        ((3, 5, 2), (3, 10)),
        ((3, 5, 2), (15, 2)),
        ((8,), (2, 2, 2)),
        ((64, 33), (33, 64)),
    ]:
        yield Case([draw.array(shape, dtype)], {"shape": target})


def transpose_cases(draw, dtype):
    for shape in SHAPES:
        orders = [None, *itertools.islice(itertools.permutations(range(len(shape))), 1, 7)]
        for order in orders:
            yield Case([draw.array(shape, dtype)], {"axes": order})
    yield Case([draw.array((40, 50, 3), dtype)], {"axes": (-1, 0, -2)})


def expand(x, shape):
    shape = list(np.atleast_1d(shape).astype(int))
    added = len(shape) - x.ndim
    return np.broadcast_to(x, [x.shape[i - added] if n == -1 else n for i, n in enumerate(shape)])


def concat_cases(draw, dtype):
    def case(axis, *shapes):
        return Case([[draw.array(shape, dtype) for shape in shapes]], {"axis": axis})

    yield case(0, (3,))
    yield case(0, (3,), (4,), (0,), (1,))
    yield case(1, (2, 3), (2, 1), (2, 5))
    yield case(-2, (2, 3), (1, 3))
    yield case(1, (3, 0, 2), (3, 4, 2))
    yield case(2, (2, 3, 4), (2, 3, 1))
    yield case(0, *[(2, 3)] * 40)
    yield case(1, (0, 2), (0, 3))
    yield case(1, (1500, 1), (1500, 2), (1500, 0), (1500, 1))  # runs of few bytes


def slice_cases(draw, dtype):
    low, high = -(2**63), 2**63 - 1
    fixed = [
        ((7,), 1, 5, None, None),
        ((7,), -3, high, None, None),
        ((7,), high, low, None, -1),
        ((7,), -1, low, 0, -2),
        ((7,), 5, 2, None, None),
        ((7,), 100, 200, None, None),
        ((7,), -100, 3, None, 3),
        ((0,), 0, 5, None, None),
        ((5, 6), (1, 0), (4, high), (0, 1), (2, 3)),
        ((5, 6), 2, 3, -1, None),
        ((5, 6), (4, 5), (low, low), (0, 1), (-1, -2)),
        ((3, 4, 5), 1, 2, 1, 1),
        ((4, 5), (0,), (high,), (0,), (high,)),
        ((4, 5), (3,), (low,), (0,), (low,)),
        ((3,), (), (), None, None),
    ]
    for shape, starts, ends, axes, steps in fixed:
        yield Case([draw.array(shape, dtype)], {"starts": starts, "ends": ends, "axes": axes, "steps": steps})
    for _ in range(20):
        shape = draw.shape(draw.int(1, 4), 6)
        axes = tuple(int(a) for a in draw.rng.permutation(len(shape))[: draw.int(1, len(shape))])
        steps = tuple(int(draw.rng.choice([-3, -2, -1, 1, 2, 3])) for _ in axes)
        starts, ends = (tuple(draw.int(-8, 8) for _ in axes) for _ in range(2))
        yield Case([draw.array(shape, dtype)], {"starts": starts, "ends": ends, "axes": axes, "steps": steps})


def cut(x, starts, ends, axes=None, steps=None):
    """Clamp as ONNX does, where an end below the first element is before it."""
    starts, ends = np.atleast_1d(starts), np.atleast_1d(ends)
    axes = range(len(starts)) if axes is None else np.atleast_1d(axes)
    steps = [1] * len(starts) if steps is None else np.atleast_1d(steps)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        x = np.take(
            x, range(*slice(int(start), int(end), int(step)).indices(x.shape[int(axis)])), axis=int(axis)
        )
    return x


def pad_cases(draw, dtype):
    value = True if dtype == "bool" else 1.5 if dtype in FLOATS else 7
    for shape, pads in [
        ((3,), (1, 2)),
        ((4, 5), (1, 0, 2, 3)),
        ((4, 5), (0, 0, 0, 0)),
        ((2, 3, 4), (1, 2, 3, 1, 0, 2)),
        ((1,), (0, 0)),
        ((5, 7), (0, 6, 4, 5)),
        ((2, 1, 3), (1, 0, 0, 0, 0, 2)),
    ]:
        x = draw.array(shape, dtype)
        yield Case([x], {"pads": pads, "value": value})
        yield Case([x], {"pads": pads})
        yield Case([x], {"pads": pads, "mode": "edge"})
        rank = len(shape)
        inside = tuple(min(p, shape[i % rank] - 1) for i, p in enumerate(pads))
        yield Case([x], {"pads": inside, "mode": "reflect"})
        around = tuple(min(p, shape[i % rank]) for i, p in enumerate(pads))
        yield Case([x], {"pads": around, "mode": "wrap"})
    yield Case([draw.array((), dtype)], {"pads": ()})
    yield Case([draw.array((0, 2), dtype)], {"pads": (1, 0, 1, 1), "value": value})
    yield Case([draw.array((0, 2), dtype)], {"pads": (0, 1, 0, 1), "mode": "reflect"})


def pad(x, pads, mode="constant", value=0):
    rank = x.ndim
    width = [(pads[i], pads[rank + i]) for i in range(rank)]
    if mode == "constant":
        return np.pad(x, width, constant_values=np.asarray(value).astype(x.dtype)) if rank else x
    if x.size == 0:
        return np.zeros([n + b + e for n, (b, e) in zip(x.shape, width, strict=True)], x.dtype)
    return np.pad(x, width, mode=mode)


def gather_cases(draw, dtype):
    for shape, index, axis in [
        ((5,), (), 0),
        ((5,), (3,), 0),
        ((5, 6), (2, 3), 1),
        ((5, 6), (4,), -2),
        ((3, 4, 5), (2, 2), 1),
        ((7, 16), (9,), 0),
        ((5, 6), (0,), 0),
        ((0, 6), (0,), 0),
        ((5, 0), (2,), 0),
        ((3, 4, 5), (6,), 2),
        ((300,), (1000,), 0),
    ]:
        extent = shape[axis]
        for kind in (np.int32, np.int64):
            values = (
                draw.rng.integers(-extent, extent, index).astype(kind) if extent else np.zeros(index, kind)
            )
            yield Case([draw.array(shape, dtype), np.asarray(values, kind)], {"axis": axis})


def gather(x, index, axis=0):
    return np.take(x, index, axis=axis)


def unsqueeze(x, axis):
    return np.expand_dims(x, tuple(np.atleast_1d(axis).astype(int)))


def squeeze(x, axis=None):
    return np.squeeze(x, None if axis is None else tuple(np.atleast_1d(axis).astype(int)))


def flatten(x, start_axis=0, end_axis=-1):
    if x.ndim == 0:
        return x.reshape(1)
    first, last = start_axis % x.ndim, end_axis % x.ndim
    return x.reshape(*x.shape[:first], int(np.prod(x.shape[first : last + 1])), *x.shape[last + 1 :])


def full_cases(draw, dtype):
    value = (
        bool(draw.int(0, 1))
        if dtype == "bool"
        else draw.rng.uniform(-9, 9)
        if dtype in FLOATS
        else draw.int(0, 99)
    )
    for shape in [*SHAPES, 5]:
        yield Case([], {"shape": shape, "value": value, "dtype": dtype})
    for special in (float("nan"), float("inf"), -0.0) if dtype in FLOATS else ():
        yield Case([], {"shape": 3, "value": special, "dtype": dtype})
    natural = {"f32": 2.5, "i64": 3, "bool": True}
    if dtype in natural:
        yield Case([], {"shape": (2, 2), "value": natural[dtype]})


def full(shape, value, dtype=None):
    kind = NUMPY[dtype] if dtype else {float: np.float32, int: np.int64, bool: np.bool_}[type(value)]
    return np.full(shape, value, kind)


def arange_cases(draw, dtype):
    for start, stop, step in [
        (0, 10, 1),
        (0, 10, 3),
        (5, 5, 1),
        (7, 2, 1),
        (9, 0, -2),
        (1, 100, 7),
        (0, 65, 1),
    ]:
        yield Case([], {"start": start, "stop": stop, "step": step, "dtype": dtype})
    yield Case([], {"start": 9, "dtype": dtype})
    if dtype in FLOATS:
        yield Case([], {"start": 0.5, "stop": 3.25, "step": 0.25, "dtype": dtype})
        yield Case([], {"start": 1.0, "stop": -1.0, "step": -0.1, "dtype": dtype})
        yield Case([], {"start": 0.0, "stop": 1.0, "step": -0.1, "dtype": dtype})
    if dtype == "f32":
        yield Case([], {"start": 0.0, "stop": 1.0, "step": 0.1})
    if dtype == "i64":
        yield Case([], {"start": -4, "stop": 4})
        yield Case([], {"start": -(2**63), "stop": 2**63 - 1, "step": 2**62})


def arange(start, stop=None, step=1, dtype=None):
    if stop is None:
        start, stop = 0, start
    inexact = any(isinstance(v, float) for v in (start, stop, step))
    name = dtype or ("f32" if inexact else "i64")
    count = max(0, int(np.ceil((stop - start) / step))) if inexact else len(range(start, stop, step))
    values = [start + i * step for i in range(count)]
    kind = np.float64 if name in FLOATS else NUMPY[name]
    result = np.array(values, dtype=kind)
    return result if name not in FLOATS else result.astype(NUMPY[name])


def flat_axes(draw, dtype):
    for shape in SHAPES:
        yield Case([draw.array(shape, dtype)])
    yield Case([draw.array((2, 3, 4, 5), dtype)], {"start_axis": 1, "end_axis": 2})
    yield Case([draw.array((2, 3, 4, 5), dtype)], {"start_axis": -2})
    yield Case([draw.array((2, 0, 4), dtype)], {"start_axis": 1})
    yield Case([draw.array((2, 3), dtype)], {"start_axis": 1})


def tile_cases(draw, dtype):
    for shape, repeats in [
        ((3,), 2),
        ((3,), (0,)),
        ((), ()),
        ((2, 3), (2, 1)),
        ((2, 3), (1, 4)),
        ((2, 0), (3, 2)),
        ((2, 3, 4), (2, 3, 1)),
        ((1, 5, 1), (3, 1, 70)),
        ((67, 19), (2, 2)),
    ]:
        yield Case([draw.array(shape, dtype)], {"repeats": repeats})


def flip_cases(draw, dtype):
    for shape in SHAPES:
        yield Case([draw.array(shape, dtype)])
        for axis in range(-len(shape), len(shape)):
            yield Case([draw.array(shape, dtype)], {"axis": axis})
    yield Case([draw.array((3, 4, 5), dtype)], {"axis": (0, -1)})


def roll_cases(draw, dtype):
    for shape, shift, axis in [
        ((7,), 2, 0),
        ((7,), -9, -1),
        ((0,), 3, 0),
        ((5, 6), (1, 2), (0, 1)),
        ((5, 6), -1, 0),
        ((5, 6), (2**63 - 1, -(2**63)), (1, 0)),
        ((2, 3, 4), (0, 1), (2, 1)),
        ((2, 3), (), ()),
        ((67, 19), (30, -4), (-2, -1)),
    ]:
        yield Case([draw.array(shape, dtype)], {"shift": shift, "axis": axis})


def roll(x, shift, axis):
    for by, at in zip(np.atleast_1d(shift), np.atleast_1d(axis), strict=True):
        x = np.roll(x, int(by) % max(x.shape[int(at)], 1), int(at))
    return x


def trilu_cases(draw, dtype):
    for shape in [(3, 3), (4, 7), (7, 4), (2, 3, 5, 4), (0, 3), (3, 0), (1, 1), (33, 65)]:
        for k in (0, 1, -2, 100, -(2**63), 2**63 - 1):
            yield Case([draw.array(shape, dtype)], {"k": k, "upper": bool(draw.int(0, 1))})
    yield Case([draw.array((3, 3), dtype)])


def trilu(x, upper=True, k=0):
    offset = np.arange(x.shape[-1]) - np.arange(x.shape[-2])[:, None]
    return np.where(offset >= k if upper else offset <= k, x, np.zeros((), x.dtype))


def one_hot_cases(draw, dtype):
    for shape in [(), (0,), (5,), (2, 3), (3, 1, 17)]:
        for axis in range(-len(shape) - 1, len(shape) + 1):
            index = draw.array(shape, dtype, -9, 9)  # some of them point nowhere
            attrs = [
                {},
                {"dtype": "f32"},
                {"on_value": 2.5, "off_value": -1},
                {"on_value": True, "off_value": False},
                {"on_value": 200, "off_value": 3, "dtype": "u8"},
                {"dtype": "bf16"},
            ]
            yield Case([index], {"depth": 7, "axis": axis, **attrs[draw.int(0, len(attrs) - 1)]})


def one_hot(indices, depth, axis=-1, on_value=1, off_value=0, dtype=None):
    natural = {bool: np.bool_, int: np.int64, float: np.float32}[type(on_value)]
    kind = natural if dtype is None else NUMPY[dtype]
    at = axis % (indices.ndim + 1)
    index = np.expand_dims(np.where(indices < 0, indices + depth, indices), at)
    line = np.arange(depth).reshape([-1 if i == at else 1 for i in range(indices.ndim + 1)])
    return np.where(index == line, np.asarray(on_value).astype(kind), np.asarray(off_value).astype(kind))


def depth_to_space(x, block, mode="dcr"):
    n, c, h, w = x.shape
    d = c // block**2
    if mode == "dcr":
        y = x.reshape(n, block, block, d, h, w).transpose(0, 3, 4, 1, 5, 2)
    else:
        y = x.reshape(n, d, block, block, h, w).transpose(0, 1, 4, 2, 5, 3)
    return y.reshape(n, d, h * block, w * block)


def space_to_depth(x, block):
    n, c, h, w = x.shape
    y = x.reshape(n, c, h // block, block, w // block, block).transpose(0, 3, 5, 1, 2, 4)
    return y.reshape(n, c * block**2, h // block, w // block)


def eye_cases(draw, dtype):
    for rows, columns, k in [
        (3, -1, 0),
        (0, 4, 0),
        (4, 0, 1),
        (3, 5, 2),
        (5, 3, -4),
        (4, 4, 2**63 - 1),
        (4, 4, -(2**63)),
    ]:
        yield Case([], {"rows": rows, "columns": columns, "k": k, "dtype": dtype})
    if dtype == "f32":
        yield Case([], {"rows": 2})


def eye(rows, columns=-1, k=0, dtype=None):
    columns = rows if columns == -1 else columns
    kind = np.float32 if dtype is None else NUMPY[dtype]
    return (np.arange(columns) - np.arange(rows)[:, None] == k).astype(kind)


def gather_elements_cases(draw, dtype):
    for number, (shape, taken, axis) in enumerate(
        [
            ((5,), (3,), 0),
            ((5,), (9,), -1),
            ((4, 5), (4, 2), 1),
            ((4, 5), (7, 5), 0),
            ((4, 5), (2, 3), 0),
            ((2, 3, 4), (2, 5, 4), 1),
            ((2, 3, 4), (1, 2, 6), -1),
            ((3, 0), (0, 0), 0),
            ((67, 19), (67, 30), 1),
        ]
    ):
        n = shape[axis]
        index = draw.array(taken, "i64" if number % 2 else "i32", -n, n - 1, special=False)
        yield Case([draw.array(shape, dtype), index], {"axis": axis})


def gather_elements(x, index, axis=0):
    at = axis % x.ndim
    x = x[tuple(slice(None) if i == at else slice(n) for i, n in enumerate(index.shape))]
    return np.take_along_axis(x, index.astype(np.int64), at)


IMAGE = np.ones((1, 3, 4, 4), np.float32)

# Sixteen-bit floats reach the oracle as f32: the dtype of the result tells which they were.
BITCASTS = {
    "f32": ["i32", "u32", "f32"],
    "f64": ["i64", "u64"],
    "f16": ["u16"],
    "bf16": ["i16"],
    "bool": ["u8", "i8"],
    "i8": ["u8"],
    "u8": ["i8"],
    "i16": ["u16", "f16", "bf16"],
    "u16": ["i16"],
    "i32": ["f32"],
    "u32": ["i32"],
    "i64": ["f64"],
    "u64": ["i64"],
}


def bitcast_cases(draw, dtype):
    for target in BITCASTS[dtype]:
        for shape in SHAPES:
            yield Case([draw.array(shape, dtype)], {"dtype": target})


def bitcast(x, dtype):
    if x.dtype == np.float32 and dtype in ("u16", "i16"):
        x = x.astype(np.float16 if dtype == "u16" else NUMPY["bf16"])
    return x.view(NUMPY[dtype])


SAMPLES = {
    "reshape": Sample(
        reshape_cases,
        lambda x, shape: x.reshape(shape),
        [
            Bad("ShapeError", "6 elements", [X], {"shape": (4, 2)}),
            Bad("ShapeError", "does not divide", [X], {"shape": (4, -1)}),
            Bad("ShapeError", "at most one -1", [X], {"shape": (-1, -1)}),
            Bad("ShapeError", "beside a 0", [E], {"shape": (0, -1)}),
            Bad("ShapeError", "extents >= -1", [X], {"shape": (-2, 3)}),
            Bad("ShapeError", "at most 8", [np.ones(1, np.float32)], {"shape": NINE}),
            Bad("RangeError", "64 bits", [X], {"shape": (2**40, 2**40)}),
            Bad("DTypeError", "shape", [X], {"shape": "big"}),
        ],
    ),
    "transpose": Sample(
        transpose_cases,
        lambda x, axes=None: np.transpose(x, axes),
        [
            Bad("ArgumentError", "axes has 1 values, expected 2", [X], {"axes": (0,)}),
            Bad("ArgumentError", "twice", [X], {"axes": (0, 0)}),
            Bad("OutOfRangeError", "axes is 2", [X], {"axes": (0, 2)}),
        ],
    ),
    "expand": Sample(
        one_input(
            ((3, 1), {"shape": (3, 4)}),
            ((3, 1), {"shape": (2, -1, 5)}),
            ((), {"shape": (2, 3)}),
            ((1,), {"shape": 0}),
            ((4,), {"shape": (-1,)}),
            ((1, 5), {"shape": (7, 5)}),
            ((2, 1, 3), {"shape": (2, 2, -1, 3)}),
        ),
        expand,
        [
            Bad("ShapeError", "axis 1 has 3", [X], {"shape": (2, 4)}),
            Bad("ShapeError", "at least the 2 axes", [X], {"shape": (3,)}),
            Bad("ShapeError", "cannot keep its extent", [X], {"shape": (-1, 2, 3)}),
            Bad("RangeError", "64 bits", [X], {"shape": (2**62, 2, 3)}),
        ],
    ),
    "concat": Sample(
        concat_cases,
        lambda xs, axis=0: np.concatenate(xs, axis=axis),
        [
            Bad("ShapeError", "input 1 is f32[0,3]", [[X, E]], {"axis": 1}),
            Bad("ShapeError", "input 1 is f32[3]", [[X, X[0]]]),
            Bad("OutOfRangeError", "axis is 2", [[X, X]], {"axis": 2}),
            Bad("OutOfRangeError", "rank 0", [[np.float32(1), np.float32(1)]]),
            Bad("ArgumentError", "", [[]]),
        ],
    ),
    "slice": Sample(
        slice_cases,
        cut,
        [
            Bad("ArgumentError", "step of axis 0 is 0", [X], {"starts": 0, "ends": 1, "steps": 0}),
            Bad("ArgumentError", "equally many", [X], {"starts": (0, 0), "ends": 1}),
            Bad("ArgumentError", "equally many", [X], {"starts": (0, 0, 0), "ends": (1, 1, 1)}),
            Bad("ArgumentError", "twice", [X], {"starts": (0, 0), "ends": (1, 1), "axes": (0, -2)}),
            Bad("OutOfRangeError", "axes is 2", [X], {"starts": 0, "ends": 1, "axes": 2}),
            Bad("RangeError", "64 bits", [X], {"starts": 2**63, "ends": 1}),
        ],
    ),
    "pad": Sample(
        pad_cases,
        pad,
        [
            Bad("ArgumentError", "expected 4", [X], {"pads": (1, 1)}),
            Bad("ArgumentError", ">= 0", [X], {"pads": (-1, 0, 0, 0)}),
            Bad("ArgumentError", "mode reflect", [X], {"pads": (2, 0, 0, 0), "mode": "reflect"}),
            Bad("ArgumentError", "mode wrap", [X], {"pads": (3, 0, 0, 0), "mode": "wrap"}),
            Bad("ArgumentError", "mode edge", [E], {"pads": (1, 0, 0, 0), "mode": "edge"}),
            Bad("ArgumentError", "mode", [X], {"pads": (0, 0, 0, 0), "mode": "mirror"}),
            Bad(
                "ArgumentError", "no value of u8", [X.astype(np.uint8)], {"pads": (1, 0, 0, 0), "value": 256}
            ),
            Bad("RangeError", "64 bits", [X], {"pads": (2**62, 2**62, 2**62, 0)}),
        ],
    ),
    "gather": Sample(
        gather_cases,
        gather,
        [
            Bad("OutOfRangeError", "axis is 2", [X, np.zeros(1, int)], {"axis": 2}),
            Bad("OutOfRangeError", "index", [X, np.array([2])]),
            Bad("OutOfRangeError", "index", [X, np.array([-3])]),
            Bad("OutOfRangeError", "empty", [E, np.zeros(1, int)]),
            Bad("OutOfRangeError", "rank 0", [np.float32(1), np.zeros(1, int)]),
            Bad("DTypeError", "index", [X, np.zeros(1, np.float32)]),
            Bad("ShapeError", "rank 9", [np.ones((1,) * 5, np.float32), np.zeros((1,) * 5, int)]),
        ],
    ),
    "squeeze": Sample(
        one_input(
            ((1, 3, 1), {}),
            ((1, 3, 1), {"axis": 0}),
            ((1, 3, 1), {"axis": (-1, 0)}),
            ((), {}),
            ((2, 3), {}),
            ((0, 1), {}),
            ((1,), {"axis": 0}),
            ((2, 1, 3), {"axis": ()}),
        ),
        squeeze,
        [
            Bad("ShapeError", "axis 0 of f32[2,3] has 2", [X], {"axis": 0}),
            Bad("OutOfRangeError", "axis is 2", [X], {"axis": 2}),
        ],
    ),
    "unsqueeze": Sample(
        one_input(
            ((3,), {"axis": 0}),
            ((3,), {"axis": -1}),
            ((2, 3), {"axis": (0, 2)}),
            ((), {"axis": 0}),
            ((2, 0), {"axis": 1}),
            ((2, 3), {"axis": (-1, -3)}),
        ),
        unsqueeze,
        [
            Bad("OutOfRangeError", "axis is 3", [X], {"axis": 3}),
            Bad("ArgumentError", "twice", [X], {"axis": (0, 0)}),
            Bad("ShapeError", "rank 9", [np.ones((1,) * 8, np.float32)], {"axis": 0}),
        ],
    ),
    "flatten": Sample(
        flat_axes,
        flatten,
        [
            Bad("ArgumentError", "lies behind", [X], {"start_axis": 1, "end_axis": 0}),
            Bad("OutOfRangeError", "start_axis is 2", [X], {"start_axis": 2}),
            Bad("OutOfRangeError", "end_axis is -3", [X], {"end_axis": -3}),
        ],
    ),
    "full": Sample(
        full_cases,
        full,
        [
            Bad("ShapeError", "extents >= 0", [], {"shape": (2, -1), "value": 1}),
            Bad("ShapeError", "at most 8", [], {"shape": NINE, "value": 1}),
            Bad("RangeError", "64 bits", [], {"shape": (2**40, 2**40), "value": 1}),
            Bad("ArgumentError", "no value of u8", [], {"shape": 2, "value": -1, "dtype": "u8"}),
            Bad("DTypeError", "value", [], {"shape": 2, "value": "one"}),
        ],
    ),
    "arange": Sample(
        arange_cases,
        arange,
        [
            Bad("ArgumentError", "step", [], {"start": 0, "stop": 1, "step": 0}),
            Bad("ArgumentError", "step", [], {"start": 0.0, "stop": 1.0, "step": 0.0}),
            Bad("ArgumentError", "no sequence", [], {"start": 0, "stop": float("nan")}),
            Bad("RangeError", "too many", [], {"start": 0.0, "stop": 1.0, "step": 1e-300}),
            Bad("RangeError", "too many", [], {"start": -(2**63), "stop": 2**63 - 1}),
            Bad("ArgumentError", "no value of i8", [], {"start": 0, "stop": 200, "dtype": "i8"}),
            Bad("DTypeError", "bool", [], {"start": 3, "dtype": "bool"}),
        ],
    ),
    "tile": Sample(
        tile_cases,
        lambda x, repeats: np.tile(x, repeats),
        [
            Bad("ArgumentError", "one for each axis", [X], {"repeats": 2}),
            Bad("ArgumentError", ">= 0", [X], {"repeats": (1, -1)}),
            Bad("RangeError", "64 bits", [X], {"repeats": (2**62, 2)}),
        ],
    ),
    "flip": Sample(
        flip_cases,
        lambda x, axis=None: np.flip(x, axis),
        [
            Bad("OutOfRangeError", "axis is 2", [X], {"axis": 2}),
            Bad("ArgumentError", "twice", [X], {"axis": (0, -2)}),
        ],
    ),
    "roll": Sample(
        roll_cases,
        roll,
        [
            Bad("OutOfRangeError", "axis is 2", [X], {"shift": 1, "axis": 2}),
            Bad("ArgumentError", "equally many", [X], {"shift": (1, 2), "axis": 0}),
            Bad("ArgumentError", "twice", [X], {"shift": (1, 2), "axis": (0, 0)}),
        ],
    ),
    "trilu": Sample(
        trilu_cases,
        trilu,
        [Bad("ShapeError", "expected 2", [X[0]]), Bad("DTypeError", "k", [X], {"k": 0.5})],
    ),
    "one_hot": Sample(
        one_hot_cases,
        one_hot,
        [
            Bad("DTypeError", "f32", [X], {"depth": 3}),
            Bad("ArgumentError", "depth is 0", [np.zeros(2, np.int32)], {"depth": 0}),
            Bad("OutOfRangeError", "axis is 2", [np.zeros(2, np.int32)], {"depth": 3, "axis": 2}),
            Bad(
                "ArgumentError",
                "no value of u8",
                [np.zeros(2, np.int32)],
                {"depth": 3, "on_value": 256, "dtype": "u8"},
            ),
            Bad("ShapeError", "at most 8", [np.zeros((1,) * 8, np.int32)], {"depth": 3}),
        ],
    ),
    "depth_to_space": Sample(
        one_input(
            ((1, 4, 1, 1), {"block": 2}),
            ((2, 8, 3, 5), {"block": 2, "mode": "crd"}),
            ((2, 18, 3, 5), {"block": 3}),
            ((2, 3, 3, 5), {"block": 1}),
            ((0, 4, 3, 5), {"block": 2}),
            ((1, 32, 16, 17), {"block": 4, "mode": "crd"}),
        ),
        depth_to_space,
        [
            Bad("ShapeError", "expected 4", [X], {"block": 2}),
            Bad("ShapeError", "multiple of 4", [IMAGE], {"block": 2}),
            Bad("ArgumentError", "block is 0", [IMAGE], {"block": 0}),
            Bad("ArgumentError", "block is", [IMAGE], {"block": 2**62}),
            Bad("ArgumentError", "mode", [IMAGE], {"block": 1, "mode": "rcd"}),
        ],
    ),
    "space_to_depth": Sample(
        one_input(
            ((1, 1, 2, 2), {"block": 2}),
            ((2, 2, 6, 10), {"block": 2}),
            ((2, 3, 3, 6), {"block": 3}),
            ((2, 3, 3, 5), {"block": 1}),
            ((1, 0, 4, 4), {"block": 2}),
            ((1, 2, 32, 34), {"block": 2}),
        ),
        space_to_depth,
        [
            Bad("ShapeError", "expected 4", [X], {"block": 2}),
            Bad("ShapeError", "multiples of 3", [IMAGE], {"block": 3}),
            Bad("ArgumentError", "block is -1", [IMAGE], {"block": -1}),
        ],
    ),
    "eye": Sample(
        eye_cases,
        eye,
        [
            Bad("ShapeError", "-1 rows", [], {"rows": -1}),
            Bad("ShapeError", "-2 columns", [], {"rows": 1, "columns": -2}),
            Bad("DTypeError", "rows", [], {"rows": 1.5}),
            Bad("RangeError", "64 bits", [], {"rows": 2**40}),
        ],
    ),
    "identity": Sample(
        one_input(*[(shape, {}) for shape in SHAPES]),
        lambda x: x,
        [Bad("DTypeError", "identity", ["text"])],
    ),
    "bitcast": Sample(
        bitcast_cases,
        bitcast,
        [
            Bad("DTypeError", "not as wide as f64; use cast", [X], {"dtype": "f64"}),
            Bad("DTypeError", "bitcast", [X.astype(np.int8)], {"dtype": "bool"}),
        ],
        native=True,
    ),
    "gather_elements": Sample(
        gather_elements_cases,
        gather_elements,
        [
            Bad("OutOfRangeError", "axis is 2", [X, np.zeros((2, 3), np.int64)], {"axis": 2}),
            Bad("OutOfRangeError", "gather_elements", [X, np.full((2, 3), 2)], {"axis": 0}),
            Bad("OutOfRangeError", "gather_elements", [X, np.full((2, 3), -4)], {"axis": 1}),
            Bad("OutOfRangeError", "empty", [E, np.zeros((1, 3), np.int64)]),
            Bad("ShapeError", "rank 1", [X, np.zeros(3, np.int64)]),
            Bad("ShapeError", "at most 3", [X, np.zeros((2, 4), np.int64)]),
            Bad("DTypeError", "f32", [X, X]),
        ],
    ),
}
