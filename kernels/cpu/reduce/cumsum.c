// SPDX-License-Identifier: Apache-2.0
// cumsum: y[i] = sum of x[j] for j <= i; exclusive: for j < i; reverse: from the other end.
//
// One element after the other, floats in double with one rounding per result, integers modulo 2^n. A chain of
// additions has no vectors to gain, but lines that lie side by side are walked together, row by row, and of others
// four at a time, which wait for their additions together; a unit is one line along the axis.
#include "../families.h"

#include <string.h>

enum { CUMSUM_TILE = 128 };  // lines walked together: 1 KiB of sums

typedef struct cumsum_args {
    int64_t count, stride;  // of the axis; strides in elements
    int64_t inner_count;    // elements behind the axis
    int32_t exclusive, reverse;
    int32_t rank;
    lg_stepper_dim_t dims[LG_MAX_RANK];  // the other axes
} cumsum_args_t;

// How many lines from `line` on lie side by side in both operands, and may be walked together.
static int64_t cumsum_width(const cumsum_args_t *args, const lg_stepper_t *walk, int64_t line, int64_t end) {
    const int32_t last = args->rank - 1;
    if (args->inner_count == 1 || last < 0 || args->dims[last].stride != 1) {
        return 1;
    }
    int64_t width = args->dims[last].extent - walk->coords[last];
    const int64_t rest = args->inner_count - line % args->inner_count;
    width = width < rest ? width : rest;
    width = width < end - line ? width : end - line;
    return width < CUMSUM_TILE ? width : CUMSUM_TILE;
}

// Whether the four lines from `line` on follow each other at one distance in both operands.
static int32_t cumsum_is_four(const cumsum_args_t *args, const lg_stepper_t *walk, int64_t line,
                              int64_t end) {
    const int32_t last = args->rank - 1;
    return args->inner_count == 1 && last >= 0 && end - line >= 4 &&
           args->dims[last].extent - walk->coords[last] >= 4;
}

#define CUMSUM(T, A, S)                                                                            \
    static int32_t cumsum_##S(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const cumsum_args_t *args = memory;                                                        \
        const int64_t first = args->reverse ? args->count - 1 : 0, sign = args->reverse ? -1 : 1;  \
        const int64_t stride = sign * args->stride, step = sign * args->inner_count;               \
        const int32_t exclusive = args->exclusive;                                                 \
        lg_stepper_t walk;                                                                         \
        lg_stepper_start(&walk, args->dims, args->rank, begin);                                    \
        for (int64_t line = begin, width; line < end; line += width, lg_stepper_next(&walk)) {     \
            const T *x = (const T *)data[0] + walk.offset + first * args->stride;                  \
            T *y = (T *)data[1] + line / args->inner_count * args->inner_count * args->count +     \
                   line % args->inner_count + first * args->inner_count;                           \
            if (cumsum_is_four(args, &walk, line, end)) {                                          \
                const int64_t next_x = args->dims[args->rank - 1].stride, next_y = args->count;    \
                A sum[4] = {0, 0, 0, 0};                                                           \
                for (int64_t i = 0; i < args->count; i++) {                                        \
                    LG_UNROLL                                                                      \
                    for (int64_t r = 0; r < 4; r++) {                                              \
                        const A next = sum[r] + (A)x[i * stride + r * next_x];                     \
                        y[i * step + r * next_y] = (T)(exclusive ? sum[r] : next);                 \
                        sum[r] = next;                                                             \
                    }                                                                              \
                }                                                                                  \
                width = 4;                                                                         \
                walk.coords[walk.rank - 1] += width - 1;                                           \
                walk.offset += (width - 1) * next_x;                                               \
                continue;                                                                          \
            }                                                                                      \
            width = cumsum_width(args, &walk, line, end);                                          \
            if (width == 1) {                                                                      \
                A sum = 0;                                                                         \
                for (int64_t i = 0; i < args->count; i++) {                                        \
                    const A next = sum + (A)x[i * stride];                                         \
                    y[i * step] = (T)(exclusive ? sum : next);                                     \
                    sum = next;                                                                    \
                }                                                                                  \
                continue;                                                                          \
            }                                                                                      \
            A sums[CUMSUM_TILE];                                                                   \
            memset(sums, 0, (size_t)width * sizeof *sums);                                         \
            for (int64_t i = 0; i < args->count; i++) {                                            \
                const T *LG_RESTRICT from = x + i * stride;                                        \
                T *LG_RESTRICT to = y + i * step;                                                  \
                for (int64_t j = 0; j < width; j++) {                                              \
                    const A next = sums[j] + (A)from[j];                                           \
                    to[j] = (T)(exclusive ? sums[j] : next);                                       \
                    sums[j] = next;                                                                \
                }                                                                                  \
            }                                                                                      \
            walk.coords[walk.rank - 1] += width - 1;                                               \
            walk.offset += width - 1;                                                              \
        }                                                                                          \
        return 0;                                                                                  \
    }                                                                                              \
    const lg_cumsum_impl_t lg_cumsum_##S##__scalar = {cumsum_##S};
CUMSUM(float, double, f32)
CUMSUM(double, double, f64)
CUMSUM(uint32_t, uint32_t, i32)
CUMSUM(uint64_t, uint64_t, i64)

lg_status_t lg_cumsum_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_cumsum_attrs_t *attrs = op->attrs;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    if (LG_UNLIKELY(!(out->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    cumsum_args_t *args = call->args;
    const uint32_t axis = (uint32_t)(attrs->axis < 0 ? attrs->axis + in->rank : attrs->axis);
    args->count = in->shape[axis];
    args->stride = in->strides[axis];
    args->exclusive = (int32_t)attrs->exclusive;
    args->reverse = (int32_t)attrs->reverse;
    args->inner_count = 1;
    args->rank = 0;
    for (uint32_t i = 0; i < in->rank; i++) {
        if (i != axis) {
            args->rank = lg_stepper_append(args->dims, args->rank, in->shape[i], in->strides[i]);
            args->inner_count *= i > axis ? in->shape[i] : 1;
        }
    }
    call->fn = ((const lg_cumsum_impl_t *)kernel->impl)->lines;
    call->extent = in->elem_count > 0 ? in->elem_count / args->count : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 5.0 * (double)call->extent + 1.2 * (double)in->elem_count;
    return LG_OK;
}
