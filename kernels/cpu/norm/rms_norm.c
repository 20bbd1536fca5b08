// SPDX-License-Identifier: Apache-2.0
// rms_norm: y = x / sqrt(mean(x^2) + eps) * weight over the last axes. Rows are those of layer_norm.h.
//
// Two passes over a row, which stays in cache. Squares are added in four vectors of the dtype, at most 4096
// elements before going on in double; the order depends on the shape only.
#include "../families.h"

#include <math.h>

#include "../simd/simd.h"

enum { RMS_NORM_CHUNK = 4096 };

#define RMS_NORM_PACK(T)                                                                          \
    static void rms_norm_pack_##T(const T *x, const lg_stepper_dim_t *dims, int32_t rank, T *out, \
                                  int64_t count) {                                                \
        lg_stepper_t walk;                                                                        \
        lg_stepper_start(&walk, dims, rank, 0);                                                   \
        for (int64_t i = 0; i < count; i++, lg_stepper_next(&walk)) {                             \
            out[i] = x[walk.offset];                                                              \
        }                                                                                         \
    }

// Kernel function around ROW(x, y, weight, count, eps); weight may be NULL, y may be x.
#define RMS_NORM_ROWS(T, name, target, ROW)                                                         \
    static target int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_layer_norm_args_t *args = memory;                                                  \
        const int64_t count = args->count;                                                          \
        const T *weight = args->affine[0] == LG_LAYER_NORM_ABSENT ? NULL : data[1];                 \
        if (args->affine[0] == LG_LAYER_NORM_STRIDED) {                                             \
            T *scratch = data[args->in_count + 1];                                                  \
            rms_norm_pack_##T(weight, args->affine_dims[0], args->affine_rank[0], scratch, count);  \
            weight = scratch;                                                                       \
        }                                                                                           \
        lg_stepper_t outer;                                                                         \
        lg_stepper_start(&outer, args->outer, args->outer_rank, begin);                             \
        for (int64_t row = begin; row < end; row++, lg_stepper_next(&outer)) {                      \
            const T *x = (const T *)data[0] + outer.offset;                                         \
            T *y = (T *)data[args->in_count] + row * count;                                         \
            if (!args->dense) {                                                                     \
                rms_norm_pack_##T(x, args->inner, args->inner_rank, y, count);                      \
                x = y;                                                                              \
            }                                                                                       \
            ROW(x, y, weight, count, args->eps);                                                    \
        }                                                                                           \
        return 0;                                                                                   \
    }

// ---- scalar reference -------------------------------------------------------------------------------

#define RMS_NORM_SCALAR(T, S)                                                                    \
    RMS_NORM_PACK(T)                                                                             \
    static void rms_norm_row_##S(const T *x, T *y, const T *weight, int64_t count, double eps) { \
        double square = 0;                                                                       \
        for (int64_t i = 0; i < count; i++) {                                                    \
            square += (double)x[i] * x[i];                                                       \
        }                                                                                        \
        const double scale = 1.0 / sqrt(square / (double)count + eps);                           \
        for (int64_t i = 0; i < count; i++) {                                                    \
            y[i] = (T)(weight != NULL ? x[i] * scale * weight[i] : x[i] * scale);                \
        }                                                                                        \
    }                                                                                            \
    RMS_NORM_ROWS(T, rms_norm_##S, LG_TARGET_SCALAR, rms_norm_row_##S)                           \
    const lg_layer_norm_impl_t lg_rms_norm_##S##__scalar = {rms_norm_##S, sizeof(T)};

RMS_NORM_SCALAR(float, f32)
RMS_NORM_SCALAR(double, f64)

// ---- vectors ----------------------------------------------------------------------------------------

#define LG_SIMD_BODY "norm/rms_norm_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY
