// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- writing ----------------------------------------------------------------------------------------

lg_text_t *lg_text_create(lg_heap_t *heap) {
    lg_text_t *text = lg_heap_alloc(heap, sizeof *text);
    if (text != NULL) {
        *text = (lg_text_t){.heap = heap};
    }
    return text;
}

const char *lg_text_chars(const lg_text_t *text) {
    return text->chars;
}

size_t lg_text_bytes(const lg_text_t *text) {
    return text->bytes;
}

void lg_text_release(lg_text_t *text) {
    if (text != NULL) {
        lg_heap_t *heap = text->heap;
        lg_heap_free(heap, text->chars, text->capacity);
        lg_heap_free(heap, text, sizeof *text);
    }
}

// Makes room for `bytes` more and a NUL.
static bool text_reserve(lg_text_t *text, size_t bytes) {
    size_t need;
    if (text->failed || !lg_add_size(text->bytes, bytes, &need) || !lg_add_size(need, 1, &need)) {
        text->failed = true;
        return false;
    }
    if (need <= text->capacity) {
        return true;
    }
    size_t capacity = need > 2 * text->capacity ? need + 256 : 2 * text->capacity;
    char *grown = lg_heap_alloc(text->heap, capacity);
    if (grown == NULL) {
        text->failed = true;
        return false;
    }
    if (text->chars != NULL) {
        memcpy(grown, text->chars, text->bytes);
        lg_heap_free(text->heap, text->chars, text->capacity);
    }
    text->chars = grown;
    text->capacity = capacity;
    return true;
}

void lg_text_write(lg_text_t *text, const char *chars, size_t bytes) {
    if (text_reserve(text, bytes)) {
        memcpy(text->chars + text->bytes, chars, bytes);
        text->bytes += bytes;
        text->chars[text->bytes] = 0;
    }
}

void lg_text_printf(lg_text_t *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char small[256];
    int need = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (need < 0) {
        text->failed = true;
    } else if ((size_t)need < sizeof small) {
        lg_text_write(text, small, (size_t)need);
    } else if (text_reserve(text, (size_t)need)) {
        va_start(arguments, format);
        vsnprintf(text->chars + text->bytes, (size_t)need + 1, format, arguments);
        va_end(arguments);
        text->bytes += (size_t)need;
    }
}

void lg_text_quote(lg_text_t *text, const char *chars) {
    lg_text_write(text, "\"", 1);
    for (const char *c = chars; *c != 0; c++) {
        unsigned char code = (unsigned char)*c;
        if (code == '"' || code == '\\') {
            lg_text_printf(text, "\\%c", code);
        } else if (code == '\n') {
            lg_text_write(text, "\\n", 2);
        } else if (code == '\t') {
            lg_text_write(text, "\\t", 2);
        } else if (code == '\r') {
            lg_text_write(text, "\\r", 2);
        } else if (code < 0x20) {
            lg_text_printf(text, "\\u%04x", code);
        } else {
            lg_text_write(text, c, 1);
        }
    }
    lg_text_write(text, "\"", 1);
}

// The host program may have set a locale whose radix character is a comma; texts always have a point.
static char text_radix(void) {
    return localeconv()->decimal_point[0];
}

static void text_swap(char *chars, char from, char to) {
    for (; *chars != 0 && from != to; chars++) {
        *chars = *chars == from ? to : *chars;
    }
}

void lg_text_double(lg_text_t *text, double value) {
    if (isnan(value)) {
        lg_text_write(text, "nan", 3);
    } else if (isinf(value)) {
        lg_text_printf(text, "%s", value > 0 ? "inf" : "-inf");
    } else {
        char chars[40];
        for (int digits = 6; digits <= 17; digits++) {
            snprintf(chars, sizeof chars, "%.*g", digits, value);
            if (strtod(chars, NULL) == value) {
                break;
            }
        }
        text_swap(chars, text_radix(), '.');
        lg_text_printf(text, "%s%s", chars, strpbrk(chars, ".e") != NULL ? "" : ".0");
    }
}

lg_status_t lg_text_finish(lg_text_t *text, lg_text_t **out_text, lg_error_t *err) {
    *out_text = NULL;
    if (text == NULL || !text_reserve(text, 0)) {
        lg_text_release(text);
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a text");
    }
    text->chars[text->bytes] = 0;
    *out_text = text;
    return LG_OK;
}

bool lg_text_is_utf8(const char *chars, size_t bytes) {
    const unsigned char *at = (const unsigned char *)chars;
    const unsigned char *end = at + bytes;
    while (at < end) {
        uint32_t follow = *at < 0x80                  ? 0
                          : *at >= 0xc2 && *at < 0xe0 ? 1
                          : *at >= 0xe0 && *at < 0xf0 ? 2
                          : *at >= 0xf0 && *at < 0xf5 ? 3
                                                      : 4;
        if (follow == 4 || (size_t)(end - at) <= follow) {
            return false;
        }
        uint32_t code = follow == 0 ? *at : *at & (0x3fu >> follow);
        for (uint32_t i = 1; i <= follow; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return false;
            }
            code = code << 6 | (at[i] & 0x3f);
        }
        bool overlong = (follow == 2 && code < 0x800) || (follow == 3 && code < 0x10000);
        if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
            return false;
        }
        at += follow + 1;
    }
    return true;
}

// ---- reading ----------------------------------------------------------------------------------------

void lg_reader_init(lg_reader_t *reader, const char *chars, size_t bytes, const char *what, lg_error_t *err) {
    *reader = (lg_reader_t){chars, chars + bytes, chars, 1, what, err};
}

lg_status_t lg_reader_fail(lg_reader_t *reader, const char *wanted) {
    char found[24];
    size_t used = 0;
    for (const char *c = reader->at; c < reader->end && used < sizeof found - 1 && *c != '\n'; c++) {
        found[used++] = *c >= 0x20 && *c < 0x7f ? *c : '?';
    }
    found[used] = 0;
    return lg_error_set(reader->err, LG_STATUS_FORMAT, NULL, "%s, line %u: expected %s, found '%s'",
                        reader->what, reader->line, wanted, reader->at < reader->end ? found : "the end");
}

void lg_reader_skip_space(lg_reader_t *reader) {
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t' || *reader->at == '\r')) {
        reader->line += *reader->at == '\n';
        reader->at++;
    }
}

static bool reader_is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

bool lg_reader_take(lg_reader_t *reader, const char *token) {
    lg_reader_skip_space(reader);
    size_t bytes = strlen(token);
    if ((size_t)(reader->end - reader->at) < bytes || memcmp(reader->at, token, bytes) != 0) {
        return false;
    }
    // A word token must not be the beginning of a longer word.
    if (reader_is_word(token[bytes - 1]) && reader->at + bytes < reader->end &&
        reader_is_word(reader->at[bytes])) {
        return false;
    }
    reader->at += bytes;
    return true;
}

lg_status_t lg_reader_expect(lg_reader_t *reader, const char *token) {
    return lg_reader_take(reader, token) ? LG_OK : lg_reader_fail(reader, token);
}

lg_status_t lg_reader_word(lg_reader_t *reader, const char **out_chars, size_t *out_bytes,
                           const char *wanted) {
    lg_reader_skip_space(reader);
    const char *begin = reader->at;
    while (reader->at < reader->end && reader_is_word(*reader->at)) {
        reader->at++;
    }
    *out_chars = begin;
    *out_bytes = (size_t)(reader->at - begin);
    return *out_bytes > 0 ? LG_OK : lg_reader_fail(reader, wanted);
}

// Copies the characters that can make up a number to `number` and returns how many; 0 for none or too many.
static size_t reader_number(lg_reader_t *reader, char *number, size_t capacity) {
    lg_reader_skip_space(reader);
    size_t bytes = 0;
    for (const char *c = reader->at; c < reader->end; c++) {
        bool part = reader_is_word(*c) || *c == '-' || *c == '+';
        if (!part) {
            break;
        }
        if (bytes + 1 >= capacity) {
            return 0;
        }
        number[bytes++] = *c;
    }
    number[bytes] = 0;
    return bytes;
}

lg_status_t lg_reader_int(lg_reader_t *reader, int64_t *out_value, const char *wanted) {
    char number[32];
    size_t bytes = reader_number(reader, number, sizeof number);
    size_t at = bytes > 0 && number[0] == '-' ? 1 : 0;
    bool negative = at == 1;
    // Accumulates downwards, whose range holds the smallest integer too.
    int64_t value = 0;
    bool good = at < bytes;
    for (; good && at < bytes; at++) {
        good = number[at] >= '0' && number[at] <= '9' && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_sub_overflow(value, number[at] - '0', &value);
    }
    good = good && (negative || value != INT64_MIN);
    if (!good) {
        return lg_reader_fail(reader, wanted);
    }
    reader->at += bytes;
    *out_value = negative ? value : -value;
    return LG_OK;
}

lg_status_t lg_reader_double(lg_reader_t *reader, double *out_value, const char *wanted) {
    char number[40];
    size_t bytes = reader_number(reader, number, sizeof number);
    text_swap(number, '.', text_radix());
    char *end = number;
    double value = bytes > 0 ? strtod(number, &end) : 0;
    if (bytes == 0 || end != number + bytes) {
        return lg_reader_fail(reader, wanted);
    }
    reader->at += bytes;
    *out_value = value;
    return LG_OK;
}

static int reader_hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// Reads the four digits of \uXXXX.
static bool reader_code_unit(const char **at, const char *end, uint32_t *out_code) {
    if (end - *at < 4) {
        return false;
    }
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = reader_hex((*at)[i]);
        if (digit < 0) {
            return false;
        }
        code = code * 16 + (uint32_t)digit;
    }
    *at += 4;
    *out_code = code;
    return true;
}

static size_t reader_put_utf8(char *out, uint32_t code) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | (code >> 6));
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | (code >> 12));
        out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (code >> 18));
    out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

lg_status_t lg_reader_string(lg_reader_t *reader, lg_zone_t *zone, char **out_string, size_t *out_bytes) {
    lg_reader_skip_space(reader);
    *out_string = NULL;
    if (reader->at >= reader->end || *reader->at != '"') {
        return lg_reader_fail(reader, "a quoted string");
    }
    const char *close = reader->at + 1;
    while (close < reader->end && *close != '"') {
        close += *close == '\\' ? 2 : 1;
    }
    if (close >= reader->end) {
        return lg_reader_fail(reader, "a string that is closed by '\"'");
    }
    // An escape is never shorter than what it stands for, so this is enough.
    char *string = lg_zone_alloc(zone, (size_t)(close - reader->at));
    if (string == NULL) {
        return lg_error_set(reader->err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a string of %s",
                            reader->what);
    }
    size_t used = 0;
    for (const char *c = reader->at + 1; c < close;) {
        if ((unsigned char)*c < 0x20) {
            return lg_reader_fail(reader, "a string without control characters");
        }
        if (*c != '\\') {
            string[used++] = *c++;
            continue;
        }
        static const char escapes[] = "\"\"\\\\//n\nt\tr\rb\bf\f";
        const char *found = NULL;
        for (size_t i = 0; i + 1 < sizeof escapes; i += 2) {
            found = escapes[i] == c[1] ? &escapes[i + 1] : found;
        }
        uint32_t code = 0, low = 0;
        c += 2;
        if (found != NULL) {
            string[used++] = *found;
        } else if (c[-1] == 'u' && reader_code_unit(&c, close, &code)) {
            bool high = code >= 0xd800 && code < 0xdc00;
            if (high && close - c >= 6 && c[0] == '\\' && c[1] == 'u') {
                c += 2;
                bool paired = reader_code_unit(&c, close, &low) && low >= 0xdc00 && low < 0xe000;
                code = paired ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0;
            }
            if (code == 0 || (code >= 0xd800 && code < 0xe000)) {
                return lg_reader_fail(reader, "a string of valid characters other than NUL");
            }
            used += reader_put_utf8(string + used, code);
        } else {
            return lg_reader_fail(reader, "a string with valid escapes");
        }
    }
    string[used] = 0;
    reader->at = close + 1;
    *out_string = string;
    if (out_bytes != NULL) {
        *out_bytes = used;
    }
    return LG_OK;
}
