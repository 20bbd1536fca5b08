# SPDX-License-Identifier: Apache-2.0
from legato.core.engine cimport (
    lg_buffer_t,
    lg_call_t,
    lg_lane_t,
    lg_model_t,
    lg_plan_t,
    lg_run_desc_t,
    lg_trace_t,
    lg_view_t,
)
from libc.stdint cimport uint32_t

from legato.core.choice cimport Choice
from legato.core.lane cimport Lane
from legato.core.policy cimport Policy
from legato.core.program cimport Program
from legato.core.tensor cimport Tensor


cdef class Bound:
    cdef lg_call_t *_h
    cdef lg_lane_t *lane  # its lane: retained by it, or NULL
    cdef bint named  # whether shapes are bound anew for each run


# Its next runs are not traced. Nothing of it is in flight.
cdef void untrace(Bound call) noexcept


cdef class Plan:
    cdef lg_plan_t *_h
    cdef lg_model_t *_model        # which has it
    cdef readonly Program program
    cdef tuple executors           # it was made with, the innermost first
    cdef Policy policy             # that asks them, None where rules say it all
    cdef list off                  # passes that were left out
    cdef readonly tuple alternatives  # of a choice between runners, else empty
    cdef int check_single(self, str what) except -1
    cdef bint waits(self)          # its runs may sleep until a unit is free


# A runner for one signature.
cdef class Variant:
    cdef lg_model_t *_h
    cdef const lg_view_t **types   # inputs, then outputs; owned by the model's program
    cdef uint32_t in_count, out_count  # without states
    cdef uint32_t *bindings        # position in the call of each of them
    cdef Plan plan
    cdef list calls                # idle calls, one per concurrent run so far, on top of None
    cdef Lane lane                 # that its runs are cut over, or None: that of the thread
    cdef bint long_run             # worth releasing the GIL
    cdef lg_buffer_t **recycled    # per output: buffers to use again when nobody else holds them
    cdef int fill(self, Program program) except -1
    cdef bint fits(self, tuple inputs) noexcept
    cdef Tensor output(self, Bound call, uint32_t index)
    cdef int bind(self, Bound call, uint32_t index, Tensor tensor) except -1
    cdef int bind_out(self, Bound call, uint32_t index, Tensor tensor, str name) except -1
    cdef Bound take(self)
    cdef int set_lane(self, Bound call) except -1
    cdef object prepare(self, Bound call, tuple inputs, tuple outs, Program program)
    cdef object run(self, Bound call, tuple inputs, tuple outs, Program program, const lg_run_desc_t *desc,
                    lg_trace_t *trace)


cdef class Runner:
    cdef lg_model_t *_h
    cdef readonly Program program
    cdef tuple executors           # that decide, the innermost first
    cdef Policy policy             # that asks them, None where rules say it all
    cdef Lane lane                 # of the innermost executor that has one, or None
    cdef dict lanes                # that its rules may name, kept alive: name -> Lane
    cdef uint32_t in_count
    cdef tuple names               # of the inputs
    cdef bint is_open              # there are symbols: a variant per signature
    cdef Variant current           # used last; the only one where there are no symbols
    cdef dict variants             # shapes of the inputs -> Variant, the newest last
    cdef Py_ssize_t capacity
    cdef bint has_states
    cdef bint adds                 # whether a run may add a variant
    cdef list saved                # signatures of the file that it comes from
    cdef Bound kept                # where there are states: the one call, which holds them
    cdef bint busy                 # while it runs
    cdef object flight             # where it was started: the Flight that is or was under way
    cdef bint splits               # it is planned in parts while it runs
    cdef list idle                 # its calls then
    cdef object run_parts(self, tuple inputs, tuple outs, const lg_run_desc_t *desc, lg_trace_t *trace)
    cdef object go(self, tuple args, dict kwargs, lg_trace_t *trace)
    cdef Bound take_parts(self, tuple inputs)
    cdef int give_parts(self, Bound call) except -1
    cdef object part_outputs(self, Bound call, tuple outs)
    cdef object plan_parts(self, list types)
    cdef object fn, remake         # what was recorded, and how to make a runner of it for other types
    cdef list off                  # passes that plans leave out
    cdef readonly tuple alternatives  # the runners that it is a choice between, else empty
    cdef Choice choice             # between them
    cdef dict others               # executors used around runs -> Runner of the same program with them
    cdef Runner under(self, tuple executors)
    cdef Runner with_outer(self, tuple executors)
    cdef Runner around(self, tuple executors, bint whole)
    cdef Variant planned(self, lg_model_t *model)
    cdef Variant variant(self, Plan plan)
    cdef Variant chosen(self, list variants)
    cdef tuple convert(self, tuple inputs)
    cdef Variant find(self, list types, bint add)
    cdef tuple arrange_out(self, object out)
    cdef lg_view_t *views(self, list types) except NULL
    cdef int name_signature(self, list types) except -1
    cdef list saved_signatures(self)
    cdef Bound take(self)
    cdef bint take_options(self, dict kwargs, lg_run_desc_t *desc) except -1
    cdef tuple arrange_in(self, tuple args, dict kwargs)
    cdef Runner under_used(self)
    cdef tuple suit(self, Runner planned, tuple inputs)


cdef list rules_of(lg_model_t *model)
cdef Lane lane_of(tuple executors)
cdef list passes_of(lg_model_t *model)
# Takes over the caller's reference to the model.
cdef Plan wrap_plan(lg_model_t *model, tuple executors, Policy policy, list off)
cdef Runner open_runner(lg_model_t *model)
cdef Runner wrap_runner(lg_model_t *model, Program program, tuple executors, Policy policy)
