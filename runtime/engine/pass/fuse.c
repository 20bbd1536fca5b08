// SPDX-License-Identifier: Apache-2.0
// Fusion: bias, residual and activation become the end of the conv, linear or matmul that makes their operand,
// where nobody else reads it. The fused op stands where the last of them stood, so that a residual may come from
// anywhere before. The arithmetic stays the same, step by step.
#include <math.h>
#include <string.h>

#include "pass/pass.h"
#include "tensor/view.h"

// In the order of the attribute `activation`.
enum {
    FUSE_NONE,
    FUSE_RELU,
    FUSE_CLIP,
    FUSE_LEAKY_RELU,
    FUSE_SIGMOID,
    FUSE_TANH,
    FUSE_SILU,
    FUSE_GELU,
    FUSE_GELU_TANH,
    FUSE_HARD_SIGMOID,
    FUSE_HARD_SWISH
};

// A fusion under way: the op in front and what came to it so far.
typedef struct fuse {
    uint32_t anchor, last;  // first and last op
    lg_value_t ins[4];      // a, b, bias, addend
    lg_fused_linear_attrs_t end;
    bool has_activation;
} fuse_t;

// Whether `op` is an activation of its first input, and which.
static bool fuse_activation(const lg_graph_t *graph, const lg_graph_op_t *op, lg_fused_linear_attrs_t *end) {
    switch (op->info->id) {
        case LG_OP_RELU:
            end->activation = FUSE_RELU;
            return true;
        case LG_OP_SIGMOID:
            end->activation = FUSE_SIGMOID;
            return true;
        case LG_OP_TANH:
            end->activation = FUSE_TANH;
            return true;
        case LG_OP_SILU:
            end->activation = FUSE_SILU;
            return true;
        case LG_OP_GELU:
            end->activation =
                ((const lg_gelu_attrs_t *)op->attrs)->approximate != 0 ? FUSE_GELU_TANH : FUSE_GELU;
            return true;
        case LG_OP_HARD_SWISH:
            end->activation = FUSE_HARD_SWISH;
            return true;
        case LG_OP_LEAKY_RELU:
            end->activation = FUSE_LEAKY_RELU;
            end->alpha = ((const lg_leaky_relu_attrs_t *)op->attrs)->negative_slope;
            return true;
        case LG_OP_HARD_SIGMOID:
            end->activation = FUSE_HARD_SIGMOID;
            end->alpha = ((const lg_hard_sigmoid_attrs_t *)op->attrs)->alpha;
            end->beta = ((const lg_hard_sigmoid_attrs_t *)op->attrs)->beta;
            return true;
        case LG_OP_CLIP: {
            double low = -INFINITY, high = INFINITY;
            bool known = (op->in_count < 2 || op->ins[1] == LG_VALUE_NONE ||
                          lg_graph_number_of(graph, op->ins[1], &low)) &&
                         (op->in_count < 3 || op->ins[2] == LG_VALUE_NONE ||
                          lg_graph_number_of(graph, op->ins[2], &high));
            end->activation = FUSE_CLIP;
            end->alpha = low;
            end->beta = high;
            return known;
        }
        default:
            return false;
    }
}

// Whether `value` is added to each row of the result: one element per column of linear and matmul, or per channel
// of conv. Gives it as a vector.
static lg_status_t fuse_bias(lg_graph_t *graph, const fuse_t *fuse, lg_value_t value, lg_value_t *out_bias,
                             lg_error_t *err) {
    const lg_graph_op_t *anchor = &graph->ops.items[fuse->anchor];
    const lg_view_t *type = lg_graph_type(graph, value), *out = lg_graph_type(graph, anchor->outs[0]);
    *out_bias = LG_VALUE_NONE;
    uint32_t axis = anchor->info->id == LG_OP_CONV ? 1 : out->rank - 1u;
    if (out->rank <= axis || type->rank > out->rank || type->elem_count == 0 || type->dtype != out->dtype) {
        return LG_OK;
    }
    int64_t columns = out->shape[axis];
    if (anchor->info->id == LG_OP_MATMUL && lg_graph_type(graph, anchor->ins[1])->rank < 2) {
        return LG_OK;  // the last axis of the result is no column
    }
    if (type->elem_count == 1 && columns > 1 && lg_graph_is_constant(graph, value)) {  // one number for all
        lg_value_t number;
        LG_TRY(lg_graph_reshaped(graph, value, 0, NULL, &number, err));
        lg_expand_attrs_t attrs = {.shape = {.count = 1, .values = {columns}}};
        return lg_graph_compute(graph, LG_OP_EXPAND, &number, 1, &attrs, graph->values.items[value].name,
                                out_bias, err);
    }
    for (uint32_t d = 0; d < type->rank; d++) {
        bool at_axis = d + out->rank - type->rank == axis;
        if (type->shape[d] != (at_axis ? columns : 1)) {
            return LG_OK;
        }
    }
    if (type->rank == 1 && axis + 1u == out->rank) {
        *out_bias = value;
        return LG_OK;
    }
    if (!lg_graph_is_constant(graph, value) || type->elem_count != columns) {
        return LG_OK;
    }
    return lg_graph_reshaped(graph, value, 1, &columns, out_bias, err);
}

// Takes `op`, the only reader of what the fusion makes so far, into it; sets *out_took.
static lg_status_t fuse_take(lg_graph_t *graph, fuse_t *fuse, uint32_t index, bool *out_took,
                             lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    lg_value_t made = graph->ops.items[fuse->last].outs[0];
    const lg_view_t *type = lg_graph_type(graph, made);
    *out_took = false;
    if (!lg_view_same_shape(lg_graph_type(graph, op->outs[0]), type) || op->ins[0] == LG_VALUE_NONE) {
        return LG_OK;
    }
    if (op->info->id == LG_OP_ADD) {
        lg_value_t other = op->ins[0] == made ? op->ins[1] : op->ins[0];
        if (other == made) {
            return LG_OK;
        }
        if (!fuse->has_activation && fuse->ins[2] == LG_VALUE_NONE && fuse->ins[3] == LG_VALUE_NONE) {
            LG_TRY(fuse_bias(graph, fuse, other, &fuse->ins[2], err));
            if (fuse->ins[2] != LG_VALUE_NONE) {
                *out_took = true;
                return LG_OK;
            }
        }
        if (fuse->ins[3] != LG_VALUE_NONE || !lg_view_same_shape(lg_graph_type(graph, other), type) ||
            lg_graph_type(graph, other)->dtype != type->dtype) {
            return LG_OK;
        }
        fuse->ins[3] = other;
        fuse->end.add_after = fuse->has_activation;
        *out_took = true;
        return LG_OK;
    }
    if (op->ins[0] == made && !fuse->has_activation && fuse_activation(graph, op, &fuse->end)) {
        fuse->has_activation = *out_took = true;
    }
    return LG_OK;
}

// Puts the fused op in the place of the last one.
static lg_status_t fuse_finish(lg_graph_t *graph, const fuse_t *fuse, lg_error_t *err) {
    const lg_graph_op_t *anchor = &graph->ops.items[fuse->anchor];
    lg_fused_conv_attrs_t conv;
    const void *attrs = &fuse->end;
    uint32_t op = anchor->info->id == LG_OP_LINEAR ? LG_OP_FUSED_LINEAR : LG_OP_FUSED_MATMUL;
    if (anchor->info->id == LG_OP_CONV) {
        op = LG_OP_FUSED_CONV;
        memcpy(&conv, anchor->attrs, sizeof(lg_conv_attrs_t));  // see conv.c: the one begins with the other
        conv.activation = fuse->end.activation;
        conv.alpha = fuse->end.alpha;
        conv.beta = fuse->end.beta;
        conv.add_after = fuse->end.add_after;
        attrs = &conv;
    }
    uint32_t in_count = fuse->ins[3] != LG_VALUE_NONE ? 4 : fuse->ins[2] != LG_VALUE_NONE ? 3 : 2;
    // conv and linear have a bias of their own.
    if (fuse->end.activation == FUSE_NONE && in_count == 3 && op != LG_OP_FUSED_MATMUL) {
        op = anchor->info->id;
        attrs = anchor->attrs;
    }
    return lg_graph_change(graph, fuse->last, op, fuse->ins, in_count, attrs, err);
}

static lg_status_t fuse_from(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *anchor = &graph->ops.items[index];
    fuse_t fuse = {.anchor = index,
                   .last = index,
                   .ins = {anchor->ins[0], anchor->ins[1], LG_VALUE_NONE, LG_VALUE_NONE}};
    if (anchor->in_count > 2) {
        fuse.ins[2] = anchor->ins[2];
    }
    for (bool took = true; took;) {
        uint32_t reader = lg_graph_only_reader(graph, graph->ops.items[fuse.last].outs[0]);
        took = false;
        if (reader != LG_GRAPH_NONE) {
            LG_TRY(fuse_take(graph, &fuse, reader, &took, err));
        }
        if (took) {
            lg_graph_name(graph, reader, fuse.last);
            fuse.last = reader;
        }
    }
    return fuse.last != index ? fuse_finish(graph, &fuse, err) : LG_OK;
}

lg_status_t lg_pass_fuse(lg_graph_t *graph, lg_error_t *err) {
    for (uint32_t i = 0; i < graph->ops.count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info != NULL && !op->fixed &&
            (op->info->id == LG_OP_CONV || op->info->id == LG_OP_LINEAR || op->info->id == LG_OP_MATMUL) &&
            lg_graph_type(graph, op->outs[0])->dtype == LG_DTYPE_F32) {
            LG_TRY(fuse_from(graph, i, err));
        }
    }
    return LG_OK;
}
