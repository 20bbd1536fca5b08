// SPDX-License-Identifier: Apache-2.0
// Shape rules of ops with windows, and what their costs follow from.
#include "op/infer.h"

#include <legato/window.h>

static lg_status_t infer_window_attr(lg_infer_t *c, const char *attr, const lg_ints_t *given, uint32_t rank,
                                     int64_t least, bool may_be_double) {
    int64_t spread[LG_MAX_SPATIAL];
    lg_infer_text_t text;
    bool is_double = may_be_double && given->count == 2 * (int64_t)rank;
    LG_NEED(c, given->count == -1 || given->count == 1 || given->count == (int64_t)rank || is_double,
            LG_STATUS_INVALID_ARGUMENT, "%s has %lld values, expected 1 or %u%s for %u spatial axes", attr,
            (long long)given->count, rank, may_be_double ? " or two per axis" : "", rank);
    lg_ints_t ends = {.count = rank};
    memcpy(ends.values, given->values + (is_double ? rank : 0), rank * sizeof ends.values[0]);
    lg_ints_t begins = *given;
    begins.count = is_double ? rank : given->count;
    LG_NEED(c,
            lg_window_spread(&begins, rank, least, least, spread) &&
                (!is_double || lg_window_spread(&ends, rank, 0, least, spread)),
            LG_STATUS_INVALID_ARGUMENT, "%s is %s, expected values from %lld to %lld", attr,
            lg_infer_format_dims(given->values, given->count, &text), (long long)least,
            (long long)LG_WINDOW_LIMIT);
    return LG_OK;
}

// Checks the attributes, resolves them and writes the spatial extents of the output behind its first two.
static lg_status_t infer_window(lg_infer_t *c, const int64_t *kernel, const lg_ints_t *kernel_size,
                                const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                                int64_t ceil_mode, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    uint32_t rank = x->rank - 2u;
    lg_window_t window;
    if (kernel_size != NULL) {
        LG_TRY(infer_window_attr(c, "kernel_size", kernel_size, rank, 1, false));
    }
    LG_TRY(infer_window_attr(c, "stride", stride, rank, 1, false));
    LG_TRY(infer_window_attr(c, "padding", padding, rank, 0, true));
    if (dilation != NULL) {
        LG_TRY(infer_window_attr(c, "dilation", dilation, rank, 1, false));
    }
    LG_NEED(c, lg_window_resolve(rank, kernel_size, stride, padding, dilation, &window) == LG_OK,
            LG_STATUS_INVALID_ARGUMENT, "the window attributes do not fit %u spatial axes", rank);
    for (uint32_t i = 0; i < rank; i++) {
        LG_NEED(c, auto_pad == LG_AUTO_PAD_NOTSET || (window.pad_begin[i] == 0 && window.pad_end[i] == 0),
                LG_STATUS_INVALID_ARGUMENT,
                "padding is %lld and %lld on spatial axis %u beside auto_pad; "
                "leave out one of them",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i);
        if (kernel != NULL) {
            window.kernel[i] = kernel[i];
            LG_NEED(c, kernel[i] >= 1 && kernel[i] <= LG_WINDOW_LIMIT, LG_STATUS_SHAPE,
                    "the window has %lld elements on spatial axis %u, expected 1 to %lld",
                    (long long)kernel[i], i, (long long)LG_WINDOW_LIMIT);
        }
    }
    lg_window_auto_pad(&window, rank, x->shape + 2, auto_pad);
    for (uint32_t i = 0; i < rank; i++) {
        lg_infer_text_t text;
        int64_t span = lg_window_span(&window, i);
        // Only pools choose among what lies in the window: one that sees padding alone has no answer.
        LG_NEED(c, kernel_size == NULL || (window.pad_begin[i] < span && window.pad_end[i] < span),
                LG_STATUS_INVALID_ARGUMENT,
                "padding %lld and %lld on spatial axis %u reach past the window, which spans %lld",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i, (long long)span);
        int64_t count =
            lg_window_count(&window, i, x->shape[2 + i], ceil_mode && auto_pad == LG_AUTO_PAD_NOTSET);
        LG_NEED(c, count >= 0, LG_STATUS_SHAPE,
                "the window spans %lld on spatial axis %u, but x %s has %lld there, padding %lld and %lld",
                (long long)span, i, lg_infer_format(x, &text), (long long)x->shape[2 + i],
                (long long)window.pad_begin[i], (long long)window.pad_end[i]);
        c->out->shape[2 + i] = count;
    }
    return LG_OK;
}

static lg_status_t infer_spatial_rank(lg_infer_t *c) {
    lg_infer_text_t text;
    uint32_t rank = c->ins[0]->rank;
    LG_NEED(c, rank >= 3 && rank <= 2 + LG_MAX_SPATIAL, LG_STATUS_SHAPE,
            "x is %s, expected rank 3 to 5: [batch, channels, 1 to 3 spatial axes]",
            lg_infer_format(c->ins[0], &text));
    return LG_OK;
}

lg_status_t lg_shape_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                          const lg_ints_t *dilation, int64_t groups, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    lg_infer_text_t text[2];
    LG_TRY(infer_spatial_rank(c));
    LG_NEED(c, weight->rank == x->rank, LG_STATUS_SHAPE, "w is %s, expected rank %u as x %s",
            lg_infer_format(weight, &text[0]), x->rank, lg_infer_format(x, &text[1]));
    LG_NEED(c, groups >= 1, LG_STATUS_INVALID_ARGUMENT, "groups is %lld, expected at least 1",
            (long long)groups);
    LG_NEED(c, x->shape[1] % groups == 0 && weight->shape[0] % groups == 0, LG_STATUS_SHAPE,
            "groups is %lld, expected a divisor of the %lld in channels and the %lld out channels",
            (long long)groups, (long long)x->shape[1], (long long)weight->shape[0]);
    LG_NEED(c, weight->shape[1] == x->shape[1] / groups, LG_STATUS_SHAPE,
            "axis 1 of w %s is %lld, expected %lld/%lld=%lld (x is %s, groups=%lld)",
            lg_infer_format(weight, &text[0]), (long long)weight->shape[1], (long long)x->shape[1],
            (long long)groups, (long long)(x->shape[1] / groups), lg_infer_format(x, &text[1]),
            (long long)groups);
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == weight->shape[0]), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out channels of w", lg_infer_format(bias, &text[0]),
            (long long)weight->shape[0]);
    LG_TRY(infer_window(c, weight->shape + 2, NULL, stride, padding, dilation, 0, auto_pad));
    c->out->shape[0] = x->shape[0];
    c->out->shape[1] = weight->shape[0];
    return lg_infer_finish(c, x->rank);
}

lg_status_t lg_shape_pool(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                          const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                          int64_t auto_pad) {
    LG_TRY(infer_spatial_rank(c));
    LG_TRY(infer_window(c, NULL, kernel_size, stride, padding, dilation, ceil_mode, auto_pad));
    c->out->shape[0] = c->ins[0]->shape[0];
    c->out->shape[1] = c->ins[0]->shape[1];
    return lg_infer_finish(c, c->ins[0]->rank);
}

lg_status_t lg_shape_pool_with_indices(lg_infer_t *c, const lg_ints_t *kernel_size, const lg_ints_t *stride,
                                       const lg_ints_t *padding, const lg_ints_t *dilation, int64_t ceil_mode,
                                       int64_t auto_pad) {
    LG_TRY(lg_shape_pool(c, kernel_size, stride, padding, dilation, ceil_mode, auto_pad));
    const lg_view_t *pooled = c->out;
    lg_infer_select(c, 1);
    return lg_infer_copy_shape(c, pooled);
}

lg_status_t lg_shape_lp_pool(lg_infer_t *c, double norm_type, const lg_ints_t *kernel_size,
                             const lg_ints_t *stride, const lg_ints_t *padding, const lg_ints_t *dilation,
                             int64_t ceil_mode, int64_t auto_pad) {
    LG_NEED(c, norm_type > 0 && norm_type - norm_type == 0, LG_STATUS_INVALID_ARGUMENT,
            "norm_type is %g, expected a number above 0", norm_type);
    return lg_shape_pool(c, kernel_size, stride, padding, dilation, ceil_mode, auto_pad);
}

lg_status_t lg_shape_conv_transpose(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                    const lg_ints_t *output_padding, const lg_ints_t *dilation,
                                    int64_t groups, const lg_ints_t *output_shape, int64_t auto_pad) {
    const lg_view_t *x = c->ins[0];
    const lg_view_t *weight = c->ins[1];
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    lg_infer_text_t text[2];
    LG_TRY(infer_spatial_rank(c));
    uint32_t rank = x->rank - 2u;
    LG_NEED(c, weight->rank == x->rank, LG_STATUS_SHAPE, "w is %s, expected rank %u as x %s",
            lg_infer_format(weight, &text[0]), x->rank, lg_infer_format(x, &text[1]));
    LG_NEED(c, groups >= 1, LG_STATUS_INVALID_ARGUMENT, "groups is %lld, expected at least 1",
            (long long)groups);
    LG_NEED(c, weight->shape[0] == x->shape[1], LG_STATUS_SHAPE,
            "axis 0 of w %s is %lld, expected %lld: the in channels of x %s",
            lg_infer_format(weight, &text[0]), (long long)weight->shape[0], (long long)x->shape[1],
            lg_infer_format(x, &text[1]));
    LG_NEED(c, x->shape[1] % groups == 0, LG_STATUS_SHAPE,
            "groups is %lld, expected a divisor of the %lld in channels", (long long)groups,
            (long long)x->shape[1]);
    int64_t outs = 0;
    LG_NEED(c, lg_mul_i64(weight->shape[1], groups, &outs), LG_STATUS_OVERFLOW,
            "%lld groups of %lld out channels do not fit in 64 bits", (long long)groups,
            (long long)weight->shape[1]);
    LG_NEED(c, bias == NULL || (bias->rank == 1 && bias->shape[0] == outs), LG_STATUS_SHAPE,
            "bias is %s, expected shape [%lld]: the out channels of w times groups",
            lg_infer_format(bias, &text[0]), (long long)outs);
    LG_TRY(infer_window_attr(c, "stride", stride, rank, 1, false));
    LG_TRY(infer_window_attr(c, "padding", padding, rank, 0, true));
    LG_TRY(infer_window_attr(c, "output_padding", output_padding, rank, 0, false));
    LG_TRY(infer_window_attr(c, "dilation", dilation, rank, 1, false));
    LG_NEED(c, output_shape->count == -1 || output_shape->count == (int64_t)rank, LG_STATUS_INVALID_ARGUMENT,
            "output_shape has %lld values, expected %u: one per spatial axis", (long long)output_shape->count,
            rank);
    lg_window_t window;
    LG_NEED(c, lg_window_resolve(rank, NULL, stride, padding, dilation, &window) == LG_OK,
            LG_STATUS_INVALID_ARGUMENT, "the window attributes do not fit %u spatial axes", rank);
    for (uint32_t i = 0; i < rank; i++) {
        window.kernel[i] = weight->shape[2 + i];
        LG_NEED(c, window.kernel[i] >= 1 && window.kernel[i] <= LG_WINDOW_LIMIT, LG_STATUS_SHAPE,
                "the window has %lld elements on spatial axis %u, expected 1 to %lld",
                (long long)window.kernel[i], i, (long long)LG_WINDOW_LIMIT);
        LG_NEED(c,
                (auto_pad == LG_AUTO_PAD_NOTSET && output_shape->count == -1) ||
                    (window.pad_begin[i] == 0 && window.pad_end[i] == 0),
                LG_STATUS_INVALID_ARGUMENT,
                "padding is %lld and %lld on spatial axis %u beside auto_pad or output_shape; leave it out",
                (long long)window.pad_begin[i], (long long)window.pad_end[i], i);
    }
    LG_NEED(c,
            lg_window_transpose(&window, rank, x->shape + 2, output_padding, output_shape, auto_pad,
                                c->out->shape + 2) == LG_OK,
            LG_STATUS_SHAPE,
            "the spatial extents of the result do not lie between 0 and 2^61 (x is %s, w is %s); check "
            "padding, output_shape and empty axes of x",
            lg_infer_format(x, &text[0]), lg_infer_format(weight, &text[1]));
    c->out->shape[0] = x->shape[0];
    c->out->shape[1] = outs;
    return lg_infer_finish(c, x->rank);
}

// ---- cost -------------------------------------------------------------------------------------------

double lg_cost_spatial(const lg_view_t *view) {
    double elems = 1;
    for (uint32_t i = 2; i < view->rank; i++) {
        elems *= (double)view->shape[i];
    }
    return elems;
}

double lg_cost_window(const lg_ints_t *kernel_size, uint32_t rank) {
    double elems = 1;
    for (uint32_t i = 0; i < rank && i < LG_MAX_SPATIAL; i++) {
        elems *= (double)kernel_size->values[kernel_size->count == 1 ? 0 : i];
    }
    return elems;
}
