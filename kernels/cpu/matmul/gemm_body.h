/* SPDX-License-Identifier: Apache-2.0
 *
 * The gemm of one instruction set and element type. Include once per translation unit after defining
 *
 *   LG_VEC_*            see vec.h
 *   LG_GEMM_SYMBOL      name of the lg_gemm_isa_t object, LG_GEMM_NAME its text
 *   LG_GEMM_MR          rows of the register tile, <= 14; LG_GEMM_MR * LG_GEMM_NV accumulators, LG_GEMM_NV
 *                       vectors of B and one of A must fit the registers
 *   LG_GEMM_NV          vectors across the register tile
 *   LG_GEMM_FLOPS       measured flops per ns of the packed path
 *
 * Blocking (Goto, van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008):
 *
 *     for column blocks of NT              B block [KC][NT] packed, stays in L2
 *       for blocks of KC of k
 *         for row blocks of MT             A block [MT][KC] packed
 *           for register tiles             A panel [KC][MR] from L1, B panel [KC][NR] from L2 or L1
 */
#include "gemm.h"
#include "vec.h"

#ifndef LG_GEMM_KC
#define LG_GEMM_KC 384
#endif
#ifndef LG_GEMM_MT
#define LG_GEMM_MT (LG_GEMM_MR * 4)
#endif
#ifndef LG_GEMM_NT
#define LG_GEMM_NT 512
#endif
#define LG_GEMM_NR (LG_GEMM_NV * LG_VEC_LANES)
#define LG_GEMM_DOT_ROWS 4  // rows of A and lines of B in a tile of the dot path
#define LG_GEMM_DOT_LINES 4

typedef struct tile_job {
    int64_t k;
    const elem_t *a;
    int64_t a_rs, a_cs;
    const elem_t *b;
    int64_t b_rs;
    elem_t *c;
    int64_t c_rs;
    int64_t lanes;       // valid lanes of the last vector, 1 .. LG_VEC_LANES
    int64_t accumulate;  // add to C: this is not the first block of k
    const elem_t *row_bias, *col_bias;  // NULL unless this is the last block of k
} tile_job_t;

typedef void (*tile_fn_t)(const tile_job_t *job);

// Computes an `mr` by `nv` vectors tile of C. The three ints are constants where this is inlined:
// `packed`: A is a panel [k][mr]; `masked`: only `lanes` of the last vector exist.
LG_VEC void tile(const int mr, const int nv, const int packed, const int masked, const tile_job_t *job) {
    vec_t acc[LG_GEMM_MR][16];
    const elem_t *a = job->a, *b = job->b;
    const int64_t a_rs = packed ? 1 : job->a_rs, a_cs = packed ? mr : job->a_cs;
    const int64_t b_rs = packed ? LG_GEMM_NR : job->b_rs;
    const vec_mask_t mask = vec_mask(masked ? job->lanes : LG_VEC_LANES);
#ifdef PFC
    for (int i = 0; i < mr; ++i) { __builtin_prefetch(job->c + i * job->c_rs, 1); if(nv>1) __builtin_prefetch(job->c + i * job->c_rs + LG_VEC_LANES, 1); }
#endif
    LG_UNROLL
    for (int i = 0; i < mr; ++i) {
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            acc[i][j] = vec_zero();
        }
    }
    for (int64_t k = job->k; k > 0; --k) {
        vec_t line[16];
#ifdef PFB
        if (packed) { __builtin_prefetch(b + PFB * LG_GEMM_NR); __builtin_prefetch(b + PFB * LG_GEMM_NR + 16); }
#endif
#ifdef PFA
        if (packed) { __builtin_prefetch(a + PFA * mr); }
#endif
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            line[j] = masked && j == nv - 1 ? vec_load_mask(b + j * LG_VEC_LANES, mask) : vec_load(b + j * LG_VEC_LANES);
        }
        LG_UNROLL
        for (int i = 0; i < mr; ++i) {
            const vec_t x = vec_dup(a[i * a_rs]);
            LG_UNROLL
            for (int j = 0; j < nv; ++j) {
                acc[i][j] = vec_fma(x, line[j], acc[i][j]);
            }
        }
        a += a_cs;
        b += b_rs;
    }
    // One branch per case, not per vector: the tiles are most of this file's code bytes.
    elem_t *c = job->c;
    const int64_t c_rs = job->c_rs;
    if (job->accumulate) {
        LG_UNROLL
        for (int i = 0; i < mr; ++i) {
            LG_UNROLL
            for (int j = 0; j < nv; ++j) {
                const elem_t *from = c + i * c_rs + j * LG_VEC_LANES;
                acc[i][j] = vec_add(masked && j == nv - 1 ? vec_load_mask(from, mask) : vec_load(from), acc[i][j]);
            }
        }
    }
    if (job->row_bias != NULL) {
        LG_UNROLL
        for (int i = 0; i < mr; ++i) {
            const vec_t x = vec_dup(job->row_bias[i]);
            LG_UNROLL
            for (int j = 0; j < nv; ++j) {
                acc[i][j] = vec_add(acc[i][j], x);
            }
        }
    }
    if (job->col_bias != NULL) {
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            const elem_t *from = job->col_bias + j * LG_VEC_LANES;
            const vec_t x = masked && j == nv - 1 ? vec_load_mask(from, mask) : vec_load(from);
            LG_UNROLL
            for (int i = 0; i < mr; ++i) {
                acc[i][j] = vec_add(acc[i][j], x);
            }
        }
    }
    LG_UNROLL
    for (int i = 0; i < mr; ++i) {
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            elem_t *to = c + i * c_rs + j * LG_VEC_LANES;
            if (masked && j == nv - 1) {
                vec_store_mask(to, acc[i][j], mask);
            } else {
                vec_store(to, acc[i][j]);
            }
        }
    }
}

// Vectors across a tile of few rows: as many accumulators as the registers hold.
#define WIDE_VECS(mr)                                              \
    ((mr) * LG_GEMM_NV * 2 > LG_GEMM_MR * LG_GEMM_NV ? LG_GEMM_NV  \
     : LG_GEMM_MR * LG_GEMM_NV / (mr) - 2 > 8        ? 8           \
                                                     : LG_GEMM_MR * LG_GEMM_NV / (mr)-2)

#define TILES(mr)                                                                                                   \
    static LG_VEC_TARGET void tile_packed_##mr(const tile_job_t *job) { tile(mr, LG_GEMM_NV, 1, 0, job); }          \
    static LG_VEC_TARGET void tile_masked_##mr(const tile_job_t *job) { tile(mr, LG_GEMM_NV, 0, 1, job); }          \
    static LG_VEC_TARGET void tile_narrow_##mr(const tile_job_t *job) { tile(mr, 1, 0, 1, job); }                   \
    static LG_VEC_TARGET void tile_wide_##mr(const tile_job_t *job) { tile(mr, WIDE_VECS(mr), 0, 0, job); }
#if LG_GEMM_MR > 6
#define FOR_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#else
#define FOR_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#endif
FOR_ROWS(TILES)

#define PACKED(mr) tile_packed_##mr,
#define MASKED(mr) tile_masked_##mr,
#define NARROW(mr) tile_narrow_##mr,
#define WIDE(mr) tile_wide_##mr,
#define WIDE_COLS(mr) WIDE_VECS(mr) * LG_VEC_LANES,
static const tile_fn_t tiles_packed[] = {NULL, FOR_ROWS(PACKED)};
static const tile_fn_t tiles_masked[] = {NULL, FOR_ROWS(MASKED)};
static const tile_fn_t tiles_narrow[] = {NULL, FOR_ROWS(NARROW)};
static const tile_fn_t tiles_wide[] = {NULL, FOR_ROWS(WIDE)};
static const int16_t tiles_wide_cols[] = {0, FOR_ROWS(WIDE_COLS)};

LG_INLINE int64_t min_i64(int64_t a, int64_t b) { return a < b ? a : b; }

// `rows` (<= LG_GEMM_MR) by `cols` of C from B as it lies, in the widest tiles that fit.
static void tile_columns(tile_job_t *job, int64_t rows, int64_t cols) {
    while (cols > 0) {
        int64_t done;
        job->lanes = LG_VEC_LANES;
        if (cols >= tiles_wide_cols[rows]) {
            done = tiles_wide_cols[rows];
            tiles_wide[rows](job);
        } else if (cols > (LG_GEMM_NV - 1) * LG_VEC_LANES) {
            done = min_i64(cols, LG_GEMM_NR);
            job->lanes = done - (LG_GEMM_NV - 1) * LG_VEC_LANES;
            tiles_masked[rows](job);
        } else {
            done = min_i64(cols, LG_VEC_LANES);
            job->lanes = done;
            tiles_narrow[rows](job);
        }
        job->b += done;
        job->c += done;
        if (job->col_bias != NULL) {
            job->col_bias += done;
        }
        cols -= done;
    }
}

// ---- packing ----------------------------------------------------------------------------------------

// See lg_gemm_isa_t.pack. Stores are whole vectors in an order in which what a store writes beyond its own
// lanes is overwritten by a later one, or lies past the panel.
static LG_VEC_TARGET void pack(void *panel, int64_t width, const void *source, int64_t line_stride, int64_t k_stride,
                               int64_t count, int64_t kc) {
    elem_t *dst = panel;
    const elem_t *src = source;
    if (line_stride == 1 && count > 0) {
        for (int64_t k = 0; k < kc; ++k) {
            int64_t i = 0;
            for (; i + LG_VEC_LANES <= count; i += LG_VEC_LANES) {
                vec_store(dst + i, vec_load(src + i));
            }
            if (i < count) {
                vec_store(dst + i, vec_load_mask(src + i, vec_mask(count - i)));
                i += LG_VEC_LANES;
            }
            for (; i < width; i += LG_VEC_LANES) {
                vec_store(dst + i, vec_zero());
            }
            dst += width;
            src += k_stride;
        }
        return;
    }
    const int64_t last = (width - 1) / LG_VEC_LANES * LG_VEC_LANES;
    int64_t k0 = 0;
    if (k_stride == 1) {
        for (; k0 + LG_VEC_LANES <= kc; k0 += LG_VEC_LANES) {
            for (int64_t i0 = last; i0 >= 0; i0 -= LG_VEC_LANES) {
                vec_t block[LG_VEC_LANES];
                const elem_t *line = src + i0 * line_stride + k0;
                LG_UNROLL
                for (int i = 0; i < LG_VEC_LANES; ++i) {
                    block[i] = i0 + i < count ? vec_load(line) : vec_zero();
                    line += line_stride;
                }
                vec_transpose(block);
                LG_UNROLL
                for (int i = 0; i < LG_VEC_LANES; ++i) {
                    vec_store(dst + (k0 + i) * width + i0, block[i]);
                }
            }
        }
    }
    for (; k0 < kc; ++k0) {
        elem_t *line = dst + k0 * width;
        const elem_t *from = src + k0 * k_stride;
        int64_t i = 0;
        for (; i < count; ++i) {
            line[i] = from[i * line_stride];
        }
        for (; i < width; ++i) {
            line[i] = 0;
        }
    }
}

static void pack_b_block(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t k0, int64_t kc, int64_t j0,
                         int64_t cols, elem_t *panels) {
    const elem_t *b = (const elem_t *)data->b + k0 * g->b_rs + j0 * g->b_cs;
    for (int64_t j = 0; j < cols; j += LG_GEMM_NR) {
        pack(panels + j * kc, LG_GEMM_NR, b + j * g->b_cs, g->b_cs, g->b_rs, min_i64(LG_GEMM_NR, cols - j), kc);
    }
}

// ---- paths ------------------------------------------------------------------------------------------

// Rows [i0, i0 + rows) by columns [j0, j0 + cols) for one block of k; B panels are `panel_stride` apart.
static void packed_block(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t i0, int64_t rows, int64_t j0,
                         int64_t cols, int64_t k0, int64_t kc, elem_t *a_panels, const elem_t *b_panels,
                         int64_t panel_stride) {
    const elem_t *a = (const elem_t *)data->a + i0 * g->a_rs + k0 * g->a_cs;
    for (int64_t i = 0; i < rows; i += LG_GEMM_MR) {
        const int64_t mr = min_i64(LG_GEMM_MR, rows - i);
        pack(a_panels + i * kc, mr, a + i * g->a_rs, g->a_rs, g->a_cs, mr, kc);
    }
    const int last = k0 + kc == g->k;
    const elem_t *row_bias = last ? data->row_bias : NULL, *col_bias = last ? data->col_bias : NULL;
    for (int64_t j = 0; j < cols; j += LG_GEMM_NR) {
        const elem_t *b = b_panels + j / LG_GEMM_NR * panel_stride;
        for (int64_t i = 0; i < rows; i += LG_GEMM_MR) {
            const int64_t mr = min_i64(LG_GEMM_MR, rows - i);
            tile_job_t job = {
                .k = kc,
                .a = a_panels + i * kc,
                .a_rs = 1,
                .a_cs = mr,
                .b = b,
                .b_rs = LG_GEMM_NR,
                .c = (elem_t *)data->c + (i0 + i) * g->c_rs + j0 + j,
                .c_rs = g->c_rs,
                .accumulate = k0 > 0,
                .row_bias = row_bias != NULL ? row_bias + i0 + i : NULL,
                .col_bias = col_bias != NULL ? col_bias + j0 + j : NULL,
            };
            if (cols - j >= LG_GEMM_NR) {
                tiles_packed[mr](&job);
            } else {
                tile_columns(&job, mr, cols - j);
            }
        }
    }
}

static void run_packed(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    elem_t *a_panels = data->scratch;
    elem_t *b_panels = a_panels + (g->tile_rows * min_i64(g->k, LG_GEMM_KC) + LG_VEC_LANES + 15) / 16 * 16;
    for (int64_t t = begin, next; t < end; t = next) {
        const int64_t column = t / g->row_tiles, first = t % g->row_tiles;
        next = min_i64(end, (column + 1) * g->row_tiles);
        const int64_t j0 = column * g->tile_cols, cols = min_i64(g->tile_cols, g->n - j0);
        const int64_t row_begin = first * g->tile_rows, row_end = min_i64(g->m, (first + next - t) * g->tile_rows);
        int64_t k0 = 0;
        do {
            const int64_t kc = min_i64(LG_GEMM_KC, g->k - k0);
            const elem_t *b = b_panels;
            int64_t panel_stride = kc * LG_GEMM_NR;
            if (g->flags & LG_GEMM_B_PACKED) {
                panel_stride = g->k * LG_GEMM_NR;
                b = (const elem_t *)data->b + j0 / LG_GEMM_NR * panel_stride + k0 * LG_GEMM_NR;
            } else if (g->pack_b != NULL) {
                g->pack_b(g, data, k0, kc, j0, cols, b_panels);
            } else {
                pack_b_block(g, data, k0, kc, j0, cols, b_panels);
            }
            for (int64_t i0 = row_begin; i0 < row_end; i0 += g->tile_rows) {
                packed_block(g, data, i0, min_i64(g->tile_rows, row_end - i0), j0, cols, k0, kc, a_panels, b,
                             panel_stride);
            }
            k0 += kc;
        } while (k0 < g->k);
    }
}

static void run_direct(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    const elem_t *a = g->flags & LG_GEMM_SWAPPED ? data->b : data->a;
    const elem_t *b = g->flags & LG_GEMM_SWAPPED ? data->a : data->b;
    const elem_t *row_bias = g->flags & LG_GEMM_SWAPPED ? data->col_bias : data->row_bias;
    const elem_t *col_bias = g->flags & LG_GEMM_SWAPPED ? data->row_bias : data->col_bias;
    for (int64_t t = begin; t < end; ++t) {
        const int64_t i0 = t % g->row_tiles * g->tile_rows, j0 = t / g->row_tiles * g->tile_cols;
        const int64_t rows = min_i64(g->tile_rows, g->m - i0), cols = min_i64(g->tile_cols, g->n - j0);
        int64_t k0 = 0;
        do {
            const int64_t kc = min_i64(LG_GEMM_KC, g->k - k0);
            const int last = k0 + kc == g->k;
            tile_job_t job = {
                .k = kc,
                .a = a + i0 * g->a_rs + k0 * g->a_cs,
                .a_rs = g->a_rs,
                .a_cs = g->a_cs,
                .b = b + k0 * g->b_rs + j0,
                .b_rs = g->b_rs,
                .c = (elem_t *)data->c + i0 * g->c_rs + j0,
                .c_rs = g->c_rs,
                .accumulate = k0 > 0,
                .row_bias = last && row_bias != NULL ? row_bias + i0 : NULL,
                .col_bias = last && col_bias != NULL ? col_bias + j0 : NULL,
            };
            tile_columns(&job, rows, cols);
            k0 += kc;
        } while (k0 < g->k);
    }
}

// `rows` by `lines` sums of products along k, both dense in k. Each element has one vector of partial sums,
// folded by vec_sum: the same order in every tile.
LG_VEC void dot_tile(const int rows, const int lines, int64_t k, const elem_t *a, int64_t a_rs, const elem_t *b,
                     int64_t b_cs, elem_t *c, int64_t c_rs, const elem_t *row_bias, const elem_t *col_bias) {
    vec_t acc[LG_GEMM_DOT_ROWS][LG_GEMM_DOT_LINES * 2];
    LG_UNROLL
    for (int i = 0; i < rows; ++i) {
        LG_UNROLL
        for (int j = 0; j < lines; ++j) {
            acc[i][j] = vec_zero();
        }
    }
    int64_t p = 0;
    for (; p + LG_VEC_LANES <= k; p += LG_VEC_LANES) {
        vec_t x[LG_GEMM_DOT_ROWS];
        LG_UNROLL
        for (int i = 0; i < rows; ++i) {
            x[i] = vec_load(a + i * a_rs + p);
        }
        LG_UNROLL
        for (int j = 0; j < lines; ++j) {
            const vec_t y = vec_load(b + j * b_cs + p);
            LG_UNROLL
            for (int i = 0; i < rows; ++i) {
                acc[i][j] = vec_fma(x[i], y, acc[i][j]);
            }
        }
    }
    if (p < k) {
        const vec_mask_t mask = vec_mask(k - p);
        LG_UNROLL
        for (int j = 0; j < lines; ++j) {
            const vec_t y = vec_load_mask(b + j * b_cs + p, mask);
            LG_UNROLL
            for (int i = 0; i < rows; ++i) {
                acc[i][j] = vec_fma(vec_load_mask(a + i * a_rs + p, mask), y, acc[i][j]);
            }
        }
    }
    LG_UNROLL
    for (int i = 0; i < rows; ++i) {
        LG_UNROLL
        for (int j = 0; j < lines; ++j) {
            elem_t sum = vec_sum(acc[i][j]);
            if (row_bias != NULL) {
                sum += row_bias[i];
            }
            if (col_bias != NULL) {
                sum += col_bias[j];
            }
            c[i * c_rs + j] = sum;
        }
    }
}

#define DOTS(rows, lines)                                                                                             \
    static LG_VEC_TARGET LG_NOINLINE void dot_##rows##_##lines(int64_t k, const elem_t *a, int64_t a_rs,              \
                                                               const elem_t *b, int64_t b_cs, elem_t *c, int64_t c_rs, \
                                                               const elem_t *row_bias, const elem_t *col_bias) {      \
        dot_tile(rows, lines, k, a, a_rs, b, b_cs, c, c_rs, row_bias, col_bias);                                      \
    }
DOTS(1, 8)
DOTS(1, 1)
DOTS(2, 4)
DOTS(2, 1)
DOTS(3, 4)
DOTS(3, 1)
DOTS(4, 4)
DOTS(4, 1)

typedef void (*dot_fn_t)(int64_t k, const elem_t *a, int64_t a_rs, const elem_t *b, int64_t b_cs, elem_t *c,
                         int64_t c_rs, const elem_t *row_bias, const elem_t *col_bias);
static const dot_fn_t dots_many[] = {NULL, dot_1_8, dot_2_4, dot_3_4, dot_4_4};
static const dot_fn_t dots_one[] = {NULL, dot_1_1, dot_2_1, dot_3_1, dot_4_1};

static void run_dot(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    const int swapped = (g->flags & LG_GEMM_SWAPPED) != 0;
    const elem_t *a = swapped ? data->b : data->a, *b = swapped ? data->a : data->b;
    const elem_t *row_bias = swapped ? data->col_bias : data->row_bias;
    const elem_t *col_bias = swapped ? data->row_bias : data->col_bias;
    elem_t *c = data->c;
    int64_t a_rs = g->a_rs;
    if (g->a_cs != 1 && g->k > 1) {  // a few rows: cheap beside reading B once
        elem_t *dense = data->scratch;
        for (int64_t i = 0; i < g->m; ++i) {
            for (int64_t k = 0; k < g->k; ++k) {
                dense[i * g->k + k] = a[i * g->a_rs + k * g->a_cs];
            }
        }
        a = dense;
        a_rs = g->k;
    }
    const int64_t j_begin = begin * g->tile_cols, j_end = min_i64(g->n, end * g->tile_cols);
    const int64_t step = g->m == 1 ? LG_GEMM_DOT_LINES * 2 : LG_GEMM_DOT_LINES;
    for (int64_t j = j_begin; j < j_end;) {
        const int64_t lines = j_end - j >= step ? step : 1;
        for (int64_t i = 0; i < g->m; i += LG_GEMM_DOT_ROWS) {
            const int64_t rows = min_i64(LG_GEMM_DOT_ROWS, g->m - i);
            // Only m == 1 has the eight-line tile, so a rest of one row in a higher m takes lines one by one.
            const dot_fn_t fn = lines > 1 && (rows > 1 || g->m == 1) ? dots_many[rows] : dots_one[rows];
            for (int64_t l = 0; l < lines; l += fn == dots_one[rows] ? 1 : lines) {
                fn(g->k, a + i * a_rs, a_rs, b + (j + l) * g->b_cs, g->b_cs, c + i * g->c_rs + j + l, g->c_rs,
                   row_bias != NULL ? row_bias + i : NULL, col_bias != NULL ? col_bias + j + l : NULL);
            }
        }
        j += lines;
    }
}

const lg_gemm_isa_t LG_GEMM_SYMBOL = {
    .name = LG_GEMM_NAME,
    .elem_bytes = sizeof(elem_t),
    .panel_rows = LG_GEMM_MR,
    .panel_cols = LG_GEMM_NR,
    .block_k = LG_GEMM_KC,
    .block_rows = LG_GEMM_MT,
    .block_cols = LG_GEMM_NT,
    .dot_rows = 2 * LG_GEMM_DOT_ROWS,
    .flops_per_ns = LG_GEMM_FLOPS,
    .run_packed = run_packed,
    .run_direct = run_direct,
    .run_dot = run_dot,
    .pack = pack,
};
