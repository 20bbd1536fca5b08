# SPDX-License-Identifier: Apache-2.0
# Single elements between Python and memory.
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.long cimport PyLong_AsLongLongAndOverflow
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

from legato.core.engine cimport (
    LG_DTYPE_F32,
    LG_DTYPE_F64,
    LG_DTYPE_I64,
    LG_VIEW_CONTIGUOUS,
    lg_tensor_t,
    lg_view_t,
)


# The element at `data` as float, int or bool. `code` is any lg_dtype_t but f16 and bf16.
cdef object read_number(const void *data, uint32_t code)

# The elements of `view` as nested lists; a number for rank 0. Not for f16 and bf16.
cdef object read_list(const lg_view_t *view)

# Writes `value` (float, int or bool) as an element of dtype `code` to `data`, an aligned place of 8 bytes. An
# integer that does not fit raises RangeError, naming `op`; a float for an integer dtype truncates.
cdef int write_number(void *data, uint32_t code, object value, str op) except -1

# The same for what is common (a float or a small int for f32, f64 and i64). False: write_number knows more,
# and has the messages.
cdef inline bint write_plain(void *data, uint32_t code, object value) noexcept:
    cdef int overflow = 0
    cdef int64_t whole
    if type(value) is float:
        if code == LG_DTYPE_F32:
            (<float *>data)[0] = <float>PyFloat_AS_DOUBLE(value)
            return True
        if code == LG_DTYPE_F64:
            (<double *>data)[0] = PyFloat_AS_DOUBLE(value)
            return True
    elif type(value) is int:
        whole = PyLong_AsLongLongAndOverflow(value, &overflow)
        if overflow != 0:
            return False
        if code == LG_DTYPE_F32:
            (<float *>data)[0] = <float><double>whole
            return True
        if code == LG_DTYPE_F64:
            (<double *>data)[0] = <double>whole
            return True
        if code == LG_DTYPE_I64:
            (<int64_t *>data)[0] = whole
            return True
    return False

# Makes `out` a rank-0 tensor of dtype `code` on `data`, which it borrows.
cdef inline void scalar_view(lg_tensor_t *out, uint32_t code, void *data) noexcept nogil:
    out.view.data = data
    out.view.elem_count = 1
    out.view.dtype = <uint8_t>code
    out.view.rank = 0
    out.view.flags = LG_VIEW_CONTIGUOUS
    memset(out.view.reserved, 0, sizeof(out.view.reserved))
    out.buffer = NULL
