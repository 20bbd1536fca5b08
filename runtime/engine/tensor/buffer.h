/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_BUFFER_H_
#define LEGATO_ENGINE_BUFFER_H_

#include <legato/tensor.h>

#include "base/context.h"

// One cache line in front of the data of an owned buffer, or alone for a wrapped one.
struct lg_buffer {
    atomic_llong refs;
    lg_heap_t *heap;
    void *data;
    size_t bytes;                 // as asked for
    size_t block_bytes;           // as asked from the heap, header included
    void (*release)(void *user);  // wrapped only
    void *user;
};

#define LG_BUFFER_HEADER_BYTES 64u
_Static_assert(sizeof(struct lg_buffer) <= LG_BUFFER_HEADER_BYTES, "the header is one cache line");

lg_status_t lg_buffer_no_memory(size_t bytes, lg_error_t *err);

// lg_buffer_create for callers that checked the context.
static inline lg_status_t lg_buffer_make(lg_context_t *context, size_t bytes, lg_buffer_t **out_buffer,
                                         lg_error_t *err) {
    size_t block_bytes;
    lg_buffer_t *buffer = lg_add_size(bytes, LG_BUFFER_HEADER_BYTES, &block_bytes)
                              ? (lg_buffer_t *)lg_heap_alloc(&context->heap, block_bytes)
                              : NULL;
    *out_buffer = buffer;
    if (__builtin_expect(buffer == NULL, 0)) {
        return lg_buffer_no_memory(bytes, err);
    }
    atomic_init(&buffer->refs, 1);
    buffer->heap = &context->heap;
    buffer->data = (char *)buffer + LG_BUFFER_HEADER_BYTES;
    buffer->bytes = bytes;
    buffer->block_bytes = block_bytes;
    buffer->release = NULL;
    return LG_OK;
}

// Gives an initialised row-major `tensor->view` its own memory, in a context that was checked.
// Errors: OUT_OF_MEMORY.
static inline lg_status_t lg_tensor_allocate(lg_context_t *context, lg_tensor_t *tensor, lg_error_t *err) {
    size_t bytes = (size_t)tensor->view.elem_count * lg_dtype_bytes(tensor->view.dtype);
    lg_status_t status = lg_buffer_make(context, bytes, &tensor->buffer, err);
    if (__builtin_expect(status == LG_OK, 1)) {
        tensor->view.data = tensor->buffer->data;
    }
    return status;
}

// lg_tensor_allocate from a few buffers of that size that are kept for it: the first that nobody else holds, else
// new memory, kept where there is room. The caller sees to it that `slots` are used by one thread at a time.
// For the language faces that come with the library.
LG_API lg_status_t lg_tensor_recycle(lg_context_t *context, lg_buffer_t **slots, uint32_t slot_count,
                                     lg_tensor_t *tensor, lg_error_t *err);

#endif  // LEGATO_ENGINE_BUFFER_H_
