// SPDX-License-Identifier: Apache-2.0
// The robot of docs/examples/robot.py without Python: opens its file, whose policy is obeyed, and runs its
// four models at once, each on the inputs in FOLDER/<model>.raw, one after the other. A sound comes every 20
// ms; when all were heard, the others end as well. Prints how often each ran, how long that took, and a
// checksum of its outputs: it is the same each time, whatever ran where, and the same as Python's. When half
// of the sounds were heard, the battery falls: the policy in the file says what then moves.
//   cc -O2 robot.c $(python -m legato --cflags --libs) -o robot && ./robot robot.legato FOLDER
#include <legato/legato.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

enum { MODELS = 4, MOST_RUNS = 1 << 16 };
static const int64_t PERIOD_NS = 20000000, DEADLINE_NS = 10000000;

typedef struct job {
    const char *name;
    int32_t priority;
    int32_t paced;  // an input every PERIOD_NS, each once; else over and over, until the paced one has ended
    lg_app_t *app;
    const char *folder;
    lg_status_t status;
    lg_error_t err;
    uint32_t checksum, runs;
    double ns[MOST_RUNS];  // until the result, from when the input was due
} job_t;

static atomic_int heard_all;

static uint32_t crc32_of(uint32_t crc, const unsigned char *data, size_t bytes) {
    crc = ~crc;
    for (size_t i = 0; i < bytes; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
    }
    return ~crc;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sleep_until(int64_t at_ns) {
    int64_t left;
    while ((left = at_ns - lg_clock_ns()) > 0) {
        thrd_sleep(&(struct timespec){left / 1000000000, left % 1000000000}, NULL);
    }
}

// The inputs of a job, one after the other; caller frees.
static lg_status_t read_inputs(const job_t *job, size_t bytes, unsigned char **out, uint32_t *out_count,
                               lg_error_t *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.raw", job->folder, job->name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return lg_error_set(err, LG_STATUS_IO, NULL, "cannot read %s", path);
    }
    *out_count = (uint32_t)((size_t)ftell(file) / bytes);
    rewind(file);
    *out = malloc(*out_count * bytes + 1);
    size_t got = *out != NULL ? fread(*out, bytes, *out_count, file) : 0;
    fclose(file);
    return got == *out_count && got > 0 ? LG_OK
                                        : lg_error_set(err, LG_STATUS_IO, NULL, "cannot read %s", path);
}

// Sets the signal that the policy reads; from any thread.
static lg_status_t set_battery(lg_app_t *app, double level, lg_error_t *err) {
    lg_signal_t *battery;
    lg_status_t status = lg_signal_find(lg_app_context(app), "battery", &battery, err);
    if (status == LG_STATUS_NOT_FOUND) {
        return LG_OK;  // nothing in the file asks for it
    }
    LG_TRY(status);
    lg_signal_set(battery, level);
    lg_signal_release(battery);
    return LG_OK;
}

// Runs all inputs once; `at` is when the first is due.
static lg_status_t pass(job_t *job, lg_call_t *call, unsigned char *inputs, size_t bytes, uint32_t count,
                        int64_t at, uint32_t *out_checksum) {
    lg_view_t y;
    *out_checksum = 0;
    for (uint32_t i = 0; i < count; i++) {
        lg_run_desc_t desc = {LG_STRUCT(lg_run_desc_t), .priority = job->priority};
        int64_t due = job->paced ? at + i * PERIOD_NS : lg_clock_ns();
        LG_TRY(lg_call_bind_at(call, 0, inputs + i * bytes, &job->err));
        sleep_until(due);
        if (job->paced && i == count / 2) {
            LG_TRY(set_battery(job->app, 0.1, &job->err));
        }
        LG_TRY(lg_call_start(call, &desc, &job->err));
        LG_TRY(lg_call_wait(call, -1, &job->err));
        job->ns[job->runs++ % MOST_RUNS] = (double)(lg_clock_ns() - due);
        LG_TRY(lg_call_output(call, NULL, 0, &y, &job->err));
        *out_checksum = crc32_of(*out_checksum, y.data, (size_t)y.elem_count * lg_dtype_size(y.dtype));
    }
    return LG_OK;
}

static lg_status_t work(job_t *job) {
    lg_model_t *model;
    lg_call_t *call;
    unsigned char *inputs = NULL;
    uint32_t count, checksum;
    LG_TRY(lg_app_model(job->app, job->name, &model, &job->err));
    LG_TRY(lg_call_create(model, &call, &job->err));
    lg_view_t x = *lg_program_input_type(lg_model_program(model), 0);
    size_t bytes = (size_t)x.elem_count * lg_dtype_size(x.dtype);
    LG_TRY(read_inputs(job, bytes, &inputs, &count, &job->err));
    x.data = inputs;
    LG_TRY(lg_call_bind(call, lg_program_input_name(lg_model_program(model), 0), &x, &job->err));
    lg_status_t status = pass(job, call, inputs, bytes, count, lg_clock_ns() + PERIOD_NS, &job->checksum);
    while (status == LG_OK && !job->paced && !atomic_load(&heard_all)) {
        status = pass(job, call, inputs, bytes, count, 0, &checksum);
        if (status == LG_OK && checksum != job->checksum) {
            status = lg_error_set(&job->err, LG_STATUS_INTERNAL, NULL,
                                  "%s: another result for the same inputs", job->name);
        }
    }
    lg_call_release(call);
    lg_model_release(model);
    free(inputs);
    return status;
}

static int thread(void *user) {
    job_t *job = user;
    job->status = work(job);
    if (job->paced || job->status != LG_OK) {
        atomic_store(&heard_all, 1);
    }
    return 0;
}

static void report(job_t *job) {
    uint32_t count = job->runs < MOST_RUNS ? job->runs : MOST_RUNS, late = 0;
    for (uint32_t i = 0; i < count; i++) {
        late += job->ns[i] > (double)DEADLINE_NS;
    }
    qsort(job->ns, count, sizeof *job->ns, compare);
    printf("%-10s %6u runs, p50 %8.3f ms, p99 %8.3f ms, checksum %08x", job->name, job->runs,
           job->ns[count / 2] / 1e6, job->ns[count * 99 / 100] / 1e6, job->checksum);
    printf(job->paced ? ", %u late\n" : "\n", late);
}

int main(int argc, char **argv) {
    static job_t jobs[MODELS] = {{.name = "voice", .priority = LG_PRIORITY_HIGH, .paced = 1},
                                 {.name = "detect"},
                                 {.name = "recognize"},
                                 {.name = "embed", .priority = LG_PRIORITY_LOW}};
    thrd_t threads[MODELS];
    lg_error_t err;
    lg_app_t *app;
    int failed = 0;
    if (argc != 3) {
        return fprintf(stderr, "usage: robot FILE.legato FOLDER\n"), 2;
    }
    if (lg_app_open(argv[1], NULL, &app, &err) != LG_OK) {
        return fprintf(stderr, "%s\n", err.message), 1;
    }
    for (int i = 0; i < MODELS; i++) {
        jobs[i].app = app;
        jobs[i].folder = argv[2];
        if (thrd_create(&threads[i], thread, &jobs[i]) != thrd_success) {
            return fprintf(stderr, "no more threads\n"), 1;
        }
    }
    for (int i = 0; i < MODELS; i++) {
        thrd_join(threads[i], NULL);
        if (jobs[i].status != LG_OK) {
            failed = fprintf(stderr, "%s: %s\n", jobs[i].name, jobs[i].err.message);
        } else if (jobs[i].runs > 0) {
            report(&jobs[i]);
        }
    }
    lg_app_close(app);
    return failed != 0;
}
