/* SPDX-License-Identifier: Apache-2.0
 *
 * Scalar helpers that every instruction set shares: bit casts, binary16 and bfloat16.
 * Conversions to the 16-bit types round once, to nearest even; a NaN stays a (quiet) NaN of the same sign.
 */
#ifndef LEGATO_KERNELS_SIMD_SCALAR_H_
#define LEGATO_KERNELS_SIMD_SCALAR_H_

#include <string.h>

#include "../cpu.h"

// Storage types. Plain integers for the two 16-bit formats, so that no arithmetic happens by accident.
typedef float lg_f32_t;
typedef uint16_t lg_f16_t;
typedef uint16_t lg_bf16_t;

LG_INLINE uint32_t f32_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

LG_INLINE float f32_from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

LG_INLINE float f32_from_bf16(lg_bf16_t x) {
    return f32_from_bits((uint32_t)x << 16);
}

LG_INLINE lg_bf16_t bf16_from_f32(float x) {
    uint32_t bits = f32_bits(x);
    uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return (lg_bf16_t)(x != x ? (bits >> 16) | 0x40u : rounded);
}

// Branch-free, so that compilers turn it into selects: normal and subnormal results are both computed. The
// subnormal one lets a float multiplication by 2^-24 place the bits.
LG_INLINE float f32_from_f16(lg_f16_t x) {
    uint32_t sign = (uint32_t)(x & 0x8000u) << 16;
    uint32_t magnitude = x & 0x7fffu;
    uint32_t normal = (magnitude << 13) + (112u << 23);
    uint32_t special = (magnitude << 13) | 0x7f800000u | (magnitude > 0x7c00u ? 0x400000u : 0u);
    uint32_t small = f32_bits((float)(int32_t)magnitude * 0x1p-24f);
    return f32_from_bits(sign | (magnitude >= 0x7c00u ? special : magnitude < 0x400u ? small : normal));
}

// Subnormal results: adding 0.5 puts the last bit of a binary16 subnormal (2^-24) at the last bit of the
// float, so the addition itself rounds to nearest even.
LG_INLINE lg_f16_t f16_from_f32(float x) {
    uint32_t bits = f32_bits(x);
    uint32_t sign = (bits >> 16) & 0x8000u;
    uint32_t magnitude = bits & 0x7fffffffu;
    uint32_t normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
    uint32_t small = f32_bits(f32_from_bits(magnitude) + 0.5f) - 0x3f000000u;
    uint32_t special = magnitude > 0x7f800000u ? 0x7e00u | ((magnitude >> 13) & 0x3ffu) : 0x7c00u;
    uint32_t finite = magnitude < 0x38800000u ? small : normal;
    return (lg_f16_t)(sign | (magnitude >= 0x47800000u ? special : finite));  // 2^16 and above: infinity
}

#endif  // LEGATO_KERNELS_SIMD_SCALAR_H_
