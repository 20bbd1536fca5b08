/* SPDX-License-Identifier: Apache-2.0
 *
 * conv: what an implementation is, and the geometry that its parts share.
 *
 *     y[n, o, p] = bias[o] + sum over c, r of w[o, c, r] * x[n, g * C + c, p * stride - pad + r * dilation]
 *
 * with p, r over one to three spatial axes and C channels in each of the groups. Shorter spatial ranks are
 * padded in front with axes of extent 1, so axis 2 is always the innermost.
 */
#ifndef LEGATO_KERNELS_CONV_CONV_H_
#define LEGATO_KERNELS_CONV_CONV_H_

#include "../matmul/gemm.h"

enum { LG_CONV_MAX_TAPS = 16 };  // of a depthwise window along axis 2; wider ones go to gemm

typedef struct lg_conv_shape {
    int64_t images, groups;
    int64_t channels, outs;  // of one group
    int64_t in[3], out[3], kernel[3], stride[3], pad[3], dilation[3];
    int64_t taps;                           // kernel[0] * kernel[1] * kernel[2]
    int64_t positions;                      // out[0] * out[1] * out[2]
    int64_t x_image, x_channel, x_step[3];  // strides of x
    int64_t w_out, w_channel, w_step[3];    // strides of w
} lg_conv_shape_t;

// Output rows (runs along axis 2) [begin, end) of all images and channels. `bias` may be NULL.
typedef void (*lg_conv_rows_fn_t)(const lg_conv_shape_t *shape, const void *x, const void *w,
                                  const void *bias, void *y, int64_t begin, int64_t end);

// What lg_gemm_data_t.source points to while conv packs.
typedef struct lg_conv_source {
    const lg_conv_shape_t *shape;
    const void *x;  // first element of the image and group at hand
} lg_conv_source_t;

struct lg_conv_band;

typedef struct lg_conv_impl {
    const lg_gemm_isa_t *gemm;  // NULL: plain loops only
    lg_gemm_pack_b_fn_t pack_patches;
    lg_conv_rows_fn_t depthwise;  // one channel a group, x dense along axis 2, short windows
    // f32 only, else NULL: see conv_band.h
    void (*band)(const lg_conv_shape_t *shape, const struct lg_conv_band *band, const float *x,
                 const int32_t *offsets, const float *w, const float *bias, float *y, int64_t cols);
    lg_conv_rows_fn_t plain;  // everything
    int32_t elem_bytes;
} lg_conv_impl_t;

// The plain loops, also for layouts that the vector paths do not take.
void lg_conv_plain_f32(const lg_conv_shape_t *shape, const void *x, const void *w, const void *bias, void *y,
                       int64_t begin, int64_t end);
void lg_conv_plain_f64(const lg_conv_shape_t *shape, const void *x, const void *w, const void *bias, void *y,
                       int64_t begin, int64_t end);

lg_status_t lg_conv_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err);

typedef struct lg_window lg_window_t;

// Writes the geometry of conv from operands and window. For conv_transpose `channels`, `outs` and their strides in w
// trade places, which is up to the caller.
void lg_conv_fill_shape(const lg_op_view_t *op, const lg_window_t *window, int64_t groups,
                        lg_conv_shape_t *shape);

// Whether dims first .. rank-1 of `view` are one run with an even step, and which.
int lg_conv_folds(const lg_view_t *view, int first, int64_t *out_step);

// ---- conv_transpose ---------------------------------------------------------------------------------

struct transpose_piece;
typedef struct lg_conv_transpose_impl {
    const lg_gemm_isa_t *gemm;                                           // NULL: plain loops only
    lg_conv_rows_fn_t plain;                                             // everything
    void (*start)(void *y, const void *bias, int64_t o, int64_t count);  // y = bias[o]
    void (*scatter)(const lg_conv_shape_t *shape, const struct transpose_piece *piece, const void *product,
                    void *y);
    int32_t elem_bytes;
} lg_conv_transpose_impl_t;

lg_status_t lg_conv_transpose_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err);
typedef lg_conv_impl_t lg_fused_conv_impl_t;
#define lg_fused_conv_prepare lg_conv_prepare

#endif  // LEGATO_KERNELS_CONV_CONV_H_
