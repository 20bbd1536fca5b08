// SPDX-License-Identifier: Apache-2.0
// Lanes that share a core: the higher priority gets it at the next record, the lower goes on, nothing starves.
#include <legato/legato.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#ifndef __linux__
TEST(token) {
    lg_test_skip("nobody knows on which core a thread is");
}
#else
#include <sched.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct counter {
    _Atomic(int) runs;
    _Atomic(int) *other;       // looked at by each run
    _Atomic(int) first, last;  // what was there at the first run, and at the last
    int spin_us;
} counter_t;

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int32_t counter_run(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)lane, (void)host;
    counter_t *counter = state;
    if (counter->other != NULL) {
        counter->last = *counter->other;
        counter->first = counter->runs == 0 ? (int)counter->last : (int)counter->first;
    }
    for (int64_t until = now_us() + counter->spin_us; now_us() < until;) {}
    __atomic_fetch_add(&counter->runs, 1, __ATOMIC_SEQ_CST);
    memcpy(op->outs[0]->data, op->ins[0]->data, sizeof(float));
    return 0;
}

typedef struct world {
    lg_context_t *context;
    lg_lane_t *lanes[2];
    lg_model_t *models[2];
    lg_call_t *calls[2];
    counter_t counters[2];  // low, high
    float x;
} world_t;

// `counts` ops in turn, for each of a low and a high call, on lanes of one worker each, both on one core.
static void world_make(world_t *world, const int *counts) {
    memset(world, 0, sizeof *world);
    CHECK_OK(lg_context_create(NULL, &world->context, test_err));
    uint32_t core = (uint32_t)sched_getcpu();
    for (int i = 0; i < 2; i++) {
        const char *names[] = {"x"};
        char text[16384], name[32];
        snprintf(name, sizeof name, "test.count%d", i);
        const lg_op_desc_t op = {LG_STRUCT(lg_op_desc_t), .name = name,      .in_min = 1,   .in_max = 1,
                                 .out_count = 1,          .in_names = names, .rule = "same"};
        uint32_t id;
        CHECK_OK(lg_op_register(world->context, &op, &id, test_err));
        const lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = counter_run,
                                         .state = &world->counters[i]};
        CHECK_OK(lg_kernel_register(world->context, name, &kernel, test_err));
        size_t used = (size_t)snprintf(text, sizeof text, "program { input %%0 \"x\" : f32[1]\n");
        for (int k = 0; k < counts[i]; k++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%%%d = %s(%%%d) : f32[1]\n", k + 1,
                                     name, k);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "output \"y\" %%%d }", counts[i]);
        lg_program_t *program;
        const char *off[] = {"eliminate"};
        const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off, .passes_off_count = 1};
        CHECK_OK(lg_program_parse(world->context, text, used, NULL, NULL, &program, test_err));
        CHECK_OK(lg_model_create_program(program, &desc, &world->models[i], test_err));
        lg_program_release(program);
        const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = i ? "high" : "low", .workers = 1,
                                     .core_count = 1, .cores = &core};
        CHECK_OK(lg_lane_create(world->context, &lane, &world->lanes[i], test_err));
        CHECK_OK(lg_lane_start(world->lanes[i], test_err));
        CHECK_OK(lg_call_create(world->models[i], &world->calls[i], test_err));
        CHECK_OK(lg_call_bind_at(world->calls[i], 0, &world->x, test_err));
        world->counters[i].spin_us = 300;
    }
    world->counters[1].other = &world->counters[0].runs;
    alarm(60);
}

static void world_end(world_t *world) {
    for (int i = 0; i < 2; i++) {
        lg_call_release(world->calls[i]);
        CHECK_OK(lg_lane_close(world->lanes[i], test_err));
        lg_model_release(world->models[i]);
    }
    lg_context_close(world->context);
    alarm(0);
}

static void world_start(world_t *world, int which, int32_t priority) {
    const lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .priority = priority, .lane = world->lanes[which]};
    CHECK_OK(lg_call_start(world->calls[which], &desc, test_err));
}

static void world_await(world_t *world, int runs) {
    while (world->counters[0].runs < runs) {
        usleep(100);
    }
}

// While the high call runs, the low one finishes the op that it is in, and has one every ten milliseconds.
TEST(token_gives_way) {
    const int32_t lower[] = {LG_PRIORITY_LOW, LG_PRIORITY_LOW, LG_PRIORITY_NORMAL};
    const int32_t higher[] = {LG_PRIORITY_HIGH, LG_PRIORITY_NORMAL, LG_PRIORITY_HIGH};
    for (int i = 0; i < 3; i++) {
        world_t world;
        world_make(&world, (const int[]){120, 20});
        // Somebody has to have asked for another priority than the usual before.
        CHECK_OK(lg_call_run_as(world.calls[0], &(lg_run_desc_t){LG_STRUCT(lg_run_desc_t), .priority = -1},
                                test_err));
        world.counters[0].runs = 0;
        world_start(&world, 0, lower[i]);
        world_await(&world, 3);
        int64_t begin = now_us();
        world_start(&world, 1, higher[i]);
        CHECK_OK(lg_call_wait(world.calls[1], -1, test_err));
        int64_t spent = now_us() - begin;
        int meanwhile = world.counters[1].last - world.counters[1].first;
        CHECK(meanwhile <= 2 + spent / 10000);
        CHECK_OK(lg_call_wait(world.calls[0], -1, test_err));
        CHECK_EQ(world.counters[0].runs, 120);
        world_end(&world);
    }
}

// Equal priorities do not wait for each other.
TEST(token_equals_share) {
    world_t world;
    world_make(&world, (const int[]){60, 60});
    world_start(&world, 0, LG_PRIORITY_HIGH);
    world_start(&world, 1, LG_PRIORITY_HIGH);
    CHECK_OK(lg_call_wait(world.calls[0], -1, test_err));
    CHECK_OK(lg_call_wait(world.calls[1], -1, test_err));
    CHECK_EQ(world.counters[0].runs + world.counters[1].runs, 120);
    world_end(&world);
}

// High calls one after the other, without end: the low one gets on all the same.
TEST(token_nothing_starves) {
    world_t world;
    world_make(&world, (const int[]){400, 100});
    world_start(&world, 0, LG_PRIORITY_LOW);
    world_await(&world, 2);
    int64_t until = now_us() + 300000;
    int before = world.counters[0].runs;
    while (now_us() < until) {
        world_start(&world, 1, LG_PRIORITY_HIGH);
        CHECK_OK(lg_call_wait(world.calls[1], -1, test_err));
    }
    CHECK(world.counters[0].runs - before >= 5);
    lg_call_cancel(world.calls[0]);
    CHECK_EQ(lg_call_wait(world.calls[0], -1, test_err), LG_STATUS_CANCELLED);
    world_end(&world);
}

// In the child of a fork nobody has a core.
TEST(token_fork) {
    world_t world;
    world_make(&world, (const int[]){30, 200});
    world_start(&world, 1, LG_PRIORITY_HIGH);
    usleep(3000);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        int64_t begin = now_us();
        const lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .priority = LG_PRIORITY_LOW,
                                    .lane = world.lanes[0]};
        lg_error_t err;
        bool good = lg_call_start(world.calls[0], &desc, &err) == LG_OK &&
                    lg_call_wait(world.calls[0], -1, &err) == LG_OK && world.counters[0].runs == 30 &&
                    now_us() - begin < 250000;  // the parent's call is still on the core
        _exit(good ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_OK(lg_call_wait(world.calls[1], -1, test_err));
    world_end(&world);
}
#endif
