// SPDX-License-Identifier: Apache-2.0
// y[p, q] = x[q, p] in tiles. A tile is walked in squares of one cache line a side, so a line is read and
// written as a whole while it is in L1, also where rows lie a power of two apart and share few sets; a square
// is transposed in registers by interleaving rows, log2(side) times.
#include "transpose.h"

#include <string.h>

#if LG_CPU_X86
#include <immintrin.h>
#endif

// The byte offsets of tile `unit`, its extents, and the strides of both sides.
typedef struct transpose_tile {
    const char *from;
    char *to;
    int64_t p_count, q_count;
    int64_t from_stride, to_stride;  // bytes between rows q of the input, rows p of the output
    int32_t stream;                  // whole lines may bypass the caches
} transpose_tile_t;

static transpose_tile_t transpose_locate(const lg_copy_args_t *args, void *const *data, int64_t unit) {
    const lg_copy_dim_t *p = &args->dims[args->rank - 2], *q = &args->dims[args->rank - 1];
    const int64_t p_tiles = (p->extent + args->step - 1) / args->step;
    const int64_t q_first = unit % args->steps * args->step;
    unit /= args->steps;
    const int64_t p_first = unit % p_tiles * args->step;
    int64_t index = unit / p_tiles;
    int64_t in = args->in_offset + q_first * q->in_stride + p_first * p->in_stride;
    int64_t out = args->out_offset + q_first * q->out_stride + p_first * p->out_stride;
    for (int32_t i = args->rank - 3; i >= 0; i--) {
        int64_t coord = index % args->dims[i].extent;
        index /= args->dims[i].extent;
        in += coord * args->dims[i].in_stride;
        out += coord * args->dims[i].out_stride;
    }
    transpose_tile_t tile;
    tile.from = (const char *)data[0] + in;
    tile.to = (char *)data[1] + out;
    tile.p_count = p->extent - p_first < args->step ? p->extent - p_first : args->step;
    tile.q_count = q->extent - q_first < args->step ? q->extent - q_first : args->step;
    tile.from_stride = q->in_stride;
    tile.to_stride = p->out_stride;
    tile.stream = args->stream && (((uintptr_t)tile.to | (uintptr_t)tile.to_stride) & 63) == 0;
    return tile;
}

// ---- scalar reference -------------------------------------------------------------------------------

#define TRANSPOSE_RECTANGLE(bits)                                                                       \
    LG_INLINE void transpose_rectangle_##bits(const char *from, int64_t from_stride, char *to,          \
                                              int64_t to_stride, int64_t p_count, int64_t q_count) {    \
        for (int64_t p = 0; p < p_count; p++) {                                                         \
            uint##bits##_t *LG_RESTRICT row = (uint##bits##_t *)(void *)(to + p * to_stride);           \
            for (int64_t q = 0; q < q_count; q++) {                                                     \
                row[q] = ((const uint##bits##_t *)(const void *)(from + q * from_stride))[p];           \
            }                                                                                           \
        }                                                                                               \
    }                                                                                                   \
    LG_TRANSPOSE_KERNEL(lg_transpose_##bits##__scalar) {                                                \
        for (int64_t unit = begin; unit < end; unit++) {                                                \
            transpose_tile_t t = transpose_locate(memory, data, unit);                                  \
            transpose_rectangle_##bits(t.from, t.from_stride, t.to, t.to_stride, t.p_count, t.q_count); \
        }                                                                                               \
        return 0;                                                                                       \
    }
TRANSPOSE_RECTANGLE(8)
TRANSPOSE_RECTANGLE(16)
TRANSPOSE_RECTANGLE(32)
TRANSPOSE_RECTANGLE(64)

// ---- vectors ----------------------------------------------------------------------------------------

#if LG_CPU_X86
#define TRANSPOSE_FENCE() _mm_sfence()  // orders streaming stores before whatever tells others of them
#else
#define TRANSPOSE_FENCE() (void)0
#endif

// Walks a tile in squares of a cache line, those in blocks of SIDE x SIDE; a macro because the target attribute
// differs. BLOCK(from, from_stride, to, to_stride, stream) transposes one block, EDGE(from, from_stride, to,
// to_stride, p_count, q_count) what does not fill one. Squares follow the rows of the
// input: measured on Zen 4 against following the output, f32 (256, 1024) 51 to 58-69 us, f64 (1024, 1024) 580
// to 810 us. Prefetching the next square and going through a buffer in L1 were both slower.
#define TRANSPOSE_TILES(name, target, bits, SIDE, BLOCK, EDGE)                                            \
    target LG_TRANSPOSE_KERNEL(name) {                                                                    \
        enum { BYTES = bits / 8, LINE = 64 / BYTES };                                                     \
        int32_t streamed = 0;                                                                             \
        for (int64_t unit = begin; unit < end; unit++) {                                                  \
            const transpose_tile_t t = transpose_locate(memory, data, unit);                              \
            streamed |= t.stream;                                                                         \
            for (int64_t q0 = 0; q0 < t.q_count; q0 += LINE) {                                            \
                const int64_t q1 = t.q_count - q0 < LINE ? t.q_count : q0 + LINE;                         \
                for (int64_t p0 = 0; p0 < t.p_count; p0 += LINE) {                                        \
                    const int64_t p1 = t.p_count - p0 < LINE ? t.p_count : p0 + LINE;                     \
                    for (int64_t p = p0; p < p1; p += SIDE) {                                             \
                        for (int64_t q = q0; q < q1; q += SIDE) {                                         \
                            const char *from = t.from + q * t.from_stride + p * BYTES;                    \
                            char *to = t.to + p * t.to_stride + q * BYTES;                                \
                            if (p1 - p >= SIDE && q1 - q >= SIDE) {                                       \
                                BLOCK(from, t.from_stride, to, t.to_stride, t.stream);                    \
                            } else {                                                                      \
                                EDGE(from, t.from_stride, to, t.to_stride, p1 - p < SIDE ? p1 - p : SIDE, \
                                     q1 - q < SIDE ? q1 - q : SIDE);                                      \
                            }                                                                             \
                        }                                                                                 \
                    }                                                                                     \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
        if (streamed) {                                                                                   \
            TRANSPOSE_FENCE();                                                                            \
        }                                                                                                 \
        return 0;                                                                                         \
    }

// A block of 16-byte rows for both machines: interleave row i with row i + SIDE / 2, log2(SIDE) times.
#define TRANSPOSE_ROWS(name, target, bits, SIDE, LOW, HIGH)                                        \
    typedef uint##bits##_t name##_row __attribute__((vector_size(16)));                            \
    LG_INLINE target void name(const char *from, int64_t from_stride, char *to, int64_t to_stride, \
                               int32_t stream) {                                                   \
        (void)stream;                                                                              \
        name##_row a[SIDE], b[SIDE];                                                               \
        for (int32_t i = 0; i < SIDE; i++) {                                                       \
            memcpy(&a[i], from + i * from_stride, 16);                                             \
        }                                                                                          \
        for (int32_t half = 1; half < SIDE; half *= 2) {                                           \
            for (int32_t i = 0; i < SIDE / 2; i++) {                                               \
                b[2 * i] = __builtin_shufflevector(a[i], a[i + SIDE / 2], LOW);                    \
                b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + SIDE / 2], HIGH);               \
            }                                                                                      \
            for (int32_t i = 0; i < SIDE; i++) {                                                   \
                a[i] = b[i];                                                                       \
            }                                                                                      \
        }                                                                                          \
        for (int32_t i = 0; i < SIDE; i++) {                                                       \
            memcpy(to + i * to_stride, &a[i], 16);                                                 \
        }                                                                                          \
    }
#define LOW_8 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_8 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define LOW_16 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_16 4, 12, 5, 13, 6, 14, 7, 15
#define LOW_32 0, 4, 1, 5
#define HIGH_32 2, 6, 3, 7
#define LOW_64 0, 2
#define HIGH_64 1, 3

#if LG_CPU_X86

TRANSPOSE_ROWS(transpose_block_8, LG_TARGET_AVX2, 8, 16, LOW_8, HIGH_8)
TRANSPOSE_ROWS(transpose_block_16, LG_TARGET_AVX2, 16, 8, LOW_16, HIGH_16)
TRANSPOSE_TILES(lg_transpose_8__avx2, LG_TARGET_AVX2, 8, 16, transpose_block_8, transpose_rectangle_8)
TRANSPOSE_TILES(lg_transpose_16__avx2, LG_TARGET_AVX2, 16, 8, transpose_block_16, transpose_rectangle_16)

LG_INLINE LG_TARGET_AVX2 void transpose_block_32(const char *from, int64_t from_stride, char *to,
                                                 int64_t to_stride, int32_t stream) {
    (void)stream;  // half a line at a time would reach memory as such
    __m256 r[8], t[8];
    for (int32_t i = 0; i < 4; i++) {  // row i with row i + 4 in the upper half: no lane crossing later
        const float *low = (const float *)(const void *)(from + i * from_stride);
        const float *high = (const float *)(const void *)(from + (i + 4) * from_stride);
        r[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
        r[i + 4] =
            _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low + 4)), _mm_loadu_ps(high + 4), 1);
    }
    for (int32_t i = 0; i < 8; i += 4) {
        t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
        t[i + 2] = _mm256_unpacklo_ps(r[i + 2], r[i + 3]);
        t[i + 3] = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
    }
    for (int32_t i = 0; i < 8; i += 4) {
        char *row = to + i * to_stride;
        _mm256_storeu_ps((float *)(void *)row, _mm256_shuffle_ps(t[i], t[i + 2], 0x44));
        _mm256_storeu_ps((float *)(void *)(row + to_stride), _mm256_shuffle_ps(t[i], t[i + 2], 0xee));
        _mm256_storeu_ps((float *)(void *)(row + 2 * to_stride), _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44));
        _mm256_storeu_ps((float *)(void *)(row + 3 * to_stride), _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xee));
    }
}

LG_INLINE LG_TARGET_AVX2 void transpose_block_64(const char *from, int64_t from_stride, char *to,
                                                 int64_t to_stride, int32_t stream) {
    (void)stream;  // half a line at a time would reach memory as such
    __m256d r[4];
    for (int32_t i = 0; i < 2; i++) {  // row i with row i + 2 in the upper half
        const double *low = (const double *)(const void *)(from + i * from_stride);
        const double *high = (const double *)(const void *)(from + (i + 2) * from_stride);
        r[i] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
        r[i + 2] =
            _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low + 2)), _mm_loadu_pd(high + 2), 1);
    }
    for (int32_t i = 0; i < 4; i += 2) {
        char *row = to + i * to_stride;
        _mm256_storeu_pd((double *)(void *)row, _mm256_unpacklo_pd(r[i], r[i + 1]));
        _mm256_storeu_pd((double *)(void *)(row + to_stride), _mm256_unpackhi_pd(r[i], r[i + 1]));
    }
}

TRANSPOSE_TILES(lg_transpose_32__avx2, LG_TARGET_AVX2, 32, 8, transpose_block_32, transpose_rectangle_32)
TRANSPOSE_TILES(lg_transpose_64__avx2, LG_TARGET_AVX2, 64, 4, transpose_block_64, transpose_rectangle_64)

LG_INLINE LG_TARGET_AVX512 void transpose_put(char *to, __m512i line, int32_t stream) {
    if (stream) {
        _mm512_stream_si512((__m512i *)(void *)to, line);
    } else {
        _mm512_storeu_si512(to, line);
    }
}

// 16 rows of 16 items: the AVX2 pattern on four quarters, quarters brought together by 128-bit loads.
LG_INLINE LG_TARGET_AVX512 void transpose_line_32(const char *from, int64_t from_stride, char *to,
                                                  int64_t to_stride, int32_t stream) {
    __m512i r[16], t[16];
    for (int32_t i = 0; i < 16; i++) {
        r[i] = _mm512_loadu_si512(from + i * from_stride);
    }
    for (int32_t i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int32_t i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int32_t i = 0; i < 4; i++) {  // r[i + 4 * k]: column i of each quarter, rows 4k .. 4k + 3
        __m512i a = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88),
                b = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        __m512i c = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd),
                d = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
        char *row = to + i * to_stride;
        transpose_put(row, _mm512_shuffle_i32x4(a, b, 0x88), stream);
        transpose_put(row + 4 * to_stride, _mm512_shuffle_i32x4(c, d, 0x88), stream);
        transpose_put(row + 8 * to_stride, _mm512_shuffle_i32x4(a, b, 0xdd), stream);
        transpose_put(row + 12 * to_stride, _mm512_shuffle_i32x4(c, d, 0xdd), stream);
    }
}

LG_INLINE LG_TARGET_AVX512 void transpose_line_64(const char *from, int64_t from_stride, char *to,
                                                  int64_t to_stride, int32_t stream) {
    __m512i r[8], t[8];
    for (int32_t i = 0; i < 8; i++) {
        r[i] = _mm512_loadu_si512(from + i * from_stride);
    }
    for (int32_t i = 0; i < 8; i += 2) {
        t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }
    for (int32_t i = 0; i < 2; i++) {  // t[i + 2 * k]: column i of each quarter, rows 2k, 2k + 1
        __m512i a = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88),
                b = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0x88);
        __m512i c = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xdd),
                d = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0xdd);
        char *row = to + i * to_stride;
        transpose_put(row, _mm512_shuffle_i64x2(a, b, 0x88), stream);
        transpose_put(row + 2 * to_stride, _mm512_shuffle_i64x2(c, d, 0x88), stream);
        transpose_put(row + 4 * to_stride, _mm512_shuffle_i64x2(a, b, 0xdd), stream);
        transpose_put(row + 6 * to_stride, _mm512_shuffle_i64x2(c, d, 0xdd), stream);
    }
}

// What does not fill a line: the AVX2 blocks where they fit.
#define TRANSPOSE_EDGE(bits, SIDE)                                                                        \
    static LG_TARGET_AVX512 LG_NOINLINE void transpose_edge_##bits(const char *from, int64_t from_stride, \
                                                                   char *to, int64_t to_stride,           \
                                                                   int64_t p_count, int64_t q_count) {    \
        for (int64_t p = 0; p < p_count; p += SIDE) {                                                     \
            for (int64_t q = 0; q < q_count; q += SIDE) {                                                 \
                const char *block = from + q * from_stride + p * (bits / 8);                              \
                char *target = to + p * to_stride + q * (bits / 8);                                       \
                if (p_count - p >= SIDE && q_count - q >= SIDE) {                                         \
                    transpose_block_##bits(block, from_stride, target, to_stride, 0);                     \
                } else {                                                                                  \
                    transpose_rectangle_##bits(block, from_stride, target, to_stride,                     \
                                               p_count - p < SIDE ? p_count - p : SIDE,                   \
                                               q_count - q < SIDE ? q_count - q : SIDE);                  \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }
TRANSPOSE_EDGE(32, 8)
TRANSPOSE_EDGE(64, 4)
TRANSPOSE_TILES(lg_transpose_32__avx512, LG_TARGET_AVX512, 32, 16, transpose_line_32, transpose_edge_32)
TRANSPOSE_TILES(lg_transpose_64__avx512, LG_TARGET_AVX512, 64, 8, transpose_line_64, transpose_edge_64)

#elif LG_CPU_ARM64

TRANSPOSE_ROWS(transpose_block_8, LG_TARGET_NEON, 8, 16, LOW_8, HIGH_8)
TRANSPOSE_ROWS(transpose_block_16, LG_TARGET_NEON, 16, 8, LOW_16, HIGH_16)
TRANSPOSE_ROWS(transpose_block_32, LG_TARGET_NEON, 32, 4, LOW_32, HIGH_32)
TRANSPOSE_ROWS(transpose_block_64, LG_TARGET_NEON, 64, 2, LOW_64, HIGH_64)
TRANSPOSE_TILES(lg_transpose_8__neon, LG_TARGET_NEON, 8, 16, transpose_block_8, transpose_rectangle_8)
TRANSPOSE_TILES(lg_transpose_16__neon, LG_TARGET_NEON, 16, 8, transpose_block_16, transpose_rectangle_16)
TRANSPOSE_TILES(lg_transpose_32__neon, LG_TARGET_NEON, 32, 4, transpose_block_32, transpose_rectangle_32)
TRANSPOSE_TILES(lg_transpose_64__neon, LG_TARGET_NEON, 64, 2, transpose_block_64, transpose_rectangle_64)

#endif
