// SPDX-License-Identifier: Apache-2.0
// sum and mean: y[k] = sum_r x[k, r]  (mean: divided by R).
//
// Accumulates in the input's dtype over one fixed tree, the same for every layout, path and instruction set:
//   - a block of 256 elements goes to 16 lanes, element i to lane i % 16, each lane in order;
//   - the 16 lanes are folded in halves: lane l += lane l + 8, then 4, 2, 1;
//   - blocks form a complete binary tree (padded with zeros to a power of two).
// Lanes start from +0, so absent elements are exact no-ops and a sum is never -0. The error grows as
// 16 + log2(R) roundings, that of pairwise summation (Higham, The Accuracy of Floating Point Summation, 1993).
// No FMA: all variants agree bit for bit. Integers wrap. An empty sum is 0, an empty mean NaN.
// Rejected: f64 accumulators for f32, which convert every vector twice for accuracy that the tree has.
#include "../families.h"
#include "lanes.h"
#include "reduce.h"

enum {
    SUM_LANES = 16,
    SUM_BLOCK = 256,       // elements of one leaf of the tree
    SUM_CHUNK = 1024,      // four leaves, walked side by side to hide the latency of the additions
    SUM_LEVELS = 56,       // of the tree above the leaves: any int64_t count
    SUM_TILE_BYTES = 512,  // columns reduced together: lanes (8 KiB) stay in L1
};

// ---- scalar reference -------------------------------------------------------------------------------

#define SUM_SCALAR(T, S, OUT)                                                                             \
    static T sum_fold_##S(T *lanes) {                                                                     \
        for (int64_t half = SUM_LANES / 2; half > 0; half /= 2) {                                         \
            for (int64_t i = 0; i < half; i++) {                                                          \
                lanes[i] += lanes[i + half];                                                              \
            }                                                                                             \
        }                                                                                                 \
        return lanes[0];                                                                                  \
    }                                                                                                     \
    static T sum_output_##S(const lg_reduce_args_t *args, const T *x) {                                   \
        T stack[SUM_LEVELS];                                                                              \
        int64_t top = 0, block = 0;                                                                       \
        lg_walk_t walk;                                                                                   \
        lg_walk_start(&walk, args->reduced, args->reduced_rank, 0);                                       \
        for (int64_t done = 0; done < args->reduce_count; done += SUM_BLOCK, block++) {                   \
            T lanes[SUM_LANES] = {0};                                                                     \
            for (int64_t i = 0; i < SUM_BLOCK && done + i < args->reduce_count; i++) {                    \
                lanes[i % SUM_LANES] += x[walk.offset];                                                   \
                lg_walk_next(&walk);                                                                      \
            }                                                                                             \
            T sum = sum_fold_##S(lanes);                                                                  \
            for (int64_t bit = block; bit & 1; bit >>= 1) {                                               \
                sum = stack[--top] + sum;                                                                 \
            }                                                                                             \
            stack[top++] = sum;                                                                           \
        }                                                                                                 \
        T sum = top > 0 ? stack[--top] : 0;                                                               \
        while (top > 0) {                                                                                 \
            sum = stack[--top] + sum;                                                                     \
        }                                                                                                 \
        return sum;                                                                                       \
    }                                                                                                     \
    static int32_t sum_##S##__scalar(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_reduce_args_t *args = memory;                                                            \
        const T *x = data[0];                                                                             \
        T *y = data[1];                                                                                   \
        for (int64_t k = begin; k < end; k++) {                                                           \
            lg_walk_t outer;                                                                              \
            lg_walk_start(&outer, args->kept, args->kept_rank, k / args->width);                          \
            T sum = sum_output_##S(args, x + outer.offset + k % args->width);                             \
            y[k] = args->mean ? OUT(sum, args->reduce_count) : sum;                                       \
        }                                                                                                 \
        return 0;                                                                                         \
    }

// An empty mean is the positive quiet NaN, whatever 0/0 gives here.
#define SUM_MEAN_F32(sum, count) ((count) > 0 ? (sum) / (float)(count) : __builtin_nanf(""))
#define SUM_MEAN_F64(sum, count) ((count) > 0 ? (sum) / (double)(count) : __builtin_nan(""))
#define SUM_MEAN_NONE(sum, count) (sum)

SUM_SCALAR(float, f32, SUM_MEAN_F32)
SUM_SCALAR(double, f64, SUM_MEAN_F64)
SUM_SCALAR(uint32_t, i32, SUM_MEAN_NONE)
SUM_SCALAR(uint64_t, i64, SUM_MEAN_NONE)

#define SUM_IMPL(op, S, isa, order, bytes) \
    const lg_reduce_impl_t lg_##op##_##S##__##isa = {sum_##S##__##isa, sum_columns_##S##__##isa, order, bytes}
#define SUM_IMPLS(isa)                               \
    SUM_IMPL(sum, f32, isa, LG_REDUCE_ORDERED, 4);   \
    SUM_IMPL(sum, f64, isa, LG_REDUCE_ORDERED, 8);   \
    SUM_IMPL(sum, i32, isa, LG_REDUCE_UNORDERED, 4); \
    SUM_IMPL(sum, i64, isa, LG_REDUCE_UNORDERED, 8); \
    SUM_IMPL(mean, f32, isa, LG_REDUCE_ORDERED, 4);  \
    SUM_IMPL(mean, f64, isa, LG_REDUCE_ORDERED, 8)

#define sum_columns_f32__scalar sum_f32__scalar
#define sum_columns_f64__scalar sum_f64__scalar
#define sum_columns_i32__scalar sum_i32__scalar
#define sum_columns_i64__scalar sum_i64__scalar
SUM_IMPLS(scalar);

// ---- vectors ----------------------------------------------------------------------------------------

#if LG_CPU_X86
#define LG_SUFFIX avx2
#define LG_VB 32
#define LG_TARGET LG_TARGET_AVX2
#include "sum_types.inc"
#define LG_SUFFIX avx512
#define LG_VB 64
#define LG_TARGET LG_TARGET_AVX512
#include "sum_types.inc"
SUM_IMPLS(avx2);
SUM_IMPLS(avx512);
#elif LG_CPU_ARM64
#define LG_SUFFIX neon
#define LG_VB 16
#define LG_TARGET LG_TARGET_NEON
#include "sum_types.inc"
SUM_IMPLS(neon);
#endif
