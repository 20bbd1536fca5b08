// SPDX-License-Identifier: Apache-2.0
#include "epilogue.h"

#include <math.h>

#include "../simd/simd.h"

// ---- scalar reference -------------------------------------------------------------------------------

static float epilogue_scalar(const lg_epilogue_t *e, float x) {
    const double d = (double)x;
    switch (e->activation) {
        case LG_ACTIVATION_RELU:
            return x < 0 ? 0.0f : x;
        case LG_ACTIVATION_CLIP:
            x = x > e->alpha || x != x ? x : e->alpha;
            return x < e->beta || x != x ? x : e->beta;
        case LG_ACTIVATION_LEAKY_RELU:
            return x < 0 ? x * e->alpha : x;
        case LG_ACTIVATION_SIGMOID:
            return (float)((x < 0 ? exp(d) : 1.0) / (1.0 + exp(-fabs(d))));
        case LG_ACTIVATION_TANH:
            return (float)tanh(d);
        case LG_ACTIVATION_SILU:
            return d < -1000.0 ? 0.0f : (float)(d * ((x < 0 ? exp(d) : 1.0) / (1.0 + exp(-fabs(d)))));
        case LG_ACTIVATION_GELU:
            return d < -1000.0 ? 0.0f : (float)(0.5 * d * erfc(d * -0.70710678118654752440));
        case LG_ACTIVATION_GELU_TANH: {
            if (d < -1000.0) {
                return 0.0f;
            }
            const double t = d * (1.5957691216057308 + 0.07135481627260025 * d * d);
            return (float)(d * ((t < 0 ? exp(t) : 1.0) / (1.0 + exp(-fabs(t)))));
        }
        case LG_ACTIVATION_HARD_SIGMOID:
            x = e->alpha * x + e->beta;
            x = x < 0 ? 0.0f : x;
            return x > 1 ? 1.0f : x;
        case LG_ACTIVATION_HARD_SWISH: {
            const float bounded = x < -3 ? -3.0f : x;
            x = bounded * 0.16666667f + 0.5f;
            x = x < 0 ? 0.0f : x;
            return bounded * (x > 1 ? 1.0f : x);
        }
        default:
            return x;
    }
}

static void epilogue_run__scalar(const lg_epilogue_t *e, float *c, int64_t step, const float *addend,
                                 int64_t rows, int64_t cols) {
    for (int64_t r = 0; r < rows; r++) {
        float *row = c + r * step;
        for (int64_t i = 0; i < cols; i++) {
            const float a = addend != NULL ? addend[r * step + i] : 0.0f;
            const float x = addend != NULL && !e->after ? row[i] + a : row[i];
            const float y = epilogue_scalar(e, x);
            row[i] = addend != NULL && e->after ? y + a : y;
        }
    }
}

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "../fused/epilogue_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- choice -----------------------------------------------------------------------------------------

void lg_epilogue_init(lg_epilogue_t *epilogue, uint32_t isa, int64_t activation, double alpha, double beta,
                      int64_t after, int32_t has_addend) {
    *epilogue = (lg_epilogue_t){.run = NULL,
                                .alpha = (float)alpha,
                                .beta = (float)beta,
                                .activation = (uint8_t)activation,
                                .after = (uint8_t)after};
    if (activation == LG_ACTIVATION_NONE && !has_addend) {
        return;
    }
    epilogue->run = epilogue_run__scalar;
#if LG_CPU_X86
    epilogue->run = isa == LG_ISA_AVX512 ? epilogue_run__avx512
                    : isa == LG_ISA_AVX2 ? epilogue_run__avx2
                                         : epilogue->run;
#elif LG_CPU_ARM64
    epilogue->run = isa == LG_ISA_NEON ? epilogue_run__neon : epilogue->run;
#else
    (void)isa;
#endif
}

double lg_epilogue_cost(const lg_epilogue_t *epilogue) {
    static const float costs[LG_ACTIVATION_COUNT] = {0.03f, 0.03f, 0.04f, 0.04f, 0.25f, 0.3f,
                                                     0.3f,  0.5f,  0.35f, 0.05f, 0.06f};
    return epilogue->run != NULL ? (double)costs[epilogue->activation] : 0.0;
}
