// SPDX-License-Identifier: Apache-2.0
// Shape rules of the normalisations.
#include "op/infer.h"

// Checks the rank of x and that the inputs behind it have one element per channel; the result is like x.
static lg_status_t norm_channels(lg_infer_t *c, uint32_t least_rank) {
    const lg_view_t *x = c->ins[0];
    lg_infer_text_t text[2];
    LG_NEED(c, x->rank >= least_rank, LG_STATUS_SHAPE, "x is %s, expected rank %u or more: batch, channels%s",
            lg_infer_format(x, &text[0]), least_rank, least_rank > 2 ? " and spatial axes" : "");
    for (uint32_t i = 1; i < c->in_count; i++) {
        const lg_view_t *in = c->ins[i];
        LG_NEED(c, in == NULL || (in->rank == 1 && in->shape[0] == x->shape[1]), LG_STATUS_SHAPE,
                "%s is %s, expected shape [%lld]: the channels of x %s", c->rule->info->in_names[i],
                lg_infer_format(in, &text[0]), (long long)x->shape[1], lg_infer_format(x, &text[1]));
    }
    return lg_shape_identity(c);
}

static lg_status_t norm_eps(lg_infer_t *c, double eps) {
    LG_NEED(c, eps >= 0, LG_STATUS_INVALID_ARGUMENT, "eps is %g, expected a number >= 0", eps);
    return LG_OK;
}

lg_status_t lg_shape_batch_norm(lg_infer_t *c, double eps) {
    LG_TRY(norm_eps(c, eps));
    return norm_channels(c, 2);
}

lg_status_t lg_shape_instance_norm(lg_infer_t *c, double eps) {
    LG_TRY(norm_eps(c, eps));
    return norm_channels(c, 3);
}

lg_status_t lg_shape_group_norm(lg_infer_t *c, int64_t num_groups, double eps) {
    LG_TRY(norm_eps(c, eps));
    LG_TRY(norm_channels(c, 2));
    const int64_t channels = c->ins[0]->shape[1];
    LG_NEED(c, num_groups >= 1, LG_STATUS_INVALID_ARGUMENT, "num_groups is %lld, expected at least 1",
            (long long)num_groups);
    LG_NEED(c, channels % num_groups == 0, LG_STATUS_SHAPE,
            "num_groups is %lld, expected a divisor of the %lld channels", (long long)num_groups,
            (long long)channels);
    return LG_OK;
}

lg_status_t lg_shape_lp_norm(lg_infer_t *c, int64_t axis, int64_t p) {
    LG_NEED(c, p == 1 || p == 2, LG_STATUS_INVALID_ARGUMENT, "p is %lld, expected 1 or 2", (long long)p);
    return lg_shape_softmax(c, axis);
}

lg_status_t lg_shape_lrn(lg_infer_t *c, int64_t size, double alpha, double beta, double k) {
    LG_NEED(c, size >= 1, LG_STATUS_INVALID_ARGUMENT, "size is %lld, expected at least 1", (long long)size);
    LG_NEED(c, alpha == alpha && beta == beta && k == k, LG_STATUS_INVALID_ARGUMENT,
            "alpha, beta and k are %g, %g and %g, expected numbers", alpha, beta, k);
    return norm_channels(c, 2);
}
