# SPDX-License-Identifier: Apache-2.0
import copy
import gc
import math
import operator
import pickle
import weakref

import ml_dtypes
import numpy as np
import pytest

import legato as lg

ALL = [lg.f32, lg.f64, lg.f16, lg.bf16, lg.i8, lg.u8, lg.i16, lg.u16, lg.i32, lg.u32, lg.i64, lg.u64, lg.bool]


# ---- making ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, dtype",
    [
        (1.5, lg.f32), (2, lg.i64), (True, lg.bool), ([1, 2], lg.i64), ([1, 2.0], lg.f32),
        ([[True], [False]], lg.bool),
        ([], lg.f32), ([[], []], lg.f32), ((1.0, 2.0), lg.f32), (np.float64(1), lg.f64),
        ([np.float64(1)], lg.f64),
        ([np.float32(1), 2.0], lg.f64), (np.int8(3), lg.i8), (b"abc", lg.u8), (np.array(True), lg.bool),
        ([np.arange(2), np.arange(2)], lg.i64), (range(3), lg.i64),
    ],
    ids=repr,
)  # fmt: skip
def test_tensor(data, dtype):
    if isinstance(data, range):
        data = list(data)
    x = lg.tensor(data)
    assert x.dtype is dtype
    expected = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else np.array(data)
    np.testing.assert_array_equal(x.numpy(), expected.astype(dtype.numpy), strict=True)


@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_tensor_with_dtype(dtype):
    for data in (1, [0, 1], [[1.0]], np.array([0.0, 1.0]), lg.tensor([1, 0]), True):
        x = lg.tensor(data, dtype)
        assert x.dtype is dtype
        expected = np.asarray(data if not isinstance(data, lg.Tensor) else data.numpy())
        np.testing.assert_array_equal(x.numpy(), expected.astype(dtype.numpy), strict=True)


def test_precision_is_not_lost_on_the_way():
    assert lg.tensor(0.1, lg.f64).item() == lg.tensor([0.1], lg.f64).item() == 0.1
    assert lg.tensor([0.1]).item() == np.float32(0.1)
    assert lg.tensor(2**63, lg.u64).item() == lg.tensor([2**64 - 1], lg.u64).item() - 2**63 + 1


@pytest.mark.parametrize(
    "data, dtype, kind",
    [
        (300, lg.u8, lg.RangeError), ([300], lg.u8, lg.RangeError), (-1, lg.u64, OverflowError),
        (2**63, None, lg.RangeError), (2**64, lg.u64, lg.RangeError), ([2**70], None, lg.DTypeError),
        ([[1], [2, 3]], None, lg.ShapeError), ("abc", None, lg.DTypeError), (["a"], None, lg.DTypeError),
        (None, None, lg.DTypeError), ({}, None, lg.DTypeError), ({1, 2}, None, lg.DTypeError),
        (object(), None, lg.DTypeError), (1j, None, TypeError), ([1j], None, lg.DTypeError),
        (np.zeros(2, "M8[s]"), None, lg.DTypeError), (np.zeros(2, "f4,i4"), None, lg.DTypeError),
        (np.zeros(2, object), None, lg.DTypeError), (np.zeros(2, np.complex64), None, lg.DTypeError),
        (np.zeros((1,) * 9), None, lg.ShapeError), (np.longdouble(1), None, lg.DTypeError),
        (1.0, "f31", lg.DTypeError),
        ([float("nan")], lg.i32, ValueError),
    ],
    ids=repr,
)  # fmt: skip
def test_no_tensor(data, dtype, kind):
    with pytest.raises(kind) as caught:
        lg.tensor(data, dtype)
    assert isinstance(caught.value, lg.LegatoError)


def test_tensor_copies():
    a = np.arange(4.0)
    x = lg.tensor(a)
    y = lg.tensor(x)
    a[0] = 7
    assert x.tolist() == y.tolist() == [0, 1, 2, 3]
    assert not np.shares_memory(x.numpy(), y.numpy())
    assert not np.shares_memory(lg.tensor(a, lg.f64).numpy(), a)
    z = lg.tensor(np.arange(6.0).reshape(2, 3).T)
    assert z.is_contiguous and z.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_recursive_list():
    data = []
    data.append(data)
    with pytest.raises((lg.LegatoError, RecursionError)):
        lg.tensor(data)


def test_filled():
    assert lg.zeros(2).tolist() == [0, 0]
    assert lg.ones((1, 2), "i8").tolist() == [[1, 1]]
    assert lg.ones(2, bool).tolist() == [True, True]
    assert lg.zeros(()).shape == ()
    assert lg.empty((2, 0, 3), lg.f16).shape == (2, 0, 3)
    x = lg.empty((2, 3), lg.i32)
    assert lg.zeros_like(x).shape == (2, 3)
    assert lg.ones_like(x).dtype is lg.i32
    assert lg.empty_like(x, lg.f64).dtype is lg.f64
    out = lg.empty(2)
    assert lg.ones(2, out=out) is out
    assert out.tolist() == [1, 1]


@pytest.mark.parametrize("make", [lg.zeros, lg.ones, lg.empty])
@pytest.mark.parametrize(
    "shape, kind",
    [
        (-1, lg.ShapeError), ((2, -1), lg.ShapeError), (None, lg.ShapeError), ((1,) * 9, lg.ShapeError),
        ((1,) * 17, lg.ShapeError), ("2", TypeError), (1.0, TypeError), ((1.0,), TypeError),
        (True, TypeError),
        ((1 << 62, 8), lg.RangeError), (1 << 64, lg.RangeError), (1 << 62, OverflowError),
    ],
)  # fmt: skip
def test_bad_shapes(make, shape, kind):
    with pytest.raises(kind):
        make(shape)


def test_no_constructor():
    with pytest.raises(TypeError, match=r"legato\.tensor"):
        lg.Tensor([1])


def test_empty_object():
    # What is left when __init__ is sidestepped must not crash.
    x = lg.Tensor.__new__(lg.Tensor)
    assert repr(x) == "tensor(<empty>)"
    assert (x.shape, x.size, x.dtype, x.nbytes) == ((), 0, None, 0)
    for use in (
        lg.exp, lg.Tensor.item, lg.Tensor.tolist, lg.Tensor.numpy, lg.Tensor.copy, memoryview, np.asarray,
        bool,
        lambda x: x + x, lambda x: x + 1, lambda x: 1.0 * x, lambda x: x.reshape(1), lambda x: x.T,
        pickle.dumps,
        lambda x: lg.add([1.0], [2.0], out=x), lambda x: lg.zeros(1, out=x), lambda x: lg.concat([x, x]),
        lambda x: lg.where(x, x, x), lg.Tensor.__dlpack__, lambda x: lg.relu(x, out=x),
        lambda x: x.astype("f32"),
        lambda x: x == x, lambda x: x @ x, lg.Tensor.contiguous, lg.Tensor.sum,
    ):  # fmt: skip
        with pytest.raises((lg.LegatoError, ValueError)):
            use(x)


# ---- describing --------------------------------------------------------------------------------------


def test_attributes():
    x = lg.zeros((2, 3), lg.f64)
    assert (x.shape, x.dtype, x.ndim, x.size, x.itemsize, x.nbytes) == ((2, 3), lg.f64, 2, 6, 8, 48)
    assert (x.strides, x.T.strides, x.is_contiguous, x.T.is_contiguous) == ((24, 8), (8, 24), True, False)
    assert x.device == lg.device("cpu:0")
    assert not x.readonly


@pytest.mark.parametrize(
    "data, text",
    [
        ([1.0, 2.5], "tensor([1. , 2.5], dtype=f32)"),
        (3, "tensor(3, dtype=i64)"),
        ([[1, 2], [3, 4]], "tensor([[1, 2],\n        [3, 4]], dtype=i64)"),
        (np.zeros((0, 3)), "tensor([], shape=(0, 3), dtype=f64)"),
        ([True], "tensor([ True], dtype=bool)"),
        (np.float16(0.5), "tensor(0.5, dtype=f16)"),
    ],
)
def test_repr(data, text):
    assert repr(lg.tensor(data)) == str(lg.tensor(data)) == text


def test_repr_of_many():
    assert repr(lg.zeros(2000, lg.bf16)) == "tensor([0., 0., 0., ..., 0., 0., 0.], dtype=bf16)"


def test_format():
    assert f"{lg.tensor(2.5):.2f} {lg.tensor(3):d}" == "2.50 3"
    assert f"{lg.tensor([1])}" == "tensor([1], dtype=i64)"


def test_identity_hash():
    x, y = lg.zeros(2), lg.zeros(2)
    assert len({x, y, x}) == 2
    assert hash(x) == hash(x)


def test_weak_references():
    x = lg.zeros(2)
    ref = weakref.ref(x)
    assert ref() is x
    del x
    gc.collect()
    assert ref() is None


# ---- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_values(dtype):
    if dtype.kind == "f":
        a = np.array([[0.5, -2.0], [np.inf, 8.0]])
    elif dtype is lg.bool:
        a = np.array([[True, False], [False, True]])
    else:
        info = np.iinfo(dtype.numpy)
        a = np.array([[info.min, 0], [1, info.max]], dtype.numpy)
    x = lg.asarray(a.astype(dtype.numpy))
    assert x.dtype is dtype
    assert x.tolist() == a.tolist()
    assert x.T.tolist() == a.T.tolist()
    assert x[1, 1].item() == a[1, 1].item()
    assert type(x[0, 0].item()) is {"f": float, "b": bool}.get(dtype.kind, int)
    y = pickle.loads(pickle.dumps(x.T))
    assert (y.dtype, y.tolist()) == (dtype, a.T.tolist())
    for z in (copy.copy(x), copy.deepcopy(x), x.copy(), x.T.T):
        assert (z.dtype, z.tolist()) == (dtype, x.tolist())


def test_numbers():
    x = lg.tensor([[2.5]])
    assert (float(x), int(x), bool(x), x.item()) == (2.5, 2, True, 2.5)
    assert not lg.tensor(0.0)
    assert operator.index(lg.tensor(3, lg.u8)) == [0, 1, 2, 3, 4].index(lg.tensor(3)) == 3
    assert list(range(5))[lg.tensor(2)] == 2
    assert math.sqrt(lg.tensor(4.0)) == 2


@pytest.mark.parametrize("x", [lg.zeros(0), lg.zeros(2), lg.zeros((1, 2))], ids=lambda x: str(x.shape))
def test_not_one_number(x):
    for use in (float, int, lg.Tensor.item):
        with pytest.raises(ValueError, match="elements, expected one"):
            use(x)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(x)


def test_no_index():
    for x in (lg.tensor(1.0), lg.tensor(True), lg.tensor([1])):
        with pytest.raises(TypeError, match="only an integer tensor without axes"):
            operator.index(x)


# ---- operators ---------------------------------------------------------------------------------------

A = np.array([[1.5, -2.0, 3.0], [0.0, 4.0, -0.5]], np.float32)
B = np.array([[2.0, 1.0, 3.0], [1.0, 4.0, -2.0]], np.float32)
BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod]
COMPARE = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("op", BINARY + COMPARE, ids=lambda f: f.__name__)
def test_binary_operators(op):
    x, y = lg.asarray(A), lg.asarray(B)
    row = np.array([1, 2, 3], np.float32)
    for left, right, a, b in [
        (x, y, A, B), (x, B, A, B), (A, y, A, B), (x, 2.0, A, 2.0), (3, y, 3, B), (x, row.tolist(), A, row),
    ]:  # fmt: skip
        with np.errstate(all="ignore"):
            expected = op(a, b)
        z = op(left, right)
        assert type(z) is lg.Tensor
        np.testing.assert_allclose(z.numpy(), expected, rtol=1e-6, strict=True)


@pytest.mark.parametrize("op", COMPARE, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", ["f32", "f64", "i32", "i64", "bool"])
def test_comparisons(op, dtype):
    values = [False, True] if dtype == "bool" else [0, 1, 2]
    if dtype[0] == "f":
        values += [float("nan"), float("inf"), -0.0]
    a = np.array(values, lg.dtype(dtype).numpy)
    x = lg.asarray(a)
    np.testing.assert_array_equal(op(x[:, None], x).numpy(), op(a[:, None], a), strict=True)


def test_comparison_with_nan():
    x = lg.tensor([1, 2])
    for op in COMPARE:
        assert op(x, float("nan")).tolist() == [op is operator.ne] * 2


def test_other_operators():
    x = lg.asarray(A)
    np.testing.assert_array_equal((-x).numpy(), -A)
    np.testing.assert_array_equal(abs(x).numpy(), abs(A))
    assert +x is x
    np.testing.assert_allclose((x**2).numpy(), A**2, rtol=1e-6)
    np.testing.assert_allclose((2**x).numpy(), 2**A, rtol=1e-5)
    np.testing.assert_allclose((x @ x.T).numpy(), A @ A.T, rtol=1e-6)
    np.testing.assert_allclose((A @ x.T).numpy(), A @ A.T, rtol=1e-6)
    b, c = np.array([True, True, False, False]), np.array([True, False, True, False])
    y, z = lg.asarray(b), lg.asarray(c)
    for op in (operator.and_, operator.or_, operator.xor):
        np.testing.assert_array_equal(op(y, z).numpy(), op(b, c))
        np.testing.assert_array_equal(op(b, z).numpy(), op(b, c))
    np.testing.assert_array_equal((~y).numpy(), ~b)


@pytest.mark.parametrize("dtype", ["i32", "u8", "i64"])
def test_bit_operators(dtype):
    a, b = np.array([1, 6, 100], lg.dtype(dtype).numpy), np.array([3, 1, 2], lg.dtype(dtype).numpy)
    x, y = lg.asarray(a), lg.asarray(b)
    for op in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift, operator.mod):
        np.testing.assert_array_equal(op(x, y).numpy(), op(a, b), strict=True)
        np.testing.assert_array_equal(op(x, 2).numpy(), op(a, 2), strict=True)
        np.testing.assert_array_equal(op(100, y).numpy(), op(100, b), strict=True)
    np.testing.assert_array_equal((~x).numpy(), ~a, strict=True)


def test_bit_operators_want_whole_numbers():
    x = lg.tensor([1.0])
    for op in (operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift):
        with pytest.raises(lg.DTypeError, match="f32"):
            op(x, x)
    with pytest.raises(lg.DTypeError, match="f32"):
        operator.invert(x)


def test_in_place_operators_make_new_tensors():
    x = y = lg.tensor([1.0])
    x += 1
    assert (x.item(), y.item()) == (2, 1)


@pytest.mark.parametrize("other", ["a", None, object(), {}, 1j], ids=repr)
def test_foreign_operands(other):
    x = lg.tensor([1.0])
    for op in [*BINARY, operator.matmul, operator.pow, operator.lt, operator.le]:
        with pytest.raises(TypeError):
            op(x, other)
        if op is operator.mod and isinstance(other, str):
            continue  # formats the text
        with pytest.raises(TypeError):
            op(other, x)
    assert (x == other) is False
    assert (x != other) is True


def test_other_objects_may_answer():
    class Other:
        def __radd__(self, x):
            return "radd"

        def __add__(self, x):
            return "add"

    assert lg.tensor(1) + Other() == "radd"
    assert Other() + lg.tensor(1) == "add"


def test_numpy_leaves_operators_to_us():
    x = lg.ones(3)
    for y in (np.ones(3) + x, np.float32(1) + x, np.ones(3) * x, np.ones(3) < x, np.ones((3, 3)) @ x):
        assert type(y) is lg.Tensor
    with pytest.raises(TypeError):
        np.add(np.ones(3), x)


# ---- layout ------------------------------------------------------------------------------------------


def test_layout_methods():
    a = np.arange(24.0).reshape(2, 3, 4)
    x = lg.asarray(a)
    for y, b in [
        (x.reshape(4, 6), a.reshape(4, 6)), (x.reshape((4, -1)), a.reshape(4, 6)),
        (x.reshape([24]), a.reshape(24)),
        (x.reshape(-1), a.reshape(-1)), (x.T, a.T), (x.transpose(), a.T),
        (x.transpose(1, 0, 2), a.transpose(1, 0, 2)),
        (x.transpose((2, 0, 1)), a.transpose(2, 0, 1)), (x.permute(2, 0, 1), a.transpose(2, 0, 1)),
        (x.transpose(None), a.T), (x.flatten(), a.reshape(-1)), (x.flatten(1), a.reshape(2, 12)),
        (x.unsqueeze(1), a[:, None]), (x[:1].squeeze(), a[0]), (x[:1].squeeze(0), a[0]),
        (x[:, :1].expand(2, 3, 4), np.broadcast_to(a[:, :1], (2, 3, 4))), (x.T.contiguous(), a.T),
        (x.T.copy(), a.T),
        (x[:, :, :1].expand(-1, -1, 2), np.broadcast_to(a[:, :, :1], (2, 3, 2))),
    ]:  # fmt: skip
        np.testing.assert_array_equal(y.numpy(), b, strict=True)
    assert x.contiguous() is x
    assert x.T.contiguous().is_contiguous
    assert np.shares_memory(x.reshape(4, 6).numpy(), a)
    assert not np.shares_memory(x.copy().numpy(), a)
    for bad, arguments in (
        (x.reshape, (5,)),
        (x.reshape, (-1, -1)),
        (x.transpose, (0, 0, 1)),
        (x.expand, (5,)),
    ):
        with pytest.raises(lg.LegatoError):
            bad(*arguments)


def test_conversions():
    x = lg.tensor([1.7, -1.7])
    assert x.astype(lg.f32) is x.to("f32") is x.to("cpu") is x.to(lg.device("cpu")) is x
    assert x.astype("int32").tolist() == x.to(np.int32).tolist() == [1, -1]
    assert x.to(lg.f64).dtype is lg.f64
    with pytest.raises(lg.NotFoundError, match="nowhere"):
        x.to("nowhere:0")
    with pytest.raises(lg.DTypeError):
        x.to(3)


def test_methods_are_the_ops():
    x = lg.tensor([[0.5, 2.0], [1.0, 4.0]])
    for name in [
        "sum",
        "mean",
        "max",
        "argmax",
        "softmax",
        "abs",
        "sqrt",
        "exp",
        "log",
        "tanh",
        "sigmoid",
        "relu",
    ]:
        np.testing.assert_array_equal(getattr(x, name)().numpy(), getattr(lg, name)(x).numpy())
    assert x.sum(0).tolist() == x.sum(axis=0).tolist() == [1.5, 6]
    assert x.sum(1, keepdims=True).shape == (2, 1)
    assert x.clip(1, 3).tolist() == [[1, 2], [1, 3]]
    assert x.clip(max=3).tolist() == [[0.5, 2], [1, 3]]
    assert x.matmul(x).tolist() == (x @ x).tolist()
    out = lg.empty((2, 2))
    assert x.exp(out=out) is out


def test_half_types_print_and_read():
    x = lg.tensor([1.5, -2.25], lg.bf16)
    assert x.tolist() == [1.5, -2.25]
    assert x.numpy().dtype == ml_dtypes.bfloat16
    assert repr(x) == "tensor([ 1.5 , -2.25], dtype=bf16)"


def test_nothing_is_left():
    # References of shape tuples and conversions: the same objects over and over must not pile up or vanish.
    import sys

    x = lg.zeros((70000, 3, 1))
    before = sys.getrefcount(70000)
    for _ in range(1000):
        assert x.shape == (70000, 3, 1)
        assert x.strides == (12, 4, 4)
        assert x.T[..., 0].shape == (1, 3)
    gc.collect()
    assert sys.getrefcount(70000) <= before + 5
