// SPDX-License-Identifier: Apache-2.0
// split: y_i[o, a, n] = x[o, off_i + a, n], off_i the sum of the extents before part i.
//
// A part is one strided copy out of its window of the input. The extent of the call is that of all copies, one
// after the other.
#include "../families.h"

typedef struct split_part {
    lg_kernel_fn_t fn;
    int64_t first;   // unit of the whole extent where this part begins
    int64_t extent;  // of the part's own copy
    int64_t scale;   // units of the copy in one of the whole
    lg_copy_args_t copy;
} split_part_t;

typedef struct split_args {
    int64_t count;
    int64_t extent;
    split_part_t parts[];
} split_args_t;

static int32_t split_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const split_args_t *args = memory;
    for (int64_t i = 0; i < args->count; i++) {
        const split_part_t *part = &args->parts[i];
        const int64_t next = i + 1 < args->count ? args->parts[i + 1].first : args->extent;
        const int64_t from = (begin > part->first ? begin : part->first) - part->first;
        const int64_t to = (end < next ? end : next) - part->first;
        if (from < to) {
            void *pair[2] = {data[0], data[1 + i]};
            const int64_t last = to * part->scale;
            part->fn(&part->copy, pair, from * part->scale, last < part->extent ? last : part->extent);
        }
    }
    return 0;
}

LG_REARRANGE_PREPARE(split) {
    (void)kernel;
    const int32_t item = lg_item_bytes(op->ins[0]);
    const lg_split_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0];
    const uint32_t axis = (uint32_t)(attrs->axis < 0 ? attrs->axis + in->rank : attrs->axis);
    call->args_bytes = sizeof(split_args_t) + op->out_count * sizeof(split_part_t);
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)in->elem_count * item);
    if (call->args_bytes > call->args_capacity) {
        return lg_error_set(err, LG_STATUS_OVERFLOW, op->name, "%s: %u outputs need %zu bytes of arguments",
                            op->name, (unsigned)op->out_count, call->args_bytes);
    }
    split_args_t *args = call->args;
    args->count = op->out_count;
    int64_t first = 0, offset = 0;
    for (uint32_t i = 0; i < op->out_count; i++) {
        split_part_t *part = &args->parts[i];
        const lg_view_t *out = op->outs[i];
        lg_view_t window = *in;
        window.shape[axis] = out->shape[axis];
        window.elem_count = out->elem_count;
        // A window over the whole input is dense as the input is; else only the strides tell.
        window.flags = out->elem_count == in->elem_count ? in->flags : 0;
        lg_kernel_call_t copy = {.args = &part->copy, .args_capacity = sizeof part->copy};
        lg_copy_bind_plain(&window, offset * in->strides[axis] * item, out, &copy);
        part->fn = copy.fn;
        part->extent = copy.extent;
        part->scale = copy.grain;
        part->first = first;
        first += (copy.extent + copy.grain - 1) / copy.grain;
        offset += out->shape[axis];
    }
    args->extent = first;
    call->fn = split_run;
    call->extent = first;
    call->grain = 1;
    return LG_OK;
}

LG_ITEM_IMPLS(split, split)
