/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of reductions, shared by all of them.
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

// What is summed instead of the elements: to[i] = term(from[i], shift), for n elements. `one` has one shift for all,
// `each` one per element; both may be the same function where there is none.
typedef void (*lg_reduce_term_fn_t)(void *to, const void *from, int64_t n, const void *shift);
typedef struct lg_reduce_term {
    lg_reduce_term_fn_t one, each;
} lg_reduce_term_t;

// What becomes of a sum over R elements.
enum {
    LG_REDUCE_PLAIN = 0,
    LG_REDUCE_MEAN,     // s / R
    LG_REDUCE_SQRT,     // sqrt s
    LG_REDUCE_LOG,      // log s
    LG_REDUCE_VAR,      // s / (R - correction)
    LG_REDUCE_LOG_ADD,  // log s + shift
};

typedef struct lg_reduce_args {
    int64_t reduce_count;          // elements per output
    int64_t width;                 // COLUMNS: extent of the innermost kept dimension, else 1
    int64_t gather;                // 1: rows are not unit-stride
    int64_t correction;            // of var
    const lg_reduce_term_t *term;  // NULL: the elements themselves
    lg_kernel_fn_t most;           // fills the outputs with what is the shift; NULL: their means are
    int32_t shifted;               // 1: the terms need a shift, so two passes
    int32_t finish;                // LG_REDUCE_PLAIN, ...
    int32_t kept_rank, reduced_rank;
    lg_stepper_dim_t reduced[LG_MAX_RANK];  // strides in elements of the input
    lg_stepper_dim_t
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
    // Sums only:
    int32_t finish;
    int32_t shifted;
    const lg_reduce_term_t *term;
    const struct lg_reduce_impl *most;  // whose results are the shifts; NULL: means are
} lg_reduce_impl_t;

lg_status_t lg_reduce_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_REDUCE_H_
