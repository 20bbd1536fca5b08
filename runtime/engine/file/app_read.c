// SPDX-License-Identifier: Apache-2.0
// The text of an app, read; see Note [The text of an app]. Whatever it names is looked up, whatever it counts is
// bounded.
#include <stdio.h>
#include <string.h>

#include "file/app.h"
#include "file/entry.h"
#include "pass/pass.h"
#include "program/format.h"

#define APP_MAX_ENTRIES 4096  // rules, signatures, tensors under other names: each, of one model
#define APP_MAX_OFF 64        // passes left out

// A weight in the layout of a kernel, as the text has it.
typedef struct app_pack {
    char *weight;
    uint64_t layout, sample;
    char *tensor;
} app_pack_t;

// What the text says about one model.
typedef struct app_model {
    lg_app_t *app;
    lg_reader_t *reader;
    lg_container_t *container;
    char *name;
    char *prefix;  // of its weights in the file
    LG_LIST(lg_rule_t) rules;
    LG_LIST(lg_reader_t) plans;     // where signatures stand: they are read when the program is known
    LG_LIST(const char *) tensors;  // names in the file, for
    lg_map_t aliases;               // weight -> index in tensors
    LG_LIST(app_pack_t) packs;
    const char *off[APP_MAX_OFF];
    uint32_t off_count;
    lg_lane_t *lane;  // that its calls use; NULL: none
    lg_program_t *program;
} app_model_t;

static lg_status_t app_read_no_memory(lg_reader_t *reader) {
    return lg_error_set(reader->err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read %s", reader->what);
}

static lg_status_t app_too_many(lg_reader_t *reader, const char *what) {
    return lg_error_set(reader->err, LG_STATUS_FORMAT, NULL, "%s, line %u: more than %d %s", reader->what,
                        reader->line, APP_MAX_ENTRIES, what);
}

// ---- entries of a model -----------------------------------------------------------------------------

// choose(...); its names are looked up when a plan is made.
static lg_status_t app_read_rule_choice(app_model_t *model, const char **out_text) {
    const lg_selector_scope_t scope = {NULL, NULL, NULL, NULL};
    lg_selector_t *selector;
    LG_TRY(lg_selector_read(model->app->context, model->reader, &scope, &selector));
    *out_text = lg_zone_string(&model->app->zone, selector->text, strlen(selector->text));
    lg_selector_release(selector);
    return *out_text != NULL ? LG_OK : app_read_no_memory(model->reader);
}

// rule op="..." path="..." to="..." lane="..." hold="..." hold="..."
static lg_status_t app_read_rule(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    lg_zone_t *zone = &model->app->zone;
    lg_rule_t rule = {.op = NULL};
    const char **holds = NULL;
    if (model->rules.count == APP_MAX_ENTRIES) {
        return app_too_many(reader, "rules");
    }
    if (!LG_LIST_GROW(&model->app->context->heap, &model->rules)) {
        return app_read_no_memory(reader);
    }
    while (!lg_entry_at_end(reader)) {
        char *string;
        bool is_hold = lg_reader_take(reader, "hold");
        const char **field = is_hold                             ? holds
                             : lg_reader_take(reader, "op")      ? &rule.op
                             : lg_reader_take(reader, "path")    ? &rule.path
                             : lg_reader_take(reader, "to")      ? &rule.device
                             : lg_reader_take(reader, "lane")    ? &rule.lane
                             : lg_reader_take(reader, "replace") ? &rule.replace
                             : lg_reader_take(reader, "before")  ? &rule.before
                             : lg_reader_take(reader, "after")   ? &rule.after
                                                                 : NULL;
        if (!is_hold && field == NULL) {
            LG_TRY(lg_entry_skip_field(reader, "a field of a rule"));
            continue;
        }
        LG_TRY(lg_reader_expect(reader, "="));
        lg_reader_t ahead = *reader;
        if (field == &rule.device && lg_reader_take(&ahead, "choose")) {
            LG_TRY(app_read_rule_choice(model, &rule.choice));
            continue;
        }
        LG_TRY(lg_reader_string(reader, zone, &string, NULL));
        if (is_hold) {
            if (rule.hold_count == LG_APP_MAX_HOLDS) {
                return lg_reader_fail(reader, "fewer units to hold before this");
            }
            holds = holds != NULL ? holds : lg_zone_alloc(zone, LG_APP_MAX_HOLDS * sizeof *holds);
            if (holds == NULL) {
                return app_read_no_memory(reader);
            }
            holds[rule.hold_count++] = string;
        } else {
            *field = string;
        }
    }
    rule.holds = holds;
    if (rule.device == NULL && rule.lane == NULL && rule.choice == NULL && rule.hold_count == 0 &&
        rule.replace == NULL && rule.before == NULL && rule.after == NULL) {
        return lg_reader_fail(reader, "to=, lane=, hold= or code of a rule");
    }
    model->rules.items[model->rules.count++] = rule;
    return LG_OK;
}

// off "pass"; one that this version does not have is off anyway.
static lg_status_t app_read_off(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    char *name;
    LG_TRY(lg_reader_string(reader, &model->app->zone, &name, NULL));
    lg_pass_set_t pass = 0;
    if (lg_pass_find(name, &pass, NULL) != LG_OK) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < model->off_count; i++) {
        if (strcmp(model->off[i], name) == 0) {
            return LG_OK;
        }
    }
    if (model->off_count == APP_MAX_OFF) {
        return app_too_many(reader, "passes");
    }
    model->off[model->off_count++] = name;
    return LG_OK;
}

// lane "name": of the calls of the model
static lg_status_t app_read_lane(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    char *name;
    LG_TRY(lg_reader_string(reader, &model->app->zone, &name, NULL));
    const lg_bind_t *found = lg_lanes_find(model->app->lanes.items, model->app->lanes.count, name);
    LG_CHECK(reader->err, found != NULL, LG_STATUS_FORMAT, NULL,
             "%s, line %u: lane '%.64s' is not declared before", reader->what, reader->line, name);
    model->lane = found->lane;
    return LG_OK;
}

// tensor "weight" = "name in the file"
static lg_status_t app_read_tensor(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    char *name, *target;
    LG_TRY(lg_reader_string(reader, &model->app->zone, &name, NULL));
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(lg_reader_string(reader, &model->app->zone, &target, NULL));
    LG_CHECK(reader->err, lg_map_find(&model->aliases, name, strlen(name)) == LG_MAP_NONE, LG_STATUS_FORMAT,
             NULL, "%s, line %u: tensor '%.64s' stands there twice", reader->what, reader->line, name);
    if (!LG_LIST_GROW(&model->app->context->heap, &model->tensors) ||
        !lg_map_add(&model->aliases, name, strlen(name), (uint32_t)model->tensors.count)) {
        return app_read_no_memory(reader);
    }
    model->tensors.items[model->tensors.count++] = target;
    return LG_OK;
}

// Sixteen hexadecimal digits as a string.
static lg_status_t app_read_hash(lg_reader_t *reader, lg_zone_t *zone, uint64_t *out_hash) {
    char *digits;
    size_t bytes;
    *out_hash = 0;
    LG_TRY(lg_reader_string(reader, zone, &digits, &bytes));
    for (size_t i = 0; i < 16; i++) {
        const char *const all = "0123456789abcdef";
        const char *digit = bytes == 16 ? strchr(all, digits[i]) : NULL;
        if (digit == NULL) {
            return lg_reader_fail(reader, "sixteen hexadecimal digits before this");
        }
        *out_hash = *out_hash << 4 | (uint64_t)(digit - all);
    }
    return LG_OK;
}

// pack "weight" "layout" "sample" = "name in the file"
static lg_status_t app_read_pack(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    lg_zone_t *zone = &model->app->zone;
    app_pack_t pack;
    LG_TRY(lg_reader_string(reader, zone, &pack.weight, NULL));
    LG_TRY(app_read_hash(reader, zone, &pack.layout));
    LG_TRY(app_read_hash(reader, zone, &pack.sample));
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(lg_reader_string(reader, zone, &pack.tensor, NULL));
    if (model->packs.count == LG_APP_MAX_PACKS) {
        return app_too_many(reader, "packs");
    }
    if (!LG_LIST_GROW(&model->app->context->heap, &model->packs)) {
        return app_read_no_memory(reader);
    }
    model->packs.items[model->packs.count++] = pack;
    return LG_OK;
}

// Puts a pack where plans look for it, if it is what it says.
static lg_status_t app_add_pack(app_model_t *model, const app_pack_t *entry) {
    lg_app_t *app = model->app;
    lg_error_t *err = model->reader->err;
    uint32_t index = lg_map_find(&model->program->weight_names, entry->weight, strlen(entry->weight));
    lg_tensor_t tensor;
    if (index == LG_MAP_NONE) {
        return LG_OK;
    }
    lg_status_t status = lg_container_tensor(model->container, entry->tensor, &tensor, err);
    if (status != LG_OK) {
        return status == LG_STATUS_NOT_FOUND || status == LG_STATUS_FORMAT ? LG_OK : status;
    }
    const lg_view_t *weight = lg_program_weight_type(model->program, index);
    size_t bytes = (size_t)weight->elem_count * lg_dtype_size((lg_dtype_t)weight->dtype);
    const lg_pack_key_t key = {weight->data, entry->layout, lg_buffer_bytes(tensor.buffer)};
    if ((uintptr_t)tensor.view.data % LG_ALIGNMENT == 0 && key.bytes > 0 && bytes > 0 &&
        lg_pack_sample(weight->data, bytes) == entry->sample) {
        if (LG_LIST_GROW(&app->context->heap, &app->packs)) {
            status = lg_pack_add(app->context, &key, tensor.buffer, true, &app->packs.items[app->packs.count],
                                 err);
            app->packs.count += status == LG_OK;
        } else {
            status = app_read_no_memory(model->reader);
        }
    }
    lg_buffer_release(tensor.buffer);
    return status;
}

// plan "type of input" ...: kept for later, when it is known what the inputs are.
static lg_status_t app_note_plan(app_model_t *model) {
    if (model->plans.count == APP_MAX_ENTRIES) {
        return app_too_many(model->reader, "plans");
    }
    if (!LG_LIST_GROW(&model->app->context->heap, &model->plans)) {
        return app_read_no_memory(model->reader);
    }
    model->plans.items[model->plans.count++] = *model->reader;
    return lg_entry_skip(model->reader);
}

// { rule ... off ... }: the options of a signature, which is planned with them.
static lg_status_t app_read_options(lg_app_t *app, lg_model_t *model, lg_reader_t *reader,
                                    const lg_view_t *types, uint32_t count) {
    app_model_t own = {.app = app, .reader = reader};
    lg_status_t status = LG_OK;
    while (status == LG_OK && !lg_reader_take(reader, "}")) {
        status = lg_reader_take(reader, "rule") ? app_read_rule(&own)
                 : lg_reader_take(reader, "off")
                     ? app_read_off(&own)
                     : lg_entry_other(reader, &app->zone, "an entry of a plan or '}'");
    }
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t),
                           own.rules.items,
                           own.rules.count,
                           own.off,
                           own.off_count,
                           NULL,
                           NULL,
                           NULL,
                           0,
                           model->desc.name};
    lg_lanes_describe(&model->lanes, &desc);
    lg_program_t *program = NULL;
    lg_model_t *fixed = NULL;
    status =
        status == LG_OK ? lg_program_specialize(model->program, types, count, &program, reader->err) : status;
    status = status == LG_OK ? lg_model_create_program(program, &desc, &fixed, reader->err) : status;
    status = status == LG_OK ? lg_model_install(model, fixed, reader->err) : status;
    lg_model_release(fixed);
    lg_program_release(program);
    LG_LIST_DEINIT(&app->context->heap, &own.rules);
    return status;
}

// Adds the signature that stands at `reader`.
static lg_status_t app_read_plan(lg_app_t *app, lg_model_t *model, lg_reader_t *reader, lg_view_t *types) {
    lg_zone_t *zone = &app->zone;
    uint32_t count = lg_program_input_count(model->program);
    for (uint32_t i = 0; i < count; i++) {
        char *string;
        size_t bytes;
        lg_spec_t spec;
        if (lg_entry_at_end(reader)) {
            return lg_reader_fail(reader, "a type for each input");
        }
        LG_TRY(lg_reader_string(reader, zone, &string, &bytes));
        lg_reader_t inner;
        lg_reader_init(&inner, string, bytes, reader->what, reader->err);
        inner.line = reader->line;
        LG_TRY(lg_spec_read(&inner, &spec));
        for (uint32_t k = 0; k < spec.rank; k++) {
            LG_CHECK(reader->err, spec.chars[k] == NULL, LG_STATUS_FORMAT, NULL,
                     "%s, line %u: a plan for '%.64s', expected numbers", reader->what, reader->line, string);
        }
        LG_TRY(lg_view_init(&types[i], spec.dtype, spec.rank, spec.shape, reader->err));
    }
    if (!lg_entry_at_end(reader) && lg_reader_take(reader, "{")) {
        return app_read_options(app, model, reader, types, count);
    }
    return lg_model_add_signature(model, types, count, reader->err);
}

static lg_status_t app_weight(void *user, const char *name, const lg_view_t *type, lg_tensor_t *out_tensor,
                              lg_error_t *err) {
    app_model_t *model = user;
    (void)type;  // the parser compares it
    uint32_t alias = lg_map_find(&model->aliases, name, strlen(name));
    if (alias != LG_MAP_NONE) {
        return lg_container_tensor(model->container, model->tensors.items[alias], out_tensor, err);
    }
    size_t prefix_bytes = strlen(model->prefix);
    size_t name_bytes = strlen(name);
    char *full = lg_zone_alloc(&model->app->zone, prefix_bytes + name_bytes + 1);
    LG_CHECK(err, full != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read a file");
    memcpy(full, model->prefix, prefix_bytes);
    memcpy(full + prefix_bytes, name, name_bytes);
    return lg_container_tensor(model->container, full, out_tensor, err);
}

// Whether the program comes next; it is not taken.
static bool app_at_program(lg_reader_t *reader) {
    lg_reader_t ahead = *reader;
    return lg_reader_take(&ahead, "program");
}

static lg_status_t app_read_entries(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    while (!lg_reader_take(reader, "}")) {
        if (app_at_program(reader)) {
            if (model->program != NULL) {
                return lg_reader_fail(reader, "one program in a model");
            }
            LG_TRY(lg_parse_program(reader, model->app->context, app_weight, model, &model->program));
        } else if (lg_reader_take(reader, "rule")) {
            LG_TRY(app_read_rule(model));
        } else if (lg_reader_take(reader, "off")) {
            LG_TRY(app_read_off(model));
        } else if (lg_reader_take(reader, "lane")) {
            LG_TRY(app_read_lane(model));
        } else if (lg_reader_take(reader, "plan")) {
            LG_TRY(app_note_plan(model));
        } else if (lg_reader_take(reader, "tensor")) {
            LG_TRY(app_read_tensor(model));
        } else if (lg_reader_take(reader, "pack")) {
            LG_TRY(app_read_pack(model));
        } else {
            LG_TRY(lg_entry_other(reader, &model->app->zone, "an entry of a model or '}'"));
        }
    }
    return model->program != NULL ? LG_OK : lg_reader_fail(reader, "a program in the model before");
}

// Fails where rules name code that is not registered, listing all of it.
static lg_status_t app_check_symbols(app_model_t *model) {
    char names[256] = "";
    size_t bytes = 0;
    for (size_t i = 0; i < model->rules.count; i++) {
        const lg_rule_t *rule = &model->rules.items[i];
        const char *const symbols[] = {rule->replace, rule->before, rule->after};
        for (int k = 0; k < 3; k++) {
            if (symbols[k] != NULL && lg_code_find(model->app->context, symbols[k]) == NULL &&
                bytes < sizeof names) {
                bytes += (size_t)snprintf(names + bytes, sizeof names - bytes, " '%s'", symbols[k]);
            }
        }
    }
    LG_CHECK(model->reader->err, bytes == 0, LG_STATUS_NOT_FOUND, NULL,
             "%s: model '%.64s' runs code at its ops that is not registered here:%s; see lg_hook_register",
             model->reader->what, model->name, names);
    return LG_OK;
}

// Makes the model that was read and gives it to the app.
static lg_status_t app_finish_model(app_model_t *model) {
    lg_reader_t *reader = model->reader;
    lg_app_t *app = model->app;
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t),
                                 model->rules.items,
                                 model->rules.count,
                                 model->off,
                                 model->off_count,
                                 NULL,
                                 model->lane,
                                 app->lanes.items,
                                 app->lanes.count,
                                 model->name};
    lg_model_t *made;
    LG_TRY(app_check_symbols(model));
    for (size_t i = 0; i < model->packs.count; i++) {
        LG_TRY(app_add_pack(model, &model->packs.items[i]));
    }
    LG_TRY(lg_model_create_program(model->program, &desc, &made, reader->err));
    lg_view_t *types =
        lg_zone_alloc(&app->zone, (size_t)lg_program_input_count(model->program) * sizeof *types);
    lg_status_t status = types != NULL ? LG_OK : app_read_no_memory(reader);
    for (size_t i = 0; i < model->plans.count && status == LG_OK; i++) {
        status = app_read_plan(app, made, &model->plans.items[i], types);
    }
    if (status != LG_OK) {
        lg_model_release(made);
        return status;
    }
    return lg_app_add(app, model->name, made, reader->err);
}

// model "name" weights "prefix" { ... }
static lg_status_t app_read_model(lg_app_t *app, lg_reader_t *reader, lg_container_t *container) {
    app_model_t model = {.app = app, .reader = reader, .container = container};
    LG_TRY(lg_reader_string(reader, &app->zone, &model.name, NULL));
    for (size_t i = 0; i < app->entries.count; i++) {
        LG_CHECK(reader->err, strcmp(app->entries.items[i].name, model.name) != 0, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: model '%.64s' stands there twice", reader->what, reader->line, model.name);
    }
    LG_TRY(lg_reader_expect(reader, "weights"));
    LG_TRY(lg_reader_string(reader, &app->zone, &model.prefix, NULL));
    LG_TRY(lg_reader_expect(reader, "{"));
    lg_heap_t *heap = &app->context->heap;
    lg_map_init(&model.aliases, heap);
    lg_status_t status = app_read_entries(&model);
    status = status == LG_OK ? app_finish_model(&model) : status;
    lg_program_release(model.program);
    LG_LIST_DEINIT(heap, &model.rules);
    LG_LIST_DEINIT(heap, &model.plans);
    LG_LIST_DEINIT(heap, &model.tensors);
    LG_LIST_DEINIT(heap, &model.packs);
    lg_map_deinit(&model.aliases);
    return status;
}

lg_status_t lg_app_read(lg_app_t *app, lg_container_t *container, const char *what, lg_error_t *err) {
    const char *text = lg_container_metadata(container, LG_APP_TEXT);
    LG_CHECK(err, text != NULL, LG_STATUS_FORMAT, NULL,
             "'%s' is a safetensors file without a legato app; save one with legato.save", what);
    lg_reader_t reader;
    int64_t version = 0;
    lg_reader_init(&reader, text, strlen(text), what, err);
    LG_TRY(lg_reader_expect(&reader, "legato"));
    LG_TRY(lg_reader_int(&reader, &version, "a format version"));
    LG_CHECK(err, version == LG_APP_FORMAT, LG_STATUS_FORMAT, NULL,
             "'%s' has format %lld, this library reads %d", what, (long long)version, LG_APP_FORMAT);
    bool bound = false;
    for (lg_reader_skip_space(&reader); reader.at < reader.end; lg_reader_skip_space(&reader)) {
        lg_reader_t ahead = reader;
        if (lg_reader_take(&ahead, "model") && !bound) {
            LG_TRY(lg_app_bind(app, what, err));
            bound = true;
        }
        if (lg_reader_take(&reader, "model")) {
            LG_TRY(app_read_model(app, &reader, container));
        } else if (lg_reader_take(&reader, "lane") || lg_reader_take(&reader, "unit")) {
            if (bound) {
                return lg_reader_fail(&reader, "lanes and units before the models; here");
            }
            LG_TRY(reader.at[-1] == 'e' ? lg_app_read_lane(app, &reader) : lg_app_read_unit(app, &reader));
        } else if (lg_reader_take(&reader, "signal")) {
            LG_TRY(lg_app_read_signal(app, &reader));
        } else if (lg_reader_take(&reader, "choice")) {
            LG_TRY(lg_app_read_choice(app, &reader));
        } else {
            LG_TRY(lg_entry_other(&reader, &app->zone, "a model or the end"));
        }
    }
    return bound ? LG_OK : lg_app_bind(app, what, err);
}
