/* SPDX-License-Identifier: Apache-2.0
 *
 * Scaled dot product attention.
 */
#ifndef LEGATO_KERNELS_ATTENTION_H_
#define LEGATO_KERNELS_ATTENTION_H_

#include "../matmul/gemm.h"

// One row of scores within a block of keys.
typedef struct lg_attention_row {
    float *scores;  // `count` products in, exponentials out; 0 from `visible` on
    int64_t count, visible;
    float scale, softcap;  // softcap 0: none
    const float *mask;     // `visible` summands, or for a choice 0 and -1; NULL: none
    int32_t choice;        // 1: scores where the mask is below 0 do not take part
    float most;            // in: largest score of the blocks before, -inf at first; out: with this one
    float decay;           // out: factor of what the blocks before have given
    double sum;            // in and out: of exponentials
} lg_attention_row_t;

typedef struct lg_attention_impl {
    lg_kernel_fn_t run;
    int32_t item_bytes;
    const lg_gemm_isa_t *gemm;  // NULL for the reference: a unit is then one query
    void (*row)(lg_attention_row_t *row);
    // y = y * decay + part, or y = part where decay is 0.
    void (*merge)(float *y, const float *part, float decay, int64_t count);
} lg_attention_impl_t;

enum { LG_ATTENTION_BATCH = LG_MAX_RANK - 2 };

enum { LG_ATTENTION_NO_MASK = 0, LG_ATTENTION_CHOICE = 1, LG_ATTENTION_SUMMAND = 2 };

typedef struct lg_attention_args {
    const lg_attention_impl_t *impl;
    int64_t queries, keys, width, value_width;  // L, S, D, Dv
    int64_t tile_rows, tiles;                   // queries of a unit, units of a head
    int64_t block;                              // keys of a block
    int64_t packed;                             // 1: keys and values of a block are packed for the gemm
    int64_t visible;                            // causal: query i sees keys below i + visible; else INT64_MAX
    double scale, softcap;
    // Places in scratch, in bytes.
    int64_t key_panels, value_panels, scores, part, state, mask_line, gemm;
    int32_t mask_kind, in_count, batch_rank;
    int32_t group;  // query heads that share a head of keys
    int64_t extents[LG_ATTENTION_BATCH];
    int64_t batch_strides[4][LG_ATTENTION_BATCH];  // of q, k, v, mask
    int64_t strides[4][2];                         // of their last two axes
} lg_attention_args_t;

lg_status_t lg_attention_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err);

#endif  // LEGATO_KERNELS_ATTENTION_H_
