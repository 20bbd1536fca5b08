// SPDX-License-Identifier: Apache-2.0
// Strands that meet: two end and the third needs both; whoever takes the last count off lays it out, and whoever takes
// the bit sees what both wrote. The line is served by a session that ends when it finds nothing: what comes later sends
// for another one, which is counted, and comes. With MODEL_WAIT, the owner of the line waits for two who are inside.
#include "model.hpp"
#include "run/knot.h"

struct model : rl::test_suite<model, 3> {
    rl::atomic<unsigned> need, busy, word, sent;
    rl::atomic<unsigned long> bits;
    rl::var<int> written[2];
    rl::var<int> ran;
    rl::var<int> last[2];  // what who is inside wrote before it left

    void before() {
        need.store(2u, rl::memory_order_relaxed);
        bits.store(0ul, rl::memory_order_relaxed);
        sent.store(0u, rl::memory_order_relaxed);
        written[0]($) = written[1]($) = 0;
        ran($) = last[0]($) = last[1]($) = 0;
#ifdef MODEL_WAIT
        busy.store(1u, rl::memory_order_relaxed);
        word.store(2u, rl::memory_order_relaxed);
#else
        busy.store(1u, rl::memory_order_relaxed);  // a session is on when the first strand ends
        word.store(0u, rl::memory_order_relaxed);
#endif
    }
    // The strand that needs both.
    void run() {
        RL_ASSERT(written[0]($) == 1 && written[1]($) == 1);
        RL_ASSERT(ran($) == 0);
        ran($) = 1;
    }
    bool take() {
        return lg_atomic_load(bits, relaxed) != 0 && lg_knot_take(&bits, 1);
    }
    // What a session does.
    void serve() {
        for (;;) {
            while (take()) {
                run();
            }
            lg_knot_idle(&busy);
            if (lg_atomic_load(bits, seq_cst) == 0 || !lg_knot_call(&busy)) {
                return;
            }
        }
    }
    void thread(unsigned index) {
        if (index < 2) {
            written[index]($) = 1;
            if (lg_knot_untie(&need)) {
                lg_knot_put(&bits, 1);
#ifdef MODEL_WAIT
                lg_knot_rouse(&word);
#else
                if (lg_knot_call(&busy)) {
                    lg_atomic_add(sent, 1u, seq_cst);
                    serve();  // by the worker that it was sent to
                }
#endif
            }
#ifdef MODEL_WAIT
            last[index]($) = 1;
            lg_knot_leave(&word);
        } else {
            for (;;) {  // the owner
                while (take()) {
                    run();
                }
                unsigned seen = lg_atomic_load(word, acquire);
                if ((seen & LG_KNOT_INSIDE) == 0 && lg_atomic_load(bits, seq_cst) == 0) {
                    break;
                }
                if (lg_atomic_load(bits, seq_cst) == 0 && lg_knot_doze(&word, seen)) {
                    while (lg_atomic_load(bits, seq_cst) == 0 &&
                           lg_atomic_load(word, relaxed) == (seen | LG_KNOT_ASLEEP)) {
                        rl::yield(1, $);  // asleep until the word changes; looked at bits before
                    }
                    lg_knot_rise(&word);
                }
            }
            RL_ASSERT(last[0]($) == 1 && last[1]($) == 1);
#else
        } else {
            serve();
#endif
        }
    }
    void after() {
        RL_ASSERT(ran($) == 1);
    }
};

int main(int argc, char **argv) {
    return run_model<model>(argc, argv);
}
