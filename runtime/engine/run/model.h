/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_MODEL_H_
#define LEGATO_ENGINE_MODEL_H_

#include <legato/app.h>

#include "plan/plan.h"

// A model for one signature.
typedef struct lg_fixed {
    int64_t *shapes;    // of all inputs, one after the other; then the elements of those that are static
    lg_model_t *model;  // NULL: not planned yet, or no longer
    uint64_t used;      // the clock when it was asked for last
    bool added;         // by lg_model_add_signature: it stays when its plan goes
    bool installed;     // its model has options of its own: it stays, and files keep them
} lg_fixed_t;
#define LG_MAX_SIGNATURES 4096  // that were added

struct lg_model {
    atomic_int refs;
    lg_context_t *context;
    lg_program_t *program;           // retained
    lg_plan_t *plan;                 // retained; NULL: the program has symbols, or splits
    struct lg_flow *flow;            // owned; NULL: the program does not split
    struct lg_model_choice *choice;  // owned; NULL: it is no choice
    lg_plan_desc_t desc;             // what plans are made with; all it points to is in zone
    lg_executor_t executor;          // of `desc`; size is 0 where there is none
    lg_lanes_t lanes;                // of `desc`
    lg_zone_t zone;
    // A model of an app lives as long as the app: its references are the app's.
    void *owner;
    void (*owner_retain)(void *owner);
    void (*owner_release)(void *owner);
    // Plans by signature, for a program with symbols. Under `lock`, which nobody holds while planning.
    atomic_flag lock;
    LG_LIST(lg_fixed_t) fixed;
    uint32_t capacity;      // of plans
    uint32_t extent_count;  // of all inputs, plus what the elements of static ones take in 64-bit words
    uint64_t clock;
    bool strict;  // only signatures that are there already; set before the model is handed out
};

// A model for `plan`, or without one. `desc` may be NULL.
lg_status_t lg_model_make(lg_program_t *program, lg_plan_t *plan, const lg_plan_desc_t *desc,
                          lg_model_t **out_model, lg_error_t *err);

// lg_model_signature, where `only_added` leaves out those that merely have a plan.
lg_status_t lg_model_signature_at(lg_model_t *model, uint32_t index, bool only_added, lg_view_t *out_types,
                                  uint32_t count, lg_error_t *err);

// The model that lg_model_install gave for `types`, retained; NULL where there is none.
lg_model_t *lg_model_installed(lg_model_t *model, const lg_view_t *types, uint32_t count);

#endif  // LEGATO_ENGINE_MODEL_H_
