// SPDX-License-Identifier: Apache-2.0
// Executors through the public API: placement, hooks, replacements, and that all of it is given back.
#include <legato/legato.h>
#include <math.h>
#include <string.h>

#include "testing.h"

// y = reshape(tanh(relu(x + x)) of the path "body"), f32[6] of f32[2,3]
static lg_status_t build(lg_context_t *context, lg_program_t **out_program, lg_error_t *err) {
    lg_program_t *program;
    lg_value_t x, y;
    lg_view_t type;
    *out_program = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_view_init(&type, LG_DTYPE_F32, 2, (const int64_t[]){2, 3}, err);
    status = status ? status : lg_program_add_input(program, "x", &type, &x, err);
    const uint32_t ops[3] = {LG_OP_ADD, LG_OP_RELU, LG_OP_TANH};
    for (uint32_t i = 0; i < 3 && status == LG_OK; i++) {
        lg_value_t ins[2] = {i > 0 ? y : x, x};
        status =
            lg_program_add_op(program, ops[i], ins, i > 0 ? 1 : 2, NULL, i > 0 ? "body" : NULL, &y, 1, err);
    }
    lg_reshape_attrs_t attrs = {.shape = {.count = 1, .values = {-1}}};
    status = status ? status : lg_program_add_op(program, LG_OP_RESHAPE, &y, 1, &attrs, "flat", &y, 1, err);
    status = status ? status : lg_program_add_output(program, "y", y, err);
    status = status ? status : lg_program_freeze(program, err);
    if (status != LG_OK) {
        lg_program_release(program);
        return status;
    }
    *out_program = program;
    return LG_OK;
}

// What the executor of these tests remembers.
typedef struct policy {
    int retained, hooks, released_hooks;
    int asked, ran_before, ran_after;
    float seen;            // the first element behind relu
    const char *hooked;    // name of the op that gets hooks
    const char *replaced;  // name of the op that is replaced
    const char *device;    // where everything goes
    const char *fails;     // name of the op for which `place` fails
    const char *apart;     // name of the op that has a block of its own
    int32_t code;          // what the hook behind the op returns
} policy_t;

static void policy_retain(void *self) {
    ((policy_t *)self)->retained++;
}

static void policy_release(void *self) {
    ((policy_t *)self)->retained--;
}

static void policy_release_hook(void *self) {
    ((policy_t *)self)->released_hooks++;
}

static lg_status_t policy_place(void *self, const lg_op_view_t *op, lg_placement_t *out, lg_error_t *err) {
    policy_t *policy = self;
    policy->asked++;
    CHECK(op->ins[0]->shape[0] == 2 && op->outs[0]->dtype == LG_DTYPE_F32);
    out->device = policy->device;
    out->why = "policy of the test";
    if (policy->fails != NULL && strcmp(op->name, policy->fails) == 0) {
        return lg_error_set(err, LG_STATUS_UNSUPPORTED, op->name, "no room for %s", op->name);
    }
    return LG_OK;
}

static int32_t hook_before(void *self, const lg_op_view_t *op, void *const *data) {
    (void)op;
    ((policy_t *)self)->ran_before++;
    CHECK(data[0] != NULL);
    return 0;
}

static int32_t hook_after(void *self, const lg_op_view_t *op, void *const *data) {
    policy_t *policy = self;
    policy->ran_after++;
    policy->seen = ((const float *)data[op->in_count])[0];
    return policy->code;
}

// Negates, in place of whatever it was.
static int32_t hook_replace(void *self, const lg_op_view_t *op, void *const *data) {
    (void)self;
    for (int64_t i = 0; i < op->ins[0]->elem_count; i++) {
        ((float *)data[op->in_count])[i] = -((const float *)data[0])[i];
    }
    return 0;
}

static lg_status_t policy_hook(policy_t *policy, const char *name, const lg_op_view_t *op, lg_hook_fn_t fn,
                               lg_hook_t *out) {
    if (name != NULL && strcmp(op->name, name) == 0) {
        out->fn = fn;
        out->self = policy;
        out->release = policy_release_hook;
        out->what = "counter";
        policy->hooks++;
    }
    return LG_OK;
}

static lg_status_t policy_before(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    (void)err;
    return policy_hook(self, ((policy_t *)self)->hooked, op, hook_before, out);
}

static lg_status_t policy_after(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    (void)err;
    return policy_hook(self, ((policy_t *)self)->hooked, op, hook_after, out);
}

static lg_status_t policy_replace(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err) {
    (void)err;
    return policy_hook(self, ((policy_t *)self)->replaced, op, hook_replace, out);
}

static lg_status_t policy_block(void *self, const lg_op_view_t *ops, uint32_t count, const char **out_names,
                                lg_error_t *err) {
    const policy_t *policy = self;
    (void)err;
    for (uint32_t i = 0; i < count && policy->apart != NULL; i++) {
        out_names[i] = strcmp(ops[i].name, policy->apart) == 0 ? "alone" : NULL;
    }
    return LG_OK;
}

static lg_executor_t executor_of(policy_t *policy) {
    return (lg_executor_t){
        LG_STRUCT(lg_executor_t), policy,        policy_retain, policy_release, "test",      policy_place,
        policy_replace,           policy_before, policy_after,  NULL,           policy_block};
}

static const float input[6] = {1, -2, 3, -0.5f, 0.25f, 0};

// Plans the program with `policy`, runs it twice, and says in `out` what came of it.
static lg_status_t run(lg_context_t *context, policy_t *policy, float *out, char *report, size_t report_bytes,
                       lg_error_t *err) {
    lg_program_t *program;
    lg_model_t *model = NULL;
    lg_call_t *call = NULL;
    lg_text_t *text = NULL;
    lg_executor_t executor = executor_of(policy);
    lg_plan_desc_t desc = {LG_STRUCT(lg_plan_desc_t), .executor = &executor};
    LG_TRY(build(context, &program, err));
    lg_status_t status = lg_model_create_program(program, &desc, &model, err);
    lg_program_release(program);
    memset(&executor, 0, sizeof executor);  // it was copied
    lg_view_t x, y;
    LG_TRY(status);
    status = lg_view_init(&x, LG_DTYPE_F32, 2, (const int64_t[]){2, 3}, err);
    x.data = (void *)(uintptr_t)input;
    status = status ? status : lg_call_create(model, &call, err);
    status = status ? status : lg_call_bind(call, "x", &x, err);
    for (int i = 0; i < 2; i++) {
        status = status ? status : lg_call_run(call, 0, err);
    }
    status = status ? status : lg_call_output(call, "y", 0, &y, err);
    status = status ? status : lg_plan_format(lg_model_plan(model), &text, err);
    if (status == LG_OK) {
        memcpy(out, y.data, 6 * sizeof *out);
        strncpy(report, lg_text_chars(text), report_bytes - 1);
    }
    lg_text_release(text);
    lg_call_release(call);
    lg_model_release(model);
    return status;
}

TEST_ALLOC(executor_hooks) {
    policy_t policy = {.hooked = "relu"};
    float y[6] = {0};
    char report[4096] = "";
    lg_status_t status = run(context, &policy, y, report, sizeof report, err);
    CHECK(policy.retained == 0 && policy.released_hooks == policy.hooks);
    if (status == LG_OK) {
        CHECK(policy.asked == 4 && policy.hooks == 2);
        CHECK(policy.ran_before == 2 && policy.ran_after == 2 && policy.seen == 2.0f);
        for (int i = 0; i < 6; i++) {
            CHECK(fabsf(y[i] - tanhf(fmaxf(2 * input[i], 0))) < 1e-5f);
        }
        // The op that is looked at stays an op of its own.
        CHECK_HAS(report, "  relu ");
        CHECK_HAS(report, "! before it: counter");
        CHECK_HAS(report, "! after it: counter");
    }
    return status;
}

TEST_ALLOC(executor_replaces) {
    policy_t policy = {.replaced = "relu", .hooked = "reshape", .device = "cpu:0"};
    float y[6] = {0};
    char report[4096] = "";
    lg_status_t status = run(context, &policy, y, report, sizeof report, err);
    CHECK(policy.retained == 0 && policy.released_hooks == policy.hooks);
    if (status == LG_OK) {
        for (int i = 0; i < 6; i++) {
            CHECK(fabsf(y[i] - tanhf(-2 * input[i])) < 1e-5f);
        }
        CHECK(policy.ran_before == 2 && policy.seen == y[0]);  // a view has hooks as well
        CHECK_HAS(report, "! replaced by: counter");
        CHECK_HAS(report, "policy of the test");
    }
    return status;
}

TEST_ALLOC(executor_blocks) {
    policy_t policy = {.apart = "relu"};
    float y[6] = {0};
    char report[4096] = "";
    lg_status_t status = run(context, &policy, y, report, sizeof report, err);
    if (status == LG_OK) {
        CHECK_HAS(report, "  relu ");
        CHECK_HAS(report, "at body  in block alone");
        for (int i = 0; i < 6; i++) {
            CHECK(fabsf(y[i] - tanhf(fmaxf(2 * input[i], 0))) < 1e-5f);
        }
    }
    return status;
}

TEST(executor_fails) {
    lg_context_t *context;
    float y[6];
    char report[16];
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    policy_t refuses = {.fails = "tanh"};
    CHECK_FAILS(run(context, &refuses, y, report, sizeof report, test_err), LG_STATUS_UNSUPPORTED);
    CHECK_HAS(test_err->message, "no room for tanh");
    policy_t nowhere = {.device = "acme.none:0"};
    CHECK_FAILS(run(context, &nowhere, y, report, sizeof report, test_err), LG_STATUS_NOT_FOUND);
    policy_t stops = {.hooked = "relu", .code = LG_STATUS_CANCELLED};
    CHECK_FAILS(run(context, &stops, y, report, sizeof report, test_err), LG_STATUS_CANCELLED);
    CHECK_HAS(test_err->op, "body");
    CHECK(refuses.retained == 0 && nowhere.retained == 0 && stops.retained == 0);
    CHECK(stops.released_hooks == 2);
    lg_context_close(context);
}
