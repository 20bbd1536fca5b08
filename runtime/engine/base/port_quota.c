// SPDX-License-Identifier: Apache-2.0
// The share of the machine that control groups leave to the process. Sources: Linux, cgroups(7), cgroup-v2.rst
// (cpu.max), sched-bwc.rst (cpu.cfs_quota_us).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/port.h"

#ifdef __linux__

enum { PATH_BYTES = 4096 };
#define QUOTA_NONE 1e9

// The first line of a file; false when there is none.
static bool quota_read(const char *path, char *line, int bytes) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool got = fgets(line, bytes, file) != NULL;
    fclose(file);
    return got;
}

// Cores of one group: quota by period. Infinite (a large number) without a limit.
static double quota_of_group(const char *folder, bool second) {
    char path[PATH_BYTES + 32], line[64];
    long long quota = -1, period = 0;
    if (second) {
        snprintf(path, sizeof path, "%s/cpu.max", folder);
        if (!quota_read(path, line, sizeof line) || sscanf(line, "%lld %lld", &quota, &period) != 2) {
            return QUOTA_NONE;  // "max 100000"
        }
    } else {
        snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
        if (!quota_read(path, line, sizeof line) || sscanf(line, "%lld", &quota) != 1) {
            return QUOTA_NONE;
        }
        snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
        if (!quota_read(path, line, sizeof line) || sscanf(line, "%lld", &period) != 1) {
            return QUOTA_NONE;
        }
    }
    return quota > 0 && period > 0 ? (double)quota / (double)period : QUOTA_NONE;
}

// The least of a group and those above it; a container sees its own group as the root.
static double quota_of_tree(const char *mount, const char *group, bool second) {
    char folder[PATH_BYTES];
    int length = snprintf(folder, sizeof folder, "%s%s", mount, group);
    size_t base = strlen(mount);
    double least = QUOTA_NONE;
    while (length >= 0 && (size_t)length < sizeof folder) {
        double quota = quota_of_group(folder, second);
        least = quota < least ? quota : least;
        char *slash = strrchr(folder + base, '/');
        if (slash == NULL) {
            break;
        }
        *slash = '\0';
    }
    return least;
}

// Lines of /proc/self/cgroup are "0::/group" for the second version, "4:cpu,cpuacct:/group" for the first.
static double quota_of_process(const char *root) {
    char path[PATH_BYTES], line[PATH_BYTES], mount[PATH_BYTES];
    double least = QUOTA_NONE;
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':');
        char *group = names != NULL ? strchr(names + 1, ':') : NULL;
        if (group == NULL) {
            continue;
        }
        *group++ = '\0';
        names++;
        group = strcmp(group, "/") == 0 ? group + 1 : group;
        double quota = QUOTA_NONE;
        if (names[0] == '\0') {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
            quota = quota_of_tree(mount, group, true);
        } else if (strcmp(names, "cpu") == 0 || strcmp(names, "cpu,cpuacct") == 0 ||
                   strcmp(names, "cpuacct,cpu") == 0) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/cpu", root);
            quota = quota_of_tree(mount, group, false);
        }
        least = quota < least ? quota : least;
    }
    if (file != NULL) {
        fclose(file);
    }
    return least;
}

double lg_port_quota(const char *root) {
    double quota = quota_of_process(root);
    return quota < QUOTA_NONE ? quota : 0;
}

#else

double lg_port_quota(const char *root) {
    (void)root;
    return 0;
}

#endif

uint32_t lg_port_core_limit(const char *root, uint32_t allowed) {
    double quota = lg_port_quota(root);
    uint32_t whole = quota <= 0 || quota >= (double)allowed ? allowed : (uint32_t)quota;
    return whole > 0 ? whole : 1;
}

const char *lg_cores_format(const lg_cores_t *cores, char *text, size_t bytes) {
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < LG_CORES_WORDS * 64 && used < bytes; i++) {
        uint32_t first = i;
        while (lg_cores_has(cores, i + 1) && lg_cores_has(cores, first)) {
            i++;
        }
        if (lg_cores_has(cores, first)) {
            const char *format = i == first ? "%s%u" : "%s%u-%u";
            int written = snprintf(text + used, bytes - used, format, used > 0 ? "," : "", first, i);
            used += written > 0 ? (size_t)written : 0;
        }
    }
    return text;
}
