/* SPDX-License-Identifier: Apache-2.0
 *
 * Ops without inputs: full and arange.
 */
#ifndef LEGATO_KERNELS_CREATE_H_
#define LEGATO_KERNELS_CREATE_H_

#include "../cpu.h"

typedef struct lg_full_impl {
    lg_kernel_fn_t fill[4];  // by item size
} lg_full_impl_t;

typedef struct lg_arange_impl {
    lg_kernel_fn_t ints;    // start + i * step modulo 2^64; NULL for float dtypes
    lg_kernel_fn_t floats;  // the same in f64, then rounded to the dtype
} lg_arange_impl_t;

lg_status_t lg_full_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err);
lg_status_t lg_arange_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_CREATE_H_
