// SPDX-License-Identifier: Apache-2.0
// The eager call: each of its ways (new result, view, out=, temporaries, dense copies, scratch, many operands),
// also with every allocation failing in turn.
#include <legato/legato.h>
#include <string.h>

#include "testing.h"

static lg_status_t make(lg_context_t *context, int64_t rows, int64_t columns, lg_tensor_t *out_tensor,
                        lg_error_t *err) {
    const int64_t shape[2] = {rows, columns};
    LG_TRY(lg_tensor_init(context, LG_DTYPE_F32, 2, shape, out_tensor, err));
    for (int64_t i = 0; i < out_tensor->view.elem_count; i++) {
        ((float *)out_tensor->view.data)[i] = (float)(i % 17);
    }
    return LG_OK;
}

static lg_tensor_t transposed(const lg_tensor_t *tensor) {
    lg_tensor_t result = *tensor;
    result.view.shape[0] = tensor->view.shape[1];
    result.view.shape[1] = tensor->view.shape[0];
    result.view.strides[0] = tensor->view.strides[1];
    result.view.strides[1] = tensor->view.strides[0];
    lg_view_update(&result.view);
    return result;
}

static float at(const lg_tensor_t *tensor, int64_t row, int64_t column) {
    return ((float *)tensor->view.data)[row * tensor->view.strides[0] + column * tensor->view.strides[1]];
}

static lg_status_t call(lg_context_t *context, uint32_t op, const lg_tensor_t *a, const lg_tensor_t *b,
                        const void *attrs, lg_tensor_t *out, lg_error_t *err) {
    const lg_tensor_t *ins[2] = {a, b};
    return lg_op_call(context, op, ins, b != NULL ? 2 : 1, attrs, out, 1, err);
}

TEST_ALLOC(eager_new_result_and_view) {
    lg_tensor_t a = {.buffer = NULL}, sum = {.buffer = NULL}, flat = {.buffer = NULL};
    lg_reshape_attrs_t attrs = {.shape = {.count = 1, .values = {-1}}};
    lg_status_t status = make(context, 3, 5, &a, err);
    status = status ? status : call(context, LG_OP_ADD, &a, &a, NULL, &sum, err);
    status = status ? status : call(context, LG_OP_RESHAPE, &sum, NULL, &attrs, &flat, err);
    if (status == LG_OK) {
        CHECK(flat.buffer == sum.buffer && flat.view.data == sum.view.data);
        lg_tensor_deinit(&sum);  // the view keeps the memory
        CHECK_EQ(flat.view.elem_count, 15);
        CHECK(((float *)flat.view.data)[14] == 28.0f);
    }
    lg_tensor_deinit(&a);
    lg_tensor_deinit(&sum);
    lg_tensor_deinit(&flat);
    return status;
}

// out= that is an input (in place), that overlaps one, and that is strided.
TEST_ALLOC(eager_out) {
    lg_tensor_t a = {.buffer = NULL}, product = {.buffer = NULL};
    lg_status_t status = make(context, 6, 6, &a, err);
    status = status ? status : call(context, LG_OP_ADD, &a, &a, NULL, &a, err);
    if (status == LG_OK) {
        CHECK(at(&a, 1, 2) == 16.0f);
    }
    lg_tensor_t turned = transposed(&a);
    status = status ? status : call(context, LG_OP_ADD, &a, &turned, NULL, &a, err);
    if (status == LG_OK) {
        CHECK(at(&a, 1, 2) == 16.0f + 2.0f * 13.0f);
        CHECK(at(&a, 1, 2) == at(&a, 2, 1));
    }
    status = status ? status : make(context, 6, 6, &product, err);
    lg_tensor_t strided = transposed(&product);
    status = status ? status : call(context, LG_OP_MATMUL, &a, &a, NULL, &strided, err);
    if (status == LG_OK) {
        float sum = 0;
        for (int64_t k = 0; k < 6; k++) {
            sum += at(&a, 2, k) * at(&a, k, 4);
        }
        CHECK(at(&strided, 2, 4) == sum && at(&product, 4, 2) == sum);
    }
    lg_tensor_deinit(&a);
    lg_tensor_deinit(&product);
    return status;
}

// Scratch (a product large enough to be packed), and arguments and operands beyond the inline room.
TEST_ALLOC(eager_scratch_and_many_operands) {
    enum { COUNT = 200 };
    lg_tensor_t a = {.buffer = NULL}, product = {.buffer = NULL}, joined = {.buffer = NULL};
    lg_status_t status = make(context, 96, 96, &a, err);
    status = status ? status : call(context, LG_OP_MATMUL, &a, &a, NULL, &product, err);
    if (status == LG_OK) {
        float sum = 0;
        for (int64_t k = 0; k < 96; k++) {
            sum += at(&a, 95, k) * at(&a, k, 3);
        }
        CHECK(at(&product, 95, 3) == sum);  // small integers: every order of additions is exact
    }
    const lg_tensor_t *ins[COUNT];
    for (int i = 0; i < COUNT; i++) {
        ins[i] = &a;
    }
    lg_concat_attrs_t attrs = {.axis = 1};
    status = status ? status : lg_op_call(context, LG_OP_CONCAT, ins, COUNT, &attrs, &joined, 1, err);
    if (status == LG_OK) {
        CHECK_EQ(joined.view.shape[1], COUNT * 96);
        CHECK(at(&joined, 5, 199 * 96 + 7) == at(&a, 5, 7));
    }
    lg_tensor_deinit(&a);
    lg_tensor_deinit(&product);
    lg_tensor_deinit(&joined);
    return status;
}

TEST(eager_refuses) {
    lg_context_t *context;
    lg_tensor_t a = {.buffer = NULL}, out = {.buffer = NULL};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(make(context, 2, 3, &a, test_err));
    CHECK_FAILS(call(context, 4711, &a, NULL, NULL, &out, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(call(context, LG_OP_MATMUL, &a, &a, NULL, &out, test_err), LG_STATUS_SHAPE);
    CHECK_FAILS(call(context, LG_OP_ADD, &a, NULL, NULL, &out, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_op_call(context, LG_OP_ADD, NULL, 0, NULL, &out, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    const lg_tensor_t *ins[2] = {&a, &a};
    lg_tensor_t outs[2] = {{.buffer = NULL}};
    CHECK_FAILS(lg_op_call(context, LG_OP_ADD, ins, 2, NULL, outs, 2, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK(out.buffer == NULL && out.view.dtype == LG_DTYPE_INVALID);

    // out= of the wrong type, of the wrong shape, read-only, and with elements that share memory
    lg_tensor_t wrong = a;
    wrong.view.dtype = LG_DTYPE_I32;
    CHECK_FAILS(call(context, LG_OP_TANH, &a, NULL, NULL, &wrong, test_err), LG_STATUS_DTYPE);
    wrong = transposed(&a);
    CHECK_FAILS(call(context, LG_OP_TANH, &a, NULL, NULL, &wrong, test_err), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "out is f32[3,2], expected f32[2,3]");
    wrong = a;
    wrong.view.flags |= LG_VIEW_READONLY;
    CHECK_FAILS(call(context, LG_OP_TANH, &a, NULL, NULL, &wrong, test_err), LG_STATUS_INVALID_ARGUMENT);
    wrong = a;
    wrong.view.strides[0] = 0;
    lg_view_update(&wrong.view);
    CHECK_FAILS(call(context, LG_OP_TANH, &a, NULL, NULL, &wrong, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "stride 0");

    lg_context_close(context);
    CHECK_FAILS(call(context, LG_OP_TANH, &a, NULL, NULL, &out, test_err), LG_STATUS_CLOSED);
    lg_tensor_deinit(&a);
}
