# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers over whole sequences, in the layout of ONNX."""

from dsl import enum, f64, flag, i64, onnx, op

# In the order of LG_GATE_* (kernels/cpu/recurrent/recurrent.h).
_ACTIVATIONS = (
    "sigmoid",
    "tanh",
    "relu",
    "hard_sigmoid",
    "softsign",
    "softplus",
    "elu",
    "leaky_relu",
    "thresholded_relu",
)
_TOL = {"f32": (2e-5, 2e-6), "f64": (1e-12, 1e-13)}
_RAISES = {
    "ShapeError": "The operands do not fit together.",
    "OutOfRangeError": "A sequence is longer than there are steps.",
}


def _activation(default, doc):
    return enum(*_ACTIVATIONS, default=default, doc=doc)


def _attrs(**more):
    return {
        "direction": enum(
            "forward",
            "reverse",
            "bidirectional",
            default="forward",
            doc="Order of the steps; bidirectional is both, with weights for each.",
        ),
        "layout": i64(0, "0: steps come first, x is [T, N, I]; 1: the batch comes first, x is [N, T, I]."),
        "clip": f64(0.0, "Bound of what goes into the activations; 0: none."),
        **more,
    }


def _args(gates, lines):
    return {
        "x": "Inputs: [T, N, I], or [N, T, I] with layout 1.",
        "w": f"Input weights for each direction, {lines}: {gates}.",
        "r": "Recurrence weights, likewise.",
        "bias": "Biases of the inputs, followed by those of the recurrence.",
        "sequence_lens": "Steps of each element of the batch, at most T.",
        "initial_h": "First state, [D, N, H], or [N, D, H] with layout 1; zeros where absent.",
        "y": "All states: [T, D, N, H], or [N, T, D, H] with layout 1; 0 behind the end of a sequence.",
        "y_h": "Last state, as initial_h.",
    }


def _onnx(name, since, **rename):
    names = {"X": "x", "W": "w", "R": "r", "B": "bias", "activations": "activation_f", **rename}
    return onnx(name, since, names, note="activations with parameters of their own are not there")


_PLACES = "A sequence that ended keeps its state; the reverse direction begins at the end of each sequence.\n"

op(
    "lstm",
    id=197,
    since="0.1",
    ins="x:T[A,B,I] w:T[D,L,I] r:T[D,L,H] bias:T[D,K]? sequence_lens:i32[N]? "
    "initial_h:T[E,F,H]? initial_c:T[E,F,H]? peephole:T[D,P]?",
    outs="y:T[...] y_h:T[...] y_c:T[...]",
    types={"T": "f32 f64"},
    attrs=_attrs(
        activation_f=_activation("sigmoid", "Of the gates."),
        activation_g=_activation("tanh", "Of the candidate."),
        activation_h=_activation("tanh", "Of the cell on its way out."),
        input_forget=flag(False, "The forget gate is 1 minus the input gate."),
    ),
    shape="lstm(direction, layout, clip)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "2*A*B*D*L*(I+H)", "bytes": "io"},
    tol=_TOL,
    onnx=_onnx("LSTM", (1, 7, 14, 22), P="peephole"),
    source="Hochreiter, Schmidhuber, Long Short-Term Memory, 1997; ONNX LSTM-22",
    args=_args("gates i, o, f, c", "[D, 4 * H, I]")
    | {
        "initial_c": "First cell state, as initial_h.",
        "peephole": "Weights from the cell to the gates i, o, f, each [H].",
        "y_c": "Last cell state, as initial_c.",
    },
    raises=_RAISES,
    doc=f"""
Long short-term memory over a sequence.

``i, o, f = sigmoid(x @ W.T + h @ R.T + biases + peephole * c)``, ``c = f * c + i * tanh(...)``,
``h = o * tanh(c)``; the output gate sees the new cell. {_PLACES}""",
    example=(
        ">>> w = lg.full((1, 4, 1), 0.0)\n"
        ">>> lg.lstm(lg.full((2, 1, 1), 0.0), w, w, initial_c=lg.full((1, 1, 1), 4.0)).y_c.tolist()\n"
        "[[[1.0]]]"
    ),
)

op(
    "gru",
    id=198,
    since="0.1",
    ins="x:T[A,B,I] w:T[D,L,I] r:T[D,L,H] bias:T[D,K]? sequence_lens:i32[N]? initial_h:T[E,F,H]?",
    outs="y:T[...] y_h:T[...]",
    types={"T": "f32 f64"},
    attrs=_attrs(
        activation_f=_activation("sigmoid", "Of the gates."),
        activation_g=_activation("tanh", "Of the candidate."),
        linear_before_reset=flag(
            False, "The reset gate acts on the product of the state with the weights, as in PyTorch."
        ),
    ),
    shape="gru(direction, layout, clip)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "2*A*B*D*L*(I+H)", "bytes": "io"},
    tol=_TOL,
    onnx=_onnx("GRU", (3, 7, 14, 22)),
    source="Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014; ONNX GRU-22",
    args=_args("gates z, r, h", "[D, 3 * H, I]"),
    raises=_RAISES,
    doc=f"""
Gated recurrent unit over a sequence.

``z, r = sigmoid(x @ W.T + h @ R.T + biases)``, ``n = tanh(x @ Wh.T + (r * h) @ Rh.T + biases)``,
``h = (1 - z) * n + z * h``. {_PLACES}""",
    example=(
        ">>> w = lg.full((1, 3, 1), 0.0)\n"
        ">>> lg.gru(lg.full((2, 1, 1), 0.0), w, w, initial_h=lg.full((1, 1, 1), 4.0)).y.tolist()\n"
        "[[[[2.0]]], [[[1.0]]]]"
    ),
)

op(
    "rnn",
    id=199,
    since="0.1",
    ins="x:T[A,B,I] w:T[D,L,I] r:T[D,L,H] bias:T[D,K]? sequence_lens:i32[N]? initial_h:T[E,F,H]?",
    outs="y:T[...] y_h:T[...]",
    types={"T": "f32 f64"},
    attrs=_attrs(nonlinearity=_activation("tanh", "The activation.")),
    shape="rnn(direction, layout, clip)",
    dtype="same",
    flags="PROMOTE_FLOAT",
    cost={"flops": "2*A*B*D*L*(I+H)", "bytes": "io"},
    tol=_TOL,
    onnx=_onnx("RNN", (1, 7, 14, 22), activations="nonlinearity"),
    source="Elman, Finding Structure in Time, 1990; ONNX RNN-22",
    args=_args("one gate", "[D, H, I]"),
    raises=_RAISES,
    doc=f"""
Recurrent layer without gates: ``h = tanh(x @ W.T + h @ R.T + biases)``.

{_PLACES}""",
    example=(
        ">>> one = lg.full((1, 1, 1), 1.0)\n"
        ">>> lg.rnn(lg.tensor([[[1.0]], [[2.0]]]), one, one, nonlinearity='relu').y.tolist()\n"
        "[[[[1.0]]], [[[3.0]]]]"
    ),
)
