// SPDX-License-Identifier: Apache-2.0
#include "run/tenure.h"

#include <stdio.h>
#include <string.h>

#include "base/port.h"
#include "run/call.h"

bool lg_tenures_prepare(lg_tenures_t *tenures, lg_zone_t *zone, uint32_t unit_count) {
    if (unit_count > tenures->capacity) {
        // Of the call's life, not of the plan's: who cancels may look at it late.
        lg_tenure_t *items = lg_zone_alloc(zone, unit_count * sizeof *items);
        if (items == NULL) {
            return false;
        }
        tenures->items = items;
        tenures->capacity = unit_count;
    }
    return true;
}

static void tenure_give(lg_tenures_t *tenures, lg_unit_set_t set, const lg_tracer_t *tracer) {
    for (set &= tenures->held; set != 0; set &= set - 1) {
        const uint32_t number = lg_unit_first(set);
        const lg_tenure_t *tenure = &tenures->items[number];
        if (__builtin_expect(tracer->trace != NULL, 0)) {
            lg_trace_write(tracer, LG_TRACE_HOLD, tenure->record, tenure->taken_ns, lg_port_now_ns(),
                           lg_unit_name(tenure->hold.unit));
        }
        lg_unit_give(&tenures->items[number].hold);
        tenures->held &= ~((lg_unit_set_t)1 << number);
    }
}

// The priority with which the run wants its worker: its own, or that of who waits for what it holds.
static int32_t tenure_priority(const lg_walk_t *walk) {
    int32_t priority = walk->call->flight.priority;
    for (lg_unit_set_t set = walk->tenures.held; set != 0; set &= set - 1) {
        const lg_unit_t *unit = walk->tenures.items[lg_unit_first(set)].hold.unit;
        int32_t top = atomic_load_explicit(&unit->top, memory_order_relaxed);
        priority = top > priority ? top : priority;
    }
    return priority;
}

// ---- leaving and coming back ------------------------------------------------------------------------

// What is held is so by nobody's thread from here on.
static void tenures_depart(lg_tenures_t *tenures) {
    for (lg_unit_set_t set = tenures->held; set != 0; set &= set - 1) {
        lg_tenure_t *tenure = &tenures->items[lg_unit_first(set)];
        lg_unit_depart(tenure->hold.unit, &tenure->waiter);
    }
    tenures->away = true;
}

static void tenures_arrive(lg_tenures_t *tenures) {
    if (tenures->away) {
        for (lg_unit_set_t set = tenures->held; set != 0; set &= set - 1) {
            lg_tenure_t *tenure = &tenures->items[lg_unit_first(set)];
            lg_unit_arrive(tenure->hold.unit, &tenure->waiter);
        }
        tenures->away = false;
    }
}

static lg_walk_t *tenure_walk(lg_waiter_t *waiter) {
    return ((lg_tenure_t *)((char *)waiter - offsetof(lg_tenure_t, waiter)))->walk;
}

// On its caller's thread.
static void tenure_wake(lg_waiter_t *waiter, uint32_t state) {
    // Release pairs with who sleeps on it.
    atomic_store_explicit(&waiter->state, state, memory_order_release);
    lg_port_futex_wake((uint32_t *)&waiter->state, 1);
}

// On a lane: the walk goes on with a worker.
static void tenure_return(lg_waiter_t *waiter, uint32_t state) {
    lg_walk_t *walk = tenure_walk(waiter);
    atomic_store_explicit(&waiter->state, state, memory_order_relaxed);  // handed over with the walk
    walk->rest->back(walk);
}

// Under the lock of a unit that the walk has, while it is away: it waits for a later unit, or for a worker.
static void tenure_raise(lg_waiter_t *waiter, int32_t priority) {
    lg_walk_t *walk = tenure_walk(waiter);
    lg_tenure_t *awaits = walk->tenures.awaits;
    if (awaits != NULL && &awaits->waiter != waiter) {
        lg_unit_lift(awaits->hold.unit, &awaits->waiter, priority);
    }
    if (walk->rest->raise != NULL) {
        walk->rest->raise(walk, priority);
    }
}

void lg_tenures_await(lg_walk_t *walk) {
    atomic_store_explicit(&walk->tenures.awaited, lg_port_thread_identity(), memory_order_relaxed);
    lg_clerk_ring(walk->call->context);
}

// ---- taking -----------------------------------------------------------------------------------------

static lg_tenure_end_t tenure_fail(lg_walk_t *walk, lg_tenure_t *tenure, lg_unit_t *unit,
                                   lg_status_t *out_status, lg_error_t *err) {
    char text[384];
    walk->resumed = true;  // the op before was in time
    if (tenure->waiter.why == LG_STATUS_INVALID_ARGUMENT) {
        snprintf(text, sizeof text,
                 "unit '%s' is held by the thread that waits for the run, which would wait for itself",
                 unit->name);
    } else {
        lg_unit_format(unit, tenure->waiter.since_ns, text, sizeof text);
    }
    *out_status = tenure->waiter.why == LG_STATUS_CANCELLED
                      ? lg_walk_stop(walk, LG_STATUS_CANCELLED, "cancelled", err)
                      : lg_walk_stop(walk, tenure->waiter.why, text, err);
    return LG_TENURE_FAILED;
}

static void tenure_have(lg_walk_t *walk, lg_tenure_t *tenure, lg_unit_t *unit, bool waited,
                        const lg_tracer_t *tracer) {
    if (__builtin_expect(tracer->trace != NULL, 0)) {
        tenure->taken_ns = lg_port_now_ns();
        tenure->record = atomic_load_explicit(&walk->record, memory_order_relaxed);
        if (waited) {
            lg_trace_write(tracer, LG_TRACE_WAIT, tenure->record, tenure->waiter.since_ns, tenure->taken_ns,
                           lg_unit_name(unit));
        }
    }
    tenure->hold = (lg_hold_t){.unit = unit, .slot = tenure->waiter.slot};
    walk->tenures.held |= (lg_unit_set_t)1 << (tenure - walk->tenures.items);
}

lg_tenure_end_t lg_tenures_resume(lg_walk_t *walk, const lg_tracer_t *tracer, lg_status_t *out_status,
                                  lg_error_t *err) {
    lg_tenures_t *tenures = &walk->tenures;
    lg_tenure_t *tenure = tenures->awaits;
    const bool granted = tenure != NULL && atomic_load_explicit(&tenure->waiter.state,
                                                                memory_order_relaxed) == LG_WAITER_GRANTED;
    if (granted) {
        lg_unit_arrive(tenure->hold.unit, &tenure->waiter);
    }
    tenures_arrive(tenures);  // from here on nobody looks at `awaits`
    tenures->awaits = NULL;
    walk->task.priority = walk->call->flight.priority;
    if (tenure == NULL) {
        return LG_TENURE_GO;
    }
    lg_unit_t *unit = tenure->hold.unit;
    tenure->hold.unit = NULL;
    if (!granted) {
        return tenure_fail(walk, tenure, unit, out_status, err);
    }
    tenure_have(walk, tenure, unit, true, tracer);
    tenures->fresh = true;
    return LG_TENURE_GO;
}

static lg_tenure_end_t tenure_take(lg_walk_t *walk, uint32_t number, const char *what,
                                   const lg_tracer_t *tracer, lg_status_t *out_status, lg_error_t *err) {
    lg_tenures_t *tenures = &walk->tenures;
    lg_tenure_t *tenure = &tenures->items[number];
    lg_call_t *call = walk->call;
    lg_unit_t *unit = call->plan->hold.units[number];
    const bool sleeps = walk->rest == NULL;
    // Alone on its caller's thread a run is that thread, which may have the unit already. Else it is itself.
    const uint64_t owner = sleeps && walk->hosted ? lg_port_thread_identity() : (uint64_t)(uintptr_t)tenure;
    if (lg_unit_enter(unit, owner, what, call->flight.priority, &tenure->waiter.slot)) {
        tenure->walk = walk;
        tenure->waiter.owner = owner;
        tenure->waiter.priority = call->flight.priority;
        tenure->waiter.raise = tenure_raise;
        tenure->waiter.where = LG_WAITER_OUT;
        // While it has a thread, that is who would wait for itself.
        lg_unit_set_owner(unit, tenure->waiter.slot, lg_unit_runner());
        tenure_have(walk, tenure, unit, false, tracer);
        return LG_TENURE_GO;
    }
    lg_status_t late;
    const int64_t until_ns = lg_unit_until(unit, call->flight.deadline_ns, &late);
    tenure->walk = walk;
    tenure->waiter =
        (lg_waiter_t){.owner = owner,
                      .what = what,
                      .priority = call->flight.priority,
                      .due_ns = sleeps ? INT64_MAX : until_ns,
                      .due_why = late,
                      .lane = sleeps ? NULL : walk->lane,
                      .ends = {&call->flight.cancel, walk->ends},
                      .awaited = sleeps && walk->hosted ? NULL : &call->flight.walk.tenures.awaited,
                      .hosted = walk->hosted,
                      .told = sleeps ? tenure_wake : tenure_return,
                      .raise = sleeps ? NULL : tenure_raise};
    if (!lg_clerk_start(call->context)) {  // for cancel, too
        *out_status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL,
                                   "unit '%s': the system has no more threads", unit->name);
        return LG_TENURE_FAILED;
    }
    tenure->hold.unit = unit;  // what is waited for
    tenures->awaits = tenure;
    if (!sleeps) {
        walk->resumed = true;
        tenures_depart(tenures);
        walk->rest->leave(walk);
    }
    lg_unit_queue_t queued = lg_unit_queue(unit, &tenure->waiter);
    if (queued == LG_UNIT_WAITS && !sleeps) {
        return LG_TENURE_WAITS;
    }
    if (!sleeps) {
        walk->rest->stay(walk);
    }
    bool got = queued == LG_UNIT_TAKEN;
    if (queued == LG_UNIT_WAITS) {
        got = lg_unit_sleep(unit, &tenure->waiter, until_ns, late);
        tenures->fresh |= got;
    }
    tenures_arrive(tenures);
    tenures->awaits = NULL;
    tenure->hold.unit = NULL;
    if (queued == LG_UNIT_OWN && walk->hosted) {
        tenures->lent |= (lg_unit_set_t)1 << number;
        return LG_TENURE_GO;
    }
    if (!got) {
        tenure->waiter.why = queued == LG_UNIT_CANCELLED ? LG_STATUS_CANCELLED
                             : queued == LG_UNIT_OWN     ? LG_STATUS_INVALID_ARGUMENT
                                                         : tenure->waiter.why;
        return tenure_fail(walk, tenure, unit, out_status, err);
    }
    lg_unit_set_owner(unit, tenure->waiter.slot, lg_unit_runner());
    tenure_have(walk, tenure, unit, queued == LG_UNIT_WAITS, tracer);
    return LG_TENURE_GO;
}

// The worker is wanted by others; those units that are held stay so.
static lg_tenure_end_t tenures_leave(lg_walk_t *walk, int32_t priority, const lg_tracer_t *tracer) {
    if (tracer->trace != NULL) {
        const int64_t now_ns = lg_port_now_ns();
        lg_trace_write(tracer, LG_TRACE_MOVE, LG_TRACE_NO_INDEX, now_ns, now_ns, NULL);
    }
    tenures_depart(&walk->tenures);
    walk->resumed = true;
    walk->task.priority = priority;
    return LG_TENURE_LEFT;
}

lg_tenure_end_t lg_tenures_step(lg_walk_t *walk, const lg_tracer_t *tracer, lg_status_t *out_status,
                                lg_error_t *err) {
    lg_tenures_t *tenures = &walk->tenures;
    const lg_hold_plan_t *plan = &walk->call->plan->hold;
    const lg_record_hold_t *record =
        &plan->records[atomic_load_explicit(&walk->record, memory_order_relaxed)];
    const bool within = walk->begin != 0;
    if (!within && !record->is_copy) {
        const int32_t own = walk->call->flight.priority;
        lg_unit_set_t back = tenures->held & ~record->units;
        for (lg_unit_set_t set = tenures->fresh ? 0 : tenures->held & record->units; set != 0;
             set &= set - 1) {
            const uint32_t number = lg_unit_first(set);
            back |= lg_unit_presses(plan->units[number], own) ? (lg_unit_set_t)1 << number : 0;
        }
        tenure_give(tenures, back, tracer);
        tenures->lent &= record->units;
    }
    if (walk->lane != NULL) {
        const int32_t priority = tenure_priority(walk);
        if (lg_lane_wants(walk->lane, priority)) {
            if (!within) {
                tenure_give(tenures, tenures->held, tracer);
            }
            return tenures_leave(walk, within ? priority : walk->call->flight.priority, tracer);
        }
    }
    if (within || record->is_copy) {
        return LG_TENURE_GO;
    }
    lg_unit_set_t missing = record->units & ~tenures->held & ~tenures->lent;
    if (missing != 0) {
        tenure_give(tenures, ~(((lg_unit_set_t)1 << lg_unit_first(missing)) - 1), tracer);
    }
    const char *const *labels = record->labels;
    for (lg_unit_set_t set = record->units; set != 0; set &= set - 1, labels++) {
        const uint32_t number = lg_unit_first(set);
        const lg_unit_set_t bit = (lg_unit_set_t)1 << number;
        if (tenures->held & bit) {
            lg_unit_set_what(plan->units[number], tenures->items[number].hold.slot, *labels);
        } else if (!(tenures->lent & bit)) {
            lg_tenure_end_t end = tenure_take(walk, number, *labels, tracer, out_status, err);
            if (end != LG_TENURE_GO) {
                return end;
            }
        }
    }
    tenures->fresh = false;
    return LG_TENURE_GO;
}

void lg_tenures_end(lg_walk_t *walk, const lg_tracer_t *tracer) {
    lg_status_t status;
    lg_error_t ignored;
    if (walk->tenures.awaits != NULL || walk->tenures.away) {  // it had left, and nobody goes on with it
        (void)lg_tenures_resume(walk, tracer, &status, &ignored);
    }
    tenure_give(&walk->tenures, walk->tenures.held, tracer);
    walk->tenures.lent = 0;
    walk->tenures.fresh = false;
}
