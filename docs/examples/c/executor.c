// SPDX-License-Identifier: Apache-2.0
// An executor in C: it is asked about every op of a program while that is planned, and its answers go into a file.
//   cc executor.c $(python -m legato --cflags --libs) -o executor && ./executor policy.legato
#include <legato/legato.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

// What the policy knows. It has to live as long as the plans that were made with it: see `retain` in executor.h.
typedef struct policy {
    lg_context_t *context;
    lg_lane_t *heavy;   // for large products
    lg_unit_t *matmul;  // that all products hold while they run
} policy_t;

// Where an op goes. Leaving `out` alone is no opinion.
static lg_status_t place(void *self, const lg_op_view_t *op, lg_placement_t *out, lg_error_t *err) {
    const policy_t *policy = (const policy_t *)self;
    (void)err;
    if (op->op == LG_OP_MATMUL && op->outs[0]->elem_count >= 1024) {
        out->lane = policy->heavy;
        out->why = "a large product";
    }
    return LG_OK;
}

// What it holds while it runs.
static lg_status_t hold(void *self, const lg_op_view_t *op, const lg_placement_t *where, lg_holding_t *out,
                        lg_error_t *err) {
    const policy_t *policy = (const policy_t *)self;
    (void)where, (void)err;
    if (op->op == LG_OP_MATMUL) {
        out->units[out->unit_count++] = policy->matmul;
    }
    return LG_OK;
}

// C code at an op, in every run. Several threads may be here at once.
static int32_t count(void *self, const lg_op_view_t *op, void *const *data) {
    (void)op, (void)data;
    atomic_fetch_add_explicit((atomic_int *)self, 1, memory_order_relaxed);
    return 0;
}

// What runs before it. Code that is registered under a name goes into the file, as that name.
static lg_status_t before(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    const policy_t *policy = (const policy_t *)self;
    return op->op == LG_OP_SOFTMAX ? lg_hook_find(policy->context, "acme.count", out, err) : LG_OK;
}

// softmax(tanh(x @ x) @ x) for x f32[64,64].
static lg_status_t make_program(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    static const char text[] =
        "program {\n"
        "  input %0 \"x\" : f32[64,64]\n"
        "  %1 = matmul(%0, %0) at \"body\" : f32[64,64]\n"
        "  %2 = tanh(%1) at \"body\" : f32[64,64]\n"
        "  %3 = matmul(%2, %0) at \"head\" : f32[64,64]\n"
        "  %4 = softmax(%3) {axis=1} at \"head\" : f32[64,64]\n"
        "  output \"y\" %4\n"
        "}\n";
    return lg_program_parse(context, text, strlen(text), NULL, NULL, out_program, err);
}

// Plans the program under the policy, saves it, and runs it once.
static lg_status_t use(policy_t *policy, const char *path, lg_error_t *err) {
    const lg_executor_t executor = {LG_STRUCT(lg_executor_t), .self = policy, .name = "policy",
                                    .place = place,           .hold = hold,   .before = before};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = &executor};
    const char *name = "main";
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_text_t *text = NULL;
    lg_call_t *call = NULL;
    lg_view_t x;
    LG_TRY(make_program(policy->context, &program, err));
    lg_status_t status = lg_model_create_program(program, &desc, &model, err);
    status = status ? status : lg_plan_format(lg_model_plan(model), &text, err);
    if (status == LG_OK) {
        fputs(lg_text_chars(text), stdout);
    }
    status = status ? status : lg_app_save(path, &name, &model, 1, NULL, err);
    status = status ? status : lg_call_create(model, &call, err);
    status = status ? status : lg_call_input(call, "x", 0, &x, err);
    status = status ? status : lg_call_run(call, 0, err);
    lg_call_release(call);
    lg_text_release(text);
    lg_model_release(model);
    lg_program_release(program);
    return status;
}

int main(int argc, char **argv) {
    lg_error_t err = {0};
    policy_t policy = {NULL, NULL, NULL};
    atomic_int counted = 0;
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "heavy", .workers = 2};
    const lg_unit_desc_t unit = {LG_STRUCT(lg_unit_desc_t), .name = "matmul"};
    const lg_hook_t hook = {LG_STRUCT(lg_hook_t), .fn = count, .self = &counted};
    lg_status_t status = lg_context_create(NULL, &policy.context, &err);
    status = status ? status : lg_lane_create(policy.context, &lane, &policy.heavy, &err);
    status = status ? status : lg_unit_create(policy.context, &unit, &policy.matmul, &err);
    status = status ? status : lg_hook_register(policy.context, "acme.count", &hook, &err);
    status = status ? status : use(&policy, argc > 1 ? argv[1] : "policy.legato", &err);
    if (status == LG_OK) {
        printf("counted %d\n", atomic_load(&counted));
    } else {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
    }
    lg_unit_release(policy.matmul);
    lg_lane_release(policy.heavy);
    lg_context_close(policy.context);
    return status != LG_OK;
}
