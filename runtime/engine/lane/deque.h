/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker's deque of tasks: it pushes and takes at the bottom, others steal at the top. No fences, which
 * ThreadSanitizer cannot see; the seq_cst accesses cost the same on x86.
 *
 * The ring does not grow: when it is full, push says so and the task runs at once, which fork-join allows.
 *
 * Source: Chase, Lev, Dynamic Circular Work-Stealing Deque, 2005; Le, Pop, Cohen, Zappa Nardelli, Correct and
 * Efficient Work-Stealing for Weak Memory Models, 2013.
 */
#ifndef LEGATO_ENGINE_DEQUE_H_
#define LEGATO_ENGINE_DEQUE_H_

#include "base/atomics.h"

#ifndef LG_MODEL
#include <stdbool.h>
#endif
#ifndef LG_DEQUE_SLOTS
#define LG_DEQUE_SLOTS 1024  // a power of two
#endif

typedef struct lg_deque {
    LG_ATOMIC(int64_t) top;  // moved by thieves, and by the owner for the last task
#ifndef LG_MODEL
    char pad[56];  // thieves' line, then the owner's
#endif
    LG_ATOMIC(int64_t) bottom;    // moved by the owner
    LG_SHARED(int64_t) top_seen;  // by the owner, at most `top`
    LG_ATOMIC(void *) slots[LG_DEQUE_SLOTS];
} lg_deque_t;

// Owner. False: full.
static inline bool lg_deque_push(lg_deque_t *deque, void *task) {
    int64_t bottom = lg_atomic_load(deque->bottom, relaxed);
    if (bottom - lg_shared_get(deque->top_seen) >= LG_DEQUE_SLOTS) {
        // Acquire: the slot is written only after the thief that moved `top` has read it.
        lg_shared_set(deque->top_seen, lg_atomic_load(deque->top, acquire));
        if (bottom - lg_shared_get(deque->top_seen) >= LG_DEQUE_SLOTS) {
            return false;
        }
    }
    lg_atomic_store(deque->slots[bottom & (LG_DEQUE_SLOTS - 1)], task, relaxed);
    // Release for thieves; seq_cst pairs with a worker that looks here before it parks.
    lg_atomic_store(deque->bottom, bottom + 1, seq_cst);
    return true;
}

// Owner: the task pushed last, or NULL.
static inline void *lg_deque_take(lg_deque_t *deque) {
    int64_t bottom = lg_atomic_load(deque->bottom, relaxed) - 1;
    lg_atomic_store(deque->bottom, bottom, seq_cst);
    int64_t top = lg_atomic_load(deque->top, seq_cst);
    void *task = 0;
    if (top <= bottom) {
        task = lg_atomic_load(deque->slots[bottom & (LG_DEQUE_SLOTS - 1)], relaxed);
        if (top < bottom) {
            return task;
        }
        if (!lg_atomic_cas(deque->top, top, top + 1, seq_cst)) {
            task = 0;  // a thief was faster
        }
    }
    lg_atomic_store(deque->bottom, bottom + 1, relaxed);
    return task;
}

// Owner, as long as nobody steals: the same two without the price of being seen (6 ns each on a Sapphire Rapids). What
// lets others in has to come after with seq_cst.
static inline bool lg_deque_push_unseen(lg_deque_t *deque, void *task) {
    int64_t bottom = lg_atomic_load(deque->bottom, relaxed);
    if (bottom - lg_atomic_load(deque->top, relaxed) >= LG_DEQUE_SLOTS) {
        return false;
    }
    lg_atomic_store(deque->slots[bottom & (LG_DEQUE_SLOTS - 1)], task, relaxed);
    lg_atomic_store(deque->bottom, bottom + 1, relaxed);
    return true;
}

static inline void *lg_deque_take_unseen(lg_deque_t *deque) {
    int64_t bottom = lg_atomic_load(deque->bottom, relaxed) - 1;
    if (bottom < lg_atomic_load(deque->top, relaxed)) {
        return 0;
    }
    lg_atomic_store(deque->bottom, bottom, relaxed);
    return lg_atomic_load(deque->slots[bottom & (LG_DEQUE_SLOTS - 1)], relaxed);
}

// Anybody: the oldest task, or NULL (empty, or another thief was faster).
static inline void *lg_deque_steal(lg_deque_t *deque) {
    int64_t top = lg_atomic_load(deque->top, seq_cst);
    int64_t bottom = lg_atomic_load(deque->bottom, seq_cst);
    if (top >= bottom) {
        return 0;
    }
    void *task = lg_atomic_load(deque->slots[top & (LG_DEQUE_SLOTS - 1)], relaxed);
    return lg_atomic_cas(deque->top, top, top + 1, seq_cst) ? task : 0;
}

// Anybody, as of some moment.
static inline bool lg_deque_is_empty(lg_deque_t *deque) {
    return lg_atomic_load(deque->top, seq_cst) >= lg_atomic_load(deque->bottom, seq_cst);
}

#endif  // LEGATO_ENGINE_DEQUE_H_
