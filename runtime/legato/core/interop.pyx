# SPDX-License-Identifier: Apache-2.0
"""The buffer protocol in both directions, and NumPy's array interface inwards."""

from cpython.buffer cimport (
    PyBUF_ANY_CONTIGUOUS,
    PyBUF_C_CONTIGUOUS,
    PyBUF_F_CONTIGUOUS,
    PyBUF_FORMAT,
    PyBUF_ND,
    PyBUF_RECORDS_RO,
    PyBUF_SIMPLE,
    PyBUF_STRIDES,
    PyBUF_WRITABLE,
    PyBuffer_Release,
    PyObject_GetBuffer,
)
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.ref cimport Py_DECREF, Py_INCREF, PyObject
from libc.stdint cimport int64_t, uintptr_t
from libc.string cimport memset

from legato.core.context cimport context

from legato.core.engine cimport (
    LG_DTYPE_BF16,
    LG_DTYPE_BOOL,
    LG_DTYPE_F16,
    LG_DTYPE_F32,
    LG_DTYPE_F64,
    LG_DTYPE_I8,
    LG_DTYPE_I16,
    LG_DTYPE_I32,
    LG_DTYPE_I64,
    LG_DTYPE_INVALID,
    LG_DTYPE_U8,
    LG_DTYPE_U16,
    LG_DTYPE_U32,
    LG_DTYPE_U64,
    LG_MAX_RANK,
    LG_VIEW_CONTIGUOUS,
    LG_VIEW_READONLY,
    lg_add_overflows,
    lg_buffer_wrap,
    lg_dtype_size,
    lg_dtype_t,
    lg_error_t,
    lg_mul_overflows,
    lg_tensor_t,
    lg_view_init,
    lg_view_update,
)
from legato.core.errors cimport check

import sys

from legato.core.errors import DTypeError, FormatError, OutOfRangeError, RangeError, ShapeError

cdef bint _little_endian = sys.byteorder == "little"


# ---- layouts -----------------------------------------------------------------------------------------


cdef str bind_layout(const Layout *layout, lg_tensor_t *out, int64_t *out_low, int64_t *out_bytes):
    cdef lg_error_t err
    cdef int64_t item_bytes = <int64_t>lg_dtype_size(<lg_dtype_t>layout.dtype)
    cdef int64_t low = 0, high = 0, reach, stride_bytes
    cdef uintptr_t address = <uintptr_t>layout.data
    cdef int i
    cdef str reason = None
    memset(out, 0, sizeof(lg_tensor_t))
    out_low[0] = 0
    out_bytes[0] = 0
    check(lg_view_init(&out.view, <lg_dtype_t>layout.dtype, <uint32_t>layout.ndim, layout.shape, &err), &err)
    if out.view.elem_count == 0:
        return None  # no element, so neither address nor strides matter
    if layout.strided:
        for i in range(layout.ndim):
            if layout.shape[i] <= 1:
                continue
            if (
                lg_mul_overflows(layout.strides[i], layout.unit_bytes, &stride_bytes)
                or lg_mul_overflows(layout.shape[i] - 1, stride_bytes, &reach)
                or (reach < 0 and lg_add_overflows(low, reach, &low))
                or (reach > 0 and lg_add_overflows(high, reach, &high))
            ):
                raise RangeError(f"the strides of axis {i} reach beyond all memory")
            if stride_bytes % item_bytes != 0:
                reason = f"its stride of {stride_bytes} bytes is no multiple of the element's {item_bytes}"
            out.view.strides[i] = stride_bytes // item_bytes
        lg_view_update(&out.view)
    else:
        high = (out.view.elem_count - 1) * item_bytes
    if address == 0:
        raise FormatError(f"an array of {out.view.elem_count} elements has no address")
    if (
        lg_add_overflows(high, item_bytes, &high)
        or <uintptr_t>0 - <uintptr_t>low > address
        or address + <uintptr_t>high < address
    ):
        raise RangeError("the array reaches beyond all memory")
    if address % <uintptr_t>item_bytes != 0:
        reason = f"its memory is not aligned to its {item_bytes}-byte elements"
    out.view.data = layout.data
    if layout.readonly:
        out.view.flags |= LG_VIEW_READONLY
    out_low[0] = low
    out_bytes[0] = high - low
    return reason


cdef int _set_rank(Layout *layout, Py_ssize_t ndim) except -1:
    if ndim > LG_MAX_RANK:
        raise ShapeError(f"the array has {ndim} axes, at most {LG_MAX_RANK} are possible")
    if ndim < 0:
        raise FormatError(f"the array has {ndim} axes")
    layout.ndim = <int>ndim
    return 0


cdef uint32_t _dtype_of_kind(Py_UCS4 kind, Py_ssize_t item_bytes) except? 255:
    """dtype for NumPy's kind letter and size, INVALID when there is none."""
    if kind == u"f":
        if item_bytes == 4:
            return LG_DTYPE_F32
        if item_bytes == 8:
            return LG_DTYPE_F64
        return LG_DTYPE_F16 if item_bytes == 2 else LG_DTYPE_INVALID
    if kind == u"b":
        return LG_DTYPE_BOOL if item_bytes == 1 else LG_DTYPE_INVALID
    if kind == u"i":
        if item_bytes == 1:
            return LG_DTYPE_I8
        if item_bytes == 2:
            return LG_DTYPE_I16
        if item_bytes == 4:
            return LG_DTYPE_I32
        return LG_DTYPE_I64 if item_bytes == 8 else LG_DTYPE_INVALID
    if kind == u"u":
        if item_bytes == 1:
            return LG_DTYPE_U8
        if item_bytes == 2:
            return LG_DTYPE_U16
        if item_bytes == 4:
            return LG_DTYPE_U32
        return LG_DTYPE_U64 if item_bytes == 8 else LG_DTYPE_INVALID
    return LG_DTYPE_INVALID


# ---- buffer protocol, inwards ------------------------------------------------------------------------

cdef struct Held:
    Py_buffer view


cdef void _release_held(void *user) noexcept with gil:
    # Runs with the last tensor on this memory, on whatever thread that is.
    PyBuffer_Release(&(<Held *>user).view)
    PyMem_Free(user)


cdef void _release_object(void *user) noexcept with gil:
    Py_DECREF(<object>user)


cdef int _parse_format(const char *text, Py_ssize_t item_bytes, uint32_t *out_dtype) except -1:
    """Read a struct-module format of one element. Returns 1 when the bytes are in the other order."""
    cdef const char *c = text
    cdef bint swapped = False
    if text == NULL:
        c = b"B"
    if c[0] == b"<" or c[0] == b">" or c[0] == b"!":
        swapped = (c[0] == b"<") != _little_endian
        c += 1
    elif c[0] == b"@" or c[0] == b"=":
        c += 1
    cdef Py_UCS4 kind = u"?"
    if c[0] == b"f" or c[0] == b"d" or c[0] == b"e":
        kind = u"f"
    elif c[0] == b"?":
        kind = u"b"
    elif c[0] == b"b" or c[0] == b"h" or c[0] == b"i" or c[0] == b"l" or c[0] == b"q" or c[0] == b"n":
        kind = u"i"
    elif c[0] == b"B" or c[0] == b"H" or c[0] == b"I" or c[0] == b"L" or c[0] == b"Q" or c[0] == b"N":
        kind = u"u"
    out_dtype[0] = LG_DTYPE_INVALID
    if c[0] != 0 and c[1] == 0:
        out_dtype[0] = _dtype_of_kind(kind, item_bytes)
    if out_dtype[0] == LG_DTYPE_INVALID:
        given = "B" if text == NULL else text.decode("ascii", "replace")
        raise DTypeError(f"elements of format '{given}' ({item_bytes} bytes) cannot become those of a tensor")
    return swapped and item_bytes > 1


cdef str wrap_buffer(object x, lg_tensor_t *out):
    cdef Layout layout
    cdef int64_t low, span_bytes
    cdef lg_error_t err
    cdef int i, swapped
    cdef Held *held = <Held *>PyMem_Malloc(sizeof(Held))
    if held == NULL:
        raise MemoryError
    memset(out, 0, sizeof(lg_tensor_t))
    try:
        PyObject_GetBuffer(x, &held.view, PyBUF_RECORDS_RO)
    except BaseException:
        PyMem_Free(held)
        raise
    try:
        swapped = _parse_format(held.view.format, held.view.itemsize, &layout.dtype)
        if swapped:
            reason = "its bytes are in the other order"
        else:
            _set_rank(&layout, held.view.ndim)
            if held.view.ndim > 0 and held.view.shape == NULL:
                raise FormatError("the buffer has no shape")
            # Some exporters (ctypes) leave strides out where they are row-major, though they were asked for.
            layout.strided = held.view.strides != NULL
            for i in range(layout.ndim):
                layout.shape[i] = held.view.shape[i]
                if layout.strided:
                    layout.strides[i] = held.view.strides[i]
            layout.unit_bytes = 1
            layout.readonly = held.view.readonly != 0
            layout.data = <char *>held.view.buf
            reason = bind_layout(&layout, out, &low, &span_bytes)
        if reason is None:
            check(lg_buffer_wrap(context, layout.data + low, <size_t>span_bytes, _release_held, held,
                                 &out.buffer, &err), &err)
            held = NULL
        return reason
    finally:
        if held != NULL:
            _release_held(held)
            memset(out, 0, sizeof(lg_tensor_t))


cdef int own_by_object(lg_tensor_t *out, int64_t low, int64_t span_bytes, object owner) except -1:
    cdef lg_error_t err
    check(lg_buffer_wrap(context, <char *>out.view.data + low, <size_t>span_bytes, _release_object,
                         <PyObject *>owner, &out.buffer, &err), &err)
    Py_INCREF(owner)
    return 0


# ---- array interface, inwards ------------------------------------------------------------------------


cdef int64_t _interface_int(object value, str what) except? -1:
    if type(value) is bool or not isinstance(value, int):
        raise FormatError(f"__array_interface__: {what} is {value!r}, expected an integer")
    if not -(1 << 63) <= value < 1 << 63:
        raise RangeError(f"__array_interface__: {what} is {value}, which does not fit in 64 bits")
    return value


cdef str wrap_array_interface(object x, lg_tensor_t *out):
    """Make `out` a tensor on what ``x.__array_interface__`` describes (version 3).

    Everything that can be checked is; that an address is valid memory cannot be.
    """
    cdef Layout layout
    cdef int64_t low, span_bytes
    cdef int64_t offset = 0, available = -1
    cdef Py_buffer view
    cdef str reason
    memset(out, 0, sizeof(lg_tensor_t))
    interface = x.__array_interface__
    if not isinstance(interface, dict):
        raise FormatError(f"__array_interface__ is a {type(interface).__name__}, expected a dict")
    if interface.get("mask") is not None:
        raise FormatError("__array_interface__ has a mask; fill the masked elements first")
    typestr = interface.get("typestr")
    if (
        not isinstance(typestr, str)
        or len(typestr) < 3
        or typestr[0] not in "<>|="
        or not typestr[2:].isdecimal()
    ):
        raise FormatError(f"__array_interface__: typestr is {typestr!r}, expected one like '<f4'")
    if len(typestr) > 8:
        raise DTypeError(f"arrays with elements of type '{typestr}' cannot become tensors")
    layout.dtype = _dtype_of_kind(typestr[1], int(typestr[2:]))
    if layout.dtype == LG_DTYPE_INVALID:
        raise DTypeError(f"arrays with elements of type '{typestr}' cannot become tensors")
    cdef bint swapped = typestr[0] in "<>" and (typestr[0] == "<") != _little_endian
    if swapped and lg_dtype_size(<lg_dtype_t>layout.dtype) > 1:
        return "its bytes are in the other order"

    shape, strides = interface.get("shape"), interface.get("strides")
    if not isinstance(shape, tuple):
        raise FormatError(f"__array_interface__: shape is {shape!r}, expected a tuple")
    if strides is not None and (not isinstance(strides, tuple) or len(strides) != len(shape)):
        raise FormatError(
            f"__array_interface__: strides is {strides!r}, expected a tuple of {len(shape)} integers or None"
        )
    _set_rank(&layout, len(shape))
    layout.unit_bytes = 1
    layout.strided = strides is not None
    for i in range(layout.ndim):
        layout.shape[i] = _interface_int(shape[i], "an extent of shape")
        if layout.strided:
            layout.strides[i] = _interface_int(strides[i], "a stride")

    data = interface.get("data")
    if isinstance(data, tuple):
        if len(data) != 2:
            raise FormatError("__array_interface__: data has not two entries, (address, read-only)")
        address, layout.readonly = data[0], bool(data[1])
        if type(address) is bool or not isinstance(address, int) or not 0 <= address < 1 << 64:
            raise FormatError(f"__array_interface__: the address is {address!r}")
        layout.data = <char *><uintptr_t>address
        owner = x
    else:
        # An object with a buffer: here the bounds are known.
        if data is None:
            data = x
        offset = _interface_int(interface.get("offset", 0), "offset")
        # Held through one memoryview, so that a bytearray cannot be resized under the tensor.
        owner = memoryview(data)
        PyObject_GetBuffer(owner, &view, PyBUF_SIMPLE)
        layout.data = <char *>view.buf
        layout.readonly = view.readonly != 0
        available = view.len
        PyBuffer_Release(&view)
        if not 0 <= offset <= available:
            raise OutOfRangeError(f"__array_interface__: offset {offset} is outside of its {available} bytes")
        layout.data += offset
        available -= offset
    reason = bind_layout(&layout, out, &low, &span_bytes)
    if available >= 0 and out.view.elem_count > 0 and (low < -offset or low + span_bytes > available):
        memset(out, 0, sizeof(lg_tensor_t))
        raise OutOfRangeError(f"__array_interface__: the array needs bytes {low + offset} to "
                              f"{low + offset + span_bytes} of {available + offset} bytes of data")
    if reason is None:
        own_by_object(out, low, span_bytes, owner)
    return reason


# ---- buffer protocol, outwards -----------------------------------------------------------------------

cdef struct Exported:
    Py_ssize_t shape[8]
    Py_ssize_t strides[8]

cdef char _nowhere = 0  # the address of buffers without elements

# Indexed by lg_dtype_t. Formats of the struct module; bf16 has none there.
cdef const char *_formats[14]
_formats[:] = [NULL, b"f", b"d", b"e", NULL, b"b", b"B", b"h", b"H", b"i", b"I",
               b"l" if sizeof(long) == 8 else b"q", b"L" if sizeof(long) == 8 else b"Q", b"?"]


cdef bint _is_fortran(const lg_tensor_t *tensor) noexcept:
    cdef int64_t expected = 1
    cdef int i
    for i in range(tensor.view.rank):
        if tensor.view.shape[i] != 1 and tensor.view.strides[i] != expected:
            return tensor.view.elem_count == 0
        expected *= tensor.view.shape[i]
    return True


cdef int export_buffer(object owner, const lg_tensor_t *tensor, Py_buffer *view, int flags) except -1:
    cdef Exported *exported
    cdef Py_ssize_t item_bytes = <Py_ssize_t>lg_dtype_size(<lg_dtype_t>tensor.view.dtype)
    cdef bint c_order = tensor.view.flags & LG_VIEW_CONTIGUOUS != 0
    cdef bint readonly = tensor.view.flags & LG_VIEW_READONLY != 0
    cdef int i
    view.obj = None
    if flags & PyBUF_WRITABLE and readonly:
        raise BufferError("the tensor is read-only")
    if tensor.view.dtype == LG_DTYPE_BF16 and flags & PyBUF_FORMAT:
        raise BufferError("the buffer protocol has no bf16; use .numpy() with ml_dtypes, or .astype(f32)")
    if not c_order and (
        flags & PyBUF_C_CONTIGUOUS == PyBUF_C_CONTIGUOUS
        or flags & PyBUF_STRIDES != PyBUF_STRIDES
        or flags & PyBUF_ANY_CONTIGUOUS == PyBUF_ANY_CONTIGUOUS and not _is_fortran(tensor)
    ):
        raise BufferError("the tensor is not contiguous; use .contiguous() first")
    if flags & PyBUF_F_CONTIGUOUS == PyBUF_F_CONTIGUOUS and not _is_fortran(tensor):
        raise BufferError("the tensor is not contiguous in Fortran order")
    exported = <Exported *>PyMem_Malloc(sizeof(Exported))
    if exported == NULL:
        raise MemoryError
    for i in range(tensor.view.rank):
        exported.shape[i] = tensor.view.shape[i]
        exported.strides[i] = tensor.view.strides[i] * item_bytes
    view.internal = exported
    view.buf = tensor.view.data if tensor.view.data != NULL else &_nowhere
    view.len = tensor.view.elem_count * item_bytes
    view.itemsize = item_bytes
    view.readonly = readonly
    view.format = <char *>_formats[tensor.view.dtype] if flags & PyBUF_FORMAT else NULL
    view.ndim = tensor.view.rank
    view.shape = exported.shape if flags & PyBUF_ND else NULL
    view.strides = exported.strides if flags & PyBUF_STRIDES == PyBUF_STRIDES else NULL
    view.suboffsets = NULL
    view.obj = owner
    return 0


cdef int unexport_buffer(Py_buffer *view) except -1:
    PyMem_Free(view.internal)
    return 0
