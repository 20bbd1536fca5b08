// SPDX-License-Identifier: Apache-2.0 parallel_for: the caller offers shares to workers that are idle, and
// starts at once. All take ranges from one counter, large ones first, so that nobody waits for a worker that
// is slow to wake: what it does not take, others do.
#include "lane/lane.h"

// Takes ranges until none is left: a part of the rest that shrinks with it, in whole grains.
static void loop_share(lg_loop_t *loop, uint32_t number) {
    int64_t begin = atomic_load_explicit(&loop->next, memory_order_relaxed);
    while (begin < loop->count && atomic_load_explicit(&loop->status, memory_order_relaxed) == 0) {
        int64_t rest = loop->count - begin, part = rest / loop->share_count;
        part = part <= loop->grain ? loop->grain : part - part % loop->grain;
        part = part < rest ? part : rest;
        if (!atomic_compare_exchange_weak_explicit(&loop->next, &begin, begin + part, memory_order_relaxed,
                                                   memory_order_relaxed)) {
            continue;
        }
        int32_t status = loop->fn(loop->user, begin, begin + part, number);
        if (status != 0) {
            int32_t none = 0;
            atomic_compare_exchange_strong_explicit(&loop->status, &none, status, memory_order_relaxed,
                                                    memory_order_relaxed);
        }
        begin = atomic_load_explicit(&loop->next, memory_order_relaxed);
    }
}

// The share of somebody else than the caller.
static void loop_help(lg_loop_t *loop, uint32_t number) {
    uint32_t mode = lg_port_float_mode();
    if (mode != loop->float_mode) {
        lg_port_set_float_mode(loop->float_mode);
    }
    loop_share(loop, number);
    if (mode != loop->float_mode) {
        lg_port_set_float_mode(mode);
    }
}

void lg_loop_join(void *memory) {
    lg_loop_t *loop = memory;
    loop_help(loop, atomic_fetch_add_explicit(&loop->joined, 1, memory_order_relaxed));
}

bool lg_worker_serve(lg_worker_t *worker) {
    void *job;
    uint32_t token = lg_mailbox_claim(&worker->mailbox, &job);
    if (token == 0) {
        return false;
    }
    lg_loop_t *loop = job;
    // A tree of wakes: each passes it on to two, so that no thread pays for all of them. Offers that were taken back
    // are met as well: a wake for nothing, which the sleeper survives.
    if (loop->offer_count > 1) {
        uint32_t order = atomic_fetch_add_explicit(&loop->joined, 1, memory_order_relaxed);
        for (uint32_t i = 2 * order; i <= 2 * order + 1 && i - 1 < loop->offer_count; i++) {
            lg_worker_wake(loop->offers[i - 1].worker);
        }
    }
    loop_help(loop,
              worker->index);  // offers go to the first workers, so the number is below those of the loop
    atomic_fetch_add_explicit(&worker->shares, 1, memory_order_relaxed);
    if (lg_mailbox_finish(&worker->mailbox, token)) {  // the loop's memory may be gone from here on
        lg_port_futex_wake((uint32_t *)&worker->mailbox.state, 1);
    }
    return true;
}

// Waits for a worker that claimed a share: awake for a few microseconds, then by turns with others, then
// asleep.
static void loop_wait(lg_worker_t *worker, uint32_t token) {
    enum { PAUSES = 80, YIELDS = 50 };
    for (uint32_t i = 0; lg_mailbox_is_busy(&worker->mailbox, token); i++) {
        if (i < PAUSES) {
            lg_port_pause();
        } else if (i < PAUSES + YIELDS) {
            lg_port_yield();
        } else if (lg_mailbox_will_wait(&worker->mailbox, token)) {
            lg_port_futex_wait((uint32_t *)&worker->mailbox.state, token + 1);
        }
    }
}

// Loops with more workers than this take their offers from the heap.
enum { LOOP_INLINE_OFFERS = 15 };

static int32_t loop_run(lg_lane_t *lane, lg_loop_t *loop, uint32_t helpers) {
    atomic_fetch_add_explicit(&lane->loops, 1, memory_order_relaxed);
    uint32_t offered = 0;
    for (uint32_t i = 1; i <= helpers; i++) {
        lg_worker_t *worker = lg_lane_worker(lane, i);
        if (worker == NULL) {
            break;
        }
        loop->offers[offered++].worker = worker;
    }
    loop->offer_count = offered;
    uint32_t posted = 0;
    for (uint32_t i = 0; i < offered; i++) {
        loop->offers[i].token = lg_mailbox_post(&loop->offers[i].worker->mailbox, loop);
        // The caller wakes one sleeper, which wakes two, and so on.
        if (loop->offers[i].token != 0 && posted++ == 0) {
            lg_worker_wake(loop->offers[i].worker);
        }
    }
    loop_share(loop, 0);
    for (uint32_t i = 0; i < offered; i++) {
        uint32_t token = loop->offers[i].token;
        if (token != 0 && !lg_mailbox_take_back(&loop->offers[i].worker->mailbox, token)) {
            loop_wait(loop->offers[i].worker, token);
        }
    }
    return atomic_load_explicit(&loop->status, memory_order_relaxed);
}

// The same on threads of the application.
static int32_t loop_borrow(lg_lane_t *lane, lg_loop_t *loop, uint32_t helpers) {
    atomic_fetch_add_explicit(&lane->loops, 1, memory_order_relaxed);
    lg_pool_job_t *job = lg_pool_offer(lane, loop, helpers);
    loop_share(loop, 0);
    if (job != NULL) {
        lg_pool_finish(job);
    }
    return atomic_load_explicit(&loop->status, memory_order_relaxed);
}

int32_t lg_lane_loop(lg_lane_t *lane, uint32_t most_workers, int64_t count, int64_t grain, lg_range_fn_t fn,
                     void *user) {
    uint32_t workers = atomic_load_explicit(&lane->worker_count, memory_order_relaxed);
    workers = workers < most_workers ? workers : most_workers;
    grain = grain < 1 ? 1 : grain;
    if (count <= grain || workers == 1) {
        return count > 0 ? fn(user, 0, count, 0) : 0;
    }
    uint32_t generation;
    if (!lg_lane_enter(lane, &generation)) {
        return fn(user, 0, count, 0);  // closing: the workers are going, the loop is still done
    }
    int64_t most = (count - 1) / grain;
    uint32_t helpers = most < workers - 1 ? (uint32_t)most : workers - 1;
    lg_share_t few[LOOP_INLINE_OFFERS], *offers = few;
    size_t bytes = helpers * sizeof *offers;
    if (helpers > LOOP_INLINE_OFFERS && lane->pool == NULL) {
        offers = lg_heap_alloc(&lane->context->heap, bytes);
        if (offers == NULL) {  // fewer helpers will do
            offers = few;
            helpers = LOOP_INLINE_OFFERS;
        }
    }
    lg_loop_t loop = {
        .fn = fn,
        .user = user,
        .count = count,
        .grain = grain,
        .share_count = helpers + 1,
        .float_mode = lg_port_float_mode(),
        .offers = offers,
    };
    atomic_init(&loop.joined, 1);
    int32_t status = lane->pool == NULL ? loop_run(lane, &loop, helpers) : loop_borrow(lane, &loop, helpers);
    if (offers != few) {
        lg_heap_free(&lane->context->heap, offers, bytes);
    }
    lg_lane_exit(lane, generation);
    return status;
}

int32_t lg_lane_parallel_for(lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn, void *user) {
    if (__builtin_expect(!lg_lane_is_home(lane), 0) && count > 0) {
        lg_visit_t visit;
        if (lg_lane_visit(lane, &visit, NULL) == LG_OK) {
            int32_t status = lg_lane_loop(lane, LG_LANE_MAX_WORKERS, count, grain, fn, user);
            lg_lane_leave(&visit);
            return status;
        }
    }
    return lg_lane_loop(lane, LG_LANE_MAX_WORKERS, count, grain, fn, user);
}

// ---- offers -----------------------------------------------------------------------------------------

enum { OFFER_NONE = 0, OFFER_FILLING = 1 };  // tokens of a mailbox are larger

bool lg_lane_offer(lg_lane_t *lane, lg_offer_t *offer, uint32_t index, lg_range_fn_t fn, void *user) {
    uint32_t token = atomic_load_explicit(&offer->token, memory_order_acquire);
    if (token == OFFER_FILLING) {
        return false;
    }
    if (token != OFFER_NONE) {
        // Acquire: the worker has done with the loop.
        lg_worker_t *worker = atomic_load_explicit(&offer->worker, memory_order_relaxed);
        uint32_t state = atomic_load_explicit(&worker->mailbox.state, memory_order_acquire);
        if (state == token || state == token + 1) {
            return false;
        }
    }
    if (!atomic_compare_exchange_strong_explicit(&offer->token, &token, OFFER_FILLING, memory_order_acquire,
                                                 memory_order_relaxed)) {
        return false;
    }
    lg_worker_t *worker = lg_lane_worker(lane, index);
    token = OFFER_NONE;
    if (worker != NULL) {
        atomic_store_explicit(&offer->worker, worker, memory_order_relaxed);
        offer->loop.fn = fn;
        offer->loop.user = user;
        offer->loop.count = offer->loop.grain = offer->loop.share_count = offer->loop.offer_count = 1;
        offer->loop.float_mode = lg_port_float_mode();
        atomic_store_explicit(&offer->loop.next, 0, memory_order_relaxed);
        atomic_store_explicit(&offer->loop.status, 0, memory_order_relaxed);
        token = lg_mailbox_post(&worker->mailbox, &offer->loop);
    }
    // Release: who takes it back reads `worker`.
    atomic_store_explicit(&offer->token, token, memory_order_release);
    if (token != OFFER_NONE) {
        lg_worker_wake(worker);
    }
    return token != OFFER_NONE;
}

bool lg_offer_take_back(lg_offer_t *offer) {
    uint32_t token = atomic_load_explicit(&offer->token, memory_order_acquire);
    lg_worker_t *worker = atomic_load_explicit(&offer->worker, memory_order_relaxed);
    // The token stays: the mailbox has moved on, and somebody may fill the offer anew already.
    return token > OFFER_FILLING && lg_mailbox_take_back(&worker->mailbox, token);
}

void lg_offer_settle(lg_offer_t *offer) {
    uint32_t token = atomic_load_explicit(&offer->token, memory_order_acquire);
    if (token > OFFER_FILLING) {
        loop_wait(atomic_load_explicit(&offer->worker, memory_order_relaxed), token);
        atomic_store_explicit(&offer->token, OFFER_NONE, memory_order_relaxed);
    }
}

double lg_lane_hand_over_ns(lg_lane_t *lane, uint32_t index) {
    // Awake: one message there and one back, with what is around it (three times the ping-pong of two cache
    // lines on a Zen 4). Asleep: what the caller pays to wake it, and as long again until it runs.
    enum { AWAKE_NS = 300, START_NS = 70000 };
    if (lane->pool != NULL) {
        return START_NS;
    }
    lg_worker_t *worker = atomic_load_explicit(&lane->workers[index], memory_order_acquire);
    if (worker == NULL || atomic_load_explicit(&worker->number, memory_order_relaxed) == 0) {
        return START_NS;
    }
    return lg_park_is_parked(&worker->park) ? 2.0 * atomic_load_explicit(&lane->wake_ns, memory_order_relaxed)
                                            : AWAKE_NS;
}
