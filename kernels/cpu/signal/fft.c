// SPDX-License-Identifier: Apache-2.0
// Planning of Fourier transforms, and their instances per number and instruction set.
#include "fft.h"

#include <math.h>
#include <string.h>

void lg_fft_root(int64_t k, int64_t n, double *re, double *im) {
    // Down to the first eighth of the circle, where sine and cosine lose nothing.
    k %= n;
    const int32_t below = 2 * k > n;
    k = below ? n - k : k;
    const int32_t left = 4 * k > n;
    const int64_t q = left ? n - 2 * k : 2 * k;  // of n: in units of half turns, 0 .. n / 2
    const double turn = 3.14159265358979323846;
    double c, s;
    if (4 * q > n) {  // sine and cosine change places
        const double x = turn * (double)(n - 2 * q) / (double)(2 * n);
        c = sin(x), s = cos(x);
    } else {
        const double x = turn * (double)q / (double)n;
        c = cos(x), s = sin(x);
    }
    *re = left ? -c : c;
    *im = below ? s : -s;
}

static int32_t factor(int64_t n, int32_t *radix) {
    static const int32_t radices[] = {4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31};
    int32_t count = 0;
    for (uint32_t i = 0; i < sizeof radices / sizeof radices[0]; i++) {
        for (; n % radices[i] == 0; n /= radices[i]) {
            radix[count++] = radices[i];
        }
    }
    return n == 1 ? count : -1;
}

// Numbers in the roots of the passes: (radix - 1) twiddles for each group, and the roots of odd radices.
static int64_t root_count(int64_t n, int32_t passes, const int32_t *radix) {
    int64_t count = 0;
    for (int32_t i = 0; i < passes; i++) {
        n /= radix[i];
        count += 2 * n * (radix[i] - 1) + (radix[i] > 5 ? 2 * radix[i] : 0);
    }
    return count;
}

void lg_fft_plan(lg_fft_lines_t *lines) {
    const int32_t real = lines->mirrored || (lines->in_real && !lines->inverse);
    lines->halved = real && lines->points % 2 == 0;
    lines->size = lines->halved ? lines->points / 2 : lines->points;
    lines->padded = 0;
    int64_t longest = lines->size;
    lines->passes = factor(lines->size, lines->radix);
    if (lines->passes < 0) {
        for (lines->padded = 1; lines->padded < 2 * lines->size - 1;) {
            lines->padded *= 2;
        }
        lines->passes = factor(lines->padded, lines->radix);
        longest = lines->padded;
    }
    int64_t count = root_count(longest, lines->passes, lines->radix);
    lines->chirp = count;
    count += lines->padded > 0 ? 2 * lines->size : 0;
    lines->kernel = count;
    count += 2 * lines->padded;
    lines->half = count;
    count += lines->halved ? 2 * (lines->size + 1) : 0;
    lines->table_count = count;
    lines->work_count = 2 * lines->padded;
    lines->lanes = longest <= LG_FFT_LANES_POINTS ? LG_FFT_LANES : 1;
    lines->scratch_count = 4 * (longest + 1) * lines->lanes;  // one more for the middle of a real spectrum
}

// ---- instances --------------------------------------------------------------------------------------

#define FFT_PASTE_(a, b, c) a##_##b##__##c
#define FFT_PASTE(a, b, c) FFT_PASTE_(a, b, c)

#define T float
#define S f32
#define ISA scalar
#define TARGET LG_TARGET_REFERENCE
#define POINT_NS 4.0f
#include "fft_body.inc"
#define T double
#define S f64
#define ISA scalar
#define TARGET LG_TARGET_SCALAR
#define POINT_NS 7.0f
#include "fft_body.inc"
#if LG_CPU_X86
#define T float
#define S f32
#define ISA avx2
#define TARGET LG_TARGET_AVX2
#define POINT_NS 2.0f
#include "fft_body.inc"
#endif
