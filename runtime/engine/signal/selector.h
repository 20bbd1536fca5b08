/* SPDX-License-Identifier: Apache-2.0
 *
 * A selector: the text of a choice (lg_choice_t), read into steps for a machine with a stack.
 *
 *   choose(("battery" < 0.2) & ("night" != 0), ...)
 *   signal battery | lt 0.2 | signal night | ne 0 | and | end
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
#define LG_MAX_SELECTOR_STACK 16

typedef struct lg_selector_step {
    uint8_t op;
    bool immediate;  // the second operand is `number`
    int8_t move;     // of the end of the stack
    union {
        double number;
        lg_signal_t *signal;  // retained
        lg_lane_t *lane;      // retained
    } with;
} lg_selector_step_t;

// What is chosen: a device, a model, or a lane.
typedef struct lg_alternative {
    const char *name;
    lg_lane_t *lane;  // retained; NULL: it is none
} lg_alternative_t;

typedef struct lg_selector {
    atomic_int refs;
    lg_context_t *context;
    lg_zone_t zone;
    const char *text;  // "choose(...)"
    const char *when;  // the condition alone
    uint32_t step_count, count;
    lg_alternative_t alternatives[LG_MAX_ALTERNATIVES];
    lg_selector_step_t steps[LG_MAX_SELECTOR_STEPS + 1];
} lg_selector_t;

// Where `extent` and `size` look; extents are constants of the selector. Names that are not there are an error.
typedef struct lg_selector_inputs {
    const char *(*name)(const void *self, uint32_t index);  // NULL past the end
    const lg_view_t *(*type)(const void *self, uint32_t index);
    const void *self;
} lg_selector_inputs_t;

// Reads a choice at `reader`. `lanes` as in lg_choice_t. `inputs` NULL: not known yet, nothing will be evaluated.
// Errors: FORMAT (where), NOT_FOUND (a lane, an input), OUT_OF_MEMORY.
lg_status_t lg_selector_read(lg_context_t *context, lg_reader_t *reader, lg_lane_t *const *lanes,
                             size_t lane_count, const lg_selector_inputs_t *inputs,
                             lg_selector_t **out_selector);
// The same, of all of `choice`.
LG_API lg_status_t lg_selector_create(lg_context_t *context, const lg_choice_t *choice,
                                      const lg_selector_inputs_t *inputs, lg_selector_t **out_selector,
                                      lg_error_t *err);
void lg_selector_retain(lg_selector_t *selector);
LG_API void lg_selector_release(lg_selector_t *selector);  // NULL is allowed

// Which alternative a run takes that begins now. Errors: INVALID_ARGUMENT (an unset signal, a number that stands for no
// alternative).
LG_API lg_status_t lg_selector_pick(const lg_selector_t *selector, int32_t priority, int64_t deadline_ns,
                                    uint32_t *out_index, lg_error_t *err);

// The lanes whose queues the condition looks at, into `lanes` (room for LG_MAX_SELECTOR_STEPS); returns how many.
uint32_t lg_selector_lanes(const lg_selector_t *selector, lg_lane_t **lanes);

#endif  // LEGATO_ENGINE_SELECTOR_H_
