// SPDX-License-Identifier: Apache-2.0
// A serial model of about 100 us, run 50 times a second: `rate SECONDS` prints a name and a value a line. Times are
// those of the whole call, in microseconds; `beyond` is processor time of the process beside them, in percent.
#include <legato/legato.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <threads.h>

#include "timing.h"

enum { RATE = 50, PERIOD_NS = 1000000000 / RATE, MOST = 60 * RATE };

// A call of `records` ops on f32[elements], none of them worth two cores. NULL: failed.
static lg_call_t *line(lg_context_t *context, int records, int elements) {
    size_t room = 64 * (size_t)(records + 4), used = 0;
    char *text = malloc(room);
    const char *off[16];
    size_t off_count = 0;
    if (text == NULL) {
        return NULL;
    }
    used += (size_t)snprintf(text, room, "program { input %%0 \"x\" : f32[%d]\n", elements);
    for (int i = 0; i < records; i++) {
        used +=
            (size_t)snprintf(text + used, room - used, "%%%d = tanh(%%%d) : f32[%d]\n", i + 1, i, elements);
    }
    used += (size_t)snprintf(text + used, room - used, "output \"y\" %%%d }", records);
    for (uint32_t i = 0; lg_pass_name(i) != NULL && off_count < 16; i++) {
        off[off_count++] = lg_pass_name(i);
    }
    lg_program_t *program;
    lg_model_t *model;
    lg_call_t *call = NULL;
    lg_view_t view;
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .passes_off = off, .passes_off_count = off_count};
    if (lg_program_parse(context, text, used, NULL, NULL, &program, NULL) == LG_OK) {
        if (lg_model_create_program(program, &desc, &model, NULL) == LG_OK) {
            if (lg_call_create(model, &call, NULL) || lg_call_input(call, NULL, 0, &view, NULL)) {
                call = NULL;
            }
            lg_model_release(model);
        }
        lg_program_release(program);
    }
    free(text);
    return call;
}

static double run_us(lg_call_t *call, const lg_run_desc_t *desc) {
    int64_t begin = now_ns();
    if (desc != NULL ? lg_call_start(call, desc, NULL) || lg_call_wait(call, -1, NULL)
                     : lg_call_run(call, 0, NULL)) {
        exit(1);
    }
    return (double)(now_ns() - begin) / 1e3;
}

static double cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

// Runs at the rate; gives the sorted times and what the process used beside them, in percent of the time.
static double at_rate(lg_call_t *call, const lg_run_desc_t *desc, int count, double *times) {
    int64_t begin = now_ns();
    double used = cpu_us(), work = 0;
    for (int i = 0; i < count; i++) {
        int64_t due = begin + (int64_t)(i + 1) * PERIOD_NS;
        struct timespec until = {due / 1000000000, due % 1000000000};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {}
        times[i] = run_us(call, desc);
        work += times[i];
    }
    double beyond = (cpu_us() - used - work) / ((double)(now_ns() - begin) / 1e3);
    (void)median_of(times, count);
    return beyond * 100;
}

typedef struct load {
    lg_call_t *calls[2];
    atomic_int stop;
    int runs;
} load_t;

// Keeps both cores of the lane busy with calls of low priority.
static int load(void *user) {
    load_t *self = user;
    const lg_run_desc_t low = {LG_STRUCT(lg_run_desc_t), .priority = LG_PRIORITY_LOW};
    for (int i = 0; !atomic_load(&self->stop); i ^= 1) {
        if (lg_call_wait(self->calls[i], -1, NULL) != LG_OK && self->runs >= 2) {
            exit(1);
        }
        if (lg_call_start(self->calls[i], &low, NULL)) {
            exit(1);
        }
        self->runs++;
    }
    return lg_call_wait(self->calls[0], -1, NULL) || lg_call_wait(self->calls[1], -1, NULL);
}

int main(int argc, char **argv) {
    static double times[MOST];
    int seconds = argc > 1 ? atoi(argv[1]) : 2;
    int count = seconds > 0 && seconds * RATE <= MOST ? seconds * RATE : 2 * RATE;
    lg_context_t *context;
    if (lg_context_create(NULL, &context, NULL)) {
        return 1;
    }
    lg_call_t *probe = line(context, 1001, 64);
    if (probe == NULL) {
        return 1;
    }
    for (int i = 0; i < 100; i++) {
        times[i] = run_us(probe, NULL);
    }
    int records = (int)(1001 * 100 / median_of(times, 100));
    lg_call_release(probe);
    load_t other = {.calls = {line(context, 500, 4096), line(context, 500, 4096)}};
    lg_call_t *call = line(context, records, 64);
    if (call == NULL || other.calls[0] == NULL || other.calls[1] == NULL) {
        return 1;
    }
    lg_lane_t *lane = lg_context_lane(context);
    lg_call_set_lane(call, lane);
    (void)run_us(call, NULL);

    printf("beyond %.3f\n", at_rate(call, NULL, count, times));
    printf("p50 %.2f\n", times[count / 2]);

    // The same where workers wait awake all the time, as those of other libraries do between two runs.
    lg_lane_t *awake;
    const lg_lane_desc_t desc = {LG_STRUCT(lg_lane_desc_t), .name = "awake", .spin_ns = 1000000000};
    if (lg_lane_create(context, &desc, &awake, NULL) || lg_lane_start(awake, NULL)) {
        return 1;
    }
    lg_call_set_lane(call, awake);
    lg_lane_begin(awake);
    (void)at_rate(call, NULL, count, times);
    lg_lane_end(awake);
    lg_call_set_lane(call, lane);
    if (lg_lane_close(awake, NULL)) {
        return 1;
    }
    printf("spinning_p50 %.2f\n", times[count / 2]);

    thrd_t thread;
    const lg_run_desc_t high = {LG_STRUCT(lg_run_desc_t), .priority = LG_PRIORITY_HIGH};
    if (thrd_create(&thread, load, &other) != thrd_success) {
        return 1;
    }
    int loaded = 2 * count <= MOST ? 2 * count : count;
    (void)at_rate(call, &high, loaded, times);
    atomic_store(&other.stop, 1);
    int failed;
    thrd_join(thread, &failed);
    printf("loaded_p50 %.2f\nloaded_p999 %.2f\nloads %d\n", times[loaded / 2],
           times[loaded - 1 - loaded / 1000], other.runs);
    lg_call_release(call);
    lg_call_release(other.calls[0]);
    lg_call_release(other.calls[1]);
    lg_context_close(context);
    return failed;
}
