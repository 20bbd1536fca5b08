/* SPDX-License-Identifier: Apache-2.0
 *
 * conv by bands: the third way, beside gemm and depthwise rows. One or two spatial axes.
 *
 * A band is a rectangle of output positions of one group of an image. The part of x that its windows see is copied
 * once, padding as zeros, columns apart by the stride into phases of their own:
 *
 *     band[c][row of x][phase][column]    element (q * stride + i) of a row is column q + i / stride of phase i % stride
 *
 * Then what a tap sees at consecutive positions lies in consecutive memory, whatever stride, padding and layout of x
 * are, and a tile of outputs by positions takes its vectors from there: nothing is copied per tap, as packing for gemm
 * does. That pays where few outputs share the packing (8 -> 8 channels with 3 x 39 taps: 4 to 9 times), and where
 * packing is slow (strides beyond 2, x with its channels last).
 *
 * Every element is one chain of fused multiply-adds in ascending order of channel and tap; the bias is added last.
 */
#ifndef LEGATO_KERNELS_CONV_BAND_H_
#define LEGATO_KERNELS_CONV_BAND_H_

#include "conv.h"

typedef struct lg_conv_band {
    int64_t rows, cols;            // of the output; the last bands have what is left
    int64_t row_bands, col_bands;  // of a plane
    int64_t phases, phase_elems;   // elements of a phase of a row, vectors may read to its end
    int64_t row_elems, channel_elems;
    int64_t w_step;  // from one channel and tap of w to the next
    int64_t offset_elems;
} lg_conv_band_t;

// lg_conv_impl_t.band: outputs of a group times `cols` positions of one row. `x` is the row of the band that tap 0 sees,
// `offsets` its distance to what each channel and tap see, `bias` may be NULL. Lanes past `cols` are read from x and not
// stored.

// Decides whether bands are the better way for `shape` (outputs, weights with even steps) and how they lie.
int lg_conv_band_plan(const lg_conv_shape_t *shape, int64_t w_step, double flops_per_ns, double gemm_ns,
                      lg_conv_band_t *band, double *out_ns, size_t *out_scratch_bytes);

// The distances; `offsets` has band->offset_elems. Then the copy of one band: positions [p, p + rows) of the outer axis,
// [q, q + cols) of the inner one.
void lg_conv_band_offsets(const lg_conv_shape_t *shape, const lg_conv_band_t *band, int32_t *offsets);
void lg_conv_band_copy(const lg_conv_shape_t *shape, const lg_conv_band_t *band, const float *x, int64_t p,
                       int64_t rows, int64_t q, float *to);

#endif  // LEGATO_KERNELS_CONV_BAND_H_
