// SPDX-License-Identifier: Apache-2.0
// y = a == b, a != b, a < b, a <= b, a > b, a >= b, a and b: to bool, one byte of 0 or 1.
//
// Floats compare as IEEE says: NaN is unequal to everything and in no order with it; -0 equals 0.
// f16 and bf16 compare by their bits, as integers that order like the values; bool as u8.
#include "loops.h"

#define ROW(op, dtype, isa, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {op##_##dtype##__##isa, NULL, cost};

// Sign and magnitude to two's complement: both zeros become 0.
LG_INLINE int16_t half_order(uint16_t x) {
    int16_t magnitude = (int16_t)(x & 0x7fff);
    return (int16_t)(x & 0x8000 ? -magnitude : magnitude);
}

// `infinity` is the largest magnitude that is a number.
LG_INLINE int32_t half_are_numbers(uint16_t x, uint16_t y, uint16_t infinity) {
    return (int32_t)((x & 0x7fff) <= infinity) & (int32_t)((y & 0x7fff) <= infinity);
}
#define HALF_ROW(op, storage, isa, TARGET, infinity, operator)                           \
    LG_LOOP_2(TARGET, op##_##storage##__##isa, uint16_t, uint8_t,                        \
              (half_order(a) operator half_order(b)) & half_are_numbers(a, b, infinity)) \
    ROW(op, storage, isa, 0.05)

// Unequal where either is not a number.
#define HALF_NOT_EQUAL(storage, isa, TARGET, infinity)                              \
    LG_LOOP_2(TARGET, not_equal_##storage##__##isa, uint16_t, uint8_t,              \
              (half_order(a) != half_order(b)) | !half_are_numbers(a, b, infinity)) \
    ROW(not_equal, storage, isa, 0.05)

#define LOOP_ROW(op, dtype, T, isa, TARGET, cost, expression)        \
    LG_LOOP_2(TARGET, op##_##dtype##__##isa, T, uint8_t, expression) \
    ROW(op, dtype, isa, cost)

#define ORDER_ROWS(op, isa, TARGET, operator)         \
    HALF_ROW(op, f16, isa, TARGET, 0x7c00, operator)  \
    HALF_ROW(op, bf16, isa, TARGET, 0x7f80, operator) \
    PLAIN_ROWS(op, isa, TARGET, operator)
#define PLAIN_ROWS(op, isa, TARGET, operator)                    \
    LOOP_ROW(op, f32, float, isa, TARGET, 0.1, a operator b)     \
    LOOP_ROW(op, f64, double, isa, TARGET, 0.2, a operator b)    \
    LOOP_ROW(op, i8, int8_t, isa, TARGET, 0.05, a operator b)    \
    LOOP_ROW(op, u8, uint8_t, isa, TARGET, 0.05, a operator b)   \
    LOOP_ROW(op, i16, int16_t, isa, TARGET, 0.08, a operator b)  \
    LOOP_ROW(op, u16, uint16_t, isa, TARGET, 0.08, a operator b) \
    LOOP_ROW(op, i32, int32_t, isa, TARGET, 0.1, a operator b)   \
    LOOP_ROW(op, u32, uint32_t, isa, TARGET, 0.1, a operator b)  \
    LOOP_ROW(op, i64, int64_t, isa, TARGET, 0.2, a operator b)   \
    LOOP_ROW(op, u64, uint64_t, isa, TARGET, 0.2, a operator b)  \
    const lg_pointwise_impl_t lg_##op##_bool__##isa = {op##_u8__##isa, NULL, 0.05};

#define ALL_ROWS(isa, TARGET)                  \
    ORDER_ROWS(equal, isa, TARGET, ==)         \
    ORDER_ROWS(less, isa, TARGET, <)           \
    ORDER_ROWS(greater, isa, TARGET, >)        \
    ORDER_ROWS(less_equal, isa, TARGET, <=)    \
    ORDER_ROWS(greater_equal, isa, TARGET, >=) \
    PLAIN_ROWS(not_equal, isa, TARGET, !=)     \
    HALF_NOT_EQUAL(f16, isa, TARGET, 0x7c00)   \
    HALF_NOT_EQUAL(bf16, isa, TARGET, 0x7f80)  \
    LOOP_ROW(logical_and, bool, uint8_t, isa, TARGET, 0.05, a &b)

ALL_ROWS(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
ALL_ROWS(avx2, LG_TARGET_AVX2)
#endif
