/* SPDX-License-Identifier: Apache-2.0
 *
 * One kernel call over the workers of a lane, where that is expected to pay.
 */
#ifndef LEGATO_ENGINE_SPREAD_H_
#define LEGATO_ENGINE_SPREAD_H_

#include "lane/lane.h"
#include "op/eager.h"
#include "trace/trace.h"

#define LG_SPREAD_LEAST_NS \
    2000  // a call that is expected to be shorter stays whole: two pieces worth handing over

typedef struct lg_spread {
    lg_kernel_fn_t fn;
    const void *args;
    void *const *data;
    uint32_t operand_count;  // of `data`; looked at where there is scratch
    uint32_t scratch_index;  // in `data`
    int64_t extent, grain;
    double work_ns;
    size_t scratch_bytes;       // per concurrent range
    void *scratch;              // for the workers other than the caller, or NULL: it is taken from the heap
    const lg_tracer_t *tracer;  // of the caller; NULL: nobody wants to know
    uint32_t record;            // for that
} lg_spread_t;

// How many workers a kernel call is cut for now, the caller included; 1: it stays whole, since it costs less
// than handing it over does.
uint32_t lg_spread_workers(lg_lane_t *lane, int64_t extent, int64_t grain, double work_ns);

// Bytes of scratch for `workers`, the caller's not included.
static inline size_t lg_spread_scratch_bytes(uint32_t workers, size_t scratch_bytes) {
    return (workers - 1) * ((scratch_bytes + 63) & ~(size_t)63);
}

// Runs the call; returns what the kernel does. The results are those of the whole call, bit for bit.
int32_t lg_spread_run(lg_lane_t *lane, uint32_t workers, const lg_spread_t *spread);

// An eager op on a lane. Arguments as lg_eager_run.
LG_API lg_status_t lg_spread_eager(lg_lane_t *lane, lg_eager_t *eager, lg_tensor_t *outs, uint32_t out_count,
                                   lg_error_t *err);

#endif  // LEGATO_ENGINE_SPREAD_H_
