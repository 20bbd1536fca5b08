// SPDX-License-Identifier: Apache-2.0
// y = x as another dtype. All 13 x 13 pairs.
//
//   to bool            x != 0 (NaN is true)
//   integer, bool      to integer: wraps (the low bits); to float: one rounding to nearest even
//   float to integer   truncates towards 0; saturates outside the range; NaN is 0
//   float to float     one rounding to nearest even
//
// "One rounding" needs care on the way to 16 bits: f64 and wide integers first become an f32 *rounded to
// odd* (inexact values get a last bit of 1), which keeps what the second rounding must know.
// Source: Boldo, Melquiond, When double rounding is odd, 2005.
#include <math.h>

#include "loops.h"

// ---- one element ------------------------------------------------------------------------------------

LG_INLINE float odd_f32_from_f64(double x) {
    float nearest = (float)x;
    uint32_t bits = f32_bits(nearest);
    double back = (double)nearest;
    bits -= fabs(back) > fabs(x) ? 1u : 0u;  // towards 0
    bits |= back != x && x == x ? 1u : 0u;
    return f32_from_bits(bits);
}

// Integers of up to 64 bits as a double: where there are more than 53 bits, the low 11 are gathered into the
// next one, which leaves 53 and is far below what a 16-bit float keeps.
LG_INLINE double odd_f64_from_u64(uint64_t x) {
    uint64_t folded = (x & ~(uint64_t)0x7ff) | (x & 0x7ff ? 0x800u : 0u);
    return (double)(x >> 53 ? folded : x);
}

LG_INLINE double odd_f64_from_i64(int64_t x) {
    return x < 0 ? -odd_f64_from_u64(0u - (uint64_t)x) : odd_f64_from_u64((uint64_t)x);
}

// An f32 is exact for the small integers, and any integer it rounds is an infinity in f16.
#define F16_FROM_INTEGER(x) f16_from_f32((float)(x))
#define F16_FROM_F64(x) f16_from_f32(odd_f32_from_f64(x))
#define BF16_FROM_SMALL(x) bf16_from_f32((float)(x))
#define BF16_FROM_F64(x) bf16_from_f32(odd_f32_from_f64(x))
#define BF16_FROM_I64(x) BF16_FROM_F64(odd_f64_from_i64(x))
#define BF16_FROM_U64(x) BF16_FROM_F64(odd_f64_from_u64(x))

// Bounds first, so that the conversion itself is always defined and nothing branches. `highest` is the
// largest value of the float type that is not above `max`.
#define SATURATE(C, D, lowest, highest, max)                  \
    LG_INLINE D D##_from_##C(C x) {                           \
        C bounded = x >= (lowest) ? x : (lowest);             \
        bounded = bounded <= (highest) ? bounded : (highest); \
        D y = (D)bounded;                                     \
        y = x > (highest) ? (max) : y;                        \
        return x == x ? y : 0;                                \
    }
SATURATE(float, int8_t, -128.0f, 127.0f, INT8_MAX)
SATURATE(float, uint8_t, 0.0f, 255.0f, UINT8_MAX)
SATURATE(float, int16_t, -32768.0f, 32767.0f, INT16_MAX)
SATURATE(float, uint16_t, 0.0f, 65535.0f, UINT16_MAX)
SATURATE(float, int32_t, -0x1p31f, 0x1.fffffep30f, INT32_MAX)
SATURATE(float, uint32_t, 0.0f, 0x1.fffffep31f, UINT32_MAX)
SATURATE(float, int64_t, -0x1p63f, 0x1.fffffep62f, INT64_MAX)
SATURATE(float, uint64_t, 0.0f, 0x1.fffffep63f, UINT64_MAX)
SATURATE(double, int8_t, -128.0, 127.0, INT8_MAX)
SATURATE(double, uint8_t, 0.0, 255.0, UINT8_MAX)
SATURATE(double, int16_t, -32768.0, 32767.0, INT16_MAX)
SATURATE(double, uint16_t, 0.0, 65535.0, UINT16_MAX)
SATURATE(double, int32_t, -0x1p31, 2147483647.0, INT32_MAX)
SATURATE(double, uint32_t, 0.0, 4294967295.0, UINT32_MAX)
SATURATE(double, int64_t, -0x1p63, 0x1.fffffffffffffp62, INT64_MAX)
SATURATE(double, uint64_t, 0.0, 0x1.fffffffffffffp63, UINT64_MAX)

// ---- loops ------------------------------------------------------------------------------------------

#define CAST(source, target_dtype, isa, TARGET, Tx, Ty, expression) \
    LG_LOOP_1(TARGET, cast_##source##_##target_dtype##__##isa, Tx, Ty, expression)

// Same size: the bits move.
#define MOVE(bits)                                                                              \
    static LG_DENSE_FN(cast_move_##bits) {                                                      \
        (void)args;                                                                             \
        size_t offset = (size_t)begin * (bits / 8), bytes = (size_t)(end - begin) * (bits / 8); \
        memmove((uint8_t *)data[1] + offset, (const uint8_t *)data[0] + offset, bytes);         \
        return 0;                                                                               \
    }
MOVE(16)
MOVE(32)
MOVE(64)

#define FROM_INTEGER(source, T, isa, TARGET, to_bf16)                \
    CAST(source, u8, isa, TARGET, T, uint8_t, x)                     \
    CAST(source, u16, isa, TARGET, T, uint16_t, x)                   \
    CAST(source, u32, isa, TARGET, T, uint32_t, x)                   \
    CAST(source, u64, isa, TARGET, T, uint64_t, x)                   \
    CAST(source, f32, isa, TARGET, T, float, x)                      \
    CAST(source, f64, isa, TARGET, T, double, x)                     \
    CAST(source, f16, isa, TARGET, T, lg_f16_t, F16_FROM_INTEGER(x)) \
    CAST(source, bf16, isa, TARGET, T, lg_bf16_t, to_bf16(x))        \
    CAST(source, bool, isa, TARGET, T, uint8_t, x != 0)

// `get` makes the storage a float or double `C`.
#define FROM_FLOAT(source, T, C, get, isa, TARGET)                         \
    CAST(source, i8, isa, TARGET, T, int8_t, int8_t_from_##C(get(x)))      \
    CAST(source, u8, isa, TARGET, T, uint8_t, uint8_t_from_##C(get(x)))    \
    CAST(source, i16, isa, TARGET, T, int16_t, int16_t_from_##C(get(x)))   \
    CAST(source, u16, isa, TARGET, T, uint16_t, uint16_t_from_##C(get(x))) \
    CAST(source, i32, isa, TARGET, T, int32_t, int32_t_from_##C(get(x)))   \
    CAST(source, u32, isa, TARGET, T, uint32_t, uint32_t_from_##C(get(x))) \
    CAST(source, i64, isa, TARGET, T, int64_t, int64_t_from_##C(get(x)))   \
    CAST(source, u64, isa, TARGET, T, uint64_t, uint64_t_from_##C(get(x))) \
    CAST(source, bool, isa, TARGET, T, uint8_t, get(x) != 0)

#define AS_IS(x) (x)
#define ALL_LOOPS(isa, TARGET)                                     \
    FROM_INTEGER(i8, int8_t, isa, TARGET, BF16_FROM_SMALL)         \
    FROM_INTEGER(u8, uint8_t, isa, TARGET, BF16_FROM_SMALL)        \
    FROM_INTEGER(i16, int16_t, isa, TARGET, BF16_FROM_SMALL)       \
    FROM_INTEGER(u16, uint16_t, isa, TARGET, BF16_FROM_SMALL)      \
    FROM_INTEGER(i32, int32_t, isa, TARGET, BF16_FROM_F64)         \
    FROM_INTEGER(u32, uint32_t, isa, TARGET, BF16_FROM_F64)        \
    FROM_INTEGER(i64, int64_t, isa, TARGET, BF16_FROM_I64)         \
    FROM_INTEGER(u64, uint64_t, isa, TARGET, BF16_FROM_U64)        \
    FROM_FLOAT(f32, float, float, AS_IS, isa, TARGET)              \
    FROM_FLOAT(f64, double, double, AS_IS, isa, TARGET)            \
    FROM_FLOAT(f16, lg_f16_t, float, get_f16, isa, TARGET)         \
    FROM_FLOAT(bf16, lg_bf16_t, float, get_bf16, isa, TARGET)      \
    CAST(f32, f64, isa, TARGET, float, double, x)                  \
    CAST(f16, f64, isa, TARGET, lg_f16_t, double, get_f16(x))      \
    CAST(bf16, f64, isa, TARGET, lg_bf16_t, double, get_bf16(x))   \
    CAST(f64, f32, isa, TARGET, double, float, x)                  \
    CAST(f64, f16, isa, TARGET, double, lg_f16_t, F16_FROM_F64(x)) \
    CAST(f64, bf16, isa, TARGET, double, lg_bf16_t, BF16_FROM_F64(x))

// Between f32, f16 and bf16: scalar here, vectors in cast_body.inc.
CAST(f32, f16, scalar, LG_TARGET_SCALAR, float, lg_f16_t, f16_from_f32(x))
CAST(f32, bf16, scalar, LG_TARGET_SCALAR, float, lg_bf16_t, bf16_from_f32(x))
CAST(f16, f32, scalar, LG_TARGET_SCALAR, lg_f16_t, float, get_f16(x))
CAST(f16, bf16, scalar, LG_TARGET_SCALAR, lg_f16_t, lg_bf16_t, bf16_from_f32(get_f16(x)))
CAST(bf16, f32, scalar, LG_TARGET_SCALAR, lg_bf16_t, float, get_bf16(x))
CAST(bf16, f16, scalar, LG_TARGET_SCALAR, lg_bf16_t, lg_f16_t, f16_from_f32(get_bf16(x)))

// ---- tables, indexed by lg_dtype_t ------------------------------------------------------------------

#define ENTRY(source, target_dtype, isa, cost) ENTRY_(source, target_dtype, isa, cost)
#define ENTRY_(source, target_dtype, isa, cost) {cast_##source##_##target_dtype##__##isa, NULL, cost}
#define STAY(bits) {cast_move_##bits, NULL, 0.1}

// Order: invalid f32 f64 f16 bf16, i8 u8 i16 u16 i32 u32 i64 u64, bool. Signs do not matter to the target.
#define INTEGER_ROW(name, source, isa)                                                          \
    const lg_pointwise_choice_impl_t lg_cast_##name##__##isa = {LG_DTYPE_COUNT,                 \
                                                                {{NULL, NULL, 0},               \
                                                                 ENTRY(source, f32, isa, 0.2),  \
                                                                 ENTRY(source, f64, isa, 0.3),  \
                                                                 ENTRY(source, f16, isa, 2.0),  \
                                                                 ENTRY(source, bf16, isa, 1.0), \
                                                                 ENTRY(source, u8, isa, 0.2),   \
                                                                 ENTRY(source, u8, isa, 0.2),   \
                                                                 ENTRY(source, u16, isa, 0.2),  \
                                                                 ENTRY(source, u16, isa, 0.2),  \
                                                                 ENTRY(source, u32, isa, 0.2),  \
                                                                 ENTRY(source, u32, isa, 0.2),  \
                                                                 ENTRY(source, u64, isa, 0.3),  \
                                                                 ENTRY(source, u64, isa, 0.3),  \
                                                                 ENTRY(source, bool, isa, 0.1)}};

// `base` is the instruction set of the loops; the first three targets and f64 are given one by one.
#define FLOAT_ROW(symbol, source, base, to_f32, to_f16, to_bf16, to_f64)       \
    const lg_pointwise_choice_impl_t symbol = {LG_DTYPE_COUNT,                 \
                                               {{NULL, NULL, 0},               \
                                                to_f32,                        \
                                                to_f64,                        \
                                                to_f16,                        \
                                                to_bf16,                       \
                                                ENTRY(source, i8, base, 0.4),  \
                                                ENTRY(source, u8, base, 0.4),  \
                                                ENTRY(source, i16, base, 0.4), \
                                                ENTRY(source, u16, base, 0.4), \
                                                ENTRY(source, i32, base, 0.4), \
                                                ENTRY(source, u32, base, 0.8), \
                                                ENTRY(source, i64, base, 1.0), \
                                                ENTRY(source, u64, base, 1.5), \
                                                ENTRY(source, bool, base, 0.2)}};

#define ALL_ROWS(isa)                                                                             \
    INTEGER_ROW(i8, i8, isa)                                                                      \
    INTEGER_ROW(u8, u8, isa)                                                                      \
    INTEGER_ROW(i16, i16, isa)                                                                    \
    INTEGER_ROW(u16, u16, isa)                                                                    \
    INTEGER_ROW(i32, i32, isa)                                                                    \
    INTEGER_ROW(u32, u32, isa)                                                                    \
    INTEGER_ROW(i64, i64, isa)                                                                    \
    INTEGER_ROW(u64, u64, isa)                                                                    \
    INTEGER_ROW(bool, u8, isa)                                                                    \
    FLOAT_ROW(lg_cast_f64__##isa, f64, isa, ENTRY(f64, f32, isa, 0.3), ENTRY(f64, f16, isa, 3.0), \
              ENTRY(f64, bf16, isa, 2.0), STAY(64))

ALL_LOOPS(scalar, LG_TARGET_SCALAR)
ALL_ROWS(scalar)
FLOAT_ROW(lg_cast_f32__scalar, f32, scalar, STAY(32), ENTRY(f32, f16, scalar, 1.5),
          ENTRY(f32, bf16, scalar, 0.5), ENTRY(f32, f64, scalar, 0.3))
FLOAT_ROW(lg_cast_f16__scalar, f16, scalar, ENTRY(f16, f32, scalar, 1.0), STAY(16),
          ENTRY(f16, bf16, scalar, 1.5), ENTRY(f16, f64, scalar, 1.0))
FLOAT_ROW(lg_cast_bf16__scalar, bf16, scalar, ENTRY(bf16, f32, scalar, 0.2), ENTRY(bf16, f16, scalar, 1.5),
          STAY(16), ENTRY(bf16, f64, scalar, 0.3))

#if LG_CPU_X86
ALL_LOOPS(avx2, LG_TARGET_AVX2)
ALL_ROWS(avx2)
#endif

#define LG_SIMD_BODY "../pointwise/cast_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY
