// SPDX-License-Identifier: Apache-2.0
// scaled_dot_product_attention: y[i] = sum over j of p[i, j] v[j], p[i] = softmax over j of s[i],
// s[i, j] = softcap(scale * sum over d of q[i, d] k[j, d]) + mask[i, j].
//
// A unit is a tile of queries of one head. Keys come in blocks: products by the gemm, exponentials relative to the
// largest score so far, products with the values; what the blocks before have given is scaled down when a larger
// score appears (Dao, Fu, Ermon, Rudra, Re, FlashAttention, 2022; Milakov, Gimelshein, Online normalizer
// calculation for softmax, 2018). Neighbouring tiles share a block of keys that is packed once, and y holds their
// sums, so scratch does not grow with the sequence. Tiles and blocks depend on the shape only.
//
// A query that sees no key gives 0. Scores that are hidden do not matter even where they are NaN; a value that is
// hidden is multiplied by 0.
#include "../families.h"

#include <math.h>

#include "../simd/simd.h"

enum {
    ATTENTION_BLOCK = 256,  // keys
    ATTENTION_SHARE = 16,   // tiles that share a packed block: their y stays in L2
    ATTENTION_FEW = 8,      // queries up to which keys and values are read as they lie
};

// Offsets of q, k, v and mask for head `index` of all.
static void attention_offsets(const lg_attention_args_t *args, int64_t index, int64_t *offsets) {
    for (int32_t k = 0; k < 4; k++) {
        offsets[k] = 0;
    }
    for (int32_t i = args->batch_rank; i-- > 0;) {
        const int64_t at = index % args->extents[i];
        index /= args->extents[i];
        for (int32_t k = 0; k < 4; k++) {
            const int64_t shared = (k == 1 || k == 2) && i == args->batch_rank - 1 ? at / args->group : at;
            offsets[k] += shared * args->batch_strides[k][i];
        }
    }
}

// How many of the keys query `i` sees by its place.
static int64_t attention_visible(const lg_attention_args_t *args, int64_t i) {
    if (args->visible >= args->keys) {
        return args->keys;
    }
    const int64_t visible = i + args->visible;
    return visible < 0 ? 0 : visible < args->keys ? visible : args->keys;
}

// ---- scalar reference -------------------------------------------------------------------------------

#define ATTENTION_SCALAR(T, S)                                                                           \
    static int32_t attention_##S(const void *memory, void *const *data, int64_t begin, int64_t end) {    \
        const lg_attention_args_t *args = memory;                                                        \
        double *scores = data[args->in_count + 1];                                                       \
        for (int64_t unit = begin; unit < end; unit++) {                                                 \
            int64_t offsets[4];                                                                          \
            attention_offsets(args, unit / args->queries, offsets);                                      \
            const int64_t i = unit % args->queries, visible = attention_visible(args, i);                \
            const T *q = (const T *)data[0] + offsets[0] + i * args->strides[0][0];                      \
            const T *k = (const T *)data[1] + offsets[1], *v = (const T *)data[2] + offsets[2];          \
            T *y = (T *)data[args->in_count] + unit * args->value_width;                                 \
            double most = -INFINITY, sum = 0;                                                            \
            for (int64_t j = 0; j < visible; j++) {                                                      \
                const int64_t at = offsets[3] + i * args->strides[3][0] + j * args->strides[3][1];       \
                double score = 0;                                                                        \
                for (int64_t d = 0; d < args->width; d++) {                                              \
                    score += (double)q[d * args->strides[0][1]] *                                        \
                             k[j * args->strides[1][0] + d * args->strides[1][1]];                       \
                }                                                                                        \
                score *= args->scale;                                                                    \
                score = args->softcap > 0 ? args->softcap * tanh(score / args->softcap) : score;         \
                if (args->mask_kind == LG_ATTENTION_CHOICE) {                                            \
                    score = ((const uint8_t *)data[3])[at] ? score : -INFINITY;                          \
                } else if (args->mask_kind == LG_ATTENTION_SUMMAND) {                                    \
                    score += ((const T *)data[3])[at];                                                   \
                }                                                                                        \
                scores[j] = score;                                                                       \
                most = score > most ? score : most;                                                      \
            }                                                                                            \
            most = most == -INFINITY ? 0 : most;                                                         \
            for (int64_t j = 0; j < visible; j++) {                                                      \
                scores[j] = exp(scores[j] - most);                                                       \
                sum += scores[j];                                                                        \
            }                                                                                            \
            for (int64_t d = 0; d < args->value_width; d++) {                                            \
                double value = 0;                                                                        \
                for (int64_t j = 0; j < visible; j++) {                                                  \
                    value += scores[j] * v[j * args->strides[2][0] + d * args->strides[2][1]];           \
                }                                                                                        \
                y[d] = (T)(sum == 0 ? 0 : value / sum);                                                  \
            }                                                                                            \
        }                                                                                                \
        return 0;                                                                                        \
    }                                                                                                    \
    const lg_attention_impl_t lg_scaled_dot_product_attention_##S##__scalar = {attention_##S, sizeof(T), \
                                                                               NULL, NULL, NULL};

ATTENTION_SCALAR(float, f32)
ATTENTION_SCALAR(double, f64)

// ---- tiles ------------------------------------------------------------------------------------------

// The operands of a run of tiles of one head.
typedef struct attention_head {
    const lg_attention_args_t *args;
    const float *q, *k, *v;
    const void *mask;  // NULL: none
    float *y;
    char *scratch;
    float *most;  // per query of the run
    double *sum;
} attention_head_t;

// The part of the mask that a row needs, as floats; `line` is room for it.
static const float *attention_mask(const attention_head_t *head, int64_t query, int64_t key, int64_t count,
                                   float *line) {
    const lg_attention_args_t *args = head->args;
    const int64_t stride = args->strides[3][1], first = query * args->strides[3][0] + key * stride;
    if (args->mask_kind == LG_ATTENTION_CHOICE) {
        const uint8_t *mask = (const uint8_t *)head->mask + first;
        for (int64_t j = 0; j < count; j++) {
            line[j] = mask[j * stride] ? 0.0f : -1.0f;
        }
        return line;
    }
    const float *mask = (const float *)head->mask + first;
    if (stride == 1) {
        return mask;
    }
    for (int64_t j = 0; j < count; j++) {
        line[j] = mask[j * stride];
    }
    return line;
}

// Queries [first, first + rows) with the `count` keys from `key` on.
static void attention_tile(const attention_head_t *head, int64_t first, int64_t rows, int64_t key,
                           int64_t count, int64_t seen, float *most, double *sum, float *y) {
    const lg_attention_args_t *args = head->args;
    const lg_attention_impl_t *impl = args->impl;
    float *scores = (float *)(void *)(head->scratch + args->scores);
    float *part = (float *)(void *)(head->scratch + args->part);
    void *gemm_scratch = head->scratch + args->gemm;
    lg_gemm_t product = {.m = rows,
                         .n = seen,
                         .k = args->width,
                         .a_rs = args->strides[0][0],
                         .a_cs = args->strides[0][1],
                         .b_rs = args->strides[1][1],
                         .b_cs = args->strides[1][0],
                         .c_rs = args->block,
                         .flags = args->packed ? LG_GEMM_B_PACKED : 0};
    lg_gemm_plan(impl->gemm, &product);
    const lg_gemm_data_t score_data = {
        .a = head->q + first * args->strides[0][0],
        .b = args->packed ? (const void *)(head->scratch + args->key_panels)
                          : head->k + key * args->strides[1][0],
        .c = scores,
        .scratch = gemm_scratch,
    };
    product.run(&product, &score_data, 0, product.tiles);
    for (int64_t i = 0; i < rows; i++) {
        const int64_t visible = attention_visible(args, first + i) - key;
        lg_attention_row_t row = {.scores = scores + i * args->block,
                                  .count = count,
                                  .visible = visible < 0      ? 0
                                             : visible < seen ? visible
                                                              : seen,
                                  .scale = (float)args->scale,
                                  .softcap = (float)args->softcap,
                                  .choice = args->mask_kind == LG_ATTENTION_CHOICE,
                                  .most = most[i],
                                  .sum = sum[i]};
        if (args->mask_kind != LG_ATTENTION_NO_MASK) {
            row.mask = attention_mask(head, first + i, key, row.visible,
                                      (float *)(void *)(head->scratch + args->mask_line));
        }
        impl->row(&row);
        most[i] = row.most;
        sum[i] = row.sum;
        // The last column of a row of `part` is free for the factor until the product is there.
        part[rows * args->value_width + i] = key == 0 ? 0.0f : row.decay;
    }
    lg_gemm_t values = {.m = rows,
                        .n = args->value_width,
                        .k = args->packed ? count : seen,
                        .a_rs = args->block,
                        .a_cs = 1,
                        .b_rs = args->strides[2][0],
                        .b_cs = args->strides[2][1],
                        .c_rs = args->value_width,
                        .flags = args->packed ? LG_GEMM_B_PACKED : 0};
    lg_gemm_plan(impl->gemm, &values);
    const lg_gemm_data_t value_data = {
        .a = scores,
        .b = args->packed ? (const void *)(head->scratch + args->value_panels)
                          : head->v + key * args->strides[2][0],
        .c = key == 0 ? y : part,
        .scratch = gemm_scratch,
    };
    values.run(&values, &value_data, 0, values.tiles);
    if (key > 0) {
        for (int64_t i = 0; i < rows; i++) {
            impl->merge(y + i * args->value_width, part + i * args->value_width,
                        part[rows * args->value_width + i], args->value_width);
        }
    }
}

// Tiles [first, last) of a head.
static void attention_tiles(const attention_head_t *head, int64_t first, int64_t last) {
    const lg_attention_args_t *args = head->args;
    const int64_t query = first * args->tile_rows;
    const int64_t end = last * args->tile_rows < args->queries ? last * args->tile_rows : args->queries;
    for (int64_t i = 0; i < end - query; i++) {
        head->most[i] = -INFINITY;
        head->sum[i] = 0;
    }
    const int64_t reach = attention_visible(args, end - 1);
    for (int64_t key = 0; key < reach; key += args->block) {
        const int64_t count = args->keys - key < args->block ? args->keys - key : args->block;
        if (args->packed) {
            lg_gemm_pack_b(args->impl->gemm, args->width, count, head->k + key * args->strides[1][0],
                           args->strides[1][1], args->strides[1][0], head->scratch + args->key_panels);
            lg_gemm_pack_b(args->impl->gemm, count, args->value_width, head->v + key * args->strides[2][0],
                           args->strides[2][0], args->strides[2][1], head->scratch + args->value_panels);
        }
        for (int64_t i = query; i < end; i += args->tile_rows) {
            const int64_t rows = end - i < args->tile_rows ? end - i : args->tile_rows;
            const int64_t seen = attention_visible(args, i + rows - 1) - key;
            if (seen > 0) {
                attention_tile(head, i, rows, key, count, seen < count ? seen : count,
                               head->most + (i - query), head->sum + (i - query),
                               head->y + i * args->value_width);
            }
        }
    }
    for (int64_t i = query; i < end; i++) {
        float *y = head->y + i * args->value_width;
        const double sum = head->sum[i - query];
        const float factor = (float)(1.0 / sum);
        for (int64_t d = 0; d < args->value_width; d++) {
            y[d] = sum == 0 ? 0.0f : y[d] * factor;
        }
    }
}

#if LG_CPU_X86 || LG_CPU_ARM64
static int32_t attention_run(const void *memory, void *const *data, int64_t begin, int64_t end) {
    const lg_attention_args_t *args = memory;
    char *scratch = data[args->in_count + 1];
    for (int64_t unit = begin, next; unit < end; unit = next) {
        const int64_t index = unit / args->tiles, first = unit % args->tiles;
        const int64_t last = first + ATTENTION_SHARE < args->tiles ? first + ATTENTION_SHARE : args->tiles;
        next = unit + (last - first) < end ? unit + (last - first) : end;
        int64_t offsets[4];
        attention_offsets(args, index, offsets);
        const size_t mask_bytes = args->mask_kind == LG_ATTENTION_CHOICE ? 1 : sizeof(float);
        const attention_head_t head = {
            .args = args,
            .q = (const float *)data[0] + offsets[0],
            .k = (const float *)data[1] + offsets[1],
            .v = (const float *)data[2] + offsets[2],
            .mask = args->mask_kind != LG_ATTENTION_NO_MASK
                        ? (const char *)data[3] + offsets[3] * (int64_t)mask_bytes
                        : NULL,
            .y = (float *)data[args->in_count] + index * args->queries * args->value_width,
            .scratch = scratch,
            .sum = (double *)(void *)(scratch + args->state),
            .most = (float *)(void *)(scratch + args->state +
                                      ATTENTION_SHARE * args->tile_rows * (int64_t)sizeof(double)),
        };
        attention_tiles(&head, first, first + (next - unit));
    }
    return 0;
}
#endif

#define LG_SIMD_BODY "attention/attention_body.inc"
#include "../simd/each.inc"
#undef LG_SIMD_BODY

// ---- prepare ----------------------------------------------------------------------------------------

static int64_t attention_place(int64_t *used, int64_t bytes) {
    const int64_t place = *used;
    *used += (bytes + 127) / 64 * 64;  // a vector more, which packing may touch
    return place;
}

// Divides scratch; every product of a smaller tile needs no more of it than the largest.
static int64_t attention_scratch(lg_attention_args_t *args) {
    const lg_gemm_isa_t *isa = args->impl->gemm;
    lg_gemm_t product = {.m = args->tile_rows,
                         .n = args->block,
                         .k = args->width,
                         .a_rs = args->strides[0][0],
                         .a_cs = args->strides[0][1],
                         .b_rs = args->strides[1][1],
                         .b_cs = args->strides[1][0],
                         .c_rs = args->block,
                         .flags = args->packed ? LG_GEMM_B_PACKED : 0};
    lg_gemm_t values = {.m = args->tile_rows,
                        .n = args->value_width,
                        .k = args->block,
                        .a_rs = args->block,
                        .a_cs = 1,
                        .b_rs = args->strides[2][0],
                        .b_cs = args->strides[2][1],
                        .c_rs = args->value_width,
                        .flags = args->packed ? LG_GEMM_B_PACKED : 0};
    lg_gemm_plan(isa, &product);
    lg_gemm_plan(isa, &values);
    const int64_t most =
        product.scratch_bytes > values.scratch_bytes ? product.scratch_bytes : values.scratch_bytes;
    const int64_t item = sizeof(float), rows = args->tile_rows;
    int64_t used = 0;
    args->gemm = attention_place(&used, most);
    if (args->packed) {
        args->key_panels = attention_place(&used, lg_gemm_packed_b_bytes(isa, args->width, args->block));
        args->value_panels =
            attention_place(&used, lg_gemm_packed_b_bytes(isa, args->block, args->value_width));
    }
    args->scores = attention_place(&used, rows * args->block * item);
    args->part = attention_place(&used, rows * (args->value_width + 1) * item);
    args->mask_line = attention_place(&used, args->block * item);
    args->state = attention_place(&used, ATTENTION_SHARE * rows * (int64_t)(sizeof(double) + sizeof(float)));
    return used;
}

lg_status_t lg_attention_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err) {
    const lg_scaled_dot_product_attention_attrs_t *attrs = op->attrs;
    const lg_view_t *q = op->ins[0], *k = op->ins[1], *v = op->ins[2], *out = op->outs[0];
    const lg_view_t *mask = op->in_count > 3 ? op->ins[3] : NULL;
    if (LG_UNLIKELY(!(out->flags & LG_VIEW_CONTIGUOUS))) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    lg_attention_args_t *args = call->args;
    args->impl = kernel->impl;
    const int32_t rank = q->rank, batch = rank - 2;
    args->queries = q->shape[rank - 2];
    args->keys = k->shape[rank - 2];
    args->width = q->shape[rank - 1];
    args->value_width = v->shape[rank - 1];
    const int32_t causal = attrs != NULL && attrs->is_causal;
    args->visible = !causal ? INT64_MAX : attrs->causal_align == 0 ? 1 : args->keys - args->queries + 1;
    args->softcap = attrs != NULL ? attrs->softcap : 0;
    args->scale = attrs != NULL ? attrs->scale : 0;
    if (args->scale == 0) {
        args->scale = 1.0 / sqrt((double)(args->width > 0 ? args->width : 1));
    }
    args->mask_kind = mask == NULL                   ? LG_ATTENTION_NO_MASK
                      : mask->dtype == LG_DTYPE_BOOL ? LG_ATTENTION_CHOICE
                                                     : LG_ATTENTION_SUMMAND;
    args->in_count = (int32_t)op->in_count;
    args->batch_rank = batch;
    args->group =
        batch > 0 && k->shape[batch - 1] > 0 ? (int32_t)(q->shape[batch - 1] / k->shape[batch - 1]) : 1;
    const lg_view_t *operands[4] = {q, k, v, mask};
    int64_t heads = 1;
    for (int32_t i = 0; i < batch; i++) {
        args->extents[i] = out->shape[i];
        heads *= out->shape[i];
    }
    for (int32_t o = 0; o < 4; o++) {
        const lg_view_t *view = operands[o];
        for (int32_t i = 0; i < rank; i++) {  // a mask may have fewer axes
            const int32_t axis = view != NULL ? i - (rank - view->rank) : -1;
            const int64_t stride = axis >= 0 && view->shape[axis] != 1 ? view->strides[axis] : 0;
            if (i < batch) {
                args->batch_strides[o][i] = stride;
            } else if (o == 3) {
                args->strides[o][i - batch] = stride;
            } else {
                args->strides[o][i - batch] = view->strides[axis];
            }
        }
    }
    const int32_t vectors = args->impl->gemm != NULL;
    int64_t rows = 1, scratch = args->keys * (int64_t)sizeof(double);
    if (vectors) {
        args->block = args->keys < ATTENTION_BLOCK ? args->keys : ATTENTION_BLOCK;
        args->packed = args->queries > ATTENTION_FEW;
        rows = args->impl->gemm->block_rows < args->queries ? args->impl->gemm->block_rows : args->queries;
    }
    args->tile_rows = rows;
    args->tiles = rows > 0 ? (args->queries + rows - 1) / rows : 0;
    if (vectors && out->elem_count > 0 && args->keys > 0) {
        scratch = attention_scratch(args);
    }
    if (vectors && args->keys == 0) {  // only what attention_tiles needs to write zeros
        args->state = 0;
        scratch = ATTENTION_SHARE * rows * (int64_t)(sizeof(double) + sizeof(float));
    }
    call->fn = args->impl->run;
    call->extent = out->elem_count > 0 ? heads * args->tiles : 0;
    call->grain = 1;
    call->scratch_bytes = (size_t)scratch;
    call->args_bytes = sizeof *args;
    const double pairs = (double)heads * (double)args->queries * (double)args->keys;
    const double rate = vectors ? args->impl->gemm->flops_per_ns : 1.0;
    call->work_ns =
        50.0 + pairs * (2.0 * (double)(args->width + args->value_width) / rate + (vectors ? 0.6 : 10.0));
    return LG_OK;
}
