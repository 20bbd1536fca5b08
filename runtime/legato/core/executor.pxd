# SPDX-License-Identifier: Apache-2.0
from legato.core.device cimport Device
from legato.core.dispatch cimport Handler


cdef class DeviceHandler(Handler):
    cdef Device device


cdef class RuleTable:
    # Rules as the engine reads them, and the lanes that they name; alive as long as this object.
    cdef list strings
    cdef dict lanes     # name -> Lane
    cdef void *memory   # lg_rule_t
    cdef void *binds    # lg_bind_t, one for each lane
    cdef void *holds    # names
    cdef size_t count   # of rules
    cdef object encode(self, object text)
