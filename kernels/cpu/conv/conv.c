// SPDX-License-Identifier: Apache-2.0
// conv: the plain loops, and the choice between them, depthwise rows and gemm.
//
// A group of an image is the product of its weights [O, C * taps] and a patch matrix [C * taps, positions] that
// is never stored: gemm asks for panels of it and conv packs them straight from x (conv_body.h). A 1x1 kernel
// with stride 1 needs no packing rule at all: its patch matrix is x.
// Source: ONNX Conv-22; Chellapilla, Puri, Simard, High Performance Convolutional Neural Networks for Document
// Processing, 2006 (conv as matrix product).
#include "conv.h"

#include <legato/window.h>
#include <string.h>

#include "conv_planes.h"

// ---- plain loops ------------------------------------------------------------------------------------

// One output row at a time: each tap of the window adds a multiple of a run of x to the part of the row for
// which it lies inside x.
#define LG_CONV_PLAIN(name, type)                                                                           \
    void name(const lg_conv_shape_t *s, const void *x, const void *w, const void *bias, void *y,            \
              int64_t begin, int64_t end) {                                                                 \
        const int64_t width = s->out[2], step = s->stride[2] * s->x_step[2];                                \
        for (int64_t row = begin; row < end; ++row) {                                                       \
            const int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];                           \
            const int64_t plane = row / (s->out[1] * s->out[0]), outs = s->groups * s->outs;                \
            const int64_t o = plane % outs, image = plane / outs;                                           \
            type *LG_RESTRICT to = (type *)y + row * width;                                                 \
            const type start = bias != NULL ? ((const type *)bias)[o] : 0;                                  \
            for (int64_t q = 0; q < width; ++q) {                                                           \
                to[q] = start;                                                                              \
            }                                                                                               \
            for (int64_t k = 0; k < s->channels * s->taps; ++k) {                                           \
                const int64_t c = k / s->taps, r2 = k % s->kernel[2], r1 = k / s->kernel[2] % s->kernel[1]; \
                const int64_t r0 = k / (s->kernel[2] * s->kernel[1]) % s->kernel[0];                        \
                const int64_t i0 = p0 * s->stride[0] - s->pad[0] + r0 * s->dilation[0];                     \
                const int64_t i1 = p1 * s->stride[1] - s->pad[1] + r1 * s->dilation[1];                     \
                if (i0 < 0 || i0 >= s->in[0] || i1 < 0 || i1 >= s->in[1]) {                                 \
                    continue;                                                                               \
                }                                                                                           \
                const int64_t i2 = r2 * s->dilation[2] - s->pad[2]; /* column of x for q = 0 */             \
                const int64_t low = i2 < 0 ? (-i2 + s->stride[2] - 1) / s->stride[2] : 0;                   \
                const int64_t room = s->in[2] - i2;                                                         \
                const int64_t fits = room > 0 ? (room + s->stride[2] - 1) / s->stride[2] : 0;               \
                const int64_t high = fits < width ? fits : width;                                           \
                if (low >= high) {                                                                          \
                    continue;                                                                               \
                }                                                                                           \
                const type *from = (const type *)x + image * s->x_image + i0 * s->x_step[0] +               \
                                   i1 * s->x_step[1] + (o / s->outs * s->channels + c) * s->x_channel +     \
                                   i2 * s->x_step[2];                                                       \
                const type weight = ((const type *)w)[o * s->w_out + c * s->w_channel + r0 * s->w_step[0] + \
                                                      r1 * s->w_step[1] + r2 * s->w_step[2]];               \
                if (step == 1) {                                                                            \
                    for (int64_t q = low; q < high; ++q) {                                                  \
                        to[q] += weight * from[q];                                                          \
                    }                                                                                       \
                } else {                                                                                    \
                    for (int64_t q = low; q < high; ++q) {                                                  \
                        to[q] += weight * from[q * step];                                                   \
                    }                                                                                       \
                }                                                                                           \
            }                                                                                               \
        }                                                                                                   \
    }

LG_CONV_PLAIN(lg_conv_plain_f32, float)
LG_CONV_PLAIN(lg_conv_plain_f64, double)

extern const lg_conv_impl_t lg_conv_f32_f32__scalar, lg_conv_f64_f64__scalar;
const lg_conv_impl_t lg_conv_f32_f32__scalar = {.plain = lg_conv_plain_f32, .elem_bytes = 4};
extern const lg_conv_impl_t lg_fused_conv_f32_f32__scalar;
const lg_conv_impl_t lg_fused_conv_f32_f32__scalar = {.plain = lg_conv_plain_f32, .elem_bytes = 4};
const lg_conv_impl_t lg_conv_f64_f64__scalar = {.plain = lg_conv_plain_f64, .elem_bytes = 8};

// ---- calls ------------------------------------------------------------------------------------------

// The epilogue on rows [begin, end) of the result.
static void conv_finish(const lg_conv_args_t *a, void *const *data, int64_t begin, int64_t end) {
    if (a->epilogue.run != NULL) {
        const int64_t width = a->shape.out[2];
        const float *addend = lg_conv_addend(a, data);
        a->epilogue.run(&a->epilogue, (float *)data[a->out_index] + begin * width, width,
                        addend != NULL ? addend + begin * width : NULL, 1, (end - begin) * width);
    }
}

// Rows that fit L1 together are finished while they are there.
static int64_t conv_chunk(const lg_conv_args_t *a, int64_t begin, int64_t end) {
    const int64_t rows = a->epilogue.run != NULL ? 2048 / a->shape.out[2] + 1 : INT64_MAX;
    return end - begin < rows ? end - begin : rows;
}

static int32_t conv_plain(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    for (int64_t row = begin, rows; row < end; row += rows) {
        rows = conv_chunk(a, row, end);
        a->impl->plain(&a->shape, data[0], data[1], lg_conv_bias(a, data), data[a->out_index], row,
                       row + rows);
        conv_finish(a, data, row, row + rows);
    }
    return 0;
}

static int32_t conv_depthwise(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    for (int64_t row = begin, rows; row < end; row += rows) {
        rows = conv_chunk(a, row, end);
        a->impl->depthwise(&a->shape, data[0], data[1], lg_conv_bias(a, data), data[a->out_index], row,
                           row + rows);
        conv_finish(a, data, row, row + rows);
    }
    return 0;
}

static int32_t conv_gemm(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    const int64_t tiles = a->gemm.tiles, bytes = a->impl->elem_bytes;
    const char *bias = lg_conv_bias(a, data), *addend = lg_conv_addend(a, data);
    for (int64_t t = begin; t < end;) {
        const int64_t part = t / tiles, first = t % tiles;  // part: a group of an image
        const int64_t last = end - t < tiles - first ? first + end - t : tiles;
        const int64_t group = part % s->groups, image = part / s->groups;
        const char *x =
            (const char *)data[0] + (image * s->x_image + group * s->channels * s->x_channel) * bytes;
        const lg_conv_source_t source = {.shape = s, .x = x};
        const lg_gemm_data_t gemm_data = {
            .a = a->gemm.flags & LG_GEMM_A_PACKED
                     ? (const char *)data[1] + group * a->packed_bytes
                     : (const char *)data[1] + group * s->outs * s->w_out * bytes,
            .b = x,
            .c = (char *)data[a->out_index] + part * s->outs * s->positions * bytes,
            .row_bias = bias != NULL ? bias + group * s->outs * bytes : NULL,
            .scratch = a->gemm.scratch_bytes != 0 ? data[a->out_index + 1] : NULL,
            .source = &source,
            .addend = addend != NULL ? addend + part * s->outs * s->positions * bytes : NULL,
        };
        a->gemm.run(&a->gemm, &gemm_data, first, last);
        t += last - first;
    }
    return 0;
}

static int32_t conv_bands(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    const lg_conv_band_t *b = &a->band;
    const float *bias = lg_conv_bias(a, data), *addend = lg_conv_addend(a, data);
    int32_t *offsets = data[a->out_index + 1];
    float *copy = (float *)data[a->out_index + 1] + b->offset_elems;
    lg_conv_band_offsets(s, b, offsets);
    for (int64_t unit = begin; unit < end; ++unit) {
        const int64_t q = unit % b->col_bands * b->cols, p = unit / b->col_bands % b->row_bands * b->rows;
        const int64_t part = unit / b->col_bands / b->row_bands;  // a group of an image
        const int64_t group = part % s->groups, image = part / s->groups;
        const int64_t rows = s->out[1] - p < b->rows ? s->out[1] - p : b->rows;
        const int64_t cols = s->out[2] - q < b->cols ? s->out[2] - q : b->cols;
        const float *x = (const float *)data[0] + image * s->x_image + group * s->channels * s->x_channel;
        lg_conv_band_copy(s, b, x, p, rows, q, copy);
        for (int64_t row = 0; row < rows; ++row) {
            const int64_t at = part * s->outs * s->positions + (p + row) * s->out[2] + q;
            float *y = (float *)data[a->out_index] + at;
            a->impl->band(s, b, copy + row * s->stride[1] * b->row_elems, offsets,
                          (const float *)data[1] + group * s->outs * s->w_out,
                          bias != NULL ? bias + group * s->outs : NULL, y, cols);
            if (a->epilogue.run != NULL) {
                a->epilogue.run(&a->epilogue, y, s->positions, addend != NULL ? addend + at : NULL, s->outs,
                                cols);
            }
        }
    }
    return 0;
}

// The weights of each group, as panels.
static void conv_pack(const void *args, const void *input, void *packed) {
    const lg_conv_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    for (int64_t group = 0; group < s->groups; group++) {
        char *panels = (char *)packed + group * a->packed_bytes;
        const int64_t used = a->gemm.m * a->gemm.k * a->impl->elem_bytes;
        lg_gemm_pack_a(&a->gemm, (const char *)input + group * s->outs * s->w_out * a->impl->elem_bytes,
                       panels);
        memset(panels + used, 0, (size_t)(a->packed_bytes - used));
    }
}

void lg_conv_pack_weights(lg_conv_args_t *args, lg_kernel_call_t *call) {
    lg_gemm_t *g = &args->gemm;
    const lg_conv_shape_t *s = &args->shape;
    g->flags |= LG_GEMM_A_PACKED;
    lg_gemm_plan(args->impl->gemm, g);
    args->packed_bytes = (lg_gemm_packed_a_bytes(g) + 63) / 64 * 64;
    call->pack_bytes = (size_t)(args->packed_bytes * s->groups);
    call->pack_layout = lg_gemm_layout_a(g, s->groups, s->outs * s->w_out);
    call->pack_input = 1;
    call->pack = conv_pack;
}

// ---- prepare ----------------------------------------------------------------------------------------

void lg_conv_fill_shape(const lg_op_view_t *op, const lg_window_t *window, int64_t groups,
                        lg_conv_shape_t *s) {
    const lg_view_t *x = op->ins[0], *w = op->ins[1], *y = op->outs[0];
    const int lead = 3 - (x->rank - 2);
    s->images = x->shape[0];
    s->groups = groups;
    s->channels = w->shape[1];
    s->outs = w->shape[0] / groups;
    s->x_image = x->strides[0];
    s->x_channel = x->strides[1];
    s->w_out = w->strides[0];
    s->w_channel = w->strides[1];
    s->taps = s->positions = 1;
    for (int d = 0; d < 3; ++d) {
        const int from = d - lead;
        s->in[d] = from < 0 ? 1 : x->shape[from + 2];
        s->out[d] = from < 0 ? 1 : y->shape[from + 2];
        s->kernel[d] = from < 0 ? 1 : w->shape[from + 2];
        s->stride[d] = from < 0 ? 1 : window->stride[from];
        s->pad[d] = from < 0 ? 0 : window->pad_begin[from];
        s->dilation[d] = from < 0 ? 1 : window->dilation[from];
        s->x_step[d] = from < 0 ? 0 : x->strides[from + 2];
        s->w_step[d] = from < 0 ? 0 : w->strides[from + 2];
        s->taps *= s->kernel[d];
        s->positions *= s->out[d];
    }
}

// Moves axes inwards while the innermost one has a single element everywhere: the others are what vectors run along.
static void conv_drop_unit_axes(lg_conv_shape_t *s) {
    for (int i = 0; i < 2 && s->in[2] == 1 && s->out[2] == 1 && s->kernel[2] == 1 && s->pad[2] == 0; ++i) {
        for (int d = 2; d > 0; --d) {
            s->in[d] = s->in[d - 1], s->out[d] = s->out[d - 1], s->kernel[d] = s->kernel[d - 1];
            s->stride[d] = s->stride[d - 1], s->pad[d] = s->pad[d - 1];
            s->dilation[d] = s->dilation[d - 1];
            s->x_step[d] = s->x_step[d - 1], s->w_step[d] = s->w_step[d - 1];
        }
        s->in[0] = s->out[0] = s->kernel[0] = s->stride[0] = s->dilation[0] = 1;
        s->pad[0] = s->x_step[0] = s->w_step[0] = 0;
    }
}

int lg_conv_folds(const lg_view_t *view, int first, int64_t *out_step) {
    int64_t count = 1, step = 1;
    for (int d = view->rank - 1; d >= first; --d) {
        if (view->shape[d] == 1) {
            continue;
        }
        if (count == 1) {
            step = view->strides[d];
        } else if (view->strides[d] != step * count) {
            return 0;
        }
        count *= view->shape[d];
    }
    *out_step = step;
    return 1;
}

_Static_assert(offsetof(lg_fused_conv_attrs_t, activation) == sizeof(lg_conv_attrs_t), "one beginning");

lg_status_t lg_conv_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    const lg_conv_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0], *w = op->ins[1], *y = op->outs[0];
    const lg_view_t *bias = op->in_count > 2 ? op->ins[2] : NULL;
    const lg_view_t *addend = op->in_count > 3 ? op->ins[3] : NULL;
    const lg_conv_attrs_t *attrs = op->attrs;  // those of the fused op begin with them
    lg_conv_args_t *args = call->args;
    lg_conv_shape_t *s = &args->shape;
    lg_gemm_t *g = &args->gemm;
    if (!(y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs a contiguous output");
    }
    if (bias != NULL && bias->shape[0] > 1 && bias->strides[0] != 1) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs contiguous input 2 (bias)");
    }
    if (addend != NULL && !(addend->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs contiguous input 3 (addend)");
    }
    lg_window_t window;
    if (lg_window_resolve((uint32_t)x->rank - 2, NULL, attrs != NULL ? &attrs->stride : NULL,
                          attrs != NULL ? &attrs->padding : NULL, attrs != NULL ? &attrs->dilation : NULL,
                          &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name,
                            "stride, padding or dilation out of range");
    }
    for (uint32_t i = 0; i + 2 < x->rank; ++i) {
        window.kernel[i] = w->shape[2 + i];
    }
    lg_window_auto_pad(&window, (uint32_t)x->rank - 2, x->shape + 2, attrs != NULL ? attrs->auto_pad : 0);
    lg_conv_fill_shape(op, &window, attrs != NULL ? attrs->groups : 1, s);
    conv_drop_unit_axes(s);
    args->impl = impl;
    args->bias_index = bias != NULL ? 2 : 0;
    args->addend_index = addend != NULL ? 3 : 0;
    args->out_index = op->in_count;
    args->epilogue.run = NULL;
    if (op->op == LG_OP_FUSED_CONV) {
        const lg_fused_conv_attrs_t *fused = op->attrs;
        if (fused != NULL) {
            lg_epilogue_init(&args->epilogue, kernel->isa, fused->activation, fused->alpha, fused->beta,
                             fused->add_after, addend != NULL);
        } else {
            lg_epilogue_init(&args->epilogue, kernel->isa, 0, 0.0, 0.0, 0, addend != NULL);
        }
    }
    const double finish_ns = (double)y->elem_count * lg_epilogue_cost(&args->epilogue);
    call->pack_bytes = 0;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = offsetof(lg_conv_args_t, gemm);
    const double work = (double)y->elem_count * (double)s->channels * (double)s->taps;
    const int64_t rows = s->images * s->groups * s->outs * s->out[0] * s->out[1];
    int64_t w_step, x_step;
    if (y->elem_count == 0) {
        call->fn = conv_plain;
        call->extent = 0;
        call->work_ns = 10.0;
        return LG_OK;
    }
    if (impl->depthwise != NULL && x->elem_count > 0 && s->channels == 1 && s->outs <= 4 &&
        s->x_step[2] == 1 && s->stride[2] <= 2 && s->kernel[2] <= LG_CONV_MAX_TAPS) {
        call->fn = conv_depthwise;
        call->extent = rows;
        call->work_ns = 20.0 + work * 2.0 / (impl->gemm->flops_per_ns * 0.3) + finish_ns;
        return LG_OK;
    }
    if (impl->gemm == NULL || x->elem_count == 0 || !lg_conv_folds(w, 1, &w_step)) {
        call->fn = conv_plain;
        call->extent = rows;
        call->work_ns = 20.0 + work * 2.0 / 3.0 + finish_ns;
        return LG_OK;
    }
    if (lg_conv_planes_prepare(args, w_step, call)) {
        call->work_ns += finish_ns;
        return LG_OK;
    }
    g->m = s->outs;
    g->n = g->c_rs = s->positions;
    g->k = s->channels * s->taps;
    g->a_rs = s->w_out;
    g->a_cs = w_step;
    const int plain_matrix = lg_conv_is_matrix(s, &x_step);
    g->pack_b = plain_matrix ? NULL : impl->pack_patches;
    g->b_rs = plain_matrix ? s->x_channel : 0;
    g->b_cs = plain_matrix ? x_step : 0;
    g->epilogue = args->epilogue;
    g->flags = g->epilogue.run != NULL ? LG_GEMM_EPILOGUE : 0;
    lg_gemm_plan(impl->gemm, g);
    if (impl->band != NULL && g->pack_b != NULL) {
        lg_conv_band_t band;
        double ns;
        size_t bytes;
        if (lg_conv_band_plan(s, w_step, impl->gemm->flops_per_ns, g->work_ns, &band, &ns, &bytes)) {
            args->band = band;
            call->fn = conv_bands;
            call->extent = s->images * s->groups * band.row_bands * band.col_bands;
            call->work_ns = 20.0 + ns * (double)(s->images * s->groups) + finish_ns;
            call->scratch_bytes = bytes;
            call->args_bytes = offsetof(lg_conv_args_t, band) + sizeof band;
            return LG_OK;
        }
    }
    if ((call->constants & 2) && g->run == impl->gemm->run_packed) {
        lg_conv_pack_weights(args, call);
    }
    call->fn = conv_gemm;
    call->extent = s->images * s->groups * g->tiles;
    call->work_ns = g->work_ns * (double)(s->images * s->groups) + finish_ns;
    call->scratch_bytes = (size_t)g->scratch_bytes;
    call->args_bytes = sizeof *args;
    return LG_OK;
}
