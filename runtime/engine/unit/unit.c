// SPDX-License-Identifier: Apache-2.0
// Units: the fast way in and out, and the queue. name.c has their life, clerk.c who looks at the clock, system.c what is
// shared with other processes.
#include "unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "unit/system.h"

enum { UNIT_PASSES = 8 };

// ---- places -----------------------------------------------------------------------------------------

// Marks a place that was just taken.
static inline uint32_t unit_occupy(lg_unit_t *unit, uint64_t owner, const char *what, uint32_t place) {
    uint32_t slot = 0;
    if (__builtin_expect(unit->capacity > 1, 0)) {
        // There is a free one: whoever leaves clears its own first.
        for (uint64_t none = 0; !atomic_compare_exchange_strong_explicit(
                 &unit->slots[slot].owner, &none, owner, memory_order_relaxed, memory_order_relaxed);
             none = 0) {
            slot = slot + 1 < unit->capacity ? slot + 1 : 0;
        }
    } else {
        atomic_store_explicit(&unit->first.owner, owner, memory_order_relaxed);
    }
    atomic_store_explicit(&unit->slots[slot].what, what, memory_order_relaxed);
    atomic_store_explicit(&unit->slots[slot].place, place, memory_order_relaxed);
    return slot;
}

// Lets the turn go on, whose place is free again.
static void unit_pass(lg_unit_t *unit);

// In the child of a fork, before anything of the whole system is touched.
static void unit_renew(lg_unit_t *unit) {
    if (lg_system_is_forked(unit->system)) {
        lg_unit_lock(unit);
        lg_turn_unlock(&unit->turn);
    }
}

static inline int32_t unit_try(lg_unit_t *unit, uint64_t owner, const char *what, int32_t priority,
                               lg_hold_t *hold) {
    uint32_t place = 0;
    if (__builtin_expect(unit->system != NULL, 0)) {
        unit_renew(unit);
    }
    if (!lg_turn_enter(&unit->turn, unit->capacity)) {
        return 0;
    }
    if (__builtin_expect(unit->system != NULL, 0) &&
        !lg_system_try(unit->system, priority, lg_port_now_ns(), what, &place)) {
        unit_pass(unit);
        return 0;
    }
    hold->slot = unit_occupy(unit, owner, what, place);
    hold->unit = unit;
    return 1;
}

int32_t lg_unit_try(lg_unit_t *unit, const char *what, lg_hold_t *out_hold) {
    out_hold->unit = NULL;
    return unit_try(unit, lg_port_thread_identity(), what, LG_PRIORITY_NORMAL, out_hold);
}

bool lg_unit_enter(lg_unit_t *unit, uint64_t owner, const char *what, int32_t priority, uint32_t *out_slot) {
    lg_hold_t hold;
    bool entered = unit_try(unit, owner, what, priority, &hold) != 0;
    *out_slot = entered ? hold.slot : 0;
    return entered;
}

// ---- the queue --------------------------------------------------------------------------------------

// How urgent a waiter is: its priority, and one more for every eight that were served before it.
static int64_t unit_urgency(const lg_unit_t *unit, const lg_waiter_t *waiter) {
    return waiter->priority + (int64_t)((unit->served - waiter->serial) / UNIT_PASSES);
}

// Under the lock: who is served next. Ties go to who came first.
static lg_waiter_t *unit_next(lg_unit_t *unit) {
    lg_waiter_t *best = NULL;
    for (int i = LG_LANE_PRIORITIES - 1; i >= 0; i--) {
        lg_waiter_t *head = unit->heads[i];
        if (head == NULL) {
            continue;
        }
        int64_t more = best != NULL ? unit_urgency(unit, head) - unit_urgency(unit, best) : 1;
        if (more > 0 || (more == 0 && head->since_ns < best->since_ns)) {
            best = head;
        }
    }
    return best;
}

// Under the lock, after the queue has changed: what holders look at.
static void unit_note(lg_unit_t *unit) {
    int32_t top = LG_PRIORITY_LOW - 1;
    int64_t oldest_ns = INT64_MAX;
    for (int i = 0; i < LG_LANE_PRIORITIES; i++) {
        if (unit->heads[i] != NULL) {
            top = i + LG_PRIORITY_LOW;
            oldest_ns = unit->heads[i]->since_ns < oldest_ns ? unit->heads[i]->since_ns : oldest_ns;
        }
    }
    atomic_store_explicit(&unit->top, top, memory_order_relaxed);
    atomic_store_explicit(&unit->oldest_ns, oldest_ns, memory_order_relaxed);
}

// Under the lock.
static void unit_link(lg_unit_t *unit, lg_waiter_t *waiter) {
    int level = waiter->priority - LG_PRIORITY_LOW;
    waiter->next = NULL;
    waiter->previous = unit->tails[level];
    waiter->where = LG_WAITER_INSIDE;
    *(waiter->previous != NULL ? &waiter->previous->next : &unit->heads[level]) = waiter;
    unit->tails[level] = waiter;
    if (unit->queued++ == 0) {
        lg_turn_shut(&unit->turn);
    }
    unit_note(unit);
}

// Under the lock.
static void unit_unlink(lg_unit_t *unit, lg_waiter_t *waiter) {
    int level = waiter->priority - LG_PRIORITY_LOW;
    *(waiter->previous != NULL ? &waiter->previous->next : &unit->heads[level]) = waiter->next;
    *(waiter->next != NULL ? &waiter->next->previous : &unit->tails[level]) = waiter->previous;
    waiter->where = LG_WAITER_OUT;
    if (--unit->queued == 0) {
        lg_turn_open(&unit->turn);
        if (unit->system != NULL) {
            lg_system_unwait(unit->system);
        }
    }
    unit_note(unit);
}

// Under the lock: holders that are on no thread.
static void unit_link_away(lg_unit_t *unit, lg_waiter_t *waiter) {
    waiter->where = LG_WAITER_AWAY;
    waiter->previous = NULL;
    waiter->next = unit->away;
    if (unit->away != NULL) {
        unit->away->previous = waiter;
    }
    unit->away = waiter;
}

static void unit_unlink_away(lg_unit_t *unit, lg_waiter_t *waiter) {
    *(waiter->previous != NULL ? &waiter->previous->next : &unit->away) = waiter->next;
    if (waiter->next != NULL) {
        waiter->next->previous = waiter->previous;
    }
    waiter->where = LG_WAITER_OUT;
}

// Under the lock: those away who have places inherit what the queue has.
static void unit_raise_holders(lg_unit_t *unit) {
    const int32_t top = atomic_load_explicit(&unit->top, memory_order_relaxed);
    for (lg_waiter_t *holder = unit->away; holder != NULL; holder = holder->next) {
        if (holder->priority < top) {
            holder->priority = top;
            holder->raise(holder, top);
        }
    }
}

static void unit_count_wait(lg_unit_t *unit, const lg_waiter_t *waiter) {
    int64_t waited = lg_port_now_ns() - waiter->since_ns;
    unit->longest_wait_ns = waited > unit->longest_wait_ns ? waited : unit->longest_wait_ns;
}

// Under the lock: gives places to the queue while there are any. Returns those served, linked by `after`.
static lg_waiter_t *unit_serve(lg_unit_t *unit) {
    lg_waiter_t *served = NULL, **end = &served;
    while (unit->queued > 0 && lg_turn_grant(&unit->turn, unit->capacity)) {
        lg_waiter_t *waiter = unit_next(unit);
        uint32_t place = 0;
        if (unit->system != NULL &&
            !lg_system_wait(unit->system, waiter->priority, waiter->since_ns, waiter->what, &place)) {
            (void)lg_turn_leave(&unit->turn);  // the clerk comes again
            break;
        }
        unit_unlink(unit, waiter);
        unit->served++;
        unit->waits++;
        unit_count_wait(unit, waiter);
        waiter->slot = unit_occupy(unit, waiter->owner, waiter->what, place);
        if (waiter->raise != NULL) {
            unit_link_away(unit, waiter);
        }
        waiter->after = NULL;
        *end = waiter;
        end = &waiter->after;
    }
    unit_raise_holders(unit);
    return served;
}

// Without the lock.
static void unit_tell(lg_waiter_t *waiters, uint32_t state) {
    while (waiters != NULL) {
        lg_waiter_t *waiter = waiters;
        waiters = waiter->after;
        waiter->told(waiter, state);
    }
}

// Locks the unit. In the child of a fork, what threads held that are not there any more is free.
void lg_unit_lock(lg_unit_t *unit) {
    if (__builtin_expect(unit->process == lg_port_process_number(), 1)) {
        lg_turn_lock(&unit->turn);
        return;
    }
    uint64_t self = lg_port_thread_identity();
    uint64_t kept = 0;
    for (uint32_t i = 0; i < unit->capacity; i++) {
        atomic_store_explicit(&unit->slots[i].place, LG_SYSTEM_NOWHERE,
                              memory_order_relaxed);  // those of the whole system stay with the parent
        if ((atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) | 1) == (self | 1)) {
            kept++;
        } else {
            atomic_store_explicit(&unit->slots[i].owner, 0, memory_order_relaxed);
        }
    }
    memset(unit->heads, 0, sizeof unit->heads);
    memset(unit->tails, 0, sizeof unit->tails);
    unit->queued = 0;
    unit->away = NULL;
    unit_note(unit);
    if (unit->system != NULL) {
        lg_system_renew(unit->system);
    }
    uint64_t word = atomic_load_explicit(&unit->turn.word, memory_order_relaxed);
    word = (word & ~(LG_TURN_HOLDERS | LG_TURN_QUEUED)) + kept;
    atomic_store_explicit(&unit->turn.word, word, memory_order_relaxed);
    unit->process = lg_port_process_number();
    atomic_store_explicit(&unit->turn.locked, 1, memory_order_relaxed);
}

static void unit_pass(lg_unit_t *unit) {
    if (__builtin_expect(lg_turn_leave(&unit->turn), 0)) {
        lg_unit_lock(unit);
        lg_waiter_t *served = unit_serve(unit);
        lg_turn_unlock(&unit->turn);
        unit_tell(served, LG_WAITER_GRANTED);
    }
}

// Under the lock: why it must not wait. Who sets a flag rings the clerk, which looks here, so relaxed does.
static lg_status_t unit_why(const lg_unit_t *unit, const lg_waiter_t *waiter) {
    for (uint32_t i = 0; i < 2; i++) {
        if (waiter->ends[i] != NULL && atomic_load_explicit(waiter->ends[i], memory_order_relaxed) != 0) {
            return LG_STATUS_CANCELLED;
        }
    }
    const uint64_t awaited =
        waiter->awaited != NULL ? atomic_load_explicit(waiter->awaited, memory_order_relaxed) : 0;
    uint32_t own = 0;
    for (uint32_t i = 0; i < unit->capacity; i++) {
        uint64_t owner = atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed);
        // A thread, and what it runs.
        own += owner != 0 &&
               ((owner | 1) == (waiter->owner | 1) ||
                (awaited != 0 && (owner == awaited || (!waiter->hosted && owner == (awaited | 1)))));
    }
    return own == unit->capacity ? LG_STATUS_INVALID_ARGUMENT : LG_OK;
}

lg_unit_queue_t lg_unit_queue(lg_unit_t *unit, lg_waiter_t *waiter) {
    lg_hold_t hold;
    if (unit_try(unit, waiter->owner, waiter->what, waiter->priority, &hold)) {
        waiter->slot = hold.slot;
        return LG_UNIT_TAKEN;
    }
    lg_unit_lock(unit);
    lg_status_t why = unit_why(unit, waiter);
    if (why != LG_OK) {
        lg_turn_unlock(&unit->turn);
        return why == LG_STATUS_CANCELLED ? LG_UNIT_CANCELLED : LG_UNIT_OWN;
    }
    waiter->since_ns = lg_port_now_ns();
    waiter->serial = unit->served;
    atomic_store_explicit(&waiter->state, LG_WAITER_WAITING, memory_order_relaxed);
    unit_link(unit, waiter);
    lg_waiter_t *served = unit_serve(unit);
    // The waiter itself is told by what is returned.
    lg_unit_queue_t end = LG_UNIT_WAITS;
    for (lg_waiter_t **link = &served; *link != NULL;) {
        if (*link == waiter) {
            end = LG_UNIT_TAKEN;
            *link = waiter->after;
            if (waiter->where == LG_WAITER_AWAY) {
                unit_unlink_away(unit, waiter);
            }
        } else {
            link = &(*link)->after;
        }
    }
    // From the unlock on a waiter that is told by others may be gone, and with it the unit; not the context, of whose
    // lane this is a thread, or whose unit it has.
    lg_context_t *context = unit->context;
    bool clerk = end == LG_UNIT_WAITS && (unit->system != NULL || waiter->due_ns != INT64_MAX);
    lg_turn_unlock(&unit->turn);
    unit_tell(served, LG_WAITER_GRANTED);
    if (clerk) {
        lg_clerk_ring(context);
    }
    return end;
}

bool lg_unit_withdraw(lg_unit_t *unit, lg_waiter_t *waiter) {
    lg_unit_lock(unit);
    bool inside = waiter->where == LG_WAITER_INSIDE;
    if (inside) {
        unit_unlink(unit, waiter);
        unit_count_wait(unit, waiter);
    }
    lg_turn_unlock(&unit->turn);
    return inside;
}

void lg_unit_arrive(lg_unit_t *unit, lg_waiter_t *waiter) {
    lg_unit_lock(unit);
    if (waiter->where == LG_WAITER_AWAY) {
        unit_unlink_away(unit, waiter);
    }
    lg_unit_set_owner(unit, waiter->slot, lg_unit_runner());
    lg_turn_unlock(&unit->turn);
}

void lg_unit_depart(lg_unit_t *unit, lg_waiter_t *waiter) {
    lg_unit_lock(unit);
    atomic_store_explicit(&unit->slots[waiter->slot].owner, waiter->owner, memory_order_relaxed);
    unit_link_away(unit, waiter);
    unit_raise_holders(unit);
    lg_turn_unlock(&unit->turn);
}

void lg_unit_lift(lg_unit_t *unit, lg_waiter_t *waiter, int32_t priority) {
    lg_unit_lock(unit);
    if (waiter->priority < priority && waiter->where == LG_WAITER_INSIDE) {
        unit_unlink(unit, waiter);
        waiter->priority = priority;
        unit_link(unit, waiter);
        unit_raise_holders(unit);
    } else if (waiter->priority < priority && waiter->where == LG_WAITER_AWAY) {
        waiter->priority = priority;
        waiter->raise(waiter, priority);
    }
    lg_turn_unlock(&unit->turn);
}

bool lg_unit_presses(lg_unit_t *unit, int32_t priority) {
    if (__builtin_expect(unit->system != NULL, 0) && lg_system_presses(unit->system, priority)) {
        return true;
    }
    // Relaxed: a hint, and what comes of it goes by the lock.
    return (atomic_load_explicit(&unit->turn.word, memory_order_relaxed) & LG_TURN_QUEUED) != 0 &&
           (atomic_load_explicit(&unit->top, memory_order_relaxed) > priority ||
            lg_port_now_ns() - LG_UNIT_FAIR_NS >
                atomic_load_explicit(&unit->oldest_ns, memory_order_relaxed));
}

void lg_unit_give(lg_hold_t *hold) {
    lg_unit_t *unit = hold->unit;
    if (unit == NULL) {
        return;
    }
    hold->unit = NULL;
    if (__builtin_expect(unit->system != NULL, 0)) {
        unit_renew(unit);
        lg_system_give(unit->system,
                       atomic_load_explicit(&unit->slots[hold->slot].place, memory_order_relaxed));
    }
    atomic_store_explicit(&unit->slots[hold->slot].owner, 0, memory_order_relaxed);
    unit_pass(unit);
}

int64_t lg_unit_look(lg_unit_t *unit, const lg_lane_t *lane, int64_t now_ns, lg_waiter_t **ended,
                     lg_waiter_t **served) {
    enum { UNIT_POLL_NS = 200000 };
    int64_t next_ns = INT64_MAX;
    const uint64_t self = lg_port_thread_identity();
    lg_unit_lock(unit);
    bool mine = false;  // the calling thread has a place
    for (uint32_t i = 0; lane != NULL && i < unit->capacity; i++) {
        mine |= (atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) | 1) == (self | 1);
    }
    for (int i = 0; i < LG_LANE_PRIORITIES; i++) {
        for (lg_waiter_t *waiter = unit->heads[i], *next; waiter != NULL; waiter = next) {
            next = waiter->next;
            lg_status_t why = lane != NULL ? LG_OK : unit_why(unit, waiter);
            if (why == LG_OK && lane == NULL && waiter->due_ns <= now_ns) {
                why = waiter->due_why;
            } else if (lane != NULL && mine && waiter->lane == lane) {
                why = LG_STATUS_CLOSED;
            }
            if (why != LG_OK) {
                unit_unlink(unit, waiter);
                unit_count_wait(unit, waiter);
                waiter->why = why;
                waiter->after = *ended;
                *ended = waiter;
            } else {
                next_ns = waiter->due_ns < next_ns ? waiter->due_ns : next_ns;
            }
        }
    }
    if (unit->system != NULL && lane == NULL) {
        lg_waiter_t **end = served;
        while (*end != NULL) {
            end = &(*end)->after;
        }
        *end = unit_serve(unit);
        next_ns = unit->queued > 0 && next_ns > now_ns + UNIT_POLL_NS ? now_ns + UNIT_POLL_NS : next_ns;
    }
    lg_turn_unlock(&unit->turn);
    return next_ns;
}

void lg_unit_tell(lg_waiter_t *waiters, uint32_t state) {
    unit_tell(waiters, state);
}

// ---- waiting on a thread ----------------------------------------------------------------------------

static void unit_wake(lg_waiter_t *waiter, uint32_t state) {
    // Release pairs with who sleeps on it, whose memory this is: it may be gone from here on.
    atomic_store_explicit(&waiter->state, state, memory_order_release);
    lg_port_futex_wake((uint32_t *)&waiter->state, 1);
}

bool lg_unit_sleep(lg_unit_t *unit, lg_waiter_t *waiter, int64_t until_ns, lg_status_t late) {
    while (atomic_load_explicit(&waiter->state, memory_order_acquire) == LG_WAITER_WAITING) {
        if (!lg_port_futex_wait_until((uint32_t *)&waiter->state, LG_WAITER_WAITING, until_ns)) {
            if (lg_unit_withdraw(unit, waiter)) {
                waiter->why = late;
                return false;
            }
            until_ns = INT64_MAX;  // it was told this moment
        }
    }
    return atomic_load_explicit(&waiter->state, memory_order_relaxed) == LG_WAITER_GRANTED;
}

int64_t lg_unit_until(const lg_unit_t *unit, int64_t deadline_ns, lg_status_t *out_late) {
    int64_t until_ns = deadline_ns > 0 ? deadline_ns : INT64_MAX;
    *out_late = LG_STATUS_DEADLINE;
    if (unit->max_wait_ns > 0 && lg_port_now_ns() < until_ns - unit->max_wait_ns) {
        until_ns = lg_port_now_ns() + unit->max_wait_ns;
        *out_late = LG_STATUS_BUSY;
    }
    return until_ns;
}

void lg_unit_format(lg_unit_t *unit, int64_t since_ns, char *text, size_t bytes) {
    char name[LG_SYSTEM_WHAT + 32] = "";
    const char *holder = NULL;
    for (uint32_t i = 0; i < unit->capacity && holder == NULL; i++) {
        if (atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) != 0) {
            holder = atomic_load_explicit(&unit->slots[i].what, memory_order_relaxed);
        }
    }
    if (holder == NULL && unit->system != NULL && lg_system_holder(unit->system, name, sizeof name)) {
        holder = name;
    }
    snprintf(text, bytes, "unit '%s' is held by %s; waited for %.1f ms", unit->name,
             holder != NULL ? holder : "somebody without a name",
             (double)(lg_port_now_ns() - since_ns) / 1e6);
}

lg_status_t lg_unit_take(lg_unit_t *unit, const lg_take_desc_t *desc, lg_hold_t *out_hold, lg_error_t *err) {
    out_hold->unit = NULL;
    const char *what = desc != NULL && LG_HAS(desc, lg_take_desc_t, what) ? desc->what : NULL;
    const int32_t priority = desc != NULL && LG_HAS(desc, lg_take_desc_t, priority) ? desc->priority : 0;
    if (__builtin_expect(unit_try(unit, lg_port_thread_identity(), what, priority, out_hold) != 0, 1)) {
        return LG_OK;
    }
    int64_t deadline_ns = desc != NULL && LG_HAS(desc, lg_take_desc_t, deadline_ns) ? desc->deadline_ns : 0;
    lg_waiter_t waiter = {.owner = lg_port_thread_identity(),
                          .what = what,
                          .priority = priority,
                          .due_ns = INT64_MAX,
                          .told = unit_wake};
    LG_CHECK(err, priority >= LG_PRIORITY_LOW && priority <= LG_PRIORITY_HIGH, LG_STATUS_INVALID_ARGUMENT,
             NULL, "the priority is %d, expected %d, %d or %d", priority, LG_PRIORITY_LOW, LG_PRIORITY_NORMAL,
             LG_PRIORITY_HIGH);
    LG_CHECK(err, unit->system == NULL || lg_clerk_start(unit->context), LG_STATUS_OUT_OF_MEMORY, NULL,
             "unit '%s': the system has no more threads", unit->name);
    lg_unit_queue_t queued = lg_unit_queue(unit, &waiter);
    LG_CHECK(err, queued != LG_UNIT_OWN, LG_STATUS_INVALID_ARGUMENT, NULL,
             "unit '%s' is held by this thread already: it would wait for itself", unit->name);
    lg_status_t late;
    int64_t until_ns = lg_unit_until(unit, deadline_ns, &late);
    if (queued == LG_UNIT_WAITS && !lg_unit_sleep(unit, &waiter, until_ns, late)) {
        char text[384];
        lg_unit_format(unit, waiter.since_ns, text, sizeof text);
        return lg_error_set(err, waiter.why, NULL, "%s", text);
    }
    *out_hold = (lg_hold_t){.unit = unit, .slot = waiter.slot};
    return LG_OK;
}
