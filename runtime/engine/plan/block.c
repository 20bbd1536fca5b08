// SPDX-License-Identifier: Apache-2.0
// Blocks: which ops an executor wants compiled together, and apart from others.
#include <string.h>

#include "plan/plan.h"

static lg_status_t block_ask(lg_plan_t *plan, lg_zone_t *scratch, const char **names, lg_error_t *err) {
    const lg_program_t *program = plan->program;
    lg_op_view_t *ops = lg_zone_alloc(scratch, program->ops.count * sizeof *ops);
    size_t operands = 0;
    for (size_t i = 0; i < program->ops.count; i++) {
        operands += program->ops.items[i].in_count + program->ops.items[i].out_count;
    }
    const lg_view_t **views = lg_zone_alloc(scratch, operands * sizeof *views);
    if (ops == NULL || views == NULL) {
        return lg_plan_no_memory(err);
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        lg_plan_op_view(program, op, views, &ops[i]);
        views += op->in_count + op->out_count;
    }
    return plan->executor.block(plan->executor.self, ops, (uint32_t)program->ops.count, names, err);
}

// Equal names become one string in the plan's zone, and one number; ops without a name have number 0.
static lg_status_t block_number(lg_plan_t *plan, lg_map_t *known, const char **names, uint32_t *numbers,
                                bool *out_any, lg_error_t *err) {
    LG_LIST(const char *) texts = {NULL, 0, 0};
    lg_heap_t *heap = &plan->context->heap;
    lg_status_t status = LG_OK;
    for (size_t i = 0; i < plan->program->ops.count && status == LG_OK; i++) {
        if (names[i] == NULL) {
            continue;
        }
        size_t bytes = strlen(names[i]);
        uint32_t number = lg_map_find(known, names[i], bytes);
        if (number == LG_MAP_NONE) {
            const char *copy = lg_zone_string(&plan->zone, names[i], bytes);
            number = (uint32_t)texts.count;
            if (copy == NULL || !LG_LIST_GROW(heap, &texts) || !lg_map_add(known, copy, bytes, number)) {
                status = lg_plan_no_memory(err);
                break;
            }
            texts.items[texts.count++] = copy;
        }
        names[i] = texts.items[number];
        numbers[i] = number + 1;
        *out_any = true;
    }
    LG_LIST_DEINIT(heap, &texts);
    return status;
}

lg_status_t lg_plan_block(lg_plan_t *plan, const uint32_t **out_numbers, lg_error_t *err) {
    *out_numbers = NULL;
    if (!LG_HAS(&plan->executor, lg_executor_t, block) || plan->program->ops.count == 0) {
        return LG_OK;
    }
    size_t count = plan->program->ops.count;
    const char **names = lg_zone_alloc(&plan->zone, count * sizeof *names);
    uint32_t *numbers = lg_zone_alloc(&plan->zone, count * sizeof *numbers);
    if (names == NULL || numbers == NULL) {
        return lg_plan_no_memory(err);
    }
    lg_zone_t scratch;
    lg_map_t known;
    bool any = false;
    lg_zone_init(&scratch, &plan->context->heap);
    lg_map_init(&known, &plan->context->heap);
    lg_status_t status = block_ask(plan, &scratch, names, err);
    status = status == LG_OK ? block_number(plan, &known, names, numbers, &any, err) : status;
    lg_map_deinit(&known);
    lg_zone_deinit(&scratch);
    if (status == LG_OK && any) {
        plan->blocks = names;
        *out_numbers = numbers;
    }
    return status;
}
