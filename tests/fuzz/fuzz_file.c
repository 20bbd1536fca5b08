// SPDX-License-Identifier: Apache-2.0
// Opens bytes as a .legato file and does with what opens what a program would: looks, prints, plans, runs.
// With clang's -fsanitize=fuzzer (and LG_LIBFUZZER) this is a target of libFuzzer; else driver.c mutates a corpus.
#include <legato/legato.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

// Memory is bounded: a file may ask for any, and must live with being refused.
#define MOST_BYTES ((size_t)64 << 20)
#define MOST_RUN_NS 2e5  // programs that promise to take longer are not run

static size_t used_bytes;

static void *take(void *self, size_t bytes, size_t alignment) {
    (void)self;
    if (bytes > MOST_BYTES || used_bytes + bytes > MOST_BYTES) {
        return NULL;
    }
    void *memory = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    used_bytes += memory != NULL ? bytes : 0;
    return memory;
}

static void give(void *self, void *memory, size_t bytes) {
    (void)self;
    used_bytes -= bytes;
    free(memory);
}

static void fail(const char *why) {
    fprintf(stderr, "fuzz: %s\n", why);
    abort();
}

// An error says what is wrong.
static bool good(lg_status_t status, const lg_error_t *err) {
    if (status != LG_OK && (err->code != status || err->message[0] == 0)) {
        fail("an error without a message");
    }
    return status == LG_OK;
}

static void run(lg_model_t *model) {
    lg_error_t err;
    lg_call_t *call;
    lg_view_t view;
    lg_plan_t *plan = lg_model_plan(model);
    lg_program_t *program = lg_model_program(model);
    bool small = lg_plan_arena_bytes(plan) < 1 << 20 && lg_plan_expected_ns(plan) < MOST_RUN_NS;
    for (uint32_t i = 0; i < lg_program_input_count(program); i++) {
        small = small && lg_program_input_type(program, i)->elem_count < 1 << 16;
    }
    for (uint32_t i = 0; i < lg_program_output_count(program); i++) {
        small = small && lg_program_output_type(program, i)->elem_count < 1 << 16;
    }
    if (!small || !good(lg_call_create(model, &call, &err), &err)) {
        return;
    }
    bool ready = true;
    for (uint32_t i = 0; i < lg_program_input_count(program) && ready; i++) {
        ready = good(lg_call_input(call, NULL, i, &view, &err), &err);
    }
    if (ready && good(lg_call_run(call, 1000000, &err), &err)) {
        for (uint32_t i = 0; i < lg_program_output_count(program); i++) {
            if (!good(lg_call_output(call, NULL, i, &view, &err), &err)) {
                fail("an output that cannot be read");
            }
        }
    }
    lg_call_release(call);
}

static void look(lg_model_t *model) {
    lg_error_t err;
    lg_text_t *text;
    lg_program_t *program = lg_model_program(model);
    char type[256];
    lg_view_t types[64];
    uint32_t in_count = lg_program_input_count(program);
    for (uint32_t i = 0; i < in_count; i++) {
        lg_program_format_type(program, lg_program_input(program, i), type, sizeof type);
    }
    if (good(lg_program_format(program, &text, &err), &err)) {
        lg_text_release(text);
    }
    if (lg_model_plan(model) != NULL) {
        if (good(lg_plan_format(lg_model_plan(model), &text, &err), &err)) {
            lg_text_release(text);
        }
        run(model);
    } else if (in_count <= 64 && lg_model_signature(model, 0, types, in_count, NULL) == LG_OK) {
        lg_model_t *fixed;
        if (good(lg_model_specialize(model, types, in_count, &fixed, &err), &err)) {
            run(fixed);
            lg_model_release(fixed);
        }
    }
}

static lg_context_t *context;
static int64_t idle_blocks;

static void start(void) {
    const lg_allocator_t allocator = {NULL, take, give};
    const lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), &allocator, NULL};
    int64_t held;
    if (lg_context_create(&desc, &context, NULL) != LG_OK) {
        fail("no context");
    }
    lg_context_stats(context, &held, &idle_blocks);
}

#ifdef LG_LIBFUZZER
size_t fuzz_opened;
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static size_t count;
    if (context == NULL) {
        start();
    }
    // A block of its own, of the right size, so that a sanitizer sees a step over its end.
    void *copy = NULL;
    if (posix_memalign(&copy, 64, size > 0 ? size : 1) != 0) {
        return 0;
    }
    memcpy(copy, data, size);
    lg_error_t err;
    lg_app_t *app;
    const lg_open_desc_t desc = {LG_STRUCT(lg_open_desc_t), .context = context};
    if (good(lg_app_open_bytes(copy, size, "input", &desc, &app, &err), &err)) {
        for (uint32_t i = 0; i < lg_app_model_count(app); i++) {
            lg_model_t *model;
            if (!good(lg_app_model(app, lg_app_model_name(app, i), &model, &err), &err)) {
                fail("a model that is listed and cannot be had");
            }
            look(model);
            lg_model_release(model);
        }
        fuzz_opened++;
        lg_app_close(app);
    } else if (app != NULL) {
        fail("an app and an error");
    }
    free(copy);
    int64_t held, used;
    lg_context_stats(context, &held, &used);
    if (used != idle_blocks) {
        fail("memory is left behind");
    }
    if (++count % 4096 == 0) {  // what contexts remember shall not grow for ever
        lg_context_close(context);
        context = NULL;
    }
    return 0;
}
