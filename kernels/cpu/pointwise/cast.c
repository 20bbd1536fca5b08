// SPDX-License-Identifier: Apache-2.0
// y = x as another dtype. All 13 x 13 pairs.
//
//   to bool            x != 0 (NaN is true)
//   integer, bool      to integer: wraps (the low bits); to float: one rounding to nearest even
//   float to integer   truncates towards 0; saturates outside the range; NaN is 0
//   float to float     one rounding to nearest even
//
// f16 and bf16 are reached through f32 (pointwise.c rounds the last step), so "one rounding" needs care: f64 and
// wide integers first become an f32 *rounded to odd* (inexact values get a last bit of 1), which keeps what the
// second rounding must know. Source: Boldo, Melquiond, When double rounding is odd, 2005.
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

#define CAST(source, target, isa, TARGET, Tx, Ty, expression) \
    LG_LOOP_1(TARGET, cast_##source##_##target##__##isa, Tx, Ty, expression)

#define FROM_FLOAT(source, T, isa, TARGET)                          \
    CAST(source, i8, isa, TARGET, T, int8_t, int8_t_from_##T(x))    \
    CAST(source, u8, isa, TARGET, T, uint8_t, uint8_t_from_##T(x))  \
    CAST(source, i32, isa, TARGET, T, int32_t, int32_t_from_##T(x)) \
    CAST(source, i64, isa, TARGET, T, int64_t, int64_t_from_##T(x)) \
    CAST(source, bool, isa, TARGET, T, uint8_t, x != 0)

// What is cast often, on every instruction set.
#define COMMON_LOOPS(isa, TARGET)                          \
    FROM_FLOAT(f32, float, isa, TARGET)                    \
    FROM_FLOAT(f64, double, isa, TARGET)                   \
    CAST(f32, f64, isa, TARGET, float, double, x)          \
    CAST(f64, f32, isa, TARGET, double, float, x)          \
    CAST(i8, f32, isa, TARGET, int8_t, float, x)           \
    CAST(u8, f32, isa, TARGET, uint8_t, float, x)          \
    CAST(i32, f32, isa, TARGET, int32_t, float, x)         \
    CAST(i64, f32, isa, TARGET, int64_t, float, x)         \
    CAST(i8, f64, isa, TARGET, int8_t, double, x)          \
    CAST(u8, f64, isa, TARGET, uint8_t, double, x)         \
    CAST(i32, f64, isa, TARGET, int32_t, double, x)        \
    CAST(i64, f64, isa, TARGET, int64_t, double, x)        \
    CAST(i8, 16, isa, TARGET, int8_t, int16_t, x)          \
    CAST(u8, 16, isa, TARGET, uint8_t, int16_t, x)         \
    CAST(i8, 32, isa, TARGET, int8_t, int32_t, x)          \
    CAST(u8, 32, isa, TARGET, uint8_t, int32_t, x)         \
    CAST(i8, 64, isa, TARGET, int8_t, int64_t, x)          \
    CAST(u8, 64, isa, TARGET, uint8_t, int64_t, x)         \
    CAST(i32, 64, isa, TARGET, int32_t, int64_t, x)        \
    CAST(64, 32, isa, TARGET, uint64_t, uint32_t, x)       \
    CAST(32, 8, isa, TARGET, uint32_t, uint8_t, x)         \
    CAST(64, 8, isa, TARGET, uint64_t, uint8_t, x)         \
    CAST(32, bool, isa, TARGET, uint32_t, uint8_t, x != 0) \
    CAST(64, bool, isa, TARGET, uint64_t, uint8_t, x != 0)

COMMON_LOOPS(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
COMMON_LOOPS(avx2, LG_TARGET_AVX2)
#endif

#define RARE_TO(source, target, Tx, Ty, expression) \
    CAST(source, target, scalar, LG_TARGET_SCALAR, Tx, Ty, expression)
#define RARE_FROM_FLOAT(source, T)                          \
    RARE_TO(source, i16, T, int16_t, int16_t_from_##T(x))   \
    RARE_TO(source, u16, T, uint16_t, uint16_t_from_##T(x)) \
    RARE_TO(source, u32, T, uint32_t, uint32_t_from_##T(x)) \
    RARE_TO(source, u64, T, uint64_t, uint64_t_from_##T(x))
RARE_FROM_FLOAT(f32, float)
RARE_FROM_FLOAT(f64, double)
RARE_TO(i16, f32, int16_t, float, x)
RARE_TO(u16, f32, uint16_t, float, x)
RARE_TO(u32, f32, uint32_t, float, x)
RARE_TO(u64, f32, uint64_t, float, x)
RARE_TO(i16, f64, int16_t, double, x)
RARE_TO(u16, f64, uint16_t, double, x)
RARE_TO(u32, f64, uint32_t, double, x)
RARE_TO(u64, f64, uint64_t, double, x)
RARE_TO(i16, 32, int16_t, int32_t, x)
RARE_TO(u16, 32, uint16_t, int32_t, x)
RARE_TO(i16, 64, int16_t, int64_t, x)
RARE_TO(u16, 64, uint16_t, int64_t, x)
RARE_TO(u32, 64, uint32_t, int64_t, x)
RARE_TO(16, 8, uint16_t, uint8_t, x)
RARE_TO(32, 16, uint32_t, uint16_t, x)
RARE_TO(64, 16, uint64_t, uint16_t, x)
RARE_TO(8, bool, uint8_t, uint8_t, x != 0)
RARE_TO(16, bool, uint16_t, uint8_t, x != 0)
// On the way to a half. An f32 is exact for the small integers, and any integer it rounds is infinite in f16.
RARE_TO(f64, odd, double, float, odd_f32_from_f64(x))
RARE_TO(i32, odd, int32_t, float, odd_f32_from_f64((double)x))
RARE_TO(u32, odd, uint32_t, float, odd_f32_from_f64((double)x))
RARE_TO(i64, odd, int64_t, float, odd_f32_from_f64(odd_f64_from_i64(x)))
RARE_TO(u64, odd, uint64_t, float, odd_f32_from_f64(odd_f64_from_u64(x)))

// ---- tables, indexed by lg_dtype_t ------------------------------------------------------------------

#define TO(source, target, isa, cost) {cast_##source##_##target##__##isa, NULL, cost}
#define RARE(source, target, cost) TO(source, target, scalar, cost)
#define STAY(bits) {lg_pointwise_same_##bits, NULL, 0.1}  // the bits move
#define NOTHING {NULL, NULL, 0}

// Order: invalid, f32 f64 f16 bf16, i8 u8 i16 u16 i32 u32 i64 u64, bool. Signs do not matter to the target.
#define INTEGER_ROW(source, f32, f64, bf16, to8, to16, to32, to64, truth)                                    \
    LG_POINTWISE_CHOICES(source, NOTHING, f32, f64, f32, bf16, to8, to8, to16, to16, to32, to32, to64, to64, \
                         truth)

#define COMMON_ROWS(isa)                                                                                  \
    INTEGER_ROW(cast_i8__##isa, TO(i8, f32, isa, 0.2), TO(i8, f64, isa, 0.3), TO(i8, f32, isa, 0.2),      \
                STAY(8), TO(i8, 16, isa, 0.1), TO(i8, 32, isa, 0.2), TO(i8, 64, isa, 0.3),                \
                RARE(8, bool, 0.1))                                                                       \
    INTEGER_ROW(cast_byte__##isa, TO(u8, f32, isa, 0.2), TO(u8, f64, isa, 0.3), TO(u8, f32, isa, 0.2),    \
                STAY(8), TO(u8, 16, isa, 0.1), TO(u8, 32, isa, 0.2), TO(u8, 64, isa, 0.3),                \
                RARE(8, bool, 0.1))                                                                       \
    INTEGER_ROW(cast_i32__##isa, TO(i32, f32, isa, 0.2), TO(i32, f64, isa, 0.3), RARE(i32, odd, 1.0),     \
                TO(32, 8, isa, 0.2), RARE(32, 16, 0.2), STAY(32), TO(i32, 64, isa, 0.3),                  \
                TO(32, bool, isa, 0.2))                                                                   \
    INTEGER_ROW(cast_i64__##isa, TO(i64, f32, isa, 0.5), TO(i64, f64, isa, 0.5), RARE(i64, odd, 2.0),     \
                TO(64, 8, isa, 0.3), RARE(64, 16, 0.3), TO(64, 32, isa, 0.3), STAY(64),                   \
                TO(64, bool, isa, 0.3))                                                                   \
    LG_POINTWISE_CHOICES(cast_f32__##isa, NOTHING, STAY(32), TO(f32, f64, isa, 0.2), STAY(32), STAY(32),  \
                         TO(f32, i8, isa, 0.4), TO(f32, u8, isa, 0.4), RARE(f32, i16, 0.6),               \
                         RARE(f32, u16, 0.6), TO(f32, i32, isa, 0.4), RARE(f32, u32, 1.0),                \
                         TO(f32, i64, isa, 1.0), RARE(f32, u64, 1.5), TO(f32, bool, isa, 0.2))            \
    LG_POINTWISE_CHOICES(cast_f64__##isa, NOTHING, TO(f64, f32, isa, 0.2), STAY(64), RARE(f64, odd, 2.0), \
                         RARE(f64, odd, 2.0), TO(f64, i8, isa, 0.4), TO(f64, u8, isa, 0.4),               \
                         RARE(f64, i16, 0.6), RARE(f64, u16, 0.6), TO(f64, i32, isa, 0.4),                \
                         RARE(f64, u32, 1.0), TO(f64, i64, isa, 1.0), RARE(f64, u64, 1.5),                \
                         TO(f64, bool, isa, 0.2))
COMMON_ROWS(scalar)
#if LG_CPU_X86
COMMON_ROWS(avx2)
#endif
INTEGER_ROW(cast_i16__scalar, RARE(i16, f32, 0.3), RARE(i16, f64, 0.4), RARE(i16, f32, 0.3), RARE(16, 8, 0.2),
            STAY(16), RARE(i16, 32, 0.2), RARE(i16, 64, 0.3), RARE(16, bool, 0.3))
INTEGER_ROW(cast_u16__scalar, RARE(u16, f32, 0.3), RARE(u16, f64, 0.4), RARE(u16, f32, 0.3), RARE(16, 8, 0.2),
            STAY(16), RARE(u16, 32, 0.2), RARE(u16, 64, 0.3), RARE(16, bool, 0.3))
INTEGER_ROW(cast_u32__scalar, RARE(u32, f32, 0.3), RARE(u32, f64, 0.4), RARE(u32, odd, 1.0), RARE(32, 8, 0.2),
            RARE(32, 16, 0.2), STAY(32), RARE(u32, 64, 0.3), RARE(32, bool, 0.3))
INTEGER_ROW(cast_u64__scalar, RARE(u64, f32, 0.3), RARE(u64, f64, 0.4), RARE(u64, odd, 2.0), RARE(64, 8, 0.3),
            RARE(64, 16, 0.3), RARE(64, 32, 0.3), STAY(64), RARE(64, bool, 0.3))
