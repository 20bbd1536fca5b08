// SPDX-License-Identifier: Apache-2.0
#include "program/program.h"

#include <string.h>

#include "op/eager.h"
#include "op/registry.h"
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
    lg_map_deinit(&program->input_names);
    lg_map_deinit(&program->weight_names);
    lg_map_deinit(&program->output_names);
    lg_map_deinit(&program->weight_memory);
    lg_zone_deinit(&program->zone);
    lg_heap_free(heap, program, sizeof *program);
}

// ---- building ---------------------------------------------------------------------------------------

static lg_status_t program_check_open(const lg_program_t *program, lg_error_t *err) {
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

static lg_status_t program_add_value(lg_program_t *program, const lg_view_t *type, lg_value_kind_t kind,
                                     size_t index, const char *name, lg_value_t *out_value, lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    if (program->values.count >= UINT32_MAX - 1 || !LG_LIST_GROW(heap, &program->values)) {
        return lg_program_no_memory(err);
    }
    *out_value = (lg_value_t)program->values.count;
    program->values.items[program->values.count++] =
        (lg_value_node_t){*type, (uint8_t)kind, (uint32_t)index, name};
    return LG_OK;
}

lg_status_t lg_program_add_input(lg_program_t *program, const char *name, const lg_view_t *type,
                                 lg_value_t *out_value, lg_error_t *err) {
    *out_value = LG_VALUE_NONE;
    LG_TRY(program_check_open(program, err));
    lg_heap_t *heap = &program->context->heap;
    lg_view_t clean;
    const char *copy;
    LG_TRY(lg_view_init(&clean, (lg_dtype_t)type->dtype, type->rank, type->shape, err));
    LG_TRY(program_name(program, &program->input_names, "an input", name, &copy, err));
    if (!LG_LIST_GROW(heap, &program->inputs) ||
        !lg_map_add(&program->input_names, copy, strlen(copy), (uint32_t)program->inputs.count)) {
        return lg_program_no_memory(err);
    }
    LG_TRY(program_add_value(program, &clean, LG_VALUE_INPUT, program->inputs.count, copy, out_value, err));
    program->inputs.items[program->inputs.count++] = *out_value;
    return LG_OK;
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
    LG_TRY(program_check_open(program, err));
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
    LG_TRY(program_add_value(program, &type, LG_VALUE_WEIGHT, program->weights.count, copy, out_value, err));
    program->weights.items[program->weights.count++] = *out_value;
    if (tensor->buffer != NULL) {
        lg_buffer_retain(tensor->buffer);
    }
    program->buffers.items[program->buffers.count++] = tensor->buffer;
    return LG_OK;
}

lg_status_t lg_program_add_op(lg_program_t *program, uint32_t op, const lg_value_t *ins, uint32_t in_count,
                              const void *attrs, const char *path, lg_value_t *out_values, uint32_t out_count,
                              lg_error_t *err) {
    // `ins` and `out_values` may be one array: y = tanh(y) is how callers write chains.
    lg_value_t given[LG_MAX_INS];
    memcpy(given, ins, (in_count <= LG_MAX_INS ? in_count : 0) * sizeof *ins);
    ins = given;
    for (uint32_t i = 0; i < out_count; i++) {
        out_values[i] = LG_VALUE_NONE;
    }
    LG_TRY(program_check_open(program, err));
    const lg_op_info_t *info = lg_context_op_info(program->context, op);
    LG_CHECK(err, info != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", op);
    LG_CHECK(err, in_count <= LG_MAX_INS && lg_op_out_count_fits(info, out_count), LG_STATUS_INVALID_ARGUMENT,
             info->name, "%s: %u inputs and %u outputs given, expected %u to %u and %u", info->name, in_count,
             out_count, info->in_min, info->in_max, info->out_count);
    const lg_view_t *views[LG_MAX_INS];
    for (uint32_t i = 0; i < in_count; i++) {
        LG_CHECK(err, ins[i] == LG_VALUE_NONE || ins[i] < program->values.count, LG_STATUS_INVALID_ARGUMENT,
                 info->name, "%s: input %u is value %u, the program has %zu", info->name, i, ins[i],
                 program->values.count);
        views[i] = ins[i] != LG_VALUE_NONE ? &program->values.items[ins[i]].type : NULL;
    }
    lg_view_t outs[LG_MAX_OUTS];
    LG_TRY(lg_context_op_infer(program->context, op, views, in_count, attrs, outs, out_count, err));

    lg_heap_t *heap = &program->context->heap;
    lg_op_node_t node = {.info = info, .in_count = in_count, .out_count = out_count, .path = ""};
    node.ins = lg_zone_alloc(&program->zone, (in_count + out_count) * sizeof *node.ins);
    void *attrs_copy = info->attrs_bytes > 0 ? lg_zone_alloc(&program->zone, info->attrs_bytes) : NULL;
    if (path != NULL && path[0] != 0) {
        node.path = lg_zone_string(&program->zone, path, strlen(path));
    }
    if (node.ins == NULL || node.path == NULL || (info->attrs_bytes > 0 && attrs_copy == NULL) ||
        !LG_LIST_GROW(heap, &program->ops)) {
        return lg_program_no_memory(err);
    }
    if (attrs_copy != NULL) {
        memcpy(attrs_copy, attrs != NULL ? attrs : info->attrs_default, info->attrs_bytes);
    }
    node.attrs = attrs_copy;
    node.outs = node.ins + in_count;
    memcpy(node.ins, ins, in_count * sizeof *ins);
    // Room for all results first: an op is added whole or not at all.
    size_t value_count = program->values.count;
    for (uint32_t i = 0; i < out_count; i++) {
        lg_status_t status = program_add_value(program, &outs[i], LG_VALUE_RESULT, program->ops.count, NULL,
                                               &node.outs[i], err);
        if (status != LG_OK) {
            program->values.count = value_count;
            return status;
        }
    }
    memcpy(out_values, node.outs, out_count * sizeof *out_values);
    node.number = program->op_numbers[lg_op_row(op)]++;
    program->ops.items[program->ops.count++] = node;
    return LG_OK;
}

lg_status_t lg_program_add_output(lg_program_t *program, const char *name, lg_value_t value,
                                  lg_error_t *err) {
    LG_TRY(program_check_open(program, err));
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

lg_status_t lg_program_freeze(lg_program_t *program, lg_error_t *err) {
    LG_CHECK(err, program->outputs.count > 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a program needs at least one output; name one with lg_program_add_output");
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
