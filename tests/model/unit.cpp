// SPDX-License-Identifier: Apache-2.0
// Three threads want one unit. Whoever has it writes what nobody else may touch; who waits and is never granted is a
// schedule without end.
#include "model.hpp"
#include <cstdint>
#define LG_TURN_PAUSE(i) rl::yield(1, $)
#include "unit/turn.h"

struct model : rl::test_suite<model, 3> {
    lg_turn_t turn;
    rl::var<int> owned;                 // by the holder
    rl::var<int> queue[3], queue_count; // by who has the lock
    rl::atomic<unsigned> granted[3];

    void before() {
        turn.word.store(0, rl::memory_order_relaxed);
        turn.locked.store(0u, rl::memory_order_relaxed);
        owned($) = queue_count($) = 0;
        for (int i = 0; i < 3; i++) {
            queue[i]($) = 0;
            granted[i].store(0u, rl::memory_order_relaxed);
        }
    }
    void serve() {
        while (queue_count($) > 0 && lg_turn_grant(&turn, 1)) {
            const int count = queue_count($), first = queue[0]($);
            for (int i = 1; i < count; i++) {
                queue[i - 1]($) = (int)queue[i]($);
            }
            queue_count($) = count - 1;
            if (count == 1) {
                lg_turn_open(&turn);
            }
            lg_atomic_store(granted[first], 1u, release);
        }
    }
    void thread(unsigned index) {
        if (!lg_turn_enter(&turn, 1)) {
            lg_turn_lock(&turn);
            if (queue_count($) == 0) {
                lg_turn_shut(&turn);
            }
            queue[(int)queue_count($)]($) = (int)index;
            queue_count($) = queue_count($) + 1;
            serve();
            lg_turn_unlock(&turn);
            while (lg_atomic_load(granted[index], acquire) == 0) {
                rl::yield(1, $);
            }
        }
        owned($) = owned($) + 1;
        if (lg_turn_leave(&turn)) {
            lg_turn_lock(&turn);
            serve();
            lg_turn_unlock(&turn);
        }
    }
    void after() {
        RL_ASSERT(owned($) == 3);
        RL_ASSERT(queue_count($) == 0);
        RL_ASSERT((turn.word.load(rl::memory_order_relaxed) & (LG_TURN_QUEUED | LG_TURN_HOLDERS)) == 0);
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
