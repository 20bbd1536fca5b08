// SPDX-License-Identifier: Apache-2.0
// What casts mean, value by value: saturation, truncation, and rounding once. (test_pointwise.c compares the
// instruction sets and layouts.)
#include <legato/op.h>

#include <math.h>
#include <stdlib.h>

#include "operands.h"

// Casts `n` elements with every kernel that runs here; they must agree. Results of the last one are in `to`.
static void cast(lg_dtype_t from_dtype, const void *from, lg_dtype_t to_dtype, void *to, int64_t n) {
    lg_view_t in, out;
    CHECK_OK(lg_view_init(&in, from_dtype, 1, &n, test_err));
    CHECK_OK(lg_view_init(&out, to_dtype, 1, &n, test_err));
    size_t bytes = (size_t)n * lg_dtype_size(to_dtype);
    unsigned char *first = malloc(bytes);
    CHECK(first != NULL);
    in.data = (void *)(uintptr_t)from;
    out.data = to;
    const lg_view_t *ins = &in;
    lg_cast_attrs_t attrs = {(int64_t)to_dtype};
    const lg_kernel_t *kernel;
    int32_t runs = 0;
    for (size_t index = 0; (kernel = lg_test_kernel(LG_OP_CAST, from_dtype, &index)) != NULL; runs++) {
        CHECK_EQ(lg_test_run(kernel, &ins, 1, &out, &attrs, 1), 0);
        if (runs == 0) {
            memcpy(first, to, bytes);
        }
        CHECK(memcmp(first, to, bytes) == 0);
    }
    CHECK(runs > 0);
    free(first);
}

// The value of a 16-bit float with `fraction_bits`: 10 for f16, 7 for bf16.
static double half_value(uint16_t bits, int32_t fraction_bits) {
    int32_t fraction = bits & ((1 << fraction_bits) - 1);
    int32_t exponent = (bits & 0x7fff) >> fraction_bits, top = (0x7fff >> fraction_bits);
    int32_t bias = top / 2;
    double magnitude = exponent == top ? (fraction ? NAN : INFINITY)
                       : exponent ? ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits)
                                  : ldexp(fraction, 1 - bias - fraction_bits);
    return bits & 0x8000 ? -magnitude : magnitude;
}

// That `bits` is the 16-bit float nearest to x, of two the even one.
static int32_t is_nearest(uint16_t bits, double x, int32_t fraction_bits) {
    double y = half_value(bits, fraction_bits);
    if (isnan(x) || isnan(y)) {
        return isnan(x) && isnan(y);
    }
    if (!(bits & 0x8000) != !signbit(x)) {
        return 0;
    }
    uint16_t magnitude = bits & 0x7fff, infinity = (uint16_t)(0x7fff >> fraction_bits << fraction_bits);
    double largest = half_value((uint16_t)(infinity - 1), fraction_bits);
    double above_largest = largest + (largest - half_value((uint16_t)(infinity - 2), fraction_bits));
    x = fabs(x);
    if (magnitude == infinity) {  // from half a step above the largest number on
        return x >= (largest + above_largest) / 2;
    }
    double up =
        magnitude + 1 == infinity ? above_largest : half_value((uint16_t)(magnitude + 1), fraction_bits);
    double middle_up = (fabs(y) + up) / 2;
    double middle_down =
        magnitude ? (fabs(y) + half_value((uint16_t)(magnitude - 1), fraction_bits)) / 2 : 0.0;
    int32_t even = !(magnitude & 1);
    return (x < middle_up || (even && x == middle_up)) && (x > middle_down || (even && x == middle_down));
}

TEST(cast_from_half) {
    uint16_t *half = malloc(65536 * sizeof *half);
    float *y = malloc(65536 * sizeof *y);
    CHECK(half != NULL && y != NULL);
    for (uint32_t i = 0; i < 65536; i++) {
        half[i] = (uint16_t)i;
    }
    for (int32_t fraction_bits = 7; fraction_bits <= 10; fraction_bits += 3) {
        lg_dtype_t dtype = fraction_bits == 10 ? LG_DTYPE_F16 : LG_DTYPE_BF16;
        cast(dtype, half, LG_DTYPE_F32, y, 65536);
        for (uint32_t i = 0; i < 65536; i++) {
            double wanted = half_value((uint16_t)i, fraction_bits);
            CHECK(isnan(wanted) ? isnan(y[i]) : (double)y[i] == wanted && !signbit(y[i]) == !signbit(wanted));
        }
    }
    free(half);
    free(y);
}

// Every number of the target, the middle to the next, and both a hair beside it: from f32 and f64 (where the
// hair is beyond f32, so that rounding twice would show).
TEST(cast_to_half_rounds_once) {
    enum { PER = 6 };
    double *x = malloc(65536 * PER * sizeof *x);
    float *x32 = malloc(65536 * PER * sizeof *x32);
    uint16_t *y = malloc(65536 * PER * sizeof *y);
    CHECK(x != NULL && x32 != NULL && y != NULL);
    for (int32_t fraction_bits = 7; fraction_bits <= 10; fraction_bits += 3) {
        lg_dtype_t dtype = fraction_bits == 10 ? LG_DTYPE_F16 : LG_DTYPE_BF16;
        for (uint32_t i = 0; i < 65536; i++) {
            double here = half_value((uint16_t)i, fraction_bits),
                   next = half_value((uint16_t)(i + 1), fraction_bits);
            double middle = isfinite(next) ? (here + next) / 2 : here;
            double *at = x + (size_t)i * PER;
            at[0] = here;
            at[1] = middle;
            at[2] = middle * (1 + 0x1p-50);
            at[3] = middle * (1 - 0x1p-50);
            at[4] = middle * (1 + 0x1p-22);
            at[5] = here * 1.0000001;
        }
        for (size_t i = 0; i < 65536 * PER; i++) {
            x32[i] = (float)x[i];
        }
        cast(LG_DTYPE_F64, x, dtype, y, 65536 * PER);
        for (size_t i = 0; i < 65536 * PER; i++) {
            if (!is_nearest(y[i], x[i], fraction_bits)) {
                lg_test_fail(__FILE__, __LINE__, "%a became 0x%04x (%d fraction bits)", x[i], y[i],
                             fraction_bits);
            }
        }
        cast(LG_DTYPE_F32, x32, dtype, y, 65536 * PER);
        for (size_t i = 0; i < 65536 * PER; i++) {
            if (!is_nearest(y[i], (double)x32[i], fraction_bits)) {
                lg_test_fail(__FILE__, __LINE__, "%a became 0x%04x (%d fraction bits)", (double)x32[i], y[i],
                             fraction_bits);
            }
        }
    }
    free(x);
    free(x32);
    free(y);
}

// Around every power of two, and middles of bf16 with a 1 far below.
TEST(cast_integers_to_bf16_round_once) {
    enum { COUNT = 64 * 8 };
    int64_t x[COUNT];
    uint64_t unsigned_x[COUNT];
    uint16_t y[COUNT];
    for (int32_t i = 0; i < COUNT; i++) {
        static const int64_t beside[8] = {0, 1, -1, 2, 3, -2, 5, 7};
        int32_t shift = i / 8;
        uint64_t top = (uint64_t)1 << shift;
        uint64_t middle = shift >= 8 ? top | top >> 8 : top;  // halfway between two bf16
        unsigned_x[i] = middle + (uint64_t)beside[i % 8];
        x[i] = i % 2 ? (int64_t)(unsigned_x[i] >> 1) : -(int64_t)(unsigned_x[i] >> 1);
    }
    cast(LG_DTYPE_U64, unsigned_x, LG_DTYPE_BF16, y, COUNT);
    for (int32_t i = 0; i < COUNT; i++) {
        // In double the low bits would be lost: compare with the value moved towards the side they are on.
        double high = (double)(unsigned_x[i] >> 12 << 12), low = (double)(unsigned_x[i] & 4095);
        CHECK(is_nearest(y[i], unsigned_x[i] >> 53 && low != 0 ? high + high * 0x1p-52 : high + low, 7));
    }
    cast(LG_DTYPE_I64, x, LG_DTYPE_BF16, y, COUNT);
    for (int32_t i = 0; i < COUNT; i++) {
        uint64_t magnitude = x[i] < 0 ? 0u - (uint64_t)x[i] : (uint64_t)x[i];
        double high = (double)(magnitude >> 12 << 12), low = (double)(magnitude & 4095);
        double value = magnitude >> 53 && low != 0 ? high + high * 0x1p-52 : high + low;
        CHECK(is_nearest(y[i], x[i] < 0 ? -value : value, 7));
    }
}

// ---- to integers ------------------------------------------------------------------------------------

// The wanted integer, by comparisons with bounds that a double holds.
static int64_t wanted_signed(double x, int32_t bits) {
    double bound = ldexp(1.0, bits - 1);
    int64_t max = (int64_t)(((uint64_t)1 << (bits - 1)) - 1);
    return isnan(x) ? 0 : x >= bound ? max : x <= -bound ? -max - 1 : (int64_t)x;
}

static uint64_t wanted_unsigned(double x, int32_t bits) {
    double bound = ldexp(1.0, bits);
    uint64_t max = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    return isnan(x) || x <= 0 ? 0 : x >= bound ? max : (uint64_t)x;
}

TEST(cast_float_to_integer_saturates) {
    enum { COUNT = 68 * 14 + 8 };
    double x[COUNT];
    float x32[COUNT];
    int32_t n = 0;
    static const double awkward[8] = {0.0, -0.0, NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e-300};
    for (int32_t i = 0; i < 8; i++) {
        x[n++] = awkward[i];
    }
    for (int32_t e = -2; e < 66; e++) {
        static const double beside[7] = {0, 0.5, -0.5, 1, -1, 0.999, -0.999};
        for (int32_t i = 0; i < 7; i++) {
            x[n++] = ldexp(1.0, e) + beside[i];
            x[n++] = -ldexp(1.0, e) + beside[i];
        }
    }
    CHECK_EQ(n, COUNT);
    double widened[COUNT];
    for (int32_t i = 0; i < COUNT; i++) {
        x32[i] = (float)x[i];
        widened[i] = (double)x32[i];
    }
    static const struct {
        lg_dtype_t dtype;
        int32_t bits, is_signed;
    } targets[] = {{LG_DTYPE_I8, 8, 1},   {LG_DTYPE_U8, 8, 0},   {LG_DTYPE_I16, 16, 1},
                   {LG_DTYPE_U16, 16, 0}, {LG_DTYPE_I32, 32, 1}, {LG_DTYPE_U32, 32, 0},
                   {LG_DTYPE_I64, 64, 1}, {LG_DTYPE_U64, 64, 0}};
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        for (int32_t single = 0; single < 2; single++) {
            uint64_t y[COUNT];
            cast(single ? LG_DTYPE_F32 : LG_DTYPE_F64, single ? (void *)x32 : (void *)x, targets[t].dtype, y,
                 COUNT);
            for (int32_t i = 0; i < COUNT; i++) {
                double value = single ? widened[i] : x[i];
                uint64_t wanted = targets[t].is_signed ? (uint64_t)wanted_signed(value, targets[t].bits)
                                                       : wanted_unsigned(value, targets[t].bits);
                size_t item = (size_t)targets[t].bits / 8;
                if (memcmp((unsigned char *)y + (size_t)i * item, &wanted, item) != 0) {  // little-endian
                    lg_test_fail(__FILE__, __LINE__, "%a to %s", value, lg_dtype_name(targets[t].dtype));
                }
            }
        }
    }
    uint8_t truth[COUNT];
    cast(LG_DTYPE_F64, x, LG_DTYPE_BOOL, truth, COUNT);
    for (int32_t i = 0; i < COUNT; i++) {
        CHECK_EQ(truth[i], x[i] != 0.0);
    }
}

TEST(cast_integers_wrap) {
    static const int64_t x[] = {0,    1,     -1,    127,       128,       255,      256,
                                -129, 65535, 65536, INT32_MAX, INT64_MIN, INT64_MAX};
    enum { COUNT = sizeof x / sizeof x[0] };
    uint64_t y[COUNT];
    static const lg_dtype_t targets[] = {LG_DTYPE_I8,  LG_DTYPE_U8,  LG_DTYPE_I16, LG_DTYPE_U16,
                                         LG_DTYPE_I32, LG_DTYPE_U32, LG_DTYPE_I64, LG_DTYPE_U64};
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        size_t item = lg_dtype_size(targets[t]);
        cast(LG_DTYPE_I64, x, targets[t], y, COUNT);
        for (int32_t i = 0; i < COUNT; i++) {
            CHECK(memcmp((unsigned char *)y + (size_t)i * item, &x[i], item) == 0);  // the low bytes
        }
    }
    // Sign and zero extension.
    static const int8_t small[] = {-1, -128, 127};
    int64_t wide[3];
    cast(LG_DTYPE_I8, small, LG_DTYPE_U64, wide, 3);
    CHECK(wide[0] == -1 && wide[1] == -128 && wide[2] == 127);
    cast(LG_DTYPE_U8, small, LG_DTYPE_I64, wide, 3);
    CHECK(wide[0] == 255 && wide[1] == 128 && wide[2] == 127);
    // To f32 and f64: rounded once, to nearest even.
    float f32[COUNT];
    double f64[COUNT];
    cast(LG_DTYPE_I64, x, LG_DTYPE_F32, f32, COUNT);
    cast(LG_DTYPE_I64, x, LG_DTYPE_F64, f64, COUNT);
    for (int32_t i = 0; i < COUNT; i++) {
        CHECK(f32[i] == (float)x[i] && f64[i] == (double)x[i]);
    }
}
