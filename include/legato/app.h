/* SPDX-License-Identifier: Apache-2.0
 *
 * The short way: an opened file is an app, an app has models, a model is run by calls.
 */
#ifndef LEGATO_APP_H_
#define LEGATO_APP_H_

#include <legato/lane.h>
#include <legato/plan.h>
#include <legato/signal.h>
#include <legato/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lg_app lg_app_t;
typedef struct lg_model lg_model_t;
typedef struct lg_call lg_call_t;

// ---- app --------------------------------------------------------------------------------------------

typedef struct lg_open_desc {
    uint32_t size, abi;
    lg_context_t *context;       // *retained* through what is made in it; NULL: a context of the app's own
    const char *const *plugins;  // paths of plugins to load into that context first; *borrows*
    uint64_t plugin_count;
    // 1: models whose extents have symbols run for the signatures that the file has plans for; another one is an error
    // (INVALID_ARGUMENT) instead of being planned when it comes.
    uint64_t strict;
    // Lanes of `context` for the roles of the file: by name, or by a pattern, in which '*' stands for any run of
    // characters; names go first. *Borrows*, the lanes are *retained*.
    const lg_bind_t *binds;
    uint64_t bind_count;
} lg_open_desc_t;

// Opens a .legato file: maps it (weights are not copied, processes share them), reads its programs, rules and
// options, compiles the plans; those of programs with symbols when they are first needed.
// The file is untrusted: everything is checked before use. Sections and fields that this version does not know are
// left aside, unless the file says that it requires them. `desc` may be NULL. Caller closes the app.
// The file must not change while something made from it is in use; writers that rename over it, as
// lg_app_save does, leave the old one in place.
//
// Lanes that the file declares are roles. One that `binds` has a lane for gets that; others are made, where this machine
// can honour what they ask for; if it cannot, opening fails with NOT_FOUND, which lists all of them. What the app
// made it closes when it goes, with the last release of what was made from it: what runs then is waited for. Units are
// those of the context by their names; missing ones are made, and stay as long as the app.
// Errors: IO, FORMAT (what is wrong and where), NOT_FOUND (devices that rules name, ops that are not registered, lanes;
// a bind that the file has no lane for), ALREADY_EXISTS (a unit, with another capacity), INVALID_ARGUMENT (binds without a
// context, or of another one), UNSUPPORTED (what the file requires; what a device refuses), CLOSED, OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_app_open(const char *path, const lg_open_desc_t *desc, lg_app_t **out_app,
                                           lg_error_t *err);

// The same with the file's content in memory, an array in the program for instance. `data` is *borrowed until* all
// that was made from the app is released; weights are used where they lie, so align it to 64 bytes (8 at least).
// `name` stands for the path in messages. Errors: as lg_app_open; INVALID_ARGUMENT (alignment).
LG_API LG_MUST_USE lg_status_t lg_app_open_bytes(const void *data, size_t bytes, const char *name,
                                                 const lg_open_desc_t *desc, lg_app_t **out_app,
                                                 lg_error_t *err);

// Releases the app. Models and calls made from it stay valid until they are released. NULL is allowed.
LG_API void lg_app_close(lg_app_t *app);

LG_API uint32_t lg_app_model_count(const lg_app_t *app);
LG_API const char *lg_app_model_name(const lg_app_t *app, uint32_t index);  // NULL past the end

// Finds a model by name; NULL names the only one. Caller releases. Errors: NOT_FOUND (lists the names).
LG_API LG_MUST_USE lg_status_t lg_app_model(lg_app_t *app, const char *name, lg_model_t **out_model,
                                            lg_error_t *err);

// The context in which the app lives: units are found by name in it. *Valid until* the app's close.
LG_API lg_context_t *lg_app_context(const lg_app_t *app);

// The names of the file's lanes and units, in their order; NULL past the end. *Valid until* the app's close.
LG_API const char *lg_app_lane_name(const lg_app_t *app, uint32_t index);
LG_API const char *lg_app_unit_name(const lg_app_t *app, uint32_t index);
// The lane that a role is bound to. Caller releases. Errors: NOT_FOUND (lists the names).
LG_API LG_MUST_USE lg_status_t lg_app_lane(lg_app_t *app, const char *name, lg_lane_t **out_lane,
                                           lg_error_t *err);

LG_API void lg_model_retain(lg_model_t *model);
LG_API void lg_model_release(lg_model_t *model);                 // NULL is allowed
LG_API lg_program_t *lg_model_program(const lg_model_t *model);  // *valid until* the model's release
// The plan, *valid until* the model's release, of a choice the first; NULL where the program has symbols: lg_model_specialize.
LG_API lg_plan_t *lg_model_plan(const lg_model_t *model);
// The lane that its calls use from the start, see lg_call_set_lane; NULL: none. *Valid until* the model's release.
LG_API lg_lane_t *lg_model_lane(const lg_model_t *model);
// The lanes that its rules may name; NULL past the end. *Valid until* the model's release.
LG_API const lg_bind_t *lg_model_bind(const lg_model_t *model, uint32_t index);
LG_API uint32_t lg_model_rule_count(const lg_model_t *model);
LG_API lg_rule_t lg_model_rule(const lg_model_t *model, uint32_t index);  // strings *valid until* the release
// Names of the passes that its plans leave out; NULL past the end. *Valid until* the model's release.
LG_API const char *lg_model_pass_off(const lg_model_t *model, uint32_t index);

// Makes a model from a plan, for programs built in this process. *Retains* the plan. `rules` are those that
// the plan was made with; they go into the file. Caller releases.
LG_API LG_MUST_USE lg_status_t lg_model_create(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count,
                                               lg_model_t **out_model, lg_error_t *err);

// Makes a model from a program, whose extents may have symbols. `desc` (copied) as for lg_plan_create. A program
// without symbols is planned now, else one plan is made per signature when it is first needed.
// Caller releases. Errors: those of lg_plan_create.
LG_API LG_MUST_USE lg_status_t lg_model_create_program(lg_program_t *program, const lg_plan_desc_t *desc,
                                                       lg_model_t **out_model, lg_error_t *err);

// Makes a model that is a choice between `models` (2 to 16, *retained*). They agree in the names, order and types of
// inputs, outputs and states, and `choice` has an alternative for each; its lanes are those whose queues it asks about.
// A run takes the one that the choice says when it begins; states go on from whichever ran last. Calls have the memory
// of the largest. Caller releases. Errors: INVALID_ARGUMENT, SHAPE, DTYPE (what differs), UNSUPPORTED (a choice among
// `models`, or a program that is planned in parts), FORMAT, NOT_FOUND (`choice`), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_model_create_choice(const lg_choice_t *choice, lg_model_t *const *models,
                                                      size_t model_count, lg_model_t **out_model,
                                                      lg_error_t *err);
// The text of a choice, *valid until* the model's release; NULL: the model is none.
LG_API const char *lg_model_choice(const lg_model_t *model);
// Its model at `index`, *valid until* the release; NULL past the end.
LG_API lg_model_t *lg_model_alternative(const lg_model_t *model, uint32_t index);

// The model for inputs of the shapes of `types`, one per input (those of states do not count): planned, from the cache of `model`, which keeps the
// `capacity` used last. `model` itself, retained, where it has no symbols. Thread-safe. Caller releases.
// Errors: those of lg_program_specialize and lg_plan_create.
LG_API LG_MUST_USE lg_status_t lg_model_specialize(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                                   lg_model_t **out_model, lg_error_t *err);

// Lets `fixed` (*retained*), a model for one signature with rules and passes of its own, stand for that signature:
// lg_model_specialize gives it from now on, the cache keeps it, and files keep its options. Thread-safe.
// Errors: INVALID_ARGUMENT (`fixed` has no plan, or other inputs or outputs; `model` has no symbols), SHAPE, DTYPE,
// OVERFLOW (more than 4096), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_model_install(lg_model_t *model, lg_model_t *fixed, lg_error_t *err);

// How many plans the cache keeps; 16 at first, at least 1. Plans in use live on.
LG_API void lg_model_set_capacity(lg_model_t *model, uint32_t capacity);

// Names a signature for which the model is meant: it goes into files, and a file that is opened strictly runs it.
// Its plan is made when it is first needed. Nothing to do where the program has no symbols. Thread-safe.
// Errors: INVALID_ARGUMENT (count), DTYPE and SHAPE (what cannot be an input), OVERFLOW (more than 4096).
LG_API LG_MUST_USE lg_status_t lg_model_add_signature(lg_model_t *model, const lg_view_t *types,
                                                      uint32_t count, lg_error_t *err);

// Fills `out_types`, one per input, with the signature at `index`: those that were added and those that have a plan,
// in no order. Thread-safe. Errors: NOT_FOUND (past the end), INVALID_ARGUMENT (count).
LG_API LG_MUST_USE lg_status_t lg_model_signature(lg_model_t *model, uint32_t index, lg_view_t *out_types,
                                                  uint32_t count, lg_error_t *err);

// The planned model at `index` of those in the cache, in no order; `model` itself where it has a plan. NULL past the end.
// Thread-safe. Caller releases.
LG_API lg_model_t *lg_model_planned_at(lg_model_t *model, uint32_t index);

// Prints the plans of a model; one in parts part by part, each with the plans that it has by now.
LG_API LG_MUST_USE lg_status_t lg_model_format(lg_model_t *model, lg_text_t **out_text, lg_error_t *err);

// A program with branches, loops or extents that only the data tell runs in parts: steps, which are one such op each,
// and segments of all that is planned between them. Pointers are *valid until* the model's last release.
typedef struct lg_model_part {
    uint32_t size, abi;
    const char *name;  // of the step's op; "segment"
    const char *path;  // of the step, "" when unknown
    lg_model_t
        *models[2];  // of a segment the first; of a cond then and else, of a while test and body; else NULL
    const char *names[2];  // of those: "then"
    uint32_t op;           // of a step: its index in the program; UINT32_MAX: a segment
    uint32_t reserved;
    char why[128];  // there is such a part
} lg_model_part_t;

LG_API uint32_t lg_model_part_count(const lg_model_t *model);  // 0: the program is planned at once
// Fills `*out_part` (its size and abi set by the caller). Errors: NOT_FOUND (past the end).
LG_API LG_MUST_USE lg_status_t lg_model_part(const lg_model_t *model, uint32_t index,
                                             lg_model_part_t *out_part, lg_error_t *err);
// Plans what inputs of the shapes of `types`, one per input, tell before a run. `*out_open` is the first part that they
// leave open, UINT32_MAX: none. Errors: INVALID_ARGUMENT (no parts, count), SHAPE, DTYPE, those of lg_plan_create.
LG_API LG_MUST_USE lg_status_t lg_model_plan_parts(lg_model_t *model, const lg_view_t *types, uint32_t count,
                                                   uint32_t *out_open, lg_error_t *err);

typedef struct lg_save_desc {
    uint32_t size, abi;
    // 1: nothing in the file tells what ran before: signatures are those that were added. Two files of the same
    // programs, weights and options are then the same byte for byte.
    uint64_t portable;
    // 1: weights are written a second time, in the layouts that kernels of this machine want for the signatures that
    // the model has. Opening the file on such a machine then packs nothing; processes share the pages. Elsewhere, and
    // where another version has other layouts, they are left aside. Not with `portable`.
    uint64_t prepack;
} lg_save_desc_t;

// Writes models under names (letters, digits, '_', '.', '-') to a .legato file, a safetensors file that any
// safetensors reader opens. Weights that models share are written once. The file appears whole or not at all.
// `desc` may be NULL. Errors: INVALID_ARGUMENT (names, options), IO, OVERFLOW (a header of more than 100 MiB), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_app_save(const char *path, const char *const *names,
                                           lg_model_t *const *models, size_t model_count,
                                           const lg_save_desc_t *desc, lg_error_t *err);

// Prints the lanes and units that a file of these models would declare, a line for each, as the file has them.
// Errors: as lg_app_save.
LG_API LG_MUST_USE lg_status_t lg_app_roles(lg_model_t *const *models, size_t model_count,
                                            lg_text_t **out_text, lg_error_t *err);

// ---- call -------------------------------------------------------------------------------------------

// Makes a call: the memory and bindings of one run in flight. Bind once, run for ever. *Retains* the model.
// Use from one thread at a time (but lg_call_wait, _done and _cancel); make one call per thread. Caller releases.
LG_API LG_MUST_USE lg_status_t lg_call_create(lg_model_t *model, lg_call_t **out_call, lg_error_t *err);
// A run in flight is cancelled and waited for. NULL is allowed.
LG_API void lg_call_release(lg_call_t *call);

// Binds memory to an input or output by name. `view` must be contiguous and of the declared type; its memory
// is *borrowed until* it is bound anew or the call is released. Inputs must be bound before the first run; an
// output that is not bound lies in memory of the call. Where the program has symbols, other shapes may be bound
// for each run; the run that follows plans anew unless the model has a plan for them.
// Errors: NOT_FOUND, DTYPE, SHAPE, INVALID_ARGUMENT (layout; a read-only output).
LG_API LG_MUST_USE lg_status_t lg_call_bind(lg_call_t *call, const char *name, const lg_view_t *view,
                                            lg_error_t *err);

// The same by position, inputs first, then outputs, with the type that it has already.
// Errors: NOT_FOUND, INVALID_ARGUMENT (a type with symbols that was never bound).
LG_API LG_MUST_USE lg_status_t lg_call_bind_at(lg_call_t *call, uint32_t index, void *data, lg_error_t *err);

// Type and address of an input, by name or position (name NULL), to write it in place. One that is not bound gets
// memory of the call, zeroed; it stays until other memory is bound. *Valid until* then or the call's release. One that
// is a state: as lg_call_state.
// Errors: NOT_FOUND, INVALID_ARGUMENT (extents with symbols: bind a view first), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_call_input(lg_call_t *call, const char *name, uint32_t index,
                                             lg_view_t *out_view, lg_error_t *err);

// Inputs that are states need no binding: the call keeps their memory, zeros at first, and after each run that went
// well they read what it wrote. Neither may be bound. Where extents of a state follow from symbols, shapes
// that change them are an error until the reset.
// Gives the state called `name` (its input) as the next run reads it, *valid until* that; may be written.
// Errors: NOT_FOUND, INVALID_ARGUMENT (extents that are not known before the first run).
LG_API LG_MUST_USE lg_status_t lg_call_state(lg_call_t *call, const char *name, lg_view_t *out_view,
                                             lg_error_t *err);

// Sets all states to zeros. Errors: BUSY (a run is in flight).
LG_API LG_MUST_USE lg_status_t lg_call_reset_states(lg_call_t *call, lg_error_t *err);

// Lets the next runs go by the plan of `model` (*retained*): made for the same inputs and outputs, by another policy
// perhaps. Bindings and states stay. Where the call's own model has symbols, binding other shapes undoes it.
// Errors: INVALID_ARGUMENT (a model without a plan, or with other inputs or outputs), SHAPE (what is bound), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_call_install(lg_call_t *call, lg_model_t *model, lg_error_t *err);

// Lets large ops run on the workers of `lane` too, from the next run on; the results stay the same, bit for bit. Small
// ops stay with the caller: an op is cut where its expected cost exceeds twice what handing it over costs at that moment.
// Where the lane has cores of its own, the calling thread is kept to them during runs. The call *retains* `lane`;
// once that is closed, the caller is alone. NULL: the caller alone. At first it is the lane of the model, if that has one.
LG_API void lg_call_set_lane(lg_call_t *call, lg_lane_t *lane);

// Has the next runs traced: each costs two reads of the clock per op more. The call *retains* `trace`; NULL, as at
// first: nothing is traced, and nothing is lost by it. Several calls may write to one trace at once.
// Errors: BUSY (a run is in flight), INVALID_ARGUMENT (a trace of another context).
LG_API LG_MUST_USE lg_status_t lg_call_trace(lg_call_t *call, lg_trace_t *trace, lg_error_t *err);

// Runs on the calling thread, and on the call's lane. `timeout_ns` > 0 bounds it. After a failure the contents of outputs are unspecified,
// states are as before, and the call can be run again.
// Errors: INVALID_ARGUMENT (an unbound input), INDEX, DIVISION_BY_ZERO, DEADLINE (names the op during which the time
// was over), CANCELLED, BUSY (a run that was started is in flight; a unit was waited for longer than its bound, the
// message names who holds it), DEVICE and others from plugins. Where the calling thread has a unit, its run has it too.
LG_API LG_MUST_USE lg_status_t lg_call_run(lg_call_t *call, int64_t timeout_ns, lg_error_t *err);

// ---- calls with deadlines and priorities, and on lanes ----------------------------------------------

// Now, on the clock of deadlines: nanoseconds, monotonic (CLOCK_MONOTONIC, Python's time.monotonic_ns).
LG_API int64_t lg_clock_ns(void);

// How a run is to be done. Zero-initialised fields are defaults.
typedef struct lg_run_desc {
    uint32_t size, abi;  // LG_STRUCT(lg_run_desc_t)
    int64_t
        deadline_ns;  // on the clock of lg_clock_ns; 0: none. Looked at between ops, in long ops, and at the end:
                      // LG_OK means in time
    int32_t priority;   // LG_PRIORITY_*
    uint32_t reserved;  // 0
    lg_lane_t
        *lane;  // lg_call_start only: whose workers run it, *borrows until* it is done; NULL: the context's
} lg_run_desc_t;

// Runs on the calling thread, as lg_call_run. Errors: those.
LG_API LG_MUST_USE lg_status_t lg_call_run_as(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err);

// Starts a run on a worker and returns. What is bound is *borrowed until* it is done. `desc` may be NULL.
// Until the run is done, binding, running and starting the call fail with BUSY. A run of a higher priority takes over
// the worker between two ops; a program in parts keeps it to its end. Errors: as lg_call_run as far as known now; CLOSED (lane, context), UNSUPPORTED (no
// threads here), OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_call_start(lg_call_t *call, const lg_run_desc_t *desc, lg_error_t *err);

// Waits until the run is done, at most for `timeout_ns` (negative: for ever), and returns how it ended. Any number of
// threads may wait, also again. Errors: those of lg_call_run; BUSY (not done in that time, or done so: lg_call_done
// tells), INVALID_ARGUMENT (never started; the run waits for a unit that the calling thread has), CLOSED (in the child of a
// fork: the run goes on in the parent).
LG_API LG_MUST_USE lg_status_t lg_call_wait(lg_call_t *call, int64_t timeout_ns, lg_error_t *err);

// Has `fn` called once, on a worker, when the run in flight has ended with `status`, before lg_call_wait returns. Short;
// it must not wait for this call or release it. One per run. Returns 0 when nothing is in flight: `fn` is not called.
LG_API int32_t lg_call_notify(lg_call_t *call,
                              void (*fn)(void *user, lg_status_t status, const lg_error_t *error),
                              void *user);

// 1: nothing is in flight.
LG_API int32_t lg_call_done(lg_call_t *call);

// Has `fn` asked while a program runs in parts: before parts and rounds, on the thread that runs, at most once in ten
// milliseconds. A result other than 0 ends the run: one below 0 is its status, others are CANCELLED. For applications
// that must stay in control of loops that need not end. Set between runs; NULL: nobody is asked.
LG_API void lg_call_watch(lg_call_t *call, int32_t (*fn)(void *user), void *user);

// Asks the run in flight, also one by lg_call_run, to end with CANCELLED at its next look. It may come too late: a run
// that is done stays done. From any thread, while the call lives.
LG_API void lg_call_cancel(lg_call_t *call);

// Type and address of an output, by name or position (name NULL). *Valid until* it is bound anew or the call
// is released; overwritten by the next run. Errors: NOT_FOUND.
LG_API LG_MUST_USE lg_status_t lg_call_output(lg_call_t *call, const char *name, uint32_t index,
                                              lg_view_t *out_view, lg_error_t *err);

// The plan that ran last, or will where the program has no symbols; else NULL. *Valid until* the next run or the
// call's release.
LG_API lg_plan_t *lg_call_plan(const lg_call_t *call);

// Of a choice: which alternative the run that began last took; 0 before, and where there is no choice.
LG_API uint32_t lg_call_alternative(const lg_call_t *call);
// Where the plan has choices (lg_plan_choice): which alternative of the one at `index` was taken last.
LG_API uint32_t lg_call_taken(const lg_call_t *call, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_APP_H_
