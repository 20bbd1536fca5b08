/* SPDX-License-Identifier: Apache-2.0
 *
 * The vector vocabulary on AArch64 NEON: 4 lanes of f32. simd.h says what each word means.
 */
#ifndef LEGATO_KERNELS_SIMD_NEON_H_
#define LEGATO_KERNELS_SIMD_NEON_H_

#include <arm_neon.h>

#include "scalar.h"

typedef float32x4_t f32__neon;
typedef int32x4_t i32__neon;
typedef uint32x4_t mask__neon;  // all ones or all zeros per lane
typedef float64x2_t f64__neon;
enum { lanes__neon = 4 };

// ---- memory -----------------------------------------------------------------------------------------

LG_INLINE f32__neon load_f32__neon(const float *p) {
    return vld1q_f32(p);
}
LG_INLINE void store_f32__neon(float *p, f32__neon x) {
    vst1q_f32(p, x);
}
// AArch64 has no non-temporal store of one vector, and its cores detect streams by themselves.
LG_INLINE void stream_f32__neon(float *p, f32__neon x) {
    vst1q_f32(p, x);
}
LG_INLINE void fence__neon(void) {
}

LG_INLINE f32__neon load_f16__neon(const lg_f16_t *p) {
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}
LG_INLINE void store_f16__neon(lg_f16_t *p, f32__neon x) {
    vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(x)));
}
LG_INLINE f32__neon load_bf16__neon(const lg_bf16_t *p) {
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
}
LG_INLINE void store_bf16__neon(lg_bf16_t *p, f32__neon x) {
    uint32x4_t bits = vreinterpretq_u32_f32(x);
    uint32x4_t odd = vandq_u32(vshrq_n_u32(bits, 16), vdupq_n_u32(1));
    uint32x4_t rounded = vaddq_u32(vaddq_u32(bits, vdupq_n_u32(0x7fff)), odd);
    uint32x4_t quiet = vorrq_u32(bits, vdupq_n_u32(0x400000));
    vst1_u16(p, vshrn_n_u32(vbslq_u32(vceqq_f32(x, x), rounded, quiet), 16));
}

#define LG_NEON_PARTS(type, storage)                                            \
    LG_INLINE f32__neon load_n_##storage##__neon(const type *p, int64_t n) {    \
        type part[4] = {0};                                                     \
        for (int64_t i = 0; i < n; i++)                                         \
            part[i] = p[i];                                                     \
        return load_##storage##__neon(part);                                    \
    }                                                                           \
    LG_INLINE void store_n_##storage##__neon(type *p, f32__neon x, int64_t n) { \
        type part[4];                                                           \
        store_##storage##__neon(part, x);                                       \
        for (int64_t i = 0; i < n; i++)                                         \
            p[i] = part[i];                                                     \
    }
LG_NEON_PARTS(float, f32)
LG_NEON_PARTS(lg_f16_t, f16)
LG_NEON_PARTS(lg_bf16_t, bf16)
#undef LG_NEON_PARTS

// ---- arithmetic -------------------------------------------------------------------------------------

LG_INLINE f32__neon splat__neon(float x) {
    return vdupq_n_f32(x);
}
LG_INLINE f32__neon add__neon(f32__neon a, f32__neon b) {
    return vaddq_f32(a, b);
}
LG_INLINE f32__neon sub__neon(f32__neon a, f32__neon b) {
    return vsubq_f32(a, b);
}
LG_INLINE f32__neon mul__neon(f32__neon a, f32__neon b) {
    return vmulq_f32(a, b);
}
LG_INLINE f32__neon div__neon(f32__neon a, f32__neon b) {
    return vdivq_f32(a, b);
}
LG_INLINE f32__neon fma__neon(f32__neon a, f32__neon b, f32__neon c) {
    return vfmaq_f32(c, a, b);
}
LG_INLINE f32__neon fms__neon(f32__neon a, f32__neon b, f32__neon c) {
    return vfmaq_f32(vnegq_f32(c), a, b);
}
LG_INLINE f32__neon fnma__neon(f32__neon a, f32__neon b, f32__neon c) {
    return vfmsq_f32(c, a, b);
}
LG_INLINE f32__neon sqrt__neon(f32__neon x) {
    return vsqrtq_f32(x);
}
LG_INLINE f32__neon neg__neon(f32__neon x) {
    return vnegq_f32(x);
}
LG_INLINE f32__neon abs__neon(f32__neon x) {
    return vabsq_f32(x);
}
LG_INLINE f32__neon copysign__neon(f32__neon magnitude, f32__neon sign) {
    return vbslq_f32(vdupq_n_u32(0x80000000u), sign, magnitude);
}
LG_INLINE f32__neon max__neon(f32__neon a, f32__neon b) {
    return vmaxq_f32(a, b);
}
LG_INLINE f32__neon min__neon(f32__neon a, f32__neon b) {
    return vminq_f32(a, b);
}

// ---- masks ------------------------------------------------------------------------------------------

LG_INLINE mask__neon lt__neon(f32__neon a, f32__neon b) {
    return vcltq_f32(a, b);
}
LG_INLINE mask__neon not_le__neon(f32__neon a, f32__neon b) {
    return vmvnq_u32(vcleq_f32(a, b));
}
LG_INLINE mask__neon is_nan__neon(f32__neon x) {
    return vmvnq_u32(vceqq_f32(x, x));
}
LG_INLINE mask__neon has_sign__neon(f32__neon x) {
    return vcltzq_s32(vreinterpretq_s32_f32(x));
}
LG_INLINE mask__neon or_m__neon(mask__neon a, mask__neon b) {
    return vorrq_u32(a, b);
}
LG_INLINE mask__neon and_not_m__neon(mask__neon a, mask__neon b) {
    return vbicq_u32(a, b);
}
LG_INLINE int32_t any__neon(mask__neon m) {
    return vmaxvq_u32(m) != 0;
}
LG_INLINE int32_t all__neon(mask__neon m) {
    return vminvq_u32(m) != 0;
}
LG_INLINE f32__neon select__neon(mask__neon m, f32__neon a, f32__neon b) {
    return vbslq_f32(m, a, b);
}
LG_INLINE float fold_max__neon(f32__neon x) {
    return vmaxvq_f32(x);
}
LG_INLINE float fold_add__neon(f32__neon x) {
    return vaddvq_f32(x);
}

LG_INLINE f32__neon relu__neon(f32__neon x) {
    return vbslq_f32(vcltzq_f32(x), vdupq_n_f32(0.0f), x);
}
// By comparisons: the instructions order -0 below +0, which the other instruction sets do not.
LG_INLINE f32__neon maximum__neon(f32__neon a, f32__neon b) {
    return vbslq_f32(vorrq_u32(vcgtq_f32(a, b), is_nan__neon(a)), a, b);
}
LG_INLINE f32__neon minimum__neon(f32__neon a, f32__neon b) {
    return vbslq_f32(vorrq_u32(vcltq_f32(a, b), is_nan__neon(a)), a, b);
}

// ---- integers ---------------------------------------------------------------------------------------

LG_INLINE i32__neon bits__neon(f32__neon x) {
    return vreinterpretq_s32_f32(x);
}
LG_INLINE f32__neon from_bits__neon(i32__neon x) {
    return vreinterpretq_f32_s32(x);
}
LG_INLINE f32__neon to_f32__neon(i32__neon x) {
    return vcvtq_f32_s32(x);
}
LG_INLINE i32__neon splat_i__neon(int32_t x) {
    return vdupq_n_s32(x);
}
LG_INLINE i32__neon add_i__neon(i32__neon a, i32__neon b) {
    return vaddq_s32(a, b);
}
LG_INLINE i32__neon sub_i__neon(i32__neon a, i32__neon b) {
    return vsubq_s32(a, b);
}
LG_INLINE i32__neon and_i__neon(i32__neon a, i32__neon b) {
    return vandq_s32(a, b);
}
LG_INLINE i32__neon shift_left_23__neon(i32__neon x) {
    return vshlq_n_s32(x, 23);
}
LG_INLINE i32__neon shift_left_31__neon(i32__neon x) {
    return vshlq_n_s32(x, 31);
}
LG_INLINE i32__neon shift_right_23__neon(i32__neon x) {
    return vshrq_n_s32(x, 23);
}
LG_INLINE i32__neon halve_i__neon(i32__neon x) {
    return vshrq_n_s32(x, 1);
}

// ---- f64, half a vector at a time -------------------------------------------------------------------

LG_INLINE f64__neon widen_low__neon(f32__neon x) {
    return vcvt_f64_f32(vget_low_f32(x));
}
LG_INLINE f64__neon widen_high__neon(f32__neon x) {
    return vcvt_high_f64_f32(x);
}
LG_INLINE f32__neon narrow__neon(f64__neon low, f64__neon high) {
    return vcvt_high_f32_f64(vcvt_f32_f64(low), high);
}
LG_INLINE f64__neon splat_d__neon(double x) {
    return vdupq_n_f64(x);
}
LG_INLINE f64__neon add_d__neon(f64__neon a, f64__neon b) {
    return vaddq_f64(a, b);
}
LG_INLINE f64__neon sub_d__neon(f64__neon a, f64__neon b) {
    return vsubq_f64(a, b);
}
LG_INLINE f64__neon mul_d__neon(f64__neon a, f64__neon b) {
    return vmulq_f64(a, b);
}
LG_INLINE f64__neon div_d__neon(f64__neon a, f64__neon b) {
    return vdivq_f64(a, b);
}
LG_INLINE f64__neon fma_d__neon(f64__neon a, f64__neon b, f64__neon c) {
    return vfmaq_f64(c, a, b);
}
LG_INLINE f64__neon fnma_d__neon(f64__neon a, f64__neon b, f64__neon c) {
    return vfmsq_f64(c, a, b);
}
LG_INLINE f64__neon max_d__neon(f64__neon a, f64__neon b) {
    return vmaxq_f64(a, b);
}
LG_INLINE f64__neon min_d__neon(f64__neon a, f64__neon b) {
    return vminq_f64(a, b);
}
LG_INLINE f64__neon scale_d__neon(f64__neon x, f64__neon shifted_n) {
    int64x2_t n = vshlq_n_s64(vreinterpretq_s64_f64(shifted_n), 52);
    return vreinterpretq_f64_s64(vaddq_s64(vreinterpretq_s64_f64(x), n));
}

#endif  // LEGATO_KERNELS_SIMD_NEON_H_
