// SPDX-License-Identifier: Apache-2.0
// lp_norm: y = x / (sum |x|^p)^(1/p) along one axis, p = 1 or 2; 0 where the sum is 0, NaN where it is NaN.
//
// A unit is up to 64 neighbouring lines along the axis. Sums are taken in double in the order of the axis; a
// line without neighbours is added in 8 lanes. Both orders depend on the shape only. One source for the baseline
// and AVX2, of the same bits: reading memory bounds it.
#include "../families.h"

#include <math.h>

enum { LP_NORM_BLOCK = 64, LP_NORM_LANES = 8 };

typedef struct lp_norm_args {
    int64_t count, stride;        // of the axis
    int64_t inner_count, blocks;  // lines behind each other, and the blocks they make
    int32_t p, outer_rank, inner_rank, inner_dense;
    lg_stepper_dim_t outer[LG_MAX_RANK], inner[LG_MAX_RANK];
} lp_norm_args_t;

#define LP_NORM(T, S, isa, target)                                                                           \
    LG_INLINE target double lp_norm_power_##S##__##isa(T x, int32_t p) {                                     \
        return p == 1 ? fabs((double)x) : (double)x * (double)x;                                             \
    }                                                                                                        \
    LG_INLINE target void lp_norm_line_##S##__##isa(const T *x, int64_t step, T *y, int64_t count,           \
                                                    int32_t p) {                                             \
        double lanes[LP_NORM_LANES] = {0};                                                                   \
        int64_t i = 0;                                                                                       \
        for (; i + LP_NORM_LANES <= count; i += LP_NORM_LANES) {                                             \
            for (int32_t k = 0; k < LP_NORM_LANES; k++) {                                                    \
                lanes[k] += lp_norm_power_##S##__##isa(x[(i + k) * step], p);                                \
            }                                                                                                \
        }                                                                                                    \
        for (int32_t k = 0; i + k < count; k++) {                                                            \
            lanes[k] += lp_norm_power_##S##__##isa(x[(i + k) * step], p);                                    \
        }                                                                                                    \
        for (int32_t half = LP_NORM_LANES / 2; half > 0; half /= 2) {                                        \
            for (int32_t k = 0; k < half; k++) {                                                             \
                lanes[k] += lanes[k + half];                                                                 \
            }                                                                                                \
        }                                                                                                    \
        const double norm = p == 1 ? lanes[0] : sqrt(lanes[0]), divisor = norm == 0 ? 1.0 : norm;            \
        for (i = 0; i < count; i++) {                                                                        \
            y[i] = (T)((double)x[i * step] / divisor);                                                       \
        }                                                                                                    \
    }                                                                                                        \
    LG_INLINE target void lp_norm_block_##S##__##isa(const lp_norm_args_t *args, const T *x,                 \
                                                     const int64_t *offsets, T *y, int64_t width, int32_t p, \
                                                     int32_t dense) {                                        \
        double sums[LP_NORM_BLOCK];                                                                          \
        for (int64_t j = 0; j < width; j++) {                                                                \
            sums[j] = 0;                                                                                     \
        }                                                                                                    \
        for (int64_t i = 0; i < args->count; i++) {                                                          \
            const T *row = x + i * args->stride;                                                             \
            for (int64_t j = 0; j < width; j++) {                                                            \
                sums[j] += lp_norm_power_##S##__##isa(row[dense ? j : offsets[j]], p);                       \
            }                                                                                                \
        }                                                                                                    \
        for (int64_t j = 0; j < width; j++) {                                                                \
            const double norm = p == 1 ? sums[j] : sqrt(sums[j]);                                            \
            sums[j] = norm == 0 ? 1.0 : norm;                                                                \
        }                                                                                                    \
        for (int64_t i = 0; i < args->count; i++) {                                                          \
            const T *row = x + i * args->stride;                                                             \
            for (int64_t j = 0; j < width; j++) {                                                            \
                y[i * args->inner_count + j] = (T)((double)row[dense ? j : offsets[j]] / sums[j]);           \
            }                                                                                                \
        }                                                                                                    \
    }                                                                                                        \
    static target int32_t lp_norm_##S##__##isa(const void *memory, void *const *data, int64_t begin,         \
                                               int64_t end) {                                                \
        const lp_norm_args_t *args = memory;                                                                 \
        for (int64_t unit = begin; unit < end; unit++) {                                                     \
            const int64_t first = unit % args->blocks * LP_NORM_BLOCK, rest = args->inner_count - first;     \
            lg_stepper_t outer, inner;                                                                       \
            lg_stepper_start(&outer, args->outer, args->outer_rank, unit / args->blocks);                    \
            const T *x = (const T *)data[0] + outer.offset;                                                  \
            T *y = (T *)data[1] + unit / args->blocks * args->count * args->inner_count + first;             \
            if (args->inner_count == 1) {                                                                    \
                if (args->stride == 1) {                                                                     \
                    lp_norm_line_##S##__##isa(x, 1, y, args->count, args->p);                                \
                } else {                                                                                     \
                    lp_norm_line_##S##__##isa(x, args->stride, y, args->count, args->p);                     \
                }                                                                                            \
                continue;                                                                                    \
            }                                                                                                \
            const int64_t width = rest < LP_NORM_BLOCK ? rest : LP_NORM_BLOCK;                               \
            int64_t offsets[LP_NORM_BLOCK];                                                                  \
            lg_stepper_start(&inner, args->inner, args->inner_rank, first);                                  \
            if (args->inner_dense) {                                                                         \
                lp_norm_block_##S##__##isa(args, x + first, NULL, y, width, args->p, 1);                     \
                continue;                                                                                    \
            }                                                                                                \
            for (int64_t j = 0; j < width; j++, lg_stepper_next(&inner)) {                                   \
                offsets[j] = inner.offset;                                                                   \
            }                                                                                                \
            lp_norm_block_##S##__##isa(args, x, offsets, y, width, args->p, 0);                              \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    const lg_lp_norm_impl_t lg_lp_norm_##S##__##isa = {lp_norm_##S##__##isa, sizeof(T)};

LP_NORM(float, f32, scalar, LG_TARGET_REFERENCE)
LP_NORM(double, f64, scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
LP_NORM(float, f32, avx2, LG_TARGET_AVX2)
#endif

lg_status_t lg_lp_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                               lg_error_t *err) {
    const lg_lp_norm_impl_t *impl = kernel->impl;
    const lg_lp_norm_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0];
    const lg_status_t status = lg_norm_check_output(op, err);
    if (status != LG_OK) {
        return status;
    }
    lp_norm_args_t *args = call->args;
    const int64_t given = attrs != NULL ? attrs->axis : -1, axis = given < 0 ? given + x->rank : given;
    args->p = attrs != NULL ? (int32_t)attrs->p : 2;
    args->count = x->shape[axis];
    args->stride = x->strides[axis];
    args->inner_count = 1;
    args->outer_rank = args->inner_rank = 0;
    for (int64_t i = 0; i < x->rank; i++) {
        if (i < axis) {
            args->outer_rank = lg_stepper_append(args->outer, args->outer_rank, x->shape[i], x->strides[i]);
        } else if (i > axis) {
            args->inner_count *= x->shape[i];
            args->inner_rank = lg_stepper_append(args->inner, args->inner_rank, x->shape[i], x->strides[i]);
        }
    }
    args->inner_dense = args->inner_rank == 1 && args->inner[0].stride == 1;
    args->blocks = (args->inner_count + LP_NORM_BLOCK - 1) / LP_NORM_BLOCK;
    call->fn = impl->lines;
    call->extent = x->elem_count > 0 ? x->elem_count / (args->count * args->inner_count) * args->blocks : 0;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 20.0 * (double)call->extent + 0.15 * impl->item_bytes * (double)x->elem_count;
    return LG_OK;
}
