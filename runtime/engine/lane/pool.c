// SPDX-License-Identifier: Apache-2.0 Loops and tasks on a pool of the application's. What is scheduled there
// may begin late, when its loop is over, so a loop is reached through a block of the heap that says whether
// it still goes on.
#include "lane/lane.h"

#define POOL_OVER 0x80000000u

struct lg_pool_job {
    lg_lane_t *lane;          // retained
    void *loop;               // valid for who was counted in `state` before the loop was over
    _Atomic(uint32_t) state;  // how many are in the loop, plus POOL_OVER; the caller may sleep on it
    _Atomic(uint32_t) refs;   // the caller and what was scheduled
};

static void pool_release(lg_pool_job_t *job) {
    if (atomic_fetch_sub_explicit(&job->refs, 1, memory_order_acq_rel) == 1) {
        lg_lane_t *lane = job->lane;
        lg_heap_free(&lane->context->heap, job, sizeof *job);
        lg_lane_release(lane);
    }
}

static void pool_help(void *arg) {
    lg_pool_job_t *job = arg;
    atomic_fetch_sub_explicit(&job->lane->pending, 1, memory_order_relaxed);
    uint32_t state = atomic_load_explicit(&job->state, memory_order_relaxed);
    while (!(state & POOL_OVER)) {
        // Acquire: the loop as the caller wrote it.
        if (atomic_compare_exchange_weak_explicit(&job->state, &state, state + 1, memory_order_acquire,
                                                  memory_order_relaxed)) {
            lg_loop_join(job->loop);
            // Release: the results, for the caller that finds nobody inside.
            if (atomic_fetch_sub_explicit(&job->state, 1, memory_order_release) == (POOL_OVER | 1)) {
                lg_port_futex_wake((uint32_t *)&job->state, 1);
            }
            break;
        }
    }
    pool_release(job);
}

lg_pool_job_t *lg_pool_offer(lg_lane_t *lane, void *loop, uint32_t helpers) {
    // What a busy pool has not begun yet is not worth adding to: it would grow without end.
    uint32_t pending = atomic_load_explicit(&lane->pending, memory_order_relaxed);
    uint32_t most = 2 * lg_lane_worker_count(lane);
    helpers = pending >= most ? 0 : helpers < most - pending ? helpers : most - pending;
    lg_pool_job_t *job = helpers > 0 ? lg_heap_alloc(&lane->context->heap, sizeof *job) : NULL;
    if (job == NULL) {
        return NULL;  // the caller does it alone
    }
    *job = (lg_pool_job_t){.lane = lane, .loop = loop};
    lg_lane_retain(lane);
    atomic_init(&job->state, 0);
    atomic_init(&job->refs, 1 + helpers);
    for (uint32_t i = 0; i < helpers; i++) {
        atomic_fetch_add_explicit(&lane->pending, 1, memory_order_relaxed);
        if (lane->pool->schedule(lane->pool->self, pool_help, job) != 0) {
            atomic_fetch_sub_explicit(&lane->pending, 1, memory_order_relaxed);
            atomic_fetch_sub_explicit(&job->refs, helpers - i, memory_order_relaxed);
            break;
        }
    }
    return job;
}

void lg_pool_finish(lg_pool_job_t *job) {
    enum { PAUSES = 80, YIELDS = 50 };
    uint32_t state = atomic_fetch_or_explicit(&job->state, POOL_OVER, memory_order_acquire) | POOL_OVER;
    for (uint32_t i = 0; state != POOL_OVER; i++) {
        if (i < PAUSES) {
            lg_port_pause();
        } else if (i < PAUSES + YIELDS) {
            lg_port_yield();
        } else {
            lg_port_futex_wait((uint32_t *)&job->state, state);
        }
        state = atomic_load_explicit(&job->state, memory_order_acquire);
    }
    pool_release(job);
}

// ---- tasks ------------------------------------------------------------------------------------------

typedef struct pool_task {
    lg_lane_t *lane;
    lg_task_t *task;
    uint32_t generation;
} pool_task_t;

static void pool_run(void *arg) {
    pool_task_t own = *(pool_task_t *)arg;
    lg_heap_free(&own.lane->context->heap, arg, sizeof own);
    atomic_fetch_add_explicit(&own.lane->outside->tasks, 1, memory_order_relaxed);
    own.task->run(own.lane->outside, own.task);
    lg_lane_exit(own.lane, own.generation);  // closing waits for it
}

lg_status_t lg_pool_submit(lg_lane_t *lane, lg_task_t *task, lg_error_t *err) {
    pool_task_t *own = lg_heap_alloc(&lane->context->heap, sizeof *own);
    LG_CHECK(err, own != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "lane '%s': no memory for a task", lane->name);
    *own = (pool_task_t){.lane = lane, .task = task};
    if (!lg_lane_enter(lane, &own->generation)) {
        lg_heap_free(&lane->context->heap, own, sizeof *own);
        return lg_error_set(err, LG_STATUS_CLOSED, NULL, "lane '%s' was closed", lane->name);
    }
    if (lane->pool->schedule(lane->pool->self, pool_run, own) != 0) {
        lg_lane_exit(lane, own->generation);
        lg_heap_free(&lane->context->heap, own, sizeof *own);
        return lg_error_set(err, LG_STATUS_BUSY, NULL, "lane '%s': its pool takes no task", lane->name);
    }
    return LG_OK;
}
