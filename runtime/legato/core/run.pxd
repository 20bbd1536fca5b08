# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_model_t, lg_plan_t, lg_view_t
from libc.stdint cimport uint32_t

from legato.core.program cimport Program
from legato.core.tensor cimport Tensor


cdef class Plan:
    cdef lg_plan_t *_h
    cdef readonly Program program


cdef class Runner:
    cdef lg_model_t *_h
    cdef readonly Program program
    cdef readonly object executor
    cdef uint32_t in_count, out_count
    cdef const lg_view_t **types   # inputs, then outputs; owned by the program
    cdef list calls                # idle calls: one per concurrent run so far
    cdef bint long_run             # worth releasing the GIL
    cdef tuple names               # of the inputs
    cdef int fill(self, object executor) except -1
    cdef Tensor input(self, uint32_t index, object value)
    cdef int output(self, const lg_view_t *wanted, Tensor tensor) except -1
