// SPDX-License-Identifier: Apache-2.0
// Shape rules of the ops that pool whole planes or rearrange elements.
#include "op/infer.h"

lg_status_t lg_shape_global_pool(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    LG_CHECK(c->err, x->rank >= 3, LG_STATUS_SHAPE, c->name,
             "%s: x has rank %u, expected 3 or more: batch, channels and spatial axes", c->name, x->rank);
    lg_ints_t spatial = {.count = 0};
    for (uint32_t i = 2; i < x->rank; i++) {
        spatial.values[spatial.count++] = i;
    }
    return lg_shape_reduce_nonempty(c, &spatial, 1);
}

lg_status_t lg_shape_global_lp_pool(lg_infer_t *c, double norm_type) {
    LG_CHECK(c->err, norm_type > 0 && norm_type - norm_type == 0, LG_STATUS_INVALID_ARGUMENT, c->name,
             "%s: norm_type is %g, expected a number above 0", c->name, norm_type);
    return lg_shape_global_pool(c);
}

// ---- rearranging ------------------------------------------------------------------------------------

#define LAYOUT_NEED(c, condition, CODE, format, ...) \
    LG_CHECK((c)->err, condition, CODE, (c)->name, "%s: " format, (c)->name, __VA_ARGS__)

// Completes the output with a list of extents.
static lg_status_t layout_finish(lg_infer_t *c, const lg_ints_t *shape) {
    static const lg_scalar_t zero = {.kind = LG_SCALAR_INT};
    return lg_shape_full(c, shape, &zero);
}

static lg_ints_t layout_shape(const lg_view_t *view) {
    lg_ints_t shape = {.count = view->rank};
    memcpy(shape.values, view->shape, view->rank * sizeof view->shape[0]);
    return shape;
}

lg_status_t lg_dtype_or_f32(lg_infer_t *c, int64_t dtype) {
    c->dtype = (lg_dtype_t)(dtype != LG_DTYPE_INVALID ? dtype : LG_DTYPE_F32);
    return LG_OK;
}

lg_status_t lg_shape_identity(lg_infer_t *c) {
    const lg_ints_t shape = layout_shape(c->ins[0]);
    return layout_finish(c, &shape);
}

lg_status_t lg_shape_bitcast(lg_infer_t *c, int64_t dtype) {
    const lg_dtype_t from = (lg_dtype_t)c->ins[0]->dtype, to = (lg_dtype_t)dtype;
    LAYOUT_NEED(c, lg_dtype_size(from) == lg_dtype_size(to), LG_STATUS_DTYPE,
                "x is %s, which is not as wide as %s; use cast to convert", lg_dtype_name(from),
                lg_dtype_name(to));
    LAYOUT_NEED(c, to != LG_DTYPE_BOOL || from == LG_DTYPE_BOOL, LG_STATUS_DTYPE,
                "x is %s, whose bits may be no bool; compare with 0", lg_dtype_name(from));
    return lg_shape_identity(c);
}

lg_status_t lg_shape_flip(lg_infer_t *c, const lg_ints_t *axis) {
    LG_TRY(lg_shape_reduce(c, axis, 1));  // checks the axes
    return lg_shape_identity(c);
}

lg_status_t lg_shape_roll(lg_infer_t *c, const lg_ints_t *shift, const lg_ints_t *axis) {
    LAYOUT_NEED(c, shift->count == axis->count, LG_STATUS_INVALID_ARGUMENT,
                "%lld shifts and %lld axes, expected equally many", (long long)shift->count,
                (long long)axis->count);
    return lg_shape_flip(c, axis);
}

lg_status_t lg_shape_matrix(lg_infer_t *c) {
    LAYOUT_NEED(c, c->ins[0]->rank >= 2, LG_STATUS_SHAPE, "x has rank %u, expected 2 or more",
                c->ins[0]->rank);
    return lg_shape_identity(c);
}

lg_status_t lg_shape_tile(lg_infer_t *c, const lg_ints_t *repeats) {
    lg_ints_t shape = layout_shape(c->ins[0]);
    LAYOUT_NEED(c, repeats->count == shape.count, LG_STATUS_INVALID_ARGUMENT,
                "repeats has %lld values, expected %lld: one for each axis of x", (long long)repeats->count,
                (long long)shape.count);
    for (int64_t i = 0; i < shape.count; i++) {
        LAYOUT_NEED(c, repeats->values[i] >= 0, LG_STATUS_INVALID_ARGUMENT,
                    "repeats of axis %lld is %lld, expected a number >= 0", (long long)i,
                    (long long)repeats->values[i]);
        LAYOUT_NEED(c, lg_mul_i64(shape.values[i], repeats->values[i], &shape.values[i]), LG_STATUS_OVERFLOW,
                    "the extent of axis %lld does not fit in 64 bits", (long long)i);
    }
    return layout_finish(c, &shape);
}

lg_status_t lg_shape_one_hot(lg_infer_t *c, int64_t depth, int64_t axis, const lg_scalar_t *on_value,
                             const lg_scalar_t *off_value) {
    const lg_view_t *index = c->ins[0];
    const int64_t rank = index->rank + 1;
    LAYOUT_NEED(c, depth >= 1, LG_STATUS_INVALID_ARGUMENT, "depth is %lld, expected 1 or more",
                (long long)depth);
    LAYOUT_NEED(c, axis >= -rank && axis < rank, LG_STATUS_INDEX,
                "axis is %lld, expected %lld to %lld for a result of rank %lld", (long long)axis,
                (long long)-rank, (long long)rank - 1, (long long)rank);
    lg_ints_t shape = {.count = rank};
    const int64_t at = axis < 0 ? axis + rank : axis;
    for (int64_t i = 0; i < rank; i++) {
        shape.values[i] = i == at ? depth : index->shape[i - (i > at)];
    }
    LG_TRY(lg_shape_full(c, &shape, off_value));
    return lg_shape_full(c, &shape, on_value);
}

// The image rules' common part.
static lg_status_t layout_image(lg_infer_t *c, int64_t block) {
    LAYOUT_NEED(c, c->ins[0]->rank == 4, LG_STATUS_SHAPE,
                "x has rank %u, expected 4: batch, channels, height, width", c->ins[0]->rank);
    LAYOUT_NEED(c, block >= 1 && block < 1 << 15, LG_STATUS_INVALID_ARGUMENT,
                "block is %lld, expected 1 to 32767", (long long)block);
    return LG_OK;
}

lg_status_t lg_shape_depth_to_space(lg_infer_t *c, int64_t block) {
    LG_TRY(layout_image(c, block));
    lg_ints_t shape = layout_shape(c->ins[0]);
    LAYOUT_NEED(c, shape.values[1] % (block * block) == 0, LG_STATUS_SHAPE,
                "x has %lld channels, expected a multiple of %lld", (long long)shape.values[1],
                (long long)(block * block));
    shape.values[1] /= block * block;
    LAYOUT_NEED(c,
                lg_mul_i64(shape.values[2], block, &shape.values[2]) &&
                    lg_mul_i64(shape.values[3], block, &shape.values[3]),
                LG_STATUS_OVERFLOW, "the extents times %lld do not fit in 64 bits", (long long)block);
    return layout_finish(c, &shape);
}

lg_status_t lg_shape_space_to_depth(lg_infer_t *c, int64_t block) {
    LG_TRY(layout_image(c, block));
    lg_ints_t shape = layout_shape(c->ins[0]);
    LAYOUT_NEED(c, shape.values[2] % block == 0 && shape.values[3] % block == 0, LG_STATUS_SHAPE,
                "x is %lld high and %lld wide, expected multiples of %lld", (long long)shape.values[2],
                (long long)shape.values[3], (long long)block);
    shape.values[2] /= block;
    shape.values[3] /= block;
    LAYOUT_NEED(c, lg_mul_i64(shape.values[1], block * block, &shape.values[1]), LG_STATUS_OVERFLOW,
                "the channels times %lld do not fit in 64 bits", (long long)(block * block));
    return layout_finish(c, &shape);
}

lg_status_t lg_shape_eye(lg_infer_t *c, int64_t rows, int64_t columns) {
    LAYOUT_NEED(c, rows >= 0 && columns >= -1, LG_STATUS_SHAPE,
                "%lld rows and %lld columns, expected numbers >= 0", (long long)rows, (long long)columns);
    const lg_ints_t shape = {.count = 2, .values = {rows, columns == -1 ? rows : columns}};
    return layout_finish(c, &shape);
}

lg_status_t lg_shape_gather_elements(lg_infer_t *c, int64_t axis) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *index = c->ins[1];
    LG_TRY(lg_shape_softmax(c, axis));  // checks the axis
    const uint32_t at = (uint32_t)(axis < 0 ? axis + x->rank : axis);
    LAYOUT_NEED(c, index->rank == x->rank, LG_STATUS_SHAPE, "index has rank %u, expected %u as x",
                index->rank, x->rank);
    for (uint32_t i = 0; i < x->rank; i++) {
        LAYOUT_NEED(c, i == at || index->shape[i] <= x->shape[i], LG_STATUS_SHAPE,
                    "index has %lld elements on axis %u, expected at most %lld as x",
                    (long long)index->shape[i], i, (long long)x->shape[i]);
    }
    LAYOUT_NEED(c, x->shape[at] > 0 || index->elem_count == 0, LG_STATUS_INDEX,
                "axis %u is empty, but %lld elements are asked for", at, (long long)index->elem_count);
    const lg_ints_t shape = layout_shape(index);
    return layout_finish(c, &shape);
}
