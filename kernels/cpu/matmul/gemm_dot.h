/* SPDX-License-Identifier: Apache-2.0
 *
 * The dot path of gemm_body.h, which includes this once: a few rows times a B that is given by its columns, as
 * the weights of linear are. B is read once, in order, and nothing is packed.
 */
#if defined(LG_VEC_AVX2)  // rows of A in a tile of the dot path: 16 registers hold 3 x 4 sums, 32 hold 4 x 4
#define LG_GEMM_DOT_ROWS 3
#else
#define LG_GEMM_DOT_ROWS 4
#endif
#define LG_GEMM_DOT_LINES 4  // lines of B in a tile of the dot path

// `rows` by `lines` sums of products along k, both dense in k. Each element has one vector of partial sums,
// folded by vec_sum: the same order in every tile.
LG_VEC void dot_tile(const int rows, const int lines, int64_t k, const elem_t *a, int64_t a_rs,
                     const elem_t *b, int64_t b_cs, elem_t *c, int64_t c_rs, const elem_t *row_bias,
                     const elem_t *col_bias) {
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

#define DOTS(rows, lines)                                                                                 \
    static LG_VEC_TARGET LG_NOINLINE void dot_##rows##_##lines(                                           \
        int64_t k, const elem_t *a, int64_t a_rs, const elem_t *b, int64_t b_cs, elem_t *c, int64_t c_rs, \
        const elem_t *row_bias, const elem_t *col_bias) {                                                 \
        dot_tile(rows, lines, k, a, a_rs, b, b_cs, c, c_rs, row_bias, col_bias);                          \
    }
DOTS(1, 8)
DOTS(1, 1)
DOTS(2, 4)
DOTS(2, 1)
DOTS(3, 4)
DOTS(3, 1)
#if LG_GEMM_DOT_ROWS == 4
DOTS(4, 4)
DOTS(4, 1)
#define LAST_DOT(lines) , dot_4_##lines
#else
#define LAST_DOT(lines)
#endif

typedef void (*dot_fn_t)(int64_t k, const elem_t *a, int64_t a_rs, const elem_t *b, int64_t b_cs, elem_t *c,
                         int64_t c_rs, const elem_t *row_bias, const elem_t *col_bias);
static const dot_fn_t dots_many[] = {NULL, dot_1_8, dot_2_4, dot_3_4 LAST_DOT(4)};
static const dot_fn_t dots_one[] = {NULL, dot_1_1, dot_2_1, dot_3_1 LAST_DOT(1)};

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
    finish(g, data, c + j_begin, g->m, j_end - j_begin);
}
