// SPDX-License-Identifier: Apache-2.0
// Runs one model of a file on a stream of inputs: reads them as raw bytes, one after the other, writes the first
// output of each run as raw bytes, and prints how long a run takes. OUTPUT=INPUT carries an output over to the next
// run as an input, zeros at first: the state of a recurrent model.
//   cc -O2 replay.c $(python -m legato --cflags --libs) -o replay
//   ./replay models.legato voice frames.raw voice.raw stateN=state
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_TIMES = 1 << 16 };

typedef struct {
    void *from, *to;  // memory of an output and of an input
    size_t bytes;
} carry_t;

static double now_ns(void) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Binds zeroed memory to an input or output of the call. Nothing is freed before the program ends.
static lg_status_t bind(lg_call_t *call, const char *name, const lg_view_t *type, lg_view_t *out_view,
                        lg_error_t *err) {
    *out_view = *type;
    out_view->data = calloc((size_t)type->elem_count + 1, lg_dtype_size(type->dtype));
    if (out_view->data == NULL) {
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for '%s'", name);
    }
    return lg_call_bind(call, name, out_view, err);
}

static size_t bytes_of(const lg_view_t *view) {
    return (size_t)view->elem_count * lg_dtype_size(view->dtype);
}

// Finds "OUTPUT=INPUT" among what is bound.
static lg_status_t find_carry(const lg_program_t *program, const char *pair, const lg_view_t *ins,
                              const lg_view_t *outs, carry_t *carry, lg_error_t *err) {
    const char *equals = strchr(pair, '=');
    const char *name = "";
    for (uint32_t o = 0; equals != NULL && (name = lg_program_output_name(program, o)) != NULL; o++) {
        if (strlen(name) != (size_t)(equals - pair) || strncmp(name, pair, strlen(name)) != 0) {
            continue;
        }
        for (uint32_t i = 0; (name = lg_program_input_name(program, i)) != NULL; i++) {
            if (strcmp(name, equals + 1) == 0 && bytes_of(&ins[i]) == bytes_of(&outs[o])) {
                *carry = (carry_t){outs[o].data, ins[i].data, bytes_of(&ins[i])};
                return LG_OK;
            }
        }
    }
    return lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, "'%s': no such output and input of one size", pair);
}

static lg_status_t replay(const char *path, const char *name, FILE *in, FILE *out, int pair_count,
                          char **pairs, lg_error_t *err) {
    static double times[MOST_TIMES];
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t ins[8], outs[8];
    carry_t carries[8];
    LG_TRY(lg_app_open(path, NULL, &app, err));
    LG_TRY(lg_app_model(app, name, &model, err));
    LG_TRY(lg_call_create(model, &call, err));
    const lg_program_t *program = lg_model_program(model);
    if (lg_program_input_count(program) > 8 || lg_program_output_count(program) > 8 || pair_count > 8) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL,
                            "this example takes up to 8 inputs and outputs");
    }
    for (uint32_t i = 0; i < lg_program_input_count(program); i++) {
        LG_TRY(
            bind(call, lg_program_input_name(program, i), lg_program_input_type(program, i), &ins[i], err));
    }
    for (uint32_t o = 0; o < lg_program_output_count(program); o++) {
        LG_TRY(bind(call, lg_program_output_name(program, o), lg_program_output_type(program, o), &outs[o],
                    err));
    }
    for (int c = 0; c < pair_count; c++) {
        LG_TRY(find_carry(program, pairs[c], ins, outs, &carries[c], err));
    }
    size_t count = 0;  // everything is bound: from here on there are only runs
    while (fread(ins[0].data, 1, bytes_of(&ins[0]), in) == bytes_of(&ins[0])) {
        double start = now_ns();
        LG_TRY(lg_call_run(call, 0, err));
        times[count++ % MOST_TIMES] = now_ns() - start;
        for (int c = 0; c < pair_count; c++) {
            memcpy(carries[c].to, carries[c].from, carries[c].bytes);
        }
        fwrite(outs[0].data, 1, bytes_of(&outs[0]), out);
    }
    size_t timed = count < MOST_TIMES ? count : MOST_TIMES;
    qsort(times, timed, sizeof *times, compare);
    printf("%zu runs, median %.0f ns\n", count, timed ? times[timed / 2] : 0);
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return LG_OK;
}

int main(int argc, char **argv) {
    lg_error_t err;
    FILE *in = argc > 4 ? fopen(argv[3], "rb") : NULL, *out = argc > 4 ? fopen(argv[4], "wb") : NULL;
    if (in == NULL || out == NULL) {
        return fprintf(stderr, "usage: replay FILE.legato MODEL INPUTS RESULTS [OUTPUT=INPUT]...\n"), 2;
    }
    lg_status_t status = replay(argv[1], argv[2], in, out, argc - 5, argv + 5, &err);
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
    }
    return fclose(in) | fclose(out) | (status != LG_OK);
}
