/* SPDX-License-Identifier: Apache-2.0
 *
 * Fourier transforms of any length, several lines at once.
 *
 * A block of lines lies as [point][lane], real and imaginary parts apart, so every loop runs along the lanes
 * and needs no shuffles, whatever the radix. The arithmetic of a line does not depend on its lane.
 */
#ifndef LEGATO_KERNELS_SIGNAL_FFT_H_
#define LEGATO_KERNELS_SIGNAL_FFT_H_

#include "../cpu.h"

enum {
    LG_FFT_LANES = 8,
    LG_FFT_LANES_POINTS = 8192,  // longer lines fill the caches alone and go one by one
    LG_FFT_PASSES = 64,
    LG_FFT_MAX_RADIX = 31,  // lengths with larger prime factors go through a convolution
};

// What is transformed, and what of it is wanted.
typedef struct lg_fft_lines {
    int64_t points;              // of the transform
    int64_t in_count;            // samples that are there; the rest is 0
    int64_t in_stride, in_part;  // from sample to sample, and from real to imaginary part
    int32_t in_real;             // there is no imaginary part
    int64_t out_count;
    int64_t out_stride;     // from value to value; parts are neighbours
    int64_t window_stride;  // of the factors, where there are any
    int32_t inverse;
    int32_t mirrored;  // input is half a spectrum, output is real
    // ---- set by lg_fft_plan ----
    int32_t halved;  // real input or output of even length: a complex transform of half the points
    int32_t lanes;   // that share a block
    int64_t size;    // points of the complex transform
    int64_t padded;  // points of the convolution that computes it; 0: none is needed
    int32_t passes;
    int32_t radix[LG_FFT_PASSES];
    // Tables, in numbers from their start: roots of each pass, the chirp and its transform, roots for
    // `halved`.
    int64_t chirp, kernel, half;
    int64_t table_count;    // numbers that stay
    int64_t work_count;     // further numbers that lg_fft_table needs to work
    int64_t scratch_count;  // numbers of scratch
} lg_fft_lines_t;

typedef struct lg_fft_impl {
    // Fills tables of table_count (+ work_count) numbers.
    void (*table)(const lg_fft_lines_t *lines, void *table);
    // Transforms `count` <= lanes lines. `window` may be NULL.
    void (*run)(const lg_fft_lines_t *lines, const void *table, const void *const *x, const void *window,
                void *const *y, int64_t count, void *scratch);
    float point_ns;
} lg_fft_impl_t;

// Completes `lines` from its upper half.
void lg_fft_plan(lg_fft_lines_t *lines);

// exp(-2 pi i k / n), correctly rounded but for the last place.
void lg_fft_root(int64_t k, int64_t n, double *re, double *im);

extern const lg_fft_impl_t lg_fft_f32__scalar, lg_fft_f64__scalar;
#if LG_CPU_X86
extern const lg_fft_impl_t lg_fft_f32__avx2;
#endif

#endif  // LEGATO_KERNELS_SIGNAL_FFT_H_
