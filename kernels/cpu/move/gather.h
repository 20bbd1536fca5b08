/* SPDX-License-Identifier: Apache-2.0
 *
 * gather: slices of a tensor by index.
 */
#ifndef LEGATO_KERNELS_GATHER_H_
#define LEGATO_KERNELS_GATHER_H_

#include "../cpu.h"

typedef struct lg_gather_impl {
    lg_kernel_fn_t items[4];    // by item size: slices of one item
    lg_kernel_fn_t blocks[4];   // slices without gaps
    lg_kernel_fn_t strided[4];  // slices with gaps
} lg_gather_impl_t;

lg_status_t lg_gather_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_GATHER_H_
