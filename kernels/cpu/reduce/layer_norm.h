/* SPDX-License-Identifier: Apache-2.0
 *
 * layer_norm over the last axes.
 */
#ifndef LEGATO_KERNELS_LAYER_NORM_H_
#define LEGATO_KERNELS_LAYER_NORM_H_

#include "../move/walk.h"

typedef struct lg_layer_norm_impl {
    lg_kernel_fn_t rows;
    int32_t item_bytes;
} lg_layer_norm_impl_t;

enum {
    LG_LAYER_NORM_ABSENT = 0,
    LG_LAYER_NORM_DENSE = 1,
    LG_LAYER_NORM_STRIDED = 2,  // packed into scratch at the start of a range
};

typedef struct lg_layer_norm_args {
    int64_t count;  // elements of a row
    double eps;
    int32_t in_count;   // operands before the output
    int32_t dense;      // 1: the elements of a row lie side by side
    int32_t affine[2];  // weight, bias: LG_LAYER_NORM_*
    int32_t outer_rank, inner_rank, affine_rank[2];
    lg_stepper_dim_t outer[LG_MAX_RANK], inner[LG_MAX_RANK];  // of the input, in elements
    lg_stepper_dim_t affine_dims[2][LG_MAX_RANK];
} lg_layer_norm_args_t;

lg_status_t lg_layer_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err);

#endif  // LEGATO_KERNELS_LAYER_NORM_H_
