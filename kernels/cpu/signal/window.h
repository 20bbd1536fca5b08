/* SPDX-License-Identifier: Apache-2.0
 *
 * Windows and mel filters: made from attributes alone.
 */
#ifndef LEGATO_KERNELS_SIGNAL_WINDOW_H_
#define LEGATO_KERNELS_SIGNAL_WINDOW_H_

#include "../cpu.h"

typedef struct lg_window_impl {
    double a0, a1, a2;  // a0 - a1 cos(x) + a2 cos(2 x)
} lg_window_impl_t;

typedef struct lg_mel_impl {
    int32_t unused;
} lg_mel_impl_t;

lg_status_t lg_window_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);
lg_status_t lg_mel_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err);

#endif  // LEGATO_KERNELS_SIGNAL_WINDOW_H_
