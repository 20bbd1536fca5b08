# SPDX-License-Identifier: Apache-2.0
import copy
import itertools
import pickle

import ml_dtypes
import numpy as np
import pytest

import legato as lg

ALL = [lg.f32, lg.f64, lg.f16, lg.bf16, lg.i8, lg.u8, lg.i16, lg.u16, lg.i32, lg.u32, lg.i64, lg.u64, lg.bool]
NUMPY = [d for d in ALL if d is not lg.bf16]


@pytest.mark.parametrize("dtype", ALL, ids=str)
def test_names(dtype):
    assert repr(dtype) == f"legato.{dtype.name}"
    assert str(dtype) == dtype.name
    for name in (dtype, dtype.name, dtype.numpy, dtype.numpy.name, dtype.numpy.type):
        assert lg.dtype(name) is dtype
    assert dtype.itemsize == dtype.numpy.itemsize
    assert dtype is lg.bf16 or dtype.kind == dtype.numpy.kind


def test_python_types():
    assert (lg.dtype(float), lg.dtype(int), lg.dtype(bool)) == (lg.f32, lg.i64, lg.bool)


def test_one_object_each():
    assert len({*ALL, *(lg.dtype(str(d)) for d in ALL)}) == 13
    for dtype in ALL:
        assert copy.deepcopy(dtype) is pickle.loads(pickle.dumps(dtype)) is dtype
    with pytest.raises(TypeError, match=r"legato\.dtype"):
        lg.DType("f32")


@pytest.mark.parametrize(
    "x",
    [
        "f128",
        "",
        None,
        3,
        [],
        object(),
        object,
        str,
        "c8",
        np.complex64,
        np.dtype("M8[s]"),
        np.dtype("f4,i4"),
    ],
)
def test_unknown(x):
    with pytest.raises(lg.DTypeError, match="is not an element type; there are f32, f64"):
        lg.dtype(x)


def test_other_byte_order():
    with pytest.raises(lg.DTypeError, match="byte order"):
        lg.dtype(np.dtype(np.float32).newbyteorder())
    assert lg.dtype(np.dtype(np.uint8).newbyteorder()) is lg.u8


def test_bf16_needs_ml_dtypes(monkeypatch):
    import sys

    assert lg.bf16.numpy == ml_dtypes.bfloat16
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with pytest.raises(lg.UnsupportedError, match="ml_dtypes"):
        _ = lg.bf16.numpy
    with pytest.raises(NotImplementedError, match="astype"):
        lg.zeros(2, lg.bf16).numpy()


@pytest.mark.parametrize("a, b", list(itertools.product(NUMPY, NUMPY)), ids=str)
def test_promotion_of_pairs(a, b):
    assert lg.promote_types(a, b) is lg.dtype(np.promote_types(a.numpy, b.numpy))


def test_promotion_with_bf16():
    def with_bf16(*others):
        return {lg.promote_types(lg.bf16, d) for d in others} | {lg.promote_types(d, lg.bf16) for d in others}

    assert with_bf16(lg.bf16, lg.bool, lg.i8, lg.u8) == {lg.bf16}
    assert with_bf16(lg.f16, lg.f32, lg.i16, lg.u16) == {lg.f32}
    assert with_bf16(lg.f64, lg.i32, lg.u32, lg.i64, lg.u64) == {lg.f64}


@pytest.mark.parametrize("dtypes", list(itertools.combinations(NUMPY, 3)), ids=str)
def test_promotion_of_three(dtypes):
    # Through an op with three operands of one type, in all orders.
    expected = lg.dtype(np.result_type(*[d.numpy for d in dtypes]))
    for order in itertools.permutations(dtypes):
        assert lg.concat([lg.zeros(1, d) for d in order]).dtype is expected
