// SPDX-License-Identifier: Apache-2.0
// Accuracy of the f32 vector functions against double references: every instruction set that runs here stays
// within the limits of simd/ulp.h. A stratified sample of all floats (every SAMPLE_STEP-th bit pattern and
// the edges); all 2^32 of them when the environment has LG_TEST_FULL.
//
// The references are the C library's double functions, whose own error is below 1e-8 f32 ULP.
#include <legato/op.h>

#include <math.h>
#include <stdlib.h>

#include "operands.h"
#include "simd/ulp.h"

enum { BATCH = 4096, SAMPLE_STEP = 4001 };  // prime: no mantissa bit stays fixed

static double reference_sigmoid(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}

static double reference_silu(double x) {
    return x < -1000.0 ? 0.0 : x * reference_sigmoid(x);
}

static double reference_gelu(double x) {
    return x < -1000.0 ? 0.0 : 0.5 * x * erfc(x * -0.70710678118654752440);
}

static double reference_gelu_tanh(double x) {
    return x < -1000.0 ? 0.0 : x * reference_sigmoid(x * (1.5957691216057308 + 0.07135481627260025 * x * x));
}

static double reference_elu(double x) {
    return x > 0 ? x : expm1(x);
}

static double reference_selu(double x) {
    return 1.0507009873554804934 * (x > 0 ? x : 1.6732632423543772848 * expm1(x));
}

static double reference_softplus(double x) {
    return fmax(x, 0.0) + log1p(exp(-fabs(x)));
}

static double reference_mish(double x) {
    return x < -1000 ? 0.0 : x * tanh(reference_softplus(x));
}

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// Error of `got` in ULP of the exact result; 0 where both are NaN or the same infinity (also after rounding).
static double ulp_error(float got, double exact) {
    float rounded = (float)exact;
    if (rounded != rounded || got != got) {
        return (rounded != rounded) == (got != got) ? 0.0 : HUGE_VAL;
    }
    if (isinf(rounded) || isinf(got)) {
        return rounded == got ? 0.0 : HUGE_VAL;
    }
    int exponent;
    frexp(exact, &exponent);
    return fabs((double)got - exact) / ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

typedef struct accuracy {
    uint32_t op;
    const void *attrs;
    double (*reference)(double);
    double limit, lowest;  // arguments below `lowest` are not held to the limit
} accuracy_t;

// Runs each kernel on the batch and compares with the reference, which is what takes the time.
static void check_batch(const lg_kernel_t *const *kernels, int32_t kernel_count, const accuracy_t *a,
                        float *x, float *y, double *exact) {
    lg_view_t in, out;
    int64_t shape = BATCH;
    CHECK_OK(lg_view_init(&in, LG_DTYPE_F32, 1, &shape, test_err));
    out = in;
    const lg_view_t *ins = &in;
    in.data = x;
    out.data = y;
    for (int64_t i = 0; i < BATCH; i++) {
        exact[i] = a->reference((double)x[i]);
    }
    for (int32_t k = 0; k < kernel_count; k++) {
        CHECK_EQ(lg_test_run(kernels[k], &ins, 1, &out, a->attrs, 1), 0);
        for (int64_t i = 0; i < BATCH; i++) {
            double error = ulp_error(y[i], exact[i]);
            if (!(error <= a->limit) && !((double)x[i] < a->lowest)) {
                lg_test_fail(__FILE__, __LINE__, "%s(%a) = %a: %.3f ULP, limit %.3f", kernels[k]->name,
                             (double)x[i], (double)y[i], error, a->limit);
            }
        }
    }
}

static void check_accuracy(const accuracy_t *a) {
    uint64_t step = getenv("LG_TEST_FULL") != NULL ? 1 : SAMPLE_STEP;
    float *x = malloc(BATCH * sizeof *x), *y = malloc(BATCH * sizeof *y);
    double *exact = malloc(BATCH * sizeof *exact);
    CHECK(x != NULL && y != NULL && exact != NULL);
    const lg_kernel_t *kernels[4], *kernel;
    int32_t kernel_count = 0;
    for (size_t index = 0; (kernel = lg_test_kernel(a->op, LG_DTYPE_F32, &index)) != NULL;) {
        CHECK(kernel_count < 4);
        kernels[kernel_count++] = kernel;
    }
    CHECK(kernel_count > 0);
    for (uint64_t bits = 0; bits < (uint64_t)1 << 32;) {
        for (int64_t i = 0; i < BATCH; i++, bits += step) {
            x[i] = from_bits((uint32_t)bits);
        }
        check_batch(kernels, kernel_count, a, x, y, exact);
    }
    // Edges: around zero, the smallest normal, the bounds of exp, 1 and infinity, with both signs.
    static const uint32_t edges[] = {0x00000000, 0x00800000, 0x42ae0000, 0x42b17218, 0x42cff1b5, 0x42ce8ed0,
                                     0x3f800000, 0x3f3504f3, 0x3eb17218, 0x4111999a, 0x41500000, 0x7f800000};
    int64_t count = 0;
    for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++) {
        for (uint32_t near = 0; near < 128; near++) {
            x[count++] = from_bits(edges[e] + near - 64);
            x[count++] = from_bits((edges[e] + near - 64) ^ 0x80000000u);
        }
    }
    for (; count < BATCH; count++) {
        x[count] = from_bits((uint32_t)count);
    }
    check_batch(kernels, kernel_count, a, x, y, exact);
    free(x);
    free(y);
    free(exact);
}

#define TEST_ULP(name, OP, attrs, reference, limit, lowest)           \
    TEST(name) {                                                      \
        accuracy_t a = {LG_OP_##OP, attrs, reference, limit, lowest}; \
        check_accuracy(&a);                                           \
    }

static const lg_gelu_attrs_t gelu_by_erf = {0}, gelu_by_tanh = {1};

TEST_ULP(ulp_exp, EXP, NULL, exp, LG_ULP_EXP, -HUGE_VAL)
TEST_ULP(ulp_log, LOG, NULL, log, LG_ULP_LOG, -HUGE_VAL)
TEST_ULP(ulp_expm1, EXPM1, NULL, expm1, LG_ULP_EXPM1, -HUGE_VAL)
TEST_ULP(ulp_log1p, LOG1P, NULL, log1p, LG_ULP_LOG1P, -HUGE_VAL)
TEST_ULP(ulp_elu, ELU, NULL, reference_elu, LG_ULP_ELU, -HUGE_VAL)
TEST_ULP(ulp_celu, CELU, NULL, reference_elu, LG_ULP_CELU, -HUGE_VAL)
TEST_ULP(ulp_selu, SELU, NULL, reference_selu, LG_ULP_SELU, -HUGE_VAL)
TEST_ULP(ulp_softplus, SOFTPLUS, NULL, reference_softplus, LG_ULP_SOFTPLUS, -HUGE_VAL)
TEST_ULP(ulp_mish, MISH, NULL, reference_mish, LG_ULP_MISH, -87.0)
TEST_ULP(ulp_sin, SIN, NULL, sin, LG_ULP_SIN, -HUGE_VAL)
TEST_ULP(ulp_cos, COS, NULL, cos, LG_ULP_COS, -HUGE_VAL)
TEST_ULP(ulp_tan, TAN, NULL, tan, LG_ULP_TAN, -HUGE_VAL)
TEST_ULP(ulp_asin, ASIN, NULL, asin, LG_ULP_ASIN, -HUGE_VAL)
TEST_ULP(ulp_acos, ACOS, NULL, acos, LG_ULP_ACOS, -HUGE_VAL)
TEST_ULP(ulp_atan, ATAN, NULL, atan, LG_ULP_ATAN, -HUGE_VAL)
TEST_ULP(ulp_sinh, SINH, NULL, sinh, LG_ULP_SINH, -HUGE_VAL)
TEST_ULP(ulp_cosh, COSH, NULL, cosh, LG_ULP_COSH, -HUGE_VAL)
TEST_ULP(ulp_asinh, ASINH, NULL, asinh, LG_ULP_ASINH, -HUGE_VAL)
TEST_ULP(ulp_acosh, ACOSH, NULL, acosh, LG_ULP_ACOSH, -HUGE_VAL)
TEST_ULP(ulp_atanh, ATANH, NULL, atanh, LG_ULP_ATANH, -HUGE_VAL)
TEST_ULP(ulp_tanh, TANH, NULL, tanh, LG_ULP_TANH, -HUGE_VAL)
TEST_ULP(ulp_erf, ERF, NULL, erf, LG_ULP_ERF, -HUGE_VAL)
TEST_ULP(ulp_sigmoid, SIGMOID, NULL, reference_sigmoid, LG_ULP_SIGMOID, -HUGE_VAL)
TEST_ULP(ulp_silu, SILU, NULL, reference_silu, LG_ULP_SILU, -HUGE_VAL)
TEST_ULP(ulp_gelu, GELU, &gelu_by_erf, reference_gelu, LG_ULP_GELU, -HUGE_VAL)
TEST_ULP(ulp_gelu_tanh, GELU, &gelu_by_tanh, reference_gelu_tanh, LG_ULP_GELU_TANH, -4.0)

// pow over pairs: bases from all strata, exponents that keep most results finite, and the special cases of
// Annex F through the small grid.
TEST(ulp_pow) {
    static const float grid[] = {0.0f,        -0.0f,      1.0f,     -1.0f,     2.0f,       -2.0f,
                                 0.5f,        -0.5f,      3.0f,     -3.0f,     2.5f,       -2.5f,
                                 1e-45f,      -1e-45f,    1e38f,    -1e38f,    4194303.0f, 4194305.0f,
                                 16777215.0f, 8388609.0f, INFINITY, -INFINITY, NAN,        1.0000001f,
                                 0.99999994f, 1e-38f};
    enum { GRID = sizeof grid / sizeof grid[0] };
    float *a = malloc(BATCH * sizeof *a), *b = malloc(BATCH * sizeof *b), *y = malloc(BATCH * sizeof *y);
    CHECK(a != NULL && b != NULL && y != NULL);
    lg_view_t view;
    int64_t shape = BATCH;
    CHECK_OK(lg_view_init(&view, LG_DTYPE_F32, 1, &shape, test_err));
    lg_view_t views[3] = {view, view, view};
    views[0].data = a;
    views[1].data = b;
    views[2].data = y;
    const lg_view_t *ins[2] = {&views[0], &views[1]};
    const lg_kernel_t *kernel;
    for (size_t index = 0; (kernel = lg_test_kernel(LG_OP_POW, LG_DTYPE_F32, &index)) != NULL;) {
        uint64_t seed = 7;
        for (int round = 0; round < 64; round++) {
            for (int64_t i = 0; i < BATCH; i++) {
                if (round == 0 && i < GRID * GRID) {
                    a[i] = grid[i / GRID];
                    b[i] = grid[i % GRID];
                    continue;
                }
                a[i] = from_bits((uint32_t)lg_test_random(&seed));
                double span = 150.0 / (fabs(log2(fabs((double)a[i]))) + 1e-3);
                double unit = (double)(int64_t)(lg_test_random(&seed) >> 11) * 0x1p-52 - 1.0;
                b[i] = (float)(isfinite(span) ? unit * span : unit);
                b[i] = round & 1 ? rintf(b[i]) : b[i];
            }
            CHECK_EQ(lg_test_run(kernel, ins, 2, &views[2], NULL, 1), 0);
            for (int64_t i = 0; i < BATCH; i++) {
                double error = ulp_error(y[i], pow((double)a[i], (double)b[i]));
                if (!(error <= LG_ULP_POW)) {
                    lg_test_fail(__FILE__, __LINE__, "%s(%a, %a) = %a: %.3f ULP", kernel->name, (double)a[i],
                                 (double)b[i], (double)y[i], error);
                }
            }
        }
    }
    free(a);
    free(b);
    free(y);
}
