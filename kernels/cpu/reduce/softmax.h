/* SPDX-License-Identifier: Apache-2.0
 *
 * softmax along one axis.
 */
#ifndef LEGATO_KERNELS_SOFTMAX_H_
#define LEGATO_KERNELS_SOFTMAX_H_

#include "../move/walk.h"

typedef struct lg_softmax_impl {
    lg_kernel_fn_t rows;     // the axis is the innermost one; a unit is one row
    lg_kernel_fn_t columns;  // there are others behind it; a unit is one tile of LG_SOFTMAX_TILE columns
    double element_ns;
} lg_softmax_impl_t;

enum { LG_SOFTMAX_TILE = 512 };  // columns: three arrays of them stay in L1

// The input as (outer, axis, inner); strides in elements. The output is dense.
typedef struct lg_softmax_args {
    int64_t count;        // extent of the axis
    int64_t stride;       // of the axis in the input
    int64_t inner_count;  // elements behind the axis
    int64_t tiles;        // tiles along `inner`
    int32_t outer_rank, inner_rank;
    lg_stepper_dim_t inner[LG_MAX_RANK];
    lg_stepper_dim_t outer[LG_MAX_RANK];  // last: only outer_rank entries go with a record
} lg_softmax_args_t;

lg_status_t lg_softmax_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                               lg_error_t *err);

#endif  // LEGATO_KERNELS_SOFTMAX_H_
