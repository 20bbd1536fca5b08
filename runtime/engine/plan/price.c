// SPDX-License-Identifier: Apache-2.0
// See Note [Prices].
#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Older tables stay: a plan may be reading them.
typedef struct lg_prices {
    struct lg_prices *older;
    size_t count;
    lg_price_t items[];
} lg_prices_t;

static uint64_t price_mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

lg_price_keys_t lg_price_keys_of(const char *kernel, const lg_op_view_t *op, const lg_record_plan_t *record) {
    // A kernel with several ways has a function for each: where that lies in the library tells which.
    uint64_t hash = (uint64_t)((intptr_t)record->fn - (intptr_t)lg_context_set_prices), bits;
    while (*kernel != 0) {
        hash = price_mix(hash, (unsigned char)*kernel++);
    }
    int band = 0;
    (void)frexp(record->work_ns, &band);
    lg_price_keys_t keys;
    keys.band = (hash & ~(uint64_t)63) | (uint64_t)(band < 0 ? 0 : band > 63 ? 63 : band);
    memcpy(&bits, &record->work_ns, sizeof bits);
    hash = price_mix(price_mix(hash, bits), (uint64_t)record->extent);  // attributes tell in these
    for (uint32_t i = 0; i < op->in_count + op->out_count; i++) {
        const lg_view_t *view = i < op->in_count ? op->ins[i] : op->outs[i - op->in_count];
        hash = price_mix(hash, view != NULL ? view->dtype : UINT64_MAX);
        for (uint32_t k = 0; view != NULL && k < view->rank; k++) {
            hash = price_mix(hash, (uint64_t)view->shape[k]);
        }
    }
    keys.call = hash;
    return keys;
}

static const lg_price_t *price_find(const lg_prices_t *prices, uint64_t key) {
    size_t low = 0, high = prices->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (prices->items[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < prices->count && prices->items[low].key == key ? &prices->items[low] : NULL;
}

double lg_price_of(const lg_context_t *context, const char *kernel, const lg_op_view_t *op,
                   const lg_record_plan_t *record) {
    const double work_ns = record->work_ns;
    const lg_prices_t *prices = atomic_load_explicit(&context->prices, memory_order_acquire);
    if (prices == NULL) {
        return work_ns;
    }
    const lg_price_keys_t keys = lg_price_keys_of(kernel, op, record);
    const lg_price_t *found = price_find(prices, keys.call);
    if (found != NULL) {
        return found->value;
    }
    found = price_find(prices, keys.band);
    found = found != NULL ? found : price_find(prices, LG_PRICE_ALL);
    return found != NULL ? work_ns * found->value : work_ns;
}

static int price_compare(const void *a, const void *b) {
    const uint64_t one = ((const lg_price_t *)a)->key, two = ((const lg_price_t *)b)->key;
    return one < two ? -1 : one > two;
}

static size_t price_bytes(size_t count) {
    return sizeof(lg_prices_t) + count * sizeof(lg_price_t);
}

lg_status_t lg_context_set_prices(lg_context_t *context, const lg_price_t *prices, size_t count,
                                  lg_error_t *err) {
    enum { MOST = 1 << 20 };
    LG_TRY(lg_context_check(context, err));
    LG_CHECK(err, count <= MOST, LG_STATUS_INVALID_ARGUMENT, NULL, "%zu prices, at most %d are possible",
             count, MOST);
    for (size_t i = 0; i < count; i++) {
        LG_CHECK(err, prices[i].value > 0 && prices[i].value < 1e18, LG_STATUS_INVALID_ARGUMENT, NULL,
                 "price %zu is %g, expected a number above 0", i, prices[i].value);
    }
    // Past the heap's count of blocks, which is of what others hold.
    const lg_allocator_t *allocator = &context->heap.allocator;
    lg_prices_t *table = allocator->alloc(allocator->self, price_bytes(count), 16);
    LG_CHECK(err, table != NULL, LG_STATUS_OUT_OF_MEMORY, NULL, "no memory for %zu prices", count);
    table->count = count;
    if (count > 0) {
        memcpy(table->items, prices, count * sizeof *prices);
        qsort(table->items, count, sizeof *table->items, price_compare);
    }
    table->older = atomic_load_explicit(&context->prices, memory_order_relaxed);
    // Release pairs with lg_price_of.
    while (!atomic_compare_exchange_weak_explicit(&context->prices, &table->older, table,
                                                  memory_order_release, memory_order_relaxed)) {}
    return LG_OK;
}

void lg_prices_destroy(lg_context_t *context) {
    const lg_allocator_t *allocator = &context->heap.allocator;
    lg_prices_t *table = atomic_load_explicit(&context->prices, memory_order_relaxed);
    while (table != NULL) {
        lg_prices_t *older = table->older;
        allocator->free(allocator->self, table, price_bytes(table->count));
        table = older;
    }
}
