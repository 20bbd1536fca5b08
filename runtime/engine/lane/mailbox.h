/* SPDX-License-Identifier: Apache-2.0
 *
 * A mailbox: how a caller offers one worker a share of a loop. One word says who may touch what:
 *
 *              post: CAS acquire            post: store seq_cst
 *      FREE ----------------------> WRITING -------------------> POSTED
 *       ^  ^                        (a caller)                    |   |
 *       |  +---- take_back: CAS release (the caller) -------------+   | claim: CAS acq_rel (the worker)
 *       |                                                             v
 *       +------------------- finish: swap seq_cst ---------------- CLAIMED
 *
 * Bits above the two of the phase count how often the mailbox came back to FREE, so that a late CAS of an old offer
 * fails. `job` belongs to the caller in WRITING and to the worker in CLAIMED. The seq_cst store of post pairs with
 * the worker's park (park.h); the release of claim orders what the worker did to `waiting` before what the next
 * caller does; the release in finish's swap pairs with the caller's acquire in `is_busy`, which is how
 * the results of a share reach the caller.
 *
 * A caller can always finish alone: what nobody claimed it takes back. It waits only for a worker that is computing.
 */
#ifndef LEGATO_ENGINE_MAILBOX_H_
#define LEGATO_ENGINE_MAILBOX_H_

#include "base/atomics.h"

#ifndef LG_MODEL
#include <stdbool.h>
#endif

enum { LG_MAIL_FREE = 0, LG_MAIL_WRITING = 1, LG_MAIL_POSTED = 2, LG_MAIL_CLAIMED = 3, LG_MAIL_PHASE = 3 };

typedef struct lg_mailbox {
    LG_ATOMIC(uint32_t) state;
    LG_ATOMIC(uint32_t) waiting;  // 1: the caller sleeps on `state`; set by the caller, cleared by the worker
    LG_SHARED(void *) job;
} lg_mailbox_t;

// Offers `job`. Returns a token for the calls below, 0 when the worker has something else to do.
static inline uint32_t lg_mailbox_post(lg_mailbox_t *box, void *job) {
    uint32_t state = lg_atomic_load(box->state, relaxed);
    if ((state & LG_MAIL_PHASE) != LG_MAIL_FREE ||
        !lg_atomic_cas(box->state, state, state | LG_MAIL_WRITING, acquire)) {
        return 0;
    }
    lg_shared_set(box->job, job);
    lg_atomic_store(box->state, state | LG_MAIL_POSTED, seq_cst);
    return state | LG_MAIL_POSTED;
}

// Withdraws an offer. False: the worker has claimed it.
static inline bool lg_mailbox_take_back(lg_mailbox_t *box, uint32_t token) {
    uint32_t state = token;
    return lg_atomic_cas(box->state, state, token + 2, release);  // POSTED + 2 is the next FREE
}

// Whether the worker is still computing what it claimed.
static inline bool lg_mailbox_is_busy(lg_mailbox_t *box, uint32_t token) {
    return lg_atomic_load(box->state, acquire) == token + 1;
}

// The worker's side. Returns the token of a claimed offer and its job, or 0.
static inline uint32_t lg_mailbox_claim(lg_mailbox_t *box, void **out_job) {
    uint32_t state = lg_atomic_load(box->state, relaxed);
    if ((state & LG_MAIL_PHASE) != LG_MAIL_POSTED || !lg_atomic_cas(box->state, state, state + 1, acq_rel)) {
        return 0;
    }
    *out_job = lg_shared_get(box->job);
    return state;
}

// The share is done. True: the caller sleeps and must be woken.
static inline bool lg_mailbox_finish(lg_mailbox_t *box, uint32_t token) {
    lg_atomic_swap(box->state, token + 2, seq_cst);
    // Pairs with the caller, which sets `waiting` before it looks at `state` a last time.
    return lg_atomic_load(box->waiting, seq_cst) != 0 && lg_atomic_swap(box->waiting, 0u, relaxed) != 0;
}

// The caller announces that it will sleep. False: no need, the share is done.
static inline bool lg_mailbox_will_wait(lg_mailbox_t *box, uint32_t token) {
    lg_atomic_store(box->waiting, 1u, seq_cst);
    return lg_atomic_load(box->state, seq_cst) == token + 1;
}

#endif  // LEGATO_ENGINE_MAILBOX_H_
