// SPDX-License-Identifier: Apache-2.0
// log_softmax: y_i = (x_i - m) - log sum_j e^(x_j - m), m = max_j x_j. The geometry is that of softmax.
//
// NaN anywhere in a slice, +inf, or -inf throughout gives NaN everywhere in it: the difference to m is then NaN
// and the sum spreads it, so the maximum may ignore NaN. Sums are in double on rows and of 32 rows at a time in
// float on columns; both depend on the shape only.
#include "../families.h"

#include <math.h>

#include "../simd/simd.h"

enum { LOG_SOFTMAX_BLOCK = 32, LOG_SOFTMAX_CHUNK = 256 };

// The walk over the lines of a unit of `args`, for both paths of softmax.h. LINE sees `x`, `y`, strides apart.
#define LOG_SOFTMAX_UNITS(T, LINE)                                                           \
    const lg_softmax_args_t *args = memory;                                                  \
    for (int64_t unit = begin; unit < end; unit++) {                                         \
        lg_stepper_t outer, inner;                                                           \
        const int64_t first = unit % args->tiles * LG_SOFTMAX_TILE;                          \
        const int64_t rest = args->inner_count - first;                                      \
        const int64_t width = rest < LG_SOFTMAX_TILE ? rest : LG_SOFTMAX_TILE;               \
        lg_stepper_start(&outer, args->outer, args->outer_rank, unit / args->tiles);         \
        lg_stepper_start(&inner, args->inner, args->inner_rank, first);                      \
        const T *from = (const T *)data[0] + outer.offset;                                   \
        T *to = (T *)data[1] + unit / args->tiles * args->count * args->inner_count + first; \
        LINE                                                                                 \
    }                                                                                        \
    return 0;

// ---- scalar reference -------------------------------------------------------------------------------

#define LOG_SOFTMAX_SCALAR(T, S, EXP)                                                                   \
    static void log_softmax_line_##S(const T *x, int64_t stride, T *y, int64_t step, int64_t count) {   \
        T most = x[0];                                                                                  \
        for (int64_t i = 1; i < count; i++) {                                                           \
            most = x[i * stride] > most ? x[i * stride] : most;                                         \
        }                                                                                               \
        double sum = 0;                                                                                 \
        for (int64_t i = 0; i < count; i++) {                                                           \
            sum += EXP(x[i * stride] - most);                                                           \
        }                                                                                               \
        const double total = log(sum);                                                                  \
        for (int64_t i = 0; i < count; i++) {                                                           \
            y[i * step] = (T)((double)(x[i * stride] - most) - total);                                  \
        }                                                                                               \
    }                                                                                                   \
    static int32_t log_softmax_##S(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        LOG_SOFTMAX_UNITS(                                                                              \
            T, for (int64_t j = 0; j < width; j++, lg_stepper_next(&inner)) {                           \
                log_softmax_line_##S(from + inner.offset, args->stride, to + j, args->inner_count,      \
                                     args->count);                                                      \
            })                                                                                          \
    }
LOG_SOFTMAX_SCALAR(float, f32, expf)
LOG_SOFTMAX_SCALAR(double, f64, exp)

const lg_softmax_impl_t lg_log_softmax_f32__scalar = {log_softmax_f32, log_softmax_f32, 5.0};
const lg_softmax_impl_t lg_log_softmax_f64__scalar = {log_softmax_f64, log_softmax_f64, 7.0};

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "reduce/log_softmax_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

#define LOG_SOFTMAX_IMPL(isa, ns)                                                 \
    const lg_softmax_impl_t lg_log_softmax_f32__##isa = {log_softmax_rows__##isa, \
                                                         log_softmax_columns__##isa, ns};
#if LG_CPU_X86
LOG_SOFTMAX_IMPL(avx2, 0.8)
LOG_SOFTMAX_IMPL(avx512, 0.5)
#elif LG_CPU_ARM64
LOG_SOFTMAX_IMPL(neon, 1.5)
#endif
