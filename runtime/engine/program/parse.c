// SPDX-License-Identifier: Apache-2.0
// The text form of programs, read. The text is untrusted: whatever it names is looked up, whatever it counts
// is bounded, and every op goes through the builder and its shape rule; the types it states are compared
// with what the rules say.
#include <string.h>

#include "op/registry.h"
#include "program/control.h"
#include "program/format.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

typedef struct parse {
    lg_reader_t *reader;
    lg_program_t *program;
    lg_zone_t zone;  // strings of the text
    // Number in the text -> value of the program: texts may number as they like.
    lg_map_t numbers;
    LG_LIST(bool) states;       // per input: whether it is read as a state
    const struct parse *outer;  // of the program that this one is in
    uint32_t depth;             // how many there are
    lg_weight_fn_t weights;
    void *user;
} parse_t;

static lg_status_t parse_program(parse_t *parse, lg_context_t *context, lg_program_t **out_program);

static lg_status_t parse_no_memory(parse_t *parse) {
    return lg_error_set(parse->reader->err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read %s",
                        parse->reader->what);
}

// "%12": gives the digits as a key.
static lg_status_t parse_number(parse_t *parse, const char **out_chars, size_t *out_bytes) {
    LG_TRY(lg_reader_expect(parse->reader, "%"));
    return lg_reader_word(parse->reader, out_chars, out_bytes, "a value number");
}

static lg_status_t parse_define(parse_t *parse, const char *chars, size_t bytes, lg_value_t value) {
    if (lg_map_find(&parse->numbers, chars, bytes) != LG_MAP_NONE) {
        return lg_error_set(parse->reader->err, LG_STATUS_FORMAT, NULL,
                            "%s, line %u: value %%%.*s is defined twice", parse->reader->what,
                            parse->reader->line, (int)(bytes < 32 ? bytes : 32), chars);
    }
    return lg_map_add(&parse->numbers, chars, bytes, value) ? LG_OK : parse_no_memory(parse);
}

static lg_status_t parse_use(parse_t *parse, lg_value_t *out_value) {
    const char *chars;
    size_t bytes;
    LG_TRY(parse_number(parse, &chars, &bytes));
    *out_value = lg_map_find(&parse->numbers, chars, bytes);
    if (*out_value == LG_MAP_NONE) {
        return lg_error_set(parse->reader->err, LG_STATUS_FORMAT, NULL,
                            "%s, line %u: value %%%.*s is used before it is defined", parse->reader->what,
                            parse->reader->line, (int)(bytes < 32 ? bytes : 32), chars);
    }
    return LG_OK;
}

// Whether a type as it stands in the text is that of a value.
static bool parse_same_type(const parse_t *parse, const lg_spec_t *spec, lg_value_t value) {
    const lg_view_t *type = lg_program_value_type(parse->program, value);
    bool same = spec->dtype == type->dtype && spec->rank == type->rank;
    for (uint32_t i = 0; i < spec->rank && same; i++) {
        const char *extent = lg_program_extent(parse->program, value, i);
        if (extent == NULL) {
            same = spec->chars[i] == NULL && spec->shape[i] == type->shape[i];
        } else {
            same = spec->chars[i] != NULL && strlen(extent) == spec->bytes[i] &&
                   memcmp(extent, spec->chars[i], spec->bytes[i]) == 0;
        }
    }
    return same;
}

static lg_status_t parse_wrong_type(const parse_t *parse, uint32_t line, const lg_op_info_t *info,
                                    lg_value_t value, const char *stated, const char *end) {
    lg_text_t *text = lg_text_create(&parse->program->context->heap);
    if (text == NULL) {
        return lg_error_set(parse->reader->err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read %s",
                            parse->reader->what);
    }
    lg_extent_format(text, lg_program_value_type(parse->program, value),
                     parse->program->values.items[value].extents);
    while (stated < end && (*stated == ' ' || *stated == '\n')) {
        stated++;
    }
    lg_status_t status = lg_error_set(parse->reader->err, LG_STATUS_FORMAT, info->name,
                                      "%s, line %u: %s gives %s, the text says %.*s", parse->reader->what,
                                      line, info->name, text->failed ? "another type" : text->chars,
                                      (int)(end - stated < 128 ? end - stated : 128), stated);
    lg_text_release(text);
    return status;
}

static lg_status_t parse_ints(lg_reader_t *reader, lg_ints_t *out_ints) {
    memset(out_ints, 0, sizeof *out_ints);
    if (lg_reader_take(reader, "none")) {
        out_ints->count = -1;
        return LG_OK;
    }
    LG_TRY(lg_reader_expect(reader, "["));
    while (!lg_reader_take(reader, "]")) {
        if (out_ints->count > 0) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        if (out_ints->count == LG_MAX_INTS) {
            return lg_reader_fail(reader, "at most 16 numbers");
        }
        LG_TRY(lg_reader_int(reader, &out_ints->values[out_ints->count++], "an integer"));
    }
    return LG_OK;
}

static lg_status_t parse_floats(lg_reader_t *reader, lg_floats_t *out_floats) {
    memset(out_floats, 0, sizeof *out_floats);
    if (lg_reader_take(reader, "none")) {
        out_floats->count = -1;
        return LG_OK;
    }
    LG_TRY(lg_reader_expect(reader, "["));
    while (!lg_reader_take(reader, "]")) {
        if (out_floats->count > 0) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        if (out_floats->count == LG_MAX_INTS) {
            return lg_reader_fail(reader, "at most 16 numbers");
        }
        LG_TRY(lg_reader_double(reader, &out_floats->values[out_floats->count++], "a number"));
    }
    return LG_OK;
}

static lg_status_t parse_scalar(lg_reader_t *reader, lg_scalar_t *out_scalar) {
    memset(out_scalar, 0, sizeof *out_scalar);
    if (lg_reader_take(reader, "true") || lg_reader_take(reader, "false")) {
        out_scalar->kind = LG_SCALAR_BOOL;
        out_scalar->value.i = reader->at[-1] == 'e' && reader->at[-2] == 'u';
        return LG_OK;
    }
    // Integers are written without a point: try that reading first.
    lg_error_t *err = reader->err;
    reader->err = NULL;
    int64_t integer;
    lg_status_t status = lg_reader_int(reader, &integer, "a number");
    reader->err = err;
    if (status == LG_OK) {
        out_scalar->kind = LG_SCALAR_INT;
        out_scalar->value.i = integer;
        return LG_OK;
    }
    out_scalar->kind = LG_SCALAR_FLOAT;
    return lg_reader_double(reader, &out_scalar->value.f, "a number");
}

static lg_status_t parse_attr(lg_reader_t *reader, const lg_attr_info_t *attr, void *field) {
    const char *chars;
    size_t bytes;
    int64_t integer = 0;
    switch (attr->kind) {
        case LG_ATTR_FLOAT:
            return lg_reader_double(reader, field, attr->name);
        case LG_ATTR_INTS:
            return parse_ints(reader, field);
        case LG_ATTR_FLOATS:
            return parse_floats(reader, field);
        case LG_ATTR_SCALAR:
            return parse_scalar(reader, field);
        case LG_ATTR_INT:
            return lg_reader_int(reader, field, attr->name);
        case LG_ATTR_BOOL:
            integer = lg_reader_take(reader, "true");
            if (!integer && !lg_reader_take(reader, "false")) {
                return lg_reader_fail(reader, "true or false");
            }
            break;
        case LG_ATTR_DTYPE: {
            char name[8] = "";
            LG_TRY(lg_reader_word(reader, &chars, &bytes, "a dtype"));
            memcpy(name, chars, bytes < sizeof name ? bytes : 0);
            integer = lg_dtype_parse(name);
            if (integer == LG_DTYPE_INVALID && strcmp(name, "none") != 0) {
                reader->at = chars;
                return lg_reader_fail(reader, "a dtype");
            }
            break;
        }
        default: {  // LG_ATTR_ENUM
            LG_TRY(lg_reader_word(reader, &chars, &bytes, attr->name));
            while (attr->choices[integer] != NULL && (strlen(attr->choices[integer]) != bytes ||
                                                      memcmp(attr->choices[integer], chars, bytes) != 0)) {
                integer++;
            }
            if (attr->choices[integer] == NULL) {
                reader->at = chars;
                return lg_reader_fail(reader, attr->name);
            }
        }
    }
    memcpy(field, &integer, sizeof integer);
    return LG_OK;
}

// " {axis=1, shape=[2,3]}", or nothing.
static lg_status_t parse_attrs(parse_t *parse, const lg_op_info_t *info, void *attrs, lg_bound_t *bound,
                               uint32_t *out_bound_count) {
    lg_reader_t *reader = parse->reader;
    *out_bound_count = 0;
    if (!lg_reader_take(reader, "{")) {
        return LG_OK;
    }
    for (bool first = true; !lg_reader_take(reader, "}"); first = false) {
        if (!first) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        const char *chars;
        size_t bytes;
        LG_TRY(lg_reader_word(reader, &chars, &bytes, "an attribute name"));
        const lg_attr_info_t *attr = NULL;
        for (uint32_t i = 0; i < info->attr_count; i++) {
            if (strlen(info->attrs[i].name) == bytes && memcmp(info->attrs[i].name, chars, bytes) == 0) {
                attr = &info->attrs[i];
            }
        }
        if (attr == NULL) {
            return lg_error_set(reader->err, LG_STATUS_FORMAT, info->name,
                                "%s, line %u: %s has no attribute '%.*s'", reader->what, reader->line,
                                info->name, (int)(bytes < 64 ? bytes : 64), chars);
        }
        LG_TRY(lg_reader_expect(reader, "="));
        lg_reader_skip_space(reader);
        if (reader->at < reader->end && *reader->at == '%') {
            if (*out_bound_count == LG_MAX_BOUND) {
                return lg_reader_fail(reader, "at most 16 attributes from tensors");
            }
            lg_bound_t *source = &bound[(*out_bound_count)++];
            source->attr = (uint32_t)(attr - info->attrs);
            LG_TRY(parse_use(parse, &source->value));
        } else {
            LG_TRY(parse_attr(reader, attr, (char *)attrs + attr->offset));
        }
    }
    return LG_OK;
}

// What follows `input` or `%1 = state.read`, whose number is given then.
static lg_status_t parse_input(parse_t *parse, bool is_state, const char *chars, size_t bytes) {
    char *name;
    lg_spec_t type;
    lg_value_t value;
    if (!is_state) {
        LG_TRY(parse_number(parse, &chars, &bytes));
    }
    LG_TRY(lg_reader_string(parse->reader, &parse->zone, &name, NULL));
    LG_TRY(lg_reader_expect(parse->reader, ":"));
    LG_TRY(lg_spec_read(parse->reader, &type));
    LG_TRY(lg_program_add_spec(parse->program, name, &type, &value, parse->reader->err));
    if (!LG_LIST_GROW(&parse->program->context->heap, &parse->states)) {
        return parse_no_memory(parse);
    }
    parse->states.items[parse->states.count++] = is_state;
    return parse_define(parse, chars, bytes, value);
}

// A weight of that name: of a program around this one, else from the caller.
static lg_status_t parse_find_weight(const parse_t *parse, const char *name, const lg_view_t *type,
                                     lg_tensor_t *out_tensor) {
    for (const parse_t *outer = parse->outer; outer != NULL; outer = outer->outer) {
        lg_value_t value = lg_program_find_weight(outer->program, name);
        if (value != LG_VALUE_NONE) {
            const lg_value_node_t *node = &outer->program->values.items[value];
            *out_tensor = (lg_tensor_t){node->type, outer->program->buffers.items[node->index]};
            if (out_tensor->buffer != NULL) {
                lg_buffer_retain(out_tensor->buffer);
            }
            return LG_OK;
        }
    }
    LG_CHECK(parse->reader->err, parse->weights != NULL, LG_STATUS_NOT_FOUND, NULL,
             "%s, line %u: nobody provides weight '%s'", parse->reader->what, parse->reader->line, name);
    return parse->weights(parse->user, name, type, out_tensor, parse->reader->err);
}

static lg_status_t parse_weight(parse_t *parse) {
    lg_reader_t *reader = parse->reader;
    const char *chars;
    size_t bytes;
    char *name;
    lg_spec_t spec;
    lg_view_t type;
    lg_value_t value;
    LG_TRY(parse_number(parse, &chars, &bytes));
    LG_TRY(lg_reader_expect(reader, "@"));
    LG_TRY(lg_reader_string(reader, &parse->zone, &name, NULL));
    LG_TRY(lg_reader_expect(reader, ":"));
    LG_TRY(lg_spec_read(reader, &spec));
    for (uint32_t i = 0; i < spec.rank; i++) {
        LG_CHECK(reader->err, spec.chars[i] == NULL, LG_STATUS_FORMAT, NULL,
                 "%s, line %u: weight '%s' has an extent that is no number", reader->what, reader->line,
                 name);
    }
    LG_TRY(lg_view_init(&type, spec.dtype, spec.rank, spec.shape, reader->err));
    lg_tensor_t tensor = {.buffer = NULL};
    LG_TRY(parse_find_weight(parse, name, &type, &tensor));
    lg_status_t status = LG_OK;
    if (tensor.view.dtype != type.dtype || !lg_view_same_shape(&tensor.view, &type)) {
        char text[2][192];
        status = lg_error_set(reader->err, LG_STATUS_FORMAT, NULL,
                              "%s, line %u: weight '%s' is %s, the text says %s", reader->what, reader->line,
                              name, lg_view_format(&tensor.view, text[0], sizeof text[0]),
                              lg_view_format(&type, text[1], sizeof text[1]));
    }
    if (status == LG_OK) {
        status = lg_program_add_weight(parse->program, name, &tensor, &value, reader->err);
    }
    lg_tensor_deinit(&tensor);
    LG_TRY(status);
    return parse_define(parse, chars, bytes, value);
}

// The programs inside an op: "{ carried 1 test program { ... } body program { ... } }".
static lg_status_t parse_subs(parse_t *parse, lg_control_t *control) {
    lg_reader_t *reader = parse->reader;
    bool loop = control->op == LG_OP_WHILE;
    LG_TRY(lg_reader_expect(reader, "{"));
    if (loop) {
        int64_t carried;
        LG_TRY(lg_reader_expect(reader, "carried"));
        LG_TRY(lg_reader_int(reader, &carried, "how many values are carried"));
        control->carried = carried < 0 || carried > LG_MAX_INS ? UINT32_MAX : (uint32_t)carried;
    }
    LG_CHECK(reader->err, parse->depth < LG_MAX_DEPTH, LG_STATUS_FORMAT, NULL,
             "%s, line %u: programs are nested more than %d deep", reader->what, reader->line, LG_MAX_DEPTH);
    for (int i = 0; i < 2; i++) {
        LG_TRY(lg_reader_expect(reader, loop ? (i == 0 ? "test" : "body") : (i == 0 ? "then" : "else")));
        parse_t inner = {.reader = reader,
                         .outer = parse,
                         .depth = parse->depth + 1,
                         .weights = parse->weights,
                         .user = parse->user};
        LG_TRY(parse_program(&inner, parse->program->context, &control->subs[i]));
    }
    return lg_reader_expect(reader, "}");
}

// The rest of an op with programs inside, behind its operands.
static lg_status_t parse_control(parse_t *parse, uint32_t op, const lg_value_t *ins, uint32_t in_count,
                                 lg_value_t *outs, uint32_t out_count) {
    lg_control_t control = {.op = op, .ins = ins, .in_count = in_count};
    char *path = NULL;
    lg_status_t status = parse_subs(parse, &control);
    if (status == LG_OK && lg_reader_take(parse->reader, "at")) {
        status = lg_reader_string(parse->reader, &parse->zone, &path, NULL);
    }
    control.path = path;
    if (status == LG_OK) {
        status = lg_program_add_control(parse->program, &control, outs, out_count, parse->reader->err);
    }
    lg_program_release(control.subs[0]);
    lg_program_release(control.subs[1]);
    return status;
}

// What a text calls a result.
typedef struct parse_name {
    const char *chars;
    size_t bytes;
} parse_name_t;

// Defines the results of an op, and compares their types with those that the text states.
static lg_status_t parse_results(parse_t *parse, const lg_op_info_t *info, uint32_t line,
                                 const lg_value_t *outs, uint32_t out_count, const parse_name_t *results) {
    lg_reader_t *reader = parse->reader;
    for (uint32_t i = 0; i < out_count; i++) {
        LG_TRY(parse_define(parse, results[i].chars, results[i].bytes, outs[i]));
    }
    for (uint32_t i = 0; i < out_count; i++) {
        lg_spec_t stated;
        LG_TRY(lg_reader_expect(reader, i > 0 ? "," : ":"));
        const char *begin = reader->at;
        LG_TRY(lg_spec_read(reader, &stated));
        if (!parse_same_type(parse, &stated, outs[i])) {
            return parse_wrong_type(parse, line, info, outs[i], begin, reader->at);
        }
    }
    return LG_OK;
}

static lg_status_t parse_op(parse_t *parse) {
    lg_reader_t *reader = parse->reader;
    parse_name_t results[LG_MAX_OUTS];
    uint32_t out_count = 0;
    do {
        if (out_count == LG_MAX_OUTS) {
            return lg_reader_fail(reader, "fewer results");
        }
        LG_TRY(parse_number(parse, &results[out_count].chars, &results[out_count].bytes));
        out_count++;
    } while (lg_reader_take(reader, ","));
    LG_TRY(lg_reader_expect(reader, "="));

    const char *chars;
    size_t bytes;
    char name[64] = "";
    if (out_count == 1 && lg_reader_take(reader, "state.read")) {
        return parse_input(parse, true, results[0].chars, results[0].bytes);
    }
    LG_TRY(lg_reader_word(reader, &chars, &bytes, "an op"));
    memcpy(name, chars, bytes < sizeof name ? bytes : 0);
    const lg_op_info_t *info = lg_context_op_find(parse->program->context, name);
    LG_CHECK(
        reader->err, info != NULL, LG_STATUS_NOT_FOUND, name,
        "%s, line %u: there is no op '%.*s' here; register it first (in C lg_op_register, in Python legato.op)",
        reader->what, reader->line, (int)(bytes < 64 ? bytes : 64), chars);

    // "matmul#7": the op's number where it is not the next one.
    if (lg_reader_take(reader, "#")) {
        int64_t number;
        LG_TRY(lg_reader_int(reader, &number, "the number of an op"));
        LG_CHECK(reader->err, number >= 0 && number < UINT32_MAX, LG_STATUS_FORMAT, info->name,
                 "%s, line %u: %lld is no number of an op", reader->what, reader->line, (long long)number);
        parse->program->op_numbers[lg_op_row(info->id)] = (uint32_t)number;
    }
    lg_value_t ins[LG_MAX_INS];
    uint32_t in_count = 0;
    LG_TRY(lg_reader_expect(reader, "("));
    while (!lg_reader_take(reader, ")")) {
        if (in_count > 0) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        if (in_count == LG_MAX_INS) {
            return lg_reader_fail(reader, "at most 256 operands");
        }
        ins[in_count] = LG_VALUE_NONE;
        if (!lg_reader_take(reader, "_")) {
            LG_TRY(parse_use(parse, &ins[in_count]));
        }
        in_count++;
    }

    lg_value_t outs[LG_MAX_OUTS];
    uint32_t line = reader->line;
    if (lg_op_is_control(info->id)) {
        LG_TRY(parse_control(parse, info->id, ins, in_count, outs, out_count));
        return parse_results(parse, info, line, outs, out_count, results);
    }
    void *attrs = NULL;
    if (info->attrs_bytes > 0) {
        attrs = lg_zone_alloc(&parse->zone, info->attrs_bytes);
        if (attrs == NULL) {
            return parse_no_memory(parse);
        }
        memcpy(attrs, info->attrs_default, info->attrs_bytes);
    }
    lg_bound_t bound[LG_MAX_BOUND];
    uint32_t bound_count;
    LG_TRY(parse_attrs(parse, info, attrs, bound, &bound_count));
    char *path = NULL;
    if (lg_reader_take(reader, "at")) {
        LG_TRY(lg_reader_string(reader, &parse->zone, &path, NULL));
    }
    line = reader->line;
    const lg_op_parts_t parts = {info->id, ins, in_count, attrs, bound, bound_count, path};
    LG_TRY(lg_program_add_parts(parse->program, &parts, outs, out_count, reader->err));
    return parse_results(parse, info, line, outs, out_count, results);
}

// `state.write "h", %9`, with `as "hN"` where the output has another name.
static lg_status_t parse_state_write(parse_t *parse) {
    lg_reader_t *reader = parse->reader;
    char *name, *output;
    lg_value_t value;
    LG_TRY(lg_reader_string(reader, &parse->zone, &name, NULL));
    uint32_t input = lg_map_find(&parse->program->input_names, name, strlen(name));
    LG_CHECK(reader->err, input != LG_MAP_NONE && input < parse->states.count && parse->states.items[input],
             LG_STATUS_FORMAT, NULL, "%s, line %u: there is no state '%.64s'", reader->what, reader->line,
             name);
    LG_TRY(lg_reader_expect(reader, ","));
    LG_TRY(parse_use(parse, &value));
    output = name;
    if (lg_reader_take(reader, "as")) {
        LG_TRY(lg_reader_string(reader, &parse->zone, &output, NULL));
    }
    LG_TRY(lg_program_add_output(parse->program, output, value, reader->err));
    return lg_program_add_state(parse->program, input, (uint32_t)parse->program->outputs.count - 1,
                                reader->err);
}

static lg_status_t parse_guard(parse_t *parse) {
    lg_reader_t *reader = parse->reader;
    lg_value_t value;
    char *text;
    LG_TRY(parse_use(parse, &value));
    bool expected = lg_reader_take(reader, "true");
    if (!expected && !lg_reader_take(reader, "false")) {
        return lg_reader_fail(reader, "true or false");
    }
    LG_TRY(lg_reader_string(reader, &parse->zone, &text, NULL));
    return lg_program_add_guard(parse->program, value, expected, text, reader->err);
}

static lg_status_t parse_body(parse_t *parse) {
    lg_reader_t *reader = parse->reader;
    LG_TRY(lg_reader_expect(reader, "program"));
    LG_TRY(lg_reader_expect(reader, "{"));
    while (!lg_reader_take(reader, "}")) {
        if (lg_reader_take(reader, "input")) {
            LG_TRY(parse_input(parse, false, NULL, 0));
        } else if (lg_reader_take(reader, "weight")) {
            LG_TRY(parse_weight(parse));
        } else if (lg_reader_take(reader, "state.write")) {
            LG_TRY(parse_state_write(parse));
        } else if (lg_reader_take(reader, "guard")) {
            LG_TRY(parse_guard(parse));
        } else if (lg_reader_take(reader, "output")) {
            char *name;
            lg_value_t value;
            LG_TRY(lg_reader_string(reader, &parse->zone, &name, NULL));
            LG_TRY(parse_use(parse, &value));
            LG_TRY(lg_program_add_output(parse->program, name, value, reader->err));
        } else {
            lg_reader_skip_space(reader);
            if (reader->at >= reader->end || *reader->at != '%') {
                return lg_reader_fail(reader, "input, weight, guard, output, an op or '}'");
            }
            LG_TRY(parse_op(parse));
        }
    }
    for (uint32_t i = 0; i < parse->states.count; i++) {
        LG_CHECK(reader->err,
                 !parse->states.items[i] || lg_program_state_of(parse->program, true, i) != LG_STATE_NONE,
                 LG_STATUS_FORMAT, NULL, "%s: nothing is written to state '%.64s'", reader->what,
                 lg_program_input_name(parse->program, i));
    }
    return lg_program_freeze(parse->program, reader->err);
}

static lg_status_t parse_program(parse_t *parse, lg_context_t *context, lg_program_t **out_program) {
    *out_program = NULL;
    LG_TRY(lg_program_create(context, &parse->program, parse->reader->err));
    lg_zone_init(&parse->zone, &context->heap);
    lg_map_init(&parse->numbers, &context->heap);
    lg_status_t status = parse_body(parse);
    lg_map_deinit(&parse->numbers);
    LG_LIST_DEINIT(&context->heap, &parse->states);
    lg_zone_deinit(&parse->zone);
    if (status != LG_OK) {
        lg_program_release(parse->program);
        return status;
    }
    *out_program = parse->program;
    return LG_OK;
}

lg_status_t lg_parse_program(lg_reader_t *reader, lg_context_t *context, lg_weight_fn_t weights, void *user,
                             lg_program_t **out_program) {
    parse_t parse = {.reader = reader, .weights = weights, .user = user};
    return parse_program(&parse, context, out_program);
}

lg_status_t lg_program_parse(lg_context_t *context, const char *text, size_t text_bytes,
                             lg_weight_fn_t weights, void *user, lg_program_t **out_program,
                             lg_error_t *err) {
    *out_program = NULL;
    LG_TRY(lg_context_check(context, err));
    lg_reader_t reader;
    lg_reader_init(&reader, text, text_bytes, "program text", err);
    lg_program_t *program;
    LG_TRY(lg_parse_program(&reader, context, weights, user, &program));
    lg_reader_skip_space(&reader);
    if (reader.at != reader.end) {
        lg_program_release(program);
        return lg_reader_fail(&reader, "the end");
    }
    *out_program = program;
    return LG_OK;
}
