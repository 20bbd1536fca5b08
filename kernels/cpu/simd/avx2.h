/* SPDX-License-Identifier: Apache-2.0
 *
 * The vector vocabulary on AVX2 + FMA + F16C: 8 lanes of f32. simd.h says what each word means.
 */
#ifndef LEGATO_KERNELS_SIMD_AVX2_H_
#define LEGATO_KERNELS_SIMD_AVX2_H_

#include <immintrin.h>

#include "scalar.h"

#define LG_AVX2 LG_INLINE LG_TARGET_AVX2

typedef __m256 f32__avx2;
typedef __m256i i32__avx2;
typedef __m256 mask__avx2;  // all ones or all zeros per lane
typedef __m256d f64__avx2;
enum { lanes__avx2 = 8 };

// ---- memory -----------------------------------------------------------------------------------------

LG_AVX2 f32__avx2 load_f32__avx2(const float *p) {
    return _mm256_loadu_ps(p);
}
LG_AVX2 void store_f32__avx2(float *p, f32__avx2 x) {
    _mm256_storeu_ps(p, x);
}
LG_AVX2 void stream_f32__avx2(float *p, f32__avx2 x) {
    _mm256_stream_ps(p, x);
}
LG_AVX2 void fence__avx2(void) {
    _mm_sfence();
}

LG_AVX2 __m256i lane_mask__avx2(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
LG_AVX2 f32__avx2 load_n_f32__avx2(const float *p, int64_t n) {
    return _mm256_maskload_ps(p, lane_mask__avx2(n));
}
// By halves: vmaskmovps to memory takes a dozen cycles on AMD cores.
LG_AVX2 void store_n_f32__avx2(float *p, f32__avx2 x, int64_t n) {
    __m128 part = _mm256_castps256_ps128(x);
    if (n & 4) {
        _mm_storeu_ps(p, part);
        part = _mm256_extractf128_ps(x, 1);
        p += 4;
    }
    if (n & 2) {
        _mm_storel_pi((__m64 *)(void *)p, part);
        part = _mm_movehl_ps(part, part);
        p += 2;
    }
    if (n & 1) {
        _mm_store_ss(p, part);
    }
}

LG_AVX2 f32__avx2 load_f16__avx2(const lg_f16_t *p) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)p));
}
LG_AVX2 void store_f16__avx2(lg_f16_t *p, f32__avx2 x) {
    _mm_storeu_si128((__m128i *)(void *)p, _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
}
LG_AVX2 f32__avx2 load_bf16__avx2(const lg_bf16_t *p) {
    __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}
LG_AVX2 void store_bf16__avx2(lg_bf16_t *p, f32__avx2 x) {
    __m256i bits = _mm256_castps_si256(x);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
    __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    __m256i high = _mm256_srli_epi32(_mm256_blendv_epi8(rounded, quiet, nan), 16);
    __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(high), _mm256_extracti128_si256(high, 1));
    _mm_storeu_si128((__m128i *)(void *)p, packed);
}

#define LG_AVX2_PARTS_16(type, storage)                                       \
    LG_AVX2 f32__avx2 load_n_##storage##__avx2(const type *p, int64_t n) {    \
        type part[8] = {0};                                                   \
        for (int64_t i = 0; i < n; i++)                                       \
            part[i] = p[i];                                                   \
        return load_##storage##__avx2(part);                                  \
    }                                                                         \
    LG_AVX2 void store_n_##storage##__avx2(type *p, f32__avx2 x, int64_t n) { \
        type part[8];                                                         \
        store_##storage##__avx2(part, x);                                     \
        for (int64_t i = 0; i < n; i++)                                       \
            p[i] = part[i];                                                   \
    }
LG_AVX2_PARTS_16(lg_f16_t, f16)
LG_AVX2_PARTS_16(lg_bf16_t, bf16)
#undef LG_AVX2_PARTS_16

// ---- arithmetic -------------------------------------------------------------------------------------

LG_AVX2 f32__avx2 splat__avx2(float x) {
    return _mm256_set1_ps(x);
}
LG_AVX2 f32__avx2 add__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_add_ps(a, b);
}
LG_AVX2 f32__avx2 sub__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_sub_ps(a, b);
}
LG_AVX2 f32__avx2 mul__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_mul_ps(a, b);
}
LG_AVX2 f32__avx2 div__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_div_ps(a, b);
}
LG_AVX2 f32__avx2 fma__avx2(f32__avx2 a, f32__avx2 b, f32__avx2 c) {
    return _mm256_fmadd_ps(a, b, c);
}
LG_AVX2 f32__avx2 fms__avx2(f32__avx2 a, f32__avx2 b, f32__avx2 c) {
    return _mm256_fmsub_ps(a, b, c);
}
LG_AVX2 f32__avx2 fnma__avx2(f32__avx2 a, f32__avx2 b, f32__avx2 c) {
    return _mm256_fnmadd_ps(a, b, c);
}
LG_AVX2 f32__avx2 sqrt__avx2(f32__avx2 x) {
    return _mm256_sqrt_ps(x);
}
LG_AVX2 f32__avx2 neg__avx2(f32__avx2 x) {
    return _mm256_xor_ps(x, _mm256_set1_ps(-0.0f));
}
LG_AVX2 f32__avx2 abs__avx2(f32__avx2 x) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}
LG_AVX2 f32__avx2 copysign__avx2(f32__avx2 magnitude, f32__avx2 sign) {
    __m256 bit = _mm256_set1_ps(-0.0f);
    return _mm256_or_ps(_mm256_andnot_ps(bit, magnitude), _mm256_and_ps(bit, sign));
}
LG_AVX2 f32__avx2 max__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_max_ps(a, b);
}
LG_AVX2 f32__avx2 min__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_min_ps(a, b);
}

// ---- masks ------------------------------------------------------------------------------------------

LG_AVX2 mask__avx2 lt__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}
LG_AVX2 mask__avx2 not_le__avx2(f32__avx2 a, f32__avx2 b) {
    return _mm256_cmp_ps(a, b, _CMP_NLE_UQ);
}
LG_AVX2 mask__avx2 is_nan__avx2(f32__avx2 x) {
    return _mm256_cmp_ps(x, x, _CMP_UNORD_Q);
}
LG_AVX2 mask__avx2 has_sign__avx2(f32__avx2 x) {
    return x;
}
LG_AVX2 mask__avx2 or_m__avx2(mask__avx2 a, mask__avx2 b) {
    return _mm256_or_ps(a, b);
}
LG_AVX2 mask__avx2 and_not_m__avx2(mask__avx2 a, mask__avx2 b) {
    return _mm256_andnot_ps(b, a);
}
LG_AVX2 int32_t any__avx2(mask__avx2 m) {
    return _mm256_movemask_ps(m) != 0;
}
LG_AVX2 int32_t all__avx2(mask__avx2 m) {
    return _mm256_movemask_ps(m) == 0xff;
}
LG_AVX2 f32__avx2 select__avx2(mask__avx2 m, f32__avx2 a, f32__avx2 b) {
    return _mm256_blendv_ps(b, a, m);
}

LG_AVX2 float fold_max__avx2(f32__avx2 x) {
    __m128 part = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    part = _mm_max_ps(part, _mm_movehl_ps(part, part));
    return _mm_cvtss_f32(_mm_max_ss(part, _mm_movehdup_ps(part)));
}
LG_AVX2 float fold_add__avx2(f32__avx2 x) {
    __m128 part = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    part = _mm_add_ps(part, _mm_movehl_ps(part, part));
    return _mm_cvtss_f32(_mm_add_ss(part, _mm_movehdup_ps(part)));
}

LG_AVX2 f32__avx2 relu__avx2(f32__avx2 x) {
    return max__avx2(splat__avx2(0.0f), x);
}
LG_AVX2 f32__avx2 maximum__avx2(f32__avx2 a, f32__avx2 b) {
    return select__avx2(is_nan__avx2(a), a, max__avx2(a, b));
}
LG_AVX2 f32__avx2 minimum__avx2(f32__avx2 a, f32__avx2 b) {
    return select__avx2(is_nan__avx2(a), a, min__avx2(a, b));
}

// ---- integers ---------------------------------------------------------------------------------------

LG_AVX2 i32__avx2 bits__avx2(f32__avx2 x) {
    return _mm256_castps_si256(x);
}
LG_AVX2 f32__avx2 from_bits__avx2(i32__avx2 x) {
    return _mm256_castsi256_ps(x);
}
LG_AVX2 f32__avx2 to_f32__avx2(i32__avx2 x) {
    return _mm256_cvtepi32_ps(x);
}
LG_AVX2 i32__avx2 splat_i__avx2(int32_t x) {
    return _mm256_set1_epi32(x);
}
LG_AVX2 i32__avx2 add_i__avx2(i32__avx2 a, i32__avx2 b) {
    return _mm256_add_epi32(a, b);
}
LG_AVX2 i32__avx2 sub_i__avx2(i32__avx2 a, i32__avx2 b) {
    return _mm256_sub_epi32(a, b);
}
LG_AVX2 i32__avx2 and_i__avx2(i32__avx2 a, i32__avx2 b) {
    return _mm256_and_si256(a, b);
}
LG_AVX2 i32__avx2 shift_left_23__avx2(i32__avx2 x) {
    return _mm256_slli_epi32(x, 23);
}
LG_AVX2 i32__avx2 shift_left_31__avx2(i32__avx2 x) {
    return _mm256_slli_epi32(x, 31);
}
LG_AVX2 i32__avx2 shift_right_23__avx2(i32__avx2 x) {
    return _mm256_srai_epi32(x, 23);
}
LG_AVX2 i32__avx2 halve_i__avx2(i32__avx2 x) {
    return _mm256_srai_epi32(x, 1);
}

// ---- f64, half a vector at a time -------------------------------------------------------------------

LG_AVX2 f64__avx2 widen_low__avx2(f32__avx2 x) {
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}
LG_AVX2 f64__avx2 widen_high__avx2(f32__avx2 x) {
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}
LG_AVX2 f32__avx2 narrow__avx2(f64__avx2 low, f64__avx2 high) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high), 1);
}
LG_AVX2 f64__avx2 splat_d__avx2(double x) {
    return _mm256_set1_pd(x);
}
LG_AVX2 f64__avx2 add_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_add_pd(a, b);
}
LG_AVX2 f64__avx2 sub_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_sub_pd(a, b);
}
LG_AVX2 f64__avx2 mul_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_mul_pd(a, b);
}
LG_AVX2 f64__avx2 div_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_div_pd(a, b);
}
LG_AVX2 f64__avx2 fma_d__avx2(f64__avx2 a, f64__avx2 b, f64__avx2 c) {
    return _mm256_fmadd_pd(a, b, c);
}
LG_AVX2 f64__avx2 fnma_d__avx2(f64__avx2 a, f64__avx2 b, f64__avx2 c) {
    return _mm256_fnmadd_pd(a, b, c);
}
LG_AVX2 f64__avx2 max_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_max_pd(a, b);
}
LG_AVX2 f64__avx2 min_d__avx2(f64__avx2 a, f64__avx2 b) {
    return _mm256_min_pd(a, b);
}
LG_AVX2 f64__avx2 scale_d__avx2(f64__avx2 x, f64__avx2 shifted_n) {
    __m256i n = _mm256_slli_epi64(_mm256_castpd_si256(shifted_n), 52);
    return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(x), n));
}

#undef LG_AVX2
#endif  // LEGATO_KERNELS_SIMD_AVX2_H_
