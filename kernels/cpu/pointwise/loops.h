/* SPDX-License-Identifier: Apache-2.0
 *
 * The dense loops of pointwise kernels. Three kinds:
 *
 *   LG_LOOP_*     plain C expressions on plain types, one element at a time; compilers vectorise them for
 *                 `target`. For operations that are exact or correctly rounded, where a vector and a scalar
 *                 tail cannot differ, and for scalar references.
 *   LG_FLOAT_*    the same computing in float on storage f32, f16 or bf16.
 *   LG_VECTOR_*   words of simd.h on the same storages; used in bodies included by simd/each.inc.
 *
 * Each defines a static lg_kernel_fn_t. An output may be exactly an input: elements are read before the
 * same elements are written, which is what LG_IVDEP promises the compiler.
 */
#ifndef LEGATO_KERNELS_POINTWISE_LOOPS_H_
#define LEGATO_KERNELS_POINTWISE_LOOPS_H_

#include "../simd/simd.h"
#include "pointwise.h"

// The f16 and bf16 storages hold integers; these give every storage a type and a way to and from float.
typedef float lg_f32_t;
LG_INLINE float get_f32(lg_f32_t x) {
    return x;
}
LG_INLINE float get_f16(lg_f16_t x) {
    return f32_from_f16(x);
}
LG_INLINE float get_bf16(lg_bf16_t x) {
    return f32_from_bf16(x);
}
LG_INLINE lg_f32_t put_f32(float x) {
    return x;
}
LG_INLINE lg_f16_t put_f16(float x) {
    return f16_from_f32(x);
}
LG_INLINE lg_bf16_t put_bf16(float x) {
    return bf16_from_f32(x);
}

// ---- plain C ----------------------------------------------------------------------------------------

// y = expression(x); `Tx` and `Ty` are the element types.
#define LG_LOOP_1(target, name, Tx, Ty, expression) \
    target static LG_DENSE_FN(name) {               \
        (void)args;                                 \
        const Tx *xs = data[0];                     \
        Ty *ys = data[1];                           \
        LG_IVDEP                                    \
        for (int64_t i = begin; i < end; i++) {     \
            Tx x = xs[i];                           \
            ys[i] = (Ty)(expression);               \
        }                                           \
        return 0;                                   \
    }

// y = expression(a, b)
#define LG_LOOP_2(target, name, Tx, Ty, expression) \
    target static LG_DENSE_FN(name) {               \
        (void)args;                                 \
        const Tx *as = data[0], *bs = data[1];      \
        Ty *ys = data[2];                           \
        LG_IVDEP                                    \
        for (int64_t i = begin; i < end; i++) {     \
            Tx a = as[i], b = bs[i];                \
            ys[i] = (Ty)(expression);               \
        }                                           \
        return 0;                                   \
    }

// ---- float on a storage -----------------------------------------------------------------------------

#define LG_FLOAT_1(target, name, storage, expression) \
    target static LG_DENSE_FN(name) {                 \
        (void)args;                                   \
        const lg_##storage##_t *xs = data[0];         \
        lg_##storage##_t *ys = data[1];               \
        LG_IVDEP                                      \
        for (int64_t i = begin; i < end; i++) {       \
            float x = get_##storage(xs[i]);           \
            ys[i] = put_##storage(expression);        \
        }                                             \
        return 0;                                     \
    }

#define LG_FLOAT_2(target, name, storage, expression)                 \
    target static LG_DENSE_FN(name) {                                 \
        (void)args;                                                   \
        const lg_##storage##_t *as = data[0], *bs = data[1];          \
        lg_##storage##_t *ys = data[2];                               \
        LG_IVDEP                                                      \
        for (int64_t i = begin; i < end; i++) {                       \
            float a = get_##storage(as[i]), b = get_##storage(bs[i]); \
            ys[i] = put_##storage(expression);                        \
        }                                                             \
        return 0;                                                     \
    }

// With the parameters of the call, which are rounded to the type of the computation once:
// y = expression(x, p, q); T is the element type, C computes, `get` and `put` convert.
#define LG_PARAM_1(target, name, T, C, get, put, expression) \
    target static LG_DENSE_FN(name) {                        \
        const lg_pointwise_param_t *param = args;            \
        const T *xs = data[0];                               \
        T *ys = data[1];                                     \
        const C p = (C)param->value, q = (C)param->second;   \
        (void)q;                                             \
        LG_IVDEP                                             \
        for (int64_t i = begin; i < end; i++) {              \
            C x = get(xs[i]);                                \
            ys[i] = put(expression);                         \
        }                                                    \
        return 0;                                            \
    }

// ---- vectors on a storage ---------------------------------------------------------------------------

// y = V(word)(x)
#define LG_VECTOR_1(op, word, storage)                                                      \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_##storage)) {                                  \
        (void)args;                                                                         \
        const lg_##storage##_t *x = (const lg_##storage##_t *)data[0] + begin;              \
        lg_##storage##_t *y = (lg_##storage##_t *)data[1] + begin;                          \
        int64_t n = end - begin, i = 0;                                                     \
        for (; i + V(lanes) <= n; i += V(lanes)) {                                          \
            V(store_##storage)(y + i, V(word)(V(load_##storage)(x + i)));                   \
        }                                                                                   \
        if (i < n) {                                                                        \
            V(store_n_##storage)(y + i, V(word)(V(load_n_##storage)(x + i, n - i)), n - i); \
        }                                                                                   \
        return 0;                                                                           \
    }

// y = V(word)(a, b)
#define LG_VECTOR_2(op, word, storage)                                                              \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_##storage)) {                                          \
        (void)args;                                                                                 \
        const lg_##storage##_t *a = (const lg_##storage##_t *)data[0] + begin;                      \
        const lg_##storage##_t *b = (const lg_##storage##_t *)data[1] + begin;                      \
        lg_##storage##_t *y = (lg_##storage##_t *)data[2] + begin;                                  \
        int64_t n = end - begin, i = 0;                                                             \
        for (; i + V(lanes) <= n; i += V(lanes)) {                                                  \
            V(store_##storage)(y + i, V(word)(V(load_##storage)(a + i), V(load_##storage)(b + i))); \
        }                                                                                           \
        if (i < n) {                                                                                \
            V(f32) left = V(load_n_##storage)(a + i, n - i);                                        \
            V(store_n_##storage)(y + i, V(word)(left, V(load_n_##storage)(b + i, n - i)), n - i);   \
        }                                                                                           \
        return 0;                                                                                   \
    }

// Elements before `p` reaches a multiple of the vector's bytes.
#define LG_VECTOR_HEAD(p) ((int64_t)((0u - (uintptr_t)(p)) / sizeof(float) % (uintptr_t)V(lanes)))

// f32 with stores around the caches, see Note [Streaming stores]. The aligned middle only; head and tail
// are stored as above.
#define LG_VECTOR_STREAM_1(op, word)                                            \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_stream)) {                         \
        (void)args;                                                             \
        const float *x = (const float *)data[0] + begin;                        \
        float *y = (float *)data[1] + begin;                                    \
        int64_t n = end - begin, i = LG_VECTOR_HEAD(y);                         \
        i = i < n ? i : n;                                                      \
        if (i > 0) {                                                            \
            V(store_n_f32)(y, V(word)(V(load_n_f32)(x, i)), i);                 \
        }                                                                       \
        for (; i + V(lanes) <= n; i += V(lanes)) {                              \
            V(stream_f32)(y + i, V(word)(V(load_f32)(x + i)));                  \
        }                                                                       \
        if (i < n) {                                                            \
            V(store_n_f32)(y + i, V(word)(V(load_n_f32)(x + i, n - i)), n - i); \
        }                                                                       \
        V(fence)();                                                             \
        return 0;                                                               \
    }

#define LG_VECTOR_STREAM_2(op, word)                                                          \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_stream)) {                                       \
        (void)args;                                                                           \
        const float *a = (const float *)data[0] + begin, *b = (const float *)data[1] + begin; \
        float *y = (float *)data[2] + begin;                                                  \
        int64_t n = end - begin, i = LG_VECTOR_HEAD(y);                                       \
        i = i < n ? i : n;                                                                    \
        if (i > 0) {                                                                          \
            V(store_n_f32)(y, V(word)(V(load_n_f32)(a, i), V(load_n_f32)(b, i)), i);          \
        }                                                                                     \
        for (; i + V(lanes) <= n; i += V(lanes)) {                                            \
            V(stream_f32)(y + i, V(word)(V(load_f32)(a + i), V(load_f32)(b + i)));            \
        }                                                                                     \
        if (i < n) {                                                                          \
            V(f32) left = V(load_n_f32)(a + i, n - i);                                        \
            V(store_n_f32)(y + i, V(word)(left, V(load_n_f32)(b + i, n - i)), n - i);         \
        }                                                                                     \
        V(fence)();                                                                           \
        return 0;                                                                             \
    }

#endif  // LEGATO_KERNELS_POINTWISE_LOOPS_H_
