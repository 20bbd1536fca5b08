// SPDX-License-Identifier: Apache-2.0
// scatter_elements: y = x, then y[c with index[c] in place of its coordinate on the axis] = updates[c].
// scatter_nd: y = x, then y[index[i, 0], ..., index[i, k - 1], n] = updates[i, n].
//
// With a reduction the update is added, multiplied, or the smaller or larger of both taken; the order is that of
// the updates, also where none is asked for: the last one stays. So there is one range. f16 and bf16 round after
// every step. A NaN wins over every number in min and max.
#include "../families.h"

typedef struct scatter_args {
    int64_t count;                                     // updates, slices of them for scatter_nd
    int64_t total_bytes;                               // of x
    int64_t slice;                                     // elements of one update
    int64_t shape[LG_MAX_RANK], strides[LG_MAX_RANK];  // walk of the updates; its stride in y, 0 on the axis
    int64_t extents[LG_MAX_RANK], steps[LG_MAX_RANK];  // axes looked up, elements
    int32_t rank, depth, index_bytes, item_bytes;
    uint32_t dtype, mode;
} scatter_args_t;

enum { SCATTER_NONE, SCATTER_ADD, SCATTER_MUL, SCATTER_MIN, SCATTER_MAX };  // as in the attribute

#define SCATTER_FOLD(T, W, load, store)                                   \
    for (int64_t i = 0; i < count; i++) {                                 \
        T *to = (T *)y + i;                                               \
        const W a = load(*to), b = load(((const T *)update)[i]);          \
        const W both = mode == SCATTER_ADD   ? (W)(a + b)                 \
                       : mode == SCATTER_MUL ? (W)(a * b)                 \
                       : mode == SCATTER_MIN ? (b < a || b != b ? b : a)  \
                                             : (b > a || b != b ? b : a); \
        *to = (T)store(both);                                             \
    }                                                                     \
    break
#define SCATTER_SAME(x) (x)

static void scatter_fold(uint32_t dtype, uint32_t mode, char *y, const char *update, int64_t count) {
    switch (dtype) {
        case LG_DTYPE_F32:
            SCATTER_FOLD(float, float, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_F64:
            SCATTER_FOLD(double, double, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_F16:
            SCATTER_FOLD(uint16_t, float, f32_from_f16, f16_from_f32);
        case LG_DTYPE_BF16:
            SCATTER_FOLD(uint16_t, float, f32_from_bf16, bf16_from_f32);
        // Sums and products in unsigned numbers, which wrap; the order is that of the signed ones.
        case LG_DTYPE_I8:
            SCATTER_FOLD(int8_t, int32_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_I16:
            SCATTER_FOLD(int16_t, int32_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_I32:
            SCATTER_FOLD(int32_t, int64_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_I64:
            for (int64_t i = 0; i < count; i++) {
                int64_t *to = (int64_t *)(void *)y + i;
                const int64_t a = *to, b = ((const int64_t *)(const void *)update)[i];
                *to = mode == SCATTER_ADD   ? (int64_t)((uint64_t)a + (uint64_t)b)
                      : mode == SCATTER_MUL ? (int64_t)((uint64_t)a * (uint64_t)b)
                      : mode == SCATTER_MIN ? (b < a ? b : a)
                                            : (b > a ? b : a);
            }
            break;
        case LG_DTYPE_U16:
            SCATTER_FOLD(uint16_t, uint32_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_U32:
            SCATTER_FOLD(uint32_t, uint32_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_U64:
            SCATTER_FOLD(uint64_t, uint64_t, SCATTER_SAME, SCATTER_SAME);
        case LG_DTYPE_BOOL:  // the sum is "or", the product "and"
            for (int64_t i = 0; i < count; i++) {
                const uint8_t a = (uint8_t)y[i], b = (uint8_t)update[i];
                y[i] = (char)(mode == SCATTER_ADD || mode == SCATTER_MAX ? a | b : a & b);
            }
            break;
        default:
            SCATTER_FOLD(uint8_t, uint32_t, SCATTER_SAME, SCATTER_SAME);
    }
}

static int32_t scatter_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const scatter_args_t *args = memory;
    const char *updates = data[2];
    char *y = data[3];
    memcpy(y, data[0], (size_t)args->total_bytes);
    int64_t coords[LG_MAX_RANK] = {0};
    int64_t base = 0;
    for (int64_t i = 0; i < args->count; i++) {
        int64_t at = base;
        for (int32_t k = 0; k < args->depth; k++) {
            const int64_t index =
                lg_index_at(data[1], i * args->depth + k, args->index_bytes, args->extents[k]);
            if (LG_UNLIKELY(index < 0)) {
                return LG_STATUS_INDEX;
            }
            at += index * args->steps[k];
        }
        char *to = y + at * args->item_bytes;
        const char *from = updates + i * args->slice * args->item_bytes;
        if (args->mode == SCATTER_NONE) {
            lg_copy_run(to, from, args->slice * args->item_bytes);
        } else {
            scatter_fold(args->dtype, args->mode, to, from, args->slice);
        }
        for (int32_t k = args->rank - 1; k >= 0; k--) {
            base += args->strides[k];
            if (++coords[k] < args->shape[k]) {
                break;
            }
            base -= args->shape[k] * args->strides[k];
            coords[k] = 0;
        }
    }
    return 0;
}

LG_REARRANGE_PREPARE(scatter) {
    (void)kernel;
    if (!lg_indexing_dense(op, err)) {
        return LG_STATUS_UNSUPPORTED;
    }
    const lg_view_t *in = op->ins[0], *index = op->ins[1];
    scatter_args_t *args = call->args;
    args->item_bytes = lg_item_bytes(op->ins[0]);
    args->total_bytes = in->elem_count * args->item_bytes;
    args->dtype = in->dtype;
    args->index_bytes = index->dtype == LG_DTYPE_I64 ? 8 : 4;
    args->slice = 1;
    args->rank = 0;
    if (op->op == LG_OP_SCATTER_ELEMENTS) {
        const lg_scatter_elements_attrs_t *attrs = op->attrs;
        const uint32_t axis = (uint32_t)(attrs->axis < 0 ? attrs->axis + in->rank : attrs->axis);
        args->mode = (uint32_t)attrs->reduction;
        args->count = index->elem_count;
        args->depth = 1;
        args->extents[0] = in->shape[axis];
        args->steps[0] = in->strides[axis];
        args->rank = index->rank;
        for (uint32_t i = 0; i < index->rank; i++) {
            args->shape[i] = index->shape[i];
            args->strides[i] = i == axis ? 0 : in->strides[i];
        }
    } else {
        const lg_scatter_nd_attrs_t *attrs = op->attrs;
        args->mode = (uint32_t)attrs->reduction;
        args->depth = (int32_t)index->shape[index->rank - 1];
        args->count = 1;
        for (uint32_t i = 0; i + 1 < index->rank; i++) {
            args->count *= index->shape[i];
        }
        for (uint32_t i = 0; i < in->rank; i++) {
            if (i < (uint32_t)args->depth) {
                args->extents[i] = in->shape[i];
                args->steps[i] = in->strides[i];
            } else {
                args->slice *= in->shape[i];
            }
        }
    }
    lg_indexing_bind(call, scatter_run, 1,
                     lg_move_ns((double)args->total_bytes) + 6.0 * (double)(args->count * args->slice),
                     sizeof *args, 0);
    return LG_OK;
}

LG_ITEM_IMPLS(scatter, scatter_elements)
LG_ITEM_IMPLS(scatter, scatter_nd)
