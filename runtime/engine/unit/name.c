// SPDX-License-Identifier: Apache-2.0
// Units by name: create, find, release; labels and statistics.
#include <stdio.h>
#include <string.h>

#include "unit/system.h"
#include "unit/unit.h"

typedef struct unit_label {
    struct unit_label *next;
    char text[];
} unit_label_t;

// The word is the process that has the lock: in the child of a fork, a thread of the parent does not keep it.
void lg_units_lock(lg_context_t *context) {
    const uint32_t self = (uint32_t)lg_port_process_number();
    for (uint32_t i = 0;; i++) {
        uint32_t holder = atomic_load_explicit(&context->units_lock, memory_order_relaxed);
        if (holder != self &&
            atomic_compare_exchange_strong_explicit(&context->units_lock, &holder, self, memory_order_acquire,
                                                    memory_order_relaxed)) {
            return;
        }
        LG_TURN_PAUSE(i);
    }
}

void lg_units_unlock(lg_context_t *context) {
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
    LG_CHECK(err, given.scope <= LG_SCOPE_SYSTEM, LG_STATUS_INVALID_ARGUMENT, NULL,
             "unit '%s': scope %u, expected LG_SCOPE_PROCESS or LG_SCOPE_SYSTEM", given.name, given.scope);
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
    atomic_init(&unit->top, LG_PRIORITY_LOW - 1);
    atomic_init(&unit->oldest_ns, INT64_MAX);
    snprintf(unit->name, sizeof unit->name, "%s", given.name);
    lg_zone_init(&unit->zone, &context->heap);
    lg_status_t status = LG_OK;
    if (given.scope == LG_SCOPE_SYSTEM) {
        status = lg_system_open(&context->heap, given.name, capacity, &unit->system, err);
    }
    if (status != LG_OK) {
        lg_heap_free(&context->heap, unit, bytes);
        return status;
    }
    lg_units_lock(context);
    bool taken = unit_find(context, given.name) != NULL;
    if (!taken) {
        unit->order = ++context->unit_count;
        unit->next = context->units;
        context->units = unit;
    }
    lg_units_unlock(context);
    if (taken) {
        lg_error_set(err, LG_STATUS_ALREADY_EXISTS, NULL, "there is a unit '%s' already", unit->name);
        lg_system_close(unit->system);
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
    lg_units_lock(context);
    lg_unit_t *unit = unit_find(context, name);
    if (unit != NULL) {
        lg_unit_retain(unit);
    }
    for (const lg_unit_t *each = context->units; unit == NULL && each != NULL && used < sizeof known;
         each = each->next) {
        used +=
            (size_t)snprintf(known + used, sizeof known - used, "%s'%s'", used > 0 ? ", " : "", each->name);
    }
    lg_units_unlock(context);
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
    lg_units_lock(context);  // nobody finds it while its last reference goes
    bool last = atomic_fetch_sub_explicit(&unit->refs, 1, memory_order_acq_rel) == 1;
    if (last) {
        lg_unit_t **link = &context->units;
        while (*link != unit) {
            link = &(*link)->next;
        }
        *link = unit->next;
    }
    lg_units_unlock(context);
    if (last) {
        size_t slots = unit->capacity;
        lg_zone_deinit(&unit->zone);
        lg_system_close(unit->system);
        lg_heap_free(&context->heap, unit, sizeof *unit + slots * sizeof(lg_slot_t));
    }
}

const char *lg_unit_name(const lg_unit_t *unit) {
    return unit->name;
}

uint32_t lg_unit_capacity(const lg_unit_t *unit) {
    return unit->capacity;
}

uint32_t lg_unit_scope(const lg_unit_t *unit) {
    return unit->system != NULL ? LG_SCOPE_SYSTEM : LG_SCOPE_PROCESS;
}

uint64_t lg_unit_order(const lg_unit_t *unit) {
    return unit->order;
}

const char *lg_unit_label(lg_unit_t *unit, const char *text) {
    lg_units_lock(unit->context);
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
    lg_units_unlock(unit->context);
    return label != NULL ? label->text : NULL;
}

void lg_unit_stats(lg_unit_t *unit, lg_unit_stats_t *out_stats) {
    *out_stats = (lg_unit_stats_t){LG_STRUCT(lg_unit_stats_t), .taken = 0};
    lg_unit_lock(unit);
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
    out_stats->recoveries = unit->system != NULL ? lg_system_recoveries(unit->system) : 0;
}
