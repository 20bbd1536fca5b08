// SPDX-License-Identifier: Apache-2.0
// Shape rule of the recurrent layers.
#include "op/infer.h"

// Checks one operand against the extents it must have; `meaning` says what they are.
static lg_status_t recurrent_operand(lg_infer_t *c, uint32_t index, uint32_t rank, int64_t a, int64_t b,
                                     int64_t d, const char *meaning) {
    const lg_view_t *in = index < c->in_count ? c->ins[index] : NULL;
    const int64_t wanted[3] = {a, b, d};
    bool fits = in == NULL || in->rank == rank;
    for (uint32_t i = 0; fits && in != NULL && i < rank; i++) {
        fits = in->shape[i] == wanted[i];
    }
    if (fits) {
        return LG_OK;
    }
    lg_infer_text_t text;
    lg_view_t expected = *in;
    expected.rank = (uint8_t)rank;
    memcpy(expected.shape, wanted, rank * sizeof wanted[0]);
    lg_infer_text_t other;
    return LG_FAIL(c, LG_STATUS_SHAPE, "%s is %s, expected %s: %s", c->rule->info->in_names[index],
                   lg_infer_format(in, &text), lg_infer_format(&expected, &other), meaning);
}

static lg_status_t recurrent_shape(lg_infer_t *c, int64_t gates, int64_t direction, int64_t layout,
                                   double clip) {
    const lg_view_t *x = c->ins[0], *r = c->ins[2];
    lg_infer_text_t text[2];
    LG_NEED(c, layout == 0 || layout == 1, LG_STATUS_INVALID_ARGUMENT, "layout is %lld, expected 0 or 1",
            (long long)layout);
    LG_NEED(c, clip >= 0, LG_STATUS_INVALID_ARGUMENT, "clip is %g, expected a number >= 0", clip);
    LG_NEED(c, x->rank == 3, LG_STATUS_SHAPE, "x is %s, expected rank 3: %s",
            lg_view_format(x, text[0].chars, sizeof text[0].chars),
            layout == 0 ? "steps, batch, inputs" : "batch, steps, inputs");
    LG_NEED(c, r->rank == 3, LG_STATUS_SHAPE, "r is %s, expected rank 3: directions, gates, hidden",
            lg_view_format(r, text[0].chars, sizeof text[0].chars));
    const int64_t directions = direction == 2 ? 2 : 1, hidden = r->shape[2];
    const int64_t steps = x->shape[layout], batch = x->shape[1 - layout];
    int64_t lines;
    LG_NEED(c, lg_mul_i64(2 * gates, hidden, &lines), LG_STATUS_OVERFLOW, "%lld hidden elements are too many",
            (long long)hidden);
    lines /= 2;
    LG_NEED(c, r->shape[0] == directions && r->shape[1] == lines, LG_STATUS_SHAPE,
            "r is %s, expected [%lld,%lld,%lld]: directions, %lld * hidden, hidden",
            lg_view_format(r, text[0].chars, sizeof text[0].chars), (long long)directions, (long long)lines,
            (long long)hidden, (long long)gates);
    LG_TRY(recurrent_operand(c, 1, 3, directions, lines, x->shape[2], "directions, gates * hidden, inputs"));
    LG_TRY(recurrent_operand(c, 3, 2, directions, 2 * lines, 0, "directions, 2 * gates * hidden"));
    LG_TRY(recurrent_operand(c, 4, 1, batch, 0, 0, "the batch"));
    const int64_t first = layout == 0 ? directions : batch, second = layout == 0 ? batch : directions;
    const char *state = layout == 0 ? "directions, batch, hidden" : "batch, directions, hidden";
    LG_TRY(recurrent_operand(c, 5, 3, first, second, hidden, state));
    LG_TRY(recurrent_operand(c, 6, 3, first, second, hidden, state));
    LG_TRY(recurrent_operand(c, 7, 2, directions, 3 * hidden, 0, "directions, 3 * hidden"));
    for (uint32_t i = 0; i < c->out_count; i++) {
        lg_infer_select(c, i);
        int64_t *shape = c->out->shape;
        if (i > 0) {
            shape[0] = first, shape[1] = second, shape[2] = hidden;
        } else if (layout == 0) {
            shape[0] = steps, shape[1] = directions, shape[2] = batch, shape[3] = hidden;
        } else {
            shape[0] = batch, shape[1] = steps, shape[2] = directions, shape[3] = hidden;
        }
        LG_TRY(lg_infer_finish(c, i > 0 ? 3 : 4));
    }
    return LG_OK;
}

lg_status_t lg_shape_lstm(lg_infer_t *c, int64_t direction, int64_t layout, double clip) {
    return recurrent_shape(c, 4, direction, layout, clip);
}

lg_status_t lg_shape_gru(lg_infer_t *c, int64_t direction, int64_t layout, double clip) {
    return recurrent_shape(c, 3, direction, layout, clip);
}

lg_status_t lg_shape_rnn(lg_infer_t *c, int64_t direction, int64_t layout, double clip) {
    return recurrent_shape(c, 1, direction, layout, clip);
}
