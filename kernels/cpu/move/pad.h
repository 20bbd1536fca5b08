/* SPDX-License-Identifier: Apache-2.0
 *
 * pad: elements around a tensor.
 */
#ifndef LEGATO_KERNELS_PAD_H_
#define LEGATO_KERNELS_PAD_H_

#include "../cpu.h"

typedef struct lg_pad_impl {
    lg_kernel_fn_t rows[4];  // by item size
} lg_pad_impl_t;

lg_status_t lg_pad_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err);

#endif  // LEGATO_KERNELS_PAD_H_
