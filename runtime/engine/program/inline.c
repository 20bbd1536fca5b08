// SPDX-License-Identifier: Apache-2.0
// A program inside another one.
#include <stdio.h>
#include <string.h>

#include "op/registry.h"
#include "program/control.h"

const char *lg_program_free_name(lg_program_t *program, const char *path, const char *name) {
    size_t path_bytes = strlen(path);
    size_t capacity = path_bytes + strlen(name) + 16;
    char *joined = lg_zone_alloc(&program->zone, capacity);
    if (joined == NULL) {
        return NULL;
    }
    int bytes = snprintf(joined, capacity, "%s%s%s", path, path_bytes > 0 ? "." : "", name);
    for (uint32_t i = 2; lg_program_find_weight(program, joined) != LG_VALUE_NONE; i++) {
        snprintf(joined + bytes, capacity - (size_t)bytes, ".%u", i);
    }
    return joined;
}

static const char *inline_path(lg_program_t *program, const char *path, const char *inner) {
    if (path[0] == 0 || inner[0] == 0) {
        return path[0] == 0 ? inner : path;
    }
    size_t capacity = strlen(path) + strlen(inner) + 2;
    char *joined = lg_zone_alloc(&program->zone, capacity);
    if (joined != NULL) {
        snprintf(joined, capacity, "%s.%s", path, inner);
    }
    return joined;
}

// What `source` says to be numbers must be the same numbers here: its builder may have relied on them.
static lg_status_t inline_check(const lg_program_t *program, const lg_program_t *source,
                                const lg_op_node_t *op, const lg_value_t *results, lg_error_t *err) {
    for (uint32_t i = 0; i < op->out_count && source->points.count > 0; i++) {
        const lg_value_node_t *before = &source->values.items[op->outs[i]];
        const lg_value_node_t *now = &program->values.items[results[i]];
        for (uint32_t k = 0; k < before->type.rank; k++) {
            bool number = before->extents == NULL || before->extents[k] == NULL;
            bool still = now->extents == NULL || now->extents[k] == NULL;
            LG_CHECK(
                err, !number || (still && k < now->type.rank && now->type.shape[k] == before->type.shape[k]),
                LG_STATUS_INVALID_ARGUMENT, LG_GUARD,
                "the program was recorded where axis %u of what %s gives had %lld elements, now it has %lld; "
                "record it for these extents",
                k, op->info->name, (long long)before->type.shape[k],
                (long long)(k < now->type.rank ? now->type.shape[k] : 0));
        }
    }
    return LG_OK;
}

static lg_status_t inline_op(lg_program_t *program, const lg_program_t *source, const lg_op_node_t *op,
                             const char *path, bool keep_numbers, lg_value_t *values, lg_error_t *err) {
    lg_value_t operands[LG_MAX_INS], results[LG_MAX_OUTS];
    lg_bound_t bound[LG_MAX_BOUND];
    for (uint32_t i = 0; i < op->in_count; i++) {
        operands[i] = op->ins[i] != LG_VALUE_NONE ? values[op->ins[i]] : LG_VALUE_NONE;
    }
    for (uint32_t i = 0; i < op->bound_count; i++) {
        bound[i] = (lg_bound_t){op->bound[i].attr, values[op->bound[i].value]};
    }
    const char *joined = inline_path(program, path, op->path);
    if (joined == NULL) {
        return lg_program_no_memory(err);
    }
    if (keep_numbers) {
        program->op_numbers[lg_op_row(op->info->id)] = op->number;
    }
    const lg_op_parts_t parts = {op->info->id, operands,        op->in_count, op->attrs,
                                 bound,        op->bound_count, joined};
    const lg_control_t control = {op->info->id, operands, op->in_count, {op->subs[0], op->subs[1]},
                                  op->carried,  joined};
    lg_status_t status = lg_op_is_control(op->info->id)
                             ? lg_program_add_control(program, &control, results, op->out_count, err)
                             : lg_program_add_parts(program, &parts, results, op->out_count, err);
    status = status == LG_OK ? inline_check(program, source, op, results, err) : status;
    if (status != LG_OK && err != NULL && joined[0] != 0) {
        size_t used = strlen(err->message);
        snprintf(err->message + used, sizeof err->message - used, ", at %s", joined);
    }
    for (uint32_t i = 0; i < op->out_count && status == LG_OK; i++) {
        values[op->outs[i]] = results[i];
    }
    return status;
}

// A branch that the numbers at hand decide is checked now.
static lg_status_t inline_guard(lg_program_t *program, const lg_guard_node_t *guard, lg_value_t value,
                                lg_error_t *err) {
    const lg_view_t *type = &program->values.items[value].type;
    LG_CHECK(err, type->data == NULL || *(const uint8_t *)type->data == guard->expected,
             LG_STATUS_INVALID_ARGUMENT, LG_GUARD,
             "the program was recorded where %s was %s; record it for these extents", guard->text,
             guard->expected ? "true" : "false");
    return program->points.count > 0 || type->data == NULL
               ? lg_program_add_guard(program, value, guard->expected, guard->text, err)
               : LG_OK;
}

lg_status_t lg_program_add_body(lg_program_t *program, const lg_program_t *source, const lg_value_t *ins,
                                const char *path, bool keep_numbers, lg_value_t *values, lg_error_t *err) {
    for (size_t i = 0; i < source->inputs.count; i++) {
        lg_value_t inner = source->inputs.items[i];
        const lg_value_node_t *input = &source->values.items[inner];
        LG_CHECK(err, ins[i] < program->values.count, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "input '%s' is value %u, the program has %zu", input->name, ins[i], program->values.count);
        const lg_view_t *type = &program->values.items[ins[i]].type;
        char text[2][192];
        LG_CHECK(err, type->dtype == input->type.dtype && type->rank == input->type.rank, LG_STATUS_DTYPE,
                 NULL, "input '%s' is %s, expected %s", input->name,
                 lg_view_format(type, text[0], sizeof text[0]),
                 lg_view_format(&input->type, text[1], sizeof text[1]));
        values[inner] = ins[i];
    }
    for (size_t i = 0; i < source->weights.count; i++) {
        lg_value_t inner = source->weights.items[i];
        const lg_tensor_t tensor = {source->values.items[inner].type, source->buffers.items[i]};
        const char *name = lg_program_free_name(program, path, source->values.items[inner].name);
        if (name == NULL) {
            return lg_program_no_memory(err);
        }
        LG_TRY(lg_program_add_weight(program, name, &tensor, &values[inner], err));
    }
    for (size_t i = 0; i < source->ops.count; i++) {
        LG_TRY(inline_op(program, source, &source->ops.items[i], path, keep_numbers, values, err));
    }
    for (size_t i = 0; i < source->guards.count; i++) {
        LG_TRY(inline_guard(program, &source->guards.items[i], values[source->guards.items[i].value], err));
    }
    return LG_OK;
}

lg_status_t lg_program_add_program(lg_program_t *program, const lg_program_t *source, const lg_value_t *ins,
                                   uint32_t in_count, const char *path, lg_value_t *out_values,
                                   uint32_t out_count, lg_error_t *err) {
    LG_CHECK(err, source->frozen && source != program && source->context == program->context,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "a program that goes into another one must be frozen, and of the same context");
    LG_CHECK(err, source->states.count == 0, LG_STATUS_UNSUPPORTED, NULL,
             "a program with states cannot be a part of another one; give its states as inputs and outputs");
    LG_CHECK(err, in_count == source->inputs.count && out_count == source->outputs.count,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "%u inputs and %u outputs given, the inner program has %zu and %zu", in_count, out_count,
             source->inputs.count, source->outputs.count);
    lg_heap_t *heap = &program->context->heap;
    size_t bytes = source->values.count * sizeof(lg_value_t);
    lg_value_t *values = lg_heap_alloc(heap, bytes);  // of `source` -> of `program`
    if (values == NULL) {
        return lg_program_no_memory(err);
    }
    lg_status_t status =
        lg_program_add_body(program, source, ins, path != NULL ? path : "", false, values, err);
    for (uint32_t i = 0; i < out_count; i++) {
        out_values[i] = status == LG_OK ? values[source->outputs.items[i].value] : LG_VALUE_NONE;
    }
    lg_heap_free(heap, values, bytes);
    return status;
}
