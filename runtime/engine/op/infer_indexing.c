// SPDX-License-Identifier: Apache-2.0
// Shape rules of the ops that take parts of tensors, by position or by value.
#include "op/infer.h"

// ---- split ------------------------------------------------------------------------------------------

lg_status_t lg_count_split(lg_infer_t *c, const lg_ints_t *sizes, int64_t num_outputs, uint32_t *out_count) {
    LG_NEED(c, sizes->count == -1 || num_outputs == 0 || num_outputs == sizes->count,
            LG_STATUS_INVALID_ARGUMENT, "num_outputs is %lld, but there are %lld sizes; give one of them",
            (long long)num_outputs, (long long)sizes->count);
    int64_t count = sizes->count != -1 ? sizes->count : num_outputs;
    LG_NEED(c, count >= 1 && count <= LG_MAX_OUTS, LG_STATUS_INVALID_ARGUMENT,
            "%lld outputs are asked for, expected 1 to %d; give sizes or num_outputs", (long long)count,
            LG_MAX_OUTS);
    *out_count = (uint32_t)count;
    return LG_OK;
}

lg_status_t lg_shape_split(lg_infer_t *c, const lg_ints_t *sizes, int64_t num_outputs, int64_t axis) {
    const lg_view_t *x = c->ins[0];
    uint32_t at = 0;
    uint32_t count = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, x->rank, &at));
    LG_TRY(lg_count_split(c, sizes, num_outputs, &count));
    LG_NEED(c, count == c->out_count, LG_STATUS_INVALID_ARGUMENT,
            "%u outputs given, but the attributes say %u", c->out_count, count);
    const int64_t extent = x->shape[at];
    const int64_t even = extent / count + (extent % count != 0);
    int64_t left = extent;
    for (uint32_t i = 0; i < count; i++) {
        int64_t size = sizes->count != -1 ? sizes->values[i] : i + 1 < count ? even : left;
        LG_NEED(c, size >= 0, LG_STATUS_SHAPE, "part %u would have %lld elements of axis %u", i,
                (long long)size, at);
        LG_NEED(c, size <= left, LG_STATUS_SHAPE,
                "the parts up to number %u need more than the %lld elements of axis %u", i, (long long)extent,
                at);
        left -= size;
        lg_infer_select(c, i);
        memcpy(c->out->shape, x->shape, x->rank * sizeof x->shape[0]);
        c->out->shape[at] = size;
        LG_TRY(lg_infer_finish(c, x->rank));
    }
    LG_NEED(c, left == 0, LG_STATUS_SHAPE, "the sizes leave %lld of the %lld elements of axis %u",
            (long long)left, (long long)extent, at);
    return LG_OK;
}

// ---- stack ------------------------------------------------------------------------------------------

lg_status_t lg_shape_stack(lg_infer_t *c, int64_t axis) {
    const lg_view_t *first = c->ins[0];
    const uint32_t rank = first->rank + 1u;
    uint32_t at = 0;
    LG_TRY(lg_infer_rank(c, rank));
    LG_TRY(lg_infer_axis(c, "axis", axis, rank, &at));
    for (uint32_t i = 1; i < c->in_count; i++) {
        const lg_view_t *x = c->ins[i];
        LG_NEED(c, x->rank == first->rank, LG_STATUS_SHAPE, "input %u has rank %u, expected %u as the first",
                i, x->rank, first->rank);
        for (uint32_t k = 0; k < x->rank; k++) {
            LG_NEED(c, x->shape[k] == first->shape[k], LG_STATUS_SHAPE,
                    "input %u has %lld elements on axis %u, expected %lld as the first", i,
                    (long long)x->shape[k], k, (long long)first->shape[k]);
        }
    }
    for (uint32_t i = 0; i < rank; i++) {
        c->out->shape[i] = i == at ? c->in_count : first->shape[i - (i > at)];
    }
    return lg_infer_finish(c, rank);
}

// ---- order ------------------------------------------------------------------------------------------

// Every output has the shape of x with `extent` elements on an axis.
static lg_status_t indexing_order(lg_infer_t *c, int64_t axis, int64_t extent) {
    const lg_view_t *x = c->ins[0];
    uint32_t at = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, x->rank, &at));
    LG_NEED(c, extent <= x->shape[at], LG_STATUS_SHAPE,
            "k is %lld, expected at most %lld, the extent of axis %u", (long long)extent,
            (long long)x->shape[at], at);
    for (uint32_t i = 0; i < c->out_count; i++) {
        if (c->out_count > 1) {
            lg_infer_select(c, i);
        }
        memcpy(c->out->shape, x->shape, x->rank * sizeof x->shape[0]);
        c->out->shape[at] = extent >= 0 ? extent : x->shape[at];
        LG_TRY(lg_infer_finish(c, x->rank));
    }
    return LG_OK;
}

lg_status_t lg_shape_top_k(lg_infer_t *c, int64_t k, int64_t axis) {
    LG_NEED(c, k >= 0, LG_STATUS_INVALID_ARGUMENT, "k is %lld, expected a number >= 0", (long long)k);
    return indexing_order(c, axis, k);
}

lg_status_t lg_shape_sort(lg_infer_t *c, int64_t axis) {
    return indexing_order(c, axis, -1);
}

// ---- tuples of indices ------------------------------------------------------------------------------

// Checks that the last axis of the index has a coordinate for 0 to `most` axes; returns for how many.
static lg_status_t indexing_depth(lg_infer_t *c, uint32_t most, uint32_t *out_depth) {
    const lg_view_t *index = c->ins[1];
    LG_NEED(c, index->rank >= 1, LG_STATUS_SHAPE, "index has rank %u, expected 1 or more", index->rank);
    const int64_t depth = index->shape[index->rank - 1];
    LG_NEED(c, depth >= 1 && depth <= most, LG_STATUS_SHAPE,
            "the last axis of index has %lld coordinates, expected 1 to %u", (long long)depth, most);
    *out_depth = (uint32_t)depth;
    return LG_OK;
}

lg_status_t lg_shape_gather_nd(lg_infer_t *c, int64_t batch_dims) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *index = c->ins[1];
    const uint32_t least = x->rank < index->rank ? x->rank : index->rank;
    LG_NEED(c, batch_dims >= 0 && batch_dims < (int64_t)least, LG_STATUS_INVALID_ARGUMENT,
            "batch_dims is %lld, expected 0 to %d: less than the ranks of x and index", (long long)batch_dims,
            (int)least - 1);
    const uint32_t batch = (uint32_t)batch_dims;
    uint32_t depth = 0;
    LG_TRY(indexing_depth(c, x->rank - batch, &depth));
    for (uint32_t i = 0; i < batch; i++) {
        LG_NEED(c, x->shape[i] == index->shape[i], LG_STATUS_SHAPE,
                "axis %u has %lld elements in x and %lld in index, expected equally many", i,
                (long long)x->shape[i], (long long)index->shape[i]);
    }
    const uint32_t slice = x->rank - batch - depth;
    LG_TRY(lg_infer_rank(c, index->rank - 1u + slice));
    memcpy(c->out->shape, index->shape, (index->rank - 1u) * sizeof index->shape[0]);
    memcpy(c->out->shape + index->rank - 1, x->shape + batch + depth, slice * sizeof x->shape[0]);
    return lg_infer_finish(c, index->rank - 1u + slice);
}

lg_status_t lg_shape_scatter_nd(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *index = c->ins[1];
    const lg_view_t *updates = c->ins[2];
    uint32_t depth = 0;
    LG_NEED(c, x->rank >= 1, LG_STATUS_SHAPE, "x has rank %u, expected 1 or more", x->rank);
    LG_TRY(indexing_depth(c, x->rank, &depth));
    const uint32_t rank = index->rank - 1u + x->rank - depth;
    LG_NEED(c, updates->rank == rank, LG_STATUS_SHAPE, "updates has rank %u, expected %u", updates->rank,
            rank);
    for (uint32_t i = 0; i < rank; i++) {
        const int64_t wanted = i + 1 < index->rank ? index->shape[i] : x->shape[i + 1 - index->rank + depth];
        LG_NEED(c, updates->shape[i] == wanted, LG_STATUS_SHAPE,
                "updates has %lld elements on axis %u, expected %lld", (long long)updates->shape[i], i,
                (long long)wanted);
    }
    return lg_infer_copy_shape(c, x);
}

lg_status_t lg_shape_scatter_elements(lg_infer_t *c, int64_t axis) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *index = c->ins[1];
    const lg_view_t *updates = c->ins[2];
    LG_TRY(lg_shape_gather_elements(c, axis));  // what index may be
    LG_NEED(c, updates->rank == index->rank, LG_STATUS_SHAPE, "updates has rank %u, expected %u as index",
            updates->rank, index->rank);
    for (uint32_t i = 0; i < index->rank; i++) {
        LG_NEED(c, updates->shape[i] == index->shape[i], LG_STATUS_SHAPE,
                "updates has %lld elements on axis %u, expected %lld as index", (long long)updates->shape[i],
                i, (long long)index->shape[i]);
    }
    return lg_infer_copy_shape(c, x);
}

lg_status_t lg_shape_reverse_sequence(lg_infer_t *c, int64_t time_axis, int64_t batch_axis) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *lengths = c->ins[1];
    uint32_t time = 0;
    uint32_t batch = 0;
    LG_TRY(lg_infer_axis(c, "time_axis", time_axis, x->rank, &time));
    LG_TRY(lg_infer_axis(c, "batch_axis", batch_axis, x->rank, &batch));
    LG_NEED(c, time != batch, LG_STATUS_INVALID_ARGUMENT, "time_axis and batch_axis are both %u", time);
    LG_NEED(c, lengths->rank == 1 && lengths->shape[0] == x->shape[batch], LG_STATUS_SHAPE,
            "lengths must have rank 1 and %lld elements, one for each sequence; it has rank %u",
            (long long)x->shape[batch], lengths->rank);
    return lg_infer_copy_shape(c, x);
}

// ---- shapes that the data decide: upper bounds ------------------------------------------------------

lg_status_t lg_shape_non_zero(lg_infer_t *c) {
    c->out->shape[0] = c->ins[0]->rank;
    c->out->shape[1] = c->ins[0]->elem_count;
    return lg_infer_finish(c, 2);
}

// The shape of x, or flat without an axis; `*out_extent` of the axis.
static lg_status_t indexing_slices(lg_infer_t *c, const lg_ints_t *axis, uint32_t *out_axis,
                                   int64_t *out_extent) {
    const lg_view_t *x = c->ins[0];
    LG_NEED(c, axis->count == -1 || axis->count == 1, LG_STATUS_INVALID_ARGUMENT,
            "axis has %lld values, expected 1", (long long)axis->count);
    *out_axis = 0;
    if (axis->count == -1) {
        *out_extent = x->elem_count;
        c->out->shape[0] = x->elem_count;
        return lg_infer_finish(c, 1);
    }
    LG_TRY(lg_infer_axis(c, "axis", axis->values[0], x->rank, out_axis));
    *out_extent = x->shape[*out_axis];
    return lg_infer_copy_shape(c, x);
}

lg_status_t lg_shape_compress(lg_infer_t *c, const lg_ints_t *axis) {
    const lg_view_t *condition = c->ins[1];
    uint32_t at = 0;
    int64_t extent = 0;
    LG_NEED(c, condition->rank == 1, LG_STATUS_SHAPE, "condition has rank %u, expected 1", condition->rank);
    LG_TRY(indexing_slices(c, axis, &at, &extent));
    LG_NEED(c, condition->shape[0] <= extent, LG_STATUS_SHAPE,
            "condition has %lld elements, x has only %lld there", (long long)condition->shape[0],
            (long long)extent);
    return LG_OK;
}

lg_status_t lg_shape_unique(lg_infer_t *c, const lg_ints_t *axis) {
    uint32_t at = 0;
    int64_t extent = 0;
    LG_TRY(indexing_slices(c, axis, &at, &extent));
    for (uint32_t i = 1; i < c->out_count; i++) {
        lg_infer_select(c, i);
        c->out->shape[0] = extent;
        LG_TRY(lg_infer_finish(c, 1));
    }
    return LG_OK;
}

// ---- extents as values ------------------------------------------------------------------------------

lg_status_t lg_shape_shape(lg_infer_t *c, int64_t start, int64_t end) {
    const int64_t rank = c->ins[0]->rank;
    int64_t count = 0;
    lg_slice_clamp(rank, start, end, 1, &count);
    c->out->shape[0] = count;
    return lg_infer_finish(c, 1);
}

lg_status_t lg_shape_size(lg_infer_t *c) {
    return lg_infer_finish(c, 0);
}
