// SPDX-License-Identifier: Apache-2.0
// chain: pointwise ops over tiles that stay in L1.
//
//     for each tile of 1024 elements
//       copy inputs that are not dense (broadcast, strided) into tiles of their own
//       for each step: the kernel of its op, on tiles
//
// A step is the very function that runs the op alone on dense operands, so every op that has a kernel is a step,
// no arithmetic exists twice, and the bits are those of the ops one after the other. Tiles of results that nobody
// reads any more are taken by later ones; the last step writes to the output.
#include "chain.h"

#include <string.h>

enum {
    TILE = 1024,  // elements: 4 KiB; a step's operands and a few more fit L1
    MAX_STEPS = 16,
    NO_OPERAND = 255,
    STEP_ARGS_BYTES = 64,  // of a step's own arguments: dense pointwise kernels read their parameters only
};

typedef struct chain_step {
    lg_kernel_fn_t fn;
    uint8_t operands[4];  // slots in the order that fn wants; the result is the last of them
    uint8_t operand_count;
    _Alignas(16) unsigned char args[STEP_ARGS_BYTES];
} chain_step_t;

// A tile in scratch, an input that is dense, or the output.
typedef struct chain_args {
    int64_t in_count, step_count, slot_count;
    int64_t tile_first;  // slots from here on lie in scratch; those before are the inputs and the output
    uint64_t packed;     // bit i: input i is copied, to slot tile_first + number of packed ones before it
    uint64_t single;     // bit i: input i is one element
    int64_t rank;
    int64_t shape[LG_MAX_RANK];
    int64_t steps[LG_CHAIN_MAX_INS][LG_MAX_RANK];  // of inputs, in elements
    chain_step_t list[MAX_STEPS];
} chain_args_t;

// Copies elements [position, position + n) of the broadcast input `k` into `tile`.
static void chain_pack(const chain_args_t *a, int64_t k, const float *data, int64_t position, int64_t n,
                       float *tile) {
    const int64_t last = a->rank - 1, step = a->steps[k][last];
    int64_t index[LG_MAX_RANK], rest = position, offset = 0;
    for (int64_t d = last; d >= 0; d--) {
        index[d] = d > 0 ? rest % a->shape[d] : rest;
        rest /= a->shape[d];
        offset += index[d] * a->steps[k][d];
    }
    while (n > 0) {
        int64_t run = a->shape[last] - index[last];
        run = run < n ? run : n;
        const float *from = data + offset;
        if (step == 1) {
            memcpy(tile, from, (size_t)run * sizeof *tile);
        } else {
            for (int64_t i = 0; i < run; i++) {
                tile[i] = from[i * step];
            }
        }
        tile += run;
        n -= run;
        index[last] += run;
        offset += run * step;
        for (int64_t d = last; d > 0 && index[d] == a->shape[d]; d--) {
            offset += a->steps[k][d - 1] - index[d] * a->steps[k][d];
            index[d] = 0;
            index[d - 1]++;
        }
    }
}

static int32_t chain_run(const void *args, void *const *data, int64_t begin, int64_t end) {
    const chain_args_t *a = args;
    float *const out = data[a->in_count];
    float *const tiles = data[a->in_count + 1];
    void *slots[LG_CHAIN_MAX_INS + 1 + LG_CHAIN_MAX_INS + MAX_STEPS];
    for (int64_t s = a->tile_first; s < a->slot_count; s++) {
        slots[s] = tiles + (s - a->tile_first) * TILE;
    }
    for (int64_t position = begin, n; position < end; position += n) {
        n = end - position < TILE ? end - position : TILE;
        int64_t tile = a->tile_first;
        for (int64_t k = 0; k < a->in_count; k++) {
            if (!(a->packed >> k & 1)) {
                slots[k] = (float *)data[k] + position;
                continue;
            }
            if (!(a->single >> k & 1)) {
                chain_pack(a, k, data[k], position, n, slots[tile]);
            } else if (position == begin) {
                for (int64_t i = 0; i < n; i++) {
                    ((float *)slots[tile])[i] = *(const float *)data[k];
                }
            }
            slots[k] = slots[tile++];
        }
        slots[a->in_count] = out + position;
        for (int64_t i = 0; i < a->step_count; i++) {
            const chain_step_t *step = &a->list[i];
            void *operands[4];
            for (uint32_t k = 0; k < step->operand_count; k++) {
                operands[k] = step->operands[k] != NO_OPERAND ? slots[step->operands[k]] : NULL;
            }
            const int32_t code = step->fn(step->args, operands, 0, n);
            if (LG_UNLIKELY(code != 0)) {
                return code;
            }
        }
    }
    return 0;
}

// ---- prepare ----------------------------------------------------------------------------------------

// The kernel of `op` on f32 that this one's instruction set allows.
static const lg_kernel_t *chain_kernel(uint32_t op, uint32_t isa) {
    size_t count;
    const lg_kernel_t *rows = lg_cpu_kernels(&count), *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].op == op && (rows[i].dtypes >> LG_DTYPE_F32 & 1) &&
            (rows[i].isa == LG_ISA_SCALAR || rows[i].isa == isa ||
             (rows[i].isa == LG_ISA_AVX2 && isa == LG_ISA_AVX512))) {
            found = &rows[i];
        }
    }
    return found;
}

// Attribute `index` of a step's op, where the lists say something.
static void chain_attr(const lg_op_info_t *info, uint32_t index, const lg_floats_t *list, int64_t step,
                       unsigned char *attrs) {
    if (index >= info->attr_count || list->count <= 0) {
        return;
    }
    const double number = list->values[step];
    const int64_t integer = (int64_t)number;
    if (info->attrs[index].kind == LG_ATTR_FLOAT) {
        memcpy(attrs + info->attrs[index].offset, &number, sizeof number);
    } else {
        memcpy(attrs + info->attrs[index].offset, &integer, sizeof integer);
    }
}

// Binds step `i` to dense tiles. Adds its price for one tile.
static lg_status_t chain_bind(const lg_kernel_t *kernel, const lg_chain_attrs_t *attrs, int64_t i,
                              const lg_view_t *dense, chain_step_t *step, double *price_ns, lg_error_t *err) {
    const lg_op_info_t *info = lg_op_info((uint32_t)attrs->ops.values[i]);
    const lg_kernel_t *row = chain_kernel(info->id, kernel->isa);
    _Alignas(16) unsigned char own[STEP_ARGS_BYTES], args[LG_KERNEL_ARGS_BYTES];
    const int64_t given[3] = {attrs->a.values[i], attrs->b.values[i], attrs->c.values[i]};
    const lg_view_t *ins[3] = {dense, NULL, NULL};
    uint16_t in_count = 1;
    for (uint16_t k = 1; k < 3; k++) {
        ins[k] = given[k] >= 0 ? dense : NULL;
        in_count = given[k] >= 0 ? (uint16_t)(k + 1) : in_count;
    }
    if (row == NULL || info->attrs_bytes > sizeof own) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, "chain", "chain: there is no kernel of %s for f32",
                            info->name);
    }
    if (info->attrs_bytes > 0) {
        memcpy(own, info->attrs_default, info->attrs_bytes);
        chain_attr(info, 0, &attrs->alpha, i, own);
        chain_attr(info, 1, &attrs->beta, i, own);
    }
    const lg_op_view_t view = {info->id,   in_count, 1, ins, &dense, info->attrs_bytes > 0 ? own : NULL,
                               info->name, ""};
    lg_kernel_call_t call = {.args_capacity = sizeof args, .args = args};
    const lg_status_t status = row->prepare(row, &view, &call, err);
    if (status != LG_OK) {
        return status;
    }
    if (call.args_bytes > sizeof step->args || call.scratch_bytes > 0 || call.extent != TILE) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, "chain", "chain: %s cannot be a step", info->name);
    }
    memcpy(step->args, args, call.args_bytes);
    step->fn = call.fn;
    step->operand_count = (uint8_t)(in_count + 1);
    *price_ns += call.work_ns;
    return LG_OK;
}

// Gives each step's result a tile; one that nobody reads any more serves again.
static void chain_assign(const lg_chain_attrs_t *attrs, chain_args_t *a) {
    const int64_t *lists[3] = {attrs->a.values, attrs->b.values, attrs->c.values};
    uint8_t slot[MAX_STEPS];
    int64_t last[MAX_STEPS];  // step that reads the result of step i last
    uint64_t busy = 0;
    for (int64_t i = 0; i < a->step_count; i++) {
        last[i] = i;
        for (int32_t k = 0; k < 3; k++) {
            const int64_t from = lists[k][i] - a->in_count;
            if (from >= 0) {
                last[from] = i;
            }
        }
    }
    const int64_t first = a->slot_count;
    for (int64_t i = 0; i < a->step_count; i++) {
        chain_step_t *step = &a->list[i];
        for (int32_t k = 0; k + 1 < step->operand_count; k++) {
            const int64_t from = lists[k][i];
            step->operands[k] = from < 0             ? NO_OPERAND
                                : from < a->in_count ? (uint8_t)from
                                                     : slot[from - a->in_count];
        }
        // Pointwise kernels may write where they read.
        for (int64_t j = 0; j < i; j++) {
            busy &= last[j] == i ? ~((uint64_t)1 << slot[j]) : ~(uint64_t)0;
        }
        int64_t free = first;
        while (busy >> free & 1) {
            free++;
        }
        slot[i] = i + 1 == a->step_count ? (uint8_t)a->in_count : (uint8_t)free;
        if (i + 1 < a->step_count) {
            busy |= (uint64_t)1 << free;
            a->slot_count = free + 1 > a->slot_count ? free + 1 : a->slot_count;
        }
        step->operands[step->operand_count - 1] = slot[i];
    }
}

// Merges axes that all inputs walk as one; fills rank, shape and steps.
static void chain_axes(const lg_op_view_t *op, chain_args_t *a) {
    const lg_view_t *out = op->outs[0];
    a->rank = 0;
    for (uint32_t d = 0; d < out->rank; d++) {
        if (out->shape[d] == 1) {
            continue;
        }
        int64_t steps[LG_CHAIN_MAX_INS];
        int32_t joins = a->rank > 0;
        for (int64_t k = 0; k < a->in_count; k++) {
            const lg_view_t *in = op->ins[k];
            const int64_t axis = (int64_t)d - (out->rank - in->rank);
            steps[k] = axis < 0 || in->shape[axis] == 1 ? 0 : in->strides[axis];
            joins = joins && a->steps[k][a->rank - 1] == steps[k] * out->shape[d];
        }
        const int64_t at = joins ? a->rank - 1 : a->rank++;
        a->shape[at] = joins ? a->shape[at] * out->shape[d] : out->shape[d];
        for (int64_t k = 0; k < a->in_count; k++) {
            a->steps[k][at] = steps[k];
        }
    }
    if (a->rank == 0) {
        a->rank = 1;
        a->shape[0] = 1;
        memset(a->steps, 0, sizeof a->steps);
    }
}

lg_status_t lg_chain_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                             lg_error_t *err) {
    const lg_chain_attrs_t *attrs = op->attrs;
    const lg_view_t *out = op->outs[0];
    call->args_bytes = offsetof(chain_args_t, list) + (size_t)attrs->ops.count * sizeof(chain_step_t);
    call->pack_bytes = 0;
    if (call->args_bytes > call->args_capacity) {
        return lg_error_set(err, LG_STATUS_OVERFLOW, op->name, "needs %zu bytes", call->args_bytes);
    }
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "needs a contiguous output");
    }
    chain_args_t *a = call->args;
    a->in_count = op->in_count;
    a->step_count = attrs->ops.count;
    a->tile_first = a->slot_count = a->in_count + 1;
    a->packed = a->single = 0;
    chain_axes(op, a);
    for (int64_t k = 0; k < a->in_count; k++) {
        const lg_view_t *in = op->ins[k];
        if (in->elem_count != out->elem_count || !(in->flags & LG_VIEW_CONTIGUOUS)) {
            a->packed |= (uint64_t)1 << k;
            a->single |= (uint64_t)(in->elem_count == 1) << k;
            a->slot_count++;
        }
    }
    lg_view_t dense = {.elem_count = TILE, .dtype = LG_DTYPE_F32, .rank = 1, .flags = LG_VIEW_CONTIGUOUS};
    dense.shape[0] = TILE;
    dense.strides[0] = 1;
    double price_ns = ((const lg_chain_impl_t *)kernel->impl)->tile_ns;
    for (int64_t i = 0; i < a->step_count; i++) {
        const lg_status_t status = chain_bind(kernel, attrs, i, &dense, &a->list[i], &price_ns, err);
        if (status != LG_OK) {
            return status;
        }
    }
    chain_assign(attrs, a);
    call->fn = chain_run;
    call->extent = out->elem_count;
    call->grain = 64;
    call->work_ns = 5.0 + price_ns * (double)out->elem_count / TILE;
    call->scratch_bytes = (size_t)(a->slot_count - a->tile_first) * TILE * sizeof(float);
    return LG_OK;
}

#define CHAIN(isa)                                    \
    extern const lg_chain_impl_t lg_chain_f32__##isa; \
    const lg_chain_impl_t lg_chain_f32__##isa = {20.0};
CHAIN(scalar)
#if LG_CPU_X86
CHAIN(avx2)
CHAIN(avx512)
#elif LG_CPU_ARM64
CHAIN(neon)
#endif
