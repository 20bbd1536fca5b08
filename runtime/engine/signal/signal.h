/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEGATO_ENGINE_SIGNAL_H_
#define LEGATO_ENGINE_SIGNAL_H_

#include <legato/signal.h>

#include "base/context.h"

struct lg_signal {
    _Atomic(double) value;    // written by anybody
    _Atomic(double) initial;  // under the lock of the list
    lg_context_t *context;
    lg_signal_t *next;  // the context's list
    _Atomic(uint32_t) refs;
    char name[128];
};

#endif  // LEGATO_ENGINE_SIGNAL_H_
