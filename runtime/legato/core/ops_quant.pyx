# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/quant.py by runtime/schema/generate.py; do not edit
"""Typed entries of the quant ops."""

from collections import namedtuple

from legato.core.dispatch cimport (
    attr_dtype,
    attr_enum,
    attr_int,
    attr_ints,
    call3,
    call_several,
    calln,
)
from legato.core.engine cimport (
    LG_OP_CONV_INTEGER,
    LG_OP_DEQUANTIZE,
    LG_OP_DYNAMIC_QUANTIZE,
    LG_OP_MATMUL_INTEGER,
    LG_OP_QLINEAR_CONV,
    LG_OP_QLINEAR_MATMUL,
    LG_OP_QUANTIZE,
    lg_conv_integer_attrs_t,
    lg_dequantize_attrs_t,
    lg_qlinear_conv_attrs_t,
    lg_quantize_attrs_t,
)

cdef tuple CONV_INTEGER_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple QLINEAR_CONV_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')

DynamicQuantizeResult = namedtuple('DynamicQuantizeResult', ('y', 'scale', 'zero_point'), module=__name__)


def quantize(
    object x,
    object scale,
    object zero_point=None,
    *,
    object axis=1,
    object block_size=0,
    object dtype=None,
    object out=None,
):
    """Quantisation: ``saturate(round(x / scale) + zero_point)``.

    Parameters
    ----------
    x : Tensor
        Operand. f32.
    scale : Tensor
        Number, vector along `axis`, or of the shape of `x` with the extent of `axis` divided by
        `block_size`. f32.
    zero_point : Tensor, optional
        What stands for zero, of the shape of `scale`; 0 when absent. i8, u8, i16 or u16.
    axis : int, default 1
        The axis of x that per-axis scales run along, or that blocks lie on.
    block_size : int, default 0
        Elements along the axis that share a scale; 0: the scale is a number or one per index.
    dtype : dtype, default None
        Of the result; None for that of `zero_point`, or u8.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        `scale` or `zero_point` does not fit `x`.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Halves round to even. NaN becomes the lowest value, and so does what lies below it.

    Source: ONNX QuantizeLinear-25.

    Examples
    --------
    >>> import legato as lg
    >>> lg.quantize(lg.tensor([-1.0, 0.0, 0.25, 9.0]), lg.tensor(0.1), lg.tensor(10, dtype=lg.u8)).tolist()
    [0, 10, 12, 100]
    """
    cdef lg_quantize_attrs_t attrs
    if axis is 1 and block_size is 0 and dtype is None:
        return call3(LG_OP_QUANTIZE, x, scale, zero_point, NULL, out)
    attr_int(&attrs.axis, axis, "quantize", "axis")
    attr_int(&attrs.block_size, block_size, "quantize", "block_size")
    attr_dtype(&attrs.dtype, dtype, "quantize", "dtype")
    return call3(LG_OP_QUANTIZE, x, scale, zero_point, &attrs, out)


def dequantize(
    object x,
    object scale,
    object zero_point=None,
    *,
    object axis=1,
    object block_size=0,
    object out=None,
):
    """Back from integers: ``(x - zero_point) * scale``.

    Parameters
    ----------
    x : Tensor
        Operand. i8, u8, i16, u16 or i32.
    scale : Tensor
        Number, vector along `axis`, or of the shape of `x` with the extent of `axis` divided by
        `block_size`. f32.
    zero_point : Tensor, optional
        What stands for zero, of the shape of `scale`; 0 when absent. i8, u8, i16, u16 or i32.
    axis : int, default 1
        The axis of x that per-axis scales run along, or that blocks lie on.
    block_size : int, default 0
        Elements along the axis that share a scale; 0: the scale is a number or one per index.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        `scale` or `zero_point` does not fit `x`.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX DequantizeLinear-25.

    Examples
    --------
    >>> import legato as lg
    >>> x, zero = lg.tensor([0, 10, 12], dtype=lg.u8), lg.tensor(10, dtype=lg.u8)
    >>> lg.dequantize(x, lg.tensor(0.5), zero).tolist()
    [-5.0, 0.0, 1.0]
    """
    cdef lg_dequantize_attrs_t attrs
    if axis is 1 and block_size is 0:
        return call3(LG_OP_DEQUANTIZE, x, scale, zero_point, NULL, out)
    attr_int(&attrs.axis, axis, "dequantize", "axis")
    attr_int(&attrs.block_size, block_size, "dequantize", "block_size")
    return call3(LG_OP_DEQUANTIZE, x, scale, zero_point, &attrs, out)


def matmul_integer(
    object a,
    object b,
    object a_zero_point=None,
    object b_zero_point=None,
    *,
    object out=None,
):
    """Matrix product of 8-bit integers, summed exactly in 32 bits: ``(a - a_zero_point) @ (b -
    b_zero_point)``.

    Parameters
    ----------
    a : Tensor
        Operand. u8 or i8, shape (..., M, K).
    b : Tensor
        Operand. u8 or i8, shape (..., K, N).
    a_zero_point : Tensor, optional
        What stands for zero in `a`: a number, one for each row, or of shape (..., M, 1). u8 or i8.
    b_zero_point : Tensor, optional
        Likewise in `b`: a number, one for each column, or of shape (..., 1, N). u8 or i8.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i32, shape (..., M, N).

    Raises
    ------
    ShapeError
        The operands or their zero points do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Shapes are those of ``matmul``. Sums beyond 32 bits wrap around. Every instruction set gives the
    same bits.

    Source: ONNX MatMulInteger-10.

    Examples
    --------
    >>> import legato as lg
    >>> a, b = lg.tensor([[1, 2]], dtype=lg.u8), lg.tensor([[3], [-4]], dtype=lg.i8)
    >>> lg.matmul_integer(a, b, lg.tensor(1, dtype=lg.u8)).tolist()
    [[-4]]
    """
    return calln(LG_OP_MATMUL_INTEGER, [a, b, a_zero_point, b_zero_point], NULL, out)


def dynamic_quantize(object x, *, object out=None):
    """Quantisation to u8 over the range of the values, which is made to hold 0.

    Parameters
    ----------
    x : Tensor
        Operand. f32; integers and bools become f32 first.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        Of dtype u8.
    scale : Tensor
        Range of `x` divided by 255; 1 where all is 0. Of dtype f32.
    zero_point : Tensor
        What stands for 0. Of dtype u8.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    ``y = saturate(round(x / scale) + zero_point)``. NaN does not count for the range and becomes 0;
    with an infinity the range is infinite, and nothing is left of the other values.

    Source: ONNX DynamicQuantizeLinear-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.dynamic_quantize(lg.tensor([-1.0, 0.0, 0.5, 1.55])).y.tolist()
    [0, 100, 150, 255]
    """
    return call_several(LG_OP_DYNAMIC_QUANTIZE, [x], NULL, out, DynamicQuantizeResult)


def conv_integer(
    object x,
    object w,
    object x_zero_point=None,
    object w_zero_point=None,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object groups=1,
    object auto_pad='notset',
    object out=None,
):
    """Convolution of 8-bit integers, summed exactly in 32 bits: ``conv(x - x_zero_point, w -
    w_zero_point)``.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). u8 or i8, shape (N, C, ...).
    w : Tensor
        Weights, shape (O, C/groups, ...). u8 or i8, shape (O, I, ...).
    x_zero_point : Tensor, optional
        What stands for zero in `x`, a number. Padding is of it. u8 or i8.
    w_zero_point : Tensor, optional
        Likewise in `w`, a number or one for each out channel. u8 or i8.
    stride : int or tuple of int, default 1
        Step of the window, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Elements around the input: one for all, one for each axis, or begins then ends of all axes.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    groups : int, default 1
        Blocks of channels that do not see each other.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or at
        the begin), or none.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i32, shape (N, O, ...).

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
    Shapes are those of ``conv``. Sums beyond 32 bits wrap around. Every instruction set gives the
    same bits.

    Source: ONNX ConvInteger-10.

    Examples
    --------
    >>> import legato as lg
    >>> x, w = lg.tensor([[[1, 2, 3]]], dtype=lg.u8), lg.tensor([[[1, -1]]], dtype=lg.i8)
    >>> lg.conv_integer(x, w, padding=1).tolist()
    [[[-1, -1, -1, 3]]]
    """
    cdef lg_conv_integer_attrs_t attrs
    if stride is 1 and padding is 0 and dilation is 1 and groups is 1 and auto_pad is 'notset':
        return calln(LG_OP_CONV_INTEGER, [x, w, x_zero_point, w_zero_point], NULL, out)
    attr_ints(&attrs.stride, stride, "conv_integer", "stride")
    attr_ints(&attrs.padding, padding, "conv_integer", "padding")
    attr_ints(&attrs.dilation, dilation, "conv_integer", "dilation")
    attr_int(&attrs.groups, groups, "conv_integer", "groups")
    attr_enum(&attrs.auto_pad, auto_pad, CONV_INTEGER_AUTO_PAD, "conv_integer", "auto_pad")
    return calln(LG_OP_CONV_INTEGER, [x, w, x_zero_point, w_zero_point], &attrs, out)


def qlinear_matmul(
    object a,
    object a_scale,
    object a_zero_point,
    object b,
    object b_scale,
    object b_zero_point,
    object y_scale,
    object y_zero_point,
    *,
    object out=None,
):
    """Matrix product of quantised matrices with a quantised result.

    Parameters
    ----------
    a : Tensor
        Operand. u8 or i8, shape (..., M, K).
    a_scale : Tensor
        A number, or one for each row. f32.
    a_zero_point : Tensor
        A number, one for each row, or of shape (..., M, 1). u8 or i8.
    b : Tensor
        Operand. u8 or i8, shape (..., K, N).
    b_scale : Tensor
        A number, or one for each column. f32.
    b_zero_point : Tensor
        A number, one for each column, or of shape (..., 1, N). u8 or i8.
    y_scale : Tensor
        Of the result, a number. f32.
    y_zero_point : Tensor
        Of the result, a number. Its dtype is that of the result. u8 or i8.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        The operands, their scales or zero points do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Sums are exact in 32 bits, then multiplied by ``a_scale * b_scale / y_scale`` in f32, rounded,
    halves to even, moved by `y_zero_point` and saturated.

    Source: ONNX QLinearMatMul-21.

    Examples
    --------
    >>> import legato as lg
    >>> a, zero = lg.tensor([[10, 20]], dtype=lg.u8), lg.tensor(0, dtype=lg.u8)
    >>> one, b = lg.tensor(1.0), lg.tensor([[1], [2]], dtype=lg.u8)
    >>> lg.qlinear_matmul(a, one, zero, b, one, zero, lg.tensor(2.0), zero).tolist()
    [[25]]
    """
    return calln(
        LG_OP_QLINEAR_MATMUL,
        [a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point], NULL, out
    )


def qlinear_conv(
    object x,
    object x_scale,
    object x_zero_point,
    object w,
    object w_scale,
    object w_zero_point,
    object y_scale,
    object y_zero_point,
    object bias=None,
    *,
    object stride=1,
    object padding=0,
    object dilation=1,
    object groups=1,
    object auto_pad='notset',
    object out=None,
):
    """Convolution of quantised numbers with a quantised result.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). u8 or i8, shape (N, C, ...).
    x_scale : Tensor
        A number. f32.
    x_zero_point : Tensor
        What stands for zero in `x`, a number. Padding is of it. u8 or i8.
    w : Tensor
        Weights, shape (O, C/groups, ...). u8 or i8, shape (O, I, ...).
    w_scale : Tensor
        A number, or one for each out channel. f32.
    w_zero_point : Tensor
        Likewise in `w`, a number or one for each out channel. u8 or i8.
    y_scale : Tensor
        Of the result, a number. f32.
    y_zero_point : Tensor
        Of the result, a number. Its dtype is that of the result. u8 or i8.
    bias : Tensor, optional
        Summand of each out channel, in steps of ``x_scale * w_scale``. i32, shape (O,).
    stride : int or tuple of int, default 1
        Step of the window, one for all spatial axes or one each.
    padding : int or tuple of int, default 0
        Elements around the input: one for all, one for each axis, or begins then ends of all axes.
    dilation : int or tuple of int, default 1
        Distance of window elements, one for all or one each.
    groups : int, default 1
        Blocks of channels that do not see each other.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or at
        the begin), or none.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

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
    Sums are exact in 32 bits, then multiplied by ``x_scale * w_scale / y_scale`` in f32, rounded,
    halves to even, moved by `y_zero_point` and saturated.

    Source: ONNX QLinearConv-10.

    Examples
    --------
    >>> import legato as lg
    >>> x, w = lg.tensor([[[10, 20, 30]]], dtype=lg.u8), lg.tensor([[[1, 1]]], dtype=lg.i8)
    >>> one, zero, none = lg.tensor(1.0), lg.tensor(0, dtype=lg.u8), lg.tensor(0, dtype=lg.i8)
    >>> lg.qlinear_conv(x, one, zero, w, one, none, lg.tensor(2.0), zero).tolist()
    [[[15, 25]]]
    """
    cdef lg_qlinear_conv_attrs_t attrs
    if stride is 1 and padding is 0 and dilation is 1 and groups is 1 and auto_pad is 'notset':
        return calln(
            LG_OP_QLINEAR_CONV,
            [x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias], NULL,
            out
        )
    attr_ints(&attrs.stride, stride, "qlinear_conv", "stride")
    attr_ints(&attrs.padding, padding, "qlinear_conv", "padding")
    attr_ints(&attrs.dilation, dilation, "qlinear_conv", "dilation")
    attr_int(&attrs.groups, groups, "qlinear_conv", "groups")
    attr_enum(&attrs.auto_pad, auto_pad, QLINEAR_CONV_AUTO_PAD, "qlinear_conv", "auto_pad")
    return calln(
        LG_OP_QLINEAR_CONV,
        [x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias], &attrs,
        out
    )
