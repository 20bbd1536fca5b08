# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport uint32_t

from legato.core.dispatch cimport Handler
from legato.core.engine cimport lg_program_t, lg_value_t, lg_view_t
from legato.core.tensor cimport Tensor


cdef class Spec:
    cdef lg_view_t _view  # no data; extents that are names are 1
    cdef tuple extents    # int or str by axis
    cdef bint symbolic


cdef class Program:
    cdef lg_program_t *_h  # frozen
    cdef readonly object structure  # None: one tensor; tuple or dict: several outputs by name
    cdef object make                # of the named tuple of outputs
    cdef tuple state_ends           # (positions of states among inputs, among outputs), once asked for
    cdef tuple ends(self)
    # One value per output in the form that the recorded function returned.
    cdef object arrange_outputs(self, list values)


# What turns ops into a program.
cdef class Recorder(Handler):
    cdef lg_program_t *program  # NULL once finished
    cdef list paths             # of the scopes that are open, each whole
    cdef dict names             # memory key -> (tensor, name of the weight that it would be)
    cdef dict weights           # id -> (tensor, value)
    cdef dict states            # name -> [position of the input, its type, the value that is current]
    # Of a branch or a round (control.pyx): the recorder around it; and the one that records in this one now.
    cdef Recorder outer, inner
    cdef dict captured  # value of `outer` -> (its tensor, the tensor here)
    cdef Recorder begin_inner(self)
    cdef Recorder innermost(self)
    cdef Traced capture(self, Traced tensor)
    cdef lg_program_t *freeze(self) except NULL
    cdef Traced state_value(self, str name, Spec type)
    cdef int set_state(self, str name, Spec type, Tensor value) except -1
    cdef set guarded            # questions about extents that have their guard, with the answers
    cdef uint32_t weight_count
    cdef bytes here(self)
    cdef int check_open(self) except -1
    cdef Traced wrap(self, lg_value_t value)
    cdef Traced add_input(self, str name, Spec type)
    cdef lg_value_t add_weight(self, Tensor tensor, str name) except? 0xffffffff
    cdef lg_value_t value_of(self, Tensor tensor) except? 0xffffffff
    cdef Tensor attr_tensor(self, object value)
    cdef list inline(self, Program program, list inputs)
    cdef int add_output(self, str name, object value) except -1
    cdef Program finish(self, object structure)


cdef class Traced(Tensor):
    cdef Recorder recorder
    cdef lg_value_t value
    cdef object extent(self, int axis)


cdef class Extent:
    cdef Recorder recorder
    cdef object hint     # the number that the recording is made with
    cdef str text        # for people
    cdef tuple source    # (Traced, axis), or (op, left, right)
    cdef Tensor lowered  # as a value of the program, once somebody needs it
    cdef Tensor tensor(self)
    cdef Tensor lower(self)
    cdef object combine(self, str name, object left, object right, object hint, str sign)
    cdef bint decide(self, str name, object other, bint answer, str sign) except -1


cdef Program wrap_program(lg_program_t *handle)
cdef Spec wrap_spec(const lg_view_t *view)
cdef Spec value_spec(lg_program_t *program, lg_value_t value)
cdef str take_text(void *text)
