/* SPDX-License-Identifier: Apache-2.0
 *
 * Running sums along one axis.
 */
#ifndef LEGATO_KERNELS_CUMSUM_H_
#define LEGATO_KERNELS_CUMSUM_H_

#include "../move/walk.h"

typedef struct lg_cumsum_impl {
    lg_kernel_fn_t lines;
} lg_cumsum_impl_t;

lg_status_t lg_cumsum_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_CUMSUM_H_
