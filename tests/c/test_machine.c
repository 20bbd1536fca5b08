// SPDX-License-Identifier: Apache-2.0
// The machine from C. What recorded machines look like is tested from Python (tests/python/test_machine.py).
#include <legato/lane.h>
#include <legato/machine.h>
#include <string.h>

#include "testing.h"

TEST_ALLOC(machine_survives_each_failed_allocation) {
    lg_machine_t *machine;
    LG_TRY(lg_machine_create(context, NULL, &machine, err));
    lg_machine_info_t info;
    lg_machine_info(machine, &info);
    CHECK(info.usable >= 1 && info.usable <= info.core_count && info.class_count >= 1 &&
          info.node_count >= 1);
    CHECK_STR(lg_machine_class(machine, 0), "performance");
    CHECK(lg_machine_class(machine, info.class_count) == NULL);
    CHECK(lg_machine_core(machine, info.core_count) == NULL);
    CHECK(lg_machine_cache(machine, info.cache_count) == NULL);
    for (uint32_t i = 0; i < info.core_count; i++) {
        const lg_machine_core_t *core = lg_machine_core(machine, i);
        CHECK(core->class_index < info.class_count && core->first_sibling <= core->number);
    }
    lg_machine_destroy(machine);
    lg_machine_destroy(NULL);
    return LG_OK;
}

TEST_ALLOC(machine_gives_a_lane_its_cores) {
    lg_lane_t *lane;
    const lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "kind", .core_class = "performance"};
    LG_TRY(lg_lane_create(context, &desc, &lane, err));
    CHECK(lg_lane_worker_count(lane) >= 1);
    return lg_lane_close(lane, err);
}

TEST(machine_that_is_nowhere_is_one_core) {
    lg_context_t *context;
    lg_machine_t *machine;
    lg_machine_info_t info;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_machine_create(context, "/nowhere/at/all", &machine, test_err));
    lg_machine_info(machine, &info);
    CHECK_EQ(info.core_count, 1);
    CHECK_EQ(info.usable, 1);
    CHECK_EQ(info.cache_count, 0);
    lg_machine_destroy(machine);
    lg_context_close(context);
}
