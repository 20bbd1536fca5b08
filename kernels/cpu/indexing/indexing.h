/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of tensors by position or by value. But for split, the kernels take dense operands only: callers copy
 * what is not.
 */
#ifndef LEGATO_KERNELS_INDEXING_H_
#define LEGATO_KERNELS_INDEXING_H_

#include <string.h>

#include "../move/copy.h"
#include "../move/rearrange.h"
#include "../simd/scalar.h"

typedef lg_item_impl_t lg_split_impl_t;
typedef lg_item_impl_t lg_scatter_impl_t;
typedef lg_item_impl_t lg_gather_nd_impl_t;
typedef lg_item_impl_t lg_order_impl_t;
typedef lg_item_impl_t lg_select_impl_t;
typedef lg_item_impl_t lg_unique_impl_t;
typedef lg_item_impl_t lg_extents_impl_t;

LG_REARRANGE_PREPARE(split);
LG_REARRANGE_PREPARE(scatter);    // scatter_elements, scatter_nd
LG_REARRANGE_PREPARE(gather_nd);  // gather_nd, reverse_sequence
LG_REARRANGE_PREPARE(order);      // top_k, sort, argsort
LG_REARRANGE_PREPARE(select);     // non_zero, compress
LG_REARRANGE_PREPARE(unique);
LG_REARRANGE_PREPARE(extents);  // shape, size

// Whether all operands are dense; sets the error where not.
int32_t lg_indexing_dense(const lg_op_view_t *op, lg_error_t *err);

// Completes `call` with its function, and `extent` units of together `work_ns`.
LG_INLINE void lg_indexing_bind(lg_kernel_call_t *call, lg_kernel_fn_t fn, int64_t extent, double work_ns,
                                size_t args_bytes, size_t scratch_bytes) {
    call->fn = fn;
    call->extent = extent;
    call->grain = 1;
    call->work_ns = work_ns;
    call->args_bytes = args_bytes;
    call->scratch_bytes = scratch_bytes;
}

// How axis `axis` (negative from the end) of a dense view lies in memory: outer x extent x inner.
typedef struct lg_axis_walk {
    int64_t outer, extent, inner;
} lg_axis_walk_t;

LG_INLINE lg_axis_walk_t lg_axis_walk(const lg_view_t *view, int64_t axis) {
    const uint32_t at = (uint32_t)(axis < 0 ? axis + view->rank : axis);
    lg_axis_walk_t walk = {1, view->rank > 0 ? view->shape[at] : 1, 1};
    for (uint32_t i = 0; i < view->rank; i++) {
        walk.outer *= i < at ? view->shape[i] : 1;
        walk.inner *= i > at ? view->shape[i] : 1;
    }
    return walk;
}

// ---- order of values --------------------------------------------------------------------------------

// Element `index` as a number whose order is that of the values: integers and floats of all widths. -0 is 0,
// and NaN, of which all are equal, is above infinity, as NumPy and PyTorch sort it.
uint64_t lg_order_key(const void *data, int64_t index, uint32_t dtype);

// Index `i`, an i32 or i64, counted from the end when negative; -1 where it is out of range.
LG_INLINE int64_t lg_index_at(const void *indices, int64_t i, int32_t bytes, int64_t extent) {
    int64_t value = bytes == 8 ? ((const int64_t *)indices)[i] : ((const int32_t *)indices)[i];
    value += value < 0 ? extent : 0;
    return (uint64_t)value < (uint64_t)extent ? value : -1;
}

#endif  // LEGATO_KERNELS_INDEXING_H_
