// SPDX-License-Identifier: Apache-2.0
// rnn, gru and lstm in the layout of ONNX: weights [directions, gates * hidden, inputs] as they lie.
//
//   rnn    h = f(x Wi' + h Ri' + b)
//   gru    z, r = f(x W' + h R' + b);  n = g(x Wh' + (r h) Rh' + b);  h = (1 - z) n + z h
//          linear_before_reset: n = g(x Wh' + Wbh + r (h Rh' + Rbh))
//   lstm   i, f = f(x W' + h R' + b + P c);  n = g(x Wc' + h Rc' + b);  c = f c + i n
//          o = f(x Wo' + h Ro' + b + Po c);  h = o h(c)
//
// A unit is a direction and up to 32 rows of the batch, all steps of it. Inputs are multiplied for many steps at
// once; a step multiplies the state, then goes over the gates. Few rows take the dot path of the gemm, which reads
// the weights once in the order of memory: a step of batch 1 is bound by that (input and hidden 128: 512 KB from
// L2, 7 to 9 us of at most 15). More rows and steps pack the recurrence weights once. Everything that decides
// depends on shapes, so results do not depend on how the range is cut.
//
// A row whose sequence has ended keeps its state and gives 0; the reverse direction starts at its own end.
// Source: ONNX LSTM-22, GRU-22, RNN-22.
#include "../families.h"

#include <math.h>
#include <string.h>

#include "../simd/simd.h"

enum {
    RECURRENT_BLOCK = 32,  // rows of the batch
    RECURRENT_ROWS = 64,   // rows of inputs multiplied at once
};

#define RECURRENT_T float
#define RECURRENT_FN(name) name##_f32
#define RECURRENT_MATH(name) name##f
#include "recurrent_body.inc"
#undef RECURRENT_T
#undef RECURRENT_FN
#undef RECURRENT_MATH

#define RECURRENT_T double
#define RECURRENT_FN(name) name##_f64
#define RECURRENT_MATH(name) name
#include "recurrent_body.inc"
#undef RECURRENT_T
#undef RECURRENT_FN
#undef RECURRENT_MATH

#define RECURRENT_IMPLS(S, isa, ...)                                                  \
    const lg_recurrent_impl_t lg_rnn_##S##__##isa = {recurrent_run_##S, __VA_ARGS__}; \
    const lg_recurrent_impl_t lg_gru_##S##__##isa = {recurrent_run_##S, __VA_ARGS__}; \
    const lg_recurrent_impl_t lg_lstm_##S##__##isa = {recurrent_run_##S, __VA_ARGS__};

RECURRENT_IMPLS(f32, scalar, 4, NULL, NULL)
RECURRENT_IMPLS(f64, scalar, 8, NULL, NULL)

#define LG_SIMD_BODY "recurrent/activate_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#if LG_CPU_X86
RECURRENT_IMPLS(f32, avx2, 4, &lg_gemm_f32__avx2, activate__avx2)
RECURRENT_IMPLS(f32, avx512, 4, &lg_gemm_f32__avx512, activate__avx512)
#elif LG_CPU_ARM64
RECURRENT_IMPLS(f32, neon, 4, &lg_gemm_f32__neon, activate__neon)
#endif

// ---- prepare ----------------------------------------------------------------------------------------

static lg_gemm_t recurrent_plan(const lg_recurrent_args_t *args, int64_t rows, int64_t lines, int64_t k,
                                const int64_t *strides) {
    lg_gemm_t product = {.m = rows,
                         .n = lines,
                         .k = k,
                         .a_rs = k,
                         .a_cs = 1,
                         .b_rs = strides[2],
                         .b_cs = strides[1],
                         .c_rs = args->gates * args->hidden};
    lg_gemm_plan(args->impl->gemm, &product);
    return product;
}

// Scratch of the products, each of which may go its own way; sets recurrent_packed.
static int64_t recurrent_gemm_bytes(lg_recurrent_args_t *args) {
    const int64_t lines = args->gates * args->hidden;
    const int64_t rows[2] = {args->block, args->batch % args->block};
    const int64_t steps[2] = {args->chunk, args->chunk > 0 ? args->steps % args->chunk : 0};
    int64_t most = 0;
    for (int32_t i = 0; i < 4; i++) {
        const int64_t m = rows[i % 2], part = i / 2 == 0 ? lines : args->hidden;
        if (m > 0) {
            const lg_gemm_t inputs = recurrent_plan(args, m * steps[i / 2], lines, args->inputs, args->w);
            const lg_gemm_t state = recurrent_plan(args, m, part, args->hidden, args->r);
            if (i == 0) {
                args->recurrent_packed = args->steps > 1 && state.run == args->impl->gemm->run_packed;
            }
            most = inputs.scratch_bytes > most ? inputs.scratch_bytes : most;
            most = state.scratch_bytes > most ? state.scratch_bytes : most;
        }
    }
    return most;
}

static int64_t recurrent_place(int64_t *used, int64_t count) {
    const int64_t place = *used;
    *used += (count + 31) / 16 * 16;  // a vector more, which packing may touch
    return place;
}

static void recurrent_strides(const lg_view_t *view, int64_t *strides, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        strides[i] = view != NULL ? view->strides[i] : 0;
    }
}

static void recurrent_swap(int64_t *strides) {
    const int64_t first = strides[0];
    strides[0] = strides[1];
    strides[1] = first;
}

// The attributes, which differ by op; returns the layout.
static int64_t recurrent_attributes(const lg_op_view_t *op, lg_recurrent_args_t *args) {
    int64_t direction = 0, layout = 0;
    args->input_forget = args->linear_before_reset = 0;
    args->clip = 0;
    args->activations[0] = op->op == LG_OP_RNN ? LG_GATE_TANH : LG_GATE_SIGMOID;
    args->activations[1] = args->activations[2] = LG_GATE_TANH;
    if (op->attrs != NULL && op->op == LG_OP_RNN) {
        const lg_rnn_attrs_t *attrs = op->attrs;
        direction = attrs->direction, layout = attrs->layout, args->clip = attrs->clip;
        args->activations[0] = attrs->nonlinearity;
    } else if (op->attrs != NULL && op->op == LG_OP_GRU) {
        const lg_gru_attrs_t *attrs = op->attrs;
        direction = attrs->direction, layout = attrs->layout, args->clip = attrs->clip;
        args->activations[0] = attrs->activation_f, args->activations[1] = attrs->activation_g;
        args->linear_before_reset = (int32_t)attrs->linear_before_reset;
    } else if (op->attrs != NULL) {
        const lg_lstm_attrs_t *attrs = op->attrs;
        direction = attrs->direction, layout = attrs->layout, args->clip = attrs->clip;
        args->activations[0] = attrs->activation_f, args->activations[1] = attrs->activation_g;
        args->activations[2] = attrs->activation_h;
        args->input_forget = (int32_t)attrs->input_forget;
    }
    args->directions = direction == 2 ? 2 : 1;
    args->reverse = direction == 1;
    return layout;
}

lg_status_t lg_recurrent_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err) {
    for (uint32_t i = 0; i < op->out_count; i++) {
        if (LG_UNLIKELY(!(op->outs[i]->flags & LG_VIEW_CONTIGUOUS))) {
            return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs contiguous outputs",
                                op->name);
        }
    }
    _Static_assert(sizeof(lg_recurrent_args_t) <= LG_KERNEL_ARGS_BYTES, "arguments fit");
    call->args_bytes = sizeof(lg_recurrent_args_t);
    lg_recurrent_args_t *args = call->args;
    args->impl = kernel->impl;
    args->kind = (int32_t)op->op;
    args->in_count = (int32_t)op->in_count;
    const int64_t layout = recurrent_attributes(op, args);
    const lg_view_t *ins[8] = {NULL};
    args->given = 0;
    for (uint32_t i = 0; i < op->in_count && i < 8; i++) {
        ins[i] = op->ins[i];
        args->given |= (ins[i] != NULL) << i;
    }
    const lg_view_t *x = ins[0], *y = op->outs[0], *state = op->outs[1];
    args->steps = x->shape[layout];
    args->batch = x->shape[1 - layout];
    args->inputs = x->shape[2];
    args->hidden = ins[2]->shape[2];
    args->gates = op->op == LG_OP_RNN ? 1 : op->op == LG_OP_GRU ? 3 : 4;
    recurrent_strides(x, args->x, 3);
    recurrent_strides(ins[1], args->w, 3);
    recurrent_strides(ins[2], args->r, 3);
    recurrent_strides(ins[3], args->bias, 2);
    recurrent_strides(ins[4], &args->lens, 1);
    recurrent_strides(ins[5], args->initial[0], 3);
    recurrent_strides(ins[6], args->initial[1], 3);
    recurrent_strides(ins[7], args->peephole, 2);
    recurrent_strides(state, args->state, 2);
    if (layout == 1) {  // y is [batch, steps, directions, hidden], states [batch, directions, hidden]
        recurrent_swap(args->x);
        recurrent_swap(args->initial[0]);
        recurrent_swap(args->initial[1]);
        recurrent_swap(args->state);
        args->y[0] = y->strides[1], args->y[1] = y->strides[2], args->y[2] = y->strides[0];
    } else {
        recurrent_strides(y, args->y, 3);
    }
    args->block = args->batch < RECURRENT_BLOCK ? args->batch : RECURRENT_BLOCK;
    args->blocks = args->block > 0 ? (args->batch + args->block - 1) / args->block : 0;
    args->chunk = args->block > 0 ? RECURRENT_ROWS / args->block : 1;
    args->chunk = args->steps < args->chunk ? args->steps : args->chunk;
    const int64_t lines = args->gates * args->hidden, rows = args->chunk * args->block;
    const int64_t item = args->impl->item_bytes;
    int64_t used = 0;
    int64_t gemm_bytes = 0;
    args->recurrent_packed = 0;
    if (args->impl->gemm != NULL && args->batch > 0) {
        gemm_bytes = recurrent_gemm_bytes(args);
    }
    args->gemm = recurrent_place(&used, (gemm_bytes + item - 1) / item);
    args->panels = recurrent_place(&used, 0);
    if (args->recurrent_packed) {
        // Two packings: gru multiplies the lines of its last gate by another state.
        const int64_t bytes = lg_gemm_packed_b_bytes(args->impl->gemm, args->hidden, lines) +
                              lg_gemm_packed_b_bytes(args->impl->gemm, args->hidden, args->hidden);
        args->panels = recurrent_place(&used, bytes / item + 16);
    }
    args->xs = recurrent_place(&used, rows * args->inputs);
    args->projected = recurrent_place(&used, rows * lines);
    args->recurrent = recurrent_place(&used, args->block * lines);
    args->hidden_state = recurrent_place(&used, args->block * args->hidden);
    args->cell_state = recurrent_place(&used, args->block * args->hidden);
    args->temporary = recurrent_place(&used, args->block * args->hidden);
    args->bias_sum = recurrent_place(&used, lines + args->hidden);
    args->peephole_line = recurrent_place(&used, 3 * args->hidden);
    call->fn = args->impl->run;
    call->extent = args->hidden > 0 ? args->directions * args->blocks : 0;
    call->grain = 1;
    call->scratch_bytes = (size_t)(used * item);
    const double products = (double)args->directions * (double)args->steps * (double)args->batch *
                            (double)lines * (double)(args->inputs + args->hidden);
    const double weights = (double)args->directions * (double)args->steps * (double)lines *
                           (double)(args->inputs + args->hidden) * (double)item;
    const double rate = args->impl->gemm != NULL ? args->impl->gemm->flops_per_ns : 1.0;
    call->work_ns = 200.0 + 2.0 * products / rate + weights / 60.0;
    return LG_OK;
}
