// SPDX-License-Identifier: Apache-2.0 Visits: a thread of the application works as one of the lane's. It is
// moved to the lane's cores rather than made to wait for a worker there, so that it can still finish alone
// and lanes cannot wait for each other.
#include <string.h>

#include "lane/lane.h"

_Static_assert(sizeof((lg_visit_t *)0)->before == sizeof(lg_cores_t), "a visit keeps a set of cores");

// Under the lock. False: the system refused.
static bool visit_place(lg_lane_t *lane, lg_visit_t *visit) {
    lg_cores_t before;
    if (!lane->owns_cores || lg_port_get_cores(0, &before) == 0) {
        return true;
    }
    memcpy(visit->before, &before, sizeof before);
    return lg_cores_within(&before, &lane->cores) || lg_port_set_cores(0, &lane->cores);
}

bool lg_lane_asks_home(lg_lane_t *lane) {
    lg_cores_t mine, cores;
    if (lg_port_get_cores(0, &mine) == 0) {
        return true;
    }
    if (__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) != 1) {
        return false;  // a fork: the lane is made anew by who enters
    }
    lg_lane_lock(lane);
    cores = lane->cores;
    lg_lane_unlock(lane);
    return lg_cores_within(&mine, &cores);
}

lg_status_t lg_lane_visit(lg_lane_t *lane, lg_visit_t *out_visit, lg_error_t *err) {
    *out_visit = (lg_visit_t){.lane = NULL};
    uint32_t generation;
    LG_CHECK(err, lg_lane_enter(lane, &generation), LG_STATUS_CLOSED, NULL, "lane '%s' was closed",
             lane->name);
    out_visit->thread = lg_port_thread_number();
    lg_lane_lock(lane);
    bool placed = visit_place(lane, out_visit);
    if (placed) {
        out_visit->lane = lane;
        out_visit->generation = generation;
        out_visit->next = lane->visits;
        lane->visits = out_visit;
    }
    lg_lane_unlock(lane);
    if (placed) {
        lg_lane_retain(lane);
        lg_lane_begin(lane);
    }
    lg_lane_exit(lane, generation);
    LG_CHECK(err, placed, LG_STATUS_UNSUPPORTED, NULL,
             "lane '%s': the system refuses to keep the calling thread to its cores", lane->name);
    return LG_OK;
}

void lg_lane_leave(lg_visit_t *visit) {
    lg_lane_t *lane = visit->lane;
    if (lane == NULL) {
        return;
    }
    // In the child of a fork that happened meanwhile the list and the count of runs began anew.
    if (__atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) == 1 &&
        visit->generation == atomic_load_explicit(&lane->generation, memory_order_relaxed)) {
        lg_lane_lock(lane);
        lg_visit_t **link = &lane->visits;
        while (*link != NULL && *link != visit) {
            link = &(*link)->next;
        }
        if (*link == visit) {
            *link = visit->next;
        }
        lg_lane_unlock(lane);
        lg_lane_end(lane);
    }
    lg_cores_t before, now;
    memcpy(&before, visit->before, sizeof before);
    if (lg_cores_count(&before) > 0 && lg_port_get_cores(0, &now) > 0 &&
        memcmp(&before, &now, sizeof now) != 0) {
        lg_port_set_cores(0, &before);
    }
    visit->lane = NULL;
    lg_lane_release(lane);
}

void lg_lane_move_visits(lg_lane_t *lane) {
    for (const lg_visit_t *visit = lane->visits; visit != NULL; visit = visit->next) {
        lg_port_set_cores(visit->thread, &lane->cores);
    }
}
