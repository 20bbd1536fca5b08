// SPDX-License-Identifier: Apache-2.0
// Shape rules of the fused ops: that of the op in front, and operands that fit its result.
#include "op/infer.h"
#include "tensor/view.h"

static lg_status_t fused_addend(lg_infer_t *c) {
    const lg_view_t *addend = c->in_count > 3 ? c->ins[3] : NULL;
    char text[2][192];
    LG_CHECK(c->err, addend == NULL || lg_view_same_shape(addend, c->out), LG_STATUS_SHAPE, c->name,
             "%s: addend is %s, expected the shape of the result %s; expand it first", c->name,
             lg_view_format(addend, text[0], sizeof text[0]), lg_view_format(c->out, text[1], sizeof text[1]));
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
