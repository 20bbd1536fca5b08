/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of matmul, conv and pool share: operands in guarded memory, the kernels that this machine can
 * run, and runs with the range cut in different ways.
 *
 * An operand's memory ends at a page that cannot be touched, so a read or write past it is a crash at the
 * place where it happens; what lies before it and between its elements is NaN (or a large integer) and checked
 * after a run. Values are small integers by default: sums are exact, so every order of summation agrees.
 */
#ifndef LEGATO_TESTS_NN_KERNELS_H_
#define LEGATO_TESTS_NN_KERNELS_H_

#include <legato/op.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#define NN_PAGES 1
#else
#define NN_PAGES 0
#endif

#include "../c/testing.h"
#include "cpu.h"

// ---- random values ----------------------------------------------------------------------------------

static uint64_t nn_seed = 1;

static inline int64_t nn_random(int64_t low, int64_t high) {  // inclusive; xorshift64*
    nn_seed ^= nn_seed >> 12;
    nn_seed ^= nn_seed << 25;
    nn_seed ^= nn_seed >> 27;
    return low + (int64_t)((nn_seed * 0x2545f4914f6cdd1dULL >> 33) % (uint64_t)(high - low + 1));
}

// ---- operands ---------------------------------------------------------------------------------------

typedef struct nn_operand {
    lg_view_t view;
    unsigned char *base;  // of the mapping
    size_t mapped;
    unsigned char *low;  // first byte that belongs to the operand
    size_t bytes;
} nn_operand_t;

static inline size_t nn_size(int dtype) {
    return dtype == LG_DTYPE_F32 || dtype == LG_DTYPE_I32 ? 4 : 8;
}

static inline void nn_put(void *at, int dtype, double value) {
    switch (dtype) {
        case LG_DTYPE_F32:
            *(float *)at = (float)value;
            break;
        case LG_DTYPE_F64:
            *(double *)at = value;
            break;
        case LG_DTYPE_I32:
            *(int32_t *)at = (int32_t)value;
            break;
        default:
            *(int64_t *)at = (int64_t)value;
            break;
    }
}

static inline double nn_get(const void *at, int dtype) {
    switch (dtype) {
        case LG_DTYPE_F32:
            return *(const float *)at;
        case LG_DTYPE_F64:
            return *(const double *)at;
        case LG_DTYPE_I32:
            return *(const int32_t *)at;
        default:
            return (double)*(const int64_t *)at;
    }
}

static inline double nn_poison(int dtype) {
    return dtype == LG_DTYPE_F32 || dtype == LG_DTYPE_F64 ? NAN : 1e9;
}

static inline int64_t nn_offset(const lg_view_t *view,
                                int64_t index) {  // of element `index` in row-major order
    int64_t offset = 0;
    for (int d = view->rank - 1; d >= 0; --d) {
        offset += index % view->shape[d] * view->strides[d];
        index /= view->shape[d];
    }
    return offset;
}

static inline double nn_at(const nn_operand_t *operand, int64_t index) {
    const lg_view_t *view = &operand->view;
    return nn_get((const char *)view->data + nn_offset(view, index) * (int64_t)nn_size(view->dtype),
                  view->dtype);
}

static inline void nn_set(nn_operand_t *operand, int64_t index, double value) {
    lg_view_t *view = &operand->view;
    nn_put((char *)view->data + nn_offset(view, index) * (int64_t)nn_size(view->dtype), view->dtype, value);
}

// The values in row-major order; caller frees.
static inline double *nn_values(const nn_operand_t *operand) {
    const int64_t count = operand->view.elem_count;
    double *values = malloc((size_t)(count > 0 ? count : 1) * sizeof *values);
    CHECK(values != NULL);
    for (int64_t i = 0; i < count; ++i) {
        values[i] = nn_at(operand, i);
    }
    return values;
}

// Makes an operand with `strides` (NULL: row-major), poisoned throughout.
static inline nn_operand_t nn_make(int dtype, int rank, const int64_t *shape, const int64_t *strides) {
    nn_operand_t operand;
    memset(&operand, 0, sizeof operand);
    lg_view_t *view = &operand.view;
    view->dtype = (uint8_t)dtype;
    view->rank = (uint8_t)rank;
    view->elem_count = 1;
    int64_t step = 1, low = 0, high = 0, contiguous = 1;
    for (int d = rank - 1; d >= 0; --d) {
        view->shape[d] = shape[d];
        view->strides[d] = strides != NULL ? strides[d] : step;
        contiguous = contiguous && (shape[d] == 1 || view->strides[d] == step);
        step *= shape[d];
        view->elem_count *= shape[d];
    }
    for (int d = 0; d < rank && view->elem_count > 0; ++d) {
        *(view->strides[d] < 0 ? &low : &high) += view->strides[d] * (shape[d] - 1);
    }
    view->flags = contiguous || view->elem_count == 0 ? LG_VIEW_CONTIGUOUS : 0;
    if (view->elem_count == 0) {
        return operand;
    }
    const size_t size = nn_size(dtype);
    operand.bytes = (size_t)(high - low + 1) * size;
#if NN_PAGES
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t room = (operand.bytes + page - 1) / page * page + page;  // a page of room before it
    operand.mapped = room + page;
    void *base = mmap(NULL, operand.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(base != MAP_FAILED);
    CHECK(mprotect((char *)base + room, page, PROT_NONE) == 0);
#else
    const size_t room = operand.bytes + 4096;
    operand.mapped = room;
    void *base = malloc(room);
    CHECK(base != NULL);
#endif
    operand.base = base;
    operand.low = operand.base + room - operand.bytes;
    for (size_t at = room % size; at + size <= room; at += size) {
        nn_put(operand.base + at, dtype, nn_poison(dtype));
    }
    view->data = operand.low - low * (int64_t)size;
    return operand;
}

static inline void nn_free(nn_operand_t *operand) {
    if (operand->base != NULL) {
#if NN_PAGES
        munmap(operand->base, operand->mapped);
#else
        free(operand->base);
#endif
    }
    operand->base = NULL;
}

static inline void nn_fill_integers(nn_operand_t *operand) {
    for (int64_t i = 0; i < operand->view.elem_count; ++i) {
        nn_set(operand, i, (double)nn_random(-4, 4));
    }
}

static inline void nn_fill_reals(nn_operand_t *operand) {
    for (int64_t i = 0; i < operand->view.elem_count; ++i) {
        nn_set(operand, i, (double)nn_random(-1000000, 1000000) / 1e6);
    }
}

// Checks that nothing was written in front of a row-major operand.
static inline void nn_check_guard(const nn_operand_t *operand) {
    const size_t size = nn_size(operand->view.dtype);
    for (const unsigned char *at = operand->low; at != NULL && at >= operand->base + size;) {
        at -= size;
        const double value = nn_get(at, operand->view.dtype);
        CHECK(isnan(value) || value == nn_poison(operand->view.dtype));
    }
}

// Strides for `shape` of one of several kinds: 0 row-major, 1 axes permuted at random with gaps, 2 also
// negative steps, 3 also some axes that do not move.
static inline void nn_strides(int kind, int rank, const int64_t *shape, int64_t *strides) {
    int order[LG_MAX_RANK];
    for (int d = 0; d < rank; ++d) {
        order[d] = d;
    }
    for (int d = rank - 1; d > 0 && kind > 0; --d) {
        const int other = (int)nn_random(0, d), t = order[d];
        order[d] = order[other];
        order[other] = t;
    }
    int64_t step = kind > 0 && nn_random(0, 2) == 0 ? 2 : 1;
    for (int i = rank - 1; i >= 0; --i) {
        const int d = order[i];
        strides[d] = step;
        step *= shape[d] > 0 ? shape[d] : 1;
        step += kind > 0 ? nn_random(0, 3) : 0;
        if (kind > 1 && nn_random(0, 2) == 0) {
            strides[d] = -strides[d];
        }
        if (kind > 2 && nn_random(0, 2) == 0) {
            strides[d] = 0;
        }
    }
}

// ---- kernels ----------------------------------------------------------------------------------------

static inline int nn_isa_usable(int isa) {
    switch (isa) {
        case LG_ISA_SCALAR:
            return 1;
#if LG_CPU_X86
        case LG_ISA_AVX2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        case LG_ISA_AVX512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
        case LG_ISA_VNNI:
            return __builtin_cpu_supports("avx512vnni") && nn_isa_usable(LG_ISA_AVX512);
#endif
#if LG_CPU_ARM64
        case LG_ISA_NEON:
            return 1;
#endif
        default:
            return 0;
    }
}

// The kernel of `op` and `dtype` for exactly `isa`, or NULL.
static inline const lg_kernel_t *nn_kernel(uint32_t op, int dtype, int isa) {
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    for (size_t i = 0; i < count; ++i) {
        if (kernels[i].op == op && (kernels[i].dtypes >> dtype & 1) && kernels[i].isa == isa &&
            nn_isa_usable(isa)) {
            return &kernels[i];
        }
    }
    return NULL;
}

enum { NN_CUT = 1, NN_CONSTANT = 2 };

// Prepares and runs `kernel`; the output is poisoned first. `how` & NN_CUT: ranges of random lengths, out of order, with
// scratch poisoned before each; NN_CONSTANT: input 1 never changes and may be packed.
static inline void nn_run(const lg_kernel_t *kernel, const char *name, nn_operand_t *const *ins, int in_count,
                          nn_operand_t *out, const void *attrs, int how) {
    const lg_view_t *in_views[4], *out_views[1] = {&out->view};
    void *data[8];
    int data_count = 0;
    for (int i = 0; i < in_count; ++i) {
        in_views[i] = ins[i] != NULL ? &ins[i]->view : NULL;
        data[data_count++] = ins[i] != NULL ? ins[i]->view.data : NULL;
    }
    data[data_count++] = out->view.data;
    const lg_op_view_t op = {
        .op = kernel->op,
        .in_count = (uint16_t)in_count,
        .out_count = 1,
        .ins = in_views,
        .outs = out_views,
        .attrs = attrs,
        .name = name,
        .path = "",
    };
    _Alignas(64) unsigned char args[LG_KERNEL_ARGS_BYTES], record[LG_KERNEL_ARGS_BYTES];
    memset(args, 0xa5, sizeof args);
    memset(record, 0xa5, sizeof record);
    lg_kernel_call_t call = {
        .args = args, .args_capacity = sizeof args, .constants = how & NN_CONSTANT ? 2 : 0};
    CHECK_OK(kernel->prepare(kernel, &op, &call, test_err));
    CHECK(call.args_bytes <= sizeof args);
    CHECK(call.grain >= 1);
    void *packed = NULL;
    if (how & NN_CONSTANT && call.pack_bytes > 0) {
        CHECK_EQ(call.pack_input, 1);
        CHECK(call.pack_layout != 0);
        packed = aligned_alloc(64, (call.pack_bytes + 63) / 64 * 64);
        CHECK(packed != NULL);
        memset(packed, 0xff, call.pack_bytes);
        call.pack(args, data[1], packed);
        data[1] = packed;
    }
    memcpy(record, args, call.args_bytes);  // as a plan does: what lies beyond is not theirs
    for (int64_t i = 0; i < out->view.elem_count; ++i) {
        nn_set(out, i, nn_poison(out->view.dtype));
    }
    const size_t guard = 64;
    unsigned char *scratch = NULL;
    if (call.scratch_bytes > 0) {
        scratch = aligned_alloc(64, (call.scratch_bytes + 63) / 64 * 64 + guard);
        CHECK(scratch != NULL);
        memset(scratch, 0xff, call.scratch_bytes + guard);  // all ones: NaN
        data[data_count++] = scratch;
    }
    if (!(how & NN_CUT)) {
        CHECK_EQ(call.extent > 0 ? call.fn(record, data, 0, call.extent) : 0, 0);
    } else {
        const int64_t half = call.extent / 2 / call.grain * call.grain;
        for (int part = 0; part < 2; ++part) {  // upper half first
            int64_t begin = part == 0 ? half : 0;
            const int64_t end = part == 0 ? call.extent : half;
            while (begin < end) {
                int64_t next = begin + call.grain * nn_random(1, 3);
                next = next < end ? next : end;
                if (scratch != NULL) {
                    memset(scratch, 0xff, call.scratch_bytes);
                }
                CHECK_EQ(call.fn(record, data, begin, next), 0);
                begin = next;
            }
        }
    }
    for (size_t i = 0; i < guard && scratch != NULL; ++i) {
        CHECK_EQ(scratch[call.scratch_bytes + i], 0xff);
    }
    free(scratch);
    free(packed);
    nn_check_guard(out);
}

#endif  // LEGATO_TESTS_NN_KERNELS_H_
