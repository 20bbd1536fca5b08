// SPDX-License-Identifier: Apache-2.0
// Lanes: every element once, whoever calls, however often, while lanes grow, shrink, fork and close.
#include "lane/lane.h"

#include <string.h>

#include "testing.h"

#ifdef __wasi__
TEST(lane) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static lg_context_t *lane_context(void) {
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    return context;
}

static lg_lane_t *lane_of(lg_context_t *context, uint32_t workers) {
    lg_lane_t *lane;
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "test", .workers = workers};
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    return lane;
}

static void lane_end(lg_context_t *context, lg_lane_t *lane) {
    CHECK_OK(lg_lane_close(lane, test_err));
    lg_context_close(context);
}

// ---- loops ------------------------------------------------------------------------------------------

enum { COUNT = 1000 };

typedef struct marks {
    _Atomic(uint32_t) seen[COUNT];
    lg_lane_t *lane;
    int64_t grain;
    _Atomic(uint32_t) workers;  // bit per number that took part
    _Atomic(uint32_t) bad;
} marks_t;

static int32_t mark_range(void *user, int64_t begin, int64_t end, uint32_t worker) {
    marks_t *marks = user;
    if (begin % marks->grain != 0 || (end != COUNT && end - begin < marks->grain)) {
        atomic_fetch_add(&marks->bad, 1);
    }
    atomic_fetch_or(&marks->workers, 1u << (worker < 31 ? worker : 31));
    for (int64_t i = begin; i < end; i++) {
        atomic_fetch_add_explicit(&marks->seen[i], 1, memory_order_relaxed);
    }
    return 0;
}

static int marks_wrong(marks_t *marks, int64_t count, uint32_t times) {
    int wrong = (int)atomic_load(&marks->bad);
    for (int64_t i = 0; i < COUNT; i++) {
        wrong += atomic_load(&marks->seen[i]) != (i < count ? times : 0);
    }
    return wrong;
}

TEST(lane_loop_visits_each_element_once) {
    lg_context_t *context = lane_context();
    for (uint32_t workers = 1; workers <= 64; workers *= 4) {
        lg_lane_t *lane = lane_of(context, workers);
        for (int64_t grain = 1; grain < 2000; grain = grain * 7 + 3) {
            for (int32_t round = 0; round < 30; round++) {
                marks_t marks = {.lane = lane, .grain = grain};
                CHECK_EQ(lg_lane_parallel_for(lane, COUNT, grain, mark_range, &marks), 0);
                CHECK_EQ(marks_wrong(&marks, COUNT, 1), 0);
            }
        }
        CHECK_OK(lg_lane_close(lane, test_err));
    }
    lg_context_close(context);
}

TEST(lane_loop_of_nothing_calls_nobody) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 3);
    marks_t marks = {.lane = lane, .grain = 1};
    CHECK_EQ(lg_lane_parallel_for(lane, 0, 1, mark_range, &marks), 0);
    CHECK_EQ(lg_lane_parallel_for(lane, -5, 1, mark_range, &marks), 0);
    CHECK_EQ(marks_wrong(&marks, 0, 1), 0);
    lane_end(context, lane);
}

static int32_t fail_at(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)worker;
    int64_t *wanted = user;
    return begin <= *wanted && *wanted < end ? 42 : 0;
}

TEST(lane_loop_returns_the_failure) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 4);
    for (int64_t at = 0; at < COUNT; at += 13) {
        CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 1, fail_at, &at), 42);
    }
    int64_t never = -1;
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 1, fail_at, &never), 0);
    lane_end(context, lane);
}

typedef struct nest {
    lg_lane_t *lane;
    int depth;
    _Atomic(uint64_t) *sum;
} nest_t;

static int32_t nest_range(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)worker;
    const nest_t *nest = user;
    for (int64_t i = begin; i < end; i++) {
        if (nest->depth == 0) {
            atomic_fetch_add_explicit(nest->sum, 1, memory_order_relaxed);
        } else {
            nest_t inner = {nest->lane, nest->depth - 1, nest->sum};
            if (lg_lane_parallel_for(nest->lane, 6, 1, nest_range, &inner) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

TEST(lane_loops_nest) {
    lg_context_t *context = lane_context();
    for (uint32_t workers = 2; workers <= 8; workers *= 2) {
        lg_lane_t *lane = lane_of(context, workers);
        for (int32_t round = 0; round < 10; round++) {
            _Atomic(uint64_t) sum = 0;
            nest_t nest = {lane, 3, &sum};
            CHECK_EQ(lg_lane_parallel_for(lane, 6, 1, nest_range, &nest), 0);
            CHECK_EQ(atomic_load(&sum), 6 * 6 * 6 * 6);
        }
        CHECK_OK(lg_lane_close(lane, test_err));
    }
    lg_context_close(context);
}

// ---- many callers, changes of size ------------------------------------------------------------------

typedef struct caller {
    pthread_t thread;
    lg_lane_t *lane;
    int32_t rounds;
    int wrong;
} caller_t;

static void *caller_main(void *self) {
    caller_t *caller = self;
    for (int32_t i = 0; i < caller->rounds; i++) {
        marks_t marks = {.lane = caller->lane, .grain = 1 + i % 40};
        lg_lane_begin(caller->lane);
        caller->wrong += lg_lane_parallel_for(caller->lane, COUNT, marks.grain, mark_range, &marks) != 0;
        lg_lane_end(caller->lane);
        caller->wrong += marks_wrong(&marks, COUNT, 1);
    }
    return NULL;
}

TEST(lane_serves_many_callers_while_it_changes_size) {
    enum { CALLERS = 4 };
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 3);
    caller_t callers[CALLERS];
    for (int32_t i = 0; i < CALLERS; i++) {
        callers[i] = (caller_t){.lane = lane, .rounds = 300};
        CHECK(pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]) == 0);
    }
    for (uint32_t i = 0; i < 200; i++) {
        CHECK_OK(lg_lane_resize(lane, 1 + i * 7 % 9, test_err));
        usleep(300);
    }
    for (int32_t i = 0; i < CALLERS; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        CHECK_EQ(callers[i].wrong, 0);
    }
    CHECK_FAILS(lg_lane_resize(lane, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_lane_resize(lane, 1000, test_err), LG_STATUS_INVALID_ARGUMENT);
    lane_end(context, lane);
}

// ---- tasks ------------------------------------------------------------------------------------------

typedef struct fib {
    lg_task_t task;
    int n;
    uint64_t result;
} fib_t;

static void fib_run(lg_worker_t *worker, lg_task_t *task) {
    fib_t *fib = (fib_t *)task;
    if (fib->n < 2) {
        fib->result = (uint64_t)fib->n;
        return;
    }
    fib_t a = {.task = {.run = fib_run}, .n = fib->n - 1}, b = {.task = {.run = fib_run}, .n = fib->n - 2};
    lg_worker_spawn(worker, &a.task);
    fib_run(worker, &b.task);
    lg_worker_join(worker, &a.task);
    fib->result = a.result + b.result;
}

typedef struct root {
    fib_t fib;
    _Atomic(uint32_t) *left;
} root_t;

static void root_run(lg_worker_t *worker, lg_task_t *task) {
    root_t *root = (root_t *)task;
    fib_run(worker, &root->fib.task);
    atomic_fetch_sub_explicit(root->left, 1, memory_order_release);
}

static void wait_for_zero(_Atomic(uint32_t) *left) {
    for (int32_t i = 0; atomic_load_explicit(left, memory_order_acquire) != 0; i++) {
        CHECK(i < 200000);  // a minute: a lost wake-up
        usleep(300);
    }
}

TEST(lane_tasks_spawn_and_join) {
    enum { ROOTS = 6 };
    lg_context_t *context = lane_context();
    for (uint32_t workers = 1; workers <= 4; workers++) {
        lg_lane_t *lane = lane_of(context, workers);
        _Atomic(uint32_t) left = ROOTS;
        root_t roots[ROOTS];
        for (int32_t i = 0; i < ROOTS; i++) {
            roots[i] = (root_t){.fib = {.task = {.run = root_run}, .n = 14 + i}, .left = &left};
            CHECK_OK(lg_lane_submit(lane, &roots[i].fib.task, test_err));
        }
        wait_for_zero(&left);
        static const uint64_t wanted[ROOTS] = {377, 610, 987, 1597, 2584, 4181};
        for (int32_t i = 0; i < ROOTS; i++) {
            CHECK_EQ(roots[i].fib.result, wanted[i]);
        }
        CHECK_OK(lg_lane_close(lane, test_err));
    }
    lg_context_close(context);
}

typedef struct count_task {
    lg_task_t task;
    _Atomic(uint32_t) *left;
} count_task_t;

static void count_run(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    count_task_t *count = (count_task_t *)task;
    atomic_fetch_sub_explicit(count->left, 1, memory_order_release);
}

TEST(lane_wakes_for_every_task) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 2);
    for (int32_t round = 0; round < 200; round++) {
        count_task_t tasks[3];
        _Atomic(uint32_t) left = 3;
        for (int32_t i = 0; i < 3; i++) {
            tasks[i] = (count_task_t){{.run = count_run}, &left};
            CHECK_OK(lg_lane_submit(lane, &tasks[i].task, test_err));
        }
        wait_for_zero(&left);
        if (round % 20 == 0) {
            CHECK_OK(lg_lane_resize(lane, 1 + (uint32_t)round / 20 % 3, test_err));
        }
    }
    lane_end(context, lane);
}

// ---- fork, close, errors ----------------------------------------------------------------------------

TEST(lane_works_in_the_child_of_a_fork) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 3);
    marks_t before = {.lane = lane, .grain = 10};
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 10, mark_range, &before), 0);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);  // a hang is the classic failure
        int wrong = 0;
        for (int32_t i = 0; i < 50; i++) {
            marks_t marks = {.lane = lane, .grain = 10};
            wrong += lg_lane_parallel_for(lane, COUNT, 10, mark_range, &marks) != 0;
            wrong += marks_wrong(&marks, COUNT, 1);
        }
        _Atomic(uint32_t) left = 1;
        count_task_t task = {{.run = count_run}, &left};
        wrong += lg_lane_submit(lane, &task.task, NULL) != LG_OK;
        while (atomic_load(&left) != 0) {
            usleep(200);
        }
        wrong += lg_lane_close(lane, NULL) != LG_OK;
        _exit(wrong == 0 ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    marks_t after = {.lane = lane, .grain = 10};
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 10, mark_range, &after), 0);
    CHECK_EQ(marks_wrong(&after, COUNT, 1), 0);
    lane_end(context, lane);
}

TEST(lane_core_that_is_not_there_is_an_error) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane;
    const uint32_t cores[] = {0, 999};
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "far", .core_count = 2, .cores = cores};
    CHECK_FAILS(lg_lane_create(context, &desc, &lane, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK(strstr(test_err->message, "core 999") != NULL);
    lg_context_close(context);
}

TEST(lane_worker_runs_where_it_was_put) {
    lg_context_t *context = lane_context();
    uint32_t allowed[LG_LANE_MAX_CORES];
    uint32_t count = lg_port_get_cores(0, allowed, LG_LANE_MAX_CORES);
    CHECK(count > 0);
    lg_lane_t *lane;
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "put", .workers = 2, .core_count = 1,
                           .cores = &allowed[count - 1]};
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    _Atomic(uint32_t) left = 1;
    count_task_t task = {{.run = count_run}, &left};
    CHECK_OK(lg_lane_submit(lane, &task.task, test_err));
    wait_for_zero(&left);
    for (uint32_t i = 0; i < 2; i++) {
        static lg_worker_info_t info;
        for (int32_t tries = 0; tries < 1000; tries++) {  // the thread may still be on its way
            CHECK_OK(lg_lane_worker_info(lane, i, &info, test_err));
            if (info.thread > 0 && info.core_count == 1) {
                break;
            }
            usleep(200);
        }
        CHECK_EQ(info.core_count, 1);
        CHECK_EQ(info.cores[0], allowed[count - 1]);
    }
    static lg_worker_info_t info;
    CHECK_FAILS(lg_lane_worker_info(lane, 2, &info, test_err), LG_STATUS_INVALID_ARGUMENT);
    lane_end(context, lane);
}

typedef struct close_task {
    lg_task_t task;
    lg_lane_t *lane;
    lg_status_t status;
    _Atomic(uint32_t) left;
} close_task_t;

static void close_run(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    close_task_t *close = (close_task_t *)task;
    close->status = lg_lane_close(close->lane, NULL);
    atomic_store_explicit(&close->left, 0, memory_order_release);
}

TEST(lane_cannot_be_closed_from_its_own_worker) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 2);
    close_task_t task = {.task = {.run = close_run}, .lane = lane, .left = 1};
    CHECK_OK(lg_lane_submit(lane, &task.task, test_err));
    wait_for_zero(&task.left);
    CHECK_EQ(task.status, LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_lane_close(lg_context_lane(context), test_err), LG_STATUS_INVALID_ARGUMENT);
    lane_end(context, lane);
}

TEST(lane_default_stops_with_its_context) {
    lg_context_t *context = lane_context();
    marks_t marks = {.lane = lg_context_lane(context), .grain = 10};
    CHECK_EQ(lg_lane_parallel_for(marks.lane, COUNT, 10, mark_range, &marks), 0);
    CHECK_EQ(marks_wrong(&marks, COUNT, 1), 0);
    lg_context_close(context);
}

TEST(lane_idle_workers_sleep) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 2);
    marks_t marks = {.lane = lane, .grain = 10};
    lg_lane_begin(lane);
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 10, mark_range, &marks), 0);
    lg_lane_end(lane);
    static lg_worker_info_t info;
    for (int32_t tries = 0; tries < 2000 && !info.asleep; tries++) {
        usleep(500);
        CHECK_OK(lg_lane_worker_info(lane, 1, &info, test_err));
    }
    CHECK_EQ(info.asleep, 1);
    lane_end(context, lane);
}
#endif
