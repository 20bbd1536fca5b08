// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, SKIPPED = 77 };  // exit codes too; 77 as in Automake

static lg_test_t *first_test;
static int test_outcome;
static lg_error_t error_storage;
lg_error_t *const test_err = &error_storage;

#ifdef __wasi__
// No longjmp here: a check that fails ends the program, which runs one test then.
static _Noreturn void test_end(int outcome) {
    exit(outcome);
}
#define TEST_BEGIN() 1
#else
#include <setjmp.h>
static jmp_buf test_start;
static _Noreturn void test_end(int outcome) {
    test_outcome = outcome;
    longjmp(test_start, 1);
}
#define TEST_BEGIN() (setjmp(test_start) == 0)
#endif

char *lg_test_path(char *path, size_t capacity, const char *name) {
    const char *folder = getenv("TMPDIR");
    int bytes = snprintf(path, capacity, "%s/legato_%s_%ld.legato",
                         folder != NULL && folder[0] != 0 ? folder : "/tmp", name, (long)getpid());
    CHECK(bytes > 0 && (size_t)bytes < capacity);
    return path;
}

void lg_test_add(lg_test_t *test) {
    lg_test_t **place = &first_test;
    while (*place != NULL) {  // in the order of the files
        place = &(*place)->next;
    }
    *place = test;
}

void lg_test_fail(const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    printf("%s:%d: check failed: ", file, line);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    test_end(FAILED);
}

void lg_test_skip(const char *format, ...) {
    va_list args;
    va_start(args, format);
    printf("skipped: ");
    vprintf(format, args);
    printf("\n");
    va_end(args);
    test_end(SKIPPED);
}

// ---- checks -----------------------------------------------------------------------------------------

void lg_check_eq(const char *file, int line, const char *text, int64_t left, int64_t right) {
    if (left != right) {
        lg_test_fail(file, line, "%s (%lld, %lld)", text, (long long)left, (long long)right);
    }
}

void lg_check_str(const char *file, int line, const char *text, const char *left, const char *right) {
    if (strcmp(left, right) != 0) {
        lg_test_fail(file, line, "%s is \"%s\", wanted \"%s\"", text, left, right);
    }
}

void lg_check_has(const char *file, int line, const char *name, const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        lg_test_fail(file, line, "%s is \"%s\", without \"%s\"", name, text, part);
    }
}

void lg_test_clear(void) {
    memset(test_err, 0, sizeof *test_err);
}

void lg_check_status(const char *file, int line, const char *text, lg_status_t status, lg_status_t wanted) {
    if (status != wanted) {
        lg_test_fail(file, line, "%s is %s, wanted %s: %s", text, lg_status_name(status),
                     lg_status_name(wanted), test_err->message);
    }
}

// ---- memory -----------------------------------------------------------------------------------------

// Every block carries its size in front, in a whole alignment unit, to check what is given back.
struct lg_test_memory {
    int64_t fail_at;
    atomic_llong calls, live;
    atomic_int wrong;  // frees with another size than was asked for
};

static void *memory_alloc(void *self, size_t bytes, size_t alignment) {
    lg_test_memory_t *memory = self;
    if (atomic_fetch_add(&memory->calls, 1) + 1 == memory->fail_at) {
        return NULL;
    }
    size_t whole = (bytes + 2 * alignment - 1) & ~(alignment - 1);
    char *block = aligned_alloc(alignment, whole);
    if (block == NULL) {
        return NULL;
    }
    memset(block, 0xA5, whole);  // what is read before it is written shows
    memcpy(block + alignment - 2 * sizeof(size_t), (size_t[]){bytes, alignment}, 2 * sizeof(size_t));
    atomic_fetch_add(&memory->live, 1);
    return block + alignment;
}

static void memory_free(void *self, void *address, size_t bytes) {
    lg_test_memory_t *memory = self;
    size_t head[2];
    memcpy(head, (char *)address - sizeof head, sizeof head);
    if (head[0] != bytes) {
        atomic_store(&memory->wrong, 1);
    }
    atomic_fetch_sub(&memory->live, 1);
    free((char *)address - head[1]);
}

lg_test_memory_t *lg_test_memory_create(int64_t fail_at) {
    lg_test_memory_t *memory = calloc(1, sizeof *memory);
    CHECK(memory != NULL);
    memory->fail_at = fail_at;
    return memory;
}

void lg_test_memory_destroy(lg_test_memory_t *memory) {
    int64_t live = atomic_load(&memory->live);
    int wrong = atomic_load(&memory->wrong);
    free(memory);
    CHECK_EQ(live, 0);
    CHECK(!wrong);
}

lg_allocator_t lg_test_memory_allocator(lg_test_memory_t *memory) {
    return (lg_allocator_t){memory, memory_alloc, memory_free};
}

int64_t lg_test_memory_live(const lg_test_memory_t *memory) {
    return atomic_load(&memory->live);
}

int64_t lg_test_memory_calls(const lg_test_memory_t *memory) {
    return atomic_load(&memory->calls);
}

void lg_test_each_allocation(lg_status_t (*body)(lg_context_t *context, lg_error_t *err)) {
    for (int64_t fail_at = 1;; fail_at++) {
        lg_test_memory_t *memory = lg_test_memory_create(fail_at);
        lg_allocator_t allocator = lg_test_memory_allocator(memory);
        lg_context_desc_t desc = {LG_STRUCT(lg_context_desc_t), .allocator = &allocator};
        lg_context_t *context = NULL;
        lg_test_clear();
        lg_status_t status = lg_context_create(&desc, &context, test_err);
        CHECK((status == LG_OK) == (context != NULL));
        if (status == LG_OK) {
            status = body(context, test_err);
            int64_t held = 0, used = 0;
            lg_context_stats(context, &held, &used);
            lg_context_close(context);
            CHECK_EQ(used, 0);
        }
        int64_t calls = lg_test_memory_calls(memory);
        lg_test_memory_destroy(memory);
        if (calls < fail_at) {
            lg_check_status(__FILE__, __LINE__, "the body", status, LG_OK);
            return;
        }
        if (status != LG_OK) {  // a body may also get by without the memory
            lg_check_status(__FILE__, __LINE__, "the body", status, LG_STATUS_OUT_OF_MEMORY);
            CHECK(test_err->message[0] != '\0');
        }
        CHECK(fail_at < 100000);
    }
}

// ---- main -------------------------------------------------------------------------------------------

static int run_one(const lg_test_t *test) {
    test_outcome = PASSED;
    if (TEST_BEGIN()) {
        test->run();
    }
    printf("%s %s\n", test_outcome == PASSED ? "ok  " : test_outcome == FAILED ? "FAIL" : "skip", test->name);
    fflush(stdout);
    return test_outcome;
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (const lg_test_t *test = first_test; test != NULL; test = test->next) {
            printf("%s %s\n", file_name(test->file), test->name);
        }
        return 0;
    }
    int failures = 0, skips = 0, runs = 0;
    for (const lg_test_t *test = first_test; test != NULL; test = test->next) {
        int chosen = argc == 1;
        for (int i = 1; i < argc; i++) {
            chosen |= strcmp(argv[i], test->name) == 0;
        }
        if (chosen) {
            int outcome = run_one(test);
            runs++;
            failures += outcome == FAILED;
            skips += outcome == SKIPPED;
        }
    }
    if (runs == 0) {
        printf("no such test\n");
        return 2;
    }
    printf("%d run, %d failed, %d skipped\n", runs, failures, skips);
    return failures > 0 ? FAILED : skips == runs ? SKIPPED : PASSED;
}
