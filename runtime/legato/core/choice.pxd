# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_choice_t, lg_lane_t


cdef class Choice:
    cdef lg_choice_t _h          # borrows what follows
    cdef lg_lane_t **handles
    cdef bytes encoded
    cdef readonly str text, when
    cdef readonly tuple alternatives, lanes
