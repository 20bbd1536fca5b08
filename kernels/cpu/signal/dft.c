// SPDX-License-Identifier: Apache-2.0
// dft: the Fourier transform of every line along an axis; stft: of frames of a signal, one line each.
// Source: ONNX DFT-20, STFT-17.
#include "dft.h"

#include "../move/walk.h"

typedef struct dft_args {
    const lg_fft_impl_t *fft;
    lg_fft_lines_t lines;
    int32_t elem_bytes, window_index, out_index;  // places in `data`; window_index 0: none
    int32_t rank;
    lg_stepper_dim_t dims[LG_MAX_RANK];  // of the lines in the input, strides in elements
    // Line i of the output begins at i / inner * outer_step + i % inner * inner_step.
    int64_t inner, outer_step, inner_step;
} dft_args_t;

// The tables stand behind the arguments.
#define DFT_ARGS_BYTES ((sizeof(dft_args_t) + 63) / 64 * 64)

static int32_t dft_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const dft_args_t *args = memory;
    const int32_t elem_bytes = args->elem_bytes;
    const void *window = args->window_index != 0 ? data[args->window_index] : NULL;
    // An empty signal has no address, and nothing of it is read.
    const char *from = data[0] != NULL ? data[0] : data[args->out_index];
    lg_stepper_t walk;
    lg_stepper_start(&walk, args->dims, args->rank, begin);
    for (int64_t line = begin; line < end;) {
        const void *x[LG_FFT_LANES];
        void *y[LG_FFT_LANES];
        int64_t count = 0;
        for (; count < args->lines.lanes && line < end; count++, line++, lg_stepper_next(&walk)) {
            x[count] = from + walk.offset * elem_bytes;
            y[count] =
                (char *)data[args->out_index] +
                (line / args->inner * args->outer_step + line % args->inner * args->inner_step) * elem_bytes;
        }
        args->fft->run(&args->lines, (const char *)memory + DFT_ARGS_BYTES, x, window, y, count,
                       data[args->out_index + 1]);
    }
    return 0;
}

// Geometry of dft; returns the number of lines.
static int64_t bind_dft(const lg_op_view_t *op, dft_args_t *args) {
    const lg_dft_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const uint32_t last = x->rank - 1u;
    const uint32_t axis = (uint32_t)(attrs->axis < 0 ? attrs->axis + x->rank : attrs->axis);
    lg_fft_lines_t *lines = &args->lines;
    lines->mirrored = attrs->onesided && attrs->inverse;
    lines->inverse = (int32_t)attrs->inverse;
    lines->points = attrs->dft_length > 0 ? attrs->dft_length
                    : lines->mirrored     ? 2 * (x->shape[axis] - 1)
                                          : x->shape[axis];
    lines->in_count = x->shape[axis];
    lines->in_stride = x->strides[axis];
    lines->in_part = x->strides[last];
    lines->in_real = x->shape[last] == 1;
    lines->out_count = y->shape[axis];
    args->inner = 1;
    int64_t count = 1;
    for (uint32_t i = 0; i < last; i++) {
        if (i != axis) {
            args->rank = lg_stepper_append(args->dims, args->rank, x->shape[i], x->strides[i]);
            args->inner *= i > axis ? x->shape[i] : 1;
            count *= x->shape[i];
        }
    }
    args->inner_step = y->shape[last];
    lines->out_stride = args->inner * args->inner_step;
    args->outer_step = lines->out_stride * y->shape[axis];
    return count;
}

// The same of stft.
static int64_t bind_stft(const lg_op_view_t *op, dft_args_t *args) {
    const lg_stft_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const lg_view_t *window = op->in_count > 1 ? op->ins[1] : NULL;
    lg_fft_lines_t *lines = &args->lines;
    lines->mirrored = lines->inverse = 0;
    lines->points = attrs->frame_length > 0 ? attrs->frame_length
                    : window != NULL        ? window->shape[0]
                                            : x->shape[1];
    lines->in_count = lines->points;
    lines->in_stride = x->strides[1];
    lines->in_real = x->rank == 2 || x->shape[2] == 1;
    lines->in_part = lines->in_real ? 0 : x->strides[2];
    lines->out_count = y->shape[2];
    lines->out_stride = 2;
    lines->window_stride = window != NULL ? window->strides[0] : 0;
    args->window_index = window != NULL ? 1 : 0;
    args->inner = 1;
    args->inner_step = 0;
    args->outer_step = 2 * y->shape[2];
    args->rank = lg_stepper_append(args->dims, args->rank, x->shape[0], x->strides[0]);
    args->rank = lg_stepper_append(args->dims, args->rank, y->shape[1], x->strides[1] * attrs->frame_step);
    return x->shape[0] * y->shape[1];
}

lg_status_t lg_dft_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err) {
    const lg_fft_impl_t *fft = ((const lg_dft_impl_t *)kernel->impl)->fft;
    if (LG_UNLIKELY(!(op->outs[0]->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    dft_args_t *args = call->args;
    args->fft = fft;
    args->elem_bytes = (int32_t)lg_dtype_size((lg_dtype_t)op->outs[0]->dtype);
    args->window_index = 0;
    args->out_index = op->in_count;
    args->rank = 0;
    args->lines.window_stride = 0;
    const int64_t count = op->op == LG_OP_DFT ? bind_dft(op, args) : bind_stft(op, args);
    lg_fft_plan(&args->lines);
    // The work of making the tables is done where the arguments are, since prepare has no memory of its own.
    const size_t bytes = DFT_ARGS_BYTES + (size_t)(args->lines.table_count + args->lines.work_count) *
                                              (size_t)args->elem_bytes;
    call->args_bytes = bytes;
    if (bytes > call->args_capacity) {
        return LG_STATUS_OVERFLOW;
    }
    fft->table(&args->lines, (char *)call->args + DFT_ARGS_BYTES);
    call->args_bytes = bytes - (size_t)args->lines.work_count * (size_t)args->elem_bytes;
    call->fn = dft_run;
    call->extent = op->outs[0]->elem_count > 0 ? count : 0;
    call->grain = 1;
    call->scratch_bytes = (size_t)args->lines.scratch_count * (size_t)args->elem_bytes;
    call->work_ns = (double)count * (double)args->lines.points * (double)fft->point_ns *
                    (args->lines.padded > 0 ? 5.0 : 1.0);
    return LG_OK;
}

const lg_dft_impl_t lg_dft_f32__scalar = {&lg_fft_f32__scalar};
const lg_dft_impl_t lg_dft_f64__scalar = {&lg_fft_f64__scalar};
const lg_dft_impl_t lg_stft_f32__scalar = {&lg_fft_f32__scalar};
const lg_dft_impl_t lg_stft_f64__scalar = {&lg_fft_f64__scalar};
#if LG_CPU_X86
const lg_dft_impl_t lg_dft_f32__avx2 = {&lg_fft_f32__avx2};
const lg_dft_impl_t lg_stft_f32__avx2 = {&lg_fft_f32__avx2};
#endif
