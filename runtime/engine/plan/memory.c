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

// Spans by one of their ends, those of each record together, in their order: a counting sort.
static bool memory_sort(lg_zone_t *zone, const lg_span_t *spans, size_t count, size_t record_count,
                        bool by_last, uint32_t **out_first, uint32_t **out_order) {
    uint32_t *first = lg_zone_alloc(zone, (record_count + 2) * sizeof *first);
    uint32_t *order = lg_zone_alloc(zone, count * sizeof *order);
    if (first == NULL || order == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        first[(by_last ? spans[i].last : spans[i].first) + 2]++;
    }
    for (size_t i = 0; i < record_count; i++) {
        first[i + 2] += first[i + 1];
    }
    for (size_t i = 0; i < count; i++) {
        order[first[(by_last ? spans[i].last : spans[i].first) + 1]++] = (uint32_t)i;
    }
    *out_first = first;
    *out_order = order;
    return true;
}

bool lg_plan_lay(lg_zone_t *zone, const lg_span_t *spans, size_t count, size_t record_count,
                 size_t *out_bytes, size_t *out_bound) {
    uint32_t *born_first, *born, *dying_first, *dying;
    *out_bytes = *out_bound = 0;
    if (!memory_sort(zone, spans, count, record_count, false, &born_first, &born) ||
        !memory_sort(zone, spans, count, record_count, true, &dying_first, &dying)) {
        return false;
    }
    memory_t memory = {.heap = zone->heap};
    size_t live = 0;
    bool good = true;
    for (size_t record = 0; good && record < record_count; record++) {
        for (uint32_t k = born_first[record]; k < born_first[record + 1]; k++) {
            const lg_span_t *span = &spans[born[k]];
            *span->out_offset = span->bytes > 0 ? memory_take(&memory, span->bytes) : 0;
            live += span->bytes;
        }
        *out_bound = live > *out_bound ? live : *out_bound;
        for (uint32_t k = dying_first[record]; good && k < dying_first[record + 1]; k++) {
            const lg_span_t *span = &spans[dying[k]];
            good = span->bytes == 0 || memory_give(&memory, *span->out_offset, span->bytes);
            live -= span->bytes;
        }
    }
    *out_bytes = memory.end;
    LG_LIST_DEINIT(memory.heap, &memory.gaps);
    return good;
}

lg_status_t lg_plan_memory(lg_plan_t *plan, lg_error_t *err) {
    lg_zone_t zone;
    lg_zone_init(&zone, &plan->context->heap);
    lg_span_t *spans = lg_zone_alloc(&zone, plan->storages.count * sizeof *spans);
    size_t count = 0;
    for (size_t i = 0; spans != NULL && i < plan->storages.count; i++) {
        lg_storage_t *storage = &plan->storages.items[i];
        if (storage->kind == LG_STORAGE_ARENA) {
            storage->bytes = lg_align_up(storage->bytes, LG_ALIGNMENT);
            spans[count++] = (lg_span_t){storage->bytes, &storage->offset, storage->first, storage->last};
        }
    }
    bool good = spans != NULL && lg_plan_lay(&zone, spans, count, plan->records.count, &plan->arena_bytes,
                                             &plan->arena_bound_bytes);
    lg_zone_deinit(&zone);
    good = good && (plan->strands.count == 0 || lg_plan_wide_memory(plan));
    return good ? LG_OK : lg_plan_no_memory(err);
}
