/* SPDX-License-Identifier: Apache-2.0
 *
 * Export macro, error macros, allocator and context.
 *
 * Conventions of the whole API: a fallible function returns lg_status_t and takes a caller-owned
 * `lg_error_t *err` last, which may be NULL. Out-parameters are cleared first and set on success only.
 * Ownership words: *borrows* (until return), *borrows until X*, *retains*, *takes ownership*,
 * *caller releases*, *valid until X*. Functions are thread-safe on distinct objects; objects that say
 * "thread-safe" also on one.
 */
#ifndef LEGATO_BASE_H_
#define LEGATO_BASE_H_

#include <legato/plugin.h>

#define LG_VERSION_MAJOR 0
#define LG_VERSION_MINOR 1
#define LG_VERSION_PATCH 0
#define LG_VERSION_STRING "0.1.0"

#if defined(_WIN32)
#define LG_API
#elif defined(__GNUC__)
#define LG_API __attribute__((visibility("default")))
#else
#define LG_API
#endif

#if defined(__GNUC__)
#define LG_MUST_USE __attribute__((warn_unused_result))
#define LG_PRINTF(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define LG_MUST_USE
#define LG_PRINTF(format_index, first_index)
#endif

// Returns the status of `expr` from the enclosing function when it is not LG_OK.
#define LG_TRY(expr)                         \
    do {                                     \
        lg_status_t lg_try_status_ = (expr); \
        if (lg_try_status_ != LG_OK) {       \
            return lg_try_status_;           \
        }                                    \
    } while (0)

#ifdef __cplusplus
extern "C" {
#endif

// ---- status and dtype names -------------------------------------------------------------------------

// Returns the version of the library at run time, "major.minor.patch". Static memory.
LG_API const char *lg_version(void);

// Returns the upper-case name of a status code ("SHAPE"), "UNKNOWN" for other values. Static memory.
LG_API const char *lg_status_name(lg_status_t status);

// Writes `code`, `op` (may be NULL) and a printf-formatted message into `err` (may be NULL); returns `code`.
LG_API lg_status_t lg_error_set(lg_error_t *err, lg_status_t code, const char *op, const char *format, ...)
    LG_PRINTF(4, 5);

// Returns the bytes of one element: 1, 2, 4 or 8; 0 for an invalid dtype.
LG_API size_t lg_dtype_size(lg_dtype_t dtype);

// Returns the short name ("f32", "bool"), "invalid" for other values. Static memory.
LG_API const char *lg_dtype_name(lg_dtype_t dtype);

// Returns the dtype of a short name, LG_DTYPE_INVALID when there is none.
LG_API lg_dtype_t lg_dtype_parse(const char *name);

// ---- allocator --------------------------------------------------------------------------------------

// Where all memory of a context comes from. Functions are called from any thread, several at once.
typedef struct lg_allocator {
    void *self;
    // Returns `bytes` (> 0) aligned to `alignment` (a power of two, at least 16), or NULL.
    void *(*alloc)(void *self, size_t bytes, size_t alignment);
    // Frees what `alloc` returned; `bytes` is the size it was asked for.
    void (*free)(void *self, void *memory, size_t bytes);
} lg_allocator_t;

// ---- instruction sets -------------------------------------------------------------------------------

// Levels that kernels are written for. AVX2 includes FMA, F16C and BMI2; AVX512 is F, BW, DQ and VL; VNNI is
// AVX512 with its products of bytes. Each x86 level includes those before it.
enum { LG_ISA_SCALAR = 0, LG_ISA_AVX2 = 1, LG_ISA_AVX512 = 2, LG_ISA_NEON = 3, LG_ISA_VNNI = 4 };

// ---- text -------------------------------------------------------------------------------------------

// Text that belongs to the caller, who releases it with lg_text_release.
typedef struct lg_text lg_text_t;
LG_API const char *lg_text_chars(const lg_text_t *text);  // NUL-terminated
LG_API size_t lg_text_bytes(const lg_text_t *text);       // without the NUL
LG_API void lg_text_release(lg_text_t *text);             // NULL is allowed

// ---- context ----------------------------------------------------------------------------------------

// Everything belongs to a context: memory, registered ops, devices. There is no other global state.
typedef struct lg_context lg_context_t;

typedef struct lg_context_desc {
    uint32_t size, abi;
    const lg_allocator_t *allocator;  // copied; NULL: the C library's
    const char *cpu_mask;  // highest instruction set to use: "scalar", "avx2", "avx512", "neon"; NULL: all
                           // that the machine has, lowered by the environment variable LG_CPU_MASK
} lg_context_desc_t;

// Creates a context. `desc` may be NULL. Caller closes it with lg_context_close.
// Errors: OUT_OF_MEMORY, INVALID_ARGUMENT (unknown cpu_mask).
LG_API LG_MUST_USE lg_status_t lg_context_create(const lg_context_desc_t *desc, lg_context_t **out_context,
                                                 lg_error_t *err);

// Closes the context: later calls on it fail with CLOSED. Memory that tensors, programs and plans still use
// stays valid and goes with their last release. NULL is allowed. Call once.
LG_API void lg_context_close(lg_context_t *context);

// Returns the instruction set in use: "scalar", "avx2", "avx512" or "neon". Static memory.
LG_API const char *lg_context_isa(const lg_context_t *context);

// Counters for tests: blocks that the context holds from its allocator, and those in use by callers.
LG_API void lg_context_stats(lg_context_t *context, int64_t *out_blocks_held, int64_t *out_blocks_used);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_BASE_H_
