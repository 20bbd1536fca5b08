// SPDX-License-Identifier: Apache-2.0
// Products of 8-bit matrices by vpmaddwd: both sides are widened to 16 bits less their zero points, which
// nothing can overflow: |a - zero| <= 255, and a sum of two products stays below 2^17. vpmaddubsw would save
// the widening and saturate.
//
//     packed B: panels of 16 columns, each [k / 2][2 halves][4 + 4 columns][2] int16; a half holds columns
//     0-3 and 8-11, the other one 4-7 and 12-15, as unpacking leaves them
#include "qgemm.h"

#if LG_CPU_X86
#include <immintrin.h>
#include <string.h>

enum { PANEL = 16, PANELS = LG_QGEMM_COLS / PANEL };

// Returns 16 columns of a row as int16 less their zero points.
LG_TARGET_AVX2 LG_INLINE __m256i row16(const uint8_t *b, int32_t is_signed, __m256i zero) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)b);
    return _mm256_sub_epi16(is_signed ? _mm256_cvtepi8_epi16(bytes) : _mm256_cvtepu8_epi16(bytes), zero);
}

LG_TARGET_AVX2 static void pack_b(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece) {
    const int64_t pairs = (piece->kc + 1) / 2;
    for (int64_t p = 0; p < PANELS && p * PANEL < piece->cols; p++) {
        const int32_t *zeros = piece->scratch->b_zero + p * PANEL;
        __m256i zero = _mm256_packs_epi32(_mm256_loadu_si256((const __m256i *)zeros),
                                          _mm256_loadu_si256((const __m256i *)(zeros + 8)));
        zero = _mm256_permute4x64_epi64(zero, 0xd8);
        int16_t *to = piece->scratch->packed + p * pairs * 2 * PANEL;
        for (int64_t k = 0; k < pairs; k++, to += 2 * PANEL) {
            const uint8_t *from = piece->b + 2 * k * piece->b_stride + p * PANEL;
            const __m256i one = row16(from, g->b_signed, zero);
            const __m256i two = 2 * k + 1 < piece->kc ? row16(from + piece->b_stride, g->b_signed, zero)
                                                      : _mm256_setzero_si256();
            _mm256_storeu_si256((__m256i *)to, _mm256_unpacklo_epi16(one, two));
            _mm256_storeu_si256((__m256i *)(to + PANEL), _mm256_unpackhi_epi16(one, two));
        }
    }
}

// Rows of A as int16 less their zero point, an odd end padded with 0.
LG_TARGET_AVX2 static void pack_a(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece, int64_t i0,
                                  int64_t rows) {
    const int64_t stride = LG_QGEMM_K;
    for (int64_t i = 0; i < rows; i++) {
        const uint8_t *a = piece->a + (i0 + i) * g->a_rs;
        const int32_t zero = piece->scratch->a_zero[i0 + i];
        int16_t *to = piece->scratch->rows + i * stride;
        int64_t k = 0;
        if (g->a_cs == 1) {
            const __m256i zeros = _mm256_set1_epi16((int16_t)zero);
            for (; k + 16 <= piece->kc; k += 16) {
                _mm256_storeu_si256((__m256i *)(to + k), row16(a + k, g->a_signed, zeros));
            }
        }
        for (; k < piece->kc; k++) {
            to[k] = (int16_t)(lg_qgemm_value(a[k * g->a_cs], g->a_signed) - zero);
        }
        if (k % 2 != 0) {
            to[k] = 0;
        }
    }
}

// `rows` (a constant) by 16 columns.
LG_TARGET_AVX2 LG_INLINE void tile(const lg_qgemm_piece_t *piece, const int16_t *b, int64_t pairs, int32_t *c,
                                   int64_t cols, const int rows) {
    __m256i sums[LG_QGEMM_TILE][2];
    LG_UNROLL
    for (int i = 0; i < rows; i++) {
        sums[i][0] = sums[i][1] = _mm256_setzero_si256();
    }
    const int16_t *a = piece->scratch->rows;
    for (int64_t k = 0; k < pairs; k++) {
        const __m256i b0 = _mm256_loadu_si256((const __m256i *)(b + 2 * k * PANEL));
        const __m256i b1 = _mm256_loadu_si256((const __m256i *)(b + (2 * k + 1) * PANEL));
        LG_UNROLL
        for (int i = 0; i < rows; i++) {
            int32_t pair;
            memcpy(&pair, a + i * LG_QGEMM_K + 2 * k, sizeof pair);
            const __m256i x = _mm256_set1_epi32(pair);
            sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(x, b0));
            sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(x, b1));
        }
    }
    LG_UNROLL
    for (int i = 0; i < rows; i++) {
        const __m256i low = _mm256_permute2x128_si256(sums[i][0], sums[i][1], 0x20);
        const __m256i high = _mm256_permute2x128_si256(sums[i][0], sums[i][1], 0x31);
        int32_t row[PANEL] = {0};
        int32_t *to = c + i * piece->c_rs;
        int32_t *into = cols == PANEL ? to : row;
        if (cols < PANEL) {
            memcpy(row, to, (size_t)cols * sizeof *to);
        }
        const __m256i old0 =
            piece->k0 > 0 ? _mm256_loadu_si256((const __m256i *)into) : _mm256_setzero_si256();
        const __m256i old1 =
            piece->k0 > 0 ? _mm256_loadu_si256((const __m256i *)(into + 8)) : _mm256_setzero_si256();
        _mm256_storeu_si256((__m256i *)into, _mm256_add_epi32(low, old0));
        _mm256_storeu_si256((__m256i *)(into + 8), _mm256_add_epi32(high, old1));
        if (cols < PANEL) {
            memcpy(to, row, (size_t)cols * sizeof *to);
        }
    }
}

LG_TARGET_AVX2 static void piece_avx2(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece) {
    const int64_t pairs = (piece->kc + 1) / 2;
    pack_b(g, piece);
    for (int64_t i = 0; i < piece->rows; i += LG_QGEMM_TILE) {
        const int64_t rows = lg_qgemm_part(piece->rows, i, LG_QGEMM_TILE);
        pack_a(g, piece, i, rows);
        for (int64_t j = 0; j < piece->cols; j += PANEL) {
            const int16_t *b = piece->scratch->packed + j * pairs * 2;
            int32_t *c = piece->c + i * piece->c_rs + j;
            const int64_t cols = lg_qgemm_part(piece->cols, j, PANEL);
            switch (rows) {
                case 1:
                    tile(piece, b, pairs, c, cols, 1);
                    break;
                case 2:
                    tile(piece, b, pairs, c, cols, 2);
                    break;
                case 3:
                    tile(piece, b, pairs, c, cols, 3);
                    break;
                case 4:
                    tile(piece, b, pairs, c, cols, 4);
                    break;
                case 5:
                    tile(piece, b, pairs, c, cols, 5);
                    break;
                default:
                    tile(piece, b, pairs, c, cols, 6);
                    break;
            }
        }
    }
}

const lg_qgemm_isa_t lg_qgemm__avx2 = {piece_avx2, 100.0};
#endif
