/* SPDX-License-Identifier: Apache-2.0
 *
 * A run whose strands go at the same time: on the workers of a lane, and on the lanes where ops were placed.
 * docs/explanation/lanes.md has the picture, knot.h the protocols.
 */
#ifndef LEGATO_ENGINE_WEAVE_H_
#define LEGATO_ENGINE_WEAVE_H_

#include "run/call.h"

typedef struct lg_weave lg_weave_t;

// Whether a run of the call with `lane` (NULL: none) goes in strands: there are some, and somebody who takes them.
bool lg_weave_wanted(const lg_call_t *call, const lg_lane_t *lane);

// Makes all ready for a run: of its caller's thread, or one that begins with lg_weave_task on `lane`. After
// the flight was prepared. Errors: OUT_OF_MEMORY, which only the first run with a lane gives.
lg_status_t lg_weave_prepare(lg_call_t *call, lg_lane_t *lane, bool by_caller, lg_error_t *err);

// Runs all on the calling thread, with help. Errors: the first that a strand has.
lg_status_t lg_weave_run(lg_call_t *call, lg_error_t *err);

// The task by which a run begins on its lane; it ends with lg_call_end.
lg_task_t *lg_weave_task(lg_call_t *call);

// At the end of a call's life, or of its plan's.
void lg_weave_free(lg_call_t *call);

#endif  // LEGATO_ENGINE_WEAVE_H_
