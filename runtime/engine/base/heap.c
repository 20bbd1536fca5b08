// SPDX-License-Identifier: Apache-2.0
#include "base/heap.h"

#include <string.h>

#include "base/port.h"

static void *heap_default_alloc(void *self, size_t bytes, size_t alignment) {
    (void)self;
    return lg_port_alloc(bytes, alignment);
}

static void heap_default_free(void *self, void *memory, size_t bytes) {
    (void)self;
    (void)bytes;
    lg_port_free(memory);
}

void lg_heap_init(lg_heap_t *heap, const lg_allocator_t *allocator, void (*destroy)(lg_heap_t *heap)) {
    memset(heap, 0, sizeof *heap);
    heap->allocator =
        allocator != NULL ? *allocator : (lg_allocator_t){NULL, heap_default_alloc, heap_default_free};
    atomic_init(&heap->refs, 1);
    heap->destroy = destroy;
}

// Class of a request and the bytes of its blocks: 64 * 2^k * {1, 1.25, 1.5, 1.75}, so at most a quarter is
// wasted. Returns LG_HEAP_CLASS_COUNT and the rounded size for requests above the largest class.
static uint32_t heap_class(size_t bytes, size_t *out_block_bytes) {
    size_t lines = (bytes + 63) >> 6;
    if (lines <= 4) {
        *out_block_bytes = lines << 6;
        return (uint32_t)lines - 1;
    }
    uint32_t shift = 63u - (uint32_t)__builtin_clzll((unsigned long long)(lines - 1)) - 2;
    size_t step = (size_t)1 << shift;
    size_t rounded = (lines + step - 1) & ~(step - 1);
    // rounded >> shift is 5..8: the quarter within its power of two
    uint32_t index = shift * 4 + (uint32_t)(rounded >> shift) - 1;
    *out_block_bytes = rounded << 6;
    return index < LG_HEAP_CLASS_COUNT ? index : LG_HEAP_CLASS_COUNT;
}

// Free blocks worth keeping: many small ones, few large ones.
static uint32_t heap_class_capacity(size_t block_bytes) {
    return block_bytes <= 4096 ? LG_HEAP_SMALL_CAPACITY : block_bytes <= 65536 ? 32 : 4;
}

// For the rare paths only: spins while a holder is in its few instructions.
static void heap_lock(lg_heap_class_t *class) {
    while (!lg_heap_try_lock(class)) {}
}

static void heap_unref(lg_heap_t *heap) {
    // acq_rel: the last holder sees everything that the others did before they let go.
    if (atomic_fetch_sub_explicit(&heap->refs, 1, memory_order_acq_rel) == 1) {
        heap->destroy(heap);
    }
}

static void heap_return(lg_heap_t *heap, void *block, size_t block_bytes) {
    heap->allocator.free(heap->allocator.self, block, block_bytes);
    atomic_fetch_sub_explicit(&heap->held, 1, memory_order_relaxed);
    heap_unref(heap);
}

void *lg_heap_alloc_slow(lg_heap_t *heap, size_t bytes) {
    if (bytes > SIZE_MAX / 2) {
        return NULL;
    }
    size_t block_bytes;
    uint32_t index = heap_class(bytes > 0 ? bytes : 1, &block_bytes);
    if (index < LG_HEAP_CLASS_COUNT) {
        lg_heap_class_t *class = &heap->classes[index];
        if (atomic_load_explicit(&class->top, memory_order_relaxed) != NULL && lg_heap_try_lock(class)) {
            void *block = atomic_load_explicit(&class->top, memory_order_relaxed);
            if (block != NULL) {
                atomic_store_explicit(&class->top, *(void **)block, memory_order_relaxed);
                class->count--;
            }
            lg_heap_unlock(class);
            if (block != NULL) {
                if (block_bytes > 4096) {
                    atomic_fetch_sub_explicit(&heap->cached_bytes, (long long)block_bytes,
                                              memory_order_relaxed);
                }
                return block;
            }
        }
    }
    void *block = heap->allocator.alloc(heap->allocator.self, block_bytes, LG_ALIGNMENT);
    if (block != NULL) {
        atomic_fetch_add_explicit(&heap->held, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&heap->refs, 1, memory_order_relaxed);
    }
    return block;
}

void lg_heap_free_slow(lg_heap_t *heap, void *block, size_t bytes) {
    if (block == NULL) {
        return;
    }
    size_t block_bytes;
    uint32_t index = heap_class(bytes > 0 ? bytes : 1, &block_bytes);
    if (LG_HEAP_CACHING && index < LG_HEAP_CLASS_COUNT) {
        lg_heap_class_t *class = &heap->classes[index];
        // Small blocks are bounded by count alone; the byte budget, an atomic more, guards the large ones.
        bool small = block_bytes <= 4096;
        bool room = small || atomic_load_explicit(&heap->cached_bytes, memory_order_relaxed) +
                                     (long long)block_bytes <=
                                 (long long)LG_HEAP_CACHE_BYTES;
        if (room && lg_heap_try_lock(class)) {
            // `closed` is set before the classes are drained under their locks, so nothing is cached after.
            bool keep = !lg_heap_is_closed(heap) && class->count < heap_class_capacity(block_bytes);
            if (keep) {
                *(void **)block = atomic_load_explicit(&class->top, memory_order_relaxed);
                atomic_store_explicit(&class->top, block, memory_order_relaxed);
                class->count++;
            }
            lg_heap_unlock(class);
            if (keep) {
                if (!small) {
                    atomic_fetch_add_explicit(&heap->cached_bytes, (long long)block_bytes,
                                              memory_order_relaxed);
                }
                return;
            }
        }
    }
    heap_return(heap, block, block_bytes);
}

int64_t lg_heap_cached(lg_heap_t *heap) {
    int64_t count = 0;
    for (uint32_t i = 0; i < LG_HEAP_CLASS_COUNT; i++) {
        heap_lock(&heap->classes[i]);
        count += heap->classes[i].count;
        lg_heap_unlock(&heap->classes[i]);
    }
    return count;
}

void lg_heap_close(lg_heap_t *heap) {
    atomic_store_explicit(&heap->closed, 1, memory_order_seq_cst);
    for (uint32_t i = 0; i < LG_HEAP_CLASS_COUNT; i++) {
        lg_heap_class_t *class = &heap->classes[i];
        heap_lock(class);
        void *block = atomic_exchange_explicit(&class->top, NULL, memory_order_relaxed);
        class->count = 0;
        lg_heap_unlock(class);
        size_t block_bytes = (i < 4) ? (size_t)(i + 1) << 6 : (size_t)(i % 4 + 5) << (i / 4 - 1) << 6;
        while (block != NULL) {
            void *next = *(void **)block;
            heap_return(heap, block, block_bytes);
            block = next;
        }
    }
    heap_unref(heap);
}
