// SPDX-License-Identifier: Apache-2.0
#include "legato/tensor.h"

#include <string.h>

#include "tensor/view.h"
#include "testing.h"

// ---- views ------------------------------------------------------------------------------------------

TEST(view_is_row_major) {
    lg_view_t view;
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 3, (int64_t[]){2, 3, 4}, test_err));
    CHECK_EQ(view.elem_count, 24);
    CHECK_EQ(view.strides[0], 12);
    CHECK_EQ(view.strides[1], 4);
    CHECK_EQ(view.strides[2], 1);
    CHECK_EQ(view.flags, LG_VIEW_CONTIGUOUS);
    CHECK(view.data == NULL);
}

TEST(view_of_rank_0_and_of_no_elements) {
    lg_view_t view;
    CHECK_OK(lg_view_init(&view, LG_DTYPE_BOOL, 0, NULL, test_err));
    CHECK_EQ(view.elem_count, 1);
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F64, 3, (int64_t[]){2, 0, 4}, test_err));
    CHECK_EQ(view.elem_count, 0);
    CHECK_EQ(view.flags, LG_VIEW_CONTIGUOUS);
}

TEST(view_refuses_bad_shapes) {
    lg_view_t view;
    int64_t many[LG_MAX_RANK + 1] = {0};
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_F32, LG_MAX_RANK + 1, many, test_err), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "9");
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_F32, 2, (int64_t[]){3, -1}, test_err), LG_STATUS_SHAPE);
    CHECK_HAS(test_err->message, "-1");
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_INVALID, 0, NULL, test_err), LG_STATUS_DTYPE);
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_COUNT, 0, NULL, test_err), LG_STATUS_DTYPE);
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_U8, 2, (int64_t[]){INT64_MAX, 2}, test_err), LG_STATUS_OVERFLOW);
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_F32, 1, (int64_t[]){INT64_MAX / 2}, test_err),
                LG_STATUS_OVERFLOW);
    // A zero extent does not hide an overflow of the others: their strides would not fit.
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_U8, 3, (int64_t[]){0, INT64_MAX, 2}, test_err),
                LG_STATUS_OVERFLOW);
    CHECK_FAILS(lg_view_init(&view, LG_DTYPE_U8, 2, (int64_t[]){INT64_MAX, 2}, NULL), LG_STATUS_OVERFLOW);
}

TEST(view_update_is_truthful_about_contiguity) {
    lg_view_t view;
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 2, (int64_t[]){3, 4}, test_err));
    view.strides[0] = 8;
    lg_view_update(&view);
    CHECK_EQ(view.flags & LG_VIEW_CONTIGUOUS, 0);
    view.shape[0] = 1;  // the stride of a single row is of no consequence
    lg_view_update(&view);
    CHECK_EQ(view.elem_count, 4);
    CHECK_EQ(view.flags & LG_VIEW_CONTIGUOUS, LG_VIEW_CONTIGUOUS);
    view.strides[1] = -1;
    view.flags |= LG_VIEW_READONLY;
    lg_view_update(&view);
    CHECK_EQ(view.flags, LG_VIEW_READONLY);
}

TEST(view_formats_into_any_capacity) {
    lg_view_t view;
    char text[64];
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 2, (int64_t[]){2, 3}, test_err));
    CHECK_STR(lg_view_format(&view, text, sizeof text), "f32[2,3]");
    CHECK_OK(lg_view_init(&view, LG_DTYPE_BF16, 0, NULL, test_err));
    CHECK_STR(lg_view_format(&view, text, sizeof text), "bf16[]");
    CHECK_OK(lg_view_init(&view, LG_DTYPE_I64, 2, (int64_t[]){1000000, 3}, test_err));
    const char *whole = "i64[1000000,3]";
    for (size_t capacity = 1; capacity <= strlen(whole) + 1; capacity++) {
        memset(text, '#', sizeof text);
        lg_view_format(&view, text, capacity);
        CHECK_EQ(text[capacity], '#');
        CHECK(strlen(text) < capacity && strncmp(text, whole, strlen(text)) == 0);
    }
}

TEST(view_overlap_counts_negative_strides) {
    float memory[16] = {0};
    lg_view_t low, high;
    CHECK_OK(lg_view_init(&low, LG_DTYPE_F32, 1, (int64_t[]){8}, test_err));
    high = low;
    low.data = memory;
    high.data = memory + 8;
    CHECK(!lg_view_overlaps(&low, &high));
    high.data = memory + 7;
    CHECK(lg_view_overlaps(&low, &high));
    high.data = memory + 15;  // runs down to memory + 8
    high.strides[0] = -1;
    CHECK(!lg_view_overlaps(&low, &high));
    high.data = memory + 14;
    CHECK(lg_view_overlaps(&low, &high));
}

// ---- buffers and tensors ----------------------------------------------------------------------------

TEST_ALLOC(tensor_survives_failing_allocations) {
    lg_tensor_t tensors[3] = {0};
    lg_status_t status = LG_OK;
    for (int i = 0; i < 3 && status == LG_OK; i++) {
        status = lg_tensor_init(context, LG_DTYPE_F32, 2, (int64_t[]){1 << i, 7}, &tensors[i], err);
        if (status == LG_OK) {
            CHECK_EQ((intptr_t)tensors[i].view.data % 64, 0);
            memset(tensors[i].view.data, 0, (size_t)tensors[i].view.elem_count * sizeof(float));
        } else {
            CHECK(tensors[i].buffer == NULL);
        }
    }
    for (int i = 0; i < 3; i++) {
        lg_tensor_deinit(&tensors[i]);
    }
    return status;
}

static int releases;

static void count_release(void *user) {
    releases += *(int *)user;
}

TEST(buffer_around_foreign_memory_is_released_once) {
    lg_context_t *context;
    lg_buffer_t *buffer;
    char memory[32];
    int one = 1;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    releases = 0;
    CHECK_OK(lg_buffer_wrap(context, memory, sizeof memory, count_release, &one, &buffer, test_err));
    CHECK(lg_buffer_data(buffer) == memory);
    CHECK_EQ((int64_t)lg_buffer_bytes(buffer), (int64_t)sizeof memory);
    lg_buffer_retain(buffer);
    lg_buffer_release(buffer);
    CHECK_EQ(releases, 0);
    lg_context_close(context);  // memory in use stays
    CHECK_EQ(releases, 0);
    lg_buffer_release(buffer);
    CHECK_EQ(releases, 1);
    lg_buffer_release(NULL);
}

TEST(tensor_outlives_its_context_which_makes_no_more) {
    lg_context_t *context;
    lg_tensor_t tensor, late;
    lg_test_memory_t *memory = lg_test_memory_create(0);
    lg_allocator_t allocator = lg_test_memory_allocator(memory);
    lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
    CHECK_OK(lg_context_create(&desc, &context, test_err));
    lg_buffer_t *keep;  // keeps the context's memory alive, so that calls on it may be tried
    CHECK_OK(lg_buffer_create(context, 0, &keep, test_err));
    CHECK_OK(lg_tensor_init(context, LG_DTYPE_F32, 1, (int64_t[]){16}, &tensor, test_err));
    lg_context_close(context);
    CHECK_FAILS(lg_tensor_init(context, LG_DTYPE_F32, 1, (int64_t[]){16}, &late, test_err), LG_STATUS_CLOSED);
    memset(tensor.view.data, 0, 64);
    lg_tensor_deinit(&tensor);
    lg_tensor_deinit(&tensor);  // an empty tensor is fine
    lg_tensor_deinit(NULL);
    lg_buffer_release(keep);
    lg_test_memory_destroy(memory);
}
