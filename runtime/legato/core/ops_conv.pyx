# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/conv.py by runtime/schema/generate.py; do not edit
"""Typed entries of the conv ops."""

from legato.core.dispatch cimport attr_int, attr_ints, call3
from legato.core.engine cimport LG_OP_CONV, lg_conv_attrs_t


def conv(
    object x,
    object w,
    object bias=None,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object groups=1,
    object out=None,
):
    """Cross-correlation over one to three spatial axes.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    w : Tensor
        Weights, shape (O, C/groups, ...) with one axis for each spatial axis of `x`. f32 or f64,
        shape (O, I, ...).
    bias : Tensor, optional
        Summand of each out channel. f32 or f64, shape (O,).
    stride : int or tuple of int, default 1
        Step of the window, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Zeros around the input: one for all, one for each axis, or begins then ends of all axes.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    groups : int, default 1
        Blocks of channels that do not see each other.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, O, ...).

    Raises
    ------
    ShapeError
        The operands do not fit together, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``y[n,o,p,q] = bias[o] + sum_{c,r,s} x[n, c, h(p,r), w(q,s)] * w[o,c,r,s]`` with ``h(p,r) =
    p*stride + r*dilation - padding``, over the ``C/groups`` channels of the group that ``o``
    belongs to. Extents are ``(in + padding - dilation*(window - 1) - 1) / stride + 1``, rounded
    down. ``conv1d``, ``conv2d`` and ``conv3d`` are names of the same function.

    Source: ONNX Conv-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.conv(lg.tensor([[[1.0, 2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]])).tolist()
    [[[3.0, 5.0]]]
    """
    cdef lg_conv_attrs_t attrs
    if stride is 1 and padding is 0 and dilation is 1 and groups is 1:
        return call3(LG_OP_CONV, x, w, bias, NULL, out)
    attr_ints(&attrs.stride, stride, "conv", "stride")
    attr_ints(&attrs.padding, padding, "conv", "padding")
    attr_ints(&attrs.dilation, dilation, "conv", "dilation")
    attr_int(&attrs.groups, groups, "conv", "groups")
    return call3(LG_OP_CONV, x, w, bias, &attrs, out)


conv1d = conv
conv2d = conv
conv3d = conv
