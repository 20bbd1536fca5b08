/* SPDX-License-Identifier: Apache-2.0
 *
 * f16 and bf16, the halves, to f32 and back: how every pointwise op but `where` computes on them.
 */
#ifndef LEGATO_KERNELS_HALVES_H_
#define LEGATO_KERNELS_HALVES_H_

#include "../cpu.h"

// Converts `n` elements; the two do not overlap.
typedef void (*lg_convert_fn_t)(void *to, const void *from, int64_t n);

LG_INLINE int32_t lg_is_half(uint32_t dtype) {
    return (1u << LG_DTYPE_F16 | 1u << LG_DTYPE_BF16) >> dtype & 1u;
}

// From half `dtype` to f32 (`widens`) or back, for a kernel of instruction set `isa`: the same bits on all.
lg_convert_fn_t lg_half_convert(uint32_t dtype, int32_t widens, uint32_t isa);

#endif  // LEGATO_KERNELS_HALVES_H_
