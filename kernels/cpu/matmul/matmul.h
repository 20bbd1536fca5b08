/* SPDX-License-Identifier: Apache-2.0
 *
 * matmul and linear: what an implementation is.
 */
#ifndef LEGATO_KERNELS_MATMUL_MATMUL_H_
#define LEGATO_KERNELS_MATMUL_MATMUL_H_

#include "gemm.h"

// Either a gemm, or the plain loops for rows [begin, end) of one product.
typedef struct lg_matmul_impl {
    const lg_gemm_isa_t *gemm;  // NULL: use `rows`
    lg_gemm_run_fn_t rows;
    int32_t elem_bytes;
    double flops_per_ns;
} lg_matmul_impl_t;

typedef lg_matmul_impl_t lg_linear_impl_t;
typedef lg_matmul_impl_t lg_fused_linear_impl_t;  // their prepare functions are those of linear and matmul
typedef lg_matmul_impl_t lg_fused_matmul_impl_t;

lg_status_t lg_matmul_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);
lg_status_t lg_linear_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#define lg_fused_linear_prepare lg_linear_prepare
#define lg_fused_matmul_prepare lg_matmul_prepare

#endif  // LEGATO_KERNELS_MATMUL_MATMUL_H_
