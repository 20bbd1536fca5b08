// SPDX-License-Identifier: Apache-2.0
// See Note [Programs inside].
#include "program/control.h"

#include <string.h>

#include "op/registry.h"
#include "program/unknown.h"
#include "tensor/view.h"

static const char *const control_names[2][2] = {{"then", "else"}, {"test", "body"}};

static const char *control_name(const lg_control_t *control, uint32_t sub) {
    return control_names[control->op == LG_OP_WHILE][sub];
}

static const char *control_op(const lg_control_t *control) {
    return control->op == LG_OP_WHILE ? "while" : "cond";
}

// ---- checks -----------------------------------------------------------------------------------------

// Whether a value is one bool at all points.
static bool control_is_flag(const lg_program_t *program, lg_value_t value) {
    const lg_value_node_t *node = &program->values.items[value];
    return node->type.dtype == LG_DTYPE_BOOL && node->type.elem_count == 1 && node->extents == NULL;
}

static lg_status_t control_check_sub(const lg_program_t *program, const lg_control_t *control, uint32_t sub,
                                     lg_error_t *err) {
    const lg_program_t *inner = control->subs[sub];
    const char *op = control_op(control), *name = control_name(control, sub);
    uint32_t first = lg_control_first(control->op);
    LG_CHECK(err, inner->frozen && inner != program && inner->context == program->context,
             LG_STATUS_INVALID_ARGUMENT, op, "%s: %s must be frozen, and of the same context", op, name);
    LG_CHECK(err, inner->states.count == 0, LG_STATUS_UNSUPPORTED, op,
             "%s: %s has states; make them inputs and outputs, and carry them", op, name);
    LG_CHECK(err, inner->depth < LG_MAX_DEPTH, LG_STATUS_OVERFLOW, op,
             "%s: programs are nested more than %d deep", op, LG_MAX_DEPTH);
    LG_CHECK(err, inner->inputs.count == control->in_count - first, LG_STATUS_INVALID_ARGUMENT, op,
             "%s: %s has %zu inputs, %u are given", op, name, inner->inputs.count, control->in_count - first);
    for (uint32_t i = 0; i < inner->inputs.count; i++) {
        const lg_value_node_t *input = &inner->values.items[inner->inputs.items[i]];
        const lg_view_t *given = &program->values.items[control->ins[first + i]].type;
        char text[2][192];
        LG_CHECK(err, given->dtype == input->type.dtype && given->rank == input->type.rank, LG_STATUS_DTYPE,
                 op, "%s: input '%s' of %s is %s, given is %s", op, input->name, name,
                 lg_view_format(&input->type, text[0], sizeof text[0]),
                 lg_view_format(given, text[1], sizeof text[1]));
    }
    return LG_OK;
}

static lg_status_t control_check_pair(const lg_control_t *control, const char *what, const lg_program_t *a,
                                      lg_value_t left, const lg_program_t *b, lg_value_t right,
                                      uint32_t index, lg_error_t *err) {
    const lg_view_t *x = &a->values.items[left].type, *y = &b->values.items[right].type;
    char text[2][192];
    LG_CHECK(err, x->dtype == y->dtype && x->rank == y->rank, LG_STATUS_DTYPE, control_op(control), what,
             control_op(control), index, lg_program_format_type(a, left, text[0], sizeof text[0]),
             lg_program_format_type(b, right, text[1], sizeof text[1]));
    return LG_OK;
}

static lg_status_t control_check(const lg_program_t *program, const lg_control_t *control, uint32_t out_count,
                                 lg_error_t *err) {
    const char *op = control_op(control);
    const lg_program_t *then = control->subs[0], *other = control->subs[1];
    LG_CHECK(err, control->in_count >= lg_control_first(control->op) && control->in_count <= LG_MAX_INS,
             LG_STATUS_INVALID_ARGUMENT, op, "%s: %u operands, expected %u to %d", op, control->in_count,
             lg_control_first(control->op), LG_MAX_INS);
    for (uint32_t i = 0; i < control->in_count; i++) {
        LG_CHECK(err, control->ins[i] < program->values.count, LG_STATUS_INVALID_ARGUMENT, op,
                 "%s: operand %u is value %u, the program has %zu", op, i, control->ins[i],
                 program->values.count);
    }
    LG_TRY(control_check_sub(program, control, 0, err));
    LG_TRY(control_check_sub(program, control, 1, err));
    LG_CHECK(err, out_count == lg_control_out_count(control) && out_count <= LG_MAX_OUTS,
             LG_STATUS_INVALID_ARGUMENT, op, "%s: %u results wanted, there are %u, at most %d are possible",
             op, out_count, lg_control_out_count(control), LG_MAX_OUTS);
    if (control->op == LG_OP_COND) {
        LG_CHECK(err, control_is_flag(program, control->ins[0]), LG_STATUS_DTYPE, op,
                 "cond: the condition must be one bool");
        LG_CHECK(err, then->outputs.count == other->outputs.count, LG_STATUS_INVALID_ARGUMENT, op,
                 "cond: then gives %zu results, else %zu", then->outputs.count, other->outputs.count);
        for (uint32_t i = 0; i < out_count; i++) {
            LG_TRY(control_check_pair(control, "%s: result %u of then is %s, of else %s", then,
                                      lg_program_output(then, i), other, lg_program_output(other, i), i,
                                      err));
        }
        return LG_OK;
    }
    LG_CHECK(err, then->outputs.count == 1 && control_is_flag(then, lg_program_output(then, 0)),
             LG_STATUS_DTYPE, op, "while: test must give one bool");
    LG_CHECK(err, control->carried <= out_count && control->carried <= control->in_count,
             LG_STATUS_INVALID_ARGUMENT, op,
             "while: %u values are carried; there are %u operands, body gives %u", control->carried,
             control->in_count, out_count);
    for (uint32_t i = 0; i < control->carried; i++) {
        LG_TRY(control_check_pair(control, "%s: carried value %u is %s, body gives %s", other,
                                  lg_program_input(other, i), other, lg_program_output(other, i), i, err));
    }
    for (uint32_t i = control->carried; i < out_count; i++) {
        LG_CHECK(err, lg_program_output_type(other, i)->rank < LG_MAX_RANK, LG_STATUS_SHAPE, op,
                 "while: result %u of body cannot be stacked, it has %d axes", i, LG_MAX_RANK);
    }
    return LG_OK;
}

// ---- types ------------------------------------------------------------------------------------------

// Numbers of an inner program's symbols at a point of the outer one.
static lg_status_t control_solve(const lg_program_t *program, const lg_control_t *control, uint32_t sub,
                                 uint32_t point, lg_view_t *types, lg_symbol_values_t *values,
                                 bool *out_known, lg_error_t *err) {
    const lg_program_t *inner = control->subs[sub];
    uint32_t first = lg_control_first(control->op);
    *out_known = true;
    for (uint32_t i = 0; i < inner->inputs.count && *out_known; i++) {
        types[i] = *lg_program_view_at(program, point, control->ins[first + i]);
        *out_known = types[i].dtype != LG_DTYPE_INVALID;
    }
    if (!*out_known) {
        return LG_OK;
    }
    lg_status_t status = lg_program_solve(inner, types, values, lg_point_is_witness(point) ? NULL : err);
    *out_known = status == LG_OK;
    if (status != LG_OK && !lg_point_is_witness(point) && program->symbols.count > 0) {
        lg_extent_explain(program, point, err);
    }
    return lg_point_is_witness(point) ? LG_OK : status;
}

// The extent of an output of an inner program; false where only the data tell.
static bool control_extent(const lg_program_t *inner, uint32_t output, uint32_t axis,
                           const lg_symbol_values_t *values, int64_t *out_extent) {
    const lg_value_node_t *node = &inner->values.items[lg_program_output(inner, output)];
    return lg_extent_value(inner, node->extents != NULL ? node->extents[axis] : NULL, node->type.shape[axis],
                           values, out_extent);
}

// Whether a round leaves an extent of a carried value as it is. Error: where a number changes.
static lg_status_t control_keeps(const lg_control_t *control, uint32_t index, uint32_t axis, bool *out_keeps,
                                 lg_error_t *err) {
    const lg_program_t *body = control->subs[1];
    const lg_value_node_t *in = &body->values.items[lg_program_input(body, index)];
    const lg_value_node_t *out = &body->values.items[lg_program_output(body, index)];
    const char *before = in->extents != NULL ? in->extents[axis] : NULL;
    const char *after = out->extents != NULL ? out->extents[axis] : NULL;
    *out_keeps = false;
    char text[2][192];
    LG_CHECK(
        err, before != NULL || (after == NULL && in->type.shape[axis] == out->type.shape[axis]),
        LG_STATUS_SHAPE, "while",
        "while: carried value %u is %s, body gives %s; where an extent changes, give it a name in body's input",
        index, lg_program_format_type(body, lg_program_input(body, index), text[0], sizeof text[0]),
        lg_program_format_type(body, lg_program_output(body, index), text[1], sizeof text[1]));
    *out_keeps = before == NULL || (after != NULL && strcmp(before, after) == 0);
    return LG_OK;
}

typedef struct control_types {
    lg_zone_t zone;
    lg_view_t *inputs;  // scratch
    lg_symbol_values_t *values[2];
    lg_view_t *views;  // [point][output]
    uint32_t fresh[LG_MAX_OUTS];
    uint32_t symbols[LG_MAX_OUTS][LG_MAX_RANK];
} control_types_t;

// What the results are at one point. Axes that cannot be told join `fresh`, and are left as they are.
static lg_status_t control_infer(const lg_program_t *program, const lg_control_t *control, uint32_t point,
                                 control_types_t *types, lg_view_t *outs, uint32_t out_count,
                                 lg_error_t *err) {
    bool known[2];
    for (uint32_t sub = 0; sub < 2; sub++) {
        LG_TRY(
            control_solve(program, control, sub, point, types->inputs, types->values[sub], &known[sub], err));
    }
    memset(outs, 0, out_count * sizeof *outs);
    if (!known[0] || !known[1]) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < out_count; i++) {
        const lg_view_t *type = lg_program_output_type(control->subs[1], i);
        bool scan = control->op == LG_OP_WHILE && i >= control->carried;
        int64_t shape[LG_MAX_RANK] = {1};
        uint32_t rank = type->rank + scan;
        types->fresh[i] |= scan ? 1u : 0;
        for (uint32_t k = 0; k < type->rank; k++) {
            int64_t *extent = &shape[k + scan], other = 0;
            bool told = false;
            if (control->op == LG_OP_WHILE && !scan) {
                LG_TRY(control_keeps(control, i, k, &told, err));
                *extent = lg_program_view_at(program, point, control->ins[i])->shape[k];
            } else {
                told = control_extent(control->subs[1], i, k, types->values[1], extent);
                if (control->op == LG_OP_COND) {
                    told = told && control_extent(control->subs[0], i, k, types->values[0], &other) &&
                           other == *extent;
                }
            }
            if (!told) {
                types->fresh[i] |= 1u << (k + scan);
                *extent = 1;
            }
        }
        lg_status_t status = lg_view_init(&outs[i], (lg_dtype_t)type->dtype, rank, shape, err);
        if (status != LG_OK) {
            memset(outs, 0, out_count * sizeof *outs);
            return lg_point_is_witness(point) ? LG_OK : status;
        }
    }
    return LG_OK;
}

// Symbols for all axes that are fresh. All results that are stacked have one length.
static lg_status_t control_symbols(lg_program_t *program, const lg_control_t *control, control_types_t *types,
                                   uint32_t out_count, lg_error_t *err) {
    uint32_t rounds = UINT32_MAX;
    for (uint32_t i = 0; i < out_count; i++) {
        bool scan = control->op == LG_OP_WHILE && i >= control->carried;
        for (uint32_t k = 0; k < LG_MAX_RANK; k++) {
            if (!(types->fresh[i] >> k & 1)) {
                continue;
            }
            if (scan && k == 0 && rounds != UINT32_MAX) {
                types->symbols[i][k] = rounds;
                continue;
            }
            LG_TRY(lg_symbol_add_data(program, &types->symbols[i][k], err));
            rounds = scan && k == 0 ? types->symbols[i][k] : rounds;
        }
    }
    return LG_OK;
}

static lg_status_t control_type(lg_program_t *program, const lg_control_t *control, control_types_t *types,
                                uint32_t out_count, lg_error_t *err) {
    lg_view_t outs[LG_MAX_OUTS];
    types->inputs = lg_zone_alloc(&types->zone, control->in_count * sizeof *types->inputs);
    types->values[0] = lg_zone_alloc(&types->zone, 2 * sizeof *types->values[0]);
    if (types->inputs == NULL || types->values[0] == NULL) {
        return lg_program_no_memory(err);
    }
    types->values[1] = types->values[0] + 1;
    for (uint32_t point = 0; point < program->points.count + 1; point++) {
        LG_TRY(control_infer(program, control, point, types, outs, out_count, err));
    }
    LG_TRY(control_symbols(program, control, types, out_count, err));
    size_t points = program->points.count + 1;
    types->views = lg_zone_alloc(&types->zone, points * out_count * sizeof *types->views);
    if (types->views == NULL) {
        return lg_program_no_memory(err);
    }
    for (uint32_t point = 0; point < points; point++) {
        lg_view_t *here = types->views + (size_t)point * out_count;
        LG_TRY(control_infer(program, control, point, types, here, out_count, err));
        for (uint32_t i = 0; i < out_count; i++) {
            lg_status_t status =
                here[i].dtype == LG_DTYPE_INVALID
                    ? LG_OK
                    : lg_unknown_replace(&here[i], types->fresh[i], types->symbols[i], point, err);
            if (status != LG_OK && !lg_point_is_witness(point)) {
                return status;
            }
            if (status != LG_OK) {
                memset(&here[i], 0, sizeof here[i]);
            }
        }
    }
    return LG_OK;
}

// ---- weights ----------------------------------------------------------------------------------------

// A copy of a program with other names of its weights.
static lg_status_t control_copy(const lg_program_t *source, const char *const *names, lg_program_t *copy,
                                lg_error_t *err) {
    lg_value_t *values = lg_zone_alloc(&copy->zone, source->values.count * sizeof *values);
    lg_value_t *ins = lg_zone_alloc(&copy->zone, source->inputs.count * sizeof *ins);
    if (values == NULL || ins == NULL) {
        return lg_program_no_memory(err);
    }
    for (size_t i = 0; i < source->inputs.count; i++) {
        const lg_value_node_t *node = &source->values.items[source->inputs.items[i]];
        lg_text_t *text = lg_text_create(&copy->context->heap);
        if (text == NULL) {
            return lg_program_no_memory(err);
        }
        lg_extent_format(text, &node->type, node->extents);
        lg_status_t status = text->failed
                                 ? lg_program_no_memory(err)
                                 : lg_program_add_input_spec(copy, node->name, text->chars, &ins[i], err);
        lg_text_release(text);
        LG_TRY(status);
    }
    // First under the new names: the body finds them by their memory then.
    for (size_t i = 0; i < source->weights.count; i++) {
        const lg_value_node_t *node = &source->values.items[source->weights.items[i]];
        const lg_tensor_t tensor = {node->type, source->buffers.items[i]};
        lg_value_t value;
        if (lg_program_find_weight(copy, names[i]) == LG_VALUE_NONE) {
            LG_TRY(lg_program_add_weight(copy, names[i], &tensor, &value, err));
        }
    }
    LG_TRY(lg_program_add_body(copy, source, ins, "", true, values, err));
    for (size_t i = 0; i < source->outputs.count; i++) {
        const lg_output_node_t *output = &source->outputs.items[i];
        LG_TRY(lg_program_add_output(copy, output->name, values[output->value], err));
    }
    return lg_program_freeze(copy, err);
}

// Makes the weights of an inner program weights of `program`, and gives it with their names there.
static lg_status_t control_adopt(lg_program_t *program, lg_program_t *inner, const char *path,
                                 lg_program_t **out_inner, lg_error_t *err) {
    *out_inner = NULL;
    const char **names = lg_zone_alloc(&program->zone, inner->weights.count * sizeof *names);
    if (names == NULL) {
        return lg_program_no_memory(err);
    }
    bool same = true;
    for (size_t i = 0; i < inner->weights.count; i++) {
        const lg_value_node_t *node = &inner->values.items[inner->weights.items[i]];
        const lg_tensor_t tensor = {node->type, inner->buffers.items[i]};
        lg_value_t known = lg_program_find_weight(program, node->name);
        const lg_view_t *other = known != LG_VALUE_NONE ? &program->values.items[known].type : NULL;
        if (other != NULL && other->data == node->type.data && other->dtype == node->type.dtype &&
            lg_view_same_shape(other, &node->type)) {
            names[i] = node->name;
            continue;
        }
        const char *name = lg_program_free_name(program, path, node->name);
        lg_value_t value;
        if (name == NULL) {
            return lg_program_no_memory(err);
        }
        LG_TRY(lg_program_add_weight(program, name, &tensor, &value, err));
        names[i] = program->values.items[value].name;
        same = same && strcmp(names[i], node->name) == 0;
    }
    if (same) {
        lg_program_retain(inner);
        *out_inner = inner;
        return LG_OK;
    }
    lg_program_t *copy;
    LG_TRY(lg_program_create(program->context, &copy, err));
    lg_status_t status = control_copy(inner, names, copy, err);
    if (status != LG_OK) {
        lg_program_release(copy);
        return status;
    }
    *out_inner = copy;
    return LG_OK;
}

// ---- adding -----------------------------------------------------------------------------------------

static lg_status_t control_add(lg_program_t *program, const lg_control_t *control, control_types_t *types,
                               lg_value_t *out_values, uint32_t out_count, lg_error_t *err) {
    LG_TRY(control_type(program, control, types, out_count, err));
    lg_op_node_t node = {.info = lg_context_op_info(program->context, control->op),
                         .in_count = control->in_count,
                         .out_count = out_count,
                         .path = "",
                         .carried = control->carried};
    node.ins = lg_zone_alloc(&program->zone, (control->in_count + out_count) * sizeof *node.ins);
    if (control->path != NULL && control->path[0] != 0) {
        node.path = lg_zone_string(&program->zone, control->path, strlen(control->path));
    }
    if (node.ins == NULL || node.path == NULL) {
        return lg_program_no_memory(err);
    }
    memcpy(node.ins, control->ins, control->in_count * sizeof *node.ins);
    node.outs = node.ins + control->in_count;
    for (uint32_t i = 0; i < 2; i++) {
        if (!LG_LIST_GROW(&program->context->heap, &program->subs)) {
            return lg_program_no_memory(err);
        }
        LG_TRY(control_adopt(program, control->subs[i], "", &node.subs[i], err));
        program->subs.items[program->subs.count++] = node.subs[i];
        program->depth = node.subs[i]->depth + 1 > program->depth ? node.subs[i]->depth + 1 : program->depth;
    }
    program->splits = true;
    LG_TRY(lg_program_add_node(program, &node, types->views, err));
    memcpy(out_values, node.outs, out_count * sizeof *out_values);
    return LG_OK;
}

lg_status_t lg_program_add_control(lg_program_t *program, const lg_control_t *control, lg_value_t *out_values,
                                   uint32_t out_count, lg_error_t *err) {
    lg_value_t ins[LG_MAX_INS];  // `out_values` may be `ins`
    lg_control_t given = *control;
    memcpy(ins, control->ins, (control->in_count <= LG_MAX_INS ? control->in_count : 0) * sizeof *ins);
    given.ins = ins;
    for (uint32_t i = 0; i < out_count; i++) {
        out_values[i] = LG_VALUE_NONE;
    }
    LG_TRY(lg_program_check_building(program, err));
    LG_TRY(control_check(program, &given, out_count, err));
    control_types_t *types = lg_heap_alloc(&program->context->heap, sizeof *types);
    if (types == NULL) {
        return lg_program_no_memory(err);
    }
    memset(types, 0, sizeof *types);
    lg_zone_init(&types->zone, &program->context->heap);
    lg_status_t status = control_add(program, &given, types, out_values, out_count, err);
    lg_zone_deinit(&types->zone);
    lg_heap_free(&program->context->heap, types, sizeof *types);
    return status;
}

lg_status_t lg_program_add_cond(lg_program_t *program, lg_value_t condition, lg_program_t *then_program,
                                lg_program_t *else_program, const lg_value_t *ins, uint32_t in_count,
                                const char *path, lg_value_t *out_values, uint32_t out_count,
                                lg_error_t *err) {
    lg_value_t operands[LG_MAX_INS] = {condition};
    LG_CHECK(err, in_count < LG_MAX_INS, LG_STATUS_INVALID_ARGUMENT, "cond", "cond: %u operands, at most %d",
             in_count, LG_MAX_INS - 1);
    memcpy(operands + 1, ins, in_count * sizeof *operands);
    const lg_control_t control = {LG_OP_COND, operands, in_count + 1, {then_program, else_program}, 0, path};
    return lg_program_add_control(program, &control, out_values, out_count, err);
}

lg_status_t lg_program_add_while(lg_program_t *program, lg_program_t *test, lg_program_t *body,
                                 const lg_value_t *ins, uint32_t in_count, uint32_t carried, const char *path,
                                 lg_value_t *out_values, uint32_t out_count, lg_error_t *err) {
    const lg_control_t control = {LG_OP_WHILE, ins, in_count, {test, body}, carried, path};
    return lg_program_add_control(program, &control, out_values, out_count, err);
}
