/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of reductions, shared by sum, mean, max and argmax.
 *
 * Input dimensions are split into kept and reduced ones and merged where the strides allow. Output element k
 * (row-major over the kept dimensions, dense) reduces `reduce_count` elements, visited in row-major order of the
 * reduced dimensions. The result depends on that sequence alone: neither on strides nor on the path taken.
 *
 * Paths, chosen by prepare:
 *   ROWS     the innermost reduced dimension has stride 1: vectors along the reduced axis
 *   COLUMNS  the innermost kept dimension has stride 1: vectors of outputs
 *   GATHER   anything else: as ROWS, from a packed block
 */
#ifndef LEGATO_KERNELS_REDUCE_H_
#define LEGATO_KERNELS_REDUCE_H_

#include <string.h>

#include "../move/walk.h"

typedef struct lg_reduce_args {
    int64_t reduce_count;  // elements per output
    int64_t width;         // COLUMNS: extent of the innermost kept dimension, else 1
    int64_t mean;          // 1: divide the sum by reduce_count; var: what is subtracted from the count
    int64_t gather;        // 1: rows are not unit-stride
    int32_t kept_rank, reduced_rank;
    lg_walk_dim_t reduced[LG_MAX_RANK];  // strides in elements of the input
    lg_walk_dim_t
        kept[LG_MAX_RANK];  // COLUMNS: without the innermost; only kept_rank entries go with a record
} lg_reduce_args_t;

// How prepare treats the order of the reduced elements.
enum {
    LG_REDUCE_ORDERED = 0,    // row-major, as documented above
    LG_REDUCE_UNORDERED = 1,  // any order gives the same bits (max, integer sums): follow the memory
};

typedef struct lg_reduce_impl {
    lg_kernel_fn_t rows;     // ROWS and GATHER
    lg_kernel_fn_t columns;  // COLUMNS; its extent is in outputs, any cut is legal
    int32_t order;           // LG_REDUCE_*
    int32_t item_bytes;
} lg_reduce_impl_t;

lg_status_t lg_reduce_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_REDUCE_H_
