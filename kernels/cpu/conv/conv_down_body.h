/* SPDX-License-Identifier: Apache-2.0
 *
 * Depthwise windows of 3 x 3 and 5 x 5 with stride 1, down a plane: each row of x is loaded once and goes to all the
 * rows of the result that see it, whose sums move on by one register a row. Included by conv_body.h; f32.
 * The order of each sum is that of depthwise_line: the same bits.
 */

// Columns of a strip: which lanes of each tap lie inside x, and which of the last vector are stored.
typedef struct down_strip {
    vec_range_t range[5][2];
    vec_mask_t store;
} down_strip_t;

// Rows [p, end) of one plane. `x` is what tap (0, 0) of row 0 sees at the strip's first column. `size` and `vecs` are
// constants where this is inlined.
LG_VEC void down_plane(const int size, const int vecs, const lg_conv_shape_t *s, const down_strip_t *strip,
                       const elem_t *x, const elem_t *w, elem_t start, elem_t *y, int64_t p, int64_t end) {
    vec_t sums[5][2];  // of the rows that see this row of x as tap 0, 1, ...
    LG_UNROLL
    for (int r = 0; r < size; ++r) {
        LG_UNROLL
        for (int i = 0; i < vecs; ++i) {
            sums[r][i] = vec_dup(start);
        }
    }
    for (int64_t row = p; row < end + size - 1; ++row) {  // of the result that starts with this row of x
        const int64_t at = row - s->pad[1];
        if (at >= 0 && at < s->in[1]) {
            const elem_t *from = x + row * s->x_step[1];
            LG_UNROLL
            for (int c = 0; c < size; ++c) {
                LG_UNROLL
                for (int i = 0; i < vecs; ++i) {
                    const vec_t v =
                        vec_load_range(vec_zero(), from + c + i * LG_VEC_LANES, strip->range[c][i]);
                    LG_UNROLL
                    for (int r = 0; r < size; ++r) {
                        sums[r][i] = vec_fma(vec_dup(w[r * s->w_step[1] + c * s->w_step[2]]), v, sums[r][i]);
                    }
                }
            }
        }
        if (row - (size - 1) >= p) {
            elem_t *to = y + (row - (size - 1)) * s->out[2];
            LG_UNROLL
            for (int i = 0; i < vecs; ++i) {
                if (i < vecs - 1) {
                    vec_store(to + i * LG_VEC_LANES, sums[size - 1][i]);
                } else {
                    vec_store_mask(to + i * LG_VEC_LANES, sums[size - 1][i], strip->store);
                }
            }
        }
        LG_UNROLL
        for (int i = 0; i < vecs; ++i) {
            LG_UNROLL
            for (int r = size - 1; r > 0; --r) {
                sums[r][i] = sums[r - 1][i];
            }
            sums[0][i] = vec_dup(start);
        }
    }
}

typedef void (*down_fn_t)(const lg_conv_shape_t *s, const down_strip_t *strip, const elem_t *x,
                          const elem_t *w, elem_t start, elem_t *y, int64_t p, int64_t end);
#define DOWN(size, vecs)                                                                                \
    static LG_VEC_TARGET void down_##size##_##vecs(const lg_conv_shape_t *s, const down_strip_t *strip, \
                                                   const elem_t *x, const elem_t *w, elem_t start,      \
                                                   elem_t *y, int64_t p, int64_t end) {                 \
        down_plane(size, vecs, s, strip, x, w, start, y, p, end);                                       \
    }
DOWN(3, 1)
DOWN(3, 2)
DOWN(5, 1)
DOWN(5, 2)

static int32_t down_fits(const lg_conv_shape_t *s) {
    return s->kernel[1] == s->kernel[2] && (s->kernel[2] == 3 || s->kernel[2] == 5) && s->kernel[0] == 1 &&
           s->out[0] == 1 && s->pad[0] == 0 && s->stride[1] == 1 && s->stride[2] == 1 &&
           s->dilation[1] == 1 && s->dilation[2] == 1;
}

// See lg_conv_rows_fn_t.
LG_VEC void down_rows(const lg_conv_shape_t *s, const void *x, const void *w, const void *bias, void *y,
                      int64_t begin, int64_t end) {
    const int64_t width = s->out[2], height = s->out[1], outs = s->groups * s->outs;
    down_strip_t strip;
    int64_t step;
    for (int64_t q = 0; q < width; q += step) {
        const int vecs = width - q > LG_VEC_LANES ? 2 : 1;
        step = vecs * LG_VEC_LANES;
        const down_fn_t fn =
            s->kernel[2] == 3 ? (vecs == 2 ? down_3_2 : down_3_1) : (vecs == 2 ? down_5_2 : down_5_1);
        strip.store = vec_mask(conv_min(width - q - (vecs - 1) * LG_VEC_LANES, LG_VEC_LANES));
        for (int64_t c = 0; c < s->kernel[2]; ++c) {
            for (int64_t i = 0; i < vecs; ++i) {
                const int64_t at = q + i * LG_VEC_LANES + c - s->pad[2];  // column of x of lane 0
                strip.range[c][i] = vec_range(conv_min(conv_max(-at, 0), LG_VEC_LANES),
                                              conv_min(conv_max(s->in[2] - at, 0), LG_VEC_LANES));
            }
        }
        for (int64_t row = begin, next; row < end; row = next) {
            const int64_t plane = row / height, p = row % height;
            const int64_t o = plane % outs, image = plane / outs;
            next = conv_min(end, (plane + 1) * height);
            fn(s, &strip,
               (const elem_t *)x + image * s->x_image + o / s->outs * s->x_channel -
                   s->pad[1] * s->x_step[1] + q - s->pad[2],
               (const elem_t *)w + o * s->w_out, bias != NULL ? ((const elem_t *)bias)[o] : 0,
               (elem_t *)y + plane * height * width + q, p, p + next - row);
        }
    }
}
