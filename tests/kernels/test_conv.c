// SPDX-License-Identifier: Apache-2.0
// conv of every instruction set against plain loops over double: small integers must agree exactly, real
// numbers within rounding, and every cut of the range and packed weights bit for bit.
#include "nn_kernels.h"

#include <legato/window.h>

static const int isas[] = {LG_ISA_SCALAR, LG_ISA_AVX2, LG_ISA_AVX512, LG_ISA_NEON};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define NONE {-1, {0}}

typedef struct conv_case {
    int spatial;
    int64_t n, c, o;
    int64_t in[3], kernel[3];
    lg_conv_attrs_t attrs;
} conv_case_t;

static const conv_case_t conv_cases[] = {
    {1, 1, 1, 1, {1}, {1}, {NONE, NONE, NONE, 1, 0}},
    {1, 2, 3, 4, {50}, {3}, {NONE, NONE, NONE, 1, 0}},
    {1, 1, 5, 7, {81}, {5}, {{1, {2}}, {1, {2}}, {1, {2}}, 1, 0}},
    {1, 1, 4, 6, {40}, {7}, {{1, {3}}, {2, {6, 1}}, NONE, 2, 0}},
    {2, 1, 3, 8, {9, 11}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},
    {2, 2, 4, 33, {17, 33}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},
    {2, 1, 3, 16, {31, 37}, {7, 7}, {{1, {2}}, {1, {3}}, NONE, 1, 0}},
    {2, 1, 5, 6, {12, 70}, {3, 2}, {{2, {2, 1}}, {4, {0, 1, 2, 3}}, {2, {2, 3}}, 1, 0}},
    {2, 2, 6, 9, {10, 12}, {1, 1}, {NONE, NONE, NONE, 1, 0}},      // 1x1: x is the matrix
    {2, 1, 6, 9, {11, 13}, {1, 1}, {{1, {2}}, NONE, NONE, 1, 0}},  // 1x1, stride 2
    {2, 1, 6, 9, {5, 6}, {1, 1}, {NONE, {1, {1}}, NONE, 1, 0}},    // 1x1 with padding
    {2, 2, 6, 8, {9, 19}, {3, 3}, {NONE, {1, {1}}, NONE, 2, 0}},   // groups
    {2, 2, 6, 6, {9, 45}, {3, 3}, {NONE, {1, {1}}, NONE, 6, 0}},   // depthwise
    {2,
     1,
     6,
     12,
     {14, 67},
     {3, 5},
     {{1, {2}}, {2, {1, 2}}, NONE, 6, 0}},  // depthwise, stride 2, two outs a group
    {2, 1, 4, 4, {20, 40}, {3, 3}, {NONE, {1, {4}}, {1, {4}}, 4, 0}},     // depthwise, dilated
    {2, 2, 3, 6, {7, 7}, {3, 3}, {NONE, {4, {1, 2, 1, 0}}, NONE, 3, 0}},  // down the planes
    {2, 1, 4, 4, {6, 83}, {5, 5}, {NONE, {1, {2}}, NONE, 4, 0}},
    {2, 2, 2, 2, {3, 20}, {5, 5}, {NONE, {4, {4, 9, 1, 20}}, NONE, 2, 0}},
    {2, 1, 2, 2, {5, 16}, {3, 3}, {NONE, {4, {0, 5, 6, 17}}, NONE, 2, 0}},
    {2, 1, 3, 3, {8, 50}, {3, 3}, {{1, {3}}, {1, {1}}, NONE, 3, 0}},  // depthwise, stride 3: gemm
    {2, 1, 2, 2, {3, 4}, {3, 5}, {NONE, {1, {9}}, NONE, 1, 0}},       // windows wholly inside the padding
    {2, 1, 2, 2, {3, 4}, {3, 5}, {NONE, {1, {9}}, NONE, 2, 0}},
    {2, 1, 2, 3, {40, 1}, {3, 1}, {NONE, {2, {1, 0}}, NONE, 1, 0}},  // one column: a run per position
    {2, 1, 1, 2, {20, 20}, {13, 17}, {NONE, NONE, NONE, 1, 0}},      // more taps than a list of pieces
    {2, 1, 50, 5, {6, 7}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},     // blocks of k cut inside a channel
    {2, 0, 3, 4, {5, 5}, {3, 3}, {NONE, NONE, NONE, 1, 0}},
    {2, 1, 2, 3, {0, 4}, {2, 1}, {NONE, {1, {1}}, NONE, 1, 0}},    // empty x, output of the bias alone
    {2, 1, 8, 3, {30, 40}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},  // several column tiles
    {3, 1, 2, 5, {5, 6, 7}, {3, 2, 3}, {{3, {1, 2, 1}}, {6, {1, 0, 1, 2, 1, 0}}, {3, {1, 1, 2}}, 1, 0}},
    {3, 2, 4, 4, {4, 6, 37}, {2, 3, 3}, {NONE, {1, {1}}, NONE, 4, 0}},  // depthwise 3-D
    {3, 1, 3, 4, {3, 4, 20}, {1, 1, 1}, {NONE, NONE, NONE, 1, 0}},
    {3,
     2,
     3,
     4,
     {9, 40, 1},
     {2, 3, 1},
     {{3, {1, 2, 1}}, {3, {1, 1, 0}}, NONE, 1, 0}},  // an axis that is none
    {3, 1, 3, 4, {90, 1, 1}, {3, 1, 1}, {{3, {2, 1, 3}}, {3, {1, 0, 0}}, NONE, 1, 0}},  // two of them
    {2, 1, 3, 4, {9, 1}, {3, 1}, {NONE, {1, {1}}, NONE, 1, 0}},                         // not with padding
    {2, 1, 3, 4, {9, 1}, {3, 1}, {{2, {2, 3}}, {4, {2, 1, 1, 0}}, NONE, 1, 0}},  // one window, in the padding
    {2, 2, 3, 3, {90, 1}, {3, 1}, {NONE, {2, {1, 0}}, NONE, 3, 0}},
    // By bands: rests of 8, 4 and 1 outputs, and of vectors; strides, dilation, rows and columns in several bands.
    {2, 1, 3, 13, {9, 131}, {3, 5}, {NONE, {1, {2}}, NONE, 1, 0}},
    {2, 2, 6, 10, {12, 100}, {5, 5}, {{2, {1, 3}}, {4, {2, 0, 1, 3}}, NONE, 2, 0}},
    {2, 1, 2, 5, {15, 90}, {3, 4}, {{2, {2, 3}}, {1, {3}}, {2, {2, 2}}, 1, 0}},
    {1, 1, 1, 1, {2900}, {32}, {{1, {2}}, NONE, NONE, 1, 0}},
    {1, 1, 2, 9, {1100}, {2}, {NONE, {1, {1}}, NONE, 1, 0}},
    {1, 1, 1, 3, {300}, {2}, {{1, {7}}, {1, {3}}, NONE, 1, 0}},  // stride beyond the window
    {2, 1, 20, 3, {40, 60}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},
    {2, 1, 2, 4, {3, 64}, {5, 9}, {NONE, {1, {9}}, NONE, 1, 0}},  // rows and ends wholly in the padding
    // Images of few positions, as columns of one product.
    {1, 5, 7, 19, {9}, {4}, {{1, {2}}, {1, {1}}, NONE, 1, 0}},
    {2, 7, 6, 30, {4, 5}, {3, 3}, {NONE, {1, {1}}, NONE, 3, 0}},
    {2, 4, 5, 70, {1, 1}, {1, 1}, {NONE, NONE, NONE, 1, 0}},
    {1, 40, 1, 8, {260}, {64}, {{1, {32}}, NONE, NONE, 1, 0}},  // several blocks, the last one shorter
    {3, 3, 2, 4, {3, 3, 4}, {2, 2, 2}, {NONE, {1, {1}}, NONE, 1, 0}},
    // Constant weights: positions are rows.
    {2, 1, 5, 70, {7, 7}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},
    {2, 1, 70, 160, {7, 7}, {3, 3}, {{1, {2}}, {1, {1}}, NONE, 1, 0}},  // k in two blocks, units in columns
    {2, 1, 40, 130, {7, 7}, {1, 1}, {NONE, NONE, NONE, 1, 0}},          // x is the matrix
    {2, 5, 6, 64, {3, 3}, {3, 3}, {NONE, {1, {1}}, NONE, 1, 0}},        // several images
    {2, 19, 6, 64, {3, 3}, {2, 2}, {NONE, {1, {1}}, NONE, 1, 0}},
    {1, 3, 6, 64, {3}, {2}, {NONE, NONE, NONE, 1, 0}},
};

typedef struct conv_operands {
    nn_operand_t x, w, bias, y, cut;
    lg_window_t window;
    int64_t out[3];
} conv_operands_t;

static double conv_expect(const conv_case_t *t, const conv_operands_t *p, int with_bias, int64_t n, int64_t o,
                          const int64_t *position, double *out_magnitude) {
    const int64_t groups = t->attrs.groups, channels = t->c / groups;
    double sum = with_bias ? nn_at(&p->bias, o) : 0.0, magnitude = fabs(sum);
    int64_t taps = 1, in_count = 1;
    for (int d = 0; d < t->spatial; ++d) {
        taps *= t->kernel[d];
        in_count *= t->in[d];
    }
    for (int64_t c = 0; c < channels; ++c) {
        for (int64_t tap = 0; tap < taps; ++tap) {
            int64_t rest = tap, at = 0, step = 1, inside = 1;
            for (int d = t->spatial - 1; d >= 0; --d) {
                const int64_t r = rest % t->kernel[d];
                rest /= t->kernel[d];
                const int64_t i =
                    position[d] * p->window.stride[d] - p->window.pad_begin[d] + r * p->window.dilation[d];
                inside = inside && i >= 0 && i < t->in[d];
                at += i * step;
                step *= t->in[d];
            }
            if (inside) {
                const double term =
                    nn_at(&p->x, (n * t->c + o / (t->o / groups) * channels + c) * in_count + at) *
                    nn_at(&p->w, (o * channels + c) * taps + tap);
                sum += term;
                magnitude += fabs(term);
            }
        }
    }
    *out_magnitude = magnitude * (double)(channels * taps + 2);
    return sum;
}

static void conv_check(const conv_case_t *t, const conv_operands_t *p, int with_bias, double tolerance) {
    for (int64_t i = 0; i < p->y.view.elem_count; ++i) {
        int64_t rest = i, position[3] = {0, 0, 0};
        for (int d = t->spatial - 1; d >= 0; --d) {
            position[d] = rest % p->out[d];
            rest /= p->out[d];
        }
        double magnitude;
        const double want = conv_expect(t, p, with_bias, rest / t->o, rest % t->o, position, &magnitude);
        const double got = nn_at(&p->y, i);
        if (!(fabs(got - want) <= tolerance * magnitude)) {
            lg_test_fail(__FILE__, __LINE__, "element %lld: %g, wanted %g", (long long)i, got, want);
        }
    }
}

static void conv_run_case(const lg_kernel_t *kernel, const conv_case_t *t, int layout, int with_bias) {
    const int dtype = __builtin_ctz(kernel->dtypes), rank = t->spatial + 2;
    int64_t x_shape[5] = {t->n, t->c}, w_shape[5] = {t->o, t->c / t->attrs.groups}, y_shape[5] = {t->n, t->o};
    int64_t x_strides[5], w_strides[5];
    conv_operands_t p;
    CHECK_OK(lg_window_resolve((uint32_t)t->spatial, NULL, &t->attrs.stride, &t->attrs.padding,
                               &t->attrs.dilation, &p.window));
    for (int d = 0; d < t->spatial; ++d) {
        p.window.kernel[d] = t->kernel[d];
        p.out[d] = lg_window_count(&p.window, (uint32_t)d, t->in[d], 0);
        CHECK(p.out[d] > 0);
        x_shape[d + 2] = t->in[d];
        w_shape[d + 2] = t->kernel[d];
        y_shape[d + 2] = p.out[d];
    }
    nn_strides(layout == 1 ? 0 : layout, rank, x_shape, x_strides);
    nn_strides(layout == 2 ? 0 : layout, rank, w_shape, w_strides);
    p.x = nn_make(dtype, rank, x_shape, x_strides);
    p.w = nn_make(dtype, rank, w_shape, w_strides);
    p.bias = nn_make(dtype, 1, &t->o, NULL);
    p.y = nn_make(dtype, rank, y_shape, NULL);
    p.cut = nn_make(dtype, rank, y_shape, NULL);
    nn_operand_t *ins[] = {&p.x, &p.w, with_bias ? &p.bias : NULL};
    for (int reals = 0; reals < 2; ++reals) {
        nn_fill_integers(&p.x);
        nn_fill_integers(&p.w);
        nn_fill_integers(&p.bias);
        if (reals) {
            nn_fill_reals(&p.x);
            nn_fill_reals(&p.w);
            nn_fill_reals(&p.bias);
        }
        nn_run(kernel, "conv", ins, 3, &p.y, &t->attrs, 0);
        conv_check(t, &p, with_bias, !reals ? 0.0 : dtype == LG_DTYPE_F32 ? 6e-8 : 2e-16);
        for (int how = 1; how < 4; ++how) {  // cut, with weights that are packed, both: the same bits
            nn_run(kernel, "conv", ins, 3, &p.cut, &t->attrs, how);
            CHECK(p.y.bytes == 0 || memcmp(p.y.low, p.cut.low, p.y.bytes) == 0);
        }
    }
    nn_free(&p.x);
    nn_free(&p.w);
    nn_free(&p.bias);
    nn_free(&p.y);
    nn_free(&p.cut);
}

static void conv_run_isa(int isa) {
    int found = 0;
    for (int dtype = LG_DTYPE_F32; dtype <= LG_DTYPE_F64; ++dtype) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_CONV, dtype, isa);
        for (int i = 0; kernel != NULL && i < COUNT(conv_cases); ++i) {
            found = 1;
            for (int layout = 0; layout < 4; ++layout) {
                nn_seed = (uint64_t)(i * 4 + layout + 1);
                conv_run_case(kernel, &conv_cases[i], layout, layout & 1);
            }
        }
    }
    if (!found) {
        lg_test_skip("this machine has no such instruction set");
    }
}

TEST(conv_scalar) {
    conv_run_isa(LG_ISA_SCALAR);
}
TEST(conv_avx2) {
    conv_run_isa(LG_ISA_AVX2);
}
TEST(conv_avx512) {
    conv_run_isa(LG_ISA_AVX512);
}
TEST(conv_neon) {
    conv_run_isa(LG_ISA_NEON);
}

// Random windows: what the list above did not think of. The case is printed by its number.
TEST(conv_random) {
    for (int number = 1; number <= 60; ++number) {
        nn_seed = (uint64_t)number * 7919;
        conv_case_t t;
        memset(&t, 0, sizeof t);
        t.spatial = (int)nn_random(1, 3);
        t.attrs.groups = nn_random(1, 3);
        t.n = nn_random(1, 2);
        t.c = t.attrs.groups * nn_random(1, 3);
        t.o = t.attrs.groups * nn_random(1, 9);
        t.attrs.stride.count = t.attrs.dilation.count = t.spatial;
        t.attrs.padding.count = 2 * t.spatial;
        for (int d = 0; d < t.spatial; ++d) {
            t.kernel[d] = nn_random(1, 4);
            t.attrs.stride.values[d] = nn_random(1, 3);
            t.attrs.dilation.values[d] = nn_random(1, 3);
            t.attrs.padding.values[d] = nn_random(0, 3);
            t.attrs.padding.values[t.spatial + d] = nn_random(0, 3);
            t.in[d] =
                (t.kernel[d] - 1) * t.attrs.dilation.values[d] + nn_random(1, d == t.spatial - 1 ? 50 : 6);
        }
        for (int s = 0; s < COUNT(isas); ++s) {
            const lg_kernel_t *kernel = nn_kernel(LG_OP_CONV, LG_DTYPE_F32, isas[s]);
            if (kernel != NULL) {
                conv_run_case(kernel, &t, number % 4, number & 1);
            }
        }
    }
}

TEST(conv_nan) {
    const int64_t shape[] = {1, 2, 8, 40}, w_shape[] = {3, 2, 3, 3}, y_shape[] = {1, 3, 8, 40};
    const lg_conv_attrs_t attrs = {NONE, {1, {1}}, NONE, 1, 0};
    for (int s = 0; s < COUNT(isas); ++s) {
        const lg_kernel_t *kernel = nn_kernel(LG_OP_CONV, LG_DTYPE_F32, isas[s]);
        if (kernel == NULL) {
            continue;
        }
        nn_operand_t x = nn_make(LG_DTYPE_F32, 4, shape, NULL), w = nn_make(LG_DTYPE_F32, 4, w_shape, NULL);
        nn_operand_t y = nn_make(LG_DTYPE_F32, 4, y_shape, NULL);
        nn_fill_integers(&x);
        nn_fill_integers(&w);
        nn_set(&x, 3 * 40 + 20, NAN);
        nn_operand_t *ins[] = {&x, &w, NULL};
        nn_run(kernel, "conv", ins, 3, &y, &attrs, 0);
        for (int64_t i = 0; i < y.view.elem_count; ++i) {
            const int64_t p = i / 40 % 8, q = i % 40;
            CHECK(isnan(nn_at(&y, i)) == (p >= 2 && p <= 4 && q >= 19 && q <= 21));
        }
        nn_free(&x);
        nn_free(&w);
        nn_free(&y);
    }
}
