// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F64
#define LG_VEC_AVX512
#define LG_CONV_SYMBOL lg_conv_f64_f64__avx512_14x16
#define LG_CONV_GEMM lg_gemm_f64__avx512
#define LG_CONV_NR 16
#define LG_CONV_PLAIN lg_conv_plain_f64
#include "conv_body.h"
#endif
