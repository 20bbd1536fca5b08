/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_PROGRAM_H_
#define LEGATO_ENGINE_PROGRAM_H_

#include <legato/program.h>

#include "base/context.h"
#include "base/text.h"
#include "program/evaluate.h"
#include "program/extent.h"

typedef enum lg_value_kind { LG_VALUE_INPUT, LG_VALUE_WEIGHT, LG_VALUE_RESULT } lg_value_kind_t;

// A value. `index` is the input or weight number, or the op that makes it.
typedef struct lg_value_node {
    lg_view_t type;  // data bound for weights, and for results that are known already
    uint8_t kind;    // lg_value_kind_t
    bool is_static;  // an input whose elements are part of the signature: attributes follow from them
    uint32_t index;
    const char *name;            // of an input or weight, else NULL
    const char *const *extents;  // texts of symbolic extents by axis, NULL where they are numbers
    const lg_affine_t *affines;  // of an input with symbolic extents, by axis
} lg_value_node_t;

// An attribute that takes its value from a tensor.
typedef struct lg_bound {
    uint32_t attr;  // index in the op's description
    lg_value_t value;
} lg_bound_t;

typedef struct lg_op_node {
    const lg_op_info_t *info;
    uint32_t in_count, out_count;
    uint32_t number;  // among the ops of its kind: with the op's name, its own name ("matmul#2")
    lg_value_t *ins;  // LG_VALUE_NONE for absent ones
    lg_value_t *outs;
    const void *attrs;        // NULL when the op has none
    const lg_bound_t *bound;  // attributes whose value in `attrs` does not count
    uint32_t bound_count;
    const char *path;  // "" when unknown
    // LG_OP_COND: then, else; LG_OP_WHILE: test, body. Retained. See control.h.
    struct lg_program *subs[2];
    uint32_t carried;  // WHILE: operands that each round makes anew
    uint32_t symbol;   // LG_OP_FLAG_DATA_SHAPE: of the extent that the data tell
} lg_op_node_t;

// A node as shape rules, kernels, devices and executors see it, with these operands.
static inline lg_op_view_t lg_op_node_view(const lg_op_node_t *op, const lg_view_t *const *ins,
                                           const lg_view_t *const *outs) {
    return (lg_op_view_t){
        op->info->id, (uint16_t)op->in_count, (uint16_t)op->out_count, ins, outs, op->attrs, op->info->name,
        op->path};
}

// What a branch in the recorded function saw: the program is right only where `value` is `expected`.
typedef struct lg_guard_node {
    lg_value_t value;  // one element
    bool expected;
    const char *text;  // what was asked, and where
} lg_guard_node_t;

typedef struct lg_output_node {
    const char *name;
    lg_value_t value;
} lg_output_node_t;

// An input that reads what an output of the run before wrote.
typedef struct lg_state_node {
    uint32_t input, output;  // positions
} lg_state_node_t;

struct lg_program {
    atomic_int refs;
    bool frozen;
    lg_context_t *context;
    lg_zone_t zone;  // strings, attributes, operand lists
    LG_LIST(lg_value_node_t) values;
    LG_LIST(lg_op_node_t) ops;
    LG_LIST(lg_value_t) inputs;
    LG_LIST(lg_value_t) weights;
    LG_LIST(lg_buffer_t *) buffers;  // retained, one per weight
    LG_LIST(lg_output_node_t) outputs;
    lg_map_t input_names, weight_names, output_names;
    lg_map_t weight_memory;  // view of a weight -> weight number
    uint32_t *op_numbers;    // per op, at lg_op_row: the next number
    LG_LIST(lg_guard_node_t) guards;
    LG_LIST(lg_state_node_t) states;
    lg_held_t held;  // elements of results that are known
    // See Note [Symbolic extents]. Points behind the first, which is the types of the values.
    LG_LIST(lg_symbol_t) symbols;
    LG_LIST(lg_point_t) points;
    LG_LIST(const char *) extent_texts;
    lg_map_t extent_numbers;       // numbers at the points -> text
    uint32_t fresh_count;          // names d0, d1, ... given so far
    uint32_t data_count;           // names u0, u1, ... given so far
    LG_LIST(lg_program_t *) subs;  // of all ops, retained
    bool splits;                   // it is planned in parts, see split.h
    uint32_t depth;                // of programs in it
    uint32_t static_count;         // inputs that are static
    lg_program_t *parent;          // retained: what it is a part of, whose strings and elements it uses
};

// lg_program_add_op with attributes that come from tensors.
typedef struct lg_op_parts {
    uint32_t op;
    const lg_value_t *ins;
    uint32_t in_count;
    const void *attrs;
    const lg_bound_t *bound;
    uint32_t bound_count;
    const char *path;
} lg_op_parts_t;
lg_status_t lg_program_add_parts(lg_program_t *program, const lg_op_parts_t *parts, lg_value_t *out_values,
                                 uint32_t out_count, lg_error_t *err);
lg_status_t lg_program_add_spec(lg_program_t *program, const char *name, const lg_spec_t *spec,
                                lg_value_t *out_value, lg_error_t *err);

// The state that reads an input or writes an output, LG_STATE_NONE when there is none.
#define LG_STATE_NONE UINT32_MAX
static inline uint32_t lg_program_state_of(const lg_program_t *program, bool is_input, size_t position) {
    for (uint32_t i = 0; i < program->states.count; i++) {
        const lg_state_node_t *state = &program->states.items[i];
        if ((is_input ? state->input : state->output) == position) {
            return i;
        }
    }
    return LG_STATE_NONE;
}

// Whether its plan needs numbers that it does not have: lg_program_specialize gives them.
bool lg_program_is_open(const lg_program_t *program);

// The numbers of the symbols for inputs of the shapes of `types`, one per input, which must fit.
// Errors: SHAPE, DTYPE.
lg_status_t lg_program_solve(const lg_program_t *program, const lg_view_t *types, lg_symbol_values_t *values,
                             lg_error_t *err);

// Whether inputs may have the shapes of `types`, one per input. Errors: SHAPE, DTYPE.
lg_status_t lg_program_check_inputs(const lg_program_t *program, const lg_view_t *types, lg_error_t *err);

// "path.name", with ".2", ".3"... behind where `program` has a weight of that name already; NULL when out of
// memory.
const char *lg_program_free_name(lg_program_t *program, const char *path, const char *name);

// What lg_program_add_program does. `values` has room for one value per value of `source`; `keep_numbers` leaves
// the ops their numbers.
lg_status_t lg_program_add_body(lg_program_t *program, const lg_program_t *source, const lg_value_t *ins,
                                const char *path, bool keep_numbers, lg_value_t *values, lg_error_t *err);

// Fills in the types of inputs that are states, by the symbols that the types of the others tell.
lg_status_t lg_program_state_types(const lg_program_t *program, lg_view_t *types, lg_error_t *err);

// What a value is at a point; dtype INVALID: unknown.
static inline const lg_view_t *lg_program_view_at(const lg_program_t *program, uint32_t point,
                                                  lg_value_t value) {
    return point == 0 ? &program->values.items[value].type
                      : &program->points.items[point - 1].views.items[value];
}

// Whether an attribute comes from data that only a run knows.
static inline bool lg_program_is_late(const lg_program_t *program, const lg_bound_t *bound) {
    return program->values.items[bound->value].type.data == NULL;
}

// Parts of adding, for files that add what is no ordinary op.
lg_status_t lg_program_check_building(const lg_program_t *program, lg_error_t *err);
lg_status_t lg_program_add_value(lg_program_t *program, const lg_view_t *type, lg_value_kind_t kind,
                                 size_t index, const char *name, lg_value_t *out_value, lg_error_t *err);
// Adds a node with values for its outputs, whose types at point p are views[p * out_count ...].
lg_status_t lg_program_add_node(lg_program_t *program, lg_op_node_t *node, const lg_view_t *views,
                                lg_error_t *err);

#define LG_GUARD "guard"  // the op that errors of guards name

lg_status_t lg_program_no_memory(lg_error_t *err);

#endif  // LEGATO_ENGINE_PROGRAM_H_
