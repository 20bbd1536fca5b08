# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/norm.py by runtime/schema/generate.py; do not edit
"""Typed entries of the norm ops."""

from legato.core.dispatch cimport attr_float, attr_int, call1, call2, call3, calln
from legato.core.engine cimport (
    LG_OP_BATCH_NORM,
    LG_OP_GROUP_NORM,
    LG_OP_INSTANCE_NORM,
    LG_OP_LP_NORM,
    LG_OP_LRN,
    LG_OP_RMS_NORM,
    lg_batch_norm_attrs_t,
    lg_group_norm_attrs_t,
    lg_instance_norm_attrs_t,
    lg_lp_norm_attrs_t,
    lg_lrn_attrs_t,
    lg_rms_norm_attrs_t,
)


def batch_norm(
    object x,
    object mean,
    object var,
    object weight=None,
    object bias=None,
    *,
    object eps=1e-05,
    object out=None,
):
    """Normalisation by stored statistics of each channel, as at inference.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first, shape (N, C, ...).
    mean : Tensor
        Stored mean per channel. f32 or f64; integers and bools become f32 first, shape (C,).
    var : Tensor
        Stored variance per channel. f32 or f64; integers and bools become f32 first, shape (C,).
    weight : Tensor, optional
        Factor per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    bias : Tensor, optional
        Summand per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    eps : float, default 1e-05
        Added to the variance.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is below 2, or an operand has not one element per channel.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y = (x - mean[c]) / sqrt(var[c] + eps) * weight[c] + bias[c]``.

    Source: Ioffe, Szegedy, Batch Normalization, 2015; ONNX BatchNormalization-15.

    Examples
    --------
    >>> import legato as lg
    >>> one = lg.tensor([1.0])
    >>> lg.batch_norm(lg.tensor([[3.0]]), one, one, eps=0.0).tolist()
    [[2.0]]
    """
    cdef lg_batch_norm_attrs_t attrs
    if eps is 1e-05:
        return calln(LG_OP_BATCH_NORM, [x, mean, var, weight, bias], NULL, out)
    attr_float(&attrs.eps, eps, "batch_norm", "eps")
    return calln(LG_OP_BATCH_NORM, [x, mean, var, weight, bias], &attrs, out)


def instance_norm(
    object x,
    object weight=None,
    object bias=None,
    *,
    object eps=1e-05,
    object out=None,
):
    """Normalisation of each channel of each element of the batch over its spatial axes.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first, shape (N, C, ...).
    weight : Tensor, optional
        Factor per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    bias : Tensor, optional
        Summand per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    eps : float, default 1e-05
        Added to the variance.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is below 3, or `weight` or `bias` has not one element per channel.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y = (x - mean) / sqrt(var + eps) * weight[c] + bias[c]`` with the variance of the population.

    Source: Ulyanov, Vedaldi, Lempitsky, Instance Normalization, 2016; ONNX
    InstanceNormalization-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.instance_norm(lg.tensor([[[1.0, 3.0]]]), eps=0.0).tolist()
    [[[-1.0, 1.0]]]
    """
    cdef lg_instance_norm_attrs_t attrs
    if eps is 1e-05:
        return call3(LG_OP_INSTANCE_NORM, x, weight, bias, NULL, out)
    attr_float(&attrs.eps, eps, "instance_norm", "eps")
    return call3(LG_OP_INSTANCE_NORM, x, weight, bias, &attrs, out)


def group_norm(
    object x,
    object weight=None,
    object bias=None,
    *,
    object num_groups,
    object eps=1e-05,
    object out=None,
):
    """Normalisation over the channels of a group and all spatial axes, for each element of the
    batch.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first, shape (N, C, ...).
    weight : Tensor, optional
        Factor per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    bias : Tensor, optional
        Summand per channel, of shape [C]. f32 or f64; integers and bools become f32 first, shape
        (C,).
    num_groups : int
        Groups of neighbouring channels; divides the channels.
    eps : float, default 1e-05
        Added to the variance.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        `num_groups` is no divisor, or `weight` or `bias` has not one element per channel.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y = (x - mean) / sqrt(var + eps) * weight[c] + bias[c]`` with the variance of the population.

    Source: Wu, He, Group Normalization, 2018; ONNX GroupNormalization-21.

    Examples
    --------
    >>> import legato as lg
    >>> lg.group_norm(lg.tensor([[[1.0], [3.0], [5.0], [5.0]]]), num_groups=2).flatten().tolist()[2:]
    [0.0, 0.0]
    """
    cdef lg_group_norm_attrs_t attrs
    attr_int(&attrs.num_groups, num_groups, "group_norm", "num_groups")
    attr_float(&attrs.eps, eps, "group_norm", "eps")
    return call3(LG_OP_GROUP_NORM, x, weight, bias, &attrs, out)


def rms_norm(object x, object weight=None, *, object axis=-1, object eps=1e-05, object out=None):
    """Division by the root of the mean square over the last axes: ``y = x / sqrt(mean(x ** 2) +
    eps) * weight``.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    weight : Tensor, optional
        Factor, of the shape of the normalised axes. f32 or f64; integers and bools become f32
        first.
    axis : int, default -1
        First of the axes that are normalised together; the others follow it.
    eps : float, default 1e-05
        Added to the mean of the squares.
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
    Source: Zhang, Sennrich, Root Mean Square Layer Normalization, 2019; ONNX RMSNormalization-23.

    Examples
    --------
    >>> import legato as lg
    >>> lg.rms_norm(lg.tensor([2.0, -2.0]), eps=0.0).tolist()
    [1.0, -1.0]
    """
    cdef lg_rms_norm_attrs_t attrs
    if axis is -1 and eps is 1e-05:
        return call2(LG_OP_RMS_NORM, x, weight, NULL, out)
    attr_int(&attrs.axis, axis, "rms_norm", "axis")
    attr_float(&attrs.eps, eps, "rms_norm", "eps")
    return call2(LG_OP_RMS_NORM, x, weight, &attrs, out)


def lp_norm(object x, *, object axis=-1, object p=2, object out=None):
    """Division by the 1-norm or 2-norm along an axis. What has norm 0 stays 0.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first.
    axis : int, default -1
        The axis along which norms are taken.
    p : int, default 2
        1: sum of magnitudes; 2: root of the sum of squares.
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
    Source: ONNX LpNormalization-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.lp_norm(lg.tensor([3.0, 4.0])).tolist()
    [0.6000000238418579, 0.800000011920929]
    """
    cdef lg_lp_norm_attrs_t attrs
    if axis is -1 and p is 2:
        return call1(LG_OP_LP_NORM, x, NULL, out)
    attr_int(&attrs.axis, axis, "lp_norm", "axis")
    attr_int(&attrs.p, p, "lp_norm", "p")
    return call1(LG_OP_LP_NORM, x, &attrs, out)


def lrn(
    object x,
    object size,
    *,
    object alpha=0.0001,
    object beta=0.75,
    object k=1.0,
    object out=None,
):
    """Local response normalisation: division by a power of the squares of neighbouring channels.

    Parameters
    ----------
    x : Tensor
        Operand. f32 or f64; integers and bools become f32 first, shape (N, C, ...).
    size : int
        Channels in a window.
    alpha : float, default 0.0001
        Factor of the mean square of the window.
    beta : float, default 0.75
        Exponent.
    k : float, default 1.0
        Summand before the power.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is below 2.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y[c] = x[c] / (k + alpha / size * sum(x[i] ** 2)) ** beta`` with `i` from ``c - (size - 1) //
    2`` to ``c + size // 2``, as far as there are channels.

    Source: Krizhevsky, Sutskever, Hinton, ImageNet Classification, 2012; ONNX LRN-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.lrn(lg.tensor([[[2.0]]]), 1, alpha=0.75, beta=0.5).tolist()
    [[[1.0]]]
    """
    cdef lg_lrn_attrs_t attrs
    attr_int(&attrs.size, size, "lrn", "size")
    attr_float(&attrs.alpha, alpha, "lrn", "alpha")
    attr_float(&attrs.beta, beta, "lrn", "beta")
    attr_float(&attrs.k, k, "lrn", "k")
    return call1(LG_OP_LRN, x, &attrs, out)
