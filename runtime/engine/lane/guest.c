// SPDX-License-Identifier: Apache-2.0
// Guests: what waits for an event elsewhere without a thread. The lane keeps them to end the waiting of those that are
// late, by the clock of workers that would sleep otherwise, and of all when it closes.
#include "lane/lane.h"

// Under the lock.
static void guest_find_due(lg_lane_t *lane) {
    int64_t due_ns = INT64_MAX;
    for (const lg_guest_t *guest = lane->guests; guest != NULL; guest = guest->next) {
        due_ns = guest->due_ns < due_ns ? guest->due_ns : due_ns;
    }
    atomic_store_explicit(&lane->due_ns, due_ns, memory_order_seq_cst);
}

// Under the lock.
static void guest_unlink(lg_lane_t *lane, lg_guest_t *guest) {
    if (guest->next != NULL) {
        guest->next->previous = guest->previous;
    }
    if (guest->previous != NULL) {
        guest->previous->next = guest->next;
    } else {
        lane->guests = guest->next;
    }
    guest->inside = false;
    guest_find_due(lane);
}

bool lg_lane_guest_enter(lg_lane_t *lane, lg_guest_t *guest) {
    lg_lane_lock(lane);
    bool open = atomic_load_explicit(&lane->state, memory_order_relaxed) == LG_LANE_OPEN;
    bool earlier = false;
    if (open) {
        guest->next = lane->guests;
        guest->previous = NULL;
        if (lane->guests != NULL) {
            lane->guests->previous = guest;
        }
        lane->guests = guest;
        guest->inside = true;
        earlier = guest->due_ns < atomic_load_explicit(&lane->due_ns, memory_order_relaxed);
        if (earlier) {
            // seq_cst pairs with a worker that looks here after it has parked: one of the two sees the other.
            atomic_store_explicit(&lane->due_ns, guest->due_ns, memory_order_seq_cst);
        }
    }
    lg_lane_unlock(lane);
    if (earlier) {  // who sleeps has to look at the clock: this worker may be long with something else
        lg_lane_call(lane);
    }
    return open;
}

bool lg_lane_guest_leave(lg_lane_t *lane, lg_guest_t *guest) {
    lg_lane_lock(lane);
    bool open = atomic_load_explicit(&lane->state, memory_order_relaxed) == LG_LANE_OPEN;
    // Counted as a caller, so that the lane stays for the wake-up below.
    uint32_t generation = atomic_load_explicit(&lane->generation, memory_order_relaxed);
    if (open) {
        atomic_fetch_add_explicit(&lane->users, 1, memory_order_seq_cst);
        // Whoever closes the lane has seen this user or is seen here.
        open = atomic_load_explicit(&lane->state, memory_order_seq_cst) == LG_LANE_OPEN;
        if (!open) {
            atomic_fetch_sub_explicit(&lane->users, 1, memory_order_release);
        }
    }
    if (open) {
        lg_lane_push(lane, guest->task, false);
    }
    if (guest->inside) {
        guest_unlink(lane, guest);  // last: from here on a lane that closes may go
    }
    lg_lane_unlock(lane);
    if (open) {
        lg_lane_call(lane);
        lg_lane_exit(lane, generation);
    }
    return open;
}

void lg_lane_guests_check(lg_lane_t *lane) {
    int64_t now = lg_port_now_ns();
    if (atomic_load_explicit(&lane->due_ns, memory_order_relaxed) > now) {
        return;
    }
    uint32_t pushed = 0;
    lg_lane_lock(lane);
    for (lg_guest_t *guest = lane->guests, *next; guest != NULL; guest = next) {
        next = guest->next;
        if (guest->due_ns > now) {
            continue;
        }
        lg_task_t *task = guest->task;
        bool taken = guest->withdraw(guest, false);
        guest->due_ns = INT64_MAX;
        if (taken) {
            guest_unlink(lane, guest);
            lg_lane_push(lane, task, false);
            pushed++;
        }
    }
    guest_find_due(lane);
    lg_lane_unlock(lane);
    for (; pushed > 1; pushed--) {  // this worker takes one
        lg_lane_call(lane);
    }
}

void lg_lane_guests_close(lg_lane_t *lane) {
    lg_lane_lock(lane);
    while (lane->guests != NULL) {
        lg_task_t *task = NULL;
        for (lg_guest_t *guest = lane->guests; guest != NULL && task == NULL; guest = guest->next) {
            if (guest->withdraw(guest, true)) {
                task = guest->task;
                guest_unlink(lane, guest);
            }
        }
        lg_lane_unlock(lane);
        if (task != NULL) {
            task->run(NULL, task);
        } else {
            lg_port_yield();  // those that are left are on their way out, by others
        }
        lg_lane_lock(lane);
    }
    lg_lane_unlock(lane);
}
