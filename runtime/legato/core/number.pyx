# SPDX-License-Identifier: Apache-2.0
"""Numbers between Python and memory."""

from cpython.float cimport PyFloat_AsDouble
from cpython.long cimport PyLong_AsLongLong, PyLong_AsUnsignedLongLong
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from legato.core.context cimport context
from legato.core.dtype cimport dtype_of, is_float, is_unsigned_integer
from legato.core.engine cimport (
    LG_DTYPE_BOOL,
    LG_DTYPE_F32,
    LG_DTYPE_F64,
    LG_DTYPE_I8,
    LG_DTYPE_I16,
    LG_DTYPE_I32,
    LG_DTYPE_I64,
    LG_DTYPE_U8,
    LG_DTYPE_U16,
    LG_DTYPE_U32,
    LG_DTYPE_U64,
    LG_OP_CAST,
    lg_cast_attrs_t,
    lg_dtype_size,
    lg_dtype_t,
    lg_error_t,
    lg_op_call,
    lg_tensor_t,
    lg_view_t,
)
from legato.core.errors cimport check, op_error

from legato.core.errors import DTypeError, RangeError


cdef object read_number(const void *data, uint32_t code):
    if code == LG_DTYPE_F32:
        return <double>(<const float *>data)[0]
    if code == LG_DTYPE_F64:
        return (<const double *>data)[0]
    if code == LG_DTYPE_I64:
        return (<const int64_t *>data)[0]
    if code == LG_DTYPE_BOOL:
        return (<const uint8_t *>data)[0] != 0
    if code == LG_DTYPE_I32:
        return (<const int32_t *>data)[0]
    if code == LG_DTYPE_U8:
        return (<const uint8_t *>data)[0]
    if code == LG_DTYPE_I8:
        return (<const int8_t *>data)[0]
    if code == LG_DTYPE_U16:
        return (<const uint16_t *>data)[0]
    if code == LG_DTYPE_I16:
        return (<const int16_t *>data)[0]
    if code == LG_DTYPE_U32:
        return (<const uint32_t *>data)[0]
    if code == LG_DTYPE_U64:
        return (<const uint64_t *>data)[0]
    raise DTypeError("the tensor is empty: it has no element type")


cdef list _read_axis(const lg_view_t *view, const char *data, int axis, int64_t item_bytes):
    cdef int64_t _
    cdef int64_t step = view.strides[axis] * item_bytes
    cdef list result = []
    for _ in range(view.shape[axis]):
        if axis + 1 == view.rank:
            result.append(read_number(data, view.dtype))
        else:
            result.append(_read_axis(view, data, axis + 1, item_bytes))
        data += step
    return result


cdef object read_list(const lg_view_t *view):
    if view.rank == 0:
        return read_number(view.data, view.dtype)
    return _read_axis(view, <const char *>view.data, 0, <int64_t>lg_dtype_size(<lg_dtype_t>view.dtype))


cdef int _write_integer(void *data, uint32_t code, object value, str op) except -1:
    cdef int64_t low, high, number
    cdef size_t bits = 8 * lg_dtype_size(<lg_dtype_t>code)
    try:
        if code == LG_DTYPE_U64:
            (<uint64_t *>data)[0] = PyLong_AsUnsignedLongLong(value)
            return 0
        number = PyLong_AsLongLong(value)
        if is_unsigned_integer(code):
            low, high = 0, (<int64_t>1 << bits) - 1
        else:
            high = <int64_t>((<uint64_t>1 << (bits - 1)) - 1)
            low = -high - 1
        if not low <= number <= high:
            raise OverflowError
    except OverflowError:
        text = f"the Python integer {value} does not fit in {dtype_of(code)}"
        raise op_error(RangeError, op, text) from None
    if bits == 8:
        (<int8_t *>data)[0] = <int8_t>number
    elif bits == 16:
        (<int16_t *>data)[0] = <int16_t>number
    elif bits == 32:
        (<int32_t *>data)[0] = <int32_t>number
    else:
        (<int64_t *>data)[0] = number
    return 0


cdef int write_number(void *data, uint32_t code, object value, str op) except -1:
    cdef double number
    cdef lg_tensor_t source, target
    cdef const lg_tensor_t *ins[1]
    cdef lg_cast_attrs_t attrs
    cdef lg_error_t err
    if code == LG_DTYPE_BOOL:
        (<uint8_t *>data)[0] = bool(value)
        return 0
    if not is_float(code) and not isinstance(value, float):
        return _write_integer(data, code, value, op)
    try:
        number = PyFloat_AsDouble(value)
    except OverflowError:
        raise op_error(RangeError, op, "a Python integer is too large for a float") from None
    if code == LG_DTYPE_F32:
        (<float *>data)[0] = <float>number
    elif code == LG_DTYPE_F64:
        (<double *>data)[0] = number
    else:  # by the engine's own rounding and truncation
        scalar_view(&source, LG_DTYPE_F64, &number)
        scalar_view(&target, code, data)
        ins[0] = &source
        attrs.dtype = code
        check(lg_op_call(context, LG_OP_CAST, ins, 1, &attrs, &target, 1, &err), &err)
    return 0
