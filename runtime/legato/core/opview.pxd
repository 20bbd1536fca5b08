# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_op_view_t


cdef class OpView:
    cdef readonly str name, path
    cdef readonly dict attrs
    cdef readonly tuple inputs, outputs
    cdef readonly double flops, bytes
    cdef readonly str device   # where it goes, None before that is known
    cdef readonly object lane  # on which it runs there, None: that of the run
    cdef object runs  # of a list of inputs, where it is an eager op; None while a plan is made


cdef OpView look(const lg_op_view_t *op)


# Of one call of a hook: `op` is NULL when that is over.
cdef class Outputs:
    cdef const lg_op_view_t *op
    cdef void *const *data
