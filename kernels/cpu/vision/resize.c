// SPDX-License-Identifier: Apache-2.0
// resize: y[q...] = sum over taps of w(q, tap) * x[i(q, tap)...], a product over axes of 1 to 4 taps each, or of as
// many as a shrunken window covers (antialias). Coordinates and weights are computed in f64, sums in f32 (f64 for
// f64); u8 is rounded to the nearest, ties to even, and clamped.
//
// A unit is one row of the output. Its taps along the outer axes make a line, a weighted sum of rows of x; the line
// is then sampled with a table that all rows share. Short trailing axes that stay as they are (channels of NHWC)
// ride along as lanes of a pixel. Scratch:
//
//     | table: index[taps][width], weight[taps][width] | line[in width * lanes] | taps of each outer axis |
//
// Nearest needs no line: rows are copied by index, rows that repeat from the row before.
// Source: ONNX Resize-19; Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981.
#include <legato/resize.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "vision.h"

enum {
    HALF_PIXEL,
    HALF_PIXEL_SYMMETRIC,
    PYTORCH_HALF_PIXEL,
    ALIGN_CORNERS,
    ASYMMETRIC,
    TF_HALF_PIXEL_FOR_NN,
    TF_CROP
};
enum { NEAREST, LINEAR, CUBIC };
enum { PREFER_FLOOR, PREFER_CEIL, FLOOR, CEIL };
enum { MOST_LANES = 16 };  // of a pixel; wider trailing axes are rows of their own

typedef struct sampled_axis {
    int64_t in, out, stride;  // stride of x
    int64_t taps;             // 0: not resized
    int64_t at;               // outer axes: where in scratch its taps lie
    lg_resize_axis_t map;
} sampled_axis_t;

typedef struct resize_args {
    sampled_axis_t axes[LG_MAX_RANK];  // the last one is that of the line
    int32_t rank;
    int32_t mode, nearest_mode, transform, exclude_outside, antialias;
    double cubic_a, extrapolation;
    int64_t lanes;
    int64_t weight_at, line_at, taps_at;  // in scratch
} resize_args_t;

// ---- taps -------------------------------------------------------------------------------------------

static double resize_coordinate(const resize_args_t *args, const sampled_axis_t *axis, int64_t q) {
    const lg_resize_axis_t *map = &axis->map;
    const double in = (double)axis->in, length = in * map->scale;  // not rounded
    const double center = ((double)q + 0.5) / map->scale - 0.5;
    switch (args->transform) {
        case HALF_PIXEL_SYMMETRIC:
            return in / 2 * (1 - (double)axis->out / length) + ((double)q + 0.5) / map->scale - 0.5;
        case PYTORCH_HALF_PIXEL:
            return length == 1 ? -0.5 : center;
        case ALIGN_CORNERS:
            return length == 1 ? 0 : (double)q * (in - 1) / (length - 1);
        case ASYMMETRIC:
            return (double)q / map->scale;
        case TF_HALF_PIXEL_FOR_NN:
            return ((double)q + 0.5) / map->scale;
        case TF_CROP:
            return map->begin * (in - 1) +
                   (length == 1 ? (map->end - map->begin) * (in - 1) / 2
                                : (double)q * (map->end - map->begin) * (in - 1) / (length - 1));
        default:
            return center;
    }
}

static double cubic_weight(double x, double a) {
    x = fabs(x);
    return x <= 1  ? ((a + 2) * x - (a + 3)) * x * x + 1
           : x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
                   : 0;
}

// How far the window of a shrunken axis reaches: the scale that it is widened by.
static double resize_shrink(const resize_args_t *args, const sampled_axis_t *axis) {
    const double least = 0.25 / (double)(axis->in > 0 ? axis->in : 1);  // from here on it covers everything
    const double scale = args->antialias && axis->map.scale < 1 ? axis->map.scale : 1;
    return scale < least ? least : scale;
}

static int64_t resize_tap_count(const resize_args_t *args, const sampled_axis_t *axis) {
    if (args->mode == NEAREST) {
        return 1;
    }
    return -2 * (int64_t)floor((args->mode == CUBIC ? -2 : -1) / resize_shrink(args, axis));
}

// Writes indices into the axis and weights of position `q`; `step` apart. Returns 0 when it lies outside x and the
// result is the extrapolation value.
static int32_t resize_taps(const resize_args_t *args, const sampled_axis_t *axis, int64_t q, int64_t step,
                           int64_t *index, double *weight) {
    const double most = (double)axis->in - 1;
    double x = resize_coordinate(args, axis, q);
    if (args->transform == TF_CROP && !(x >= 0 && x <= most)) {
        return 0;
    }
    x = x < -1e15 ? -1e15 : x > 1e15 ? 1e15 : x;
    // The element at or left of x; where x is an element itself, the one before it: ratio lies in (0, 1].
    const int64_t left = (int64_t)ceil(x) - 1;
    const double ratio = x - (double)left;
    if (args->mode == NEAREST) {
        const int32_t up = ratio == 1                           ? 1
                           : args->nearest_mode == PREFER_FLOOR ? ratio > 0.5
                           : args->nearest_mode == PREFER_CEIL  ? ratio >= 0.5
                                                                : args->nearest_mode == CEIL;
        const int64_t i = left + up;
        index[0] = i < 0 ? 0 : i >= axis->in ? axis->in - 1 : i;
        weight[0] = 1;
        return 1;
    }
    const double shrink = resize_shrink(args, axis);
    const int64_t first = 1 - axis->taps / 2;
    double sum = 0;
    for (int64_t k = 0; k < axis->taps; k++) {
        const int64_t i = left + first + k;
        const double distance = ((double)(first + k) - ratio) * shrink;
        const double linear = 1 - fabs(distance);
        double w = args->mode == CUBIC ? cubic_weight(distance, args->cubic_a) : linear > 0 ? linear : 0;
        w = args->exclude_outside && (i < 0 || i >= axis->in) ? 0 : w;
        index[k * step] = i < 0 ? 0 : i >= axis->in ? axis->in - 1 : i;
        weight[k * step] = w;
        sum += w;
    }
    if ((args->antialias || args->exclude_outside) && sum != 0) {
        for (int64_t k = 0; k < axis->taps; k++) {
            weight[k * step] /= sum;
        }
    }
    return 1;
}

// ---- rows -------------------------------------------------------------------------------------------

// Taps of an outer axis in scratch, kept while the coordinate stays.
typedef struct row_taps {
    int64_t *index;
    double *weight;
    int64_t q;  // they are of this position; -1: of none
    int32_t inside;
} row_taps_t;

#define R(name) name##_f32
#define ELEM float
#define SUM float
#define TO_ELEM(v) (v)
#include "resize_body.inc"

#define R(name) name##_f64
#define ELEM double
#define SUM double
#define TO_ELEM(v) (v)
#include "resize_body.inc"

// Adding and taking away 1.5 * 2^23 rounds to an integer, ties to even.
LG_INLINE uint8_t to_u8(float v) {
    v = v < 0 ? 0 : v > 255 ? 255 : v;
    return (uint8_t)((v + 12582912.0f) - 12582912.0f);
}
#define R(name) name##_u8
#define ELEM uint8_t
#define SUM float
#define TO_ELEM(v) to_u8(v)
#include "resize_body.inc"

#define RESIZE(dtype, isa, TARGET, cost)                                                              \
    TARGET static int32_t resize_##dtype##__##isa(const void *args, void *const *data, int64_t begin, \
                                                  int64_t end) {                                      \
        rows_##dtype(args, data, begin, end);                                                         \
        return 0;                                                                                     \
    }                                                                                                 \
    LG_VISION_IMPL(resize, dtype, isa, cost)
RESIZE(f32, scalar, LG_TARGET_REFERENCE, 1.5)
RESIZE(f64, scalar, LG_TARGET_REFERENCE, 2.0)
RESIZE(u8, scalar, LG_TARGET_REFERENCE, 1.5)
#if LG_CPU_X86
RESIZE(f32, avx2, LG_TARGET_AVX2, 0.4)
RESIZE(u8, avx2, LG_TARGET_AVX2, 0.5)
#endif

LG_VISION_PREPARE(resize) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_resize_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    resize_args_t *args = call->args;
    lg_resize_axis_t maps[LG_MAX_RANK];
    if (attrs == NULL || lg_resize_resolve(x, attrs, maps) != LG_RESIZE_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name, "%s: attributes out of range",
                            op->name);
    }
    args->mode = (int32_t)attrs->mode;
    args->nearest_mode = (int32_t)attrs->nearest_mode;
    args->transform = (int32_t)attrs->coordinate_transformation_mode;
    args->exclude_outside = (int32_t)attrs->exclude_outside;
    args->antialias = (int32_t)attrs->antialias;
    args->cubic_a = attrs->cubic_coeff_a;
    args->extrapolation = attrs->extrapolation_value;
    // Trailing axes that stay become lanes of a pixel, if they are dense and few.
    int32_t rank = x->rank;
    int64_t lanes = 1;
    while (rank > 1 && !maps[rank - 1].resized && lanes * x->shape[rank - 1] <= MOST_LANES &&
           (x->shape[rank - 1] == 1 || x->strides[rank - 1] == lanes)) {
        lanes *= x->shape[--rank];
    }
    args->lanes = lanes;
    args->rank = rank > 0 ? rank : 1;
    double taps = 1.0;
    size_t at = 0;
    for (int32_t i = 0; i < args->rank; i++) {
        sampled_axis_t *axis = &args->axes[i];
        if (rank == 0) {
            *axis = (sampled_axis_t){.in = 1, .out = 1, .stride = 1};
            break;
        }
        *axis =
            (sampled_axis_t){.in = x->shape[i], .out = y->shape[i], .stride = x->strides[i], .map = maps[i]};
        axis->taps = maps[i].resized ? resize_tap_count(args, axis) : 0;
        taps *= axis->taps > 2 ? (double)axis->taps : 1.0;
    }
    const sampled_axis_t *inner = &args->axes[args->rank - 1];
    if (inner->in > INT32_MAX / MOST_LANES || (inner->taps > 0 && inner->out > INT32_MAX)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: rows of %lld elements are too long",
                            op->name, (long long)inner->in);
    }
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->elem_count / (inner->out * lanes) : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->work_ns = 100.0 + (double)y->elem_count * taps * impl->elem_ns;
    call->scratch_bytes = 0;
    if (call->extent > 0) {
        const size_t sum_bytes = kernel->dtypes >> LG_DTYPE_F64 & 1 ? 8 : 4;
        const size_t table = (size_t)inner->taps * (size_t)inner->out;
        at = (table * sizeof(int32_t) + 63) / 64 * 64;
        args->weight_at = (int64_t)at;
        at += (table * sum_bytes + 63) / 64 * 64;
        args->line_at = (int64_t)at;
        at += ((size_t)inner->in * (size_t)lanes * sum_bytes + 63) / 64 * 64;
        // The table is made with the taps of one position at a time, in the same place as those of outer axes.
        args->taps_at = (int64_t)at;
        at += (size_t)inner->taps * 16;
        for (int32_t i = 0; i + 1 < args->rank; i++) {
            args->axes[i].at = (int64_t)at;
            at += (size_t)args->axes[i].taps * 16;
        }
        call->scratch_bytes = at;
    }
    return LG_OK;
}
