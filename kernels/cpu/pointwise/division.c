// SPDX-License-Identifier: Apache-2.0
// y = a / b by rounding mode: none (true quotient, floats only), trunc (towards 0), floor (towards -inf).
//
// Floats: none is one IEEE division; trunc rounds that quotient; floor is Python's and NumPy's floor_divide,
// the floor of the exact quotient: with q = (a - fmod(a, b)) / b, one less where remainder and b differ in
// sign.
// Integers: trunc and floor; a zero divisor ends the call with DIVISION_BY_ZERO (elements before it are
// written); the smallest value over -1 wraps to itself.
#include <math.h>

#include "loops.h"

static double floor_quotient(double a, double b) {
    if (b == 0.0) {
        return a / b;
    }
    double remainder = fmod(a, b);
    double quotient = (a - remainder) / b;
    if (remainder != 0.0 && (b < 0.0) != (remainder < 0.0)) {
        quotient -= 1.0;
    }
    if (quotient == 0.0) {
        return copysign(0.0, a / b);
    }
    double floored = floor(quotient);
    return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

LG_LOOP_2(LG_TARGET_SCALAR, div_f32__scalar, float, float, a / b)
LG_LOOP_2(LG_TARGET_SCALAR, div_trunc_f32, float, float, truncf(a / b))
LG_LOOP_2(LG_TARGET_SCALAR, div_floor_f32, float, float, (float)floor_quotient((double)a, (double)b))
LG_POINTWISE_CHOICES(div_f32__scalar, {div_f32__scalar, NULL, 0.5}, {div_trunc_f32, NULL, 2.0},
                     {div_floor_f32, NULL, 15.0})

// trunc and floor have no vector form; rows of higher instruction sets repeat the scalar functions.
#define LG_SIMD_BODY "../pointwise/division_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

LG_LOOP_2(LG_TARGET_SCALAR, div_f64__scalar, double, double, a / b)
LG_LOOP_2(LG_TARGET_SCALAR, div_trunc_f64, double, double, trunc(a / b))
LG_LOOP_2(LG_TARGET_SCALAR, div_floor_f64, double, double, floor_quotient(a, b))
LG_POINTWISE_CHOICES(div_f64__scalar, {div_f64__scalar, NULL, 1.0}, {div_trunc_f64, NULL, 2.0},
                     {div_floor_f64, NULL, 15.0})
#if LG_CPU_X86
LG_LOOP_2(LG_TARGET_AVX2, div_f64__avx2, double, double, a / b)
LG_POINTWISE_CHOICES(div_f64__avx2, {div_f64__avx2, NULL, 0.7}, {div_trunc_f64, NULL, 2.0},
                     {div_floor_f64, NULL, 15.0})
#endif

// ---- integers ---------------------------------------------------------------------------------------

#define INTEGER_FN(name, T, expression)            \
    static LG_DENSE_FN(name) {                     \
        (void)args;                                \
        const T *as = data[0], *bs = data[1];      \
        T *ys = data[2];                           \
        for (int64_t i = begin; i < end; i++) {    \
            T a = as[i], b = bs[i];                \
            if (LG_UNLIKELY(b == 0)) {             \
                return LG_STATUS_DIVISION_BY_ZERO; \
            }                                      \
            ys[i] = (T)(expression);               \
        }                                          \
        return 0;                                  \
    }
#define INTEGER_ROW(dtype)                                                                       \
    LG_POINTWISE_CHOICES(div_##dtype##__scalar, {NULL, NULL, 0}, {div_trunc_##dtype, NULL, 2.0}, \
                         {div_floor_##dtype, NULL, 2.5})
#define INTEGER_OPS(bits)                                                                                   \
    INTEGER_FN(div_trunc_u##bits, uint##bits##_t, a / b)                                                    \
    INTEGER_FN(div_trunc_i##bits, int##bits##_t, b == -1 ? (int##bits##_t)(0u - (uint##bits##_t)a) : a / b) \
    INTEGER_FN(                                                                                             \
        div_floor_i##bits, int##bits##_t,                                                                   \
        b == -1 ? (int##bits##_t)(0u - (uint##bits##_t)a) : a / b - (a % b != 0 && (a < 0) != (b < 0)))     \
    INTEGER_ROW(i##bits)                                                                                    \
    LG_POINTWISE_CHOICES(div_u##bits##__scalar, {NULL, NULL, 0}, {div_trunc_u##bits, NULL, 2.0},            \
                         {div_trunc_u##bits, NULL, 2.0})
INTEGER_OPS(8)
INTEGER_OPS(16)
INTEGER_OPS(32)
INTEGER_OPS(64)
