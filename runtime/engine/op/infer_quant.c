// SPDX-License-Identifier: Apache-2.0
// Rules of the quantised ops.
#include "op/infer.h"

#define QUANT_NEED(c, condition, CODE, format, ...) \
    LG_CHECK((c)->err, condition, CODE, (c)->name, "%s: " format, (c)->name, __VA_ARGS__)
#define QUANT_TEXT_BYTES 128

static const lg_view_t *quant_input(const lg_infer_t *c, uint32_t index) {
    return index < c->in_count ? c->ins[index] : NULL;
}

lg_status_t lg_dtype_quantize(lg_infer_t *c, int64_t dtype) {
    const lg_view_t *point = quant_input(c, 2);
    c->dtype = point != NULL ? (lg_dtype_t)point->dtype : dtype != 0 ? (lg_dtype_t)dtype : LG_DTYPE_U8;
    QUANT_NEED(c, dtype == 0 || dtype == (int64_t)c->dtype, LG_STATUS_DTYPE,
               "dtype is %s, but zero_point is %s; leave one of them out", lg_dtype_name((lg_dtype_t)dtype),
               lg_dtype_name(c->dtype));
    QUANT_NEED(c, c->dtype >= LG_DTYPE_I8 && c->dtype <= LG_DTYPE_U16, LG_STATUS_DTYPE,
               "dtype is %s, expected one of: i8 u8 i16 u16", lg_dtype_name(c->dtype));
    return LG_OK;
}

lg_status_t lg_shape_quantize(lg_infer_t *c, int64_t axis, int64_t block_size) {
    const lg_view_t *x = c->ins[0], *scale = c->ins[1], *point = quant_input(c, 2);
    char text[2][QUANT_TEXT_BYTES];
    LG_TRY(lg_shape_identity(c));
    QUANT_NEED(c, block_size >= 0, LG_STATUS_INVALID_ARGUMENT, "block_size is %lld, expected 0 or more",
               (long long)block_size);
    if (point != NULL) {
        bool same = point->rank == scale->rank;
        for (uint32_t i = 0; same && i < scale->rank; i++) {
            same = point->shape[i] == scale->shape[i];
        }
        QUANT_NEED(c, same, LG_STATUS_SHAPE, "zero_point is %s and scale is %s, expected one shape",
                   lg_view_format(point, text[0], QUANT_TEXT_BYTES),
                   lg_view_format(scale, text[1], QUANT_TEXT_BYTES));
    }
    if (block_size == 0 && scale->rank <= 1 && scale->elem_count == 1) {
        return LG_OK;  // one number, and no axis to look at
    }
    QUANT_NEED(c, axis >= -(int64_t)x->rank && axis < (int64_t)x->rank, LG_STATUS_INDEX,
               "axis is %lld, expected %d to %d for x %s", (long long)axis, -(int)x->rank, (int)x->rank - 1,
               lg_view_format(x, text[0], QUANT_TEXT_BYTES));
    const uint32_t at = (uint32_t)(axis < 0 ? axis + x->rank : axis);
    if (block_size == 0) {
        QUANT_NEED(c, scale->rank == 1 && scale->shape[0] == x->shape[at], LG_STATUS_SHAPE,
                   "scale is %s, expected a number or shape [%lld]: axis %u of x %s; block_size if there are "
                   "several for each index",
                   lg_view_format(scale, text[0], QUANT_TEXT_BYTES), (long long)x->shape[at], at,
                   lg_view_format(x, text[1], QUANT_TEXT_BYTES));
        return LG_OK;
    }
    bool fits = scale->rank == x->rank;
    for (uint32_t i = 0; fits && i < x->rank; i++) {
        const int64_t whole = x->shape[i] / block_size + (x->shape[i] % block_size != 0);
        fits = scale->shape[i] == (i == at ? whole : x->shape[i]);
    }
    QUANT_NEED(c, fits, LG_STATUS_SHAPE,
               "scale is %s, expected the shape of x %s with axis %u divided by block_size %lld, rounded up",
               lg_view_format(scale, text[0], QUANT_TEXT_BYTES), lg_view_format(x, text[1], QUANT_TEXT_BYTES),
               at, (long long)block_size);
    return LG_OK;
}

// Whether `point` is one number, one for each of `count` rows (columns: `last`), or that with batches in
// front.
static lg_status_t quant_points(lg_infer_t *c, const lg_view_t *of, const lg_view_t *point, const char *what,
                                bool last) {
    if (point == NULL || (point->rank <= 1 && point->elem_count == 1)) {
        return LG_OK;
    }
    const int64_t count = of->rank == 1 ? 1 : of->shape[last ? of->rank - 1 : of->rank - 2];
    char text[2][QUANT_TEXT_BYTES];
    bool fits = point->rank == 1 ? point->shape[0] == count : point->rank <= of->rank;
    for (uint32_t i = 0; fits && point->rank > 1 && i < point->rank; i++) {
        const uint32_t from_end = point->rank - i;
        const int64_t extent = of->shape[of->rank - from_end];
        const bool summed = from_end == (last ? 2u : 1u);
        fits = point->shape[i] == 1 || (point->shape[i] == extent && !summed);
    }
    QUANT_NEED(
        c, fits, LG_STATUS_SHAPE,
        "%s is %s, expected a number, shape [%lld], or rank %u with 1 along the axis that is summed, for %s",
        what, lg_view_format(point, text[0], QUANT_TEXT_BYTES), (long long)count, of->rank,
        lg_view_format(of, text[1], QUANT_TEXT_BYTES));
    return LG_OK;
}

lg_status_t lg_shape_matmul_integer(lg_infer_t *c) {
    LG_TRY(quant_points(c, c->ins[0], quant_input(c, 2), "a_zero_point", false));
    LG_TRY(quant_points(c, c->ins[1], quant_input(c, 3), "b_zero_point", true));
    return lg_shape_matmul(c);
}

// ---- products with quantised results ----------------------------------------------------------------

lg_status_t lg_dtype_scale(lg_infer_t *c) {
    c->dtype = (lg_dtype_t)c->ins[1]->dtype;
    return LG_OK;
}

lg_status_t lg_dtype_y_zero_point(lg_infer_t *c) {
    c->dtype = (lg_dtype_t)c->ins[7]->dtype;
    return LG_OK;
}

// Whether `view` is one number.
static lg_status_t quant_number(lg_infer_t *c, const lg_view_t *view, const char *what) {
    char text[QUANT_TEXT_BYTES];
    QUANT_NEED(c, view == NULL || (view->rank <= 1 && view->elem_count == 1), LG_STATUS_SHAPE,
               "%s is %s, expected a number", what, lg_view_format(view, text, sizeof text));
    return LG_OK;
}

// Whether `view` is one number or one for each of `count`.
static lg_status_t quant_vector(lg_infer_t *c, const lg_view_t *view, int64_t count, const char *what,
                                const char *each) {
    char text[QUANT_TEXT_BYTES];
    QUANT_NEED(c,
               view == NULL || (view->rank <= 1 && view->elem_count == 1) ||
                   (view->rank == 1 && view->shape[0] == count),
               LG_STATUS_SHAPE, "%s is %s, expected a number or shape [%lld]: one for each %s", what,
               lg_view_format(view, text, sizeof text), (long long)count, each);
    return LG_OK;
}

lg_status_t lg_shape_qlinear_matmul(lg_infer_t *c) {
    const lg_view_t *a = c->ins[0], *b = c->ins[3];
    LG_TRY(quant_vector(c, c->ins[1], a->rank < 2 ? 1 : a->shape[a->rank - 2], "a_scale", "row"));
    LG_TRY(quant_vector(c, c->ins[4], b->rank < 2 ? 1 : b->shape[b->rank - 1], "b_scale", "column"));
    LG_TRY(quant_number(c, c->ins[6], "y_scale"));
    LG_TRY(quant_number(c, c->ins[7], "y_zero_point"));
    const lg_view_t *ins[] = {a, b, c->ins[2], c->ins[5]};
    lg_infer_t product = *c;
    product.ins = ins;
    product.in_count = 4;
    return lg_shape_matmul_integer(&product);
}

// The rule of conv for x, w and a bias.
static lg_status_t quant_conv(lg_infer_t *c, const lg_view_t *x, const lg_view_t *w, const lg_view_t *bias,
                              const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                              int64_t groups, int64_t auto_pad) {
    const lg_view_t *ins[] = {x, w, bias};
    lg_infer_t conv = *c;
    conv.ins = ins;
    conv.in_count = 3;
    return lg_shape_conv(&conv, stride, padding, dilation, groups, auto_pad);
}

lg_status_t lg_shape_conv_integer(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                  const lg_ints_t *dilation, int64_t groups, int64_t auto_pad) {
    const lg_view_t *w = c->ins[1];
    LG_TRY(quant_number(c, quant_input(c, 2), "x_zero_point"));
    LG_TRY(quant_conv(c, c->ins[0], w, NULL, stride, padding, dilation, groups, auto_pad));
    return quant_vector(c, quant_input(c, 3), w->shape[0], "w_zero_point", "out channel");
}

lg_status_t lg_shape_qlinear_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                  const lg_ints_t *dilation, int64_t groups, int64_t auto_pad) {
    const lg_view_t *w = c->ins[3];
    LG_TRY(quant_number(c, c->ins[1], "x_scale"));
    LG_TRY(quant_number(c, c->ins[2], "x_zero_point"));
    LG_TRY(quant_number(c, c->ins[6], "y_scale"));
    LG_TRY(quant_number(c, c->ins[7], "y_zero_point"));
    LG_TRY(quant_conv(c, c->ins[0], w, quant_input(c, 8), stride, padding, dilation, groups, auto_pad));
    LG_TRY(quant_vector(c, c->ins[4], w->shape[0], "w_scale", "out channel"));
    return quant_vector(c, c->ins[5], w->shape[0], "w_zero_point", "out channel");
}

lg_status_t lg_shape_dynamic_quantize(lg_infer_t *c) {
    static const lg_ints_t number = {.count = 0};
    static const lg_scalar_t zero = {.kind = LG_SCALAR_INT};
    LG_TRY(lg_shape_identity(c));
    for (uint32_t i = 1; i < 3; i++) {
        lg_infer_select(c, i);
        LG_TRY(lg_shape_full(c, &number, &zero));
    }
    return LG_OK;
}
