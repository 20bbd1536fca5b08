// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <string.h>

lg_status_t lg_plan_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a plan");
}

void lg_executor_copy(lg_executor_t *to, const lg_executor_t *from) {
    memset(to, 0, sizeof *to);
    memcpy(to, from, from->size < sizeof *to ? from->size : sizeof *to);
    if (LG_HAS(to, lg_executor_t, retain)) {
        to->retain(to->self);
    }
}

void lg_executor_drop(lg_executor_t *executor) {
    if (LG_HAS(executor, lg_executor_t, release)) {
        executor->release(executor->self);
    }
    executor->size = 0;
}

// The passes that `desc` switches off.
static lg_status_t plan_off(lg_plan_t *plan, const lg_plan_desc_t *desc, lg_error_t *err) {
    if (desc != NULL && LG_HAS(desc, lg_plan_desc_t, passes_off_count)) {
        for (uint64_t i = 0; i < desc->passes_off_count; i++) {
            LG_CHECK(err, desc->passes_off[i] != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
                     "entry %llu of passes_off names no pass", (unsigned long long)i);
            LG_TRY(lg_pass_find(desc->passes_off[i], &plan->off, err));
        }
    }
    lg_pass_set_t in_place = 0, prepack = 0, branches = 0;
    LG_TRY(lg_pass_find(LG_PASS_IN_PLACE, &in_place, err));
    LG_TRY(lg_pass_find(LG_PASS_PREPACK, &prepack, err));
    LG_TRY(lg_pass_find(LG_PASS_BRANCHES, &branches, err));
    plan->branches = (plan->off & branches) == 0;
    plan->in_place = (plan->off & in_place) == 0;
    plan->prepack = (plan->off & prepack) == 0;
    return LG_OK;
}

// ---- constants that plans share, see lg_shared_t ----

static lg_buffer_t *plan_find_shared(void *self, const void *source, uint64_t key, size_t bytes) {
    lg_plan_t *plan = self;
    bool other;
    if (!LG_LIST_GROW(&plan->context->heap, &plan->folds)) {
        return NULL;
    }
    lg_pack_t *pack = lg_pack_find(plan->context, &(lg_pack_key_t){source, key, bytes}, &other);
    if (pack == NULL) {
        return NULL;
    }
    plan->folds.items[plan->folds.count++] = pack;
    return pack->buffer;
}

static lg_status_t plan_add_shared(void *self, const void *source, uint64_t key, size_t bytes,
                                   lg_buffer_t *buffer, lg_error_t *err) {
    lg_plan_t *plan = self;
    if (!LG_LIST_GROW(&plan->context->heap, &plan->folds)) {
        return lg_plan_no_memory(err);
    }
    lg_pack_t **pack = &plan->folds.items[plan->folds.count];
    LG_TRY(lg_pack_add(plan->context, &(lg_pack_key_t){source, key, bytes}, buffer, false, pack, err));
    plan->folds.count++;
    return LG_OK;
}

// Ops beside those on other lanes stay as they are, so that passes join what is on one lane only.
static void plan_keep_lanes(const lg_plan_t *plan, bool *fixed) {
    const lg_program_t *program = plan->program;
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        for (uint32_t k = 0; k < op->in_count; k++) {
            const lg_value_node_t *in =
                op->ins[k] != LG_VALUE_NONE ? &program->values.items[op->ins[k]] : NULL;
            if (in != NULL && in->kind == LG_VALUE_RESULT &&
                (plan->decisions[in->index].lane != plan->decisions[i].lane ||
                 plan->decisions[in->index].lanes != plan->decisions[i].lanes)) {
                fixed[i] = fixed[in->index] = true;
            }
        }
    }
}

// By the executor and the rules of a description.
static lg_status_t plan_place(lg_plan_t *plan, const lg_plan_desc_t *desc, lg_error_t *err) {
    bool has =
        desc != NULL && LG_HAS(desc, lg_plan_desc_t, rules) && LG_HAS(desc, lg_plan_desc_t, rule_count);
    return lg_plan_place(plan, has ? desc->rules : NULL, has ? (size_t)desc->rule_count : 0, err);
}

// Places the ops, then lowers the program; every op runs where the one that names it was placed.
// `decided`: what is decided already, NULL: nothing.
static lg_status_t plan_lower(lg_plan_t *plan, const lg_plan_desc_t *desc, const lg_decision_t *decided,
                              lg_error_t *err) {
    lg_program_t *program = plan->program;
    bool *fixed = lg_zone_alloc(&plan->zone, program->ops.count * sizeof *fixed);
    if (fixed == NULL) {
        return lg_plan_no_memory(err);
    }
    if (decided != NULL) {
        memcpy(plan->decisions, decided, program->ops.count * sizeof *plan->decisions);
    } else {
        LG_TRY(plan_place(plan, desc, err));
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        fixed[i] = plan->decisions[i].device != NULL || plan->decisions[i].hooks != NULL ||
                   plan->decisions[i].choice != NULL;
    }
    if (plan->lanes.count > 0) {
        plan_keep_lanes(plan, fixed);
    }
    const lg_shared_t shared = {plan, plan_find_shared, plan_add_shared};
    const uint32_t *blocks;
    LG_TRY(lg_plan_block(plan, &blocks, err));
    LG_TRY(lg_pass_run(program, fixed, blocks, plan->off, &shared, &plan->zone, &plan->origins,
                       &plan->lowered, err));
    lg_program_t *lowered = plan->lowered;
    plan->steps = lg_zone_alloc(&plan->zone, lowered->ops.count * sizeof *plan->steps);
    plan->places = lg_zone_alloc(&plan->zone, lowered->values.count * sizeof *plan->places);
    if (plan->steps == NULL || plan->places == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < lowered->ops.count; i++) {
        const lg_decision_t *decision = &plan->decisions[plan->origins.ops[plan->origins.first[i]]];
        plan->steps[i].device = decision->device;
        plan->steps[i].why = decision->why;
        plan->steps[i].hooks = decision->hooks;
        plan->steps[i].lane = decision->lanes != NULL ? lg_plan_lane_choice(plan, decision->lanes)
                                                      : lg_plan_lane(plan, decision->lane);
        plan->steps[i].choice = decision->choice;
    }
    lg_plan_hold_steps(plan);
    return LG_OK;
}

static lg_status_t plan_make(lg_program_t *program, const lg_plan_desc_t *desc, lg_plan_t **out_plan,
                             lg_error_t *err) {
    *out_plan = NULL;
    LG_TRY(lg_context_check(program->context, err));
    lg_heap_t *heap = &program->context->heap;
    lg_plan_t *plan = lg_heap_alloc(heap, sizeof *plan);
    LG_CHECK(err, plan != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a plan");
    memset(plan, 0, sizeof *plan);
    atomic_init(&plan->refs, 1);
    plan->context = program->context;
    plan->program = program;
    lg_program_retain(program);
    lg_zone_init(&plan->zone, heap);
    if (desc != NULL && LG_HAS(desc, lg_plan_desc_t, executor)) {
        lg_executor_copy(&plan->executor, desc->executor);
    }
    lg_status_t status = lg_lanes_copy(&plan->zone, desc, &plan->binds, err);
    if (status == LG_OK && desc != NULL && LG_HAS(desc, lg_plan_desc_t, name)) {
        plan->name = lg_zone_string(&plan->zone, desc->name, strlen(desc->name));
        status = plan->name == NULL ? lg_plan_no_memory(err) : LG_OK;
    }
    status = status == LG_OK ? plan_off(plan, desc, err) : status;
    plan->decisions = lg_zone_alloc(&plan->zone, program->ops.count * sizeof *plan->decisions);
    status = status != LG_OK || plan->decisions != NULL ? status : lg_plan_no_memory(err);
    if (status != LG_OK) {
        lg_plan_release(plan);
        return status;
    }
    *out_plan = plan;
    return LG_OK;
}

lg_status_t lg_plan_decide(lg_program_t *program, const lg_plan_desc_t *desc, const bool *asked,
                           lg_plan_t **out_plan, lg_error_t *err) {
    LG_TRY(plan_make(program, desc, out_plan, err));
    (*out_plan)->asked = asked;
    lg_status_t status = plan_place(*out_plan, desc, err);
    if (status != LG_OK) {
        lg_plan_release(*out_plan);
        *out_plan = NULL;
    }
    return status;
}

static lg_status_t plan_create(lg_program_t *program, const lg_plan_desc_t *desc,
                               const lg_decision_t *decided, lg_pass_set_t off, lg_plan_t **out_plan,
                               lg_error_t *err) {
    lg_plan_t *plan;
    *out_plan = NULL;
    LG_CHECK(err, program->frozen, LG_STATUS_INVALID_ARGUMENT, NULL, "freeze the program before planning it");
    LG_CHECK(
        err, !program->splits, LG_STATUS_INVALID_ARGUMENT, NULL,
        "the program has extents that only the data tell, or programs inside: it is planned in parts; make a "
        "model of it with lg_model_create_program");
    LG_CHECK(
        err, !lg_program_is_open(program), LG_STATUS_INVALID_ARGUMENT, NULL,
        "the program has symbols in its extents, or attributes that follow from extents; specialize it first");
    LG_TRY(plan_make(program, desc, &plan, err));
    plan->off |= off;
    lg_status_t status = off != 0 ? plan_off(plan, NULL, err) : LG_OK;
    status = status == LG_OK ? plan_lower(plan, desc, decided, err) : status;
    status = status == LG_OK ? lg_plan_bind(plan, err) : status;
    status = status == LG_OK && decided == NULL ? lg_plan_strands(plan, err) : status;
    status = status == LG_OK ? lg_plan_memory(plan, err) : status;
    status = status == LG_OK ? lg_plan_hold_records(plan, err) : status;
    if (status != LG_OK) {
        lg_plan_release(plan);
        return status;
    }
    *out_plan = plan;
    return LG_OK;
}

lg_status_t lg_plan_create(lg_program_t *program, const lg_plan_desc_t *desc, lg_plan_t **out_plan,
                           lg_error_t *err) {
    return plan_create(program, desc, NULL, 0, out_plan, err);
}

lg_status_t lg_plan_create_decided(lg_program_t *program, const lg_decision_t *decisions, lg_pass_set_t off,
                                   lg_plan_t **out_plan, lg_error_t *err) {
    return plan_create(program, NULL, decisions, off, out_plan, err);
}

void lg_plan_retain(lg_plan_t *plan) {
    atomic_fetch_add_explicit(&plan->refs, 1, memory_order_relaxed);
}

void lg_plan_release(lg_plan_t *plan) {
    if (plan == NULL || atomic_fetch_sub_explicit(&plan->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_heap_t *heap = &plan->context->heap;
    for (size_t i = 0; i < plan->packs.count; i++) {
        lg_pack_drop(plan->context, plan->packs.items[i]);
    }
    for (size_t i = 0; i < plan->folds.count; i++) {
        lg_pack_drop(plan->context, plan->folds.items[i]);
    }
    for (size_t i = 0; i < plan->hooks.count; i++) {
        const lg_hook_t *hook = &plan->hooks.items[i];
        if (hook->release != NULL) {
            hook->release(hook->self);
        }
    }
    lg_lanes_drop(&plan->binds);
    for (size_t i = 0; i < plan->lanes.count; i++) {
        lg_lane_release(plan->lanes.items[i]);
    }
    for (size_t i = 0; i < plan->regions.count; i++) {
        for (uint32_t k = 0; k < LG_MAX_ALTERNATIVES; k++) {
            lg_plan_release(plan->regions.items[i].plans[k]);
        }
    }
    for (size_t i = 0; i < plan->selectors.count; i++) {
        lg_selector_release(plan->selectors.items[i]);
    }
    for (uint32_t i = 0; i < plan->hold.unit_count; i++) {
        lg_unit_release(plan->hold.units[i]);
    }
    lg_executor_drop(&plan->executor);
    LG_LIST_DEINIT(heap, &plan->lanes);
    LG_LIST_DEINIT(heap, &plan->lane_choices);
    LG_LIST_DEINIT(heap, &plan->strands);
    LG_LIST_DEINIT(heap, &plan->forks);
    LG_LIST_DEINIT(heap, &plan->regions);
    LG_LIST_DEINIT(heap, &plan->selectors);
    LG_LIST_DEINIT(heap, &plan->hooks);
    LG_LIST_DEINIT(heap, &plan->packs);
    LG_LIST_DEINIT(heap, &plan->folds);
    LG_LIST_DEINIT(heap, &plan->storages);
    LG_LIST_DEINIT(heap, &plan->records);
    LG_LIST_DEINIT(heap, &plan->operands);
    lg_zone_deinit(&plan->zone);
    lg_program_t *program = plan->program;
    lg_program_release(plan->lowered);
    lg_heap_free(heap, plan, sizeof *plan);
    lg_program_release(program);  // last: it may end the heap
}

size_t lg_plan_arena_bytes(const lg_plan_t *plan) {
    return (plan->lanes.count > 1 ? plan->wide_bytes : plan->arena_bytes) + plan->scratch_bytes;
}

size_t lg_plan_arena_bound_bytes(const lg_plan_t *plan) {
    return plan->arena_bound_bytes + plan->scratch_bytes;
}

size_t lg_plan_packed_bytes(const lg_plan_t *plan) {
    return plan->packed_bytes;
}

size_t lg_plan_ready_bytes(const lg_plan_t *plan) {
    return plan->ready_bytes;
}

uint32_t lg_plan_record_count(const lg_plan_t *plan) {
    return (uint32_t)plan->records.count;
}

double lg_plan_expected_ns(const lg_plan_t *plan) {
    double sum = 0;
    for (size_t i = 0; i < plan->lowered->ops.count; i++) {
        sum += plan->steps[i].record != UINT32_MAX ? plan->steps[i].cost_ns : 0;
    }
    for (size_t i = 0; i < plan->regions.count; i++) {  // the longest alternative
        double most = 0;
        for (uint32_t k = 0; k < plan->regions.items[i].selector->count; k++) {
            double cost_ns = lg_plan_expected_ns(plan->regions.items[i].plans[k]);
            most = cost_ns > most ? cost_ns : most;
        }
        sum += most;
    }
    return sum;
}

const lg_op_node_t *lg_plan_record_op(const lg_plan_t *plan, uint32_t record, uint32_t *out_index) {
    uint32_t op = plan->records.items[record].op;
    if (op == UINT32_MAX) {
        return NULL;
    }
    *out_index = plan->origins.ops[plan->origins.first[op]];
    return &plan->program->ops.items[*out_index];
}

const char *lg_plan_needs(const lg_plan_t *plan) {
    for (size_t i = 0; i < plan->lowered->ops.count; i++) {
        if (plan->steps[i].needs != NULL) {
            return plan->steps[i].needs;
        }
    }
    for (size_t i = 0; i < plan->regions.count; i++) {
        for (uint32_t k = 0; k < plan->regions.items[i].selector->count; k++) {
            const char *needs = lg_plan_needs(plan->regions.items[i].plans[k]);
            if (needs != NULL) {
                return needs;
            }
        }
    }
    return NULL;
}
