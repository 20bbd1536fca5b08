# SPDX-License-Identifier: Apache-2.0
from legato.core.dispatch cimport Handler
from legato.core.engine cimport lg_program_t, lg_value_t
from legato.core.tensor cimport Tensor


# What ops belong to while they are recorded; Recorder makes a program of them.
cdef class Recording(Handler):
    cdef lg_program_t *program  # NULL once finished
    cdef Recording inner        # of a branch or a round that is recorded now
    cdef set guarded            # questions about extents that have their guard, with the answers
    # Adds the ops of a Program; one tensor per output.
    cdef list inline(self, object program, list inputs)


cdef class Traced(Tensor):
    cdef Recording recorder
    cdef lg_value_t value
    cdef object extent(self, int axis)


cdef class Extent:
    cdef Recording recorder
    cdef object hint     # the number that the recording is made with
    cdef str text        # for people
    cdef tuple source    # (Traced, axis), or (op, left, right)
    cdef Tensor lowered  # as a value of the program, once somebody needs it
    cdef Tensor tensor(self)
    cdef Tensor lower(self)
    cdef object combine(self, str name, object left, object right, object hint, str sign)
    cdef bint decide(self, str name, object other, bint answer, str sign) except -1


# The ops, which stand above this module.
cdef object ops()
