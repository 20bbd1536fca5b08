// SPDX-License-Identifier: Apache-2.0
// Hooks: records that call the code of an executor at an op. An op without hooks has no such record.
#include <string.h>

#include "plan/plan.h"

typedef struct hook_call {
    lg_hook_fn_t fn;
    void *self;
    lg_op_view_t op;
} hook_call_t;

static int32_t hook_run(const void *args, void *const *data, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    const hook_call_t *call = args;
    return call->fn(call->self, &call->op, data);
}

lg_status_t lg_plan_hook_record(lg_plan_t *plan, const lg_hook_t *hook, uint32_t op_index,
                                const lg_place_t *ins, lg_record_plan_t *out_record, lg_error_t *err) {
    const lg_op_node_t *op = &plan->lowered->ops.items[op_index];
    size_t count = op->in_count + op->out_count;
    hook_call_t *call = lg_zone_alloc(&plan->zone, sizeof *call);
    lg_view_t *views = lg_zone_alloc(&plan->zone, count * sizeof *views);
    const lg_view_t **pointers = lg_zone_alloc(&plan->zone, count * sizeof *pointers);
    if (call == NULL || views == NULL || pointers == NULL) {
        return lg_plan_no_memory(err);
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        pointers[i] = op->ins[i] != LG_VALUE_NONE ? &views[i] : NULL;
        if (pointers[i] != NULL) {
            views[i] = *ins[i].view;
        }
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        pointers[op->in_count + i] = &views[op->in_count + i];
        views[op->in_count + i] = *plan->places[op->outs[i]].view;
    }
    call->fn = hook->fn;
    call->self = hook->self;
    call->op = lg_op_node_view(op, pointers, pointers + op->in_count);
    *out_record = (lg_record_plan_t){hook_run, call, 1, op_index, 0, (uint32_t)count, 0, 1, 0, 0};
    return LG_OK;
}

lg_status_t lg_plan_add_hook(lg_plan_t *plan, const lg_hook_t *hook, uint32_t op_index, bool after,
                             lg_error_t *err) {
    const lg_op_node_t *op = &plan->lowered->ops.items[op_index];
    lg_place_t ins[LG_MAX_INS];
    lg_operand_t operands[LG_MAX_INS + LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count; i++) {
        // Behind the op, the memory of an input may be another value's.
        operands[i] = (lg_operand_t){LG_STORAGE_NONE, 0, 0};
        if (op->ins[i] != LG_VALUE_NONE) {
            ins[i] = plan->places[op->ins[i]];
            operands[i] = after ? operands[i] : (lg_operand_t){ins[i].storage, ins[i].byte_offset, 0};
        }
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        const lg_place_t *place = &plan->places[op->outs[i]];
        operands[op->in_count + i] = after ? (lg_operand_t){place->storage, place->byte_offset, 0}
                                           : (lg_operand_t){LG_STORAGE_NONE, 0, 0};
    }
    lg_record_plan_t record;
    LG_TRY(lg_plan_hook_record(plan, hook, op_index, ins, &record, err));
    return lg_plan_add_record(plan, record, operands, err);
}
