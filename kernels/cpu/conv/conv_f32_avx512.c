// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F32
#define LG_VEC_AVX512
#define LG_CONV_SYMBOL lg_conv_f32_f32__avx512_14x32
#define LG_CONV_FUSED_SYMBOL lg_fused_conv_f32_f32__avx512_14x32
#define LG_CONV_GEMM lg_gemm_f32__avx512
#define LG_CONV_NR 32
#define LG_CONV_PLAIN lg_conv_plain_f32
#include "conv_body.h"
#endif
