/* SPDX-License-Identifier: Apache-2.0
 *
 * Quantisation to u8 with a scale that follows from the data.
 */
#ifndef LEGATO_KERNELS_QUANT_DYNAMIC_QUANTIZE_H_
#define LEGATO_KERNELS_QUANT_DYNAMIC_QUANTIZE_H_

#include "../move/walk.h"

typedef struct lg_dynamic_quantize_impl {
    // Lowest and highest of `count` elements and of what `*low` and `*high` hold. NaN is left out.
    void (*limits)(const float *x, int64_t stride, int64_t count, float *low, float *high);
    const struct lg_scale_impl *quantize;
    float elem_ns;
} lg_dynamic_quantize_impl_t;

lg_status_t lg_dynamic_quantize_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err);

#endif  // LEGATO_KERNELS_QUANT_DYNAMIC_QUANTIZE_H_
