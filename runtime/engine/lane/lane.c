// SPDX-License-Identifier: Apache-2.0
#include "lane/lane.h"

void lg_lane_init(lg_lane_t *lane) {
    lane->worker_count = 1;
}

uint32_t lg_lane_worker_count(const lg_lane_t *lane) {
    return lane->worker_count;
}

int32_t lg_lane_parallel_for(lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn, void *user) {
    (void)lane;
    (void)grain;
    return count > 0 ? fn(user, 0, count, 0) : 0;
}
