// SPDX-License-Identifier: Apache-2.0
// Choices between models: which one runs, what they share, what cannot be one.
#include <legato/legato.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

// y = op(x, x), and where `state` is given, h = h + y, whose sum y is then.
static lg_status_t build(lg_context_t *context, const char *spec, uint32_t op, const char *state,
                         lg_model_t **out_model, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t ins[2], y, h = LG_VALUE_NONE;
    *out_model = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_program_add_input_spec(program, "x", spec, &ins[0], err);
    if (status == LG_OK && state != NULL) {
        status = lg_program_add_input_spec(program, state, spec, &h, err);
    }
    ins[1] = ins[0];
    status = status ? status : lg_program_add_op(program, op, ins, 2, NULL, NULL, &y, 1, err);
    if (state != NULL) {
        const lg_value_t sum[2] = {h, y};
        status = status ? status : lg_program_add_op(program, LG_OP_ADD, sum, 2, NULL, NULL, &y, 1, err);
        status = status ? status : lg_program_add_op(program, LG_OP_NEG, &y, 1, NULL, NULL, &h, 1, err);
        status = status ? status : lg_program_add_op(program, LG_OP_NEG, &h, 1, NULL, NULL, &h, 1, err);
    }
    status = status ? status : lg_program_add_output(program, "y", y, err);
    if (state != NULL) {
        status = status ? status : lg_program_add_output(program, "h_next", h, err);
        status = status ? status : lg_program_add_state(program, 1, 1, err);
    }
    status = status ? status : lg_program_freeze(program, err);
    status = status ? status : lg_model_create_program(program, NULL, out_model, err);
    lg_program_release(program);
    return status;
}

static const lg_choice_t by_battery = {LG_STRUCT(lg_choice_t),
                                       "choose(\"battery\" < 0.2, \"little\", \"big\")", NULL, 0};

// A choice between x + x and x * x.
static lg_status_t make(lg_context_t *context, const char *spec, const char *state, const lg_choice_t *choice,
                        lg_model_t **out_model, lg_error_t *err) {
    lg_model_t *models[2] = {NULL, NULL};
    *out_model = NULL;
    lg_status_t status = build(context, spec, LG_OP_ADD, state, &models[0], err);
    status = status ? status : build(context, spec, LG_OP_MUL, state, &models[1], err);
    status = status ? status : lg_model_create_choice(choice, models, 2, out_model, err);
    lg_model_release(models[0]);
    lg_model_release(models[1]);
    return status;
}

// Runs it on `x` with the battery as given; y[0] at the address that was bound, or -1.
static float run(lg_call_t *call, lg_signal_t *battery, double level) {
    lg_view_t view;
    lg_signal_set(battery, level);
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_OK(lg_call_output(call, "y", 0, &view, test_err));
    return ((const float *)view.data)[0];
}

TEST(choice_runs) {
    lg_context_t *context;
    lg_model_t *model;
    lg_call_t *call;
    lg_signal_t *battery;
    lg_view_t x, y;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[4]", NULL, &by_battery, &model, test_err));
    CHECK_STR(lg_model_choice(model), by_battery.text);
    CHECK(lg_model_alternative(model, 1) != NULL && lg_model_alternative(model, 2) == NULL);
    CHECK(lg_model_choice(lg_model_alternative(model, 0)) == NULL);
    CHECK(lg_model_alternative(lg_model_alternative(model, 0), 0) == NULL);
    CHECK_OK(lg_signal_find(context, "battery", &battery, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_EQ(lg_call_alternative(call), 0);
    CHECK_OK(lg_call_input(call, "x", 0, &x, test_err));
    ((float *)x.data)[0] = 3;
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "'battery' is unset");
    CHECK_FAILS(lg_call_start(call, NULL, test_err), LG_STATUS_INVALID_ARGUMENT);
    for (int i = 0; i < 3; i++) {
        CHECK(run(call, battery, 0.1) == 6);
        CHECK_EQ(lg_call_alternative(call), 0);
        CHECK(lg_call_plan(call) == lg_model_plan(lg_model_alternative(model, 0)));
        CHECK_OK(lg_call_output(call, "y", 0, &y, test_err));
        CHECK(run(call, battery, 0.9) == 9);
        CHECK_EQ(lg_call_alternative(call), 1);
        CHECK(lg_call_plan(call) == lg_model_plan(lg_model_alternative(model, 1)));
        CHECK(((const float *)y.data)[0] == 9);  // it stays where it is
    }
    // What is bound is bound for all of them.
    float other[4] = {5}, out[4] = {0};
    CHECK_OK(lg_call_bind_at(call, 0, other, test_err));
    CHECK_OK(lg_call_bind_at(call, 1, out, test_err));
    CHECK(run(call, battery, 0.1) == 10 && out[0] == 10);
    CHECK(run(call, battery, 0.2) == 25 && out[0] == 25);
    // The same from a worker, with a deadline, and on a lane.
    lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .deadline_ns = lg_clock_ns() + 60000000000};
    lg_signal_set(battery, 0);
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK(out[0] == 10);
    lg_signal_set(battery, 1);
    CHECK_OK(lg_call_run_as(call, &desc, test_err));
    CHECK(out[0] == 25);
    lg_signal_set(battery, 0);
    CHECK_OK(lg_call_run(call, 60000000000, test_err));
    CHECK(out[0] == 10);
    lg_call_set_lane(call, lg_context_lane(context));
    CHECK(run(call, battery, 1) == 25);
    lg_call_release(call);
    lg_signal_release(battery);
    lg_model_release(model);
    lg_context_close(context);
}

TEST(choice_by_priority_and_slack) {
    lg_context_t *context;
    lg_model_t *models[3], *model;
    lg_call_t *call;
    lg_view_t x, y;
    const uint32_t ops[3] = {LG_OP_ADD, LG_OP_MUL, LG_OP_SUB};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    lg_lane_t *lanes[] = {lg_context_lane(context)};
    const lg_choice_t choice = {
        LG_STRUCT(lg_choice_t),
        "choose(where(slack_us < 1000, 2, (priority > 0) + (queued \"legato\")), \"a\", \"b\", \"c\")", lanes,
        1};
    for (int i = 0; i < 3; i++) {
        CHECK_OK(build(context, "f32[2]", ops[i], NULL, &models[i], test_err));
    }
    CHECK_OK(lg_model_create_choice(&choice, models, 3, &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_input(call, NULL, 0, &x, test_err));
    ((float *)x.data)[0] = 5;
    const int64_t later = lg_clock_ns() + 3600000000000, soon = 500000;
    const struct {
        int32_t priority;
        int64_t deadline_ns;
        float wanted;
    } cases[] = {{LG_PRIORITY_LOW, 0, 10},
                 {LG_PRIORITY_HIGH, 0, 25},
                 {LG_PRIORITY_HIGH, later, 25},
                 {LG_PRIORITY_NORMAL, later, 10}};
    for (int i = 0; i < 4; i++) {
        const lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .deadline_ns = cases[i].deadline_ns,
                                    .priority = cases[i].priority};
        CHECK_OK(lg_call_run_as(call, &desc, test_err));
        CHECK_OK(lg_call_output(call, NULL, 0, &y, test_err));
        CHECK(((const float *)y.data)[0] == cases[i].wanted);
    }
    const lg_run_desc_t hurried = {LG_STRUCT(lg_run_desc_t), .deadline_ns = lg_clock_ns() + soon};
    lg_status_t late = lg_call_run_as(call, &hurried, NULL);
    CHECK(late == LG_OK || late == LG_STATUS_DEADLINE);
    CHECK_EQ(lg_call_alternative(call), 2);
    lg_call_release(call);
    lg_model_release(model);
    for (int i = 0; i < 3; i++) {
        lg_model_release(models[i]);
    }
    lg_context_close(context);
}

TEST(choice_of_shapes) {
    lg_context_t *context;
    lg_model_t *model, *fixed;
    lg_call_t *call;
    lg_signal_t *battery;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    const lg_choice_t choice = {LG_STRUCT(lg_choice_t),
                                "choose((\"battery\" < 0.2) | (extent \"x\" 0 > 3), \"little\", \"big\")",
                                NULL, 0};
    CHECK_OK(make(context, "f32[n]", NULL, &choice, &model, test_err));
    CHECK(lg_model_plan(model) == NULL);
    CHECK_OK(lg_signal_open(context, "battery", 1, &battery, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    float in[5] = {3, 3, 3, 3, 3}, out[5];
    for (int round = 0; round < 2; round++) {
        for (int64_t n = 5; n >= 0; n--) {
            lg_view_t view;
            CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 1, &n, test_err));
            view.data = in;
            CHECK_OK(lg_call_bind(call, "x", &view, test_err));
            view.data = out;
            CHECK_OK(lg_call_bind(call, "y", &view, test_err));
            memset(out, 0, sizeof out);
            lg_signal_set(battery, 1);
            CHECK_OK(lg_call_run(call, 0, test_err));
            CHECK(n == 0 || out[n - 1] == (n > 3 ? 6 : 9));
            lg_signal_set(battery, 0);
            CHECK_OK(lg_call_run(call, 0, test_err));
            CHECK(n == 0 || out[n - 1] == 6);
        }
    }
    const int64_t seven = 7;
    lg_view_t type;
    CHECK_OK(lg_view_init(&type, LG_DTYPE_F32, 1, &seven, test_err));
    CHECK_OK(lg_model_specialize(model, &type, 1, &fixed, test_err));
    CHECK_STR(lg_model_choice(fixed), choice.text);
    CHECK_FAILS(lg_model_install(model, lg_model_alternative(fixed, 0), test_err),
                LG_STATUS_INVALID_ARGUMENT);
    lg_model_release(fixed);
    lg_call_release(call);
    lg_signal_release(battery);
    lg_model_release(model);
    lg_context_close(context);
}

TEST(choice_shares_states) {
    lg_context_t *context;
    lg_model_t *model;
    lg_call_t *call;
    lg_signal_t *battery;
    lg_view_t x;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[2]", "h", &by_battery, &model, test_err));
    CHECK_OK(lg_signal_open(context, "battery", 1, &battery, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_input(call, "x", 0, &x, test_err));
    ((float *)x.data)[0] = 3;
    CHECK(run(call, battery, 1) == 9);
    CHECK(run(call, battery, 0) == 15);
    CHECK(run(call, battery, 0) == 21);
    CHECK(run(call, battery, 1) == 30);
    lg_signal_set(battery, NAN);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK(run(call, battery, 1) == 39);  // what failed changed nothing
    CHECK_OK(lg_call_reset_states(call, test_err));
    CHECK(run(call, battery, 0) == 6);
    lg_call_release(call);
    lg_signal_release(battery);
    lg_model_release(model);
    lg_context_close(context);
}

static lg_status_t pair(lg_context_t *context, const char *left, const char *left_state, const char *right,
                        const char *right_state) {
    lg_model_t *models[2], *model = NULL;
    CHECK_OK(build(context, left, LG_OP_ADD, left_state, &models[0], test_err));
    CHECK_OK(build(context, right, LG_OP_MUL, right_state, &models[1], test_err));
    lg_status_t status = lg_model_create_choice(&by_battery, models, 2, &model, test_err);
    CHECK((status == LG_OK) == (model != NULL));
    lg_model_release(model);
    lg_model_release(models[0]);
    lg_model_release(models[1]);
    return status;
}

TEST(choice_refusals) {
    lg_context_t *context;
    lg_model_t *model, *other;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_EQ(pair(context, "f32[n,4]", NULL, "f32[batch,4]", NULL), LG_OK);
    CHECK_FAILS(pair(context, "f32[4]", NULL, "f32[5]", NULL), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "input 'x' is f32[4] of the first, f32[5] of number 1");
    CHECK_FAILS(pair(context, "f32[4]", NULL, "f32[2,2]", NULL), LG_STATUS_SHAPE);
    CHECK_FAILS(pair(context, "f32[4]", NULL, "f32[n]", NULL), LG_STATUS_SHAPE);
    CHECK_FAILS(pair(context, "f32[n,4]", NULL, "f32[n,5]", NULL), LG_STATUS_SHAPE);
    CHECK_FAILS(pair(context, "f32[4]", NULL, "i64[4]", NULL), LG_STATUS_DTYPE);
    CHECK_FAILS(pair(context, "f32[4]", "h", "f32[4]", "g"), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "'h'");
    CHECK_FAILS(pair(context, "f32[4]", "h", "f32[4]", NULL), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(make(context, "f32[4]", NULL, &by_battery, &model, test_err));
    lg_model_t *nested[2] = {lg_model_alternative(model, 0), model};
    CHECK_FAILS(lg_model_create_choice(&by_battery, nested, 2, &other, test_err), LG_STATUS_UNSUPPORTED);
    CHECK_FAILS(lg_model_create_choice(&by_battery, nested, 1, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    nested[1] = nested[0];
    const char *const texts[] = {"choose(\"battery\", \"a\", \"b\", \"c\")",
                                 "choose(\"battery\" <, \"a\", \"b\")",
                                 "choose(extent \"z\" 0, \"a\", \"b\")",
                                 "choose(extent \"x\" 1, \"a\", \"b\")", "choose(1, lane \"legato\", \"b\")"};
    const lg_status_t codes[] = {LG_STATUS_INVALID_ARGUMENT, LG_STATUS_FORMAT, LG_STATUS_NOT_FOUND,
                                 LG_STATUS_FORMAT, LG_STATUS_INVALID_ARGUMENT};
    for (int i = 0; i < 5; i++) {
        lg_lane_t *lanes[] = {lg_context_lane(context)};
        const lg_choice_t choice = {LG_STRUCT(lg_choice_t), texts[i], lanes, 1};
        CHECK_FAILS(lg_model_create_choice(&choice, nested, 2, &other, test_err), codes[i]);
    }
    lg_model_release(model);
    lg_context_close(context);
}

TEST_ALLOC(choice_allocations) {
    lg_model_t *model;
    lg_call_t *call = NULL;
    lg_signal_t *battery = NULL;
    LG_TRY(make(context, "f32[n]", "h", &by_battery, &model, err));
    lg_status_t status = lg_signal_open(context, "battery", 1, &battery, err);
    status = status ? status : lg_call_create(model, &call, err);
    float in[3] = {1, 2, 3};
    for (int64_t n = 2; n <= 3 && status == LG_OK; n++) {
        lg_view_t view;
        status = lg_view_init(&view, LG_DTYPE_F32, 1, &n, err);
        view.data = in;
        status = status ? status : lg_call_bind(call, "x", &view, err);
        status = status ? status : lg_call_reset_states(call, err);
        for (int i = 0; i < 2 && status == LG_OK; i++) {
            lg_signal_set(battery, i);
            status = lg_call_run(call, 0, err);
        }
    }
    lg_call_release(call);
    lg_signal_release(battery);
    lg_model_release(model);
    return status;
}

#ifndef __wasi__
#include <pthread.h>
#include <unistd.h>

typedef struct crowd {
    lg_model_t *model;
    lg_signal_t *battery;
    _Atomic(int) stop;
    _Atomic(uint32_t) wrong, taken[2];
} crowd_t;

static void *choice_runner(void *memory) {
    crowd_t *crowd = memory;
    lg_call_t *call;
    lg_view_t x, y;
    if (lg_call_create(crowd->model, &call, NULL) || lg_call_input(call, "x", 0, &x, NULL)) {
        crowd->wrong++;
        return NULL;
    }
    ((float *)x.data)[0] = 3;
    const int64_t until_ns = lg_clock_ns() + 30000000000;  // the other thread has to get a turn
    for (int i = 0; i < 2000 || ((crowd->taken[0] == 0 || crowd->taken[1] == 0) && lg_clock_ns() < until_ns);
         i++) {
        if (lg_call_run(call, 0, NULL) || lg_call_output(call, "y", 0, &y, NULL)) {
            crowd->wrong++;
            break;
        }
        uint32_t taken = lg_call_alternative(call);
        crowd->taken[taken]++;
        crowd->wrong += ((const float *)y.data)[0] != (taken == 0 ? 6 : 9);
    }
    lg_call_release(call);
    return NULL;
}

static void *choice_toggler(void *memory) {
    crowd_t *crowd = memory;
    for (int i = 0; !crowd->stop; i++) {
        lg_signal_set(crowd->battery, i % 2);
    }
    return NULL;
}

TEST(choice_threads) {
    lg_context_t *context;
    crowd_t crowd = {.stop = 0};
    pthread_t threads[3], toggler;
    alarm(120);
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[4]", NULL, &by_battery, &crowd.model, test_err));
    CHECK_OK(lg_signal_open(context, "battery", 1, &crowd.battery, test_err));
    CHECK_EQ(pthread_create(&toggler, NULL, choice_toggler, &crowd), 0);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, choice_runner, &crowd), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    crowd.stop = 1;
    pthread_join(toggler, NULL);
    CHECK_EQ(crowd.wrong, 0);
    CHECK(crowd.taken[0] > 0 && crowd.taken[1] > 0);
    lg_signal_release(crowd.battery);
    lg_model_release(crowd.model);
    lg_context_close(context);
    alarm(0);
}
#endif

// ---- files ------------------------------------------------------------------------------------------

TEST(choice_in_a_file) {
    char path[256];
    lg_context_t *context;
    lg_model_t *model;
    lg_app_t *app;
    lg_call_t *call;
    lg_signal_t *battery;
    lg_view_t x;
    lg_test_path(path, sizeof path, "choice.legato");
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_signal_open(context, "battery", 0.75, &battery, test_err));
    CHECK_OK(make(context, "f32[n]", "h", &by_battery, &model, test_err));
    const char *const names[] = {"voice", "little"};
    lg_model_t *const models[] = {model, lg_model_alternative(model, 0)};
    CHECK_OK(lg_app_save(path, names, models, 2, NULL, test_err));
    lg_signal_release(battery);
    lg_model_release(model);
    lg_context_close(context);

    // Opened by a program that knows nothing of what made it.
    CHECK_OK(lg_app_open(path, NULL, &app, test_err));
    CHECK_EQ(lg_app_model_count(app), 3);
    CHECK_STR(lg_app_model_name(app, 0), "little");
    CHECK_STR(lg_app_model_name(app, 1), "voice.1");
    CHECK_STR(lg_app_model_name(app, 2), "voice");
    CHECK_FAILS(lg_signal_find(lg_app_context(app), "bat", &battery, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "'battery'");
    CHECK_OK(lg_signal_find(lg_app_context(app), "battery", &battery, test_err));
    CHECK(lg_signal_value(battery) == 0.75);
    CHECK_OK(lg_app_model(app, "voice", &model, test_err));
    CHECK_STR(lg_model_choice(model), "choose(\"battery\" < 0.2, \"little\", \"voice.1\")");
    lg_app_close(app);
    CHECK_OK(lg_call_create(model, &call, test_err));
    const int64_t two = 2;
    float in[2] = {3, 3};
    CHECK_OK(lg_view_init(&x, LG_DTYPE_F32, 1, &two, test_err));
    x.data = in;
    CHECK_OK(lg_call_bind(call, "x", &x, test_err));
    CHECK(run(call, battery, 0.75) == 9);
    CHECK(run(call, battery, 0.1) == 15);
    CHECK(run(call, battery, 0.2) == 24);
    lg_signal_release(battery);
    lg_call_release(call);
    // What was opened can be saved again.
    const char *const again[] = {"voice"};
    CHECK_OK(lg_app_save(path, again, &model, 1, NULL, test_err));
    lg_model_release(model);
    CHECK_OK(lg_app_open(path, NULL, &app, test_err));
    CHECK_EQ(lg_app_model_count(app), 3);
    CHECK_STR(lg_app_model_name(app, 0), "voice.0");
    CHECK_OK(lg_app_model(app, "voice", &model, test_err));
    CHECK_STR(lg_model_choice(model), "choose(\"battery\" < 0.2, \"voice.0\", \"voice.1\")");
    lg_model_release(model);
    lg_app_close(app);
    remove(path);
}

TEST(choice_names_in_a_file) {
    char path[256];
    lg_context_t *context;
    lg_model_t *model, *other;
    lg_test_path(path, sizeof path, "names.legato");
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[4]", NULL, &by_battery, &model, test_err));
    CHECK_OK(build(context, "f32[4]", LG_OP_SUB, NULL, &other, test_err));
    const char *const names[] = {"voice", "voice.1"};
    lg_model_t *const models[] = {model, other};
    CHECK_FAILS(lg_app_save(path, names, models, 2, NULL, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "'voice.1'");
    lg_model_release(model);
    lg_model_release(other);
    lg_context_close(context);
}
