// SPDX-License-Identifier: Apache-2.0
// A program inside another one.
#include <stdio.h>
#include <string.h>

#include "program/program.h"

// "path.name", with ".2", ".3"... behind where `program` has a weight of that name already.
static const char *inline_weight_name(lg_program_t *program, const char *path, const char *name) {
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

static lg_status_t inline_body(lg_program_t *program, const lg_program_t *source, const lg_value_t *ins,
                               const char *path, lg_value_t *values, lg_error_t *err) {
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
        const char *name = inline_weight_name(program, path, source->values.items[inner].name);
        if (name == NULL) {
            return lg_program_no_memory(err);
        }
        LG_TRY(lg_program_add_weight(program, name, &tensor, &values[inner], err));
    }
    for (size_t i = 0; i < source->ops.count; i++) {
        const lg_op_node_t *op = &source->ops.items[i];
        lg_value_t operands[LG_MAX_INS], results[LG_MAX_OUTS];
        for (uint32_t k = 0; k < op->in_count; k++) {
            operands[k] = op->ins[k] != LG_VALUE_NONE ? values[op->ins[k]] : LG_VALUE_NONE;
        }
        const char *joined = inline_path(program, path, op->path);
        if (joined == NULL) {
            return lg_program_no_memory(err);
        }
        LG_TRY(lg_program_add_op(program, op->info->id, operands, op->in_count, op->attrs, joined, results,
                                 op->out_count, err));
        for (uint32_t k = 0; k < op->out_count; k++) {
            values[op->outs[k]] = results[k];
        }
    }
    return LG_OK;
}

lg_status_t lg_program_add_program(lg_program_t *program, const lg_program_t *source, const lg_value_t *ins,
                                   uint32_t in_count, const char *path, lg_value_t *out_values,
                                   uint32_t out_count, lg_error_t *err) {
    LG_CHECK(err, source->frozen && source != program && source->context == program->context,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "a program that goes into another one must be frozen, and of the same context");
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
    lg_status_t status = inline_body(program, source, ins, path != NULL ? path : "", values, err);
    for (uint32_t i = 0; i < out_count; i++) {
        out_values[i] = status == LG_OK ? values[source->outputs.items[i].value] : LG_VALUE_NONE;
    }
    lg_heap_free(heap, values, bytes);
    return status;
}
