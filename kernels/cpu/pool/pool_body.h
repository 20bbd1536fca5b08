/* SPDX-License-Identifier: Apache-2.0
 *
 * Pool rows for one instruction set and element type. Include once per translation unit after defining
 *
 *   LG_VEC_*                             see ../matmul/vec.h
 *   LG_POOL_MAX, LG_POOL_AVG             names of the lg_pool_impl_t objects
 *   LG_POOL_MAX_PLAIN, LG_POOL_AVG_PLAIN the plain loops of the element type
 *
 * A row is computed in vectors along axis 2, one tap after the other. Lanes whose tap lies outside x load the
 * neutral element: -inf or 0. Which lanes those are is the same in every row and worked out once.
 */
#include "pool.h"

#include <math.h>

#include "../matmul/vec.h"

enum {
    STRIP_VECS = 4,
    CHUNK_ROWS = 256,  // that several strips share, while their part of x is in L2
};

typedef struct pool_strip {
    int64_t q, vecs;   // first position, vectors
    vec_mask_t store;  // lanes of the last vector
    vec_range_t range[LG_POOL_MAX_TAPS][STRIP_VECS];
    vec_range_t range_next[LG_POOL_MAX_TAPS][STRIP_VECS];  // second vector of a load with stride 2
    int8_t low[LG_POOL_MAX_TAPS][STRIP_VECS], high[LG_POOL_MAX_TAPS][STRIP_VECS];  // longer strides
    elem_t counts[STRIP_VECS * LG_VEC_LANES];  // avg_pool: elements along axis 2
} pool_strip_t;

// One output row: the part of the window that lies inside x along the outer axes.
typedef struct pool_row {
    const elem_t *x;  // of tap (r0_begin, r1_begin, 0)
    int64_t r0_count, r1_count;
    elem_t count;  // avg_pool: elements along the outer axes; 0 makes the row 0
    elem_t *to;
} pool_row_t;

LG_INLINE int64_t pool_least(int64_t a, int64_t b) {
    return a < b ? a : b;
}
LG_INLINE int64_t pool_most(int64_t a, int64_t b) {
    return a > b ? a : b;
}

// First q >= 0 with q * stride >= at.
LG_INLINE int64_t pool_ceil(int64_t at, int64_t stride) {
    return at <= 0 ? 0 : stride == 1 ? at : (at + stride - 1) / stride;
}

// Taps of axis `d` inside x for the window that starts at `at`; returns how many, the first in *out_begin.
static int64_t pool_inside(const lg_pool_shape_t *s, int d, int64_t at, int64_t *out_begin) {
    const int64_t begin = pool_ceil(-at, s->dilation[d]);
    const int64_t end = pool_least(s->kernel[d], pool_ceil(s->in[d] - at, s->dilation[d]));
    *out_begin = begin;
    return pool_most(end - begin, 0);
}

// Taps of axis `d` inside x or its padding.
static int64_t pool_counted(const lg_pool_shape_t *s, int d, int64_t at) {
    return pool_least(s->kernel[d], pool_ceil(s->in[d] + s->pad_end[d] - at, s->dilation[d]));
}

LG_VEC void pool_plan(const int is_max, const lg_pool_shape_t *s, int64_t q, pool_strip_t *strip) {
    const int64_t left = s->out[2] - q, stride = s->stride[2];
    strip->q = q;
    strip->vecs = pool_least((left + LG_VEC_LANES - 1) / LG_VEC_LANES, STRIP_VECS);
    strip->store = vec_mask(pool_least(left - (strip->vecs - 1) * LG_VEC_LANES, LG_VEC_LANES));
    for (int64_t i = 0; !is_max && i < STRIP_VECS * LG_VEC_LANES; ++i) {
        const int64_t at = (q + i) * stride - s->pad[2];
        int64_t first;
        const int64_t inside = pool_inside(s, 2, at, &first);
        const int64_t counted = s->include_pad ? pool_counted(s, 2, at) : inside;
        strip->counts[i] = inside > 0 ? (elem_t)counted : 1;  // nothing inside: 0 / 1
    }
    for (int64_t r = 0; r < s->kernel[2]; ++r) {
        const int64_t shift = r * s->dilation[2] - s->pad[2];
        const int64_t q_low = pool_ceil(-shift, stride),
                      q_high = pool_least(pool_ceil(s->in[2] - shift, stride), s->out[2]);
        for (int64_t i = 0; i < strip->vecs; ++i) {
            const int64_t at = q + i * LG_VEC_LANES;
            const int64_t low = pool_least(pool_most(q_low - at, 0), LG_VEC_LANES);
            const int64_t high = pool_least(pool_most(q_high - at, 0), LG_VEC_LANES);
            if (stride > 2) {
                strip->low[r][i] = (int8_t)low;
                strip->high[r][i] = (int8_t)high;
            } else if (stride == 1) {
                strip->range[r][i] = vec_range(low, high);
            } else if (low < high) {
                strip->range[r][i] =
                    vec_range(pool_least(2 * low, LG_VEC_LANES), pool_least(2 * high - 1, LG_VEC_LANES));
                strip->range_next[r][i] = vec_range(pool_most(2 * low - LG_VEC_LANES, 0),
                                                    pool_most(2 * high - 1 - LG_VEC_LANES, 0));
            } else {
                strip->range[r][i] = strip->range_next[r][i] = vec_range(0, 0);
            }
        }
    }
}

// Vectors first .. first + vecs - 1 of a strip of one row. `vecs`, `step` and `is_max` are constants where this is
// inlined; step 0 is any stride.
LG_VEC void pool_line(const int64_t first, const int vecs, const int step, const int is_max,
                      const lg_pool_shape_t *s, const pool_strip_t *strip, const pool_row_t *row) {
    const vec_t neutral = is_max ? vec_dup(-(elem_t)INFINITY) : vec_zero();
    vec_t acc[STRIP_VECS];
    LG_UNROLL
    for (int i = 0; i < vecs; ++i) {
        acc[i] = neutral;
    }
    for (int64_t r0 = 0; r0 < row->r0_count; ++r0) {
        for (int64_t r1 = 0; r1 < row->r1_count; ++r1) {
            const elem_t *from =
                row->x + r0 * s->dilation[0] * s->x_step[0] + r1 * s->dilation[1] * s->x_step[1] +
                (strip->q + first * LG_VEC_LANES) * (step != 0 ? step : s->stride[2]) - s->pad[2];
            for (int64_t r2 = 0; r2 < s->kernel[2]; ++r2) {
                LG_UNROLL
                for (int i = 0; i < vecs; ++i) {
                    const elem_t *at = from + i * LG_VEC_LANES * step;
                    vec_t v = step != 0 ? vec_load_range(neutral, at, strip->range[r2][i])
                                        : vec_load_step(neutral, at, s->stride[2], strip->low[r2][first],
                                                        strip->high[r2][first]);
                    if (step == 2) {
                        v = vec_even(v, vec_load_range(neutral, at + LG_VEC_LANES, strip->range_next[r2][i]));
                    }
                    acc[i] = is_max ? vec_max(acc[i], v) : vec_add(acc[i], v);
                }
                from += s->dilation[2];
            }
        }
    }
    LG_UNROLL
    for (int i = 0; i < vecs; ++i) {
        if (!is_max) {
            const vec_t count = vec_load(strip->counts + (first + i) * LG_VEC_LANES);
            vec_t divisor = vec_zero();
            divisor = vec_fma(count, vec_dup(row->count), divisor);  // exact: small integers
            acc[i] = vec_div(acc[i], divisor);
        }
        elem_t *to = row->to + (first + i) * LG_VEC_LANES;
        if (first + i < strip->vecs - 1) {
            vec_store(to, acc[i]);
        } else {
            vec_store_mask(to, acc[i], strip->store);
        }
    }
}

typedef void (*pool_fn_t)(const lg_pool_shape_t *s, const pool_strip_t *strip, const pool_row_t *row);
#define POOL_FN(name, vecs, step, is_max)                                               \
    static LG_VEC_TARGET void name(const lg_pool_shape_t *s, const pool_strip_t *strip, \
                                   const pool_row_t *row) {                             \
        pool_line(0, vecs, step, is_max, s, strip, row);                                \
    }
#define POOL_FNS(vecs)                  \
    POOL_FN(avg_##vecs##_1, vecs, 1, 0) \
    POOL_FN(avg_##vecs##_2, vecs, 2, 0) \
    POOL_FN(max_##vecs##_1, vecs, 1, 1) \
    POOL_FN(max_##vecs##_2, vecs, 2, 1)
POOL_FNS(1)
POOL_FNS(2)
POOL_FNS(3)
POOL_FNS(4)
#define POOL_ANY(name, is_max)                                                          \
    static LG_VEC_TARGET void name(const lg_pool_shape_t *s, const pool_strip_t *strip, \
                                   const pool_row_t *row) {                             \
        for (int64_t i = 0; i < strip->vecs; ++i) {                                     \
            pool_line(i, 1, 0, is_max, s, strip, row);                                  \
        }                                                                               \
    }
POOL_ANY(avg_any, 0)
POOL_ANY(max_any, 1)
static const pool_fn_t pool_fns[2][2][STRIP_VECS] = {
    {{avg_1_1, avg_2_1, avg_3_1, avg_4_1}, {avg_1_2, avg_2_2, avg_3_2, avg_4_2}},
    {{max_1_1, max_2_1, max_3_1, max_4_1}, {max_1_2, max_2_2, max_3_2, max_4_2}},
};

LG_VEC void pool_chunk(const int is_max, const lg_pool_shape_t *s, const void *x, void *y, int64_t begin,
                       int64_t end) {
    const int64_t width = s->out[2];
    pool_strip_t strip;
    for (int64_t q = 0; q < width; q += STRIP_VECS * LG_VEC_LANES) {
        pool_plan(is_max, s, q, &strip);
        const pool_fn_t fn = s->stride[2] <= 2 ? pool_fns[is_max][s->stride[2] - 1][strip.vecs - 1]
                             : is_max          ? max_any
                                               : avg_any;
        int64_t p1 = begin % s->out[1], p0 = begin / s->out[1] % s->out[0];
        int64_t plane = begin / (s->out[1] * s->out[0]);
        int64_t channel = plane % s->channels, image = plane / s->channels;
        for (int64_t index = begin; index < end; ++index) {
            const int64_t i0 = p0 * s->stride[0] - s->pad[0], i1 = p1 * s->stride[1] - s->pad[1];
            int64_t r0, r1;
            pool_row_t row = {
                .r0_count = pool_inside(s, 0, i0, &r0),
                .r1_count = pool_inside(s, 1, i1, &r1),
                .to = (elem_t *)y + index * width + q,
            };
            row.x = (const elem_t *)x + image * s->x_image + channel * s->x_channel +
                    (i0 + r0 * s->dilation[0]) * s->x_step[0] + (i1 + r1 * s->dilation[1]) * s->x_step[1];
            int64_t count = row.r0_count * row.r1_count;
            if (s->include_pad && count > 0) {
                count = pool_counted(s, 0, i0) * pool_counted(s, 1, i1);
            }
            row.count = count > 0 ? (elem_t)count : 1;  // nothing inside: the sum is 0
            fn(s, &strip, &row);
            if (++p1 == s->out[1]) {
                p1 = 0;
                if (++p0 == s->out[0]) {
                    p0 = 0;
                    if (++channel == s->channels) {
                        channel = 0;
                        ++image;
                    }
                }
            }
        }
    }
}

LG_VEC void pool_rows(const int is_max, const lg_pool_shape_t *s, const void *x, void *y, int64_t begin,
                      int64_t end) {
    const int64_t rows = s->out[2] > STRIP_VECS * LG_VEC_LANES ? CHUNK_ROWS : end - begin;
    for (; begin < end; begin += rows) {
        pool_chunk(is_max, s, x, y, begin, pool_least(begin + rows, end));
    }
}

static LG_VEC_TARGET void max_rows(const lg_pool_shape_t *s, const void *x, void *y, int64_t begin,
                                   int64_t end) {
    pool_rows(1, s, x, y, begin, end);
}

static LG_VEC_TARGET void avg_rows(const lg_pool_shape_t *s, const void *x, void *y, int64_t begin,
                                   int64_t end) {
    pool_rows(0, s, x, y, begin, end);
}

extern const lg_pool_impl_t LG_POOL_MAX, LG_POOL_AVG;
const lg_pool_impl_t LG_POOL_MAX = {.plain = LG_POOL_MAX_PLAIN, .rows = max_rows};
const lg_pool_impl_t LG_POOL_AVG = {.plain = LG_POOL_AVG_PLAIN, .rows = avg_rows};
