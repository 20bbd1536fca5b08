// SPDX-License-Identifier: Apache-2.0
// Choices between models: what they have to have in common.
#include "run/choice.h"

#include <string.h>

// ---- what alternatives have in common ---------------------------------------------------------------

static const char *choice_name(const lg_program_t *program, bool input, uint32_t index) {
    return input ? lg_program_input_name(program, index) : lg_program_output_name(program, index);
}

static lg_status_t choice_check_value(const lg_program_t *first, const lg_program_t *other, bool input,
                                      uint32_t index, uint32_t number, lg_error_t *err) {
    lg_value_t values[2] = {input ? lg_program_input(first, index) : lg_program_output(first, index),
                            input ? lg_program_input(other, index) : lg_program_output(other, index)};
    const char *names[2] = {choice_name(first, input, index), choice_name(other, input, index)};
    const lg_value_node_t *nodes[2] = {&first->values.items[values[0]], &other->values.items[values[1]]};
    const char *what = input ? "input" : "output";
    LG_CHECK(
        err, strcmp(names[0], names[1]) == 0, LG_STATUS_INVALID_ARGUMENT, NULL,
        "alternatives of a choice agree in inputs and outputs: %s %u is '%s' of the first, '%s' of number %u",
        what, index, names[0], names[1], number);
    bool fits = nodes[0]->type.rank == nodes[1]->type.rank;
    for (uint32_t k = 0; fits && k < nodes[0]->type.rank; k++) {
        const char *texts[2] = {lg_program_extent(first, values[0], k),
                                lg_program_extent(other, values[1], k)};
        bool open = input ? texts[0] != NULL && texts[1] != NULL : texts[0] != NULL || texts[1] != NULL;
        fits = open ||
               (texts[0] == NULL && texts[1] == NULL && nodes[0]->type.shape[k] == nodes[1]->type.shape[k]);
    }
    bool same = nodes[0]->type.dtype == nodes[1]->type.dtype;
    char text[2][160];
    LG_CHECK(err, same && fits, same ? LG_STATUS_SHAPE : LG_STATUS_DTYPE, NULL,
             "alternatives of a choice agree in types: %s '%s' is %s of the first, %s of number %u", what,
             names[0], lg_program_format_type(first, values[0], text[0], sizeof text[0]),
             lg_program_format_type(other, values[1], text[1], sizeof text[1]), number);
    return LG_OK;
}

static lg_status_t choice_check(const lg_model_t *first, const lg_model_t *other, uint32_t number,
                                lg_error_t *err) {
    const lg_program_t *programs[2] = {first->program, other->program};
    LG_CHECK(err, other->flow == NULL, LG_STATUS_UNSUPPORTED, NULL,
             "alternative %u of a choice is planned in parts while it runs, which a choice cannot be",
             number);
    LG_CHECK(err, other->choice == NULL, LG_STATUS_UNSUPPORTED, NULL,
             "alternative %u of a choice is a choice itself: make one with all alternatives", number);
    LG_CHECK(err, other->context == first->context, LG_STATUS_INVALID_ARGUMENT, NULL,
             "alternative %u of a choice belongs to another context", number);
    LG_CHECK(
        err,
        programs[0]->inputs.count == programs[1]->inputs.count &&
            programs[0]->outputs.count == programs[1]->outputs.count,
        LG_STATUS_INVALID_ARGUMENT, NULL,
        "alternatives of a choice agree in inputs and outputs: the first has %zu and %zu, number %u has %zu and %zu",
        programs[0]->inputs.count, programs[0]->outputs.count, number, programs[1]->inputs.count,
        programs[1]->outputs.count);
    for (uint32_t i = 0; i < programs[0]->inputs.count; i++) {
        LG_TRY(choice_check_value(programs[0], programs[1], true, i, number, err));
    }
    for (uint32_t i = 0; i < programs[0]->outputs.count; i++) {
        LG_TRY(choice_check_value(programs[0], programs[1], false, i, number, err));
    }
    bool states = programs[0]->states.count == programs[1]->states.count;
    for (size_t i = 0; states && i < programs[0]->states.count; i++) {
        const lg_state_node_t *state = &programs[0]->states.items[i];
        states = lg_program_state_of(programs[1], true, state->input) ==
                     lg_program_state_of(programs[1], false, state->output) &&
                 lg_program_state_of(programs[1], true, state->input) != LG_STATE_NONE;
    }
    LG_CHECK(err, states, LG_STATUS_INVALID_ARGUMENT, NULL,
             "alternatives of a choice share their states: number %u has others than the first", number);
    LG_CHECK(err, (first->plan == NULL) == (other->plan == NULL) && other->program->static_count == 0,
             LG_STATUS_UNSUPPORTED, NULL,
             "alternatives of a choice have all of them fixed extents, or none; number %u differs", number);
    return LG_OK;
}

// ---- life -------------------------------------------------------------------------------------------

lg_status_t lg_model_choose(const lg_choice_t *choice, const lg_selector_scope_t *lanes,
                            lg_model_t *const *models, size_t model_count, lg_model_t **out_model,
                            lg_error_t *err) {
    *out_model = NULL;
    LG_CHECK(err, model_count >= 2 && model_count <= LG_MAX_ALTERNATIVES, LG_STATUS_INVALID_ARGUMENT, NULL,
             "a choice between %zu models, expected 2 to %d", model_count, LG_MAX_ALTERNATIVES);
    for (uint32_t i = 0; i < model_count; i++) {
        LG_TRY(choice_check(models[0], models[i], i, err));
    }
    const lg_selector_scope_t scope = {lanes != NULL ? lanes->lane : NULL, lg_plan_find_input,
                                       lanes != NULL ? lanes->lanes : NULL, models[0]->program};
    lg_heap_t *heap = &models[0]->context->heap;
    lg_model_t *model;
    LG_TRY(lg_model_make(models[0]->program, models[0]->plan, NULL, &model, err));
    lg_model_choice_t *made = lg_heap_alloc(heap, sizeof *made);
    lg_status_t status = LG_OK;
    if (made == NULL) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a choice");
    } else {
        memset(made, 0, sizeof *made);
        model->choice = made;
        status = lg_selector_create(model->context, choice, &scope, &made->selector, err);
    }
    if (status == LG_OK && made->selector->count != model_count) {
        status = lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                              "%.160s names %u alternatives, there are %zu models", made->selector->text,
                              made->selector->count, model_count);
    }
    for (; status == LG_OK && made->count < model_count; made->count++) {
        if (made->selector->alternatives[made->count].lane != LG_SELECTOR_NO_LANE) {
            status = lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                                  "a choice between models names a lane as alternative %u", made->count);
            break;
        }
        made->models[made->count] = models[made->count];
        lg_model_retain(models[made->count]);
    }
    if (status != LG_OK) {
        lg_model_release(model);
        return status;
    }
    *out_model = model;
    return LG_OK;
}

lg_status_t lg_model_create_choice(const lg_choice_t *choice, lg_model_t *const *models, size_t model_count,
                                   lg_model_t **out_model, lg_error_t *err) {
    return lg_model_choose(choice, NULL, models, model_count, out_model, err);
}

void lg_model_choice_destroy(lg_heap_t *heap, lg_model_choice_t *choice) {
    if (choice != NULL) {
        for (uint32_t i = 0; i < choice->count; i++) {
            lg_model_release(choice->models[i]);
        }
        lg_selector_release(choice->selector);
        lg_heap_free(heap, choice, sizeof *choice);
    }
}

const char *lg_model_choice(const lg_model_t *model) {
    return model->choice != NULL ? model->choice->selector->text : NULL;
}

lg_model_t *lg_model_alternative(const lg_model_t *model, uint32_t index) {
    return model->choice != NULL && index < model->choice->count ? model->choice->models[index] : NULL;
}

lg_status_t lg_model_choice_specialize(const lg_model_choice_t *choice, const lg_view_t *types,
                                       uint32_t count, lg_model_t **out_model, lg_error_t *err) {
    lg_model_t *models[LG_MAX_ALTERNATIVES];
    uint32_t made = 0;
    lg_status_t status = LG_OK;
    while (made < choice->count && status == LG_OK) {
        status = lg_model_specialize(choice->models[made], types, count, &models[made], err);
        made += status == LG_OK;
    }
    const lg_choice_t text = {LG_STRUCT(lg_choice_t), choice->selector->text, NULL, 0};
    const lg_selector_scope_t scope = {lg_selector_lane, NULL, choice->selector, NULL};
    status = status == LG_OK ? lg_model_choose(&text, &scope, models, made, out_model, err) : status;
    while (made > 0) {
        lg_model_release(models[--made]);
    }
    return status;
}
