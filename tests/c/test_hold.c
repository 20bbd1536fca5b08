// SPDX-License-Identifier: Apache-2.0
// Plans whose ops hold units: nobody overlaps, who waits leaves the worker, and all goes back, however a run ends.
#include <legato/legato.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#ifdef __wasi__
TEST(hold) {
    lg_test_skip("no threads here");
}
#else
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { CROWD = 10000 };
#else
enum { CROWD = 120000 };
#endif
enum { OPS = 4, SIZE = 4 };

// An op that sees who is there with it, and stops at a gate when one is set.
typedef struct site {
    _Atomic(int) inside, overlaps, runs, most;
    _Atomic(int) gate;     // the run of the op that stops; -1: none
    _Atomic(int) reached;  // 1: it stands there
    _Atomic(int) sleep_us;
    uint64_t plain;  // not atomic: the unit protects it
} site_t;

typedef struct hall {
    lg_context_t *context;
    lg_lane_t *lane;
    lg_unit_t *units[3];
    uint32_t held;  // bit i: ops hold unit i
    uint32_t skip;  // bit i: op i holds nothing
    site_t site;
    float x[SIZE];
} hall_t;

static int32_t site_run(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)lane, (void)host;
    site_t *site = state;
    site->overlaps += __atomic_fetch_add(&site->inside, 1, __ATOMIC_RELAXED) >= site->most;
    const int run = __atomic_fetch_add(&site->runs, 1, __ATOMIC_RELAXED);
    if (site->most == 1) {
        site->plain++;
    }
    if (run == site->gate) {
        site->reached = 1;
        while (site->gate == run) {
            usleep(100);
        }
    }
    if (site->sleep_us > 0) {
        usleep((useconds_t)site->sleep_us);
    }
    memcpy(op->outs[0]->data, op->ins[0]->data, SIZE * sizeof(float));
    __atomic_fetch_sub(&site->inside, 1, __ATOMIC_RELAXED);
    return 0;
}

static lg_status_t hall_hold(void *self, const lg_op_view_t *op, const lg_placement_t *where,
                             lg_holding_t *out, lg_error_t *err) {
    const hall_t *hall = self;
    if (strcmp(where->device, "cpu:0") != 0) {
        return lg_error_set(err, LG_STATUS_INTERNAL, NULL, "the device is %s", where->device);
    }
    if (strncmp(op->path, "step.", 5) == 0 && (hall->skip >> (op->path[5] - '0') & 1) == 0) {
        for (uint32_t i = 3; i-- > 0;) {  // not in their order
            if (hall->held >> i & 1) {
                out->units[out->unit_count++] = hall->units[i];
            }
        }
    }
    return LG_OK;
}

static void hall_make(hall_t *hall, uint32_t workers, uint32_t capacity, int64_t max_wait_ns) {
    *hall = (hall_t){.held = 1, .site = {.gate = -1, .most = (int)capacity}};
    CHECK_OK(lg_context_create(NULL, &hall->context, test_err));
    const char *names[] = {"x"};
    const lg_op_desc_t op = {LG_STRUCT(lg_op_desc_t), .name = "test.site", .in_min = 1,   .in_max = 1,
                             .out_count = 1,          .in_names = names,   .rule = "same"};
    uint32_t id;
    CHECK_OK(lg_op_register(hall->context, &op, &id, test_err));
    const lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = site_run, .state = &hall->site};
    CHECK_OK(lg_kernel_register(hall->context, "test.site", &kernel, test_err));
    for (int i = 0; i < 3; i++) {
        const char *const units[] = {"npu", "bus", "cache"};
        const lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = units[i], .capacity = capacity,
                                     .max_wait_ns = max_wait_ns};
        CHECK_OK(lg_unit_create(hall->context, &desc, &hall->units[i], test_err));
    }
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "hold", .workers = workers};
    CHECK_OK(lg_lane_create(hall->context, &lane, &hall->lane, test_err));
    alarm(120);  // a hang is the classic failure
}

static void hall_end(hall_t *hall) {
    if (hall->lane != NULL) {
        CHECK_OK(lg_lane_close(hall->lane, test_err));
    }
    for (int i = 0; i < 3; i++) {
        lg_unit_stats_t stats;
        lg_unit_stats(hall->units[i], &stats);
        CHECK_EQ(stats.holders, 0);
        CHECK_EQ(stats.queued, 0);
        lg_unit_release(hall->units[i]);
    }
    CHECK_EQ(hall->site.overlaps, 0);
    lg_context_close(hall->context);
    alarm(0);
}

static lg_model_t *hall_model(hall_t *hall, const char *name) {
    char text[1024];
    size_t used = (size_t)snprintf(text, sizeof text, "program { input %%0 \"x\" : f32[4]\n");
    for (int i = 0; i < OPS; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "%%%d = test.site(%%%d) at \"step.%d\" : f32[4]\n", i + 1, i, i);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "output \"y\" %%%d }", OPS);
    lg_program_t *program;
    lg_model_t *model;
    const lg_executor_t executor = {LG_STRUCT(lg_executor_t), .self = hall, .name = "hall",
                                    .hold = hall_hold};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = &executor, .name = name};
    CHECK_OK(lg_program_parse(hall->context, text, used, NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, &desc, &model, test_err));
    lg_program_release(program);
    return model;
}

static lg_call_t *hall_call(hall_t *hall, lg_model_t *model) {
    lg_call_t *call;
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_bind_at(call, 0, hall->x, test_err));
    return call;
}

static lg_run_desc_t hall_desc(const hall_t *hall) {
    return (lg_run_desc_t){LG_STRUCT(lg_run_desc_t), .lane = hall->lane};
}

static void hall_await_queue(lg_unit_t *unit, uint32_t queued) {
    lg_unit_stats_t stats;
    do {
        usleep(200);
        lg_unit_stats(unit, &stats);
    } while (stats.queued != queued);
}

static void hall_await(_Atomic(int) *word) {
    while (!*word) {
        usleep(100);
    }
}

// ---- the plan ---------------------------------------------------------------------------------------

TEST(hold_in_the_plan) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    hall.held = 5;
    hall.skip = 2;
    lg_model_t *model = hall_model(&hall, "detect");
    lg_plan_row_t row = {LG_STRUCT(lg_plan_row_t), .op = NULL};
    const lg_plan_t *plan = lg_model_plan(model);
    CHECK_OK(lg_plan_row(plan, 0, &row, test_err));
    CHECK_STR(row.units, "npu, cache");
    CHECK_OK(lg_plan_row(plan, 1, &row, test_err));
    CHECK_STR(row.units, "");
    CHECK(lg_plan_unit(plan, 0) == hall.units[0] && lg_plan_unit(plan, 1) == hall.units[2]);
    CHECK(lg_plan_unit(plan, 2) == NULL);
    lg_text_t *text;
    CHECK_OK(lg_plan_format(plan, &text, test_err));
    CHECK_HAS(lg_text_chars(text), "! holds: npu, cache");
    lg_text_release(text);
    lg_call_t *call = hall_call(&hall, model);
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_unit_stats_t stats;
    lg_unit_stats(hall.units[0], &stats);
    CHECK_EQ(stats.taken, 2);  // op 0, then ops 2 and 3 together
    lg_call_release(call);
    lg_model_release(model);
    hall_end(&hall);
}

// ---- overlap ----------------------------------------------------------------------------------------

typedef struct runner {
    hall_t *hall;
    lg_model_t *model;
    int times;
    bool lane;
    int32_t priority;
    lg_status_t status;
} runner_t;

static void *run_often(void *memory) {
    runner_t *runner = memory;
    lg_call_t *call;
    lg_error_t err;
    lg_run_desc_t desc = hall_desc(runner->hall);
    desc.priority = runner->priority;
    runner->status = lg_call_create(runner->model, &call, &err);
    runner->status =
        runner->status == LG_OK ? lg_call_bind_at(call, 0, runner->hall->x, &err) : runner->status;
    for (int i = 0; i < runner->times && runner->status == LG_OK; i++) {
        if (runner->lane) {
            runner->status = lg_call_start(call, &desc, &err);
            runner->status = runner->status == LG_OK ? lg_call_wait(call, -1, &err) : runner->status;
        } else {
            runner->status = lg_call_run(call, 0, &err);
        }
    }
    lg_call_release(call);
    return NULL;
}

static void hall_crowd(uint32_t held, uint32_t capacity, uint32_t workers, int times) {
    enum { RUNNERS = 6 };
    hall_t hall;
    hall_make(&hall, workers, capacity, 0);
    hall.held = held;
    lg_model_t *models[2] = {hall_model(&hall, "detect"), NULL};
    models[1] = hall_model(&hall, "embed");
    runner_t runners[RUNNERS];
    pthread_t threads[RUNNERS];
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (runner_t){&hall, models[i % 2], i < 2 ? times : times / 40, i >= 2, i % 3 - 1, LG_OK};
        CHECK(pthread_create(&threads[i], NULL, run_often, &runners[i]) == 0);
    }
    int runs = 0;
    for (int i = 0; i < RUNNERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_EQ(runners[i].status, LG_OK);
        runs += runners[i].times * OPS;
    }
    CHECK_EQ(hall.site.runs, runs);
    CHECK(capacity > 1 || hall.site.plain == (uint64_t)runs);
    lg_model_release(models[0]);
    lg_model_release(models[1]);
    hall_end(&hall);
}

// 10^6 dispatches by threads that run and threads that start runs on a lane, at three priorities.
TEST(hold_keeps_apart) {
    hall_crowd(1, 1, 2, CROWD);
}

TEST(hold_several_units) {
    hall_crowd(7, 1, 2, CROWD / 10);
    hall_crowd(6, 2, 1, CROWD / 10);
}

// ---- waiting ----------------------------------------------------------------------------------------

// Who waits leaves its worker to others, and goes on when the unit is given back.
TEST(hold_waits_without_the_worker) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    lg_model_t *holding = hall_model(&hall, "detect");
    hall.held = 0;
    lg_model_t *free = hall_model(&hall, "embed");
    CHECK(lg_plan_unit(lg_model_plan(free), 0) == NULL);
    lg_call_t *one = hall_call(&hall, holding), *other = hall_call(&hall, free);
    const lg_run_desc_t desc = hall_desc(&hall);
    lg_hold_t hold;
    for (int i = 0; i < 50; i++) {
        CHECK(lg_unit_try(hall.units[0], "test", &hold));
        CHECK_OK(lg_call_start(one, &desc, test_err));
        hall_await_queue(hall.units[0], 1);
        CHECK_OK(lg_call_start(other, &desc, test_err));
        CHECK_OK(lg_call_wait(other, -1, test_err));
        CHECK(!lg_call_done(one));
        lg_unit_give(&hold);
        CHECK_OK(lg_call_wait(one, -1, test_err));
    }
    lg_call_release(one);
    lg_call_release(other);
    lg_model_release(holding);
    lg_model_release(free);
    hall_end(&hall);
}

static void *cancel_soon(void *memory) {
    usleep(3000);
    lg_call_cancel(memory);
    return NULL;
}

// Cancel, deadline and the unit's bound reach who waits, on a lane and on the caller's thread.
TEST(hold_waiting_ends) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    hall.skip = 1;
    hall.site.most = 9;  // op 0 holds nothing
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model);
    // Another thread's: that of the test would be the same holder.
    lg_hold_t hold = {NULL, 0, 0};
    lg_call_t *holder = hall_call(&hall, model);
    hall.site.gate = 1;
    lg_run_desc_t desc = hall_desc(&hall);
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "other", .workers = 1};
    lg_run_desc_t elsewhere = desc;
    CHECK_OK(lg_lane_create(hall.context, &lane, &elsewhere.lane, test_err));
    CHECK_OK(lg_call_start(holder, &elsewhere, test_err));
    hall_await(&hall.site.reached);
    (void)hold;

    CHECK_OK(lg_call_start(call, &desc, test_err));
    hall_await_queue(hall.units[0], 1);
    lg_call_cancel(call);
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_CANCELLED);
    CHECK_HAS(test_err->message, "cancelled before step.1, record 1 of 4");

    desc.deadline_ns = lg_clock_ns() + 5000000;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_DEADLINE);
    CHECK(lg_clock_ns() >= desc.deadline_ns && lg_clock_ns() < desc.deadline_ns + 500000000);
    CHECK_HAS(test_err->message, "unit 'npu' is held by detect: step.1");
    CHECK_HAS(test_err->message, "before step.1, record 1 of 4");
    CHECK_STR(test_err->op, "step.1");
    desc.deadline_ns = 0;

    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, cancel_soon, call) == 0);
    CHECK_FAILS(lg_call_run(call, 0, test_err), LG_STATUS_CANCELLED);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_FAILS(lg_call_run(call, 3000000, test_err), LG_STATUS_DEADLINE);
    CHECK_HAS(test_err->message, "held by detect: step.1");

    CHECK_OK(lg_call_start(call, &desc, test_err));  // and one that is abandoned
    hall_await_queue(hall.units[0], 1);
    lg_call_release(call);
    hall.site.gate = -1;
    CHECK_OK(lg_call_wait(holder, -1, test_err));
    call = hall_call(&hall, model);
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_call_release(call);
    lg_call_release(holder);
    CHECK_OK(lg_lane_close(elsewhere.lane, test_err));
    lg_model_release(model);
    hall_end(&hall);
}

TEST(hold_waiting_is_bounded) {
    hall_t hall;
    hall_make(&hall, 1, 1, 4000000);
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model);
    const lg_run_desc_t desc = hall_desc(&hall);
    lg_hold_t hold;
    CHECK(lg_unit_try(hall.units[0], "the test", &hold));
    CHECK_OK(lg_call_start(call, &desc, test_err));
    while (!lg_call_done(call)) {
        usleep(100);
    }
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_BUSY);
    CHECK_HAS(test_err->message, "unit 'npu' is held by the test; waited for");
    CHECK_OK(lg_call_start(call, &desc, test_err));
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "wait for itself");
    // The thread that has it is the same holder.
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_unit_stats_t stats;
    lg_unit_stats(hall.units[0], &stats);
    CHECK_EQ(stats.holders, 1);
    lg_unit_give(&hold);
    lg_call_release(call);
    lg_model_release(model);
    hall_end(&hall);
}

// A lane that closes waits for those that wait, unless they would wait for who closes it.
TEST(hold_and_a_lane_that_closes) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model);
    const lg_run_desc_t desc = hall_desc(&hall);
    lg_hold_t hold;
    CHECK(lg_unit_try(hall.units[0], "who closes", &hold));
    CHECK_OK(lg_call_start(call, &desc, test_err));
    hall_await_queue(hall.units[0], 1);
    CHECK_OK(lg_lane_close(hall.lane, test_err));
    hall.lane = NULL;
    CHECK_FAILS(lg_call_wait(call, -1, test_err), LG_STATUS_CLOSED);
    CHECK_HAS(test_err->message, "held by who closes");
    lg_unit_give(&hold);
    lg_call_release(call);
    lg_model_release(model);
    hall_end(&hall);
}

// ---- priorities -------------------------------------------------------------------------------------

typedef struct note {
    lg_task_t task;
    _Atomic(int) *clock;
    int time;
    lg_unit_t *unit;
    const site_t *site;
    uint32_t holders;
    int runs;
} note_t;

static void note_run(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    note_t *note = (note_t *)task;
    lg_unit_stats_t stats;
    lg_unit_stats(note->unit, &stats);
    note->holders = stats.holders;
    note->runs = note->site->runs;
    note->time = ++*note->clock;
}

// A run that loses its worker at a record has handed its units back.
TEST(hold_ends_with_the_worker) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model);
    const lg_run_desc_t desc = hall_desc(&hall);
    _Atomic(int) clock = 0;
    note_t note = {.task = {.run = note_run, .priority = LG_PRIORITY_HIGH},
                   .clock = &clock,
                   .unit = hall.units[0],
                   .site = &hall.site,
                   .holders = 99};
    hall.site.gate = 1;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    hall_await(&hall.site.reached);
    CHECK_OK(lg_lane_submit(hall.lane, &note.task, test_err));
    hall.site.gate = -1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_EQ(note.holders, 0);
    lg_call_release(call);
    lg_model_release(model);
    hall_end(&hall);
}

static void *take_high(void *memory) {
    lg_hold_t hold;
    const lg_take_desc_t desc = {LG_STRUCT(lg_take_desc_t), .priority = LG_PRIORITY_HIGH};
    if (lg_unit_take(memory, &desc, &hold, NULL) == LG_OK) {
        lg_unit_give(&hold);
    }
    return NULL;
}

typedef struct door {
    lg_task_t task;
    _Atomic(int) reached, open;
} door_t;

static void door_run(lg_worker_t *worker, lg_task_t *task) {
    (void)worker;
    door_t *door = (door_t *)task;
    door->reached = 1;
    hall_await(&door->open);
}

// Who was granted a unit and waits for its worker goes before tasks that are less urgent than who waits for the unit.
TEST(hold_inherits) {
    for (int late = 0; late < 2; late++) {  // the urgent one comes before or after the grant
        hall_t hall;
        hall_make(&hall, 1, 1, 0);
        lg_model_t *model = hall_model(&hall, "detect");
        lg_call_t *call = hall_call(&hall, model);
        lg_run_desc_t desc = hall_desc(&hall);
        desc.priority = LG_PRIORITY_LOW;
        _Atomic(int) clock = 0;
        note_t note = {.task = {.run = note_run, .priority = LG_PRIORITY_NORMAL},
                       .clock = &clock,
                       .unit = hall.units[0],
                       .site = &hall.site,
                       .holders = 99};
        door_t door = {.task = {.run = door_run, .priority = LG_PRIORITY_HIGH}};
        lg_hold_t hold;
        pthread_t thread;
        CHECK(lg_unit_try(hall.units[0], "test", &hold));
        CHECK_OK(lg_call_start(call, &desc, test_err));
        hall_await_queue(hall.units[0], 1);
        CHECK_OK(lg_lane_submit(hall.lane, &door.task, test_err));  // the worker is busy
        hall_await(&door.reached);
        CHECK_OK(lg_lane_submit(hall.lane, &note.task, test_err));
        for (int step = 0; step < 2; step++) {
            if (step == late) {
                CHECK(pthread_create(&thread, NULL, take_high, hall.units[0]) == 0);
                hall_await_queue(hall.units[0], late ? 1 : 2);
            } else {
                // The run has it, and is queued behind the note; or the urgent one has.
                lg_unit_give(&hold);
            }
        }
        door.open = 1;
        CHECK_OK(lg_call_wait(call, -1, test_err));
        CHECK(pthread_join(thread, NULL) == 0);
        while (note.time == 0) {
            usleep(100);
        }
        CHECK_EQ(hall.site.runs, OPS);
        if (late) {
            CHECK_EQ(note.runs, 1);  // the run went before the note, and gave the unit and its worker back
        }
        lg_call_release(call);
        lg_model_release(model);
        hall_end(&hall);
    }
}

// Who holds over many records hands back to who has waited for long.
TEST(hold_is_fair) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model);
    const lg_run_desc_t desc = hall_desc(&hall);
    hall.site.gate = 0;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    hall_await(&hall.site.reached);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, take_high, hall.units[0]) == 0);
    hall_await_queue(hall.units[0], 1);
    hall.site.gate = -1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK(pthread_join(thread, NULL) == 0);
    lg_unit_stats_t stats;
    lg_unit_stats(hall.units[0], &stats);
    CHECK(stats.taken >= 3);  // the run, the urgent one, the run again
    lg_call_release(call);
    lg_model_release(model);
    hall_end(&hall);
}

// ---- errors and forks -------------------------------------------------------------------------------

static lg_status_t wrong_hold(void *self, const lg_op_view_t *op, const lg_placement_t *where,
                              lg_holding_t *out, lg_error_t *err) {
    (void)op, (void)where, (void)err;
    const int *kind = self;
    out->unit_count = *kind == 0 ? 99 : 1;
    return *kind == 2 ? lg_error_set(err, LG_STATUS_DEVICE, NULL, "no") : LG_OK;
}

TEST(hold_answers_nonsense) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    const char *text = "program { input %0 \"x\" : f32[4]\n %1 = tanh(%0) : f32[4] output \"y\" %1 }";
    lg_program_t *program;
    CHECK_OK(lg_program_parse(hall.context, text, strlen(text), NULL, NULL, &program, test_err));
    const lg_status_t codes[] = {LG_STATUS_INVALID_ARGUMENT, LG_STATUS_INVALID_ARGUMENT, LG_STATUS_DEVICE};
    for (int kind = 0; kind < 3; kind++) {
        const lg_executor_t executor = {LG_STRUCT(lg_executor_t), .self = &kind, .hold = wrong_hold};
        const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = &executor};
        lg_model_t *model;
        CHECK_FAILS(lg_model_create_program(program, &desc, &model, test_err), codes[kind]);
    }
    lg_program_release(program);
    hall_end(&hall);
}

// In the child the unit is free, and the call can be used again; in the parent the run goes on.
TEST(hold_in_the_child_of_a_fork) {
    hall_t hall;
    hall_make(&hall, 1, 1, 0);
    lg_model_t *model = hall_model(&hall, "detect");
    lg_call_t *call = hall_call(&hall, model), *waiting = hall_call(&hall, model);
    const lg_run_desc_t desc = hall_desc(&hall);
    hall.site.gate = 1;
    CHECK_OK(lg_call_start(call, &desc, test_err));
    hall_await(&hall.site.reached);
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "other", .workers = 1};
    lg_run_desc_t elsewhere = desc;
    CHECK_OK(lg_lane_create(hall.context, &lane, &elsewhere.lane, test_err));
    elsewhere.deadline_ns = lg_clock_ns() + INT64_C(60000000000);  // so that there is a clerk
    CHECK_OK(lg_call_start(waiting, &elsewhere, test_err));
    hall_await_queue(hall.units[0], 1);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        hall.site.gate = -1;
        hall.site.inside = 0;
        lg_error_t err;
        int wrong = lg_call_wait(call, -1, &err) != LG_STATUS_CLOSED;
        wrong += lg_call_run(call, 0, &err) != LG_OK;
        wrong += lg_call_run(waiting, 0, &err) != LG_OK;
        wrong += lg_call_start(waiting, &desc, &err) != LG_OK || lg_call_wait(waiting, -1, &err) != LG_OK;
        _exit(wrong + hall.site.overlaps);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ(status, 0);
    hall.site.gate = -1;
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_OK(lg_call_wait(waiting, -1, test_err));
    lg_call_release(call);
    lg_call_release(waiting);
    CHECK_OK(lg_lane_close(elsewhere.lane, test_err));
    lg_model_release(model);
    hall_end(&hall);
}
#endif
