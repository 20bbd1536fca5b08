# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/move.py by runtime/schema/generate.py; do not edit
"""Typed entries of the move ops."""

from legato.core.dispatch cimport (
    attr_dtype,
    attr_enum,
    attr_int,
    attr_ints,
    attr_scalar,
    call0,
    call1,
    call2,
    calln,
)
from legato.core.engine cimport (
    LG_OP_ARANGE,
    LG_OP_CONCAT,
    LG_OP_EXPAND,
    LG_OP_FLATTEN,
    LG_OP_FULL,
    LG_OP_GATHER,
    LG_OP_PAD,
    LG_OP_RESHAPE,
    LG_OP_SLICE,
    LG_OP_SQUEEZE,
    LG_OP_TRANSPOSE,
    LG_OP_UNSQUEEZE,
    lg_arange_attrs_t,
    lg_concat_attrs_t,
    lg_expand_attrs_t,
    lg_flatten_attrs_t,
    lg_full_attrs_t,
    lg_gather_attrs_t,
    lg_pad_attrs_t,
    lg_reshape_attrs_t,
    lg_slice_attrs_t,
    lg_squeeze_attrs_t,
    lg_transpose_attrs_t,
    lg_unsqueeze_attrs_t,
)

cdef tuple PAD_MODE = ('constant', 'reflect', 'edge', 'wrap')


def reshape(object x, object shape, *, object out=None):
    """Give the elements, in row-major order, another shape.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    shape : int or tuple of int
        The new extents; one of them may be -1 and follows from the others.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The element counts differ.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    A view of `x` where its layout allows, else a copy. An extent of 0 means 0.

    Source: NumPy reshape.

    Examples
    --------
    >>> import legato as lg
    >>> lg.reshape(lg.tensor([1, 2, 3, 4]), (2, -1)).tolist()
    [[1, 2], [3, 4]]
    """
    cdef lg_reshape_attrs_t attrs
    attr_ints(&attrs.shape, shape, "reshape", "shape")
    return call1(LG_OP_RESHAPE, x, &attrs, out)


def transpose(object x, object axes=None, *, object out=None):
    """Permute the axes: axis i of the result is axis ``axes[i]`` of `x`. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axes : int or tuple of int, default None
        The order of axes; None reverses them.
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
    Source: NumPy transpose.

    Examples
    --------
    >>> import legato as lg
    >>> lg.transpose(lg.tensor([[1, 2], [3, 4]])).tolist()
    [[1, 3], [2, 4]]
    """
    cdef lg_transpose_attrs_t attrs
    if axes is None:
        return call1(LG_OP_TRANSPOSE, x, NULL, out)
    attr_ints(&attrs.axes, axes, "transpose", "axes")
    return call1(LG_OP_TRANSPOSE, x, &attrs, out)


permute = transpose


def expand(object x, object shape, *, object out=None):
    """Repeat axes of extent 1, and add leading ones, as NumPy does. A view: repeated elements share
    memory.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    shape : int or tuple of int
        The new extents; -1 keeps one.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        An axis that is neither 1 nor equal would have to grow.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy broadcast_to; PyTorch expand.

    Examples
    --------
    >>> import legato as lg
    >>> lg.expand(lg.tensor([[1], [2]]), (-1, 3)).tolist()
    [[1, 1, 1], [2, 2, 2]]
    """
    cdef lg_expand_attrs_t attrs
    attr_ints(&attrs.shape, shape, "expand", "shape")
    return call1(LG_OP_EXPAND, x, &attrs, out)


def concat(object xs, *, object axis=0, object out=None):
    """Join tensors along an axis that they have.

    Parameters
    ----------
    xs : sequence of tensors
        One tensor or more, of one dtype and of equal extents but for `axis`. Any dtype.
    axis : int, default 0
        The axis to join along.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `xs`.

    Raises
    ------
    ShapeError
        The inputs differ beside the axis.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy concatenate; ONNX Concat-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.concat([lg.tensor([1, 2]), lg.tensor([3])]).tolist()
    [1, 2, 3]
    """
    cdef lg_concat_attrs_t attrs
    if axis is 0:
        return calln(LG_OP_CONCAT, xs, NULL, out)
    attr_int(&attrs.axis, axis, "concat", "axis")
    return calln(LG_OP_CONCAT, xs, &attrs, out)


def slice(
    object x,
    object starts,
    object ends,
    *,
    object axes=None,
    object steps=None,
    object out=None,
):
    """Cut out every step-th element between two indices of some axes. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    starts : int or tuple of int
        First index of each axis.
    ends : int or tuple of int
        Index behind the last, likewise.
    axes : int or tuple of int, default None
        The axes that are cut; None for the first ones.
    steps : int or tuple of int, default None
        Distance of indices, not 0; None for 1.
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
    Indices below 0 count from the end; those out of range are moved to the nearest end, so the
    result may be empty. For a negative step, the smallest 64-bit integer as an end means "through
    the first element".

    Source: NumPy basic slicing; ONNX Slice-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.slice(lg.tensor([0, 1, 2, 3, 4]), 1, 4, steps=2).tolist()
    [1, 3]
    """
    cdef lg_slice_attrs_t attrs
    attr_ints(&attrs.starts, starts, "slice", "starts")
    attr_ints(&attrs.ends, ends, "slice", "ends")
    attr_ints(&attrs.axes, axes, "slice", "axes")
    attr_ints(&attrs.steps, steps, "slice", "steps")
    return call1(LG_OP_SLICE, x, &attrs, out)


def pad(object x, object pads, *, object mode='constant', object value=0, object out=None):
    """Add elements around a tensor.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    pads : int or tuple of int
        Elements to add, each >= 0: the begins of all axes, then the ends.
    mode : {'constant', 'reflect', 'edge', 'wrap'}, default 'constant'
        Where they come from.
    value : number, default 0
        The element that ``constant`` adds.
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
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``constant`` adds `value`; ``edge`` repeats the border; ``reflect`` mirrors without repeating
    the border and needs ``pad < extent``; ``wrap`` continues from the other end and needs ``pad <=
    extent``.

    Source: NumPy pad; ONNX Pad-19.

    Examples
    --------
    >>> import legato as lg
    >>> lg.pad(lg.tensor([1, 2, 3]), (2, 1), mode='reflect').tolist()
    [3, 2, 1, 2, 3, 2]
    """
    cdef lg_pad_attrs_t attrs
    attr_ints(&attrs.pads, pads, "pad", "pads")
    attr_enum(&attrs.mode, mode, PAD_MODE, "pad", "mode")
    attr_scalar(&attrs.value, value, "pad", "value")
    return call1(LG_OP_PAD, x, &attrs, out)


def gather(object x, object index, *, object axis=0, object out=None):
    """Take slices by index along an axis, as ``numpy.take``.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    index : Tensor
        Indices; those below 0 count from the end, those out of range are an error. i32 or i64.
    axis : int, default 0
        The axis to take from.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The result would have more than 8 axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis or an index is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The shape of the result is that of `x` with `axis` replaced by the shape of `index`.

    Source: NumPy take; ONNX Gather-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.gather(lg.tensor([10, 20, 30]), lg.tensor([2, 0])).tolist()
    [30, 10]
    """
    cdef lg_gather_attrs_t attrs
    if axis is 0:
        return call2(LG_OP_GATHER, x, index, NULL, out)
    attr_int(&attrs.axis, axis, "gather", "axis")
    return call2(LG_OP_GATHER, x, index, &attrs, out)


def squeeze(object x, object axis=None, *, object out=None):
    """Remove axes of extent 1. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int or tuple of int, default None
        Axes to remove, of extent 1; None for all of them.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        An axis has another extent than 1.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy squeeze.

    Examples
    --------
    >>> import legato as lg
    >>> lg.squeeze(lg.tensor([[1, 2]])).tolist()
    [1, 2]
    """
    cdef lg_squeeze_attrs_t attrs
    if axis is None:
        return call1(LG_OP_SQUEEZE, x, NULL, out)
    attr_ints(&attrs.axis, axis, "squeeze", "axis")
    return call1(LG_OP_SQUEEZE, x, &attrs, out)


def unsqueeze(object x, object axis, *, object out=None):
    """Add axes of extent 1. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int or tuple of int
        Positions of the new axes in the result.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The result would have more than 8 axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy expand_dims; ONNX Unsqueeze-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.unsqueeze(lg.tensor([1, 2]), -1).tolist()
    [[1], [2]]
    """
    cdef lg_unsqueeze_attrs_t attrs
    attr_ints(&attrs.axis, axis, "unsqueeze", "axis")
    return call1(LG_OP_UNSQUEEZE, x, &attrs, out)


def flatten(object x, *, object start_axis=0, object end_axis=-1, object out=None):
    """Join neighbouring axes into one.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    start_axis : int, default 0
        First axis to join.
    end_axis : int, default -1
        Last axis to join.
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
    A view of `x` where its layout allows, else a copy. A single element becomes a vector of one.

    Source: PyTorch flatten.

    Examples
    --------
    >>> import legato as lg
    >>> lg.flatten(lg.tensor([[1, 2], [3, 4]])).tolist()
    [1, 2, 3, 4]
    """
    cdef lg_flatten_attrs_t attrs
    if start_axis is 0 and end_axis is -1:
        return call1(LG_OP_FLATTEN, x, NULL, out)
    attr_int(&attrs.start_axis, start_axis, "flatten", "start_axis")
    attr_int(&attrs.end_axis, end_axis, "flatten", "end_axis")
    return call1(LG_OP_FLATTEN, x, &attrs, out)


def full(object shape, object value, *, object dtype=None, object out=None):
    """A tensor of equal elements.

    Parameters
    ----------
    shape : int or tuple of int
        The extents; an int is a vector of that many.
    value : number
        The element; an int must be a value of the dtype.
    dtype : dtype, default None
        The dtype; None for f32, i64 or bool after the value.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        An extent is negative, or there are more than 8.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy full.

    Examples
    --------
    >>> import legato as lg
    >>> lg.full((2, 2), 7).tolist()
    [[7, 7], [7, 7]]
    """
    cdef lg_full_attrs_t attrs
    attr_ints(&attrs.shape, shape, "full", "shape")
    attr_scalar(&attrs.value, value, "full", "value")
    attr_dtype(&attrs.dtype, dtype, "full", "dtype")
    return call0(LG_OP_FULL, &attrs, out)


def arange(object start, object stop=None, object step=1, *, object dtype=None, object out=None):
    """Numbers at equal distances: ``start + i * step``, ``ceil((stop - start) / step)`` of them.

    Parameters
    ----------
    start : number
        The first element; with one number alone the end, from 0.
    stop : number, default None
        The end, not part of the result.
    step : number, default 1
        The distance, not 0.
    dtype : dtype, default None
        The dtype; None for i64, or f32 when a number is a float.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Integers are exact; floats are computed in f64 and rounded once.

    Source: NumPy arange; ONNX Range-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.arange(2, 8, 2).tolist()
    [2, 4, 6]
    """
    cdef lg_arange_attrs_t attrs
    if stop is None:
        start, stop = 0, start
    attr_scalar(&attrs.start, start, "arange", "start")
    attr_scalar(&attrs.stop, stop, "arange", "stop")
    attr_scalar(&attrs.step, step, "arange", "step")
    attr_dtype(&attrs.dtype, dtype, "arange", "dtype")
    return call0(LG_OP_ARANGE, &attrs, out)
