# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/matmul.py by runtime/schema/generate.py; do not edit
"""Typed entries of the matmul ops."""

from legato.core.dispatch cimport call2, call3
from legato.core.engine cimport LG_OP_LINEAR, LG_OP_MATMUL


def matmul(object a, object b, *, object out=None):
    """Matrix product, as ``numpy.matmul``.

    Parameters
    ----------
    a : Tensor
        Operand. f32, f64, i32 or i64, shape (..., M, K).
    b : Tensor
        Operand. f32, f64, i32 or i64, shape (..., K, N).
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `a`, shape (..., M, N).

    Raises
    ------
    ShapeError
        The inner extents differ, the batches do not broadcast, or an operand has rank 0.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Leading axes are batches and broadcast. A vector counts as a row on the left and as a column on
    the right, and its axis is gone from the result. ``y[...,m,n] = sum_k a[...,m,k] * b[...,k,n]``;
    integers wrap around. The order of additions depends on shapes and layouts only, not on threads.

    Source: NumPy matmul; ONNX MatMul-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.matmul(lg.tensor([[1.0, 2.0]]), lg.tensor([[3.0], [4.0]])).tolist()
    [[11.0]]
    """
    return call2(LG_OP_MATMUL, a, b, NULL, out)


def linear(object x, object w, object bias=None, *, object out=None):
    """Affine map of the last axis: ``x @ w.T + bias``.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64, shape (..., I).
    w : Tensor
        Weights, one row for each out feature. f32 or f64, shape (O, I).
    bias : Tensor, optional
        Summand of each out feature. f32 or f64, shape (O,).
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (..., O).

    Raises
    ------
    ShapeError
        An operand does not fit the weights.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    ``y[...,o] = bias[o] + sum_i x[...,i] * w[o,i]``.

    Source: PyTorch linear.

    Examples
    --------
    >>> import legato as lg
    >>> lg.linear(lg.tensor([1.0, 2.0]), lg.tensor([[3.0, 4.0]]), lg.tensor([0.5])).tolist()
    [11.5]
    """
    return call3(LG_OP_LINEAR, x, w, bias, NULL, out)
