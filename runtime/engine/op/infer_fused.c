// SPDX-License-Identifier: Apache-2.0
// Shape rules of the fused ops: that of the op in front, and operands that fit its result.
#include "op/infer.h"
#include "tensor/view.h"

static lg_status_t fused_addend(lg_infer_t *c) {
    const lg_view_t *addend = c->in_count > 3 ? c->ins[3] : NULL;
    char text[2][192];
    LG_CHECK(c->err, addend == NULL || lg_view_same_shape(addend, c->out), LG_STATUS_SHAPE, c->name,
             "%s: addend is %s, expected the shape of the result %s; expand it first", c->name,
             lg_view_format(addend, text[0], sizeof text[0]),
             lg_view_format(c->out, text[1], sizeof text[1]));
    return LG_OK;
}

lg_status_t lg_shape_fused_conv(lg_infer_t *c, const lg_ints_t *stride, const lg_ints_t *padding,
                                const lg_ints_t *dilation, int64_t groups, int64_t auto_pad) {
    LG_TRY(lg_shape_conv(c, stride, padding, dilation, groups, auto_pad));
    return fused_addend(c);
}

lg_status_t lg_shape_fused_linear(lg_infer_t *c) {
    LG_TRY(lg_shape_linear(c));
    return fused_addend(c);
}

lg_status_t lg_shape_fused_matmul(lg_infer_t *c) {
    LG_TRY(lg_shape_matmul(c));
    const lg_view_t *bias = c->in_count > 2 ? c->ins[2] : NULL;
    int64_t columns = c->ins[1]->rank > 1 ? c->ins[1]->shape[c->ins[1]->rank - 1] : 1;
    char text[192];
    LG_CHECK(c->err, bias == NULL || (bias->rank == 1 && bias->shape[0] == columns), LG_STATUS_SHAPE, c->name,
             "%s: bias is %s, expected shape [%lld]: the columns of b", c->name,
             lg_view_format(bias, text, sizeof text), (long long)columns);
    return fused_addend(c);
}

// Whether a step's op can be one: pointwise, with attributes that are numbers.
static bool chain_takes(const lg_op_info_t *info) {
    bool takes = info != NULL && (info->flags & LG_OP_FLAG_POINTWISE) && info->out_count == 1 &&
                 !(info->flags & (LG_OP_FLAG_VARIADIC | LG_OP_FLAG_VARIADIC_OUT)) && info->in_max <= 3 &&
                 info->attr_count <= 2 && info->id != LG_OP_CAST;
    for (uint32_t i = 0; takes && i < info->attr_count; i++) {
        takes = info->attrs[i].kind == LG_ATTR_FLOAT || info->attrs[i].kind == LG_ATTR_ENUM ||
                info->attrs[i].kind == LG_ATTR_BOOL;
    }
    return takes;
}

lg_status_t lg_shape_chain(lg_infer_t *c, const lg_ints_t *ops, const lg_ints_t *a, const lg_ints_t *b,
                           const lg_ints_t *third, const lg_floats_t *alpha, const lg_floats_t *beta) {
    LG_TRY(lg_shape_broadcast(c));
    LG_CHECK(c->err, c->in_count <= LG_CHAIN_MAX_INS, LG_STATUS_INVALID_ARGUMENT, c->name,
             "%s: %u inputs given, expected at most %d", c->name, c->in_count, LG_CHAIN_MAX_INS);
    LG_CHECK(
        c->err,
        ops->count >= 1 && a->count == ops->count && b->count == ops->count && third->count == ops->count,
        LG_STATUS_INVALID_ARGUMENT, c->name,
        "%s: ops, a, b and c have %lld, %lld, %lld and %lld entries, "
        "expected as many of each, and one at least",
        c->name, (long long)ops->count, (long long)a->count, (long long)b->count, (long long)third->count);
    LG_CHECK(
        c->err,
        (alpha->count <= 0 || alpha->count == ops->count) && (beta->count <= 0 || beta->count == ops->count),
        LG_STATUS_INVALID_ARGUMENT, c->name,
        "%s: alpha and beta have %lld and %lld entries, expected %lld "
        "or none",
        c->name, (long long)alpha->count, (long long)beta->count, (long long)ops->count);
    for (int64_t i = 0; i < ops->count; i++) {
        const lg_op_info_t *info =
            ops->values[i] > 0 && ops->values[i] <= UINT16_MAX ? lg_op_info((uint32_t)ops->values[i]) : NULL;
        LG_CHECK(c->err, chain_takes(info), LG_STATUS_INVALID_ARGUMENT, c->name,
                 "%s: step %lld is op %lld, expected the id of a pointwise op with numbers as attributes",
                 c->name, (long long)i, (long long)ops->values[i]);
        const int64_t operands[3] = {a->values[i], b->values[i], third->values[i]};
        for (uint32_t k = 0; k < 3; k++) {
            bool fits = operands[k] >= 0 ? operands[k] < (int64_t)c->in_count + i && k < info->in_max
                                         : operands[k] == -1 && k >= info->in_min;
            LG_CHECK(
                c->err, fits, LG_STATUS_INVALID_ARGUMENT, c->name,
                "%s: step %lld, %s: operand %u is %lld; there are %u inputs and %lld steps before, and it takes "
                "%u to %u operands",
                c->name, (long long)i, info->name, k, (long long)operands[k], c->in_count, (long long)i,
                info->in_min, info->in_max);
        }
    }
    return LG_OK;
}
