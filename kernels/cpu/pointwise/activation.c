// SPDX-License-Identifier: Apache-2.0
// Activation functions.
//
//   relu x         x < 0 ? 0 : x                     (NaN and -0 stay)
//   leaky_relu x   x < 0 ? negative_slope x : x
//   sigmoid x      S(x) = 1 / (1 + e^-x)
//   silu x         x S(x)                            (0 at -inf: the limit)
//   gelu x         x Phi(x), the normal distribution function; approximately
//                  0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
//   clip x         min(max(x, lo), hi) as NumPy's maximum and minimum; either bound may be absent
//
// f32: vector functions of simd/math_body.inc; scalar reference in double, rounded once. Source of gelu:
// Hendrycks, Gimpel, Gaussian Error Linear Units, 2016.
#include <math.h>

#include "loops.h"

// ---- reference in double ----------------------------------------------------------------------------

static double sigmoid(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}

static double silu(double x) {
    return x < -1000.0 ? 0.0 : x * sigmoid(x);
}

static double gelu(double x) {
    return x < -1000.0 ? 0.0 : 0.5 * x * erfc(x * -0.70710678118654752440);
}

static double gelu_tanh(double x) {
    return x < -1000.0 ? 0.0 : x * sigmoid(x * (1.5957691216057308 + 0.07135481627260025 * x * x));
}

#define SCALAR_FN(op, expression) LG_LOOP_1(LG_TARGET_REFERENCE, op##_f32__scalar, float, float, expression)
#define SCALAR_ROW(op, cost) const lg_pointwise_impl_t lg_##op##_f32__scalar = {op##_f32__scalar, NULL, cost};
#define SCALAR_OP(op, cost, expression) \
    SCALAR_FN(op, expression)           \
    SCALAR_ROW(op, cost)

SCALAR_OP(relu, 0.15, x < 0.0f ? 0.0f : x)
SCALAR_OP(sigmoid, 5.0, (float)sigmoid((double)x))
SCALAR_OP(silu, 5.0, (float)silu((double)x))

SCALAR_FN(gelu, (float)gelu((double)x))
SCALAR_FN(gelu_tanh, (float)gelu_tanh((double)x))
LG_POINTWISE_CHOICES(gelu_f32__scalar, {gelu_f32__scalar, NULL, 15.0}, {gelu_tanh_f32__scalar, NULL, 6.0})

#define SLOPE(type) ((type)((const lg_pointwise_param_t *)args)->value)
LG_PARAM_1(LG_TARGET_REFERENCE, leaky_relu_f32__scalar, float, x < 0 ? x * p : x)
SCALAR_ROW(leaky_relu, 0.2)

// ---- clip -------------------------------------------------------------------------------------------

#define FLOAT_MAXIMUM(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
#define FLOAT_MINIMUM(a, b) ((a) < (b) || (a) != (a) ? (a) : (b))
#define INTEGER_MAXIMUM(a, b) ((a) > (b) ? (a) : (b))
#define INTEGER_MINIMUM(a, b) ((a) < (b) ? (a) : (b))

// A bound that is absent reads as x, which changes nothing: one loop for the four cases.
#define CLIP(target, name, T, maximum, minimum)        \
    target static LG_DENSE_FN(name) {                  \
        (void)args;                                    \
        const T *xs = data[0];                         \
        const T *los = data[1] != NULL ? data[1] : xs; \
        const T *his = data[2] != NULL ? data[2] : xs; \
        T *ys = data[3];                               \
        const int32_t bounded = data[2] != NULL;       \
        LG_IVDEP                                       \
        for (int64_t i = begin; i < end; i++) {        \
            T x = xs[i], lo = los[i];                  \
            T raised = maximum(x, lo);                 \
            T hi = his[i];                             \
            hi = bounded ? hi : raised;                \
            ys[i] = minimum(raised, hi);               \
        }                                              \
        return 0;                                      \
    }

CLIP(LG_TARGET_REFERENCE, clip_f32__scalar, float, FLOAT_MAXIMUM, FLOAT_MINIMUM)
SCALAR_ROW(clip, 0.3)

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "../pointwise/activation_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- f64 --------------------------------------------------------------------------------------------

#define F64_FN(op, isa, TARGET, expression) LG_LOOP_1(TARGET, op##_f64__##isa, double, double, expression)
#define F64_ROW(op, isa, cost) const lg_pointwise_impl_t lg_##op##_f64__##isa = {op##_f64__##isa, NULL, cost};
#define F64_CHEAP(isa, TARGET)                                           \
    F64_FN(relu, isa, TARGET, x < 0.0 ? 0.0 : x)                         \
    LG_PARAM_1(TARGET, leaky_relu_f64__##isa, double, x < 0 ? x * p : x) \
    CLIP(TARGET, clip_f64__##isa, double, FLOAT_MAXIMUM, FLOAT_MINIMUM)  \
    F64_ROW(relu, isa, 0.15)                                             \
    F64_ROW(leaky_relu, isa, 0.2)                                        \
    F64_ROW(clip, isa, 0.3)

F64_CHEAP(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
F64_CHEAP(avx2, LG_TARGET_AVX2)
#endif
F64_FN(sigmoid, scalar, LG_TARGET_REFERENCE, sigmoid(x))
F64_FN(silu, scalar, LG_TARGET_REFERENCE, silu(x))
F64_FN(gelu, scalar, LG_TARGET_REFERENCE, gelu(x))
F64_FN(gelu_tanh, scalar, LG_TARGET_REFERENCE, gelu_tanh(x))
F64_ROW(sigmoid, scalar, 5.0)
F64_ROW(silu, scalar, 5.0)
LG_POINTWISE_CHOICES(gelu_f64__scalar, {gelu_f64__scalar, NULL, 15.0}, {gelu_tanh_f64__scalar, NULL, 6.0})

// ---- integers ---------------------------------------------------------------------------------------

#define INTEGER_CLIP(dtype, T, isa, TARGET, cost)                            \
    CLIP(TARGET, clip_##dtype##__##isa, T, INTEGER_MAXIMUM, INTEGER_MINIMUM) \
    const lg_pointwise_impl_t lg_clip_##dtype##__##isa = {clip_##dtype##__##isa, NULL, 2 * (cost)};
#define INTEGER_OPS(bits, isa, TARGET, cost)                                              \
    INTEGER_CLIP(i##bits, int##bits##_t, isa, TARGET, cost)                               \
    INTEGER_CLIP(u##bits, uint##bits##_t, isa, TARGET, cost)                              \
    LG_LOOP_1(TARGET, relu_i##bits##__##isa, int##bits##_t, int##bits##_t, x < 0 ? 0 : x) \
    const lg_pointwise_impl_t lg_relu_i##bits##__##isa = {relu_i##bits##__##isa, NULL, cost};
#define INTEGER_SIZES(isa, TARGET)     \
    INTEGER_OPS(8, isa, TARGET, 0.05)  \
    INTEGER_OPS(16, isa, TARGET, 0.08) \
    INTEGER_OPS(32, isa, TARGET, 0.15) \
    INTEGER_OPS(64, isa, TARGET, 0.3)

INTEGER_SIZES(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
INTEGER_SIZES(avx2, LG_TARGET_AVX2)
#endif
#define RELU_UNSIGNED(bits) \
    const lg_pointwise_impl_t lg_relu_u##bits##__scalar = {lg_pointwise_same_##bits, NULL, 0.2};
RELU_UNSIGNED(8)
RELU_UNSIGNED(16)
RELU_UNSIGNED(32)
RELU_UNSIGNED(64)
