// SPDX-License-Identifier: Apache-2.0
// What records.py prints: how long each record of a plan takes, the fastest of ROUNDS runs.
//   records FILE ROUNDS [INPUT.bin...]   a line per record: ns, expected ns, kernel, types of inputs and result
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/port.h"
#include "plan/plan.h"
#include "run/call.h"

static void print_record(const lg_call_t *call, uint32_t index, int64_t ns) {
    const lg_plan_t *plan = call->plan;
    const uint32_t op_index = plan->records.items[index].op;
    if (op_index == UINT32_MAX) {
        printf("%lld\t0\tcopy\t\n", (long long)ns);
        return;
    }
    const lg_op_node_t *op = &plan->lowered->ops.items[op_index];
    const lg_step_t *step = &plan->steps[op_index];
    char text[192];
    printf("%lld\t%.0f\t%s\t", (long long)ns, step->cost_ns, step->kernel);
    for (uint32_t i = 0; i < op->in_count; i++) {
        printf("%s%s", i > 0 ? ", " : "",
               op->ins[i] == LG_VALUE_NONE
                   ? "-"
                   : lg_view_format(plan->places[op->ins[i]].view, text, sizeof text));
    }
    printf(" -> %s\n", lg_view_format(plan->places[op->outs[0]].view, text, sizeof text));
}

static int load(lg_call_t *call, uint32_t index, const char *path, lg_error_t *err) {
    lg_view_t view;
    if (lg_call_input(call, NULL, index, &view, err) != LG_OK) {
        return 1;
    }
    FILE *file = fopen(path, "rb");
    const size_t bytes = (size_t)view.elem_count * lg_dtype_size((lg_dtype_t)view.dtype);
    const size_t got = file != NULL ? fread(view.data, 1, bytes, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return got != bytes;
}

int main(int argc, char **argv) {
    lg_error_t err = {0};
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    if (argc < 3 || lg_app_open(argv[1], NULL, &app, &err) != LG_OK ||
        lg_app_model(app, NULL, &model, &err) != LG_OK || lg_call_create(model, &call, &err) != LG_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (int i = 3; i < argc; i++) {
        if (load(call, (uint32_t)i - 3, argv[i], &err)) {
            fprintf(stderr, "%s: %s\n", argv[i], err.message);
            return 1;
        }
    }
    if (lg_call_run(call, 0, &err) != LG_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    const int rounds = atoi(argv[2]);
    int64_t *best = calloc(call->record_count, sizeof *best);
    for (int r = 0; r < rounds; r++) {
        for (uint32_t i = 0; i < call->record_count; i++) {
            const lg_record_t *record = &call->records[i];
            const int64_t start = lg_port_now_ns();
            if (record->fn(record->args, record->data, 0, record->extent) != 0) {
                return 1;
            }
            const int64_t took = lg_port_now_ns() - start;
            best[i] = r == 0 || took < best[i] ? took : best[i];
        }
    }
    for (uint32_t i = 0; i < call->record_count; i++) {
        print_record(call, i, best[i]);
    }
    free(best);
    lg_call_release(call);
    lg_model_release(model);
    lg_app_close(app);
    return 0;
}
