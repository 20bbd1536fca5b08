// SPDX-License-Identifier: Apache-2.0
// y = ~x, a & b, a | b, a ^ b, a << b, a >> b on integers; the first four and the logical ones on
// bools, which are bytes of 0 or 1.
//
// Shifts are NumPy's: a count that is negative or not below the width gives 0, and -1 for a negative number
// shifted right, which fills with the sign.
#include "loops.h"

#define ROW(op, dtype, isa, symbol, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__##isa = {symbol##__##isa, NULL, cost};

// To bits neither sign nor size matters: loops over bytes.
#define BYTES_FN(op, bits, isa, TARGET)                                              \
    static LG_DENSE_FN(op##_int##bits##__##isa) {                                    \
        return op##_whole8__##isa(args, data, begin * (bits / 8), end * (bits / 8)); \
    }                                                                                \
    ROW(op, int##bits, isa, op##_int##bits, bits * 0.005)
#define BYTES(op, isa, TARGET)    \
    BYTES_FN(op, 16, isa, TARGET) \
    BYTES_FN(op, 32, isa, TARGET) \
    BYTES_FN(op, 64, isa, TARGET)
#define BITWISE(isa, TARGET)                                              \
    LG_LOOP_1(TARGET, bitwise_not_whole8__##isa, uint8_t, uint8_t, ~x)    \
    LG_LOOP_2(TARGET, bitwise_and_whole8__##isa, uint8_t, uint8_t, a &b)  \
    LG_LOOP_2(TARGET, bitwise_or_whole8__##isa, uint8_t, uint8_t, a | b)  \
    LG_LOOP_2(TARGET, bitwise_xor_whole8__##isa, uint8_t, uint8_t, a ^ b) \
    BYTES(bitwise_not, isa, TARGET)                                       \
    BYTES(bitwise_and, isa, TARGET)                                       \
    BYTES(bitwise_or, isa, TARGET)                                        \
    BYTES(bitwise_xor, isa, TARGET)                                       \
    LG_LOOP_1(TARGET, invert_bool__##isa, uint8_t, uint8_t, x ^ 1)        \
    ROW(bitwise_not, int8, isa, bitwise_not_whole8, 0.05)                 \
    ROW(bitwise_not, bool, isa, invert_bool, 0.05)                        \
    ROW(bitwise_and, whole8, isa, bitwise_and_whole8, 0.05)               \
    ROW(bitwise_or, whole8, isa, bitwise_or_whole8, 0.05)                 \
    ROW(bitwise_xor, whole8, isa, bitwise_xor_whole8, 0.05)               \
    ROW(logical_not, bool, isa, invert_bool, 0.05)                        \
    ROW(logical_and, bool, isa, bitwise_and_whole8, 0.05)                 \
    ROW(logical_or, bool, isa, bitwise_or_whole8, 0.05)                   \
    ROW(logical_xor, bool, isa, bitwise_xor_whole8, 0.05)

BITWISE(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
BITWISE(avx2, LG_TARGET_AVX2)
#endif

// On values widened to `W`, so that promotion to int meets neither overflow nor a shift of a negative number.
#define SHIFT(dtype, T, U, W, bits, isa, TARGET, cost, fill)                                    \
    LG_LOOP_2(TARGET, shift_left_##dtype##__##isa, T, U, (U)b < bits ? (W)(U)a << (U)b : (W)0)  \
    LG_LOOP_2(TARGET, shift_right_##dtype##__##isa, T, T, (U)b < bits ? a >> (U)b : (fill))     \
    LG_POINTWISE_CHOICES(bit_shift_##dtype##__##isa, {shift_left_##dtype##__##isa, NULL, cost}, \
                         {shift_right_##dtype##__##isa, NULL, cost})
#define SHIFTS(bits, W, isa, TARGET, cost)                                                    \
    SHIFT(i##bits, int##bits##_t, uint##bits##_t, W, bits, isa, TARGET, cost, a < 0 ? -1 : 0) \
    SHIFT(u##bits, uint##bits##_t, uint##bits##_t, W, bits, isa, TARGET, cost, 0)

SHIFTS(8, uint32_t, scalar, LG_TARGET_SCALAR, 0.8)
SHIFTS(16, uint32_t, scalar, LG_TARGET_SCALAR, 0.8)
SHIFTS(32, uint32_t, scalar, LG_TARGET_SCALAR, 0.8)
SHIFTS(64, uint64_t, scalar, LG_TARGET_SCALAR, 0.8)
#if LG_CPU_X86
SHIFTS(32, uint32_t, avx2, LG_TARGET_AVX2, 0.3)
SHIFTS(64, uint64_t, avx2, LG_TARGET_AVX2, 0.5)
#endif
