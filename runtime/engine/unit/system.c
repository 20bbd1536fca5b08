// SPDX-License-Identifier: Apache-2.0
#include "unit/system.h"

#include <legato/lane.h>
#include <legato/unit.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "unit/unit.h"

#define SYSTEM_MAGIC UINT64_C(0x31746f6c6f676c6c)
enum { SYSTEM_VERSION = 1, SYSTEM_WAITERS = 32 };
// Waiting for so long counts as one priority more; so long a free place is left to who is more urgent and does not take it;
// so often a place is looked at whose holder may have been killed.
enum { SYSTEM_AGE_NS = 10000000, SYSTEM_YIELD_NS = 2000000, SYSTEM_CHECK_NS = 1000000 };

typedef struct system_waiter {
    _Atomic(uint64_t) owner;  // 0: free; by who takes the entry, or finds its process gone
    _Atomic(int64_t) since_ns;
    _Atomic(int64_t) priority;
} system_waiter_t;

typedef struct system_place {
    _Atomic(uint64_t) owner;                     // 0: free
    _Atomic(uint64_t) what[LG_SYSTEM_WHAT / 8];  // by the owner, for messages
} system_place_t;

// What lies in the page. Processes of another version refuse it.
typedef struct system_page {
    uint64_t magic;
    uint32_t version, capacity;
    uint64_t space;  // the namespace of process numbers
    char name[128];
    _Atomic(uint64_t) waiting;  // bit i: entry i of waiters is in use, or its process was killed
    _Atomic(uint64_t) recoveries;
    system_waiter_t waiters[SYSTEM_WAITERS];
    system_place_t places[LG_UNIT_MAX_CAPACITY];
} system_page_t;

struct lg_system {
    system_page_t *page;
    lg_heap_t *heap;
    uint32_t capacity;
    uint32_t *guard;         // 1; 0 in the child of a fork
    _Atomic(uint64_t) self;  // of this process
    // Under the unit's lock.
    _Atomic(uint32_t) entry;  // of waiters + 1, 0: none; read without the lock, too
    int64_t yields_ns;        // since when a free place was left to others; 0: it was not
    int64_t checked_ns;       // when owners were last looked at
};

static uint64_t system_identity(void) {
    const int64_t process = lg_port_process_number();
    return (uint64_t)process << 32 | lg_port_process_start(process);
}

static bool system_is_gone(uint64_t owner) {
    const int64_t process = (int64_t)(owner >> 32);
    return process <= 0 || process > INT32_MAX || lg_port_process_start(process) != (uint32_t)owner;
}

lg_status_t lg_system_open(lg_heap_t *heap, const char *name, uint32_t capacity, lg_system_t **out_system,
                           lg_error_t *err) {
    *out_system = NULL;
    const uint64_t self = system_identity();
    LG_CHECK(err, (uint32_t)self != 0, LG_STATUS_UNSUPPORTED, NULL,
             "unit '%s': this system does not tell when a process began, so units are of one process", name);
    lg_system_t *system = lg_heap_alloc(heap, sizeof *system);
    system_page_t *fresh = lg_heap_alloc(heap, sizeof *fresh);
    lg_status_t status = LG_OK;
    if (system == NULL || fresh == NULL) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a unit");
    } else {
        memset(system, 0, sizeof *system);
        memset(fresh, 0, sizeof *fresh);
        fresh->magic = SYSTEM_MAGIC;
        fresh->version = SYSTEM_VERSION;
        fresh->capacity = capacity;
        fresh->space = lg_port_process_space();
        snprintf(fresh->name, sizeof fresh->name, "%s", name);
        void *memory = NULL;
        system->guard = lg_port_fork_guard_create();
        status = system->guard == NULL
                     ? lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a unit")
                     : lg_port_share_open(name, fresh, sizeof *fresh, &memory, err);
        system->page = memory;
    }
    if (status == LG_OK) {
        const system_page_t *page = system->page;
        const uint32_t have = page->capacity;  // read once: it is not ours
        if (page->magic != SYSTEM_MAGIC || page->version != SYSTEM_VERSION ||
            memcmp(page->name, fresh->name, sizeof fresh->name) != 0) {
            status = lg_error_set(err, LG_STATUS_FORMAT, NULL,
                                  "unit '%s': what lies in shared memory under this name is no unit of this "
                                  "version; remove the file when nobody uses it",
                                  name);
        } else if (page->space != fresh->space) {
            status = lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL,
                                  "unit '%s' is that of processes of another container, whose numbers are of "
                                  "another namespace: they cannot share it",
                                  name);
        } else if (have != capacity) {
            status = lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                                  "unit '%s' was made with %u places by another process, not %u", name, have,
                                  capacity);
        }
    }
    if (fresh != NULL) {
        lg_heap_free(heap, fresh, sizeof *fresh);
    }
    if (status != LG_OK) {
        if (system != NULL) {
            lg_port_share_close(system->page, sizeof *system->page);
            lg_port_fork_guard_destroy(system->guard);
            lg_heap_free(heap, system, sizeof *system);
        }
        return status;
    }
    system->heap = heap;
    system->capacity = capacity;
    atomic_init(&system->self, self);
    *out_system = system;
    return LG_OK;
}

void lg_system_close(lg_system_t *system) {
    if (system != NULL) {
        lg_system_unwait(system);
        lg_port_share_close(system->page, sizeof *system->page);
        lg_port_fork_guard_destroy(system->guard);
        lg_heap_free(system->heap, system, sizeof *system);
    }
}

void lg_system_renew(lg_system_t *system) {
    atomic_store_explicit(&system->self, system_identity(), memory_order_relaxed);
    system->entry = 0;
    system->yields_ns = 0;
    __atomic_store_n(system->guard, 1, __ATOMIC_RELEASE);
}

bool lg_system_is_forked(const lg_system_t *system) {
    return __atomic_load_n(system->guard, __ATOMIC_ACQUIRE) != 1;
}

// ---- places -----------------------------------------------------------------------------------------

// When it came, as if by its priority it had come earlier or later: the least is served first.
static int64_t system_turn(int64_t since_ns, int64_t priority) {
    priority = priority < -1 ? -1 : priority > 1 ? 1 : priority;
    return since_ns - priority * SYSTEM_AGE_NS;
}

// Whether somebody of another process comes before one whose turn is `turn`; of those that were killed, the entries are
// freed where `check`.
static bool system_yields(lg_system_t *system, int64_t turn, int64_t now_ns, bool check) {
    system_page_t *page = system->page;
    for (uint64_t set = atomic_load_explicit(&page->waiting, memory_order_relaxed); set != 0;
         set &= set - 1) {
        const uint32_t at = (uint32_t)__builtin_ctzll(set);
        if (at >= SYSTEM_WAITERS || at + 1 == system->entry) {
            continue;
        }
        system_waiter_t *waiter = &page->waiters[at];
        uint64_t owner = atomic_load_explicit(&waiter->owner, memory_order_relaxed);
        int64_t since_ns = atomic_load_explicit(&waiter->since_ns, memory_order_relaxed);
        since_ns = since_ns > now_ns ? now_ns : since_ns;
        if (system_turn(since_ns, atomic_load_explicit(&waiter->priority, memory_order_relaxed)) >= turn) {
            continue;
        }
        if (!check || !system_is_gone(owner)) {
            return true;
        }
        atomic_fetch_and_explicit(&page->waiting, ~(UINT64_C(1) << at), memory_order_relaxed);
        (void)atomic_compare_exchange_strong_explicit(&waiter->owner, &owner, 0, memory_order_relaxed,
                                                      memory_order_relaxed);
    }
    return false;
}

// Takes a place that is free or, with `check`, that of a process that is gone. Acquire pairs with give: what the last
// holder wrote.
static bool system_take(lg_system_t *system, const char *what, bool check, uint32_t *out_place) {
    system_page_t *page = system->page;
    const uint64_t self = atomic_load_explicit(&system->self, memory_order_relaxed);
    for (uint32_t i = 0; i < system->capacity; i++) {
        system_place_t *place = &page->places[i];
        uint64_t owner = atomic_load_explicit(&place->owner, memory_order_relaxed);
        bool gone = owner != 0 && check && owner != self && system_is_gone(owner);
        if ((owner == 0 || gone) &&
            atomic_compare_exchange_strong_explicit(&place->owner, &owner, self, memory_order_acquire,
                                                    memory_order_relaxed)) {
            if (gone) {
                atomic_fetch_add_explicit(&page->recoveries, 1, memory_order_relaxed);
            }
            uint64_t words[LG_SYSTEM_WHAT / 8] = {0};
            if (what != NULL) {
                size_t bytes = strlen(what);
                memcpy(words, what, bytes < sizeof words ? bytes : sizeof words - 1);
            }
            for (uint32_t k = 0; k < LG_SYSTEM_WHAT / 8; k++) {
                atomic_store_explicit(&place->what[k], words[k], memory_order_relaxed);
            }
            *out_place = i;
            return true;
        }
    }
    return false;
}

bool lg_system_try(lg_system_t *system, int32_t priority, int64_t since_ns, const char *what,
                   uint32_t *out_place) {
    if (__builtin_expect(atomic_load_explicit(&system->page->waiting, memory_order_relaxed) != 0, 0) &&
        // Who comes now goes before those that have not waited for long: handing over costs more.
        system_yields(system, system_turn(since_ns - LG_UNIT_FAIR_NS, priority), since_ns, false)) {
        return false;
    }
    return system_take(system, what, false, out_place);
}

// An entry of its own among those who wait. None is free: it waits all the same, and others do not know.
static void system_enter(lg_system_t *system, int32_t priority, int64_t since_ns) {
    system_page_t *page = system->page;
    const uint64_t self = atomic_load_explicit(&system->self, memory_order_relaxed);
    for (uint32_t i = 0; i < SYSTEM_WAITERS && system->entry == 0; i++) {
        uint64_t owner = atomic_load_explicit(&page->waiters[i].owner, memory_order_relaxed);
        if ((owner == 0 || system_is_gone(owner)) &&
            atomic_compare_exchange_strong_explicit(&page->waiters[i].owner, &owner, self,
                                                    memory_order_relaxed, memory_order_relaxed)) {
            system->entry = i + 1;
        }
    }
    if (system->entry != 0) {
        system_waiter_t *waiter = &page->waiters[system->entry - 1];
        atomic_store_explicit(&waiter->since_ns, since_ns, memory_order_relaxed);
        atomic_store_explicit(&waiter->priority, priority, memory_order_relaxed);
        atomic_fetch_or_explicit(&page->waiting, UINT64_C(1) << (system->entry - 1), memory_order_relaxed);
    }
}

bool lg_system_wait(lg_system_t *system, int32_t priority, int64_t since_ns, const char *what,
                    uint32_t *out_place) {
    const int64_t now_ns = lg_port_now_ns();
    const bool check = now_ns - system->checked_ns > SYSTEM_CHECK_NS;
    system->checked_ns = check ? now_ns : system->checked_ns;
    system_enter(system, priority, since_ns);
    if (system_yields(system, system_turn(since_ns, priority), now_ns, check)) {
        // A process that was stopped must not keep others from what is free.
        system->yields_ns = system->yields_ns != 0 ? system->yields_ns : now_ns;
        if (now_ns - system->yields_ns < SYSTEM_YIELD_NS) {
            return false;
        }
    }
    if (!system_take(system, what, check, out_place)) {
        system->yields_ns = 0;  // there is nothing that could be left to others
        return false;
    }
    lg_system_unwait(system);
    return true;
}

void lg_system_unwait(lg_system_t *system) {
    system->yields_ns = 0;
    if (system->entry != 0) {
        const uint32_t at = system->entry - 1;
        uint64_t self = atomic_load_explicit(&system->self, memory_order_relaxed);
        atomic_fetch_and_explicit(&system->page->waiting, ~(UINT64_C(1) << at), memory_order_relaxed);
        (void)atomic_compare_exchange_strong_explicit(&system->page->waiters[at].owner, &self, 0,
                                                      memory_order_relaxed, memory_order_relaxed);
        system->entry = 0;
    }
}

void lg_system_give(lg_system_t *system, uint32_t place) {
    if (place != LG_SYSTEM_NOWHERE) {
        uint64_t self = atomic_load_explicit(&system->self, memory_order_relaxed);
        // Release: what the holder wrote. Where the page was spoilt the place is somebody else's by now.
        (void)atomic_compare_exchange_strong_explicit(&system->page->places[place].owner, &self, 0,
                                                      memory_order_release, memory_order_relaxed);
    }
}

// ---- looking ----------------------------------------------------------------------------------------

bool lg_system_presses(const lg_system_t *system, int32_t priority) {
    if (atomic_load_explicit(&system->page->waiting, memory_order_relaxed) == 0) {
        return false;
    }
    const int64_t now_ns = lg_port_now_ns();
    // `entry` belongs to who has the lock; who holds all places has none.
    return system_yields((lg_system_t *)system, system_turn(now_ns - LG_UNIT_FAIR_NS, priority), now_ns,
                         false);
}

uint64_t lg_system_recoveries(const lg_system_t *system) {
    return atomic_load_explicit(&system->page->recoveries, memory_order_relaxed);
}

bool lg_system_holder(const lg_system_t *system, char *text, size_t bytes) {
    for (uint32_t i = 0; i < system->capacity; i++) {
        const system_place_t *place = &system->page->places[i];
        const uint64_t owner = atomic_load_explicit(&place->owner, memory_order_relaxed);
        if (owner == 0) {
            continue;
        }
        uint64_t words[LG_SYSTEM_WHAT / 8];
        for (uint32_t k = 0; k < LG_SYSTEM_WHAT / 8; k++) {
            words[k] = atomic_load_explicit(&place->what[k], memory_order_relaxed);
        }
        char what[LG_SYSTEM_WHAT];
        memcpy(what, words, sizeof what);
        what[sizeof what - 1] = 0;
        for (char *c = what; *c != 0; c++) {  // another process wrote it
            *c = *c < 32 && *c >= 0 ? '?' : *c;
        }
        snprintf(text, bytes, "%s (process %u%s)", what[0] != 0 ? what : "somebody without a name",
                 (unsigned)(owner >> 32), system_is_gone(owner) ? ", which is gone" : "");
        return true;
    }
    return false;
}
