// SPDX-License-Identifier: Apache-2.0
#include "program/program.h"

#include <string.h>

#include "op/eager.h"
#include "op/registry.h"
#include "program/unknown.h"
#include "tensor/view.h"

lg_status_t lg_program_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a program");
}

// ---- life -------------------------------------------------------------------------------------------

lg_status_t lg_program_create(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    *out_program = NULL;
    LG_TRY(lg_context_check(context, err));
    lg_heap_t *heap = &context->heap;
    lg_program_t *program = lg_heap_alloc(heap, sizeof *program);
    LG_CHECK(err, program != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a program");
    memset(program, 0, sizeof *program);
    atomic_init(&program->refs, 1);
    program->context = context;
    lg_zone_init(&program->zone, heap);
    lg_map_init(&program->input_names, heap);
    lg_map_init(&program->weight_names, heap);
    lg_map_init(&program->output_names, heap);
    lg_map_init(&program->weight_memory, heap);
    program->op_numbers = lg_zone_alloc(&program->zone, LG_OP_ROWS * sizeof *program->op_numbers);
    if (program->op_numbers == NULL) {
        lg_program_release(program);
        return lg_program_no_memory(err);
    }
    lg_map_init(&program->extent_numbers, heap);
    *out_program = program;
    return LG_OK;
}

void lg_program_retain(lg_program_t *program) {
    atomic_fetch_add_explicit(&program->refs, 1, memory_order_relaxed);
}

void lg_program_release(lg_program_t *program) {
    if (program == NULL || atomic_fetch_sub_explicit(&program->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_heap_t *heap = &program->context->heap;
    for (size_t i = 0; i < program->buffers.count; i++) {
        lg_buffer_release(program->buffers.items[i]);
    }
    LG_LIST_DEINIT(heap, &program->values);
    LG_LIST_DEINIT(heap, &program->ops);
    LG_LIST_DEINIT(heap, &program->inputs);
    LG_LIST_DEINIT(heap, &program->weights);
    LG_LIST_DEINIT(heap, &program->buffers);
    LG_LIST_DEINIT(heap, &program->outputs);
    for (size_t i = 0; i < program->points.count; i++) {
        LG_LIST_DEINIT(heap, &program->points.items[i].views);
    }
    LG_LIST_DEINIT(heap, &program->guards);
    LG_LIST_DEINIT(heap, &program->states);
    LG_LIST_DEINIT(heap, &program->symbols);
    LG_LIST_DEINIT(heap, &program->points);
    LG_LIST_DEINIT(heap, &program->extent_texts);
    for (size_t i = 0; i < program->subs.count; i++) {
        lg_program_release(program->subs.items[i]);
    }
    LG_LIST_DEINIT(heap, &program->subs);
    lg_held_deinit(heap, &program->held);
    lg_map_deinit(&program->extent_numbers);
    lg_map_deinit(&program->input_names);
    lg_map_deinit(&program->weight_names);
    lg_map_deinit(&program->output_names);
    lg_map_deinit(&program->weight_memory);
    lg_zone_deinit(&program->zone);
    lg_program_t *parent = program->parent;
    lg_heap_free(heap, program, sizeof *program);
    lg_program_release(parent);  // last: it may end the heap
}

// ---- building ---------------------------------------------------------------------------------------

lg_status_t lg_program_check_building(const lg_program_t *program, lg_error_t *err) {
    LG_CHECK(err, !program->frozen, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the program is frozen; build another one");
    return lg_context_check(program->context, err);
}

// Copies a name that is not in `names` yet.
static lg_status_t program_name(lg_program_t *program, const lg_map_t *names, const char *what,
                                const char *name, const char **out_name, lg_error_t *err) {
    LG_CHECK(err, name != NULL && name[0] != 0, LG_STATUS_INVALID_ARGUMENT, NULL, "%s needs a name", what);
    LG_CHECK(err, lg_map_find(names, name, strlen(name)) == LG_MAP_NONE, LG_STATUS_ALREADY_EXISTS, NULL,
             "there is %s '%s' already", what, name);
    *out_name = lg_zone_string(&program->zone, name, strlen(name));
    return *out_name != NULL ? LG_OK : lg_program_no_memory(err);
}

lg_status_t lg_program_add_value(lg_program_t *program, const lg_view_t *type, lg_value_kind_t kind,
                                 size_t index, const char *name, lg_value_t *out_value, lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    if (program->values.count >= UINT32_MAX - 1 || !LG_LIST_GROW(heap, &program->values)) {
        return lg_program_no_memory(err);
    }
    for (size_t i = 0; i < program->points.count; i++) {
        lg_point_t *point = &program->points.items[i];
        if (!LG_LIST_GROW(heap, &point->views)) {
            return lg_program_no_memory(err);
        }
        point->views.items[program->values.count] = *type;
        point->views.count = program->values.count + 1;
    }
    *out_value = (lg_value_t)program->values.count;
    program->values.items[program->values.count++] =
        (lg_value_node_t){*type, (uint8_t)kind, false, (uint32_t)index, name, NULL, NULL};
    return LG_OK;
}

// Adds an input of a type that was checked.
static lg_status_t program_add_input(lg_program_t *program, const char *name, const lg_view_t *type,
                                     lg_value_t *out_value, lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    const char *copy;
    LG_TRY(program_name(program, &program->input_names, "an input", name, &copy, err));
    if (!LG_LIST_GROW(heap, &program->inputs) ||
        !lg_map_add(&program->input_names, copy, strlen(copy), (uint32_t)program->inputs.count)) {
        return lg_program_no_memory(err);
    }
    LG_TRY(lg_program_add_value(program, type, LG_VALUE_INPUT, program->inputs.count, copy, out_value, err));
    program->inputs.items[program->inputs.count++] = *out_value;
    return LG_OK;
}

lg_status_t lg_program_add_input(lg_program_t *program, const char *name, const lg_view_t *type,
                                 lg_value_t *out_value, lg_error_t *err) {
    *out_value = LG_VALUE_NONE;
    LG_TRY(lg_program_check_building(program, err));
    lg_view_t clean;
    LG_TRY(lg_view_init(&clean, (lg_dtype_t)type->dtype, type->rank, type->shape, err));
    return program_add_input(program, name, &clean, out_value, err);
}

lg_status_t lg_program_add_spec(lg_program_t *program, const char *name, const lg_spec_t *spec,
                                lg_value_t *out_value, lg_error_t *err) {
    *out_value = LG_VALUE_NONE;
    LG_TRY(lg_program_check_building(program, err));
    bool symbolic = false;
    lg_affine_t *affines = lg_zone_alloc(&program->zone, spec->rank * sizeof *affines);
    if (affines == NULL) {
        return lg_program_no_memory(err);
    }
    for (uint32_t i = 0; i < spec->rank; i++) {
        affines[i].constant = spec->shape[i];
        if (spec->chars[i] != NULL) {
            LG_TRY(lg_extent_parse(program, spec->chars[i], spec->bytes[i], &affines[i], err));
            symbolic = true;
        }
    }
    lg_view_t views[LG_MAX_POINTS];
    uint32_t symbol_count = (uint32_t)program->symbols.count;
    for (uint32_t point = 0; point < program->points.count + 1; point++) {
        int64_t shape[LG_MAX_RANK];
        lg_status_t status = LG_OK;
        for (uint32_t i = 0; i < spec->rank && status == LG_OK; i++) {
            status = lg_affine_at(&affines[i], symbol_count, point, &shape[i], err);
        }
        status = status == LG_OK ? lg_view_init(&views[point], spec->dtype, spec->rank, shape, err) : status;
        if (status != LG_OK && lg_point_is_witness(point)) {
            memset(&views[point], 0, sizeof views[point]);
        } else if (status != LG_OK) {
            lg_extent_explain(program, 0, err);
            return status;
        }
    }
    LG_TRY(program_add_input(program, name, &views[0], out_value, err));
    for (size_t i = 0; i < program->points.count; i++) {
        program->points.items[i].views.items[*out_value] = views[i + 1];
    }
    lg_value_node_t *node = &program->values.items[*out_value];
    node->affines = symbolic ? affines : NULL;
    const char *const *texts;
    LG_TRY(lg_extent_texts(program, *out_value, &texts, err));
    program->values.items[*out_value].extents = texts;
    return LG_OK;
}

lg_status_t lg_program_add_input_spec(lg_program_t *program, const char *name, const char *spec,
                                      lg_value_t *out_value, lg_error_t *err) {
    *out_value = LG_VALUE_NONE;
    lg_reader_t reader;
    lg_spec_t parts;
    lg_reader_init(&reader, spec, strlen(spec), "a spec", err);
    LG_TRY(lg_spec_read(&reader, &parts));
    lg_reader_skip_space(&reader);
    if (reader.at != reader.end) {
        return lg_reader_fail(&reader, "the end");
    }
    return lg_program_add_spec(program, name, &parts, out_value, err);
}

// What makes two tensors the same weight.
typedef struct program_memory_key {
    void *data;
    int64_t shape[LG_MAX_RANK];
    uint64_t dtype_rank;
} program_memory_key_t;

lg_status_t lg_program_add_weight(lg_program_t *program, const char *name, const lg_tensor_t *tensor,
                                  lg_value_t *out_value, lg_error_t *err) {
    *out_value = LG_VALUE_NONE;
    LG_TRY(lg_program_check_building(program, err));
    lg_heap_t *heap = &program->context->heap;
    const lg_view_t *view = &tensor->view;
    LG_CHECK(err, view->flags & LG_VIEW_CONTIGUOUS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "weight '%s' is not contiguous; copy it first", name);
    lg_view_t type;
    LG_TRY(lg_view_init(&type, (lg_dtype_t)view->dtype, view->rank, view->shape, err));
    type.data = view->data;
    type.flags |= LG_VIEW_READONLY;

    program_memory_key_t *key = lg_zone_alloc(&program->zone, sizeof *key);
    if (key == NULL) {
        return lg_program_no_memory(err);
    }
    key->data = view->data;
    memcpy(key->shape, view->shape, view->rank * sizeof view->shape[0]);
    key->dtype_rank = (uint64_t)view->dtype << 8 | view->rank;
    uint32_t known = lg_map_find(&program->weight_memory, key, sizeof *key);
    if (known != LG_MAP_NONE && view->elem_count > 0) {
        *out_value = program->weights.items[known];
        return LG_OK;
    }
    const char *copy;
    LG_TRY(program_name(program, &program->weight_names, "a weight", name, &copy, err));
    if (!LG_LIST_GROW(heap, &program->weights) || !LG_LIST_GROW(heap, &program->buffers) ||
        !lg_map_add(&program->weight_names, copy, strlen(copy), (uint32_t)program->weights.count) ||
        (known == LG_MAP_NONE &&
         !lg_map_add(&program->weight_memory, key, sizeof *key, (uint32_t)program->weights.count))) {
        return lg_program_no_memory(err);
    }
    LG_TRY(
        lg_program_add_value(program, &type, LG_VALUE_WEIGHT, program->weights.count, copy, out_value, err));
    program->weights.items[program->weights.count++] = *out_value;
    if (tensor->buffer != NULL) {
        lg_buffer_retain(tensor->buffer);
    }
    program->buffers.items[program->buffers.count++] = tensor->buffer;
    return LG_OK;
}

// Infers the outputs of an op at one point, and computes them where that is little work. `scratch` has room for
// the attributes where some come from tensors. At a witness a failure leaves the outputs unknown.
static lg_status_t program_infer_at(lg_program_t *program, uint32_t point, const lg_op_info_t *info,
                                    const lg_op_parts_t *parts, const void *attrs, void *scratch,
                                    lg_view_t *outs, uint32_t out_count, lg_error_t *err) {
    const lg_view_t *views[LG_MAX_INS];
    bool unknown = false;
    for (uint32_t i = 0; i < parts->in_count; i++) {
        bool present = parts->ins[i] != LG_VALUE_NONE;
        views[i] = present ? lg_program_view_at(program, point, parts->ins[i]) : NULL;
        unknown |= present && views[i]->dtype == LG_DTYPE_INVALID;
    }
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; i < parts->bound_count && status == LG_OK; i++) {
        const lg_attr_info_t *attr = &info->attrs[parts->bound[i].attr];
        const lg_view_t *view = lg_program_view_at(program, point, parts->bound[i].value);
        unknown |= view->data == NULL;
        if (view->data == NULL && !lg_point_is_witness(point)) {
            return lg_error_set(err, LG_STATUS_UNSUPPORTED, info->name,
                                "%s: %s depends on data that is only known when the program runs", info->name,
                                attr->name);
        }
        status = unknown ? LG_OK : lg_attr_read_view(info, attr, view, scratch, err);
        attrs = scratch;
    }
    if (status == LG_OK && !unknown) {
        status = lg_context_op_infer(program->context, info->id, views, parts->in_count, attrs, outs,
                                     out_count, err);
    }
    if (status == LG_OK && !unknown) {
        return lg_evaluate(program->context, info, views, parts->in_count, attrs, outs, out_count,
                           &program->held, err);
    }
    if (lg_point_is_witness(point)) {
        memset(outs, 0, out_count * sizeof *outs);
        return LG_OK;
    }
    if (program->symbols.count > 0) {
        lg_extent_explain(program, point, err);
    }
    return status;
}

static lg_status_t program_check_parts(const lg_program_t *program, const lg_op_parts_t *parts,
                                       const lg_op_info_t *info, uint32_t out_count, lg_error_t *err) {
    LG_CHECK(err, parts->in_count <= LG_MAX_INS && lg_op_out_count_fits(info, out_count),
             LG_STATUS_INVALID_ARGUMENT, info->name,
             "%s: %u inputs and %u outputs given, expected %u to %u and %u", info->name, parts->in_count,
             out_count, info->in_min, info->in_max, info->out_count);
    for (uint32_t i = 0; i < parts->in_count; i++) {
        LG_CHECK(err, parts->ins[i] == LG_VALUE_NONE || parts->ins[i] < program->values.count,
                 LG_STATUS_INVALID_ARGUMENT, info->name, "%s: input %u is value %u, the program has %zu",
                 info->name, i, parts->ins[i], program->values.count);
    }
    for (uint32_t i = 0; i < parts->bound_count; i++) {
        const lg_bound_t *bound = &parts->bound[i];
        LG_CHECK(err, bound->attr < info->attr_count && bound->value < program->values.count,
                 LG_STATUS_INVALID_ARGUMENT, info->name, "%s: there is no attribute %u or no value %u",
                 info->name, bound->attr, bound->value);
        const lg_attr_info_t *attr = &info->attrs[bound->attr];
        const lg_value_node_t *source = &program->values.items[bound->value];
        LG_CHECK(err, source->extents == NULL || source->type.rank != 1, LG_STATUS_UNSUPPORTED, info->name,
                 "%s: how many %s there are is only known when the program runs", info->name, attr->name);
        LG_TRY(lg_attr_check_view(info, attr, &source->type, err));
    }
    return LG_OK;
}

// Without symbols what an attribute comes from may be a number already: then it is a constant.
static lg_status_t program_settle(lg_program_t *program, const lg_op_info_t *info, lg_op_parts_t *parts,
                                  const void **attrs, lg_error_t *err) {
    bool known = parts->bound_count > 0 && program->points.count == 0;
    for (uint32_t i = 0; i < parts->bound_count; i++) {
        known = known && program->values.items[parts->bound[i].value].type.data != NULL;
    }
    if (!known) {
        return LG_OK;
    }
    void *settled = lg_zone_alloc(&program->zone, info->attrs_bytes);
    if (settled == NULL) {
        return lg_program_no_memory(err);
    }
    memcpy(settled, *attrs, info->attrs_bytes);
    for (uint32_t i = 0; i < parts->bound_count; i++) {
        LG_TRY(lg_attr_read_view(info, &info->attrs[parts->bound[i].attr],
                                 &program->values.items[parts->bound[i].value].type, settled, err));
    }
    *attrs = settled;
    parts->bound_count = 0;
    return LG_OK;
}

// The node of an op with copies of all that it is made of; its outputs are not set.
static lg_status_t program_make_node(lg_program_t *program, const lg_op_info_t *info,
                                     const lg_op_parts_t *parts, const void *attrs, uint32_t out_count,
                                     lg_op_node_t *node, lg_error_t *err) {
    lg_zone_t *zone = &program->zone;
    *node = (lg_op_node_t){.info = info, .in_count = parts->in_count, .out_count = out_count, .path = ""};
    node->ins = lg_zone_alloc(zone, (parts->in_count + out_count) * sizeof *node->ins);
    void *attrs_copy = info->attrs_bytes > 0 ? lg_zone_alloc(zone, info->attrs_bytes) : NULL;
    lg_bound_t *bound =
        parts->bound_count > 0 ? lg_zone_alloc(zone, parts->bound_count * sizeof *bound) : NULL;
    if (parts->path != NULL && parts->path[0] != 0) {
        node->path = lg_zone_string(zone, parts->path, strlen(parts->path));
    }
    if (node->ins == NULL || node->path == NULL || (info->attrs_bytes > 0 && attrs_copy == NULL) ||
        (parts->bound_count > 0 && bound == NULL)) {
        return lg_program_no_memory(err);
    }
    if (attrs_copy != NULL) {
        memcpy(attrs_copy, attrs, info->attrs_bytes);
    }
    if (bound != NULL) {
        memcpy(bound, parts->bound, parts->bound_count * sizeof *bound);
    }
    node->attrs = attrs_copy;
    node->bound = bound;
    node->bound_count = parts->bound_count;
    node->outs = node->ins + parts->in_count;
    memcpy(node->ins, parts->ins, parts->in_count * sizeof *node->ins);
    return LG_OK;
}

// Adds the values of an op's outputs and what they are at all points.
static lg_status_t program_add_results(lg_program_t *program, const lg_op_info_t *info,
                                       const lg_op_parts_t *parts, const void *attrs, lg_op_node_t *node,
                                       lg_error_t *err) {
    lg_view_t outs[LG_MAX_OUTS];
    void *scratch = NULL;
    if (parts->bound_count > 0) {
        scratch = lg_zone_alloc(&program->zone, info->attrs_bytes);
        if (scratch == NULL) {
            return lg_program_no_memory(err);
        }
        memcpy(scratch, attrs, info->attrs_bytes);
    }
    for (uint32_t point = 0; point < program->points.count + 1; point++) {
        LG_TRY(program_infer_at(program, point, info, parts, attrs, scratch, outs, node->out_count, err));
        for (uint32_t i = 0; i < node->out_count; i++) {
            if (point == 0) {
                LG_TRY(lg_program_add_value(program, &outs[i], LG_VALUE_RESULT, program->ops.count, NULL,
                                            &node->outs[i], err));
                continue;
            }
            const lg_view_t *type = &program->values.items[node->outs[i]].type;
            bool same_rank = outs[i].rank == type->rank;
            LG_CHECK(err, same_rank || lg_point_is_witness(point), LG_STATUS_UNSUPPORTED, info->name,
                     "%s: the rank of its result depends on the extents of its input", info->name);
            if (!same_rank) {
                memset(&outs[i], 0, sizeof outs[i]);
            }
            program->points.items[point - 1].views.items[node->outs[i]] = outs[i];
        }
    }
    for (uint32_t i = 0; i < node->out_count && program->points.count > 0; i++) {
        const char *const *texts;
        LG_TRY(lg_extent_texts(program, node->outs[i], &texts, err));
        program->values.items[node->outs[i]].extents = texts;
    }
    return LG_OK;
}

lg_status_t lg_program_add_node(lg_program_t *program, lg_op_node_t *node, const lg_view_t *views,
                                lg_error_t *err) {
    if (!LG_LIST_GROW(&program->context->heap, &program->ops)) {
        return lg_program_no_memory(err);
    }
    size_t value_count = program->values.count;
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; i < node->out_count && status == LG_OK; i++) {
        status = lg_program_add_value(program, &views[i], LG_VALUE_RESULT, program->ops.count, NULL,
                                      &node->outs[i], err);
        for (size_t point = 1; point < program->points.count + 1 && status == LG_OK; point++) {
            program->points.items[point - 1].views.items[node->outs[i]] = views[point * node->out_count + i];
        }
    }
    for (uint32_t i = 0; i < node->out_count && status == LG_OK && program->points.count > 0; i++) {
        const char *const *texts;
        status = lg_extent_texts(program, node->outs[i], &texts, err);
        if (status == LG_OK) {
            program->values.items[node->outs[i]].extents = texts;
        }
    }
    if (status != LG_OK) {
        program->values.count = value_count;
        return status;
    }
    node->number = program->op_numbers[lg_op_row(node->info->id)]++;
    program->ops.items[program->ops.count++] = *node;
    return LG_OK;
}

// Whether only a run knows the extents of the results; such an op splits its program, unless attributes come from
// static inputs, which are known when it is planned.
static bool program_is_unknown(lg_program_t *program, const lg_op_info_t *info, const lg_op_parts_t *parts) {
    bool unknown = info->flags & LG_OP_FLAG_DATA_SHAPE;
    program->splits |= unknown;
    for (uint32_t i = 0; i < parts->bound_count; i++) {
        if (lg_program_is_late(program, &parts->bound[i])) {
            unknown = true;
            program->splits |= !program->values.items[parts->bound[i].value].is_static;
        }
    }
    return unknown;
}

lg_status_t lg_program_add_parts(lg_program_t *program, const lg_op_parts_t *parts, lg_value_t *out_values,
                                 uint32_t out_count, lg_error_t *err) {
    // `ins` and `out_values` may be one array: y = tanh(y) is how callers write chains.
    lg_value_t ins[LG_MAX_INS];
    lg_op_parts_t given = *parts;
    memcpy(ins, parts->ins, (parts->in_count <= LG_MAX_INS ? parts->in_count : 0) * sizeof *ins);
    given.ins = ins;
    for (uint32_t i = 0; i < out_count; i++) {
        out_values[i] = LG_VALUE_NONE;
    }
    LG_TRY(lg_program_check_building(program, err));
    lg_heap_t *heap = &program->context->heap;
    const lg_op_info_t *info = lg_context_op_info(program->context, parts->op);
    LG_CHECK(err, info != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", parts->op);
    LG_CHECK(err, !lg_op_is_control(info->id), LG_STATUS_INVALID_ARGUMENT, info->name,
             "%s has programs inside: add it with lg_program_add_%s", info->name, info->name);
    LG_TRY(program_check_parts(program, &given, info, out_count, err));
    const void *attrs = parts->attrs != NULL ? parts->attrs : info->attrs_default;
    LG_TRY(program_settle(program, info, &given, &attrs, err));
    lg_op_node_t node;
    LG_TRY(program_make_node(program, info, &given, attrs, out_count, &node, err));
    if (program_is_unknown(program, info, &given)) {
        LG_TRY(lg_program_add_unknown(program, &given, attrs, &node, err));
        memcpy(out_values, node.outs, out_count * sizeof *out_values);
        return LG_OK;
    }
    if (!LG_LIST_GROW(heap, &program->ops)) {
        return lg_program_no_memory(err);
    }
    // An op is added whole or not at all.
    size_t value_count = program->values.count;
    lg_status_t status = program_add_results(program, info, &given, attrs, &node, err);
    if (status != LG_OK) {
        program->values.count = value_count;
        return status;
    }
    node.number = program->op_numbers[lg_op_row(parts->op)]++;
    memcpy(out_values, node.outs, out_count * sizeof *out_values);
    program->ops.items[program->ops.count++] = node;
    return LG_OK;
}

lg_status_t lg_program_add_op(lg_program_t *program, uint32_t op, const lg_value_t *ins, uint32_t in_count,
                              const void *attrs, const char *path, lg_value_t *out_values, uint32_t out_count,
                              lg_error_t *err) {
    const lg_op_parts_t parts = {op, ins, in_count, attrs, NULL, 0, path};
    return lg_program_add_parts(program, &parts, out_values, out_count, err);
}

// Finds the attributes that `sources` name.
static lg_status_t program_find_bound(const lg_op_info_t *info, const lg_attr_source_t *sources,
                                      uint32_t count, lg_bound_t *bound, lg_error_t *err) {
    LG_CHECK(err, count <= LG_MAX_BOUND, LG_STATUS_INVALID_ARGUMENT, info->name,
             "%s: %u attributes from tensors, at most %d are possible", info->name, count, LG_MAX_BOUND);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t attr = 0;
        while (attr < info->attr_count && strcmp(info->attrs[attr].name, sources[i].attr) != 0) {
            attr++;
        }
        LG_CHECK(err, attr < info->attr_count, LG_STATUS_INVALID_ARGUMENT, info->name,
                 "%s has no attribute '%s'", info->name, sources[i].attr);
        bound[i] = (lg_bound_t){attr, sources[i].value};
    }
    return LG_OK;
}

lg_status_t lg_program_add_op_from(lg_program_t *program, uint32_t op, const lg_value_t *ins,
                                   uint32_t in_count, const void *attrs, const lg_attr_source_t *sources,
                                   uint32_t source_count, const char *path, lg_value_t *out_values,
                                   uint32_t out_count, lg_error_t *err) {
    lg_bound_t bound[LG_MAX_BOUND];
    const lg_op_info_t *info = lg_context_op_info(program->context, op);
    lg_status_t status = info != NULL
                             ? program_find_bound(info, sources, source_count, bound, err)
                             : lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", op);
    if (status != LG_OK) {
        for (uint32_t i = 0; i < out_count; i++) {
            out_values[i] = LG_VALUE_NONE;
        }
        return status;
    }
    const lg_op_parts_t parts = {op, ins, in_count, attrs, bound, source_count, path};
    return lg_program_add_parts(program, &parts, out_values, out_count, err);
}

lg_status_t lg_program_add_guard(lg_program_t *program, lg_value_t value, bool expected, const char *text,
                                 lg_error_t *err) {
    LG_TRY(lg_program_check_building(program, err));
    LG_CHECK(err, value < program->values.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a guard on value %u, the program has %zu", value, program->values.count);
    const lg_view_t *type = &program->values.items[value].type;
    LG_CHECK(err, type->dtype == LG_DTYPE_BOOL && type->elem_count == 1, LG_STATUS_DTYPE, NULL,
             "a guard needs one bool");
    LG_CHECK(err, type->data != NULL, LG_STATUS_UNSUPPORTED, NULL,
             "a guard depends on data that is only known when the program runs: %s", text);
    LG_CHECK(err, *(const uint8_t *)type->data == expected, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a guard does not hold where it was recorded: %s", text);
    const char *copy = lg_zone_string(&program->zone, text, strlen(text));
    if (copy == NULL || !LG_LIST_GROW(&program->context->heap, &program->guards)) {
        return lg_program_no_memory(err);
    }
    program->guards.items[program->guards.count++] = (lg_guard_node_t){value, expected, copy};
    return LG_OK;
}

lg_status_t lg_program_add_output(lg_program_t *program, const char *name, lg_value_t value,
                                  lg_error_t *err) {
    LG_TRY(lg_program_check_building(program, err));
    lg_heap_t *heap = &program->context->heap;
    LG_CHECK(err, value < program->values.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "output '%s' is value %u, the program has %zu", name != NULL ? name : "", value,
             program->values.count);
    lg_output_node_t node = {NULL, value};
    LG_TRY(program_name(program, &program->output_names, "an output", name, &node.name, err));
    if (!LG_LIST_GROW(heap, &program->outputs) ||
        !lg_map_add(&program->output_names, node.name, strlen(node.name), (uint32_t)program->outputs.count)) {
        return lg_program_no_memory(err);
    }
    program->outputs.items[program->outputs.count++] = node;
    return LG_OK;
}

static bool program_same_type(const lg_value_node_t *a, const lg_value_node_t *b) {
    bool same = a->type.dtype == b->type.dtype && lg_view_same_shape(&a->type, &b->type);
    for (uint32_t i = 0; same && i < a->type.rank; i++) {
        const char *left = a->extents != NULL ? a->extents[i] : NULL;
        const char *right = b->extents != NULL ? b->extents[i] : NULL;
        same = (left == NULL) == (right == NULL) && (left == NULL || strcmp(left, right) == 0);
    }
    return same;
}

lg_status_t lg_program_add_state(lg_program_t *program, uint32_t input, uint32_t output, lg_error_t *err) {
    LG_TRY(lg_program_check_building(program, err));
    LG_CHECK(err, input < program->inputs.count && output < program->outputs.count,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "a state of input %u and output %u, the program has %zu and %zu", input, output,
             program->inputs.count, program->outputs.count);
    const lg_value_node_t *read = &program->values.items[program->inputs.items[input]];
    const lg_value_node_t *write = &program->values.items[program->outputs.items[output].value];
    LG_CHECK(err,
             lg_program_state_of(program, true, input) == LG_STATE_NONE &&
                 lg_program_state_of(program, false, output) == LG_STATE_NONE,
             LG_STATUS_ALREADY_EXISTS, NULL, "input '%s' or output '%s' is a state already", read->name,
             program->outputs.items[output].name);
    char text[2][192];
    LG_CHECK(err, program_same_type(read, write), LG_STATUS_INVALID_ARGUMENT, NULL,
             "state '%s' is %s, what is written to it is %s", read->name,
             lg_view_format(&read->type, text[0], sizeof text[0]),
             lg_view_format(&write->type, text[1], sizeof text[1]));
    if (!LG_LIST_GROW(&program->context->heap, &program->states)) {
        return lg_program_no_memory(err);
    }
    program->states.items[program->states.count++] = (lg_state_node_t){input, output};
    return LG_OK;
}

lg_status_t lg_program_freeze(lg_program_t *program, lg_error_t *err) {
    LG_CHECK(err, program->outputs.count > 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a program needs at least one output; name one with lg_program_add_output");
#if defined(LG_DEBUG) && LG_DEBUG
    LG_TRY(lg_program_verify(program, err));  // every transformation ends here
#endif
    program->frozen = true;
    return LG_OK;
}

// ---- looking ----------------------------------------------------------------------------------------

uint32_t lg_program_op_count(const lg_program_t *program) {
    return (uint32_t)program->ops.count;
}

uint32_t lg_program_input_count(const lg_program_t *program) {
    return (uint32_t)program->inputs.count;
}

uint32_t lg_program_output_count(const lg_program_t *program) {
    return (uint32_t)program->outputs.count;
}

uint32_t lg_program_weight_count(const lg_program_t *program) {
    return (uint32_t)program->weights.count;
}

uint32_t lg_program_state_count(const lg_program_t *program) {
    return (uint32_t)program->states.count;
}

lg_status_t lg_program_state(const lg_program_t *program, uint32_t index, uint32_t *out_input,
                             uint32_t *out_output, lg_error_t *err) {
    LG_CHECK(err, index < program->states.count, LG_STATUS_NOT_FOUND, NULL,
             "there is no state at %u, the program has %zu", index, program->states.count);
    *out_input = program->states.items[index].input;
    *out_output = program->states.items[index].output;
    return LG_OK;
}

// Symbols that only the data tell do not count: nobody can give them a number.
static uint32_t program_symbol(const lg_program_t *program, uint32_t index, uint32_t *out_count) {
    uint32_t found = UINT32_MAX;
    *out_count = 0;
    for (uint32_t i = 0; i < program->symbols.count; i++) {
        if (!program->symbols.items[i].of_data) {
            found = *out_count == index ? i : found;
            ++*out_count;
        }
    }
    return found;
}

uint32_t lg_program_symbol_count(const lg_program_t *program) {
    uint32_t count;
    (void)program_symbol(program, 0, &count);
    return count;
}

bool lg_program_splits(const lg_program_t *program) {
    return program->splits;
}

const char *lg_program_symbol_name(const lg_program_t *program, uint32_t index) {
    uint32_t count;
    uint32_t symbol = program_symbol(program, index, &count);
    return symbol != UINT32_MAX ? program->symbols.items[symbol].name : NULL;
}

const char *lg_program_extent(const lg_program_t *program, lg_value_t value, uint32_t axis) {
    const lg_value_node_t *node = value < program->values.count ? &program->values.items[value] : NULL;
    return node != NULL && node->extents != NULL && axis < node->type.rank ? node->extents[axis] : NULL;
}

lg_value_t lg_program_input(const lg_program_t *program, uint32_t index) {
    return index < program->inputs.count ? program->inputs.items[index] : LG_VALUE_NONE;
}

lg_value_t lg_program_output(const lg_program_t *program, uint32_t index) {
    return index < program->outputs.count ? program->outputs.items[index].value : LG_VALUE_NONE;
}

lg_value_t lg_program_find_weight(const lg_program_t *program, const char *name) {
    uint32_t index = lg_map_find(&program->weight_names, name, strlen(name));
    return index != LG_MAP_NONE ? program->weights.items[index] : LG_VALUE_NONE;
}

lg_status_t lg_program_op(const lg_program_t *program, uint32_t index, lg_program_op_t *out_op,
                          lg_error_t *err) {
    LG_CHECK(err, index < program->ops.count, LG_STATUS_NOT_FOUND, NULL,
             "there is no op at %u, the program has %zu", index, program->ops.count);
    const lg_op_node_t *node = &program->ops.items[index];
    const lg_program_op_t op = {out_op->size,    out_op->abi, node->info->id, node->number, node->in_count,
                                node->out_count, node->ins,   node->outs,     node->attrs,  node->path};
    size_t bytes = out_op->size < sizeof op ? out_op->size : sizeof op;
    memcpy(out_op, &op, bytes);
    return LG_OK;
}

const lg_view_t *lg_program_value_type(const lg_program_t *program, lg_value_t value) {
    return value < program->values.count ? &program->values.items[value].type : NULL;
}

const char *lg_program_input_name(const lg_program_t *program, uint32_t index) {
    return index < program->inputs.count ? program->values.items[program->inputs.items[index]].name : NULL;
}

const lg_view_t *lg_program_input_type(const lg_program_t *program, uint32_t index) {
    return index < program->inputs.count ? lg_program_value_type(program, program->inputs.items[index])
                                         : NULL;
}

const char *lg_program_weight_name(const lg_program_t *program, uint32_t index) {
    return index < program->weights.count ? program->values.items[program->weights.items[index]].name : NULL;
}

const lg_view_t *lg_program_weight_type(const lg_program_t *program, uint32_t index) {
    return index < program->weights.count ? lg_program_value_type(program, program->weights.items[index])
                                          : NULL;
}

const char *lg_program_output_name(const lg_program_t *program, uint32_t index) {
    return index < program->outputs.count ? program->outputs.items[index].name : NULL;
}

const lg_view_t *lg_program_output_type(const lg_program_t *program, uint32_t index) {
    return index < program->outputs.count
               ? lg_program_value_type(program, program->outputs.items[index].value)
               : NULL;
}
