// SPDX-License-Identifier: Apache-2.0
// Signals: names, threads, unset; and what choices make of them, of good texts and of bad ones.
#include <legato/legato.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "signal/selector.h"
#include "testing.h"

static lg_context_t *signal_context(void) {
    lg_context_t *context;
    CHECK_OK(lg_context_create(NULL, &context, test_err));
    return context;
}

static lg_signal_t *signal_of(lg_context_t *context, const char *name, double initial) {
    lg_signal_t *signal;
    CHECK_OK(lg_signal_open(context, name, initial, &signal, test_err));
    return signal;
}

TEST(signal_names) {
    lg_context_t *context = signal_context();
    lg_signal_t *battery = signal_of(context, "battery", NAN), *found, *other;
    CHECK(isnan(lg_signal_value(battery)) && isnan(lg_signal_initial(battery)));
    found = signal_of(context, "battery", 0.75);
    CHECK(found == battery && lg_signal_value(battery) == 0.75);
    lg_signal_set(battery, 0.25);
    lg_signal_release(signal_of(context, "battery", 1.0));
    CHECK(lg_signal_value(battery) == 0.25 && lg_signal_initial(battery) == 0.75);
    lg_signal_set(battery, NAN);
    CHECK(isnan(lg_signal_value(battery)));
    CHECK_STR(lg_signal_name(battery), "battery");
    CHECK_OK(lg_signal_find(context, "battery", &other, test_err));
    CHECK(other == battery);
    CHECK_OK(lg_signal_at(context, 0, &other, test_err));
    CHECK(other == battery);
    CHECK_FAILS(lg_signal_at(context, 1, &other, test_err), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(lg_signal_find(context, "bat", &other, test_err), LG_STATUS_NOT_FOUND);
    CHECK_HAS(test_err->message, "'battery'");
    CHECK_FAILS(lg_signal_open(context, "", NAN, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_FAILS(lg_signal_open(context, NULL, NAN, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    char name[129];
    memset(name, 'n', sizeof name);
    name[128] = 0;
    CHECK_FAILS(lg_signal_open(context, name, NAN, &other, test_err), LG_STATUS_INVALID_ARGUMENT);
    name[127] = 0;
    lg_signal_release(signal_of(context, name, 0));
    lg_signal_retain(battery);
    for (int i = 0; i < 5; i++) {
        lg_signal_release(battery);
    }
    CHECK_FAILS(lg_signal_find(context, "battery", &other, test_err), LG_STATUS_NOT_FOUND);
    lg_signal_release(NULL);
    lg_context_close(context);
}

TEST_ALLOC(signal_allocations) {
    lg_signal_t *signal;
    LG_TRY(lg_signal_open(context, "a", 1, &signal, err));
    const lg_choice_t choice = {LG_STRUCT(lg_choice_t),
                                "choose((\"a\" < \"b\") & (\"c\" >= 2), \"x\", \"y\")", NULL, 0};
    lg_selector_t *selector;
    lg_status_t status = lg_selector_create(context, &choice, NULL, &selector, err);
    lg_selector_release(selector);
    lg_signal_release(signal);
    return status;
}

// ---- texts ------------------------------------------------------------------------------------------

static const lg_view_t *find_input(const void *self, const char *name) {
    return strcmp(name, "x") == 0 ? self : NULL;
}

// Reads `choose(condition, "0", ..., "count - 1")`.
static lg_status_t read_choice(lg_context_t *context, const char *condition, uint32_t count,
                               lg_selector_t **out) {
    char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text, " choose( %s", condition);
    for (uint32_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, ", \"%u\"", i);
    }
    snprintf(text + used, sizeof text - used, ") ");
    lg_view_t type;
    CHECK_OK(lg_view_init(&type, LG_DTYPE_F32, 2, (const int64_t[]){3, 40}, test_err));
    const lg_selector_scope_t inputs = {NULL, find_input, NULL, &type};
    lg_lane_t *lanes[] = {lg_context_lane(context)};
    const lg_choice_t choice = {LG_STRUCT(lg_choice_t), text, lanes, 1};
    return lg_selector_create(context, &choice, &inputs, out, test_err);
}

TEST(selector_values) {
    static const struct {
        const char *condition;
        uint32_t picked;
    } cases[] = {
        // a is 2, b is 0.5, flag is 1; eleven alternatives
        {"\"a\"", 2},
        {"3", 3},
        {"-(\"a\") + 5", 3},
        {"- -1", 1},
        {"2 - -3", 5},
        {"\"a\" * 3", 6},
        {"7.9", 7},
        {"\"a\" / \"b\"", 4},
        {"7 // \"a\"", 3},
        {"(-7 // \"a\") + 10", 6},
        {"\"a\" < 2", 0},
        {"\"a\" <= 2", 1},
        {"\"a\" > 1.5", 1},
        {"\"a\" >= 2.5", 0},
        {"\"a\" == 2", 1},
        {"\"a\" != 2", 0},
        {"2 > \"b\"", 1},
        {"(\"a\" > 1) & \"flag\"", 1},
        {"(\"a\" > 3) & \"flag\"", 0},
        {"(\"a\" > 3) | \"flag\"", 1},
        {"~\"flag\"", 0},
        {"~(\"a\" > 3)", 1},
        {"abs(-4)", 4},
        {"abs(\"a\" - 5)", 3},
        {"floor(\"b\" + 3.75)", 4},
        {"min(\"a\", 1)", 1},
        {"max(\"a\", 5)", 5},
        {"max(3, \"a\")", 3},
        {"where(\"a\" > 1, 8, 9)", 8},
        {"where(\"a\" > 3, 8, 9)", 9},
        {"where(\"flag\", where(~\"flag\", 1, \"a\" + 4), 2)", 6},
        {"((1 + (2 * (\"a\" - 1))) - (\"b\" * 2)) + ((3))", 5},
        {"extent \"x\" 0", 3},
        {"size \"x\" // 20", 6},
        {"where(extent \"x\" 1 > 30, 1, 0)", 1},
        {"priority + 3", 4},
        {"where(slack_us > 1e6, 1, 2)", 1},
        {"queued \"legato\"", 0},
    };
    lg_context_t *context = signal_context();
    lg_signal_t *signals[] = {signal_of(context, "a", 2), signal_of(context, "b", 0.5),
                              signal_of(context, "flag", 1)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_selector_t *selector;
        uint32_t picked = 99;
        CHECK_OK(read_choice(context, cases[i].condition, 11, &selector));
        CHECK_STR(selector->when, cases[i].condition);
        CHECK_OK(
            lg_selector_pick(selector, LG_PRIORITY_HIGH, lg_clock_ns() + 3600000000000, &picked, test_err));
        CHECK_STR(cases[i].condition, picked == cases[i].picked ? cases[i].condition : "something else");
        // What it keeps as a text is read as the same.
        lg_selector_t *again;
        const lg_choice_t choice = {LG_STRUCT(lg_choice_t), selector->text, NULL, 0};
        if (strstr(selector->text, "queued") == NULL) {
            CHECK_OK(lg_selector_create(context, &choice, NULL, &again, test_err));
            CHECK_STR(again->text, selector->text);
            CHECK_EQ(again->step_count, selector->step_count);
            lg_selector_release(again);
        }
        lg_selector_release(selector);
    }
    for (int i = 0; i < 3; i++) {
        lg_signal_release(signals[i]);
    }
    lg_context_close(context);
}

TEST(selector_two) {
    lg_context_t *context = signal_context();
    lg_signal_t *battery = signal_of(context, "battery", NAN);
    lg_selector_t *selector;
    uint32_t picked;
    CHECK_OK(read_choice(context, "\"battery\" < 0.2", 2, &selector));
    CHECK_FAILS(lg_selector_pick(selector, 0, 0, &picked, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "'battery'");
    CHECK_HAS(test_err->message, "choose(");
    lg_signal_set(battery, 0.1);
    CHECK_OK(lg_selector_pick(selector, 0, 0, &picked, test_err));
    CHECK_EQ(picked, 0);
    lg_signal_set(battery, 0.2);
    CHECK_OK(lg_selector_pick(selector, 0, 0, &picked, test_err));
    CHECK_EQ(picked, 1);
    lg_selector_retain(selector);
    lg_selector_release(selector);
    lg_selector_release(selector);
    // With two, any number but 0 is a yes; with more, it has to be one of them.
    CHECK_OK(read_choice(context, "\"battery\" * -40", 2, &selector));
    CHECK_OK(lg_selector_pick(selector, 0, 0, &picked, test_err));
    CHECK_EQ(picked, 0);
    lg_selector_release(selector);
    CHECK_OK(read_choice(context, "\"battery\"", 3, &selector));
    const double bad[] = {-0.5, 3, INFINITY, -INFINITY, 1e300};
    for (int i = 0; i < 5; i++) {
        lg_signal_set(battery, bad[i]);
        CHECK_FAILS(lg_selector_pick(selector, 0, 0, &picked, test_err), LG_STATUS_INVALID_ARGUMENT);
        CHECK_HAS(test_err->message, "from 0 to 2");
    }
    lg_selector_release(selector);
    lg_signal_set(battery, 0);
    CHECK_OK(read_choice(context, "\"battery\" / \"battery\"", 2, &selector));
    CHECK_FAILS(lg_selector_pick(selector, 0, 0, &picked, test_err), LG_STATUS_INVALID_ARGUMENT);
    CHECK_HAS(test_err->message, "nan");
    lg_selector_release(selector);
    // Without a deadline there is all the time in the world.
    CHECK_OK(read_choice(context, "slack_us > 1e300", 2, &selector));
    CHECK_OK(lg_selector_pick(selector, 0, 0, &picked, test_err));
    CHECK_EQ(picked, 0);
    CHECK_OK(lg_selector_pick(selector, 0, 1, &picked, test_err));
    CHECK_EQ(picked, 1);
    lg_selector_release(selector);
    lg_signal_release(battery);
    lg_context_close(context);
}

TEST(selector_refusals) {
    lg_context_t *context = signal_context();
    lg_selector_t *selector;
    static const struct {
        const char *text;
        lg_status_t code;
    } cases[] = {
        {"", LG_STATUS_FORMAT},
        {"chose(1, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose", LG_STATUS_FORMAT},
        {"choose(", LG_STATUS_FORMAT},
        {"choose()", LG_STATUS_FORMAT},
        {"choose(, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(1)", LG_STATUS_FORMAT},
        {"choose(1, \"a\")", LG_STATUS_FORMAT},
        {"choose(1, \"a\", b)", LG_STATUS_FORMAT},
        {"choose(1, \"a\", \"b\"", LG_STATUS_FORMAT},
        {"choose(1, \"a\", \"b)", LG_STATUS_FORMAT},
        {"choose(1, \"a\", \"b\") x", LG_STATUS_FORMAT},
        {"choose(1 2, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(1 + 2 + 3, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(1 <, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose((1, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(nan, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(0x, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(min(1), \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(min(1, 2, 3), \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(where(1, 2), \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(battery < 2, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(\"\" < 2, \"a\", \"b\")", LG_STATUS_INVALID_ARGUMENT},
        {"choose(queued \"nobody\", \"a\", \"b\")", LG_STATUS_NOT_FOUND},
        {"choose(1, lane \"nobody\", \"b\")", LG_STATUS_NOT_FOUND},
        {"choose(extent \"x\" -1, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(extent \"x\" 99, \"a\", \"b\")", LG_STATUS_FORMAT},
        {"choose(extent \"x\", \"a\", \"b\")", LG_STATUS_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const lg_choice_t choice = {LG_STRUCT(lg_choice_t), cases[i].text, NULL, 0};
        CHECK_FAILS(lg_selector_create(context, &choice, NULL, &selector, test_err), cases[i].code);
        CHECK(selector == NULL);
    }
    CHECK_FAILS(read_choice(context, "extent \"y\" 0", 2, &selector), LG_STATUS_NOT_FOUND);
    CHECK_FAILS(read_choice(context, "extent \"x\" 2", 2, &selector), LG_STATUS_FORMAT);
    CHECK_FAILS(read_choice(context, "1", 17, &selector), LG_STATUS_FORMAT);
    CHECK_OK(read_choice(context, "1", 16, &selector));
    lg_selector_release(selector);
    // Nested too deeply, too many steps, too many values at once.
    char text[2048];
    for (int depth = 30; depth < 1000; depth += 300) {
        memset(text, '(', (size_t)depth);
        snprintf(text + depth, sizeof text - (size_t)depth, "1%.*s", depth, "");
        char all[4096];
        int used = snprintf(all, sizeof all, "%s", text);
        memset(all + used, ')', (size_t)depth);
        all[used + depth] = 0;
        CHECK_EQ(read_choice(context, all, 2, &selector), depth == 30 ? LG_OK : LG_STATUS_FORMAT);
        lg_selector_release(selector);
    }
    for (int count = 15; count <= 16; count++) {  // "s" + ("s" + (...)): one more value each
        size_t used = 0;
        for (int i = 0; i < count; i++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "\"s\" + (");
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "\"s\"");
        memset(text + used, ')', (size_t)count);
        text[used + (size_t)count] = 0;
        CHECK_EQ(read_choice(context, text, 2, &selector), count == 15 ? LG_OK : LG_STATUS_FORMAT);
        lg_selector_release(selector);
    }
    size_t used = 0;
    for (int i = 0; i < 33; i++) {  // max(x, max(x, ...)) of steps that stay few: max("s", "s") + max(...)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", i % 2 ? "-(" : "~(");
    }
    snprintf(text + used, sizeof text - used, "1");
    CHECK_FAILS(read_choice(context, text, 2, &selector), LG_STATUS_FORMAT);
    lg_context_close(context);
}

// ---- threads ----------------------------------------------------------------------------------------

#ifndef __wasi__
#include <pthread.h>
#include <unistd.h>

typedef struct crowd {
    lg_context_t *context;
    _Atomic(int) stop;
    _Atomic(uint32_t) torn, failures;
} crowd_t;

// Writers set numbers of one kind; who reads sees one of them, whole.
static void *signal_writer(void *memory) {
    crowd_t *crowd = memory;
    for (int i = 0; i < 20000; i++) {
        lg_signal_t *signal;
        if (lg_signal_open(crowd->context, i % 2 ? "shared" : "also shared", NAN, &signal, NULL) != LG_OK) {
            crowd->failures++;
            continue;
        }
        lg_signal_set(signal, i % 3 ? 1.0 + 1e-15 * (i % 7) : -1e300);
        double value = lg_signal_value(signal);
        crowd->torn += !(isnan(value) || value == -1e300 || (value >= 1 && value < 1 + 1e-13));
        lg_signal_release(signal);
    }
    return NULL;
}

TEST(signal_threads) {
    crowd_t crowd = {.context = signal_context()};
    pthread_t threads[4];
    alarm(120);
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(pthread_create(&threads[i], NULL, signal_writer, &crowd), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK_EQ(crowd.torn, 0);
    CHECK_EQ(crowd.failures, 0);
    lg_signal_t *signal;
    CHECK_FAILS(lg_signal_at(crowd.context, 0, &signal, test_err), LG_STATUS_NOT_FOUND);
    lg_context_close(crowd.context);
    alarm(0);
}

// A choice is read while another thread sets its signal: each run takes one of the two.
static void *signal_toggler(void *memory) {
    crowd_t *crowd = memory;
    lg_signal_t *signal;
    if (lg_signal_find(crowd->context, "battery", &signal, NULL) != LG_OK) {
        crowd->failures++;
        return NULL;
    }
    for (int i = 0; !crowd->stop; i++) {
        lg_signal_set(signal, i % 2);
    }
    lg_signal_release(signal);
    return NULL;
}

TEST(selector_threads) {
    crowd_t crowd = {.context = signal_context()};
    lg_signal_t *battery = signal_of(crowd.context, "battery", 0);
    lg_selector_t *selector;
    pthread_t thread;
    CHECK_OK(read_choice(crowd.context, "\"battery\" != 0", 2, &selector));
    alarm(120);
    CHECK_EQ(pthread_create(&thread, NULL, signal_toggler, &crowd), 0);
    uint32_t taken[2] = {0, 0};
    const int64_t until_ns = lg_clock_ns() + 30000000000;  // the other thread has to get a turn
    for (int i = 0; i < 10000 || ((taken[0] == 0 || taken[1] == 0) && lg_clock_ns() < until_ns); i++) {
        uint32_t picked;
        CHECK_OK(lg_selector_pick(selector, 0, 0, &picked, test_err));
        taken[picked]++;
    }
    crowd.stop = 1;
    pthread_join(thread, NULL);
    CHECK(taken[0] > 0 && taken[1] > 0);
    CHECK_EQ(crowd.failures, 0);
    lg_selector_release(selector);
    lg_signal_release(battery);
    lg_context_close(crowd.context);
    alarm(0);
}
#endif
