// SPDX-License-Identifier: Apache-2.0
// y = a == b, a != b, a < b, a <= b, a > b, a >= b: to bool, one byte of 0 or 1.
//
// Floats compare as IEEE says: NaN is unequal to everything and in no order with it; -0 equals 0. Integers of one
// size are equal whatever their sign; bool compares as u8. a > b is b < a.
#include "loops.h"

#define LOOP_ROW(op, name, T, isa, TARGET, cost, expression)        \
    LG_LOOP_2(TARGET, op##_##name##__##isa, T, uint8_t, expression) \
    const lg_pointwise_impl_t lg_##op##_##name##__##isa = {op##_##name##__##isa, NULL, cost};

#define SWAPPED_ROW(op, other, name, isa, cost)                    \
    static LG_DENSE_FN(op##_##name##__##isa) {                     \
        void *const swapped[3] = {data[1], data[0], data[2]};      \
        return other##_##name##__##isa(args, swapped, begin, end); \
    }                                                              \
    const lg_pointwise_impl_t lg_##op##_##name##__##isa = {op##_##name##__##isa, NULL, cost};

#define EQUALITY(name, T, isa, TARGET, cost)            \
    LOOP_ROW(equal, name, T, isa, TARGET, cost, a == b) \
    LOOP_ROW(not_equal, name, T, isa, TARGET, cost, a != b)
#define ORDER(name, T, isa, TARGET, cost)                    \
    LOOP_ROW(less, name, T, isa, TARGET, cost, a < b)        \
    LOOP_ROW(less_equal, name, T, isa, TARGET, cost, a <= b) \
    SWAPPED_ROW(greater, less, name, isa, cost)              \
    SWAPPED_ROW(greater_equal, less_equal, name, isa, cost)

#define COMMON(isa, TARGET)                      \
    EQUALITY(f32, float, isa, TARGET, 0.1)       \
    EQUALITY(f64, double, isa, TARGET, 0.2)      \
    EQUALITY(whole8, uint8_t, isa, TARGET, 0.05) \
    EQUALITY(int32, uint32_t, isa, TARGET, 0.1)  \
    EQUALITY(int64, uint64_t, isa, TARGET, 0.2)  \
    ORDER(f32, float, isa, TARGET, 0.1)          \
    ORDER(f64, double, isa, TARGET, 0.2)         \
    ORDER(byte, uint8_t, isa, TARGET, 0.05)      \
    ORDER(i32, int32_t, isa, TARGET, 0.1)        \
    ORDER(i64, int64_t, isa, TARGET, 0.2)

COMMON(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
COMMON(avx2, LG_TARGET_AVX2)
#endif
// What is compared rarely has no variants.
EQUALITY(int16, uint16_t, scalar, LG_TARGET_SCALAR, 0.1)
ORDER(i8, int8_t, scalar, LG_TARGET_SCALAR, 0.1)
ORDER(i16, int16_t, scalar, LG_TARGET_SCALAR, 0.15)
ORDER(u16, uint16_t, scalar, LG_TARGET_SCALAR, 0.15)
ORDER(u32, uint32_t, scalar, LG_TARGET_SCALAR, 0.2)
ORDER(u64, uint64_t, scalar, LG_TARGET_SCALAR, 0.5)
