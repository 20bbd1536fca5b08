// SPDX-License-Identifier: Apache-2.0
// The pool of packs: a hash table under a lock that is held for a look through a short chain.
#include "plan/pack.h"

#include <string.h>

struct lg_pack_pool {
    atomic_flag lock;
    lg_pack_t **slots;  // NULL while there are none
    size_t slot_count;  // a power of two
    size_t count;
};

static void pack_lock(lg_pack_pool_t *pool) {
    // Pairs with the release of the unlock.
    while (atomic_flag_test_and_set_explicit(&pool->lock, memory_order_acquire)) {}
}

static void pack_unlock(lg_pack_pool_t *pool) {
    atomic_flag_clear_explicit(&pool->lock, memory_order_release);
}

// Memory of the pool itself does not count as held by the context: it must not keep it alive.
bool lg_pack_pool_create(lg_context_t *context) {
    const lg_allocator_t *allocator = &context->heap.allocator;
    context->packs = allocator->alloc(allocator->self, sizeof *context->packs, 16);
    if (context->packs == NULL) {
        return false;
    }
    memset(context->packs, 0, sizeof *context->packs);
    atomic_flag_clear(&context->packs->lock);
    return true;
}

void lg_pack_pool_destroy(lg_context_t *context) {
    lg_allocator_t allocator = context->heap.allocator;
    if (context->packs != NULL) {
        allocator.free(allocator.self, context->packs, sizeof *context->packs);
    }
}

static uint64_t pack_mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

// By source alone, so that other layouts of it are met on the way.
static lg_pack_t **pack_slot(const lg_pack_pool_t *pool, const void *source) {
    return &pool->slots[pack_mix(0, (uint64_t)(uintptr_t)source) >> 7 & (pool->slot_count - 1)];
}

static lg_pack_t *pack_find(lg_pack_pool_t *pool, const lg_pack_key_t *key, bool *out_other) {
    lg_pack_t *pack = pool->slots != NULL ? *pack_slot(pool, key->source) : NULL;
    for (; pack != NULL; pack = pack->next) {
        if (pack->key.source != key->source) {
            continue;
        }
        if (pack->key.layout == key->layout && pack->key.bytes == key->bytes) {
            pack->users++;
            return pack;
        }
        *out_other |= pack->ready;
    }
    return NULL;
}

lg_pack_t *lg_pack_find(lg_context_t *context, const lg_pack_key_t *key, bool *out_other) {
    *out_other = false;
    pack_lock(context->packs);
    lg_pack_t *pack = pack_find(context->packs, key, out_other);
    pack_unlock(context->packs);
    return pack;
}

// Doubles the table where chains would become long. Under the lock; false when out of memory.
static bool pack_grow(lg_context_t *context, lg_pack_pool_t *pool) {
    if (pool->count < pool->slot_count) {
        return true;
    }
    lg_pack_pool_t larger = {.slot_count = pool->slot_count > 0 ? 2 * pool->slot_count : 64};
    larger.slots = lg_heap_alloc(&context->heap, larger.slot_count * sizeof *larger.slots);
    if (larger.slots == NULL) {
        return false;
    }
    memset(larger.slots, 0, larger.slot_count * sizeof *larger.slots);
    for (size_t i = 0; i < pool->slot_count; i++) {
        for (lg_pack_t *pack = pool->slots[i], *next; pack != NULL; pack = next) {
            lg_pack_t **slot = pack_slot(&larger, pack->key.source);
            next = pack->next;
            pack->next = *slot;
            *slot = pack;
        }
    }
    if (pool->slots != NULL) {
        lg_heap_free(&context->heap, pool->slots, pool->slot_count * sizeof *pool->slots);
    }
    pool->slots = larger.slots;
    pool->slot_count = larger.slot_count;
    return true;
}

lg_status_t lg_pack_add(lg_context_t *context, const lg_pack_key_t *key, lg_buffer_t *buffer, bool ready,
                        lg_pack_t **out_pack, lg_error_t *err) {
    lg_pack_pool_t *pool = context->packs;
    lg_pack_t *pack = lg_heap_alloc(&context->heap, sizeof *pack);
    bool other = false;
    *out_pack = NULL;
    pack_lock(pool);
    *out_pack = pack_find(pool, key, &other);
    if (*out_pack == NULL && pack != NULL && pack_grow(context, pool)) {
        lg_pack_t **slot = pack_slot(pool, key->source);
        *pack = (lg_pack_t){*slot, *key, 1, ready, buffer};
        lg_buffer_retain(buffer);
        *slot = *out_pack = pack;
        pool->count++;
    }
    pack_unlock(pool);
    if (*out_pack != pack && pack != NULL) {
        lg_heap_free(&context->heap, pack, sizeof *pack);
    }
    return *out_pack != NULL ? LG_OK
                             : lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a pack");
}

void lg_pack_drop(lg_context_t *context, lg_pack_t *pack) {
    if (pack == NULL) {
        return;
    }
    lg_pack_pool_t *pool = context->packs;
    lg_pack_t **slots = NULL;
    size_t slot_count = 0;
    pack_lock(pool);
    bool last = --pack->users == 0;
    if (last) {
        lg_pack_t **link = pack_slot(pool, pack->key.source);
        while (*link != pack) {
            link = &(*link)->next;
        }
        *link = pack->next;
        if (--pool->count == 0) {  // the table would keep the context alive
            slots = pool->slots;
            slot_count = pool->slot_count;
            pool->slots = NULL;
            pool->slot_count = 0;
        }
    }
    pack_unlock(pool);
    if (last) {
        lg_heap_t *heap = &context->heap;
        lg_buffer_t *buffer = pack->buffer;
        lg_heap_free(heap, pack, sizeof *pack);
        if (slots != NULL) {
            lg_heap_free(heap, slots, slot_count * sizeof *slots);
        }
        lg_buffer_release(buffer);  // last: it may end the heap
    }
}

uint64_t lg_pack_sample(const void *data, size_t bytes) {
    enum { PLACES = 8, PLACE_BYTES = 64 };
    uint64_t hash = pack_mix(1, bytes);
    for (size_t i = 0; i < PLACES; i++) {
        size_t count = bytes < PLACE_BYTES ? bytes : PLACE_BYTES;
        const unsigned char *at = (const unsigned char *)data + (bytes - count) / (PLACES - 1) * i;
        for (size_t k = 0; k < count; k += 8) {
            uint64_t word = 0;
            memcpy(&word, at + k, count - k < 8 ? count - k : 8);
            hash = pack_mix(hash, word);
        }
    }
    return hash;
}
