// SPDX-License-Identifier: Apache-2.0
// unique: the different slices along an axis (elements, without one), where each was first, which of them every
// slice is, and how many there are of each.
//
// Slices are compared by their elements in row-major order, -0 as 0 and all NaN as equal and largest, and sorted
// stably by merging. Without `sorted` they come in the order in which they are found.
#include "../families.h"

enum { UNIQUE_OUTS = 4, UNIQUE_EXTENTS = UNIQUE_OUTS * LG_MAX_RANK };

typedef struct unique_args {
    int64_t outer, extent, inner;
    int64_t shape[LG_MAX_RANK];  // of y, with the true extent still to be told
    int32_t rank, axis, item_bytes;
    uint32_t dtype;
    int32_t sorted;
} unique_args_t;

// The order of slices `a` and `b`: below, at, or above 0.
static int32_t unique_compare(const unique_args_t *args, const void *x, int64_t a, int64_t b) {
    for (int64_t o = 0; o < args->outer; o++) {
        const int64_t base = o * args->extent;
        for (int64_t i = 0; i < args->inner; i++) {
            const uint64_t p = lg_order_key(x, (base + a) * args->inner + i, args->dtype);
            const uint64_t q = lg_order_key(x, (base + b) * args->inner + i, args->dtype);
            if (p != q) {
                return p < q ? -1 : 1;
            }
        }
    }
    return 0;
}

// Sorts the numbers of the slices; both arrays hold `extent` of them. Returns the one with the result.
static int64_t *unique_sort(const unique_args_t *args, const void *x, int64_t *order, int64_t *room) {
    const int64_t count = args->extent;
    for (int64_t i = 0; i < count; i++) {
        order[i] = i;
    }
    for (int64_t run = 1; run < count; run *= 2) {
        for (int64_t first = 0; first < count; first += 2 * run) {
            const int64_t middle = first + run < count ? first + run : count;
            const int64_t last = first + 2 * run < count ? first + 2 * run : count;
            int64_t a = first, b = middle;
            for (int64_t to = first; to < last; to++) {
                const int left =
                    b == last || (a < middle && unique_compare(args, x, order[a], order[b]) <= 0);
                room[to] = left ? order[a++] : order[b++];
            }
        }
        int64_t *swap = order;
        order = room;
        room = swap;
    }
    return order;
}

static int32_t unique_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const unique_args_t *args = memory;
    const int64_t count = args->extent;
    int64_t *indices = data[2], *inverse = data[3], *counts = data[4], *extents = data[5];
    int64_t *order = extents + UNIQUE_EXTENTS, *room = order + count;
    int64_t *sorted = unique_sort(args, data[0], order, room);
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) {
        found += i == 0 || unique_compare(args, data[0], sorted[i - 1], sorted[i]) != 0;
        inverse[sorted[i]] = found - 1;
    }
    if (!args->sorted) {
        int64_t *renamed = sorted == order ? room : order;
        int64_t next = 0;
        memset(renamed, 0xff, (size_t)count * sizeof *renamed);  // -1
        for (int64_t i = 0; i < count; i++) {
            int64_t *name = &renamed[inverse[i]];
            *name = *name < 0 ? next++ : *name;
            inverse[i] = *name;
        }
    }
    memset(counts, 0, (size_t)found * sizeof *counts);
    for (int64_t i = 0; i < count; i++) {
        if (counts[inverse[i]]++ == 0) {
            indices[inverse[i]] = i;
        }
    }
    char *y = data[1];
    const int64_t bytes = args->inner * args->item_bytes;
    for (int64_t o = 0; o < args->outer; o++) {
        for (int64_t g = 0; g < found; g++, y += bytes) {
            lg_copy_run(y, (const char *)data[0] + (o * count + indices[g]) * bytes, bytes);
        }
    }
    memcpy(extents, args->shape, (size_t)args->rank * sizeof *extents);
    extents[args->axis] = found;
    extents[LG_MAX_RANK] = extents[3 * LG_MAX_RANK] = found;
    extents[2 * LG_MAX_RANK] = count;
    return 0;
}

LG_REARRANGE_PREPARE(unique) {
    (void)kernel;
    if (!lg_indexing_dense(op, err)) {
        return LG_STATUS_UNSUPPORTED;
    }
    const lg_view_t *in = op->ins[0];
    const lg_unique_attrs_t *attrs = op->attrs;
    unique_args_t *args = call->args;
    args->item_bytes = lg_item_bytes(op->ins[0]);
    args->dtype = in->dtype;
    args->sorted = (int32_t)attrs->sorted;
    args->outer = args->inner = 1;
    args->extent = in->elem_count;
    args->rank = 1;
    args->axis = 0;
    if (attrs->axis.count > 0) {
        const int64_t axis = attrs->axis.values[0];
        const lg_axis_walk_t walk = lg_axis_walk(in, axis);
        args->outer = walk.outer;
        args->extent = walk.extent;
        args->inner = walk.inner;
        args->rank = in->rank;
        args->axis = (int32_t)(axis < 0 ? axis + in->rank : axis);
        memcpy(args->shape, in->shape, in->rank * sizeof in->shape[0]);
    }
    double levels = 2;
    for (int64_t n = args->extent; n > 1; n >>= 1) {
        levels++;
    }
    lg_indexing_bind(call, unique_run, 1, 6.0 * levels * (double)args->extent, sizeof *args,
                     (UNIQUE_EXTENTS + 2 * (size_t)args->extent) * sizeof(int64_t));
    return LG_OK;
}

LG_ITEM_IMPLS(unique, unique)
