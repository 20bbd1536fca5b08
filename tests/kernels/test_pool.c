// SPDX-License-Identifier: Apache-2.0
// max_pool and avg_pool of every instruction set against loops over double; all of them agree bit for bit with
// the scalar kernel, however the range is cut.
#include "nn_kernels.h"

#include <legato/window.h>

static const int isas[] = {LG_ISA_SCALAR, LG_ISA_AVX2, LG_ISA_AVX512, LG_ISA_NEON};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define NONE {-1, {0}}

typedef struct pool_case {
    int spatial;
    int64_t n, c;
    int64_t in[3];
    lg_ints_t kernel, stride, padding, dilation;
    int64_t ceil_mode, include_pad;
} pool_case_t;

static const pool_case_t pool_cases[] = {
    {1, 1, 1, {1}, {1, {1}}, NONE, NONE, NONE, 0, 1},
    {1, 2, 3, {50}, {1, {3}}, {1, {1}}, {1, {1}}, NONE, 0, 1},
    {1, 1, 2, {101}, {1, {4}}, {1, {3}}, {2, {1, 2}}, {1, {2}}, 0, 0},
    {2, 1, 3, {32, 64}, {1, {2}}, NONE, NONE, NONE, 0, 1},
    {2, 2, 2, {33, 67}, {1, {3}}, {1, {2}}, {1, {1}}, NONE, 0, 0},
    {2, 1, 2, {33, 67}, {1, {3}}, {1, {2}}, {1, {1}}, NONE, 1, 1},
    {2, 1, 2, {10, 66}, {1, {3}}, {1, {2}}, NONE, NONE, 1, 1},  // the last window reaches beyond the padding
    {2, 1, 2, {10, 66}, {1, {3}}, {1, {2}}, NONE, NONE, 1, 0},
    {2, 1, 2, {9, 80}, {2, {3, 5}}, {1, {1}}, {4, {1, 2, 0, 1}}, {2, {2, 3}}, 0, 1},
    {2, 1, 3, {7, 7}, {1, {7}}, NONE, NONE, NONE, 0, 1},           // global
    {2, 1, 2, {5, 40}, {2, {1, 20}}, {1, {1}}, NONE, NONE, 0, 1},  // wider than the vector path takes
    {2, 1, 2, {6, 30}, {1, {3}}, {1, {4}}, {1, {1}}, NONE, 0, 0},
    {2, 1, 2, {3, 4}, {1, {2}}, {1, {1}}, {1, {5}}, NONE, 0, 1},  // windows wholly inside the padding
    {2, 1, 2, {3, 4}, {1, {2}}, {1, {1}}, {1, {5}}, NONE, 0, 0},
    {2, 1, 2, {3, 40}, {1, {2}}, {1, {2}}, {1, {5}}, NONE, 0, 0},
    {2, 1, 2, {0, 4}, {1, {2}}, {1, {1}}, {1, {1}}, NONE, 0, 1},  // empty x
    {2, 0, 3, {5, 5}, {1, {2}}, NONE, NONE, NONE, 0, 1},
    {3, 1, 2, {5, 6, 35}, {3, {2, 3, 2}}, {3, {1, 2, 2}}, {6, {1, 0, 1, 0, 1, 0}}, NONE, 1, 1},
    {3, 1, 2, {5, 6, 35}, {3, {2, 3, 2}}, {3, {1, 2, 1}}, {1, {1}}, NONE, 0, 0},
};

// The result for one output element, from the definition.
static double pool_expect(const pool_case_t *t, const lg_window_t *w, int is_max, const nn_operand_t *x,
                          int64_t plane, const int64_t *position) {
    double value = is_max ? -INFINITY : 0.0;
    int64_t inside_count = 0, counted = 0, taps = 1;
    for (int d = 0; d < t->spatial; ++d) {
        taps *= w->kernel[d];
    }
    for (int64_t tap = 0; tap < taps; ++tap) {
        int64_t rest = tap, at = 0, step = 1, inside = 1, padded = 1;
        for (int d = t->spatial - 1; d >= 0; --d) {
            const int64_t r = rest % w->kernel[d];
            rest /= w->kernel[d];
            const int64_t i = position[d] * w->stride[d] - w->pad_begin[d] + r * w->dilation[d];
            inside = inside && i >= 0 && i < t->in[d];
            padded = padded && i < t->in[d] + w->pad_end[d];
            at += i * step;
            step *= t->in[d];
        }
        counted += padded;
        if (inside) {
            const double v = nn_at(x, plane * step + at);
            value = !is_max ? value + v : v > value || isnan(v) ? v : value;
            ++inside_count;
        }
    }
    if (is_max) {
        return value;
    }
    return inside_count > 0 ? value / (double)(t->include_pad ? counted : inside_count) : 0.0;
}

static void pool_run_case(uint32_t op, int dtype, const pool_case_t *t, int layout, int with_nan) {
    const int is_max = op == LG_OP_MAX_POOL, rank = t->spatial + 2;
    const lg_max_pool_attrs_t max = {t->kernel, t->stride, t->padding, t->dilation, t->ceil_mode, 0};
    const lg_avg_pool_attrs_t avg = {t->kernel,      t->stride, t->padding, t->ceil_mode,
                                     t->include_pad, {1, {1}},  0};
    const void *attrs = is_max ? (const void *)&max : &avg;
    lg_window_t window;
    CHECK_OK(lg_window_resolve((uint32_t)t->spatial, &t->kernel, &t->stride, &t->padding,
                               is_max ? &t->dilation : NULL, &window));
    int64_t x_shape[5] = {t->n, t->c}, y_shape[5] = {t->n, t->c}, x_strides[5], out[3];
    for (int d = 0; d < t->spatial; ++d) {
        out[d] = lg_window_count(&window, (uint32_t)d, t->in[d], t->ceil_mode);
        CHECK(out[d] > 0);
        x_shape[d + 2] = t->in[d];
        y_shape[d + 2] = out[d];
    }
    nn_strides(layout, rank, x_shape, x_strides);
    nn_operand_t x = nn_make(dtype, rank, x_shape, x_strides), y = nn_make(dtype, rank, y_shape, NULL);
    nn_operand_t first = nn_make(dtype, rank, y_shape, NULL);
    nn_operand_t *ins[] = {&x};
    nn_fill_reals(&x);
    for (int64_t i = 0; i < x.view.elem_count; i += nn_random(3, 9)) {
        nn_set(&x, i, nn_random(0, 1) ? -0.0 : 0.0);
    }
    if (with_nan && x.view.elem_count > 0) {
        nn_set(&x, nn_random(0, x.view.elem_count - 1), NAN);
        nn_set(&x, nn_random(0, x.view.elem_count - 1), INFINITY);
        nn_set(&x, nn_random(0, x.view.elem_count - 1), -INFINITY);
    }
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(op, dtype, isas[s]);
        if (kernel == NULL) {
            continue;
        }
        for (int cut = 0; cut < 2; ++cut) {
            nn_run(kernel, kernel->name, ins, 1, s == 0 && cut == 0 ? &first : &y, attrs, cut);
            if (s > 0 || cut > 0) {
                CHECK(y.bytes == 0 || memcmp(first.low, y.low, y.bytes) == 0);
            }
        }
    }
    for (int64_t i = 0; i < y.view.elem_count; ++i) {
        int64_t rest = i, position[3] = {0, 0, 0};
        for (int d = t->spatial - 1; d >= 0; --d) {
            position[d] = rest % out[d];
            rest /= out[d];
        }
        const double want = pool_expect(t, &window, is_max, &x, rest, position), got = nn_at(&first, i);
        const double tolerance = is_max ? 0.0 : dtype == LG_DTYPE_F32 ? 4e-6 : 1e-14;  // values up to 1
        const int same = isnan(want) ? isnan(got) : isinf(want) ? got == want : fabs(got - want) <= tolerance;
        if (!same) {
            lg_test_fail(__FILE__, __LINE__, "element %lld: %g, wanted %g", (long long)i, got, want);
        }
    }
    nn_free(&x);
    nn_free(&y);
    nn_free(&first);
}

static void pool_run_op(uint32_t op) {
    for (int dtype = LG_DTYPE_F32; dtype <= LG_DTYPE_F64; ++dtype) {
        for (int i = 0; i < COUNT(pool_cases); ++i) {
            for (int layout = 0; layout < 4; ++layout) {
                nn_seed = (uint64_t)(i * 4 + layout + 1);
                pool_run_case(op, dtype, &pool_cases[i], layout, layout & 1);
            }
        }
    }
}

TEST(max_pool_windows) {
    pool_run_op(LG_OP_MAX_POOL);
}
TEST(avg_pool_windows) {
    pool_run_op(LG_OP_AVG_POOL);
}

// Random windows: what the list above did not think of.
TEST(pool_random) {
    for (int number = 1; number <= 80; ++number) {
        nn_seed = (uint64_t)number * 7919;
        pool_case_t t;
        memset(&t, 0, sizeof t);
        t.spatial = (int)nn_random(1, 3);
        t.n = nn_random(1, 2);
        t.c = nn_random(1, 3);
        t.ceil_mode = nn_random(0, 1);
        t.include_pad = nn_random(0, 1);
        t.kernel.count = t.stride.count = t.dilation.count = t.spatial;
        t.padding.count = 2 * t.spatial;
        for (int d = 0; d < t.spatial; ++d) {
            t.kernel.values[d] = nn_random(1, 4);
            t.stride.values[d] = nn_random(1, 3);
            t.dilation.values[d] = nn_random(1, 3);
            t.padding.values[d] = nn_random(0, 3);
            t.padding.values[t.spatial + d] = nn_random(0, 3);
            t.in[d] =
                (t.kernel.values[d] - 1) * t.dilation.values[d] + nn_random(1, d == t.spatial - 1 ? 150 : 6);
        }
        pool_run_case(number & 1 ? LG_OP_MAX_POOL : LG_OP_AVG_POOL, LG_DTYPE_F32, &t, number % 4,
                      number % 5 == 0);
    }
}
