// SPDX-License-Identifier: Apache-2.0
// affine_grid: y[n, p, :] = theta[n] times the homogeneous coordinates of p, last axis first. Coordinates run from -1
// to 1 from the centre of the first element to that of the last (align_corners) or from edge to edge; those of an axis
// with one element are 0. A unit is one position. Computed in f64.
// Source: ONNX AffineGrid-20; PyTorch affine_grid.
#include "vision.h"

typedef struct affine_args {
    int64_t extent[3], positions;
    int64_t theta_image, theta_row, theta_column;
    int32_t rank, align;
} affine_args_t;

#define AFFINE_GRID(dtype, type)                                                                       \
    static int32_t affine_grid_##dtype##__scalar(const void *memory, void *const *data, int64_t begin, \
                                                 int64_t end) {                                        \
        const affine_args_t *args = memory;                                                            \
        const int32_t rank = args->rank;                                                               \
        for (int64_t unit = begin; unit < end; unit++) {                                               \
            const type *theta = (const type *)data[0] + unit / args->positions * args->theta_image;    \
            type *y = (type *)data[1] + unit * rank;                                                   \
            double at[3];                                                                              \
            int64_t rest = unit % args->positions;                                                     \
            for (int32_t d = 0; d < rank; d++) { /* last axis first */                                 \
                const int64_t extent = args->extent[rank - 1 - d], i = rest % extent;                  \
                rest /= extent;                                                                        \
                at[d] = args->align ? (extent > 1 ? 2.0 * (double)i / (double)(extent - 1) - 1 : 0)    \
                                    : (2.0 * (double)i + 1) / (double)extent - 1;                      \
            }                                                                                          \
            for (int32_t row = 0; row < rank; row++) {                                                 \
                const type *t = theta + row * args->theta_row;                                         \
                double sum = (double)t[rank * args->theta_column];                                     \
                for (int32_t d = 0; d < rank; d++) {                                                   \
                    sum += at[d] * (double)t[d * args->theta_column];                                  \
                }                                                                                      \
                y[row] = (type)sum;                                                                    \
            }                                                                                          \
        }                                                                                              \
        return 0;                                                                                      \
    }                                                                                                  \
    LG_VISION_IMPL(affine_grid, dtype, scalar, 4.0)
AFFINE_GRID(f32, float)
AFFINE_GRID(f64, double)

LG_VISION_PREPARE(affine_grid) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_affine_grid_attrs_t *attrs = op->attrs;
    const lg_view_t *theta = op->ins[0], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    affine_args_t *args = call->args;
    args->rank = (int32_t)theta->shape[1];
    args->align = attrs->align_corners != 0;
    args->theta_image = theta->strides[0];
    args->theta_row = theta->strides[1];
    args->theta_column = theta->strides[2];
    args->positions = 1;
    for (int32_t d = 0; d < args->rank; d++) {
        args->extent[d] = y->shape[1 + d];
        args->positions *= args->extent[d];
    }
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->shape[0] * args->positions : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = impl->elem_ns * (double)y->elem_count;
    return LG_OK;
}
