/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_BUFFER_H_
#define LEGATO_ENGINE_BUFFER_H_

#include <legato/tensor.h>

#include "base/heap.h"

// One cache line in front of the data of an owned buffer, or alone for a wrapped one.
struct lg_buffer {
    atomic_llong refs;
    lg_heap_t *heap;
    void *data;
    size_t bytes;                // as asked for
    size_t block_bytes;          // as asked from the heap, header included
    void (*release)(void *user);  // wrapped only
    void *user;
};

#define LG_BUFFER_HEADER_BYTES 64u
_Static_assert(sizeof(struct lg_buffer) <= LG_BUFFER_HEADER_BYTES, "the header is one cache line");

// Gives an initialised row-major `tensor->view` its own memory. Errors: OUT_OF_MEMORY, CLOSED.
lg_status_t lg_tensor_allocate(lg_context_t *context, lg_tensor_t *tensor, lg_error_t *err);

#endif  // LEGATO_ENGINE_BUFFER_H_
