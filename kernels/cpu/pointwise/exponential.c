// SPDX-License-Identifier: Apache-2.0
// Functions on top of the exponential:
//
//   expm1 x      e^x - 1          log1p x   ln(1 + x)
//   elu x        x > 0 ? x : alpha expm1(x)
//   selu x       scale (x > 0 ? x : alpha expm1(x)), with the constants of the paper
//   celu x       x > 0 ? x : alpha expm1(x / alpha)
//   softplus x   ln(1 + e^x) = max(x, 0) + log1p(e^-|x|)
//   mish x       x tanh(softplus(x)) = x w / (w + 2), w = e^x (e^x + 2);  0 at -inf: the limit
//
// f32: vectors of exponential_body.inc; scalar reference in double, rounded once.
#include <math.h>

#include "loops.h"

// Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks, 2017.
#define SELU_SCALE 1.0507009873554804934193349852946
#define SELU_ALPHA 1.6732632423543772848170429916717

static double elu(double x, double alpha) {
    return x > 0.0 ? x : alpha * expm1(x);
}

static double celu(double x, double alpha) {
    return x > 0.0 ? x : alpha * expm1(x / alpha);
}

static double selu(double x) {
    return SELU_SCALE * elu(x, SELU_ALPHA);
}

static double softplus(double x) {
    return (x > 0.0 ? x : 0.0) + log1p(exp(-fabs(x)));
}

static double mish(double x) {
    double e = exp(x < 40.0 ? x : x != x ? x : 40.0);
    double w = e * (e + 2.0);
    return x < -1000.0 ? 0.0 : x * (w / (w + 2.0));
}

#define SCALAR_ROW(op, dtype, cost) \
    const lg_pointwise_impl_t lg_##op##_##dtype##__scalar = {op##_##dtype##__scalar, NULL, cost};
#define SCALAR_OP(op, function, cost)                                                       \
    LG_LOOP_1(LG_TARGET_SCALAR, op##_f32__scalar, float, float, (float)function((double)x)) \
    LG_LOOP_1(LG_TARGET_SCALAR, op##_f64__scalar, double, double, function(x))              \
    SCALAR_ROW(op, f32, cost)                                                               \
    SCALAR_ROW(op, f64, cost)
SCALAR_OP(expm1, expm1, 6.0)
SCALAR_OP(log1p, log1p, 6.0)
SCALAR_OP(selu, selu, 6.0)
SCALAR_OP(softplus, softplus, 12.0)
SCALAR_OP(mish, mish, 6.0)

#define PARAM_ROW(op, dtype, cost)                                  \
    const lg_pointwise_param_impl_t lg_##op##_##dtype##__scalar = { \
        {op##_##dtype##__scalar, NULL, cost}, 1, {1.0, 0.0}};
#define PARAM_OP(op)                                                                       \
    LG_PARAM_1(LG_TARGET_SCALAR, op##_f32__scalar, float, (float)op((double)x, (double)p)) \
    LG_PARAM_1(LG_TARGET_SCALAR, op##_f64__scalar, double, op(x, p))                       \
    PARAM_ROW(op, f32, 6.0)                                                                \
    PARAM_ROW(op, f64, 6.0)
PARAM_OP(elu)
PARAM_OP(celu)

#define LG_SIMD_BODY "../pointwise/exponential_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY
