// SPDX-License-Identifier: Apache-2.0
// Attention as exporters write it: softmax(number * q @ transpose(k) + mask) @ v, the number before or behind the
// product or on either side of it, the mask added or not there.
//
// The transposed keys become the keys: the transpose that made them is changed where it stands.
#include <string.h>

#include "pass/match.h"
#include "tensor/view.h"

// The value behind a factor: `value` is `number` times another one.
static lg_value_t attention_scaled(lg_match_t *match, lg_value_t value, double *number) {
    lg_product_t product;
    uint32_t part_count = match->part_count;
    if (lg_match_product(match, value, &product) && product.factor_count == 1 && product.number != 0.0) {
        *number *= product.number;
        return product.factors[0];
    }
    match->part_count = part_count;
    return value;
}

// Leading extents are equal, so that no operand is repeated.
static bool attention_same_batch(const lg_view_t *a, const lg_view_t *b) {
    return a->rank == b->rank && a->rank >= 2 &&
           memcmp(a->shape, b->shape, (a->rank - 2u) * sizeof a->shape[0]) == 0;
}

// Turns the transpose that makes `value` [.., D, S] so that it makes [.., S, D]; false where something else does,
// or somebody else reads it.
static lg_status_t attention_turn(lg_graph_t *graph, lg_match_t *match, lg_value_t value, bool *out_turned,
                                  lg_error_t *err) {
    uint32_t index = lg_graph_maker(graph, value, LG_OP_TRANSPOSE);
    *out_turned = false;
    if (index == LG_GRAPH_NONE || graph->values.items[value].uses != 1 ||
        graph->values.items[value].is_output) {
        return LG_OK;
    }
    const lg_graph_op_t *op = &graph->ops.items[index];
    const lg_view_t *type = lg_graph_type(graph, value);
    uint32_t rank = type->rank;
    lg_transpose_attrs_t attrs = *(const lg_transpose_attrs_t *)op->attrs;
    for (uint32_t d = 0; attrs.axes.count < 0 && d < rank; d++) {
        attrs.axes.values[d] = rank - 1 - d;
    }
    attrs.axes.count = rank;
    int64_t last = attrs.axes.values[rank - 1];
    attrs.axes.values[rank - 1] = attrs.axes.values[rank - 2];
    attrs.axes.values[rank - 2] = last;
    int64_t shape[LG_MAX_RANK];
    memcpy(shape, type->shape, rank * sizeof shape[0]);
    shape[rank - 1] = type->shape[rank - 2];
    shape[rank - 2] = type->shape[rank - 1];
    lg_value_t source = op->ins[0];
    LG_TRY(lg_graph_change(graph, index, LG_OP_TRANSPOSE, &source, 1, &attrs, err));
    lg_view_t *turned = lg_zone_alloc(&graph->zone, sizeof *turned);
    LG_CHECK(err, turned != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for passes over a program");
    LG_TRY(lg_view_init(turned, (lg_dtype_t)type->dtype, rank, shape, err));
    graph->values.items[value].type = turned;
    // It stays an op of its own: not a part of the match.
    for (uint32_t i = 0; i < match->part_count; i++) {
        if (match->parts[i] == index) {
            match->parts[i] = match->parts[--match->part_count];
        }
    }
    *out_turned = true;
    return LG_OK;
}

lg_status_t lg_recognize_attention(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    lg_match_t match = {.graph = graph};
    const lg_graph_op_t *op = &graph->ops.items[index];
    lg_value_t weights = op->ins[0], v = op->ins[1], mask = LG_VALUE_NONE;
    const lg_graph_op_t *softmax = lg_match_op(&match, weights, LG_OP_SOFTMAX);
    if (softmax == NULL || lg_graph_only_reader(graph, weights) != index) {
        return LG_OK;
    }
    int64_t axis = ((const lg_softmax_attrs_t *)softmax->attrs)->axis,
            rank = lg_graph_type(graph, weights)->rank;
    if (axis != -1 && axis != rank - 1) {
        return LG_OK;
    }
    lg_value_t scores = softmax->ins[0];
    double number = 1.0;
    const lg_graph_op_t *add = lg_match_op(&match, scores, LG_OP_ADD), *product = NULL;
    for (uint32_t k = 0; k < (add != NULL ? 2u : 1u) && product == NULL; k++) {
        uint32_t part_count = match.part_count;
        number = 1.0;
        lg_value_t inner = attention_scaled(&match, add != NULL ? add->ins[k] : scores, &number);
        product = lg_match_op(&match, inner, LG_OP_MATMUL);
        mask = add != NULL ? add->ins[1 - k] : LG_VALUE_NONE;
        match.part_count = product != NULL ? match.part_count : part_count;
    }
    if (product == NULL) {
        return LG_OK;
    }
    // Nothing in between is read elsewhere, or it would be computed twice.
    for (uint32_t i = 0; i < match.part_count; i++) {
        if (lg_graph_only_reader(graph, graph->ops.items[match.parts[i]].outs[0]) == LG_GRAPH_NONE) {
            return LG_OK;
        }
    }
    lg_value_t q = attention_scaled(&match, product->ins[0], &number);
    lg_value_t k = attention_scaled(&match, product->ins[1], &number);
    const lg_view_t *q_type = lg_graph_type(graph, q), *k_type = lg_graph_type(graph, k);
    const lg_view_t *v_type = lg_graph_type(graph, v), *out = lg_graph_type(graph, op->outs[0]);
    const lg_view_t *mask_type = mask != LG_VALUE_NONE ? lg_graph_type(graph, mask) : NULL;
    if (q_type->rank < 3 || !attention_same_batch(q_type, k_type) || !attention_same_batch(q_type, v_type) ||
        !attention_same_batch(q_type, out) || !(number - number == 0.0) || number == 0.0 ||
        (mask_type != NULL && (mask_type->dtype != q_type->dtype || mask_type->rank > q_type->rank)) ||
        !lg_view_same_shape(lg_graph_type(graph, scores), lg_graph_type(graph, product->outs[0]))) {
        return LG_OK;
    }
    bool turned;
    LG_TRY(attention_turn(graph, &match, k, &turned, err));
    if (!turned) {
        return LG_OK;
    }
    lg_scaled_dot_product_attention_attrs_t attrs = {.scale = number};
    lg_value_t ins[4] = {q, k, v, mask};
    lg_match_absorb(&match, graph, index);
    return lg_graph_change(graph, index, LG_OP_SCALED_DOT_PRODUCT_ATTENTION, ins,
                           mask != LG_VALUE_NONE ? 4 : 3, &attrs, err);
}
