// SPDX-License-Identifier: Apache-2.0
// Programs with programs inside and with extents that only the data tell, through the public API.
#include <legato/legato.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testing.h"

// y: the positive elements of x, doubled until their sum is 100 or more, a third less below 300; n: the sums on the way.
static const char text[] =
    "program {\n"
    "  input %0 \"x\" : f32[n]\n"
    "  weight %1 @\"zero\" : f32[]\n"
    "  weight %2 @\"hundred\" : f32[]\n"
    "  %3 = greater(%0, %1) : bool[n]\n"
    "  %4 = compress(%0, %3) : f32[u0]\n"
    "  %5, %6 = while(%4) {\n"
    "    carried 1\n"
    "    test program {\n"
    "      input %0 \"y\" : f32[m]\n"
    "      weight %1 @\"hundred\" : f32[]\n"
    "      %2 = sum(%0) : f32[]\n"
    "      %3 = less(%2, %1) : bool[]\n"
    "      output \"go\" %3\n"
    "    }\n"
    "    body program {\n"
    "      input %0 \"y\" : f32[m]\n"
    "      %1 = add(%0, %0) : f32[m]\n"
    "      %2 = sum(%0) : f32[]\n"
    "      output \"y\" %1\n"
    "      output \"sum\" %2\n"
    "    }\n"
    "  } at \"loop\" : f32[u0], f32[u1]\n"
    "  %7 = sum(%5) : f32[]\n"
    "  %8 = greater(%7, %2) : bool[]\n"
    "  %9 = cond(%8, %5) {\n"
    "    then program {\n"
    "      input %0 \"y\" : f32[k]\n"
    "      %1 = sum(%0) {axis=[0], keepdims=true} : f32[1]\n"
    "      output \"z\" %1\n"
    "    }\n"
    "    else program {\n"
    "      input %0 \"y\" : f32[k]\n"
    "      output \"z\" %0\n"
    "    }\n"
    "  } : f32[u2]\n"
    "  output \"y\" %9\n"
    "  output \"sums\" %6\n"
    "}\n";

static lg_status_t find_weight(void *user, const char *name, const lg_view_t *type, lg_tensor_t *out_tensor,
                               lg_error_t *err) {
    LG_TRY(lg_tensor_init(user, (lg_dtype_t)type->dtype, type->rank, type->shape, out_tensor, err));
    *(float *)out_tensor->view.data = strcmp(name, "zero") == 0 ? 0.0f : 100.0f;
    return LG_OK;
}

static lg_status_t run_model(lg_model_t *model, lg_error_t *err) {
    lg_call_t *call;
    LG_TRY(lg_call_create(model, &call, err));
    float data[4] = {10, -3, 20, 0};
    lg_view_t x, y, sums;
    lg_status_t status = LG_OK;
    for (int64_t n = 4; n >= 1 && status == LG_OK; n -= 2) {
        status = lg_view_init(&x, LG_DTYPE_F32, 1, &n, err);
        x.data = data;
        status = status ? status : lg_call_bind(call, "x", &x, err);
        status = status ? status : lg_call_run(call, n == 2 ? INT64_MAX : 0, err);
        status = status ? status : lg_call_output(call, "y", 0, &y, err);
        status = status ? status : lg_call_output(call, "sums", 0, &sums, err);
        if (status == LG_OK) {
            CHECK_EQ(y.shape[0], 1);
            CHECK(*(float *)y.data == (n == 4 ? 120.0f : 160.0f));
            CHECK_EQ(sums.shape[0], n == 4 ? 2 : 4);
            CHECK(((float *)sums.data)[1] == (n == 4 ? 60.0f : 20.0f));
        }
    }
    lg_error_t inside;
    data[0] = -1;  // an empty loop would go on for ever: the deadline ends it
    lg_status_t stopped = status == LG_OK ? lg_call_run(call, 2000000, &inside) : LG_OK;
    if (stopped != LG_OK) {
        CHECK(stopped == LG_STATUS_DEADLINE || stopped == LG_STATUS_OUT_OF_MEMORY);
    }
    status =
        stopped == LG_STATUS_OUT_OF_MEMORY ? lg_error_set(err, stopped, NULL, "%s", inside.message) : status;
    lg_call_release(call);
    return status;
}

TEST_ALLOC(control_text_and_run) {
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_text_t *again = NULL;
    LG_TRY(lg_program_parse(context, text, sizeof text - 1, find_weight, context, &program, err));
    CHECK(lg_program_splits(program));
    CHECK_EQ(lg_program_symbol_count(program), 1);
    CHECK_EQ(lg_program_weight_count(program), 2);
    lg_status_t status = lg_program_format(program, &again, err);
    if (status == LG_OK) {
        CHECK_STR(lg_text_chars(again), text);
    }
    lg_plan_t *plan;
    lg_error_t inside;
    CHECK(lg_plan_create(program, NULL, &plan, &inside) == LG_STATUS_INVALID_ARGUMENT);
    status = status ? status : lg_model_create_program(program, NULL, &model, err);
    status = status ? status : run_model(model, err);
    lg_text_release(again);
    lg_model_release(model);
    lg_program_release(program);
    return status;
}

TEST_ALLOC(control_file) {
    char path[128];
    const char *name = "main";
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_app_t *app = NULL;
    lg_test_path(path, sizeof path, "control");
    LG_TRY(lg_program_parse(context, text, sizeof text - 1, find_weight, context, &program, err));
    lg_status_t status = lg_model_create_program(program, NULL, &model, err);
    status = status ? status : lg_app_save(path, &name, &model, 1, NULL, err);
    lg_model_release(model);
    lg_program_release(program);
    model = NULL;
    lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
    status = status ? status : lg_app_open(path, &desc, &app, err);
    remove(path);
    LG_TRY(status);
    status = lg_app_model(app, NULL, &model, err);
    lg_app_close(app);
    status = status ? status : run_model(model, err);
    lg_model_release(model);
    return status;
}

// The weights of an inner program get names that are free around it.
TEST_ALLOC(control_weights) {
    static const char inner_text[] =
        "program { input %0 \"x\" : f32[] weight %1 @\"zero\" : f32[] %2 = add(%0, %1) : f32[] output \"y\" %2 }";
    lg_program_t *inner = NULL, *outer = NULL;
    lg_tensor_t own = {.buffer = NULL};
    lg_view_t type;
    lg_value_t x, w, flag, y;
    LG_TRY(lg_program_parse(context, inner_text, sizeof inner_text - 1, find_weight, context, &inner, err));
    lg_status_t status = lg_program_create(context, &outer, err);
    status = status ? status : lg_tensor_init(context, LG_DTYPE_F32, 0, NULL, &own, err);
    status = status ? status : lg_view_init(&type, LG_DTYPE_F32, 0, NULL, err);
    if (status == LG_OK) {
        *(float *)own.view.data = 5;
    }
    status = status ? status : lg_program_add_weight(outer, "zero", &own, &w, err);
    status = status ? status : lg_program_add_input(outer, "x", &type, &x, err);
    status =
        status ? status
               : lg_program_add_op(outer, LG_OP_GREATER, (lg_value_t[]){x, w}, 2, NULL, NULL, &flag, 1, err);
    status = status ? status : lg_program_add_cond(outer, flag, inner, inner, &x, 1, "here", &y, 1, err);
    status = status ? status : lg_program_add_output(outer, "y", y, err);
    status = status ? status : lg_program_freeze(outer, err);
    if (status == LG_OK) {
        lg_text_t *made;
        status = lg_program_format(outer, &made, err);
        if (status == LG_OK) {
            CHECK_EQ(lg_program_weight_count(outer), 2);
            CHECK_HAS(lg_text_chars(made), "weight %1 @\"zero.2\" : f32[]");
            lg_text_release(made);
        }
    }
    lg_error_t inside;
    if (status == LG_OK) {  // what does not fit
        lg_program_t *other;
        status = lg_program_create(context, &other, err);
        if (status == LG_OK) {
            lg_view_t wide;
            lg_status_t bad = lg_view_init(&wide, LG_DTYPE_F32, 1, (const int64_t[]){2}, &inside);
            bad = bad ? bad : lg_program_add_input(other, "x", &wide, &x, &inside);
            bad = bad ? bad : lg_program_add_cond(other, x, inner, inner, &x, 1, NULL, &y, 1, &inside);
            CHECK(bad == LG_STATUS_DTYPE || bad == LG_STATUS_OUT_OF_MEMORY);
            bad = lg_program_add_cond(other, x, other, inner, &x, 1, NULL, &y, 1, &inside);
            CHECK(bad != LG_OK);
            bad = lg_program_add_op(other, LG_OP_COND, &x, 1, NULL, NULL, &y, 1, &inside);
            CHECK(bad != LG_OK);
            bad = lg_program_add_while(other, inner, inner, &x, 1, 9, NULL, &y, 1, &inside);
            CHECK(bad != LG_OK);
            lg_program_release(other);
        }
    }
    lg_tensor_deinit(&own);
    lg_program_release(inner);
    lg_program_release(outer);
    return status;
}

TEST(control_refuses) {
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"%1 = cond(%0) { }", "expected then"},
        {"%1 = cond(%0) { then program { output \"y\" %0 } }", "used before it is defined"},
        {"%1 = while(%0) { test program { } }", "expected carried"},
        {"%1 = while(%0) { carried 99999999999 test program { input %0 \"a\" : bool[] output \"b\" %0 }"
         " body program { input %0 \"a\" : bool[] output \"b\" %0 } } : bool[]",
         "values are carried"},
        {"%1 = while(%0) { carried -1 test program { input %0 \"a\" : bool[] output \"b\" %0 }"
         " body program { input %0 \"a\" : bool[] output \"b\" %0 } } : bool[]",
         "values are carried"},
        {"%1 = while(%0) { carried 1 test program { input %0 \"a\" : bool[] output \"b\" %0 }"
         " body program { input %0 \"a\" : bool[] output \"b\" %0 } } : bool[u0]",
         "while gives bool[], the text says bool[u0]"},
        {"%1 = while(%0) { carried 1 test program { input %0 \"a\" : bool[2] output \"b\" %0 }"
         " body program { input %0 \"a\" : bool[] output \"b\" %0 } } : bool[]",
         "given is bool[]"},
        {"%1 = cond(%0) { then program { weight %0 @\"w\" : f32[] output \"y\" %0 } else program {} }",
         "nobody provides weight 'w'"},
        {"%1 = non_zero(%0) : i64[0,1]", "the text says i64[0,1]"},
        {"%1 = cond(%9) { }", "used before it is defined"},
    };
    lg_context_t *context;
    lg_program_t *program;
    char buffer[1024];
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int bytes = snprintf(buffer, sizeof buffer,
                             "program { input %%0 \"x\" : bool[]\n %s output \"y\" %%1 }", cases[i].text);
        CHECK(lg_program_parse(context, buffer, (size_t)bytes, NULL, NULL, &program, test_err) != LG_OK);
        CHECK_HAS(test_err->message, cases[i].message);
    }
    // As deep as one likes, and no deeper than is good.
    static char deep[1 << 16];
    size_t used = (size_t)snprintf(deep, sizeof deep, "program { input %%0 \"x\" : bool[] ");
    for (int i = 0; i < 1000; i++) {
        used += (size_t)snprintf(deep + used, sizeof deep - used,
                                 "%%1 = cond(%%0) { then program { input %%0 \"x\" : bool[] ");
    }
    CHECK_FAILS(lg_program_parse(context, deep, used, NULL, NULL, &program, test_err), LG_STATUS_FORMAT);
    CHECK_HAS(test_err->message, "nested more than 16 deep");
    lg_context_close(context);
}

static void *run_for_ever(void *user) {
    lg_error_t err;
    return (void *)(intptr_t)lg_call_run(user, 0, &err);
}

// A loop that does not end is cancelled from another thread.
TEST(control_cancel) {
    lg_context_t *context;
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t x;
    float data[1] = {-1};
    pthread_t thread;
    void *status;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_program_parse(context, text, sizeof text - 1, find_weight, context, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_view_init(&x, LG_DTYPE_F32, 1, (const int64_t[]){1}, test_err));
    x.data = data;
    CHECK_OK(lg_call_bind(call, "x", &x, test_err));
    CHECK(pthread_create(&thread, NULL, run_for_ever, call) == 0);
    usleep(100000);
    lg_call_cancel(call);
    CHECK(pthread_join(thread, &status) == 0);
    CHECK_EQ((intptr_t)status, LG_STATUS_CANCELLED);
    lg_call_release(call);
    lg_model_release(model);
    lg_program_release(program);
    lg_context_close(context);
}

static int32_t ask(void *user) {
    int *asked = user;
    return ++*asked < 3 ? 0 : 1;
}

// Its parts are told, what inputs tell is planned before the run, who watches ends it, and a worker runs it.
TEST(control_parts) {
    lg_context_t *context;
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *call;
    lg_text_t *printed;
    lg_view_t x, y;
    uint32_t open;
    int asked = 0;
    float data[4] = {10, -3, 20, 0};
    lg_model_part_t part = {LG_STRUCT(lg_model_part_t), .name = NULL};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_program_parse(context, text, sizeof text - 1, find_weight, context, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &model, test_err));
    CHECK_EQ(lg_model_part_count(model), 5);
    CHECK_OK(lg_model_part(model, 2, &part, test_err));
    CHECK_STR(part.name, "while");
    CHECK_STR(part.path, "loop");
    CHECK_STR(part.names[1], "body");
    CHECK(part.models[1] != NULL);
    CHECK_FAILS(lg_model_part(model, 5, &part, test_err), LG_STATUS_NOT_FOUND);
    CHECK_OK(lg_view_init(&x, LG_DTYPE_F32, 1, (const int64_t[]){4}, test_err));
    CHECK_OK(lg_model_plan_parts(model, &x, 1, &open, test_err));
    CHECK_EQ(open, 2);
    CHECK_FAILS(lg_model_plan_parts(model, &x, 2, &open, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_model_format(model, &printed, test_err));
    CHECK_HAS(lg_text_chars(printed), "part 2: while#0 at loop, the data tell how often it runs");
    CHECK_HAS(lg_text_chars(printed), "  for f32[4]\n");
    lg_text_release(printed);
    CHECK_OK(lg_call_create(model, &call, test_err));
    x.data = data;
    CHECK_OK(lg_call_bind(call, "x", &x, test_err));
    CHECK_OK(lg_call_start(call, NULL, test_err));
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_OK(lg_call_output(call, "y", 0, &y, test_err));
    CHECK(*(float *)y.data == 120.0f);
    data[0] = data[2] = -1;  // an empty loop would go on for ever
    lg_call_watch(call, ask, &asked);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_CANCELLED);
    CHECK_EQ(asked, 3);
    lg_call_watch(call, NULL, NULL);
    CHECK_OK(lg_call_start(call, NULL, test_err));
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_BUSY);
    lg_call_release(call);  // which ends it
    lg_model_release(model);
    lg_program_release(program);
    lg_context_close(context);
}
