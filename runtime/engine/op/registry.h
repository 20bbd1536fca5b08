/* SPDX-License-Identifier: Apache-2.0
 *
 * Ops and kernels that a program registers in a context, beside the built-in ones. They only ever join, so that
 * looking one up takes no lock, and go with the context's last release.
 */
#ifndef LEGATO_ENGINE_REGISTRY_H_
#define LEGATO_ENGINE_REGISTRY_H_

#include <legato/op.h>

#include "base/context.h"

#define LG_REGISTRY_MAX_OPS 1024u
#define LG_OP_ROWS (LG_OP_COUNT + LG_REGISTRY_MAX_OPS + 2)

// A number below LG_OP_ROWS for each op of a context, for tables by op.
static inline uint32_t lg_op_row(uint32_t op) {
    return op < LG_OP_COND          ? op
           : op >= LG_OP_REGISTERED ? LG_OP_COUNT + (op - LG_OP_REGISTERED)
                                    : LG_OP_COUNT + LG_REGISTRY_MAX_OPS + (op - LG_OP_COND);
}

// Whether an op has programs inside.
static inline bool lg_op_is_control(uint32_t op) {
    return op == LG_OP_COND || op == LG_OP_WHILE;
}

// Calls the destroy functions of all that was registered. For the context's last moment.
void lg_registry_destroy(lg_context_t *context);

// The kernel of a registered op for operands of `dtype`, NULL when there is none.
const lg_kernel_t *lg_registry_kernel(const lg_context_t *context, uint32_t op, uint32_t dtype);

// The language runtime that a kernel needs ("Python"), NULL for none.
const char *lg_kernel_needs(const lg_kernel_t *kernel);

#endif  // LEGATO_ENGINE_REGISTRY_H_
