/* SPDX-License-Identifier: Apache-2.0
 *
 * From exact sums to quantised results: y = saturate(round(sum * a_scale * b_scale / y_scale) + y_zero).
 */
#ifndef LEGATO_KERNELS_QUANT_REQUANT_H_
#define LEGATO_KERNELS_QUANT_REQUANT_H_

#include "qgemm.h"
#include "scale.h"

// Where the numbers lie among the operands, and how they step: rows are those of A, columns those of B.
// y = saturate(round((sums + bias) * factors) + zero) for `count` numbers.
typedef void (*lg_requant_line_fn_t)(const int32_t *sums, uint32_t bias, const float *factors, float low,
                                     float high, int32_t zero, int64_t count, uint8_t *y);

// That of an instruction set (LG_ISA_*); all give the same bits.
lg_requant_line_fn_t lg_requant_line(uint32_t isa);

typedef struct lg_requant {
    lg_requant_line_fn_t line;
    uint32_t a_scale, b_scale, y_scale, y_zero;  // places in `data`
    uint32_t bias;                               // of each row; 0: none
    int64_t a_step, b_step, bias_step;           // 0: one for all
    int32_t y_signed;
} lg_requant_t;

// Writes `rows` by `cols` results of sums [rows][LG_QGEMM_COLS] at `y`, rows y_rs apart. `i0` and `j0`: the
// first row and column, as scales and bias count them.
void lg_requant_store(const lg_requant_t *requant, void *const *data, const int32_t *sums, int64_t i0,
                      int64_t rows, int64_t j0, int64_t cols, uint8_t *y, int64_t y_rs);

#endif  // LEGATO_KERNELS_QUANT_REQUANT_H_
