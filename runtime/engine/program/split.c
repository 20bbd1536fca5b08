// SPDX-License-Identifier: Apache-2.0
// See Note [Splitting].
#include "program/split.h"

#include <stdio.h>
#include <string.h>

#include "op/registry.h"
#include "program/control.h"

#define SPLIT_NONE UINT32_MAX
#define SPLIT_MAX_STATIC_ELEMS 4096  // of one static input: they are compared at each run

typedef struct split_work {
    lg_program_t *program;
    lg_split_t *split;
    lg_zone_t zone;
    bool *live;          // per op
    uint32_t *op_level;  // per op
    uint32_t *level;     // per value: from where on it is there
    uint32_t level_count;
    // Of the segment at hand.
    lg_value_t *inner;  // per value: what it is there
    uint32_t *seen;     // per value: level + 1 of the segment that has it, or has listed it
    bool *is_static;    // per value
} split_work_t;

static bool split_is_step(const lg_op_node_t *op) {
    return lg_op_is_control(op->info->id) || (op->info->flags & LG_OP_FLAG_DATA_SHAPE);
}

// The `k`-th value that an op reads: operands, then what its attributes come from. LG_VALUE_NONE: an absent one.
static uint32_t split_read_count(const lg_op_node_t *op) {
    return op->in_count + op->bound_count;
}
static lg_value_t split_read(const lg_op_node_t *op, uint32_t k) {
    return k < op->in_count ? op->ins[k] : op->bound[k - op->in_count].value;
}

// ---- levels -----------------------------------------------------------------------------------------

static void split_live(split_work_t *work, bool *needed) {
    const lg_program_t *program = work->program;
    for (size_t i = 0; i < program->outputs.count; i++) {
        needed[program->outputs.items[i].value] = true;
    }
    for (size_t i = 0; i < program->guards.count; i++) {
        needed[program->guards.items[i].value] = true;
    }
    for (size_t i = program->ops.count; i-- > 0;) {
        const lg_op_node_t *op = &program->ops.items[i];
        for (uint32_t k = 0; k < op->out_count; k++) {
            work->live[i] |= needed[op->outs[k]];
        }
        for (uint32_t k = 0; work->live[i] && k < split_read_count(op); k++) {
            if (split_read(op, k) != LG_VALUE_NONE) {
                needed[split_read(op, k)] = true;
            }
        }
    }
}

// Whether a value is made in a segment.
static bool split_is_planned(const lg_program_t *program, lg_value_t value) {
    const lg_value_node_t *node = &program->values.items[value];
    return node->kind == LG_VALUE_RESULT && !split_is_step(&program->ops.items[node->index]);
}

static void split_levels(split_work_t *work) {
    const lg_program_t *program = work->program;
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        uint32_t level = 0;
        for (uint32_t k = 0; k < split_read_count(op); k++) {
            lg_value_t value = split_read(op, k);
            if (value == LG_VALUE_NONE) {
                continue;
            }
            bool late = k >= op->in_count && lg_program_is_late(program, &op->bound[k - op->in_count]) &&
                        split_is_planned(program, value) && !split_is_step(op);
            uint32_t from = work->level[value] + late;
            level = from > level ? from : level;
        }
        work->op_level[i] = level;
        for (uint32_t k = 0; k < op->out_count; k++) {
            work->level[op->outs[k]] = level + split_is_step(op);
        }
        if (work->live[i] && level + 1 > work->level_count) {
            work->level_count = level + 1;
        }
    }
}

// ---- segments ---------------------------------------------------------------------------------------

// Whether an op belongs to the segment of a level.
static bool split_in_segment(const split_work_t *work, size_t op, uint32_t level) {
    return work->live[op] && work->op_level[op] == level && !split_is_step(&work->program->ops.items[op]);
}

// Marks the inputs of a segment whose elements attributes or guards follow from.
static void split_static(split_work_t *work, uint32_t level) {
    const lg_program_t *program = work->program;
    memset(work->is_static, 0, program->values.count * sizeof *work->is_static);
    for (size_t i = 0; i < program->guards.count; i++) {
        work->is_static[program->guards.items[i].value] = true;
    }
    for (size_t i = program->ops.count; i-- > 0;) {
        const lg_op_node_t *op = &program->ops.items[i];
        if (!split_in_segment(work, i, level)) {
            continue;
        }
        bool leads = false;
        for (uint32_t k = 0; k < op->out_count; k++) {
            leads |= work->is_static[op->outs[k]] && !lg_op_reads_type(op->info);
        }
        for (uint32_t k = 0; k < split_read_count(op); k++) {
            if (split_read(op, k) != LG_VALUE_NONE && (leads || k >= op->in_count)) {
                work->is_static[split_read(op, k)] = true;
            }
        }
    }
}

// A value from outside becomes an input of the segment, of the same type at all points.
static lg_status_t split_add_input(split_work_t *work, lg_program_t *segment, lg_value_t value,
                                   lg_error_t *err) {
    const lg_value_node_t *node = &work->program->values.items[value];
    lg_heap_t *heap = &segment->context->heap;
    char name[16];
    snprintf(name, sizeof name, "%%%u", value);
    const char *copy = lg_zone_string(&segment->zone, name, strlen(name));
    if (copy == NULL || !LG_LIST_GROW(heap, &segment->inputs) ||
        !lg_map_add(&segment->input_names, copy, strlen(copy), (uint32_t)segment->inputs.count)) {
        return lg_program_no_memory(err);
    }
    lg_value_t inner;
    LG_TRY(
        lg_program_add_value(segment, &node->type, LG_VALUE_INPUT, segment->inputs.count, copy, &inner, err));
    segment->inputs.items[segment->inputs.count++] = inner;
    // Symbols of the segment's own have points behind; there the value is what it is at the first.
    for (size_t i = 0; i < work->program->points.count; i++) {
        segment->points.items[i].views.items[inner] = work->program->points.items[i].views.items[value];
    }
    const char *const *texts = NULL;
    if (segment->points.count > 0) {
        LG_TRY(lg_extent_texts(segment, inner, &texts, err));
    }
    lg_value_node_t *made = &segment->values.items[inner];
    made->extents = texts;
    made->is_static = work->is_static[value];
    if (made->is_static) {
        LG_CHECK(
            err, node->extents == NULL && node->type.elem_count <= SPLIT_MAX_STATIC_ELEMS,
            LG_STATUS_UNSUPPORTED, NULL,
            "an attribute follows from a tensor %s, which is not fixed in its extents or has more than %d elements",
            lg_program_format_type(work->program, value, (char[128]){0}, 128), SPLIT_MAX_STATIC_ELEMS);
        segment->static_count++;
    }
    work->inner[value] = inner;
    return LG_OK;
}

static lg_status_t split_use(split_work_t *work, lg_program_t *segment, uint32_t level, lg_value_t value,
                             lg_value_t *out_value, lg_error_t *err) {
    const lg_value_node_t *node = &work->program->values.items[value];
    if (work->seen[value] != level + 1) {
        work->seen[value] = level + 1;
        if (node->kind == LG_VALUE_WEIGHT) {
            const lg_tensor_t tensor = {node->type, work->program->buffers.items[node->index]};
            LG_TRY(lg_program_add_weight(segment, node->name, &tensor, &work->inner[value], err));
        } else {
            LG_TRY(split_add_input(work, segment, value, err));
        }
    }
    *out_value = work->inner[value];
    return LG_OK;
}

static lg_status_t split_add_op(split_work_t *work, lg_program_t *segment, uint32_t level,
                                const lg_op_node_t *op, lg_error_t *err) {
    lg_value_t ins[LG_MAX_INS], outs[LG_MAX_OUTS];
    lg_bound_t bound[LG_MAX_BOUND];
    for (uint32_t k = 0; k < op->in_count; k++) {
        ins[k] = LG_VALUE_NONE;
        if (op->ins[k] != LG_VALUE_NONE) {
            LG_TRY(split_use(work, segment, level, op->ins[k], &ins[k], err));
        }
    }
    for (uint32_t k = 0; k < op->bound_count; k++) {
        bound[k].attr = op->bound[k].attr;
        LG_TRY(split_use(work, segment, level, op->bound[k].value, &bound[k].value, err));
    }
    segment->op_numbers[lg_op_row(op->info->id)] = op->number;
    const lg_op_parts_t parts = {op->info->id,    ins,     op->in_count, op->attrs, bound,
                                 op->bound_count, op->path};
    LG_TRY(lg_program_add_parts(segment, &parts, outs, op->out_count, err));
    for (uint32_t k = 0; k < op->out_count; k++) {
        work->seen[op->outs[k]] = level + 1;
        work->inner[op->outs[k]] = outs[k];
    }
    return LG_OK;
}

// Whether somebody behind the segment of `level` reads a value of it.
static bool split_is_read(lg_value_t value, uint32_t level, const uint32_t *last_level) {
    return last_level[value] == SPLIT_NONE || last_level[value] > level;
}

// The last level at which each value is read, those of steps counted one up; SPLIT_NONE: it is an output.
static void split_last_levels(const split_work_t *work, uint32_t *last) {
    const lg_program_t *program = work->program;
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        uint32_t at = work->op_level[i] + split_is_step(op);
        for (uint32_t k = 0; work->live[i] && k < split_read_count(op); k++) {
            lg_value_t value = split_read(op, k);
            if (value != LG_VALUE_NONE && last[value] < at) {
                last[value] = at;
            }
        }
    }
    for (size_t i = 0; i < program->outputs.count; i++) {
        last[program->outputs.items[i].value] = SPLIT_NONE;
    }
    for (size_t i = 0; i < program->guards.count; i++) {  // so that its segment gives something
        last[program->guards.items[i].value] = SPLIT_NONE;
    }
}

// Whether a value is made in the segment of a level.
static bool split_is_made(const split_work_t *work, lg_value_t value, uint32_t level) {
    const lg_value_node_t *node = &work->program->values.items[value];
    return node->kind == LG_VALUE_RESULT && split_in_segment(work, node->index, level);
}

static lg_status_t split_fill_segment(split_work_t *work, lg_program_t *segment, uint32_t level,
                                      const uint32_t *last_level, lg_part_t *part, lg_error_t *err) {
    const lg_program_t *program = work->program;
    segment->parent = work->program;
    lg_program_retain(work->program);
    LG_TRY(lg_symbols_copy(segment, program, err));
    split_static(work, level);
    for (size_t i = 0; i < program->ops.count; i++) {
        if (split_in_segment(work, i, level)) {
            LG_TRY(split_add_op(work, segment, level, &program->ops.items[i], err));
        }
    }
    for (size_t i = 0; i < program->guards.count; i++) {
        const lg_guard_node_t *guard = &program->guards.items[i];
        if (split_is_made(work, guard->value, level)) {
            LG_TRY(
                lg_program_add_guard(segment, work->inner[guard->value], guard->expected, guard->text, err));
        }
    }
    lg_value_t *ins = lg_zone_alloc(&work->split->zone, segment->inputs.count * sizeof *ins);
    lg_value_t *outs = lg_zone_alloc(&work->split->zone, program->values.count * sizeof *outs);
    if (ins == NULL || outs == NULL) {
        return lg_program_no_memory(err);
    }
    for (lg_value_t value = 0; value < program->values.count; value++) {
        const lg_value_node_t *node = &program->values.items[value];
        if (work->seen[value] != level + 1 || node->kind == LG_VALUE_WEIGHT) {
            continue;
        }
        if (!split_is_made(work, value, level)) {
            ins[segment->values.items[work->inner[value]].index] = value;
        } else if (split_is_read(value, level, last_level)) {
            char name[16];
            snprintf(name, sizeof name, "%%%u", value);
            LG_TRY(lg_program_add_output(segment, name, work->inner[value], err));
            outs[part->out_count++] = value;
        }
    }
    part->ins = ins;
    part->outs = outs;
    part->in_count = (uint32_t)segment->inputs.count;
    return lg_program_freeze(segment, err);
}

// Adds the segment of a level, where there is one.
static lg_status_t split_add_segment(split_work_t *work, uint32_t level, const uint32_t *last_level,
                                     lg_error_t *err) {
    bool any = false;
    for (size_t i = 0; i < work->program->ops.count && !any; i++) {
        any = split_in_segment(work, i, level);
    }
    if (!any) {
        return LG_OK;
    }
    lg_part_t part = {.op = SPLIT_NONE};
    if (!LG_LIST_GROW(&work->program->context->heap, &work->split->parts)) {
        return lg_program_no_memory(err);
    }
    LG_TRY(lg_program_create(work->program->context, &part.segment, err));
    lg_status_t status = split_fill_segment(work, part.segment, level, last_level, &part, err);
    if (status != LG_OK) {
        lg_program_release(part.segment);
        return status;
    }
    work->split->parts.items[work->split->parts.count++] = part;
    return LG_OK;
}

static lg_status_t split_add_step(split_work_t *work, uint32_t index, lg_error_t *err) {
    const lg_op_node_t *op = &work->program->ops.items[index];
    lg_value_t *ins = lg_zone_alloc(&work->split->zone, (split_read_count(op) + 1) * sizeof *ins);
    if (ins == NULL || !LG_LIST_GROW(&work->program->context->heap, &work->split->parts)) {
        return lg_program_no_memory(err);
    }
    for (uint32_t k = 0; k < split_read_count(op); k++) {
        ins[k] = split_read(op, k);
    }
    work->split->parts.items[work->split->parts.count++] =
        (lg_part_t){index, NULL, ins, op->outs, split_read_count(op), op->out_count};
    return LG_OK;
}

// The last part that reads each value.
static void split_last_parts(const lg_program_t *program, lg_split_t *split) {
    for (uint32_t i = 0; i < split->parts.count; i++) {
        const lg_part_t *part = &split->parts.items[i];
        for (uint32_t k = 0; k < part->out_count; k++) {
            split->value_last[part->outs[k]] = i;
        }
        for (uint32_t k = 0; k < part->in_count; k++) {
            if (part->ins[k] != LG_VALUE_NONE) {
                split->value_last[part->ins[k]] = i;
            }
        }
    }
    for (size_t i = 0; i < program->outputs.count; i++) {
        split->value_last[program->outputs.items[i].value] = SPLIT_NONE;
    }
}

static lg_status_t split_all(split_work_t *work, lg_error_t *err) {
    const lg_program_t *program = work->program;
    size_t values = program->values.count, ops = program->ops.count;
    bool *needed = lg_zone_alloc(&work->zone, values * sizeof *needed);
    uint32_t *last_level = lg_zone_alloc(&work->zone, values * sizeof *last_level);
    work->live = lg_zone_alloc(&work->zone, ops * sizeof *work->live);
    work->op_level = lg_zone_alloc(&work->zone, ops * sizeof *work->op_level);
    work->level = lg_zone_alloc(&work->zone, values * sizeof *work->level);
    work->inner = lg_zone_alloc(&work->zone, values * sizeof *work->inner);
    work->seen = lg_zone_alloc(&work->zone, values * sizeof *work->seen);
    work->is_static = lg_zone_alloc(&work->zone, values * sizeof *work->is_static);
    work->split->value_last = lg_zone_alloc(&work->split->zone, values * sizeof *work->split->value_last);
    if (needed == NULL || last_level == NULL || work->live == NULL || work->op_level == NULL ||
        work->level == NULL || work->inner == NULL || work->seen == NULL || work->is_static == NULL ||
        work->split->value_last == NULL) {
        return lg_program_no_memory(err);
    }
    split_live(work, needed);
    split_levels(work);
    split_last_levels(work, last_level);
    for (uint32_t level = 0; level < work->level_count; level++) {
        LG_TRY(split_add_segment(work, level, last_level, err));
        for (uint32_t i = 0; i < ops; i++) {
            if (work->live[i] && work->op_level[i] == level && split_is_step(&program->ops.items[i])) {
                LG_TRY(split_add_step(work, i, err));
            }
        }
    }
    split_last_parts(program, work->split);
    return LG_OK;
}

lg_status_t lg_split_init(lg_split_t *split, lg_program_t *program, lg_error_t *err) {
    split_work_t work = {.program = program, .split = split};
    lg_heap_t *heap = &program->context->heap;
    memset(split, 0, sizeof *split);
    lg_zone_init(&split->zone, heap);
    lg_zone_init(&work.zone, heap);
    lg_status_t status = split_all(&work, err);
    lg_zone_deinit(&work.zone);
    if (status != LG_OK) {
        lg_split_deinit(split, heap);
    }
    return status;
}

void lg_split_deinit(lg_split_t *split, lg_heap_t *heap) {
    for (size_t i = 0; i < split->parts.count; i++) {
        lg_program_release(split->parts.items[i].segment);
    }
    LG_LIST_DEINIT(heap, &split->parts);
    lg_zone_deinit(&split->zone);
}
