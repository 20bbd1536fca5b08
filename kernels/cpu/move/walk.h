/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking the elements of a strided window in row-major order.
 */
#ifndef LEGATO_KERNELS_WALK_H_
#define LEGATO_KERNELS_WALK_H_

#include "../cpu.h"

// One loop; the unit of `stride` (elements or bytes) is the user's.
typedef struct lg_stepper_dim {
    int64_t extent, stride;
} lg_stepper_dim_t;

typedef struct lg_stepper {
    const lg_stepper_dim_t *dims;  // outermost first
    int64_t offset;                // of the current element
    int32_t rank;
    int64_t coords[LG_MAX_RANK];
} lg_stepper_t;

// Appends a loop to `rank` others and merges it with the one before where the two are walked as one; loops of
// extent 1 are left out. Returns the new rank.
int32_t lg_stepper_append(lg_stepper_dim_t *dims, int32_t rank, int64_t extent, int64_t stride);

// The cases of more than one loop; used by the two below only.
void lg_stepper_seek(lg_stepper_t *walk, int64_t index);
void lg_stepper_carry(lg_stepper_t *walk);

// Starts at element `index`. The extents must not be 0.
LG_INLINE void lg_stepper_start(lg_stepper_t *walk, const lg_stepper_dim_t *dims, int32_t rank,
                                int64_t index) {
    walk->dims = dims;
    walk->rank = rank;
    walk->offset = 0;
    if (rank == 1) {
        walk->coords[0] = index;
        walk->offset = index * dims[0].stride;
    } else if (rank > 1) {
        lg_stepper_seek(walk, index);
    }
}

LG_INLINE void lg_stepper_next(lg_stepper_t *walk) {
    int32_t inner = walk->rank - 1;
    if (inner >= 0) {
        walk->offset += walk->dims[inner].stride;
        if (++walk->coords[inner] == walk->dims[inner].extent && inner > 0) {
            lg_stepper_carry(walk);
        }
    }
}

#endif  // LEGATO_KERNELS_WALK_H_
