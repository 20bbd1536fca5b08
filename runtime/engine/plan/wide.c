// SPDX-License-Identifier: Apache-2.0
// Offsets in the arena of a call whose strands run at the same time. Between forks, time is the order of records, as in
// memory.c. A fork that was taken is one step of that time: what lives inside of it alone, scratch too, is laid out as
// one block, in which two share bytes only where all who touch the one have ended before any begins who touches the
// other. What lives longer is there for the whole of each fork that it meets.
//
// Source: Pisarchyk, Lee, Efficient Memory Management for Deep Neural Net Inference, 2020 (greedy by size).
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

// Forks with more blocks or strands than that share nothing: looking at all pairs would take long.
enum { WIDE_MOST = 2048 };
enum { NONE = UINT32_MAX };

// A strand that touches a block, from the first of its records that does to the last.
typedef struct wide_touch {
    uint32_t strand, first, last, next;
} wide_touch_t;

typedef struct wide_block {
    size_t bytes, offset;
    size_t *out_offset;
    uint32_t touch;
} wide_block_t;

typedef struct wide {
    lg_plan_t *plan;
    lg_heap_t *heap;
    const lg_fork_t *fork;
    uint32_t strand_first, strand_count;  // of the fork
    uint32_t word_count;
    uint64_t *behind;    // bits of the strands behind each, in the fork
    uint32_t *block_of;  // of each storage
    LG_LIST(wide_block_t) blocks;
    LG_LIST(wide_touch_t) touches;
} wide_t;

static bool wide_touch(wide_t *wide, wide_block_t *block, uint32_t strand, uint32_t record) {
    wide_touch_t *latest = block->touch != NONE ? &wide->touches.items[block->touch] : NULL;
    if (latest != NULL && latest->strand == strand) {
        latest->last = record;
        return true;
    }
    if (!LG_LIST_GROW(wide->heap, &wide->touches)) {
        return false;
    }
    wide->touches.items[wide->touches.count] = (wide_touch_t){strand, record, record, block->touch};
    block->touch = (uint32_t)wide->touches.count++;
    return true;
}

static bool wide_add(wide_t *wide, size_t bytes, size_t *out_offset) {
    if (!LG_LIST_GROW(wide->heap, &wide->blocks)) {
        return false;
    }
    wide->blocks.items[wide->blocks.count++] = (wide_block_t){bytes, 0, out_offset, NONE};
    return true;
}

static bool wide_is_local(const lg_fork_t *fork, const lg_storage_t *storage) {
    return storage->kind == LG_STORAGE_ARENA && storage->first >= fork->first && storage->last < fork->last;
}

// What lives inside of the fork alone, and who touches it.
static bool wide_collect(wide_t *wide) {
    lg_plan_t *plan = wide->plan;
    for (uint32_t s = wide->strand_first; s < wide->strand_first + wide->strand_count; s++) {
        for (uint32_t i = plan->strands.items[s].first; i < plan->strands.items[s].last; i++) {
            lg_record_plan_t *record = &plan->records.items[i];
            if (record->scratch_bytes > 0 &&
                (!wide_add(wide, lg_align_up(record->scratch_bytes, LG_ALIGNMENT), &record->wide_scratch) ||
                 !wide_touch(wide, &wide->blocks.items[wide->blocks.count - 1], s, i))) {
                return false;
            }
            for (uint32_t k = 0; k < record->operand_count; k++) {
                uint32_t index = plan->operands.items[record->operand_first + k].storage;
                lg_storage_t *storage = index < LG_STORAGE_SCRATCH ? &plan->storages.items[index] : NULL;
                if (storage == NULL || storage->bytes == 0 || !wide_is_local(wide->fork, storage)) {
                    continue;
                }
                if (wide->block_of[index] == NONE) {
                    wide->block_of[index] = (uint32_t)wide->blocks.count;
                    if (!wide_add(wide, storage->bytes, &storage->wide_offset)) {
                        return false;
                    }
                }
                if (!wide_touch(wide, &wide->blocks.items[wide->block_of[index]], s, i)) {
                    return false;
                }
            }
        }
    }
    return true;
}

// Which strands come after each: those that wait for it, and who waits for these.
static bool wide_order(wide_t *wide, lg_zone_t *zone) {
    const lg_plan_t *plan = wide->plan;
    wide->word_count = (wide->strand_count + 63) / 64;
    size_t words = (size_t)wide->strand_count * wide->word_count;
    wide->behind = lg_zone_alloc(zone, words * sizeof *wide->behind);
    if (wide->behind == NULL) {
        return false;
    }
    for (uint32_t i = wide->strand_count; i-- > 0;) {
        uint64_t *mine = wide->behind + (size_t)i * wide->word_count;
        const lg_strand_t *strand = &plan->strands.items[wide->strand_first + i];
        for (uint32_t k = strand->next; k < strand[1].next; k++) {
            uint32_t next = plan->strand_next[k] - wide->strand_first;
            if (next < wide->strand_count) {
                mine[next / 64] |= (uint64_t)1 << next % 64;
                for (uint32_t w = 0; w < wide->word_count; w++) {
                    mine[w] |= wide->behind[(size_t)next * wide->word_count + w];
                }
            }
        }
    }
    return true;
}

// Whether all who touch `a` have ended before any begins that touches `b`.
static bool wide_precedes(const wide_t *wide, const wide_block_t *a, const wide_block_t *b) {
    for (uint32_t i = a->touch; i != NONE; i = wide->touches.items[i].next) {
        const wide_touch_t *x = &wide->touches.items[i];
        const uint64_t *behind = wide->behind + (size_t)(x->strand - wide->strand_first) * wide->word_count;
        for (uint32_t k = b->touch; k != NONE; k = wide->touches.items[k].next) {
            const wide_touch_t *y = &wide->touches.items[k];
            uint32_t other = y->strand - wide->strand_first;
            if (x->strand == y->strand ? x->last >= y->first : !(behind[other / 64] >> other % 64 & 1)) {
                return false;
            }
        }
    }
    return true;
}

static int wide_compare_bytes(const void *a, const void *b) {
    const wide_block_t *x = a, *y = b;
    return x->bytes != y->bytes ? (x->bytes > y->bytes ? -1 : 1) : x->out_offset < y->out_offset ? -1 : 1;
}

// Offsets of the blocks, the largest first: each in the smallest gap between those that it may not share bytes with.
static size_t wide_place(wide_t *wide, uint32_t *order) {
    size_t end = 0;
    wide_block_t *blocks = wide->blocks.items;
    bool shares = wide->blocks.count <= WIDE_MOST && wide->strand_count <= WIDE_MOST;
    for (uint32_t i = 0; i < wide->blocks.count; i++) {  // `order`: those that have offsets, by these
        wide_block_t *block = &blocks[i];
        size_t best = SIZE_MAX, offset = 0, at = 0;
        for (uint32_t k = 0; shares && k < i; k++) {
            const wide_block_t *other = &blocks[order[k]];
            if (other->offset + other->bytes <= at || wide_precedes(wide, other, block) ||
                wide_precedes(wide, block, other)) {
                continue;
            }
            if (other->offset >= at + block->bytes && other->offset - at < best) {
                best = other->offset - at;
                offset = at;
            }
            at = other->offset + other->bytes;
        }
        block->offset = !shares ? end : best != SIZE_MAX ? offset : at;
        end = block->offset + block->bytes > end ? block->offset + block->bytes : end;
        uint32_t place = i;
        for (; place > 0 && blocks[order[place - 1]].offset > block->offset; place--) {
            order[place] = order[place - 1];
        }
        order[place] = i;
    }
    return end;
}

static bool wide_fork(wide_t *wide, lg_fork_t *fork) {
    const lg_plan_t *plan = wide->plan;
    lg_zone_t zone;
    wide->fork = fork;
    wide->strand_count = 0;
    while (plan->strands.items[wide->strand_first].first < fork->first) {
        wide->strand_first++;
    }
    while (wide->strand_first + wide->strand_count < plan->strands.count &&
           plan->strands.items[wide->strand_first + wide->strand_count].first < fork->last) {
        wide->strand_count++;
    }
    wide->blocks.count = wide->touches.count = 0;
    lg_zone_init(&zone, wide->heap);
    bool good = wide_collect(wide) && (wide->strand_count > WIDE_MOST || wide_order(wide, &zone));
    uint32_t *order = good ? lg_zone_alloc(&zone, wide->blocks.count * sizeof *order) : NULL;
    good = order != NULL;
    if (good && wide->blocks.count > 0) {
        qsort(wide->blocks.items, wide->blocks.count, sizeof *wide->blocks.items, wide_compare_bytes);
        fork->bytes = wide_place(wide, order);
    }
    for (size_t i = 0; good && i < wide->blocks.count; i++) {
        *wide->blocks.items[i].out_offset = wide->blocks.items[i].offset;
    }
    lg_zone_deinit(&zone);
    return good;
}

// The fork that was taken and that `record` is in; NULL: it is in none.
static const lg_fork_t *wide_fork_of(const lg_plan_t *plan, uint32_t record) {
    size_t low = 0, high = plan->forks.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (plan->forks.items[middle].last <= record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const lg_fork_t *fork = low < plan->forks.count ? &plan->forks.items[low] : NULL;
    return fork != NULL && fork->taken && fork->first <= record ? fork : NULL;
}

static bool wide_lay(wide_t *wide, lg_zone_t *zone) {
    lg_plan_t *plan = wide->plan;
    size_t count = 0, bound;
    lg_span_t *spans = lg_zone_alloc(zone, (plan->storages.count + plan->forks.count + 1) * sizeof *spans);
    if (spans == NULL) {
        return false;
    }
    for (size_t i = 0; i < plan->storages.count; i++) {
        lg_storage_t *storage = &plan->storages.items[i];
        if (storage->kind == LG_STORAGE_ARENA && wide->block_of[i] == NONE) {
            const lg_fork_t *first = wide_fork_of(plan, storage->first);
            const lg_fork_t *last = wide_fork_of(plan, storage->last);
            spans[count++] = (lg_span_t){storage->bytes, &storage->wide_offset,
                                         first != NULL ? first->first : storage->first,
                                         last != NULL ? last->last - 1 : storage->last};
        }
    }
    for (size_t i = 0; i < plan->forks.count; i++) {
        lg_fork_t *fork = &plan->forks.items[i];
        if (fork->taken) {
            spans[count++] = (lg_span_t){fork->bytes, &fork->offset, fork->first, fork->last - 1};
        }
    }
    return lg_plan_lay(zone, spans, count, plan->records.count, &plan->wide_bytes, &bound);
}

bool lg_plan_wide_memory(lg_plan_t *plan) {
    wide_t wide = {.plan = plan, .heap = &plan->context->heap};
    lg_zone_t zone;
    lg_zone_init(&zone, wide.heap);
    wide.block_of = lg_zone_alloc(&zone, plan->storages.count * sizeof *wide.block_of);
    bool good = wide.block_of != NULL;
    if (good) {
        memset(wide.block_of, 0xff, plan->storages.count * sizeof *wide.block_of);
    }
    for (size_t i = 0; i < plan->records.count; i++) {
        plan->records.items[i].wide_scratch = SIZE_MAX;
    }
    for (size_t i = 0; good && i < plan->forks.count; i++) {
        good = !plan->forks.items[i].taken || wide_fork(&wide, &plan->forks.items[i]);
    }
    good = good && wide_lay(&wide, &zone);
    for (size_t i = 0; good && i < plan->forks.count;
         i++) {  // from offsets in the block to those in the arena
        const lg_fork_t *fork = &plan->forks.items[i];
        for (uint32_t k = fork->taken ? fork->first : fork->last; k < fork->last; k++) {
            lg_record_plan_t *record = &plan->records.items[k];
            record->wide_scratch += record->wide_scratch != SIZE_MAX ? fork->offset : 0;
        }
    }
    for (size_t i = 0; good && i < plan->storages.count; i++) {
        lg_storage_t *storage = &plan->storages.items[i];
        if (storage->kind == LG_STORAGE_ARENA && wide.block_of[i] != NONE) {
            storage->wide_offset += wide_fork_of(plan, storage->first)->offset;
        }
    }
    LG_LIST_DEINIT(wide.heap, &wide.blocks);
    LG_LIST_DEINIT(wide.heap, &wide.touches);
    lg_zone_deinit(&zone);
    return good;
}
