/* SPDX-License-Identifier: Apache-2.0
 *
 * Small computations at the time of building: extents that a program computes (shape, slice, mul, concat, ...),
 * and attributes that take their value from a tensor.
 */
#ifndef LEGATO_ENGINE_EVALUATE_H_
#define LEGATO_ENGINE_EVALUATE_H_

#include <legato/op.h>

#include "base/context.h"
#include "base/zone.h"

// Buffers that keep computed elements alive.
typedef LG_LIST(lg_buffer_t *) lg_held_t;
void lg_held_deinit(lg_heap_t *heap, lg_held_t *held);

// Whether an op reads the type of its input only.
bool lg_op_reads_type(const lg_op_info_t *info);

// Computes the outputs of one op when all it reads is known (data not NULL) and small enough; `outs` are
// inferred, and get the address of their elements, row-major and alive as long as `held`. Outputs stay without
// data where it is not worth while or the kernel refuses its operands. Errors: OUT_OF_MEMORY.
lg_status_t lg_evaluate(lg_context_t *context, const lg_op_info_t *info, const lg_view_t *const *ins,
                        uint32_t in_count, const void *attrs, lg_view_t *outs, uint32_t out_count,
                        lg_held_t *held, lg_error_t *err);

// Whether an attribute may take its value from a tensor of that type.
// Errors: DTYPE, SHAPE, INVALID_ARGUMENT (an attribute that is a choice).
lg_status_t lg_attr_check_view(const lg_op_info_t *info, const lg_attr_info_t *attr, const lg_view_t *type,
                               lg_error_t *err);

// Writes the elements of a row-major view (data not NULL) to an attribute of the struct at `attrs`.
// Errors: those of lg_attr_check_view.
lg_status_t lg_attr_read_view(const lg_op_info_t *info, const lg_attr_info_t *attr, const lg_view_t *view,
                              void *attrs, lg_error_t *err);

#endif  // LEGATO_ENGINE_EVALUATE_H_
