// SPDX-License-Identifier: Apache-2.0
// Apps: named models in one .legato file. The text under "legato.app" in the file's metadata says:
//
//   legato 1
//   model "main" weights "main/" {
//     rule op="matmul" to="acme.mm:0"
//     program { ... }
//   }
#include <legato/app.h>
#include <string.h>

#include "file/safetensors.h"
#include "program/format.h"
#include "run/call.h"

#define APP_FORMAT 1
#define APP_MAX_RULES 4096

typedef struct app_entry {
    char *name;
    lg_model_t *model;
} app_entry_t;

struct lg_app {
    atomic_int refs;  // the opener and every model handed out
    lg_context_t *context;
    bool owns_context;
    lg_zone_t zone;
    LG_LIST(app_entry_t) entries;
};

// ---- reading ----------------------------------------------------------------------------------------

typedef struct app_weights {
    lg_container_t *container;
    const char *prefix;
    lg_zone_t *zone;
} app_weights_t;

static lg_status_t app_weight(void *user, const char *name, const lg_view_t *type, lg_tensor_t *out_tensor,
                              lg_error_t *err) {
    const app_weights_t *weights = user;
    (void)type;  // the parser compares it
    size_t prefix_bytes = strlen(weights->prefix);
    size_t name_bytes = strlen(name);
    char *full = lg_zone_alloc(weights->zone, prefix_bytes + name_bytes + 1);
    LG_CHECK(err, full != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read a file");
    memcpy(full, weights->prefix, prefix_bytes);
    memcpy(full + prefix_bytes, name, name_bytes);
    return lg_container_tensor(weights->container, full, out_tensor, err);
}

// rule op="..." path="..." to="..."
static lg_status_t app_read_rule(lg_reader_t *reader, lg_zone_t *zone, lg_rule_t *rule) {
    char *string;
    *rule = (lg_rule_t){NULL, NULL, NULL};
    while (rule->device == NULL) {
        const char **field = lg_reader_take(reader, "op")     ? &rule->op
                             : lg_reader_take(reader, "path") ? &rule->path
                             : lg_reader_take(reader, "to")   ? &rule->device
                                                              : NULL;
        if (field == NULL) {
            return lg_reader_fail(reader, "op=, path= or to=");
        }
        LG_TRY(lg_reader_expect(reader, "="));
        LG_TRY(lg_reader_string(reader, zone, &string, NULL));
        *field = string;
    }
    return LG_OK;
}

static void app_retain(void *owner) {
    lg_app_t *app = owner;
    atomic_fetch_add_explicit(&app->refs, 1, memory_order_relaxed);
}

static void app_release(void *owner) {
    lg_app_t *app = owner;
    if (atomic_fetch_sub_explicit(&app->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_context_t *context = app->owns_context ? app->context : NULL;
    for (size_t i = 0; i < app->entries.count; i++) {
        app->entries.items[i].model->owner = NULL;  // nobody else holds it now
        lg_model_release(app->entries.items[i].model);
    }
    LG_LIST_DEINIT(&app->context->heap, &app->entries);
    lg_zone_deinit(&app->zone);
    lg_heap_free(&app->context->heap, app, sizeof *app);
    lg_context_close(context);
}

static lg_status_t app_add(lg_app_t *app, char *name, lg_program_t *program, const lg_rule_t *rules,
                           size_t rule_count, lg_error_t *err) {
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .rules = rules, .rule_count = rule_count};
    lg_model_t *model;
    LG_TRY(lg_model_create_program(program, &desc, &model, err));
    if (!LG_LIST_GROW(&app->context->heap, &app->entries)) {
        lg_model_release(model);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for an app");
    }
    model->owner = app;
    model->owner_retain = app_retain;
    model->owner_release = app_release;
    app->entries.items[app->entries.count++] = (app_entry_t){name, model};
    return LG_OK;
}

static lg_status_t app_read_model(lg_app_t *app, lg_reader_t *reader, lg_container_t *container) {
    char *name, *prefix;
    LG_LIST(lg_rule_t) rules = {NULL, 0, 0};
    lg_heap_t *heap = &app->context->heap;
    LG_TRY(lg_reader_string(reader, &app->zone, &name, NULL));
    for (size_t i = 0; i < app->entries.count; i++) {
        LG_CHECK(reader->err, strcmp(app->entries.items[i].name, name) != 0, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: model '%.64s' stands there twice", reader->what, reader->line, name);
    }
    LG_TRY(lg_reader_expect(reader, "weights"));
    LG_TRY(lg_reader_string(reader, &app->zone, &prefix, NULL));
    LG_TRY(lg_reader_expect(reader, "{"));
    lg_status_t status = LG_OK;
    while (status == LG_OK && lg_reader_take(reader, "rule")) {
        if (rules.count == APP_MAX_RULES || !LG_LIST_GROW(heap, &rules)) {
            status = lg_error_set(reader->err, LG_STATUS_OUT_OF_MEMORY, NULL, "%s: no memory for its rules",
                                  reader->what);
            break;
        }
        status = app_read_rule(reader, &app->zone, &rules.items[rules.count++]);
    }
    lg_program_t *program = NULL;
    if (status == LG_OK) {
        app_weights_t weights = {container, prefix, &app->zone};
        status = lg_parse_program(reader, app->context, app_weight, &weights, &program);
    }
    status = status == LG_OK ? app_add(app, name, program, rules.items, rules.count, reader->err) : status;
    lg_program_release(program);
    LG_LIST_DEINIT(heap, &rules);
    return status == LG_OK ? lg_reader_expect(reader, "}") : status;
}

static lg_status_t app_read(lg_app_t *app, const char *path, lg_error_t *err) {
    lg_container_t *container;
    LG_TRY(lg_container_open(app->context, path, &container, err));
    const char *text = lg_container_metadata(container, "legato.app");
    lg_status_t status = LG_OK;
    if (text == NULL) {
        status =
            lg_error_set(err, LG_STATUS_FORMAT, NULL,
                         "'%s' is a safetensors file without a legato app; save one with legato.save", path);
    } else {
        lg_reader_t reader;
        int64_t version = 0;
        lg_reader_init(&reader, text, strlen(text), path, err);
        status = lg_reader_expect(&reader, "legato");
        status = status == LG_OK ? lg_reader_int(&reader, &version, "a format version") : status;
        if (status == LG_OK && version != APP_FORMAT) {
            status = lg_error_set(err, LG_STATUS_FORMAT, NULL, "'%s' has format %lld, this library reads %d",
                                  path, (long long)version, APP_FORMAT);
        }
        while (status == LG_OK && lg_reader_take(&reader, "model")) {
            status = app_read_model(app, &reader, container);
        }
        if (status == LG_OK) {
            lg_reader_skip_space(&reader);
            status = reader.at == reader.end ? LG_OK : lg_reader_fail(&reader, "a model or the end");
        }
    }
    lg_container_release(container);
    return status;
}

lg_status_t lg_app_open(const char *path, const lg_open_desc_t *desc, lg_app_t **out_app, lg_error_t *err) {
    *out_app = NULL;
    lg_context_t *context = desc != NULL && LG_HAS(desc, lg_open_desc_t, context) ? desc->context : NULL;
    bool owns_context = context == NULL;
    if (owns_context) {
        LG_TRY(lg_context_create(NULL, &context, err));
    }
    lg_status_t status = lg_context_check(context, err);
    if (status == LG_OK && desc != NULL && LG_HAS(desc, lg_open_desc_t, plugin_count)) {
        for (uint64_t i = 0; i < desc->plugin_count && status == LG_OK; i++) {
            status = lg_plugin_load(context, desc->plugins[i], NULL, err);
        }
    }
    lg_app_t *app = status == LG_OK ? lg_heap_alloc(&context->heap, sizeof *app) : NULL;
    if (app == NULL) {
        if (status == LG_OK) {
            status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for an app");
        }
        if (owns_context) {
            lg_context_close(context);
        }
        return status;
    }
    memset(app, 0, sizeof *app);
    atomic_init(&app->refs, 1);
    app->context = context;
    app->owns_context = owns_context;
    lg_zone_init(&app->zone, &context->heap);
    status = app_read(app, path, err);
    if (status != LG_OK) {
        app_release(app);
        return status;
    }
    *out_app = app;
    return LG_OK;
}

void lg_app_close(lg_app_t *app) {
    if (app != NULL) {
        app_release(app);
    }
}

uint32_t lg_app_model_count(const lg_app_t *app) {
    return (uint32_t)app->entries.count;
}

const char *lg_app_model_name(const lg_app_t *app, uint32_t index) {
    return index < app->entries.count ? app->entries.items[index].name : NULL;
}

lg_status_t lg_app_model(lg_app_t *app, const char *name, lg_model_t **out_model, lg_error_t *err) {
    *out_model = NULL;
    lg_model_t *found = NULL;
    lg_text_t *have = lg_text_create(&app->context->heap);
    for (size_t i = 0; i < app->entries.count; i++) {
        const app_entry_t *entry = &app->entries.items[i];
        if (name == NULL ? app->entries.count == 1 : strcmp(entry->name, name) == 0) {
            found = entry->model;
        }
        if (have != NULL) {
            lg_text_printf(have, " %s", entry->name);
        }
    }
    lg_status_t status = LG_OK;
    if (found == NULL) {
        status = lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, "there is no model '%s'; there are:%s",
                              name != NULL ? name : "(the only one)",
                              have != NULL && have->chars != NULL ? have->chars : " none");
    }
    lg_text_release(have);
    LG_TRY(status);
    lg_model_retain(found);
    *out_model = found;
    return LG_OK;
}

// ---- writing ----------------------------------------------------------------------------------------

static bool app_name_is_valid(const char *name) {
    for (const char *c = name; *c != 0; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && *c != '_' && *c != '.' && *c != '-') {
            return false;
        }
    }
    return name[0] != 0;
}

static void app_format_rule(lg_text_t *text, const lg_rule_t *rule) {
    lg_text_printf(text, "rule");
    const char *const names[3] = {" op=", " path=", " to="};
    const char *const values[3] = {rule->op, rule->path, rule->device};
    for (int i = 0; i < 3; i++) {
        if (values[i] != NULL) {
            lg_text_printf(text, "%s", names[i]);
            lg_text_quote(text, values[i]);
        }
    }
    lg_text_printf(text, "\n");
}

lg_status_t lg_app_save(const char *path, const char *const *names, lg_model_t *const *models,
                        size_t model_count, lg_error_t *err) {
    LG_CHECK(err, model_count > 0, LG_STATUS_INVALID_ARGUMENT, NULL, "an app needs at least one model");
    size_t item_count = 0;
    for (size_t i = 0; i < model_count; i++) {
        LG_CHECK(err, names[i] != NULL && app_name_is_valid(names[i]), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "'%s' is no model name; use letters, digits, '_', '.' and '-'",
                 names[i] != NULL ? names[i] : "");
        for (size_t k = 0; k < i; k++) {
            LG_CHECK(err, strcmp(names[i], names[k]) != 0, LG_STATUS_INVALID_ARGUMENT, NULL,
                     "two models are named '%s'", names[i]);
        }
        item_count += lg_program_weight_count(lg_model_program(models[i]));
    }
    lg_heap_t *heap = &models[0]->context->heap;
    lg_zone_t zone;
    lg_zone_init(&zone, heap);
    lg_container_item_t *items = lg_zone_alloc(&zone, item_count * sizeof *items);
    lg_text_t *text = lg_text_create(heap);
    lg_status_t status = LG_OK;
    if (items == NULL || text == NULL) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to save '%s'", path);
        goto done;
    }
    lg_text_printf(text, "legato %d\n", APP_FORMAT);
    size_t item = 0;
    for (size_t i = 0; i < model_count; i++) {
        const lg_program_t *program = lg_model_program(models[i]);
        // One model keeps its weights' own names, so that other tools see what they expect.
        char *prefix = lg_zone_alloc(&zone, strlen(names[i]) + 2);
        if (prefix == NULL) {
            status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to save '%s'", path);
            goto done;
        }
        if (model_count > 1) {
            memcpy(prefix, names[i], strlen(names[i]));
            prefix[strlen(names[i])] = '/';
        }
        lg_text_printf(text, "model ");
        lg_text_quote(text, names[i]);
        lg_text_printf(text, " weights ");
        lg_text_quote(text, prefix);
        lg_text_printf(text, " {\n");
        for (uint32_t k = 0; k < lg_model_rule_count(models[i]); k++) {
            lg_rule_t rule = lg_model_rule(models[i], k);
            app_format_rule(text, &rule);
        }
        lg_format_program(text, program);
        lg_text_printf(text, "}\n");
        for (uint32_t k = 0; k < lg_program_weight_count(program); k++) {
            items[item++] = (lg_container_item_t){prefix, lg_program_weight_name(program, k),
                                                  lg_program_weight_type(program, k)};
        }
    }
    status = lg_text_finish(text, &text, err);
    if (status == LG_OK) {
        const char *const metadata[] = {"format", "legato", "legato.app", text->chars, NULL};
        status = lg_container_write(heap, path, metadata, items, item_count, err);
    }
done:
    lg_text_release(text);
    lg_zone_deinit(&zone);
    return status;
}
