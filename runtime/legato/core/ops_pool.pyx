# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/pool.py by runtime/schema/generate.py; do not edit
"""Typed entries of the pool ops."""

from collections import namedtuple

from legato.core.dispatch cimport (
    attr_bool,
    attr_enum,
    attr_float,
    attr_ints,
    call1,
    call2,
    call_several,
)
from legato.core.engine cimport (
    LG_OP_ADAPTIVE_AVG_POOL,
    LG_OP_ADAPTIVE_MAX_POOL,
    LG_OP_AVG_POOL,
    LG_OP_GLOBAL_LP_POOL,
    LG_OP_LP_POOL,
    LG_OP_MAX_POOL,
    LG_OP_MAX_POOL_WITH_INDICES,
    LG_OP_MAX_UNPOOL,
    lg_adaptive_avg_pool_attrs_t,
    lg_adaptive_max_pool_attrs_t,
    lg_avg_pool_attrs_t,
    lg_global_lp_pool_attrs_t,
    lg_lp_pool_attrs_t,
    lg_max_pool_attrs_t,
    lg_max_pool_with_indices_attrs_t,
    lg_max_unpool_attrs_t,
)

cdef tuple MAX_POOL_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple AVG_POOL_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple LP_POOL_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple MAX_POOL_WITH_INDICES_AUTO_PAD = ('notset', 'same_upper', 'same_lower', 'valid')
cdef tuple MAX_POOL_WITH_INDICES_STORAGE_ORDER = ('row_major', 'column_major')

MaxPoolWithIndicesResult = namedtuple('MaxPoolWithIndicesResult', ('y', 'indices'), module=__name__)


def max_pool(
    object x,
    object kernel_size,
    *,
    object stride=None,
    object padding=0,
    object dilation=1,
    object ceil_mode=False,
    object auto_pad='notset',
    object out=None,
):
    """Largest element of each window. Padding never wins; NaN in a window gives NaN.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default None
        Step of the window; None for its extents.
    padding : int or tuple of int, default 0
        Elements around the input, fewer than the window spans: one, one per axis, or begins then
        ends.
    dilation : int or tuple of int, default 1
        Distance of window elements.
    ceil_mode : bool, default False
        Whether a last window may hang over the end; none starts in the end padding.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or
        begin), or none.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX MaxPool-22; PyTorch max_pool2d.

    Examples
    --------
    >>> import legato as lg
    >>> lg.max_pool(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2).tolist()
    [[[3.0, 2.0]]]
    """
    cdef lg_max_pool_attrs_t attrs
    attr_ints(&attrs.kernel_size, kernel_size, "max_pool", "kernel_size")
    attr_ints(&attrs.stride, stride, "max_pool", "stride")
    attr_ints(&attrs.padding, padding, "max_pool", "padding")
    attr_ints(&attrs.dilation, dilation, "max_pool", "dilation")
    attr_bool(&attrs.ceil_mode, ceil_mode, "max_pool", "ceil_mode")
    attr_enum(&attrs.auto_pad, auto_pad, MAX_POOL_AUTO_PAD, "max_pool", "auto_pad")
    return call1(LG_OP_MAX_POOL, x, &attrs, out)


def avg_pool(
    object x,
    object kernel_size,
    *,
    object stride=None,
    object padding=0,
    object ceil_mode=False,
    object count_include_pad=True,
    object dilation=1,
    object auto_pad='notset',
    object out=None,
):
    """Mean of each window.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default None
        Step of the window; None for its extents.
    padding : int or tuple of int, default 0
        Elements around the input, fewer than the window spans: one, one per axis, or begins then
        ends.
    ceil_mode : bool, default False
        Whether a last window may hang over the end; none starts in the end padding.
    count_include_pad : bool, default True
        Whether padding counts in the divisor.
    dilation : int or tuple of int, default 1
        Distance of window elements.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or
        begin), or none.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Elements of a last window that hang over the padding (`ceil_mode`) never count in the divisor.

    Source: ONNX AveragePool-22; PyTorch avg_pool2d.

    Examples
    --------
    >>> import legato as lg
    >>> lg.avg_pool(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2).tolist()
    [[[2.0, 1.0]]]
    """
    cdef lg_avg_pool_attrs_t attrs
    attr_ints(&attrs.kernel_size, kernel_size, "avg_pool", "kernel_size")
    attr_ints(&attrs.stride, stride, "avg_pool", "stride")
    attr_ints(&attrs.padding, padding, "avg_pool", "padding")
    attr_bool(&attrs.ceil_mode, ceil_mode, "avg_pool", "ceil_mode")
    attr_bool(&attrs.count_include_pad, count_include_pad, "avg_pool", "count_include_pad")
    attr_ints(&attrs.dilation, dilation, "avg_pool", "dilation")
    attr_enum(&attrs.auto_pad, auto_pad, AVG_POOL_AUTO_PAD, "avg_pool", "auto_pad")
    return call1(LG_OP_AVG_POOL, x, &attrs, out)


def lp_pool(
    object x,
    object norm_type,
    object kernel_size,
    *,
    object stride=None,
    object padding=0,
    object dilation=1,
    object ceil_mode=False,
    object auto_pad='notset',
    object out=None,
):
    """The p-norm of each window, ``(sum |x| ** p) ** (1 / p)``.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    norm_type : float
        The exponent p, above 0.
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default None
        Step of the window; None for its extents.
    padding : int or tuple of int, default 0
        Elements around the input, fewer than the window spans: one, one per axis, or begins then
        ends.
    dilation : int or tuple of int, default 1
        Distance of window elements.
    ceil_mode : bool, default False
        Whether a last window may hang over the end; none starts in the end padding.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or
        begin), or none.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Padding counts as zero. Sums of more than f32 can hold are inf, as ONNX has it.

    Source: ONNX LpPool-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.lp_pool(lg.tensor([[[3.0, -4.0, 0.0, 2.0]]]), 2, 2).tolist()
    [[[5.0, 2.0]]]
    """
    cdef lg_lp_pool_attrs_t attrs
    attr_float(&attrs.norm_type, norm_type, "lp_pool", "norm_type")
    attr_ints(&attrs.kernel_size, kernel_size, "lp_pool", "kernel_size")
    attr_ints(&attrs.stride, stride, "lp_pool", "stride")
    attr_ints(&attrs.padding, padding, "lp_pool", "padding")
    attr_ints(&attrs.dilation, dilation, "lp_pool", "dilation")
    attr_bool(&attrs.ceil_mode, ceil_mode, "lp_pool", "ceil_mode")
    attr_enum(&attrs.auto_pad, auto_pad, LP_POOL_AUTO_PAD, "lp_pool", "auto_pad")
    return call1(LG_OP_LP_POOL, x, &attrs, out)


def global_lp_pool(object x, object norm_type=2.0, *, object out=None):
    """The p-norm of each channel over all its spatial axes, which become 1.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, ...). f32 or f64, shape (N, C, ...).
    norm_type : float, default 2.0
        The exponent p, above 0.
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
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX GlobalLpPool-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.global_lp_pool(lg.tensor([[[3.0, -4.0]]])).tolist()
    [[[5.0]]]
    """
    cdef lg_global_lp_pool_attrs_t attrs
    if norm_type is 2.0:
        return call1(LG_OP_GLOBAL_LP_POOL, x, NULL, out)
    attr_float(&attrs.norm_type, norm_type, "global_lp_pool", "norm_type")
    return call1(LG_OP_GLOBAL_LP_POOL, x, &attrs, out)


def max_pool_with_indices(
    object x,
    object kernel_size,
    *,
    object stride=None,
    object padding=0,
    object dilation=1,
    object ceil_mode=False,
    object auto_pad='notset',
    object storage_order='row_major',
    object out=None,
):
    """Largest element of each window, and where it came from.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default None
        Step of the window; None for its extents.
    padding : int or tuple of int, default 0
        Elements around the input, fewer than the window spans: one, one per axis, or begins then
        ends.
    dilation : int or tuple of int, default 1
        Distance of window elements.
    ceil_mode : bool, default False
        Whether a last window may hang over the end; none starts in the end padding.
    auto_pad : {'notset', 'same_upper', 'same_lower', 'valid'}, default 'notset'
        How much padding, instead of `padding`: same as the input (an odd element at the end or
        begin), or none.
    storage_order : {'row_major', 'column_major'}, default 'row_major'
        Whether the last or the first spatial axis runs fastest in the indices.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        Of the dtype of `x`, shape (N, C, ...).
    indices : Tensor
        Positions of `y` in `x`. Of dtype i64, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or the window is larger than the padded input.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Indices count the elements of `x` from its first, over all axes, as ONNX has it (PyTorch counts
    each channel anew). Of equal elements the first is named, of NaN the last; -1 for a window
    without elements.

    Source: ONNX MaxPool-22; PyTorch max_pool2d_with_indices.

    Examples
    --------
    >>> import legato as lg
    >>> lg.max_pool_with_indices(lg.tensor([[[1.0, 3.0, 2.0, 0.0]]]), 2)[1].tolist()
    [[[1, 2]]]
    """
    cdef lg_max_pool_with_indices_attrs_t attrs
    attr_ints(&attrs.kernel_size, kernel_size, "max_pool_with_indices", "kernel_size")
    attr_ints(&attrs.stride, stride, "max_pool_with_indices", "stride")
    attr_ints(&attrs.padding, padding, "max_pool_with_indices", "padding")
    attr_ints(&attrs.dilation, dilation, "max_pool_with_indices", "dilation")
    attr_bool(&attrs.ceil_mode, ceil_mode, "max_pool_with_indices", "ceil_mode")
    attr_enum(&attrs.auto_pad, auto_pad, MAX_POOL_WITH_INDICES_AUTO_PAD, "max_pool_with_indices", "auto_pad")
    attr_enum(
        &attrs.storage_order, storage_order, MAX_POOL_WITH_INDICES_STORAGE_ORDER,
        "max_pool_with_indices", "storage_order"
    )
    return call_several(LG_OP_MAX_POOL_WITH_INDICES, [x], &attrs, out, MaxPoolWithIndicesResult)


def max_unpool(
    object x,
    object indices,
    object kernel_size,
    *,
    object stride=None,
    object padding=0,
    object output_size=None,
    object out=None,
):
    """Puts pooled elements back where they came from, zeros elsewhere.

    Parameters
    ----------
    x : Tensor
        Pooled elements, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C,
        ...).
    indices : Tensor
        Where each belongs, as `max_pool_with_indices` says. i64, shape (N, C, ...).
    kernel_size : int or tuple of int
        Extents of the window, one for all spatial axes or one each.
    stride : int or tuple of int, default None
        Step of the window; None for its extents.
    padding : int or tuple of int, default 0
        Elements around the input, fewer than the window spans: one, one per axis, or begins then
        ends.
    output_size : int or tuple of int, default None
        Spatial extents of the result, or its whole shape; None for the least that fit.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The operands or `output_size` do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An index lies outside.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Indices count in the result of the default size, ``(in - 1) * stride + kernel_size - padding``;
    another `output_size` cuts or fills it up at the ends, as ONNX has it. Of equal indices the last
    counts.

    Source: ONNX MaxUnpool-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.max_unpool(lg.tensor([[[3.0, 2.0]]]), lg.tensor([[[1, 2]]]), 2).tolist()
    [[[0.0, 3.0, 2.0, 0.0]]]
    """
    cdef lg_max_unpool_attrs_t attrs
    attr_ints(&attrs.kernel_size, kernel_size, "max_unpool", "kernel_size")
    attr_ints(&attrs.stride, stride, "max_unpool", "stride")
    attr_ints(&attrs.padding, padding, "max_unpool", "padding")
    attr_ints(&attrs.output_size, output_size, "max_unpool", "output_size")
    return call2(LG_OP_MAX_UNPOOL, x, indices, &attrs, out)


def adaptive_avg_pool(object x, object output_size, *, object out=None):
    """Mean of as many windows as the result has elements.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    output_size : int or tuple of int
        Extents of the result, one for all spatial axes or one each.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or a spatial axis is empty.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Window ``p`` begins at ``p * in / out`` rounded down and ends before ``(p + 1) * in / out``
    rounded up.

    Source: PyTorch adaptive_avg_pool2d.

    Examples
    --------
    >>> import legato as lg
    >>> lg.adaptive_avg_pool(lg.tensor([[[1.0, 3.0, 5.0]]]), 2).tolist()
    [[[2.0, 4.0]]]
    """
    cdef lg_adaptive_avg_pool_attrs_t attrs
    attr_ints(&attrs.output_size, output_size, "adaptive_avg_pool", "output_size")
    return call1(LG_OP_ADAPTIVE_AVG_POOL, x, &attrs, out)


def adaptive_max_pool(object x, object output_size, *, object out=None):
    """Largest element of as many windows as the result has elements; NaN in a window gives NaN.

    Parameters
    ----------
    x : Tensor
        Input, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W). f32 or f64, shape (N, C, ...).
    output_size : int or tuple of int
        Extents of the result, one for all spatial axes or one each.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, C, ...).

    Raises
    ------
    ShapeError
        The rank is not 3 to 5, or a spatial axis is empty.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Window ``p`` begins at ``p * in / out`` rounded down and ends before ``(p + 1) * in / out``
    rounded up.

    Source: PyTorch adaptive_max_pool2d.

    Examples
    --------
    >>> import legato as lg
    >>> lg.adaptive_max_pool(lg.tensor([[[1.0, 3.0, 5.0]]]), 2).tolist()
    [[[3.0, 5.0]]]
    """
    cdef lg_adaptive_max_pool_attrs_t attrs
    attr_ints(&attrs.output_size, output_size, "adaptive_max_pool", "output_size")
    return call1(LG_OP_ADAPTIVE_MAX_POOL, x, &attrs, out)
