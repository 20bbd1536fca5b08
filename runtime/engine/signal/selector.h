/* SPDX-License-Identifier: Apache-2.0
 *
 * A selector: the text of a choice (lg_choice_t), read into steps for a machine with a stack.
 *
 *   choose(("battery" < 0.2) & ("night" != 0), ...)
 *   battery lt 0.2 | night ne 0 | and | end
 *
 * Texts come from files: lengths and depths are bounded where they are read, so that evaluation has nothing to check.
 */
#ifndef LEGATO_ENGINE_SELECTOR_H_
#define LEGATO_ENGINE_SELECTOR_H_

#include "base/text.h"
#include "lane/lane.h"
#include "signal/signal.h"

#define LG_MAX_ALTERNATIVES 16
#define LG_MAX_SELECTOR_STEPS 64
#define LG_MAX_SELECTOR_LANES 16
#define LG_MAX_SELECTOR_STACK 16

typedef struct lg_selector_step {
    uint8_t op;
    bool immediate;  // the second operand is `number`
    int8_t move;     // of the end of the stack
    uint32_t lane;   // index
    double number;
    lg_signal_t *signal;  // retained; the first operand; NULL: that is on the stack
} lg_selector_step_t;

// A lane by the name that the text has for it.
typedef struct lg_selector_lane {
    const char *name;
    lg_lane_t *lane;  // retained; NULL: not looked up
} lg_selector_lane_t;

// What is chosen: a device, a model, or a lane.
typedef struct lg_alternative {
    const char *name;
    uint32_t lane;  // index; LG_SELECTOR_NO_LANE: it is none
} lg_alternative_t;
#define LG_SELECTOR_NO_LANE UINT32_MAX

typedef struct lg_selector {
    atomic_int refs;
    lg_context_t *context;
    lg_zone_t zone;
    const char *text;  // "choose(...)"
    const char *when;  // the condition alone
    uint32_t step_count, count, lane_count;
    lg_selector_lane_t lanes[LG_MAX_SELECTOR_LANES];
    lg_alternative_t alternatives[LG_MAX_ALTERNATIVES];
    lg_selector_step_t steps[LG_MAX_SELECTOR_STEPS + 1];
} lg_selector_t;

// Where names are looked up. Each function gives NULL where there is none; one that is NULL: those names are not known
// yet, and nothing will be evaluated.
typedef struct lg_selector_scope {
    lg_lane_t *(*lane)(const void *lanes, const char *name);
    const lg_view_t *(*input)(const void *inputs, const char *name);  // extents are constants of the selector
    const void *lanes, *inputs;
} lg_selector_scope_t;

// Reads a choice at `reader`. Errors: FORMAT (where), NOT_FOUND (a lane, an input), OUT_OF_MEMORY.
lg_status_t lg_selector_read(lg_context_t *context, lg_reader_t *reader, const lg_selector_scope_t *scope,
                             lg_selector_t **out_selector);
// The same, of all of `choice`; its lanes go before those of `scope` (NULL: there are none, and inputs are not known).
LG_API lg_status_t lg_selector_create(lg_context_t *context, const lg_choice_t *choice,
                                      const lg_selector_scope_t *scope, lg_selector_t **out_selector,
                                      lg_error_t *err);
// For scopes: the lane of a selector.
lg_lane_t *lg_selector_lane(const void *selector, const char *name);
// The signals that the condition reads, one after the other; NULL past the end.
lg_signal_t *lg_selector_signal(const lg_selector_t *selector, uint32_t index);
void lg_selector_retain(lg_selector_t *selector);
LG_API void lg_selector_release(lg_selector_t *selector);  // NULL is allowed

// Which alternative a run takes that begins now. Errors: INVALID_ARGUMENT (an unset signal, a number that stands for no
// alternative).
LG_API lg_status_t lg_selector_pick(const lg_selector_t *selector, int32_t priority, int64_t deadline_ns,
                                    uint32_t *out_index, lg_error_t *err);

#endif  // LEGATO_ENGINE_SELECTOR_H_
