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
#define LG_CHAIN_MAX_INS 12  // inputs of the op `chain`

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
    // The data decide the extents of the outputs: inference tells upper bounds, see Note [Data shapes] below.
    LG_OP_FLAG_DATA_SHAPE = 256,
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
    const char *in_letters;       // as in_names: inputs of one letter have one dtype; '.' has a fixed dtype
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

// How many outputs an op has: info->out_count, or with LG_OP_FLAG_VARIADIC_OUT what attributes and inputs say.
// `ins` and `attrs` as for lg_op_infer. Errors: NOT_FOUND, INVALID_ARGUMENT.
LG_API LG_MUST_USE lg_status_t lg_op_out_count(uint32_t op, const lg_view_t *const *ins, uint32_t in_count,
                                               const void *attrs, uint32_t *out_count, lg_error_t *err);

// For an op with LG_OP_FLAG_VIEW: completes `*out` (already inferred) as a window on `*in`: strides, flags and,
// when in->data is set, data. Returns 1, or 0 when the layout does not allow it and a copy is needed.
LG_API int32_t lg_op_alias(uint32_t op, const lg_view_t *in, const void *attrs, lg_view_t *out);

// Expected work: arithmetic operations and bytes moved to and from memory. Shapes of `view` must be inferred.
LG_API void lg_op_cost(const lg_op_view_t *view, double *out_flops, double *out_bytes);

// ---- registered ops ---------------------------------------------------------------------------------

// Ops that a program brings itself. They belong to a context and stay until its last release; they flow through
// eager calls, programs, plans, calls and files as built-in ones do. A file names an op and does not carry it: what
// opens the file registers its ops first. At most 1024 per context.
#define LG_OP_REGISTERED 0x10000u  // ids from here on

// What has programs inside is an op among those of a program, and nowhere else: see lg_program_add_cond and
// lg_program_add_while.
#define LG_OP_COND 0xfff0u
#define LG_OP_WHILE 0xfff1u

// The shape rule of a registered op. `op` has inputs and attributes, its `outs` are NULL; sets dtype, rank and shape
// of each entry of `outs` (zeroed). Called by eager calls, builders and readers, from any thread, several at once.
// Returns 0, or a status with a message in `err` (never NULL). Values below 0 are a language face's own: they
// come back unchanged from the function that asked.
typedef lg_status_t (*lg_op_infer_fn_t)(void *state, const lg_op_view_t *op, lg_view_t *outs,
                                        lg_error_t *err);

// Describes an op to register; all is copied. Inputs behind in_min may be left away.
typedef struct lg_op_desc {
    uint32_t size, abi;
    const char *name;  // "vendor.op" or a free word: letters, digits, '_', '.'; at most 63
    uint64_t flags;    // LG_OP_FLAG_VARIADIC (in_max is 1 then), LG_OP_FLAG_PROMOTE_FLOAT
    uint32_t in_min, in_max, out_count;
    uint32_t attr_count;
    const char *const *in_names;  // in_max names
    const uint16_t *in_types;     // in_max sets of dtypes, bits 1 << lg_dtype_t; NULL: all
    const char *in_letters;  // in_max characters: inputs with the same one have the same dtype; NULL: all
    const lg_attr_info_t *attrs;  // attr_count entries, ascending offsets that are multiples of 8
    uint32_t attrs_bytes;         // size of the attribute struct
    uint32_t attrs_required;      // bit i: attribute i (INTS, DTYPE) must be given
    const void *attrs_default;
    const char *rule;  // a built-in shape rule: "broadcast", "same" (as input 0) or "matmul"; or NULL and
    lg_op_infer_fn_t infer;        // a function; it must outlive the context
    void *state;                   // passed to `infer`; *valid until* `destroy`
    void (*destroy)(void *state);  // called once, with the context's last release; NULL is allowed
} lg_op_desc_t;

// Registers an op. Thread-safe. After a failure nothing is kept and `destroy` is not called.
// Errors: ALREADY_EXISTS (the name of a built-in or registered op), INVALID_ARGUMENT (what is wrong with the
// description), NOT_FOUND (rule), OVERFLOW (too many), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_op_register(lg_context_t *context, const lg_op_desc_t *desc,
                                              uint32_t *out_op, lg_error_t *err);

// lg_op_info, lg_op_find and lg_op_infer for all ops of a context: built-in and registered ones. Thread-safe.
// What is returned is *valid until* the context's last release.
LG_API const lg_op_info_t *lg_context_op_info(const lg_context_t *context, uint32_t op);
LG_API const lg_op_info_t *lg_context_op_find(const lg_context_t *context, const char *name);
LG_API LG_MUST_USE lg_status_t lg_context_op_infer(const lg_context_t *context, uint32_t op,
                                                   const lg_view_t *const *ins, uint32_t in_count,
                                                   const void *attrs, lg_view_t *outs, uint32_t out_count,
                                                   lg_error_t *err);

// A kernel of a registered op on cpu:0: the signature of a plugin's kernel (lg_device_kernel_fn_t). It reads
// `op->ins` and writes `op->outs`, all row-major with addresses, NULL for absent inputs; results never overlap
// inputs. Called from any thread, several at once; not at all when all results are empty. It keeps no address
// after it returned. Returns 0 or a status; values below 0 as in lg_op_infer_fn_t.
typedef struct lg_kernel_desc {
    uint32_t size, abi;
    const char *name;   // for plans and traces; NULL: "<op>__registered"; copied
    uint64_t dtypes;    // of input 0 (of output 0 for an op without inputs), bits 1 << lg_dtype_t; 0: all
    int64_t cost_ns;    // expected duration; 0: estimated from the bytes it moves
    const char *needs;  // language runtime that a run needs ("Python"), shown in plans; NULL: none; copied
    lg_device_kernel_fn_t fn;      // must outlive the context
    void *state;                   // passed to `fn`; *valid until* `destroy`
    void (*destroy)(void *state);  // as in lg_op_desc_t
} lg_kernel_desc_t;

// Registers a kernel for the registered op called `op`. Plans that exist already do not change. Thread-safe.
// Errors: NOT_FOUND (op), UNSUPPORTED (a built-in op), ALREADY_EXISTS (a dtype has a kernel), DTYPE (one that the
// op does not take), INVALID_ARGUMENT, OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_kernel_register(lg_context_t *context, const char *op,
                                                  const lg_kernel_desc_t *desc, lg_error_t *err);

// The same with the function `symbol` of the shared library at `path`, which stays loaded until the context's last
// release. `desc` (fn NULL) may be NULL. More errors: IO (the loader's reason), NOT_FOUND (symbol).
LG_API LG_MUST_USE lg_status_t lg_kernel_load(lg_context_t *context, const char *op, const char *path,
                                              const char *symbol, const lg_kernel_desc_t *desc,
                                              lg_error_t *err);

// ---- kernels ----------------------------------------------------------------------------------------

// A kernel call over [begin, end) of its extent. `args` is what prepare built (immutable, shared by
// threads); `data` holds the operand addresses: inputs, outputs, then scratch when asked for. Entries of
// absent inputs are NULL. Returns 0 or one data-error code (INDEX, DIVISION_BY_ZERO). Kernels never
// allocate, lock, log or keep state; the result does not depend on how the extent is cut.
typedef int32_t (*lg_kernel_fn_t)(const void *args, void *const *data, int64_t begin, int64_t end);

// Note [Data shapes]
// An op with LG_OP_FLAG_DATA_SHAPE (non_zero, unique ...) has outputs whose extents only the data tell. Inference
// gives upper bounds, and the operands have room for them. The kernel runs in one range (extent 1), writes the
// elements row-major in the true shape, and the true extents of every output to the start of its scratch:
// LG_MAX_RANK int64 per output. Eager calls hand out dense tensors of the true shape; in programs
// such an op stands between the parts that are planned.

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
    // Set by the caller: bit i says that input i never changes, so that it may be packed ahead of time. 0: none.
    uint64_t constants;
    // Set by prepare where that pays: the kernel wants, in place of input `pack_input`, the `pack_bytes` bytes
    // (64-byte aligned) that `pack` makes of it once, writing all of them. pack_bytes is 0 when there is nothing to
    // pack. `pack_layout` names how the bytes follow from the input's, in files too: a hash of the layout's name and
    // version and of every number that `pack` reads. Where these agree, kernels share the bytes.
    size_t pack_bytes;
    uint64_t pack_layout;
    uint32_t pack_input;
    void (*pack)(const void *args, const void *input, void *packed);
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
    uint16_t dtypes;  // bit lg_dtype_t: those of input 0 that it is for (of output 0 for ops without inputs)
    uint8_t isa;      // LG_ISA_*
    uint8_t flags;    // LG_KERNEL_*
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
