// SPDX-License-Identifier: Apache-2.0
// The rows of a plan, for those who look at it: what report.c prints, and what tools compare.
#include <stdio.h>
#include <string.h>

#include "lane/lane.h"
#include "op/eager.h"
#include "op/registry.h"
#include "plan/plan.h"
#include "tensor/view.h"

enum { ROW_PLACE = sizeof((lg_plan_row_t *)0)->place, ROW_WHY = sizeof((lg_plan_row_t *)0)->why_not };

static void row_place(const lg_plan_t *plan, const lg_place_t *place, bool in_place, char *cell) {
    if (place->storage == LG_STORAGE_NONE) {
        snprintf(cell, ROW_PLACE, "the choice's");
        return;
    }
    const lg_storage_t *storage = &plan->storages.items[place->storage];
    const char *end = in_place ? ", in place" : "";
    switch (storage->kind) {
        case LG_STORAGE_ARENA:
            snprintf(cell, ROW_PLACE, "arena+%zu%s", storage->offset + place->byte_offset, end);
            break;
        case LG_STORAGE_WEIGHT:
            snprintf(cell, ROW_PLACE, "@%s", lg_program_weight_name(plan->lowered, storage->index));
            break;
        case LG_STORAGE_INPUT:
            snprintf(cell, ROW_PLACE, "input %s", lg_program_input_name(plan->program, storage->index));
            break;
        default:
            snprintf(cell, ROW_PLACE, "output %s%s", lg_program_output_name(plan->program, storage->index),
                     end);
    }
}

// ---- why not ----------------------------------------------------------------------------------------

static void row_say(char *why, const char *text) {
    size_t used = strlen(why);
    snprintf(why + used, ROW_WHY - used, "%s%s", used > 0 ? "; " : "", text);
}

// Why the kernel is not one for a higher instruction set, where there is such a kernel.
static void row_why_not_faster(const lg_plan_t *plan, const lg_op_node_t *op, uint32_t key, char *why) {
    const lg_context_t *context = plan->context;
    char text[96];
    if (op->info->id >= LG_OP_COUNT) {
        return;  // a registered op has the kernels that it was given
    }
    const lg_kernel_t *const *kernels = context->kernels + op->info->id * LG_DTYPE_COUNT;
    const lg_kernel_t *unmasked =
        context->unmasked != NULL ? context->unmasked[op->info->id * LG_DTYPE_COUNT + key] : NULL;
    if (unmasked != NULL && unmasked->isa > kernels[key]->isa) {
        snprintf(text, sizeof text, "%s: masked by %s", lg_isa_name(unmasked->isa), context->mask);
        row_say(why, text);
        return;
    }
    uint32_t best = key;
    for (uint32_t i = 0; i < LG_DTYPE_COUNT; i++) {
        best = kernels[i] != NULL && kernels[i]->isa > kernels[best]->isa ? i : best;
    }
    if (kernels[best]->isa > kernels[key]->isa) {
        snprintf(text, sizeof text, "%s: for %s, not for %s", lg_isa_name(kernels[best]->isa),
                 lg_dtype_name((lg_dtype_t)best), lg_dtype_name((lg_dtype_t)key));
        row_say(why, text);
    }
}

// What the other devices say to an op that runs on the CPU. `view` has row-major operands, as they are promised.
static lg_status_t row_why_not_elsewhere(const lg_plan_t *plan, const lg_op_view_t *view, char *why,
                                         lg_error_t *err) {
    const lg_device_t *device;
    for (uint32_t i = 0; (device = lg_device_at(plan->context, i)) != NULL; i++) {
        char text[ROW_WHY];
        lg_support_t support;
        if (lg_device_is_cpu(device)) {
            continue;
        }
        LG_TRY(lg_device_supports(device, view, &support, err));
        if (support.supported) {
            snprintf(text, sizeof text, "%s: no rule sends it there (%.1f us)", device->name,
                     (double)support.cost_ns / 1000);
        } else {
            snprintf(text, sizeof text, "%s: %s", device->name, support.reason);
        }
        row_say(why, text);
    }
    return LG_OK;
}

static lg_status_t row_why_not(const lg_plan_t *plan, const lg_op_node_t *op, const lg_step_t *step,
                               char *why, lg_error_t *err) {
    lg_view_t views[LG_MAX_INS + LG_MAX_OUTS];
    const lg_view_t *operands[LG_MAX_INS + LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count + op->out_count; i++) {
        lg_value_t value = i < op->in_count ? op->ins[i] : op->outs[i - op->in_count];
        operands[i] = NULL;
        if (value != LG_VALUE_NONE) {
            const lg_view_t *type = &plan->lowered->values.items[value].type;
            LG_TRY(lg_view_init(&views[i], (lg_dtype_t)type->dtype, type->rank, type->shape, err));
            operands[i] = &views[i];
        }
    }
    const lg_op_view_t view = lg_op_node_view(op, operands, operands + op->in_count);
    if (step->device == NULL) {
        row_why_not_faster(plan, op, lg_kernel_key(view.ins, view.in_count, view.outs[0]), why);
        LG_TRY(row_why_not_elsewhere(plan, &view, why, err));
    }
    for (uint32_t i = 0; i < op->in_count && i < 64; i++) {
        if (step->copied >> i & 1) {
            char text[64];
            snprintf(text, sizeof text, "input %u is strided: copied first", i);
            row_say(why, text);
        }
    }
    return LG_OK;
}

// What an executor hooks to an op.
static void row_hooks(const lg_hooks_t *hooks, char *said) {
    const char *const when[3] = {"replaced by", "before it", "after it"};
    for (uint32_t i = 0; hooks != NULL && i < 3; i++) {
        const lg_hook_t *hook = i == 0 ? &hooks->replace : i == 1 ? &hooks->before : &hooks->after;
        if (hook->fn != NULL) {
            char text[96];
            snprintf(text, sizeof text, "%s %.60s%s%.16s", when[i], hook->what,
                     hook->needs != NULL ? ", in " : "", hook->needs != NULL ? hook->needs : "");
            row_say(said, text);
        }
    }
}

// The strand and the fork of an op that has a record; both are in the order of records.
static void row_strand(const lg_plan_t *plan, const lg_step_t *step, lg_plan_row_t *out_row) {
    out_row->strand = out_row->fork = UINT32_MAX;
    if (plan->strands.count == 0 || step->record == UINT32_MAX) {
        return;
    }
    uint32_t low = 0, high = (uint32_t)plan->strands.count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (plan->strands.items[middle].last <= step->record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    out_row->strand = low;
    low = 0, high = (uint32_t)plan->forks.count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (plan->forks.items[middle].last <= step->record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const lg_fork_t *fork = low < plan->forks.count ? &plan->forks.items[low] : NULL;
    if (fork != NULL && fork->taken && fork->first <= step->record) {
        out_row->fork = low;
    }
}

// ---- rows -------------------------------------------------------------------------------------------

uint32_t lg_plan_row_count(const lg_plan_t *plan) {
    return (uint32_t)plan->lowered->ops.count;
}

lg_status_t lg_plan_row(const lg_plan_t *plan, uint32_t index, lg_plan_row_t *out_row, lg_error_t *err) {
    LG_CHECK(err, out_row->size >= sizeof *out_row, LG_STATUS_ABI, NULL, "a row of %u bytes, expected %zu",
             out_row->size, sizeof *out_row);
    LG_CHECK(err, index < plan->lowered->ops.count, LG_STATUS_NOT_FOUND, NULL, "row %u of a plan of %zu",
             index, plan->lowered->ops.count);
    const lg_op_node_t *op = &plan->lowered->ops.items[index];
    const lg_step_t *step = &plan->steps[index];
    const lg_place_t *place = &plan->places[op->outs[0]];
    bool window = step->record == UINT32_MAX;
    *out_row = (lg_plan_row_t){
        .size = out_row->size,
        .abi = out_row->abi,
        .op = op->info->name,
        .path = op->path,
        .device = step->choice != NULL   ? step->where
                  : step->device != NULL ? step->device->name
                                         : "cpu:0",
        .kernel = window && step->choice == NULL ? "none, a view" : step->kernel,
        .why = step->why != NULL ? step->why : "default",
        .cost_ns = window && step->choice == NULL ? 0.0 : step->cost_ns,
        .packed_bytes = step->packed_bytes,
        .source_count = plan->origins.first[index + 1] - plan->origins.first[index],
        .type = *place->view,
    };
    if (step->lane > 0) {
        const lg_lane_t *lane = plan->lanes.items[step->lane];
        const lg_bind_t *named = lg_lanes_of(&plan->binds, lane);
        const lg_selector_t *choice = lg_plan_lane_selector(plan, step->lane);
        out_row->lane = choice != NULL ? choice->text : named != NULL ? named->name : lg_lane_name(lane);
    }
    row_strand(plan, step, out_row);
    for (uint32_t i = 0; step->choice != NULL && i < plan->regions.count; i++) {
        if (index >= plan->regions.items[i].first && index < plan->regions.items[i].last) {
            out_row->choice = i + 1;
        }
    }
    if (plan->blocks != NULL) {
        out_row->block = plan->blocks[plan->origins.ops[plan->origins.first[index]]];
    }
    row_place(plan, place, step->in_place, out_row->place);
    row_hooks(step->hooks, out_row->hooks);
    lg_plan_hold_format(plan, index, out_row->units, sizeof out_row->units);
    return window || lg_step_is_replaced(step) ? LG_OK : row_why_not(plan, op, step, out_row->why_not, err);
}

uint32_t lg_plan_row_source(const lg_plan_t *plan, uint32_t index, uint32_t source) {
    if (index >= plan->lowered->ops.count ||
        source >= plan->origins.first[index + 1] - plan->origins.first[index]) {
        return UINT32_MAX;
    }
    return plan->origins.ops[plan->origins.first[index] + source];
}

void lg_plan_row_price(const lg_plan_t *plan, uint32_t index, lg_row_price_t *out_price) {
    memset(out_price, 0, sizeof *out_price);
    const lg_step_t *step = index < plan->lowered->ops.count ? &plan->steps[index] : NULL;
    if (step == NULL || step->record == UINT32_MAX || step->device != NULL || lg_step_is_replaced(step)) {
        return;
    }
    const lg_op_node_t *op = &plan->lowered->ops.items[index];
    const lg_view_t *operands[LG_MAX_INS + LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count + op->out_count; i++) {
        lg_value_t value = i < op->in_count ? op->ins[i] : op->outs[i - op->in_count];
        operands[i] = value != LG_VALUE_NONE ? plan->places[value].view : NULL;
    }
    const lg_op_view_t view = {.in_count = (uint16_t)op->in_count,
                               .out_count = (uint16_t)op->out_count,
                               .ins = operands,
                               .outs = operands + op->in_count};
    const lg_record_plan_t *record = &plan->records.items[step->record];
    const lg_price_keys_t keys = lg_price_keys_of(step->kernel, &view, record);
    *out_price = (lg_row_price_t){keys.call, keys.band, record->work_ns};
}

uint32_t lg_plan_row_input(const lg_plan_t *plan, uint32_t index, uint32_t input) {
    if (index >= plan->lowered->ops.count || input >= plan->lowered->ops.items[index].in_count) {
        return UINT32_MAX;
    }
    const lg_value_t value = plan->lowered->ops.items[index].ins[input];
    const lg_value_node_t *node = value != LG_VALUE_NONE ? &plan->lowered->values.items[value] : NULL;
    return node != NULL && node->kind == LG_VALUE_RESULT ? node->index : index;
}

const char *lg_plan_pass_off(const lg_plan_t *plan, uint32_t index) {
    for (uint32_t i = 0; lg_pass_name(i) != NULL; i++) {
        if ((plan->off >> i & 1) && index-- == 0) {
            return lg_pass_name(i);
        }
    }
    return NULL;
}
