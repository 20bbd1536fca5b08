// SPDX-License-Identifier: Apache-2.0
// Regions: contiguous ops for which an executor answered with one choice of devices. The ops of a region are a program
// of their own, planned whole for each alternative; the records of all of them follow each other, and a walk takes those
// of one. Inside, each alternative has its arena in the same storage.
//
//   records   ... | alternative 0 | alternative 1 | ...
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

// A region while it is planned.
typedef struct region_work {
    lg_plan_t *plan;
    uint32_t first, last;  // ops [first, last)
    lg_program_t *program;
    lg_value_t *inner;  // per value of the lowered program, in `program`; LG_VALUE_NONE: not there
    lg_value_t *ins;    // per input of `program`, in the lowered program
    lg_value_t *outs;
    uint32_t *in_storages;  // per input: where it lies, densely
    size_t *in_offsets;
} region_work_t;

// The value inside for one that the region reads.
static lg_status_t region_read(region_work_t *work, lg_value_t value, lg_error_t *err) {
    const lg_program_t *lowered = work->plan->lowered;
    const lg_value_node_t *node = &lowered->values.items[value];
    if (work->inner[value] != LG_VALUE_NONE) {
        return LG_OK;
    }
    if (node->kind == LG_VALUE_WEIGHT) {
        const lg_tensor_t weight = {node->type, lowered->buffers.items[node->index]};
        return lg_program_add_weight(work->program, node->name, &weight, &work->inner[value], err);
    }
    char name[16];
    snprintf(name, sizeof name, "%%%u", value);
    work->ins[work->program->inputs.count] = value;
    return lg_program_add_input(work->program, name, &node->type, &work->inner[value], err);
}

// Which results are read behind the region, or are outputs.
static void region_mark(const region_work_t *work, bool *wanted) {
    const lg_program_t *lowered = work->plan->lowered;
    for (uint32_t i = work->last; i < lowered->ops.count; i++) {
        for (uint32_t k = 0; k < lowered->ops.items[i].in_count; k++) {
            if (lowered->ops.items[i].ins[k] != LG_VALUE_NONE) {
                wanted[lowered->ops.items[i].ins[k]] = true;
            }
        }
    }
    for (size_t i = 0; i < lowered->outputs.count; i++) {
        wanted[lowered->outputs.items[i].value] = true;
    }
}

// Makes the program of the region.
static lg_status_t region_program(region_work_t *work, lg_error_t *err) {
    const lg_program_t *lowered = work->plan->lowered;
    bool *wanted = lg_zone_alloc(&work->plan->zone, lowered->values.count * sizeof *wanted);
    if (wanted == NULL) {
        return lg_plan_no_memory(err);
    }
    region_mark(work, wanted);
    LG_TRY(lg_program_create(work->plan->context, &work->program, err));
    for (uint32_t i = work->first; i < work->last; i++) {
        const lg_op_node_t *op = &lowered->ops.items[i];
        lg_value_t ins[LG_MAX_INS], outs[LG_MAX_OUTS];
        for (uint32_t k = 0; k < op->in_count; k++) {
            ins[k] = LG_VALUE_NONE;
            if (op->ins[k] != LG_VALUE_NONE) {
                LG_TRY(region_read(work, op->ins[k], err));
                ins[k] = work->inner[op->ins[k]];
            }
        }
        LG_TRY(lg_program_add_op(work->program, op->info->id, ins, op->in_count, op->attrs, op->path, outs,
                                 op->out_count, err));
        for (uint32_t k = 0; k < op->out_count; k++) {
            work->inner[op->outs[k]] = outs[k];
        }
    }
    for (uint32_t i = work->first; i < work->last; i++) {
        for (uint32_t k = 0; k < lowered->ops.items[i].out_count; k++) {
            lg_value_t value = lowered->ops.items[i].outs[k];
            char name[16];
            if (wanted[value]) {
                snprintf(name, sizeof name, "%%%u", value);
                work->outs[work->program->outputs.count] = value;
                LG_TRY(lg_program_add_output(work->program, name, work->inner[value], err));
            }
        }
    }
    return lg_program_freeze(work->program, err);
}

// Plans the region for one alternative.
static lg_status_t region_plan(region_work_t *work, const lg_alternative_t *alternative, lg_plan_t **out_plan,
                               lg_error_t *err) {
    lg_plan_t *plan = work->plan;
    size_t count = work->last - work->first;
    lg_decision_t *decisions = lg_zone_alloc(&plan->zone, count * sizeof *decisions);
    const lg_device_t *device;
    if (decisions == NULL) {
        return lg_plan_no_memory(err);
    }
    LG_TRY(lg_device_find(plan->context, alternative->name, &device, err));
    for (size_t i = 0; i < count; i++) {
        const lg_step_t *step = &plan->steps[work->first + i];
        decisions[i].device = lg_device_is_cpu(device) ? NULL : device;
        decisions[i].why = step->why;
        decisions[i].hooks = step->hooks;
    }
    return lg_plan_create_decided(work->program, decisions, plan->off, out_plan, err);
}

// Where a storage of an alternative lies in the plan. `arena` is that of the region.
static lg_status_t region_storage(region_work_t *work, const lg_plan_t *inner, uint32_t index, uint32_t arena,
                                  uint32_t *out_storage, size_t *out_offset, lg_error_t *err) {
    const lg_storage_t *storage = &inner->storages.items[index];
    lg_storage_t weight = *storage;
    *out_offset = 0;
    switch (storage->kind) {
        case LG_STORAGE_ARENA:
            *out_storage = arena;
            *out_offset = storage->offset;
            return LG_OK;
        case LG_STORAGE_INPUT:
            *out_storage = work->in_storages[storage->index];
            *out_offset = work->in_offsets[storage->index];
            return LG_OK;
        case LG_STORAGE_OUTPUT:
            *out_storage = work->plan->places[work->outs[storage->index]].storage;
            return LG_OK;
        default:
            weight.index = 0;
            return lg_plan_add_storage(work->plan, weight, out_storage, err);
    }
}

// Adds the records of an alternative.
static lg_status_t region_emit(region_work_t *work, const lg_plan_t *inner, uint32_t arena, lg_error_t *err) {
    lg_plan_t *plan = work->plan;
    uint32_t *storages = lg_zone_alloc(&plan->zone, inner->storages.count * sizeof *storages);
    size_t *offsets = lg_zone_alloc(&plan->zone, inner->storages.count * sizeof *offsets);
    if (storages == NULL || offsets == NULL) {
        return lg_plan_no_memory(err);
    }
    for (uint32_t i = 0; i < inner->storages.count; i++) {
        LG_TRY(region_storage(work, inner, i, arena, &storages[i], &offsets[i], err));
    }
    for (size_t i = 0; i < inner->records.count; i++) {
        lg_record_plan_t record = inner->records.items[i];
        lg_operand_t operands[LG_MAX_INS + LG_MAX_OUTS + 1];
        for (uint32_t k = 0; k < record.operand_count; k++) {
            operands[k] = inner->operands.items[record.operand_first + k];
            if (operands[k].storage < LG_STORAGE_SCRATCH) {
                operands[k].byte_offset += offsets[operands[k].storage];
                operands[k].storage = storages[operands[k].storage];
            }
        }
        if (record.op != UINT32_MAX) {
            record.op = work->first + inner->origins.ops[inner->origins.first[record.op]];
        }
        LG_TRY(lg_plan_add_record(plan, record, operands, err));
    }
    plan->packed_bytes += inner->packed_bytes;
    plan->ready_bytes += inner->ready_bytes;
    plan->packs_other |= inner->packs_other;
    return LG_OK;
}

// Writes `texts` with bars between them into the zone; equal ones once.
static const char *region_join(lg_plan_t *plan, const char *const *texts, uint32_t count) {
    char joined[192] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < count && used < sizeof joined; i++) {
        bool again = false;
        for (uint32_t k = 0; k < i; k++) {
            again |= strcmp(texts[k], texts[i]) == 0;
        }
        used += again ? 0
                      : (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", i > 0 ? " | " : "",
                                         texts[i]);
    }
    return lg_zone_string(&plan->zone, joined, strlen(joined));
}

// What the rows of the region's ops say.
static lg_status_t region_tell(region_work_t *work, const lg_region_t *region, lg_error_t *err) {
    lg_plan_t *plan = work->plan;
    const lg_selector_t *selector = region->selector;
    for (uint32_t i = work->first; i < work->last; i++) {
        lg_step_t *step = &plan->steps[i];
        const char *kernels[LG_MAX_ALTERNATIVES], *devices[LG_MAX_ALTERNATIVES];
        char why[192];
        for (uint32_t k = 0; k < selector->count; k++) {
            const lg_plan_t *inner = region->plans[k];
            devices[k] = selector->alternatives[k].name;
            kernels[k] = "";
            for (uint32_t row = 0; row < inner->lowered->ops.count; row++) {
                for (uint32_t at = inner->origins.first[row]; at < inner->origins.first[row + 1]; at++) {
                    if (inner->origins.ops[at] == i - work->first) {
                        const lg_step_t *found = &inner->steps[row];
                        kernels[k] = found->record != UINT32_MAX ? found->kernel : "none, a view";
                        step->cost_ns = found->cost_ns > step->cost_ns ? found->cost_ns : step->cost_ns;
                    }
                }
            }
        }
        snprintf(why, sizeof why, "%s: %s", step->why, selector->text);
        step->record = UINT32_MAX;
        step->where = region_join(plan, devices, selector->count);
        step->kernel = region_join(plan, kernels, selector->count);
        step->why = lg_zone_string(&plan->zone, why, strlen(why));
        if (step->where == NULL || step->kernel == NULL || step->why == NULL) {
            return lg_plan_no_memory(err);
        }
    }
    return LG_OK;
}

// Memory for what goes in and out.
static lg_status_t region_places(region_work_t *work, const uint32_t *value_last, lg_error_t *err) {
    lg_plan_t *plan = work->plan;
    size_t in_count = work->program->inputs.count;
    work->in_storages = lg_zone_alloc(&plan->zone, in_count * sizeof *work->in_storages);
    work->in_offsets = lg_zone_alloc(&plan->zone, in_count * sizeof *work->in_offsets);
    if (work->in_storages == NULL || work->in_offsets == NULL) {
        return lg_plan_no_memory(err);
    }
    for (uint32_t i = work->first; i < work->last; i++) {
        for (uint32_t k = 0; k < plan->lowered->ops.items[i].out_count; k++) {
            LG_TRY(lg_plan_bind_place(plan, plan->lowered->ops.items[i].outs[k], err));
        }
    }
    for (size_t i = 0; i < in_count; i++) {
        lg_place_t place = plan->places[work->ins[i]];
        if (!(place.view->flags & LG_VIEW_CONTIGUOUS)) {
            LG_TRY(lg_plan_bind_dense(plan, &place, err));
        }
        work->in_storages[i] = place.storage;
        work->in_offsets[i] = place.byte_offset;
    }
    for (size_t i = 0; i < work->program->outputs.count; i++) {
        lg_value_t value = work->outs[i];
        lg_place_t *place = &plan->places[value];
        const size_t item_bytes = lg_dtype_size((lg_dtype_t)place->view->dtype);
        const lg_storage_t storage = {.kind = LG_STORAGE_ARENA,
                                      .bytes = (size_t)place->view->elem_count * item_bytes,
                                      .first = (uint32_t)plan->records.count,
                                      .last_op = value_last[value]};
        LG_TRY(lg_plan_add_storage(plan, storage, &place->storage, err));
    }
    return LG_OK;
}

static lg_status_t region_make(region_work_t *work, lg_region_t *region, const uint32_t *value_last,
                               lg_error_t *err) {
    lg_plan_t *plan = work->plan;
    const lg_selector_t *selector = region->selector;
    size_t arena_bytes = 0;
    LG_TRY(region_program(work, err));
    for (uint32_t i = 0; i < selector->count; i++) {
        LG_TRY(region_plan(work, &selector->alternatives[i], &region->plans[i], err));
        arena_bytes =
            region->plans[i]->arena_bytes > arena_bytes ? region->plans[i]->arena_bytes : arena_bytes;
    }
    LG_TRY(region_places(work, value_last, err));
    const lg_storage_t storage = {
        .kind = LG_STORAGE_ARENA, .bytes = arena_bytes, .first = (uint32_t)plan->records.count};
    uint32_t arena;
    LG_TRY(lg_plan_add_storage(plan, storage, &arena, err));
    for (uint32_t i = 0; i < selector->count; i++) {
        region->records[i] = (uint32_t)plan->records.count;
        LG_TRY(region_emit(work, region->plans[i], arena, err));
    }
    region->records[selector->count] = (uint32_t)plan->records.count;
    return region_tell(work, region, err);
}

lg_status_t lg_plan_add_region(lg_plan_t *plan, uint32_t first, const uint32_t *value_last,
                               uint32_t *out_last, lg_error_t *err) {
    const lg_program_t *lowered = plan->lowered;
    region_work_t work = {.plan = plan, .first = first, .last = first + 1};
    while (work.last < lowered->ops.count && plan->steps[work.last].choice == plan->steps[first].choice) {
        work.last++;
    }
    *out_last = work.last;
    work.inner = lg_zone_alloc(&plan->zone, lowered->values.count * sizeof *work.inner);
    work.ins = lg_zone_alloc(&plan->zone, lowered->values.count * sizeof *work.ins);
    work.outs = lg_zone_alloc(&plan->zone, lowered->values.count * sizeof *work.outs);
    if (work.inner == NULL || work.ins == NULL || work.outs == NULL ||
        !LG_LIST_GROW(&plan->context->heap, &plan->regions)) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < lowered->values.count; i++) {
        work.inner[i] = LG_VALUE_NONE;
    }
    lg_region_t *region = &plan->regions.items[plan->regions.count++];
    memset(region, 0, sizeof *region);
    region->selector = plan->steps[first].choice;
    region->first = work.first;
    region->last = work.last;
    lg_status_t status = region_make(&work, region, value_last, err);
    lg_program_release(work.program);
    return status;
}

// ---- running ----------------------------------------------------------------------------------------

lg_status_t lg_region_route(const lg_plan_t *plan, uint8_t *picks, int32_t priority, int64_t deadline_ns,
                            uint32_t *record, const char **out_taken, lg_error_t *err) {
    *out_taken = NULL;
    for (size_t i = 0; i < plan->regions.count && plan->regions.items[i].records[0] <= *record; i++) {
        const lg_region_t *region = &plan->regions.items[i];
        const uint32_t end = region->records[region->selector->count];
        uint32_t picked = picks[i];
        if (*record >= end) {
            continue;
        }
        if (*record == region->records[0]) {
            LG_TRY(lg_selector_pick(region->selector, priority, deadline_ns, &picked, err));
            picks[i] = (uint8_t)picked;
            *out_taken = region->selector->alternatives[picked].name;
        }
        if (*record < region->records[picked]) {
            *record = region->records[picked];
        }
        if (*record >= region->records[picked + 1]) {
            *record = end;  // where another region may begin
        }
    }
    return LG_OK;
}

const lg_plan_t *lg_region_of(const lg_plan_t *plan, uint32_t record, uint32_t *out_alternative,
                              uint32_t *out_record) {
    for (size_t i = 0; i < plan->regions.count; i++) {
        const lg_region_t *region = &plan->regions.items[i];
        for (uint32_t k = 0; k < region->selector->count; k++) {
            if (record >= region->records[k] && record < region->records[k + 1]) {
                *out_alternative = k;
                *out_record = record - region->records[k];
                return region->plans[k];
            }
        }
    }
    return NULL;
}

// ---- looking ----------------------------------------------------------------------------------------

const char *lg_plan_choice(const lg_plan_t *plan, uint32_t index) {
    return index < plan->regions.count ? plan->regions.items[index].selector->text : NULL;
}

lg_plan_t *lg_plan_alternative(const lg_plan_t *plan, uint32_t index, uint32_t alternative) {
    return index < plan->regions.count && alternative < plan->regions.items[index].selector->count
               ? plan->regions.items[index].plans[alternative]
               : NULL;
}
