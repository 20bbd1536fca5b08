// SPDX-License-Identifier: Apache-2.0
// Offsets in the arena: records in order, freed gaps kept sorted, best fit among them. The order of records is
// the order in time, so two storages overlap in life exactly when their [first, last] record ranges meet.
#include <string.h>

#include "plan/plan.h"

typedef struct memory_gap {
    size_t offset, bytes;
} memory_gap_t;

typedef struct memory {
    lg_heap_t *heap;
    LG_LIST(memory_gap_t) gaps;  // sorted by offset, never adjacent
    size_t end;                  // of the arena so far
} memory_t;

// Takes `bytes` out of the smallest gap that holds them, or extends the arena at its end.
static size_t memory_take(memory_t *memory, size_t bytes) {
    memory_gap_t *best = NULL;
    for (size_t i = 0; i < memory->gaps.count; i++) {
        memory_gap_t *gap = &memory->gaps.items[i];
        if (gap->bytes >= bytes && (best == NULL || gap->bytes < best->bytes)) {
            best = gap;
        }
    }
    memory_gap_t *last = memory->gaps.count > 0 ? &memory->gaps.items[memory->gaps.count - 1] : NULL;
    if (best == NULL && last != NULL && last->offset + last->bytes == memory->end) {
        // The gap at the end grows to what is needed.
        memory->end = last->offset + bytes;
        last->bytes = bytes;
        best = last;
    }
    if (best == NULL) {
        size_t offset = memory->end;
        memory->end += bytes;
        return offset;
    }
    size_t offset = best->offset;
    best->offset += bytes;
    best->bytes -= bytes;
    if (best->bytes == 0) {
        size_t index = (size_t)(best - memory->gaps.items);
        memmove(best, best + 1, (memory->gaps.count - index - 1) * sizeof *best);
        memory->gaps.count--;
    }
    return offset;
}

static bool memory_give(memory_t *memory, size_t offset, size_t bytes) {
    if (!LG_LIST_GROW(memory->heap, &memory->gaps)) {
        return false;
    }
    memory_gap_t *items = memory->gaps.items;
    size_t at = memory->gaps.count;
    while (at > 0 && items[at - 1].offset > offset) {
        at--;
    }
    bool joins_left = at > 0 && items[at - 1].offset + items[at - 1].bytes == offset;
    bool joins_right = at < memory->gaps.count && offset + bytes == items[at].offset;
    if (joins_left && joins_right) {
        items[at - 1].bytes += bytes + items[at].bytes;
        memmove(&items[at], &items[at + 1], (memory->gaps.count - at - 1) * sizeof *items);
        memory->gaps.count--;
    } else if (joins_left) {
        items[at - 1].bytes += bytes;
    } else if (joins_right) {
        items[at].offset = offset;
        items[at].bytes += bytes;
    } else {
        memmove(&items[at + 1], &items[at], (memory->gaps.count - at) * sizeof *items);
        items[at] = (memory_gap_t){offset, bytes};
        memory->gaps.count++;
    }
    return true;
}

lg_status_t lg_plan_memory(lg_plan_t *plan, lg_error_t *err) {
    // Storages in the order of their death, by counting sort; they are born in the order of their index.
    size_t record_count = plan->records.count;
    size_t storage_count = plan->storages.count;
    uint32_t *dying_first = lg_zone_alloc(&plan->zone, (record_count + 2) * sizeof *dying_first);
    uint32_t *dying = lg_zone_alloc(&plan->zone, storage_count * sizeof *dying);
    if (dying_first == NULL || dying == NULL) {
        return lg_plan_no_memory(err);
    }
    lg_storage_t *storages = plan->storages.items;
    size_t born = 0;
    for (size_t i = 0; i < storage_count; i++) {
        if (storages[i].kind == LG_STORAGE_ARENA) {
            storages[i].bytes = lg_align_up(storages[i].bytes, LG_ALIGNMENT);
            dying_first[storages[i].last + 2]++;
        }
    }
    for (size_t i = 0; i < record_count; i++) {
        dying_first[i + 2] += dying_first[i + 1];
    }
    for (size_t i = 0; i < storage_count; i++) {
        if (storages[i].kind == LG_STORAGE_ARENA) {
            dying[dying_first[storages[i].last + 1]++] = (uint32_t)i;
        }
    }

    memory_t memory = {.heap = &plan->context->heap};
    size_t live = 0;
    bool good = true;
    for (uint32_t record = 0; good && record < record_count; record++) {
        for (; born < storage_count &&
               (storages[born].kind != LG_STORAGE_ARENA || storages[born].first <= record);
             born++) {
            if (storages[born].kind == LG_STORAGE_ARENA && storages[born].bytes > 0) {
                storages[born].offset = memory_take(&memory, storages[born].bytes);
                live += storages[born].bytes;
            }
        }
        plan->arena_bound_bytes = live > plan->arena_bound_bytes ? live : plan->arena_bound_bytes;
        for (uint32_t k = dying_first[record]; good && k < dying_first[record + 1]; k++) {
            const lg_storage_t *storage = &storages[dying[k]];
            good = storage->bytes == 0 || memory_give(&memory, storage->offset, storage->bytes);
            live -= storage->bytes;
        }
    }
    plan->arena_bytes = memory.end;
    LG_LIST_DEINIT(memory.heap, &memory.gaps);
    return good ? LG_OK : lg_plan_no_memory(err);
}
