# SPDX-License-Identifier: Apache-2.0
# Conversion of attribute values to the fields of the generated attribute structs. All raise errors that name
# the op and the attribute. Named in full again by dispatch.pxd for the generated entries.
from libc.stdint cimport int64_t

from legato.core.engine cimport lg_floats_t, lg_ints_t, lg_scalar_t

cdef int attr_int(int64_t *result, object value, str op, str name) except -1
cdef int attr_float(double *result, object value, str op, str name) except -1
cdef int attr_bool(int64_t *result, object value, str op, str name) except -1
# lg_dtype_t; None is 0.
cdef int attr_dtype(int64_t *result, object value, str op, str name) except -1
# Index of a string among `choices`.
cdef int attr_enum(int64_t *result, object value, tuple choices, str op, str name) except -1
# None is count -1, an integer count 1.
cdef int attr_floats(lg_floats_t *result, object value, str op, str name) except -1
cdef int attr_ints(lg_ints_t *result, object value, str op, str name) except -1
cdef int attr_scalar(lg_scalar_t *result, object value, str op, str name) except -1

# See Note [Open attributes] in attrs.pyx; filled by those who know tensors and recorders.
cdef struct OpenAttrs:
    int count                          # that are kept now
    object (*look)(object value)       # (stand-in, recorder or None) for what is open or a tensor, else None
    void (*settle)(int change) noexcept  # called when `count` changes

cdef OpenAttrs open_attrs

# The recorder that an open attribute in the struct at `attrs` belongs to, None when there is none.
cdef object open_recorder(const void *attrs, size_t bytes)
# Those in the struct: (offset of the field, value). They are not kept any longer.
cdef list take_open(const void *attrs, size_t bytes)
