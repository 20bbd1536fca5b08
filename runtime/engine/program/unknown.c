// SPDX-License-Identifier: Apache-2.0
// See Note [Extents that only the data tell].
#include "program/unknown.h"

#include <string.h>

#include "tensor/view.h"

// What stands for a late attribute in inference, which says dtype and rank then; `fresh` are the axes of the results
// that are unknown.
typedef enum unknown_stand_in {
    STAND_ZERO,
    STAND_ONE,
    STAND_FAR,
    STAND_RESHAPE,
    STAND_EXPAND
} unknown_stand_in_t;
typedef enum unknown_fresh {
    FRESH_NONE,
    FRESH_ALL,
    FRESH_SLICED,
    FRESH_TOP_K,
    FRESH_ONE_HOT,
    FRESH_EXPANDED
} unknown_fresh_t;

typedef struct unknown_late {
    uint32_t op;
    const char *attr;
    uint8_t stand_in;  // unknown_stand_in_t
    uint8_t fresh;     // unknown_fresh_t
} unknown_late_t;

static const unknown_late_t unknown_lates[] = {
    {LG_OP_RESHAPE, "shape", STAND_RESHAPE, FRESH_ALL},
    {LG_OP_EXPAND, "shape", STAND_EXPAND, FRESH_EXPANDED},
    {LG_OP_SLICE, "starts", STAND_ZERO, FRESH_SLICED},
    {LG_OP_SLICE, "ends", STAND_FAR, FRESH_SLICED},
    {LG_OP_SLICE, "steps", STAND_ONE, FRESH_SLICED},
    {LG_OP_PAD, "pads", STAND_ZERO, FRESH_ALL},
    {LG_OP_PAD, "value", STAND_ZERO, FRESH_NONE},
    {LG_OP_FULL, "shape", STAND_ONE, FRESH_ALL},
    {LG_OP_FULL, "value", STAND_ZERO, FRESH_NONE},
    {LG_OP_ARANGE, "start", STAND_ZERO, FRESH_ALL},
    {LG_OP_ARANGE, "stop", STAND_ONE, FRESH_ALL},
    {LG_OP_ARANGE, "step", STAND_ONE, FRESH_ALL},
    {LG_OP_TILE, "repeats", STAND_ONE, FRESH_ALL},
    {LG_OP_TRILU, "k", STAND_ZERO, FRESH_NONE},
    {LG_OP_ROLL, "shift", STAND_ZERO, FRESH_NONE},
    {LG_OP_ONE_HOT, "depth", STAND_ONE, FRESH_ONE_HOT},
    {LG_OP_ONE_HOT, "on_value", STAND_ONE, FRESH_NONE},
    {LG_OP_ONE_HOT, "off_value", STAND_ZERO, FRESH_NONE},
    {LG_OP_TOP_K, "k", STAND_ONE, FRESH_TOP_K},
    {LG_OP_RESIZE, "size", STAND_ONE, FRESH_ALL},
    {LG_OP_NON_MAX_SUPPRESSION, "max_output_boxes_per_class", STAND_ONE, FRESH_NONE},
    {LG_OP_NON_MAX_SUPPRESSION, "iou_threshold", STAND_ZERO, FRESH_NONE},
    {LG_OP_NON_MAX_SUPPRESSION, "score_threshold", STAND_ZERO, FRESH_NONE},
};

static const unknown_late_t *unknown_find(uint32_t op, const char *attr) {
    for (size_t i = 0; i < sizeof unknown_lates / sizeof unknown_lates[0]; i++) {
        if (unknown_lates[i].op == op && strcmp(unknown_lates[i].attr, attr) == 0) {
            return &unknown_lates[i];
        }
    }
    return NULL;
}

// Writes what stands for one attribute that comes from a tensor of `type`; `rank`: of the op's first input.
static void unknown_stand(const lg_attr_info_t *attr, uint8_t stand_in, const lg_view_t *type, uint32_t rank,
                          void *attrs) {
    void *field = (char *)attrs + attr->offset;
    int64_t count = type->elem_count;
    int64_t number = stand_in == STAND_ZERO ? 0 : stand_in == STAND_FAR ? INT64_MAX : 1;
    bool real = type->dtype == LG_DTYPE_F32 || type->dtype == LG_DTYPE_F64;
    if (attr->kind == LG_ATTR_INTS) {
        lg_ints_t ints = {.count = count};
        for (int64_t i = 0; i < count; i++) {
            bool keeps =
                (stand_in == STAND_RESHAPE && i == 0) || (stand_in == STAND_EXPAND && i >= count - rank);
            ints.values[i] = keeps ? -1 : number;
        }
        memcpy(field, &ints, sizeof ints);
    } else if (attr->kind == LG_ATTR_FLOATS) {
        lg_floats_t floats = {.count = count};
        for (int64_t i = 0; i < count; i++) {
            floats.values[i] = (double)number;
        }
        memcpy(field, &floats, sizeof floats);
    } else if (attr->kind == LG_ATTR_SCALAR) {
        lg_scalar_t scalar = {.kind = real                           ? LG_SCALAR_FLOAT
                                      : type->dtype == LG_DTYPE_BOOL ? LG_SCALAR_BOOL
                                                                     : LG_SCALAR_INT};
        if (real) {
            scalar.value.f = (double)number;
        } else {
            scalar.value.i = number;
        }
        memcpy(field, &scalar, sizeof scalar);
    } else if (attr->kind == LG_ATTR_FLOAT) {
        double value = (double)number;
        memcpy(field, &value, sizeof value);
    } else {
        memcpy(field, &number, sizeof number);
    }
}

static uint32_t unknown_axis(int64_t axis, uint32_t rank) {
    return 1u << (uint32_t)(axis < 0 ? axis + rank : axis);
}

// The axes of output `out`, of that type at point 0, that a late attribute leaves unknown.
static uint32_t unknown_late_axes(const lg_program_t *program, const lg_op_parts_t *parts, const void *attrs,
                                  uint8_t fresh, const lg_view_t *out) {
    uint32_t all = (1u << out->rank) - 1, axes = 0;
    const lg_value_node_t *in = parts->in_count > 0 ? &program->values.items[parts->ins[0]] : NULL;
    switch (fresh) {
        case FRESH_ALL:
            return all;
        case FRESH_SLICED: {
            const lg_slice_attrs_t *slice = attrs;
            int64_t count = slice->axes.count >= 0 ? slice->axes.count : slice->starts.count;
            for (int64_t i = 0; i < count; i++) {
                axes |= unknown_axis(slice->axes.count >= 0 ? slice->axes.values[i] : i, out->rank);
            }
            return axes & all;
        }
        case FRESH_TOP_K:
            return unknown_axis(((const lg_top_k_attrs_t *)attrs)->axis, out->rank);
        case FRESH_ONE_HOT:
            return unknown_axis(((const lg_one_hot_attrs_t *)attrs)->axis, out->rank);
        case FRESH_EXPANDED:
            // Axes of a fixed extent other than one stay.
            for (uint32_t i = 0; i < out->rank; i++) {
                uint32_t lead = out->rank - in->type.rank;
                bool fixed = i >= lead && (in->extents == NULL || in->extents[i - lead] == NULL) &&
                             in->type.shape[i - lead] != 1;
                axes |= fixed ? 0 : 1u << i;
            }
            return axes;
        default:
            return 0;
    }
}

// The axes of output `out` that the data of a LG_OP_FLAG_DATA_SHAPE op decide; all have the same extent.
static uint32_t unknown_data_axes(uint32_t op, const void *attrs, uint32_t out, const lg_view_t *view) {
    const lg_ints_t *axis = NULL;
    switch (op) {
        case LG_OP_NON_ZERO:
            return 1u << 1;
        case LG_OP_COMPRESS:
            axis = &((const lg_compress_attrs_t *)attrs)->axis;
            break;
        case LG_OP_UNIQUE:
            axis = &((const lg_unique_attrs_t *)attrs)->axis;
            if (out == 2) {
                return 0;  // the inverse has one for each that was given
            }
            break;
        default:
            return 1u << 0;
    }
    return axis->count > 0 && out == 0 ? unknown_axis(axis->values[0], view->rank) : 1u << 0;
}

lg_status_t lg_unknown_replace(lg_view_t *view, uint32_t fresh, const uint32_t *symbols, uint32_t point,
                               lg_error_t *err) {
    int64_t shape[LG_MAX_RANK];
    if (fresh == 0) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < view->rank; i++) {
        shape[i] = fresh >> i & 1 ? lg_symbol_at(symbols[i], point) : view->shape[i];
    }
    return lg_view_init(view, (lg_dtype_t)view->dtype, view->rank, shape, err);
}

// Stand-ins for what is late; all other attributes from tensors are read at each point.
static lg_status_t unknown_prepare(const lg_program_t *program, const lg_op_info_t *info,
                                   const lg_op_parts_t *parts, void *attrs, lg_error_t *err) {
    for (uint32_t i = 0; i < parts->bound_count; i++) {
        if (!lg_program_is_late(program, &parts->bound[i])) {
            continue;
        }
        const lg_attr_info_t *attr = &info->attrs[parts->bound[i].attr];
        const lg_value_node_t *source = &program->values.items[parts->bound[i].value];
        const unknown_late_t *late = unknown_find(info->id, attr->name);
        LG_CHECK(err, late != NULL, LG_STATUS_UNSUPPORTED, info->name,
                 "%s: %s depends on data that is only known when the program runs", info->name, attr->name);
        unknown_stand(attr, late->stand_in, &source->type,
                      parts->in_count > 0 ? program->values.items[parts->ins[0]].type.rank : 0, attrs);
    }
    return LG_OK;
}

// What the outputs are at a point but for what is fresh; `*out_known` is false where a witness tells nothing.
static lg_status_t unknown_infer(const lg_program_t *program, uint32_t point, const lg_op_info_t *info,
                                 const lg_op_parts_t *parts, void *attrs, lg_view_t *outs, uint32_t out_count,
                                 bool *out_known, lg_error_t *err) {
    const lg_view_t *views[LG_MAX_INS];
    lg_status_t status = LG_OK;
    *out_known = true;
    for (uint32_t i = 0; i < parts->in_count; i++) {
        bool present = parts->ins[i] != LG_VALUE_NONE;
        views[i] = present ? lg_program_view_at(program, point, parts->ins[i]) : NULL;
        *out_known = *out_known && !(present && views[i]->dtype == LG_DTYPE_INVALID);
    }
    for (uint32_t i = 0; i < parts->bound_count && status == LG_OK && *out_known; i++) {
        if (lg_program_is_late(program, &parts->bound[i])) {
            continue;
        }
        const lg_view_t *view = lg_program_view_at(program, point, parts->bound[i].value);
        *out_known = view->data != NULL;
        if (*out_known) {
            status = lg_attr_read_view(info, &info->attrs[parts->bound[i].attr], view, attrs, err);
        }
    }
    if (status == LG_OK && *out_known) {
        status = lg_context_op_infer(program->context, info->id, views, parts->in_count, attrs, outs,
                                     out_count, err);
    }
    if (lg_point_is_witness(point)) {
        *out_known = *out_known && status == LG_OK;
        return LG_OK;
    }
    LG_CHECK(err, status != LG_OK || *out_known, LG_STATUS_UNSUPPORTED, info->name,
             "%s: an attribute depends on data that is only known when the program runs", info->name);
    if (status != LG_OK && program->symbols.count > 0) {
        lg_extent_explain(program, point, err);
    }
    return status;
}

// The symbol of an op that counts the same: of several tensors that one condition compresses all have one extent.
static uint32_t unknown_same(const lg_program_t *program, const lg_op_node_t *node) {
    bool by_condition = node->info->id == LG_OP_COMPRESS;
    for (size_t i = program->ops.count; i-- > 0;) {
        const lg_op_node_t *op = &program->ops.items[i];
        if (op->info != node->info || op->in_count != node->in_count ||
            op->bound_count + node->bound_count > 0) {
            continue;
        }
        if (by_condition ? op->ins[1] == node->ins[1]
                         : memcmp(op->ins, node->ins, node->in_count * sizeof *node->ins) == 0 &&
                               (node->info->attrs_bytes == 0 ||
                                memcmp(op->attrs, node->attrs, node->info->attrs_bytes) == 0)) {
            return op->symbol;
        }
    }
    return UINT32_MAX;
}

// Finds the axes of each output that are fresh, and makes symbols for them.
static lg_status_t unknown_symbols(lg_program_t *program, lg_op_node_t *node, const lg_op_parts_t *parts,
                                   const void *attrs, const lg_view_t *outs, uint32_t *fresh,
                                   uint32_t *symbols, lg_error_t *err) {
    const lg_op_info_t *info = node->info;
    uint32_t all = 0, out_count = node->out_count;
    bool of_data = info->flags & LG_OP_FLAG_DATA_SHAPE;
    for (uint32_t i = 0; i < out_count; i++) {
        fresh[i] = of_data ? unknown_data_axes(info->id, attrs, i, &outs[i]) : 0;
        for (uint32_t k = 0; k < parts->bound_count && !of_data; k++) {
            if (lg_program_is_late(program, &parts->bound[k])) {
                const unknown_late_t *late = unknown_find(info->id, info->attrs[parts->bound[k].attr].name);
                fresh[i] |= unknown_late_axes(program, parts, attrs, late->fresh, &outs[i]);
            }
        }
        all |= fresh[i];
    }
    uint32_t shared = of_data ? unknown_same(program, node) : UINT32_MAX;
    for (uint32_t i = 0; i < LG_MAX_RANK; i++) {
        if (!(all >> i & 1)) {
            continue;
        }
        symbols[i] = shared;
        if (shared == UINT32_MAX) {
            LG_TRY(lg_symbol_add_data(program, &symbols[i], err));
            shared = of_data ? symbols[i] : UINT32_MAX;
        }
        node->symbol = symbols[i];
    }
    return LG_OK;
}

lg_status_t lg_program_add_unknown(lg_program_t *program, const lg_op_parts_t *parts, const void *attrs,
                                   lg_op_node_t *node, lg_error_t *err) {
    const lg_op_info_t *info = node->info;
    lg_zone_t zone;  // for the types at all points
    lg_view_t outs[LG_MAX_OUTS];
    uint32_t fresh[LG_MAX_OUTS], symbols[LG_MAX_RANK];
    bool known;
    void *scratch = lg_zone_alloc(&program->zone, info->attrs_bytes);
    if (scratch == NULL) {
        return lg_program_no_memory(err);
    }
    if (info->attrs_bytes > 0) {
        memcpy(scratch, attrs, info->attrs_bytes);
    }
    LG_TRY(unknown_prepare(program, info, parts, scratch, err));
    LG_TRY(unknown_infer(program, 0, info, parts, scratch, outs, node->out_count, &known, err));
    LG_TRY(unknown_symbols(program, node, parts, scratch, outs, fresh, symbols, err));
    lg_zone_init(&zone, &program->context->heap);
    lg_view_t *views = lg_zone_alloc(&zone, (program->points.count + 1) * node->out_count * sizeof *views);
    lg_status_t status = views != NULL ? LG_OK : lg_program_no_memory(err);
    for (uint32_t point = 0; point < program->points.count + 1 && status == LG_OK; point++) {
        lg_view_t *here = views + (size_t)point * node->out_count;
        status = unknown_infer(program, point, info, parts, scratch, here, node->out_count, &known, err);
        for (uint32_t i = 0; i < node->out_count && status == LG_OK && known; i++) {
            status = lg_unknown_replace(&here[i], fresh[i], symbols, point, err);
            if (status != LG_OK && lg_point_is_witness(point)) {
                known = false;
                status = LG_OK;
            }
        }
        if (!known) {
            memset(here, 0, node->out_count * sizeof *here);
        }
    }
    status = status == LG_OK ? lg_program_add_node(program, node, views, err) : status;
    lg_zone_deinit(&zone);
    return status;
}
