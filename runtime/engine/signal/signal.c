// SPDX-License-Identifier: Apache-2.0
// Signals: one atomic number each, and a list by name.
#include "signal/signal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void signals_lock(lg_context_t *context) {
    // Held for a look through a short list; pairs with the release of the unlock.
    while (atomic_exchange_explicit(&context->signals_lock, 1, memory_order_acquire) != 0) {}
}

static void signals_unlock(lg_context_t *context) {
    atomic_store_explicit(&context->signals_lock, 0, memory_order_release);
}

// Under the lock.
static lg_signal_t *signal_find(lg_context_t *context, const char *name) {
    lg_signal_t *signal = context->signals;
    while (signal != NULL && strcmp(signal->name, name) != 0) {
        signal = signal->next;
    }
    return signal;
}

lg_status_t lg_signal_open(lg_context_t *context, const char *name, double initial, lg_signal_t **out_signal,
                           lg_error_t *err) {
    *out_signal = NULL;
    LG_TRY(lg_context_check(context, err));
    LG_CHECK(err, name != NULL && name[0] != 0 && strlen(name) < sizeof((lg_signal_t *)0)->name,
             LG_STATUS_INVALID_ARGUMENT, NULL, "a signal needs a name of 1 to 127 bytes");
    lg_signal_t *fresh = lg_heap_alloc(&context->heap, sizeof *fresh);
    LG_CHECK(err, fresh != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a signal");
    signals_lock(context);
    lg_signal_t *signal = signal_find(context, name);
    if (signal == NULL) {
        signal = fresh;
        fresh = NULL;
        memset(signal, 0, sizeof *signal);
        snprintf(signal->name, sizeof signal->name, "%s", name);
        signal->context = context;
        atomic_init(&signal->value, NAN);
        atomic_init(&signal->initial, NAN);
        signal->next = context->signals;
        context->signals = signal;
    }
    atomic_fetch_add_explicit(&signal->refs, 1, memory_order_relaxed);
    if (isnan(lg_signal_initial(signal)) && !isnan(initial)) {
        atomic_store_explicit(&signal->initial, initial, memory_order_relaxed);
        if (isnan(lg_signal_value(signal))) {
            lg_signal_set(signal, initial);
        }
    }
    signals_unlock(context);
    if (fresh != NULL) {
        lg_heap_free(&context->heap, fresh, sizeof *fresh);
    }
    *out_signal = signal;
    return LG_OK;
}

lg_status_t lg_signal_find(lg_context_t *context, const char *name, lg_signal_t **out_signal,
                           lg_error_t *err) {
    *out_signal = NULL;
    LG_TRY(lg_context_check(context, err));
    char known[256] = "";
    size_t used = 0;
    signals_lock(context);
    lg_signal_t *signal = signal_find(context, name);
    if (signal != NULL) {
        lg_signal_retain(signal);
    }
    for (const lg_signal_t *each = context->signals; signal == NULL && each != NULL && used < sizeof known;
         each = each->next) {
        used +=
            (size_t)snprintf(known + used, sizeof known - used, "%s'%s'", used > 0 ? ", " : "", each->name);
    }
    signals_unlock(context);
    LG_CHECK(err, signal != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no signal '%s'; there %s%s", name,
             used > 0 ? "are " : "is none", known);
    *out_signal = signal;
    return LG_OK;
}

lg_status_t lg_signal_at(lg_context_t *context, uint32_t index, lg_signal_t **out_signal, lg_error_t *err) {
    *out_signal = NULL;
    LG_TRY(lg_context_check(context, err));
    signals_lock(context);
    lg_signal_t *signal = context->signals;
    while (signal != NULL && index-- > 0) {
        signal = signal->next;
    }
    if (signal != NULL) {
        lg_signal_retain(signal);
    }
    signals_unlock(context);
    LG_CHECK(err, signal != NULL, LG_STATUS_NOT_FOUND, NULL, "there are fewer signals");
    *out_signal = signal;
    return LG_OK;
}

void lg_signal_retain(lg_signal_t *signal) {
    atomic_fetch_add_explicit(&signal->refs, 1, memory_order_relaxed);
}

void lg_signal_release(lg_signal_t *signal) {
    if (signal == NULL) {
        return;
    }
    lg_context_t *context = signal->context;
    signals_lock(context);  // nobody finds it while its last reference goes
    bool last = atomic_fetch_sub_explicit(&signal->refs, 1, memory_order_acq_rel) == 1;
    if (last) {
        lg_signal_t **link = &context->signals;
        while (*link != signal) {
            link = &(*link)->next;
        }
        *link = signal->next;
    }
    signals_unlock(context);
    if (last) {
        lg_heap_free(&context->heap, signal, sizeof *signal);
    }
}

const char *lg_signal_name(const lg_signal_t *signal) {
    return signal->name;
}

void lg_signal_set(lg_signal_t *signal, double value) {
    // Release pairs with lg_signal_value: who sees the number sees what led to it.
    atomic_store_explicit(&signal->value, value, memory_order_release);
}

double lg_signal_value(const lg_signal_t *signal) {
    return atomic_load_explicit(&signal->value, memory_order_acquire);
}

double lg_signal_initial(const lg_signal_t *signal) {
    return atomic_load_explicit(&signal->initial, memory_order_relaxed);
}
