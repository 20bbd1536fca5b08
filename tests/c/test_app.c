// SPDX-License-Identifier: Apache-2.0
// Apps, models and calls as a C program uses them: files in memory, signatures, and every wrong use.
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

// y = tanh(x) for x f32[n,4] or f32[2,4]; `*out_model` is NULL on failure.
static lg_status_t make(lg_context_t *context, const char *spec, lg_model_t **out_model, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t x;
    *out_model = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_program_add_input_spec(program, "x", spec, &x, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TANH, &x, 1, NULL, "top", &x, 1, err);
    status = status ? status : lg_program_add_output(program, "y", x, err);
    status = status ? status : lg_program_freeze(program, err);
    status = status ? status : lg_model_create_program(program, NULL, out_model, err);
    lg_program_release(program);
    return status;
}

static lg_view_t view_of(float *data, int64_t rows, int64_t columns) {
    lg_view_t view;
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 2, (const int64_t[]){rows, columns}, test_err));
    view.data = data;
    return view;
}

// Saves a model and reads the file into memory aligned to 64 bytes; `*out_data` is NULL on failure.
static lg_status_t bytes_of(lg_model_t *model, const lg_save_desc_t *desc, void **out_data, size_t *out_bytes,
                            lg_error_t *err) {
    char path[4096];
    const char *name = "main";
    *out_data = NULL;
    lg_status_t status = lg_app_save(lg_test_path(path, sizeof path, "app"), &name, &model, 1, desc, err);
    FILE *file = status == LG_OK ? fopen(path, "rb") : NULL;
    if (file != NULL) {
        CHECK_EQ(posix_memalign(out_data, 64, 65536), 0);
        *out_bytes = fread(*out_data, 1, 65536, file);
        fclose(file);
    }
    remove(path);
    return status;
}

static lg_status_t open_and_run(lg_context_t *context, const void *data, size_t bytes, lg_error_t *err) {
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call = NULL;
    lg_view_t x, y;
    const lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
    LG_TRY(lg_app_open_bytes(data, bytes, "array", &desc, &app, err));
    lg_status_t status = lg_app_model(app, NULL, &model, err);
    lg_app_close(app);
    LG_TRY(status);
    status = lg_call_create(model, &call, err);
    status = status ? status : lg_call_input(call, "x", 0, &x, err);
    if (status == LG_OK) {
        CHECK(((float *)x.data)[7] == 0);
        ((float *)x.data)[7] = 20;
    }
    status = status ? status : lg_call_run(call, 0, err);
    status = status ? status : lg_call_output(call, "y", 0, &y, err);
    if (status == LG_OK) {
        CHECK(((float *)y.data)[7] == 1);
        CHECK(((float *)y.data)[0] == 0);
        CHECK(lg_call_plan(call) == lg_model_plan(model));
    }
    lg_call_release(call);
    lg_model_release(model);
    return status;
}

TEST_ALLOC(app_in_memory) {
    lg_model_t *model;
    void *data;
    size_t bytes;
    LG_TRY(make(context, "f32[2,4]", &model, err));
    lg_status_t status = bytes_of(model, NULL, &data, &bytes, err);
    lg_model_release(model);
    status = status ? status : open_and_run(context, data, bytes, err);
    free(data);
    return status;
}

TEST_ALLOC(app_signatures) {
    lg_model_t *model, *fixed = NULL;
    lg_app_t *app = NULL;
    void *data;
    size_t bytes = 0;
    lg_view_t two = view_of(NULL, 2, 4), three = view_of(NULL, 3, 4), found;
    LG_TRY(make(context, "f32[n,4]", &model, err));
    lg_status_t status = lg_model_add_signature(model, &two, 1, err);
    status = status ? status : lg_model_add_signature(model, &two, 1, err);  // again: nothing to do
    status = status ? status : bytes_of(model, NULL, &data, &bytes, err);
    lg_model_release(model);
    LG_TRY(status);
    const lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context, .strict = 1};
    status = lg_app_open_bytes(data, bytes, "array", &desc, &app, err);
    status = status ? status : lg_app_model(app, "main", &model, err);
    lg_app_close(app);
    if (status == LG_OK) {
        CHECK_OK(lg_model_signature(model, 0, &found, 1, test_err));
        CHECK_EQ(found.shape[0], 2);
        CHECK_FAILS(lg_model_signature(model, 1, &found, 1, test_err), LG_STATUS_NOT_FOUND);
        lg_status_t refused = lg_model_specialize(model, &three, 1, &fixed, err);
        status = refused == LG_STATUS_INVALID_ARGUMENT ? LG_OK : refused;
        CHECK(refused != LG_OK);
        status = status ? status : lg_model_specialize(model, &two, 1, &fixed, err);
        lg_model_release(fixed);
        lg_model_release(model);
    }
    free(data);
    return status;
}

// y = x @ w for x f32[n,8]: `w` is packed for its kernel where that is not a scalar one.
static lg_status_t make_product(lg_context_t *context, lg_model_t **out_model, lg_error_t *err) {
    lg_program_t *program;
    lg_tensor_t w = {0};
    lg_value_t in[2], y;
    *out_model = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_tensor_init(context, LG_DTYPE_F32, 2, (const int64_t[]){8, 40}, &w, err);
    for (int64_t i = 0; status == LG_OK && i < w.view.elem_count; i++) {
        ((float *)w.view.data)[i] = (float)(i % 7);
    }
    status = status ? status : lg_program_add_input_spec(program, "x", "f32[n,8]", &in[0], err);
    status = status ? status : lg_program_add_weight(program, "w", &w, &in[1], err);
    status = status ? status : lg_program_add_op(program, LG_OP_MATMUL, in, 2, NULL, "top", &y, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    status = status ? status : lg_program_freeze(program, err);
    status = status ? status : lg_model_create_program(program, NULL, out_model, err);
    lg_tensor_deinit(&w);
    lg_program_release(program);
    return status;
}

// What the plan for `rows` rows packs, and how much of it was ready.
static lg_status_t packed_of(lg_model_t *model, int64_t rows, size_t *out_packed, size_t *out_ready,
                             lg_error_t *err) {
    lg_view_t x;
    lg_model_t *fixed;
    LG_TRY(lg_view_init(&x, LG_DTYPE_F32, 2, (const int64_t[]){rows, 8}, err));
    LG_TRY(lg_model_specialize(model, &x, 1, &fixed, err));
    *out_packed = lg_plan_packed_bytes(lg_model_plan(fixed));
    *out_ready = lg_plan_ready_bytes(lg_model_plan(fixed));
    lg_model_release(fixed);
    return LG_OK;
}

TEST_ALLOC(app_prepacked) {
    const lg_save_desc_t save = {LG_STRUCT(lg_save_desc_t), .prepack = 1};
    const lg_open_desc_t open = {LG_STRUCT(lg_open_desc_t), .context = context};
    lg_model_t *model;
    lg_app_t *app = NULL;
    void *data = NULL;
    size_t bytes = 0, packed[2] = {0, 0}, ready[2] = {0, 0};
    LG_TRY(make_product(context, &model, err));
    lg_status_t status = packed_of(model, 2, &packed[0], &ready[0], err);
    status = status ? status : bytes_of(model, &save, &data, &bytes, err);
    lg_model_release(model);
    CHECK_EQ(ready[0], 0);
    for (size_t shift = 0; shift <= 8 && status == LG_OK; shift += 8) {
        // Moved by 8 bytes, the packed weights are not aligned as kernels want them.
        memmove((char *)data + shift, data, bytes);
        status = lg_app_open_bytes((char *)data + shift, bytes, "array", &open, &app, err);
        status = status ? status : lg_app_model(app, "main", &model, err);
        if (status == LG_OK) {
            status = packed_of(model, 2, &packed[0], &ready[0], err);
            status = status ? status : packed_of(model, 3, &packed[1], &ready[1], err);
            if (status == LG_OK) {
                CHECK_EQ(packed[0], packed[1]);
                CHECK_EQ(ready[0], shift == 0 ? packed[0] : 0);
                CHECK_EQ(ready[1], ready[0]);
            }
            lg_model_release(model);
        }
        lg_app_close(app);
        app = NULL;
    }
    free(data);
    return status;
}

TEST(app_wrong_bytes) {
    lg_app_t *app = NULL;
    _Alignas(64) unsigned char data[128] = {0};
    CHECK_FAILS(lg_app_open_bytes(data + 1, 64, "odd", NULL, &app, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "aligned to 8");
    CHECK_FAILS(lg_app_open_bytes(data, 0, "none", NULL, &app, test_err), LG_STATUS_FORMAT);
    CHECK_FAILS(lg_app_open_bytes(data, sizeof data, "zeros", NULL, &app, test_err), LG_STATUS_FORMAT);
    CHECK(app == NULL);
}

TEST(call_refuses) {
    lg_context_t *context;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t found;
    float memory[16] = {0};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[2,4]", &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    lg_view_t good = view_of(memory, 2, 4), bad = good;

    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "input 'x' is not bound");
    CHECK_FAILS(lg_call_bind(call, "z", &good, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "no input or output 'z'");
    bad = view_of(memory, 4, 2);
    CHECK_FAILS(lg_call_bind(call, "x", &bad, test_err), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "'x' is f32[4,2], expected f32[2,4]");
    bad = good;
    bad.dtype = LG_DTYPE_I32;
    CHECK_FAILS(lg_call_bind(call, "x", &bad, test_err), LG_STATUS_DTYPE);
    CHECK_HAS(test_err->message, "'x' is i32[2,4], expected f32[2,4]");
    bad = good;
    bad.strides[0] = 8;
    lg_view_update(&bad);
    CHECK_FAILS(lg_call_bind(call, "x", &bad, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "not contiguous");
    bad = good;
    bad.data = NULL;
    CHECK_FAILS(lg_call_bind(call, "x", &bad, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "no memory");
    bad = good;
    bad.flags |= LG_VIEW_READONLY;
    CHECK_FAILS(lg_call_bind(call, "y", &bad, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "read-only");
    CHECK_FAILS(lg_call_bind_at(call, 2, memory, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_call_input(call, NULL, 1, &found, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_call_input(call, "y", 0, &found, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_call_output(call, "x", 0, &found, test_err), LG_STATUS_NOT_FOUND);
    lg_model_t *fixed;
    CHECK_FAILS(lg_model_specialize(model, &good, 2, &fixed, test_err), LG_STATUS_INVALID_ARGUMENT);

    // In order after all that.
    CHECK_OK(lg_call_bind(call, "x", &good, test_err));
    CHECK_OK(lg_call_run(call, 1000000000, test_err));
    lg_call_release(call);
    lg_model_release(model);
    lg_context_close(context);
}

TEST(call_after_its_context_closed) {
    lg_context_t *context;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t x;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[2,4]", &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_input(call, "x", 0, &x, test_err));
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_context_close(context);
    CHECK_FAILS(lg_call_run(call, 1, test_err), LG_STATUS_CLOSED);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_CLOSED);
    lg_call_t *second;
    CHECK_FAILS(lg_call_create(model, &second, test_err), LG_STATUS_CLOSED);
    const lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
    lg_app_t *app;
    CHECK_FAILS(lg_app_open("/dev/null", &desc, &app, test_err), LG_STATUS_CLOSED);
    lg_call_release(call);
    lg_model_release(model);
}

// A call of a program with symbols: by the shapes that are bound.
TEST(call_with_symbols) {
    lg_context_t *context;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t found;
    float memory[64] = {0}, result[64];
    char text[32];
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, "f32[n,4]", &model, test_err));
    const lg_program_t *program = lg_model_program(model);
    CHECK_STR(lg_program_format_type(program, lg_program_input(program, 0), text, sizeof text), "f32[n,4]");
    CHECK_STR(lg_program_format_type(program, lg_program_output(program, 0), text, 6), "f32[n");
    CHECK_STR(lg_program_format_type(program, 99, text, sizeof text), "");
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK(lg_model_plan(model) == NULL);
    CHECK(lg_call_plan(call) == NULL);
    CHECK_FAILS(lg_call_input(call, "x", 0, &found, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "bind a view first");
    CHECK_FAILS(lg_call_bind_at(call, 0, memory, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_call_output(call, "y", 0, &found, test_err), LG_STATUS_INVALID_ARGUMENT);
    for (int64_t rows = 0; rows < 9; rows = 2 * rows + 1) {
        lg_view_t x = view_of(memory, rows, 4);
        memory[3] = 20;
        CHECK_OK(lg_call_bind(call, "x", &x, test_err));
        CHECK_OK(lg_call_run(call, 0, test_err));
        CHECK_OK(lg_call_output(call, "y", 0, &found, test_err));
        CHECK_EQ(found.shape[0], rows);
        CHECK(rows == 0 || ((float *)found.data)[3] == 1);
        CHECK_OK(lg_call_input(call, "x", 0, &found, test_err));
        CHECK(found.data == memory);
        CHECK(lg_call_plan(call) != NULL);
    }
    lg_view_t x = view_of(memory, 2, 4), y = view_of(result, 3, 4);
    CHECK_OK(lg_call_bind(call, "x", &x, test_err));
    CHECK_OK(lg_call_bind(call, "y", &y, test_err));
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "output 'y' is bound to f32[3,4], these inputs give f32[2,4]");
    lg_call_release(call);
    lg_model_release(model);
    lg_context_close(context);
}

// Two calls of a model with a state know nothing of each other; a state is kept, set back and reset.
TEST(call_states) {
    static const char text[] =
        "program {\n  input %0 \"x\" : f32[2]\n  %1 = state.read \"h\" : f32[2]\n"
        "  %2 = add(%1, %0) : f32[2]\n  output \"y\" %2\n  state.write \"h\", %2\n}\n";
    lg_context_t *context;
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *calls[2];
    lg_view_t x, y, h;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_program_parse(context, text, strlen(text), NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &model, test_err));
    for (int i = 0; i < 2; i++) {
        CHECK_OK(lg_call_create(model, &calls[i], test_err));
        CHECK_OK(lg_call_input(calls[i], "x", 0, &x, test_err));
        ((float *)x.data)[0] = (float)(i + 1);
    }
    for (int run = 1; run <= 3; run++) {
        for (int i = 0; i < 2; i++) {
            CHECK_OK(lg_call_run(calls[i], 0, test_err));
            CHECK_OK(lg_call_output(calls[i], "y", 0, &y, test_err));
            CHECK(((float *)y.data)[0] == (float)(run * (i + 1)));
        }
    }
    CHECK_OK(lg_call_state(calls[0], "h", &h, test_err));
    float kept = ((float *)h.data)[0];
    CHECK(kept == 3);
    CHECK_OK(lg_call_reset_states(calls[0], test_err));
    CHECK_OK(lg_call_run(calls[0], 0, test_err));
    CHECK_OK(lg_call_input(calls[0], "h", 0, &h, test_err));  // the same by another name
    CHECK(((float *)h.data)[0] == 1);
    ((float *)h.data)[0] = kept;
    CHECK_OK(lg_call_run(calls[0], 0, test_err));
    CHECK_OK(lg_call_output(calls[0], "y", 0, &y, test_err));
    CHECK(((float *)y.data)[0] == 4);
    CHECK_FAILS(lg_call_state(calls[0], "x", &h, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_call_bind(calls[0], "h", &x, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_call_release(calls[0]);
    lg_call_release(calls[1]);
    lg_model_release(model);
    lg_program_release(program);
    lg_context_close(context);
}
