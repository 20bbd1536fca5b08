/* SPDX-License-Identifier: Apache-2.0
 *
 * concat: inputs side by side along one axis.
 */
#ifndef LEGATO_KERNELS_CONCAT_H_
#define LEGATO_KERNELS_CONCAT_H_

#include "copy.h"

typedef lg_copy_impl_t lg_concat_impl_t;

lg_status_t lg_concat_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                              lg_error_t *err);

#endif  // LEGATO_KERNELS_CONCAT_H_
