// SPDX-License-Identifier: Apache-2.0
// Models: a program with what its plans are made with, and those plans by signature.
#include "run/model.h"

#include <string.h>

#include "base/text.h"
#include "run/choice.h"
#include "run/flow.h"
#include "tensor/view.h"

static lg_status_t model_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a model");
}

static void model_lock(lg_model_t *model) {
    // Held for a look through a short list; pairs with the release of the unlock.
    while (atomic_flag_test_and_set_explicit(&model->lock, memory_order_acquire)) {}
}

static void model_unlock(lg_model_t *model) {
    atomic_flag_clear_explicit(&model->lock, memory_order_release);
}

// ---- life -------------------------------------------------------------------------------------------

static bool model_copy_string(lg_model_t *model, const char *from, const char **out_copy) {
    *out_copy = from != NULL ? lg_zone_string(&model->zone, from, strlen(from)) : NULL;
    return from == NULL || *out_copy != NULL;
}

static bool model_copy_desc(lg_model_t *model, const lg_plan_desc_t *from) {
    lg_plan_desc_t *desc = &model->desc;
    *desc = (lg_plan_desc_t){LG_STRUCT(lg_plan_desc_t), .rules = NULL};
    lg_lanes_describe(&model->lanes, desc);
    if (from != NULL && LG_HAS(from, lg_plan_desc_t, executor)) {
        lg_executor_copy(&model->executor, from->executor);
        desc->executor = &model->executor;
    }
    size_t rule_count =
        from != NULL && LG_HAS(from, lg_plan_desc_t, rule_count) ? (size_t)from->rule_count : 0;
    size_t off_count =
        from != NULL && LG_HAS(from, lg_plan_desc_t, passes_off_count) ? (size_t)from->passes_off_count : 0;
    lg_rule_t *rules = lg_zone_alloc(&model->zone, rule_count * sizeof *rules);
    const char **off = lg_zone_alloc(&model->zone, off_count * sizeof *off);
    bool good = rules != NULL && off != NULL;
    good = good &&
           model_copy_string(model, from != NULL && LG_HAS(from, lg_plan_desc_t, name) ? from->name : NULL,
                             &desc->name);
    for (size_t i = 0; good && i < rule_count; i++) {
        const lg_rule_t *rule = &from->rules[i];
        const char **holds = lg_zone_alloc(&model->zone, (size_t)rule->hold_count * sizeof *holds);
        good = holds != NULL && model_copy_string(model, rule->op, &rules[i].op) &&
               model_copy_string(model, rule->path, &rules[i].path) &&
               model_copy_string(model, rule->device, &rules[i].device) &&
               model_copy_string(model, rule->lane, &rules[i].lane) &&
               model_copy_string(model, rule->choice, &rules[i].choice) &&
               model_copy_string(model, rule->replace, &rules[i].replace) &&
               model_copy_string(model, rule->before, &rules[i].before) &&
               model_copy_string(model, rule->after, &rules[i].after);
        for (uint64_t k = 0; good && k < rule->hold_count; k++) {
            good = model_copy_string(model, rule->holds[k], &holds[k]);
        }
        rules[i].holds = holds;
        rules[i].hold_count = rule->hold_count;
    }
    for (size_t i = 0; good && i < off_count; i++) {
        good = model_copy_string(model, from->passes_off[i], &off[i]);
    }
    desc->rules = rules;
    desc->rule_count = rule_count;
    desc->passes_off = off;
    desc->passes_off_count = off_count;
    return good;
}

static size_t model_static_bytes(const lg_view_t *type) {
    return (size_t)type->elem_count * lg_dtype_size((lg_dtype_t)type->dtype);
}

lg_status_t lg_model_make(lg_program_t *program, lg_plan_t *plan, const lg_plan_desc_t *desc,
                          lg_model_t **out_model, lg_error_t *err) {
    *out_model = NULL;
    LG_TRY(lg_context_check(program->context, err));
    lg_heap_t *heap = &program->context->heap;
    lg_model_t *model = lg_heap_alloc(heap, sizeof *model);
    if (model == NULL) {
        return model_no_memory(err);
    }
    memset(model, 0, sizeof *model);
    atomic_init(&model->refs, 1);
    atomic_flag_clear(&model->lock);
    model->context = program->context;
    model->program = program;
    lg_program_retain(program);
    model->plan = plan;
    if (plan != NULL) {
        lg_plan_retain(plan);
    }
    model->capacity = 16;
    for (size_t i = 0; i < program->inputs.count; i++) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
        model->extent_count += node->type.rank;
        model->extent_count += node->is_static ? (uint32_t)(model_static_bytes(&node->type) + 7) / 8 : 0;
    }
    lg_zone_init(&model->zone, heap);
    lg_status_t status = lg_lanes_copy(&model->zone, desc, &model->lanes, err);
    if (status == LG_OK && !model_copy_desc(model, desc)) {
        status = model_no_memory(err);
    }
    if (status != LG_OK) {
        lg_model_release(model);
        return status;
    }
    *out_model = model;
    return LG_OK;
}

lg_status_t lg_model_create(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                            lg_model_t **out_model, lg_error_t *err) {
    const lg_executor_t *executor = plan->executor.size > 0 ? &plan->executor : NULL;
    lg_plan_desc_t desc = {
        LG_STRUCT(lg_plan_desc_t), rules, rule_count, NULL, 0, executor, NULL, NULL, 0, plan->name};
    lg_lanes_describe(&plan->binds, &desc);
    return lg_model_make(plan->program, plan, &desc, out_model, err);
}

// Plans a program whose inputs have numbers for extents.
static lg_status_t model_plan_fixed(lg_program_t *program, const lg_plan_desc_t *desc, lg_plan_t **out_plan,
                                    lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    size_t bytes = (program->inputs.count + 1) * sizeof(lg_view_t);
    lg_view_t *types = lg_heap_alloc(heap, bytes);
    if (types == NULL) {
        return model_no_memory(err);
    }
    for (size_t i = 0; i < program->inputs.count; i++) {
        types[i] = program->values.items[program->inputs.items[i]].type;
    }
    lg_program_t *fixed;
    lg_status_t status = lg_program_specialize(program, types, (uint32_t)program->inputs.count, &fixed, err);
    lg_heap_free(heap, types, bytes);
    LG_TRY(status);
    status = lg_plan_create(fixed, desc, out_plan, err);
    lg_program_release(fixed);
    return status;
}

lg_status_t lg_model_create_program(lg_program_t *program, const lg_plan_desc_t *desc, lg_model_t **out_model,
                                    lg_error_t *err) {
    *out_model = NULL;
    LG_CHECK(err, program->frozen, LG_STATUS_INVALID_ARGUMENT, NULL, "freeze the program before planning it");
    lg_plan_t *plan = NULL;
    if (program->symbols.count == 0 && program->static_count == 0 && !program->splits) {
        LG_TRY(model_plan_fixed(program, desc, &plan, err));
    }
    lg_status_t status = lg_model_make(program, plan, desc, out_model, err);
    if (status == LG_OK && program->splits) {
        status = lg_flow_create(program, &(*out_model)->desc, &(*out_model)->flow, err);
        if (status != LG_OK) {
            lg_model_release(*out_model);
            *out_model = NULL;
        }
    }
    if (status == LG_OK && plan == NULL) {  // what planning would say later
        const lg_plan_desc_t *copy = &(*out_model)->desc;
        lg_pass_set_t off = 0;
        status = lg_plan_check_rules(program->context, copy, err);
        for (size_t i = 0; i < copy->passes_off_count && status == LG_OK; i++) {
            status = lg_pass_find(copy->passes_off[i], &off, err);
        }
        if (status != LG_OK) {
            lg_model_release(*out_model);
            *out_model = NULL;
        }
    }
    lg_plan_release(plan);
    return status;
}

void lg_model_retain(lg_model_t *model) {
    if (model->owner != NULL) {
        model->owner_retain(model->owner);
        return;
    }
    atomic_fetch_add_explicit(&model->refs, 1, memory_order_relaxed);
}

void lg_model_release(lg_model_t *model) {
    if (model != NULL && model->owner != NULL) {
        model->owner_release(model->owner);
        return;
    }
    if (model == NULL || atomic_fetch_sub_explicit(&model->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_heap_t *heap = &model->context->heap;
    for (size_t i = 0; i < model->fixed.count; i++) {
        lg_heap_free(heap, model->fixed.items[i].shapes, (model->extent_count + 1) * sizeof(int64_t));
        lg_model_release(model->fixed.items[i].model);  // NULL where it was not planned
    }
    LG_LIST_DEINIT(heap, &model->fixed);
    lg_flow_destroy(model->flow);
    lg_model_choice_destroy(heap, model->choice);
    lg_plan_t *plan = model->plan;
    lg_program_t *program = model->program;
    lg_executor_drop(&model->executor);
    lg_lanes_drop(&model->lanes);
    lg_zone_deinit(&model->zone);
    lg_heap_free(heap, model, sizeof *model);
    lg_plan_release(plan);
    lg_program_release(program);  // last: it may end the heap
}

lg_plan_t *lg_model_plan(const lg_model_t *model) {
    return model->plan;
}

lg_program_t *lg_model_program(const lg_model_t *model) {
    return model->program;
}

uint32_t lg_model_rule_count(const lg_model_t *model) {
    return (uint32_t)model->desc.rule_count;
}

lg_rule_t lg_model_rule(const lg_model_t *model, uint32_t index) {
    return index < model->desc.rule_count ? model->desc.rules[index] : (lg_rule_t){.op = NULL};
}

const lg_bind_t *lg_model_bind(const lg_model_t *model, uint32_t index) {
    return index < model->lanes.count ? &model->lanes.items[index] : NULL;
}

lg_lane_t *lg_model_lane(const lg_model_t *model) {
    return model->lanes.lane;
}

const char *lg_model_pass_off(const lg_model_t *model, uint32_t index) {
    return index < model->desc.passes_off_count ? model->desc.passes_off[index] : NULL;
}

// ---- plans by signature -----------------------------------------------------------------------------

// The shapes of `types`, one after the other, in memory that the caller frees with model_free_shapes.
static lg_status_t model_shapes(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                int64_t **out_shapes, lg_error_t *err) {
    const lg_program_t *program = model->program;
    *out_shapes = NULL;
    LG_CHECK(err, count == program->inputs.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "%u types given, the program has %zu inputs", count, program->inputs.count);
    LG_TRY(lg_program_check_inputs(program, types, err));
    for (uint32_t i = 0; i < count && program->static_count > 0; i++) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
        LG_CHECK(err, !node->is_static || types[i].data != NULL || types[i].elem_count == 0,
                 LG_STATUS_INVALID_ARGUMENT, NULL,
                 "the elements of input '%s' are part of the signature, and not given", node->name);
    }
    int64_t *shapes = lg_heap_alloc(&model->context->heap, (model->extent_count + 1) * sizeof *shapes);
    if (shapes == NULL) {
        return model_no_memory(err);
    }
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < types[i].rank; k++) {
            shapes[used++] = types[i].shape[k];
        }
    }
    for (uint32_t i = 0; i < count && program->static_count > 0; i++) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
        size_t bytes = node->is_static ? model_static_bytes(&node->type) : 0;
        if (bytes > 0) {
            shapes[used + (bytes - 1) / 8] = 0;  // what the elements leave of the last word
            memcpy(shapes + used, types[i].data, bytes);
            used += (uint32_t)(bytes + 7) / 8;
        }
    }
    *out_shapes = shapes;
    return LG_OK;
}

static void model_free_shapes(lg_model_t *model, int64_t *shapes) {
    if (shapes != NULL) {
        lg_heap_free(&model->context->heap, shapes, (model->extent_count + 1) * sizeof *shapes);
    }
}

// The entry for `shapes`, NULL when there is none. Under the lock.
static lg_fixed_t *model_find(lg_model_t *model, const int64_t *shapes) {
    for (size_t i = 0; i < model->fixed.count; i++) {
        lg_fixed_t *fixed = &model->fixed.items[i];
        if (memcmp(fixed->shapes, shapes, model->extent_count * sizeof *shapes) == 0) {
            fixed->used = ++model->clock;
            return fixed;
        }
    }
    return NULL;
}

// Where there are more plans than the capacity, takes out the one used longest ago but `keep`. What it held is for the
// caller to drop, without the lock.
static lg_fixed_t model_shrink(lg_model_t *model, const lg_model_t *keep) {
    lg_fixed_t gone = {NULL, NULL, 0, false, false};
    lg_fixed_t *oldest = NULL;
    size_t plans = 0;
    for (size_t i = 0; i < model->fixed.count; i++) {
        lg_fixed_t *fixed = &model->fixed.items[i];
        if (fixed->installed) {
            continue;
        }
        plans += fixed->model != NULL;
        if (fixed->model != NULL && fixed->model != keep && (oldest == NULL || fixed->used < oldest->used)) {
            oldest = fixed;
        }
    }
    if (plans > model->capacity && oldest != NULL) {
        gone = *oldest;
        if (oldest->added) {
            oldest->model = NULL;
            gone.shapes = NULL;
        } else {
            *oldest = model->fixed.items[--model->fixed.count];
        }
    }
    return gone;
}

static void model_drop(lg_model_t *model, lg_fixed_t fixed) {
    model_free_shapes(model, fixed.shapes);
    lg_model_release(fixed.model);
}

void lg_model_set_capacity(lg_model_t *model, uint32_t capacity) {
    lg_fixed_t gone;
    do {
        model_lock(model);
        model->capacity = capacity > 0 ? capacity : 1;
        gone = model_shrink(model, NULL);
        model_unlock(model);
        model_drop(model, gone);
    } while (gone.model != NULL);
}

static lg_status_t model_add_signature(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                       lg_error_t *err) {
    int64_t *shapes;
    LG_TRY(model_shapes(model, types, count, &shapes, err));
    lg_status_t status = LG_OK;
    model_lock(model);
    lg_fixed_t *fixed = model_find(model, shapes);
    size_t added = 0;
    for (size_t i = 0; i < model->fixed.count; i++) {
        added += model->fixed.items[i].added;
    }
    bool there = model->plan != NULL || (fixed != NULL && fixed->added);
    if (!there && added == LG_MAX_SIGNATURES) {
        status = lg_error_set(err, LG_STATUS_OVERFLOW, NULL, "a model has at most %d signatures",
                              LG_MAX_SIGNATURES);
    } else if (!there && fixed != NULL) {
        fixed->added = true;
    } else if (there) {
        status = LG_OK;
    } else if (LG_LIST_GROW(&model->context->heap, &model->fixed)) {
        model->fixed.items[model->fixed.count++] = (lg_fixed_t){shapes, NULL, ++model->clock, true, false};
        shapes = NULL;
    } else {
        status = model_no_memory(err);
    }
    model_unlock(model);
    model_free_shapes(model, shapes);
    return status;
}

lg_status_t lg_model_signature_at(lg_model_t *model, uint32_t index, bool only_added, lg_view_t *out_types,
                                  uint32_t count, lg_error_t *err) {
    const lg_program_t *program = model->program;
    LG_CHECK(err, count == program->inputs.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "room for %u types, the program has %zu inputs", count, program->inputs.count);
    bool found = model->plan != NULL && index == 0;
    for (uint32_t i = 0; i < count; i++) {
        out_types[i] = program->values.items[program->inputs.items[i]].type;
    }
    model_lock(model);
    for (size_t at = 0; at < model->fixed.count && !found; at++) {
        const lg_fixed_t *fixed = &model->fixed.items[at];
        if ((only_added && !fixed->added) || index-- > 0) {
            continue;
        }
        uint32_t used = 0;
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t k = 0; k < out_types[i].rank; k++) {
                out_types[i].shape[k] = fixed->shapes[used++];
            }
        }
        found = true;
    }
    model_unlock(model);
    for (uint32_t i = 0; i < count; i++) {
        lg_view_t *type = &out_types[i];
        LG_TRY(lg_view_init(type, (lg_dtype_t)type->dtype, type->rank, type->shape, err));
    }
    LG_CHECK(err, found, LG_STATUS_NOT_FOUND, NULL, "there are fewer signatures");
    return LG_OK;
}

static lg_status_t model_install(lg_model_t *model, lg_model_t *fixed, const lg_view_t *types, uint32_t count,
                                 lg_error_t *err) {
    int64_t *shapes;
    lg_model_t *before = fixed;
    LG_TRY(model_add_signature(model, types, count, err));
    LG_TRY(model_shapes(model, types, count, &shapes, err));
    lg_model_retain(fixed);
    model_lock(model);
    lg_fixed_t *entry = model_find(model, shapes);  // added ones stay
    if (entry != NULL) {
        before = entry->model;
        entry->model = fixed;
        entry->installed = true;
    }
    model_unlock(model);
    model_free_shapes(model, shapes);
    lg_model_release(before);
    return LG_OK;
}

lg_status_t lg_model_install(lg_model_t *model, lg_model_t *fixed, lg_error_t *err) {
    const lg_program_t *program = fixed->program;
    uint32_t count = lg_program_input_count(program);
    LG_CHECK(err,
             model->plan == NULL && model->flow == NULL && model->choice == NULL && fixed->choice == NULL &&
                 model->program->static_count == 0,
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "the model has one signature, is a choice, or its program is planned in parts");
    LG_CHECK(err,
             fixed->plan != NULL && count == lg_program_input_count(model->program) &&
                 lg_program_output_count(program) == lg_program_output_count(model->program),
             LG_STATUS_INVALID_ARGUMENT, NULL,
             "the model to install has no plan, or other inputs and outputs");
    size_t bytes = (count + 1) * sizeof(lg_view_t);
    lg_view_t *types = lg_heap_alloc(&model->context->heap, bytes);
    if (types == NULL) {
        return model_no_memory(err);
    }
    for (uint32_t i = 0; i < count; i++) {
        types[i] = *lg_program_input_type(program, i);
    }
    lg_status_t status = model_install(model, fixed, types, count, err);
    lg_heap_free(&model->context->heap, types, bytes);
    return status;
}

lg_model_t *lg_model_installed(lg_model_t *model, const lg_view_t *types, uint32_t count) {
    int64_t *shapes;
    lg_model_t *found = NULL;
    if (model->program->static_count > 0 || model_shapes(model, types, count, &shapes, NULL) != LG_OK) {
        return NULL;
    }
    model_lock(model);
    const lg_fixed_t *fixed = model_find(model, shapes);
    if (fixed != NULL && fixed->installed) {
        found = fixed->model;
        lg_model_retain(found);
    }
    model_unlock(model);
    model_free_shapes(model, shapes);
    return found;
}

lg_model_t *lg_model_planned_at(lg_model_t *model, uint32_t index) {
    lg_model_t *found = model->plan != NULL && index == 0 ? model : NULL;
    model_lock(model);
    for (size_t i = 0; i < model->fixed.count && found == NULL; i++) {
        lg_model_t *fixed = model->fixed.items[i].model;
        found = fixed != NULL && index-- == 0 ? fixed : NULL;
    }
    if (found != NULL) {
        lg_model_retain(found);
    }
    model_unlock(model);
    return found;
}

lg_status_t lg_model_signature(lg_model_t *model, uint32_t index, lg_view_t *out_types, uint32_t count,
                               lg_error_t *err) {
    return lg_model_signature_at(model, index, false, out_types, count, err);
}

// What strictness says about a signature that is not there.
static lg_status_t model_refuse(lg_model_t *model, const lg_view_t *types, uint32_t count, lg_error_t *err) {
    lg_text_t *text = lg_text_create(&model->context->heap);
    if (text == NULL) {
        return model_no_memory(err);
    }
    for (uint32_t i = 0; i < count; i++) {
        lg_text_printf(text, "%s", i > 0 ? ", " : "");
        lg_extent_format(text, &types[i], NULL);
    }
    lg_status_t status = lg_error_set(
        err, LG_STATUS_INVALID_ARGUMENT, NULL,
        "no plan for inputs %s: the file was opened strictly and has none for this signature; add it before saving, or "
        "open without strict",
        text->failed ? "of these types" : text->chars);
    lg_text_release(text);
    return status;
}

static lg_status_t model_plan_for(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                  lg_model_t **out_model, lg_error_t *err) {
    lg_program_t *program;
    if (model->choice != NULL) {
        return lg_model_choice_specialize(model->choice, types, count, out_model, err);
    }
    LG_TRY(lg_program_specialize(model->program, types, count, &program, err));
    lg_status_t status = lg_model_create_program(program, &model->desc, out_model, err);
    lg_program_release(program);
    return status;
}

// Puts a plan into the cache. Another thread may have been as fast: `*model` is then its plan.
static void model_keep(lg_model_t *model, int64_t *shapes, lg_model_t **fixed_model) {
    lg_fixed_t gone = {NULL, NULL, 0, false, false};
    lg_model_t *surplus = NULL;
    model_lock(model);
    lg_fixed_t *fixed = model_find(model, shapes);
    if (fixed != NULL && fixed->model != NULL) {
        surplus = *fixed_model;
        *fixed_model = fixed->model;
        lg_model_retain(fixed->model);
    } else if (fixed != NULL) {
        fixed->model = *fixed_model;
        lg_model_retain(fixed->model);
    } else if (LG_LIST_GROW(&model->context->heap, &model->fixed)) {
        model->fixed.items[model->fixed.count++] =
            (lg_fixed_t){shapes, *fixed_model, ++model->clock, false, false};
        lg_model_retain(*fixed_model);
        shapes = NULL;
    }
    gone = model_shrink(model, *fixed_model);
    model_unlock(model);
    model_free_shapes(model, shapes);
    lg_model_release(surplus);
    model_drop(model, gone);
}

static lg_status_t model_specialize(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                    lg_model_t **out_model, lg_error_t *err) {
    *out_model = NULL;
    if (model->plan != NULL || model->flow != NULL) {
        LG_CHECK(err, count == model->program->inputs.count, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "%u types given, the program has %zu inputs", count, model->program->inputs.count);
        LG_TRY(lg_program_check_inputs(model->program, types, err));
        lg_model_retain(model);
        *out_model = model;
        return LG_OK;
    }
    int64_t *shapes;
    LG_TRY(model_shapes(model, types, count, &shapes, err));
    model_lock(model);
    const lg_fixed_t *fixed = model_find(model, shapes);
    bool known = fixed != NULL;
    if (known && fixed->model != NULL) {
        *out_model = fixed->model;
        lg_model_retain(*out_model);
    }
    model_unlock(model);
    lg_status_t status = LG_OK;
    if (*out_model == NULL) {
        status = model->strict && !known && model->choice == NULL
                     ? model_refuse(model, types, count, err)
                     : model_plan_for(model, types, count, out_model, err);
        if (status == LG_OK) {
            model_keep(model, shapes, out_model);
            return LG_OK;
        }
    }
    model_free_shapes(model, shapes);
    return status;
}

// ---- states -----------------------------------------------------------------------------------------

// A copy of `types` with those of the states filled in, as the other inputs have it.
static lg_status_t model_all_types(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                   lg_view_t **out_types, lg_error_t *err) {
    size_t bytes = count * sizeof **out_types;
    *out_types = lg_heap_alloc(&model->context->heap, bytes);
    if (*out_types == NULL) {
        return model_no_memory(err);
    }
    memcpy(*out_types, types, bytes);
    lg_status_t status = lg_program_state_types(model->program, *out_types, err);
    if (status != LG_OK) {
        lg_heap_free(&model->context->heap, *out_types, bytes);
    }
    return status;
}

lg_status_t lg_model_specialize(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                lg_model_t **out_model, lg_error_t *err) {
    if (model->program->states.count == 0 || count != model->program->inputs.count) {
        return model_specialize(model, types, count, out_model, err);
    }
    *out_model = NULL;
    lg_view_t *all;
    LG_TRY(model_all_types(model, types, count, &all, err));
    lg_status_t status = model_specialize(model, all, count, out_model, err);
    lg_heap_free(&model->context->heap, all, count * sizeof *all);
    return status;
}

lg_status_t lg_model_add_signature(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                   lg_error_t *err) {
    if (model->program->states.count == 0 || count != model->program->inputs.count) {
        return model_add_signature(model, types, count, err);
    }
    lg_view_t *all;
    LG_TRY(model_all_types(model, types, count, &all, err));
    lg_status_t status = model_add_signature(model, all, count, err);
    lg_heap_free(&model->context->heap, all, count * sizeof *all);
    return status;
}
