/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_VIEW_H_
#define LEGATO_ENGINE_VIEW_H_

#include <legato/tensor.h>

#include "base/check.h"

// Range of element offsets that the view touches: [low, high) relative to `data`.
void lg_view_extent(const lg_view_t *view, int64_t *out_low, int64_t *out_high);

// Whether the byte ranges spanned by two bound views meet (views interleaved in one range count as meeting).
bool lg_view_overlaps(const lg_view_t *a, const lg_view_t *b);

// Whether two views are the same elements in the same order.
bool lg_view_same(const lg_view_t *a, const lg_view_t *b);

static inline bool lg_view_same_shape(const lg_view_t *a, const lg_view_t *b) {
    bool same = a->rank == b->rank;
    for (uint32_t i = 0; same && i < a->rank; i++) {
        same = a->shape[i] == b->shape[i];
    }
    return same;
}

#endif  // LEGATO_ENGINE_VIEW_H_
