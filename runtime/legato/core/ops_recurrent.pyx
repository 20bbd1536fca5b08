# SPDX-License-Identifier: Apache-2.0
# generated from runtime/schema/ops/recurrent.py by runtime/schema/generate.py; do not edit
"""Typed entries of the recurrent ops."""

from collections import namedtuple

from legato.core.dispatch cimport attr_bool, attr_enum, attr_float, attr_int, call_several
from legato.core.engine cimport (
    LG_OP_GRU,
    LG_OP_LSTM,
    LG_OP_RNN,
    lg_gru_attrs_t,
    lg_lstm_attrs_t,
    lg_rnn_attrs_t,
)

cdef tuple LSTM_DIRECTION = ('forward', 'reverse', 'bidirectional')
cdef tuple LSTM_ACTIVATION_F = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)
cdef tuple LSTM_ACTIVATION_G = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)
cdef tuple LSTM_ACTIVATION_H = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)
cdef tuple GRU_DIRECTION = ('forward', 'reverse', 'bidirectional')
cdef tuple GRU_ACTIVATION_F = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)
cdef tuple GRU_ACTIVATION_G = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)
cdef tuple RNN_DIRECTION = ('forward', 'reverse', 'bidirectional')
cdef tuple RNN_NONLINEARITY = (
    'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu', 'leaky_relu',
    'thresholded_relu'
)

LstmResult = namedtuple('LstmResult', ('y', 'y_h', 'y_c'), module=__name__)
GruResult = namedtuple('GruResult', ('y', 'y_h'), module=__name__)
RnnResult = namedtuple('RnnResult', ('y', 'y_h'), module=__name__)


def lstm(
    object x,
    object w,
    object r,
    object bias=None,
    object sequence_lens=None,
    object initial_h=None,
    object initial_c=None,
    object peephole=None,
    *,
    object direction='forward',
    object layout=0,
    object clip=0.0,
    object activation_f='sigmoid',
    object activation_g='tanh',
    object activation_h='tanh',
    object input_forget=False,
    object out=None,
):
    """Long short-term memory over a sequence.

    Parameters
    ----------
    x : Tensor
        Inputs: [T, N, I], or [N, T, I] with layout 1. f32 or f64; integers and bools become f32
        first, shape (A, B, I).
    w : Tensor
        Input weights for each direction, [D, 4 * H, I]: gates i, o, f, c. f32 or f64; integers and
        bools become f32 first, shape (D, L, I).
    r : Tensor
        Recurrence weights, likewise. f32 or f64; integers and bools become f32 first, shape (D, L,
        H).
    bias : Tensor, optional
        Biases of the inputs, followed by those of the recurrence. f32 or f64; integers and bools
        become f32 first, shape (D, K).
    sequence_lens : Tensor, optional
        Steps of each element of the batch, at most T. i32; integers and bools become f32 first,
        shape (N,).
    initial_h : Tensor, optional
        First state, [D, N, H], or [N, D, H] with layout 1; zeros where absent. f32 or f64; integers
        and bools become f32 first, shape (E, F, H).
    initial_c : Tensor, optional
        First cell state, as initial_h. f32 or f64; integers and bools become f32 first, shape (E,
        F, H).
    peephole : Tensor, optional
        Weights from the cell to the gates i, o, f, each [H]. f32 or f64; integers and bools become
        f32 first, shape (D, P).
    direction : {'forward', 'reverse', 'bidirectional'}, default 'forward'
        Order of the steps; bidirectional is both, with weights for each.
    layout : int, default 0
        0: steps come first, x is [T, N, I]; 1: the batch comes first, x is [N, T, I].
    clip : float, default 0.0
        Bound of what goes into the activations; 0: none.
    activation_f : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'sigmoid'
        Of the gates.
    activation_g : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'tanh'
        Of the candidate.
    activation_h : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'tanh'
        Of the cell on its way out.
    input_forget : bool, default False
        The forget gate is 1 minus the input gate.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        All states: [T, D, N, H], or [N, T, D, H] with layout 1; 0 behind the end of a sequence. Of
        the dtype of `x`.
    y_h : Tensor
        Last state, as initial_h. Of the dtype of `x`.
    y_c : Tensor
        Last cell state, as initial_c. Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        A sequence is longer than there are steps.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``i, o, f = sigmoid(x @ W.T + h @ R.T + biases + peephole * c)``, ``c = f * c + i * tanh(...)``,
    ``h = o * tanh(c)``; the output gate sees the new cell. A sequence that ended keeps its state;
    the reverse direction begins at the end of each sequence.

    Source: Hochreiter, Schmidhuber, Long Short-Term Memory, 1997; ONNX LSTM-22.

    Examples
    --------
    >>> import legato as lg
    >>> w = lg.full((1, 4, 1), 0.0)
    >>> lg.lstm(lg.full((2, 1, 1), 0.0), w, w, initial_c=lg.full((1, 1, 1), 4.0)).y_c.tolist()
    [[[1.0]]]
    """
    cdef lg_lstm_attrs_t attrs
    if (
        direction is 'forward'
        and layout is 0
        and clip is 0.0
        and activation_f is 'sigmoid'
        and activation_g is 'tanh'
        and activation_h is 'tanh'
        and input_forget is False
    ):
        return call_several(
            LG_OP_LSTM, [x, w, r, bias, sequence_lens, initial_h, initial_c, peephole], NULL, out,
            LstmResult
        )
    attr_enum(&attrs.direction, direction, LSTM_DIRECTION, "lstm", "direction")
    attr_int(&attrs.layout, layout, "lstm", "layout")
    attr_float(&attrs.clip, clip, "lstm", "clip")
    attr_enum(&attrs.activation_f, activation_f, LSTM_ACTIVATION_F, "lstm", "activation_f")
    attr_enum(&attrs.activation_g, activation_g, LSTM_ACTIVATION_G, "lstm", "activation_g")
    attr_enum(&attrs.activation_h, activation_h, LSTM_ACTIVATION_H, "lstm", "activation_h")
    attr_bool(&attrs.input_forget, input_forget, "lstm", "input_forget")
    return call_several(
        LG_OP_LSTM, [x, w, r, bias, sequence_lens, initial_h, initial_c, peephole], &attrs, out,
        LstmResult
    )


def gru(
    object x,
    object w,
    object r,
    object bias=None,
    object sequence_lens=None,
    object initial_h=None,
    *,
    object direction='forward',
    object layout=0,
    object clip=0.0,
    object activation_f='sigmoid',
    object activation_g='tanh',
    object linear_before_reset=False,
    object out=None,
):
    """Gated recurrent unit over a sequence.

    Parameters
    ----------
    x : Tensor
        Inputs: [T, N, I], or [N, T, I] with layout 1. f32 or f64; integers and bools become f32
        first, shape (A, B, I).
    w : Tensor
        Input weights for each direction, [D, 3 * H, I]: gates z, r, h. f32 or f64; integers and
        bools become f32 first, shape (D, L, I).
    r : Tensor
        Recurrence weights, likewise. f32 or f64; integers and bools become f32 first, shape (D, L,
        H).
    bias : Tensor, optional
        Biases of the inputs, followed by those of the recurrence. f32 or f64; integers and bools
        become f32 first, shape (D, K).
    sequence_lens : Tensor, optional
        Steps of each element of the batch, at most T. i32; integers and bools become f32 first,
        shape (N,).
    initial_h : Tensor, optional
        First state, [D, N, H], or [N, D, H] with layout 1; zeros where absent. f32 or f64; integers
        and bools become f32 first, shape (E, F, H).
    direction : {'forward', 'reverse', 'bidirectional'}, default 'forward'
        Order of the steps; bidirectional is both, with weights for each.
    layout : int, default 0
        0: steps come first, x is [T, N, I]; 1: the batch comes first, x is [N, T, I].
    clip : float, default 0.0
        Bound of what goes into the activations; 0: none.
    activation_f : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'sigmoid'
        Of the gates.
    activation_g : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'tanh'
        Of the candidate.
    linear_before_reset : bool, default False
        The reset gate acts on the product of the state with the weights, as in PyTorch.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        All states: [T, D, N, H], or [N, T, D, H] with layout 1; 0 behind the end of a sequence. Of
        the dtype of `x`.
    y_h : Tensor
        Last state, as initial_h. Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        A sequence is longer than there are steps.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    ``z, r = sigmoid(x @ W.T + h @ R.T + biases)``, ``n = tanh(x @ Wh.T + (r * h) @ Rh.T +
    biases)``, ``h = (1 - z) * n + z * h``. A sequence that ended keeps its state; the reverse
    direction begins at the end of each sequence.

    Source: Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014; ONNX
    GRU-22.

    Examples
    --------
    >>> import legato as lg
    >>> w = lg.full((1, 3, 1), 0.0)
    >>> lg.gru(lg.full((2, 1, 1), 0.0), w, w, initial_h=lg.full((1, 1, 1), 4.0)).y.tolist()
    [[[[2.0]]], [[[1.0]]]]
    """
    cdef lg_gru_attrs_t attrs
    if (
        direction is 'forward'
        and layout is 0
        and clip is 0.0
        and activation_f is 'sigmoid'
        and activation_g is 'tanh'
        and linear_before_reset is False
    ):
        return call_several(LG_OP_GRU, [x, w, r, bias, sequence_lens, initial_h], NULL, out, GruResult)
    attr_enum(&attrs.direction, direction, GRU_DIRECTION, "gru", "direction")
    attr_int(&attrs.layout, layout, "gru", "layout")
    attr_float(&attrs.clip, clip, "gru", "clip")
    attr_enum(&attrs.activation_f, activation_f, GRU_ACTIVATION_F, "gru", "activation_f")
    attr_enum(&attrs.activation_g, activation_g, GRU_ACTIVATION_G, "gru", "activation_g")
    attr_bool(&attrs.linear_before_reset, linear_before_reset, "gru", "linear_before_reset")
    return call_several(LG_OP_GRU, [x, w, r, bias, sequence_lens, initial_h], &attrs, out, GruResult)


def rnn(
    object x,
    object w,
    object r,
    object bias=None,
    object sequence_lens=None,
    object initial_h=None,
    *,
    object direction='forward',
    object layout=0,
    object clip=0.0,
    object nonlinearity='tanh',
    object out=None,
):
    """Recurrent layer without gates: ``h = tanh(x @ W.T + h @ R.T + biases)``.

    Parameters
    ----------
    x : Tensor
        Inputs: [T, N, I], or [N, T, I] with layout 1. f32 or f64; integers and bools become f32
        first, shape (A, B, I).
    w : Tensor
        Input weights for each direction, [D, H, I]: one gate. f32 or f64; integers and bools become
        f32 first, shape (D, L, I).
    r : Tensor
        Recurrence weights, likewise. f32 or f64; integers and bools become f32 first, shape (D, L,
        H).
    bias : Tensor, optional
        Biases of the inputs, followed by those of the recurrence. f32 or f64; integers and bools
        become f32 first, shape (D, K).
    sequence_lens : Tensor, optional
        Steps of each element of the batch, at most T. i32; integers and bools become f32 first,
        shape (N,).
    initial_h : Tensor, optional
        First state, [D, N, H], or [N, D, H] with layout 1; zeros where absent. f32 or f64; integers
        and bools become f32 first, shape (E, F, H).
    direction : {'forward', 'reverse', 'bidirectional'}, default 'forward'
        Order of the steps; bidirectional is both, with weights for each.
    layout : int, default 0
        0: steps come first, x is [T, N, I]; 1: the batch comes first, x is [N, T, I].
    clip : float, default 0.0
        Bound of what goes into the activations; 0: none.
    nonlinearity : {'sigmoid', 'tanh', 'relu', 'hard_sigmoid', 'softsign', 'softplus', 'elu',
        'leaky_relu', 'thresholded_relu'}, default 'tanh'
        The activation.
    out : sequence of Tensor or None, optional
        Where to write the results, in their order; None where a new one is to be made.

    Returns
    -------
    y : Tensor
        All states: [T, D, N, H], or [N, T, D, H] with layout 1; 0 behind the end of a sequence. Of
        the dtype of `x`.
    y_h : Tensor
        Last state, as initial_h. Of the dtype of `x`.

    Raises
    ------
    ShapeError
        The operands do not fit together.
    DTypeError
        An operand has a dtype that the op does not take.
    OutOfRangeError
        A sequence is longer than there are steps.
    ArgumentError
        An attribute has a value that it cannot have.

    Notes
    -----
    A sequence that ended keeps its state; the reverse direction begins at the end of each sequence.

    Source: Elman, Finding Structure in Time, 1990; ONNX RNN-22.

    Examples
    --------
    >>> import legato as lg
    >>> one = lg.full((1, 1, 1), 1.0)
    >>> lg.rnn(lg.tensor([[[1.0]], [[2.0]]]), one, one, nonlinearity='relu').y.tolist()
    [[[[1.0]]], [[[3.0]]]]
    """
    cdef lg_rnn_attrs_t attrs
    if direction is 'forward' and layout is 0 and clip is 0.0 and nonlinearity is 'tanh':
        return call_several(LG_OP_RNN, [x, w, r, bias, sequence_lens, initial_h], NULL, out, RnnResult)
    attr_enum(&attrs.direction, direction, RNN_DIRECTION, "rnn", "direction")
    attr_int(&attrs.layout, layout, "rnn", "layout")
    attr_float(&attrs.clip, clip, "rnn", "clip")
    attr_enum(&attrs.nonlinearity, nonlinearity, RNN_NONLINEARITY, "rnn", "nonlinearity")
    return call_several(LG_OP_RNN, [x, w, r, bias, sequence_lens, initial_h], &attrs, out, RnnResult)
