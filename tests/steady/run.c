// SPDX-License-Identifier: Apache-2.0
// Runs the model of a file, watched by watch.c:
//   run counts FILE TIMEOUT_NS RUNS  prints what some runs took: allocations, locks, pages
//   run seal FILE TIMEOUT_NS RUNS    runs without system calls, or ends by the number of the first
//   run clock                        reads the clock without system calls
//   run step FILE TIMEOUT_NS 1       prints what one run executed, instruction by instruction: how many, how many that lock
//                                    the bus, how many system calls (x86-64)
// Exit status 77: not possible here.
#include <legato/legato.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void steady_begin(void);
void steady_end(int64_t counts[3]);
int steady_seal(void);
void steady_leave(int good);

enum { WARM_UP = 5, SKIP = 77 };

static lg_error_t err;

static void must(lg_status_t status) {
    if (status != LG_OK) {
        fprintf(stderr, "%s: %s\n", lg_status_name(status), err.message);
        exit(1);
    }
}

// A call with all inputs zero. Where extents have symbols: of the first signature in the file.
static lg_call_t *open_call(const char *path) {
    lg_app_t *app;
    lg_model_t *model;
    lg_call_t *call;
    must(lg_app_open(path, NULL, &app, &err));
    must(lg_app_model(app, NULL, &model, &err));
    lg_program_t *program = lg_model_program(model);
    uint32_t count = lg_program_input_count(program);
    lg_view_t *types = calloc(count + 1, sizeof *types);
    if (lg_model_plan(model) == NULL) {
        must(lg_model_signature(model, 0, types, count, &err));
    }
    must(lg_call_create(model, &call, &err));
    for (uint32_t i = 0; i < count; i++) {
        if (lg_model_plan(model) == NULL) {
            void *data = NULL;
            if (posix_memalign(&data, 64, (size_t)types[i].elem_count * 8 + 64) != 0) {
                exit(1);
            }
            memset(data, 0, (size_t)types[i].elem_count * 8);
            types[i].data = data;
            must(lg_call_bind(call, lg_program_input_name(program, i), &types[i], &err));
        } else {
            must(lg_call_input(call, NULL, i, &types[i], &err));
        }
    }
    return call;
}

#if defined(__x86_64__)
static void step_one(lg_call_t *call, int64_t timeout_ns) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    __asm__ volatile("int3");
    lg_status_t status = lg_call_run(call, timeout_ns, &err);
    __asm__ volatile("int3");
    _exit(status == LG_OK ? 0 : 1);
}

// Whether an instruction locks the bus (a lock prefix, or an exchange with memory); `*out_call`: a system call.
static int is_locked(const unsigned char *code, int *out_call) {
    int at = 0, locked = 0;
    while (at < 14 && strchr("\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65\xf0", code[at]) != NULL &&
           code[at] != 0) {
        locked |= code[at++] == 0xf0;
    }
    at += (code[at] & 0xf0) == 0x40;
    *out_call = (code[at] == 0x0f && (code[at + 1] == 0x05 || code[at + 1] == 0x34)) || code[at] == 0xcd;
    return locked || ((code[at] == 0x86 || code[at] == 0x87) && (code[at + 1] & 0xc0) != 0xc0);
}

static int step(lg_call_t *call, int64_t timeout_ns) {
    int64_t counts[3] = {0, 0, 0};
    int state;
    pid_t child = fork();
    if (child == 0) {
        step_one(call, timeout_ns);
    }
    if (waitpid(child, &state, 0) != child || !WIFSTOPPED(state)) {
        return SKIP;  // tracing is not allowed
    }
    for (;;) {
        struct user_regs_struct registers;
        unsigned char code[16];
        int call_now;
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0 || waitpid(child, &state, 0) != child ||
            !WIFSTOPPED(state) || ptrace(PTRACE_GETREGS, child, NULL, &registers) != 0) {
            return 1;
        }
        for (int i = 0; i < 2; i++) {
            long word = ptrace(PTRACE_PEEKTEXT, child, (void *)(registers.rip + 8u * (unsigned)i), NULL);
            memcpy(code + 8 * i, &word, 8);
        }
        if (code[0] == 0xcc) {
            break;
        }
        counts[0]++;
        counts[1] += is_locked(code, &call_now);
        counts[2] += call_now;
    }
    ptrace(PTRACE_KILL, child, NULL, NULL);
    waitpid(child, &state, 0);
    printf("%lld %lld %lld\n", (long long)counts[0], (long long)counts[1], (long long)counts[2]);
    return 0;
}
#else
static int step(lg_call_t *call, int64_t timeout_ns) {
    (void)call, (void)timeout_ns;
    return SKIP;
}
#endif

int main(int argc, char **argv) {
    if (argc == 2) {
        struct timespec now;
        if (steady_seal() != 0) {
            return SKIP;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        steady_leave(1);
    }
    lg_call_t *call = open_call(argv[2]);
    int64_t timeout_ns = strtoll(argv[3], NULL, 10), counts[3];
    for (int i = 0; i < WARM_UP; i++) {
        must(lg_call_run(call, timeout_ns, &err));
    }
    if (strcmp(argv[1], "step") == 0) {
        return step(call, timeout_ns);
    }
    bool seal = strcmp(argv[1], "seal") == 0;
    if (!seal) {
        steady_begin();
    } else if (steady_seal() != 0) {
        return SKIP;
    }
    lg_status_t status = LG_OK;
    for (int i = 0; i < atoi(argv[4]) && status == LG_OK; i++) {
        status = lg_call_run(call, timeout_ns, &err);
    }
    if (seal) {
        steady_leave(status == LG_OK);
    }
    steady_end(counts);
    must(status);
    printf("%lld %lld %lld\n", (long long)counts[0], (long long)counts[1], (long long)counts[2]);
    return 0;
}
