/* SPDX-License-Identifier: Apache-2.0
 *
 * A turn: the word of a unit, and the lock of its queue. Who finds room and no queue enters by one CAS; who leaves
 * serves the queue where there is one.
 *
 *      | acquired so far, 40 bits | free, 7 bits | QUEUED | holders, 16 bits |
 *
 * All changes are read-modify-writes of one word, which have one order. So who shuts the way in after the last holder
 * left finds the place free when it serves, and who leaves afterwards sees that it is shut: no wake-up is lost.
 * Release in leave pairs with acquire in enter and grant, which is how what a holder wrote reaches the next one.
 */
#ifndef LEGATO_ENGINE_TURN_H_
#define LEGATO_ENGINE_TURN_H_

#include "base/atomics.h"

#ifndef LG_MODEL
#include <stdbool.h>

#include "base/port.h"
#define LG_TURN_PAUSE(i) ((i) < 100 ? lg_port_pause() : lg_port_yield())
#endif

#define LG_TURN_HOLDERS UINT64_C(0xffff)
#define LG_TURN_QUEUED (UINT64_C(1) << 16)
#define LG_TURN_COUNTED (UINT64_C(1) << 24)

typedef struct lg_turn {
    LG_ATOMIC(uint64_t) word;
    LG_ATOMIC(uint32_t) locked;
} lg_turn_t;

// The fast way in. False: no room, or a queue.
static inline bool lg_turn_enter(lg_turn_t *turn, uint64_t capacity) {
    uint64_t word = lg_atomic_load(turn->word, relaxed);
    while ((word & (LG_TURN_QUEUED | LG_TURN_HOLDERS)) < capacity) {
        if (lg_atomic_cas(turn->word, word, word + LG_TURN_COUNTED + 1, acquire)) {
            return true;
        }
    }
    return false;
}

// True: somebody waits, serve the queue.
static inline bool lg_turn_leave(lg_turn_t *turn) {
    return (lg_atomic_add(turn->word, ~UINT64_C(0), release) & LG_TURN_QUEUED) != 0;
}

// ---- under the lock ----

static inline void lg_turn_lock(lg_turn_t *turn) {
    for (uint32_t i = 0; lg_atomic_swap(turn->locked, 1u, acquire) != 0; i++) {
        LG_TURN_PAUSE(i);
    }
}

static inline void lg_turn_unlock(lg_turn_t *turn) {
    lg_atomic_store(turn->locked, 0u, release);
}

// From the first in the queue on, nobody enters past it.
static inline void lg_turn_shut(lg_turn_t *turn) {
    lg_atomic_add(turn->word, LG_TURN_QUEUED, relaxed);
}

// The queue is empty again.
static inline void lg_turn_open(lg_turn_t *turn) {
    lg_atomic_add(turn->word, ~LG_TURN_QUEUED + 1, relaxed);
}

// Takes a place for somebody in the queue. False: no room.
static inline bool lg_turn_grant(lg_turn_t *turn, uint64_t capacity) {
    uint64_t word = lg_atomic_load(turn->word, relaxed);
    while ((word & LG_TURN_HOLDERS) < capacity) {
        if (lg_atomic_cas(turn->word, word, word + LG_TURN_COUNTED + 1, acquire)) {
            return true;
        }
    }
    return false;
}

#endif  // LEGATO_ENGINE_TURN_H_
