// SPDX-License-Identifier: Apache-2.0
// Signals and choices of an app. See Note [The text of an app].
#include <math.h>
#include <string.h>

#include "file/app.h"
#include "file/entry.h"
#include "run/choice.h"

static lg_status_t choice_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for the choices of an app");
}

// ---- reading ----------------------------------------------------------------------------------------

lg_status_t lg_app_read_signal(lg_app_t *app, lg_reader_t *reader) {
    char *name;
    double initial = NAN;
    LG_CHECK(reader->err, app->signals.count < LG_APP_MAX_SIGNALS, LG_STATUS_FORMAT, NULL,
             "%s, line %u: more than %d signals", reader->what, reader->line, LG_APP_MAX_SIGNALS);
    if (!LG_LIST_GROW(&app->context->heap, &app->signals)) {
        return choice_no_memory(reader->err);
    }
    LG_TRY(lg_reader_string(reader, &app->zone, &name, NULL));
    if (!lg_entry_at_end(reader) && strchr("-0123456789i", *reader->at) != NULL) {
        LG_TRY(lg_reader_double(reader, &initial, "a number"));
    }
    LG_TRY(lg_signal_open(app->context, name, initial, &app->signals.items[app->signals.count], reader->err));
    app->signals.count++;
    return lg_entry_skip(reader);
}

// Finds the models that a choice names.
static lg_status_t choice_find_models(const lg_app_t *app, const lg_reader_t *reader,
                                      const lg_selector_t *selector, lg_model_t **models) {
    for (uint32_t i = 0; i < selector->count; i++) {
        models[i] = NULL;
        for (size_t k = 0; k < app->entries.count; k++) {
            if (strcmp(app->entries.items[k].name, selector->alternatives[i].name) == 0) {
                models[i] = app->entries.items[k].model;
            }
        }
        LG_CHECK(reader->err, models[i] != NULL, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: a choice of model '%.64s', which does not stand before it", reader->what,
                 reader->line, selector->alternatives[i].name);
    }
    return LG_OK;
}

lg_status_t lg_app_read_choice(lg_app_t *app, lg_reader_t *reader) {
    const lg_lanes_t lanes = {NULL, app->lanes.items, app->lanes.count};
    const lg_selector_scope_t scope = {lg_plan_find_lane, NULL, &lanes, NULL};
    lg_model_t *models[LG_MAX_ALTERNATIVES], *model;
    lg_selector_t *selector;
    char *name;
    LG_TRY(lg_reader_string(reader, &app->zone, &name, NULL));
    for (size_t i = 0; i < app->entries.count; i++) {
        LG_CHECK(reader->err, strcmp(app->entries.items[i].name, name) != 0, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: model '%.64s' stands there twice", reader->what, reader->line, name);
    }
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(lg_selector_read(app->context, reader, &scope, &selector));
    lg_status_t status = choice_find_models(app, reader, selector, models);
    if (status == LG_OK) {
        // References between models of the app do not keep it: for this moment they are nobody's.
        for (uint32_t i = 0; i < selector->count; i++) {
            models[i]->owner = NULL;
        }
        const lg_choice_t choice = {LG_STRUCT(lg_choice_t), selector->text, NULL, 0};
        status = lg_model_choose(&choice, &scope, models, selector->count, &model, reader->err);
        for (uint32_t i = 0; i < selector->count; i++) {
            models[i]->owner = app;
        }
    }
    lg_selector_release(selector);
    LG_TRY(status);
    LG_TRY(lg_app_add(app, name, model, reader->err));
    return lg_entry_skip(reader);
}

// ---- writing ----------------------------------------------------------------------------------------

lg_status_t lg_app_note_choice(lg_context_t *context, const char *text, lg_zone_t *zone,
                               lg_app_signals_t *signals, lg_error_t *err) {
    const lg_selector_scope_t scope = {NULL, NULL, NULL, NULL};
    lg_selector_t *selector = NULL;
    lg_signal_t *signal;
    lg_reader_t reader;
    if (text == NULL) {
        return LG_OK;
    }
    lg_reader_init(&reader, text, strlen(text), "a choice", err);
    LG_TRY(lg_selector_read(context, &reader, &scope, &selector));
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; status == LG_OK && (signal = lg_selector_signal(selector, i)) != NULL; i++) {
        size_t at = 0;
        const char *name = lg_signal_name(signal);
        while (at < signals->count && strcmp(signals->items[at].name, name) < 0) {
            at++;
        }
        if (at < signals->count && strcmp(signals->items[at].name, name) == 0) {
            continue;
        }
        name = lg_zone_string(zone, name, strlen(name));
        if (name == NULL || !LG_LIST_GROW(zone->heap, signals)) {
            status = choice_no_memory(err);
            break;
        }
        memmove(&signals->items[at + 1], &signals->items[at], (signals->count - at) * sizeof *signals->items);
        signals->items[at] = (lg_app_signal_t){name, lg_signal_initial(signal)};
        signals->count++;
    }
    lg_selector_release(selector);
    LG_CHECK(err, signals->count <= LG_APP_MAX_SIGNALS, LG_STATUS_OVERFLOW, NULL,
             "a file has at most %d signals", LG_APP_MAX_SIGNALS);
    return status;
}

void lg_app_write_signals(lg_text_t *text, const lg_app_signals_t *signals) {
    for (size_t i = 0; i < signals->count; i++) {
        lg_text_printf(text, "signal ");
        lg_text_quote(text, signals->items[i].name);
        if (!isnan(signals->items[i].initial)) {
            lg_text_printf(text, " ");
            lg_text_double(text, signals->items[i].initial);
        }
        lg_text_printf(text, "\n");
    }
}
