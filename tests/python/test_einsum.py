# SPDX-License-Identifier: Apache-2.0
"""Einstein summation beside NumPy's."""

import numpy as np
import pytest

import legato as lg

CASES = [
    ("i->i", (3,)),
    ("i->", (3,)),
    ("ij->ji", (3, 4)),
    ("ij", (3, 4)),
    ("ji", (3, 4)),
    ("ii", (4, 4)),
    ("ii->i", (4, 4)),
    ("iji->j", (3, 2, 3)),
    ("iii->i", (3, 3, 3)),
    ("i,i", (5,), (5,)),
    ("i,j", (5,), (3,)),
    ("i,i->i", (5,), (5,)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("bqhd,bkhd->bhqk", (2, 4, 3, 5), (2, 6, 3, 5)),
    ("abc,cd,def->abef", (2, 3, 4), (4, 5), (5, 2, 3)),
    ("ab,bc,cd,de->ae", (9, 2), (2, 8), (8, 3), (3, 4)),
    ("ab,cd->", (2, 3), (4, 5)),
    ("ab,ab->a", (2, 3), (2, 3)),
    ("abcd,acef->bdf", (2, 3, 4, 5), (2, 4, 2, 3)),
    ("...ij,...jk->...ik", (2, 5, 3, 4), (5, 4, 6)),
    ("...i->...", (2, 3, 4)),
    ("...", (2, 3)),
    ("...a,a...->a...", (2, 3, 4), (4, 2, 3)),
    ("...ij,...jk->...ik", (1, 3, 4), (5, 4, 6)),
    ("ij,ij->ij", (1, 4), (3, 4)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ij,jk->ik", (2, 0), (0, 4)),
    ("ii->i", (0, 0)),
    (",ij->ij", (), (2, 3)),
    (" i j , j k -> i k ", (2, 3), (3, 4)),
    ("ij,kl,ij->kl", (2, 3), (4, 5), (2, 3)),
    ("aab,b->a", (3, 3, 2), (2,)),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}{case[1:]}")
def test_einsum(case, dtype):
    rng = np.random.default_rng(3)
    equation, *shapes = case
    arrays = [rng.integers(-4, 5, shape).astype(dtype) for shape in shapes]
    expected = np.einsum(equation, *arrays)
    actual = lg.einsum(equation, *arrays)
    assert actual.dtype == lg.asarray(arrays[0]).dtype
    np.testing.assert_array_equal(actual.numpy(), expected)  # whole numbers: exact


def test_ellipsis_is_summed():
    """Where the result leaves ``...`` out; NumPy refuses that."""
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(lg.einsum("i...->i", x).numpy(), x.sum((1, 2)))


@pytest.mark.parametrize("case", CASES[-16:], ids=lambda case: f"{case[0]}{case[1:]}")
def test_recorded(case):
    rng = np.random.default_rng(4)
    equation, *shapes = case
    arrays = [rng.integers(-4, 5, shape).astype(np.float32) for shape in shapes]
    tensors = [lg.asarray(x) for x in arrays]
    program = lg.record(lambda *xs: lg.einsum(equation, *xs), *tensors)
    np.testing.assert_array_equal(lg.runner(program)(*tensors).numpy(), np.einsum(equation, *arrays))


@pytest.mark.parametrize(
    ("error", "text", "equation", "shapes"),
    [
        (lg.ArgumentError, "names 2 operands, 1 are given", "ij,jk", [(2, 3)]),
        (lg.ArgumentError, "'i1' in", "i1->i", [(2, 3)]),
        (lg.ArgumentError, "not made of letters", "i....j", [(2, 3)]),
        (lg.ArgumentError, "not made of letters", "i->j->k", [(2,)]),
        (lg.ArgumentError, "twice", "ij->ii", [(2, 3)]),
        (lg.ArgumentError, "no operand does", "ij->k", [(2, 3)]),
        (lg.ArgumentError, "expected a text", 3, [(2, 3)]),
        (lg.ShapeError, "operand 0 has rank 2", "ijk", [(2, 3)]),
        (lg.ShapeError, "operand 0 has rank 2", "i", [(2, 3)]),
        (lg.ShapeError, "axis 'j' has extents 3 and 4", "ij,jk", [(2, 3), (4, 5)]),
        (lg.ShapeError, "axis 'i' has extents 2 and 3", "ii", [(2, 3)]),
        (lg.ShapeError, "axis '...' has extents", "...i,...j", [(2, 3), (4, 5)]),
    ],
)
def test_errors(error, text, equation, shapes):
    with pytest.raises(error, match="einsum") as info:
        lg.einsum(equation, *(np.ones(shape, np.float32) for shape in shapes))
    assert text in str(info.value)
