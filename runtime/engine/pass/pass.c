// SPDX-License-Identifier: Apache-2.0
#include "pass/pass.h"

#include <stdio.h>
#include <string.h>

typedef struct pass {
    const char *name;
    lg_pass_fn_t run;  // NULL: a decision of the planner
} pass_t;

static const pass_t passes[] = {
    {"integer", lg_pass_integer},     {"fold", lg_pass_fold},   {"eliminate", lg_pass_eliminate},
    {"recognize", lg_pass_recognize}, {"scale", lg_pass_scale}, {"fuse", lg_pass_fuse},
    {"chain", lg_pass_chain},         {LG_PASS_PREPACK, NULL},  {LG_PASS_IN_PLACE, NULL},
    {LG_PASS_BRANCHES, NULL},
};
enum { PASS_COUNT = sizeof passes / sizeof passes[0] };

const char *lg_pass_name(uint32_t index) {
    return index < PASS_COUNT ? passes[index].name : NULL;
}

lg_status_t lg_pass_find(const char *name, lg_pass_set_t *set, lg_error_t *err) {
    char names[256] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < PASS_COUNT; i++) {
        if (strcmp(name, passes[i].name) == 0) {
            *set |= (lg_pass_set_t)1 << i;
            return LG_OK;
        }
        int bytes = snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", passes[i].name);
        used += bytes > 0 ? (size_t)bytes : 0;
    }
    return lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, "there is no pass '%.64s'; there are %s", name,
                        names);
}

static lg_status_t pass_run_all(lg_graph_t *graph, lg_pass_set_t off, lg_error_t *err) {
    for (uint32_t i = 0; i < PASS_COUNT; i++) {
        if (passes[i].run != NULL && !(off >> i & 1)) {
            LG_TRY(passes[i].run(graph, err));
            lg_graph_settle(graph);
        }
    }
    return LG_OK;
}

// Every op is its own origin.
static lg_status_t pass_same(const lg_program_t *program, lg_zone_t *zone, lg_origins_t *origins,
                             lg_error_t *err) {
    origins->first = lg_zone_alloc(zone, (program->ops.count + 1) * sizeof *origins->first);
    origins->ops = lg_zone_alloc(zone, program->ops.count * sizeof *origins->ops);
    if (origins->first == NULL || origins->ops == NULL) {
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a plan");
    }
    for (uint32_t i = 0; i <= program->ops.count; i++) {
        origins->first[i] = i;
        if (i < program->ops.count) {
            origins->ops[i] = i;
        }
    }
    return LG_OK;
}

lg_status_t lg_pass_run(lg_program_t *program, const bool *fixed, const uint32_t *blocks, lg_pass_set_t off,
                        const lg_shared_t *shared, lg_zone_t *zone, lg_origins_t *origins,
                        lg_program_t **out_program, lg_error_t *err) {
    *out_program = NULL;
    lg_graph_t graph;
    LG_TRY(lg_graph_init(&graph, program, fixed, blocks, err));
    graph.shared = shared;
    lg_status_t status = pass_run_all(&graph, off, err);
    if (status == LG_OK && graph.changed) {
        status = lg_graph_build(&graph, zone, origins, out_program, err);
    } else if (status == LG_OK) {
        status = origins != NULL ? pass_same(program, zone, origins, err) : LG_OK;
        if (status == LG_OK) {
            lg_program_retain(program);
            *out_program = program;
        }
    }
    lg_graph_deinit(&graph);
    return status;
}

// ---- one by one -------------------------------------------------------------------------------------

lg_status_t lg_program_rewrite(lg_program_t *program, const char *pass, lg_program_t **out_program,
                               lg_error_t *err) {
    *out_program = NULL;
    LG_CHECK(err, program->frozen, LG_STATUS_INVALID_ARGUMENT, NULL, "freeze the program before changing it");
    LG_CHECK(
        err, !program->splits, LG_STATUS_UNSUPPORTED, NULL,
        "passes work on what is planned at once; this program is planned in parts: take those of its plan");
    LG_CHECK(err, !lg_program_is_open(program), LG_STATUS_INVALID_ARGUMENT, NULL,
             "passes work on numbers: specialize the program first");
    LG_TRY(lg_context_check(program->context, err));
    lg_pass_set_t one = 0;
    LG_TRY(lg_pass_find(pass, &one, err));
    return lg_pass_run(program, NULL, NULL, ~one, NULL, NULL, NULL, out_program, err);
}
