// SPDX-License-Identifier: Apache-2.0
#include "../cpu.h"

#if LG_CPU_ARM64
#define LG_VEC_F32
#define LG_VEC_NEON
#define LG_POOL_MAX lg_max_pool_f32_f32__neon
#define LG_POOL_AVG lg_avg_pool_f32_f32__neon
#define LG_POOL_MAX_PLAIN lg_max_pool_plain_f32
#define LG_POOL_AVG_PLAIN lg_avg_pool_plain_f32
#include "pool_body.h"
#endif
