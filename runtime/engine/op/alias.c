// SPDX-License-Identifier: Apache-2.0
// Views: results that are windows on their input. Shapes were inferred; what is left are strides and an address.
#include <string.h>

#include "op/infer.h"

// Gives `out` the strides of a dense array; it may have come with others (`out=`).
static void alias_dense(lg_view_t *out) {
    int64_t stride = 1;
    for (uint32_t i = out->rank; i-- > 0;) {
        out->strides[i] = stride;
        stride *= out->shape[i] > 1 ? out->shape[i] : 1;
    }
}

// Strides of `out` (its shape is set) over the elements of `in` in row-major order. Returns 0 when no
// strides can say it. NumPy's method: axes of both sides are matched in groups of equal element count, and the axes
// of a group on the input side must lie in memory like one long axis.
static int32_t alias_reshape(const lg_view_t *in, lg_view_t *out) {
    int64_t shape[LG_MAX_RANK];
    int64_t strides[LG_MAX_RANK];
    int64_t result[LG_MAX_RANK];  // apart: *out stays as it is when this fails
    uint32_t in_rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        if (in->shape[i] != 1) {
            shape[in_rank] = in->shape[i];
            strides[in_rank++] = in->strides[i];
        }
    }
    uint32_t in_begin = 0;
    uint32_t out_begin = 0;
    while (in_begin < in_rank && out_begin < out->rank) {
        uint32_t in_end = in_begin + 1;
        uint32_t out_end = out_begin + 1;
        int64_t in_count = shape[in_begin];
        int64_t out_count = out->shape[out_begin];
        while (in_count != out_count) {
            if (in_count < out_count) {
                in_count *= shape[in_end++];
            } else {
                out_count *= out->shape[out_end++];
            }
        }
        for (uint32_t i = in_begin; i + 1 < in_end; i++) {
            if (strides[i] != shape[i + 1] * strides[i + 1]) {
                return 0;
            }
        }
        int64_t stride = strides[in_end - 1];
        for (uint32_t i = out_end; i-- > out_begin;) {
            result[i] = stride;
            stride *= out->shape[i];
        }
        in_begin = in_end;
        out_begin = out_end;
    }
    // What is left on the output side has extent 1.
    for (uint32_t i = out_begin; i < out->rank; i++) {
        result[i] = 1;
    }
    memcpy(out->strides, result, out->rank * sizeof result[0]);
    return 1;
}

static void alias_transpose(const lg_view_t *in, const lg_transpose_attrs_t *attrs, lg_view_t *out) {
    uint32_t rank = in->rank;
    for (uint32_t i = 0; i < rank; i++) {
        int64_t axis = attrs->axes.count == -1 ? (int64_t)(rank - 1 - i) : attrs->axes.values[i];
        out->strides[i] = in->strides[axis < 0 ? axis + rank : axis];
    }
}

static void alias_expand(const lg_view_t *in, lg_view_t *out) {
    uint32_t added = (uint32_t)(out->rank - in->rank);
    for (uint32_t i = 0; i < out->rank; i++) {
        out->strides[i] = i < added || in->shape[i - added] != out->shape[i] ? 0 : in->strides[i - added];
    }
}

// Returns the offset of the first element.
static int64_t alias_slice(const lg_view_t *in, const lg_slice_attrs_t *attrs, lg_view_t *out) {
    int64_t offset = 0;
    memcpy(out->strides, in->strides, in->rank * sizeof in->strides[0]);
    for (int64_t i = 0; i < attrs->starts.count; i++) {
        int64_t axis = attrs->axes.count == -1 ? i : attrs->axes.values[i];
        axis = axis < 0 ? axis + in->rank : axis;
        int64_t step = attrs->steps.count == -1 ? 1 : attrs->steps.values[i];
        int64_t count;
        int64_t start =
            lg_slice_clamp(in->shape[axis], attrs->starts.values[i], attrs->ends.values[i], step, &count);
        offset += start * in->strides[axis];
        // One element or none: the step, which may be huge, is not walked.
        out->strides[axis] = count > 1 ? step * in->strides[axis] : in->strides[axis];
    }
    return offset;
}

// Returns the offset of the first element.
static int64_t alias_flip(const lg_view_t *in, const lg_ints_t *axis, lg_view_t *out) {
    uint32_t mask = axis->count == -1 ? ~0u : 0;
    for (int64_t i = 0; i < axis->count; i++) {
        mask |= 1u << (axis->values[i] < 0 ? axis->values[i] + in->rank : axis->values[i]);
    }
    int64_t offset = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        bool turned = (mask >> i & 1) && in->shape[i] > 1;
        out->strides[i] = turned ? -in->strides[i] : in->strides[i];
        offset += turned ? (in->shape[i] - 1) * in->strides[i] : 0;
    }
    return offset;
}

// Axes of extent 1 come and go, the others keep their order.
static void alias_squeeze(const lg_view_t *in, const lg_ints_t *axis, lg_view_t *out) {
    uint32_t mask = axis->count == -1 ? ~0u : 0;
    for (int64_t i = 0; i < axis->count; i++) {
        mask |= 1u << (axis->values[i] < 0 ? axis->values[i] + in->rank : axis->values[i]);
    }
    for (uint32_t i = 0, k = 0; i < in->rank; i++) {
        if ((mask >> i & 1) == 0 || in->shape[i] != 1) {
            out->strides[k++] = in->strides[i];
        }
    }
}

static void alias_unsqueeze(const lg_view_t *in, const lg_ints_t *axis, lg_view_t *out) {
    uint32_t mask = 0;
    for (int64_t i = 0; i < axis->count; i++) {
        mask |= 1u << (axis->values[i] < 0 ? axis->values[i] + out->rank : axis->values[i]);
    }
    // A new axis gets the stride that a row-major array would have there.
    int64_t stride = 1;
    for (uint32_t i = out->rank, k = in->rank; i-- > 0;) {
        if (mask >> i & 1) {
            out->strides[i] = stride;
        } else {
            k--;
            out->strides[i] = in->strides[k];
            stride = in->strides[k] * in->shape[k];
        }
    }
}

int32_t lg_op_alias(uint32_t op, const lg_view_t *in, const void *attrs, lg_view_t *out) {
    if (attrs == NULL) {
        const lg_op_info_t *info = lg_op_info(op);
        attrs = info != NULL ? info->attrs_default : NULL;
    }
    int64_t offset = 0;
    // Where the elements stay in row-major order, a dense input makes a dense window.
    bool dense = ((in->flags & LG_VIEW_CONTIGUOUS) || in->elem_count <= 1) && op != LG_OP_TRANSPOSE &&
                 op != LG_OP_EXPAND && op != LG_OP_SLICE && op != LG_OP_FLIP;
    switch (op) {
        case LG_OP_RESHAPE:
        case LG_OP_FLATTEN:
            if (!dense && !alias_reshape(in, out)) {
                return 0;
            }
            break;
        case LG_OP_TRANSPOSE:
            alias_transpose(in, attrs, out);
            break;
        case LG_OP_EXPAND:
            alias_expand(in, out);
            break;
        case LG_OP_SLICE:
            offset = alias_slice(in, attrs, out);
            break;
        case LG_OP_FLIP:
            offset = alias_flip(in, &((const lg_flip_attrs_t *)attrs)->axis, out);
            break;
        case LG_OP_IDENTITY:
            if (!dense) {
                memcpy(out->strides, in->strides, in->rank * sizeof in->strides[0]);
            }
            break;
        case LG_OP_SQUEEZE:
            if (!dense) {
                alias_squeeze(in, &((const lg_squeeze_attrs_t *)attrs)->axis, out);
            }
            break;
        case LG_OP_UNSQUEEZE:
            if (!dense) {
                alias_unsqueeze(in, &((const lg_unsqueeze_attrs_t *)attrs)->axis, out);
            }
            break;
        default:
            return 0;
    }
    out->data = in->data;
    if (offset != 0 && in->data != NULL && out->elem_count > 0) {
        out->data = (char *)in->data + offset * (int64_t)lg_dtype_bytes(in->dtype);
    }
    bool is_dense = out->flags & LG_VIEW_CONTIGUOUS;
    out->flags = (uint8_t)(LG_VIEW_CONTIGUOUS | (in->flags & LG_VIEW_READONLY));
    if (!dense) {
        lg_view_update(out);
    } else if (!is_dense) {
        alias_dense(out);
    }
    return 1;
}

double lg_cost_view_bytes(const lg_op_view_t *view) {
    lg_view_t window = *view->outs[0];
    if (lg_op_alias(view->op, view->ins[0], view->attrs, &window)) {
        return 0;
    }
    return lg_cost_bytes(view->ins[0]) + lg_cost_bytes(view->outs[0]);
}
