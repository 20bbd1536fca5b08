// SPDX-License-Identifier: Apache-2.0
// y = sin cos tan asin acos atan, sinh cosh asinh acosh atanh of x
//
// The C library's double functions, rounded once for f32, and vectors of f32 with the errors of simd/ulp.h.
// Arguments outside the domain give NaN.
#include <math.h>

#include "loops.h"

#define ROW(op, dtype) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__scalar = {op##_##dtype##__scalar, NULL, 15.0};
#define OP(op)                                                                        \
    LG_LOOP_1(LG_TARGET_SCALAR, op##_f32__scalar, float, float, (float)op((double)x)) \
    LG_LOOP_1(LG_TARGET_SCALAR, op##_f64__scalar, double, double, op(x))              \
    ROW(op, f32)                                                                      \
    ROW(op, f64)

OP(sin)
OP(cos)
OP(tan)
OP(asin)
OP(acos)
OP(atan)
OP(sinh)
OP(cosh)
OP(asinh)
OP(acosh)
OP(atanh)

// ---- vectors ----------------------------------------------------------------------------------------

// sin r = r + r^3 (c0 + c1 r^2 + c2 r^4), cos r = 1 - r^2/2 + r^4 (c0 + c1 r^2 + c2 r^4); simd/fit_math.py
#define SIN_C0 -1.666665524e-01f
#define SIN_C1 8.332177997e-03f
#define SIN_C2 -1.951723534e-04f
#define COS_C0 4.166664556e-02f
#define COS_C1 -1.388736651e-03f
#define COS_C2 2.443837911e-05f
#define HALF_PI 0x1.921fb6p0f
#define HALF_PI_LOW -0x1.777a5cp-25f

#define LG_SIMD_BODY "../pointwise/trigonometry_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY
