// SPDX-License-Identifier: Apache-2.0
#include "pass/match.h"

const lg_graph_op_t *lg_match_op(lg_match_t *match, lg_value_t value, uint32_t id) {
    uint32_t index = lg_graph_maker(match->graph, value, id);
    if (index == LG_GRAPH_NONE || match->part_count == LG_MATCH_PARTS) {
        return NULL;
    }
    match->parts[match->part_count++] = index;
    return &match->graph->ops.items[index];
}

static bool match_factors(lg_match_t *match, lg_value_t value, int32_t depth, lg_product_t *product) {
    double number;
    const lg_graph_op_t *op;
    if (lg_graph_number_of(match->graph, value, &number)) {
        product->number *= number;
        return true;
    }
    if (depth > 0 && (op = lg_match_op(match, value, LG_OP_MUL)) != NULL) {
        return match_factors(match, op->ins[0], depth - 1, product) &&
               match_factors(match, op->ins[1], depth - 1, product);
    }
    if (depth > 0 && lg_graph_maker(match->graph, value, LG_OP_DIV) != LG_GRAPH_NONE) {
        op = &match->graph->ops.items[lg_graph_maker(match->graph, value, LG_OP_DIV)];
        if (((const lg_div_attrs_t *)op->attrs)->rounding_mode == 0 &&
            lg_graph_number_of(match->graph, op->ins[1], &number) && number != 0.0) {
            (void)lg_match_op(match, value, LG_OP_DIV);
            product->number /= number;
            return match_factors(match, op->ins[0], depth - 1, product);
        }
    }
    if (depth > 0 && lg_graph_maker(match->graph, value, LG_OP_POW) != LG_GRAPH_NONE) {
        op = &match->graph->ops.items[lg_graph_maker(match->graph, value, LG_OP_POW)];
        if (lg_graph_number_of(match->graph, op->ins[1], &number) && (number == 2.0 || number == 3.0)) {
            (void)lg_match_op(match, value, LG_OP_POW);
            for (int32_t i = 0; i < (int32_t)number; i++) {
                if (!match_factors(match, op->ins[0], 0, product)) {
                    return false;
                }
            }
            return true;
        }
    }
    if (product->factor_count == LG_MATCH_FACTORS) {
        return false;
    }
    product->factors[product->factor_count++] = value;
    return true;
}

bool lg_match_product(lg_match_t *match, lg_value_t value, lg_product_t *product) {
    *product = (lg_product_t){.number = 1.0};
    return match_factors(match, value, 6, product);
}

bool lg_match_plus_any(lg_match_t *match, lg_value_t value, double *out_number, lg_value_t *out_other) {
    const lg_graph_op_t *op = lg_match_op(match, value, LG_OP_ADD);
    for (uint32_t k = 0; op != NULL && k < 2; k++) {
        if (lg_graph_number_of(match->graph, op->ins[k], out_number)) {
            *out_other = op->ins[1 - k];
            return true;
        }
    }
    return false;
}

bool lg_match_plus(lg_match_t *match, lg_value_t value, double number, lg_value_t *out_other) {
    double found;
    return lg_match_plus_any(match, value, &found, out_other) && lg_match_near(found, number);
}

void lg_match_absorb(lg_match_t *match, lg_graph_t *graph, uint32_t whole) {
    for (uint32_t i = 0; i < match->part_count; i++) {
        uint32_t part = match->parts[i];
        const lg_graph_op_t *op = &graph->ops.items[part];
        // What something else reads as well stays an op of its own.
        bool stays = false;
        for (uint32_t k = 0; k < op->out_count; k++) {
            stays |= graph->values.items[op->outs[k]].is_output;
        }
        if (!stays && part != whole) {
            lg_graph_absorb(graph, whole, part);
        }
    }
}
