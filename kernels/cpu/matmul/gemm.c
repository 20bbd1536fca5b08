// SPDX-License-Identifier: Apache-2.0
// The choice of path, and whole-matrix packing.
#include "gemm.h"

#include <string.h>

// Up to this many multiply-adds the direct path wins: with its prefetch, reading operands as they lie costs less
// than packing them. 256x256x256: 116 GF/s, packed 109; 512x512x512: 107 both (Zen 4).
#define DIRECT_MAX_WORK (384.0 * 384.0 * 384.0)

#define L3_BYTES_PER_NS 80.0  // one core of Zen 4

// Divisions are most of what planning costs: none where the answer is 1, a short one where it fits.
static int64_t ceil_div(int64_t a, int64_t b) {
    if (a <= b) {
        return 1;
    }
    const int64_t sum = a + b - 1;
    return sum <= INT32_MAX ? (int64_t)((uint32_t)sum / (uint32_t)b) : sum / b;
}

// Rows up to which B given by columns is read as it lies instead of packed: the packed path needs many rows to
// pay for transposing B, the dot path a long k for folding its vectors. 16x1024x1024: 102 GF/s, packed 64.
#define DOT_FEW_ROWS 8
#define DOT_MAX_ROWS 48

// Column panels up to which A is not packed: 512x49x4608 runs at 82 GF/s instead of 69, 512x128x1000 at 108
// instead of 105 (Zen 4).
#define A_IN_PLACE_PANELS 4

static void plan_swap(lg_gemm_t *g) {
    const int64_t a_rs = g->a_rs, a_cs = g->a_cs;
    g->n = g->m;
    g->m = 1;
    g->a_rs = g->b_cs;
    g->a_cs = g->b_rs;
    g->b_rs = a_cs;
    g->b_cs = a_rs;
    g->flags |= LG_GEMM_SWAPPED;
}

void lg_gemm_plan(const lg_gemm_isa_t *isa, lg_gemm_t *g) {
    g->isa = isa;
    g->scratch_bytes = 0;
    const double work = (double)g->m * (double)g->n * (double)g->k;
    // Arithmetic, or reading the operands at the speed of L3, whichever takes longer.
    const double bytes =
        ((double)g->k * (double)(g->m + g->n) + (double)g->m * (double)g->n) * isa->elem_bytes;
    const double compute_ns = 2.0 * work / isa->flops_per_ns, read_ns = bytes / L3_BYTES_PER_NS;
    g->work_ns = 10.0 + (compute_ns > read_ns ? compute_ns : read_ns);
    if (g->m <= 0 || g->n <= 0) {
        g->run = isa->run_direct;
        g->tiles = 0;
        return;
    }
    // Even blocks of k, so that no short one is left.
    g->block_k = g->k;
    if (g->k > isa->max_block_k) {
        g->block_k = (ceil_div(g->k, ceil_div(g->k, isa->max_block_k)) + 15) / 16 * 16;
    }
    const int in_memory = g->pack_b == NULL && !(g->flags & (LG_GEMM_B_PACKED | LG_GEMM_A_PACKED));
    // A matrix times a vector is a vector times the transposed matrix; C is dense either way.
    if (g->n == 1 && g->c_rs == 1 && in_memory && g->m > 1 && (g->a_rs == 1 || g->a_cs == 1)) {
        plan_swap(g);
    }
    if (in_memory && g->b_cs == 1 &&
        (g->m <= isa->panel_rows || (work <= DIRECT_MAX_WORK && g->k <= isa->max_block_k &&
                                     (double)g->n * (double)g->k <= isa->direct_max_b))) {
        g->run = isa->run_direct;
        g->row_tiles = ceil_div(g->m, isa->panel_rows);
        g->tile_rows = ceil_div(g->m, g->row_tiles);  // even tiles: 16 rows are 8 + 8, not 14 + 2
        g->row_tiles = ceil_div(g->m, g->tile_rows);
        g->tile_cols = isa->block_cols;
        g->tiles = g->row_tiles * ceil_div(g->n, g->tile_cols);
        return;
    }
    if (in_memory && g->b_rs == 1 && g->m <= (g->k >= isa->dot_long_k ? DOT_MAX_ROWS : DOT_FEW_ROWS)) {
        g->run = isa->run_dot;
        g->row_tiles = 1;
        g->tile_rows = g->m;
        g->tile_cols = 32;
        g->tiles = ceil_div(g->n, g->tile_cols);
        if (g->a_cs != 1 && g->k > 1) {
            g->scratch_bytes = g->m * g->k * isa->elem_bytes;
        }
        return;
    }
    if ((g->flags & LG_GEMM_B_PACKED) && !(g->flags & LG_GEMM_A_PACKED) && g->m <= isa->panel_rows) {
        g->run = isa->run_panels;
        g->row_tiles = 1;
        g->tile_rows = g->m;
        g->tile_cols = 4 * isa->panel_cols;
        g->tiles = ceil_div(g->n, g->tile_cols);
        return;
    }
    g->run = isa->run_packed;
    g->tile_rows = isa->block_rows;
    g->row_tiles = ceil_div(g->m, g->tile_rows);
    // Even blocks of whole column panels.
    const int64_t column_tiles = ceil_div(g->n, isa->block_cols);
    g->tile_cols = ceil_div(ceil_div(g->n, column_tiles), isa->panel_cols) * isa->panel_cols;
    g->tiles = g->row_tiles * ceil_div(g->n, g->tile_cols);
    // With few columns, packing A costs more than it saves; unless its rows fall into the same L1 sets.
    const int in_place =
        (g->flags & LG_GEMM_A_PACKED) || (g->n <= A_IN_PLACE_PANELS * isa->panel_cols && g->a_cs == 1 &&
                                          g->a_rs * isa->elem_bytes % 2048 != 0);
    // Panels, and after each block the vector that packing may write past it (at most 64 bytes).
    g->a_panel_bytes = in_place ? 0 : (g->tile_rows * g->block_k * isa->elem_bytes + 64 + 63) / 64 * 64;
    g->scratch_bytes = g->a_panel_bytes;
    if (!(g->flags & LG_GEMM_B_PACKED)) {
        g->scratch_bytes += g->tile_cols * g->block_k * isa->elem_bytes + 64;
    }
}

int64_t lg_gemm_packed_b_bytes(const lg_gemm_isa_t *isa, int64_t k, int64_t n) {
    return ceil_div(n, isa->panel_cols) * isa->panel_cols * k * isa->elem_bytes + 64;
}

uint64_t lg_gemm_layout_b(const lg_gemm_t *gemm) {
    const int64_t numbers[] = {
        gemm->isa->elem_bytes, gemm->isa->panel_cols, gemm->k, gemm->n, gemm->b_rs, gemm->b_cs};
    return lg_pack_layout("gemm_b.1", numbers, sizeof numbers / sizeof numbers[0]);
}

void lg_gemm_pack_b(const lg_gemm_isa_t *isa, int64_t k, int64_t n, const void *b, int64_t b_rs, int64_t b_cs,
                    void *panels) {
    for (int64_t j = 0; j < n; j += isa->panel_cols) {
        const int64_t count = n - j < isa->panel_cols ? n - j : isa->panel_cols;
        isa->pack((char *)panels + j * k * isa->elem_bytes, isa->panel_cols,
                  (const char *)b + j * b_cs * isa->elem_bytes, b_cs, b_rs, count, k);
    }
    memset((char *)panels + lg_gemm_packed_b_bytes(isa, k, n) - 64, 0, 64);
}

uint64_t lg_gemm_layout_a(const lg_gemm_t *gemm, int64_t groups, int64_t group_elems) {
    const int64_t numbers[] = {gemm->isa->elem_bytes,
                               gemm->isa->panel_rows,
                               gemm->m,
                               gemm->k,
                               gemm->block_k,
                               gemm->a_rs,
                               gemm->a_cs,
                               groups,
                               group_elems};
    return lg_pack_layout("gemm_a.1", numbers, sizeof numbers / sizeof numbers[0]);
}

int64_t lg_gemm_packed_a_bytes(const lg_gemm_t *gemm) {
    return gemm->m * gemm->k * gemm->isa->elem_bytes + 64;
}

void lg_gemm_pack_a(const lg_gemm_t *gemm, const void *a, void *panels) {
    const lg_gemm_isa_t *isa = gemm->isa;
    for (int64_t k0 = 0; k0 < gemm->k; k0 += gemm->block_k) {
        const int64_t kc = gemm->k - k0 < gemm->block_k ? gemm->k - k0 : gemm->block_k;
        for (int64_t i = 0; i < gemm->m; i += isa->panel_rows) {
            const int64_t rows = gemm->m - i < isa->panel_rows ? gemm->m - i : isa->panel_rows;
            isa->pack((char *)panels + (k0 * gemm->m + i * kc) * isa->elem_bytes, rows,
                      (const char *)a + (i * gemm->a_rs + k0 * gemm->a_cs) * isa->elem_bytes, gemm->a_rs,
                      gemm->a_cs, rows, kc);
        }
    }
}
