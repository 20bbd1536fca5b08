// SPDX-License-Identifier: Apache-2.0
// Shape rules of the ops that pool whole planes.
#include "op/infer.h"

lg_status_t lg_shape_global_pool(lg_infer_t *c) {
    const lg_view_t *x = c->ins[0];
    LG_CHECK(c->err, x->rank >= 3, LG_STATUS_SHAPE, c->name,
             "%s: x has rank %u, expected 3 or more: batch, channels and spatial axes", c->name, x->rank);
    lg_ints_t spatial = {.count = 0};
    for (uint32_t i = 2; i < x->rank; i++) {
        spatial.values[spatial.count++] = i;
    }
    return lg_shape_reduce_nonempty(c, &spatial, 1);
}
