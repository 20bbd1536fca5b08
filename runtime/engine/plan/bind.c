// SPDX-License-Identifier: Apache-2.0
// Binding: each op becomes a window on its input, or a record: a kernel with prepared arguments and operands.
#include <string.h>

#include "op/eager.h"
#include "op/registry.h"
#include "plan/plan.h"
#include "tensor/view.h"

lg_status_t lg_plan_add_storage(lg_plan_t *plan, lg_storage_t storage, uint32_t *out_index, lg_error_t *err) {
    if (!LG_LIST_GROW(&plan->context->heap, &plan->storages)) {
        return lg_plan_no_memory(err);
    }
    *out_index = (uint32_t)plan->storages.count;
    plan->storages.items[plan->storages.count++] = storage;
    return LG_OK;
}

static size_t bind_bytes(const lg_view_t *view) {
    return (size_t)view->elem_count * lg_dtype_size((lg_dtype_t)view->dtype);
}

// A type in the plan's zone, without an address; NULL when out of memory.
static lg_view_t *bind_type(lg_plan_t *plan, const lg_view_t *type) {
    lg_view_t *copy = lg_zone_alloc(&plan->zone, sizeof *copy);
    if (copy != NULL) {
        *copy = *type;
        copy->data = NULL;
    }
    return copy;
}

// Room for what binding adds, so that long plans are not copied while they grow.
static bool bind_reserve(lg_plan_t *plan) {
    const lg_program_t *program = plan->lowered;
    lg_heap_t *heap = &plan->context->heap;
    size_t operand_count = 0;
    for (size_t i = 0; i < program->ops.count; i++) {
        operand_count += program->ops.items[i].in_count + program->ops.items[i].out_count + 1;  // the scratch
    }
    return LG_LIST_RESERVE(heap, &plan->storages, program->values.count) &&
           LG_LIST_RESERVE(heap, &plan->records, program->ops.count) &&
           LG_LIST_RESERVE(heap, &plan->operands, operand_count);
}

// Says what a value is; where it lies is open.
lg_status_t lg_plan_bind_place(lg_plan_t *plan, lg_value_t value, lg_error_t *err) {
    const lg_view_t *type = &plan->lowered->values.items[value].type;
    const lg_view_t *view = type->data == NULL ? type : bind_type(plan, type);
    plan->places[value].view = view;
    return view != NULL ? LG_OK : lg_plan_no_memory(err);
}

static lg_status_t bind_source(lg_plan_t *plan, lg_value_t value, lg_error_t *err) {
    const lg_value_node_t *node = &plan->lowered->values.items[value];
    lg_storage_t storage = {.kind = node->kind == LG_VALUE_INPUT ? LG_STORAGE_INPUT : LG_STORAGE_WEIGHT,
                            .index = node->index,
                            .data = node->type.data,
                            .bytes = bind_bytes(&node->type)};
    LG_TRY(lg_plan_bind_place(plan, value, err));
    return lg_plan_add_storage(plan, storage, &plan->places[value].storage, err);
}

// Inputs and weights lie where they are.
static lg_status_t bind_sources(lg_plan_t *plan, lg_error_t *err) {
    const lg_program_t *program = plan->lowered;
    for (size_t i = 0; i < program->values.count; i++) {
        plan->places[i].storage = LG_STORAGE_NONE;
    }
    for (size_t i = 0; i < program->inputs.count; i++) {
        LG_TRY(bind_source(plan, program->inputs.items[i], err));
    }
    for (size_t i = 0; i < program->weights.count; i++) {
        LG_TRY(bind_source(plan, program->weights.items[i], err));
    }
    return LG_OK;
}

// Makes the result of a view op a window on its input; false when the layout does not allow it.
static bool bind_window(lg_plan_t *plan, const lg_op_node_t *op) {
    // A made-up base address turns the pointer that lg_op_alias computes into an offset.
    char *const base = (char *)((uintptr_t)1 << 20);
    const lg_place_t *source = &plan->places[op->ins[0]];
    lg_place_t *place = &plan->places[op->outs[0]];
    lg_view_t in = *source->view;
    lg_view_t out = *place->view;
    in.data = base;
    if (!lg_op_alias(op->info->id, &in, op->attrs, &out)) {
        return false;
    }
    place->byte_offset = source->byte_offset;
    if (out.elem_count > 0) {
        place->byte_offset += (size_t)((uintptr_t)out.data - (uintptr_t)base);
    }
    const lg_view_t *window = bind_type(plan, &out);
    place->view = window != NULL ? window : place->view;
    place->storage = source->storage;
    return window != NULL;
}

// Counts for each storage the record that touches it last, as records are added in order.
static void bind_touch(lg_plan_t *plan, uint32_t storage, uint32_t record) {
    if (storage < LG_STORAGE_SCRATCH) {
        plan->storages.items[storage].last = record;
    }
}

lg_status_t lg_plan_add_record(lg_plan_t *plan, lg_record_plan_t record, const lg_operand_t *operands,
                               lg_error_t *err) {
    lg_heap_t *heap = &plan->context->heap;
    record.operand_first = (uint32_t)plan->operands.count;
    for (uint32_t i = 0; i < record.operand_count; i++) {
        if (!LG_LIST_GROW(heap, &plan->operands)) {
            return lg_plan_no_memory(err);
        }
        plan->operands.items[plan->operands.count++] = operands[i];
        bind_touch(plan, operands[i].storage, (uint32_t)plan->records.count);
    }
    if (!LG_LIST_GROW(heap, &plan->records)) {
        return lg_plan_no_memory(err);
    }
    plan->records.items[plan->records.count++] = record;
    plan->scratch_bytes =
        record.scratch_bytes > plan->scratch_bytes ? record.scratch_bytes : plan->scratch_bytes;
    return LG_OK;
}

// Stands for kernels with nothing to do, which are not made for an empty range.
static int32_t bind_nothing(const void *args, void *const *data, int64_t begin, int64_t end) {
    (void)args, (void)data, (void)begin, (void)end;
    return 0;
}

// Selects and prepares the CPU kernel of `view`; its arguments live in the plan's zone.
// `constants`: see lg_kernel_call_t.
static lg_status_t bind_kernel(lg_plan_t *plan, const lg_op_view_t *view, uint64_t constants,
                               lg_kernel_call_t *call, lg_step_t *step, lg_error_t *err) {
    const lg_kernel_t *kernel;
    LG_TRY(lg_kernel_select(plan->context, view->op, lg_kernel_key(view->ins, view->in_count, view->outs[0]),
                            &kernel, err));
    _Alignas(16) unsigned char args[LG_KERNEL_ARGS_BYTES];
    *call = (lg_kernel_call_t){.args_capacity = sizeof args, .args = args, .constants = constants};
    lg_status_t status = kernel->prepare(kernel, view, call, err);
    if (status == LG_STATUS_OVERFLOW && call->args_bytes > sizeof args) {
        size_t bytes = call->args_bytes;
        void *memory = lg_zone_alloc(&plan->zone, bytes);
        if (memory == NULL) {
            return lg_plan_no_memory(err);
        }
        *call = (lg_kernel_call_t){.args_capacity = bytes, .args = memory, .constants = constants};
        status = kernel->prepare(kernel, view, call, err);
    } else if (status == LG_OK && call->args_bytes > 0) {
        void *memory = lg_zone_alloc(&plan->zone, call->args_bytes);
        if (memory == NULL) {
            return lg_plan_no_memory(err);
        }
        memcpy(memory, args, call->args_bytes);
        call->args = memory;
    } else {
        call->args = NULL;
    }
    if (status == LG_OK && call->extent == 0) {
        call->fn = bind_nothing;
    }
    step->kernel = kernel->name;
    step->needs = lg_kernel_needs(kernel);
    return status;
}

// Adds a record that copies `from` to the whole of `storage`, densely.
static lg_status_t bind_copy(lg_plan_t *plan, const lg_place_t *from, uint32_t storage, lg_error_t *err) {
    lg_view_t out;
    LG_TRY(lg_view_init(&out, (lg_dtype_t)from->view->dtype, from->view->rank, from->view->shape, err));
    const lg_view_t *ins[1] = {from->view};
    const lg_view_t *outs[1] = {&out};
    lg_reshape_attrs_t attrs = {.shape = {.count = out.rank}};
    memcpy(attrs.shape.values, out.shape, out.rank * sizeof out.shape[0]);
    lg_op_view_t view = {LG_OP_RESHAPE, 1, 1, ins, outs, &attrs, "copy", ""};
    lg_kernel_call_t call;
    lg_step_t step;
    LG_TRY(bind_kernel(plan, &view, 0, &call, &step, err));
    lg_operand_t operands[3] = {
        {from->storage, from->byte_offset, 0}, {storage, 0, 0}, {LG_STORAGE_SCRATCH, 0, 0}};
    lg_record_plan_t record = {call.fn,
                               call.args,
                               call.extent,
                               UINT32_MAX,
                               0,
                               3,
                               call.scratch_bytes,
                               call.grain < 1 ? 1 : call.grain,
                               call.work_ns,
                               0};
    return lg_plan_add_record(plan, record, operands, err);
}

// A dense copy of `*place` in a storage of its own, for a kernel that needs it.
lg_status_t lg_plan_bind_dense(lg_plan_t *plan, lg_place_t *place, lg_error_t *err) {
    lg_storage_t storage = {
        .kind = LG_STORAGE_ARENA, .bytes = bind_bytes(place->view), .first = (uint32_t)plan->records.count};
    uint32_t index;
    LG_TRY(lg_plan_add_storage(plan, storage, &index, err));
    LG_TRY(bind_copy(plan, place, index, err));
    lg_view_t *dense = bind_type(plan, place->view);
    if (dense == NULL) {
        return lg_plan_no_memory(err);
    }
    LG_TRY(lg_view_init(dense, (lg_dtype_t)place->view->dtype, place->view->rank, place->view->shape, err));
    *place = (lg_place_t){dense, 0, index};
    return LG_OK;
}

// Whether the result may overwrite input `k`: elementwise, same layout, and nobody reads that memory later.
static bool bind_in_place(const lg_plan_t *plan, const lg_op_node_t *op, const lg_place_t *ins, uint32_t k,
                          uint32_t op_index) {
    const lg_place_t *in = &ins[k];
    const lg_view_t *out = plan->places[op->outs[0]].view;
    if (in->storage >= LG_STORAGE_SCRATCH || plan->storages.items[in->storage].kind != LG_STORAGE_ARENA ||
        plan->storages.items[in->storage].last_op != op_index || in->byte_offset != 0 ||
        !(in->view->flags & LG_VIEW_CONTIGUOUS) || !lg_view_same_shape(in->view, out) ||
        plan->storages.items[in->storage].bytes != bind_bytes(out) || in->view->dtype != out->dtype) {
        return false;
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        if (i != k && ins[i].storage == in->storage && !lg_view_same(ins[i].view, in->view)) {
            return false;
        }
    }
    return true;
}

// Which inputs are constants that the kernel may ask to have packed.
static uint64_t bind_constants(const lg_plan_t *plan, const lg_op_node_t *op, const lg_place_t *ins) {
    uint64_t constants = 0;
    for (uint32_t i = 0; plan->prepack && i < op->in_count && i < 64; i++) {
        bool is = ins[i].storage < LG_STORAGE_SCRATCH &&
                  plan->storages.items[ins[i].storage].kind == LG_STORAGE_WEIGHT;
        constants |= (uint64_t)is << i;
    }
    return constants;
}

// Packs a constant input the way the kernel wants it, unless there is one already; the record reads that instead.
static lg_status_t bind_pack(lg_plan_t *plan, const lg_kernel_call_t *call, lg_place_t *ins,
                             lg_error_t *err) {
    lg_place_t *place = &ins[call->pack_input];
    const lg_storage_t *source = &plan->storages.items[place->storage];
    LG_CHECK(err, call->pack_layout != 0, LG_STATUS_INTERNAL, NULL,
             "a kernel packs without naming the layout");
    const lg_pack_key_t key = {(const char *)source->data + place->byte_offset, call->pack_layout,
                               call->pack_bytes};
    if (!LG_LIST_GROW(&plan->context->heap, &plan->packs)) {
        return lg_plan_no_memory(err);
    }
    bool other;
    lg_pack_t *pack = lg_pack_find(plan->context, &key, &other);
    if (pack == NULL) {
        lg_buffer_t *buffer;
        LG_TRY(lg_buffer_create(plan->context, call->pack_bytes, &buffer, err));
        call->pack(call->args, key.source, lg_buffer_data(buffer));
        lg_status_t status = lg_pack_add(plan->context, &key, buffer, false, &pack, err);
        lg_buffer_release(buffer);
        LG_TRY(status);
    }
    plan->packs.items[plan->packs.count++] = pack;
    plan->packed_bytes += call->pack_bytes;
    plan->ready_bytes += pack->ready ? call->pack_bytes : 0;
    plan->packs_other |= other;
    lg_storage_t storage = {.kind = LG_STORAGE_WEIGHT,
                            .index = source->index,
                            .data = lg_buffer_data(pack->buffer),
                            .bytes = call->pack_bytes};
    place->byte_offset = 0;
    return lg_plan_add_storage(plan, storage, &place->storage, err);
}

// Dense copies of the inputs that are windows.
static lg_status_t bind_all_dense(lg_plan_t *plan, const lg_op_node_t *op, lg_step_t *step, lg_place_t *ins,
                                  const lg_view_t **in_views, lg_error_t *err) {
    for (uint32_t i = 0; i < op->in_count; i++) {
        if (in_views[i] != NULL && !(in_views[i]->flags & LG_VIEW_CONTIGUOUS)) {
            LG_TRY(lg_plan_bind_dense(plan, &ins[i], err));
            in_views[i] = ins[i].view;
            step->copied |= (uint64_t)1 << (i & 63);
        }
    }
    return LG_OK;
}

static lg_status_t bind_cpu(lg_plan_t *plan, const lg_op_node_t *op, lg_step_t *step, lg_op_view_t *view,
                            lg_place_t *ins, const lg_view_t **in_views, uint32_t op_index,
                            lg_record_plan_t *record, lg_error_t *err) {
    lg_kernel_call_t call;
    uint64_t constants = bind_constants(plan, op, ins);
    lg_status_t status = bind_kernel(plan, view, constants, &call, step, err);
    if (status == LG_STATUS_UNSUPPORTED) {
        LG_TRY(bind_all_dense(plan, op, step, ins, in_views, err));  // once more
        constants = bind_constants(plan, op, ins);
        status = bind_kernel(plan, view, constants, &call, step, err);
    }
    LG_TRY(status);
    if (call.pack_bytes > 0) {
        LG_TRY(bind_pack(plan, &call, ins, err));
        step->packed_bytes = call.pack_bytes;
    }
    *record = (lg_record_plan_t){call.fn,
                                 call.args,
                                 call.extent,
                                 op_index,
                                 0,
                                 0,
                                 call.scratch_bytes,
                                 call.grain < 1 ? 1 : call.grain,
                                 call.work_ns,
                                 0};
    step->cost_ns = lg_price_of(plan->context, step->kernel, view, record);
    return LG_OK;
}

static lg_status_t bind_device(lg_plan_t *plan, const lg_op_node_t *op, lg_step_t *step, lg_op_view_t *view,
                               lg_place_t *ins, const lg_view_t **in_views, uint32_t op_index,
                               lg_record_plan_t *record, lg_error_t *err) {
    LG_TRY(bind_all_dense(plan, op, step, ins, in_views, err));  // plugins are promised row-major operands
    lg_support_t support;
    LG_TRY(lg_device_supports(step->device, view, &support, err));
    LG_CHECK(err, support.supported, LG_STATUS_UNSUPPORTED, op->info->name,
             "%s%s%s: device %s refuses it: %s; %s sends it there", op->info->name,
             op->path[0] != 0 ? " at " : "", op->path, step->device->name, support.reason,
             step->why != NULL ? step->why : "the caller");
    lg_device_call_t *call = lg_zone_alloc(&plan->zone, sizeof *call);
    lg_view_t *views = lg_zone_alloc(&plan->zone, (op->in_count + op->out_count) * sizeof *views);
    uint8_t *present = lg_zone_alloc(&plan->zone, op->in_count);
    if (call == NULL || views == NULL || present == NULL) {
        return lg_plan_no_memory(err);
    }
    LG_TRY(lg_device_kernel(step->device, view, call, err));
    for (uint32_t i = 0; i < op->in_count; i++) {
        present[i] = in_views[i] != NULL;
        if (present[i]) {
            views[i] = *in_views[i];
        }
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        views[op->in_count + i] = *plan->places[op->outs[i]].view;
    }
    call->op.attrs = op->attrs;
    call->op.path = op->path;
    call->op.name = op->info->name;
    call->views = views;
    call->present = present;
    step->kernel = "plugin";
    step->cost_ns = (double)support.cost_ns;
    *record = (lg_record_plan_t){lg_device_run, call, 1, op_index, 0, 0, 0, 1, 0, 0};
    return LG_OK;
}

// The code of an executor instead of a kernel.
static lg_status_t bind_replacement(lg_plan_t *plan, const lg_op_node_t *op, lg_step_t *step, lg_place_t *ins,
                                    const lg_view_t **in_views, uint32_t op_index, lg_record_plan_t *record,
                                    lg_error_t *err) {
    LG_TRY(bind_all_dense(plan, op, step, ins, in_views, err));
    step->kernel = step->hooks->replace.what;
    step->needs = step->hooks->replace.needs;
    return lg_plan_hook_record(plan, &step->hooks->replace, op_index, ins, record, err);
}

// What a record touches at `place`.
static lg_operand_t bind_operand(const lg_place_t *place) {
    bool dense = (place->view->flags & LG_VIEW_CONTIGUOUS) != 0;
    return (lg_operand_t){place->storage, place->byte_offset, dense ? bind_bytes(place->view) : 0};
}

static lg_status_t bind_op(lg_plan_t *plan, uint32_t op_index, const uint32_t *value_last, lg_error_t *err) {
    const lg_op_node_t *op = &plan->lowered->ops.items[op_index];
    lg_step_t *step = &plan->steps[op_index];
    bool replaced = lg_step_is_replaced(step);
    step->record = UINT32_MAX;
    step->kernel = "";
    if (!replaced && step->device == NULL && (op->info->flags & LG_OP_FLAG_VIEW) && bind_window(plan, op)) {
        return LG_OK;
    }
    if (!replaced && plan->places[op->outs[0]].storage != LG_STORAGE_NONE) {
        step->in_place = true;  // a concat whose inputs were written where they belong
        return LG_OK;
    }
    lg_place_t ins[LG_MAX_INS];
    const lg_view_t *in_views[LG_MAX_INS];
    const lg_view_t *out_views[LG_MAX_OUTS];
    for (uint32_t i = 0; i < op->in_count; i++) {
        in_views[i] = NULL;
        ins[i].storage = LG_STORAGE_NONE;
        if (op->ins[i] != LG_VALUE_NONE) {
            ins[i] = plan->places[op->ins[i]];
            in_views[i] = ins[i].view;
        }
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        out_views[i] = plan->places[op->outs[i]].view;
    }
    lg_op_view_t view = lg_op_node_view(op, in_views, out_views);
    lg_record_plan_t record;
    if (replaced) {
        LG_TRY(bind_replacement(plan, op, step, ins, in_views, op_index, &record, err));
    } else if (step->device == NULL) {
        LG_TRY(bind_cpu(plan, op, step, &view, ins, in_views, op_index, &record, err));
    } else {
        LG_TRY(bind_device(plan, op, step, &view, ins, in_views, op_index, &record, err));
    }

    lg_operand_t operands[LG_MAX_INS + LG_MAX_OUTS + 1];
    for (uint32_t i = 0; i < op->in_count; i++) {
        operands[i] =
            ins[i].storage != LG_STORAGE_NONE ? bind_operand(&ins[i]) : (lg_operand_t){LG_STORAGE_NONE, 0, 0};
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        lg_place_t *place = &plan->places[op->outs[i]];
        bool joined = lg_plan_is_joined(plan, op->outs[i]);
        for (uint32_t k = 0; k < op->in_count && i == 0 && step->device == NULL && !joined && !replaced;
             k++) {
            if (plan->in_place && (op->info->flags & LG_OP_FLAG_INPLACE) &&
                bind_in_place(plan, op, ins, k, op_index)) {
                place->storage = ins[k].storage;
                plan->storages.items[place->storage].last_op = value_last[op->outs[i]];
                step->in_place = true;
                break;
            }
        }
        if (place->storage == LG_STORAGE_NONE) {
            LG_TRY(lg_plan_join(plan, op->outs[i], err));
        }
        if (place->storage == LG_STORAGE_NONE) {
            lg_storage_t storage = {.kind = LG_STORAGE_ARENA,
                                    .bytes = bind_bytes(place->view),
                                    .first = (uint32_t)plan->records.count,
                                    .last_op = value_last[op->outs[i]]};
            LG_TRY(lg_plan_add_storage(plan, storage, &place->storage, err));
        }
        operands[op->in_count + i] = bind_operand(place);
    }
    record.operand_count = op->in_count + op->out_count;
    operands[record.operand_count++] = (lg_operand_t){LG_STORAGE_SCRATCH, 0, 0};
    step->record = (uint32_t)plan->records.count;
    return lg_plan_add_record(plan, record, operands, err);
}

// The op that uses each value last, through all windows on it; UINT32_MAX for values that are outputs.
// Windows are not known before binding, so a view op counts as a use that lasts as long as its result's.
static void bind_last_uses(const lg_program_t *program, uint32_t *value_last) {
    for (size_t i = 0; i < program->outputs.count; i++) {
        value_last[program->outputs.items[i].value] = UINT32_MAX;
    }
    for (size_t i = program->ops.count; i-- > 0;) {
        const lg_op_node_t *op = &program->ops.items[i];
        uint32_t last = (uint32_t)i;
        if (op->info->flags & LG_OP_FLAG_VIEW) {
            last = value_last[op->outs[0]] > last ? value_last[op->outs[0]] : last;
        }
        for (uint32_t k = 0; k < op->in_count; k++) {
            if (op->ins[k] != LG_VALUE_NONE && value_last[op->ins[k]] < last) {
                value_last[op->ins[k]] = last;
            }
        }
    }
}

// Outputs: the record that computes one writes it in place where it can, else a copy ends the plan.
static lg_status_t bind_outputs(lg_plan_t *plan, lg_error_t *err) {
    const lg_program_t *program = plan->lowered;
    for (size_t i = 0; i < program->outputs.count; i++) {
        const lg_place_t *place = &plan->places[program->outputs.items[i].value];
        lg_storage_t *storage = &plan->storages.items[place->storage];
        if (storage->kind == LG_STORAGE_ARENA && place->byte_offset == 0 &&
            (place->view->flags & LG_VIEW_CONTIGUOUS) && storage->bytes == bind_bytes(place->view)) {
            storage->kind = LG_STORAGE_OUTPUT;
            storage->index = (uint32_t)i;
            continue;
        }
        lg_storage_t output = {
            .kind = LG_STORAGE_OUTPUT, .index = (uint32_t)i, .bytes = bind_bytes(place->view)};
        uint32_t index;
        lg_place_t from = *place;
        LG_TRY(lg_plan_add_storage(plan, output, &index, err));
        LG_TRY(bind_copy(plan, &from, index, err));
    }
    return LG_OK;
}

// Operands that a binding changes, in the order of the operands.
typedef struct bind_fixup {
    uint32_t binding;
    lg_fixup_t fixup;
} bind_fixup_t;
typedef LG_LIST(bind_fixup_t) bind_fixups_t;

static lg_status_t bind_find_fixups(const lg_plan_t *plan, bind_fixups_t *found, lg_error_t *err) {
    uint32_t in_count = lg_program_input_count(plan->program);
    for (size_t i = 0; i < plan->operands.count; i++) {
        const lg_operand_t *operand = &plan->operands.items[i];
        if (operand->storage >= LG_STORAGE_SCRATCH) {
            continue;
        }
        const lg_storage_t *storage = &plan->storages.items[operand->storage];
        if (storage->kind != LG_STORAGE_INPUT && storage->kind != LG_STORAGE_OUTPUT) {
            continue;
        }
        if (!LG_LIST_GROW(&plan->context->heap, found)) {
            return lg_plan_no_memory(err);
        }
        uint32_t binding = storage->index + (storage->kind == LG_STORAGE_OUTPUT ? in_count : 0);
        found->items[found->count++] = (bind_fixup_t){binding, {(uint32_t)i, operand->byte_offset}};
    }
    return LG_OK;
}

// Groups them, so that binding touches only those.
static lg_status_t bind_group_fixups(lg_plan_t *plan, const bind_fixups_t *found, lg_error_t *err) {
    uint32_t binding_count = lg_program_input_count(plan->program) + lg_program_output_count(plan->program);
    plan->fixup_first = lg_zone_alloc(&plan->zone, (binding_count + 2) * sizeof *plan->fixup_first);
    plan->fixups = lg_zone_alloc(&plan->zone, found->count * sizeof *plan->fixups);
    if (plan->fixup_first == NULL || plan->fixups == NULL) {
        return lg_plan_no_memory(err);
    }
    // Counting sort: fill counts shifted by two, sum up, then place; the first entry of each group ends right.
    for (size_t i = 0; i < found->count; i++) {
        plan->fixup_first[found->items[i].binding + 2]++;
    }
    for (uint32_t i = 0; i < binding_count; i++) {
        plan->fixup_first[i + 2] += plan->fixup_first[i + 1];
    }
    for (size_t i = 0; i < found->count; i++) {
        plan->fixups[plan->fixup_first[found->items[i].binding + 1]++] = found->items[i].fixup;
    }
    return LG_OK;
}

static lg_status_t bind_fixups(lg_plan_t *plan, lg_error_t *err) {
    bind_fixups_t found = {NULL, 0, 0};
    lg_status_t status = bind_find_fixups(plan, &found, err);
    status = status == LG_OK ? bind_group_fixups(plan, &found, err) : status;
    LG_LIST_DEINIT(&plan->context->heap, &found);
    return status;
}

lg_status_t lg_plan_bind(lg_plan_t *plan, lg_error_t *err) {
    const lg_program_t *program = plan->lowered;
    if (!bind_reserve(plan)) {
        return lg_plan_no_memory(err);
    }
    LG_TRY(bind_sources(plan, err));
    uint32_t *value_last = lg_zone_alloc(&plan->zone, program->values.count * sizeof *value_last);
    if (value_last == NULL) {
        return lg_plan_no_memory(err);
    }
    bind_last_uses(program, value_last);
    LG_TRY(lg_plan_find_joins(plan, value_last, err));
    for (uint32_t i = 0; i < program->ops.count; i++) {
        const lg_hooks_t *hooks = plan->steps[i].hooks;
        if (plan->steps[i].choice != NULL) {
            LG_TRY(lg_plan_add_region(plan, i, value_last, &i, err));
            i--;
            continue;
        }
        for (uint32_t k = 0; k < program->ops.items[i].out_count; k++) {
            LG_TRY(lg_plan_bind_place(plan, program->ops.items[i].outs[k], err));
        }
        if (hooks != NULL && hooks->before.fn != NULL) {
            LG_TRY(lg_plan_add_hook(plan, &hooks->before, i, false, err));
        }
        LG_TRY(bind_op(plan, i, value_last, err));
        if (hooks != NULL && hooks->after.fn != NULL) {
            LG_TRY(lg_plan_add_hook(plan, &hooks->after, i, true, err));
        }
        if (hooks != NULL && plan->steps[i].needs == NULL) {
            plan->steps[i].needs = hooks->before.needs != NULL ? hooks->before.needs : hooks->after.needs;
        }
    }
    LG_TRY(bind_outputs(plan, err));
    return bind_fixups(plan, err);
}
