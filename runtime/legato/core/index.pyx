# SPDX-License-Identifier: Apache-2.0
"""``x[key]`` as ops: slice, squeeze, unsqueeze and, for one tensor of integers, gather."""

from cpython.long cimport PyLong_AsLongAndOverflow
from cpython.slice cimport PySlice_Unpack
from libc.stdint cimport int64_t, uint32_t

from legato.core.convert cimport convert
from legato.core.dispatch cimport call1, call2, is_intercepted
from legato.core.dtype cimport is_float
from legato.core.engine cimport (
    LG_DTYPE_BOOL,
    LG_DTYPE_I32,
    LG_DTYPE_I64,
    LG_MAX_RANK,
    LG_OP_GATHER,
    LG_OP_SLICE,
    LG_OP_SQUEEZE,
    LG_OP_UNSQUEEZE,
    LG_VIEW_READONLY,
    lg_buffer_retain,
    lg_error_t,
    lg_gather_attrs_t,
    lg_ints_t,
    lg_op_alias,
    lg_op_infer,
    lg_slice_attrs_t,
    lg_squeeze_attrs_t,
    lg_tensor_t,
    lg_unsqueeze_attrs_t,
    lg_view_t,
)
from legato.core.errors cimport check
from legato.core.tensor cimport Tensor, calls, make_tensor

import sys
from operator import index

from legato.core.errors import DTypeError, LegatoError, OutOfRangeError, ShapeError, UnsupportedError

cdef Py_ssize_t _far = sys.maxsize  # an absent end


# What a key comes to. Lists are in the order of the axes; those of `drop` and `gather_axis` are axes of x, those
# of `insert` axes of the result.
cdef struct Steps:
    lg_slice_attrs_t cut      # count 0: nothing to cut
    lg_squeeze_attrs_t drop   # axes taken by integers
    lg_unsqueeze_attrs_t insert
    int64_t gather_axis       # -1: none; counted after `drop`, before `insert`


cdef inline int _add_cut(Steps *steps, int64_t axis, int64_t start, int64_t stop, int64_t step) noexcept:
    cdef int64_t i = steps.cut.axes.count
    steps.cut.axes.values[i] = axis
    steps.cut.starts.values[i] = start
    steps.cut.ends.values[i] = stop
    steps.cut.steps.values[i] = step
    steps.cut.axes.count = i + 1
    return 0


cdef inline int _add(lg_ints_t *ints, int64_t value) noexcept:
    ints.values[ints.count] = value
    ints.count += 1
    return 0


cdef inline int _add_integer(Steps *steps, Tensor x, int64_t axis, object item) except -1:
    cdef int64_t extent = x._h.view.shape[axis]
    cdef int overflow
    cdef int64_t position = PyLong_AsLongAndOverflow(item, &overflow)
    if overflow != 0 or not -extent <= position < extent:
        raise OutOfRangeError(f"index {item} is out of range for axis {axis} of extent {extent}")
    if position < 0:
        position += extent
    _add_cut(steps, axis, position, position + 1, 1)
    _add(&steps.drop.axis, axis)
    return 0


cdef inline int _add_slice(Steps *steps, int64_t axis, object key) except -1:
    cdef Py_ssize_t start, stop, step
    PySlice_Unpack(key, &start, &stop, &step)  # absent bounds become the far ends, which the op clamps
    if start != 0 or stop != _far or step != 1:
        _add_cut(steps, axis, start, stop, step)
    return 0


cdef inline bint _is_known(object item) noexcept:
    """Whether `item` needs no conversion before it is looked at."""
    return (
        type(item) is int
        or type(item) is slice
        or item is None
        or item is Ellipsis
        or isinstance(item, Tensor) and _is_index_tensor(<Tensor>item)
    )


cdef bint _is_index_tensor(Tensor x) noexcept:
    return x._h.view.dtype == LG_DTYPE_I64 or x._h.view.dtype == LG_DTYPE_I32


cdef object _as_index(object item):
    """An integer, or a Tensor of integers; raises for what is no index."""
    cdef Tensor indices
    if isinstance(item, (str, bytes, float)):
        raise DTypeError(f"indices are integers, slices, None, Ellipsis or a tensor of integers, not {item!r}")
    if not isinstance(item, (bool, Tensor)):
        try:
            return index(item)  # NumPy integers and 0-d arrays of them
        except TypeError:
            pass
    if isinstance(item, (list, tuple)) and len(item) == 0:
        item = _no_indices()
    try:
        indices = convert(item, None, 0)
    except LegatoError as error:
        raise type(error)(
            f"indices are integers, slices, None, Ellipsis or a tensor of integers; {error}"
        ) from None
    if indices._h.view.dtype == LG_DTYPE_BOOL:
        raise UnsupportedError("indexing with booleans gives a result whose shape depends on the data; use "
                               "legato.where(mask, x, other), or numpy.flatnonzero for integer indices")
    if is_float(indices._h.view.dtype):
        raise DTypeError(f"index tensors hold integers, this one holds {indices.dtype}")
    return indices if _is_index_tensor(indices) else indices.astype("i64")


cdef object _no_indices():
    from legato.core.creation import empty
    return empty(0, "i64")


cdef object _parse(Tensor x, tuple key, Steps *steps):
    """Fill `steps`; return the Tensor of indices or None."""
    cdef int64_t axis = 0  # of x
    cdef int64_t result_axis = 0
    cdef int64_t consumed = 0
    cdef int64_t rank = x._h.view.rank
    cdef int run = 0  # adjacent integers and index tensors: 0 before, 1 in, 2 behind
    cdef bint ellipsis_seen = False, apart = False, has_integer = False
    cdef Tensor indices = None
    for item in key:
        if not _is_known(item):
            # Numbers of NumPy, arrays and lists become what the loop below knows.
            return _parse(x, tuple([each if _is_known(each) else _as_index(each) for each in key]), steps)
        if item is Ellipsis:
            if ellipsis_seen:
                raise ShapeError("an index can have one Ellipsis only")
            ellipsis_seen = True
        elif item is not None:
            consumed += 1
    if consumed > rank:
        raise OutOfRangeError(f"{consumed} indices for a tensor with {rank} axes")
    for item in key:
        if type(item) is int or isinstance(item, Tensor):
            if run == 2:
                apart = True
            run = 1
        elif run == 1:
            run = 2
        if item is None:
            if result_axis >= LG_MAX_RANK:
                raise ShapeError(f"the result would have more than {LG_MAX_RANK} axes")
            _add(&steps.insert.axis, result_axis)
            result_axis += 1
        elif item is Ellipsis:
            axis += rank - consumed
            result_axis += rank - consumed
        elif type(item) is int:
            has_integer = True
            _add_integer(steps, x, axis, item)
            axis += 1
        elif type(item) is slice:
            _add_slice(steps, axis, item)
            axis += 1
            result_axis += 1
        else:
            if indices is not None:
                raise UnsupportedError("only one axis can be indexed by a tensor; use legato.gather once per axis, "
                                       "or flatten the axes and compute flat indices")
            indices = <Tensor>item
            steps.gather_axis = axis - steps.drop.axis.count
            axis += 1
            result_axis += indices._h.view.rank
    if indices is not None and has_integer and apart:
        raise UnsupportedError("an integer and a tensor as indices with a slice between them move axes in NumPy; "
                               "index in two steps instead, x[...][...]")
    return indices


cdef object _apply(Tensor x, Steps *steps, Tensor indices):
    """Through dispatch, op by op."""
    cdef object result = x
    cdef lg_gather_attrs_t gather
    if steps.cut.axes.count > 0:
        result = call1(LG_OP_SLICE, result, &steps.cut, None)
    if steps.drop.axis.count > 0:
        result = call1(LG_OP_SQUEEZE, result, &steps.drop, None)
    if indices is not None:
        gather.axis = steps.gather_axis
        result = call2(LG_OP_GATHER, result, indices, &gather, None)
    if steps.insert.axis.count > 0:
        result = call1(LG_OP_UNSQUEEZE, result, &steps.insert, None)
    if result is x:  # x[...]: another object, as in NumPy
        return x.__copy__()
    return result


cdef int _step(uint32_t op, const lg_view_t *view, const void *attrs, lg_view_t *out) except -1:
    cdef lg_error_t err
    check(lg_op_infer(op, &view, 1, attrs, out, 1, &err), &err)
    lg_op_alias(op, view, attrs, out)  # cannot refuse: these three never need a copy
    return 0


cdef Tensor _view(Tensor x, Steps *steps):
    """The same in one go, without objects in between."""
    cdef lg_view_t views[3]
    cdef const lg_view_t *last = &x._h.view
    cdef Tensor result = Tensor.__new__(Tensor)
    if steps.cut.axes.count > 0:
        _step(LG_OP_SLICE, last, &steps.cut, &views[0])
        last = &views[0]
    if steps.drop.axis.count > 0:
        _step(LG_OP_SQUEEZE, last, &steps.drop, &views[1])
        last = &views[1]
    if steps.insert.axis.count > 0:
        _step(LG_OP_UNSQUEEZE, last, &steps.insert, &views[2])
        last = &views[2]
    result._h.view = last[0]
    result._h.view.flags |= x._h.view.flags & LG_VIEW_READONLY
    if x._h.buffer != NULL:
        lg_buffer_retain(x._h.buffer)
        result._h.buffer = x._h.buffer
    return result


cdef object _getitem(Tensor x, object key):
    cdef Steps steps
    cdef Tensor indices = None
    steps.cut.axes.count = 0
    steps.drop.axis.count = 0
    steps.insert.axis.count = 0
    steps.gather_axis = -1
    if type(key) is slice and x._h.view.rank > 0:
        _add_slice(&steps, 0, key)
    else:
        indices = _parse(x, key if type(key) is tuple else (key,), &steps)
    steps.cut.starts.count = steps.cut.axes.count
    steps.cut.ends.count = steps.cut.axes.count
    steps.cut.steps.count = steps.cut.axes.count
    if indices is None and not is_intercepted(x):
        return _view(x, &steps)
    return _apply(x, &steps, indices)


calls.index = _getitem
