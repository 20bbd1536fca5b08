// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_ARM64
#define LG_VEC_F32
#define LG_VEC_NEON
#define LG_GEMM_SYMBOL lg_gemm_f32__neon
#define LG_GEMM_NAME "f32__neon_6x16"
#define LG_GEMM_MR 6
#define LG_GEMM_NV 4
#define LG_GEMM_FLOPS 20.0
#include "gemm_body.h"
#endif
