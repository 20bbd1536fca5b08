# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_context_t

# The context that everything made from Python belongs to. Set when the module is imported, never closed:
# tensors may outlive any point at which the interpreter could close it.
cdef lg_context_t *context
