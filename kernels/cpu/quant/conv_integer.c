// SPDX-License-Identifier: Apache-2.0
// conv_integer: y = conv(x - x_zero_point, w - w_zero_point), exact 32-bit sums; qlinear_conv: the same sums
// and a bias, scaled and rounded back to 8 bits.
//
// Weights are A of the product, one row for each out channel; B are the patches of the input, brought
// together for as many positions as a block has columns. Padding is what stands for zero. Source: ONNX
// ConvInteger-10, QLinearConv-10.
#include "conv_integer.h"

#include <legato/window.h>
#include <string.h>

#include "../conv/conv.h"
#include "requant.h"

typedef struct conv_integer_args {
    const lg_qgemm_isa_t *isa;
    lg_conv_shape_t shape;
    lg_qgemm_t gemm;  // of one group of one image
    lg_requant_t requant;
    uint32_t w_index, x_zero_index, w_zero_index, out_index;  // places in `data`; 0: no zero point
} conv_integer_args_t;

// What the staging of patches reads.
typedef struct patch_source {
    const lg_conv_shape_t *shape;
    const uint8_t *x;  // first element of the image and group at hand
    uint8_t zero;      // what lies around it
} patch_source_t;

// One row of B: element (channel, r) of the windows at positions j0 .. j0 + cols.
static void stage_row(const patch_source_t *source, const uint8_t *x, const int64_t *r, int64_t j0,
                      int64_t cols, uint8_t *to) {
    const lg_conv_shape_t *s = source->shape;
    const int64_t step = s->x_step[2], stride = s->stride[2], offset = r[2] * s->dilation[2] - s->pad[2];
    for (int64_t j = j0; j < j0 + cols;) {
        const int64_t q = j % s->out[2], row = j / s->out[2];
        const int64_t count = s->out[2] - q < j0 + cols - j ? s->out[2] - q : j0 + cols - j;
        const int64_t y0 = row / s->out[1] * s->stride[0] - s->pad[0] + r[0] * s->dilation[0];
        const int64_t y1 = row % s->out[1] * s->stride[1] - s->pad[1] + r[1] * s->dilation[1];
        if (y0 < 0 || y0 >= s->in[0] || y1 < 0 || y1 >= s->in[1]) {
            memset(to, source->zero, (size_t)count);
        } else {
            const uint8_t *line = x + y0 * s->x_step[0] + y1 * s->x_step[1];
            int64_t i = 0, at = q * stride + offset;
            for (; i < count && at < 0; i++, at += stride) {
                to[i] = source->zero;
            }
            const int64_t inside = at < s->in[2] ? (s->in[2] - 1 - at) / stride + 1 : 0;
            const int64_t stop = i + inside < count ? i + inside : count;
            if (stride == 1 && step == 1 && stop > i) {
                memcpy(to + i, line + at, (size_t)(stop - i));
                i = stop;
            }
            for (; i < stop; i++, at += stride) {
                to[i] = line[at * step];
            }
            memset(to + i, source->zero, (size_t)(count - i));
        }
        to += count;
        j += count;
    }
}

static void stage_patches(const lg_qgemm_t *gemm, const lg_qgemm_data_t *data, int64_t k0, int64_t kc,
                          int64_t j0, int64_t cols, uint8_t *block) {
    (void)gemm;
    const patch_source_t *source = data->source;
    const lg_conv_shape_t *s = source->shape;
    for (int64_t k = k0; k < k0 + kc; k++, block += LG_QGEMM_COLS) {
        const int64_t tap = k % s->taps;
        const int64_t r[3] = {tap / (s->kernel[1] * s->kernel[2]), tap / s->kernel[2] % s->kernel[1],
                              tap % s->kernel[2]};
        stage_row(source, source->x + k / s->taps * s->x_channel, r, j0, cols, block);
    }
}

static int32_t conv_integer_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const conv_integer_args_t *args = memory;
    const lg_conv_shape_t *s = &args->shape;
    const lg_qgemm_t *g = &args->gemm;
    const int64_t blocks = g->row_blocks * g->col_blocks;
    const uint8_t *x_zero = args->x_zero_index != 0 ? data[args->x_zero_index] : NULL;
    const uint8_t *w_zero = args->w_zero_index != 0 ? data[args->w_zero_index] : NULL;
    // An empty input has no address and is not read.
    const uint8_t *x = data[0] != NULL ? data[0] : data[args->out_index];
    const uint8_t *w = data[args->w_index] != NULL ? data[args->w_index] : data[args->out_index];
    lg_qgemm_scratch_t *scratch = data[args->out_index + 1];
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t part = unit / blocks, t = unit % blocks;  // part: a group of an image
        const int64_t group = part % s->groups, image = part / s->groups;
        const int64_t i0 = lg_qgemm_row(g, t), j0 = lg_qgemm_col(g, t), channel = group * s->outs + i0;
        const patch_source_t source = {
            .shape = s,
            .x = x + image * s->x_image + group * s->channels * s->x_channel,
            .zero = x_zero != NULL ? *x_zero : 0,
        };
        const lg_qgemm_data_t d = {
            .a = w + group * s->outs * s->w_out,
            .b = source.x,
            .a_zero = w_zero != NULL ? w_zero + group * s->outs * g->a_zero_step : NULL,
            .b_zero = x_zero,
            .source = &source,
        };
        const int64_t at = (part * s->outs + i0) * s->positions + j0;
        if (args->requant.y_scale == 0) {
            lg_qgemm_block(args->isa, g, &d, t, (int32_t *)data[args->out_index] + at, s->positions, scratch);
        } else {
            lg_qgemm_block(args->isa, g, &d, t, scratch->c, LG_QGEMM_COLS, scratch);
            lg_requant_store(
                &args->requant, data, scratch->c, channel, lg_qgemm_part(g->m, i0, LG_QGEMM_ROWS), 0,
                lg_qgemm_part(g->n, j0, LG_QGEMM_COLS), (uint8_t *)data[args->out_index] + at, s->positions);
        }
    }
    return 0;
}

static int64_t channel_step(const lg_view_t *view) {
    return view != NULL && view->rank == 1 && view->shape[0] != 1 ? view->strides[0] : 0;
}

lg_status_t lg_conv_integer_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                    lg_error_t *err) {
    const lg_conv_integer_impl_t *impl = kernel->impl;
    const int32_t qlinear = op->op == LG_OP_QLINEAR_CONV;
    const uint32_t w_at = qlinear ? 3 : 1, x_zero_at = 2, w_zero_at = qlinear ? 5 : 3;
    const lg_view_t *x = op->ins[0], *w = op->ins[w_at], *y = op->outs[0];
    const lg_view_t *x_zero = op->in_count > x_zero_at ? op->ins[x_zero_at] : NULL;
    const lg_view_t *w_zero = op->in_count > w_zero_at ? op->ins[w_zero_at] : NULL;
    const lg_view_t *bias = qlinear && op->in_count > 8 ? op->ins[8] : NULL;
    const lg_conv_integer_attrs_t *attrs = op->attrs;  // those of qlinear_conv are the same
    conv_integer_args_t *args = call->args;
    lg_conv_shape_t *s = &args->shape;
    lg_qgemm_t *g = &args->gemm;
    int64_t w_step, x_step;
    if (LG_UNLIKELY(!(y->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    if (!lg_conv_folds(w, 1, &w_step)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs contiguous input %u (w)",
                            op->name, w_at);
    }
    lg_window_t window;
    if (lg_window_resolve((uint32_t)x->rank - 2, NULL, &attrs->stride, &attrs->padding, &attrs->dilation,
                          &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name,
                            "%s: stride, padding or dilation out of range", op->name);
    }
    for (uint32_t i = 0; i + 2 < x->rank; i++) {
        window.kernel[i] = w->shape[2 + i];
    }
    lg_window_auto_pad(&window, (uint32_t)x->rank - 2, x->shape + 2, attrs->auto_pad);
    const lg_view_t *ins[] = {x, w};
    const lg_view_t *outs[] = {y};
    const lg_op_view_t conv = {.ins = ins, .outs = outs, .in_count = 2, .out_count = 1};
    lg_conv_fill_shape(&conv, &window, attrs->groups, s);
    args->isa = impl->gemm;
    args->w_index = w_at;
    args->x_zero_index = x_zero != NULL ? x_zero_at : 0;
    args->w_zero_index = w_zero != NULL ? w_zero_at : 0;
    args->out_index = op->in_count;
    args->requant = (lg_requant_t){0};
    if (qlinear) {
        args->requant = (lg_requant_t){
            .line = lg_requant_line(kernel->isa),
            .a_scale = 4,
            .b_scale = 1,
            .y_scale = 6,
            .y_zero = 7,
            .bias = bias != NULL ? 8 : 0,
            .a_step = channel_step(op->ins[4]),
            .bias_step = bias != NULL ? bias->strides[0] : 0,
            .y_signed = y->dtype == LG_DTYPE_I8,
        };
    }
    // Where every position is an element of the input, patches are the input.
    int32_t plain =
        s->taps == 1 && s->positions == s->in[0] * s->in[1] * s->in[2] && lg_conv_folds(x, 2, &x_step);
    for (int32_t i = 0; i < 3; i++) {
        plain = plain && s->stride[i] == 1 && s->pad[i] == 0;
    }
    g->m = s->outs;
    g->n = s->positions;
    g->k = s->channels * s->taps;
    g->a_rs = s->w_out;
    g->a_cs = w_step;
    g->b_rs = plain ? s->x_channel : 0;
    g->b_cs = plain ? x_step : 0;
    g->a_zero_step = channel_step(w_zero);
    g->b_zero_step = 0;
    g->a_signed = w->dtype == LG_DTYPE_I8;
    g->b_signed = x->dtype == LG_DTYPE_I8;
    g->stage = plain ? NULL : stage_patches;
    lg_qgemm_plan(g);
    call->fn = conv_integer_run;
    call->extent = y->elem_count > 0 ? s->images * s->groups * g->row_blocks * g->col_blocks : 0;
    call->grain = 1;
    call->scratch_bytes = sizeof(lg_qgemm_scratch_t);
    call->args_bytes = sizeof *args;
    call->work_ns = (double)call->extent * 100.0 +
                    (double)(s->images * s->groups) * (double)g->k * (double)g->n *
                        (2.0 * (double)g->m / impl->gemm->ops_per_ns + 0.2 * (double)g->row_blocks);
    return LG_OK;
}

_Static_assert(sizeof(lg_conv_integer_attrs_t) == sizeof(lg_qlinear_conv_attrs_t),
               "one prepare function reads the attributes of both");

#define CONVS(isa)                                                               \
    const lg_conv_integer_impl_t lg_conv_integer_u8__##isa = {&lg_qgemm__##isa}; \
    const lg_conv_integer_impl_t lg_conv_integer_i8__##isa = {&lg_qgemm__##isa}; \
    const lg_conv_integer_impl_t lg_qlinear_conv_u8__##isa = {&lg_qgemm__##isa}; \
    const lg_conv_integer_impl_t lg_qlinear_conv_i8__##isa = {&lg_qgemm__##isa};
CONVS(scalar)
#if LG_CPU_X86
CONVS(avx2)
CONVS(vnni)
#endif
