// SPDX-License-Identifier: Apache-2.0
// y = a^b
//
// Floats: the special cases of C's pow (Annex F). f32 computes in double, on vectors by power_core of
// simd/math_body.inc; rare lanes (zero, infinite or NaN operands, huge exponents, fractional powers of
// negative numbers) are redone one by one by the C library, so a lane never depends on its neighbours.
// Integers: by squaring, wrapping; a negative exponent gives 1 or -1 for bases
// 1 and -1 and 0 for all others (0 included).
#include <math.h>

#include "loops.h"

LG_LOOP_2(LG_TARGET_SCALAR, pow_f32__scalar, float, float, (float)pow((double)a, (double)b))
const lg_pointwise_impl_t lg_pow_f32__scalar = {pow_f32__scalar, NULL, 15.0};
LG_LOOP_2(LG_TARGET_SCALAR, pow_f64__scalar, double, double, pow(a, b))
const lg_pointwise_impl_t lg_pow_f64__scalar = {pow_f64__scalar, NULL, 15.0};

#if LG_CPU_X86 || LG_CPU_ARM64
// Redoes the lanes whose entry of `other` is not zero.
LG_NOINLINE static void mend_lanes(float *y, const float *a, const float *b, const float *other,
                                   int64_t lanes) {
    for (int64_t i = 0; i < lanes; i++) {
        if (other[i] != 0.0f) {
            y[i] = (float)pow((double)a[i], (double)b[i]);
        }
    }
}

#define LG_SIMD_BODY "../pointwise/power_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY
#endif

// ---- integers ---------------------------------------------------------------------------------------

static uint64_t integer_power(uint64_t base, uint64_t exponent) {
    uint64_t result = 1;
    for (; exponent > 0; exponent >>= 1) {
        result *= exponent & 1 ? base : 1;
        base *= base;
    }
    return result;
}

static uint64_t signed_power(int64_t base, int64_t exponent) {
    if (exponent < 0) {
        return base == 1 ? 1u : base == -1 ? (exponent & 1 ? UINT64_MAX : 1u) : 0u;
    }
    return integer_power((uint64_t)base, (uint64_t)exponent);
}

#define INTEGER_OPS(bits)                                                                                   \
    LG_LOOP_2(LG_TARGET_SCALAR, pow_i##bits##__scalar, int##bits##_t, uint##bits##_t, signed_power(a, b))   \
    LG_LOOP_2(LG_TARGET_SCALAR, pow_u##bits##__scalar, uint##bits##_t, uint##bits##_t, integer_power(a, b)) \
    const lg_pointwise_impl_t lg_pow_i##bits##__scalar = {pow_i##bits##__scalar, NULL, 4.0};                \
    const lg_pointwise_impl_t lg_pow_u##bits##__scalar = {pow_u##bits##__scalar, NULL, 4.0};
INTEGER_OPS(8)
INTEGER_OPS(16)
INTEGER_OPS(32)
INTEGER_OPS(64)
