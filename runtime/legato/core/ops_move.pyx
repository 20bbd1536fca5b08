# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/move.py by runtime/schema/generate.py; do not edit
"""Typed entries of the move ops."""

from legato.core.dispatch cimport (
    attr_bool,
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
    LG_OP_BITCAST,
    LG_OP_CONCAT,
    LG_OP_DEPTH_TO_SPACE,
    LG_OP_EXPAND,
    LG_OP_EYE,
    LG_OP_FLATTEN,
    LG_OP_FLIP,
    LG_OP_FULL,
    LG_OP_GATHER,
    LG_OP_GATHER_ELEMENTS,
    LG_OP_IDENTITY,
    LG_OP_ONE_HOT,
    LG_OP_PAD,
    LG_OP_RESHAPE,
    LG_OP_ROLL,
    LG_OP_SLICE,
    LG_OP_SPACE_TO_DEPTH,
    LG_OP_SQUEEZE,
    LG_OP_TILE,
    LG_OP_TRANSPOSE,
    LG_OP_TRILU,
    LG_OP_UNSQUEEZE,
    lg_arange_attrs_t,
    lg_bitcast_attrs_t,
    lg_concat_attrs_t,
    lg_depth_to_space_attrs_t,
    lg_expand_attrs_t,
    lg_eye_attrs_t,
    lg_flatten_attrs_t,
    lg_flip_attrs_t,
    lg_full_attrs_t,
    lg_gather_attrs_t,
    lg_gather_elements_attrs_t,
    lg_one_hot_attrs_t,
    lg_pad_attrs_t,
    lg_reshape_attrs_t,
    lg_roll_attrs_t,
    lg_slice_attrs_t,
    lg_space_to_depth_attrs_t,
    lg_squeeze_attrs_t,
    lg_tile_attrs_t,
    lg_transpose_attrs_t,
    lg_trilu_attrs_t,
    lg_unsqueeze_attrs_t,
)

cdef tuple PAD_MODE = ('constant', 'reflect', 'edge', 'wrap')
cdef tuple DEPTH_TO_SPACE_MODE = ('dcr', 'crd')


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


def tile(object x, object repeats, *, object out=None):
    """Repeat a tensor along its axes.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    repeats : int or tuple of int
        How often each axis is repeated, >= 0; one value for each axis.
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
    Source: NumPy tile; ONNX Tile-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.tile(lg.tensor([1, 2]), 2).tolist()
    [1, 2, 1, 2]
    """
    cdef lg_tile_attrs_t attrs
    attr_ints(&attrs.repeats, repeats, "tile", "repeats")
    return call1(LG_OP_TILE, x, &attrs, out)


def flip(object x, object axis=None, *, object out=None):
    """Reverse the order of elements along axes. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int or tuple of int, default None
        Axes to reverse; None for all.
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
    Source: NumPy flip.

    Examples
    --------
    >>> import legato as lg
    >>> lg.flip(lg.tensor([1, 2, 3])).tolist()
    [3, 2, 1]
    """
    cdef lg_flip_attrs_t attrs
    if axis is None:
        return call1(LG_OP_FLIP, x, NULL, out)
    attr_ints(&attrs.axis, axis, "flip", "axis")
    return call1(LG_OP_FLIP, x, &attrs, out)


def roll(object x, object shift, object axis, *, object out=None):
    """Rotate elements along axes: those that leave at one end come in at the other.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    shift : int or tuple of int
        How far elements move towards higher indices, for each of `axis`.
    axis : int or tuple of int
        The axes, each at most once.
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
    Source: NumPy roll.

    Examples
    --------
    >>> import legato as lg
    >>> lg.roll(lg.tensor([1, 2, 3]), 1, 0).tolist()
    [3, 1, 2]
    """
    cdef lg_roll_attrs_t attrs
    attr_ints(&attrs.shift, shift, "roll", "shift")
    attr_ints(&attrs.axis, axis, "roll", "axis")
    return call1(LG_OP_ROLL, x, &attrs, out)


def trilu(object x, *, object upper=True, object k=0, object out=None):
    """Upper or lower triangle of matrices, zeros elsewhere.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype, shape (..., M, N).
    upper : bool, default True
        Whether the upper part is kept, else the lower one.
    k : int, default 0
        The diagonal that ends the part and belongs to it; above the main one if > 0.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (..., M, N).

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
    Source: NumPy triu, tril; ONNX Trilu-14.

    Examples
    --------
    >>> import legato as lg
    >>> lg.trilu(lg.tensor([[1, 2], [3, 4]])).tolist()
    [[1, 2], [0, 4]]
    """
    cdef lg_trilu_attrs_t attrs
    if upper is True and k is 0:
        return call1(LG_OP_TRILU, x, NULL, out)
    attr_bool(&attrs.upper, upper, "trilu", "upper")
    attr_int(&attrs.k, k, "trilu", "k")
    return call1(LG_OP_TRILU, x, &attrs, out)


def one_hot(
    object indices,
    object depth,
    *,
    object axis=-1,
    object on_value=1,
    object off_value=0,
    object dtype=None,
    object out=None,
):
    """A new axis with `on_value` at an index and `off_value` elsewhere.

    Parameters
    ----------
    indices : Tensor
        Indices; those below 0 count from the end, those out of range point nowhere. i32 or i64.
    depth : int
        Extent of the new axis, 1 or more.
    axis : int, default -1
        Position of the new axis in the result.
    on_value : number, default 1
        The element where an index points.
    off_value : number, default 0
        All others.
    dtype : dtype, default None
        The dtype; None for f32, i64 or bool after `on_value`.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        The result would have more than 8 axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX OneHot-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.one_hot(lg.tensor([0, 2]), 3).tolist()
    [[1, 0, 0], [0, 0, 1]]
    """
    cdef lg_one_hot_attrs_t attrs
    attr_int(&attrs.depth, depth, "one_hot", "depth")
    attr_int(&attrs.axis, axis, "one_hot", "axis")
    attr_scalar(&attrs.on_value, on_value, "one_hot", "on_value")
    attr_scalar(&attrs.off_value, off_value, "one_hot", "off_value")
    attr_dtype(&attrs.dtype, dtype, "one_hot", "dtype")
    return call1(LG_OP_ONE_HOT, indices, &attrs, out)


def depth_to_space(object x, object block, *, object mode='dcr', object out=None):
    """Move channels into blocks of pixels.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype, shape (N, C, H, W).
    block : int
        Rows and columns that each pixel becomes.
    mode : {'dcr', 'crd'}, default 'dcr'
        Whether depth stands behind the block in channels, or before.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, D, P, Q).

    Raises
    ------
    ShapeError
        The rank is not 4, or the channels are no multiple of ``block ** 2``.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    The channels must be a multiple of ``block ** 2``.

    Source: ONNX DepthToSpace-13; PyTorch pixel_shuffle is crd.

    Examples
    --------
    >>> import legato as lg
    >>> lg.depth_to_space(lg.tensor([[[[1]], [[2]], [[3]], [[4]]]]), 2).tolist()
    [[[[1, 2], [3, 4]]]]
    """
    cdef lg_depth_to_space_attrs_t attrs
    attr_int(&attrs.block, block, "depth_to_space", "block")
    attr_enum(&attrs.mode, mode, DEPTH_TO_SPACE_MODE, "depth_to_space", "mode")
    return call1(LG_OP_DEPTH_TO_SPACE, x, &attrs, out)


def space_to_depth(object x, object block, *, object out=None):
    """Move blocks of pixels into channels: the inverse of depth_to_space in mode dcr.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype, shape (N, C, H, W).
    block : int
        Rows and columns that become one pixel.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`, shape (N, D, P, Q).

    Raises
    ------
    ShapeError
        The rank is not 4, or height or width is no multiple of `block`.
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Height and width must be multiples of `block`.

    Source: ONNX SpaceToDepth-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.space_to_depth(lg.tensor([[[[1, 2], [3, 4]]]]), 2).tolist()
    [[[[1]], [[2]], [[3]], [[4]]]]
    """
    cdef lg_space_to_depth_attrs_t attrs
    attr_int(&attrs.block, block, "space_to_depth", "block")
    return call1(LG_OP_SPACE_TO_DEPTH, x, &attrs, out)


def eye(object rows, object columns=-1, *, object k=0, object dtype=None, object out=None):
    """A matrix with ones on a diagonal.

    Parameters
    ----------
    rows : int
        The number of rows.
    columns : int, default -1
        The number of columns; -1 for as many as rows.
    k : int, default 0
        The diagonal; above the main one if > 0.
    dtype : dtype, default None
        The dtype; None for f32.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    ShapeError
        An extent is negative.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy eye; ONNX EyeLike-22.

    Examples
    --------
    >>> import legato as lg
    >>> lg.eye(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    cdef lg_eye_attrs_t attrs
    attr_int(&attrs.rows, rows, "eye", "rows")
    attr_int(&attrs.columns, columns, "eye", "columns")
    attr_int(&attrs.k, k, "eye", "k")
    attr_dtype(&attrs.dtype, dtype, "eye", "dtype")
    return call0(LG_OP_EYE, &attrs, out)


def identity(object x, *, object out=None):
    """The same elements. A view.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
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

    Notes
    -----
    Source: ONNX Identity-24.

    Examples
    --------
    >>> import legato as lg
    >>> lg.identity(lg.tensor([1, 2])).tolist()
    [1, 2]
    """
    return call1(LG_OP_IDENTITY, x, NULL, out)


def gather_elements(object x, object index, *, object axis=0, object out=None):
    """Take elements by index along an axis: ``y[i, j] = x[index[i, j], j]`` for axis 0.

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
        The shapes do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis or an index is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    `index` has as many axes as `x` and is nowhere larger, but for `axis`.

    Source: NumPy take_along_axis; ONNX GatherElements-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.gather_elements(lg.tensor([[1, 2], [3, 4]]), lg.tensor([[1, 0]])).tolist()
    [[3, 2]]
    """
    cdef lg_gather_elements_attrs_t attrs
    if axis is 0:
        return call2(LG_OP_GATHER_ELEMENTS, x, index, NULL, out)
    attr_int(&attrs.axis, axis, "gather_elements", "axis")
    return call2(LG_OP_GATHER_ELEMENTS, x, index, &attrs, out)


def bitcast(object x, object dtype, *, object out=None):
    """The same bits read as another dtype of the same width. Not to bool, which has two patterns
    only.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    dtype : dtype
        The dtype of the result, as wide as that of `x`.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype that is asked for.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX BitCast-26; NumPy view.

    Examples
    --------
    >>> import legato as lg
    >>> lg.bitcast(lg.tensor([1.0]), lg.i32).tolist()
    [1065353216]
    """
    cdef lg_bitcast_attrs_t attrs
    attr_dtype(&attrs.dtype, dtype, "bitcast", "dtype")
    return call1(LG_OP_BITCAST, x, &attrs, out)
