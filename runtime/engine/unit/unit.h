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

// How long others wait before who may keep a unit, over records that follow each other, hands it back.
#define LG_UNIT_FAIR_NS INT64_C(1000000)

// What a waiter is told.
enum { LG_WAITER_WAITING = 0, LG_WAITER_GRANTED = 1, LG_WAITER_ENDED = 2 };
// Where it is; under the unit's lock. AWAY: it has a place, and is on no thread.
enum { LG_WAITER_OUT = 0, LG_WAITER_INSIDE = 1, LG_WAITER_AWAY = 2 };

// Who wants a unit, or has it and is on no thread; in its own memory.
typedef struct lg_waiter {
    struct lg_waiter *next, *previous;  // in the queue, or among those away; under the lock
    struct lg_waiter *after;            // of those to be told
    uint8_t where;                      // LG_WAITER_*
    int32_t priority;                   // raised by who waits for what it has
    uint32_t slot;                      // that it was given
    uint64_t owner;                     // lg_port_thread_identity, or an address of its own
    uint64_t serial;                    // how many had been served when it came
    int64_t since_ns;                   // when it came
    int64_t due_ns;  // when the clerk ends its waiting; INT64_MAX: it looks itself, or waits for ever
    lg_status_t due_why, why;  // why then; why it ended
    const lg_lane_t *lane;     // its waiting ends where this is closed by who has the unit; NULL: none
    const _Atomic(uint32_t) *ends[2];  // not 0: its waiting ends, once the clerk was rung; NULL: none
    const _Atomic(uint64_t) *awaited;  // the thread that waits for its owner, or has it run; NULL: none
    bool hosted;                       // what that thread has itself, its owner has too
    const char *what;
    _Atomic(uint32_t) state;  // LG_WAITER_*, by `told`
    // Without the lock, by who gave the place or ended the waiting: lets the owner go on. The waiter may be gone
    // afterwards.
    void (*told)(struct lg_waiter *waiter, uint32_t state);
    // Under the lock, while it is away: it has `priority` now. NULL: who is served is awake.
    void (*raise)(struct lg_waiter *waiter, int32_t priority);
} lg_waiter_t;

// Who has a place. Written by the holder, read for messages.
typedef struct lg_slot {
    _Atomic(uint64_t) owner;  // 0: free
    _Atomic(const char *) what;
    _Atomic(uint32_t) place;  // of the whole system; by the holder
} lg_slot_t;

struct lg_unit {
    // Line 0: what taking and giving touch.
    _Alignas(64) lg_turn_t turn;
    uint32_t capacity;
    struct lg_system *system;  // what other processes share; NULL: nothing
    lg_slot_t first;           // of capacity 1
    lg_slot_t *slots;          // `capacity` of them
    // Under the lock. The first two are read by holders.
    _Alignas(64) _Atomic(int32_t) top;  // highest priority in the queue; below LOW: nobody
    _Atomic(int64_t) oldest_ns;         // since when somebody waits
    lg_waiter_t *heads[LG_LANE_PRIORITIES], *tails[LG_LANE_PRIORITIES];
    lg_waiter_t *away;
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

typedef enum lg_unit_queue {
    LG_UNIT_WAITS,  // the waiter may have been told already, and be gone
    LG_UNIT_TAKEN,
    LG_UNIT_OWN,  // its owner has all places, or the thread that waits for that
    LG_UNIT_CANCELLED
} lg_unit_queue_t;

// The fast way in. False: there is no place, or others wait.
bool lg_unit_enter(lg_unit_t *unit, uint64_t owner, const char *what, int32_t priority, uint32_t *out_slot);
// Of a thread that runs who has the place; the thread itself is one less.
static inline uint64_t lg_unit_runner(void) {
    return lg_port_thread_identity() | 1;
}
// By who has the place: whose thread that is, and what for.
static inline void lg_unit_set_owner(lg_unit_t *unit, uint32_t slot, uint64_t owner) {
    atomic_store_explicit(&unit->slots[slot].owner, owner, memory_order_relaxed);
}
static inline void lg_unit_set_what(lg_unit_t *unit, uint32_t slot, const char *what) {
    atomic_store_explicit(&unit->slots[slot].what, what, memory_order_relaxed);
}
// Takes a place, or a place in the queue: `waiter` has owner, what, priority, told, and what else it wants; the rest is 0.
lg_unit_queue_t lg_unit_queue(lg_unit_t *unit, lg_waiter_t *waiter);
// Takes it out of the queue. False: it was told, or never waited.
bool lg_unit_withdraw(lg_unit_t *unit, lg_waiter_t *waiter);
// Sleeps until the waiter is told, or `until_ns`. False: it has no place, and waiter->why says why.
bool lg_unit_sleep(lg_unit_t *unit, lg_waiter_t *waiter, int64_t until_ns, lg_status_t late);
// When waiting that begins now is over, and what that is.
int64_t lg_unit_until(const lg_unit_t *unit, int64_t deadline_ns, lg_status_t *out_late);
// Who holds the unit, and since when that is waited for.
void lg_unit_format(lg_unit_t *unit, int64_t since_ns, char *text, size_t bytes);

// A holder leaves its thread, and comes back on another or the same.
void lg_unit_depart(lg_unit_t *unit, lg_waiter_t *waiter);
void lg_unit_arrive(lg_unit_t *unit, lg_waiter_t *waiter);
// Lifts who waits, or is away, to `priority` where that is higher. Holders of earlier units may be locked.
void lg_unit_lift(lg_unit_t *unit, lg_waiter_t *waiter, int32_t priority);
// Whether who holds it between two records, and need not, should let others have it.
bool lg_unit_presses(lg_unit_t *unit, int32_t priority);

void lg_unit_lock(lg_unit_t *unit);
// Takes out who is late, or, of a lane, would wait for the calling thread, and serves. Adds to the lists of who is to be
// told. Returns when to look again.
int64_t lg_unit_look(lg_unit_t *unit, const lg_lane_t *lane, int64_t now_ns, lg_waiter_t **ended,
                     lg_waiter_t **served);
void lg_unit_tell(lg_waiter_t *waiters, uint32_t state);

// name.c: the lock of a context's list of units. Before that of a unit.
void lg_units_lock(lg_context_t *context);
void lg_units_unlock(lg_context_t *context);

// clerk.c: a thread of the context that looks at the clock and at the flags of those who wait without one, and at what
// other processes hold. Whoever sets a flag rings. False: the system has no more threads.
bool lg_clerk_start(lg_context_t *context);
void lg_clerk_ring(lg_context_t *context);
void lg_clerk_stop(lg_context_t *context);
// Ends the waiting of those guests of a lane that would wait for the calling thread.
void lg_units_end_guests(lg_lane_t *lane);
#endif  // LEGATO_ENGINE_UNIT_H_
