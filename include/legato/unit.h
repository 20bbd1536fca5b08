/* SPDX-License-Identifier: Apache-2.0
 *
 * Units: named things, a piece of hardware for instance, of which only so many holders may have hold at once.
 * docs/explanation/calls.md has the rules. UNSTABLE: may change before 1.0.
 */
#ifndef LEGATO_UNIT_H_
#define LEGATO_UNIT_H_

#include <legato/lane.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_UNIT_MAX_CAPACITY 64

// Among whom a unit is shared: the threads of this process, or all processes of the user on this machine.
enum { LG_SCOPE_PROCESS = 0, LG_SCOPE_SYSTEM = 1 };

typedef struct lg_unit lg_unit_t;

// What a unit is to be. Zero-initialised fields are defaults.
typedef struct lg_unit_desc {
    uint32_t size, abi;   // LG_STRUCT(lg_unit_desc_t)
    const char *name;     // "<device>/<resource>" or free words, at most 127 bytes; *copied*
    uint32_t capacity;    // how many may hold it at once; 0: 1
    uint32_t scope;       // LG_SCOPE_*
    int64_t max_wait_ns;  // waiting for longer is an error; 0: no bound
} lg_unit_desc_t;

// Makes a unit of the context. Thread-safe. Caller releases; the name is free again after the last release. One of the
// whole system is what other processes of the user call by the same name; it lies in /dev/shm, and whoever finds its
// holder killed takes its place. Between processes a place is looked for five times a millisecond, by a thread of the
// context while somebody waits. Errors: INVALID_ARGUMENT (name, capacity; that of other processes is another),
// ALREADY_EXISTS (name), OUT_OF_MEMORY, CLOSED, UNSUPPORTED (scope: the system has no shared memory, or processes are of
// another namespace), FORMAT (something else lies there), IO.
LG_API LG_MUST_USE lg_status_t lg_unit_create(lg_context_t *context, const lg_unit_desc_t *desc,
                                              lg_unit_t **out_unit, lg_error_t *err);
// Finds a unit by name, *retained*: caller releases. Thread-safe. Errors: NOT_FOUND (lists those that exist), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_unit_find(lg_context_t *context, const char *name, lg_unit_t **out_unit,
                                            lg_error_t *err);
LG_API void lg_unit_retain(lg_unit_t *unit);
LG_API void lg_unit_release(lg_unit_t *unit);  // NULL is allowed
LG_API const char *lg_unit_name(const lg_unit_t *unit);
LG_API uint32_t lg_unit_capacity(const lg_unit_t *unit);
LG_API uint32_t lg_unit_scope(const lg_unit_t *unit);  // LG_SCOPE_*
// Several units are taken by rising numbers, then no circle of waiting can close.
LG_API uint64_t lg_unit_order(const lg_unit_t *unit);

// A holder of one place, in the memory of who holds.
typedef struct lg_hold {
    lg_unit_t *unit;  // NULL: holds nothing
    uint32_t slot;
    uint32_t reserved;
} lg_hold_t;

// How to wait for a unit. Zero-initialised fields are defaults.
typedef struct lg_take_desc {
    uint32_t size, abi;  // LG_STRUCT(lg_take_desc_t)
    const char
        *what;  // who holds, for messages of others; must live as long as the unit: a literal, lg_unit_label
    int64_t deadline_ns;  // on the clock of lg_clock_ns; 0: none but the unit's bound
    int32_t priority;     // LG_PRIORITY_*
    uint32_t reserved;    // 0
} lg_take_desc_t;

// Takes a place for the calling thread, which sleeps where there is none. `desc` may be NULL. Who waits is served by
// priority, then in order; being passed over eight times counts as one priority more. Take several units in the order
// in which they were made. Errors: BUSY (waited for the unit's bound; names who holds it), DEADLINE, INVALID_ARGUMENT
// (the thread holds all places itself; priority).
LG_API LG_MUST_USE lg_status_t lg_unit_take(lg_unit_t *unit, const lg_take_desc_t *desc, lg_hold_t *out_hold,
                                            lg_error_t *err);
// The same without waiting. 0: there is no place, or others wait.
LG_API int32_t lg_unit_try(lg_unit_t *unit, const char *what, lg_hold_t *out_hold);
// Gives the place back, from any thread. Does nothing where `hold` holds nothing.
LG_API void lg_unit_give(lg_hold_t *hold);

// A copy of `text` that lives as long as the unit; equal texts share one. NULL: out of memory.
LG_API const char *lg_unit_label(lg_unit_t *unit, const char *text);

typedef struct lg_unit_stats {
    uint32_t size, abi;
    uint64_t taken;            // times that a place was taken
    uint64_t waits;            // of them, after waiting
    int64_t longest_wait_ns;   // of those that ended
    uint32_t holders, queued;  // now
    const char *holder;        // one of them, NULL: none or unnamed; *valid until* the unit's last release
    uint64_t recoveries;  // of places whose holders were killed, by all processes; 0 for LG_SCOPE_PROCESS
} lg_unit_stats_t;
LG_API void lg_unit_stats(lg_unit_t *unit, lg_unit_stats_t *out_stats);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_UNIT_H_
