/* SPDX-License-Identifier: Apache-2.0
 *
 * The C tests' own harness. A test is `TEST(name) { CHECK(...); }` in any tests/c/test_*.c; all files make one
 * program that lists (`--list`) or runs (all, or those named) tests. pytest shows each as an item.
 *
 * A failed check ends its test by longjmp, so checks belong on the test's own thread: other threads report
 * through a variable. What a failed test held is lost; a run with LeakSanitizer is only clean when it passes.
 */
#ifndef LEGATO_TESTS_TESTING_H_
#define LEGATO_TESTS_TESTING_H_

#include <legato/base.h>

typedef struct lg_test {
    const char *name, *file;
    void (*run)(void);
    struct lg_test *next;
} lg_test_t;

void lg_test_add(lg_test_t *test);
void lg_test_fail(const char *file, int line, const char *format, ...) LG_PRINTF(3, 4)
    __attribute__((noreturn));
// Ends the test as skipped, with a reason.
void lg_test_skip(const char *format, ...) LG_PRINTF(1, 2) __attribute__((noreturn));

#define TEST(test_name)                                                   \
    static void test_name(void);                                          \
    __attribute__((constructor)) static void test_name##_add(void) {      \
        static lg_test_t entry = {#test_name, __FILE__, test_name, NULL}; \
        lg_test_add(&entry);                                              \
    }                                                                     \
    static void test_name(void)

// ---- checks -----------------------------------------------------------------------------------------

#define CHECK(condition) ((condition) ? (void)0 : lg_test_fail(__FILE__, __LINE__, "%s", #condition))

// Integers; both values are printed.
#define CHECK_EQ(left, right) lg_check_eq(__FILE__, __LINE__, #left " == " #right, (left), (right))
void lg_check_eq(const char *file, int line, const char *text, int64_t left, int64_t right);

// Strings.
#define CHECK_STR(left, right) lg_check_str(__FILE__, __LINE__, #left, (left), (right))
// That `text` has `part` in it.
#define CHECK_HAS(text, part) lg_check_has(__FILE__, __LINE__, #text, (text), (part))
void lg_check_str(const char *file, int line, const char *text, const char *left, const char *right);
void lg_check_has(const char *file, int line, const char *name, const char *text, const char *part);

// The error that the calls inside CHECK_OK and CHECK_FAILS fill: `CHECK_OK(lg_thing(..., test_err))`.
extern lg_error_t *const test_err;
#define CHECK_OK(expr) CHECK_FAILS(expr, LG_OK)
// That `expr` returns `code`, with a message in test_err unless it is LG_OK.
#define CHECK_FAILS(expr, code) lg_check_status(__FILE__, __LINE__, #expr, (lg_test_clear(), (expr)), (code))
void lg_test_clear(void);
void lg_check_status(const char *file, int line, const char *text, lg_status_t status, lg_status_t wanted);

// ---- files -----------------------------------------------------------------------------------------

// Writes the path of a file of this process that a test may make: in $TMPDIR, else /tmp. Returns `path`.
char *lg_test_path(char *path, size_t capacity, const char *name);

// ---- memory -----------------------------------------------------------------------------------------

// An allocator that counts, checks sizes and alignment, and fails one call. Thread-safe.
typedef struct lg_test_memory lg_test_memory_t;

// `fail_at`: which allocation returns NULL, from 1; 0: none. The destroy fails the test when blocks are left.
lg_test_memory_t *lg_test_memory_create(int64_t fail_at);
void lg_test_memory_destroy(lg_test_memory_t *memory);
lg_allocator_t lg_test_memory_allocator(lg_test_memory_t *memory);
int64_t lg_test_memory_live(const lg_test_memory_t *memory);   // blocks not freed yet
int64_t lg_test_memory_calls(const lg_test_memory_t *memory);  // allocations asked for so far

// A test whose body runs again and again with the first, second, third... allocation of its context failing,
// until it gets through. The body is a function (context, err) -> lg_status_t that gives back all it took;
// each run has to end with LG_OK or OUT_OF_MEMORY, no block in use, and none held once the context is closed.
#define TEST_ALLOC(test_name)                                                    \
    static lg_status_t test_name##_body(lg_context_t *context, lg_error_t *err); \
    TEST(test_name) {                                                            \
        lg_test_each_allocation(test_name##_body);                               \
    }                                                                            \
    static lg_status_t test_name##_body(lg_context_t *context, lg_error_t *err)
void lg_test_each_allocation(lg_status_t (*body)(lg_context_t *context, lg_error_t *err));

#endif  // LEGATO_TESTS_TESTING_H_
