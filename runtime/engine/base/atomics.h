/* SPDX-License-Identifier: Apache-2.0
 *
 * Atomics by name and order, so that the protocols in lane/ compile as C11 and, from the same source, under the
 * model checker of tests/model (which defines LG_MODEL and gives its own meaning to these words).
 */
#ifndef LEGATO_ENGINE_ATOMICS_H_
#define LEGATO_ENGINE_ATOMICS_H_

#ifndef LG_MODEL
#include <stdatomic.h>
#include <stdint.h>

#define LG_ATOMIC(T) _Atomic(T)
#define LG_SHARED(T) T  // not atomic: handed over by the atomics around it
#define lg_atomic_init(a, v) atomic_init(&(a), (v))
#define lg_atomic_load(a, order) atomic_load_explicit(&(a), memory_order_##order)
#define lg_atomic_store(a, v, order) atomic_store_explicit(&(a), (v), memory_order_##order)
#define lg_atomic_swap(a, v, order) atomic_exchange_explicit(&(a), (v), memory_order_##order)
#define lg_atomic_add(a, v, order) atomic_fetch_add_explicit(&(a), (v), memory_order_##order)
#define lg_atomic_or(a, v, order) atomic_fetch_or_explicit(&(a), (v), memory_order_##order)
#define lg_atomic_and(a, v, order) atomic_fetch_and_explicit(&(a), (v), memory_order_##order)
// `expected` is a variable; it holds what was found when this returns false.
#define lg_atomic_cas(a, expected, v, order)                                              \
    atomic_compare_exchange_strong_explicit(&(a), &(expected), (v), memory_order_##order, \
                                            memory_order_relaxed)
#define lg_shared_get(x) (x)
#define lg_shared_set(x, v) ((x) = (v))
#endif

#endif  // LEGATO_ENGINE_ATOMICS_H_
