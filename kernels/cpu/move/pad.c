// SPDX-License-Identifier: Apache-2.0
// pad: y[j] = x[source(j - begin)] along every axis, or the value where source lies outside (constant).
//
//   edge     source(i) = min(max(i, 0), n - 1)
//   reflect  source(i) = i mirrored at 0 and n - 1, which are not repeated; |i| stays below one period
//   wrap     source(i) = i modulo n, likewise within one period
//
// Works by rows of the innermost axis: begin, a copy of the input's row, end. Axes without padding are merged
// with their neighbours; in constant mode an axis with padding also takes in the dense block behind it.
#include "../families.h"

#include "copy.h"
#include "scalar.h"

enum { PAD_CONSTANT, PAD_REFLECT, PAD_EDGE, PAD_WRAP };

typedef struct pad_dim {
    int64_t out_extent, begin, in_extent;
    int64_t stride;  // of the input, in items
} pad_dim_t;

typedef struct pad_args {
    uint64_t value;
    int32_t mode, rank;
    pad_dim_t dims[LG_MAX_RANK];  // outermost first, at least one
} pad_args_t;

// Index of the input for index `i` (relative to its first element), or -1 for the value.
LG_INLINE int64_t pad_source(int64_t i, int64_t extent, int32_t mode) {
    if (LG_LIKELY(i >= 0 && i < extent)) {
        return i;
    }
    switch (mode) {
        case PAD_REFLECT:
            return i < 0 ? -i : 2 * (extent - 1) - i;
        case PAD_EDGE:
            return i < 0 ? 0 : extent - 1;
        case PAD_WRAP:
            return i < 0 ? i + extent : i - extent;
        default:
            return -1;
    }
}

#define PAD_ROWS(bits)                                                                                 \
    static int32_t pad_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) {     \
        const pad_args_t *args = memory;                                                               \
        const uint##bits##_t value = (uint##bits##_t)args->value;                                      \
        const pad_dim_t inner = args->dims[args->rank - 1];                                            \
        uint##bits##_t *y = (uint##bits##_t *)data[1] + begin * inner.out_extent;                      \
        for (int64_t row = begin; row < end; row++, y += inner.out_extent) {                           \
            const uint##bits##_t *x = data[0];                                                         \
            int64_t index = row, inside = 1;                                                           \
            for (int32_t i = args->rank - 2; i >= 0; i--) {                                            \
                const pad_dim_t *dim = &args->dims[i];                                                 \
                int64_t coord = i == 0 ? index : index % dim->out_extent;                              \
                index = i == 0 ? 0 : index / dim->out_extent;                                          \
                int64_t source = pad_source(coord - dim->begin, dim->in_extent, args->mode);           \
                inside = source < 0 ? 0 : inside;                                                      \
                x += source < 0 ? 0 : source * dim->stride;                                            \
            }                                                                                          \
            const int64_t copied = inside ? inner.in_extent : 0;                                       \
            const int64_t last = inner.begin + copied;                                                 \
            if (args->mode == PAD_CONSTANT) {                                                          \
                for (int64_t j = 0; j < inner.begin; j++) {                                            \
                    y[j] = value;                                                                      \
                }                                                                                      \
                for (int64_t j = last; j < inner.out_extent; j++) {                                    \
                    y[j] = value;                                                                      \
                }                                                                                      \
            } else {                                                                                   \
                for (int64_t j = 0; j < inner.begin; j++) {                                            \
                    y[j] = x[pad_source(j - inner.begin, inner.in_extent, args->mode) * inner.stride]; \
                }                                                                                      \
                for (int64_t j = last; j < inner.out_extent; j++) {                                    \
                    y[j] = x[pad_source(j - inner.begin, inner.in_extent, args->mode) * inner.stride]; \
                }                                                                                      \
            }                                                                                          \
            if (inner.stride == 1 && copied > 0) {                                                     \
                lg_copy_run((char *)(y + inner.begin), (const char *)x, copied * (bits / 8));          \
            } else {                                                                                   \
                for (int64_t j = 0; j < copied; j++) {                                                 \
                    y[inner.begin + j] = x[j * inner.stride];                                          \
                }                                                                                      \
            }                                                                                          \
        }                                                                                              \
        return 0;                                                                                      \
    }
PAD_ROWS(8)
PAD_ROWS(16)
PAD_ROWS(32)
PAD_ROWS(64)

lg_status_t lg_pad_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                           lg_error_t *err) {
    const lg_pad_impl_t *impl = kernel->impl;
    const lg_pad_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    pad_args_t *args = call->args;
    args->mode = (int32_t)attrs->mode;
    args->value = lg_scalar_bits(&attrs->value, out->dtype);
    int32_t rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        pad_dim_t dim = {out->shape[i], attrs->pads.values[i], in->shape[i],
                         in->elem_count > 0 ? in->strides[i] : 0};  // an empty input is not read
        if (dim.out_extent == 1 && dim.in_extent == 1) {
            continue;
        }
        pad_dim_t *before = &args->dims[rank - 1];
        // This axis has no padding, and its elements lie as one step of the axis before.
        if (rank > 0 && dim.out_extent == dim.in_extent && before->stride == dim.in_extent * dim.stride &&
            (args->mode == PAD_CONSTANT || before->out_extent == before->in_extent)) {
            before->out_extent *= dim.in_extent;
            before->begin *= dim.in_extent;
            before->in_extent *= dim.in_extent;
            before->stride = dim.stride;
        } else {
            args->dims[rank++] = dim;
        }
    }
    if (rank == 0) {
        args->dims[rank++] = (pad_dim_t){1, 0, 1, 1};
    }
    args->rank = rank;
    call->fn = impl->rows[lg_item_log2(in)];
    call->extent = out->elem_count > 0 ? out->elem_count / args->dims[rank - 1].out_extent : 0;
    call->grain = 1;
    call->args_bytes = offsetof(pad_args_t, dims) + (size_t)rank * sizeof args->dims[0];
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)out->elem_count * lg_item_bytes(in)) + 6.0 * (double)call->extent;
    return LG_OK;
}

const lg_pad_impl_t lg_pad_all__scalar = {{pad_8, pad_16, pad_32, pad_64}};
