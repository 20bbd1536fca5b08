/* SPDX-License-Identifier: Apache-2.0
 *
 * What every engine file needs: error checks, assertions, checked size arithmetic.
 */
#ifndef LEGATO_ENGINE_CHECK_H_
#define LEGATO_ENGINE_CHECK_H_

#include <legato/base.h>
#include <stdbool.h>

// Sets the error and returns `CODE` from the enclosing function unless `condition` holds.
#define LG_CHECK(err, condition, CODE, op, ...)                    \
    do {                                                           \
        if (!(condition)) {                                        \
            return lg_error_set((err), (CODE), (op), __VA_ARGS__); \
        }                                                          \
    } while (0)

// Internal invariants: checked in debug builds, an assumption of the reader otherwise. A library must not
// abort its host, so a failed assertion traps in debug builds only.
#if defined(LG_DEBUG) && LG_DEBUG
#define lg_assert(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define lg_assert(condition) ((void)0)
#endif

// "avx2" for LG_ISA_AVX2.
const char *lg_isa_name(uint32_t isa);
#define LG_ISA_COUNT 5

// lg_dtype_size for a dtype that is known to be valid: two bits of log2 per dtype, in the order of lg_dtype_t.
static inline size_t lg_dtype_bytes(uint8_t dtype) {
    const uint32_t log2 = 2u << 2 | 3u << 4 | 1u << 6 | 1u << 8 | 0u << 10 | 0u << 12 | 1u << 14 | 1u << 16 |
                          2u << 18 | 2u << 20 | 3u << 22 | 3u << 24 | 0u << 26;
    return (size_t)1 << (log2 >> (2 * dtype) & 3);
}

// Set `*out` and return true, or return false on overflow.
static inline bool lg_mul_i64(int64_t a, int64_t b, int64_t *out) {
    return !__builtin_mul_overflow(a, b, out);
}
static inline bool lg_add_size(size_t a, size_t b, size_t *out) {
    return !__builtin_add_overflow(a, b, out);
}
static inline bool lg_mul_size(size_t a, size_t b, size_t *out) {
    return !__builtin_mul_overflow(a, b, out);
}
// Rounds up to a multiple of `alignment` (a power of two).
static inline size_t lg_align_up(size_t value, size_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

#endif  // LEGATO_ENGINE_CHECK_H_
