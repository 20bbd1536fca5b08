// SPDX-License-Identifier: Apache-2.0
// What a run costs beside its kernels: nanoseconds per record where all kernels are functions that do nothing.
//   overhead FILE KINDS ROUNDS  the records of the model in FILE, with KINDS (1 to 20) different functions in an order
//                               without a pattern; the median of ROUNDS loops
// Looks into the engine: its headers are those of one build.
#include <stdio.h>
#include <stdlib.h>

#include "timing.h"

#include "run/call.h"

#define NOTHING(number)                                                                                \
    static int32_t nothing_##number(const void *args, void *const *data, int64_t begin, int64_t end) { \
        (void)args, (void)data, (void)begin, (void)end;                                                \
        __asm__ volatile("# " #number); /* so that no two are one */                                   \
        return 0;                                                                                      \
    }
#define EACH(X) \
    X(0)        \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19)
EACH(NOTHING)
#define NAME(number) nothing_##number,
static const lg_kernel_fn_t kinds[] = {EACH(NAME)};

int main(int argc, char **argv) {
    enum { LOOP = 200, MOST = 1001 };
    static double times[MOST];
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t view;
    lg_error_t err;
    if (argc != 4) {
        return 2;
    }
    if (lg_app_open(argv[1], NULL, &app, &err) || lg_app_model(app, NULL, &model, &err) ||
        lg_call_create(model, &call, &err) || lg_call_input(call, NULL, 0, &view, &err) ||
        lg_call_run(call, 0, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    uint32_t random = 1, count = (uint32_t)atoi(argv[2]);
    for (uint32_t i = 0; i < call->record_count; i++) {
        random = random * 1664525 + 1013904223;
        call->records[i].fn = kinds[(random >> 16) % count];
    }
    int rounds = atoi(argv[3]) < MOST ? atoi(argv[3]) : MOST;
    for (int round = 0; round < rounds; round++) {
        int64_t start = now_ns();
        for (int i = 0; i < LOOP; i++) {
            if (lg_call_run(call, 0, &err)) {
                return 1;
            }
        }
        times[round] = (double)(now_ns() - start) / LOOP / call->record_count;
    }
    printf("%u %.3f\n", call->record_count, median_of(times, rounds));
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return 0;
}
