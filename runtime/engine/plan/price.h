/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Prices]
 * A kernel estimates what a call costs (work_ns), from its shape and constants of the machine it was written on. That
 * decides what is spread. What a plan expects is corrected by what was measured on this machine: the price of the very
 * same call where there is one, else the estimate times how far off estimates of that size were for the kernel, else
 * for all kernels. Prices are a sorted table of the context, set by who measured (lg.calibrate).
 */
#ifndef LEGATO_ENGINE_PRICE_H_
#define LEGATO_ENGINE_PRICE_H_

#include <legato/plan.h>

#include "base/context.h"

// Keys of a call: of its own, and of its kernel at estimates of its size.
typedef struct lg_price_keys {
    uint64_t call, band;
} lg_price_keys_t;

struct lg_record_plan;
lg_price_keys_t lg_price_keys_of(const char *kernel, const lg_op_view_t *op,
                                 const struct lg_record_plan *record);
// What the call of a record is expected to cost.
double lg_price_of(const lg_context_t *context, const char *kernel, const lg_op_view_t *op,
                   const struct lg_record_plan *record);
// At a context's end.
void lg_prices_destroy(lg_context_t *context);

#endif  // LEGATO_ENGINE_PRICE_H_
