// SPDX-License-Identifier: Apache-2.0
// col2im: y[n, c, l * stride - pad + r * dilation] += x[n, c * taps + r, l] for the windows l of an image. A unit is one
// channel of an image, so sums are always in the order of taps, then windows.
// Source: ONNX Col2Im-18; PyTorch fold.
#include <legato/window.h>

#include "vision.h"

typedef struct col2im_args {
    int64_t channels, taps, windows, plane;
    int64_t in[3], out[3], kernel[3], stride[3], pad[3], dilation[3];  // in: windows per axis
    int64_t x_image, x_row, x_window;
} col2im_args_t;

#define COL2IM(dtype, type)                                                                           \
    static int32_t col2im_##dtype##__scalar(const void *memory, void *const *data, int64_t begin,     \
                                            int64_t end) {                                            \
        const col2im_args_t *a = memory;                                                              \
        for (int64_t unit = begin; unit < end; unit++) {                                              \
            type *LG_RESTRICT y = (type *)data[1] + unit * a->plane;                                  \
            for (int64_t i = 0; i < a->plane; i++) {                                                  \
                y[i] = 0;                                                                             \
            }                                                                                         \
            for (int64_t r = 0; r < a->taps; r++) {                                                   \
                const type *x = (const type *)data[0] + unit / a->channels * a->x_image +             \
                                (unit % a->channels * a->taps + r) * a->x_row;                        \
                const int64_t r2 = r % a->kernel[2], r1 = r / a->kernel[2] % a->kernel[1];            \
                const int64_t base0 = r / (a->kernel[2] * a->kernel[1]) * a->dilation[0] - a->pad[0]; \
                const int64_t base1 = r1 * a->dilation[1] - a->pad[1],                                \
                              base2 = r2 * a->dilation[2] - a->pad[2];                                \
                for (int64_t row = 0; row < a->in[0] * a->in[1]; row++) {                             \
                    const int64_t p0 = row / a->in[1] * a->stride[0] + base0;                         \
                    const int64_t p1 = row % a->in[1] * a->stride[1] + base1;                         \
                    if (p0 < 0 || p0 >= a->out[0] || p1 < 0 || p1 >= a->out[1]) {                     \
                        continue;                                                                     \
                    }                                                                                 \
                    type *to = y + (p0 * a->out[1] + p1) * a->out[2];                                 \
                    for (int64_t i = 0; i < a->in[2]; i++) {                                          \
                        const int64_t p2 = i * a->stride[2] + base2;                                  \
                        if (p2 >= 0 && p2 < a->out[2]) {                                              \
                            to[p2] += x[(row * a->in[2] + i) * a->x_window];                          \
                        }                                                                             \
                    }                                                                                 \
                }                                                                                     \
            }                                                                                         \
        }                                                                                             \
        return 0;                                                                                     \
    }                                                                                                 \
    LG_VISION_IMPL(col2im, dtype, scalar, 1.0)
COL2IM(f32, float)
COL2IM(f64, double)

LG_VISION_PREPARE(col2im) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_col2im_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    lg_window_t window;
    const uint32_t spatial = (uint32_t)y->rank - 2;
    if (attrs == NULL || lg_window_resolve(spatial, &attrs->kernel_size, &attrs->stride, &attrs->padding,
                                           &attrs->dilation, &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name, "%s: attributes out of range",
                            op->name);
    }
    col2im_args_t *a = call->args;
    a->channels = y->shape[1];
    a->taps = a->windows = a->plane = 1;
    for (int d = 0; d < 3; d++) {
        const int from = d - (3 - (int)spatial);
        a->out[d] = from < 0 ? 1 : y->shape[from + 2];
        a->kernel[d] = from < 0 ? 1 : window.kernel[from];
        a->stride[d] = from < 0 ? 1 : window.stride[from];
        a->pad[d] = from < 0 ? 0 : window.pad_begin[from];
        a->dilation[d] = from < 0 ? 1 : window.dilation[from];
        a->in[d] = from < 0 ? 1 : lg_window_count(&window, (uint32_t)from, a->out[d], 0);
        a->taps *= a->kernel[d];
        a->plane *= a->out[d];
    }
    a->x_image = x->strides[0];
    a->x_row = x->strides[1];
    a->x_window = x->strides[2];
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->shape[0] * y->shape[1] : 0;
    call->grain = 1;
    call->args_bytes = sizeof *a;
    call->scratch_bytes = 0;
    call->work_ns = 20.0 + impl->elem_ns * (double)(x->elem_count + y->elem_count);
    return LG_OK;
}
