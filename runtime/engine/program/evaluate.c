// SPDX-License-Identifier: Apache-2.0
#include "program/evaluate.h"

#include <string.h>

#include "op/eager.h"

// Extents and what is made of them are a few numbers. Above this, constant folding is a matter of plans.
#define EVALUATE_MAX_IN_ELEMS 65536
#define EVALUATE_MAX_INTEGERS 1024
#define EVALUATE_MAX_FLOATS 64

void lg_held_deinit(lg_heap_t *heap, lg_held_t *held) {
    for (size_t i = 0; i < held->count; i++) {
        lg_buffer_release(held->items[i]);
    }
    LG_LIST_DEINIT(heap, held);
}

bool lg_op_reads_type(const lg_op_info_t *info) {
    return strcmp(info->name, "shape") == 0 || strcmp(info->name, "size") == 0;
}

static bool evaluate_pays(const lg_op_info_t *info, const lg_view_t *const *ins, uint32_t in_count,
                          const lg_view_t *outs, uint32_t out_count) {
    bool reads_type = lg_op_reads_type(info);
    for (uint32_t i = 0; i < in_count && !reads_type; i++) {
        if (ins[i] != NULL && ((ins[i]->data == NULL && ins[i]->elem_count > 0) ||
                               ins[i]->elem_count > EVALUATE_MAX_IN_ELEMS)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < out_count; i++) {
        bool real = outs[i].dtype <= LG_DTYPE_BF16;
        if (outs[i].elem_count > (real ? EVALUATE_MAX_FLOATS : EVALUATE_MAX_INTEGERS)) {
            return false;
        }
    }
    return info->id < LG_OP_COUNT;  // nobody says that a registered op is free of effects
}

// Makes `*tensor` row-major.
static lg_status_t evaluate_dense(lg_context_t *context, lg_tensor_t *tensor, lg_error_t *err) {
    lg_tensor_t dense = {.buffer = NULL};
    LG_TRY(lg_tensor_init(context, (lg_dtype_t)tensor->view.dtype, tensor->view.rank, tensor->view.shape,
                          &dense, err));
    lg_status_t status = lg_eager_copy(context, &tensor->view, &dense.view, err);
    lg_tensor_deinit(tensor);
    *tensor = dense;
    return status;
}

lg_status_t lg_evaluate(lg_context_t *context, const lg_op_info_t *info, const lg_view_t *const *ins,
                        uint32_t in_count, const void *attrs, lg_view_t *outs, uint32_t out_count,
                        lg_held_t *held, lg_error_t *err) {
    if (!evaluate_pays(info, ins, in_count, outs, out_count)) {
        return LG_OK;
    }
    lg_heap_t *heap = &context->heap;
    size_t bytes = in_count * (sizeof(lg_tensor_t) + sizeof(lg_tensor_t *)) + out_count * sizeof(lg_tensor_t);
    lg_tensor_t *tensors = lg_heap_alloc(heap, bytes);
    LG_CHECK(err, tensors != NULL, LG_STATUS_OUT_OF_MEMORY, info->name, "%s: no memory to compute it",
             info->name);
    lg_tensor_t *results = tensors + in_count;
    const lg_tensor_t **operands = (const lg_tensor_t **)(results + out_count);
    for (uint32_t i = 0; i < in_count; i++) {
        tensors[i] = (lg_tensor_t){.buffer = NULL};
        operands[i] = NULL;
        if (ins[i] != NULL) {
            tensors[i].view = *ins[i];
            operands[i] = &tensors[i];
        }
    }
    memset(results, 0, out_count * sizeof *results);
    lg_error_t inner;
    lg_status_t status = lg_op_call(context, info->id, operands, in_count, attrs, results, out_count, &inner);
    bool good = status == LG_OK;
    if (status == LG_STATUS_OUT_OF_MEMORY && err != NULL) {
        *err = inner;
    }
    for (uint32_t i = 0; i < out_count && good && status == LG_OK; i++) {
        if (!(results[i].view.flags & LG_VIEW_CONTIGUOUS)) {
            status = evaluate_dense(context, &results[i], err);
        }
    }
    for (uint32_t i = 0; i < out_count && good && status == LG_OK; i++) {
        if (results[i].buffer != NULL && !LG_LIST_GROW(heap, held)) {
            status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, info->name, "%s: no memory to compute it",
                                  info->name);
        } else {
            if (results[i].buffer != NULL) {
                held->items[held->count++] = results[i].buffer;
                results[i].buffer = NULL;
            }
            outs[i].data = results[i].view.data;
        }
    }
    for (uint32_t i = 0; i < out_count; i++) {
        lg_tensor_deinit(&results[i]);
    }
    lg_heap_free(heap, tensors, bytes);
    return good || status == LG_STATUS_OUT_OF_MEMORY ? status : LG_OK;
}

// ---- attributes -------------------------------------------------------------------------------------

static double view_number(const lg_view_t *view, int64_t i) {
    if (view->dtype == LG_DTYPE_F32) {
        return (double)((const float *)view->data)[i];
    }
    return ((const double *)view->data)[i];
}

static int64_t view_integer(const lg_view_t *view, int64_t i) {
    switch (view->dtype) {
        case LG_DTYPE_I8:
            return ((const int8_t *)view->data)[i];
        case LG_DTYPE_U8:
        case LG_DTYPE_BOOL:
            return ((const uint8_t *)view->data)[i];
        case LG_DTYPE_I16:
            return ((const int16_t *)view->data)[i];
        case LG_DTYPE_U16:
            return ((const uint16_t *)view->data)[i];
        case LG_DTYPE_I32:
            return ((const int32_t *)view->data)[i];
        case LG_DTYPE_U32:
            return ((const uint32_t *)view->data)[i];
        default:
            return ((const int64_t *)view->data)[i];
    }
}

static bool is_real(const lg_view_t *view) {
    return view->dtype == LG_DTYPE_F32 || view->dtype == LG_DTYPE_F64;
}

static bool is_integer(const lg_view_t *view) {
    return view->dtype >= LG_DTYPE_I8 && view->dtype <= LG_DTYPE_BOOL && view->dtype != LG_DTYPE_U64;
}

lg_status_t lg_attr_check_view(const lg_op_info_t *info, const lg_attr_info_t *attr, const lg_view_t *type,
                               lg_error_t *err) {
    bool list = attr->kind == LG_ATTR_INTS || attr->kind == LG_ATTR_FLOATS;
    bool number = attr->kind == LG_ATTR_FLOATS || attr->kind == LG_ATTR_FLOAT || attr->kind == LG_ATTR_SCALAR;
    char text[192];
    LG_CHECK(err, attr->kind != LG_ATTR_ENUM && attr->kind != LG_ATTR_DTYPE, LG_STATUS_INVALID_ARGUMENT,
             info->name, "%s: %s is a choice, it cannot come from a tensor", info->name, attr->name);
    LG_CHECK(err, is_integer(type) || (number && is_real(type)), LG_STATUS_DTYPE, info->name,
             "%s: %s comes from a tensor %s, expected %s; cast it first", info->name, attr->name,
             lg_view_format(type, text, sizeof text), number ? "numbers" : "integers");
    LG_CHECK(err, type->elem_count == 1 || (list && type->rank == 1 && type->elem_count <= LG_MAX_INTS),
             LG_STATUS_SHAPE, info->name, "%s: %s comes from a tensor %s, expected %s", info->name,
             attr->name, lg_view_format(type, text, sizeof text),
             list ? "a vector of at most 16 elements" : "one element");
    return LG_OK;
}

lg_status_t lg_attr_read_view(const lg_op_info_t *info, const lg_attr_info_t *attr, const lg_view_t *view,
                              void *attrs, lg_error_t *err) {
    LG_TRY(lg_attr_check_view(info, attr, view, err));
    void *field = (char *)attrs + attr->offset;
    bool real = is_real(view);
    switch (attr->kind) {
        case LG_ATTR_INTS: {
            lg_ints_t *ints = field;
            memset(ints, 0, sizeof *ints);
            for (ints->count = 0; ints->count < view->elem_count; ints->count++) {
                ints->values[ints->count] = view_integer(view, ints->count);
            }
            return LG_OK;
        }
        case LG_ATTR_FLOATS: {
            lg_floats_t *floats = field;
            memset(floats, 0, sizeof *floats);
            for (floats->count = 0; floats->count < view->elem_count; floats->count++) {
                floats->values[floats->count] =
                    real ? view_number(view, floats->count) : (double)view_integer(view, floats->count);
            }
            return LG_OK;
        }
        case LG_ATTR_FLOAT:
            *(double *)field = real ? view_number(view, 0) : (double)view_integer(view, 0);
            return LG_OK;
        case LG_ATTR_SCALAR: {
            lg_scalar_t *scalar = field;
            scalar->kind = real                           ? LG_SCALAR_FLOAT
                           : view->dtype == LG_DTYPE_BOOL ? LG_SCALAR_BOOL
                                                          : LG_SCALAR_INT;
            if (real) {
                scalar->value.f = view_number(view, 0);
            } else {
                scalar->value.i = view_integer(view, 0);
            }
            return LG_OK;
        }
        default:
            *(int64_t *)field = view_integer(view, 0);
            return LG_OK;
    }
}
