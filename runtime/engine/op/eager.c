// SPDX-License-Identifier: Apache-2.0
// The eager path: every nanosecond here is paid by each op a user calls by hand.
#include "op/eager.h"

#include <stdio.h>
#include <string.h>

#include "base/context.h"
#include "op/registry.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

lg_status_t lg_kernel_check(int32_t code, const char *name, lg_error_t *err) {
    if (__builtin_expect(code == 0, 1)) {
        return LG_OK;
    }
    switch (code) {
        case LG_STATUS_INDEX:
            return lg_error_set(err, code, name, "%s: an index is out of range for its axis", name);
        case LG_STATUS_DIVISION_BY_ZERO:
            return lg_error_set(err, code, name, "%s: integer division by zero", name);
        default:
            return lg_error_set(err, code, name, "%s: the kernel failed with %s", name, lg_status_name(code));
    }
}

static inline const lg_kernel_t *kernel_find(const lg_context_t *context, uint32_t op, uint32_t dtype) {
    return __builtin_expect(op < LG_OP_COUNT, 1) ? context->kernels[op * LG_DTYPE_COUNT + dtype]
                                                 : lg_registry_kernel(context, op, dtype);
}

lg_status_t lg_kernel_select(const lg_context_t *context, uint32_t op, uint32_t dtype,
                             const lg_kernel_t **out_kernel, lg_error_t *err) {
    *out_kernel = kernel_find(context, op, dtype);
    if (__builtin_expect(*out_kernel != NULL, 1)) {
        return LG_OK;
    }
    char have[128] = "";
    size_t used = 0;
    for (uint32_t i = 1; i < LG_DTYPE_COUNT && used < sizeof have; i++) {
        if (kernel_find(context, op, i) != NULL) {
            int written = snprintf(have + used, sizeof have - used, " %s", lg_dtype_name((lg_dtype_t)i));
            used += written > 0 ? (size_t)written : 0;
        }
    }
    const lg_op_info_t *info = lg_context_op_info(context, op);
    const char *name = info != NULL ? info->name : "?";
    LG_CHECK(err, used > 0 || op < LG_OP_REGISTERED, LG_STATUS_UNSUPPORTED, name,
             "%s: there is no kernel yet; register one (in C lg_kernel_register, in Python legato.kernel)",
             name);
    return lg_error_set(err, LG_STATUS_UNSUPPORTED, name,
                        "%s: no kernel for %s on cpu; there are kernels for:%s; cast first", name,
                        lg_dtype_name((lg_dtype_t)dtype), used > 0 ? have : " none");
}

// Releases what prepare holds beside the outputs.
static void eager_release(lg_eager_t *eager) {
    lg_heap_t *heap = &eager->context->heap;
    if (eager->target != NULL) {
        lg_tensor_deinit(&eager->result);
    }
    if (eager->results != NULL) {
        for (uint32_t i = 0; i < eager->result_count; i++) {
            lg_tensor_deinit(&eager->results[i]);
        }
        lg_heap_free(heap, eager->results, eager->result_count * sizeof *eager->results);
    }
    if (eager->dense != NULL) {
        for (uint32_t i = 0; i < eager->dense_count; i++) {
            lg_tensor_deinit(&eager->dense[i]);
        }
        lg_heap_free(heap, eager->dense, eager->dense_count * sizeof *eager->dense);
    }
    if (eager->scratch != NULL) {
        lg_heap_free(heap, eager->scratch, eager->call.scratch_bytes);
    }
    if (eager->heap_args != NULL) {
        lg_heap_free(heap, eager->heap_args, eager->heap_args_bytes);
    }
    if (eager->data != eager->inline_data) {
        lg_heap_free(heap, eager->data, eager->operand_count * sizeof *eager->data);
    }
}

// By the kernel of `reshape`, whose family is the general strided copy.
lg_status_t lg_eager_copy(lg_context_t *context, const lg_view_t *in, const lg_view_t *out, lg_error_t *err) {
    const lg_kernel_t *kernel;
    LG_TRY(lg_kernel_select(context, LG_OP_RESHAPE, in->dtype, &kernel, err));
    _Alignas(16) unsigned char args[LG_KERNEL_ARGS_BYTES];
    lg_kernel_call_t call = {.args_capacity = sizeof args, .args = args};
    lg_ints_t shape = {.count = in->rank};
    memcpy(shape.values, in->shape, in->rank * sizeof in->shape[0]);
    lg_reshape_attrs_t attrs = {.shape = shape};
    lg_op_view_t view = {LG_OP_RESHAPE, 1, 1, &in, &out, &attrs, "copy", ""};
    LG_TRY(kernel->prepare(kernel, &view, &call, err));
    void *data[3] = {in->data, out->data, NULL};
    return lg_kernel_check(call.extent > 0 ? call.fn(args, data, 0, call.extent) : 0, "copy", err);
}

static lg_status_t eager_bind(lg_eager_t *eager, const lg_kernel_t *kernel, const lg_op_view_t *view,
                              lg_error_t *err) {
    eager->call.args = eager->args;
    eager->call.args_capacity = sizeof eager->args;
    eager->call.scratch_bytes = 0;
    eager->call.args_bytes = 0;
    eager->call.constants = 0;
    lg_status_t status = kernel->prepare(kernel, view, &eager->call, err);
    if (__builtin_expect(status == LG_STATUS_OVERFLOW && eager->call.args_bytes > eager->call.args_capacity,
                         0)) {
        lg_heap_free(&eager->context->heap, eager->heap_args, eager->heap_args_bytes);
        eager->heap_args_bytes = eager->call.args_bytes;
        eager->heap_args = lg_heap_alloc(&eager->context->heap, eager->heap_args_bytes);
        LG_CHECK(err, eager->heap_args != NULL, LG_STATUS_OUT_OF_MEMORY, view->name,
                 "%s: no memory for its arguments", view->name);
        eager->call.args = eager->heap_args;
        eager->call.args_capacity = eager->heap_args_bytes;
        status = kernel->prepare(kernel, view, &eager->call, err);
    }
    return status;
}

// The second try for a kernel that cannot take the layouts: dense copies of strided inputs.
static lg_status_t eager_densify(lg_eager_t *eager, const lg_view_t **ins, uint32_t in_count,
                                 lg_error_t *err) {
    size_t bytes = in_count * sizeof *eager->dense;
    eager->dense = lg_heap_alloc(&eager->context->heap, bytes);
    LG_CHECK(err, eager->dense != NULL, LG_STATUS_OUT_OF_MEMORY, eager->info->name,
             "no memory for dense inputs");
    memset(eager->dense, 0, bytes);
    eager->dense_count = in_count;
    for (uint32_t i = 0; i < in_count; i++) {
        if (ins[i] != NULL && !(ins[i]->flags & LG_VIEW_CONTIGUOUS)) {
            lg_tensor_t *dense = &eager->dense[i];
            LG_TRY(lg_tensor_init(eager->context, (lg_dtype_t)ins[i]->dtype, ins[i]->rank, ins[i]->shape,
                                  dense, err));
            LG_TRY(lg_eager_copy(eager->context, ins[i], &dense->view, err));
            ins[i] = &dense->view;
        }
    }
    return LG_OK;
}

lg_status_t lg_eager_check_out(const char *name, const lg_view_t *wanted, const lg_view_t *given,
                               lg_error_t *err) {
    char text[2][160];
    LG_CHECK(err, given->dtype == wanted->dtype, LG_STATUS_DTYPE, name, "%s: out is %s, expected %s", name,
             lg_view_format(given, text[0], sizeof text[0]), lg_view_format(wanted, text[1], sizeof text[1]));
    LG_CHECK(err, lg_view_same_shape(given, wanted), LG_STATUS_SHAPE, name, "%s: out is %s, expected %s",
             name, lg_view_format(given, text[0], sizeof text[0]),
             lg_view_format(wanted, text[1], sizeof text[1]));
    LG_CHECK(err, !(given->flags & LG_VIEW_READONLY), LG_STATUS_INVALID_ARGUMENT, name,
             "%s: out is read-only; give a tensor that owns its memory", name);
    // A stride of 0 makes several results share one element: no order of writes would be right.
    for (uint32_t i = 0; i < given->rank; i++) {
        LG_CHECK(err, given->shape[i] <= 1 || given->strides[i] != 0, LG_STATUS_INVALID_ARGUMENT, name,
                 "%s: out is a broadcast view (stride 0 on axis %u); give a tensor with elements of its own",
                 name, i);
    }
    return LG_OK;
}

static bool eager_needs_temporary(const lg_op_info_t *info, const lg_view_t *const *ins, uint32_t in_count,
                                  const lg_view_t *out) {
    for (uint32_t i = 0; i < in_count; i++) {
        if (ins[i] != NULL && lg_view_overlaps(ins[i], out) &&
            !((info->flags & LG_OP_FLAG_INPLACE) && lg_view_same(ins[i], out))) {
            return true;
        }
    }
    return false;
}

// Selects and binds the kernel; where it cannot take the layouts, once more with dense inputs.
static lg_status_t eager_arm(lg_eager_t *eager, lg_op_view_t *view, const lg_view_t **ins, lg_error_t *err) {
    const lg_kernel_t *kernel;
    LG_TRY(lg_kernel_select(eager->context, view->op, lg_kernel_key(ins, view->in_count, view->outs[0]),
                            &kernel, err));
    lg_status_t status = eager_bind(eager, kernel, view, err);
    if (__builtin_expect(status == LG_STATUS_UNSUPPORTED && eager->dense == NULL, 0)) {
        LG_TRY(eager_densify(eager, ins, view->in_count, err));
        status = eager_bind(eager, kernel, view, err);
    }
    return status;
}

// Collects the addresses of inputs, outputs and scratch.
static lg_status_t eager_operands(lg_eager_t *eager, const lg_op_view_t *view, lg_error_t *err) {
    uint32_t operand_count = view->in_count + view->out_count + 1u;
    if (operand_count > LG_EAGER_DATA) {
        void **memory = lg_heap_alloc(&eager->context->heap, operand_count * sizeof *memory);
        LG_CHECK(err, memory != NULL, LG_STATUS_OUT_OF_MEMORY, view->name, "%s: no memory for its operands",
                 view->name);
        eager->data = memory;
        eager->operand_count = operand_count;
    }
    for (uint32_t i = 0; i < view->in_count; i++) {
        eager->data[i] = view->ins[i] != NULL ? view->ins[i]->data : NULL;
    }
    for (uint32_t i = 0; i < view->out_count; i++) {
        eager->data[view->in_count + i] = view->outs[i]->data;
    }
    if (eager->call.scratch_bytes > 0) {
        eager->scratch = lg_heap_alloc(&eager->context->heap, eager->call.scratch_bytes);
        LG_CHECK(err, eager->scratch != NULL, LG_STATUS_OUT_OF_MEMORY, view->name,
                 "%s: no memory for %zu bytes of scratch", view->name, eager->call.scratch_bytes);
        eager->data[operand_count - 1] = eager->scratch;
        eager->operand_count = operand_count;
    }
    return LG_OK;
}

// An op with several outputs, or one that tells their shapes when it has run: all results are made densely and
// handed over, or copied to `out=`, at the end.
static lg_status_t eager_prepare_many(lg_eager_t *eager, const lg_op_info_t *info, const lg_view_t **ins,
                                      uint32_t in_count, const void *attrs, const lg_tensor_t *outs,
                                      uint32_t out_count, lg_error_t *err) {
    lg_view_t wanted[LG_MAX_OUTS];
    const lg_view_t *out_views[LG_MAX_OUTS];
    LG_TRY(lg_context_op_infer(eager->context, info->id, ins, in_count, attrs, wanted, out_count, err));
    size_t bytes = out_count * sizeof *eager->results;
    eager->results = lg_heap_alloc(&eager->context->heap, bytes);
    LG_CHECK(err, eager->results != NULL, LG_STATUS_OUT_OF_MEMORY, info->name,
             "%s: no memory for its results", info->name);
    memset(eager->results, 0, bytes);
    eager->result_count = out_count;
    for (uint32_t i = 0; i < out_count; i++) {
        if (outs[i].view.dtype != LG_DTYPE_INVALID && !(info->flags & LG_OP_FLAG_DATA_SHAPE)) {
            LG_TRY(lg_eager_check_out(info->name, &wanted[i], &outs[i].view, err));
        }
        eager->results[i].view = wanted[i];
        LG_TRY(lg_tensor_allocate(eager->context, &eager->results[i], err));
        out_views[i] = &eager->results[i].view;
    }
    lg_op_view_t view = {info->id, (uint16_t)in_count, (uint16_t)out_count, ins, out_views, attrs, info->name,
                         ""};
    LG_TRY(eager_arm(eager, &view, ins, err));
    return eager_operands(eager, &view, err);
}

// An op with one output, which is either empty or the caller's (`out=`).
static lg_status_t eager_prepare_one(lg_eager_t *eager, const lg_op_info_t *info, const lg_view_t **ins,
                                     uint32_t in_count, const void *attrs, lg_tensor_t *given, lg_view_t *out,
                                     lg_error_t *err) {
    const lg_view_t wanted = *out;
    if (given != NULL) {
        LG_TRY(lg_eager_check_out(info->name, out, &given->view, err));
        out = &given->view;
        if (eager_needs_temporary(info, ins, in_count, out)) {
            eager->result = (lg_tensor_t){wanted, NULL};
            eager->target = given;
            LG_TRY(lg_tensor_allocate(eager->context, &eager->result, err));
            out = &eager->result.view;
        }
    }
    const lg_view_t *out_views[1] = {out};
    lg_op_view_t view = {info->id, (uint16_t)in_count, 1, ins, out_views, attrs, info->name, ""};
    lg_status_t status = eager_arm(eager, &view, ins, err);
    if (__builtin_expect(status == LG_STATUS_UNSUPPORTED && !(out->flags & LG_VIEW_CONTIGUOUS), 0)) {
        // Once more with a dense result, copied to the strided `out=` at the end.
        eager->result = (lg_tensor_t){wanted, NULL};
        eager->target = given;
        LG_TRY(lg_tensor_allocate(eager->context, &eager->result, err));
        out_views[0] = &eager->result.view;
        status = eager_arm(eager, &view, ins, err);
    }
    return __builtin_expect(status == LG_OK, 1) ? eager_operands(eager, &view, err) : status;
}

// Makes `*out`, already inferred, a view on `in`; false when a copy is needed.
static inline bool eager_alias(const lg_op_info_t *info, const lg_tensor_t *in, const void *attrs,
                               lg_tensor_t *out) {
    if (!lg_op_alias(info->id, &in->view, attrs, &out->view)) {
        return false;
    }
    out->view.flags |= in->view.flags & LG_VIEW_READONLY;
    out->buffer = in->buffer;
    if (out->buffer != NULL) {
        lg_buffer_retain(out->buffer);
    }
    return true;
}

// All other cases.
static __attribute__((noinline)) lg_status_t eager_prepare_any(lg_eager_t *eager, const lg_op_info_t *info,
                                                               const lg_tensor_t *const *ins,
                                                               uint32_t in_count, const void *attrs,
                                                               lg_tensor_t *outs, uint32_t out_count,
                                                               lg_error_t *err) {
    LG_CHECK(err, lg_op_out_count_fits(info, out_count), LG_STATUS_INVALID_ARGUMENT, info->name,
             "%s: %u outputs given, expected %u", info->name, out_count, info->out_count);
    LG_CHECK(err, in_count <= LG_MAX_INS, LG_STATUS_INVALID_ARGUMENT, info->name,
             "%s: %u inputs given, at most %d", info->name, in_count, LG_MAX_INS);
    const lg_view_t *views[LG_MAX_INS];
    for (uint32_t i = 0; i < in_count; i++) {
        views[i] = ins[i] != NULL ? &ins[i]->view : NULL;
    }
    const void *given_attrs = attrs != NULL ? attrs : info->attrs_default;
    eager->target = NULL;
    eager->results = NULL;
    eager->dense = NULL;
    eager->scratch = NULL;
    eager->heap_args = NULL;
    eager->call.extent = 0;
    eager->call.work_ns = 0;
    eager->call.scratch_bytes = 0;

    lg_status_t status;
    if (__builtin_expect(out_count != 1 || (info->flags & LG_OP_FLAG_DATA_SHAPE), 0)) {
        if (out_count == 1 && !eager->given) {
            memset(&outs[0], 0, sizeof outs[0]);  // the common case has tried and left its mark
        }
        status = eager_prepare_many(eager, info, views, in_count, given_attrs, outs, out_count, err);
        if (status != LG_OK) {
            eager_release(eager);
        }
        return status;
    }
    lg_view_t wanted;
    lg_view_t *out = eager->given ? &wanted : &outs[0].view;
    status = lg_context_op_infer(eager->context, info->id, views, in_count, attrs, out, 1, err);
    if (__builtin_expect(status == LG_OK, 1) && !eager->given) {
        if ((info->flags & LG_OP_FLAG_VIEW) && eager_alias(info, ins[0], attrs, &outs[0])) {
            return LG_OK;
        }
        status = lg_tensor_allocate(eager->context, &outs[0], err);
        if (__builtin_expect(status != LG_OK, 0)) {
            outs[0].buffer = NULL;
        }
    }
    if (__builtin_expect(status == LG_OK, 1)) {
        status = eager_prepare_one(eager, info, views, in_count, given_attrs, eager->given ? &outs[0] : NULL,
                                   out, err);
    }
    if (__builtin_expect(status != LG_OK, 0)) {
        eager_release(eager);
        if (!eager->given) {
            lg_tensor_deinit(&outs[0]);
        }
    }
    return status;
}

// Whether a dense `out=` of the wanted type may be written while the inputs are read: each input is dense
// and apart from it, or is it, elementwise.
static inline bool eager_out_is_plain(const lg_op_info_t *info, const lg_view_t *const *ins,
                                      uint32_t in_count, const lg_view_t *wanted, const lg_view_t *out) {
    if ((out->flags & (LG_VIEW_CONTIGUOUS | LG_VIEW_READONLY)) != LG_VIEW_CONTIGUOUS ||
        out->dtype != wanted->dtype || !lg_view_same_shape(out, wanted)) {
        return false;
    }
    uintptr_t begin = (uintptr_t)out->data;
    uintptr_t end = begin + (size_t)out->elem_count * lg_dtype_bytes(out->dtype);
    for (uint32_t i = 0; i < in_count; i++) {
        if (ins[i] == NULL) {
            continue;
        }
        uintptr_t in = (uintptr_t)ins[i]->data;
        bool apart = in >= end || in + (size_t)ins[i]->elem_count * lg_dtype_bytes(ins[i]->dtype) <= begin;
        bool same = in == begin && ins[i]->dtype == out->dtype && (info->flags & LG_OP_FLAG_INPLACE) &&
                    lg_view_same_shape(ins[i], out);
        if (!(ins[i]->flags & LG_VIEW_CONTIGUOUS) || !(apart || same)) {
            return false;
        }
    }
    return true;
}

// The common case, with nothing to remember: a new result, a view or a simple `out=`, and operands that the
// kernel takes as they are. Returns false, with nothing held, when it is not that; the full way then says
// what is wrong.
static inline bool eager_prepare_plain(lg_eager_t *eager, const lg_op_info_t *info,
                                       const lg_tensor_t *const *ins, uint32_t in_count, const void *attrs,
                                       lg_tensor_t *out) {
    enum { PLAIN_INS = 3 };
    if (in_count == 0 || in_count > PLAIN_INS || ins[0] == NULL || info->out_count != 1) {
        return false;
    }
    const lg_view_t *views[PLAIN_INS];
    for (uint32_t i = 0; i < in_count; i++) {
        views[i] = ins[i] != NULL ? &ins[i]->view : NULL;
        eager->inline_data[i] = ins[i] != NULL ? ins[i]->view.data : NULL;
    }
    lg_view_t wanted;
    lg_view_t *inferred = eager->given ? &wanted : &out->view;
    if (lg_op_infer(info->id, views, in_count, attrs, inferred, 1, NULL) != LG_OK) {
        return false;
    }
    if (eager->given) {
        if (!eager_out_is_plain(info, views, in_count, &wanted, &out->view)) {
            return false;
        }
    } else if (info->flags & LG_OP_FLAG_VIEW) {
        eager->call.extent = 0;
        eager->call.work_ns = 0;
        return eager_alias(info, ins[0], attrs, out);
    }
    const lg_kernel_t *kernel = eager->context->kernels[info->id * LG_DTYPE_COUNT + views[0]->dtype];
    const lg_view_t *const out_views[1] = {&out->view};
    lg_op_view_t view = {info->id,   (uint16_t)in_count,
                         1,          views,
                         out_views,  attrs != NULL ? attrs : info->attrs_default,
                         info->name, ""};
    eager->call.args = eager->args;
    eager->call.args_capacity = sizeof eager->args;
    eager->call.scratch_bytes = 0;
    eager->call.constants = 0;
    if (kernel == NULL || kernel->prepare(kernel, &view, &eager->call, NULL) != LG_OK ||
        eager->call.scratch_bytes > 0 ||
        (!eager->given && lg_tensor_allocate(eager->context, out, NULL) != LG_OK)) {
        return false;
    }
    eager->inline_data[in_count] = out->view.data;
    return true;
}

lg_status_t lg_eager_prepare(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins,
                             uint32_t in_count, const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                             lg_eager_t *eager, lg_error_t *err) {
    LG_TRY(lg_context_check(context, err));
    const lg_op_info_t *info = lg_op_info(op);
    bool registered = __builtin_expect(info == NULL, 0);
    if (registered) {
        info = lg_context_op_info(context, op);
        LG_CHECK(err, info != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", op);
    }
    eager->context = context;
    eager->info = info;
    eager->given = out_count == 1 && outs[0].view.dtype != LG_DTYPE_INVALID;
    eager->data = eager->inline_data;
    eager->plain =
        out_count == 1 && !registered && eager_prepare_plain(eager, info, ins, in_count, attrs, outs);
    if (__builtin_expect(eager->plain, 1)) {
        return LG_OK;
    }
    return eager_prepare_any(eager, info, ins, in_count, attrs, outs, out_count, err);
}

// See Note [Data shapes]: the results take their true shapes. One that fills less than half of its memory moves
// to memory of its own size.
static lg_status_t eager_narrow(lg_eager_t *eager, lg_error_t *err) {
    const int64_t *extents = eager->scratch;
    for (uint32_t i = 0; i < eager->result_count; i++, extents += LG_MAX_RANK) {
        lg_tensor_t *result = &eager->results[i];
        const int64_t room = result->view.elem_count;
        lg_view_t narrow;
        LG_TRY(lg_view_init(&narrow, (lg_dtype_t)result->view.dtype, result->view.rank, extents, err));
        lg_assert(narrow.elem_count <= room);
        narrow.data = result->view.data;
        if (narrow.elem_count < room / 2) {
            lg_tensor_t small = {narrow, NULL};
            LG_TRY(lg_tensor_allocate(eager->context, &small, err));
            if (narrow.elem_count > 0) {
                memcpy(small.view.data, narrow.data,
                       (size_t)narrow.elem_count * lg_dtype_bytes(narrow.dtype));
            }
            lg_tensor_deinit(result);
            *result = small;
        } else {
            result->view = narrow;
        }
    }
    return LG_OK;
}

// Hands the results of an op with several outputs over.
static lg_status_t eager_deliver(lg_eager_t *eager, lg_tensor_t *outs, lg_error_t *err) {
    const lg_op_info_t *info = eager->info;
    if (info->flags & LG_OP_FLAG_DATA_SHAPE) {
        LG_TRY(eager_narrow(eager, err));
        for (uint32_t i = 0; i < eager->result_count; i++) {
            if (outs[i].view.dtype != LG_DTYPE_INVALID) {
                LG_TRY(lg_eager_check_out(info->name, &eager->results[i].view, &outs[i].view, err));
            }
        }
    }
    for (uint32_t i = 0; i < eager->result_count; i++) {
        if (outs[i].view.dtype != LG_DTYPE_INVALID) {
            LG_TRY(lg_eager_copy(eager->context, &eager->results[i].view, &outs[i].view, err));
        } else {
            outs[i] = eager->results[i];
            eager->results[i].buffer = NULL;
        }
    }
    return LG_OK;
}

// What is left to do when the kernel has run.
static inline lg_status_t eager_finish(lg_eager_t *eager, lg_status_t status, lg_tensor_t *outs,
                                       uint32_t out_count, lg_error_t *err) {
    if (__builtin_expect(eager->plain, 1)) {
        if (__builtin_expect(status != LG_OK && !eager->given, 0)) {
            lg_tensor_deinit(&outs[0]);
        }
        return status;
    }
    if (status == LG_OK && eager->target != NULL) {
        status = lg_eager_copy(eager->context, &eager->result.view, &eager->target->view, err);
    }
    if (status == LG_OK && eager->results != NULL) {
        status = eager_deliver(eager, outs, err);
    }
    bool given = eager->given;
    bool many = eager->results != NULL;
    if (__builtin_expect(eager->target != NULL || many || eager->dense != NULL || eager->scratch != NULL ||
                             eager->heap_args != NULL || eager->data != eager->inline_data,
                         0)) {
        eager_release(eager);
    }
    if (__builtin_expect(status != LG_OK && !given && !many, 0)) {
        for (uint32_t i = 0; i < out_count; i++) {
            lg_tensor_deinit(&outs[i]);
        }
    }
    return status;
}

lg_status_t lg_eager_run(lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count, lg_error_t *err) {
    lg_status_t status = LG_OK;
    if (eager->call.extent > 0) {
        int32_t code = eager->call.fn(eager->call.args, eager->data, 0, eager->call.extent);
        status = lg_kernel_check(code, eager->info->name, err);
    }
    return eager_finish(eager, status, outs, out_count, err);
}

lg_status_t lg_eager_run_by(lg_eager_t *eager, lg_eager_fn_t run, void *self, lg_tensor_t *outs,
                            uint32_t out_count, lg_error_t *err) {
    lg_status_t status = LG_OK;
    if (eager->call.extent > 0) {
        status = lg_kernel_check(run(self, eager), eager->info->name, err);
    }
    return eager_finish(eager, status, outs, out_count, err);
}

lg_status_t lg_op_call(lg_context_t *context, uint32_t op, const lg_tensor_t *const *ins, uint32_t in_count,
                       const void *attrs, lg_tensor_t *outs, uint32_t out_count, lg_error_t *err) {
    lg_eager_t eager;
    LG_TRY(lg_eager_prepare(context, op, ins, in_count, attrs, outs, out_count, &eager, err));
    return lg_eager_run(&eager, outs, out_count, err);
}
