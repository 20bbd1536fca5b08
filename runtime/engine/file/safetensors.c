// SPDX-License-Identifier: Apache-2.0
#include "file/safetensors.h"

#include <string.h>

#include "base/context.h"

#define HEADER_MAX_BYTES (100u << 20)  // what the reference reader allows
#define JSON_MAX_DEPTH 32

static const char *const type_names[LG_DTYPE_COUNT] = {
    "", "F32", "F64", "F16", "BF16", "I8", "U8", "I16", "U16", "I32", "U32", "I64", "U64", "BOOL",
};

typedef struct container_entry {
    const char *name;
    lg_view_t view;
    uint64_t offset;  // in the file
} container_entry_t;

struct lg_container {
    atomic_int refs;
    lg_context_t *context;
    lg_port_map_t map;
    bool borrowed;  // the map's memory is somebody else's
    lg_zone_t zone;
    LG_LIST(container_entry_t) entries;
    lg_map_t names;     // name -> entry
    lg_map_t metadata;  // key -> index in values
    LG_LIST(const char *) values;
};

// ---- reading ----------------------------------------------------------------------------------------

static lg_status_t container_no_memory(lg_error_t *err) {
    return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory to read a file");
}

// Skips any JSON value: fields that a later version adds are not an error.
static lg_status_t json_skip(lg_reader_t *reader, lg_zone_t *zone, uint32_t depth) {
    char *string;
    const char *chars;
    size_t bytes;
    if (depth == JSON_MAX_DEPTH) {
        return lg_reader_fail(reader, "values nested less deeply");
    }
    lg_reader_skip_space(reader);
    if (reader->at < reader->end && *reader->at == '"') {
        return lg_reader_string(reader, zone, &string, NULL);
    }
    bool object = lg_reader_take(reader, "{");
    if (object || lg_reader_take(reader, "[")) {
        const char *close = object ? "}" : "]";
        for (bool first = true; !lg_reader_take(reader, close); first = false) {
            if (!first) {
                LG_TRY(lg_reader_expect(reader, ","));
            }
            if (object) {
                LG_TRY(lg_reader_string(reader, zone, &string, NULL));
                LG_TRY(lg_reader_expect(reader, ":"));
            }
            LG_TRY(json_skip(reader, zone, depth + 1));
        }
        return LG_OK;
    }
    double number;
    if (reader->at < reader->end && (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9'))) {
        return lg_reader_double(reader, &number, "a number");
    }
    LG_TRY(lg_reader_word(reader, &chars, &bytes, "a value"));
    bool known = (bytes == 4 && (memcmp(chars, "true", 4) == 0 || memcmp(chars, "null", 4) == 0)) ||
                 (bytes == 5 && memcmp(chars, "false", 5) == 0);
    return known ? LG_OK : lg_reader_fail(reader, "true, false or null");
}

static lg_status_t container_read_metadata(lg_container_t *container, lg_reader_t *reader) {
    LG_TRY(lg_reader_expect(reader, "{"));
    for (bool first = true; !lg_reader_take(reader, "}"); first = false) {
        char *key, *value;
        if (!first) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        LG_TRY(lg_reader_string(reader, &container->zone, &key, NULL));
        LG_TRY(lg_reader_expect(reader, ":"));
        LG_TRY(lg_reader_string(reader, &container->zone, &value, NULL));
        if (lg_map_find(&container->metadata, key, strlen(key)) != LG_MAP_NONE) {
            return lg_error_set(reader->err, LG_STATUS_FORMAT, NULL,
                                "%s: metadata '%.64s' stands there twice", reader->what, key);
        }
        if (!LG_LIST_GROW(&container->context->heap, &container->values) ||
            !lg_map_add(&container->metadata, key, strlen(key), (uint32_t)container->values.count)) {
            return container_no_memory(reader->err);
        }
        container->values.items[container->values.count++] = value;
    }
    return LG_OK;
}

static lg_status_t container_read_shape(lg_reader_t *reader, int64_t *shape, uint32_t *out_rank) {
    *out_rank = 0;
    LG_TRY(lg_reader_expect(reader, "["));
    while (!lg_reader_take(reader, "]")) {
        if (*out_rank > 0) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        if (*out_rank == LG_MAX_RANK) {
            return lg_reader_fail(reader, "a tensor of at most 8 dimensions");
        }
        LG_TRY(lg_reader_int(reader, &shape[(*out_rank)++], "an extent"));
    }
    return LG_OK;
}

static lg_status_t container_read_entry(lg_container_t *container, lg_reader_t *reader, const char *name,
                                        uint64_t data_start) {
    char *string;
    lg_dtype_t dtype = LG_DTYPE_INVALID;
    int64_t shape[LG_MAX_RANK], begin = -1, end = -1;
    uint32_t rank = 0;
    bool has_shape = false;
    LG_TRY(lg_reader_expect(reader, "{"));
    for (bool first = true; !lg_reader_take(reader, "}"); first = false) {
        if (!first) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        LG_TRY(lg_reader_string(reader, &container->zone, &string, NULL));
        LG_TRY(lg_reader_expect(reader, ":"));
        if (strcmp(string, "dtype") == 0) {
            LG_TRY(lg_reader_string(reader, &container->zone, &string, NULL));
            for (uint32_t i = 1; i < LG_DTYPE_COUNT; i++) {
                dtype = strcmp(string, type_names[i]) == 0 ? (lg_dtype_t)i : dtype;
            }
        } else if (strcmp(string, "shape") == 0) {
            LG_TRY(container_read_shape(reader, shape, &rank));
            has_shape = true;
        } else if (strcmp(string, "data_offsets") == 0) {
            LG_TRY(lg_reader_expect(reader, "["));
            LG_TRY(lg_reader_int(reader, &begin, "an offset"));
            LG_TRY(lg_reader_expect(reader, ","));
            LG_TRY(lg_reader_int(reader, &end, "an offset"));
            LG_TRY(lg_reader_expect(reader, "]"));
        } else {
            LG_TRY(json_skip(reader, &container->zone, 0));
        }
    }
    lg_error_t *err = reader->err;
    LG_CHECK(err, dtype != LG_DTYPE_INVALID && has_shape && begin >= 0, LG_STATUS_FORMAT, NULL,
             "%s: tensor '%.64s' lacks a known dtype, a shape or data_offsets", reader->what, name);
    container_entry_t entry = {.name = name};
    lg_error_t inner;
    LG_CHECK(err, lg_view_init(&entry.view, dtype, rank, shape, &inner) == LG_OK, LG_STATUS_FORMAT, NULL,
             "%s: tensor '%.64s': %s", reader->what, name, inner.message);
    uint64_t bytes = (uint64_t)entry.view.elem_count * lg_dtype_size(dtype);
    LG_CHECK(err, end >= begin && (uint64_t)(end - begin) == bytes, LG_STATUS_FORMAT, NULL,
             "%s: tensor '%.64s' has data_offsets [%lld,%lld], its shape needs %llu bytes", reader->what,
             name, (long long)begin, (long long)end, (unsigned long long)bytes);
    uint64_t data_bytes = container->map.bytes - data_start;
    LG_CHECK(err, (uint64_t)end <= data_bytes, LG_STATUS_FORMAT, NULL,
             "%s: tensor '%.64s' ends at byte %lld of the data, the file has %llu; it may be truncated",
             reader->what, name, (long long)end, (unsigned long long)data_bytes);
    entry.offset = data_start + (uint64_t)begin;
    if (lg_map_find(&container->names, name, strlen(name)) != LG_MAP_NONE) {
        return lg_error_set(err, LG_STATUS_FORMAT, NULL, "%s: tensor '%.64s' stands there twice",
                            reader->what, name);
    }
    if (!LG_LIST_GROW(&container->context->heap, &container->entries) ||
        !lg_map_add(&container->names, name, strlen(name), (uint32_t)container->entries.count)) {
        return container_no_memory(err);
    }
    container->entries.items[container->entries.count++] = entry;
    return LG_OK;
}

static lg_status_t container_read(lg_container_t *container, const char *path, lg_error_t *err) {
    const lg_port_map_t *map = &container->map;
    uint64_t header_bytes = 0;
    LG_CHECK(err, map->bytes >= 8, LG_STATUS_FORMAT, NULL, "'%s' has %zu bytes, too few for a .legato file",
             path, map->bytes);
    for (int i = 0; i < 8; i++) {
        header_bytes |= (uint64_t)map->data[i] << (8 * i);
    }
    LG_CHECK(err, header_bytes <= HEADER_MAX_BYTES && header_bytes <= map->bytes - 8, LG_STATUS_FORMAT, NULL,
             "'%s' is no .legato file or truncated: its header claims %llu bytes, %zu follow", path,
             (unsigned long long)header_bytes, map->bytes - 8);
    const char *header = (const char *)map->data + 8;
    LG_CHECK(err, lg_text_is_utf8(header, (size_t)header_bytes), LG_STATUS_FORMAT, NULL,
             "'%s': the header is not UTF-8 text", path);
    lg_reader_t reader;
    lg_reader_init(&reader, header, (size_t)header_bytes, path, err);
    LG_TRY(lg_reader_expect(&reader, "{"));
    bool metadata = false;
    for (bool first = true; !lg_reader_take(&reader, "}"); first = false) {
        char *name;
        if (!first) {
            LG_TRY(lg_reader_expect(&reader, ","));
        }
        LG_TRY(lg_reader_string(&reader, &container->zone, &name, NULL));
        LG_TRY(lg_reader_expect(&reader, ":"));
        if (strcmp(name, "__metadata__") == 0 && !metadata) {
            LG_TRY(container_read_metadata(container, &reader));
            metadata = true;
        } else {
            LG_TRY(container_read_entry(container, &reader, name, 8 + header_bytes));
        }
    }
    lg_reader_skip_space(&reader);
    return reader.at == reader.end ? LG_OK : lg_reader_fail(&reader, "the end of the header");
}

static lg_status_t container_create(lg_context_t *context, lg_container_t **out_container, lg_error_t *err) {
    *out_container = NULL;
    lg_container_t *container = lg_heap_alloc(&context->heap, sizeof *container);
    if (container == NULL) {
        return container_no_memory(err);
    }
    memset(container, 0, sizeof *container);
    atomic_init(&container->refs, 1);
    container->context = context;
    lg_zone_init(&container->zone, &context->heap);
    lg_map_init(&container->names, &context->heap);
    lg_map_init(&container->metadata, &context->heap);
    *out_container = container;
    return LG_OK;
}

static lg_status_t container_finish(lg_container_t *container, lg_status_t status, const char *name,
                                    lg_container_t **out_container, lg_error_t *err) {
    status = status == LG_OK ? container_read(container, name, err) : status;
    if (status != LG_OK) {
        lg_container_release(container);
        container = NULL;
    }
    *out_container = container;
    return status;
}

lg_status_t lg_container_open(lg_context_t *context, const char *path, lg_container_t **out_container,
                              lg_error_t *err) {
    LG_TRY(container_create(context, out_container, err));
    lg_status_t status = lg_port_map_file(path, &(*out_container)->map, err);
    return container_finish(*out_container, status, path, out_container, err);
}

lg_status_t lg_container_open_bytes(lg_context_t *context, const void *data, size_t bytes, const char *name,
                                    lg_container_t **out_container, lg_error_t *err) {
    LG_TRY(container_create(context, out_container, err));
    (*out_container)->map = (lg_port_map_t){data, bytes, false};
    (*out_container)->borrowed = true;
    return container_finish(*out_container, LG_OK, name, out_container, err);
}

void lg_container_release(lg_container_t *container) {
    if (container == NULL || atomic_fetch_sub_explicit(&container->refs, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lg_heap_t *heap = &container->context->heap;
    if (!container->borrowed) {
        lg_port_unmap(&container->map);
    }
    LG_LIST_DEINIT(heap, &container->entries);
    LG_LIST_DEINIT(heap, &container->values);
    lg_map_deinit(&container->names);
    lg_map_deinit(&container->metadata);
    lg_zone_deinit(&container->zone);
    lg_heap_free(heap, container, sizeof *container);
}

const char *lg_container_metadata(const lg_container_t *container, const char *key) {
    uint32_t index = lg_map_find(&container->metadata, key, strlen(key));
    return index != LG_MAP_NONE ? container->values.items[index] : NULL;
}

static void container_let_go(void *user) {
    lg_container_release(user);
}

lg_status_t lg_container_tensor(lg_container_t *container, const char *name, lg_tensor_t *out_tensor,
                                lg_error_t *err) {
    memset(out_tensor, 0, sizeof *out_tensor);
    uint32_t index = lg_map_find(&container->names, name, strlen(name));
    LG_CHECK(err, index != LG_MAP_NONE, LG_STATUS_NOT_FOUND, NULL, "the file has no tensor '%s'", name);
    const container_entry_t *entry = &container->entries.items[index];
    size_t item_bytes = lg_dtype_size((lg_dtype_t)entry->view.dtype);
    void *data = (void *)(uintptr_t)(container->map.data + entry->offset);
    LG_CHECK(err, (uintptr_t)data % item_bytes == 0, LG_STATUS_FORMAT, NULL,
             "tensor '%s' is not aligned to its elements; write the file anew", name);
    LG_TRY(lg_buffer_wrap(container->context, data, (size_t)entry->view.elem_count * item_bytes,
                          container_let_go, container, &out_tensor->buffer, err));
    atomic_fetch_add_explicit(&container->refs, 1, memory_order_relaxed);
    out_tensor->view = entry->view;
    out_tensor->view.data = data;
    out_tensor->view.flags |= LG_VIEW_READONLY;
    return LG_OK;
}

// ---- writing ----------------------------------------------------------------------------------------

static void container_write_entry(lg_text_t *header, const char *type, const lg_view_t *view, uint64_t begin,
                                  uint64_t bytes) {
    lg_text_printf(header, ":{\"dtype\":\"%s\",\"shape\":[", type);
    for (uint32_t i = 0; i < view->rank; i++) {
        lg_text_printf(header, "%s%lld", i > 0 ? "," : "", (long long)view->shape[i]);
    }
    lg_text_printf(header, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)begin,
                   (unsigned long long)(begin + bytes));
}

static lg_status_t container_write_body(lg_port_file_t *file, const lg_text_t *header,
                                        const lg_container_item_t *items, size_t item_count,
                                        lg_error_t *err) {
    static const char zeros[64] = {0};
    uint8_t length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = (uint8_t)((uint64_t)header->bytes >> (8 * i));
    }
    LG_TRY(lg_port_file_write(file, length, sizeof length, err));
    LG_TRY(lg_port_file_write(file, header->chars, header->bytes, err));
    for (size_t i = 0; i < item_count; i++) {
        size_t bytes = (size_t)items[i].view->elem_count * lg_dtype_size((lg_dtype_t)items[i].view->dtype);
        LG_TRY(lg_port_file_write(file, items[i].view->data, bytes, err));
        LG_TRY(lg_port_file_write(file, zeros, lg_align_up(bytes, 64) - bytes, err));
    }
    return LG_OK;
}

lg_status_t lg_container_write(lg_heap_t *heap, const char *path, const char *const *metadata,
                               const lg_container_item_t *items, size_t item_count, lg_error_t *err) {
    lg_text_t *header = lg_text_create(heap);
    if (header == NULL) {
        return lg_text_finish(NULL, &header, err);
    }
    lg_text_printf(header, "{\"__metadata__\":{");
    for (size_t i = 0; metadata[i] != NULL; i += 2) {
        lg_text_printf(header, "%s", i > 0 ? "," : "");
        lg_text_quote(header, metadata[i]);
        lg_text_printf(header, ":");
        lg_text_quote(header, metadata[i + 1]);
    }
    lg_text_printf(header, "}");
    uint64_t offset = 0;
    uint32_t pads = 0;
    for (size_t i = 0; i < item_count; i++) {
        const lg_view_t *view = items[i].view;
        uint64_t bytes = (uint64_t)view->elem_count * lg_dtype_size((lg_dtype_t)view->dtype);
        lg_text_t *name = lg_text_create(heap);
        if (name == NULL) {
            header->failed = true;
            break;
        }
        lg_text_printf(name, "%s%s", items[i].prefix, items[i].name);
        lg_text_printf(header, ",");
        lg_text_quote(header, name->failed ? "" : name->chars);
        header->failed |= name->failed;
        lg_text_release(name);
        container_write_entry(header, type_names[view->dtype], view, offset, bytes);
        offset += bytes;
        uint64_t pad = (64 - offset % 64) % 64;
        if (pad > 0) {
            lg_view_t hole = {.rank = 1, .shape = {(int64_t)pad}};
            lg_text_printf(header, ",\"__pad.%u\"", pads++);
            container_write_entry(header, "U8", &hole, offset, pad);
            offset += pad;
        }
    }
    lg_text_printf(header, "}");
    // Spaces make the data start at a multiple of 64.
    while ((header->bytes + 8) % 64 != 0 && !header->failed) {
        lg_text_write(header, " ", 1);
    }
    LG_TRY(lg_text_finish(header, &header, err));
    lg_status_t status = header->bytes <= HEADER_MAX_BYTES
                             ? LG_OK
                             : lg_error_set(err, LG_STATUS_OVERFLOW, NULL,
                                            "the header of '%s' would have %zu bytes, at most %u", path,
                                            header->bytes, HEADER_MAX_BYTES);
    lg_port_file_t *file = NULL;
    status = status == LG_OK ? lg_port_file_create(path, &file, err) : status;
    if (status == LG_OK) {
        status = container_write_body(file, header, items, item_count, err);
        if (status == LG_OK) {
            status = lg_port_file_commit(file, err);
        } else {
            lg_port_file_abandon(file);
        }
    }
    lg_text_release(header);
    return status;
}
