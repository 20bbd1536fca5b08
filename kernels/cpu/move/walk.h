/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking the elements of a strided window in row-major order.
 */
#ifndef LEGATO_KERNELS_WALK_H_
#define LEGATO_KERNELS_WALK_H_

#include "../cpu.h"

// One loop; the unit of `stride` (elements or bytes) is the user's.
typedef struct lg_walk_dim {
    int64_t extent, stride;
} lg_walk_dim_t;

typedef struct lg_walk {
    const lg_walk_dim_t *dims;  // outermost first
    int64_t offset;             // of the current element
    int32_t rank;
    int64_t coords[LG_MAX_RANK];
} lg_walk_t;

// Appends a loop to `rank` others and merges it with the one before where the two are walked as one; loops of
// extent 1 are left out. Returns the new rank.
int32_t lg_walk_append(lg_walk_dim_t *dims, int32_t rank, int64_t extent, int64_t stride);

// The cases of more than one loop; used by the two below only.
void lg_walk_seek(lg_walk_t *walk, int64_t index);
void lg_walk_carry(lg_walk_t *walk);

// Starts at element `index`. The extents must not be 0.
LG_INLINE void lg_walk_start(lg_walk_t *walk, const lg_walk_dim_t *dims, int32_t rank, int64_t index) {
    walk->dims = dims;
    walk->rank = rank;
    walk->offset = 0;
    if (rank == 1) {
        walk->coords[0] = index;
        walk->offset = index * dims[0].stride;
    } else if (rank > 1) {
        lg_walk_seek(walk, index);
    }
}

LG_INLINE void lg_walk_next(lg_walk_t *walk) {
    int32_t inner = walk->rank - 1;
    if (inner >= 0) {
        walk->offset += walk->dims[inner].stride;
        if (++walk->coords[inner] == walk->dims[inner].extent && inner > 0) {
            lg_walk_carry(walk);
        }
    }
}

#endif  // LEGATO_KERNELS_WALK_H_
