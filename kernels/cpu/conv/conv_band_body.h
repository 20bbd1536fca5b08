/* SPDX-License-Identifier: Apache-2.0
 *
 * The tiles of conv by bands for one instruction set, f32; included by conv_body.h. See lg_conv_impl_t.band.
 */
#include "conv_band.h"

// Vectors across a tile: so many that sums, vectors of x and one weight fill the registers.
#if defined(LG_VEC_AVX2)
#define BAND_VECS(outs) ((outs) >= 4 ? 3 : 4)
#define BAND_OUTS(X) X(1) X(4)
#define BAND_MOST 4
#else
#define BAND_VECS(outs) ((outs) >= 8 ? 3 : 4)
#define BAND_OUTS(X) X(1) X(4) X(8)
#define BAND_MOST 8
#endif

typedef struct band_job {
    const float *x, *w, *bias;
    const int32_t *offsets;
    float *y;
    int64_t k, w_out, w_step, y_out;
    vec_mask_t store;  // lanes of the last vector
} band_job_t;

LG_VEC void band_tile(const int outs, const int vecs, const band_job_t *job) {
    vec_t acc[BAND_MOST][4];
    LG_UNROLL
    for (int o = 0; o < outs; ++o) {
        LG_UNROLL
        for (int i = 0; i < vecs; ++i) {
            acc[o][i] = vec_zero();
        }
    }
    const float *w = job->w;
    const int64_t w_out = job->w_out, w_step = job->w_step;
    for (int64_t k = 0; k < job->k; ++k) {
        const float *from = job->x + job->offsets[k];
        vec_t v[4];
        LG_UNROLL
        for (int i = 0; i < vecs; ++i) {
            v[i] = vec_load(from + i * LG_VEC_LANES);
        }
        LG_UNROLL
        for (int o = 0; o < outs; ++o) {
            const vec_t weight = vec_dup(w[o * w_out]);
            LG_UNROLL
            for (int i = 0; i < vecs; ++i) {
                acc[o][i] = vec_fma(weight, v[i], acc[o][i]);
            }
        }
        w += w_step;
    }
    LG_UNROLL
    for (int o = 0; o < outs; ++o) {
        const vec_t bias = job->bias != NULL ? vec_dup(job->bias[o]) : vec_zero();
        float *to = job->y + o * job->y_out;
        LG_UNROLL
        for (int i = 0; i < vecs; ++i) {
            const vec_t sum = job->bias != NULL ? vec_add(acc[o][i], bias) : acc[o][i];
            if (i < vecs - 1) {
                vec_store(to + i * LG_VEC_LANES, sum);
            } else {
                vec_store_mask(to + i * LG_VEC_LANES, sum, job->store);
            }
        }
    }
}

typedef void (*band_fn_t)(const band_job_t *job);
#define BAND_TILES(outs)                                                \
    static LG_VEC_TARGET void band_wide_##outs(const band_job_t *job) { \
        band_tile(outs, BAND_VECS(outs), job);                          \
    }                                                                   \
    static LG_VEC_TARGET void band_one_##outs(const band_job_t *job) {  \
        band_tile(outs, 1, job);                                        \
    }
BAND_OUTS(BAND_TILES)

// See lg_conv_impl_t.band. The last wide tile of a row overlaps the one before it, rather than leaving a rest: both
// compute the same bits.
static LG_VEC_TARGET void band_row(const lg_conv_shape_t *s, const lg_conv_band_t *b, const float *x,
                                   const int32_t *offsets, const float *w, const float *bias, float *y,
                                   int64_t cols) {
    band_job_t job = {
        .offsets = offsets,
        .k = s->channels * s->taps,
        .w_out = s->w_out,
        .w_step = b->w_step,
        .y_out = s->positions,
    };
    int64_t outs;
    for (int64_t o = 0; o < s->outs; o += outs) {
        const int64_t left = s->outs - o;
        outs = left >= BAND_MOST ? BAND_MOST : left >= 4 ? 4 : 1;
        const int64_t wide = BAND_VECS(outs) * LG_VEC_LANES;
#if BAND_MOST == 8
        const band_fn_t wide_fn = outs == 8 ? band_wide_8 : outs == 4 ? band_wide_4 : band_wide_1;
        const band_fn_t one_fn = outs == 8 ? band_one_8 : outs == 4 ? band_one_4 : band_one_1;
#else
        const band_fn_t wide_fn = outs == 4 ? band_wide_4 : band_wide_1;
        const band_fn_t one_fn = outs == 4 ? band_one_4 : band_one_1;
#endif
        job.w = w + o * s->w_out;
        job.bias = bias != NULL ? bias + o : NULL;
        int64_t q = 0;
        while (q < cols) {
            // A rest of up to two vectors is cheaper by itself than as a whole tile again.
            const int rest = cols < wide || cols - q <= LG_VEC_LANES;
            const int64_t step = rest ? LG_VEC_LANES : wide;
            const int64_t at = rest || q + wide <= cols ? q : cols - wide;
            job.x = x + at;
            job.y = y + o * s->positions + at;
            job.store = vec_mask(conv_min(LG_VEC_LANES, cols - at - (step - LG_VEC_LANES)));
            (rest ? one_fn : wide_fn)(&job);
            q += step;
        }
    }
}
