/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_CALL_H_
#define LEGATO_ENGINE_CALL_H_

#include <legato/app.h>

#include "plan/plan.h"

// What replay walks: half a cache line per kernel call, all addresses bound.
typedef struct lg_record {
    lg_kernel_fn_t fn;
    const void *args;
    void *const *data;
    int64_t extent;
} lg_record_t;
_Static_assert(sizeof(void *) != 8 || sizeof(lg_record_t) == 32, "two records per cache line");

struct lg_model {
    atomic_int refs;
    lg_context_t *context;
    lg_plan_t *plan;   // retained
    lg_rule_t *rules;  // strings in zone
    uint32_t rule_count;
    lg_zone_t zone;
    // A model of an app lives as long as the app: its references are the app's.
    void *owner;
    void (*owner_retain)(void *owner);
    void (*owner_release)(void *owner);
};

struct lg_call {
    lg_context_t *context;
    lg_model_t *model;  // retained
    lg_record_t *records;
    void **data;  // operand addresses of all records
    uint32_t record_count;
    uint32_t in_count, out_count;
    uint32_t unbound;   // bindings that have no memory yet
    bool *bound;        // in_count + out_count
    void **memory;      // what each binding points to
    lg_buffer_t **own;  // memory of outputs that nobody bound
    lg_buffer_t *arena;
    lg_zone_t zone;
};

#endif  // LEGATO_ENGINE_CALL_H_
