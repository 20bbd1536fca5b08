/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes: the only place where threads exist. UNSTABLE: a lane has one worker today, the thread that calls;
 * the work-stealing pool comes behind the same functions.
 */
#ifndef LEGATO_LANE_H_
#define LEGATO_LANE_H_

#include <legato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns the context's default lane, *valid until* the context is closed.
LG_API lg_lane_t *lg_context_lane(lg_context_t *context);

// Returns how many threads at most run a loop on this lane, the caller included; at least 1.
LG_API uint32_t lg_lane_worker_count(const lg_lane_t *lane);

// Runs `fn(user, begin, end, worker)` over [0, count), cut into ranges of at least `grain` (>= 1) elements;
// the caller takes part and returns when all ranges are done. A non-zero result of `fn` keeps further ranges
// from starting. Returns the first non-zero result, else 0. May be nested.
LG_API int32_t lg_lane_parallel_for(lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn,
                                    void *user);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_LANE_H_
