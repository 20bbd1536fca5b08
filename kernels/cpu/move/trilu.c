// SPDX-License-Identifier: Apache-2.0
// trilu: the elements of matrices on one side of a diagonal, zeros on the other. eye: ones on a diagonal.
#include "../families.h"

#include "copy.h"
#include "scalar.h"
#include "walk.h"

typedef struct trilu_args {
    int64_t rows, columns, stride, k;  // stride of a column in x
    int32_t upper, rank;
    uint64_t one;                        // eye
    lg_stepper_dim_t dims[LG_MAX_RANK];  // all axes but the last
} trilu_args_t;

// The first column that row i shares with the part above diagonal k, between 0 and the number of columns.
LG_INLINE int64_t trilu_first(int64_t i, int64_t k, int64_t columns) {
    const int64_t first = k > columns ? columns : k < -i ? 0 : i + k;
    return first < columns ? first : columns;
}

#define TRILU(bits)                                                                                  \
    static int32_t trilu_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const trilu_args_t *args = memory;                                                           \
        lg_stepper_t walk;                                                                           \
        lg_stepper_start(&walk, args->dims, args->rank, begin);                                      \
        for (int64_t row = begin; row < end; row++, lg_stepper_next(&walk)) {                        \
            const uint##bits##_t *x = (const uint##bits##_t *)data[0] + walk.offset;                 \
            uint##bits##_t *y = (uint##bits##_t *)data[1] + row * args->columns;                     \
            const int64_t cut = trilu_first(row % args->rows, args->k, args->columns);               \
            const int64_t from = args->upper ? cut : 0, to = args->upper ? args->columns : cut;      \
            for (int64_t j = 0; j < args->columns; j++) {                                            \
                y[j] = j >= from && j < to ? x[j * args->stride] : 0;                                \
            }                                                                                        \
        }                                                                                            \
        return 0;                                                                                    \
    }                                                                                                \
    static int32_t eye_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) {   \
        const trilu_args_t *args = memory;                                                           \
        for (int64_t row = begin; row < end; row++) {                                                \
            uint##bits##_t *y = (uint##bits##_t *)data[0] + row * args->columns;                     \
            memset(y, 0, (size_t)args->columns * sizeof *y);                                         \
            if (args->k >= -row && args->k < args->columns - row) {                                  \
                y[row + args->k] = (uint##bits##_t)args->one;                                        \
            }                                                                                        \
        }                                                                                            \
        return 0;                                                                                    \
    }
TRILU(8)
TRILU(16)
TRILU(32)
TRILU(64)

LG_REARRANGE_PREPARE(trilu) {
    (void)kernel;
    static const lg_trilu_attrs_t defaults = {.upper = 1, .k = 0};
    const int32_t item = lg_item_bytes(op->ins[0]);
    const lg_trilu_attrs_t *attrs = op->attrs != NULL ? op->attrs : &defaults;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    trilu_args_t *args = call->args;
    args->rows = in->shape[in->rank - 2];
    args->columns = in->shape[in->rank - 1];
    args->stride = in->strides[in->rank - 1];
    args->upper = (int32_t)attrs->upper;
    // The lower part ends one behind the diagonal. A diagonal beyond the matrix is as one beside it.
    args->k = attrs->k > args->columns     ? args->columns
              : attrs->k < -args->rows - 1 ? -args->rows - 1
                                           : attrs->k;
    args->k += args->upper ? 0 : 1;
    args->rank = 0;
    for (uint32_t i = 0; i + 1 < in->rank; i++) {
        args->rank = lg_stepper_append(args->dims, args->rank, in->shape[i], in->strides[i]);
    }
    call->fn = LG_ITEM_FN(trilu, item);
    call->extent = in->elem_count > 0 ? in->elem_count / args->columns : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 5.0 * (double)call->extent + lg_move_ns((double)out->elem_count * item);
    return LG_OK;
}

LG_REARRANGE_PREPARE(eye) {
    (void)kernel;
    const lg_scalar_t one = {.kind = LG_SCALAR_INT, .value = {.i = 1}};
    const int32_t item = lg_item_bytes(op->outs[0]);
    const lg_eye_attrs_t *attrs = op->attrs;
    const lg_view_t *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    trilu_args_t *args = call->args;
    args->columns = out->shape[1];
    args->k = attrs->k;
    args->one = lg_scalar_bits(&one, out->dtype);
    call->fn = LG_ITEM_FN(eye, item);
    call->extent = out->elem_count > 0 ? out->shape[0] : 0;
    call->grain = 1;
    call->args_bytes = offsetof(trilu_args_t, dims);
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)out->elem_count * item);
    return LG_OK;
}

LG_ITEM_IMPLS(trilu, trilu)
LG_ITEM_IMPLS(eye, eye)
