// SPDX-License-Identifier: Apache-2.0
// Lanes of apps: what files keep of them, what they are bound to, who ends them.
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

// y = x @ x for x f32[n,n], planned with `desc`; `*out_model` is NULL on failure.
static lg_status_t make(lg_context_t *context, const lg_plan_desc_t *desc, lg_model_t **out_model,
                        lg_error_t *err) {
    lg_program_t *program;
    lg_value_t in[2], y;
    *out_model = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_program_add_input_spec(program, "x", "f32[64,64]", &in[0], err);
    in[1] = in[0];
    status = status ? status : lg_program_add_op(program, LG_OP_MATMUL, in, 2, NULL, "top", &y, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    status = status ? status : lg_program_freeze(program, err);
    status = status ? status : lg_model_create_program(program, desc, out_model, err);
    lg_program_release(program);
    return status;
}

static lg_status_t lane_of(lg_context_t *context, const char *name, uint32_t workers, lg_lane_t **out_lane,
                           lg_error_t *err) {
    const lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = name, .workers = workers};
    return lg_lane_create(context, &desc, out_lane, err);
}

// Saves a model and reads the file into memory aligned to 64 bytes; `*out_data` is NULL on failure.
static lg_status_t bytes_of(lg_model_t *model, void **out_data, size_t *out_bytes, lg_error_t *err) {
    char path[4096];
    const char *name = "main";
    *out_data = NULL;
    lg_status_t status = lg_app_save(lg_test_path(path, sizeof path, "roles"), &name, &model, 1, NULL, err);
    FILE *file = status == LG_OK ? fopen(path, "rb") : NULL;
    if (file != NULL) {
        CHECK_EQ(posix_memalign(out_data, 64, 65536), 0);
        *out_bytes = fread(*out_data, 1, 65536, file);
        fclose(file);
    }
    remove(path);
    return status;
}

// A file with one model, whose calls use the lane "pair" of two workers.
static lg_status_t make_file(lg_context_t *context, void **out_data, size_t *out_bytes, lg_error_t *err) {
    lg_lane_t *lane;
    lg_model_t *model = NULL;
    *out_data = NULL;
    LG_TRY(lane_of(context, "two threads", 2, &lane, err));
    const lg_bind_t bind = {"pair", lane, NULL};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .lane = lane, .lanes = &bind, .lane_count = 1};
    lg_status_t status = make(context, &desc, &model, err);
    if (status == LG_OK) {
        CHECK(lg_model_lane(model) == lane);
        CHECK_STR(lg_model_bind(model, 0)->name, "pair");
        CHECK(lg_model_bind(model, 1) == NULL);
    }
    status = status ? status : bytes_of(model, out_data, out_bytes, err);
    lg_model_release(model);
    lg_lane_release(lane);
    return status;
}

TEST_ALLOC(role_is_kept_in_a_file) {
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    void *data = NULL, *again = NULL;
    size_t bytes = 0, again_bytes = 0;
    lg_app_t *app = NULL;
    lg_model_t *model = NULL;
    lg_lane_t *lane = NULL;
    lg_call_t *call = NULL;
    lg_view_t x;
    lg_status_t status = make_file(context, &data, &bytes, err);
    status = status ? status : lg_app_open_bytes(data, bytes, "array", &open, &app, err);
    status = status ? status : lg_app_model(app, NULL, &model, err);
    status = status ? status : lg_app_lane(app, "pair", &lane, err);
    if (status == LG_OK) {
        CHECK_STR(lg_app_lane_name(app, 0), "pair");
        CHECK(lg_app_lane_name(app, 1) == NULL);
        CHECK(lg_app_unit_name(app, 0) == NULL);
        CHECK(lg_app_context(app) == context);
        CHECK_STR(lg_lane_name(lane), "pair");
        CHECK_EQ(lg_lane_worker_count(lane), 2);
        CHECK(lg_model_lane(model) == lane);
    }
    lg_app_close(app);  // the model keeps the lane
    status = status ? status : lg_call_create(model, &call, err);
    status = status ? status : lg_call_input(call, "x", 0, &x, err);
    status = status ? status : lg_call_run(call, 0, err);
    lg_call_release(call);
    status = status ? status : bytes_of(model, &again, &again_bytes, err);
    if (status == LG_OK) {
        CHECK(again_bytes == bytes && memcmp(again, data, bytes) == 0);
        CHECK(!lg_lane_is_closed(lane));
    }
    lg_model_release(model);
    if (status == LG_OK) {
        CHECK(lg_lane_is_closed(lane));
    }
    lg_lane_release(lane);
    free(data);
    free(again);
    return status;
}

TEST(role_bound_to_a_lane_of_the_application) {
    lg_context_t *context, *other;
    lg_lane_t *mine, *found, *foreign;
    lg_model_t *model;
    lg_app_t *app;
    void *data, *again;
    size_t bytes, again_bytes;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_context_create(NULL, &other, test_err));
    CHECK_OK(make_file(context, &data, &bytes, test_err));
    CHECK_OK(lane_of(context, "mine", 3, &mine, test_err));
    CHECK_OK(lane_of(other, "foreign", 1, &foreign, test_err));
    const char *const names[] = {"pair", "*", "p*r"};
    for (int i = 0; i < 3; i++) {
        const lg_bind_t binds[] = {{names[i], mine, NULL}};
        const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context, .binds = binds,
                                     .bind_count = 1};
        CHECK_OK(lg_app_open_bytes(data, bytes, "array", &open, &app, test_err));
        CHECK_OK(lg_app_lane(app, "pair", &found, test_err));
        CHECK(found == mine);
        CHECK_OK(lg_app_model(app, NULL, &model, test_err));
        CHECK(lg_model_lane(model) == mine);
        CHECK_FAILS(lg_app_lane(app, "mine", &found, test_err), LG_STATUS_NOT_FOUND);
        CHECK_HAS(test_err->message, "there are: pair");
        lg_app_close(app);
        CHECK_OK(bytes_of(model, &again, &again_bytes, test_err));  // the role, not what it was bound to
        CHECK(again_bytes == bytes && memcmp(again, data, bytes) == 0);
        free(again);
        lg_model_release(model);
        CHECK(!lg_lane_is_closed(mine));
        lg_lane_release(mine);  // of `found`
    }
    const struct {
        lg_bind_t bind;
        lg_context_t *context;
        lg_status_t status;
        const char *text;
    } wrong[] = {
        {{"pear", mine, NULL}, context, LG_STATUS_NOT_FOUND, "no lane 'pear' to bind; there are: pair"},
        {{"pair", NULL, NULL}, context, LG_STATUS_INVALID_ARGUMENT, "no name, or no lane"},
        {{NULL, mine, NULL}, context, LG_STATUS_INVALID_ARGUMENT, "no name, or no lane"},
        {{"pair", foreign, NULL}, context, LG_STATUS_INVALID_ARGUMENT, "of another context"},
        {{"pair", mine, NULL}, NULL, LG_STATUS_INVALID_ARGUMENT, "in a context of its own"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = wrong[i].context,
                                     .binds = &wrong[i].bind, .bind_count = 1};
        CHECK_FAILS(lg_app_open_bytes(data, bytes, "array", &open, &app, test_err), wrong[i].status);
        CHECK_HAS(test_err->message, wrong[i].text);
        CHECK(app == NULL);
    }
    lg_lane_retain(mine);
    CHECK_OK(lg_lane_close(mine, test_err));
    const lg_bind_t closed = {"pair", mine, NULL};
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context, .binds = &closed,
                                 .bind_count = 1};
    CHECK_FAILS(lg_app_open_bytes(data, bytes, "array", &open, &app, test_err), LG_STATUS_CLOSED);
    lg_lane_release(mine);
    lg_lane_release(foreign);
    free(data);
    lg_context_close(other);
    lg_context_close(context);
}

// The last release may come from a worker of the lane that ends with it.
static void release_model(lg_worker_t *worker, void *user) {
    (void)worker;
    lg_model_release(user);
}

TEST(role_ends_on_its_own_worker) {
    lg_context_t *context;
    lg_app_t *app;
    lg_model_t *model;
    lg_lane_t *lane;
    void *data;
    size_t bytes;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    CHECK_OK(make_file(context, &data, &bytes, test_err));
    for (int i = 0; i < 20; i++) {
        CHECK_OK(lg_app_open_bytes(data, bytes, "array", &open, &app, test_err));
        CHECK_OK(lg_app_model(app, NULL, &model, test_err));
        lane = lg_model_lane(model);
        lg_app_close(app);
        lg_status_t status = lg_lane_run(lane, NULL, release_model, model, test_err);
        if (status == LG_STATUS_UNSUPPORTED) {
            lg_model_release(model);
            break;  // no threads here
        }
        CHECK_OK(status);
    }
    free(data);
    lg_context_close(context);
}

TEST(role_lanes_of_a_plan_are_checked) {
    lg_context_t *context;
    lg_lane_t *lane;
    lg_model_t *model;
    char name[80];
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    memset(name, 'n', sizeof name);
    name[64] = 0;
    CHECK_FAILS(lane_of(context, name, 1, &lane, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "64 bytes, at most 63");
    CHECK_OK(lane_of(context, name + 1, 1, &lane, test_err));
    CHECK_STR(lg_lane_name(lane), name + 1);
    const lg_bind_t binds[] = {
        {"one", lane, NULL}, {"one", lane, NULL}, {NULL, lane, NULL}, {"two", NULL, NULL}};
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .lanes = binds, .lane_count = 2};
    CHECK_FAILS(make(context, &desc, &model, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "two lanes of a plan are called 'one'");
    for (desc.lanes = binds + 2; desc.lanes < binds + 4; desc.lanes++) {
        desc.lane_count = 1;
        CHECK_FAILS(make(context, &desc, &model, test_err), LG_STATUS_INVALID_ARGUMENT);
        CHECK_HAS(test_err->message, "has no name, or is none");
    }
    const lg_rule_t rules[] = {{.op = "matmul", .lane = "three"}, {.op = "matmul", .holds = NULL}};
    desc = (lg_plan_desc_t){LG_STRUCT(lg_plan_desc_t), .rules = rules, .rule_count = 1, .lanes = binds,
                            .lane_count = 1};
    CHECK_FAILS(make(context, &desc, &model, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "names lane 'three', which the plan is not given; there are: one");
    desc.rules = rules + 1;
    CHECK_FAILS(make(context, &desc, &model, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "names no device, lane, unit or code");
    lg_lane_release(lane);
    lg_context_close(context);
}

// ---- code under names -------------------------------------------------------------------------------

static int32_t count_calls(void *self, const lg_op_view_t *op, void *const *data) {
    (void)op, (void)data;
    ++*(int *)self;
    return 0;
}

// y = 2 in place of the product.
static int32_t two(void *self, const lg_op_view_t *op, void *const *data) {
    (void)self;
    for (int64_t i = 0; i < op->outs[0]->elem_count; i++) {
        ((float *)data[op->in_count])[i] = 2;
    }
    return 0;
}

static void forget(void *self) {
    *(int *)self = -1;
}

static lg_status_t run_once(lg_model_t *model, float *out_first, lg_error_t *err) {
    lg_call_t *call;
    lg_view_t x, y;
    LG_TRY(lg_call_create(model, &call, err));
    lg_status_t status = lg_call_input(call, "x", 0, &x, err);
    status = status ? status : lg_call_run(call, 0, err);
    status = status ? status : lg_call_output(call, "y", 0, &y, err);
    *out_first = status == LG_OK ? ((float *)y.data)[0] : -1;
    lg_call_release(call);
    return status;
}

TEST_ALLOC(code_has_a_name) {
    int calls = 0;
    void *data = NULL;
    size_t bytes = 0;
    float first = 0;
    lg_app_t *app = NULL;
    lg_model_t *model = NULL;
    const lg_hook_t counts = {LG_STRUCT(lg_hook_t), .fn = count_calls, .self = &calls};
    const lg_hook_t twos = {LG_STRUCT(lg_hook_t), .fn = two};
    const lg_rule_t rules[] = {{.op = "matmul", .before = "count"},
                               {.op = "matmul", .before = "two", .after = "count", .replace = "two"},
                               {.path = "top", .device = "cpu:0"}};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .rules = rules, .rule_count = 3};
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    lg_status_t status = lg_hook_register(context, "count", &counts, err);
    status = status ? status : lg_hook_register(context, "two", &twos, err);
    status = status ? status : make(context, &desc, &model, err);
    status = status ? status : bytes_of(model, &data, &bytes, err);
    lg_model_release(model);
    model = NULL;
    status = status ? status : lg_app_open_bytes(data, bytes, "array", &open, &app, err);
    status = status ? status : lg_app_model(app, NULL, &model, err);
    lg_app_close(app);
    status = status ? status : run_once(model, &first, err);
    if (status == LG_OK) {
        CHECK(first == 2);
        CHECK_EQ(calls, 2);  // before and after; the second rule's `before` comes too late
    }
    lg_model_release(model);
    free(data);
    return status;
}

TEST(code_is_checked) {
    lg_context_t *context, *other;
    lg_model_t *model;
    lg_app_t *app;
    lg_hook_t found;
    void *data;
    size_t bytes;
    int calls = 0;
    char name[130];
    const lg_hook_t counts = {LG_STRUCT(lg_hook_t), .fn = count_calls, .self = &calls, .release = forget};
    const lg_hook_t none = {LG_STRUCT(lg_hook_t), .fn = NULL};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_context_create(NULL, &other, test_err));
    memset(name, 'n', sizeof name);
    name[128] = 0;
    CHECK_FAILS(lg_hook_register(context, name, &counts, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_hook_register(context, "", &counts, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_hook_register(context, NULL, &counts, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_hook_register(context, "none", &none, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_hook_find(context, "count", &found, test_err), LG_STATUS_NOT_FOUND);
    CHECK_OK(lg_hook_register(context, "count", &counts, test_err));
    CHECK_OK(lg_hook_register(context, name + 1, &counts, test_err));
    CHECK_FAILS(lg_hook_register(context, "count", &counts, test_err), LG_STATUS_ALREADY_EXISTS);
    CHECK_OK(lg_hook_find(context, "count", &found, test_err));
    CHECK(found.fn == count_calls && found.self == &calls && found.release == NULL);
    CHECK_STR(found.symbol, "count");
    const lg_rule_t rules[] = {{.op = "matmul", .before = "count"}, {.op = "matmul", .after = name + 1}};
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .rules = rules, .rule_count = 2};
    CHECK_OK(make(context, &desc, &model, test_err));
    CHECK_OK(bytes_of(model, &data, &bytes, test_err));
    lg_model_release(model);
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = other};
    CHECK_FAILS(lg_app_open_bytes(data, bytes, "array", &open, &app, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "not registered here: 'count' 'nnn");
    CHECK_FAILS(make(other, &desc, &model, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "no hook 'count'");
    free(data);
    lg_context_close(other);
    lg_context_close(context);
    CHECK_EQ(calls, -1);  // released with the context
}

// ---- an executor's decisions ------------------------------------------------------------------------

static lg_status_t place_heavy(void *self, const lg_op_view_t *op, lg_placement_t *out, lg_error_t *err) {
    (void)err;
    if (op->op == LG_OP_MATMUL) {
        out->lane = self;
        out->why = "heavy";
    }
    return LG_OK;
}

TEST_ALLOC(role_of_a_lane_that_an_executor_names) {
    lg_lane_t *lane;
    lg_model_t *model = NULL;
    lg_app_t *app = NULL;
    lg_text_t *text = NULL;
    void *data = NULL, *again = NULL;
    size_t bytes = 0, again_bytes = 0;
    float first;
    LG_TRY(lane_of(context, "heavy", 1, &lane, err));
    const lg_executor_t executor = {LG_STRUCT(lg_executor_t), .self = lane, .name = "policy",
                                    .place = place_heavy};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = &executor};
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    lg_status_t status = make(context, &desc, &model, err);
    status = status ? status : lg_app_roles(&model, 1, &text, err);
    if (status == LG_OK) {
        CHECK_STR(lg_text_chars(text), "lane \"heavy\" workers=1\n");
    }
    lg_text_release(text);
    status = status ? status : bytes_of(model, &data, &bytes, err);
    lg_model_release(model);
    model = NULL;
    status = status ? status : lg_app_open_bytes(data, bytes, "array", &open, &app, err);
    status = status ? status : lg_app_model(app, NULL, &model, err);
    lg_app_close(app);
    if (status == LG_OK) {
        const lg_rule_t rule = lg_model_rule(model, 0);
        CHECK_EQ(lg_model_rule_count(model), 1);
        CHECK_STR(rule.op, "matmul");
        CHECK_STR(rule.path, "top");
        CHECK_STR(rule.lane, "heavy");
        CHECK(rule.device == NULL);
        lg_plan_row_t row = {LG_STRUCT(lg_plan_row_t), .op = NULL};
        CHECK_OK(lg_plan_row(lg_model_plan(model), 0, &row, test_err));
        CHECK_STR(row.lane, "heavy");
    }
    status = status ? status : run_once(model, &first, err);
    status = status ? status : bytes_of(model, &again, &again_bytes, err);
    if (status == LG_OK) {
        CHECK(again_bytes == bytes && memcmp(again, data, bytes) == 0);
    }
    lg_model_release(model);
    lg_lane_release(lane);
    free(data);
    free(again);
    return status;
}
