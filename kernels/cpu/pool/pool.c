// SPDX-License-Identifier: Apache-2.0
// max_pool: y[n, c, p] = max of x[n, c, p * stride - pad + r * dilation] over the taps r that lie inside x; NaN
// when one of them is, -inf when there are none.
// avg_pool: their sum in ascending order of r, divided by how many there are; with count_include_pad by how
// many lie inside x or its padding (a window of ceil_mode may reach beyond both). 0 when there are none.
// Source: PyTorch MaxPool2d and AvgPool2d, ONNX MaxPool-22 and AveragePool-22.
#include "pool.h"

#include <math.h>

#include <legato/window.h>

// ---- plain loops ------------------------------------------------------------------------------------

static int64_t pool_min(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// Taps of axis `d` that lie inside x for the window that starts at `at`: [*out_begin, return value).
static int64_t pool_taps(const lg_pool_shape_t *s, int d, int64_t at, int64_t *out_begin) {
    const int64_t dilation = s->dilation[d];
    *out_begin = at < 0 ? pool_min((-at + dilation - 1) / dilation, s->kernel[d]) : 0;
    const int64_t room = s->in[d] - at;
    const int64_t end = room > 0 ? pool_min((room + dilation - 1) / dilation, s->kernel[d]) : 0;
    return end > *out_begin ? end : *out_begin;
}

// Elements of axis `d` that count as inside x or its padding.
static int64_t pool_counted(const lg_pool_shape_t *s, int d, int64_t at) {
    const int64_t dilation = s->dilation[d], room = s->in[d] + s->pad_end[d] - at;
    return pool_min(s->kernel[d], (room + dilation - 1) / dilation);
}

// |v| to the power `p`; the common ones by multiplication.
static double pool_power(double v, double p) {
    v = fabs(v);
    return p == 1.0 ? v : p == 2.0 ? v * v : pow(v, p);
}

static double pool_root(double v, double p) {
    return p == 1.0 ? v : p == 2.0 ? sqrt(v) : pow(v, 1.0 / p);
}

// `TAKE` folds element v into `value`; `FINISH` turns that into the result, given `count` elements inside x and
// the window's starts i0, i1, i2.
#define LG_POOL_PLAIN(name, type, START, TAKE, FINISH)                                                   \
    void name(const lg_pool_shape_t *s, const void *x, void *y, int64_t begin, int64_t end) {            \
        type *to = (type *)y + begin * s->out[2];                                                        \
        for (int64_t row = begin; row < end; ++row) {                                                    \
            const int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];                        \
            const int64_t plane = row / (s->out[1] * s->out[0]);                                         \
            const type *from =                                                                           \
                (const type *)x + plane / s->channels * s->x_image + plane % s->channels * s->x_channel; \
            const int64_t i0 = p0 * s->stride[0] - s->pad[0], i1 = p1 * s->stride[1] - s->pad[1];        \
            int64_t begin0, begin1, begin2;                                                              \
            const int64_t end0 = pool_taps(s, 0, i0, &begin0), end1 = pool_taps(s, 1, i1, &begin1);      \
            for (int64_t q = 0; q < s->out[2]; ++q) {                                                    \
                const int64_t i2 = q * s->stride[2] - s->pad[2];                                         \
                const int64_t end2 = pool_taps(s, 2, i2, &begin2);                                       \
                const int64_t count = (end0 - begin0) * (end1 - begin1) * (end2 - begin2);               \
                type value = START;                                                                      \
                for (int64_t r0 = begin0; r0 < end0; ++r0) {                                             \
                    for (int64_t r1 = begin1; r1 < end1; ++r1) {                                         \
                        for (int64_t r2 = begin2; r2 < end2; ++r2) {                                     \
                            const type v = from[(i0 + r0 * s->dilation[0]) * s->x_step[0] +              \
                                                (i1 + r1 * s->dilation[1]) * s->x_step[1] +              \
                                                (i2 + r2 * s->dilation[2]) * s->x_step[2]];              \
                            TAKE;                                                                        \
                        }                                                                                \
                    }                                                                                    \
                }                                                                                        \
                FINISH;                                                                                  \
                *to++ = value;                                                                           \
            }                                                                                            \
        }                                                                                                \
    }

#define TAKE_MAX value = v > value || v != v ? v : value  // NaN is not greater, and stays once taken
#define TAKE_SUM value += v
#define FINISH_MAX (void)count
#define FINISH_MEAN(type)                                                                                  \
    const int64_t divisor =                                                                                \
        s->include_pad ? pool_counted(s, 0, i0) * pool_counted(s, 1, i1) * pool_counted(s, 2, i2) : count; \
    value = count > 0 ? value / (type)divisor : 0

#define TAKE_POWER(type) value += (type)pool_power(v, s->norm_type)
#define FINISH_ROOT(type) (void)count, value = (type)pool_root(value, s->norm_type)

LG_POOL_PLAIN(lg_max_pool_plain_f32, float, -INFINITY, TAKE_MAX, FINISH_MAX)
LG_POOL_PLAIN(lg_max_pool_plain_f64, double, -INFINITY, TAKE_MAX, FINISH_MAX)
LG_POOL_PLAIN(lg_avg_pool_plain_f32, float, 0, TAKE_SUM, FINISH_MEAN(float))
LG_POOL_PLAIN(lg_avg_pool_plain_f64, double, 0, TAKE_SUM, FINISH_MEAN(double))

LG_POOL_PLAIN(lg_lp_pool_plain_f32, float, 0, TAKE_POWER(float), FINISH_ROOT(float))
LG_POOL_PLAIN(lg_lp_pool_plain_f64, double, 0, TAKE_POWER(double), FINISH_ROOT(double))

extern const lg_pool_impl_t lg_max_pool_f32_f32__scalar, lg_max_pool_f64_f64__scalar;
extern const lg_pool_impl_t lg_avg_pool_f32_f32__scalar, lg_avg_pool_f64_f64__scalar;
const lg_pool_impl_t lg_max_pool_f32_f32__scalar = {.plain = lg_max_pool_plain_f32};
const lg_pool_impl_t lg_max_pool_f64_f64__scalar = {.plain = lg_max_pool_plain_f64};
const lg_pool_impl_t lg_avg_pool_f32_f32__scalar = {.plain = lg_avg_pool_plain_f32};
const lg_pool_impl_t lg_avg_pool_f64_f64__scalar = {.plain = lg_avg_pool_plain_f64};

extern const lg_pool_impl_t lg_lp_pool_f32_f32__scalar, lg_lp_pool_f64_f64__scalar;
const lg_pool_impl_t lg_lp_pool_f32_f32__scalar = {.plain = lg_lp_pool_plain_f32};
const lg_pool_impl_t lg_lp_pool_f64_f64__scalar = {.plain = lg_lp_pool_plain_f64};

// ---- calls ------------------------------------------------------------------------------------------

typedef struct pool_args {
    lg_pool_shape_t shape;
    lg_pool_rows_fn_t rows;
} pool_args_t;

static int32_t pool_run(const void *args, void *const *data, int64_t begin, int64_t end) {
    const pool_args_t *a = args;
    const void *x = data[0] != NULL ? data[0] : data[1];  // an empty x, all windows in the padding
    a->rows(&a->shape, x, data[1], begin, end);
    return 0;
}

typedef struct pool_attrs {
    const lg_ints_t *kernel_size, *stride, *padding, *dilation;
    int64_t auto_pad, include_pad;
    double norm_type;
} pool_attrs_t;

static pool_attrs_t pool_attrs(const lg_op_view_t *op) {
    const lg_max_pool_attrs_t *max = op->attrs;
    const lg_avg_pool_attrs_t *avg = op->attrs;
    const lg_lp_pool_attrs_t *lp = op->attrs;
    switch (op->op) {
        case LG_OP_AVG_POOL:
            return (pool_attrs_t){&avg->kernel_size,
                                  &avg->stride,
                                  &avg->padding,
                                  &avg->dilation,
                                  avg->auto_pad,
                                  avg->count_include_pad,
                                  0};
        case LG_OP_LP_POOL:
            return (pool_attrs_t){&lp->kernel_size, &lp->stride, &lp->padding, &lp->dilation,
                                  lp->auto_pad,     0,           lp->norm_type};
        default:
            return (pool_attrs_t){
                &max->kernel_size, &max->stride, &max->padding, &max->dilation, max->auto_pad, 0, 0};
    }
}

void lg_pool_fill_shape(const lg_op_view_t *op, const lg_window_t *window, lg_pool_shape_t *s) {
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    const int lead = 3 - ((int)x->rank - 2);
    for (int d = 0; d < 3; ++d) {
        const int from = d - lead;
        s->in[d] = from < 0 ? 1 : x->shape[from + 2];
        s->out[d] = from < 0 ? 1 : y->shape[from + 2];
        s->kernel[d] = from < 0 ? 1 : window->kernel[from];
        s->stride[d] = from < 0 ? 1 : window->stride[from];
        s->pad[d] = from < 0 ? 0 : window->pad_begin[from];
        s->pad_end[d] = from < 0 ? 0 : window->pad_end[from];
        s->dilation[d] = from < 0 ? 1 : window->dilation[from];
        s->x_step[d] = from < 0 ? 0 : x->strides[from + 2];
    }
    s->channels = x->shape[1];
    s->x_image = x->strides[0];
    s->x_channel = x->strides[1];
    s->include_pad = 0;
    s->norm_type = 0;
}

lg_status_t lg_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    const lg_pool_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    pool_args_t *args = call->args;
    lg_pool_shape_t *s = &args->shape;
    if (!(y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs a contiguous output");
    }
    lg_window_t window;
    const uint32_t spatial = (uint32_t)x->rank - 2;
    const pool_attrs_t attrs = pool_attrs(op);
    if (op->attrs == NULL || lg_window_resolve(spatial, attrs.kernel_size, attrs.stride, attrs.padding,
                                               attrs.dilation, &window) != LG_OK) {
        return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, op->name, "window attributes out of range");
    }
    lg_window_auto_pad(&window, spatial, x->shape + 2, attrs.auto_pad);
    lg_pool_fill_shape(op, &window, s);
    const double taps = (double)s->kernel[0] * (double)s->kernel[1] * (double)s->kernel[2];
    s->include_pad = attrs.include_pad;
    s->norm_type = attrs.norm_type;
    const int short_window = s->kernel[2] <= LG_POOL_MAX_TAPS && s->x_step[2] == 1;
    args->rows = impl->rows != NULL && short_window ? impl->rows : impl->plain;
    call->fn = pool_run;
    call->extent = y->elem_count == 0 ? 0 : x->shape[0] * x->shape[1] * s->out[0] * s->out[1];
    call->grain = 1;
    call->work_ns = 10.0 + (double)y->elem_count * taps * (args->rows == impl->rows ? 0.1 : 1.0);
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    return LG_OK;
}
