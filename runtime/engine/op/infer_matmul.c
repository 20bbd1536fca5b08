// SPDX-License-Identifier: Apache-2.0
// Shape rules of products of matrices.
#include "op/infer.h"

lg_status_t lg_shape_matmul(lg_infer_t *c) {
    const lg_view_t *a = c->ins[0];
    const lg_view_t *b = c->ins[1];
    lg_infer_text_t text[2];
    LG_NEED(c, a->rank >= 1 && b->rank >= 1, LG_STATUS_SHAPE,
            "a is %s and b is %s, expected rank 1 or more; use mul", lg_infer_format(a, &text[0]),
            lg_infer_format(b, &text[1]));
    int64_t a_k = a->shape[a->rank - 1];
    int64_t b_k = b->rank == 1 ? b->shape[0] : b->shape[b->rank - 2];
    LG_NEED(c, a_k == b_k, LG_STATUS_SHAPE,
            "a is %s and b is %s: the last axis of a has %lld, %s axis of b has %lld",
            lg_infer_format(a, &text[0]), lg_infer_format(b, &text[1]), (long long)a_k,
            b->rank == 1 ? "the only" : "the last but one", (long long)b_k);
    uint32_t a_batch = a->rank > 2 ? a->rank - 2u : 0;
    uint32_t b_batch = b->rank > 2 ? b->rank - 2u : 0;
    uint32_t rank = a_batch > b_batch ? a_batch : b_batch;
    int64_t *shape = c->out->shape;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t p = i + a_batch >= rank ? a->shape[i + a_batch - rank] : 1;
        int64_t q = i + b_batch >= rank ? b->shape[i + b_batch - rank] : 1;
        LG_NEED(c, p == q || p == 1 || q == 1, LG_STATUS_SHAPE,
                "the batch axes of a %s and b %s do not broadcast: %lld and %lld, expected equal or 1",
                lg_infer_format(a, &text[0]), lg_infer_format(b, &text[1]), (long long)p, (long long)q);
        shape[i] = p == 1 ? q : p;
    }
    if (a->rank > 1) {
        shape[rank++] = a->shape[a->rank - 2];
    }
    if (b->rank > 1) {
        shape[rank++] = b->shape[b->rank - 1];
    }
    return lg_infer_finish(c, rank);
}

lg_status_t lg_shape_linear(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    lg_infer_text_t text[2];
    LG_NEED(c, x->rank >= 1, LG_STATUS_SHAPE, "x is %s, expected rank 1 or more",
            lg_infer_format(x, &text[0]));
    LG_NEED(c, weight->rank == 2, LG_STATUS_SHAPE, "w is %s, expected rank 2: [out features, in features]",
            lg_infer_format(weight, &text[0]));
    LG_NEED(c, weight->shape[1] == x->shape[x->rank - 1], LG_STATUS_SHAPE,
            "w is %s, expected %lld in features as the last axis of x %s", lg_infer_format(weight, &text[0]),
            (long long)x->shape[x->rank - 1], lg_infer_format(x, &text[1]));
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == weight->shape[0]), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out features of w", lg_infer_format(bias, &text[0]),
            (long long)weight->shape[0]);
    memcpy(c->out->shape, x->shape, (x->rank - 1u) * sizeof x->shape[0]);
    c->out->shape[x->rank - 1] = weight->shape[0];
    return lg_infer_finish(c, x->rank);
}
