// SPDX-License-Identifier: Apache-2.0
// Placement: rules say where ops run; naming a device means it.
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

// Whether `text` matches `pattern`, in which '*' stands for any run of characters. Linear in both: only the
// last star is ever retried.
static bool place_matches(const char *pattern, const char *text) {
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

// Finds the device of a rule, and checks the rest of it.
static lg_status_t place_check(lg_context_t *context, const lg_rule_t *rule, size_t number,
                               const lg_device_t **out_device, lg_error_t *err) {
    LG_CHECK(err, rule->device != NULL, LG_STATUS_INVALID_ARGUMENT, NULL, "rule %zu names no device", number);
    LG_CHECK(err, rule->op == NULL || lg_context_op_find(context, rule->op) != NULL, LG_STATUS_NOT_FOUND,
             NULL, "rule %zu is about op '%s', which does not exist", number, rule->op);
    return lg_device_find(context, rule->device, out_device, err);
}

lg_status_t lg_plan_check_rules(lg_context_t *context, const lg_rule_t *rules, size_t rule_count,
                                lg_error_t *err) {
    for (size_t i = 0; i < rule_count; i++) {
        const lg_device_t *device;
        LG_TRY(place_check(context, &rules[i], i, &device, err));
    }
    return LG_OK;
}

lg_status_t lg_plan_place(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count, lg_error_t *err) {
    lg_program_t *program = plan->program;
    const lg_device_t **devices = lg_zone_alloc(&plan->zone, rule_count * sizeof *devices);
    plan->rule_texts = lg_zone_alloc(&plan->zone, rule_count * sizeof *plan->rule_texts);
    if (devices == NULL || plan->rule_texts == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < rule_count; i++) {
        LG_TRY(place_check(plan->context, &rules[i], i, &devices[i], err));
        char text[192];
        int bytes = snprintf(text, sizeof text, "rule %zu:%s%s%s%s", i, rules[i].op != NULL ? " op=" : "",
                             rules[i].op != NULL ? rules[i].op : "", rules[i].path != NULL ? " path=" : "",
                             rules[i].path != NULL ? rules[i].path : "");
        plan->rule_texts[i] =
            lg_zone_string(&plan->zone, text, bytes < (int)sizeof text ? (size_t)bytes : sizeof text - 1);
        if (plan->rule_texts[i] == NULL) {
            return lg_plan_no_memory(err);
        }
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        lg_decision_t *decision = &plan->decisions[i];
        decision->rule = UINT32_MAX;
        for (size_t k = 0; k < rule_count; k++) {
            if ((rules[k].op == NULL || strcmp(rules[k].op, op->info->name) == 0) &&
                (rules[k].path == NULL || place_matches(rules[k].path, op->path))) {
                decision->rule = (uint32_t)k;
                decision->device = lg_device_is_cpu(devices[k]) ? NULL : devices[k];
                break;
            }
        }
    }
    return LG_OK;
}
