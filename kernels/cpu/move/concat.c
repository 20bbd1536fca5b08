// SPDX-License-Identifier: Apache-2.0
// concat: y[o, off_i + a, n] = x_i[o, a, n], off_i the sum of the extents before input i.
//
// stack: y[o, i, n] = x_i[o, n]: the same with a new axis of one element in every input, which must be dense.
//
// Dense operands are rows of bytes: row o of the output is row o of every input, one after the other. Anything
// else is one strided copy per input into its window of the output.
#include "../families.h"

#include "transpose.h"

enum {
    CONCAT_GRAIN_BYTES = 4096,
    CONCAT_LEAST_RUN = 16,  // bytes
};

// ---- dense ------------------------------------------------------------------------------------------

typedef struct concat_rows {
    int64_t count;
    int64_t starts[];  // count + 1: where each input begins in a row of the output, in bytes
} concat_rows_t;

static int32_t concat_dense(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const concat_rows_t *args = memory;
    const int64_t row_bytes = args->starts[args->count];
    char *out = data[args->count];
    int64_t row = begin / row_bytes, at = begin % row_bytes, i = 0;
    while (args->starts[i + 1] <= at) {
        i++;
    }
    while (begin < end) {
        const int64_t run = args->starts[i + 1] - args->starts[i], within = at - args->starts[i];
        const int64_t size = run - within < end - begin ? run - within : end - begin;
        lg_copy_run(out + begin, (const char *)data[i] + row * run + within, size);
        begin += size;
        at += size;
        do {  // on to the next input that has something
            if (++i == args->count) {
                i = 0;
                at = 0;
                row++;
            }
        } while (args->starts[i + 1] == at);
    }
    return 0;
}

// ---- strided ----------------------------------------------------------------------------------------

typedef struct concat_piece {
    lg_kernel_fn_t fn;
    int64_t first;   // unit of the whole extent where this piece begins
    int64_t extent;  // of the piece's own copy
    int64_t scale;   // units of the copy in one of the whole
    lg_copy_args_t copy;
} concat_piece_t;

typedef struct concat_pieces {
    int64_t count;
    int64_t extent;
    concat_piece_t pieces[];
} concat_pieces_t;

static int32_t concat_strided(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const concat_pieces_t *args = memory;
    for (int64_t i = 0; i < args->count; i++) {
        const concat_piece_t *piece = &args->pieces[i];
        const int64_t next = i + 1 < args->count ? args->pieces[i + 1].first : args->extent;
        const int64_t from = (begin > piece->first ? begin : piece->first) - piece->first;
        const int64_t to = (end < next ? end : next) - piece->first;
        if (from < to) {
            void *pair[2] = {data[i], data[args->count]};
            int64_t last = to * piece->scale;
            piece->fn(&piece->copy, pair, from * piece->scale, last < piece->extent ? last : piece->extent);
        }
    }
    return 0;
}

static void concat_bind_pieces(const lg_concat_impl_t *impl, const lg_op_view_t *op, uint32_t axis,
                               lg_kernel_call_t *call) {
    concat_pieces_t *args = call->args;
    const lg_view_t *out = op->outs[0];
    args->count = op->in_count;
    int64_t first = 0, offset = 0;
    for (uint32_t i = 0; i < op->in_count; i++) {
        concat_piece_t *piece = &args->pieces[i];
        const lg_view_t *in = op->ins[i];
        lg_view_t window = *out;
        window.shape[axis] = in->shape[axis];
        window.elem_count = in->elem_count;
        // A window over the whole output is dense as the output is; else only the strides tell.
        window.flags = in->elem_count == out->elem_count ? out->flags : 0;
        lg_kernel_call_t copy = {.args = &piece->copy, .args_capacity = sizeof piece->copy};
        lg_copy_bind(impl, in, 0, &window, offset * out->strides[axis] * lg_item_bytes(out), &copy);
        piece->fn = copy.fn;
        piece->extent = copy.extent;
        piece->scale = copy.grain;
        piece->first = first;
        first += (copy.extent + copy.grain - 1) / copy.grain;
        offset += in->shape[axis];
    }
    args->extent = first;
    call->fn = concat_strided;
    call->extent = first;
    call->grain = 1;
}

// ---- prepare ----------------------------------------------------------------------------------------

// How many rows of each input there are.
static int64_t concat_count(const lg_view_t *out, uint32_t axis) {
    int64_t count = 1;
    for (uint32_t i = 0; i < axis; i++) {
        count *= out->shape[i];
    }
    return count;
}

lg_status_t lg_concat_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_concat_impl_t *impl = kernel->impl;
    const lg_view_t *out = op->outs[0];
    const int32_t stacked = op->op == LG_OP_STACK;
    const int64_t given =
        stacked ? ((const lg_stack_attrs_t *)op->attrs)->axis : ((const lg_concat_attrs_t *)op->attrs)->axis;
    const uint32_t axis = (uint32_t)(given < 0 ? given + out->rank : given);
    uint8_t flags = out->flags;
    for (uint32_t i = 0; i < op->in_count; i++) {
        flags &= op->ins[i]->flags;
    }
    // Runs of a few bytes go faster one input after the other.
    const int64_t runs = op->in_count * concat_count(out, axis);
    const int32_t dense = (flags & LG_VIEW_CONTIGUOUS) &&
                          (stacked || out->elem_count * lg_item_bytes(out) >= CONCAT_LEAST_RUN * runs ||
                           out->elem_count * lg_item_bytes(out) < CONCAT_GRAIN_BYTES);
    call->args_bytes = dense ? sizeof(concat_rows_t) + (op->in_count + 1u) * sizeof(int64_t)
                             : sizeof(concat_pieces_t) + op->in_count * sizeof(concat_piece_t);
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)out->elem_count * lg_item_bytes(out));
    if (call->args_bytes > call->args_capacity) {
        return lg_error_set(err, LG_STATUS_OVERFLOW, op->name, "%s: %u inputs need %zu bytes of arguments",
                            op->name, (unsigned)op->in_count, call->args_bytes);
    }
    if (!dense && stacked) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs dense operands", op->name);
    }
    if (!dense) {
        concat_bind_pieces(impl, op, axis, call);
        return LG_OK;
    }
    concat_rows_t *args = call->args;
    int64_t inner = lg_item_bytes(out);
    for (uint32_t i = axis + 1; i < out->rank; i++) {
        inner *= out->shape[i];
    }
    int64_t start = 0;
    args->count = op->in_count;
    for (uint32_t i = 0; i < op->in_count; i++) {
        args->starts[i] = start;
        start += (stacked ? 1 : op->ins[i]->shape[axis]) * inner;
    }
    args->starts[op->in_count] = start;
    call->fn = concat_dense;
    call->extent = out->elem_count * lg_item_bytes(out);
    call->grain = CONCAT_GRAIN_BYTES;
    return LG_OK;
}

// ---- implementations --------------------------------------------------------------------------------

const lg_concat_impl_t lg_concat_all__scalar = LG_COPY_IMPL(scalar);
const lg_concat_impl_t lg_stack_all__scalar = LG_COPY_IMPL(scalar);
#if LG_CPU_X86
const lg_concat_impl_t lg_concat_all__avx2 = LG_COPY_IMPL(avx2);
const lg_concat_impl_t lg_concat_all__avx512 = LG_COPY_IMPL(avx512);
#elif LG_CPU_ARM64
const lg_concat_impl_t lg_concat_all__neon = LG_COPY_IMPL(neon);
#endif
