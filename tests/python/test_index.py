# SPDX-License-Identifier: Apache-2.0
"""x[key] against NumPy, and the direct path against the ops that stand for it while recording."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legato as lg

A = np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5)

BASIC = [
    0, -1, 1, (), ..., None, (0, 1, 2, 3), (-1, -2, -3, -4), (0, slice(None), 1), (..., 0), (0, ..., 0),
    (..., None), (None, ..., None, 0), (slice(None), None, 0), slice(1, None), slice(None, None, -1),
    slice(5, 1), slice(-100, 100), slice(None, None, 1000), (slice(None), slice(2, None, -2)),
    (slice(1), slice(-1), slice(1, 3), slice(0, 5, 3)), (slice(None), slice(None, None, -(2**62))),
    slice(2**70, -(2**70), -1), (slice(3, 3), 1), np.int64(1), np.array(1), (None, None, None, None),
    (np.uint8(1), slice(np.int16(1), None)), (slice(4, None, -1), ..., -1),
]  # fmt: skip


@pytest.mark.parametrize("key", BASIC, ids=repr)
def test_basic(key):
    x = lg.asarray(A)
    y = x[key]
    np.testing.assert_array_equal(y.numpy(), A[key], strict=True)
    assert y.is_contiguous == A[key].flags.c_contiguous
    if y.size:
        assert np.shares_memory(y.numpy(), A)


@pytest.mark.parametrize("key", BASIC, ids=repr)
def test_recorded(key):
    program = lg.record(lambda x: lg.mul(x[key], 1.0), lg.spec("f32[2,3,4,5]"))
    np.testing.assert_array_equal(lg.runner(program)(A).numpy(), A[key], strict=True)


@pytest.mark.parametrize(
    "key",
    [
        [0, 1, 1], np.array([1, 0, -1]), (slice(None), [2, 0]), (0, [2, 0]), ([1, 1], 0), (..., [4]),
        (..., [0], 1),
        (None, [0, 0], None), np.array([[0, 1], [1, 0]]),
        (slice(None), np.array([[2], [-3]], np.int32), ..., None),
        [], np.zeros((0, 2), np.int64), np.array([1, 0], np.uint8), (slice(None, None, -1), [0], slice(1, 3)),
    ],
    ids=repr,
)  # fmt: skip
def test_one_tensor_of_indices(key):
    expected = A[key] if not isinstance(key, list) else A[np.array(key, np.int64)]
    np.testing.assert_array_equal(lg.asarray(A)[key].numpy(), expected, strict=True)
    y = lg.runner(lg.record(lambda x: x[key], lg.spec("f32[2,3,4,5]")))(A)
    np.testing.assert_array_equal(y.numpy(), expected, strict=True)


def test_index_by_tensor():
    x = lg.asarray(A)
    np.testing.assert_array_equal(x[lg.tensor([1, 0])].numpy(), A[[1, 0]])
    np.testing.assert_array_equal(x[lg.tensor(1)].numpy(), A[1])
    np.testing.assert_array_equal(x[:, lg.tensor(-1, lg.i32)].numpy(), A[:, -1])


items = st.one_of(
    st.integers(-4, 3),
    st.none(),
    st.builds(slice, *[st.none() | st.integers(-6, 6)] * 2, st.none() | st.integers(-3, 3).filter(bool)),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(items, max_size=6), st.integers(0, 6), st.booleans())
def test_random_keys(key, at, dots):
    if dots:
        key.insert(min(at, len(key)), ...)
    key = tuple(key)
    x = lg.asarray(A)
    try:
        expected = A[key]
    except IndexError:
        with pytest.raises(IndexError):
            x[key]
        return
    if expected.ndim > 8:
        with pytest.raises(lg.ShapeError):
            x[key]
        return
    np.testing.assert_array_equal(x[key].numpy(), expected, strict=True)


@pytest.mark.parametrize(
    "key, kind, words",
    [
        (2, lg.OutOfRangeError, "index 2 is out of range for axis 0 of extent 2"),
        ((0, 0, -5), lg.OutOfRangeError, "index -5 is out of range for axis 2 of extent 4"),
        (2**80, IndexError, "out of range"),
        ((0,) * 5, lg.OutOfRangeError, "5 indices for a tensor with 4 axes"),
        ((..., ...), lg.ShapeError, "one Ellipsis"),
        ((None,) * 5, lg.ShapeError, "9 axes"),
        ((None,) * 50, lg.ShapeError, "more than 8"),
        (True, lg.UnsupportedError, "where"),
        ([True, False], lg.UnsupportedError, "flatnonzero"),
        (np.ones(2, bool), NotImplementedError, "where"),
        (A > 3, lg.UnsupportedError, "where"),
        (([0], [1]), lg.UnsupportedError, "gather"),
        ((0, slice(None), [1]), lg.UnsupportedError, "side by side"),
        (1.0, lg.DTypeError, "indices are integers"),
        ("a", TypeError, "indices are integers"),
        (np.array([0.5]), lg.DTypeError, "f64"),
        (object(), lg.DTypeError, "indices are integers"),
        ([0, 2], lg.OutOfRangeError, "gather"),
        (slice(0, 1, 0), ValueError, "zero"),
        (slice("a"), TypeError, "slice indices"),
    ],
    ids=repr,
)
def test_errors(key, kind, words):
    with pytest.raises(kind, match=words):
        lg.asarray(A)[key]


def test_no_axes():
    x = lg.tensor(3.0)
    assert x[()].item() == x[...].item() == 3.0
    assert x[None].shape == (1,)
    for key in (0, slice(None), [0]):
        with pytest.raises(IndexError, match="1 indices for a tensor with 0 axes"):
            x[key]


def test_no_item_assignment():
    with pytest.raises(TypeError, match="item assignment"):
        lg.zeros(3)[0] = 1


def test_iteration():
    x = lg.asarray(A)
    assert len(x) == 2
    for y, a in zip(x, A, strict=True):
        np.testing.assert_array_equal(y.numpy(), a)
    with pytest.raises(TypeError, match="without axes"):
        iter(lg.tensor(1.0))
    with pytest.raises(TypeError, match="without axes"):
        len(lg.tensor(1.0))


def test_views_of_views():
    x = lg.asarray(A)[::-1, :, 1:3][:, 2, ::-1]
    np.testing.assert_array_equal(x.numpy(), A[::-1, :, 1:3][:, 2, ::-1])
    assert x.strides == A[::-1, :, 1:3][:, 2, ::-1].strides


def test_view_keeps_readonly():
    a = A.copy()
    a.flags.writeable = False
    assert lg.asarray(a)[0].readonly
