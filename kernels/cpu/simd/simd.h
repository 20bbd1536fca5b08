/* SPDX-License-Identifier: Apache-2.0
 *
 * One vocabulary of vector operations, and the functions built on it, for every instruction set of the
 * machine it is compiled for. A body is written once and included per instruction set (each.inc):
 *
 *     LG_SIMD_TARGET static void V(double_all)(float *x, int64_t n) {     // double_all__avx2, ...
 *         for (; n >= V(lanes); n -= V(lanes), x += V(lanes)) {
 *             V(f32) y = V(load_f32)(x);
 *             V(store_f32)(x, V(add)(y, y));
 *         }
 *         V(store_n_f32)(x, V(mul)(V(load_n_f32)(x, n), V(splat)(2.0f)), n);
 *     }
 *
 * Types: f32 (V(lanes) floats), i32 (as many integers), mask (as many truth values), f64 (half as many).
 *
 *   load_S store_S          one vector from and to storage S = f32, f16 or bf16, any alignment
 *   load_n_S store_n_S      the first n lanes only, 0 <= n < lanes; loads give 0 in the others, and neither
 *                           touches memory beyond. A tail so computes exactly what the main loop computes.
 *   stream_f32, fence       store around the caches (aligned to the vector), and order such stores
 *   splat add sub mul div sqrt neg abs    as their names
 *   fma fms fnma            a*b+c, a*b-c, c-a*b with one rounding
 *   copysign(m, s)          magnitude of m, sign of s
 *   max(a, b) min(a, b)     a must not be NaN; a NaN in b comes through
 *   relu(x)                 x below 0 becomes 0; NaN and -0 stay
 *   maximum minimum         NumPy's: a NaN on either side comes through; of equal zeros, b
 *   lt not_le is_nan        comparisons to a mask; not_le is true for NaN
 *   has_sign                the sign bit as a mask for select (on AVX2 only its sign bits are meaningful)
 *   any all or_m and_not_m  of masks; and_not_m(a, b) is a and not b
 *   select(m, a, b)         m ? a : b
 *   fold_add fold_max       of all lanes, in halves, to one float
 *   bits from_bits to_f32   reinterpret, and convert i32 to f32
 *   *_i, halve_i, shift_left_23, shift_left_31, shift_right_23 (arithmetic)     integer lanes
 *   *_d, widen_low, widen_high, narrow       double lanes
 *   scale_d(x, s)           x * 2^n, no overflow handling, n in the low bits of s = 1.5*2^52 + n
 *
 * math_body.inc adds exp, log, expm1, log1p, tanh, erf and what rests on them.
 */
#ifndef LEGATO_KERNELS_SIMD_H_
#define LEGATO_KERNELS_SIMD_H_

#include "scalar.h"

#define LG_JOIN_(name, suffix) name##__##suffix
#define LG_JOIN(name, suffix) LG_JOIN_(name, suffix)
#define V(name) LG_JOIN(name, LG_SIMD)

#if LG_CPU_X86
#include "avx2.h"
#include "avx512.h"
#elif LG_CPU_ARM64
#include "neon.h"
#endif

#define LG_SIMD_BODY "math_body.inc"
#include "each.inc"
#undef LG_SIMD_BODY

#endif  // LEGATO_KERNELS_SIMD_H_
