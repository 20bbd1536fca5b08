# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_hold_t, lg_unit_t
from libc.stdint cimport int64_t


# A place in a unit, given back when it goes.
cdef class Hold:
    cdef lg_hold_t _h
    cdef readonly Unit unit
    cdef int64_t asked_ns, taken_ns  # 0: nobody wants to know


cdef class Unit:
    cdef lg_unit_t *_h
    cdef dict holds  # of `with`: thread -> its holds, the innermost last
    cdef object __weakref__


# What an executor answers for `hold`, in the order in which they are taken; errors name the op and `who`.
cdef list units_of(object given, str name, str who)
