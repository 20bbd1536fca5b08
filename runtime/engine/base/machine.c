// SPDX-License-Identifier: Apache-2.0 The machine as /proc and /sys tell it. Sources: Linux,
// sysfs-devices-system-cpu, cputopology.rst; kinds of cores by the performance units of hybrid Intel
// processors, else cpu_capacity (Arm, RISC-V), else CPPC, else the highest frequency.
#include <legato/machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/port.h"
#include "base/zone.h"

enum { MACHINE_PATH_BYTES = 4096, MACHINE_LINE_BYTES = 8192, MACHINE_CACHE_INDEXES = 16 };

struct lg_machine {
    lg_context_t *context;
    lg_zone_t zone;
    lg_machine_info_t info;
    lg_machine_core_t *cores;
    LG_LIST(lg_machine_cache_t) caches;
    uint32_t speed[LG_MACHINE_MAX_CORES];  // of each core, by index: what tells kinds apart; 0: not known
    const char *root;
};

// ---- reading ----------------------------------------------------------------------------------------

// The first line of a file below the root, without its end; false when there is none.
static bool machine_line(const lg_machine_t *machine, const char *name, char line[MACHINE_LINE_BYTES]) {
    char path[MACHINE_PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/%s", machine->root, name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "r") : NULL;
    if (file == NULL) {
        return false;
    }
    bool got = fgets(line, MACHINE_LINE_BYTES, file) != NULL;
    fclose(file);
    line[got ? strcspn(line, "\n") : 0] = '\0';
    return got;
}

static uint64_t machine_number(const lg_machine_t *machine, const char *name, uint64_t otherwise) {
    char line[MACHINE_LINE_BYTES], *end;
    if (!machine_line(machine, name, line) || line[0] < '0' || line[0] > '9') {
        return otherwise;
    }
    uint64_t number = strtoull(line, &end, 10);
    return *end == 'K' ? number << 10 : *end == 'M' ? number << 20 : number;
}

// "0-3,8,10-11". What is no list is an empty one.
static void machine_parse_list(const char *text, lg_cores_t *out_cores) {
    memset(out_cores, 0, sizeof *out_cores);
    while (*text >= '0' && *text <= '9') {
        char *end;
        unsigned long first = strtoul(text, &end, 10), last = first;
        if (*end == '-') {
            last = strtoul(end + 1, &end, 10);
        }
        for (unsigned long i = first; i <= last && i < LG_MACHINE_MAX_CORES; i++) {
            lg_cores_add(out_cores, (uint32_t)i);
        }
        text = *end == ',' ? end + 1 : "";
    }
}

static bool machine_list(const lg_machine_t *machine, const char *name, lg_cores_t *out_cores) {
    char line[MACHINE_LINE_BYTES];
    memset(out_cores, 0, sizeof *out_cores);
    if (machine_line(machine, name, line)) {
        machine_parse_list(line, out_cores);
    }
    return lg_cores_count(out_cores) > 0;
}

// What the process may use, by the recorded status of a process.
static void machine_recorded_cores(const lg_machine_t *machine, lg_cores_t *out_cores) {
    static const char key[] = "Cpus_allowed_list:";
    char path[MACHINE_PATH_BYTES], line[MACHINE_LINE_BYTES];
    memset(out_cores, 0, sizeof *out_cores);
    snprintf(path, sizeof path, "%s/proc/self/status", machine->root);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, sizeof key - 1) == 0) {
            const char *list = line + sizeof key - 1;
            machine_parse_list(list + strspn(list, " \t"), out_cores);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

// ---- cores ------------------------------------------------------------------------------------------

static void machine_read_core(lg_machine_t *machine, uint32_t index) {
    lg_machine_core_t *core = &machine->cores[index];
    char name[128];
    lg_cores_t siblings;
    unsigned number = core->number;
    snprintf(name, sizeof name, "sys/devices/system/cpu/cpu%u/topology/physical_package_id", number);
    core->package = (uint32_t)machine_number(machine, name, 0);
    snprintf(name, sizeof name, "sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", number);
    machine_list(machine, name, &siblings);
    core->first_sibling = core->number;
    for (uint32_t i = 0; i < core->number; i++) {
        if (lg_cores_has(&siblings, i)) {
            core->first_sibling = i;
            break;
        }
    }
    static const char *const speeds[] = {"cpu_capacity", "acpi_cppc/highest_perf",
                                         "cpufreq/cpuinfo_max_freq"};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0] && machine->speed[index] == 0; i++) {
        snprintf(name, sizeof name, "sys/devices/system/cpu/cpu%u/%s", number, speeds[i]);
        uint64_t speed = machine_number(machine, name, 0);
        machine->speed[index] = speed < INT32_MAX ? (uint32_t)speed : INT32_MAX;
    }
}

// Kinds from speeds: a step down by a fifth begins another one. Favoured cores of one kind differ by less
// (turbo), the kinds that are built together by more: the smallest step known is that of Zen 5c, by a third.
static void machine_find_classes(lg_machine_t *machine) {
    uint32_t count = machine->info.core_count, class_count = 0;
    uint32_t level = UINT32_MAX;  // the speed that was dealt with last
    for (uint32_t dealt = 0; dealt < count; class_count++) {
        uint32_t top = 0;
        for (uint32_t i = 0; i < count; i++) {
            top = machine->speed[i] < level && machine->speed[i] > top ? machine->speed[i] : top;
        }
        uint32_t last = top;  // chain downwards: each speed of a kind is close to the one before
        for (bool more = true; more;) {
            more = false;
            for (uint32_t i = 0; i < count; i++) {
                if (machine->speed[i] < last && (uint64_t)machine->speed[i] * 5 > (uint64_t)last * 4) {
                    last = machine->speed[i];
                    more = true;
                }
            }
        }
        for (uint32_t i = 0; i < count; i++) {
            if (machine->speed[i] <= top && machine->speed[i] >= last) {
                machine->cores[i].class_index = class_count;
                dealt += machine->speed[i] < level;
            }
        }
        level = last;
    }
    // Three names are enough.
    for (uint32_t i = 0; class_count > 3 && i < count; i++) {
        uint32_t *index = &machine->cores[i].class_index;
        *index = *index == 0 ? 0 : *index == class_count - 1 ? 2 : 1;
    }
    machine->info.class_count = class_count > 3 ? 3 : class_count;
}

static lg_status_t machine_read_cores(lg_machine_t *machine, const lg_cores_t *allowed, lg_error_t *err) {
    lg_cores_t online, kind;
    if (!machine_list(machine, "sys/devices/system/cpu/online", &online)) {
        online = *allowed;
    }
    if (lg_cores_count(&online) == 0) {
        lg_cores_add(&online, 0);
    }
    machine->info.core_count = lg_cores_count(&online);
    machine->cores = lg_zone_alloc(&machine->zone, machine->info.core_count * sizeof *machine->cores);
    LG_CHECK(err, machine->cores != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a machine");
    static const char *const kinds[] = {"cpu_lowpower", "cpu_atom", "cpu_core"};
    uint32_t used = 0;
    for (uint32_t number = 0; number < LG_MACHINE_MAX_CORES; number++) {
        if (lg_cores_has(&online, number)) {
            machine->cores[used].number = number;
            machine->cores[used++].allowed = lg_cores_has(allowed, number);
            machine->info.allowed_count += lg_cores_has(allowed, number);
        }
    }
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "sys/devices/%s/cpus", kinds[i]);
        machine_list(machine, name, &kind);
        for (uint32_t k = 0; k < used; k++) {
            if (lg_cores_has(&kind, machine->cores[k].number)) {
                machine->speed[k] = 1u << i;
            }
        }
    }
    for (uint32_t i = 0; i < used; i++) {
        machine_read_core(machine, i);
    }
    machine_find_classes(machine);
    return LG_OK;
}

static void machine_read_nodes(lg_machine_t *machine) {
    lg_cores_t nodes, members;
    machine_list(machine, "sys/devices/system/node/online", &nodes);
    for (uint32_t node = 0; node < LG_MACHINE_MAX_CORES; node++) {
        char name[64];
        snprintf(name, sizeof name, "sys/devices/system/node/node%u/cpulist", node);
        bool has = false;
        if (lg_cores_has(&nodes, node) && machine_list(machine, name, &members)) {
            for (uint32_t i = 0; i < machine->info.core_count; i++) {
                if (lg_cores_has(&members, machine->cores[i].number)) {
                    machine->cores[i].node = node;
                    has = true;
                }
            }
        }
        machine->info.node_count += has;
    }
    machine->info.node_count += machine->info.node_count == 0;
}

// ---- caches -----------------------------------------------------------------------------------------

static bool machine_has_cache(const lg_machine_t *machine, uint32_t level, uint32_t kind, uint32_t core) {
    for (size_t i = 0; i < machine->caches.count; i++) {
        const lg_machine_cache_t *cache = &machine->caches.items[i];
        for (uint32_t k = 0; cache->level == level && cache->kind == kind && k < cache->core_count; k++) {
            if (cache->cores[k] == core) {
                return true;
            }
        }
    }
    return false;
}

static lg_status_t machine_read_cache(lg_machine_t *machine, uint32_t core, uint32_t index, lg_error_t *err) {
    char name[128], line[MACHINE_LINE_BYTES];
    lg_cores_t shared;
    const char *folder = "sys/devices/system/cpu/cpu%u/cache/index%u/%s";
    snprintf(name, sizeof name, folder, core, index, "type");
    if (!machine_line(machine, name, line)) {
        return LG_OK;
    }
    uint32_t kind = line[0] == 'D' ? 'd' : line[0] == 'I' ? 'i' : 'u';
    snprintf(name, sizeof name, folder, core, index, "level");
    uint32_t level = (uint32_t)machine_number(machine, name, 0);
    if (level == 0 || machine_has_cache(machine, level, kind, core)) {
        return LG_OK;
    }
    snprintf(name, sizeof name, folder, core, index, "shared_cpu_list");
    machine_list(machine, name, &shared);
    lg_cores_add(&shared, core);
    uint32_t count = lg_cores_count(&shared), used = 0;
    uint32_t *cores = lg_zone_alloc(&machine->zone, count * sizeof *cores);
    LG_CHECK(err, cores != NULL && LG_LIST_GROW(&machine->context->heap, &machine->caches),
             LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a machine");
    for (uint32_t i = 0; i < LG_MACHINE_MAX_CORES; i++) {
        if (lg_cores_has(&shared, i)) {
            cores[used++] = i;
        }
    }
    lg_machine_cache_t *cache = &machine->caches.items[machine->caches.count++];
    *cache = (lg_machine_cache_t){.level = level, .kind = kind, .core_count = count, .cores = cores};
    snprintf(name, sizeof name, folder, core, index, "size");
    cache->bytes = machine_number(machine, name, 0);
    snprintf(name, sizeof name, folder, core, index, "coherency_line_size");
    cache->line_bytes = (uint32_t)machine_number(machine, name, 0);
    return LG_OK;
}

// ---- machine ----------------------------------------------------------------------------------------

static lg_status_t machine_read(lg_machine_t *machine, lg_error_t *err) {
    lg_cores_t allowed;
    if (machine->root[0] == '\0') {
        lg_port_get_cores(0, &allowed);
    } else {
        machine_recorded_cores(machine, &allowed);
    }
    LG_TRY(machine_read_cores(machine, &allowed, err));
    machine_read_nodes(machine);
    for (uint32_t i = 0; i < machine->info.core_count; i++) {
        for (uint32_t k = 0; k < MACHINE_CACHE_INDEXES; k++) {
            LG_TRY(machine_read_cache(machine, machine->cores[i].number, k, err));
        }
    }
    machine->info.cache_count = (uint32_t)machine->caches.count;
    machine->info.quota = lg_port_quota(machine->root);
    machine->info.usable = lg_port_core_limit(machine->root, machine->info.allowed_count);
    return LG_OK;
}

lg_status_t lg_machine_create(lg_context_t *context, const char *root, lg_machine_t **out_machine,
                              lg_error_t *err) {
    *out_machine = NULL;
    LG_TRY(lg_context_check(context, err));
    lg_machine_t *machine = lg_heap_alloc(&context->heap, sizeof *machine);
    LG_CHECK(err, machine != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a machine");
    memset(machine, 0, sizeof *machine);
    machine->context = context;
    machine->root = root != NULL ? root : "";
    machine->info = (lg_machine_info_t){LG_STRUCT(lg_machine_info_t), .core_count = 0};
    lg_zone_init(&machine->zone, &context->heap);
    lg_status_t status = machine_read(machine, err);
    machine->root = NULL;  // the caller's
    if (status != LG_OK) {
        lg_machine_destroy(machine);
        return status;
    }
    *out_machine = machine;
    return LG_OK;
}

void lg_machine_destroy(lg_machine_t *machine) {
    if (machine != NULL) {
        lg_heap_t *heap = &machine->context->heap;
        LG_LIST_DEINIT(heap, &machine->caches);
        lg_zone_deinit(&machine->zone);
        lg_heap_free(heap, machine, sizeof *machine);
    }
}

void lg_machine_info(const lg_machine_t *machine, lg_machine_info_t *out_info) {
    *out_info = machine->info;
}

const lg_machine_core_t *lg_machine_core(const lg_machine_t *machine, uint32_t index) {
    return index < machine->info.core_count ? &machine->cores[index] : NULL;
}

const lg_machine_cache_t *lg_machine_cache(const lg_machine_t *machine, uint32_t index) {
    return index < machine->caches.count ? &machine->caches.items[index] : NULL;
}

const char *lg_machine_class(const lg_machine_t *machine, uint32_t index) {
    uint32_t count = machine->info.class_count;
    return index >= count ? NULL : index == 0 ? "performance" : index == count - 1 ? "efficiency" : "middle";
}
