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
