/* SPDX-License-Identifier: Apache-2.0
 *
 * Vectors for the reduction bodies: a group of 16 lanes of type LG_T, kept in as many native vectors as it
 * takes, written with the vector extension of GCC and Clang. A body is included per instruction set and type:
 *
 *   LG_SUFFIX  avx2 | avx512 | neon       LG_VB  bytes of a native vector: 32 | 64 | 16
 *   LG_TARGET  the function attribute     LG_T, LG_S, LG_TB  element type, its short name and bytes
 *
 * and starts with `#include "lanes_begin.inc"`, which defines for these parameters
 *   LG_FN(name)  name_<S>__<suffix>       LG_V, LG_VL, LG_NV  native vector type, its lanes, vectors per 16 lanes
 *   LG_LOAD(p), LG_STORE(p, v)            unaligned
 *   LG_FN(tail)(LG_V *v, p, n)            16 lanes from p, those from n (0..16) on are zero and not read
 *   LG_FN(keep)(x, v, n)                  x, the v-th of them, with zeros in the lanes from n on
 *   LG_FN(tail_store)(p, v, n)            the first n of 16 lanes; 64-byte vectors only
 *   LG_FN(fold)(const LG_V *v)            sum of 16 lanes in halves, see sum.c
 * and ends with `#include "lanes_end.inc"`.
 */
#ifndef LEGATO_KERNELS_LANES_H_
#define LEGATO_KERNELS_LANES_H_

#include <string.h>

#include "../cpu.h"

#if LG_CPU_X86
#include <immintrin.h>
#elif LG_CPU_ARM64
#include <arm_neon.h>
#endif

#define LG_CAT4_(a, b, c, d) a##b##c##d
#define LG_CAT4(a, b, c, d) LG_CAT4_(a, b, c, d)
#define LG_FN(name) LG_CAT4(name##_, LG_S, __, LG_SUFFIX)

// -1 in the first `n` of 16 lanes when read from [16 - n]; for masked loads.
static const int32_t lg_lane_mask_4[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
static const int64_t lg_lane_mask_8[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

#endif  // LEGATO_KERNELS_LANES_H_
