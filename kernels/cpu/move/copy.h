/* SPDX-License-Identifier: Apache-2.0
 *
 * The strided copy: every data movement that is a window on its input ends here.
 */
#ifndef LEGATO_KERNELS_COPY_H_
#define LEGATO_KERNELS_COPY_H_

#include <string.h>

#include "../cpu.h"

// One loop of a copy; strides in bytes.
typedef struct lg_copy_dim {
    int64_t extent, in_stride, out_stride;
} lg_copy_dim_t;

typedef struct lg_copy_args {
    int64_t in_offset, out_offset;  // bytes from the operands' addresses to the first element
    int64_t step;                   // inner elements (bytes when dense) of one unit of the extent
    int64_t steps;                  // units per inner loop
    int32_t rank, item_bytes;
    int32_t stream;                   // 1: the output is too large to be found in a cache later
    lg_copy_dim_t dims[LG_MAX_RANK];  // outermost first; only `rank` entries are copied with a record
} lg_copy_args_t;

typedef struct lg_copy_impl {
    lg_kernel_fn_t tiles[4];  // by item size: copies a transposed pair of dimensions, see copy.c
} lg_copy_impl_t;

lg_status_t lg_copy_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err);

// Binds a copy of the elements of `in` to those of `out`: same dtype and shape, any strides, not overlapping.
// data[0] and data[1] of the call are their addresses. Does not fail; returns LG_OK.
int32_t lg_copy_prepare_views(const lg_view_t *in, const lg_view_t *out, lg_kernel_call_t *call);

// The same with the transpose of `impl`, from `in_offset` and to `out_offset` (bytes).
void lg_copy_bind(const lg_copy_impl_t *impl, const lg_view_t *in, int64_t in_offset, const lg_view_t *out,
                  int64_t out_offset, lg_kernel_call_t *call);

// lg_copy_bind with the plain transpose.
void lg_copy_bind_plain(const lg_view_t *in, int64_t in_offset, const lg_view_t *out, lg_kernel_call_t *call);

// Copies `size` bytes; inline where a call to memcpy would cost more than the copy.
LG_INLINE void lg_copy_run(char *to, const char *from, int64_t size) {
    if (size > 32) {
        memcpy(to, from, (size_t)size);
    } else if (size >= 8) {  // 8-byte words from both ends, overlapping
        uint64_t words[4];
        int64_t second = size >= 16 ? 8 : 0, third = size >= 24 ? size - 16 : 0;
        memcpy(&words[0], from, 8);
        memcpy(&words[1], from + second, 8);
        memcpy(&words[2], from + third, 8);
        memcpy(&words[3], from + size - 8, 8);
        memcpy(to, &words[0], 8);
        memcpy(to + second, &words[1], 8);
        memcpy(to + third, &words[2], 8);
        memcpy(to + size - 8, &words[3], 8);
    } else {
        for (int64_t i = 0; i < size; i++) {
            to[i] = from[i];
        }
    }
}

// How long moving `bytes` in and out takes, roughly: L2 speed.
LG_INLINE double lg_move_ns(double bytes) {
    return 5.0 + 0.03 * bytes;
}

#endif  // LEGATO_KERNELS_COPY_H_
