// SPDX-License-Identifier: Apache-2.0
// Concat without a copy: where the inputs of a concat lie one behind the other in its result (no axis in front of the
// one that is joined has more than one element), the kernels that make them write them there.
//
//     result of concat   [ input 0 | input 1      | input 2 ]      one storage, windows on it
//
// All inputs take part or none: a kernel must make each, nobody else may want to decide where it lies.
#include "plan/plan.h"

static size_t join_bytes(const lg_view_t *view) {
    return (size_t)view->elem_count * lg_dtype_size((lg_dtype_t)view->dtype);
}

// Whether the inputs of `op` are whole blocks of its result.
static bool join_is_blocks(const lg_program_t *program, const lg_op_node_t *op) {
    const lg_view_t *out = &program->values.items[op->outs[0]].type;
    int64_t axis = ((const lg_concat_attrs_t *)op->attrs)->axis;
    axis += axis < 0 ? out->rank : 0;
    for (int64_t d = 0; d < axis; d++) {
        if (out->shape[d] != 1) {
            return false;
        }
    }
    return op->in_count > 1 && out->elem_count > 0;
}

// Whether a kernel of the CPU makes `value`, for nobody who decides where it lies but this concat.
static bool join_takes(const lg_plan_t *plan, const lg_op_node_t *concat, uint32_t k) {
    const lg_program_t *program = plan->lowered;
    lg_value_t value = concat->ins[k];
    const lg_value_node_t *node = &program->values.items[value];
    if (node->kind != LG_VALUE_RESULT || lg_plan_is_joined(plan, value) || node->type.elem_count == 0) {
        return false;
    }
    const lg_op_node_t *maker = &program->ops.items[node->index];
    for (uint32_t i = 0; i < k; i++) {
        if (concat->ins[i] == value) {
            return false;
        }
    }
    return plan->steps[node->index].device == NULL && plan->steps[node->index].choice == NULL &&
           !(maker->info->flags & LG_OP_FLAG_VIEW) && maker->info->id != LG_OP_CONCAT;
}

lg_status_t lg_plan_find_joins(lg_plan_t *plan, const uint32_t *value_last, lg_error_t *err) {
    const lg_program_t *program = plan->lowered;
    plan->joins = lg_zone_alloc(&plan->zone, program->values.count * sizeof *plan->joins);
    if (plan->joins == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < program->values.count; i++) {
        plan->joins[i].concat = UINT32_MAX;
    }
    for (uint32_t i = 0; plan->in_place && i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        if (op->info->id != LG_OP_CONCAT || plan->steps[i].device != NULL || plan->steps[i].choice != NULL ||
            lg_step_is_replaced(&plan->steps[i]) || !join_is_blocks(program, op)) {
            continue;
        }
        bool takes = true;
        for (uint32_t k = 0; takes && k < op->in_count; k++) {
            takes = join_takes(plan, op, k) && value_last[op->ins[k]] != UINT32_MAX;
        }
        size_t offset = 0;
        for (uint32_t k = 0; takes && k < op->in_count; k++) {
            plan->joins[op->ins[k]] = (lg_join_t){i, offset};
            offset += join_bytes(&program->values.items[op->ins[k]].type);
        }
    }
    plan->value_last = value_last;
    return LG_OK;
}

lg_status_t lg_plan_join(lg_plan_t *plan, lg_value_t value, lg_error_t *err) {
    const lg_join_t *join = &plan->joins[value];
    if (join->concat == UINT32_MAX) {
        return LG_OK;
    }
    const lg_op_node_t *concat = &plan->lowered->ops.items[join->concat];
    lg_place_t *whole = &plan->places[concat->outs[0]];
    if (whole->storage == LG_STORAGE_NONE) {
        uint32_t last = plan->value_last[concat->outs[0]];
        for (uint32_t k = 0; k < concat->in_count; k++) {
            uint32_t read = plan->value_last[concat->ins[k]];
            last = read > last ? read : last;
        }
        lg_storage_t storage = {.kind = LG_STORAGE_ARENA,
                                .bytes = join_bytes(&plan->lowered->values.items[concat->outs[0]].type),
                                .first = (uint32_t)plan->records.count,
                                .last_op = last};
        LG_TRY(lg_plan_add_storage(plan, storage, &whole->storage, err));
    }
    plan->places[value].storage = whole->storage;
    plan->places[value].byte_offset = join->byte_offset;
    return LG_OK;
}
