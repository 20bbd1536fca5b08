/* SPDX-License-Identifier: Apache-2.0
 *
 * Number attributes as elements of a dtype.
 */
#ifndef LEGATO_KERNELS_MOVE_SCALAR_H_
#define LEGATO_KERNELS_MOVE_SCALAR_H_

#include "../simd/scalar.h"

// Rounds to float so that a second rounding to 16 bits gives what one rounding would: toward zero, with the
// last bit set when something was cut off. Boldo, Melquiond, Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd, 2008.
LG_INLINE float lg_f32_to_odd(double value) {
    float rounded = (float)value;
    if ((double)rounded == value || value != value) {
        return rounded;
    }
    uint32_t bits = f32_bits(rounded);
    bits -= (double)rounded > value ? (value > 0) : (value < 0);  // back toward zero
    return f32_from_bits(bits | 1u);
}

LG_INLINE int64_t lg_i64_from_f64(double value) {  // truncates; NaN is 0, out of range the nearest end
    return value != value ? 0 : value >= 0x1p63 ? INT64_MAX : value < -0x1p63 ? INT64_MIN : (int64_t)value;
}

LG_INLINE uint64_t lg_u64_from_f64(double value) {
    return !(value > 0) ? 0 : value >= 0x1p64 ? UINT64_MAX : (uint64_t)value;
}

// Returns the bytes of `scalar` as an element of `dtype`, in the low end of the result.
uint64_t lg_scalar_bits(const lg_scalar_t *scalar, uint32_t dtype);

#endif  // LEGATO_KERNELS_MOVE_SCALAR_H_
