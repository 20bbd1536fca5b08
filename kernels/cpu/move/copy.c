// SPDX-License-Identifier: Apache-2.0
// The strided copy y[i0, ..., in] = x[i0, ..., in] by item size, for every op that is a window on its input
// (reshape, transpose, expand, slice, squeeze, unsqueeze, flatten) and for dense copies of strided tensors.
//
// Loops of extent 1 go, neighbours that are walked as one are merged, and the innermost loop is the one that
// writes side by side. What is left is one of
//   dense    one block of bytes
//   runs     the inner loop reads and writes side by side: a memcpy each
//   tiles    the inner loop writes side by side and another one reads so: a transpose, tile by tile
//   strided  anything else, broadcasts included
#include "../families.h"

#include "transpose.h"

enum {
    COPY_GRAIN_BYTES = 4096,  // dense: cuts at multiples of this
    COPY_STEP_BYTES = 16384,  // runs, strided: inner loops longer than this make several units
    COPY_AHEAD_BYTES = 512,   // runs: how much of the run after the next is fetched
    COPY_MIN_TILE = 4,        // a shorter side is not worth a tile
    // Tiles of outputs from here on have four times the side, so that fewer pages are walked: f32 (1024, 1024) 1.25
    // times a copy, without it 1.31.
    COPY_FAR_BYTES = 2000000,
    // From here on they are stored around the caches where lines are whole: 16 MB 1.1 times a copy (without: 4), 64 MB
    // 1.3 (2.1), but 10 MB 1.9 (1.5).
    COPY_STREAM_BYTES = 16000000,
};

// ---- walking the outer loops ------------------------------------------------------------------------

typedef struct copy_walk {
    const lg_copy_dim_t *dims;
    int32_t rank;
    int64_t in, out;  // byte offsets
    int64_t coords[LG_MAX_RANK];
} copy_walk_t;

// Starts at element `index` of the `rank` outer loops.
static void copy_walk_start(copy_walk_t *walk, const lg_copy_args_t *args, int32_t rank, int64_t index) {
    walk->dims = args->dims;
    walk->rank = rank;
    walk->in = args->in_offset;
    walk->out = args->out_offset;
    for (int32_t i = rank - 1; i >= 0; i--) {
        int64_t coord = i == 0 ? index : index % args->dims[i].extent;
        index = i == 0 ? 0 : index / args->dims[i].extent;
        walk->coords[i] = coord;
        walk->in += coord * args->dims[i].in_stride;
        walk->out += coord * args->dims[i].out_stride;
    }
}

LG_INLINE void copy_walk_next(copy_walk_t *walk) {
    for (int32_t i = walk->rank - 1; i >= 0; i--) {
        const lg_copy_dim_t *dim = &walk->dims[i];
        walk->in += dim->in_stride;
        walk->out += dim->out_stride;
        if (++walk->coords[i] < dim->extent || i == 0) {
            return;
        }
        walk->in -= dim->extent * dim->in_stride;
        walk->out -= dim->extent * dim->out_stride;
        walk->coords[i] = 0;
    }
}

// ---- paths ------------------------------------------------------------------------------------------

static int32_t copy_dense(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const lg_copy_args_t *args = memory;
    memcpy((char *)data[1] + args->out_offset + begin, (const char *)data[0] + args->in_offset + begin,
           (size_t)(end - begin));
    return 0;
}

static int32_t copy_runs(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const lg_copy_args_t *args = memory;
    const int64_t bytes = args->dims[args->rank - 1].extent * args->item_bytes;
    const int64_t step_bytes = args->step * args->item_bytes;
    int64_t part = begin % args->steps;
    // The hardware follows a run but not the jump to the next one: attention heads of 80 took 1.1 times a
    // copy without, 0.9 with this.
    const int64_t next = 2 * args->dims[args->rank - 2].in_stride;
    const int64_t ahead = bytes < 128 ? 0 : bytes < COPY_AHEAD_BYTES ? bytes : COPY_AHEAD_BYTES;
    copy_walk_t walk;
    copy_walk_start(&walk, args, args->rank - 1, begin / args->steps);
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t first = part * step_bytes;
        int64_t size = bytes - first < step_bytes ? bytes - first : step_bytes;
        const char *from = (const char *)data[0] + walk.in + first;
        char *to = (char *)data[1] + walk.out + first;
        for (int64_t i = 0; i < ahead; i += 64) {
            __builtin_prefetch(from + next + i);
        }
        lg_copy_run(to, from, size);
        if (++part == args->steps) {
            part = 0;
            copy_walk_next(&walk);
        }
    }
    return 0;
}

#define COPY_STRIDED(bits)                                                                                   \
    static int32_t copy_strided_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) {  \
        const lg_copy_args_t *args = memory;                                                                 \
        const lg_copy_dim_t inner = args->dims[args->rank - 1];                                              \
        const int64_t from_step = inner.in_stride / (bits / 8), to_step = inner.out_stride / (bits / 8);     \
        int64_t part = begin % args->steps;                                                                  \
        copy_walk_t walk;                                                                                    \
        copy_walk_start(&walk, args, args->rank - 1, begin / args->steps);                                   \
        for (int64_t unit = begin; unit < end; unit++) {                                                     \
            int64_t first = part * args->step;                                                               \
            int64_t count = inner.extent - first < args->step ? inner.extent - first : args->step;           \
            const uint##bits##_t *LG_RESTRICT from =                                                         \
                (const uint##bits##_t *)(const void *)((const char *)data[0] + walk.in) + first * from_step; \
            uint##bits##_t *LG_RESTRICT to =                                                                 \
                (uint##bits##_t *)(void *)((char *)data[1] + walk.out) + first * to_step;                    \
            if (to_step == 1 && from_step == 0) {                                                            \
                const uint##bits##_t value = *from;                                                          \
                for (int64_t i = 0; i < count; i++) {                                                        \
                    to[i] = value;                                                                           \
                }                                                                                            \
            } else if (to_step == 1 && from_step == -1) {                                                    \
                for (int64_t i = 0; i < count; i++) {                                                        \
                    to[i] = from[-i];                                                                        \
                }                                                                                            \
            } else {                                                                                         \
                for (int64_t i = 0; i < count; i++) {                                                        \
                    to[i * to_step] = from[i * from_step];                                                   \
                }                                                                                            \
            }                                                                                                \
            if (++part == args->steps) {                                                                     \
                part = 0;                                                                                    \
                copy_walk_next(&walk);                                                                       \
            }                                                                                                \
        }                                                                                                    \
        return 0;                                                                                            \
    }
COPY_STRIDED(8)
COPY_STRIDED(16)
COPY_STRIDED(32)
COPY_STRIDED(64)

// ---- prepare ----------------------------------------------------------------------------------------

static int64_t copy_magnitude(int64_t stride) {
    return stride < 0 ? -stride : stride;
}

// Fills args->dims: outermost first, merged; sorted by output stride when the output is strided.
static void copy_collapse(lg_copy_args_t *args, const lg_view_t *in, const lg_view_t *out) {
    const int64_t item = args->item_bytes;
    lg_copy_dim_t *dims = args->dims;
    int32_t rank = 0;
    for (uint32_t i = 0; i < out->rank; i++) {
        if (out->shape[i] == 1) {
            continue;
        }
        lg_copy_dim_t dim = {out->shape[i], in->strides[i] * item, out->strides[i] * item};
        int32_t at = rank++;
        if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
            for (; at > 0 && copy_magnitude(dims[at - 1].out_stride) < copy_magnitude(dim.out_stride); at--) {
                dims[at] = dims[at - 1];
            }
        }
        dims[at] = dim;
    }
    int32_t merged = 0;
    for (int32_t i = 0; i < rank; i++) {
        lg_copy_dim_t *before = &dims[merged - 1];
        if (merged > 0 && before->in_stride == dims[i].extent * dims[i].in_stride &&
            before->out_stride == dims[i].extent * dims[i].out_stride) {
            before->extent *= dims[i].extent;
            before->in_stride = dims[i].in_stride;
            before->out_stride = dims[i].out_stride;
        } else {
            dims[merged++] = dims[i];
        }
    }
    if (merged == 0) {
        dims[merged++] = (lg_copy_dim_t){1, item, item};
    }
    args->rank = merged;
}

void lg_copy_bind(const lg_copy_impl_t *impl, const lg_view_t *in, int64_t in_offset, const lg_view_t *out,
                  int64_t out_offset, lg_kernel_call_t *call) {
    lg_copy_args_t *args = call->args;
    const int64_t item = lg_item_bytes(in);
    const int64_t total = out->elem_count * item;
    args->in_offset = in_offset;
    args->out_offset = out_offset;
    args->item_bytes = (int32_t)item;
    args->stream = total >= COPY_STREAM_BYTES;
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)total);
    if (total == 0 || (in->flags & out->flags & LG_VIEW_CONTIGUOUS)) {
        call->fn = copy_dense;
        call->extent = total;
        call->grain = COPY_GRAIN_BYTES;
        call->args_bytes = offsetof(lg_copy_args_t, dims);
        return;
    }
    copy_collapse(args, in, out);
    lg_copy_dim_t *dims = args->dims, *inner = &dims[args->rank - 1];
    call->grain = 1;
    call->args_bytes = offsetof(lg_copy_args_t, dims) + (size_t)args->rank * sizeof args->dims[0];
    if (inner->out_stride == item && inner->in_stride != item && inner->extent >= COPY_MIN_TILE) {
        for (int32_t p = args->rank - 2; p >= 0; p--) {
            if (dims[p].in_stride == item && dims[p].extent >= COPY_MIN_TILE) {
                lg_copy_dim_t pair = dims[p];
                for (int32_t i = p; i < args->rank - 2; i++) {
                    dims[i] = dims[i + 1];
                }
                dims[args->rank - 2] = pair;
                call->fn = impl->tiles[lg_item_log2(in)];
                args->step = lg_transpose_side((int32_t)item) * (total >= COPY_FAR_BYTES ? 4 : 1);
                args->steps = (inner->extent + args->step - 1) / args->step;
                call->extent = (pair.extent + args->step - 1) / args->step * args->steps;
                for (int32_t i = 0; i < args->rank - 2; i++) {
                    call->extent *= dims[i].extent;
                }
                call->work_ns *= 1.5;
                return;
            }
        }
    }
    if (inner->extent < COPY_MIN_TILE && !(inner->in_stride == item && inner->out_stride == item)) {
        // Three channels inside, say: any order of loops is right, so the long run of the input goes inside.
        for (int32_t p = args->rank - 2; p >= 0; p--) {
            if (dims[p].in_stride == item && dims[p].extent >= COPY_MIN_TILE) {
                lg_copy_dim_t swap = dims[p];
                dims[p] = *inner;
                *inner = swap;
                break;
            }
        }
    }
    args->step = COPY_STEP_BYTES / item;
    args->steps = (inner->extent + args->step - 1) / args->step;
    call->extent = args->steps;
    for (int32_t i = 0; i < args->rank - 1; i++) {
        call->extent *= dims[i].extent;
    }
    if (inner->in_stride == item && inner->out_stride == item) {
        call->fn = copy_runs;
        if (args->rank == 1) {
            call->fn = copy_dense;
            call->extent = total;
            call->grain = COPY_GRAIN_BYTES;
        } else {
            call->work_ns += 2.0 * (double)call->extent;
        }
    } else {
        call->fn = item == 1   ? copy_strided_8
                   : item == 2 ? copy_strided_16
                   : item == 4 ? copy_strided_32
                               : copy_strided_64;
        call->work_ns = 5.0 + 0.6 * (double)out->elem_count;
    }
}

int32_t lg_copy_prepare_views(const lg_view_t *in, const lg_view_t *out, lg_kernel_call_t *call) {
    lg_copy_bind_plain(in, 0, out, call);
    return LG_OK;
}

void lg_copy_bind_plain(const lg_view_t *in, int64_t in_offset, const lg_view_t *out,
                        lg_kernel_call_t *call) {
    static const lg_copy_impl_t plain = LG_COPY_IMPL(scalar);
    lg_copy_bind(&plain, in, in_offset, out, 0, call);
}

// Whether both views have the same extents.
static int32_t copy_same_shape(const lg_view_t *a, const lg_view_t *b) {
    return a->rank == b->rank && memcmp(a->shape, b->shape, a->rank * sizeof a->shape[0]) == 0;
}

lg_status_t lg_copy_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    const lg_copy_impl_t *impl = kernel->impl;
    const lg_view_t *in = op->ins[0], *out = op->outs[0];
    switch (op->op) {
        case LG_OP_TRANSPOSE:
        case LG_OP_EXPAND:
        case LG_OP_SLICE:
        case LG_OP_FLIP:
            break;
        default:  // the elements in row-major order, in another shape
            if (copy_same_shape(in, out)) {
                lg_copy_bind(impl, in, 0, out, 0, call);
                return LG_OK;
            }
            if (out->flags & LG_VIEW_CONTIGUOUS) {
                lg_view_t shaped = *in;
                int64_t stride = 1;
                for (uint32_t i = in->rank; i-- > 0;) {
                    shaped.strides[i] = stride;
                    stride *= in->shape[i];
                }
                shaped.flags = LG_VIEW_CONTIGUOUS;
                lg_copy_bind(impl, in, 0, &shaped, 0, call);
                return LG_OK;
            }
    }
    // The window of the op on its input, in the shape of the output. Addresses are not known yet, so the
    // offset of a slice is read off a stand-in for the input's, in the middle of the address space.
    const uintptr_t base = (uintptr_t)1 << (sizeof base * 8 - 2);
    lg_view_t from = *in, window = *out;
    from.data = (void *)base;
    if (!lg_op_alias(op->op, &from, op->attrs, &window)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name,
                            "%s: needs a contiguous output for this layout", op->name);
    }
    int64_t offset = out->elem_count == 0 ? 0 : (int64_t)((intptr_t)((uintptr_t)window.data - base));
    lg_copy_bind(impl, &window, offset, out, 0, call);
    return LG_OK;
}

// ---- implementations --------------------------------------------------------------------------------

#define COPY_OP(op, isa) const lg_copy_impl_t lg_##op##_all__##isa = LG_COPY_IMPL(isa)
#define COPY_ISA(isa)        \
    COPY_OP(reshape, isa);   \
    COPY_OP(transpose, isa); \
    COPY_OP(expand, isa);    \
    COPY_OP(slice, isa);     \
    COPY_OP(squeeze, isa);   \
    COPY_OP(unsqueeze, isa); \
    COPY_OP(flatten, isa);   \
    COPY_OP(flip, isa);      \
    COPY_OP(identity, isa)

COPY_ISA(scalar);
COPY_OP(bitcast, scalar);
#if LG_CPU_X86
COPY_ISA(avx2);
COPY_ISA(avx512);
#elif LG_CPU_ARM64
COPY_ISA(neon);
#endif
