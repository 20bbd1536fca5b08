/* SPDX-License-Identifier: Apache-2.0
 *
 * dft and stft: Fourier transforms along an axis, and of frames of a signal.
 */
#ifndef LEGATO_KERNELS_SIGNAL_DFT_H_
#define LEGATO_KERNELS_SIGNAL_DFT_H_

#include "fft.h"

typedef struct lg_dft_impl {
    const lg_fft_impl_t *fft;
} lg_dft_impl_t;

lg_status_t lg_dft_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err);

#endif  // LEGATO_KERNELS_SIGNAL_DFT_H_
