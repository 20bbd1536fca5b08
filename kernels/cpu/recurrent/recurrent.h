/* SPDX-License-Identifier: Apache-2.0
 *
 * Recurrent layers over whole sequences: rnn, gru, lstm.
 */
#ifndef LEGATO_KERNELS_RECURRENT_H_
#define LEGATO_KERNELS_RECURRENT_H_

#include "../matmul/gemm.h"

// In the order of the choices in the rows.
enum {
    LG_GATE_SIGMOID = 0,
    LG_GATE_TANH = 1,
    LG_GATE_RELU = 2,
    LG_GATE_HARD_SIGMOID = 3,
    LG_GATE_SOFTSIGN = 4,
    LG_GATE_SOFTPLUS = 5,
    LG_GATE_ELU = 6,
    LG_GATE_LEAKY_RELU = 7,
    LG_GATE_THRESHOLDED_RELU = 8,
};

typedef struct lg_recurrent_impl {
    lg_kernel_fn_t run;
    int32_t item_bytes;
    const lg_gemm_isa_t *gemm;  // NULL: plain loops
    // x = activation(x) for `count` floats; NULL: by libm.
    void (*activate)(int64_t activation, float *x, int64_t count);
} lg_recurrent_impl_t;

typedef struct lg_recurrent_args lg_recurrent_args_t;
struct lg_recurrent_args {
    const lg_recurrent_impl_t *impl;
    int32_t kind, in_count;  // kind: LG_OP_RNN, LG_OP_GRU, LG_OP_LSTM
    int32_t directions, reverse;
    int64_t steps, batch, inputs, hidden, gates;
    int64_t block, blocks;   // rows of the batch in a unit, units of a direction
    int64_t chunk;           // steps whose inputs are multiplied at once
    int64_t activations[3];  // f, g, h of ONNX
    double clip;             // 0: none
    int32_t input_forget, linear_before_reset;
    int32_t recurrent_packed;  // the recurrence weights are packed once for all steps
    int32_t given;             // bit i: input i is there
    // Strides in elements: x by step, row, input; weights by direction, line, input; states by direction, row.
    int64_t x[3], w[3], r[3], bias[2], peephole[2], lens, initial[2][3];
    int64_t y[3], state[2];  // of the outputs: by step, direction, row; by direction, row
    // Places in scratch, in elements.
    int64_t xs, projected, recurrent, hidden_state, cell_state, temporary, bias_sum, peephole_line, panels,
        gemm;
};

lg_status_t lg_recurrent_prepare(const lg_kernel_t *kernel, const lg_op_view_t *op, lg_kernel_call_t *call,
                                 lg_error_t *err);

#endif  // LEGATO_KERNELS_RECURRENT_H_
