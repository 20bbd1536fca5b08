// SPDX-License-Identifier: Apache-2.0
// Runs one model of a file on a stream of inputs: reads them as raw bytes, one after the other, writes the first
// output of each run as raw bytes, and prints how long a run takes. States of the model live in the call: each run
// goes on where the one before ended.
//   cc -O2 replay.c $(python -m legato --cflags --libs) -o replay
//   ./replay models.legato voice frames.raw voice.raw
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_TIMES = 1 << 16 };

static double now_ns(void) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Binds zeroed memory to an input or output of the call.
static lg_status_t bind(lg_call_t *call, const char *name, lg_view_t *view, size_t *out_bytes,
                        lg_error_t *err) {
    *out_bytes = (size_t)view->elem_count * lg_dtype_size(view->dtype);
    view->data = calloc(*out_bytes + 1, 1);
    if (view->data == NULL) {
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for '%s'", name);
    }
    return lg_call_bind(call, name, view, err);
}

static lg_status_t replay(const char *path, const char *name, FILE *in, FILE *out, lg_error_t *err) {
    static double times[MOST_TIMES];
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    LG_TRY(lg_app_open(path, NULL, &app, err));
    LG_TRY(lg_app_model(app, name, &model, err));
    LG_TRY(lg_call_create(model, &call, err));
    const lg_program_t *program = lg_model_program(model);
    lg_view_t x = *lg_program_input_type(program, 0), y = *lg_program_output_type(program, 0);
    size_t x_bytes, y_bytes, count = 0;
    LG_TRY(bind(call, lg_program_input_name(program, 0), &x, &x_bytes, err));
    LG_TRY(bind(call, lg_program_output_name(program, 0), &y, &y_bytes, err));
    while (fread(x.data, 1, x_bytes, in) ==
           x_bytes) {  // everything is bound: from here on there are only runs
        double start = now_ns();
        LG_TRY(lg_call_run(call, 0, err));
        times[count++ % MOST_TIMES] = now_ns() - start;
        fwrite(y.data, 1, y_bytes, out);
    }
    size_t timed = count < MOST_TIMES ? count : MOST_TIMES;
    qsort(times, timed, sizeof *times, compare);
    printf("%zu runs, median %.0f ns\n", count, timed ? times[timed / 2] : 0);
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    free(x.data);
    free(y.data);
    return LG_OK;
}

int main(int argc, char **argv) {
    lg_error_t err;
    FILE *in = argc == 5 ? fopen(argv[3], "rb") : NULL, *out = argc == 5 ? fopen(argv[4], "wb") : NULL;
    if (in == NULL || out == NULL) {
        return fprintf(stderr, "usage: replay FILE.legato MODEL INPUTS RESULTS\n"), 2;
    }
    lg_status_t status = replay(argv[1], argv[2], in, out, &err);
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
    }
    return fclose(in) | fclose(out) | (status != LG_OK);
}
