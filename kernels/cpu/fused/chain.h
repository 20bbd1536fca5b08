/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_KERNELS_FUSED_CHAIN_H_
#define LEGATO_KERNELS_FUSED_CHAIN_H_

#include "../cpu.h"

// Nothing of its own: the steps are the kernels of their ops.
typedef struct lg_chain_impl {
    double tile_ns;  // of the walk, per tile
} lg_chain_impl_t;

lg_status_t lg_chain_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err);

#endif  // LEGATO_KERNELS_FUSED_CHAIN_H_
