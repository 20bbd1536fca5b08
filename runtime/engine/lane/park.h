/* SPDX-License-Identifier: Apache-2.0
 *
 * How a worker falls asleep without missing work: it says so, then looks once more. Whoever makes work does it the
 * other way round: the work first, then a look at who sleeps. Both with seq_cst, so at least one sees the other.
 *
 *      RUNNING --- prepare: store seq_cst, then look at mailbox, deques, inbox ---> PARKED --- futex wait
 *         ^                                                                          |
 *         +------------ cancel (the worker) or wake: swap seq_cst (anybody) ---------+
 */
#ifndef LEGATO_ENGINE_PARK_H_
#define LEGATO_ENGINE_PARK_H_

#include "base/atomics.h"

#ifndef LG_MODEL
#include <stdbool.h>
#endif

enum { LG_PARK_RUNNING = 0, LG_PARK_PARKED = 1 };

typedef struct lg_park {
    LG_ATOMIC(uint32_t) state;
} lg_park_t;

static inline void lg_park_prepare(lg_park_t *park) {
    lg_atomic_store(park->state, (uint32_t)LG_PARK_PARKED, seq_cst);
}

// There is work after all.
static inline void lg_park_cancel(lg_park_t *park) {
    lg_atomic_store(park->state, (uint32_t)LG_PARK_RUNNING, relaxed);
}

static inline bool lg_park_is_parked(lg_park_t *park) {
    return lg_atomic_load(park->state, seq_cst) == LG_PARK_PARKED;
}

// True: the caller must wake the thread that waits on `state`. At most one of several wakers gets true.
static inline bool lg_park_wake(lg_park_t *park) {
    return lg_park_is_parked(park) &&
           lg_atomic_swap(park->state, (uint32_t)LG_PARK_RUNNING, seq_cst) == LG_PARK_PARKED;
}

#endif  // LEGATO_ENGINE_PARK_H_
