// SPDX-License-Identifier: Apache-2.0
// What calls in flight, deadlines and units cost: `calls ROUNDS` prints a name and median nanoseconds a line.
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>

#include "timing.h"

enum { RECORDS = 101, MOST = 1001 };

static uint64_t hook_count;
static int32_t hook(void *self, const lg_op_view_t *op, void *const *data) {
    (void)self, (void)op, (void)data;
    hook_count++;
    return 0;
}
static lg_status_t before_each(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    (void)self, (void)op, (void)err;
    out->fn = hook;
    return LG_OK;
}
static lg_status_t before_none(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    (void)self, (void)op, (void)out, (void)err;
    return LG_OK;
}
// Every op holds the unit `self`, or every second one.
static lg_status_t hold_each(void *self, const lg_op_view_t *op, const lg_placement_t *where,
                             lg_holding_t *out, lg_error_t *err) {
    (void)op, (void)where, (void)err;
    out->units[out->unit_count++] = self;
    return LG_OK;
}
static lg_status_t hold_second(void *self, const lg_op_view_t *op, const lg_placement_t *where,
                               lg_holding_t *out, lg_error_t *err) {
    static uint32_t asked;
    return asked++ % 2 == 0 ? hold_each(self, op, where, out, err) : LG_OK;
}
static const lg_executor_t hooked = {LG_STRUCT(lg_executor_t), .name = "hooked", .before = before_each};
static const lg_executor_t silent = {LG_STRUCT(lg_executor_t), .name = "silent", .before = before_none};

// A model of `records` small ops. NULL: failed.
static lg_model_t *line_model(lg_context_t *context, int records, const lg_executor_t *executor) {
    static char text[16384];
    const char *off[16];
    size_t used = (size_t)snprintf(text, sizeof text, "program { input %%0 \"x\" : f32[1]\n"), off_count = 0;
    for (int i = 0; i < records; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%%%d = neg(%%%d) : f32[1]\n", i + 1, i);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "output \"y\" %%%d }", records);
    for (uint32_t i = 0; lg_pass_name(i) != NULL && off_count < 16; i++) {
        off[off_count++] = lg_pass_name(i);
    }
    lg_program_t *program;
    lg_model_t *model;
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off, .passes_off_count = off_count,
                                 .executor = executor};
    return lg_program_parse(context, text, used, NULL, NULL, &program, NULL) ||
                   lg_model_create_program(program, &desc, &model, NULL)
               ? NULL
               : model;
}

// A call of a model that ran once. NULL: failed.
static lg_call_t *call_of(lg_model_t *model) {
    lg_call_t *call;
    lg_view_t view;
    return model == NULL || lg_call_create(model, &call, NULL) || lg_call_input(call, NULL, 0, &view, NULL) ||
                   lg_call_run(call, 0, NULL)
               ? NULL
               : call;
}

static lg_call_t *line(lg_context_t *context, int records, const lg_executor_t *executor) {
    return call_of(line_model(context, records, executor));
}

// A choice over two signals, between two models of one record.
static lg_call_t *choice(lg_context_t *context) {
    const lg_choice_t by = {LG_STRUCT(lg_choice_t),
                            "choose((\"battery\" < 0.2) & (\"temperature\" > 70), \"0\", \"1\")", NULL, 0};
    lg_model_t *models[2] = {line_model(context, 1, NULL), line_model(context, 1, NULL)}, *model;
    lg_signal_t *signal;
    return models[0] == NULL || models[1] == NULL || lg_signal_open(context, "battery", 0.5, &signal, NULL) ||
                   lg_signal_open(context, "temperature", 50, &signal, NULL) ||
                   lg_model_create_choice(&by, models, 2, &model, NULL)
               ? NULL
               : call_of(model);
}

typedef struct bench {
    lg_call_t *one, *many;  // of 1 and of RECORDS records
    lg_call_t *choice;
    lg_unit_t *unit;
    int failed, word;
} bench_t;

static void plain_one(bench_t *bench) {
    bench->failed |= lg_call_run(bench->one, 0, NULL);
}
static void plain_many(bench_t *bench) {
    bench->failed |= lg_call_run(bench->many, 0, NULL);
}
static void chosen(bench_t *bench) {
    bench->failed |= lg_call_run(bench->choice, 0, NULL);
}
static void timed_one(bench_t *bench) {
    bench->failed |= lg_call_run(bench->one, 1000000000, NULL);
}
static void timed_many(bench_t *bench) {
    bench->failed |= lg_call_run(bench->many, 1000000000, NULL);
}
static void started(bench_t *bench) {
    bench->failed |= lg_call_start(bench->one, NULL, NULL);
    bench->failed |= lg_call_wait(bench->one, -1, NULL);
}
static void unit(bench_t *bench) {
    lg_hold_t hold;
    bench->failed |= lg_unit_take(bench->unit, NULL, &hold, NULL);
    lg_unit_give(&hold);
}
static void atomic(bench_t *bench) {
    __atomic_fetch_add(&bench->word, 1, __ATOMIC_SEQ_CST);
}

static void read_clock(bench_t *bench) {
    bench->word += (int)lg_clock_ns();
}

static double median(bench_t *bench, void (*body)(bench_t *bench), int loop, int rounds) {
    static double times[MOST];
    for (int round = 0; round < rounds; round++) {
        int64_t begin = now_ns();
        for (int i = 0; i < loop; i++) {
            body(bench);
        }
        times[round] = (double)(now_ns() - begin) / loop;
    }
    return median_of(times, rounds);
}

// What a record costs in a line of them.
static double record_ns(bench_t *bench, void (*one)(bench_t *bench), void (*many)(bench_t *bench),
                        int rounds) {
    double least = median(bench, one, 1000, rounds);
    return (median(bench, many, 100, rounds) - least) / (RECORDS - 1);
}

// The same in lines that are made with an executor.
static double executor_ns(lg_context_t *context, const lg_executor_t *executor, int rounds) {
    bench_t bench = {.one = line(context, 1, executor), .many = line(context, RECORDS, executor)};
    if (bench.one == NULL || bench.many == NULL) {
        exit(1);
    }
    double found = record_ns(&bench, plain_one, plain_many, rounds);
    lg_call_release(bench.one);
    lg_call_release(bench.many);
    if (bench.failed) {
        exit(1);
    }
    return found;
}

// The same traced, with room for all.
static double traced_ns(lg_context_t *context, bench_t *bench, int rounds) {
    lg_trace_t *trace;
    const uint64_t events = (uint64_t)rounds * (1000 * 2 + 100 * (RECORDS + 1)) + 16;
    if (lg_trace_create(context, events, &trace, NULL) || lg_call_trace(bench->one, trace, NULL) ||
        lg_call_trace(bench->many, trace, NULL)) {
        exit(1);
    }
    double found = record_ns(bench, plain_one, plain_many, rounds);
    bench->failed |= lg_trace_lost(trace) != 0 || lg_call_trace(bench->one, NULL, NULL) ||
                     lg_call_trace(bench->many, NULL, NULL);
    lg_trace_release(trace);
    return found;
}

int main(int argc, char **argv) {
    bench_t bench = {0};
    lg_context_t *context;
    const lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = "bench"};
    int rounds = argc > 1 && atoi(argv[1]) > 0 && atoi(argv[1]) < MOST ? atoi(argv[1]) : 11;
    if (lg_context_create(NULL, &context, NULL) || lg_unit_create(context, &desc, &bench.unit, NULL)) {
        return 1;
    }
    bench.one = line(context, 1, NULL);
    bench.many = line(context, RECORDS, NULL);
    bench.choice = choice(context);
    if (bench.one == NULL || bench.many == NULL || bench.choice == NULL) {
        return 1;
    }
    printf("record %.2f\n", record_ns(&bench, plain_one, plain_many, rounds));
    printf("record_timed %.2f\n", record_ns(&bench, timed_one, timed_many, rounds));
    printf("record_silent %.2f\n", executor_ns(context, &silent, rounds));
    printf("record_hooked %.2f\n", executor_ns(context, &hooked, rounds));
    const lg_executor_t keeps = {LG_STRUCT(lg_executor_t), .self = bench.unit, .hold = hold_each};
    const lg_executor_t takes = {LG_STRUCT(lg_executor_t), .self = bench.unit, .hold = hold_second};
    printf("record_kept %.2f\n", executor_ns(context, &keeps, rounds));
    printf("record_taken %.2f\n", executor_ns(context, &takes, rounds));
    printf("record_traced %.2f\n", traced_ns(context, &bench, rounds));
    printf("clock %.2f\n", median(&bench, read_clock, 2000, rounds));
    double plain = median(&bench, plain_one, 2000, rounds);
    printf("choice %.2f\n", median(&bench, chosen, 2000, rounds) - plain);
    printf("started %.0f\n", median(&bench, started, 50, rounds));
    printf("atomic %.2f\n", median(&bench, atomic, 2000, rounds));
    printf("unit %.2f\n", median(&bench, unit, 2000, rounds));
    lg_call_release(bench.one);
    lg_call_release(bench.many);
    lg_call_release(bench.choice);
    lg_unit_release(bench.unit);
    lg_context_close(context);
    return bench.failed != 0 || hook_count == 0;
}
