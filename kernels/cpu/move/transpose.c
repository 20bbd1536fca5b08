// SPDX-License-Identifier: Apache-2.0
// y[p, q] = x[q, p] in tiles. A tile is walked in squares of two cache lines a side, so a line is read and
// written as a whole while it is in L1, also where rows lie a power of two apart and share few sets, and its
// neighbour, which the machine fetches with it, is used next; blocks of a square are transposed in registers by
// interleaving rows.
//
// What bounds it is the fetch of lines that are about to be overwritten: a store waits for its line, and one
// block has stores to as many rows as it has columns. So the lines of the next block are claimed before the
// present one is transposed. On Xeon (Granite Rapids, 2 MB of L2), beside a copy of as many bytes: f32
// (1000, 1000) 2.3 times as long without, 1.1 with; NCHW to NHWC of 40 channels 1.6 and 1.1; f32 (256, 1024)
// 2.2 and 1.1. Where rows lie a multiple of 4 KiB apart, the lines of a block share one set of L1, which has 12
// ways there: f32 (1024, 1024) 2.4 and 1.3. There each line must be read once and whole (1.5 in quarters);
// prefetching what is read, other tiles and other distances changed less than 3 %, and streaming is fast only
// where nothing of the output is in a cache.
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

#if LG_CPU_X86  // GCC's builtin reads instead where the target has no word for this; old machines ignore it
#define TRANSPOSE_CLAIM(line) __asm__ volatile("prefetchw %0" : : "m"(*(const char *)(line)))
#else
#define TRANSPOSE_CLAIM(line) __builtin_prefetch(line, 1)
#endif
#define TRANSPOSE_CLAIM_ROWS(to, stride, count)             \
    LG_UNROLL for (int32_t row = 0; row < (count); row++) { \
        TRANSPOSE_CLAIM((to) + row * (stride) + 64);        \
    }

// Walks a tile in squares of two cache lines a side (a line and its neighbour are fetched together), those in
// blocks of SIDE x SIDE along the rows of the output; a macro because the target attribute differs.
// BLOCK(from, from_stride, to, to_stride, stream) transposes one block and claims what lies a line further in
// its rows, the next square; past the end of a row that is a line of the next row or tile. EDGE(from,
// from_stride, to, to_stride, p_count, q_count) is for what does not fill a block.
#define TRANSPOSE_TILES(name, target, bits, SIDE, BLOCK, EDGE)                                            \
    target LG_TRANSPOSE_KERNEL(name) {                                                                    \
        enum { BYTES = bits / 8, PAIR = 2 * 64 / BYTES };                                                 \
        int32_t streamed = 0;                                                                             \
        for (int64_t unit = begin; unit < end; unit++) {                                                  \
            const transpose_tile_t t = transpose_locate(memory, data, unit);                              \
            streamed |= t.stream;                                                                         \
            for (int64_t p0 = 0; p0 < t.p_count; p0 += PAIR) {                                            \
                for (int64_t q0 = 0; q0 < t.q_count; q0 += PAIR) {                                        \
                    const int64_t p1 = t.p_count - p0 < PAIR ? t.p_count : p0 + PAIR;                     \
                    const int64_t q1 = t.q_count - q0 < PAIR ? t.q_count : q0 + PAIR;                     \
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
        TRANSPOSE_CLAIM_ROWS(to, to_stride, SIDE)                                                  \
        name##_row a[SIDE], b[SIDE];                                                               \
        LG_UNROLL for (int32_t i = 0; i < SIDE; i++) {                                             \
            memcpy(&a[i], from + i * from_stride, 16);                                             \
        }                                                                                          \
        LG_UNROLL for (int32_t half = 1; half < SIDE; half *= 2) {                                 \
            LG_UNROLL for (int32_t i = 0; i < SIDE / 2; i++) {                                     \
                b[2 * i] = __builtin_shufflevector(a[i], a[i + SIDE / 2], LOW);                    \
                b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + SIDE / 2], HIGH);               \
            }                                                                                      \
            LG_UNROLL for (int32_t i = 0; i < SIDE; i++) {                                         \
                a[i] = b[i];                                                                       \
            }                                                                                      \
        }                                                                                          \
        LG_UNROLL for (int32_t i = 0; i < SIDE; i++) {                                             \
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
    TRANSPOSE_CLAIM_ROWS(to, to_stride, 8)
    __m256 r[8], t[8];
    LG_UNROLL
    for (int32_t i = 0; i < 4; i++) {  // row i with row i + 4 in the upper half: no lane crossing later
        const float *low = (const float *)(const void *)(from + i * from_stride);
        const float *high = (const float *)(const void *)(from + (i + 4) * from_stride);
        r[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
        r[i + 4] =
            _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low + 4)), _mm_loadu_ps(high + 4), 1);
    }
    LG_UNROLL
    for (int32_t i = 0; i < 8; i += 4) {
        t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
        t[i + 2] = _mm256_unpacklo_ps(r[i + 2], r[i + 3]);
        t[i + 3] = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
    }
    LG_UNROLL
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
    TRANSPOSE_CLAIM_ROWS(to, to_stride, 4)
    __m256d r[4];
    LG_UNROLL
    for (int32_t i = 0; i < 2; i++) {  // row i with row i + 2 in the upper half
        const double *low = (const double *)(const void *)(from + i * from_stride);
        const double *high = (const double *)(const void *)(from + (i + 2) * from_stride);
        r[i] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
        r[i + 2] =
            _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low + 2)), _mm_loadu_pd(high + 2), 1);
    }
    LG_UNROLL
    for (int32_t i = 0; i < 4; i += 2) {
        char *row = to + i * to_stride;
        _mm256_storeu_pd((double *)(void *)row, _mm256_unpacklo_pd(r[i], r[i + 1]));
        _mm256_storeu_pd((double *)(void *)(row + to_stride), _mm256_unpackhi_pd(r[i], r[i + 1]));
    }
}

TRANSPOSE_TILES(lg_transpose_32__avx2, LG_TARGET_AVX2, 32, 8, transpose_block_32, transpose_rectangle_32)
TRANSPOSE_TILES(lg_transpose_64__avx2, LG_TARGET_AVX2, 64, 4, transpose_block_64, transpose_rectangle_64)

// 16 bytes of four rows, `rows` apart, side by side: masked broadcasts, which need no shuffle unit.
LG_INLINE LG_TARGET_AVX512 __m512i transpose_gather(const char *from, int64_t rows) {
    const __m128i *first = (const __m128i *)(const void *)from;
    __m512i r = _mm512_castsi128_si512(_mm_loadu_si128(first));
    r = _mm512_mask_broadcast_i32x4(r, 0xf0, _mm_loadu_si128((const __m128i *)(const void *)(from + rows)));
    r = _mm512_mask_broadcast_i32x4(r, 0xf00,
                                    _mm_loadu_si128((const __m128i *)(const void *)(from + 2 * rows)));
    return _mm512_mask_broadcast_i32x4(r, 0xf000,
                                       _mm_loadu_si128((const __m128i *)(const void *)(from + 3 * rows)));
}

// A whole line of rows, SIDE = 16 / BYTES columns at a time: rows i, i + SIDE, i + 2 SIDE, i + 3 SIDE lie in
// the quarters of a register, so that interleaving within quarters, as in TRANSPOSE_ROWS, leaves whole lines.
// PUT is decided outside: a branch at each store costs a third of the speed.
#define TRANSPOSE_QUARTERS(name, bits, SIDE, PUT, CLAIM)                                           \
    static LG_TARGET_AVX512 LG_NOINLINE void name(const char *from, int64_t from_stride, char *to, \
                                                  int64_t to_stride) {                             \
        CLAIM(to, to_stride, 4 * SIDE)                                                             \
        for (int32_t p = 0; p < 4; p++, from += 16) {                                              \
            __m512i a[SIDE], b[SIDE];                                                              \
            LG_UNROLL for (int32_t i = 0; i < SIDE; i++) {                                         \
                a[i] = transpose_gather(from + i * from_stride, SIDE * from_stride);               \
            }                                                                                      \
            LG_UNROLL for (int32_t half = 1; half < SIDE; half *= 2) {                             \
                LG_UNROLL for (int32_t i = 0; i < SIDE / 2; i++) {                                 \
                    b[2 * i] = _mm512_unpacklo_epi##bits(a[i], a[i + SIDE / 2]);                   \
                    b[2 * i + 1] = _mm512_unpackhi_epi##bits(a[i], a[i + SIDE / 2]);               \
                }                                                                                  \
                LG_UNROLL for (int32_t i = 0; i < SIDE; i++) {                                     \
                    a[i] = b[i];                                                                   \
                }                                                                                  \
            }                                                                                      \
            LG_UNROLL for (int32_t i = 0; i < SIDE; i++, to += to_stride) {                        \
                PUT((__m512i *)(void *)to, a[i]);                                                  \
            }                                                                                      \
        }                                                                                          \
    }
#define TRANSPOSE_NO_CLAIM(to, stride, count)
#define TRANSPOSE_LINE(bits, SIDE)                                                                         \
    TRANSPOSE_QUARTERS(transpose_stream_##bits, bits, SIDE, _mm512_stream_si512, TRANSPOSE_NO_CLAIM)       \
    TRANSPOSE_QUARTERS(transpose_store_##bits, bits, SIDE, _mm512_storeu_si512, TRANSPOSE_CLAIM_ROWS)      \
    LG_INLINE LG_TARGET_AVX512 void transpose_line_##bits(const char *from, int64_t from_stride, char *to, \
                                                          int64_t to_stride, int32_t stream) {             \
        (stream ? transpose_stream_##bits : transpose_store_##bits)(from, from_stride, to, to_stride);     \
    }
TRANSPOSE_LINE(8, 16)
TRANSPOSE_LINE(16, 8)
TRANSPOSE_QUARTERS(transpose_stream_32, 32, 4, _mm512_stream_si512, TRANSPOSE_NO_CLAIM)

// The same of 16 rows at once, so that each line is read once: its set of L1 may have to hold too many.
static LG_TARGET_AVX512 LG_NOINLINE void transpose_store_32(const char *from, int64_t from_stride, char *to,
                                                            int64_t to_stride) {
    TRANSPOSE_CLAIM_ROWS(to, to_stride, 16)
    __m512i a[16], b[16];
    LG_UNROLL for (int32_t i = 0; i < 16; i++) {
        a[i] = _mm512_loadu_si512(from + i * from_stride);
    }
    LG_UNROLL for (int32_t i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    // Quarter k of a[i + c]: column 4 k + c of rows i to i + 3.
    LG_UNROLL for (int32_t i = 0; i < 16; i += 4) {
        a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
    LG_UNROLL for (int32_t c = 0; c < 4; c++, to += to_stride) {
        const __m512i low0 = _mm512_shuffle_i32x4(a[c], a[4 + c], 0x44);
        const __m512i low1 = _mm512_shuffle_i32x4(a[8 + c], a[12 + c], 0x44);
        const __m512i high0 = _mm512_shuffle_i32x4(a[c], a[4 + c], 0xee);
        const __m512i high1 = _mm512_shuffle_i32x4(a[8 + c], a[12 + c], 0xee);
        _mm512_storeu_si512(to, _mm512_shuffle_i32x4(low0, low1, 0x88));
        _mm512_storeu_si512(to + 4 * to_stride, _mm512_shuffle_i32x4(low0, low1, 0xdd));
        _mm512_storeu_si512(to + 8 * to_stride, _mm512_shuffle_i32x4(high0, high1, 0x88));
        _mm512_storeu_si512(to + 12 * to_stride, _mm512_shuffle_i32x4(high0, high1, 0xdd));
    }
}
LG_INLINE LG_TARGET_AVX512 void transpose_line_32(const char *from, int64_t from_stride, char *to,
                                                  int64_t to_stride, int32_t stream) {
    (stream ? transpose_stream_32 : transpose_store_32)(from, from_stride, to, to_stride);
}
TRANSPOSE_LINE(64, 2)

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
TRANSPOSE_EDGE(8, 16)
TRANSPOSE_EDGE(16, 8)
TRANSPOSE_EDGE(32, 8)
TRANSPOSE_EDGE(64, 4)
TRANSPOSE_TILES(lg_transpose_8__avx512, LG_TARGET_AVX512, 8, 64, transpose_line_8, transpose_edge_8)
TRANSPOSE_TILES(lg_transpose_16__avx512, LG_TARGET_AVX512, 16, 32, transpose_line_16, transpose_edge_16)
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
