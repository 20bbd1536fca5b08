// SPDX-License-Identifier: Apache-2.0
// max_pool_with_indices: as max_pool, and where each result came from: the position in x, all axes counted, the last or
// (column major) the first spatial axis running fastest. Of equal elements the first, of NaN the last; -1 where a window
// sees none.
// max_unpool: the reverse, zeros elsewhere. Indices count in the tensor that the window attributes make of x; an output
// of another size holds its upper left part. Of equal indices the last wins, so one unit does all.
// Source: ONNX MaxPool-22 and MaxUnpool-22; PyTorch MaxPool2d and MaxUnpool2d.
#include <legato/window.h>
#include <math.h>

#include "pool.h"

typedef struct indices_args {
    lg_pool_shape_t shape;
    int64_t strides[3];  // of the index along each spatial axis
    int64_t plane;
} indices_args_t;

#define INDICES(dtype, type)                                                                                \
    static int32_t max_pool_indices_##dtype(const void *memory, void *const *data, int64_t begin,           \
                                            int64_t end) {                                                  \
        const indices_args_t *args = memory;                                                                \
        const lg_pool_shape_t *s = &args->shape;                                                            \
        for (int64_t row = begin; row < end; ++row) {                                                       \
            const int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];                           \
            const int64_t plane = row / (s->out[1] * s->out[0]);                                            \
            const int64_t from = plane / s->channels * s->x_image + plane % s->channels * s->x_channel;     \
            const int64_t i0 = p0 * s->stride[0] - s->pad[0], i1 = p1 * s->stride[1] - s->pad[1];           \
            for (int64_t q = 0; q < s->out[2]; ++q) {                                                       \
                const int64_t i2 = q * s->stride[2] - s->pad[2];                                            \
                type value = (type) - INFINITY;                                                             \
                int64_t at = -1;                                                                            \
                for (int64_t k = 0; k < s->kernel[0] * s->kernel[1] * s->kernel[2]; ++k) {                  \
                    const int64_t j2 = i2 + k % s->kernel[2] * s->dilation[2];                              \
                    const int64_t j1 = i1 + k / s->kernel[2] % s->kernel[1] * s->dilation[1];               \
                    const int64_t j0 = i0 + k / (s->kernel[2] * s->kernel[1]) * s->dilation[0];             \
                    if (j0 < 0 || j0 >= s->in[0] || j1 < 0 || j1 >= s->in[1] || j2 < 0 || j2 >= s->in[2]) { \
                        continue;                                                                           \
                    }                                                                                       \
                    const type v =                                                                          \
                        ((const type *)                                                                     \
                             data[0])[from + j0 * s->x_step[0] + j1 * s->x_step[1] + j2 * s->x_step[2]];    \
                    if (at < 0 || v > value || v != v) {                                                    \
                        value = v;                                                                          \
                        at = plane * args->plane + j0 * args->strides[0] + j1 * args->strides[1] +          \
                             j2 * args->strides[2];                                                         \
                    }                                                                                       \
                }                                                                                           \
                ((type *)data[1])[row * s->out[2] + q] = value;                                             \
                ((int64_t *)data[2])[row * s->out[2] + q] = at;                                             \
            }                                                                                               \
        }                                                                                                   \
        return 0;                                                                                           \
    }
INDICES(f32, float)
INDICES(f64, double)

lg_status_t lg_max_pool_indices_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err) {
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const lg_max_pool_with_indices_attrs_t *attrs = op->attrs;
    if (!(y->flags & LG_VIEW_CONTIGUOUS) || !(op->outs[1]->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs contiguous outputs", op->name);
    }
    lg_window_t window;
    const uint32_t spatial = (uint32_t)x->rank - 2;
    if (attrs == NULL || lg_window_resolve(spatial, &attrs->kernel_size, &attrs->stride, &attrs->padding,
                                           &attrs->dilation, &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name, "%s: attributes out of range",
                            op->name);
    }
    lg_window_auto_pad(&window, spatial, x->shape + 2, attrs->auto_pad);
    indices_args_t *args = call->args;
    lg_pool_fill_shape(op, &window, &args->shape);
    const lg_pool_shape_t *s = &args->shape;
    const int column_major = attrs->storage_order != 0;
    args->plane = s->in[0] * s->in[1] * s->in[2];
    args->strides[0] = column_major ? 1 : s->in[1] * s->in[2];
    args->strides[1] = column_major ? s->in[0] : s->in[2];
    args->strides[2] = column_major ? s->in[0] * s->in[1] : 1;
    call->fn = kernel->dtypes >> LG_DTYPE_F32 & 1 ? max_pool_indices_f32 : max_pool_indices_f64;
    call->extent = y->elem_count == 0 ? 0 : x->shape[0] * x->shape[1] * s->out[0] * s->out[1];
    call->grain = 1;
    call->work_ns = 10.0 + (double)y->elem_count * (double)(s->kernel[0] * s->kernel[1] * s->kernel[2]) * 1.5;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    return LG_OK;
}

typedef struct unpool_args {
    int64_t count, planes;
    int64_t natural[3], out[3];  // spatial extents that indices count in, and those of the output
} unpool_args_t;

#define UNPOOL(dtype, type)                                                                                \
    static int32_t max_unpool_##dtype(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const unpool_args_t *args = memory;                                                                \
        const int64_t *n = args->natural, *out = args->out;                                                \
        const int64_t plane = n[0] * n[1] * n[2], out_plane = out[0] * out[1] * out[2];                    \
        if (begin >= end) {                                                                                \
            return 0;                                                                                      \
        }                                                                                                  \
        type *y = data[2];                                                                                 \
        for (int64_t i = 0; i < args->planes * out_plane; ++i) {                                           \
            y[i] = 0;                                                                                      \
        }                                                                                                  \
        for (int64_t i = 0; i < args->count; ++i) {                                                        \
            const int64_t at = ((const int64_t *)data[1])[i];                                              \
            if (at < 0 || at >= args->planes * plane) {                                                    \
                return LG_STATUS_INDEX;                                                                    \
            }                                                                                              \
            const int64_t j2 = at % n[2], j1 = at / n[2] % n[1], j0 = at / (n[2] * n[1]) % n[0];           \
            if (j0 < out[0] && j1 < out[1] && j2 < out[2]) {                                               \
                y[at / plane * out_plane + (j0 * out[1] + j1) * out[2] + j2] = ((const type *)data[0])[i]; \
            }                                                                                              \
        }                                                                                                  \
        return 0;                                                                                          \
    }
UNPOOL(f32, float)
UNPOOL(f64, double)

lg_status_t lg_max_unpool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err) {
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const lg_max_unpool_attrs_t *attrs = op->attrs;
    if (!(x->flags & op->ins[1]->flags & y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs contiguous operands", op->name);
    }
    lg_window_t window;
    const uint32_t spatial = (uint32_t)x->rank - 2;
    if (attrs == NULL || lg_window_resolve(spatial, &attrs->kernel_size, &attrs->stride, &attrs->padding,
                                           NULL, &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name, "%s: attributes out of range",
                            op->name);
    }
    unpool_args_t *args = call->args;
    args->count = x->elem_count;
    args->planes = x->shape[0] * x->shape[1];
    for (int d = 0; d < 3; ++d) {
        const int from = d - (3 - (int)spatial);
        args->out[d] = from < 0 ? 1 : y->shape[from + 2];
        args->natural[d] = from < 0 ? 1 : lg_window_unpooled(&window, (uint32_t)from, x->shape[from + 2]);
    }
    call->fn = kernel->dtypes >> LG_DTYPE_F32 & 1 ? max_unpool_f32 : max_unpool_f64;
    call->extent = y->elem_count == 0 && x->elem_count == 0 ? 0 : 1;
    call->grain = 1;
    call->work_ns = 10.0 + 0.2 * (double)y->elem_count + 3.0 * (double)x->elem_count;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    return LG_OK;
}

#define NOTHING(symbol) const lg_pool_indices_impl_t lg_##symbol = {0};
NOTHING(max_pool_with_indices_f32__scalar)
NOTHING(max_pool_with_indices_f64__scalar)
NOTHING(max_unpool_f32__scalar)
NOTHING(max_unpool_f64__scalar)
