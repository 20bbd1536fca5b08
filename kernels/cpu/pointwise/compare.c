// SPDX-License-Identifier: Apache-2.0
// y = a == b, a < b, a > b, a and b: to bool, one byte of 0 or 1.
//
// Floats compare as IEEE says: NaN is unequal to everything and neither less nor greater; -0 equals 0.
// f16 and bf16 compare as f32, which is exact. bool orders false below true, as u8 does.
#include "loops.h"

#define ROW(op, dtype, isa, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {op##_##dtype##__##isa, NULL, cost};

#define FLOAT_ROW(op, storage, isa, TARGET, cost, expression)                        \
    LG_FLOAT_COMPARE_2(TARGET, op##_##storage##__##isa, storage, expression)         \
    ROW(op, storage, isa, cost)

#define LOOP_ROW(op, dtype, T, isa, TARGET, cost, expression)                        \
    LG_LOOP_2(TARGET, op##_##dtype##__##isa, T, uint8_t, expression)                 \
    ROW(op, dtype, isa, cost)

#define ORDER_ROWS(op, isa, TARGET, expression)                                      \
    FLOAT_ROW(op, f32, isa, TARGET, 0.1, expression)                                 \
    FLOAT_ROW(op, f16, isa, TARGET, 0.5, expression)                                 \
    FLOAT_ROW(op, bf16, isa, TARGET, 0.2, expression)                                \
    LOOP_ROW(op, f64, double, isa, TARGET, 0.2, expression)                          \
    LOOP_ROW(op, i8, int8_t, isa, TARGET, 0.05, expression)                          \
    LOOP_ROW(op, u8, uint8_t, isa, TARGET, 0.05, expression)                         \
    LOOP_ROW(op, i16, int16_t, isa, TARGET, 0.08, expression)                        \
    LOOP_ROW(op, u16, uint16_t, isa, TARGET, 0.08, expression)                       \
    LOOP_ROW(op, i32, int32_t, isa, TARGET, 0.1, expression)                         \
    LOOP_ROW(op, u32, uint32_t, isa, TARGET, 0.1, expression)                        \
    LOOP_ROW(op, i64, int64_t, isa, TARGET, 0.2, expression)                         \
    LOOP_ROW(op, u64, uint64_t, isa, TARGET, 0.2, expression)                        \
    const lg_pointwise_impl_t lg_##op##_bool__##isa = {op##_u8__##isa, NULL, 0.05};

#define ALL_ROWS(isa, TARGET)                    \
    ORDER_ROWS(equal, isa, TARGET, a == b)       \
    ORDER_ROWS(less, isa, TARGET, a < b)         \
    ORDER_ROWS(greater, isa, TARGET, a > b)      \
    LOOP_ROW(logical_and, bool, uint8_t, isa, TARGET, 0.05, a & b)

ALL_ROWS(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
ALL_ROWS(avx2, LG_TARGET_AVX2)
#endif
