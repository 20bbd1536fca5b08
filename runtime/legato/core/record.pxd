# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport uint32_t

from legato.core.engine cimport lg_program_t, lg_value_t
from legato.core.extent cimport Recording, Traced
from legato.core.program cimport Program
from legato.core.spec cimport Spec
from legato.core.tensor cimport Tensor


# What turns ops into a program.
cdef class Recorder(Recording):
    cdef list paths             # of the scopes that are open, each whole
    cdef dict names             # memory key -> (tensor, name of the weight that it would be)
    cdef dict weights           # id -> (tensor, value)
    cdef dict states            # name -> [position of the input, its type, the value that is current]
    cdef Recorder outer         # of a branch or a round (control.pyx): the recorder around it
    cdef dict captured          # value of `outer` -> (its tensor, the tensor here)
    cdef Recorder begin_inner(self)
    cdef Recorder innermost(self)
    cdef Traced capture(self, Traced tensor)
    cdef lg_program_t *freeze(self) except NULL
    cdef Traced state_value(self, str name, Spec type)
    cdef int set_state(self, str name, Spec type, Tensor value) except -1
    cdef uint32_t weight_count
    cdef bytes here(self)
    cdef int check_open(self) except -1
    cdef Traced wrap(self, lg_value_t value)
    cdef Traced add_input(self, str name, Spec type)
    cdef lg_value_t add_weight(self, Tensor tensor, str name) except? 0xffffffff
    cdef lg_value_t value_of(self, Tensor tensor) except? 0xffffffff
    cdef Tensor attr_tensor(self, object value)
    cdef int add_output(self, str name, object value) except -1
    cdef Program finish(self, object structure)
