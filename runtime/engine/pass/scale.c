// SPDX-License-Identifier: Apache-2.0
// Constant factors and summands move into the weights of the conv or linear in front of them: what exporters leave
// of batch normalization (mul, add, sub, div by a vector of channels), and batch_norm itself.
//
//     (conv(x, w) + b) * s  =  conv(x, w * s) + b * s        s: one number per out channel
//     conv(x, w) + b + t    =  conv(x, w) + (b + t)
//
// Rounding differs: the results agree within the tolerance of the op.
#include <string.h>

#include "pass/pass.h"
#include "tensor/view.h"

// The constant `value` as one number per out channel of `anchor` (its axis `axis`): shape [O]; LG_VALUE_NONE when
// it is none or has another layout.
static lg_status_t scale_vector(lg_graph_t *graph, const lg_graph_op_t *anchor, lg_value_t value,
                                lg_value_t *out_vector, lg_error_t *err) {
    *out_vector = LG_VALUE_NONE;
    const lg_view_t *out = lg_graph_type(graph, anchor->outs[0]);
    if (!lg_graph_is_constant(graph, value) || lg_graph_type(graph, value)->dtype != out->dtype) {
        return LG_OK;
    }
    const lg_view_t *type = lg_graph_type(graph, value);
    uint32_t axis = anchor->info->id == LG_OP_LINEAR ? out->rank - 1u : 1;
    int64_t channels = out->shape[axis];
    if (type->rank > out->rank || channels == 0) {
        return LG_OK;
    }
    for (uint32_t d = 0; d < type->rank; d++) {
        bool at_axis = d + out->rank - type->rank == axis;
        if (type->shape[d] != 1 && !(at_axis && type->shape[d] == channels)) {
            return LG_OK;
        }
    }
    if (type->elem_count == channels) {
        return lg_graph_reshaped(graph, value, 1, &channels, out_vector, err);
    }
    lg_value_t number;
    LG_TRY(lg_graph_reshaped(graph, value, 0, NULL, &number, err));
    lg_expand_attrs_t attrs = {.shape = {.count = 1, .values = {channels}}};
    return lg_graph_compute(graph, LG_OP_EXPAND, &number, 1, &attrs, graph->values.items[value].name,
                            out_vector, err);
}

// left `op` right, both constants.
static lg_status_t scale_two(lg_graph_t *graph, uint32_t op, lg_value_t left, lg_value_t right,
                             lg_value_t *out_value, lg_error_t *err) {
    lg_value_t ins[2] = {left, right};
    const char *name = graph->values.items[left].name;
    return lg_graph_compute(graph, op, ins, 2, NULL, name != NULL ? name : graph->values.items[right].name,
                            out_value, err);
}

// The weights of `anchor` times one number per out channel.
static lg_status_t scale_weights(lg_graph_t *graph, const lg_graph_op_t *anchor, lg_value_t vector,
                                 lg_value_t *out_weights, lg_error_t *err) {
    const lg_view_t *type = lg_graph_type(graph, anchor->ins[1]);
    int64_t shape[LG_MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
    lg_value_t column;
    if (anchor->info->id == LG_OP_CONV_TRANSPOSE) {  // [C, O / groups, ...]: the groups stand in axis 0
        *out_weights = LG_VALUE_NONE;
        if (type->shape[1] != lg_graph_type(graph, vector)->elem_count) {
            return LG_OK;
        }
        shape[1] = type->shape[1];
    } else {
        shape[0] = type->shape[0];
    }
    LG_TRY(lg_graph_reshaped(graph, vector, type->rank, shape, &column, err));
    return scale_two(graph, LG_OP_MUL, anchor->ins[1], column, out_weights, err);
}

// Puts `anchor` with other weights and bias in the place of op `index`.
static lg_status_t scale_finish(lg_graph_t *graph, uint32_t anchor_index, uint32_t index, lg_value_t weights,
                                lg_value_t bias, lg_error_t *err) {
    const lg_graph_op_t *anchor = &graph->ops.items[anchor_index];
    lg_value_t ins[3] = {anchor->ins[0], weights, bias};
    lg_graph_name(graph, index, anchor_index);
    return lg_graph_change(graph, index, anchor->info->id, ins, bias != LG_VALUE_NONE ? 3 : 2, anchor->attrs,
                           err);
}

// y = anchor(x) op constant
static lg_status_t scale_arithmetic(lg_graph_t *graph, uint32_t anchor_index, uint32_t index,
                                    lg_error_t *err) {
    const lg_graph_op_t *anchor = &graph->ops.items[anchor_index], *op = &graph->ops.items[index];
    bool first = op->ins[0] == anchor->outs[0];
    uint32_t id = op->info->id;
    if ((id == LG_OP_SUB || id == LG_OP_DIV) && !first) {
        return LG_OK;
    }
    if (id == LG_OP_DIV && ((const lg_div_attrs_t *)op->attrs)->rounding_mode != 0) {
        return LG_OK;
    }
    lg_value_t vector, weights = anchor->ins[1], bias = anchor->in_count > 2 ? anchor->ins[2] : LG_VALUE_NONE;
    LG_TRY(scale_vector(graph, anchor, op->ins[first ? 1 : 0], &vector, err));
    if (vector == LG_VALUE_NONE || (bias != LG_VALUE_NONE && !lg_graph_is_constant(graph, bias))) {
        return LG_OK;
    }
    if (id == LG_OP_ADD || id == LG_OP_SUB) {
        if (bias != LG_VALUE_NONE) {
            LG_TRY(scale_two(graph, id, bias, vector, &bias, err));
        } else if (id == LG_OP_SUB) {
            LG_TRY(lg_graph_compute(graph, LG_OP_NEG, &vector, 1, NULL, graph->values.items[vector].name,
                                    &bias, err));
        } else {
            bias = vector;
        }
    } else {
        if (id == LG_OP_DIV) {
            LG_TRY(lg_graph_compute(graph, LG_OP_RECIPROCAL, &vector, 1, NULL,
                                    graph->values.items[vector].name, &vector, err));
        }
        LG_TRY(scale_weights(graph, anchor, vector, &weights, err));
        if (weights == LG_VALUE_NONE) {
            return LG_OK;
        }
        if (bias != LG_VALUE_NONE) {
            LG_TRY(scale_two(graph, LG_OP_MUL, bias, vector, &bias, err));
        }
    }
    return scale_finish(graph, anchor_index, index, weights, bias, err);
}

static bool scale_is_anchor(const lg_graph_t *graph, const lg_graph_op_t *op) {
    return (op->info->id == LG_OP_CONV || op->info->id == LG_OP_LINEAR ||
            op->info->id == LG_OP_CONV_TRANSPOSE) &&
           lg_graph_is_constant(graph, op->ins[1]);
}

// y = batch_norm(anchor(x)), all constant: the factor weight / sqrt(var + eps), the summand bias - mean * factor.
static lg_status_t scale_batch_norm(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    uint32_t anchor_index = op->in_count >= 3 && graph->values.items[op->ins[0]].kind == LG_VALUE_RESULT
                                ? graph->values.items[op->ins[0]].op
                                : LG_GRAPH_NONE;
    if (anchor_index == LG_GRAPH_NONE || lg_graph_only_reader(graph, op->ins[0]) != index ||
        graph->ops.items[anchor_index].fixed || !scale_is_anchor(graph, &graph->ops.items[anchor_index])) {
        return LG_OK;
    }
    const lg_graph_op_t *anchor = &graph->ops.items[anchor_index];
    if (anchor->info->id == LG_OP_LINEAR && lg_graph_type(graph, op->ins[0])->rank != 2) {
        return LG_OK;  // channels are not the last axis
    }
    lg_value_t given[4] = {LG_VALUE_NONE, LG_VALUE_NONE, LG_VALUE_NONE, LG_VALUE_NONE};
    for (uint32_t k = 1; k < op->in_count; k++) {
        given[k - 1] = op->ins[k];
        if (op->ins[k] != LG_VALUE_NONE && !lg_graph_is_constant(graph, op->ins[k])) {
            return LG_OK;
        }
    }
    lg_value_t mean = given[0], factor = given[1], weights, eps, summand;
    lg_value_t bias = anchor->in_count > 2 ? anchor->ins[2] : LG_VALUE_NONE;
    if (bias != LG_VALUE_NONE && !lg_graph_is_constant(graph, bias)) {
        return LG_OK;
    }
    lg_dtype_t dtype = (lg_dtype_t)lg_graph_type(graph, mean)->dtype;
    LG_TRY(lg_graph_number(graph, dtype, ((const lg_batch_norm_attrs_t *)op->attrs)->eps, &eps, err));
    LG_TRY(scale_two(graph, LG_OP_ADD, factor, eps, &factor, err));
    LG_TRY(lg_graph_compute(graph, LG_OP_RSQRT, &factor, 1, NULL, graph->values.items[given[1]].name, &factor,
                            err));
    if (given[2] != LG_VALUE_NONE) {
        LG_TRY(scale_two(graph, LG_OP_MUL, given[2], factor, &factor, err));
    }
    LG_TRY(scale_weights(graph, anchor, factor, &weights, err));
    if (weights == LG_VALUE_NONE) {
        return LG_OK;
    }
    if (bias != LG_VALUE_NONE) {
        LG_TRY(scale_two(graph, LG_OP_SUB, bias, mean, &summand, err));
    } else {
        LG_TRY(lg_graph_compute(graph, LG_OP_NEG, &mean, 1, NULL, graph->values.items[mean].name, &summand,
                                err));
    }
    LG_TRY(scale_two(graph, LG_OP_MUL, summand, factor, &summand, err));
    if (given[3] != LG_VALUE_NONE) {
        LG_TRY(scale_two(graph, LG_OP_ADD, given[3], summand, &summand, err));
    }
    return scale_finish(graph, anchor_index, index, weights, summand, err);
}

static lg_status_t scale_op(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    for (uint32_t k = 0; k < op->in_count && k < 2; k++) {
        lg_value_t value = op->ins[k];
        if (value == LG_VALUE_NONE || graph->values.items[value].kind != LG_VALUE_RESULT ||
            lg_graph_only_reader(graph, value) != index) {
            continue;
        }
        uint32_t anchor_index = graph->values.items[value].op;
        const lg_graph_op_t *anchor = &graph->ops.items[anchor_index];
        if (!anchor->fixed && scale_is_anchor(graph, anchor) &&
            lg_view_same_shape(lg_graph_type(graph, value), lg_graph_type(graph, op->outs[0]))) {
            return scale_arithmetic(graph, anchor_index, index, err);
        }
    }
    return LG_OK;
}

lg_status_t lg_pass_scale(lg_graph_t *graph, lg_error_t *err) {
    for (uint32_t i = 0; i < graph->ops.count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL || op->fixed) {
            continue;
        }
        switch (op->info->id) {
            case LG_OP_ADD:
            case LG_OP_SUB:
            case LG_OP_MUL:
            case LG_OP_DIV:
                LG_TRY(scale_op(graph, i, err));
                break;
            case LG_OP_BATCH_NORM:
                LG_TRY(scale_batch_norm(graph, i, err));
                break;
            default:
                break;
        }
    }
    return LG_OK;
}
