// SPDX-License-Identifier: Apache-2.0
// Shape rules of the vision ops.
#include <legato/resize.h>
#include <legato/window.h>
#include <string.h>

#include "op/infer.h"
#include "tensor/view.h"

#define VISION_NEED(c, condition, CODE, ...) LG_CHECK((c)->err, condition, CODE, (c)->name, __VA_ARGS__)
#define VISION_TEXT_BYTES 128

// Completes the output with a list of extents.
static lg_status_t vision_finish(lg_infer_t *c, const lg_ints_t *shape) {
    static const lg_scalar_t zero = {.kind = LG_SCALAR_INT};
    return lg_shape_full(c, shape, &zero);
}

// An operand of a rank.
static lg_status_t vision_rank(lg_infer_t *c, uint32_t index, const char *name, uint32_t rank,
                               const char *axes) {
    char text[VISION_TEXT_BYTES];
    VISION_NEED(c, c->ins[index]->rank == rank, LG_STATUS_SHAPE, "%s: %s is %s, expected rank %u: %s",
                c->name, name, lg_view_format(c->ins[index], text, sizeof text), rank, axes);
    return LG_OK;
}

lg_status_t lg_shape_resize(lg_infer_t *c, const lg_ints_t *size, const lg_floats_t *scale_factor,
                            int64_t mode, int64_t transform, int64_t nearest_mode, double cubic_coeff_a,
                            int64_t exclude_outside, double extrapolation_value, int64_t antialias,
                            const lg_ints_t *axes, int64_t policy, const lg_floats_t *roi) {
    const lg_view_t *x = c->ins[0];
    lg_resize_attrs_t attrs = {
        .size = *size,
        .scale_factor = *scale_factor,
        .mode = mode,
        .coordinate_transformation_mode = transform,
        .nearest_mode = nearest_mode,
        .cubic_coeff_a = cubic_coeff_a,
        .exclude_outside = exclude_outside,
        .extrapolation_value = extrapolation_value,
        .antialias = antialias,
        .axes = *axes,
        .keep_aspect_ratio_policy = policy,
        .roi = *roi,
    };
    static const char *const faults[] = {
        [LG_RESIZE_OK] = "",
        [LG_RESIZE_BOTH] = "give either size or scale_factor",
        [LG_RESIZE_AXES] = "axes names an axis that does not exist, or one twice",
        [LG_RESIZE_COUNT] = "expected one value of size or scale_factor for each axis, or one for all",
        [LG_RESIZE_SIZE] = "an extent of the result is negative, or not 0 for an axis of x that is empty",
        [LG_RESIZE_SCALE] = "scale_factor must hold positive numbers up to 1e9, with extents up to 1e12",
        [LG_RESIZE_REGION] = "tf_crop_and_resize needs a roi: begins, then ends of all axes that are resized",
    };
    VISION_NEED(c, mode != 0 || !antialias, LG_STATUS_INVALID_ARGUMENT,
                "%s: antialias has no meaning in nearest mode; leave it out", c->name);
    lg_resize_axis_t resolved[LG_MAX_RANK];
    lg_resize_fault_t fault = lg_resize_resolve(x, &attrs, resolved);
    char text[VISION_TEXT_BYTES];
    VISION_NEED(c, fault == LG_RESIZE_OK,
                fault == LG_RESIZE_AXES                               ? LG_STATUS_INDEX
                : fault == LG_RESIZE_COUNT || fault == LG_RESIZE_SIZE ? LG_STATUS_SHAPE
                                                                      : LG_STATUS_INVALID_ARGUMENT,
                "%s: %s (x is %s)", c->name, faults[fault], lg_view_format(x, text, sizeof text));
    lg_ints_t shape = {.count = x->rank};
    for (uint32_t i = 0; i < x->rank; i++) {
        shape.values[i] = resolved[i].extent;
    }
    return vision_finish(c, &shape);
}

lg_status_t lg_shape_grid_sample(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *grid = c->ins[1];
    char text[2][VISION_TEXT_BYTES];
    VISION_NEED(c, x->rank >= 3 && x->rank <= 2 + LG_MAX_SPATIAL, LG_STATUS_SHAPE,
                "%s: x is %s, expected rank 3 to 5: [batch, channels, 1 to 3 spatial axes]", c->name,
                lg_view_format(x, text[0], VISION_TEXT_BYTES));
    VISION_NEED(
        c,
        grid->rank == x->rank && grid->shape[0] == x->shape[0] && grid->shape[grid->rank - 1] == x->rank - 2,
        LG_STATUS_SHAPE, "%s: grid is %s, expected [%lld, spatial axes of the result, %u] for x %s", c->name,
        lg_view_format(grid, text[0], VISION_TEXT_BYTES), (long long)x->shape[0], x->rank - 2u,
        lg_view_format(x, text[1], VISION_TEXT_BYTES));
    lg_ints_t shape = {.count = x->rank, .values = {x->shape[0], x->shape[1]}};
    for (uint32_t i = 2; i < x->rank; i++) {
        VISION_NEED(c, x->shape[i] > 0, LG_STATUS_SHAPE, "%s: x is %s, expected spatial axes with elements",
                    c->name, lg_view_format(x, text[0], VISION_TEXT_BYTES));
        shape.values[i] = grid->shape[i - 1];
    }
    return vision_finish(c, &shape);
}

lg_status_t lg_shape_affine_grid(lg_infer_t *c, const lg_ints_t *size) {
    const lg_view_t *theta = c->ins[0];
    char text[VISION_TEXT_BYTES];
    const int64_t rank = size->count - 2;
    VISION_NEED(c, rank == 2 || rank == 3, LG_STATUS_SHAPE,
                "%s: size has %lld values, expected 4 or 5: batch, channels, 2 or 3 spatial axes", c->name,
                (long long)size->count);
    VISION_NEED(c,
                theta->rank == 3 && theta->shape[0] == size->values[0] && theta->shape[1] == rank &&
                    theta->shape[2] == rank + 1,
                LG_STATUS_SHAPE, "%s: theta is %s, expected [%lld,%lld,%lld]", c->name,
                lg_view_format(theta, text, sizeof text), (long long)size->values[0], (long long)rank,
                (long long)rank + 1);
    lg_ints_t shape = {.count = rank + 2, .values = {size->values[0]}};
    memcpy(shape.values + 1, size->values + 2, (size_t)rank * sizeof size->values[0]);
    shape.values[rank + 1] = rank;
    return vision_finish(c, &shape);
}

// x [N, C, H, W], regions [count, 4], indices [count]: [count, C, rows, columns].
static lg_status_t vision_regions(lg_infer_t *c, const char *regions, const char *indices, int64_t rows,
                                  int64_t columns) {
    LG_TRY(vision_rank(c, 0, "x", 4, "[batch, channels, height, width]"));
    LG_TRY(vision_rank(c, 1, regions, 2, "[regions, 4]"));
    LG_TRY(vision_rank(c, 2, indices, 1, "[regions]"));
    const lg_view_t *x = c->ins[0];
    const lg_view_t *boxes = c->ins[1];
    char text[2][VISION_TEXT_BYTES];
    VISION_NEED(c, boxes->shape[1] == 4 && c->ins[2]->shape[0] == boxes->shape[0], LG_STATUS_SHAPE,
                "%s: %s is %s and %s is %s, expected [regions,4] and [regions]", c->name, regions,
                lg_view_format(boxes, text[0], VISION_TEXT_BYTES), indices,
                lg_view_format(c->ins[2], text[1], VISION_TEXT_BYTES));
    VISION_NEED(c, x->shape[2] > 0 && x->shape[3] > 0, LG_STATUS_SHAPE,
                "%s: x is %s, expected height and width of 1 or more", c->name,
                lg_view_format(x, text[0], VISION_TEXT_BYTES));
    lg_ints_t shape = {.count = 4, .values = {boxes->shape[0], x->shape[1], rows, columns}};
    return vision_finish(c, &shape);
}

lg_status_t lg_shape_roi_align(lg_infer_t *c, int64_t output_height, int64_t output_width,
                               int64_t sampling_ratio, double spatial_scale) {
    VISION_NEED(c, output_height >= 1 && output_width >= 1, LG_STATUS_INVALID_ARGUMENT,
                "%s: output_height and output_width are %lld and %lld, expected 1 or more", c->name,
                (long long)output_height, (long long)output_width);
    VISION_NEED(c, sampling_ratio >= 0 && sampling_ratio <= 1 << 15, LG_STATUS_INVALID_ARGUMENT,
                "%s: sampling_ratio is %lld, expected 0 to %d", c->name, (long long)sampling_ratio, 1 << 15);
    VISION_NEED(c, spatial_scale - spatial_scale == 0, LG_STATUS_INVALID_ARGUMENT,
                "%s: spatial_scale is %g, expected a finite number", c->name, spatial_scale);
    return vision_regions(c, "rois", "batch_indices", output_height, output_width);
}

lg_status_t lg_shape_crop_and_resize(lg_infer_t *c, const lg_ints_t *crop_size) {
    VISION_NEED(c, crop_size->count == 2 && crop_size->values[0] >= 1 && crop_size->values[1] >= 1,
                LG_STATUS_INVALID_ARGUMENT,
                "%s: crop_size must be two numbers, height and width, of 1 or more", c->name);
    return vision_regions(c, "boxes", "box_indices", crop_size->values[0], crop_size->values[1]);
}

lg_status_t lg_shape_image_normalize(lg_infer_t *c, const lg_floats_t *mean, const lg_floats_t *std,
                                     double scale, int64_t layout) {
    const lg_view_t *x = c->ins[0];
    char text[VISION_TEXT_BYTES];
    VISION_NEED(c, x->rank == 3 || x->rank == 4, LG_STATUS_SHAPE,
                "%s: x is %s, expected rank 4, or 3 for a single image", c->name,
                lg_view_format(x, text, sizeof text));
    const uint32_t first = x->rank - 3u;
    const int64_t *dims = x->shape + first;
    const int64_t channels = layout == 0 ? dims[2] : dims[0];
    VISION_NEED(c, channels <= LG_MAX_INTS, LG_STATUS_SHAPE,
                "%s: x is %s, which has %lld channels, expected up to %d%s", c->name,
                lg_view_format(x, text, sizeof text), (long long)channels, LG_MAX_INTS,
                layout == 0 ? "; is its layout nchw?" : "; is its layout nhwc?");
    VISION_NEED(c, mean->count == -1 || mean->count == 1 || mean->count == channels, LG_STATUS_SHAPE,
                "%s: mean has %lld values, expected 1 or %lld, one per channel", c->name,
                (long long)mean->count, (long long)channels);
    VISION_NEED(c, std->count == -1 || std->count == 1 || std->count == channels, LG_STATUS_SHAPE,
                "%s: std has %lld values, expected 1 or %lld, one per channel", c->name,
                (long long)std->count, (long long)channels);
    for (int64_t i = 0; i < std->count; i++) {
        VISION_NEED(c, std->values[i] != 0, LG_STATUS_INVALID_ARGUMENT, "%s: std of channel %lld is 0",
                    c->name, (long long)i);
    }
    (void)scale;
    lg_ints_t shape = {.count = x->rank, .values = {x->shape[0]}};
    shape.values[first] = channels;
    shape.values[first + 1] = layout == 0 ? dims[0] : dims[1];
    shape.values[first + 2] = layout == 0 ? dims[1] : dims[2];
    return vision_finish(c, &shape);
}

lg_status_t lg_shape_col2im(lg_infer_t *c, const lg_ints_t *output_size, const lg_ints_t *kernel_size,
                            const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation) {
    LG_TRY(vision_rank(c, 0, "x", 3, "[batch, channels times window elements, windows]"));
    const lg_view_t *x = c->ins[0];
    char text[VISION_TEXT_BYTES];
    const int64_t rank = output_size->count;
    VISION_NEED(c, rank >= 1 && rank <= LG_MAX_SPATIAL, LG_STATUS_SHAPE,
                "%s: output_size has %lld values, expected 1 to %d spatial axes", c->name, (long long)rank,
                LG_MAX_SPATIAL);
    lg_window_t window;
    VISION_NEED(
        c, lg_window_resolve((uint32_t)rank, kernel_size, stride, padding, dilation, &window) == LG_OK,
        LG_STATUS_INVALID_ARGUMENT,
        "%s: kernel_size, stride, padding or dilation is out of range or does not fit %lld spatial axes",
        c->name, (long long)rank);
    int64_t taps = 1, windows = 1;
    bool fits = true;
    lg_ints_t shape = {.count = rank + 2, .values = {x->shape[0]}};
    for (int64_t i = 0; i < rank; i++) {
        shape.values[2 + i] = output_size->values[i];
        int64_t count = output_size->values[i] < 0
                            ? -1
                            : lg_window_count(&window, (uint32_t)i, output_size->values[i], 0);
        VISION_NEED(c, count >= 0, LG_STATUS_SHAPE,
                    "%s: the window spans %lld on spatial axis %lld, but output_size is %lld there", c->name,
                    (long long)lg_window_span(&window, (uint32_t)i), (long long)i,
                    (long long)output_size->values[i]);
        fits = fits && lg_mul_i64(taps, window.kernel[i], &taps) && lg_mul_i64(windows, count, &windows);
    }
    VISION_NEED(
        c, fits && x->shape[1] % taps == 0 && x->shape[2] == windows, LG_STATUS_SHAPE,
        "%s: x is %s, expected a multiple of %lld window elements on axis 1 and %lld windows on axis 2",
        c->name, lg_view_format(x, text, sizeof text), (long long)taps, (long long)windows);
    shape.values[1] = x->shape[1] / taps;
    return vision_finish(c, &shape);
}

static lg_status_t vision_spatial(lg_infer_t *c) {
    char text[VISION_TEXT_BYTES];
    const lg_view_t *x = c->ins[0];
    VISION_NEED(c, x->rank >= 3 && x->rank <= 2 + LG_MAX_SPATIAL, LG_STATUS_SHAPE,
                "%s: x is %s, expected rank 3 to 5: [batch, channels, 1 to 3 spatial axes]", c->name,
                lg_view_format(x, text, sizeof text));
    return LG_OK;
}

lg_status_t lg_shape_adaptive_pool(lg_infer_t *c, const lg_ints_t *output_size) {
    LG_TRY(vision_spatial(c));
    const lg_view_t *x = c->ins[0];
    char text[VISION_TEXT_BYTES];
    const uint32_t rank = x->rank - 2u;
    int64_t extents[LG_MAX_SPATIAL];
    VISION_NEED(c, lg_window_spread(output_size, rank, 1, 1, extents), LG_STATUS_INVALID_ARGUMENT,
                "%s: output_size must be one number, or one for each of %u spatial axes, of 1 or more",
                c->name, rank);
    lg_ints_t shape = {.count = x->rank, .values = {x->shape[0], x->shape[1]}};
    for (uint32_t i = 0; i < rank; i++) {
        VISION_NEED(c, x->shape[2 + i] > 0 && x->shape[2 + i] <= LG_WINDOW_LIMIT, LG_STATUS_SHAPE,
                    "%s: x is %s, expected spatial axes with 1 to %lld elements", c->name,
                    lg_view_format(x, text, sizeof text), (long long)LG_WINDOW_LIMIT);
        shape.values[2 + i] = extents[i];
    }
    return vision_finish(c, &shape);
}

lg_status_t lg_shape_max_unpool(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                                const lg_ints_t *padding, const lg_ints_t *output_size) {
    LG_TRY(vision_spatial(c));
    const lg_view_t *x = c->ins[0];
    char text[2][VISION_TEXT_BYTES];
    const uint32_t rank = x->rank - 2u;
    bool alike = c->ins[1]->rank == x->rank;
    for (uint32_t i = 0; alike && i < x->rank; i++) {
        alike = c->ins[1]->shape[i] == x->shape[i];
    }
    VISION_NEED(c, alike, LG_STATUS_SHAPE, "%s: indices is %s, expected the shape of x %s", c->name,
                lg_view_format(c->ins[1], text[0], VISION_TEXT_BYTES),
                lg_view_format(x, text[1], VISION_TEXT_BYTES));
    lg_window_t window;
    VISION_NEED(c, lg_window_resolve(rank, kernel_size, stride, padding, NULL, &window) == LG_OK,
                LG_STATUS_INVALID_ARGUMENT,
                "%s: kernel_size, stride or padding is out of range or does not fit %u spatial axes", c->name,
                rank);
    const int64_t given = output_size->count;
    const uint32_t skip = given == x->rank ? 2 : 0;  // ONNX gives the whole shape
    VISION_NEED(c,
                given == -1 || given == rank ||
                    (given == x->rank && output_size->values[0] == x->shape[0] &&
                     output_size->values[1] == x->shape[1]),
                LG_STATUS_SHAPE,
                "%s: output_size must be %u spatial extents, or the whole shape with the %lld images and "
                "%lld channels of x",
                c->name, rank, (long long)x->shape[0], (long long)x->shape[1]);
    lg_ints_t shape = {.count = x->rank, .values = {x->shape[0], x->shape[1]}};
    for (uint32_t i = 0; i < rank; i++) {
        const int64_t natural = lg_window_unpooled(&window, i, x->shape[2 + i]);
        VISION_NEED(c, natural >= 1, LG_STATUS_SHAPE,
                    "%s: no image has %lld windows on spatial axis %u with this padding (x is %s)", c->name,
                    (long long)x->shape[2 + i], i, lg_view_format(x, text[0], VISION_TEXT_BYTES));
        shape.values[2 + i] = given == -1 ? natural : output_size->values[skip + i];
    }
    return vision_finish(c, &shape);
}

// [most, 3], most being every box that may be chosen; where there is a second output, a number.
lg_status_t lg_shape_non_max_suppression(lg_infer_t *c, int64_t max_output_boxes_per_class,
                                         double iou_threshold) {
    LG_TRY(vision_rank(c, 0, "boxes", 3, "[batch, boxes, 4]"));
    LG_TRY(vision_rank(c, 1, "scores", 3, "[batch, classes, boxes]"));
    const lg_view_t *boxes = c->ins[0];
    const lg_view_t *scores = c->ins[1];
    char text[2][VISION_TEXT_BYTES];
    VISION_NEED(
        c, boxes->shape[2] == 4 && boxes->shape[0] == scores->shape[0] && boxes->shape[1] == scores->shape[2],
        LG_STATUS_SHAPE,
        "%s: boxes is %s and scores is %s, expected [batch,boxes,4] and [batch,classes,boxes]", c->name,
        lg_view_format(boxes, text[0], VISION_TEXT_BYTES),
        lg_view_format(scores, text[1], VISION_TEXT_BYTES));
    VISION_NEED(c, max_output_boxes_per_class >= 0, LG_STATUS_INVALID_ARGUMENT,
                "%s: max_output_boxes_per_class is %lld, expected 0 or more", c->name,
                (long long)max_output_boxes_per_class);
    VISION_NEED(c, iou_threshold >= 0 && iou_threshold <= 1, LG_STATUS_INVALID_ARGUMENT,
                "%s: iou_threshold is %g, expected 0 to 1", c->name, iou_threshold);
    const int64_t limit =
        max_output_boxes_per_class < scores->shape[2] ? max_output_boxes_per_class : scores->shape[2];
    int64_t most = 0;
    VISION_NEED(c, lg_mul_i64(scores->shape[0], scores->shape[1], &most) && lg_mul_i64(most, limit, &most),
                LG_STATUS_OVERFLOW, "%s: the number of boxes to choose does not fit in 64 bits", c->name);
    const lg_ints_t shape = {.count = 2, .values = {most, 3}};
    LG_TRY(vision_finish(c, &shape));
    if (c->out_count > 1) {
        lg_infer_select(c, 1);
        return lg_infer_finish(c, 0);
    }
    return LG_OK;
}
