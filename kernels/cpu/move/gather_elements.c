// SPDX-License-Identifier: Apache-2.0
// gather_elements: y[c] = x[c with index[c] in place of its coordinate on the axis].
// one_hot: y[o, j, n] = on where index[o, n] is j, else off.
//
// Indices below 0 count from the end. Those out of range stop gather_elements with INDEX; for one_hot they mean
// no element at all.
#include "../families.h"

#include "copy.h"
#include "scalar.h"
#include "walk.h"

typedef struct elements_args {
    int64_t extent, stride;  // of the axis
    int64_t inner_count;     // one_hot: elements behind the axis
    uint64_t on, off;        // one_hot
    int32_t rank, index_bytes;
    lg_stepper_dim_t dims[LG_MAX_RANK];   // the index
    lg_stepper_dim_t outer[LG_MAX_RANK];  // x over the same elements, 0 on the axis
    int32_t outer_rank;
} elements_args_t;

LG_INLINE int64_t elements_index(const elements_args_t *args, const void *index, int64_t offset) {
    int64_t value =
        args->index_bytes == 8 ? ((const int64_t *)index)[offset] : ((const int32_t *)index)[offset];
    value += value < 0 ? args->extent : 0;
    return (uint64_t)value < (uint64_t)args->extent ? value : -1;
}

#define ELEMENTS(bits)                                                                                 \
    static int32_t gather_elements_##bits(const void *memory, void *const *data, int64_t begin,        \
                                          int64_t end) {                                               \
        const elements_args_t *args = memory;                                                          \
        const uint##bits##_t *x = data[0];                                                             \
        uint##bits##_t *y = data[2];                                                                   \
        lg_stepper_t index, outer;                                                                     \
        lg_stepper_start(&index, args->dims, args->rank, begin);                                       \
        lg_stepper_start(&outer, args->outer, args->outer_rank, begin);                                \
        for (int64_t i = begin; i < end; i++, lg_stepper_next(&index), lg_stepper_next(&outer)) {      \
            const int64_t k = elements_index(args, data[1], index.offset);                             \
            if (LG_UNLIKELY(k < 0)) {                                                                  \
                return LG_STATUS_INDEX;                                                                \
            }                                                                                          \
            y[i] = x[outer.offset + k * args->stride];                                                 \
        }                                                                                              \
        return 0;                                                                                      \
    }                                                                                                  \
    static int32_t one_hot_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const elements_args_t *args = memory;                                                          \
        uint##bits##_t *y = data[1];                                                                   \
        lg_stepper_t index;                                                                            \
        lg_stepper_start(&index, args->dims, args->rank, begin);                                       \
        for (int64_t i = begin; i < end; i++, lg_stepper_next(&index)) {                               \
            const int64_t k = elements_index(args, data[0], index.offset);                             \
            uint##bits##_t *line =                                                                     \
                y + i / args->inner_count * args->inner_count * args->extent + i % args->inner_count;  \
            for (int64_t j = 0; j < args->extent; j++) {                                               \
                line[j * args->inner_count] = (uint##bits##_t)(j == k ? args->on : args->off);         \
            }                                                                                          \
        }                                                                                              \
        return 0;                                                                                      \
    }
ELEMENTS(8)
ELEMENTS(16)
ELEMENTS(32)
ELEMENTS(64)

LG_REARRANGE_PREPARE(gather_elements) {
    (void)kernel;
    const int32_t item = lg_item_bytes(op->ins[0]);
    const lg_gather_elements_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *index = op->ins[1], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    elements_args_t *args = call->args;
    const int64_t given = attrs != NULL ? attrs->axis : 0;
    const uint32_t axis = (uint32_t)(given < 0 ? given + in->rank : given);
    args->extent = in->shape[axis];
    args->stride = in->strides[axis];
    args->index_bytes = index->dtype == LG_DTYPE_I64 ? 8 : 4;
    args->rank = args->outer_rank = 0;
    for (uint32_t i = 0; i < index->rank; i++) {
        args->rank = lg_stepper_append(args->dims, args->rank, index->shape[i], index->strides[i]);
        args->outer_rank =
            lg_stepper_append(args->outer, args->outer_rank, index->shape[i], i == axis ? 0 : in->strides[i]);
    }
    call->fn = LG_ITEM_FN(gather_elements, item);
    call->extent = out->elem_count;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 3.0 * (double)out->elem_count;
    return LG_OK;
}

LG_REARRANGE_PREPARE(one_hot) {
    (void)kernel;
    const lg_one_hot_attrs_t *attrs = op->attrs;
    const lg_view_t *index = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    elements_args_t *args = call->args;
    const uint32_t axis = (uint32_t)(attrs->axis < 0 ? attrs->axis + out->rank : attrs->axis);
    const int32_t item = (int32_t)lg_dtype_size((lg_dtype_t)out->dtype);
    args->extent = attrs->depth;
    args->index_bytes = lg_item_bytes(op->ins[0]);
    args->on = lg_scalar_bits(&attrs->on_value, out->dtype);
    args->off = lg_scalar_bits(&attrs->off_value, out->dtype);
    args->inner_count = 1;
    args->rank = 0;
    for (uint32_t i = 0; i < index->rank; i++) {
        args->inner_count *= i >= axis ? index->shape[i] : 1;
        args->rank = lg_stepper_append(args->dims, args->rank, index->shape[i], index->strides[i]);
    }
    call->fn = LG_ITEM_FN(one_hot, item);
    call->extent = index->elem_count;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 5.0 * (double)call->extent + 0.5 * (double)out->elem_count;
    return LG_OK;
}

LG_ITEM_IMPLS(gather_elements, gather_elements)
const lg_one_hot_impl_t lg_one_hot_i32__scalar = {0};
const lg_one_hot_impl_t lg_one_hot_i64__scalar = {0};
