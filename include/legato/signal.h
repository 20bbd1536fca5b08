/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals: named numbers that the application sets, and choices, which read them when a run begins: a plan or a model
 * has several ways to go, and a condition over signals says which. docs/how-to/decide-at-run-time.md.
 * UNSTABLE: may change before 1.0.
 */
#ifndef LEGATO_SIGNAL_H_
#define LEGATO_SIGNAL_H_

#include <legato/lane.h>

#ifdef __cplusplus
extern "C" {
#endif

// A number, or a flag (0, 1), under a name. NaN stands for "unset": a choice that reads it fails, naming the signal.
typedef struct lg_signal lg_signal_t;

// Finds the signal called `name` (1 to 127 bytes), or makes it. `initial` (NaN: none) is what it is set to as long as
// nobody has set it; the first that is given stands, also in files. *Retained*: caller releases. Thread-safe.
// Errors: INVALID_ARGUMENT (name), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_signal_open(lg_context_t *context, const char *name, double initial,
                                              lg_signal_t **out_signal, lg_error_t *err);
// Finds a signal that exists, *retained*: caller releases. Thread-safe. Errors: NOT_FOUND (lists those that do), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_signal_find(lg_context_t *context, const char *name,
                                              lg_signal_t **out_signal, lg_error_t *err);
// The signal at `index` of those that exist, *retained*: caller releases. Errors: NOT_FOUND (past the end), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_signal_at(lg_context_t *context, uint32_t index, lg_signal_t **out_signal,
                                            lg_error_t *err);
LG_API void lg_signal_retain(lg_signal_t *signal);
LG_API void lg_signal_release(lg_signal_t *signal);  // NULL is allowed; the last one forgets the value
LG_API const char *lg_signal_name(const lg_signal_t *signal);

// Sets it, from any thread; runs that begin later see it. NaN: unset.
LG_API void lg_signal_set(lg_signal_t *signal, double value);
LG_API double lg_signal_value(const lg_signal_t *signal);    // NaN: unset
LG_API double lg_signal_initial(const lg_signal_t *signal);  // NaN: none

// What a run may choose between, as a text:
//
//   choose(("battery" < 0.2) & ("night" != 0), "cpu:0", "acme.mm:0")
//
// The condition comes first. With two alternatives the first one is taken where it is not 0. With more it is a number,
// rounded down: 0 takes the first. It is made of signals ("name"), numbers, the run's `priority` (LG_PRIORITY_*) and
// `slack_us` (until its deadline; inf without one), `queued "lane"` (tasks that wait there), `extent "input" axis` and
// `size "input"` (of the run's inputs); + - * / // < <= > >= == != & | with one on a level, others in parentheses;
// -x, ~x (not), abs(x), floor(x), min(x, y), max(x, y), where(condition, x, y).
// Alternatives, 2 to 16, are devices, lanes (`lane "name"`) or models, as where the choice stands has it, all of a kind.
typedef struct lg_choice {
    uint32_t size, abi;
    const char *text;  // *borrows*
    lg_lane_t *const
        *lanes;  // that the text may name, found by their names; *borrows*, what is used is retained
    uint64_t lane_count;
} lg_choice_t;

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_SIGNAL_H_
