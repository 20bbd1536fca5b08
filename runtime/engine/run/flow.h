/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Flows]
 * How a program that splits runs (program/split.h): part after part, over a table of tensors, one per value. A
 * segment is a model of its own, whose plans are kept by signature, and so is each program inside an op; a step that
 * is no cond or while runs as an eager call. Calls of the inner models are kept with the outer call. Memory comes
 * from the context's pool and goes back after its last use: such runs allocate, they do not promise otherwise.
 */
#ifndef LEGATO_ENGINE_FLOW_H_
#define LEGATO_ENGINE_FLOW_H_

#include "program/split.h"
#include "run/call.h"

typedef struct lg_flow {
    lg_context_t *context;
    lg_program_t *program;  // *borrows* that of the model
    lg_split_t split;
    lg_model_t *(*models)[2];  // per part: of a segment the first; of a cond or while both; else NULL
    lg_plan_t *policy;         // what was decided on steps, which have no plan; NULL: there are none
} lg_flow_t;

// What a call keeps for its flow.
typedef struct lg_flow_call {
    lg_tensor_t *values;      // per value of the program; buffer NULL: nobody's, or the caller's
    lg_call_t *(*calls)[2];   // as models, made when first needed
    lg_tensor_t *outputs;     // of the last run
    _Atomic(uint32_t) ready;  // 1: they are complete; written by the run
    int64_t asked_ns;         // when the call's watch was asked last
} lg_flow_call_t;

lg_status_t lg_flow_create(lg_program_t *program, const lg_plan_desc_t *desc, lg_flow_t **out_flow,
                           lg_error_t *err);
void lg_flow_destroy(lg_flow_t *flow);  // NULL is allowed

lg_status_t lg_flow_call_create(const lg_flow_t *flow, lg_flow_call_t **out_call, lg_error_t *err);
void lg_flow_call_release(const lg_flow_t *flow, lg_flow_call_t *call);  // NULL is allowed

// Runs all parts of the flow of `call` on what `inputs` (one per input of the program) show; `outputs` of the flow's
// call are its results then. `deadline_ns` 0: none; the run ends where cancel is set, which is looked at before each part
// and round. Errors: those of lg_call_run, of lg_op_call and of planning.
lg_status_t lg_flow_run(const lg_flow_t *flow, lg_call_t *call, const lg_view_t *inputs, int64_t deadline_ns,
                        lg_error_t *err);

// Plans what inputs of the shapes of `types` tell before a run, and gives the first part that they leave open,
// UINT32_MAX: none. `add`: the signatures of parts are kept as added ones. Errors: those of planning.
lg_status_t lg_flow_plan(const lg_flow_t *flow, const lg_view_t *types, bool add, uint32_t *out_open,
                         lg_error_t *err);

// Why there is a part, for people.
void lg_flow_why(const lg_flow_t *flow, uint32_t part, char *why, size_t capacity);

// Lets a model of a file run for the signatures that it has, those of its parts too. Errors: UNSUPPORTED (a part's
// extents the data tell), those of planning.
lg_status_t lg_model_be_strict(lg_model_t *model, lg_error_t *err);

#endif  // LEGATO_ENGINE_FLOW_H_
