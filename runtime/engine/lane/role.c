// SPDX-License-Identifier: Apache-2.0
// Roles: what lanes were asked to be.
#include <string.h>

#include "lane/lane.h"

lg_status_t lg_role_make(lg_context_t *context, const lg_role_t *role, lg_lane_t **out_lane,
                         lg_error_t *err) {
    uint32_t cores[LG_LANE_MAX_CORES];
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = role->name, .workers = role->workers};
    *out_lane = NULL;
    LG_CHECK(err, !role->is_pool, LG_STATUS_UNSUPPORTED, NULL,
             "lane '%s' borrows the threads of an application, which has to give it", role->name);
    if (role->is_default) {
        *out_lane = context->lane;
        return lg_context_check(context, err);
    }
    for (uint32_t i = 0; role->has_cores && i < LG_LANE_MAX_CORES; i++) {
        if (lg_cores_has(&role->cores, i)) {
            cores[desc.core_count++] = i;
        }
    }
    desc.cores = cores;
    desc.core_class = role->core_class[0] != 0 ? role->core_class : NULL;
    desc.spin_ns = role->spin_ns;
    desc.nice = role->nice;
    return lg_lane_create(context, &desc, out_lane, err);
}
