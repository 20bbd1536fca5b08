// SPDX-License-Identifier: Apache-2.0
// Sums of elements or of terms: y[k] = finish(sum_r term(x[k, r])).
//
//   sum, mean       term x
//   l1, sum_square  term |x|, x^2            l2       sqrt of the sum of squares
//   log_sum         log of the sum           log_sum_exp  log sum e^(x - m) + m with m the largest element
//   var             term (x - mean)^2, divided by R - correction
//
// Accumulates in the input's dtype over one fixed tree, the same for every layout, path and instruction set:
//   - a block of 256 elements goes to 16 lanes, element i to lane i % 16, each lane in order;
//   - the 16 lanes are folded in halves: lane l += lane l + 8, then 4, 2, 1;
//   - blocks form a complete binary tree (padded with zeros to a power of two).
// Lanes start from +0, so absent elements are exact no-ops and a sum is never -0. The error grows as
// 16 + log2(R) roundings, that of pairwise summation (Higham, The Accuracy of Floating Point Summation, 1993).
// No FMA: all variants agree bit for bit, save where an exponential is taken. Integers wrap. An empty sum is 0, an
// empty mean NaN. An infinite or NaN m is the result of log_sum_exp itself.
//
// Terms are made a chunk of L1 at a time and summed from there: one more pass through L1 costs less than a body
// for each of them. Rejected: f64 accumulators for f32, which convert every vector twice for accuracy that the tree
// has.
#include <math.h>

#include "../families.h"
#include "../simd/simd.h"
#include "lanes.h"

enum {
    SUM_LANES = 16,
    SUM_BLOCK = 256,        // elements of one leaf of the tree
    SUM_CHUNK = 1024,       // four leaves, walked side by side to hide the latency of the additions
    SUM_LEVELS = 56,        // of the tree above the leaves: any int64_t count
    SUM_TILE_BYTES = 1024,  // columns reduced together: lanes (16 KiB) stay in L1
    SUM_SHIFTED = 4096,     // elements of the rows that two passes take together
};

// An empty mean is the positive quiet NaN, whatever 0/0 gives here.
#define SUM_FINISH(T, S, SQRT, LOG, NAN_)                                                      \
    LG_INLINE T sum_finish_##S(const lg_reduce_args_t *args, int32_t finish, T sum, T shift) { \
        switch (finish) {                                                                      \
            case LG_REDUCE_MEAN:                                                               \
                return args->reduce_count > 0 ? sum / (T)args->reduce_count : NAN_;            \
            case LG_REDUCE_SQRT:                                                               \
                return SQRT(sum);                                                              \
            case LG_REDUCE_LOG:                                                                \
                return (T)LOG(sum);                                                            \
            case LG_REDUCE_VAR:                                                                \
                return sum / (T)(args->reduce_count > args->correction                         \
                                     ? args->reduce_count - args->correction                   \
                                     : 0);                                                     \
            case LG_REDUCE_LOG_ADD:                                                            \
                return shift - shift != 0 ? shift : (T)(LOG(sum) + (double)shift);             \
            default:                                                                           \
                return sum;                                                                    \
        }                                                                                      \
    }
SUM_FINISH(float, f32, sqrtf, log, __builtin_nanf(""))
SUM_FINISH(double, f64, sqrt, log, __builtin_nan(""))
#define sum_finish_int(args, finish, sum, shift) ((void)(finish), (sum))

// ---- terms ------------------------------------------------------------------------------------------

// EXPRESSION sees x, an element, and s, its shift.
#define SUM_TERM_FN(name, TARGET, T, SHIFT, EXPRESSION)                                 \
    TARGET static void name(void *to, const void *from, int64_t n, const void *shift) { \
        const T *const xs = from;                                                       \
        const T *const shifts = shift;                                                  \
        T *const ys = to;                                                               \
        (void)shifts;                                                                   \
        for (int64_t i = 0; i < n; i++) {                                               \
            const T x = xs[i];                                                          \
            SHIFT                                                                       \
            ys[i] = EXPRESSION;                                                         \
        }                                                                               \
    }
#define SUM_TERM(name, S, isa, TARGET, T, EXPRESSION)                               \
    SUM_TERM_FN(name##_##S##__##isa##_one, TARGET, T, , EXPRESSION)                 \
    static const lg_reduce_term_t name##_##S##__##isa = {name##_##S##__##isa##_one, \
                                                         name##_##S##__##isa##_one};
#define SUM_SHIFTED_TERM(name, S, isa, TARGET, T, EXPRESSION)                              \
    SUM_TERM_FN(name##_##S##__##isa##_one, TARGET, T, const T s = shifts[0];, EXPRESSION)  \
    SUM_TERM_FN(name##_##S##__##isa##_each, TARGET, T, const T s = shifts[i];, EXPRESSION) \
    static const lg_reduce_term_t name##_##S##__##isa = {name##_##S##__##isa##_one,        \
                                                         name##_##S##__##isa##_each};

#define SUM_TERMS(isa, TARGET)                                                  \
    SUM_TERM(magnitude, f32, isa, TARGET, float, fabsf(x))                      \
    SUM_TERM(magnitude, f64, isa, TARGET, double, fabs(x))                      \
    SUM_TERM(magnitude, i32, isa, TARGET, uint32_t, (int32_t)x < 0 ? 0 - x : x) \
    SUM_TERM(magnitude, i64, isa, TARGET, uint64_t, (int64_t)x < 0 ? 0 - x : x) \
    SUM_TERM(square, f32, isa, TARGET, float, x *x)                             \
    SUM_TERM(square, f64, isa, TARGET, double, x *x)                            \
    SUM_TERM(square, i32, isa, TARGET, uint32_t, x *x)                          \
    SUM_TERM(square, i64, isa, TARGET, uint64_t, x *x)                          \
    SUM_SHIFTED_TERM(deviation, f32, isa, TARGET, float, (x - s) * (x - s))     \
    SUM_SHIFTED_TERM(deviation, f64, isa, TARGET, double, (x - s) * (x - s))

SUM_TERMS(scalar, LG_TARGET_REFERENCE)
SUM_SHIFTED_TERM(power, f32, scalar, LG_TARGET_REFERENCE, float, expf(x - s))
SUM_SHIFTED_TERM(power, f64, scalar, LG_TARGET_REFERENCE, double, exp(x - s))
#if LG_CPU_X86
SUM_TERMS(avx2, LG_TARGET_AVX2)
#elif LG_CPU_ARM64
SUM_TERMS(neon, LG_TARGET_NEON)
#endif

#define LG_SIMD_BODY "reduce/power_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- scalar reference -------------------------------------------------------------------------------

#define SUM_SCALAR(T, S, FINISH)                                                                          \
    static T sum_fold_##S(T *lanes) {                                                                     \
        for (int64_t half = SUM_LANES / 2; half > 0; half /= 2) {                                         \
            for (int64_t i = 0; i < half; i++) {                                                          \
                lanes[i] += lanes[i + half];                                                              \
            }                                                                                             \
        }                                                                                                 \
        return lanes[0];                                                                                  \
    }                                                                                                     \
    static T sum_output_##S(const lg_reduce_args_t *args, const lg_reduce_term_t *term, T shift,          \
                            const T *x) {                                                                 \
        T stack[SUM_LEVELS], terms[SUM_BLOCK];                                                            \
        int64_t top = 0, block = 0;                                                                       \
        lg_stepper_t walk;                                                                                \
        lg_stepper_start(&walk, args->reduced, args->reduced_rank, 0);                                    \
        for (int64_t done = 0; done < args->reduce_count; done += SUM_BLOCK, block++) {                   \
            T lanes[SUM_LANES] = {0};                                                                     \
            int64_t n = 0;                                                                                \
            for (; n < SUM_BLOCK && done + n < args->reduce_count; n++) {                                 \
                terms[n] = x[walk.offset];                                                                \
                lg_stepper_next(&walk);                                                                   \
            }                                                                                             \
            if (term != NULL) {                                                                           \
                term->one(terms, terms, n, &shift);                                                       \
            }                                                                                             \
            for (int64_t i = 0; i < n; i++) {                                                             \
                lanes[i % SUM_LANES] += terms[i];                                                         \
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
        T *y = data[1];                                                                                   \
        if (args->most != NULL && args->shifted) {                                                        \
            args->most(memory, data, begin, end);                                                         \
        }                                                                                                 \
        for (int64_t k = begin; k < end; k++) {                                                           \
            lg_stepper_t outer;                                                                           \
            lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);                       \
            const T *x = (const T *)data[0] + outer.offset + k % args->width;                             \
            if (args->shifted && args->most == NULL) {                                                    \
                y[k] = FINISH(args, LG_REDUCE_MEAN, sum_output_##S(args, NULL, 0, x), 0);                 \
            }                                                                                             \
            const T shift = args->shifted ? y[k] : 0;                                                     \
            y[k] = FINISH(args, args->finish, sum_output_##S(args, args->term, shift, x), shift);         \
        }                                                                                                 \
        return 0;                                                                                         \
    }

SUM_SCALAR(float, f32, sum_finish_f32)
SUM_SCALAR(double, f64, sum_finish_f64)
SUM_SCALAR(uint32_t, i32, sum_finish_int)
SUM_SCALAR(uint64_t, i64, sum_finish_int)

#define sum_columns_f32__scalar sum_f32__scalar
#define sum_columns_f64__scalar sum_f64__scalar
#define sum_columns_i32__scalar sum_i32__scalar
#define sum_columns_i64__scalar sum_i64__scalar

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
#elif LG_CPU_ARM64
#define LG_SUFFIX neon
#define LG_VB 16
#define LG_TARGET LG_TARGET_NEON
#include "sum_types.inc"
#endif

// ---- what there is ----------------------------------------------------------------------------------

// `base` is the set whose loops make the terms, `isa` the one that sums them.
#define SUM_IMPL(op, S, isa, order, FINISH, SHIFTED, TERM, MOST)               \
    const lg_reduce_impl_t lg_##op##_##S##__##isa = {sum_##S##__##isa,         \
                                                     sum_columns_##S##__##isa, \
                                                     order,                    \
                                                     sizeof(SUM_TYPE_##S),     \
                                                     FINISH,                   \
                                                     SHIFTED,                  \
                                                     TERM,                     \
                                                     MOST};
#define SUM_TYPE_f32 float
#define SUM_TYPE_f64 double
#define SUM_TYPE_i32 uint32_t
#define SUM_TYPE_i64 uint64_t

#define SUM_FLOAT_IMPLS(S, isa, base)                                                                \
    extern const lg_reduce_impl_t lg_max_##S##__##isa;                                               \
    SUM_IMPL(sum, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_PLAIN, 0, NULL, NULL)                         \
    SUM_IMPL(mean, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_MEAN, 0, NULL, NULL)                         \
    SUM_IMPL(l1, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_PLAIN, 0, &magnitude_##S##__##base, NULL)      \
    SUM_IMPL(l2, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_SQRT, 0, &square_##S##__##base, NULL)          \
    SUM_IMPL(sum_square, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_PLAIN, 0, &square_##S##__##base, NULL) \
    SUM_IMPL(log_sum, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_LOG, 0, NULL, NULL)                       \
    SUM_IMPL(var, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_VAR, 1, &deviation_##S##__##base, NULL)
#define SUM_INT_IMPLS(S, isa, base)                                                               \
    SUM_IMPL(sum, S, isa, LG_REDUCE_UNORDERED, LG_REDUCE_PLAIN, 0, NULL, NULL)                    \
    SUM_IMPL(l1, S, isa, LG_REDUCE_UNORDERED, LG_REDUCE_PLAIN, 0, &magnitude_##S##__##base, NULL) \
    SUM_IMPL(sum_square, S, isa, LG_REDUCE_UNORDERED, LG_REDUCE_PLAIN, 0, &square_##S##__##base, NULL)
#define SUM_EXP_IMPL(S, isa, base)                                                               \
    SUM_IMPL(log_sum_exp, S, isa, LG_REDUCE_ORDERED, LG_REDUCE_LOG_ADD, 1, &power_##S##__##base, \
             &lg_max_##S##__##isa)
#define SUM_IMPLS(isa)             \
    SUM_FLOAT_IMPLS(f32, isa, isa) \
    SUM_FLOAT_IMPLS(f64, isa, isa) \
    SUM_INT_IMPLS(i32, isa, isa)   \
    SUM_INT_IMPLS(i64, isa, isa)   \
    SUM_EXP_IMPL(f32, isa, isa)    \
    SUM_EXP_IMPL(f64, isa, scalar)

SUM_IMPLS(scalar)
#if LG_CPU_X86
SUM_IMPLS(avx2)
SUM_FLOAT_IMPLS(f32, avx512, avx2)
SUM_EXP_IMPL(f32, avx512, avx512)
#elif LG_CPU_ARM64
SUM_IMPLS(neon)
#endif
