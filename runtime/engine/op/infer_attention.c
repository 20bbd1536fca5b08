// SPDX-License-Identifier: Apache-2.0
// Shape rule of attention.
#include "op/infer.h"

lg_status_t lg_shape_attention(lg_infer_t *c, double scale, double softcap) {
    const lg_view_t *q = c->ins[0], *k = c->ins[1], *v = c->ins[2];
    const lg_view_t *mask = c->in_count > 3 ? c->ins[3] : NULL;
    lg_infer_text_t text[3];
    LG_NEED(c, scale - scale == 0, LG_STATUS_INVALID_ARGUMENT, "scale is %g, expected a finite number",
            scale);
    LG_NEED(c, softcap >= 0 && softcap - softcap == 0, LG_STATUS_INVALID_ARGUMENT,
            "softcap is %g, expected a finite number >= 0", softcap);
    LG_NEED(c, q->rank >= 2 && k->rank == q->rank && v->rank == q->rank, LG_STATUS_SHAPE,
            "q is %s, k is %s and v is %s, expected equal ranks of 2 or more", lg_infer_format(q, &text[0]),
            lg_infer_format(k, &text[1]), lg_infer_format(v, &text[2]));
    const uint32_t rank = q->rank;
    LG_NEED(c, q->shape[rank - 1] == k->shape[rank - 1], LG_STATUS_SHAPE,
            "q is %s and k is %s: the last axes have %lld and %lld elements", lg_infer_format(q, &text[0]),
            lg_infer_format(k, &text[1]), (long long)q->shape[rank - 1], (long long)k->shape[rank - 1]);
    LG_NEED(c, k->shape[rank - 2] == v->shape[rank - 2], LG_STATUS_SHAPE,
            "k is %s and v is %s: %lld keys and %lld values", lg_infer_format(k, &text[0]),
            lg_infer_format(v, &text[1]), (long long)k->shape[rank - 2], (long long)v->shape[rank - 2]);
    lg_ints_t shape = {.count = rank};
    for (uint32_t i = 0; i + 2 < rank; i++) {
        const int64_t a = q->shape[i], b = k->shape[i], d = v->shape[i];
        const bool heads = i + 3 == rank;
        const int64_t most = a != 1 ? a : b != 1 ? b : d;
        LG_NEED(c, !heads || (b == d && (b == 0 ? a == 0 : a % b == 0)), LG_STATUS_SHAPE,
                "q is %s, k is %s and v is %s: expected equally many heads of k and v, and a multiple "
                "of them of q",
                lg_infer_format(q, &text[0]), lg_infer_format(k, &text[1]), lg_infer_format(v, &text[2]));
        LG_NEED(c, heads || ((a == most || a == 1) && (b == most || b == 1) && (d == most || d == 1)),
                LG_STATUS_SHAPE, "q is %s, k is %s and v is %s: axis %u does not broadcast",
                lg_infer_format(q, &text[0]), lg_infer_format(k, &text[1]), lg_infer_format(v, &text[2]), i);
        shape.values[i] = heads ? a : most;
    }
    shape.values[rank - 2] = q->shape[rank - 2];
    if (mask != NULL) {
        LG_NEED(c, mask->dtype == LG_DTYPE_BOOL || mask->dtype == q->dtype, LG_STATUS_DTYPE,
                "mask is %s, expected bool or %s as q", lg_dtype_name((lg_dtype_t)mask->dtype),
                lg_dtype_name((lg_dtype_t)q->dtype));
        shape.values[rank - 1] = k->shape[rank - 2];
        bool fits = mask->rank <= rank;
        for (uint32_t i = 0; fits && i < mask->rank; i++) {
            const int64_t extent = mask->shape[mask->rank - 1 - i];
            fits = extent == 1 || extent == shape.values[rank - 1 - i];
        }
        LG_NEED(c, fits, LG_STATUS_SHAPE,
                "mask is %s, which does not broadcast to heads, queries and keys of q %s and k %s",
                lg_infer_format(mask, &text[0]), lg_infer_format(q, &text[1]), lg_infer_format(k, &text[2]));
    }
    shape.values[rank - 1] = v->shape[rank - 1];
    static const lg_scalar_t zero = {.kind = LG_SCALAR_INT};
    return lg_shape_full(c, &shape, &zero);
}
