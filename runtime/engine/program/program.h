/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_PROGRAM_H_
#define LEGATO_ENGINE_PROGRAM_H_

#include <legato/program.h>

#include "base/context.h"
#include "base/text.h"

typedef enum lg_value_kind { LG_VALUE_INPUT, LG_VALUE_WEIGHT, LG_VALUE_RESULT } lg_value_kind_t;

// A value. `index` is the input or weight number, or the op that makes it.
typedef struct lg_value_node {
    lg_view_t type;  // data bound for weights
    uint8_t kind;    // lg_value_kind_t
    uint32_t index;
    const char *name;  // of an input or weight, else NULL
} lg_value_node_t;

typedef struct lg_op_node {
    const lg_op_info_t *info;
    uint32_t in_count, out_count;
    uint32_t number;  // among the ops of its kind: with the op's name, its own name ("matmul#2")
    lg_value_t *ins;  // LG_VALUE_NONE for absent ones
    lg_value_t *outs;
    const void *attrs;  // NULL when the op has none
    const char *path;   // "" when unknown
} lg_op_node_t;

typedef struct lg_output_node {
    const char *name;
    lg_value_t value;
} lg_output_node_t;

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
    uint32_t *op_numbers;    // per op id: the next number
};

lg_status_t lg_program_no_memory(lg_error_t *err);

#endif  // LEGATO_ENGINE_PROGRAM_H_
