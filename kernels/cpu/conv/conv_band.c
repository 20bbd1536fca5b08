// SPDX-License-Identifier: Apache-2.0
// The layout of bands, the copy, and when bands are worth it.
#include "conv_band.h"

#include <string.h>

enum {
    BAND_BYTES = 160 * 1024,       // aimed at: together with weights and results it stays in L2
    BAND_MOST_BYTES = 512 * 1024,  // beyond, gemm blocks better
    BAND_COLS = 512,
    BAND_VECTOR = 16,      // lanes of the widest vector
    BAND_LEAST_COLS = 24,  // narrower rows leave lanes empty
};

static int64_t band_ceil(int64_t a, int64_t b) {
    return (a + b - 1) / b;
}

// Rows of x that `rows` rows of the output see.
static int64_t band_reach(const lg_conv_shape_t *s, int64_t rows) {
    return (rows - 1) * s->stride[1] + (s->kernel[1] - 1) * s->dilation[1] + 1;
}

// Nanoseconds that gemm takes to pack one element of a patch beside a multiply-add at 100 per ns: whole vectors, every
// other element, others (Golden Cove).
static double band_pack_ns(const lg_conv_shape_t *s) {
    const int64_t step = s->stride[2] * s->x_step[2];
    return step == 1 ? 0.19 : step == 2 ? 0.5 : 1.2;
}

// Multiply-adds of a group as if all tiles ran at the full rate, from what tiles of 8, 4 and 1 outputs reach, and single
// vectors; a row of the band that leaves L1 (48 KB) halves it.
static double band_work(const lg_conv_shape_t *s, const lg_conv_band_t *b) {
    const double outs =
        (double)(s->outs / 8 * 8) / 0.95 + (double)(s->outs % 8 / 4 * 4) / 0.8 + (double)(s->outs % 4) / 0.35;
    const int64_t cols = s->out[2] < b->cols ? s->out[2] : b->cols, wide = 3 * BAND_VECTOR;
    const int64_t rest = cols % wide;
    const double vectors =
        (double)(cols / wide * 3) +
        (cols < wide || rest <= BAND_VECTOR ? 1.5 * (double)band_ceil(rest, BAND_VECTOR) : 3.0);
    const int64_t line_bytes = s->channels * band_reach(s, 1) * b->row_elems * 4;
    const double far = s->outs > 8 && line_bytes > 56 * 1024   ? 2.0
                       : s->outs > 8 && line_bytes > 40 * 1024 ? 1.1
                                                               : 1.0;
    return outs * vectors * BAND_VECTOR * (double)(s->out[2]) / (double)cols * (double)s->out[1] * far *
           (double)(s->channels * s->taps);
}

int lg_conv_band_plan(const lg_conv_shape_t *s, int64_t w_step, double flops_per_ns, double gemm_ns,
                      lg_conv_band_t *b, double *out_ns, size_t *out_scratch_bytes) {
    if (s->kernel[0] != 1 || s->in[0] != 1 || s->out[0] != 1 || s->pad[0] != 0 || s->stride[2] > 64 ||
        s->out[2] < BAND_LEAST_COLS || s->channels * s->taps > (1 << 20)) {
        return 0;
    }
    const int64_t span = (s->kernel[2] - 1) * s->dilation[2];
    b->col_bands = band_ceil(s->out[2], BAND_COLS);
    b->cols = band_ceil(band_ceil(s->out[2], b->col_bands), BAND_VECTOR) * BAND_VECTOR;
    b->col_bands = band_ceil(s->out[2], b->cols);
    b->phases = s->stride[2] < span + 1 ? s->stride[2] : span + 1;
    b->phase_elems = b->cols + span / s->stride[2] + BAND_VECTOR;
    b->row_elems = b->phases * b->phase_elems;
    b->w_step = w_step;
    b->offset_elems = (s->channels * s->taps + 15) / 16 * 16;
    const int64_t line_bytes = s->channels * b->row_elems * 4;
    if (line_bytes > BAND_MOST_BYTES || band_reach(s, 1) > BAND_MOST_BYTES / line_bytes) {
        return 0;
    }
    int64_t rows = (BAND_BYTES / line_bytes - band_reach(s, 1)) / s->stride[1] + 1;
    rows = rows < 1 ? 1 : rows > s->out[1] ? s->out[1] : rows;
    b->row_bands = band_ceil(s->out[1], rows);
    b->rows = band_ceil(s->out[1], b->row_bands);
    b->row_bands = band_ceil(s->out[1], b->rows);
    b->channel_elems = band_reach(s, b->rows) * b->row_elems;
    *out_scratch_bytes = (size_t)(b->offset_elems + s->channels * b->channel_elems) * 4;
    const double copied = (double)(s->channels * b->channel_elems * b->row_bands * b->col_bands);
    *out_ns = 2.0 * band_work(s, b) / flops_per_ns + copied * (s->stride[2] * s->x_step[2] == 1 ? 0.1 : 0.7);
    return *out_ns < gemm_ns + (double)(s->channels * s->taps) * (double)s->positions * band_pack_ns(s);
}

void lg_conv_band_offsets(const lg_conv_shape_t *s, const lg_conv_band_t *b, int32_t *offsets) {
    for (int64_t c = 0; c < s->channels; ++c) {
        for (int64_t r1 = 0; r1 < s->kernel[1]; ++r1) {
            for (int64_t r2 = 0; r2 < s->kernel[2]; ++r2) {
                const int64_t i = r2 * s->dilation[2];
                *offsets++ = (int32_t)(c * b->channel_elems + r1 * s->dilation[1] * b->row_elems +
                                       i % s->stride[2] * b->phase_elems + i / s->stride[2]);
            }
        }
    }
}

// Elements first, first + stride, ... of a row of x that has `count` elements, `step` apart: `elems` of them, zeros
// where there is no x.
static void band_phase(const float *x, int64_t count, int64_t step, int64_t first, int64_t stride,
                       int64_t elems, float *to) {
    const int64_t low = first < 0 ? band_ceil(-first, stride) : 0;
    const int64_t fits = first < count ? band_ceil(count - first, stride) : 0;
    const int64_t high = fits < elems ? fits : elems;
    if (low >= high) {
        memset(to, 0, (size_t)elems * sizeof *to);
        return;
    }
    memset(to, 0, (size_t)low * sizeof *to);
    if (stride * step == 1) {
        memcpy(to + low, x + (first + low), (size_t)(high - low) * sizeof *to);
    } else {
        const float *from = x + (first + low * stride) * step;
        for (int64_t i = low; i < high; ++i) {
            to[i] = *from;
            from += stride * step;
        }
    }
    memset(to + high, 0, (size_t)(elems - high) * sizeof *to);
}

void lg_conv_band_copy(const lg_conv_shape_t *s, const lg_conv_band_t *b, const float *x, int64_t p,
                       int64_t rows, int64_t q, float *to) {
    const int64_t lines = band_reach(s, rows), top = p * s->stride[1] - s->pad[1];
    const int64_t left = q * s->stride[2] - s->pad[2];
    for (int64_t line = 0; line < lines; ++line) {  // channels inside: they may share the lines of the cache
        for (int64_t c = 0; c < s->channels; ++c) {
            float *row = to + c * b->channel_elems + line * b->row_elems;
            if (top + line < 0 || top + line >= s->in[1]) {
                memset(row, 0, (size_t)b->row_elems * sizeof *row);
                continue;
            }
            const float *from = x + c * s->x_channel + (top + line) * s->x_step[1];
            for (int64_t phase = 0; phase < b->phases; ++phase) {
                band_phase(from, s->in[2], s->x_step[2], left + phase, s->stride[2], b->phase_elems,
                           row + phase * b->phase_elems);
            }
        }
    }
}
