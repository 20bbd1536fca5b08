/* SPDX-License-Identifier: Apache-2.0
 *
 * Data movement by item size beside windows and copies: tile and roll, trilu, depth and space, one_hot, eye,
 * gather_elements.
 */
#ifndef LEGATO_KERNELS_REARRANGE_H_
#define LEGATO_KERNELS_REARRANGE_H_

#include "../cpu.h"

// Says nothing: prepare looks at the item size.
typedef struct lg_item_impl {
    int32_t unused;
} lg_item_impl_t;

typedef lg_item_impl_t lg_cyclic_impl_t;
typedef lg_item_impl_t lg_trilu_impl_t;
typedef lg_item_impl_t lg_blocks_impl_t;
typedef lg_item_impl_t lg_eye_impl_t;
typedef lg_item_impl_t lg_gather_elements_impl_t;
typedef lg_item_impl_t lg_one_hot_impl_t;

#define LG_REARRANGE_PREPARE(family)                                                     \
    lg_status_t lg_##family##_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, \
                                      lg_kernel_call_t *call, lg_error_t *err)
LG_REARRANGE_PREPARE(cyclic);           // tile, roll
LG_REARRANGE_PREPARE(trilu);            // trilu
LG_REARRANGE_PREPARE(blocks);           // depth_to_space, space_to_depth
LG_REARRANGE_PREPARE(eye);              // eye
LG_REARRANGE_PREPARE(gather_elements);  // gather_elements
LG_REARRANGE_PREPARE(one_hot);          // one_hot; the kernel is that of the dtype of the indices

// The implementation object of `op` for all dtypes.
#define LG_ITEM_IMPLS(family, op) const lg_##family##_impl_t lg_##op##_all__scalar = {0};

// One of four static functions, by item size.
#define LG_ITEM_FN(name, bytes) \
    ((bytes) == 1 ? name##_8 : (bytes) == 2 ? name##_16 : (bytes) == 4 ? name##_32 : name##_64)

#endif  // LEGATO_KERNELS_REARRANGE_H_
