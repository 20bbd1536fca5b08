# SPDX-License-Identifier: Apache-2.0
from legato.core.device cimport Device
from legato.core.dispatch cimport Handler


cdef class DeviceHandler(Handler):
    cdef Device device


cdef class RuleTable:
    # Rules as the engine reads them, alive as long as this object.
    cdef list strings
    cdef void *memory
    cdef size_t count
