// SPDX-License-Identifier: Apache-2.0
// non_zero: coordinates of the elements that are not 0, one row per axis. NaN is not 0, -0 is.
// compress: the slices along an axis whose condition is true; without an axis the elements in row-major order.
//
// How many there are is written in front of the scratch memory: see Note [Data shapes] in op.h.
#include "../families.h"

typedef struct select_args {
    int64_t count, outer, extent, inner_bytes;  // of the condition, or of x; around the axis
    int64_t shape[LG_MAX_RANK];                 // of x, or of the result with its selected axis 0
    int32_t rank, axis;
    uint32_t dtype;
} select_args_t;

static int select_is_set(const void *data, int64_t i, uint32_t dtype) {
    switch (dtype) {
        case LG_DTYPE_F32:
            return ((const float *)data)[i] != 0;
        case LG_DTYPE_F64:
            return ((const double *)data)[i] != 0;
        case LG_DTYPE_F16:
        case LG_DTYPE_BF16:
            return (((const uint16_t *)data)[i] & 0x7fff) != 0;
        case LG_DTYPE_I16:
        case LG_DTYPE_U16:
            return ((const uint16_t *)data)[i] != 0;
        case LG_DTYPE_I32:
        case LG_DTYPE_U32:
            return ((const uint32_t *)data)[i] != 0;
        case LG_DTYPE_I64:
        case LG_DTYPE_U64:
            return ((const uint64_t *)data)[i] != 0;
        default:
            return ((const uint8_t *)data)[i] != 0;
    }
}

static int32_t non_zero_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const select_args_t *args = memory;
    int64_t *y = data[1], *extents = data[2];
    int64_t found = 0, at = 0;
    for (int64_t i = 0; i < args->count; i++) {
        found += select_is_set(data[0], i, args->dtype);
    }
    extents[0] = args->rank;
    extents[1] = found;
    int64_t coords[LG_MAX_RANK] = {0};
    for (int64_t i = 0; at < found; i++) {
        if (select_is_set(data[0], i, args->dtype)) {
            for (int32_t k = 0; k < args->rank; k++) {
                y[k * found + at] = coords[k];
            }
            at++;
        }
        for (int32_t k = args->rank - 1; k >= 0 && ++coords[k] == args->shape[k]; k--) {
            coords[k] = 0;
        }
    }
    return 0;
}

static int32_t compress_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const select_args_t *args = memory;
    const uint8_t *condition = data[1];
    const char *from = data[0];
    char *to = data[2];
    int64_t *extents = data[3];
    int64_t found = 0;
    for (int64_t i = 0; i < args->count; i++) {
        found += condition[i] != 0;
    }
    memcpy(extents, args->shape, (size_t)args->rank * sizeof *extents);
    extents[args->axis] = found;
    for (int64_t o = 0; o < args->outer; o++, from += args->extent * args->inner_bytes) {
        for (int64_t i = 0; i < args->count; i++) {
            if (condition[i]) {
                lg_copy_run(to, from + i * args->inner_bytes, args->inner_bytes);
                to += args->inner_bytes;
            }
        }
    }
    return 0;
}

LG_REARRANGE_PREPARE(select) {
    (void)kernel;
    if (!lg_indexing_dense(op, err)) {
        return LG_STATUS_UNSUPPORTED;
    }
    const lg_view_t *in = op->ins[0];
    const int32_t item = lg_item_bytes(op->ins[0]);
    select_args_t *args = call->args;
    args->dtype = in->dtype;
    if (op->op == LG_OP_NON_ZERO) {
        args->rank = in->rank;
        args->count = in->elem_count;
        memcpy(args->shape, in->shape, in->rank * sizeof in->shape[0]);
        lg_indexing_bind(call, non_zero_run, 1, 2.0 * (double)in->elem_count, sizeof *args,
                         LG_MAX_RANK * sizeof(int64_t));
        return LG_OK;
    }
    const lg_compress_attrs_t *attrs = op->attrs;
    args->count = op->ins[1]->elem_count;
    args->outer = 1;
    args->extent = in->elem_count;
    args->inner_bytes = item;
    args->rank = 1;
    args->axis = 0;
    if (attrs->axis.count > 0) {
        const lg_axis_walk_t walk = lg_axis_walk(in, attrs->axis.values[0]);
        args->outer = walk.outer;
        args->extent = walk.extent;
        args->inner_bytes = walk.inner * item;
        args->rank = in->rank;
        args->axis =
            (int32_t)(attrs->axis.values[0] < 0 ? attrs->axis.values[0] + in->rank : attrs->axis.values[0]);
        memcpy(args->shape, in->shape, in->rank * sizeof in->shape[0]);
    }
    lg_indexing_bind(
        call, compress_run, 1,
        2.0 * (double)(args->outer * args->count) + lg_move_ns((double)op->outs[0]->elem_count * item),
        sizeof *args, LG_MAX_RANK * sizeof(int64_t));
    return LG_OK;
}

LG_ITEM_IMPLS(select, non_zero)
LG_ITEM_IMPLS(select, compress)
