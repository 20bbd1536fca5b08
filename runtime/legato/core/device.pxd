# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_device_t


cdef class Device:
    cdef const lg_device_t *_h  # lives as long as the context
