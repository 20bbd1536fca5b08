// SPDX-License-Identifier: Apache-2.0
// Hooks under names, so that rules and files can say where they run. They stay as long as the context.
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

struct lg_code {
    struct lg_code *next;
    lg_hook_t hook;
    char name[128];
};

const lg_hook_t *lg_code_find(lg_context_t *context, const char *name) {
    // Acquire pairs with the release of the registration. Entries never change.
    const struct lg_code *code = atomic_load_explicit(&context->code, memory_order_acquire);
    while (code != NULL && strcmp(code->name, name) != 0) {
        code = code->next;
    }
    return code != NULL ? &code->hook : NULL;
}

lg_status_t lg_hook_register(lg_context_t *context, const char *name, const lg_hook_t *hook,
                             lg_error_t *err) {
    LG_TRY(lg_context_check(context, err));
    const size_t bytes = name != NULL ? strlen(name) : 0;
    LG_CHECK(err, bytes > 0 && bytes < sizeof((struct lg_code *)0)->name, LG_STATUS_INVALID_ARGUMENT, NULL,
             "the name of a hook has %zu bytes, 1 to 127 are possible", bytes);
    LG_CHECK(err, hook != NULL && LG_HAS(hook, lg_hook_t, fn), LG_STATUS_INVALID_ARGUMENT, NULL,
             "hook '%s' is no function", name);
    lg_allocator_t *allocator = &context->heap.allocator;
    struct lg_code *code = allocator->alloc(allocator->self, sizeof *code, 16);
    LG_CHECK(err, code != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for hook '%s'", name);
    memset(code, 0, sizeof *code);
    memcpy(&code->hook, hook, hook->size < sizeof *hook ? hook->size : sizeof *hook);
    memcpy(code->name, name, bytes);
    code->hook.what = code->hook.symbol = code->name;
    code->next = atomic_load_explicit(&context->code, memory_order_acquire);
    do {
        if (lg_code_find(context, name) != NULL) {
            allocator->free(allocator->self, code, sizeof *code);
            return lg_error_set(err, LG_STATUS_ALREADY_EXISTS, NULL, "there is a hook '%s' already", name);
        }
    } while (!atomic_compare_exchange_strong_explicit(&context->code, &code->next, code, memory_order_release,
                                                      memory_order_acquire));
    return LG_OK;
}

lg_status_t lg_hook_find(lg_context_t *context, const char *name, lg_hook_t *out_hook, lg_error_t *err) {
    LG_TRY(lg_context_check(context, err));
    const lg_hook_t *found = lg_code_find(context, name);
    LG_CHECK(err, found != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no hook '%.64s'; register it first",
             name);
    *out_hook = *found;
    out_hook->release = NULL;
    return LG_OK;
}

void lg_codes_destroy(lg_context_t *context) {
    lg_allocator_t *allocator = &context->heap.allocator;
    struct lg_code *code = atomic_load_explicit(&context->code, memory_order_acquire);
    while (code != NULL) {
        struct lg_code *next = code->next;
        if (code->hook.release != NULL) {
            code->hook.release(code->hook.self);
        }
        allocator->free(allocator->self, code, sizeof *code);
        code = next;
    }
}
