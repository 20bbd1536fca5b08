# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/reduce.py by runtime/schema/generate.py; do not edit
"""Typed entries of the reduce ops."""

from legato.core.dispatch cimport attr_bool, attr_float, attr_int, attr_ints, call1, call3
from legato.core.engine cimport (
    LG_OP_ALL,
    LG_OP_ANY,
    LG_OP_ARGMAX,
    LG_OP_ARGMIN,
    LG_OP_CUMSUM,
    LG_OP_GLOBAL_AVG_POOL,
    LG_OP_GLOBAL_MAX_POOL,
    LG_OP_L1,
    LG_OP_L2,
    LG_OP_LAYER_NORM,
    LG_OP_LOG_SOFTMAX,
    LG_OP_LOG_SUM,
    LG_OP_LOG_SUM_EXP,
    LG_OP_MAX,
    LG_OP_MEAN,
    LG_OP_MIN,
    LG_OP_PROD,
    LG_OP_SOFTMAX,
    LG_OP_SUM,
    LG_OP_SUM_SQUARE,
    LG_OP_VAR,
    lg_all_attrs_t,
    lg_any_attrs_t,
    lg_argmax_attrs_t,
    lg_argmin_attrs_t,
    lg_cumsum_attrs_t,
    lg_l1_attrs_t,
    lg_l2_attrs_t,
    lg_layer_norm_attrs_t,
    lg_log_softmax_attrs_t,
    lg_log_sum_attrs_t,
    lg_log_sum_exp_attrs_t,
    lg_max_attrs_t,
    lg_mean_attrs_t,
    lg_min_attrs_t,
    lg_prod_attrs_t,
    lg_softmax_attrs_t,
    lg_sum_attrs_t,
    lg_sum_square_attrs_t,
    lg_var_attrs_t,
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


def prod(object x, *, object axis=None, object keepdims=False, object out=None):
    """Product over axes. That of nothing is 1.

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
    Integers wrap around; bool and integers below 64 bits become i64 first.

    Source: NumPy prod; ONNX ReduceProd-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.prod(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).tolist()
    [3.0, 8.0]
    """
    cdef lg_prod_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_PROD, x, NULL, out)
    attr_ints(&attrs.axis, axis, "prod", "axis")
    attr_bool(&attrs.keepdims, keepdims, "prod", "keepdims")
    return call1(LG_OP_PROD, x, &attrs, out)


def min(object x, *, object axis=None, object keepdims=False, object out=None):
    """Smallest element over axes. NaN if there is one.

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
    Source: NumPy min; ONNX ReduceMin-20.

    Examples
    --------
    >>> import legato as lg
    >>> lg.min(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()
    [1.0, 3.0]
    """
    cdef lg_min_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_MIN, x, NULL, out)
    attr_ints(&attrs.axis, axis, "min", "axis")
    attr_bool(&attrs.keepdims, keepdims, "min", "keepdims")
    return call1(LG_OP_MIN, x, &attrs, out)


def argmin(object x, *, object axis=None, object keepdims=False, object out=None):
    """Index of the smallest element: the first of equals, the first NaN if there is one.

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
    Source: NumPy argmin; ONNX ArgMin-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.argmin(lg.tensor([[1.0, 5.0], [4.0, 3.0]]), axis=1).tolist()
    [0, 1]
    """
    cdef lg_argmin_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_ARGMIN, x, NULL, out)
    attr_ints(&attrs.axis, axis, "argmin", "axis")
    attr_bool(&attrs.keepdims, keepdims, "argmin", "keepdims")
    return call1(LG_OP_ARGMIN, x, &attrs, out)


def l1(object x, *, object axis=None, object keepdims=False, object out=None):
    """Sum of magnitudes over axes.

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
    Integers wrap around; bool and integers below 64 bits become i64 first.

    Source: ONNX ReduceL1-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.l1(lg.tensor([[1.0, -2.0], [3.0, 4.0]]), axis=1).tolist()
    [3.0, 7.0]
    """
    cdef lg_l1_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_L1, x, NULL, out)
    attr_ints(&attrs.axis, axis, "l1", "axis")
    attr_bool(&attrs.keepdims, keepdims, "l1", "keepdims")
    return call1(LG_OP_L1, x, &attrs, out)


def l2(object x, *, object axis=None, object keepdims=False, object out=None):
    """Square root of the sum of squares over axes.

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
    Computed in the dtype of the elements: squares of f32 overflow from 1.8e19 on.

    Source: ONNX ReduceL2-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.l2(lg.tensor([[3.0, 4.0], [6.0, 8.0]]), axis=1).tolist()
    [5.0, 10.0]
    """
    cdef lg_l2_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_L2, x, NULL, out)
    attr_ints(&attrs.axis, axis, "l2", "axis")
    attr_bool(&attrs.keepdims, keepdims, "l2", "keepdims")
    return call1(LG_OP_L2, x, &attrs, out)


def sum_square(object x, *, object axis=None, object keepdims=False, object out=None):
    """Sum of squares over axes.

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
    Integers wrap around; bool and integers below 64 bits become i64 first.

    Source: ONNX ReduceSumSquare-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.sum_square(lg.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1).tolist()
    [5.0, 25.0]
    """
    cdef lg_sum_square_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_SUM_SQUARE, x, NULL, out)
    attr_ints(&attrs.axis, axis, "sum_square", "axis")
    attr_bool(&attrs.keepdims, keepdims, "sum_square", "keepdims")
    return call1(LG_OP_SUM_SQUARE, x, &attrs, out)


def log_sum(object x, *, object axis=None, object keepdims=False, object out=None):
    """Logarithm of the sum over axes. -inf for a sum of 0, as of nothing; NaN below.

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
    Source: ONNX ReduceLogSum-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.log_sum(lg.tensor([[0.25, 0.75], [1.0, 0.0]]), axis=1).tolist()
    [0.0, 0.0]
    """
    cdef lg_log_sum_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_LOG_SUM, x, NULL, out)
    attr_ints(&attrs.axis, axis, "log_sum", "axis")
    attr_bool(&attrs.keepdims, keepdims, "log_sum", "keepdims")
    return call1(LG_OP_LOG_SUM, x, &attrs, out)


def log_sum_exp(object x, *, object axis=None, object keepdims=False, object out=None):
    """Logarithm of the sum of exponentials over axes.

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
    ``m + log(sum(exp(x - m)))`` with ``m`` the largest ``x``, so nothing overflows. That of nothing
    is -inf; NaN and +inf come through.

    Source: ONNX ReduceLogSumExp-18; PyTorch logsumexp.

    Examples
    --------
    >>> import legato as lg
    >>> lg.log_sum_exp(lg.tensor([1000.0])).tolist()
    1000.0
    """
    cdef lg_log_sum_exp_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_LOG_SUM_EXP, x, NULL, out)
    attr_ints(&attrs.axis, axis, "log_sum_exp", "axis")
    attr_bool(&attrs.keepdims, keepdims, "log_sum_exp", "keepdims")
    return call1(LG_OP_LOG_SUM_EXP, x, &attrs, out)


def any(object x, *, object axis=None, object keepdims=False, object out=None):
    """Whether an element over axes is true. False of nothing.

    Parameters
    ----------
    x : Tensor
        Operand. bool.
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
    Source: NumPy any.

    Examples
    --------
    >>> import legato as lg
    >>> lg.any(lg.tensor([[True, False], [False, False]]), axis=1).tolist()
    [True, False]
    """
    cdef lg_any_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_ANY, x, NULL, out)
    attr_ints(&attrs.axis, axis, "any", "axis")
    attr_bool(&attrs.keepdims, keepdims, "any", "keepdims")
    return call1(LG_OP_ANY, x, &attrs, out)


def all(object x, *, object axis=None, object keepdims=False, object out=None):
    """Whether all elements over axes are true. True of nothing.

    Parameters
    ----------
    x : Tensor
        Operand. bool.
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
    Source: NumPy all.

    Examples
    --------
    >>> import legato as lg
    >>> lg.all(lg.tensor([[True, False], [True, True]]), axis=1).tolist()
    [False, True]
    """
    cdef lg_all_attrs_t attrs
    if axis is None and keepdims is False:
        return call1(LG_OP_ALL, x, NULL, out)
    attr_ints(&attrs.axis, axis, "all", "axis")
    attr_bool(&attrs.keepdims, keepdims, "all", "keepdims")
    return call1(LG_OP_ALL, x, &attrs, out)


def var(object x, *, object axis=None, object keepdims=False, object correction=1, object out=None):
    """Variance over axes: ``sum((x - mean(x)) ** 2) / (n - correction)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    axis : int or tuple of int, default None
        Axes to reduce; None for all.
    keepdims : bool, default False
        Whether reduced axes stay with extent 1.
    correction : int, default 1
        Subtracted from the count; 0: population.
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
    In two passes, so equal elements give 0. Where ``n <= correction`` the divisor is 0: inf, or NaN
    for equal elements and for nothing.

    Source: PyTorch var.

    Examples
    --------
    >>> import legato as lg
    >>> lg.var(lg.tensor([1.0, 2.0, 3.0])).tolist()
    1.0
    """
    cdef lg_var_attrs_t attrs
    if axis is None and keepdims is False and correction is 1:
        return call1(LG_OP_VAR, x, NULL, out)
    attr_ints(&attrs.axis, axis, "var", "axis")
    attr_bool(&attrs.keepdims, keepdims, "var", "keepdims")
    attr_int(&attrs.correction, correction, "var", "correction")
    return call1(LG_OP_VAR, x, &attrs, out)


def cumsum(object x, object axis, *, object exclusive=False, object reverse=False, object out=None):
    """Running sums along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. f32, f64, i32 or i64.
    axis : int
        The axis to sum along.
    exclusive : bool, default False
        Whether an element is left out of its own sum.
    reverse : bool, default False
        Whether sums start at the other end.
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
    Those of f32 are kept in f64 and rounded once each. Integers wrap around; bool and integers
    below 64 bits become i64 first.

    Source: NumPy cumsum; ONNX CumSum-14.

    Examples
    --------
    >>> import legato as lg
    >>> lg.cumsum(lg.tensor([1, 2, 3]), 0).tolist()
    [1, 3, 6]
    """
    cdef lg_cumsum_attrs_t attrs
    attr_int(&attrs.axis, axis, "cumsum", "axis")
    attr_bool(&attrs.exclusive, exclusive, "cumsum", "exclusive")
    attr_bool(&attrs.reverse, reverse, "cumsum", "reverse")
    return call1(LG_OP_CUMSUM, x, &attrs, out)


def log_softmax(object x, *, object axis=-1, object out=None):
    """Logarithm of softmax along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    axis : int, default -1
        The axis whose exponentials sum to 1.
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
    ``y[i] = (x[i] - m) - log(sum_j exp(x[j] - m))`` with ``m`` the largest ``x``: finite where
    softmax itself rounds to 0. A slice that holds NaN or +inf, or -inf only, gives NaN.

    Source: ONNX LogSoftmax-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.log_softmax(lg.tensor([5.0])).tolist()
    [0.0]
    """
    cdef lg_log_softmax_attrs_t attrs
    if axis is -1:
        return call1(LG_OP_LOG_SOFTMAX, x, NULL, out)
    attr_int(&attrs.axis, axis, "log_softmax", "axis")
    return call1(LG_OP_LOG_SOFTMAX, x, &attrs, out)


def global_avg_pool(object x, *, object out=None):
    """Mean over all spatial axes, those behind batch and channels; they stay with extent 1.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64, shape (N, C, ...).
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is below 3, or a spatial axis is empty.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ONNX GlobalAveragePool-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.global_avg_pool(lg.tensor([[[1.0, 3.0]]])).tolist()
    [[[2.0]]]
    """
    return call1(LG_OP_GLOBAL_AVG_POOL, x, NULL, out)


def global_max_pool(object x, *, object out=None):
    """Largest element over all spatial axes, those behind batch and channels; they stay with extent
    1.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64, shape (N, C, ...).
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is below 3, or a spatial axis is empty.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ONNX GlobalMaxPool-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.global_max_pool(lg.tensor([[[1.0, 3.0]]])).tolist()
    [[[3.0]]]
    """
    return call1(LG_OP_GLOBAL_MAX_POOL, x, NULL, out)
