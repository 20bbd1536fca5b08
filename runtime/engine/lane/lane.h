/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_LANE_H_
#define LEGATO_ENGINE_LANE_H_

#include <legato/lane.h>

#include "base/check.h"

struct lg_lane {
    uint32_t worker_count;  // read-only after creation
};

void lg_lane_init(lg_lane_t *lane);

#endif  // LEGATO_ENGINE_LANE_H_
