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

// AddressSanitizer must see every release, so caching is off under it.
#if defined(__SANITIZE_ADDRESS__)
#define LG_HEAP_CACHING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LG_HEAP_CACHING 0
#endif
#endif
#ifndef LG_HEAP_CACHING
#define LG_HEAP_CACHING 1
#endif

#define LG_ALIGNMENT 64u                 // of every block: a cache line, and an AVX-512 register
#define LG_HEAP_CLASS_COUNT 84           // 64 B .. 256 MiB
#define LG_HEAP_CACHE_BYTES (64u << 20)  // free blocks kept at most, all classes together

typedef struct lg_heap_class {
    atomic_uint lock;     // 0 free, 1 taken
    uint32_t count;       // of blocks in `top`, under lock
    _Atomic(void *) top;  // stack of free blocks, linked through their first word; written under lock
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
static inline void *lg_heap_alloc(lg_heap_t *heap, size_t bytes);

// Gives a block back; `bytes` is what it was asked for. Thread-safe. May destroy the heap when it is closed.
static inline void lg_heap_free(lg_heap_t *heap, void *block, size_t bytes);

// Free blocks in the caches now.
int64_t lg_heap_cached(lg_heap_t *heap);

// Drops the owner's reference.
void lg_heap_close(lg_heap_t *heap);

static inline bool lg_heap_is_closed(lg_heap_t *heap) {
    return atomic_load_explicit(&heap->closed, memory_order_relaxed) != 0;
}

// ---- the short way: small blocks, no contention -----------------------------------------------------

#define LG_HEAP_SMALL_BYTES 512u    // blocks of the first eight classes: one to eight lines
#define LG_HEAP_SMALL_CAPACITY 256  // free blocks kept in each

void *lg_heap_alloc_slow(lg_heap_t *heap, size_t bytes);
void lg_heap_free_slow(lg_heap_t *heap, void *block, size_t bytes);

static inline bool lg_heap_try_lock(lg_heap_class_t *class) {
    // Pairs with the release store of the unlock: the stack is seen as the last owner left it.
    return atomic_load_explicit(&class->lock, memory_order_relaxed) == 0 &&
           atomic_exchange_explicit(&class->lock, 1, memory_order_acquire) == 0;
}

static inline void lg_heap_unlock(lg_heap_class_t *class) {
    atomic_store_explicit(&class->lock, 0, memory_order_release);
}

static inline void *lg_heap_alloc(lg_heap_t *heap, size_t bytes) {
    if (bytes - 1 < LG_HEAP_SMALL_BYTES) {
        lg_heap_class_t *class = &heap->classes[(bytes - 1) >> 6];
        if (atomic_load_explicit(&class->top, memory_order_relaxed) != NULL && lg_heap_try_lock(class)) {
            void *block = atomic_load_explicit(&class->top, memory_order_relaxed);
            if (block != NULL) {
                atomic_store_explicit(&class->top, *(void **)block, memory_order_relaxed);
                class->count--;
            }
            lg_heap_unlock(class);
            if (block != NULL) {
                return block;
            }
        }
    }
    return lg_heap_alloc_slow(heap, bytes);
}

static inline void lg_heap_free(lg_heap_t *heap, void *block, size_t bytes) {
    if (LG_HEAP_CACHING && bytes - 1 < LG_HEAP_SMALL_BYTES && block != NULL) {
        lg_heap_class_t *class = &heap->classes[(bytes - 1) >> 6];
        if (lg_heap_try_lock(class)) {
            // `closed` is set before the classes are drained under their locks, so nothing is cached after.
            bool keep = !lg_heap_is_closed(heap) && class->count < LG_HEAP_SMALL_CAPACITY;
            if (keep) {
                *(void **)block = atomic_load_explicit(&class->top, memory_order_relaxed);
                atomic_store_explicit(&class->top, block, memory_order_relaxed);
                class->count++;
            }
            lg_heap_unlock(class);
            if (keep) {
                return;
            }
        }
    }
    lg_heap_free_slow(heap, block, bytes);
}

#endif  // LEGATO_ENGINE_HEAP_H_
