// SPDX-License-Identifier: Apache-2.0
#include "tensor/buffer.h"

lg_status_t lg_buffer_no_memory(size_t bytes, lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a tensor of %zu bytes", bytes);
}

lg_status_t lg_buffer_create(lg_context_t *context, size_t bytes, lg_buffer_t **out_buffer, lg_error_t *err) {
    *out_buffer = NULL;
    LG_TRY(lg_context_check(context, err));
    return lg_buffer_make(context, bytes, out_buffer, err);
}

lg_status_t lg_buffer_wrap(lg_context_t *context, void *data, size_t bytes, void (*release)(void *user),
                           void *user, lg_buffer_t **out_buffer, lg_error_t *err) {
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

lg_status_t lg_tensor_recycle(lg_context_t *context, lg_buffer_t **slots, uint32_t slot_count,
                              lg_tensor_t *tensor, lg_error_t *err) {
    lg_buffer_t **empty = NULL;
    for (uint32_t i = 0; i < slot_count; i++) {
        if (slots[i] == NULL) {
            empty = &slots[i];
            break;
        }
        // Pairs with the release in lg_buffer_release: whoever held it is done with the memory.
        if (atomic_load_explicit(&slots[i]->refs, memory_order_acquire) == 1) {
            lg_buffer_retain(slots[i]);
            tensor->buffer = slots[i];
            tensor->view.data = slots[i]->data;
            return LG_OK;
        }
    }
    LG_TRY(lg_context_check(context, err));
    LG_TRY(lg_tensor_allocate(context, tensor, err));
    if (empty != NULL) {
        lg_buffer_retain(tensor->buffer);
        *empty = tensor->buffer;
    }
    return LG_OK;
}
