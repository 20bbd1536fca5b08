/* SPDX-License-Identifier: Apache-2.0
 *
 * conv of small planes as one product of several images, or with positions as its rows; and the arguments that all
 * ways of conv share.
 */
#ifndef LEGATO_KERNELS_CONV_PLANES_H_
#define LEGATO_KERNELS_CONV_PLANES_H_

#include "conv_band.h"

typedef struct lg_conv_args {
    lg_conv_shape_t shape;
    const lg_conv_impl_t *impl;
    uint32_t bias_index, addend_index, out_index;  // places in `data`; 0: no bias, no addend
    lg_epilogue_t epilogue;                        // of the row paths
    int64_t merged;                                // images of one product
    int64_t product;                               // where that lies in scratch
    int64_t packed_bytes;                          // of the weights of one group, when they are packed
    union {                                        // last: the row paths do not copy it into records
        lg_gemm_t gemm;
        lg_conv_band_t band;
    };
} lg_conv_args_t;

LG_INLINE const void *lg_conv_bias(const lg_conv_args_t *args, void *const *data) {
    return args->bias_index != 0 ? data[args->bias_index] : NULL;
}

LG_INLINE const void *lg_conv_addend(const lg_conv_args_t *args, void *const *data) {
    return args->addend_index != 0 ? data[args->addend_index] : NULL;
}

// Whether the patches of one image are x itself: one tap, no stride, no padding; and the step from one to the next.
int32_t lg_conv_is_matrix(const lg_conv_shape_t *shape, int64_t *out_step);

// Prepares `call` where planes are small: returns 0 where they are not.
int32_t lg_conv_planes_prepare(lg_conv_args_t *args, int64_t w_step, lg_kernel_call_t *call);

// The weights of each group as A of the planned gemm; sets what `call` packs.
void lg_conv_pack_weights(lg_conv_args_t *args, lg_kernel_call_t *call);

#endif  // LEGATO_KERNELS_CONV_PLANES_H_
