# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport lg_executor_t, lg_holding_t, lg_hook_t, lg_op_view_t, lg_placement_t
from legato.core.opview cimport OpView


# Executors as the engine asks them. Whoever has a model made with one holds it, see Note [Cycles].
cdef class Policy:
    cdef object __weakref__
    cdef tuple executors  # the innermost first
    cdef lg_executor_t table
    cdef object handle
    cdef dict texts       # of str to bytes that the engine copies
    cdef dict choices     # that the engine reads, by their texts
    cdef dict entries     # what runs at ops, by the numbers of the hooks that the engine has
    cdef object numbers
    cdef const char *text(self, str text) except NULL
    cdef int hook(self, const lg_op_view_t *op, str when, lg_hook_t *out) except -1
    cdef int give(self, object view, object entry, bint after, lg_hook_t *out) except -1
    cdef int replace(self, const lg_op_view_t *op, lg_hook_t *out) except -1
    cdef int place(self, const lg_op_view_t *op, lg_placement_t *out) except -1
    cdef int hold(self, const lg_op_view_t *op, const lg_placement_t *where, lg_holding_t *out) except -1


# The Policy for executors that are more than rules, else None; then the rules decide.
cdef Policy policy_of(tuple executors)

# What one executor says: (device, why) or None; what runs at an op, from what it answered: None, a
# callable, or (address, context, owner) of a C function.
cdef object placed_by(object executor, OpView view)
# The units of the first executor that has an opinion, in the order in which they are taken.
cdef list held_by(tuple executors, OpView view)
cdef object entry_of(object given)

# Runs such entries in order; `data` are the addresses of the operands.
cdef int run_entries(list entries, OpView view, bint after, const lg_op_view_t *op,
                     void *const *data) except? -1
