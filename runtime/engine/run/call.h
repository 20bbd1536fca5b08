/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_CALL_H_
#define LEGATO_ENGINE_CALL_H_

#include <legato/app.h>

#include "run/model.h"
#include "run/spread.h"

// What replay walks: half a cache line per kernel call, all addresses bound.
typedef struct lg_record {
    lg_kernel_fn_t fn;
    const void *args;
    void *const *data;
    int64_t extent;
} lg_record_t;
_Static_assert(sizeof(void *) != 8 || sizeof(lg_record_t) == 32, "two records per cache line");

struct lg_call {
    lg_context_t *context;
    lg_model_t *model;  // retained
    lg_model_t *fixed;  // retained: the model whose plan it runs; NULL: not known yet
    const lg_plan_t *plan;
    lg_record_t *records;
    void **data;  // operand addresses of all records
    uint32_t record_count;
    uint32_t in_count, out_count;
    uint32_t
        unready;  // bindings that have no memory yet, plus CALL_STALE when the plan is not that of the shapes
    bool *bound;  // in_count + out_count
    void **memory;      // what each binding points to
    lg_view_t *types;   // what was bound, where the model has symbols, else NULL; dtype INVALID: nothing
    lg_buffer_t **own;  // memory of outputs that nobody bound
    lg_buffer_t **own_inputs;   // of inputs that the caller asked for, until the call's end
    lg_buffer_t *(*states)[2];  // per state: what is read, what is written; NULL: none yet
    lg_view_t *state_types;     // of those
    struct lg_flow_call *flow;  // owned; NULL: the program does not split
    lg_buffer_t *arena;
    lg_lane_t *lane;       // that large records are cut over, retained; NULL: the caller runs them alone
    void *spread_scratch;  // of the lane's workers other than the caller
    size_t spread_bytes;
    lg_zone_t zone;       // what does not depend on the plan
    lg_zone_t plan_zone;  // records and addresses
};

// Hands an output of the last run over, with its memory: the next run makes new memory for it. Nobody has bound it.
LG_API lg_status_t lg_call_take_output(lg_call_t *call, uint32_t index, lg_tensor_t *out_tensor,
                                       lg_error_t *err);

#endif  // LEGATO_ENGINE_CALL_H_
