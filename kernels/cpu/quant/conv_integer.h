/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolutions of 8-bit numbers.
 */
#ifndef LEGATO_KERNELS_QUANT_CONV_INTEGER_H_
#define LEGATO_KERNELS_QUANT_CONV_INTEGER_H_

#include "qgemm.h"

typedef struct lg_conv_integer_impl {
    const lg_qgemm_isa_t *gemm;
} lg_conv_integer_impl_t;

lg_status_t lg_conv_integer_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                    lg_error_t *err);

#endif  // LEGATO_KERNELS_QUANT_CONV_INTEGER_H_
