// SPDX-License-Identifier: Apache-2.0
// Opens a .legato file and runs its model on inputs filled with 0, 1/16, 2/16, ... 15/16, 0, ...
//   cc run_model.c $(python -m legato --cflags --libs) -o run_model && ./run_model net.legato [plugin.so]
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>

static lg_status_t run(const char *path, const char *plugin, lg_error_t *err) {
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    lg_view_t out;
    lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .plugins = &plugin, .plugin_count = plugin != NULL};
    LG_TRY(lg_app_open(path, &desc, &app, err));
    LG_TRY(lg_app_model(app, NULL, &model, err));
    LG_TRY(lg_call_create(model, &call, err));
    lg_program_t *program = lg_model_program(model);
    float *inputs[16] = {NULL};
    for (uint32_t i = 0; i < lg_program_input_count(program) && i < 16; i++) {
        lg_view_t in = *lg_program_input_type(program, i);
        if (in.dtype != LG_DTYPE_F32) {
            return lg_error_set(err, LG_STATUS_DTYPE, NULL, "this example feeds f32 only");
        }
        inputs[i] = malloc((size_t)in.elem_count * sizeof(float) + 1);
        for (int64_t k = 0; k < in.elem_count; k++) {
            inputs[i][k] = (float)(k % 16) / 16;
        }
        in.data = inputs[i];
        LG_TRY(lg_call_bind(call, lg_program_input_name(program, i), &in, err));
    }
    LG_TRY(lg_call_run(call, 0, err));
    LG_TRY(lg_call_output(call, NULL, 0, &out, err));
    for (int64_t k = 0; k < out.elem_count && out.dtype == LG_DTYPE_F32; k++) {
        printf("%.9g\n", ((float *)out.data)[k]);
    }
    for (int i = 0; i < 16; i++) {
        free(inputs[i]);
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return LG_OK;
}

int main(int argc, char **argv) {
    lg_error_t err;
    if (argc < 2) {
        return fprintf(stderr, "usage: run_model FILE.legato [PLUGIN]\n"), 2;
    }
    if (run(argv[1], argc > 2 ? argv[2] : NULL, &err) == LG_OK) {
        return 0;
    }
    return fprintf(stderr, "%s: %s\n", lg_status_name(err.code), err.message), 1;
}
