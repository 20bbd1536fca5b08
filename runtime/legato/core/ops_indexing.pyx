# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/indexing.py by runtime/schema/generate.py; do not edit
"""Typed entries of the indexing ops."""

from collections import namedtuple

from legato.core.dispatch cimport (
    attr_bool,
    attr_enum,
    attr_int,
    attr_ints,
    call1,
    call2,
    call3,
    call_several,
    calln,
)
from legato.core.engine cimport (
    LG_OP_ARGSORT,
    LG_OP_COMPRESS,
    LG_OP_GATHER_ND,
    LG_OP_NON_ZERO,
    LG_OP_REVERSE_SEQUENCE,
    LG_OP_SCATTER_ELEMENTS,
    LG_OP_SCATTER_ND,
    LG_OP_SHAPE,
    LG_OP_SIZE,
    LG_OP_SORT,
    LG_OP_SPLIT,
    LG_OP_STACK,
    LG_OP_TOP_K,
    LG_OP_UNIQUE,
    lg_argsort_attrs_t,
    lg_compress_attrs_t,
    lg_gather_nd_attrs_t,
    lg_reverse_sequence_attrs_t,
    lg_scatter_elements_attrs_t,
    lg_scatter_nd_attrs_t,
    lg_shape_attrs_t,
    lg_sort_attrs_t,
    lg_split_attrs_t,
    lg_stack_attrs_t,
    lg_top_k_attrs_t,
    lg_unique_attrs_t,
)

cdef tuple SCATTER_ELEMENTS_REDUCTION = ('none', 'add', 'mul', 'min', 'max')
cdef tuple SCATTER_ND_REDUCTION = ('none', 'add', 'mul', 'min', 'max')

TopKResult = namedtuple('TopKResult', ('values', 'indices'), module=__name__)
SortResult = namedtuple('SortResult', ('values', 'indices'), module=__name__)
UniqueResult = namedtuple('UniqueResult', ('y', 'indices', 'inverse', 'counts'), module=__name__)


def split(object x, object sizes=None, *, object num_outputs=0, object axis=0, object out=None):
    """Cut a tensor into parts along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    sizes : int or tuple of int, default None
        Extent of each part along the axis; together that of `x`. Up to 16.
    num_outputs : int, default 0
        Where there are no `sizes`: as many parts of one extent, the last takes what is left.
    axis : int, default 0
        The axis to cut.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    tuple of Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The sizes do not add up to the extent of the axis, or there is too little for all.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Either `sizes` or `num_outputs` must be given. Parts of one extent are as large as they must be
    for all but the last to be equal: five elements in three parts are 2, 2 and 1.

    Source: NumPy split; ONNX Split-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.split(lg.tensor([1, 2, 3, 4, 5]), num_outputs=3)[2].tolist()
    [5]
    """
    cdef lg_split_attrs_t attrs
    if sizes is None and num_outputs is 0 and axis is 0:
        return call_several(LG_OP_SPLIT, [x], NULL, out, None)
    attr_ints(&attrs.sizes, sizes, "split", "sizes")
    attr_int(&attrs.num_outputs, num_outputs, "split", "num_outputs")
    attr_int(&attrs.axis, axis, "split", "axis")
    return call_several(LG_OP_SPLIT, [x], &attrs, out, None)


def top_k(
    object x,
    object k,
    *,
    object axis=-1,
    object largest=True,
    object sorted=True,
    object out=None,
):
    """The largest or smallest values along an axis, and their indices.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    k : int
        How many, at most the extent of the axis.
    axis : int, default -1
        The axis to choose along.
    largest : bool, default True
        The largest; else the smallest.
    sorted : bool, default True
        In order, best first. They are so without it, too.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    values : Tensor
        The values, in order. Of the dtype of `x`.
    indices : Tensor
        Where they were along the axis. Of dtype i64.

    Raises
    ------
    ShapeError
        `k` is larger than the axis.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Of equal values the one with the lower index comes first. NaN counts as the largest value: first
    of the largest, last of the smallest.

    Source: PyTorch topk; ONNX TopK-24.

    Examples
    --------
    >>> import legato as lg
    >>> lg.top_k(lg.tensor([3, 1, 4, 1, 5]), 2).indices.tolist()
    [4, 2]
    """
    cdef lg_top_k_attrs_t attrs
    attr_int(&attrs.k, k, "top_k", "k")
    attr_int(&attrs.axis, axis, "top_k", "axis")
    attr_bool(&attrs.largest, largest, "top_k", "largest")
    attr_bool(&attrs.sorted, sorted, "top_k", "sorted")
    return call_several(LG_OP_TOP_K, [x], &attrs, out, TopKResult)


def sort(object x, *, object axis=-1, object descending=False, object out=None):
    """The values along an axis in order, and where they were.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int, default -1
        The axis to sort along.
    descending : bool, default False
        Largest first.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    values : Tensor
        The values, in order. Of the dtype of `x`.
    indices : Tensor
        Where they were along the axis. Of dtype i64.

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
    The order is stable: equal values keep theirs, also where the largest come first. NaN counts as
    the largest value.

    Source: PyTorch sort(stable=True).

    Examples
    --------
    >>> import legato as lg
    >>> lg.sort(lg.tensor([3, 1, 2])).values.tolist()
    [1, 2, 3]
    """
    cdef lg_sort_attrs_t attrs
    if axis is -1 and descending is False:
        return call_several(LG_OP_SORT, [x], NULL, out, SortResult)
    attr_int(&attrs.axis, axis, "sort", "axis")
    attr_bool(&attrs.descending, descending, "sort", "descending")
    return call_several(LG_OP_SORT, [x], &attrs, out, SortResult)


def argsort(object x, *, object axis=-1, object descending=False, object out=None):
    """The indices that put an axis in order.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int, default -1
        The axis to sort along.
    descending : bool, default False
        Largest first.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i64.

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
    The order is stable: equal values keep theirs, also where the largest come first. NaN counts as
    the largest value.

    Source: NumPy argsort(kind='stable').

    Examples
    --------
    >>> import legato as lg
    >>> lg.argsort(lg.tensor([3, 1, 2])).tolist()
    [1, 2, 0]
    """
    cdef lg_argsort_attrs_t attrs
    if axis is -1 and descending is False:
        return call1(LG_OP_ARGSORT, x, NULL, out)
    attr_int(&attrs.axis, axis, "argsort", "axis")
    attr_bool(&attrs.descending, descending, "argsort", "descending")
    return call1(LG_OP_ARGSORT, x, &attrs, out)


def gather_nd(object x, object index, *, object batch_dims=0, object out=None):
    """Slices by coordinates: ``y[i] = x[index[i, 0], index[i, 1], ...]``.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    index : Tensor
        Indices; those below 0 count from the end, those out of range are an error. The last axis
        holds coordinates of the first axes of `x`. i32 or i64.
    batch_dims : int, default 0
        Leading axes that `x` and `index` have in common.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The last axis of `index` does not fit `x`, or the batches differ.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An index is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX GatherND-13; TensorFlow gather_nd.

    Examples
    --------
    >>> import legato as lg
    >>> lg.gather_nd(lg.tensor([[1, 2], [3, 4]]), lg.tensor([[1, 0], [0, 1]])).tolist()
    [3, 2]
    """
    cdef lg_gather_nd_attrs_t attrs
    if batch_dims is 0:
        return call2(LG_OP_GATHER_ND, x, index, NULL, out)
    attr_int(&attrs.batch_dims, batch_dims, "gather_nd", "batch_dims")
    return call2(LG_OP_GATHER_ND, x, index, &attrs, out)


def scatter_elements(
    object x,
    object index,
    object updates,
    *,
    object axis=0,
    object reduction='none',
    object out=None,
):
    """A copy of `x` with elements replaced by index along an axis: ``y[index[i, j], j] = updates[i,
    j]`` for axis 0.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    index : Tensor
        Indices; those below 0 count from the end, those out of range are an error. i32 or i64.
    updates : Tensor
        What to write, in the shape of `index`. Any dtype.
    axis : int, default 0
        The axis to write along.
    reduction : {'none', 'add', 'mul', 'min', 'max'}, default 'none'
        How an update joins what is there; ``none`` replaces it, the last update stays.
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
    Updates of one place take effect in their order. f16 and bf16 round after each; NaN wins in min
    and max; sums of bools are "or", products "and".

    Source: ONNX ScatterElements-18; PyTorch scatter_reduce.

    Examples
    --------
    >>> import legato as lg
    >>> lg.scatter_elements(lg.zeros(3), lg.tensor([2, 0]), lg.tensor([7.0, 8.0])).tolist()
    [8.0, 0.0, 7.0]
    """
    cdef lg_scatter_elements_attrs_t attrs
    if axis is 0 and reduction is 'none':
        return call3(LG_OP_SCATTER_ELEMENTS, x, index, updates, NULL, out)
    attr_int(&attrs.axis, axis, "scatter_elements", "axis")
    attr_enum(&attrs.reduction, reduction, SCATTER_ELEMENTS_REDUCTION, "scatter_elements", "reduction")
    return call3(LG_OP_SCATTER_ELEMENTS, x, index, updates, &attrs, out)


def scatter_nd(object x, object index, object updates, *, object reduction='none', object out=None):
    """A copy of `x` with slices replaced by coordinates: ``y[index[i, 0], index[i, 1], ...] =
    updates[i]``.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    index : Tensor
        Indices; those below 0 count from the end, those out of range are an error. The last axis
        holds coordinates of the first axes of `x`. i32 or i64.
    updates : Tensor
        Slices to write, one for each tuple of coordinates. Any dtype.
    reduction : {'none', 'add', 'mul', 'min', 'max'}, default 'none'
        How an update joins what is there; ``none`` replaces it, the last update stays.
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
        An index is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Updates of one place take effect in their order. f16 and bf16 round after each; NaN wins in min
    and max; sums of bools are "or", products "and".

    Source: ONNX ScatterND-18.

    Examples
    --------
    >>> import legato as lg
    >>> lg.scatter_nd(lg.zeros(3), lg.tensor([[2], [0]]), lg.tensor([7.0, 8.0])).tolist()
    [8.0, 0.0, 7.0]
    """
    cdef lg_scatter_nd_attrs_t attrs
    if reduction is 'none':
        return call3(LG_OP_SCATTER_ND, x, index, updates, NULL, out)
    attr_enum(&attrs.reduction, reduction, SCATTER_ND_REDUCTION, "scatter_nd", "reduction")
    return call3(LG_OP_SCATTER_ND, x, index, updates, &attrs, out)


def reverse_sequence(
    object x,
    object lengths,
    *,
    object time_axis=0,
    object batch_axis=1,
    object out=None,
):
    """Reverse the first steps of sequences of different lengths.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    lengths : Tensor
        How many first steps of each sequence are reversed; the others stay. i64, shape (N,).
    time_axis : int, default 0
        The axis of the steps, whose order turns.
    batch_axis : int, default 1
        The axis of the sequences.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        `lengths` has not one element for each sequence.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        An axis is out of range, or a length.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX ReverseSequence-10.

    Examples
    --------
    >>> import legato as lg
    >>> lg.reverse_sequence(lg.tensor([[1], [2], [3]]), lg.tensor([2])).tolist()
    [[2], [1], [3]]
    """
    cdef lg_reverse_sequence_attrs_t attrs
    if time_axis is 0 and batch_axis is 1:
        return call2(LG_OP_REVERSE_SEQUENCE, x, lengths, NULL, out)
    attr_int(&attrs.time_axis, time_axis, "reverse_sequence", "time_axis")
    attr_int(&attrs.batch_axis, batch_axis, "reverse_sequence", "batch_axis")
    return call2(LG_OP_REVERSE_SEQUENCE, x, lengths, &attrs, out)


def non_zero(object x, *, object out=None):
    """The coordinates of the elements that are not zero, in row-major order: one row per axis of
    `x`.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i64, shape (D, N).

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    NaN is not zero. A scalar has no axes, the result of one has no rows.

    How many there are, only the data tell: a program with this op is planned in parts while it
    runs.

    Source: NumPy nonzero; ONNX NonZero-13.

    Examples
    --------
    >>> import legato as lg
    >>> lg.non_zero(lg.tensor([[0, 1], [2, 0]])).tolist()
    [[0, 1], [1, 0]]
    """
    return call1(LG_OP_NON_ZERO, x, NULL, out)


def compress(object x, object condition, *, object axis=None, object out=None):
    """The slices along an axis whose condition is true.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    condition : Tensor
        What to take; where it is shorter than the axis, nothing behind its end. bool, shape (N,).
    axis : int or tuple of int, default None
        The axis to choose along; without one, among all elements in row-major order.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `x`.

    Raises
    ------
    ShapeError
        `condition` is longer than the axis, or has not rank 1.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    How many there are, only the data tell: a program with this op is planned in parts while it
    runs.

    Source: NumPy compress; ONNX Compress-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.compress(lg.tensor([1, 2, 3]), lg.tensor([True, False, True])).tolist()
    [1, 3]
    """
    cdef lg_compress_attrs_t attrs
    if axis is None:
        return call2(LG_OP_COMPRESS, x, condition, NULL, out)
    attr_ints(&attrs.axis, axis, "compress", "axis")
    return call2(LG_OP_COMPRESS, x, condition, &attrs, out)


def unique(object x, *, object axis=None, object sorted=True, object out=None):
    """The different elements, or slices along an axis.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    axis : int or tuple of int, default None
        The axis whose slices are compared; without one, all elements are.
    sorted : bool, default True
        In ascending order; else in the order in which they are found.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        What is different, each once. Of the dtype of `x`.
    indices : Tensor
        Where each of them was first. Of dtype i64, shape (N,).
    inverse : Tensor
        For every slice (element) of `x` which of them it is. Of dtype i64, shape (M,).
    counts : Tensor
        How often each of them is there. Of dtype i64, shape (N,).

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
    Slices are compared element by element. NaN is equal to NaN and larger than all numbers.

    How many there are, only the data tell: a program with this op is planned in parts while it
    runs.

    Source: NumPy unique; ONNX Unique-11.

    Examples
    --------
    >>> import legato as lg
    >>> lg.unique(lg.tensor([2, 1, 2])).counts.tolist()
    [1, 2]
    """
    cdef lg_unique_attrs_t attrs
    if axis is None and sorted is True:
        return call_several(LG_OP_UNIQUE, [x], NULL, out, UniqueResult)
    attr_ints(&attrs.axis, axis, "unique", "axis")
    attr_bool(&attrs.sorted, sorted, "unique", "sorted")
    return call_several(LG_OP_UNIQUE, [x], &attrs, out, UniqueResult)


def shape(object x, *, object start=0, object end=2147483647, object out=None):
    """The extents as a tensor. `Tensor.shape` gives them as a tuple.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    start : int, default 0
        The first axis; below 0 from the end.
    end : int, default 2147483647
        One behind the last axis; below 0 from the end.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i64, shape (N,).

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: ONNX Shape-25.

    Examples
    --------
    >>> import legato as lg
    >>> lg.shape(lg.zeros((2, 3))).tolist()
    [2, 3]
    """
    cdef lg_shape_attrs_t attrs
    if start is 0 and end is 2147483647:
        return call1(LG_OP_SHAPE, x, NULL, out)
    attr_int(&attrs.start, start, "shape", "start")
    attr_int(&attrs.end, end, "shape", "end")
    return call1(LG_OP_SHAPE, x, &attrs, out)


def size(object x, *, object out=None):
    """The number of elements as a tensor. `Tensor.size` gives it as an int.

    Parameters
    ----------
    x : Tensor
        Operand. Any dtype.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of dtype i64.

    Raises
    ------
    DTypeError
        An operand has a dtype that the op does not take.

    Notes
    -----
    Source: ONNX Size-25.

    Examples
    --------
    >>> import legato as lg
    >>> lg.size(lg.zeros((2, 3))).item()
    6
    """
    return call1(LG_OP_SIZE, x, NULL, out)


def stack(object xs, *, object axis=0, object out=None):
    """Tensors side by side along a new axis.

    Parameters
    ----------
    xs : sequence of tensors
        Tensors of one shape. Any dtype.
    axis : int, default 0
        Where the new axis stands in the result.
    out : Tensor, optional
        Where to write the result; dtype and shape must fit.

    Returns
    -------
    Tensor
        Of the dtype of `xs`.

    Raises
    ------
    ShapeError
        The shapes differ, or the result would have more than 8 axes.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        The axis is out of range.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    Source: NumPy stack; PyTorch stack.

    Examples
    --------
    >>> import legato as lg
    >>> lg.stack([lg.tensor([1, 2]), lg.tensor([3, 4])], axis=1).tolist()
    [[1, 3], [2, 4]]
    """
    cdef lg_stack_attrs_t attrs
    if axis is 0:
        return calln(LG_OP_STACK, xs, NULL, out)
    attr_int(&attrs.axis, axis, "stack", "axis")
    return calln(LG_OP_STACK, xs, &attrs, out)
