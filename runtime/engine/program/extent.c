// SPDX-License-Identifier: Apache-2.0
#include "program/extent.h"

#include <stdio.h>
#include <string.h>

#include "program/program.h"

// ---- points -----------------------------------------------------------------------------------------

int64_t lg_symbol_at(uint32_t symbol, uint32_t point) {
    switch (point) {
        case LG_POINT_OTHER:
            return 32 * (2 * (int64_t)symbol + 7);
        case LG_POINT_ODD:
            return 2 * (int64_t)symbol + 941;  // a signal has one frame per hop of some hundreds
        case LG_POINT_ONE:
            return 1;
        case LG_POINT_LARGE:
            return 2 * (int64_t)symbol + 10007;
        case LG_POINT_HUGE:
            return 2 * (int64_t)symbol + 1000003;
        default:
            return 32 * ((int64_t)symbol + (point == LG_POINT_FIRST_SYMBOL + symbol ? 1 : 2));
    }
}

lg_status_t lg_affine_at(const lg_affine_t *affine, uint32_t symbol_count, uint32_t point,
                         int64_t *out_extent, lg_error_t *err) {
    int64_t sum = affine->constant;
    for (uint32_t i = 0; i < symbol_count; i++) {
        int64_t part;
        LG_CHECK(err,
                 lg_mul_i64(affine->factors[i], lg_symbol_at(i, point), &part) &&
                     !__builtin_add_overflow(sum, part, &sum),
                 LG_STATUS_OVERFLOW, NULL, "an extent does not fit in 64 bits");
    }
    *out_extent = sum;
    return LG_OK;
}

void lg_extent_explain(const lg_program_t *program, uint32_t point, lg_error_t *err) {
    if (err == NULL) {
        return;
    }
    size_t used = strlen(err->message);
    for (uint32_t i = 0; i < program->symbols.count && used + 1 < sizeof err->message; i++) {
        int written =
            snprintf(err->message + used, sizeof err->message - used, "%s%s=%lld", i == 0 ? " (for " : ", ",
                     program->symbols.items[i].name, (long long)lg_symbol_at(i, point));
        used += written > 0 ? (size_t)written : 0;
    }
    if (used + 1 < sizeof err->message) {
        snprintf(err->message + used, sizeof err->message - used,
                 point == 0 ? ")"
                            : "; it works for other numbers: write those extents that are fixed as numbers)");
    }
}

// ---- symbols ----------------------------------------------------------------------------------------

static bool extent_is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool extent_is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool same_chars(const char *string, const char *chars, size_t bytes) {
    return string != NULL && strlen(string) == bytes && memcmp(string, chars, bytes) == 0;
}

static bool symbol_is_taken(const lg_program_t *program, const char *name) {
    for (size_t i = 0; i < program->symbols.count; i++) {
        if (strcmp(program->symbols.items[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < program->extent_texts.count; i++) {
        if (strcmp(program->extent_texts.items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

// The next of d0, d1, ... (or another letter) that nobody has.
static const char *symbol_fresh(lg_program_t *program, char letter, uint32_t *count) {
    char name[16];
    do {
        snprintf(name, sizeof name, "%c%u", letter, (*count)++);
    } while (symbol_is_taken(program, name));
    return lg_zone_string(&program->zone, name, strlen(name));
}

static const char *symbol_fresh_name(lg_program_t *program) {
    return symbol_fresh(program, 'd', &program->fresh_count);
}

// A point at which all values so far are what they are at point 0.
static lg_status_t symbol_add_point(lg_program_t *program, lg_error_t *err) {
    lg_heap_t *heap = &program->context->heap;
    if (!LG_LIST_GROW(heap, &program->points)) {
        return lg_program_no_memory(err);
    }
    lg_point_t *point = &program->points.items[program->points.count++];
    memset(point, 0, sizeof *point);
    for (size_t i = 0; i < program->values.count; i++) {
        if (!LG_LIST_GROW(heap, &point->views)) {
            return lg_program_no_memory(err);
        }
        point->views.items[point->views.count++] = program->values.items[i].type;
    }
    return LG_OK;
}

static lg_status_t symbol_add(lg_program_t *program, const char *name, const char *foreign, bool of_data,
                              uint32_t *out_index, lg_error_t *err) {
    size_t most = !of_data                  ? LG_MAX_INPUT_SYMBOLS
                  : program->parent != NULL ? 2 * LG_MAX_DATA_SYMBOLS
                                            : LG_MAX_DATA_SYMBOLS;
    size_t count = 0;
    for (size_t i = 0; i < program->symbols.count; i++) {
        count += program->symbols.items[i].of_data == of_data;
    }
    LG_CHECK(err, count < most, LG_STATUS_OVERFLOW, NULL,
             "a program has at most %zu symbols in %s; '%s' is one more", most,
             of_data ? "extents that only the data tell" : "its extents", name);
    if (!LG_LIST_GROW(&program->context->heap, &program->symbols)) {
        return lg_program_no_memory(err);
    }
    // With the first symbol come the points that all share.
    while (program->points.count + 1 < LG_POINT_FIRST_SYMBOL + program->symbols.count + 1) {
        LG_TRY(symbol_add_point(program, err));
    }
    *out_index = (uint32_t)program->symbols.count;
    program->symbols.items[program->symbols.count++] = (lg_symbol_t){name, foreign, of_data};
    return LG_OK;
}

// The symbol of that name, which may be new.
static lg_status_t symbol_find(lg_program_t *program, const char *chars, size_t bytes, bool foreign,
                               uint32_t *out_index, lg_error_t *err) {
    bool fresh = foreign && (same_chars("?", chars, bytes) || same_chars("-1", chars, bytes));
    for (uint32_t i = 0; i < program->symbols.count && !fresh; i++) {
        const lg_symbol_t *symbol = &program->symbols.items[i];
        if (same_chars(foreign ? symbol->foreign : symbol->name, chars, bytes)) {
            *out_index = i;
            return LG_OK;
        }
    }
    const char *copy = lg_zone_string(&program->zone, chars, bytes);
    if (copy == NULL) {
        return lg_program_no_memory(err);
    }
    if (!foreign) {
        LG_CHECK(err, !symbol_is_taken(program, copy), LG_STATUS_ALREADY_EXISTS, NULL,
                 "the extent '%s' has a name that stands for a computed extent already", copy);
        return symbol_add(program, copy, NULL, false, out_index, err);
    }
    const char *name = symbol_fresh_name(program);
    return name != NULL ? symbol_add(program, name, fresh ? NULL : copy, false, out_index, err)
                        : lg_program_no_memory(err);
}

lg_status_t lg_symbol_add_data(lg_program_t *program, uint32_t *out_symbol, lg_error_t *err) {
    const char *name = symbol_fresh(program, 'u', &program->data_count);
    return name != NULL ? symbol_add(program, name, NULL, true, out_symbol, err) : lg_program_no_memory(err);
}

lg_status_t lg_symbols_copy(lg_program_t *program, const lg_program_t *source, lg_error_t *err) {
    for (size_t i = 0; i < source->symbols.count; i++) {
        if (!LG_LIST_GROW(&program->context->heap, &program->symbols)) {
            return lg_program_no_memory(err);
        }
        program->symbols.items[program->symbols.count++] = source->symbols.items[i];
    }
    while (program->points.count < source->points.count) {
        LG_TRY(symbol_add_point(program, err));
    }
    program->fresh_count = source->fresh_count;
    program->data_count = source->data_count;
    return LG_OK;
}

// ---- reading ----------------------------------------------------------------------------------------

typedef struct extent_term {
    int64_t factor;
    const char *chars;  // NULL: the constant
    size_t bytes;
} extent_term_t;

// One of "3", "w", "2*w", "w*2".
static bool extent_read_term(const char **at, const char *end, extent_term_t *term) {
    bool has_number = false;
    *term = (extent_term_t){1, NULL, 0};
    for (;;) {
        while (*at < end && **at == ' ') {
            (*at)++;
        }
        if (*at < end && extent_is_digit(**at) && !has_number) {
            has_number = true;
            term->factor = 0;
            for (; *at < end && extent_is_digit(**at); (*at)++) {
                if (__builtin_mul_overflow(term->factor, 10, &term->factor) ||
                    __builtin_add_overflow(term->factor, **at - '0', &term->factor)) {
                    return false;
                }
            }
        } else if (*at < end && extent_is_letter(**at) && term->chars == NULL) {
            term->chars = *at;
            while (*at < end && (extent_is_letter(**at) || extent_is_digit(**at))) {
                (*at)++;
            }
            term->bytes = (size_t)(*at - term->chars);
        } else {
            return false;
        }
        while (*at < end && **at == ' ') {
            (*at)++;
        }
        if (*at == end || **at != '*') {
            return true;
        }
        (*at)++;
    }
}

// Sum of terms; false when the text is none.
static bool extent_read_terms(const char *at, const char *end, extent_term_t *terms, uint32_t *out_count) {
    *out_count = 0;
    bool negative = at < end && *at == '-';
    at += negative;
    while (*out_count < LG_MAX_SYMBOLS + 1 && extent_read_term(&at, end, &terms[*out_count])) {
        terms[*out_count].factor *= negative ? -1 : 1;
        ++*out_count;
        if (at == end) {
            return true;
        }
        if (*at != '+' && *at != '-') {
            return false;
        }
        negative = *at++ == '-';
    }
    return false;
}

// A name that other tools write where we want an identifier.
static bool extent_is_foreign(const char *chars, size_t bytes) {
    if (same_chars("?", chars, bytes) || same_chars("-1", chars, bytes)) {
        return true;
    }
    for (size_t i = 0; i < bytes; i++) {
        if (!extent_is_letter(chars[i]) && (i == 0 || (!extent_is_digit(chars[i]) && chars[i] != '.' &&
                                                       chars[i] != ':' && chars[i] != '/'))) {
            return false;
        }
    }
    return bytes > 0;
}

lg_status_t lg_extent_parse(lg_program_t *program, const char *chars, size_t bytes, lg_affine_t *out_affine,
                            lg_error_t *err) {
    extent_term_t terms[LG_MAX_SYMBOLS + 1];
    uint32_t count, symbol;
    memset(out_affine, 0, sizeof *out_affine);
    bool fits = bytes <= 128;
    if (fits && !same_chars("-1", chars, bytes) && extent_read_terms(chars, chars + bytes, terms, &count)) {
        for (uint32_t i = 0; i < count; i++) {
            int64_t *sum = &out_affine->constant;
            if (terms[i].chars != NULL) {
                LG_TRY(symbol_find(program, terms[i].chars, terms[i].bytes, false, &symbol, err));
                sum = &out_affine->factors[symbol];
            }
            LG_CHECK(err, !__builtin_add_overflow(*sum, terms[i].factor, sum), LG_STATUS_OVERFLOW, NULL,
                     "an extent does not fit in 64 bits");
        }
        return LG_OK;
    }
    LG_CHECK(err, fits && extent_is_foreign(chars, bytes), LG_STATUS_FORMAT, NULL,
             "the extent '%.*s' is no number, name or sum like 2*w+1", (int)(bytes < 64 ? bytes : 64), chars);
    LG_TRY(symbol_find(program, chars, bytes, true, &symbol, err));
    out_affine->factors[symbol] = 1;
    return LG_OK;
}

bool lg_extent_value(const lg_program_t *program, const char *text, int64_t number,
                     const lg_symbol_values_t *values, int64_t *out_extent) {
    extent_term_t terms[LG_MAX_SYMBOLS + 1];
    uint32_t count = 0;
    *out_extent = number;
    if (text == NULL) {
        return true;
    }
    bool good = extent_read_terms(text, text + strlen(text), terms, &count);
    *out_extent = 0;
    for (uint32_t i = 0; i < count && good; i++) {
        int64_t part = terms[i].factor;
        if (terms[i].chars != NULL) {
            uint32_t symbol = 0;
            while (symbol < program->symbols.count &&
                   !same_chars(program->symbols.items[symbol].name, terms[i].chars, terms[i].bytes)) {
                symbol++;
            }
            good = symbol < program->symbols.count && values->known[symbol] &&
                   lg_mul_i64(terms[i].factor, values->numbers[symbol], &part);
        }
        good = good && !__builtin_add_overflow(*out_extent, part, out_extent);
    }
    return good && *out_extent >= 0;
}

lg_status_t lg_spec_read(lg_reader_t *reader, lg_spec_t *out_spec) {
    const char *chars;
    size_t bytes;
    char name[8] = "";
    memset(out_spec, 0, sizeof *out_spec);
    LG_TRY(lg_reader_word(reader, &chars, &bytes, "a dtype"));
    memcpy(name, chars, bytes < sizeof name ? bytes : 0);
    out_spec->dtype = lg_dtype_parse(name);
    if (out_spec->dtype == LG_DTYPE_INVALID) {
        reader->at = chars;
        return lg_reader_fail(reader, "a dtype");
    }
    LG_TRY(lg_reader_expect(reader, "["));
    while (!lg_reader_take(reader, "]")) {
        if (out_spec->rank > 0) {
            LG_TRY(lg_reader_expect(reader, ","));
        }
        if (out_spec->rank == LG_MAX_RANK) {
            return lg_reader_fail(reader, "at most 8 extents");
        }
        lg_reader_skip_space(reader);
        const char *end = reader->at;
        bool number = true;
        while (end < reader->end && *end != ',' && *end != ']' && (unsigned char)*end >= 0x20) {
            number &= extent_is_digit(*end) || (*end == '-' && end == reader->at);
            end++;
        }
        while (end > reader->at && end[-1] == ' ') {
            end--;
        }
        bytes = (size_t)(end - reader->at);
        if ((number && !same_chars("-1", reader->at, bytes)) || bytes == 0) {
            LG_TRY(lg_reader_int(reader, &out_spec->shape[out_spec->rank], "an extent"));
        } else {
            out_spec->chars[out_spec->rank] = reader->at;
            out_spec->bytes[out_spec->rank] = (uint32_t)(bytes < 4096 ? bytes : 4096);
            reader->at = end;
        }
        out_spec->rank++;
    }
    return LG_OK;
}

// ---- expressions ------------------------------------------------------------------------------------

// Finds the affine expression that takes `vector` at the points.
static bool extent_fit(const lg_program_t *program, const int64_t *vector, lg_affine_t *affine) {
    uint32_t count = (uint32_t)program->symbols.count;
    memset(affine, 0, sizeof *affine);
    affine->constant = vector[0];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t point = LG_POINT_FIRST_SYMBOL + i;
        int64_t step = lg_symbol_at(i, point) - lg_symbol_at(i, 0);
        int64_t change, part;
        if (__builtin_sub_overflow(vector[point], vector[0], &change) || change % step != 0) {
            return false;
        }
        affine->factors[i] = change / step;
        if (!lg_mul_i64(affine->factors[i], lg_symbol_at(i, 0), &part) ||
            __builtin_sub_overflow(affine->constant, part, &affine->constant)) {
            return false;
        }
    }
    bool fits = true;
    for (uint32_t point = LG_POINT_OTHER; point < LG_POINT_FIRST_SYMBOL && fits; point++) {
        int64_t extent = 0;
        bool unknown = lg_point_is_witness(point) && vector[point] < 0;
        fits = unknown ||
               (lg_affine_at(affine, count, point, &extent, NULL) == LG_OK && extent == vector[point]);
    }
    return fits;
}

// "2*w+1"
static const char *extent_format(lg_program_t *program, const lg_affine_t *affine) {
    char text[LG_MAX_SYMBOLS * 24 + 24];
    size_t used = 0;
    size_t capacity = 64 * LG_MAX_SYMBOLS;
    char *chars = lg_zone_alloc(&program->zone, capacity);
    if (chars == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < program->symbols.count; i++) {
        int64_t factor = affine->factors[i];
        if (factor == 0) {
            continue;
        }
        const char *sign = factor < 0 ? "-" : used > 0 ? "+" : "";
        if (factor == 1 || factor == -1) {
            snprintf(text, sizeof text, "%s", sign);
        } else {
            snprintf(text, sizeof text, "%s%llu*", sign,
                     factor < 0 ? 0ull - (unsigned long long)factor : (unsigned long long)factor);
        }
        int written = snprintf(chars + used, capacity - used, "%s%s", text, program->symbols.items[i].name);
        used += written > 0 ? (size_t)written : 0;
        if (used >= capacity) {
            return symbol_fresh_name(program);  // names so long that nobody reads the sum
        }
    }
    if (affine->constant != 0) {
        snprintf(chars + used, capacity - used, "%+lld", (long long)affine->constant);
    }
    return chars;
}

// The text of an extent that takes `vector` at the points; NULL when out of memory.
static const char *extent_text(lg_program_t *program, const int64_t *vector) {
    // Without the points of symbols that it does not depend on at the end, so that it stays the same when
    // symbols join.
    size_t count = program->points.count + 1;
    while (count > LG_POINT_FIRST_SYMBOL && vector[count - 1] == vector[0]) {
        count--;
    }
    uint32_t known = lg_map_find(&program->extent_numbers, vector, count * sizeof *vector);
    if (known != LG_MAP_NONE) {
        return program->extent_texts.items[known];
    }
    lg_affine_t affine;
    const char *text =
        extent_fit(program, vector, &affine) ? extent_format(program, &affine) : symbol_fresh_name(program);
    int64_t *key = lg_zone_alloc(&program->zone, count * sizeof *key);
    if (text == NULL || key == NULL || !LG_LIST_GROW(&program->context->heap, &program->extent_texts)) {
        return NULL;
    }
    memcpy(key, vector, count * sizeof *key);
    if (!lg_map_add(&program->extent_numbers, key, count * sizeof *key,
                    (uint32_t)program->extent_texts.count)) {
        return NULL;
    }
    program->extent_texts.items[program->extent_texts.count++] = text;
    return text;
}

lg_status_t lg_extent_texts(lg_program_t *program, uint32_t value, const char *const **out_texts,
                            lg_error_t *err) {
    const lg_view_t *type = &program->values.items[value].type;
    const char **texts = NULL;
    *out_texts = NULL;
    for (uint32_t axis = 0; axis < type->rank; axis++) {
        int64_t vector[LG_MAX_POINTS] = {type->shape[axis]};
        bool same = true;
        for (size_t i = 0; i < program->points.count; i++) {
            const lg_view_t *view = &program->points.items[i].views.items[value];
            bool known = view->dtype != LG_DTYPE_INVALID;
            vector[i + 1] = known && axis < view->rank ? view->shape[axis] : -1;
            same &= !known || vector[i + 1] == vector[0];
        }
        if (same) {
            continue;
        }
        if (texts == NULL) {
            texts = lg_zone_alloc(&program->zone, type->rank * sizeof *texts);
        }
        const char *text = texts != NULL ? extent_text(program, vector) : NULL;
        if (text == NULL) {
            return lg_program_no_memory(err);
        }
        texts[axis] = text;
    }
    *out_texts = (const char *const *)texts;
    return LG_OK;
}

void lg_extent_format(lg_text_t *text, const lg_view_t *type, const char *const *extents) {
    lg_text_printf(text, "%s[", lg_dtype_name((lg_dtype_t)type->dtype));
    for (uint32_t i = 0; i < type->rank; i++) {
        if (extents != NULL && extents[i] != NULL) {
            lg_text_printf(text, "%s%s", i > 0 ? "," : "", extents[i]);
        } else {
            lg_text_printf(text, "%s%lld", i > 0 ? "," : "", (long long)type->shape[i]);
        }
    }
    lg_text_printf(text, "]");
}
