// SPDX-License-Identifier: Apache-2.0
// What ratios.py asks about lanes: lanes ROUNDS prints "name value" lines, medians over rounds of the best of some
// batches. Two threads on two cores of their own; the floor is measured in the same rounds.
#include <legato/legato.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "timing.h"

// Batches of speed-ups are short, so that some fall between the slices of a machine that others use too.
enum { BATCHES = 12, TIMES = 300, SHORT_BATCHES = 400, BATCH_NS = 60000, MOST_ROUNDS = 1000 };

static void pin(pid_t thread, int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(thread, sizeof set, &set);
}

// ---- the floor: two cache lines, one message there and one back --------------------------------------

static _Alignas(128) _Atomic(int64_t) ping;
static _Alignas(128) _Atomic(int64_t) pong;
static int cores[2];

static void *answer(void *unused) {
    (void)unused;
    pin(0, cores[1]);
    for (int64_t i = 1; i >= 0;) {
        int64_t seen = atomic_load_explicit(&ping, memory_order_acquire);
        if (seen < 0) {
            break;
        }
        if (seen == i) {
            atomic_store_explicit(&pong, i++, memory_order_release);
        }
    }
    return NULL;
}

static double floor_ns(void) {
    pthread_t thread;
    double best = 1e9;
    atomic_store(&ping, 0);
    atomic_store(&pong, 0);
    pthread_create(&thread, NULL, answer, NULL);
    for (int64_t batch = 0, i = 1; batch < BATCHES; batch++) {
        int64_t begin = now_ns();
        for (int k = 0; k < TIMES; k++, i++) {
            atomic_store_explicit(&ping, i, memory_order_release);
            while (atomic_load_explicit(&pong, memory_order_acquire) != i) {}
        }
        double spent = (double)(now_ns() - begin) / TIMES;
        best = spent < best ? spent : best;
    }
    atomic_store(&ping, -1);
    pthread_join(thread, NULL);
    return best;
}

// ---- loops ------------------------------------------------------------------------------------------

static _Alignas(128) _Atomic(int64_t) here[2][16];
static _Atomic(int64_t) turn;
static _Atomic(int32_t) apart;

// Each of the two waits until the other has come, or for so long that it did not.
static int32_t meet(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)user, (void)worker;
    int64_t now = atomic_load_explicit(&turn, memory_order_relaxed);
    for (int64_t i = begin; i < end; i++) {
        atomic_store_explicit(&here[i][0], now, memory_order_release);
        int64_t waited = 0;
        while (atomic_load_explicit(&here[1 - i][0], memory_order_acquire) < now && waited++ < 2000) {}
        if (waited > 2000) {
            atomic_store_explicit(&apart, 1, memory_order_relaxed);
        }
    }
    return 0;
}

static int32_t nothing(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)user, (void)begin, (void)end, (void)worker;
    return 0;
}

static double together_ns(lg_lane_t *lane) {
    double best = 1e9;
    for (int batch = 0; batch < BATCHES; batch++) {
        static double spent[TIMES];
        int count = 0;
        for (int i = 0; i < TIMES; i++) {
            atomic_fetch_add(&turn, 1);
            atomic_store(&apart, 0);
            int64_t begin = now_ns();
            lg_lane_parallel_for(lane, 2, 1, meet, NULL);
            int64_t end = now_ns();
            if (!atomic_load(&apart)) {
                spent[count++] = (double)(end - begin);
            }
        }
        int64_t begin = now_ns();
        for (int i = 0; i < TIMES; i++) {
            (void)now_ns();
        }
        double clock = (double)(now_ns() - begin) / TIMES;
        double middle = count > TIMES / 2 ? median_of(spent, count) - clock : 1e9;
        best = middle < best ? middle : best;
    }
    return best;
}

static double alone_ns(lg_lane_t *lane) {
    double best = 1e9;
    for (int batch = 0; batch < BATCHES; batch++) {
        int64_t begin = now_ns();
        for (int i = 0; i < TIMES; i++) {
            lg_lane_parallel_for(lane, 2, 1, nothing, NULL);
        }
        double spent = (double)(now_ns() - begin) / TIMES;
        best = spent < best ? spent : best;
    }
    return best;
}

enum { PIECES = 16 };

// A chain of multiplications per element: as long as asked for, and nothing for the memory to do.
static int32_t work(void *user, int64_t begin, int64_t end, uint32_t worker) {
    (void)worker;
    int64_t steps = *(const int64_t *)user;
    for (int64_t i = begin; i < end; i++) {
        uint64_t x = (uint64_t)i;
        for (int64_t k = 0; k < steps; k++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            __asm__ volatile("" : "+r"(x));
        }
    }
    return 0;
}

static double work_ns(lg_lane_t *lane, int64_t steps, int times) {
    int64_t begin = now_ns();
    for (int i = 0; i < times; i++) {
        if (lane != NULL) {
            lg_lane_parallel_for(lane, PIECES, 1, work, &steps);
        } else {
            work(&steps, 0, PIECES, 0);
        }
    }
    return (double)(now_ns() - begin) / times;
}

static double speed_up(lg_lane_t *lane, double serial_ns) {
    int64_t steps = 0;
    double least = 0;
    int times = (int)(BATCH_NS / serial_ns);
    while (least < serial_ns) {
        steps++;
        least = 1e9;
        for (int i = 0; i < BATCHES; i++) {
            double spent = work_ns(NULL, steps, times);
            least = spent < least ? spent : least;
        }
    }
    double best[2] = {1e9, 1e9};
    for (int batch = 0; batch < SHORT_BATCHES; batch++) {
        for (int k = 0; k < 2; k++) {
            double spent = work_ns(k ? lane : NULL, steps, times);
            best[k] = spent < best[k] ? spent : best[k];
        }
    }
    return best[0] / best[1];
}

// ---- tasks ------------------------------------------------------------------------------------------

typedef struct fib {
    lg_task_t task;
    int n;
    int64_t result;
} fib_t;

static void fib_run(lg_worker_t *worker, lg_task_t *task) {
    fib_t *fib = (fib_t *)task;
    if (fib->n < 2) {
        fib->result = fib->n;
        return;
    }
    fib_t a = {.task = {.run = fib_run}, .n = fib->n - 1}, b = {.task = {.run = fib_run}, .n = fib->n - 2};
    lg_worker_spawn(worker, &a.task);
    fib_run(worker, &b.task);
    lg_worker_join(worker, &a.task);
    fib->result = a.result + b.result;
}

static void fib_main(lg_worker_t *worker, void *user) {
    int64_t begin = now_ns();
    fib_t fib = {.task = {.run = fib_run}, .n = 20};  // 10945 spawns
    fib_run(worker, &fib.task);
    *(double *)user = (double)(now_ns() - begin) / 10945;
}

// ---- all --------------------------------------------------------------------------------------------

static double cpu_ms(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

int main(int argc, char **argv) {
    cpu_set_t set;
    int found = 0, rounds = argc > 1 ? atoi(argv[1]) : 5;
    rounds = rounds < 1 ? 1 : rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds;
    sched_getaffinity(0, sizeof set, &set);
    for (int i = 0; i < CPU_SETSIZE && found < 2; i++) {
        if (CPU_ISSET(i, &set)) {
            cores[found++] = i;
        }
    }
    if (found < 2) {
        printf("cores 1\n");
        return 0;
    }
    lg_context_t *context;
    lg_lane_t *pair, *single;
    const lg_lane_desc_t two = {LG_STRUCT(lg_lane_desc_t), .name = "pair", .workers = 2, .spin_ns = 1000000};
    const lg_lane_desc_t one = {LG_STRUCT(lg_lane_desc_t), .name = "single", .workers = 1};
    static lg_worker_info_t info;
    if (lg_context_create(NULL, &context, NULL) || lg_lane_create(context, &two, &pair, NULL) ||
        lg_lane_create(context, &one, &single, NULL) || lg_lane_start(pair, NULL) ||
        lg_lane_worker_info(pair, 1, &info, NULL)) {
        return 1;
    }
    pin(0, cores[0]);
    pin((pid_t)info.thread, cores[1]);

    enum { ROWS = 8 };
    static const char *const names[ROWS] = {"floor", "together", "together_by_floor", "alone", "half", "one",
                                            "two",   "five"};
    static double rows[ROWS][MOST_ROUNDS], tasks[MOST_ROUNDS];
    int counts[ROWS] = {0};
    for (int round = 0; round < rounds; round++) {
        rows[0][round] = floor_ns();
        counts[0]++;
        lg_lane_begin(pair);
        lg_lane_parallel_for(pair, 2, 1, nothing, NULL);
        double together = together_ns(pair);
        if (together < 1e9) {  // the two did meet
            rows[1][counts[1]++] = together;
            rows[2][counts[2]++] = together / rows[0][round];
        }
        rows[3][counts[3]++] = alone_ns(pair);
        static const double serial[] = {500, 1000, 2000, 5000};
        for (int i = 0; i < 4; i++) {
            rows[4 + i][counts[4 + i]++] = speed_up(pair, serial[i]);
        }
        lg_lane_end(pair);
        double best = 1e9;
        for (int batch = 0; batch < BATCHES; batch++) {
            double spent = 0;
            if (lg_lane_run(single, NULL, fib_main, &spent, NULL)) {
                return 1;
            }
            best = spent < best ? spent : best;
        }
        tasks[round] = best;
    }
    for (int i = 0; i < ROWS; i++) {
        if (counts[i] > 0) {
            printf("%s %.3f\n", names[i], median_of(rows[i], counts[i]));
        }
    }
    printf("task %.3f\n", median_of(tasks, rounds));
    struct timespec soon = {0, 20000000}, pause = {0, 500000000};
    nanosleep(&soon, NULL);
    double before = cpu_ms();
    nanosleep(&pause, NULL);
    printf("idle %.3f\n", cpu_ms() - before);
    return lg_lane_close(pair, NULL) != LG_OK || lg_lane_close(single, NULL) != LG_OK;
}
