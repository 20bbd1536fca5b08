# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_trace_t


cdef class Trace:
    cdef lg_trace_t *_h
    cdef readonly object outputs  # of Runner.trace, else None
    cdef list kept                # its events, once they are all there
    cdef list notes               # events that come from Python


cdef Trace new_trace(object events)
# Writes down that the calling thread held a unit, where anything is traced.
cdef int note_hold(str unit, long long asked_ns, long long taken_ns, long long given_ns) except -1
