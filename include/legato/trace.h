/* SPDX-License-Identifier: Apache-2.0
 *
 * Traces: what ran, where, from when to when. A trace is a bounded buffer of events that is made before the runs; while
 * they run nothing is allocated and no lock is taken, two reads of the clock per op are what it costs. Events past its
 * capacity are counted. UNSTABLE: may change before 1.0.
 */
#ifndef LEGATO_TRACE_H_
#define LEGATO_TRACE_H_

#include <legato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lg_trace lg_trace_t;

typedef enum lg_trace_kind {
    LG_TRACE_NONE = 0,
    LG_TRACE_RUN = 1,     // a run of a call, from its start to its end
    LG_TRACE_RECORD = 2,  // a kernel call of a plan, or a tile of it
    LG_TRACE_SHARE = 3,   // what one worker took of a kernel call that was cut over a lane
    LG_TRACE_OP = 4,      // an op that is of no plan: eager, or of a program that is planned in parts
    LG_TRACE_MOVE = 5,    // a moment: the run left its worker to one of a higher priority
    LG_TRACE_WAIT = 6,    // for a unit
    LG_TRACE_HOLD = 7,    // of a unit, from taking it to giving it back
    LG_TRACE_CHOICE = 8   // a moment: an alternative was chosen
} lg_trace_kind_t;

#define LG_TRACE_NO_INDEX 0xFFFFFFFFu

// Makes a trace for `capacity` events (64 bytes each), at least 16. *Retains* the context. Caller releases.
// Errors: INVALID_ARGUMENT (capacity), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_trace_create(lg_context_t *context, uint64_t capacity,
                                               lg_trace_t **out_trace, lg_error_t *err);
LG_API void lg_trace_retain(lg_trace_t *trace);
LG_API void lg_trace_release(lg_trace_t *trace);  // NULL is allowed

// Events so far, those of runs under way included; at most the capacity. Thread-safe.
LG_API uint64_t lg_trace_count(const lg_trace_t *trace);
// Events for which there was no room. A run whose beginning found none is not traced, and counts as one.
LG_API uint64_t lg_trace_lost(const lg_trace_t *trace);

// One event with names. Pointers are *valid until* the trace's last release; none is NULL, "" is unknown.
typedef struct lg_trace_row {
    uint32_t size, abi;
    const void *plan;    // of a RUN: its lg_plan_t
    uint32_t kind;       // lg_trace_kind_t
    uint32_t run;        // index of its RUN event; LG_TRACE_NO_INDEX: of no run
    uint32_t record;     // of its plan; LG_TRACE_NO_INDEX: none
    uint32_t plan_row;   // see lg_plan_row: the op; LG_TRACE_NO_INDEX: none, or a copy that the plan added
    int32_t worker;      // of the lane, 0 a caller who takes part; -1: a thread that is on no lane
    int32_t status;      // of a RUN: how it ended, lg_status_t
    int64_t thread;      // number that the system gives it
    int64_t begin_ns;    // on the clock of lg_clock_ns
    int64_t end_ns;      // equal: a moment
    double expected_ns;  // of a RECORD, all of its tiles; of an OP; of a RUN: the plan's
    const char *op;      // name of the op: "conv"
    const char *path;    // where it stands in the model
    const char *kernel;  // "copy" for one that the plan added, "before" or "after" for code of an executor
    const char *device;  // "cpu:0"
    const char *what;    // name of the unit or alternative
    char lane[16];       // "": the thread of the caller
} lg_trace_row_t;

// Fills `*out_row` (its size and abi set by the caller). Thread-safe. Errors: NOT_FOUND (past the end), BUSY (the run has
// not ended, or the event is being written).
LG_API LG_MUST_USE lg_status_t lg_trace_row(const lg_trace_t *trace, uint64_t index, lg_trace_row_t *out_row,
                                            lg_error_t *err);

// The whole as JSON in the format of Chrome's tracing, which Perfetto reads. Caller releases the text. Errors: OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_trace_format(const lg_trace_t *trace, lg_text_t **out_text,
                                               lg_error_t *err);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_TRACE_H_
