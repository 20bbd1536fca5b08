/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a context: the application's allocator behind caches of free blocks, so that an eager op
 * does not reach malloc.
 *
 * Blocks come in size classes (four per power of two). Each class keeps a bounded stack of free blocks under
 * a try-lock that nobody ever waits for: a caller that finds it taken goes to the allocator instead.
 *
 * Life: `refs` counts the owner and every block the heap holds from its allocator. close() gives cached
 * blocks back and stops caching; the heap itself goes with the last block, through `destroy`.
 */
#ifndef LEGATO_ENGINE_HEAP_H_
#define LEGATO_ENGINE_HEAP_H_

#include <stdatomic.h>

#include "base/check.h"

#define LG_ALIGNMENT 64u                  // of every block: a cache line, and an AVX-512 register
#define LG_HEAP_CLASS_COUNT 84            // 64 B .. 256 MiB
#define LG_HEAP_CACHE_BYTES (64u << 20)   // free blocks kept at most, all classes together

typedef struct lg_heap_class {
    atomic_uint lock;      // 0 free, 1 taken
    uint32_t count;        // of blocks in `top`, under lock
    _Atomic(void *) top;   // stack of free blocks, linked through their first word; written under lock
} lg_heap_class_t;

typedef struct lg_heap {
    lg_allocator_t allocator;
    atomic_llong refs;          // 1 for the owner + held blocks
    atomic_llong held;          // blocks held from the allocator, cached ones included
    atomic_llong cached_bytes;  // in free blocks above 4 KiB
    atomic_int closed;
    void (*destroy)(struct lg_heap *heap);  // called with the last reference
    lg_heap_class_t classes[LG_HEAP_CLASS_COUNT];
} lg_heap_t;

void lg_heap_init(lg_heap_t *heap, const lg_allocator_t *allocator, void (*destroy)(lg_heap_t *heap));

// Returns a 64-byte aligned block of at least `bytes` (> 0), NULL when out of memory. Thread-safe.
void *lg_heap_alloc(lg_heap_t *heap, size_t bytes);

// Gives a block back; `bytes` is what it was asked for. Thread-safe. May destroy the heap when it is closed.
void lg_heap_free(lg_heap_t *heap, void *block, size_t bytes);

// Free blocks in the caches now.
int64_t lg_heap_cached(lg_heap_t *heap);

// Drops the owner's reference.
void lg_heap_close(lg_heap_t *heap);

static inline bool lg_heap_is_closed(lg_heap_t *heap) {
    return atomic_load_explicit(&heap->closed, memory_order_relaxed) != 0;
}

#endif  // LEGATO_ENGINE_HEAP_H_
