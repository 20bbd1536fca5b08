// SPDX-License-Identifier: Apache-2.0
// Shape rules of reductions, softmax and layer_norm.
#include "op/infer.h"

static lg_status_t infer_reduce(lg_infer_t *c, uint32_t mask, int64_t keepdims) {
    const lg_view_t *in = c->ins[0];
    uint32_t rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        if ((mask >> i & 1) == 0) {
            c->out->shape[rank++] = in->shape[i];
        } else if (keepdims) {
            c->out->shape[rank++] = 1;
        }
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    uint32_t mask = 0;
    LG_TRY(lg_infer_axes(c, "axis", axis, c->ins[0]->rank, &mask));
    return infer_reduce(c, mask, keepdims);
}

lg_status_t lg_shape_reduce_nonempty(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    const lg_view_t *in = c->ins[0];
    uint32_t mask = 0;
    LG_TRY(lg_infer_axes(c, "axis", axis, in->rank, &mask));
    LG_TRY(infer_reduce(c, mask, keepdims));
    // With no result element nothing is asked of the empty axis.
    for (uint32_t i = 0; i < in->rank && c->out->elem_count > 0; i++) {
        if ((mask >> i & 1) && in->shape[i] == 0) {
            lg_infer_text_t text;
            return LG_FAIL(c, LG_STATUS_SHAPE,
                           "axis %u of %s is empty, expected at least one element to choose from", i,
                           lg_infer_format(in, &text));
        }
    }
    return LG_OK;
}

lg_status_t lg_shape_arg_reduce(lg_infer_t *c, const lg_ints_t *axis, int64_t keepdims) {
    LG_NEED(c, axis->count == -1 || axis->count == 1, LG_STATUS_INVALID_ARGUMENT,
            "axis has %lld values, expected one or none", (long long)axis->count);
    return lg_shape_reduce_nonempty(c, axis, keepdims);
}

lg_status_t lg_shape_softmax(lg_infer_t *c, int64_t axis) {
    uint32_t resolved = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, c->ins[0]->rank, &resolved));
    return lg_infer_copy_shape(c, c->ins[0]);
}

lg_status_t lg_shape_layer_norm(lg_infer_t *c, int64_t axis, double eps) {
    const lg_view_t *in = c->ins[0];
    uint32_t first = 0;
    LG_TRY(lg_infer_axis(c, "axis", axis, in->rank, &first));
    LG_NEED(c, eps >= 0, LG_STATUS_INVALID_ARGUMENT, "eps is %g, expected a number >= 0", eps);
    for (uint32_t i = 1; i < c->in_count; i++) {
        const lg_view_t *scale = c->ins[i];
        if (scale == NULL) {
            continue;
        }
        uint32_t count = in->rank - first;
        if (scale->rank != count ||
            memcmp(scale->shape, in->shape + first, count * sizeof in->shape[0]) != 0) {
            lg_infer_text_t text[3];
            return LG_FAIL(c, LG_STATUS_SHAPE, "%s is %s, expected shape %s: the axes %u to %u of x %s",
                           c->rule->info->in_names[i], lg_infer_format(scale, &text[0]),
                           lg_infer_format_dims(in->shape + first, count, &text[1]), first, in->rank - 1,
                           lg_infer_format(in, &text[2]));
        }
    }
    return lg_infer_copy_shape(c, in);
}
