/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs: *what* is computed. A sequence of ops in SSA form with its weights, named inputs and outputs.
 *
 * A program is built by one thread, then frozen; a frozen program is immutable and thread-safe.
 * UNSTABLE.
 */
#ifndef LEGATO_PROGRAM_H_
#define LEGATO_PROGRAM_H_

#include <legato/op.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lg_program lg_program_t;

// Index of a value within its program.
typedef uint32_t lg_value_t;
#define LG_VALUE_NONE UINT32_MAX  // an optional input that is absent

// ---- building ---------------------------------------------------------------------------------------

// Creates an empty program. Caller releases. Errors: OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_program_create(lg_context_t *context, lg_program_t **out_program,
                                                 lg_error_t *err);
LG_API void lg_program_retain(lg_program_t *program);
LG_API void lg_program_release(lg_program_t *program);  // NULL is allowed

// Adds an input. `name` is copied, unique among inputs; of `type` only dtype and shape count.
// Errors: INVALID_ARGUMENT (name, frozen), SHAPE, DTYPE, ALREADY_EXISTS, OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_program_add_input(lg_program_t *program, const char *name,
                                                    const lg_view_t *type, lg_value_t *out_value,
                                                    lg_error_t *err);

// The same with the type as a text, whose extents may be symbolic: "f32[batch,3,2*w+1]", affine expressions over
// names. Names of other tools ("?", "-1", "p2o.0") become d0, d1, ...; one name is one symbol, "?" and "-1" are
// a new one each time. A program with symbols is inferred for several numbers per symbol, and the types of
// its values are those for the first; lg_program_specialize makes it one without symbols.
// More errors: FORMAT, OVERFLOW (more than 16 symbols).
LG_API LG_MUST_USE lg_status_t lg_program_add_input_spec(lg_program_t *program, const char *name,
                                                         const char *spec, lg_value_t *out_value,
                                                         lg_error_t *err);

// Adds a weight. *Retains* the tensor's buffer; the tensor must be contiguous. `name` as for inputs, unique
// among weights. A tensor that is already a weight (same memory, same type) gives the existing value.
LG_API LG_MUST_USE lg_status_t lg_program_add_weight(lg_program_t *program, const char *name,
                                                     const lg_tensor_t *tensor, lg_value_t *out_value,
                                                     lg_error_t *err);

// Adds an op. `ins` are values of this program or LG_VALUE_NONE; `attrs` NULL for the defaults (copied);
// `path` (may be NULL) says where it stands in the model. `out_values` may be `ins`.
// Errors: those of lg_op_infer, INVALID_ARGUMENT.
LG_API LG_MUST_USE lg_status_t lg_program_add_op(lg_program_t *program, uint32_t op, const lg_value_t *ins,
                                                 uint32_t in_count, const void *attrs, const char *path,
                                                 lg_value_t *out_values, uint32_t out_count, lg_error_t *err);

// An attribute that takes its value from a tensor: integers for INT, INTS and BOOL, any numbers for FLOAT, FLOATS and
// SCALAR; a vector for the lists, else one element.
typedef struct lg_attr_source {
    const char *attr;  // name; *borrows*
    lg_value_t value;
} lg_attr_source_t;
#define LG_MAX_BOUND 16

// lg_program_add_op with attributes from tensors of the program; their fields in `attrs` do not count.
// More errors: DTYPE and SHAPE of a source, UNSUPPORTED (one that depends on more than extents and weights).
LG_API LG_MUST_USE lg_status_t lg_program_add_op_from(lg_program_t *program, uint32_t op,
                                                      const lg_value_t *ins, uint32_t in_count,
                                                      const void *attrs, const lg_attr_source_t *sources,
                                                      uint32_t source_count, const char *path,
                                                      lg_value_t *out_values, uint32_t out_count,
                                                      lg_error_t *err);

// Says that the program is right only where `value`, one bool that follows from extents, is `expected`: what a
// branch in the recorded function was decided by. `text` (copied) is what lg_program_specialize says otherwise.
LG_API LG_MUST_USE lg_status_t lg_program_add_guard(lg_program_t *program, lg_value_t value, bool expected,
                                                    const char *text, lg_error_t *err);

// Adds the ops of `source` (frozen, of the same context) to `program`: its inputs are the values `ins`, one per
// input, and `out_values` receives one value per output. Weights are shared, not copied; where `path` is given it
// stands in front of paths and weight names ("path.name"), and a weight name that is taken gets a number behind.
// Shapes are inferred anew, so inputs may have other extents than those of `source` where its ops allow.
// Errors: INVALID_ARGUMENT (counts, values, not frozen), DTYPE, those of lg_program_add_op.
LG_API LG_MUST_USE lg_status_t lg_program_add_program(lg_program_t *program, const lg_program_t *source,
                                                      const lg_value_t *ins, uint32_t in_count,
                                                      const char *path, lg_value_t *out_values,
                                                      uint32_t out_count, lg_error_t *err);

// ---- programs inside ----
// What happens then the data decide when the program runs. Inner programs are frozen, of the same context and without
// states (*retained*); their weights become weights of `program`. Extents that no type tells beforehand are symbols
// u0, u1, ... of their own; a program with such results is planned in parts, and its runs allocate.

// Adds what runs one of two programs: `condition` is one bool, and each program takes the values `ins` as its inputs.
// Results agree in number, dtype and rank. Errors: INVALID_ARGUMENT (counts, values), DTYPE, SHAPE (an operand that an
// inner program does not take), UNSUPPORTED (states), OVERFLOW (nested too deeply, too many symbols).
LG_API LG_MUST_USE lg_status_t lg_program_add_cond(lg_program_t *program, lg_value_t condition,
                                                   lg_program_t *then_program, lg_program_t *else_program,
                                                   const lg_value_t *ins, uint32_t in_count, const char *path,
                                                   lg_value_t *out_values, uint32_t out_count,
                                                   lg_error_t *err);

// Adds what runs `body` as long as `test` gives true. Both take the values `ins` as their inputs, the first `carried` of
// which are what the last round gave; the first `carried` outputs of `body` are their next values, of the same
// dtype and rank (an extent that rounds change has a name in the inputs of both). What more it gives is stacked, one
// for each round, along a new first axis. Results: the carried values at the end, then the stacks. A loop that
// does not end is stopped by a timeout, by lg_call_cancel, or by closing the context. Errors: as lg_program_add_cond.
LG_API LG_MUST_USE lg_status_t lg_program_add_while(lg_program_t *program, lg_program_t *test,
                                                    lg_program_t *body, const lg_value_t *ins,
                                                    uint32_t in_count, uint32_t carried, const char *path,
                                                    lg_value_t *out_values, uint32_t out_count,
                                                    lg_error_t *err);

// Whether it is planned in parts: some extents only the data tell, or there are programs inside. lg_plan_create refuses
// it, a model takes it.
LG_API bool lg_program_splits(const lg_program_t *program);

// Names a value as the next output. Names are unique among outputs.
LG_API LG_MUST_USE lg_status_t lg_program_add_output(lg_program_t *program, const char *name,
                                                     lg_value_t value, lg_error_t *err);

// Makes the input at `input` and the output at `output`, of one type, a state: what a run writes is what the next one
// reads. Calls keep its memory (app.h). Errors: INVALID_ARGUMENT (positions, types), ALREADY_EXISTS.
LG_API LG_MUST_USE lg_status_t lg_program_add_state(lg_program_t *program, uint32_t input, uint32_t output,
                                                    lg_error_t *err);

// Ends building. Errors: INVALID_ARGUMENT (no outputs).
LG_API LG_MUST_USE lg_status_t lg_program_freeze(lg_program_t *program, lg_error_t *err);

// Looks whether a program is whole: values are made before they are read, types are those that the shape rules give,
// weights have memory, names are unique, programs inside fit. Builders and readers see to all of that; debug builds look
// again at what every transformation made. Errors: INTERNAL (what is wrong, and the op), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_program_verify(const lg_program_t *program, lg_error_t *err);

// ---- looking ----------------------------------------------------------------------------------------

LG_API uint32_t lg_program_op_count(const lg_program_t *program);
LG_API uint32_t lg_program_input_count(const lg_program_t *program);
LG_API uint32_t lg_program_output_count(const lg_program_t *program);
LG_API uint32_t lg_program_weight_count(const lg_program_t *program);

// Name and type of the input, output or weight at `index`, NULL past the end. *Valid until* the program's
// last release. The type of a weight has its data bound.
LG_API const char *lg_program_input_name(const lg_program_t *program, uint32_t index);
LG_API const lg_view_t *lg_program_input_type(const lg_program_t *program, uint32_t index);
LG_API const char *lg_program_output_name(const lg_program_t *program, uint32_t index);
LG_API const lg_view_t *lg_program_output_type(const lg_program_t *program, uint32_t index);
LG_API const char *lg_program_weight_name(const lg_program_t *program, uint32_t index);
LG_API const lg_view_t *lg_program_weight_type(const lg_program_t *program, uint32_t index);

// States, named as their inputs. `out_input` and `out_output` are positions among inputs and outputs.
// Errors: NOT_FOUND (past the end).
LG_API uint32_t lg_program_state_count(const lg_program_t *program);
LG_API LG_MUST_USE lg_status_t lg_program_state(const lg_program_t *program, uint32_t index,
                                                uint32_t *out_input, uint32_t *out_output, lg_error_t *err);

// The weight of that name, LG_VALUE_NONE when there is none.
LG_API lg_value_t lg_program_find_weight(const lg_program_t *program, const char *name);

// One op. Its name is "<op name>#<number>", the number counted per op in the order of adding: it and the path are
// fixed from then on, whatever becomes of the program. Pointers are *valid until* the program's last release.
typedef struct lg_program_op {
    uint32_t size, abi;
    uint32_t op, number;
    uint32_t in_count, out_count;
    const lg_value_t *ins;  // LG_VALUE_NONE for absent ones
    const lg_value_t *outs;
    const void *attrs;  // NULL when the op has none
    const char *path;   // "" when unknown
} lg_program_op_t;

// Fills `*out_op` (its size and abi set by the caller). Errors: NOT_FOUND (past the end).
LG_API LG_MUST_USE lg_status_t lg_program_op(const lg_program_t *program, uint32_t index,
                                             lg_program_op_t *out_op, lg_error_t *err);

// Type of any value, NULL for an unknown one.
LG_API const lg_view_t *lg_program_value_type(const lg_program_t *program, lg_value_t value);

// Symbols of its extents; names are *valid until* the last release, NULL past the end.
LG_API uint32_t lg_program_symbol_count(const lg_program_t *program);
LG_API const char *lg_program_symbol_name(const lg_program_t *program, uint32_t index);

// The extent of a value along an axis as a text ("2*w+1", "d3"); NULL where it is a number. *Valid until* the last
// release.
LG_API const char *lg_program_extent(const lg_program_t *program, lg_value_t value, uint32_t axis);

// Writes the type of a value with its symbols, "f32[batch,784]", into `text` (always terminated, cut when too long);
// returns `text`.
LG_API char *lg_program_format_type(const lg_program_t *program, lg_value_t value, char *text,
                                    size_t capacity);

// Values by position; LG_VALUE_NONE past the end.
LG_API lg_value_t lg_program_input(const lg_program_t *program, uint32_t index);
LG_API lg_value_t lg_program_output(const lg_program_t *program, uint32_t index);

// ---- numbers for symbols ----------------------------------------------------------------------------

// Gives `*out_program` (frozen; caller releases) without symbols, for inputs of the shapes of `types`, one per input:
// types are inferred by the shape rules, attributes that follow from extents become constants, and ops that
// nothing needs any more are left out; weights are shared. `program` itself, retained, where there is nothing
// to do. Errors: SHAPE (an input does not fit: which, and what was expected), DTYPE, INVALID_ARGUMENT (a guard,
// with its text; counts), those of lg_op_infer (with op and path), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_program_specialize(lg_program_t *program, const lg_view_t *types,
                                                     uint32_t count, lg_program_t **out_program,
                                                     lg_error_t *err);

// ---- text -------------------------------------------------------------------------------------------

// Prints a program: a line per input, weight and op. lg_program_parse reads it back.
LG_API LG_MUST_USE lg_status_t lg_program_format(const lg_program_t *program, lg_text_t **out_text,
                                                 lg_error_t *err);

// Resolves a weight that a text names: fills `*out_tensor` with a tensor of `type` (a reference of its own).
typedef lg_status_t (*lg_weight_fn_t)(void *user, const char *name, const lg_view_t *type,
                                      lg_tensor_t *out_tensor, lg_error_t *err);

// Reads what lg_program_format wrote; the result is frozen. Everything is checked as by the builder, so a
// hostile text gives an error with its line. `weights` may be NULL when the text has none.
// Errors: FORMAT, those of the builder, those of `weights`.
LG_API LG_MUST_USE lg_status_t lg_program_parse(lg_context_t *context, const char *text, size_t text_bytes,
                                                lg_weight_fn_t weights, void *user,
                                                lg_program_t **out_program, lg_error_t *err);

// ---- passes -----------------------------------------------------------------------------------------

// Name of the pass at `index`, in the order in which they run when a program is planned; NULL past the end.
LG_API const char *lg_pass_name(uint32_t index);

// Runs one pass over a frozen program and gives what it made of it, frozen; `program` itself, retained, where
// nothing changed. Planning does this with all passes. Caller releases. Errors: NOT_FOUND (with the names),
// INVALID_ARGUMENT (not frozen), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_program_rewrite(lg_program_t *program, const char *pass,
                                                  lg_program_t **out_program, lg_error_t *err);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_PROGRAM_H_
