/* SPDX-License-Identifier: Apache-2.0
 *
 * Tenure: the units that a walk holds. Looked at between two records, for plans that have units.
 *
 *   - what the next record does not hold is given back; what it holds stays, unless others have waited for long, or are
 *     more urgent
 *   - a walk that loses its worker to a higher priority gives all back; inside of a record it keeps them, and inherits
 *     the priority of who waits
 *   - missing units are taken in their order, later ones given back first: no circle of waiting can close
 *   - who has to wait on a lane leaves its worker, and is queued again when it is granted, late or cancelled; who
 *     walks on its caller's thread, or on a pool's, sleeps
 */
#ifndef LEGATO_ENGINE_TENURE_H_
#define LEGATO_ENGINE_TENURE_H_

#include <legato/app.h>

#include "plan/hold.h"
#include "trace/trace.h"

// Of one unit, by one walk.
typedef struct lg_tenure {
    lg_waiter_t waiter;
    lg_hold_t hold;
    struct lg_walk *walk;
    int64_t taken_ns;  // where that is traced
    uint32_t record;   // before which it was taken
} lg_tenure_t;

typedef struct lg_tenures {
    lg_tenure_t *items;         // by the number of the unit in the plan; kept from run to run
    uint32_t capacity;          // of `items`
    lg_unit_set_t held, lent;   // lent: the thread around the run has it
    bool away;                  // those held are
    bool fresh;                 // one was waited for, and no record has run since
    lg_tenure_t *awaits;        // what the walk waits for, NULL: it does not
    _Atomic(uint64_t) awaited;  // the thread that sleeps until the run is done, 0: none
} lg_tenures_t;

typedef enum lg_tenure_end {
    LG_TENURE_GO,
    LG_TENURE_LEFT,
    LG_TENURE_WAITS,
    LG_TENURE_FAILED
} lg_tenure_end_t;

struct lg_walk;
// Memory for the units of the call's plan, before walks begin; `zone` is the call's. False: out of memory.
bool lg_tenures_prepare(lg_tenures_t *tenures, lg_zone_t *zone, uint32_t unit_count);
// A walk comes back to a worker: what it was granted it holds. FAILED: with `*out_status`.
lg_tenure_end_t lg_tenures_resume(struct lg_walk *walk, const lg_tracer_t *tracer, lg_status_t *out_status,
                                  lg_error_t *err);
// Before walk->record, or within it. LEFT: the worker is wanted by others. WAITS: the walk may be gone already.
lg_tenure_end_t lg_tenures_step(struct lg_walk *walk, const lg_tracer_t *tracer, lg_status_t *out_status,
                                lg_error_t *err);
// The walk has ended, or is not gone on with: all goes back.
void lg_tenures_end(struct lg_walk *walk, const lg_tracer_t *tracer);
// The calling thread is about to sleep until the run is done. A run that waits for what that thread has ends.
void lg_tenures_await(struct lg_walk *walk);

#endif  // LEGATO_ENGINE_TENURE_H_
