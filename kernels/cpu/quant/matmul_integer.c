// SPDX-License-Identifier: Apache-2.0
// matmul_integer: y = (a - a_zero_point) @ (b - b_zero_point), 8-bit in, exact 32-bit sums out.
// qlinear_matmul: the same sums, scaled and rounded back to 8 bits.
// Source: ONNX MatMulInteger-10, QLinearMatMul-21.
#include "matmul_integer.h"

#include "requant.h"

// ---- batches ----------------------------------------------------------------------------------------

// The stride of `view` along batch axis `axis` of `rank`, of operands whose last `inner` axes are the matrix.
static int64_t batch_stride(const lg_view_t *view, int64_t axis, int64_t rank, int64_t inner) {
    if (view == NULL) {
        return 0;
    }
    const int64_t at = axis - rank + view->rank - inner;
    return at >= 0 && view->rank > inner && view->shape[at] != 1 ? view->strides[at] : 0;
}

// The step of a zero point from row to row (`from_end` 2) or column to column (1).
static int64_t zero_step(const lg_view_t *zero, uint32_t from_end) {
    if (zero == NULL || zero->elem_count <= 1 || zero->rank == 0) {
        return 0;
    }
    const uint32_t at = zero->rank == 1 ? 0 : zero->rank - from_end;
    return zero->shape[at] != 1 ? zero->strides[at] : 0;
}

int64_t lg_qgemm_bind(const lg_view_t *a, const lg_view_t *b, const lg_view_t *a_zero,
                      const lg_view_t *b_zero, const lg_view_t *c, int32_t keep_batches, lg_qgemm_t *g,
                      lg_qgemm_batch_t *batch) {
    const int a_vector = a->rank == 1, b_vector = b->rank == 1;
    g->m = a_vector ? 1 : a->shape[a->rank - 2];
    g->k = a->shape[a->rank - 1];
    g->n = b_vector ? 1 : b->shape[b->rank - 1];
    g->a_rs = a_vector ? 0 : a->strides[a->rank - 2];
    g->a_cs = a->strides[a->rank - 1];
    g->b_rs = b_vector ? b->strides[0] : b->strides[b->rank - 2];
    g->b_cs = b_vector ? 1 : b->strides[b->rank - 1];
    g->a_signed = a->dtype == LG_DTYPE_I8;
    g->b_signed = b->dtype == LG_DTYPE_I8;
    g->a_zero_step = zero_step(a_zero, 2);
    g->b_zero_step = zero_step(b_zero, 1);
    g->stage = NULL;
    const int64_t rank = c->rank - (2 - a_vector - b_vector);
    int64_t count = 1;
    batch->rank = 0;
    for (int64_t i = 0; i < rank; i++) {
        const int64_t extent = c->shape[i];
        count *= extent;
        if (extent == 1) {
            continue;
        }
        const int64_t d = batch->rank++;
        batch->shape[d] = extent;
        batch->a[d] = batch_stride(a, i, rank, 2);
        batch->b[d] = batch_stride(b, i, rank, 2);
        batch->a_zero[d] = batch_stride(a_zero, i, rank, 2);
        batch->b_zero[d] = batch_stride(b_zero, i, rank, 2);
    }
    // One B for all batches of A that step evenly: more rows of one product.
    while (batch->rank > 0 && !a_vector && !keep_batches) {
        const int64_t d = batch->rank - 1;
        if (batch->b[d] != 0 || batch->b_zero[d] != 0 || batch->a[d] != g->a_rs * g->m ||
            batch->a_zero[d] != g->a_zero_step * g->m) {
            break;
        }
        g->m *= batch->shape[d];
        count /= batch->shape[d] > 0 ? batch->shape[d] : 1;
        batch->rank = d;
    }
    return count;
}

void lg_qgemm_seek(const lg_qgemm_batch_t *batch, int64_t index, lg_qgemm_data_t *data) {
    for (int64_t d = batch->rank - 1; d >= 0; d--) {
        const int64_t at = index % batch->shape[d];
        index /= batch->shape[d];
        data->a += at * batch->a[d];
        data->b += at * batch->b[d];
        data->a_zero = data->a_zero != NULL ? data->a_zero + at * batch->a_zero[d] : NULL;
        data->b_zero = data->b_zero != NULL ? data->b_zero + at * batch->b_zero[d] : NULL;
    }
}

// ---- calls ------------------------------------------------------------------------------------------

typedef struct matmul_integer_args {
    const lg_qgemm_isa_t *isa;
    lg_qgemm_t gemm;
    uint32_t b_index, a_zero_index, b_zero_index, out_index;  // places in `data`; 0: no zero point
    lg_requant_t requant;                                     // qlinear_matmul
    lg_qgemm_batch_t batch;
} matmul_integer_args_t;

// Addresses of batch `batch`. An empty operand has none and is not read.
static lg_qgemm_data_t matmul_data(const matmul_integer_args_t *args, void *const *data, int64_t batch) {
    lg_qgemm_data_t d = {
        .a = data[0] != NULL ? data[0] : data[args->out_index],
        .b = data[args->b_index] != NULL ? data[args->b_index] : data[args->out_index],
        .a_zero = args->a_zero_index != 0 ? data[args->a_zero_index] : NULL,
        .b_zero = args->b_zero_index != 0 ? data[args->b_zero_index] : NULL,
    };
    lg_qgemm_seek(&args->batch, batch, &d);
    return d;
}

static int32_t matmul_integer_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const matmul_integer_args_t *args = memory;
    const lg_qgemm_t *g = &args->gemm;
    const int64_t blocks = g->row_blocks * g->col_blocks;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t batch = unit / blocks, t = unit % blocks;
        const lg_qgemm_data_t d = matmul_data(args, data, batch);
        int32_t *c = (int32_t *)data[args->out_index] + (batch * g->m + lg_qgemm_row(g, t)) * g->n +
                     lg_qgemm_col(g, t);
        lg_qgemm_block(args->isa, g, &d, t, c, g->n, data[args->out_index + 1]);
    }
    return 0;
}

static int32_t qlinear_matmul_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const matmul_integer_args_t *args = memory;
    const lg_qgemm_t *g = &args->gemm;
    const int64_t blocks = g->row_blocks * g->col_blocks;
    lg_qgemm_scratch_t *scratch = data[args->out_index + 1];
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t batch = unit / blocks, t = unit % blocks, i0 = lg_qgemm_row(g, t),
                      j0 = lg_qgemm_col(g, t);
        const lg_qgemm_data_t d = matmul_data(args, data, batch);
        uint8_t *y = (uint8_t *)data[args->out_index] + (batch * g->m + i0) * g->n + j0;
        lg_qgemm_block(args->isa, g, &d, t, scratch->c, LG_QGEMM_COLS, scratch);
        lg_requant_store(&args->requant, data, scratch->c, i0, lg_qgemm_part(g->m, i0, LG_QGEMM_ROWS), j0,
                         lg_qgemm_part(g->n, j0, LG_QGEMM_COLS), y, g->n);
    }
    return 0;
}

static int64_t vector_step(const lg_view_t *view) {
    return view->rank == 1 && view->shape[0] != 1 ? view->strides[0] : 0;
}

lg_status_t lg_matmul_integer_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err) {
    const lg_matmul_integer_impl_t *impl = kernel->impl;
    const lg_view_t *c = op->outs[0];
    if (LG_UNLIKELY(!(c->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    const int32_t qlinear = op->op == LG_OP_QLINEAR_MATMUL;
    const uint32_t b = qlinear ? 3 : 1, a_zero_at = 2, b_zero_at = qlinear ? 5 : 3;
    const lg_view_t *a_zero = op->in_count > a_zero_at ? op->ins[a_zero_at] : NULL;
    const lg_view_t *b_zero = op->in_count > b_zero_at ? op->ins[b_zero_at] : NULL;
    matmul_integer_args_t *args = call->args;
    args->isa = impl->gemm;
    args->b_index = b;
    args->a_zero_index = a_zero != NULL ? a_zero_at : 0;
    args->b_zero_index = b_zero != NULL ? b_zero_at : 0;
    args->out_index = op->in_count;
    const int64_t batches = lg_qgemm_bind(op->ins[0], op->ins[b], a_zero, b_zero, c,
                                          qlinear && vector_step(op->ins[1]) != 0, &args->gemm, &args->batch);
    if (qlinear) {
        args->requant = (lg_requant_t){
            .line = lg_requant_line(kernel->isa),
            .a_scale = 1,
            .b_scale = 4,
            .y_scale = 6,
            .y_zero = 7,
            .a_step = vector_step(op->ins[1]),
            .b_step = vector_step(op->ins[4]),
            .y_signed = c->dtype == LG_DTYPE_I8,
        };
    }
    lg_qgemm_plan(&args->gemm);
    const lg_qgemm_t *g = &args->gemm;
    call->fn = qlinear ? qlinear_matmul_run : matmul_integer_run;
    call->extent = c->elem_count > 0 ? batches * g->row_blocks * g->col_blocks : 0;
    call->grain = 1;
    call->scratch_bytes = sizeof(lg_qgemm_scratch_t);
    call->args_bytes = sizeof *args;
    call->work_ns =
        (double)batches * (100.0 * (double)(g->row_blocks * g->col_blocks) +
                           2.0 * (double)g->m * (double)g->n * (double)g->k / impl->gemm->ops_per_ns +
                           0.1 * (double)g->k * (double)g->n * (double)g->row_blocks);
    return LG_OK;
}

#define MATMULS(isa)                                                                 \
    const lg_matmul_integer_impl_t lg_matmul_integer_u8__##isa = {&lg_qgemm__##isa}; \
    const lg_matmul_integer_impl_t lg_matmul_integer_i8__##isa = {&lg_qgemm__##isa}; \
    const lg_matmul_integer_impl_t lg_qlinear_matmul_u8__##isa = {&lg_qgemm__##isa}; \
    const lg_matmul_integer_impl_t lg_qlinear_matmul_i8__##isa = {&lg_qgemm__##isa};
MATMULS(scalar)
#if LG_CPU_X86
MATMULS(avx2)
MATMULS(vnni)
#endif
