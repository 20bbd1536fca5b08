// SPDX-License-Identifier: Apache-2.0
// quantize: y = saturate(round(x / scale) + zero_point), halves to even; dequantize: y = (x - zero_point) *
// scale.
//
// Elements are walked in lines along the last axes that lie evenly in all operands. One scale for a tensor,
// one for each index of an axis and one for each block differ in the strides of the scales only: they are 0
// where a scale is shared, and an axis with blocks has its index divided first. Source: ONNX
// QuantizeLinear-25, DequantizeLinear-25.
#include "scale.h"

// ---- lines ------------------------------------------------------------------------------------------

#define QUANTIZE(T, S, isa, TARGET, MIN, MAX)                                                         \
    TARGET static void quantize_##S##__##isa(const void *x_, int64_t x_stride, const float *scale,    \
                                             const void *point_, int64_t s_stride, int64_t p_stride,  \
                                             void *y_, int64_t count) {                               \
        const float *x = x_;                                                                          \
        const T *point = point_;                                                                      \
        T *LG_RESTRICT y = y_;                                                                        \
        if (s_stride == 0 && p_stride == 0) {                                                         \
            const float by = *scale;                                                                  \
            const int32_t zero = point != NULL ? *point : 0;                                          \
            const float low = (float)((MIN) - zero), high = (float)((MAX) - zero);                    \
            if (x_stride == 1) {                                                                      \
                for (int64_t i = 0; i < count; i++) {                                                 \
                    y[i] = (T)lg_quant_saturate(x[i] / by, low, high, zero);                          \
                }                                                                                     \
                return;                                                                               \
            }                                                                                         \
            for (int64_t i = 0; i < count; i++) {                                                     \
                y[i] = (T)lg_quant_saturate(x[i * x_stride] / by, low, high, zero);                   \
            }                                                                                         \
            return;                                                                                   \
        }                                                                                             \
        for (int64_t i = 0; i < count; i++) {                                                         \
            const int32_t zero = point != NULL ? point[i * p_stride] : 0;                             \
            y[i] = (T)lg_quant_saturate(x[i * x_stride] / scale[i * s_stride], (float)((MIN) - zero), \
                                        (float)((MAX) - zero), zero);                                 \
        }                                                                                             \
    }

// Differences wrap in 32 bits, which only i32 can notice.
#define DEQUANTIZE(T, S, isa, TARGET)                                                                  \
    TARGET static void dequantize_##S##__##isa(const void *x_, int64_t x_stride, const float *scale,   \
                                               const void *point_, int64_t s_stride, int64_t p_stride, \
                                               void *y_, int64_t count) {                              \
        const T *x = x_, *point = point_;                                                              \
        float *LG_RESTRICT y = y_;                                                                     \
        if (s_stride == 0 && p_stride == 0) {                                                          \
            const float by = *scale;                                                                   \
            const uint32_t zero = point != NULL ? (uint32_t)*point : 0;                                \
            if (x_stride == 1) {                                                                       \
                for (int64_t i = 0; i < count; i++) {                                                  \
                    y[i] = (float)(int32_t)((uint32_t)x[i] - zero) * by;                               \
                }                                                                                      \
                return;                                                                                \
            }                                                                                          \
            for (int64_t i = 0; i < count; i++) {                                                      \
                y[i] = (float)(int32_t)((uint32_t)x[i * x_stride] - zero) * by;                        \
            }                                                                                          \
            return;                                                                                    \
        }                                                                                              \
        for (int64_t i = 0; i < count; i++) {                                                          \
            const uint32_t zero = point != NULL ? (uint32_t)point[i * p_stride] : 0;                   \
            y[i] = (float)(int32_t)((uint32_t)x[i * x_stride] - zero) * scale[i * s_stride];           \
        }                                                                                              \
    }

#define SCALE(isa, TARGET, ns)                                                                   \
    QUANTIZE(int8_t, i8, isa, TARGET, INT8_MIN, INT8_MAX)                                        \
    QUANTIZE(uint8_t, u8, isa, TARGET, 0, UINT8_MAX)                                             \
    QUANTIZE(int16_t, i16, isa, TARGET, INT16_MIN, INT16_MAX)                                    \
    QUANTIZE(uint16_t, u16, isa, TARGET, 0, UINT16_MAX)                                          \
    DEQUANTIZE(int8_t, i8, isa, TARGET)                                                          \
    DEQUANTIZE(uint8_t, u8, isa, TARGET)                                                         \
    const lg_scale_impl_t lg_quantize_f32__##isa = {                                             \
        {quantize_i8__##isa, quantize_u8__##isa, quantize_i16__##isa, quantize_u16__##isa}, ns}; \
    const lg_scale_impl_t lg_dequantize_i8__##isa = {{dequantize_i8__##isa}, ns};                \
    const lg_scale_impl_t lg_dequantize_u8__##isa = {{dequantize_u8__##isa}, ns};

// clang-format off
SCALE(scalar, LG_TARGET_REFERENCE, 0.7f)
DEQUANTIZE(int16_t, i16, scalar, LG_TARGET_SCALAR)
DEQUANTIZE(uint16_t, u16, scalar, LG_TARGET_SCALAR)
DEQUANTIZE(int32_t, i32, scalar, LG_TARGET_SCALAR)
const lg_scale_impl_t lg_dequantize_i16__scalar = {{dequantize_i16__scalar}, 0.5f};
const lg_scale_impl_t lg_dequantize_u16__scalar = {{dequantize_u16__scalar}, 0.5f};
const lg_scale_impl_t lg_dequantize_i32__scalar = {{dequantize_i32__scalar}, 0.5f};
#if LG_CPU_X86
SCALE(avx2, LG_TARGET_AVX2, 0.2f)
#endif
// clang-format on

// ---- calls ------------------------------------------------------------------------------------------

typedef struct scale_dim {
    int64_t extent, block;  // the index of the scale is that of the element divided by `block`
    int64_t x, scale, point;
} scale_dim_t;

typedef struct scale_args {
    lg_scale_line_fn_t line;
    uint32_t point_index, out_index;  // places in `data`; point_index 0: none
    int32_t x_bytes, y_bytes, point_bytes;
    int32_t rank;    // of the loops, the innermost included; at least 1
    int64_t pieces;  // each line is cut into so many, of `piece` elements
    int64_t piece;
    scale_dim_t dims[LG_MAX_RANK];
} scale_args_t;

enum { SCALE_PIECE = 4096 };

static int32_t scale_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const scale_args_t *args = memory;
    const scale_dim_t *inner = &args->dims[args->rank - 1];
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t line = unit / args->pieces, first = unit % args->pieces * args->piece;
        const int64_t last = inner->extent - first < args->piece ? inner->extent : first + args->piece;
        int64_t x = 0, scale = 0, point = 0, rest = line;
        for (int32_t i = args->rank - 2; i >= 0; i--) {
            const scale_dim_t *dim = &args->dims[i];
            const int64_t index = rest % dim->extent;
            rest /= dim->extent;
            x += index * dim->x;
            scale += index / dim->block * dim->scale;
            point += index / dim->block * dim->point;
        }
        // A block at a time along the innermost loop.
        for (int64_t at = first; at < last;) {
            const int64_t index = at / inner->block;
            const int64_t stop =
                inner->block == 1 || last < (index + 1) * inner->block ? last : (index + 1) * inner->block;
            const int64_t varies = inner->block == 1;
            args->line((const char *)data[0] + (x + at * inner->x) * args->x_bytes, inner->x,
                       (const float *)data[1] + scale + index * inner->scale,
                       args->point_index != 0 ? (const char *)data[args->point_index] +
                                                    (point + index * inner->point) * args->point_bytes
                                              : NULL,
                       varies ? inner->scale : 0, varies ? inner->point : 0,
                       (char *)data[args->out_index] + (line * inner->extent + at) * args->y_bytes,
                       stop - at);
            at = stop;
        }
    }
    return 0;
}

lg_status_t lg_scale_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err) {
    const lg_scale_impl_t *impl = kernel->impl;
    const lg_view_t *x = op->ins[0], *scale = op->ins[1], *y = op->outs[0];
    const lg_view_t *point = op->in_count > 2 ? op->ins[2] : NULL;
    if (LG_UNLIKELY(!(y->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    const int32_t quantize = op->op == LG_OP_QUANTIZE;
    int64_t axis, block;
    if (quantize) {
        const lg_quantize_attrs_t *attrs = op->attrs;
        axis = attrs->axis, block = attrs->block_size;
    } else {
        const lg_dequantize_attrs_t *attrs = op->attrs;
        axis = attrs->axis, block = attrs->block_size;
    }
    axis += axis < 0 ? x->rank : 0;
    scale_args_t *args = call->args;
    args->line = impl->to[quantize ? y->dtype - LG_DTYPE_I8 : 0];
    args->point_index = point != NULL ? 2 : 0;
    args->out_index = op->in_count;
    args->x_bytes = (int32_t)lg_dtype_size((lg_dtype_t)x->dtype);
    args->y_bytes = (int32_t)lg_dtype_size((lg_dtype_t)y->dtype);
    args->point_bytes = point != NULL ? (int32_t)lg_dtype_size((lg_dtype_t)point->dtype) : 0;
    const int32_t one = block == 0 && scale->rank <= 1 && scale->elem_count == 1;
    int32_t rank = 0;
    for (uint32_t i = 0; i < x->rank; i++) {
        if (x->shape[i] == 1) {
            continue;  // index 0 of everything
        }
        scale_dim_t dim = {.extent = x->shape[i], .block = 1, .x = x->strides[i]};
        const int32_t along = i == (uint32_t)axis;
        if (!one && (block != 0 || along)) {
            const uint32_t from = block != 0 ? i : 0;
            dim.scale = scale->shape[from] != 1 ? scale->strides[from] : 0;  // 0: all in one block
            dim.point = point != NULL && scale->shape[from] != 1 ? point->strides[from] : 0;
            dim.block = along && block != 0 && scale->shape[from] != 1 ? block : 1;
        }
        scale_dim_t *before = rank > 0 ? &args->dims[rank - 1] : NULL;
        if (before != NULL && before->block == 1 && dim.block == 1 && before->x == dim.x * dim.extent &&
            before->scale == dim.scale * dim.extent && before->point == dim.point * dim.extent) {
            dim.extent *= before->extent;
            *before = dim;
        } else {
            args->dims[rank++] = dim;
        }
    }
    if (rank == 0) {
        args->dims[rank++] = (scale_dim_t){.extent = 1, .block = 1};
    }
    args->rank = rank;
    const int64_t length = args->dims[rank - 1].extent;
    args->piece = SCALE_PIECE;
    args->pieces = length > SCALE_PIECE ? (length - 1) / SCALE_PIECE + 1 : 1;
    call->fn = scale_run;
    call->extent = x->elem_count > 0 ? x->elem_count / length * args->pieces : 0;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->args_bytes = sizeof *args;
    call->work_ns = 4.0 * (double)call->extent + (double)impl->elem_ns * (double)x->elem_count;
    return LG_OK;
}
