/* SPDX-License-Identifier: Apache-2.0
 *
 * The vector vocabulary on AVX-512 (F, BW, DQ, VL): 16 lanes of f32. simd.h says what each word means.
 */
#ifndef LEGATO_KERNELS_SIMD_AVX512_H_
#define LEGATO_KERNELS_SIMD_AVX512_H_

#include <immintrin.h>

#include "scalar.h"

#define LG_AVX512 LG_INLINE LG_TARGET_AVX512

typedef __m512 f32__avx512;
typedef __m512i i32__avx512;
typedef __mmask16 mask__avx512;
typedef __m512d f64__avx512;
enum { lanes__avx512 = 16 };

// ---- memory -----------------------------------------------------------------------------------------

LG_AVX512 __mmask16 lane_mask__avx512(int64_t n) {
    return (__mmask16)((1u << n) - 1u);
}

LG_AVX512 f32__avx512 load_f32__avx512(const float *p) {
    return _mm512_loadu_ps(p);
}
LG_AVX512 void store_f32__avx512(float *p, f32__avx512 x) {
    _mm512_storeu_ps(p, x);
}
LG_AVX512 void stream_f32__avx512(float *p, f32__avx512 x) {
    _mm512_stream_ps(p, x);
}
LG_AVX512 void fence__avx512(void) {
    _mm_sfence();
}
LG_AVX512 f32__avx512 load_n_f32__avx512(const float *p, int64_t n) {
    return _mm512_maskz_loadu_ps(lane_mask__avx512(n), p);
}
LG_AVX512 void store_n_f32__avx512(float *p, f32__avx512 x, int64_t n) {
    _mm512_mask_storeu_ps(p, lane_mask__avx512(n), x);
}

LG_AVX512 f32__avx512 load_f16__avx512(const lg_f16_t *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(const void *)p));
}
LG_AVX512 f32__avx512 load_n_f16__avx512(const lg_f16_t *p, int64_t n) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(lane_mask__avx512(n), p));
}
LG_AVX512 void store_f16__avx512(lg_f16_t *p, f32__avx512 x) {
    _mm256_storeu_si256((__m256i *)(void *)p, _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}
LG_AVX512 void store_n_f16__avx512(lg_f16_t *p, f32__avx512 x, int64_t n) {
    _mm256_mask_storeu_epi16(p, lane_mask__avx512(n), _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}

LG_AVX512 f32__avx512 widen_bf16__avx512(__m256i x) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
}
// Not VCVTNEPS2BF16: it flushes subnormals to zero.
LG_AVX512 __m256i narrow_bf16__avx512(f32__avx512 x) {
    __m512i bits = _mm512_castps_si512(x);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    __m512i result = _mm512_mask_or_epi32(rounded, nan, bits, _mm512_set1_epi32(0x400000));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(result, 16));
}
LG_AVX512 f32__avx512 load_bf16__avx512(const lg_bf16_t *p) {
    return widen_bf16__avx512(_mm256_loadu_si256((const __m256i *)(const void *)p));
}
LG_AVX512 f32__avx512 load_n_bf16__avx512(const lg_bf16_t *p, int64_t n) {
    return widen_bf16__avx512(_mm256_maskz_loadu_epi16(lane_mask__avx512(n), p));
}
LG_AVX512 void store_bf16__avx512(lg_bf16_t *p, f32__avx512 x) {
    _mm256_storeu_si256((__m256i *)(void *)p, narrow_bf16__avx512(x));
}
LG_AVX512 void store_n_bf16__avx512(lg_bf16_t *p, f32__avx512 x, int64_t n) {
    _mm256_mask_storeu_epi16(p, lane_mask__avx512(n), narrow_bf16__avx512(x));
}

// ---- arithmetic -------------------------------------------------------------------------------------

LG_AVX512 f32__avx512 splat__avx512(float x) {
    return _mm512_set1_ps(x);
}
LG_AVX512 f32__avx512 add__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_add_ps(a, b);
}
LG_AVX512 f32__avx512 sub__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_sub_ps(a, b);
}
LG_AVX512 f32__avx512 mul__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_mul_ps(a, b);
}
LG_AVX512 f32__avx512 div__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_div_ps(a, b);
}
LG_AVX512 f32__avx512 fma__avx512(f32__avx512 a, f32__avx512 b, f32__avx512 c) {
    return _mm512_fmadd_ps(a, b, c);
}
LG_AVX512 f32__avx512 fms__avx512(f32__avx512 a, f32__avx512 b, f32__avx512 c) {
    return _mm512_fmsub_ps(a, b, c);
}
LG_AVX512 f32__avx512 fnma__avx512(f32__avx512 a, f32__avx512 b, f32__avx512 c) {
    return _mm512_fnmadd_ps(a, b, c);
}
LG_AVX512 f32__avx512 sqrt__avx512(f32__avx512 x) {
    return _mm512_sqrt_ps(x);
}
LG_AVX512 f32__avx512 neg__avx512(f32__avx512 x) {
    return _mm512_xor_ps(x, _mm512_set1_ps(-0.0f));
}
LG_AVX512 f32__avx512 abs__avx512(f32__avx512 x) {
    return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), x);
}
LG_AVX512 f32__avx512 copysign__avx512(f32__avx512 magnitude, f32__avx512 sign) {
    __m512i bit = _mm512_set1_epi32((int)0x80000000u);  // 0xd8: bit ? sign : magnitude
    return _mm512_castsi512_ps(
        _mm512_ternarylogic_epi32(_mm512_castps_si512(magnitude), _mm512_castps_si512(sign), bit, 0xd8));
}
LG_AVX512 f32__avx512 max__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_max_ps(a, b);
}
LG_AVX512 f32__avx512 min__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_min_ps(a, b);
}

// ---- masks ------------------------------------------------------------------------------------------

LG_AVX512 mask__avx512 lt__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}
LG_AVX512 mask__avx512 not_le__avx512(f32__avx512 a, f32__avx512 b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_NLE_UQ);
}
LG_AVX512 mask__avx512 is_nan__avx512(f32__avx512 x) {
    return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
}
LG_AVX512 mask__avx512 has_sign__avx512(f32__avx512 x) {
    return _mm512_movepi32_mask(_mm512_castps_si512(x));
}
LG_AVX512 mask__avx512 or_m__avx512(mask__avx512 a, mask__avx512 b) {
    return (mask__avx512)(a | b);
}
LG_AVX512 mask__avx512 and_not_m__avx512(mask__avx512 a, mask__avx512 b) {
    return (mask__avx512)(a & ~b);
}
LG_AVX512 int32_t any__avx512(mask__avx512 m) {
    return m != 0;
}
LG_AVX512 int32_t all__avx512(mask__avx512 m) {
    return m == 0xffff;
}
LG_AVX512 f32__avx512 select__avx512(mask__avx512 m, f32__avx512 a, f32__avx512 b) {
    return _mm512_mask_blend_ps(m, b, a);
}

LG_AVX512 float fold_max__avx512(f32__avx512 x) {
    __m256 half = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 part = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    part = _mm_max_ps(part, _mm_movehl_ps(part, part));
    return _mm_cvtss_f32(_mm_max_ss(part, _mm_movehdup_ps(part)));
}
LG_AVX512 float fold_add__avx512(f32__avx512 x) {
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 part = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
    part = _mm_add_ps(part, _mm_movehl_ps(part, part));
    return _mm_cvtss_f32(_mm_add_ss(part, _mm_movehdup_ps(part)));
}

LG_AVX512 f32__avx512 relu__avx512(f32__avx512 x) {
    return max__avx512(splat__avx512(0.0f), x);
}
LG_AVX512 f32__avx512 maximum__avx512(f32__avx512 a, f32__avx512 b) {
    return select__avx512(is_nan__avx512(a), a, max__avx512(a, b));
}
LG_AVX512 f32__avx512 minimum__avx512(f32__avx512 a, f32__avx512 b) {
    return select__avx512(is_nan__avx512(a), a, min__avx512(a, b));
}

// ---- integers ---------------------------------------------------------------------------------------

LG_AVX512 i32__avx512 bits__avx512(f32__avx512 x) {
    return _mm512_castps_si512(x);
}
LG_AVX512 f32__avx512 from_bits__avx512(i32__avx512 x) {
    return _mm512_castsi512_ps(x);
}
LG_AVX512 f32__avx512 to_f32__avx512(i32__avx512 x) {
    return _mm512_cvtepi32_ps(x);
}
LG_AVX512 i32__avx512 splat_i__avx512(int32_t x) {
    return _mm512_set1_epi32(x);
}
LG_AVX512 i32__avx512 add_i__avx512(i32__avx512 a, i32__avx512 b) {
    return _mm512_add_epi32(a, b);
}
LG_AVX512 i32__avx512 sub_i__avx512(i32__avx512 a, i32__avx512 b) {
    return _mm512_sub_epi32(a, b);
}
LG_AVX512 i32__avx512 and_i__avx512(i32__avx512 a, i32__avx512 b) {
    return _mm512_and_si512(a, b);
}
LG_AVX512 i32__avx512 shift_left_23__avx512(i32__avx512 x) {
    return _mm512_slli_epi32(x, 23);
}
LG_AVX512 i32__avx512 shift_left_31__avx512(i32__avx512 x) {
    return _mm512_slli_epi32(x, 31);
}
LG_AVX512 i32__avx512 shift_right_23__avx512(i32__avx512 x) {
    return _mm512_srai_epi32(x, 23);
}
LG_AVX512 i32__avx512 halve_i__avx512(i32__avx512 x) {
    return _mm512_srai_epi32(x, 1);
}

// ---- f64, half a vector at a time -------------------------------------------------------------------

LG_AVX512 f64__avx512 widen_low__avx512(f32__avx512 x) {
    return _mm512_cvtps_pd(_mm512_castps512_ps256(x));
}
LG_AVX512 f64__avx512 widen_high__avx512(f32__avx512 x) {
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1));
}
LG_AVX512 f32__avx512 narrow__avx512(f64__avx512 low, f64__avx512 high) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
}
LG_AVX512 f64__avx512 splat_d__avx512(double x) {
    return _mm512_set1_pd(x);
}
LG_AVX512 f64__avx512 add_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_add_pd(a, b);
}
LG_AVX512 f64__avx512 sub_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_sub_pd(a, b);
}
LG_AVX512 f64__avx512 mul_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_mul_pd(a, b);
}
LG_AVX512 f64__avx512 div_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_div_pd(a, b);
}
LG_AVX512 f64__avx512 fma_d__avx512(f64__avx512 a, f64__avx512 b, f64__avx512 c) {
    return _mm512_fmadd_pd(a, b, c);
}
LG_AVX512 f64__avx512 fnma_d__avx512(f64__avx512 a, f64__avx512 b, f64__avx512 c) {
    return _mm512_fnmadd_pd(a, b, c);
}
LG_AVX512 f64__avx512 max_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_max_pd(a, b);
}
LG_AVX512 f64__avx512 min_d__avx512(f64__avx512 a, f64__avx512 b) {
    return _mm512_min_pd(a, b);
}
LG_AVX512 f64__avx512 scale_d__avx512(f64__avx512 x, f64__avx512 shifted_n) {
    __m512i n = _mm512_slli_epi64(_mm512_castpd_si512(shifted_n), 52);
    return _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(x), n));
}

#undef LG_AVX512
#endif  // LEGATO_KERNELS_SIMD_AVX512_H_
