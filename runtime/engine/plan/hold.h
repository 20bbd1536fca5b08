/* SPDX-License-Identifier: Apache-2.0
 *
 * What records hold. The units of a plan have numbers in the order in which they are taken, so what a record holds is a
 * set of bits; contiguous records with the same bit keep the unit. docs/explanation/calls.md has the rules.
 */
#ifndef LEGATO_ENGINE_HOLD_H_
#define LEGATO_ENGINE_HOLD_H_

#include "unit/unit.h"

enum { LG_PLAN_MAX_UNITS = 64 };

// Of the units of a plan, by their numbers.
typedef uint64_t lg_unit_set_t;

// Bits of a set, the lowest first: `for (set = ...; set != 0; set &= set - 1) lg_unit_first(set)`.
static inline uint32_t lg_unit_first(lg_unit_set_t set) {
    return (uint32_t)__builtin_ctzll(set);
}

// What one record holds.
typedef struct lg_record_hold {
    lg_unit_set_t units;
    bool is_copy;               // that the plan added: it holds what is held anyhow
    const char *const *labels;  // one for each unit: who holds it, for messages of others
} lg_record_hold_t;

typedef struct lg_hold_plan {
    uint32_t unit_count;
    lg_unit_t *units[LG_PLAN_MAX_UNITS];  // retained; in the order in which they were made
    lg_record_hold_t *records;            // one for each; NULL: none holds anything
} lg_hold_plan_t;

#endif  // LEGATO_ENGINE_HOLD_H_
