// SPDX-License-Identifier: Apache-2.0
// Choices inside of plans: contiguous ops whose device is taken when a run reaches them. There is one device here, so
// that what is computed must be the same whatever is taken; tests/python/test_signal_choices.py has another one.
#include <legato/legato.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

enum { ROWS = 3, COLUMNS = 5, COUNT = ROWS * COLUMNS, OPS = 8 };

// A chain with a view, a weight, two readers and two outputs:
//   a = x + w   b = relu(a)   c = transpose(b)   d = tanh(c)   e = d @ b   f = e * e   y = f - e   z = transpose(d)
static lg_status_t build(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t x, w, a, b, c, d, e, f, y, z;
    lg_tensor_t weight;
    *out_program = NULL;
    LG_TRY(lg_tensor_init(context, LG_DTYPE_F32, 2, (const int64_t[]){ROWS, COLUMNS}, &weight, err));
    for (int i = 0; i < COUNT; i++) {
        ((float *)weight.view.data)[i] = 0.125f * (float)(i % 4) - 0.25f;
    }
    lg_status_t status = lg_program_create(context, &program, err);
    if (status != LG_OK) {
        lg_tensor_deinit(&weight);
        return status;
    }
    lg_transpose_attrs_t turn = {.axes = {.count = 2, .values = {1, 0}}};
    status = lg_program_add_input(program, "x", &weight.view, &x, err);
    status = status ? status : lg_program_add_weight(program, "w", &weight, &w, err);
    status = status ? status
                    : lg_program_add_op(program, LG_OP_ADD, (lg_value_t[]){x, w}, 2, NULL, "0", &a, 1, err);
    status = status ? status : lg_program_add_op(program, LG_OP_RELU, &a, 1, NULL, "1", &b, 1, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TRANSPOSE, &b, 1, &turn, "2", &c, 1, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TANH, &c, 1, NULL, "3", &d, 1, err);
    status = status
                 ? status
                 : lg_program_add_op(program, LG_OP_MATMUL, (lg_value_t[]){d, b}, 2, NULL, "4", &e, 1, err);
    status = status ? status
                    : lg_program_add_op(program, LG_OP_MUL, (lg_value_t[]){e, e}, 2, NULL, "5", &f, 1, err);
    status = status ? status
                    : lg_program_add_op(program, LG_OP_SUB, (lg_value_t[]){f, e}, 2, NULL, "6", &y, 1, err);
    status = status ? status : lg_program_add_op(program, LG_OP_TRANSPOSE, &d, 1, &turn, "7", &z, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    status = status ? status : lg_program_add_output(program, "z", z, err);
    status = status ? status : lg_program_freeze(program, err);
    lg_tensor_deinit(&weight);
    if (status != LG_OK) {
        lg_program_release(program);
        return status;
    }
    *out_program = program;
    return LG_OK;
}

// Ops of `mask` have the choice `first`, those of `other` the second one; what is in `hooked` is counted.
typedef struct policy {
    const char *texts[2];
    uint32_t mask, other, hooked;
    uint32_t ran;
} policy_t;

static lg_status_t policy_place(void *self, const lg_op_view_t *op, lg_placement_t *out, lg_error_t *err) {
    policy_t *policy = self;
    static _Thread_local lg_choice_t choice;
    (void)err;
    uint32_t bit = 1u << (op->path[0] - '0');
    if ((policy->mask | policy->other) & bit) {
        choice = (lg_choice_t){LG_STRUCT(lg_choice_t), policy->texts[policy->mask & bit ? 0 : 1], NULL, 0};
        out->choice = &choice;
    }
    return LG_OK;
}

static int32_t policy_count(void *self, const lg_op_view_t *op, void *const *data) {
    (void)op, (void)data;
    ((policy_t *)self)->ran++;
    return 0;
}

static lg_status_t policy_after(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    policy_t *policy = self;
    (void)err;
    if (policy->hooked & 1u << (op->path[0] - '0')) {
        out->fn = policy_count;
        out->self = policy;
        out->what = "counter";
    }
    return LG_OK;
}

static lg_status_t plan_with(lg_context_t *context, policy_t *policy, lg_model_t **out_model,
                             lg_error_t *err) {
    lg_program_t *program;
    const lg_executor_t executor = {LG_STRUCT(lg_executor_t),
                                    policy,
                                    NULL,
                                    NULL,
                                    "policy",
                                    policy_place,
                                    NULL,
                                    NULL,
                                    policy_after,
                                    NULL,
                                    NULL};
    const lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = policy != NULL ? &executor : NULL};
    *out_model = NULL;
    LG_TRY(build(context, &program, err));
    lg_status_t status = lg_model_create_program(program, &desc, out_model, err);
    lg_program_release(program);
    return status;
}

typedef struct result {
    float y[COLUMNS * COLUMNS], z[COUNT];
} result_t;

static lg_status_t run_once(lg_call_t *call, result_t *out, bool starts, lg_error_t *err) {
    lg_view_t y, z;
    if (starts) {
        LG_TRY(lg_call_start(call, NULL, err));
        LG_TRY(lg_call_wait(call, -1, err));
    } else {
        LG_TRY(lg_call_run(call, 0, err));
    }
    LG_TRY(lg_call_output(call, "y", 0, &y, err));
    LG_TRY(lg_call_output(call, "z", 0, &z, err));
    memcpy(out->y, y.data, sizeof out->y);
    memcpy(out->z, z.data, sizeof out->z);
    return LG_OK;
}

static lg_call_t *call_of(lg_model_t *model) {
    lg_call_t *call;
    lg_view_t x;
    CHECK_OK(lg_call_create(model, &call, test_err));
    CHECK_OK(lg_call_input(call, "x", 0, &x, test_err));
    for (int i = 0; i < COUNT; i++) {
        ((float *)x.data)[i] = 0.1f * (float)i - 0.6f;
    }
    return call;
}

#define BY_A "choose(\"a\" > 0, \"cpu:0\", \"cpu:0\")"
#define BY_B "choose(\"b\", \"cpu:0\", \"cpu:0\", \"cpu:0\")"

TEST(region_results) {
    lg_context_t *context;
    lg_model_t *plain, *model;
    lg_signal_t *a, *b;
    result_t wanted, given;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_signal_open(context, "a", 1, &a, test_err));
    CHECK_OK(lg_signal_open(context, "b", 0, &b, test_err));
    CHECK_OK(plan_with(context, NULL, &plain, test_err));
    lg_call_t *call = call_of(plain);
    CHECK_OK(run_once(call, &wanted, false, test_err));
    CHECK_EQ(lg_call_taken(call, 0), 0);
    lg_call_release(call);
    // Every set of ops in the first choice, and two ways to put what is left into the second.
    for (uint32_t mask = 1; mask < 1u << OPS; mask++) {
        policy_t policy = {{BY_A, BY_B},
                           mask,
                           mask % 3 == 0   ? 0
                           : mask % 3 == 1 ? ~mask
                                           : (mask << 1 & ~mask),
                           0,
                           0};
        policy.hooked = mask % 5 == 0 ? 0x5a : 0;
        CHECK_OK(plan_with(context, &policy, &model, test_err));
        call = call_of(model);
        uint32_t regions = 0;
        while (lg_plan_choice(lg_model_plan(model), regions) != NULL) {
            CHECK(lg_plan_alternative(lg_model_plan(model), regions, 0) != NULL);
            regions++;
        }
        CHECK(regions > 0 && lg_plan_alternative(lg_model_plan(model), regions, 0) == NULL);
        for (int round = 0; round < 4; round++) {
            lg_signal_set(a, round % 2);
            lg_signal_set(b, round % 3);
            memset(&given, 0xff, sizeof given);
            policy.ran = 0;
            CHECK_OK(run_once(call, &given, round == 2, test_err));
            CHECK(memcmp(&given, &wanted, sizeof wanted) == 0);
            CHECK_EQ(policy.ran, policy.hooked != 0 ? 4 : 0);
            for (uint32_t i = 0; i < regions; i++) {
                bool first = strstr(lg_plan_choice(lg_model_plan(model), i), "\"a\"") != NULL;
                CHECK_EQ(lg_call_taken(call, i), first ? round % 2 == 0 : round % 3);
            }
        }
        lg_call_release(call);
        lg_model_release(model);
    }
    lg_model_release(plain);
    lg_signal_release(a);
    lg_signal_release(b);
    lg_context_close(context);
}

TEST(region_report) {
    lg_context_t *context;
    lg_model_t *model;
    lg_text_t *text;
    policy_t policy = {{BY_A, BY_B}, 0x0e, 0x10, 0, 0};
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(plan_with(context, &policy, &model, test_err));
    lg_plan_t *plan = lg_model_plan(model);
    CHECK_OK(lg_plan_format(plan, &text, test_err));
    CHECK_HAS(lg_text_chars(text), "rows 1 to 3: " BY_A);
    CHECK_HAS(lg_text_chars(text), "rows 4 to 4: " BY_B);
    CHECK_HAS(lg_text_chars(text), "  cpu:0, plan: 3 ops");
    CHECK_HAS(lg_text_chars(text), "policy: choose(");
    lg_text_release(text);
    const uint32_t wanted[] = {0, 1, 1, 1, 2};
    for (uint32_t i = 0; i < 5; i++) {
        lg_plan_row_t row = {LG_STRUCT(lg_plan_row_t), .op = NULL};
        CHECK_OK(lg_plan_row(plan, i, &row, test_err));
        CHECK_EQ(row.choice, wanted[i]);
        CHECK_STR(row.device, "cpu:0");
    }
    CHECK_STR(lg_plan_choice(plan, 0), BY_A);
    CHECK(lg_plan_choice(plan, 2) == NULL);
    // The arena has room for the largest alternative, once.
    size_t most = 0;
    for (uint32_t i = 0; i < 2; i++) {
        size_t bytes = lg_plan_arena_bytes(lg_plan_alternative(plan, 0, i));
        most = bytes > most ? bytes : most;
    }
    CHECK(lg_plan_arena_bytes(plan) < 2 * most + 64 * (OPS + 4));
    CHECK(lg_plan_expected_ns(plan) > 0 && lg_plan_needs(plan) == NULL);
    lg_model_release(model);
    lg_context_close(context);
}

TEST(region_failures) {
    lg_context_t *context;
    lg_model_t *model;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    static const struct {
        const char *text;
        lg_status_t code;
    } cases[] = {
        {"choose(\"a\", \"cpu:0\")", LG_STATUS_FORMAT},
        {"choose(\"a\", \"cpu:0\", \"nothing:0\")", LG_STATUS_NOT_FOUND},
        {"choose(\"a\", \"cpu:0\", lane \"legato\")", LG_STATUS_NOT_FOUND},
        {"choose(extent \"y\" 0, \"cpu:0\", \"cpu:0\")", LG_STATUS_NOT_FOUND},
    };
    for (int i = 0; i < 4; i++) {
        policy_t bad = {{cases[i].text, NULL}, 2, 0, 0, 0};
        CHECK_FAILS(plan_with(context, &bad, &model, test_err), cases[i].code);
    }
    // An unset signal fails when it is read, and the next run is as good as ever.
    policy_t policy = {{BY_A, "choose(where(extent \"x\" 0 == 3, 1, 0), \"cpu:0\", \"cpu:0\")"}, 2, 4, 0, 0};
    lg_signal_t *a;
    result_t given;
    CHECK_OK(plan_with(context, &policy, &model, test_err));
    CHECK_OK(lg_signal_find(context, "a", &a, test_err));
    lg_call_t *call = call_of(model);
    CHECK_FAILS(run_once(call, &given, false, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "signal 'a' is unset");
    CHECK_FAILS(run_once(call, &given, true, test_err), LG_STATUS_INVALID_ARGUMENT);
    lg_signal_set(a, 1);
    CHECK_OK(run_once(call, &given, false, test_err));
    CHECK_EQ(lg_call_taken(call, 0), 0);
    CHECK_EQ(lg_call_taken(call, 1), 0);
    lg_signal_set(a, 0);
    CHECK_OK(run_once(call, &given, true, test_err));
    CHECK_EQ(lg_call_taken(call, 0), 1);
    lg_call_release(call);
    lg_signal_release(a);
    lg_model_release(model);
    lg_context_close(context);
}

TEST_ALLOC(region_allocations) {
    policy_t policy = {{BY_A, BY_B}, 0x2e, 0x10, 8, 0};
    lg_model_t *model = NULL;
    lg_signal_t *a = NULL, *b = NULL;
    lg_call_t *call = NULL;
    lg_status_t status = plan_with(context, &policy, &model, err);
    status = status ? status : lg_signal_open(context, "a", 1, &a, err);
    status = status ? status : lg_signal_open(context, "b", 2, &b, err);
    status = status ? status : lg_call_create(model, &call, err);
    lg_view_t x;
    status = status ? status : lg_call_input(call, "x", 0, &x, err);
    status = status ? status : lg_call_run(call, 0, err);
    lg_text_t *text = NULL;
    status = status ? status : lg_plan_format(lg_model_plan(model), &text, err);
    lg_text_release(text);
    lg_call_release(call);
    lg_signal_release(a);
    lg_signal_release(b);
    lg_model_release(model);
    return status;
}
