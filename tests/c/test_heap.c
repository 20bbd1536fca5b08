// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/heap.h"
#include "testing.h"

static int heaps_destroyed;

static void count_destroy(lg_heap_t *heap) {
    (void)heap;
    heaps_destroyed++;
}

// A heap on a counting allocator; `memory` is checked when it is destroyed.
#define HEAP(heap, memory)                                       \
    lg_test_memory_t *memory = lg_test_memory_create(0);         \
    lg_allocator_t allocator = lg_test_memory_allocator(memory); \
    lg_heap_t heap;                                              \
    heaps_destroyed = 0;                                         \
    lg_heap_init(&heap, &allocator, count_destroy)

TEST(heap_blocks_are_aligned_and_large_enough) {
    HEAP(heap, memory);
    for (size_t bytes = 1; bytes < ((size_t)1 << 20); bytes += bytes / 3 + 1) {
        char *block = lg_heap_alloc(&heap, bytes);
        CHECK(block != NULL);
        CHECK_EQ((intptr_t)block % LG_ALIGNMENT, 0);
        memset(block, 1, bytes);  // the sanitizer watches the end
        lg_heap_free(&heap, block, bytes);
    }
    lg_heap_close(&heap);
    CHECK_EQ(heaps_destroyed, 1);
    lg_test_memory_destroy(memory);
}

TEST(heap_refuses_sizes_that_cannot_be) {
    HEAP(heap, memory);
    CHECK(lg_heap_alloc(&heap, SIZE_MAX) == NULL);
    CHECK(lg_heap_alloc(&heap, SIZE_MAX / 2 + 1) == NULL);
    lg_heap_free(&heap, NULL, 64);
    lg_heap_close(&heap);
    lg_test_memory_destroy(memory);
}

TEST(heap_reuses_a_freed_block) {
    HEAP(heap, memory);
    void *block = lg_heap_alloc(&heap, 100);
    lg_heap_free(&heap, block, 100);
    if (lg_heap_cached(&heap) == 0) {
        lg_heap_close(&heap);
        lg_test_memory_destroy(memory);
        lg_test_skip("AddressSanitizer turns caching off");
    }
    int64_t calls = lg_test_memory_calls(memory);
    void *again = lg_heap_alloc(&heap, 110);  // the same class
    CHECK(again == block);
    CHECK_EQ(lg_test_memory_calls(memory), calls);
    lg_heap_free(&heap, again, 110);
    lg_heap_close(&heap);
    lg_test_memory_destroy(memory);
}

TEST(heap_caches_are_bounded) {
    enum { COUNT = 1000 };
    HEAP(heap, memory);
    static void *blocks[COUNT];
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = lg_heap_alloc(&heap, 64);
    }
    for (int i = 0; i < COUNT; i++) {
        lg_heap_free(&heap, blocks[i], 64);
    }
    CHECK(lg_heap_cached(&heap) <= 256);
    CHECK_EQ(lg_test_memory_live(memory), lg_heap_cached(&heap));
    lg_heap_close(&heap);
    lg_test_memory_destroy(memory);
}

TEST(heap_outlives_its_owner_until_the_last_block) {
    HEAP(heap, memory);
    void *small = lg_heap_alloc(&heap, 64);
    void *large = lg_heap_alloc(&heap, (size_t)3 << 20);
    lg_heap_close(&heap);
    CHECK_EQ(heaps_destroyed, 0);
    lg_heap_free(&heap, small, 64);
    CHECK_EQ(heaps_destroyed, 0);
    lg_heap_free(&heap, large, (size_t)3 << 20);
    CHECK_EQ(heaps_destroyed, 1);
    lg_test_memory_destroy(memory);
}
