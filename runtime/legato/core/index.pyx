# SPDX-License-Identifier: Apache-2.0
"""``x[key]``, with NumPy's keys as far as the result's shape does not depend on data.

A key is parsed into steps. Tensors that are there get the view directly; where a handler listens, and for a
tensor of indices, the steps become ops: slice, squeeze, gather, unsqueeze. tests/python/test_index.py holds
the two against each other.
"""

from cpython.long cimport PyLong_AsLongAndOverflow
from cpython.slice cimport PySlice_AdjustIndices, PySlice_Unpack
from libc.stdint cimport int64_t

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
    LG_VIEW_CONTIGUOUS,
    lg_buffer_retain,
    lg_dtype_size,
    lg_dtype_t,
    lg_gather_attrs_t,
    lg_ints_t,
    lg_slice_attrs_t,
    lg_squeeze_attrs_t,
    lg_unsqueeze_attrs_t,
    lg_view_update,
)
from legato.core.tensor cimport Tensor, calls

import sys
from operator import index

from legato.core.errors import DTypeError, LegatoError, OutOfRangeError, ShapeError, UnsupportedError

cdef Py_ssize_t _far = sys.maxsize  # where an absent stop lies

cdef enum Kind:
    CUT = 0     # a slice
    DROP = 1    # an integer
    PICK = 2    # a tensor of integers
    INSERT = 3  # None

# What one item of a key does. Axes that no step names stay as they are.
cdef struct Step:
    Kind kind
    int axis  # of x; for INSERT the one it stands before
    Py_ssize_t start, stop, step  # CUT: as given; DROP: start is the position, >= 0

cdef struct Steps:
    int count
    Step items[16]  # at most LG_MAX_RANK that take an axis, and LG_MAX_RANK that make one


# ---- parsing -----------------------------------------------------------------------------------------


cdef inline Step *_add(Steps *steps, Kind kind, int axis) noexcept:
    cdef Step *step = &steps.items[steps.count]
    step.kind = kind
    step.axis = axis
    steps.count += 1
    return step


cdef inline int _add_slice(Steps *steps, int axis, object item) except -1:
    cdef Py_ssize_t start, stop, step
    cdef Step *cut
    PySlice_Unpack(item, &start, &stop, &step)
    if start != 0 or stop != _far or step != 1:
        cut = _add(steps, CUT, axis)
        cut.start, cut.stop, cut.step = start, stop, step
    return 0


cdef inline int _add_integer(Steps *steps, Tensor x, int axis, object item) except -1:
    cdef int64_t extent = x._h.view.shape[axis]
    cdef int overflow
    cdef int64_t position = PyLong_AsLongAndOverflow(item, &overflow)
    if type(x) is not Tensor and overflow == 0 and type(x.shape[axis]) is not int:
        # The extent is not fixed: slicing says at the end whether there is such an index.
        _add(steps, DROP, axis).start = position
        return 0
    if overflow != 0 or not -extent <= position < extent:
        raise OutOfRangeError(f"index {item} is out of range for axis {axis} of extent {extent}")
    _add(steps, DROP, axis).start = position + extent if position < 0 else position
    return 0


cdef bint _is_index_tensor(object item) noexcept:
    if not isinstance(item, Tensor):
        return False
    return (<Tensor>item)._h.view.dtype == LG_DTYPE_I64 or (<Tensor>item)._h.view.dtype == LG_DTYPE_I32


cdef inline bint _is_known(object item) noexcept:
    """Whether `item` is of a type that `_parse` knows."""
    return (
        type(item) is int or type(item) is slice or item is None or item is Ellipsis or _is_index_tensor(item)
    )


cdef object _as_known(object item):
    """Turn numbers of NumPy, arrays and lists into an int or a Tensor of integers."""
    cdef Tensor indices
    cdef str wanted = "indices are integers, slices, None, Ellipsis or a tensor of integers"
    if _is_known(item):
        return item
    if isinstance(item, (str, bytes, float)):
        raise DTypeError(f"{wanted}, not {item!r}")
    if not isinstance(item, (bool, Tensor)):
        try:
            return index(item)
        except TypeError:
            pass
    try:
        indices = convert(item, None, LG_DTYPE_I64 if isinstance(item, list) and len(item) == 0 else 0)
    except LegatoError as error:
        raise type(error)(f"{wanted}; {error}") from None
    if indices._h.view.dtype == LG_DTYPE_BOOL:
        raise UnsupportedError(
            "indexing with booleans gives a result whose shape depends on data; use "
            "legato.where(mask, x, other), or integer indices from numpy.flatnonzero(mask)"
        )
    if is_float(indices._h.view.dtype):
        raise DTypeError(f"{wanted}, this one holds {indices.dtype}")
    return indices if _is_index_tensor(indices) else indices.astype("i64")


cdef Tensor _parse(Tensor x, tuple key, Steps *steps):
    """Fill `steps`; return the tensor of indices, or None."""
    cdef int rank = x._h.view.rank
    cdef int axis = 0, taken = 0, made = 0
    cdef bint ellipsis_seen = False
    cdef Tensor indices = None
    for item in key:
        if not _is_known(item):
            return _parse(x, tuple([_as_known(each) for each in key]), steps)
        if item is None:
            made += 1
        elif item is not Ellipsis:
            taken += 1
        elif ellipsis_seen:
            raise ShapeError("an index can have one Ellipsis only")
        else:
            ellipsis_seen = True
    if taken > rank:
        raise OutOfRangeError(f"{taken} indices for a tensor with {rank} axes")
    if made > LG_MAX_RANK:
        raise ShapeError(f"the result would have more than {LG_MAX_RANK} axes")
    for item in key:
        if type(item) is slice:
            _add_slice(steps, axis, item)
            axis += 1
        elif type(item) is int:
            _add_integer(steps, x, axis, item)
            axis += 1
        elif item is None:
            _add(steps, INSERT, axis)
        elif item is Ellipsis:
            axis += rank - taken
        else:
            if indices is not None:
                raise UnsupportedError(
                    "only one axis can be indexed by a tensor; use legato.gather once per axis, or flatten "
                    "the axes and compute flat indices"
                )
            indices = <Tensor>item
            _add(steps, PICK, axis)
            axis += 1
    if indices is not None:
        _check_adjacent(key)
    return indices


cdef int _check_adjacent(tuple key) except -1:
    """Refuse integers apart from the tensor of indices: NumPy moves the result's axes to the front then."""
    cdef int runs = 0
    cdef bint inside = False
    for item in key:
        if type(item) is int or isinstance(item, Tensor):
            runs += not inside
            inside = True
        else:
            inside = False
    if runs > 1:
        raise UnsupportedError(
            "an integer and a tensor of indices must stand side by side; index in two steps, x[...][...]"
        )
    return 0


# ---- carrying out ------------------------------------------------------------------------------------


cdef inline int _take(Tensor x, Tensor result, int axis, int out) noexcept:
    result._h.view.shape[out] = x._h.view.shape[axis]
    result._h.view.strides[out] = x._h.view.strides[axis]
    return out + 1


cdef Tensor _view(Tensor x, Steps *steps):
    cdef Tensor result = Tensor.__new__(Tensor)
    cdef Step *step
    cdef int axis = 0, out = 0, i, inserts = 0
    cdef int64_t offset = 0, extent, stride
    for i in range(steps.count):
        inserts += (steps.items[i].kind == INSERT) - (steps.items[i].kind == DROP)
    if x._h.view.rank + inserts > LG_MAX_RANK:
        raise ShapeError(
            f"the result would have {x._h.view.rank + inserts} axes, at most {LG_MAX_RANK} are possible"
        )
    for i in range(steps.count):
        step = &steps.items[i]
        while axis < step.axis:
            out = _take(x, result, axis, out)
            axis += 1
        if step.kind == INSERT:
            result._h.view.shape[out] = 1
            result._h.view.strides[out] = 0
            out += 1
            continue
        stride = x._h.view.strides[axis]
        if step.kind == CUT:
            extent = PySlice_AdjustIndices(x._h.view.shape[axis], &step.start, &step.stop, step.step)
            result._h.view.shape[out] = extent
            result._h.view.strides[out] = stride * step.step if extent > 1 else stride
            out += 1
            axis += 1
            if extent == 0:
                continue  # start may lie behind the end
        else:
            axis += 1
        offset += step.start * stride
    while axis < x._h.view.rank:
        out = _take(x, result, axis, out)
        axis += 1
    result._h.view.rank = <unsigned char>out
    result._h.view.dtype = x._h.view.dtype
    result._h.view.flags = x._h.view.flags  # READONLY; CONTIGUOUS is found out next
    lg_view_update(&result._h.view)
    result._h.view.data = x._h.view.data
    if result._h.view.elem_count > 0:
        result._h.view.data = (
            <char *>x._h.view.data + offset * <int64_t>lg_dtype_size(<lg_dtype_t>x._h.view.dtype)
        )
    if x._h.buffer != NULL:
        lg_buffer_retain(x._h.buffer)
        result._h.buffer = x._h.buffer
    return result


cdef Tensor _rows(Tensor x, object key):
    """x[a:b] on the first axis, the index that batches are cut with; None when it is not that simple."""
    cdef Py_ssize_t start, stop, step
    cdef int64_t extent
    cdef int axis
    cdef Tensor result
    PySlice_Unpack(key, &start, &stop, &step)
    if step != 1 or not x._h.view.flags & LG_VIEW_CONTIGUOUS or x._h.view.elem_count == 0:
        return None
    extent = PySlice_AdjustIndices(x._h.view.shape[0], &start, &stop, 1)
    if extent == 0:
        return None
    result = Tensor.__new__(Tensor)
    result._h.view.shape[0] = extent
    result._h.view.strides[0] = x._h.view.strides[0]
    for axis in range(1, x._h.view.rank):
        _take(x, result, axis, axis)
    result._h.view.rank = x._h.view.rank
    result._h.view.dtype = x._h.view.dtype
    result._h.view.flags = x._h.view.flags  # rows of a dense tensor are dense
    result._h.view.elem_count = x._h.view.elem_count // x._h.view.shape[0] * extent
    result._h.view.data = <char *>x._h.view.data + start * (
        x._h.view.elem_count // x._h.view.shape[0] * <int64_t>lg_dtype_size(<lg_dtype_t>x._h.view.dtype)
    )
    if x._h.buffer != NULL:
        lg_buffer_retain(x._h.buffer)
        result._h.buffer = x._h.buffer
    return result


cdef inline int _append(lg_ints_t *ints, int64_t value) noexcept:
    ints.values[ints.count] = value
    ints.count += 1
    return 0


cdef object _apply(Tensor x, Steps *steps, Tensor indices):
    """The same by ops, for those who listen."""
    cdef lg_slice_attrs_t cut
    cdef lg_squeeze_attrs_t drop
    cdef lg_gather_attrs_t pick
    cdef lg_unsqueeze_attrs_t insert
    cdef Step *step
    cdef int i
    cdef int shift = 0  # from an axis of x to an axis of the result
    cdef int64_t stop
    cut.axes.count = cut.starts.count = cut.ends.count = cut.steps.count = 0
    drop.axis.count = insert.axis.count = 0
    for i in range(steps.count):
        step = &steps.items[i]
        if step.kind == INSERT:
            _append(&insert.axis, step.axis + shift)
            shift += 1
        elif step.kind == PICK:
            pick.axis = step.axis - drop.axis.count  # after the axes of integers are gone
            shift += indices._h.view.rank - 1
        else:
            _append(&cut.axes, step.axis)
            _append(&cut.starts, step.start)
            stop = step.start + 1 if step.start != -1 else _far
            _append(&cut.ends, step.stop if step.kind == CUT else stop)
            _append(&cut.steps, step.step if step.kind == CUT else 1)
            if step.kind == DROP:
                _append(&drop.axis, step.axis)
                shift -= 1
    cdef object result = x
    if cut.axes.count > 0:
        result = call1(LG_OP_SLICE, result, &cut, None)
    if drop.axis.count > 0:
        result = call1(LG_OP_SQUEEZE, result, &drop, None)
    if indices is not None:
        result = call2(LG_OP_GATHER, result, indices, &pick, None)
    if insert.axis.count > 0:
        result = call1(LG_OP_UNSQUEEZE, result, &insert, None)
    return result


cdef object _getitem(Tensor x, object key):
    cdef Steps steps
    cdef Tensor indices = None
    steps.count = 0
    cdef Tensor rows
    if type(key) is slice and x._h.view.rank > 0:
        if not is_intercepted(x):
            rows = _rows(x, key)
            if rows is not None:
                return rows
        _add_slice(&steps, 0, key)
    else:
        indices = _parse(x, key if type(key) is tuple else (key,), &steps)
    if indices is None and not is_intercepted(x):
        return _view(x, &steps)
    return _apply(x, &steps, indices)


calls.index = _getitem
