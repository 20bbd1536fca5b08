# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/reduce.py by runtime/schema/generate.py; do not edit
"""Typed entries of the reduce ops."""

from legato.core.dispatch cimport attr_bool, attr_float, attr_int, attr_ints, call1, call3
from legato.core.engine cimport (
    LG_OP_ARGMAX,
    LG_OP_LAYER_NORM,
    LG_OP_MAX,
    LG_OP_MEAN,
    LG_OP_SOFTMAX,
    LG_OP_SUM,
    lg_argmax_attrs_t,
    lg_layer_norm_attrs_t,
    lg_max_attrs_t,
    lg_mean_attrs_t,
    lg_softmax_attrs_t,
    lg_sum_attrs_t,
)


def sum(object x, *, object axis=None, object keepdims=False, object out=None):
    """Sum over axes.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, i32 or i64.
    axis : int or tuple of int, default None
        Axes to reduce; None for all.
    keepdims : bool, default False
        Whether reduced axes stay with extent 1.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The order of additions is a fixed tree that depends on the shape only: the same input gives the
    same bits on any number of threads. Nothing sums to 0. Integers wrap around; bool and integers
    below 64 bits become i64 first.

    Source: NumPy sum; ONNX ReduceSum-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sum(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [4.0, 6.0]
    """
    cdef lg_sum_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_SUM, x, NULL, out)
    attr_ints(&attrs.axis, axis, "sum", "axis")
    attr_bool(&attrs.keepdims, keepdims, "sum", "keepdims")
    return call1(LG_OP_SUM, x, &attrs, out)


def mean(object x, *, object axis=None, object keepdims=False, object out=None):
    """Arithmetic mean over axes. The mean of nothing is NaN.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    axis : int or tuple of int, default None
        Axes to reduce; None for all.
    keepdims : bool, default False
        Whether reduced axes stay with extent 1.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy mean; ONNX ReduceMean-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.mean(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [2.0, 3.0]
    """
    cdef lg_mean_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_MEAN, x, NULL, out)
    attr_ints(&attrs.axis, axis, "mean", "axis")
    attr_bool(&attrs.keepdims, keepdims, "mean", "keepdims")
    return call1(LG_OP_MEAN, x, &attrs, out)


def max(object x, *, object axis=None, object keepdims=False, object out=None):
    """Largest element over axes. NaN if there is one.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, i32 or i64.
    axis : int or tuple of int, default None
        Axes to reduce; None for all.
    keepdims : bool, default False
        Whether reduced axes stay with extent 1.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        An axis that is reduced is empty.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy max; ONNX ReduceMax-20.

    Examples
    --------
    >>> import legato as lg
    >>> lg.max(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()
    [2.0, 4.0]
    """
    cdef lg_max_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_MAX, x, NULL, out)
    attr_ints(&attrs.axis, axis, "max", "axis")
    attr_bool(&attrs.keepdims, keepdims, "max", "keepdims")
    return call1(LG_OP_MAX, x, &attrs, out)


def argmax(object x, *, object axis=None, object keepdims=False, object out=None):
    """Index of the largest element: the first of equals, the first NaN if there is one.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, i32 or i64.
    axis : int or tuple of int, default None
        The axis to search; None for all elements in row-major order.
    keepdims : bool, default False
        Whether reduced axes stay with extent 1.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i64.

    Raises
    ------
    ShapeError
        The axis is empty.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy argmax; ONNX ArgMax-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.argmax(lg.tensor([[1.0, 5.0], [3.0, 4.0]]), axis=1).tolist()
    [1, 1]
    """
    cdef lg_argmax_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_ARGMAX, x, NULL, out)
    attr_ints(&attrs.axis, axis, "argmax", "axis")
    attr_bool(&attrs.keepdims, keepdims, "argmax", "keepdims")
    return call1(LG_OP_ARGMAX, x, &attrs, out)


def softmax(object x, *, object axis=-1, object out=None):
    """Normalised exponentials along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    axis : int, default -1
        The axis whose elements sum to 1.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y[i] = exp(x[i] - m) / sum_j exp(x[j] - m)`` with ``m`` the largest ``x``, so nothing
    overflows. A slice that holds NaN or +inf, or -inf only, gives NaN.

    Source: ONNX Softmax-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.softmax(lg.tensor([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    cdef lg_softmax_attrs_t attrs
    if axis is -1:
        return call1(LG_OP_SOFTMAX, x, NULL, out)
    attr_int(&attrs.axis, axis, "softmax", "axis")
    return call1(LG_OP_SOFTMAX, x, &attrs, out)


def layer_norm(
    object x,
    object weight=None,
    object bias=None,
    *,
    object axis=-1,
    object eps=1e-05,
    object out=None,
):
    """Normalisation to mean 0 and variance 1 over the last axes.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    weight : Tensor, optional
        Factor, of the shape of the normalised axes. f32 or f64; integers and bools become f32
        first.
    bias : Tensor, optional
        Summand, likewise. f32 or f64; integers and bools become f32 first.
    axis : int, default -1
        First of the axes that are normalised together; the others follow it.
    eps : float, default 1e-05
        Added to the variance.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        `weight` or `bias` has not the shape of the normalised axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias`` with the variance of the population.

    Source: Ba, Kiros, Hinton, Layer Normalization, 2016; ONNX LayerNormalization-17.

    Examples
    --------
    >>> import legato as lg
    >>> lg.layer_norm(lg.tensor([1.0, 3.0]), eps=0.0).tolist()
    [-1.0, 1.0]
    """
    cdef lg_layer_norm_attrs_t attrs
    if axis is -1 and eps is 1e-05:
        return call3(LG_OP_LAYER_NORM, x, weight, bias, NULL, out)
    attr_int(&attrs.axis, axis, "layer_norm", "axis")
    attr_float(&attrs.eps, eps, "layer_norm", "eps")
    return call3(LG_OP_LAYER_NORM, x, weight, bias, &attrs, out)
