// SPDX-License-Identifier: Apache-2.0
// dynamic_quantize: scale = (max(x, 0) - min(x, 0)) / 255, zero_point = saturate(round(-min / scale)), y as
// quantize. Two passes over all elements, the second of which needs the first: one range. Source: ONNX
// DynamicQuantizeLinear-11.
#include "dynamic_quantize.h"

#include "scale.h"

enum { LIMITS_LANES = 32 };

// Lanes of their own, so that comparing does not wait for comparing. The order does not matter to a minimum.
#define LIMITS(isa, TARGET)                                                                     \
    TARGET static void limits__##isa(const float *x, int64_t stride, int64_t count, float *low, \
                                     float *high) {                                             \
        float lows[LIMITS_LANES], highs[LIMITS_LANES];                                          \
        int64_t i = 0;                                                                          \
        for (int64_t k = 0; k < LIMITS_LANES; k++) {                                            \
            lows[k] = *low;                                                                     \
            highs[k] = *high;                                                                   \
        }                                                                                       \
        for (; stride == 1 && i + LIMITS_LANES <= count; i += LIMITS_LANES) {                   \
            for (int64_t k = 0; k < LIMITS_LANES; k++) {                                        \
                lows[k] = x[i + k] < lows[k] ? x[i + k] : lows[k];                              \
                highs[k] = x[i + k] > highs[k] ? x[i + k] : highs[k];                           \
            }                                                                                   \
        }                                                                                       \
        for (; i < count; i++) {                                                                \
            lows[0] = x[i * stride] < lows[0] ? x[i * stride] : lows[0];                        \
            highs[0] = x[i * stride] > highs[0] ? x[i * stride] : highs[0];                     \
        }                                                                                       \
        for (int64_t k = 0; k < LIMITS_LANES; k++) {                                            \
            *low = lows[k] < *low ? lows[k] : *low;                                             \
            *high = highs[k] > *high ? highs[k] : *high;                                        \
        }                                                                                       \
    }                                                                                           \
    extern const lg_scale_impl_t lg_quantize_f32__##isa;                                        \
    const lg_dynamic_quantize_impl_t lg_dynamic_quantize_f32__##isa = {limits__##isa,           \
                                                                       &lg_quantize_f32__##isa, 0.4f};

LIMITS(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
LIMITS(avx2, LG_TARGET_AVX2)
#endif

typedef struct dynamic_quantize_args {
    const lg_dynamic_quantize_impl_t *impl;
    int64_t length, stride, lines;  // the innermost loop, and how often it runs
    int32_t rank;
    lg_stepper_dim_t dims[LG_MAX_RANK];
} dynamic_quantize_args_t;

static int32_t dynamic_quantize_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const dynamic_quantize_args_t *args = memory;
    const float *x = data[0];
    uint8_t *y = data[1];
    float low = 0, high = 0;
    lg_stepper_t walk;
    if (args->lines > 0) {
        lg_stepper_start(&walk, args->dims, args->rank, 0);
        for (int64_t i = 0; i < args->lines; i++, lg_stepper_next(&walk)) {
            args->impl->limits(x + walk.offset, args->stride, args->length, &low, &high);
        }
    }
    const float scale = high == low ? 1.0f : (high - low) / 255.0f;
    // What lies between 0 and 255 but for infinities, of which the quotient may be NaN: lowest, as
    // everywhere.
    const uint8_t zero = (uint8_t)lg_quant_saturate(0.0f - low / scale, 0, 255, 0);
    *(float *)data[2] = scale;
    *(uint8_t *)data[3] = zero;
    if (args->lines > 0) {
        lg_stepper_start(&walk, args->dims, args->rank, 0);
        for (int64_t i = 0; i < args->lines; i++, lg_stepper_next(&walk)) {
            args->impl->quantize->to[1](x + walk.offset, args->stride, &scale, &zero, 0, 0,
                                        y + i * args->length, args->length);
        }
    }
    return 0;
}

lg_status_t lg_dynamic_quantize_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err) {
    const lg_view_t *x = op->ins[0];
    if (LG_UNLIKELY(!(op->outs[0]->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    dynamic_quantize_args_t *args = call->args;
    args->impl = kernel->impl;
    args->rank = 0;
    for (uint32_t i = 0; i < x->rank; i++) {
        args->rank = lg_stepper_append(args->dims, args->rank, x->shape[i], x->strides[i]);
    }
    args->length = args->rank > 0 ? args->dims[args->rank - 1].extent : 1;
    args->stride = args->rank > 0 ? args->dims[args->rank - 1].stride : 1;
    args->rank -= args->rank > 0;
    args->lines = x->elem_count > 0 ? x->elem_count / args->length : 0;
    call->fn = dynamic_quantize_run;
    call->extent = 1;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 20.0 + (double)args->impl->elem_ns * (double)x->elem_count;
    return LG_OK;
}
