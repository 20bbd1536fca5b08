/* SPDX-License-Identifier: Apache-2.0
 *
 * Largest errors of the f32 vector functions (math_body.inc) in ULP of the exact result, measured over all
 * 2^32 arguments and rounded up. tests/kernels/test_ulp.c checks them.
 *
 * gelu with approximate=tanh: the argument of its exponential is rounded to f32, so the error grows with |x|
 * in the left tail, where results are below 1e-18; LG_ULP_GELU_TANH holds for x >= -4.
 */
#ifndef LEGATO_KERNELS_SIMD_ULP_H_
#define LEGATO_KERNELS_SIMD_ULP_H_

#define LG_ULP_EXP 1.0
#define LG_ULP_LOG 1.0
#define LG_ULP_TANH 2.0
#define LG_ULP_ERF 1.2
#define LG_ULP_SIGMOID 5.0
#define LG_ULP_SILU 6.0
#define LG_ULP_GELU 8.0
#define LG_ULP_GELU_TANH 24.0
#define LG_ULP_POW 1.0

#endif  // LEGATO_KERNELS_SIMD_ULP_H_
