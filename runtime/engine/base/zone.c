// SPDX-License-Identifier: Apache-2.0
#include "base/zone.h"

#include <string.h>

// Large enough that a chunk serves hundreds of ops. Zones that are large grow by a quarter, so that what comes and goes
// are few blocks, which the heap keeps.
#define ZONE_CHUNK_BYTES ((size_t)32 << 10)
#define ZONE_CHUNK_MAX_BYTES ((size_t)1 << 20)

struct lg_zone_chunk {
    struct lg_zone_chunk *next;
    size_t bytes;  // of the whole chunk
};
#define ZONE_HEADER_BYTES 16u
_Static_assert(sizeof(struct lg_zone_chunk) <= ZONE_HEADER_BYTES, "the header keeps the data aligned");

void lg_zone_init(lg_zone_t *zone, lg_heap_t *heap) {
    *zone = (lg_zone_t){.heap = heap};
}

void lg_zone_deinit(lg_zone_t *zone) {
    while (zone->chunks != NULL) {
        struct lg_zone_chunk *next = zone->chunks->next;
        lg_heap_free(zone->heap, zone->chunks, zone->chunks->bytes);
        zone->chunks = next;
    }
}

void *lg_zone_alloc(lg_zone_t *zone, size_t bytes) {
    if (bytes > SIZE_MAX / 4) {
        return NULL;
    }
    bytes = lg_align_up(bytes > 0 ? bytes : 1, 16);
    if (zone->chunks == NULL || zone->chunks->bytes - zone->used < bytes) {
        size_t rest = zone->total / 4 < ZONE_CHUNK_MAX_BYTES ? zone->total / 4 : ZONE_CHUNK_MAX_BYTES;
        rest = rest > ZONE_CHUNK_BYTES ? rest : ZONE_CHUNK_BYTES;
        size_t chunk_bytes = ZONE_HEADER_BYTES + (bytes > rest ? bytes : rest);
        struct lg_zone_chunk *chunk = lg_heap_alloc(zone->heap, chunk_bytes);
        if (chunk == NULL) {
            return NULL;
        }
        zone->total += chunk_bytes;
        if (bytes > rest && zone->chunks != NULL) {  // full at once: the newest one keeps its place
            *chunk = (struct lg_zone_chunk){zone->chunks->next, chunk_bytes};
            zone->chunks->next = chunk;
            return memset((char *)chunk + ZONE_HEADER_BYTES, 0, bytes);
        }
        *chunk = (struct lg_zone_chunk){zone->chunks, chunk_bytes};
        zone->chunks = chunk;
        zone->used = ZONE_HEADER_BYTES;
    }
    void *memory = (char *)zone->chunks + zone->used;
    zone->used += bytes;
    memset(memory, 0, bytes);
    return memory;
}

char *lg_zone_string(lg_zone_t *zone, const char *chars, size_t bytes) {
    char *copy = lg_zone_alloc(zone, bytes + 1);
    if (copy != NULL && bytes > 0) {
        memcpy(copy, chars, bytes);
    }
    return copy;
}

bool lg_list_grow(lg_heap_t *heap, void **items, size_t *capacity, size_t item_bytes) {
    return lg_list_reserve(heap, items, capacity, *capacity > 0 ? *capacity * 2 : 16, item_bytes);
}

bool lg_list_reserve(lg_heap_t *heap, void **items, size_t *capacity, size_t wanted, size_t item_bytes) {
    size_t bytes;
    if (!lg_mul_size(wanted, item_bytes, &bytes)) {
        return false;
    }
    void *grown = lg_heap_alloc(heap, bytes);
    if (grown == NULL) {
        return false;
    }
    if (*items != NULL) {
        memcpy(grown, *items, *capacity * item_bytes);
        lg_heap_free(heap, *items, *capacity * item_bytes);
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

void lg_list_deinit(lg_heap_t *heap, void **items, size_t *count, size_t *capacity, size_t item_bytes) {
    lg_heap_free(heap, *items, *capacity * item_bytes);
    *items = NULL;
    *count = 0;
    *capacity = 0;
}

// ---- map --------------------------------------------------------------------------------------------

struct lg_map_slot {
    const void *key;  // NULL: free
    size_t key_bytes;
    uint64_t hash;
    uint32_t number;
};

// Fowler, Noll, Vo, FNV-1a, 64 bits, with a final mix so that the low bits can index a table.
static uint64_t map_hash(const void *key, size_t key_bytes) {
    const unsigned char *bytes = key;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < key_bytes; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    }
    return hash ^ (hash >> 29);
}

static struct lg_map_slot *map_slot(struct lg_map_slot *slots, size_t capacity, const void *key,
                                    size_t key_bytes, uint64_t hash) {
    for (size_t i = (size_t)hash;; i++) {
        struct lg_map_slot *slot = &slots[i & (capacity - 1)];
        if (slot->key == NULL ||
            (slot->hash == hash && slot->key_bytes == key_bytes && memcmp(slot->key, key, key_bytes) == 0)) {
            return slot;
        }
    }
}

void lg_map_init(lg_map_t *map, lg_heap_t *heap) {
    *map = (lg_map_t){.heap = heap};
}

void lg_map_deinit(lg_map_t *map) {
    lg_heap_free(map->heap, map->slots, map->capacity * sizeof *map->slots);
    lg_map_init(map, map->heap);
}

uint32_t lg_map_find(const lg_map_t *map, const void *key, size_t key_bytes) {
    if (map->count == 0) {
        return LG_MAP_NONE;
    }
    const struct lg_map_slot *slot =
        map_slot(map->slots, map->capacity, key, key_bytes, map_hash(key, key_bytes));
    return slot->key != NULL ? slot->number : LG_MAP_NONE;
}

bool lg_map_add(lg_map_t *map, const void *key, size_t key_bytes, uint32_t number) {
    if ((map->count + 1) * 4 > map->capacity * 3) {
        size_t capacity = map->capacity > 0 ? map->capacity * 2 : 16;
        struct lg_map_slot *slots = lg_heap_alloc(map->heap, capacity * sizeof *slots);
        if (slots == NULL) {
            return false;
        }
        memset(slots, 0, capacity * sizeof *slots);
        for (size_t i = 0; i < map->capacity; i++) {
            const struct lg_map_slot *old = &map->slots[i];
            if (old->key != NULL) {
                *map_slot(slots, capacity, old->key, old->key_bytes, old->hash) = *old;
            }
        }
        lg_heap_free(map->heap, map->slots, map->capacity * sizeof *map->slots);
        map->slots = slots;
        map->capacity = capacity;
    }
    uint64_t hash = map_hash(key, key_bytes);
    *map_slot(map->slots, map->capacity, key, key_bytes, hash) =
        (struct lg_map_slot){key, key_bytes, hash, number};
    map->count++;
    return true;
}
