// SPDX-License-Identifier: Apache-2.0
// Drives the target without libFuzzer: mutates files of a corpus, three ways by turns. Raw bytes; the JSON header,
// its length kept true; the text of the app inside it, its quoting kept true. The last reaches furthest.
//
//   fuzz_file RUNS SEED FILE...
//
// What crashes, or takes longer than 20 seconds, is kept as $FUZZ_INPUT (fuzz-input.legato); `fuzz_file 0 0
// fuzz-input.legato` tries it alone. The same seed tries the same inputs.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define MOST ((size_t)1 << 16)  // bytes of an input
#define MOST_FILES 64

typedef struct text {
    uint8_t bytes[MOST];
    size_t count;
} text_t;

size_t fuzz_opened;
static text_t files[MOST_FILES];
static size_t file_count;
static uint64_t state;

static uint32_t draw(size_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % (below > 0 ? below : 1));
}

// ---- mutations --------------------------------------------------------------------------------------

static void insert(text_t *text, size_t at, const void *bytes, size_t count) {
    if (text->count + count <= MOST && at <= text->count) {
        uint8_t copy[256];
        count = count < sizeof copy ? count : sizeof copy;
        memcpy(copy, bytes, count);
        memmove(text->bytes + at + count, text->bytes + at, text->count - at);
        memcpy(text->bytes + at, copy, count);
        text->count += count;
    }
}

static void erase(text_t *text, size_t at, size_t count) {
    if (at < text->count) {
        count = count < text->count - at ? count : text->count - at;
        memmove(text->bytes + at, text->bytes + at + count, text->count - at - count);
        text->count -= count;
    }
}

static const char *const words[] = {
    "0",
    "1",
    "-1",
    "2",
    "3",
    "8",
    "63",
    "64",
    "255",
    "256",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "nan",
    "inf",
    "-inf",
    "0.5",
    "none",
    "true",
    "false",
    "_",
    "%0",
    "%1",
    "%2",
    "%3",
    "%4",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    ",",
    ":",
    "=",
    "@",
    "#",
    "\\",
    "\\u0000",
    "\n",
    "input",
    "output",
    "weight",
    "guard",
    "program {\n",
    "model",
    "rule",
    "off",
    "plan",
    "tensor",
    "requires",
    "legato 1\n",
    "f32[",
    "i64[",
    "bool[",
    "bf16[",
    "u8[2,2]",
    "batch",
    "2*batch+1",
    "n",
    " at \"p\"",
    "axis=",
    "shape=",
    "add",
    "matmul",
    "conv",
    "reshape",
    "transpose",
    "concat",
    "slice",
    "gather",
    "cast",
    "softmax",
    "full",
    "expand",
    "shape",
    "pad",
    "reduce_sum",
    "op=",
    "to=",
    "path=",
    "{axis=1}",
    "{shape=[-1]}",
    "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
    "__metadata__",
    "data_offsets",
    "F64",
    "null",
};

// Where a number of the text begins; `at` when there is none behind it.
static size_t find_number(const text_t *text, size_t at) {
    for (size_t i = at; i < text->count; i++) {
        if (text->bytes[i] >= '0' && text->bytes[i] <= '9') {
            return i;
        }
    }
    return at;
}

static size_t line_bytes(const text_t *text, size_t *at) {
    while (*at > 0 && text->bytes[*at - 1] != '\n') {
        (*at)--;
    }
    size_t end = *at;
    while (end < text->count && text->bytes[end] != '\n') {
        end++;
    }
    return end - *at + (end < text->count);
}

static void mutate(text_t *text) {
    // Mostly one thing wrong, so that what comes behind it is read as well.
    for (uint32_t rounds = draw(3) > 0 ? 1 : 1 + draw(4); rounds > 0; rounds--) {
        size_t at = draw(text->count), other = draw(text->count), bytes;
        const text_t *donor = &files[draw(file_count)];
        const char *word = words[draw(sizeof words / sizeof words[0])];
        uint8_t copy[256];
        switch (draw(12)) {
            case 0:
                text->bytes[at] ^= (uint8_t)(text->count > 0 ? 1u << draw(8) : 0);
                break;
            case 1:
                text->bytes[at] = (uint8_t)draw(256);
                break;
            case 2:
                erase(text, at, 1 + draw(8));
                break;
            case 3:
                insert(text, at, word, strlen(word));
                break;
            case 4:  // a number becomes another one
            case 5:
                at = find_number(text, at);
                for (bytes = 0; at + bytes < text->count && text->bytes[at + bytes] >= '0' &&
                                text->bytes[at + bytes] <= '9';) {
                    bytes++;
                }
                erase(text, at, bytes);
                word = words[draw(18)];
                insert(text, at, word, strlen(word));
                break;
            case 6:  // a line is said again elsewhere
                bytes = line_bytes(text, &at);
                bytes = bytes < sizeof copy ? bytes : sizeof copy;
                memcpy(copy, text->bytes + at, bytes);
                line_bytes(text, &other);
                insert(text, other, copy, bytes);
                break;
            case 7:
                bytes = line_bytes(text, &at);
                erase(text, at, bytes);
                break;
            case 8:  // a piece moves
                bytes = 1 + draw(32);
                bytes = bytes < text->count - at ? bytes : text->count - at;
                memcpy(copy, text->bytes + at, bytes);
                insert(text, other, copy, bytes);
                break;
            case 9:  // a piece of another file
                if (donor->count > 0) {
                    other = draw(donor->count);
                    bytes = 1 + draw(128);
                    insert(text, at, donor->bytes + other,
                           bytes < donor->count - other ? bytes : donor->count - other);
                }
                break;
            case 10:
                text->count = draw(8) == 0 ? at : text->count;
                break;
            default:
                erase(text, at, draw(64));
        }
        text->count = text->count > 0 ? text->count : 1;
    }
}

// ---- parts of a file --------------------------------------------------------------------------------

static uint64_t header_bytes(const text_t *file) {
    uint64_t count = 0;
    for (size_t i = 0; i < 8 && file->count >= 8; i++) {
        count |= (uint64_t)file->bytes[i] << (8 * i);
    }
    return count <= file->count - (file->count < 8 ? file->count : 8) ? count : 0;
}

// Puts `header` in the place of the header of `file`.
static void replace_header(text_t *file, const text_t *header) {
    size_t old = (size_t)header_bytes(file);
    size_t rest = file->count - 8 - old;
    size_t fresh = (header->count + 8 + 63) / 64 * 64 - 8;
    if (8 + fresh + rest > MOST) {
        return;
    }
    memmove(file->bytes + 8 + fresh, file->bytes + 8 + old, rest);
    memset(file->bytes + 8, ' ', fresh);
    memcpy(file->bytes + 8, header->bytes, header->count);
    for (size_t i = 0; i < 8; i++) {
        file->bytes[i] = (uint8_t)((uint64_t)fresh >> (8 * i));
    }
    file->count = 8 + fresh + rest;
}

// Mutates the string under "legato.app" in a header.
static void mutate_text(text_t *header) {
    static const char key[] = "\"legato.app\":\"";
    static text_t text, result;
    size_t begin = 0, end;
    while (begin + sizeof key < header->count && memcmp(header->bytes + begin, key, sizeof key - 1) != 0) {
        begin++;
    }
    if (begin + sizeof key >= header->count) {
        return;
    }
    begin += sizeof key - 1;
    text.count = 0;
    for (end = begin; end + 1 < header->count && header->bytes[end] != '"'; end++) {
        uint8_t c = header->bytes[end];
        if (c == '\\') {
            c = header->bytes[++end] == 'n' ? '\n' : header->bytes[end];
        }
        text.bytes[text.count++] = c;
    }
    mutate(&text);
    memcpy(result.bytes, header->bytes, begin);
    result.count = begin;
    for (size_t i = 0; i < text.count && result.count + 8 < MOST; i++) {
        uint8_t c = text.bytes[i];
        if (c == '"' || c == '\\' || c == '\n') {
            result.bytes[result.count++] = '\\';
        }
        result.bytes[result.count++] = c == '\n' ? 'n' : c;
    }
    if (result.count + header->count - end <= MOST) {
        memcpy(result.bytes + result.count, header->bytes + end, header->count - end);
        result.count += header->count - end;
        *header = result;
    }
}

static void make(text_t *file) {
    static text_t header;
    *file = files[draw(file_count)];
    uint32_t way = draw(10);
    size_t count = (size_t)header_bytes(file);
    if (way < 2 || count == 0) {
        mutate(file);
        return;
    }
    memcpy(header.bytes, file->bytes + 8, count);
    header.count = count;
    while (header.count > 0 && header.bytes[header.count - 1] == ' ') {
        header.count--;
    }
    if (way < 4) {
        mutate(&header);
    } else {
        mutate_text(&header);
    }
    replace_header(file, &header);
}

// ---- running ----------------------------------------------------------------------------------------

static const char *input_path(void) {
    const char *path = getenv("FUZZ_INPUT");
    return path != NULL ? path : "fuzz-input.legato";
}

static void keep(const text_t *file) {
    FILE *out = fopen(input_path(), "wb");
    if (out != NULL) {
        fwrite(file->bytes, 1, file->count, out);
        fclose(out);
    }
}

static const text_t *tried;

static void keep_tried(void) {
    if (tried != NULL) {
        keep(tried);
        fprintf(stderr, "fuzz: the input is in %s\n", input_path());
    }
}

static void stop(int signal_number) {
    fprintf(stderr, "fuzz: signal %d\n", signal_number);
    keep_tried();
    _exit(3);
}

// Sanitizers end a process in their own way.
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void try_input(const text_t *input) {
    tried = input;
    alarm(20);
    LLVMFuzzerTestOneInput(input->bytes, input->count);
    alarm(0);
    tried = NULL;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: fuzz_file RUNS SEED FILE...\n");
        return 2;
    }
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(keep_tried);
    } else {
        signal(SIGSEGV, stop);
    }
    signal(SIGABRT, stop);
    signal(SIGALRM, stop);
    unsigned long long runs = strtoull(argv[1], NULL, 10);
    state = strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15u + 0x2545f4914f6cdd1du;
    for (int i = 3; i < argc && file_count < MOST_FILES; i++) {
        FILE *in = fopen(argv[i], "rb");
        if (in == NULL) {
            fprintf(stderr, "cannot open %s\n", argv[i]);
            return 2;
        }
        files[file_count].count = fread(files[file_count].bytes, 1, MOST, in);
        fclose(in);
        try_input(&files[file_count]);
        file_count++;
    }
    size_t opened = fuzz_opened;
    static text_t file;
    for (unsigned long long i = 0; i < runs; i++) {
        make(&file);
        try_input(&file);
    }
    printf("%llu runs, %zu opened; %zu of %zu files of the corpus opened\n", runs, fuzz_opened - opened,
           opened, file_count);
    return 0;
}
