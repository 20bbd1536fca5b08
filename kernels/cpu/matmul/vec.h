/* SPDX-License-Identifier: Apache-2.0
 *
 * The vectors of the gemm, conv and pool bodies: one element type and one instruction set per translation
 * unit, chosen before inclusion by defining LG_VEC_F32 or LG_VEC_F64 and one of LG_VEC_AVX2, LG_VEC_AVX512,
 * LG_VEC_NEON. F64 is not for AVX512: few networks compute in it, and it would be 8 % of the library.
 *
 * elem_t, vec_t, vec_mask_t        element, vector, set of valid low lanes
 * LG_VEC_LANES, LG_VEC_TARGET      lanes of a vector, function attribute
 * vec_mask(n)                      the low n lanes, 0 <= n <= LG_VEC_LANES
 * vec_load_mask, vec_store_mask    touch memory of valid lanes only; others load as 0
 * vec_fma(a, b, c) = a * b + c     one rounding
 * vec_max(a, b)                    b > a or b is NaN ? b : a; so NaN where either is NaN
 * vec_sum(v)                       halves added to halves: a fixed tree
 * vec_range(low, high)             the lanes low .. high - 1, none when high <= low; 0 <= both <= LG_VEC_LANES
 * vec_load_range(v, p, range)      v with the lanes of `range` from p + lane; touches memory of those only
 * vec_load_step(v, p, step, l, h)  v with the lanes l .. h - 1 from p + lane * step; touches memory of those only
 * vec_even(a, b)                   elements 0, 2, 4, ... of a followed by b
 * vec_transpose(r)                 r[i] lane j <-> r[j] lane i, LG_VEC_LANES vectors
 */
#ifndef LEGATO_KERNELS_MATMUL_VEC_H_
#define LEGATO_KERNELS_MATMUL_VEC_H_

#include "../cpu.h"

#if defined(__GNUC__)
#define LG_PREFETCH(address) __builtin_prefetch((address), 0)  // may lie outside any object
#define LG_PREFETCH_WRITE(address) __builtin_prefetch((address), 1)
#define LG_PREFETCH_FAR(address) __builtin_prefetch((address), 0, 2)  // into L2
#else
#define LG_PREFETCH(address) (void)(address)
#define LG_PREFETCH_WRITE(address) (void)(address)
#define LG_PREFETCH_FAR(address) (void)(address)
#endif

#if defined(LG_VEC_F32)
typedef float elem_t;
#else
typedef double elem_t;
#endif

#if defined(LG_VEC_AVX512)
#include <immintrin.h>
#define LG_VEC_TARGET LG_TARGET_AVX512
#define LG_VEC LG_INLINE LG_TARGET_AVX512

#define LG_VEC_LANES 16
typedef __m512 vec_t;
typedef __mmask16 vec_mask_t;
LG_VEC vec_t vec_zero(void) {
    return _mm512_setzero_ps();
}
LG_VEC vec_t vec_dup(elem_t x) {
    return _mm512_set1_ps(x);
}
LG_VEC vec_t vec_load(const elem_t *p) {
    return _mm512_loadu_ps(p);
}
LG_VEC void vec_store(elem_t *p, vec_t v) {
    _mm512_storeu_ps(p, v);
}
LG_VEC vec_t vec_fma(vec_t a, vec_t b, vec_t c) {
    return _mm512_fmadd_ps(a, b, c);
}
LG_VEC vec_t vec_add(vec_t a, vec_t b) {
    return _mm512_add_ps(a, b);
}
LG_VEC vec_t vec_div(vec_t a, vec_t b) {
    return _mm512_div_ps(a, b);
}
LG_VEC vec_t vec_max(vec_t a, vec_t b) {
    // maxps(b, a) is b > a ? b : a, so only a NaN in b needs the blend.
    return _mm512_mask_mov_ps(_mm512_max_ps(b, a), _mm512_cmp_ps_mask(b, b, _CMP_UNORD_Q), b);
}
LG_VEC vec_mask_t vec_mask(int64_t n) {
    return (vec_mask_t)((1u << n) - 1u);
}
LG_VEC vec_t vec_load_mask(const elem_t *p, vec_mask_t m) {
    return _mm512_maskz_loadu_ps(m, p);
}
LG_VEC void vec_store_mask(elem_t *p, vec_t v, vec_mask_t m) {
    _mm512_mask_storeu_ps(p, m, v);
}
typedef __mmask16 vec_range_t;
LG_VEC vec_range_t vec_range(int64_t low, int64_t high) {
    return high > low ? (vec_range_t)(((1u << high) - 1u) & ~((1u << low) - 1u)) : 0;
}
LG_VEC vec_t vec_load_range(vec_t v, const elem_t *p, vec_range_t r) {
    return _mm512_mask_loadu_ps(v, r, p);
}
LG_VEC vec_t vec_even(vec_t a, vec_t b) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(a, even, b);
}
LG_VEC elem_t vec_sum(vec_t v) {
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
LG_VEC void vec_transpose(vec_t *r) {
    __m512d t[16];
    LG_UNROLL
    for (int i = 0; i < 16; i += 4) {
        __m512 ab_low = _mm512_unpacklo_ps(r[i], r[i + 1]), ab_high = _mm512_unpackhi_ps(r[i], r[i + 1]);
        __m512 cd_low = _mm512_unpacklo_ps(r[i + 2], r[i + 3]),
               cd_high = _mm512_unpackhi_ps(r[i + 2], r[i + 3]);
        t[i] = _mm512_unpacklo_pd(_mm512_castps_pd(ab_low), _mm512_castps_pd(cd_low));
        t[i + 1] = _mm512_unpackhi_pd(_mm512_castps_pd(ab_low), _mm512_castps_pd(cd_low));
        t[i + 2] = _mm512_unpacklo_pd(_mm512_castps_pd(ab_high), _mm512_castps_pd(cd_high));
        t[i + 3] = _mm512_unpackhi_pd(_mm512_castps_pd(ab_high), _mm512_castps_pd(cd_high));
    }
    LG_UNROLL
    for (int i = 0; i < 4; ++i) {
        __m512 a = _mm512_castpd_ps(t[i]), b = _mm512_castpd_ps(t[i + 4]);
        __m512 c = _mm512_castpd_ps(t[i + 8]), d = _mm512_castpd_ps(t[i + 12]);
        __m512 ab_even = _mm512_shuffle_f32x4(a, b, 0x88), ab_odd = _mm512_shuffle_f32x4(a, b, 0xdd);
        __m512 cd_even = _mm512_shuffle_f32x4(c, d, 0x88), cd_odd = _mm512_shuffle_f32x4(c, d, 0xdd);
        r[i] = _mm512_shuffle_f32x4(ab_even, cd_even, 0x88);
        r[i + 8] = _mm512_shuffle_f32x4(ab_even, cd_even, 0xdd);
        r[i + 4] = _mm512_shuffle_f32x4(ab_odd, cd_odd, 0x88);
        r[i + 12] = _mm512_shuffle_f32x4(ab_odd, cd_odd, 0xdd);
    }
}

#elif defined(LG_VEC_AVX2)
#include <immintrin.h>
#define LG_VEC_TARGET LG_TARGET_AVX2
#define LG_VEC LG_INLINE LG_TARGET_AVX2
typedef __m256i vec_mask_t;
typedef __m256i vec_range_t;

#if defined(LG_VEC_F32)
#define LG_VEC_LANES 8
typedef __m256 vec_t;
LG_VEC vec_t vec_zero(void) {
    return _mm256_setzero_ps();
}
LG_VEC vec_t vec_dup(elem_t x) {
    return _mm256_set1_ps(x);
}
LG_VEC vec_t vec_load(const elem_t *p) {
    return _mm256_loadu_ps(p);
}
LG_VEC void vec_store(elem_t *p, vec_t v) {
    _mm256_storeu_ps(p, v);
}
LG_VEC vec_t vec_fma(vec_t a, vec_t b, vec_t c) {
    return _mm256_fmadd_ps(a, b, c);
}
LG_VEC vec_t vec_add(vec_t a, vec_t b) {
    return _mm256_add_ps(a, b);
}
LG_VEC vec_t vec_div(vec_t a, vec_t b) {
    return _mm256_div_ps(a, b);
}
LG_VEC vec_t vec_max(vec_t a, vec_t b) {
    return _mm256_blendv_ps(_mm256_max_ps(b, a), b, _mm256_cmp_ps(b, b, _CMP_UNORD_Q));
}
LG_VEC vec_mask_t vec_mask(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
LG_VEC vec_t vec_load_mask(const elem_t *p, vec_mask_t m) {
    return _mm256_maskload_ps(p, m);
}
LG_VEC void vec_store_mask(elem_t *p, vec_t v, vec_mask_t m) {
    _mm256_maskstore_ps(p, m, v);
}
LG_VEC vec_range_t vec_range(int64_t low, int64_t high) {
    return _mm256_andnot_si256(vec_mask(low), vec_mask(high));
}
LG_VEC vec_t vec_load_range(vec_t v, const elem_t *p, vec_range_t r) {
    return _mm256_blendv_ps(v, _mm256_maskload_ps(p, r), _mm256_castsi256_ps(r));
}
LG_VEC vec_t vec_even(vec_t a, vec_t b) {
    __m256d mixed = _mm256_castps_pd(_mm256_shuffle_ps(a, b, 0x88));  // a0 a2 b0 b2 a4 a6 b4 b6
    return _mm256_castpd_ps(_mm256_permute4x64_pd(mixed, 0xd8));
}
LG_VEC elem_t vec_sum(vec_t v) {
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
LG_VEC void vec_transpose(vec_t *r) {
    __m256 t[8];
    LG_UNROLL
    for (int i = 0; i < 8; i += 4) {
        __m256 ab_low = _mm256_unpacklo_ps(r[i], r[i + 1]), ab_high = _mm256_unpackhi_ps(r[i], r[i + 1]);
        __m256 cd_low = _mm256_unpacklo_ps(r[i + 2], r[i + 3]),
               cd_high = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
        t[i] = _mm256_shuffle_ps(ab_low, cd_low, 0x44);
        t[i + 1] = _mm256_shuffle_ps(ab_low, cd_low, 0xee);
        t[i + 2] = _mm256_shuffle_ps(ab_high, cd_high, 0x44);
        t[i + 3] = _mm256_shuffle_ps(ab_high, cd_high, 0xee);
    }
    LG_UNROLL
    for (int i = 0; i < 4; ++i) {
        r[i] = _mm256_permute2f128_ps(t[i], t[i + 4], 0x20);
        r[i + 4] = _mm256_permute2f128_ps(t[i], t[i + 4], 0x31);
    }
}
#else
#define LG_VEC_LANES 4
typedef __m256d vec_t;
LG_VEC vec_t vec_zero(void) {
    return _mm256_setzero_pd();
}
LG_VEC vec_t vec_dup(elem_t x) {
    return _mm256_set1_pd(x);
}
LG_VEC vec_t vec_load(const elem_t *p) {
    return _mm256_loadu_pd(p);
}
LG_VEC void vec_store(elem_t *p, vec_t v) {
    _mm256_storeu_pd(p, v);
}
LG_VEC vec_t vec_fma(vec_t a, vec_t b, vec_t c) {
    return _mm256_fmadd_pd(a, b, c);
}
LG_VEC vec_t vec_add(vec_t a, vec_t b) {
    return _mm256_add_pd(a, b);
}
LG_VEC vec_t vec_div(vec_t a, vec_t b) {
    return _mm256_div_pd(a, b);
}
LG_VEC vec_t vec_max(vec_t a, vec_t b) {
    return _mm256_blendv_pd(_mm256_max_pd(b, a), b, _mm256_cmp_pd(b, b, _CMP_UNORD_Q));
}
LG_VEC vec_mask_t vec_mask(int64_t n) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
LG_VEC vec_t vec_load_mask(const elem_t *p, vec_mask_t m) {
    return _mm256_maskload_pd(p, m);
}
LG_VEC void vec_store_mask(elem_t *p, vec_t v, vec_mask_t m) {
    _mm256_maskstore_pd(p, m, v);
}
LG_VEC vec_range_t vec_range(int64_t low, int64_t high) {
    return _mm256_andnot_si256(vec_mask(low), vec_mask(high));
}
LG_VEC vec_t vec_load_range(vec_t v, const elem_t *p, vec_range_t r) {
    return _mm256_blendv_pd(v, _mm256_maskload_pd(p, r), _mm256_castsi256_pd(r));
}
LG_VEC vec_t vec_even(vec_t a, vec_t b) {
    return _mm256_permute4x64_pd(_mm256_unpacklo_pd(a, b), 0xd8);
}
LG_VEC elem_t vec_sum(vec_t v) {
    __m128d q = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(q, _mm_unpackhi_pd(q, q)));
}
LG_VEC void vec_transpose(vec_t *r) {
    __m256d ab_low = _mm256_unpacklo_pd(r[0], r[1]), ab_high = _mm256_unpackhi_pd(r[0], r[1]);
    __m256d cd_low = _mm256_unpacklo_pd(r[2], r[3]), cd_high = _mm256_unpackhi_pd(r[2], r[3]);
    r[0] = _mm256_permute2f128_pd(ab_low, cd_low, 0x20);
    r[1] = _mm256_permute2f128_pd(ab_high, cd_high, 0x20);
    r[2] = _mm256_permute2f128_pd(ab_low, cd_low, 0x31);
    r[3] = _mm256_permute2f128_pd(ab_high, cd_high, 0x31);
}
#endif

#elif defined(LG_VEC_NEON)
#include <arm_neon.h>
#define LG_VEC_TARGET LG_TARGET_NEON
#define LG_VEC LG_INLINE
typedef int64_t vec_mask_t;  // number of valid lanes: there are no masked moves
LG_VEC vec_mask_t vec_mask(int64_t n) {
    return n;
}

#if defined(LG_VEC_F32)
#define LG_VEC_LANES 4
typedef float32x4_t vec_t;
LG_VEC vec_t vec_zero(void) {
    return vdupq_n_f32(0);
}
LG_VEC vec_t vec_dup(elem_t x) {
    return vdupq_n_f32(x);
}
LG_VEC vec_t vec_load(const elem_t *p) {
    return vld1q_f32(p);
}
LG_VEC void vec_store(elem_t *p, vec_t v) {
    vst1q_f32(p, v);
}
LG_VEC vec_t vec_fma(vec_t a, vec_t b, vec_t c) {
    return vfmaq_f32(c, a, b);
}
LG_VEC vec_t vec_add(vec_t a, vec_t b) {
    return vaddq_f32(a, b);
}
LG_VEC vec_t vec_div(vec_t a, vec_t b) {
    return vdivq_f32(a, b);
}
LG_VEC vec_t vec_max(vec_t a, vec_t b) {  // not FMAX, which orders zeros by sign
    return vbslq_f32(vorrq_u32(vcgtq_f32(b, a), vmvnq_u32(vceqq_f32(b, b))), b, a);
}
LG_VEC vec_t vec_even(vec_t a, vec_t b) {
    return vuzp1q_f32(a, b);
}
LG_VEC elem_t vec_sum(vec_t v) {
    float32x2_t h = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(h, 0) + vget_lane_f32(h, 1);
}
LG_VEC void vec_transpose(vec_t *r) {
    float32x4x2_t ab = vtrnq_f32(r[0], r[1]), cd = vtrnq_f32(r[2], r[3]);
    r[0] = vcombine_f32(vget_low_f32(ab.val[0]), vget_low_f32(cd.val[0]));
    r[1] = vcombine_f32(vget_low_f32(ab.val[1]), vget_low_f32(cd.val[1]));
    r[2] = vcombine_f32(vget_high_f32(ab.val[0]), vget_high_f32(cd.val[0]));
    r[3] = vcombine_f32(vget_high_f32(ab.val[1]), vget_high_f32(cd.val[1]));
}
#else
#define LG_VEC_LANES 2
typedef float64x2_t vec_t;
LG_VEC vec_t vec_zero(void) {
    return vdupq_n_f64(0);
}
LG_VEC vec_t vec_dup(elem_t x) {
    return vdupq_n_f64(x);
}
LG_VEC vec_t vec_load(const elem_t *p) {
    return vld1q_f64(p);
}
LG_VEC void vec_store(elem_t *p, vec_t v) {
    vst1q_f64(p, v);
}
LG_VEC vec_t vec_fma(vec_t a, vec_t b, vec_t c) {
    return vfmaq_f64(c, a, b);
}
LG_VEC vec_t vec_add(vec_t a, vec_t b) {
    return vaddq_f64(a, b);
}
LG_VEC vec_t vec_div(vec_t a, vec_t b) {
    return vdivq_f64(a, b);
}
LG_VEC vec_t vec_max(vec_t a, vec_t b) {
    const uint64x2_t is_nan = veorq_u64(vceqq_f64(b, b), vdupq_n_u64(UINT64_MAX));
    return vbslq_f64(vorrq_u64(vcgtq_f64(b, a), is_nan), b, a);
}
LG_VEC vec_t vec_even(vec_t a, vec_t b) {
    return vuzp1q_f64(a, b);
}
LG_VEC elem_t vec_sum(vec_t v) {
    return vgetq_lane_f64(v, 0) + vgetq_lane_f64(v, 1);
}
LG_VEC void vec_transpose(vec_t *r) {
    vec_t low = vzip1q_f64(r[0], r[1]), high = vzip2q_f64(r[0], r[1]);
    r[0] = low;
    r[1] = high;
}
#endif
LG_VEC vec_t vec_load_mask(const elem_t *p, vec_mask_t m) {
    elem_t lanes[LG_VEC_LANES] = {0};
    for (int64_t i = 0; i < m; ++i) {
        lanes[i] = p[i];
    }
    return vec_load(lanes);
}
LG_VEC void vec_store_mask(elem_t *p, vec_t v, vec_mask_t m) {
    elem_t lanes[LG_VEC_LANES];
    vec_store(lanes, v);
    for (int64_t i = 0; i < m; ++i) {
        p[i] = lanes[i];
    }
}
typedef struct vec_range {
    int32_t low, high;
} vec_range_t;
LG_VEC vec_range_t vec_range(int64_t low, int64_t high) {
    return (vec_range_t){(int32_t)low, (int32_t)high};
}
LG_VEC vec_t vec_load_range(vec_t v, const elem_t *p, vec_range_t r) {
    if (r.low == 0 && r.high == LG_VEC_LANES) {
        return vec_load(p);
    }
    elem_t lanes[LG_VEC_LANES];
    vec_store(lanes, v);
    for (int32_t i = r.low; i < r.high; ++i) {
        lanes[i] = p[i];
    }
    return vec_load(lanes);
}
#endif

LG_VEC vec_t vec_load_step(vec_t v, const elem_t *p, int64_t step, int32_t low, int32_t high) {
#if defined(LG_VEC_F32) && defined(LG_VEC_AVX512)
    if (step > -(1 << 24) && step < (1 << 24)) {
        const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __m512i index = _mm512_mullo_epi32(lane, _mm512_set1_epi32((int32_t)step));
        return _mm512_mask_i32gather_ps(v, vec_range(low, high), index, p, sizeof *p);
    }
#elif defined(LG_VEC_F32) && defined(LG_VEC_AVX2)
    if (step > -(1 << 24) && step < (1 << 24)) {
        const __m256i index =
            _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32((int32_t)step));
        return _mm256_mask_i32gather_ps(v, p, index, _mm256_castsi256_ps(vec_range(low, high)), sizeof *p);
    }
#endif
    elem_t lanes[LG_VEC_LANES];
    vec_store(lanes, v);
    for (int32_t i = low; i < high; ++i) {
        lanes[i] = p[i * step];
    }
    return vec_load(lanes);
}

#endif  // LEGATO_KERNELS_MATMUL_VEC_H_
