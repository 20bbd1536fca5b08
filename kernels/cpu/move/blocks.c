// SPDX-License-Identifier: Apache-2.0
// depth_to_space and space_to_depth: a window of six axes on the input, permuted and copied.
//
//   depth_to_space dcr   x[n, p, q, c, h, w] -> y[n, c, h, p, w, q]      crd   x[n, c, p, q, h, w] -> the same
//   space_to_depth       x[n, c, h, p, w, q] -> y[n, p, q, c, h, w]
#include "../families.h"

LG_REARRANGE_PREPARE(blocks) {
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    (void)kernel;
    lg_view_t from = *in, to = *out;
    from.rank = to.rank = 6;
    int64_t shape[6], strides[6];
    if (op->op == LG_OP_DEPTH_TO_SPACE) {
        const lg_depth_to_space_attrs_t *attrs = op->attrs;
        const int64_t block = attrs->block, depth = in->shape[1] / block / block;
        const int64_t c = attrs->mode == 0 ? in->strides[1] : in->strides[1] * block * block;
        const int64_t q = attrs->mode == 0 ? in->strides[1] * depth : in->strides[1];
        const int64_t extents[] = {in->shape[0], depth, in->shape[2], block, in->shape[3], block};
        const int64_t steps[] = {in->strides[0], c, in->strides[2], q * block, in->strides[3], q};
        memcpy(shape, extents, sizeof shape);
        memcpy(strides, steps, sizeof strides);
    } else {
        const int64_t block = ((const lg_space_to_depth_attrs_t *)op->attrs)->block;
        const int64_t extents[] = {in->shape[0],        block, block, in->shape[1], in->shape[2] / block,
                                   in->shape[3] / block};
        const int64_t steps[] = {in->strides[0], in->strides[2],         in->strides[3],
                                 in->strides[1], in->strides[2] * block, in->strides[3] * block};
        memcpy(shape, extents, sizeof shape);
        memcpy(strides, steps, sizeof strides);
    }
    int64_t stride = 1;
    from.flags = 0;
    for (uint32_t i = 6; i-- > 0;) {
        from.shape[i] = to.shape[i] = shape[i];
        from.strides[i] = strides[i];
        to.strides[i] = stride;
        stride *= shape[i];
    }
    return lg_copy_prepare_views(&from, &to, call);
}

LG_ITEM_IMPLS(blocks, depth_to_space)
LG_ITEM_IMPLS(blocks, space_to_depth)
