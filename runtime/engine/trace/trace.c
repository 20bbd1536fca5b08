// SPDX-License-Identifier: Apache-2.0
// The buffer. See Note [Traces].
#include "trace/trace.h"

#include <string.h>

lg_status_t lg_trace_create(lg_context_t *context, uint64_t capacity, lg_trace_t **out_trace,
                            lg_error_t *err) {
    *out_trace = NULL;
    LG_TRY(lg_context_check(context, err));
    LG_CHECK(err, capacity >= 16 && capacity < LG_TRACE_NO_INDEX, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a trace for %llu events, expected 16 to %u", (unsigned long long)capacity,
             LG_TRACE_NO_INDEX - 1);
    lg_heap_t *heap = &context->heap;
    lg_trace_t *trace = lg_heap_alloc(heap, sizeof *trace);
    lg_event_t *events = lg_heap_alloc(heap, capacity * sizeof *events);
    if (trace == NULL || events == NULL) {
        if (trace != NULL) {
            lg_heap_free(heap, trace, sizeof *trace);
        }
        if (events != NULL) {
            lg_heap_free(heap, events, capacity * sizeof *events);
        }
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a trace of %llu events",
                            (unsigned long long)capacity);
    }
    memset(trace, 0, sizeof *trace);
    memset(events, 0, capacity * sizeof *events);  // its pages are there before the runs, too
    trace->context = context;
    trace->events = events;
    trace->capacity = capacity;
    atomic_init(&trace->refs, 1);
    *out_trace = trace;
    return LG_OK;
}

void lg_trace_retain(lg_trace_t *trace) {
    atomic_fetch_add_explicit(&trace->refs, 1, memory_order_relaxed);
}

void lg_trace_release(lg_trace_t *trace) {
    if (trace == NULL || atomic_fetch_sub_explicit(&trace->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    for (uint64_t i = 0; i < lg_trace_count(trace); i++) {
        const lg_event_t *event = lg_trace_event(trace, i);
        if (event != NULL && atomic_load_explicit(&event->kind, memory_order_relaxed) == LG_TRACE_RUN) {
            atomic_load_explicit(&trace->drop, memory_order_relaxed)(event->what);
        }
    }
    lg_heap_t *heap = &trace->context->heap;
    lg_heap_free(heap, trace->events, trace->capacity * sizeof *trace->events);
    lg_heap_free(heap, trace, sizeof *trace);
}

uint64_t lg_trace_count(const lg_trace_t *trace) {
    uint64_t next = atomic_load_explicit(&trace->next, memory_order_relaxed);
    return next < trace->capacity ? next : trace->capacity;
}

uint64_t lg_trace_lost(const lg_trace_t *trace) {
    return atomic_load_explicit(&trace->next, memory_order_relaxed) - lg_trace_count(trace);
}

lg_event_t *lg_trace_take(lg_trace_t *trace) {
    uint64_t index = atomic_fetch_add_explicit(&trace->next, 1, memory_order_relaxed);
    return index < trace->capacity ? &trace->events[index] : NULL;
}

void lg_trace_write(const lg_tracer_t *tracer, lg_trace_kind_t kind, uint32_t record, int64_t begin_ns,
                    int64_t end_ns, const void *what) {
    lg_event_t *event = lg_trace_take(tracer->trace);
    if (event == NULL) {
        return;
    }
    event->run = tracer->run;
    event->record = record;
    event->worker = tracer->worker;
    event->thread = tracer->thread;
    event->begin_ns = begin_ns;
    event->end_ns = end_ns;
    event->what = what;
    memcpy(event->lane, tracer->lane, sizeof event->lane);
    atomic_store_explicit(&event->kind, kind, memory_order_release);  // pairs with lg_trace_event
}

const lg_event_t *lg_trace_event(const lg_trace_t *trace, uint64_t index) {
    const lg_event_t *event = &trace->events[index];
    return atomic_load_explicit(&event->kind, memory_order_acquire) != LG_TRACE_NONE ? event : NULL;
}
