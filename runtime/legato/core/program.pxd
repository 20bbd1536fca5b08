# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_program_t


cdef class Program:
    cdef lg_program_t *_h  # frozen
    cdef bytes label       # what was recorded, where that has a name
    cdef readonly object structure  # None: one tensor; tuple or dict: several outputs by name
    cdef object make                # of the named tuple of outputs
    cdef tuple state_ends           # (positions of states among inputs, among outputs), once asked for
    cdef tuple ends(self)
    cdef Program copied(self, list states)
    # One value per output in the form that the recorded function returned.
    cdef object arrange_outputs(self, list values)


cdef Program wrap_program(lg_program_t *handle)
