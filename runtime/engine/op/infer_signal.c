// SPDX-License-Identifier: Apache-2.0
// Rules of Fourier transforms and windows.
#include <math.h>

#include "op/infer.h"

#define SIGNAL_NEED(c, condition, CODE, format, ...) \
    LG_CHECK((c)->err, condition, CODE, (c)->name, "%s: " format, (c)->name, __VA_ARGS__)
#define SIGNAL_TEXT_BYTES 128
// Transforms up to this length: their tables take a multiple of it, which must fit in 64 bits.
#define SIGNAL_MOST ((int64_t)1 << 40)

static lg_status_t signal_finish(lg_infer_t *c, const lg_ints_t *shape) {
    static const lg_scalar_t zero = {.kind = LG_SCALAR_INT};
    return lg_shape_full(c, shape, &zero);
}

static lg_status_t signal_length(lg_infer_t *c, const char *what, int64_t length) {
    SIGNAL_NEED(c, length >= 1 && length <= SIGNAL_MOST, LG_STATUS_INVALID_ARGUMENT,
                "%s is %lld, expected 1 to %lld", what, (long long)length, (long long)SIGNAL_MOST);
    return LG_OK;
}

lg_status_t lg_dtype_float_attr(lg_infer_t *c, int64_t dtype) {
    c->dtype = dtype != LG_DTYPE_INVALID ? (lg_dtype_t)dtype : LG_DTYPE_F32;
    SIGNAL_NEED(c, c->dtype == LG_DTYPE_F32 || c->dtype == LG_DTYPE_F64, LG_STATUS_DTYPE,
                "dtype is %s, expected f32 or f64", lg_dtype_name(c->dtype));
    return LG_OK;
}

lg_status_t lg_shape_dft(lg_infer_t *c, int64_t dft_length, int64_t axis, int64_t inverse, int64_t onesided) {
    const lg_view_t *x = c->ins[0];
    char text[SIGNAL_TEXT_BYTES];
    lg_view_format(x, text, sizeof text);
    SIGNAL_NEED(c, x->rank >= 2 && (x->shape[x->rank - 1] == 1 || x->shape[x->rank - 1] == 2),
                LG_STATUS_SHAPE,
                "x is %s, expected rank 2 or more with 1 (real) or 2 (complex) along the last axis", text);
    const int64_t rank = x->rank, parts = x->shape[rank - 1];
    SIGNAL_NEED(c, axis >= -rank && axis < rank && axis != -1 && axis != rank - 1, LG_STATUS_INDEX,
                "axis is %lld, expected 0 to %lld or %lld to -2 for x %s", (long long)axis,
                (long long)rank - 2, -(long long)rank, text);
    axis += axis < 0 ? rank : 0;
    SIGNAL_NEED(c, !onesided || (inverse ? parts == 2 : parts == 1), LG_STATUS_SHAPE,
                "x is %s, but onesided %s", text,
                inverse ? "and inverse take a complex half spectrum, 2 along the last axis"
                        : "takes a real signal, 1 along the last axis");
    SIGNAL_NEED(c, dft_length >= 0, LG_STATUS_INVALID_ARGUMENT, "dft_length is %lld, expected 0 or more",
                (long long)dft_length);
    const int64_t extent = x->shape[axis];
    const int64_t length = dft_length > 0 ? dft_length : inverse && onesided ? 2 * (extent - 1) : extent;
    LG_TRY(signal_length(c, dft_length > 0 ? "dft_length" : "the length of the transform", length));
    lg_ints_t shape = {.count = rank};
    memcpy(shape.values, x->shape, (size_t)rank * sizeof x->shape[0]);
    shape.values[axis] = onesided && !inverse ? length / 2 + 1 : length;
    shape.values[rank - 1] = inverse && onesided ? 1 : 2;
    return signal_finish(c, &shape);
}

lg_status_t lg_shape_stft(lg_infer_t *c, int64_t frame_step, int64_t frame_length, int64_t onesided) {
    const lg_view_t *signal = c->ins[0];
    const lg_view_t *window = c->in_count > 1 ? c->ins[1] : NULL;
    char text[2][SIGNAL_TEXT_BYTES];
    lg_view_format(signal, text[0], SIGNAL_TEXT_BYTES);
    const bool complex = signal->rank == 3 && signal->shape[2] == 2;
    SIGNAL_NEED(c, signal->rank == 2 || complex || (signal->rank == 3 && signal->shape[2] == 1),
                LG_STATUS_SHAPE,
                "signal is %s, expected shape (N, T), (N, T, 1), or (N, T, 2) where it is complex", text[0]);
    SIGNAL_NEED(c, !complex || !onesided, LG_STATUS_INVALID_ARGUMENT,
                "signal is %s, complex, and its spectrum has no half to leave out; set onesided to False",
                text[0]);
    SIGNAL_NEED(c, window == NULL || window->rank == 1, LG_STATUS_SHAPE, "window is %s, expected rank 1",
                lg_view_format(window, text[1], SIGNAL_TEXT_BYTES));
    SIGNAL_NEED(c, frame_step >= 1, LG_STATUS_INVALID_ARGUMENT, "frame_step is %lld, expected 1 or more",
                (long long)frame_step);
    SIGNAL_NEED(c, frame_length >= 0, LG_STATUS_INVALID_ARGUMENT, "frame_length is %lld, expected 0 or more",
                (long long)frame_length);
    const int64_t length = frame_length > 0 ? frame_length
                           : window != NULL ? window->shape[0]
                                            : signal->shape[1];
    LG_TRY(signal_length(c, "the length of a frame", length));
    SIGNAL_NEED(c, window == NULL || window->shape[0] == length, LG_STATUS_SHAPE,
                "window is %s, expected frame_length %lld samples",
                lg_view_format(window, text[1], SIGNAL_TEXT_BYTES), (long long)length);
    SIGNAL_NEED(c, signal->shape[1] >= length, LG_STATUS_SHAPE,
                "signal is %s, shorter than a frame of %lld samples; pad it", text[0], (long long)length);
    const lg_ints_t shape = {
        .count = 4,
        .values = {signal->shape[0], 1 + (signal->shape[1] - length) / frame_step,
                   onesided ? length / 2 + 1 : length, 2},
    };
    return signal_finish(c, &shape);
}

lg_status_t lg_shape_vector(lg_infer_t *c, int64_t size) {
    SIGNAL_NEED(c, size >= 0, LG_STATUS_INVALID_ARGUMENT, "size is %lld, expected 0 or more",
                (long long)size);
    const lg_ints_t shape = {.count = 1, .values = {size}};
    return signal_finish(c, &shape);
}

lg_status_t lg_shape_mel(lg_infer_t *c, int64_t num_mel_bins, int64_t dft_length, int64_t sample_rate,
                         double lower_edge_hertz, double upper_edge_hertz) {
    SIGNAL_NEED(c, num_mel_bins >= 0 && num_mel_bins <= SIGNAL_MOST, LG_STATUS_INVALID_ARGUMENT,
                "num_mel_bins is %lld, expected 0 or more", (long long)num_mel_bins);
    LG_TRY(signal_length(c, "dft_length", dft_length));
    LG_TRY(signal_length(c, "sample_rate", sample_rate));
    SIGNAL_NEED(c,
                isfinite(lower_edge_hertz) && isfinite(upper_edge_hertz) && lower_edge_hertz >= 0 &&
                    lower_edge_hertz <= upper_edge_hertz,
                LG_STATUS_INVALID_ARGUMENT,
                "lower_edge_hertz is %g and upper_edge_hertz %g, expected 0 <= lower <= upper",
                lower_edge_hertz, upper_edge_hertz);
    const lg_ints_t shape = {.count = 2, .values = {dft_length / 2 + 1, num_mel_bins}};
    return signal_finish(c, &shape);
}
