// SPDX-License-Identifier: Apache-2.0
// Models: a program with what its plans are made with, and those plans by signature.
#include "run/model.h"

#include <string.h>

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
    *desc = (lg_plan_desc_t){LG_STRUCT(lg_plan_desc_t), NULL, 0, NULL, 0};
    size_t rule_count =
        from != NULL && LG_HAS(from, lg_plan_desc_t, rule_count) ? (size_t)from->rule_count : 0;
    size_t off_count =
        from != NULL && LG_HAS(from, lg_plan_desc_t, passes_off_count) ? (size_t)from->passes_off_count : 0;
    lg_rule_t *rules = lg_zone_alloc(&model->zone, rule_count * sizeof *rules);
    const char **off = lg_zone_alloc(&model->zone, off_count * sizeof *off);
    bool good = rules != NULL && off != NULL;
    for (size_t i = 0; good && i < rule_count; i++) {
        good = model_copy_string(model, from->rules[i].op, &rules[i].op) &&
               model_copy_string(model, from->rules[i].path, &rules[i].path) &&
               model_copy_string(model, from->rules[i].device, &rules[i].device);
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

static lg_status_t model_make(lg_program_t *program, lg_plan_t *plan, const lg_plan_desc_t *desc,
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
        model->extent_count += program->values.items[program->inputs.items[i]].type.rank;
    }
    lg_zone_init(&model->zone, heap);
    if (!model_copy_desc(model, desc)) {
        lg_model_release(model);
        return model_no_memory(err);
    }
    *out_model = model;
    return LG_OK;
}

lg_status_t lg_model_create(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                            lg_model_t **out_model, lg_error_t *err) {
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), rules, rule_count, NULL, 0};
    return model_make(plan->program, plan, &desc, out_model, err);
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
    if (program->symbols.count == 0) {
        LG_TRY(model_plan_fixed(program, desc, &plan, err));
    }
    lg_status_t status = model_make(program, plan, desc, out_model, err);
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
        lg_model_release(model->fixed.items[i].model);
    }
    LG_LIST_DEINIT(heap, &model->fixed);
    lg_plan_t *plan = model->plan;
    lg_program_t *program = model->program;
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
    return index < model->desc.rule_count ? model->desc.rules[index] : (lg_rule_t){NULL, NULL, NULL};
}

// ---- plans by signature -----------------------------------------------------------------------------

// The model for `shapes`, retained; NULL when there is none. Under the lock.
static lg_model_t *model_find(lg_model_t *model, const int64_t *shapes) {
    for (size_t i = 0; i < model->fixed.count; i++) {
        lg_fixed_t *fixed = &model->fixed.items[i];
        if (memcmp(fixed->shapes, shapes, model->extent_count * sizeof *shapes) == 0) {
            fixed->used = ++model->clock;
            lg_model_retain(fixed->model);
            return fixed->model;
        }
    }
    return NULL;
}

// Removes those used longest ago until at most `count` are left. What they hold is released by the caller, without
// the lock: `*out_gone` has room for all.
static size_t model_shrink(lg_model_t *model, size_t count, lg_fixed_t *out_gone) {
    size_t gone = 0;
    while (model->fixed.count > count) {
        size_t oldest = 0;
        for (size_t i = 1; i < model->fixed.count; i++) {
            oldest = model->fixed.items[i].used < model->fixed.items[oldest].used ? i : oldest;
        }
        out_gone[gone++] = model->fixed.items[oldest];
        model->fixed.items[oldest] = model->fixed.items[--model->fixed.count];
    }
    return gone;
}

static void model_drop(lg_model_t *model, lg_fixed_t fixed) {
    lg_heap_free(&model->context->heap, fixed.shapes, (model->extent_count + 1) * sizeof(int64_t));
    lg_model_release(fixed.model);
}

void lg_model_set_capacity(lg_model_t *model, uint32_t capacity) {
    capacity = capacity > 0 ? capacity : 1;
    for (bool more = true; more;) {
        lg_fixed_t gone;
        model_lock(model);
        model->capacity = capacity;
        more = model->fixed.count > capacity && model_shrink(model, model->fixed.count - 1, &gone) == 1;
        model_unlock(model);
        if (more) {
            model_drop(model, gone);
        }
    }
}

static lg_status_t model_plan_for(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                  lg_model_t **out_model, lg_error_t *err) {
    lg_program_t *program;
    LG_TRY(lg_program_specialize(model->program, types, count, &program, err));
    lg_status_t status = lg_model_create_program(program, &model->desc, out_model, err);
    lg_program_release(program);
    return status;
}

lg_status_t lg_model_specialize(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                lg_model_t **out_model, lg_error_t *err) {
    *out_model = NULL;
    if (model->plan != NULL) {
        lg_program_t *same;
        LG_TRY(lg_program_specialize(model->program, types, count, &same, err));  // checks the types
        lg_program_release(same);
        lg_model_retain(model);
        *out_model = model;
        return LG_OK;
    }
    LG_CHECK(err, count == model->program->inputs.count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "%u types given, the program has %zu inputs", count, model->program->inputs.count);
    lg_heap_t *heap = &model->context->heap;
    size_t bytes = (model->extent_count + 1) * sizeof(int64_t);
    int64_t *shapes = lg_heap_alloc(heap, bytes);
    if (shapes == NULL) {
        return model_no_memory(err);
    }
    uint32_t used = 0;
    bool fits = true;
    for (uint32_t i = 0; i < count; i++) {
        const lg_view_t *type = &model->program->values.items[model->program->inputs.items[i]].type;
        fits = fits && types[i].rank == type->rank && types[i].dtype == type->dtype;
        for (uint32_t k = 0; fits && k < types[i].rank; k++) {
            shapes[used++] = types[i].shape[k];
        }
    }
    if (fits) {
        model_lock(model);
        *out_model = model_find(model, shapes);
        model_unlock(model);
    }
    lg_status_t status = LG_OK;
    if (*out_model == NULL) {
        status = model_plan_for(model, types, count, out_model, err);
        bool kept = false;
        lg_fixed_t gone;
        size_t gone_count = 0;
        if (status == LG_OK) {
            model_lock(model);
            lg_model_t *other = model_find(model, shapes);  // another thread may have been as fast
            if (other != NULL) {
                lg_model_release(*out_model);
                *out_model = other;
            } else {
                if (model->fixed.count >= model->capacity) {
                    gone_count = model_shrink(model, model->fixed.count - 1, &gone);
                }
                if (LG_LIST_GROW(heap, &model->fixed)) {
                    lg_model_retain(*out_model);
                    model->fixed.items[model->fixed.count++] =
                        (lg_fixed_t){shapes, *out_model, ++model->clock};
                    kept = true;
                }
            }
            model_unlock(model);
        }
        if (gone_count > 0) {
            model_drop(model, gone);
        }
        if (kept) {
            return LG_OK;
        }
    }
    lg_heap_free(heap, shapes, bytes);
    return status;
}
