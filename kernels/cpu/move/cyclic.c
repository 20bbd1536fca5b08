// SPDX-License-Identifier: Apache-2.0
// tile and roll: y[c] = x[(c + start) mod extent], axis by axis; extents are those of x. tile starts at 0 and
// goes round several times, roll starts elsewhere and goes round once.
//
// A unit is one innermost row of the output, copied in runs that end where x does.
#include "../families.h"

#include "copy.h"

typedef struct cyclic_args {
    int64_t extent[LG_MAX_RANK], start[LG_MAX_RANK], stride[LG_MAX_RANK];  // of x; strides in elements
    int64_t shape[LG_MAX_RANK];                                            // of y
    int32_t rank;                                                          // 1 or more
} cyclic_args_t;

#define CYCLIC(bits)                                                                                       \
    static int32_t cyclic_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) {      \
        const cyclic_args_t *args = memory;                                                                \
        const int32_t last = args->rank - 1;                                                               \
        const int64_t width = args->shape[last], extent = args->extent[last], stride = args->stride[last]; \
        for (int64_t row = begin; row < end; row++) {                                                      \
            const uint##bits##_t *x = data[0];                                                             \
            uint##bits##_t *y = (uint##bits##_t *)data[1] + row * width;                                   \
            int64_t rest = row;                                                                            \
            for (int32_t i = last; i-- > 0;) {                                                             \
                x += (rest % args->shape[i] + args->start[i]) % args->extent[i] * args->stride[i];         \
                rest /= args->shape[i];                                                                    \
            }                                                                                              \
            int64_t from = args->start[last];                                                              \
            for (int64_t done = 0; done < width; from = 0) {                                               \
                const int64_t run = extent - from < width - done ? extent - from : width - done;           \
                if (stride == 1) {                                                                         \
                    lg_copy_run((char *)(y + done), (const char *)(x + from), run * (bits / 8));           \
                } else {                                                                                   \
                    for (int64_t i = 0; i < run; i++) {                                                    \
                        y[done + i] = x[(from + i) * stride];                                              \
                    }                                                                                      \
                }                                                                                          \
                done += run;                                                                               \
            }                                                                                              \
        }                                                                                                  \
        return 0;                                                                                          \
    }
CYCLIC(8)
CYCLIC(16)
CYCLIC(32)
CYCLIC(64)

LG_REARRANGE_PREPARE(cyclic) {
    (void)kernel;
    const int32_t item = lg_item_bytes(op->ins[0]);
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    cyclic_args_t *args = call->args;
    args->rank = in->rank > 0 ? in->rank : 1;
    args->extent[0] = args->shape[0] = args->stride[0] = 1;  // a single element
    for (uint32_t i = 0; i < LG_MAX_RANK; i++) {
        args->start[i] = 0;
    }
    for (uint32_t i = 0; i < in->rank; i++) {
        args->extent[i] = in->shape[i];
        args->shape[i] = out->shape[i];
        args->stride[i] = in->strides[i];
    }
    if (op->op == LG_OP_ROLL && in->elem_count > 0) {
        const lg_roll_attrs_t *attrs = op->attrs;
        for (int64_t i = 0; i < attrs->axis.count; i++) {
            const int64_t axis =
                attrs->axis.values[i] < 0 ? attrs->axis.values[i] + in->rank : attrs->axis.values[i];
            const int64_t extent = in->shape[axis], shift = attrs->shift.values[i] % extent;
            args->start[axis] = shift > 0 ? extent - shift : -shift;
        }
    }
    call->fn = LG_ITEM_FN(cyclic, item);
    call->extent = out->elem_count > 0 ? out->elem_count / args->shape[args->rank - 1] : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 10.0 * (double)call->extent + lg_move_ns((double)out->elem_count * item);
    return LG_OK;
}

LG_ITEM_IMPLS(cyclic, tile)
LG_ITEM_IMPLS(cyclic, roll)
