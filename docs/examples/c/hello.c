// SPDX-License-Identifier: Apache-2.0
// Opens a .legato file, fills its first input (f32), runs, prints the first output. As C11 and as C++17.
//   cc hello.c $(python -m legato --cflags --libs) -o hello && ./hello model.legato
#include <legato/legato.h>
#include <stdio.h>

int main(int argc, char **argv) {
    static lg_error_t err;
    lg_app_t *app = NULL;
    lg_model_t *model = NULL;
    lg_call_t *call = NULL;
    lg_view_t x, y;
    bool good = argc == 2 && !lg_app_open(argv[1], NULL, &app, &err) &&
                !lg_app_model(app, NULL, &model, &err) && !lg_call_create(model, &call, &err) &&
                !lg_call_input(call, NULL, 0, &x, &err) && x.dtype == LG_DTYPE_F32;
    for (int64_t i = 0; good && i < x.elem_count; i++) {
        ((float *)x.data)[i] = (float)(i % 16) / 16;
    }
    good = good && !lg_call_run(call, 0, &err) && !lg_call_output(call, NULL, 0, &y, &err);
    for (int64_t i = 0; good && i < y.elem_count && y.dtype == LG_DTYPE_F32; i++) {
        printf("%.9g\n", ((float *)y.data)[i]);
    }
    if (!good) {
        fprintf(stderr, "%s: %s\n", lg_status_name(err.code), err.message);
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return good ? 0 : 1;
}
