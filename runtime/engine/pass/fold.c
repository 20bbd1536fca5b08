// SPDX-License-Identifier: Apache-2.0
// Folding: an op whose inputs are all constants is computed now, by the same kernel that would run it later.
// Results with far more elements than what they are made of (expand, full, tile) are left alone. Large results of the
// program's own weights are shared by all plans of them: each signature of a quantised model needs the same f32 weights.
#include <string.h>

#include "pass/pass.h"
#include "tensor/view.h"

#define FOLD_MAX_GROWTH_BYTES ((size_t)1 << 20)  // a result may exceed its inputs by this much
#define FOLD_SHARED_BYTES ((size_t)1 << 16)      // results from here on are shared
#define FOLD_HASHED_BYTES \
    ((size_t)1 << 20)  // inputs that passes made are known by what they hold, up to here

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

static uint64_t fold_mix(uint64_t hash, const void *data, size_t bytes) {
    const unsigned char *from = data;
    for (size_t i = 0; i < bytes; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, from + i, bytes - i < sizeof word ? bytes - i : sizeof word);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

// Names what `op` makes of the weight at `*out_source`: weights of the program by where they lie, other inputs by what
// they hold. False where it is not to be shared.
static bool fold_key(const lg_graph_t *graph, const lg_graph_op_t *op, const void **out_source,
                     uint64_t *out_key) {
    uint64_t key = fold_mix(op->info->id, op->attrs, op->info->attrs_bytes);
    *out_source = NULL;
    if (graph->shared == NULL || fold_bytes(lg_graph_type(graph, op->outs[0])) < FOLD_SHARED_BYTES) {
        return false;
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        key = fold_mix(key, &i, sizeof i);
        if (op->ins[i] == LG_VALUE_NONE) {
            continue;
        }
        const lg_graph_value_t *value = &graph->values.items[op->ins[i]];
        const lg_view_t *type = value->type;
        size_t bytes = fold_bytes(type);
        key = fold_mix(key, &type->dtype, sizeof type->dtype);
        key = fold_mix(key, type->shape, type->rank * sizeof type->shape[0]);
        if (!value->made) {
            key = fold_mix(key, &type->data, sizeof type->data);
            *out_source = *out_source != NULL || bytes == 0 ? *out_source : type->data;
        } else if (bytes <= FOLD_HASHED_BYTES && (type->flags & LG_VIEW_CONTIGUOUS)) {
            key = fold_mix(key, type->data, bytes);
        } else {
            return false;
        }
    }
    *out_key = key;
    return *out_source != NULL;
}

// The result of `op` on constants, which other plans may have made already.
static lg_status_t fold_compute(lg_graph_t *graph, const lg_graph_op_t *op, const char *name,
                                lg_value_t *out_value, lg_error_t *err) {
    const void *source;
    uint64_t key = 0;
    const lg_view_t *type = lg_graph_type(graph, op->outs[0]);
    const size_t bytes = fold_bytes(type);
    bool shared = fold_key(graph, op, &source, &key);
    lg_buffer_t *buffer = shared ? graph->shared->find(graph->shared->self, source, key, bytes) : NULL;
    if (buffer != NULL) {
        return lg_graph_constant(graph, type, buffer, name, out_value, err);
    }
    LG_TRY(lg_graph_compute(graph, op->info->id, op->ins, op->in_count, op->attrs, name, out_value, err));
    const lg_graph_value_t *value = &graph->values.items[*out_value];
    shared =
        shared && lg_view_same_shape(value->type, type) && value->type->data == lg_buffer_data(value->buffer);
    return shared ? graph->shared->add(graph->shared->self, source, key, bytes, value->buffer, err) : LG_OK;
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
        lg_status_t status = fold_compute(graph, op, name, &value, NULL);
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
