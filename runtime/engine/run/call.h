/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_CALL_H_
#define LEGATO_ENGINE_CALL_H_

#include <legato/app.h>

#include "lane/lane.h"
#include "lane/token.h"
#include "run/model.h"
#include "run/spread.h"
#include "run/walk.h"
#include "trace/trace.h"

// What replay walks: half a cache line per kernel call, all addresses bound.
typedef struct lg_record {
    lg_kernel_fn_t fn;
    const void *args;
    void *const *data;
    int64_t extent;
} lg_record_t;
_Static_assert(sizeof(void *) != 8 || sizeof(lg_record_t) == 32, "two records per cache line");

// The states of a call that was started, in one word: see docs/explanation/calls.md. WAITED is added by who sleeps on it,
// TOLD by lg_call_notify.
enum {
    LG_FLIGHT_IDLE = 0,
    LG_FLIGHT_ALOFT = 1,
    LG_FLIGHT_DONE = 2,
    LG_FLIGHT_STATE = 3,
    LG_FLIGHT_WAITED = 4,
    LG_FLIGHT_TOLD = 8
};

// How a run goes that was started, or has a deadline.
typedef struct lg_flight {
    _Atomic(uint32_t) state;   // LG_FLIGHT_*
    _Atomic(uint32_t) cancel;  // 1: whoever holds the call wants the run to end; read at every record
    lg_walk_t walk;            // its lane is retained while the run is aloft
    lg_token_want_t want;      // until it begins on its lane
    int32_t priority;
    int64_t deadline_ns;  // 0: none
    uint32_t float_mode;  // of who started it
    int64_t process;      // that started it: in the child of a fork it is another
    void (*told)(void *user, lg_status_t status, const lg_error_t *error);  // before TOLD
    void *user;
    lg_status_t status;  // with `error`: written before DONE
    lg_error_t error;
} lg_flight_t;

// Added to lg_call_t.unready, so that one test covers what a run has to look at first.
#define LG_CALL_STALE 0x80000000u   // the plan is not that of the shapes
#define LG_CALL_ALOFT 0x40000000u   // a run was started, and may be under way
#define LG_CALL_PICKS 0x20000000u   // there is a choice to make: between plans, or in one
#define LG_CALL_TRACED 0x10000000u  // runs are traced

// One alternative of a call: its records, over the arena that all share.
typedef struct lg_seat {
    const lg_plan_t *plan;
    lg_record_t *records;
    void **data;
    struct lg_weave *weave;  // owned; NULL: no run went in strands yet
    uint8_t *picks;
} lg_seat_t;

struct lg_call {
    lg_context_t *context;
    lg_model_t *model;  // retained
    lg_model_t *fixed;  // retained: the model whose plan it runs; NULL: not known yet
    const lg_plan_t *plan;
    lg_record_t *records;
    void **data;     // operand addresses of all records
    uint8_t *picks;  // per region of the plan: the alternative that was taken last
    uint32_t record_count;
    uint32_t seat;        // the one of them that runs
    uint32_t seat_count;  // 1, or how many alternatives there are
    lg_seat_t *seats;     // of those; `plan`, `records` and `data` are those of one
    uint32_t in_count, out_count;
    uint32_t unready;   // bindings that have no memory yet, plus LG_CALL_*
    bool *bound;        // in_count + out_count
    void **memory;      // what each binding points to
    lg_view_t *types;   // what was bound, where the model has symbols, else NULL; dtype INVALID: nothing
    lg_buffer_t **own;  // memory of outputs that nobody bound
    lg_buffer_t **own_inputs;               // of inputs that the caller asked for, until the call's end
    lg_buffer_t *(*states)[2];              // per state: what is read, what is written; NULL: none yet
    lg_view_t *state_types;                 // of those
    bool wide;                              // the arena is that for strands which run at the same time
    bool placed;                            // the plan has lanes of its own
    bool walks;                             // it has, or units: the plain loop is not for it
    struct lg_flow_call *flow;              // owned; NULL: the program does not split
    const _Atomic(uint32_t) *outer_cancel;  // of the call that this one is a part of; NULL: it is none
    int32_t (*watch)(void *user);           // asked while it runs in parts; NULL: nobody
    void *watch_user;
    lg_buffer_t *arena;
    lg_lane_t *lane;       // that large records are cut over, retained; NULL: the caller runs them alone
    void *spread_scratch;  // of the lane's workers other than the caller
    size_t spread_bytes;
    _Atomic(uint32_t) spread_taken;  // 1: by a record that is spread now, of several at the same time
    lg_trace_t *trace;               // retained; NULL: nobody wants to know
    lg_event_t *traced;              // of the run under way; NULL: it is not traced
    lg_zone_t zone;                  // what does not depend on the plan
    lg_zone_t plan_zone;             // records and addresses
    lg_flight_t flight;
};

// Hands an output of the last run over, with its memory: the next run makes new memory for it. Nobody has bound it.
LG_API lg_status_t lg_call_take_output(lg_call_t *call, uint32_t index, lg_tensor_t *out_tensor,
                                       lg_error_t *err);

// flow_call.c: runs a program in parts, on the calling thread. `deadline_ns` 0: none.
lg_status_t lg_call_run_parts(lg_call_t *call, int64_t deadline_ns, lg_error_t *err);
lg_status_t lg_call_part_output(lg_call_t *call, uint32_t index, lg_view_t *out_view, lg_error_t *err);

// call.c, for flow_call.c: whether a binding is one of a state, and a state of that type, made where there is none.
bool lg_call_is_state(const lg_call_t *call, uint32_t index);
lg_status_t lg_call_make_state(lg_call_t *call, size_t index, const lg_view_t *type, lg_error_t *err);

// call.c, for flight.c and walk.c: makes the call ready to run.
lg_status_t lg_call_complete(lg_call_t *call, lg_error_t *err);
void lg_call_turn_states(lg_call_t *call);
// Where there is a choice: takes the alternative for a run that begins now. The call is ready.
lg_status_t lg_call_pick(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err);
// Runs a record, on the workers of `lane` (NULL: none) too where that pays.
int32_t lg_call_record(lg_call_t *call, lg_lane_t *lane, uint32_t index, const lg_tracer_t *tracer);
// Names the op of a record in an error; `code` is what its kernel returned.
lg_status_t lg_call_fail(const lg_call_t *call, uint32_t record, int32_t code, lg_error_t *err);

// Gives the call the arena in which strands may run at the same time.
lg_status_t lg_call_widen(lg_call_t *call, lg_error_t *err);

// flight.c: the end of a run whose records have ended with `status`: turns states, tells who waits. The call's memory
// may be gone when it returns.
void lg_call_end(lg_call_t *call, lg_status_t status);
// What was started has ended and may be forgotten. Errors: BUSY.
lg_status_t lg_call_land(lg_call_t *call, lg_error_t *err);
// On the calling thread, with all that a run may have.
lg_status_t lg_call_fly(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err);
// At the end of a call's life.
void lg_call_abandon(lg_call_t *call);

// traced.c: a run of the call begins, on a worker of `lane` or, where that is NULL, on the calling thread; it ends.
void lg_call_trace_begin(lg_call_t *call, lg_lane_t *lane);
void lg_call_trace_end(lg_call_t *call, lg_status_t status);
// Who writes for the calling thread, which is a worker of `lane` or, where that is NULL, the run's caller.
void lg_call_tracer(const lg_call_t *call, lg_lane_t *lane, lg_tracer_t *out_tracer);
// An eager op whose kernel is that for `dtype`, as lg_eager_run or, where there is a lane, lg_spread_eager.
LG_API lg_status_t lg_trace_eager(lg_trace_t *trace, lg_lane_t *lane, uint32_t dtype, lg_eager_t *eager,
                                  lg_tensor_t *outs, uint32_t out_count, lg_error_t *err);

#endif  // LEGATO_ENGINE_CALL_H_
