/* SPDX-License-Identifier: Apache-2.0
 *
 * Window attributes of conv and the pools in one normal form, for shape rules, kernels and plugins alike.
 *
 * As given, `stride` and `dilation` hold 1 value (for all axes) or one per spatial axis; `padding` holds
 * 1 value, one per axis (both sides), or two per axis in ONNX order: all begins, then all ends.
 */
#ifndef LEGATO_WINDOW_H_
#define LEGATO_WINDOW_H_

#include <legato/ops.gen.h>
#include <legato/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_MAX_SPATIAL 3

typedef struct lg_window {
    int64_t kernel[LG_MAX_SPATIAL];     // >= 1
    int64_t stride[LG_MAX_SPATIAL];     // >= 1
    int64_t pad_begin[LG_MAX_SPATIAL];  // >= 0
    int64_t pad_end[LG_MAX_SPATIAL];    // >= 0
    int64_t dilation[LG_MAX_SPATIAL];   // >= 1
} lg_window_t;

// Values above this are refused: it keeps every sum and product of the window arithmetic inside 64 bits.
#define LG_WINDOW_LIMIT ((int64_t)1 << 30)

// Spreads `given` over `rank` axes: 1 value for all or one each. Absent (NULL or count -1): `fallback`.
// Returns 0 when the count does not fit or a value lies outside [least, LG_WINDOW_LIMIT].
static inline int32_t lg_window_spread(const lg_ints_t *given, uint32_t rank, int64_t fallback, int64_t least,
                                       int64_t *out) {
    int64_t count = given != NULL ? given->count : -1;
    if (count != -1 && count != 1 && count != (int64_t)rank) {
        return 0;
    }
    for (uint32_t i = 0; i < rank; i++) {
        out[i] = count == -1 ? fallback : given->values[count == 1 ? 0 : i];
        if (out[i] < least || out[i] > LG_WINDOW_LIMIT) {
            return 0;
        }
    }
    return 1;
}

// Writes the normal form of the attributes for `spatial_rank` (1 to 3) axes; the rest of the arrays is 1
// (kernel, stride, dilation) or 0 (padding), so three nested loops serve all ranks. `kernel` NULL: the
// window's extents are set to 1 for the caller to fill (conv takes them from its weights) and an absent stride is 1;
// otherwise an absent stride is the kernel's extent. `padding` and `dilation` may be NULL for absent.
// Errors: INVALID_ARGUMENT (rank, counts, values out of range).
static inline lg_status_t lg_window_resolve(uint32_t spatial_rank, const lg_ints_t *kernel,
                                            const lg_ints_t *stride, const lg_ints_t *padding,
                                            const lg_ints_t *dilation, lg_window_t *out) {
    uint32_t rank = spatial_rank;
    for (uint32_t i = 0; i < LG_MAX_SPATIAL; i++) {
        out->kernel[i] = out->stride[i] = out->dilation[i] = 1;
        out->pad_begin[i] = out->pad_end[i] = 0;
    }
    if (rank < 1 || rank > LG_MAX_SPATIAL) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    if (kernel != NULL && (kernel->count == -1 || !lg_window_spread(kernel, rank, 1, 1, out->kernel))) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    if (kernel != NULL && (stride == NULL || stride->count == -1)) {
        for (uint32_t i = 0; i < rank; i++) {
            out->stride[i] = out->kernel[i];
        }
    } else if (!lg_window_spread(stride, rank, 1, 1, out->stride)) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    if (!lg_window_spread(dilation, rank, 1, 1, out->dilation)) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    if (padding != NULL && padding->count == 2 * (int64_t)rank) {
        for (uint32_t i = 0; i < rank; i++) {
            out->pad_begin[i] = padding->values[i];
            out->pad_end[i] = padding->values[rank + i];
            if (out->pad_begin[i] < 0 || out->pad_end[i] < 0 || out->pad_begin[i] > LG_WINDOW_LIMIT ||
                out->pad_end[i] > LG_WINDOW_LIMIT) {
                return LG_STATUS_INVALID_ARGUMENT;
            }
        }
        return LG_OK;
    }
    if (!lg_window_spread(padding, rank, 0, 0, out->pad_begin)) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    for (uint32_t i = 0; i < rank; i++) {
        out->pad_end[i] = out->pad_begin[i];
    }
    return LG_OK;
}

// How padding is found where it is not given; the values of the attribute `auto_pad`.
enum {
    LG_AUTO_PAD_NOTSET = 0,
    LG_AUTO_PAD_SAME_UPPER = 1,
    LG_AUTO_PAD_SAME_LOWER = 2,
    LG_AUTO_PAD_VALID = 3
};

// Elements that the window spans on `axis`, dilation included.
static inline int64_t lg_window_span(const lg_window_t *window, uint32_t axis) {
    return (window->kernel[axis] - 1) * window->dilation[axis] + 1;
}

// Returns how many windows fit on `axis` of an input with `extent` elements, -1 when not even one does.
// `ceil_mode` rounds up, but no window starts in the end padding.
static inline int64_t lg_window_count(const lg_window_t *window, uint32_t axis, int64_t extent,
                                      int64_t ceil_mode) {
    int64_t begin = window->pad_begin[axis];
    int64_t stride = window->stride[axis];
    // Padding is at most 2^61 in sum: only an extent near the end of int64_t could overflow.
    if (extent > INT64_MAX / 4) {
        return -1;
    }
    int64_t room = extent + begin + window->pad_end[axis] - lg_window_span(window, axis);
    if (room < 0) {
        return -1;
    }
    int64_t count = room / stride + 1;
    if (ceil_mode && room % stride != 0 && count * stride < extent + begin) {
        count++;
    }
    return count;
}

// Sets the padding of a window that is complete otherwise: with SAME_* as much as makes ceil(extent / stride)
// windows, an odd element at the end (UPPER) or at the begin (LOWER); none with VALID. NOTSET leaves all as it is.
static inline void lg_window_auto_pad(lg_window_t *window, uint32_t spatial_rank, const int64_t *extents,
                                      int64_t auto_pad) {
    for (uint32_t i = 0; auto_pad != LG_AUTO_PAD_NOTSET && i < spatial_rank; i++) {
        int64_t extent = extents[i];
        int64_t stride = window->stride[i];
        int64_t last = extent > 0 ? (extent - 1) / stride * stride : 0;  // where the last window starts
        int64_t total = last - extent + lg_window_span(window, i);
        if (auto_pad == LG_AUTO_PAD_VALID || total < 0 || extent <= 0) {
            total = 0;
        }
        int64_t less = total / 2;
        window->pad_begin[i] = auto_pad == LG_AUTO_PAD_SAME_LOWER ? total - less : less;
        window->pad_end[i] = total - window->pad_begin[i];
    }
}

// The transposed convolution: window `i` adds to the elements [i * stride - pad_begin, + span) of an output with
// `out_extents`. Without `output_shape` that is (extent - 1) * stride + span + output_padding - padding, or with
// SAME_* extent * stride. Extents that are not free are reached by padding: of an odd amount SAME_UPPER crops the
// smaller half at the begin, everything else the larger one. `output_padding`: 1 value or one each; `output_shape`
// one each; both may be NULL or absent. Writes the padding that results into `window`.
// Errors: INVALID_ARGUMENT (counts, values), SHAPE (an extent below 0 or beyond 64 bits).
static inline lg_status_t lg_window_transpose(lg_window_t *window, uint32_t spatial_rank,
                                              const int64_t *extents, const lg_ints_t *output_padding,
                                              const lg_ints_t *output_shape, int64_t auto_pad,
                                              int64_t *out_extents) {
    int64_t more[LG_MAX_SPATIAL];
    int64_t given = output_shape != NULL ? output_shape->count : -1;
    if (!lg_window_spread(output_padding, spatial_rank, 0, 0, more) ||
        (given != -1 && given != (int64_t)spatial_rank)) {
        return LG_STATUS_INVALID_ARGUMENT;
    }
    for (uint32_t i = 0; i < spatial_rank; i++) {
        int64_t stride = window->stride[i];
        int64_t span = lg_window_span(window, i);
        if (extents[i] > (INT64_MAX / 4) / stride) {
            return LG_STATUS_SHAPE;
        }
        int64_t full = (extents[i] - 1) * stride + span + more[i];
        int is_same = auto_pad == LG_AUTO_PAD_SAME_UPPER || auto_pad == LG_AUTO_PAD_SAME_LOWER;
        if (given != -1 || is_same) {
            out_extents[i] = given != -1 ? output_shape->values[i] : extents[i] * stride;
            if (out_extents[i] < 0 || out_extents[i] > INT64_MAX / 4) {
                return LG_STATUS_SHAPE;
            }
            int64_t total = full > out_extents[i] ? full - out_extents[i] : 0;
            window->pad_begin[i] = auto_pad == LG_AUTO_PAD_SAME_UPPER ? total / 2 : total - total / 2;
            window->pad_end[i] = total - window->pad_begin[i];
        } else {
            if (auto_pad == LG_AUTO_PAD_VALID) {
                window->pad_begin[i] = window->pad_end[i] = 0;
            }
            out_extents[i] = full - window->pad_begin[i] - window->pad_end[i];
            if (out_extents[i] < 0) {
                return LG_STATUS_SHAPE;
            }
        }
    }
    return LG_OK;
}

// The extent that `count` pooled windows came from: the least one that makes as many. Below 0 when there is none.
static inline int64_t lg_window_unpooled(const lg_window_t *window, uint32_t axis, int64_t count) {
    if (count > (INT64_MAX / 4) / window->stride[axis]) {
        return -1;
    }
    return (count - 1) * window->stride[axis] + lg_window_span(window, axis) - window->pad_begin[axis] -
           window->pad_end[axis];
}

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_WINDOW_H_
