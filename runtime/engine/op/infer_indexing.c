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
