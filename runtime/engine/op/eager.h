/* SPDX-License-Identifier: Apache-2.0
 *
 * One op, now, in two steps, so that a caller can decide in between how to run it (the Cython core releases
 * the GIL when work_ns says that it pays). lg_op_call is both steps.
 */
#ifndef LEGATO_ENGINE_EAGER_H_
#define LEGATO_ENGINE_EAGER_H_

#include <legato/op.h>

#include "base/check.h"

#define LG_EAGER_DATA 16  // operand addresses kept inline; more go to the heap

// Filled by prepare; not zeroed by the caller, about 1.2 KiB of stack.
typedef struct lg_eager {
    lg_kernel_call_t call;  // call.work_ns: rough duration; extent 0: nothing to run
    lg_context_t *context;
    const lg_op_info_t *info;
    uint32_t operand_count;  // entries of `data` when it is on the heap or there is scratch
    bool given;              // the outputs are the caller's (`out=`)
    bool plain;              // nothing below is held, nor set, but data = inline_data
    lg_tensor_t *target;     // `out=` tensor that gets a copy of `result` after the kernel, or NULL
    lg_tensor_t result;      // temporary result when target is set
    lg_tensor_t *results;    // all results of an op with several outputs, in heap memory, or NULL
    uint32_t result_count;
    lg_tensor_t *dense;  // in_count dense copies of inputs, or NULL
    uint32_t dense_count;
    void *scratch;
    void *heap_args;
    size_t heap_args_bytes;
    void **data;  // operand addresses: `inline_data` or heap memory
    void *inline_data[LG_EAGER_DATA];
    _Alignas(16) unsigned char args[LG_KERNEL_ARGS_BYTES];
} lg_eager_t;

// Infers, allocates the outputs (or makes the view), selects and binds the kernel. Arguments as lg_op_call.
// On success lg_eager_run must follow; on failure nothing is held and empty outputs stay empty.
LG_API lg_status_t lg_eager_prepare(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins,
                                    uint32_t in_count, const void *attrs, lg_tensor_t *outs,
                                    uint32_t out_count, lg_eager_t *eager, lg_error_t *err);

// Runs what was prepared and releases what it held. On failure outputs that prepare allocated are released.
LG_API lg_status_t lg_eager_run(lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count, lg_error_t *err);

// The same where somebody else runs the kernel: `run` returns what the kernel does. Where it has scratch,
// that is the last of `operand_count` addresses in `data`.
typedef int32_t (*lg_eager_fn_t)(void *self, lg_eager_t *eager);
LG_API lg_status_t lg_eager_run_by(lg_eager_t *eager, lg_eager_fn_t run, void *self, lg_tensor_t *outs,
                                   uint32_t out_count, lg_error_t *err);

// Whether an op can have this many outputs.
static inline bool lg_op_out_count_fits(const lg_op_info_t *info, uint32_t out_count) {
    return info->flags & LG_OP_FLAG_VARIADIC_OUT ? out_count >= 1 && out_count <= LG_MAX_OUTS
                                                 : out_count == info->out_count;
}

// Copies the elements of `in` to `out` (same dtype and shape, any strides).
LG_API lg_status_t lg_eager_copy(lg_context_t *context, const lg_view_t *in, const lg_view_t *out,
                                 lg_error_t *err);

// Checks a tensor given as output against what was inferred: dtype, shape, writable, no shared elements.
LG_API lg_status_t lg_eager_check_out(const char *name, const lg_view_t *wanted, const lg_view_t *given,
                                      lg_error_t *err);

// Turns a kernel's result into an error of op `name`: 0 is LG_OK.
lg_status_t lg_kernel_check(int32_t code, const char *name, lg_error_t *err);

// The dtype that kernels of an op are keyed by: that of input 0, or of the output where there are no inputs.
static inline uint32_t lg_kernel_key(const lg_view_t *const *ins, uint32_t in_count, const lg_view_t *out) {
    return in_count == 0 ? out->dtype : ins[0]->dtype;
}

// Finds the kernel for `op` on operands of `dtype`. Errors: UNSUPPORTED, with the dtypes that have one.
lg_status_t lg_kernel_select(const lg_context_t *context, uint32_t op, uint32_t dtype,
                             const lg_kernel_t **out_kernel, lg_error_t *err);

#endif  // LEGATO_ENGINE_EAGER_H_
