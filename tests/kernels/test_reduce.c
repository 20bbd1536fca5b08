// SPDX-License-Identifier: Apache-2.0
// Reductions, softmax and layer_norm: every kernel against a naive oracle in double, and against the scalar
// reference bit for bit where it says so; shapes around the tree's block sizes, all layouts, any cut.
#include <legato/ops.gen.h>
#include <math.h>
#include <stdio.h>

#include "operands.h"

enum { LAYOUT_COUNT = 5 };

// Layout `kind` of a shape: row-major, reversed axes, rotated axes with gaps, backwards, broadcast axis 0.
static lg_operand_t reduce_layout(int32_t kind, lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                                  uint64_t seed) {
    int32_t reversed[LG_MAX_RANK], rotated[LG_MAX_RANK];
    for (uint32_t i = 0; i < rank; i++) {
        reversed[i] = (int32_t)(rank - 1 - i);
        rotated[i] = (int32_t)((i + 1) % rank);
    }
    switch (kind) {
        case 1:
            return lg_operand(dtype, rank, shape, reversed, 1, seed);
        case 2:
            return lg_operand(dtype, rank, shape, rotated, 3, seed);
        case 3:
            return lg_operand(dtype, rank, shape, NULL, -2, seed);
        case 4:
            return lg_operand(dtype, rank, shape, NULL, 0, seed);
        default:
            return lg_operand(dtype, rank, shape, NULL, 1, seed);
    }
}

static double reduce_value(const lg_view_t *view, int64_t index) {
    const void *at = lg_test_at(view, index);
    float f32;
    double f64;
    int32_t i32;
    int64_t i64;
    switch (view->dtype) {
        case LG_DTYPE_F32:
            memcpy(&f32, at, sizeof f32);
            return f32;
        case LG_DTYPE_F64:
            memcpy(&f64, at, sizeof f64);
            return f64;
        case LG_DTYPE_I32:
            memcpy(&i32, at, sizeof i32);
            return i32;
        default:
            memcpy(&i64, at, sizeof i64);
            return (double)i64;
    }
}

// Reduces by walking the input in row-major order, into out_count results.
static void reduce_oracle(uint32_t op, const lg_view_t *in, uint32_t mask, double *result, double *magnitude,
                          int64_t out_count) {
    double count = out_count > 0 ? (double)in->elem_count / (double)out_count : 0;
    double *best = malloc((size_t)(out_count + 1) * sizeof *best);
    int64_t *seen = calloc((size_t)out_count + 1, sizeof *seen);
    for (int64_t i = 0; i < out_count; i++) {
        result[i] = magnitude[i] = 0;
    }
    for (int64_t i = 0; i < in->elem_count; i++) {
        int64_t rest = i, k = 0, step = 1;
        for (uint32_t axis = in->rank; axis-- > 0;) {
            int64_t coord = rest % in->shape[axis];
            rest /= in->shape[axis];
            if (!(mask >> axis & 1)) {
                k += coord * step;
                step *= in->shape[axis];
            }
        }
        double x = reduce_value(in, i);
        if (op == LG_OP_SUM || op == LG_OP_MEAN) {
            result[k] += x;
            magnitude[k] += fabs(x);
        } else if (seen[k] == 0 || x > best[k] || (isnan(x) && !isnan(best[k]))) {
            best[k] = x;
            result[k] = op == LG_OP_MAX ? x : (double)seen[k];
        }
        seen[k]++;
    }
    if (op == LG_OP_MEAN) {
        for (int64_t i = 0; i < out_count; i++) {
            result[i] = count > 0 ? result[i] / count : NAN;
            magnitude[i] /= count;
        }
    }
    free(best);
    free(seen);
}

static void reduce_check_input(uint32_t op, const lg_view_t *in, uint32_t mask, int32_t tail_none,
                               uint64_t seed) {
    int64_t shape[LG_MAX_RANK];
    uint32_t rank = 0;
    lg_sum_attrs_t attrs = {.axis = {.count = 0}, .keepdims = 0};
    int64_t reduced = 1;
    for (uint32_t i = 0; i < in->rank; i++) {
        if (mask >> i & 1) {
            attrs.axis.values[attrs.axis.count++] = i % 2 ? (int64_t)i - in->rank : (int64_t)i;
            reduced *= in->shape[i];
        } else {
            shape[rank++] = in->shape[i];
        }
    }
    if (tail_none) {
        attrs.axis.count = -1;
    }
    lg_dtype_t dtype = op == LG_OP_ARGMAX ? LG_DTYPE_I64 : (lg_dtype_t)in->dtype;
    lg_operand_t first = {.memory = NULL};
    size_t index = 0;
    for (const lg_kernel_t *kernel; (kernel = lg_test_kernel(op, in->dtype, &index)) != NULL;) {
        for (int64_t cuts = 1; cuts <= 5; cuts += 2) {
            lg_operand_t out = lg_operand(dtype, rank, shape, NULL, 1, seed);
            CHECK_EQ(lg_test_run(kernel, &in, 1, &out.view, &attrs, cuts), LG_OK);
            int64_t count = out.view.elem_count;
            size_t bytes = (size_t)count * lg_dtype_size(dtype);
            if (first.memory == NULL) {
                double *want = malloc(2 * (size_t)(count + 1) * sizeof *want), *magnitude = want + count + 1;
                reduce_oracle(op, in, mask, want, magnitude, count);
                double unit = in->dtype == LG_DTYPE_F32 ? 0x1p-24 : in->dtype == LG_DTYPE_F64 ? 0x1p-53 : 0;
                double depth = 24 + (double)reduced / 1e6;  // roundings along a path, and the oracle's own
                for (int64_t i = 0; i < count; i++) {
                    double got = reduce_value(&out.view, i);
                    double slack = op == LG_OP_SUM || op == LG_OP_MEAN ? depth * unit * magnitude[i] : 0;
                    if (in->dtype == LG_DTYPE_F64) {
                        slack += (double)reduced * 0x1p-53 * magnitude[i];
                    }
                    if (!(fabs(got - want[i]) <= slack || got == want[i] || (isnan(got) && isnan(want[i])))) {
                        printf("%s, output %lld of %lld: got %.9g, wanted %.9g\n", kernel->name, (long long)i,
                               (long long)count, got, want[i]);
                        CHECK(0);
                    }
                }
                free(want);
                first = out;
                continue;
            }
            if (bytes > 0 && memcmp(out.view.data, first.view.data, bytes) != 0) {
                printf("%s with %lld cuts differs from the scalar reference\n", kernel->name,
                       (long long)cuts);
                CHECK(0);
            }
            lg_operand_free(&out);
        }
    }
    CHECK(first.memory != NULL);
    lg_operand_free(&first);
}

static const lg_dtype_t reduce_dtypes[] = {LG_DTYPE_F32, LG_DTYPE_F64, LG_DTYPE_I32, LG_DTYPE_I64};

static void reduce_check_op(uint32_t op) {
    static const struct {
        uint32_t rank;
        int64_t shape[4];
    } cases[] = {
        {0, {0}},           {1, {1}},         {1, {7}},          {1, {16}},       {1, {255}},
        {1, {1027}},        {1, {5000}},      {2, {3, 5}},       {2, {1, 33}},    {2, {33, 1}},
        {2, {17, 300}},     {2, {300, 17}},   {2, {4, 1024}},    {2, {1100, 6}},  {2, {2, 261}},
        {3, {3, 4, 5}},     {3, {2, 300, 9}}, {3, {9, 2, 300}},  {3, {1, 70, 1}}, {4, {2, 3, 4, 5}},
        {4, {3, 1, 40, 8}}, {2, {600, 140}},  {3, {5, 70, 131}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        uint32_t rank = cases[c].rank;
        for (size_t d = 0; d < 4; d++) {
            if (op == LG_OP_MEAN && d >= 2) {
                continue;
            }
            for (int32_t layout = 0; layout < (rank == 0 ? 1 : LAYOUT_COUNT); layout++) {
                lg_operand_t in = reduce_layout(layout, reduce_dtypes[d], rank, cases[c].shape, c + 11);
                for (uint32_t mask = 0; mask < 1u << rank; mask++) {
                    uint32_t all = (1u << rank) - 1;
                    if (op == LG_OP_ARGMAX && mask != all && __builtin_popcount(mask) != 1) {
                        continue;
                    }
                    if (op != LG_OP_ARGMAX || rank == 1) {
                        reduce_check_input(op, &in.view, mask, 0, c + 1);
                    } else if (mask != all) {
                        reduce_check_input(op, &in.view, mask, 0, c + 1);
                    }
                    if (mask == all) {
                        reduce_check_input(op, &in.view, mask, 1, c + 1);
                    }
                }
                lg_operand_free(&in);
            }
        }
    }
}

TEST(reduce_sum) {
    reduce_check_op(LG_OP_SUM);
}

TEST(reduce_mean) {
    reduce_check_op(LG_OP_MEAN);
}

TEST(reduce_max) {
    reduce_check_op(LG_OP_MAX);
}

TEST(reduce_argmax) {
    reduce_check_op(LG_OP_ARGMAX);
}

// NaN, infinities and both zeros at every place of a row and of a column.
TEST(reduce_special_values) {
    static const float specials[] = {NAN, INFINITY, -INFINITY, -0.0f, 0.0f};
    static const uint32_t ops[] = {LG_OP_MAX, LG_OP_ARGMAX};
    for (int64_t n = 1; n <= 150; n += n < 40 ? 1 : 37) {
        for (int64_t at = 0; at < n; at++) {
            for (int32_t transposed = 0; transposed < 2; transposed++) {
                for (size_t d = 0; d < 2; d++) {
                    static const int32_t order[] = {1, 0};
                    lg_operand_t in =
                        lg_operand(reduce_dtypes[d], 2, (int64_t[]){5, n}, transposed ? order : NULL, 1, 3);
                    for (int64_t i = 0; i < 5 * n; i++) {
                        // Row 0 otherwise all -inf, row 1 all NaN, row 2 zeros, 3 and 4 random.
                        float value = i / n == 0 ? -INFINITY : i / n == 1 ? NAN : i / n == 2 ? -0.0f : 1.5f;
                        value = i % n == at ? specials[i / n % 5]
                                : i / n < 3 ? value
                                            : (float)reduce_value(&in.view, i);
                        double wide = value;
                        memcpy(lg_test_at(&in.view, i), d == 0 ? (void *)&value : (void *)&wide,
                               d == 0 ? 4 : 8);
                    }
                    for (size_t o = 0; o < 2; o++) {
                        reduce_check_input(ops[o], &in.view, 2, 0, 9);
                    }
                    lg_operand_free(&in);
                }
            }
        }
    }
}

// Sums of nothing, and of one -0: an absent element is +0.
TEST(reduce_empty) {
    for (size_t d = 0; d < 4; d++) {
        lg_operand_t in = lg_operand(reduce_dtypes[d], 3, (int64_t[]){3, 0, 2}, NULL, 1, 1);
        for (uint32_t mask = 2; mask < 8; mask++) {
            reduce_check_input(LG_OP_SUM, &in.view, mask, 0, 5);
            if (d < 2) {
                reduce_check_input(LG_OP_MEAN, &in.view, mask, 0, 5);
            }
        }
        for (uint32_t mask = 0; mask < 6; mask++) {
            if (!(mask & 2)) {
                reduce_check_input(LG_OP_SUM, &in.view, mask, 0, 5);
                reduce_check_input(LG_OP_MAX, &in.view, mask, 0, 5);
            }
        }
        lg_operand_free(&in);
    }
}

// A sum does not depend on the layout: the same values row-major, transposed and backwards give the same bits.
TEST(reduce_layout_invariant) {
    static const int64_t shape[] = {37, 45, 21};
    static const uint32_t masks[] = {1, 2, 3, 4, 5, 6, 7};
    lg_operand_t dense = lg_operand(LG_DTYPE_F32, 3, shape, NULL, 1, 77);
    for (int32_t layout = 1; layout < 4; layout++) {
        lg_operand_t other = reduce_layout(layout, LG_DTYPE_F32, 3, shape, 1);
        for (int64_t i = 0; i < dense.view.elem_count; i++) {
            memcpy(lg_test_at(&other.view, i), lg_test_at(&dense.view, i), 4);
        }
        for (size_t m = 0; m < sizeof masks / sizeof masks[0]; m++) {
            int64_t out_shape[3];
            uint32_t rank = 0;
            lg_sum_attrs_t attrs = {.axis = {.count = 0}};
            for (uint32_t i = 0; i < 3; i++) {
                if (masks[m] >> i & 1) {
                    attrs.axis.values[attrs.axis.count++] = i;
                } else {
                    out_shape[rank++] = shape[i];
                }
            }
            size_t index = 0;
            for (const lg_kernel_t *kernel;
                 (kernel = lg_test_kernel(LG_OP_SUM, LG_DTYPE_F32, &index)) != NULL;) {
                lg_operand_t a = lg_operand(LG_DTYPE_F32, rank, out_shape, NULL, 1, 0);
                lg_operand_t b = lg_operand(LG_DTYPE_F32, rank, out_shape, NULL, 1, 0);
                const lg_view_t *in_a = &dense.view, *in_b = &other.view;
                CHECK_EQ(lg_test_run(kernel, &in_a, 1, &a.view, &attrs, 1), LG_OK);
                CHECK_EQ(lg_test_run(kernel, &in_b, 1, &b.view, &attrs, 1), LG_OK);
                CHECK(memcmp(a.view.data, b.view.data, (size_t)a.view.elem_count * 4) == 0);
                lg_operand_free(&a);
                lg_operand_free(&b);
            }
        }
        lg_operand_free(&other);
    }
    lg_operand_free(&dense);
}

// A long sum of one sign stays accurate: pairwise, not running.
TEST(reduce_accuracy) {
    int64_t n = 3000000;
    lg_operand_t in = lg_operand(LG_DTYPE_F32, 1, &n, NULL, 1, 1);
    float *x = in.view.data;
    double exact = 0;
    for (int64_t i = 0; i < n; i++) {
        x[i] = 0.1f + (float)(i % 7) * 1e-3f;
        exact += x[i];
    }
    size_t index = 0;
    const lg_view_t *view = &in.view;
    lg_sum_attrs_t attrs = {.axis = {.count = -1}};
    for (const lg_kernel_t *kernel; (kernel = lg_test_kernel(LG_OP_SUM, LG_DTYPE_F32, &index)) != NULL;) {
        lg_operand_t out = lg_operand(LG_DTYPE_F32, 0, NULL, NULL, 1, 1);
        CHECK_EQ(lg_test_run(kernel, &view, 1, &out.view, &attrs, 1), LG_OK);
        CHECK(fabs(*(float *)out.view.data - exact) <= 2e-6 * exact);
        lg_operand_free(&out);
    }
    lg_operand_free(&in);
}

// ---- softmax and layer_norm -------------------------------------------------------------------------

// Checks a result in f32 or f64 against `want`.
static void norm_compare(const lg_kernel_t *kernel, const lg_view_t *out, const double *want, double relative,
                         double absolute) {
    for (int64_t i = 0; i < out->elem_count; i++) {
        double got = reduce_value(out, i);
        if (!(fabs(got - want[i]) <= absolute + relative * fabs(want[i]) || (isnan(got) && isnan(want[i])))) {
            printf("%s, output %lld of %lld: got %.9g, wanted %.9g\n", kernel->name, (long long)i,
                   (long long)out->elem_count, got, want[i]);
            CHECK(0);
        }
    }
}

// Runs every kernel whole and cut; the cut result must have the same bits.
static void norm_check(uint32_t op, const lg_view_t *const *ins, uint32_t in_count, const void *attrs,
                       const double *want, double relative, double absolute) {
    size_t index = 0;
    int32_t found = 0;
    for (const lg_kernel_t *kernel; (kernel = lg_test_kernel(op, ins[0]->dtype, &index)) != NULL; found++) {
        lg_dtype_t dtype = (lg_dtype_t)ins[0]->dtype;
        lg_operand_t whole = lg_operand(dtype, ins[0]->rank, ins[0]->shape, NULL, 1, 1);
        lg_operand_t cut = lg_operand(dtype, ins[0]->rank, ins[0]->shape, NULL, 1, 1);
        CHECK_EQ(lg_test_run(kernel, ins, in_count, &whole.view, attrs, 1), LG_OK);
        CHECK_EQ(lg_test_run(kernel, ins, in_count, &cut.view, attrs, 5), LG_OK);
        norm_compare(kernel, &whole.view, want, relative, absolute);
        CHECK(memcmp(whole.view.data, cut.view.data, (size_t)whole.view.elem_count * lg_dtype_size(dtype)) ==
              0);
        lg_operand_free(&whole);
        lg_operand_free(&cut);
    }
    CHECK(found > 0);
}

static void softmax_check(const lg_view_t *in, uint32_t axis, double relative) {
    int64_t inner = 1, n = in->rank > 0 ? in->shape[axis] : 1;
    for (uint32_t i = axis + 1; i < in->rank; i++) {
        inner *= in->shape[i];
    }
    double *want = malloc((size_t)(in->elem_count + 1) * sizeof *want);
    for (int64_t s = 0; n > 0 && s < in->elem_count / n; s++) {
        int64_t first = s / inner * n * inner + s % inner;
        double most = -INFINITY, sum = 0;
        for (int64_t i = 0; i < n; i++) {
            most = fmax(most, reduce_value(in, first + i * inner));
        }
        for (int64_t i = 0; i < n; i++) {
            want[first + i * inner] = exp(reduce_value(in, first + i * inner) - most);
            sum += want[first + i * inner];
        }
        for (int64_t i = 0; i < n; i++) {
            want[first + i * inner] /= sum;
        }
    }
    lg_softmax_attrs_t attrs = {.axis = axis % 2 ? (int64_t)axis - in->rank : (int64_t)axis};
    // The rounding of x - m alone is |x - m| * 2^-24 relative; it shows in tiny results.
    norm_check(LG_OP_SOFTMAX, &in, 1, &attrs, want, relative, in->dtype == LG_DTYPE_F32 ? 1e-7 : 1e-15);
    free(want);
}

static const struct {
    uint32_t rank;
    int64_t shape[4];
} norm_shapes[] = {
    {1, {1}},       {1, {5}},          {1, {16}},           {1, {31}},     {1, {100}},      {1, {2047}},
    {2, {3, 16}},   {2, {4, 1000}},    {2, {1000, 3}},      {2, {37, 70}}, {3, {5, 9, 33}}, {3, {2, 40, 64}},
    {3, {3, 1, 8}}, {4, {2, 3, 5, 7}}, {4, {2, 17, 4, 40}}, {2, {0, 4}},   {3, {2, 0, 3}},
};
enum { NORM_SHAPES = sizeof norm_shapes / sizeof norm_shapes[0] };

TEST(softmax_values) {
    for (size_t s = 0; s < NORM_SHAPES; s++) {
        for (int32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
            for (size_t d = 0; d < 2; d++) {
                lg_operand_t in =
                    reduce_layout(layout, reduce_dtypes[d], norm_shapes[s].rank, norm_shapes[s].shape, s + 2);
                for (uint32_t axis = 0; axis < in.view.rank; axis++) {
                    softmax_check(&in.view, axis, d == 0 ? 2e-6 : 1e-13);
                }
                lg_operand_free(&in);
            }
        }
    }
    lg_operand_t scalar = lg_operand(LG_DTYPE_F32, 0, NULL, NULL, 1, 1);
    const lg_view_t *view = &scalar.view;
    lg_softmax_attrs_t attrs = {.axis = -1};
    norm_check(LG_OP_SOFTMAX, &view, 1, &attrs, (double[]){1.0}, 0, 0);
    lg_operand_free(&scalar);
}

// Large values do not overflow; masked ones (-inf) are 0; NaN, +inf and all -inf make the whole slice NaN.
TEST(softmax_special_values) {
    for (int64_t n = 1; n < 70; n++) {
        for (int32_t transposed = 0; transposed < 2; transposed++) {
            static const int32_t order[] = {1, 0};
            int64_t shape[2] = {transposed ? n : 6, transposed ? 6 : n};
            lg_operand_t in = lg_operand(LG_DTYPE_F32, 2, shape, n % 2 ? order : NULL, 1, (uint64_t)n);
            for (int64_t row = 0; row < 6; row++) {
                for (int64_t i = 0; i < n; i++) {
                    float *x = lg_test_at(&in.view, transposed ? i * 6 + row : row * n + i);
                    switch (row) {
                        case 0:
                            *x = i == n / 2 ? NAN : *x;
                            break;
                        case 1:
                            *x = i == n / 3 ? INFINITY : *x;
                            break;
                        case 2:
                            *x = -INFINITY;
                            break;
                        case 3:
                            *x = i == n / 2 ? *x : -INFINITY;
                            break;
                        case 4:
                            *x = *x * 1e37f;
                            break;
                        default:
                            *x = *x + 3e4f;
                    }
                }
            }
            softmax_check(&in.view, (uint32_t)!transposed, 4e-6);
            lg_operand_free(&in);
        }
    }
}

static void layer_norm_check(const lg_view_t *in, uint32_t axis, const lg_view_t *weight,
                             const lg_view_t *bias, double eps, double relative, double absolute) {
    int64_t n = 1;
    for (uint32_t i = axis; i < in->rank; i++) {
        n *= in->shape[i];
    }
    double *want = malloc((size_t)(in->elem_count + 1) * sizeof *want);
    for (int64_t row = 0; n > 0 && row < in->elem_count / n; row++) {
        double mean = 0, variance = 0;
        for (int64_t i = 0; i < n; i++) {
            mean += reduce_value(in, row * n + i) / (double)n;
        }
        double rest = 0;  // of the mean's own rounding
        for (int64_t i = 0; i < n; i++) {
            rest += reduce_value(in, row * n + i) - mean;
        }
        mean += rest / (double)n;
        for (int64_t i = 0; i < n; i++) {
            double d = reduce_value(in, row * n + i) - mean;
            variance += d * d / (double)n;
        }
        for (int64_t i = 0; i < n; i++) {
            double value = (reduce_value(in, row * n + i) - mean) / sqrt(variance + eps);
            value = weight != NULL ? value * reduce_value(weight, i) : value;
            want[row * n + i] = bias != NULL ? value + reduce_value(bias, i) : value;
        }
    }
    lg_layer_norm_attrs_t attrs = {.axis = axis % 2 ? (int64_t)axis - in->rank : (int64_t)axis, .eps = eps};
    const lg_view_t *ins[3] = {in, weight, bias};
    norm_check(LG_OP_LAYER_NORM, ins,
               bias != NULL     ? 3
               : weight != NULL ? 2
                                : 1,
               &attrs, want, relative, absolute);
    free(want);
}

TEST(layer_norm_values) {
    for (size_t s = 0; s < NORM_SHAPES; s++) {
        for (int32_t layout = 0; layout < LAYOUT_COUNT; layout++) {
            for (size_t d = 0; d < 2; d++) {
                lg_dtype_t dtype = reduce_dtypes[d];
                lg_operand_t in =
                    reduce_layout(layout, dtype, norm_shapes[s].rank, norm_shapes[s].shape, s + 2);
                for (uint32_t axis = 0; axis < in.view.rank; axis++) {
                    uint32_t rank = in.view.rank - axis;
                    lg_operand_t weight = reduce_layout(layout, dtype, rank, in.view.shape + axis, 31);
                    lg_operand_t bias =
                        reduce_layout((layout + 1) % 4, dtype, rank, in.view.shape + axis, 32);
                    double relative = d == 0 ? 1e-5 : 1e-12,
                           absolute = d == 0 ? 2e-5 : 2e-12;  // values up to 20
                    layer_norm_check(&in.view, axis, NULL, NULL, 1e-5, relative, absolute);
                    layer_norm_check(&in.view, axis, &weight.view, NULL, 1e-5, relative, absolute);
                    layer_norm_check(&in.view, axis, &weight.view, &bias.view, 0.5, relative, absolute);
                    layer_norm_check(&in.view, axis, NULL, &bias.view, 1e-3, relative, absolute);
                    lg_operand_free(&weight);
                    lg_operand_free(&bias);
                }
                lg_operand_free(&in);
            }
        }
    }
}

// A row far from zero: the mean's rounding must not show.
TEST(layer_norm_offset) {
    lg_operand_t in = lg_operand(LG_DTYPE_F32, 2, (int64_t[]){3, 1000}, NULL, 1, 5);
    float *x = in.view.data;
    for (int64_t i = 0; i < 3000; i++) {
        x[i] = x[i] * 0.1f + 30000.0f;
    }
    layer_norm_check(&in.view, 1, NULL, NULL, 1e-5, 1e-5, 2e-6);
    lg_operand_free(&in);
}
