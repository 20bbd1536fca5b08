// SPDX-License-Identifier: Apache-2.0
// Strands: which records of a plan may run at the same time, and whether that pays.
//
//            +- 1 - 2 -+          0, 5: every other record is before or behind them (a cut)
//        0 --+         +-- 5      1..4: a fork, two strands of its own
//            +- 3 - 4 -+          4 strands: (0) (1 2) (3 4) (5)
//
// Dependencies are those of memory: who writes bytes that another reads or writes. Between two cuts lies a fork, which
// falls into chains; it is taken where handing chains over is expected to pay, else its records stay in order. Strands
// are numbered, and their records sorted, by the longest way to the end, which is an order that holds for one thread
// too. docs/explanation/lanes.md has the picture of how they run.
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

// What does not last as long as that is no strand of its own where that can be avoided, and a fork pays where it saves
// that much at least with chains of that length: as for pieces of a record (run/spread.h).
enum { STRAND_TINY_NS = 600, STRAND_LEAST_NS = 2000 };

enum { NONE = UINT32_MAX };

// Who touched a storage, since somebody wrote all of it.
typedef struct strand_access {
    size_t begin, end;
    uint32_t record, next;
} strand_access_t;

typedef struct strand_edge {
    uint32_t from, to;
} strand_edge_t;

typedef struct strand_chain {
    uint32_t lane, tail;  // its last record
    double work_ns;
    bool serial;
} strand_chain_t;

typedef struct strands {
    lg_plan_t *plan;
    lg_heap_t *heap;
    lg_zone_t zone;  // of what is needed here only
    uint32_t count;  // of records
    uint32_t *pred_first;
    LG_LIST(uint32_t) preds;  // of each record, grouped, each once
    uint32_t *next_least;     // the first record that needs this one, `count`: none
    uint32_t *chain;          // of each record
    uint32_t *lane;           // of each record, in plan->lanes
    double *work_ns;          // of each record
    uint32_t *outs;           // of each record: how many need it inside of the fork
    uint32_t *mark;
    LG_LIST(strand_access_t) accesses;
    LG_LIST(strand_chain_t) chains;
    LG_LIST(strand_edge_t) edges;  // between chains
} strands_t;

static const lg_step_t *strand_step(const strands_t *all, uint32_t record) {
    uint32_t op = all->plan->records.items[record].op;
    return op != UINT32_MAX ? &all->plan->steps[op] : NULL;
}

// ---- dependencies -----------------------------------------------------------------------------------

static bool strand_depend(strands_t *all, uint32_t record, uint32_t on) {
    if (all->mark[on] == record + 1) {
        return true;
    }
    all->mark[on] = record + 1;
    all->next_least[on] = all->next_least[on] < record ? all->next_least[on] : record;
    if (!LG_LIST_GROW(all->heap, &all->preds)) {
        return false;
    }
    all->preds.items[all->preds.count++] = on;
    return true;
}

// Whether operand `k` of a record is a result. Copies that the plan added have one input and one result.
static bool strand_writes(const strands_t *all, const lg_record_plan_t *record, uint32_t k) {
    uint32_t ins = record->op != UINT32_MAX ? all->plan->lowered->ops.items[record->op].in_count : 1;
    return k >= ins;
}

// Who reads, and who writes, each storage.
typedef struct strand_heads {
    uint32_t of[2];
} strand_heads_t;

// An operand of a record: it needs those who touched the same bytes, where one of the two writes.
static bool strand_touch(strands_t *all, strand_heads_t *heads, uint32_t record, const lg_operand_t *operand,
                         bool writes) {
    const lg_storage_t *storage = &all->plan->storages.items[operand->storage];
    if (storage->kind == LG_STORAGE_WEIGHT || storage->kind == LG_STORAGE_INPUT) {
        return true;
    }
    size_t begin = operand->bytes > 0 ? operand->byte_offset : 0;
    size_t end = operand->bytes > 0 ? begin + operand->bytes : storage->bytes;
    bool whole = begin == 0 && end >= storage->bytes;
    strand_heads_t *head = &heads[operand->storage];
    for (uint32_t kind = writes ? 0 : 1; kind < 2; kind++) {
        for (uint32_t i = head->of[kind]; i != NONE; i = all->accesses.items[i].next) {
            const strand_access_t access = all->accesses.items[i];
            bool meets = access.begin < end && begin < access.end && access.record != record;
            if (meets && !strand_depend(all, record, access.record)) {
                return false;
            }
        }
    }
    if (!LG_LIST_GROW(all->heap, &all->accesses)) {
        return false;
    }
    if (writes && whole) {  // what comes later needs this one, and so those before it
        *head = (strand_heads_t){{NONE, NONE}};
    }
    all->accesses.items[all->accesses.count] = (strand_access_t){begin, end, record, head->of[writes]};
    head->of[writes] = (uint32_t)all->accesses.count++;
    return true;
}

// Code of others keeps its place among all records.
static bool strand_is_barrier(const strands_t *all, uint32_t record) {
    const lg_step_t *step = strand_step(all, record);
    return step != NULL && (step->hooks != NULL || step->needs != NULL);
}

static bool strand_find_edges(strands_t *all) {
    const lg_plan_t *plan = all->plan;
    strand_heads_t *heads = lg_zone_alloc(&all->zone, plan->storages.count * sizeof *heads);
    if (heads == NULL) {
        return false;
    }
    memset(heads, 0xff, plan->storages.count * sizeof *heads);
    uint32_t barrier = NONE;
    for (uint32_t i = 0; i < all->count; i++) {
        const lg_record_plan_t *record = &plan->records.items[i];
        all->pred_first[i] = (uint32_t)all->preds.count;
        all->next_least[i] = all->count;
        for (uint32_t k = 0; k < record->operand_count; k++) {
            const lg_operand_t *operand = &plan->operands.items[record->operand_first + k];
            if (operand->storage < LG_STORAGE_SCRATCH &&
                !strand_touch(all, heads, i, operand, strand_writes(all, record, k))) {
                return false;
            }
        }
        bool behind = false;
        for (size_t k = all->pred_first[i]; k < all->preds.count; k++) {
            behind |= all->preds.items[k] >= barrier;
        }
        if (barrier != NONE && !behind && !strand_depend(all, i, barrier)) {
            return false;
        }
        if (strand_is_barrier(all, i)) {
            for (uint32_t k = barrier != NONE ? barrier : 0; k < i; k++) {
                if (all->next_least[k] == all->count && !strand_depend(all, i, k)) {
                    return false;
                }
            }
            barrier = i;
        }
        const lg_step_t *step = strand_step(all, i);
        all->work_ns[i] = record->work_ns > 0                    ? record->work_ns
                          : step != NULL && step->device != NULL ? step->cost_ns
                                                                 : 0;
        all->lane[i] = step != NULL ? step->lane
                       : all->pred_first[i] < all->preds.count
                           ? all->lane[all->preds.items[all->pred_first[i]]]
                           : 0;
    }
    all->pred_first[all->count] = (uint32_t)all->preds.count;
    return true;
}

// Marks the records that all others are before or behind: alone at the end of what comes before it, and alone at the
// beginning of what comes from it on.
static bool strand_find_cuts(strands_t *all, bool *cuts) {
    int32_t *ends = lg_zone_alloc(&all->zone, (all->count + 1) * sizeof *ends);
    int32_t *begins = lg_zone_alloc(&all->zone, (all->count + 1) * sizeof *begins);
    if (ends == NULL || begins == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        uint32_t most = NONE;  // the last that it needs
        for (uint32_t k = all->pred_first[i]; k < all->pred_first[i + 1]; k++) {
            most = most == NONE || all->preds.items[k] > most ? all->preds.items[k] : most;
        }
        // It is an end of [0, r] for r from itself up to who needs it first, a beginning of [r, end) from behind what
        // it needs last up to itself.
        ends[i]++;
        ends[all->next_least[i]]--;
        begins[most == NONE ? 0 : most + 1]++;
        begins[i + 1]--;
    }
    int32_t end_count = 0, begin_count = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        end_count += ends[i];
        begin_count += begins[i];
        cuts[i] = end_count == 1 && begin_count == 1;
    }
    return true;
}

// ---- chains -----------------------------------------------------------------------------------------

static bool strand_new_chain(strands_t *all, uint32_t record, bool serial) {
    if (!LG_LIST_GROW(all->heap, &all->chains)) {
        return false;
    }
    all->chain[record] = (uint32_t)all->chains.count;
    all->chains.items[all->chains.count++] =
        (strand_chain_t){all->lane[record], record, all->work_ns[record], serial};
    return true;
}

static void strand_append(strands_t *all, uint32_t chain, uint32_t record) {
    all->chain[record] = chain;
    all->chains.items[chain].tail = record;
    all->chains.items[chain].work_ns += all->work_ns[record];
}

// Records in their order: they go on with the chain before them where that is such a one, on the same lane.
static bool strand_serial(strands_t *all, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i < last; i++) {
        uint32_t before = i > 0 ? all->chain[i - 1] : NONE;
        bool follows = before != NONE && all->chains.items[before].serial;
        if (follows && all->chains.items[before].lane == all->lane[i]) {
            strand_append(all, before, i);
        } else if (!strand_new_chain(all, i, true)) {
            return false;
        } else if (follows) {
            if (!LG_LIST_GROW(all->heap, &all->edges)) {
                return false;
            }
            all->edges.items[all->edges.count++] = (strand_edge_t){before, all->chain[i]};
        }
    }
    return true;
}

// The chain that a record of a fork goes on with: all that it needs inside of the fork is there, and nobody else waits
// for the last of them, or it is too short for others to mind. NONE: a new one.
static uint32_t strand_joins(const strands_t *all, uint32_t record, uint32_t first) {
    uint32_t chain = NONE;
    bool tail = false;
    for (uint32_t k = all->pred_first[record]; k < all->pred_first[record + 1]; k++) {
        uint32_t pred = all->preds.items[k];
        if (pred < first) {
            continue;
        }
        if (chain != NONE && all->chain[pred] != chain) {
            return NONE;
        }
        chain = all->chain[pred];
        tail |= all->chains.items[chain].tail == pred && all->outs[pred] == 1;
    }
    bool fits = chain != NONE && all->chains.items[chain].lane == all->lane[record];
    return fits && (tail || all->work_ns[record] < STRAND_TINY_NS) ? chain : NONE;
}

// Records [first, last) between two cuts: chains, if that is worth it.
static bool strand_fork(strands_t *all, uint32_t first, uint32_t last, double *path_ns) {
    lg_plan_t *plan = all->plan;
    lg_fork_t fork = {.first = first, .last = last};
    bool lanes = false;
    for (uint32_t i = first; i < last; i++) {
        double before_ns = 0;
        lanes |= all->lane[i] != all->lane[first];
        for (uint32_t k = all->pred_first[i]; k < all->pred_first[i + 1]; k++) {
            uint32_t pred = all->preds.items[k];
            if (pred >= first) {
                all->outs[pred]++;
                before_ns = path_ns[pred] > before_ns ? path_ns[pred] : before_ns;
            }
        }
        path_ns[i] = before_ns + all->work_ns[i];
        fork.path_ns = path_ns[i] > fork.path_ns ? path_ns[i] : fork.path_ns;
        fork.work_ns += all->work_ns[i];
    }
    size_t chains = all->chains.count;
    for (uint32_t i = first; i < last; i++) {
        uint32_t chain = strand_joins(all, i, first);
        if (chain != NONE) {
            strand_append(all, chain, i);
        } else if (!strand_new_chain(all, i, false)) {
            return false;
        }
    }
    uint32_t large = 0;
    for (size_t i = chains; i < all->chains.count; i++) {
        large += all->chains.items[i].work_ns >= STRAND_LEAST_NS;
    }
    fork.strand_count = (uint32_t)(all->chains.count - chains);
    bool pays = large > 1 && fork.work_ns - fork.path_ns >= STRAND_LEAST_NS;
    fork.taken = plan->branches && (pays || lanes) && fork.strand_count > 1;
    if (!LG_LIST_GROW(all->heap, &plan->forks)) {
        return false;
    }
    plan->forks.items[plan->forks.count++] = fork;
    if (!fork.taken) {
        all->chains.count = chains;
        return strand_serial(all, first, last);
    }
    return true;
}

static bool strand_find_chains(strands_t *all) {
    bool *cuts = lg_zone_alloc(&all->zone, all->count);
    double *path_ns = lg_zone_alloc(&all->zone, all->count * sizeof *path_ns);
    if (cuts == NULL || path_ns == NULL || !strand_find_cuts(all, cuts)) {
        return false;
    }
    for (uint32_t i = 0, last; i < all->count; i = last) {
        last = i + 1;
        while (last < all->count && cuts[last] == cuts[i]) {
            last++;
        }
        if (!(cuts[i] ? strand_serial(all, i, last) : strand_fork(all, i, last, path_ns))) {
            return false;
        }
    }
    return true;
}

// ---- strands ----------------------------------------------------------------------------------------

typedef struct strand_key {
    double way_ns;  // from its beginning to the end of the plan
    uint32_t chain;
} strand_key_t;

static int strand_compare(const void *a, const void *b) {
    const strand_key_t *x = a, *y = b;
    return x->way_ns != y->way_ns ? (x->way_ns > y->way_ns ? -1 : 1) : x->chain < y->chain ? -1 : 1;
}

static int strand_compare_edges(const void *a, const void *b) {
    const strand_edge_t *x = a, *y = b;
    uint32_t p = x->from != y->from ? x->from : x->to, q = x->from != y->from ? y->from : y->to;
    return p < q ? -1 : p > q;
}

// Between chains, those of the records; numbers that chains get by `rank`, sorted, each once.
static bool strand_link(strands_t *all, const uint32_t *rank) {
    for (uint32_t i = 0; i < all->count && rank == NULL; i++) {
        for (uint32_t k = all->pred_first[i]; k < all->pred_first[i + 1]; k++) {
            uint32_t from = all->chain[all->preds.items[k]];
            if (from != all->chain[i]) {
                if (!LG_LIST_GROW(all->heap, &all->edges)) {
                    return false;
                }
                all->edges.items[all->edges.count++] = (strand_edge_t){from, all->chain[i]};
            }
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < all->edges.count && rank != NULL; i++) {
        strand_edge_t *edge = &all->edges.items[i];
        *edge = (strand_edge_t){rank[edge->from], rank[edge->to]};
    }
    if (all->edges.count > 0) {
        qsort(all->edges.items, all->edges.count, sizeof *all->edges.items, strand_compare_edges);
    }
    for (size_t i = 0; i < all->edges.count; i++) {
        const strand_edge_t edge = all->edges.items[i];
        if (kept == 0 || edge.from != all->edges.items[kept - 1].from ||
            edge.to != all->edges.items[kept - 1].to) {
            all->edges.items[kept++] = edge;
        }
    }
    all->edges.count = kept;
    return true;
}

// Chains by their way to the end, longest first. Chains are numbered by their first records, and what they wait for
// comes before that, so edges lead to higher numbers.
static uint32_t *strand_rank(strands_t *all) {
    size_t count = all->chains.count;
    strand_key_t *keys = lg_zone_alloc(&all->zone, count * sizeof *keys);
    uint32_t *rank = lg_zone_alloc(&all->zone, count * sizeof *rank);
    if (keys == NULL || rank == NULL || !strand_link(all, NULL)) {
        return NULL;
    }
    size_t edge = all->edges.count;
    for (size_t i = count; i-- > 0;) {
        double behind_ns = 0;
        for (; edge > 0 && all->edges.items[edge - 1].from == i; edge--) {
            double way_ns = keys[all->edges.items[edge - 1].to].way_ns;
            behind_ns = way_ns > behind_ns ? way_ns : behind_ns;
        }
        keys[i] = (strand_key_t){behind_ns + all->chains.items[i].work_ns + 1, (uint32_t)i};
    }
    qsort(keys, count, sizeof *keys, strand_compare);
    for (uint32_t i = 0; i < count; i++) {
        rank[keys[i].chain] = i;
    }
    return rank;
}

// Puts records into the order of their strands, and tells those who know records by number.
static bool strand_sort(strands_t *all, const uint32_t *rank) {
    lg_plan_t *plan = all->plan;
    uint32_t *place = lg_zone_alloc(&all->zone, all->count * sizeof *place);
    lg_record_plan_t *records = lg_zone_alloc(&all->zone, all->count * sizeof *records);
    if (place == NULL || records == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        plan->strands.items[rank[all->chain[i]]].last++;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < plan->strands.count; i++) {
        lg_strand_t *strand = &plan->strands.items[i];
        strand->first = at;
        at += strand->last;
        strand->last = strand->first;
    }
    memcpy(records, plan->records.items, all->count * sizeof *records);
    for (uint32_t i = 0; i < all->count; i++) {
        place[i] = plan->strands.items[rank[all->chain[i]]].last++;
        plan->records.items[place[i]] = records[i];
    }
    for (size_t i = 0; i < plan->lowered->ops.count; i++) {
        lg_step_t *step = &plan->steps[i];
        step->record = step->record != UINT32_MAX ? place[step->record] : UINT32_MAX;
    }
    for (size_t i = 0; i < plan->storages.count; i++) {
        plan->storages.items[i].first = NONE;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        const lg_record_plan_t *record = &plan->records.items[i];
        for (uint32_t k = 0; k < record->operand_count; k++) {
            uint32_t storage = plan->operands.items[record->operand_first + k].storage;
            if (storage < LG_STORAGE_SCRATCH) {
                lg_storage_t *touched = &plan->storages.items[storage];
                touched->first = touched->first == NONE ? i : touched->first;
                touched->last = i;
            }
        }
    }
    return true;
}

static bool strand_make(strands_t *all) {
    lg_plan_t *plan = all->plan;
    uint32_t count = (uint32_t)all->chains.count;
    if (count < 2 && plan->lanes.count < 2) {
        return true;
    }
    uint32_t *rank = strand_rank(all);
    if (rank == NULL || !strand_link(all, rank)) {
        return false;
    }
    plan->strand_next = lg_zone_alloc(&plan->zone, all->edges.count * sizeof *plan->strand_next);
    if (plan->strand_next == NULL) {
        return false;
    }
    for (uint32_t i = 0; i <= count; i++) {  // one more, which ends the last one's list
        if (!LG_LIST_GROW(all->heap, &plan->strands)) {
            return false;
        }
        plan->strands.items[plan->strands.count++] = (lg_strand_t){.next = 0};
    }
    for (uint32_t i = 0; i < count; i++) {
        lg_strand_t *strand = &plan->strands.items[rank[i]];
        strand->lane = all->chains.items[i].lane;
        strand->work_ns = all->chains.items[i].work_ns;
    }
    uint32_t edge = 0;
    for (uint32_t i = 0; i <= count; i++) {
        plan->strands.items[i].next = edge;
        for (; edge < all->edges.count && all->edges.items[edge].from == i; edge++) {
            plan->strand_next[edge] = all->edges.items[edge].to;
            plan->strands.items[all->edges.items[edge].to].need++;
        }
    }
    plan->strands.count = count;
    return strand_sort(all, rank);
}

lg_status_t lg_plan_strands(lg_plan_t *plan, lg_error_t *err) {
    if (plan->regions.count > 0) {  // what a walk passes over depends on the run
        LG_CHECK(err, plan->lanes.count == 0, LG_STATUS_UNSUPPORTED, NULL,
                 "the plan has a choice, %.160s, and ops on lanes; it can have one of them",
                 plan->regions.items[0].selector->text);
        return LG_OK;
    }
    strands_t all = {.plan = plan, .heap = &plan->context->heap, .count = (uint32_t)plan->records.count};
    lg_zone_init(&all.zone, all.heap);
    all.pred_first = lg_zone_alloc(&all.zone, (all.count + 1) * sizeof *all.pred_first);
    all.next_least = lg_zone_alloc(&all.zone, (all.count + 1) * sizeof *all.next_least);
    all.chain = lg_zone_alloc(&all.zone, all.count * sizeof *all.chain);
    all.lane = lg_zone_alloc(&all.zone, all.count * sizeof *all.lane);
    all.work_ns = lg_zone_alloc(&all.zone, all.count * sizeof *all.work_ns);
    all.outs = lg_zone_alloc(&all.zone, all.count * sizeof *all.outs);
    all.mark = lg_zone_alloc(&all.zone, all.count * sizeof *all.mark);
    bool good = all.pred_first != NULL && all.next_least != NULL && all.chain != NULL && all.lane != NULL &&
                all.work_ns != NULL && all.outs != NULL && all.mark != NULL && strand_find_edges(&all) &&
                strand_find_chains(&all) && strand_make(&all);
    LG_LIST_DEINIT(all.heap, &all.preds);
    LG_LIST_DEINIT(all.heap, &all.accesses);
    LG_LIST_DEINIT(all.heap, &all.chains);
    LG_LIST_DEINIT(all.heap, &all.edges);
    lg_zone_deinit(&all.zone);
    return good ? LG_OK : lg_plan_no_memory(err);
}
