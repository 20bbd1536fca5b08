/* SPDX-License-Identifier: Apache-2.0
 *
 * Knots: what strands of a run hand over. A strand waits for others by a count; who takes the last one off lays it out
 * as a bit; who takes the bit runs it.
 *
 *      need: n ... 1 --- untie: add acq_rel ---> 0 --- put: or seq_cst ---> bit --- take: and acq_rel ---> runs
 *
 * What all of those before have written comes along: acquire and release by each of the three.
 *
 * A line (of strands for one lane) is served while it is busy. Who puts a bit and then finds it idle makes it busy, and
 * is the one to send for somebody; who serves says that it is idle and then looks for bits once more. All seq_cst, so
 * one of the two sees the other. A line's owner that has nothing to do waits in the same way for who is still inside:
 * it says that it sleeps, in the word that counts these, and looks again.
 */
#ifndef LEGATO_ENGINE_KNOT_H_
#define LEGATO_ENGINE_KNOT_H_

#include "base/atomics.h"

#ifndef LG_MODEL
#include <stdbool.h>
#endif

// Of a line's word: who is inside, whether the owner sleeps, and a count of what made it wake.
enum { LG_KNOT_INSIDE = 0xffff, LG_KNOT_ASLEEP = 0x10000, LG_KNOT_PULSE = 0x20000 };

// One of those that a strand waits for has ended. True: it was the last.
static inline bool lg_knot_untie(LG_ATOMIC(uint32_t) * need) {
    return lg_atomic_add(*need, ~(uint32_t)0, acq_rel) == 1;
}

static inline void lg_knot_put(LG_ATOMIC(uint64_t) * bits, uint64_t bit) {
    lg_atomic_or(*bits, bit, seq_cst);
}

// False: somebody else was faster.
static inline bool lg_knot_take(LG_ATOMIC(uint64_t) * bits, uint64_t bit) {
    return (lg_atomic_and(*bits, ~bit, acq_rel) & bit) != 0;
}

// After putting a bit. True: the caller has to send for somebody to serve the line.
static inline bool lg_knot_call(LG_ATOMIC(uint32_t) * busy) {
    uint32_t idle = 0;
    return lg_atomic_load(*busy, seq_cst) == 0 && lg_atomic_cas(*busy, idle, 1, acq_rel);
}

// Who serves the line has found nothing more, and looks once more after this; lg_knot_call then makes it go on.
static inline void lg_knot_idle(LG_ATOMIC(uint32_t) * busy) {
    lg_atomic_store(*busy, 0u, seq_cst);
}

// After putting a bit on a line whose owner waits, by somebody who is inside. True: wake it.
static inline bool lg_knot_rouse(LG_ATOMIC(uint32_t) * word) {
    if ((lg_atomic_load(*word, seq_cst) & LG_KNOT_ASLEEP) == 0) {
        return false;
    }
    lg_atomic_add(*word, (uint32_t)LG_KNOT_PULSE, relaxed);
    return true;
}

// Goes. True: wake the owner. The word may be gone from here on.
static inline bool lg_knot_leave(LG_ATOMIC(uint32_t) * word) {
    return (lg_atomic_add(*word, ~(uint32_t)0, acq_rel) & LG_KNOT_ASLEEP) != 0;
}

// The owner says that it sleeps, if the word is still `seen`, and looks once more after this.
static inline bool lg_knot_doze(LG_ATOMIC(uint32_t) * word, uint32_t seen) {
    return lg_atomic_cas(*word, seen, seen | LG_KNOT_ASLEEP, seq_cst);
}

static inline void lg_knot_rise(LG_ATOMIC(uint32_t) * word) {
    lg_atomic_and(*word, ~(uint32_t)LG_KNOT_ASLEEP, relaxed);
}

#endif  // LEGATO_ENGINE_KNOT_H_
