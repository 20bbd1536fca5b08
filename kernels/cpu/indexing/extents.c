// SPDX-License-Identifier: Apache-2.0
// shape: the extents of axes [start, end) of x. size: the number of its elements. Neither reads x.
#include "../families.h"

typedef struct extents_args {
    int64_t count;
    int64_t values[LG_MAX_RANK];
} extents_args_t;

static int32_t extents_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const extents_args_t *args = memory;
    memcpy((int64_t *)data[1] + begin, args->values + begin, (size_t)(end - begin) * sizeof args->values[0]);
    return 0;
}

LG_REARRANGE_PREPARE(extents) {
    (void)kernel;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        lg_indexing_dense(op, err);
        return LG_STATUS_UNSUPPORTED;
    }
    extents_args_t *args = call->args;
    args->count = out->elem_count;
    args->values[0] = in->elem_count;
    if (op->op == LG_OP_SHAPE && out->elem_count > 0) {
        const lg_shape_attrs_t *attrs = op->attrs;
        const int64_t start = attrs->start < 0 ? attrs->start + in->rank : attrs->start;
        memcpy(args->values, in->shape + (start < 0 ? 0 : start), (size_t)out->elem_count * sizeof(int64_t));
    }
    lg_indexing_bind(call, extents_run, out->elem_count, 5.0, sizeof *args, 0);
    return LG_OK;
}

int32_t lg_indexing_dense(const lg_op_view_t *op, lg_error_t *err) {
    for (uint32_t i = 0; i < op->in_count + op->out_count; i++) {
        const lg_view_t *view = i < op->in_count ? op->ins[i] : op->outs[i - op->in_count];
        if (view != NULL && !(view->flags & LG_VIEW_CONTIGUOUS)) {
            lg_status_t status =
                lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs dense operands", op->name);
            return status == LG_OK;
        }
    }
    return 1;
}

LG_ITEM_IMPLS(extents, shape)
LG_ITEM_IMPLS(extents, size)
