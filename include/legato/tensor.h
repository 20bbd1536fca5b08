/* SPDX-License-Identifier: Apache-2.0
 *
 * Views, buffers and tensors.
 */
#ifndef LEGATO_TENSOR_H_
#define LEGATO_TENSOR_H_

#include <legato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- views ------------------------------------------------------------------------------------------

// Fills `*view` with a row-major layout of `shape` (rank extents, may be NULL when rank is 0), data NULL.
// Errors: SHAPE (rank > LG_MAX_RANK, negative extent), DTYPE, OVERFLOW (bytes do not fit in int64_t).
LG_API LG_MUST_USE lg_status_t lg_view_init(lg_view_t *view, lg_dtype_t dtype, uint32_t rank,
                                            const int64_t *shape, lg_error_t *err);

// Sets elem_count and the CONTIGUOUS flag of `*view` from its shape and strides. Extents must be valid.
LG_API void lg_view_update(lg_view_t *view);

// Writes "f32[2,3]" into `text` (at most `capacity` bytes, always NUL-terminated); returns `text`.
LG_API char *lg_view_format(const lg_view_t *view, char *text, size_t capacity);

// ---- buffers ----------------------------------------------------------------------------------------

// A reference-counted block of memory, aligned to 64 bytes when the library allocated it. Thread-safe.
typedef struct lg_buffer lg_buffer_t;

// Allocates `bytes` (0 allowed) of uninitialised memory. Caller releases. Errors: OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_buffer_create(lg_context_t *context, size_t bytes, lg_buffer_t **out_buffer,
                                                lg_error_t *err);

// Makes a buffer around foreign memory, which it *borrows until* `release(user)` is called, once, with the
// last release of the buffer (from any thread). `release` may be NULL. Caller releases.
LG_API LG_MUST_USE lg_status_t lg_buffer_wrap(lg_context_t *context, void *data, size_t bytes,
                                              void (*release)(void *user), void *user,
                                              lg_buffer_t **out_buffer, lg_error_t *err);

LG_API void lg_buffer_retain(lg_buffer_t *buffer);
LG_API void lg_buffer_release(lg_buffer_t *buffer);  // NULL is allowed
LG_API void *lg_buffer_data(const lg_buffer_t *buffer);
LG_API size_t lg_buffer_bytes(const lg_buffer_t *buffer);

// ---- tensors ----------------------------------------------------------------------------------------

// A view and the buffer that keeps its memory alive. A plain value: the struct is the caller's memory, it
// owns one reference to `buffer`. A zeroed struct is an empty tensor.
typedef struct lg_tensor {
    lg_view_t view;
    lg_buffer_t *buffer;  // retained by this struct; NULL: memory borrowed from elsewhere
} lg_tensor_t;

// Makes `*out_tensor` an uninitialised row-major tensor. Caller calls lg_tensor_deinit.
// Errors: SHAPE, DTYPE, OVERFLOW, OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_tensor_init(lg_context_t *context, lg_dtype_t dtype, uint32_t rank,
                                              const int64_t *shape, lg_tensor_t *out_tensor, lg_error_t *err);

// Releases the buffer and zeroes the struct. NULL and empty tensors are allowed.
LG_API void lg_tensor_deinit(lg_tensor_t *tensor);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_TENSOR_H_
