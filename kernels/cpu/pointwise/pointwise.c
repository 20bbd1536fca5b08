// SPDX-License-Identifier: Apache-2.0
// Binding of pointwise kernels to layouts, and the driver for layouts that are not dense.
//
// The driver walks the output's elements in the order of the output's strides, in chunks:
//
//   flat   [==========tile==========][==========tile==========]   operands that are not dense are copied
//   rows   [===row===][===row===][===row===][===row===]           long rows: no copy where a row is dense
//
// An operand is used where it lies (DENSE: over the whole range; ROW: within a row), repeats itself after a
// few elements (REPEAT: its tile is filled once; a single element has period 1), or is copied to or from a
// tile (PACK). A copy costs about 0.3 ns an element.
//
// The halves, f16 and bf16, have no dense functions: those of f32 stand for them. A half operand goes through a
// tile of f32 also where it is DENSE, so halves compute in f32 and round once, at the end.
#include "pointwise.h"

#include "halves.h"

#include <stddef.h>
#include <string.h>

enum {
    TILE_BYTES = 4096,  // per operand: four of them fill half of a 32 KiB L1
    ROW_MIN = 64,       // shorter rows are not worth a call each
    GRAIN = 64,         // elements; a multiple of 64 bytes for every item size
};

// Operands of this size together are stored around the caches. See Note [Streaming stores].
#define STREAM_MIN_BYTES ((int64_t)20 << 20)

enum { DENSE, ROW, REPEAT, PACK, ABSENT };

typedef struct pointwise_args {
    lg_pointwise_param_t param;
    lg_kernel_fn_t dense;
    int64_t chunk;          // most elements per call of `dense`
    int64_t row;            // chunks end at multiples of it; INT64_MAX: anywhere
    uint8_t operand_count;  // inputs and the output, which is last
    uint8_t rank;
    uint8_t halves;                                // whether any of `convert` is set
    uint8_t item_bytes[LG_POINTWISE_MAX_INS + 1];  // in memory
    uint8_t how[LG_POINTWISE_MAX_INS + 1];
    lg_convert_fn_t convert[LG_POINTWISE_MAX_INS + 1];  // of halves: to f32, for the output from it
    uint32_t period[LG_POINTWISE_MAX_INS + 1];          // REPEAT: elements
    int64_t shape[LG_MAX_RANK];
    int64_t steps[LG_POINTWISE_MAX_INS + 1][LG_MAX_RANK];  // in bytes
} pointwise_args_t;

_Static_assert(sizeof(pointwise_args_t) <= LG_KERNEL_ARGS_BYTES, "args fit the smallest capacity");

// ---- tiles ------------------------------------------------------------------------------------------

// Copies `n` items between two strided runs; steps in bytes. The common steps get loops of their own.
#define COPY_RUN(type)                                                                                      \
    do {                                                                                                    \
        if (to_step == (int64_t)sizeof(type) && from_step == 0) {                                           \
            type item;                                                                                      \
            memcpy(&item, from, sizeof item);                                                               \
            for (int64_t i = 0; i < n; i++) {                                                               \
                memcpy(to + i * (int64_t)sizeof item, &item, sizeof item);                                  \
            }                                                                                               \
        } else if (to_step == (int64_t)sizeof(type) && from_step == to_step) {                              \
            if (n >= 64) {                                                                                  \
                memcpy(to, from, (size_t)n * sizeof(type));                                                 \
            } else {                                                                                        \
                for (int64_t i = 0; i < n; i++) {                                                           \
                    memcpy(to + i * (int64_t)sizeof(type), from + i * (int64_t)sizeof(type), sizeof(type)); \
                }                                                                                           \
            }                                                                                               \
        } else {                                                                                            \
            for (int64_t i = 0; i < n; i++) {                                                               \
                memcpy(to + i * to_step, from + i * from_step, sizeof(type));                               \
            }                                                                                               \
        }                                                                                                   \
    } while (0)

static void copy_run(uint8_t *to, int64_t to_step, const uint8_t *from, int64_t from_step,
                     uint32_t item_bytes, int64_t n) {
    switch (item_bytes) {
        case 1:
            COPY_RUN(uint8_t);
            break;
        case 2:
            COPY_RUN(uint16_t);
            break;
        case 4:
            COPY_RUN(uint32_t);
            break;
        default:
            COPY_RUN(uint64_t);
            break;
    }
}

static uint8_t *address_of(const pointwise_args_t *a, uint32_t k, void *data, const int64_t *index) {
    uint8_t *p = data;
    for (uint32_t d = 0; d < a->rank; d++) {
        p += index[d] * a->steps[k][d];
    }
    return p;
}

// Copies `n` elements of operand `k`, from coordinates `start` on in row-major order, into `tile`
// (`scatter` 0) or from `tile` back (`scatter` 1). `p` addresses the first of them.
static void copy_tile(const pointwise_args_t *a, uint32_t k, const int64_t *start, uint8_t *p, uint8_t *tile,
                      int64_t n, int32_t scatter) {
    uint32_t item_bytes = a->item_bytes[k], last = a->rank - 1u;
    const int64_t *steps = a->steps[k];
    int64_t index[LG_MAX_RANK];
    for (uint32_t d = 0; d <= last; d++) {
        index[d] = start[d];
    }
    while (n > 0) {
        int64_t run = a->shape[last] - index[last];
        run = run < n ? run : n;
        if (scatter) {
            copy_run(p, steps[last], tile, item_bytes, item_bytes, run);
        } else {
            copy_run(tile, item_bytes, p, steps[last], item_bytes, run);
        }
        tile += run * item_bytes;
        n -= run;
        index[last] += run;
        p += run * steps[last];
        for (uint32_t d = last; d > 0 && index[d] == a->shape[d]; d--) {
            p += steps[d - 1] - index[d] * steps[d];
            index[d] = 0;
            index[d - 1]++;
        }
    }
}

// ---- driver -----------------------------------------------------------------------------------------

// A union only for its alignment. Tiles stay uninitialised on purpose.
typedef union pointwise_tile {
    uint8_t bytes[TILE_BYTES];
    double align;
} pointwise_tile_t;

LG_INLINE int64_t tile_item(const pointwise_args_t *a, uint32_t k) {
    return a->convert[k] != NULL ? (int64_t)sizeof(float) : a->item_bytes[k];
}

// Fills a tile with the `n` elements of input `k` from coordinates `start` on, the first of which is at `p`.
static void fill_tile(const pointwise_args_t *a, uint32_t k, const int64_t *start, uint8_t *p, uint8_t *tile,
                      int64_t n) {
    uint16_t halves[TILE_BYTES / sizeof(float)];
    copy_tile(a, k, start, p, a->convert[k] != NULL ? (uint8_t *)halves : tile, n, 0);
    if (a->convert[k] != NULL) {
        a->convert[k](tile, halves, n);
    }
}

// The way back, for output `k`.
static void drain_tile(const pointwise_args_t *a, uint32_t k, const int64_t *start, uint8_t *p, uint8_t *tile,
                       int64_t n) {
    uint16_t halves[TILE_BYTES / sizeof(float)];
    if (a->convert[k] != NULL) {
        a->convert[k](halves, tile, n);
    }
    copy_tile(a, k, start, p, a->convert[k] != NULL ? (uint8_t *)halves : tile, n, 1);
}

// The short cut where operands are DENSE or single elements (REPEAT): x * 2 on small arrays is common.
static LG_DENSE_FN(pointwise_flat) {
    const pointwise_args_t *a = args;
    pointwise_tile_t tiles[LG_POINTWISE_MAX_INS + 1];
    void *operands[LG_POINTWISE_MAX_INS + 1];
    const uint32_t out = a->operand_count - 1u;
    int64_t n = end - begin < a->chunk ? end - begin : a->chunk;
    for (uint32_t k = 0; k <= out; k++) {
        operands[k] = NULL;
        if (a->how[k] == DENSE) {
            operands[k] = (uint8_t *)data[k] + begin * a->item_bytes[k];
        } else if (a->how[k] == REPEAT) {
            float single;
            const void *item = data[k];
            if (a->convert[k] != NULL) {
                a->convert[k](&single, item, 1);
                item = &single;
            }
            copy_run(tiles[k].bytes, tile_item(a, k), item, 0, (uint32_t)tile_item(a, k), n);
            operands[k] = tiles[k].bytes;
        }
    }
    for (int64_t position = begin;;) {
        int32_t status;
        if (a->halves) {
            void *tiled[LG_POINTWISE_MAX_INS + 1];
            for (uint32_t k = 0; k <= out; k++) {
                const int32_t through = a->convert[k] != NULL && a->how[k] == DENSE;
                tiled[k] = through ? tiles[k].bytes : operands[k];
                if (through && k < out) {
                    a->convert[k](tiled[k], operands[k], n);
                }
            }
            status = a->dense(args, tiled, 0, n);
            if (a->convert[out] != NULL) {
                a->convert[out](operands[out], tiled[out], n);
            }
        } else {
            status = a->dense(args, operands, 0, n);
        }
        position += n;
        if (status != 0 || position >= end) {
            return status;
        }
        for (uint32_t k = 0; k <= out; k++) {
            if (a->how[k] == DENSE) {
                operands[k] = (uint8_t *)operands[k] + n * a->item_bytes[k];
            }
        }
        n = end - position < n ? end - position : n;
    }
}

static LG_DENSE_FN(pointwise_strided) {
    const pointwise_args_t *a = args;
    pointwise_tile_t tiles[LG_POINTWISE_MAX_INS + 1];
    uint32_t out = a->operand_count - 1u;
    void *operands[LG_POINTWISE_MAX_INS + 1];
    int64_t index[LG_MAX_RANK];
    int64_t rest = begin;
    for (uint32_t d = a->rank; d-- > 1;) {
        index[d] = rest % a->shape[d];
        rest /= a->shape[d];
    }
    index[0] = rest;
    uint32_t last = a->rank - 1u;
    for (uint32_t k = 0; k <= out; k++) {
        operands[k] = NULL;
        if (a->how[k] == REPEAT) {
            // From the start of its period on, enough for a chunk that begins anywhere in it.
            static const int64_t origin[LG_MAX_RANK] = {0};
            int64_t n = end - begin < a->chunk ? end - begin : a->chunk;
            fill_tile(a, k, origin, data[k], tiles[k].bytes, n + a->period[k] - 1);
        }
    }
    for (int64_t position = begin; position < end;) {
        int64_t n = end - position;
        n = n < a->chunk ? n : a->chunk;
        if (a->row != INT64_MAX && n > a->row - index[last]) {
            n = a->row - index[last];
        }
        uint8_t *out_address = NULL;
        for (uint32_t k = 0; k <= out; k++) {
            uint8_t *p = NULL;
            if (a->how[k] == DENSE) {
                p = (uint8_t *)data[k] + position * a->item_bytes[k];
                operands[k] = a->convert[k] != NULL ? tiles[k].bytes : p;
                if (a->convert[k] != NULL && k < out) {
                    a->convert[k](tiles[k].bytes, p, n);
                }
            } else if (a->how[k] == REPEAT) {
                operands[k] = tiles[k].bytes + position % a->period[k] * tile_item(a, k);
            } else if (a->how[k] == ROW || a->how[k] == PACK) {
                p = address_of(a, k, data[k], index);
                operands[k] = a->how[k] == ROW ? p : tiles[k].bytes;
                if (a->how[k] == PACK && k < out) {
                    fill_tile(a, k, index, p, tiles[k].bytes, n);
                }
            }
            out_address = p;
        }
        int32_t status = a->dense(args, operands, 0, n);
        if (LG_UNLIKELY(status != 0)) {
            return status;
        }
        if (a->how[out] == PACK) {
            drain_tile(a, out, index, out_address, tiles[out].bytes, n);
        } else if (a->convert[out] != NULL) {
            a->convert[out](out_address, tiles[out].bytes, n);
        }
        position += n;
        index[last] += n;
        for (uint32_t d = last; d > 0 && index[d] >= a->shape[d]; d--) {
            index[d - 1] += index[d] / a->shape[d];
            index[d] %= a->shape[d];
        }
    }
    return 0;
}

#define SAME(bits)                                                                              \
    LG_DENSE_FN(lg_pointwise_same_##bits) {                                                     \
        (void)args;                                                                             \
        size_t offset = (size_t)begin * (bits / 8), bytes = (size_t)(end - begin) * (bits / 8); \
        memmove((uint8_t *)data[1] + offset, (const uint8_t *)data[0] + offset, bytes);         \
        return 0;                                                                               \
    }
SAME(8)
SAME(16)
SAME(32)
SAME(64)

// ---- binding ----------------------------------------------------------------------------------------

// Sorts the axes by the output's strides, largest first (stable), drops extents of 1, and joins neighbours
// that every operand walks as one. Fills shape, steps and rank (at least 1) of `a`.
static void simplify_axes(pointwise_args_t *a, const lg_view_t *const *operands) {
    const lg_view_t *out = operands[a->operand_count - 1];
    uint32_t order[LG_MAX_RANK], count = 0;
    for (uint32_t d = 0; d < out->rank; d++) {
        if (out->shape[d] == 1) {
            continue;
        }
        int64_t stride = out->strides[d] < 0 ? -out->strides[d] : out->strides[d];
        uint32_t at = count++;
        for (; at > 0; at--) {
            int64_t before = out->strides[order[at - 1]];
            if ((before < 0 ? -before : before) >= stride) {
                break;
            }
            order[at] = order[at - 1];
        }
        order[at] = d;
    }
    a->rank = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t d = order[i];
        int64_t steps[LG_POINTWISE_MAX_INS + 1];
        int32_t joins = a->rank > 0;
        for (uint32_t k = 0; k < a->operand_count; k++) {
            const lg_view_t *view = operands[k];
            // Broadcasting aligns the last axes.
            int64_t axis = view ? (int64_t)d - (out->rank - view->rank) : -1;
            steps[k] = axis < 0 || view->shape[axis] == 1 ? 0 : view->strides[axis] * a->item_bytes[k];
            joins = joins && a->steps[k][a->rank - 1] == steps[k] * out->shape[d];
        }
        uint32_t at = joins ? a->rank - 1u : a->rank++;
        a->shape[at] = joins ? a->shape[at] * out->shape[d] : out->shape[d];
        for (uint32_t k = 0; k < a->operand_count; k++) {
            a->steps[k][at] = steps[k];
        }
    }
    if (a->rank == 0) {
        a->rank = 1;
        a->shape[0] = 1;
        for (uint32_t k = 0; k < a->operand_count; k++) {
            a->steps[k][0] = 0;
        }
    }
}

// Decides how operand `k` is reached, and sets its period when that is REPEAT.
static uint8_t classify(pointwise_args_t *a, uint32_t k, int64_t tile_elems) {
    int64_t expected = a->item_bytes[k], count = 1, period = 1;
    int32_t is_dense = 1;
    for (uint32_t d = a->rank; d-- > 0;) {
        is_dense = is_dense && (a->steps[k][d] == expected || a->shape[d] == 1);
        expected *= a->shape[d];
        count *= a->shape[d];
        period = a->steps[k][d] != 0 ? count : period;
    }
    if (is_dense) {
        return DENSE;
    }
    if (k + 1u < a->operand_count && period < count && period <= tile_elems / 4) {
        a->period[k] = (uint32_t)period;
        return REPEAT;
    }
    uint32_t last = a->rank - 1u;
    const int32_t is_row = a->rank > 1 && a->shape[last] >= ROW_MIN && a->steps[k][last] == a->item_bytes[k];
    return is_row && a->convert[k] == NULL ? ROW : PACK;
}

static void bind_strided(pointwise_args_t *a, const lg_op_view_t *op) {
    const lg_view_t *operands[LG_POINTWISE_MAX_INS + 1];
    int64_t tile_elems = TILE_BYTES;
    a->operand_count = (uint8_t)(op->in_count + 1u);
    for (uint32_t k = 0; k < a->operand_count; k++) {
        operands[k] = k < op->in_count ? op->ins[k] : op->outs[0];
        a->item_bytes[k] = operands[k] ? (uint8_t)lg_item_bytes(operands[k]) : 1;
        if (tile_elems > TILE_BYTES / tile_item(a, k)) {
            tile_elems = TILE_BYTES / tile_item(a, k);
        }
    }
    simplify_axes(a, operands);
    int32_t uses_tiles = 0, uses_rows = 0;
    uint32_t longest = 1;
    for (uint32_t k = 0; k < a->operand_count; k++) {
        a->how[k] = operands[k] ? classify(a, k, tile_elems) : ABSENT;
        uses_tiles |= a->how[k] == REPEAT || a->how[k] == PACK || a->convert[k] != NULL;
        uses_rows |= a->how[k] == ROW;
        longest = a->how[k] == REPEAT && a->period[k] > longest ? a->period[k] : longest;
    }
    a->chunk = uses_tiles ? (tile_elems - longest + 1) / GRAIN * GRAIN : INT64_MAX;
    a->row = uses_rows ? a->shape[a->rank - 1] : INT64_MAX;
}

// For pointwise_flat.
static void bind_flat(pointwise_args_t *a, const lg_op_view_t *op) {
    int64_t tile_elems = TILE_BYTES;
    a->operand_count = (uint8_t)(op->in_count + 1u);
    for (uint32_t k = 0; k < a->operand_count; k++) {
        const lg_view_t *view = k < op->in_count ? op->ins[k] : op->outs[0];
        a->item_bytes[k] = view ? (uint8_t)lg_item_bytes(view) : 1;
        a->how[k] = view == NULL ? ABSENT : view->elem_count == op->outs[0]->elem_count ? DENSE : REPEAT;
        if ((a->how[k] == REPEAT || a->convert[k] != NULL) && tile_elems > TILE_BYTES / tile_item(a, k)) {
            tile_elems = TILE_BYTES / tile_item(a, k);
        }
    }
    a->chunk = tile_elems;
}

// Note [Streaming stores]
// A store to memory that is not in a cache first reads the line; a non-temporal store does not. It also drops
// the line from the caches, so it loses where the output would have stayed there for its consumer. f32 on one
// core of a Zen 4 with 32 MB of L3 (GB/s, ordinary against non-temporal):
//
//     elements       10^6       2 * 10^6     4 * 10^6     8 * 10^6
//     relu          97 : 57      70 : 56      30 : 56      20 : 31
//     add           88 : 85      58 : 82      27 : 37      11 : 31
//     relu twice    97 : 50      77 : 45      36 : 39      10 : 15    (the second reads what the first wrote)
//
// So the operands together have to exceed most of an L3. A machine with less would gain earlier. Integers and
// f64 are left to ordinary stores.
static lg_kernel_fn_t choose_store(const lg_pointwise_impl_t *impl, const lg_op_view_t *op) {
    int64_t bytes = op->outs[0]->elem_count * lg_item_bytes(op->outs[0]);
    for (uint32_t k = 0; k < op->in_count; k++) {
        bytes += op->ins[k] ? op->ins[k]->elem_count * lg_item_bytes(op->ins[k]) : 0;
    }
    return bytes >= STREAM_MIN_BYTES ? impl->stream : impl->dense;
}

// Notes how half operands are converted; moves the cost.
static void bind_halves(const lg_kernel_t *kernel, const lg_op_view_t *op, pointwise_args_t *a,
                        lg_kernel_call_t *call) {
    for (uint32_t k = 0; k <= op->in_count; k++) {
        const lg_view_t *view = k < op->in_count ? op->ins[k] : op->outs[0];
        if (view != NULL && lg_is_half(view->dtype)) {
            a->convert[k] = lg_half_convert(view->dtype, k < op->in_count, kernel->isa);
            call->work_ns += (kernel->isa == LG_ISA_SCALAR ? 1.5 : 0.1) * (double)op->outs[0]->elem_count;
        }
    }
}

// A cast between f32 and a half is its conversion alone.
static int32_t pointwise_convert(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const pointwise_args_t *a = memory;
    const lg_convert_fn_t convert = a->convert[0] != NULL ? a->convert[0] : a->convert[1];
    convert((uint8_t *)data[1] + begin * a->item_bytes[1],
            (const uint8_t *)data[0] + begin * a->item_bytes[0], end - begin);
    return 0;
}

// `computes`: halves are numbers to the op, and go through f32.
LG_INLINE lg_status_t bind(const lg_kernel_t *kernel, const lg_pointwise_impl_t *impl, int32_t computes,
                           const lg_op_view_t *op, lg_kernel_call_t *call) {
    const lg_view_t *out = op->outs[0];
    int64_t elem_count = out->elem_count;
    call->extent = elem_count;
    call->grain = GRAIN;
    call->work_ns = impl->cost_ns * (double)elem_count;
    call->scratch_bytes = 0;
    call->args_bytes = 0;
    lg_kernel_fn_t dense = impl->dense;
    if (LG_UNLIKELY(impl->stream != NULL && elem_count >= STREAM_MIN_BYTES / 32)) {
        dense = choose_store(impl, op);
    }
    // An input broadcasts to the output, so equal counts mean equal shapes (up to leading 1s).
    int32_t is_dense = out->flags & LG_VIEW_CONTIGUOUS, is_flat = is_dense;
    int32_t halves = lg_is_half(out->dtype);
    for (uint32_t k = 0; k < op->in_count; k++) {
        const lg_view_t *in = op->ins[k];
        int32_t is_same = in == NULL || (in->elem_count == elem_count && (in->flags & LG_VIEW_CONTIGUOUS));
        halves |= in != NULL && lg_is_half(in->dtype);
        is_dense &= is_same;
        is_flat &= is_same || in->elem_count == 1;
    }
    halves = computes ? halves : 0;
    call->fn = dense;
    if (LG_LIKELY(is_dense && !halves) || elem_count == 0) {
        return LG_OK;
    }
    pointwise_args_t *a = call->args;
    a->dense = halves ? impl->dense : dense;
    a->halves = (uint8_t)halves;
    memset(a->convert, 0, sizeof a->convert);
    if (halves) {
        bind_halves(kernel, op, a, call);
        if (is_dense && dense == lg_pointwise_same_32 && (a->convert[0] == NULL || a->convert[1] == NULL)) {
            a->item_bytes[0] = (uint8_t)lg_item_bytes(op->ins[0]);
            a->item_bytes[1] = (uint8_t)lg_item_bytes(out);
            call->fn = pointwise_convert;
            call->args_bytes = offsetof(pointwise_args_t, period);
            return LG_OK;
        }
    }
    if (is_flat) {
        bind_flat(a, op);
        call->fn = pointwise_flat;
        call->args_bytes = offsetof(pointwise_args_t, shape);
        return LG_OK;
    }
    bind_strided(a, op);
    for (uint32_t k = 0; k < a->operand_count; k++) {
        if (halves || (a->how[k] != DENSE && a->how[k] != ABSENT)) {
            call->fn = pointwise_strided;
            call->args_bytes = sizeof *a;
        }
    }
    return LG_OK;
}

lg_status_t lg_pointwise_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err) {
    (void)err;
    return bind(kernel, kernel->impl, 1, op, call);
}

static lg_status_t bind_choice(const lg_kernel_t *kernel, int64_t choice, const lg_op_view_t *op,
                               lg_kernel_call_t *call, lg_error_t *err) {
    const lg_pointwise_choice_impl_t *impl = kernel->impl;
    if (choice < 0 || choice >= (int64_t)impl->count || impl->choices[choice].dense == NULL) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "kernel %s has no variant %lld",
                            kernel->name, (long long)choice);
    }
    return bind(kernel, &impl->choices[choice], op->op != LG_OP_WHERE, op, call);
}

lg_status_t lg_pointwise_choice_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                        lg_kernel_call_t *call, lg_error_t *err) {
    // The attribute structs of these ops (gelu, cast, div, bit_shift) consist of one int64_t; its default is 0.
    const int64_t *attr = op->attrs;
    return bind_choice(kernel, attr ? *attr : 0, op, call, err);
}

lg_status_t lg_where_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err) {
    return bind_choice(kernel, lg_item_log2(op->outs[0]), op, call, err);
}

lg_status_t lg_leaky_relu_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                  lg_error_t *err) {
    (void)err;
    const lg_leaky_relu_attrs_t *attrs = op->attrs;
    lg_pointwise_param_t *param = call->args;
    param->value = attrs ? attrs->negative_slope : 0.01;
    param->second = 0.0;
    lg_status_t status = bind(kernel, kernel->impl, 1, op, call);
    if (call->args_bytes < sizeof *param) {
        call->args_bytes = sizeof *param;
    }
    return status;
}

lg_status_t lg_pointwise_param_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                       lg_kernel_call_t *call, lg_error_t *err) {
    (void)err;
    const lg_pointwise_param_impl_t *impl = kernel->impl;
    const double *values = op->attrs ? op->attrs : impl->defaults;
    lg_pointwise_param_t *param = call->args;
    param->value = values[0];
    param->second = impl->count > 1 ? values[1] : 0.0;
    lg_status_t status = bind(kernel, &impl->impl, 1, op, call);
    if (call->args_bytes < sizeof *param) {
        call->args_bytes = sizeof *param;
    }
    return status;
}

lg_status_t lg_is_inf_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_is_inf_attrs_t *attrs = op->attrs;
    return bind_choice(kernel, attrs ? attrs->detect_negative + 2 * attrs->detect_positive : 3, op, call,
                       err);
}
