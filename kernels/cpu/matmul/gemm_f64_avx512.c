// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F64
#define LG_VEC_AVX512
#define LG_GEMM_SYMBOL lg_gemm_f64__avx512
#define LG_GEMM_NAME "f64__avx512_14x16"
#define LG_GEMM_MR 14
#define LG_GEMM_NV 2
#define LG_GEMM_FLOPS 50.0
#include "gemm_body.h"
#endif
