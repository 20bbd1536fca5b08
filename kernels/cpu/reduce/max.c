// SPDX-License-Identifier: Apache-2.0
// max and argmax: y[k] = max_r x[k, r], and the first r that attains it; min and argmin likewise.
//
// A NaN wins over every number; the maximum is then a quiet NaN and argmax the first NaN (NumPy). A maximum of
// zero is +0 whichever zeros took part, so the order of comparison does not show in any bit. argmax visits the
// elements in row-major order of the reduced axes.
//
// argmax over rows takes the maximum of 1024 elements with vectors and searches a block only when it beats the
// best so far: about log(blocks) searches on random data. Over columns, value and index are blended together. That is
// for f32; argmax of other types is the scalar reference.
#include "../families.h"
#include "lanes.h"

enum {
    MAX_BLOCK = 1024,
    MAX_TILE_BYTES =
        8192,  // columns reduced together: value and index stay in L1, rows are read in long runs
};

// Whether `x` replaces `best`: beyond it, or a NaN over a number (no integer differs from itself).
#define MAX_BEATS(x, best) ((x) > (best) || ((x) != (x) && (best) == (best)))
#define MIN_BEATS(x, best) ((x) < (best) || ((x) != (x) && (best) == (best)))

// ---- scalar reference -------------------------------------------------------------------------------

#define MAX_SCALAR(op, T, S, BEATS, FINISH)                                                                \
    static int64_t op##_output_##S(const lg_reduce_args_t *args, const T *x, T *out_best) {                \
        lg_stepper_t walk;                                                                                 \
        lg_stepper_start(&walk, args->reduced, args->reduced_rank, 0);                                     \
        int64_t best_index = 0;                                                                            \
        T best = x[0];                                                                                     \
        for (int64_t r = 0; r < args->reduce_count; r++) {                                                 \
            if (BEATS(x[walk.offset], best)) {                                                             \
                best = x[walk.offset];                                                                     \
                best_index = r;                                                                            \
            }                                                                                              \
            lg_stepper_next(&walk);                                                                        \
        }                                                                                                  \
        *out_best = FINISH(best);                                                                          \
        return best_index;                                                                                 \
    }                                                                                                      \
    static int32_t op##_##S##__scalar(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_reduce_args_t *args = memory;                                                             \
        for (int64_t k = begin; k < end; k++) {                                                            \
            lg_stepper_t outer;                                                                            \
            lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);                        \
            op##_output_##S(args, (const T *)data[0] + outer.offset + k % args->width, (T *)data[1] + k);  \
        }                                                                                                  \
        return 0;                                                                                          \
    }                                                                                                      \
    static int32_t arg##op##_##S##__scalar(const void *memory, void *const *data, int64_t begin,           \
                                           int64_t end) {                                                  \
        const lg_reduce_args_t *args = memory;                                                             \
        int64_t *y = data[1];                                                                              \
        for (int64_t k = begin; k < end; k++) {                                                            \
            T best;                                                                                        \
            lg_stepper_t outer;                                                                            \
            lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);                        \
            y[k] = op##_output_##S(args, (const T *)data[0] + outer.offset + k % args->width, &best);      \
        }                                                                                                  \
        return 0;                                                                                          \
    }

// One NaN for all, and +0 for both zeros.
#define MAX_FINISH_F32(best) ((best) != (best) ? __builtin_nanf("") : (best) + 0.0f)
#define MAX_FINISH_F64(best) ((best) != (best) ? __builtin_nan("") : (best) + 0.0)
#define MAX_FINISH_INT(best) (best)

#define MAX_SCALARS(op, BEATS)                          \
    MAX_SCALAR(op, float, f32, BEATS, MAX_FINISH_F32)   \
    MAX_SCALAR(op, double, f64, BEATS, MAX_FINISH_F64)  \
    MAX_SCALAR(op, int32_t, i32, BEATS, MAX_FINISH_INT) \
    MAX_SCALAR(op, int64_t, i64, BEATS, MAX_FINISH_INT)
MAX_SCALARS(max, MAX_BEATS)
MAX_SCALARS(min, MIN_BEATS)

#define MAX_IMPL(op, S, isa, bytes, row, column, arg_row, arg_column)                       \
    const lg_reduce_impl_t lg_##op##_##S##__##isa = {                                       \
        .rows = row, .columns = column, .order = LG_REDUCE_UNORDERED, .item_bytes = bytes}; \
    const lg_reduce_impl_t lg_arg##op##_##S##__##isa = {                                    \
        .rows = arg_row, .columns = arg_column, .order = LG_REDUCE_ORDERED, .item_bytes = bytes};
#define MAX_SCALAR_IMPL(op, S, bytes)                                                               \
    MAX_IMPL(op, S, scalar, bytes, op##_##S##__scalar, op##_##S##__scalar, arg##op##_##S##__scalar, \
             arg##op##_##S##__scalar)
MAX_SCALAR_IMPL(max, f32, 4)
MAX_SCALAR_IMPL(max, f64, 8)
MAX_SCALAR_IMPL(max, i32, 4)
MAX_SCALAR_IMPL(max, i64, 8)
MAX_SCALAR_IMPL(min, f32, 4)
MAX_SCALAR_IMPL(min, f64, 8)
MAX_SCALAR_IMPL(min, i32, 4)
MAX_SCALAR_IMPL(min, i64, 8)

// ---- vectors ----------------------------------------------------------------------------------------

// The functions of max_body.inc for max and for min differ in their short names, max_f32 and min_f32.
#define MAX_VECTOR_IMPL(op, S, isa, bytes)                                                \
    MAX_IMPL(op, S, isa, bytes, max_##op##_##S##__##isa, max_columns_##op##_##S##__##isa, \
             argmax_##op##_##S##__##isa, argmax_columns_##op##_##S##__##isa)
#define MAX_VALUE_IMPL(op, S, isa, bytes)                                                 \
    MAX_IMPL(op, S, isa, bytes, max_##op##_##S##__##isa, max_columns_##op##_##S##__##isa, \
             arg##op##_##S##__scalar, arg##op##_##S##__scalar)
#define MAX_VECTOR_IMPLS(isa)         \
    MAX_VECTOR_IMPL(max, f32, isa, 4) \
    MAX_VALUE_IMPL(max, f64, isa, 8)  \
    MAX_VALUE_IMPL(max, i32, isa, 4)  \
    MAX_VALUE_IMPL(max, i64, isa, 8)  \
    MAX_VECTOR_IMPL(min, f32, isa, 4) \
    MAX_VALUE_IMPL(min, f64, isa, 8)  \
    MAX_VALUE_IMPL(min, i32, isa, 4)  \
    MAX_VALUE_IMPL(min, i64, isa, 8)

#define MAX_S(S) max_##S
#include "max_sets.inc"
#undef MAX_S
#define MAX_S(S) min_##S
#define LG_LEAST
#include "max_sets.inc"
#undef LG_LEAST
#undef MAX_S

#if LG_CPU_X86
MAX_VECTOR_IMPLS(avx2)
MAX_VECTOR_IMPL(max, f32, avx512, 4)
MAX_VECTOR_IMPL(min, f32, avx512, 4)
#elif LG_CPU_ARM64
MAX_VECTOR_IMPLS(neon)
#endif
