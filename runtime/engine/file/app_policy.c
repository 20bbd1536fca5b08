// SPDX-License-Identifier: Apache-2.0
// What a file keeps of an executor: what it decided, as rules. Code at ops that has no name cannot be kept, and says so.
#include <stdio.h>
#include <string.h>

#include "file/app.h"
#include "run/flow.h"

// The name under which code is registered; NULL where there is none.
static lg_status_t policy_code(const lg_hook_t *hook, const lg_op_node_t *op, const char *name,
                               const char **out_symbol, lg_error_t *err) {
    LG_CHECK(
        err, hook->fn == NULL || hook->symbol != NULL, LG_STATUS_UNSUPPORTED, op->info->name,
        "model '%s' cannot be saved with code at its ops that has no name: %s at %s#%u %s; register it under one, or save "
        "a runner without it",
        name, hook->what, op->info->name, op->number, op->path);
    *out_symbol = hook->fn != NULL ? hook->symbol : NULL;
    return LG_OK;
}

// What was decided for one op, as a rule. Strings are the plan's and the context's.
static lg_status_t policy_rule(lg_zone_t *zone, const lg_plan_t *plan, const char *name, uint32_t index,
                               lg_rule_t *out_rule, lg_error_t *err) {
    const lg_op_node_t *op = &plan->program->ops.items[index];
    const lg_decision_t *decision = &plan->decisions[index];
    *out_rule = (lg_rule_t){.op = op->info->name, .path = op->path};
    if (decision->choice != NULL || decision->lanes != NULL) {
        out_rule->choice = decision->choice != NULL ? decision->choice->text : decision->lanes->text;
    } else if (decision->lane != NULL) {
        const lg_bind_t *named = lg_lanes_of(&plan->binds, decision->lane);
        out_rule->lane = named != NULL ? named->name : lg_lane_name(decision->lane);
    } else {
        out_rule->device = decision->device != NULL ? decision->device->name : "cpu:0";
    }
    if (decision->units != 0) {
        const char **holds = lg_zone_alloc(zone, LG_PLAN_MAX_UNITS * sizeof *holds);
        if (holds == NULL) {
            return lg_plan_no_memory(err);
        }
        for (lg_unit_set_t set = decision->units; set != 0; set &= set - 1) {
            const char *unit = lg_unit_name(plan->hold.units[lg_unit_first(set)]);
            unit = lg_zone_string(zone, unit, strlen(unit));
            if (unit == NULL) {
                return lg_plan_no_memory(err);
            }
            uint64_t at = out_rule->hold_count++;  // by name: files do not depend on their age
            for (; at > 0 && strcmp(holds[at - 1], unit) > 0; at--) {
                holds[at] = holds[at - 1];
            }
            holds[at] = unit;
        }
        out_rule->holds = holds;
    }
    if (decision->hooks != NULL) {
        LG_TRY(policy_code(&decision->hooks->replace, op, name, &out_rule->replace, err));
        LG_TRY(policy_code(&decision->hooks->before, op, name, &out_rule->before, err));
        LG_TRY(policy_code(&decision->hooks->after, op, name, &out_rule->after, err));
    }
    return LG_OK;
}

enum { POLICY_FIELDS = 6 };

// What a rule says, in an order of its own.
static void policy_fields(lg_rule_t *rule, const char **out_fields[POLICY_FIELDS]) {
    out_fields[0] = &rule->device;
    out_fields[1] = &rule->lane;
    out_fields[2] = &rule->replace;
    out_fields[3] = &rule->before;
    out_fields[4] = &rule->after;
    out_fields[5] = &rule->choice;
}

static bool policy_same(lg_rule_t *a, lg_rule_t *b) {
    const char **x[POLICY_FIELDS], **y[POLICY_FIELDS];
    policy_fields(a, x);
    policy_fields(b, y);
    bool same = a->hold_count == b->hold_count;
    for (int i = 0; i < POLICY_FIELDS; i++) {
        same = same && (*x[i] == NULL) == (*y[i] == NULL) && (*x[i] == NULL || strcmp(*x[i], *y[i]) == 0);
    }
    for (uint64_t i = 0; same && i < a->hold_count; i++) {
        same = strcmp(a->holds[i], b->holds[i]) == 0;
    }
    return same;
}

// What was decided for one op.
typedef struct policy_op {
    lg_rule_t rule;   // for its kind and path
    const char *own;  // its own name: "matmul#2"
    uint32_t first;   // of its kind and path, an index
    bool mixed;       // the first only: not all of them go the same way
} policy_op_t;

typedef struct policy {
    lg_zone_t *zone;
    const char *name;  // of the model
    LG_LIST(policy_op_t) ops;
    lg_map_t own;    // own name and path -> index; programs inside of others count anew
    lg_map_t alike;  // kind and path -> index of the first
} policy_t;

static bool policy_copy(lg_zone_t *zone, const char **text) {
    *text = *text != NULL ? lg_zone_string(zone, *text, strlen(*text)) : NULL;
    return *text != NULL;
}

static const char *policy_place(const lg_rule_t *rule) {
    return rule->choice != NULL ? rule->choice : rule->lane != NULL ? rule->lane : rule->device;
}

// "kind#rest"; NULL: out of memory.
static const char *policy_key(lg_zone_t *zone, const char *kind, const char *rest) {
    size_t bytes = strlen(kind) + strlen(rest) + 2;
    char *key = lg_zone_alloc(zone, bytes);
    if (key != NULL) {
        snprintf(key, bytes, "%s#%s", kind, rest);
    }
    return key;
}

// The index under a key, `next` where it is new. False: out of memory.
static bool policy_index(lg_map_t *map, const char *key, size_t next, uint32_t *out_index) {
    *out_index = key != NULL ? lg_map_find(map, key, strlen(key)) : LG_MAP_NONE;
    if (key == NULL || *out_index != LG_MAP_NONE) {
        return key != NULL;
    }
    *out_index = (uint32_t)next;
    return lg_map_add(map, key, strlen(key), *out_index);
}

// Adds what was decided for one op of a plan, or compares it with what another plan of the model says.
static lg_status_t policy_add(policy_t *policy, const lg_plan_t *plan, uint32_t index, lg_error_t *err) {
    lg_zone_t *zone = policy->zone;
    const size_t next = policy->ops.count;
    policy_op_t op = {.first = 0};
    lg_rule_t *rule = &op.rule;
    char number[16];
    uint32_t known = 0;
    snprintf(number, sizeof number, "%u", plan->program->ops.items[index].number);
    LG_TRY(policy_rule(zone, plan, policy->name, index, rule, err));
    op.own = policy_key(zone, rule->op, number);
    if (op.own == NULL || !policy_index(&policy->own, policy_key(zone, op.own, rule->path), next, &known)) {
        return lg_plan_no_memory(err);
    }
    if (known < next) {
        lg_rule_t *other = &policy->ops.items[known].rule;
        LG_CHECK(
            err, policy_same(other, rule), LG_STATUS_UNSUPPORTED, rule->op,
            "model '%s' cannot be saved: its executor sends %s at '%s' to %s for some shapes, and for others to %s "
            "or lets it hold or run other things; a file has rules for all shapes",
            policy->name, op.own, rule->path, policy_place(other), policy_place(rule));
        return LG_OK;
    }
    const char **fields[POLICY_FIELDS];
    policy_fields(rule, fields);
    bool good = policy_index(&policy->alike, policy_key(zone, rule->op, rule->path), next, &op.first) &&
                policy_copy(zone, &rule->op) && policy_copy(zone, &rule->path) &&
                LG_LIST_GROW(zone->heap, &policy->ops);
    for (int i = 0; i < POLICY_FIELDS; i++) {
        good = good && (*fields[i] == NULL || policy_copy(zone, fields[i]));
    }
    if (!good) {
        return lg_plan_no_memory(err);
    }
    policy->ops.items[policy->ops.count++] = op;
    policy_op_t *first = &policy->ops.items[op.first];
    first->mixed = first->mixed || !policy_same(&first->rule, rule);
    return LG_OK;
}

// What the executor left to rules or the default stands too: another op of the kind may have gone elsewhere.
static lg_status_t policy_of_plan(policy_t *policy, const lg_plan_t *plan, lg_error_t *err) {
    LG_CHECK(err, plan->blocks == NULL, LG_STATUS_UNSUPPORTED, NULL,
             "model '%s' cannot be saved with blocks that its executor made; save a runner without it",
             policy->name);
    for (uint32_t i = 0; i < plan->program->ops.count; i++) {
        if (plan->asked == NULL || plan->asked[i]) {
            LG_TRY(policy_add(policy, plan, i, err));
        }
    }
    return LG_OK;
}

// What was decided in all plans that a model has, and counts them; those of its parts, where it runs in parts.
static lg_status_t policy_of_model(policy_t *policy, lg_model_t *model, uint32_t *count, lg_error_t *err) {
    lg_status_t status = LG_OK;
    uint32_t index = 0;
    for (lg_model_t *planned; status == LG_OK && (planned = lg_model_planned_at(model, index)) != NULL;
         index++) {
        status = policy_of_plan(policy, planned->plan, err);
        lg_model_release(planned);
    }
    *count += index;
    if (status != LG_OK || model->flow == NULL) {
        return status;
    }
    if (model->flow->policy != NULL) {
        LG_TRY(policy_of_plan(policy, model->flow->policy, err));
        (*count)++;
    }
    for (size_t i = 0; i < 2 * model->flow->split.parts.count; i++) {
        lg_model_t *part = model->flow->models[i / 2][i % 2];
        LG_TRY(part != NULL ? policy_of_model(policy, part, count, err) : LG_OK);
    }
    return LG_OK;
}

// One rule for those of a kind and path; where they go different ways, one for each by its own name.
static lg_status_t policy_write(policy_t *policy, lg_rules_t *rules, lg_error_t *err) {
    for (size_t i = 0; i < policy->ops.count; i++) {
        policy_op_t *op = &policy->ops.items[i];
        const bool mixed = policy->ops.items[op->first].mixed;
        if (!mixed && op->first != i) {
            continue;
        }
        if (!LG_LIST_GROW(policy->zone->heap, rules)) {
            return lg_plan_no_memory(err);
        }
        lg_rule_t *rule = &rules->items[rules->count++];
        *rule = op->rule;
        rule->op = mixed ? op->own : rule->op;
    }
    return LG_OK;
}

static bool policy_is_plain(const policy_t *policy) {
    for (size_t i = 0; i < policy->ops.count; i++) {
        const lg_rule_t *rule = &policy->ops.items[i].rule;
        if (rule->device == NULL || strcmp(rule->device, "cpu:0") != 0 || rule->hold_count > 0 ||
            rule->replace != NULL || rule->before != NULL || rule->after != NULL) {
            return false;
        }
    }
    return true;
}

lg_status_t lg_app_policy(lg_model_t *model, const char *name, lg_zone_t *zone, lg_rules_t *rules,
                          lg_error_t *err) {
    if (model->executor.size == 0) {
        return LG_OK;
    }
    policy_t policy = {.zone = zone, .name = name};
    lg_map_init(&policy.own, zone->heap);
    lg_map_init(&policy.alike, zone->heap);
    uint32_t count = 0;
    lg_status_t status = policy_of_model(&policy, model, &count, err);
    if (status == LG_OK && count == 0) {
        status = lg_error_set(
            err, LG_STATUS_UNSUPPORTED, NULL,
            "model '%s' has an executor and no plan yet, so nothing is decided: plan a signature before saving it",
            name);
    }
    // Only what differs from the default is worth a rule.
    if (status == LG_OK && !policy_is_plain(&policy)) {
        status = policy_write(&policy, rules, err);
    }
    LG_LIST_DEINIT(zone->heap, &policy.ops);
    lg_map_deinit(&policy.own);
    lg_map_deinit(&policy.alike);
    return status;
}
