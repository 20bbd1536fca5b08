// SPDX-License-Identifier: Apache-2.0
// max and argmax: y[k] = max_r x[k, r], and the first r that attains it.
//
// A NaN wins over every number; the maximum is then a quiet NaN and argmax the first NaN (NumPy). A maximum of
// zero is +0 whichever zeros took part, so the order of comparison does not show in any bit. argmax visits the
// elements in row-major order of the reduced axes.
//
// argmax over rows takes the maximum of 1024 elements with vectors and searches a block only when it beats the
// best so far: about log(blocks) searches on random data. Over columns, value and index are blended together.
#include "../families.h"
#include "lanes.h"

enum {
    MAX_BLOCK = 1024,
    MAX_TILE_BYTES =
        8192,  // columns reduced together: value and index stay in L1, rows are read in long runs
};

// Whether `x` replaces `best`: larger, or a NaN over a number (no integer differs from itself).
#define MAX_BEATS(x, best) ((x) > (best) || ((x) != (x) && (best) == (best)))

// ---- scalar reference -------------------------------------------------------------------------------

#define MAX_SCALAR(T, S, FINISH)                                                                             \
    static int64_t max_output_##S(const lg_reduce_args_t *args, const T *x, T *out_best) {                   \
        lg_walk_t walk;                                                                                      \
        lg_walk_start(&walk, args->reduced, args->reduced_rank, 0);                                          \
        int64_t best_index = 0;                                                                              \
        T best = x[0];                                                                                       \
        for (int64_t r = 0; r < args->reduce_count; r++) {                                                   \
            if (MAX_BEATS(x[walk.offset], best)) {                                                           \
                best = x[walk.offset];                                                                       \
                best_index = r;                                                                              \
            }                                                                                                \
            lg_walk_next(&walk);                                                                             \
        }                                                                                                    \
        *out_best = FINISH(best);                                                                            \
        return best_index;                                                                                   \
    }                                                                                                        \
    static int32_t max_##S##__scalar(const void *memory, void *const *data, int64_t begin, int64_t end) {    \
        const lg_reduce_args_t *args = memory;                                                               \
        for (int64_t k = begin; k < end; k++) {                                                              \
            lg_walk_t outer;                                                                                 \
            lg_walk_start(&outer, args->kept, args->kept_rank, k / args->width);                             \
            max_output_##S(args, (const T *)data[0] + outer.offset + k % args->width, (T *)data[1] + k);     \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    static int32_t argmax_##S##__scalar(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_reduce_args_t *args = memory;                                                               \
        int64_t *y = data[1];                                                                                \
        for (int64_t k = begin; k < end; k++) {                                                              \
            T best;                                                                                          \
            lg_walk_t outer;                                                                                 \
            lg_walk_start(&outer, args->kept, args->kept_rank, k / args->width);                             \
            y[k] = max_output_##S(args, (const T *)data[0] + outer.offset + k % args->width, &best);         \
        }                                                                                                    \
        return 0;                                                                                            \
    }

// One NaN for all, and +0 for both zeros.
#define MAX_FINISH_F32(best) ((best) != (best) ? __builtin_nanf("") : (best) + 0.0f)
#define MAX_FINISH_F64(best) ((best) != (best) ? __builtin_nan("") : (best) + 0.0)
#define MAX_FINISH_INT(best) (best)

MAX_SCALAR(float, f32, MAX_FINISH_F32)
MAX_SCALAR(double, f64, MAX_FINISH_F64)
MAX_SCALAR(int32_t, i32, MAX_FINISH_INT)
MAX_SCALAR(int64_t, i64, MAX_FINISH_INT)

#define MAX_IMPL(S, isa, bytes)                                                                        \
    const lg_reduce_impl_t lg_max_##S##__##isa = {max_##S##__##isa, max_columns_##S##__##isa,          \
                                                  LG_REDUCE_UNORDERED, bytes};                         \
    const lg_reduce_impl_t lg_argmax_##S##__##isa = {argmax_##S##__##isa, argmax_columns_##S##__##isa, \
                                                     LG_REDUCE_ORDERED, bytes};
#define MAX_IMPLS(isa) MAX_IMPL(f32, isa, 4) MAX_IMPL(f64, isa, 8) MAX_IMPL(i32, isa, 4) MAX_IMPL(i64, isa, 8)

#define max_columns_f32__scalar max_f32__scalar
#define max_columns_f64__scalar max_f64__scalar
#define max_columns_i32__scalar max_i32__scalar
#define max_columns_i64__scalar max_i64__scalar
#define argmax_columns_f32__scalar argmax_f32__scalar
#define argmax_columns_f64__scalar argmax_f64__scalar
#define argmax_columns_i32__scalar argmax_i32__scalar
#define argmax_columns_i64__scalar argmax_i64__scalar
MAX_IMPLS(scalar)

// ---- vectors ----------------------------------------------------------------------------------------

#if LG_CPU_X86
#define LG_SUFFIX avx2
#define LG_VB 32
#define LG_TARGET LG_TARGET_AVX2
#include "max_types.inc"
#define LG_SUFFIX avx512
#define LG_VB 64
#define LG_TARGET LG_TARGET_AVX512
#include "max_types.inc"
MAX_IMPLS(avx2)
MAX_IMPLS(avx512)
#elif LG_CPU_ARM64
#define LG_SUFFIX neon
#define LG_VB 16
#define LG_TARGET LG_TARGET_NEON
#include "max_types.inc"
MAX_IMPLS(neon)
#endif
