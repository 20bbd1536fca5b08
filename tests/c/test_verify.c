// SPDX-License-Identifier: Apache-2.0
// Programs that were broken by hand, and what the verifier says of each.
#include <string.h>

#include "program/program.h"
#include "testing.h"

static lg_program_t *build(lg_context_t *context) {
    static const char text[] =
        "program {\n"
        "  input %0 \"x\" : f32[n,4]\n"
        "  %1 = state.read \"h\" : f32[4]\n"
        "  %2 = add(%0, %1) : f32[n,4]\n"
        "  %3 = reshape(%2) {shape=[-1,2]} : f32[2*n,2]\n"
        "  %4 = sum(%3) : f32[]\n"
        "  %5 = greater(%4, %4) : bool[]\n"
        "  %6 = cond(%5, %1) {\n"
        "    then program { input %0 \"a\" : f32[4] output \"b\" %0 }\n"
        "    else program { input %0 \"a\" : f32[4] %1 = neg(%0) : f32[4] output \"b\" %1 }\n"
        "  } : f32[4]\n"
        "  output \"y\" %3\n"
        "  state.write \"h\", %6\n"
        "}\n";
    lg_program_t *program;
    CHECK_OK(lg_program_parse(context, text, sizeof text - 1, NULL, NULL, &program, test_err));
    CHECK_OK(lg_program_verify(program, test_err));
    return program;
}

static void swap_operands(lg_program_t *p) {
    p->ops.items[0].ins[0] = p->ops.items[1].outs[0];
}
static void read_nothing(lg_program_t *p) {
    p->ops.items[1].ins[0] = 99;
}
static void share_result(lg_program_t *p) {
    p->ops.items[1].outs[0] = p->ops.items[0].outs[0];
}
static void other_shape(lg_program_t *p) {
    lg_view_t *type = &p->values.items[p->ops.items[1].outs[0]].type;
    CHECK_OK(lg_view_init(type, LG_DTYPE_F32, 2, (const int64_t[]){2, 5}, test_err));
}
static void other_dtype(lg_program_t *p) {
    p->values.items[p->ops.items[2].outs[0]].type.dtype = LG_DTYPE_I32;
}
static void no_dtype(lg_program_t *p) {
    p->values.items[0].type.dtype = LG_DTYPE_INVALID;
}
static void wrong_count(lg_program_t *p) {
    p->values.items[0].type.elem_count++;
}
static void other_name(lg_program_t *p) {
    p->values.items[0].name = "h";
}
static void other_op(lg_program_t *p) {
    p->ops.items[0].info = NULL;
}
static void no_program_inside(lg_program_t *p) {
    p->ops.items[4].subs[1] = NULL;
}
static void fewer_operands(lg_program_t *p) {
    p->ops.items[4].in_count = 1;
}
static void broken_inside(lg_program_t *p) {
    p->ops.items[4].subs[1]->ops.items[0].ins[0] = 1;
}
static void output_of_nothing(lg_program_t *p) {
    p->outputs.items[0].value = 1000;
}
static void output_name(lg_program_t *p) {
    p->outputs.items[0].name = "h";
}
static void state_of_nothing(lg_program_t *p) {
    p->states.items[0].output = 7;
}
static void state_type(lg_program_t *p) {
    p->states.items[0].output = 0;
}
static void point_too_short(lg_program_t *p) {
    p->points.items[2].views.count--;
}
static void from_nowhere(lg_program_t *p) {
    p->values.items[p->ops.items[0].outs[0]].index = 77;
}

TEST(verify_names_what_is_broken) {
    static const struct {
        void (*corrupt)(lg_program_t *program);
        const char *message;
    } cases[] = {
        {swap_operands, "op 0, add reads a value before it is made"},
        {read_nothing, "op 1, reshape reads a value before it is made"},
        {share_result, "op 1, reshape makes a value that is not its own"},
        {other_shape, "op 1, reshape has results of other types"},
        {other_dtype, "op 2, sum has results of other types"},
        {no_dtype, "value 0 has no type"},
        {wrong_count, "value 0 has no type"},
        {other_name, "the name of value 0 is not its own"},
        {other_op, "op 0 is no op"},
        {no_program_inside, "op 4, cond has not the programs inside"},
        {fewer_operands, "differ in number of inputs"},
        {broken_inside, "op 0, neg reads a value before it is made"},
        {output_of_nothing, "output 0 is made by nothing"},
        {output_name, "the name of output 0 is not its own"},
        {state_of_nothing, "state 0 is no input or no output"},
        {state_type, "state 0 changes its type"},
        {point_too_short, "values without a type at point 3"},
        {from_nowhere, "comes from nowhere"},
    };
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lg_program_t *program = build(context);
        cases[i].corrupt(program);
        CHECK_FAILS(lg_program_verify(program, test_err), LG_STATUS_INTERNAL);
        CHECK_HAS(test_err->message, cases[i].message);
        lg_program_release(program);
    }
    lg_context_close(context);
}
