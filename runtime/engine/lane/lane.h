/* SPDX-License-Identifier: Apache-2.0
 *
 * The work-stealing pool behind a lane. The protocols between threads are in mailbox.h, deque.h and park.h;
 * the page docs/explanation/lanes.md has their states in one picture.
 *
 *   lane.c    life of lanes: create, resize, move, fork, close
 *   worker.c  life of workers: start, spin, sleep, end
 *   visit.c   threads that work on a lane for a while
 *   loop.c    parallel_for
 *   task.c    submit, run, spawn, join
 *   guest.c   tasks that left their worker and wait for something elsewhere
 *   pool.c    loops and tasks on a pool of the application's
 *   token.c   who has which core, for lanes that share some
 *   role.c    what a lane is asked to be, so that another process can make one like it
 */
#ifndef LEGATO_ENGINE_LANE_H_
#define LEGATO_ENGINE_LANE_H_

#include <legato/lane.h>
#include <stddef.h>

#include "base/context.h"
#include "base/port.h"
#include "lane/deque.h"
#include "lane/mailbox.h"
#include "lane/park.h"

#define LG_LANE_LINE 64  // bytes of a cache line, and what blocks of the heap are aligned to

struct lg_worker {
    // Line 0: written by callers that offer work, polled by the worker.
    _Alignas(LG_LANE_LINE) lg_mailbox_t mailbox;
    lg_park_t park;  // written by the worker and by who wakes it
    // Line 1: read-only once the thread runs.
    _Alignas(LG_LANE_LINE) lg_lane_t *lane;
    uint32_t index;
    uint32_t generation;  // of the lane when the thread started: a child of a fork has another
    lg_port_thread_t thread;
    _Atomic(uint32_t) running;  // 1 from start to join; under the lane's lock
    // Written by the worker, read by anybody.
    _Alignas(LG_LANE_LINE) _Atomic(int64_t) number;  // of the thread, 0: it has not begun or has ended
    _Atomic(uint64_t) shares, tasks, steals;
    uint32_t random;           // the worker's own
    _Atomic(uint32_t) shared;  // 1, for ever: others may steal; by the worker once the lane has others
    lg_deque_t deque;
};

// What a lane was asked to be when it was made; resize and move are of this process. Copied as it is.
struct lg_role {
    char name[64], core_class[16];  // "" where none was asked for
    uint32_t workers;               // 0: as many as there are cores
    bool is_default;                // the context's
    bool is_pool;                   // it borrows an application's threads
    bool has_cores;
    int64_t spin_ns;
    int32_t nice;
    lg_cores_t cores;
};

typedef enum lg_lane_state { LG_LANE_OPEN, LG_LANE_CLOSING } lg_lane_state_t;

enum { LG_LANE_PRIORITIES = 3 };

typedef struct lg_task_queue {
    lg_task_t *head, *tail;
    uint32_t passed;           // how often a task of a higher priority went first
    _Atomic(uint32_t) queued;  // changed under the lane's lock, read by anybody
} lg_task_queue_t;

struct lg_lane {
    lg_context_t *context;
    // Read-only.
    int64_t spin_ns;
    char name[16];  // of its threads
    lg_role_t role;
    lg_task_t farewell;     // ends the lane where its last reference goes on one of its workers
    uint32_t *guard;        // 1; 0 in the child of a fork, 2 while the child cleans up
    bool owns_cores;        // it was asked for cores; else it has those of who made it
    const lg_pool_t *pool;  // the threads are an application's, else NULL
    lg_pool_t pool_copy;
    lg_worker_t *outside;  // what tasks on a pool get as their worker
    // Written rarely.
    _Atomic(uint32_t) refs;
    _Atomic(uint32_t) pending;  // shares of loops that a pool has not begun
    lg_cores_t cores;           // that workers are kept to, none where that cannot be; under `lock`
    lg_visit_t *visits;         // of lanes with cores of their own; under `lock`
    _Alignas(LG_LANE_LINE) _Atomic(uint32_t) worker_count;  // by resize
    _Atomic(uint32_t) state;                                // lg_lane_state_t, by close
    _Atomic(uint32_t) generation;                           // + 1 in the child of a fork
    _Atomic(uint32_t) lock;  // of starting threads, cores, visits and the queue
    _Atomic(uint32_t)
        narrow;  // 1: `cores` lacks some that the process may use, so that callers have to visit
    _Atomic(uint32_t) wake_ns;  // what it costs to wake a worker, measured
    // Written by every run.
    _Alignas(LG_LANE_LINE) _Atomic(uint32_t) sessions;  // runs between begin and end
    _Atomic(uint32_t) users;                            // callers inside parallel_for or submit
    _Atomic(uint32_t) guests;                           // tasks that wait elsewhere, see guest.c
    void (*_Atomic end_guests)(lg_lane_t *lane);        // by the first guest
    _Atomic(uint64_t) loops, wakes;
    // Written when workers fall asleep and tasks are queued.
    _Alignas(LG_LANE_LINE) _Atomic(uint32_t) sleepers;
    _Atomic(uint32_t) queued;                    // tasks in all queues
    lg_task_queue_t queues[LG_LANE_PRIORITIES];  // by priority, the lowest first; under `lock`
    // Workers 1.. help the callers of loops; worker 0, whose place the caller of a loop takes, serves tasks. Each is
    // set once, under `lock`, and read with acquire.
    _Atomic(lg_worker_t *) workers[LG_LANE_MAX_WORKERS];
};

// The default lane lies in memory of the context. False: out of memory.
bool lg_lane_init(lg_lane_t *lane, lg_context_t *context, const lg_lane_desc_t *desc,
                  const lg_cores_t *cores);
// Ends the threads; loops then run on their callers alone. False: called from one
// of the lane's own workers, nothing was done.
bool lg_lane_stop(lg_lane_t *lane);
// What is left after stop: memory.
void lg_lane_deinit(lg_lane_t *lane);

// Enters: false when the lane is closing. In the child of a fork this makes the lane new.
bool lg_lane_enter(lg_lane_t *lane, uint32_t *out_generation);
void lg_lane_exit(lg_lane_t *lane, uint32_t generation);
// Whether this process is the child of a fork since the lane was of that generation.
static inline bool lg_lane_is_forked(const lg_lane_t *lane, uint32_t generation) {
    return __atomic_load_n(lane->guard, __ATOMIC_ACQUIRE) != 1 ||
           generation != atomic_load_explicit(&lane->generation, memory_order_relaxed);
}

// The worker `index`, started if need be; NULL when the system has no thread for it.
lg_worker_t *lg_lane_worker(lg_lane_t *lane, uint32_t index);
void lg_worker_wake(lg_worker_t *worker);
// The worker that the calling thread is, or NULL.
lg_worker_t *lg_lane_self(lg_lane_t *lane);
// After work was queued or pushed: sees to it that somebody looks, unless all are awake.
void lg_lane_call(lg_lane_t *lane);

// worker.c: the memory of a worker. NULL: there is none.
lg_worker_t *lg_worker_create(lg_lane_t *lane, uint32_t index);
void lg_worker_destroy(lg_worker_t *worker);
// Waits until no worker is on its way any more: each has said where it runs. Under the lock.
void lg_lane_settle(lg_lane_t *lane);

// visit.c: whether the calling thread runs on the lane's cores only.
bool lg_lane_asks_home(lg_lane_t *lane);
// The same, without a question to the system where every thread of the process is at home.
static inline bool lg_lane_is_home(lg_lane_t *lane) {
    return __builtin_expect(atomic_load_explicit(&lane->narrow, memory_order_relaxed) == 0, 1) ||
           lg_lane_asks_home(lane);
}
// Keeps those who visit to the lane's cores, as far as the system lets them. Under the lock.
void lg_lane_move_visits(lg_lane_t *lane);

// role.c: makes a lane of a role; one that borrows a pool cannot be. Errors: those of lg_lane_create.
lg_status_t lg_role_make(lg_context_t *context, const lg_role_t *role, lg_lane_t **out_lane, lg_error_t *err);

// pool.c: offers `loop` to `helpers` threads of the application's pool. NULL: the caller is alone. Finish
// returns when nobody is in the loop, and nobody will be.
typedef struct lg_pool_job lg_pool_job_t;
lg_pool_job_t *lg_pool_offer(lg_lane_t *lane, void *loop, uint32_t helpers);
void lg_pool_finish(lg_pool_job_t *job);
lg_status_t lg_pool_submit(lg_lane_t *lane, lg_task_t *task, lg_error_t *err);

// loop.c: a share that was offered: to whom, and what the mailbox gave for it.
typedef struct lg_share {
    lg_worker_t *worker;
    uint32_t token;
} lg_share_t;

typedef struct lg_loop {
    // All that a share needs is one line: each line more is a tenth of a microsecond before a helper begins.
    _Alignas(LG_LANE_LINE) _Atomic(int64_t) next;  // first element that nobody has taken
    int64_t count, grain;
    lg_range_fn_t fn;
    void *user;
    _Atomic(int32_t) status;  // the first non-zero result
    uint32_t share_count;     // who may take part, the caller included
    uint32_t offer_count;
    uint32_t float_mode;  // of the caller, so that no share rounds in another way
    // Where there are several helpers.
    _Alignas(LG_LANE_LINE) _Atomic(uint32_t) joined;  // counts those who take part
    lg_share_t *offers;  // workers are written before anything is posted; tokens are the caller's
} lg_loop_t;
_Static_assert(offsetof(lg_loop_t, joined) == LG_LANE_LINE, "a share needs one line");

// An offer to one worker to come and run a function once, which outlives the call that made it. Zero-initialised.
typedef struct lg_offer {
    lg_loop_t loop;
    _Atomic(lg_worker_t *) worker;  // before the token
    _Atomic(uint32_t) token;        // of the mailbox, until lg_offer_settle
} lg_offer_t;
// False: it has something else to do, or has not done with what this offer was before. Inside of lg_lane_enter,
// which lasts until the offer is taken back or settled. Any number of threads may try.
bool lg_lane_offer(lg_lane_t *lane, lg_offer_t *offer, uint32_t index, lg_range_fn_t fn, void *user);
// True: nobody has come, and nobody will. One thread, while others may offer.
bool lg_offer_take_back(lg_offer_t *offer);
// Returns when the worker has done with the offer. One thread, when nobody offers any more.
void lg_offer_settle(lg_offer_t *offer);

// What somebody who was offered a loop does.
void lg_loop_join(void *loop);
// parallel_for of a caller that is where the lane wants it; at most `most_workers` take part.
int32_t lg_lane_loop(lg_lane_t *lane, uint32_t most_workers, int64_t count, int64_t grain, lg_range_fn_t fn,
                     void *user);
// What it costs to hand a share over to that worker now: more while it sleeps.
LG_API double lg_lane_hand_over_ns(lg_lane_t *lane, uint32_t index);
// Queues a task again from inside of it, before those of its priority that have not begun.
void lg_lane_requeue(lg_lane_t *lane, lg_task_t *task);
// Whether a task of a higher priority waits that no idle worker will take.
static inline bool lg_lane_wants(lg_lane_t *lane, int32_t priority) {
    for (int32_t i = priority + 2; i < LG_LANE_PRIORITIES; i++) {
        if (atomic_load_explicit(&lane->queues[i].queued, memory_order_relaxed) != 0) {
            return atomic_load_explicit(&lane->sleepers, memory_order_relaxed) == 0;
        }
    }
    return false;
}

// guest.c: from inside a task that leaves its worker to wait for something elsewhere. `end`, the same for all, is called
// by who closes the lane: it ends the waiting of those who would wait for the closing thread.
void lg_lane_guest_enter(lg_lane_t *lane, void (*end)(lg_lane_t *lane));
// From any thread: the guest's task is queued, before those of its priority. The task may be gone afterwards.
void lg_lane_guest_return(lg_lane_t *lane, lg_task_t *task);
// It did not have to wait after all, and goes on where it is.
void lg_lane_guest_stay(lg_lane_t *lane);
// Lifts a task that is queued, or will be, to `priority` where that is higher.
void lg_lane_raise(lg_lane_t *lane, lg_task_t *task, int32_t priority);
// Waits for all guests of a lane whose workers are gone, and runs them.
void lg_lane_guests_finish(lg_lane_t *lane);
// task.c: the next task of the queue, or NULL.
lg_task_t *lg_lane_next_task(lg_lane_t *lane);

// Under the lock.
void lg_lane_push(lg_lane_t *lane, lg_task_t *task, bool first);

// loop.c: the worker's share of what its mailbox holds. False: there is nothing.
bool lg_worker_serve(lg_worker_t *worker);
// task.c: runs one task of its own, of others or of the queue. False: there is none.
bool lg_worker_run_task(lg_worker_t *worker);

void lg_lane_lock(lg_lane_t *lane);
void lg_lane_unlock(lg_lane_t *lane);

#endif  // LEGATO_ENGINE_LANE_H_
