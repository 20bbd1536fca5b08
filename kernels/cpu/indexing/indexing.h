/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of tensors by position or by value.
 */
#ifndef LEGATO_KERNELS_INDEXING_H_
#define LEGATO_KERNELS_INDEXING_H_

#include "../move/copy.h"
#include "../move/rearrange.h"

typedef lg_item_impl_t lg_split_impl_t;

LG_REARRANGE_PREPARE(split);

#endif  // LEGATO_KERNELS_INDEXING_H_
