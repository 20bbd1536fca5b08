# SPDX-License-Identifier: Apache-2.0
# Single elements between Python and memory.
from libc.stdint cimport uint32_t

from legato.core.engine cimport lg_tensor_t, lg_view_t


# The element at `data` as float, int or bool. `code` is any lg_dtype_t but f16 and bf16.
cdef object read_number(const void *data, uint32_t code)

# The elements of `view` as nested lists; a number for rank 0. Not for f16 and bf16.
cdef object read_list(const lg_view_t *view)

# Writes `value` (float, int or bool) as an element of dtype `code` to `data`, an aligned place of 8 bytes. An
# integer that does not fit raises RangeError, naming `op`; a float for an integer dtype truncates.
cdef int write_number(void *data, uint32_t code, object value, str op) except -1

# Makes `out` a rank-0 tensor of dtype `code` on `data`, which it borrows.
cdef void scalar_view(lg_tensor_t *out, uint32_t code, void *data) noexcept nogil
