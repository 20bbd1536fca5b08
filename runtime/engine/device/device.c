// SPDX-License-Identifier: Apache-2.0
// Devices and the loading of plugins. Whatever a plugin answers is checked before it is used.
#include "device/device.h"

#include <stdio.h>
#include <string.h>

#include "base/port.h"
#include "lane/lane.h"
#include "op/eager.h"
#include "tensor/buffer.h"
#include "tensor/view.h"

#define DEVICES_PER_PLUGIN 64u

typedef struct lg_plugin {
    const lg_plugin_table_t *table;
    void *library;
    struct lg_plugin *next;
} lg_plugin_t;

// Lists only grow while the context lives, at the end, under `lock`; readers walk them without it.
struct lg_device_list {
    lg_device_t cpu;
    lg_plugin_t *plugins;
    atomic_uint lock;
};

// Memory that lives as long as the context comes straight from its allocator: it must not count as a block
// that keeps the context alive.
static void *device_alloc(lg_context_t *context, size_t bytes) {
    void *memory = context->heap.allocator.alloc(context->heap.allocator.self, bytes, 16);
    if (memory != NULL) {
        memset(memory, 0, bytes);
    }
    return memory;
}

static void device_free(lg_context_t *context, void *memory, size_t bytes) {
    if (memory != NULL) {
        context->heap.allocator.free(context->heap.allocator.self, memory, bytes);
    }
}

// ---- services lent to plugins -----------------------------------------------------------------------

// Blocks handed to plugins carry their size in front, behind the alignment they asked for.
static void *host_alloc(void *self, size_t bytes, size_t alignment) {
    lg_context_t *context = self;
    size_t total;
    if (bytes == 0 || alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment > 4096) {
        return NULL;
    }
    size_t front = alignment > 64 ? alignment : 64;
    if (!lg_add_size(bytes, front, &total)) {
        return NULL;
    }
    char *block = context->heap.allocator.alloc(context->heap.allocator.self, total, front);
    if (block == NULL) {
        return NULL;
    }
    memcpy(block + front - 16, &total, sizeof total);
    memcpy(block + front - 8, &front, sizeof front);
    return block + front;
}

static void host_free(void *self, void *memory) {
    lg_context_t *context = self;
    if (memory != NULL) {
        size_t total, front;
        memcpy(&total, (char *)memory - 16, sizeof total);
        memcpy(&front, (char *)memory - 8, sizeof front);
        context->heap.allocator.free(context->heap.allocator.self, (char *)memory - front, total);
    }
}

static int32_t host_parallel_for(void *self, lg_lane_t *lane, int64_t count, int64_t grain, lg_range_fn_t fn,
                                 void *user) {
    (void)self;
    return lg_lane_parallel_for(lane, count, grain < 1 ? 1 : grain, fn, user);
}

static int32_t host_should_stop(void *self, lg_lane_t *lane) {
    (void)self;
    (void)lane;
    return 0;  // calls cannot be cancelled while a kernel runs yet
}

// ---- the list ---------------------------------------------------------------------------------------

lg_status_t lg_device_list_create(lg_context_t *context, lg_error_t *err) {
    struct lg_device_list *list = device_alloc(context, sizeof *list);
    LG_CHECK(err, list != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for a context");
    snprintf(list->cpu.name, sizeof list->cpu.name, "cpu:0");
    list->cpu.context = context;
    list->cpu.host = (lg_host_t){LG_STRUCT(lg_host_t), context,         host_alloc, host_free,
                                 host_parallel_for,    host_should_stop};
    context->host = &list->cpu.host;
    context->devices = list;
    return LG_OK;
}

void lg_device_list_destroy(lg_context_t *context) {
    struct lg_device_list *list = context->devices;
    if (list == NULL) {
        return;
    }
    for (lg_device_t *device = list->cpu.next; device != NULL;) {
        lg_device_t *next = device->next;
        device->plugin->close(&device->table);
        device_free(context, device, sizeof *device);
        device = next;
    }
    for (lg_plugin_t *plugin = list->plugins; plugin != NULL;) {
        lg_plugin_t *next = plugin->next;
        lg_port_library_close(plugin->library);
        device_free(context, plugin, sizeof *plugin);
        plugin = next;
    }
    device_free(context, list, sizeof *list);
    context->devices = NULL;
}

const lg_device_t *lg_device_at(lg_context_t *context, uint32_t index) {
    const lg_device_t *device = &context->devices->cpu;
    while (device != NULL && index-- > 0) {
        device = device->next;
    }
    return device;
}

const char *lg_device_name(const lg_device_t *device) {
    return device->name;
}

lg_status_t lg_device_find(lg_context_t *context, const char *name, const lg_device_t **out_device,
                           lg_error_t *err) {
    *out_device = NULL;
    LG_TRY(lg_context_check(context, err));
    size_t name_bytes = strlen(name);
    bool ordinal = strchr(name, ':') != NULL;
    char have[256] = "";
    size_t used = 0;
    for (const lg_device_t *device = &context->devices->cpu; device != NULL; device = device->next) {
        if (strcmp(device->name, name) == 0 ||
            (!ordinal && strncmp(device->name, name, name_bytes) == 0 && device->name[name_bytes] == ':')) {
            *out_device = device;
            return LG_OK;
        }
        int written = snprintf(have + used, sizeof have - used, " %s", device->name);
        used = used + (size_t)written < sizeof have ? used + (size_t)written : sizeof have - 1;
    }
    return lg_error_set(err, LG_STATUS_NOT_FOUND, NULL, "there is no device '%s'; there are:%s", name, have);
}

// ---- loading ----------------------------------------------------------------------------------------

static lg_status_t device_check_plugin(const char *path, const lg_plugin_table_t *table, lg_error_t *err) {
    LG_CHECK(err, table != NULL, LG_STATUS_ABI, NULL, "'%s' does not serve plugin ABI %u.%u", path,
             LG_ABI_MAJOR, LG_ABI_MINOR);
    LG_CHECK(err, table->abi >> 16 == LG_ABI_MAJOR, LG_STATUS_ABI, NULL,
             "'%s' speaks plugin ABI %u.%u, this is %u.%u", path, table->abi >> 16, table->abi & 0xffff,
             LG_ABI_MAJOR, LG_ABI_MINOR);
    LG_CHECK(err, table->size >= LG_END(lg_plugin_table_t, close), LG_STATUS_ABI, NULL,
             "the plugin table of '%s' has %u bytes, expected at least %u", path, table->size,
             LG_END(lg_plugin_table_t, close));
    LG_CHECK(err, table->id != NULL && table->id[0] != 0 && table->count && table->open && table->close,
             LG_STATUS_INVALID_ARGUMENT, NULL, "the plugin table of '%s' lacks id, count, open or close",
             path);
    return LG_OK;
}

// Whether `name` is "[vendor.]kind": letters, digits, '.', '_' and '-'.
static bool device_name_is_valid(const char *name) {
    if (name == NULL || name[0] == 0 || strlen(name) > LG_DEVICE_NAME_BYTES - 16) {
        return false;
    }
    for (const char *c = name; *c != 0; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && *c != '.' && *c != '_' && *c != '-') {
            return false;
        }
    }
    return true;
}

static lg_status_t device_open(lg_context_t *context, const lg_plugin_table_t *table, uint32_t index,
                               lg_device_t *device, lg_error_t *err) {
    device->context = context;
    device->plugin = table;
    device->host = (lg_host_t){LG_STRUCT(lg_host_t), context,         host_alloc, host_free,
                               host_parallel_for,    host_should_stop};
    device->table = (lg_device_table_t){.abi = LG_ABI};
    lg_error_t inner = {.message = ""};
    lg_status_t status = table->open(&device->host, index, &device->table, &inner);
    LG_CHECK(err, status == LG_OK, LG_STATUS_DEVICE, NULL, "plugin %s could not open device %u: %s",
             table->id, index, inner.message[0] != 0 ? inner.message : lg_status_name(status));
    lg_device_info_t info = {LG_STRUCT(lg_device_info_t), NULL, NULL, 0};
    const lg_device_table_t *functions = &device->table;
    if (!LG_HAS(functions, lg_device_table_t, info) || !LG_HAS(functions, lg_device_table_t, supports) ||
        !LG_HAS(functions, lg_device_table_t, kernel)) {
        status = lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                              "device %u of plugin %s lacks info, supports or kernel", index, table->id);
    } else if (functions->info(functions->self, &info) != LG_OK || !device_name_is_valid(info.name)) {
        status = lg_error_set(err, LG_STATUS_INVALID_ARGUMENT, NULL,
                              "device %u of plugin %s has no valid name (letters, digits, '.', '_', '-')",
                              index, table->id);
    }
    if (status != LG_OK) {
        table->close(&device->table);
        return status;
    }
    snprintf(device->name, sizeof device->name, "%s:%u", info.name, index);
    return LG_OK;
}

lg_status_t lg_plugin_load(lg_context_t *context, const char *path, const lg_device_t **out_first,
                           lg_error_t *err) {
    if (out_first != NULL) {
        *out_first = NULL;
    }
    LG_TRY(lg_context_check(context, err));
    struct lg_device_list *list = context->devices;
    LG_CHECK(err, atomic_exchange_explicit(&list->lock, 1, memory_order_acquire) == 0, LG_STATUS_BUSY, NULL,
             "another thread is loading a plugin; load one after the other");
    lg_device_t *opened = NULL;
    lg_device_t **tail = &opened;
    lg_plugin_t *plugin = NULL;
    void *library = NULL;
    void *symbol;
    lg_plugin_query_fn_t query;
    lg_status_t status = lg_port_library_open(path, &library, err);
    if (status == LG_OK) {
        status = lg_port_library_symbol(library, "lg_plugin_query", &symbol, err);
    }
    if (status != LG_OK) {
        goto done;
    }
    memcpy(&query, &symbol, sizeof query);
    const lg_plugin_table_t *table = query(LG_ABI);
    status = device_check_plugin(path, table, err);
    if (status != LG_OK) {
        goto done;
    }
    for (lg_plugin_t *other = list->plugins; other != NULL; other = other->next) {
        if (strcmp(other->table->id, table->id) == 0) {
            status =
                lg_error_set(err, LG_STATUS_ALREADY_EXISTS, NULL, "plugin %s is loaded already", table->id);
            goto done;
        }
    }
    plugin = device_alloc(context, sizeof *plugin);
    if (plugin == NULL) {
        status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for plugin %s", table->id);
        goto done;
    }
    uint32_t count = table->count(&(lg_host_t){LG_STRUCT(lg_host_t), context, host_alloc, host_free,
                                               host_parallel_for, host_should_stop});
    if (count == 0 || count > DEVICES_PER_PLUGIN) {
        status = lg_error_set(err, LG_STATUS_DEVICE, NULL, "plugin %s reports %u devices, expected 1 to %u",
                              table->id, count, DEVICES_PER_PLUGIN);
        goto done;
    }
    for (uint32_t i = 0; i < count && status == LG_OK; i++) {
        lg_device_t *device = device_alloc(context, sizeof *device);
        if (device == NULL) {
            status = lg_error_set(err, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for plugin %s", table->id);
            break;
        }
        status = device_open(context, table, i, device, err);
        if (status != LG_OK) {
            device_free(context, device, sizeof *device);
            break;
        }
        *tail = device;
        tail = &device->next;
    }
    if (status != LG_OK) {
        goto done;
    }
    lg_device_t *last = &list->cpu;
    while (last->next != NULL) {
        last = last->next;
    }
    plugin->table = table;
    plugin->library = library;
    plugin->next = list->plugins;
    list->plugins = plugin;
    last->next = opened;
    if (out_first != NULL) {
        *out_first = opened;
    }

done:
    if (status != LG_OK) {
        while (opened != NULL) {
            lg_device_t *next = opened->next;
            opened->plugin->close(&opened->table);
            device_free(context, opened, sizeof *opened);
            opened = next;
        }
        device_free(context, plugin, sizeof *plugin);
        lg_port_library_close(library);
    }
    atomic_store_explicit(&list->lock, 0, memory_order_release);
    return status;
}

// ---- running ----------------------------------------------------------------------------------------

lg_status_t lg_device_supports(const lg_device_t *device, const lg_op_view_t *op, lg_support_t *out_support,
                               lg_error_t *err) {
    *out_support = (lg_support_t){LG_STRUCT(lg_support_t), 0, 0, NULL};
    lg_status_t status = device->table.supports(device->table.self, op, out_support);
    LG_CHECK(err, status == LG_OK, LG_STATUS_DEVICE, op->name, "%s: device %s could not answer: %s", op->name,
             device->name, lg_status_name(status));
    if (!out_support->supported && out_support->reason == NULL) {
        out_support->reason = "the device gives no reason";
    }
    return LG_OK;
}

lg_status_t lg_device_kernel(const lg_device_t *device, const lg_op_view_t *op, lg_device_call_t *out_call,
                             lg_error_t *err) {
    LG_CHECK(err, op->in_count + op->out_count <= LG_DEVICE_MAX_OPERANDS, LG_STATUS_UNSUPPORTED, op->name,
             "%s: %u operands, plugin devices take at most %d", op->name, op->in_count + op->out_count,
             LG_DEVICE_MAX_OPERANDS);
    lg_error_t inner = {.message = ""};
    *out_call = (lg_device_call_t){.device = device, .op = *op};
    lg_status_t status =
        device->table.kernel(device->table.self, op, &out_call->fn, &out_call->state, &inner);
    LG_CHECK(err, status == LG_OK && out_call->fn != NULL, LG_STATUS_DEVICE, op->name,
             "%s: device %s accepted it but gives no kernel: %s", op->name, device->name,
             inner.message[0] != 0 ? inner.message : lg_status_name(status));
    return LG_OK;
}

int32_t lg_device_run(const void *args, void *const *data, int64_t begin, int64_t end) {
    (void)begin;
    (void)end;
    const lg_device_call_t *call = args;
    uint32_t in_count = call->op.in_count;
    uint32_t count = in_count + call->op.out_count;
    lg_view_t views[LG_DEVICE_MAX_OPERANDS];
    const lg_view_t *operands[LG_DEVICE_MAX_OPERANDS];
    memcpy(views, call->views, count * sizeof views[0]);
    for (uint32_t i = 0; i < count; i++) {
        views[i].data = data[i];
        operands[i] = i >= in_count || call->present[i] ? &views[i] : NULL;
    }
    lg_op_view_t op = call->op;
    op.ins = operands;
    op.outs = operands + in_count;
    return call->fn(call->state, &op, call->device->context->lane, &call->device->host);
}

lg_status_t lg_device_call(const lg_device_t *device, uint32_t op, const lg_tensor_t *const *ins,
                           uint32_t in_count, const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                           lg_error_t *err) {
    lg_context_t *context = device->context;
    if (lg_device_is_cpu(device)) {
        return lg_op_call(context, op, ins, in_count, attrs, outs, out_count, err);
    }
    LG_TRY(lg_context_check(context, err));
    const lg_op_info_t *info = lg_context_op_info(context, op);
    LG_CHECK(err, info != NULL, LG_STATUS_NOT_FOUND, NULL, "there is no op with id %u", op);
    LG_CHECK(err,
             out_count == 1 && info->out_count == 1 && in_count < LG_DEVICE_MAX_OPERANDS &&
                 !(info->flags & LG_OP_FLAG_DATA_SHAPE),
             LG_STATUS_UNSUPPORTED, info->name,
             "%s: %u operands and %u outputs, plugin devices take at most %d and 1", info->name, in_count,
             out_count, LG_DEVICE_MAX_OPERANDS - 1);
    // The result is made densely beside `out=` and copied at the end: a plugin may not expect to overwrite
    // what it reads.
    lg_tensor_t dense[LG_DEVICE_MAX_OPERANDS] = {{.buffer = NULL}};
    const lg_view_t *views[LG_DEVICE_MAX_OPERANDS];
    lg_tensor_t result = {.buffer = NULL};
    const lg_view_t *const result_views[1] = {&result.view};
    bool given = outs[0].view.dtype != LG_DTYPE_INVALID;
    lg_status_t status = LG_OK;
    for (uint32_t i = 0; i < in_count && status == LG_OK; i++) {
        views[i] = ins[i] != NULL ? &ins[i]->view : NULL;
        if (views[i] != NULL && !(views[i]->flags & LG_VIEW_CONTIGUOUS)) {
            status = lg_tensor_init(context, (lg_dtype_t)views[i]->dtype, views[i]->rank, views[i]->shape,
                                    &dense[i], err);
            status = status == LG_OK ? lg_eager_copy(context, views[i], &dense[i].view, err) : status;
            views[i] = &dense[i].view;
        }
    }
    status = status == LG_OK ? lg_context_op_infer(context, op, views, in_count, attrs, &result.view, 1, err)
                             : status;
    if (status == LG_OK && given) {
        status = lg_eager_check_out(info->name, &result.view, &outs[0].view, err);
    }
    status = status == LG_OK ? lg_tensor_allocate(context, &result, err) : status;
    lg_op_view_t view = {op,
                         (uint16_t)in_count,
                         1,
                         views,
                         result_views,
                         attrs != NULL ? attrs : info->attrs_default,
                         info->name,
                         ""};
    lg_support_t support;
    status = status == LG_OK ? lg_device_supports(device, &view, &support, err) : status;
    if (status == LG_OK && !support.supported) {
        status = lg_error_set(err, LG_STATUS_UNSUPPORTED, info->name, "%s: device %s refuses it: %s",
                              info->name, device->name, support.reason);
    }
    lg_device_call_t call;
    status = status == LG_OK ? lg_device_kernel(device, &view, &call, err) : status;
    status = status == LG_OK
                 ? lg_kernel_check(call.fn(call.state, &view, context->lane, &device->host), info->name, err)
                 : status;
    if (status == LG_OK && given) {
        status = lg_eager_copy(context, &result.view, &outs[0].view, err);
    } else if (status == LG_OK) {
        outs[0] = result;
        result.buffer = NULL;
    }
    lg_buffer_release(result.buffer);
    for (uint32_t i = 0; i < in_count; i++) {
        lg_tensor_deinit(&dense[i]);
    }
    return status;
}
