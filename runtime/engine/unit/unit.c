// SPDX-License-Identifier: Apache-2.0
// Units: the fast way in and out, the queue, and the names.
#include "unit/unit.h"

#include <stdio.h>
#include <string.h>

enum { UNIT_PASSES = 8 };

// ---- places -----------------------------------------------------------------------------------------

// Marks a place that was just taken.
static inline uint32_t unit_occupy(lg_unit_t *unit, uint64_t owner, const char *what) {
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
    return slot;
}

static inline int32_t unit_try(lg_unit_t *unit, uint64_t owner, const char *what, lg_hold_t *hold) {
    if (!lg_turn_enter(&unit->turn, unit->capacity)) {
        return 0;
    }
    hold->slot = unit_occupy(unit, owner, what);
    hold->unit = unit;
    return 1;
}

int32_t lg_unit_try(lg_unit_t *unit, const char *what, lg_hold_t *out_hold) {
    out_hold->unit = NULL;
    return unit_try(unit, lg_port_thread_identity(), what, out_hold);
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

// Under the lock.
static void unit_unlink(lg_unit_t *unit, lg_waiter_t *waiter) {
    int level = waiter->priority - LG_PRIORITY_LOW;
    *(waiter->previous != NULL ? &waiter->previous->next : &unit->heads[level]) = waiter->next;
    *(waiter->next != NULL ? &waiter->next->previous : &unit->tails[level]) = waiter->previous;
    waiter->inside = false;
    if (--unit->queued == 0) {
        lg_turn_open(&unit->turn);
    }
}

// Under the lock: gives places to the queue while there are any. Returns those served, linked by `next`.
static lg_waiter_t *unit_serve(lg_unit_t *unit) {
    lg_waiter_t *served = NULL, **end = &served;
    while (unit->queued > 0 && lg_turn_grant(&unit->turn, unit->capacity)) {
        lg_waiter_t *waiter = unit_next(unit);
        unit_unlink(unit, waiter);
        unit->served++;
        unit->waits++;
        int64_t waited = lg_port_now_ns() - waiter->since_ns;
        unit->longest_wait_ns = waited > unit->longest_wait_ns ? waited : unit->longest_wait_ns;
        waiter->slot = unit_occupy(unit, waiter->owner, waiter->what);
        waiter->next = NULL;
        *end = waiter;
        end = &waiter->next;
    }
    return served;
}

// Without the lock.
static void unit_notify(lg_waiter_t *served) {
    while (served != NULL) {
        lg_waiter_t *waiter = served;
        served = waiter->next;
        waiter->granted(waiter);
    }
}

// Locks the unit. In the child of a fork, what threads held that are not there any more is free.
static void unit_lock(lg_unit_t *unit) {
    if (__builtin_expect(unit->process == lg_port_process_number(), 1)) {
        lg_turn_lock(&unit->turn);
        return;
    }
    uint64_t self = lg_port_thread_identity();
    uint64_t kept = 0;
    for (uint32_t i = 0; i < unit->capacity; i++) {
        if (atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) == self) {
            kept++;
        } else {
            atomic_store_explicit(&unit->slots[i].owner, 0, memory_order_relaxed);
        }
    }
    memset(unit->heads, 0, sizeof unit->heads);
    memset(unit->tails, 0, sizeof unit->tails);
    unit->queued = 0;
    uint64_t word = atomic_load_explicit(&unit->turn.word, memory_order_relaxed);
    word = (word & ~(LG_TURN_HOLDERS | LG_TURN_QUEUED)) + kept;
    atomic_store_explicit(&unit->turn.word, word, memory_order_relaxed);
    unit->process = lg_port_process_number();
    atomic_store_explicit(&unit->turn.locked, 1, memory_order_relaxed);
}

int lg_unit_queue(lg_unit_t *unit, lg_waiter_t *waiter) {
    lg_hold_t hold;
    if (unit_try(unit, waiter->owner, waiter->what, &hold)) {
        waiter->slot = hold.slot;
        return 1;
    }
    unit_lock(unit);
    uint32_t own = 0;
    for (uint32_t i = 0; i < unit->capacity; i++) {
        own += atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) == waiter->owner;
    }
    if (own == unit->capacity) {
        lg_turn_unlock(&unit->turn);
        return -1;
    }
    int level = waiter->priority - LG_PRIORITY_LOW;
    waiter->since_ns = lg_port_now_ns();
    waiter->serial = unit->served;
    waiter->next = NULL;
    waiter->previous = unit->tails[level];
    waiter->inside = true;
    atomic_store_explicit(&waiter->state, LG_WAITER_WAITING, memory_order_relaxed);
    *(waiter->previous != NULL ? &waiter->previous->next : &unit->heads[level]) = waiter;
    unit->tails[level] = waiter;
    if (unit->queued++ == 0) {
        lg_turn_shut(&unit->turn);
    }
    lg_waiter_t *served = unit_serve(unit);
    // The waiter itself is told by what is returned.
    int taken = 0;
    for (lg_waiter_t **link = &served; *link != NULL;) {
        if (*link == waiter) {
            taken = 1;
            *link = waiter->next;
        } else {
            link = &(*link)->next;
        }
    }
    lg_turn_unlock(&unit->turn);
    unit_notify(served);
    return taken;
}

bool lg_unit_withdraw(lg_unit_t *unit, lg_waiter_t *waiter) {
    unit_lock(unit);
    bool inside = waiter->inside;
    if (inside) {
        unit_unlink(unit, waiter);
        int64_t waited = lg_port_now_ns() - waiter->since_ns;
        unit->longest_wait_ns = waited > unit->longest_wait_ns ? waited : unit->longest_wait_ns;
    }
    lg_turn_unlock(&unit->turn);
    return inside;
}

void lg_unit_give(lg_hold_t *hold) {
    lg_unit_t *unit = hold->unit;
    if (unit == NULL) {
        return;
    }
    hold->unit = NULL;
    atomic_store_explicit(&unit->slots[hold->slot].owner, 0, memory_order_relaxed);
    if (__builtin_expect(lg_turn_leave(&unit->turn), 0)) {
        unit_lock(unit);
        lg_waiter_t *served = unit_serve(unit);
        lg_turn_unlock(&unit->turn);
        unit_notify(served);
    }
}

// ---- waiting on a thread ----------------------------------------------------------------------------

static void unit_wake(lg_waiter_t *waiter) {
    // Release pairs with who sleeps on it, whose memory this is: it may be gone from here on.
    atomic_store_explicit(&waiter->state, LG_WAITER_GRANTED, memory_order_release);
    lg_port_futex_wake((uint32_t *)&waiter->state, 1);
}

lg_status_t lg_unit_fail(lg_unit_t *unit, lg_status_t code, int64_t since_ns, lg_error_t *err) {
    const char *holder = NULL;
    for (uint32_t i = 0; i < unit->capacity && holder == NULL; i++) {
        if (atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) != 0) {
            holder = atomic_load_explicit(&unit->slots[i].what, memory_order_relaxed);
        }
    }
    return lg_error_set(err, code, NULL, "unit '%s' is held by %s; waited for %.1f ms", unit->name,
                        holder != NULL ? holder : "somebody without a name",
                        (double)(lg_port_now_ns() - since_ns) / 1e6);
}

lg_status_t lg_unit_take(lg_unit_t *unit, const lg_take_desc_t *desc, lg_hold_t *out_hold, lg_error_t *err) {
    out_hold->unit = NULL;
    const char *what = desc != NULL && LG_HAS(desc, lg_take_desc_t, what) ? desc->what : NULL;
    if (__builtin_expect(unit_try(unit, lg_port_thread_identity(), what, out_hold) != 0, 1)) {
        return LG_OK;
    }
    int64_t deadline_ns = desc != NULL && LG_HAS(desc, lg_take_desc_t, deadline_ns) ? desc->deadline_ns : 0;
    lg_waiter_t waiter = {.owner = lg_port_thread_identity(), .what = what, .granted = unit_wake};
    waiter.priority = desc != NULL && LG_HAS(desc, lg_take_desc_t, priority) ? desc->priority : 0;
    LG_CHECK(err, waiter.priority >= LG_PRIORITY_LOW && waiter.priority <= LG_PRIORITY_HIGH,
             LG_STATUS_INVALID_ARGUMENT, NULL, "the priority is %d, expected %d, %d or %d", waiter.priority,
             LG_PRIORITY_LOW, LG_PRIORITY_NORMAL, LG_PRIORITY_HIGH);
    int taken = lg_unit_queue(unit, &waiter);
    LG_CHECK(err, taken >= 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "unit '%s' is held by this thread already: it would wait for itself", unit->name);
    int64_t until_ns = deadline_ns > 0 ? deadline_ns : INT64_MAX;
    lg_status_t late = LG_STATUS_DEADLINE;
    if (unit->max_wait_ns > 0 && lg_port_now_ns() < until_ns - unit->max_wait_ns) {
        until_ns = lg_port_now_ns() + unit->max_wait_ns;
        late = LG_STATUS_BUSY;
    }
    while (taken == 0 && atomic_load_explicit(&waiter.state, memory_order_acquire) == LG_WAITER_WAITING) {
        if (!lg_port_futex_wait_until((uint32_t *)&waiter.state, LG_WAITER_WAITING, until_ns)) {
            if (lg_unit_withdraw(unit, &waiter)) {
                return lg_unit_fail(unit, late, waiter.since_ns, err);
            }
            until_ns = INT64_MAX;  // it was granted this moment
        }
    }
    *out_hold = (lg_hold_t){.unit = unit, .slot = waiter.slot};
    return LG_OK;
}

// ---- names ------------------------------------------------------------------------------------------

typedef struct unit_label {
    struct unit_label *next;
    char text[];
} unit_label_t;

static void units_lock(lg_context_t *context) {
    for (uint32_t i = 0; atomic_exchange_explicit(&context->units_lock, 1, memory_order_acquire) != 0; i++) {
        LG_TURN_PAUSE(i);
    }
}

static void units_unlock(lg_context_t *context) {
    atomic_store_explicit(&context->units_lock, 0, memory_order_release);
}

// Under the lock of the list.
static lg_unit_t *unit_find(lg_context_t *context, const char *name) {
    lg_unit_t *unit = context->units;
    while (unit != NULL && strcmp(unit->name, name) != 0) {
        unit = unit->next;
    }
    return unit;
}

lg_status_t lg_unit_create(lg_context_t *context, const lg_unit_desc_t *desc, lg_unit_t **out_unit,
                           lg_error_t *err) {
    *out_unit = NULL;
    LG_TRY(lg_context_check(context, err));
    const lg_unit_desc_t given = *desc;
    LG_CHECK(err, given.name != NULL && given.name[0] != 0 && strlen(given.name) < 128,
             LG_STATUS_INVALID_ARGUMENT, NULL, "a unit needs a name of 1 to 127 bytes");
    LG_CHECK(err, given.capacity <= LG_UNIT_MAX_CAPACITY, LG_STATUS_INVALID_ARGUMENT, NULL,
             "unit '%s' is to have %u places, at most %d are possible", given.name, given.capacity,
             LG_UNIT_MAX_CAPACITY);
    LG_CHECK(err, given.max_wait_ns >= 0, LG_STATUS_INVALID_ARGUMENT, NULL,
             "unit '%s': times are not negative", given.name);
    uint32_t capacity = given.capacity > 0 ? given.capacity : 1;
    size_t bytes = sizeof(lg_unit_t) + capacity * sizeof(lg_slot_t);
    lg_unit_t *unit = lg_heap_alloc(&context->heap, bytes);
    LG_CHECK(err, unit != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a unit");
    memset(unit, 0, bytes);
    unit->context = context;
    unit->capacity = capacity;
    unit->slots = capacity > 1 ? (lg_slot_t *)(unit + 1) : &unit->first;
    unit->max_wait_ns = given.max_wait_ns;
    unit->process = lg_port_process_number();
    atomic_init(&unit->refs, 1);
    snprintf(unit->name, sizeof unit->name, "%s", given.name);
    lg_zone_init(&unit->zone, &context->heap);
    units_lock(context);
    bool taken = unit_find(context, given.name) != NULL;
    if (!taken) {
        unit->order = ++context->unit_count;
        unit->next = context->units;
        context->units = unit;
    }
    units_unlock(context);
    if (taken) {
        lg_error_set(err, LG_STATUS_ALREADY_EXISTS, NULL, "there is a unit '%s' already", unit->name);
        lg_heap_free(&context->heap, unit, bytes);
        return LG_STATUS_ALREADY_EXISTS;
    }
    *out_unit = unit;
    return LG_OK;
}

lg_status_t lg_unit_find(lg_context_t *context, const char *name, lg_unit_t **out_unit, lg_error_t *err) {
    *out_unit = NULL;
    LG_TRY(lg_context_check(context, err));
    char known[256] = "";
    size_t used = 0;
    units_lock(context);
    lg_unit_t *unit = unit_find(context, name);
    if (unit != NULL) {
        lg_unit_retain(unit);
    }
    for (const lg_unit_t *each = context->units; unit == NULL && each != NULL && used < sizeof known;
         each = each->next) {
        used +=
            (size_t)snprintf(known + used, sizeof known - used, "%s'%s'", used > 0 ? ", " : "", each->name);
    }
    units_unlock(context);
    LG_CHECK(err, unit != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no unit '%s'; there %s%s", name,
             used > 0 ? "are " : "is none", known);
    *out_unit = unit;
    return LG_OK;
}

void lg_unit_retain(lg_unit_t *unit) {
    atomic_fetch_add_explicit(&unit->refs, 1, memory_order_relaxed);
}

void lg_unit_release(lg_unit_t *unit) {
    if (unit == NULL) {
        return;
    }
    lg_context_t *context = unit->context;
    units_lock(context);  // nobody finds it while its last reference goes
    bool last = atomic_fetch_sub_explicit(&unit->refs, 1, memory_order_acq_rel) == 1;
    if (last) {
        lg_unit_t **link = &context->units;
        while (*link != unit) {
            link = &(*link)->next;
        }
        *link = unit->next;
    }
    units_unlock(context);
    if (last) {
        size_t slots = unit->capacity;
        lg_zone_deinit(&unit->zone);
        lg_heap_free(&context->heap, unit, sizeof *unit + slots * sizeof(lg_slot_t));
    }
}

const char *lg_unit_name(const lg_unit_t *unit) {
    return unit->name;
}

uint32_t lg_unit_capacity(const lg_unit_t *unit) {
    return unit->capacity;
}

const char *lg_unit_label(lg_unit_t *unit, const char *text) {
    units_lock(unit->context);
    unit_label_t *label = unit->labels;
    while (label != NULL && strcmp(label->text, text) != 0) {
        label = label->next;
    }
    if (label == NULL) {
        size_t bytes = strlen(text) + 1;
        label = lg_zone_alloc(&unit->zone, sizeof *label + bytes);
        if (label != NULL) {
            memcpy(label->text, text, bytes);
            label->next = unit->labels;
            unit->labels = label;
        }
    }
    units_unlock(unit->context);
    return label != NULL ? label->text : NULL;
}

void lg_unit_stats(lg_unit_t *unit, lg_unit_stats_t *out_stats) {
    *out_stats = (lg_unit_stats_t){LG_STRUCT(lg_unit_stats_t), .taken = 0};
    unit_lock(unit);
    uint64_t word = atomic_load_explicit(&unit->turn.word, memory_order_relaxed);
    out_stats->taken = word / LG_TURN_COUNTED;
    out_stats->holders = (uint32_t)(word & LG_TURN_HOLDERS);
    out_stats->waits = unit->waits;
    out_stats->longest_wait_ns = unit->longest_wait_ns;
    out_stats->queued = unit->queued;
    for (uint32_t i = 0; i < unit->capacity && out_stats->holder == NULL; i++) {
        if (atomic_load_explicit(&unit->slots[i].owner, memory_order_relaxed) != 0) {
            out_stats->holder = atomic_load_explicit(&unit->slots[i].what, memory_order_relaxed);
        }
    }
    lg_turn_unlock(&unit->turn);
}
