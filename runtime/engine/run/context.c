// SPDX-License-Identifier: Apache-2.0
// The context is made here because it is the one object that every layer hangs something on.
#include "base/context.h"

#include <legato/op.h>
#include <string.h>

#include "base/port.h"
#include "device/device.h"
#include "lane/lane.h"
#include "op/registry.h"
#include "plan/plan.h"
#include "plan/price.h"
#include "unit/unit.h"

// Filled by kernels/cpu (table.c); all that the engine knows about kernels.
const lg_kernel_t *lg_cpu_kernels(size_t *out_count);

#define CONTEXT_KERNELS_BYTES (sizeof(lg_kernel_t *) * LG_OP_COUNT * LG_DTYPE_COUNT)

// Whether a machine of level `isa` runs kernels of `level`. NEON stands beside the x86 levels.
static bool context_isa_runs(uint32_t isa, uint32_t level) {
    static const uint8_t below[] = {
        [LG_ISA_SCALAR] = 1u << LG_ISA_SCALAR,
        [LG_ISA_AVX2] = 1u << LG_ISA_SCALAR | 1u << LG_ISA_AVX2,
        [LG_ISA_AVX512] = 1u << LG_ISA_SCALAR | 1u << LG_ISA_AVX2 | 1u << LG_ISA_AVX512,
        [LG_ISA_NEON] = 1u << LG_ISA_SCALAR | 1u << LG_ISA_NEON,
        [LG_ISA_VNNI] = 1u << LG_ISA_SCALAR | 1u << LG_ISA_AVX2 | 1u << LG_ISA_AVX512 | 1u << LG_ISA_VNNI,
    };
    return below[isa] >> level & 1;
}

static void context_destroy(lg_heap_t *heap) {
    lg_context_t *context = (lg_context_t *)heap;
    lg_allocator_t allocator = heap->allocator;
    lg_clerk_stop(context);
    lg_registry_destroy(context);
    lg_device_list_destroy(context);
    lg_codes_destroy(context);
    lg_pack_pool_destroy(context);
    lg_prices_destroy(context);
    if (context->kernels != NULL) {
        allocator.free(allocator.self, context->kernels, CONTEXT_KERNELS_BYTES);
    }
    if (context->unmasked != NULL) {
        allocator.free(allocator.self, context->unmasked, CONTEXT_KERNELS_BYTES);
    }
    if (context->lane != NULL) {
        lg_lane_deinit(context->lane);
        allocator.free(allocator.self, context->lane, sizeof *context->lane);
    }
    allocator.free(allocator.self, context, sizeof *context);
}

// Lowers `*isa` to the level called `name`.
static lg_status_t context_mask_isa(const char *name, const char *source, uint32_t *isa, lg_error_t *err) {
    for (uint32_t i = 0; i < LG_ISA_COUNT; i++) {
        if (strcmp(name, lg_isa_name(i)) == 0) {
            *isa = context_isa_runs(*isa, i) ? i : *isa;
            return LG_OK;
        }
    }
    return lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                        "%s is '%s', expected scalar, avx2, avx512, vnni or neon", source, name);
}

// The best kernels for a machine of level `isa`.
static void context_fill_kernels(const lg_kernel_t **best, uint32_t isa) {
    size_t count;
    const lg_kernel_t *kernels = lg_cpu_kernels(&count);
    memset(best, 0, CONTEXT_KERNELS_BYTES);
    for (size_t i = 0; i < count; i++) {
        // Later rows are for higher levels.
        if (!context_isa_runs(isa, kernels[i].isa)) {
            continue;
        }
        for (uint32_t dtype = 0; dtype < LG_DTYPE_COUNT; dtype++) {
            if (kernels[i].dtypes >> dtype & 1) {
                best[kernels[i].op * LG_DTYPE_COUNT + dtype] = &kernels[i];
            }
        }
    }
}

lg_status_t lg_context_create(const lg_context_desc_t *desc, lg_context_t **out_context, lg_error_t *err) {
    *out_context = NULL;
    const lg_allocator_t *allocator = NULL;
    const uint32_t machine = lg_port_cpu_isa();
    uint32_t isa = machine;
    const char *mask = NULL;
    if (desc != NULL) {
        allocator = LG_HAS(desc, lg_context_desc_t, allocator) ? desc->allocator : NULL;
        LG_CHECK(err, allocator == NULL || (allocator->alloc != NULL && allocator->free != NULL),
                 LG_STATUS_INVALID_ARGUMENT, NULL, "an allocator needs both alloc and free");
        if (LG_HAS(desc, lg_context_desc_t, cpu_mask)) {
            LG_TRY(context_mask_isa(desc->cpu_mask, "cpu_mask", &isa, err));
            mask = isa != machine ? "cpu_mask" : NULL;
        }
    }
    const char *environment = lg_port_getenv("LG_CPU_MASK");
    if (environment != NULL && environment[0] != 0) {
        const uint32_t before = isa;
        LG_TRY(context_mask_isa(environment, "LG_CPU_MASK", &isa, err));
        mask = isa != before ? "LG_CPU_MASK" : mask;
    }

    lg_heap_t heap;
    lg_heap_init(&heap, allocator, context_destroy);
    lg_context_t *context = heap.allocator.alloc(heap.allocator.self, sizeof *context, 64);
    LG_CHECK(err, context != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a context");
    memset(context, 0, sizeof *context);
    lg_heap_init(&context->heap, &heap.allocator, context_destroy);
    context->isa = isa;
    context->kernels = heap.allocator.alloc(heap.allocator.self, CONTEXT_KERNELS_BYTES, 16);
    if (mask != NULL) {
        context->mask = mask;
        context->unmasked = heap.allocator.alloc(heap.allocator.self, CONTEXT_KERNELS_BYTES, 16);
    }
    context->lane = heap.allocator.alloc(heap.allocator.self, sizeof *context->lane, 64);
    lg_cores_t cores;
    const lg_lane_desc_t lane = {LG_STRUCT(lg_lane_desc_t), .name = "legato",
                                 .workers = lg_port_core_limit("", lg_port_get_cores(0, &cores))};
    if (context->lane != NULL && !lg_lane_init(context->lane, context, &lane, &cores)) {
        allocator = &context->heap.allocator;
        allocator->free(allocator->self, context->lane, sizeof *context->lane);
        context->lane = NULL;
    }
    lg_status_t status = LG_OK;
    if (context->kernels == NULL || (mask != NULL && context->unmasked == NULL) || context->lane == NULL ||
        !lg_pack_pool_create(context)) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a context");
    } else {
        status = lg_device_list_create(context, err);
    }
    if (status != LG_OK) {
        context_destroy(&context->heap);
        return status;
    }
    context_fill_kernels(context->kernels, isa);
    if (context->unmasked != NULL) {
        context_fill_kernels(context->unmasked, machine);
    }
    *out_context = context;
    return LG_OK;
}

void lg_context_close(lg_context_t *context) {
    if (context != NULL) {
        lg_lane_stop(context->lane);
        lg_heap_close(&context->heap);
    }
}

const char *lg_context_isa(const lg_context_t *context) {
    return lg_isa_name(context->isa);
}

void lg_context_stats(lg_context_t *context, int64_t *out_blocks_held, int64_t *out_blocks_used) {
    int64_t cached = lg_heap_cached(&context->heap);
    *out_blocks_held = atomic_load_explicit(&context->heap.held, memory_order_relaxed);
    *out_blocks_used = *out_blocks_held - cached;
}

lg_lane_t *lg_context_lane(lg_context_t *context) {
    return context->lane;
}
