// SPDX-License-Identifier: Apache-2.0
// adaptive_avg_pool, adaptive_max_pool: y[p] is the mean or the largest of x[floor(p * in / out)] up to, without,
// x[ceil((p + 1) * in / out)] along each spatial axis. A unit is one row of the output.
// Source: PyTorch AdaptiveAvgPool2d, AdaptiveMaxPool2d.
#include <legato/window.h>
#include <math.h>

#include "pool.h"

#define ADAPTIVE(name, type, START, TAKE, FINISH)                                                        \
    static void name(const lg_pool_shape_t *s, const void *x, void *y, int64_t begin, int64_t end) {     \
        for (int64_t row = begin; row < end; ++row) {                                                    \
            const int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];                        \
            const int64_t plane = row / (s->out[1] * s->out[0]);                                         \
            const type *from =                                                                           \
                (const type *)x + plane / s->channels * s->x_image + plane % s->channels * s->x_channel; \
            const int64_t begin0 = p0 * s->in[0] / s->out[0], begin1 = p1 * s->in[1] / s->out[1];        \
            const int64_t end0 = ((p0 + 1) * s->in[0] + s->out[0] - 1) / s->out[0];                      \
            const int64_t end1 = ((p1 + 1) * s->in[1] + s->out[1] - 1) / s->out[1];                      \
            for (int64_t q = 0; q < s->out[2]; ++q) {                                                    \
                const int64_t begin2 = q * s->in[2] / s->out[2];                                         \
                const int64_t end2 = ((q + 1) * s->in[2] + s->out[2] - 1) / s->out[2];                   \
                const int64_t count = (end0 - begin0) * (end1 - begin1) * (end2 - begin2);               \
                type value = START;                                                                      \
                for (int64_t i0 = begin0; i0 < end0; ++i0) {                                             \
                    for (int64_t i1 = begin1; i1 < end1; ++i1) {                                         \
                        const type *line = from + i0 * s->x_step[0] + i1 * s->x_step[1];                 \
                        for (int64_t i2 = begin2; i2 < end2; ++i2) {                                     \
                            const type v = line[i2 * s->x_step[2]];                                      \
                            TAKE;                                                                        \
                        }                                                                                \
                    }                                                                                    \
                }                                                                                        \
                ((type *)y)[row * s->out[2] + q] = FINISH;                                               \
            }                                                                                            \
        }                                                                                                \
    }
#define TAKE_MAX value = v > value || v != v ? v : value
ADAPTIVE(adaptive_max_f32, float, -INFINITY, TAKE_MAX, ((void)count, value))
ADAPTIVE(adaptive_max_f64, double, -INFINITY, TAKE_MAX, ((void)count, value))
ADAPTIVE(adaptive_avg_f32, float, 0, value += v, value / (float)count)
ADAPTIVE(adaptive_avg_f64, double, 0, value += v, value / (double)count)

const lg_adaptive_pool_impl_t lg_adaptive_max_pool_f32__scalar = {.plain = adaptive_max_f32};
const lg_adaptive_pool_impl_t lg_adaptive_max_pool_f64__scalar = {.plain = adaptive_max_f64};
const lg_adaptive_pool_impl_t lg_adaptive_avg_pool_f32__scalar = {.plain = adaptive_avg_f32};
const lg_adaptive_pool_impl_t lg_adaptive_avg_pool_f64__scalar = {.plain = adaptive_avg_f64};

typedef struct adaptive_args {
    lg_pool_shape_t shape;
    lg_pool_rows_fn_t rows;
} adaptive_args_t;

static int32_t adaptive_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const adaptive_args_t *args = memory;
    args->rows(&args->shape, data[0], data[1], begin, end);
    return 0;
}

lg_status_t lg_adaptive_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                     lg_kernel_call_t *call, lg_error_t *err) {
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    if (!(y->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    adaptive_args_t *args = call->args;
    const lg_window_t any = {{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}};
    lg_pool_fill_shape(op, &any, &args->shape);
    args->rows = ((const lg_adaptive_pool_impl_t *)kernel->impl)->plain;
    call->fn = adaptive_run;
    call->extent =
        y->elem_count == 0 ? 0 : x->shape[0] * x->shape[1] * args->shape.out[0] * args->shape.out[1];
    call->grain = 1;
    call->work_ns = 10.0 + 1.0 * (double)x->elem_count + 10.0 * (double)y->elem_count;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    return LG_OK;
}
