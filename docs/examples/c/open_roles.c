// SPDX-License-Identifier: Apache-2.0
// Opens a file whose policy names lanes and units: the application gives the lane "heavy", legato makes the others.
//   cc open_roles.c $(python -m legato --cflags --libs) -o open_roles && ./open_roles policy.legato
#include <legato/legato.h>
#include <stdio.h>

// Runs a model once; its inputs are zeros.
static lg_status_t run(lg_app_t *app, const char *name, lg_error_t *err) {
    lg_model_t *model;
    lg_call_t *call = NULL;
    lg_view_t in;
    LG_TRY(lg_app_model(app, name, &model, err));
    lg_status_t status = lg_call_create(model, &call, err);
    for (uint32_t i = 0; i < lg_program_input_count(lg_model_program(model)) && status == LG_OK; i++) {
        status = lg_call_input(call, NULL, i, &in, err);
    }
    status = status ? status : lg_call_run(call, 1000000000 /* ns */, err);
    lg_call_release(call);
    lg_model_release(model);
    return status;
}

// Says what the roles of the file became, runs its models, and says how often the units were taken.
static lg_status_t look(lg_app_t *app, lg_error_t *err) {
    lg_lane_t *lane;
    lg_unit_t *unit;
    const char *name;
    for (uint32_t i = 0; (name = lg_app_lane_name(app, i)) != NULL; i++) {
        LG_TRY(lg_app_lane(app, name, &lane, err));
        printf("lane %s: %u workers of lane %s\n", name, lg_lane_worker_count(lane), lg_lane_name(lane));
        lg_lane_release(lane);
    }
    for (uint32_t i = 0; (name = lg_app_model_name(app, i)) != NULL; i++) {
        LG_TRY(run(app, name, err));
        printf("model %s ran\n", name);
    }
    for (uint32_t i = 0; (name = lg_app_unit_name(app, i)) != NULL; i++) {
        lg_unit_stats_t stats = {LG_STRUCT(lg_unit_stats_t), .taken = 0};
        LG_TRY(lg_unit_find(lg_app_context(app), name, &unit, err));
        lg_unit_stats(unit, &stats);
        printf("unit %s: taken %llu times\n", name, (unsigned long long)stats.taken);
        lg_unit_release(unit);
    }
    return LG_OK;
}

int main(int argc, char **argv) {
    lg_error_t err = {0};
    lg_context_t *context = NULL;
    lg_lane_t *mine = NULL;
    lg_app_t *app = NULL;
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "mine", .workers = 1};
    lg_status_t status = lg_context_create(NULL, &context, &err);
    status = status ? status : lg_lane_create(context, &lane, &mine, &err);
    const lg_bind_t binds[] = {{"heavy", mine, NULL}};
    const lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context, .binds = binds,
                                 .bind_count = 1};
    status = status ? status : lg_app_open(argc > 1 ? argv[1] : "policy.legato", &desc, &app, &err);
    status = status ? status : look(app, &err);
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
    }
    lg_app_close(app);
    lg_lane_release(mine);
    lg_context_close(context);
    return status != LG_OK;
}
