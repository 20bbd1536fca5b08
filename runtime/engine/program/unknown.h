/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Extents that only the data tell]
 * The result of non_zero, of a loop, or of an op whose attribute comes from data (a *late* attribute) has extents
 * that nobody knows before the run. Each becomes a symbol of its own (u0, u1, ...), with numbers at all points like
 * those of inputs, so that what follows is inferred as ever. A program with such ops *splits*: see split.h.
 */
#ifndef LEGATO_ENGINE_UNKNOWN_H_
#define LEGATO_ENGINE_UNKNOWN_H_

#include "program/program.h"

// Adds an op with late attributes, or with LG_OP_FLAG_DATA_SHAPE; `node` is complete but for its outputs.
// Errors: those of lg_op_infer, UNSUPPORTED (an attribute that must be known), OVERFLOW (too many symbols).
lg_status_t lg_program_add_unknown(lg_program_t *program, const lg_op_parts_t *parts, const void *attrs,
                                   lg_op_node_t *node, lg_error_t *err);

// Replaces the axes in `fresh` (a bit per axis) by the symbols at that point.
lg_status_t lg_unknown_replace(lg_view_t *view, uint32_t fresh, const uint32_t *symbols, uint32_t point,
                               lg_error_t *err);

#endif  // LEGATO_ENGINE_UNKNOWN_H_
