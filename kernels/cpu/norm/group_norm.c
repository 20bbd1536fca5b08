// SPDX-License-Identifier: Apache-2.0
// group_norm: y = (x - mean) / sqrt(var + eps) * weight[c] + bias[c], moments over a group of channels and all
// spatial axes of one element of the batch; instance_norm: each channel is a group.
//
// A unit is a group. Three passes as in layer_norm: the sum; with m = the rounded mean, the sums of d = x - m
// and of d^2, where the first corrects mean and variance for the rounding of m; then y. At most 4096 elements
// are added in the dtype before going on in double. A group with gaps is first copied to the output.
#include "../families.h"

#include <math.h>

#include "../simd/simd.h"

enum { GROUP_NORM_CHUNK = 4096 };

typedef struct group_norm_args {
    int64_t groups, channels, plane;  // groups of the input, channels of a group, elements of a channel
    double eps;
    int32_t in_count;
    int32_t dense;      // 1: a group has no gaps
    int32_t affine[2];  // 1: weight, bias are there
    int64_t batch_stride, channel_stride;
    int64_t affine_stride[2];
    int32_t inner_rank;
    lg_stepper_dim_t inner[LG_MAX_RANK];  // of a group
} group_norm_args_t;

// Kernel function. MOMENTS(x, count, &mean, &variance) gives doubles, APPLY(x, y, count, mean, scale, bias)
// writes y = (x - mean) * scale + bias with y == x allowed.
#define GROUP_NORM(T, name, target, MOMENTS, APPLY)                                                      \
    static target int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end) {      \
        const group_norm_args_t *args = memory;                                                          \
        const int64_t count = args->channels * args->plane;                                              \
        const T *weight = args->affine[0] ? data[1] : NULL, *bias = args->affine[1] ? data[2] : NULL;    \
        for (int64_t unit = begin; unit < end; unit++) {                                                 \
            const int64_t batch = unit / args->groups, first = unit % args->groups * args->channels;     \
            const T *x = (const T *)data[0] + batch * args->batch_stride + first * args->channel_stride; \
            T *y = (T *)data[args->in_count] + unit * count;                                             \
            if (!args->dense) {                                                                          \
                lg_stepper_t walk;                                                                       \
                lg_stepper_start(&walk, args->inner, args->inner_rank, 0);                               \
                for (int64_t i = 0; i < count; i++, lg_stepper_next(&walk)) {                            \
                    y[i] = x[walk.offset];                                                               \
                }                                                                                        \
                x = y;                                                                                   \
            }                                                                                            \
            double mean, variance;                                                                       \
            MOMENTS(x, count, &mean, &variance);                                                         \
            const double scale = 1.0 / sqrt(variance + args->eps);                                       \
            for (int64_t c = 0; c < args->channels; c++) {                                               \
                const double w = weight != NULL ? weight[(first + c) * args->affine_stride[0]] : 1.0;    \
                const double b = bias != NULL ? bias[(first + c) * args->affine_stride[1]] : 0.0;        \
                APPLY(x + c * args->plane, y + c * args->plane, args->plane, mean, scale * w, b);        \
            }                                                                                            \
        }                                                                                                \
        return 0;                                                                                        \
    }

// ---- scalar reference -------------------------------------------------------------------------------

#define GROUP_NORM_SCALAR(T, S)                                                                             \
    static void group_norm_moments_##S(const T *x, int64_t count, double *out_mean, double *out_variance) { \
        double mean = 0, shift = 0, square = 0;                                                             \
        for (int64_t i = 0; i < count; i++) {                                                               \
            mean += x[i];                                                                                   \
        }                                                                                                   \
        mean /= (double)count;                                                                              \
        for (int64_t i = 0; i < count; i++) {                                                               \
            shift += x[i] - mean;                                                                           \
            square += (x[i] - mean) * (x[i] - mean);                                                        \
        }                                                                                                   \
        shift /= (double)count;                                                                             \
        *out_mean = mean + shift;                                                                           \
        *out_variance = square / (double)count - shift * shift;                                             \
    }                                                                                                       \
    static void group_norm_apply_##S(const T *x, T *y, int64_t count, double mean, double scale,            \
                                     double bias) {                                                         \
        for (int64_t i = 0; i < count; i++) {                                                               \
            y[i] = (T)((x[i] - mean) * scale + bias);                                                       \
        }                                                                                                   \
    }                                                                                                       \
    GROUP_NORM(T, group_norm_##S, LG_TARGET_SCALAR, group_norm_moments_##S, group_norm_apply_##S)           \
    const lg_group_norm_impl_t lg_group_norm_##S##__scalar = {group_norm_##S, sizeof(T)};                   \
    const lg_group_norm_impl_t lg_instance_norm_##S##__scalar = {group_norm_##S, sizeof(T)};

GROUP_NORM_SCALAR(float, f32)
GROUP_NORM_SCALAR(double, f64)

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "norm/group_norm_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- prepare ----------------------------------------------------------------------------------------

lg_status_t lg_group_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err) {
    const lg_group_norm_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0];
    const lg_status_t status = lg_norm_check_output(op, err);
    if (status != LG_OK) {
        return status;
    }
    group_norm_args_t *args = call->args;
    if (op->op == LG_OP_GROUP_NORM) {
        const lg_group_norm_attrs_t *attrs = op->attrs;
        args->groups = attrs->num_groups;
        args->eps = attrs->eps;
    } else {
        const lg_instance_norm_attrs_t *attrs = op->attrs;
        args->groups = x->shape[1];
        args->eps = attrs != NULL ? attrs->eps : 1e-5;
    }
    args->channels = args->groups > 0 ? x->shape[1] / args->groups : 0;
    args->batch_stride = x->strides[0];
    args->channel_stride = x->strides[1];
    args->inner_rank = lg_stepper_append(args->inner, 0, args->channels, x->strides[1]);
    args->plane = 1;
    for (uint32_t i = 2; i < x->rank; i++) {
        args->plane *= x->shape[i];
        args->inner_rank = lg_stepper_append(args->inner, args->inner_rank, x->shape[i], x->strides[i]);
    }
    args->dense = args->inner_rank == 0 || (args->inner_rank == 1 && args->inner[0].stride == 1);
    args->in_count = (int32_t)op->in_count;
    for (uint32_t i = 0; i < 2; i++) {
        const lg_view_t *affine = i + 1u < op->in_count ? op->ins[i + 1] : NULL;
        args->affine[i] = affine != NULL;
        args->affine_stride[i] = affine != NULL ? affine->strides[0] : 0;
    }
    call->fn = impl->groups;
    call->extent = x->elem_count > 0 ? x->shape[0] * args->groups : 0;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 30.0 * (double)call->extent + 0.05 * impl->item_bytes * (double)x->elem_count;
    return LG_OK;
}
