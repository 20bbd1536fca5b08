/* SPDX-License-Identifier: Apache-2.0
 *
 * The bell of the clerk, who ends the waiting of those whose flags say so. Who sets a flag, or enters a queue with a time
 * limit, rings afterwards; the clerk reads the bell, then looks at all queues under their locks, and sleeps only while the
 * bell is as it was read. Who enters a queue looks at the flags itself, under the same lock: either the clerk's look came
 * later, and finds it, or it came before, and the lock hands over what the clerk had seen.
 */
#ifndef LEGATO_ENGINE_BELL_H_
#define LEGATO_ENGINE_BELL_H_

#include "base/atomics.h"

typedef struct lg_bell {
    LG_ATOMIC(uint32_t) rings;
} lg_bell_t;

// Release: the flags.
static inline void lg_bell_ring(lg_bell_t *bell) {
    lg_atomic_add(bell->rings, 1u, release);
}

// By the clerk, before it looks. Acquire pairs with ring.
static inline uint32_t lg_bell_read(lg_bell_t *bell) {
    return lg_atomic_load(bell->rings, acquire);
}

#endif  // LEGATO_ENGINE_BELL_H_
