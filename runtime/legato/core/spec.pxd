# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_program_t, lg_value_t, lg_view_t


cdef class Spec:
    cdef lg_view_t _view  # no data; extents that are names are 1
    cdef tuple extents    # int or str by axis
    cdef bint symbolic


cdef Spec wrap_spec(const lg_view_t *view)
cdef Spec value_spec(lg_program_t *program, lg_value_t value)
cdef str take_text(void *text)
