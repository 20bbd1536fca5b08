// SPDX-License-Identifier: Apache-2.0
// Elimination: ops that change nothing, pairs of which the second undoes or overtakes the first, and ops that
// compute what another one computed already. Everything here keeps every bit of the results.
#include <string.h>

#include "pass/pass.h"
#include "tensor/view.h"

// ---- ops that change nothing ------------------------------------------------------------------------

static bool eliminate_identity_permutation(const lg_transpose_attrs_t *attrs, uint32_t rank) {
    if (attrs->axes.count < 0) {
        return rank < 2;
    }
    for (int64_t d = 0; d < attrs->axes.count; d++) {
        int64_t axis = attrs->axes.values[d];
        if (axis != d && axis + (int64_t)rank != d) {
            return false;
        }
    }
    return true;
}

// Multiplying or dividing by one, subtracting zero: exact for every number, NaN and the zeros included. Adding
// zero is not: it turns -0 into 0.
static bool eliminate_neutral(const lg_graph_t *graph, const lg_graph_op_t *op, lg_value_t *out_value) {
    double number;
    if (op->info->id == LG_OP_MUL && lg_graph_number_of(graph, op->ins[0], &number) && number == 1.0) {
        *out_value = op->ins[1];
        return true;
    }
    if ((op->info->id == LG_OP_MUL || op->info->id == LG_OP_DIV || op->info->id == LG_OP_SUB) &&
        lg_graph_number_of(graph, op->ins[1], &number) && number == (op->info->id == LG_OP_SUB ? 0.0 : 1.0)) {
        *out_value = op->ins[0];
        return true;
    }
    return false;
}

// Whether the op returns one of its inputs as it is, and which.
static bool eliminate_is_nothing(const lg_graph_t *graph, const lg_graph_op_t *op, lg_value_t *out_value) {
    if (op->in_count == 0 || op->out_count != 1 || op->ins[0] == LG_VALUE_NONE) {
        return false;
    }
    const lg_view_t *in = lg_graph_type(graph, op->ins[0]), *out = lg_graph_type(graph, op->outs[0]);
    bool same_type = in->dtype == out->dtype && lg_view_same_shape(in, out);
    *out_value = op->ins[0];
    switch (op->info->id) {
        case LG_OP_IDENTITY:
            return true;
        case LG_OP_CAST:
        case LG_OP_RESHAPE:
        case LG_OP_SQUEEZE:
        case LG_OP_UNSQUEEZE:
        case LG_OP_FLATTEN:
        case LG_OP_EXPAND:
        case LG_OP_TILE:
        case LG_OP_PAD:
            return same_type;
        case LG_OP_SLICE:  // the same shape backwards is not the same
            for (int64_t i = 0; i < ((const lg_slice_attrs_t *)op->attrs)->steps.count; i++) {
                same_type &= ((const lg_slice_attrs_t *)op->attrs)->steps.values[i] > 0;
            }
            return same_type;
        case LG_OP_TRANSPOSE:
            return eliminate_identity_permutation(op->attrs, in->rank);
        case LG_OP_CONCAT:
            return op->in_count == 1;
        case LG_OP_CLIP:
            return (op->in_count < 2 || op->ins[1] == LG_VALUE_NONE) &&
                   (op->in_count < 3 || op->ins[2] == LG_VALUE_NONE);
        case LG_OP_MUL:
        case LG_OP_DIV:
        case LG_OP_SUB:
            if (!eliminate_neutral(graph, op, out_value)) {
                return false;
            }
            in = lg_graph_type(graph, *out_value);
            return in->dtype == out->dtype && lg_view_same_shape(in, out);
        default:
            return false;
    }
}

// ---- pairs ------------------------------------------------------------------------------------------

static bool eliminate_only_reshapes(const lg_graph_op_t *op) {
    return op->info->id == LG_OP_RESHAPE || op->info->id == LG_OP_SQUEEZE ||
           op->info->id == LG_OP_UNSQUEEZE || op->info->id == LG_OP_FLATTEN;
}

// Whether each value of dtype `from` is one of dtype `to`.
static bool eliminate_widens(uint32_t from, uint32_t to) {
    static const struct {
        uint8_t from, to;
    } exact[] = {
        {LG_DTYPE_F16, LG_DTYPE_F32},  {LG_DTYPE_F16, LG_DTYPE_F64},  {LG_DTYPE_BF16, LG_DTYPE_F32},
        {LG_DTYPE_BF16, LG_DTYPE_F64}, {LG_DTYPE_F32, LG_DTYPE_F64},  {LG_DTYPE_I32, LG_DTYPE_I64},
        {LG_DTYPE_I32, LG_DTYPE_F64},  {LG_DTYPE_I8, LG_DTYPE_I32},   {LG_DTYPE_U8, LG_DTYPE_I32},
        {LG_DTYPE_I8, LG_DTYPE_I64},   {LG_DTYPE_U8, LG_DTYPE_I64},   {LG_DTYPE_I8, LG_DTYPE_F32},
        {LG_DTYPE_U8, LG_DTYPE_F32},   {LG_DTYPE_I16, LG_DTYPE_I32},  {LG_DTYPE_I16, LG_DTYPE_I64},
        {LG_DTYPE_I16, LG_DTYPE_F32},  {LG_DTYPE_U16, LG_DTYPE_I32},  {LG_DTYPE_U16, LG_DTYPE_I64},
        {LG_DTYPE_U16, LG_DTYPE_F32},  {LG_DTYPE_BOOL, LG_DTYPE_F32}, {LG_DTYPE_BOOL, LG_DTYPE_I32},
        {LG_DTYPE_BOOL, LG_DTYPE_I64},
    };
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        if (exact[i].from == from && exact[i].to == to) {
            return true;
        }
    }
    return false;
}

static int64_t eliminate_axis(const lg_transpose_attrs_t *attrs, uint32_t rank, uint32_t d) {
    int64_t axis = attrs->axes.count < 0 ? (int64_t)rank - 1 - d : attrs->axes.values[d];
    return axis < 0 ? axis + rank : axis;
}

// The op reads what another one made, and could read that one's input instead.
static lg_status_t eliminate_pair(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    lg_graph_op_t *op = &graph->ops.items[index];
    if (op->in_count == 0 || op->ins[0] == LG_VALUE_NONE ||
        graph->values.items[op->ins[0]].kind != LG_VALUE_RESULT || graph->values.items[op->ins[0]].crosses) {
        return LG_OK;
    }
    const lg_graph_op_t *first = &graph->ops.items[graph->values.items[op->ins[0]].op];
    if (first->info == NULL || first->fixed) {
        return LG_OK;
    }
    lg_value_t source = first->in_count > 0 ? first->ins[0] : LG_VALUE_NONE;
    const lg_view_t *out = lg_graph_type(graph, op->outs[0]);
    if (eliminate_only_reshapes(op) && eliminate_only_reshapes(first)) {
        lg_reshape_attrs_t attrs = {.shape = {.count = out->rank}};
        memcpy(attrs.shape.values, out->shape, out->rank * sizeof out->shape[0]);
        return lg_graph_change(graph, index, LG_OP_RESHAPE, &source, 1, &attrs, err);
    }
    if (op->info->id == LG_OP_CAST && first->info->id == LG_OP_CAST &&
        eliminate_widens(lg_graph_type(graph, source)->dtype, lg_graph_type(graph, op->ins[0])->dtype)) {
        lg_cast_attrs_t attrs = {.dtype = out->dtype};
        return lg_graph_change(graph, index, LG_OP_CAST, &source, 1, &attrs, err);
    }
    if (op->info->id == LG_OP_TRANSPOSE && first->info->id == LG_OP_TRANSPOSE) {
        lg_transpose_attrs_t attrs = {.axes = {.count = out->rank}};
        for (uint32_t d = 0; d < out->rank; d++) {
            attrs.axes.values[d] =
                eliminate_axis(first->attrs, out->rank, (uint32_t)eliminate_axis(op->attrs, out->rank, d));
        }
        return lg_graph_change(graph, index, LG_OP_TRANSPOSE, &source, 1, &attrs, err);
    }
    return LG_OK;
}

// ---- duplicates -------------------------------------------------------------------------------------

// The ops so far by what they compute: open addressing. What is in a slot tells most ops apart without a look at them,
// which are all over the memory where there are many.
typedef struct eliminate_slot {
    uint32_t op;   // plus one; 0: free
    uint32_t tag;  // of the hash
} eliminate_slot_t;
typedef struct eliminate_seen {
    eliminate_slot_t *slots;  // a quarter more than ops, at least
    size_t mask;
} eliminate_seen_t;

static uint64_t eliminate_hash(const lg_graph_op_t *op) {
    const uint64_t factor = 0x9e3779b97f4a7c15u;  // the golden ratio
    uint64_t hash = (op->info->id + 1) * factor;
    for (uint32_t k = 0; k < op->in_count; k++) {
        hash = (hash ^ op->ins[k]) * factor;
        hash ^= hash >> 32;
    }
    const unsigned char *attrs = op->attrs;
    for (size_t i = 0; i + sizeof(uint32_t) <= op->info->attrs_bytes; i += sizeof(uint32_t)) {
        uint32_t word;
        memcpy(&word, attrs + i, sizeof word);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    return hash;
}

static bool eliminate_same(const lg_graph_op_t *a, const lg_graph_op_t *b) {
    return a->info == b->info && a->in_count == b->in_count && a->out_count == b->out_count &&
           memcmp(a->ins, b->ins, a->in_count * sizeof *a->ins) == 0 &&
           (a->info->attrs_bytes == 0 || memcmp(a->attrs, b->attrs, a->info->attrs_bytes) == 0);
}

// Finds an earlier op with the same operands and attributes, or remembers this one and gives LG_GRAPH_NONE.
static uint32_t eliminate_duplicate(const lg_graph_t *graph, const eliminate_seen_t *seen, uint32_t index) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    const uint64_t hash = eliminate_hash(op);
    const uint32_t tag = (uint32_t)(hash >> 32);
    for (size_t i = (size_t)hash;; i++) {
        eliminate_slot_t *slot = &seen->slots[i & seen->mask];
        if (slot->op == 0) {
            *slot = (eliminate_slot_t){index + 1, tag};
            return LG_GRAPH_NONE;
        }
        if (slot->tag == tag && eliminate_same(op, &graph->ops.items[slot->op - 1])) {
            return slot->op - 1;
        }
    }
}

static lg_status_t eliminate_all(lg_graph_t *graph, const eliminate_seen_t *seen, lg_error_t *err) {
    for (uint32_t i = 0; i < graph->ops.count; i++) {
        lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL) {  // nobody read it from the start
            graph->changed = true;
            continue;
        }
        for (uint32_t k = 0; k < op->in_count; k++) {
            op->ins[k] = lg_graph_find(graph, op->ins[k]);
        }
        if (op->fixed) {
            continue;
        }
        LG_TRY(eliminate_pair(graph, i, err));
        lg_value_t value;
        if (eliminate_is_nothing(graph, op, &value)) {
            lg_graph_replace(graph, op->outs[0], value);
            continue;
        }
        if (op->info->id >= LG_OP_COUNT) {  // a registered op need not give the same twice
            continue;
        }
        uint32_t other = eliminate_duplicate(graph, seen, i);
        for (uint32_t k = 0; other != LG_GRAPH_NONE && k < op->out_count; k++) {
            lg_graph_replace(graph, op->outs[k], graph->ops.items[other].outs[k]);
        }
    }
    return LG_OK;
}

lg_status_t lg_pass_eliminate(lg_graph_t *graph, lg_error_t *err) {
    lg_heap_t *heap = &graph->context->heap;
    size_t slot_count = 2;
    while (slot_count < graph->ops.count + graph->ops.count / 4 + 1) {
        slot_count *= 2;
    }
    size_t bytes = slot_count * sizeof(eliminate_slot_t);
    eliminate_seen_t seen = {lg_heap_alloc(heap, bytes), slot_count - 1};
    LG_CHECK(err, seen.slots != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for passes over a program");
    memset(seen.slots, 0, bytes);
    lg_status_t status = eliminate_all(graph, &seen, err);
    lg_heap_free(heap, seen.slots, bytes);
    return status;
}
