/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices. `cpu:0` is always there; all others come from plugins (plugin.h).
 */
#ifndef LEGATO_DEVICE_H_
#define LEGATO_DEVICE_H_

#include <legato/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lg_device lg_device_t;

// Loads a plugin from a shared library and opens its devices. `path` must contain a '/': nothing is searched.
// `*out_first` (may be NULL) is its first device. Loading the same plugin id twice is an error.
// Errors: IO (the loader's reason), NOT_FOUND (no lg_plugin_query), ABI (versions), ALREADY_EXISTS,
// INVALID_ARGUMENT (an incomplete table), DEVICE (the plugin's own error), CLOSED, OUT_OF_MEMORY.
LG_API LG_MUST_USE lg_status_t lg_plugin_load(lg_context_t *context, const char *path,
                                              const lg_device_t **out_first, lg_error_t *err);

// Finds a device by name: "cpu:0", "vendor.npu:0"; without ":ordinal" the first. The device is *valid until*
// the context's memory goes. Errors: NOT_FOUND (the message lists the names there are), CLOSED.
LG_API LG_MUST_USE lg_status_t lg_device_find(lg_context_t *context, const char *name,
                                              const lg_device_t **out_device, lg_error_t *err);

// Devices in order of arrival; index 0 is cpu:0. NULL past the end.
LG_API const lg_device_t *lg_device_at(lg_context_t *context, uint32_t index);

// "cpu:0", "acme.mm:0". Valid as long as the device.
LG_API const char *lg_device_name(const lg_device_t *device);

// Runs one op now on `device`, on the calling thread. Arguments as lg_op_call; inputs that are not row-major
// are copied first. Errors: those of lg_op_call, UNSUPPORTED (the device refuses the op, with its reason).
LG_API LG_MUST_USE lg_status_t lg_device_call(const lg_device_t *device, uint32_t op,
                                              const lg_tensor_t *const *ins, uint32_t in_count,
                                              const void *attrs, lg_tensor_t *outs, uint32_t out_count,
                                              lg_error_t *err);

#ifdef __cplusplus
}
#endif
#endif  // LEGATO_DEVICE_H_
