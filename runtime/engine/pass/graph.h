/* SPDX-License-Identifier: Apache-2.0
 *
 * The graph: a program that passes may change. Ops stay in their order; passes change an op where it stands,
 * say that one value stands for another, or make constants. Nobody removes ops: what nothing reads is gone
 * after the next lg_graph_settle. The result is built anew by the program builder, so every change is inferred
 * and checked again.
 */
#ifndef LEGATO_ENGINE_GRAPH_H_
#define LEGATO_ENGINE_GRAPH_H_

#include "program/program.h"

#define LG_GRAPH_NONE UINT32_MAX

typedef struct lg_graph_op {
    const lg_op_info_t *info;  // NULL: gone
    uint32_t in_count, out_count;
    lg_value_t *ins;  // LG_VALUE_NONE for absent ones; in the zone or the program, replaced as a whole
    lg_value_t *outs;
    const void *attrs;
    const char *path;
    uint32_t number;                     // of the op's name, LG_GRAPH_NONE: a new op
    uint32_t origin_first, origin_last;  // ops of the program whose work this is; the first one names it
    bool fixed;                          // placed on a device: passes leave it as it is
} lg_graph_op_t;

typedef struct lg_graph_value {
    const lg_view_t *type;  // of the program or in the zone; data bound for constants
    lg_buffer_t *buffer;    // of a constant; retained when `made`
    const char *name;       // of an input or weight
    uint32_t op;            // RESULT: the op that makes it
    uint32_t uses;          // readers; an output counts as one. As of the last settle
    uint32_t reader;        // the op that reads it last. As of the last settle
    lg_value_t same;        // the value that stands for it, LG_VALUE_NONE: itself
    uint8_t kind;           // lg_value_kind_t
    bool is_output;
    bool made;     // a constant that a pass made
    bool crosses;  // from one block to another: what makes it and what reads it stay apart
} lg_graph_value_t;

// Where large constants that passes make of weights are kept, so that plans of the same weights share them. `key` names
// what is made of the weight at `source`, `bytes` is the size of that.
typedef struct lg_shared {
    void *self;
    lg_buffer_t *(*find)(void *self, const void *source, uint64_t key,
                         size_t bytes);  // *borrowed*; NULL: none
    lg_status_t (*add)(void *self, const void *source, uint64_t key, size_t bytes, lg_buffer_t *buffer,
                       lg_error_t *err);
} lg_shared_t;

typedef struct lg_graph {
    lg_context_t *context;
    const lg_shared_t *shared;  // NULL: every graph makes its own
    lg_program_t *program;      // borrowed until deinit
    const uint32_t *blocks;     // per op, see lg_graph_init; NULL: none
    lg_zone_t zone;
    LG_LIST(lg_graph_op_t) ops;
    LG_LIST(lg_graph_value_t) values;
    uint32_t *origin_next;  // chains of origins, one entry per op of the program
    bool changed;
    bool settled;  // nothing changed since the last settle
} lg_graph_t;

// Starts with the ops of `program`. `fixed` (one per op, may be NULL) marks those that no pass may change; ops of
// different numbers in `blocks` (the same) are not made one. Both are *borrowed until* deinit.
lg_status_t lg_graph_init(lg_graph_t *graph, lg_program_t *program, const bool *fixed, const uint32_t *blocks,
                          lg_error_t *err);
void lg_graph_deinit(lg_graph_t *graph);

// Follows `same` in all operands, drops ops that nothing reads, counts readers. Nothing to do where nothing changed.
void lg_graph_settle(lg_graph_t *graph);

// The value that stands for `value`.
static inline lg_value_t lg_graph_find(const lg_graph_t *graph, lg_value_t value) {
    while (value != LG_VALUE_NONE && graph->values.items[value].same != LG_VALUE_NONE) {
        value = graph->values.items[value].same;
    }
    return value;
}

// `other` (same dtype and shape) takes the place of `value` from now on; the op that makes `value` becomes
// part of the work of the one that makes `other`.
void lg_graph_replace(lg_graph_t *graph, lg_value_t value, lg_value_t other);

// Makes the work of op `part` that of op `whole` as well; the path of `whole` stays.
void lg_graph_absorb(lg_graph_t *graph, uint32_t whole, uint32_t part);

// The same with the work of `part` in front: its path becomes that of `whole`.
void lg_graph_name(lg_graph_t *graph, uint32_t whole, uint32_t part);

// Turns op `index` into another one with these operands (copied) and attributes (copied, NULL for the
// defaults), which must give the same type.
lg_status_t lg_graph_change(lg_graph_t *graph, uint32_t index, uint32_t op, const lg_value_t *ins,
                            uint32_t in_count, const void *attrs, lg_error_t *err);

// Runs an op on constants now; the result is a constant called like `name` (NULL: a number).
lg_status_t lg_graph_compute(lg_graph_t *graph, uint32_t op, const lg_value_t *ins, uint32_t in_count,
                             const void *attrs, const char *name, lg_value_t *out_value, lg_error_t *err);

// A constant of this type in `buffer` (*retained*).
lg_status_t lg_graph_constant(lg_graph_t *graph, const lg_view_t *type, lg_buffer_t *buffer, const char *name,
                              lg_value_t *out_value, lg_error_t *err);

// A constant that holds one f32 or, for other dtypes, the same number in `dtype`.
lg_status_t lg_graph_number(lg_graph_t *graph, lg_dtype_t dtype, double number, lg_value_t *out_value,
                            lg_error_t *err);

// A constant with the elements of `value` in another shape (the same count).
lg_status_t lg_graph_reshaped(lg_graph_t *graph, lg_value_t value, uint32_t rank, const int64_t *shape,
                              lg_value_t *out_value, lg_error_t *err);

// ---- questions --------------------------------------------------------------------------------------

static inline bool lg_graph_is_constant(const lg_graph_t *graph, lg_value_t value) {
    return value != LG_VALUE_NONE && graph->values.items[value].kind == LG_VALUE_WEIGHT;
}

// The index of the op `op` that makes `value`, for readers of its block, and that passes may change; LG_GRAPH_NONE: it
// is none.
uint32_t lg_graph_maker(const lg_graph_t *graph, lg_value_t value, uint32_t op);

// The only op that reads `value`, which is no output; LG_GRAPH_NONE: there are several, none, or it is fixed.
uint32_t lg_graph_only_reader(const lg_graph_t *graph, lg_value_t value);

// Whether all elements of `value` are one known number.
bool lg_graph_number_of(const lg_graph_t *graph, lg_value_t value, double *out_number);

static inline const lg_view_t *lg_graph_type(const lg_graph_t *graph, lg_value_t value) {
    return graph->values.items[value].type;
}

// ---- the end ----------------------------------------------------------------------------------------

// Which ops of the user's program an op of the lowered one does: origins[first[i]] .. origins[first[i + 1] - 1];
// the first of them names it. In `zone`.
typedef struct lg_origins {
    uint32_t *first;
    uint32_t *ops;
} lg_origins_t;

// Builds the program that the graph stands for. Caller releases. `origins` may be NULL.
lg_status_t lg_graph_build(lg_graph_t *graph, lg_zone_t *zone, lg_origins_t *origins,
                           lg_program_t **out_program, lg_error_t *err);

#endif  // LEGATO_ENGINE_GRAPH_H_
