// SPDX-License-Identifier: Apache-2.0
// Every kernel of the folds, cumsum and log_softmax against the scalar one, in all layouts and cuts; the values
// of the scalar one are compared with NumPy by tests/ops.
#include <legato/ops.gen.h>
#include <math.h>

#include "operands.h"

static double fold_value(const lg_view_t *view, int64_t i) {
    if (view->dtype == LG_DTYPE_F32) {
        return (double)((const float *)view->data)[i];
    }
    return ((const double *)view->data)[i];
}

// Compares all kernels of (op, dtype) on one input: bits where they are promised, else 1e-5 or 1e-12.
static void fold_check(uint32_t op, const lg_view_t *in, const void *attrs, lg_dtype_t out_dtype) {
    lg_view_t shape;
    CHECK_OK(lg_op_infer(op, &in, 1, attrs, &shape, 1, test_err));
    CHECK_EQ(shape.dtype, out_dtype);
    lg_operand_t first = {.memory = NULL};
    size_t index = 0;
    for (const lg_kernel_t *kernel; (kernel = lg_test_kernel(op, in->dtype, &index)) != NULL;) {
        for (int64_t cuts = 1; cuts <= 5; cuts += 4) {
            lg_operand_t out = lg_operand(out_dtype, shape.rank, shape.shape, NULL, 1, 1);
            CHECK_EQ(lg_test_run(kernel, &in, 1, &out.view, attrs, cuts), LG_OK);
            size_t bytes = (size_t)out.view.elem_count * lg_dtype_size(out_dtype);
            if (first.memory == NULL) {
                first = out;
                continue;
            }
            if (kernel->flags & LG_KERNEL_BITWISE) {
                CHECK(memcmp(out.view.data, first.view.data, bytes) == 0);
            } else {
                double near = out_dtype == LG_DTYPE_F32 ? 1e-5 : 1e-12;
                for (int64_t i = 0; i < out.view.elem_count; i++) {
                    double wanted = fold_value(&first.view, i);
                    CHECK(fabs(fold_value(&out.view, i) - wanted) <= near * (1 + fabs(wanted)));
                }
            }
            lg_operand_free(&out);
        }
    }
    lg_operand_free(&first);
}

static void fold_check_op(uint32_t op, lg_dtype_t dtype, lg_dtype_t out_dtype) {
    static const int64_t shapes[][3] = {{3, 5, 7}, {2, 300, 37}, {1, 2, 1100}, {4, 1, 3}};
    static const int32_t turned[] = {2, 0, 1};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        for (int32_t layout = 0; layout < 4; layout++) {
            lg_operand_t in = lg_operand(dtype, 3, shapes[s], layout == 1 ? turned : NULL,
                                         layout == 2   ? -2
                                         : layout == 3 ? 0
                                                       : 1,
                                         77 + s);
            if (op == LG_OP_GLOBAL_AVG_POOL || op == LG_OP_GLOBAL_MAX_POOL) {
                fold_check(op, &in.view, NULL, out_dtype);
            } else if (op == LG_OP_CUMSUM || op == LG_OP_LOG_SOFTMAX) {
                for (int64_t axis = 0; axis < 3; axis++) {
                    const lg_cumsum_attrs_t cumsum = {.axis = axis, .exclusive = s & 1, .reverse = axis & 1};
                    const lg_log_softmax_attrs_t softmax = {.axis = axis};
                    fold_check(op, &in.view, op == LG_OP_CUMSUM ? (const void *)&cumsum : &softmax,
                               out_dtype);
                }
            } else {
                for (uint32_t mask = op == LG_OP_ARGMIN ? 8 : 0; mask < (op == LG_OP_ARGMIN ? 11u : 8u);
                     mask++) {
                    lg_var_attrs_t attrs = {.axis = {.count = 0}, .keepdims = 0, .correction = 1};
                    for (int64_t axis = 0; axis < 3; axis++) {
                        if (mask >= 8 ? axis == mask - 8 : mask >> axis & 1) {
                            attrs.axis.values[attrs.axis.count++] = axis;
                        }
                    }
                    fold_check(op, &in.view, &attrs, out_dtype);
                }
            }
            lg_operand_free(&in);
        }
    }
}

TEST(fold_kernels_agree_on_floats) {
    static const uint32_t ops[] = {LG_OP_PROD,
                                   LG_OP_MIN,
                                   LG_OP_L1,
                                   LG_OP_L2,
                                   LG_OP_SUM_SQUARE,
                                   LG_OP_VAR,
                                   LG_OP_LOG_SUM_EXP,
                                   LG_OP_CUMSUM,
                                   LG_OP_LOG_SOFTMAX,
                                   LG_OP_GLOBAL_AVG_POOL,
                                   LG_OP_GLOBAL_MAX_POOL};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        fold_check_op(ops[i], LG_DTYPE_F32, LG_DTYPE_F32);
        fold_check_op(ops[i], LG_DTYPE_F64, LG_DTYPE_F64);
    }
    fold_check_op(LG_OP_ARGMIN, LG_DTYPE_F32, LG_DTYPE_I64);
    fold_check_op(LG_OP_ARGMIN, LG_DTYPE_F64, LG_DTYPE_I64);
}

TEST(fold_kernels_agree_on_integers_and_bools) {
    static const uint32_t ops[] = {LG_OP_PROD, LG_OP_MIN, LG_OP_L1, LG_OP_SUM_SQUARE, LG_OP_CUMSUM};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        fold_check_op(ops[i], LG_DTYPE_I32, LG_DTYPE_I32);
        fold_check_op(ops[i], LG_DTYPE_I64, LG_DTYPE_I64);
    }
    fold_check_op(LG_OP_ARGMIN, LG_DTYPE_I32, LG_DTYPE_I64);
    fold_check_op(LG_OP_ARGMIN, LG_DTYPE_I64, LG_DTYPE_I64);
    fold_check_op(LG_OP_ANY, LG_DTYPE_BOOL, LG_DTYPE_BOOL);
    fold_check_op(LG_OP_ALL, LG_DTYPE_BOOL, LG_DTYPE_BOOL);
}
