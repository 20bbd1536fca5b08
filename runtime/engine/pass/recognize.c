// SPDX-License-Identifier: Apache-2.0
// Groups of ops that are one op, as exporters write them: what stands behind the last op of a group is compared with
// each known form, and the last op becomes the one that the group stands for. What it read before stays where
// somebody else reads it too, and is gone otherwise.
//
//   gelu         x * 0.5 * (1 + erf(x / sqrt(2)))
//                x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))), also as x * (1 + 0.044715 * x^2)
//   silu         x * sigmoid(x)
//   hard_sigmoid clip(x + 3, 0, 6) / 6
//   hard_swish   x * clip(x + 3, 0, 6) / 6, x * hard_sigmoid(x)
//   mish         x * tanh(softplus(x))
//   layer_norm   (x - mean(x)) / sqrt(mean((x - mean(x))^2) + eps) * weight + bias
//   rms_norm     x / sqrt(mean(x^2) + eps) * weight
//   scaled_dot_product_attention   see recognize_attention.c
//
// One rounding replaces several: results agree within the tolerance of the op.
#include <string.h>

#include "pass/match.h"
#include "pass/pass.h"
#include "tensor/view.h"

#define SQRT_HALF 0.7071067811865476
#define SQRT_2_OVER_PI 0.7978845608028654

// ---- activations ------------------------------------------------------------------------------------

// Of two factors, the one that is not `x`; LG_VALUE_NONE when neither is.
static lg_value_t recognize_other(const lg_product_t *product, uint32_t k) {
    return product->factor_count == 2 && k < 2 ? product->factors[1 - k] : LG_VALUE_NONE;
}

static bool recognize_gelu_erf(lg_match_t *match, lg_value_t value, lg_value_t x) {
    lg_product_t inner;
    const lg_graph_op_t *erf = lg_match_op(match, value, LG_OP_ERF);
    return erf != NULL && lg_match_product(match, erf->ins[0], &inner) && inner.factor_count == 1 &&
           inner.factors[0] == x && lg_match_near(inner.number, SQRT_HALF);
}

// x + 0.044715 x^3
static bool recognize_cubic(lg_match_t *match, lg_value_t value, lg_value_t x) {
    const lg_graph_op_t *add = lg_match_op(match, value, LG_OP_ADD);
    for (uint32_t k = 0; add != NULL && k < 2; k++) {
        lg_product_t cube;
        if (add->ins[k] == x && lg_match_product(match, add->ins[1 - k], &cube) && cube.factor_count == 3 &&
            cube.factors[0] == x && cube.factors[1] == x && cube.factors[2] == x) {
            return lg_match_near(cube.number, 0.044715);
        }
    }
    return false;
}

// 1 + 0.044715 x^2
static bool recognize_square(lg_match_t *match, lg_value_t value, lg_value_t x) {
    lg_value_t other;
    lg_product_t square;
    return lg_match_plus(match, value, 1.0, &other) && lg_match_product(match, other, &square) &&
           square.factor_count == 2 && square.factors[0] == x && square.factors[1] == x &&
           lg_match_near(square.number, 0.044715);
}

static bool recognize_gelu_tanh(lg_match_t *match, lg_value_t value, lg_value_t x) {
    lg_product_t inner;
    const lg_graph_op_t *tanh = lg_match_op(match, value, LG_OP_TANH);
    if (tanh == NULL || !lg_match_product(match, tanh->ins[0], &inner) ||
        !lg_match_near(inner.number, SQRT_2_OVER_PI)) {
        return false;
    }
    if (inner.factor_count == 1) {
        return recognize_cubic(match, inner.factors[0], x);
    }
    return inner.factor_count == 2 &&
           ((inner.factors[0] == x && recognize_square(match, inner.factors[1], x)) ||
            (inner.factors[1] == x && recognize_square(match, inner.factors[0], x)));
}

// clip(x + 3, 0, 6)
static bool recognize_relu6(lg_match_t *match, lg_value_t value, lg_value_t *out_x) {
    double low, high;
    const lg_graph_op_t *clip = lg_match_op(match, value, LG_OP_CLIP);
    return clip != NULL && clip->in_count == 3 && lg_graph_number_of(match->graph, clip->ins[1], &low) &&
           lg_graph_number_of(match->graph, clip->ins[2], &high) && low == 0.0 && high == 6.0 &&
           lg_match_plus(match, clip->ins[0], 3.0, out_x);
}

static bool recognize_is_hard_sigmoid(lg_match_t *match, lg_value_t value, lg_value_t x) {
    const lg_graph_op_t *op = lg_match_op(match, value, LG_OP_HARD_SIGMOID);
    const lg_hard_sigmoid_attrs_t *attrs = op != NULL ? op->attrs : NULL;
    return op != NULL && op->ins[0] == x && lg_match_near(attrs->alpha, 1.0 / 6.0) && attrs->beta == 0.5;
}

// What op `id` makes of `x`; 0: the product is no activation.
static uint32_t recognize_activation(lg_match_t *match, const lg_product_t *product, uint32_t k,
                                     lg_gelu_attrs_t *gelu) {
    lg_value_t x = product->factors[k], other = recognize_other(product, k), inner;
    uint32_t part_count = match->part_count;
    const lg_graph_op_t *op;
    if (lg_match_near(product->number, 0.5) && lg_match_plus(match, other, 1.0, &inner)) {
        uint32_t count = match->part_count;
        if (recognize_gelu_erf(match, inner, x)) {
            return LG_OP_GELU;
        }
        match->part_count = count;
        gelu->approximate = 1;
        if (recognize_gelu_tanh(match, inner, x)) {
            return LG_OP_GELU;
        }
    }
    match->part_count = part_count;
    if (lg_match_near(product->number, 1.0 / 6.0) && recognize_relu6(match, other, &inner) && inner == x) {
        return LG_OP_HARD_SWISH;
    }
    match->part_count = part_count;
    if (product->number != 1.0) {
        return 0;
    }
    if ((op = lg_match_op(match, other, LG_OP_SIGMOID)) != NULL && op->ins[0] == x) {
        return LG_OP_SILU;
    }
    match->part_count = part_count;
    if (recognize_is_hard_sigmoid(match, other, x)) {
        return LG_OP_HARD_SWISH;
    }
    match->part_count = part_count;
    if ((op = lg_match_op(match, other, LG_OP_TANH)) != NULL &&
        (op = lg_match_op(match, op->ins[0], LG_OP_SOFTPLUS)) != NULL && op->ins[0] == x) {
        return LG_OP_MISH;
    }
    match->part_count = part_count;
    return 0;
}

// Op `index` is a mul or div.
static lg_status_t recognize_product(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    const lg_view_t *type = lg_graph_type(graph, op->outs[0]);
    lg_match_t match = {.graph = graph};
    lg_product_t product;
    if (!lg_match_product(&match, op->outs[0], &product)) {
        return LG_OK;
    }
    if (product.factor_count == 1 && lg_match_near(product.number, 1.0 / 6.0)) {
        lg_value_t x;
        if (recognize_relu6(&match, product.factors[0], &x) &&
            lg_view_same_shape(lg_graph_type(graph, x), type)) {
            lg_match_absorb(&match, graph, index);
            return lg_graph_change(graph, index, LG_OP_HARD_SIGMOID, &x, 1, NULL, err);
        }
    }
    if (product.factor_count != 2) {
        return LG_OK;
    }
    for (uint32_t k = 0; k < 2; k++) {
        lg_value_t x = product.factors[k];
        if (!lg_view_same_shape(lg_graph_type(graph, x), type)) {
            continue;
        }
        lg_gelu_attrs_t gelu = {.approximate = 0};
        uint32_t id = recognize_activation(&match, &product, k, &gelu);
        if (id != 0) {
            lg_match_absorb(&match, graph, index);
            return lg_graph_change(graph, index, id, &x, 1, id == LG_OP_GELU ? &gelu : NULL, err);
        }
    }
    return LG_OK;
}

// ---- layer_norm -------------------------------------------------------------------------------------

// Whether `value` is a mean over the last axes that keeps them; gives what of and the first of the axes.
static bool recognize_mean(lg_match_t *match, lg_value_t value, lg_value_t *out_of, int64_t *out_axis) {
    const lg_graph_op_t *op = lg_match_op(match, value, LG_OP_MEAN);
    if (op == NULL) {
        return false;
    }
    const lg_mean_attrs_t *attrs = op->attrs;
    int64_t rank = lg_graph_type(match->graph, op->ins[0])->rank;
    if (!attrs->keepdims || attrs->axis.count < 1 || attrs->axis.count > rank) {
        return false;
    }
    for (int64_t axis = rank - attrs->axis.count; axis < rank; axis++) {
        bool there = false;
        for (int64_t i = 0; i < attrs->axis.count; i++) {
            there |= attrs->axis.values[i] == axis || attrs->axis.values[i] + rank == axis;
        }
        if (!there) {
            return false;
        }
    }
    *out_of = op->ins[0];
    *out_axis = rank - attrs->axis.count;
    return true;
}

// x - mean(x); with `x` given, of that one.
static bool recognize_deviation(lg_match_t *match, lg_value_t value, lg_value_t *out_x, int64_t *out_axis) {
    lg_value_t of;
    const lg_graph_op_t *sub = lg_match_op(match, value, LG_OP_SUB);
    *out_x = sub != NULL ? sub->ins[0] : LG_VALUE_NONE;
    return sub != NULL && recognize_mean(match, sub->ins[1], &of, out_axis) && of == *out_x;
}

// sqrt(mean(d^2) + eps), where d is the deviation of `x` from its mean.
static bool recognize_spread(lg_match_t *match, lg_value_t root, lg_value_t deviation, lg_value_t x,
                             int64_t axis, double *out_eps) {
    lg_value_t mean, squares, other_x;
    int64_t squares_axis, other_axis;
    lg_product_t product;
    if (!lg_match_plus_any(match, root, out_eps, &mean) ||
        !recognize_mean(match, mean, &squares, &squares_axis) || squares_axis != axis ||
        !lg_match_product(match, squares, &product) || product.factor_count != 2 || product.number != 1.0 ||
        product.factors[0] != product.factors[1]) {
        return false;
    }
    return product.factors[0] == deviation ||
           (recognize_deviation(match, product.factors[0], &other_x, &other_axis) && other_x == x &&
            other_axis == axis);
}

// Whether `value` has the shape of the axes of `type` from `axis` on.
static bool recognize_fits(const lg_graph_t *graph, lg_value_t value, const lg_view_t *type, int64_t axis) {
    const lg_view_t *given = lg_graph_type(graph, value);
    return given->dtype == type->dtype && given->rank == type->rank - axis &&
           memcmp(given->shape, type->shape + axis, given->rank * sizeof given->shape[0]) == 0;
}

// The operand beside `value` of its only reader, when that is an op `id` and the operand fits.
static lg_value_t recognize_affine(const lg_graph_t *graph, lg_value_t value, uint32_t id, int64_t axis,
                                   uint32_t *out_reader) {
    uint32_t reader = lg_graph_only_reader(graph, value);
    if (reader == LG_GRAPH_NONE || graph->ops.items[reader].info->id != id) {
        return LG_VALUE_NONE;
    }
    const lg_graph_op_t *op = &graph->ops.items[reader];
    lg_value_t other = op->ins[0] == value ? op->ins[1] : op->ins[0];
    if (!recognize_fits(graph, other, lg_graph_type(graph, value), axis)) {
        return LG_VALUE_NONE;
    }
    *out_reader = reader;
    return other;
}

// Op `index` is a div by sqrt, or a mul by rsqrt.
static lg_status_t recognize_layer_norm(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    for (uint32_t k = 0; k < (op->info->id == LG_OP_MUL ? 2u : 1u); k++) {
        lg_match_t match = {.graph = graph};
        const lg_graph_op_t *root =
            lg_match_op(&match, op->ins[1 - k], op->info->id == LG_OP_MUL ? LG_OP_RSQRT : LG_OP_SQRT);
        lg_value_t x;
        lg_layer_norm_attrs_t attrs;
        if (root == NULL || !recognize_deviation(&match, op->ins[k], &x, &attrs.axis) ||
            !recognize_spread(&match, root->ins[0], op->ins[k], x, attrs.axis, &attrs.eps)) {
            continue;
        }
        lg_value_t ins[3] = {x, LG_VALUE_NONE, LG_VALUE_NONE};
        uint32_t last = index, reader = index;
        ins[1] = recognize_affine(graph, op->outs[0], LG_OP_MUL, attrs.axis, &reader);
        if (ins[1] != LG_VALUE_NONE) {
            lg_graph_name(graph, reader, last);
            last = reader;
            ins[2] = recognize_affine(graph, graph->ops.items[last].outs[0], LG_OP_ADD, attrs.axis, &reader);
        }
        if (ins[2] != LG_VALUE_NONE) {
            lg_graph_name(graph, reader, last);
            last = reader;
        }
        lg_match_absorb(&match, graph, last);
        uint32_t in_count = ins[2] != LG_VALUE_NONE ? 3 : ins[1] != LG_VALUE_NONE ? 2 : 1;
        return lg_graph_change(graph, last, LG_OP_LAYER_NORM, ins, in_count, &attrs, err);
    }
    return LG_OK;
}

// Op `index` is a div of x by sqrt, or a mul by rsqrt, of the mean of x^2 and a number.
static lg_status_t recognize_rms_norm(lg_graph_t *graph, uint32_t index, lg_error_t *err) {
    const lg_graph_op_t *op = &graph->ops.items[index];
    for (uint32_t k = 0; k < (op->info->id == LG_OP_MUL ? 2u : 1u); k++) {
        lg_match_t match = {.graph = graph};
        const lg_graph_op_t *root =
            lg_match_op(&match, op->ins[1 - k], op->info->id == LG_OP_MUL ? LG_OP_RSQRT : LG_OP_SQRT);
        lg_value_t mean, squares;
        lg_rms_norm_attrs_t attrs;
        lg_product_t product;
        if (root == NULL || !lg_match_plus_any(&match, root->ins[0], &attrs.eps, &mean) ||
            !recognize_mean(&match, mean, &squares, &attrs.axis) ||
            !lg_match_product(&match, squares, &product) || product.factor_count != 2 ||
            product.number != 1.0 || product.factors[0] != op->ins[k] || product.factors[1] != op->ins[k]) {
            continue;
        }
        lg_value_t ins[2] = {op->ins[k], LG_VALUE_NONE};
        uint32_t last = index, reader = index;
        ins[1] = recognize_affine(graph, op->outs[0], LG_OP_MUL, attrs.axis, &reader);
        if (ins[1] != LG_VALUE_NONE) {
            lg_graph_name(graph, reader, last);
            last = reader;
        }
        lg_match_absorb(&match, graph, last);
        return lg_graph_change(graph, last, LG_OP_RMS_NORM, ins, ins[1] != LG_VALUE_NONE ? 2 : 1, &attrs,
                               err);
    }
    return LG_OK;
}

static bool recognize_is_product(const lg_graph_op_t *op) {
    return op->info->id == LG_OP_MUL || op->info->id == LG_OP_DIV;
}

lg_status_t lg_pass_recognize(lg_graph_t *graph, lg_error_t *err) {
    for (uint32_t i = 0; i < graph->ops.count; i++) {
        const lg_graph_op_t *op = &graph->ops.items[i];
        if (op->info == NULL || op->fixed || op->out_count != 1) {
            continue;
        }
        uint32_t dtype = lg_graph_type(graph, op->outs[0])->dtype;
        if (dtype != LG_DTYPE_F32 && dtype != LG_DTYPE_F64) {
            continue;
        }
        if (op->info->id == LG_OP_MATMUL) {
            LG_TRY(lg_recognize_attention(graph, i, err));
        }
        // Each leaves the op as it is where it does not fit.
        if (recognize_is_product(op)) {
            LG_TRY(recognize_layer_norm(graph, i, err));
        }
        if (recognize_is_product(op)) {
            LG_TRY(recognize_rms_norm(graph, i, err));
        }
        if (recognize_is_product(op)) {
            LG_TRY(recognize_product(graph, i, err));
        }
    }
    return LG_OK;
}
