// SPDX-License-Identifier: Apache-2.0
// The kernel table, made from kernels.inc.
#include "cpu.h"
#include "families.h"

#if LG_CPU_X86
#define LG_X86(...) __VA_ARGS__
#else
#define LG_X86(...)
#endif
#if LG_CPU_ARM64
#define LG_ARM64(...) __VA_ARGS__
#else
#define LG_ARM64(...)
#endif

#define LG_KERNEL(family, OP, DTYPE, ISA, symbol, flags) extern const lg_##family##_impl_t lg_##symbol;
#include "kernels.inc"
#undef LG_KERNEL

static const lg_kernel_t kernels[] = {
#define LG_KERNEL(family, OP, DTYPE, ISA, symbol, flags) \
    {#symbol, LG_OP_##OP, LG_DTYPE_##DTYPE, LG_ISA_##ISA, (flags), lg_##family##_prepare, &lg_##symbol},
#include "kernels.inc"
#undef LG_KERNEL
};

const lg_kernel_t *lg_cpu_kernels(size_t *out_count) {
    *out_count = sizeof kernels / sizeof kernels[0];
    return kernels;
}
