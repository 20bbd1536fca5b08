// SPDX-License-Identifier: Apache-2.0
// gather: y[o, i, n] = x[o, index[i], n]; o, i and n stand for any number of axes (numpy.take).
//
// An index below 0 counts from the end. One out of range stops the kernel with INDEX; what was written before
// stays. A slice x[o, k, :] is a block of bytes, a single item or, when it has gaps, copied item by item.
#include "../families.h"

#include "copy.h"
#include "walk.h"

typedef struct gather_args {
    int64_t index_count;               // slices per o
    int64_t axis_extent, axis_stride;  // stride in items
    int64_t slice_items;
    int32_t index_bytes;
    int32_t outer_rank, index_rank, inner_rank;
    lg_stepper_dim_t outer[LG_MAX_RANK], index[LG_MAX_RANK], inner[LG_MAX_RANK];  // strides in items
} gather_args_t;

// The position on the axis for the index at `offset` (in items of the index), or -1.
LG_INLINE int64_t gather_index(const gather_args_t *args, const void *index, int64_t offset) {
    int64_t value =
        args->index_bytes == 8 ? ((const int64_t *)index)[offset] : ((const int32_t *)index)[offset];
    value += value < 0 ? args->axis_extent : 0;
    return (uint64_t)value < (uint64_t)args->axis_extent ? value : -1;
}

// Row r is slice r % index_count of o = r / index_count. SLICE sees `from` (an item offset) and writes row r.
#define GATHER_ROWS(SLICE)                                                              \
    const gather_args_t *args = memory;                                                 \
    lg_stepper_t outer, index;                                                          \
    lg_stepper_start(&outer, args->outer, args->outer_rank, begin / args->index_count); \
    lg_stepper_start(&index, args->index, args->index_rank, begin % args->index_count); \
    int64_t at = begin % args->index_count;                                             \
    for (int64_t r = begin; r < end; r++) {                                             \
        const int64_t k = gather_index(args, data[1], index.offset);                    \
        if (LG_UNLIKELY(k < 0)) {                                                       \
            return LG_STATUS_INDEX;                                                     \
        }                                                                               \
        const int64_t from = outer.offset + k * args->axis_stride;                      \
        SLICE                                                                           \
        lg_stepper_next(&index);                                                        \
        if (++at == args->index_count) {                                                \
            at = 0;                                                                     \
            lg_stepper_start(&index, args->index, args->index_rank, 0);                 \
            lg_stepper_next(&outer);                                                    \
        }                                                                               \
    }                                                                                   \
    return 0;

#define GATHER_BYTES(bytes)                                                                      \
    static int32_t gather_blocks_##bytes(const void *memory, void *const *data, int64_t begin,   \
                                         int64_t end) {                                          \
        GATHER_ROWS({                                                                            \
            const int64_t size = args->slice_items * bytes;                                      \
            lg_copy_run((char *)data[2] + r * size, (const char *)data[0] + from * bytes, size); \
        })                                                                                       \
    }
#define GATHER_ITEMS(bits)                                                                                  \
    static int32_t gather_items_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        GATHER_ROWS({ ((uint##bits##_t *)data[2])[r] = ((const uint##bits##_t *)data[0])[from]; })          \
    }                                                                                                       \
    static int32_t gather_strided_##bits(const void *memory, void *const *data, int64_t begin,              \
                                         int64_t end) {                                                     \
        GATHER_ROWS({                                                                                       \
            const lg_stepper_dim_t last = args->inner[args->inner_rank - 1];                                \
            uint##bits##_t *y = (uint##bits##_t *)data[2] + r * args->slice_items;                          \
            lg_stepper_t walk;                                                                              \
            lg_stepper_start(&walk, args->inner, args->inner_rank - 1, 0);                                  \
            for (int64_t done = 0; done < args->slice_items; done += last.extent) {                         \
                const uint##bits##_t *x = (const uint##bits##_t *)data[0] + from + walk.offset;             \
                for (int64_t i = 0; i < last.extent; i++) {                                                 \
                    y[done + i] = x[i * last.stride];                                                       \
                }                                                                                           \
                lg_stepper_next(&walk);                                                                     \
            }                                                                                               \
        })                                                                                                  \
    }
GATHER_BYTES(1)
GATHER_BYTES(2)
GATHER_BYTES(4)
GATHER_BYTES(8)
GATHER_ITEMS(8)
GATHER_ITEMS(16)
GATHER_ITEMS(32)
GATHER_ITEMS(64)

lg_status_t lg_gather_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_gather_impl_t *impl = kernel->impl;
    const lg_gather_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *index = op->ins[1], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    const int64_t given = attrs != NULL ? attrs->axis : 0;
    const uint32_t axis = (uint32_t)(given < 0 ? given + in->rank : given);
    const uint32_t size = lg_item_log2(in);
    gather_args_t *args = call->args;
    args->index_count = index->elem_count;
    args->axis_extent = in->shape[axis];
    args->axis_stride = in->strides[axis];
    args->index_bytes = index->dtype == LG_DTYPE_I64 ? 8 : 4;
    args->outer_rank = args->index_rank = args->inner_rank = 0;
    int64_t outer_count = 1;
    args->slice_items = 1;
    for (uint32_t i = 0; i < axis; i++) {
        outer_count *= in->shape[i];
        args->outer_rank = lg_stepper_append(args->outer, args->outer_rank, in->shape[i], in->strides[i]);
    }
    for (uint32_t i = 0; i < index->rank; i++) {
        args->index_rank =
            lg_stepper_append(args->index, args->index_rank, index->shape[i], index->strides[i]);
    }
    for (uint32_t i = axis + 1; i < in->rank; i++) {
        args->slice_items *= in->shape[i];
        args->inner_rank = lg_stepper_append(args->inner, args->inner_rank, in->shape[i], in->strides[i]);
    }
    if (args->slice_items == 0) {  // indices are checked, nothing is read
        args->axis_stride = 0;
        args->outer_rank = 0;
    }
    if (args->slice_items == 1) {
        call->fn = impl->items[size];
    } else if (args->slice_items == 0 || (args->inner_rank == 1 && args->inner[0].stride == 1)) {
        call->fn = impl->blocks[size];
    } else {
        call->fn = impl->strided[size];
    }
    call->extent = outer_count * args->index_count;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns =
        2.0 * lg_move_ns((double)out->elem_count * lg_item_bytes(out)) + 3.0 * (double)call->extent;
    return LG_OK;
}

const lg_gather_impl_t lg_gather_all__scalar = {
    {gather_items_8, gather_items_16, gather_items_32, gather_items_64},
    {gather_blocks_1, gather_blocks_2, gather_blocks_4, gather_blocks_8},
    {gather_strided_8, gather_strided_16, gather_strided_32, gather_strided_64},
};
