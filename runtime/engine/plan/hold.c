// SPDX-License-Identifier: Apache-2.0
// The units that ops and records hold: asked for when the ops are placed, taken by walks (run/tenure.c).
#include "plan/hold.h"

#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

// The number of a unit, which is the plan's from then on. Numbers follow the order in which units were made, so those of
// later ones move: what was decided before is renumbered. Few units, asked for once per plan.
static lg_status_t hold_number(lg_plan_t *plan, lg_unit_t *unit, uint32_t *out_number, lg_error_t *err) {
    lg_hold_plan_t *hold = &plan->hold;
    uint32_t at = 0;
    while (at < hold->unit_count && hold->units[at]->order < unit->order) {
        at++;
    }
    *out_number = at;
    if (at < hold->unit_count && hold->units[at] == unit) {
        return LG_OK;
    }
    LG_CHECK(err, hold->unit_count < LG_PLAN_MAX_UNITS, LG_STATUS_UNSUPPORTED, NULL,
             "the ops of a plan hold at most %d units", LG_PLAN_MAX_UNITS);
    memmove(hold->units + at + 1, hold->units + at, (hold->unit_count - at) * sizeof *hold->units);
    hold->units[at] = unit;
    hold->unit_count++;
    lg_unit_retain(unit);
    const lg_unit_set_t below = ((lg_unit_set_t)1 << at) - 1;
    for (size_t i = 0; i < plan->program->ops.count; i++) {
        lg_unit_set_t *units = &plan->decisions[i].units;
        *units = (*units & below) | (*units & ~below) << 1;
    }
    return LG_OK;
}

lg_status_t lg_plan_add_hold(lg_plan_t *plan, lg_decision_t *decision, lg_unit_t *unit, lg_error_t *err) {
    uint32_t number;
    LG_TRY(hold_number(plan, unit, &number, err));
    decision->units |= (lg_unit_set_t)1 << number;
    return LG_OK;
}

lg_status_t lg_plan_ask_hold(lg_plan_t *plan, const lg_op_view_t *op, lg_decision_t *decision,
                             lg_error_t *err) {
    const lg_executor_t *executor = &plan->executor;
    if (!LG_HAS(executor, lg_executor_t, hold)) {
        return LG_OK;
    }
    const lg_placement_t where = {
        LG_STRUCT(lg_placement_t), .device = decision->device != NULL ? decision->device->name : "cpu:0",
        .why = decision->why != NULL ? decision->why : "default", .lane = (lg_lane_t *)decision->lane};
    lg_holding_t holding = {LG_STRUCT(lg_holding_t), .unit_count = 0};
    LG_TRY(executor->hold(executor->self, op, &where, &holding, err));
    LG_CHECK(err, holding.unit_count <= LG_MAX_HELD, LG_STATUS_INVALID_ARGUMENT, op->name,
             "executor '%s' lets the op hold %u units, at most %d are possible",
             executor->name != NULL ? executor->name : "", holding.unit_count, LG_MAX_HELD);
    for (uint32_t i = 0; i < holding.unit_count; i++) {
        lg_unit_t *unit = holding.units[i];
        LG_CHECK(err, unit != NULL && unit->context == plan->context, LG_STATUS_INVALID_ARGUMENT, op->name,
                 "executor '%s' lets the op hold %s", executor->name != NULL ? executor->name : "",
                 unit == NULL ? "no unit: an entry is NULL" : "a unit of another context");
        LG_TRY(lg_plan_add_hold(plan, decision, unit, err));
    }
    return LG_OK;
}

void lg_plan_hold_steps(lg_plan_t *plan) {
    if (plan->hold.unit_count == 0) {
        return;
    }
    for (size_t i = 0; i < plan->lowered->ops.count; i++) {
        for (uint32_t k = plan->origins.first[i]; k < plan->origins.first[i + 1]; k++) {
            plan->steps[i].units |= plan->decisions[plan->origins.ops[k]].units;
        }
    }
    // Ops with one choice are planned together, and fused in other ways for each alternative: they hold what any does.
    for (size_t first = 0, last = 0; first < plan->lowered->ops.count; first = last) {
        lg_unit_set_t all = 0;
        const void *choice = plan->steps[first].choice;
        do {
            all |= plan->steps[last++].units;
        } while (choice != NULL && last < plan->lowered->ops.count && plan->steps[last].choice == choice);
        for (size_t i = first; i < last; i++) {
            plan->steps[i].units = all;
        }
    }
}

// Who holds, for messages of those who wait. It outlives the plan.
static const char *hold_label(const lg_plan_t *plan, uint32_t step, lg_unit_t *unit) {
    const lg_op_node_t *op = &plan->program->ops.items[plan->origins.ops[plan->origins.first[step]]];
    char text[256];
    if (op->path[0] != 0) {
        snprintf(text, sizeof text, "%s: %s", plan->name != NULL ? plan->name : "a model", op->path);
    } else {
        snprintf(text, sizeof text, "%s: %s#%u", plan->name != NULL ? plan->name : "a model", op->info->name,
                 op->number);
    }
    return lg_unit_label(unit, text);
}

lg_status_t lg_plan_hold_records(lg_plan_t *plan, lg_error_t *err) {
    lg_hold_plan_t *hold = &plan->hold;
    if (hold->unit_count == 0) {
        return LG_OK;
    }
    hold->records = lg_zone_alloc(&plan->zone, plan->records.count * sizeof *hold->records);
    if (hold->records == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < plan->records.count; i++) {
        lg_record_hold_t *record = &hold->records[i];
        uint32_t step = plan->records.items[i].op;
        record->is_copy = step == UINT32_MAX;
        record->units = record->is_copy ? 0 : plan->steps[step].units;
        if (record->units == 0) {
            continue;
        }
        const char **labels =
            lg_zone_alloc(&plan->zone, (size_t)__builtin_popcountll(record->units) * sizeof *labels);
        if (labels == NULL) {
            return lg_plan_no_memory(err);
        }
        record->labels = labels;
        for (lg_unit_set_t set = record->units; set != 0; set &= set - 1) {
            *labels = hold_label(plan, step, hold->units[lg_unit_first(set)]);
            if (*labels++ == NULL) {
                return lg_plan_no_memory(err);
            }
        }
    }
    return LG_OK;
}

void lg_plan_hold_format(const lg_plan_t *plan, uint32_t step, char *text, size_t bytes) {
    size_t used = 0;
    text[0] = 0;
    for (lg_unit_set_t set = plan->steps[step].units; set != 0 && used < bytes; set &= set - 1) {
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", used > 0 ? ", " : "",
                                 plan->hold.units[lg_unit_first(set)]->name);
    }
}

lg_unit_t *lg_plan_unit(const lg_plan_t *plan, uint32_t index) {
    return index < plan->hold.unit_count ? plan->hold.units[index] : NULL;
}
