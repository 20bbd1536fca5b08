// SPDX-License-Identifier: Apache-2.0
// What entries of the text of an app have in common, known ones and those of later versions.
#include "file/entry.h"

#include <string.h>

enum { ENTRY_MAX_DEPTH = 64 };  // of brackets in what is left aside

bool lg_entry_at_end(lg_reader_t *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r')) {
        reader->at++;
    }
    return reader->at == reader->end || *reader->at == '\n';
}

// Passes a string without looking at what is in it; `reader` stands at its first quote.
static lg_status_t entry_skip_string(lg_reader_t *reader) {
    const char *at = reader->at + 1;
    while (at < reader->end && *at != '"' && *at != '\n') {
        at += *at == '\\' ? 2 : 1;
    }
    if (at >= reader->end || *at != '"') {
        return lg_reader_fail(reader, "a string that is closed by '\"'");
    }
    reader->at = at + 1;
    return LG_OK;
}

lg_status_t lg_entry_skip(lg_reader_t *reader) {
    char closing[ENTRY_MAX_DEPTH];
    uint32_t depth = 0;
    while (reader->at < reader->end && (depth > 0 || *reader->at != '\n')) {
        char c = *reader->at;
        if (c == '"') {
            LG_TRY(entry_skip_string(reader));
            continue;
        }
        char close = c == '{' ? '}' : c == '[' ? ']' : c == '(' ? ')' : 0;
        if (close != 0) {
            if (depth == ENTRY_MAX_DEPTH) {
                return lg_reader_fail(reader, "brackets nested less deeply");
            }
            closing[depth++] = close;
        } else if (c == '}' || c == ']' || c == ')') {
            if (depth == 0) {
                return LG_OK;  // of what the entry stands in
            }
            if (closing[--depth] != c) {
                return lg_reader_fail(reader, "the bracket that closes the last one");
            }
        }
        reader->line += c == '\n';
        reader->at++;
    }
    return depth == 0 ? LG_OK : lg_reader_fail(reader, "a closing bracket");
}

lg_status_t lg_entry_other(lg_reader_t *reader, lg_zone_t *zone, const char *wanted) {
    const char *chars;
    size_t bytes;
    char *feature;
    if (lg_reader_take(reader, "requires")) {
        LG_TRY(lg_reader_string(reader, zone, &feature, NULL));
        return lg_error_set(reader->err, LG_STATUS_UNSUPPORTED, NULL,
                            "%s requires '%.64s', which this version (%s) does not have; use a newer one",
                            reader->what, feature, lg_version());
    }
    LG_TRY(lg_reader_word(reader, &chars, &bytes, wanted));
    return lg_entry_skip(reader);
}

lg_status_t lg_entry_skip_field(lg_reader_t *reader, const char *wanted) {
    const char *chars;
    size_t bytes;
    LG_TRY(lg_reader_word(reader, &chars, &bytes, wanted));
    LG_TRY(lg_reader_expect(reader, "="));
    lg_reader_skip_space(reader);
    if (reader->at < reader->end && *reader->at == '"') {
        return entry_skip_string(reader);
    }
    if (reader->at < reader->end && *reader->at == '[') {
        const char *end = memchr(reader->at, ']', (size_t)(reader->end - reader->at));
        const char *line = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
        if (end == NULL || (line != NULL && line < end)) {
            return lg_reader_fail(reader, "a list that is closed by ']'");
        }
        reader->at = end + 1;
        return LG_OK;
    }
    while (reader->at < reader->end && strchr(" \t\r\n\"{}", *reader->at) == NULL) {
        reader->at++;
    }
    return LG_OK;
}
