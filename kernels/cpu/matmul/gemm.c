// SPDX-License-Identifier: Apache-2.0
// The choice of path, and whole-matrix packing.
#include "gemm.h"

// Below this many multiply-adds the direct path wins: packing costs more than the strided reads it saves.
#define DIRECT_MAX_WORK ((int64_t)96 * 96 * 96)

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

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
    g->work_ns = 10.0 + 2.0 * work / isa->flops_per_ns;
    if (g->m <= 0 || g->n <= 0) {
        g->run = isa->run_direct;
        g->tiles = 0;
        return;
    }
    const int in_memory = g->pack_b == NULL && !(g->flags & LG_GEMM_B_PACKED);
    // A matrix times a vector is a vector times the transposed matrix; C is dense either way.
    if (g->n == 1 && g->c_rs == 1 && in_memory && g->m > 1 && (g->a_rs == 1 || g->a_cs == 1)) {
        plan_swap(g);
    }
    if (in_memory && g->b_cs == 1 &&
        (g->m <= isa->panel_rows || (work <= (double)DIRECT_MAX_WORK && g->k <= isa->block_k))) {
        g->run = isa->run_direct;
        g->row_tiles = ceil_div(g->m, isa->panel_rows);
        g->tile_rows = ceil_div(g->m, g->row_tiles);  // even tiles: 16 rows are 8 + 8, not 14 + 2
        g->row_tiles = ceil_div(g->m, g->tile_rows);
        g->tile_cols = g->m <= isa->panel_rows ? isa->block_cols : g->n;
        g->tiles = g->row_tiles * ceil_div(g->n, g->tile_cols);
        return;
    }
    if (in_memory && g->b_rs == 1 && g->m <= isa->dot_rows) {
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
    const int64_t kc = g->k < isa->block_k ? g->k : isa->block_k;
    g->run = isa->run_packed;
    g->tile_rows = isa->block_rows;
    g->row_tiles = ceil_div(g->m, g->tile_rows);
    // Even columns blocks of whole panels.
    const int64_t column_tiles = ceil_div(g->n, isa->block_cols);
    g->tile_cols = ceil_div(ceil_div(g->n, column_tiles), isa->panel_cols) * isa->panel_cols;
    g->tiles = g->row_tiles * ceil_div(g->n, g->tile_cols);
    // A panels, B panels, and after each the vector that packing may write past them (64 bytes).
    g->scratch_bytes = (g->tile_rows * kc * isa->elem_bytes + 64 + 127) / 64 * 64;
    if (!(g->flags & LG_GEMM_B_PACKED)) {
        g->scratch_bytes += g->tile_cols * kc * isa->elem_bytes + 64;
    }
}

int64_t lg_gemm_packed_b_bytes(const lg_gemm_isa_t *isa, int64_t k, int64_t n) {
    return ceil_div(n, isa->panel_cols) * isa->panel_cols * k * isa->elem_bytes + 64;
}

void lg_gemm_pack_b(const lg_gemm_isa_t *isa, int64_t k, int64_t n, const void *b, int64_t b_rs, int64_t b_cs,
                    void *panels) {
    for (int64_t j = 0; j < n; j += isa->panel_cols) {
        const int64_t count = n - j < isa->panel_cols ? n - j : isa->panel_cols;
        isa->pack((char *)panels + j * k * isa->elem_bytes, isa->panel_cols, (const char *)b + j * b_cs * isa->elem_bytes,
                  b_cs, b_rs, count, k);
    }
}
