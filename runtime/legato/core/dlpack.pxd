# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport int32_t

from legato.core.engine cimport lg_tensor_t

cdef enum:
    DL_CPU = 1  # kDLCPU

# Makes `out` a tensor on the memory of `x`, an object with __dlpack__ or a capsule. `copy` goes to the
# producer (None, True or False). Returns None, or why only a copy can be taken: then `x` is as it was, save
# that a capsule it made is thrown away. The caller deinits `out`.
cdef str wrap_dlpack(object x, object copy, lg_tensor_t *out)

# A capsule, versioned or not, that shares `tensor`'s buffer.
cdef object export_dlpack(const lg_tensor_t *tensor, bint versioned, bint copied)
