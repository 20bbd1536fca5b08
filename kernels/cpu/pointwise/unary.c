// SPDX-License-Identifier: Apache-2.0
// y = abs x, -x, sqrt x, e^x, ln x, tanh x, erf x; is_nan x, is_inf x
//
// f32: abs, neg and sqrt are exact or correctly rounded on every instruction set. The others are the vector
// functions of simd/math_body.inc (errors stated there); the scalar reference is the C library's double
// function rounded once. f64 is the C library's own function.
// Integers wrap: abs and neg of the smallest value are that value.
#include <math.h>

#include "loops.h"

// `cost` in ns per element, of the C library where it is called.
#define SCALAR_OP(op, cost, expression)                                        \
    LG_LOOP_1(LG_TARGET_REFERENCE, op##_f32__scalar, float, float, expression) \
    const lg_pointwise_impl_t lg_##op##_f32__scalar = {op##_f32__scalar, NULL, cost};

SCALAR_OP(abs, 0.15, fabsf(x))
SCALAR_OP(neg, 0.15, -x)
SCALAR_OP(sqrt, 0.7, sqrtf(x))
SCALAR_OP(exp, 4.0, (float)exp((double)x))
SCALAR_OP(log, 5.0, (float)log((double)x))
SCALAR_OP(tanh, 12.0, (float)tanh((double)x))
SCALAR_OP(erf, 12.0, (float)erf((double)x))

#define LG_SIMD_BODY "../pointwise/unary_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- f64 --------------------------------------------------------------------------------------------

#define F64_OP(op, isa, TARGET, cost, expression)                  \
    LG_LOOP_1(TARGET, op##_f64__##isa, double, double, expression) \
    const lg_pointwise_impl_t lg_##op##_f64__##isa = {op##_f64__##isa, NULL, cost};

F64_OP(abs, scalar, LG_TARGET_REFERENCE, 0.3, fabs(x))
F64_OP(neg, scalar, LG_TARGET_REFERENCE, 0.3, -x)
F64_OP(sqrt, scalar, LG_TARGET_REFERENCE, 1.5, sqrt(x))
F64_OP(exp, scalar, LG_TARGET_REFERENCE, 4.0, exp(x))
F64_OP(log, scalar, LG_TARGET_REFERENCE, 5.0, log(x))
F64_OP(tanh, scalar, LG_TARGET_REFERENCE, 12.0, tanh(x))
F64_OP(erf, scalar, LG_TARGET_REFERENCE, 12.0, erf(x))
#if LG_CPU_X86
F64_OP(abs, avx2, LG_TARGET_AVX2, 0.15, fabs(x))
F64_OP(neg, avx2, LG_TARGET_AVX2, 0.15, -x)
F64_OP(sqrt, avx2, LG_TARGET_AVX2, 1.2, sqrt(x))
#endif

// ---- integers ---------------------------------------------------------------------------------------

// Two's complement makes neg the same function for both signs.
#define INTEGER_OPS(bits, isa, TARGET, cost)                                                    \
    LG_LOOP_1(TARGET, neg_int##bits##__##isa, uint##bits##_t, uint##bits##_t, 0u - x)           \
    LG_LOOP_1(TARGET, abs_i##bits##__##isa, int##bits##_t, uint##bits##_t,                      \
              x < 0 ? 0u - (uint##bits##_t)x : (uint##bits##_t)x)                               \
    const lg_pointwise_impl_t lg_neg_int##bits##__##isa = {neg_int##bits##__##isa, NULL, cost}; \
    const lg_pointwise_impl_t lg_abs_i##bits##__##isa = {abs_i##bits##__##isa, NULL, cost};

#define INTEGER_SIZES(isa, TARGET)     \
    INTEGER_OPS(8, isa, TARGET, 0.05)  \
    INTEGER_OPS(16, isa, TARGET, 0.08) \
    INTEGER_OPS(32, isa, TARGET, 0.15) \
    INTEGER_OPS(64, isa, TARGET, 0.3)

INTEGER_SIZES(scalar, LG_TARGET_REFERENCE)
#define ABS_UNSIGNED(bits) \
    const lg_pointwise_impl_t lg_abs_u##bits##__scalar = {lg_pointwise_same_##bits, NULL, 0.2};
ABS_UNSIGNED(8)
ABS_UNSIGNED(16)
ABS_UNSIGNED(32)
ABS_UNSIGNED(64)
#if LG_CPU_X86
INTEGER_SIZES(avx2, LG_TARGET_AVX2)
#endif

// ---- predicates -------------------------------------------------------------------------------------

#define PREDICATES(isa, TARGET)                                                      \
    LG_LOOP_1(TARGET, is_nan_f32__##isa, float, uint8_t, x != x)                     \
    LG_LOOP_1(TARGET, is_nan_f64__##isa, double, uint8_t, x != x)                    \
    const lg_pointwise_impl_t lg_is_nan_f32__##isa = {is_nan_f32__##isa, NULL, 0.1}; \
    const lg_pointwise_impl_t lg_is_nan_f64__##isa = {is_nan_f64__##isa, NULL, 0.2};

PREDICATES(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
PREDICATES(avx2, LG_TARGET_AVX2)
#endif

// is_inf by which infinities count: negative 1, positive 2, as choice of lg_is_inf_prepare.
#define IS_INF(dtype, T, isa, TARGET, cost, negative, positive)                               \
    LG_LOOP_1(TARGET, is_inf_none_##dtype##__##isa, T, uint8_t, ((void)x, 0))                 \
    LG_LOOP_1(TARGET, is_inf_negative_##dtype##__##isa, T, uint8_t, negative)                 \
    LG_LOOP_1(TARGET, is_inf_positive_##dtype##__##isa, T, uint8_t, positive)                 \
    LG_LOOP_1(TARGET, is_inf_both_##dtype##__##isa, T, uint8_t, (negative) | (positive))      \
    LG_POINTWISE_CHOICES(is_inf_##dtype##__##isa, {is_inf_none_##dtype##__##isa, NULL, cost}, \
                         {is_inf_negative_##dtype##__##isa, NULL, cost},                      \
                         {is_inf_positive_##dtype##__##isa, NULL, cost},                      \
                         {is_inf_both_##dtype##__##isa, NULL, cost})
#define IS_INF_ROWS(isa, TARGET)                                        \
    IS_INF(f32, float, isa, TARGET, 0.1, x == -INFINITY, x == INFINITY) \
    IS_INF(f64, double, isa, TARGET, 0.2, x == -(double)INFINITY, x == (double)INFINITY)

IS_INF_ROWS(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
IS_INF_ROWS(avx2, LG_TARGET_AVX2)
#endif
