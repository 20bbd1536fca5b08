// SPDX-License-Identifier: Apache-2.0
// matmul and linear of every instruction set against plain loops: small integers must agree exactly, real
// numbers within rounding, and every cut of the range bit for bit.
#include "nn_kernels.h"

#include "matmul/gemm.h"

static const int isas[] = {LG_ISA_SCALAR, LG_ISA_AVX2, LG_ISA_AVX512, LG_ISA_NEON};
static const int dtypes[] = {LG_DTYPE_F32, LG_DTYPE_F64, LG_DTYPE_I32, LG_DTYPE_I64};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

// One case: shapes of the operands, as NumPy has them.
typedef struct matmul_case {
    int a_rank, b_rank;
    int64_t a[4], b[4];
} matmul_case_t;

static const matmul_case_t matmul_cases[] = {
    {2, 2, {1, 1}, {1, 1}},
    {2, 2, {8, 8}, {8, 8}},
    {2, 2, {16, 16}, {16, 16}},
    {2, 2, {3, 5}, {5, 7}},
    {2, 2, {13, 17}, {17, 31}},
    {2, 2, {14, 40}, {40, 32}},
    {2, 2, {15, 33}, {33, 33}},
    {2, 2, {29, 9}, {9, 65}},
    {2, 2, {64, 64}, {64, 64}},
    {2, 2, {61, 130}, {130, 97}},   // packed
    {2, 2, {57, 500}, {500, 70}},   // more than one block of k
    {2, 2, {120, 90}, {90, 530}},   // more than one block of columns
    {2, 2, {7, 400}, {400, 1030}},  // few rows
    {2, 2, {1, 385}, {385, 700}},   // vector times matrix
    {2, 2, {333, 77}, {77, 1}},     // matrix times vector
    {2, 2, {130, 3}, {3, 2}},
    {2, 2, {0, 4}, {4, 5}},
    {2, 2, {4, 0}, {0, 5}},  // empty sum: zeros
    {2, 2, {4, 5}, {5, 0}},
    {2, 2, {70, 0}, {0, 150}},
    {1, 1, {6}, {6}},
    {1, 2, {6}, {6, 9}},
    {2, 1, {9, 6}, {6}},
    {1, 3, {6}, {3, 6, 9}},
    {3, 1, {3, 9, 6}, {6}},
    {3, 2, {3, 9, 6}, {6, 5}},  // folds into rows
    {2, 3, {9, 6}, {3, 6, 5}},
    {3, 3, {3, 9, 6}, {3, 6, 5}},
    {4, 4, {2, 3, 17, 18}, {2, 3, 18, 19}},
    {4, 4, {2, 1, 17, 18}, {1, 3, 18, 19}},
    {4, 3, {2, 3, 4, 5}, {1, 5, 6}},
    {4, 3, {2, 3, 4, 5}, {3, 5, 6}},
    {3, 3, {0, 4, 5}, {0, 5, 6}},
    {3, 3, {2, 100, 96}, {2, 96, 110}},
};

// Shape of the product; returns its rank.
static int matmul_shape(const matmul_case_t *t, int64_t *shape, int64_t *out_m, int64_t *out_n,
                        int64_t *out_k) {
    const int a_batch = t->a_rank > 2 ? t->a_rank - 2 : 0, b_batch = t->b_rank > 2 ? t->b_rank - 2 : 0;
    const int batch = a_batch > b_batch ? a_batch : b_batch;
    for (int d = 0; d < batch; ++d) {
        const int64_t x = d >= batch - a_batch ? t->a[d - (batch - a_batch)] : 1;
        const int64_t y = d >= batch - b_batch ? t->b[d - (batch - b_batch)] : 1;
        shape[d] = x == 1 ? y : x;
    }
    int rank = batch;
    *out_m = t->a_rank == 1 ? 1 : t->a[t->a_rank - 2];
    *out_n = t->b_rank == 1 ? 1 : t->b[t->b_rank - 1];
    *out_k = t->a[t->a_rank - 1];
    if (t->a_rank > 1) {
        shape[rank++] = *out_m;
    }
    if (t->b_rank > 1) {
        shape[rank++] = *out_n;
    }
    return rank;
}

// The first element of the matrix that batch `index` of the output takes from an operand.
static int64_t matmul_base(int rank, const int64_t *shape, int batch, const int64_t *out_shape,
                           int64_t index) {
    int64_t base = 0, step = rank == 1 ? shape[0] : shape[rank - 1] * shape[rank - 2];
    for (int d = batch - 1, own = rank - 3; d >= 0; --d, --own) {
        if (own >= 0) {
            base += (shape[own] == 1 ? 0 : index % out_shape[d]) * step;
            step *= shape[own];
        }
        index /= out_shape[d];
    }
    return base;
}

static void matmul_check(const matmul_case_t *t, const nn_operand_t *a, const nn_operand_t *b,
                         const nn_operand_t *c, const int64_t *shape, double tolerance) {
    int64_t m, n, k, ignored[LG_MAX_RANK];
    const int rank = matmul_shape(t, ignored, &m, &n, &k);
    const int batch = rank - (t->a_rank > 1) - (t->b_rank > 1);
    const int64_t batches = m * n > 0 ? c->view.elem_count / (m * n) : 0;
    double *a_values = nn_values(a), *b_values = nn_values(b);
    for (int64_t p = 0; p < batches; ++p) {
        const int64_t a_base = matmul_base(t->a_rank, t->a, batch, shape, p);
        const int64_t b_base = matmul_base(t->b_rank, t->b, batch, shape, p);
        for (int64_t i = 0; i < m; ++i) {
            for (int64_t j = 0; j < n; ++j) {
                double sum = 0.0, magnitude = 0.0;
                for (int64_t l = 0; l < k; ++l) {
                    const double term = a_values[a_base + i * k + l] * b_values[b_base + l * n + j];
                    sum += term;
                    magnitude += fabs(term);
                }
                const double got = nn_at(c, (p * m + i) * n + j);
                if (!(fabs(got - sum) <= tolerance * (double)(k + 1) * magnitude)) {
                    lg_test_fail(__FILE__, __LINE__,
                                 "[%lld,%lld,%lld] of m=%lld n=%lld k=%lld: %g, wanted %g", (long long)p,
                                 (long long)i, (long long)j, (long long)m, (long long)n, (long long)k, got,
                                 sum);
                }
            }
        }
    }
    free(a_values);
    free(b_values);
}

static void check_same(const nn_operand_t *x, const nn_operand_t *y) {
    CHECK(x->bytes == 0 || memcmp(x->low, y->low, x->bytes) == 0);
}

static void matmul_run_case(const lg_kernel_t *kernel, const matmul_case_t *t, int layout) {
    const int dtype = __builtin_ctz(kernel->dtypes),
              is_float = dtype == LG_DTYPE_F32 || dtype == LG_DTYPE_F64;
    int64_t shape[LG_MAX_RANK], m, n, k, a_strides[LG_MAX_RANK], b_strides[LG_MAX_RANK];
    const int rank = matmul_shape(t, shape, &m, &n, &k);
    nn_strides(layout, t->a_rank, t->a, a_strides);
    nn_strides(layout, t->b_rank, t->b, b_strides);
    nn_operand_t a = nn_make(dtype, t->a_rank, t->a, a_strides),
                 b = nn_make(dtype, t->b_rank, t->b, b_strides);
    nn_operand_t c = nn_make(dtype, rank, shape, NULL), cut = nn_make(dtype, rank, shape, NULL);
    nn_operand_t *ins[] = {&a, &b};
    nn_fill_integers(&a);
    nn_fill_integers(&b);
    nn_run(kernel, "matmul", ins, 2, &c, NULL, 0);
    matmul_check(t, &a, &b, &c, shape, 0.0);
    if (is_float) {
        nn_fill_reals(&a);
        nn_fill_reals(&b);
        nn_run(kernel, "matmul", ins, 2, &c, NULL, 0);
        matmul_check(t, &a, &b, &c, shape, dtype == LG_DTYPE_F32 ? 6e-8 : 2e-16);
    }
    nn_run(kernel, "matmul", ins, 2, &cut, NULL, 1);
    check_same(&c, &cut);
    nn_free(&a);
    nn_free(&b);
    nn_free(&c);
    nn_free(&cut);
}

static void matmul_run_isa(int isa) {
    int found = 0;
    for (int d = 0; d < COUNT(dtypes); ++d) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_MATMUL, dtypes[d], isa);
        if (kernel == NULL) {
            continue;
        }
        found = 1;
        for (int i = 0; i < COUNT(matmul_cases); ++i) {
            for (int layout = 0; layout < 4; ++layout) {
                nn_seed = (uint64_t)(i * 4 + layout + 1);
                matmul_run_case(kernel, &matmul_cases[i], layout);
            }
        }
    }
    if (!found) {
        lg_test_skip("this machine has no such instruction set");
    }
}

TEST(matmul_scalar) {
    matmul_run_isa(LG_ISA_SCALAR);
}
TEST(matmul_avx2) {
    matmul_run_isa(LG_ISA_AVX2);
}
TEST(matmul_avx512) {
    matmul_run_isa(LG_ISA_AVX512);
}
TEST(matmul_neon) {
    matmul_run_isa(LG_ISA_NEON);
}

// All small shapes, dense: every tile height and width with every tail.
TEST(matmul_small_shapes) {
    for (int s = 0; s < COUNT(isas); ++s) {
        for (int d = 0; d < 2; ++d) {
            const lg_kernel_t *kernel = nn_kernel(LG_OP_MATMUL, dtypes[d], isas[s]);
            if (kernel == NULL) {
                continue;
            }
            for (int64_t m = 1; m <= 30; ++m) {
                for (int64_t n = 1; n <= 70; n += n < 36 ? 1 : 7) {
                    const matmul_case_t t = {2, 2, {m, 1 + (m + n) % 11}, {1 + (m + n) % 11, n}};
                    nn_seed = (uint64_t)(m * 100 + n);
                    matmul_run_case(kernel, &t, 0);
                }
            }
        }
    }
}

TEST(matmul_integers_wrap) {
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_MATMUL, LG_DTYPE_I32, isas[s]);
        if (kernel == NULL) {
            continue;
        }
        const int64_t shape[] = {2, 2};
        nn_operand_t a = nn_make(LG_DTYPE_I32, 2, shape, NULL), c = nn_make(LG_DTYPE_I32, 2, shape, NULL);
        for (int64_t i = 0; i < 4; ++i) {
            nn_set(&a, i, 2147483647.0);
        }
        nn_operand_t *ins[] = {&a, &a};
        nn_run(kernel, "matmul", ins, 2, &c, NULL, 0);
        CHECK_EQ((int64_t)nn_at(&c, 0), 2);  // (2^31 - 1)^2 * 2 modulo 2^32
        nn_free(&a);
        nn_free(&c);
    }
}

TEST(matmul_nan_and_inf) {
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_MATMUL, LG_DTYPE_F32, isas[s]);
        if (kernel == NULL) {
            continue;
        }
        for (int64_t size = 3; size <= 120; size += 39) {  // direct and packed
            const int64_t shape[] = {size, size};
            nn_operand_t a = nn_make(LG_DTYPE_F32, 2, shape, NULL), b = nn_make(LG_DTYPE_F32, 2, shape, NULL);
            nn_operand_t c = nn_make(LG_DTYPE_F32, 2, shape, NULL);
            nn_fill_integers(&a);
            nn_fill_integers(&b);
            nn_set(&a, 1, INFINITY);             // row 0
            nn_set(&b, size + 1, 0.0);           // times zero in column 1: NaN
            nn_set(&b, size + 2, 1.0);           // column 2: inf
            nn_set(&a, size * (size - 1), NAN);  // last row
            nn_operand_t *ins[] = {&a, &b};
            nn_run(kernel, "matmul", ins, 2, &c, NULL, 0);
            CHECK(isnan(nn_at(&c, 1)));
            CHECK(isinf(nn_at(&c, 2)));
            for (int64_t j = 0; j < size; ++j) {
                CHECK(isnan(nn_at(&c, size * (size - 1) + j)));
                CHECK(isfinite(nn_at(&c, size + j)));
            }
            nn_free(&a);
            nn_free(&b);
            nn_free(&c);
        }
    }
}

// ---- linear -----------------------------------------------------------------------------------------

static void linear_run_case(const lg_kernel_t *kernel, int rank, const int64_t *x_shape, int64_t o,
                            int with_bias, int layout) {
    const int dtype = __builtin_ctz(kernel->dtypes);
    int64_t x_strides[LG_MAX_RANK], w_strides[2], y_shape[LG_MAX_RANK];
    const int64_t k = x_shape[rank - 1], w_shape[] = {o, k};
    memcpy(y_shape, x_shape, sizeof y_shape[0] * (size_t)rank);
    y_shape[rank - 1] = o;
    nn_strides(layout, rank, x_shape, x_strides);
    nn_strides(layout, 2, w_shape, w_strides);
    nn_operand_t x = nn_make(dtype, rank, x_shape, x_strides), w = nn_make(dtype, 2, w_shape, w_strides);
    nn_operand_t bias = nn_make(dtype, 1, &o, NULL);
    nn_operand_t y = nn_make(dtype, rank, y_shape, NULL), cut = nn_make(dtype, rank, y_shape, NULL);
    nn_operand_t *ins[] = {&x, &w, with_bias ? &bias : NULL};
    const int in_count = with_bias || layout == 0 ? 3 : 2;
    for (int reals = 0; reals < 2; ++reals) {
        nn_fill_integers(&x);
        nn_fill_integers(&w);
        nn_fill_integers(&bias);
        if (reals) {
            nn_fill_reals(&x);
            nn_fill_reals(&w);
            nn_fill_reals(&bias);
        }
        nn_run(kernel, "linear", ins, in_count, &y, NULL, 0);
        const double tolerance = !reals ? 0.0 : dtype == LG_DTYPE_F32 ? 6e-8 : 2e-16;
        double *x_values = nn_values(&x), *w_values = nn_values(&w);
        const int64_t rows = k > 0 ? x.view.elem_count / k : o > 0 ? y.view.elem_count / o : 0;
        for (int64_t i = 0; i < rows; ++i) {
            for (int64_t j = 0; j < o; ++j) {
                double sum = with_bias ? nn_at(&bias, j) : 0.0, magnitude = fabs(sum);
                for (int64_t l = 0; l < k; ++l) {
                    const double term = x_values[i * k + l] * w_values[j * k + l];
                    sum += term;
                    magnitude += fabs(term);
                }
                CHECK(fabs(nn_at(&y, i * o + j) - sum) <= tolerance * (double)(k + 2) * magnitude);
            }
        }
        free(x_values);
        free(w_values);
        nn_run(kernel, "linear", ins, in_count, &cut, NULL, 1);
        check_same(&y, &cut);
    }
    nn_free(&x);
    nn_free(&w);
    nn_free(&bias);
    nn_free(&y);
    nn_free(&cut);
}

TEST(linear_shapes) {
    static const int64_t rows[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 14, 17, 60},
                         widths[] = {0, 1, 5, 16, 33, 70, 400};
    static const int64_t outs[] = {1, 3, 8, 31, 33, 100};
    for (int s = 0; s < COUNT(isas); ++s) {
        for (int d = 0; d < 2; ++d) {
            const lg_kernel_t *kernel = nn_kernel(LG_OP_LINEAR, dtypes[d], isas[s]);
            for (int c = 0; kernel != NULL && c < COUNT(rows) * COUNT(widths) * COUNT(outs); ++c) {
                const int64_t x[] = {rows[c % COUNT(rows)], widths[c / COUNT(rows) % COUNT(widths)]};
                nn_seed = (uint64_t)c + 1;
                linear_run_case(kernel, 2, x, outs[c / COUNT(rows) / COUNT(widths)], c & 1, c % 4);
            }
        }
    }
}

TEST(linear_ranks) {
    static const int64_t x1[] = {19}, x3[] = {2, 5, 19}, x4[] = {2, 3, 5, 33};
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_LINEAR, LG_DTYPE_F32, isas[s]);
        for (int c = 0; kernel != NULL && c < 16; ++c) {
            nn_seed = (uint64_t)c + 1;
            linear_run_case(kernel, 1, x1, 21, c & 1, c % 4);
            linear_run_case(kernel, 3, x3, 21, c & 1, c % 4);
            linear_run_case(kernel, 4, x4, 37, c & 1, c % 4);
        }
    }
}

// ---- packed B ---------------------------------------------------------------------------------------

#if LG_CPU_X86 || LG_CPU_ARM64
// Weights packed ahead of time give bit for bit what packing on the way gives.
static void packed_b_run(const lg_gemm_isa_t *isa) {
    enum { M = 61, N = 83, K = 410 };
    static float a[M * K], b[K * N], c[2][M * N];
    nn_seed = 7;
    for (int i = 0; i < M * K; ++i) {
        a[i] = (float)nn_random(-1000, 1000) / 1000.0f;
    }
    for (int i = 0; i < K * N; ++i) {
        b[i] = (float)nn_random(-1000, 1000) / 1000.0f;
    }
    for (int packed = 0; packed < 2; ++packed) {
        lg_gemm_t g = {.m = M, .n = N, .k = K, .a_rs = K, .a_cs = 1, .b_rs = N, .b_cs = 1, .c_rs = N};
        lg_gemm_data_t data = {.a = a, .b = b, .c = c[packed]};
        void *panels = NULL;
        if (packed) {
            g.flags = LG_GEMM_B_PACKED;
            panels = aligned_alloc(64, ((size_t)lg_gemm_packed_b_bytes(isa, K, N) + 63) / 64 * 64);
            CHECK(panels != NULL);
            lg_gemm_pack_b(isa, K, N, b, N, 1, panels);
            data.b = panels;
        }
        lg_gemm_plan(isa, &g);
        data.scratch = aligned_alloc(64, ((size_t)g.scratch_bytes + 127) / 64 * 64);
        CHECK(data.scratch != NULL);
        g.run(&g, &data, 0, g.tiles);
        free(data.scratch);
        free(panels);
    }
    CHECK(memcmp(c[0], c[1], sizeof c[0]) == 0);
}

TEST(gemm_packed_b) {
#if LG_CPU_X86
    if (nn_isa_usable(LG_ISA_AVX2)) {
        packed_b_run(&lg_gemm_f32__avx2);
    }
    if (nn_isa_usable(LG_ISA_AVX512)) {
        packed_b_run(&lg_gemm_f32__avx512);
    }
#else
    packed_b_run(&lg_gemm_f32__neon);
#endif
}
#endif
