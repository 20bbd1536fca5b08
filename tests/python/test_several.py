# SPDX-License-Identifier: Apache-2.0
"""Ops with several outputs, and with outputs whose shape the data decide."""

import pickle

import numpy as np
import pytest

import legato as lg

X = np.array([[3, 1, 2], [5, 4, 6]], np.float32)


def test_named_tuple():
    result = lg.top_k(X, 2)
    assert result._fields == ("values", "indices")
    values, indices = result
    assert values is result.values
    assert indices.tolist() == [[0, 2], [2, 0]]
    assert type(result).__name__ == "TopKResult"
    assert type(result).__module__ == "legato.core.ops_indexing"
    assert pickle.loads(pickle.dumps(type(result))) is type(result)
    assert type(lg.split(X, num_outputs=2)) is tuple


def test_out():
    values, indices = lg.empty((2, 2)), lg.empty((2, 2), "i64")
    for out in ((values, indices), [values, indices]):
        result = lg.top_k(X, 2, out=out)
        assert result.values is values
        assert result.indices is indices
    assert lg.top_k(X, 2, out=(None, indices)).indices is indices
    array = np.zeros((2, 2), np.int64)
    assert lg.top_k(X, 2, out=(None, array)).indices is array
    assert array.tolist() == [[0, 2], [2, 0]]
    for wrong in (values, (values,), (values, indices, None), ()):
        with pytest.raises(lg.ArgumentError, match="expected 2"):
            lg.top_k(X, 2, out=wrong)
    with pytest.raises(lg.DTypeError, match="top_k: out"):
        lg.top_k(X, 2, out=(indices, values))
    # An error leaves no half-written result behind.
    with pytest.raises(lg.OutOfRangeError):
        lg.top_k(X, 2, axis=3, out=(values, indices))


def test_recorded():
    program = lg.record(lambda x: lg.top_k(x, 2), lg.spec(X))
    assert list(program.outputs) == ["values", "indices"]
    assert str(lg.Program.parse(str(program))) == str(program)
    result = lg.runner(program)(X)
    assert result.indices.tolist() == [[0, 2], [2, 0]]
    # Nobody takes the first output.
    last = lg.record(lambda x: lg.split(lg.sort(x).indices, num_outputs=3, axis=1)[1], lg.spec(X))
    assert lg.runner(last)(X).tolist() == [[2], [0]]
    with pytest.raises(lg.ArgumentError, match="out="):
        lg.record(lambda x: lg.top_k(x, 2, out=(None, None)), lg.spec(X))


def test_on_a_device():
    with lg.on("cpu:0"):
        assert lg.top_k(X, 1).indices.tolist() == [[0], [2]]
        indices = lg.empty((2, 1), "i64")
        assert lg.top_k(X, 1, out=(None, indices)).indices is indices
        assert lg.add(X, 1.0).tolist() == (X + 1).tolist()


def test_promotion_by_letter():
    """Inputs of one letter are promoted together, those of others are left alone."""
    first = lg.tensor([0], dtype="i32")
    wide = lg.scatter_elements(lg.tensor([1, 2], dtype="i32"), first, np.array([1.5], np.float32))
    assert wide.dtype == lg.f64
    assert lg.gather(X, 1, axis=0).tolist() == X[1].tolist()
    assert lg.scatter_nd(X, [[1]], [[7, 8, 9]]).tolist() == [[3, 1, 2], [7, 8, 9]]
    with pytest.raises(lg.DTypeError, match="index"):
        lg.gather(X, 1.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: lg.non_zero(x),
        lambda x: lg.compress(x, lg.greater(lg.reshape(x, (6,)), 2.0)),
        lambda x: lg.unique(x),
    ],
)
def test_data_shapes_are_recorded(call):
    def all_of(result):
        return result if isinstance(result, tuple) else (result,)

    program = lg.record(call, lg.spec(X))
    assert "u0" in str(program)  # an extent that the data decide
    run = lg.runner(program)
    for x in (X, -X, np.zeros_like(X), np.ones_like(X)):
        for ours, eager in zip(all_of(run(x)), all_of(call(lg.tensor(x))), strict=True):
            np.testing.assert_array_equal(ours.numpy(), eager.numpy())


def test_data_shape_memory():
    """A result that is much smaller than it might be keeps no room for more; `out` has the true shape."""
    x = np.zeros(100000, np.float32)
    x[[5, 70000]] = 1
    found = lg.non_zero(x)
    assert found.tolist() == [[5, 70000]]
    assert found.is_contiguous
    out = lg.empty((1, 2), "i64")
    assert lg.non_zero(x, out=out) is out
    assert out.tolist() == [[5, 70000]]
    with pytest.raises(lg.ShapeError, match=r"non_zero: out is i64\[1,3\], expected i64\[1,2\]"):
        lg.non_zero(x, out=lg.empty((1, 3), "i64"))
