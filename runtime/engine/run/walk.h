/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk: a cursor over records of a call that looks at everything between two of them: cancel, deadline, who wants
 * the worker. lg_call_run without any of that has a plain loop of its own.
 */
#ifndef LEGATO_ENGINE_WALK_H_
#define LEGATO_ENGINE_WALK_H_

#include <legato/app.h>

#include "lane/lane.h"
#include "run/tenure.h"

struct lg_walk;
// How a walk waits without its thread.
typedef struct lg_rest {
    // It is about to, and counted from here on; it goes on where it is after all.
    void (*leave)(struct lg_walk *walk);
    void (*stay)(struct lg_walk *walk);
    // It may go on, from any thread. The walk may be gone afterwards.
    void (*back)(struct lg_walk *walk);
    // It is as urgent as that, wherever it waits. NULL: that makes no difference.
    void (*raise)(struct lg_walk *walk, int32_t priority);
} lg_rest_t;

typedef struct lg_walk {
    lg_call_t *call;
    lg_lane_t *lane;                // whose worker walks; NULL: the walk is on its caller's thread
    lg_lane_t *spread;              // whose workers large records are cut over; NULL: they stay whole
    lg_task_t task;                 // on that lane, of a run that is one walk; `run` is set by who submits it
    _Atomic(uint32_t) record;       // the next one; written by the walk, read by others for messages
    uint32_t last;                  // one past the walk's records
    int64_t begin;                  // in the next record: elements that are done
    bool resumed;                   // no record has run since the walk began or came back to a worker
    bool hosted;                    // the run is on its caller's thread: what that has, it has
    const lg_rest_t *rest;          // NULL: the walk sleeps on its thread
    const _Atomic(uint32_t) *ends;  // not 0: it is in vain, beside the call's own flag; NULL: none
    lg_tenures_t tenures;           // the units that it holds; lg_tenures_prepare once per plan that has some
} lg_walk_t;

typedef enum lg_walk_end {
    LG_WALK_ENDED,  // with `*out_status`
    LG_WALK_LEFT,   // it is to leave its worker; who called puts it where it is found again
    LG_WALK_WAITS   // it waits, or has gone on elsewhere by now: lg_rest_t has put it there
} lg_walk_end_t;

// At the beginning of records [first, last) of the call.
static inline void lg_walk_init(lg_walk_t *walk, lg_call_t *call, lg_lane_t *spread, uint32_t first,
                                uint32_t last) {
    walk->call = call;
    walk->lane = NULL;
    walk->spread = spread;
    atomic_store_explicit(&walk->record, first, memory_order_relaxed);
    walk->last = last;
    walk->begin = 0;
    walk->resumed = true;
    walk->hosted = true;
    walk->rest = NULL;
    walk->ends = NULL;
}

// Walks records and tiles of records until the walk ends or leaves its worker.
lg_walk_end_t lg_walk_go(lg_walk_t *walk, lg_status_t *out_status, lg_error_t *err);

// Whether the run has to end before walk->record. Errors: CANCELLED, DEADLINE.
lg_status_t lg_walk_look(const lg_walk_t *walk, lg_error_t *err);

// The error of a run that stops before walk->record; `what` has happened.
lg_status_t lg_walk_stop(const lg_walk_t *walk, lg_status_t code, const char *what, lg_error_t *err);

#endif  // LEGATO_ENGINE_WALK_H_
