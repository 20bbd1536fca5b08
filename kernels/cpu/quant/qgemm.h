/* SPDX-License-Identifier: Apache-2.0
 *
 * Product of 8-bit matrices with exact sums modulo 2^32, under matmul_integer, conv_integer and their qlinear
 * kin:
 *
 *     C[m, n] = sum over k of (A[m, k] - a_zero[m]) * (B[k, n] - b_zero[n])
 *
 * A and B have any strides (in bytes) and are signed or not, each for itself. Work is cut into blocks of up
 * to LG_QGEMM_ROWS rows and LG_QGEMM_COLS columns, and k into pieces of LG_QGEMM_K. For each piece B is
 * brought together as [k][LG_QGEMM_COLS] bytes, where it does not lie so already, and then packed as the
 * instruction set likes it. Sums are exact, so neither cuts nor instruction sets change a bit.
 */
#ifndef LEGATO_KERNELS_QUANT_QGEMM_H_
#define LEGATO_KERNELS_QUANT_QGEMM_H_

#include "../cpu.h"

enum { LG_QGEMM_ROWS = 256, LG_QGEMM_COLS = 64, LG_QGEMM_K = 512, LG_QGEMM_TILE = 6 };

typedef struct lg_qgemm lg_qgemm_t;

// Addresses of one product.
typedef struct lg_qgemm_data {
    const uint8_t *a, *b;
    const uint8_t *a_zero, *b_zero;  // NULL: 0
    const void *source;              // what `stage` reads, where there is one
} lg_qgemm_data_t;

// Writes rows [k0, k0 + kc) of columns [j0, j0 + cols) of B as [kc][LG_QGEMM_COLS]; what lies beyond `cols`
// may be anything.
typedef void (*lg_qgemm_stage_fn_t)(const lg_qgemm_t *gemm, const lg_qgemm_data_t *data, int64_t k0,
                                    int64_t kc, int64_t j0, int64_t cols, uint8_t *block);

struct lg_qgemm {
    int64_t m, n, k;
    int64_t a_rs, a_cs, b_rs, b_cs;
    int64_t a_zero_step, b_zero_step;  // 0: one for all
    int32_t a_signed, b_signed;
    lg_qgemm_stage_fn_t stage;  // NULL: B lies in memory
    int64_t row_blocks, col_blocks;
};

// Memory of one range, 64-byte aligned.
typedef struct lg_qgemm_scratch {
    uint8_t block[LG_QGEMM_K * LG_QGEMM_COLS];
    int16_t packed[LG_QGEMM_K * LG_QGEMM_COLS];
    int16_t rows[LG_QGEMM_TILE * LG_QGEMM_K];
    int32_t a_zero[LG_QGEMM_ROWS], a_sum[LG_QGEMM_ROWS];
    int32_t b_zero[LG_QGEMM_COLS], b_sum[LG_QGEMM_COLS];
    int32_t c[LG_QGEMM_ROWS * LG_QGEMM_COLS];  // for the qlinear ops, whose results are narrower than sums
} lg_qgemm_scratch_t;

// One piece of k of one block: adds to `c`, or sets it when k0 is 0. `b` is [kc][LG_QGEMM_COLS] with rows
// `b_stride` bytes apart, all columns readable; zero points are in scratch.
typedef struct lg_qgemm_piece {
    const uint8_t *a;  // first row, at k0
    const uint8_t *b;
    int64_t b_stride;
    int64_t rows, cols, k0, kc;
    int32_t *c;
    int64_t c_rs;
    lg_qgemm_scratch_t *scratch;
} lg_qgemm_piece_t;

typedef struct lg_qgemm_isa {
    void (*piece)(const lg_qgemm_t *gemm, const lg_qgemm_piece_t *piece);
    double ops_per_ns;
} lg_qgemm_isa_t;

extern const lg_qgemm_isa_t lg_qgemm__scalar;
#if LG_CPU_X86
extern const lg_qgemm_isa_t lg_qgemm__avx2, lg_qgemm__vnni;
#endif

// Computes block `t` of row_blocks * col_blocks into `c`, rows `c_rs` apart; `c` is where column j0 and row
// i0 of the block go.
void lg_qgemm_block(const lg_qgemm_isa_t *isa, const lg_qgemm_t *gemm, const lg_qgemm_data_t *data, int64_t t,
                    int32_t *c, int64_t c_rs, lg_qgemm_scratch_t *scratch);

// Sets what follows from the shape.
LG_INLINE void lg_qgemm_plan(lg_qgemm_t *gemm) {
    gemm->row_blocks = gemm->m / LG_QGEMM_ROWS + (gemm->m % LG_QGEMM_ROWS != 0);
    gemm->col_blocks = gemm->n / LG_QGEMM_COLS + (gemm->n % LG_QGEMM_COLS != 0);
}

// Blocks are numbered along the columns first, so that a block of rows of A stays near.
LG_INLINE int64_t lg_qgemm_row(const lg_qgemm_t *gemm, int64_t t) {
    return t / gemm->col_blocks * LG_QGEMM_ROWS;
}
LG_INLINE int64_t lg_qgemm_col(const lg_qgemm_t *gemm, int64_t t) {
    return t % gemm->col_blocks * LG_QGEMM_COLS;
}
LG_INLINE int64_t lg_qgemm_part(int64_t whole, int64_t from, int64_t most) {
    return whole - from < most ? whole - from : most;
}

// One 8-bit number.
LG_INLINE int32_t lg_qgemm_value(uint8_t byte, int32_t is_signed) {
    return is_signed ? (int8_t)byte : byte;
}

#endif  // LEGATO_KERNELS_QUANT_QGEMM_H_
