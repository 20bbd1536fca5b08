// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <string.h>

#include "program/format.h"

lg_status_t lg_plan_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a plan");
}

lg_status_t lg_plan_create(lg_program_t *program, const lg_plan_desc_t *desc, lg_plan_t **out_plan,
                           lg_error_t *err) {
    *out_plan = NULL;
    LG_CHECK(err, program->frozen, LG_STATUS_INVALID_ARGUMENT, NULL, "freeze the program before planning it");
    LG_TRY(lg_context_check(program->context, err));
    const lg_rule_t *rules = NULL;
    size_t rule_count = 0;
    if (desc != NULL && LG_HAS(desc, lg_plan_desc_t, rules) && LG_HAS(desc, lg_plan_desc_t, rule_count)) {
        rules = desc->rules;
        rule_count = (size_t)desc->rule_count;
    }
    lg_heap_t *heap = &program->context->heap;
    lg_plan_t *plan = lg_heap_alloc(heap, sizeof *plan);
    LG_CHECK(err, plan != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a plan");
    memset(plan, 0, sizeof *plan);
    atomic_init(&plan->refs, 1);
    plan->context = program->context;
    plan->program = program;
    lg_program_retain(program);
    lg_zone_init(&plan->zone, heap);
    plan->steps = lg_zone_alloc(&plan->zone, program->ops.count * sizeof *plan->steps);
    plan->places = lg_zone_alloc(&plan->zone, program->values.count * sizeof *plan->places);
    lg_status_t status = plan->steps != NULL && plan->places != NULL ? LG_OK : lg_plan_no_memory(err);
    status = status == LG_OK ? lg_plan_place(plan, rules, rule_count, err) : status;
    status = status == LG_OK ? lg_plan_bind(plan, err) : status;
    status = status == LG_OK ? lg_plan_memory(plan, err) : status;
    if (status != LG_OK) {
        lg_plan_release(plan);
        return status;
    }
    *out_plan = plan;
    return LG_OK;
}

void lg_plan_retain(lg_plan_t *plan) {
    atomic_fetch_add_explicit(&plan->refs, 1, memory_order_relaxed);
}

void lg_plan_release(lg_plan_t *plan) {
    if (plan == NULL || atomic_fetch_sub_explicit(&plan->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_heap_t *heap = &plan->context->heap;
    LG_LIST_DEINIT(heap, &plan->storages);
    LG_LIST_DEINIT(heap, &plan->records);
    LG_LIST_DEINIT(heap, &plan->operands);
    lg_zone_deinit(&plan->zone);
    lg_program_t *program = plan->program;
    lg_heap_free(heap, plan, sizeof *plan);
    lg_program_release(program);  // last: it may end the heap
}

size_t lg_plan_arena_bytes(const lg_plan_t *plan) {
    return plan->arena_bytes + plan->scratch_bytes;
}

size_t lg_plan_arena_bound_bytes(const lg_plan_t *plan) {
    return plan->arena_bound_bytes + plan->scratch_bytes;
}

uint32_t lg_plan_record_count(const lg_plan_t *plan) {
    return (uint32_t)plan->records.count;
}

double lg_plan_expected_ns(const lg_plan_t *plan) {
    double sum = 0;
    for (size_t i = 0; i < plan->program->ops.count; i++) {
        sum += plan->steps[i].record != UINT32_MAX ? plan->steps[i].cost_ns : 0;
    }
    return sum;
}

// ---- printing ---------------------------------------------------------------------------------------

static void plan_format_where(lg_text_t *text, const lg_plan_t *plan, const lg_place_t *place) {
    const lg_storage_t *storage = &plan->storages.items[place->storage];
    switch (storage->kind) {
        case LG_STORAGE_ARENA:
            lg_text_printf(text, "arena+%zu", storage->offset + place->byte_offset);
            break;
        case LG_STORAGE_WEIGHT:
            lg_text_printf(text, "@%s", lg_program_weight_name(plan->program, storage->index));
            break;
        case LG_STORAGE_INPUT:
            lg_text_printf(text, "input %s", lg_program_input_name(plan->program, storage->index));
            break;
        default:
            lg_text_printf(text, "output %s", lg_program_output_name(plan->program, storage->index));
    }
}

lg_status_t lg_plan_format(const lg_plan_t *plan, lg_text_t **out_text, lg_error_t *err) {
    lg_text_t *text = lg_text_create(&plan->context->heap);
    if (text == NULL) {
        return lg_text_finish(NULL, out_text, err);
    }
    const lg_program_t *program = plan->program;
    lg_text_printf(text, "plan: %zu ops, %zu records, arena %zu bytes (bound %zu), scratch %zu bytes\n",
                   program->ops.count, plan->records.count, plan->arena_bytes, plan->arena_bound_bytes,
                   plan->scratch_bytes);
    lg_text_printf(text, "%4s  %-14s %-14s %-32s %-24s %9s  %-26s %s\n", "#", "op", "where", "kernel", "why",
                   "cost", "result", "in");
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        const lg_step_t *step = &plan->steps[i];
        const lg_place_t *place = &plan->places[op->outs[0]];
        char type[192];
        bool window = step->record == UINT32_MAX;
        lg_text_printf(text, "%4zu  %-14s %-14s %-32s %-24s ", i, op->info->name,
                       step->device != NULL ? step->device->name : "cpu:0",
                       window ? "none, a view" : step->kernel,
                       step->rule != UINT32_MAX ? plan->rule_texts[step->rule] : "default");
        lg_text_printf(text, "%6.1f us  %-26s ", window ? 0.0 : step->cost_ns / 1000,
                       lg_view_format(&place->view, type, sizeof type));
        plan_format_where(text, plan, place);
        lg_text_printf(text, "%s", step->in_place ? ", in place" : "");
        if (op->path[0] != 0) {
            lg_text_printf(text, "  at %s", op->path);
        }
        lg_text_printf(text, "\n");
    }
    size_t copies = 0;
    for (size_t i = 0; i < plan->records.count; i++) {
        copies += plan->records.items[i].op == UINT32_MAX;
    }
    if (copies > 0) {
        lg_text_printf(
            text, "and %zu copies, for outputs that are views and kernels that need dense inputs\n", copies);
    }
    return lg_text_finish(text, out_text, err);
}
