// SPDX-License-Identifier: Apache-2.0
// Placement: the executor and rules say where ops run; naming a device means it. What the executor hooks to an
// op is asked here too.
#include <string.h>

#include "lane/lane.h"
#include "plan/plan.h"

// Only the last star is ever retried.
bool lg_plan_matches(const char *pattern, const char *text) {
    const char *star = NULL, *retry = NULL;
    while (*text != 0) {
        if (*pattern == '*') {
            star = pattern++;
            retry = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == 0;
}

void lg_plan_op_view(const lg_program_t *program, const lg_op_node_t *op, const lg_view_t **views,
                     lg_op_view_t *out_view) {
    for (uint32_t i = 0; i < op->in_count; i++) {
        views[i] = op->ins[i] != LG_VALUE_NONE ? &program->values.items[op->ins[i]].type : NULL;
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        views[op->in_count + i] = &program->values.items[op->outs[i]].type;
    }
    *out_view = lg_op_node_view(op, views, views + op->in_count);
}

// Retains a lane that ops are placed on, once.
static lg_status_t place_on_lane(lg_plan_t *plan, const lg_op_view_t *op, lg_lane_t *lane, lg_error_t *err) {
    LG_CHECK(err, lane->context == plan->context, LG_STATUS_INVALID_ARGUMENT, op->name,
             "%s at '%s' is placed on lane '%s', which is of another context", op->name, op->path,
             lane->name);
    LG_CHECK(err, !lg_lane_is_closed(lane), LG_STATUS_CLOSED, op->name,
             "%s at '%s' is placed on lane '%s', which was closed", op->name, op->path, lane->name);
    if (lg_plan_lane(plan, lane) != UINT32_MAX) {
        return LG_OK;
    }
    lg_heap_t *heap = &plan->context->heap;
    for (uint32_t i = plan->lanes.count > 0; i < 2; i++) {  // the first stands for that of the call
        if (!LG_LIST_GROW(heap, &plan->lanes)) {
            return lg_plan_no_memory(err);
        }
        plan->lanes.items[plan->lanes.count++] = i == 0 ? NULL : lane;
    }
    lg_lane_retain(lane);
    return LG_OK;
}

uint32_t lg_plan_lane(const lg_plan_t *plan, const lg_lane_t *lane) {
    for (uint32_t i = 0; i < plan->lanes.count; i++) {
        if (plan->lanes.items[i] == lane) {
            return i;
        }
    }
    return lane == NULL ? 0 : UINT32_MAX;
}

const lg_view_t *lg_plan_find_input(const void *self, const char *name) {
    const lg_program_t *program = self;
    return lg_program_input_type(program, lg_map_find(&program->input_names, name, strlen(name)));
}

lg_lane_t *lg_plan_find_lane(const void *self, const char *name) {
    const lg_lanes_t *lanes = self;
    const lg_bind_t *found = lg_lanes_find(lanes->items, lanes->count, name);
    return found != NULL ? found->lane : NULL;
}

lg_status_t lg_plan_choose(lg_plan_t *plan, const lg_choice_t *choice, const lg_selector_t **out_selector,
                           lg_error_t *err) {
    const lg_selector_scope_t scope = {lg_plan_find_lane, lg_plan_find_input, &plan->binds, plan->program};
    if (!LG_LIST_GROW(&plan->context->heap, &plan->selectors)) {
        return lg_plan_no_memory(err);
    }
    lg_selector_t **end = &plan->selectors.items[plan->selectors.count];
    LG_TRY(lg_selector_create(plan->context, choice, &scope, end, err));
    for (size_t i = 0; i < plan->selectors.count; i++) {
        if (strcmp(plan->selectors.items[i]->text, (*end)->text) == 0) {
            lg_selector_release(*end);
            *out_selector = plan->selectors.items[i];
            return LG_OK;
        }
    }
    *out_selector = *end;
    plan->selectors.count++;
    const lg_alternative_t *alternatives = (*out_selector)->alternatives;
    for (uint32_t i = 0; i < (*out_selector)->count; i++) {
        const lg_device_t *device;
        LG_CHECK(
            err,
            (alternatives[i].lane == LG_SELECTOR_NO_LANE) == (alternatives[0].lane == LG_SELECTOR_NO_LANE),
            LG_STATUS_UNSUPPORTED, NULL, "%.160s: a plan chooses between devices or between lanes",
            (*out_selector)->text);
        if (alternatives[i].lane == LG_SELECTOR_NO_LANE) {
            LG_TRY(lg_device_find(plan->context, alternatives[i].name, &device, err));
        }
    }
    return LG_OK;
}

// Lets an op go by a choice. One of lanes gets an entry among the plan's lanes.
static lg_status_t place_by_choice(lg_plan_t *plan, const lg_op_view_t *op, const lg_selector_t *choice,
                                   lg_decision_t *decision, lg_error_t *err) {
    if (choice->alternatives[0].lane == LG_SELECTOR_NO_LANE) {
        decision->choice = choice;
        return LG_OK;
    }
    decision->lanes = choice;
    if (lg_plan_lane_choice(plan, choice) != 0) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < choice->count; i++) {
        LG_TRY(place_on_lane(plan, op, choice->lanes[choice->alternatives[i].lane].lane, err));
    }
    lg_heap_t *heap = &plan->context->heap;
    if (!LG_LIST_GROW(heap, &plan->lanes) || !LG_LIST_GROW(heap, &plan->lane_choices)) {
        return lg_plan_no_memory(err);
    }
    lg_lane_t *first = choice->lanes[choice->alternatives[0].lane].lane;
    lg_lane_retain(first);
    plan->lane_choices.items[plan->lane_choices.count++] =
        (lg_lane_choice_t){(uint32_t)plan->lanes.count, choice};
    plan->lanes.items[plan->lanes.count++] = first;
    return LG_OK;
}

uint32_t lg_plan_lane_choice(const lg_plan_t *plan, const lg_selector_t *choice) {
    for (size_t i = 0; i < plan->lane_choices.count; i++) {
        if (plan->lane_choices.items[i].selector == choice) {
            return plan->lane_choices.items[i].lane;
        }
    }
    return 0;
}

const lg_selector_t *lg_plan_lane_selector(const lg_plan_t *plan, uint32_t lane) {
    for (size_t i = 0; i < plan->lane_choices.count; i++) {
        if (plan->lane_choices.items[i].lane == lane) {
            return plan->lane_choices.items[i].selector;
        }
    }
    return NULL;
}

// Asks the executor about an op.
static lg_status_t place_ask(lg_plan_t *plan, const lg_op_view_t *op, lg_decision_t *decision,
                             lg_error_t *err) {
    const lg_executor_t *executor = &plan->executor;
    if (!LG_HAS(executor, lg_executor_t, place)) {
        return LG_OK;
    }
    lg_placement_t placement = {LG_STRUCT(lg_placement_t), .device = NULL};
    LG_TRY(executor->place(executor->self, op, &placement, err));
    if (placement.device == NULL && placement.lane == NULL && placement.choice == NULL) {
        return LG_OK;
    }
    const lg_device_t *device;
    LG_TRY(
        lg_device_find(plan->context, placement.device != NULL ? placement.device : "cpu:0", &device, err));
    if (placement.choice != NULL) {
        const lg_selector_t *choice;
        LG_TRY(lg_plan_choose(plan, placement.choice, &choice, err));
        LG_TRY(place_by_choice(plan, op, choice, decision, err));
    } else if (placement.lane != NULL) {
        LG_TRY(place_on_lane(plan, op, placement.lane, err));
        decision->lane = placement.lane;
    }
    const char *why = placement.why != NULL ? placement.why : executor->name;
    why = why != NULL ? why : "executor";
    decision->device = device == NULL || lg_device_is_cpu(device) ? NULL : device;
    decision->why = lg_zone_string(&plan->zone, why, strlen(why));
    decision->answered = true;
    return decision->why != NULL ? LG_OK : lg_plan_no_memory(err);
}

// Asks for one hook; `*out_hook` is the plan's from then on.
static lg_status_t place_hook(lg_plan_t *plan, const lg_op_view_t *op,
                              lg_status_t (*ask)(void *, const lg_op_view_t *, lg_hook_t *, lg_error_t *),
                              lg_hook_t *out_hook, lg_error_t *err) {
    *out_hook = (lg_hook_t){LG_STRUCT(lg_hook_t), .fn = NULL};
    if (!LG_LIST_GROW(&plan->context->heap, &plan->hooks)) {
        return lg_plan_no_memory(err);
    }
    LG_TRY(ask(plan->executor.self, op, out_hook, err));
    if (out_hook->fn == NULL) {
        return LG_OK;
    }
    plan->hooks.items[plan->hooks.count++] = *out_hook;
    if (out_hook->symbol != NULL) {
        out_hook->symbol = lg_zone_string(&plan->zone, out_hook->symbol, strlen(out_hook->symbol));
        if (out_hook->symbol == NULL) {
            return lg_plan_no_memory(err);
        }
    }
    const char *what = out_hook->what != NULL ? out_hook->what : plan->executor.name;
    what = what != NULL ? what : "executor";
    out_hook->what = lg_zone_string(&plan->zone, what, strlen(what));
    return out_hook->what != NULL ? LG_OK : lg_plan_no_memory(err);
}

// What the rules that match say, where the executor did not.
static lg_status_t place_rules(lg_plan_t *plan, const lg_rule_t *rules, const lg_rule_target_t *targets,
                               size_t rule_count, const lg_op_node_t *op, const lg_op_view_t *view,
                               lg_decision_t *decision, lg_hooks_t *hooks, lg_error_t *err) {
    bool placed = decision->answered;
    for (size_t i = 0; i < rule_count; i++) {
        const lg_rule_target_t *target = &targets[i];
        if (!lg_rule_matches(&rules[i], op)) {
            continue;
        }
        if (!placed && target->is_placed) {
            placed = true;
            decision->why = target->why;
            decision->device = target->device;
            LG_TRY(target->choice != NULL ? place_by_choice(plan, view, target->choice, decision, err)
                                          : LG_OK);
            decision->lane = target->lane;
            LG_TRY(target->lane != NULL ? place_on_lane(plan, view, target->lane, err) : LG_OK);
        }
        lg_hook_t *const to[] = {&hooks->replace, &hooks->before, &hooks->after};
        const lg_hook_t *const from[] = {&target->hooks.replace, &target->hooks.before, &target->hooks.after};
        for (int k = 0; k < 3; k++) {
            if (to[k]->fn == NULL && from[k]->fn != NULL) {
                *to[k] = *from[k];
            }
        }
    }
    return LG_OK;
}

// The first rule that matches and names units says what is held, where the executor did not.
static lg_status_t place_holds(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                               const lg_op_node_t *op, lg_decision_t *decision, lg_error_t *err) {
    size_t at = 0;
    while (at < rule_count && (rules[at].hold_count == 0 || !lg_rule_matches(&rules[at], op))) {
        at++;
    }
    for (uint64_t i = 0; at < rule_count && i < rules[at].hold_count; i++) {
        lg_unit_t *unit;
        LG_TRY(lg_unit_find(plan->context, rules[at].holds[i], &unit, err));
        lg_status_t status = lg_plan_add_hold(plan, decision, unit, err);
        lg_unit_release(unit);
        LG_TRY(status);
    }
    return LG_OK;
}

static lg_status_t place_op(lg_plan_t *plan, const lg_rule_t *rules, const lg_rule_target_t *targets,
                            size_t rule_count, size_t index, lg_error_t *err) {
    const lg_op_node_t *op = &plan->program->ops.items[index];
    lg_decision_t *decision = &plan->decisions[index];
    const lg_executor_t *executor = &plan->executor;
    lg_hooks_t hooks = {0};
    const lg_view_t *views[LG_MAX_INS + LG_MAX_OUTS];
    lg_op_view_t view;
    lg_plan_op_view(plan->program, op, views, &view);
    LG_TRY(place_ask(plan, &view, decision, err));
    if (LG_HAS(executor, lg_executor_t, replace)) {
        LG_TRY(place_hook(plan, &view, executor->replace, &hooks.replace, err));
    }
    if (LG_HAS(executor, lg_executor_t, before)) {
        LG_TRY(place_hook(plan, &view, executor->before, &hooks.before, err));
    }
    if (LG_HAS(executor, lg_executor_t, after)) {
        LG_TRY(place_hook(plan, &view, executor->after, &hooks.after, err));
    }
    LG_TRY(place_rules(plan, rules, targets, rule_count, op, &view, decision, &hooks, err));
    LG_TRY(lg_plan_ask_hold(plan, &view, decision, err));
    LG_TRY(decision->units == 0 ? place_holds(plan, rules, rule_count, op, decision, err) : LG_OK);
    if (hooks.replace.fn != NULL || hooks.before.fn != NULL || hooks.after.fn != NULL) {
        lg_hooks_t *kept = lg_zone_alloc(&plan->zone, sizeof *kept);
        if (kept == NULL) {
            return lg_plan_no_memory(err);
        }
        *kept = hooks;
        decision->hooks = kept;
    }
    return LG_OK;
}

lg_status_t lg_plan_place(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count, lg_error_t *err) {
    lg_rule_target_t *targets = lg_zone_alloc(&plan->zone, rule_count * sizeof *targets);
    if (targets == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < rule_count; i++) {
        LG_TRY(lg_rule_look_up(plan, &rules[i], i, &targets[i], err));
    }
    for (size_t i = 0; i < plan->program->ops.count; i++) {
        if (plan->asked == NULL || plan->asked[i]) {
            LG_TRY(place_op(plan, rules, targets, rule_count, i, err));
        }
    }
    return LG_OK;
}
