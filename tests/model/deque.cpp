// SPDX-License-Identifier: Apache-2.0
// The owner pushes and takes, two thieves steal: each task is had once, by somebody who sees what was written
// before the push. The ring of two slots is reused. With MODEL_UNSEEN the owner is alone at first, and pushes and takes
// unseen until it lets others in.
#include "model.hpp"
#define LG_DEQUE_SLOTS 2
#include "lane/deque.h"

struct model : rl::test_suite<model, 3> {
    enum { TASKS = 3 };
    lg_deque_t deque;
    rl::var<int> payload[TASKS];
    rl::atomic<int> had[TASKS];
    rl::atomic<int> shared;

    void before() {
        deque.top.store(0, rl::memory_order_relaxed);
        deque.bottom.store(0, rl::memory_order_relaxed);
        deque.top_seen($) = 0;
#ifdef MODEL_UNSEEN
        shared.store(0, rl::memory_order_relaxed);
#else
        shared.store(1, rl::memory_order_relaxed);
#endif
        for (int i = 0; i < 2; i++) {
            deque.slots[i].store((void *)0, rl::memory_order_relaxed);
        }
        for (int i = 0; i < TASKS; i++) {
            had[i].store(0, rl::memory_order_relaxed);
            payload[i]($) = 0;
        }
    }
    void have(void *task) {
        if (task != 0) {
            const long i = (long)task - 1;
            RL_ASSERT(payload[i]($) == i + 100);
            RL_ASSERT(had[i].fetch_add(1, rl::memory_order_relaxed) == 0);
        }
    }
    void thread(unsigned index) {
        if (index != 0) {
            for (int i = 0; i < 2; i++) {
                if (shared.load(rl::memory_order_acquire) != 0) {
                    have(lg_deque_steal(&deque));
                }
            }
            return;
        }
        long first = 0;
#ifdef MODEL_UNSEEN
        payload[0]($) = 100;
        RL_ASSERT(lg_deque_push_unseen(&deque, (void *)1));
        payload[1]($) = 101;
        RL_ASSERT(lg_deque_push_unseen(&deque, (void *)2));
        have(lg_deque_take_unseen(&deque));
        shared.store(1, rl::memory_order_seq_cst);
        first = 2;
#endif
        for (long i = first; i < TASKS; i++) {
            payload[i]($) = (int)i + 100;
            if (!lg_deque_push(&deque, (void *)(i + 1))) {
                have((void *)(i + 1));
            }
        }
        have(lg_deque_take(&deque));
        have(lg_deque_take(&deque));
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
