/* SPDX-License-Identifier: Apache-2.0
 *
 * quantize and dequantize: lines of elements that share a scale, or that each have their own.
 */
#ifndef LEGATO_KERNELS_QUANT_SCALE_H_
#define LEGATO_KERNELS_QUANT_SCALE_H_

#include "../cpu.h"

// Converts `count` elements. Strides in elements; scale_stride 0: one scale and zero point for all. `point`
// may be NULL.
typedef void (*lg_scale_line_fn_t)(const void *x, int64_t x_stride, const float *scale, const void *point,
                                   int64_t scale_stride, int64_t point_stride, void *y, int64_t count);

typedef struct lg_scale_impl {
    lg_scale_line_fn_t to[5];  // quantize: by dtype of the result from i8 on; dequantize: the first
    float elem_ns;
} lg_scale_impl_t;

lg_status_t lg_scale_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err);

// Half to even without a call: in this range every sum with the constant is a whole number, so adding rounds
// and subtracting is exact. |x| must be below 2^22.
#define LG_QUANT_MAGIC 12582912.0f  // 1.5 * 2^23
LG_INLINE float lg_quant_round(float x) {
    return x + LG_QUANT_MAGIC - LG_QUANT_MAGIC;
}

// saturate(round(x) + point), with `low` and `high` the limits less `point`. NaN gives `low`.
LG_INLINE int32_t lg_quant_saturate(float x, float low, float high, int32_t point) {
    x = x > low ? x : low;
    x = x < high ? x : high;
    return (int32_t)lg_quant_round(x) + point;
}

#endif  // LEGATO_KERNELS_QUANT_SCALE_H_
