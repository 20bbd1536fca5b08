/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes: the only place where threads exist. A lane is a named group of worker threads that share loops and
 * tasks by stealing. Threads start when work first asks for them, sleep while there is none, and end when the
 * lane closes. UNSTABLE: may change before 1.0.
 */
#ifndef LEGATO_LANE_H_
#define LEGATO_LANE_H_

#include <legato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_LANE_MAX_WORKERS 256
#define LG_LANE_MAX_CORES 1024

typedef struct lg_worker lg_worker_t;

// A thread pool of the application's that a lane may borrow instead of having threads.
typedef struct lg_pool {
    uint32_t size, abi;  // LG_STRUCT(lg_pool_t)
    void *self;          // for the calls below; *borrows until* the lane is closed
    // How many threads may work at once, a caller of a loop included; 1 at least.
    uint32_t (*num_threads)(void *self);
    // Has `fn(arg)` run once, soon, on one of the pool's threads, also when the pool ends. Non-zero: it will
    // not. Called from any thread.
    int32_t (*schedule)(void *self, void (*fn)(void *arg), void *arg);
} lg_pool_t;

// What a lane is to be. Zero-initialised fields are defaults.
typedef struct lg_lane_desc {
    uint32_t size, abi;     // LG_STRUCT(lg_lane_desc_t)
    const char *name;       // for thread names, errors and files, at most 63 bytes; *borrows*; NULL: "lane"
    uint32_t workers;       // threads that work at once, a caller in a loop included; 0: one per core
    uint32_t core_count;    // entries of `cores`; 0: wherever the calling thread may run
    const uint32_t *cores;  // processor numbers that the workers are kept to; *borrows*
    int64_t spin_ns;  // how long a worker waits awake for more work inside a run; 0: 50000; negative: never
    const char *core_class;  // instead of `cores`: all allowed ones of a kind (see machine.h); *borrows*
    const lg_pool_t *pool;   // instead of threads of its own; *borrows*, it is copied
    int32_t
        nice;  // 0 to 19: how far the system puts the workers behind other threads that want their cores (nice(2)).
               // A caller that takes part in a loop keeps its own.
    uint32_t reserved;  // 0
} lg_lane_desc_t;

// Returns the context's default lane, *valid until* the context is closed: one worker per core that the
// process may use (affinity and cgroup quota).
LG_API lg_lane_t *lg_context_lane(lg_context_t *context);

// What a lane is asked to be, as files keep it.
typedef struct lg_role lg_role_t;

// A lane under the name by which rules and files know it.
typedef struct lg_bind {
    const char *name;
    lg_lane_t *lane;
    const lg_role_t *role;  // what files say of it; NULL: what it was asked to be when it was made
} lg_bind_t;

// Makes a lane. The lane *retains* `context`; caller closes. Thread-safe.
// Errors: INVALID_ARGUMENT (counts, the name; a core that does not exist or is not allowed to the process; things that
// exclude each other), NOT_FOUND (core_class: this machine has no such cores for the process), OUT_OF_MEMORY,
// CLOSED.
LG_API LG_MUST_USE lg_status_t lg_lane_create(lg_context_t *context, const lg_lane_desc_t *desc,
                                              lg_lane_t **out_lane, lg_error_t *err);

// Waits for loops and tasks under way and ends the threads; then drops the caller's reference. Where others
// retain the lane, loops run on their callers alone from then on, and submit fails. NULL is allowed. Not for
// the default lane, and not from inside one of its workers (INVALID_ARGUMENT).
LG_API LG_MUST_USE lg_status_t lg_lane_close(lg_lane_t *lane, lg_error_t *err);

// The memory of a lane goes with the last reference, which also closes it where nobody has.
LG_API void lg_lane_retain(lg_lane_t *lane);
LG_API void lg_lane_release(lg_lane_t *lane);
LG_API uint32_t lg_lane_is_closed(const lg_lane_t *lane);
// *Valid until* the last release.
LG_API const char *lg_lane_name(const lg_lane_t *lane);

// Starts all threads now, rather than when work asks for them, and reads back whether each is where it is to
// be.
// Errors: OUT_OF_MEMORY (the system has no more threads), UNSUPPORTED (the system keeps a worker elsewhere, or gives it
// another niceness),
// CLOSED.
LG_API LG_MUST_USE lg_status_t lg_lane_start(lg_lane_t *lane, lg_error_t *err);

// Returns how many threads at most run a loop on this lane, the caller included; at least 1.
LG_API uint32_t lg_lane_worker_count(const lg_lane_t *lane);

// Changes the number of workers, also while loops run: shares under way are finished by whoever has them.
// Errors: INVALID_ARGUMENT (0, above LG_LANE_MAX_WORKERS or what the pool has).
LG_API LG_MUST_USE lg_status_t lg_lane_resize(lg_lane_t *lane, uint32_t workers, lg_error_t *err);

// Keeps the workers to other cores, also while runs are in flight; their number stays. Threads that visit
// move too.
// Errors: INVALID_ARGUMENT (no core; a core that does not exist or is not allowed), UNSUPPORTED (the system
// refused, nothing has changed; or the threads are a pool's), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_lane_move(lg_lane_t *lane, const uint32_t *cores, uint32_t core_count,
                                            lg_error_t *err);

// What the operating system says of a worker, read back at the call.
typedef struct lg_worker_info {
    uint32_t size, abi;
    int64_t thread;                     // the system's thread number, 0: not started yet
    uint32_t core_count;                // entries of `cores`
    uint32_t asleep;                    // 1: parked
    uint32_t cores[LG_LANE_MAX_CORES];  // where it may run
    int32_t nice;                       // -20 to 19
    uint32_t reserved;
} lg_worker_info_t;

// Fills `*out_info` for worker `index` < lg_lane_worker_count. The caller of a loop takes the place of worker
// 0, which has a thread of its own once a task was submitted or the lane was started. Errors:
// INVALID_ARGUMENT (index).
LG_API LG_MUST_USE lg_status_t lg_lane_worker_info(lg_lane_t *lane, uint32_t index,
                                                   lg_worker_info_t *out_info, lg_error_t *err);

typedef struct lg_lane_stats {
    uint32_t size, abi;
    uint64_t loops;    // parallel loops begun
    uint64_t shares;   // shares of loops that workers took
    uint64_t tasks;    // tasks run
    uint64_t steals;   // of them taken from another worker
    uint64_t wakes;    // threads woken from sleep
    uint64_t threads;  // alive
} lg_lane_stats_t;
LG_API void lg_lane_stats(lg_lane_t *lane, lg_lane_stats_t *out_stats);
// Tasks that wait in the lane's queue now.
LG_API uint32_t lg_lane_queued(const lg_lane_t *lane);

// ---- loops ------------------------------------------------------------------------------------------

// Runs `fn(user, begin, end, worker)` over [0, count), cut into ranges of at least `grain` (>= 1) elements;
// the caller takes part and returns when all ranges are done. `worker` numbers those who take part in this
// loop, below lg_lane_worker_count. A non-zero result of `fn` keeps further ranges from starting. Returns the
// first non-zero result, else 0. May be nested, and called from any number of threads: whoever finds no idle
// worker does all of it alone. Where the lane has cores of its own and the caller may run elsewhere too, it
// visits for the loop.
LG_API int32_t lg_lane_parallel_for(lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn,
                                    void *user);

// Brackets a run: between the two, workers that have nothing to do wait awake for `spin_ns`. May be nested.
LG_API void lg_lane_begin(lg_lane_t *lane);
LG_API void lg_lane_end(lg_lane_t *lane);

// A visit: the calling thread works as one of the lane's for a while. Where the lane has cores of its own the
// thread is kept to them, and goes back to where it could run before. The memory is the caller's.
typedef struct lg_visit {
    lg_lane_t *lane;
    struct lg_visit *next;  // the lane's list
    uint64_t before[LG_LANE_MAX_CORES / 64];
    int64_t thread;
    uint32_t generation, listed;
} lg_visit_t;

// Begins and ends a visit of the calling thread, bracketed as a run. May be nested. The lane is *retained*
// until the end. Errors: UNSUPPORTED (the system refused), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_lane_visit(lg_lane_t *lane, lg_visit_t *out_visit, lg_error_t *err);
LG_API void lg_lane_leave(lg_visit_t *visit);

// ---- tasks ------------------------------------------------------------------------------------------

// Of tasks in a lane's queue, calls, and those that wait for a unit.
enum { LG_PRIORITY_LOW = -1, LG_PRIORITY_NORMAL = 0, LG_PRIORITY_HIGH = 1 };

// A task lies in the memory of whoever makes it, until `done`.
typedef struct lg_task {
    void (*run)(lg_worker_t *worker, struct lg_task *task);
    struct lg_task *next;  // the lane's, while queued
    uint32_t done;         // the lane's; read by lg_worker_join
    int32_t priority;      // LG_PRIORITY_*, of tasks that are submitted
} lg_task_t;

// Queues a task from any thread; workers run the queue by priority, each in order. One that was passed over
// sixteen times comes first. *Borrows* `task` until its `run` begins, which may free it. Errors: CLOSED,
// OUT_OF_MEMORY (no more threads), UNSUPPORTED (no threads here), BUSY (the pool refused).
LG_API LG_MUST_USE lg_status_t lg_lane_submit(lg_lane_t *lane, lg_task_t *task, lg_error_t *err);

// Runs `fn(worker, user)` on a worker and waits for it. `self` is the worker that calls, NULL outside of
// tasks: a worker of the same lane runs it itself, one of another lane serves its own while it waits, so that
// lanes which wait for each other cannot stand still. Errors: those of submit.
LG_API LG_MUST_USE lg_status_t lg_lane_run(lg_lane_t *lane, lg_worker_t *self,
                                           void (*fn)(lg_worker_t *worker, void *user), void *user,
                                           lg_error_t *err);

// Inside a task: offers `task` to other workers. *Borrows* until lg_worker_join.
LG_API void lg_worker_spawn(lg_worker_t *worker, lg_task_t *task);
// Inside the same task: returns when `task` is done; runs it here when nobody has taken it. Tasks that
// were spawned later and not joined may run first.
LG_API void lg_worker_join(lg_worker_t *worker, lg_task_t *task);
LG_API lg_lane_t *lg_worker_lane(lg_worker_t *worker);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_LANE_H_
