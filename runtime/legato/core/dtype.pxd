# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport uint8_t, uint32_t


cdef class DType:
    cdef readonly str name
    cdef readonly str kind
    cdef readonly int itemsize
    cdef uint32_t code


# The object for an lg_dtype_t; `code` must be valid.
cdef DType dtype_of(uint32_t code)

# What `x` names; raises DTypeError.
cdef DType parse_dtype(object x)

# lg_dtype_t that both convert to, as NumPy's promote_types. Valid codes only.
cdef uint32_t promote(uint32_t a, uint32_t b) noexcept nogil

# The same for a set of dtypes, in any order: bit `code` of `dtypes` is set for each. At least one bit.
cdef uint32_t promote_all(uint32_t dtypes) noexcept nogil

cdef bint is_float(uint32_t code) noexcept nogil
cdef bint is_signed_integer(uint32_t code) noexcept nogil
cdef bint is_unsigned_integer(uint32_t code) noexcept nogil
