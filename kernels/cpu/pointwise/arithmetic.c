// SPDX-License-Identifier: Apache-2.0
// y = a + b, a - b, a * b, maximum(a, b), minimum(a, b)
//
// Floats: one IEEE operation. maximum and minimum follow NumPy:
// NaN on either side comes through; of two zeros the result is b. Integers wrap (computed unsigned).
#include "loops.h"

#define FLOAT_MAXIMUM (a > b || a != a ? a : b)
#define FLOAT_MINIMUM (a < b || a != a ? a : b)

#define SCALAR_OP(op, expression)                                              \
    LG_LOOP_2(LG_TARGET_REFERENCE, op##_f32__scalar, float, float, expression) \
    const lg_pointwise_impl_t lg_##op##_f32__scalar = {op##_f32__scalar, NULL, 0.2};

SCALAR_OP(add, a + b)
SCALAR_OP(sub, a - b)
SCALAR_OP(mul, a *b)
SCALAR_OP(maximum, FLOAT_MAXIMUM)
SCALAR_OP(minimum, FLOAT_MINIMUM)

#define LG_SIMD_BODY "../pointwise/arithmetic_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#define LOOP_ROW(op, dtype, T, isa, TARGET, cost, expression)  \
    LG_LOOP_2(TARGET, op##_##dtype##__##isa, T, T, expression) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {op##_##dtype##__##isa, NULL, cost};

#define F64_ROWS(isa, TARGET)                                       \
    LOOP_ROW(add, f64, double, isa, TARGET, 0.2, a + b)             \
    LOOP_ROW(sub, f64, double, isa, TARGET, 0.2, a - b)             \
    LOOP_ROW(mul, f64, double, isa, TARGET, 0.2, a *b)              \
    LOOP_ROW(maximum, f64, double, isa, TARGET, 0.2, FLOAT_MAXIMUM) \
    LOOP_ROW(minimum, f64, double, isa, TARGET, 0.2, FLOAT_MINIMUM)

// Two's complement makes add, sub and mul the same functions for both signs. `W` is wide enough that C's
// promotion to int cannot overflow.
#define INTEGER_ROWS(bits, W, isa, TARGET, cost)                                 \
    LOOP_ROW(add, int##bits, uint##bits##_t, isa, TARGET, cost, (W)a + (W)b)     \
    LOOP_ROW(sub, int##bits, uint##bits##_t, isa, TARGET, cost, (W)a - (W)b)     \
    LOOP_ROW(mul, int##bits, uint##bits##_t, isa, TARGET, cost, (W)a *(W)b)      \
    LOOP_ROW(maximum, u##bits, uint##bits##_t, isa, TARGET, cost, a > b ? a : b) \
    LOOP_ROW(minimum, u##bits, uint##bits##_t, isa, TARGET, cost, a < b ? a : b) \
    LOOP_ROW(maximum, i##bits, int##bits##_t, isa, TARGET, cost, a > b ? a : b)  \
    LOOP_ROW(minimum, i##bits, int##bits##_t, isa, TARGET, cost, a < b ? a : b)

#define LOOP_ROWS(isa, TARGET)                    \
    F64_ROWS(isa, TARGET)                         \
    INTEGER_ROWS(8, uint32_t, isa, TARGET, 0.05)  \
    INTEGER_ROWS(16, uint32_t, isa, TARGET, 0.08) \
    INTEGER_ROWS(32, uint32_t, isa, TARGET, 0.15) \
    INTEGER_ROWS(64, uint64_t, isa, TARGET, 0.3)

LOOP_ROWS(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
LOOP_ROWS(avx2, LG_TARGET_AVX2)
#endif
