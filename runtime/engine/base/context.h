/* SPDX-License-Identifier: Apache-2.0
 *
 * The context: memory plus what the upper layers hang on it. Created in run/context.c, the only place that
 * sees all layers; the pointers here are opaque to the layers that do not own them.
 */
#ifndef LEGATO_ENGINE_CONTEXT_H_
#define LEGATO_ENGINE_CONTEXT_H_

#include "base/heap.h"

#define LG_CONTEXT_CORES 1024

struct lg_context {
    lg_heap_t heap;  // first: a heap's destroy finds its context
    // [op * LG_DTYPE_COUNT + dtype]: best kernel for this machine, NULL when there is none; LG_OP_COUNT rows.
    // Read-only after creation.
    const struct lg_kernel **kernels;
    struct lg_device_list *devices;  // owned by device/
    struct lg_lane *lane;            // the default lane, owned by lane/
    struct lg_pack_pool *packs;      // packed constants, owned by plan/pack.c
    const lg_host_t *host;           // services for kernels that are not built in, owned by device/
    // The same without the mask, and what set that; both NULL when there is none.
    const struct lg_kernel **unmasked;
    const char *mask;
    // Registered ops, NULL while there are none; owned by op/registry.c, set once.
    _Atomic(struct lg_registry *) registry;
    _Atomic(struct lg_code *) code;  // registered hooks, owned by plan/code.c; it only grows
    // Units by name, owned by unit/: the list and its lock, and how many were made.
    struct lg_unit *units;
    _Atomic(uint32_t) units_lock;
    uint64_t unit_count;
    // Signals by name, owned by signal/.
    struct lg_signal *signals;
    _Atomic(uint32_t) signals_lock;
    _Atomic(struct lg_clerk *)
        clerk;  // of those who wait for units without a thread, NULL while there are none
    _Atomic(struct lg_prices *) prices;  // owned by plan/price.c
    uint32_t isa;                        // LG_ISA_*, read-only after creation
    // Who has each core, see lane/token.h, and whether anybody asks.
    _Atomic(uint32_t) ranked;
    _Atomic(uint32_t) cores[LG_CONTEXT_CORES];
};

// Fails with CLOSED once the context was closed.
static inline lg_status_t lg_context_check(lg_context_t *context, lg_error_t *err) {
    if (__builtin_expect(lg_heap_is_closed(&context->heap), 0)) {
        return lg_error_set(err, LG_STATUS_CLOSED, NULL, "the context was closed");
    }
    return LG_OK;
}

#endif  // LEGATO_ENGINE_CONTEXT_H_
