# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/conv.py by runtime/schema/generate.py; do not edit
"""Typed entries of the conv ops."""

from legato.core.dispatch cimport attr_enum, attr_int, attr_ints, call3
from legato.core.engine cimport (
    LG_OP_CONV,
    LG_OP_CONV_TRANSPOSE,
    lg_conv_attrs_t,
    lg_conv_transpose_attrs_t,
)

cdef tuple CONV_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple CONV_TRANSPOSE_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')


def conv(
    object x,
    object w,
    object bias=None,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object groups=1,
    object auto_pad='notset',
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
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or
        begin), or none.
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
    down; with `auto_pad` ``same_upper`` or ``same_lower`` ``in / stride``, rounded up. ``conv1d``,
    ``conv2d`` and ``conv3d`` are names of the same function.

    Source: ONNX Conv-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.conv(lg.tensor([[[1.0, 2.0, 3.0]]]), lg.tensor([[[1.0, 1.0]]])).tolist()
    [[[3.0, 5.0]]]
    """
    cdef lg_conv_attrs_t attrs
    if stride is 1 and padding is 0 and dilation is 1 and groups is 1 and auto_pad is 'notset':
        return call3(LG_OP_CONV, x, w, bias, NULL, out)
    attr_ints(&attrs.stride, stride, "conv", "stride")
    attr_ints(&attrs.padding, padding, "conv", "padding")
    attr_ints(&attrs.dilation, dilation, "conv", "dilation")
    attr_int(&attrs.groups, groups, "conv", "groups")
    attr_enum(&attrs.auto_pad, auto_pad, CONV_AUTO_PAD, "conv", "auto_pad")
    return call3(LG_OP_CONV, x, w, bias, &attrs, out)


conv1d = conv
conv2d = conv
conv3d = conv


def conv_transpose(
    object x,
    object w,
    object bias=None,
    *,
    object stride=1,
    object padding=0,
    object output_padding=0,
    object dilation=1,
    object groups=1,
    object output_shape=None,
    object auto_pad='notset',
    object out=None,
):
    """Transposed convolution over one to three spatial axes: the gradient of `conv` with respect to
    its input.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    w : Tensor
        Weights, shape (C, O/groups, ...) with one axis for each spatial axis of `x`. f32 or f64,
        shape (C, O, ...).
    bias : Tensor, optional
        Summand of each of the O out channels. f32 or f64.
    stride : int or tuple of int, default 1
        Distance of windows in the result, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Elements cut off the result: one for all, one for each axis, or begins then ends of all
        axes.
    output_padding : int or tuple of int, default 0
        Elements added at the end of each axis, one for all or one each.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    groups : int, default 1
        Blocks of channels that do not see each other.
    output_shape : int or tuple of int, default None
        Spatial extents of the result; the padding follows from them.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        Instead of `padding`: extents ``in * stride`` (of odd padding the larger half at the end or
        at the begin), or no padding.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, ...).

    Raises
    ------
    ShapeError
        The operands do not fit together, or an extent of the result is negative.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Element ``x[n,c,i]`` adds ``x[n,c,i] * w[c,o,r]`` to ``y[n,o, i*stride + r*dilation - padding]``
    for each tap ``r``. Extents are ``(in - 1)*stride + dilation*(window - 1) + 1 + output_padding -
    padding``; where `output_shape` asks for more, elements at the end hold the bias alone.
    ``conv_transpose1d``, ``conv_transpose2d`` and ``conv_transpose3d`` are names of the same
    function.

    Source: ONNX ConvTranspose-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.conv_transpose(lg.tensor([[[1.0, 2.0]]]), lg.tensor([[[1.0, 3.0]]]), stride=2).tolist()
    [[[1.0, 3.0, 2.0, 6.0]]]
    """
    cdef lg_conv_transpose_attrs_t attrs
    if (
        stride is 1
        and padding is 0
        and output_padding is 0
        and dilation is 1
        and groups is 1
        and output_shape is None
        and auto_pad is 'notset'
    ):
        return call3(LG_OP_CONV_TRANSPOSE, x, w, bias, NULL, out)
    attr_ints(&attrs.stride, stride, "conv_transpose", "stride")
    attr_ints(&attrs.padding, padding, "conv_transpose", "padding")
    attr_ints(&attrs.output_padding, output_padding, "conv_transpose", "output_padding")
    attr_ints(&attrs.dilation, dilation, "conv_transpose", "dilation")
    attr_int(&attrs.groups, groups, "conv_transpose", "groups")
    attr_ints(&attrs.output_shape, output_shape, "conv_transpose", "output_shape")
    attr_enum(&attrs.auto_pad, auto_pad, CONV_TRANSPOSE_AUTO_PAD, "conv_transpose", "auto_pad")
    return call3(LG_OP_CONV_TRANSPOSE, x, w, bias, &attrs, out)


conv_transpose1d = conv_transpose
conv_transpose2d = conv_transpose
conv_transpose3d = conv_transpose
