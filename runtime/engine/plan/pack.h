/* SPDX-License-Identifier: Apache-2.0
 *
 * Constants in the layouts that kernels want. A context keeps each once, for all plans that use it: those of other
 * signatures, of other runners of the same program, and what a file brings along.
 */
#ifndef LEGATO_ENGINE_PACK_H_
#define LEGATO_ENGINE_PACK_H_

#include "base/context.h"
#include "tensor/buffer.h"

// What a pack is made of. The address stands for the content: who asks for a pack keeps its source alive, so while
// there is one in use, nothing else can lie at its address.
typedef struct lg_pack_key {
    const void *source;  // element (0, ..., 0) of the constant
    uint64_t layout;     // see lg_kernel_call_t.pack_layout
    size_t bytes;        // of the packed form
} lg_pack_key_t;

typedef struct lg_pack {
    struct lg_pack *next;  // of its slot
    lg_pack_key_t key;
    uint32_t users;       // under the lock of the pool
    bool ready;           // it was not made here: it lies in a file
    lg_buffer_t *buffer;  // retained
} lg_pack_t;

typedef struct lg_pack_pool lg_pack_pool_t;

bool lg_pack_pool_create(lg_context_t *context);
void lg_pack_pool_destroy(lg_context_t *context);  // when nobody uses a pack any more

// The pack for `key`, NULL where there is none: `*out_other` then says whether a file brought one of that source in
// another layout. Thread-safe. The caller drops it, and keeps the source alive until then.
lg_pack_t *lg_pack_find(lg_context_t *context, const lg_pack_key_t *key, bool *out_other);

// Adds `buffer` (*retained*) under `key`, unless another thread was faster: `*out_pack` is then what that one added.
// As lg_pack_find otherwise. Errors: OUT_OF_MEMORY.
lg_status_t lg_pack_add(lg_context_t *context, const lg_pack_key_t *key, lg_buffer_t *buffer, bool ready,
                        lg_pack_t **out_pack, lg_error_t *err);
void lg_pack_drop(lg_context_t *context, lg_pack_t *pack);  // NULL is allowed

// Tells contents apart that other tools may have changed in a file: a hash of `bytes` and of a few places.
uint64_t lg_pack_sample(const void *data, size_t bytes);

#endif  // LEGATO_ENGINE_PACK_H_
