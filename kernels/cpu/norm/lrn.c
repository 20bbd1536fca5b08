// SPDX-License-Identifier: Apache-2.0
// lrn: y[n, c, p] = x[n, c, p] / (k + alpha / size * sum of x[n, i, p]^2)^beta, i from c - (size - 1) / 2 (rounded
// down) to c + (size - 1) / 2 (rounded up), as far as there are channels.
//
// A unit is one element of the batch and up to 64 places of the plane. The window is added anew for each
// channel: a running sum would leave the rest of large elements in small ones. The power 3/4, which everybody
// uses, is two square roots. One source for the baseline and AVX2.
#include "../families.h"

#include <math.h>

enum { LRN_BLOCK = 64 };

typedef struct lrn_args {
    int64_t channels, plane, blocks;
    int64_t before, after;  // neighbours in a window
    double k, factor, beta;
    int64_t batch_stride, channel_stride;
    int32_t rank, dense;
    lg_stepper_dim_t dims[LG_MAX_RANK];  // of the plane
} lrn_args_t;

#define LRN(T, S, isa, target, SQRT, POW)                                                                  \
    LG_INLINE target void lrn_block_##S##__##isa(const lrn_args_t *args, const T *x, int64_t stride, T *y, \
                                                 int64_t width, int32_t three_quarters) {                  \
        const T k = (T)args->k, factor = (T)args->factor, beta = (T)args->beta;                            \
        for (int64_t c = 0; c < args->channels; c++) {                                                     \
            const int64_t low = c > args->before ? c - args->before : 0;                                   \
            const int64_t high =                                                                           \
                args->channels - 1 - c > args->after ? c + args->after : args->channels - 1;               \
            T sums[LRN_BLOCK] = {0};                                                                       \
            for (int64_t i = low; i <= high; i++) {                                                        \
                const T *row = x + i * stride;                                                             \
                for (int64_t j = 0; j < width; j++) {                                                      \
                    sums[j] += row[j] * row[j];                                                            \
                }                                                                                          \
            }                                                                                              \
            const T *row = x + c * stride;                                                                 \
            T *out = y + c * args->plane;                                                                  \
            for (int64_t j = 0; j < width; j++) {                                                          \
                const T base = k + factor * sums[j], root = SQRT(base);                                    \
                out[j] = row[j] / (three_quarters ? root * SQRT(root) : POW(base, beta));                  \
            }                                                                                              \
        }                                                                                                  \
    }                                                                                                      \
    static target int32_t lrn_##S##__##isa(const void *memory, void *const *data, int64_t begin,           \
                                           int64_t end) {                                                  \
        const lrn_args_t *args = memory;                                                                   \
        for (int64_t unit = begin; unit < end; unit++) {                                                   \
            const int64_t batch = unit / args->blocks, first = unit % args->blocks * LRN_BLOCK;            \
            const int64_t width = args->plane - first < LRN_BLOCK ? args->plane - first : LRN_BLOCK;       \
            const T *x = (const T *)data[0] + batch * args->batch_stride;                                  \
            T *y = (T *)data[1] + batch * args->channels * args->plane + first;                            \
            int64_t stride = args->channel_stride;                                                         \
            if (args->dense) {                                                                             \
                x += first;                                                                                \
            } else {                                                                                       \
                T *packed = data[2];                                                                       \
                lg_stepper_t walk;                                                                         \
                lg_stepper_start(&walk, args->dims, args->rank, first);                                    \
                for (int64_t j = 0; j < width; j++, lg_stepper_next(&walk)) {                              \
                    for (int64_t c = 0; c < args->channels; c++) {                                         \
                        packed[c * LRN_BLOCK + j] = x[c * args->channel_stride + walk.offset];             \
                    }                                                                                      \
                }                                                                                          \
                x = packed;                                                                                \
                stride = LRN_BLOCK;                                                                        \
            }                                                                                              \
            if (args->beta == 0.75) {                                                                      \
                lrn_block_##S##__##isa(args, x, stride, y, width, 1);                                      \
            } else {                                                                                       \
                lrn_block_##S##__##isa(args, x, stride, y, width, 0);                                      \
            }                                                                                              \
        }                                                                                                  \
        return 0;                                                                                          \
    }                                                                                                      \
    const lg_lrn_impl_t lg_lrn_##S##__##isa = {lrn_##S##__##isa, sizeof(T)};

LRN(float, f32, scalar, LG_TARGET_REFERENCE, sqrtf, powf)
LRN(double, f64, scalar, LG_TARGET_REFERENCE, sqrt, pow)
#if LG_CPU_X86
LRN(float, f32, avx2, LG_TARGET_AVX2, sqrtf, powf)
#endif

lg_status_t lg_lrn_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err) {
    const lg_lrn_impl_t *impl = kernel->impl;
    const lg_lrn_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0];
    const lg_status_t status = lg_norm_check_output(op, err);
    if (status != LG_OK) {
        return status;
    }
    lrn_args_t *args = call->args;
    args->channels = x->shape[1];
    args->before = (attrs->size - 1) / 2;
    args->after = attrs->size / 2;
    args->k = attrs->k;
    args->factor = attrs->alpha / (double)attrs->size;
    args->beta = attrs->beta;
    args->batch_stride = x->strides[0];
    args->channel_stride = x->strides[1];
    args->plane = 1;
    args->rank = 0;
    for (uint32_t i = 2; i < x->rank; i++) {
        args->plane *= x->shape[i];
        args->rank = lg_stepper_append(args->dims, args->rank, x->shape[i], x->strides[i]);
    }
    args->dense = args->rank == 0 || (args->rank == 1 && args->dims[0].stride == 1);
    args->blocks = (args->plane + LRN_BLOCK - 1) / LRN_BLOCK;
    call->fn = impl->blocks;
    call->extent = x->elem_count > 0 ? x->shape[0] * args->blocks : 0;
    call->grain = 1;
    call->scratch_bytes = args->dense ? 0 : (size_t)args->channels * LRN_BLOCK * (size_t)impl->item_bytes;
    call->args_bytes = sizeof *args;
    const double window = (double)(attrs->size < args->channels ? attrs->size : args->channels);
    call->work_ns = (double)x->elem_count * (0.3 * window + (attrs->beta == 0.75 ? 2.0 : 15.0));
    return LG_OK;
}
