/* SPDX-License-Identifier: Apache-2.0
 *
 * The gemm of one instruction set and element type. Include once per translation unit after defining
 *
 *   LG_VEC_*            see vec.h
 *   LG_GEMM_SYMBOL      name of the lg_gemm_isa_t object, LG_GEMM_NAME its text
 *   LG_GEMM_MR          rows of the register tile, 6 or 14; LG_GEMM_MR * LG_GEMM_NV accumulators, LG_GEMM_NV
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
 *
 * Block sizes are from a grid of KC 192 .. 512, NT 256 .. 1024, MT 4 and 8 tiles on Zen 4 (L1 32 KiB, L2 1 MiB;
 * FMA peak 117 GF/s), sgemm at 256, 512, 1024 and 56x1024x1024, GF/s: KC 256: 109 104 101 81; KC 384: 109 106
 * 101 87; KC 512: 110 110 105 93. NT 1024 and MT 112 are within 3 %; small MT leaves more tiles to threads.
 * Prefetching packed A or B changed nothing (both run in order); prefetching C gains 2 % at 1024.
 */
#include "gemm.h"
#include "vec.h"

#if defined(LG_VEC_F32)
#define LG_GEMM_KC 512
#else
#define LG_GEMM_KC 256
#endif
#define LG_GEMM_MT (LG_GEMM_MR * (56 / LG_GEMM_MR))
#define LG_GEMM_NT 512
#define LG_GEMM_PREFETCH_ROWS \
    16  // 14x1000x1000: 112 GF/s, without 92; 8 rows are as good, 12x1024x1024 likes 16
#define LG_GEMM_NR (LG_GEMM_NV * LG_VEC_LANES)

LG_INLINE int64_t min_i64(int64_t a, int64_t b) {
    return a < b ? a : b;
}

#include "gemm_tile.h"

// ---- packing ----------------------------------------------------------------------------------------

// See lg_gemm_isa_t.pack. Stores are whole vectors in an order in which what a store writes beyond its own
// lanes is overwritten by a later one, or lies past the panel.
static LG_VEC_TARGET void pack(void *panel, int64_t width, const void *source, int64_t line_stride,
                               int64_t k_stride, int64_t count, int64_t kc) {
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

// ---- paths ------------------------------------------------------------------------------------------

// B panels of columns [j0, j0 + cols) and one block of k, wherever they come from.
static void pack_b_block(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t k0, int64_t kc, int64_t j0,
                         int64_t cols, elem_t *panels) {
    if (g->pack_b != NULL) {
        g->pack_b(g, data, k0, kc, j0, cols, panels);
        return;
    }
    const elem_t *b = (const elem_t *)data->b + k0 * g->b_rs + j0 * g->b_cs;
    for (int64_t j = 0; j < cols; j += LG_GEMM_NR) {
        pack(panels + j * kc, LG_GEMM_NR, b + j * g->b_cs, g->b_cs, g->b_rs, min_i64(LG_GEMM_NR, cols - j),
             kc);
    }
}

static void pack_a_block(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t i0, int64_t rows, int64_t k0,
                         int64_t kc, elem_t *panels) {
    const elem_t *a = (const elem_t *)data->a + i0 * g->a_rs + k0 * g->a_cs;
    for (int64_t i = 0; i < rows; i += LG_GEMM_MR) {
        const int64_t mr = min_i64(LG_GEMM_MR, rows - i);
        pack(panels + i * kc, mr, a + i * g->a_rs, g->a_rs, g->a_cs, mr, kc);
    }
}

// The epilogue on a finished block of C.
static void finish(const lg_gemm_t *g, const lg_gemm_data_t *data, elem_t *c, int64_t rows, int64_t cols) {
    if (g->flags & LG_GEMM_EPILOGUE) {
        const float *addend = data->addend;
        g->epilogue.run(&g->epilogue, (float *)c, g->c_rs,
                        addend != NULL ? addend + (c - (elem_t *)data->c) : NULL, rows, cols);
    }
}

// Rows [i0, i0 + rows) of one panel of columns [j0, j0 + cols), one block of k.
static void packed_panel(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t i0, int64_t rows, int64_t j0,
                         int64_t cols, int64_t k0, int64_t kc, const elem_t *a_panels,
                         const elem_t *b_panel) {
    const int last = k0 + kc == g->k;
    const elem_t *a = (const elem_t *)data->a + i0 * g->a_rs + k0 * g->a_cs;  // as it lies, when not packed
    // Panels packed ahead of time come from far away: the tiles of this one fetch parts of the next one of B, or of the
    // next block of rows of A, which lies behind this one.
    const int64_t parts = (rows + LG_GEMM_MR - 1) / LG_GEMM_MR;
    const char *ahead = (const char *)b_panel;
    int64_t ahead_bytes = 0;
    if (g->flags & LG_GEMM_B_PACKED) {
        ahead = (const char *)(b_panel + LG_GEMM_NR * g->k);
        ahead_bytes = LG_GEMM_NR * (int64_t)sizeof(elem_t) / parts;
    } else if (g->flags & LG_GEMM_A_PACKED) {
        const int64_t panels = (g->tile_cols + LG_GEMM_NR - 1) / LG_GEMM_NR,
                      panel = j0 % g->tile_cols / LG_GEMM_NR;
        ahead_bytes = rows * (int64_t)sizeof(elem_t) / (panels * parts);
        ahead = (const char *)(a_panels + rows * kc) + panel * parts * kc * ahead_bytes;
    }
    for (int64_t i = 0; i < rows; i += LG_GEMM_MR, ahead += ahead_bytes * kc) {
        const int64_t mr = min_i64(LG_GEMM_MR, rows - i);
        tile_job_t job = {
            .k = kc,
            .a = a_panels != NULL ? a_panels + i * kc : a + i * g->a_rs,
            .a_rs = a_panels != NULL ? 1 : g->a_rs,
            .a_cs = a_panels != NULL ? mr : g->a_cs,
            .b = b_panel,
            .b_rs = LG_GEMM_NR,
            .c = (elem_t *)data->c + (i0 + i) * g->c_rs + j0,
            .c_rs = g->c_rs,
            .accumulate = k0 > 0,
            .row_bias = last && data->row_bias != NULL ? (const elem_t *)data->row_bias + i0 + i : NULL,
            .col_bias = last && data->col_bias != NULL ? (const elem_t *)data->col_bias + j0 : NULL,
            .ahead = ahead,
            .ahead_bytes = ahead_bytes,
        };
        if (cols == LG_GEMM_NR && a_panels != NULL) {
            tiles_packed[mr](&job);
        } else {
            tile_columns(&job, mr, cols);
        }
    }
    if (last) {
        finish(g, data, (elem_t *)data->c + i0 * g->c_rs + j0, rows, cols);
    }
}

static void run_packed(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    elem_t *a_scratch = g->a_panel_bytes != 0 ? data->scratch : NULL;
    const elem_t *a_packed = g->flags & LG_GEMM_A_PACKED ? data->a : NULL;  // neither: A is read as it lies
    elem_t *b_panels = data->scratch != NULL ? (elem_t *)((char *)data->scratch + g->a_panel_bytes) : NULL;
    const int prepacked = (g->flags & LG_GEMM_B_PACKED) != 0;
    for (int64_t t = begin, next; t < end; t = next) {
        const int64_t column = t / g->row_tiles, first = t % g->row_tiles;
        next = min_i64(end, (column + 1) * g->row_tiles);
        const int64_t j0 = column * g->tile_cols, cols = min_i64(g->tile_cols, g->n - j0);
        const int64_t row_begin = first * g->tile_rows,
                      row_end = min_i64(g->m, (first + next - t) * g->tile_rows);
        // One block of rows uses each panel of B once: pack it just before, into memory that stays in L1.
        const int once = !prepacked && row_end - row_begin <= g->tile_rows;
        int64_t k0 = 0;
        do {
            const int64_t kc = min_i64(g->block_k, g->k - k0);
            if (!prepacked && !once) {
                pack_b_block(g, data, k0, kc, j0, cols, b_panels);
            }
            for (int64_t i0 = row_begin; i0 < row_end; i0 += g->tile_rows) {
                const int64_t rows = min_i64(g->tile_rows, row_end - i0);
                const elem_t *a_panels = a_packed != NULL ? a_packed + k0 * g->m + i0 * kc : a_scratch;
                if (a_scratch != NULL) {
                    pack_a_block(g, data, i0, rows, k0, kc, a_scratch);
                }
                for (int64_t j = 0; j < cols; j += LG_GEMM_NR) {
                    const int64_t width = min_i64(LG_GEMM_NR, cols - j);
                    const elem_t *b = b_panels + j * kc;
                    if (once) {
                        b = b_panels;
                        pack_b_block(g, data, k0, kc, j0 + j, width, b_panels);
                    } else if (prepacked) {
                        b = (const elem_t *)data->b + (j0 + j) * g->k + k0 * LG_GEMM_NR;
                    }
                    packed_panel(g, data, i0, rows, j0 + j, width, k0, kc, a_panels, b);
                }
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
            const int64_t kc = min_i64(g->block_k, g->k - k0);
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
        finish(g, data, (elem_t *)data->c + i0 * g->c_rs + j0, rows, cols);
    }
}

// A few rows of A as they lie, B packed: as many panels at once as fill the registers.
static void run_panels(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    const int64_t j_end = min_i64(g->n, end * g->tile_cols), wide = tiles_panels_cols[g->m];
    int64_t j = begin * g->tile_cols;
    tile_job_t job = {
        .k = g->k,
        .a = data->a,
        .a_rs = g->a_rs,
        .a_cs = g->a_cs,
        .b = (const elem_t *)data->b + j * g->k,
        .b_rs = LG_GEMM_NR,
        .c = (elem_t *)data->c + j,
        .c_rs = g->c_rs,
        .row_bias = data->row_bias,
        .col_bias = data->col_bias != NULL ? (const elem_t *)data->col_bias + j : NULL,
    };
    elem_t *const first = job.c;
    for (; j < j_end;) {
        const int64_t done = j_end - j >= wide ? wide : min_i64(LG_GEMM_NR, j_end - j);
        const elem_t *b = job.b, *col_bias = job.col_bias;
        elem_t *c = job.c;
        if (done == wide) {
            tiles_panels[g->m](&job);
        } else {
            tile_columns(&job, g->m, done);
        }
        job.b = b + done * g->k;
        job.c = c + done;
        job.col_bias = col_bias != NULL ? col_bias + done : NULL;
        j += done;
    }
    finish(g, data, first, g->m, job.c - first);
}

#include "gemm_dot.h"

const lg_gemm_isa_t LG_GEMM_SYMBOL = {
    .name = LG_GEMM_NAME,
    .elem_bytes = sizeof(elem_t),
    .panel_rows = LG_GEMM_MR,
    .panel_cols = LG_GEMM_NR,
    .max_block_k = LG_GEMM_KC,
    .block_rows = LG_GEMM_MT,
    .block_cols = LG_GEMM_NT,
    .dot_long_k = 16 * LG_VEC_LANES,
    .direct_max_b = LG_GEMM_MR > 6 ? 5 * 512 * 1024 / (int)sizeof(elem_t) : 192 * 1024 / (int)sizeof(elem_t),
    .flops_per_ns = LG_GEMM_FLOPS,
    .run_packed = run_packed,
    .run_direct = run_direct,
    .run_dot = run_dot,
    .run_panels = run_panels,
    .pack = pack,
};
