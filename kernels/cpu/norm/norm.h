/* SPDX-License-Identifier: Apache-2.0
 *
 * Normalisations beside layer_norm: by groups of channels, by stored statistics, by a norm, by neighbours.
 */
#ifndef LEGATO_KERNELS_NORM_H_
#define LEGATO_KERNELS_NORM_H_

#include "../reduce/layer_norm.h"

typedef struct lg_group_norm_impl {
    lg_kernel_fn_t groups;
    int32_t item_bytes;
} lg_group_norm_impl_t;

typedef struct lg_batch_norm_impl {
    lg_kernel_fn_t planes, rows;  // rows: planes of one element
    int32_t item_bytes;
} lg_batch_norm_impl_t;

typedef struct lg_lp_norm_impl {
    lg_kernel_fn_t lines;
    int32_t item_bytes;
} lg_lp_norm_impl_t;

typedef struct lg_lrn_impl {
    lg_kernel_fn_t blocks;
    int32_t item_bytes;
} lg_lrn_impl_t;

lg_status_t lg_group_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err);
lg_status_t lg_batch_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err);
lg_status_t lg_lp_norm_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                               lg_error_t *err);
lg_status_t lg_lrn_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err);

// Refuses an output with gaps, which all of these need without.
LG_INLINE lg_status_t lg_norm_check_output(const lg_op_view_t *op, lg_error_t *err) {
    return LG_LIKELY(op->outs[0]->flags & LG_VIEW_CONTIGUOUS)
               ? LG_OK
               : lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output",
                              op->name);
}

#endif  // LEGATO_KERNELS_NORM_H_
