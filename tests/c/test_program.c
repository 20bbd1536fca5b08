// SPDX-License-Identifier: Apache-2.0
// Programs, their text, plans, calls and files, through the public API.
#include <legato/legato.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

static lg_view_t view_of(lg_dtype_t dtype, int64_t rows, int64_t columns) {
    lg_view_t view;
    const int64_t shape[2] = {rows, columns};
    CHECK_OK(lg_view_init(&view, dtype, 2, shape, test_err));
    return view;
}

// y = tanh((x @ w + b) * b), and z = the same as a vector; `*out_program` is NULL on failure.
static lg_status_t build(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t x, w, b, y;
    lg_view_t type;
    lg_tensor_t weight = {.buffer = NULL}, bias = {.buffer = NULL};
    const int64_t shape[2] = {4, 3}, bias_shape[1] = {3};
    *out_program = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_view_init(&type, LG_DTYPE_F32, 2, (const int64_t[]){2, 4}, err);
    status = status ? status : lg_tensor_init(context, LG_DTYPE_F32, 2, shape, &weight, err);
    status = status ? status : lg_tensor_init(context, LG_DTYPE_F32, 1, bias_shape, &bias, err);
    for (int i = 0; status == LG_OK && i < 12; i++) {
        ((float *)weight.view.data)[i] = 0.25f * (float)(i - 6);
        ((float *)bias.view.data)[i % 3] = 0.5f * (float)(i % 3);
    }
    status = status ? status : lg_program_add_input(program, "x", &type, &x, err);
    status = status ? status : lg_program_add_weight(program, "layer.w", &weight, &w, err);
    status = status ? status : lg_program_add_weight(program, "layer \"b\"", &bias, &b, err);
    status =
        status ? status
               : lg_program_add_op(program, LG_OP_MATMUL, (lg_value_t[]){x, w}, 2, NULL, "layer", &y, 1, err);
    status = status
                 ? status
                 : lg_program_add_op(program, LG_OP_ADD, (lg_value_t[]){y, b}, 2, NULL, "layer", &y, 1, err);
    status = status
                 ? status
                 : lg_program_add_op(program, LG_OP_MUL, (lg_value_t[]){y, b}, 2, NULL, "scale", &y, 1, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TANH, &y, 1, NULL, NULL, &y, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    lg_reshape_attrs_t attrs = {.shape = {.count = 1, .values = {-1}}};
    status = status ? status : lg_program_add_op(program, LG_OP_RESHAPE, &y, 1, &attrs, NULL, &y, 1, err);
    status = status ? status : lg_program_add_output(program, "z", y, err);
    status = status ? status : lg_program_freeze(program, err);
    lg_tensor_deinit(&weight);
    lg_tensor_deinit(&bias);
    if (status != LG_OK) {
        lg_program_release(program);
        return status;
    }
    *out_program = program;
    return LG_OK;
}

static float expected(const float *x, int row, int column) {
    double sum = 0;
    for (int k = 0; k < 4; k++) {
        sum += (double)x[row * 4 + k] * 0.25 * (k * 3 + column - 6);
    }
    return (float)tanh((sum + 0.5 * column) * (0.5 * column));
}

static const float input[8] = {1, 2, 3, 4, -1, 0.5f, 0, 2};

static lg_status_t run_model(lg_model_t *model, lg_error_t *err) {
    lg_call_t *call;
    LG_TRY(lg_call_create(model, &call, err));
    lg_view_t x = view_of(LG_DTYPE_F32, 2, 4), y, z;
    x.data = (void *)(uintptr_t)input;
    lg_status_t status = lg_call_bind(call, "x", &x, err);
    status = status ? status : lg_call_run(call, 0, err);
    status = status ? status : lg_call_output(call, "y", 0, &y, err);
    status = status ? status : lg_call_output(call, NULL, 1, &z, err);
    for (int i = 0; status == LG_OK && i < 6; i++) {
        CHECK(fabsf(((float *)y.data)[i] - expected(input, i / 3, i % 3)) < 1e-5f);
        CHECK(((float *)y.data)[i] == ((float *)z.data)[i]);
    }
    lg_call_release(call);
    return status;
}

static lg_status_t plan_and_run(lg_program_t *program, lg_error_t *err) {
    lg_plan_t *plan;
    lg_model_t *model;
    LG_TRY(lg_plan_create(program, NULL, &plan, err));
    lg_status_t status = lg_model_create(plan, NULL, 0, &model, err);
    lg_plan_release(plan);
    LG_TRY(status);
    status = run_model(model, err);
    lg_model_release(model);
    return status;
}

TEST_ALLOC(program_plan_call) {
    lg_program_t *program;
    LG_TRY(build(context, &program, err));
    lg_status_t status = plan_and_run(program, err);
    lg_program_release(program);
    return status;
}

TEST_ALLOC(program_text_round_trip) {
    lg_program_t *program, *again = NULL;
    lg_text_t *text = NULL, *second = NULL;
    LG_TRY(build(context, &program, err));
    lg_status_t status = lg_program_format(program, &text, err);
    if (status == LG_OK) {
        CHECK_HAS(lg_text_chars(text), "%3 = matmul(%0, %1) at \"layer\" : f32[2,3]");
        CHECK_HAS(lg_text_chars(text), "{shape=[-1]}");
        CHECK_HAS(lg_text_chars(text), "@\"layer \\\"b\\\"\"");
        // Without weights to offer, the reader says which one it lacks.
        lg_error_t inner;
        lg_status_t missing =
            lg_program_parse(context, lg_text_chars(text), lg_text_bytes(text), NULL, NULL, &again, &inner);
        CHECK(missing == LG_STATUS_NOT_FOUND || missing == LG_STATUS_OUT_OF_MEMORY);
        status =
            missing == LG_STATUS_NOT_FOUND ? LG_OK : lg_error_set(err, missing, NULL, "%s", inner.message);
    }
    lg_text_release(text);
    lg_text_release(second);
    lg_program_release(program);
    return status;
}

static lg_status_t save_and_open(lg_context_t *context, const char *path, lg_error_t *err) {
    lg_program_t *program;
    lg_plan_t *plan = NULL;
    lg_model_t *model = NULL;
    lg_app_t *app = NULL;
    const char *name = "main";
    LG_TRY(build(context, &program, err));
    lg_status_t status = lg_plan_create(program, NULL, &plan, err);
    status = status ? status : lg_model_create(plan, NULL, 0, &model, err);
    status = status ? status : lg_app_save(path, &name, &model, 1, NULL, err);
    lg_model_release(model);
    lg_plan_release(plan);
    lg_program_release(program);
    LG_TRY(status);
    lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
    LG_TRY(lg_app_open(path, &desc, &app, err));
    status = lg_app_model(app, NULL, &model, err);
    lg_app_close(app);  // the model keeps what it needs
    LG_TRY(status);
    status = run_model(model, err);
    lg_model_release(model);
    return status;
}

TEST_ALLOC(file_save_open_run) {
    char path[4096];
    lg_status_t status = save_and_open(context, lg_test_path(path, sizeof path, "save"), err);
    remove(path);
    return status;
}

// A file with every byte of its header changed or the tail cut off opens with an error or runs; it never crashes.
TEST(file_damaged) {
    char path[4096];
    lg_context_t *context;
    lg_test_path(path, sizeof path, "damaged");
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(save_and_open(context, path, test_err));
    static unsigned char good[8192], bad[8192];
    FILE *file = fopen(path, "rb");
    size_t bytes = fread(good, 1, sizeof good, file);
    fclose(file);
    CHECK(bytes > 64 && bytes < sizeof good);
    for (size_t i = 0; i < bytes * 3; i++) {
        memcpy(bad, good, bytes);
        size_t kept = bytes;
        if (i < bytes) {
            bad[i] ^= (unsigned char)(1u << (i % 8));
        } else if (i < 2 * bytes) {
            bad[i - bytes] = 0xff;
        } else {
            kept = i - 2 * bytes;
        }
        file = fopen(path, "wb");
        CHECK(fwrite(bad, 1, kept, file) == kept);
        fclose(file);
        lg_app_t *app;
        lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
        lg_error_t err = {.message = ""};
        if (lg_app_open(path, &desc, &app, &err) == LG_OK) {
            lg_app_close(app);
        } else {
            CHECK(err.message[0] != 0);
        }
    }
    remove(path);
    lg_context_close(context);
}

TEST(program_refuses) {
    lg_context_t *context;
    lg_program_t *program;
    lg_value_t x, y;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_program_create(context, &program, test_err));
    lg_view_t type = view_of(LG_DTYPE_F32, 2, 4);
    CHECK_OK(lg_program_add_input(program, "x", &type, &x, test_err));
    CHECK_FAILS(lg_program_add_input(program, "x", &type, &y, test_err), LG_STATUS_ALREADY_EXISTS);
    CHECK_FAILS(lg_program_add_input(program, "", &type, &y, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(
        lg_program_add_op(program, LG_OP_MATMUL, (lg_value_t[]){x, x}, 2, NULL, NULL, &y, 1, test_err),
        LG_STATUS_SHAPE);
    CHECK_FAILS(lg_program_add_op(program, LG_OP_ADD, (lg_value_t[]){x, 99}, 2, NULL, NULL, &y, 1, test_err),
                LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_program_add_op(program, 4711, &x, 1, NULL, NULL, &y, 1, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_program_freeze(program, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_plan_t *plan;
    CHECK_FAILS(lg_plan_create(program, NULL, &plan, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_program_add_output(program, "y", x, test_err));
    CHECK_OK(lg_program_freeze(program, test_err));
    CHECK_FAILS(lg_program_add_input(program, "late", &type, &y, test_err), LG_STATUS_INVALID_ARGUMENT);
    // A rule that names nothing real fails; it is not ignored.
    lg_rule_t rule = {.op = "matmul", .device = "acme.none:0"};
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .rules = &rule, .rule_count = 1};
    CHECK_FAILS(lg_plan_create(program, &desc, &plan, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "cpu:0");
    lg_program_release(program);
    lg_context_close(context);
}

TEST(program_parse_refuses) {
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "line 1: expected program"},
        {"program {", "expected input, weight, guard, output, an op or '}'"},
        {"program { input %0 \"x\" : f32[2] output \"y\" %0 } x", "expected the end"},
        {"program { input %0 \"x\" : f99[2] }", "expected a dtype"},
        {"program { input %0 \"x\" : f32[-2] }", "negative"},
        {"program { input %0 \"x\" : f32[1,1,1,1,1,1,1,1,1] }", "at most 8 extents"},
        {"program { input %0 \"x\" : f32[99999999999999999999] }", "an extent"},
        {"program { input %0 \"x\" : f32[2] input %0 \"y\" : f32[2] }", "defined twice"},
        {"program { output \"y\" %7 }", "used before it is defined"},
        {"program { input %0 \"x\" : f32[2]\n %1 = explode(%0) : f32[2] }",
         "line 2: there is no op 'explode'"},
        {"program { input %0 \"x\" : f32[2]\n %1 = tanh(%0) : f32[3] }",
         "tanh gives f32[2], the text says f32[3]"},
        {"program { input %0 \"x\" : f32[2]\n %1 = tanh(%0, %0) : f32[2] }", "tanh"},
        {"program { input %0 \"x\" : f32[2]\n %1 = reshape(%0) {size=[2]} : f32[2] }", "no attribute 'size'"},
        {"program { input %0 \"x\" : f32[2]\n %1 = reshape(%0) {shape=[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8]} : f32[2] }",
         "at most 16"},
        {"program { input %0 \"\\u0000\" : f32[2] }", "NUL"},
        {"program { input %0 \"x : f32[2] }", "closed"},
        {"program { weight %0 @\"w\" : f32[2] }", "nobody provides weight 'w'"},
        {"program { }", "at least one output"},
    };
    lg_context_t *context;
    lg_program_t *program;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_status_t status =
            lg_program_parse(context, cases[i].text, strlen(cases[i].text), NULL, NULL, &program, test_err);
        CHECK(status != LG_OK && program == NULL);
        CHECK_HAS(test_err->message, cases[i].message);
    }
    lg_context_close(context);
}

TEST(call_refuses) {
    lg_context_t *context;
    lg_program_t *program;
    lg_plan_t *plan;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t out;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(build(context, &program, test_err));
    CHECK_OK(lg_plan_create(program, NULL, &plan, test_err));
    CHECK_OK(lg_model_create(plan, NULL, 0, &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    float data[16] = {0};
    lg_view_t x = view_of(LG_DTYPE_F32, 2, 4);
    x.data = data;
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "'x'");
    CHECK_FAILS(lg_call_bind(call, "q", &x, test_err), LG_STATUS_NOT_FOUND);
    x.dtype = LG_DTYPE_I32;
    CHECK_FAILS(lg_call_bind(call, "x", &x, test_err), LG_STATUS_DTYPE);
    x = view_of(LG_DTYPE_F32, 4, 2);
    x.data = data;
    CHECK_FAILS(lg_call_bind(call, "x", &x, test_err), LG_STATUS_SHAPE);
    x = view_of(LG_DTYPE_F32, 2, 4);
    x.strides[0] = 8;
    x.data = data;
    lg_view_update(&x);
    CHECK_FAILS(lg_call_bind(call, "x", &x, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_call_output(call, "q", 0, &out, test_err), LG_STATUS_NOT_FOUND);
    x = view_of(LG_DTYPE_F32, 2, 4);
    x.data = data;
    CHECK_OK(lg_call_bind(call, "x", &x, test_err));
    CHECK_FAILS(lg_call_run(call, 1, test_err), LG_STATUS_DEADLINE);
    CHECK_STR(test_err->op, "layer");
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_context_close(context);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_CLOSED);
    // Everything keeps what it needs, whatever the order of release.
    lg_program_release(program);
    lg_plan_release(plan);
    lg_model_release(model);
    lg_call_release(call);
}

// A program inside another one, twice: weights are shared, paths and names get the prefix.
TEST_ALLOC(program_in_program) {
    lg_program_t *inner, *outer = NULL;
    lg_view_t type = view_of(LG_DTYPE_F32, 2, 4);
    lg_value_t x, ys[2];
    lg_program_op_t op = {.size = sizeof op, .abi = LG_ABI};
    LG_TRY(build(context, &inner, err));
    lg_status_t status = lg_program_create(context, &outer, err);
    status = status ? status : lg_program_add_input(outer, "x", &type, &x, err);
    for (int i = 0; i < 2; i++) {
        status = status ? status : lg_program_add_program(outer, inner, &x, 1, "part", ys, 2, err);
    }
    status = status ? status : lg_program_add_output(outer, "y", ys[0], err);
    status = status ? status : lg_program_add_output(outer, "z", ys[1], err);
    status = status ? status : lg_program_freeze(outer, err);
    if (status == LG_OK) {
        CHECK_EQ(lg_program_op_count(outer), 10);
        CHECK_EQ(lg_program_weight_count(outer), 2);
        CHECK_STR(lg_program_weight_name(outer, 0), "part.layer.w");
        CHECK_OK(lg_program_op(outer, 5, &op, test_err));
        CHECK_EQ(op.op, LG_OP_MATMUL);
        CHECK_EQ(op.number, 1);
        CHECK_STR(op.path, "part.layer");
        CHECK_FAILS(lg_program_op(outer, 10, &op, test_err), LG_STATUS_NOT_FOUND);
        lg_error_t inside;
        lg_status_t again = lg_program_add_program(outer, inner, &x, 1, "", ys, 2, &inside);
        CHECK(again == LG_STATUS_INVALID_ARGUMENT || again == LG_STATUS_OUT_OF_MEMORY);  // frozen
        CHECK_EQ(ys[0], LG_VALUE_NONE);
        status = plan_and_run(outer, err);
    }
    lg_program_release(outer);
    lg_program_release(inner);
    return status;
}

// y = concat(x, reshape(tanh(x), shape from a weight)), for any batch.
static lg_status_t build_symbolic(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t x, shape = 0, y;
    lg_tensor_t weight = {.buffer = NULL};
    *out_program = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_tensor_init(context, LG_DTYPE_I64, 1, (const int64_t[]){2}, &weight, err);
    if (status == LG_OK) {
        ((int64_t *)weight.view.data)[0] = -1;
        ((int64_t *)weight.view.data)[1] = 2;
    }
    lg_attr_source_t source = {"shape", LG_VALUE_NONE};
    status = status ? status : lg_program_add_input_spec(program, "x", "f32[batch,2*w]", &x, err);
    status = status ? status : lg_program_add_weight(program, "shape", &weight, &shape, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TANH, &x, 1, NULL, "a", &y, 1, err);
    source.value = shape;
    status = status
                 ? status
                 : lg_program_add_op_from(program, LG_OP_RESHAPE, &y, 1, NULL, &source, 1, "b", &y, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    status = status ? status : lg_program_freeze(program, err);
    lg_tensor_deinit(&weight);
    if (status != LG_OK) {
        lg_program_release(program);
        return status;
    }
    *out_program = program;
    return LG_OK;
}

TEST_ALLOC(program_symbols) {
    lg_program_t *program, *fixed = NULL;
    lg_text_t *text = NULL;
    LG_TRY(build_symbolic(context, &program, err));
    lg_view_t type = view_of(LG_DTYPE_F32, 3, 4);
    lg_status_t status = lg_program_format(program, &text, err);
    if (status == LG_OK) {
        CHECK_HAS(lg_text_chars(text), "%3 = reshape(%2) {shape=%1} at \"b\" : f32[d0,2]");
        CHECK_EQ(lg_program_symbol_count(program), 2);
        CHECK_STR(lg_program_symbol_name(program, 1), "w");
        CHECK_STR(lg_program_extent(program, lg_program_input(program, 0), 1), "2*w");
        CHECK(lg_program_extent(program, lg_program_output(program, 0), 1) == NULL);
        status = lg_program_specialize(program, &type, 1, &fixed, err);
    }
    lg_text_release(text);
    text = NULL;
    status = status ? status : lg_program_format(fixed, &text, err);
    if (status == LG_OK) {
        CHECK_HAS(lg_text_chars(text), "%2 = reshape(%1) {shape=[-1,2]} at \"b\" : f32[6,2]");
        CHECK_EQ(lg_program_weight_count(fixed), 0);
        lg_program_t *none;
        type = view_of(LG_DTYPE_F32, 3, 5);
        lg_error_t inside;
        CHECK(lg_program_specialize(program, &type, 1, &none, &inside) == LG_STATUS_SHAPE);
        CHECK(none == NULL);
    }
    lg_text_release(text);
    lg_program_release(fixed);
    lg_program_release(program);
    return status;
}

// One call, bound to other shapes between runs; plans are kept by signature.
TEST_ALLOC(call_of_symbols) {
    lg_program_t *program;
    lg_model_t *model = NULL, *fixed = NULL, *same = NULL;
    lg_call_t *call = NULL;
    lg_view_t out;
    float data[12];
    // Made before anything can fail: view_of clears the error.
    lg_view_t views[4] = {view_of(LG_DTYPE_F32, 0, 4), view_of(LG_DTYPE_F32, 1, 4),
                          view_of(LG_DTYPE_F32, 2, 4), view_of(LG_DTYPE_F32, 3, 4)};
    lg_view_t narrow = view_of(LG_DTYPE_F32, 1, 3), square = view_of(LG_DTYPE_F32, 2, 2);
    for (int i = 0; i < 4; i++) {
        views[i].data = data;
    }
    square.data = data;
    LG_TRY(build_symbolic(context, &program, err));
    lg_status_t status = lg_model_create_program(program, NULL, &model, err);
    status = status ? status : lg_call_create(model, &call, err);
    for (int i = 0; i < 12; i++) {
        data[i] = 0.25f * (float)(i - 6);
    }
    lg_error_t inside;
    if (status == LG_OK) {
        CHECK(lg_model_plan(model) == NULL);
        CHECK(lg_call_run(call, 0, &inside) == LG_STATUS_INVALID_ARGUMENT);
        CHECK(lg_call_bind_at(call, 0, data, &inside) == LG_STATUS_INVALID_ARGUMENT);
        CHECK(lg_call_output(call, "y", 0, &out, &inside) == LG_STATUS_INVALID_ARGUMENT);
        lg_model_set_capacity(model, 2);
    }
    static const int64_t rows[] = {1, 3, 1, 2, 1};
    for (size_t i = 0; status == LG_OK && i < sizeof rows / sizeof rows[0]; i++) {
        status = lg_call_bind(call, "x", &views[rows[i]], err);
        status = status ? status : lg_call_run(call, 0, err);
        status = status ? status : lg_call_output(call, "y", 0, &out, err);
        if (status == LG_OK) {
            CHECK_EQ(out.shape[0], rows[i] * 2);
            CHECK(fabsf(((float *)out.data)[rows[i] * 4 - 1] - tanhf(data[rows[i] * 4 - 1])) < 1e-6f);
            data[0] = 0.5f;  // the same shapes: only the records run
            status = lg_call_run(call, 0, err);
            CHECK(status != LG_OK || fabsf(((float *)out.data)[0] - tanhf(0.5f)) < 1e-6f);
        }
    }
    status = status ? status : lg_model_specialize(model, &views[1], 1, &fixed, err);
    status = status ? status : lg_model_specialize(model, &views[1], 1, &same, err);
    if (status == LG_OK) {
        CHECK(fixed == same && lg_model_plan(fixed) != NULL);
        lg_model_release(same);
        lg_status_t bad = lg_model_specialize(model, &narrow, 1, &same, &inside);
        CHECK(bad == LG_STATUS_SHAPE || bad == LG_STATUS_OUT_OF_MEMORY);
        lg_model_release(fixed);
        fixed = NULL;
        same = NULL;
        // An output bound to memory of the wrong size is an error of the run that finds out.
        status = lg_call_bind(call, "y", &square, err);
        status = status ? status : lg_call_bind(call, "x", &views[3], err);
        bad = status ? status : lg_call_run(call, 0, &inside);
        CHECK(bad == LG_STATUS_SHAPE || bad == LG_STATUS_OUT_OF_MEMORY);
        status = status == LG_OK && bad == LG_STATUS_OUT_OF_MEMORY
                     ? lg_error_set(err, bad, NULL, "%s", inside.message)
                     : status;
    }
    lg_model_release(same);
    lg_model_release(fixed);
    lg_call_release(call);
    lg_model_release(model);
    lg_program_release(program);
    return status;
}

// h += x, three times; the state is the call's, and a failed binding does not touch it.
TEST_ALLOC(call_with_state) {
    static const char text[] =
        "program { input %0 \"x\" : f32[n] %1 = state.read \"h\" : f32[n]\n"
        "%2 = add(%0, %1) : f32[n] output \"y\" %2 state.write \"h\", %2 as \"hn\" }";
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_call_t *call = NULL;
    float data[2] = {1, 2};
    lg_view_t x, y, h;
    LG_TRY(lg_view_init(&x, LG_DTYPE_F32, 1, (const int64_t[]){2}, err));
    x.data = data;
    lg_error_t inside;
    LG_TRY(lg_program_parse(context, text, sizeof text - 1, NULL, NULL, &program, err));
    uint32_t read, written;
    CHECK_EQ(lg_program_state_count(program), 1);
    CHECK(lg_program_state(program, 0, &read, &written, &inside) == LG_OK && read == 1 && written == 1);
    CHECK(lg_program_state(program, 1, &read, &written, &inside) == LG_STATUS_NOT_FOUND);
    lg_status_t status = lg_model_create_program(program, NULL, &model, err);
    status = status ? status : lg_call_create(model, &call, err);
    if (status == LG_OK) {
        CHECK(lg_call_bind(call, "h", &x, &inside) == LG_STATUS_INVALID_ARGUMENT);
        CHECK(lg_call_bind_at(call, 1, data, &inside) == LG_STATUS_INVALID_ARGUMENT);
        CHECK(lg_call_state(call, "q", &h, &inside) == LG_STATUS_NOT_FOUND);
        CHECK(lg_call_state(call, "h", &h, &inside) == LG_STATUS_INVALID_ARGUMENT);
        status = lg_call_bind(call, "x", &x, err);
    }
    for (int i = 1; i <= 3; i++) {
        status = status ? status : lg_call_run(call, i == 2 ? INT64_MAX : 0, err);
        status = status ? status : lg_call_output(call, "y", 0, &y, err);
        status = status ? status : lg_call_state(call, "h", &h, err);
        if (status == LG_OK) {
            CHECK(((float *)y.data)[1] == 2.0f * (float)i && ((float *)h.data)[0] == (float)i);
        }
    }
    if (status == LG_OK) {
        status = lg_call_reset_states(call, err);
        status = status ? status : lg_call_run(call, 0, err);
        status = status ? status : lg_call_state(call, "h", &h, err);
        CHECK(status != LG_OK || ((float *)h.data)[1] == 2.0f);
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_program_release(program);
    return status;
}
