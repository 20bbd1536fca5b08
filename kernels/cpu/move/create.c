// SPDX-License-Identifier: Apache-2.0
// full:   y[i] = value, by item size.
// arange: y[i] = start + i * step. Integers exactly (modulo 2^n, which inference has ruled out); floats in f64,
//         one rounding of the product, one of the sum, one to the dtype, so no error builds up (NumPy).
#include "../families.h"

#include "copy.h"
#include "scalar.h"

enum { CREATE_GRAIN = 1024 };

// ---- numbers ----------------------------------------------------------------------------------------

uint64_t lg_scalar_bits(const lg_scalar_t *scalar, uint32_t dtype) {
    const int32_t is_float = scalar->kind == LG_SCALAR_FLOAT;
    const double value = is_float ? scalar->value.f : (double)scalar->value.i;
    uint64_t bits;
    switch (dtype) {
        case LG_DTYPE_F32:
            return f32_bits(is_float ? (float)value : (float)scalar->value.i);
        case LG_DTYPE_F64:
            memcpy(&bits, &value, sizeof bits);
            return bits;
        case LG_DTYPE_F16:
            return f16_from_f32(lg_f32_to_odd(value));
        case LG_DTYPE_BF16:
            return bf16_from_f32(lg_f32_to_odd(value));
        case LG_DTYPE_BOOL:
            return is_float ? value != 0 : scalar->value.i != 0;
        case LG_DTYPE_U64:
            return is_float ? lg_u64_from_f64(value) : (uint64_t)scalar->value.i;
        default:
            return (uint64_t)(is_float ? lg_i64_from_f64(value) : scalar->value.i);
    }
}

// ---- full -------------------------------------------------------------------------------------------

#define FULL_FILL(bits)                                                                             \
    static int32_t full_##bits(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const uint##bits##_t value = (uint##bits##_t) * (const uint64_t *)memory;                   \
        uint##bits##_t *y = data[0];                                                                \
        for (int64_t i = begin; i < end; i++) {                                                     \
            y[i] = value;                                                                           \
        }                                                                                           \
        return 0;                                                                                   \
    }
FULL_FILL(8)
FULL_FILL(16)
FULL_FILL(32)
FULL_FILL(64)

lg_status_t lg_full_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                            lg_error_t *err) {
    const lg_full_attrs_t *attrs = op->attrs;
    const lg_view_t *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    *(uint64_t *)call->args = lg_scalar_bits(&attrs->value, out->dtype);
    call->fn = ((const lg_full_impl_t *)kernel->impl)->fill[lg_item_log2(out)];
    call->extent = out->elem_count;
    call->grain = CREATE_GRAIN;
    call->args_bytes = sizeof(uint64_t);
    call->scratch_bytes = 0;
    call->work_ns = lg_move_ns((double)out->elem_count * (double)lg_dtype_size((lg_dtype_t)out->dtype));
    return LG_OK;
}

const lg_full_impl_t lg_full_all__scalar = {{full_8, full_16, full_32, full_64}};

// ---- arange -----------------------------------------------------------------------------------------

typedef struct lg_arange_args {
    uint64_t start, step;  // ints
    double from, by;       // floats
} lg_arange_args_t;

#define ARANGE_INTS(T, name)                                                                               \
    static int32_t arange_ints_##name(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_arange_args_t *args = memory;                                                             \
        T *y = data[0];                                                                                    \
        for (int64_t i = begin; i < end; i++) {                                                            \
            y[i] = (T)(args->start + (uint64_t)i * args->step);                                            \
        }                                                                                                  \
        return 0;                                                                                          \
    }
ARANGE_INTS(uint8_t, 8)
ARANGE_INTS(uint16_t, 16)
ARANGE_INTS(uint32_t, 32)
ARANGE_INTS(uint64_t, 64)

#define ARANGE_FLOATS(T, name, CONVERT)                                                                      \
    static int32_t arange_floats_##name(const void *memory, void *const *data, int64_t begin, int64_t end) { \
        const lg_arange_args_t *args = memory;                                                               \
        const double from = args->from, by = args->by;                                                       \
        T *y = data[0];                                                                                      \
        /* A short index converts to double four at a time; first + i is exact below 2^53. */                \
        for (int64_t block = begin; block < end; block += CREATE_GRAIN) {                                    \
            const int32_t count = (int32_t)(end - block < CREATE_GRAIN ? end - block : CREATE_GRAIN);        \
            const double first = (double)block;                                                              \
            for (int32_t i = 0; i < count; i++) {                                                            \
                const double value = from + (first + (double)i) * by;                                        \
                y[block + i] = CONVERT(value);                                                               \
            }                                                                                                \
        }                                                                                                    \
        return 0;                                                                                            \
    }
#define ARANGE_TO_F32(value) (float)(value)
#define ARANGE_TO_F64(value) (value)
#define ARANGE_TO_F16(value) f16_from_f32(lg_f32_to_odd(value))
#define ARANGE_TO_BF16(value) bf16_from_f32(lg_f32_to_odd(value))
// Out of range: the nearest end of the dtype.
#define ARANGE_TO_INT(value, low, high) \
    ((value) < (low) ? (low) : (value) > (high) ? (high) : lg_i64_from_f64(value))
#define ARANGE_TO_I8(value) (int8_t)ARANGE_TO_INT(value, INT8_MIN, INT8_MAX)
#define ARANGE_TO_U8(value) (uint8_t)ARANGE_TO_INT(value, 0, UINT8_MAX)
#define ARANGE_TO_I16(value) (int16_t)ARANGE_TO_INT(value, INT16_MIN, INT16_MAX)
#define ARANGE_TO_U16(value) (uint16_t)ARANGE_TO_INT(value, 0, UINT16_MAX)
#define ARANGE_TO_I32(value) (int32_t)ARANGE_TO_INT(value, INT32_MIN, INT32_MAX)
#define ARANGE_TO_U32(value) (uint32_t)ARANGE_TO_INT(value, 0, UINT32_MAX)
#define ARANGE_TO_I64(value) lg_i64_from_f64(value)
#define ARANGE_TO_U64(value) lg_u64_from_f64(value)
ARANGE_FLOATS(float, f32, ARANGE_TO_F32)
ARANGE_FLOATS(double, f64, ARANGE_TO_F64)
ARANGE_FLOATS(uint16_t, f16, ARANGE_TO_F16)
ARANGE_FLOATS(uint16_t, bf16, ARANGE_TO_BF16)
ARANGE_FLOATS(int8_t, i8, ARANGE_TO_I8)
ARANGE_FLOATS(uint8_t, u8, ARANGE_TO_U8)
ARANGE_FLOATS(int16_t, i16, ARANGE_TO_I16)
ARANGE_FLOATS(uint16_t, u16, ARANGE_TO_U16)
ARANGE_FLOATS(int32_t, i32, ARANGE_TO_I32)
ARANGE_FLOATS(uint32_t, u32, ARANGE_TO_U32)
ARANGE_FLOATS(int64_t, i64, ARANGE_TO_I64)
ARANGE_FLOATS(uint64_t, u64, ARANGE_TO_U64)

lg_status_t lg_arange_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err) {
    const lg_arange_impl_t *impl = kernel->impl;
    const lg_arange_attrs_t *attrs = op->attrs;
    const lg_view_t *out = op->outs[0];
    if (!(out->flags & LG_VIEW_CONTIGUOUS)) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "%s: needs a contiguous output", op->name);
    }
    lg_arange_args_t *args = call->args;
    const int32_t is_float = attrs->start.kind == LG_SCALAR_FLOAT || attrs->step.kind == LG_SCALAR_FLOAT;
    args->start = is_float ? 0 : (uint64_t)attrs->start.value.i;
    args->step = is_float ? 0 : (uint64_t)attrs->step.value.i;
    args->from = attrs->start.kind == LG_SCALAR_FLOAT ? attrs->start.value.f : (double)attrs->start.value.i;
    args->by = attrs->step.kind == LG_SCALAR_FLOAT ? attrs->step.value.f : (double)attrs->step.value.i;
    call->fn = is_float || impl->ints == NULL ? impl->floats : impl->ints;
    call->extent = out->elem_count;
    call->grain = CREATE_GRAIN;
    call->args_bytes = sizeof *args;
    call->scratch_bytes = 0;
    call->work_ns = 5.0 + 1.0 * (double)out->elem_count;
    return LG_OK;
}

#define ARANGE_IMPL(dtype, ints_fn) \
    const lg_arange_impl_t lg_arange_##dtype##__scalar = {ints_fn, arange_floats_##dtype};
ARANGE_IMPL(f32, NULL)
ARANGE_IMPL(f64, NULL)
ARANGE_IMPL(f16, NULL)
ARANGE_IMPL(bf16, NULL)
ARANGE_IMPL(i8, arange_ints_8)
ARANGE_IMPL(u8, arange_ints_8)
ARANGE_IMPL(i16, arange_ints_16)
ARANGE_IMPL(u16, arange_ints_16)
ARANGE_IMPL(i32, arange_ints_32)
ARANGE_IMPL(u32, arange_ints_32)
ARANGE_IMPL(i64, arange_ints_64)
ARANGE_IMPL(u64, arange_ints_64)
