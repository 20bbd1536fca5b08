// SPDX-License-Identifier: Apache-2.0
// Guests: tasks that left their worker and wait for something elsewhere, as runs do for units. A lane counts them and does
// not go before all have come back.
#include "lane/lane.h"

void lg_lane_guest_enter(lg_lane_t *lane, void (*end)(lg_lane_t *lane)) {
    atomic_store_explicit(&lane->end_guests, end, memory_order_relaxed);
    // Before this worker ends, which who closes the lane waits for.
    atomic_fetch_add_explicit(&lane->guests, 1, memory_order_relaxed);
}

void lg_lane_guest_stay(lg_lane_t *lane) {
    atomic_fetch_sub_explicit(&lane->guests, 1, memory_order_release);
}

void lg_lane_guest_return(lg_lane_t *lane, lg_task_t *task) {
    lg_lane_lock(lane);
    lg_lane_push(lane, task, true);
    lg_lane_unlock(lane);
    lg_lane_call(lane);
    // Release: the lane may go from here on.
    atomic_fetch_sub_explicit(&lane->guests, 1, memory_order_release);
}

void lg_lane_raise(lg_lane_t *lane, lg_task_t *task, int32_t priority) {
    lg_lane_lock(lane);
    if (task->priority < priority) {
        lg_task_queue_t *queue = &lane->queues[task->priority - LG_PRIORITY_LOW];
        lg_task_t *before = NULL, *at = queue->head;
        while (at != NULL && at != task) {
            before = at;
            at = at->next;
        }
        task->priority = priority;
        if (at != NULL) {
            *(before != NULL ? &before->next : &queue->head) = task->next;
            queue->tail = queue->tail == task ? before : queue->tail;
            atomic_fetch_sub_explicit(&queue->queued, 1, memory_order_relaxed);
            lg_lane_push(lane, task, true);
            atomic_fetch_sub_explicit(&lane->queued, 1, memory_order_relaxed);
        }
    }
    lg_lane_unlock(lane);
}

void lg_lane_guests_finish(lg_lane_t *lane) {
    enum { LOOK_NS = 100000 };
    static uint32_t nothing;
    for (;;) {
        // Acquire pairs with return: the task of who is not counted any more is seen below.
        const uint32_t guests = atomic_load_explicit(&lane->guests, memory_order_acquire);
        lg_task_t *task = lg_lane_next_task(lane);
        if (task != NULL) {
            // In the place of worker 0, of which there is one where there were tasks.
            task->run(atomic_load_explicit(&lane->workers[0], memory_order_relaxed), task);
        } else if (guests == 0) {
            return;
        } else {
            atomic_load_explicit(&lane->end_guests, memory_order_relaxed)(lane);
            lg_port_futex_wait_for(&nothing, 0, LOOK_NS);
        }
    }
}
