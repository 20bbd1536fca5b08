// SPDX-License-Identifier: Apache-2.0
// See Note [Flows].
#include "run/flow.h"

#include <string.h>

#include "base/port.h"
#include "op/eager.h"
#include "op/registry.h"
#include "program/control.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

static lg_status_t flow_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to run a program in parts");
}

// ---- life -------------------------------------------------------------------------------------------

// Asks the policy about steps. They run on the CPU, by kernels that say how much they give.
static lg_status_t flow_decide(lg_flow_t *flow, const lg_plan_desc_t *desc, lg_error_t *err) {
    const lg_program_t *program = flow->program;
    bool *asked = lg_zone_alloc(&flow->split.zone, program->ops.count * sizeof *asked);
    bool any = false;
    if (asked == NULL) {
        return flow_no_memory(err);
    }
    for (size_t i = 0; i < flow->split.parts.count; i++) {
        const lg_part_t *part = &flow->split.parts.items[i];
        if (part->segment == NULL && !lg_op_is_control(program->ops.items[part->op].info->id)) {
            asked[part->op] = any = true;
        }
    }
    if (!any) {
        return LG_OK;
    }
    LG_TRY(lg_plan_decide(flow->program, desc, asked, &flow->policy, err));
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_decision_t *decision = &flow->policy->decisions[i];
        const lg_op_node_t *op = &program->ops.items[i];
        LG_CHECK(err, decision->device == NULL, LG_STATUS_UNSUPPORTED, op->info->name,
                 "%s%s%s: %s sends it to %s, but only cpu:0 has it: the data tell the extents of its result",
                 op->info->name, op->path[0] != 0 ? " at " : "", op->path,
                 decision->why != NULL ? decision->why : "the policy", decision->device->name);
        LG_CHECK(err, decision->hooks == NULL || decision->hooks->replace.fn == NULL, LG_STATUS_UNSUPPORTED,
                 op->info->name, "%s%s%s: %s cannot replace it: the data tell the extents of its result",
                 op->info->name, op->path[0] != 0 ? " at " : "", op->path, decision->hooks->replace.what);
        // A thing that is accepted is in force: where a step runs, and what it holds, nothing would see to.
        const char *refused = decision->units != 0                                ? "a unit for it"
                              : decision->lane != NULL || decision->lanes != NULL ? "a lane for it"
                              : decision->choice != NULL                          ? "a choice for it"
                                                                                  : NULL;
        LG_CHECK(
            err, refused == NULL, LG_STATUS_UNSUPPORTED, op->info->name,
            "%s%s%s: the policy has %s, but it runs between the parts of its program, on their thread: the data "
            "tell the extents of its result; have no opinion on it",
            op->info->name, op->path[0] != 0 ? " at " : "", op->path, refused);
    }
    return LG_OK;
}

lg_status_t lg_flow_create(lg_program_t *program, const lg_plan_desc_t *desc, lg_flow_t **out_flow,
                           lg_error_t *err) {
    *out_flow = NULL;
    lg_flow_t *flow = lg_heap_alloc(&program->context->heap, sizeof *flow);
    if (flow == NULL) {
        return flow_no_memory(err);
    }
    memset(flow, 0, sizeof *flow);
    flow->context = program->context;
    flow->program = program;
    lg_status_t status = lg_split_init(&flow->split, program, err);
    if (status != LG_OK) {
        lg_heap_free(&flow->context->heap, flow, sizeof *flow);
        return status;
    }
    flow->models = lg_zone_alloc(&flow->split.zone, flow->split.parts.count * sizeof *flow->models);
    status = flow->models != NULL ? flow_decide(flow, desc, err) : flow_no_memory(err);
    for (size_t i = 0; i < flow->split.parts.count && status == LG_OK; i++) {
        const lg_part_t *part = &flow->split.parts.items[i];
        const lg_op_node_t *op = part->segment == NULL ? &program->ops.items[part->op] : NULL;
        if (op == NULL) {
            status = lg_model_create_program(part->segment, desc, &flow->models[i][0], err);
        }
        for (int k = 0; k < 2 && op != NULL && op->subs[k] != NULL && status == LG_OK; k++) {
            status = lg_model_create_program(op->subs[k], desc, &flow->models[i][k], err);
        }
    }
    if (status != LG_OK) {
        lg_flow_destroy(flow);
        return status;
    }
    *out_flow = flow;
    return LG_OK;
}

void lg_flow_destroy(lg_flow_t *flow) {
    if (flow == NULL) {
        return;
    }
    for (size_t i = 0; flow->models != NULL && i < flow->split.parts.count; i++) {
        lg_model_release(flow->models[i][0]);
        lg_model_release(flow->models[i][1]);
    }
    lg_heap_t *heap = &flow->context->heap;
    lg_plan_release(flow->policy);
    lg_split_deinit(&flow->split, heap);
    lg_heap_free(heap, flow, sizeof *flow);
}

lg_status_t lg_flow_call_create(const lg_flow_t *flow, lg_flow_call_t **out_call, lg_error_t *err) {
    size_t values = flow->program->values.count, parts = flow->split.parts.count;
    size_t outputs = flow->program->outputs.count;
    lg_heap_t *heap = &flow->context->heap;
    lg_flow_call_t *call = lg_heap_alloc(heap, sizeof *call);
    *out_call = call;
    if (call == NULL) {
        return flow_no_memory(err);
    }
    call->values = lg_heap_alloc(heap, (values + outputs) * sizeof *call->values);
    call->calls = lg_heap_alloc(heap, (parts + 1) * sizeof *call->calls);
    if (call->values != NULL) {
        memset(call->values, 0, (values + outputs) * sizeof *call->values);
        call->outputs = call->values + values;
    }
    if (call->calls != NULL) {
        memset(call->calls, 0, (parts + 1) * sizeof *call->calls);
    }
    return call->values != NULL && call->calls != NULL ? LG_OK : flow_no_memory(err);
}

static void flow_clear(lg_tensor_t *tensor) {
    lg_tensor_deinit(tensor);
    memset(tensor, 0, sizeof *tensor);
}

void lg_flow_call_release(const lg_flow_t *flow, lg_flow_call_t *call) {
    if (call == NULL) {
        return;
    }
    size_t values = flow->program->values.count, parts = flow->split.parts.count;
    size_t outputs = flow->program->outputs.count;
    lg_heap_t *heap = &flow->context->heap;
    for (size_t i = 0; call->values != NULL && i < values + outputs; i++) {
        flow_clear(&call->values[i]);
    }
    for (size_t i = 0; call->calls != NULL && i < parts; i++) {
        lg_call_release(call->calls[i][0]);
        lg_call_release(call->calls[i][1]);
    }
    if (call->values != NULL) {
        lg_heap_free(heap, call->values, (values + outputs) * sizeof *call->values);
    }
    if (call->calls != NULL) {
        lg_heap_free(heap, call->calls, (parts + 1) * sizeof *call->calls);
    }
    lg_heap_free(heap, call, sizeof *call);
}

// ---- parts ------------------------------------------------------------------------------------------

typedef struct flow_run {
    const lg_flow_t *flow;
    lg_flow_call_t *call;
    const lg_call_t *outer;  // whose run it is: its lane and watch are those of the parts
    int64_t deadline_ns;     // 0: none
    const _Atomic(uint32_t) *cancel;
} flow_run_t;

// Asks who watches, now and then.
static lg_status_t flow_ask(const flow_run_t *run, lg_error_t *err) {
    enum { ASK_NS = 10 * 1000 * 1000 };
    const int64_t now_ns = lg_port_now_ns();
    if (now_ns - run->call->asked_ns < ASK_NS) {
        return LG_OK;
    }
    run->call->asked_ns = now_ns;
    const int32_t code = run->outer->watch(run->outer->watch_user);
    return code == 0 ? LG_OK
                     : lg_error_set(err, code > 0 ? LG_STATUS_CANCELLED : code, NULL,
                                    "who watches the call ended the run");
}

// Whether to go on; `*out_left_ns` is what calls may take, 0 without a bound.
static lg_status_t flow_check(const flow_run_t *run, const lg_op_node_t *op, int64_t *out_left_ns,
                              lg_error_t *err) {
    LG_TRY(lg_context_check(run->flow->context, err));
    const char *name = op == NULL ? "a part of the program" : op->path[0] != 0 ? op->path : op->info->name;
    LG_CHECK(err, atomic_load_explicit(run->cancel, memory_order_relaxed) == 0, LG_STATUS_CANCELLED, name,
             "cancelled before %s", name);
    if (run->outer->watch != NULL) {
        LG_TRY(flow_ask(run, err));
    }
    *out_left_ns = 0;
    if (run->deadline_ns != 0) {
        *out_left_ns = run->deadline_ns - lg_port_now_ns();
        LG_CHECK(err, *out_left_ns > 0, LG_STATUS_DEADLINE, name, "the deadline passed before %s", name);
    }
    return LG_OK;
}

// The call of an inner model of a part.
static lg_status_t flow_call_of(const flow_run_t *run, uint32_t part, uint32_t which, lg_call_t **out_call,
                                lg_error_t *err) {
    lg_call_t **slot = &run->call->calls[part][which];
    if (*slot == NULL) {
        LG_TRY(lg_call_create(run->flow->models[part][which], slot, err));
    }
    lg_call_set_lane(*slot, run->outer->lane);
    LG_TRY(lg_call_trace(*slot, run->outer->trace, err));
    (*slot)->outer_cancel = run->cancel;
    lg_call_watch(*slot, run->outer->watch, run->outer->watch_user);
    *out_call = *slot;
    return LG_OK;
}

static lg_status_t flow_bind(lg_call_t *call, uint32_t index, const lg_tensor_t *tensor, lg_error_t *err) {
    return lg_call_bind(call, lg_program_input_name(lg_model_program(call->model), index), &tensor->view,
                        err);
}

// Runs an inner model on operands; `outs` take what it gives.
static lg_status_t flow_call(const flow_run_t *run, const lg_op_node_t *op, lg_call_t *call,
                             const lg_tensor_t *const *ins, uint32_t in_count, lg_tensor_t *outs,
                             uint32_t out_count, lg_error_t *err) {
    int64_t left_ns;
    LG_TRY(flow_check(run, op, &left_ns, err));
    for (uint32_t i = 0; i < in_count; i++) {
        LG_TRY(flow_bind(call, i, ins[i], err));
    }
    LG_TRY(lg_call_run(call, left_ns, err));
    for (uint32_t i = 0; i < out_count; i++) {
        LG_TRY(lg_call_take_output(call, i, &outs[i], err));
    }
    return LG_OK;
}

static lg_status_t flow_segment(const flow_run_t *run, uint32_t index, lg_error_t *err) {
    const lg_part_t *part = &run->flow->split.parts.items[index];
    lg_call_t *call;
    int64_t left_ns;
    LG_TRY(flow_check(run, NULL, &left_ns, err));
    LG_TRY(flow_call_of(run, index, 0, &call, err));
    for (uint32_t i = 0; i < part->in_count; i++) {
        LG_TRY(flow_bind(call, i, &run->call->values[part->ins[i]], err));
    }
    LG_TRY(lg_call_run(call, left_ns, err));
    for (uint32_t i = 0; i < part->out_count; i++) {
        LG_TRY(lg_call_take_output(call, i, &run->call->values[part->outs[i]], err));
    }
    return LG_OK;
}

// Where the program says that an extent is a number, it must be that number.
static lg_status_t flow_check_results(const flow_run_t *run, const lg_op_node_t *op, lg_error_t *err) {
    for (uint32_t i = 0; i < op->out_count; i++) {
        const lg_value_node_t *node = &run->flow->program->values.items[op->outs[i]];
        const lg_view_t *view = &run->call->values[op->outs[i]].view;
        bool same = view->dtype == node->type.dtype && view->rank == node->type.rank;
        for (uint32_t k = 0; same && k < view->rank; k++) {
            bool number = node->extents == NULL || node->extents[k] == NULL;
            same = !number || view->shape[k] == node->type.shape[k];
        }
        char text[2][192];
        LG_CHECK(err, same, LG_STATUS_SHAPE, op->info->name, "%s: result %u is %s, the program says %s",
                 op->info->name, i, lg_view_format(view, text[0], sizeof text[0]),
                 lg_program_format_type(run->flow->program, op->outs[i], text[1], sizeof text[1]));
    }
    return LG_OK;
}

static lg_status_t flow_op(const flow_run_t *run, const lg_op_node_t *op, const lg_tensor_t *const *ins,
                           const void *attrs, lg_tensor_t *outs, lg_error_t *err) {
    lg_eager_t eager;
    LG_TRY(lg_eager_prepare(run->flow->context, op->info->id, ins, op->in_count, attrs, outs, op->out_count,
                            &eager, err));
    if (run->outer->trace == NULL) {
        return lg_eager_run(&eager, outs, op->out_count, err);
    }
    uint32_t dtype = op->in_count > 0 && ins[0] != NULL ? ins[0]->view.dtype : LG_DTYPE_INVALID;
    return lg_trace_eager(run->outer->trace, NULL, dtype, &eager, outs, op->out_count, err);
}

// Runs the code that an executor has at a step, before it or after it.
static lg_status_t flow_hook(const flow_run_t *run, const lg_hook_t *hook, const lg_op_node_t *op, bool after,
                             lg_error_t *err) {
    const lg_view_t *views[LG_MAX_INS + LG_MAX_OUTS];
    void *data[LG_MAX_INS + LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count + op->out_count; i++) {
        bool out = i >= op->in_count;
        lg_value_t value = out ? op->outs[i - op->in_count] : op->ins[i];
        const bool made = value != LG_VALUE_NONE && (!out || after);
        views[i] = value == LG_VALUE_NONE ? NULL
                   : made                 ? &run->call->values[value].view
                                          : &run->flow->program->values.items[value].type;
        data[i] = made ? views[i]->data : NULL;
    }
    const lg_op_view_t view = lg_op_node_view(op, views, views + op->in_count);
    return lg_kernel_check(hook->fn(hook->self, &view, data), op->info->name, err);
}

// One op whose results only the data tell.
static lg_status_t flow_step(const flow_run_t *run, const lg_op_node_t *op, lg_error_t *err) {
    const lg_tensor_t *ins[LG_MAX_INS];
    lg_tensor_t outs[LG_MAX_OUTS];
    int64_t left_ns;
    LG_TRY(flow_check(run, op, &left_ns, err));
    for (uint32_t i = 0; i < op->in_count; i++) {
        ins[i] = op->ins[i] != LG_VALUE_NONE ? &run->call->values[op->ins[i]] : NULL;
    }
    lg_heap_t *heap = &run->flow->context->heap;
    size_t bytes = op->info->attrs_bytes;
    void *attrs = op->bound_count > 0 ? lg_heap_alloc(heap, bytes) : NULL;
    if (op->bound_count > 0 && attrs == NULL) {
        return flow_no_memory(err);
    }
    lg_status_t status = LG_OK;
    if (attrs != NULL) {
        memcpy(attrs, op->attrs, bytes);
    }
    for (uint32_t i = 0; i < op->bound_count && status == LG_OK; i++) {
        status = lg_attr_read_view(op->info, &op->info->attrs[op->bound[i].attr],
                                   &run->call->values[op->bound[i].value].view, attrs, err);
    }
    memset(outs, 0, op->out_count * sizeof *outs);
    const lg_hooks_t *hooks = run->flow->policy->decisions[op - run->flow->program->ops.items].hooks;
    if (status == LG_OK && hooks != NULL && hooks->before.fn != NULL) {
        status = flow_hook(run, &hooks->before, op, false, err);
    }
    if (status == LG_OK) {
        status = flow_op(run, op, ins, attrs != NULL ? attrs : op->attrs, outs, err);
    }
    for (uint32_t i = 0; i < op->out_count && status == LG_OK; i++) {
        run->call->values[op->outs[i]] = outs[i];
    }
    if (status == LG_OK && hooks != NULL && hooks->after.fn != NULL) {
        status = flow_hook(run, &hooks->after, op, true, err);
    }
    if (attrs != NULL) {
        lg_heap_free(heap, attrs, bytes);
    }
    return status == LG_OK ? flow_check_results(run, op, err) : status;
}

static bool flow_flag(const lg_tensor_t *tensor) {
    return *(const uint8_t *)tensor->view.data != 0;
}

static lg_status_t flow_cond(const flow_run_t *run, uint32_t part, const lg_op_node_t *op, lg_error_t *err) {
    const lg_tensor_t *ins[LG_MAX_INS];
    lg_tensor_t outs[LG_MAX_OUTS];
    lg_call_t *call;
    memset(outs, 0, op->out_count * sizeof *outs);
    for (uint32_t i = 1; i < op->in_count; i++) {
        ins[i - 1] = &run->call->values[op->ins[i]];
    }
    LG_TRY(flow_call_of(run, part, flow_flag(&run->call->values[op->ins[0]]) ? 0 : 1, &call, err));
    lg_status_t status = flow_call(run, op, call, ins, op->in_count - 1, outs, op->out_count, err);
    for (uint32_t i = 0; i < op->out_count; i++) {
        run->call->values[op->outs[i]] = outs[i];
    }
    return status == LG_OK ? flow_check_results(run, op, err) : status;
}

// ---- loops ------------------------------------------------------------------------------------------

typedef struct flow_loop {
    lg_call_t *test, *body;
    const lg_tensor_t *ins[LG_MAX_INS];
    lg_tensor_t carried[LG_MAX_OUTS];  // what the last round gave
    lg_tensor_t outs[LG_MAX_OUTS];     // of a round
    LG_LIST(lg_tensor_t) scans;        // of all rounds, one round after the other
    uint32_t scan_count;
} flow_loop_t;

static lg_status_t flow_round(const flow_run_t *run, const lg_op_node_t *op, flow_loop_t *loop,
                              bool *out_goes, lg_error_t *err) {
    lg_tensor_t flag = {.buffer = NULL};
    LG_TRY(flow_call(run, op, loop->test, loop->ins, op->in_count, &flag, 1, err));
    *out_goes = flow_flag(&flag);
    lg_tensor_deinit(&flag);
    if (!*out_goes) {
        return LG_OK;
    }
    for (uint32_t i = 0; i < loop->scan_count; i++) {  // room first: what a round gives is owned at once
        if (!LG_LIST_GROW(&run->flow->context->heap, &loop->scans)) {
            return flow_no_memory(err);
        }
        memset(&loop->scans.items[loop->scans.count++], 0, sizeof(lg_tensor_t));
    }
    memset(loop->outs, 0, op->out_count * sizeof *loop->outs);
    lg_status_t status =
        flow_call(run, op, loop->body, loop->ins, op->in_count, loop->outs, op->out_count, err);
    for (uint32_t i = 0; i < loop->scan_count; i++) {
        loop->scans.items[loop->scans.count - loop->scan_count + i] = loop->outs[op->carried + i];
    }
    for (uint32_t i = 0; i < op->carried; i++) {
        lg_tensor_deinit(&loop->carried[i]);
        loop->carried[i] = loop->outs[i];
        loop->ins[i] = &loop->carried[i];
    }
    return status;
}

// The type of what a round would give, for a loop that has none.
static lg_status_t flow_scan_type(const flow_run_t *run, const lg_op_node_t *op, const flow_loop_t *loop,
                                  uint32_t output, lg_view_t *out_type, lg_error_t *err) {
    lg_model_t *body = loop->body->model, *fixed = NULL;
    lg_view_t *types = lg_heap_alloc(&run->flow->context->heap, (op->in_count + 1) * sizeof *types);
    if (types == NULL) {
        return flow_no_memory(err);
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        types[i] = loop->ins[i]->view;
    }
    lg_status_t status = lg_model_specialize(body, types, op->in_count, &fixed, err);
    lg_heap_free(&run->flow->context->heap, types, (op->in_count + 1) * sizeof *types);
    LG_TRY(status);
    const lg_program_t *program = lg_model_program(fixed);
    const lg_value_node_t *node = &program->values.items[lg_program_output(program, output)];
    int64_t shape[LG_MAX_RANK];
    for (uint32_t k = 0; k < node->type.rank; k++) {  // what only the data tell has no data here
        shape[k] = node->extents == NULL || node->extents[k] == NULL ? node->type.shape[k] : 0;
    }
    status = lg_view_init(out_type, (lg_dtype_t)node->type.dtype, node->type.rank, shape, err);
    lg_model_release(fixed);
    return status;
}

// Stacks what all rounds gave for one output.
static lg_status_t flow_stack(const flow_run_t *run, const lg_op_node_t *op, const flow_loop_t *loop,
                              uint32_t scan, lg_tensor_t *out, lg_error_t *err) {
    size_t rounds = loop->scans.count / loop->scan_count;
    int64_t shape[LG_MAX_RANK];
    lg_view_t type;
    if (rounds > 0) {
        type = loop->scans.items[scan].view;
    } else {
        LG_TRY(flow_scan_type(run, op, loop, op->carried + scan, &type, err));
    }
    shape[0] = (int64_t)rounds;
    memcpy(shape + 1, type.shape, type.rank * sizeof *shape);
    LG_TRY(lg_tensor_init(run->flow->context, (lg_dtype_t)type.dtype, type.rank + 1, shape, out, err));
    size_t bytes = (size_t)type.elem_count * lg_dtype_size((lg_dtype_t)type.dtype);
    for (size_t i = 0; i < rounds; i++) {
        const lg_view_t *view = &loop->scans.items[i * loop->scan_count + scan].view;
        char text[2][192];
        LG_CHECK(err, lg_view_same_shape(view, &type), LG_STATUS_SHAPE, op->info->name,
                 "while: result %u is %s in round %zu, and %s in the first; what is stacked keeps its shape",
                 op->carried + scan, lg_view_format(view, text[0], sizeof text[0]), i,
                 lg_view_format(&type, text[1], sizeof text[1]));
        if (bytes > 0) {
            memcpy((char *)out->view.data + i * bytes, view->data, bytes);
        }
    }
    return LG_OK;
}

// A carried value that no round made anew is a copy of the operand.
static lg_status_t flow_copy(const flow_run_t *run, const lg_tensor_t *from, lg_tensor_t *out,
                             lg_error_t *err) {
    LG_TRY(lg_tensor_init(run->flow->context, (lg_dtype_t)from->view.dtype, from->view.rank, from->view.shape,
                          out, err));
    return lg_eager_copy(run->flow->context, &from->view, &out->view, err);
}

static lg_status_t flow_rounds(const flow_run_t *run, const lg_op_node_t *op, flow_loop_t *loop,
                               lg_error_t *err) {
    bool goes = true;
    while (goes) {
        LG_TRY(flow_round(run, op, loop, &goes, err));
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        lg_tensor_t *out = &run->call->values[op->outs[i]];
        if (i >= op->carried) {
            LG_TRY(flow_stack(run, op, loop, i - op->carried, out, err));
        } else if (loop->ins[i] == &loop->carried[i]) {
            *out = loop->carried[i];
            loop->carried[i].buffer = NULL;
        } else {
            LG_TRY(flow_copy(run, loop->ins[i], out, err));
        }
    }
    return flow_check_results(run, op, err);
}

static lg_status_t flow_while(const flow_run_t *run, uint32_t part, const lg_op_node_t *op, lg_error_t *err) {
    lg_heap_t *heap = &run->flow->context->heap;
    flow_loop_t *loop = lg_heap_alloc(heap, sizeof *loop);
    if (loop == NULL) {
        return flow_no_memory(err);
    }
    memset(loop, 0, sizeof *loop);
    loop->scan_count = op->out_count - op->carried;
    for (uint32_t i = 0; i < op->in_count; i++) {
        loop->ins[i] = &run->call->values[op->ins[i]];
    }
    lg_status_t status = flow_call_of(run, part, 0, &loop->test, err);
    status = status == LG_OK ? flow_call_of(run, part, 1, &loop->body, err) : status;
    status = status == LG_OK ? flow_rounds(run, op, loop, err) : status;
    for (uint32_t i = 0; i < op->carried; i++) {
        lg_tensor_deinit(&loop->carried[i]);
    }
    for (size_t i = 0; i < loop->scans.count; i++) {
        lg_tensor_deinit(&loop->scans.items[i]);
    }
    LG_LIST_DEINIT(heap, &loop->scans);
    lg_heap_free(heap, loop, sizeof *loop);
    return status;
}

// ---- running ----------------------------------------------------------------------------------------

static lg_status_t flow_part(const flow_run_t *run, uint32_t index, lg_error_t *err) {
    const lg_part_t *part = &run->flow->split.parts.items[index];
    if (part->segment != NULL) {
        return flow_segment(run, index, err);
    }
    const lg_op_node_t *op = &run->flow->program->ops.items[part->op];
    lg_status_t status = op->info->id == LG_OP_COND    ? flow_cond(run, index, op, err)
                         : op->info->id == LG_OP_WHILE ? flow_while(run, index, op, err)
                                                       : flow_step(run, op, err);
    if (status != LG_OK && err != NULL && op->path[0] != 0 && err->op_index < 0) {
        err->op_index = (int32_t)part->op;
    }
    return status;
}

// Gives an output what its value is: the memory itself where nobody else has it.
static lg_status_t flow_output(const flow_run_t *run, lg_value_t value, lg_tensor_t *out, lg_error_t *err) {
    lg_tensor_t *from = &run->call->values[value];
    if (from->buffer == NULL) {
        return flow_copy(run, from, out, err);
    }
    *out = *from;
    lg_buffer_retain(out->buffer);
    return LG_OK;
}

lg_status_t lg_flow_run(const lg_flow_t *flow, lg_call_t *outer, const lg_view_t *inputs, int64_t deadline_ns,
                        lg_error_t *err) {
    const lg_program_t *program = flow->program;
    lg_flow_call_t *call = outer->flow;
    const flow_run_t run = {
        flow,
        call,
        outer,
        deadline_ns,
        outer->outer_cancel != NULL ? outer->outer_cancel : &outer->flight.cancel,
    };
    call->asked_ns = outer->watch != NULL ? lg_port_now_ns() : 0;
    lg_status_t status = LG_OK;
    for (size_t i = 0; i < program->outputs.count; i++) {
        flow_clear(&call->outputs[i]);
    }
    for (size_t i = 0; i < program->inputs.count; i++) {
        call->values[program->inputs.items[i]] = (lg_tensor_t){inputs[i], NULL};
    }
    for (size_t i = 0; i < program->weights.count; i++) {
        call->values[program->weights.items[i]] =
            (lg_tensor_t){program->values.items[program->weights.items[i]].type, NULL};
    }
    for (uint32_t i = 0; i < flow->split.parts.count && status == LG_OK; i++) {
        const lg_part_t *part = &flow->split.parts.items[i];
        status = flow_part(&run, i, err);
        for (uint32_t k = 0; k < part->in_count; k++) {
            if (part->ins[k] != LG_VALUE_NONE && flow->split.value_last[part->ins[k]] == i) {
                flow_clear(&call->values[part->ins[k]]);
            }
        }
        for (uint32_t k = 0; k < part->out_count; k++) {
            if (flow->split.value_last[part->outs[k]] == i) {  // nobody reads it
                flow_clear(&call->values[part->outs[k]]);
            }
        }
    }
    if (status == LG_OK && deadline_ns != 0 && lg_port_now_ns() > deadline_ns) {
        status = lg_error_set(err, LG_STATUS_DEADLINE, NULL, "the deadline passed during the last part");
    }
    for (size_t i = 0; i < program->outputs.count && status == LG_OK; i++) {
        status = flow_output(&run, program->outputs.items[i].value, &call->outputs[i], err);
    }
    for (size_t i = 0; i < program->values.count; i++) {
        flow_clear(&call->values[i]);
    }
    return status;
}
