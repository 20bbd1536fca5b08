// SPDX-License-Identifier: Apache-2.0
// What ratios.py asks about files and calls, in nanoseconds.
//   files start FILE ROUNDS  starts itself ROUNDS times with:
//   files open FILE START    from START (CLOCK_MONOTONIC) to the first result, from open to it, a run after it
//   files call FILE ROUNDS   a call of lg_call_run, the median of ROUNDS loops
#include <legato/legato.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "timing.h"

extern char **environ;

static int start(char **argv) {
    for (int i = atoi(argv[3]); i > 0; i--) {
        char time[32];
        char open[] = "open";
        char *const words[] = {argv[0], open, argv[2], time, NULL};
        pid_t child;
        int status = 0;
        snprintf(time, sizeof time, "%lld", (long long)now_ns());
        if (posix_spawn(&child, argv[0], NULL, NULL, words, environ) || waitpid(child, &status, 0) < 0 ||
            status) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    enum { LOOP = 2000, MOST = 1001 };
    static double times[MOST];
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t view;
    lg_error_t err;
    if (argc != 4) {
        return 2;
    }
    if (strcmp(argv[1], "start") == 0) {
        return start(argv);
    }
    int64_t opened = now_ns();
    if (lg_app_open(argv[2], NULL, &app, &err) || lg_app_model(app, NULL, &model, &err) ||
        lg_call_create(model, &call, &err) || lg_call_input(call, NULL, 0, &view, &err) ||
        lg_call_run(call, 0, &err) || lg_call_output(call, NULL, 0, &view, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    int64_t first = now_ns();
    if (strcmp(argv[1], "open") == 0) {
        int64_t again = now_ns();
        if (lg_call_run(call, 0, &err)) {
            return 1;
        }
        printf("%lld %lld %lld\n", (long long)(first - strtoll(argv[3], NULL, 10)),
               (long long)(first - opened), (long long)(now_ns() - again));
    } else {
        int rounds = atoi(argv[3]) < MOST ? atoi(argv[3]) : MOST;
        for (int round = 0; round < rounds; round++) {
            int64_t start = now_ns();
            for (int i = 0; i < LOOP; i++) {
                if (lg_call_run(call, 0, &err)) {
                    return 1;
                }
            }
            times[round] = (double)(now_ns() - start) / LOOP;
        }
        printf("%.2f\n", median_of(times, rounds));
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return 0;
}
