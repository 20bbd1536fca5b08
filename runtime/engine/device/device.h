/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_DEVICE_H_
#define LEGATO_ENGINE_DEVICE_H_

#include <legato/device.h>
#include <legato/op.h>

#include "base/context.h"

#define LG_DEVICE_NAME_BYTES 96
#define LG_DEVICE_MAX_OPERANDS 32  // of one op on a plugin device

struct lg_device {
    char name[LG_DEVICE_NAME_BYTES];
    lg_device_table_t table;          // zero for cpu:0
    const lg_plugin_table_t *plugin;  // NULL for cpu:0
    lg_host_t host;                   // lent to the plugin until its close
    lg_context_t *context;
    struct lg_device *next;
};

struct lg_device_list;

// Errors: OUT_OF_MEMORY.
lg_status_t lg_device_list_create(lg_context_t *context, lg_error_t *err);

// Closes all devices and unloads their libraries. For the context's last moment.
void lg_device_list_destroy(lg_context_t *context);

static inline bool lg_device_is_cpu(const lg_device_t *device) {
    return device == NULL || device->plugin == NULL;
}

// Asks a plugin device whether it takes `op`. The answer's reason is never NULL when the answer is no.
lg_status_t lg_device_supports(const lg_device_t *device, const lg_op_view_t *op, lg_support_t *out_support,
                               lg_error_t *err);

// A plugin's kernel dressed as an engine kernel: lg_device_run with this struct as args.
typedef struct lg_device_call {
    const lg_device_t *device;
    lg_device_kernel_fn_t fn;
    void *state;
    lg_op_view_t op;         // its operand lists are rebuilt for each run, with addresses
    const lg_view_t *views;  // in_count + out_count views without addresses
    const uint8_t *present;  // in_count flags: 0 for an absent optional input
} lg_device_call_t;

// Fetches the kernel for an op that lg_device_supports accepted.
lg_status_t lg_device_kernel(const lg_device_t *device, const lg_op_view_t *op, lg_device_call_t *out_call,
                             lg_error_t *err);

// An lg_kernel_fn_t; the extent is 1.
int32_t lg_device_run(const void *args, void *const *data, int64_t begin, int64_t end);

#endif  // LEGATO_ENGINE_DEVICE_H_
