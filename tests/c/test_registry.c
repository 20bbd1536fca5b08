// SPDX-License-Identifier: Apache-2.0
// Registered ops: their declaration, inference, kernels, eager calls, programs, text, and all that can be wrong.
#include <legato/legato.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "testing.h"

// y = x * gain + offset, twice: as is, and negated when `mode` says so. Two outputs, the second of one row.
typedef struct scale_attrs {
    double gain;
    int64_t mode;
    lg_ints_t axis;
} scale_attrs_t;

static const char *const scale_ins[] = {"x", "offset"};
static const char *const scale_modes[] = {"plain", "negated", NULL};
static const lg_attr_info_t scale_attrs[] = {
    {"gain", LG_ATTR_FLOAT, offsetof(scale_attrs_t, gain), NULL},
    {"mode", LG_ATTR_ENUM, offsetof(scale_attrs_t, mode), scale_modes},
    {"axis", LG_ATTR_INTS, offsetof(scale_attrs_t, axis), NULL},
};
static const scale_attrs_t scale_default = {2.0, 0, {-1, {0}}};

static atomic_int destroyed;

static void count_destroy(void *state) {
    (void)state;
    atomic_fetch_add(&destroyed, 1);
}

static lg_status_t scale_infer(void *state, const lg_op_view_t *op, lg_view_t *outs, lg_error_t *err) {
    CHECK_STR(op->name, "acme.scale");
    CHECK(op->outs == NULL && op->out_count == 2);
    if (*(const int *)state == 1) {
        return lg_error_set(err, LG_STATUS_SHAPE, op->name, "today is no day for shapes");
    }
    outs[0] = *op->ins[0];
    outs[1].dtype = *(const int *)state == 2 ? LG_DTYPE_COUNT : LG_DTYPE_F32;
    outs[1].rank = *(const int *)state == 3 ? 200 : 1;
    outs[1].shape[0] = *(const int *)state == 4 ? -1 : 1;
    return *(const int *)state == 5 ? -77 : LG_OK;
}

static int32_t scale_run(void *state, const lg_op_view_t *op, lg_lane_t *lane, const lg_host_t *host) {
    (void)state;
    const scale_attrs_t *attrs = op->attrs;
    const float *x = op->ins[0]->data;
    const float *offset = op->in_count > 1 && op->ins[1] != NULL ? op->ins[1]->data : NULL;
    float *y = op->outs[0]->data, *sum = op->outs[1]->data;
    if (lane == NULL || !LG_HAS(host, lg_host_t, alloc) || !(op->ins[0]->flags & LG_VIEW_CONTIGUOUS)) {
        return LG_STATUS_INTERNAL;
    }
    *sum = 0;
    for (int64_t i = 0; i < op->ins[0]->elem_count; i++) {
        y[i] = x[i] * (float)attrs->gain + (offset != NULL ? offset[0] : 0);
        y[i] = attrs->mode == 1 ? -y[i] : y[i];
        *sum += y[i];
    }
    return *sum > 1e30f ? LG_STATUS_INDEX : LG_OK;
}

static lg_op_desc_t scale_desc(int *state) {
    static const uint16_t types[] = {1 << LG_DTYPE_F32, 1 << LG_DTYPE_F32};
    return (lg_op_desc_t){LG_STRUCT(lg_op_desc_t),
                          .name = "acme.scale",
                          .in_min = 1,
                          .in_max = 2,
                          .out_count = 2,
                          .in_names = scale_ins,
                          .in_types = types,
                          .attrs = scale_attrs,
                          .attr_count = 3,
                          .attrs_bytes = sizeof(scale_attrs_t),
                          .attrs_default = &scale_default,
                          .infer = scale_infer,
                          .state = state,
                          .destroy = count_destroy};
}

static lg_status_t setup(lg_context_t *context, int *state, uint32_t *out_op, lg_error_t *err) {
    const lg_op_desc_t desc = scale_desc(state);
    const lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = scale_run, .destroy = count_destroy};
    LG_TRY(lg_op_register(context, &desc, out_op, err));
    return lg_kernel_register(context, "acme.scale", &kernel, err);
}

TEST_ALLOC(registry_eager) {
    static int state = 0;
    uint32_t op;
    lg_tensor_t x = {.buffer = NULL}, turned, outs[2] = {{.buffer = NULL}, {.buffer = NULL}};
    LG_TRY(setup(context, &state, &op, err));
    CHECK(op >= LG_OP_REGISTERED && lg_op_info(op) == NULL && lg_op_find("acme.scale") == NULL);
    const lg_op_info_t *info = lg_context_op_info(context, op);
    CHECK(info != NULL && info == lg_context_op_find(context, "acme.scale") && info->id == op);
    CHECK_STR(info->attrs[1].choices[1], "negated");
    CHECK(lg_context_op_info(context, op + 1) == NULL && lg_context_op_info(context, UINT32_MAX) == NULL);
    CHECK(lg_context_op_find(context, "matmul") == lg_op_info(LG_OP_MATMUL));
    lg_status_t status = lg_tensor_init(context, LG_DTYPE_F32, 2, (const int64_t[]){2, 3}, &x, err);
    for (int i = 0; status == LG_OK && i < 6; i++) {
        ((float *)x.view.data)[i] = (float)i;
    }
    // A strided input arrives densely, in its own order.
    turned = x;
    turned.view.shape[0] = 3, turned.view.shape[1] = 2;
    turned.view.strides[0] = 1, turned.view.strides[1] = 3;
    lg_view_update(&turned.view);
    const lg_tensor_t *ins[2] = {&turned, NULL};
    scale_attrs_t attrs = {0.5, 1, {-1, {0}}};
    status = status ? status : lg_op_call(context, op, ins, 2, &attrs, outs, 2, err);
    if (status == LG_OK) {
        CHECK(((float *)outs[0].view.data)[1] == -1.5f && ((float *)outs[1].view.data)[0] == -7.5f);
        lg_tensor_deinit(&outs[0]);
        lg_tensor_deinit(&outs[1]);
        status = lg_op_call(context, op, ins, 1, NULL, outs, 2, err);  // with the defaults
        CHECK(status != LG_OK || ((float *)outs[1].view.data)[0] == 30.0f);
    }
    lg_tensor_deinit(&outs[0]);
    lg_tensor_deinit(&outs[1]);
    lg_tensor_deinit(&x);
    return status;
}

static lg_status_t build(lg_context_t *context, uint32_t op, lg_program_t **out_program, lg_error_t *err) {
    lg_program_t *program;
    lg_view_t type;
    lg_value_t x, y[2];
    scale_attrs_t attrs = {4.0, 1, {2, {0, 1}}};
    *out_program = NULL;
    LG_TRY(lg_program_create(context, &program, err));
    lg_status_t status = lg_view_init(&type, LG_DTYPE_F32, 2, (const int64_t[]){2, 2}, err);
    status = status ? status : lg_program_add_input(program, "x", &type, &x, err);
    status = status ? status : lg_program_add_op(program, op, &x, 1, &attrs, "here", y, 2, err);
    status = status ? status : lg_program_add_op(program, LG_OP_NEG, y, 1, NULL, NULL, &x, 1, err);
    status = status ? status : lg_program_add_output(program, "y", x, err);
    status = status ? status : lg_program_add_output(program, "sum", y[1], err);
    status = status ? status : lg_program_freeze(program, err);
    if (status != LG_OK) {
        lg_program_release(program);
        return status;
    }
    *out_program = program;
    return LG_OK;
}

TEST_ALLOC(registry_program_plan_text) {
    static int state = 0;
    uint32_t op;
    lg_program_t *program = NULL, *again = NULL;
    lg_plan_t *plan = NULL;
    lg_model_t *model = NULL;
    lg_call_t *call = NULL;
    lg_text_t *text = NULL, *plan_text = NULL;
    LG_TRY(setup(context, &state, &op, err));
    LG_TRY(build(context, op, &program, err));
    lg_status_t status = lg_program_format(program, &text, err);
    if (status == LG_OK) {
        CHECK_HAS(
            lg_text_chars(text),
            "%1, %2 = acme.scale(%0) {gain=4.0, mode=negated, axis=[0,1]} at \"here\" : f32[2,2], f32[1]");
        status = lg_program_parse(context, lg_text_chars(text), lg_text_bytes(text), NULL, NULL, &again, err);
    }
    status = status ? status : lg_plan_create(again, NULL, &plan, err);
    status = status ? status : lg_plan_format(plan, &plan_text, err);
    if (status == LG_OK) {
        CHECK_HAS(lg_text_chars(plan_text), "acme.scale__registered");
        CHECK(lg_plan_needs(plan) == NULL);
    }
    status = status ? status : lg_model_create(plan, NULL, 0, &model, err);
    status = status ? status : lg_call_create(model, &call, err);
    if (status == LG_OK) {
        float x[4] = {1, 2, 3, 4};
        lg_view_t in, out;
        CHECK_OK(lg_view_init(&in, LG_DTYPE_F32, 2, (const int64_t[]){2, 2}, test_err));
        in.data = x;
        status = lg_call_bind(call, "x", &in, err);
        status = status ? status : lg_call_run(call, 0, err);
        status = status ? status : lg_call_output(call, "sum", 0, &out, err);
        CHECK(status != LG_OK || *(float *)out.data == -40.0f);
        x[0] = -1e38f;  // the kernel's own error names the op by its path
        lg_error_t inner = {.message = ""};
        CHECK(status != LG_OK || lg_call_run(call, 0, &inner) == LG_STATUS_INDEX);
        CHECK(status != LG_OK || strcmp(inner.op, "here") == 0);
    }
    lg_call_release(call);
    lg_model_release(model);
    lg_plan_release(plan);
    lg_text_release(text);
    lg_text_release(plan_text);
    lg_program_release(again);
    lg_program_release(program);
    return status;
}

static lg_context_t *context_with(int *state, uint32_t *op) {
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(setup(context, state, op, test_err));
    return context;
}

// A shape rule that refuses, gives nonsense, or has an error of its own.
TEST(registry_bad_shape_rule) {
    static int state = 0;
    uint32_t op;
    lg_context_t *context = context_with(&state, &op);
    lg_view_t x, outs[2];
    CHECK_OK(lg_view_init(&x, LG_DTYPE_F32, 1, (const int64_t[]){3}, test_err));
    const lg_view_t *ins[2] = {&x, &x};
    CHECK_OK(lg_context_op_infer(context, op, ins, 2, NULL, outs, 2, test_err));
    CHECK(outs[0].elem_count == 3 && outs[0].data == NULL && (outs[1].flags & LG_VIEW_CONTIGUOUS));
    const struct {
        lg_status_t status;
        const char *part;
    } wanted[] = {{LG_STATUS_SHAPE, "today"},
                  {LG_STATUS_DTYPE, "output 1"},
                  {LG_STATUS_SHAPE, "rank 200"},
                  {LG_STATUS_SHAPE, "output 1"},
                  {-77, "acme.scale"}};
    for (state = 1; state <= 5; state++) {
        CHECK_FAILS(lg_context_op_infer(context, op, ins, 2, NULL, outs, 2, test_err),
                    wanted[state - 1].status);
        CHECK_HAS(test_err->message, wanted[state - 1].part);
        CHECK_STR(test_err->op, "acme.scale");
        CHECK(lg_context_op_infer(context, op, ins, 2, NULL, outs, 2, NULL) == wanted[state - 1].status);
    }
    state = 0;
    scale_attrs_t attrs = {1.0, 2, {-1, {0}}};
    CHECK_FAILS(lg_context_op_infer(context, op, ins, 2, &attrs, outs, 2, test_err),
                LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_context_op_infer(context, op, ins, 3, NULL, outs, 2, test_err),
                LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_context_op_infer(context, op, ins, 2, NULL, outs, 1, test_err),
                LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_context_op_infer(context, op + 7, ins, 2, NULL, outs, 2, test_err), LG_STATUS_NOT_FOUND);
    x.dtype = LG_DTYPE_F64;
    CHECK_FAILS(lg_context_op_infer(context, op, ins, 2, NULL, outs, 2, test_err), LG_STATUS_DTYPE);
    lg_context_close(context);
}

// What lg_op_register and lg_kernel_register refuse.
TEST(registry_bad_declarations) {
    static int state = 0;
    uint32_t op, id;
    lg_context_t *context = context_with(&state, &op);
    lg_op_desc_t good = scale_desc(&state), desc = good;
    CHECK_FAILS(lg_op_register(context, &desc, &id, test_err), LG_STATUS_ALREADY_EXISTS);
    CHECK_EQ(id, 0);
    desc.name = "matmul";
    CHECK_FAILS(lg_op_register(context, &desc, &id, test_err), LG_STATUS_ALREADY_EXISTS);
    const char *const names[] = {"", "3d", "a b", "a..b", ".a", "a.", "a-b", NULL, "caf\xc3\xa9"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        desc.name = names[i];
        CHECK_FAILS(lg_op_register(context, &desc, &id, test_err), LG_STATUS_INVALID_ARGUMENT);
    }
    char longest[80];
    memset(longest, 'a', sizeof longest);
    longest[64] = 0;
    desc.name = longest;
    CHECK_FAILS(lg_op_register(context, &desc, &id, test_err), LG_STATUS_INVALID_ARGUMENT);
    longest[63] = 0;
    CHECK_OK(lg_op_register(context, &desc, &id, test_err));
#define REFUSE(change, status)                                              \
    do {                                                                    \
        desc = good;                                                        \
        desc.name = "other";                                                \
        change;                                                             \
        CHECK_FAILS(lg_op_register(context, &desc, &id, test_err), status); \
    } while (0)
    lg_attr_info_t attrs[3];
    memcpy(attrs, scale_attrs, sizeof attrs);
    REFUSE(desc.out_count = 0, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.out_count = LG_MAX_OUTS + 1, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.in_min = 3, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.in_max = 200, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.flags = LG_OP_FLAG_VIEW, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.flags = LG_OP_FLAG_VARIADIC, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.in_names = NULL, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.infer = NULL, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.rule = "broadcast", LG_STATUS_INVALID_ARGUMENT);
    REFUSE((desc.infer = NULL, desc.rule = "broadcast"), LG_STATUS_INVALID_ARGUMENT);  // two outputs
    REFUSE((desc.infer = NULL, desc.rule = "nonsense"), LG_STATUS_NOT_FOUND);
    REFUSE(desc.size = 8, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.attrs_default = NULL, LG_STATUS_INVALID_ARGUMENT);
    REFUSE(desc.attrs_bytes = 16, LG_STATUS_INVALID_ARGUMENT);
    REFUSE((desc.attrs = attrs, attrs[1].offset = 4), LG_STATUS_INVALID_ARGUMENT);
    REFUSE((desc.attrs = attrs, attrs[1].offset = 0), LG_STATUS_INVALID_ARGUMENT);
    attrs[1] = scale_attrs[1];
    REFUSE((desc.attrs = attrs, attrs[1].choices = NULL), LG_STATUS_INVALID_ARGUMENT);
    attrs[1] = scale_attrs[1];
    REFUSE((desc.attrs = attrs, attrs[2].name = "gain"), LG_STATUS_INVALID_ARGUMENT);
    attrs[2] = scale_attrs[2];
    REFUSE((desc.attrs = attrs, attrs[2].kind = 99), LG_STATUS_INVALID_ARGUMENT);

    lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = scale_run};
    CHECK_FAILS(lg_kernel_register(context, "acme.scale", &kernel, test_err), LG_STATUS_ALREADY_EXISTS);
    CHECK_FAILS(lg_kernel_register(context, "nobody", &kernel, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_kernel_register(context, "matmul", &kernel, test_err), LG_STATUS_UNSUPPORTED);
    kernel.dtypes = 1u << LG_DTYPE_I8;
    CHECK_FAILS(lg_kernel_register(context, "acme.scale", &kernel, test_err), LG_STATUS_DTYPE);
    kernel.fn = NULL;
    CHECK_FAILS(lg_kernel_register(context, "acme.scale", &kernel, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_kernel_load(context, longest, "/nowhere/lib.so", "f", NULL, test_err), LG_STATUS_IO);
    lg_context_close(context);
}

// An op without a kernel, a text that names an op that nobody registered, contexts that do not share ops.
TEST(registry_missing) {
    static int state = 0;
    uint32_t op;
    lg_context_t *context, *other;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    CHECK_OK(lg_context_create(NULL, &other, test_err));
    const lg_op_desc_t desc = scale_desc(&state);
    CHECK_OK(lg_op_register(context, &desc, &op, test_err));
    float value = 1;
    lg_tensor_t x = {.buffer = NULL}, outs[2] = {{.buffer = NULL}, {.buffer = NULL}};
    CHECK_OK(lg_view_init(&x.view, LG_DTYPE_F32, 0, NULL, test_err));
    x.view.data = &value;
    const lg_tensor_t *ins[1] = {&x};
    CHECK_FAILS(lg_op_call(context, op, ins, 1, NULL, outs, 2, test_err), LG_STATUS_UNSUPPORTED);
    CHECK_HAS(test_err->message, "register one");
    CHECK_FAILS(lg_op_call(other, op, ins, 1, NULL, outs, 2, test_err), LG_STATUS_NOT_FOUND);
    const char text[] =
        "program {\n input %0 \"x\" : f32[2]\n %1, %2 = acme.scale(%0) : f32[2], f32[1]\n"
        " output \"y\" %1\n}";
    lg_program_t *program;
    CHECK_OK(lg_program_parse(context, text, strlen(text), NULL, NULL, &program, test_err));
    lg_program_release(program);
    CHECK_FAILS(lg_program_parse(other, text, strlen(text), NULL, NULL, &program, test_err),
                LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "no op 'acme.scale' here; register it first");
    CHECK_STR(test_err->op, "acme.scale");
    lg_context_close(context);
    lg_context_close(other);
}

// What was registered stays until the last release of what uses it, and is destroyed once.
TEST(registry_outlives_close) {
    static int state = 0;
    uint32_t op;
    atomic_store(&destroyed, 0);
    lg_context_t *context = context_with(&state, &op);
    lg_program_t *program;
    CHECK_OK(build(context, op, &program, test_err));
    lg_context_close(context);
    CHECK_EQ(atomic_load(&destroyed), 0);
    lg_op_desc_t desc = scale_desc(&state);
    desc.name = "late";
    CHECK_FAILS(lg_op_register(context, &desc, &op, test_err), LG_STATUS_CLOSED);
    lg_program_release(program);
    CHECK_EQ(atomic_load(&destroyed), 2);  // op and kernel
}

// Threads that register the same names: each name goes to one of them, and all see the same op.
enum { THREADS = 4, NAMES = 100 };
static lg_context_t *shared;
static atomic_int won, wrong;

static void *register_names(void *user) {
    (void)user;
    static int state = 0;
    for (int i = 0; i < NAMES; i++) {
        char name[32];
        uint32_t op;
        snprintf(name, sizeof name, "op%d", i);
        lg_op_desc_t desc = scale_desc(&state);
        desc.name = name;
        desc.destroy = NULL;
        lg_status_t status = lg_op_register(shared, &desc, &op, NULL);
        const lg_op_info_t *info = lg_context_op_find(shared, name);
        lg_kernel_desc_t kernel = {LG_STRUCT(lg_kernel_desc_t), .fn = scale_run};
        lg_status_t kernel_status = lg_kernel_register(shared, name, &kernel, NULL);
        atomic_fetch_add(&won, (status == LG_OK) + (kernel_status == LG_OK));
        bool good = (status == LG_OK || status == LG_STATUS_ALREADY_EXISTS) && info != NULL &&
                    lg_context_op_info(shared, info->id) == info && strcmp(info->name, name) == 0 &&
                    (kernel_status == LG_OK || kernel_status == LG_STATUS_ALREADY_EXISTS);
        atomic_fetch_add(&wrong, !good);
    }
    return NULL;
}

TEST(registry_threads) {
    pthread_t threads[THREADS];
    CHECK_OK(lg_context_create(NULL, &shared, test_err));
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, register_names, NULL) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK_EQ(atomic_load(&won), 2 * NAMES);
    CHECK_EQ(atomic_load(&wrong), 0);
    lg_context_close(shared);
}
