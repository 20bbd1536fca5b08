/* SPDX-License-Identifier: Apache-2.0
 *
 * max_pool and avg_pool: what an implementation is, and the geometry its parts share. Shorter spatial ranks are
 * padded in front with axes of extent 1, so axis 2 is always the innermost.
 */
#ifndef LEGATO_KERNELS_POOL_POOL_H_
#define LEGATO_KERNELS_POOL_POOL_H_

#include "../cpu.h"

enum { LG_POOL_MAX_TAPS = 16 };  // of a window along axis 2; wider ones go to the plain loops

typedef struct lg_pool_shape {
    int64_t channels;  // of one image
    int64_t in[3], out[3], kernel[3], stride[3], pad[3], pad_end[3], dilation[3];
    int64_t x_image, x_channel, x_step[3];  // strides of x
    int64_t include_pad;                    // avg_pool: padding counts as elements
    double norm_type;                       // lp_pool: the exponent
} lg_pool_shape_t;

// Output rows (runs along axis 2) [begin, end) of all images and channels.
typedef void (*lg_pool_rows_fn_t)(const lg_pool_shape_t *shape, const void *x, void *y, int64_t begin,
                                  int64_t end);

typedef struct lg_pool_impl {
    lg_pool_rows_fn_t plain;  // everything
    lg_pool_rows_fn_t rows;   // x dense along axis 2, stride[2] 1 or 2, short windows; NULL: none
} lg_pool_impl_t;

void lg_max_pool_plain_f32(const lg_pool_shape_t *shape, const void *x, void *y, int64_t begin, int64_t end);
void lg_max_pool_plain_f64(const lg_pool_shape_t *shape, const void *x, void *y, int64_t begin, int64_t end);
void lg_avg_pool_plain_f32(const lg_pool_shape_t *shape, const void *x, void *y, int64_t begin, int64_t end);
void lg_avg_pool_plain_f64(const lg_pool_shape_t *shape, const void *x, void *y, int64_t begin, int64_t end);

lg_status_t lg_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err);

// Writes the geometry of a pool from operands and window.
typedef struct lg_window lg_window_t;
void lg_pool_fill_shape(const lg_op_view_t *op, const lg_window_t *window, lg_pool_shape_t *shape);

typedef lg_pool_impl_t lg_adaptive_pool_impl_t;  // `plain` alone
lg_status_t lg_adaptive_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                     lg_kernel_call_t *call, lg_error_t *err);

// max_pool_with_indices and max_unpool; one function per dtype, nothing to choose.
typedef struct lg_pool_indices_impl {
    char unused;
} lg_pool_indices_impl_t;
typedef lg_pool_indices_impl_t lg_max_pool_indices_impl_t;
typedef lg_pool_indices_impl_t lg_max_unpool_impl_t;
lg_status_t lg_max_pool_indices_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err);
lg_status_t lg_max_unpool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err);

typedef lg_pool_impl_t lg_global_lp_pool_impl_t;  // `plain` alone: whole channels
lg_status_t lg_global_lp_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err);

#endif  // LEGATO_KERNELS_POOL_POOL_H_
