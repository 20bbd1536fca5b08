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

enum {
    LG_DTYPES_F32 = 1 << LG_DTYPE_F32,
    LG_DTYPES_F64 = 1 << LG_DTYPE_F64,
    LG_DTYPES_F16 = 1 << LG_DTYPE_F16,
    LG_DTYPES_BF16 = 1 << LG_DTYPE_BF16,
    LG_DTYPES_I8 = 1 << LG_DTYPE_I8,
    LG_DTYPES_U8 = 1 << LG_DTYPE_U8,
    LG_DTYPES_I16 = 1 << LG_DTYPE_I16,
    LG_DTYPES_U16 = 1 << LG_DTYPE_U16,
    LG_DTYPES_I32 = 1 << LG_DTYPE_I32,
    LG_DTYPES_U32 = 1 << LG_DTYPE_U32,
    LG_DTYPES_I64 = 1 << LG_DTYPE_I64,
    LG_DTYPES_U64 = 1 << LG_DTYPE_U64,
    LG_DTYPES_BOOL = 1 << LG_DTYPE_BOOL,
};

#define LG_KERNEL(family, OP, DTYPES, ISA, symbol, flags) extern const lg_##family##_impl_t lg_##symbol;
#include "kernels.inc"
#undef LG_KERNEL

static const lg_kernel_t kernels[] = {
#define LG_KERNEL(family, OP, DTYPES, ISA, symbol, flags) \
    {#symbol, LG_OP_##OP, LG_DTYPES_##DTYPES, LG_ISA_##ISA, (flags), lg_##family##_prepare, &lg_##symbol},
#include "kernels.inc"
#undef LG_KERNEL
};

// Source: Fowler, Noll, Vo, the FNV-1a hash.
uint64_t lg_pack_layout(const char *name, const int64_t *numbers, int32_t count) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name != 0; name++) {
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    }
    for (int32_t i = 0; i < count; i++) {
        for (int32_t shift = 0; shift < 64; shift += 8) {
            hash = (hash ^ (uint8_t)((uint64_t)numbers[i] >> shift)) * 0x100000001b3u;
        }
    }
    return hash;
}

const lg_kernel_t *lg_cpu_kernels(size_t *out_count) {
    *out_count = sizeof kernels / sizeof kernels[0];
    return kernels;
}
