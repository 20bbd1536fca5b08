/* SPDX-License-Identifier: Apache-2.0
 *
 * Reductions beside sum and max, with the geometry of reduce.h, and global pools, which are mean and max.
 */
#ifndef LEGATO_KERNELS_FOLD_H_
#define LEGATO_KERNELS_FOLD_H_

#include "reduce.h"

typedef lg_reduce_impl_t lg_fold_impl_t;

typedef struct lg_global_pool_impl {
    const lg_reduce_impl_t *reduce;  // of mean or max
} lg_global_pool_impl_t;

lg_status_t lg_fold_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err);
lg_status_t lg_global_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                   lg_error_t *err);

#endif  // LEGATO_KERNELS_FOLD_H_
