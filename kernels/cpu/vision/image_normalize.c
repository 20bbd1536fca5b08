// SPDX-License-Identifier: Apache-2.0
// image_normalize: y[n, c, h, w] = x * (scale / std[c]) - mean[c] / std[c], from u8 or f32 pixels with channels last or
// first, to f32 planes: what stands in front of a vision model, in one pass. A unit is a run of pixels of one image.
// Pixels of three u8 channels are taken apart 16 at a time by byte shuffles; everything else by loops that compilers
// vectorise. Product and sum are rounded one after the other on every instruction set.
#include "vision.h"

#if LG_CPU_X86
#include <immintrin.h>
#endif

enum { RUN = 4096 };  // pixels of a unit

typedef struct normalize_args {
    int64_t channels, pixels, runs;    // of an image
    int64_t pixel_step, channel_step;  // of x
    float factor[LG_MAX_INTS], summand[LG_MAX_INTS];
} normalize_args_t;

typedef void (*normalize_fn_t)(const normalize_args_t *args, const void *x, int64_t count, float *y);

// One channel. `step` is a constant where this is inlined.
#define NORMALIZE_CHANNEL(dtype, type)                                                                       \
    LG_INLINE void channel_##dtype(const type *LG_RESTRICT x, int64_t step, int64_t count, float a, float b, \
                                   float *LG_RESTRICT y) {                                                   \
        for (int64_t i = 0; i < count; i++) {                                                                \
            y[i] = (float)x[i * step] * a + b;                                                               \
        }                                                                                                    \
    }
NORMALIZE_CHANNEL(u8, uint8_t)
NORMALIZE_CHANNEL(f32, float)

#if LG_CPU_X86
// Channel c of 16 pixels of three: bytes c, c + 3, ... of 48.
LG_INLINE LG_TARGET_AVX2 __m128i third_of_16(const uint8_t *x, __m128i m0, __m128i m1, __m128i m2) {
    const __m128i a = _mm_loadu_si128((const __m128i *)(const void *)x);
    const __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(x + 16));
    const __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(x + 32));
    return _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(a, m0), _mm_shuffle_epi8(b, m1)),
                        _mm_shuffle_epi8(c, m2));
}

LG_TARGET_AVX2 static int64_t three_channels(const normalize_args_t *args, const uint8_t *x, int64_t count,
                                             float *y) {
    __m128i masks[3][3];
    for (int c = 0; c < 3; c++) {
        uint8_t bytes[3][16];
        for (int i = 0; i < 16; i++) {
            const int at = 3 * i + c;
            for (int k = 0; k < 3; k++) {
                bytes[k][i] = (uint8_t)(at / 16 == k ? at % 16 : 0x80);
            }
        }
        for (int k = 0; k < 3; k++) {
            masks[c][k] = _mm_loadu_si128((const __m128i *)(const void *)bytes[k]);
        }
    }
    int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (int c = 0; c < 3; c++) {
            const __m256 a = _mm256_set1_ps(args->factor[c]), b = _mm256_set1_ps(args->summand[c]);
            const __m128i v = third_of_16(x + 3 * i, masks[c][0], masks[c][1], masks[c][2]);
            const __m256 low = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(v));
            const __m256 high = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_srli_si128(v, 8)));
            _mm256_storeu_ps(y + c * args->pixels + i, _mm256_add_ps(_mm256_mul_ps(low, a), b));
            _mm256_storeu_ps(y + c * args->pixels + i + 8, _mm256_add_ps(_mm256_mul_ps(high, a), b));
        }
    }
    return i;
}
#endif

#define NORMALIZE(dtype, type, isa, TARGET, THREE, cost)                                                  \
    TARGET static int32_t image_normalize_##dtype##__##isa(const void *memory, void *const *data,         \
                                                           int64_t begin, int64_t end) {                  \
        const normalize_args_t *args = memory;                                                            \
        for (int64_t unit = begin; unit < end; unit++) {                                                  \
            const int64_t image = unit / args->runs, first = unit % args->runs * RUN;                     \
            const int64_t count = args->pixels - first < RUN ? args->pixels - first : RUN;                \
            const type *x =                                                                               \
                (const type *)data[0] + image * args->channels * args->pixels + first * args->pixel_step; \
            float *y = (float *)data[1] + image * args->channels * args->pixels + first;                  \
            const int64_t done = THREE;                                                                   \
            for (int64_t c = 0; c < args->channels; c++) {                                                \
                const type *from = x + c * args->channel_step + done * args->pixel_step;                  \
                float *to = y + c * args->pixels + done;                                                  \
                const float a = args->factor[c], b = args->summand[c];                                    \
                if (args->pixel_step == 1) {                                                              \
                    channel_##dtype(from, 1, count - done, a, b, to);                                     \
                } else {                                                                                  \
                    channel_##dtype(from, args->pixel_step, count - done, a, b, to);                      \
                }                                                                                         \
            }                                                                                             \
        }                                                                                                 \
        return 0;                                                                                         \
    }                                                                                                     \
    LG_VISION_IMPL(image_normalize, dtype, isa, cost)
NORMALIZE(u8, uint8_t, scalar, LG_TARGET_REFERENCE, 0, 0.6)
NORMALIZE(f32, float, scalar, LG_TARGET_REFERENCE, 0, 0.6)
#if LG_CPU_X86
NORMALIZE(u8, uint8_t, avx2, LG_TARGET_AVX2, args->pixel_step == 3 ? three_channels(args, x, count, y) : 0,
          0.2)
NORMALIZE(f32, float, avx2, LG_TARGET_AVX2, 0, 0.3)
#endif

LG_VISION_PREPARE(image_normalize) {
    const lg_vision_impl_t *impl = kernel->impl;
    static const lg_image_normalize_attrs_t standard = {{-1, {0}}, {-1, {0}}, 1.0 / 255.0, 0};
    const lg_image_normalize_attrs_t *attrs = op->attrs != NULL ? op->attrs : &standard;
    const lg_view_t *x = op->ins[0], *y = op->outs[0];
    LG_VISION_NEED_DENSE(y, "output")
    LG_VISION_NEED_DENSE(x, "input")
    normalize_args_t *args = call->args;
    const int32_t rank = x->rank;
    args->channels = y->shape[rank - 3];
    args->pixels = y->shape[rank - 2] * y->shape[rank - 1];
    args->runs = (args->pixels + RUN - 1) / RUN;
    args->pixel_step = attrs->layout == 0 ? args->channels : 1;
    args->channel_step = attrs->layout == 0 ? 1 : args->pixels;
    for (int64_t c = 0; c < args->channels && c < LG_MAX_INTS; c++) {
        const double mean =
            attrs->mean.count == -1 ? 0.0 : attrs->mean.values[attrs->mean.count == 1 ? 0 : c];
        const double std = attrs->std.count == -1 ? 1.0 : attrs->std.values[attrs->std.count == 1 ? 0 : c];
        args->factor[c] = (float)(attrs->scale / std);
        args->summand[c] = (float)(-mean / std);
    }
    call->fn = impl->fn;
    call->extent = y->elem_count > 0 ? args->runs * (rank == 4 ? y->shape[0] : 1) : 0;
    call->grain = 1;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 20.0 + impl->elem_ns * (double)y->elem_count;
    return LG_OK;
}
