# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_program_t, lg_view_t


cdef class Spec:
    cdef lg_view_t _view  # no data


cdef class Program:
    cdef lg_program_t *_h  # frozen
    cdef readonly object structure  # what the recorded function returned: Tensor, tuple or dict of names


cdef Program wrap_program(lg_program_t *handle)
cdef Spec wrap_spec(const lg_view_t *view)
cdef str take_text(void *text)
