// SPDX-License-Identifier: Apache-2.0
// The text form of programs, written:
//
//   program {
//     input %0 "x" : f32[8,64]
//     weight %1 @"layer1.weight" : f32[64,32]
//     %2 = matmul(%0, %1) : f32[8,32]
//     %3 = reshape(%2) {shape=[-1]} at "head" : f32[256]
//     output "y" %3
//   }
//
// With symbols in extents and attributes that come from tensors:
//
//     input %0 "x" : f32[batch,4]
//     %1 = shape(%0) : i64[2]
//     %2 = full() {shape=%1, value=1.0} : f32[batch,4]
//     guard %7 false "batch > 100, at net.py:12"
//
// With programs inside, each with numbers of its own:
//
//     %3 = cond(%1, %2) {
//       then program { ... }
//       else program { ... }
//     } : f32[u0]
//     %4, %5 = while(%2, %3) {
//       carried 1
//       test program { ... }
//       body program { ... }
//     } at "head" : f32[4], f32[u1,4]
#include "program/format.h"

#include <stdio.h>
#include <string.h>

#include "op/registry.h"

static void format_type(lg_text_t *text, const char *before, const lg_value_node_t *node) {
    lg_text_printf(text, "%s", before);
    lg_extent_format(text, &node->type, node->extents);
}

static void format_scalar(lg_text_t *text, const lg_scalar_t *scalar) {
    if (scalar->kind == LG_SCALAR_FLOAT) {
        lg_text_double(text, scalar->value.f);
    } else if (scalar->kind == LG_SCALAR_BOOL) {
        lg_text_printf(text, "%s", scalar->value.i != 0 ? "true" : "false");
    } else {
        lg_text_printf(text, "%lld", (long long)scalar->value.i);
    }
}

static void format_ints(lg_text_t *text, const lg_ints_t *ints) {
    if (ints->count < 0) {
        lg_text_printf(text, "none");
        return;
    }
    lg_text_printf(text, "[");
    for (int64_t i = 0; i < ints->count; i++) {
        lg_text_printf(text, "%s%lld", i > 0 ? "," : "", (long long)ints->values[i]);
    }
    lg_text_printf(text, "]");
}

static void format_floats(lg_text_t *text, const lg_floats_t *floats) {
    if (floats->count < 0) {
        lg_text_printf(text, "none");
        return;
    }
    lg_text_printf(text, "[");
    for (int64_t i = 0; i < floats->count; i++) {
        lg_text_printf(text, "%s", i > 0 ? "," : "");
        lg_text_double(text, floats->values[i]);
    }
    lg_text_printf(text, "]");
}

static void format_attr(lg_text_t *text, const lg_attr_info_t *attr, const void *field) {
    int64_t integer;
    double real;
    switch (attr->kind) {
        case LG_ATTR_FLOAT:
            memcpy(&real, field, sizeof real);
            lg_text_double(text, real);
            return;
        case LG_ATTR_INTS:
            format_ints(text, field);
            return;
        case LG_ATTR_FLOATS:
            format_floats(text, field);
            return;
        case LG_ATTR_SCALAR:
            format_scalar(text, field);
            return;
        default:
            break;
    }
    memcpy(&integer, field, sizeof integer);
    switch (attr->kind) {
        case LG_ATTR_BOOL:
            lg_text_printf(text, "%s", integer != 0 ? "true" : "false");
            break;
        case LG_ATTR_DTYPE:
            lg_text_printf(text, "%s", integer == 0 ? "none" : lg_dtype_name((lg_dtype_t)integer));
            break;
        case LG_ATTR_ENUM:
            lg_text_printf(text, "%s", attr->choices[integer]);
            break;
        default:
            lg_text_printf(text, "%lld", (long long)integer);
    }
}

// Bytes of an attribute's field that mean something.
static size_t format_attr_bytes(const lg_attr_info_t *attr, const void *field) {
    int64_t count;
    switch (attr->kind) {
        case LG_ATTR_INTS:
        case LG_ATTR_FLOATS:  // both begin with their count, and elements take 8 bytes
            memcpy(&count, field, sizeof count);
            return 8 + 8 * (size_t)(count > 0 ? count : 0);
        case LG_ATTR_SCALAR:
            return sizeof(lg_scalar_t);
        default:
            return 8;
    }
}

// Attributes that differ from their defaults: " {a=1, b=[2,2]}", and those that come from tensors: " {shape=%3}".
static void format_attrs(lg_text_t *text, const lg_op_info_t *info, const void *attrs,
                         const lg_bound_t *bound, uint32_t bound_count, const uint32_t *numbers) {
    bool first = true;
    for (uint32_t i = 0; i < info->attr_count; i++) {
        const lg_attr_info_t *attr = &info->attrs[i];
        const char *field = (const char *)attrs + attr->offset;
        const char *standard = (const char *)info->attrs_default + attr->offset;
        const lg_bound_t *source = NULL;
        for (uint32_t k = 0; k < bound_count; k++) {
            source = bound[k].attr == i ? &bound[k] : source;
        }
        if (source == NULL && memcmp(field, standard, format_attr_bytes(attr, field)) == 0) {
            continue;
        }
        lg_text_printf(text, "%s%s=", first ? " {" : ", ", attr->name);
        if (source != NULL) {
            lg_text_printf(text, "%%%u", numbers[source->value]);
        } else {
            format_attr(text, attr, field);
        }
        first = false;
    }
    if (!first) {
        lg_text_printf(text, "}");
    }
}

void lg_format_attrs(lg_text_t *text, const lg_op_info_t *info, const void *attrs) {
    format_attrs(text, info, attrs, NULL, 0, NULL);
}

static void format_program(lg_text_t *text, const lg_program_t *program, int indent);

// The programs inside an op.
static void format_subs(lg_text_t *text, const lg_op_node_t *op, int indent) {
    bool loop = op->info->id == LG_OP_WHILE;
    lg_text_printf(text, " {\n");
    if (loop) {
        lg_text_printf(text, "%*s  carried %u\n", indent, "", op->carried);
    }
    for (int i = 0; i < 2; i++) {
        lg_text_printf(text, "%*s  %s ", indent, "",
                       loop ? (i == 0 ? "test" : "body") : (i == 0 ? "then" : "else"));
        format_program(text, op->subs[i], indent + 2);
    }
    lg_text_printf(text, "%*s}", indent, "");
}

// Values are numbered in the order of their lines, so that a text that was read prints the same again.
static void format_lines(lg_text_t *text, const lg_program_t *program, uint32_t *numbers,
                         uint32_t *op_numbers, int indent) {
    const lg_value_node_t *values = program->values.items;
    uint32_t next = 0;
    lg_text_printf(text, "program {\n");
    for (size_t i = 0; i < program->inputs.count; i++) {
        lg_value_t value = program->inputs.items[i];
        numbers[value] = next++;
        if (lg_program_state_of(program, true, i) != LG_STATE_NONE) {
            lg_text_printf(text, "%*s  %%%u = state.read ", indent, "", numbers[value]);
        } else {
            lg_text_printf(text, "%*s  input %%%u ", indent, "", numbers[value]);
        }
        lg_text_quote(text, values[value].name);
        format_type(text, " : ", &values[value]);
        lg_text_printf(text, "\n");
    }
    for (size_t i = 0; i < program->weights.count; i++) {
        lg_value_t value = program->weights.items[i];
        numbers[value] = next++;
        lg_text_printf(text, "%*s  weight %%%u @", indent, "", numbers[value]);
        lg_text_quote(text, values[value].name);
        format_type(text, " : ", &values[value]);
        lg_text_printf(text, "\n");
    }
    for (size_t i = 0; i < program->ops.count; i++) {
        const lg_op_node_t *op = &program->ops.items[i];
        lg_text_printf(text, "%*s  ", indent, "");
        for (uint32_t k = 0; k < op->out_count; k++) {
            numbers[op->outs[k]] = next++;
            lg_text_printf(text, "%s%%%u", k > 0 ? ", " : "", numbers[op->outs[k]]);
        }
        lg_text_printf(text, " = %s", op->info->name);
        // The number only where a reader would count another one.
        uint32_t *expected = &op_numbers[lg_op_row(op->info->id)];
        if (op->number != *expected) {
            lg_text_printf(text, "#%u", op->number);
        }
        *expected = op->number + 1;
        lg_text_printf(text, "(");
        for (uint32_t k = 0; k < op->in_count; k++) {
            lg_text_printf(text, "%s", k > 0 ? ", " : "");
            if (op->ins[k] == LG_VALUE_NONE) {
                lg_text_printf(text, "_");
            } else {
                lg_text_printf(text, "%%%u", numbers[op->ins[k]]);
            }
        }
        lg_text_printf(text, ")");
        format_attrs(text, op->info, op->attrs, op->bound, op->bound_count, numbers);
        if (op->subs[0] != NULL) {
            format_subs(text, op, indent + 2);
        }
        if (op->path[0] != 0) {
            lg_text_printf(text, " at ");
            lg_text_quote(text, op->path);
        }
        for (uint32_t k = 0; k < op->out_count; k++) {
            format_type(text, k > 0 ? ", " : " : ", &values[op->outs[k]]);
        }
        lg_text_printf(text, "\n");
    }
    for (size_t i = 0; i < program->guards.count; i++) {
        const lg_guard_node_t *guard = &program->guards.items[i];
        lg_text_printf(text, "%*s  guard %%%u %s ", indent, "", numbers[guard->value],
                       guard->expected ? "true" : "false");
        lg_text_quote(text, guard->text);
        lg_text_printf(text, "\n");
    }
    for (size_t i = 0; i < program->outputs.count; i++) {
        const lg_output_node_t *output = &program->outputs.items[i];
        uint32_t state = lg_program_state_of(program, false, i);
        if (state != LG_STATE_NONE) {
            lg_text_printf(text, "%*s  state.write ", indent, "");
            lg_text_quote(text, values[program->inputs.items[program->states.items[state].input]].name);
            lg_text_printf(text, ", %%%u", numbers[output->value]);
            if (strcmp(output->name,
                       values[program->inputs.items[program->states.items[state].input]].name) != 0) {
                lg_text_printf(text, " as ");
                lg_text_quote(text, output->name);
            }
            lg_text_printf(text, "\n");
            continue;
        }
        lg_text_printf(text, "%*s  output ", indent, "");
        lg_text_quote(text, output->name);
        lg_text_printf(text, " %%%u\n", numbers[output->value]);
    }
    lg_text_printf(text, "%*s}\n", indent, "");
}

static void format_program(lg_text_t *text, const lg_program_t *program, int indent) {
    lg_heap_t *heap = &program->context->heap;
    size_t bytes = (LG_OP_ROWS + program->values.count) * sizeof(uint32_t);
    uint32_t *numbers = lg_heap_alloc(heap, bytes);
    if (numbers == NULL) {
        text->failed = true;
        return;
    }
    memset(numbers, 0, LG_OP_ROWS * sizeof *numbers);
    format_lines(text, program, numbers + LG_OP_ROWS, numbers, indent);
    lg_heap_free(heap, numbers, bytes);
}

void lg_format_program(lg_text_t *text, const lg_program_t *program) {
    format_program(text, program, 0);
}

lg_status_t lg_program_format(const lg_program_t *program, lg_text_t **out_text, lg_error_t *err) {
    lg_text_t *text = lg_text_create(&program->context->heap);
    if (text != NULL) {
        lg_format_program(text, program);
    }
    return lg_text_finish(text, out_text, err);
}

char *lg_program_format_type(const lg_program_t *program, lg_value_t value, char *text, size_t capacity) {
    lg_text_t *type = lg_text_create(&program->context->heap);
    bool known = type != NULL && value < program->values.count;
    if (known) {
        lg_extent_format(type, &program->values.items[value].type, program->values.items[value].extents);
    }
    snprintf(text, capacity, "%s", known && !type->failed ? type->chars : "");
    lg_text_release(type);
    return text;
}
