// SPDX-License-Identifier: Apache-2.0
// What must hold in every program. Builders see to it as they add; this looks again, at what a transformation made.
#include <string.h>

#include "op/registry.h"
#include "program/control.h"
#include "tensor/view.h"

static lg_status_t verify_fail(const lg_op_node_t *op, size_t index, const char *what, lg_error_t *err) {
    lg_status_t status =
        lg_error_set(err, LG_STATUS_INTERNAL, op->info != NULL ? op->info->name : NULL,
                     "the program is broken: op %zu%s%s %s", index, op->info != NULL ? ", " : "",
                     op->info != NULL ? op->info->name : "", what);
    if (err != NULL) {
        err->op_index = (int32_t)index;
    }
    return status;
}

#define VERIFY(err, condition, ...) \
    LG_CHECK(err, condition, LG_STATUS_INTERNAL, NULL, "the program is broken: " __VA_ARGS__)

// Types that are none, weights without memory, names that are missing or not those in the maps.
static lg_status_t verify_values(const lg_program_t *program, lg_error_t *err) {
    for (size_t i = 0; i < program->values.count; i++) {
        const lg_value_node_t *node = &program->values.items[i];
        lg_view_t view;
        bool good = node->type.rank <= LG_MAX_RANK &&
                    lg_view_init(&view, (lg_dtype_t)node->type.dtype, node->type.rank, node->type.shape,
                                 NULL) == LG_OK &&
                    view.elem_count == node->type.elem_count;
        VERIFY(err, good, "value %zu has no type", i);
        size_t many = node->kind == LG_VALUE_INPUT    ? program->inputs.count
                      : node->kind == LG_VALUE_WEIGHT ? program->weights.count
                                                      : program->ops.count;
        VERIFY(err, node->kind <= LG_VALUE_RESULT && node->index < many, "value %zu comes from nowhere", i);
        if (node->kind == LG_VALUE_RESULT) {
            continue;
        }
        bool is_input = node->kind == LG_VALUE_INPUT;
        const lg_map_t *names = is_input ? &program->input_names : &program->weight_names;
        VERIFY(err, (is_input ? program->inputs.items : program->weights.items)[node->index] == i,
               "value %zu is not the %s that it says", i, is_input ? "input" : "weight");
        VERIFY(err, node->name != NULL && lg_map_find(names, node->name, strlen(node->name)) == node->index,
               "the name of value %zu is not its own", i);
        VERIFY(err, is_input || node->type.data != NULL || node->type.elem_count == 0,
               "weight '%s' has no elements", node->name);
    }
    return LG_OK;
}

// What the shape rule says, where it can.
static lg_status_t verify_types(const lg_program_t *program, const lg_op_node_t *op, size_t index,
                                lg_error_t *err) {
    const lg_view_t *ins[LG_MAX_INS];
    lg_view_t outs[LG_MAX_OUTS];
    lg_heap_t *heap = &program->context->heap;
    if (lg_op_is_control(op->info->id) || op->info->flags & LG_OP_FLAG_DATA_SHAPE) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < op->bound_count; i++) {
        if (lg_program_is_late(program, &op->bound[i])) {
            return LG_OK;
        }
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        ins[i] = op->ins[i] != LG_VALUE_NONE ? &program->values.items[op->ins[i]].type : NULL;
    }
    size_t bytes = op->info->attrs_bytes;
    void *attrs = bytes > 0 ? lg_heap_alloc(heap, bytes) : NULL;
    if (bytes > 0 && attrs == NULL) {
        return lg_program_no_memory(err);
    }
    if (attrs != NULL) {
        memcpy(attrs, op->attrs != NULL ? op->attrs : op->info->attrs_default, bytes);
    }
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; i < op->bound_count && status == LG_OK; i++) {
        status = lg_attr_read_view(op->info, &op->info->attrs[op->bound[i].attr],
                                   &program->values.items[op->bound[i].value].type, attrs, err);
    }
    status = status == LG_OK ? lg_context_op_infer(program->context, op->info->id, ins, op->in_count, attrs,
                                                   outs, op->out_count, err)
                             : status;
    if (attrs != NULL) {
        lg_heap_free(heap, attrs, bytes);
    }
    LG_TRY(status);
    for (uint32_t i = 0; i < op->out_count; i++) {
        const lg_view_t *type = &program->values.items[op->outs[i]].type;
        if (type->dtype != outs[i].dtype || !lg_view_same_shape(type, &outs[i])) {
            return verify_fail(op, index, "has results of other types than its rule gives", err);
        }
    }
    return LG_OK;
}

static lg_status_t verify_control(const lg_op_node_t *op, size_t index, lg_error_t *err) {
    bool control = lg_op_is_control(op->info->id);
    for (uint32_t i = 0; i < 2; i++) {
        if (control != (op->subs[i] != NULL)) {
            return verify_fail(op, index, "has not the programs inside that it needs", err);
        }
        if (!control) {
            continue;
        }
        if (op->subs[i]->inputs.count != op->in_count - lg_control_first(op->info->id) ||
            (i == 1 && op->subs[i]->outputs.count != op->out_count) || op->carried > op->out_count) {
            return verify_fail(op, index, "and the programs inside differ in number of inputs or outputs",
                               err);
        }
        LG_TRY(lg_program_verify(op->subs[i], err));
    }
    return LG_OK;
}

// Operands from before, results of its own.
static lg_status_t verify_ops(const lg_program_t *program, bool *made, lg_error_t *err) {
    for (size_t i = 0; i < program->values.count; i++) {
        made[i] = program->values.items[i].kind != LG_VALUE_RESULT;
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        if (op->info == NULL || lg_context_op_info(program->context, op->info->id) != op->info ||
            op->in_count > LG_MAX_INS || op->out_count > LG_MAX_OUTS || op->bound_count > LG_MAX_BOUND) {
            return verify_fail(op, i, "is no op", err);
        }
        for (uint32_t k = 0; k < op->in_count + op->bound_count; k++) {
            lg_value_t value = k < op->in_count ? op->ins[k] : op->bound[k - op->in_count].value;
            if (value != LG_VALUE_NONE && (value >= program->values.count || !made[value])) {
                return verify_fail(op, i, "reads a value before it is made", err);
            }
        }
        for (uint32_t k = 0; k < op->out_count; k++) {
            lg_value_t value = op->outs[k];
            if (value >= program->values.count || made[value] ||
                program->values.items[value].kind != LG_VALUE_RESULT ||
                program->values.items[value].index != i) {
                return verify_fail(op, i, "makes a value that is not its own", err);
            }
            made[value] = true;
        }
        LG_TRY(verify_types(program, op, i, err));
        LG_TRY(verify_control(op, i, err));
    }
    return LG_OK;
}

static lg_status_t verify_ends(const lg_program_t *program, const bool *made, lg_error_t *err) {
    for (size_t i = 0; i < program->outputs.count; i++) {
        const lg_output_node_t *output = &program->outputs.items[i];
        VERIFY(err, output->value < program->values.count && made[output->value],
               "output %zu is made by nothing", i);
        VERIFY(err,
               output->name != NULL &&
                   lg_map_find(&program->output_names, output->name, strlen(output->name)) == i,
               "the name of output %zu is not its own", i);
    }
    for (size_t i = 0; i < program->states.count; i++) {
        const lg_state_node_t *state = &program->states.items[i];
        VERIFY(err, state->input < program->inputs.count && state->output < program->outputs.count,
               "state %zu is no input or no output", i);
        const lg_view_t *read = lg_program_input_type(program, state->input);
        const lg_view_t *write = lg_program_output_type(program, state->output);
        VERIFY(err, read->dtype == write->dtype && lg_view_same_shape(read, write),
               "state %zu changes its type", i);
    }
    for (size_t i = 0; i < program->guards.count; i++) {
        lg_value_t value = program->guards.items[i].value;
        VERIFY(err, value < program->values.count && made[value] && program->guards.items[i].text != NULL,
               "guard %zu asks nothing", i);
    }
    for (size_t i = 0; i < program->points.count; i++) {
        VERIFY(err, program->points.items[i].views.count == program->values.count,
               "there are values without a type at point %zu", i + 1);
    }
    return LG_OK;
}

lg_status_t lg_program_verify(const lg_program_t *program, lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    size_t bytes = program->values.count + 1;
    bool *made = lg_heap_alloc(heap, bytes);
    if (made == NULL) {
        return lg_program_no_memory(err);
    }
    lg_status_t status = verify_values(program, err);
    status = status == LG_OK ? verify_ops(program, made, err) : status;
    status = status == LG_OK ? verify_ends(program, made, err) : status;
    lg_heap_free(heap, made, bytes);
    return status;
}
