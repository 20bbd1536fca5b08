/* SPDX-License-Identifier: Apache-2.0
 *
 * The tiled transpose inside the strided copy, by item size in bits.
 */
#ifndef LEGATO_KERNELS_TRANSPOSE_H_
#define LEGATO_KERNELS_TRANSPOSE_H_

#include "copy.h"

// Side of a tile in items. A tile is one unit of the extent and moves at most 16 KiB each way, sixteen
// times as much where the caches do not hold all (copy.c).
LG_INLINE int64_t lg_transpose_side(int32_t item_bytes) {
    return item_bytes == 1 ? 128 : item_bytes == 8 ? 32 : 64;
}

// Kernel functions over lg_copy_args_t: the last two dimensions are (p, q), p read side by side, q written side
// by side; `step` is the tile's side and `steps` the tiles along q.
#define LG_TRANSPOSE_KERNEL(name) \
    int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end)
LG_TRANSPOSE_KERNEL(lg_transpose_8__scalar);
LG_TRANSPOSE_KERNEL(lg_transpose_16__scalar);
LG_TRANSPOSE_KERNEL(lg_transpose_32__scalar);
LG_TRANSPOSE_KERNEL(lg_transpose_64__scalar);
LG_TRANSPOSE_KERNEL(lg_transpose_8__avx2);
LG_TRANSPOSE_KERNEL(lg_transpose_16__avx2);
LG_TRANSPOSE_KERNEL(lg_transpose_32__avx2);
LG_TRANSPOSE_KERNEL(lg_transpose_64__avx2);
LG_TRANSPOSE_KERNEL(lg_transpose_8__avx512);
LG_TRANSPOSE_KERNEL(lg_transpose_16__avx512);
LG_TRANSPOSE_KERNEL(lg_transpose_32__avx512);
LG_TRANSPOSE_KERNEL(lg_transpose_64__avx512);
LG_TRANSPOSE_KERNEL(lg_transpose_8__neon);
LG_TRANSPOSE_KERNEL(lg_transpose_16__neon);
LG_TRANSPOSE_KERNEL(lg_transpose_32__neon);
LG_TRANSPOSE_KERNEL(lg_transpose_64__neon);

// An lg_copy_impl_t.
#define LG_COPY_IMPL(isa)                                                                                 \
    {                                                                                                     \
        { lg_transpose_8__##isa, lg_transpose_16__##isa, lg_transpose_32__##isa, lg_transpose_64__##isa } \
    }

#endif  // LEGATO_KERNELS_TRANSPOSE_H_
