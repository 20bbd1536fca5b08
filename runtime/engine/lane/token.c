// SPDX-License-Identifier: Apache-2.0
#include "lane/token.h"

_Static_assert(LG_CONTEXT_CORES == LG_LANE_MAX_CORES, "a token per core");

// How long a record waits for a core at most.
enum { TOKEN_MOST_NS = 10000000 };

// Above this, a call claims no cores before it begins.
enum { TOKEN_WANT_MOST = 16 };

// In the child of a fork this makes the default lane new, and the tokens with it.
static uint32_t token_generation(lg_context_t *context) {
    uint32_t generation;
    if (lg_lane_enter(context->lane, &generation)) {
        lg_lane_exit(context->lane, generation);
    }
    return generation;
}

static bool token_is_current(const lg_context_t *context, uint32_t generation) {
    return !lg_lane_is_forked(context->lane, generation);
}

static uint32_t token_count(int32_t priority) {
    return priority == LG_PRIORITY_HIGH ? LG_TOKEN_HIGH : priority == LG_PRIORITY_NORMAL ? 1 : 0;
}

// Whether somebody of a higher priority is counted in a word.
static bool token_presses(uint32_t word, int32_t priority) {
    return word >= LG_TOKEN_HIGH ? priority < LG_PRIORITY_HIGH
                                 : priority < LG_PRIORITY_NORMAL && (word & (LG_TOKEN_WAITED - 1)) != 0;
}

static void token_take(_Atomic(uint32_t) *word, int32_t priority) {
    atomic_fetch_add_explicit(word, token_count(priority), memory_order_relaxed);
}

static void token_give(_Atomic(uint32_t) *word, int32_t priority) {
    if (atomic_fetch_sub_explicit(word, token_count(priority), memory_order_relaxed) & LG_TOKEN_WAITED) {
        atomic_fetch_and_explicit(word, ~(uint32_t)LG_TOKEN_WAITED, memory_order_relaxed);
        lg_port_futex_wake((uint32_t *)word, INT32_MAX);
    }
}

static void token_wait(_Atomic(uint32_t) *word, int32_t priority) {
    const int64_t until_ns = lg_port_now_ns() + TOKEN_MOST_NS;
    uint32_t seen = atomic_load_explicit(word, memory_order_relaxed);
    while (token_presses(seen, priority)) {
        seen = atomic_fetch_or_explicit(word, LG_TOKEN_WAITED, memory_order_relaxed) | LG_TOKEN_WAITED;
        if (token_presses(seen, priority) && !lg_port_futex_wait_until((uint32_t *)word, seen, until_ns)) {
            return;
        }
        seen = atomic_load_explicit(word, memory_order_relaxed);
    }
}

void lg_token_drop(lg_context_t *context, lg_token_t *token) {
    if (token->core >= 0 && token_is_current(context, token->generation)) {
        token_give(&context->cores[token->core], token->priority);
    }
    token->core = -1;
}

void lg_token_pass(lg_context_t *context, int32_t priority, lg_token_t *token) {
    const int32_t core = lg_port_core();
    if (core < 0 || core >= LG_LANE_MAX_CORES) {
        return;
    }
    if (token->core != core || !token_is_current(context, token->generation)) {
        lg_token_drop(context, token);
        if (token_count(priority) > 0) {
            token->generation = token_generation(context);
            token->core = core;
            token->priority = priority;
            token_take(&context->cores[core], priority);
        }
    }
    if (token_presses(atomic_load_explicit(&context->cores[core], memory_order_relaxed), priority)) {
        (void)token_generation(context);
        token_wait(&context->cores[core], priority);
    }
}

void lg_token_want(lg_lane_t *lane, int32_t priority, lg_token_want_t *out_want) {
    out_want->wants = false;
    if (!lg_token_is_used(lane->context) || !lane->owns_cores || token_count(priority) == 0) {
        return;
    }
    lg_lane_lock(lane);
    out_want->cores = lane->cores;
    lg_lane_unlock(lane);
    out_want->wants = lg_cores_count(&out_want->cores) <= TOKEN_WANT_MOST;
    out_want->generation = token_generation(lane->context);
    for (uint32_t i = 0; i < LG_LANE_MAX_CORES && out_want->wants; i++) {
        if (lg_cores_has(&out_want->cores, i)) {
            token_take(&lane->context->cores[i], priority);
        }
    }
}

void lg_token_unwant(lg_context_t *context, int32_t priority, lg_token_want_t *want) {
    if (!want->wants) {
        return;
    }
    want->wants = false;
    for (uint32_t i = 0; i < LG_LANE_MAX_CORES && token_is_current(context, want->generation); i++) {
        if (lg_cores_has(&want->cores, i)) {
            token_give(&context->cores[i], priority);
        }
    }
}
