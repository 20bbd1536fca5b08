// SPDX-License-Identifier: Apache-2.0
// hann_window, hamming_window, blackman_window: sums of cosines, in double; mel_weight_matrix: triangles.
// Made once and then constants of a program, so plain loops do.
// Source: ONNX HannWindow-17, HammingWindow-17, BlackmanWindow-17, MelWeightMatrix-17.
#include "window.h"

#include <math.h>

#include "fft.h"

static void window_store(void *y, int32_t wide, int64_t i, double value) {
    if (wide) {
        ((double *)y)[i] = value;
    } else {
        ((float *)y)[i] = (float)value;
    }
}

typedef struct window_args {
    lg_window_impl_t sum;
    int64_t period;
    int32_t wide;
} window_args_t;

static int32_t window_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const window_args_t *args = memory;
    const lg_window_impl_t *sum = &args->sum;
    for (int64_t i = begin; i < end; i++) {
        double once = -1, twice = 1, unused;  // one sample is the middle of a window
        if (args->period > 0) {
            lg_fft_root(i, args->period, &once, &unused);
            lg_fft_root(2 * i, args->period, &twice, &unused);
        }
        window_store(data[0], args->wide, i, sum->a0 - sum->a1 * once + sum->a2 * twice);
    }
    return 0;
}

lg_status_t lg_window_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_hann_window_attrs_t *attrs = op->attrs;  // those of the others are the same
    const lg_view_t *y = op->outs[0];
    if (LG_UNLIKELY(!(y->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    window_args_t *args = call->args;
    args->sum = *(const lg_window_impl_t *)kernel->impl;
    args->period = attrs->size == 1 ? 0 : attrs->size - (attrs->periodic ? 0 : 1);
    args->wide = y->dtype == LG_DTYPE_F64;
    call->fn = window_run;
    call->extent = y->elem_count;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 60.0 * (double)y->elem_count;
    return LG_OK;
}

_Static_assert(sizeof(lg_hann_window_attrs_t) == sizeof(lg_hamming_window_attrs_t) &&
                   sizeof(lg_hann_window_attrs_t) == sizeof(lg_blackman_window_attrs_t),
               "one prepare function reads the attributes of all windows");

#define WINDOW(op, a0, a1, a2)                                         \
    const lg_window_impl_t lg_##op##_f32__scalar = {(a0), (a1), (a2)}; \
    const lg_window_impl_t lg_##op##_f64__scalar = {(a0), (a1), (a2)};
WINDOW(hann_window, 0.5, 0.5, 0)
WINDOW(hamming_window, 25.0 / 46.0, 21.0 / 46.0, 0)
WINDOW(blackman_window, 0.42, 0.5, 0.08)

// ---- mel --------------------------------------------------------------------------------------------

typedef struct mel_args {
    int64_t rows, columns, dft_length, sample_rate;
    double lowest, step;  // on the mel scale
    int32_t wide;
} mel_args_t;

// The row of corner `i`; far beyond the last row where the range goes beyond it.
static int64_t mel_corner(const mel_args_t *args, int64_t i) {
    const double hertz = 700.0 * (pow(10.0, ((double)i * args->step + args->lowest) / 2595.0) - 1.0);
    const double row = floor((double)(args->dft_length + 1) * hertz / (double)args->sample_rate);
    return row < (double)((int64_t)1 << 50) ? (int64_t)row : (int64_t)1 << 50;
}

// Columns [begin, end).
static int32_t mel_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const mel_args_t *args = memory;
    for (int64_t i = begin; i < end; i++) {
        const int64_t low = mel_corner(args, i), middle = mel_corner(args, i + 1),
                      high = mel_corner(args, i + 2);
        for (int64_t row = 0; row < args->rows; row++) {
            double value = 0;
            if (row == middle) {
                value = 1;
            } else if (row >= low && row < middle) {
                value = (double)(row - low) / (double)(middle - low);
            } else if (row > middle && row < high) {
                value = (double)(high - row) / (double)(high - middle);
            }
            window_store(data[0], args->wide, row * args->columns + i, value);
        }
    }
    return 0;
}

lg_status_t lg_mel_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err) {
    (void)kernel;
    const lg_mel_weight_matrix_attrs_t *attrs = op->attrs;
    const lg_view_t *y = op->outs[0];
    if (LG_UNLIKELY(!(y->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    mel_args_t *args = call->args;
    args->rows = y->shape[0];
    args->columns = y->shape[1];
    args->dft_length = attrs->dft_length;
    args->sample_rate = attrs->sample_rate;
    args->lowest = 2595.0 * log10(1.0 + attrs->lower_edge_hertz / 700.0);
    const double highest = 2595.0 * log10(1.0 + attrs->upper_edge_hertz / 700.0);
    args->step = (highest - args->lowest) / (double)(attrs->num_mel_bins + 2);
    args->wide = y->dtype == LG_DTYPE_F64;
    call->fn = mel_run;
    call->extent = y->elem_count > 0 ? args->columns : 0;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 2.0 * (double)y->elem_count + 150.0 * (double)args->columns;
    return LG_OK;
}

const lg_mel_impl_t lg_mel_weight_matrix_f32__scalar = {0};
const lg_mel_impl_t lg_mel_weight_matrix_f64__scalar = {0};
