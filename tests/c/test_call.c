// SPDX-License-Identifier: Apache-2.0
// Calls in flight: started on lanes, waited for, cancelled, late, taken over; closed lanes and forks.
#include <legato/legato.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#ifdef __wasi__
TEST(call) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPS = 6, SIZE = 4 };

// An op that adds 1, and stops at a gate when one is set.
typedef struct gate {
    _Atomic(int) closed_at;  // how many more runs of the op until it stops; -1: never
    _Atomic(int) reached;    // 1: an op stands at the gate
    _Atomic(int) open;
    _Atomic(int) runs;
    _Atomic(int) sleep_us;  // each op takes so long
} gate_t;

static int32_t gate_run(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)lane, (void)host;
    gate_t *gate = state;
    __atomic_fetch_add(&gate->runs, 1, __ATOMIC_SEQ_CST);
    if (gate->closed_at >= 0 && __atomic_fetch_sub(&gate->closed_at, 1, __ATOMIC_SEQ_CST) == 0) {
        gate->reached = 1;
        while (!gate->open) {
            usleep(100);
        }
        gate->open = 0;
    }
    if (gate->sleep_us > 0) {
        usleep((useconds_t)gate->sleep_us);
    }
    const float *x = op->ins[0]->data;
    float *y = op->outs[0]->data;
    for (int64_t i = 0; i < op->ins[0]->elem_count; i++) {
        y[i] = x[i] + 1;
    }
    return 0;
}

typedef struct world {
    lg_context_t *context;
    lg_lane_t *lane;
    lg_model_t *model;
    gate_t gate;
    float x[SIZE];
} world_t;

// y = x + OPS; the state h counts runs, unless `stateless`.
static void world_make(world_t *world, uint32_t workers, bool stateful) {
    *world = (world_t){.gate = {.closed_at = -1}};
    CHECK_OK(lg_context_create(NULL, &world->context, test_err));
    const char *names[] = {"x"};
    const lg_op_desc_t op = {LG_STRUCT(lg_op_desc_t), .name = "test.step", .in_min = 1,   .in_max = 1,
                             .out_count = 1,          .in_names = names,   .rule = "same"};
    uint32_t id;
    CHECK_OK(lg_op_register(world->context, &op, &id, test_err));
    const lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = gate_run, .state = &world->gate};
    CHECK_OK(lg_kernel_register(world->context, "test.step", &kernel, test_err));
    char text[1024];
    size_t used = 0;
    const char *head =
        stateful
            ? "program { input %0 \"x\" : f32[4] %1 = state.read \"h\" : f32[4] %2 = add(%0, %1) : f32[4]"
            : "program { input %0 \"x\" : f32[4]";
    used += (size_t)snprintf(text, sizeof text, "%s\n", head);
    int last = stateful ? 2 : 0;
    for (int i = 0; i < OPS; i++, last++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%%%d = test.step(%%%d) at \"step.%d\" : f32[4]\n", last + 1, last, i);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "output \"y\" %%%d %s %s }", last,
                             stateful ? "state.write \"h\", %" : "", stateful ? "8 as \"hn\"" : "");
    lg_program_t *program;
    CHECK_OK(lg_program_parse(world->context, text, used, NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &world->model, test_err));
    lg_program_release(program);
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "calls", .workers = workers};
    CHECK_OK(lg_lane_create(world->context, &lane, &world->lane, test_err));
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

static lg_call_t *world_call(world_t *world) {
    lg_call_t *call;
    CHECK_OK(lg_call_create(world->model, &call, test_err));
    CHECK_OK(lg_call_bind_at(call, 0, world->x, test_err));
    return call;
}

static lg_run_desc_t world_desc(const world_t *world) {
    return (lg_run_desc_t){LG_STRUCT(lg_run_desc_t), .lane = world->lane};
}

static float call_result(lg_call_t *call) {
    lg_view_t y;
    CHECK_OK(lg_call_output(call, "y", 0, &y, test_err));
    return ((float *)y.data)[SIZE - 1];
}

static void gate_close(gate_t *gate, int at) {
    gate->reached = gate->open = 0;
    gate->closed_at = at;
}

static void gate_await(gate_t *gate) {
    while (!gate->reached) {
        usleep(50);
    }
}

typedef struct told {
    _Atomic(int) times;
    lg_status_t status;
} told_t;

static void tell(void *user, lg_status_t status, const lg_error_t *error) {
    (void)error;
    told_t *told = user;
    told->status = status;
    told->times++;
}

TEST(call_start_and_wait) {
    world_t world;
    world_make(&world, 2, false);
    lg_call_t *call = world_call(&world);
    CHECK_FAILS(lg_call_wait(call, 0, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK(lg_call_done(call));
    told_t told = {0};
    for (int i = 0; i < 500; i++) {
        world.x[SIZE - 1] = (float)i;
        lg_run_desc_t desc = world_desc(&world);
        desc.lane = i % 3 == 0 ? NULL : desc.lane;
        CHECK_OK(lg_call_start(call, &desc, test_err));
        const int heard = told.times, will = lg_call_notify(call, tell, &told);
        if (i % 2 == 0) {
            CHECK_OK(lg_call_wait(call, -1, test_err));
            CHECK_OK(lg_call_wait(call, 0, test_err));  // again
        } else {
            while (!lg_call_done(call)) {
                usleep(10);
            }
        }
        CHECK_EQ(told.times, heard + will);
        CHECK_EQ(lg_call_notify(call, tell, &told), 0);
        CHECK_EQ(call_result(call), i + OPS);
    }
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_EQ(call_result(call), 499 + OPS);
    lg_call_release(call);
    world_end(&world);
}

TEST(call_in_flight_is_busy) {
    world_t world;
    world_make(&world, 1, true);
    lg_call_t *call = world_call(&world);
    gate_close(&world.gate, 2);
    lg_run_desc_t desc = world_desc(&world);
    CHECK_OK(lg_call_start(call, &desc, test_err));
    gate_await(&world.gate);
    lg_view_t view;
    CHECK(!lg_call_done(call));
    CHECK_FAILS(lg_call_wait(call, 0, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_wait(call, 2000000, test_err), LG_STATUS_BUSY);
    CHECK_HAS(test_err->message, "record 3 of 8");
    CHECK_FAILS(lg_call_start(call, &desc, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_run(call, 5, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_bind_at(call, 0, world.x, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_state(call, "h", &view, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_reset_states(call, test_err), LG_STATUS_BUSY);
    CHECK_FAILS(lg_call_output(call, "y", 0, &view, test_err), LG_STATUS_BUSY);
    world.gate.open = 1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_EQ(call_result(call), OPS);
    lg_call_release(call);
    world_end(&world);
}

// Cancelled, late or failed runs leave states as they were, and the next run is unharmed.
TEST(call_cancel) {
    world_t world;
    world_make(&world, 1, true);
    lg_call_t *call = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    for (int at = 0; at < OPS; at++) {
        lg_view_t h;
        CHECK_OK(lg_call_reset_states(call, test_err));
        CHECK_OK(lg_call_run(call, 0, test_err));
        gate_close(&world.gate, at);
        CHECK_OK(lg_call_start(call, &desc, test_err));
        gate_await(&world.gate);
        lg_call_cancel(call);
        lg_call_cancel(call);
        world.gate.open = 1;
        lg_status_t status = lg_call_wait(call, -1, test_err);
        CHECK_EQ(status, LG_STATUS_CANCELLED);
        char next[24] = "copy";  // of the output, which is a state too
        if (at < OPS - 1) {
            snprintf(next, sizeof next, "step.%d", at + 1);
        }
        CHECK_STR(test_err->op, next);
        CHECK_HAS(test_err->message, "cancelled before ");
        CHECK_OK(lg_call_state(call, "h", &h, test_err));
        CHECK_EQ(((float *)h.data)[0], OPS);
        lg_call_cancel(call);  // nothing is in flight: no effect
        CHECK_OK(lg_call_run(call, 0, test_err));
        CHECK_EQ(call_result(call), 2 * OPS);
        CHECK_OK(lg_call_start(call, &desc, test_err));
        CHECK_OK(lg_call_wait(call, -1, test_err));
    }
    lg_call_release(call);
    world_end(&world);
}

// In the last op it comes too late: the run is done.
TEST(call_cancel_too_late) {
    world_t world;
    world_make(&world, 1, false);
    lg_call_t *call = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    gate_close(&world.gate, OPS - 1);
    CHECK_OK(lg_call_start(call, &desc, test_err));
    gate_await(&world.gate);
    lg_call_cancel(call);
    world.gate.open = 1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_EQ(call_result(call), OPS);
    lg_call_release(call);
    world_end(&world);
}

// More than once: the run may begin late, and what came before it means the one before.
static void *cancel_later(void *call) {
    for (int i = 0; i < 4; i++) {
        usleep(3000);
        lg_call_cancel(call);
    }
    return NULL;
}

static void *run_here(void *call) {
    lg_error_t err;
    return (void *)(intptr_t)lg_call_run(call, 0, &err);
}

// From several threads at once, also a run on its caller's thread; and calls that are released in flight.
TEST(call_cancel_from_threads) {
    world_t world;
    world_make(&world, 2, false);
    lg_run_desc_t desc = world_desc(&world);
    world.gate.sleep_us = 2000;
    for (int i = 0; i < 10; i++) {
        lg_call_t *call = world_call(&world);
        pthread_t threads[3], runner;
        if (i % 2) {
            CHECK(pthread_create(&runner, NULL, run_here, call) == 0);
        } else {
            CHECK_OK(lg_call_start(call, &desc, test_err));
        }
        for (int k = 0; k < 3; k++) {
            CHECK(pthread_create(&threads[k], NULL, cancel_later, call) == 0);
        }
        void *status = NULL;
        if (i % 2) {
            CHECK(pthread_join(runner, &status) == 0);
        } else {
            status = (void *)(intptr_t)lg_call_wait(call, -1, NULL);
        }
        for (int k = 0; k < 3; k++) {
            CHECK(pthread_join(threads[k], NULL) == 0);
        }
        CHECK_EQ((intptr_t)status, LG_STATUS_CANCELLED);
        CHECK_OK(lg_call_start(call, &desc, test_err));
        lg_call_release(call);  // cancels and waits
    }
    world_end(&world);
}

TEST(call_deadline) {
    world_t world;
    world_make(&world, 1, true);
    lg_call_t *call = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    lg_view_t h;
    world.gate.sleep_us = 4000;
    for (int here = 0; here < 2; here++) {
        desc.deadline_ns = lg_clock_ns() + 10000000;
        world.gate.runs = 0;
        if (here) {
            CHECK_FAILS(lg_call_run_as(call, &desc, test_err), LG_STATUS_DEADLINE);
        } else {
            CHECK_OK(lg_call_start(call, &desc, test_err));
            CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_DEADLINE);
        }
        CHECK_HAS(test_err->message, "the deadline passed during step.");
        CHECK(world.gate.runs < OPS && world.gate.runs > 0);
        CHECK_EQ(test_err->op[5], '0' + world.gate.runs - 1);
        desc.deadline_ns = lg_clock_ns() - 1;
        CHECK_FAILS(lg_call_run_as(call, &desc, test_err), LG_STATUS_DEADLINE);
        CHECK_HAS(test_err->message, "before");
        CHECK_OK(lg_call_state(call, "h", &h, test_err));
        CHECK_EQ(((float *)h.data)[0], 0);
    }
    desc.deadline_ns = lg_clock_ns() + 60000000000;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_OK(lg_call_wait(call, -1, test_err));
    // Late at the very end is late.
    world.gate.sleep_us = 0;
    gate_close(&world.gate, OPS - 1);
    desc.deadline_ns = lg_clock_ns() + 20000000;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    usleep(30000);
    world.gate.open = 1;
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_DEADLINE);
    CHECK_STR(test_err->op, "step.5");
    CHECK_OK(lg_call_state(call, "h", &h, test_err));
    CHECK_EQ(((float *)h.data)[0], OPS);
    desc.priority = 7;
    CHECK_FAILS(lg_call_start(call, &desc, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_call_release(call);
    world_end(&world);
}

// A long kernel is cut, so that a deadline is met between its tiles, and the result is the same.
TEST(call_deadline_in_tiles) {
    static float x[1 << 20], y[1 << 20], z[1 << 20];
    world_t world;
    world_make(&world, 1, false);
    static const char text[] =
        "program { input %0 \"x\" : f32[1048576] %1 = erf(%0) : f32[1048576] output \"y\" %1 }";
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *call;
    CHECK_OK(lg_program_parse(world.context, text, sizeof text - 1, NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &model, test_err));
    CHECK_OK(lg_call_create(model, &call, test_err));
    for (int i = 0; i < 1 << 20; i++) {
        x[i] = (float)(i % 1000) / 300;
    }
    CHECK_OK(lg_call_bind_at(call, 0, x, test_err));
    CHECK_OK(lg_call_bind_at(call, 1, y, test_err));
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_OK(lg_call_bind_at(call, 1, z, test_err));
    lg_run_desc_t desc = world_desc(&world);
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK(memcmp(y, z, sizeof y) == 0);
    if (lg_plan_expected_ns(lg_model_plan(model)) > 500000) {
        CHECK_FAILS(lg_call_run(call, 300000, test_err), LG_STATUS_DEADLINE);
        CHECK_HAS(test_err->message, "the deadline passed in erf");
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_program_release(program);
    world_end(&world);
}

// A call of a higher priority gets the only worker at the next op, and the lower one goes on after it.
TEST(call_take_over) {
    world_t world;
    world_make(&world, 1, false);
    lg_call_t *low = world_call(&world), *high = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    gate_close(&world.gate, 2);
    desc.priority = LG_PRIORITY_LOW;
    CHECK_OK(lg_call_start(low, &desc, test_err));
    gate_await(&world.gate);
    desc.priority = LG_PRIORITY_HIGH;
    CHECK_OK(lg_call_start(high, &desc, test_err));
    world.gate.closed_at = OPS;  // the first op of the lower one that comes after the higher one
    world.gate.open = 1;
    CHECK_OK(lg_call_wait(high, -1, test_err));
    CHECK(!lg_call_done(low));
    world.gate.open = 1;
    CHECK_OK(lg_call_wait(low, -1, test_err));
    CHECK_EQ(call_result(low), OPS);
    CHECK_EQ(call_result(high), OPS);
    lg_call_release(low);
    lg_call_release(high);
    world_end(&world);
}

// Many of a high priority do not starve one of a low.
TEST(call_low_priority_makes_progress) {
    enum { HIGHS = 4 };
    world_t world;
    world_make(&world, 1, false);
    lg_call_t *low = world_call(&world), *highs[HIGHS];
    lg_run_desc_t desc = world_desc(&world);
    desc.priority = LG_PRIORITY_HIGH;
    for (int i = 0; i < HIGHS; i++) {
        highs[i] = world_call(&world);
        CHECK_OK(lg_call_start(highs[i], &desc, test_err));
    }
    desc.priority = LG_PRIORITY_LOW;
    CHECK_OK(lg_call_start(low, &desc, test_err));
    desc.priority = LG_PRIORITY_HIGH;
    int rounds = 0;
    for (; !lg_call_done(low); rounds++) {
        CHECK(rounds < 100000);
        for (int i = 0; i < HIGHS; i++) {
            if (lg_call_done(highs[i])) {
                CHECK_OK(lg_call_start(highs[i], &desc, test_err));
            }
        }
    }
    lg_call_release(low);
    for (int i = 0; i < HIGHS; i++) {
        CHECK_OK(lg_call_wait(highs[i], -1, test_err));
        lg_call_release(highs[i]);
    }
    world_end(&world);
}

static void *open_later(void *gate) {
    usleep(20000);
    ((gate_t *)gate)->open = 1;
    return NULL;
}

// A lane that closes runs what it has to the end; afterwards it takes nothing.
TEST(call_lane_closes) {
    world_t world;
    world_make(&world, 1, false);
    lg_call_t *first = world_call(&world), *second = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    gate_close(&world.gate, 1);
    CHECK_OK(lg_call_start(first, &desc, test_err));
    CHECK_OK(lg_call_start(second, &desc, test_err));
    gate_await(&world.gate);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, open_later, &world.gate) == 0);
    CHECK_OK(lg_lane_close(world.lane, test_err));
    world.lane = NULL;
    CHECK(lg_call_done(first) && lg_call_done(second));
    CHECK_OK(lg_call_wait(first, -1, test_err));
    CHECK_OK(lg_call_wait(second, -1, test_err));
    CHECK(pthread_join(thread, NULL) == 0);
    lg_call_release(first);
    lg_context_close(world.context);
    CHECK_FAILS(lg_call_start(second, NULL, test_err), LG_STATUS_CLOSED);
    lg_call_release(second);
    lg_model_release(world.model);
    alarm(0);
}

// In the child the run has ended with an error, and the call can be used again, also on the lane.
TEST(call_fork_in_flight) {
    world_t world;
    world_make(&world, 1, true);
    lg_call_t *call = world_call(&world), *dropped = world_call(&world);
    lg_run_desc_t desc = world_desc(&world);
    gate_close(&world.gate, 3);
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_OK(lg_call_start(dropped, &desc, test_err));
    gate_await(&world.gate);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        lg_error_t err;
        int wrong = lg_call_wait(call, -1, &err) != LG_STATUS_CLOSED;
        wrong += strstr(err.message, "forked") == NULL;
        wrong += lg_call_wait(call, -1, &err) != LG_STATUS_CLOSED;
        lg_call_release(dropped);
        world.gate.open = 1;
        wrong += lg_call_run(call, 0, &err) != LG_OK;
        wrong += lg_call_start(call, &desc, &err) != LG_OK;
        wrong += lg_call_wait(call, -1, &err) != LG_OK;
        lg_view_t y;
        wrong += lg_call_output(call, "y", 0, &y, &err) != LG_OK || ((float *)y.data)[0] != 2 * OPS;
        _exit(wrong == 0 ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    world.gate.open = 1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_OK(lg_call_wait(dropped, -1, test_err));
    CHECK_EQ(call_result(call), OPS);
    lg_call_release(call);
    lg_call_release(dropped);
    world_end(&world);
}

// A task on the only worker waits for a call on the same lane.
typedef struct waiter {
    lg_task_t task;
    lg_call_t *call;
    lg_run_desc_t desc;
    _Atomic(int) status;
} waiter_t;

static void wait_inside(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    waiter_t *waiter = (waiter_t *)task;
    lg_status_t status = lg_call_start(waiter->call, &waiter->desc, NULL);
    waiter->status = status != LG_OK ? status : lg_call_wait(waiter->call, -1, NULL);
}

TEST(call_waits_on_its_worker) {
    world_t world;
    world_make(&world, 1, false);
    waiter_t waiter = {.task = {.run = wait_inside}, .call = world_call(&world), .desc = world_desc(&world)};
    waiter.status = -1;
    CHECK_OK(lg_lane_submit(world.lane, &waiter.task, test_err));
    while (waiter.status == -1) {
        usleep(100);
    }
    CHECK_EQ(waiter.status, LG_OK);
    lg_call_release(waiter.call);
    world_end(&world);
}
#endif
