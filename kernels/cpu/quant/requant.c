// SPDX-License-Identifier: Apache-2.0
// The end of the qlinear ops. Scales are multiplied and divided in f32 in the order of the formula.
#include "requant.h"

#define REQUANT_LINE(isa, TARGET)                                                                           \
    TARGET static void requant_line__##isa(const int32_t *sums, uint32_t bias, const float *factors,        \
                                           float low, float high, int32_t zero, int64_t count,              \
                                           uint8_t *LG_RESTRICT y) {                                        \
        for (int64_t j = 0; j < count; j++) {                                                               \
            y[j] = (uint8_t)lg_quant_saturate((float)(int32_t)((uint32_t)sums[j] + bias) * factors[j], low, \
                                              high, zero);                                                  \
        }                                                                                                   \
    }
REQUANT_LINE(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
REQUANT_LINE(avx2, LG_TARGET_AVX2)
#endif

lg_requant_line_fn_t lg_requant_line(uint32_t isa) {
#if LG_CPU_X86
    return isa != LG_ISA_SCALAR ? requant_line__avx2 : requant_line__scalar;
#else
    (void)isa;
    return requant_line__scalar;
#endif
}

static void requant_rows(lg_requant_line_fn_t line, const int32_t *sums, const int32_t *bias,
                         int64_t bias_step, const float *a_scale, int64_t a_step, const float *b_scale,
                         int64_t b_step, float y_scale, int32_t zero, int32_t y_signed, int64_t rows,
                         int64_t cols, uint8_t *y, int64_t y_rs) {
    const float low = (float)((y_signed ? INT8_MIN : 0) - zero);
    const float high = (float)((y_signed ? INT8_MAX : UINT8_MAX) - zero);
    float factors[LG_QGEMM_COLS];
    for (int64_t i = 0; i < rows; i++) {
        if (i == 0 || a_step != 0) {
            for (int64_t j = 0; j < cols; j++) {
                factors[j] = a_scale[i * a_step] * b_scale[j * b_step] / y_scale;
            }
        }
        line(sums + i * LG_QGEMM_COLS, bias != NULL ? (uint32_t)bias[i * bias_step] : 0, factors, low, high,
             zero, cols, y + i * y_rs);
    }
}

void lg_requant_store(const lg_requant_t *requant, void *const *data, const int32_t *sums, int64_t i0,
                      int64_t rows, int64_t j0, int64_t cols, uint8_t *y, int64_t y_rs) {
    const int32_t *bias =
        requant->bias != 0 ? (const int32_t *)data[requant->bias] + i0 * requant->bias_step : NULL;
    const int32_t zero = lg_qgemm_value(*(const uint8_t *)data[requant->y_zero], requant->y_signed);
    requant_rows(requant->line, sums, bias, requant->bias_step,
                 (const float *)data[requant->a_scale] + i0 * requant->a_step, requant->a_step,
                 (const float *)data[requant->b_scale] + j0 * requant->b_step, requant->b_step,
                 *(const float *)data[requant->y_scale], zero, requant->y_signed, rows, cols, y, y_rs);
}
