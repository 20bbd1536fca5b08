// SPDX-License-Identifier: Apache-2.0
// Apps, written; see Note [The text of an app]. The same models give the same bytes: nothing depends on addresses,
// on time, or on the order in which things came about.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/app.h"
#include "program/format.h"
#include "run/choice.h"
#include "run/flow.h"

typedef struct app_writer {
    lg_heap_t *heap;
    lg_zone_t zone;
    lg_text_t *text;
    const char *path;  // for messages
    bool portable;
    bool prepack;
    lg_app_signals_t signals;  // that choices read
    LG_LIST(lg_container_item_t) items;
    lg_map_t written;            // where a weight lies and what it is, or a pack -> item
    LG_LIST(lg_model_t *) held;  // retained, whose packs are written
    uint32_t pack_count;
} app_writer_t;

// What makes two weights one tensor in the file. No padding.
typedef struct app_weight_key {
    uint64_t data;
    uint64_t dtype, rank;
    int64_t shape[LG_MAX_RANK];
} app_weight_key_t;

static bool app_name_is_valid(const char *name) {
    for (const char *c = name; *c != 0; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && *c != '_' && *c != '.' && *c != '-') {
            return false;
        }
    }
    return name[0] != 0;
}

static lg_status_t app_write_no_memory(const app_writer_t *writer, lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to save '%s'", writer->path);
}

// ---- plans ------------------------------------------------------------------------------------------

static lg_status_t app_write_rule(app_writer_t *writer, lg_context_t *context, const lg_rule_t *rule,
                                  lg_error_t *err) {
    lg_text_t *text = writer->text;
    lg_text_printf(text, "rule");
    const char *const names[] = {" op=", " path=", " to=", " lane=", " replace=", " before=", " after="};
    const char *const values[] = {rule->op,      rule->path,   rule->device, rule->lane,
                                  rule->replace, rule->before, rule->after};
    for (int i = 0; i < 7; i++) {
        if (values[i] != NULL) {
            lg_text_printf(text, "%s", names[i]);
            lg_text_quote(text, values[i]);
        }
    }
    if (rule->choice != NULL) {
        lg_text_printf(text, " to=%s", rule->choice);
    }
    for (uint64_t i = 0; i < rule->hold_count; i++) {
        lg_text_printf(text, " hold=");
        lg_text_quote(text, rule->holds[i]);
    }
    lg_text_printf(text, "\n");
    return lg_app_note_choice(context, rule->choice, &writer->zone, &writer->signals, err);
}

// By extents, in the order of inputs and axes.
static int app_compare_signatures(const void *left, const void *right) {
    const lg_view_t *const *a = left, *const *b = right;
    for (size_t i = 0; (*a)[i].dtype != LG_DTYPE_INVALID; i++) {
        for (uint32_t k = 0; k < (*a)[i].rank; k++) {
            int64_t x = (*a)[i].shape[k], y = (*b)[i].shape[k];
            if (x != y) {
                return x < y ? -1 : 1;
            }
        }
    }
    return 0;
}

// Rules, and passes that are off.
static lg_status_t app_write_options(app_writer_t *writer, const char *name, lg_model_t *model,
                                     lg_error_t *err) {
    lg_rules_t decided = {NULL, 0, 0};
    lg_status_t status = lg_app_policy(model, name, &writer->zone, &decided, err);
    for (size_t i = 0; i < decided.count && status == LG_OK; i++) {
        status = app_write_rule(writer, model->context, &decided.items[i], err);
    }
    LG_LIST_DEINIT(writer->heap, &decided);
    LG_TRY(status);
    for (uint32_t i = 0; i < lg_model_rule_count(model); i++) {
        lg_rule_t rule = lg_model_rule(model, i);
        LG_TRY(app_write_rule(writer, model->context, &rule, err));
    }
    for (uint32_t i = 0; lg_model_pass_off(model, i) != NULL; i++) {
        lg_text_printf(writer->text, "off ");
        lg_text_quote(writer->text, lg_model_pass_off(model, i));
        lg_text_printf(writer->text, "\n");
    }
    return LG_OK;
}

// A line per signature, in an order of their own; with options in braces where they are not those of the model.
static lg_status_t app_write_plans(app_writer_t *writer, const char *name, lg_model_t *model,
                                   lg_error_t *err) {
    uint32_t count = lg_program_input_count(model->program);
    LG_LIST(lg_view_t *) signatures = {NULL, 0, 0};
    lg_status_t status = LG_OK;
    if (model->plan != NULL) {
        return LG_OK;  // it has one, and its inputs say which
    }
    while (status == LG_OK) {
        // One more behind the last input: dtype INVALID, where the comparison ends.
        lg_view_t *types = lg_zone_alloc(&writer->zone, (count + 1) * sizeof *types);
        if (types == NULL || !LG_LIST_GROW(writer->heap, &signatures)) {
            status = app_write_no_memory(writer, err);
            break;
        }
        if (lg_model_signature_at(model, (uint32_t)signatures.count, writer->portable, types, count, NULL) !=
            LG_OK) {
            break;
        }
        signatures.items[signatures.count++] = types;
    }
    if (signatures.count > 1) {
        qsort(signatures.items, signatures.count, sizeof *signatures.items, app_compare_signatures);
    }
    for (size_t i = 0; i < signatures.count && status == LG_OK; i++) {
        lg_text_printf(writer->text, "plan");
        for (uint32_t k = 0; k < count; k++) {
            lg_text_printf(writer->text, " \"");
            lg_extent_format(writer->text, &signatures.items[i][k], NULL);
            lg_text_printf(writer->text, "\"");
        }
        lg_model_t *own = lg_model_installed(model, signatures.items[i], count);
        lg_text_printf(writer->text, own != NULL ? " {\n" : "\n");
        if (own != NULL) {
            status = app_write_options(writer, name, own, err);
            lg_text_printf(writer->text, "}\n");
        }
        lg_model_release(own);
    }
    LG_LIST_DEINIT(writer->heap, &signatures);
    return status;
}

// ---- weights ----------------------------------------------------------------------------------------

// One model keeps its weights' own names, so that other tools see what they expect, unless they look like those that
// the container has for itself.
static char *app_prefix(app_writer_t *writer, const char *name, const lg_program_t *program, bool alone) {
    for (uint32_t i = 0; alone && i < lg_program_weight_count(program); i++) {
        alone = strncmp(lg_program_weight_name(program, i), "__", 2) != 0;
    }
    size_t bytes = alone ? 0 : strlen(name);
    char *prefix = lg_zone_alloc(&writer->zone, bytes + 2);
    if (prefix != NULL && !alone) {
        memcpy(prefix, name, bytes);
        prefix[bytes] = '/';
    }
    return prefix;
}

static lg_status_t app_add_item(app_writer_t *writer, const char *prefix, const char *name,
                                const lg_view_t *view, lg_error_t *err) {
    if (!LG_LIST_GROW(writer->heap, &writer->items)) {
        return app_write_no_memory(writer, err);
    }
    writer->items.items[writer->items.count++] = (lg_container_item_t){prefix, name, view};
    return LG_OK;
}

// Adds a weight to the file, or says where its content is already.
static lg_status_t app_write_weight(app_writer_t *writer, const char *prefix, const char *name,
                                    const lg_view_t *type, lg_error_t *err) {
    app_weight_key_t *key = lg_zone_alloc(&writer->zone, sizeof *key);
    if (key == NULL) {
        return app_write_no_memory(writer, err);
    }
    key->data = (uint64_t)(uintptr_t)type->data;
    key->dtype = type->dtype;
    key->rank = type->rank;
    memcpy(key->shape, type->shape, type->rank * sizeof *key->shape);
    uint32_t same = type->elem_count > 0 ? lg_map_find(&writer->written, key, sizeof *key) : LG_MAP_NONE;
    if (same == LG_MAP_NONE) {
        if (type->elem_count > 0 &&
            !lg_map_add(&writer->written, key, sizeof *key, (uint32_t)writer->items.count)) {
            return app_write_no_memory(writer, err);
        }
        return app_add_item(writer, prefix, name, type, err);
    }
    const lg_container_item_t *item = &writer->items.items[same];
    size_t prefix_bytes = strlen(item->prefix), name_bytes = strlen(item->name);
    char *full = lg_zone_alloc(&writer->zone, prefix_bytes + name_bytes + 1);
    if (full == NULL) {
        return app_write_no_memory(writer, err);
    }
    memcpy(full, item->prefix, prefix_bytes);
    memcpy(full + prefix_bytes, item->name, name_bytes);
    lg_text_printf(writer->text, "tensor ");
    lg_text_quote(writer->text, name);
    lg_text_printf(writer->text, " = ");
    lg_text_quote(writer->text, full);
    lg_text_printf(writer->text, "\n");
    return LG_OK;
}

// ---- packs: see Note [Packs in files] ---------------------------------------------------------------

// What makes two packs one tensor in the file; a length that no key of a weight has.
typedef struct app_pack_key {
    uint64_t source, layout, bytes;
} app_pack_key_t;

// Adds a pack of the weight called `name` to the file, unless another plan has it.
static lg_status_t app_write_pack(app_writer_t *writer, const char *name, const lg_view_t *weight,
                                  const lg_pack_t *pack, lg_error_t *err) {
    const app_pack_key_t given = {(uint64_t)(uintptr_t)pack->key.source, pack->key.layout, pack->key.bytes};
    app_pack_key_t *key = lg_zone_alloc(&writer->zone, sizeof *key);
    lg_view_t *view = lg_zone_alloc(&writer->zone, sizeof *view);
    char *tensor = lg_zone_alloc(&writer->zone, 32);
    if (key == NULL || view == NULL || tensor == NULL) {
        return app_write_no_memory(writer, err);
    }
    *key = given;
    uint32_t same = lg_map_find(&writer->written, key, sizeof *key);
    if (same == LG_MAP_NONE) {
        const int64_t bytes = (int64_t)pack->key.bytes;
        if (!lg_map_add(&writer->written, key, sizeof *key, (uint32_t)writer->items.count)) {
            return app_write_no_memory(writer, err);
        }
        snprintf(tensor, 32, "__pack.%u", writer->pack_count++);
        LG_TRY(lg_view_init(view, LG_DTYPE_U8, 1, &bytes, err));
        view->data = lg_buffer_data(pack->buffer);
        LG_TRY(app_add_item(writer, "", tensor, view, err));
        same = (uint32_t)writer->items.count - 1;
    }
    lg_text_printf(writer->text, "pack ");
    lg_text_quote(writer->text, name);
    lg_text_printf(writer->text, " \"%016llx\" \"%016llx\" = \"%s\"\n", (unsigned long long)pack->key.layout,
                   (unsigned long long)lg_pack_sample(
                       weight->data, (size_t)weight->elem_count * lg_dtype_size((lg_dtype_t)weight->dtype)),
                   writer->items.items[same].name);
    return LG_OK;
}

// The packs of a plan, each once per model; `weights` finds them by address, `done` has those that are written.
static lg_status_t app_write_plan_packs(app_writer_t *writer, const lg_program_t *program,
                                        const lg_plan_t *plan, const lg_map_t *weights, lg_map_t *done,
                                        lg_error_t *err) {
    for (size_t i = 0; plan != NULL && i < plan->packs.count && done->count < LG_APP_MAX_PACKS; i++) {
        const lg_pack_t *pack = plan->packs.items[i];
        uint32_t index = lg_map_find(weights, &pack->key.source, sizeof pack->key.source);
        // What a pass computed lies in no file; computing it again takes as long as packing.
        if (index == LG_MAP_NONE || lg_map_find(done, &pack, sizeof pack) != LG_MAP_NONE) {
            continue;
        }
        const lg_pack_t **key = lg_zone_alloc(&writer->zone, sizeof pack);
        if (key == NULL) {
            return app_write_no_memory(writer, err);
        }
        *key = pack;
        if (!lg_map_add(done, key, sizeof pack, 0)) {
            return app_write_no_memory(writer, err);
        }
        LG_TRY(app_write_pack(writer, lg_program_weight_name(program, index),
                              lg_program_weight_type(program, index), pack, err));
    }
    return LG_OK;
}

// Retains the models of all signatures, planned, until the file is written. Where elements of inputs are part of the
// signature, those that are planned: a type alone does not say them.
static lg_status_t app_hold_plans(app_writer_t *writer, lg_model_t *model, lg_error_t *err) {
    for (size_t i = 0; model->flow != NULL && i < model->flow->split.parts.count; i++) {
        for (int k = 0; k < 2; k++) {
            lg_model_t *part = model->flow->models[i][k];
            LG_TRY(part != NULL ? app_hold_plans(writer, part, err) : LG_OK);
        }
    }
    uint32_t count = lg_program_input_count(model->program);
    lg_view_t *types = lg_zone_alloc(&writer->zone, (count + 1) * sizeof *types);
    lg_status_t status = types != NULL ? LG_OK : app_write_no_memory(writer, err);
    for (uint32_t i = 0; status == LG_OK; i++) {
        if (!LG_LIST_GROW(writer->heap, &writer->held)) {
            return app_write_no_memory(writer, err);
        }
        lg_model_t **held = &writer->held.items[writer->held.count];
        if (model->program->static_count > 0) {
            *held = lg_model_planned_at(model, i);
        } else if (lg_model_signature_at(model, i, false, types, count, NULL) == LG_OK) {
            status = lg_model_specialize(model, types, count, held, err);
        } else {
            *held = NULL;
        }
        if (status == LG_OK && *held == NULL) {
            break;
        }
        writer->held.count += status == LG_OK;
    }
    return status;
}

static lg_status_t app_write_packs(app_writer_t *writer, lg_model_t *model, lg_error_t *err) {
    const lg_program_t *program = model->program;
    size_t first = writer->held.count;
    lg_map_t weights, done;
    lg_map_init(&weights, writer->heap);
    lg_map_init(&done, writer->heap);
    lg_status_t status = app_hold_plans(writer, model, err);
    for (uint32_t i = 0; i < lg_program_weight_count(program) && status == LG_OK; i++) {
        void *const *data = &lg_program_weight_type(program, i)->data;
        if (lg_map_find(&weights, data, sizeof *data) == LG_MAP_NONE &&
            !lg_map_add(&weights, data, sizeof *data, i)) {
            status = app_write_no_memory(writer, err);
        }
    }
    for (size_t i = first; i < writer->held.count && status == LG_OK; i++) {
        status = app_write_plan_packs(writer, program, writer->held.items[i]->plan, &weights, &done, err);
    }
    lg_map_deinit(&weights);
    lg_map_deinit(&done);
    return status;
}

static lg_status_t app_write_model(app_writer_t *writer, const char *name, lg_model_t *model, bool alone,
                                   lg_error_t *err) {
    const lg_program_t *program = lg_model_program(model);
    char *prefix = app_prefix(writer, name, program, alone);
    if (prefix == NULL) {
        return app_write_no_memory(writer, err);
    }
    lg_text_printf(writer->text, "model ");
    lg_text_quote(writer->text, name);
    lg_text_printf(writer->text, " weights ");
    lg_text_quote(writer->text, prefix);
    lg_text_printf(writer->text, " {\n");
    if (model->lanes.lane != NULL) {
        const lg_bind_t *named = lg_lanes_of(&model->lanes, model->lanes.lane);
        lg_text_printf(writer->text, "lane ");
        lg_text_quote(writer->text, named != NULL ? named->name : lg_lane_name(model->lanes.lane));
        lg_text_printf(writer->text, "\n");
    }
    LG_TRY(app_write_options(writer, name, model, err));
    LG_TRY(app_write_plans(writer, name, model, err));
    for (uint32_t i = 0; i < lg_program_weight_count(program); i++) {
        LG_TRY(app_write_weight(writer, prefix, lg_program_weight_name(program, i),
                                lg_program_weight_type(program, i), err));
    }
    if (writer->prepack) {
        LG_TRY(app_write_packs(writer, model, err));
    }
    lg_format_program(writer->text, program);
    lg_text_printf(writer->text, "}\n");
    return LG_OK;
}

// What is written: the models of the caller, and behind them those that choices are between, under names of their own.
typedef struct app_list {
    const char **names;
    lg_model_t **models;
    size_t count;
} app_list_t;

static size_t app_find_model(const app_list_t *list, const lg_model_t *model) {
    size_t at = 0;
    while (at < list->count && list->models[at] != model) {
        at++;
    }
    return at;
}

static lg_status_t app_list_models(app_writer_t *writer, const char *const *names, lg_model_t *const *models,
                                   size_t model_count, app_list_t *list, lg_error_t *err) {
    size_t capacity = model_count * (1 + LG_MAX_ALTERNATIVES);
    list->names = lg_zone_alloc(&writer->zone, capacity * sizeof *list->names);
    list->models = lg_zone_alloc(&writer->zone, capacity * sizeof *list->models);
    if (list->names == NULL || list->models == NULL) {
        return app_write_no_memory(writer, err);
    }
    for (; list->count < model_count; list->count++) {
        list->names[list->count] = names[list->count];
        list->models[list->count] = models[list->count];
    }
    for (size_t i = 0; i < model_count; i++) {
        for (uint32_t k = 0; models[i]->choice != NULL && k < models[i]->choice->count; k++) {
            lg_model_t *one = models[i]->choice->models[k];
            size_t bytes = strlen(names[i]) + 4;
            char *name = lg_zone_alloc(&writer->zone, bytes);
            if (app_find_model(list, one) < list->count) {
                continue;
            }
            if (name == NULL) {
                return app_write_no_memory(writer, err);
            }
            snprintf(name, bytes, "%s.%u", names[i], k);
            for (size_t n = 0; n < list->count; n++) {
                LG_CHECK(err, strcmp(list->names[n], name) != 0, LG_STATUS_INVALID_ARGUMENT, NULL,
                         "'%s' is alternative %u of '%s', and another model; give the other one another name",
                         name, k, names[i]);
            }
            list->names[list->count] = name;
            list->models[list->count++] = one;
        }
    }
    return LG_OK;
}

// choice "name" = choose(...)
static lg_status_t app_write_choice(app_writer_t *writer, const app_list_t *list, size_t index,
                                    lg_error_t *err) {
    const lg_model_choice_t *choice = list->models[index]->choice;
    lg_text_printf(writer->text, "choice ");
    lg_text_quote(writer->text, list->names[index]);
    lg_text_printf(writer->text, " = choose(%s", choice->selector->when);
    for (uint32_t i = 0; i < choice->count; i++) {
        lg_text_printf(writer->text, ", ");
        lg_text_quote(writer->text, list->names[app_find_model(list, choice->models[i])]);
    }
    lg_text_printf(writer->text, ")\n");
    return lg_app_note_choice(list->models[index]->context, choice->selector->text, &writer->zone,
                              &writer->signals, err);
}

static lg_status_t app_write_text(app_writer_t *writer, const app_list_t *list, lg_error_t *err) {
    lg_text_printf(writer->text, "legato %d\n", LG_APP_FORMAT);
    LG_TRY(lg_app_write_roles(writer->text, &writer->zone, list->models, list->count, err));
    for (size_t i = 0; i < list->count; i++) {
        if (list->models[i]->choice == NULL) {
            LG_TRY(app_write_model(writer, list->names[i], list->models[i], list->count == 1, err));
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        LG_TRY(list->models[i]->choice != NULL ? app_write_choice(writer, list, i, err) : LG_OK);
    }
    lg_app_write_signals(writer->text, &writer->signals);
    return LG_OK;
}

lg_status_t lg_app_save(const char *path, const char *const *names, lg_model_t *const *models,
                        size_t model_count, const lg_save_desc_t *desc, lg_error_t *err) {
    LG_CHECK(err, model_count > 0, LG_STATUS_INVALID_ARGUMENT, NULL, "an app needs at least one model");
    for (size_t i = 0; i < model_count; i++) {
        LG_CHECK(err, names[i] != NULL && app_name_is_valid(names[i]), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "'%s' is no model name; use letters, digits, '_', '.' and '-'",
                 names[i] != NULL ? names[i] : "");
        for (size_t k = 0; k < i; k++) {
            LG_CHECK(err, strcmp(names[i], names[k]) != 0, LG_STATUS_INVALID_ARGUMENT, NULL,
                     "two models are named '%s'", names[i]);
        }
    }
    app_writer_t writer = {.heap = &models[0]->context->heap, .path = path};
    writer.portable = desc != NULL && LG_HAS(desc, lg_save_desc_t, portable);
    writer.prepack = desc != NULL && LG_HAS(desc, lg_save_desc_t, prepack);
    LG_CHECK(err, !writer.portable || !writer.prepack, LG_STATUS_INVALID_ARGUMENT, NULL,
             "packed weights are for the kernels of this machine: a portable file has none");
    lg_zone_init(&writer.zone, writer.heap);
    lg_map_init(&writer.written, writer.heap);
    writer.text = lg_text_create(writer.heap);
    lg_status_t status = writer.text != NULL ? LG_OK : app_write_no_memory(&writer, err);
    app_list_t list = {NULL, NULL, 0};
    status = status == LG_OK ? app_list_models(&writer, names, models, model_count, &list, err) : status;
    status = status == LG_OK ? app_write_text(&writer, &list, err) : status;
    if (status == LG_OK) {
        status = lg_text_finish(writer.text, &writer.text, err);
    }
    if (status == LG_OK) {
        const char *const metadata[] = {"format", "legato", LG_APP_TEXT, writer.text->chars, NULL};
        status = lg_container_write(writer.heap, path, metadata, writer.items.items, writer.items.count, err);
    }
    lg_text_release(writer.text);
    for (size_t i = 0; i < writer.held.count; i++) {
        lg_model_release(writer.held.items[i]);
    }
    LG_LIST_DEINIT(writer.heap, &writer.held);
    LG_LIST_DEINIT(writer.heap, &writer.signals);
    LG_LIST_DEINIT(writer.heap, &writer.items);
    lg_map_deinit(&writer.written);
    lg_zone_deinit(&writer.zone);
    return status;
}
