// SPDX-License-Identifier: Apache-2.0
// What calls in flight, deadlines and units cost: `calls ROUNDS` prints a name and median nanoseconds a line.
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>

#include "timing.h"

enum { RECORDS = 101, MOST = 1001 };

// A call of `records` small ops. NULL: failed.
static lg_call_t *line(lg_context_t *context, int records) {
    static char text[16384];
    const char *off[16];
    size_t used = (size_t)snprintf(text, sizeof text, "program { input %%0 \"x\" : f32[1]\n"), off_count = 0;
    for (int i = 0; i < records; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%%%d = tanh(%%%d) : f32[1]\n", i + 1, i);
    }
    used += (size_t)snprintf(text + used, sizeof text - used, "output \"y\" %%%d }", records);
    for (uint32_t i = 0; lg_pass_name(i) != NULL && off_count < 16; i++) {
        off[off_count++] = lg_pass_name(i);
    }
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t view;
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off, .passes_off_count = off_count};
    if (lg_program_parse(context, text, used, NULL, NULL, &program, NULL) ||
        lg_model_create_program(program, &desc, &model, NULL) || lg_call_create(model, &call, NULL) ||
        lg_call_input(call, NULL, 0, &view, NULL) || lg_call_run(call, 0, NULL)) {
        return NULL;
    }
    return call;
}

typedef struct bench {
    lg_call_t *one, *many;
    lg_unit_t *unit;
    int failed, word;
} bench_t;

static void plain_one(bench_t *bench) {
    bench->failed |= lg_call_run(bench->one, 0, NULL);
}
static void plain_many(bench_t *bench) {
    bench->failed |= lg_call_run(bench->many, 0, NULL);
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

int main(int argc, char **argv) {
    bench_t bench = {0};
    lg_context_t *context;
    const lg_unit_desc_t desc = {LG_STRUCT(lg_unit_desc_t), .name = "bench"};
    int rounds = argc > 1 && atoi(argv[1]) > 0 && atoi(argv[1]) < MOST ? atoi(argv[1]) : 11;
    if (lg_context_create(NULL, &context, NULL) || lg_unit_create(context, &desc, &bench.unit, NULL)) {
        return 1;
    }
    bench.one = line(context, 1);
    bench.many = line(context, RECORDS);
    if (bench.one == NULL || bench.many == NULL) {
        return 1;
    }
    double one = median(&bench, plain_one, 1000, rounds), many = median(&bench, plain_many, 100, rounds);
    printf("record %.2f\n", (many - one) / (RECORDS - 1));
    one = median(&bench, timed_one, 1000, rounds);
    many = median(&bench, timed_many, 100, rounds);
    printf("record_timed %.2f\n", (many - one) / (RECORDS - 1));
    printf("started %.0f\n", median(&bench, started, 50, rounds));
    printf("atomic %.2f\n", median(&bench, atomic, 2000, rounds));
    printf("unit %.2f\n", median(&bench, unit, 2000, rounds));
    lg_call_release(bench.one);
    lg_call_release(bench.many);
    lg_unit_release(bench.unit);
    lg_context_close(context);
    return bench.failed != 0;
}
