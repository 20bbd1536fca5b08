// SPDX-License-Identifier: Apache-2.0
// Traces from C: events of runs, threads, room, take-over, JSON.
#include <legato/legato.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

#ifndef __wasi__
#include <pthread.h>
#endif

enum { SIDE = 48 };

typedef struct traced_world {
    lg_context_t *context;
    lg_model_t *model;
    float x[SIDE * SIDE];
} traced_world_t;

static void traced_make(traced_world_t *world) {
    memset(world, 0, sizeof *world);
    CHECK_OK(lg_context_create(NULL, &world->context, test_err));
    const char *text =
        "program { input %0 \"x\" : f32[48,48]\n%1 = matmul(%0, %0) at \"first\" : f32[48,48]\n"
        "%2 = softmax(%1) {axis=1} at \"second\" : f32[48,48]\noutput \"y\" %2 }";
    lg_program_t *program;
    CHECK_OK(lg_program_parse(world->context, text, strlen(text), NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &world->model, test_err));
    lg_program_release(program);
}

static lg_call_t *traced_call(traced_world_t *world, lg_trace_t *trace) {
    lg_call_t *call;
    CHECK_OK(lg_call_create(world->model, &call, test_err));
    CHECK_OK(lg_call_bind_at(call, 0, world->x, test_err));
    CHECK_OK(lg_call_trace(call, trace, test_err));
    return call;
}

static void traced_end(traced_world_t *world) {
    lg_model_release(world->model);
    lg_context_close(world->context);
}

static lg_trace_row_t row_at(const lg_trace_t *trace, uint64_t index) {
    lg_trace_row_t row = {LG_STRUCT(lg_trace_row_t), .plan = NULL};
    CHECK_OK(lg_trace_row(trace, index, &row, test_err));
    return row;
}

TEST(trace_of_a_run) {
    traced_world_t world;
    traced_make(&world);
    lg_trace_t *trace;
    CHECK_OK(lg_trace_create(world.context, 64, &trace, test_err));
    lg_call_t *call = traced_call(&world, trace);
    int64_t before_ns = lg_clock_ns();
    CHECK_OK(lg_call_run(call, 0, test_err));
    int64_t after_ns = lg_clock_ns();
    CHECK_EQ(lg_trace_count(trace), 3);
    CHECK_EQ(lg_trace_lost(trace), 0);
    lg_trace_row_t run = row_at(trace, 0), first = row_at(trace, 1), second = row_at(trace, 2);
    CHECK_EQ(run.kind, LG_TRACE_RUN);
    CHECK_EQ(run.status, LG_OK);
    CHECK(run.plan == lg_model_plan(world.model));
    CHECK_EQ(first.kind, LG_TRACE_RECORD);
    CHECK(strcmp(first.op, "matmul") == 0 && strcmp(first.path, "first") == 0);
    CHECK(strcmp(second.op, "softmax") == 0 && strncmp(second.kernel, "softmax_f32", 11) == 0);
    CHECK(strcmp(second.device, "cpu:0") == 0 && second.lane[0] == 0);
    CHECK_EQ(second.record, 1);
    CHECK_EQ(second.plan_row, 1);
    CHECK_EQ(second.worker, -1);
    CHECK(before_ns <= run.begin_ns && run.begin_ns <= first.begin_ns && first.begin_ns <= first.end_ns);
    CHECK(first.end_ns <= second.begin_ns && second.end_ns <= run.end_ns && run.end_ns <= after_ns);
    // What is no longer wanted is no longer written; the trace outlives call and model.
    CHECK_OK(lg_call_trace(call, NULL, test_err));
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_EQ(lg_trace_count(trace), 3);
    lg_call_release(call);
    lg_text_t *text;
    CHECK_OK(lg_trace_format(trace, &text, test_err));
    CHECK(strstr(lg_text_chars(text), "\"name\":\"matmul first\"") != NULL);
    lg_text_release(text);
    lg_trace_row_t row = {LG_STRUCT(lg_trace_row_t), .plan = NULL};
    CHECK_EQ(lg_trace_row(trace, 3, &row, NULL), LG_STATUS_NOT_FOUND);
    row.size = 8;
    CHECK_EQ(lg_trace_row(trace, 0, &row, NULL), LG_STATUS_ABI);
    lg_model_release(world.model);
    world.model = NULL;
    CHECK(strcmp(row_at(trace, 2).op, "softmax") == 0);
    lg_trace_release(trace);
    traced_end(&world);
}

TEST(trace_has_room_for_so_many) {
    traced_world_t world;
    traced_make(&world);
    lg_trace_t *trace;
    CHECK_EQ(lg_trace_create(world.context, 15, &trace, NULL), LG_STATUS_INVALID_ARGUMENT);
    CHECK_EQ(lg_trace_create(world.context, (uint64_t)1 << 40, &trace, NULL), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_trace_create(world.context, 16, &trace, test_err));
    lg_call_t *call = traced_call(&world, trace);
    for (int i = 0; i < 8; i++) {  // the sixth loses its records, those after it are not traced
        CHECK_OK(lg_call_run(call, 0, test_err));
    }
    CHECK_EQ(lg_trace_count(trace), 16);
    CHECK_EQ(lg_trace_lost(trace), 2 + 2);
    CHECK_EQ(row_at(trace, 15).kind, LG_TRACE_RUN);
    lg_call_release(call);
    lg_trace_release(trace);
    traced_end(&world);
}

TEST(trace_is_of_one_context) {
    traced_world_t world, other;
    traced_make(&world);
    traced_make(&other);
    lg_trace_t *trace;
    CHECK_OK(lg_trace_create(other.context, 16, &trace, test_err));
    lg_call_t *call = traced_call(&world, NULL);
    CHECK_EQ(lg_call_trace(call, trace, NULL), LG_STATUS_INVALID_ARGUMENT);
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_EQ(lg_trace_count(trace), 0);
    lg_call_release(call);
    lg_trace_release(trace);
    traced_end(&world);
    traced_end(&other);
}

static lg_model_t *traced_model(lg_context_t *context, const char *op) {
    char text[192];
    snprintf(text, sizeof text,
             "program { input %%0 \"x\" : f32[4]\n%%1 = %s(%%0, %%0) : f32[4]\noutput \"y\" %%1 }", op);
    lg_program_t *program;
    lg_model_t *model;
    CHECK_OK(lg_program_parse(context, text, strlen(text), NULL, NULL, &program, test_err));
    CHECK_OK(lg_model_create_program(program, NULL, &model, test_err));
    lg_program_release(program);
    return model;
}

TEST(trace_of_a_choice) {
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    lg_signal_t *load;
    CHECK_OK(lg_signal_open(context, "load", 0.0, &load, test_err));
    lg_model_t *models[] = {traced_model(context, "add"), traced_model(context, "mul")}, *model;
    const lg_choice_t choice = {LG_STRUCT(lg_choice_t), "choose(\"load\" < 0.5, \"idle\", \"busy\")", NULL,
                                0};
    CHECK_OK(lg_model_create_choice(&choice, models, 2, &model, test_err));
    lg_trace_t *trace;
    CHECK_OK(lg_trace_create(context, 64, &trace, test_err));
    lg_call_t *call;
    float x[4] = {1, 2, 3, 4};
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_bind_at(call, 0, x, test_err));
    CHECK_OK(lg_call_trace(call, trace, test_err));
    CHECK_OK(lg_call_run(call, 0, test_err));
    lg_signal_set(load, 1.0);
    CHECK_OK(lg_call_run(call, 0, test_err));
    CHECK_EQ(lg_trace_count(trace), 6);
    for (uint64_t i = 0; i < 2; i++) {
        lg_trace_row_t run = row_at(trace, 3 * i), taken = row_at(trace, 3 * i + 1);
        CHECK(run.kind == LG_TRACE_RUN && run.plan == lg_model_plan(models[i]));
        CHECK(taken.kind == LG_TRACE_CHOICE && taken.run == 3 * i && taken.begin_ns == taken.end_ns);
        CHECK(strcmp(taken.what, i == 0 ? "0" : "1") == 0);
        CHECK(strcmp(row_at(trace, 3 * i + 2).op, i == 0 ? "add" : "mul") == 0);
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_model_release(models[0]);
    lg_model_release(models[1]);
    lg_trace_release(trace);
    lg_signal_release(load);
    lg_context_close(context);
}

#ifndef __wasi__
enum { THREADS = 4, ROUNDS = 50 };

typedef struct traced_thread {
    pthread_t thread;
    traced_world_t *world;
    lg_trace_t *trace;
} traced_thread_t;

static void *traced_rounds(void *user) {
    traced_thread_t *self = user;
    lg_call_t *call = traced_call(self->world, self->trace);
    for (int i = 0; i < ROUNDS; i++) {
        CHECK_OK(lg_call_run(call, i % 2 == 0 ? 0 : 1000000000, NULL));
    }
    lg_call_release(call);
    return NULL;
}

TEST(trace_from_several_threads) {
    traced_world_t world;
    traced_make(&world);
    lg_trace_t *trace;
    CHECK_OK(lg_trace_create(world.context, 3 * THREADS * ROUNDS, &trace, test_err));
    traced_thread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        threads[i] = (traced_thread_t){.world = &world, .trace = trace};
        CHECK_EQ(pthread_create(&threads[i].thread, NULL, traced_rounds, &threads[i]), 0);
    }
    for (int k = 0; k < 20; k++) {  // who reads meanwhile sees whole events, or that they are not there yet
        lg_trace_row_t row = {LG_STRUCT(lg_trace_row_t), .plan = NULL};
        for (uint64_t i = 0; i < lg_trace_count(trace); i++) {
            lg_status_t status = lg_trace_row(trace, i, &row, NULL);
            CHECK(status == LG_STATUS_BUSY || (status == LG_OK && row.begin_ns <= row.end_ns));
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i].thread, NULL);
    }
    CHECK_EQ(lg_trace_count(trace), 3 * THREADS * ROUNDS);
    CHECK_EQ(lg_trace_lost(trace), 0);
    int64_t records[2] = {0, 0};
    for (uint64_t i = 0; i < lg_trace_count(trace); i++) {
        lg_trace_row_t row = row_at(trace, i);
        if (row.kind == LG_TRACE_RECORD) {
            lg_trace_row_t run = row_at(trace, row.run);
            CHECK(run.thread == row.thread && run.begin_ns <= row.begin_ns && row.end_ns <= run.end_ns);
            records[row.record]++;
        }
    }
    CHECK_EQ(records[0], THREADS * ROUNDS);
    CHECK_EQ(records[1], THREADS * ROUNDS);
    lg_trace_release(trace);
    traced_end(&world);
}

TEST(trace_of_a_started_run) {
    traced_world_t world;
    traced_make(&world);
    lg_trace_t *trace;
    CHECK_OK(lg_trace_create(world.context, 64, &trace, test_err));
    const lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "a long name of a lane", .workers = 1};
    lg_lane_t *lane;
    CHECK_OK(lg_lane_create(world.context, &desc, &lane, test_err));
    lg_call_t *call = traced_call(&world, trace);
    const lg_run_desc_t run = {LG_STRUCT(lg_run_desc_t), .lane = lane};
    CHECK_OK(lg_call_start(call, &run, test_err));
    CHECK_OK(lg_call_wait(call, -1, test_err));
    CHECK_EQ(lg_trace_count(trace), 3);
    lg_trace_row_t row = row_at(trace, 1);
    CHECK(strcmp(row.lane, "a long name of ") == 0);
    CHECK_EQ(row.worker, 0);
    CHECK(row_at(trace, 0).thread != row.thread);
    lg_call_release(call);
    CHECK_OK(lg_lane_close(lane, test_err));
    lg_trace_release(trace);
    traced_end(&world);
}
#endif
