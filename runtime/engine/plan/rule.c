// SPDX-License-Identifier: Apache-2.0
// Rules and the lanes that they name.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

// ---- lanes by name ----------------------------------------------------------------------------------

const lg_bind_t *lg_lanes_find(const lg_bind_t *items, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i].name, name) == 0) {
            return &items[i];
        }
    }
    return NULL;
}

const lg_bind_t *lg_lanes_of(const lg_lanes_t *lanes, const lg_lane_t *lane) {
    for (size_t i = 0; i < lanes->count; i++) {
        if (lanes->items[i].lane == lane) {
            return &lanes->items[i];
        }
    }
    return NULL;
}

static bool lanes_copy_one(lg_zone_t *zone, const lg_bind_t *from, lg_bind_t *to) {
    lg_role_t *role = lg_zone_alloc(zone, sizeof *role);
    *to = (lg_bind_t){lg_zone_string(zone, from->name, strlen(from->name)), from->lane, NULL};
    if (role != NULL && from->role != NULL) {
        *role = *from->role;
        to->role = role;
    }
    return role != NULL && to->name != NULL;
}

lg_status_t lg_lanes_copy(lg_zone_t *zone, const lg_plan_desc_t *from, lg_lanes_t *out_lanes,
                          lg_error_t *err) {
    size_t count = from != NULL && LG_HAS(from, lg_plan_desc_t, lane_count) ? (size_t)from->lane_count : 0;
    lg_bind_t *items = lg_zone_alloc(zone, count * sizeof *items);
    *out_lanes = (lg_lanes_t){NULL, items, 0};
    for (size_t i = 0; i < count; i++) {
        const lg_bind_t *given = &from->lanes[i];
        LG_CHECK(err, given->name != NULL && given->lane != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "lane %zu of a plan has no name, or is none", i);
        LG_CHECK(err, lg_lanes_find(from->lanes, i, given->name) == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "two lanes of a plan are called '%.64s'", given->name);
        if (items == NULL || !lanes_copy_one(zone, given, &items[i])) {
            return lg_plan_no_memory(err);
        }
    }
    for (; out_lanes->count < count; out_lanes->count++) {
        lg_lane_retain(items[out_lanes->count].lane);
    }
    if (from != NULL && LG_HAS(from, lg_plan_desc_t, lane)) {
        out_lanes->lane = from->lane;
        lg_lane_retain(from->lane);
    }
    return items != NULL ? LG_OK : lg_plan_no_memory(err);
}

void lg_lanes_drop(lg_lanes_t *lanes) {
    for (size_t i = 0; i < lanes->count; i++) {
        lg_lane_release(lanes->items[i].lane);
    }
    lg_lane_release(lanes->lane);
}

void lg_lanes_describe(const lg_lanes_t *lanes, lg_plan_desc_t *desc) {
    desc->lane = lanes->lane;
    desc->lanes = lanes->items;
    desc->lane_count = lanes->count;
}

// ---- rules ------------------------------------------------------------------------------------------

static lg_status_t rule_find_lane(const lg_lanes_t *lanes, const lg_rule_t *rule, size_t number,
                                  lg_lane_t **out_lane, lg_error_t *err) {
    const lg_bind_t *found = lg_lanes_find(lanes->items, lanes->count, rule->lane);
    char names[192] = "";
    for (size_t i = 0, bytes = 0; i < lanes->count && found == NULL && bytes < sizeof names; i++) {
        bytes += (size_t)snprintf(names + bytes, sizeof names - bytes, " %s", lanes->items[i].name);
    }
    LG_CHECK(err, found != NULL, LG_STATUS_NOT_FOUND, NULL,
             "rule %zu names lane '%.64s', which the plan is not given; there are:%s", number, rule->lane,
             names[0] != 0 ? names : " none");
    *out_lane = found->lane;
    return LG_OK;
}

bool lg_rule_matches(const lg_rule_t *rule, const lg_op_node_t *op) {
    const char *number = rule->op != NULL ? strchr(rule->op, '#') : NULL;
    if (number != NULL) {
        size_t bytes = (size_t)(number - rule->op);
        if (strncmp(rule->op, op->info->name, bytes) != 0 || op->info->name[bytes] != 0 ||
            strtoull(number + 1, NULL, 10) != op->number) {
            return false;
        }
    } else if (rule->op != NULL && strcmp(rule->op, op->info->name) != 0) {
        return false;
    }
    return rule->path == NULL || lg_plan_matches(rule->path, op->path);
}

// Whether the op of a rule exists: a name, or a name and a number.
static bool rule_op_exists(lg_context_t *context, const char *op) {
    char name[128];
    size_t bytes = strcspn(op, "#");
    if (op[bytes] == '#' &&
        (op[bytes + 1] == 0 || op[bytes + 1 + strspn(op + bytes + 1, "0123456789")] != 0)) {
        return false;
    }
    if (bytes >= sizeof name) {
        return false;
    }
    memcpy(name, op, bytes);
    name[bytes] = 0;
    return lg_context_op_find(context, name) != NULL;
}

static lg_status_t rule_check(lg_context_t *context, const lg_lanes_t *lanes, const lg_rule_t *rule,
                              size_t number, lg_rule_target_t *out_target, lg_error_t *err) {
    *out_target =
        (lg_rule_target_t){.is_placed = rule->device != NULL || rule->lane != NULL || rule->choice != NULL};
    const char *const names[] = {rule->replace, rule->before, rule->after};
    lg_hook_t *const hooks[] = {&out_target->hooks.replace, &out_target->hooks.before,
                                &out_target->hooks.after};
    bool says = out_target->is_placed || rule->hold_count > 0;
    for (int i = 0; i < 3; i++) {
        if (names[i] != NULL) {
            LG_TRY(lg_hook_find(context, names[i], hooks[i], err));
            says = true;
        }
    }
    LG_CHECK(err, says, LG_STATUS_INVALID_ARGUMENT, NULL,
             "rule %zu names no device, lane, unit or code, and no choice", number);
    LG_CHECK(err, rule->op == NULL || rule_op_exists(context, rule->op), LG_STATUS_NOT_FOUND, NULL,
             "rule %zu is about op '%s', which does not exist", number, rule->op);
    if (rule->device != NULL) {
        const lg_device_t *device;
        LG_TRY(lg_device_find(context, rule->device, &device, err));
        out_target->device = lg_device_is_cpu(device) ? NULL : device;
    }
    LG_CHECK(err, rule->choice == NULL || (rule->device == NULL && rule->lane == NULL),
             LG_STATUS_INVALID_ARGUMENT, NULL, "rule %zu has a choice, and %s; give one of them", number,
             rule->device != NULL ? rule->device : rule->lane);
    LG_CHECK(err, rule->lane == NULL || out_target->device == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "rule %zu names lane '%.64s', which is of cpu:0, and %s; give one of them", number, rule->lane,
             rule->device);
    for (uint64_t i = 0; i < rule->hold_count; i++) {
        lg_unit_t *unit;
        LG_TRY(lg_unit_find(context, rule->holds[i], &unit, err));
        lg_unit_release(unit);
    }
    return rule->lane != NULL ? rule_find_lane(lanes, rule, number, &out_target->lane, err) : LG_OK;
}

lg_status_t lg_plan_check_rules(lg_context_t *context, const lg_plan_desc_t *desc, lg_error_t *err) {
    const lg_lanes_t lanes = {desc->lane, (lg_bind_t *)desc->lanes, (size_t)desc->lane_count};
    const lg_selector_scope_t scope = {lg_plan_find_lane, NULL, &lanes, NULL};
    for (size_t i = 0; i < desc->rule_count; i++) {
        lg_rule_target_t target;
        lg_selector_t *selector = NULL;
        const lg_choice_t choice = {LG_STRUCT(lg_choice_t), desc->rules[i].choice, NULL, 0};
        LG_TRY(rule_check(context, &lanes, &desc->rules[i], i, &target, err));
        LG_TRY(choice.text != NULL ? lg_selector_create(context, &choice, &scope, &selector, err) : LG_OK);
        lg_selector_release(selector);
    }
    return LG_OK;
}

lg_status_t lg_rule_look_up(lg_plan_t *plan, const lg_rule_t *rule, size_t number,
                            lg_rule_target_t *out_target, lg_error_t *err) {
    LG_TRY(rule_check(plan->context, &plan->binds, rule, number, out_target, err));
    const lg_choice_t choice = {LG_STRUCT(lg_choice_t), rule->choice, NULL, 0};
    LG_TRY(rule->choice != NULL ? lg_plan_choose(plan, &choice, &out_target->choice, err) : LG_OK);
    char text[192];
    int bytes = snprintf(text, sizeof text, "rule %zu:%s%s%s%s", number, rule->op != NULL ? " op=" : "",
                         rule->op != NULL ? rule->op : "", rule->path != NULL ? " path=" : "",
                         rule->path != NULL ? rule->path : "");
    out_target->why =
        lg_zone_string(&plan->zone, text, bytes < (int)sizeof text ? (size_t)bytes : sizeof text - 1);
    return out_target->why != NULL ? LG_OK : lg_plan_no_memory(err);
}
