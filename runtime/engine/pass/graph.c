// SPDX-License-Identifier: Apache-2.0
#include "pass/graph.h"

#include <stdio.h>
#include <string.h>

#include "op/registry.h"
#include "tensor/view.h"

static lg_status_t graph_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for passes over a program");
}

// ---- life -------------------------------------------------------------------------------------------

static lg_status_t graph_fill(lg_graph_t *graph, const bool *fixed, lg_error_t *err) {
    const lg_program_t *program = graph->program;
    graph->origin_next = lg_zone_alloc(&graph->zone, program->ops.count * sizeof *graph->origin_next);
    lg_heap_t *heap = &graph->context->heap;
    if (graph->origin_next == NULL || !LG_LIST_RESERVE(heap, &graph->values, program->values.count) ||
        !LG_LIST_RESERVE(heap, &graph->ops, program->ops.count)) {
        return graph_no_memory(err);
    }
    for (size_t i = 0; i < program->values.count; i++) {
        const lg_value_node_t *node = &program->values.items[i];
        graph->values.items[graph->values.count++] = (lg_graph_value_t){
            .type = &node->type,
            .kind = node->kind,
            .op = node->index,
            .same = LG_VALUE_NONE,
            .buffer = node->kind == LG_VALUE_WEIGHT ? program->buffers.items[node->index] : NULL,
            .name = node->name};
    }
    for (size_t i = 0; i < program->outputs.count; i++) {
        graph->values.items[program->outputs.items[i].value].is_output = true;
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *node = &program->ops.items[i];
        // Operands are rewritten in place, and the program is frozen.
        lg_value_t *ins = lg_zone_alloc(&graph->zone, node->in_count * sizeof *ins);
        if (ins == NULL) {
            return graph_no_memory(err);
        }
        memcpy(ins, node->ins, node->in_count * sizeof *ins);
        graph->origin_next[i] = LG_GRAPH_NONE;
        for (uint32_t k = 0; graph->blocks != NULL && k < node->in_count; k++) {
            lg_graph_value_t *in = ins[k] != LG_VALUE_NONE ? &graph->values.items[ins[k]] : NULL;
            if (in != NULL && in->kind == LG_VALUE_RESULT) {
                in->crosses |= graph->blocks[in->op] != graph->blocks[i];
            }
        }
        graph->ops.items[graph->ops.count++] = (lg_graph_op_t){.info = node->info,
                                                               .in_count = node->in_count,
                                                               .out_count = node->out_count,
                                                               .ins = ins,
                                                               .outs = node->outs,
                                                               .attrs = node->attrs,
                                                               .path = node->path,
                                                               .number = node->number,
                                                               .origin_first = (uint32_t)i,
                                                               .origin_last = (uint32_t)i,
                                                               .fixed = fixed != NULL && fixed[i]};
    }
    return LG_OK;
}

lg_status_t lg_graph_init(lg_graph_t *graph, lg_program_t *program, const bool *fixed, const uint32_t *blocks,
                          lg_error_t *err) {
    memset(graph, 0, sizeof *graph);
    graph->blocks = blocks;
    graph->context = program->context;
    graph->program = program;
    lg_zone_init(&graph->zone, &program->context->heap);
    lg_status_t status = graph_fill(graph, fixed, err);
    if (status != LG_OK) {
        lg_graph_deinit(graph);
        return status;
    }
    lg_graph_settle(graph);
    graph->changed = false;
    return LG_OK;
}

void lg_graph_deinit(lg_graph_t *graph) {
    lg_heap_t *heap = &graph->context->heap;
    for (size_t i = 0; i < graph->values.count; i++) {
        if (graph->values.items[i].made) {
            lg_buffer_release(graph->values.items[i].buffer);
        }
    }
    LG_LIST_DEINIT(heap, &graph->ops);
    LG_LIST_DEINIT(heap, &graph->values);
    lg_zone_deinit(&graph->zone);
}

// ---- change -----------------------------------------------------------------------------------------

void lg_graph_settle(lg_graph_t *graph) {
    if (graph->settled) {
        return;
    }
    graph->settled = true;
    for (size_t i = 0; i < graph->values.count; i++) {
        graph->values.items[i].uses = 0;
        graph->values.items[i].reader = LG_GRAPH_NONE;
    }
    for (size_t i = 0; i < graph->program->outputs.count; i++) {
        lg_value_t value = lg_graph_find(graph, graph->program->outputs.items[i].value);
        graph->values.items[value].is_output = true;
        graph->values.items[value].uses++;
    }
    for (size_t i = graph->ops.count; i-- > 0;) {
        lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL) {
            continue;
        }
        bool read = false;
        for (uint32_t k = 0; k < op->out_count; k++) {
            read |= graph->values.items[op->outs[k]].uses > 0;
        }
        if (!read) {
            op->info = NULL;
            graph->changed = true;
            continue;
        }
        for (uint32_t k = 0; k < op->in_count; k++) {
            op->ins[k] = lg_graph_find(graph, op->ins[k]);
            if (op->ins[k] != LG_VALUE_NONE) {
                lg_graph_value_t *value = &graph->values.items[op->ins[k]];
                value->reader = value->reader == LG_GRAPH_NONE ? (uint32_t)i : value->reader;
                value->uses++;
            }
        }
    }
}

void lg_graph_absorb(lg_graph_t *graph, uint32_t whole, uint32_t part) {
    lg_graph_op_t *to = &graph->ops.items[whole], *from = &graph->ops.items[part];
    if (whole == part || from->origin_first == LG_GRAPH_NONE) {
        return;
    }
    if (to->origin_first == LG_GRAPH_NONE) {
        to->origin_first = from->origin_first;
    } else {
        graph->origin_next[to->origin_last] = from->origin_first;
    }
    to->origin_last = from->origin_last;
    from->origin_first = from->origin_last = LG_GRAPH_NONE;
}

void lg_graph_name(lg_graph_t *graph, uint32_t whole, uint32_t part) {
    lg_graph_op_t *to = &graph->ops.items[whole], *from = &graph->ops.items[part];
    if (whole == part || from->origin_first == LG_GRAPH_NONE) {
        return;
    }
    graph->origin_next[from->origin_last] = to->origin_first;
    to->origin_last = to->origin_first == LG_GRAPH_NONE ? from->origin_last : to->origin_last;
    to->origin_first = from->origin_first;
    from->origin_first = from->origin_last = LG_GRAPH_NONE;
    to->path = from->path;
}

void lg_graph_replace(lg_graph_t *graph, lg_value_t value, lg_value_t other) {
    other = lg_graph_find(graph, other);
    if (value == other) {
        return;
    }
    lg_graph_value_t *from = &graph->values.items[value], *to = &graph->values.items[other];
    from->same = other;
    graph->changed = true;
    graph->settled = false;
    if (from->kind == LG_VALUE_RESULT && to->kind == LG_VALUE_RESULT) {
        bool apart = graph->blocks != NULL && graph->blocks[to->op] != graph->blocks[from->op];
        to->crosses |= from->crosses || apart;
        if (!apart) {
            lg_graph_absorb(graph, to->op, from->op);
        }
    }
}

// An attribute struct in the graph's zone; NULL with LG_OK when the op has none.
static lg_status_t graph_attrs(lg_graph_t *graph, const lg_op_info_t *info, const void *attrs,
                               const void **out_attrs, lg_error_t *err) {
    *out_attrs = NULL;
    if (info->attrs_bytes == 0) {
        return LG_OK;
    }
    void *copy = lg_zone_alloc(&graph->zone, info->attrs_bytes);
    if (copy == NULL) {
        return graph_no_memory(err);
    }
    memcpy(copy, attrs != NULL ? attrs : info->attrs_default, info->attrs_bytes);
    *out_attrs = copy;
    return LG_OK;
}

lg_status_t lg_graph_change(lg_graph_t *graph, uint32_t index, uint32_t op, const lg_value_t *ins,
                            uint32_t in_count, const void *attrs, lg_error_t *err) {
    const lg_op_info_t *info = lg_context_op_info(graph->context, op);
    const void *attrs_copy;
    LG_TRY(graph_attrs(graph, info, attrs, &attrs_copy, err));
    lg_value_t *ins_copy = lg_zone_alloc(&graph->zone, in_count * sizeof *ins_copy);
    if (ins_copy == NULL) {
        return graph_no_memory(err);
    }
    memcpy(ins_copy, ins, in_count * sizeof *ins);
    lg_graph_op_t *node = &graph->ops.items[index];
    node->number = node->info == info ? node->number : LG_GRAPH_NONE;
    node->info = info;
    node->ins = ins_copy;
    node->in_count = in_count;
    node->attrs = attrs_copy;
    graph->changed = true;
    graph->settled = false;
    return LG_OK;
}

// ---- constants --------------------------------------------------------------------------------------

// Takes over the tensor's reference.
static lg_status_t graph_constant(lg_graph_t *graph, lg_tensor_t *tensor, const char *name,
                                  lg_value_t *out_value, lg_error_t *err) {
    lg_view_t *type = lg_zone_alloc(&graph->zone, sizeof *type);
    if (type == NULL || !LG_LIST_GROW(&graph->context->heap, &graph->values)) {
        lg_tensor_deinit(tensor);
        return graph_no_memory(err);
    }
    *type = tensor->view;
    *out_value = (lg_value_t)graph->values.count;
    graph->values.items[graph->values.count++] = (lg_graph_value_t){.type = type,
                                                                    .kind = LG_VALUE_WEIGHT,
                                                                    .op = LG_GRAPH_NONE,
                                                                    .reader = LG_GRAPH_NONE,
                                                                    .same = LG_VALUE_NONE,
                                                                    .buffer = tensor->buffer,
                                                                    .made = true,
                                                                    .name = name};
    return LG_OK;
}

lg_status_t lg_graph_constant(lg_graph_t *graph, const lg_view_t *type, lg_buffer_t *buffer, const char *name,
                              lg_value_t *out_value, lg_error_t *err) {
    lg_tensor_t tensor = {*type, buffer};
    tensor.view.data = lg_buffer_data(buffer);
    lg_buffer_retain(buffer);
    return graph_constant(graph, &tensor, name, out_value, err);
}

lg_status_t lg_graph_compute(lg_graph_t *graph, uint32_t op, const lg_value_t *ins, uint32_t in_count,
                             const void *attrs, const char *name, lg_value_t *out_value, lg_error_t *err) {
    lg_tensor_t tensors[LG_MAX_INS];
    const lg_tensor_t *pointers[LG_MAX_INS];
    for (uint32_t i = 0; i < in_count; i++) {
        pointers[i] = NULL;
        if (ins[i] != LG_VALUE_NONE) {
            const lg_graph_value_t *value = &graph->values.items[ins[i]];
            tensors[i] = (lg_tensor_t){*value->type, value->buffer};
            pointers[i] = &tensors[i];
        }
    }
    *out_value = LG_VALUE_NONE;  // which may be one of `ins`
    lg_tensor_t out = {.buffer = NULL};
    LG_TRY(lg_op_call(graph->context, op, pointers, in_count, attrs, &out, 1, err));
    if (!(out.view.flags & LG_VIEW_CONTIGUOUS)) {  // a view op: weights are dense
        lg_tensor_t dense = {.buffer = NULL};
        lg_status_t status = lg_tensor_init(graph->context, (lg_dtype_t)out.view.dtype, out.view.rank,
                                            out.view.shape, &dense, err);
        const lg_tensor_t *from = &out;
        if (status == LG_OK) {
            status = lg_op_call(graph->context, LG_OP_IDENTITY, &from, 1, NULL, &dense, 1, err);
        }
        lg_tensor_deinit(&out);
        if (status != LG_OK) {
            lg_tensor_deinit(&dense);
            return status;
        }
        out = dense;
    }
    return graph_constant(graph, &out, name, out_value, err);
}

lg_status_t lg_graph_number(lg_graph_t *graph, lg_dtype_t dtype, double number, lg_value_t *out_value,
                            lg_error_t *err) {
    lg_full_attrs_t attrs = {
        .shape = {.count = 0}, .value = {.kind = LG_SCALAR_FLOAT, .value.f = number}, .dtype = dtype};
    return lg_graph_compute(graph, LG_OP_FULL, NULL, 0, &attrs, NULL, out_value, err);
}

lg_status_t lg_graph_reshaped(lg_graph_t *graph, lg_value_t value, uint32_t rank, const int64_t *shape,
                              lg_value_t *out_value, lg_error_t *err) {
    lg_reshape_attrs_t attrs = {.shape = {.count = rank}};
    memcpy(attrs.shape.values, shape, rank * sizeof *shape);
    return lg_graph_compute(graph, LG_OP_RESHAPE, &value, 1, &attrs, graph->values.items[value].name,
                            out_value, err);
}

// ---- questions --------------------------------------------------------------------------------------

uint32_t lg_graph_maker(const lg_graph_t *graph, lg_value_t value, uint32_t op) {
    if (value == LG_VALUE_NONE || graph->values.items[value].kind != LG_VALUE_RESULT ||
        graph->values.items[value].crosses) {
        return LG_GRAPH_NONE;
    }
    uint32_t index = graph->values.items[value].op;
    const lg_graph_op_t *node = &graph->ops.items[index];
    return node->info != NULL && node->info->id == op && !node->fixed ? index : LG_GRAPH_NONE;
}

uint32_t lg_graph_only_reader(const lg_graph_t *graph, lg_value_t value) {
    const lg_graph_value_t *node = &graph->values.items[value];
    if (node->uses != 1 || node->is_output || node->crosses || node->reader == LG_GRAPH_NONE ||
        graph->ops.items[node->reader].fixed) {
        return LG_GRAPH_NONE;
    }
    return node->reader;
}

bool lg_graph_number_of(const lg_graph_t *graph, lg_value_t value, double *out_number) {
    if (!lg_graph_is_constant(graph, value)) {
        return false;
    }
    const lg_view_t *type = lg_graph_type(graph, value);
    if (type->elem_count < 1 || type->elem_count > 4096) {
        return false;
    }
    size_t item_bytes = lg_dtype_size((lg_dtype_t)type->dtype);
    const char *data = type->data;
    if (memcmp(data, data + item_bytes, (size_t)(type->elem_count - 1) * item_bytes) != 0) {
        return false;  // compares each element with the next
    }
    switch (type->dtype) {
        case LG_DTYPE_F32: {
            float number;
            memcpy(&number, data, sizeof number);
            *out_number = (double)number;
            return true;
        }
        case LG_DTYPE_F64:
            memcpy(out_number, data, sizeof *out_number);
            return true;
        case LG_DTYPE_I64: {
            int64_t number;
            memcpy(&number, data, sizeof number);
            *out_number = (double)number;
            return true;
        }
        case LG_DTYPE_I32: {
            int32_t number;
            memcpy(&number, data, sizeof number);
            *out_number = (double)number;
            return true;
        }
        default:
            return false;
    }
}

// ---- the end ----------------------------------------------------------------------------------------

typedef struct graph_build {
    lg_graph_t *graph;
    lg_program_t *program;
    lg_value_t *now;  // value of the graph -> value of the program
    lg_error_t *err;
} graph_build_t;

// Adds a constant under its own name, or one with a number behind it where a pass made several of one.
static lg_status_t graph_build_weight(graph_build_t *build, lg_value_t value) {
    const lg_graph_value_t *node = &build->graph->values.items[value];
    lg_tensor_t tensor = {*node->type, node->buffer};
    const char *base = node->name != NULL ? node->name : "number";
    char name[512];
    int bytes = snprintf(name, sizeof name, "%s", base);
    for (uint32_t i = 1; node->made || bytes >= (int)sizeof name; i++) {
        bytes = snprintf(name, sizeof name, "%.490s.%u", base, i);
        if (lg_map_find(&build->program->weight_names, name, (size_t)bytes) == LG_MAP_NONE &&
            lg_map_find(&build->graph->program->weight_names, name, (size_t)bytes) == LG_MAP_NONE) {
            break;
        }
    }
    return lg_program_add_weight(build->program, name, &tensor, &build->now[value], build->err);
}

static lg_status_t graph_build_op(graph_build_t *build, const lg_graph_op_t *op) {
    lg_graph_t *graph = build->graph;
    lg_value_t ins[LG_MAX_INS], outs[LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count; i++) {
        ins[i] = LG_VALUE_NONE;
        if (op->ins[i] != LG_VALUE_NONE) {
            if (build->now[op->ins[i]] == LG_VALUE_NONE && lg_graph_is_constant(graph, op->ins[i])) {
                LG_TRY(graph_build_weight(build, op->ins[i]));
            }
            ins[i] = build->now[op->ins[i]];
            LG_CHECK(build->err, ins[i] != LG_VALUE_NONE, LG_STATUS_INTERNAL, op->info->name,
                     "a pass left %s before its input %u", op->info->name, i);
        }
    }
    if (op->number != LG_GRAPH_NONE) {
        build->program->op_numbers[lg_op_row(op->info->id)] = op->number;
    }
    LG_TRY(lg_program_add_op(build->program, op->info->id, ins, op->in_count, op->attrs, op->path, outs,
                             op->out_count, build->err));
    for (uint32_t i = 0; i < op->out_count; i++) {
        const lg_view_t *was = lg_graph_type(graph, op->outs[i]);
        const lg_view_t *is = lg_program_value_type(build->program, outs[i]);
        char text[2][192];
        LG_CHECK(build->err, was->dtype == is->dtype && lg_view_same_shape(was, is), LG_STATUS_INTERNAL,
                 op->info->name, "a pass turned the result of %s from %s to %s", op->info->name,
                 lg_view_format(was, text[0], sizeof text[0]), lg_view_format(is, text[1], sizeof text[1]));
        build->now[op->outs[i]] = outs[i];
    }
    return LG_OK;
}

static lg_status_t graph_build(graph_build_t *build, lg_zone_t *zone, lg_origins_t *origins) {
    lg_graph_t *graph = build->graph;
    const lg_program_t *from = graph->program;
    size_t op_count = 0, origin_count = 0;
    for (size_t i = 0; i < graph->ops.count; i++) {
        op_count += graph->ops.items[i].info != NULL;
    }
    if (origins != NULL) {
        origins->first = lg_zone_alloc(zone, (op_count + 1) * sizeof *origins->first);
        origins->ops = lg_zone_alloc(zone, 2 * graph->ops.count * sizeof *origins->ops);
        if (origins->first == NULL || origins->ops == NULL) {
            return graph_no_memory(build->err);
        }
    }
    for (size_t i = 0; i < graph->values.count; i++) {
        build->now[i] = LG_VALUE_NONE;
    }
    for (size_t i = 0; i < from->inputs.count; i++) {
        lg_value_t value = from->inputs.items[i];
        LG_TRY(lg_program_add_input(build->program, from->values.items[value].name,
                                    &from->values.items[value].type, &build->now[value], build->err));
    }
    // Weights in the order that they had, then what passes made, where it is first read.
    for (size_t i = 0; i < from->weights.count; i++) {
        lg_value_t value = from->weights.items[i];
        if (graph->values.items[value].uses > 0 && build->now[value] == LG_VALUE_NONE) {
            LG_TRY(graph_build_weight(build, value));
        }
    }
    size_t done = 0;
    for (size_t i = 0; i < graph->ops.count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL) {
            continue;
        }
        LG_TRY(graph_build_op(build, op));
        if (origins != NULL) {
            origins->first[done++] = (uint32_t)origin_count;
            for (uint32_t at = op->origin_first; at != LG_GRAPH_NONE; at = graph->origin_next[at]) {
                origins->ops[origin_count++] = at;
            }
            if (op->origin_first == LG_GRAPH_NONE) {  // one of its results was replaced, another is read
                origins->ops[origin_count++] = (uint32_t)i;
            }
            origins->first[done] = (uint32_t)origin_count;
        }
    }
    for (size_t i = 0; i < from->outputs.count; i++) {
        lg_value_t value = lg_graph_find(graph, from->outputs.items[i].value);
        if (build->now[value] == LG_VALUE_NONE && lg_graph_is_constant(graph, value)) {
            LG_TRY(graph_build_weight(build, value));
        }
        LG_TRY(lg_program_add_output(build->program, from->outputs.items[i].name, build->now[value],
                                     build->err));
    }
    return lg_program_freeze(build->program, build->err);
}

lg_status_t lg_graph_build(lg_graph_t *graph, lg_zone_t *zone, lg_origins_t *origins,
                           lg_program_t **out_program, lg_error_t *err) {
    *out_program = NULL;
    lg_graph_settle(graph);
    graph_build_t build = {.graph = graph, .err = err};
    build.now = lg_zone_alloc(&graph->zone, graph->values.count * sizeof *build.now);
    if (build.now == NULL) {
        return graph_no_memory(err);
    }
    LG_TRY(lg_program_create(graph->context, &build.program, err));
    lg_status_t status = graph_build(&build, zone, origins);
    if (status != LG_OK) {
        lg_program_release(build.program);
        return status;
    }
    *out_program = build.program;
    return LG_OK;
}
