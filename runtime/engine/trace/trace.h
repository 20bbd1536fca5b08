/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Traces]
 * A trace is an array of events of one cache line each. Who has something to say takes the next index (one atomic
 * addition), fills the line and publishes it by its kind; nobody waits for anybody. A run takes the line of its RUN
 * event when it begins, so that its index is the run's number, and publishes it when it ends: what a trace says of a run
 * is read when that is complete. The line has the run's plan, retained; names are looked up when events are read.
 */
#ifndef LEGATO_ENGINE_TRACE_H_
#define LEGATO_ENGINE_TRACE_H_

#include <legato/trace.h>
#include <stdatomic.h>

#include "base/context.h"

typedef struct lg_event {
    _Alignas(64) _Atomic(uint32_t) kind;  // written last, release; 0: not there yet
    uint32_t run;                         // of an OP: its cost, as bits of a float
    uint32_t record;                      // of a RUN: its status
    int32_t worker;
    int64_t thread, begin_ns, end_ns;
    const void *what;  // of a RUN: the plan; of an OP: the op; else a name
    char lane[16];
} lg_event_t;
_Static_assert(sizeof(lg_event_t) == 64, "an event is a line");

struct lg_trace {
    lg_context_t *context;
    _Atomic(void (*)(const void *)) drop;  // gives back what a RUN has; set by who writes such events
    lg_event_t *events;
    uint64_t capacity;
    atomic_int refs;
    _Alignas(64) _Atomic(uint64_t) next;
};

// Where events of one thread come from.
typedef struct lg_tracer {
    lg_trace_t *trace;  // NULL: nobody wants to know
    uint32_t run;
    int32_t worker;
    int64_t thread;
    char lane[16];
} lg_tracer_t;

// The next free line, or NULL: there is none, which was counted.
lg_event_t *lg_trace_take(lg_trace_t *trace);
void lg_trace_write(const lg_tracer_t *tracer, lg_trace_kind_t kind, uint32_t record, int64_t begin_ns,
                    int64_t end_ns, const void *what);
// NULL: it was not published.
const lg_event_t *lg_trace_event(const lg_trace_t *trace, uint64_t index);

#endif  // LEGATO_ENGINE_TRACE_H_
