/* SPDX-License-Identifier: Apache-2.0
 *
 * What processes share of a unit: a page of memory with a name. Each place is one word, the identity of the process that
 * has it: number and time of start, so that a process that is gone is told from one that got its number. A place is taken,
 * given back and recovered by one CAS, so there is no state in which a process could be killed and leave others with
 * nothing; nothing in the page is believed but those words.
 */
#ifndef LEGATO_ENGINE_SYSTEM_H_
#define LEGATO_ENGINE_SYSTEM_H_

#include "base/heap.h"
#include "base/port.h"

enum { LG_SYSTEM_WHAT = 56 };         // bytes that others see of who holds
#define LG_SYSTEM_NOWHERE UINT32_MAX  // a place in the child of a fork, which the parent has

typedef struct lg_system lg_system_t;

// Errors: those of lg_unit_create.
lg_status_t lg_system_open(lg_heap_t *heap, const char *name, uint32_t capacity, lg_system_t **out_system,
                           lg_error_t *err);
void lg_system_close(lg_system_t *system);  // NULL is allowed
// In the child of a fork: it is a process of its own.
void lg_system_renew(lg_system_t *system);
bool lg_system_is_forked(const lg_system_t *system);  // and lg_system_renew was not called yet

// Takes a place where one is free and no other process is to have it first. The time is when waiting began, or now.
bool lg_system_try(lg_system_t *system, int32_t priority, int64_t since_ns, const char *what,
                   uint32_t *out_place);
// The same for somebody who waits and comes again: other processes get to know, and places of processes that were
// killed are taken. Under the unit's lock.
bool lg_system_wait(lg_system_t *system, int32_t priority, int64_t since_ns, const char *what,
                    uint32_t *out_place);
// Nobody waits any more. Under the unit's lock.
void lg_system_unwait(lg_system_t *system);
void lg_system_give(lg_system_t *system, uint32_t place);
// Whether other processes have waited for long, or are more urgent than `priority`.
bool lg_system_presses(const lg_system_t *system, int32_t priority);
uint64_t lg_system_recoveries(const lg_system_t *system);
// Writes who of another process has a place: "what (process 42)". False: nobody.
bool lg_system_holder(const lg_system_t *system, char *text, size_t bytes);

#endif  // LEGATO_ENGINE_SYSTEM_H_
