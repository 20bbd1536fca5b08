// SPDX-License-Identifier: Apache-2.0
// prod, min, argmin, l1, l2, sum_square, log_sum, log_sum_exp, any, all and var over any set of axes.
//
// A reduction is a start, a term of each element and a way to join two results. The order of joins is the tree
// of sum.c: blocks of 256 elements in row-major order, element i of a block in lane i % 16, lanes folded in
// halves, blocks joined in pairs; so the bits do not depend on layout, path or instruction set. Floats are
// accumulated in double, integers modulo 2^n. The 16 lanes are what compilers vectorise.
//
// var takes two passes, the second around the mean; log_sum_exp takes out the maximum first. Both, and argmin,
// reduce one output after the other on every path.
#include <math.h>

#include "../families.h"
#include "../simd/simd.h"

enum { FOLD_LANES = 16, FOLD_BLOCK = 256, FOLD_LEVELS = 56, FOLD_TILE = 32 };

// Returns where the next `count` (at most FOLD_BLOCK) reduced elements lie one after another: in place, or packed
// into `block`.
#define FOLD_NEXT(T, S)                                                                        \
    static const T *fold_next_##S(T *block, const T *x, lg_walk_t *walk, int64_t count) {      \
        if (walk->rank == 0) {                                                                 \
            return x;                                                                          \
        }                                                                                      \
        const lg_walk_dim_t inner = walk->dims[walk->rank - 1];                                \
        int64_t *coord = &walk->coords[walk->rank - 1];                                        \
        const T *from = x + walk->offset;                                                      \
        const int32_t direct = inner.stride == 1 && inner.extent - *coord >= count;            \
        for (T *to = block; count > 0;) {                                                      \
            const int64_t run = inner.extent - *coord < count ? inner.extent - *coord : count; \
            for (int64_t i = 0; i < run && !direct; i++) {                                     \
                to[i] = x[walk->offset + i * inner.stride];                                    \
            }                                                                                  \
            to += run;                                                                         \
            count -= run;                                                                      \
            *coord += run - 1;                                                                 \
            walk->offset += (run - 1) * inner.stride;                                          \
            lg_walk_next(walk);                                                                \
        }                                                                                      \
        return direct ? from : block;                                                          \
    }
FOLD_NEXT(float, f32)
FOLD_NEXT(double, f64)
FOLD_NEXT(int32_t, i32)
FOLD_NEXT(int64_t, i64)
FOLD_NEXT(uint8_t, bool)

// ---- the tree ---------------------------------------------------------------------------------------

// `shift` is what TERM may refer to: the mean, for var.
#define FOLD_BLOCK_FN(name, TARGET, T, A, START, TERM, JOIN)            \
    TARGET static A name##_block(const T *x, int64_t n, double shift) { \
        A lanes[FOLD_LANES];                                            \
        int64_t i = 0;                                                  \
        (void)shift;                                                    \
        for (int32_t l = 0; l < FOLD_LANES; l++) {                      \
            lanes[l] = START;                                           \
        }                                                               \
        for (; i + FOLD_LANES <= n; i += FOLD_LANES) {                  \
            for (int32_t l = 0; l < FOLD_LANES; l++) {                  \
                const A term = TERM(x[i + l]);                          \
                lanes[l] = JOIN(lanes[l], term);                        \
            }                                                           \
        }                                                               \
        for (int32_t l = 0; i < n; i++, l++) {                          \
            const A term = TERM(x[i]);                                  \
            lanes[l] = JOIN(lanes[l], term);                            \
        }                                                               \
        for (int32_t half = FOLD_LANES / 2; half > 0; half /= 2) {      \
            for (int32_t l = 0; l < half; l++) {                        \
                lanes[l] = JOIN(lanes[l], lanes[l + half]);             \
            }                                                           \
        }                                                               \
        return lanes[0];                                                \
    }

#define FOLD_OUTPUT_FN(name, TARGET, T, S, A, START, JOIN)                                  \
    TARGET static A name##_output(const lg_reduce_args_t *args, const T *x, double shift) { \
        T packed[FOLD_BLOCK];                                                               \
        A stack[FOLD_LEVELS];                                                               \
        int64_t top = 0, block = 0;                                                         \
        lg_walk_t walk;                                                                     \
        lg_walk_start(&walk, args->reduced, args->reduced_rank, 0);                         \
        for (int64_t left = args->reduce_count; left > 0; left -= FOLD_BLOCK, block++) {    \
            const int64_t part = left < FOLD_BLOCK ? left : FOLD_BLOCK;                     \
            A value = name##_block(fold_next_##S(packed, x, &walk, part), part, shift);     \
            for (int64_t bit = block; bit & 1; bit >>= 1) {                                 \
                top--;                                                                      \
                value = JOIN(stack[top], value);                                            \
            }                                                                               \
            stack[top++] = value;                                                           \
        }                                                                                   \
        A value = START;                                                                    \
        if (top > 0) {                                                                      \
            value = stack[--top];                                                           \
        }                                                                                   \
        while (top > 0) {                                                                   \
            top--;                                                                          \
            value = JOIN(stack[top], value);                                                \
        }                                                                                   \
        return value;                                                                       \
    }

// Every output for itself, on any path: RESULT sees `args`, its number k and its first element `from`.
#define FOLD_EACH(name, TARGET, T, R, RESULT)                                                       \
    TARGET static int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_reduce_args_t *args = memory;                                                      \
        R *y = data[1];                                                                             \
        for (int64_t k = begin; k < end; k++) {                                                     \
            lg_walk_t outer;                                                                        \
            lg_walk_start(&outer, args->kept, args->kept_rank, k / args->width);                    \
            const T *from = (const T *)data[0] + outer.offset + k % args->width;                    \
            y[k] = RESULT;                                                                          \
        }                                                                                           \
        return 0;                                                                                   \
    }

// FOLD_TILE adjacent outputs at once: the lanes of the tree are rows of accumulators.
#define FOLD_COLUMNS(name, TARGET, T, A, R, START, TERM, JOIN, FINISH)                              \
    TARGET static void name##_tile(const lg_reduce_args_t *args, const T *x, R *y, int64_t width) { \
        A lanes[FOLD_LANES][FOLD_TILE], stack[FOLD_LEVELS][FOLD_TILE];                              \
        int64_t top = 0, block = 0;                                                                 \
        lg_walk_t walk;                                                                             \
        lg_walk_start(&walk, args->reduced, args->reduced_rank, 0);                                 \
        for (int64_t left = args->reduce_count; left > 0; left -= FOLD_BLOCK, block++) {            \
            for (int32_t l = 0; l < FOLD_LANES; l++) {                                              \
                for (int32_t j = 0; j < FOLD_TILE; j++) {                                           \
                    lanes[l][j] = START;                                                            \
                }                                                                                   \
            }                                                                                       \
            for (int64_t r = 0; r < FOLD_BLOCK && r < left; r++, lg_walk_next(&walk)) {             \
                A *LG_RESTRICT lane = lanes[r % FOLD_LANES];                                        \
                const T *LG_RESTRICT row = x + walk.offset;                                         \
                for (int64_t j = 0; j < width; j++) {                                               \
                    const A term = TERM(row[j]);                                                    \
                    lane[j] = JOIN(lane[j], term);                                                  \
                }                                                                                   \
            }                                                                                       \
            for (int32_t half = FOLD_LANES / 2; half > 0; half /= 2) {                              \
                for (int32_t l = 0; l < half; l++) {                                                \
                    for (int32_t j = 0; j < FOLD_TILE; j++) {                                       \
                        lanes[l][j] = JOIN(lanes[l][j], lanes[l + half][j]);                        \
                    }                                                                               \
                }                                                                                   \
            }                                                                                       \
            for (int64_t bit = block; bit & 1; bit >>= 1) {                                         \
                top--;                                                                              \
                for (int32_t j = 0; j < FOLD_TILE; j++) {                                           \
                    lanes[0][j] = JOIN(stack[top][j], lanes[0][j]);                                 \
                }                                                                                   \
            }                                                                                       \
            memcpy(stack[top++], lanes[0], sizeof stack[0]);                                        \
        }                                                                                           \
        for (top--; top > 0; top--) {                                                               \
            for (int32_t j = 0; j < FOLD_TILE; j++) {                                               \
                stack[top - 1][j] = JOIN(stack[top - 1][j], stack[top][j]);                         \
            }                                                                                       \
        }                                                                                           \
        for (int64_t j = 0; j < width; j++) {                                                       \
            y[j] = FINISH(stack[0][j]);                                                             \
        }                                                                                           \
    }                                                                                               \
    TARGET static int32_t name##_columns(const void *memory, void *const *data, int64_t begin,      \
                                         int64_t end) {                                             \
        const lg_reduce_args_t *args = memory;                                                      \
        for (int64_t k = begin; k < end;) {                                                         \
            lg_walk_t outer;                                                                        \
            lg_walk_start(&outer, args->kept, args->kept_rank, k / args->width);                    \
            const int64_t j = k % args->width;                                                      \
            int64_t width = args->width - j < end - k ? args->width - j : end - k;                  \
            width = width < FOLD_TILE ? width : FOLD_TILE;                                          \
            name##_tile(args, (const T *)data[0] + outer.offset + j, (R *)data[1] + k, width);      \
            k += width;                                                                             \
        }                                                                                           \
        return 0;                                                                                   \
    }

// A whole reduction of element type T (short name S), accumulated in A, with results R.
#define FOLD(op, isa, TARGET, T, S, A, R, START, TERM, JOIN, FINISH)                               \
    FOLD_BLOCK_FN(op##_##S##__##isa, TARGET, T, A, START, TERM, JOIN)                              \
    FOLD_OUTPUT_FN(op##_##S##__##isa, TARGET, T, S, A, START, JOIN)                                \
    FOLD_EACH(op##_##S##__##isa, TARGET, T, R, FINISH(op##_##S##__##isa##_output(args, from, 0)))  \
    FOLD_COLUMNS(op##_##S##__##isa, TARGET, T, A, R, START, TERM, JOIN, FINISH)                    \
    const lg_fold_impl_t lg_##op##_##S##__##isa = {op##_##S##__##isa, op##_##S##__##isa##_columns, \
                                                   LG_REDUCE_ORDERED, sizeof(T)};

#define FOLD_PLUS(a, b) ((a) + (b))
#define FOLD_TIMES(a, b) ((a) * (b))
#define FOLD_OR(a, b) ((a) | (b))
#define FOLD_AND(a, b) ((a) & (b))
// A NaN wins over every number; no integer differs from itself.
#define FOLD_LEAST(a, b) ((b) < (a) || (b) != (b) ? (b) : (a))
#define FOLD_MOST(a, b) ((b) > (a) || (b) != (b) ? (b) : (a))
#define FOLD_SAME(x) (x)
#define FOLD_WIDE(x) ((double)(x))
#define FOLD_TRUTH(x) ((x) != 0)
#define FOLD_SQUARE(x) ((double)(x) * (double)(x))
#define FOLD_SQUARE_I32(x) ((uint32_t)(x) * (uint32_t)(x))
#define FOLD_SQUARE_I64(x) ((uint64_t)(x) * (uint64_t)(x))
#define FOLD_DEVIATION(x) (((double)(x) - shift) * ((double)(x) - shift))
#define FOLD_ABS_I32(x) ((x) < 0 ? 0 - (uint32_t)(x) : (uint32_t)(x))
#define FOLD_ABS_I64(x) ((x) < 0 ? 0 - (uint64_t)(x) : (uint64_t)(x))
#define FOLD_TO_F32(a) ((float)(a))
#define FOLD_SQRT_F32(a) ((float)sqrt(a))
#define FOLD_LOG_F32(a) ((float)log(a))

#define FOLD_FLOATS(isa, TARGET, T, S, TO, SQRT, LOG, INF)                                             \
    FOLD(prod, isa, TARGET, T, S, double, T, 1, FOLD_WIDE, FOLD_TIMES, TO)                             \
    FOLD(min, isa, TARGET, T, S, T, T, INF, FOLD_SAME, FOLD_LEAST, FOLD_SAME)                          \
    FOLD(l1, isa, TARGET, T, S, double, T, 0, fabs, FOLD_PLUS, TO)                                     \
    FOLD(l2, isa, TARGET, T, S, double, T, 0, FOLD_SQUARE, FOLD_PLUS, SQRT)                            \
    FOLD(sum_square, isa, TARGET, T, S, double, T, 0, FOLD_SQUARE, FOLD_PLUS, TO)                      \
    FOLD(log_sum, isa, TARGET, T, S, double, T, 0, FOLD_WIDE, FOLD_PLUS, LOG)                          \
    FOLD_BLOCK_FN(deviation_##S##__##isa, TARGET, T, double, 0, FOLD_DEVIATION, FOLD_PLUS)             \
    FOLD_OUTPUT_FN(deviation_##S##__##isa, TARGET, T, S, double, 0, FOLD_PLUS)                         \
    TARGET static double var_output_##S##__##isa(const lg_reduce_args_t *args, const T *x) {           \
        const double count = (double)args->reduce_count, divisor = count - (double)args->mean;         \
        const double mean = log_sum_##S##__##isa##_output(args, x, 0) / count;                         \
        return deviation_##S##__##isa##_output(args, x, mean) / (divisor > 0 ? divisor : 0);           \
    }                                                                                                  \
    FOLD_EACH(var_##S##__##isa, TARGET, T, T, (T)var_output_##S##__##isa(args, from))                  \
    const lg_fold_impl_t lg_var_##S##__##isa = {var_##S##__##isa, var_##S##__##isa, LG_REDUCE_ORDERED, \
                                                sizeof(T)};

#define FOLD_INTS(isa, TARGET, T, U, S, SQUARE, ABS, MOST)                     \
    FOLD(prod, isa, TARGET, T, S, U, U, 1, (U), FOLD_TIMES, FOLD_SAME)         \
    FOLD(min, isa, TARGET, T, S, T, T, MOST, FOLD_SAME, FOLD_LEAST, FOLD_SAME) \
    FOLD(l1, isa, TARGET, T, S, U, U, 0, ABS, FOLD_PLUS, FOLD_SAME)            \
    FOLD(sum_square, isa, TARGET, T, S, U, U, 0, SQUARE, FOLD_PLUS, FOLD_SAME)

// The first index of the least element: a block is searched only when its least beats the best so far.
#define FOLD_ARGMIN(isa, TARGET, T, S)                                                                    \
    TARGET static int64_t argmin_output_##S##__##isa(const lg_reduce_args_t *args, const T *x) {          \
        T packed[FOLD_BLOCK], best = 0;                                                                   \
        int64_t index = -1;                                                                               \
        lg_walk_t walk;                                                                                   \
        lg_walk_start(&walk, args->reduced, args->reduced_rank, 0);                                       \
        for (int64_t done = 0; done < args->reduce_count; done += FOLD_BLOCK) {                           \
            const int64_t left = args->reduce_count - done, part = left < FOLD_BLOCK ? left : FOLD_BLOCK; \
            const T *from = fold_next_##S(packed, x, &walk, part);                                        \
            const T least = min_##S##__##isa##_block(from, part, 0);                                      \
            if (index < 0 || least < best || (least != least && best == best)) {                          \
                int64_t i = 0;                                                                            \
                while (from[i] != least && from[i] == from[i]) {                                          \
                    i++;                                                                                  \
                }                                                                                         \
                best = least;                                                                             \
                index = done + i;                                                                         \
            }                                                                                             \
        }                                                                                                 \
        return index;                                                                                     \
    }                                                                                                     \
    FOLD_EACH(argmin_##S##__##isa, TARGET, T, int64_t, argmin_output_##S##__##isa(args, from))            \
    const lg_fold_impl_t lg_argmin_##S##__##isa = {argmin_##S##__##isa, argmin_##S##__##isa,              \
                                                   LG_REDUCE_ORDERED, sizeof(T)};

#define FOLD_ISA(isa, TARGET)                                                                  \
    FOLD_FLOATS(isa, TARGET, float, f32, FOLD_TO_F32, FOLD_SQRT_F32, FOLD_LOG_F32, INFINITY)   \
    FOLD_FLOATS(isa, TARGET, double, f64, FOLD_SAME, sqrt, log, (double)INFINITY)              \
    FOLD_INTS(isa, TARGET, int32_t, uint32_t, i32, FOLD_SQUARE_I32, FOLD_ABS_I32, INT32_MAX)   \
    FOLD_INTS(isa, TARGET, int64_t, uint64_t, i64, FOLD_SQUARE_I64, FOLD_ABS_I64, INT64_MAX)   \
    FOLD_ARGMIN(isa, TARGET, float, f32)                                                       \
    FOLD_ARGMIN(isa, TARGET, double, f64)                                                      \
    FOLD_ARGMIN(isa, TARGET, int32_t, i32)                                                     \
    FOLD_ARGMIN(isa, TARGET, int64_t, i64)                                                     \
    FOLD(any, isa, TARGET, uint8_t, bool, uint8_t, uint8_t, 0, FOLD_TRUTH, FOLD_OR, FOLD_SAME) \
    FOLD(all, isa, TARGET, uint8_t, bool, uint8_t, uint8_t, 1, FOLD_TRUTH, FOLD_AND, FOLD_SAME)

FOLD_ISA(scalar, LG_TARGET_SCALAR)
#if LG_CPU_X86
FOLD_ISA(avx2, LG_TARGET_AVX2)
#endif

// ---- log_sum_exp ------------------------------------------------------------------------------------

// log sum e^(x - m) + m with m the largest; infinite or NaN m is the result itself, and so is that of nothing.
#define FOLD_LOG_SUM_EXP(isa, TARGET, T, S, BLOCK)                                                          \
    FOLD_BLOCK_FN(most_##S##__##isa, TARGET, T, T, (T) - INFINITY, FOLD_SAME, FOLD_MOST)                    \
    FOLD_OUTPUT_FN(most_##S##__##isa, TARGET, T, S, T, (T) - INFINITY, FOLD_MOST)                           \
    BLOCK                                                                                                   \
    FOLD_OUTPUT_FN(powers_##S##__##isa, TARGET, T, S, double, 0, FOLD_PLUS)                                 \
    TARGET static T log_sum_exp_output_##S##__##isa(const lg_reduce_args_t *args, const T *x) {             \
        const T most = most_##S##__##isa##_output(args, x, 0);                                              \
        return most - most != 0                                                                             \
                   ? most                                                                                   \
                   : (T)(log(powers_##S##__##isa##_output(args, x, (double)most)) + (double)most);          \
    }                                                                                                       \
    FOLD_EACH(log_sum_exp_##S##__##isa, TARGET, T, T, log_sum_exp_output_##S##__##isa(args, from))          \
    const lg_fold_impl_t lg_log_sum_exp_##S##__##isa = {log_sum_exp_##S##__##isa, log_sum_exp_##S##__##isa, \
                                                        LG_REDUCE_ORDERED, sizeof(T)};
#define FOLD_POWER_F32(x) ((double)expf((x) - (float)shift))
#define FOLD_POWER_F64(x) exp((x) - shift)

FOLD_LOG_SUM_EXP(scalar, LG_TARGET_SCALAR, float, f32,
                 FOLD_BLOCK_FN(powers_f32__scalar, LG_TARGET_SCALAR, float, double, 0, FOLD_POWER_F32,
                               FOLD_PLUS))
FOLD_LOG_SUM_EXP(scalar, LG_TARGET_SCALAR, double, f64,
                 FOLD_BLOCK_FN(powers_f64__scalar, LG_TARGET_SCALAR, double, double, 0, FOLD_POWER_F64,
                               FOLD_PLUS))

// V() expands to a name that the suffix "_block" follows: one more round of expansion.
#define FOLD_NAME_(name) name##_block
#define FOLD_NAME(name) FOLD_NAME_(name)
#define FOLD_BLOCK_OF(name, TARGET) FOLD_BLOCK_FN(name, TARGET, float, double, 0, FOLD_WIDE, FOLD_PLUS)
#define LG_SIMD_BODY "reduce/fold_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#if LG_CPU_X86
FOLD_LOG_SUM_EXP(avx2, LG_TARGET_AVX2, float, f32, )
FOLD_LOG_SUM_EXP(avx512, LG_TARGET_AVX512, float, f32, )
#elif LG_CPU_ARM64
FOLD_LOG_SUM_EXP(neon, LG_TARGET_NEON, float, f32, )
#endif

// ---- prepare ----------------------------------------------------------------------------------------

lg_status_t lg_fold_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    // All attribute structs begin as that of sum does.
    const lg_status_t status = lg_reduce_prepare(kernel, op, call, err);
    if (status == LG_OK && op->op == LG_OP_VAR) {
        const lg_var_attrs_t *attrs = op->attrs;
        ((lg_reduce_args_t *)call->args)->mean = attrs != NULL ? attrs->correction : 1;
        call->work_ns *= 2;
    }
    return status;
}

lg_status_t lg_global_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                   lg_error_t *err) {
    lg_sum_attrs_t attrs = {.axis = {.count = 0}, .keepdims = 1};
    for (int64_t i = 2; i < op->ins[0]->rank; i++) {
        attrs.axis.values[attrs.axis.count++] = i;
    }
    lg_kernel_t reduce = *kernel;
    lg_op_view_t view = *op;
    reduce.impl = ((const lg_global_pool_impl_t *)kernel->impl)->reduce;
    view.op = op->op == LG_OP_GLOBAL_AVG_POOL ? LG_OP_MEAN : LG_OP_MAX;
    view.attrs = &attrs;
    return lg_reduce_prepare(&reduce, &view, call, err);
}

#define GLOBAL_POOL(isa)                                                                     \
    extern const lg_reduce_impl_t lg_mean_f32__##isa, lg_mean_f64__##isa, lg_max_f32__##isa, \
        lg_max_f64__##isa;                                                                   \
    const lg_global_pool_impl_t lg_global_avg_pool_f32__##isa = {&lg_mean_f32__##isa};       \
    const lg_global_pool_impl_t lg_global_avg_pool_f64__##isa = {&lg_mean_f64__##isa};       \
    const lg_global_pool_impl_t lg_global_max_pool_f32__##isa = {&lg_max_f32__##isa};        \
    const lg_global_pool_impl_t lg_global_max_pool_f64__##isa = {&lg_max_f64__##isa};
GLOBAL_POOL(scalar)
#if LG_CPU_X86
GLOBAL_POOL(avx2)
GLOBAL_POOL(avx512)
#elif LG_CPU_ARM64
GLOBAL_POOL(neon)
#endif
