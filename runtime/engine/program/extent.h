/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Symbolic extents]
 * An input may have extents that are affine expressions over symbols: f32[batch,2*seq+1]. There is one shape rule
 * per op, and it works on numbers; so a program with symbols is inferred at several *points*, each of which gives
 * every symbol a number, and what an extent is as an expression is read off from what it is at the points. An
 * extent that is not affine gets a name of its own (d0, d1, ...). The expressions are for people and for the text;
 * planning starts from the program and numbers, by the same rule, and relies on none of them.
 *
 * Point 0 is what a program's values have as their types. A symbol that is new adds one point, at which it alone
 * is different. At point OTHER all are different; a failure at these points is an error. All numbers there are
 * multiples of 32, since models halve images. That makes remainders invisible, and what a program cuts off or takes
 * in large steps: so there are *witnesses*, points at which all symbols are odd, one, or in the thousands and
 * millions. There an op may fail: results are unknown from then on.
 *
 * An extent that is one number at all points counts as that number, and whoever builds the program may rely on it:
 * so it is a promise, which is checked wherever numbers take the place of symbols (inline.c). Names promise nothing.
 */
#ifndef LEGATO_ENGINE_EXTENT_H_
#define LEGATO_ENGINE_EXTENT_H_

#include <legato/op.h>

#include "base/text.h"
#include "base/zone.h"

#define LG_MAX_INPUT_SYMBOLS 16
#define LG_MAX_DATA_SYMBOLS 32  // those that only the data tell
#define LG_MAX_SYMBOLS 80       // of a part of a program: its data symbols beside those of the whole
enum {
    LG_POINT_OTHER = 1,
    LG_POINT_ODD,  // the first witness
    LG_POINT_ONE,
    LG_POINT_LARGE,
    LG_POINT_HUGE,
    LG_POINT_FIRST_SYMBOL
};
static inline bool lg_point_is_witness(uint32_t point) {
    return point >= LG_POINT_ODD && point < LG_POINT_FIRST_SYMBOL;
}
#define LG_MAX_POINTS (LG_POINT_FIRST_SYMBOL + LG_MAX_SYMBOLS)

typedef struct lg_symbol {
    const char *name;
    const char *foreign;  // what an input called it: "p2o.0"; NULL: the same as `name`
    bool of_data;         // no input tells it, an op does when it runs
} lg_symbol_t;

// Numbers of symbols, as far as inputs tell them.
typedef struct lg_symbol_values {
    bool known[LG_MAX_SYMBOLS];
    int64_t numbers[LG_MAX_SYMBOLS];
    const char *from[LG_MAX_SYMBOLS];  // the input that said so
} lg_symbol_values_t;

// constant + sum of factors * symbols
typedef struct lg_affine {
    int64_t constant;
    int64_t factors[LG_MAX_SYMBOLS];
} lg_affine_t;

// What values are at one point; dtype INVALID: unknown. One entry per value of the program.
typedef struct lg_point {
    LG_LIST(lg_view_t) views;
} lg_point_t;

// A dtype and extents as they stand in a text.
typedef struct lg_spec {
    lg_dtype_t dtype;
    uint32_t rank;
    int64_t shape[LG_MAX_RANK];
    const char *chars[LG_MAX_RANK];  // of an extent that is no number, in the text; else NULL
    uint32_t bytes[LG_MAX_RANK];
} lg_spec_t;

struct lg_program;

// Reads "f32[2,batch+1]". Errors: FORMAT.
lg_status_t lg_spec_read(lg_reader_t *reader, lg_spec_t *out_spec);

// The number of a symbol at a point.
int64_t lg_symbol_at(uint32_t symbol, uint32_t point);
lg_status_t lg_affine_at(const lg_affine_t *affine, uint32_t symbol_count, uint32_t point,
                         int64_t *out_extent, lg_error_t *err);

// Reads one extent, adding symbols that are new. Errors: FORMAT, OVERFLOW (too many symbols), OUT_OF_MEMORY.
lg_status_t lg_extent_parse(struct lg_program *program, const char *chars, size_t bytes,
                            lg_affine_t *out_affine, lg_error_t *err);

// Adds a symbol for an extent that only the data tell: u0, u1, ... Errors: OVERFLOW (too many), OUT_OF_MEMORY.
lg_status_t lg_symbol_add_data(struct lg_program *program, uint32_t *out_symbol, lg_error_t *err);

// Gives `program`, still empty, the symbols of `source` and points without values.
lg_status_t lg_symbols_copy(struct lg_program *program, const struct lg_program *source, lg_error_t *err);

// The number of an extent that is written `text` (NULL: of `number`); false where a name in it has none.
bool lg_extent_value(const struct lg_program *program, const char *text, int64_t number,
                     const lg_symbol_values_t *values, int64_t *out_extent);

// Gives `*out_texts` one text per axis (NULL: a number at all points), or NULL where all are numbers. The
// value must be known at all points.
lg_status_t lg_extent_texts(struct lg_program *program, uint32_t value, const char *const **out_texts,
                            lg_error_t *err);

// Writes "f32[batch,784]".
void lg_extent_format(lg_text_t *text, const lg_view_t *type, const char *const *extents);

// Adds to the message of `err` what the symbols are at a point.
void lg_extent_explain(const struct lg_program *program, uint32_t point, lg_error_t *err);

#endif  // LEGATO_ENGINE_EXTENT_H_
