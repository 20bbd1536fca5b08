// SPDX-License-Identifier: Apache-2.0
// Data movement and creation: every kernel of every dtype against an element-by-element oracle.
#include <legato/ops.gen.h>
#include <math.h>
#include <stdio.h>

#include "operands.h"

enum { LAYOUT_COUNT = 4 };

// Row-major, reversed axes, rotated axes with gaps, backwards.
static lg_operand_t move_layout(int32_t kind, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                                uint64_t seed) {
    int32_t reversed[LG_MAX_RANK], rotated[LG_MAX_RANK];
    for (uint32_t i = 0; i < rank; i++) {
        reversed[i] = (int32_t)(rank - 1 - i);
        rotated[i] = (int32_t)((i + 1) % rank);
    }
    return lg_operand(dtype, rank, shape,
                      kind == 1   ? reversed
                      : kind == 2 ? rotated
                                  : NULL,
                      kind == 2   ? 3
                      : kind == 3 ? -2
                                  : 1,
                      seed);
}

static int32_t move_same(const void *a, const void *b, size_t bytes) {
    return memcmp(a, b, bytes) == 0;
}

// Runs every kernel of (op, dtype) into a dense output of `shape` and compares element i with element want[i] of
// input 0 (row-major); -1: with `fill`.
static void move_check(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, uint32_t rank,
                       const int64_t *shape, const void *attrs, const int64_t *want, const void *fill) {
    size_t item = lg_dtype_size((lg_dtype_t)ins[0]->dtype), index = 0;
    int32_t found = 0;
    for (const lg_kernel_t *kernel; (kernel = lg_test_kernel(op, ins[0]->dtype, &index)) != NULL; found++) {
        for (int64_t cuts = 1; cuts <= 7; cuts += 3) {
            lg_operand_t out = lg_operand((lg_dtype_t)ins[0]->dtype, rank, shape, NULL, 1, 1);
            CHECK_EQ(lg_test_run(kernel, ins, in_count, &out.view, attrs, cuts), LG_OK);
            for (int64_t i = 0; i < out.view.elem_count; i++) {
                const void *expected = want[i] < 0 ? fill : lg_test_at(ins[0], want[i]);
                if (!move_same(lg_test_at(&out.view, i), expected, item)) {
                    printf("%s, %lld cuts: output %lld is not input %lld\n", kernel->name, (long long)cuts,
                           (long long)i, (long long)want[i]);
                    CHECK(0);
                }
            }
            lg_operand_free(&out);
        }
    }
    CHECK(found > 0);
}

static const struct {
    uint32_t rank;
    int64_t shape[5];
} move_shapes[] = {
    {0, {0}},         {1, {1}},       {1, {37}},         {2, {5, 7}},         {2, {64, 64}},
    {2, {33, 130}},   {2, {3, 500}},  {2, {0, 4}},       {3, {4, 16, 20}},    {3, {2, 35, 3}},
    {3, {9, 4, 65}},  {3, {3, 0, 5}}, {4, {2, 3, 8, 9}}, {4, {1, 17, 1, 40}}, {5, {2, 3, 2, 5, 4}},
    {2, {100, 4200}},
};
enum { SHAPE_COUNT = sizeof move_shapes / sizeof move_shapes[0] };

// The copy that the library uses for itself: any strides on both sides, by `reshape` to the same shape and by
// the function.
TEST(move_copy_strided) {
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        size_t item = lg_dtype_size((lg_dtype_t)dtype);
        for (size_t s = 0; s < SHAPE_COUNT - (dtype % 3 != 0); s++) {
            uint32_t rank = move_shapes[s].rank;
            for (int32_t pair = 0; pair < (rank == 0 ? 1 : LAYOUT_COUNT * LAYOUT_COUNT); pair++) {
                lg_operand_t in =
                    move_layout(pair % LAYOUT_COUNT, (lg_dtype_t)dtype, rank, move_shapes[s].shape, s + 5);
                const lg_view_t *view = &in.view;
                size_t index = 0;
                for (const lg_kernel_t *kernel;
                     (kernel = lg_test_kernel(LG_OP_RESHAPE, dtype, &index)) != NULL;) {
                    lg_operand_t out =
                        move_layout(pair / LAYOUT_COUNT, (lg_dtype_t)dtype, rank, move_shapes[s].shape, 0);
                    CHECK_EQ(lg_test_run(kernel, &view, 1, &out.view, NULL, 1 + pair % 3), LG_OK);
                    // Gaps stay as they were: count the bytes that changed hands.
                    size_t guards = 0, expected = out.bytes - (size_t)out.view.elem_count * item;
                    unsigned char *touched = calloc(out.bytes + 1, 1);
                    for (int64_t i = 0; i < out.view.elem_count; i++) {
                        unsigned char *at = lg_test_at(&out.view, i);
                        CHECK(move_same(at, lg_test_at(view, i), item));
                        memset(touched + (at - out.memory - LG_TEST_GUARD_BYTES), 1, item);
                    }
                    for (size_t i = 0; i < out.bytes; i++) {
                        guards += !touched[i] && out.memory[LG_TEST_GUARD_BYTES + i] == LG_TEST_GUARD;
                    }
                    CHECK(out.view.elem_count == 0 || guards == expected);
                    free(touched);
                    lg_operand_free(&out);
                }
                lg_operand_free(&in);
            }
        }
    }
}

// Every permutation of the axes.
TEST(move_transpose) {
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (size_t s = 0; s < SHAPE_COUNT - 1; s++) {
            uint32_t rank = move_shapes[s].rank;
            uint32_t count = rank <= 3 ? (rank == 3 ? 6 : rank == 2 ? 2 : 1) : 5;
            for (uint32_t p = 0; p < count; p++) {
                lg_transpose_attrs_t attrs = {.axes = {.count = rank}};
                for (uint32_t i = 0, used = 0, code = p; i < rank; i++) {  // the p-th permutation
                    uint32_t pick = code % (rank - i), axis = 0;
                    code /= rank - i;
                    for (;; axis++) {
                        if (!(used >> axis & 1) && pick-- == 0) {
                            break;
                        }
                    }
                    used |= 1u << axis;
                    attrs.axes.values[i] = axis;
                }
                lg_operand_t in = move_layout((int32_t)(p + s) % LAYOUT_COUNT, (lg_dtype_t)dtype, rank,
                                              move_shapes[s].shape, s + 3);
                int64_t shape[LG_MAX_RANK], steps[LG_MAX_RANK], step = 1;
                for (uint32_t i = rank; i-- > 0;) {
                    steps[i] = step;
                    step *= in.view.shape[i];
                }
                for (uint32_t i = 0; i < rank; i++) {
                    shape[i] = in.view.shape[attrs.axes.values[i]];
                }
                int64_t *want = malloc((size_t)(in.view.elem_count + 1) * sizeof *want);
                for (int64_t k = 0; k < in.view.elem_count; k++) {
                    int64_t rest = k;
                    want[k] = 0;
                    for (uint32_t i = rank; i-- > 0;) {
                        want[k] += rest % shape[i] * steps[attrs.axes.values[i]];
                        rest /= shape[i];
                    }
                }
                const lg_view_t *view = &in.view;
                move_check(LG_OP_TRANSPOSE, &view, 1, rank, shape, &attrs, want, NULL);
                free(want);
                lg_operand_free(&in);
            }
        }
    }
}

// Outputs so large that whole lines are stored around the caches, on aligned and other addresses.
TEST(move_transpose_large) {
    static const lg_dtype_t dtypes[] = {LG_DTYPE_F32, LG_DTYPE_F64, LG_DTYPE_F16, LG_DTYPE_U8};
    lg_transpose_attrs_t attrs = {.axes = {.count = -1}};
    for (uint32_t c = 0; c < 8; c++) {
        size_t item = lg_dtype_size(dtypes[c / 2]);
        int64_t rows = 2048, columns = (int64_t)((16u << 20) / item / 2048) + 75;
        lg_operand_t in = lg_operand(dtypes[c / 2], 2, (int64_t[]){rows, columns}, NULL, 1, 3);
        const lg_view_t *view = &in.view;
        size_t index = 0;
        for (const lg_kernel_t *kernel;
             (kernel = lg_test_kernel(LG_OP_TRANSPOSE, dtypes[c / 2], &index)) != NULL;) {
            lg_operand_t out = lg_operand(dtypes[c / 2], 2, (int64_t[]){columns, rows}, NULL, 1, c % 2);
            CHECK_EQ(lg_test_run(kernel, &view, 1, &out.view, &attrs, 3), LG_OK);
            const char *x = in.view.data, *y = out.view.data;
            for (int64_t p = 0; p < columns; p++) {
                for (int64_t q = 0; q < rows; q++) {
                    CHECK(move_same(y + (p * rows + q) * (int64_t)item, x + (q * columns + p) * (int64_t)item,
                                    item));
                }
            }
            lg_operand_free(&out);
        }
        lg_operand_free(&in);
    }
}

TEST(move_slice) {
    static const int64_t starts[] = {0, 2, -1, 5, -3, 100}, ends[] = {100, 3, INT64_MIN, 1, 1000, 101};
    static const int64_t steps[] = {1, 1, -1, -2, 2, 3};
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (int32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
            lg_operand_t in = move_layout(layout, (lg_dtype_t)dtype, 3, (int64_t[]){7, 30, 9}, 4);
            for (int32_t c = 0; c < 36; c++) {
                lg_slice_attrs_t attrs = {.starts = {2, {starts[c % 6], starts[c / 6]}},
                                          .ends = {2, {ends[c % 6], ends[c / 6]}},
                                          .axes = {2, {0, 2}},
                                          .steps = {2, {steps[c % 6], steps[c / 6]}}};
                int64_t shape[3] = {0, 30, 0}, picks[3][64];
                for (int32_t i = 0; i < 3; i += 2) {  // Python's range over the clamped bounds
                    int64_t n = in.view.shape[i], start = attrs.starts.values[i / 2],
                            end = attrs.ends.values[i / 2];
                    int64_t step = attrs.steps.values[i / 2];
                    start += start < 0 ? n : 0;
                    end = end < 0 && end != INT64_MIN ? end + n : end;
                    for (int64_t k = start < 0    ? 0
                                     : start >= n ? (step > 0 ? n : n - 1)
                                                  : start;
                         step > 0 ? k < n && k < end : k >= 0 && k > end; k += step) {
                        picks[i][shape[i]++] = k;
                    }
                }
                int64_t *want = malloc((size_t)(shape[0] * 30 * shape[2] + 1) * sizeof *want), k = 0;
                for (int64_t a = 0; a < shape[0]; a++) {
                    for (int64_t b = 0; b < 30; b++) {
                        for (int64_t d = 0; d < shape[2]; d++) {
                            want[k++] = (picks[0][a] * 30 + b) * 9 + picks[2][d];
                        }
                    }
                }
                const lg_view_t *view = &in.view;
                move_check(LG_OP_SLICE, &view, 1, 3, shape, &attrs, want, NULL);
                free(want);
            }
            lg_operand_free(&in);
        }
    }
}

// Same elements in another shape, from layouts of which no window in the new shape exists.
TEST(move_reshape) {
    int64_t want[840];
    for (int64_t i = 0; i < 840; i++) {
        want[i] = i;
    }
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (int32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
            lg_operand_t in = move_layout(layout, (lg_dtype_t)dtype, 3, (int64_t[]){7, 12, 10}, 4);
            const lg_view_t *view = &in.view;
            lg_reshape_attrs_t attrs = {.shape = {2, {-1, 40}}};
            move_check(LG_OP_RESHAPE, &view, 1, 2, (int64_t[]){21, 40}, &attrs, want, NULL);
            lg_flatten_attrs_t flatten = {0, -1};
            move_check(LG_OP_FLATTEN, &view, 1, 1, (int64_t[]){840}, &flatten, want, NULL);
            lg_unsqueeze_attrs_t unsqueeze = {.axis = {1, {1}}};
            move_check(LG_OP_UNSQUEEZE, &view, 1, 4, (int64_t[]){7, 1, 12, 10}, &unsqueeze, want, NULL);
            lg_operand_free(&in);
            in = move_layout(layout, (lg_dtype_t)dtype, 4, (int64_t[]){7, 1, 12, 10}, 4);
            lg_squeeze_attrs_t squeeze = {.axis = {-1, {0}}};
            move_check(LG_OP_SQUEEZE, &view, 1, 3, (int64_t[]){7, 12, 10}, &squeeze, want, NULL);
            lg_operand_free(&in);
        }
    }
}

TEST(move_expand) {
    int64_t want[5 * 6 * 4];
    for (int64_t i = 0; i < 5 * 6 * 4; i++) {
        want[i] = i / 4 % 6;
    }
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (int32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
            lg_operand_t in = move_layout(layout, (lg_dtype_t)dtype, 2, (int64_t[]){6, 1}, 4);
            const lg_view_t *view = &in.view;
            lg_expand_attrs_t attrs = {.shape = {3, {5, -1, 4}}};
            move_check(LG_OP_EXPAND, &view, 1, 3, (int64_t[]){5, 6, 4}, &attrs, want, NULL);
            lg_operand_free(&in);
        }
    }
}

TEST(move_concat) {
    static const int64_t extents[] = {3, 0, 1, 17, 2};
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        size_t item = lg_dtype_size((lg_dtype_t)dtype);
        for (int32_t strided = 0; strided < LAYOUT_COUNT; strided++) {
            for (uint32_t axis = 0; axis < 3; axis++) {
                lg_operand_t ins[60];
                const lg_view_t *views[60];
                uint32_t count = axis == 2 ? 60 : 5;  // sixty do not fit the standard argument space
                int64_t shape[3] = {5, 4, 6};
                shape[axis] = 0;
                for (uint32_t i = 0; i < count; i++) {
                    int64_t in_shape[3] = {5, 4, 6};
                    in_shape[axis] = extents[i % 5];
                    shape[axis] += extents[i % 5];
                    ins[i] = move_layout(i % 5 == 3 ? strided : 0, (lg_dtype_t)dtype, 3, in_shape, i + 1);
                    views[i] = &ins[i].view;
                }
                lg_concat_attrs_t attrs = {axis == 1 ? -2 : (int64_t)axis};
                size_t index = 0;
                for (const lg_kernel_t *kernel;
                     (kernel = lg_test_kernel(LG_OP_CONCAT, dtype, &index)) != NULL;) {
                    for (int32_t out_layout = 0; out_layout < 2; out_layout++) {
                        lg_operand_t out = move_layout(out_layout, (lg_dtype_t)dtype, 3, shape, 0);
                        CHECK_EQ(lg_test_run(kernel, views, count, &out.view, &attrs, 1 + 4 * out_layout),
                                 LG_OK);
                        int64_t at[3];
                        for (int64_t k = 0; k < out.view.elem_count; k++) {
                            at[2] = k % shape[2];
                            at[1] = k / shape[2] % shape[1];
                            at[0] = k / shape[2] / shape[1];
                            uint32_t i = 0;
                            while (at[axis] >= views[i]->shape[axis]) {
                                at[axis] -= views[i++]->shape[axis];
                            }
                            int64_t from = (at[0] * views[i]->shape[1] + at[1]) * views[i]->shape[2] + at[2];
                            CHECK(move_same(lg_test_at(&out.view, k), lg_test_at(views[i], from), item));
                        }
                        lg_operand_free(&out);
                    }
                }
                for (uint32_t i = 0; i < count; i++) {
                    lg_operand_free(&ins[i]);
                }
            }
        }
    }
}

// Index of the input along one axis, the long way round; -1 outside.
static int64_t pad_index(int64_t i, int64_t n, int64_t mode) {
    if (i >= 0 && i < n) {
        return i;
    }
    switch (mode) {
        case 1:
            while (i < 0 || i >= n) {
                i = i < 0 ? -i : 2 * (n - 1) - i;
            }
            return i;
        case 2:
            return i < 0 ? 0 : n - 1;
        case 3:
            return (i % n + n) % n;
        default:
            return -1;
    }
}

TEST(move_pad) {
    static const int64_t shapes[][3] = {{4, 5, 6}, {1, 7, 3}, {4, 1, 9}, {3, 0, 2}};
    static const int64_t pads[][6] = {{1, 2, 3, 0, 1, 2}, {0, 2, 0, 0, 3, 0}, {0, 0, 1, 0, 0, 0},
                                      {0, 0, 0, 0, 0, 0}, {2, 0, 0, 1, 0, 0}, {0, 0, 2, 1, 0, 2}};
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (size_t c = 0; c < 4 * 6 * 4 * LAYOUT_COUNT; c++) {
            const int64_t *in_shape = shapes[c % 4], *pad = pads[c / 4 % 6];
            int64_t mode = (int64_t)(c / 24 % 4), shape[3], legal = 1;
            for (uint32_t i = 0; i < 3; i++) {
                int64_t most = mode == 1                       ? in_shape[i] - 1
                               : mode == 3                     ? in_shape[i]
                               : mode == 2 && in_shape[i] == 0 ? 0
                                                               : 99;
                most = most < 0 ? 0 : most;
                legal &= pad[i] <= most && pad[3 + i] <= most;
                shape[i] = in_shape[i] + pad[i] + pad[3 + i];
            }
            if (!legal) {
                continue;
            }
            lg_operand_t in = move_layout((int32_t)(c / 96), (lg_dtype_t)dtype, 3, in_shape, c + 1);
            lg_pad_attrs_t attrs = {.pads = {.count = 6}, .mode = mode, .value = {LG_SCALAR_INT, {.i = 1}}};
            memcpy(attrs.pads.values, pad, sizeof pads[0]);
            int64_t *want = malloc((size_t)(shape[0] * shape[1] * shape[2] + 1) * sizeof *want), k = 0;
            for (int64_t a = 0; a < shape[0]; a++) {
                for (int64_t b = 0; b < shape[1]; b++) {
                    for (int64_t d = 0; d < shape[2]; d++) {
                        int64_t x = pad_index(a - pad[0], in_shape[0], mode),
                                y = pad_index(b - pad[1], in_shape[1], mode);
                        int64_t z = pad_index(d - pad[2], in_shape[2], mode);
                        want[k++] = x < 0 || y < 0 || z < 0 ? -1 : (x * in_shape[1] + y) * in_shape[2] + z;
                    }
                }
            }
            static const uint64_t ones[LG_DTYPE_COUNT] = {
                0, 0x3f800000, 0x3ff0000000000000, 0x3c00, 0x3f80, 1, 1, 1, 1, 1, 1, 1, 1, 1};
            const lg_view_t *view = &in.view;
            move_check(LG_OP_PAD, &view, 1, 3, shape, &attrs, want, &ones[dtype]);
            free(want);
            lg_operand_free(&in);
        }
    }
}

TEST(move_gather) {
    static const int64_t index_shapes[][2] = {{3, 4}, {1, 1}, {0, 2}, {40, 1}};
    for (uint32_t dtype = 1; dtype < LG_DTYPE_COUNT; dtype++) {
        for (int32_t c = 0; c < 4 * 3 * LAYOUT_COUNT * 4; c++) {
            uint32_t axis = (uint32_t)c % 3;
            const int64_t *index_shape = index_shapes[c / 3 % 4];
            const int64_t in_shape[3] = {5, 7, 9};
            lg_operand_t in = move_layout(c / 12 % LAYOUT_COUNT, (lg_dtype_t)dtype, 3, in_shape, 8);
            lg_dtype_t index_dtype = c % 2 ? LG_DTYPE_I32 : LG_DTYPE_I64;
            lg_operand_t index = move_layout(c / 48, index_dtype, 2, index_shape, 0);
            int64_t n = in_shape[axis], picks[64];
            for (int64_t i = 0; i < index.view.elem_count; i++) {
                picks[i] = (i * 5 + 3) % n - (i % 3 == 0 ? n : 0);
                memcpy(lg_test_at(&index.view, i), &picks[i], lg_dtype_size(index_dtype));
                picks[i] += picks[i] < 0 ? n : 0;
            }
            int64_t shape[4], count = 1;
            for (uint32_t i = 0, k = 0; i < 3; i++) {
                if (i == axis) {
                    shape[k++] = index_shape[0];
                    shape[k++] = index_shape[1];
                } else {
                    shape[k++] = in_shape[i];
                }
            }
            for (uint32_t i = 0; i < 4; i++) {
                count *= shape[i];
            }
            int64_t *want = malloc((size_t)(count + 1) * sizeof *want), inner = 1;
            for (uint32_t i = axis + 1; i < 3; i++) {
                inner *= in_shape[i];
            }
            for (int64_t k = 0; k < count; k++) {
                int64_t pick = picks[k / inner % index.view.elem_count];
                want[k] = (k / inner / index.view.elem_count * n + pick) * inner + k % inner;
            }
            lg_gather_attrs_t attrs = {c % 5 == 0 ? (int64_t)axis - 3 : (int64_t)axis};
            const lg_view_t *ins[2] = {&in.view, &index.view};
            move_check(LG_OP_GATHER, ins, 2, 4, shape, &attrs, want, NULL);
            free(want);
            lg_operand_free(&in);
            lg_operand_free(&index);
        }
    }
}

TEST(move_gather_out_of_range) {
    lg_operand_t in = lg_operand(LG_DTYPE_F32, 2, (int64_t[]){4, 3}, NULL, 1, 8);
    static const int64_t bad[] = {4, -5, INT64_MAX, INT64_MIN};
    for (int32_t c = 0; c < 8; c++) {
        lg_operand_t index = lg_operand(LG_DTYPE_I64, 1, (int64_t[]){5}, NULL, 1, 0);
        memset(index.view.data, 0, 40);
        ((int64_t *)index.view.data)[3] = bad[c % 4];
        lg_operand_t out =
            lg_operand(LG_DTYPE_F32, 2, c < 4 ? (int64_t[]){5, 3} : (int64_t[]){4, 5}, NULL, 1, 8);
        lg_gather_attrs_t attrs = {c / 4};
        const lg_view_t *ins[2] = {&in.view, &index.view};
        size_t at = 0;
        const lg_kernel_t *kernel = lg_test_kernel(LG_OP_GATHER, LG_DTYPE_F32, &at);
        CHECK_EQ(lg_test_run(kernel, ins, 2, &out.view, &attrs, 1), LG_STATUS_INDEX);
        lg_operand_free(&out);
        lg_operand_free(&index);
    }
    lg_operand_free(&in);
}

// ---- creation ---------------------------------------------------------------------------------------

// Runs the kernels of an op without inputs and returns the bits of element `at`.
static uint64_t create_element(uint32_t op, lg_dtype_t dtype, int64_t count, const void *attrs, int64_t at) {
    size_t index = 0;
    uint64_t bits = 0;
    const lg_kernel_t *kernel = lg_test_kernel(op, dtype, &index);
    CHECK(kernel != NULL);
    for (int64_t cuts = 1; cuts <= 3; cuts++) {
        uint64_t element = 0;
        lg_operand_t out = lg_operand(dtype, 1, &count, NULL, 1, 1);
        CHECK_EQ(lg_test_run(kernel, NULL, 0, &out.view, attrs, cuts), LG_OK);
        memcpy(&element, lg_test_at(&out.view, at), lg_dtype_size(dtype));
        lg_operand_free(&out);
        CHECK(cuts == 1 || element == bits);
        bits = element;
    }
    return bits;
}

TEST(move_full) {
    static const struct {
        lg_dtype_t dtype;
        lg_scalar_t value;
        uint64_t bits;
    } cases[] = {
        {LG_DTYPE_F32, {LG_SCALAR_FLOAT, {.f = 0.1}}, 0x3dcccccd},
        {LG_DTYPE_F32, {LG_SCALAR_INT, {.i = 16777217}}, 0x4b800000},
        {LG_DTYPE_F64, {LG_SCALAR_FLOAT, {.f = -0.0}}, 0x8000000000000000},
        {LG_DTYPE_F16, {LG_SCALAR_FLOAT, {.f = 65519.999}}, 0x7bff},
        {LG_DTYPE_F16, {LG_SCALAR_FLOAT, {.f = 65520.0}}, 0x7c00},
        // Just above the tie between 1 and 1 + 2^-10: rounding to float first would go down to even.
        {LG_DTYPE_F16, {LG_SCALAR_FLOAT, {.f = 1.0 + 0x1p-11 + 0x1p-40}}, 0x3c01},
        {LG_DTYPE_F16, {LG_SCALAR_FLOAT, {.f = -(1.0 + 0x1p-11 - 0x1p-40)}}, 0xbc00},
        {LG_DTYPE_F16, {LG_SCALAR_FLOAT, {.f = 0x1p-24}}, 0x0001},
        {LG_DTYPE_BF16, {LG_SCALAR_FLOAT, {.f = 1.0 + 0x1p-8 + 0x1p-40}}, 0x3f81},
        {LG_DTYPE_BF16, {LG_SCALAR_FLOAT, {.f = 1e300}}, 0x7f80},
        {LG_DTYPE_I8, {LG_SCALAR_INT, {.i = -5}}, 0xfb},
        {LG_DTYPE_U8, {LG_SCALAR_INT, {.i = 200}}, 200},
        {LG_DTYPE_I16, {LG_SCALAR_INT, {.i = -2}}, 0xfffe},
        {LG_DTYPE_U16, {LG_SCALAR_INT, {.i = 65535}}, 0xffff},
        {LG_DTYPE_I32, {LG_SCALAR_FLOAT, {.f = -7.0}}, 0xfffffff9},
        {LG_DTYPE_U32, {LG_SCALAR_INT, {.i = 0xffffffff}}, 0xffffffff},
        {LG_DTYPE_I64, {LG_SCALAR_INT, {.i = INT64_MIN}}, 0x8000000000000000},
        {LG_DTYPE_U64, {LG_SCALAR_FLOAT, {.f = 0x1p63}}, 0x8000000000000000},
        {LG_DTYPE_BOOL, {LG_SCALAR_BOOL, {.i = 1}}, 1},
        {LG_DTYPE_BOOL, {LG_SCALAR_FLOAT, {.f = 0.5}}, 1},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        lg_full_attrs_t attrs = {.shape = {1, {3000}}, .value = cases[c].value, .dtype = cases[c].dtype};
        CHECK_EQ(create_element(LG_OP_FULL, cases[c].dtype, 3000, &attrs, 0), cases[c].bits);
        CHECK_EQ(create_element(LG_OP_FULL, cases[c].dtype, 3000, &attrs, 2999), cases[c].bits);
    }
}

TEST(move_arange) {
    lg_arange_attrs_t ints = {.start = {LG_SCALAR_INT, {.i = -5}}, .step = {LG_SCALAR_INT, {.i = 3}}};
    CHECK_EQ((int64_t)create_element(LG_OP_ARANGE, LG_DTYPE_I64, 4000, &ints, 3999), -5 + 3 * 3999);
    CHECK_EQ((int32_t)create_element(LG_OP_ARANGE, LG_DTYPE_I32, 4000, &ints, 3999), -5 + 3 * 3999);
    CHECK_EQ((int8_t)create_element(LG_OP_ARANGE, LG_DTYPE_I8, 40, &ints, 39), -5 + 3 * 39);
    ints.start.value.i = INT64_MAX - 7;
    ints.step.value.i = 1;
    CHECK_EQ((int64_t)create_element(LG_OP_ARANGE, LG_DTYPE_I64, 8, &ints, 7), INT64_MAX);
    ints.start.value.i = 200;
    ints.step.value.i = -1;
    CHECK_EQ(create_element(LG_OP_ARANGE, LG_DTYPE_U8, 200, &ints, 150), 50);
    CHECK_EQ(create_element(LG_OP_ARANGE, LG_DTYPE_F16, 200, &ints, 150), 0x5240);  // 50
    lg_arange_attrs_t floats = {.start = {LG_SCALAR_FLOAT, {.f = 0.5}},
                                .step = {LG_SCALAR_FLOAT, {.f = 0.1}}};
    static const int64_t places[] = {0, 1, 777, 1023, 1024, 2999};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        double exact = 0.5 + (double)places[i] * 0.1;
        float narrow = (float)exact, f32;
        double f64;
        uint64_t bits = create_element(LG_OP_ARANGE, LG_DTYPE_F32, 3000, &floats, places[i]);
        memcpy(&f32, &bits, sizeof f32);
        CHECK(f32 == narrow);
        bits = create_element(LG_OP_ARANGE, LG_DTYPE_F64, 3000, &floats, places[i]);
        memcpy(&f64, &bits, sizeof f64);
        CHECK(f64 == exact);
        CHECK_EQ((int64_t)create_element(LG_OP_ARANGE, LG_DTYPE_I64, 3000, &floats, places[i]),
                 (int64_t)exact);
        CHECK_EQ(create_element(LG_OP_ARANGE, LG_DTYPE_U16, 3000, &floats, places[i]), (int64_t)exact);
    }
}
