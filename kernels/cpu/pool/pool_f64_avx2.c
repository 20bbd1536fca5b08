// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_X86
#define LG_VEC_F64
#define LG_VEC_AVX2
#define LG_POOL_MAX lg_max_pool_f64_f64__avx2
#define LG_POOL_AVG lg_avg_pool_f64_f64__avx2
#define LG_POOL_MAX_PLAIN lg_max_pool_plain_f64
#define LG_POOL_AVG_PLAIN lg_avg_pool_plain_f64
#include "pool_body.h"
#endif
