// SPDX-License-Identifier: Apache-2.0
// batch_norm (inference): y = (x - mean[c]) * (weight[c] / sqrt(var[c] + eps)) + bias[c].
//
// The difference is taken first, so that a mean far from 0 costs no digits. The factor is computed in double and
// rounded once. A unit is a plane; where planes have one element it is an element of the batch, and what a
// channel needs is laid out in scratch at the start of a range. Reading memory bounds it: one source for the
// baseline and AVX2, of the same bits.
#include "../families.h"

#include <math.h>

typedef struct batch_norm_args {
    int64_t channels, plane;
    double eps;
    int32_t in_count, dense;  // dense: 1 when a plane has no gaps
    int32_t affine[2];        // 1: weight, bias are there
    int64_t strides[4];       // of mean, var, weight, bias
    int64_t batch_stride, channel_stride;
    int32_t rank;
    lg_stepper_dim_t dims[LG_MAX_RANK];  // of a plane
} batch_norm_args_t;

#define BATCH_NORM(T, S, isa, target)                                                                        \
    LG_INLINE target void batch_norm_channel_##S##__##isa(const batch_norm_args_t *args, void *const *data,  \
                                                          int64_t c, T *mean, T *scale, T *bias) {           \
        const double w = args->affine[0] ? ((const T *)data[3])[c * args->strides[2]] : 1.0;                 \
        const double variance = ((const T *)data[2])[c * args->strides[1]];                                  \
        *mean = ((const T *)data[1])[c * args->strides[0]];                                                  \
        *scale = (T)(w / sqrt(variance + args->eps));                                                        \
        *bias = args->affine[1] ? ((const T *)data[4])[c * args->strides[3]] : (T)0;                         \
    }                                                                                                        \
    static target int32_t batch_norm_planes_##S##__##isa(const void *memory, void *const *data,              \
                                                         int64_t begin, int64_t end) {                       \
        const batch_norm_args_t *args = memory;                                                              \
        for (int64_t unit = begin; unit < end; unit++) {                                                     \
            const int64_t batch = unit / args->channels, c = unit % args->channels;                          \
            const T *x = (const T *)data[0] + batch * args->batch_stride + c * args->channel_stride;         \
            T *y = (T *)data[args->in_count] + unit * args->plane;                                           \
            T mean, scale, bias;                                                                             \
            batch_norm_channel_##S##__##isa(args, data, c, &mean, &scale, &bias);                            \
            if (args->dense) {                                                                               \
                for (int64_t i = 0; i < args->plane; i++) {                                                  \
                    y[i] = (x[i] - mean) * scale + bias;                                                     \
                }                                                                                            \
                continue;                                                                                    \
            }                                                                                                \
            lg_stepper_t walk;                                                                               \
            lg_stepper_start(&walk, args->dims, args->rank, 0);                                              \
            for (int64_t i = 0; i < args->plane; i++, lg_stepper_next(&walk)) {                              \
                y[i] = (x[walk.offset] - mean) * scale + bias;                                               \
            }                                                                                                \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    static target int32_t batch_norm_rows_##S##__##isa(const void *memory, void *const *data, int64_t begin, \
                                                       int64_t end) {                                        \
        const batch_norm_args_t *args = memory;                                                              \
        const int64_t count = args->channels;                                                                \
        T *mean = data[args->in_count + 1], *scale = mean + count, *bias = scale + count;                    \
        for (int64_t c = 0; c < count; c++) {                                                                \
            batch_norm_channel_##S##__##isa(args, data, c, mean + c, scale + c, bias + c);                   \
        }                                                                                                    \
        for (int64_t batch = begin; batch < end; batch++) {                                                  \
            const T *x = (const T *)data[0] + batch * args->batch_stride;                                    \
            T *y = (T *)data[args->in_count] + batch * count;                                                \
            if (args->channel_stride == 1) {                                                                 \
                for (int64_t c = 0; c < count; c++) {                                                        \
                    y[c] = (x[c] - mean[c]) * scale[c] + bias[c];                                            \
                }                                                                                            \
                continue;                                                                                    \
            }                                                                                                \
            for (int64_t c = 0; c < count; c++) {                                                            \
                y[c] = (x[c * args->channel_stride] - mean[c]) * scale[c] + bias[c];                         \
            }                                                                                                \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    const lg_batch_norm_impl_t lg_batch_norm_##S##__##isa = {batch_norm_planes_##S##__##isa,                 \
                                                             batch_norm_rows_##S##__##isa, sizeof(T)};

BATCH_NORM(float, f32, scalar, LG_TARGET_REFERENCE)
BATCH_NORM(double, f64, scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
BATCH_NORM(float, f32, avx2, LG_TARGET_AVX2)
#endif

lg_status_t lg_batch_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err) {
    const lg_batch_norm_impl_t *impl = kernel->impl;
    const lg_batch_norm_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0];
    const lg_status_t status = lg_norm_check_output(op, err);
    if (status != LG_OK) {
        return status;
    }
    batch_norm_args_t *args = call->args;
    args->eps = attrs != NULL ? attrs->eps : 1e-5;
    args->channels = x->shape[1];
    args->batch_stride = x->strides[0];
    args->channel_stride = x->strides[1];
    args->in_count = (int32_t)op->in_count;
    args->plane = 1;
    args->rank = 0;
    for (uint32_t i = 2; i < x->rank; i++) {
        args->plane *= x->shape[i];
        args->rank = lg_stepper_append(args->dims, args->rank, x->shape[i], x->strides[i]);
    }
    args->dense = args->rank == 0 || (args->rank == 1 && args->dims[0].stride == 1);
    for (uint32_t i = 1; i < 5; i++) {
        const lg_view_t *in = i < op->in_count ? op->ins[i] : NULL;
        args->strides[i - 1] = in != NULL ? in->strides[0] : 0;
        if (i >= 3) {
            args->affine[i - 3] = in != NULL;
        }
    }
    const int32_t rows = args->plane == 1;
    call->fn = rows ? impl->rows : impl->planes;
    call->extent = x->elem_count > 0 ? x->shape[0] * (rows ? 1 : args->channels) : 0;
    call->grain = 1;
    call->scratch_bytes = rows ? 3 * (size_t)args->channels * (size_t)impl->item_bytes : 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 10.0 * (double)args->channels + 0.03 * impl->item_bytes * (double)x->elem_count;
    return LG_OK;
}
