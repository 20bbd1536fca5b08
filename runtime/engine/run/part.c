// SPDX-License-Identifier: Apache-2.0
// The parts of a model whose program runs in parts, for those who look: which there are and why, what can be planned
// before a run, and all of it as text.
//
//   plan in parts: 3 parts of 5 ops
//   part 0: step compress#0, the data tell the extents of its result
//   part 1: segment of 3 ops, from f32[u0]
//     for f32[2]
//       plan: 3 ops in 3 records, about 0.1 us
//   part 2: while#0, the data tell how often it runs
//     test, from f32[], i64[]
//       ...
#include <stdio.h>
#include <string.h>

#include "op/registry.h"
#include "program/control.h"
#include "run/flow.h"
#include "tensor/view.h"

static lg_status_t part_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for the parts of a model");
}

static const lg_op_node_t *part_op(const lg_flow_t *flow, uint32_t part) {
    const lg_part_t *node = &flow->split.parts.items[part];
    return node->segment == NULL ? &flow->program->ops.items[node->op] : NULL;
}

static const char *part_name(const lg_op_node_t *op, uint32_t which) {
    static const char *const names[2][2] = {{"then", "else"}, {"test", "body"}};
    return names[op->info->id == LG_OP_WHILE][which];
}

void lg_flow_why(const lg_flow_t *flow, uint32_t part, char *why, size_t capacity) {
    const lg_op_node_t *op = part_op(flow, part);
    if (op == NULL) {
        bool fixed = flow->split.parts.items[part].segment->static_count == 0;
        snprintf(why, capacity, "%s",
                 fixed ? "what is planned at once"
                       : "attributes follow from its inputs: a plan for each of their values");
    } else if (op->info->id == LG_OP_COND) {
        snprintf(why, capacity, "the data tell which branch runs");
    } else if (op->info->id == LG_OP_WHILE) {
        snprintf(why, capacity, "the data tell how often it runs");
    } else {
        snprintf(why, capacity, "the data tell the extents of its result");
    }
}

// ---- planning ahead ---------------------------------------------------------------------------------

// The types of what a part reads; false where only the data tell one.
static bool part_types(const lg_flow_t *flow, const lg_value_t *ins, uint32_t in_count,
                       const lg_symbol_values_t *values, lg_view_t *types) {
    for (uint32_t i = 0; i < in_count; i++) {
        const lg_value_node_t *node = &flow->program->values.items[ins[i]];
        int64_t shape[LG_MAX_RANK];
        for (uint32_t k = 0; k < node->type.rank; k++) {
            if (!lg_extent_value(flow->program, node->extents != NULL ? node->extents[k] : NULL,
                                 node->type.shape[k], values, &shape[k])) {
                return false;
            }
        }
        if (lg_view_init(&types[i], (lg_dtype_t)node->type.dtype, node->type.rank, shape, NULL) != LG_OK) {
            return false;
        }
    }
    return true;
}

// Plans one model of a part for these types. `*out_open`: something is left for the run.
static lg_status_t part_plan_model(lg_model_t *model, const lg_view_t *types, uint32_t count, bool add,
                                   bool *out_open, lg_error_t *err) {
    if (model->flow != NULL) {
        uint32_t open;
        LG_TRY(lg_flow_plan(model->flow, types, add, &open, err));
        *out_open = *out_open || open != UINT32_MAX;
        return LG_OK;
    }
    if (model->program->static_count > 0) {
        *out_open = true;
        return LG_OK;
    }
    lg_model_t *fixed;
    if (add) {
        LG_TRY(lg_model_add_signature(model, types, count, err));
    }
    LG_TRY(lg_model_specialize(model, types, count, &fixed, err));
    lg_model_release(fixed);
    return LG_OK;
}

// Whether rounds of a loop may change the extents of what they carry.
static bool part_changes(const lg_op_node_t *op) {
    const lg_program_t *body = op->subs[1];
    for (uint32_t i = 0; i < op->carried; i++) {
        const lg_value_node_t *in = &body->values.items[lg_program_input(body, i)];
        const lg_value_node_t *out = &body->values.items[lg_program_output(body, i)];
        for (uint32_t k = 0; k < in->type.rank; k++) {
            const char *before = in->extents != NULL ? in->extents[k] : NULL;
            const char *after = out->extents != NULL ? out->extents[k] : NULL;
            if (before != NULL && (after == NULL || strcmp(before, after) != 0)) {
                return true;
            }
        }
    }
    return false;
}

static lg_status_t part_plan(const lg_flow_t *flow, uint32_t index, const lg_symbol_values_t *values,
                             lg_view_t *types, bool add, bool *out_open, lg_error_t *err) {
    const lg_part_t *part = &flow->split.parts.items[index];
    const lg_op_node_t *op = part_op(flow, index);
    uint32_t first = op != NULL && lg_op_is_control(op->info->id) ? lg_control_first(op->info->id) : 0;
    if (op != NULL && op->subs[0] == NULL) {
        return LG_OK;  // one op, which has no plan
    }
    if (!part_types(flow, part->ins + first, part->in_count - first, values, types)) {
        *out_open = true;
        return LG_OK;
    }
    for (int k = 0; k < 2; k++) {
        if (flow->models[index][k] != NULL) {
            LG_TRY(
                part_plan_model(flow->models[index][k], types, part->in_count - first, add, out_open, err));
        }
    }
    *out_open = *out_open || (op != NULL && op->info->id == LG_OP_WHILE && part_changes(op));
    return LG_OK;
}

lg_status_t lg_flow_plan(const lg_flow_t *flow, const lg_view_t *types, bool add, uint32_t *out_open,
                         lg_error_t *err) {
    lg_heap_t *heap = &flow->context->heap;
    *out_open = UINT32_MAX;
    lg_symbol_values_t *values = lg_heap_alloc(heap, sizeof *values);
    lg_view_t *scratch = lg_heap_alloc(heap, (flow->program->values.count + 1) * sizeof *scratch);
    lg_status_t status = values != NULL && scratch != NULL ? LG_OK : part_no_memory(err);
    status = status == LG_OK ? lg_program_solve(flow->program, types, values, err) : status;
    for (uint32_t i = 0; i < flow->split.parts.count && status == LG_OK; i++) {
        bool open = false;
        status = part_plan(flow, i, values, scratch, add, &open, err);
        *out_open = open && *out_open == UINT32_MAX ? i : *out_open;
    }
    if (values != NULL) {
        lg_heap_free(heap, values, sizeof *values);
    }
    if (scratch != NULL) {
        lg_heap_free(heap, scratch, (flow->program->values.count + 1) * sizeof *scratch);
    }
    return status;
}

// Runs `fn` for the types of each signature that the model has; one without symbols has one.
static lg_status_t part_each(lg_model_t *model,
                             lg_status_t (*fn)(lg_model_t *, const lg_view_t *, lg_error_t *),
                             lg_error_t *err) {
    uint32_t count = lg_program_input_count(model->program);
    size_t bytes = (count + 1) * sizeof(lg_view_t);
    lg_view_t *types = lg_heap_alloc(&model->context->heap, bytes);
    if (types == NULL) {
        return part_no_memory(err);
    }
    for (uint32_t i = 0; i < count; i++) {
        types[i] = *lg_program_input_type(model->program, i);
    }
    lg_status_t status =
        model->program->symbols.count == model->program->data_count ? fn(model, types, err) : LG_OK;
    for (uint32_t i = 0;
         status == LG_OK && lg_model_signature_at(model, i, true, types, count, NULL) == LG_OK; i++) {
        status = fn(model, types, err);
    }
    lg_heap_free(&model->context->heap, types, bytes);
    return status;
}

static lg_status_t part_plan_strictly(lg_model_t *model, const lg_view_t *types, lg_error_t *err) {
    uint32_t open;
    LG_TRY(lg_flow_plan(model->flow, types, true, &open, err));
    if (open == UINT32_MAX) {
        return LG_OK;
    }
    const lg_op_node_t *op = part_op(model->flow, open);
    return lg_error_set(
        err, LG_STATUS_UNSUPPORTED, op != NULL ? op->info->name : NULL,
        "part %u of the program (%s) has extents that only the data tell, so no file has all plans that "
        "a run may need; open it without strict",
        open,
        op == NULL         ? "a segment"
        : op->path[0] != 0 ? op->path
                           : op->info->name);
}

static void part_set_strict(lg_model_t *model) {
    model->strict = true;
    for (size_t i = 0; model->flow != NULL && i < model->flow->split.parts.count; i++) {
        for (int k = 0; k < 2; k++) {
            if (model->flow->models[i][k] != NULL) {
                part_set_strict(model->flow->models[i][k]);
            }
        }
    }
}

lg_status_t lg_model_be_strict(lg_model_t *model, lg_error_t *err) {
    if (model->flow != NULL) {
        LG_TRY(part_each(model, part_plan_strictly, err));
    }
    part_set_strict(model);
    return LG_OK;
}

// ---- looking ----------------------------------------------------------------------------------------

uint32_t lg_model_part_count(const lg_model_t *model) {
    return model->flow != NULL ? (uint32_t)model->flow->split.parts.count : 0;
}

lg_status_t lg_model_part(const lg_model_t *model, uint32_t index, lg_model_part_t *out_part,
                          lg_error_t *err) {
    LG_CHECK(err, out_part->size >= sizeof *out_part, LG_STATUS_ABI, NULL, "a part of %u bytes, expected %zu",
             out_part->size, sizeof *out_part);
    LG_CHECK(err, index < lg_model_part_count(model), LG_STATUS_NOT_FOUND, NULL, "part %u of a model with %u",
             index, lg_model_part_count(model));
    const lg_op_node_t *op = part_op(model->flow, index);
    *out_part = (lg_model_part_t){
        .size = out_part->size,
        .abi = out_part->abi,
        .op = op != NULL ? model->flow->split.parts.items[index].op : UINT32_MAX,
        .name = op != NULL ? op->info->name : "segment",
        .path = op != NULL ? op->path : "",
    };
    for (uint32_t k = 0; k < 2; k++) {
        out_part->models[k] = model->flow->models[index][k];
        out_part->names[k] = out_part->models[k] == NULL ? NULL : op == NULL ? "" : part_name(op, k);
    }
    lg_flow_why(model->flow, index, out_part->why, sizeof out_part->why);
    return LG_OK;
}

lg_status_t lg_model_plan_parts(lg_model_t *model, const lg_view_t *types, uint32_t count, uint32_t *out_open,
                                lg_error_t *err) {
    *out_open = UINT32_MAX;
    LG_CHECK(err, model->flow != NULL && count == model->program->inputs.count, LG_STATUS_INVALID_ARGUMENT,
             NULL,
             model->flow != NULL ? "%u types given, the program has %zu inputs"
                                 : "the program is planned at once (%u types, %zu inputs)",
             count, model->program->inputs.count);
    size_t bytes = (count + 1) * sizeof *types;
    lg_view_t *all = lg_heap_alloc(&model->context->heap, bytes);
    if (all == NULL) {
        return part_no_memory(err);
    }
    memcpy(all, types, count * sizeof *types);
    lg_status_t status =
        model->program->states.count > 0 ? lg_program_state_types(model->program, all, err) : LG_OK;
    status = status == LG_OK ? lg_flow_plan(model->flow, all, false, out_open, err) : status;
    lg_heap_free(&model->context->heap, all, bytes);
    return status;
}

// ---- as text ----------------------------------------------------------------------------------------

// Adds lines, each behind `indent` blanks.
static void format_lines(lg_text_t *text, const char *chars, int indent) {
    while (*chars != 0) {
        const char *end = strchr(chars, '\n');
        size_t bytes = end != NULL ? (size_t)(end - chars) : strlen(chars);
        lg_text_printf(text, "%*s%.*s\n", indent, "", (int)bytes, chars);
        chars += bytes + (end != NULL);
    }
}

static void format_types(lg_text_t *text, const lg_program_t *program) {
    for (uint32_t i = 0; i < program->inputs.count; i++) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[i]];
        lg_text_printf(text, "%s", i > 0 ? ", " : "");
        lg_extent_format(text, &node->type, node->extents);
    }
}

static lg_status_t format_model(lg_text_t *text, lg_model_t *model, int indent, lg_error_t *err);

// The plans that a model of a part has.
static lg_status_t format_plans(lg_text_t *text, lg_model_t *model, int indent, lg_error_t *err) {
    lg_model_t *planned;
    uint32_t count = 0;
    for (; (planned = lg_model_planned_at(model, count)) != NULL; count++) {
        lg_text_t *plan;
        lg_status_t status = lg_plan_format(planned->plan, &plan, err);
        if (status == LG_OK && planned != model) {
            lg_text_printf(text, "%*sfor ", indent, "");
            format_types(text, planned->program);
            lg_text_printf(text, "\n");
        }
        if (status == LG_OK) {
            format_lines(text, lg_text_chars(plan), indent + (planned != model ? 2 : 0));
            lg_text_release(plan);
        }
        lg_model_release(planned);
        LG_TRY(status);
    }
    if (count == 0) {
        lg_text_printf(text, "%*sno plan yet: one is made for each of the extents that come\n", indent, "");
    }
    return LG_OK;
}

static lg_status_t format_part(lg_text_t *text, const lg_flow_t *flow, uint32_t index, int indent,
                               lg_error_t *err) {
    const lg_op_node_t *op = part_op(flow, index);
    char why[128];
    lg_flow_why(flow, index, why, sizeof why);
    if (op == NULL) {
        const lg_program_t *segment = flow->split.parts.items[index].segment;
        lg_text_printf(text, "%*spart %u: segment of %zu ops, from ", indent, "", index, segment->ops.count);
        format_types(text, segment);
        lg_text_printf(text, "; %s\n", why);
        return format_model(text, flow->models[index][0], indent + 2, err);
    }
    lg_text_printf(text, "%*spart %u: %s#%u%s%s, %s\n", indent, "", index, op->info->name, op->number,
                   op->path[0] != 0 ? " at " : "", op->path, why);
    for (uint32_t k = 0; k < 2 && flow->models[index][k] != NULL; k++) {
        lg_text_printf(text, "%*s%s, from ", indent + 2, "", part_name(op, k));
        format_types(text, flow->models[index][k]->program);
        lg_text_printf(text, "\n");
        LG_TRY(format_model(text, flow->models[index][k], indent + 4, err));
    }
    return LG_OK;
}

static lg_status_t format_model(lg_text_t *text, lg_model_t *model, int indent, lg_error_t *err) {
    if (model->flow == NULL) {
        return format_plans(text, model, indent, err);
    }
    lg_text_printf(text, "%*splan in parts: %zu ops in %zu parts\n", indent, "", model->program->ops.count,
                   model->flow->split.parts.count);
    for (uint32_t i = 0; i < model->flow->split.parts.count; i++) {
        LG_TRY(format_part(text, model->flow, i, indent, err));
    }
    return LG_OK;
}

lg_status_t lg_model_format(lg_model_t *model, lg_text_t **out_text, lg_error_t *err) {
    *out_text = NULL;
    lg_text_t *text = lg_text_create(&model->context->heap);
    if (text == NULL) {
        return lg_text_finish(NULL, out_text, err);
    }
    lg_status_t status = format_model(text, model, 0, err);
    if (status != LG_OK) {
        lg_text_release(text);
        return status;
    }
    return lg_text_finish(text, out_text, err);
}
