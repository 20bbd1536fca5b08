// SPDX-License-Identifier: Apache-2.0
// The clerk: a thread that ends the waiting of runs that wait on no thread, when it is due, and that looks for places that
// other processes have given back. It sleeps while there is no such waiting; a context that has none has no clerk.
#include <string.h>

#include "unit/bell.h"
#include "unit/unit.h"

typedef struct lg_clerk {
    lg_context_t *context;
    lg_port_thread_t thread;
    int64_t process;  // in the child of a fork the thread is gone
    lg_bell_t bell;
    _Atomic(uint32_t) ending;  // 1: nobody waits any more
} lg_clerk_t;

// All units of the context: those who are late, or wait for the calling thread on `lane`. Returns when to look again.
static int64_t clerk_look(lg_context_t *context, const lg_lane_t *lane) {
    int64_t next_ns = INT64_MAX, now_ns = lg_port_now_ns();
    lg_waiter_t *ended = NULL, *served = NULL;
    lg_units_lock(context);
    for (lg_unit_t *unit = context->units; unit != NULL; unit = unit->next) {
        int64_t due_ns = lg_unit_look(unit, lane, now_ns, &ended, &served);
        next_ns = due_ns < next_ns ? due_ns : next_ns;
    }
    lg_units_unlock(context);
    lg_unit_tell(ended, LG_WAITER_ENDED);
    lg_unit_tell(served, LG_WAITER_GRANTED);
    return next_ns;
}

void lg_units_end_guests(lg_lane_t *lane) {
    (void)clerk_look(lane->context, lane);
}

static void clerk_main(void *user) {
    lg_clerk_t *clerk = user;
    while (atomic_load_explicit(&clerk->ending, memory_order_relaxed) == 0) {
        uint32_t rings = lg_bell_read(&clerk->bell);
        int64_t next_ns = clerk_look(clerk->context, NULL);
        (void)lg_port_futex_wait_until((uint32_t *)&clerk->bell.rings, rings, next_ns);
    }
}

bool lg_clerk_start(lg_context_t *context) {
    const int64_t process = lg_port_process_number();
    // Acquire pairs with the release below.
    lg_clerk_t *clerk = atomic_load_explicit(&context->clerk, memory_order_acquire);
    if (clerk != NULL && clerk->process == process) {
        return true;
    }
    // Past the heap's count of blocks, as workers are.
    const lg_allocator_t *allocator = &context->heap.allocator;
    lg_units_lock(context);
    clerk = atomic_load_explicit(&context->clerk, memory_order_relaxed);
    bool there = clerk != NULL && clerk->process == process;
    if (!there) {
        clerk = clerk != NULL ? clerk : allocator->alloc(allocator->self, sizeof *clerk, 64);
        if (clerk != NULL) {
            memset(clerk, 0, sizeof *clerk);
            clerk->context = context;
            there = lg_port_thread_start(&clerk->thread, clerk_main, clerk, "units");
            clerk->process = there ? process : 0;
            atomic_store_explicit(&context->clerk, clerk, memory_order_release);
        }
    }
    lg_units_unlock(context);
    return there;
}

void lg_clerk_ring(lg_context_t *context) {
    lg_clerk_t *clerk = atomic_load_explicit(&context->clerk, memory_order_acquire);
    if (clerk != NULL) {
        lg_bell_ring(&clerk->bell);
        lg_port_futex_wake((uint32_t *)&clerk->bell.rings, 1);
    }
}

void lg_clerk_stop(lg_context_t *context) {
    lg_clerk_t *clerk = atomic_load_explicit(&context->clerk, memory_order_acquire);
    if (clerk == NULL) {
        return;
    }
    if (clerk->process == lg_port_process_number()) {
        atomic_store_explicit(&clerk->ending, 1, memory_order_relaxed);
        lg_clerk_ring(context);
        lg_port_thread_join(&clerk->thread);
    }
    const lg_allocator_t *allocator = &context->heap.allocator;
    allocator->free(allocator->self, clerk, sizeof *clerk);
}
