// SPDX-License-Identifier: Apache-2.0
// layer_norm: y = (x - mean) / sqrt(var + eps) * weight + bias over the last axes, var = mean((x - mean)^2).
//
// Three passes over a row, which stays in cache: the sum; with m = the rounded mean, the sums of d = x - m and of
// d^2; then y. The sum of d corrects both the variance and the mean for the rounding of m, so a large offset
// costs no accuracy (Chan, Golub, LeVeque, Algorithms for Computing the Sample Variance, 1983, corrected
// two-pass). At most 1024 elements are added in 32 lanes of the dtype before going on in double; the order
// depends on the shape only. No FMA: the vector variants agree bit for bit, the scalar one adds in double.
// An input with gaps is first copied to the output, in place of which everything else is done.
#include "../families.h"

#include <math.h>

#include "lanes.h"

enum { NORM_CHUNK = 1024 };

#define NORM_PACK_(T) norm_pack_##T
#define NORM_PACK(T) NORM_PACK_(T)

// Kernel function around ROW(x, y, weight, bias, count, eps); weight and bias may be NULL.
#define LAYER_NORM_ROWS(T, name, target, ROW)                                                          \
    static target int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end) {    \
        const lg_layer_norm_args_t *args = memory;                                                     \
        const int64_t count = args->count;                                                             \
        T *scratch = data[args->in_count + 1];                                                         \
        const T *affine[2] = {NULL, NULL};                                                             \
        for (int32_t i = 0; i < 2; i++) {                                                              \
            if (args->affine[i] == LG_LAYER_NORM_DENSE) {                                              \
                affine[i] = data[1 + i];                                                               \
            } else if (args->affine[i] == LG_LAYER_NORM_STRIDED) {                                     \
                affine[i] = scratch;                                                                   \
                NORM_PACK(T)(data[1 + i], args->affine_dims[i], args->affine_rank[i], scratch, count); \
                scratch += count;                                                                      \
            }                                                                                          \
        }                                                                                              \
        lg_stepper_t outer;                                                                            \
        lg_stepper_start(&outer, args->outer, args->outer_rank, begin);                                \
        for (int64_t row = begin; row < end; row++, lg_stepper_next(&outer)) {                         \
            const T *x = (const T *)data[0] + outer.offset;                                            \
            T *y = (T *)data[args->in_count] + row * count;                                            \
            if (!args->dense) {                                                                        \
                NORM_PACK(T)(x, args->inner, args->inner_rank, y, count);                              \
                x = y;                                                                                 \
            }                                                                                          \
            ROW(x, y, affine[0], affine[1], count, args->eps);                                         \
        }                                                                                              \
        return 0;                                                                                      \
    }

// ---- scalar reference -------------------------------------------------------------------------------

#define LAYER_NORM_SCALAR(T)                                                                                \
    static void norm_pack_##T(const T *x, const lg_stepper_dim_t *dims, int32_t rank, T *out,               \
                              int64_t count) {                                                              \
        lg_stepper_t walk;                                                                                  \
        lg_stepper_start(&walk, dims, rank, 0);                                                             \
        for (int64_t i = 0; i < count; i++, lg_stepper_next(&walk)) {                                       \
            out[i] = x[walk.offset];                                                                        \
        }                                                                                                   \
    }                                                                                                       \
    static void norm_row_##T(const T *x, T *y, const T *weight, const T *bias, int64_t count, double eps) { \
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
        const double scale = 1.0 / sqrt(square / (double)count - shift * shift + eps);                      \
        for (int64_t i = 0; i < count; i++) {                                                               \
            double value = ((x[i] - mean) - shift) * scale;                                                 \
            value = weight != NULL ? value * weight[i] : value;                                             \
            y[i] = (T)(bias != NULL ? value + bias[i] : value);                                             \
        }                                                                                                   \
    }                                                                                                       \
    LAYER_NORM_ROWS(T, layer_norm_##T, LG_TARGET_SCALAR, norm_row_##T)

LAYER_NORM_SCALAR(float)
LAYER_NORM_SCALAR(double)

const lg_layer_norm_impl_t lg_layer_norm_f32__scalar = {layer_norm_float, 4};
const lg_layer_norm_impl_t lg_layer_norm_f64__scalar = {layer_norm_double, 8};

// ---- vectors ----------------------------------------------------------------------------------------

#define LAYER_NORM_IMPL(type, isa, bytes) \
    const lg_layer_norm_impl_t lg_layer_norm_##type##__##isa = {layer_norm_##type##__##isa, bytes};

#if LG_CPU_X86
#define LG_SUFFIX avx2
#define LG_VB 32
#define LG_TARGET LG_TARGET_AVX2
#include "layer_norm_types.inc"
#define LG_SUFFIX avx512
#define LG_VB 64
#define LG_TARGET LG_TARGET_AVX512
#include "layer_norm_types.inc"
LAYER_NORM_IMPL(f32, avx2, 4)
LAYER_NORM_IMPL(f64, avx2, 8)
LAYER_NORM_IMPL(f32, avx512, 4)
#elif LG_CPU_ARM64
#define LG_SUFFIX neon
#define LG_VB 16
#define LG_TARGET LG_TARGET_NEON
#include "layer_norm_types.inc"
LAYER_NORM_IMPL(f32, neon, 4)
LAYER_NORM_IMPL(f64, neon, 8)
#endif

// ---- prepare ----------------------------------------------------------------------------------------

lg_status_t lg_layer_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err) {
    const lg_layer_norm_impl_t *impl = kernel->impl;
    const lg_layer_norm_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (LG_UNLIKELY(!(out->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    lg_layer_norm_args_t *args = call->args;
    const int64_t given = attrs != NULL ? attrs->axis : -1;
    const int64_t axis = given < 0 ? given + in->rank : given;
    args->eps = attrs != NULL ? attrs->eps : 1e-5;
    args->in_count = op->in_count;
    args->outer_rank = args->inner_rank = 0;
    args->count = 1;
    for (int64_t i = 0; i < in->rank; i++) {
        if (i < axis) {
            args->outer_rank = lg_stepper_append(args->outer, args->outer_rank, in->shape[i], in->strides[i]);
        } else {
            args->count *= in->shape[i];
            args->inner_rank = lg_stepper_append(args->inner, args->inner_rank, in->shape[i], in->strides[i]);
        }
    }
    args->dense = args->inner_rank == 0 || (args->inner_rank == 1 && args->inner[0].stride == 1);
    call->scratch_bytes = 0;
    for (uint32_t i = 0; i < 2; i++) {
        const lg_view_t *affine = i + 1u < op->in_count ? op->ins[i + 1] : NULL;
        args->affine_rank[i] = 0;
        args->affine[i] = affine == NULL ? LG_LAYER_NORM_ABSENT : LG_LAYER_NORM_DENSE;
        if (affine != NULL && !(affine->flags & LG_VIEW_CONTIGUOUS)) {
            args->affine[i] = LG_LAYER_NORM_STRIDED;
            for (uint32_t k = 0; k < affine->rank; k++) {
                args->affine_rank[i] = lg_stepper_append(args->affine_dims[i], args->affine_rank[i],
                                                         affine->shape[k], affine->strides[k]);
            }
            call->scratch_bytes += (size_t)args->count * (size_t)impl->item_bytes;
        }
    }
    call->fn = impl->rows;
    call->extent = in->elem_count > 0 ? in->elem_count / args->count : 0;
    call->grain = 1;
    call->args_bytes = call->scratch_bytes > 0 ? sizeof *args : offsetof(lg_layer_norm_args_t, affine_dims);
    call->work_ns = 30.0 * (double)call->extent + 0.05 * impl->item_bytes * (double)in->elem_count;
    return LG_OK;
}
