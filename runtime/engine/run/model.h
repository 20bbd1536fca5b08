/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_MODEL_H_
#define LEGATO_ENGINE_MODEL_H_

#include <legato/app.h>

#include "plan/plan.h"

// A model for one signature.
typedef struct lg_fixed {
    int64_t *shapes;  // of all inputs, one after the other
    lg_model_t *model;
    uint64_t used;  // the clock when it was asked for last
} lg_fixed_t;

struct lg_model {
    atomic_int refs;
    lg_context_t *context;
    lg_program_t *program;  // retained
    lg_plan_t *plan;        // retained; NULL: the program has symbols
    lg_plan_desc_t desc;    // what plans are made with; all it points to is in zone
    lg_zone_t zone;
    // A model of an app lives as long as the app: its references are the app's.
    void *owner;
    void (*owner_retain)(void *owner);
    void (*owner_release)(void *owner);
    // Plans by signature, for a program with symbols. Under `lock`, which nobody holds while planning.
    atomic_flag lock;
    LG_LIST(lg_fixed_t) fixed;
    uint32_t capacity;
    uint32_t extent_count;  // of all inputs
    uint64_t clock;
};

#endif  // LEGATO_ENGINE_MODEL_H_
