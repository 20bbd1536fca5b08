// SPDX-License-Identifier: Apache-2.0
// Prepare for the reductions over any set of axes: splits, sorts and merges dimensions and picks the path.
#include "../families.h"

enum {
    REDUCE_MIN_WIDTH =
        4,              // fewer columns than this are packed and reduced as rows: the vectors would be empty
    REDUCE_GRAIN = 16,  // COLUMNS: cuts at whole cache lines of f32 outputs
};

// Bit i: axis i is reduced. No axes given: all.
static uint32_t reduce_mask(const lg_ints_t *axis, uint32_t rank) {
    if (axis->count < 0) {
        return (1u << rank) - 1;
    }
    uint32_t mask = 0;
    for (int64_t i = 0; i < axis->count; i++) {
        int64_t value = axis->values[i];
        mask |= 1u << (value < 0 ? value + rank : value);
    }
    return mask;
}

static void reduce_sort(lg_stepper_dim_t *dims, int32_t *rank) {
    for (int32_t i = 1; i < *rank; i++) {
        for (int32_t j = i; j > 0; j--) {
            int64_t left = dims[j - 1].stride, right = dims[j].stride;
            if ((left < 0 ? -left : left) >= (right < 0 ? -right : right)) {
                break;
            }
            lg_stepper_dim_t swap = dims[j];
            dims[j] = dims[j - 1];
            dims[j - 1] = swap;
        }
    }
    int32_t merged = 0;
    for (int32_t i = 0; i < *rank; i++) {
        merged = lg_stepper_append(dims, merged, dims[i].extent, dims[i].stride);
    }
    *rank = merged;
}

lg_status_t lg_reduce_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    static const lg_ints_t all_axes = {.count = -1};
    const lg_reduce_impl_t *impl = kernel->impl;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    // All reductions begin their attributes as sum does.
    const lg_sum_attrs_t *attrs = op->attrs;
    const lg_ints_t *axis = attrs != NULL ? &attrs->axis : &all_axes;
    if (LG_UNLIKELY(!(out->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    lg_reduce_args_t *args = call->args;
    args->finish = impl->finish;
    args->term = impl->term;
    args->shifted = impl->shifted;
    args->most = NULL;
    args->correction = 0;
    args->width = 1;
    args->gather = 0;
    call->extent = out->elem_count;
    call->grain = 1;
    call->scratch_bytes = 0;
    call->fn = impl->rows;

    uint32_t rank = in->rank;
    uint32_t mask = reduce_mask(axis, rank);
    uint32_t kept = ~mask & ((1u << rank) - 1);
    if (LG_LIKELY((in->flags & LG_VIEW_CONTIGUOUS) &&
                  (kept & (kept + 1)) == 0)) {  // trailing axes of a dense input
        int64_t count = 1;
        for (uint32_t i = (uint32_t)__builtin_popcount(kept); i < rank; i++) {
            count *= in->shape[i];
        }
        args->reduce_count = count;
        args->reduced_rank = 1;
        args->reduced[0] = (lg_stepper_dim_t){count, 1};
        args->kept_rank = count > 0;
        args->kept[0] = (lg_stepper_dim_t){out->elem_count, count};
    } else {
        args->reduce_count = 1;
        args->kept_rank = args->reduced_rank = 0;
        for (uint32_t i = 0; i < rank; i++) {
            if (mask >> i & 1) {
                args->reduce_count *= in->shape[i];
                args->reduced_rank =
                    lg_stepper_append(args->reduced, args->reduced_rank, in->shape[i], in->strides[i]);
            } else {
                args->kept_rank =
                    lg_stepper_append(args->kept, args->kept_rank, in->shape[i], in->strides[i]);
            }
        }
        if (impl->order == LG_REDUCE_UNORDERED) {
            reduce_sort(args->reduced, &args->reduced_rank);
        }
        const lg_stepper_dim_t *columns = &args->kept[args->kept_rank - 1];
        if (args->reduced_rank > 0 && args->reduced[args->reduced_rank - 1].stride == 1) {
            // ROWS
        } else if (args->kept_rank > 0 && columns->stride == 1 && columns->extent >= REDUCE_MIN_WIDTH) {
            args->width = columns->extent;
            args->kept_rank--;
            call->fn = impl->columns;
            call->grain = REDUCE_GRAIN;
        } else {
            args->gather = args->reduced_rank > 0;
        }
        if (args->reduce_count == 0) {  // nothing is read: no walk over empty dimensions
            args->kept_rank = 0;
            args->reduced_rank = 1;
            args->reduced[0] = (lg_stepper_dim_t){0, 1};
            args->gather = 0;
            args->width = 1;
            call->fn = impl->rows;
        }
    }
    if (impl->most != NULL) {
        args->most = call->fn == impl->columns ? impl->most->columns : impl->most->rows;
        if (args->reduce_count == 0) {  // there is no shift: log 0
            args->term = NULL;
            args->shifted = 0;
            args->finish = LG_REDUCE_LOG;
        }
    }
    call->args_bytes = offsetof(lg_reduce_args_t, kept) + (size_t)args->kept_rank * sizeof args->kept[0];
    // Per input element about 0.02 ns a byte from cache; packing costs about a nanosecond per element.
    double element_ns = (args->gather ? 1.0 : 0.02 * impl->item_bytes) * (impl->term != NULL ? 2 : 1);
    call->work_ns = 5.0 * (double)out->elem_count + element_ns * (double)in->elem_count;
    return LG_OK;
}
