// SPDX-License-Identifier: Apache-2.0
// Lanes and units of an app: read as roles, bound to what there is, written. See Note [The text of an app].
#include <stdio.h>
#include <string.h>

#include "file/app.h"
#include "file/entry.h"
#include "run/choice.h"
#include "run/flow.h"

static lg_status_t role_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for the lanes and units of an app");
}

// ---- reading ----------------------------------------------------------------------------------------

// A name of at most `most` bytes.
static lg_status_t role_read_name(lg_app_t *app, lg_reader_t *reader, size_t most, char **out_name) {
    size_t bytes;
    LG_TRY(lg_reader_string(reader, &app->zone, out_name, &bytes));
    LG_CHECK(reader->err, bytes > 0 && bytes <= most, LG_STATUS_FORMAT, NULL,
             "%s, line %u: a name of %zu bytes, 1 to %zu are possible", reader->what, reader->line, bytes,
             most);
    return LG_OK;
}

// =number
static lg_status_t role_read_number(lg_reader_t *reader, int64_t least, int64_t most, int64_t *out_value) {
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(lg_reader_int(reader, out_value, "a number"));
    LG_CHECK(reader->err, *out_value >= least && *out_value <= most, LG_STATUS_FORMAT, NULL,
             "%s, line %u: %lld, expected %lld to %lld", reader->what, reader->line, (long long)*out_value,
             (long long)least, (long long)most);
    return LG_OK;
}

// =[number, ...]
static lg_status_t role_read_cores(lg_reader_t *reader, lg_role_t *role) {
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(lg_reader_expect(reader, "["));
    do {
        int64_t core;
        LG_TRY(lg_reader_int(reader, &core, "a core number"));
        LG_CHECK(reader->err, core >= 0 && core < LG_CORES_WORDS * 64, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: core %lld, expected 0 to %d", reader->what, reader->line, (long long)core,
                 LG_CORES_WORDS * 64 - 1);
        lg_cores_add(&role->cores, (uint32_t)core);
    } while (lg_reader_take(reader, ","));
    role->has_cores = true;
    return lg_reader_expect(reader, "]");
}

static lg_status_t role_read_class(lg_app_t *app, lg_reader_t *reader, lg_role_t *role) {
    char *name;
    LG_TRY(lg_reader_expect(reader, "="));
    LG_TRY(role_read_name(app, reader, sizeof role->core_class - 1, &name));
    snprintf(role->core_class, sizeof role->core_class, "%s", name);
    return LG_OK;
}

lg_status_t lg_app_read_lane(lg_app_t *app, lg_reader_t *reader) {
    lg_role_t *role = lg_zone_alloc(&app->zone, sizeof *role);
    char *name;
    int64_t value;
    LG_CHECK(reader->err, app->lanes.count < LG_APP_MAX_LANES, LG_STATUS_FORMAT, NULL,
             "%s, line %u: more than %d lanes", reader->what, reader->line, LG_APP_MAX_LANES);
    if (role == NULL || !LG_LIST_GROW(&app->context->heap, &app->lanes)) {
        return role_no_memory(reader->err);
    }
    LG_TRY(role_read_name(app, reader, sizeof role->name - 1, &name));
    LG_CHECK(reader->err, lg_lanes_find(app->lanes.items, app->lanes.count, name) == NULL, LG_STATUS_FORMAT,
             NULL, "%s, line %u: lane '%s' stands there twice", reader->what, reader->line, name);
    snprintf(role->name, sizeof role->name, "%s", name);
    while (!lg_entry_at_end(reader) && *reader->at != '{') {
        value = 0;
        if (lg_reader_take(reader, "workers")) {
            LG_TRY(role_read_number(reader, 0, LG_LANE_MAX_WORKERS, &value));
            role->workers = (uint32_t)value;
        } else if (lg_reader_take(reader, "spin_ns")) {
            LG_TRY(role_read_number(reader, -1, INT64_C(1000000000000), &role->spin_ns));
        } else if (lg_reader_take(reader, "nice")) {
            LG_TRY(role_read_number(reader, 0, 19, &value));
            role->nice = (int32_t)value;
        } else if (lg_reader_take(reader, "cores")) {
            LG_TRY(role_read_cores(reader, role));
        } else if (lg_reader_take(reader, "class")) {
            LG_TRY(role_read_class(app, reader, role));
        } else if (lg_reader_take(reader, "default")) {
            LG_TRY(role_read_number(reader, 0, 1, &value));
            role->is_default = value != 0;
        } else if (lg_reader_take(reader, "pool")) {
            LG_TRY(role_read_number(reader, 0, 1, &value));
            role->is_pool = value != 0;
        } else {
            LG_TRY(lg_entry_skip_field(reader, "a field of a lane"));
        }
    }
    uint32_t workers = role->workers;
    for (size_t i = 0; i < app->lanes.count; i++) {
        workers += app->lanes.items[i].role->workers;
    }
    LG_CHECK(reader->err, workers <= LG_APP_MAX_WORKERS, LG_STATUS_FORMAT, NULL,
             "%s, line %u: lanes of more than %d workers", reader->what, reader->line, LG_APP_MAX_WORKERS);
    app->lanes.items[app->lanes.count++] = (lg_bind_t){name, NULL, role};
    return lg_entry_skip(reader);
}

// The unit of that name, made where there is none.
static lg_status_t role_find_unit(lg_app_t *app, const lg_unit_desc_t *desc, lg_unit_t **out_unit,
                                  lg_error_t *err) {
    lg_status_t status;
    do {  // another thread may make it, or let it go, between the two
        status = lg_unit_find(app->context, desc->name, out_unit, err);
        if (status == LG_STATUS_NOT_FOUND) {
            status = lg_unit_create(app->context, desc, out_unit, err);
        }
    } while (status == LG_STATUS_ALREADY_EXISTS);
    return status;
}

lg_status_t lg_app_read_unit(lg_app_t *app, lg_reader_t *reader) {
    lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .capacity = 1};
    lg_unit_t *unit;
    char *name;
    int64_t value;
    LG_CHECK(reader->err, app->units.count < LG_APP_MAX_UNITS, LG_STATUS_FORMAT, NULL,
             "%s, line %u: more than %d units", reader->what, reader->line, LG_APP_MAX_UNITS);
    if (!LG_LIST_GROW(&app->context->heap, &app->units)) {
        return role_no_memory(reader->err);
    }
    LG_TRY(role_read_name(app, reader, 127, &name));
    desc.name = name;
    while (!lg_entry_at_end(reader) && *reader->at != '{') {
        if (lg_reader_take(reader, "capacity")) {
            LG_TRY(role_read_number(reader, 1, LG_UNIT_MAX_CAPACITY, &value));
            desc.capacity = (uint32_t)value;
        } else if (lg_reader_take(reader, "max_wait_ns")) {
            LG_TRY(role_read_number(reader, 0, INT64_MAX, &desc.max_wait_ns));
        } else if (lg_reader_take(reader, "scope")) {
            char *scope;
            LG_TRY(lg_reader_expect(reader, "="));
            LG_TRY(lg_reader_string(reader, &app->zone, &scope, NULL));
            desc.scope = strcmp(scope, "system") == 0 ? LG_SCOPE_SYSTEM : LG_SCOPE_PROCESS;
            LG_CHECK(reader->err, desc.scope == LG_SCOPE_SYSTEM || strcmp(scope, "process") == 0,
                     LG_STATUS_FORMAT, NULL, "%s, line %u: scope '%.32s', expected process or system",
                     reader->what, reader->line, scope);
        } else {
            LG_TRY(lg_entry_skip_field(reader, "a field of a unit"));
        }
    }
    LG_TRY(role_find_unit(app, &desc, &unit, reader->err));
    app->units.items[app->units.count++] = unit;
    LG_CHECK(reader->err, lg_unit_capacity(unit) == desc.capacity, LG_STATUS_ALREADY_EXISTS, NULL,
             "%s, line %u: unit '%s' is for %u holders, and there is one of that name for %u", reader->what,
             reader->line, name, desc.capacity, lg_unit_capacity(unit));
    LG_CHECK(reader->err, lg_unit_scope(unit) == desc.scope, LG_STATUS_ALREADY_EXISTS, NULL,
             "%s, line %u: unit '%s' is for %s, and there is one of that name for %s", reader->what,
             reader->line, name, desc.scope == LG_SCOPE_SYSTEM ? "the whole system" : "one process",
             desc.scope == LG_SCOPE_SYSTEM ? "this process only" : "the whole system");
    return lg_entry_skip(reader);
}

// ---- binding ----------------------------------------------------------------------------------------

// What the application gives for a name: names go before patterns.
static const lg_bind_t *role_given(const lg_bind_t *binds, size_t count, const char *name) {
    const lg_bind_t *found = lg_lanes_find(binds, count, name);
    for (size_t i = 0; i < count && found == NULL; i++) {
        found = lg_plan_matches(binds[i].name, name) ? &binds[i] : NULL;
    }
    return found;
}

// Whether what the application gives is something, and for a role that there is.
static lg_status_t role_check_binds(const lg_app_t *app, const lg_bind_t *binds, size_t count,
                                    const char *what, lg_error_t *err) {
    LG_CHECK(err, count == 0 || !app->owns_context, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' is opened in a context of its own, which has none of the lanes given; say which context",
             what);
    for (size_t i = 0; i < count; i++) {
        LG_CHECK(err, binds[i].name != NULL && binds[i].lane != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "bind %zu for '%s' has no name, or no lane", i, what);
        LG_CHECK(err, binds[i].lane->context == app->context, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "the lane given for '%.64s' is of another context than '%s' is opened in", binds[i].name,
                 what);
        LG_CHECK(err, !lg_lane_is_closed(binds[i].lane), LG_STATUS_CLOSED, NULL,
                 "the lane given for '%.64s' was closed", binds[i].name);
        char names[256] = "";
        bool found = strchr(binds[i].name, '*') != NULL;
        for (size_t k = 0, bytes = 0; k < app->lanes.count && bytes < sizeof names; k++) {
            const char *name = app->lanes.items[k].name;
            found = found || strcmp(name, binds[i].name) == 0;
            bytes += (size_t)snprintf(names + bytes, sizeof names - bytes, " %s", name);
        }
        LG_CHECK(err, found, LG_STATUS_NOT_FOUND, NULL, "'%s' has no lane '%.64s' to bind; there are:%s",
                 what, binds[i].name, names[0] != 0 ? names : " none");
    }
    return LG_OK;
}

lg_status_t lg_app_bind(lg_app_t *app, const char *what, lg_error_t *err) {
    const lg_open_desc_t *desc = app->desc;
    size_t count = desc != NULL && LG_HAS(desc, lg_open_desc_t, bind_count) ? (size_t)desc->bind_count : 0;
    const lg_bind_t *binds = count > 0 ? desc->binds : NULL;
    LG_TRY(role_check_binds(app, binds, count, what, err));
    lg_text_t *names = lg_text_create(&app->context->heap), *reasons = lg_text_create(&app->context->heap);
    lg_status_t status = names != NULL && reasons != NULL ? LG_OK : role_no_memory(err);
    size_t unbound = 0;
    for (size_t i = 0; i < app->lanes.count && status == LG_OK; i++) {
        lg_bind_t *lane = &app->lanes.items[i];
        const lg_bind_t *given = role_given(binds, count, lane->name);
        if (given != NULL || lane->role->is_default) {
            lane->lane = given != NULL ? given->lane : app->context->lane;
            lg_lane_retain(lane->lane);
            continue;
        }
        lg_error_t reason = {.op = ""};
        status = lg_role_make(app->context, lane->role, &lane->lane, &reason);
        app->owned |= status == LG_OK ? UINT64_C(1) << i : 0;
        if (status == LG_STATUS_OUT_OF_MEMORY || status == LG_STATUS_CLOSED) {
            status = lg_error_set(err, status, NULL, "%s", reason.message);
        } else if (status != LG_OK) {
            lg_text_printf(names, "%s'%s'", unbound > 0 ? ", " : "", lane->name);
            lg_text_printf(reasons, "; %s", reason.message);
            unbound++;
            status = LG_OK;
        }
    }
    if (status == LG_OK && unbound > 0) {
        status = names->failed || reasons->failed
                     ? role_no_memory(err)
                     : lg_error_set(err, LG_STATUS_NOT_FOUND, NULL,
                                    "'%s' asks for lanes that cannot be made here, bind lanes to them: %s%s",
                                    what, names->chars, reasons->chars);
    }
    lg_text_release(names);
    lg_text_release(reasons);
    return status;
}

void lg_app_unbind(lg_app_t *app) {
    for (size_t i = 0; i < app->lanes.count; i++) {
        lg_lane_t *lane = app->lanes.items[i].lane;
        // On one of the lane's own workers the close fails; the last release then has another thread do it.
        if ((app->owned >> i & 1) == 0 || lg_lane_close(lane, NULL) != LG_OK) {
            lg_lane_release(lane);
        }
    }
    for (size_t i = 0; i < app->units.count; i++) {
        lg_unit_release(app->units.items[i]);
    }
    LG_LIST_DEINIT(&app->context->heap, &app->lanes);
    LG_LIST_DEINIT(&app->context->heap, &app->units);
}

const char *lg_app_lane_name(const lg_app_t *app, uint32_t index) {
    return index < app->lanes.count ? app->lanes.items[index].name : NULL;
}

const char *lg_app_unit_name(const lg_app_t *app, uint32_t index) {
    return index < app->units.count ? lg_unit_name(app->units.items[index]) : NULL;
}

lg_status_t lg_app_lane(lg_app_t *app, const char *name, lg_lane_t **out_lane, lg_error_t *err) {
    *out_lane = NULL;
    const lg_bind_t *found = lg_lanes_find(app->lanes.items, app->lanes.count, name);
    char names[256] = "";
    for (size_t i = 0, bytes = 0; i < app->lanes.count && bytes < sizeof names; i++) {
        bytes += (size_t)snprintf(names + bytes, sizeof names - bytes, " %s", app->lanes.items[i].name);
    }
    LG_CHECK(err, found != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no lane '%.64s'; there are:%s", name,
             names[0] != 0 ? names : " none");
    *out_lane = found->lane;
    lg_lane_retain(found->lane);
    return LG_OK;
}

// ---- writing ----------------------------------------------------------------------------------------

// What models need, by name; all strings and roles lie in the zone, since plans come and go.
typedef struct role_list {
    lg_zone_t *zone;
    lg_bind_t lanes[LG_APP_MAX_LANES];
    size_t lane_count;
    const char *units[LG_APP_MAX_UNITS];
    size_t unit_count;
} role_list_t;

static lg_status_t role_add_lane(role_list_t *list, const char *name, lg_lane_t *lane, const lg_role_t *role,
                                 lg_error_t *err) {
    size_t at = 0;
    while (at < list->lane_count && strcmp(list->lanes[at].name, name) < 0) {
        at++;
    }
    if (at < list->lane_count && strcmp(list->lanes[at].name, name) == 0) {
        LG_CHECK(err, list->lanes[at].lane == lane, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "two lanes are called '%s'; a file knows them by name, so give them names of their own",
                 name);
        return LG_OK;
    }
    LG_CHECK(err, list->lane_count < LG_APP_MAX_LANES, LG_STATUS_OVERFLOW, NULL,
             "a file has at most %d lanes", LG_APP_MAX_LANES);
    memmove(&list->lanes[at + 1], &list->lanes[at], (list->lane_count - at) * sizeof *list->lanes);
    lg_role_t *copy = lg_zone_alloc(list->zone, sizeof *copy);
    list->lanes[at] = (lg_bind_t){lg_zone_string(list->zone, name, strlen(name)), lane, copy};
    if (copy == NULL || list->lanes[at].name == NULL) {
        return role_no_memory(err);
    }
    *copy = role != NULL ? *role : lane->role;
    list->lane_count++;
    return LG_OK;
}

static lg_status_t role_add_unit(role_list_t *list, const char *name, lg_error_t *err) {
    size_t at = 0;
    while (at < list->unit_count && strcmp(list->units[at], name) < 0) {
        at++;
    }
    if (at < list->unit_count && strcmp(list->units[at], name) == 0) {
        return LG_OK;
    }
    LG_CHECK(err, list->unit_count < LG_APP_MAX_UNITS, LG_STATUS_OVERFLOW, NULL,
             "a file has at most %d units", LG_APP_MAX_UNITS);
    memmove(&list->units[at + 1], &list->units[at], (list->unit_count - at) * sizeof *list->units);
    list->units[at] = lg_zone_string(list->zone, name, strlen(name));
    list->unit_count++;
    return list->units[at] != NULL ? LG_OK : role_no_memory(err);
}

// Those that a choice asks about. What rules have for them goes before their own names.
static lg_status_t role_add_choice(role_list_t *list, const lg_lanes_t *lanes, const lg_selector_t *selector,
                                   lg_error_t *err) {
    for (uint32_t i = 0; i < selector->lane_count; i++) {
        const lg_selector_lane_t *lane = &selector->lanes[i];
        if (lane->lane != NULL && lg_lanes_find(lanes->items, lanes->count, lane->name) == NULL) {
            LG_TRY(role_add_lane(list, lane->name, lane->lane, NULL, err));
        }
    }
    return LG_OK;
}

static lg_status_t role_add_choices(role_list_t *list, lg_model_t *model, lg_error_t *err) {
    lg_status_t status =
        model->choice != NULL ? role_add_choice(list, &model->lanes, model->choice->selector, err) : LG_OK;
    lg_model_t *planned;
    for (uint32_t i = 0; status == LG_OK && (planned = lg_model_planned_at(model, i)) != NULL; i++) {
        for (size_t k = 0; status == LG_OK && k < planned->plan->selectors.count; k++) {
            status = role_add_choice(list, &model->lanes, planned->plan->selectors.items[k], err);
        }
        lg_model_release(planned);
    }
    return status;
}

// Those of one model.
static lg_status_t role_add_model(role_list_t *list, lg_model_t *model, lg_error_t *err) {
    const lg_lanes_t *lanes = &model->lanes;
    LG_TRY(role_add_choices(list, model, err));
    for (size_t i = 0; i < lanes->count; i++) {
        LG_TRY(role_add_lane(list, lanes->items[i].name, lanes->items[i].lane, lanes->items[i].role, err));
    }
    if (lanes->lane != NULL) {
        const lg_bind_t *named = lg_lanes_of(lanes, lanes->lane);
        LG_TRY(named != NULL ? LG_OK
                             : role_add_lane(list, lg_lane_name(lanes->lane), lanes->lane, NULL, err));
    }
    const lg_plan_t *plan = model->plan;
    for (size_t i = 1; plan != NULL && i < plan->lanes.count; i++) {  // the first stands for that of the call
        lg_lane_t *lane = plan->lanes.items[i];
        if (lg_lanes_of(lanes, lane) == NULL) {
            LG_TRY(role_add_lane(list, lg_lane_name(lane), lane, NULL, err));
        }
    }
    for (uint32_t i = 0; plan != NULL && i < plan->hold.unit_count; i++) {
        LG_TRY(role_add_unit(list, lg_unit_name(plan->hold.units[i]), err));
    }
    for (uint32_t i = 0; i < model->desc.rule_count; i++) {
        for (uint64_t k = 0; k < model->desc.rules[i].hold_count; k++) {
            LG_TRY(role_add_unit(list, model->desc.rules[i].holds[k], err));
        }
    }
    return LG_OK;
}

// Those of a model, its plans and its parts.
static lg_status_t role_add_all(role_list_t *list, lg_model_t *model, lg_error_t *err) {
    lg_model_t *planned;
    LG_TRY(role_add_model(list, model, err));
    for (uint32_t i = 0; (planned = lg_model_planned_at(model, i)) != NULL; i++) {
        lg_status_t status = role_add_model(list, planned, err);
        lg_model_release(planned);
        LG_TRY(status);
    }
    for (size_t i = 0; model->flow != NULL && i < 2 * model->flow->split.parts.count; i++) {
        lg_model_t *part = model->flow->models[i / 2][i % 2];
        LG_TRY(part != NULL ? role_add_all(list, part, err) : LG_OK);
    }
    return LG_OK;
}

static void role_write_lane(lg_text_t *text, const lg_bind_t *lane) {
    const lg_role_t *role = lane->role;
    lg_text_printf(text, "lane ");
    lg_text_quote(text, lane->name);
    if (role->is_default) {
        lg_text_printf(text, " default=1");
    }
    if (role->is_pool) {
        lg_text_printf(text, " pool=1");
    }
    if (role->workers > 0) {
        lg_text_printf(text, " workers=%u", role->workers);
    }
    if (role->core_class[0] != 0) {
        lg_text_printf(text, " class=");
        lg_text_quote(text, role->core_class);
    }
    const char *separator = " cores=[";
    for (uint32_t i = 0; role->has_cores && i < LG_CORES_WORDS * 64; i++) {
        if (lg_cores_has(&role->cores, i)) {
            lg_text_printf(text, "%s%u", separator, i);
            separator = ",";
        }
    }
    if (role->has_cores) {
        lg_text_printf(text, "]");
    }
    if (role->spin_ns != 0 && !role->is_default) {
        lg_text_printf(text, " spin_ns=%lld", (long long)(role->spin_ns < 0 ? -1 : role->spin_ns));
    }
    if (role->nice > 0) {
        lg_text_printf(text, " nice=%d", role->nice);
    }
    lg_text_printf(text, "\n");
}

static lg_status_t role_write_unit(lg_text_t *text, lg_context_t *context, const char *name,
                                   lg_error_t *err) {
    lg_unit_t *unit;
    LG_TRY(lg_unit_find(context, name, &unit, err));
    lg_text_printf(text, "unit ");
    lg_text_quote(text, name);
    lg_text_printf(text, " capacity=%u", lg_unit_capacity(unit));
    if (lg_unit_scope(unit) == LG_SCOPE_SYSTEM) {
        lg_text_printf(text, " scope=\"system\"");
    }
    if (unit->max_wait_ns > 0) {
        lg_text_printf(text, " max_wait_ns=%lld", (long long)unit->max_wait_ns);
    }
    lg_text_printf(text, "\n");
    lg_unit_release(unit);
    return LG_OK;
}

lg_status_t lg_app_roles(lg_model_t *const *models, size_t model_count, lg_text_t **out_text,
                         lg_error_t *err) {
    *out_text = NULL;
    LG_CHECK(err, model_count > 0, LG_STATUS_INVALID_ARGUMENT, NULL, "an app needs at least one model");
    lg_zone_t zone;
    lg_zone_init(&zone, &models[0]->context->heap);
    lg_text_t *text = lg_text_create(zone.heap);
    lg_status_t status =
        text != NULL ? lg_app_write_roles(text, &zone, models, model_count, err) : role_no_memory(err);
    lg_zone_deinit(&zone);
    if (status != LG_OK) {
        lg_text_release(text);
        return status;
    }
    return lg_text_finish(text, out_text, err);
}

lg_status_t lg_app_write_roles(lg_text_t *text, lg_zone_t *zone, lg_model_t *const *models,
                               size_t model_count, lg_error_t *err) {
    role_list_t *list = lg_zone_alloc(zone, sizeof *list);
    if (list == NULL) {
        return role_no_memory(err);
    }
    list->zone = zone;
    for (size_t i = 0; i < model_count; i++) {
        LG_TRY(role_add_all(list, models[i], err));
    }
    uint32_t workers = 0;
    for (size_t i = 0; i < list->lane_count; i++) {
        workers += list->lanes[i].role->workers;
        role_write_lane(text, &list->lanes[i]);
    }
    LG_CHECK(err, workers <= LG_APP_MAX_WORKERS, LG_STATUS_OVERFLOW, NULL,
             "lanes of %u workers, a file has at most %d", workers, LG_APP_MAX_WORKERS);
    for (size_t i = 0; i < list->unit_count; i++) {
        LG_TRY(role_write_unit(text, models[0]->context, list->units[i], err));
    }
    return LG_OK;
}
