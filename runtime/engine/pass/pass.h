/* SPDX-License-Identifier: Apache-2.0
 *
 * Passes: what happens to a program before it is planned. Each is a function over the graph in a file of its
 * own, has a name under which it can be switched off, and is tested by text in, text out.
 *
 *   integer     products of dequantized numbers that are quantised again are products of integers
 *   fold        ops of constants are computed now
 *   eliminate   ops without effect, duplicates, pairs that undo each other
 *   recognize   groups of ops that are one op: layer_norm, gelu, silu, hard_swish, ... as exporters write them
 *   scale       batch normalization and constant factors and summands move into weights
 *   fuse        bias, residual and activation become part of the conv, linear or matmul before them
 *   chain       runs of pointwise ops become one op over tiles
 *   prepack     constants are packed for their kernels (plan/bind.c)
 *   in_place    results overwrite inputs that nobody reads later (plan/bind.c)
 *   branches    ops that do not depend on each other run at the same time on a lane (plan/strand.c)
 */
#ifndef LEGATO_ENGINE_PASS_H_
#define LEGATO_ENGINE_PASS_H_

#include "pass/graph.h"

typedef lg_status_t (*lg_pass_fn_t)(lg_graph_t *graph, lg_error_t *err);

lg_status_t lg_pass_integer(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_fold(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_eliminate(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_recognize(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_scale(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_fuse(lg_graph_t *graph, lg_error_t *err);
lg_status_t lg_pass_chain(lg_graph_t *graph, lg_error_t *err);

// Bits of what a plan leaves out.
typedef uint32_t lg_pass_set_t;

// Adds the pass called `name` to `*set`. Errors: NOT_FOUND, with the names that there are.
lg_status_t lg_pass_find(const char *name, lg_pass_set_t *set, lg_error_t *err);
#define LG_PASS_IN_PLACE "in_place"
#define LG_PASS_PREPACK "prepack"
#define LG_PASS_BRANCHES "branches"

// Runs the passes that `off` does not leave out, and builds the result, which is `program` itself (retained)
// where nothing changed. Caller releases. Arguments as for lg_graph_init and lg_graph_build; `shared` may be NULL.
lg_status_t lg_pass_run(lg_program_t *program, const bool *fixed, const uint32_t *blocks, lg_pass_set_t off,
                        const lg_shared_t *shared, lg_zone_t *zone, lg_origins_t *origins,
                        lg_program_t **out_program, lg_error_t *err);

#endif  // LEGATO_ENGINE_PASS_H_
