// SPDX-License-Identifier: Apache-2.0
// matmul: c[..., m, n] = sum over k of a[..., m, k] * b[..., k, n], batches broadcast, vectors as in NumPy.
// linear: y[..., o] = sum over i of x[..., i] * w[o, i] + bias[o].
//
// Both lower to gemm.h. When B is the same for all batches, they become more rows of one product. Integers
// wrap. Floats: products are fused into the sum (AVX2, AVX-512, NEON) or rounded (scalar); see gemm.h for the
// order.
// Source: NumPy matmul, ONNX MatMul-13, PyTorch linear.
#include "matmul.h"

// ---- scalar reference -------------------------------------------------------------------------------

// The plain loops, for rows [begin, end). The middle loop is over k so that the inner one runs along a row of
// B and C. Also compiled for the x86 instruction sets where the compiler's vectors are all there is (integers).
#define LG_MATMUL_ROWS(name, type, target)                                                                \
    target static void name(const lg_gemm_t *g, const lg_gemm_data_t *data, int64_t begin, int64_t end) { \
        const type *row_bias = data->row_bias, *col_bias = data->col_bias;                                \
        for (int64_t i = begin; i < end; ++i) {                                                           \
            const type *a = (const type *)data->a + i * g->a_rs;                                          \
            type *LG_RESTRICT c = (type *)data->c + i * g->c_rs;                                          \
            for (int64_t j = 0; j < g->n; ++j) {                                                          \
                c[j] = 0;                                                                                 \
            }                                                                                             \
            if (g->b_rs == 1 && g->b_cs != 1) { /* B by columns: sums along k touch memory in order */    \
                for (int64_t j = 0; j < g->n; ++j) {                                                      \
                    const type *b = (const type *)data->b + j * g->b_cs;                                  \
                    type sum = 0;                                                                         \
                    for (int64_t k = 0; k < g->k; ++k) {                                                  \
                        sum += a[k * g->a_cs] * b[k];                                                     \
                    }                                                                                     \
                    c[j] = sum;                                                                           \
                }                                                                                         \
            } else if (g->b_cs == 1) {                                                                    \
                for (int64_t k = 0; k < g->k; ++k) {                                                      \
                    const type x = a[k * g->a_cs];                                                        \
                    const type *b = (const type *)data->b + k * g->b_rs;                                  \
                    for (int64_t j = 0; j < g->n; ++j) {                                                  \
                        c[j] += x * b[j];                                                                 \
                    }                                                                                     \
                }                                                                                         \
            } else {                                                                                      \
                for (int64_t k = 0; k < g->k; ++k) {                                                      \
                    const type x = a[k * g->a_cs];                                                        \
                    const type *b = (const type *)data->b + k * g->b_rs;                                  \
                    for (int64_t j = 0; j < g->n; ++j) {                                                  \
                        c[j] += x * b[j * g->b_cs];                                                       \
                    }                                                                                     \
                }                                                                                         \
            }                                                                                             \
            if (row_bias != NULL) {                                                                       \
                for (int64_t j = 0; j < g->n; ++j) {                                                      \
                    c[j] += row_bias[i];                                                                  \
                }                                                                                         \
            }                                                                                             \
            if (col_bias != NULL) {                                                                       \
                for (int64_t j = 0; j < g->n; ++j) {                                                      \
                    c[j] += col_bias[j];                                                                  \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
    }

LG_MATMUL_ROWS(rows_f32, float, LG_TARGET_SCALAR)
LG_MATMUL_ROWS(rows_f64, double, LG_TARGET_SCALAR)
LG_MATMUL_ROWS(rows_i32, uint32_t, LG_TARGET_SCALAR)  // unsigned: signed products that wrap, without UB
LG_MATMUL_ROWS(rows_i64, uint64_t, LG_TARGET_SCALAR)

#define LG_MATMUL_PLAIN(symbol, fn, bytes, flops) \
    extern const lg_matmul_impl_t symbol;         \
    const lg_matmul_impl_t symbol = {.rows = (fn), .elem_bytes = (bytes), .flops_per_ns = (flops)};
#define LG_MATMUL_GEMM(symbol, isa, bytes) \
    extern const lg_matmul_impl_t symbol;  \
    const lg_matmul_impl_t symbol = {.gemm = &(isa), .elem_bytes = (bytes)};

LG_MATMUL_PLAIN(lg_matmul_f32_f32__scalar, rows_f32, 4, 8.0)
LG_MATMUL_PLAIN(lg_matmul_f64_f64__scalar, rows_f64, 8, 4.0)
LG_MATMUL_PLAIN(lg_matmul_i32_i32__scalar, rows_i32, 4, 4.0)
LG_MATMUL_PLAIN(lg_matmul_i64_i64__scalar, rows_i64, 8, 2.0)
LG_MATMUL_PLAIN(lg_linear_f32_f32__scalar, rows_f32, 4, 2.0)
LG_MATMUL_PLAIN(lg_linear_f64_f64__scalar, rows_f64, 8, 2.0)
LG_MATMUL_PLAIN(lg_fused_linear_f32_f32__scalar, rows_f32, 4, 2.0)
LG_MATMUL_PLAIN(lg_fused_matmul_f32_f32__scalar, rows_f32, 4, 8.0)
#if LG_CPU_X86
LG_MATMUL_ROWS(rows_i32_avx2, uint32_t, LG_TARGET_AVX2)
LG_MATMUL_ROWS(rows_i64_avx2, uint64_t, LG_TARGET_AVX2)
LG_MATMUL_ROWS(rows_i64_avx512, uint64_t, LG_TARGET_AVX512)
LG_MATMUL_PLAIN(lg_matmul_i32_i32__avx2, rows_i32_avx2, 4, 12.0)
LG_MATMUL_PLAIN(lg_matmul_i64_i64__avx2, rows_i64_avx2, 8, 4.0)
LG_MATMUL_PLAIN(lg_matmul_i64_i64__avx512, rows_i64_avx512, 8, 6.0)
LG_MATMUL_GEMM(lg_matmul_f32_f32__avx2_6x16, lg_gemm_f32__avx2, 4)
LG_MATMUL_GEMM(lg_matmul_f64_f64__avx2_6x8, lg_gemm_f64__avx2, 8)
LG_MATMUL_GEMM(lg_matmul_f32_f32__avx512_14x32, lg_gemm_f32__avx512, 4)
LG_MATMUL_GEMM(lg_linear_f32_f32__avx2_6x16, lg_gemm_f32__avx2, 4)
LG_MATMUL_GEMM(lg_fused_linear_f32_f32__avx2_6x16, lg_gemm_f32__avx2, 4)
LG_MATMUL_GEMM(lg_fused_matmul_f32_f32__avx2_6x16, lg_gemm_f32__avx2, 4)
LG_MATMUL_GEMM(lg_fused_linear_f32_f32__avx512_14x32, lg_gemm_f32__avx512, 4)
LG_MATMUL_GEMM(lg_fused_matmul_f32_f32__avx512_14x32, lg_gemm_f32__avx512, 4)
LG_MATMUL_GEMM(lg_linear_f64_f64__avx2_6x8, lg_gemm_f64__avx2, 8)
LG_MATMUL_GEMM(lg_linear_f32_f32__avx512_14x32, lg_gemm_f32__avx512, 4)
#endif
#if LG_CPU_ARM64
LG_MATMUL_GEMM(lg_matmul_f32_f32__neon_6x16, lg_gemm_f32__neon, 4)
LG_MATMUL_GEMM(lg_matmul_f64_f64__neon_6x8, lg_gemm_f64__neon, 8)
LG_MATMUL_GEMM(lg_linear_f32_f32__neon_6x16, lg_gemm_f32__neon, 4)
LG_MATMUL_GEMM(lg_fused_linear_f32_f32__neon_6x16, lg_gemm_f32__neon, 4)
LG_MATMUL_GEMM(lg_fused_matmul_f32_f32__neon_6x16, lg_gemm_f32__neon, 4)
LG_MATMUL_GEMM(lg_linear_f64_f64__neon_6x8, lg_gemm_f64__neon, 8)
#endif

// ---- calls ------------------------------------------------------------------------------------------

// One product, or a batch of them over up to six dims. A record copies only what the case needs, so the
// batch comes last.
typedef struct matmul_args {
    lg_gemm_t gemm;
    uint32_t bias_index, addend_index, out_index;  // places in `data`; 0: no bias, no addend
    // Batched only.
    int64_t batch_rank;
    int64_t c_step, elem_bytes;
    int64_t shape[LG_MAX_RANK - 2], a_steps[LG_MAX_RANK - 2], b_steps[LG_MAX_RANK - 2];
} matmul_args_t;

// An empty operand has no address; kernels only want something to add zeros to.
static const char *operand(void *const *data, uint32_t index, uint32_t out_index) {
    return data[index] != NULL ? data[index] : data[out_index];
}

static const void *optional(void *const *data, uint32_t index) {
    return index != 0 ? data[index] : NULL;
}

// Runs one product. The plain loops know no epilogue: their rows are finished here.
LG_INLINE void matmul_run(const matmul_args_t *m, const lg_gemm_data_t *data, int64_t begin, int64_t end) {
    const lg_gemm_t *g = &m->gemm;
    g->run(g, data, begin, end);
    if (LG_UNLIKELY(g->isa == NULL && (g->flags & LG_GEMM_EPILOGUE))) {
        const float *addend = data->addend;
        g->epilogue.run(&g->epilogue, (float *)data->c + begin * g->c_rs, g->c_rs,
                        addend != NULL ? addend + begin * g->c_rs : NULL, end - begin, g->n);
    }
}

static int32_t matmul_one(const void *args, void *const *data, int64_t begin, int64_t end) {
    const matmul_args_t *m = args;
    const lg_gemm_data_t gemm_data = {
        .a = operand(data, 0, m->out_index),
        .b = operand(data, 1, m->out_index),
        .c = data[m->out_index],
        .col_bias = optional(data, m->bias_index),
        .scratch = m->gemm.scratch_bytes != 0 ? data[m->out_index + 1] : NULL,
        .addend = optional(data, m->addend_index),
    };
    matmul_run(m, &gemm_data, begin, end);
    return 0;
}

static int32_t matmul_batched(const void *args, void *const *data, int64_t begin, int64_t end) {
    const matmul_args_t *m = args;
    const char *addend = optional(data, m->addend_index);
    const int64_t tiles = m->gemm.tiles;
    for (int64_t t = begin; t < end;) {
        const int64_t batch = t / tiles, first = t % tiles;
        const int64_t last = end - t < tiles - first ? first + end - t : tiles;
        int64_t a_offset = 0, b_offset = 0, rest = batch;
        for (int64_t d = m->batch_rank - 1; d >= 0; --d) {
            const int64_t index = rest % m->shape[d];
            rest /= m->shape[d];
            a_offset += index * m->a_steps[d];
            b_offset += index * m->b_steps[d];
        }
        const lg_gemm_data_t gemm_data = {
            .a = operand(data, 0, m->out_index) + a_offset * m->elem_bytes,
            .b = operand(data, 1, m->out_index) + b_offset * m->elem_bytes,
            .c = (char *)data[m->out_index] + batch * m->c_step * m->elem_bytes,
            .col_bias = optional(data, m->bias_index),
            .scratch = m->gemm.scratch_bytes != 0 ? data[m->out_index + 1] : NULL,
            .addend = addend != NULL ? addend + batch * m->c_step * m->elem_bytes : NULL,
        };
        matmul_run(m, &gemm_data, first, last);
        t += last - first;
    }
    return 0;
}

// B of the product, as panels.
static void matmul_pack(const void *args, const void *input, void *packed) {
    const lg_gemm_t *g = &((const matmul_args_t *)args)->gemm;
    lg_gemm_pack_b(g->isa, g->k, g->n, input, g->b_rs, g->b_cs, packed);
}

// The operands beside a and b: none for the plain ops but linear's bias.
static lg_status_t prepare_operands(const lg_kernel_t *kernel, const lg_op_view_t *op, matmul_args_t *m,
                                    lg_error_t *err) {
    const lg_view_t *bias = op->in_count > 2 ? op->ins[2] : NULL;
    const lg_view_t *addend = op->in_count > 3 ? op->ins[3] : NULL;
    if (LG_UNLIKELY(!(op->outs[0]->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs a contiguous output");
    }
    if (LG_UNLIKELY(bias != NULL && bias->shape[0] > 1 && bias->strides[0] != 1)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs contiguous input 2 (bias)");
    }
    if (LG_UNLIKELY(addend != NULL && !(addend->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs contiguous input 3 (addend)");
    }
    m->bias_index = bias != NULL ? 2 : 0;
    m->addend_index = addend != NULL ? 3 : 0;
    m->out_index = op->in_count;
    m->gemm.epilogue.run = NULL;
    if (op->op == LG_OP_FUSED_LINEAR || op->op == LG_OP_FUSED_MATMUL) {
        const lg_fused_linear_attrs_t *attrs = op->attrs;
        if (attrs != NULL) {
            lg_epilogue_init(&m->gemm.epilogue, kernel->isa, attrs->activation, attrs->alpha, attrs->beta,
                             attrs->add_after, addend != NULL);
        } else {
            lg_epilogue_init(&m->gemm.epilogue, kernel->isa, 0, 0.0, 0.0, 0, addend != NULL);
        }
    }
    return LG_OK;
}
_Static_assert(sizeof(lg_fused_linear_attrs_t) == sizeof(lg_fused_matmul_attrs_t), "one layout for both");

// Plans the filled-in gemm and completes `call` for one product. `b_shared`: B is the same for all batches, and
// is packed when it is constant.
static void prepare_gemm(const lg_matmul_impl_t *impl, lg_gemm_t *gemm, lg_kernel_call_t *call,
                         int32_t b_shared) {
    gemm->pack_b = NULL;
    gemm->flags = gemm->epilogue.run != NULL ? LG_GEMM_EPILOGUE : 0;
    call->pack_bytes = 0;
    if (LG_UNLIKELY(b_shared && (call->constants & 2) && impl->gemm != NULL && gemm->n > 1 && gemm->k > 0 &&
                    gemm->m > 0)) {
        gemm->flags |= LG_GEMM_B_PACKED;
        call->pack_bytes = (size_t)lg_gemm_packed_b_bytes(impl->gemm, gemm->k, gemm->n);
        call->pack_input = 1;
        call->pack = matmul_pack;
    }
    if (impl->gemm != NULL) {
        lg_gemm_plan(impl->gemm, gemm);
        if (LG_UNLIKELY(gemm->flags & LG_GEMM_B_PACKED)) {
            call->pack_layout = lg_gemm_layout_b(gemm);
        }
    } else {
        gemm->isa = NULL;
        gemm->run = impl->rows;
        gemm->row_tiles = gemm->tiles = gemm->n > 0 ? gemm->m : 0;
        gemm->tile_rows = 1;
        gemm->tile_cols = gemm->n;
        gemm->scratch_bytes = 0;
        gemm->work_ns = 10.0 + 2.0 * (double)gemm->m * (double)gemm->n * (double)gemm->k / impl->flops_per_ns;
    }
    call->fn = matmul_one;
    call->extent = gemm->tiles;
    call->grain = 1;
    gemm->work_ns += (double)(gemm->m * gemm->n) * lg_epilogue_cost(&gemm->epilogue);
    call->work_ns = gemm->work_ns;
    call->scratch_bytes = (size_t)gemm->scratch_bytes;
    call->args_bytes = offsetof(matmul_args_t, batch_rank);
}

// Folds the leading dims of `view` (all but the last `keep`) into one run of rows: returns 1 and its length
// and stride when the strides allow it.
static int fold_rows(const lg_view_t *view, uint32_t keep, int64_t *out_rows, int64_t *out_stride) {
    const uint32_t rank = view->rank - keep;
    int64_t rows = 1, stride = 0;
    for (uint32_t d = rank; d-- > 0;) {
        if (view->shape[d] == 1) {
            continue;
        }
        if (rows == 1) {
            stride = view->strides[d];
        } else if (view->strides[d] != stride * rows) {
            return 0;
        }
        rows *= view->shape[d];
    }
    *out_rows = rows;
    *out_stride = stride;
    return 1;
}

// Fills the batch dims of `m` from the output shape, merging neighbours that step evenly in both operands.
static int64_t matmul_batches(const lg_view_t *a, const lg_view_t *b, const lg_view_t *c, int c_matrix_dims,
                              matmul_args_t *m) {
    const int rank = c->rank - c_matrix_dims;
    const int a_rank = a->rank - 2, b_rank = b->rank - 2;  // negative for vectors: no batch dims
    int64_t count = 1, used = 0;
    for (int d = 0; d < rank; ++d) {
        const int64_t extent = c->shape[d];
        count *= extent;
        if (extent == 1) {
            continue;
        }
        const int a_dim = d - (rank - a_rank), b_dim = d - (rank - b_rank);
        const int64_t a_step = a_rank > 0 && a_dim >= 0 && a->shape[a_dim] != 1 ? a->strides[a_dim] : 0;
        const int64_t b_step = b_rank > 0 && b_dim >= 0 && b->shape[b_dim] != 1 ? b->strides[b_dim] : 0;
        if (used > 0 && m->a_steps[used - 1] == a_step * extent && m->b_steps[used - 1] == b_step * extent) {
            m->shape[used - 1] *= extent;
            m->a_steps[used - 1] = a_step;
            m->b_steps[used - 1] = b_step;
            continue;
        }
        m->shape[used] = extent;
        m->a_steps[used] = a_step;
        m->b_steps[used] = b_step;
        ++used;
    }
    m->batch_rank = used;
    return count;
}

lg_status_t lg_matmul_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_matmul_impl_t *impl = kernel->impl;
    const lg_view_t *a = op->ins[0], *b = op->ins[1], *c = op->outs[0];
    matmul_args_t *m = call->args;
    lg_gemm_t *g = &m->gemm;
    const lg_status_t status = prepare_operands(kernel, op, m, err);
    if (LG_UNLIKELY(status != LG_OK)) {
        return status;
    }
    const int a_vector = a->rank == 1, b_vector = b->rank == 1;
    g->m = a_vector ? 1 : a->shape[a->rank - 2];
    g->k = a->shape[a->rank - 1];
    g->n = b_vector ? 1 : b->shape[b->rank - 1];
    g->a_rs = a_vector ? 0 : a->strides[a->rank - 2];
    g->a_cs = a->strides[a->rank - 1];
    g->b_rs = b_vector ? b->strides[0] : b->strides[b->rank - 2];
    g->b_cs = b_vector ? 1 : b->strides[b->rank - 1];
    g->c_rs = g->n;
    if (a->rank <= 2 && b->rank <= 2) {
        prepare_gemm(impl, g, call, 1);
        return LG_OK;
    }
    // One matrix B for all batches: the batches of A are more rows, when they step evenly.
    if (b->rank <= 2 && !a_vector && fold_rows(a, 1, &g->m, &g->a_rs)) {
        prepare_gemm(impl, g, call, 1);
        return LG_OK;
    }
    const int64_t batches = matmul_batches(a, b, c, 2 - a_vector - b_vector, m);
    m->c_step = g->m * g->n;
    m->elem_bytes = impl->elem_bytes;
    prepare_gemm(impl, g, call, b->rank <= 2);
    call->fn = matmul_batched;
    call->extent = batches * g->tiles;
    call->work_ns = g->work_ns * (double)batches;
    call->args_bytes = sizeof *m;
    return LG_OK;
}

// ---- linear -----------------------------------------------------------------------------------------

// Rows of x that do not fold into one run of rows: one product per run.
static int32_t linear_batched(const void *args, void *const *data, int64_t begin, int64_t end) {
    const matmul_args_t *m = args;
    const char *addend = optional(data, m->addend_index);
    const int64_t tiles = m->gemm.tiles;
    for (int64_t t = begin; t < end;) {
        const int64_t batch = t / tiles, first = t % tiles;
        const int64_t last = end - t < tiles - first ? first + end - t : tiles;
        int64_t offset = 0, rest = batch;
        for (int64_t d = m->batch_rank - 1; d >= 0; --d) {
            offset += rest % m->shape[d] * m->a_steps[d];
            rest /= m->shape[d];
        }
        const lg_gemm_data_t gemm_data = {
            .a = operand(data, 0, m->out_index) + offset * m->elem_bytes,
            .b = operand(data, 1, m->out_index),
            .c = (char *)data[m->out_index] + batch * m->c_step * m->elem_bytes,
            .col_bias = optional(data, m->bias_index),
            .scratch = m->gemm.scratch_bytes != 0 ? data[m->out_index + 1] : NULL,
            .addend = addend != NULL ? addend + batch * m->c_step * m->elem_bytes : NULL,
        };
        matmul_run(m, &gemm_data, first, last);
        t += last - first;
    }
    return 0;
}

lg_status_t lg_linear_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_matmul_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0], *w = op->ins[1];
    matmul_args_t *m = call->args;
    lg_gemm_t *g = &m->gemm;
    const lg_status_t status = prepare_operands(kernel, op, m, err);
    if (LG_UNLIKELY(status != LG_OK)) {
        return status;
    }
    g->k = w->shape[1];
    g->n = w->shape[0];
    g->a_cs = x->strides[x->rank - 1];
    g->b_rs = w->strides[1];
    g->b_cs = w->strides[0];
    g->c_rs = g->n;
    if (LG_LIKELY(fold_rows(x, 1, &g->m, &g->a_rs))) {
        prepare_gemm(impl, g, call, 1);
        return LG_OK;
    }
    g->m = x->shape[x->rank - 2];
    g->a_rs = x->strides[x->rank - 2];
    int64_t batches = 1;
    m->batch_rank = x->rank - 2;
    for (int64_t d = 0; d < m->batch_rank; ++d) {
        batches *= x->shape[d];
        m->shape[d] = x->shape[d];
        m->a_steps[d] = x->strides[d];
    }
    m->c_step = g->m * g->n;
    m->elem_bytes = impl->elem_bytes;
    prepare_gemm(impl, g, call, 1);
    call->fn = linear_batched;
    call->extent = batches * g->tiles;
    call->work_ns = g->work_ns * (double)batches;
    call->args_bytes = sizeof *m;
    return LG_OK;
}
