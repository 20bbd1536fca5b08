# SPDX-License-Identifier: Apache-2.0
"""What happens between a call and the engine: conversion, promotion, out=, attributes, threads."""

import threading

import ml_dtypes
import numpy as np
import pytest

import legato as lg

F = np.array([1.5, -2.0, 3.0], np.float32)
I = np.array([1, 2, 3], np.int32)  # noqa: E741


# ---- inputs ------------------------------------------------------------------------------------------


def test_arrays_wherever_a_tensor_is():
    x = lg.asarray(F)
    for y in (lg.add(F, F), lg.add(x, F), lg.add(F, x), lg.add(list(F), x), lg.add(tuple(F.tolist()), F)):
        assert type(y) is lg.Tensor
        np.testing.assert_array_equal(y.numpy(), F + F, strict=True)
    assert lg.concat((F, x, [1.0])).tolist() == [*F, *F, 1]
    assert lg.where([True, False, True], F, 0.0).tolist() == [1.5, 0, 3]
    assert lg.gather(F, [2, 0]).tolist() == [3, 1.5]
    assert lg.gather(F, 1).tolist() == -2
    assert lg.concat(x[i : i + 1] for i in range(3)).tolist() == F.tolist()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: lg.exp("x"), "exp: x: a str cannot become a tensor"),
        (lambda: lg.add(F, None), "add: "),
        (lambda: lg.add(F, "x"), "add: b: a str"),
        (lambda: lg.add(F, object()), "add: b: a object"),
        (lambda: lg.add({}, 1), "add: a: a dict"),
        (lambda: lg.linear(F, np.zeros((2, 3), "c8")), "linear: "),
        (lambda: lg.concat([F, "x"]), "concat: "),
        (lambda: lg.exp(np.zeros(1, object)), "exp: x: "),
    ],
)
def test_non_tensors(call, words):
    with pytest.raises((lg.LegatoError), match=words):
        call()


def test_missing_and_unknown_arguments():
    for call in (lambda: lg.add(F), lambda: lg.add(F, F, F), lambda: lg.exp(F, axis=1), lambda: lg.exp()):
        with pytest.raises(TypeError):
            call()
    with pytest.raises(TypeError):
        lg.concat(3)
    with pytest.raises(lg.LegatoError, match="concat"):
        lg.concat([])
    with pytest.raises(lg.LegatoError, match="concat"):
        lg.concat([F] * 257)
    assert lg.concat([F] * 256).shape == (768,)


# ---- promotion ---------------------------------------------------------------------------------------

NUMBERS = ["f4", "f8", "i4", "i8"]


@pytest.mark.parametrize("a", ["?", *NUMBERS, "i1", "u1", "i2", "u2", "u4", "u8", "f2"])
@pytest.mark.parametrize("b", NUMBERS)
def test_mixed_dtypes(a, b):
    x, y = np.array([0, 1]).astype(a), np.array([1, 2]).astype(b)
    expected = x + y
    if lg.dtype(expected.dtype) in (lg.f32, lg.f64, lg.i32, lg.i64):
        np.testing.assert_array_equal(lg.add(x, y).numpy(), expected, strict=True)
        np.testing.assert_array_equal((lg.asarray(y) * x).numpy(), y * x, strict=True)
    assert lg.equal(x, y).tolist() == [False, False]


@pytest.mark.parametrize("dtype", ["?", *NUMBERS])
def test_weak_numbers(dtype):
    a = np.array([0, 1]).astype(dtype)
    x = lg.asarray(a)
    for number in (2,) if dtype == "?" else (2, True):
        for y in (x + number, number + x):
            np.testing.assert_array_equal(y.numpy(), a + number, strict=True)
    # Where NumPy takes its default float, so do we: f32.
    for y in (x + 2.5, 2.5 + x):
        assert y.dtype is (lg.f64 if dtype == "f8" else lg.f32)
        np.testing.assert_array_equal(y.numpy(), a + 2.5)
    assert (x + np.float64(2)).dtype is lg.f64


def test_weak_numbers_alone():
    assert lg.add(1.0, 2).dtype is lg.f32
    assert lg.add(1, 2).dtype is lg.i64
    assert lg.add(True, 2).dtype is lg.i64
    assert lg.add(2, True).tolist() == 3
    assert lg.equal(True, False).dtype is lg.bool
    assert lg.where(True, 1, 2.5).dtype is lg.f32
    assert lg.exp(0).dtype is lg.f32
    assert lg.clip(lg.tensor([1, 5], lg.i32), 2, 3).dtype is lg.i32
    assert lg.clip(lg.tensor([1, 5], lg.i32), 2).tolist() == [2, 5]


def test_weak_numbers_that_do_not_fit():
    with pytest.raises(OverflowError, match="add: the Python integer 300 does not fit in i32|u8"):
        lg.tensor([1], lg.u8) + 300
    with pytest.raises(lg.RangeError, match="4294967296 does not fit in i32"):
        lg.tensor([1], lg.i32) * 2**32
    with pytest.raises(lg.RangeError):
        lg.tensor([1]) + 2**64
    assert (lg.tensor([1.0]) * 2**64).tolist() == [2.0**64]
    assert (lg.tensor([1.0]) * 1e300).tolist() == [float("inf")]


def test_half_numbers():
    for dtype in (lg.f16, lg.bf16):
        x = lg.maximum(lg.tensor([0.1, 2], dtype).astype(lg.f32), lg.tensor(0.1, dtype).astype("f32"))
        assert x.tolist()[0] == np.array(0.1).astype(dtype.numpy).astype(np.float32)


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_ops_in_floats(dtype):
    a = np.array([0, 1]).astype(dtype)
    for op in (lg.sqrt, lg.exp, lg.tanh, lg.sigmoid, lg.mean, lg.softmax):
        assert op(a).dtype is lg.f32
        assert op(lg.asarray(a)).dtype is lg.f32
    if dtype != "u8":  # has no type to widen to; cast first
        assert lg.sum(a).dtype is lg.i64


def test_division():
    assert (lg.asarray(I) / 2).dtype is (lg.asarray(I) / lg.asarray(I)).dtype is lg.div(1, 2).dtype is lg.f32
    assert (lg.asarray(I) / 2).tolist() == [0.5, 1, 1.5]
    assert (lg.asarray(I).astype("i64") / I).dtype is lg.f32
    assert (-lg.asarray(I) // 2).tolist() == (-I // 2).tolist()
    assert lg.div(-I, 2, rounding_mode="trunc").tolist() == [0, -1, -1]
    assert lg.div(F, 2.0, rounding_mode=None).tolist() == (F / 2).tolist()


def test_promotion_within_bf16():
    x = lg.tensor([1.0], lg.bf16)
    assert lg.equal(x, np.ones(1, ml_dtypes.bfloat16)).tolist() == [True]
    assert lg.concat([x, lg.ones(1, lg.f16)]).dtype is lg.f32


# ---- out= --------------------------------------------------------------------------------------------


def test_out():
    x = lg.asarray(F)
    for out in (lg.empty(3), np.empty(3, np.float32), np.zeros((3, 2), np.float32)[:, 0]):
        for op, inputs in ((lg.add, (x, x)), (lg.add, (F, 1.5)), (lg.neg, (x,)), (lg.clip, (x, 0, None))):
            assert op(*inputs, out=out) is out
            np.testing.assert_array_equal(np.asarray(out), op(*inputs).numpy())
    out = lg.empty(3)
    assert lg.add(x, 1.0, out=out) is lg.add(1.0, x, out=out) is out
    assert lg.concat([F[:1], F[1:]], out=out) is out
    assert out.tolist() == F.tolist()
    assert lg.where([True, False, True], x, 0.0, out=out) is out
    assert lg.full(3, 7.0, out=out).tolist() == [7, 7, 7]


def test_out_that_is_an_input():
    a = np.arange(12.0, dtype=np.float32).reshape(3, 4)
    x = lg.tensor(a)
    assert lg.add(x, x, out=x) is x
    np.testing.assert_array_equal(x.numpy(), a + a)
    x = lg.tensor(np.arange(16.0).reshape(4, 4))
    lg.add(x, x.T, out=x)  # overlaps in another order
    a = np.arange(16.0).reshape(4, 4)
    np.testing.assert_array_equal(x.numpy(), a + a.T)
    x = lg.tensor(np.arange(8.0))
    lg.add(x[:-1], 1.0, out=x[1:])
    np.testing.assert_array_equal(x.numpy(), [0, 1, 2, 3, 4, 5, 6, 7])
    x = lg.tensor(a)
    lg.matmul(x, x, out=x)
    np.testing.assert_allclose(x.numpy(), a @ a)


def frozen():
    a = np.zeros(3, np.float32)
    a.flags.writeable = False
    return a


@pytest.mark.parametrize(
    "out, words",
    [
        (lambda: lg.empty(2), r"add: out is f32\[2\], expected f32\[3\]"),
        (lambda: lg.empty((1, 3)), r"add: out is f32\[1,3\], expected f32\[3\]"),
        (lambda: lg.empty(3, lg.f64), r"add: out is f64\[3\], expected f32\[3\]"),
        (frozen, "add: out is read-only"),
        (lambda: lg.asarray(frozen()), "add: out is read-only"),
        (lambda: lg.empty(1).expand(3), "add: out is a broadcast view"),
        (lambda: [0.0] * 3, "add: out: expected a Tensor"),
        (lambda: "x", "add: out: expected a Tensor"),
        (lambda: np.zeros(3, ">f4"), "add: out: expected a Tensor"),
        (lambda: 1.0, "add: out: expected a Tensor"),
    ],
)
def test_bad_out(out, words):
    for a in (lg.asarray(F), F):
        with pytest.raises(lg.LegatoError, match=words):
            lg.add(a, a, out=out())


def test_result_is_untouched_by_a_failed_out():
    out = lg.tensor([7, 7])
    with pytest.raises(lg.DivisionByZeroError):
        lg.div(lg.tensor([1, 1]), lg.tensor([0, 0]), rounding_mode="floor", out=out)
    assert out.shape == (2,)


# ---- attributes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, -1, np.int32(1), (0, 1), [1], None, np.array([0, 1]), lg.tensor(1), ()])
def test_axis(axis):
    a = np.arange(6.0).reshape(2, 3)
    plain = axis
    if axis is not None and not isinstance(axis, int):
        plain = tuple(np.atleast_1d(np.asarray(axis, int)).tolist())
    np.testing.assert_array_equal(lg.sum(a, axis=axis).numpy(), a.sum(axis=plain))


@pytest.mark.parametrize(
    "call, kind, words",
    [
        (lambda: lg.softmax(F, axis="x"), lg.DTypeError, "softmax: axis is 'x', expected an integer"),
        (lambda: lg.softmax(F, axis=None), lg.DTypeError, "softmax: axis is None, expected an integer"),
        (lambda: lg.softmax(F, axis=0.0), TypeError, "expected an integer"),
        (lambda: lg.softmax(F, axis=True), TypeError, "expected an integer"),
        (lambda: lg.softmax(F, axis=1), lg.OutOfRangeError, "softmax: "),
        (lambda: lg.softmax(F, axis=2**70), lg.RangeError, "softmax: axis is .* does not fit"),
        (lambda: lg.sum(F, axis=True), lg.DTypeError, "sum: axis is True"),
        (lambda: lg.sum(F, axis=(0, 0)), lg.LegatoError, "sum: "),
        (lambda: lg.sum(F, axis="0"), lg.DTypeError, "sum: axis is '0'"),
        (lambda: lg.sum(F, axis={0}), lg.DTypeError, "sum: axis"),
        (lambda: lg.sum(F, axis=range(17)), lg.ShapeError, "sum: axis has 17 entries"),
        (lambda: lg.sum(F, axis=object()), lg.DTypeError, "sum: axis is"),
        (lambda: lg.sum(F, keepdims=2), lg.DTypeError, "sum: keepdims is 2, expected True or False"),
        (lambda: lg.sum(F, keepdims="no"), lg.DTypeError, "True or False"),
        (
            lambda: lg.gelu(F, approximate="e"),
            ValueError,
            "gelu: approximate is 'e', expected one of 'none', 'tanh'",
        ),
        (
            lambda: lg.leaky_relu(F, negative_slope="x"),
            lg.DTypeError,
            "negative_slope is 'x', expected a number",
        ),
        (lambda: lg.leaky_relu(F, negative_slope=[]), lg.DTypeError, "expected a number"),
        (lambda: lg.cast(F, dtype="f31"), lg.DTypeError, "cast: dtype: 'f31' is not an element type"),
        (lambda: lg.cast(F, None), lg.LegatoError, "cast"),
        (lambda: lg.full(3, "x"), lg.DTypeError, "full: value is 'x', expected a number"),
        (lambda: lg.full(3, [1, 2]), lg.DTypeError, "full: value"),
        (lambda: lg.full(3, lg.zeros(2)), lg.DTypeError, "full: value"),
        (lambda: lg.full(3, 2**70), lg.RangeError, "full: value"),
        (lambda: lg.full(3, 1j), lg.DTypeError, "full: value"),
        (lambda: lg.full(3, None), lg.DTypeError, "full: value is None"),
        (lambda: lg.full(3, 1.0, out=3), lg.DTypeError, "full: out: expected a Tensor"),
    ],
)
def test_bad_attributes(call, kind, words):
    with pytest.raises(kind, match=words) as caught:
        call()
    assert isinstance(caught.value, lg.LegatoError)
    assert caught.value.op


def test_attributes_of_other_types():
    assert lg.full(np.int64(2), np.float32(0.5)).tolist() == [0.5, 0.5]
    assert lg.full((2,), lg.tensor(3)).tolist() == [3, 3]
    assert lg.full(1, np.True_).dtype is lg.bool
    assert lg.sum(F, keepdims=np.True_).shape == lg.sum(F, keepdims=1).shape == (1,)
    assert lg.leaky_relu(F, negative_slope=1).tolist() == F.tolist()
    assert lg.leaky_relu(F, negative_slope=np.float32(1)).tolist() == F.tolist()


# ---- threads -----------------------------------------------------------------------------------------


def test_threads():
    # Long ops let go of the GIL; all results must be right all the same.
    a = np.random.default_rng(0).normal(size=(64, 64)).astype(np.float32)
    x, expected = lg.asarray(a), lg.matmul(a, a).tolist()
    wrong = []

    def work():
        for _ in range(50):
            if lg.matmul(x, x).tolist() != expected or (x[:4] + 1.0).tolist() != (a[:4] + 1).tolist():
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_handlers_belong_to_their_thread():
    done = []

    def work():
        done.append(type(lg.add(F, F)).__name__ + str(lg.add(F, F).tolist() == (F + F).tolist()))

    def model(x):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return lg.exp(x)

    program = lg.record(model, lg.spec("f32[3]"))
    assert done == ["TensorTrue"]
    assert "exp(" in str(program)
    assert "add(" not in str(program)


def test_traced_tensors():
    seen = []

    def model(x):
        for look in (float, bool, np.asarray, memoryview, repr, list, lg.Tensor.tolist, lg.Tensor.item, len):
            try:
                seen.append(look(x))
            except ValueError:
                seen.append(None)
        y = 2.0 * x + F - np.float32(1)
        return lg.where(y > 0, y, 0)[::-1]

    program = lg.record(model, lg.spec("f32[3]"))
    assert [s for s in seen[:-1] if s is not None and not isinstance(s, list)] == []
    y = 2 * F + F - 1
    np.testing.assert_array_equal(lg.runner(program)(F).numpy(), np.where(y > 0, y, 0)[::-1])
    with pytest.raises(lg.ArgumentError, match="record"):
        lg.record(lambda x: lg.exp(x, out=lg.empty(3)), lg.spec("f32[3]"))
