// SPDX-License-Identifier: Apache-2.0
// Functions made of exact or correctly rounded steps, one element at a time:
//
//   sign x             -1, 0 or 1; NaN stays
//   floor ceil trunc   to a whole number; round: to the nearest, ties to even
//   rsqrt x            1 / sqrt(x);   reciprocal x: 1 / x
//   prelu x, slope     x < 0 ? slope x : x
//   hard_sigmoid x     min(max(alpha x + beta, 0), 1)
//   hard_swish x       x hard_sigmoid(x) with 1/6 and 1/2; 0 left of -3 (also at -inf), x right of 3
//   softsign x         x / (1 + |x|); NaN at infinity, as NumPy computes it
//   threshold_relu x   x <= alpha ? 0 : x    (NaN stays)
//
// Nothing is contracted, so every instruction set gives the same bits. Compilers vectorise these loops, but for
// prelu and hard_swish, which exact_body.inc has on vectors.
// Parameters are rounded to f32 once.
#include <math.h>

#include "loops.h"

#define ROW(op, dtype, isa, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {op##_##dtype##__##isa, NULL, cost};

#define UNARY(op, isa, TARGET, cost, single, wide)           \
    LG_LOOP_1(TARGET, op##_f32__##isa, float, float, single) \
    LG_LOOP_1(TARGET, op##_f64__##isa, double, double, wide) \
    ROW(op, f32, isa, cost)                                  \
    ROW(op, f64, isa, 2 * (cost))

#define BINARY(op, isa, TARGET, cost, single, wide)          \
    LG_LOOP_2(TARGET, op##_f32__##isa, float, float, single) \
    LG_LOOP_2(TARGET, op##_f64__##isa, double, double, wide) \
    ROW(op, f32, isa, cost)                                  \
    ROW(op, f64, isa, 2 * (cost))

#define PARAM_ROW(op, dtype, isa, cost, count, first, second)      \
    const lg_pointwise_param_impl_t lg_##op##_##dtype##__##isa = { \
        {op##_##dtype##__##isa, NULL, cost}, count, {first, second}};
#define PARAM(op, isa, TARGET, cost, count, first, second, single, wide) \
    LG_PARAM_1(TARGET, op##_f32__##isa, float, single)                   \
    LG_PARAM_1(TARGET, op##_f64__##isa, double, wide)                    \
    PARAM_ROW(op, f32, isa, cost, count, first, second)                  \
    PARAM_ROW(op, f64, isa, 2 * (cost), count, first, second)

// Choices are among constants: compilers move the computation of one side into a branch otherwise, which they
// then do not vectorise. floor and ceil start from rint, because floorf is left alone for its exceptions.

LG_INLINE float prelu_f32(float x, float slope) {
    return x * (x < 0 ? slope : 1.0f);
}

LG_INLINE float sign_f32(float x) {
    float left = x < 0 ? -1.0f : x;
    return x > 0 ? 1.0f : left;
}

LG_INLINE float floor_f32(float x) {
    float nearest = rintf(x);
    return copysignf(nearest + (nearest > x ? -1.0f : 0.0f), x);
}

LG_INLINE float ceil_f32(float x) {
    float nearest = rintf(x);
    return copysignf(nearest + (nearest < x ? 1.0f : 0.0f), x);
}

LG_INLINE float clamp_f32(float x) {
    x = x < 0 ? 0.0f : x;
    return x > 1 ? 1.0f : x;
}

LG_INLINE float hard_swish_f32(float x) {
    float bounded = x < -3 ? -3.0f : x;  // the factor is 0 there, and -inf no NaN
    return bounded * clamp_f32(bounded * 0.16666667f + 0.5f);
}

LG_INLINE double prelu_f64(double x, double slope) {
    return x * (x < 0 ? slope : 1.0);
}

LG_INLINE double sign_f64(double x) {
    double left = x < 0 ? -1.0 : x;
    return x > 0 ? 1.0 : left;
}

LG_INLINE double floor_f64(double x) {
    double nearest = rint(x);
    return copysign(nearest + (nearest > x ? -1.0 : 0.0), x);
}

LG_INLINE double ceil_f64(double x) {
    double nearest = rint(x);
    return copysign(nearest + (nearest < x ? 1.0 : 0.0), x);
}

LG_INLINE double clamp_f64(double x) {
    x = x < 0 ? 0.0 : x;
    return x > 1 ? 1.0 : x;
}

LG_INLINE double hard_swish_f64(double x) {
    double bounded = x < -3 ? -3.0 : x;  // the factor is 0 there, and -inf no NaN
    return bounded * clamp_f64(bounded * (1.0 / 6.0) + 0.5);
}

#define FLOAT_OPS(isa, TARGET)                                                                           \
    UNARY(sign, isa, TARGET, 0.1, sign_f32(x), sign_f64(x))                                              \
    UNARY(floor, isa, TARGET, 0.1, floor_f32(x), floor_f64(x))                                           \
    UNARY(ceil, isa, TARGET, 0.1, ceil_f32(x), ceil_f64(x))                                              \
    UNARY(round, isa, TARGET, 0.1, rintf(x), rint(x))                                                    \
    UNARY(trunc, isa, TARGET, 0.1, copysignf(floor_f32(fabsf(x)), x), copysign(floor_f64(fabs(x)), x))   \
    UNARY(rsqrt, isa, TARGET, 0.7, 1.0f / sqrtf(x), 1.0 / sqrt(x))                                       \
    UNARY(reciprocal, isa, TARGET, 0.3, 1.0f / x, 1.0 / x)                                               \
    UNARY(softsign, isa, TARGET, 0.4, x / (1.0f + fabsf(x)), x / (1.0 + fabs(x)))                        \
    PARAM(hard_sigmoid, isa, TARGET, 0.2, 2, 1.0 / 6.0, 0.5, clamp_f32(p * x + q), clamp_f64(p * x + q)) \
    PARAM(threshold_relu, isa, TARGET, 0.2, 1, 1.0, 0.0, x <= p ? 0.0f : x, x <= p ? 0.0 : x)

FLOAT_OPS(scalar, LG_TARGET_REFERENCE)
UNARY(hard_swish, scalar, LG_TARGET_REFERENCE, 1.5, hard_swish_f32(x), hard_swish_f64(x))
BINARY(prelu, scalar, LG_TARGET_REFERENCE, 3.0, prelu_f32(a, b), prelu_f64(a, b))
#if LG_CPU_X86
FLOAT_OPS(avx2, LG_TARGET_AVX2)
#endif

#define LG_SIMD_BODY "../pointwise/exact_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- integers ---------------------------------------------------------------------------------------

// Whole numbers already.
#define WHOLE_ROW(op, bits) \
    const lg_pointwise_impl_t lg_##op##_int##bits##__scalar = {lg_pointwise_same_##bits, NULL, 0.2};
#define WHOLE(bits)        \
    WHOLE_ROW(floor, bits) \
    WHOLE_ROW(ceil, bits)  \
    WHOLE_ROW(round, bits) \
    WHOLE_ROW(trunc, bits)
WHOLE(8)
WHOLE(16)
WHOLE(32)
WHOLE(64)

#define INTEGER_SIGN(bits, isa, TARGET, cost)                                                 \
    LG_LOOP_1(TARGET, sign_i##bits##__##isa, int##bits##_t, int##bits##_t, (x > 0) - (x < 0)) \
    LG_LOOP_1(TARGET, sign_u##bits##__##isa, uint##bits##_t, uint##bits##_t, x > 0)           \
    ROW(sign, i##bits, isa, cost)                                                             \
    ROW(sign, u##bits, isa, cost)
#define INTEGER_SIZES(isa, TARGET)      \
    INTEGER_SIGN(8, isa, TARGET, 0.05)  \
    INTEGER_SIGN(16, isa, TARGET, 0.08) \
    INTEGER_SIGN(32, isa, TARGET, 0.15) \
    INTEGER_SIGN(64, isa, TARGET, 0.3)

INTEGER_SIZES(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
INTEGER_SIZES(avx2, LG_TARGET_AVX2)
#endif
