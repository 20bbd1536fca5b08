// SPDX-License-Identifier: Apache-2.0
// What a file keeps of an executor: where it placed ops, as rules. Code at ops cannot be kept, and says so.
#include <string.h>

#include "run/flow.h"

#include "file/app.h"
#include "lane/lane.h"

// The device that an op was sent to, or its choice.
static const char *policy_place(const lg_decision_t *decision) {
    return decision->choice != NULL   ? decision->choice->text
           : decision->device != NULL ? decision->device->name
                                      : "cpu:0";
}

static const char *policy_rule_place(const lg_rule_t *rule) {
    return rule->choice != NULL ? rule->choice : rule->device;
}

static lg_status_t policy_check_hooks(const lg_plan_t *plan, const char *name, uint32_t index,
                                      lg_error_t *err) {
    const lg_hooks_t *hooks = plan->decisions[index].hooks;
    const lg_op_node_t *placed = &plan->program->ops.items[index];
    LG_CHECK(err, plan->decisions[index].lane == NULL, LG_STATUS_UNSUPPORTED, placed->info->name,
             "model '%s' cannot be saved with ops on lanes: %s#%u %s is on '%s'; save a runner without them",
             name, placed->info->name, placed->number, placed->path, plan->decisions[index].lane->name);
    if (hooks == NULL) {
        return LG_OK;
    }
    const lg_op_node_t *op = &plan->program->ops.items[index];
    const lg_hook_t *hook = hooks->replace.fn != NULL  ? &hooks->replace
                            : hooks->before.fn != NULL ? &hooks->before
                                                       : &hooks->after;
    return lg_error_set(
        err, LG_STATUS_UNSUPPORTED, op->info->name,
        "model '%s' cannot be saved with code at its ops: %s at %s#%u %s; save a runner without it", name,
        hook->what, op->info->name, op->number, op->path);
}

static lg_status_t policy_check_units(const lg_plan_t *plan, const char *name, uint32_t index,
                                      lg_error_t *err) {
    const lg_op_node_t *op = &plan->program->ops.items[index];
    LG_CHECK(
        err, plan->decisions[index].units == 0, LG_STATUS_UNSUPPORTED, op->info->name,
        "model '%s' cannot be saved: %s#%u %s holds unit '%s', and files keep no units yet; save a runner "
        "without the executor's hold",
        name, op->info->name, op->number, op->path,
        lg_unit_name(plan->hold.units[lg_unit_first(plan->decisions[index].units)]));
    return LG_OK;
}

// Adds what was decided for one op, unless it is known. Ops of one kind and path must go to one place.
static lg_status_t policy_add(lg_zone_t *zone, const lg_plan_t *plan, const char *name, uint32_t index,
                              lg_rules_t *rules, lg_error_t *err) {
    const lg_op_node_t *op = &plan->program->ops.items[index];
    const lg_decision_t *decision = &plan->decisions[index];
    const char *place = policy_place(decision);
    for (size_t i = 0; i < rules->count; i++) {
        const lg_rule_t *rule = &rules->items[i];
        if (strcmp(rule->op, op->info->name) != 0 || strcmp(rule->path, op->path) != 0) {
            continue;
        }
        LG_CHECK(
            err, strcmp(policy_rule_place(rule), place) == 0, LG_STATUS_UNSUPPORTED, op->info->name,
            "model '%s' cannot be saved: its executor sends %s at '%s' to %s and to %s; a file has one rule for "
            "ops of one kind and path, so give them paths of their own",
            name, op->info->name, op->path, policy_rule_place(rule), place);
        return LG_OK;
    }
    if (!LG_LIST_GROW(zone->heap, rules)) {
        return lg_plan_no_memory(err);
    }
    lg_rule_t rule = {.op = op->info->name, .path = lg_zone_string(zone, op->path, strlen(op->path))};
    if (decision->choice != NULL) {
        rule.choice = lg_zone_string(zone, place, strlen(place));
    } else {
        rule.device = place;
    }
    if (rule.path == NULL || (rule.choice == NULL && rule.device == NULL)) {
        return lg_plan_no_memory(err);
    }
    rules->items[rules->count++] = rule;
    return LG_OK;
}

static lg_status_t policy_of_plan(lg_zone_t *zone, const lg_plan_t *plan, const char *name, lg_rules_t *rules,
                                  lg_error_t *err) {
    for (uint32_t i = 0; i < plan->program->ops.count; i++) {
        if (plan->asked != NULL && !plan->asked[i]) {
            continue;
        }
        LG_TRY(policy_check_hooks(plan, name, i, err));
        LG_TRY(policy_check_units(plan, name, i, err));
        // What the executor left to the default stands too: another op of the kind may have gone elsewhere.
        if (plan->decisions[i].answered || plan->decisions[i].why == NULL) {
            LG_TRY(policy_add(zone, plan, name, i, rules, err));
        }
    }
    return LG_OK;
}

// What was decided in all plans that a model has, and counts them; those of its parts, where it runs in parts.
static lg_status_t policy_of_model(lg_zone_t *zone, lg_model_t *model, const char *name, lg_rules_t *rules,
                                   uint32_t *count, lg_error_t *err) {
    lg_status_t status = LG_OK;
    uint32_t index = 0;
    for (lg_model_t *planned; status == LG_OK && (planned = lg_model_planned_at(model, index)) != NULL;
         index++) {
        status = policy_of_plan(zone, planned->plan, name, rules, err);
        lg_model_release(planned);
    }
    *count += index;
    if (status != LG_OK || model->flow == NULL) {
        return status;
    }
    if (model->flow->policy != NULL) {
        LG_TRY(policy_of_plan(zone, model->flow->policy, name, rules, err));
        (*count)++;
    }
    for (size_t i = 0; i < 2 * model->flow->split.parts.count; i++) {
        lg_model_t *part = model->flow->models[i / 2][i % 2];
        LG_TRY(part != NULL ? policy_of_model(zone, part, name, rules, count, err) : LG_OK);
    }
    return LG_OK;
}

lg_status_t lg_app_policy(lg_model_t *model, const char *name, lg_zone_t *zone, lg_rules_t *rules,
                          lg_error_t *err) {
    if (model->executor.size == 0) {
        return LG_OK;
    }
    uint32_t count = 0;
    LG_TRY(policy_of_model(zone, model, name, rules, &count, err));
    LG_CHECK(
        err, count > 0, LG_STATUS_UNSUPPORTED, NULL,
        "model '%s' has an executor and no plan yet, so nothing is decided: plan a signature before saving it",
        name);
    // Only what differs from the default is worth a rule.
    bool plain = true;
    for (size_t i = 0; i < rules->count; i++) {
        plain = plain && strcmp(policy_rule_place(&rules->items[i]), "cpu:0") == 0;
    }
    rules->count = plain ? 0 : rules->count;
    return LG_OK;
}
