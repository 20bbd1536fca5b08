// SPDX-License-Identifier: Apache-2.0
#include "walk.h"

int32_t lg_stepper_append(lg_stepper_dim_t *dims, int32_t rank, int64_t extent, int64_t stride) {
    if (extent == 1) {
        return rank;
    }
    if (rank > 0 && dims[rank - 1].stride == extent * stride) {
        dims[rank - 1].extent *= extent;
        dims[rank - 1].stride = stride;
        return rank;
    }
    dims[rank].extent = extent;
    dims[rank].stride = stride;
    return rank + 1;
}

void lg_stepper_seek(lg_stepper_t *walk, int64_t index) {
    for (int32_t i = walk->rank - 1; i >= 0; i--) {
        int64_t coord = i == 0 ? index : index % walk->dims[i].extent;
        index /= walk->dims[i].extent;
        walk->coords[i] = coord;
        walk->offset += coord * walk->dims[i].stride;
    }
}

// The innermost coordinate has reached its extent.
void lg_stepper_carry(lg_stepper_t *walk) {
    for (int32_t i = walk->rank - 1; i > 0 && walk->coords[i] == walk->dims[i].extent; i--) {
        walk->offset += walk->dims[i - 1].stride - walk->dims[i].extent * walk->dims[i].stride;
        walk->coords[i] = 0;
        walk->coords[i - 1]++;
    }
}
