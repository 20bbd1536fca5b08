// SPDX-License-Identifier: Apache-2.0
// softmax: y_i = e^(x_i - m) / sum_j e^(x_j - m), m = max_j x_j.
//
// NaN anywhere in a slice, +inf, or -inf throughout gives NaN everywhere in it (as NumPy's expression): the
// difference to m is then NaN and the sum spreads it, so the maximum itself may ignore NaN. The division is a
// multiplication by the reciprocal of the sum.
//
// Sums: rows add at most 512 elements in float lanes before going on in double; columns add 32 rows, then those
// sums. Both depend on the shape only. An input with gaps is first copied to the output, in place of
// which everything else is done.
#include "../families.h"

#include <math.h>

#include "../simd/simd.h"

enum {
    SOFTMAX_CHUNK = 512,  // row elements added in float lanes
    SOFTMAX_BLOCK = 32,   // rows of a column added before going on
};

// ---- scalar reference -------------------------------------------------------------------------------

// `count` elements, `stride` apart in x and `step` apart in y.
#define SOFTMAX_SCALAR(T, S, EXP)                                                                         \
    static void softmax_slice_##S(const T *x, int64_t stride, T *y, int64_t step, int64_t count) {        \
        T most = x[0];                                                                                    \
        for (int64_t i = 1; i < count; i++) {                                                             \
            most = x[i * stride] > most ? x[i * stride] : most;                                           \
        }                                                                                                 \
        double sum = 0;                                                                                   \
        for (int64_t i = 0; i < count; i++) {                                                             \
            T power = EXP(x[i * stride] - most);                                                          \
            y[i * step] = power;                                                                          \
            sum += power;                                                                                 \
        }                                                                                                 \
        for (int64_t i = 0; i < count; i++) {                                                             \
            y[i * step] = (T)(y[i * step] / sum);                                                         \
        }                                                                                                 \
    }                                                                                                     \
    static int32_t softmax_##S(const void *memory, void *const *data, int64_t begin, int64_t end) {       \
        const lg_softmax_args_t *args = memory;                                                           \
        for (int64_t unit = begin; unit < end; unit++) {                                                  \
            lg_stepper_t outer, inner;                                                                    \
            const int64_t first = unit % args->tiles * LG_SOFTMAX_TILE;                                   \
            const int64_t rest = args->inner_count - first;                                               \
            lg_stepper_start(&outer, args->outer, args->outer_rank, unit / args->tiles);                  \
            lg_stepper_start(&inner, args->inner, args->inner_rank, first);                               \
            const T *x = (const T *)data[0] + outer.offset;                                               \
            T *y = (T *)data[1] + unit / args->tiles * args->count * args->inner_count + first;           \
            for (int64_t j = 0; j < rest && j < LG_SOFTMAX_TILE; j++) {                                   \
                softmax_slice_##S(x + inner.offset, args->stride, y + j, args->inner_count, args->count); \
                lg_stepper_next(&inner);                                                                  \
            }                                                                                             \
        }                                                                                                 \
        return 0;                                                                                         \
    }

SOFTMAX_SCALAR(float, f32, expf)
SOFTMAX_SCALAR(double, f64, exp)

const lg_softmax_impl_t lg_softmax_f32__scalar = {softmax_f32, softmax_f32, 4.0};
const lg_softmax_impl_t lg_softmax_f64__scalar = {softmax_f64, softmax_f64, 6.0};

// ---- vectors ----------------------------------------------------------------------------------------

#if LG_CPU_X86 || LG_CPU_ARM64
static const float softmax_lane[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#endif

#define LG_SIMD_BODY "reduce/softmax_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#if LG_CPU_X86
const lg_softmax_impl_t lg_softmax_f32__avx2 = {softmax_rows__avx2, softmax_columns__avx2, 0.8};
const lg_softmax_impl_t lg_softmax_f32__avx512 = {softmax_rows__avx512, softmax_columns__avx512, 0.5};
#elif LG_CPU_ARM64
const lg_softmax_impl_t lg_softmax_f32__neon = {softmax_rows__neon, softmax_columns__neon, 1.5};
#endif

// ---- prepare ----------------------------------------------------------------------------------------

lg_status_t lg_softmax_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                               lg_error_t *err) {
    const lg_softmax_impl_t *impl = kernel->impl;
    const lg_softmax_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (LG_UNLIKELY(!(out->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    lg_softmax_args_t *args = call->args;
    const int64_t given = attrs != NULL ? attrs->axis : -1;
    const int64_t axis = given < 0 ? given + in->rank : given;
    args->outer_rank = args->inner_rank = 0;
    args->inner_count = 1;
    args->tiles = 1;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->work_ns = 10.0 + impl->element_ns * (double)in->elem_count;
    call->fn = impl->rows;
    if (LG_LIKELY((in->flags & LG_VIEW_CONTIGUOUS) && axis + 1 >= in->rank)) {  // also a single element
        args->count = in->rank > 0 ? in->shape[axis] : 1;
        args->stride = 1;
        call->extent = in->elem_count > 0 ? in->elem_count / args->count : 0;
        args->outer_rank = 1;
        args->outer[0] = (lg_stepper_dim_t){call->extent, args->count};
        call->args_bytes = offsetof(lg_softmax_args_t, outer) + sizeof args->outer[0];
        return LG_OK;
    }
    args->count = 1;
    args->stride = 1;
    for (int64_t i = 0; i < in->rank; i++) {
        if (i < axis) {
            args->outer_rank = lg_stepper_append(args->outer, args->outer_rank, in->shape[i], in->strides[i]);
        } else if (i == axis) {
            args->count = in->shape[i];
            args->stride = in->strides[i];
        } else {
            args->inner_count *= in->shape[i];
            args->inner_rank = lg_stepper_append(args->inner, args->inner_rank, in->shape[i], in->strides[i]);
        }
    }
    if (args->inner_count > 1) {
        args->tiles = (args->inner_count + LG_SOFTMAX_TILE - 1) / LG_SOFTMAX_TILE;
        call->fn = impl->columns;
    }
    call->extent = in->elem_count > 0 ? in->elem_count / (args->count * args->inner_count) * args->tiles : 0;
    call->args_bytes = offsetof(lg_softmax_args_t, outer) + (size_t)args->outer_rank * sizeof args->outer[0];
    return LG_OK;
}
