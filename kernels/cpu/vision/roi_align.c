// SPDX-License-Identifier: Apache-2.0
// roi_align: each region is cut into output_height x output_width bins, each bin sampled bilinearly at a grid of
// points; y is their mean (avg), or the largest product of an element with its weight (max, which is how ONNX defines
// it). Points more than one element outside x count as 0. A unit is one bin of all channels; its points are taken in
// blocks, worked out once for all channels. Points that lie outside are not visited, so a region of absurd size costs
// no more than the image.
// Source: ONNX RoiAlign-22; He et al., Mask R-CNN, 2017.
#include <math.h>

#include "vision.h"

enum { BLOCK = 32 };

typedef struct roi_args {
    int64_t channels, height, width, images;
    int64_t x_image, x_channel, x_row, x_column;
    int64_t roi_step, bound_step, index_step;  // strides of rois and batch_indices
    int64_t bins_h, bins_w, sampling;
    double scale;
    int32_t is_max, half_pixel, is_double;
} roi_args_t;

// One axis of a bin: its points begin + (i + 1/2) * step for i below `count`, of which [low, high) touch x.
typedef struct roi_line {
    double begin, step, count;
    int64_t low, high;
} roi_line_t;

static roi_line_t roi_line(const roi_args_t *args, double from, double to, int64_t bins, int64_t bin,
                           int64_t extent) {
    const double offset = args->half_pixel ? 0.5 : 0.0;
    const double start = from * args->scale - offset;
    double size = to * args->scale - offset - start;
    size = args->half_pixel || size > 1.0 ? size : 1.0;
    const double part = size / (double)bins;
    double count = args->sampling > 0 ? (double)args->sampling : ceil(part);
    count = count > 0 ? count : 0;  // NaN too: no points
    roi_line_t line = {start + (double)bin * part, part / count, count, 0, 0};
    // One more on each side: rounding decides at the edge, and each point is tested.
    double low = (-1.0 - line.begin) / line.step - 1.5,
           high = ((double)extent - line.begin) / line.step + 1.5;
    if (line.step < 0) {
        const double other = low;
        low = high - 3.0;
        high = other + 3.0;
    }
    low = low > 0 ? low : 0;
    high = high < count ? high : count;
    if (line.step == 0 && count > 0) {  // all points are one
        low = 0;
        high = count;
    }
    if (high > low && low < 1e15) {
        line.low = (int64_t)low;
        line.high = high < 1e15 ? (int64_t)ceil(high) : (int64_t)1e15;
        line.high = (double)line.high > count ? (int64_t)count : line.high;
    }
    return line;
}

// The two elements around point i and their weights; 0 when it lies outside.
static int32_t roi_point(const roi_line_t *line, int64_t i, int64_t extent, int64_t *low, int64_t *high,
                         double *part) {
    double v = line->begin + ((double)i + 0.5) * line->step;
    if (!(v >= -1.0 && v <= (double)extent)) {
        return 0;
    }
    v = v > 0 ? v : 0;
    *low = (int64_t)v;
    if (*low >= extent - 1) {
        *low = *high = extent - 1;
        *part = 0;
    } else {
        *high = *low + 1;
        *part = v - (double)*low;
    }
    return 1;
}

static double roi_bound(const roi_args_t *args, const void *rois, int64_t roi, int64_t bound) {
    const int64_t at = roi * args->roi_step + bound * args->bound_step;
    return args->is_double ? ((const double *)rois)[at] : (double)((const float *)rois)[at];
}

typedef struct roi_block {
    int64_t at[4][BLOCK];
    double weight[4][BLOCK];
    int64_t count;
} roi_block_t;

#define ROI_ADD(type)                                                                                    \
    static void roi_add_##type(const roi_args_t *args, const roi_block_t *block, const type *x, type *y, \
                               int64_t step) {                                                           \
        for (int64_t c = 0; c < args->channels; c++, x += args->x_channel, y += step) {                  \
            type value = *y;                                                                             \
            for (int64_t i = 0; i < block->count; i++) {                                                 \
                const type a = (type)block->weight[0][i] * x[block->at[0][i]];                           \
                const type b = (type)block->weight[1][i] * x[block->at[1][i]];                           \
                const type e = (type)block->weight[2][i] * x[block->at[2][i]];                           \
                const type f = (type)block->weight[3][i] * x[block->at[3][i]];                           \
                if (args->is_max) {                                                                      \
                    const type ab = a > b ? a : b, ef = e > f ? e : f, most = ab > ef ? ab : ef;         \
                    value = most > value ? most : value;                                                 \
                } else {                                                                                 \
                    value += a + b + e + f;                                                              \
                }                                                                                        \
            }                                                                                            \
            *y = value;                                                                                  \
        }                                                                                                \
    }
ROI_ADD(float)
ROI_ADD(double)

#define ROI_ALIGN(dtype, type)                                                                       \
    static int32_t roi_align_##dtype##__scalar(const void *memory, void *const *data, int64_t begin, \
                                               int64_t end) {                                        \
        const roi_args_t *args = memory;                                                             \
        const int64_t bins = args->bins_h * args->bins_w;                                            \
        roi_block_t block;                                                                           \
        for (int64_t unit = begin; unit < end; unit++) {                                             \
            const int64_t roi = unit / bins, h = unit / args->bins_w % args->bins_h,                 \
                          w = unit % args->bins_w;                                                   \
            const int64_t image = ((const int64_t *)data[2])[roi * args->index_step];                \
            if (image < 0 || image >= args->images) {                                                \
                return LG_STATUS_INDEX;                                                              \
            }                                                                                        \
            const type *x = (const type *)data[0] + image * args->x_image;                           \
            type *y = (type *)data[3] + roi * args->channels * bins + h * args->bins_w + w;          \
            const roi_line_t rows =                                                                  \
                roi_line(args, roi_bound(args, data[1], roi, 1), roi_bound(args, data[1], roi, 3),   \
                         args->bins_h, h, args->height);                                             \
            const roi_line_t columns =                                                               \
                roi_line(args, roi_bound(args, data[1], roi, 0), roi_bound(args, data[1], roi, 2),   \
                         args->bins_w, w, args->width);                                              \
            const double all = rows.count * columns.count;                                           \
            double seen = 0;                                                                         \
            for (int64_t c = 0; c < args->channels; c++) {                                           \
                y[c * bins] = args->is_max && all > 0 ? (type) - INFINITY : 0;                       \
            }                                                                                        \
            block.count = 0;                                                                         \
            for (int64_t i = rows.low; i < rows.high; i++) {                                         \
                int64_t top, bottom, left, right;                                                    \
                double v, u;                                                                         \
                if (!roi_point(&rows, i, args->height, &top, &bottom, &v)) {                         \
                    continue;                                                                        \
                }                                                                                    \
                for (int64_t j = columns.low; j < columns.high; j++) {                               \
                    if (!roi_point(&columns, j, args->width, &left, &right, &u)) {                   \
                        continue;                                                                    \
                    }                                                                                \
                    const int64_t k = block.count++;                                                 \
                    block.at[0][k] = top * args->x_row + left * args->x_column;                      \
                    block.at[1][k] = top * args->x_row + right * args->x_column;                     \
                    block.at[2][k] = bottom * args->x_row + left * args->x_column;                   \
                    block.at[3][k] = bottom * args->x_row + right * args->x_column;                  \
                    block.weight[0][k] = (1 - v) * (1 - u);                                          \
                    block.weight[1][k] = (1 - v) * u;                                                \
                    block.weight[2][k] = v * (1 - u);                                                \
                    block.weight[3][k] = v * u;                                                      \
                    seen++;                                                                          \
                    if (block.count == BLOCK) {                                                      \
                        roi_add_##type(args, &block, x, y, bins);                                    \
                        block.count = 0;                                                             \
                    }                                                                                \
                }                                                                                    \
            }                                                                                        \
            roi_add_##type(args, &block, x, y, bins);                                                \
            for (int64_t c = 0; c < args->channels; c++) {                                           \
                type *to = &y[c * bins];                                                             \
                if (!args->is_max) {                                                                 \
                    *to /= (type)(all > 1 ? all : 1);                                                \
                } else if (seen < all && *to < 0) {                                                  \
                    *to = 0; /* a point outside */                                                   \
                }                                                                                    \
            }                                                                                        \
        }                                                                                            \
        return 0;                                                                                    \
    }                                                                                                \
    LG_VISION_IMPL(roi_align, dtype, scalar, 4.0)
ROI_ALIGN(f32, float)
ROI_ALIGN(f64, double)

LG_VISION_PREPARE(roi_align) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_roi_align_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *rois = op->ins[1], *indices = op->ins[2], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    static const lg_roi_align_attrs_t standard = {
        .output_height = 1, .output_width = 1, .spatial_scale = 1.0};
    attrs = attrs != NULL ? attrs : &standard;
    roi_args_t *args = call->args;
    *args = (roi_args_t){
        .images = x->shape[0],
        .channels = x->shape[1],
        .height = x->shape[2],
        .width = x->shape[3],
        .x_image = x->strides[0],
        .x_channel = x->strides[1],
        .x_row = x->strides[2],
        .x_column = x->strides[3],
        .roi_step = rois->strides[0],
        .bound_step = rois->strides[1],
        .index_step = indices->strides[0],
        .bins_h = attrs->output_height,
        .bins_w = attrs->output_width,
        .sampling = attrs->sampling_ratio,
        .scale = attrs->spatial_scale,
        .is_max = attrs->mode == 1,
        .half_pixel = attrs->coordinate_transformation_mode == 0,
        .is_double = kernel->dtypes >> LG_DTYPE_F64 & 1,
    };
    const double points = args->sampling > 0 ? (double)(args->sampling * args->sampling) : 4.0;
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->shape[0] * args->bins_h * args->bins_w : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 50.0 * (double)call->extent + impl->elem_ns * (double)y->elem_count * points;
    return LG_OK;
}
