/* SPDX-License-Identifier: Apache-2.0
 *
 * Ops: the registry, shape inference, kernels, and the eager call.
 */
#ifndef LEGATO_OP_H_
#define LEGATO_OP_H_

#include <legato/ops.gen.h>
#include <legato/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_MAX_INS 256  // operands of one op, concat included
#define LG_MAX_OUTS 64

// ---- registry ---------------------------------------------------------------------------------------

typedef enum lg_attr_kind {
    LG_ATTR_INT = 1,     // int64_t
    LG_ATTR_FLOAT = 2,   // double
    LG_ATTR_BOOL = 3,    // int64_t, 0 or 1
    LG_ATTR_DTYPE = 4,   // int64_t holding an lg_dtype_t; 0 when not given
    LG_ATTR_ENUM = 5,    // int64_t, index into `choices`
    LG_ATTR_INTS = 6,    // lg_ints_t
    LG_ATTR_SCALAR = 7,  // lg_scalar_t
    LG_ATTR_FLOATS = 8,  // lg_floats_t
} lg_attr_kind_t;

// One attribute of an op: where it lies in the attribute struct and how it is written.
typedef struct lg_attr_info {
    const char *name;
    uint32_t kind;               // lg_attr_kind_t
    uint32_t offset;             // bytes from the start of the attribute struct
    const char *const *choices;  // ENUM: NULL-terminated names; else NULL
} lg_attr_info_t;

enum {
    LG_OP_FLAG_POINTWISE = 1,  // output element i depends on input elements i only (after broadcasting)
    LG_OP_FLAG_VIEW = 2,       // output is a window on input 0 whenever its layout allows
    LG_OP_FLAG_REDUCTION = 4,
    LG_OP_FLAG_INPLACE = 8,         // output may take the place of an equal-sized input
    LG_OP_FLAG_VARIADIC = 16,       // in_max is LG_MAX_INS
    LG_OP_FLAG_VARIADIC_OUT = 128,  // out_count is LG_MAX_OUTS; the attributes say how many there are
    LG_OP_FLAG_PROMOTE_FLOAT = 32,  // language faces cast integer and bool inputs to f32 first
    LG_OP_FLAG_PROMOTE_SUM = 64,  // language faces cast bool and integers narrower than 64 bits to i64 first
};

typedef struct lg_op_info {
    uint32_t id;
    uint32_t flags;  // LG_OP_FLAG_*
    const char *name;
    const char *family;
    uint16_t in_min, in_max, out_count, attr_count;
    const char *const *in_names;  // in_max names; one for all inputs when VARIADIC
    const lg_attr_info_t *attrs;  // attr_count entries
    uint32_t attrs_bytes;         // size of the attribute struct, 0 when there is none
    const void *attrs_default;    // attribute struct with all defaults, NULL when there is none
} lg_op_info_t;

// Returns the description of a built-in op, NULL for an unknown id or name. Static memory.
LG_API const lg_op_info_t *lg_op_info(uint32_t op);
LG_API const lg_op_info_t *lg_op_find(const char *name);

// Computes dtypes, shapes and row-major strides of the outputs (data NULL). `ins` has in_count entries, NULL
// for absent optional inputs; `attrs` may be NULL for the defaults. `outs` is the caller's memory. The one
// shape rule of an op: eager, record, planner and import all call this.
// Errors: INVALID_ARGUMENT (counts, attributes), SHAPE, DTYPE, INDEX (axis), OVERFLOW.
LG_API LG_MUST_USE lg_status_t lg_op_infer(uint32_t op, const lg_view_t *const *ins, uint32_t in_count,
                                           const void *attrs, lg_view_t *outs, uint32_t out_count,
                                           lg_error_t *err);

// For an op with LG_OP_FLAG_VIEW: completes `*out` (already inferred) as a window on `*in`: strides, flags and,
// when in->data is set, data. Returns 1, or 0 when the layout does not allow it and a copy is needed.
LG_API int32_t lg_op_alias(uint32_t op, const lg_view_t *in, const void *attrs, lg_view_t *out);

// Expected work: arithmetic operations and bytes moved to and from memory. Shapes of `view` must be inferred.
LG_API void lg_op_cost(const lg_op_view_t *view, double *out_flops, double *out_bytes);

// ---- kernels ----------------------------------------------------------------------------------------

// A kernel call over [begin, end) of its extent. `args` is what prepare built (immutable, shared by
// threads); `data` holds the operand addresses: inputs, outputs, then scratch when asked for. Entries of
// absent inputs are NULL. Returns 0 or one data-error code (INDEX, DIVISION_BY_ZERO). Kernels never
// allocate, lock, log or keep state; the result does not depend on how the extent is cut.
typedef int32_t (*lg_kernel_fn_t)(const void *args, void *const *data, int64_t begin, int64_t end);

#define LG_KERNEL_ARGS_BYTES 768

// A kernel bound to shapes, strides and attributes, but not to addresses. Filled by prepare.
typedef struct lg_kernel_call {
    lg_kernel_fn_t fn;
    int64_t extent;        // the range is [0, extent); 0: nothing to do
    int64_t grain;         // cuts are legal at multiples of this only (>= 1)
    double work_ns;        // rough cost of the whole extent on one core
    size_t scratch_bytes;  // per concurrent range, 64-byte aligned; 0: none
    size_t args_bytes;     // bytes of `args` used (copied with the record)
    size_t args_capacity;  // bytes available at `args`; set by the caller, at least LG_KERNEL_ARGS_BYTES
    void *args;            // the caller's memory, aligned to 16
} lg_kernel_call_t;

typedef struct lg_kernel lg_kernel_t;

// Binds `kernel` to `op` (views complete with strides; data not read). When args_capacity is too small it
// sets args_bytes to the need and returns OVERFLOW; the caller retries with more memory.
// Errors: UNSUPPORTED (layout or dtype combination), OVERFLOW.
typedef lg_status_t (*lg_kernel_prepare_fn_t)(const lg_kernel_t *kernel, const lg_op_view_t *op,
                                              lg_kernel_call_t *call, lg_error_t *err);

enum {
    LG_KERNEL_BITWISE = 1,  // all instruction sets agree bit for bit
};

// One implementation of an op. Static memory.
struct lg_kernel {
    const char *name;  // "<op>_<dtypes>__<isa>[_<tile>]": same string in tests, benchmarks, traces
    uint32_t op;
    uint8_t dtype;   // of input 0 (of output 0 for ops without inputs)
    uint8_t isa;     // LG_ISA_*
    uint16_t flags;  // LG_KERNEL_*
    lg_kernel_prepare_fn_t prepare;
    const void *impl;  // family-specific functions and constants, read by prepare
};

// ---- eager call -------------------------------------------------------------------------------------

// Runs one op now on the calling thread. `ins` *borrows*. Each of `outs` is either an empty (zeroed) tensor,
// which is filled (caller deinits), or a tensor of the right dtype and shape that is written in place
// (`out=`); it may be an input itself, partial overlap is copied first.
// Errors: those of lg_op_infer, UNSUPPORTED (no kernel), OUT_OF_MEMORY, INDEX, DIVISION_BY_ZERO, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_op_call(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins,
                                          uint32_t in_count, const void *attrs, lg_tensor_t *outs,
                                          uint32_t out_count, lg_error_t *err);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_OP_H_
