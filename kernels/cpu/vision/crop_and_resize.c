// SPDX-License-Identifier: Apache-2.0
// crop_and_resize: y[b, c, i, j] = x[box_indices[b], c] at a point of the box (y1, x1, y2, x2), whose corners are parts of
// the image's height and width less one: y1 * (H - 1) + i * (y2 - y1) * (H - 1) / (rows - 1), or the middle for a single
// row. Points outside x are the extrapolation value. A unit is one point of all channels.
// Source: TensorFlow crop_and_resize; ONNX Runtime CropAndResize.
#include <math.h>

#include "vision.h"

typedef struct crop_args {
    int64_t channels, height, width, images, rows, columns;
    int64_t x_image, x_channel, x_row, x_column;
    int64_t box_step, bound_step, index_step;  // strides of boxes and box_indices
    double extrapolation;
    int32_t nearest, is_double;
} crop_args_t;

static double crop_bound(const crop_args_t *args, const void *boxes, int64_t box, int64_t bound) {
    const int64_t at = box * args->box_step + bound * args->bound_step;
    return args->is_double ? ((const double *)boxes)[at] : (double)((const float *)boxes)[at];
}

static double crop_place(double from, double to, int64_t i, int64_t count, int64_t extent) {
    const double most = (double)(extent - 1);
    return count > 1 ? from * most + (double)i * ((to - from) * most / (double)(count - 1))
                     : 0.5 * (from + to) * most;
}

#define CROP_AND_RESIZE(dtype, type)                                                                         \
    static int32_t crop_and_resize_##dtype##__scalar(const void *memory, void *const *data, int64_t begin,   \
                                                     int64_t end) {                                          \
        const crop_args_t *args = memory;                                                                    \
        const int64_t points = args->rows * args->columns;                                                   \
        for (int64_t unit = begin; unit < end; unit++) {                                                     \
            const int64_t box = unit / points, point = unit % points;                                        \
            const int64_t image = ((const int64_t *)data[2])[box * args->index_step];                        \
            if (image < 0 || image >= args->images) {                                                        \
                return LG_STATUS_INDEX;                                                                      \
            }                                                                                                \
            const double v =                                                                                 \
                crop_place(crop_bound(args, data[1], box, 0), crop_bound(args, data[1], box, 2),             \
                           point / args->columns, args->rows, args->height);                                 \
            const double u =                                                                                 \
                crop_place(crop_bound(args, data[1], box, 1), crop_bound(args, data[1], box, 3),             \
                           point % args->columns, args->columns, args->width);                               \
            const int32_t inside =                                                                           \
                v >= 0 && v <= (double)(args->height - 1) && u >= 0 && u <= (double)(args->width - 1);       \
            const type *x = (const type *)data[0] + image * args->x_image;                                   \
            type *y = (type *)data[3] + box * args->channels * points + point;                               \
            const double v0 = args->nearest ? round(v) : floor(v), u0 = args->nearest ? round(u) : floor(u); \
            const type down = (type)(v - v0), right = (type)(u - u0);                                        \
            const int64_t at = inside ? (int64_t)v0 * args->x_row + (int64_t)u0 * args->x_column : 0;        \
            const int64_t next_row = v > v0 ? args->x_row : 0, next = u > u0 ? args->x_column : 0;           \
            for (int64_t c = 0; c < args->channels; c++, x += args->x_channel, y += points) {                \
                if (!inside) {                                                                               \
                    *y = (type)args->extrapolation;                                                          \
                } else if (args->nearest) {                                                                  \
                    *y = x[at];                                                                              \
                } else {                                                                                     \
                    const type top = x[at] + (x[at + next] - x[at]) * right;                                 \
                    const type low =                                                                         \
                        x[at + next_row] + (x[at + next_row + next] - x[at + next_row]) * right;             \
                    *y = top + (low - top) * down;                                                           \
                }                                                                                            \
            }                                                                                                \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    LG_VISION_IMPL(crop_and_resize, dtype, scalar, 4.0)
CROP_AND_RESIZE(f32, float)
CROP_AND_RESIZE(f64, double)

LG_VISION_PREPARE(crop_and_resize) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_crop_and_resize_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *boxes = op->ins[1], *indices = op->ins[2], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    crop_args_t *args = call->args;
    *args = (crop_args_t){
        .images = x->shape[0],
        .channels = x->shape[1],
        .height = x->shape[2],
        .width = x->shape[3],
        .rows = y->shape[2],
        .columns = y->shape[3],
        .x_image = x->strides[0],
        .x_channel = x->strides[1],
        .x_row = x->strides[2],
        .x_column = x->strides[3],
        .box_step = boxes->strides[0],
        .bound_step = boxes->strides[1],
        .index_step = indices->strides[0],
        .extrapolation = attrs->extrapolation_value,
        .nearest = attrs->mode == 1,
        .is_double = kernel->dtypes >> LG_DTYPE_F64 & 1,
    };
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->shape[0] * args->rows * args->columns : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 20.0 * (double)call->extent + impl->elem_ns * (double)y->elem_count;
    return LG_OK;
}
