// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_ARM64
#define LG_VEC_F64
#define LG_VEC_NEON
#define LG_GEMM_SYMBOL lg_gemm_f64__neon
#define LG_GEMM_NAME "f64__neon_6x8"
#define LG_GEMM_MR 6
#define LG_GEMM_NV 4
#define LG_GEMM_FLOPS 10.0
#include "gemm_body.h"
#endif
