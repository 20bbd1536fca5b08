/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of kernels: operands with chosen strides inside guarded memory, and calls of single kernels.
 */
#ifndef LEGATO_TESTS_OPERANDS_H_
#define LEGATO_TESTS_OPERANDS_H_

#include <stdlib.h>
#include <string.h>

#include "../../kernels/cpu/cpu.h"
#include "../c/testing.h"

enum { LG_TEST_GUARD_BYTES = 256, LG_TEST_GUARD = 0xa5 };

// A tensor in memory of its own, with a band of guard bytes on both sides.
typedef struct lg_operand {
    lg_view_t view;
    unsigned char *memory;
    size_t bytes;  // between the bands
} lg_operand_t;

static inline uint64_t lg_test_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = *state;
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdu;
    return x ^ x >> 29;
}

// Fills every byte between the bands with a valid element: small integers, and for floats fractions of them.
static inline void lg_operand_fill(lg_operand_t *operand, uint64_t seed) {
    unsigned char *data = operand->memory + LG_TEST_GUARD_BYTES;
    size_t item = lg_dtype_size((lg_dtype_t)operand->view.dtype);
    for (size_t i = 0; i + item <= operand->bytes; i += item) {
        int64_t value = (int64_t)(lg_test_random(&seed) % 4001) - 2000;
        float f32 = (float)value * 0.01f;
        double f64 = (double)value * 0.01;
        switch (operand->view.dtype) {
            case LG_DTYPE_F32:
                memcpy(data + i, &f32, item);
                break;
            case LG_DTYPE_F64:
                memcpy(data + i, &f64, item);
                break;
            case LG_DTYPE_BOOL:
                data[i] = value & 1;
                break;
            default:
                memcpy(data + i, &value, item);  // little-endian
        }
    }
}

// `order` lists the axes from the outermost in memory to the innermost (NULL: row-major). `spread` is the step
// of the innermost one (0: a broadcast axis 0), negative: every axis runs backwards with |spread|.
static inline lg_operand_t lg_operand(lg_dtype_t dtype, uint32_t rank, const int64_t *shape,
                                      const int32_t *order, int64_t spread, uint64_t seed) {
    lg_operand_t operand;
    memset(&operand, 0, sizeof operand);
    CHECK_OK(lg_view_init(&operand.view, dtype, rank, shape, test_err));
    int64_t step = spread < 0 ? -spread : spread > 0 ? spread : 1;
    int64_t first = 0;
    for (uint32_t i = rank; i-- > 0;) {
        uint32_t axis = order != NULL ? (uint32_t)order[i] : i;
        operand.view.strides[axis] = spread < 0 ? -step : step;
        if (spread < 0 && shape[axis] > 0) {
            first += (shape[axis] - 1) * step;
        }
        step *= shape[axis] > 0 ? shape[axis] : 1;
    }
    if (spread == 0 && rank > 0) {
        operand.view.strides[0] = 0;
    }
    lg_view_update(&operand.view);
    size_t item = lg_dtype_size(dtype);
    // An even seed gives an address of whole cache lines, an odd one an element more.
    size_t skew = seed % 2 ? item : 0;
    operand.bytes = (size_t)step * item + skew;
    operand.memory = aligned_alloc(64, (operand.bytes + 2 * LG_TEST_GUARD_BYTES + 63) / 64 * 64);
    CHECK(operand.memory != NULL);
    memset(operand.memory, LG_TEST_GUARD, operand.bytes + 2 * LG_TEST_GUARD_BYTES);
    operand.view.data = operand.memory + LG_TEST_GUARD_BYTES + skew + (size_t)first * item;
    if (seed != 0) {
        lg_operand_fill(&operand, seed);
    }
    return operand;
}

// Checks the bands and frees.
static inline void lg_operand_free(lg_operand_t *operand) {
    if (operand->memory != NULL) {
        for (size_t i = 0; i < LG_TEST_GUARD_BYTES; i++) {
            CHECK(operand->memory[i] == LG_TEST_GUARD);
            CHECK(operand->memory[LG_TEST_GUARD_BYTES + operand->bytes + i] == LG_TEST_GUARD);
        }
        free(operand->memory);
    }
    memset(operand, 0, sizeof *operand);
}

// Address of element `index` (row-major) of a view.
static inline void *lg_test_at(const lg_view_t *view, int64_t index) {
    int64_t offset = 0;
    for (uint32_t i = view->rank; i-- > 0;) {
        offset += index % view->shape[i] * view->strides[i];
        index /= view->shape[i];
    }
    return (unsigned char *)view->data + offset * (int64_t)lg_dtype_size((lg_dtype_t)view->dtype);
}

// The instruction sets that may run here; LG_CPU_MASK lowers them as it does for users.
static inline int32_t lg_test_runs(uint32_t isa) {
    static char have[16];
    if (have[0] == '\0') {
        lg_context_t *context;
        CHECK_OK(lg_context_create(NULL, &context, test_err));
        strncpy(have, lg_context_isa(context), sizeof have - 1);
        lg_context_close(context);
    }
    switch (isa) {
        case LG_ISA_SCALAR:
            return 1;
        case LG_ISA_AVX2:
            return strcmp(have, "avx2") == 0 || strcmp(have, "avx512") == 0 || strcmp(have, "vnni") == 0;
        case LG_ISA_AVX512:
            return strcmp(have, "avx512") == 0 || strcmp(have, "vnni") == 0;
        case LG_ISA_VNNI:
            return strcmp(have, "vnni") == 0;
        default:
            return strcmp(have, "neon") == 0;
    }
}

// The next kernel of (op, dtype) that runs here after `*index`; NULL when there are no more.
static inline const lg_kernel_t *lg_test_kernel(uint32_t op, uint32_t dtype, size_t *index) {
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    while (*index < count) {
        const lg_kernel_t *kernel = &kernels[(*index)++];
        if (kernel->op == op && (kernel->dtypes >> dtype & 1) && lg_test_runs(kernel->isa)) {
            return kernel;
        }
    }
    return NULL;
}

// Prepares and runs `kernel` over its extent in `cuts` pieces (1: whole). Returns the kernel's status, or that
// of prepare. Views are prepared without addresses, as in a plan.
static inline int32_t lg_test_run(const lg_kernel_t *kernel, const lg_view_t *const *ins, uint32_t in_count,
                                  const lg_view_t *out, const void *attrs, int64_t cuts) {
    lg_view_t copies[65];
    const lg_view_t *views[64];
    void *data[66];
    CHECK(in_count <= 64);
    for (uint32_t i = 0; i < in_count; i++) {
        views[i] = NULL;
        data[i] = NULL;
        if (ins[i] != NULL) {
            copies[i] = *ins[i];
            copies[i].data = NULL;
            views[i] = &copies[i];
            data[i] = ins[i]->data;
        }
    }
    copies[64] = *out;
    copies[64].data = NULL;
    const lg_view_t *out_view = &copies[64];
    data[in_count] = out->data;
    lg_op_view_t op = {kernel->op, (uint16_t)in_count, 1, views, &out_view, attrs, kernel->name, ""};
    lg_kernel_call_t call;
    memset(&call, 0xcd, sizeof call);
    size_t capacity = LG_KERNEL_ARGS_BYTES;
    void *args = malloc(capacity), *scratch = NULL;
    call.args = args;
    call.args_capacity = capacity;
    call.scratch_bytes = 0;
    call.constants = 0;
    call.args_bytes = 0;
    lg_status_t status = kernel->prepare(kernel, &op, &call, test_err);
    if (status == LG_STATUS_OVERFLOW) {
        CHECK(call.args_bytes > capacity);
        capacity = call.args_bytes;
        free(args);
        args = malloc(capacity);
        call.args = args;
        call.args_capacity = capacity;
        status = kernel->prepare(kernel, &op, &call, test_err);
    }
    if (status == LG_OK) {
        CHECK(call.extent >= 0 && call.grain >= 1 && call.args_bytes <= capacity && call.work_ns >= 0);
        // What a record keeps: args_bytes of the arguments, at another address.
        void *kept = malloc(call.args_bytes + 1);
        memcpy(kept, args, call.args_bytes);
        memset(args, 0xcd, capacity);
        if (call.scratch_bytes > 0) {
            scratch = aligned_alloc(64, (call.scratch_bytes + 63) / 64 * 64);
        }
        data[in_count + 1] = scratch;
        int64_t step = (call.extent / cuts / call.grain + 1) * call.grain;
        for (int64_t begin = 0; begin < call.extent && status == 0; begin += step) {
            int64_t end = begin + step < call.extent ? begin + step : call.extent;
            if (scratch != NULL) {
                memset(scratch, 0xcd, call.scratch_bytes);
            }
            status = call.fn(kept, data, begin, end);
        }
        free(kept);
    }
    free(scratch);
    free(args);
    return status;
}

#endif  // LEGATO_TESTS_OPERANDS_H_
