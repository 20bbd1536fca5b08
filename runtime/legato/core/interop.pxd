# SPDX-License-Identifier: Apache-2.0
# Memory of others as tensors, and tensors as memory for others, without NumPy's C API.
from libc.stdint cimport int64_t, uint32_t

from legato.core.engine cimport lg_tensor_t


# The layout of foreign memory. Nothing in it is trusted.
cdef struct Layout:
    uint32_t dtype
    int ndim
    int64_t shape[8]
    int64_t strides[8]   # in units of `unit_bytes`
    int64_t unit_bytes   # 1, or the element's size
    bint strided         # False: row-major, `strides` is not set
    bint readonly
    char *data

# Makes `out` a tensor on `layout.data`, without a reference to what owns it (out.buffer is NULL). Returns
# None, or why only a copy can be taken. `out_low` and `out_bytes` are the range of memory, relative to data.
cdef str bind_layout(const Layout *layout, lg_tensor_t *out, int64_t *out_low, int64_t *out_bytes)

# Makes `out` a tensor on the memory of `x`, which it keeps alive; the caller deinits it. Returns None, or why
# only a copy can be taken. Raises for what is no tensor at all.
cdef str wrap_buffer(object x, lg_tensor_t *out)
cdef str wrap_array_interface(object x, lg_tensor_t *out)

# Gives `out` the memory of `owner`, an object that keeps it alive; steals nothing, takes a reference.
cdef int own_by_object(lg_tensor_t *out, int64_t low, int64_t span_bytes, object owner) except -1

# The two halves of the buffer protocol for a tensor that `owner` holds.
cdef int export_buffer(object owner, const lg_tensor_t *tensor, Py_buffer *view, int flags) except -1
cdef int unexport_buffer(Py_buffer *view) except -1
