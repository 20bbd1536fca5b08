/* SPDX-License-Identifier: Apache-2.0
 *
 * Models that are a choice between models. Such a model stands for its first alternative where types are asked for; a
 * call of it has the records of all of them, over one arena and one set of bindings and states, and picks when a run
 * begins.
 */
#ifndef LEGATO_ENGINE_CHOICE_H_
#define LEGATO_ENGINE_CHOICE_H_

#include "run/model.h"
#include "signal/selector.h"

typedef struct lg_model_choice {
    lg_selector_t *selector;
    uint32_t count;
    lg_model_t *models[LG_MAX_ALTERNATIVES];  // retained
} lg_model_choice_t;

// lg_model_create_choice, where the text may name lanes of a scope, too.
lg_status_t lg_model_choose(const lg_choice_t *choice, const lg_selector_scope_t *lanes,
                            lg_model_t *const *models, size_t model_count, lg_model_t **out_model,
                            lg_error_t *err);
void lg_model_choice_destroy(lg_heap_t *heap, lg_model_choice_t *choice);

// The choice for inputs of the shapes of `types`: between the alternatives' models for them.
lg_status_t lg_model_choice_specialize(const lg_model_choice_t *choice, const lg_view_t *types,
                                       uint32_t count, lg_model_t **out_model, lg_error_t *err);

#endif  // LEGATO_ENGINE_CHOICE_H_
