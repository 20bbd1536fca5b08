// SPDX-License-Identifier: Apache-2.0
// Runs a model on images, one at a time: reads them as raw f32, writes the results as raw f32, prints the time.
//   cc -O2 digits.c $(python -m legato --cflags --libs) -o digits && ./digits digits.legato images.f32 logits.f32
#include <legato/legato.h>
#include <stdio.h>
#include <time.h>

static float pixels[1 << 20], logits[1 << 20];

static double now_ns(void) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static lg_status_t run(const char *file, FILE *images, FILE *results, lg_error_t *err) {
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    LG_TRY(lg_app_open(file, NULL, &app, err));
    LG_TRY(lg_app_model(app, NULL, &model, err));
    LG_TRY(lg_call_create(model, &call, err));
    lg_view_t x = *lg_program_input_type(lg_model_program(model), 0);
    lg_view_t y = *lg_program_output_type(lg_model_program(model), 0);
    int64_t count = (int64_t)fread(pixels, sizeof *pixels, 1 << 20, images) / x.elem_count;
    if (x.dtype != LG_DTYPE_F32 || y.dtype != LG_DTYPE_F32 || count * y.elem_count > 1 << 20) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, NULL, "this example takes f32, at most 2^20 results");
    }
    double start = 0;
    for (int round = 0; round < 2; round++) {  // the first one warms up
        start = now_ns();
        for (int64_t i = 0; i < count; i++) {  // the model reads and writes these arrays, nothing is copied
            x.data = pixels + i * x.elem_count;
            y.data = logits + i * y.elem_count;
            LG_TRY(lg_call_bind(call, "x", &x, err));
            LG_TRY(lg_call_bind(call, "output", &y, err));
            LG_TRY(lg_call_run(call, 0, err));
        }
    }
    printf("%lld images, %.1f ns each\n", (long long)count, (now_ns() - start) / (double)count);
    fwrite(logits, sizeof *logits, (size_t)(count * y.elem_count), results);
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return LG_OK;
}

int main(int argc, char **argv) {
    lg_error_t err;
    FILE *images = argc == 4 ? fopen(argv[2], "rb") : NULL,
         *results = argc == 4 ? fopen(argv[3], "wb") : NULL;
    if (images == NULL || results == NULL) {
        return fprintf(stderr, "usage: digits MODEL.legato IMAGES.f32 RESULTS.f32\n"), 2;
    }
    lg_status_t status = run(argv[1], images, results, &err);
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
    }
    return fclose(images) | fclose(results) | (status != LG_OK);
}
