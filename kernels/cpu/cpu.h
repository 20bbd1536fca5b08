/* SPDX-License-Identifier: Apache-2.0
 *
 * What all CPU kernels share: the list of kernels, and helpers for prepare functions.
 * Kernels include the public headers and kernels/cpu only; they never allocate, lock, log or touch errno.
 */
#ifndef LEGATO_KERNELS_CPU_H_
#define LEGATO_KERNELS_CPU_H_

#include <legato/op.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define LG_CPU_X86 1
#else
#define LG_CPU_X86 0
#endif
#if defined(__aarch64__) && defined(__GNUC__)
#define LG_CPU_ARM64 1
#else
#define LG_CPU_ARM64 0
#endif

// Function attributes per instruction set; a kernel file needs no compiler flags of its own. REFERENCE is SCALAR
// for what has a sibling on AVX2: loops stay loops, which the machines without it pay for with half the speed, and
// all others get back as 3 % of the library.
#define LG_TARGET_SCALAR
#if LG_CPU_X86 && !defined(__clang__)
#define LG_TARGET_REFERENCE __attribute__((optimize("no-tree-vectorize")))
#else
#define LG_TARGET_REFERENCE
#endif
#define LG_TARGET_AVX2 __attribute__((target("avx2,fma,f16c,bmi2")))
#define LG_TARGET_AVX512 __attribute__((target("avx2,fma,f16c,bmi2,avx512f,avx512bw,avx512dq,avx512vl")))
#define LG_TARGET_VNNI \
    __attribute__((target("avx2,fma,f16c,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define LG_TARGET_NEON

// In front of a short loop of constant count that must become straight code.
#if defined(__clang__)
#define LG_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define LG_UNROLL _Pragma("GCC unroll 32")
#else
#define LG_UNROLL
#endif

// In front of a loop that may be vectorised although its streams cannot be seen to lie apart.
#if defined(__clang__)
#define LG_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define LG_IVDEP _Pragma("GCC ivdep")
#else
#define LG_IVDEP
#endif

#if defined(__GNUC__)
#define LG_INLINE static inline __attribute__((always_inline))
#define LG_NOINLINE __attribute__((noinline))
#define LG_LIKELY(x) __builtin_expect(!!(x), 1)
#define LG_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define LG_RESTRICT __restrict__
#else
#define LG_INLINE static inline
#define LG_NOINLINE
#define LG_LIKELY(x) (x)
#define LG_UNLIKELY(x) (x)
#define LG_RESTRICT
#endif

// lg_kernel_call_t.pack_layout. `name` ends in a version, which a change of the layout must raise: packed bytes
// outlive this library in files. tests/python/test_prepack.py knows them.
uint64_t lg_pack_layout(const char *name, const int64_t *numbers, int32_t count);

// The item size of a view: 1 << log2 bytes. Families that go by it have functions in this order.
LG_INLINE uint32_t lg_item_log2(const lg_view_t *view) {
    enum {
        TWO = 1 << 2 * LG_DTYPE_F16 | 1 << 2 * LG_DTYPE_BF16 | 1 << 2 * LG_DTYPE_I16 | 1 << 2 * LG_DTYPE_U16,
        FOUR = 2 << 2 * LG_DTYPE_F32 | 2 << 2 * LG_DTYPE_I32 | 2 << 2 * LG_DTYPE_U32,
        EIGHT = 3 << 2 * LG_DTYPE_F64 | 3 << 2 * LG_DTYPE_I64 | 3 << 2 * LG_DTYPE_U64,
    };
    return (uint32_t)(TWO | FOUR | EIGHT) >> 2 * view->dtype & 3;
}

LG_INLINE int32_t lg_item_bytes(const lg_view_t *view) {
    return 1 << lg_item_log2(view);
}

// Returns all kernels, `*out_count` of them, lower instruction sets before higher ones. Static memory.
const lg_kernel_t *lg_cpu_kernels(size_t *out_count);

#endif  // LEGATO_KERNELS_CPU_H_
