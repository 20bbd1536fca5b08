// SPDX-License-Identifier: Apache-2.0
// grid_sample: y[n, c, p] = x[n, c] at the place grid[n, p], whose components run from the last axis of x to the first
// and from -1 to 1 over its extent. Per axis 1 (nearest), 2 (linear) or 4 (cubic) taps, products of which weigh
// elements of x. Coordinates outside x are clamped (but for cubic) or reflected first, then taps are, as PyTorch and ONNX
// Runtime do; ONNX's reference code clamps cubic coordinates too. A coordinate that is NaN lies outside.
//
// A unit is one position of one image. Offsets and weights of a block of positions are worked out once and used for
// every channel.
// Source: ONNX GridSample-22; Jaderberg et al., Spatial Transformer Networks, 2015.
#include <math.h>
#include <string.h>

#include "vision.h"

enum { BLOCK = 16, MOST_TAPS = 64 };
enum { LINEAR, NEAREST, CUBIC };
enum { ZEROS, BORDER, REFLECTION };

typedef struct grid_args {
    int64_t channels, positions;  // of an image
    int64_t x_image, x_channel, in[3], x_step[3];
    int64_t grid_image, grid_step[4], out[3];  // strides of grid: of the three axes, and of its components
    int32_t rank, mode, padding, align, is_double;
} grid_args_t;

typedef struct grid_block {
    int32_t offset[MOST_TAPS][BLOCK];
    int32_t zero[MOST_TAPS][BLOCK];  // the tap lies outside and its offset is 0
    double weight[MOST_TAPS][BLOCK];
    int32_t taps, outside;  // outside: some tap does
} grid_block_t;

// Mirrors v at low and high until it lies between them.
static double grid_reflect(double v, double low, double high) {
    const double range = high - low;
    if (!(range > 0)) {
        return low > 0 ? low : 0;
    }
    const double past = v < low ? low - v : v > high ? v - high : -1;
    if (past < 0) {
        return v;
    }
    const double turns = floor(past / range), rest = past - turns * range;
    const int32_t even = fmod(turns, 2) == 0;
    return (v < low) == even ? low + rest : high - rest;
}

static void grid_weights(int32_t mode, double t, double *w) {
    const double a = -0.75;
    if (mode == LINEAR) {
        w[0] = 1 - t;
        w[1] = t;
        return;
    }
    w[0] = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
    w[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
    w[2] = ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1;
    w[3] = ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a;
}

// Taps of one axis for the coordinate `g`: offsets (-1: zero) and weights; returns how many.
static int32_t grid_axis(const grid_args_t *args, int32_t d, double g, int64_t *offset, double *weight) {
    const double extent = (double)args->in[d];
    const double low = args->align ? 0 : -0.5, high = args->align ? extent - 1 : extent - 0.5;
    double v = args->align ? (g + 1) / 2 * (extent - 1) : ((g + 1) * extent - 1) / 2;
    if (args->mode == NEAREST) {
        v = nearbyint(v);
    }
    if (!(v >= low && v <= high)) {
        if (v != v || fabs(v) > 1e15) {  // no number to work with
            v = v > 0 ? 1e15 : args->padding == ZEROS ? -1e15 : v < 0 ? -1e15 : 0;
        }
        if (args->padding == BORDER && args->mode != CUBIC) {
            v = v < 0 ? 0 : v > extent - 1 ? extent - 1 : v;
        } else if (args->padding == REFLECTION) {
            v = grid_reflect(v, low, high);
        }
    }
    const double base = floor(v);
    const int32_t taps = args->mode == NEAREST ? 1 : args->mode == LINEAR ? 2 : 4;
    const int64_t first = (int64_t)base - (args->mode == CUBIC);
    weight[0] = 1;
    if (args->mode != NEAREST) {
        grid_weights(args->mode, v - base, weight);
    }
    for (int32_t k = 0; k < taps; k++) {
        int64_t i = first + k;
        if (i < 0 || i >= args->in[d]) {
            i = args->padding == ZEROS    ? -1
                : args->padding == BORDER ? (i < 0 ? 0 : args->in[d] - 1)
                                          : (int64_t)grid_reflect((double)i, low, high);
        }
        offset[k] = i < 0 ? -1 : i * args->x_step[d];
    }
    return taps;
}

static double grid_at(const grid_args_t *args, const void *grid, int64_t offset) {
    return args->is_double ? ((const double *)grid)[offset] : (double)((const float *)grid)[offset];
}

static void grid_plan(const grid_args_t *args, const void *grid, int64_t image, int64_t first, int64_t count,
                      grid_block_t *block) {
    block->outside = 0;
    for (int64_t b = 0; b < count; b++) {
        int64_t rest = first + b, at = image * args->grid_image;
        for (int32_t d = 3; d-- > 0;) {
            at += rest % args->out[d] * args->grid_step[d];
            rest /= args->out[d];
        }
        int64_t offset[3][4] = {{0}, {0}, {0}};
        double weight[3][4] = {{1}, {1}, {1}};
        int32_t taps[3] = {1, 1, 1};
        for (int32_t d = 3 - args->rank; d < 3; d++) {
            taps[d] = grid_axis(args, d, grid_at(args, grid, at + (2 - d) * args->grid_step[3]), offset[d],
                                weight[d]);
        }
        int32_t used = 0;
        for (int32_t i = 0; i < taps[0]; i++) {
            for (int32_t j = 0; j < taps[1]; j++) {
                for (int32_t k = 0; k < taps[2]; k++, used++) {
                    const int32_t zero = offset[0][i] < 0 || offset[1][j] < 0 || offset[2][k] < 0;
                    block->offset[used][b] = zero ? 0 : (int32_t)(offset[0][i] + offset[1][j] + offset[2][k]);
                    block->zero[used][b] = zero;
                    block->weight[used][b] = weight[0][i] * weight[1][j] * weight[2][k];
                    block->outside |= zero;
                }
            }
        }
        block->taps = used;
    }
}

// Whole blocks, so that loops have a constant length; what lies behind `count` is computed from stale offsets, which
// are inside x, and dropped.
#define GRID_SAMPLE(dtype, type, isa, TARGET, cost)                                                          \
    TARGET static int32_t grid_sample_##dtype##__##isa(const void *memory, void *const *data, int64_t begin, \
                                                       int64_t end) {                                        \
        const grid_args_t *args = memory;                                                                    \
        grid_block_t block;                                                                                  \
        memset(&block, 0, sizeof block);                                                                     \
        for (int64_t unit = begin; unit < end;) {                                                            \
            const int64_t image = unit / args->positions, first = unit % args->positions;                    \
            int64_t count = args->positions - first < end - unit ? args->positions - first : end - unit;     \
            count = count < BLOCK ? count : BLOCK;                                                           \
            grid_plan(args, data[1], image, first, count, &block);                                           \
            type weight[MOST_TAPS][BLOCK];                                                                   \
            for (int32_t k = 0; k < block.taps; k++) {                                                       \
                for (int32_t b = 0; b < BLOCK; b++) {                                                        \
                    weight[k][b] = (type)block.weight[k][b];                                                 \
                }                                                                                            \
            }                                                                                                \
            for (int64_t c = 0; c < args->channels; c++) {                                                   \
                const type *x = (const type *)data[0] + image * args->x_image + c * args->x_channel;         \
                type *y = (type *)data[2] + (image * args->channels + c) * args->positions + first;          \
                type sum[BLOCK] = {0};                                                                       \
                for (int32_t k = 0; k < block.taps; k++) {                                                   \
                    if (block.outside) {                                                                     \
                        for (int32_t b = 0; b < BLOCK; b++) {                                                \
                            const type v = x[block.offset[k][b]];                                            \
                            sum[b] += weight[k][b] * (block.zero[k][b] ? 0 : v);                             \
                        }                                                                                    \
                    } else {                                                                                 \
                        for (int32_t b = 0; b < BLOCK; b++) {                                                \
                            sum[b] += weight[k][b] * x[block.offset[k][b]];                                  \
                        }                                                                                    \
                    }                                                                                        \
                }                                                                                            \
                if (count == BLOCK) {                                                                        \
                    for (int32_t b = 0; b < BLOCK; b++) {                                                    \
                        y[b] = sum[b];                                                                       \
                    }                                                                                        \
                } else {                                                                                     \
                    for (int64_t b = 0; b < count; b++) {                                                    \
                        y[b] = sum[b];                                                                       \
                    }                                                                                        \
                }                                                                                            \
            }                                                                                                \
            unit += count;                                                                                   \
        }                                                                                                    \
        return 0;                                                                                            \
    }                                                                                                        \
    LG_VISION_IMPL(grid_sample, dtype, isa, cost)
GRID_SAMPLE(f32, float, scalar, LG_TARGET_REFERENCE, 3.0)
GRID_SAMPLE(f64, double, scalar, LG_TARGET_REFERENCE, 3.0)
#if LG_CPU_X86
GRID_SAMPLE(f32, float, avx2, LG_TARGET_AVX2, 1.0)
#endif

LG_VISION_PREPARE(grid_sample) {
    const lg_vision_impl_t *impl = kernel->impl;
    const lg_grid_sample_attrs_t *attrs = op->attrs;
    const lg_view_t *x = op->ins[0], *grid = op->ins[1], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    grid_args_t *args = call->args;
    args->rank = (int32_t)x->rank - 2;
    args->mode = attrs != NULL ? (int32_t)attrs->mode : LINEAR;
    args->padding = attrs != NULL ? (int32_t)attrs->padding_mode : ZEROS;
    args->align = attrs != NULL && attrs->align_corners;
    args->is_double = kernel->dtypes >> LG_DTYPE_F64 & 1;
    args->channels = x->shape[1];
    args->x_image = x->strides[0];
    args->x_channel = x->strides[1];
    args->grid_image = grid->strides[0];
    args->grid_step[3] = grid->strides[args->rank + 1];
    args->positions = 1;
    double reach = 0;
    for (int32_t d = 0; d < 3; d++) {
        const int32_t from = d - (3 - args->rank);
        args->in[d] = from < 0 ? 1 : x->shape[from + 2];
        args->x_step[d] = from < 0 ? 0 : x->strides[from + 2];
        args->out[d] = from < 0 ? 1 : y->shape[from + 2];
        args->grid_step[d] = from < 0 ? 0 : grid->strides[from + 1];
        args->positions *= args->out[d];
        reach += (double)args->in[d] * (double)args->x_step[d];
        // Offsets below 0 mean zero.
        if (args->x_step[d] < 0) {
            return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs ascending x", op->name);
        }
    }
    if (reach > INT32_MAX) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name,
                            "%s: a channel of x spans more than 2^31 elements", op->name);
    }
    const double taps = args->mode == NEAREST ? 1 : args->mode == LINEAR ? 2 : 4;
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? y->shape[0] * args->positions : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns =
        20.0 * (double)call->extent + impl->elem_ns * (double)y->elem_count * pow(taps, args->rank) * 0.3;
    return LG_OK;
}
