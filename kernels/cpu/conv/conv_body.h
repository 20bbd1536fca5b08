/* SPDX-License-Identifier: Apache-2.0
 *
 * conv for one instruction set and element type: packing patches for gemm, and depthwise rows. Include once per
 * translation unit after defining
 *
 *   LG_VEC_*           see ../matmul/vec.h
 *   LG_CONV_SYMBOL     name of the lg_conv_impl_t object
 *   LG_CONV_GEMM       its lg_gemm_isa_t
 *   LG_CONV_NR         columns of that gemm's panels, at most 32
 *   LG_CONV_PLAIN      the plain loops of the element type
 */
#include "conv.h"

#include "../matmul/vec.h"

#define PANEL_VECS (LG_CONV_NR / LG_VEC_LANES)

LG_INLINE int64_t conv_min(int64_t a, int64_t b) {
    return a < b ? a : b;
}
LG_INLINE int64_t conv_max(int64_t a, int64_t b) {
    return a > b ? a : b;
}

// First q >= 0 with q * stride >= at. Strides of 1 and 2 are worth a branch.
LG_INLINE int64_t conv_ceil(int64_t at, int64_t stride) {
    if (at <= 0) {
        return 0;
    }
    return stride == 1 ? at : stride == 2 ? (at + 1) >> 1 : (at + stride - 1) / stride;
}

// ---- patches ----------------------------------------------------------------------------------------

// Note [Packing patches]
// Row c * taps + r of a panel holds, for LG_CONV_NR consecutive positions, what tap r of the window sees in
// channel c. Which element that is differs between channels by a constant, so the addresses of one channel are
// worked out once per panel as a list of pieces, and the list is run for every channel. A piece fills lanes of
// one vector from one row of x; lanes outside x are in no piece and stay zero.
typedef struct patch_piece {
    int64_t offset;          // of lane 0 from the channel's first element; may lie outside x
    vec_range_t range;       // lanes to load; of the first vector when the step is 2
    vec_range_t range_next;  // lanes of the second vector when the step is 2
    int32_t low, high;       // the lanes again
    int32_t to;              // -1: more pieces follow for this vector; else where in the row it is stored
} patch_piece_t;

// A run of positions of the panel in one row of the output.
typedef struct patch_run {
    int32_t vec, low, high;  // lanes low .. high - 1 of vector `vec`
    int64_t image;           // its first element, from that of the first image
    int64_t i0, i1;          // row of x that tap (0, 0, .) sees
    int64_t q;               // position along axis 2 of lane 0, may be negative
} patch_run_t;

enum { MAX_PIECES = 288 };

static int patch_runs(const lg_conv_shape_t *s, int64_t j, int64_t count, patch_run_t *runs) {
    int used = 0;
    int64_t q = j % s->out[2], row = j / s->out[2];
    int64_t p1 = row % s->out[1], p0 = row / s->out[1] % s->out[0];
    int64_t image = row / s->out[1] / s->out[0] * s->x_image;
    for (int64_t lane = 0; lane < count;) {
        const int64_t in_vec = lane % LG_VEC_LANES;
        const int64_t length = conv_min(conv_min(s->out[2] - q, count - lane), LG_VEC_LANES - in_vec);
        runs[used++] = (patch_run_t){
            .vec = (int32_t)(lane / LG_VEC_LANES),
            .low = (int32_t)in_vec,
            .high = (int32_t)(in_vec + length),
            .image = image,
            .i0 = p0 * s->stride[0] - s->pad[0],
            .i1 = p1 * s->stride[1] - s->pad[1],
            .q = q - in_vec,
        };
        lane += length;
        q += length;
        if (q == s->out[2]) {
            q = 0;
            if (++p1 == s->out[1]) {
                p1 = 0;
                if (++p0 == s->out[0]) {
                    p0 = 0;
                    image += s->x_image;
                }
            }
        }
    }
    return used;
}

// Appends the pieces of tap (r0, r1, r2): at least one for each vector of the panel.
LG_VEC int patch_pieces(const lg_conv_shape_t *s, const patch_run_t *runs, int run_count, int64_t r0,
                        int64_t r1, int64_t r2, patch_piece_t *pieces) {
    const int64_t step = s->stride[2] * s->x_step[2], shift = r2 * s->dilation[2] - s->pad[2];
    const int64_t q_low = conv_ceil(-shift, s->stride[2]), q_high = conv_ceil(s->in[2] - shift, s->stride[2]);
    int used = 0, run = 0;
    for (int vec = 0; vec < PANEL_VECS; ++vec) {
        const int first = used;
        for (; run < run_count && runs[run].vec == vec; ++run) {
            const patch_run_t *at = &runs[run];
            const int64_t i0 = at->i0 + r0 * s->dilation[0], i1 = at->i1 + r1 * s->dilation[1];
            const int64_t low = conv_max(at->low, q_low - at->q), high = conv_min(at->high, q_high - at->q);
            if (i0 < 0 || i0 >= s->in[0] || i1 < 0 || i1 >= s->in[1] || low >= high) {
                continue;
            }
            patch_piece_t *piece = &pieces[used++];
            piece->offset =
                at->image + i0 * s->x_step[0] + i1 * s->x_step[1] + at->q * step + shift * s->x_step[2];
            piece->low = (int32_t)low;
            piece->high = (int32_t)high;
            piece->to = -1;
            if (step == 2) {
                piece->range =
                    vec_range(conv_min(2 * low, LG_VEC_LANES), conv_min(2 * high - 1, LG_VEC_LANES));
                piece->range_next =
                    vec_range(conv_max(2 * low - LG_VEC_LANES, 0), conv_max(2 * high - 1 - LG_VEC_LANES, 0));
            } else {
                piece->range = vec_range(low, high);
            }
        }
        if (used == first) {
            patch_piece_t *piece = &pieces[used++];
            piece->offset = 0;
            piece->low = piece->high = 0;
            piece->range = piece->range_next = vec_range(0, 0);
        }
        pieces[used - 1].to = vec * LG_VEC_LANES;
    }
    return used;
}

// Runs the list for one channel and a part of the taps. `step` is a constant where this is inlined: 1, 2, or 0
// for any other.
LG_VEC void patch_fill(const int step, const elem_t *x, int64_t stride, const patch_piece_t *pieces,
                       const patch_piece_t *end, elem_t *row) {
    vec_t v = vec_zero();
    for (; pieces < end; ++pieces) {
        const elem_t *from = x + pieces->offset;
        if (step == 1) {
            v = vec_load_range(v, from, pieces->range);
        } else if (step == 2) {
            const vec_t first = vec_load_range(vec_zero(), from, pieces->range);
            const vec_t next = vec_load_range(vec_zero(), from + LG_VEC_LANES, pieces->range_next);
            v = vec_add(v, vec_even(first, next));  // lanes of other pieces are zero
        } else {
            v = vec_load_step(v, from, stride, pieces->low, pieces->high);
        }
        if (pieces->to >= 0) {
            vec_store(row + pieces->to, v);
            row += pieces->to == LG_CONV_NR - LG_VEC_LANES ? LG_CONV_NR : 0;
            v = vec_zero();
        }
    }
}

// See lg_gemm_pack_b_fn_t.
static LG_VEC_TARGET void pack_patches(const lg_gemm_t *gemm, const lg_gemm_data_t *data, int64_t k0,
                                       int64_t kc, int64_t j0, int64_t cols, void *panels) {
    (void)gemm;
    const lg_conv_source_t *source = data->source;
    const lg_conv_shape_t *s = source->shape;
    const int64_t step = s->stride[2] * s->x_step[2], taps = s->taps;
    const int64_t c_begin = k0 / taps, c_end = (k0 + kc - 1) / taps + 1;
    patch_run_t runs[LG_CONV_NR];
    patch_piece_t pieces[MAX_PIECES];
    int32_t starts[MAX_PIECES / PANEL_VECS + 1];  // of the pieces of each tap
    for (int64_t j = 0; j < cols; j += LG_CONV_NR) {
        elem_t *panel = (elem_t *)panels + j * kc;
        const int run_count = patch_runs(s, j0 + j, conv_min(LG_CONV_NR, cols - j), runs);
        int64_t r0 = 0, r1 = 0, r2 = 0;
        for (int64_t first = 0; first < taps;) {  // as many taps at a time as the list holds
            int tap_count = 0, used = 0;
            while (first + tap_count < taps && used + LG_CONV_NR + PANEL_VECS <= MAX_PIECES) {
                starts[tap_count++] = used;
                used += patch_pieces(s, runs, run_count, r0, r1, r2, pieces + used);
                if (++r2 == s->kernel[2]) {
                    r2 = 0;
                    if (++r1 == s->kernel[1]) {
                        r1 = 0;
                        ++r0;
                    }
                }
            }
            starts[tap_count] = used;
            for (int64_t c = c_begin; c < c_end; ++c) {
                const int64_t k = c * taps + first - k0;  // row of the panel for the first tap of the list
                const int64_t from = conv_max(0, -k), to = conv_min(tap_count, kc - k);
                if (from >= to) {
                    continue;
                }
                const elem_t *x = (const elem_t *)source->x + c * s->x_channel;
                elem_t *row = panel + (k + from) * LG_CONV_NR;
                const patch_piece_t *begin = pieces + starts[from], *end = pieces + starts[to];
                if (step == 1) {
                    patch_fill(1, x, step, begin, end, row);
                } else if (step == 2) {
                    patch_fill(2, x, step, begin, end, row);
                } else {
                    patch_fill(0, x, step, begin, end, row);
                }
            }
            first += tap_count;
        }
    }
}

// ---- depthwise --------------------------------------------------------------------------------------

// A strip is up to STRIP_VECS vectors of each output row. Which lanes of a tap lie inside x along axis 2 is the
// same in every row, so it is worked out once per strip.
enum { STRIP_VECS = 4 };

typedef struct depthwise_strip {
    int64_t q, vecs;   // first position, vectors
    vec_mask_t store;  // lanes of the last vector
    int32_t inner;     // all lanes of all taps lie inside x
    vec_range_t range[LG_CONV_MAX_TAPS][STRIP_VECS];
    vec_range_t range_next[LG_CONV_MAX_TAPS][STRIP_VECS];  // second vector of a load with stride 2
} depthwise_strip_t;

// The part of the window that lies inside x along the outer axes, for one output row.
typedef struct depthwise_row {
    const elem_t *x, *w;  // of tap (0, 0, 0)
    int64_t r0_begin, r0_end, r1_begin, r1_end;
    elem_t start;
    elem_t *to;
} depthwise_row_t;

LG_VEC void depthwise_plan(const lg_conv_shape_t *s, int64_t q, depthwise_strip_t *strip) {
    const int64_t left = s->out[2] - q, stride = s->stride[2];
    strip->q = q;
    strip->vecs = conv_min((left + LG_VEC_LANES - 1) / LG_VEC_LANES, STRIP_VECS);
    const int64_t tail = conv_min(left - (strip->vecs - 1) * LG_VEC_LANES, LG_VEC_LANES);
    strip->store = vec_mask(tail);
    strip->inner = tail == LG_VEC_LANES;
    for (int64_t r = 0; r < s->kernel[2]; ++r) {
        const int64_t shift = r * s->dilation[2] - s->pad[2];
        const int64_t q_low = conv_ceil(-shift, stride),
                      q_high = conv_min(conv_ceil(s->in[2] - shift, stride), s->out[2]);
        for (int64_t i = 0; i < strip->vecs; ++i) {
            const int64_t at = q + i * LG_VEC_LANES;
            const int64_t low = conv_min(conv_max(q_low - at, 0), LG_VEC_LANES);
            const int64_t high = conv_min(conv_max(q_high - at, 0), LG_VEC_LANES);
            strip->inner &= low == 0 && high == LG_VEC_LANES;
            if (stride == 1) {
                strip->range[r][i] = vec_range(low, high);
            } else if (low < high) {
                strip->range[r][i] =
                    vec_range(conv_min(2 * low, LG_VEC_LANES), conv_min(2 * high - 1, LG_VEC_LANES));
                strip->range_next[r][i] =
                    vec_range(conv_max(2 * low - LG_VEC_LANES, 0), conv_max(2 * high - 1 - LG_VEC_LANES, 0));
            } else {
                strip->range[r][i] = strip->range_next[r][i] = vec_range(0, 0);
            }
        }
    }
    strip->inner &= stride == 1;  // stride 2 reads one element less than two vectors
}

// One strip of one row. `vecs`, `step` and `inner` are constants where this is inlined.
LG_VEC void depthwise_line(const int vecs, const int step, const int inner, const lg_conv_shape_t *s,
                           const depthwise_strip_t *strip, const depthwise_row_t *row) {
    vec_t acc[STRIP_VECS];
    LG_UNROLL
    for (int i = 0; i < vecs; ++i) {
        acc[i] = vec_dup(row->start);
    }
    const int64_t taps = s->kernel[2], dilation = s->dilation[2], w_step = s->w_step[2];
    for (int64_t r0 = row->r0_begin; r0 < row->r0_end; ++r0) {
        for (int64_t r1 = row->r1_begin; r1 < row->r1_end; ++r1) {
            const elem_t *from = row->x + r0 * s->dilation[0] * s->x_step[0] +
                                 r1 * s->dilation[1] * s->x_step[1] + strip->q * step;
            const elem_t *w = row->w + r0 * s->w_step[0] + r1 * s->w_step[1];
            for (int64_t r2 = 0; r2 < taps; ++r2) {
                const vec_t weight = vec_dup(*w);
                LG_UNROLL
                for (int i = 0; i < vecs; ++i) {
                    const elem_t *at = from + i * LG_VEC_LANES * step;
                    vec_t v;
                    if (inner) {
                        v = vec_load(at);
                    } else {
                        v = vec_load_range(vec_zero(), at, strip->range[r2][i]);
                        if (step == 2) {
                            v = vec_even(
                                v, vec_load_range(vec_zero(), at + LG_VEC_LANES, strip->range_next[r2][i]));
                        }
                    }
                    acc[i] = vec_fma(weight, v, acc[i]);
                }
                from += dilation;
                w += w_step;
            }
        }
    }
    LG_UNROLL
    for (int i = 0; i < vecs; ++i) {
        if (inner || i < vecs - 1) {
            vec_store(row->to + i * LG_VEC_LANES, acc[i]);
        } else {
            vec_store_mask(row->to + i * LG_VEC_LANES, acc[i], strip->store);
        }
    }
}

typedef void (*depthwise_fn_t)(const lg_conv_shape_t *s, const depthwise_strip_t *strip,
                               const depthwise_row_t *row);
#define DEPTHWISE(vecs)                                                                         \
    static LG_VEC_TARGET void depthwise_inner_##vecs(                                           \
        const lg_conv_shape_t *s, const depthwise_strip_t *strip, const depthwise_row_t *row) { \
        depthwise_line(vecs, 1, 1, s, strip, row);                                              \
    }                                                                                           \
    static LG_VEC_TARGET void depthwise_border_##vecs(                                          \
        const lg_conv_shape_t *s, const depthwise_strip_t *strip, const depthwise_row_t *row) { \
        depthwise_line(vecs, 1, 0, s, strip, row);                                              \
    }                                                                                           \
    static LG_VEC_TARGET void depthwise_stride2_##vecs(                                         \
        const lg_conv_shape_t *s, const depthwise_strip_t *strip, const depthwise_row_t *row) { \
        depthwise_line(vecs, 2, 0, s, strip, row);                                              \
    }
DEPTHWISE(1)
DEPTHWISE(2)
DEPTHWISE(3)
DEPTHWISE(4)
#define DEPTHWISE_FNS(kind) \
    {depthwise_##kind##_1, depthwise_##kind##_2, depthwise_##kind##_3, depthwise_##kind##_4}
static const depthwise_fn_t depthwise_fns[3][STRIP_VECS] = {
    DEPTHWISE_FNS(border),
    DEPTHWISE_FNS(inner),
    DEPTHWISE_FNS(stride2),
};

#if defined(LG_VEC_F32)
#include "conv_down_body.h"
#endif

// See lg_conv_rows_fn_t; one channel a group, x_step[2] is 1, stride[2] is 1 or 2, kernel[2] <= LG_CONV_MAX_TAPS.
static LG_VEC_TARGET void depthwise(const lg_conv_shape_t *s, const void *x, const void *w, const void *bias,
                                    void *y, int64_t begin, int64_t end) {
    const int64_t width = s->out[2], outs = s->groups * s->outs;
#if defined(LG_VEC_F32)
    if (down_fits(s)) {
        down_rows(s, x, w, bias, y, begin, end);
        return;
    }
#endif
    depthwise_strip_t strip;
    for (int64_t q = 0; q < width; q += STRIP_VECS * LG_VEC_LANES) {
        depthwise_plan(s, q, &strip);
        const depthwise_fn_t fn = depthwise_fns[s->stride[2] == 2 ? 2 : strip.inner][strip.vecs - 1];
        int64_t p1 = begin % s->out[1], p0 = begin / s->out[1] % s->out[0];
        int64_t o = begin / (s->out[1] * s->out[0]) % outs, image = begin / (s->out[1] * s->out[0]) / outs;
        for (int64_t index = begin; index < end; ++index) {
            const int64_t i0 = p0 * s->stride[0] - s->pad[0], i1 = p1 * s->stride[1] - s->pad[1];
            const depthwise_row_t row = {
                .x = (const elem_t *)x + image * s->x_image + o / s->outs * s->x_channel + i0 * s->x_step[0] +
                     i1 * s->x_step[1] - s->pad[2],
                .w = (const elem_t *)w + o * s->w_out,
                .r0_begin = conv_ceil(-i0, s->dilation[0]),
                .r0_end = conv_min(s->kernel[0], conv_ceil(s->in[0] - i0, s->dilation[0])),
                .r1_begin = conv_ceil(-i1, s->dilation[1]),
                .r1_end = conv_min(s->kernel[1], conv_ceil(s->in[1] - i1, s->dilation[1])),
                .start = bias != NULL ? ((const elem_t *)bias)[o] : 0,
                .to = (elem_t *)y + index * width + q,
            };
            fn(s, &strip, &row);
            if (++p1 == s->out[1]) {
                p1 = 0;
                if (++p0 == s->out[0]) {
                    p0 = 0;
                    if (++o == outs) {
                        o = 0;
                        ++image;
                    }
                }
            }
        }
    }
}

#if defined(LG_VEC_F32)
#include "conv_band_body.h"
#define LG_CONV_BAND band_row
#else
#define LG_CONV_BAND NULL
#endif

#define LG_CONV_IMPL(symbol)            \
    extern const lg_conv_impl_t symbol; \
    const lg_conv_impl_t symbol = {     \
        .gemm = &LG_CONV_GEMM,          \
        .pack_patches = pack_patches,   \
        .depthwise = depthwise,         \
        .band = LG_CONV_BAND,           \
        .plain = LG_CONV_PLAIN,         \
        .elem_bytes = sizeof(elem_t),   \
    };
LG_CONV_IMPL(LG_CONV_SYMBOL)
#ifdef LG_CONV_FUSED_SYMBOL
LG_CONV_IMPL(LG_CONV_FUSED_SYMBOL)
#endif
