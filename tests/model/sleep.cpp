// SPDX-License-Identifier: Apache-2.0
// A caller that waits for a share sleeps on nothing but the wake: it must come whenever the caller decided to sleep.
#include "model.hpp"
#include "lane/mailbox.h"

struct model : rl::test_suite<model, 2> {
    lg_mailbox_t box;
    rl::var<int> output;
    rl::atomic<unsigned> wakes;

    void before() {
        box.state.store(LG_MAIL_CLAIMED, rl::memory_order_relaxed);
        box.waiting.store(0u, rl::memory_order_relaxed);
        box.job($) = (void *)0;
        wakes.store(0u, rl::memory_order_relaxed);
        output($) = 0;
    }
    void thread(unsigned index) {
        const unsigned token = LG_MAIL_POSTED;
        if (index == 0) {
            output($) = 5;
            if (lg_mailbox_finish(&box, token)) {
                wakes.store(1u, rl::memory_order_seq_cst);
            }
            return;
        }
        if (lg_mailbox_is_busy(&box, token) && lg_mailbox_will_wait(&box, token)) {
            while (wakes.load(rl::memory_order_seq_cst) == 0) {
                rl::yield(1, $);
            }
        }
        RL_ASSERT(!lg_mailbox_is_busy(&box, token));
        RL_ASSERT(output($) == 5);
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
