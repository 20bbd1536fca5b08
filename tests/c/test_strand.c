// SPDX-License-Identifier: Apache-2.0
// Strands: branches of a plan at the same time, their memory, errors, cancel, deadlines, forks of the process.
#include <legato/legato.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#ifdef __wasi__
TEST(strand) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIDE = 128, BRANCHES = 4 };

// An op that passes its input on, and may wait, sleep or fail.
typedef struct probe {
    _Atomic(int) inside, most, runs;
    _Atomic(int) meet;      // waits, for a second at most, until so many are inside at once
    _Atomic(int) sleep_us;  // each takes so long
    _Atomic(int) code;      // what it returns
    _Atomic(int) fail_at;   // the run of the op that returns it; -1: none
} probe_t;

static int32_t probe_run(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)lane, (void)host;
    probe_t *probe = state;
    int inside = __atomic_add_fetch(&probe->inside, 1, __ATOMIC_SEQ_CST), most = probe->most;
    int number = __atomic_fetch_add(&probe->runs, 1, __ATOMIC_SEQ_CST);
    while (inside > most && !__atomic_compare_exchange_n(&probe->most, &most, inside, false, __ATOMIC_SEQ_CST,
                                                         __ATOMIC_SEQ_CST)) {}
    for (int i = 0; i < 20000 && probe->most < probe->meet; i++) {
        usleep(50);
    }
    if (probe->sleep_us > 0) {
        usleep((useconds_t)probe->sleep_us);
    }
    memcpy(op->outs[0]->data, op->ins[0]->data, (size_t)op->ins[0]->elem_count * sizeof(float));
    __atomic_fetch_sub(&probe->inside, 1, __ATOMIC_SEQ_CST);
    return number == probe->fail_at ? probe->code : 0;
}

static lg_test_memory_t *counted;  // NULL: nobody counts allocations

typedef struct world {
    lg_context_t *context;
    lg_lane_t *lane;
    lg_model_t *model;
    probe_t probe;
    float x[SIDE * SIDE];
} world_t;

// x goes through BRANCHES chains of matmul, a probe, matmul; their results are added up. A state counts runs.
static size_t write_text(char *text, size_t capacity, const char *probe) {
    size_t used =
        (size_t)snprintf(text, capacity,
                         "program { input %%0 \"x\" : f32[128,128] %%1 = state.read \"h\" : f32[128,128] "
                         "%%2 = matmul(%%0, %%0) : f32[128,128]\n");
    int last = 2, ends[BRANCHES];
    for (int i = 0; i < BRANCHES; i++, last += 3) {
        used += (size_t)snprintf(text + used, capacity - used,
                                 "%%%d = matmul(%%2, %%0) at \"branch.%d.a\" : f32[128,128]\n"
                                 "%%%d = %s(%%%d) at \"branch.%d.probe\" : f32[128,128]\n"
                                 "%%%d = matmul(%%%d, %%2) at \"branch.%d.b\" : f32[128,128]\n",
                                 last + 1, i, last + 2, probe, last + 1, i, last + 3, last + 2, i);
        ends[i] = last + 3;
    }
    int sum = ends[0];
    for (int i = 1; i < BRANCHES; i++, last++) {
        used += (size_t)snprintf(text + used, capacity - used, "%%%d = add(%%%d, %%%d) : f32[128,128]\n",
                                 last + 1, sum, ends[i]);
        sum = last + 1;
    }
    used += (size_t)snprintf(text + used, capacity - used,
                             "%%%d = add(%%%d, %%1) : f32[128,128]\n output \"y\" %%%d "
                             "state.write \"h\", %%%d as \"hn\" }",
                             last + 1, sum, last + 1, last + 1);
    return used;
}

static void world_make(world_t *world, uint32_t workers, bool off) {
    memset(world, 0, sizeof *world);
    world->probe.fail_at = -1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        world->x[i] = (float)(i % 7) / 64 - 0.05f;
    }
    lg_allocator_t allocator;
    const lg_context_desc_t context = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
    if (counted != NULL) {
        allocator = lg_test_memory_allocator(counted);
    }
    CHECK_OK(lg_context_create(counted != NULL ? &context : NULL, &world->context, test_err));
    const char *names[] = {"x"};
    const lg_op_desc_t op = {LG_STRUCT(lg_op_desc_t), .name = "test.probe", .in_min = 1,   .in_max = 1,
                             .out_count = 1,          .in_names = names,    .rule = "same"};
    uint32_t id;
    CHECK_OK(lg_op_register(world->context, &op, &id, test_err));
    const lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = probe_run, .state = &world->probe};
    CHECK_OK(lg_kernel_register(world->context, "test.probe", &kernel, test_err));
    char text[4096];
    size_t used = write_text(text, sizeof text, "test.probe");
    lg_program_t *program;
    CHECK_OK(lg_program_parse(world->context, text, used, NULL, NULL, &program, test_err));
    const char *names_off[] = {"branches", "eliminate"}, *names_on[] = {"eliminate"};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off ? names_off : names_on,
                                 .passes_off_count = off ? 2 : 1};
    CHECK_OK(lg_model_create_program(program, &desc, &world->model, test_err));
    lg_program_release(program);
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "strands", .workers = workers};
    CHECK_OK(lg_lane_create(world->context, &lane, &world->lane, test_err));
    CHECK_OK(lg_lane_start(world->lane, test_err));
    alarm(60);  // a hang is the classic failure
}

static void world_end(world_t *world) {
    if (world->lane != NULL) {
        CHECK_OK(lg_lane_close(world->lane, test_err));
    }
    lg_model_release(world->model);
    lg_context_close(world->context);
    alarm(0);
}

static lg_call_t *world_call(world_t *world, bool on_lane) {
    lg_call_t *call;
    CHECK_OK(lg_call_create(world->model, &call, test_err));
    CHECK_OK(lg_call_bind_at(call, 0, world->x, test_err));
    if (on_lane) {
        lg_call_set_lane(call, world->lane);
    }
    return call;
}

static const float *call_result(lg_call_t *call) {
    lg_view_t y;
    CHECK_OK(lg_call_output(call, "y", 0, &y, test_err));
    return y.data;
}

static const float *call_state(lg_call_t *call) {
    lg_view_t h;
    CHECK_OK(lg_call_state(call, "h", &h, test_err));
    return h.data;
}

// What a run without lanes gives, after `runs` of them.
static void world_expect(world_t *world, int runs, float *out) {
    lg_call_t *call = world_call(world, false);
    for (int i = 0; i < runs; i++) {
        CHECK_OK(lg_call_run(call, 0, test_err));
    }
    memcpy(out, call_result(call), sizeof world->x);
    lg_call_release(call);
}

enum { BY_RUN, BY_TIMEOUT, BY_START };

static lg_status_t run_by(world_t *world, lg_call_t *call, int how, lg_error_t *err) {
    lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .lane = world->lane};
    if (how != BY_START) {
        return lg_call_run(call, how == BY_TIMEOUT ? INT64_C(60000000000) : 0, err);
    }
    lg_status_t status = lg_call_start(call, &desc, err);
    return status == LG_OK ? lg_call_wait(call, -1, err) : status;
}

// In each way to run, with one worker to many, the results are those of one thread, bit for bit.
TEST(strand_same_bits) {
    const uint32_t workers[] = {1, 2, 3, 64};
    for (int w = 0; w < 4; w++) {
        world_t world;
        float wanted[SIDE * SIDE];
        world_make(&world, workers[w], false);
        world_expect(&world, 20, wanted);
        for (int how = BY_RUN; how <= BY_START; how++) {
            lg_call_t *call = world_call(&world, true);
            for (int i = 0; i < 20; i++) {
                CHECK_OK(run_by(&world, call, how, test_err));
            }
            CHECK(memcmp(call_result(call), wanted, sizeof wanted) == 0);
            CHECK(memcmp(call_state(call), wanted, sizeof wanted) == 0);
            lg_call_release(call);
        }
        world_end(&world);
    }
}

// Branches are inside at the same time; with the pass off, or on one worker, they are not.
TEST(strand_at_once) {
    for (int how = BY_RUN; how <= BY_START; how++) {
        world_t world;
        world_make(&world, 3, false);
        lg_call_t *call = world_call(&world, true);
        lg_lane_begin(world.lane);
        world.probe.meet = 3;
        CHECK_OK(run_by(&world, call, how, test_err));
        lg_lane_end(world.lane);
        CHECK(world.probe.most >= 2);  // a worker that sleeps may be too dear to wake for the third
        lg_call_release(call);
        world_end(&world);
    }
    for (int off = 0; off < 2; off++) {
        world_t world;
        world_make(&world, off ? 3 : 1, off);
        lg_call_t *call = world_call(&world, true);
        CHECK_OK(lg_call_run(call, 0, test_err));
        CHECK_EQ(world.probe.most, 1);
        lg_call_release(call);
        world_end(&world);
    }
}

// The first error of a branch is that of the run, with its op; states stay as they were, and the next run is unharmed.
TEST(strand_error) {
    for (int how = BY_RUN; how <= BY_START; how++) {
        world_t world;
        float wanted[SIDE * SIDE];
        world_make(&world, 2, false);
        world_expect(&world, 2, wanted);
        lg_call_t *call = world_call(&world, true);
        CHECK_OK(run_by(&world, call, how, test_err));
        for (int i = 0; i < 12; i++) {
            world.probe.runs = 0;
            world.probe.fail_at = i % BRANCHES;
            world.probe.code = LG_STATUS_INDEX;
            world.probe.sleep_us = i >= 8 ? 200 : 0;
            lg_error_t err;
            CHECK_EQ(run_by(&world, call, how, &err), LG_STATUS_INDEX);
            CHECK(strncmp(err.op, "branch.", 7) == 0 && strstr(err.op, ".probe") != NULL);
        }
        world.probe.fail_at = -1;
        CHECK_OK(run_by(&world, call, how, test_err));
        CHECK(memcmp(call_state(call), wanted, sizeof wanted) == 0);
        lg_call_release(call);
        world_end(&world);
    }
}

static void *cancel_later(void *call) {
    for (int i = 0; i < 5; i++) {
        usleep(3000);
        lg_call_cancel(call);
    }
    return NULL;
}

TEST(strand_cancel_and_deadline) {
    for (int how = BY_RUN; how <= BY_START; how += BY_START) {
        world_t world;
        float wanted[SIDE * SIDE];
        world_make(&world, 2, false);
        world_expect(&world, 1, wanted);
        lg_call_t *call = world_call(&world, true);
        lg_error_t err;
        world.probe.sleep_us = 20000;
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, cancel_later, call) == 0);
        CHECK_EQ(run_by(&world, call, how, &err), LG_STATUS_CANCELLED);
        CHECK(pthread_join(thread, NULL) == 0);
        CHECK(strstr(err.message, "cancelled") != NULL);
        CHECK_EQ(lg_call_run(call, 5000000, &err), LG_STATUS_DEADLINE);
        CHECK(strstr(err.message, "deadline") != NULL && err.op[0] != 0);
        CHECK_EQ(world.probe.inside, 0);
        world.probe.sleep_us = 0;
        CHECK_OK(run_by(&world, call, how, test_err));
        CHECK(memcmp(call_state(call), wanted, sizeof wanted) == 0);
        lg_call_release(call);
        world_end(&world);
    }
}

typedef struct storm {
    world_t *world;
    const float *wanted;
    int how;
    _Atomic(int) *stop;
} storm_t;

static void *storm_run(void *user) {
    storm_t *storm = user;
    lg_error_t err;
    lg_call_t *call = world_call(storm->world, true);
    for (int i = 0; i < 40; i++) {
        CHECK_OK(lg_call_reset_states(call, &err));
        CHECK_OK(run_by(storm->world, call, storm->how, &err));
        CHECK(memcmp(call_result(call), storm->wanted, sizeof storm->world->x) == 0);
    }
    lg_call_release(call);
    return NULL;
}

static void *storm_resize(void *user) {
    storm_t *storm = user;
    for (uint32_t i = 0; !*storm->stop; i++) {
        CHECK_OK(lg_lane_resize(storm->world->lane, 1 + i % 4, NULL));
        usleep(500);
    }
    return NULL;
}

// Many calls at once on one lane, which changes its size meanwhile.
TEST(strand_many_calls) {
    world_t world;
    float wanted[SIDE * SIDE];
    _Atomic(int) stop = 0;
    world_make(&world, 2, false);
    world_expect(&world, 1, wanted);
    storm_t storms[4];
    pthread_t threads[4], resizer;
    CHECK(pthread_create(&resizer, NULL, storm_resize, &(storm_t){&world, wanted, 0, &stop}) == 0);
    for (int i = 0; i < 4; i++) {
        storms[i] = (storm_t){&world, wanted, i % 2 ? BY_START : BY_RUN, &stop};
        CHECK(pthread_create(&threads[i], NULL, storm_run, &storms[i]) == 0);
    }
    for (int i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    stop = 1;
    CHECK(pthread_join(resizer, NULL) == 0);
    world_end(&world);
}

// After the first runs, no run asks for memory.
TEST(strand_allocates_nothing) {
    counted = lg_test_memory_create(0);
    for (int how = BY_RUN; how <= BY_START; how++) {
        world_t world;
        world_make(&world, 2, false);
        lg_call_t *call = world_call(&world, true);
        for (int i = 0; i < 3; i++) {
            CHECK_OK(run_by(&world, call, how, test_err));
        }
        int64_t calls = lg_test_memory_calls(counted);
        for (int i = 0; i < 20; i++) {
            CHECK_OK(run_by(&world, call, how, test_err));
        }
        CHECK_EQ(lg_test_memory_calls(counted), calls);
        lg_call_release(call);
        world_end(&world);
    }
    lg_test_memory_destroy(counted);
    counted = NULL;
}

// Each allocation fails once: of the plan, of the wide arena, of what a run needs.
TEST_ALLOC(strand_no_memory) {
    static float x[SIDE * SIDE];
    char text[4096];
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_call_t *call = NULL;
    size_t used = write_text(text, sizeof text, "relu");
    lg_status_t status = lg_program_parse(context, text, used, NULL, NULL, &program, err);
    if (status == LG_OK) {
        const char *off[] = {"eliminate"};
        const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off, .passes_off_count = 1};
        status = lg_model_create_program(program, &desc, &model, err);
        lg_program_release(program);
    }
    status = status == LG_OK ? lg_call_create(model, &call, err) : status;
    if (status == LG_OK) {
        status = lg_call_bind_at(call, 0, x, err);
        lg_call_set_lane(call, lg_context_lane(context));
    }
    status = status == LG_OK ? lg_call_run(call, 0, err) : status;
    status = status == LG_OK ? lg_call_run(call, 0, err) : status;
    lg_call_release(call);
    lg_model_release(model);
    return status;
}

static void *close_lane(void *user) {
    world_t *world = user;
    usleep(2000);
    CHECK_OK(lg_lane_close(world->lane, NULL));
    return NULL;
}

// A lane that is closed while runs use it: those of callers end alone, well; new ones are refused only by start.
TEST(strand_lane_closed) {
    world_t world;
    float wanted[SIDE * SIDE];
    world_make(&world, 2, false);
    world_expect(&world, 6, wanted);
    lg_call_t *call = world_call(&world, true);
    world.probe.sleep_us = 300;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, close_lane, &world) == 0);
    for (int i = 0; i < 6; i++) {
        CHECK_OK(lg_call_run(call, 0, test_err));
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(memcmp(call_result(call), wanted, sizeof wanted) == 0);
    lg_call_release(call);
    world.lane = NULL;
    world_end(&world);
}

TEST(strand_forked_process) {
    world_t world;
    float wanted[SIDE * SIDE];
    world_make(&world, 2, false);
    world_expect(&world, 2, wanted);
    lg_call_t *call = world_call(&world, true);
    CHECK_OK(lg_call_run(call, 0, test_err));
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        lg_error_t err;
        bool good =
            lg_call_run(call, 0, &err) == LG_OK && memcmp(call_result(call), wanted, sizeof wanted) == 0;
        _exit(good ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK(memcmp(call_result(call), wanted, sizeof wanted) == 0);
    lg_call_release(call);
    world_end(&world);
}
#endif
