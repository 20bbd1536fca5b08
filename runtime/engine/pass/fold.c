// SPDX-License-Identifier: Apache-2.0
// Folding: an op whose inputs are all constants is computed now, by the same kernel that would run it later.
// Results with far more elements than what they are made of (expand, full, tile) are left alone.
#include "pass/pass.h"

#include "tensor/view.h"

#define FOLD_MAX_GROWTH_BYTES ((size_t)1 << 20)  // a result may exceed its inputs by this much

static size_t fold_bytes(const lg_view_t *type) {
    return (size_t)type->elem_count * lg_dtype_size((lg_dtype_t)type->dtype);
}

static bool fold_pays(const lg_graph_t *graph, const lg_graph_op_t *op) {
    size_t in_bytes = 0;
    int64_t in_elems = 0;
    for (uint32_t i = 0; i < op->in_count; i++) {
        if (op->ins[i] != LG_VALUE_NONE) {
            if (!lg_graph_is_constant(graph, op->ins[i])) {
                return false;
            }
            in_bytes += fold_bytes(lg_graph_type(graph, op->ins[i]));
            in_elems += lg_graph_type(graph, op->ins[i])->elem_count;
        }
    }
    const lg_view_t *out = lg_graph_type(graph, op->outs[0]);
    return out->elem_count <= in_elems || fold_bytes(out) <= in_bytes + FOLD_MAX_GROWTH_BYTES;
}

lg_status_t lg_pass_fold(lg_graph_t *graph, lg_error_t *err) {
    for (size_t i = 0; i < graph->ops.count; i++) {
        lg_graph_op_t *op = &graph->ops.items[i];
        // Nobody said that a registered op gives the same twice, or may run before its time.
        if (op->info == NULL || op->fixed || op->out_count != 1 || op->info->id >= LG_OP_COUNT) {
            continue;
        }
        const char *name = NULL;
        for (uint32_t k = 0; k < op->in_count; k++) {
            op->ins[k] = lg_graph_find(graph, op->ins[k]);
            if (name == NULL && op->ins[k] != LG_VALUE_NONE) {
                name = graph->values.items[op->ins[k]].name;
            }
        }
        lg_value_t value;
        if (!fold_pays(graph, op)) {
            continue;
        }
        // What cannot be computed (an index out of range) is left to fail where it stands, with its path.
        lg_status_t status =
            lg_graph_compute(graph, op->info->id, op->ins, op->in_count, op->attrs, name, &value, NULL);
        if (status == LG_STATUS_OUT_OF_MEMORY) {
            return lg_error_set(err, status, op->info->name, "no memory to fold constants");
        }
        // Where the data decide the extents, the program works with their upper bounds.
        if (status == LG_OK &&
            lg_view_same_shape(lg_graph_type(graph, value), lg_graph_type(graph, op->outs[0]))) {
            lg_graph_replace(graph, op->outs[0], value);
        }
    }
    return LG_OK;
}
