/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes of resize in one normal form, for the shape rule, kernels and plugins alike.
 */
#ifndef LEGATO_RESIZE_H_
#define LEGATO_RESIZE_H_

#include <legato/ops.gen.h>
#include <legato/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

// One axis. What is not resized has scale 1 and its own extent; `begin` and `end` are 0 and 1 where no region is given.
typedef struct lg_resize_axis {
    int64_t extent;     // of the result
    double scale;       // result per element of the input
    double begin, end;  // region of the input, as parts of its extent less one (tf_crop_and_resize)
    int32_t resized;    // 0: as it is
} lg_resize_axis_t;

typedef enum lg_resize_fault {
    LG_RESIZE_OK = 0,
    LG_RESIZE_BOTH = 1,    // not one of size and scale_factor
    LG_RESIZE_AXES = 2,    // an axis out of range or named twice
    LG_RESIZE_COUNT = 3,   // as many sizes, scales or region bounds as axes are needed
    LG_RESIZE_SIZE = 4,    // a negative size or extent, or a size for an empty axis
    LG_RESIZE_SCALE = 5,   // a scale that is not a positive number, or too large
    LG_RESIZE_REGION = 6,  // a region that is missing, or not of finite numbers
} lg_resize_fault_t;

// Writes one entry of `axes` per axis of x. Without the attribute `axes`, as many values as axes stand for all of
// them, one value for all behind the first two (for all of x below rank 3), and any other number for the last ones.
// Extents are floor(extent * (end - begin) * scale), the product rounded to f32, in which ONNX states scales.
static inline lg_resize_fault_t lg_resize_resolve(const lg_view_t *x, const lg_resize_attrs_t *attrs,
                                                  lg_resize_axis_t *axes) {
    const int crop = attrs->coordinate_transformation_mode == 6;
    const int64_t rank = x->rank,
                  count = attrs->size.count != -1 ? attrs->size.count : attrs->scale_factor.count;
    int64_t named[LG_MAX_RANK], named_count = 0;
    if ((attrs->size.count == -1) == (attrs->scale_factor.count == -1)) {
        return LG_RESIZE_BOTH;
    }
    for (int64_t i = 0; i < rank; i++) {
        axes[i].extent = x->shape[i];
        axes[i].scale = axes[i].end = 1.0;
        axes[i].begin = 0.0;
        axes[i].resized = 0;
    }
    if (attrs->axes.count != -1) {
        for (int64_t i = 0; i < attrs->axes.count; i++) {
            int64_t axis = attrs->axes.values[i] + (attrs->axes.values[i] < 0 ? rank : 0);
            if (axis < 0 || axis >= rank || axes[axis].resized) {
                return LG_RESIZE_AXES;
            }
            axes[axis].resized = 1;
            named[named_count++] = axis;
        }
    } else {
        int64_t first = count > rank ? 0 : count != 1 ? rank - count : rank > 2 ? 2 : 0;
        for (int64_t i = first; i < rank; i++) {
            named[named_count++] = i;
        }
    }
    if (count != 1 && count != named_count) {
        return LG_RESIZE_COUNT;
    }
    if (crop && attrs->roi.count != 2 * named_count) {
        return LG_RESIZE_REGION;
    }
    double common = 0.0;
    for (int64_t i = 0; i < named_count; i++) {
        lg_resize_axis_t *axis = &axes[named[i]];
        const int64_t extent = x->shape[named[i]], at = count == 1 ? 0 : i;
        axis->resized = 1;
        if (crop) {
            axis->begin = attrs->roi.values[i];
            axis->end = attrs->roi.values[named_count + i];
            if (!(axis->begin >= -1e9 && axis->begin <= 1e9 && axis->end >= -1e9 && axis->end <= 1e9)) {
                return LG_RESIZE_REGION;
            }
        }
        if (attrs->size.count != -1) {
            axis->extent = attrs->size.values[at];
            if (axis->extent < 0 || axis->extent > ((int64_t)1 << 40) || (extent == 0 && axis->extent > 0)) {
                return LG_RESIZE_SIZE;
            }
            axis->scale = extent > 0 ? (double)axis->extent / (double)extent : 1.0;
            // not_larger: the smallest scale for all, not_smaller: the largest.
            if (i == 0 ||
                (attrs->keep_aspect_ratio_policy == 1 ? axis->scale < common : axis->scale > common)) {
                common = axis->scale;
            }
        } else {
            axis->scale = attrs->scale_factor.values[at];
            const double length =
                (double)(float)((double)extent * (crop ? axis->end - axis->begin : 1.0) * axis->scale);
            if (!(axis->scale > 0 && axis->scale <= 1e9 && length <= 1e12)) {
                return LG_RESIZE_SCALE;
            }
            if (length < 0) {
                return LG_RESIZE_SIZE;
            }
            axis->extent = (int64_t)length;
        }
    }
    for (int64_t i = 0; attrs->size.count != -1 && attrs->keep_aspect_ratio_policy != 0 && i < named_count;
         i++) {
        axes[named[i]].scale = common;
        axes[named[i]].extent = (int64_t)((double)x->shape[named[i]] * common + 0.5);
    }
    for (int64_t i = 0; i < named_count; i++) {
        lg_resize_axis_t *axis = &axes[named[i]];
        const int whole = axis->begin == 0.0 && axis->end == 1.0;
        if (axis->scale == 1.0 && axis->extent == x->shape[named[i]] && whole) {
            axis->resized = 0;
        }
    }
    return LG_RESIZE_OK;
}

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_RESIZE_H_
