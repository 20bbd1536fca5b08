// SPDX-License-Identifier: Apache-2.0
// top_k: the k largest or smallest values of each line along an axis, and where they were.
// sort, argsort: all of them.
//
// Values become unsigned keys in the order of the values (largest first: the keys inverted), so one code
// serves all dtypes. Equal values keep the order of their indices, NaN counts as the largest value. A short
// line is ranked: every pair is compared, without a branch. top_k of few keeps the k best in a heap whose
// top is the worst of them; else the line is sorted by merging, runs of insertion sort first.
#include "../families.h"

enum { ORDER_SHORT = 8 };  // elements of a line that is ranked

typedef struct order_entry {
    uint64_t key;
    int64_t index;
} order_entry_t;

typedef struct order_args {
    int64_t extent, inner, count;  // of the axis, behind it; results per line
    uint64_t invert;               // all ones: largest first
    uint32_t dtype;
    int32_t item_bytes;
    int32_t values, indices;  // operand numbers of the outputs, -1 for none
    int32_t heap, ranked;
} order_args_t;

LG_INLINE uint64_t order_key(const void *data, int64_t index, uint32_t dtype) {
    const uint64_t top = (uint64_t)1 << 63;
    switch (dtype) {
        case LG_DTYPE_F32: {
            uint32_t bits = ((const uint32_t *)data)[index];
            bits = (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fffffffu : bits == 0x80000000u ? 0 : bits;
            return bits ^ (0x80000000u | (0u - (bits >> 31)));  // a branch on the sign would be a guess
        }
        case LG_DTYPE_F64: {
            uint64_t bits = ((const uint64_t *)data)[index];
            bits = (bits & ~top) > 0x7ff0000000000000u ? ~top : bits == top ? 0 : bits;
            return bits ^ (top | (0 - (bits >> 63)));
        }
        case LG_DTYPE_F16:
        case LG_DTYPE_BF16: {
            const uint32_t infinity = dtype == LG_DTYPE_F16 ? 0x7c00u : 0x7f80u;
            uint32_t bits = ((const uint16_t *)data)[index];
            bits = (bits & 0x7fffu) > infinity ? 0x7fffu : bits == 0x8000u ? 0 : bits;
            return bits & 0x8000u ? 0xffffu - bits : bits | 0x8000u;
        }
        case LG_DTYPE_I8:
            return (uint64_t)((const int8_t *)data)[index] + top;
        case LG_DTYPE_I16:
            return (uint64_t)((const int16_t *)data)[index] + top;
        case LG_DTYPE_I32:
            return (uint64_t)((const int32_t *)data)[index] + top;
        case LG_DTYPE_I64:
            return (uint64_t)((const int64_t *)data)[index] + top;
        case LG_DTYPE_U16:
            return ((const uint16_t *)data)[index];
        case LG_DTYPE_U32:
            return ((const uint32_t *)data)[index];
        case LG_DTYPE_U64:
            return ((const uint64_t *)data)[index];
        default:  // u8, bool
            return ((const uint8_t *)data)[index];
    }
}

uint64_t lg_order_key(const void *data, int64_t index, uint32_t dtype) {
    return order_key(data, index, dtype);
}

typedef int32_t order_lanes __attribute__((vector_size(16)));

// A short line of keys of 32 bits in order: the place of an element is the number of those that come before
// it. What the line lacks counts as larger than anything.
static void order_rank(const order_args_t *args, const void *x, int64_t base, order_entry_t *entries) {
    static const int32_t ones[2 * ORDER_SHORT] = {0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1};
    int32_t keys[ORDER_SHORT], places[ORDER_SHORT];
    const int32_t count = (int32_t)args->extent, invert = (int32_t)args->invert;
    const uint32_t dtype = args->dtype;
    for (int32_t i = 0; i < count; i++) {
        const int64_t at = base + i * args->inner;
        const uint64_t key = dtype == LG_DTYPE_F32 ? order_key(x, at, dtype) : lg_order_key(x, at, dtype);
        keys[i] = (int32_t)((uint32_t)key ^ 0x80000000u) ^ invert;  // signed, as baseline vectors compare
    }
    for (int32_t i = count; i < ORDER_SHORT; i++) {
        keys[i] = INT32_MAX;
    }
    order_lanes low, high, low_place = {0}, high_place = {0}, low_behind, high_behind;
    memcpy(&low, keys, sizeof low);
    memcpy(&high, keys + 4, sizeof high);
    LG_UNROLL
    for (int32_t i = 0; i < ORDER_SHORT; i++) {
        const order_lanes key = {keys[i], keys[i], keys[i], keys[i]};
        memcpy(&low_behind, ones + ORDER_SHORT - 1 - i, sizeof low_behind);  // lanes above i, where equals go
        memcpy(&high_behind, ones + ORDER_SHORT + 3 - i, sizeof high_behind);
        low_place -= (key < low) | ((key == low) & low_behind);
        high_place -= (key < high) | ((key == high) & high_behind);
    }
    memcpy(places, &low_place, sizeof low_place);
    memcpy(places + 4, &high_place, sizeof high_place);
    LG_UNROLL
    for (int32_t i = 0; i < ORDER_SHORT; i++) {
        entries[places[i]].index = i;
    }
}

LG_INLINE int order_before(order_entry_t a, order_entry_t b) {
    return a.key != b.key ? a.key < b.key : a.index < b.index;
}

// Restores the heap below `at`; the worst entry is on top.
static void order_sink(order_entry_t *heap, int64_t count, int64_t at, order_entry_t entry) {
    for (int64_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && order_before(heap[child], heap[child + 1]);
        if (!order_before(entry, heap[child])) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = entry;
}

// The best `count` of a line into `heap`, in order.
static void order_heap(const order_args_t *args, const void *x, int64_t base, order_entry_t *heap) {
    const int64_t count = args->count;
    for (int64_t i = 0; i < args->extent; i++) {
        const order_entry_t entry = {order_key(x, base + i * args->inner, args->dtype) ^ args->invert, i};
        if (i < count) {
            heap[i] = entry;
            if (i + 1 == count) {
                for (int64_t k = count / 2; k-- > 0;) {
                    order_sink(heap, count, k, heap[k]);
                }
            }
        } else if (order_before(entry, heap[0])) {
            order_sink(heap, count, 0, entry);
        }
    }
    for (int64_t left = count - 1; left > 0; left--) {
        const order_entry_t worst = heap[0];
        order_sink(heap, left, 0, heap[left]);
        heap[left] = worst;
    }
}

// The whole line, in order; `room` holds as many entries again. Returns where they are.
static order_entry_t *order_merge(const order_args_t *args, const void *x, int64_t base,
                                  order_entry_t *entries, order_entry_t *room) {
    enum { RUN = 12 };
    const int64_t count = args->extent;
    for (int64_t i = 0; i < count; i++) {
        const order_entry_t entry = {order_key(x, base + i * args->inner, args->dtype) ^ args->invert, i};
        int64_t at = i;
        for (; at % RUN > 0 && entries[at - 1].key > entry.key; at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = entry;
    }
    for (int64_t run = RUN; run < count; run *= 2) {
        for (int64_t first = 0; first < count; first += 2 * run) {
            const int64_t middle = first + run < count ? first + run : count;
            const int64_t last = first + 2 * run < count ? first + 2 * run : count;
            int64_t a = first, b = middle;
            for (int64_t to = first; to < last; to++) {
                const int left = b == last || (a < middle && entries[a].key <= entries[b].key);
                room[to] = left ? entries[a] : entries[b];
                a += left;
                b += !left;
            }
        }
        order_entry_t *swap = entries;
        entries = room;
        room = swap;
    }
    return entries;
}

// The results of one line: `from` and `to` are its first elements there.
#define ORDER_PUT(bits)                                                                                     \
    static void order_put_##bits(const order_args_t *args, void *const *data, const order_entry_t *entries, \
                                 int64_t from, int64_t to) {                                                \
        const int64_t count = args->count, inner = args->inner;                                             \
        const uint##bits##_t *x = (const uint##bits##_t *)data[0] + from;                                   \
        uint##bits##_t *y = args->values < 0 ? NULL : (uint##bits##_t *)data[args->values] + to;            \
        int64_t *indices = args->indices < 0 ? NULL : (int64_t *)data[args->indices] + to;                  \
        for (int64_t i = 0; y != NULL && i < count; i++) {                                                  \
            y[i * inner] = x[entries[i].index * inner];                                                     \
        }                                                                                                   \
        for (int64_t i = 0; indices != NULL && i < count; i++) {                                            \
            indices[i * inner] = entries[i].index;                                                          \
        }                                                                                                   \
    }
ORDER_PUT(8)
ORDER_PUT(16)
ORDER_PUT(32)
ORDER_PUT(64)

static int32_t order_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const order_args_t *args = memory;
    order_entry_t *scratch = data[args->indices > args->values ? args->indices + 1 : args->values + 1];
    order_entry_t ranked[ORDER_SHORT];
    int64_t outer = begin / args->inner, inner = begin % args->inner;
    for (int64_t line = begin; line < end; line++) {
        const int64_t base = outer * args->extent * args->inner + inner;
        const order_entry_t *entries = ranked;
        if (args->ranked) {
            order_rank(args, data[0], base, ranked);
        } else if (args->heap) {
            order_heap(args, data[0], base, scratch);
            entries = scratch;
        } else {
            entries = order_merge(args, data[0], base, scratch, scratch + args->extent);
        }
        LG_ITEM_FN(order_put, args->item_bytes)
        (args, data, entries, base, outer * args->count * args->inner + inner);
        if (++inner == args->inner) {
            inner = 0;
            outer++;
        }
    }
    return 0;
}

// Whether 32 bits of a key say all: those of signed integers have their sign in the top bit of 64.
static int32_t order_is_narrow(uint32_t dtype) {
    return dtype == LG_DTYPE_F32 || dtype == LG_DTYPE_F16 || dtype == LG_DTYPE_BF16 || dtype == LG_DTYPE_U8 ||
           dtype == LG_DTYPE_U16 || dtype == LG_DTYPE_U32 || dtype == LG_DTYPE_BOOL;
}

LG_REARRANGE_PREPARE(order) {
    (void)kernel;
    if (!lg_indexing_dense(op, err)) {
        return LG_STATUS_UNSUPPORTED;
    }
    const lg_view_t *in = op->ins[0];
    order_args_t *args = call->args;
    int64_t axis, first;
    if (op->op == LG_OP_TOP_K) {
        const lg_top_k_attrs_t *attrs = op->attrs;
        axis = attrs->axis;
        first = attrs->largest;
    } else {
        const lg_sort_attrs_t *attrs = op->attrs;  // those of argsort are the same
        axis = attrs->axis;
        first = attrs->descending;
    }
    const lg_axis_walk_t walk = lg_axis_walk(in, axis);
    args->extent = walk.extent;
    args->inner = walk.inner;
    args->count = lg_axis_walk(op->outs[0], axis).extent;
    args->invert = first ? ~(uint64_t)0 : 0;
    args->dtype = in->dtype;
    args->item_bytes = lg_item_bytes(op->ins[0]);
    args->values = op->op == LG_OP_ARGSORT ? -1 : 1;
    args->indices = op->op == LG_OP_ARGSORT ? 1 : 2;
    args->heap = args->count < args->extent / 4;
    args->ranked = args->extent <= ORDER_SHORT && order_is_narrow(in->dtype);
    double levels = 2;
    for (int64_t n = args->heap ? args->count : args->extent; n > 1; n >>= 1) {
        levels += args->heap ? 0.2 : 1;
    }
    const int64_t room = args->heap ? args->count : 2 * args->extent;
    const size_t entries = (size_t)(args->ranked ? 0 : room);
    lg_indexing_bind(call, order_run, op->outs[0]->elem_count > 0 ? walk.outer * walk.inner : 0,
                     2.0 * levels * (double)in->elem_count, sizeof *args, entries * sizeof(order_entry_t));
    return LG_OK;
}

LG_ITEM_IMPLS(order, top_k)
LG_ITEM_IMPLS(order, sort)
LG_ITEM_IMPLS(order, argsort)
