// SPDX-License-Identifier: Apache-2.0
// Two callers offer shares to one worker, take back what it has not claimed, and see what it computed. A caller that
// waits announces it and sleeps until it is woken: a lost wake-up is a schedule without end.
#include "model.hpp"
#include "lane/mailbox.h"

struct model : rl::test_suite<model, 3> {
    lg_mailbox_t box;
    rl::var<int> input[2], output[2];
    rl::atomic<unsigned> futex;  // wakes given and not yet used
    rl::atomic<int> finished;

    void before() {
        box.state.store(0u, rl::memory_order_relaxed);
        box.waiting.store(0u, rl::memory_order_relaxed);
        box.job($) = (void *)0;
        futex.store(0u, rl::memory_order_relaxed);
        finished.store(0, rl::memory_order_relaxed);
        for (int i = 0; i < 2; i++) {
            input[i]($) = output[i]($) = 0;
        }
    }
    void call(long index) {
        input[index]($) = (int)index + 7;
        const unsigned token = lg_mailbox_post(&box, (void *)(index + 1));
        if (token == 0) {
            return;
        }
        if (lg_mailbox_take_back(&box, token)) {
            output[index]($) = 1;  // still the caller's own
            return;
        }
        if (lg_mailbox_is_busy(&box, token) && lg_mailbox_will_wait(&box, token)) {
            // futex_wait(state, token + 1): returns at once when the word has changed, else sleeps.
            while (lg_atomic_load(box.state, seq_cst) == token + 1 && futex.load(rl::memory_order_seq_cst) == 0) {
                rl::yield(1, $);
            }
        }
        while (lg_mailbox_is_busy(&box, token)) {
            rl::yield(1, $);
        }
        RL_ASSERT(output[index]($) == (int)index + 8);
    }
    void thread(unsigned index) {
        if (index < 2) {
            call(index);
            finished.fetch_add(1, rl::memory_order_seq_cst);
            return;
        }
        for (int tries = 0; tries < 3; tries++) {
            void *job;
            const unsigned token = lg_mailbox_claim(&box, &job);
            if (token != 0) {
                const long at = (long)job - 1;
                output[at]($) = input[at]($) + 1;
                if (lg_mailbox_finish(&box, token)) {
                    futex.fetch_add(1u, rl::memory_order_seq_cst);
                }
            }
        }
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
