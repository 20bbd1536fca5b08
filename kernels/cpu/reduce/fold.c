// SPDX-License-Identifier: Apache-2.0
// prod, any and all over any set of axes.
//
// A reduction is a start and a way to join two results. The order of joins is a tree: blocks of 1024
// elements in row-major order, element i of a block in lane i % L (128 bytes of them), lanes folded in
// halves, blocks joined in pairs; so the bits do not depend on layout, path or instruction set. Floats are
// multiplied in their own type, integers modulo 2^n. The lanes are what compilers vectorise.
#include "../families.h"
#include "../simd/simd.h"

enum { FOLD_BLOCK = 1024, FOLD_LEVELS = 56 };

// Returns where the next `count` (at most FOLD_BLOCK) reduced elements lie one after another: in place, or
// packed into `block`.
#define FOLD_NEXT(T, S)                                                                        \
    static const T *fold_next_##S(T *block, const T *x, lg_stepper_t *walk, int64_t count) {   \
        if (walk->rank == 0) {                                                                 \
            return x;                                                                          \
        }                                                                                      \
        const lg_stepper_dim_t inner = walk->dims[walk->rank - 1];                             \
        int64_t *coord = &walk->coords[walk->rank - 1];                                        \
        const T *from = x + walk->offset;                                                      \
        const int32_t direct = inner.stride == 1 && inner.extent - *coord >= count;            \
        for (T *to = block; count > 0;) {                                                      \
            const int64_t run = inner.extent - *coord < count ? inner.extent - *coord : count; \
            for (int64_t i = 0; i < run && !direct; i++) {                                     \
                to[i] = x[walk->offset + i * inner.stride];                                    \
            }                                                                                  \
            to += run;                                                                         \
            count -= run;                                                                      \
            *coord += run - 1;                                                                 \
            walk->offset += (run - 1) * inner.stride;                                          \
            lg_stepper_next(walk);                                                             \
        }                                                                                      \
        return direct ? from : block;                                                          \
    }
FOLD_NEXT(float, f32)
FOLD_NEXT(double, f64)
FOLD_NEXT(uint32_t, i32)
FOLD_NEXT(uint64_t, i64)

// ---- the tree ---------------------------------------------------------------------------------------

// Lanes of element type T: what four vectors of AVX2 hold, so that no multiplication waits for the one
// before.
#define FOLD_LANES(T) ((int64_t)(128 / sizeof(T)))

// The blocks of `rows` rows, `step` elements apart: two at a time wait less for multiplications.
#define FOLD_BLOCK_FN(name, TARGET, T, START, TERM, JOIN)                                            \
    typedef T name##_v __attribute__((vector_size(32), aligned(1), may_alias));                      \
    LG_INLINE TARGET void name##_blocks(const T *x, int64_t step, int64_t n, T *y, const int rows) { \
        T lanes[2 * FOLD_LANES(T)];                                                                  \
        for (int64_t l = 0; l < rows * FOLD_LANES(T); l++) {                                         \
            lanes[l] = START;                                                                        \
        }                                                                                            \
        const int64_t whole = n - n % FOLD_LANES(T);                                                 \
        name##_v *const v = (name##_v *)lanes, *const w = v + (rows - 1) * 4;                        \
        name##_v a = v[0], b = v[1], c = v[2], d = v[3];                                             \
        name##_v e = w[0], f = w[1], g = w[2], h = w[3];                                             \
        for (int64_t i = 0; i < whole; i += FOLD_LANES(T)) {                                         \
            const name##_v *const u = (const name##_v *)(x + i);                                     \
            a = JOIN(a, TERM(name##_v, u[0]));                                                       \
            b = JOIN(b, TERM(name##_v, u[1]));                                                       \
            c = JOIN(c, TERM(name##_v, u[2]));                                                       \
            d = JOIN(d, TERM(name##_v, u[3]));                                                       \
            if (rows > 1) {                                                                          \
                const name##_v *const t = (const name##_v *)(x + step + i);                          \
                e = JOIN(e, TERM(name##_v, t[0]));                                                   \
                f = JOIN(f, TERM(name##_v, t[1]));                                                   \
                g = JOIN(g, TERM(name##_v, t[2]));                                                   \
                h = JOIN(h, TERM(name##_v, t[3]));                                                   \
            }                                                                                        \
        }                                                                                            \
        w[0] = e, w[1] = f, w[2] = g, w[3] = h;                                                      \
        v[0] = a, v[1] = b, v[2] = c, v[3] = d;                                                      \
        for (int r = 0; r < rows; r++) {                                                             \
            T *const lane = lanes + r * FOLD_LANES(T);                                               \
            for (int64_t i = whole; i < n; i++) {                                                    \
                lane[i - whole] = JOIN(lane[i - whole], TERM(T, x[r * step + i]));                   \
            }                                                                                        \
            name##_v *const q = (name##_v *)lane;                                                    \
            q[0] = JOIN(JOIN(q[0], q[2]), JOIN(q[1], q[3])); /* the first two halves */              \
            for (int64_t half = FOLD_LANES(T) / 8; half > 0; half /= 2) {                            \
                for (int64_t l = 0; l < half; l++) {                                                 \
                    lane[l] = JOIN(lane[l], lane[l + half]);                                         \
                }                                                                                    \
            }                                                                                        \
            y[r] = lane[0];                                                                          \
        }                                                                                            \
    }                                                                                                \
    TARGET static T name##_block(const T *x, int64_t n) {                                            \
        T y;                                                                                         \
        name##_blocks(x, 0, n, &y, 1);                                                               \
        return y;                                                                                    \
    }                                                                                                \
    TARGET static void name##_pair(const T *x, int64_t step, int64_t n, T *y) {                      \
        name##_blocks(x, step, n, y, 2);                                                             \
    }

#define FOLD_OUTPUT_FN(name, TARGET, T, S, START, JOIN)                                  \
    TARGET static T name##_output(const lg_reduce_args_t *args, const T *x) {            \
        T packed[FOLD_BLOCK];                                                            \
        T stack[FOLD_LEVELS];                                                            \
        int64_t top = 0, block = 0;                                                      \
        lg_stepper_t walk;                                                               \
        lg_stepper_start(&walk, args->reduced, args->reduced_rank, 0);                   \
        for (int64_t left = args->reduce_count; left > 0; left -= FOLD_BLOCK, block++) { \
            const int64_t part = left < FOLD_BLOCK ? left : FOLD_BLOCK;                  \
            T value = name##_block(fold_next_##S(packed, x, &walk, part), part);         \
            for (int64_t bit = block; bit & 1; bit >>= 1) {                              \
                top--;                                                                   \
                value = JOIN(stack[top], value);                                         \
            }                                                                            \
            stack[top++] = value;                                                        \
        }                                                                                \
        T value = START;                                                                 \
        if (top > 0) {                                                                   \
            value = stack[--top];                                                        \
        }                                                                                \
        while (top > 0) {                                                                \
            top--;                                                                       \
            value = JOIN(stack[top], value);                                             \
        }                                                                                \
        return value;                                                                    \
    }

// Every output for itself, on any path; dense rows of one block in pairs.
#define FOLD_EACH(name, TARGET, T)                                                                   \
    TARGET static int32_t name(const void *memory, void *const *data, int64_t begin, int64_t end) {  \
        const lg_reduce_args_t *args = memory;                                                       \
        const int32_t dense = args->width == 1 && args->kept_rank == 1 && args->reduced_rank == 1 && \
                              args->reduced[0].stride == 1 && args->reduce_count <= FOLD_BLOCK;      \
        T *y = data[1];                                                                              \
        int64_t k = begin;                                                                           \
        for (; dense && k + 1 < end; k += 2) {                                                       \
            const int64_t step = args->kept[0].stride;                                               \
            name##_pair((const T *)data[0] + k * step, step, args->reduce_count, y + k);             \
        }                                                                                            \
        for (; k < end; k++) {                                                                       \
            lg_stepper_t outer;                                                                      \
            lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);                  \
            y[k] = name##_output(args, (const T *)data[0] + outer.offset + k % args->width);         \
        }                                                                                            \
        return 0;                                                                                    \
    }

// Adjacent outputs at once, where lanes of the tree are rows of accumulators: runs of 1 KiB of the input,
// which with half as many took 1.1 times as long. Eight rows of a lane at a time, so that accumulators stay
// in registers.
#define FOLD_TILE(T) ((int64_t)(sizeof(T) == 1 ? 256 : 1024 / sizeof(T)))

#define FOLD_COLUMNS(name, TARGET, T, START, TERM, JOIN)                                            \
    TARGET static void name##_tile(const lg_reduce_args_t *args, const T *x, T *y, int64_t width) { \
        T lanes[FOLD_LANES(T)][FOLD_TILE(T)], stack[FOLD_LEVELS][FOLD_TILE(T)];                     \
        int64_t top = 0, block = 0;                                                                 \
        lg_stepper_t walk;                                                                          \
        lg_stepper_start(&walk, args->reduced, args->reduced_rank, 0);                              \
        for (int64_t left = args->reduce_count; left > 0; left -= FOLD_BLOCK, block++) {            \
            const int64_t n = left < FOLD_BLOCK ? left : FOLD_BLOCK;                                \
            int64_t rows[FOLD_BLOCK];                                                               \
            for (int64_t r = 0; r < n; r++, lg_stepper_next(&walk)) {                               \
                rows[r] = walk.offset;                                                              \
            }                                                                                       \
            for (int64_t l = 0; l < FOLD_LANES(T); l++) {                                           \
                T *LG_RESTRICT lane = lanes[l];                                                     \
                for (int64_t j = 0; j < FOLD_TILE(T); j++) {                                        \
                    lane[j] = START;                                                                \
                }                                                                                   \
                int64_t r = l;                                                                      \
                for (; r + 7 * FOLD_LANES(T) < n; r += 8 * FOLD_LANES(T)) {                         \
                    const T *row[8];                                                                \
                    for (int32_t i = 0; i < 8; i++) {                                               \
                        row[i] = x + rows[r + i * FOLD_LANES(T)];                                   \
                    }                                                                               \
                    for (int64_t j = 0; j < width; j++) {                                           \
                        T value = lane[j];                                                          \
                        LG_UNROLL                                                                   \
                        for (int32_t i = 0; i < 8; i++) {                                           \
                            value = JOIN(value, TERM(T, row[i][j]));                                \
                        }                                                                           \
                        lane[j] = value;                                                            \
                    }                                                                               \
                }                                                                                   \
                for (; r < n; r += FOLD_LANES(T)) {                                                 \
                    const T *LG_RESTRICT row = x + rows[r];                                         \
                    for (int64_t j = 0; j < width; j++) {                                           \
                        const T term = TERM(T, row[j]);                                             \
                        lane[j] = JOIN(lane[j], term);                                              \
                    }                                                                               \
                }                                                                                   \
            }                                                                                       \
            for (int64_t half = FOLD_LANES(T) / 2; half > 0; half /= 2) {                           \
                for (int64_t l = 0; l < half; l++) {                                                \
                    for (int64_t j = 0; j < FOLD_TILE(T); j++) {                                    \
                        lanes[l][j] = JOIN(lanes[l][j], lanes[l + half][j]);                        \
                    }                                                                               \
                }                                                                                   \
            }                                                                                       \
            for (int64_t bit = block; bit & 1; bit >>= 1) {                                         \
                top--;                                                                              \
                for (int64_t j = 0; j < FOLD_TILE(T); j++) {                                        \
                    lanes[0][j] = JOIN(stack[top][j], lanes[0][j]);                                 \
                }                                                                                   \
            }                                                                                       \
            memcpy(stack[top++], lanes[0], sizeof stack[0]);                                        \
        }                                                                                           \
        for (top--; top > 0; top--) {                                                               \
            for (int64_t j = 0; j < FOLD_TILE(T); j++) {                                            \
                stack[top - 1][j] = JOIN(stack[top - 1][j], stack[top][j]);                         \
            }                                                                                       \
        }                                                                                           \
        for (int64_t j = 0; j < width; j++) {                                                       \
            y[j] = stack[0][j];                                                                     \
        }                                                                                           \
    }                                                                                               \
    TARGET static int32_t name##_columns(const void *memory, void *const *data, int64_t begin,      \
                                         int64_t end) {                                             \
        const lg_reduce_args_t *args = memory;                                                      \
        for (int64_t k = begin; k < end;) {                                                         \
            lg_stepper_t outer;                                                                     \
            lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);                 \
            const int64_t j = k % args->width;                                                      \
            int64_t width = args->width - j < end - k ? args->width - j : end - k;                  \
            width = width < FOLD_TILE(T) ? width : FOLD_TILE(T);                                    \
            name##_tile(args, (const T *)data[0] + outer.offset + j, (T *)data[1] + k, width);      \
            k += width;                                                                             \
        }                                                                                           \
        return 0;                                                                                   \
    }

// A whole reduction of element type T (short name S).
#define FOLD(op, isa, TARGET, T, S, START, TERM, JOIN)                                     \
    FOLD_BLOCK_FN(op##_##S##__##isa, TARGET, T, START, TERM, JOIN)                         \
    FOLD_OUTPUT_FN(op##_##S##__##isa, TARGET, T, S, START, JOIN)                           \
    FOLD_EACH(op##_##S##__##isa, TARGET, T)                                                \
    FOLD_COLUMNS(op##_##S##__##isa, TARGET, T, START, TERM, JOIN)                          \
    const lg_fold_impl_t lg_##op##_##S##__##isa = {.rows = op##_##S##__##isa,              \
                                                   .columns = op##_##S##__##isa##_columns, \
                                                   .order = LG_REDUCE_ORDERED,             \
                                                   .item_bytes = sizeof(T)};

#define FOLD_TIMES(a, b) ((a) * (b))
#define FOLD_SAME(V, x) (x)

#define FOLD_ISA(isa, TARGET) FOLD(prod, isa, TARGET, float, f32, 1, FOLD_SAME, FOLD_TIMES)
FOLD_ISA(scalar, LG_TARGET_REFERENCE)
#if LG_CPU_X86
FOLD_ISA(avx2, LG_TARGET_AVX2)
#endif
// What is multiplied rarely has no variants.
FOLD(prod, scalar, LG_TARGET_SCALAR, double, f64, 1, FOLD_SAME, FOLD_TIMES)
FOLD(prod, scalar, LG_TARGET_SCALAR, uint32_t, i32, 1, FOLD_SAME, FOLD_TIMES)
FOLD(prod, scalar, LG_TARGET_SCALAR, uint64_t, i64, 1, FOLD_SAME, FOLD_TIMES)

// ---- any and all ------------------------------------------------------------------------------------

// all x is not any (not x), and in any order: runs are ORed, 16 bytes at a time as compilers do it.
LG_INLINE int32_t truth_rows(const void *memory, void *const *data, int64_t begin, int64_t end,
                             uint8_t wanted) {
    const lg_reduce_args_t *args = memory;
    uint8_t *y = data[1];
    for (int64_t k = begin; k < end; k++) {
        lg_stepper_t outer, walk;
        lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);
        const uint8_t *x = (const uint8_t *)data[0] + outer.offset + k % args->width;
        // The innermost reduced dimension is a run; where there is none, a single element.
        const int32_t inner = args->reduced_rank - 1;
        const lg_stepper_dim_t run = inner >= 0 ? args->reduced[inner] : (lg_stepper_dim_t){1, 1};
        lg_stepper_start(&walk, args->reduced, inner >= 0 ? inner : 0, 0);
        uint8_t found = 0;
        for (int64_t left = args->reduce_count; left > 0 && !found; left -= run.extent) {
            const uint8_t *from = x + walk.offset;
            if (run.stride == 1) {
                for (int64_t i = 0; i < run.extent; i++) {
                    found |= (uint8_t)((from[i] != 0) == wanted);
                }
            } else {
                for (int64_t i = 0; i < run.extent; i++) {
                    found |= (uint8_t)((from[i * run.stride] != 0) == wanted);
                }
            }
            lg_stepper_next(&walk);
        }
        y[k] = found == wanted;
    }
    return 0;
}

// Adjacent outputs at once, which collect what was found.
LG_INLINE int32_t truth_columns(const void *memory, void *const *data, int64_t begin, int64_t end,
                                uint8_t wanted) {
    const lg_reduce_args_t *args = memory;
    for (int64_t k = begin; k < end;) {
        uint8_t found[FOLD_BLOCK] = {0};
        lg_stepper_t outer, walk;
        lg_stepper_start(&outer, args->kept, args->kept_rank, k / args->width);
        lg_stepper_start(&walk, args->reduced, args->reduced_rank, 0);
        const int64_t j = k % args->width;
        int64_t width = args->width - j < end - k ? args->width - j : end - k;
        width = width < FOLD_BLOCK ? width : FOLD_BLOCK;
        for (int64_t r = 0; r < args->reduce_count; r++, lg_stepper_next(&walk)) {
            const uint8_t *row = (const uint8_t *)data[0] + outer.offset + j + walk.offset;
            for (int64_t i = 0; i < width; i++) {
                found[i] |= (uint8_t)((row[i] != 0) == wanted);
            }
        }
        uint8_t *y = (uint8_t *)data[1] + k;
        for (int64_t i = 0; i < width; i++) {
            y[i] = found[i] == wanted;
        }
        k += width;
    }
    return 0;
}

#define TRUTH(op, wanted)                                                                            \
    static int32_t op##_rows(const void *memory, void *const *data, int64_t begin, int64_t end) {    \
        return truth_rows(memory, data, begin, end, wanted);                                         \
    }                                                                                                \
    static int32_t op##_columns(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        return truth_columns(memory, data, begin, end, wanted);                                      \
    }                                                                                                \
    const lg_fold_impl_t lg_##op##_bool__scalar = {                                                  \
        .rows = op##_rows, .columns = op##_columns, .order = LG_REDUCE_UNORDERED, .item_bytes = 1};
TRUTH(any, 1)
TRUTH(all, 0)

// ---- prepare ----------------------------------------------------------------------------------------

lg_status_t lg_fold_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    // All attribute structs begin as that of sum does.
    const lg_status_t status = lg_reduce_prepare(kernel, op, call, err);
    if (status == LG_OK && op->op == LG_OP_VAR) {
        const lg_var_attrs_t *attrs = op->attrs;
        ((lg_reduce_args_t *)call->args)->correction = attrs != NULL ? attrs->correction : 1;
    }
    return status;
}

lg_status_t lg_global_pool_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                   lg_error_t *err) {
    lg_sum_attrs_t attrs = {.axis = {.count = 0}, .keepdims = 1};
    for (int64_t i = 2; i < op->ins[0]->rank; i++) {
        attrs.axis.values[attrs.axis.count++] = i;
    }
    lg_kernel_t reduce = *kernel;
    lg_op_view_t view = *op;
    reduce.impl = ((const lg_global_pool_impl_t *)kernel->impl)->reduce;
    view.op = op->op == LG_OP_GLOBAL_AVG_POOL ? LG_OP_MEAN : LG_OP_MAX;
    view.attrs = &attrs;
    return lg_reduce_prepare(&reduce, &view, call, err);
}

#define GLOBAL_POOL(S, isa)                                                                \
    extern const lg_reduce_impl_t lg_mean_##S##__##isa, lg_max_##S##__##isa;               \
    const lg_global_pool_impl_t lg_global_avg_pool_##S##__##isa = {&lg_mean_##S##__##isa}; \
    const lg_global_pool_impl_t lg_global_max_pool_##S##__##isa = {&lg_max_##S##__##isa};
GLOBAL_POOL(f32, scalar)
GLOBAL_POOL(f64, scalar)
#if LG_CPU_X86
GLOBAL_POOL(f32, avx2)
GLOBAL_POOL(f64, avx2)
GLOBAL_POOL(f32, avx512)
#elif LG_CPU_ARM64
GLOBAL_POOL(f32, neon)
GLOBAL_POOL(f64, neon)
#endif
