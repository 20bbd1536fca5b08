// SPDX-License-Identifier: Apache-2.0
// Choices: their text read, and evaluated when a run begins.
#include "signal/selector.h"

#include <math.h>
#include <string.h>

#include "base/port.h"

enum { SELECTOR_MAX_DEPTH = 32 };

enum {
    SELECTOR_END,
    SELECTOR_NUMBER,
    SELECTOR_SIGNAL,
    SELECTOR_QUEUED,
    SELECTOR_PRIORITY,
    SELECTOR_SLACK,
    SELECTOR_NEG,
    SELECTOR_NOT,
    SELECTOR_ABS,
    SELECTOR_FLOOR,
    SELECTOR_ADD,
    SELECTOR_SUB,
    SELECTOR_MUL,
    SELECTOR_FLOORDIV,
    SELECTOR_DIV,
    SELECTOR_LE,
    SELECTOR_LT,
    SELECTOR_GE,
    SELECTOR_GT,
    SELECTOR_EQ,
    SELECTOR_NE,
    SELECTOR_AND,
    SELECTOR_OR,
    SELECTOR_MIN,
    SELECTOR_MAX,
    SELECTOR_WHERE
};

// In the order of SELECTOR_ADD to SELECTOR_OR; where one begins another, the longer one comes first.
static const char *const selector_infix[] = {"+",  "-", "*",  "//", "/", "<=", "<",
                                             ">=", ">", "==", "!=", "&", "|"};

typedef struct selector_call {
    const char *name;
    uint32_t step, operands;
} selector_call_t;
static const selector_call_t selector_calls[] = {{"abs", SELECTOR_ABS, 1},
                                                 {"floor", SELECTOR_FLOOR, 1},
                                                 {"min", SELECTOR_MIN, 2},
                                                 {"max", SELECTOR_MAX, 2},
                                                 {"where", SELECTOR_WHERE, 3}};

// ---- reading ----------------------------------------------------------------------------------------

typedef struct selector_reader {
    lg_selector_t *selector;
    lg_reader_t *reader;
    const lg_selector_scope_t *scope;
    uint32_t stack;  // values on it
} selector_reader_t;

// Adds a step that takes `operands` values and leaves one.
static lg_status_t selector_emit(selector_reader_t *to, lg_selector_step_t step, uint32_t operands) {
    lg_selector_t *selector = to->selector;
    lg_selector_step_t *last = &selector->steps[selector->step_count];
    step.move = (int8_t)(1 - (int)operands);
    if (operands == 2 && last[-1].op == SELECTOR_NUMBER) {
        step.immediate = true;
        step.move = 0;
        step.number = (--last)->number;
        if (last[-1].op == SELECTOR_SIGNAL) {
            step.signal = (--last)->signal;
            step.move = 1;
            last[1] = (lg_selector_step_t){.op = SELECTOR_END};
            selector->step_count--;
        }
        *last = step;
        to->stack--;
        return LG_OK;
    }
    to->stack += 1 - operands;
    if (selector->step_count == LG_MAX_SELECTOR_STEPS || to->stack > LG_MAX_SELECTOR_STACK) {
        return lg_reader_fail(to->reader,
                              "a shorter condition: at most 64 steps with 16 values between them");
    }
    *last = step;
    selector->step_count++;
    return LG_OK;
}

static lg_status_t selector_number(selector_reader_t *to, double number) {
    return selector_emit(to, (lg_selector_step_t){.op = SELECTOR_NUMBER, .number = number}, 0);
}

// The lane that the text names next.
static lg_status_t selector_lane(selector_reader_t *to, uint32_t *out_index) {
    lg_selector_t *selector = to->selector;
    lg_lane_t *lane = NULL;
    char *name;
    LG_TRY(lg_reader_string(to->reader, &selector->zone, &name, NULL));
    for (*out_index = 0; *out_index < selector->lane_count; ++*out_index) {
        if (strcmp(selector->lanes[*out_index].name, name) == 0) {
            return LG_OK;
        }
    }
    if (selector->lane_count == LG_MAX_SELECTOR_LANES) {
        return lg_reader_fail(to->reader, "at most 16 lanes");
    }
    if (to->scope->lane != NULL) {
        lane = to->scope->lane(to->scope->lanes, name);
        LG_CHECK(to->reader->err, lane != NULL, LG_STATUS_NOT_FOUND, NULL,
                 "%s, line %u: there is no lane '%.64s'", to->reader->what, to->reader->line, name);
        lg_lane_retain(lane);
    }
    selector->lanes[selector->lane_count++] = (lg_selector_lane_t){name, lane};
    return LG_OK;
}

// extent "input" axis, size "input": a constant.
static lg_status_t selector_input(selector_reader_t *to, bool extent) {
    lg_reader_t *reader = to->reader;
    const lg_view_t *type = NULL;
    char *name;
    int64_t axis = 0;
    LG_TRY(lg_reader_string(reader, &to->selector->zone, &name, NULL));
    if (extent) {
        LG_TRY(lg_reader_int(reader, &axis, "an axis"));
    }
    if (to->scope->input != NULL) {
        type = to->scope->input(to->scope->inputs, name);
        LG_CHECK(reader->err, type != NULL, LG_STATUS_NOT_FOUND, NULL,
                 "%s, line %u: there is no input '%.64s'", reader->what, reader->line, name);
    }
    LG_CHECK(reader->err, axis >= 0 && axis < (extent && type != NULL ? type->rank : LG_MAX_RANK),
             LG_STATUS_FORMAT, NULL, "%s, line %u: input '%.64s' has no axis %lld", reader->what,
             reader->line, name, (long long)axis);
    return selector_number(to, type == NULL ? 0 : (double)(extent ? type->shape[axis] : type->elem_count));
}

static lg_status_t selector_expression(selector_reader_t *to, uint32_t depth);

static lg_status_t selector_operand(selector_reader_t *to, uint32_t depth) {
    lg_reader_t *reader = to->reader;
    lg_selector_t *selector = to->selector;
    double number;
    if (depth == SELECTOR_MAX_DEPTH) {
        return lg_reader_fail(reader, "parentheses nested less deeply");
    }
    if (lg_reader_take(reader, "(")) {
        LG_TRY(selector_expression(to, depth + 1));
        return lg_reader_expect(reader, ")");
    }
    bool negate = lg_reader_take(reader, "-");
    if (negate || lg_reader_take(reader, "~")) {
        uint32_t first = selector->step_count;
        LG_TRY(selector_operand(to, depth + 1));
        lg_selector_step_t *only = &selector->steps[first];
        if (negate && selector->step_count == first + 1 && only->op == SELECTOR_NUMBER) {
            only->number = -only->number;
            return LG_OK;
        }
        return selector_emit(to, (lg_selector_step_t){.op = negate ? SELECTOR_NEG : SELECTOR_NOT}, 1);
    }
    for (size_t i = 0; i < sizeof selector_calls / sizeof *selector_calls; i++) {
        const selector_call_t *call = &selector_calls[i];
        if (!lg_reader_take(reader, call->name)) {
            continue;
        }
        for (uint32_t k = 0; k < call->operands; k++) {
            LG_TRY(lg_reader_expect(reader, k == 0 ? "(" : ","));
            LG_TRY(selector_expression(to, depth + 1));
        }
        LG_TRY(lg_reader_expect(reader, ")"));
        return selector_emit(to, (lg_selector_step_t){.op = call->step}, call->operands);
    }
    lg_reader_skip_space(reader);
    if (reader->at < reader->end && *reader->at == '"') {
        char *name;
        lg_selector_step_t step = {.op = SELECTOR_SIGNAL};
        LG_TRY(lg_reader_string(reader, &selector->zone, &name, NULL));
        LG_TRY(lg_signal_open(selector->context, name, NAN, &step.signal, reader->err));
        lg_status_t status = selector_emit(to, step, 0);
        if (status != LG_OK) {
            lg_signal_release(step.signal);
        }
        return status;
    }
    if (lg_reader_take(reader, "queued")) {
        lg_selector_step_t step = {.op = SELECTOR_QUEUED};
        LG_TRY(selector_lane(to, &step.lane));
        return selector_emit(to, step, 0);
    }
    bool extent = lg_reader_take(reader, "extent");
    if (extent || lg_reader_take(reader, "size")) {
        return selector_input(to, extent);
    }
    bool priority = lg_reader_take(reader, "priority");
    if (priority || lg_reader_take(reader, "slack_us")) {
        return selector_emit(to, (lg_selector_step_t){.op = priority ? SELECTOR_PRIORITY : SELECTOR_SLACK},
                             0);
    }
    LG_TRY(lg_reader_double(reader, &number, "an operand of the condition"));
    return isnan(number) ? lg_reader_fail(reader, "a number in front of this") : selector_number(to, number);
}

static lg_status_t selector_expression(selector_reader_t *to, uint32_t depth) {
    LG_TRY(selector_operand(to, depth));
    for (uint32_t i = 0; i < sizeof selector_infix / sizeof *selector_infix; i++) {
        if (lg_reader_take(to->reader, selector_infix[i])) {
            LG_TRY(selector_operand(to, depth));
            return selector_emit(to, (lg_selector_step_t){.op = SELECTOR_ADD + i}, 2);
        }
    }
    return LG_OK;
}

static lg_status_t selector_alternatives(selector_reader_t *to) {
    lg_selector_t *selector = to->selector;
    while (lg_reader_take(to->reader, ",")) {
        if (selector->count == LG_MAX_ALTERNATIVES) {
            return lg_reader_fail(to->reader, "at most 16 alternatives");
        }
        lg_alternative_t *alternative = &selector->alternatives[selector->count];
        char *name;
        alternative->lane = LG_SELECTOR_NO_LANE;
        if (lg_reader_take(to->reader, "lane")) {
            LG_TRY(selector_lane(to, &alternative->lane));
            alternative->name = selector->lanes[alternative->lane].name;
        } else {
            LG_TRY(lg_reader_string(to->reader, &selector->zone, &name, NULL));
            alternative->name = name;
        }
        selector->count++;
    }
    return selector->count >= 2 ? LG_OK : lg_reader_fail(to->reader, "two alternatives");
}

static lg_status_t selector_read(selector_reader_t *to) {
    lg_reader_t *reader = to->reader;
    lg_selector_t *selector = to->selector;
    lg_reader_skip_space(reader);
    const char *begin = reader->at;
    LG_TRY(lg_reader_expect(reader, "choose"));
    LG_TRY(lg_reader_expect(reader, "("));
    lg_reader_skip_space(reader);
    const char *when = reader->at;
    LG_TRY(selector_expression(to, 0));
    selector->when = lg_zone_string(&selector->zone, when, (size_t)(reader->at - when));
    LG_TRY(selector_alternatives(to));
    LG_TRY(lg_reader_expect(reader, ")"));
    selector->text = lg_zone_string(&selector->zone, begin, (size_t)(reader->at - begin));
    LG_CHECK(reader->err, selector->when != NULL && selector->text != NULL, LG_STATUS_OUT_OF_MEMORY, NULL,
             "no memory for a choice");
    return LG_OK;
}

lg_status_t lg_selector_read(lg_context_t *context, lg_reader_t *reader, const lg_selector_scope_t *scope,
                             lg_selector_t **out_selector) {
    *out_selector = NULL;
    lg_selector_t *selector = lg_heap_alloc(&context->heap, sizeof *selector);
    LG_CHECK(reader->err, selector != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a choice");
    memset(selector, 0, sizeof *selector);
    atomic_init(&selector->refs, 1);
    selector->context = context;
    lg_zone_init(&selector->zone, &context->heap);
    selector_reader_t to = {selector, reader, scope, 0};
    lg_status_t status = selector_read(&to);
    if (status != LG_OK) {
        lg_selector_release(selector);
        return status;
    }
    *out_selector = selector;
    return LG_OK;
}

// The lanes of a choice, then those of a scope.
typedef struct selector_lanes {
    const lg_choice_t *choice;
    const lg_selector_scope_t *scope;
} selector_lanes_t;

static lg_lane_t *selector_find_lane(const void *self, const char *name) {
    const selector_lanes_t *lanes = self;
    uint64_t count = LG_HAS(lanes->choice, lg_choice_t, lane_count) ? lanes->choice->lane_count : 0;
    for (uint64_t i = 0; i < count; i++) {
        if (strcmp(lg_lane_name(lanes->choice->lanes[i]), name) == 0) {
            return lanes->choice->lanes[i];
        }
    }
    return lanes->scope != NULL && lanes->scope->lane != NULL ? lanes->scope->lane(lanes->scope->lanes, name)
                                                              : NULL;
}

lg_status_t lg_selector_create(lg_context_t *context, const lg_choice_t *choice,
                               const lg_selector_scope_t *scope, lg_selector_t **out_selector,
                               lg_error_t *err) {
    *out_selector = NULL;
    LG_CHECK(err, choice->text != NULL, LG_STATUS_INVALID_ARGUMENT, NULL, "a choice without a text");
    const selector_lanes_t lanes = {choice, scope};
    const lg_selector_scope_t whole = {selector_find_lane, scope != NULL ? scope->input : NULL, &lanes,
                                       scope != NULL ? scope->inputs : NULL};
    lg_reader_t reader;
    lg_reader_init(&reader, choice->text, strlen(choice->text), "a choice", err);
    LG_TRY(lg_selector_read(context, &reader, &whole, out_selector));
    lg_reader_skip_space(&reader);
    if (reader.at < reader.end) {
        lg_selector_release(*out_selector);
        *out_selector = NULL;
        return lg_reader_fail(&reader, "the end of the choice");
    }
    return LG_OK;
}

void lg_selector_retain(lg_selector_t *selector) {
    atomic_fetch_add_explicit(&selector->refs, 1, memory_order_relaxed);
}

void lg_selector_release(lg_selector_t *selector) {
    if (selector == NULL || atomic_fetch_sub_explicit(&selector->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_context_t *context = selector->context;
    lg_signal_t *signal;
    for (uint32_t i = 0; (signal = lg_selector_signal(selector, i)) != NULL; i++) {
        lg_signal_release(signal);
    }
    for (uint32_t i = 0; i < selector->lane_count; i++) {
        lg_lane_release(selector->lanes[i].lane);
    }
    lg_zone_deinit(&selector->zone);
    lg_heap_free(&context->heap, selector, sizeof *selector);
}

lg_lane_t *lg_selector_lane(const void *self, const char *name) {
    const lg_selector_t *selector = self;
    for (uint32_t i = 0; i < selector->lane_count; i++) {
        if (strcmp(selector->lanes[i].name, name) == 0) {
            return selector->lanes[i].lane;
        }
    }
    return NULL;
}

lg_signal_t *lg_selector_signal(const lg_selector_t *selector, uint32_t index) {
    for (uint32_t i = 0; i < selector->step_count; i++) {
        if (selector->steps[i].signal != NULL && index-- == 0) {
            return selector->steps[i].signal;
        }
    }
    return NULL;
}

// ---- evaluating -------------------------------------------------------------------------------------

static double selector_slack(int64_t deadline_ns) {
    return deadline_ns == 0 ? INFINITY : (double)(deadline_ns - lg_port_now_ns()) / 1000;
}

// The value of the condition, or the signal that it lacks.
static double selector_value(const lg_selector_t *selector, int32_t priority, int64_t deadline_ns,
                             const lg_signal_t **out_unset) {
    double stack[LG_MAX_SELECTOR_STACK + 1];
    double top = 0, left;  // the last value is not on the stack
    double *end = stack;
    for (const lg_selector_step_t *step = selector->steps;; step++) {
        *end = top;
        end += step->move;
        if (step->signal != NULL) {
            left = lg_signal_value(step->signal);
            if (__builtin_expect(isnan(left), 0)) {
                *out_unset = step->signal;
                return left;
            }
        } else {
            left = step->immediate ? top : *end;
        }
        const double right = step->immediate ? step->number : top;
        switch (step->op) {
            case SELECTOR_NUMBER:
                top = step->number;
                break;
            case SELECTOR_SIGNAL:
                top = left;
                break;
            case SELECTOR_QUEUED:
                top = lg_lane_queued(selector->lanes[step->lane].lane);
                break;
            case SELECTOR_PRIORITY:
                top = priority;
                break;
            case SELECTOR_SLACK:
                top = selector_slack(deadline_ns);
                break;
            case SELECTOR_NEG:
                top = -top;
                break;
            case SELECTOR_NOT:
                top = top == 0;
                break;
            case SELECTOR_ABS:
                top = fabs(top);
                break;
            case SELECTOR_FLOOR:
                top = floor(top);
                break;
            case SELECTOR_ADD:
                top = left + right;
                break;
            case SELECTOR_SUB:
                top = left - right;
                break;
            case SELECTOR_MUL:
                top = left * right;
                break;
            case SELECTOR_FLOORDIV:
                top = floor(left / right);
                break;
            case SELECTOR_DIV:
                top = left / right;
                break;
            case SELECTOR_LE:
                top = left <= right;
                break;
            case SELECTOR_LT:
                top = left < right;
                break;
            case SELECTOR_GE:
                top = left >= right;
                break;
            case SELECTOR_GT:
                top = left > right;
                break;
            case SELECTOR_EQ:
                top = left == right;
                break;
            case SELECTOR_NE:
                top = left != right;
                break;
            case SELECTOR_AND:
                top = (left != 0) & (right != 0);
                break;
            case SELECTOR_OR:
                top = (left != 0) | (right != 0);
                break;
            case SELECTOR_MIN:
                top = left < right ? left : right;
                break;
            case SELECTOR_MAX:
                top = left > right ? left : right;
                break;
            case SELECTOR_WHERE:
                top = left != 0 ? end[1] : right;
                break;
            default:
                return top;
        }
    }
}

lg_status_t lg_selector_pick(const lg_selector_t *selector, int32_t priority, int64_t deadline_ns,
                             uint32_t *out_index, lg_error_t *err) {
    const lg_signal_t *unset = NULL;
    double value = selector_value(selector, priority, deadline_ns, &unset);
    LG_CHECK(
        err, unset == NULL, LG_STATUS_INVALID_ARGUMENT, NULL,
        "signal '%s' is unset, and %.160s depends on it; set it before the run, or give it an initial value",
        unset->name, selector->text);
    if (selector->count == 2 && !isnan(value)) {
        *out_index = value == 0;
        return LG_OK;
    }
    LG_CHECK(err, value >= 0 && value < selector->count, LG_STATUS_INVALID_ARGUMENT, NULL,
             "%.160s: the condition gives %g, expected a number from 0 to %u", selector->text, value,
             selector->count - 1);
    *out_index = (uint32_t)value;
    return LG_OK;
}
