/* SPDX-License-Identifier: Apache-2.0
 *
 * Text being built, and the reading of text that nobody vouches for.
 */
#ifndef LEGATO_ENGINE_TEXT_H_
#define LEGATO_ENGINE_TEXT_H_

#include "base/zone.h"

// ---- writing ----------------------------------------------------------------------------------------

struct lg_text {
    lg_heap_t *heap;
    char *chars;
    size_t bytes;
    size_t capacity;
    bool failed;  // out of memory: later writes do nothing, lg_text_finish reports it
};

// Starts a text; NULL when out of memory.
lg_text_t *lg_text_create(lg_heap_t *heap);
void lg_text_write(lg_text_t *text, const char *chars, size_t bytes);
void lg_text_printf(lg_text_t *text, const char *format, ...) LG_PRINTF(2, 3);
// Writes `"chars"` with \" \\ \n \t \r \u00XX escapes, as JSON has them.
void lg_text_quote(lg_text_t *text, const char *chars);
// Shortest decimal text that reads back to the same double; "inf", "-inf", "nan".
void lg_text_double(lg_text_t *text, double value);
// Hands the text over, or releases it and reports OUT_OF_MEMORY. `text` may be NULL (out of memory as well).
lg_status_t lg_text_finish(lg_text_t *text, lg_text_t **out_text, lg_error_t *err);

// Whether the bytes are valid UTF-8 (no surrogates, no overlong forms).
bool lg_text_is_utf8(const char *chars, size_t bytes);

// ---- reading ----------------------------------------------------------------------------------------

// A cursor over characters that need not end in NUL.
typedef struct lg_reader {
    const char *at;
    const char *end;
    const char *start;
    uint32_t line;     // 1-based, for messages
    const char *what;  // what is read, for messages: "program text"
    lg_error_t *err;
} lg_reader_t;

void lg_reader_init(lg_reader_t *reader, const char *chars, size_t bytes, const char *what, lg_error_t *err);
// Reports FORMAT with the line and what stands there.
lg_status_t lg_reader_fail(lg_reader_t *reader, const char *wanted);
void lg_reader_skip_space(lg_reader_t *reader);
// After white space: takes `token` when it stands there.
bool lg_reader_take(lg_reader_t *reader, const char *token);
lg_status_t lg_reader_expect(lg_reader_t *reader, const char *token);
// A run of letters, digits, '_' and '.'; the result points into the text.
lg_status_t lg_reader_word(lg_reader_t *reader, const char **out_chars, size_t *out_bytes,
                           const char *wanted);
lg_status_t lg_reader_int(lg_reader_t *reader, int64_t *out_value, const char *wanted);
lg_status_t lg_reader_double(lg_reader_t *reader, double *out_value, const char *wanted);
// A quoted string, unescaped into `zone`. A NUL inside is an error. `out_bytes` may be NULL.
lg_status_t lg_reader_string(lg_reader_t *reader, lg_zone_t *zone, char **out_string, size_t *out_bytes);

#endif  // LEGATO_ENGINE_TEXT_H_
