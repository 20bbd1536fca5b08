// SPDX-License-Identifier: Apache-2.0
// Apps: named models of one file. Reading is in app_read.c, writing in app_write.c.
#include "file/app.h"

#include <string.h>

#include "run/flow.h"

// ---- life -------------------------------------------------------------------------------------------

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
        app->entries.items[i].model->owner = NULL;  // nobody else holds them now
    }
    for (size_t i = app->entries.count; i-- > 0;) {
        lg_model_release(app->entries.items[i].model);
    }
    lg_app_unbind(app);
    for (size_t i = 0; i < app->signals.count; i++) {
        lg_signal_release(app->signals.items[i]);
    }
    LG_LIST_DEINIT(&app->context->heap, &app->signals);
    for (size_t i = 0; i < app->packs.count; i++) {
        lg_pack_drop(app->context, app->packs.items[i]);
    }
    LG_LIST_DEINIT(&app->context->heap, &app->packs);
    LG_LIST_DEINIT(&app->context->heap, &app->entries);
    lg_zone_deinit(&app->zone);
    lg_heap_free(&app->context->heap, app, sizeof *app);
    lg_context_close(context);
}

lg_status_t lg_app_add(lg_app_t *app, char *name, lg_model_t *model, lg_error_t *err) {
    if (!LG_LIST_GROW(&app->context->heap, &app->entries)) {
        lg_model_release(model);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for an app");
    }
    lg_status_t status = app->strict ? lg_model_be_strict(model, err) : LG_OK;
    if (status != LG_OK) {
        lg_model_release(model);
        return status;
    }
    model->owner = app;
    model->owner_retain = app_retain;
    model->owner_release = app_release;
    app->entries.items[app->entries.count++] = (lg_app_entry_t){name, model};
    return LG_OK;
}

// Makes an app without models, in the context that `desc` says.
static lg_status_t app_create(const lg_open_desc_t *desc, lg_app_t **out_app, lg_error_t *err) {
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
    app->desc = desc;
    app->strict = desc != NULL && LG_HAS(desc, lg_open_desc_t, strict);
    lg_zone_init(&app->zone, &context->heap);
    *out_app = app;
    return LG_OK;
}

// Takes over the container, NULL where opening it failed with `status`.
static lg_status_t app_finish(lg_app_t *app, lg_container_t *container, lg_status_t status, const char *what,
                              lg_app_t **out_app, lg_error_t *err) {
    if (status == LG_OK) {
        status = lg_app_read(app, container, what, err);
    }
    lg_container_release(container);
    if (status != LG_OK) {
        app_release(app);
        return status;
    }
    app->desc = NULL;
    *out_app = app;
    return LG_OK;
}

lg_status_t lg_app_open(const char *path, const lg_open_desc_t *desc, lg_app_t **out_app, lg_error_t *err) {
    lg_app_t *app;
    lg_container_t *container;
    *out_app = NULL;
    LG_TRY(app_create(desc, &app, err));
    lg_status_t status = lg_container_open(app->context, path, &container, err);
    return app_finish(app, container, status, path, out_app, err);
}

lg_status_t lg_app_open_bytes(const void *data, size_t bytes, const char *name, const lg_open_desc_t *desc,
                              lg_app_t **out_app, lg_error_t *err) {
    lg_app_t *app;
    lg_container_t *container;
    *out_app = NULL;
    LG_CHECK(err, (uintptr_t)data % 8 == 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' lies at %p, expected memory aligned to 8 bytes, better to 64", name, data);
    LG_TRY(app_create(desc, &app, err));
    lg_status_t status = lg_container_open_bytes(app->context, data, bytes, name, &container, err);
    return app_finish(app, container, status, name, out_app, err);
}

void lg_app_close(lg_app_t *app) {
    if (app != NULL) {
        app_release(app);
    }
}

lg_context_t *lg_app_context(const lg_app_t *app) {
    return app->context;
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
        const lg_app_entry_t *entry = &app->entries.items[i];
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
