/* SPDX-License-Identifier: Apache-2.0
 *
 * The register tiles of gemm_body.h, which includes this once: every height up to LG_GEMM_MR in four kinds, and
 * the walk along a row of tiles.
 */
#include "vec.h"

typedef struct tile_job {
    int64_t k;
    const elem_t *a;
    int64_t a_rs, a_cs;
    const elem_t *b;
    int64_t b_rs;
    elem_t *c;
    int64_t c_rs;
    int64_t lanes;                      // valid lanes of the last vector, 1 .. LG_VEC_LANES
    int64_t accumulate;                 // add to C: this is not the first block of k
    const elem_t *row_bias, *col_bias;  // NULL unless this is the last block of k
    const char *ahead;  // packed tiles: what comes next from far away, `ahead_bytes` for each k
    int64_t ahead_bytes;
} tile_job_t;

typedef void (*tile_fn_t)(const tile_job_t *job);

// Computes an `mr` by `nv` vectors tile of C. The three ints are constants where this is inlined:
// `packed`: A is a panel [k][mr]; `masked`: only `lanes` of the last vector exist. `nv` beyond LG_GEMM_NV with
// `panels`: the vectors of B come from several panels of job->k rows, one behind the other.
LG_VEC void tile(const int mr, const int nv, const int packed, const int masked, const int panels,
                 const tile_job_t *job) {
    vec_t acc[LG_GEMM_MR][16];
    const elem_t *a = job->a, *b = job->b;
    const int64_t a_rs = packed ? 1 : job->a_rs, a_cs = packed ? mr : job->a_cs;
    const int64_t b_rs = packed ? LG_GEMM_NR : job->b_rs;
    const int64_t b_panel = panels ? job->k * LG_GEMM_NR : LG_GEMM_NR;
    const vec_mask_t mask = vec_mask(masked ? job->lanes : LG_VEC_LANES);
    if (packed) {  // C comes from L3 in large products
        LG_UNROLL
        for (int i = 0; i < mr; ++i) {
            LG_UNROLL
            for (int j = 0; j < nv; ++j) {
                LG_PREFETCH_WRITE(job->c + i * job->c_rs + j * LG_VEC_LANES);
            }
        }
    }
    LG_UNROLL
    for (int i = 0; i < mr; ++i) {
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            acc[i][j] = vec_zero();
        }
    }
    const char *ahead = job->ahead;
    for (int64_t k = job->k; k > 0; --k) {
        vec_t line[16];
        if (packed) {
            LG_PREFETCH_FAR(ahead);
            ahead += job->ahead_bytes;
        }
        if (!packed && !masked && !panels &&
            mr * 2 >= LG_GEMM_MR) {  // rows of B lie far apart; few of A leave no slots
            LG_UNROLL
            for (int j = 0; j < nv; ++j) {
                LG_PREFETCH(b + LG_GEMM_PREFETCH_ROWS * b_rs + j * LG_VEC_LANES);
            }
        }
        LG_UNROLL
        for (int j = 0; j < nv; ++j) {
            const elem_t *from = b + j / LG_GEMM_NV * b_panel + j % LG_GEMM_NV * LG_VEC_LANES;
            line[j] = masked && j == nv - 1 ? vec_load_mask(from, mask) : vec_load(from);
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
                acc[i][j] =
                    vec_add(masked && j == nv - 1 ? vec_load_mask(from, mask) : vec_load(from), acc[i][j]);
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
#define WIDE_VECS(mr)                                             \
    ((mr) * LG_GEMM_NV * 2 > LG_GEMM_MR * LG_GEMM_NV ? LG_GEMM_NV \
     : LG_GEMM_MR * LG_GEMM_NV / (mr) - 2 > 8        ? 8          \
                                                     : LG_GEMM_MR * LG_GEMM_NV / (mr) - 2)

// The same in whole panels.
#define PANEL_VECS(mr)                                                   \
    ((mr) * LG_GEMM_NV * 4 <= LG_GEMM_MR * LG_GEMM_NV   ? 4 * LG_GEMM_NV \
     : (mr) * LG_GEMM_NV * 2 <= LG_GEMM_MR * LG_GEMM_NV ? 2 * LG_GEMM_NV \
                                                        : LG_GEMM_NV)

#define TILES(mr)                                                       \
    static LG_VEC_TARGET void tile_packed_##mr(const tile_job_t *job) { \
        tile(mr, LG_GEMM_NV, 1, 0, 0, job);                             \
    }                                                                   \
    static LG_VEC_TARGET void tile_masked_##mr(const tile_job_t *job) { \
        tile(mr, LG_GEMM_NV, 0, 1, 0, job);                             \
    }                                                                   \
    static LG_VEC_TARGET void tile_narrow_##mr(const tile_job_t *job) { \
        tile(mr, 1, 0, 1, 0, job);                                      \
    }                                                                   \
    static LG_VEC_TARGET void tile_wide_##mr(const tile_job_t *job) {   \
        tile(mr, WIDE_VECS(mr), 0, 0, 0, job);                          \
    }                                                                   \
    static LG_VEC_TARGET void tile_panels_##mr(const tile_job_t *job) { \
        tile(mr, PANEL_VECS(mr), 0, 0, 1, job);                         \
    }
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
// As wide as one panel, they are the wide tiles.
#define PANELS(mr) PANEL_VECS(mr) == LG_GEMM_NV ? tile_wide_##mr : tile_panels_##mr,
#define PANELS_COLS(mr) PANEL_VECS(mr) * LG_VEC_LANES,
#define WIDE_COLS(mr) WIDE_VECS(mr) * LG_VEC_LANES,
static const tile_fn_t tiles_packed[] = {NULL, FOR_ROWS(PACKED)};
static const tile_fn_t tiles_masked[] = {NULL, FOR_ROWS(MASKED)};
static const tile_fn_t tiles_narrow[] = {NULL, FOR_ROWS(NARROW)};
static const tile_fn_t tiles_wide[] = {NULL, FOR_ROWS(WIDE)};
static const tile_fn_t tiles_panels[] = {NULL, FOR_ROWS(PANELS)};
static const int16_t tiles_panels_cols[] = {0, FOR_ROWS(PANELS_COLS)};
static const int16_t tiles_wide_cols[] = {0, FOR_ROWS(WIDE_COLS)};

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
