// SPDX-License-Identifier: Apache-2.0
// conv_transpose: y[n, o, i * stride - pad + r * dilation] += x[n, c, i] * w[c, o, r], on top of the bias.
//
// A group of an image is the product of its weights, read as [O * taps, C], and x [C, positions], scattered over
// the output: gemm and col2im. The product is made in pieces, a few out channels times a run of positions, that
// stay in L2 and are added to y at once; a unit of work is all of y that belongs to those out channels, so
// pieces are always added in the same order. Without enough channels to make a product (depthwise), and for
// layouts that gemm does not read, the plain loops: for each row of y the taps that reach it.
// Turned down: one conv per phase of the stride. It needs no adding up, but repacked weights and strided stores.
// Source: ONNX ConvTranspose-22; Dumoulin, Visin, A Guide to Convolution Arithmetic for Deep Learning, 2016.
#include "conv.h"

#include <legato/window.h>

enum {
    BLOCK_ROWS = 64,        // rows of a product: out channels times taps
    BLOCK_ELEMS = 1 << 15,  // of a product; f32: 128 KB, an eighth of L2 (Zen 4)
    LEAST_CHANNELS = 4,     // of a group, for gemm
};

// ---- plain loops ------------------------------------------------------------------------------------

// The first i >= 0 for which base + i * stride >= bound.
static int64_t transpose_first(int64_t bound, int64_t base, int64_t stride) {
    return base >= bound ? 0 : (bound - base + stride - 1) / stride;
}

static int64_t transpose_min(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// The i for which i * stride + r * dilation - pad is p; -1 if there is none in x.
static int64_t transpose_source(const lg_conv_shape_t *s, int d, int64_t p, int64_t r) {
    const int64_t at = p + s->pad[d] - r * s->dilation[d];
    return at >= 0 && at % s->stride[d] == 0 && at / s->stride[d] < s->in[d] ? at / s->stride[d] : -1;
}

#define TRANSPOSE_PLAIN(name, type)                                                                         \
    static void name(const lg_conv_shape_t *s, const void *x, const void *w, const void *bias, void *y,     \
                     int64_t begin, int64_t end) {                                                          \
        const int64_t width = s->out[2], stride = s->stride[2], x_step = s->x_step[2];                      \
        for (int64_t row = begin; row < end; ++row) {                                                       \
            const int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];                           \
            const int64_t plane = row / (s->out[1] * s->out[0]), outs = s->groups * s->outs;                \
            const int64_t o = plane % outs, group = o / s->outs;                                            \
            type *LG_RESTRICT to = (type *)y + row * width;                                                 \
            const type start = bias != NULL ? ((const type *)bias)[o] : 0;                                  \
            for (int64_t q = 0; q < width; ++q) {                                                           \
                to[q] = start;                                                                              \
            }                                                                                               \
            for (int64_t r0 = 0; r0 < s->kernel[0]; ++r0) {                                                 \
                const int64_t i0 = transpose_source(s, 0, p0, r0);                                          \
                for (int64_t r1 = 0; i0 >= 0 && r1 < s->kernel[1]; ++r1) {                                  \
                    const int64_t i1 = transpose_source(s, 1, p1, r1);                                      \
                    for (int64_t k = 0; i1 >= 0 && k < s->channels * s->kernel[2]; ++k) {                   \
                        const int64_t c = k / s->kernel[2], r2 = k % s->kernel[2];                          \
                        const int64_t base = r2 * s->dilation[2] - s->pad[2]; /* place in y for i2 = 0 */   \
                        const int64_t low = transpose_first(0, base, stride);                               \
                        const int64_t high = transpose_min(transpose_first(width, base, stride), s->in[2]); \
                        const type *from = (const type *)x + plane / outs * s->x_image +                    \
                                           (group * s->channels + c) * s->x_channel + i0 * s->x_step[0] +   \
                                           i1 * s->x_step[1];                                               \
                        const type weight =                                                                 \
                            ((const type *)                                                                 \
                                 w)[(group * s->channels + c) * s->w_channel + (o % s->outs) * s->w_out +   \
                                    r0 * s->w_step[0] + r1 * s->w_step[1] + r2 * s->w_step[2]];             \
                        if (stride == 1 && x_step == 1) {                                                   \
                            for (int64_t i = low; i < high; ++i) {                                          \
                                to[base + i] += weight * from[i];                                           \
                            }                                                                               \
                        } else {                                                                            \
                            for (int64_t i = low; i < high; ++i) {                                          \
                                to[base + i * stride] += weight * from[i * x_step];                         \
                            }                                                                               \
                        }                                                                                   \
                    }                                                                                       \
                }                                                                                           \
            }                                                                                               \
        }                                                                                                   \
    }
TRANSPOSE_PLAIN(transpose_plain_f32, float)
TRANSPOSE_PLAIN(transpose_plain_f64, double)

// ---- col2im -----------------------------------------------------------------------------------------

// One piece: `outs` channels of y times a run of positions of x, either whole rows or a part of one.
typedef struct transpose_piece {
    int64_t outs;             // first channel is that of y
    int64_t row, rows;        // along the outer axes of x together
    int64_t column, columns;  // along axis 2
} transpose_piece_t;

// Adds columns of one row of x, as one tap sees them, to a row of y. Two taps that are neighbours and a stride
// of 2 fill the row without gaps, which compilers vectorise.
#define TRANSPOSE_SCATTER(isa, TARGET, name, type)                                                           \
    TARGET static void spread_##name##__##isa(type *LG_RESTRICT to, const type *LG_RESTRICT from,            \
                                              int64_t stride, int64_t count) {                               \
        if (stride == 1) {                                                                                   \
            for (int64_t i = 0; i < count; ++i) {                                                            \
                to[i] += from[i];                                                                            \
            }                                                                                                \
        } else {                                                                                             \
            for (int64_t i = 0; i < count; ++i) {                                                            \
                to[i * stride] += from[i];                                                                   \
            }                                                                                                \
        }                                                                                                    \
    }                                                                                                        \
    TARGET static void add_pair_##name##__##isa(type *LG_RESTRICT to, const type *LG_RESTRICT even,          \
                                                const type *LG_RESTRICT odd, int64_t count) {                \
        for (int64_t i = 0; i < count; ++i) {                                                                \
            to[2 * i] += even[i];                                                                            \
            to[2 * i + 1] += odd[i];                                                                         \
        }                                                                                                    \
    }                                                                                                        \
    static void scatter_##name##__##isa(const lg_conv_shape_t *s, const transpose_piece_t *piece,            \
                                        const void *product, void *y) {                                      \
        const int64_t count = piece->rows * piece->columns, width = s->out[2], stride = s->stride[2];        \
        const int64_t paired = stride == 2 && s->dilation[2] == 1;                                           \
        for (int64_t line = 0; line < piece->outs * s->taps;) {                                              \
            const int64_t r2 = line % s->kernel[2], r1 = line / s->kernel[2] % s->kernel[1];                 \
            const int64_t r0 = line / (s->kernel[2] * s->kernel[1]) % s->kernel[0], o = line / s->taps;      \
            const int64_t pair = paired && r2 + 1 < s->kernel[2] ? 1 : 0;                                    \
            const int64_t base = r2 * s->dilation[2] - s->pad[2] + piece->column * stride;                   \
            const int64_t low = transpose_first(0, base, stride);                                            \
            const int64_t high = transpose_min(transpose_first(width - pair, base, stride), piece->columns); \
            const type *from = (const type *)product + line * count;                                         \
            for (int64_t row = 0; row < piece->rows; ++row, from += piece->columns) {                        \
                const int64_t i1 = (piece->row + row) % s->in[1], i0 = (piece->row + row) / s->in[1];        \
                const int64_t p0 = i0 * s->stride[0] + r0 * s->dilation[0] - s->pad[0];                      \
                const int64_t p1 = i1 * s->stride[1] + r1 * s->dilation[1] - s->pad[1];                      \
                if (p0 < 0 || p0 >= s->out[0] || p1 < 0 || p1 >= s->out[1]) {                                \
                    continue;                                                                                \
                }                                                                                            \
                type *to = (type *)y + ((o * s->out[0] + p0) * s->out[1] + p1) * width;                      \
                if (!pair) {                                                                                 \
                    if (low < high) {                                                                        \
                        spread_##name##__##isa(to + base + low * stride, from + low, stride, high - low);    \
                    }                                                                                        \
                    continue;                                                                                \
                }                                                                                            \
                const type *next = from + count;                                                             \
                if (low < high) {                                                                            \
                    add_pair_##name##__##isa(to + base + low * 2, from + low, next + low, high - low);       \
                }                                                                                            \
                /* The ends, where only one of the two taps hits the row. */                                 \
                const int64_t before = low - 1, after = high > low ? high : low;                             \
                if (before >= 0 && before < piece->columns && base + before * 2 == -1 && width > 0) {        \
                    to[0] += next[before];                                                                   \
                }                                                                                            \
                if (after < piece->columns && base + after * 2 == width - 1) {                               \
                    to[width - 1] += from[after];                                                            \
                }                                                                                            \
            }                                                                                                \
            line += 1 + pair;                                                                                \
        }                                                                                                    \
    }
TRANSPOSE_SCATTER(scalar, LG_TARGET_REFERENCE, f32, float)
TRANSPOSE_SCATTER(scalar, LG_TARGET_REFERENCE, f64, double)
#if LG_CPU_X86
TRANSPOSE_SCATTER(avx2, LG_TARGET_AVX2, f32, float)
#endif

#define TRANSPOSE_START(name, type)                                         \
    static void name(void *y, const void *bias, int64_t o, int64_t count) { \
        const type start = bias != NULL ? ((const type *)bias)[o] : 0;      \
        type *LG_RESTRICT to = y;                                           \
        for (int64_t i = 0; i < count; ++i) {                               \
            to[i] = start;                                                  \
        }                                                                   \
    }
TRANSPOSE_START(transpose_start_f32, float)
TRANSPOSE_START(transpose_start_f64, double)

// ---- calls ------------------------------------------------------------------------------------------

typedef struct transpose_args {
    lg_conv_shape_t shape;
    const lg_conv_transpose_impl_t *impl;
    uint32_t bias_index, out_index;     // places in `data`; bias_index 0: no bias
    int64_t block;                      // out channels of a unit
    int64_t piece_rows, piece_columns;  // of a product
    int64_t x_step, w_step;             // of positions, and of (o, tap)
    int64_t product_bytes;              // in front of the scratch of gemm
} transpose_args_t;

static int32_t transpose_plain(const void *args, void *const *data, int64_t begin, int64_t end) {
    const transpose_args_t *a = args;
    const void *bias = a->bias_index != 0 ? data[a->bias_index] : NULL;
    a->impl->plain(&a->shape, data[0], data[1], bias, data[a->out_index], begin, end);
    return 0;
}

static void transpose_plan(const transpose_args_t *a, int64_t outs, int64_t positions, lg_gemm_t *gemm) {
    const lg_conv_shape_t *s = &a->shape;
    *gemm = (lg_gemm_t){
        .m = outs * s->taps,
        .n = positions,
        .k = s->channels,
        .a_rs = a->w_step,
        .a_cs = s->w_channel,
        .b_rs = s->x_channel,
        .b_cs = a->x_step,
        .c_rs = positions,
    };
    lg_gemm_plan(a->impl->gemm, gemm);
}

// A unit: some out channels of a group of an image.
static int32_t transpose_gemm(const void *args, void *const *data, int64_t begin, int64_t end) {
    const transpose_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    const int64_t bytes = a->impl->elem_bytes, blocks = (s->outs + a->block - 1) / a->block;
    const void *bias = a->bias_index != 0 ? data[a->bias_index] : NULL;
    char *scratch = data[a->out_index + 1];
    for (int64_t unit = begin; unit < end; ++unit) {
        const int64_t first = unit % blocks * a->block, part = unit / blocks;
        const int64_t group = part % s->groups, image = part / s->groups;
        const int64_t outs = transpose_min(a->block, s->outs - first);
        char *y = (char *)data[a->out_index] + (part * s->outs + first) * s->positions * bytes;
        for (int64_t o = 0; o < outs; ++o) {
            a->impl->start(y + o * s->positions * bytes, bias, group * s->outs + first + o, s->positions);
        }
        const char *x =
            (const char *)data[0] + (image * s->x_image + group * s->channels * s->x_channel) * bytes;
        const char *w =
            (const char *)data[1] + (group * s->channels * s->w_channel + first * s->w_out) * bytes;
        for (int64_t row = 0; row < s->in[0] * s->in[1]; row += a->piece_rows) {
            for (int64_t column = 0; column < s->in[2]; column += a->piece_columns) {
                const transpose_piece_t piece = {
                    .outs = outs,
                    .row = row,
                    .rows = transpose_min(a->piece_rows, s->in[0] * s->in[1] - row),
                    .column = column,
                    .columns = transpose_min(a->piece_columns, s->in[2] - column),
                };
                lg_gemm_t gemm;
                transpose_plan(a, outs, piece.rows * piece.columns, &gemm);
                const lg_gemm_data_t operands = {
                    .a = w,
                    .b = x + (row * s->in[2] + column) * a->x_step * bytes,
                    .c = scratch,
                    .scratch = scratch + a->product_bytes,
                };
                gemm.run(&gemm, &operands, 0, gemm.tiles);
                a->impl->scatter(s, &piece, scratch, y);
            }
        }
    }
    return 0;
}

lg_status_t lg_conv_transpose_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                      lg_kernel_call_t *call, lg_error_t *err) {
    const lg_conv_transpose_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0], *w = op->ins[1], *y = op->outs[0];
    const lg_view_t *bias = op->in_count > 2 ? op->ins[2] : NULL;
    const lg_conv_transpose_attrs_t *attrs = op->attrs;
    transpose_args_t *args = call->args;
    lg_conv_shape_t *s = &args->shape;
    if (!(y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs a contiguous output");
    }
    if (bias != NULL && bias->shape[0] > 1 && bias->strides[0] != 1) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs contiguous input 2 (bias)");
    }
    lg_window_t window;
    const uint32_t spatial = (uint32_t)x->rank - 2;
    int64_t extents[LG_MAX_SPATIAL];
    lg_status_t status = lg_window_resolve(spatial, NULL, attrs != NULL ? &attrs->stride : NULL,
                                           attrs != NULL ? &attrs->padding : NULL,
                                           attrs != NULL ? &attrs->dilation : NULL, &window);
    for (uint32_t i = 0; status == LG_OK && i < spatial; ++i) {
        window.kernel[i] = w->shape[2 + i];
    }
    if (status == LG_OK) {
        status =
            lg_window_transpose(&window, spatial, x->shape + 2, attrs != NULL ? &attrs->output_padding : NULL,
                                attrs != NULL ? &attrs->output_shape : NULL,
                                attrs != NULL ? attrs->auto_pad : LG_AUTO_PAD_NOTSET, extents);
    }
    if (status != LG_OK) {
        return lg_error_set(err, status, op->name, "the window attributes are out of range");
    }
    lg_conv_fill_shape(op, &window, attrs != NULL ? attrs->groups : 1, s);
    s->channels = w->shape[0] / s->groups;
    s->outs = w->shape[1];
    s->w_channel = w->strides[0];
    s->w_out = w->strides[1];
    args->impl = impl;
    args->bias_index = bias != NULL ? 2 : 0;
    args->out_index = op->in_count;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    const double work = (double)x->elem_count * (double)s->outs * (double)s->taps;
    if (impl->gemm == NULL || y->elem_count == 0 || x->elem_count == 0 || s->channels < LEAST_CHANNELS ||
        !lg_conv_folds(w, 1, &args->w_step) || !lg_conv_folds(x, 2, &args->x_step)) {
        call->fn = transpose_plain;
        call->extent = y->elem_count == 0 ? 0 : s->images * s->groups * s->outs * s->out[0] * s->out[1];
        call->work_ns = 20.0 + work * 2.0 / 3.0;
        return LG_OK;
    }
    args->block = s->taps >= BLOCK_ROWS ? 1 : transpose_min(BLOCK_ROWS / s->taps, s->outs);
    const int64_t rows = args->block * s->taps;
    const int64_t columns = rows >= BLOCK_ELEMS / 64 ? 64 : BLOCK_ELEMS / rows;
    args->piece_columns = transpose_min(columns, s->in[2]);
    args->piece_rows =
        args->piece_columns < s->in[2] ? 1 : transpose_min(columns / s->in[2], s->in[0] * s->in[1]);
    args->product_bytes = (rows * args->piece_rows * args->piece_columns * impl->elem_bytes + 63) / 64 * 64;
    // The largest of the four sizes that products have: last blocks and last pieces are smaller.
    int64_t gemm_bytes = 0;
    const int64_t last_outs = (s->outs - 1) % args->block + 1;
    const int64_t last_rows = (s->in[0] * s->in[1] - 1) % args->piece_rows + 1;
    const int64_t last_columns = (s->in[2] - 1) % args->piece_columns + 1;
    for (int i = 0; i < 8; ++i) {
        lg_gemm_t gemm;
        transpose_plan(args, i & 1 ? last_outs : args->block,
                       (i & 2 ? last_rows : args->piece_rows) * (i & 4 ? last_columns : args->piece_columns),
                       &gemm);
        gemm_bytes = gemm.scratch_bytes > gemm_bytes ? gemm.scratch_bytes : gemm_bytes;
    }
    call->fn = transpose_gemm;
    call->extent = s->images * s->groups * ((s->outs + args->block - 1) / args->block);
    call->work_ns = 20.0 + work * (2.0 / (impl->gemm->flops_per_ns * 0.8) + 0.5 / (double)s->channels);
    call->scratch_bytes = (size_t)(args->product_bytes + gemm_bytes);
    return LG_OK;
}

// ---- implementations --------------------------------------------------------------------------------

#define TRANSPOSE_IMPL(isa, scatter_isa, name, bytes, gemm_isa)                       \
    extern const lg_conv_transpose_impl_t lg_conv_transpose_##name##_##name##__##isa; \
    const lg_conv_transpose_impl_t lg_conv_transpose_##name##_##name##__##isa = {     \
        gemm_isa, transpose_plain_##name, transpose_start_##name, scatter_##name##__##scatter_isa, bytes};
TRANSPOSE_IMPL(scalar, scalar, f32, 4, NULL)
TRANSPOSE_IMPL(scalar, scalar, f64, 8, NULL)
#if LG_CPU_X86
TRANSPOSE_IMPL(avx2, avx2, f32, 4, &lg_gemm_f32__avx2)
TRANSPOSE_IMPL(avx2, scalar, f64, 8, &lg_gemm_f64__avx2)
TRANSPOSE_IMPL(avx512, avx2, f32, 4, &lg_gemm_f32__avx512)
#endif
#if LG_CPU_ARM64
TRANSPOSE_IMPL(neon, scalar, f32, 4, &lg_gemm_f32__neon)
TRANSPOSE_IMPL(neon, scalar, f64, 8, &lg_gemm_f64__neon)
#endif
