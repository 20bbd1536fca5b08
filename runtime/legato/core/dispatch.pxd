# SPDX-License-Identifier: Apache-2.0
from libc.stdint cimport int64_t, uint32_t

from legato.core.engine cimport lg_lane_t, lg_trace_t

# Named here once more for the generated entries, which need nothing else.
from legato.core.attrs cimport (
    attr_bool,
    attr_dtype,
    attr_enum,
    attr_float,
    attr_floats,
    attr_int,
    attr_ints,
    attr_scalar,
)
from legato.core.tensor cimport Tensor


# What intercepts ops: recorders and executors derive from it. While `call` runs, the thread's current handler
# is the next one outwards, so ops that it runs itself do not come back to it.
cdef class Handler:
    # Answers for one op, with the value the caller gets. `inputs` are Tensors of the op's final dtypes (None
    # for an absent optional input), arrays and numbers converted, casts inserted. `out` is None, a Tensor or
    # array. For an op with several outputs (has_several_outputs): `out` is None or a tuple with one entry per
    # output, each None, a Tensor or array; the answer is a tuple.
    cdef object call(self, uint32_t op, list inputs, const void *attrs, object out)


# Makes `handler` the thread's current one, until the pop of the same thread. They nest.
cdef int push_handler(Handler handler) except -1
cdef int pop_handler() except -1
cdef Handler current_handler()

# Whether any thread has a handler.
cdef bint has_handlers() noexcept

# The thread's handlers of `kind` that follow each other from the current one outwards; `out_rest` gets what
# is left, for resume_handlers.
cdef tuple take_handlers(type kind, void **out_rest)

# Takes the thread's handlers away from code that has nothing to do with them, and gives them back.
cdef void *suspend_handlers() noexcept
cdef void resume_handlers(void *top) noexcept

# The lane that large ops of this thread are cut over, NULL for none. Set by lane.pyx.
cdef lg_lane_t *current_lane() noexcept
cdef void set_current_lane(lg_lane_t *lane) noexcept

# Where all of the process is traced, NULL for nowhere. Set by trace.pyx, under the GIL; who keeps it without
# that retains it.
cdef lg_trace_t *traced
cdef void set_traced(lg_trace_t *trace) noexcept

# Whether ops on `x` may have to go to a handler.
cdef bint is_intercepted(Tensor x) noexcept

# Entries of the ops, by number of inputs: what generated code and operators call. `attrs` NULL for defaults,
# None for an absent optional input. calln: any sequence of inputs, which it leaves as it is.
cdef object call0(uint32_t op, const void *attrs, object out)
cdef object call1(uint32_t op, object x, const void *attrs, object out)
cdef object call2(uint32_t op, object a, object b, const void *attrs, object out)
cdef object call3(uint32_t op, object a, object b, object c, const void *attrs, object out)
cdef object calln(uint32_t op, object inputs, const void *attrs, object out)

# The entry of ops with several outputs. `out` is None or a sequence with one entry per output; the answer
# is a `result` (a named tuple class), or where that is None a tuple.
cdef object call_several(uint32_t op, object inputs, const void *attrs, object out, object result)

# Whether an op answers with a tuple; how long that is for these inputs, as a Handler gets them; the tensors
# to write for an `out` as a Handler gets it, empty ones where none is given.
cdef bint has_several_outputs(uint32_t op) noexcept
cdef uint32_t count_outputs(uint32_t op, list inputs, const void *attrs) except? 0
cdef tuple out_tensors(uint32_t op, uint32_t count, object out)

# Runs an op now, on inputs as a Handler gets them.
cdef object run_op(uint32_t op, list inputs, const void *attrs, object out)
