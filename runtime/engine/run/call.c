// SPDX-License-Identifier: Apache-2.0
// Calls: a plan's records with addresses, and the loop that walks them.
#include "run/call.h"

#include <string.h>

#include "base/port.h"
#include "op/eager.h"
#include "run/choice.h"
#include "run/flow.h"
#include "run/weave.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

// ---- call -------------------------------------------------------------------------------------------

// Address of an operand that does not depend on bindings; NULL for those that do.
static void *call_address(const lg_call_t *call, const lg_plan_t *plan, const lg_record_plan_t *record,
                          const lg_operand_t *operand) {
    char *arena = lg_buffer_data(call->arena);
    const bool wide = call->wide && plan->strands.count > 0;
    if (operand->storage == LG_STORAGE_SCRATCH) {
        return arena + (!wide                              ? plan->arena_bytes
                        : record->wide_scratch != SIZE_MAX ? record->wide_scratch
                                                           : plan->wide_bytes);
    }
    if (operand->storage == LG_STORAGE_NONE) {
        return NULL;
    }
    const lg_storage_t *storage = &plan->storages.items[operand->storage];
    return storage->kind == LG_STORAGE_ARENA
               ? arena + (wide ? storage->wide_offset : storage->offset) + operand->byte_offset
           : storage->kind == LG_STORAGE_WEIGHT ? (char *)storage->data + operand->byte_offset
                                                : NULL;
}

static lg_status_t call_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a call");
}

// The program whose input and output types are those of the run.
static const lg_program_t *call_program(const lg_call_t *call) {
    return call->fixed != NULL ? call->fixed->program : call->model->program;
}

static void call_point(lg_call_t *call, uint32_t index, void *data) {
    call->unready -= !call->bound[index];
    call->bound[index] = true;
    call->memory[index] = data;
    const lg_plan_t *plan = call->plan;
    for (uint32_t i = plan != NULL ? plan->fixup_first[index] : 0;
         plan != NULL && i < plan->fixup_first[index + 1]; i++) {
        call->data[plan->fixups[i].operand] = (char *)data + plan->fixups[i].byte_offset;
    }
}

static void call_fill_addresses(const lg_call_t *call, const lg_seat_t *seat) {
    const lg_plan_t *plan = seat->plan;
    for (size_t i = 0; i < plan->records.count; i++) {
        const lg_record_plan_t *record = &plan->records.items[i];
        for (uint32_t k = record->operand_first; k < record->operand_first + record->operand_count; k++) {
            seat->data[k] = call_address(call, plan, record, &plan->operands.items[k]);
        }
    }
}

// An arena that is large enough for each of the plans.
static lg_status_t call_make_arena(const lg_call_t *call, lg_buffer_t **out_arena, lg_error_t *err) {
    const lg_model_choice_t *choice = call->fixed->choice;
    size_t most = 0;
    for (uint32_t i = 0; i < call->seat_count; i++) {
        const lg_plan_t *plan = choice != NULL ? choice->models[i]->plan : call->fixed->plan;
        size_t bytes = (call->wide && plan->strands.count > 0 ? plan->wide_bytes : plan->arena_bytes) +
                       plan->scratch_bytes;
        most = bytes > most ? bytes : most;
    }
    return lg_buffer_create(call->context, most, out_arena, err);
}

// The records of a plan, with all addresses that do not depend on bindings.
static bool call_fill_seat(lg_call_t *call, const lg_plan_t *plan, lg_seat_t *seat) {
    seat->plan = plan;
    seat->records = lg_zone_alloc(&call->plan_zone, plan->records.count * sizeof *seat->records);
    seat->data = lg_zone_alloc(&call->plan_zone, plan->operands.count * sizeof *seat->data);
    seat->picks = lg_zone_alloc(&call->plan_zone, plan->regions.count * sizeof *seat->picks);
    if (seat->records == NULL || seat->data == NULL || seat->picks == NULL) {
        return false;
    }
    call->unready |= plan->regions.count > 0 ? LG_CALL_PICKS : 0;
    call_fill_addresses(call, seat);
    for (size_t i = 0; i < plan->records.count; i++) {
        const lg_record_plan_t *record = &plan->records.items[i];
        seat->records[i] =
            (lg_record_t){record->fn, record->args, seat->data + record->operand_first, record->extent};
    }
    return lg_tenures_prepare(&call->flight.walk.tenures, &call->zone, plan->hold.unit_count);
}

// Lets the call run by one of its plans; bindings stay.
static void call_take_seat(lg_call_t *call, uint32_t index) {
    const lg_seat_t *seat = &call->seats[index];
    call->seat = index;
    call->plan = seat->plan;
    call->records = seat->records;
    call->data = seat->data;
    call->picks = seat->picks;
    call->record_count = (uint32_t)seat->plan->records.count;
    call->placed = seat->plan->lanes.count > 1;
    call->walks = call->placed || seat->plan->hold.records != NULL;
    for (uint32_t i = 0; i < call->in_count + call->out_count; i++) {
        if (call->bound[i]) {
            call_point(call, i, call->memory[i]);
        }
    }
}

// Lets the call run the plan of `fixed`, or one of those that it chooses between; bindings stay. Takes over a
// reference.
static lg_status_t call_adopt(lg_call_t *call, lg_model_t *fixed, lg_error_t *err) {
    const lg_model_choice_t *choice = fixed->choice;
    lg_model_t *before = call->fixed;
    lg_buffer_release(call->arena);
    call->arena = NULL;
    call->plan = NULL;
    call->wide = false;
    call->fixed = fixed;
    lg_weave_free(call);
    call->seats = NULL;
    lg_zone_deinit(&call->plan_zone);
    lg_zone_init(&call->plan_zone, &call->context->heap);
    lg_model_release(before);
    for (uint32_t i = 0; i < call->out_count; i++) {
        if (call->own[i] != NULL) {  // of another size now
            lg_buffer_release(call->own[i]);
            call->own[i] = NULL;
            call->bound[call->in_count + i] = false;
            call->unready++;
        }
    }
    call->seat_count = choice != NULL ? choice->count : 1;
    call->unready &= ~LG_CALL_PICKS;
    call->unready |= choice != NULL ? LG_CALL_PICKS : 0;
    LG_TRY(call_make_arena(call, &call->arena, err));
    call->seats = lg_zone_alloc(&call->plan_zone, call->seat_count * sizeof *call->seats);
    bool good = call->seats != NULL;
    for (uint32_t i = 0; good && i < call->seat_count; i++) {
        good = call_fill_seat(call, choice != NULL ? choice->models[i]->plan : fixed->plan, &call->seats[i]);
    }
    if (!good) {
        return call_no_memory(err);
    }
    call_take_seat(call, 0);
    return LG_OK;
}

lg_status_t lg_call_pick(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    uint32_t index = 0;
    if (call->seat_count == 1) {
        return LG_OK;
    }
    int32_t priority =
        desc != NULL && LG_HAS(desc, lg_run_desc_t, priority) ? desc->priority : LG_PRIORITY_NORMAL;
    int64_t deadline_ns = desc != NULL && LG_HAS(desc, lg_run_desc_t, deadline_ns) ? desc->deadline_ns : 0;
    LG_TRY(lg_selector_pick(call->fixed->choice->selector, priority, deadline_ns, &index, err));
    if (index != call->seat) {
        call_take_seat(call, index);
    }
    return LG_OK;
}

uint32_t lg_call_alternative(const lg_call_t *call) {
    return call->seat;
}

uint32_t lg_call_taken(const lg_call_t *call, uint32_t index) {
    return call->plan != NULL && index < call->plan->regions.count ? call->picks[index] : 0;
}

lg_status_t lg_call_widen(lg_call_t *call, lg_error_t *err) {
    if (call->wide) {
        return LG_OK;
    }
    call->wide = true;
    lg_buffer_t *arena;
    lg_status_t status = call_make_arena(call, &arena, err);
    if (status != LG_OK) {
        call->wide = false;
        return status;
    }
    lg_buffer_release(call->arena);
    call->arena = arena;
    for (uint32_t i = 0; i < call->seat_count; i++) {
        call_fill_addresses(call, &call->seats[i]);
    }
    call_take_seat(call, call->seat);
    return LG_OK;
}

lg_status_t lg_call_create(lg_model_t *model, lg_call_t **out_call, lg_error_t *err) {
    *out_call = NULL;
    LG_TRY(lg_context_check(model->context, err));
    lg_heap_t *heap = &model->context->heap;
    lg_call_t *call = lg_heap_alloc(heap, sizeof *call);
    if (call == NULL) {
        return call_no_memory(err);
    }
    memset(call, 0, sizeof *call);
    call->context = model->context;
    call->model = model;
    lg_model_retain(model);
    lg_call_set_lane(call, model->lanes.lane);
    lg_zone_init(&call->zone, heap);
    lg_zone_init(&call->plan_zone, heap);
    call->in_count = lg_program_input_count(model->program);
    call->out_count = lg_program_output_count(model->program);
    size_t count = call->in_count + call->out_count;
    call->unready = (uint32_t)count;
    call->bound = lg_zone_alloc(&call->zone, count * sizeof *call->bound);
    call->memory = lg_zone_alloc(&call->zone, count * sizeof *call->memory);
    call->own = lg_zone_alloc(&call->zone, call->out_count * sizeof *call->own);
    call->own_inputs = lg_zone_alloc(&call->zone, call->in_count * sizeof *call->own_inputs);
    size_t state_count = model->program->states.count;
    call->states = lg_zone_alloc(&call->zone, state_count * sizeof *call->states);
    call->state_types = lg_zone_alloc(&call->zone, state_count * sizeof *call->state_types);
    lg_status_t status = LG_OK;
    if (model->plan == NULL) {
        call->types = lg_zone_alloc(&call->zone, count * sizeof *call->types);
        call->unready += LG_CALL_STALE;
    }
    if (model->flow != NULL) {
        status = lg_flow_call_create(model->flow, &call->flow, err);
    }
    if (status != LG_OK) {
        // said already
    } else if (call->bound == NULL || call->memory == NULL || call->own == NULL || call->own_inputs == NULL ||
               call->states == NULL || call->state_types == NULL ||
               (model->plan == NULL && call->types == NULL)) {
        status = call_no_memory(err);
    } else if (model->plan != NULL) {
        lg_model_retain(model);
        status = call_adopt(call, model, err);
    }
    if (status != LG_OK) {
        lg_call_release(call);
        return status;
    }
    *out_call = call;
    return LG_OK;
}

void lg_call_release(lg_call_t *call) {
    if (call == NULL) {
        return;
    }
    lg_call_abandon(call);
    for (uint32_t i = 0; call->own != NULL && i < call->out_count; i++) {
        lg_buffer_release(call->own[i]);
    }
    for (uint32_t i = 0; call->own_inputs != NULL && i < call->in_count; i++) {
        lg_buffer_release(call->own_inputs[i]);
    }
    for (uint32_t i = 0;
         call->states != NULL && call->state_types != NULL && i < call->model->program->states.count; i++) {
        lg_buffer_release(call->states[i][0]);
        lg_buffer_release(call->states[i][1]);
    }
    lg_flow_call_release(call->model->flow, call->flow);
    lg_weave_free(call);
    lg_buffer_release(call->arena);
    lg_lane_release(call->lane);
    lg_trace_release(call->trace);
    if (call->spread_scratch != NULL) {
        lg_heap_free(&call->context->heap, call->spread_scratch, call->spread_bytes);
    }
    lg_model_t *model = call->model;
    lg_model_t *fixed = call->fixed;
    lg_zone_deinit(&call->zone);
    lg_zone_deinit(&call->plan_zone);
    lg_heap_free(&call->context->heap, call, sizeof *call);
    lg_model_release(fixed);
    lg_model_release(model);  // last: it may end the heap
}

// ---- state ------------------------------------------------------------------------------------------

bool lg_call_is_state(const lg_call_t *call, uint32_t index) {
    bool is_input = index < call->in_count;
    return call->model->program->states.count > 0 &&
           lg_program_state_of(call->model->program, is_input, is_input ? index : index - call->in_count) !=
               LG_STATE_NONE;
}

static size_t call_state_bytes(const lg_view_t *type) {
    return (size_t)type->elem_count * lg_dtype_size((lg_dtype_t)type->dtype);
}

static void call_point_states(lg_call_t *call) {
    const lg_program_t *program = call->model->program;
    for (size_t i = 0; i < program->states.count; i++) {
        call_point(call, program->states.items[i].input, lg_buffer_data(call->states[i][0]));
        call_point(call, call->in_count + program->states.items[i].output,
                   lg_buffer_data(call->states[i][1]));
    }
}

// What was written is what is read next.
void lg_call_turn_states(lg_call_t *call) {
    for (size_t i = 0; i < call->model->program->states.count; i++) {
        lg_buffer_t *read = call->states[i][0];
        call->states[i][0] = call->states[i][1];
        call->states[i][1] = read;
    }
    call_point_states(call);
}

// Makes a state of that type, zeros, where there is none.
lg_status_t lg_call_make_state(lg_call_t *call, size_t index, const lg_view_t *type, lg_error_t *err) {
    lg_view_t *have = &call->state_types[index];
    const char *name =
        lg_program_input_name(call->model->program, call->model->program->states.items[index].input);
    if (have->dtype != LG_DTYPE_INVALID) {
        char text[2][192];
        LG_CHECK(err, lg_view_same_shape(have, type), LG_STATUS_SHAPE, NULL,
                 "state '%s' is %s, these inputs need %s; reset it first", name,
                 lg_view_format(have, text[0], sizeof text[0]),
                 lg_view_format(type, text[1], sizeof text[1]));
        return LG_OK;
    }
    for (int i = 0; i < 2; i++) {
        if (call->states[index][i] == NULL) {
            LG_TRY(lg_buffer_create(call->context, call_state_bytes(type), &call->states[index][i], err));
        }
    }
    memset(lg_buffer_data(call->states[index][0]), 0, call_state_bytes(type));
    *have = *type;
    return LG_OK;
}

// All states of the types that `program` (the model's, or what it is for the shapes bound now) says.
static lg_status_t call_make_states(lg_call_t *call, const lg_program_t *program, lg_error_t *err) {
    for (size_t i = 0; i < call->model->program->states.count; i++) {
        LG_TRY(lg_call_make_state(
            call, i, lg_program_input_type(program, call->model->program->states.items[i].input), err));
    }
    call_point_states(call);
    return LG_OK;
}

lg_status_t lg_call_state(lg_call_t *call, const char *name, lg_view_t *out_view, lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    memset(out_view, 0, sizeof *out_view);
    LG_TRY(lg_context_check(call->context, err));
    LG_TRY(lg_call_land(call, err));
    uint32_t input = lg_map_find(&program->input_names, name, strlen(name));
    uint32_t state = input != LG_MAP_NONE ? lg_program_state_of(program, true, input) : LG_STATE_NONE;
    LG_CHECK(err, state != LG_STATE_NONE, LG_STATUS_NOT_FOUND, NULL, "there is no state '%s'", name);
    if (call->state_types[state].dtype == LG_DTYPE_INVALID) {
        const lg_value_node_t *node = &program->values.items[program->inputs.items[input]];
        LG_CHECK(err, node->extents == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "the extents of state '%s' are not known before the first run", name);
        LG_TRY(lg_call_make_state(call, state, &node->type, err));
    }
    *out_view = call->state_types[state];
    out_view->data = lg_buffer_data(call->states[state][0]);
    return LG_OK;
}

lg_status_t lg_call_reset_states(lg_call_t *call, lg_error_t *err) {
    LG_TRY(lg_call_land(call, err));
    const lg_program_t *program = call->model->program;
    for (size_t i = 0; i < program->states.count; i++) {
        if (call->state_types[i].dtype == LG_DTYPE_INVALID) {
            continue;
        }
        bool symbolic =
            program->values.items[program->inputs.items[program->states.items[i].input]].extents != NULL;
        if (symbolic) {  // the next run says of what extents
            call->state_types[i].dtype = LG_DTYPE_INVALID;
            for (int k = 0; k < 2; k++) {
                lg_buffer_release(call->states[i][k]);
                call->states[i][k] = NULL;
            }
            uint32_t bindings[2] = {program->states.items[i].input,
                                    call->in_count + program->states.items[i].output};
            for (int k = 0; k < 2; k++) {
                call->unready += call->bound[bindings[k]];
                call->bound[bindings[k]] = false;
            }
        } else {
            memset(lg_buffer_data(call->states[i][0]), 0, call_state_bytes(&call->state_types[i]));
        }
    }
    return LG_OK;
}

// ---- binding ----------------------------------------------------------------------------------------

// Other elements of a static input may be another signature.
static void call_mark_stale(lg_call_t *call, uint32_t index) {
    const lg_program_t *program = call->model->program;
    if (index < call->in_count && call->unready < LG_CALL_STALE &&
        program->values.items[program->inputs.items[index]].is_static) {
        call->unready += LG_CALL_STALE;
    }
}

lg_status_t lg_call_bind_at(lg_call_t *call, uint32_t index, void *data, lg_error_t *err) {
    LG_CHECK(err, index < call->in_count + call->out_count, LG_STATUS_NOT_FOUND, NULL,
             "binding %u: there are %u inputs and %u outputs", index, call->in_count, call->out_count);
    if (__builtin_expect((call->unready & LG_CALL_ALOFT) != 0, 0)) {
        LG_TRY(lg_call_land(call, err));
    }
    LG_CHECK(err, !lg_call_is_state(call, index), LG_STATUS_INVALID_ARGUMENT, NULL,
             "binding %u is a state, the call keeps its memory; see lg_call_state", index);
    LG_CHECK(err, call->types == NULL || call->types[index].dtype != LG_DTYPE_INVALID,
             LG_STATUS_INVALID_ARGUMENT, NULL, "binding %u has extents that are not fixed: bind a view first",
             index);
    if (call->types != NULL) {
        call->types[index].data = data;
        call_mark_stale(call, index);
    }
    call_point(call, index, data);
    return LG_OK;
}

static uint32_t call_find(const lg_call_t *call, const char *name) {
    const lg_program_t *program = call->model->program;
    uint32_t index = lg_map_find(&program->input_names, name, strlen(name));
    if (index == LG_MAP_NONE) {
        index = lg_map_find(&program->output_names, name, strlen(name));
        index += index != LG_MAP_NONE ? call->in_count : 0;
    }
    return index;
}

// Whether a view may be bound to `value`, as far as the program tells before its symbols have numbers.
static lg_status_t call_check_view(const lg_program_t *program, lg_value_t value, const char *name,
                                   const lg_view_t *view, lg_error_t *err) {
    const lg_value_node_t *node = &program->values.items[value];
    bool fits = view->rank == node->type.rank;
    for (uint32_t i = 0; fits && i < view->rank; i++) {
        bool symbolic = node->extents != NULL && node->extents[i] != NULL;
        fits = view->shape[i] == node->type.shape[i] || (symbolic && view->shape[i] >= 0);
    }
    if (fits && view->dtype == node->type.dtype) {
        return LG_OK;
    }
    char text[192];
    lg_text_t *wanted = lg_text_create(&program->context->heap);
    if (wanted == NULL) {
        return call_no_memory(err);
    }
    lg_extent_format(wanted, &node->type, node->extents);
    lg_status_t status =
        lg_error_set(err, view->dtype != node->type.dtype ? LG_STATUS_DTYPE : LG_STATUS_SHAPE, NULL,
                     "'%s' is %s, expected %s", name, lg_view_format(view, text, sizeof text),
                     wanted->failed ? "another type" : wanted->chars);
    lg_text_release(wanted);
    return status;
}

lg_status_t lg_call_bind(lg_call_t *call, const char *name, const lg_view_t *view, lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    uint32_t index = call_find(call, name);
    LG_TRY(lg_call_land(call, err));
    LG_CHECK(err, index != LG_MAP_NONE, LG_STATUS_NOT_FOUND, NULL, "there is no input or output '%s'", name);
    LG_CHECK(err, !lg_call_is_state(call, index), LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' is a state, the call keeps its memory; see lg_call_state", name);
    bool is_input = index < call->in_count;
    lg_value_t value =
        is_input ? lg_program_input(program, index) : lg_program_output(program, index - call->in_count);
    LG_TRY(call_check_view(program, value, name, view, err));
    LG_CHECK(err, view->flags & LG_VIEW_CONTIGUOUS, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' is not contiguous; copy it first", name);
    LG_CHECK(err, view->data != NULL || view->elem_count == 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "'%s' has no memory", name);
    LG_CHECK(err, is_input || !(view->flags & LG_VIEW_READONLY), LG_STATUS_INVALID_ARGUMENT, NULL,
             "output '%s' is read-only memory", name);
    if (call->types != NULL) {
        lg_view_t *type = &call->types[index];
        bool same = type->dtype != LG_DTYPE_INVALID && lg_view_same_shape(type, view);
        if (is_input && !same && call->unready < LG_CALL_STALE) {
            call->unready += LG_CALL_STALE;
        }
        *type = *view;
        call_mark_stale(call, index);
    }
    if (!is_input && call->own[index - call->in_count] != NULL) {
        lg_buffer_release(call->own[index - call->in_count]);
        call->own[index - call->in_count] = NULL;
    }
    call_point(call, index, view->data);
    return LG_OK;
}

// Finds the plan for the shapes that are bound now.
static lg_status_t call_refresh(lg_call_t *call, lg_error_t *err) {
    lg_model_t *fixed;
    LG_TRY(lg_model_specialize(call->model, call->types, call->in_count, &fixed, err));
    if (fixed == call->fixed && call->plan != NULL) {  // NULL: there was no memory for it
        lg_model_release(fixed);
    } else {
        LG_TRY(call_adopt(call, fixed, err));
    }
    call->unready -= LG_CALL_STALE;
    return LG_OK;
}

// Whether a program with numbers for extents is one of the call's model: the same names, types that fit.
static lg_status_t call_check_program(const lg_call_t *call, const lg_program_t *fixed, lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    bool same =
        fixed->inputs.count == program->inputs.count && fixed->outputs.count == program->outputs.count;
    for (uint32_t i = 0; same && i < call->in_count; i++) {
        const char *name = lg_program_input_name(program, i);
        const lg_view_t *type = lg_program_input_type(fixed, i);
        same = strcmp(name, lg_program_input_name(fixed, i)) == 0;
        LG_TRY(same ? call_check_view(program, lg_program_input(program, i), name, type, err) : LG_OK);
        if (same && call->types != NULL && call->types[i].dtype != LG_DTYPE_INVALID &&
            !lg_view_same_shape(&call->types[i], type)) {
            char text[2][192];
            return lg_error_set(err, LG_STATUS_SHAPE, NULL, "'%s' is bound to %s, the plan is for %s", name,
                                lg_view_format(&call->types[i], text[0], sizeof text[0]),
                                lg_view_format(type, text[1], sizeof text[1]));
        }
    }
    for (uint32_t i = 0; same && i < call->out_count; i++) {
        const char *name = lg_program_output_name(program, i);
        same = strcmp(name, lg_program_output_name(fixed, i)) == 0;
        LG_TRY(same ? call_check_view(program, lg_program_output(program, i), name,
                                      lg_program_output_type(fixed, i), err)
                    : LG_OK);
    }
    LG_CHECK(err, same, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the plan is for a program with other inputs or outputs");
    return LG_OK;
}

lg_status_t lg_call_install(lg_call_t *call, lg_model_t *model, lg_error_t *err) {
    if (call->fixed == model && call->plan != NULL && call->unready < LG_CALL_ALOFT) {
        return LG_OK;
    }
    LG_TRY(lg_call_land(call, err));
    LG_CHECK(err, model->plan != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the model has symbols and no plan; specialize it first");
    LG_CHECK(err, call->flow == NULL, LG_STATUS_UNSUPPORTED, NULL,
             "the program is planned in parts while it runs; there is no plan of the whole to install");
    LG_CHECK(err, model->context == call->context, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the plan belongs to another context than the call");
    LG_TRY(call_check_program(call, model->plan->program, err));
    for (uint32_t i = 0; call->types != NULL && i < call->in_count; i++) {
        if (!lg_call_is_state(call, i) && call->types[i].dtype == LG_DTYPE_INVALID) {
            call->types[i] = *lg_program_input_type(model->plan->program, i);
        }
    }
    LG_TRY(call_make_states(call, model->plan->program, err));  // which must be of the plan's types
    if (call->fixed != model || call->plan == NULL) {
        lg_model_retain(model);
        LG_TRY(call_adopt(call, model, err));
    }
    call->unready -= call->unready >= LG_CALL_STALE ? LG_CALL_STALE : 0;
    return LG_OK;
}

// Makes the call ready: the plan for its shapes, memory of the call for outputs that nobody bound; unbound inputs
// are an error.
lg_status_t lg_call_complete(lg_call_t *call, lg_error_t *err) {
    LG_TRY(lg_call_land(call, err));
    for (uint32_t i = 0; i < call->in_count; i++) {
        LG_CHECK(err, call->bound[i] || lg_call_is_state(call, i), LG_STATUS_INVALID_ARGUMENT, NULL,
                 "input '%s' is not bound; bind it before the run",
                 lg_program_input_name(call->model->program, i));
    }
    if (call->unready >= LG_CALL_STALE) {
        LG_TRY(call_refresh(call, err));
    }
    const lg_program_t *program = call_program(call);
    LG_TRY(call_make_states(call, program, err));
    for (uint32_t i = 0; i < call->out_count; i++) {
        const lg_view_t *type = lg_program_output_type(program, i);
        if (lg_call_is_state(call, call->in_count + i)) {
            continue;
        }
        if (!call->bound[call->in_count + i]) {
            size_t bytes = (size_t)type->elem_count * lg_dtype_size((lg_dtype_t)type->dtype);
            LG_TRY(lg_buffer_create(call->context, bytes, &call->own[i], err));
            call_point(call, call->in_count + i, lg_buffer_data(call->own[i]));
        } else if (call->types != NULL && call->own[i] == NULL &&
                   !lg_view_same_shape(&call->types[call->in_count + i], type)) {
            char text[2][192];
            call->unready += LG_CALL_STALE;  // looked at again before the next run
            return lg_error_set(err, LG_STATUS_SHAPE, NULL,
                                "output '%s' is bound to %s, these inputs give %s",
                                lg_program_output_name(program, i),
                                lg_view_format(&call->types[call->in_count + i], text[0], sizeof text[0]),
                                lg_view_format(type, text[1], sizeof text[1]));
        }
    }
    return LG_OK;
}

// ---- running ----------------------------------------------------------------------------------------

// Names the op of a record in an error.
lg_status_t lg_call_fail(const lg_call_t *call, uint32_t record, int32_t code, lg_error_t *err) {
    const lg_plan_t *plan = call->plan;
    uint32_t index;
    const lg_op_node_t *op = lg_plan_record_op(plan, record, &index);
    if (op == NULL) {
        return lg_kernel_check(code, "copy", err);
    }
    lg_status_t status = lg_kernel_check(code, op->info->name, err);
    if (err != NULL) {
        err->op_index = (int32_t)index;
        if (op->path[0] != 0) {
            strncpy(err->op, op->path, sizeof err->op - 1);
            err->op[sizeof err->op - 1] = 0;
        }
    }
    return status;
}

// Scratch for the workers of a lane, kept for the next run. NULL: out of memory.
static void *call_spread_scratch(lg_call_t *call, size_t bytes) {
    if (bytes > call->spread_bytes) {
        lg_heap_t *heap = &call->context->heap;
        void *larger = lg_heap_alloc(heap, bytes);
        if (larger == NULL) {
            return NULL;
        }
        if (call->spread_scratch != NULL) {
            lg_heap_free(heap, call->spread_scratch, call->spread_bytes);
        }
        call->spread_scratch = larger;
        call->spread_bytes = bytes;
    }
    return call->spread_scratch;
}

// A record over the lane's workers, where that pays now.
static int32_t call_spread(lg_call_t *call, lg_lane_t *lane, uint32_t index, const lg_tracer_t *tracer) {
    const lg_record_plan_t *record = &call->plan->records.items[index];
    void *const *data = call->records[index].data;
    uint32_t workers = lg_spread_workers(lane, record->extent, record->grain, record->work_ns);
    if (workers == 1) {
        return record->fn(record->args, data, 0, record->extent);
    }
    lg_spread_t spread = {
        .fn = record->fn,
        .args = record->args,
        .data = data,
        .operand_count = record->operand_count,
        .extent = record->extent,
        .grain = record->grain,
        .work_ns = record->work_ns,
        .scratch_bytes = record->scratch_bytes,
        .tracer = tracer != NULL && tracer->trace != NULL ? tracer : NULL,
        .record = index,
    };
    if (record->scratch_bytes > 0) {
        const lg_operand_t *operands = &call->plan->operands.items[record->operand_first];
        while (spread.scratch_index < record->operand_count &&
               operands[spread.scratch_index].storage != LG_STORAGE_SCRATCH) {
            spread.scratch_index++;
        }
        // Acquire, and release below: the memory goes from strand to strand.
        if (atomic_exchange_explicit(&call->spread_taken, 1, memory_order_acquire) != 0) {
            return record->fn(record->args, data, 0, record->extent);
        }
        spread.scratch = call_spread_scratch(call, lg_spread_scratch_bytes(workers, record->scratch_bytes));
        bool spreads = spread.scratch != NULL && spread.scratch_index < record->operand_count;
        int32_t code = spreads ? lg_spread_run(lane, workers, &spread)
                               : record->fn(record->args, data, 0, record->extent);
        atomic_store_explicit(&call->spread_taken, 0, memory_order_release);
        return code;
    }
    return lg_spread_run(lane, workers, &spread);
}

int32_t lg_call_record(lg_call_t *call, lg_lane_t *lane, uint32_t index, const lg_tracer_t *tracer) {
    const lg_record_t *record = &call->records[index];
    return lane != NULL && call->plan->records.items[index].work_ns >= LG_SPREAD_LEAST_NS
               ? call_spread(call, lane, index, tracer)
               : record->fn(record->args, record->data, 0, record->extent);
}

static lg_status_t call_cancelled(lg_call_t *call, uint32_t record, lg_error_t *err) {
    lg_walk_init(&call->flight.walk, call, NULL, record, call->record_count);
    return lg_walk_stop(&call->flight.walk, LG_STATUS_CANCELLED, "cancelled", err);
}

// The loop over a lane.
static lg_status_t call_run_spread(lg_call_t *call, lg_error_t *err) {
    atomic_store_explicit(&call->flight.cancel, 0, memory_order_relaxed);
    for (uint32_t i = 0; i < call->record_count; i++) {
        if (atomic_load_explicit(&call->flight.cancel, memory_order_relaxed) != 0) {
            return call_cancelled(call, i, err);
        }
        int32_t code = lg_call_record(call, call->lane, i, NULL);
        if (__builtin_expect(code != 0, 0)) {
            return lg_call_fail(call, i, code, err);
        }
    }
    if (call->model->program->states.count > 0) {
        lg_call_turn_states(call);
    }
    return LG_OK;
}

// A run as a visit to the lane, where that has cores of its own. A lane that was closed leaves the caller alone.
static lg_status_t call_run_on_lane(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    lg_visit_t visit;
    lg_lane_t *lane = call->lane;
    bool visits = !lg_lane_is_home(lane);
    lg_status_t status = visits ? lg_lane_visit(lane, &visit, err) : LG_OK;
    if (status != LG_OK && status != LG_STATUS_CLOSED) {
        return status;
    }
    visits &= status == LG_OK;
    if (!visits) {
        lg_lane_begin(lane);
    }
    bool flies = desc != NULL || call->trace != NULL || lg_weave_wanted(call, lane) ||
                 call->plan->hold.records != NULL;
    status = flies ? lg_call_fly(call, desc, err) : call_run_spread(call, err);
    if (visits) {
        lg_lane_leave(&visit);
    } else {
        lg_lane_end(lane);
    }
    return status;
}

lg_status_t lg_call_run(lg_call_t *call, int64_t timeout_ns, lg_error_t *err) {
    LG_TRY(lg_context_check(call->context, err));
    if (__builtin_expect(call->unready > 0, 0)) {
        LG_TRY(lg_call_land(call, err));
        if (call->flow != NULL) {  // it is never ready: what it runs the data tell
            const int64_t now_ns = timeout_ns > 0 ? lg_port_now_ns() : 0;
            atomic_store_explicit(&call->flight.cancel, 0, memory_order_relaxed);
            return lg_call_run_parts(call,
                                     timeout_ns <= 0                   ? 0
                                     : timeout_ns < INT64_MAX - now_ns ? now_ns + timeout_ns
                                                                       : INT64_MAX,
                                     err);
        }
        if (call->unready != LG_CALL_PICKS) {
            LG_TRY(lg_call_complete(call, err));
        }
        if (call->trace != NULL && timeout_ns <= 0) {
            return lg_call_run_as(call, NULL, err);
        }
        if (timeout_ns <= 0) {
            LG_TRY(lg_call_pick(call, NULL, err));
            if (call->plan->regions.count > 0) {
                const lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .priority = LG_PRIORITY_NORMAL};
                return call->lane != NULL ? call_run_on_lane(call, &desc, err)
                                          : lg_call_fly(call, &desc, err);
            }
        }
    }
    if (timeout_ns > 0) {
        lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .deadline_ns = 0};
        if (__builtin_add_overflow(lg_port_now_ns(), timeout_ns, &desc.deadline_ns)) {
            desc.deadline_ns = INT64_MAX;
        }
        return lg_call_run_as(call, &desc, err);
    }
    if (call->lane != NULL) {
        return call_run_on_lane(call, NULL, err);
    }
    if (__builtin_expect(call->walks, 0)) {
        return lg_call_fly(call, NULL, err);
    }
    atomic_store_explicit(&call->flight.cancel, 0, memory_order_relaxed);
    const lg_record_t *end = call->records + call->record_count;
    for (const lg_record_t *record = call->records; record < end; record++) {
        if (__builtin_expect(atomic_load_explicit(&call->flight.cancel, memory_order_relaxed) != 0, 0)) {
            return call_cancelled(call, (uint32_t)(record - call->records), err);
        }
        int32_t code = record->fn(record->args, record->data, 0, record->extent);
        if (__builtin_expect(code != 0, 0)) {
            return lg_call_fail(call, (uint32_t)(record - call->records), code, err);
        }
    }
    if (__builtin_expect(call->model->program->states.count > 0, 0)) {
        lg_call_turn_states(call);
    }
    return LG_OK;
}

void lg_call_set_lane(lg_call_t *call, lg_lane_t *lane) {
    if (lane != call->lane) {
        if (lane != NULL) {
            lg_lane_retain(lane);
        }
        lg_lane_release(call->lane);
        call->lane = lane;
    }
}

lg_status_t lg_call_run_as(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err) {
    LG_TRY(lg_context_check(call->context, err));
    if (call->unready > 0) {
        LG_TRY(lg_call_land(call, err));
        if (call->flow != NULL) {
            atomic_store_explicit(&call->flight.cancel, 0, memory_order_relaxed);
            return lg_call_run_parts(
                call, desc != NULL && LG_HAS(desc, lg_run_desc_t, deadline_ns) ? desc->deadline_ns : 0, err);
        }
        LG_TRY(lg_call_complete(call, err));
        LG_TRY(lg_call_pick(call, desc, err));
    }
    return call->lane != NULL ? call_run_on_lane(call, desc, err) : lg_call_fly(call, desc, err);
}

lg_plan_t *lg_call_plan(const lg_call_t *call) {
    return call->fixed != NULL && call->plan != NULL ? (lg_plan_t *)call->plan : NULL;
}

lg_status_t lg_call_input(lg_call_t *call, const char *name, uint32_t index, lg_view_t *out_view,
                          lg_error_t *err) {
    const lg_program_t *program = call->model->program;
    memset(out_view, 0, sizeof *out_view);
    LG_TRY(lg_call_land(call, err));
    if (name != NULL) {
        index = lg_map_find(&program->input_names, name, strlen(name));
    }
    LG_CHECK(err, index < call->in_count, LG_STATUS_NOT_FOUND, NULL,
             "there is no input '%s'; the call has %u inputs", name != NULL ? name : "(by position)",
             call->in_count);
    name = lg_program_input_name(program, index);
    if (lg_call_is_state(call, index)) {
        return lg_call_state(call, name, out_view, err);
    }
    bool open = call->types != NULL && call->types[index].dtype == LG_DTYPE_INVALID;
    const lg_value_node_t *node = &program->values.items[lg_program_input(program, index)];
    LG_CHECK(err, !open || node->extents == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the extents of input '%s' are not fixed: bind a view first", name);
    lg_view_t view = open || call->types == NULL ? node->type : call->types[index];
    LG_TRY(lg_view_init(out_view, (lg_dtype_t)view.dtype, view.rank, view.shape, err));
    if (!call->bound[index]) {
        size_t bytes = (size_t)view.elem_count * lg_dtype_size((lg_dtype_t)view.dtype);
        if (call->own_inputs[index] == NULL) {
            LG_TRY(lg_buffer_create(call->context, bytes, &call->own_inputs[index], err));
            memset(lg_buffer_data(call->own_inputs[index]), 0, bytes);
        }
        out_view->data = lg_buffer_data(call->own_inputs[index]);
        LG_TRY(lg_call_bind(call, name, out_view, err));
    }
    out_view->data = call->memory[index];
    return LG_OK;
}

lg_status_t lg_call_output(lg_call_t *call, const char *name, uint32_t index, lg_view_t *out_view,
                           lg_error_t *err) {
    const lg_program_t *program = call_program(call);
    memset(out_view, 0, sizeof *out_view);
    LG_TRY(lg_call_land(call, err));
    if (name != NULL) {
        index = lg_map_find(&program->output_names, name, strlen(name));
    }
    LG_CHECK(err, index < call->out_count, LG_STATUS_NOT_FOUND, NULL,
             "there is no output '%s'; the call has %u outputs", name != NULL ? name : "(by position)",
             call->out_count);
    if (call->flow != NULL) {
        return lg_call_part_output(call, index, out_view, err);
    }
    LG_CHECK(err, call->plan != NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the extents of output '%s' are not known before the first run",
             lg_program_output_name(program, index));
    const lg_view_t *type = lg_program_output_type(program, index);
    LG_TRY(lg_view_init(out_view, (lg_dtype_t)type->dtype, type->rank, type->shape, err));
    out_view->data = call->memory[call->in_count + index];
    return LG_OK;
}
