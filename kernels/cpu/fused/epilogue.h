/* SPDX-License-Identifier: Apache-2.0
 *
 * Epilogues: what conv, linear and matmul do with a block of their result while it is in L1: add a tensor of
 * the result's layout (a residual), apply an activation. f32. The arithmetic is that of the ops of the same name,
 * so a fused op gives the bits of the ops that it stands for.
 */
#ifndef LEGATO_KERNELS_FUSED_EPILOGUE_H_
#define LEGATO_KERNELS_FUSED_EPILOGUE_H_

#include "../cpu.h"

// In the order of the attribute `activation` of the fused ops.
enum {
    LG_ACTIVATION_NONE,
    LG_ACTIVATION_RELU,
    LG_ACTIVATION_CLIP,        // alpha, beta: the bounds
    LG_ACTIVATION_LEAKY_RELU,  // alpha: the slope
    LG_ACTIVATION_SIGMOID,
    LG_ACTIVATION_TANH,
    LG_ACTIVATION_SILU,
    LG_ACTIVATION_GELU,
    LG_ACTIVATION_GELU_TANH,
    LG_ACTIVATION_HARD_SIGMOID,  // alpha, beta: factor and summand
    LG_ACTIVATION_HARD_SWISH,
    LG_ACTIVATION_COUNT
};

typedef struct lg_epilogue lg_epilogue_t;

// Finishes `rows` by `cols` elements at `c`, rows `step` apart; `addend` (may be NULL) has the same layout.
typedef void (*lg_epilogue_fn_t)(const lg_epilogue_t *epilogue, float *c, int64_t step, const float *addend,
                                 int64_t rows, int64_t cols);

struct lg_epilogue {
    lg_epilogue_fn_t run;  // NULL: nothing to do
    float alpha, beta;
    uint8_t activation;
    uint8_t after;  // the addend comes after the activation, not before it
};

// Makes the epilogue of a fused op for an instruction set (LG_ISA_*).
void lg_epilogue_init(lg_epilogue_t *epilogue, uint32_t isa, int64_t activation, double alpha, double beta,
                      int64_t after, int32_t has_addend);

// Nanoseconds per element, roughly.
double lg_epilogue_cost(const lg_epilogue_t *epilogue);

#endif  // LEGATO_KERNELS_FUSED_EPILOGUE_H_
