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

static uint32_t allowed_cores(uint32_t *cores) {
    lg_cores_t set;
    uint32_t count = 0;
    lg_port_get_cores(0, &set);
    for (uint32_t i = 0; i < LG_LANE_MAX_CORES; i++) {
        if (lg_cores_has(&set, i)) {
            cores[count++] = i;
        }
    }
    return count;
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
    uint32_t count = allowed_cores(allowed);
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

// ---- start, move, visits ----------------------------------------------------------------------------

// Whether all threads of a lane of `workers` may run on exactly `core`.
static bool all_on(lg_lane_t *lane, uint32_t workers, uint32_t core) {
    static lg_worker_info_t info;
    for (uint32_t i = 0; i < workers; i++) {
        CHECK_OK(lg_lane_worker_info(lane, i, &info, test_err));
        if (info.thread <= 0 || info.core_count != 1 || info.cores[0] != core) {
            return false;
        }
    }
    return true;
}

static int32_t where_range(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)begin, (void)end, (void)worker;
    lg_cores_t cores;
    lg_port_get_cores(0, &cores);
    atomic_fetch_or_explicit((_Atomic(uint64_t) *)user, cores.bits[0], memory_order_relaxed);
    return 0;
}

TEST(lane_moves_its_workers_and_those_who_visit) {
    uint32_t allowed[LG_LANE_MAX_CORES];
    uint32_t count = allowed_cores(allowed);
    lg_context_t *context = lane_context();
    lg_lane_t *lane;
    lg_cores_t before, now;
    lg_port_get_cores(0, &before);
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "move", .workers = 2, .core_count = 1,
                           .cores = &allowed[0]};
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    CHECK_OK(lg_lane_start(lane, test_err));
    CHECK(all_on(lane, 2, allowed[0]));
    lg_visit_t outer, inner;
    CHECK_OK(lg_lane_visit(lane, &outer, test_err));
    CHECK_OK(lg_lane_visit(lane, &inner, test_err));
    CHECK_EQ(lg_port_get_cores(0, &now), 1);
    lg_lane_leave(&inner);
    CHECK_EQ(lg_port_get_cores(0, &now), 1);
    CHECK_OK(lg_lane_move(lane, &allowed[count - 1], 1, test_err));
    CHECK(all_on(lane, 2, allowed[count - 1]));
    CHECK_EQ(lg_port_get_cores(0, &now), 1);
    CHECK(lg_cores_has(&now, allowed[count - 1]));
    lg_lane_leave(&outer);
    lg_port_get_cores(0, &now);
    CHECK(memcmp(&now, &before, sizeof now) == 0);
    // A loop alone is a visit too, and a worker that is started later comes where the lane is now.
    CHECK_OK(lg_lane_resize(lane, 3, test_err));
    CHECK_OK(lg_lane_start(lane, test_err));
    CHECK(all_on(lane, 3, allowed[count - 1]));
    _Atomic(uint64_t) seen = 0;
    CHECK_EQ(lg_lane_parallel_for(lane, 100, 1, where_range, &seen), 0);
    if (allowed[count - 1] < 64) {
        CHECK(atomic_load(&seen) == UINT64_C(1) << allowed[count - 1]);
    }
    lg_port_get_cores(0, &now);
    CHECK(memcmp(&now, &before, sizeof now) == 0);
    const uint32_t far[] = {LG_LANE_MAX_CORES + 5}, twice[] = {allowed[0], allowed[0]};
    CHECK_FAILS(lg_lane_move(lane, far, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_lane_move(lane, twice, 2, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_lane_move(lane, NULL, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_lane_move(lg_context_lane(context), allowed, 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK(all_on(lane, 3, allowed[count - 1]));
    lane_end(context, lane);
}

TEST(lane_moves_and_changes_size_under_load) {
    enum { CALLERS = 3 };
    uint32_t allowed[LG_LANE_MAX_CORES];
    uint32_t count = allowed_cores(allowed);
    lg_context_t *context = lane_context();
    lg_lane_t *lane;
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "load", .workers = 3, .core_count = count,
                           .cores = allowed};
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    caller_t callers[CALLERS];
    for (int32_t i = 0; i < CALLERS; i++) {
        callers[i] = (caller_t){.lane = lane, .rounds = 200};
        CHECK(pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]) == 0);
    }
    for (uint32_t i = 0; i < 60; i++) {
        CHECK_OK(lg_lane_move(lane, &allowed[i % count], 1, test_err));
        CHECK_OK(lg_lane_resize(lane, 1 + i * 5 % 7, test_err));
        usleep(500);
    }
    for (int32_t i = 0; i < CALLERS; i++) {
        CHECK(pthread_join(callers[i].thread, NULL) == 0);
        CHECK_EQ(callers[i].wrong, 0);
    }
    lane_end(context, lane);
}

TEST(lane_that_is_closed_is_its_callers_alone) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane = lane_of(context, 3);
    lg_lane_retain(lane);
    CHECK_EQ(lg_lane_is_closed(lane), 0);
    CHECK_OK(lg_lane_close(lane, test_err));
    CHECK_EQ(lg_lane_is_closed(lane), 1);
    marks_t marks = {.lane = lane, .grain = 10};
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 10, mark_range, &marks), 0);
    CHECK_EQ(marks_wrong(&marks, COUNT, 1), 0);
    _Atomic(uint32_t) left = 1;
    count_task_t task = {{.run = count_run}, &left};
    lg_visit_t visit;
    const uint32_t core = 0;
    CHECK_FAILS(lg_lane_submit(lane, &task.task, test_err), LG_STATUS_CLOSED);
    CHECK_FAILS(lg_lane_start(lane, test_err), LG_STATUS_CLOSED);
    CHECK_FAILS(lg_lane_visit(lane, &visit, test_err), LG_STATUS_CLOSED);
    CHECK_FAILS(lg_lane_move(lane, &core, 1, test_err), LG_STATUS_CLOSED);
    lg_lane_leave(&visit);  // of a visit that did not begin
    lg_lane_release(lane);
    lg_context_close(context);
}

TEST(lane_excludes_what_excludes_each_other) {
    lg_context_t *context = lane_context();
    lg_lane_t *lane;
    const uint32_t core = 0;
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "odd", .core_count = 1, .cores = &core,
                           .core_class = "performance"};
    CHECK_FAILS(lg_lane_create(context, &desc, &lane, test_err), LG_STATUS_INVALID_ARGUMENT);
    desc = (lg_lane_desc_t){LG_STRUCT(lg_lane_desc_t), .name = "odd", .core_class = "quantum"};
    CHECK_FAILS(lg_lane_create(context, &desc, &lane, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "performance");
    desc.core_class = "performance";
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    CHECK_OK(lg_lane_start(lane, test_err));
    CHECK_OK(lg_lane_close(lane, test_err));
    desc = (lg_lane_desc_t){LG_STRUCT(lg_lane_desc_t), .workers = 1000};
    CHECK_FAILS(lg_lane_create(context, &desc, &lane, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_context_close(context);
}

// ---- lanes that wait for each other -----------------------------------------------------------------

typedef struct cross {
    lg_lane_t *lanes[2];
    int depth, failures;
    _Atomic(uint32_t) left;
    lg_task_t task;
} cross_t;

static void cross_run(lg_worker_t *worker, void *user) {
    cross_t *cross = user;
    if (cross->depth-- > 0) {
        lg_lane_t *other = cross->lanes[lg_worker_lane(worker) == cross->lanes[0]];
        cross->failures += lg_lane_run(other, worker, cross_run, cross, NULL) != LG_OK;
    }
}

static void cross_task(lg_worker_t *worker, lg_task_t *task) {
    cross_t *cross = (cross_t *)((char *)task - offsetof(cross_t, task));
    cross_run(worker, cross);
    atomic_store_explicit(&cross->left, 0, memory_order_release);
}

TEST(lane_run_of_lanes_that_wait_for_each_other) {
    lg_context_t *context = lane_context();
    lg_lane_t *a = lane_of(context, 1), *b = lane_of(context, 1);
    for (int32_t round = 0; round < 20; round++) {
        cross_t ways[2] = {{.lanes = {a, b}, .depth = 6, .left = 1, .task = {.run = cross_task}},
                           {.lanes = {b, a}, .depth = 6, .left = 1, .task = {.run = cross_task}}};
        CHECK_OK(lg_lane_submit(a, &ways[0].task, test_err));
        CHECK_OK(lg_lane_submit(b, &ways[1].task, test_err));
        for (int32_t i = 0; i < 2; i++) {
            wait_for_zero(&ways[i].left);
            CHECK_EQ(ways[i].failures, 0);
            CHECK_EQ(ways[i].depth, -1);
        }
        cross_t direct = {.lanes = {a, b}, .depth = 3};
        CHECK_OK(lg_lane_run(a, NULL, cross_run, &direct, test_err));
        CHECK_EQ(direct.depth, -1);
    }
    CHECK_OK(lg_lane_close(a, test_err));
    lane_end(context, b);
}

// ---- pools of the application -----------------------------------------------------------------------

enum { LENT_THREADS = 3, LENT_SLOTS = 64 };  // a lane leaves a pool few shares to begin

typedef struct lent {
    pthread_t threads[LENT_THREADS];
    pthread_mutex_t mutex;
    pthread_cond_t ready;
    struct {
        void (*fn)(void *arg);
        void *arg;
    } queue[LENT_SLOTS];
    uint32_t head, tail;
    bool stop, refuse;
} lent_t;

static void *lent_main(void *self) {
    lent_t *lent = self;
    pthread_mutex_lock(&lent->mutex);
    for (;;) {
        while (lent->head == lent->tail && !lent->stop) {
            pthread_cond_wait(&lent->ready, &lent->mutex);
        }
        if (lent->head == lent->tail) {
            break;
        }
        uint32_t at = lent->head++ % LENT_SLOTS;
        void (*fn)(void *) = lent->queue[at].fn;
        void *arg = lent->queue[at].arg;
        pthread_mutex_unlock(&lent->mutex);
        fn(arg);
        pthread_mutex_lock(&lent->mutex);
    }
    pthread_mutex_unlock(&lent->mutex);
    return NULL;
}

static uint32_t lent_threads(void *self) {
    (void)self;
    return LENT_THREADS;
}

static int32_t lent_schedule(void *self, void (*fn)(void *arg), void *arg) {
    lent_t *lent = self;
    pthread_mutex_lock(&lent->mutex);
    bool full = lent->refuse || lent->tail - lent->head == LENT_SLOTS;
    if (!full) {
        lent->queue[lent->tail % LENT_SLOTS].fn = fn;
        lent->queue[lent->tail++ % LENT_SLOTS].arg = arg;
        pthread_cond_signal(&lent->ready);
    }
    pthread_mutex_unlock(&lent->mutex);
    return full;
}

static void nothing_run(lg_worker_t *worker, void *user) {
    fib_t *fib = user;
    fib_run(worker, &fib->task);
}

TEST(lane_borrows_a_pool) {
    lg_context_t *context = lane_context();
    static lent_t lent;
    lent = (lent_t){.stop = false};
    pthread_mutex_init(&lent.mutex, NULL);
    pthread_cond_init(&lent.ready, NULL);
    for (int32_t i = 0; i < LENT_THREADS; i++) {
        CHECK(pthread_create(&lent.threads[i], NULL, lent_main, &lent) == 0);
    }
    const lg_pool_t pool = {LG_STRUCT(lg_pool_t), &lent, lent_threads, lent_schedule};
    lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "lent", .pool = &pool};
    lg_lane_t *lane;
    CHECK_OK(lg_lane_create(context, &desc, &lane, test_err));
    CHECK_EQ(lg_lane_worker_count(lane), LENT_THREADS);
    CHECK_OK(lg_lane_start(lane, test_err));
    for (int32_t round = 0; round < 300; round++) {
        marks_t marks = {.lane = lane, .grain = 1 + round % 50};
        CHECK_EQ(lg_lane_parallel_for(lane, COUNT, marks.grain, mark_range, &marks), 0);
        CHECK_EQ(marks_wrong(&marks, COUNT, 1), 0);
        lent.refuse = round % 4 == 3;  // then the caller is alone
    }
    _Atomic(uint64_t) sum = 0;
    nest_t nest = {lane, 3, &sum};
    CHECK_EQ(lg_lane_parallel_for(lane, 6, 1, nest_range, &nest), 0);
    CHECK_EQ(atomic_load(&sum), 6 * 6 * 6 * 6);
    int64_t at = 500;
    CHECK_EQ(lg_lane_parallel_for(lane, COUNT, 1, fail_at, &at), 42);
    lent.refuse = false;
    fib_t fib = {.task = {.run = fib_run}, .n = 15};
    CHECK_OK(lg_lane_run(lane, NULL, nothing_run, &fib, test_err));
    CHECK_EQ(fib.result, 610);
    const uint32_t core = 0;
    CHECK_FAILS(lg_lane_move(lane, &core, 1, test_err), LG_STATUS_UNSUPPORTED);
    CHECK_FAILS(lg_lane_resize(lane, LENT_THREADS + 1, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_lane_resize(lane, 2, test_err));
    lent.refuse = true;
    CHECK_FAILS(lg_lane_run(lane, NULL, nothing_run, &fib, test_err), LG_STATUS_BUSY);
    desc.workers = LENT_THREADS + 1;
    lg_lane_t *none;
    CHECK_FAILS(lg_lane_create(context, &desc, &none, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_lane_close(lane, test_err));
    pthread_mutex_lock(&lent.mutex);
    lent.stop = true;
    pthread_cond_broadcast(&lent.ready);
    pthread_mutex_unlock(&lent.mutex);
    for (int32_t i = 0; i < LENT_THREADS; i++) {
        CHECK(pthread_join(lent.threads[i], NULL) == 0);
    }
    lg_context_close(context);
}
#endif
