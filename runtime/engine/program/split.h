/* SPDX-License-Identifier: Apache-2.0
 *
 * Note [Splitting]
 * A program with extents that only the data tell, or with programs inside, is cut into *parts*: steps, which are
 * one such op each, and segments, which are programs of all that is planned between them. A segment is as symbolic as
 * its source: its inputs have the same types at the same points, so it is specialized and planned for the extents
 * that a run comes with, as any program with symbols is, and its plans are kept by signature.
 *
 * Ops have a level. A step of level n runs behind segment n, and what it gives is there from level n+1 on; an op
 * with a late attribute is one level behind what computes it, so that the attribute is an input of its segment. Such
 * inputs are *static*: their elements are part of the signature.
 */
#ifndef LEGATO_ENGINE_SPLIT_H_
#define LEGATO_ENGINE_SPLIT_H_

#include "program/program.h"

typedef struct lg_part {
    uint32_t op;            // of a step; UINT32_MAX: a segment
    lg_program_t *segment;  // NULL: a step
    const lg_value_t *ins;  // of the source; a step's are those of its op and what its attributes come from
    const lg_value_t *outs;
    uint32_t in_count, out_count;
} lg_part_t;

typedef struct lg_split {
    lg_zone_t zone;
    LG_LIST(lg_part_t) parts;  // in the order in which they run
    uint32_t
        *value_last;  // per value of the source: the part that reads it last; UINT32_MAX: it is an output
} lg_split_t;

// Cuts a frozen program that splits. Its reference must outlive the segments' plans; they retain it.
// Errors: UNSUPPORTED (what an attribute follows from has extents that are not fixed), OUT_OF_MEMORY.
lg_status_t lg_split_init(lg_split_t *split, lg_program_t *program, lg_error_t *err);
void lg_split_deinit(lg_split_t *split, lg_heap_t *heap);

#endif  // LEGATO_ENGINE_SPLIT_H_
