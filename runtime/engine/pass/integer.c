// SPDX-License-Identifier: Apache-2.0
// Integer products: what exporters of quantised models write around a product becomes the product of integers that
// it stands for.
//
//     quantize(matmul(dequantize(a), dequantize(b)))        =  qlinear_matmul(a, b)
//     quantize(conv(dequantize(x), dequantize(w), bias))    =  qlinear_conv(x, w, bias in steps of both scales)
//
//     mul(cast(weight), scale)                              =  dequantize(weight, scale), the same bits
//
// Weights stay in 8 bits, and the sums are exact. A result may be the next step of the quantisation where the
// product of the rounded numbers in f32 lay at the border of two.
#include <math.h>

#include "pass/pass.h"
#include "tensor/view.h"

#define INTEGER_MAX_BIAS 0x1p30

// An operand of a product: 8-bit numbers, and what they mean.
typedef struct integer_operand {
    uint32_t op;  // that dequantizes them
    lg_value_t x, scale, zero;
} integer_operand_t;

static bool integer_is_number(const lg_view_t *view) {
    return view->rank <= 1 && view->elem_count == 1;
}

// The zero point of `op`, which is 0 of `dtype` where there is none.
static lg_status_t integer_zero(lg_graph_t *graph, const lg_graph_op_t *op, uint32_t dtype,
                                lg_value_t *out_zero, lg_error_t *err) {
    *out_zero = op->in_count > 2 ? op->ins[2] : LG_VALUE_NONE;
    return *out_zero == LG_VALUE_NONE ? lg_graph_number(graph, (lg_dtype_t)dtype, 0.0, out_zero, err) : LG_OK;
}

// Whether `value` is made of 8-bit numbers by one scale or one for each index of axis `axis`.
static bool integer_find(const lg_graph_t *graph, lg_value_t value, int64_t axis,
                         integer_operand_t *operand) {
    operand->op = lg_graph_maker(graph, value, LG_OP_DEQUANTIZE);
    if (operand->op == LG_GRAPH_NONE) {
        return false;
    }
    const lg_graph_op_t *op = &graph->ops.items[operand->op];
    const lg_dequantize_attrs_t *attrs = op->attrs;
    const lg_view_t *x = lg_graph_type(graph, op->ins[0]), *scale = lg_graph_type(graph, op->ins[1]);
    const int64_t along = attrs->axis + (attrs->axis < 0 ? x->rank : 0);
    operand->x = op->ins[0];
    operand->scale = op->ins[1];
    return (x->dtype == LG_DTYPE_I8 || x->dtype == LG_DTYPE_U8) && attrs->block_size == 0 &&
           (integer_is_number(scale) || (scale->rank == 1 && along == axis));
}

// The constant f32 bias as whole steps of the product of both scales; LG_VALUE_NONE where that has no sense.
static lg_status_t integer_bias(lg_graph_t *graph, lg_value_t bias, lg_value_t x_scale, lg_value_t w_scale,
                                lg_value_t *out_bias, lg_error_t *err) {
    *out_bias = LG_VALUE_NONE;
    const lg_value_t scales[2] = {x_scale, w_scale};
    if (!lg_graph_is_constant(graph, bias) || !lg_graph_is_constant(graph, x_scale) ||
        !lg_graph_is_constant(graph, w_scale)) {
        return LG_OK;
    }
    const char *name = graph->values.items[bias].name;
    lg_value_t quotient[2] = {bias, LG_VALUE_NONE}, steps;
    LG_TRY(lg_graph_compute(graph, LG_OP_MUL, scales, 2, NULL, name, &quotient[1], err));
    LG_TRY(lg_graph_compute(graph, LG_OP_DIV, quotient, 2, NULL, name, &steps, err));
    LG_TRY(lg_graph_compute(graph, LG_OP_ROUND, &steps, 1, NULL, name, &steps, err));
    const lg_view_t *type = lg_graph_type(graph, steps);
    for (int64_t i = 0; i < type->elem_count; i++) {
        if (!(fabsf(((const float *)type->data)[i]) < (float)INTEGER_MAX_BIAS)) {
            return LG_OK;
        }
    }
    const lg_cast_attrs_t attrs = {.dtype = LG_DTYPE_I32};
    return lg_graph_compute(graph, LG_OP_CAST, &steps, 1, &attrs, name, out_bias, err);
}

// Puts the integer product in the place of quantize op `index`, whose input op `product` makes.
static lg_status_t integer_product(lg_graph_t *graph, uint32_t index, uint32_t product, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[product], *end = &graph->ops.items[index];
    const bool conv = op->info->id == LG_OP_CONV;
    const lg_view_t *a_type = lg_graph_type(graph, op->ins[0]), *b_type = lg_graph_type(graph, op->ins[1]);
    integer_operand_t a, b;
    if (!integer_find(graph, op->ins[0], !conv && a_type->rank == 2 ? 0 : -1, &a) ||
        !integer_find(graph, op->ins[1], conv ? 0 : b_type->rank - 1, &b)) {
        return LG_OK;
    }
    lg_value_t bias = LG_VALUE_NONE, y_zero;
    if (op->in_count > 2 && op->ins[2] != LG_VALUE_NONE) {
        LG_TRY(integer_bias(graph, op->ins[2], a.scale, b.scale, &bias, err));
        if (bias == LG_VALUE_NONE) {
            return LG_OK;
        }
    }
    LG_TRY(integer_zero(graph, &graph->ops.items[a.op], lg_graph_type(graph, a.x)->dtype, &a.zero, err));
    LG_TRY(integer_zero(graph, &graph->ops.items[b.op], lg_graph_type(graph, b.x)->dtype, &b.zero, err));
    LG_TRY(integer_zero(graph, end, lg_graph_type(graph, end->outs[0])->dtype, &y_zero, err));
    const lg_value_t ins[9] = {a.x, a.scale, a.zero, b.x, b.scale, b.zero, end->ins[1], y_zero, bias};
    const uint32_t parts[2] = {a.op, b.op};
    for (uint32_t i = 0; i < 2; i++) {  // those of others stay theirs
        if (lg_graph_only_reader(graph, graph->ops.items[parts[i]].outs[0]) == product) {
            lg_graph_absorb(graph, product, parts[i]);
        }
    }
    lg_graph_name(graph, index, product);
    // The attributes of conv are those of qlinear_conv.
    return lg_graph_change(graph, index, conv ? LG_OP_QLINEAR_CONV : LG_OP_QLINEAR_MATMUL, ins,
                           bias != LG_VALUE_NONE ? 9 : 8, conv ? op->attrs : NULL, err);
}
_Static_assert(sizeof(lg_conv_attrs_t) == sizeof(lg_qlinear_conv_attrs_t), "one layout for both");

// Makes dequantize of `index`, a product with a number or with one number for each index of an axis, where the other
// factor is a weight that was only cast.
static lg_status_t integer_widened(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    const lg_view_t *out = lg_graph_type(graph, op->outs[0]);
    for (uint32_t side = 0; side < 2 && out->dtype == LG_DTYPE_F32; side++) {
        const uint32_t cast = lg_graph_maker(graph, op->ins[side], LG_OP_CAST);
        lg_value_t weight, scale = op->ins[1 - side];
        if (cast == LG_GRAPH_NONE || !lg_graph_is_constant(graph, scale)) {
            continue;
        }
        weight = graph->ops.items[cast].ins[0];
        const lg_view_t *type = lg_graph_type(graph, weight), *by = lg_graph_type(graph, scale);
        if (!lg_graph_is_constant(graph, weight) || type->dtype < LG_DTYPE_I8 || type->dtype > LG_DTYPE_U16 ||
            !lg_view_same_shape(type, out) || by->rank > out->rank) {
            continue;
        }
        lg_dequantize_attrs_t attrs = {.axis = 0};
        int64_t count = 1;
        for (uint32_t d = 0; d < by->rank; d++) {
            if (by->shape[d] != 1) {
                attrs.axis = d + out->rank - by->rank;
                count = by->shape[d];
            }
        }
        if (count != by->elem_count) {
            continue;
        }
        lg_value_t ins[2] = {weight, scale};
        LG_TRY(lg_graph_reshaped(graph, scale, count != 1, &count, &ins[1], err));
        if (lg_graph_only_reader(graph, graph->ops.items[cast].outs[0]) == index) {
            lg_graph_absorb(graph, index, cast);
        }
        return lg_graph_change(graph, index, LG_OP_DEQUANTIZE, ins, 2, &attrs, err);
    }
    return LG_OK;
}

lg_status_t lg_pass_integer(lg_graph_t *graph, lg_error_t *err) {
    for (uint32_t i = 0; i < graph->ops.count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info != NULL && !op->fixed && op->info->id == LG_OP_MUL) {
            LG_TRY(integer_widened(graph, i, err));
            continue;
        }
        if (op->info == NULL || op->fixed || op->info->id != LG_OP_QUANTIZE ||
            ((const lg_quantize_attrs_t *)op->attrs)->block_size != 0) {
            continue;
        }
        const uint32_t dtype = lg_graph_type(graph, op->outs[0])->dtype;
        if ((dtype != LG_DTYPE_I8 && dtype != LG_DTYPE_U8) ||
            !integer_is_number(lg_graph_type(graph, op->ins[1]))) {
            continue;
        }
        uint32_t product = lg_graph_maker(graph, op->ins[0], LG_OP_MATMUL);
        product = product != LG_GRAPH_NONE ? product : lg_graph_maker(graph, op->ins[0], LG_OP_CONV);
        if (product != LG_GRAPH_NONE && lg_graph_only_reader(graph, op->ins[0]) == i) {
            LG_TRY(integer_product(graph, i, product, err));
        }
    }
    return LG_OK;
}
