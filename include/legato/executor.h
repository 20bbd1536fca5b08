/* SPDX-License-Identifier: Apache-2.0
 *
 * Executors: policy in code. A planner asks one about every op; what it answers is fixed in the plan, so that
 * replay asks nobody. An executor decides how a program runs, not what it computes, except through `replace`.
 */
#ifndef LEGATO_EXECUTOR_H_
#define LEGATO_EXECUTOR_H_

#include <legato/signal.h>
#include <legato/unit.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where an op goes.
typedef struct lg_placement {
    uint32_t size, abi;
    const char *device;  // name; NULL: no opinion, the rules of the plan decide. *Copied*
    const char *why;     // for the plan's report; NULL: the executor's name. *Copied*
    // Whose workers run the op; NULL: the run's own thread or lane does. *Retained* by the plan. Ops on different lanes
    // run at the same time where they do not depend on each other. Without a device, it is cpu:0.
    lg_lane_t *lane;
    // Instead of a device: one of several, taken when a run begins. Contiguous ops with choices of one text are decided
    // together. Read, and what it names retained.
    const lg_choice_t *choice;
} lg_placement_t;

#define LG_MAX_HELD 8

// The units that an op owns while it runs, in any order, each once.
typedef struct lg_holding {
    uint32_t size, abi;
    uint32_t unit_count;  // 0 at first
    uint32_t reserved;
    lg_unit_t *units[LG_MAX_HELD];  // *retained* by the plan
} lg_holding_t;

// Code at an op, called at every run from the thread that runs. `op` has the types of the operands and no
// addresses; those are in `data`: of each input (NULL for an absent one), then of each output.
// Returns 0, or an lg_status_t code that ends the run. Several threads may call it at once.
typedef int32_t (*lg_hook_fn_t)(void *self, const lg_op_view_t *op, void *const *data);

typedef struct lg_hook {
    uint32_t size, abi;
    lg_hook_fn_t fn;              // NULL: nothing happens at this op
    void *self;                   // *retained* by the plan, until it calls `release`
    void (*release)(void *self);  // may be NULL
    const char *what;             // for the plan's report; NULL: the executor's name. *Copied*
    const char *needs;            // the language runtime that it needs ("Python"), a literal; NULL: none
    const char *symbol;           // the name under which it is registered, for files; NULL: none. *Copied*
} lg_hook_t;

// Registers code under a name, by which rules and files say where it runs: `hook` is copied, and its `release` is called
// with the end of the context. Thread-safe.
// Errors: INVALID_ARGUMENT (name, no function), ALREADY_EXISTS (name), OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_hook_register(lg_context_t *context, const char *name,
                                                const lg_hook_t *hook, lg_error_t *err);
// Fills `*out_hook` with what is registered, ready to be an executor's answer. Errors: NOT_FOUND, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_hook_find(lg_context_t *context, const char *name, lg_hook_t *out_hook,
                                            lg_error_t *err);

// A policy. Every function may be NULL, which is no opinion. They are called while a plan is made, once per op
// and plan; `op` is *valid until* the callee returns, its types have numbers for extents and no addresses. A
// failure ends the planning and is what the caller sees.
typedef struct lg_executor {
    uint32_t size, abi;
    void *self;
    void (*retain)(void *self);   // by every model and plan made with the executor; may be NULL
    void (*release)(void *self);  // may be NULL
    const char *name;             // for the plan's report; *valid until* the last release
    // Where the op runs. Asked before the rules of the plan. The device refusing it is an error.
    lg_status_t (*place)(void *self, const lg_op_view_t *op, lg_placement_t *out, lg_error_t *err);
    // Code that computes the outputs in place of a kernel. Inputs are dense.
    lg_status_t (*replace)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err);
    // Code before the op, where only its inputs have addresses, and after it. Inputs may be overwritten by
    // then. An op with a hook is not fused.
    lg_status_t (*before)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err);
    lg_status_t (*after)(void *self, const lg_op_view_t *op, lg_hook_t *out, lg_error_t *err);
    // Units that the op holds while it runs. Asked last: `where` says where the op goes. Units of one op are taken in
    // the order in which they were made. What is fused holds all units of its ops.
    lg_status_t (*hold)(void *self, const lg_op_view_t *op, const lg_placement_t *where, lg_holding_t *out,
                        lg_error_t *err);
    // Groups the ops of a program into blocks that are compiled together: ops of different blocks are not fused with
    // each other. Asked once per plan, about all ops in order, after `place`. `out_names` has one entry per op, NULL at
    // first: ops that get equal names are of one block, those without a name of one more. Names are *copied*.
    lg_status_t (*block)(void *self, const lg_op_view_t *ops, uint32_t count, const char **out_names,
                         lg_error_t *err);
} lg_executor_t;

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_EXECUTOR_H_
