/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at a graph backwards: the shapes of arithmetic that recognize.c and recognize_attention.c search for.
 */
#ifndef LEGATO_ENGINE_MATCH_H_
#define LEGATO_ENGINE_MATCH_H_

#include "pass/graph.h"

enum { LG_MATCH_FACTORS = 4, LG_MATCH_PARTS = 24 };

// What a match consists of; the ops beside the last one, which it replaces.
typedef struct lg_match {
    const lg_graph_t *graph;
    uint32_t parts[LG_MATCH_PARTS];
    uint32_t part_count;
} lg_match_t;

// A product: a known number times values. Divisors that are numbers count as factors.
typedef struct lg_product {
    double number;
    lg_value_t factors[LG_MATCH_FACTORS];
    uint32_t factor_count;
} lg_product_t;

// The op `id` that makes `value`, now a part of the match; NULL: another one does.
const lg_graph_op_t *lg_match_op(lg_match_t *match, lg_value_t value, uint32_t id);

// Takes products apart, through mul, div by a number, and pow by 2 and 3; false when there are too many factors.
bool lg_match_product(lg_match_t *match, lg_value_t value, lg_product_t *product);

// Whether `value` is another value plus the number; gives the other one.
bool lg_match_plus(lg_match_t *match, lg_value_t value, double number, lg_value_t *out_other);

// Whether `value` is another value plus any known number.
bool lg_match_plus_any(lg_match_t *match, lg_value_t value, double *out_number, lg_value_t *out_other);

// Numbers in models are rounded to f32 or f16, and often written with a few digits.
static inline bool lg_match_near(double a, double b) {
    double error = a > b ? a - b : b - a, size = b > 0 ? b : -b;
    return error <= 1e-4 * size;
}

// Makes the work of all parts that of op `whole`.
void lg_match_absorb(lg_match_t *match, lg_graph_t *graph, uint32_t whole);

// Makes attention of a matmul of softmax and values; leaves it as it is where it does not fit.
lg_status_t lg_recognize_attention(lg_graph_t *graph, uint32_t index, lg_error_t *err);

#endif  // LEGATO_ENGINE_MATCH_H_
