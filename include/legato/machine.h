/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine as the operating system describes it to this process: which cores it may use and how much of
 * them, their kinds, what they share. UNSTABLE: may change before 1.0.
 */
#ifndef LEGATO_MACHINE_H_
#define LEGATO_MACHINE_H_

#include <legato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_MACHINE_MAX_CORES 1024  // those with higher numbers are not seen

typedef struct lg_machine lg_machine_t;

typedef struct lg_machine_info {
    uint32_t size, abi;
    uint32_t core_count;     // processors that are on, siblings of one core counted each
    uint32_t allowed_count;  // of them those that the process may use
    uint32_t
        usable;  // how many it can keep busy: `allowed_count`, or fewer for the quota, rounded down; >= 1
    uint32_t class_count;  // kinds of cores
    uint32_t node_count;   // NUMA nodes with cores
    uint32_t cache_count;
    double quota;  // processors' worth of time that control groups leave; 0: no limit
} lg_machine_info_t;

typedef struct lg_machine_core {
    uint32_t number;         // the system's
    uint32_t allowed;        // 1: the process may use it
    uint32_t class_index;    // its kind, 0 the fastest; see lg_machine_class
    uint32_t node;           // NUMA node
    uint32_t package;        // socket
    uint32_t first_sibling;  // lowest number of those that share this core's units (SMT); its own when alone
} lg_machine_core_t;

typedef struct lg_machine_cache {
    uint32_t level;
    uint32_t kind;  // 'd' data, 'i' instructions, 'u' both
    uint64_t bytes;
    uint32_t line_bytes;
    uint32_t core_count;    // of cores that share it
    const uint32_t *cores;  // ascending; *valid until* the machine is destroyed
} lg_machine_cache_t;

// Reads the machine. `root` goes before /proc and /sys, so that a recorded tree can stand for another
// machine; NULL or "": this one, where "allowed" is what the calling thread may use. What the system does not
// tell has its default: one kind of core, one node, no caches. The machine *retains* `context`; caller
// destroys.
// Errors: OUT_OF_MEMORY, CLOSED.
LG_API LG_MUST_USE lg_status_t lg_machine_create(lg_context_t *context, const char *root,
                                                 lg_machine_t **out_machine, lg_error_t *err);
LG_API void lg_machine_destroy(lg_machine_t *machine);

LG_API void lg_machine_info(const lg_machine_t *machine, lg_machine_info_t *out_info);

// By index below the counts of lg_machine_info, else NULL. *Valid until* the machine is destroyed.
LG_API const lg_machine_core_t *lg_machine_core(const lg_machine_t *machine, uint32_t index);
LG_API const lg_machine_cache_t *lg_machine_cache(const lg_machine_t *machine, uint32_t index);

// The name of a kind of core: "performance" is the fastest, and the only one where all are alike;
// "efficiency" the slowest; "middle" what lies between. NULL: there is no such kind. Static memory.
LG_API const char *lg_machine_class(const lg_machine_t *machine, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_MACHINE_H_
