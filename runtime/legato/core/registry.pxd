# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_op_view_t
from libc.stdint cimport uintptr_t

# The attributes of an op by name, as Python values.
cdef dict read_attrs(const lg_op_view_t *op)

# Address of a C function from an int, a capsule, ctypes or cffi; 0 for a Python function.
cdef uintptr_t address_of(object fn) except? 0

# Runs a Python function on copies of the inputs, and writes what it returns to the outputs.
cdef int run_function(object function, const lg_op_view_t *op) except -1
