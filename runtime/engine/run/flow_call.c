// SPDX-License-Identifier: Apache-2.0
// Calls of programs that run in parts: what they take, what they give, and their end. flow.c has the parts.
#include <string.h>

#include "op/eager.h"
#include "run/flow.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

// The types of all inputs of a program that splits, with their addresses; those of states as the others say.
static lg_status_t parts_inputs(lg_call_t *call, lg_view_t *inputs, lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    for (uint32_t i = 0; i < call->in_count; i++) {
        LG_CHECK(err, call->bound[i] || lg_call_is_state(call, i), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "input '%s' is not bound; bind it before the run", lg_program_input_name(program, i));
        inputs[i] = call->types[i];
        inputs[i].data = call->memory[i];
    }
    if (program->states.count > 0) {
        LG_TRY(lg_program_state_types(program, inputs, err));
    }
    LG_TRY(lg_program_check_inputs(program, inputs, err));
    for (size_t i = 0; i < program->states.count; i++) {
        uint32_t input = program->states.items[i].input;
        LG_TRY(lg_call_make_state(call, i, &inputs[input], err));
        inputs[input].data = lg_buffer_data(call->states[i][0]);
    }
    return LG_OK;
}

// Gives an output of a flow to where it was bound, or to its state.
static lg_status_t parts_output(lg_call_t *call, uint32_t index, lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    const lg_view_t *made = &call->flow->outputs[index].view;
    uint32_t state = lg_program_state_of(program, false, index);
    lg_view_t out;
    if (state != LG_STATE_NONE) {
        out = call->state_types[state];
        out.data = lg_buffer_data(call->states[state][1]);
    } else if (call->bound[call->in_count + index]) {
        out = call->types[call->in_count + index];
        out.data = call->memory[call->in_count + index];
    } else {
        return LG_OK;
    }
    char text[2][192];
    LG_CHECK(err, lg_view_same_shape(made, &out), LG_STATUS_SHAPE, NULL,
             "output '%s' has room for %s, it is %s", lg_program_output_name(program, index),
             lg_view_format(&out, text[0], sizeof text[0]), lg_view_format(made, text[1], sizeof text[1]));
    return lg_eager_copy(call->context, made, &out, err);
}

static lg_status_t parts_run(lg_call_t *call, lg_view_t *inputs, int64_t deadline_ns, lg_error_t *err) {
    LG_TRY(parts_inputs(call, inputs, err));
    LG_TRY(lg_flow_run(call->model->flow, call, inputs, deadline_ns, err));
    for (uint32_t i = 0; i < call->out_count; i++) {
        LG_TRY(parts_output(call, i, err));
    }
    if (call->model->program->states.count > 0) {
        lg_call_turn_states(call);
    }
    return LG_OK;
}

lg_status_t lg_call_run_parts(lg_call_t *call, int64_t deadline_ns, lg_error_t *err) {
    lg_heap_t *heap = &call->context->heap;
    size_t bytes = (call->in_count + 1) * sizeof(lg_view_t);
    atomic_store_explicit(&call->flow->ready, 0, memory_order_relaxed);
    lg_view_t *inputs = lg_heap_alloc(heap, bytes);
    LG_CHECK(err, inputs != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to run a program in parts");
    lg_status_t status = parts_run(call, inputs, deadline_ns, err);
    lg_heap_free(heap, inputs, bytes);
    // Release pairs with who is told on another thread, before the run has landed.
    atomic_store_explicit(&call->flow->ready, status == LG_OK, memory_order_release);
    return status;
}

lg_status_t lg_call_part_output(lg_call_t *call, uint32_t index, lg_view_t *out_view, lg_error_t *err) {
    *out_view = call->flow->outputs[index].view;
    LG_CHECK(err, out_view->dtype != LG_DTYPE_INVALID, LG_STATUS_INVALID_ARGUMENT, NULL,
             "output '%s' is not known before the first run",
             lg_program_output_name(call->model->program, index));
    if (call->bound[call->in_count + index]) {
        out_view->data = call->memory[call->in_count + index];
    }
    return LG_OK;
}

lg_status_t lg_call_take_output(lg_call_t *call, uint32_t index, lg_tensor_t *out_tensor, lg_error_t *err) {
    lg_view_t view;
    memset(out_tensor, 0, sizeof *out_tensor);
    if (call->flow != NULL && index < call->out_count &&
        atomic_load_explicit(&call->flow->ready, memory_order_acquire) != 0) {
        LG_TRY(
            lg_call_part_output(call, index, &view, err));  // who is told may ask before the run has landed
    } else {
        LG_TRY(lg_call_output(call, NULL, index, &view, err));
    }
    lg_buffer_t **own = call->flow != NULL ? &call->flow->outputs[index].buffer : &call->own[index];
    LG_CHECK(err, *own != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "output '%s' is bound, or was taken already",
             lg_program_output_name(call->model->program, index));
    *out_tensor = (lg_tensor_t){view, *own};
    *own = NULL;
    if (call->flow == NULL) {
        call->bound[call->in_count + index] = false;
        call->unready++;
    }
    return LG_OK;
}

void lg_call_watch(lg_call_t *call, int32_t (*fn)(void *user), void *user) {
    call->watch = fn;
    call->watch_user = user;
}
