/* SPDX-License-Identifier: Apache-2.0
 *
 * The dense loops of pointwise kernels. Two kinds:
 *
 *   LG_LOOP_*     plain C expressions on plain types, one element at a time; compilers vectorise them for
 *                 `target`. For operations that are exact or correctly rounded, where a vector and a scalar
 *                 tail cannot differ, and for scalar references.
 *   LG_VECTOR_*   words of simd.h on f32; used in bodies included by simd/each.inc.
 *
 * Each defines a static lg_kernel_fn_t. An output may be exactly an input: elements are read before the
 * same elements are written, which is what LG_IVDEP promises the compiler.
 */
#ifndef LEGATO_KERNELS_POINTWISE_LOOPS_H_
#define LEGATO_KERNELS_POINTWISE_LOOPS_H_

#include "../simd/simd.h"
#include "pointwise.h"

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

// With the parameters of the call, which are rounded to the type once: y = expression(x, p, q)
#define LG_PARAM_1(target, name, T, expression)            \
    target static LG_DENSE_FN(name) {                      \
        const lg_pointwise_param_t *param = args;          \
        const T *xs = data[0];                             \
        T *ys = data[1];                                   \
        const T p = (T)param->value, q = (T)param->second; \
        (void)q;                                           \
        LG_IVDEP                                           \
        for (int64_t i = begin; i < end; i++) {            \
            T x = xs[i];                                   \
            ys[i] = expression;                            \
        }                                                  \
        return 0;                                          \
    }

// ---- vectors of f32 ---------------------------------------------------------------------------------

// y = V(word)(x)
#define LG_VECTOR_1(op, word)                                                   \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_f32)) {                            \
        (void)args;                                                             \
        const float *x = (const float *)data[0] + begin;                        \
        float *y = (float *)data[1] + begin;                                    \
        int64_t n = end - begin, i = 0;                                         \
        for (; i + V(lanes) <= n; i += V(lanes)) {                              \
            V(store_f32)(y + i, V(word)(V(load_f32)(x + i)));                   \
        }                                                                       \
        if (i < n) {                                                            \
            V(store_n_f32)(y + i, V(word)(V(load_n_f32)(x + i, n - i)), n - i); \
        }                                                                       \
        return 0;                                                               \
    }

// y = V(word)(a, b)
#define LG_VECTOR_2(op, word)                                                                 \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_f32)) {                                          \
        (void)args;                                                                           \
        const float *a = (const float *)data[0] + begin, *b = (const float *)data[1] + begin; \
        float *y = (float *)data[2] + begin;                                                  \
        int64_t n = end - begin, i = 0;                                                       \
        for (; i + V(lanes) <= n; i += V(lanes)) {                                            \
            V(store_f32)(y + i, V(word)(V(load_f32)(a + i), V(load_f32)(b + i)));             \
        }                                                                                     \
        if (i < n) {                                                                          \
            V(f32) left = V(load_n_f32)(a + i, n - i);                                        \
            V(store_n_f32)(y + i, V(word)(left, V(load_n_f32)(b + i, n - i)), n - i);         \
        }                                                                                     \
        return 0;                                                                             \
    }

// Part of a run: whole vectors and the tail by the same code, for words so long that a second copy of them costs
// more than the tests.
#define LG_VECTOR_LOAD(x, n) ((n) >= V(lanes) ? V(load_f32)(x) : V(load_n_f32)(x, n))
#define LG_VECTOR_STORE(y, value, n)     \
    do {                                 \
        if ((n) >= V(lanes)) {           \
            V(store_f32)(y, value);      \
        } else {                         \
            V(store_n_f32)(y, value, n); \
        }                                \
    } while (0)

// The loops over `x` (or `a` and `b`) to y with an expression of vectors.
#define LG_VECTOR_LONG_1(op, expression)                      \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_f32)) {          \
        (void)args;                                           \
        const float *xs = data[0];                            \
        float *ys = data[1];                                  \
        for (int64_t i = begin; i < end; i += V(lanes)) {     \
            const V(f32) x = LG_VECTOR_LOAD(xs + i, end - i); \
            const V(f32) y = expression;                      \
            LG_VECTOR_STORE(ys + i, y, end - i);              \
        }                                                     \
        return 0;                                             \
    }
#define LG_VECTOR_LONG_2(op, expression)                      \
    LG_SIMD_TARGET static LG_DENSE_FN(V(op##_f32)) {          \
        (void)args;                                           \
        const float *as = data[0], *bs = data[1];             \
        float *ys = data[2];                                  \
        for (int64_t i = begin; i < end; i += V(lanes)) {     \
            const V(f32) a = LG_VECTOR_LOAD(as + i, end - i); \
            const V(f32) b = LG_VECTOR_LOAD(bs + i, end - i); \
            const V(f32) y = expression;                      \
            LG_VECTOR_STORE(ys + i, y, end - i);              \
        }                                                     \
        return 0;                                             \
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
