// SPDX-License-Identifier: Apache-2.0
// gather_nd: y[b, i, n] = x[b, index[b, i, 0], ..., index[b, i, k - 1], n], b over `batch_dims` axes.
// reverse_sequence: y[t, b] = x[lengths[b] - 1 - t, b] for t below the length of sequence b, else x[t, b].
//
// Both copy whole slices by position.
#include "../families.h"

typedef struct gather_nd_args {
    int64_t slice_bytes;
    int64_t tuples;       // per batch
    int64_t batch_bytes;  // of x
    int32_t depth, index_bytes;
    int64_t extents[LG_MAX_RANK], strides[LG_MAX_RANK];  // of the axes that are looked up; strides in bytes
} gather_nd_args_t;

static int32_t gather_nd_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const gather_nd_args_t *args = memory;
    for (int64_t i = begin; i < end; i++) {
        const char *from = (const char *)data[0] + i / args->tuples * args->batch_bytes;
        for (int32_t k = 0; k < args->depth; k++) {
            const int64_t at = lg_index_at(data[1], i * args->depth + k, args->index_bytes, args->extents[k]);
            if (LG_UNLIKELY(at < 0)) {
                return LG_STATUS_INDEX;
            }
            from += at * args->strides[k];
        }
        lg_copy_run((char *)data[2] + i * args->slice_bytes, from, args->slice_bytes);
    }
    return 0;
}

typedef struct reverse_args {
    int64_t steps, batches;
    int64_t time_stride, batch_stride;  // elements
    int64_t inner;                      // elements behind both axes: one unit
    int64_t item_bytes;
} reverse_args_t;

static int32_t reverse_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const reverse_args_t *args = memory;
    const int64_t *lengths = data[1];
    for (int64_t i = begin; i < end; i++) {
        // i walks x in row-major order, `inner` elements at a time.
        const int64_t step = i * args->inner / args->time_stride % args->steps;
        const int64_t batch = i * args->inner / args->batch_stride % args->batches;
        const int64_t length = lengths[batch];
        if (LG_UNLIKELY(length < 0 || length > args->steps)) {
            return LG_STATUS_INDEX;
        }
        const int64_t shift = step < length ? length - 1 - 2 * step : 0;
        const int64_t to = i * args->inner, from = to + shift * args->time_stride;
        lg_copy_run((char *)data[2] + to * args->item_bytes, (const char *)data[0] + from * args->item_bytes,
                    args->inner * args->item_bytes);
    }
    return 0;
}

static void reverse_bind(const lg_op_view_t *op, int32_t item, lg_kernel_call_t *call) {
    const lg_reverse_sequence_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0];
    reverse_args_t *args = call->args;
    const lg_axis_walk_t time = lg_axis_walk(in, attrs->time_axis),
                         batch = lg_axis_walk(in, attrs->batch_axis);
    args->steps = time.extent;
    args->batches = batch.extent;
    args->time_stride = time.inner;
    args->batch_stride = batch.inner;
    args->inner = time.inner < batch.inner ? time.inner : batch.inner;
    args->item_bytes = item;
    const int64_t units = in->elem_count == 0 ? 0 : in->elem_count / args->inner;
    lg_indexing_bind(call, reverse_run, units,
                     8.0 * (double)units + lg_move_ns((double)in->elem_count * item), sizeof *args, 0);
}

LG_REARRANGE_PREPARE(gather_nd) {
    (void)kernel;
    if (!lg_indexing_dense(op, err)) {
        return LG_STATUS_UNSUPPORTED;
    }
    const int32_t item = lg_item_bytes(op->ins[0]);
    if (op->op == LG_OP_REVERSE_SEQUENCE) {
        reverse_bind(op, item, call);
        return LG_OK;
    }
    const lg_gather_nd_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *index = op->ins[1], *out = op->outs[0];
    const uint32_t batch = (uint32_t)attrs->batch_dims, depth = (uint32_t)index->shape[index->rank - 1];
    gather_nd_args_t *args = call->args;
    int64_t count = 1;
    args->tuples = 1;
    for (uint32_t i = 0; i + 1 < index->rank; i++) {
        count *= index->shape[i];
        args->tuples *= i >= batch ? index->shape[i] : 1;
    }
    args->index_bytes = index->dtype == LG_DTYPE_I64 ? 8 : 4;
    args->depth = (int32_t)depth;
    int64_t bytes = item;
    args->slice_bytes = item;
    for (uint32_t i = in->rank; i-- > batch;) {
        if (i < batch + depth) {
            args->extents[i - batch] = in->shape[i];
            args->strides[i - batch] = bytes;
        } else {
            args->slice_bytes *= in->shape[i];
        }
        bytes *= in->shape[i];
    }
    args->batch_bytes = bytes;
    // Indices are checked where the slices are empty, too.
    lg_indexing_bind(call, gather_nd_run, count,
                     (4.0 + 2.0 * depth) * (double)count + lg_move_ns((double)out->elem_count * item),
                     sizeof *args, 0);
    return LG_OK;
}

LG_ITEM_IMPLS(gather_nd, gather_nd)
LG_ITEM_IMPLS(gather_nd, reverse_sequence)
