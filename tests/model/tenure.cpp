// SPDX-License-Identifier: Apache-2.0
// A run that waits for a unit without a thread: its holder gives that back, or never does (MODEL_STUCK), while somebody
// cancels and the clerk looks. Exactly one of them lets the run go on; a run that nobody lets go on is a schedule without
// end.
#include "model.hpp"
#include <cstdint>
#define LG_TURN_PAUSE(i) rl::yield(1, $)
#include "unit/bell.h"
#include "unit/turn.h"

struct model : rl::test_suite<model, 4> {
    lg_turn_t turn;
    lg_bell_t bell;
    rl::atomic<unsigned> cancel, told, over;  // told: 1 granted, 2 ended
    rl::var<int> inside;                      // the queue; by who has the lock
    rl::var<int> owned;                       // by the holder

    void before() {
        turn.word.store(LG_TURN_COUNTED + 1, rl::memory_order_relaxed);  // thread 1 has it
        turn.locked.store(0u, rl::memory_order_relaxed);
        bell.rings.store(0u, rl::memory_order_relaxed);
        cancel.store(0u, rl::memory_order_relaxed);
        told.store(0u, rl::memory_order_relaxed);
        over.store(0u, rl::memory_order_relaxed);
        inside($) = owned($) = 0;
    }
    // Under the lock. True: the run was granted.
    bool serve() {
        if ((int)inside($) == 0 || !lg_turn_grant(&turn, 1)) {
            return false;
        }
        inside($) = 0;
        lg_turn_open(&turn);
        return true;
    }
    void tell(unsigned how) {
        RL_ASSERT(told.load(rl::memory_order_relaxed) == 0);
        told.store(how, rl::memory_order_release);  // the lane's lock
    }
    void give() {
        if (lg_turn_leave(&turn)) {
            lg_turn_lock(&turn);
            const bool granted = serve();
            lg_turn_unlock(&turn);
            if (granted) {
                tell(1u);
            }
        }
    }
    void run() {
        unsigned how = 0;
        lg_turn_lock(&turn);
        if (lg_atomic_load(cancel, relaxed) != 0) {
            how = 2;
        } else {
            inside($) = 1;
            lg_turn_shut(&turn);
            how = serve() ? 1 : 0;
        }
        lg_turn_unlock(&turn);
        while (how == 0) {  // another worker, later
            how = told.load(rl::memory_order_acquire);
            rl::yield(1, $);
        }
        if (how == 1) {
            owned($) = owned($) + 1;
            give();
        }
        over.store(1u, rl::memory_order_relaxed);
    }
    void clerk() {
        unsigned seen = 0;
        while (seen == 0 && over.load(rl::memory_order_relaxed) == 0) {
            seen = lg_bell_read(&bell);
            lg_turn_lock(&turn);
            const bool ends = (int)inside($) != 0 && lg_atomic_load(cancel, relaxed) != 0;
            if (ends) {
                inside($) = 0;
                lg_turn_open(&turn);
            }
            lg_turn_unlock(&turn);
            if (ends) {
                tell(2u);
            }
            rl::yield(1, $);
        }
    }
    void thread(unsigned index) {
        if (index == 0) {
            run();
        } else if (index == 1) {
#ifndef MODEL_STUCK
            owned($) = owned($) + 1;
            give();
#endif
        } else if (index == 2) {
            clerk();
        } else {
            lg_atomic_store(cancel, 1u, relaxed);
            lg_bell_ring(&bell);
        }
    }
    void after() {
        RL_ASSERT((int)inside($) == 0);
#ifndef MODEL_STUCK
        RL_ASSERT((turn.word.load(rl::memory_order_relaxed) & (LG_TURN_QUEUED | LG_TURN_HOLDERS)) == 0);
#endif
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
