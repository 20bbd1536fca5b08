// SPDX-License-Identifier: Apache-2.0
// Strands at the same time. A *line* is what belongs to one lane: bits of the strands that are ready there, and whoever
// serves them: a *session* on one of the lane's workers, or, on the line of the call itself, the caller's thread.
//
//      session      takes strands until nothing is ready, has others of its lane help where that pays, and ends when
//                   these have gone; a strand that gets ready there later sends for another one
//      helper       a worker that came by its mailbox: takes strands until nothing is ready, and goes
//
// Nobody waits for another lane but the caller's thread, which serves its own lane meanwhile, if it is a worker of one.
// So lanes cannot wait for each other in a ring, with however few workers.
#include "run/weave.h"

#include <string.h>

#include "base/port.h"
#include "run/knot.h"

enum { NONE = UINT32_MAX, NOBODY = UINT32_MAX };

typedef struct weave_line {
    lg_weave_t *weave;
    lg_lane_t *lane;                                // NULL: the call has none
    lg_task_t task;                                 // of a session
    _Alignas(LG_LANE_LINE) _Atomic(uint32_t) busy;  // 1: there is a session, or its task is queued
    _Atomic(uint32_t) word;    // LG_KNOT_*: helpers; where the caller runs, other sessions too
    _Atomic(uint32_t) waits;   // 1: the owner has nothing to do, and is awake
    _Atomic(uint64_t) *ready;  // bits of strands
    lg_offer_t *offers;        // one per worker
    uint32_t offer_count;
    // Of the session that is open, by whom it is on.
    _Atomic(uint32_t) owner;  // its worker; the caller takes the place of worker 0
    uint32_t generation;      // of the lane, when it was entered
    bool open, entered;
} weave_line_t;

struct lg_weave {
    lg_call_t *call;
    lg_zone_t zone;
    uint32_t word_count;  // of bits
    uint32_t line_count;
    uint32_t *line_of;         // of each lane of the plan: its line
    weave_line_t *lines;       // the first: that of the call
    lg_walk_t *walks;          // per strand
    _Atomic(uint32_t) *need;   // per strand
    _Atomic(uint32_t) inside;  // sessions of a run that was started
    _Atomic(uint32_t) failed;  // 1: by the first strand that does; then nothing more is taken
    lg_status_t status;        // with flight.error: by that one
    uint32_t generation;       // of the context's lane: the child of a fork has another
    bool by_caller, begun;
};

// ---- strands ----------------------------------------------------------------------------------------

static bool weave_has_failed(const lg_weave_t *weave) {
    return atomic_load_explicit(&weave->failed, memory_order_relaxed) != 0;
}

static void weave_fail(lg_weave_t *weave, lg_status_t status, const lg_error_t *error) {
    if (atomic_exchange_explicit(&weave->failed, 1, memory_order_relaxed) == 0) {
        weave->status = status;
        weave->call->flight.error = *error;
        lg_clerk_ring(weave->call->context);  // strands that wait for units do so in vain
    }
}

static bool weave_is_ready(const weave_line_t *line) {
    bool ready = false;
    for (uint32_t i = 0; i < line->weave->word_count; i++) {
        ready |= atomic_load_explicit(&line->ready[i], memory_order_seq_cst) != 0;
    }
    return ready && !weave_has_failed(line->weave);
}

// The strand with the longest way to the end that is ready; NONE: there is none, or the run has failed.
static uint32_t weave_take(weave_line_t *line) {
    for (uint32_t i = 0; i < line->weave->word_count && !weave_has_failed(line->weave); i++) {
        uint64_t bits = atomic_load_explicit(&line->ready[i], memory_order_relaxed);
        for (; bits != 0; bits &= bits - 1) {
            if (lg_knot_take(&line->ready[i], bits & -bits)) {
                return 64 * i + (uint32_t)__builtin_ctzll(bits);
            }
        }
    }
    return NONE;
}

static void weave_wake(weave_line_t *line) {
    lg_port_futex_wake((uint32_t *)&line->word, 1);
}

static void weave_give(lg_weave_t *weave);

// One more, or one less, without whom the run cannot end. The call's memory may be gone after leaving.
static void weave_enter(lg_weave_t *weave) {
    atomic_fetch_add_explicit(weave->by_caller ? &weave->lines[0].word : &weave->inside, 1,
                              memory_order_relaxed);
}

static void weave_leave(lg_weave_t *weave) {
    weave_line_t *home = &weave->lines[0];
    if (weave->by_caller) {
        if (lg_knot_leave(&home->word)) {
            weave_wake(home);
        }
    } else if (atomic_fetch_sub_explicit(&weave->inside, 1, memory_order_acq_rel) == 1) {
        atomic_store_explicit(&weave->call->flight.walk.record, weave->call->record_count,
                              memory_order_relaxed);
        weave_give(weave);
        lg_call_end(weave->call, weave_has_failed(weave) ? weave->status : LG_OK);
    }
}

static void weave_send(weave_line_t *line, uint32_t strand) {
    lg_weave_t *weave = line->weave;
    weave_enter(weave);
    lg_error_t error;
    if (lg_lane_submit(line->lane, &line->task, &error) != LG_OK) {
        lg_status_t status =
            error.code == LG_STATUS_CLOSED
                ? lg_walk_stop(&weave->walks[strand], LG_STATUS_CLOSED, "its lane was closed", &error)
                : error.code;
        weave_fail(weave, status, &error);
        lg_knot_idle(&line->busy);
        weave_leave(weave);  // the caller is inside
    }
}

// Lays a strand out on its line, and sends for somebody where nobody is there.
static void weave_put(lg_weave_t *weave, uint32_t strand) {
    const lg_plan_t *plan = weave->call->plan;
    weave_line_t *line = &weave->lines[weave->line_of[plan->strands.items[strand].lane]];
    lg_knot_put(&line->ready[strand / 64], (uint64_t)1 << strand % 64);
    if (lg_knot_call(&line->busy)) {
        weave_send(line, strand);
    } else if (lg_knot_rouse(&line->word)) {
        weave_wake(line);
    }
}

// A strand has ended. Returns one that it made ready here, the longest way first; others are laid out.
static uint32_t weave_end(weave_line_t *line, uint32_t ended) {
    lg_weave_t *weave = line->weave;
    const lg_plan_t *plan = weave->call->plan;
    const lg_strand_t *strand = &plan->strands.items[ended];
    uint32_t kept = NONE;
    for (uint32_t i = strand[0].next; i < strand[1].next; i++) {
        uint32_t next = plan->strand_next[i];
        if (!lg_knot_untie(&weave->need[next])) {
            continue;
        }
        if (kept == NONE && &weave->lines[weave->line_of[plan->strands.items[next].lane]] == line) {
            kept = next;
        } else {
            weave_put(weave, next);
        }
    }
    return kept;
}

// ---- waiting for units ------------------------------------------------------------------------------

// A strand that waits counts as somebody who is inside.
static lg_weave_t *weave_of(lg_walk_t *walk) {
    return walk->call->seats[walk->call->seat].weave;
}

static void weave_rest(lg_walk_t *walk) {
    weave_enter(weave_of(walk));
}

static void weave_stay(lg_walk_t *walk) {
    weave_leave(weave_of(walk));  // who walks is inside
}

static void weave_back(lg_walk_t *walk) {
    lg_weave_t *weave = weave_of(walk);
    weave_put(weave, (uint32_t)(walk - weave->walks));
    weave_leave(weave);
}

static const lg_rest_t weave_rests = {weave_rest, weave_stay, weave_back, NULL};

// Nobody is inside: what strands hold that are not gone on with goes back.
static void weave_give(lg_weave_t *weave) {
    const lg_plan_t *plan = weave->call->plan;
    if (plan->hold.records != NULL && weave_has_failed(weave)) {
        lg_tracer_t tracer;
        lg_call_tracer(weave->call, NULL, &tracer);
        for (uint32_t i = 0; i < plan->strands.count; i++) {
            lg_tenures_end(&weave->walks[i], &tracer);
        }
    }
}

// ---- help -------------------------------------------------------------------------------------------

static int32_t weave_help(void *user, int64_t begin, int64_t end, uint32_t worker);

// Has other workers of the lane come for strands that are ready and worth it. `self`: who asks.
static void weave_invite(weave_line_t *line, uint32_t self) {
    lg_weave_t *weave = line->weave;
    if (!line->entered || !weave_is_ready(line) || lg_lane_wants(line->lane, weave->call->flight.priority)) {
        return;
    }
    const uint32_t owner = atomic_load_explicit(&line->owner, memory_order_relaxed);
    uint32_t worker = 0, count = lg_lane_worker_count(line->lane);
    count = count < line->offer_count ? count : line->offer_count;
    for (uint32_t i = 0; i < weave->word_count; i++) {
        uint64_t bits = atomic_load_explicit(&line->ready[i], memory_order_relaxed);
        for (; bits != 0; bits &= bits - 1) {
            uint32_t strand = 64 * i + (uint32_t)__builtin_ctzll(bits);
            const double work_ns = weave->call->plan->strands.items[strand].work_ns;
            bool comes = false;
            for (; worker < count && !comes; worker++) {
                if (worker == self || worker == owner ||
                    work_ns < 2 * lg_lane_hand_over_ns(line->lane, worker)) {
                    continue;
                }
                atomic_fetch_add_explicit(&line->word, 1, memory_order_relaxed);
                comes = lg_lane_offer(line->lane, &line->offers[worker], worker, weave_help, line);
                if (!comes && lg_knot_leave(&line->word)) {
                    weave_wake(line);
                }
            }
            if (!comes) {
                return;
            }
        }
    }
}

// Takes strands until nothing is ready. False: a task of a higher priority wants this worker.
static bool weave_work(weave_line_t *line, uint32_t self, bool helps) {
    lg_weave_t *weave = line->weave;
    uint32_t strand = NONE;
    for (;;) {
        strand = strand == NONE ? weave_take(line) : strand;
        if (strand == NONE || weave_has_failed(weave)) {
            return true;
        }
        weave_invite(line, self);
        lg_walk_t *walk = &weave->walks[strand];
        walk->lane = self != NOBODY ? line->lane : NULL;
        walk->spread = line == weave->lines ? weave->call->lane : line->lane;
        lg_status_t status;
        lg_error_t error;
        const lg_walk_end_t end = lg_walk_go(walk, &status, &error);
        if (end == LG_WALK_LEFT) {
            weave_put(weave, strand);
            return false;
        }
        if (end == LG_WALK_WAITS) {
            strand = NONE;
            continue;
        }
        if (status != LG_OK) {
            weave_fail(weave, status, &error);
            return true;
        }
        strand = weave_end(line, strand);
        // What nobody else could do meanwhile goes to the owner, for which this worker can help with single records.
        if (helps && strand != NONE &&
            weave->call->plan->strands.items[strand].work_ns >= LG_SPREAD_LEAST_NS &&
            atomic_load_explicit(&line->waits, memory_order_relaxed) != 0 && !weave_is_ready(line)) {
            weave_put(weave, strand);
            return true;
        }
    }
}

static int32_t weave_help(void *user, int64_t begin, int64_t end, uint32_t worker) {
    weave_line_t *line = user;
    (void)begin, (void)end;
    (void)weave_work(line, worker, true);
    if (lg_knot_leave(&line->word)) {
        weave_wake(line);
    }
    return 0;
}

// ---- sessions ---------------------------------------------------------------------------------------

// `self`: the worker that it is on. Workers of the lane may come to help until it is closed.
static void weave_open(weave_line_t *line, uint32_t self) {
    atomic_store_explicit(&line->owner, self, memory_order_relaxed);
    if (line->open || line->lane == NULL) {
        return;
    }
    line->open = true;
    line->entered =
        line->lane->pool == NULL && line->offer_count > 1 && lg_lane_enter(line->lane, &line->generation);
    lg_lane_begin(line->lane);
}

static void weave_close(weave_line_t *line) {
    if (!line->open) {
        return;
    }
    line->open = false;
    lg_lane_end(line->lane);
    if (line->entered) {
        for (uint32_t i = 0; i < line->offer_count; i++) {
            lg_offer_settle(&line->offers[i]);
        }
        line->entered = false;
        lg_lane_exit(line->lane, line->generation);
    }
}

// Takes offers back for which nobody has come. Returns how many are still inside: nobody in the child of a fork, which
// happens in code of others, and so while no other strand runs.
static uint32_t weave_gather(weave_line_t *line) {
    if (lg_lane_is_forked(line->weave->call->context->lane, line->weave->generation)) {
        line->entered = false;
        atomic_store_explicit(&line->word, 0, memory_order_relaxed);
        for (uint32_t i = 0; i < line->offer_count; i++) {
            atomic_store_explicit(&line->offers[i].token, 0, memory_order_relaxed);
        }
        return 0;
    }
    for (uint32_t i = 0; line->entered && i < line->offer_count; i++) {
        if (lg_offer_take_back(&line->offers[i])) {
            atomic_fetch_sub_explicit(&line->word, 1, memory_order_relaxed);
        }
    }
    return atomic_load_explicit(&line->word, memory_order_acquire) & LG_KNOT_INSIDE;
}

// The worker of one of the run's lanes that the calling thread is: it may be the only one of that lane.
static lg_worker_t *weave_self(lg_weave_t *weave) {
    lg_worker_t *self = NULL;
    for (uint32_t i = 0; i < weave->line_count && self == NULL; i++) {
        lg_lane_t *lane = weave->lines[i].lane;
        self = lane != NULL && lane->pool == NULL ? lg_lane_self(lane) : NULL;
    }
    return self;
}

// Until something is ready on the line, or somebody has gone. In the child of a fork nobody is inside.
static void weave_wait(weave_line_t *line, bool by_caller) {
    enum { PAUSES = 80, YIELDS = 50, LOOK_NS = 200000 };
    const uint32_t inside = atomic_load_explicit(&line->word, memory_order_acquire) & LG_KNOT_INSIDE;
    lg_worker_t *self = NULL;
    atomic_store_explicit(&line->waits, 1, memory_order_relaxed);
    for (uint32_t i = 0;; i++) {
        uint32_t word = atomic_load_explicit(&line->word, memory_order_acquire);
        if (weave_is_ready(line) || (word & LG_KNOT_INSIDE) != inside || inside == 0) {
            break;
        }
        if (i < PAUSES) {
            lg_port_pause();
            continue;
        }
        if (i < PAUSES + YIELDS) {
            lg_port_yield();
            continue;
        }
        self = by_caller && i == PAUSES + YIELDS ? weave_self(line->weave) : self;
        if (self != NULL && (lg_worker_serve(self) || lg_worker_run_task(self))) {
            continue;
        }
        atomic_store_explicit(&line->waits, 0, memory_order_relaxed);
        if (lg_knot_doze(&line->word, word)) {
            if (weave_is_ready(line)) {
                // there is something after all
            } else if (self != NULL) {  // tasks that come do not wake it
                lg_port_futex_wait_for((uint32_t *)&line->word, word | LG_KNOT_ASLEEP, LOOK_NS);
            } else {
                lg_port_futex_wait((uint32_t *)&line->word, word | LG_KNOT_ASLEEP);
            }
            lg_knot_rise(&line->word);
        }
    }
    atomic_store_explicit(&line->waits, 0, memory_order_relaxed);
}

// Serves the line until nothing is ready and nobody is inside. False: it left its worker.
static bool weave_serve(weave_line_t *line, uint32_t self, bool by_caller) {
    for (;;) {
        if (!weave_work(line, by_caller ? NOBODY : self, false)) {
            return false;
        }
        if (weave_gather(line) > 0) {
            weave_wait(line, by_caller);
        } else if (!weave_is_ready(line)) {
            return true;
        }
    }
}

static void weave_begin(lg_weave_t *weave) {
    const lg_plan_t *plan = weave->call->plan;
    if (!weave->begun) {
        weave->begun = true;
        for (uint32_t i = 0; i < plan->strands.count; i++) {
            if (plan->strands.items[i].need == 0) {
                weave_put(weave, i);
            }
        }
    }
}

static void weave_session(lg_worker_t *worker, lg_task_t *task) {
    weave_line_t *line = (weave_line_t *)((char *)task - offsetof(weave_line_t, task));
    lg_weave_t *weave = line->weave;
    const uint32_t mode = lg_port_float_mode(), wanted = weave->call->flight.float_mode;
    if (mode != wanted) {
        lg_port_set_float_mode(wanted);
    }
    if (!weave->begun) {
        lg_token_unwant(weave->call->context, weave->call->flight.priority, &weave->call->flight.want);
    }
    weave_begin(weave);
    bool goes_on;
    do {
        weave_open(line, worker->index);
        if (!weave_serve(line, worker->index, false)) {
            if (mode != wanted) {
                lg_port_set_float_mode(mode);
            }
            lg_lane_requeue(line->lane, task);  // from here on another worker may have it
            return;
        }
        weave_close(line);
        lg_knot_idle(&line->busy);
        goes_on = weave_is_ready(line) && lg_knot_call(&line->busy);
    } while (goes_on);
    if (mode != wanted) {
        lg_port_set_float_mode(mode);
    }
    weave_leave(weave);
}

lg_task_t *lg_weave_task(lg_call_t *call) {
    return &call->seats[call->seat].weave->lines[0].task;
}

lg_status_t lg_weave_run(lg_call_t *call, lg_error_t *err) {
    lg_weave_t *weave = call->seats[call->seat].weave;
    weave_line_t *home = &weave->lines[0];
    weave_begin(weave);
    weave_open(home, 0);
    (void)weave_serve(home, 0, true);
    weave_close(home);
    weave_give(weave);
    atomic_store_explicit(&call->flight.walk.record, call->record_count, memory_order_relaxed);
    if (!weave_has_failed(weave)) {
        return LG_OK;
    }
    if (err != NULL) {
        *err = call->flight.error;
    }
    return weave->status;
}

// ---- making -----------------------------------------------------------------------------------------

bool lg_weave_wanted(const lg_call_t *call, const lg_lane_t *lane) {
    return call->plan->strands.count > 0 &&
           (call->placed || (lane != NULL && lane->pool == NULL && lg_lane_worker_count(lane) > 1));
}

static void weave_destroy(lg_heap_t *heap, lg_weave_t *weave) {
    for (uint32_t i = 0; weave->lines != NULL && i < weave->line_count; i++) {
        weave_line_t *line = &weave->lines[i];
        if (line->offers != NULL) {
            lg_heap_free(heap, line->offers, line->offer_count * sizeof *line->offers);
        }
    }
    if (weave->lines != NULL) {
        lg_heap_free(heap, weave->lines, weave->line_count * sizeof *weave->lines);
    }
    lg_zone_deinit(&weave->zone);
    lg_heap_free(heap, weave, sizeof *weave);
}

void lg_weave_free(lg_call_t *call) {
    for (uint32_t i = 0; call->seats != NULL && i < call->seat_count; i++) {
        if (call->seats[i].weave != NULL) {
            weave_destroy(&call->context->heap, call->seats[i].weave);
            call->seats[i].weave = NULL;
        }
    }
}

static bool weave_create(lg_call_t *call) {
    lg_heap_t *heap = &call->context->heap;
    const lg_plan_t *plan = call->plan;
    lg_weave_t *weave = lg_heap_alloc(heap, sizeof *weave);
    if (weave == NULL) {
        return false;
    }
    memset(weave, 0, sizeof *weave);
    call->seats[call->seat].weave = weave;
    lg_zone_init(&weave->zone, heap);
    weave->call = call;
    weave->word_count = (uint32_t)(plan->strands.count + 63) / 64;
    weave->line_count = plan->lanes.count > 1 ? (uint32_t)plan->lanes.count : 1;
    weave->line_of = lg_zone_alloc(&weave->zone, weave->line_count * sizeof *weave->line_of);
    weave->walks = lg_zone_alloc(&weave->zone, plan->strands.count * sizeof *weave->walks);
    weave->need = lg_zone_alloc(&weave->zone, plan->strands.count * sizeof *weave->need);
    size_t bytes = weave->line_count * sizeof *weave->lines;
    weave->lines = lg_heap_alloc(heap, bytes);
    if (weave->lines != NULL) {
        memset(weave->lines, 0, bytes);
    }
    if (weave->line_of == NULL || weave->walks == NULL || weave->need == NULL || weave->lines == NULL) {
        lg_weave_free(call);
        return false;
    }
    for (uint32_t i = 0; i < plan->strands.count; i++) {
        if (!lg_tenures_prepare(&weave->walks[i].tenures, &weave->zone, plan->hold.unit_count)) {
            lg_weave_free(call);
            return false;
        }
    }
    for (uint32_t i = 0; i < weave->line_count; i++) {
        weave_line_t *line = &weave->lines[i];
        line->weave = weave;
        line->lane = i > 0 ? plan->lanes.items[i] : NULL;
        line->ready = lg_zone_alloc(&weave->zone, weave->word_count * sizeof *line->ready);
        if (line->ready == NULL) {
            lg_weave_free(call);
            return false;
        }
    }
    return true;
}

// Room for an offer to each worker of the line's lane.
static bool weave_make_offers(weave_line_t *line) {
    lg_heap_t *heap = &line->weave->call->context->heap;
    uint32_t count = line->lane != NULL && line->lane->pool == NULL ? lg_lane_worker_count(line->lane) : 0;
    if (count <= line->offer_count || count < 2) {
        return true;
    }
    lg_offer_t *offers = lg_heap_alloc(heap, count * sizeof *offers);
    if (offers == NULL) {
        return false;
    }
    memset(offers, 0, count * sizeof *offers);
    if (line->offers != NULL) {
        lg_heap_free(heap, line->offers, line->offer_count * sizeof *line->offers);
    }
    line->offers = offers;
    line->offer_count = count;
    return true;
}

lg_status_t lg_weave_prepare(lg_call_t *call, lg_lane_t *lane, bool by_caller, lg_error_t *err) {
    const lg_plan_t *plan = call->plan;
    LG_TRY(lg_call_widen(call, err));
    bool good = call->seats[call->seat].weave != NULL || weave_create(call);
    lg_weave_t *weave = call->seats[call->seat].weave;
    for (uint32_t i = 0; good && i < weave->line_count; i++) {
        weave_line_t *line = &weave->lines[i];
        line->lane = i == 0 ? lane : line->lane;
        weave->line_of[i] = line->lane == lane ? 0 : i;
        good = weave_make_offers(line);
    }
    if (!good) {
        return lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a run in strands");
    }
    for (size_t i = 0; i < plan->lane_choices.count; i++) {
        const lg_selector_t *selector = plan->lane_choices.items[i].selector;
        uint32_t picked;
        LG_TRY(lg_selector_pick(selector, call->flight.priority, call->flight.deadline_ns, &picked, err));
        const lg_lane_t *chosen = selector->lanes[selector->alternatives[picked].lane].lane;
        weave->line_of[plan->lane_choices.items[i].lane] = weave->line_of[lg_plan_lane(plan, chosen)];
    }
    for (uint32_t i = 0; i < weave->line_count; i++) {
        weave_line_t *line = &weave->lines[i];
        line->task = (lg_task_t){.run = weave_session, .priority = call->flight.priority};
        line->open = line->entered = false;
        atomic_store_explicit(&line->busy, i == 0, memory_order_relaxed);
        atomic_store_explicit(&line->word, 0, memory_order_relaxed);
        for (uint32_t k = 0; k < weave->word_count; k++) {
            atomic_store_explicit(&line->ready[k], 0, memory_order_relaxed);
        }
    }
    for (uint32_t i = 0; i < plan->strands.count; i++) {
        const lg_strand_t *strand = &plan->strands.items[i];
        lg_walk_init(&weave->walks[i], call, NULL, strand->first, strand->last);
        weave->walks[i].hosted = by_caller;
        weave->walks[i].rest = &weave_rests;
        weave->walks[i].ends = &weave->failed;
        atomic_store_explicit(&weave->need[i], strand->need, memory_order_relaxed);
    }
    atomic_store_explicit(&weave->inside, 1, memory_order_relaxed);
    atomic_store_explicit(&weave->failed, 0, memory_order_relaxed);
    // Makes the lane new in the child of a fork, so that the next one is seen.
    if (lg_lane_enter(call->context->lane, &weave->generation)) {
        lg_lane_exit(call->context->lane, weave->generation);
    }
    weave->by_caller = by_caller;
    atomic_store_explicit(&call->flight.walk.tenures.awaited, by_caller ? lg_port_thread_identity() : 0,
                          memory_order_relaxed);
    weave->begun = false;
    call->flight.float_mode = lg_port_float_mode();
    return LG_OK;
}
