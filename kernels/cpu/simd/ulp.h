/* SPDX-License-Identifier: Apache-2.0
 *
 * Largest errors of the f32 vector functions (math_body.inc) in ULP of the exact result, rounded up: measured
 * over all 2^32 arguments; over a sample for pow, gelu by tanh, expm1, log1p, the functions on top of these, and
 * those from tan to atanh. tests/kernels/test_ulp.c checks them. elu and celu: for the default alpha; mish:
 * right of -87, where e^x is not subnormal.
 *
 * sigmoid and silu reach theirs in the left tail near -87; right of -10 they stay below 3. gelu by tanh rounds
 * the argument of its exponential to f32, so its error grows in the left tail, to 220 at -10 (where results are
 * 1e-37): LG_ULP_GELU_TANH holds for x >= -4.
 */
#ifndef LEGATO_KERNELS_SIMD_ULP_H_
#define LEGATO_KERNELS_SIMD_ULP_H_

#define LG_ULP_EXP 1.0
#define LG_ULP_LOG 1.0
#define LG_ULP_EXPM1 3.0
#define LG_ULP_LOG1P 3.0
#define LG_ULP_TANH 2.0
#define LG_ULP_ERF 1.2
#define LG_ULP_SIGMOID 5.0
#define LG_ULP_SILU 6.0
#define LG_ULP_GELU 8.0
#define LG_ULP_GELU_TANH 24.0
#define LG_ULP_POW 1.0
#define LG_ULP_SIN 2.0
#define LG_ULP_COS 2.0
#define LG_ULP_TAN 4.0
#define LG_ULP_ASIN 3.0
#define LG_ULP_ACOS 2.0
#define LG_ULP_ATAN 3.0
#define LG_ULP_SINH 3.0
#define LG_ULP_COSH 3.0
#define LG_ULP_ASINH 3.0
#define LG_ULP_ACOSH 3.0
#define LG_ULP_ATANH 3.0
#define LG_ULP_ELU 3.0
#define LG_ULP_CELU 3.0
#define LG_ULP_SELU 4.0
#define LG_ULP_SOFTPLUS 4.0
#define LG_ULP_MISH 6.0

#endif  // LEGATO_KERNELS_SIMD_ULP_H_
