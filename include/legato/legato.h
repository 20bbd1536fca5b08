/* SPDX-License-Identifier: Apache-2.0
 *
 * legato: an op-level neural-network runtime. Includes the whole API.
 *
 * Stability before 1.0: plugin.h is v0 (unstable until the OpenCL device has used it); executor.h, lane.h,
 * unit.h, trace.h, program.h and plan.h may change; base.h, tensor.h, op.h and app.h are meant to last.
 */
#ifndef LEGATO_LEGATO_H_
#define LEGATO_LEGATO_H_

#include <legato/app.h>
#include <legato/base.h>
#include <legato/device.h>
#include <legato/executor.h>
#include <legato/lane.h>
#include <legato/machine.h>
#include <legato/op.h>
#include <legato/plan.h>
#include <legato/plugin.h>
#include <legato/program.h>
#include <legato/signal.h>
#include <legato/tensor.h>
#include <legato/trace.h>
#include <legato/unit.h>

#endif  // LEGATO_LEGATO_H_
