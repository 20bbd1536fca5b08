// SPDX-License-Identifier: Apache-2.0
// Chains: pointwise ops of one shape that only read each other become one op `chain`, which runs them tile by tile.
// It pays where intermediate results are larger than the L1 cache; small ones stay ops of their own, which have no
// walk over tiles.
//
// From each op backwards: an op joins when everything that reads its result has joined. So the set has one result,
// and everything that comes from outside is there before the op that the chain replaces.
#include <stdlib.h>
#include <string.h>

#include "pass/pass.h"
#include "tensor/view.h"

enum {
    CHAIN_MAX_STEPS = 16,
    CHAIN_MIN_ELEMS = 4096,  // 16 KiB: an operand more would not fit L1 beside it
};

typedef struct chain {
    uint32_t ops[CHAIN_MAX_STEPS];  // ascending
    uint32_t op_count;
    lg_value_t ins[LG_CHAIN_MAX_INS];
    uint32_t in_count;
} chain_t;

static bool chain_is_number(uint32_t kind) {
    return kind == LG_ATTR_FLOAT || kind == LG_ATTR_ENUM || kind == LG_ATTR_BOOL;
}

// Whether an op can be a step that makes results of `type`; see lg_shape_chain.
static bool chain_takes(const lg_graph_t *graph, const lg_graph_op_t *op, const lg_view_t *type) {
    if (op->info == NULL || op->fixed || !(op->info->flags & LG_OP_FLAG_POINTWISE) || op->out_count != 1 ||
        op->in_count > 3 || op->info->attr_count > 2 || op->info->id == LG_OP_CAST ||
        op->info->id >= LG_OP_COUNT || (op->info->flags & LG_OP_FLAG_VARIADIC)) {
        return false;
    }
    for (uint32_t i = 0; i < op->info->attr_count; i++) {
        if (!chain_is_number(op->info->attrs[i].kind)) {
            return false;
        }
    }
    for (uint32_t k = 0; k < op->in_count; k++) {
        if (op->ins[k] != LG_VALUE_NONE && lg_graph_type(graph, op->ins[k])->dtype != LG_DTYPE_F32) {
            return false;
        }
    }
    const lg_view_t *out = lg_graph_type(graph, op->outs[0]);
    return out->dtype == LG_DTYPE_F32 && lg_view_same_shape(out, type);
}

static bool chain_has(const chain_t *chain, uint32_t op) {
    for (uint32_t i = 0; i < chain->op_count; i++) {
        if (chain->ops[i] == op) {
            return true;
        }
    }
    return false;
}

// Reads of `value` by ops of the chain.
static uint32_t chain_reads(const lg_graph_t *graph, const chain_t *chain, lg_value_t value) {
    uint32_t reads = 0;
    for (uint32_t i = 0; i < chain->op_count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[chain->ops[i]];
        for (uint32_t k = 0; k < op->in_count; k++) {
            reads += op->ins[k] == value;
        }
    }
    return reads;
}

// Collects what the chain reads from outside; false when that is too much.
static bool chain_inputs(const lg_graph_t *graph, chain_t *chain) {
    chain->in_count = 0;
    for (uint32_t i = 0; i < chain->op_count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[chain->ops[i]];
        for (uint32_t k = 0; k < op->in_count; k++) {
            lg_value_t value = op->ins[k];
            const lg_graph_value_t *node = value != LG_VALUE_NONE ? &graph->values.items[value] : NULL;
            bool known = node == NULL || (node->kind == LG_VALUE_RESULT && chain_has(chain, node->op));
            for (uint32_t j = 0; j < chain->in_count; j++) {
                known |= chain->ins[j] == value;
            }
            if (!known && chain->in_count == LG_CHAIN_MAX_INS) {
                return false;
            }
            if (!known) {
                chain->ins[chain->in_count++] = value;
            }
        }
    }
    return chain->in_count > 0;
}

// The latest op that may join: everything that reads its result is in the chain already.
static uint32_t chain_next(const lg_graph_t *graph, const chain_t *chain, const lg_view_t *type) {
    uint32_t next = LG_GRAPH_NONE;
    for (uint32_t i = 0; i < chain->op_count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[chain->ops[i]];
        for (uint32_t k = 0; k < op->in_count; k++) {
            const lg_graph_value_t *value =
                op->ins[k] != LG_VALUE_NONE ? &graph->values.items[op->ins[k]] : NULL;
            if (value == NULL || value->kind != LG_VALUE_RESULT || value->is_output || value->crosses ||
                chain_has(chain, value->op) || (next != LG_GRAPH_NONE && value->op <= next) ||
                !chain_takes(graph, &graph->ops.items[value->op], type) ||
                chain_reads(graph, chain, op->ins[k]) != value->uses) {
                continue;
            }
            next = value->op;
        }
    }
    return next;
}

static int chain_compare(const void *a, const void *b) {
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    return one < two ? -1 : one > two;
}

// Attribute `index` of a step as a number.
static double chain_attr(const lg_graph_op_t *op, uint32_t index) {
    if (index >= op->info->attr_count) {
        return 0.0;
    }
    const char *field = (const char *)op->attrs + op->info->attrs[index].offset;
    double number;
    int64_t integer;
    if (op->info->attrs[index].kind == LG_ATTR_FLOAT) {
        memcpy(&number, field, sizeof number);
        return number;
    }
    memcpy(&integer, field, sizeof integer);
    return (double)integer;
}

// What stands for operand `k` of a step: the number of an input, or behind them of an earlier step.
static int64_t chain_operand(const lg_graph_t *graph, const chain_t *chain, const lg_graph_op_t *op,
                             uint32_t k) {
    if (k >= op->in_count || op->ins[k] == LG_VALUE_NONE) {
        return -1;
    }
    for (uint32_t j = 0; j < chain->in_count; j++) {
        if (chain->ins[j] == op->ins[k]) {
            return j;
        }
    }
    for (uint32_t j = 0; j < chain->op_count; j++) {
        if (graph->ops.items[chain->ops[j]].outs[0] == op->ins[k]) {
            return (int64_t)chain->in_count + j;
        }
    }
    return -1;
}

static lg_status_t chain_finish(lg_graph_t *graph, chain_t *chain, lg_error_t *err) {
    lg_chain_attrs_t attrs;
    memset(&attrs, 0, sizeof attrs);
    int64_t count = chain->op_count;
    bool parameters = false;
    for (uint32_t i = 0; i < chain->op_count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[chain->ops[i]];
        attrs.ops.values[i] = op->info->id;
        attrs.a.values[i] = chain_operand(graph, chain, op, 0);
        attrs.b.values[i] = chain_operand(graph, chain, op, 1);
        attrs.c.values[i] = chain_operand(graph, chain, op, 2);
        attrs.alpha.values[i] = chain_attr(op, 0);
        attrs.beta.values[i] = chain_attr(op, 1);
        parameters |= op->info->attr_count > 0;
    }
    attrs.ops.count = attrs.a.count = attrs.b.count = attrs.c.count = count;
    attrs.alpha.count = attrs.beta.count = parameters ? count : 0;
    uint32_t last = chain->ops[chain->op_count - 1];
    for (uint32_t i = chain->op_count - 1; i-- > 0;) {
        lg_graph_name(graph, last, chain->ops[i]);
    }
    return lg_graph_change(graph, last, LG_OP_CHAIN, chain->ins, chain->in_count, &attrs, err);
}

lg_status_t lg_pass_chain(lg_graph_t *graph, lg_error_t *err) {
    for (uint32_t i = (uint32_t)graph->ops.count; i-- > 0;) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL || op->out_count != 1) {
            continue;
        }
        const lg_view_t *type = lg_graph_type(graph, op->outs[0]);
        if (type->elem_count < CHAIN_MIN_ELEMS || graph->values.items[op->outs[0]].uses == 0 ||
            !chain_takes(graph, op, type)) {
            continue;
        }
        chain_t chain = {.ops = {i}, .op_count = 1};
        while (chain.op_count < CHAIN_MAX_STEPS) {
            uint32_t next = chain_next(graph, &chain, type);
            if (next == LG_GRAPH_NONE) {
                break;
            }
            chain.ops[chain.op_count++] = next;
            chain_t grown = chain;
            if (!chain_inputs(graph, &grown)) {
                chain.op_count--;
                break;
            }
        }
        if (chain.op_count < 2 || !chain_inputs(graph, &chain)) {
            continue;
        }
        qsort(chain.ops, chain.op_count, sizeof chain.ops[0], chain_compare);
        (void)chain_inputs(graph, &chain);  // in the order of the steps
        LG_TRY(chain_finish(graph, &chain, err));
        for (uint32_t k = 0; k + 1 < chain.op_count; k++) {
            graph->values.items[graph->ops.items[chain.ops[k]].outs[0]].uses = 0;  // done
        }
    }
    return LG_OK;
}
