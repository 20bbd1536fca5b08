// SPDX-License-Identifier: Apache-2.0
// What several threads do at once with one context; ThreadSanitizer (`make tsan`) is the judge.
#include <legato/op.h>
#include <string.h>

#include "base/heap.h"
#include "testing.h"

#ifdef __wasi__
TEST(threads) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 400 };

typedef struct work {
    pthread_t thread;
    uint32_t seed;
    void *shared;
    int failed;                      // the checks of other threads: read after the join
    int (*body)(struct work *work);  // non-zero: failed
} work_t;

static void *work_start(void *self) {
    work_t *work = self;
    work->failed = work->body(work);
    return NULL;
}

static uint32_t work_random(work_t *work) {
    work->seed = work->seed * 1664525u + 1013904223u;
    return work->seed >> 8;
}

static void run_threads(int (*body)(work_t *work), void *shared) {
    work_t works[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        works[i] = (work_t){.seed = i + 1, .shared = shared, .body = body};
        CHECK(pthread_create(&works[i].thread, NULL, work_start, &works[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(works[i].thread, NULL) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK_EQ(works[i].failed, 0);
    }
}

// ---- heap -------------------------------------------------------------------------------------------

// Every block carries its owner's mark; a block that two threads got would show.
static int heap_body(work_t *work) {
    lg_heap_t *heap = work->shared;
    struct {
        unsigned char *memory;
        size_t bytes;
    } blocks[8] = {{0}};
    unsigned char mark = (unsigned char)work->seed;
    int failed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t slot = work_random(work) % 8;
        if (blocks[slot].memory != NULL) {
            for (size_t i = 0; i < blocks[slot].bytes; i++) {
                failed |= blocks[slot].memory[i] != mark;
            }
            lg_heap_free(heap, blocks[slot].memory, blocks[slot].bytes);
        }
        blocks[slot].bytes = 1 + work_random(work) % 3000;
        blocks[slot].memory = lg_heap_alloc(heap, blocks[slot].bytes);
        if (blocks[slot].memory == NULL) {
            return 1;
        }
        memset(blocks[slot].memory, mark, blocks[slot].bytes);
    }
    for (int slot = 0; slot < 8; slot++) {
        lg_heap_free(heap, blocks[slot].memory, blocks[slot].bytes);
    }
    return failed;
}

static void heap_destroyed(lg_heap_t *heap) {
    (void)heap;
}

TEST(threads_share_a_heap) {
    lg_test_memory_t *memory = lg_test_memory_create(0);
    lg_allocator_t allocator = lg_test_memory_allocator(memory);
    static lg_heap_t heap;
    lg_heap_init(&heap, &allocator, heap_destroyed);
    run_threads(heap_body, &heap);
    lg_heap_close(&heap);
    lg_test_memory_destroy(memory);
}

// ---- tensors ----------------------------------------------------------------------------------------

typedef struct shared_tensor {
    lg_context_t *context;
    lg_tensor_t tensor;
} shared_tensor_t;

static int retain_body(work_t *work) {
    lg_buffer_t *buffer = work->shared;
    for (int round = 0; round < ROUNDS; round++) {
        lg_buffer_retain(buffer);
        if (((const float *)lg_buffer_data(buffer))[0] != 1.0f) {
            return 1;
        }
        lg_buffer_release(buffer);
    }
    lg_buffer_release(buffer);  // the reference that this thread was given
    return 0;
}

TEST(threads_share_a_buffer_and_one_frees_it) {
    lg_test_memory_t *memory = lg_test_memory_create(0);
    lg_allocator_t allocator = lg_test_memory_allocator(memory);
    lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
    lg_context_t *context;
    lg_buffer_t *buffer;
    CHECK_OK(lg_context_create(&desc, &context, test_err));
    CHECK_OK(lg_buffer_create(context, 64, &buffer, test_err));
    ((float *)lg_buffer_data(buffer))[0] = 1.0f;
    for (int i = 1; i < THREADS; i++) {
        lg_buffer_retain(buffer);
    }
    run_threads(retain_body, buffer);  // each thread gives one reference back
    int64_t held, used;
    lg_context_stats(context, &held, &used);
    CHECK_EQ(used, 0);
    lg_context_close(context);
    lg_test_memory_destroy(memory);
}

static int eager_body(work_t *work) {
    const shared_tensor_t *shared = work->shared;
    const lg_tensor_t *ins[] = {&shared->tensor, &shared->tensor};
    for (int round = 0; round < ROUNDS; round++) {
        lg_tensor_t sum = {.buffer = NULL}, product = {.buffer = NULL};
        lg_error_t err;
        if (lg_op_call(shared->context, LG_OP_ADD, ins, 2, NULL, &sum, 1, &err) != LG_OK) {
            return 1;
        }
        const lg_tensor_t *next[] = {&sum, &shared->tensor};
        if (lg_op_call(shared->context, LG_OP_MATMUL, next, 2, NULL, &product, 1, &err) != LG_OK) {
            return 1;
        }
        // (2 I) (I) = 2 I, of 8 x 8
        float corner = ((const float *)product.view.data)[63],
              beside = ((const float *)product.view.data)[62];
        lg_tensor_deinit(&product);
        lg_tensor_deinit(&sum);
        if (corner != 2.0f || beside != 0.0f) {
            return 1;
        }
    }
    return 0;
}

TEST(threads_run_ops_on_one_context) {
    lg_test_memory_t *memory = lg_test_memory_create(0);
    lg_allocator_t allocator = lg_test_memory_allocator(memory);
    lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
    shared_tensor_t shared;
    CHECK_OK(lg_context_create(&desc, &shared.context, test_err));
    CHECK_OK(lg_tensor_init(shared.context, LG_DTYPE_F32, 2, (int64_t[]){8, 8}, &shared.tensor, test_err));
    float *values = shared.tensor.view.data;
    for (int i = 0; i < 64; i++) {
        values[i] = i % 9 == 0 ? 1.0f : 0.0f;
    }
    run_threads(eager_body, &shared);
    lg_tensor_deinit(&shared.tensor);
    lg_context_close(shared.context);
    lg_test_memory_destroy(memory);
}

// Closing while others work is allowed: what they hold stays valid, what they ask for fails with CLOSED. The
// context itself lives as long as a block of it does, so each thread keeps one.
static int closing_body(work_t *work) {
    shared_tensor_t *shared = work->shared;
    lg_tensor_t keep = {.buffer = NULL};
    lg_error_t err;
    lg_buffer_retain(shared->tensor.buffer);
    lg_status_t status = LG_OK;
    for (int round = 0; round < ROUNDS && status == LG_OK; round++) {
        lg_tensor_deinit(&keep);
        status = lg_tensor_init(shared->context, LG_DTYPE_F32, 1, (int64_t[]){round}, &keep, &err);
        if (work->seed == 1 && round == ROUNDS / 2) {
            lg_context_close(shared->context);
        }
    }
    lg_tensor_deinit(&keep);
    lg_buffer_release(shared->tensor.buffer);
    return status != LG_STATUS_CLOSED && status != LG_OK;
}

TEST(threads_see_a_context_close) {
    lg_test_memory_t *memory = lg_test_memory_create(0);
    lg_allocator_t allocator = lg_test_memory_allocator(memory);
    lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
    shared_tensor_t shared;
    CHECK_OK(lg_context_create(&desc, &shared.context, test_err));
    CHECK_OK(lg_tensor_init(shared.context, LG_DTYPE_F32, 1, (int64_t[]){4}, &shared.tensor, test_err));
    run_threads(closing_body, &shared);
    lg_tensor_deinit(&shared.tensor);
    lg_test_memory_destroy(memory);
}
#endif  // __wasi__
