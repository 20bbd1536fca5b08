/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel families: for each, its implementation type and its prepare function.
 */
#ifndef LEGATO_KERNELS_FAMILIES_H_
#define LEGATO_KERNELS_FAMILIES_H_

#include "cpu.h"
#include "pointwise/pointwise.h"
#include "matmul/matmul.h"
#include "attention/attention.h"
#include "conv/conv.h"
#include "fused/chain.h"
#include "pool/pool.h"
#include "indexing/indexing.h"
#include "move/concat.h"
#include "move/copy.h"
#include "move/create.h"
#include "move/gather.h"
#include "move/pad.h"
#include "move/rearrange.h"
#include "norm/norm.h"
#include "recurrent/recurrent.h"
#include "quant/conv_integer.h"
#include "quant/dynamic_quantize.h"
#include "quant/matmul_integer.h"
#include "quant/scale.h"
#include "reduce/cumsum.h"
#include "reduce/fold.h"
#include "reduce/layer_norm.h"
#include "reduce/reduce.h"
#include "reduce/softmax.h"
#include "vision/vision.h"
#include "signal/dft.h"
#include "signal/window.h"

#endif  // LEGATO_KERNELS_FAMILIES_H_
