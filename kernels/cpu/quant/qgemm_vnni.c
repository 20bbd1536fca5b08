// SPDX-License-Identifier: Apache-2.0
// Products of 8-bit matrices by vpdpbusd, which adds four products of an unsigned and a signed byte to a
// 32-bit sum and wraps. A stays as it is; B takes the other sign by flipping its highest bit, that is by
// adding or taking 128, which its zero point follows. What the zero points contribute comes out of the sums
// over k:
//
//     sum (a - za)(b - zb) = sum a b - za * (sum b - kc * zb) - zb * sum a
//
//     packed B: [k / 4][4 parts][4 lanes][4 columns][4] bytes; column 16 * lane + 4 * part + i, as unpacking
//     leaves them. Parts of a row of C are put into order when they are stored.
#include "qgemm.h"

#if LG_CPU_X86
#include <immintrin.h>
#include <string.h>

LG_TARGET_VNNI LG_INLINE __m512i row64(const uint8_t *b, __m512i flip) {
    return _mm512_xor_si512(_mm512_loadu_si512(b), flip);
}

// A times B with A the side that is loaded four bytes at a time.
LG_TARGET_VNNI LG_INLINE __m512i dot(__m512i sum, __m512i a, __m512i b, const int a_signed) {
    return a_signed ? _mm512_dpbusd_epi32(sum, b, a) : _mm512_dpbusd_epi32(sum, a, b);
}

// Turns [4 parts][4 lanes] into columns in order, and back: a transposition.
LG_TARGET_VNNI LG_INLINE void order(__m512i *x) {
    const __m512i s0 = _mm512_shuffle_i32x4(x[0], x[1], 0x44), s1 = _mm512_shuffle_i32x4(x[0], x[1], 0xee);
    const __m512i s2 = _mm512_shuffle_i32x4(x[2], x[3], 0x44), s3 = _mm512_shuffle_i32x4(x[2], x[3], 0xee);
    x[0] = _mm512_shuffle_i32x4(s0, s2, 0x88);
    x[1] = _mm512_shuffle_i32x4(s0, s2, 0xdd);
    x[2] = _mm512_shuffle_i32x4(s1, s3, 0x88);
    x[3] = _mm512_shuffle_i32x4(s1, s3, 0xdd);
}

// Packs B and leaves sum b - kc * zb of each column in b_sum, in the order of the parts.
LG_TARGET_VNNI LG_INLINE void pack_b(const lg_qgemm_piece_t *piece, int64_t kc, __m512i flip,
                                     const __m512i *zeros, const int a_signed) {
    const int64_t stride = piece->b_stride;
    const __m512i ones = _mm512_set1_epi8(1);
    const __m512i length = _mm512_set1_epi32((int32_t)kc);
    const uint8_t *from = piece->b;
    uint8_t *to = (uint8_t *)piece->scratch->packed;
    __m512i sums[4];
    LG_UNROLL
    for (int p = 0; p < 4; p++) {
        sums[p] = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_mullo_epi32(zeros[p], length));
    }
    for (int64_t k = 0; k < kc; k += 4, from += 4 * stride, to += 256) {
        const __m512i r0 = row64(from, flip);
        const __m512i r1 = k + 1 < kc ? row64(from + stride, flip) : _mm512_setzero_si512();
        const __m512i r2 = k + 2 < kc ? row64(from + 2 * stride, flip) : _mm512_setzero_si512();
        const __m512i r3 = k + 3 < kc ? row64(from + 3 * stride, flip) : _mm512_setzero_si512();
        const __m512i t0 = _mm512_unpacklo_epi8(r0, r1), t1 = _mm512_unpackhi_epi8(r0, r1);
        const __m512i t2 = _mm512_unpacklo_epi8(r2, r3), t3 = _mm512_unpackhi_epi8(r2, r3);
        const __m512i parts[4] = {_mm512_unpacklo_epi16(t0, t2), _mm512_unpackhi_epi16(t0, t2),
                                  _mm512_unpacklo_epi16(t1, t3), _mm512_unpackhi_epi16(t1, t3)};
        LG_UNROLL
        for (int p = 0; p < 4; p++) {
            _mm512_storeu_si512(to + 64 * p, parts[p]);
            sums[p] = dot(sums[p], ones, parts[p], a_signed);
        }
    }
    LG_UNROLL
    for (int p = 0; p < 4; p++) {
        _mm512_storeu_si512(piece->scratch->b_sum + 16 * p, sums[p]);
    }
}

// Sums of the rows of A over this piece.
LG_TARGET_VNNI LG_INLINE void sum_a(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece, const int a_signed) {
    const __m512i ones = _mm512_set1_epi8(1);
    for (int64_t i = 0; i < piece->rows; i++) {
        const uint8_t *a = piece->a + i * g->a_rs;
        int32_t total = 0;
        int64_t k = 0;
        if (g->a_cs == 1) {
            __m512i sum = _mm512_setzero_si512();
            for (; k < piece->kc; k += 64) {
                const int64_t left = piece->kc - k;
                const __mmask64 mask = left >= 64 ? ~(__mmask64)0 : ((__mmask64)1 << left) - 1;
                sum = dot(sum, _mm512_maskz_loadu_epi8(mask, a + k), ones, a_signed);
            }
            total = _mm512_reduce_add_epi32(sum);
        } else {
            for (; k < piece->kc; k++) {
                total += lg_qgemm_value(a[k * g->a_cs], a_signed);
            }
        }
        piece->scratch->a_sum[i] = total;
    }
}

// Takes the sums of `rows` rows to C: corrects them for the zero points and brings the columns into order.
// Apart from the tiles, which would each have a copy.
LG_TARGET_VNNI LG_NOINLINE static void finish(const lg_qgemm_piece_t *piece, const int32_t *sums, int64_t i0,
                                              const __m512i *zeros, int rows) {
    for (int i = 0; i < rows; i++) {
        __m512i row[4];
        const __m512i za = _mm512_set1_epi32(piece->scratch->a_zero[i0 + i]);
        const __m512i a_sum = _mm512_set1_epi32(piece->scratch->a_sum[i0 + i]);
        for (int p = 0; p < 4; p++) {
            const __m512i b_sum = _mm512_loadu_si512(piece->scratch->b_sum + 16 * p);
            row[p] = _mm512_sub_epi32(
                _mm512_loadu_si512(sums + 64 * i + 16 * p),
                _mm512_add_epi32(_mm512_mullo_epi32(za, b_sum), _mm512_mullo_epi32(zeros[p], a_sum)));
        }
        order(row);
        int32_t *c = piece->c + (i0 + i) * piece->c_rs;
        for (int p = 0; p < 4; p++) {
            const int64_t left = piece->cols - 16 * p;
            const __mmask16 mask = (__mmask16)(left >= 16 ? 0xffff : left > 0 ? (1u << left) - 1 : 0);
            const __m512i old = _mm512_maskz_loadu_epi32(piece->k0 > 0 ? mask : 0, c + 16 * p);
            _mm512_mask_storeu_epi32(c + 16 * p, mask, _mm512_add_epi32(row[p], old));
        }
    }
}

// `rows` (a constant) by 64 columns; `a` has rows `a_rs` bytes apart, dense along k and readable in fours.
LG_TARGET_VNNI LG_INLINE void tile(const lg_qgemm_piece_t *piece, const uint8_t *a, int64_t a_rs, int64_t i0,
                                   const __m512i *zeros, const int rows, const int a_signed) {
    __m512i sums[LG_QGEMM_TILE][4];
    const uint8_t *b = (const uint8_t *)piece->scratch->packed;
    const int64_t kc = piece->kc;
    LG_UNROLL
    for (int i = 0; i < rows; i++) {
        LG_UNROLL
        for (int p = 0; p < 4; p++) {
            sums[i][p] = _mm512_setzero_si512();
        }
    }
    for (int64_t k = 0; k < kc; k += 4, b += 256) {
        const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 64);
        const __m512i b2 = _mm512_loadu_si512(b + 128), b3 = _mm512_loadu_si512(b + 192);
        LG_UNROLL
        for (int i = 0; i < rows; i++) {
            int32_t four;
            memcpy(&four, a + i * a_rs + k, sizeof four);
            const __m512i x = _mm512_set1_epi32(four);
            sums[i][0] = dot(sums[i][0], x, b0, a_signed);
            sums[i][1] = dot(sums[i][1], x, b1, a_signed);
            sums[i][2] = dot(sums[i][2], x, b2, a_signed);
            sums[i][3] = dot(sums[i][3], x, b3, a_signed);
        }
    }
    int32_t done[LG_QGEMM_TILE * LG_QGEMM_COLS];
    LG_UNROLL
    for (int i = 0; i < rows; i++) {
        LG_UNROLL
        for (int p = 0; p < 4; p++) {
            _mm512_storeu_si512(done + 64 * i + 16 * p, sums[i][p]);
        }
    }
    finish(piece, done, i0, zeros, rows);
}

LG_TARGET_VNNI LG_INLINE void piece_vnni_sign(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece,
                                              const int a_signed) {
    // B must be unsigned where A is signed, and signed where A is not.
    const int32_t turn = g->b_signed == a_signed ? (g->b_signed ? 128 : -128) : 0;
    const __m512i flip = _mm512_set1_epi8(turn != 0 ? (char)0x80 : 0);
    __m512i zeros[4];
    LG_UNROLL
    for (int p = 0; p < 4; p++) {
        zeros[p] =
            _mm512_add_epi32(_mm512_loadu_si512(piece->scratch->b_zero + 16 * p), _mm512_set1_epi32(turn));
    }
    order(zeros);  // the transposition is its own inverse
    pack_b(piece, piece->kc, flip, zeros, a_signed);
    sum_a(g, piece, a_signed);
    for (int64_t i = 0; i < piece->rows; i += LG_QGEMM_TILE) {
        const int64_t rows = lg_qgemm_part(piece->rows, i, LG_QGEMM_TILE);
        const uint8_t *a = piece->a + i * g->a_rs;
        int64_t a_rs = g->a_rs;
        if (g->a_cs != 1 || piece->kc % 4 != 0) {
            uint8_t *dense = (uint8_t *)piece->scratch->rows;
            for (int64_t r = 0; r < rows; r++) {
                if (g->a_cs == 1) {
                    memcpy(dense + r * LG_QGEMM_K, a + r * g->a_rs, (size_t)piece->kc);
                }
                for (int64_t k = 0; g->a_cs != 1 && k < piece->kc; k++) {
                    dense[r * LG_QGEMM_K + k] = a[r * g->a_rs + k * g->a_cs];
                }
                for (int64_t k = piece->kc; k % 4 != 0; k++) {
                    dense[r * LG_QGEMM_K + k] = 0;
                }
            }
            a = dense;
            a_rs = LG_QGEMM_K;
        }
        switch (rows) {
            case 1:
                tile(piece, a, a_rs, i, zeros, 1, a_signed);
                break;
            case 2:
                tile(piece, a, a_rs, i, zeros, 2, a_signed);
                break;
            case 3:
                tile(piece, a, a_rs, i, zeros, 3, a_signed);
                break;
            case 4:
                tile(piece, a, a_rs, i, zeros, 4, a_signed);
                break;
            case 5:
                tile(piece, a, a_rs, i, zeros, 5, a_signed);
                break;
            default:
                tile(piece, a, a_rs, i, zeros, 6, a_signed);
                break;
        }
    }
}

LG_TARGET_VNNI static void piece_vnni(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece) {
    if (g->a_signed) {
        piece_vnni_sign(g, piece, 1);
    } else {
        piece_vnni_sign(g, piece, 0);
    }
}

const lg_qgemm_isa_t lg_qgemm__vnni = {piece_vnni, 400.0};
#endif
