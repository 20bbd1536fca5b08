// SPDX-License-Identifier: Apache-2.0
// Runs that are started on a lane, or have a deadline: prepare, start, end, wait. docs/explanation/calls.md has their
// states, walk.c how they go from record to record.
#include <string.h>

#include "base/port.h"
#include "run/call.h"
#include "run/weave.h"

int64_t lg_clock_ns(void) {
    return lg_port_now_ns();
}

// ---- on the caller's thread -------------------------------------------------------------------------

static lg_status_t flight_prepare(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    lg_flight_t *flight = &call->flight;
    atomic_store_explicit(&flight->cancel, 0, memory_order_relaxed);
    lg_walk_init(&flight->walk, call, call->lane, 0, call->record_count);
    flight->walk.ends = call->outer_cancel;
    atomic_store_explicit(&flight->walk.tenures.awaited, 0, memory_order_relaxed);
    flight->deadline_ns = 0;
    flight->priority = LG_PRIORITY_NORMAL;
    flight->told = NULL;
    if (desc != NULL) {
        flight->deadline_ns = LG_HAS(desc, lg_run_desc_t, deadline_ns) ? desc->deadline_ns : 0;
        flight->priority = LG_HAS(desc, lg_run_desc_t, priority) ? desc->priority : LG_PRIORITY_NORMAL;
    }
    LG_CHECK(err, flight->priority >= LG_PRIORITY_LOW && flight->priority <= LG_PRIORITY_HIGH,
             LG_STATUS_INVALID_ARGUMENT, NULL, "the priority is %d, expected %d, %d or %d", flight->priority,
             LG_PRIORITY_LOW, LG_PRIORITY_NORMAL, LG_PRIORITY_HIGH);
    flight->want.wants = false;
    if (flight->priority != LG_PRIORITY_NORMAL && !lg_token_is_used(call->context)) {
        atomic_store_explicit(&call->context->ranked, 1, memory_order_relaxed);
    }
    return LG_OK;
}

// What follows the last record of a run: one that came to its end late is an error too.
static lg_status_t flight_land(lg_call_t *call, lg_status_t status, lg_error_t *err) {
    const lg_flight_t *flight = &call->flight;
    if (status == LG_OK && flight->deadline_ns != 0) {
        status = lg_walk_look(&flight->walk, err);
    }
    if (status == LG_OK && call->model->program->states.count > 0) {
        lg_call_turn_states(call);
    }
    return status;
}

lg_status_t lg_call_fly(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    LG_TRY(flight_prepare(call, desc, err));
    const bool weaves = lg_weave_wanted(call, call->lane);
    if (weaves) {
        LG_TRY(lg_weave_prepare(call, call->lane, true, err));
    }
    lg_status_t status = LG_OK;
    lg_call_trace_begin(call, NULL);
    if (weaves) {
        status = lg_weave_run(call, err);
    } else {
        (void)lg_walk_go(&call->flight.walk, &status, err);
    }
    status = flight_land(call, status, err);
    lg_call_trace_end(call, status);
    return status;
}

// ---- on a lane --------------------------------------------------------------------------------------

static void flight_finish(lg_call_t *call, lg_status_t status) {
    lg_flight_t *flight = &call->flight;
    flight->status = status;
    uint32_t state = LG_FLIGHT_ALOFT;
    bool told = false;
    // Release pairs with acquire of who waits or looks; acquire with lg_call_notify.
    while (!atomic_compare_exchange_weak_explicit(&flight->state, &state, LG_FLIGHT_DONE,
                                                  memory_order_acq_rel, memory_order_acquire)) {
        if ((state & LG_FLIGHT_TOLD) && !told) {
            flight->told(flight->user, status, &flight->error);
            told = true;
        }
    }
    // The call's memory may be gone from here on.
    if (state & LG_FLIGHT_WAITED) {
        lg_port_futex_wake((uint32_t *)&flight->state, INT32_MAX);
    }
}

void lg_call_end(lg_call_t *call, lg_status_t status) {
    status = flight_land(call, status, &call->flight.error);
    lg_call_trace_end(call, status);
    flight_finish(call, status);
}

static void flight_run(lg_worker_t *worker, lg_task_t *task) {
    lg_call_t *call = (lg_call_t *)((char *)task - offsetof(lg_call_t, flight.walk.task));
    lg_flight_t *flight = &call->flight;
    (void)worker;
    const uint32_t mode = lg_port_float_mode(), wanted = flight->float_mode;
    if (mode != wanted) {
        lg_port_set_float_mode(wanted);
    }
    lg_token_unwant(call->context, flight->priority, &flight->want);
    lg_status_t status;
    lg_walk_end_t end = LG_WALK_ENDED;
    if (call->flow != NULL) {  // which keeps its worker to the end
        status = lg_call_run_parts(call, flight->deadline_ns, &flight->error);
    } else {
        end = lg_walk_go(&flight->walk, &status, &flight->error);
    }
    if (mode != wanted) {
        lg_port_set_float_mode(mode);
    }
    if (end == LG_WALK_WAITS) {
        return;  // the call may be gone
    }
    if (end == LG_WALK_LEFT) {
        lg_lane_requeue(flight->walk.lane, task);  // from here on another worker may have it
    } else if (call->flow != NULL) {
        lg_call_trace_end(call, status);
        flight_finish(call, status);
    } else {
        lg_call_end(call, status);
    }
}

// A run that waits for a unit is a guest of its lane.
static void flight_leave(lg_walk_t *walk) {
    lg_lane_guest_enter(walk->lane, lg_units_end_guests);
}

static void flight_stay(lg_walk_t *walk) {
    lg_lane_guest_stay(walk->lane);
}

static void flight_back(lg_walk_t *walk) {
    lg_lane_guest_return(walk->lane, &walk->task);
}

static void flight_raise(lg_walk_t *walk, int32_t priority) {
    lg_lane_raise(walk->lane, &walk->task, priority);
}

static const lg_rest_t flight_rest = {flight_leave, flight_stay, flight_back, flight_raise};

static void flight_forget_lane(lg_call_t *call) {
    lg_lane_release(call->flight.walk.lane);
    call->flight.walk.lane = NULL;
}

lg_status_t lg_call_start(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    LG_TRY(lg_context_check(call->context, err));
    LG_TRY(lg_call_land(call, err));
    if (call->unready > 0 && call->flow == NULL) {
        LG_TRY(lg_call_complete(call, err));
        LG_TRY(lg_call_pick(call, desc, err));
    }
    LG_TRY(flight_prepare(call, desc, err));
    lg_flight_t *flight = &call->flight;
    lg_lane_t *lane = desc != NULL && LG_HAS(desc, lg_run_desc_t, lane) && desc->lane != NULL ? desc->lane
                      : call->lane != NULL ? call->lane
                                           : lg_context_lane(call->context);
    lg_task_t *task = &flight->walk.task;
    *task = (lg_task_t){.run = flight_run, .priority = flight->priority};
    if (call->flow == NULL && lg_weave_wanted(call, lane)) {
        LG_TRY(lg_weave_prepare(call, lane, false, err));
        task = lg_weave_task(call);
    }
    flight->walk.lane = lane;
    flight->walk.hosted = false;
    flight->walk.rest = lane->pool == NULL ? &flight_rest : NULL;  // a pool's thread sleeps
    lg_lane_retain(lane);
    flight->float_mode = lg_port_float_mode();
    flight->process = lg_port_process_number();
    call->unready |= LG_CALL_ALOFT;
    if (call->flow == NULL) {  // what runs in parts is traced part by part
        lg_call_trace_begin(call, lane);
    }
    atomic_store_explicit(&flight->state, LG_FLIGHT_ALOFT, memory_order_relaxed);
    lg_token_want(lane, flight->priority, &flight->want);
    lg_status_t status = lg_lane_submit(lane, task, err);
    if (status != LG_OK) {
        lg_token_unwant(call->context, flight->priority, &flight->want);
        lg_call_trace_end(call, status);
        atomic_store_explicit(&flight->state, LG_FLIGHT_IDLE, memory_order_relaxed);
        call->unready &= ~LG_CALL_ALOFT;
        flight_forget_lane(call);
    }
    return status;
}

// ---- looking and waiting ----------------------------------------------------------------------------

// Acquire pairs with flight_finish. In the child of a fork what was in flight has ended.
static bool flight_is_aloft(lg_call_t *call) {
    lg_flight_t *flight = &call->flight;
    if ((atomic_load_explicit(&flight->state, memory_order_acquire) & LG_FLIGHT_STATE) != LG_FLIGHT_ALOFT) {
        return false;
    }
    if (flight->process == lg_port_process_number()) {
        return true;
    }
    flight->status =
        lg_error_set(&flight->error, LG_STATUS_CLOSED, NULL,
                     "the run was in flight when this process was forked: it goes on in the parent");
    atomic_store_explicit(&flight->state, LG_FLIGHT_DONE, memory_order_release);
    return false;
}

lg_status_t lg_call_land(lg_call_t *call, lg_error_t *err) {
    if ((call->unready & LG_CALL_ALOFT) == 0) {
        return LG_OK;
    }
    LG_CHECK(err, !flight_is_aloft(call), LG_STATUS_BUSY, NULL,
             "a run of this call is in flight; wait for it, or use another call");
    call->unready &= ~LG_CALL_ALOFT;
    flight_forget_lane(call);
    return LG_OK;
}

int32_t lg_call_notify(lg_call_t *call, void (*fn)(void *user, lg_status_t status, const lg_error_t *error),
                       void *user) {
    lg_flight_t *flight = &call->flight;
    if (!flight_is_aloft(call)) {
        return 0;
    }
    flight->told = fn;
    flight->user = user;
    // Release pairs with flight_finish.
    uint32_t state = atomic_load_explicit(&flight->state, memory_order_relaxed);
    while ((state & LG_FLIGHT_STATE) == LG_FLIGHT_ALOFT) {
        if (atomic_compare_exchange_weak_explicit(&flight->state, &state, state | LG_FLIGHT_TOLD,
                                                  memory_order_release, memory_order_relaxed)) {
            return 1;
        }
    }
    return 0;
}

int32_t lg_call_done(lg_call_t *call) {
    return !flight_is_aloft(call);
}

void lg_call_cancel(lg_call_t *call) {
    atomic_store_explicit(&call->flight.cancel, 1, memory_order_relaxed);
    lg_clerk_ring(call->context);  // for who waits for a unit; release: the flag
}

// Awake for a few microseconds, then asleep until the run is done or `until_ns`.
static bool flight_wait(lg_call_t *call, int64_t until_ns) {
    enum { PAUSES = 80 };
    lg_flight_t *flight = &call->flight;
    lg_worker_t *self = NULL;
    for (uint32_t i = 0; flight_is_aloft(call); i++) {
        if (i < PAUSES) {
            lg_port_pause();
            continue;
        }
        if (i == PAUSES && until_ns == INT64_MAX && call->plan != NULL && call->plan->hold.records != NULL) {
            lg_tenures_await(&flight->walk);
        }
        self = i == PAUSES ? lg_lane_self(flight->walk.lane) : self;
        if (self != NULL) {  // a worker of the lane that should run the call: it may be the only one
            if (lg_port_now_ns() >= until_ns) {
                return false;
            }
            if (!lg_worker_run_task(self)) {
                lg_port_yield();
            }
            continue;
        }
        uint32_t state = atomic_load_explicit(&flight->state, memory_order_relaxed);
        if ((state & LG_FLIGHT_STATE) == LG_FLIGHT_ALOFT &&
            atomic_compare_exchange_strong_explicit(&flight->state, &state, state | LG_FLIGHT_WAITED,
                                                    memory_order_relaxed, memory_order_relaxed) &&
            !lg_port_futex_wait_until((uint32_t *)&flight->state, state | LG_FLIGHT_WAITED, until_ns)) {
            return !flight_is_aloft(call);
        }
    }
    return true;
}

lg_status_t lg_call_wait(lg_call_t *call, int64_t timeout_ns, lg_error_t *err) {
    lg_flight_t *flight = &call->flight;
    LG_CHECK(err, atomic_load_explicit(&flight->state, memory_order_relaxed) != LG_FLIGHT_IDLE,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "the call was not started; lg_call_run has no need of waiting");
    int64_t until_ns = INT64_MAX;
    if (timeout_ns >= 0 && __builtin_add_overflow(lg_port_now_ns(), timeout_ns, &until_ns)) {
        until_ns = INT64_MAX;
    }
    if (timeout_ns == 0 ? flight_is_aloft(call) : !flight_wait(call, until_ns)) {
        return lg_error_set(err, LG_STATUS_BUSY, NULL, "the run is at record %u of %u",
                            atomic_load_explicit(&flight->walk.record, memory_order_relaxed),
                            call->record_count);
    }
    if (flight->status != LG_OK && err != NULL) {
        *err = flight->error;
    }
    return flight->status;
}

void lg_call_abandon(lg_call_t *call) {
    if (call->unready & LG_CALL_ALOFT) {
        lg_call_cancel(call);
        (void)flight_wait(call, INT64_MAX);
        flight_forget_lane(call);
    }
}
