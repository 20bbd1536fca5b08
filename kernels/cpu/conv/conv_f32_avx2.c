// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F32
#define LG_VEC_AVX2
#define LG_CONV_SYMBOL lg_conv_f32_f32__avx2_6x16
#define LG_CONV_FUSED_SYMBOL lg_fused_conv_f32_f32__avx2_6x16
#define LG_CONV_GEMM lg_gemm_f32__avx2
#define LG_CONV_NR 16
#define LG_CONV_PLAIN lg_conv_plain_f32
#include "conv_body.h"
#endif
