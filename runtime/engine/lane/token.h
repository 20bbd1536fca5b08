/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens of cores: how runs on lanes that share cores give way to each other. Each core has a word that counts who has
 * it or wants it, by priority:
 *
 *      | HIGH, 15 bits | SOMEBODY WAITS | NORMAL, 16 bits |
 *
 * A walk on a lane claims the core that it is on; a call that was started claims all cores of its lane, where that has
 * some of its own, until it begins. Between two records a walk looks at the word of its core: where a higher priority
 * is counted, it sleeps on the word, for a record's turn at most, so that nothing starves. All is said by
 * read-modify-writes of one word: no wake-up is lost. Nobody claims or looks before a run with a priority other than
 * NORMAL was made in the context.
 */
#ifndef LEGATO_ENGINE_TOKEN_H_
#define LEGATO_ENGINE_TOKEN_H_

#include "lane/lane.h"

enum { LG_TOKEN_WAITED = 0x10000, LG_TOKEN_HIGH = 0x20000 };

// The claim of one walk.
typedef struct lg_token {
    int32_t core;         // -1: none
    int32_t priority;     // of the claim; that of the run may have changed since
    uint32_t generation;  // of the context's lane: in the child of a fork all claims are gone
} lg_token_t;

// The claim of a call that has not begun.
typedef struct lg_token_want {
    lg_cores_t cores;
    uint32_t generation;
    bool wants;
} lg_token_want_t;

static inline bool lg_token_is_used(const lg_context_t *context) {
    return atomic_load_explicit(&context->ranked, memory_order_relaxed) != 0;
}

// Between two records: waits while a higher priority has the core, then claims it.
void lg_token_pass(lg_context_t *context, int32_t priority, lg_token_t *token);
void lg_token_drop(lg_context_t *context, lg_token_t *token);

void lg_token_want(lg_lane_t *lane, int32_t priority, lg_token_want_t *out_want);
void lg_token_unwant(lg_context_t *context, int32_t priority, lg_token_want_t *want);

#endif  // LEGATO_ENGINE_TOKEN_H_
