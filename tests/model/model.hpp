// SPDX-License-Identifier: Apache-2.0
// The words of engine/base/atomics.h under the model checker Relacy, and how a model is run:
//   model random N   N random schedules        model bound N   all schedules with N preemptions
#ifndef LEGATO_TESTS_MODEL_H_
#define LEGATO_TESTS_MODEL_H_

#include <relacy/relacy.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#define LG_MODEL 1
#define LG_ATOMIC(T) rl::atomic<T>
#define LG_SHARED(T) rl::var<T>
#define lg_atomic_load(a, order) (a).load(rl::memory_order_##order)
#define lg_atomic_store(a, v, order) (a).store((v), rl::memory_order_##order)
#define lg_atomic_swap(a, v, order) (a).exchange((v), rl::memory_order_##order)
#define lg_atomic_add(a, v, order) (a).fetch_add((v), rl::memory_order_##order)
#define lg_atomic_or(a, v, order) (a).fetch_or((v), rl::memory_order_##order)
#define lg_atomic_and(a, v, order) (a).fetch_and((v), rl::memory_order_##order)
#define lg_atomic_cas(a, expected, v, order) \
    (a).compare_exchange_strong((expected), (v), rl::memory_order_##order, rl::memory_order_relaxed)
#define lg_shared_get(x) ((x)($))
#define lg_shared_set(x, v) ((x)($) = (v))

template <typename Model>
int run_model(int argc, char **argv) {
    rl::test_params params;
    const bool bound = argc > 1 && std::strcmp(argv[1], "bound") == 0;
    const int count = argc > 2 ? std::atoi(argv[2]) : 100000;
    params.search_type = bound ? rl::sched_bound : rl::sched_random;
    params.iteration_count = bound ? 100000000 : (rl::iteration_t)count;
    params.context_bound = (unsigned)count;
    params.execution_depth_limit = 2000;
    const bool good = rl::simulate<Model>(params);
    std::printf("%s\n", good ? "PASS" : "FAIL");
    return good ? 0 : 1;
}

#endif  // LEGATO_TESTS_MODEL_H_
