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
// f32: vector functions of simd/math_body.inc; scalar reference in double, rounded once. f16 and bf16 compute
// in f32. Source of gelu: Hendrycks, Gimpel, Gaussian Error Linear Units, 2016.
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

#define SCALAR_OP(op, cost, expression) \
    SCALAR_FN(op, f32, expression)      \
    SCALAR_FN(op, f16, expression)      \
    SCALAR_FN(op, bf16, expression)     \
    SCALAR_ROW(op, f32, cost)           \
    SCALAR_ROW(op, f16, cost)           \
    SCALAR_ROW(op, bf16, cost)
#define SCALAR_FN(op, storage, expression) \
    LG_FLOAT_1(LG_TARGET_SCALAR, op##_##storage##__scalar, storage, expression)
#define SCALAR_ROW(op, storage, cost) \
    const lg_pointwise_impl_t lg_##op##_##storage##__scalar = {op##_##storage##__scalar, NULL, cost};

SCALAR_OP(relu, 0.15, x < 0.0f ? 0.0f : x)
SCALAR_OP(sigmoid, 5.0, (float)sigmoid((double)x))
SCALAR_OP(silu, 5.0, (float)silu((double)x))

#define GELU_SCALAR(storage)                                         \
    SCALAR_FN(gelu, storage, (float)gelu((double)x))                 \
    SCALAR_FN(gelu_tanh, storage, (float)gelu_tanh((double)x))       \
    const lg_pointwise_choice_impl_t lg_gelu_##storage##__scalar = { \
        2, {{gelu_##storage##__scalar, NULL, 15.0}, {gelu_tanh_##storage##__scalar, NULL, 6.0}}};
GELU_SCALAR(f32)
GELU_SCALAR(f16)
GELU_SCALAR(bf16)

// The slope is rounded to f32 once for the three storages.
#define SLOPE(type) ((type)((const lg_pointwise_param_t *)args)->value)
#define LEAKY_RELU(target, name, T, C, get, put) \
    target static LG_DENSE_FN(name) {            \
        const T *xs = data[0];                   \
        T *ys = data[1];                         \
        C slope = SLOPE(C);                      \
        LG_IVDEP                                 \
        for (int64_t i = begin; i < end; i++) {  \
            C x = get(xs[i]);                    \
            C scaled = x * slope;                \
            ys[i] = put(x < 0 ? scaled : x);     \
        }                                        \
        return 0;                                \
    }
LEAKY_RELU(LG_TARGET_SCALAR, leaky_relu_f32__scalar, lg_f32_t, float, get_f32, put_f32)
LEAKY_RELU(LG_TARGET_SCALAR, leaky_relu_f16__scalar, lg_f16_t, float, get_f16, put_f16)
LEAKY_RELU(LG_TARGET_SCALAR, leaky_relu_bf16__scalar, lg_bf16_t, float, get_bf16, put_bf16)
SCALAR_ROW(leaky_relu, f32, 0.2)
SCALAR_ROW(leaky_relu, f16, 2.0)
SCALAR_ROW(leaky_relu, bf16, 0.5)

// ---- clip -------------------------------------------------------------------------------------------

#define FLOAT_MAXIMUM(a, b) ((a) > (b) || (a) != (a) ? (a) : (b))
#define FLOAT_MINIMUM(a, b) ((a) < (b) || (a) != (a) ? (a) : (b))
#define INTEGER_MAXIMUM(a, b) ((a) > (b) ? (a) : (b))
#define INTEGER_MINIMUM(a, b) ((a) < (b) ? (a) : (b))

#define CLIP(target, name, T, C, get, put, maximum, minimum)                    \
    target static LG_DENSE_FN(name) {                                           \
        (void)args;                                                             \
        const T *xs = data[0], *los = data[1], *his = data[2];                  \
        T *ys = data[3];                                                        \
        if (los && his) {                                                       \
            LG_IVDEP                                                            \
            for (int64_t i = begin; i < end; i++) {                             \
                C x = get(xs[i]), lo = get(los[i]), hi = get(his[i]);           \
                C raised = maximum(x, lo);                                      \
                ys[i] = put(minimum(raised, hi));                               \
            }                                                                   \
        } else if (los) {                                                       \
            LG_IVDEP                                                            \
            for (int64_t i = begin; i < end; i++) {                             \
                C x = get(xs[i]), lo = get(los[i]);                             \
                ys[i] = put(maximum(x, lo));                                    \
            }                                                                   \
        } else if (his) {                                                       \
            LG_IVDEP                                                            \
            for (int64_t i = begin; i < end; i++) {                             \
                C x = get(xs[i]), hi = get(his[i]);                             \
                ys[i] = put(minimum(x, hi));                                    \
            }                                                                   \
        } else {                                                                \
            memmove(ys + begin, xs + begin, (size_t)(end - begin) * sizeof(T)); \
        }                                                                       \
        return 0;                                                               \
    }
#define AS_IS(x) (x)

CLIP(LG_TARGET_SCALAR, clip_f32__scalar, lg_f32_t, float, get_f32, put_f32, FLOAT_MAXIMUM, FLOAT_MINIMUM)
CLIP(LG_TARGET_SCALAR, clip_f16__scalar, lg_f16_t, float, get_f16, put_f16, FLOAT_MAXIMUM, FLOAT_MINIMUM)
CLIP(LG_TARGET_SCALAR, clip_bf16__scalar, lg_bf16_t, float, get_bf16, put_bf16, FLOAT_MAXIMUM, FLOAT_MINIMUM)
SCALAR_ROW(clip, f32, 0.3)
SCALAR_ROW(clip, f16, 4.0)
SCALAR_ROW(clip, bf16, 1.0)

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "../pointwise/activation_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- f64 --------------------------------------------------------------------------------------------

#define F64_FN(op, isa, TARGET, expression) LG_LOOP_1(TARGET, op##_f64__##isa, double, double, expression)
#define F64_ROW(op, isa, cost) const lg_pointwise_impl_t lg_##op##_f64__##isa = {op##_f64__##isa, NULL, cost};
#define F64_CHEAP(isa, TARGET)                                                                \
    F64_FN(relu, isa, TARGET, x < 0.0 ? 0.0 : x)                                              \
    LEAKY_RELU(TARGET, leaky_relu_f64__##isa, double, double, AS_IS, AS_IS)                   \
    CLIP(TARGET, clip_f64__##isa, double, double, AS_IS, AS_IS, FLOAT_MAXIMUM, FLOAT_MINIMUM) \
    F64_ROW(relu, isa, 0.15)                                                                  \
    F64_ROW(leaky_relu, isa, 0.2)                                                             \
    F64_ROW(clip, isa, 0.3)

F64_CHEAP(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
F64_CHEAP(avx2, LG_TARGET_AVX2)
#endif
F64_FN(sigmoid, scalar, LG_TARGET_SCALAR, sigmoid(x))
F64_FN(silu, scalar, LG_TARGET_SCALAR, silu(x))
F64_FN(gelu, scalar, LG_TARGET_SCALAR, gelu(x))
F64_FN(gelu_tanh, scalar, LG_TARGET_SCALAR, gelu_tanh(x))
F64_ROW(sigmoid, scalar, 5.0)
F64_ROW(silu, scalar, 5.0)
const lg_pointwise_choice_impl_t lg_gelu_f64__scalar = {
    2, {{gelu_f64__scalar, NULL, 15.0}, {gelu_tanh_f64__scalar, NULL, 6.0}}};

// ---- integers ---------------------------------------------------------------------------------------

#define INTEGER_CLIP(dtype, T, isa, TARGET, cost)                                             \
    CLIP(TARGET, clip_##dtype##__##isa, T, T, AS_IS, AS_IS, INTEGER_MAXIMUM, INTEGER_MINIMUM) \
    const lg_pointwise_impl_t lg_clip_##dtype##__##isa = {clip_##dtype##__##isa, NULL, 2 * (cost)};
#define INTEGER_RELU(dtype, T, isa, TARGET, expression, cost)  \
    LG_LOOP_1(TARGET, relu_##dtype##__##isa, T, T, expression) \
    const lg_pointwise_impl_t lg_relu_##dtype##__##isa = {relu_##dtype##__##isa, NULL, cost};
#define INTEGER_OPS(bits, isa, TARGET, cost)                               \
    INTEGER_CLIP(i##bits, int##bits##_t, isa, TARGET, cost)                \
    INTEGER_CLIP(u##bits, uint##bits##_t, isa, TARGET, cost)               \
    INTEGER_RELU(i##bits, int##bits##_t, isa, TARGET, x < 0 ? 0 : x, cost) \
    INTEGER_RELU(u##bits, uint##bits##_t, isa, TARGET, x, cost)
#define INTEGER_SIZES(isa, TARGET)     \
    INTEGER_OPS(8, isa, TARGET, 0.05)  \
    INTEGER_OPS(16, isa, TARGET, 0.08) \
    INTEGER_OPS(32, isa, TARGET, 0.15) \
    INTEGER_OPS(64, isa, TARGET, 0.3)

INTEGER_SIZES(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
INTEGER_SIZES(avx2, LG_TARGET_AVX2)
#endif
