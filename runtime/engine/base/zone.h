/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is allocated piece by piece and freed all at once, growing arrays, and a string map: what
 * programs, plans and readers are made of.
 */
#ifndef LEGATO_ENGINE_ZONE_H_
#define LEGATO_ENGINE_ZONE_H_

#include "base/heap.h"

// ---- zone -------------------------------------------------------------------------------------------

typedef struct lg_zone {
    lg_heap_t *heap;
    struct lg_zone_chunk *chunks;  // newest first
    size_t used;                   // bytes of the newest chunk
    size_t total;                  // bytes of all chunks
} lg_zone_t;

void lg_zone_init(lg_zone_t *zone, lg_heap_t *heap);
void lg_zone_deinit(lg_zone_t *zone);

// Returns zeroed memory aligned to 16 bytes, NULL when out of memory. `bytes` may be 0.
void *lg_zone_alloc(lg_zone_t *zone, size_t bytes);

// Copies `bytes` characters and adds a NUL.
char *lg_zone_string(lg_zone_t *zone, const char *chars, size_t bytes);

// ---- list -------------------------------------------------------------------------------------------

// A growing array of T: `LG_LIST(lg_value_t) values;` zero-initialised, freed by lg_list_deinit.
#define LG_LIST(T)       \
    struct {             \
        T *items;        \
        size_t count;    \
        size_t capacity; \
    }

// Makes room for one more item; false when out of memory.
#define LG_LIST_GROW(heap, list)         \
    ((list)->count < (list)->capacity || \
     lg_list_grow((heap), (void **)&(list)->items, &(list)->capacity, sizeof *(list)->items))
// Makes room for `wanted` items in all, exactly where the list is empty; false when out of memory.
#define LG_LIST_RESERVE(heap, list, wanted) \
    ((wanted) <= (list)->capacity ||        \
     lg_list_reserve((heap), (void **)&(list)->items, &(list)->capacity, (wanted), sizeof *(list)->items))
#define LG_LIST_DEINIT(heap, list) \
    lg_list_deinit((heap), (void **)&(list)->items, &(list)->count, &(list)->capacity, sizeof *(list)->items)

bool lg_list_grow(lg_heap_t *heap, void **items, size_t *capacity, size_t item_bytes);
bool lg_list_reserve(lg_heap_t *heap, void **items, size_t *capacity, size_t wanted, size_t item_bytes);
void lg_list_deinit(lg_heap_t *heap, void **items, size_t *count, size_t *capacity, size_t item_bytes);

// ---- map --------------------------------------------------------------------------------------------

// From byte strings to numbers; keys are *borrowed until* deinit.
typedef struct lg_map {
    lg_heap_t *heap;
    struct lg_map_slot *slots;
    size_t capacity;  // power of two or 0
    size_t count;
} lg_map_t;

#define LG_MAP_NONE UINT32_MAX

void lg_map_init(lg_map_t *map, lg_heap_t *heap);
void lg_map_deinit(lg_map_t *map);
// The number under `key`, LG_MAP_NONE when there is none.
uint32_t lg_map_find(const lg_map_t *map, const void *key, size_t key_bytes);
// Adds a key that is not there; false when out of memory.
bool lg_map_add(lg_map_t *map, const void *key, size_t key_bytes, uint32_t number);

#endif  // LEGATO_ENGINE_ZONE_H_
