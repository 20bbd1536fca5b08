// SPDX-License-Identifier: Apache-2.0
// conv of small planes, where vectors along the positions of one image stay half empty: 7 x 7 positions fill 49 lanes of
// 64.
//
//   merged    several images are columns of one product, which is then cut up. Their weights are read once.
//   turned    positions (of several images) are rows and outputs columns; the product is transposed when it is stored.
//             The weights are packed ahead of time, the patches of a call before it multiplies.
//
// Both sum in the order of the plain product: the same bits.
#include "conv_planes.h"

#include <string.h>

enum {
    MERGE_POSITIONS = 48,  // images of more fill vectors by themselves
    TURN_ROWS = 128,       // the patches of so many positions stay in L2
    TURN_PANELS = 4,       // of columns in a unit
};

int32_t lg_conv_is_matrix(const lg_conv_shape_t *s, int64_t *out_step) {
    int64_t count = 1, step = 1;
    for (int d = 2; d >= 0; --d) {
        if (s->kernel[d] != 1 || s->stride[d] != 1 || s->pad[d] != 0 || s->out[d] != s->in[d]) {
            return 0;
        }
        if (s->in[d] == 1) {
            continue;
        }
        if (count == 1) {
            step = s->x_step[d];
        } else if (s->x_step[d] != step * count) {
            return 0;
        }
        count *= s->in[d];
    }
    *out_step = step;
    return 1;
}

// ---- merged -----------------------------------------------------------------------------------------

static int32_t planes_merged(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    const int64_t bytes = a->impl->elem_bytes, image_bytes = s->positions * bytes;
    const char *bias = lg_conv_bias(a, data), *addend = lg_conv_addend(a, data);
    lg_gemm_t gemm = a->gemm;
    for (int64_t t = begin; t < end;) {
        const int64_t part = t / gemm.tiles, first = t % gemm.tiles;  // part: a group of some images
        const int64_t last = end - t < gemm.tiles - first ? first + end - t : gemm.tiles;
        const int64_t group = part % s->groups, image = part / s->groups * a->merged;
        const int64_t images = s->images - image < a->merged ? s->images - image : a->merged;
        const char *x =
            (const char *)data[0] + (image * s->x_image + group * s->channels * s->x_channel) * bytes;
        const lg_conv_source_t source = {.shape = s, .x = x};
        char *product = (char *)data[a->out_index + 1] + a->product;
        const lg_gemm_data_t gemm_data = {
            .a = gemm.flags & LG_GEMM_A_PACKED ? (const char *)data[1] + group * a->packed_bytes
                                               : (const char *)data[1] + group * s->outs * s->w_out * bytes,
            .b = x,
            .c = product,
            .row_bias = bias != NULL ? bias + group * s->outs * bytes : NULL,
            .scratch = data[a->out_index + 1],
            .source = &source,
        };
        gemm.n = gemm.c_rs = images * s->positions;
        gemm.run(&gemm, &gemm_data, first, last);
        const int64_t o_begin = first * gemm.tile_rows;
        const int64_t o_end = last * gemm.tile_rows < s->outs ? last * gemm.tile_rows : s->outs;
        for (int64_t i = 0; i < images; ++i) {
            const int64_t at = (((image + i) * s->groups + group) * s->outs + o_begin) * s->positions;
            char *y = (char *)data[a->out_index] + at * bytes;
            for (int64_t o = o_begin; o < o_end; ++o) {
                memcpy(y + (o - o_begin) * image_bytes, product + (o * images + i) * image_bytes,
                       (size_t)image_bytes);
            }
            if (a->epilogue.run != NULL) {
                const float *added = addend != NULL ? (const float *)addend + at : NULL;
                a->epilogue.run(&a->epilogue, (float *)y, s->positions, added, 1,
                                (o_end - o_begin) * s->positions);
            }
        }
        t += last - first;
    }
    return 0;
}

// ---- turned -----------------------------------------------------------------------------------------

// A row panel out of a column panel: `kc` lines of `bytes` of lines that are `stride` bytes apart.
static void planes_compact(char *to, const char *from, int64_t kc, int64_t bytes, int64_t stride) {
    for (int64_t k = 0; k < kc; ++k, to += bytes, from += stride) {
        switch (bytes) {  // full panels: 14 and 6 floats
            case 56:
                memcpy(to, from, 56);
                break;
            case 24:
                memcpy(to, from, 24);
                break;
            default:
                memcpy(to, from, (size_t)bytes);
        }
    }
}

// The patches of all positions as row panels.
static void planes_pack(const lg_conv_args_t *a, const lg_gemm_t *g, const lg_gemm_data_t *data, char *panel,
                        char *panels) {
    const lg_gemm_isa_t *isa = g->isa;
    if (a->gemm.pack_b == NULL) {
        lg_gemm_pack_a(g, data->source, panels);
        return;
    }
    for (int64_t k0 = 0; k0 < g->k; k0 += g->block_k) {
        const int64_t kc = g->k - k0 < g->block_k ? g->k - k0 : g->block_k;
        for (int64_t i = 0; i < g->m; i += isa->panel_rows) {
            const int64_t rows = g->m - i < isa->panel_rows ? g->m - i : isa->panel_rows;
            g->pack_b(g, data, k0, kc, i, rows, panel);
            planes_compact(panels + (k0 * g->m + i * kc) * isa->elem_bytes, panel, kc, rows * isa->elem_bytes,
                           isa->panel_cols * (int64_t)isa->elem_bytes);
        }
    }
}

// Columns [o, end) of the product, [position][out], into y, [out][position].
#define PLANES_TURN(name, type)                                                                    \
    static void name(const void *product, int64_t outs, int64_t positions, int64_t o, int64_t end, \
                     void *y) {                                                                    \
        for (; o < end; ++o) {                                                                     \
            const type *from = (const type *)product + o;                                          \
            type *to = (type *)y + o * positions;                                                  \
            for (int64_t p = 0; p < positions; ++p) {                                              \
                to[p] = from[p * outs];                                                            \
            }                                                                                      \
        }                                                                                          \
    }
PLANES_TURN(planes_turn_4, uint32_t)
PLANES_TURN(planes_turn_8, uint64_t)

static int32_t planes_turned(const void *args, void *const *data, int64_t begin, int64_t end) {
    const lg_conv_args_t *a = args;
    const lg_conv_shape_t *s = &a->shape;
    const int64_t bytes = a->impl->elem_bytes;
    const float *addend = lg_conv_addend(a, data);
    char *panel = data[a->out_index + 1], *product = panel + a->product;
    char *panels = panel + (a->gemm.block_k * a->gemm.isa->panel_cols * bytes + 64);
    lg_gemm_t gemm = a->gemm;
    for (int64_t t = begin; t < end;) {
        const int64_t first = t % gemm.tiles, image = t / gemm.tiles * a->merged;
        const int64_t last = end - t < gemm.tiles - first ? first + end - t : gemm.tiles;
        const int64_t images = s->images - image < a->merged ? s->images - image : a->merged;
        const char *x = (const char *)data[0] + image * s->x_image * bytes;
        const lg_conv_source_t source = {.shape = s, .x = x};
        const lg_gemm_data_t gemm_data = {
            .a = panels,
            .b = data[1],
            .c = product,
            .col_bias = lg_conv_bias(a, data),
            .source = gemm.pack_b != NULL ? (const void *)&source : x,
        };
        gemm.m = gemm.tile_rows = images * s->positions;
        planes_pack(a, &gemm, &gemm_data, panel, panels);
        gemm.run(&gemm, &gemm_data, first, last);
        const int64_t o = first * gemm.tile_cols;
        const int64_t o_end = last * gemm.tile_cols < s->outs ? last * gemm.tile_cols : s->outs;
        for (int64_t i = 0; i < images; ++i) {
            const int64_t at = (image + i) * s->outs * s->positions, row = i * s->positions * s->outs;
            char *y = (char *)data[a->out_index] + at * bytes;
            (bytes == 4 ? planes_turn_4 : planes_turn_8)(product + row * bytes, s->outs, s->positions, o,
                                                         o_end, y);
            if (a->epilogue.run != NULL) {
                const int64_t from = o * s->positions;
                a->epilogue.run(&a->epilogue, (float *)y + from, s->positions,
                                addend != NULL ? addend + at + from : NULL, 1, (o_end - o) * s->positions);
            }
        }
        t += last - first;
    }
    return 0;
}

static void planes_pack_weights(const void *args, const void *input, void *packed) {
    const lg_gemm_t *g = &((const lg_conv_args_t *)args)->gemm;
    lg_gemm_pack_b(g->isa, g->k, g->n, input, g->b_rs, g->b_cs, packed);
}

// Lanes that `n` columns cost, with what is left of the last panel.
static double planes_cols(const lg_gemm_isa_t *isa, int64_t n) {
    const int64_t lanes = 64 / isa->elem_bytes, rest = n % isa->panel_cols;
    const double part =
        rest > isa->panel_cols - lanes ? isa->panel_cols : 1.2 * (double)((rest + lanes - 1) / lanes * lanes);
    return (double)(n - rest) + (rest > 0 ? part : 0.0);
}

// Rows that `m` rows cost: a tile of few is not much cheaper than one of half as many as there may be.
static double planes_rows(const lg_gemm_isa_t *isa, int64_t m) {
    const int64_t rest = m % isa->panel_rows, least = isa->panel_rows / 2;
    return (double)(m - rest) + (double)(rest == 0 ? 0 : rest < least ? least : rest);
}

// Whether `positions` as rows are cheaper than as columns, by more than turning costs.
static int32_t planes_turn(const lg_conv_shape_t *s, const lg_gemm_isa_t *isa, int64_t positions) {
    return s->groups == 1 && positions > 1 && positions <= TURN_ROWS && s->outs >= isa->panel_cols &&
           1.1 * planes_cols(isa, s->outs) * planes_rows(isa, positions) <
               planes_cols(isa, positions) * planes_rows(isa, s->outs);
}

// ---- prepare ----------------------------------------------------------------------------------------

static size_t planes_line(int64_t bytes) {
    return (size_t)(bytes + 63) / 64 * 64;
}

int32_t lg_conv_planes_prepare(lg_conv_args_t *args, int64_t w_step, lg_kernel_call_t *call) {
    const lg_conv_shape_t *s = &args->shape;
    const lg_gemm_isa_t *isa = args->impl->gemm;
    lg_gemm_t *g = &args->gemm;
    int64_t blocks = s->images, x_step = 0;
    args->merged = 1;
    if (s->images > 1 && s->positions <= MERGE_POSITIONS) {
        const int64_t most = isa->block_cols / 2 / s->positions;
        args->merged = most < s->images ? most : s->images;
        blocks = (s->images + args->merged - 1) / args->merged;
        args->merged = (s->images + blocks - 1) / blocks;
    }
    const int64_t positions = args->merged * s->positions;
    const int32_t turned = (call->constants & 2) != 0 && planes_turn(s, isa, positions);
    if (args->merged == 1 && !turned) {
        return 0;
    }
    g->k = s->channels * s->taps;
    g->pack_b = args->impl->pack_patches;
    if (turned) {
        const int32_t matrix = args->merged == 1 && lg_conv_is_matrix(s, &x_step);
        g->pack_b = matrix ? NULL : g->pack_b;
        g->m = positions;
        g->n = g->c_rs = s->outs;
        g->a_rs = x_step;
        g->a_cs = s->x_channel;
        g->b_rs = w_step;
        g->b_cs = s->w_out;
        g->flags = LG_GEMM_A_PACKED | LG_GEMM_B_PACKED;
        lg_gemm_plan(isa, g);
        g->tile_rows = positions;
        g->row_tiles = 1;
        g->tile_cols = TURN_PANELS * isa->panel_cols;
        g->tiles = (g->n + g->tile_cols - 1) / g->tile_cols;
        args->product = (int64_t)planes_line(g->block_k * isa->panel_cols * isa->elem_bytes + 64 +
                                             lg_gemm_packed_a_bytes(g) + 64);
        call->fn = planes_turned;
        call->pack_bytes = (size_t)lg_gemm_packed_b_bytes(isa, g->k, g->n);
        call->pack_layout = lg_gemm_layout_b(g);
        call->pack_input = 1;
        call->pack = planes_pack_weights;
    } else {
        g->m = s->outs;
        g->n = g->c_rs = positions;  // one column tile, so that a tile is a range of rows
        g->a_rs = s->w_out;
        g->a_cs = w_step;
        g->b_rs = g->b_cs = 0;
        g->flags = 0;
        lg_gemm_plan(isa, g);
        if ((call->constants & 2) && g->run == isa->run_packed) {
            lg_conv_pack_weights(args, call);
        }
        args->product = (int64_t)planes_line(g->scratch_bytes);
        call->fn = planes_merged;
    }
    call->extent = s->groups * blocks * g->tiles;
    call->work_ns = g->work_ns * (double)(s->groups * blocks);
    call->scratch_bytes = (size_t)(args->product + g->m * g->n * isa->elem_bytes);
    call->args_bytes = sizeof *args;
    return 1;
}
