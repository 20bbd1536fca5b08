// SPDX-License-Identifier: Apache-2.0
#include "tensor/buffer.h"

#include "base/context.h"

lg_status_t lg_buffer_create(lg_context_t *context, size_t bytes, lg_buffer_t **out_buffer, lg_error_t *err) {
    *out_buffer = NULL;
    LG_TRY(lg_context_check(context, err));
    size_t block_bytes;
    lg_buffer_t *buffer = lg_add_size(bytes, LG_BUFFER_HEADER_BYTES, &block_bytes)
                              ? lg_heap_alloc(&context->heap, block_bytes)
                              : NULL;
    LG_CHECK(err, buffer != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a tensor of %zu bytes", bytes);
    atomic_init(&buffer->refs, 1);
    buffer->heap = &context->heap;
    buffer->data = (char *)buffer + LG_BUFFER_HEADER_BYTES;
    buffer->bytes = bytes;
    buffer->block_bytes = block_bytes;
    buffer->release = NULL;
    *out_buffer = buffer;
    return LG_OK;
}

lg_status_t lg_buffer_wrap(lg_context_t *context, void *data, size_t bytes, void (*release)(void *user), void *user,
                           lg_buffer_t **out_buffer, lg_error_t *err) {
    LG_TRY(lg_buffer_create(context, 0, out_buffer, err));
    (*out_buffer)->data = data;
    (*out_buffer)->bytes = bytes;
    (*out_buffer)->release = release;
    (*out_buffer)->user = user;
    return LG_OK;
}

void lg_buffer_retain(lg_buffer_t *buffer) {
    atomic_fetch_add_explicit(&buffer->refs, 1, memory_order_relaxed);
}

void lg_buffer_release(lg_buffer_t *buffer) {
    if (buffer == NULL) {
        return;
    }
    // A sole owner needs no read-modify-write: nobody else can gain a reference. The acquire load pairs with
    // the release of those who let go before.
    if (atomic_load_explicit(&buffer->refs, memory_order_acquire) == 1 ||
        atomic_fetch_sub_explicit(&buffer->refs, 1, memory_order_acq_rel) == 1) {
        if (buffer->release != NULL) {
            buffer->release(buffer->user);
        }
        lg_heap_free(buffer->heap, buffer, buffer->block_bytes);
    }
}

void *lg_buffer_data(const lg_buffer_t *buffer) {
    return buffer->data;
}

size_t lg_buffer_bytes(const lg_buffer_t *buffer) {
    return buffer->bytes;
}

lg_status_t lg_tensor_allocate(lg_context_t *context, lg_tensor_t *tensor, lg_error_t *err) {
    size_t bytes = (size_t)tensor->view.elem_count * lg_dtype_size((lg_dtype_t)tensor->view.dtype);
    LG_TRY(lg_buffer_create(context, bytes, &tensor->buffer, err));
    tensor->view.data = tensor->buffer->data;
    return LG_OK;
}
