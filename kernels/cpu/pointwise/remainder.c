// SPDX-License-Identifier: Apache-2.0
// y = mod(a, b): the remainder with the sign of b, Python's and NumPy's; fmod(a, b): with the sign of a, C's.
//
// Floats: fmod is exact; mod adds b where the signs differ, which rounds once. A zero divisor gives NaN. f32
// has vectors of the same bits.
// Integers: a zero divisor ends the call with DIVISION_BY_ZERO (elements before it are written); anything by
// -1 is 0, without the overflow of the smallest value.
#include <math.h>

#include "loops.h"

static float float_mod(float a, float b) {
    float r = fmodf(a, b);
    if (r == 0.0f) {
        return copysignf(0.0f, b);
    }
    return (b < 0.0f) != (r < 0.0f) ? r + b : r;
}

static double double_mod(double a, double b) {
    double r = fmod(a, b);
    if (r == 0.0) {
        return copysign(0.0, b);
    }
    return (b < 0.0) != (r < 0.0) ? r + b : r;
}

#define ROW(op, dtype) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__scalar = {op##_##dtype##__scalar, NULL, 8.0};
#define FLOATS(op, single, wide)                                        \
    LG_LOOP_2(LG_TARGET_SCALAR, op##_f32__scalar, float, float, single) \
    LG_LOOP_2(LG_TARGET_SCALAR, op##_f64__scalar, double, double, wide) \
    ROW(op, f32)                                                        \
    ROW(op, f64)
FLOATS(mod, float_mod(a, b), double_mod(a, b))
FLOATS(fmod, fmodf(a, b), fmod(a, b))

#define LG_SIMD_BODY "../pointwise/remainder_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- integers ---------------------------------------------------------------------------------------

#define INTEGER_FN(op, dtype, T, expression)       \
    static LG_DENSE_FN(op##_##dtype##__scalar) {   \
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
    }                                              \
    const lg_pointwise_impl_t lg_##op##_##dtype##__scalar = {op##_##dtype##__scalar, NULL, 2.5};
#define INTEGER_OPS(bits)                                                        \
    INTEGER_FN(mod, i##bits, int##bits##_t,                                      \
               b == -1 ? 0 : a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0)) \
    INTEGER_FN(fmod, i##bits, int##bits##_t, b == -1 ? 0 : a % b)                \
    INTEGER_FN(mod, u##bits, uint##bits##_t, a % b)                              \
    INTEGER_FN(fmod, u##bits, uint##bits##_t, a % b)
INTEGER_OPS(8)
INTEGER_OPS(16)
INTEGER_OPS(32)
INTEGER_OPS(64)
