/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan is made in stages over one lg_plan_t, each in its own file:
 *   place.c   which device each op runs on, and why; what an executor hooks to it
 *   rule.c    what rules name
 *   (pass/)   the program becomes the lowered one, in which ops are fused; what is placed stays
 *   bind.c    views without kernels, kernel choice, records
 *   code.c    code under names
 *   hook.c    records that call the code of an executor
 *   hold.c    the units that records hold
 *   join.c    concats that are no kernel call: their inputs are written where they belong
 *   strand.c  which records may run at the same time, and whether that pays
 *   region.c  ops for which a choice of devices is made when a run begins
 *   memory.c  offsets in the arena
 *   wide.c    the same where strands run at the same time
 *
 * Where values lie: a *storage* is a block of memory with a life of its own; several values may be windows
 * on one storage (reshape, transpose, slice, in-place results).
 */
#ifndef LEGATO_ENGINE_PLAN_H_
#define LEGATO_ENGINE_PLAN_H_

#include <legato/lane.h>
#include <legato/plan.h>

#include "device/device.h"
#include "pass/pass.h"
#include "plan/hold.h"
#include "plan/pack.h"
#include "plan/price.h"
#include "signal/selector.h"

typedef enum lg_storage_kind {
    LG_STORAGE_ARENA,
    LG_STORAGE_WEIGHT,
    LG_STORAGE_INPUT,
    LG_STORAGE_OUTPUT
} lg_storage_kind_t;

typedef struct lg_storage {
    uint8_t kind;    // lg_storage_kind_t
    uint32_t index;  // input or output number
    void *data;      // WEIGHT only
    size_t bytes;
    size_t offset;         // ARENA only: bytes from the start of the arena
    uint32_t first, last;  // records that write it first and touch it last; ARENA only
    uint32_t last_op;      // op that reads it last through any window; UINT32_MAX: it is an output
    size_t wide_offset;    // ARENA only: in the arena of a call whose strands run at the same time
} lg_storage_t;

#define LG_STORAGE_NONE UINT32_MAX

// Where a value lies, and as what window.
typedef struct lg_place {
    const lg_view_t *view;  // data is NULL; of the program or in the plan's zone
    size_t byte_offset;     // of element (0, ..., 0)
    uint32_t storage;
} lg_place_t;

// One kernel call before it has addresses.
typedef struct lg_record_plan {
    lg_kernel_fn_t fn;
    const void *args;
    int64_t extent;
    uint32_t op;             // index in the lowered program, UINT32_MAX for a copy that the plan added
    uint32_t operand_first;  // in lg_plan_t.operands
    uint32_t operand_count;
    size_t scratch_bytes;
    int64_t grain;   // a call over workers is cut at multiples of it
    double work_ns;  // 0: it stays whole
    size_t
        wide_scratch;  // in a fork that was taken: where its scratch is in the wide arena; SIZE_MAX: behind it
} lg_record_plan_t;

typedef struct lg_operand {
    uint32_t storage;  // LG_STORAGE_NONE: an absent input (NULL); LG_STORAGE_NONE - 1: the scratch
    size_t byte_offset;
    size_t bytes;  // from there that it touches; 0: it may touch all of the storage
} lg_operand_t;
#define LG_STORAGE_SCRATCH (LG_STORAGE_NONE - 1)

// Code of an executor at an op; `fn` is NULL where there is none.
typedef struct lg_hooks {
    lg_hook_t replace, before, after;
} lg_hooks_t;

// Where an op of the program goes.
typedef struct lg_decision {
    const lg_device_t *device;    // NULL: cpu:0
    lg_lane_t *lane;              // *borrowed* from the plan's list; NULL: that of the call
    const char *why;              // the rule or executor that placed it, NULL: the default
    bool answered;                // by the executor
    const lg_hooks_t *hooks;      // NULL: none
    const lg_selector_t *choice;  // of devices, instead of `device`; NULL: none. One for each text
    const lg_selector_t *lanes;   // a choice of lanes, instead of `lane`; NULL: none
    lg_unit_set_t units;          // that it holds
} lg_decision_t;

// What was decided for one op of the lowered program.
typedef struct lg_step {
    const lg_device_t *device;    // NULL: cpu:0
    const char *why;              // the rule or executor that placed it, NULL: the default
    const lg_hooks_t *hooks;      // NULL: none
    const lg_selector_t *choice;  // as in lg_decision_t
    const char *where;            // of a choice: all devices
    uint32_t record;              // UINT32_MAX: no kernel call, the result is a window on its input
    bool in_place;
    const char *kernel;   // name, for people
    uint64_t copied;      // bit i: input i was copied first, for a kernel that needs it dense
    const char *needs;    // language runtime that the kernel needs, NULL for none
    size_t packed_bytes;  // of its constants, packed for the kernel
    double cost_ns;
    uint32_t lane;        // in lg_plan_t.lanes
    lg_unit_set_t units;  // that it holds
} lg_step_t;

static inline bool lg_step_is_replaced(const lg_step_t *step) {
    return step->hooks != NULL && step->hooks->replace.fn != NULL;
}

// An operand that changes when an input or output is bound.
typedef struct lg_fixup {
    uint32_t operand;
    size_t byte_offset;
} lg_fixup_t;

// A value that is written straight into the result of a concat.
typedef struct lg_join {
    uint32_t concat;     // op; UINT32_MAX: the value is none
    size_t byte_offset;  // in its result
} lg_join_t;

// Lanes by the names that rules have for them, and the one that calls use: a copy of what a lg_plan_desc_t has.
typedef struct lg_lanes {
    lg_lane_t *lane;   // retained; NULL: none
    lg_bind_t *items;  // retained; with their roles in the zone of who has them
    size_t count;
} lg_lanes_t;
// `from` may be NULL. After an error nothing is retained. Errors: INVALID_ARGUMENT (no name, no lane, a name that
// stands there twice), OUT_OF_MEMORY.
lg_status_t lg_lanes_copy(lg_zone_t *zone, const lg_plan_desc_t *from, lg_lanes_t *out_lanes,
                          lg_error_t *err);
void lg_lanes_drop(lg_lanes_t *lanes);
void lg_lanes_describe(const lg_lanes_t *lanes, lg_plan_desc_t *desc);  // the other way round; *borrows*
const lg_bind_t *lg_lanes_of(const lg_lanes_t *lanes, const lg_lane_t *lane);  // by lane; NULL: none
const lg_bind_t *lg_lanes_find(const lg_bind_t *items, size_t count, const char *name);  // NULL: none

// What is registered under a name (code.c), NULL when nothing is. *Valid until* the context's end.
const lg_hook_t *lg_code_find(lg_context_t *context, const char *name);
void lg_codes_destroy(lg_context_t *context);

// A rule whose names were looked up.
typedef struct lg_rule_target {
    bool is_placed;               // it says where
    const lg_device_t *device;    // NULL: cpu:0
    lg_lane_t *lane;              // NULL: the run's own; the plan's
    const lg_selector_t *choice;  // NULL: none; the plan's
    const char *why;              // as the report names the rule
    lg_hooks_t hooks;             // of the context
} lg_rule_target_t;
// An entry of lg_plan_t.lanes that stands for the one that a run chooses.
typedef struct lg_lane_choice {
    uint32_t lane;                  // index
    const lg_selector_t *selector;  // its alternatives are in lg_plan_t.lanes too
} lg_lane_choice_t;

// Contiguous ops with one choice, see region.c.
typedef struct lg_region {
    const lg_selector_t *selector;
    uint32_t first, last;  // ops [first, last) of the lowered program
    uint32_t records[LG_MAX_ALTERNATIVES +
                     1];  // where those of each alternative begin, and where the last ones end
    lg_plan_t *plans[LG_MAX_ALTERNATIVES];  // owned
} lg_region_t;

// Records [first, last), one after the other on one lane. Others wait for its end, not for anything in between.
typedef struct lg_strand {
    uint32_t first, last;
    uint32_t lane;   // in lg_plan_t.lanes
    uint32_t need;   // how many strands it waits for
    uint32_t next;   // in lg_plan_t.strand_next: who waits for it, up to `next` of the strand behind it
    double work_ns;  // expected
} lg_strand_t;

// Records [first, last) of which some do not depend on each other, between two of which the one is behind and the other
// before all else.
typedef struct lg_fork {
    uint32_t first, last;
    uint32_t strand_count;
    bool taken;               // else one after the other: it would not pay
    double work_ns, path_ns;  // of all; of the longest chain in it
    size_t bytes, offset;     // taken: in the wide arena, for what lives inside
} lg_fork_t;

struct lg_plan {
    atomic_int refs;
    lg_context_t *context;
    lg_program_t *program;  // what the user gave; retained
    lg_program_t *lowered;  // what runs: the same inputs and outputs, fewer ops; retained
    lg_origins_t origins;   // of each op of `lowered` in `program`
    lg_pass_set_t off;      // passes that were left out
    bool in_place;          // results may overwrite inputs
    bool prepack;           // constants are packed for their kernels
    bool branches;          // forks are taken where it pays
    lg_zone_t zone;
    const char *name;                    // of the model, NULL: none
    lg_executor_t executor;              // size is 0 where there is none
    lg_lanes_t binds;                    // lanes that rules may name
    lg_hold_plan_t hold;                 // units of records
    LG_LIST(lg_hook_t) hooks;            // to release
    LG_LIST(lg_selector_t *) selectors;  // of choices, retained
    LG_LIST(lg_lane_choice_t) lane_choices;
    LG_LIST(lg_region_t) regions;  // in the order of their records
    lg_decision_t *decisions;      // one per op of `program`
    const bool *asked;             // which ops are decided on; NULL: all
    const char **blocks;           // per op of `program`: the name of its block or NULL; NULL: there are none
    lg_step_t *steps;              // one per op of `lowered`
    lg_place_t *places;            // one per value of `lowered`
    lg_join_t *joins;              // one per value of `lowered`
    const uint32_t *value_last;    // the op that reads each value last, UINT32_MAX: it is an output
    LG_LIST(lg_storage_t) storages;
    LG_LIST(lg_record_plan_t) records;
    LG_LIST(lg_operand_t) operands;
    LG_LIST(lg_pack_t *) packs;  // constants packed for kernels
    LG_LIST(lg_pack_t *) folds;  // constants that passes made of weights, shared in the same way
    size_t packed_bytes;         // of all packs
    size_t ready_bytes;          // of those that lie in a file
    bool packs_other;            // the file has some, in layouts that nothing here wants
    lg_fixup_t *fixups;          // grouped by binding: inputs, then outputs
    uint32_t *fixup_first;       // binding_count + 1 entries
    size_t arena_bytes;          // intermediates, without scratch
    size_t arena_bound_bytes;
    size_t scratch_bytes;
    LG_LIST(lg_lane_t *)
    lanes;  // that ops were placed on; retained, but for the first: NULL, that of the call
    LG_LIST(lg_strand_t) strands;  // by the longest way to the end; none: all records are one
    uint32_t *strand_next;         // strands that wait for others, grouped by these
    LG_LIST(lg_fork_t) forks;      // in order
    size_t wide_bytes;             // as arena_bytes, where strands run at the same time
};

lg_status_t lg_plan_no_memory(lg_error_t *err);
// Copies what the caller's version of the struct has, and retains; gives that back.
void lg_executor_copy(lg_executor_t *to, const lg_executor_t *from);
void lg_executor_drop(lg_executor_t *executor);
lg_status_t lg_plan_add_storage(lg_plan_t *plan, lg_storage_t storage, uint32_t *out_index, lg_error_t *err);

// The op of the user's program that names a record, and its index; NULL for a copy that the plan added.
const lg_op_node_t *lg_plan_record_op(const lg_plan_t *plan, uint32_t record, uint32_t *out_index);

// Finds the values that are written into concats (join.c); `value_last`: the op that reads each last.
lg_status_t lg_plan_find_joins(lg_plan_t *plan, const uint32_t *value_last, lg_error_t *err);
static inline bool lg_plan_is_joined(const lg_plan_t *plan, lg_value_t value) {
    return plan->joins[value].concat != UINT32_MAX;
}
// Gives such a value its place; leaves others as they are.
lg_status_t lg_plan_join(lg_plan_t *plan, lg_value_t value, lg_error_t *err);

// Whether rules name ops, devices, lanes and units that are there, for programs that are planned later. Errors:
// NOT_FOUND, INVALID_ARGUMENT.
lg_status_t lg_plan_check_rules(lg_context_t *context, const lg_plan_desc_t *desc, lg_error_t *err);
// The entry of a choice of lanes in lg_plan_t.lanes, 0: it has none; and back, NULL: it is no choice (place.c).
uint32_t lg_plan_lane_choice(const lg_plan_t *plan, const lg_selector_t *choice);
const lg_selector_t *lg_plan_lane_selector(const lg_plan_t *plan, uint32_t lane);
// The selector of a choice between devices: one per text and plan (place.c).
lg_status_t lg_plan_choose(lg_plan_t *plan, const lg_choice_t *choice, const lg_selector_t **out_selector,
                           lg_error_t *err);
// For scopes: the type of an input of a program, NULL where there is none; a lane of lg_lanes_t.
const lg_view_t *lg_plan_find_input(const void *program, const char *name);
lg_lane_t *lg_plan_find_lane(const void *lanes, const char *name);
bool lg_rule_matches(const lg_rule_t *rule, const lg_op_node_t *op);
// Looks up what a rule names, and checks the rest of it.
lg_status_t lg_rule_look_up(lg_plan_t *plan, const lg_rule_t *rule, size_t number,
                            lg_rule_target_t *out_target, lg_error_t *err);

// Adds a record, whose operands are in `operands`.
lg_status_t lg_plan_add_record(lg_plan_t *plan, lg_record_plan_t record, const lg_operand_t *operands,
                               lg_error_t *err);
// Prepares the call of `hook` for an op whose inputs lie at `ins` (hook.c): a record that needs operands.
lg_status_t lg_plan_hook_record(lg_plan_t *plan, const lg_hook_t *hook, uint32_t op_index,
                                const lg_place_t *ins, lg_record_plan_t *out_record, lg_error_t *err);
// Adds a record with such a call, before or after that of the op itself.
lg_status_t lg_plan_add_hook(lg_plan_t *plan, const lg_hook_t *hook, uint32_t op_index, bool after,
                             lg_error_t *err);
// The number of a lane in plan->lanes; UINT32_MAX: no op was placed there.
uint32_t lg_plan_lane(const lg_plan_t *plan, const lg_lane_t *lane);
// Lets an op hold a unit (hold.c); it is the plan's from then on. And: asks the executor which units an op holds.
lg_status_t lg_plan_add_hold(lg_plan_t *plan, lg_decision_t *decision, lg_unit_t *unit, lg_error_t *err);
lg_status_t lg_plan_ask_hold(lg_plan_t *plan, const lg_op_view_t *op, lg_decision_t *decision,
                             lg_error_t *err);
// What steps hold, once there are any; what records hold, once those are known.
void lg_plan_hold_steps(lg_plan_t *plan);
lg_status_t lg_plan_hold_records(lg_plan_t *plan, lg_error_t *err);
// The names of a step's units, "" for none; cut where that is too short.
void lg_plan_hold_format(const lg_plan_t *plan, uint32_t step, char *text, size_t bytes);
// Whether `text` is of `pattern`, in which '*' stands for any run of characters.
LG_API bool lg_plan_matches(const char *pattern, const char *text);

// A block of an arena that is needed while records [first, last] run, one after the other.
typedef struct lg_span {
    size_t bytes;
    size_t *out_offset;
    uint32_t first, last;
} lg_span_t;
// Gives each its offset; `*out_bound`: the most bytes that are needed at once. False: out of memory.
bool lg_plan_lay(lg_zone_t *zone, const lg_span_t *spans, size_t count, size_t record_count,
                 size_t *out_bytes, size_t *out_bound);
// Offsets in the arena of calls whose strands run at the same time (wide.c). False: out of memory.
bool lg_plan_wide_memory(lg_plan_t *plan);
// Plans a frozen program without asking anybody: `decisions`, one per op, are copied.
lg_status_t lg_plan_create_decided(lg_program_t *program, const lg_decision_t *decisions, lg_pass_set_t off,
                                   lg_plan_t **out_plan, lg_error_t *err);
// Says what a value is; where it lies is open (bind.c).
lg_status_t lg_plan_bind_place(lg_plan_t *plan, lg_value_t value, lg_error_t *err);
// A dense copy of `*place` in a storage of its own (bind.c).
lg_status_t lg_plan_bind_dense(lg_plan_t *plan, lg_place_t *place, lg_error_t *err);
// Adds the region that begins at the op `first`, which has a choice; `*out_last` is one past its ops.
lg_status_t lg_plan_add_region(lg_plan_t *plan, uint32_t first, const uint32_t *value_last,
                               uint32_t *out_last, lg_error_t *err);
// Moves `*record`, the next one of a walk, past those of alternatives that are not taken. At the beginning of a region it
// is decided which: `picks` has one entry per region, and `*out_taken` is the name of the alternative, NULL where nothing
// was decided. Errors: those of lg_selector_pick.
lg_status_t lg_region_route(const lg_plan_t *plan, uint8_t *picks, int32_t priority, int64_t deadline_ns,
                            uint32_t *record, const char **out_taken, lg_error_t *err);
// The plan of the alternative that a record is of, and which record it is there; NULL: it is of none.
const lg_plan_t *lg_region_of(const lg_plan_t *plan, uint32_t record, uint32_t *out_alternative,
                              uint32_t *out_record);

// The decisions alone, on the ops that `asked` marks, of a program that is not planned at once. Caller releases.
lg_status_t lg_plan_decide(lg_program_t *program, const lg_plan_desc_t *desc, const bool *asked,
                           lg_plan_t **out_plan, lg_error_t *err);

// Asks the executor which ops are of one block, and numbers the blocks (block.c); `*out_numbers` is NULL where none are.
lg_status_t lg_plan_block(lg_plan_t *plan, const uint32_t **out_numbers, lg_error_t *err);
// An op with the types of its operands, for executors. `views` has room for all of them.
void lg_plan_op_view(const lg_program_t *program, const lg_op_node_t *op, const lg_view_t **views,
                     lg_op_view_t *out_view);

// The stages, in order.
lg_status_t lg_plan_place(lg_plan_t *plan, const lg_rule_t *rules, size_t rule_count, lg_error_t *err);
lg_status_t lg_plan_bind(lg_plan_t *plan, lg_error_t *err);
lg_status_t lg_plan_strands(lg_plan_t *plan, lg_error_t *err);
lg_status_t lg_plan_memory(lg_plan_t *plan, lg_error_t *err);

#endif  // LEGATO_ENGINE_PLAN_H_
