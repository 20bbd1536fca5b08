# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers, with PyTorch's parameters: weight_ih_l0, weight_hh_l0, ..., weight_ih_l1_reverse.

One product per direction covers the inputs of all times; the steps are unrolled over the length of the input.
"""

import legato as lg
from legato.nn.module import Module
from legato.nn.weights import uniform


def _lstm_step(gates, hidden, state, weight, bias):
    i, f, g, o = lg.split(gates + lg.linear(hidden, weight, bias), num_outputs=4, axis=-1)
    cell = lg.sigmoid(f) * state + lg.sigmoid(i) * lg.tanh(g)
    return lg.sigmoid(o) * lg.tanh(cell), cell


def _gru_step(gates, hidden, state, weight, bias):
    r, z, n = lg.split(gates, num_outputs=3, axis=-1)
    hr, hz, hn = lg.split(lg.linear(hidden, weight, bias), num_outputs=3, axis=-1)
    keep = lg.sigmoid(z + hz)
    new = lg.tanh(n + lg.sigmoid(r + hr) * hn)
    return new + keep * (hidden - new), state


def _tanh_step(gates, hidden, state, weight, bias):
    return lg.tanh(gates + lg.linear(hidden, weight, bias)), state


def _relu_step(gates, hidden, state, weight, bias):
    return lg.relu(gates + lg.linear(hidden, weight, bias)), state


class _Recurrent(Module):
    gates = 1
    has_cell = False
    step = staticmethod(_tanh_step)

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
    ):
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.bidirectional = bias, batch_first, bidirectional
        bound = max(hidden_size, 1) ** -0.5
        rows = self.gates * hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * len(self._suffixes())
            for suffix in self._suffixes():
                self.register_parameter(f"weight_ih_l{layer}{suffix}", uniform((rows, width), bound))
                self.register_parameter(f"weight_hh_l{layer}{suffix}", uniform((rows, hidden_size), bound))
                if bias:
                    self.register_parameter(f"bias_ih_l{layer}{suffix}", uniform((rows,), bound))
                    self.register_parameter(f"bias_hh_l{layer}{suffix}", uniform((rows,), bound))

    def _suffixes(self):
        return ("", "_reverse") if self.bidirectional else ("",)

    def _direction(self, x, layer, suffix, hidden, cell):
        # (T, N, H) outputs in the order of time, and the last hidden and cell state.
        bias_ih = getattr(self, f"bias_ih_l{layer}{suffix}") if self.bias else None
        bias_hh = getattr(self, f"bias_hh_l{layer}{suffix}") if self.bias else None
        weight = getattr(self, f"weight_hh_l{layer}{suffix}")
        gates = lg.linear(x, getattr(self, f"weight_ih_l{layer}{suffix}"), bias_ih)
        outputs = []
        times = range(x.shape[0])
        for t in reversed(times) if suffix else times:
            hidden, cell = self.step(gates[t], hidden, cell, weight, bias_hh)
            outputs.append(lg.unsqueeze(hidden, axis=0))
        return lg.concat(outputs[::-1] if suffix else outputs, axis=0), hidden, cell

    def _states(self, given, batch, dtype, name):
        shape = (self.num_layers * len(self._suffixes()), batch, self.hidden_size)
        if given is None:
            return lg.zeros(shape, dtype=dtype)
        if tuple(given.shape) != shape:
            raise lg.ShapeError(
                f"{type(self).__name__}: {name} has shape {tuple(given.shape)}, expected {shape}"
            )
        return given

    def forward(self, x, hx=None):
        """Return (output, h_n), for an LSTM (output, (h_n, c_n)); shapes and layouts as PyTorch has them."""
        x = lg.asarray(x)
        batched = len(x.shape) == 3
        if len(x.shape) not in (2, 3) or x.shape[-1] != self.input_size:
            raise lg.ShapeError(
                f"{type(self).__name__}: x has shape {x.shape}, expected 2 or 3 axes, the last of "
                f"{self.input_size}"
            )
        hidden, cell = (hx if self.has_cell else (hx, None)) if hx is not None else (None, None)
        hidden = None if hidden is None else lg.asarray(hidden)
        cell = None if cell is None else lg.asarray(cell)
        if not batched:
            x = lg.unsqueeze(x, axis=1)
            hidden = None if hidden is None else lg.unsqueeze(hidden, axis=1)
            cell = None if cell is None else lg.unsqueeze(cell, axis=1)
        elif self.batch_first:
            x = lg.transpose(x, axes=(1, 0, 2))
        if x.shape[0] == 0:
            raise lg.ShapeError(f"{type(self).__name__}: the sequence is empty")
        hidden = self._states(hidden, x.shape[1], x.dtype, "h_0")
        cell = self._states(cell, x.shape[1], x.dtype, "c_0") if self.has_cell else None
        last_hidden, last_cell = [], []
        for layer in range(self.num_layers):
            results = []
            for d, suffix in enumerate(self._suffixes()):
                index = layer * len(self._suffixes()) + d
                state = cell[index] if cell is not None else None
                y, h, c = self._direction(x, layer, suffix, hidden[index], state)
                results.append(y)
                last_hidden.append(lg.unsqueeze(h, axis=0))
                last_cell.append(None if c is None else lg.unsqueeze(c, axis=0))
            x = results[0] if len(results) == 1 else lg.concat(results, axis=-1)
        states = [lg.concat(last_hidden, axis=0)]
        if self.has_cell:
            states.append(lg.concat(last_cell, axis=0))
        if not batched:
            x = lg.squeeze(x, axis=1)
            states = [lg.squeeze(state, axis=1) for state in states]
        elif self.batch_first:
            x = lg.transpose(x, axes=(1, 0, 2))
        return x, tuple(states) if self.has_cell else states[0]

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        for name, usual in (
            ("num_layers", 1),
            ("bias", True),
            ("batch_first", False),
            ("bidirectional", False),
        ):
            value = getattr(self, name)
            text += "" if value == usual else f", {name}={value}"
        return text


class LSTM(_Recurrent):
    """Long short-term memory: gates i, f, g, o.

    Examples
    --------
    >>> import legato as lg
    >>> lstm = lg.nn.LSTM(4, 8, num_layers=2, batch_first=True)
    >>> y, (h, c) = lstm(lg.zeros((2, 5, 4)))
    >>> y.shape, h.shape, c.shape
    ((2, 5, 8), (2, 2, 8), (2, 2, 8))
    """

    gates = 4
    has_cell = True
    step = staticmethod(_lstm_step)


class GRU(_Recurrent):
    """Gated recurrent unit: gates r, z, n; the reset gate behind the product, as in PyTorch."""

    gates = 3
    step = staticmethod(_gru_step)


class RNN(_Recurrent):
    """Elman network; ``nonlinearity`` is ``"tanh"`` or ``"relu"``."""

    def __init__(self, *args, nonlinearity="tanh", **kwargs):
        if nonlinearity not in ("tanh", "relu"):
            raise lg.ArgumentError(f"nonlinearity is {nonlinearity!r}, expected 'tanh' or 'relu'")
        super().__init__(*args, **kwargs)
        self.nonlinearity = nonlinearity
        self.step = _relu_step if nonlinearity == "relu" else _tanh_step
