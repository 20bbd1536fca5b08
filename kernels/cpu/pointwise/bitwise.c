// SPDX-License-Identifier: Apache-2.0
// y = ~x, a & b, a | b, a ^ b, a << b, a >> b on integers; the first four, logical_or and logical_xor on
// bools, which are bytes of 0 or 1.
//
// Shifts are NumPy's: a count that is negative or not below the width gives 0, and -1 for a negative number
// shifted right, which fills with the sign.
#include "loops.h"

#define ROW(op, dtype, isa, symbol, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {symbol##__##isa, NULL, cost};

// The sign does not matter to bits.
#define BITS(op, bits, isa, cost)             \
    ROW(op, i##bits, isa, op##_u##bits, cost) \
    ROW(op, u##bits, isa, op##_u##bits, cost)
#define BITWISE(bits, isa, TARGET, cost)                                                   \
    LG_LOOP_1(TARGET, bitwise_not_u##bits##__##isa, uint##bits##_t, uint##bits##_t, ~x)    \
    LG_LOOP_2(TARGET, bitwise_and_u##bits##__##isa, uint##bits##_t, uint##bits##_t, a &b)  \
    LG_LOOP_2(TARGET, bitwise_or_u##bits##__##isa, uint##bits##_t, uint##bits##_t, a | b)  \
    LG_LOOP_2(TARGET, bitwise_xor_u##bits##__##isa, uint##bits##_t, uint##bits##_t, a ^ b) \
    BITS(bitwise_not, bits, isa, cost)                                                     \
    BITS(bitwise_and, bits, isa, cost)                                                     \
    BITS(bitwise_or, bits, isa, cost)                                                      \
    BITS(bitwise_xor, bits, isa, cost)

// On values widened to `W`, so that promotion to int meets neither overflow nor a shift of a negative number.
#define SHIFT(dtype, T, U, W, bits, isa, TARGET, cost, fill)                                   \
    LG_LOOP_2(TARGET, shift_left_##dtype##__##isa, T, U, (U)b < bits ? (W)(U)a << (U)b : (W)0) \
    LG_LOOP_2(TARGET, shift_right_##dtype##__##isa, T, T, (U)b < bits ? a >> (U)b : (fill))    \
    const lg_pointwise_choice_impl_t lg_bit_shift_##dtype##__##isa = {                         \
        2, {{shift_left_##dtype##__##isa, NULL, cost}, {shift_right_##dtype##__##isa, NULL, cost}}};
#define SHIFTS(bits, W, isa, TARGET, cost)                                                    \
    SHIFT(i##bits, int##bits##_t, uint##bits##_t, W, bits, isa, TARGET, cost, a < 0 ? -1 : 0) \
    SHIFT(u##bits, uint##bits##_t, uint##bits##_t, W, bits, isa, TARGET, cost, 0)

#define ALL_ROWS(isa, TARGET)                                           \
    BITWISE(8, isa, TARGET, 0.05)                                       \
    BITWISE(16, isa, TARGET, 0.08)                                      \
    BITWISE(32, isa, TARGET, 0.15)                                      \
    BITWISE(64, isa, TARGET, 0.3)                                       \
    SHIFTS(8, uint32_t, isa, TARGET, 0.4)                               \
    SHIFTS(16, uint32_t, isa, TARGET, 0.4)                              \
    SHIFTS(32, uint32_t, isa, TARGET, 0.3)                              \
    SHIFTS(64, uint64_t, isa, TARGET, 0.5)                              \
    LG_LOOP_1(TARGET, bitwise_not_bool__##isa, uint8_t, uint8_t, x ^ 1) \
    ROW(bitwise_not, bool, isa, bitwise_not_bool, 0.05)                 \
    ROW(bitwise_and, bool, isa, bitwise_and_u8, 0.05)                   \
    ROW(bitwise_or, bool, isa, bitwise_or_u8, 0.05)                     \
    ROW(bitwise_xor, bool, isa, bitwise_xor_u8, 0.05)                   \
    ROW(logical_or, bool, isa, bitwise_or_u8, 0.05)                     \
    ROW(logical_xor, bool, isa, bitwise_xor_u8, 0.05)

ALL_ROWS(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
ALL_ROWS(avx2, LG_TARGET_AVX2)
#endif
