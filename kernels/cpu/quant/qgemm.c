// SPDX-License-Identifier: Apache-2.0
// Products of 8-bit matrices: blocks, staging of B, and the scalar reference.
#include "qgemm.h"

#include <string.h>

// Turns the bytes of eight numbers, as eight rows of eight: halves of 4 x 4, 2 x 2 and single bytes change places.
static void qgemm_turn(uint64_t *rows) {
    for (int step = 4; step > 0; step /= 2) {
        const uint64_t low = step == 4   ? 0x00000000ffffffffu
                             : step == 2 ? 0x0000ffff0000ffffu
                                         : 0x00ff00ff00ff00ffu;
        for (int i = 0; i < 8; i++) {
            if (!(i & step)) {
                const uint64_t a = rows[i], b = rows[i + step];
                rows[i] = (a & low) | (b & low) << (8 * step);
                rows[i + step] = (a >> (8 * step) & low) | (b & ~low);
            }
        }
    }
}

// B as it lies, for blocks that are narrower than a panel or not dense along the columns.
static void qgemm_stage(const lg_qgemm_t *g, const lg_qgemm_data_t *data, int64_t k0, int64_t kc, int64_t j0,
                        int64_t cols, uint8_t *block) {
    const uint8_t *b = data->b + k0 * g->b_rs + j0 * g->b_cs;
    if (g->b_cs == 1) {
        for (int64_t k = 0; k < kc; k++) {
            memcpy(block + k * LG_QGEMM_COLS, b + k * g->b_rs, (size_t)cols);
        }
        return;
    }
    // Columns that are dense along k are turned eight by eight.
    const int64_t turned = g->b_rs == 1 ? kc / 8 * 8 : 0;
    int64_t j = 0;
    for (; j + 8 <= cols && turned > 0; j += 8) {
        for (int64_t k = 0; k < turned; k += 8) {
            uint64_t rows[8];
            for (int i = 0; i < 8; i++) {
                memcpy(&rows[i], b + k + (j + i) * g->b_cs, 8);
            }
            qgemm_turn(rows);
            for (int i = 0; i < 8; i++) {
                memcpy(block + (k + i) * LG_QGEMM_COLS + j, &rows[i], 8);
            }
        }
    }
    for (int64_t c = 0; c < cols; c++) {
        for (int64_t k = c < j ? turned : 0; k < kc; k++) {
            block[k * LG_QGEMM_COLS + c] = b[k * g->b_rs + c * g->b_cs];
        }
    }
}

void lg_qgemm_block(const lg_qgemm_isa_t *isa, const lg_qgemm_t *g, const lg_qgemm_data_t *data, int64_t t,
                    int32_t *c, int64_t c_rs, lg_qgemm_scratch_t *scratch) {
    const int64_t i0 = lg_qgemm_row(g, t), j0 = lg_qgemm_col(g, t);
    lg_qgemm_piece_t piece = {
        .rows = lg_qgemm_part(g->m, i0, LG_QGEMM_ROWS),
        .cols = lg_qgemm_part(g->n, j0, LG_QGEMM_COLS),
        .c = c,
        .c_rs = c_rs,
        .scratch = scratch,
    };
    if (g->k == 0) {
        for (int64_t i = 0; i < piece.rows; i++) {
            memset(c + i * c_rs, 0, (size_t)piece.cols * sizeof *c);
        }
        return;
    }
    for (int64_t i = 0; i < piece.rows; i++) {
        scratch->a_zero[i] =
            data->a_zero != NULL ? lg_qgemm_value(data->a_zero[(i0 + i) * g->a_zero_step], g->a_signed) : 0;
    }
    for (int64_t j = 0; j < LG_QGEMM_COLS; j++) {
        scratch->b_zero[j] = data->b_zero != NULL && j < piece.cols
                                 ? lg_qgemm_value(data->b_zero[(j0 + j) * g->b_zero_step], g->b_signed)
                                 : 0;
    }
    const lg_qgemm_stage_fn_t stage = g->stage != NULL ? g->stage : qgemm_stage;
    const int32_t in_place = g->stage == NULL && g->b_cs == 1 && piece.cols == LG_QGEMM_COLS;
    for (piece.k0 = 0; piece.k0 < g->k; piece.k0 += LG_QGEMM_K) {
        piece.kc = lg_qgemm_part(g->k, piece.k0, LG_QGEMM_K);
        piece.a = data->a + i0 * g->a_rs + piece.k0 * g->a_cs;
        piece.b = in_place ? data->b + piece.k0 * g->b_rs + j0 : scratch->block;
        piece.b_stride = in_place ? g->b_rs : LG_QGEMM_COLS;
        if (!in_place) {
            stage(g, data, piece.k0, piece.kc, j0, piece.cols, scratch->block);
        }
        isa->piece(g, &piece);
    }
}

// ---- scalar reference -------------------------------------------------------------------------------

static void piece_scalar(const lg_qgemm_t *g, const lg_qgemm_piece_t *piece) {
    const lg_qgemm_scratch_t *scratch = piece->scratch;
    for (int64_t i = 0; i < piece->rows; i++) {
        uint32_t sums[LG_QGEMM_COLS] = {0};
        for (int64_t k = 0; k < piece->kc; k++) {
            const int32_t a =
                lg_qgemm_value(piece->a[i * g->a_rs + k * g->a_cs], g->a_signed) - scratch->a_zero[i];
            const uint8_t *b = piece->b + k * piece->b_stride;
            const uint8_t flip = g->b_signed ? 0x80 : 0;
            for (int64_t j = 0; j < piece->cols; j++) {
                sums[j] += (uint32_t)(a * ((int32_t)(uint8_t)(b[j] ^ flip) - flip - scratch->b_zero[j]));
            }
        }
        int32_t *c = piece->c + i * piece->c_rs;
        for (int64_t j = 0; j < piece->cols; j++) {
            c[j] = (int32_t)(sums[j] + (piece->k0 > 0 ? (uint32_t)c[j] : 0));
        }
    }
}

const lg_qgemm_isa_t lg_qgemm__scalar = {piece_scalar, 2.0};
