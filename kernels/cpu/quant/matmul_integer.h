/* SPDX-License-Identifier: Apache-2.0
 *
 * Products of 8-bit matrices with 32-bit results.
 */
#ifndef LEGATO_KERNELS_QUANT_MATMUL_INTEGER_H_
#define LEGATO_KERNELS_QUANT_MATMUL_INTEGER_H_

#include "qgemm.h"

typedef struct lg_matmul_integer_impl {
    const lg_qgemm_isa_t *gemm;
} lg_matmul_integer_impl_t;

// Batches of products: strides of A, B and their zero points (in bytes) along the batch axes.
typedef struct lg_qgemm_batch {
    int64_t rank;
    int64_t shape[LG_MAX_RANK];
    int64_t a[LG_MAX_RANK], b[LG_MAX_RANK], a_zero[LG_MAX_RANK], b_zero[LG_MAX_RANK];
} lg_qgemm_batch_t;

// Reads shapes and strides of a product, zero points (NULL: none) included, and returns how many batches
// there are. `gemm` is planned afterwards. With `keep_batches` rows of different batches stay apart, which
// otherwise become rows of one product where they can.
int64_t lg_qgemm_bind(const lg_view_t *a, const lg_view_t *b, const lg_view_t *a_zero,
                      const lg_view_t *b_zero, const lg_view_t *c, int32_t keep_batches, lg_qgemm_t *gemm,
                      lg_qgemm_batch_t *batch);

// Moves the addresses to batch `index`.
void lg_qgemm_seek(const lg_qgemm_batch_t *batch, int64_t index, lg_qgemm_data_t *data);

lg_status_t lg_matmul_integer_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err);

#endif  // LEGATO_KERNELS_QUANT_MATMUL_INTEGER_H_
