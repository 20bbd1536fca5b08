# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport uint32_t

from legato.core.tensor cimport Tensor

# Makes a Tensor of anything that can be one. `copy` is None (where needed), True or False (raise instead).
# `dtype` (an lg_dtype_t, or 0) is what the caller will convert to; Python numbers take it right away.
cdef Tensor convert(object x, object copy, uint32_t dtype)

# A rank-0 Tensor of dtype `code`. An integer that does not fit raises RangeError, naming `op`.
cdef Tensor from_number(object value, uint32_t code, str op)

# dtype that a float, int or bool takes when it stands alone.
cdef uint32_t dtype_of_number(object value) except? 255
