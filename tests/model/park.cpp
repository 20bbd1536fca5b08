// SPDX-License-Identifier: Apache-2.0
// A worker parks while another thread makes work for it: an offer in its mailbox, or with MODEL_PUSH a task in a deque.
// Whatever comes, the worker wakes; a third thread that wakes it as well pays for it at most once with the other.
#include "model.hpp"
#include "lane/deque.h"
#include "lane/mailbox.h"
#include "lane/park.h"

#ifdef MODEL_WAKERS
#define MODEL_THREADS 3
#else
#define MODEL_THREADS 2
#endif

struct model : rl::test_suite<model, MODEL_THREADS> {
    lg_mailbox_t box;
    lg_park_t park;
    lg_deque_t deque;
    rl::atomic<unsigned> wakes;

    void before() {
        box.state.store(0u, rl::memory_order_relaxed);
        box.waiting.store(0u, rl::memory_order_relaxed);
        box.job($) = (void *)0;
        park.state.store(0u, rl::memory_order_relaxed);
        deque.top.store(0, rl::memory_order_relaxed);
        deque.bottom.store(0, rl::memory_order_relaxed);
        deque.top_seen($) = 0;
        for (int i = 0; i < LG_DEQUE_SLOTS; i++) {
            deque.slots[i].store((void *)0, rl::memory_order_relaxed);
        }
        wakes.store(0u, rl::memory_order_relaxed);
    }
    bool has_work() {
        return (lg_atomic_load(box.state, seq_cst) & LG_MAIL_PHASE) == LG_MAIL_POSTED || !lg_deque_is_empty(&deque);
    }
    void wake() {
        if (lg_park_wake(&park)) {
            RL_ASSERT(wakes.fetch_add(1u, rl::memory_order_seq_cst) == 0);
        }
    }
    void thread(unsigned index) {
        if (index == 1) {
#ifdef MODEL_PUSH
            lg_deque_push(&deque, (void *)2);
#else
            lg_mailbox_post(&box, (void *)1);
#endif
            wake();
#ifdef MODEL_WAKERS
        } else if (index == 2) {
            wake();
#endif
        } else if (index == 0) {
            lg_park_prepare(&park);
            if (has_work()) {
                lg_park_cancel(&park);
            }
            while (lg_park_is_parked(&park)) {  // asleep until somebody wakes it
                rl::yield(1, $);
            }
#ifndef MODEL_WAKERS  // a wake for nothing is allowed
            RL_ASSERT(has_work());
#endif
        }
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
