/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Programs inside]
 * A cond and a while are ops of a program like others, with operands and results; what they do is said by programs
 * of their own. Both programs of one take the same inputs: of a cond all operands but the first, of a while all
 * operands, the first `carried` of which are what each round made of them. Weights of inner programs are weights of
 * the outer one, too, under the same names, so that a file and a reader need to look at one list only.
 *
 * The type of a result follows from the types that the inner programs state: a number stays one, an expression over
 * symbols of the inner program is evaluated, and where branches differ, a round changes an extent, or only the data
 * tell, it is a symbol of its own (u0, ...).
 */
#ifndef LEGATO_ENGINE_CONTROL_H_
#define LEGATO_ENGINE_CONTROL_H_

#include "program/program.h"

#define LG_MAX_DEPTH 16  // of programs inside programs

typedef struct lg_control {
    uint32_t op;  // LG_OP_COND, LG_OP_WHILE
    const lg_value_t *ins;
    uint32_t in_count;
    lg_program_t *subs[2];  // retained
    uint32_t carried;       // WHILE
    const char *path;       // may be NULL
} lg_control_t;

// How many results it has.
static inline uint32_t lg_control_out_count(const lg_control_t *control) {
    return (uint32_t)control->subs[control->op == LG_OP_WHILE]->outputs.count;
}
// Where in the operands the inputs of the inner programs begin.
static inline uint32_t lg_control_first(uint32_t op) {
    return op == LG_OP_COND;
}

// Errors: as lg_program_add_cond and lg_program_add_while.
lg_status_t lg_program_add_control(lg_program_t *program, const lg_control_t *control, lg_value_t *out_values,
                                   uint32_t out_count, lg_error_t *err);

#endif  // LEGATO_ENGINE_CONTROL_H_
