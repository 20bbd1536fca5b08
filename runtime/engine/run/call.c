// SPDX-License-Identifier: Apache-2.0
// Calls: a plan's records with addresses, and the loop that walks them.
#include "run/call.h"

#include <string.h>

#include "base/port.h"
#include "op/eager.h"
#include "tensor/view.h"

// ---- model ------------------------------------------------------------------------------------------

static const char *model_string(lg_model_t *model, const char *string) {
    return string != NULL ? lg_zone_string(&model->zone, string, strlen(string)) : NULL;
}

lg_status_t lg_model_create(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                            lg_model_t **out_model, lg_error_t *err) {
    *out_model = NULL;
    LG_TRY(lg_context_check(plan->context, err));
    lg_heap_t *heap = &plan->context->heap;
    lg_model_t *model = lg_heap_alloc(heap, sizeof *model);
    LG_CHECK(err, model != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a model");
    memset(model, 0, sizeof *model);
    atomic_init(&model->refs, 1);
    model->context = plan->context;
    lg_zone_init(&model->zone, heap);
    model->plan = plan;
    lg_plan_retain(plan);
    model->rules = lg_zone_alloc(&model->zone, rule_count * sizeof *model->rules);
    bool good = model->rules != NULL;
    for (size_t i = 0; good && i < rule_count; i++) {
        lg_rule_t *rule = &model->rules[model->rule_count++];
        *rule = (lg_rule_t){model_string(model, rules[i].op), model_string(model, rules[i].path),
                            model_string(model, rules[i].device)};
        good = (rule->op != NULL || rules[i].op == NULL) && (rule->path != NULL || rules[i].path == NULL) &&
               rule->device != NULL;
    }
    if (!good) {
        lg_model_release(model);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a model");
    }
    *out_model = model;
    return LG_OK;
}

void lg_model_retain(lg_model_t *model) {
    if (model->owner != NULL) {
        model->owner_retain(model->owner);
        return;
    }
    atomic_fetch_add_explicit(&model->refs, 1, memory_order_relaxed);
}

void lg_model_release(lg_model_t *model) {
    if (model != NULL && model->owner != NULL) {
        model->owner_release(model->owner);
        return;
    }
    if (model == NULL || atomic_fetch_sub_explicit(&model->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_plan_t *plan = model->plan;
    lg_zone_deinit(&model->zone);
    lg_heap_free(&model->context->heap, model, sizeof *model);
    lg_plan_release(plan);  // last: it may end the heap
}

lg_plan_t *lg_model_plan(const lg_model_t *model) {
    return model->plan;
}

lg_program_t *lg_model_program(const lg_model_t *model) {
    return model->plan->program;
}

uint32_t lg_model_rule_count(const lg_model_t *model) {
    return model->rule_count;
}

lg_rule_t lg_model_rule(const lg_model_t *model, uint32_t index) {
    return index < model->rule_count ? model->rules[index] : (lg_rule_t){NULL, NULL, NULL};
}

// ---- call -------------------------------------------------------------------------------------------

// Address of an operand that does not depend on bindings; NULL for those that do.
static void *call_address(const lg_call_t *call, const lg_plan_t *plan, const lg_operand_t *operand) {
    char *arena = lg_buffer_data(call->arena);
    if (operand->storage == LG_STORAGE_SCRATCH) {
        return arena + plan->arena_bytes;
    }
    if (operand->storage == LG_STORAGE_NONE) {
        return NULL;
    }
    const lg_storage_t *storage = &plan->storages.items[operand->storage];
    return storage->kind == LG_STORAGE_ARENA    ? arena + storage->offset + operand->byte_offset
           : storage->kind == LG_STORAGE_WEIGHT ? (char *)storage->data + operand->byte_offset
                                                : NULL;
}

lg_status_t lg_call_create(lg_model_t *model, lg_call_t **out_call, lg_error_t *err) {
    *out_call = NULL;
    LG_TRY(lg_context_check(model->context, err));
    lg_heap_t *heap = &model->context->heap;
    const lg_plan_t *plan = model->plan;
    lg_call_t *call = lg_heap_alloc(heap, sizeof *call);
    LG_CHECK(err, call != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a call");
    memset(call, 0, sizeof *call);
    call->context = model->context;
    call->model = model;
    lg_model_retain(model);
    lg_zone_init(&call->zone, heap);
    call->in_count = lg_program_input_count(plan->program);
    call->out_count = lg_program_output_count(plan->program);
    call->unbound = call->in_count + call->out_count;
    call->record_count = (uint32_t)plan->records.count;
    call->records = lg_zone_alloc(&call->zone, plan->records.count * sizeof *call->records);
    call->data = lg_zone_alloc(&call->zone, plan->operands.count * sizeof *call->data);
    call->bound = lg_zone_alloc(&call->zone, call->unbound * sizeof *call->bound);
    call->memory = lg_zone_alloc(&call->zone, call->unbound * sizeof *call->memory);
    call->own = lg_zone_alloc(&call->zone, call->out_count * sizeof *call->own);
    lg_status_t status =
        lg_buffer_create(call->context, plan->arena_bytes + plan->scratch_bytes, &call->arena, err);
    if (call->records == NULL || call->data == NULL || call->bound == NULL || call->memory == NULL ||
        call->own == NULL) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a call");
    }
    if (status != LG_OK) {
        lg_call_release(call);
        return status;
    }
    for (size_t i = 0; i < plan->operands.count; i++) {
        call->data[i] = call_address(call, plan, &plan->operands.items[i]);
    }
    for (size_t i = 0; i < plan->records.count; i++) {
        const lg_record_plan_t *record = &plan->records.items[i];
        call->records[i] =
            (lg_record_t){record->fn, record->args, call->data + record->operand_first, record->extent};
    }
    *out_call = call;
    return LG_OK;
}

void lg_call_release(lg_call_t *call) {
    if (call == NULL) {
        return;
    }
    for (uint32_t i = 0; call->own != NULL && i < call->out_count; i++) {
        lg_buffer_release(call->own[i]);
    }
    lg_buffer_release(call->arena);
    lg_model_t *model = call->model;
    lg_zone_deinit(&call->zone);
    lg_heap_free(&call->context->heap, call, sizeof *call);
    lg_model_release(model);  // last: it may end the heap
}

static void call_point(lg_call_t *call, uint32_t index, void *data) {
    const lg_plan_t *plan = call->model->plan;
    call->unbound -= !call->bound[index];
    call->bound[index] = true;
    call->memory[index] = data;
    for (uint32_t i = plan->fixup_first[index]; i < plan->fixup_first[index + 1]; i++) {
        call->data[plan->fixups[i].operand] = (char *)data + plan->fixups[i].byte_offset;
    }
}

lg_status_t lg_call_bind_at(lg_call_t *call, uint32_t index, void *data, lg_error_t *err) {
    LG_CHECK(err, index < call->in_count + call->out_count, LG_STATUS_NOT_FOUND, NULL,
             "binding %u: there are %u inputs and %u outputs", index, call->in_count, call->out_count);
    call_point(call, index, data);
    return LG_OK;
}

static uint32_t call_find(const lg_call_t *call, const char *name) {
    const lg_program_t *program = call->model->plan->program;
    uint32_t index = lg_map_find(&program->input_names, name, strlen(name));
    if (index == LG_MAP_NONE) {
        index = lg_map_find(&program->output_names, name, strlen(name));
        index += index != LG_MAP_NONE ? call->in_count : 0;
    }
    return index;
}

lg_status_t lg_call_bind(lg_call_t *call, const char *name, const lg_view_t *view, lg_error_t *err) {
    const lg_program_t *program = call->model->plan->program;
    uint32_t index = call_find(call, name);
    LG_CHECK(err, index != LG_MAP_NONE, LG_STATUS_NOT_FOUND, NULL, "there is no input or output '%s'", name);
    bool is_input = index < call->in_count;
    const lg_view_t *type = is_input ? lg_program_input_type(program, index)
                                     : lg_program_output_type(program, index - call->in_count);
    char text[2][192];
    LG_CHECK(err, view->dtype == type->dtype, LG_STATUS_DTYPE, NULL, "'%s' is %s, expected %s", name,
             lg_view_format(view, text[0], sizeof text[0]), lg_view_format(type, text[1], sizeof text[1]));
    LG_CHECK(err, lg_view_same_shape(view, type), LG_STATUS_SHAPE, NULL, "'%s' is %s, expected %s", name,
             lg_view_format(view, text[0], sizeof text[0]), lg_view_format(type, text[1], sizeof text[1]));
    LG_CHECK(err, view->flags & LG_VIEW_CONTIGUOUS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' is not contiguous; copy it first", name);
    LG_CHECK(err, view->data != NULL || view->elem_count == 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' has no memory", name);
    LG_CHECK(err, is_input || !(view->flags & LG_VIEW_READONLY), LG_STATUS_INVALID_ARGUMENT, NULL,
             "output '%s' is read-only memory", name);
    call_point(call, index, view->data);
    return LG_OK;
}

// Gives unbound outputs memory of the call; unbound inputs are an error.
static lg_status_t call_complete(lg_call_t *call, lg_error_t *err) {
    const lg_program_t *program = call->model->plan->program;
    for (uint32_t i = 0; i < call->in_count; i++) {
        LG_CHECK(err, call->bound[i], LG_STATUS_INVALID_ARGUMENT, NULL,
                 "input '%s' is not bound; bind it before the run", lg_program_input_name(program, i));
    }
    for (uint32_t i = 0; i < call->out_count; i++) {
        if (!call->bound[call->in_count + i]) {
            const lg_view_t *type = lg_program_output_type(program, i);
            size_t bytes = (size_t)type->elem_count * lg_dtype_size((lg_dtype_t)type->dtype);
            LG_TRY(lg_buffer_create(call->context, bytes, &call->own[i], err));
            call_point(call, call->in_count + i, lg_buffer_data(call->own[i]));
        }
    }
    return LG_OK;
}

// Names the op of a record in an error.
static lg_status_t call_fail(const lg_call_t *call, uint32_t record, int32_t code, lg_error_t *err) {
    const lg_plan_t *plan = call->model->plan;
    uint32_t index;
    const lg_op_node_t *op = lg_plan_record_op(plan, record, &index);
    if (op == NULL) {
        return lg_kernel_check(code, "copy", err);
    }
    lg_status_t status = lg_kernel_check(code, op->info->name, err);
    if (err != NULL) {
        err->op_index = (int32_t)index;
        if (op->path[0] != 0) {
            strncpy(err->op, op->path, sizeof err->op - 1);
            err->op[sizeof err->op - 1] = 0;
        }
    }
    return status;
}

// The loop with a clock: one read per record.
static lg_status_t call_run_until(lg_call_t *call, int64_t timeout_ns, lg_error_t *err) {
    int64_t now = lg_port_now_ns();
    int64_t deadline;
    if (__builtin_add_overflow(now, timeout_ns, &deadline)) {
        deadline = INT64_MAX;
    }
    for (uint32_t i = 0; i < call->record_count; i++) {
        const lg_record_t *record = &call->records[i];
        if (lg_port_now_ns() > deadline) {
            (void)call_fail(call, i, LG_STATUS_DEADLINE, err);
            const char *op = err != NULL ? err->op : "";
            char name[sizeof err->op];
            strncpy(name, op, sizeof name - 1);
            name[sizeof name - 1] = 0;
            return lg_error_set(err, LG_STATUS_DEADLINE, name,
                                "the deadline of %lld ns passed before %s, record %u of %u",
                                (long long)timeout_ns, name, i, call->record_count);
        }
        int32_t code = record->fn(record->args, record->data, 0, record->extent);
        if (__builtin_expect(code != 0, 0)) {
            return call_fail(call, i, code, err);
        }
    }
    return LG_OK;
}

lg_status_t lg_call_run(lg_call_t *call, int64_t timeout_ns, lg_error_t *err) {
    LG_TRY(lg_context_check(call->context, err));
    if (__builtin_expect(call->unbound > 0, 0)) {
        LG_TRY(call_complete(call, err));
    }
    if (timeout_ns > 0) {
        return call_run_until(call, timeout_ns, err);
    }
    const lg_record_t *end = call->records + call->record_count;
    for (const lg_record_t *record = call->records; record < end; record++) {
        int32_t code = record->fn(record->args, record->data, 0, record->extent);
        if (__builtin_expect(code != 0, 0)) {
            return call_fail(call, (uint32_t)(record - call->records), code, err);
        }
    }
    return LG_OK;
}

lg_status_t lg_call_output(lg_call_t *call, const char *name, uint32_t index, lg_view_t *out_view,
                           lg_error_t *err) {
    const lg_program_t *program = call->model->plan->program;
    memset(out_view, 0, sizeof *out_view);
    if (name != NULL) {
        index = lg_map_find(&program->output_names, name, strlen(name));
    }
    LG_CHECK(err, index < call->out_count, LG_STATUS_NOT_FOUND, NULL,
             "there is no output '%s'; the call has %u outputs", name != NULL ? name : "(by position)",
             call->out_count);
    const lg_view_t *type = lg_program_output_type(program, index);
    LG_TRY(lg_view_init(out_view, (lg_dtype_t)type->dtype, type->rank, type->shape, err));
    out_view->data = call->memory[call->in_count + index];
    return LG_OK;
}
