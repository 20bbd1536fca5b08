/* SPDX-License-Identifier: Apache-2.0
 *
 * The container of .legato files: safetensors (u64 header length, JSON header, data), read from a mapping and
 * written in one pass. Source: the safetensors format description, 0.4.
 */
#ifndef LEGATO_ENGINE_SAFETENSORS_H_
#define LEGATO_ENGINE_SAFETENSORS_H_

#include <legato/tensor.h>

#include "base/port.h"
#include "base/text.h"

// A mapped container; alive as long as a tensor made from it.
typedef struct lg_container lg_container_t;

// Maps and checks a file: header, types, and that every tensor lies inside it. Caller releases.
// Errors: IO, FORMAT, OUT_OF_MEMORY.
lg_status_t lg_container_open(lg_context_t *context, const char *path, lg_container_t **out_container,
                              lg_error_t *err);
// The same with the content in memory, which is *borrowed until* the container and its tensors are released.
lg_status_t lg_container_open_bytes(lg_context_t *context, const void *data, size_t bytes, const char *name,
                                    lg_container_t **out_container, lg_error_t *err);
void lg_container_release(lg_container_t *container);

// A string of __metadata__, NULL when there is none. *Valid until* release.
const char *lg_container_metadata(const lg_container_t *container, const char *key);

// Makes `*out_tensor` a read-only tensor on the mapping, which it keeps alive. Errors: NOT_FOUND, FORMAT
// (misaligned data), OUT_OF_MEMORY.
lg_status_t lg_container_tensor(lg_container_t *container, const char *name, lg_tensor_t *out_tensor,
                                lg_error_t *err);

// One tensor to write, under `name` behind `prefix`.
typedef struct lg_container_item {
    const char *prefix;
    const char *name;
    const lg_view_t *view;  // contiguous, with data
} lg_container_item_t;

// Writes a container whose tensors start at multiples of 64 bytes of the file; the gaps are U8 tensors named
// __pad.N, because readers allow none. `metadata` holds key, value, key, value, ..., NULL.
// Errors: IO, OVERFLOW, OUT_OF_MEMORY.
lg_status_t lg_container_write(lg_heap_t *heap, const char *path, const char *const *metadata,
                               const lg_container_item_t *items, size_t item_count, lg_error_t *err);

#endif  // LEGATO_ENGINE_SAFETENSORS_H_
