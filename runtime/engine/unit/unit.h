/* SPDX-License-Identifier: Apache-2.0
 *
 * Units and their queues. The protocol of places is in turn.h; the page docs/explanation/calls.md has its states.
 */
#ifndef LEGATO_ENGINE_UNIT_H_
#define LEGATO_ENGINE_UNIT_H_

#include <legato/unit.h>

#include "base/zone.h"
#include "lane/lane.h"
#include "unit/turn.h"

enum { LG_WAITER_WAITING = 0, LG_WAITER_GRANTED = 1 };

// A place in a unit's queue, in the memory of who waits.
typedef struct lg_waiter {
    struct lg_waiter *next, *previous;  // under the lock
    bool inside;                        // is in the queue; under the lock
    int32_t priority;
    uint32_t slot;     // that it was given
    uint64_t owner;    // lg_port_thread_identity
    uint64_t serial;   // how many had been served when it came
    int64_t since_ns;  // when it came
    const char *what;
    _Atomic(uint32_t) state;  // LG_WAITER_*
    // Without the lock, by who gave the place: lets the owner go on. The waiter may be gone afterwards.
    void (*granted)(struct lg_waiter *waiter);
} lg_waiter_t;

// Who has a place. Written by the holder, read for messages.
typedef struct lg_slot {
    _Atomic(uint64_t) owner;  // 0: free
    _Atomic(const char *) what;
} lg_slot_t;

struct lg_unit {
    // Line 0: what taking and giving touch.
    _Alignas(64) lg_turn_t turn;
    uint32_t capacity;
    _Atomic(int32_t)
        top;           // highest priority in the queue; below LOW: nobody; under the lock, read by holders
    lg_slot_t first;   // of capacity 1
    lg_slot_t *slots;  // `capacity` of them
    // Under the lock.
    _Alignas(64) lg_waiter_t *heads[LG_LANE_PRIORITIES], *tails[LG_LANE_PRIORITIES];
    uint64_t served;  // from the queue
    uint64_t waits;
    int64_t longest_wait_ns;
    uint32_t queued;
    int64_t process;  // in the child of a fork it is another
    // Read-only.
    lg_context_t *context;
    int64_t max_wait_ns;
    uint64_t order;  // several are taken in this order
    char name[128];
    // The context's list.
    lg_unit_t *next;
    _Atomic(uint32_t) refs;
    lg_zone_t zone;  // of labels; under the lock of the list
    struct unit_label *labels;
};

// Takes a place, or a place in the queue: `waiter` has owner, what, priority and granted. 1: taken; 0: it waits;
// -1: its owner has all places.
int lg_unit_queue(lg_unit_t *unit, lg_waiter_t *waiter);
// Takes it out of the queue. False: it was granted, or never waited.
bool lg_unit_withdraw(lg_unit_t *unit, lg_waiter_t *waiter);
// Why a wait that began `since_ns` ended without the unit.
lg_status_t lg_unit_fail(lg_unit_t *unit, lg_status_t code, int64_t since_ns, lg_error_t *err);
#endif  // LEGATO_ENGINE_UNIT_H_
