/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans: a program plus decisions: where each op runs, with which kernel, and where its result lies. A plan
 * is immutable and thread-safe; each call in flight has memory of its own (app.h).
 */
#ifndef LEGATO_PLAN_H_
#define LEGATO_PLAN_H_

#include <legato/device.h>
#include <legato/executor.h>
#include <legato/lane.h>
#include <legato/program.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lg_plan lg_plan_t;

// One line of policy as data, about the ops that match. The first of them that says where (`device`, `lane` or `choice`)
// decides where, the first that names units decides what is held, and so for code of each kind. Zero-initialised fields
// say nothing.
typedef struct lg_rule {
    const char *op;            // op name, or an op's own name ("matmul#2"); NULL: any
    const char *path;          // path of the op, '*' stands for any run of characters; NULL: any
    const char *device;        // device name, e.g. "acme.mm:0"; naming a device means it: no silent fallback
    const char *lane;          // name of a lane, see lg_plan_desc_t.lanes; it is of cpu:0
    const char *const *holds;  // names of units that the ops hold while they run
    uint64_t hold_count;
    const char *choice;  // instead of a device: the text of a choice between some, see lg_choice_t
    // Names of registered code, see lg_hook_register, that computes the op, or runs before or after it.
    const char *replace, *before, *after;
} lg_rule_t;

typedef struct lg_plan_desc {
    uint32_t size, abi;
    const lg_rule_t *rules;  // *borrows*
    uint64_t rule_count;
    const char *const *passes_off;  // names of passes to leave out, see lg_pass_name; *borrows*
    uint64_t passes_off_count;
    const lg_executor_t *executor;  // asked before the rules; NULL: none. *Copied*, and its `self` retained
    lg_lane_t *lane;  // whose workers calls use, see lg_call_set_lane; *retained*. NULL: the caller alone
    const lg_bind_t *lanes;  // that rules may name; copied, and the lanes *retained*
    uint64_t lane_count;
    const char
        *name;  // of the model, for the messages of those who wait for what it holds; NULL: none. *Borrows*
} lg_plan_desc_t;

// Compiles `program` (frozen; *retained*). `desc` may be NULL. Caller releases.
// Errors: NOT_FOUND (a rule's device, lane or unit, a pass), UNSUPPORTED (a device refuses an op that a rule sends there, with its
// reason; no kernel), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_plan_create(lg_program_t *program, const lg_plan_desc_t *desc,
                                              lg_plan_t **out_plan, lg_error_t *err);
LG_API void lg_plan_retain(lg_plan_t *plan);
LG_API void lg_plan_release(lg_plan_t *plan);  // NULL is allowed

// What each call of this plan holds for intermediate results; exact before the first run. One whose branches run at the
// same time on a lane holds more, see lg_plan_format.
LG_API size_t lg_plan_arena_bytes(const lg_plan_t *plan);
// Largest sum of bytes alive at once: no assignment of offsets needs less.
LG_API size_t lg_plan_arena_bound_bytes(const lg_plan_t *plan);
// What the plan holds for constants in the layouts that its kernels want, once for all calls and for all plans of
// the context that want the same.
LG_API size_t lg_plan_packed_bytes(const lg_plan_t *plan);
// How many of them were found ready in the file, see lg_save_desc_t.prepack: pages of it, not memory of the plan.
LG_API size_t lg_plan_ready_bytes(const lg_plan_t *plan);
// Kernel calls per run. Ops that only reinterpret memory (reshape) have none.
LG_API uint32_t lg_plan_record_count(const lg_plan_t *plan);

// Expected duration of one run on one thread, from the kernels' and devices' own estimates.
LG_API double lg_plan_expected_ns(const lg_plan_t *plan);

// The units that runs of the plan hold at some of their records, in the order in which they take them. NULL past the
// end; *valid until* the plan's last release. A plan that has some lets each wait where it sleeps, on its caller's
// thread, or leaves its worker, on a lane.
LG_API lg_unit_t *lg_plan_unit(const lg_plan_t *plan, uint32_t index);

// The language runtime that kernels of registered ops need at every run ("Python"), NULL when none does.
LG_API const char *lg_plan_needs(const lg_plan_t *plan);

// What was measured on this machine: nanoseconds for the key of a call, for that of a band or LG_PRICE_ALL what the
// kernel's own estimate is multiplied by.
typedef struct lg_price {
    uint64_t key;
    double value;
} lg_price_t;
#define LG_PRICE_ALL 1
// Lets plans that are made from now on expect what was measured, instead of what was set before. Only what plans expect
// changes, not what they do. Thread-safe. Errors: INVALID_ARGUMENT (a price that is not above 0), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_context_set_prices(lg_context_t *context, const lg_price_t *prices,
                                                     size_t count, lg_error_t *err);

// One row of a plan: an op that runs, or a view. Pointers are *valid until* the plan's last release.
typedef struct lg_plan_row {
    uint32_t size, abi;
    const char *op;         // its name; a fused one stands for its sources
    const char *path;       // "" when unknown
    const char *device;     // "cpu:0"
    const char *kernel;     // "none, a view": no kernel call
    const char *why;        // the rule or executor that placed it, "default"
    double cost_ns;         // expected; 0 for a view
    uint64_t packed_bytes;  // of its constants, for its kernel
    uint32_t source_count;  // ops of the program that it computes
    uint32_t choice;        // 1 + the index of the choice that it is a part of; 0: none
    lg_view_t type;         // of its first result; no data
    char place[96];         // where that lies: "arena+0", "output y, in place"
    // Why not on another device, or by a kernel for a higher instruction set; "" where there is nothing to say.
    char why_not[192];
    char hooks[192];   // of an executor: "replaced by f, in Python; before it g"
    const char *lane;  // that the op was placed on; NULL: none, the run's own
    uint32_t
        strand;  // ops of one strand run one after the other; UINT32_MAX: a view, or the plan has no branches
    uint32_t fork;      // ops of one fork are of branches that run at the same time; UINT32_MAX: in none
    char units[192];    // that it holds while it runs: "npu, bus"; "" for none
    const char *block;  // that its ops are of; NULL: none
} lg_plan_row_t;

LG_API uint32_t lg_plan_row_count(const lg_plan_t *plan);
// Fills `*out_row` (its size and abi set by the caller). Asks the devices that there are. Errors: NOT_FOUND (past the
// end), DEVICE (one that could not answer).
LG_API LG_MUST_USE lg_status_t lg_plan_row(const lg_plan_t *plan, uint32_t index, lg_plan_row_t *out_row,
                                           lg_error_t *err);
// A source of a row: an op of the program (lg_program_op), UINT32_MAX past the end.
LG_API uint32_t lg_plan_row_source(const lg_plan_t *plan, uint32_t index, uint32_t source);
// The row whose result input `input` of a row is; the row itself where it is no row's; UINT32_MAX past the end.
LG_API uint32_t lg_plan_row_input(const lg_plan_t *plan, uint32_t index, uint32_t input);
// What a row's kernel call is known by among prices, see lg_context_set_prices; all 0 where it has no CPU kernel.
typedef struct lg_row_price {
    uint64_t call;   // the same for the same kernel, shapes and attributes, in one build of the library
    uint64_t band;   // of its kernel; its last six bits are the exponent of `work_ns`
    double work_ns;  // what the kernel itself expects
} lg_row_price_t;
LG_API void lg_plan_row_price(const lg_plan_t *plan, uint32_t index, lg_row_price_t *out_price);

// Where an executor chose between devices: the text of the choice at `index` (from 0; rows name it), NULL past the end,
// and how each alternative is planned: a plan of the ops that it is about, NULL past the end. *Valid until* the plan's
// last release.
LG_API const char *lg_plan_choice(const lg_plan_t *plan, uint32_t index);
LG_API lg_plan_t *lg_plan_alternative(const lg_plan_t *plan, uint32_t index, uint32_t alternative);
// The pass that is left out at `index`, NULL past the end.
LG_API const char *lg_plan_pass_off(const lg_plan_t *plan, uint32_t index);

// Prints a row per op: where it runs and why, its kernel, its result's place.
LG_API LG_MUST_USE lg_status_t lg_plan_format(const lg_plan_t *plan, lg_text_t **out_text, lg_error_t *err);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_PLAN_H_
