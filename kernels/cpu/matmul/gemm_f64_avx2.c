// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F64
#define LG_VEC_AVX2
#define LG_GEMM_SYMBOL lg_gemm_f64__avx2
#define LG_GEMM_NAME "f64__avx2_6x8"
#define LG_GEMM_MR 6
#define LG_GEMM_NV 2
#define LG_GEMM_FLOPS 45.0
#include "gemm_body.h"
#endif
