# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers, with PyTorch's parameters: weight_ih_l0, weight_hh_l0, ..., weight_ih_l1_reverse."""

import legato as lg
from legato.nn.module import Module, is_recording
from legato.nn.weights import uniform


class _Recurrent(Module):
    order: tuple[int, ...] = (0,)  # of PyTorch's gates in the op's
    has_cell = False

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
        self._cache = {}  # packed weights of each layer, with the parameters that they were made of
        bound = max(hidden_size, 1) ** -0.5
        rows = len(self.order) * hidden_size
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

    def _run_layer(self, x, w, r, bias, hidden, cell, direction):  # of one layer: y, last states
        raise NotImplementedError

    def _pack(self, kind, layer):
        # Parameters of all directions in the layout of the op.
        directions = []
        for suffix in self._suffixes():
            tensor = getattr(self, f"{kind}_l{layer}{suffix}")
            if len(self.order) > 1:
                gates = lg.split(tensor, num_outputs=len(self.order), axis=0)
                tensor = lg.concat([gates[gate] for gate in self.order], axis=0)
            directions.append(lg.unsqueeze(tensor, axis=0))
        return directions[0] if len(directions) == 1 else lg.concat(directions, axis=0)

    def _packed(self, layer):
        # (w, r, bias) of the op. While recording, ops make them of the named parameters, and the plan folds.
        if is_recording():
            return self._make_packed(layer)
        kinds = [name for name in self._parameters if f"_l{layer}" in name]
        key = [self._parameters[name] for name in kinds]
        known = self._cache.get(layer)
        if known is None or any(a is not b for a, b in zip(known[0], key, strict=True)):
            known = (key, self._make_packed(layer))
            self._cache[layer] = known
        return known[1]

    def _make_packed(self, layer):
        bias = None
        if self.bias:
            bias = lg.concat([self._pack("bias_ih", layer), self._pack("bias_hh", layer)], axis=1)
        return self._pack("weight_ih", layer), self._pack("weight_hh", layer), bias

    def _check_state(self, given, batch, name):
        shape = (self.num_layers * len(self._suffixes()), batch, self.hidden_size)
        if given is not None and tuple(given.shape) != shape:
            raise lg.ShapeError(
                f"{type(self).__name__}: {name} has shape {tuple(given.shape)}, expected {shape}"
            )

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
        self._check_state(hidden, x.shape[1], "h_0")
        self._check_state(cell, x.shape[1], "c_0")
        last_hidden, last_cell = [], []
        count = len(self._suffixes())
        for layer in range(self.num_layers):
            part = slice(layer * count, (layer + 1) * count)
            h, c = (None if state is None else state[part] for state in (hidden, cell))
            direction = "bidirectional" if count == 2 else "forward"
            w, r, bias = self._packed(layer)
            y, h, *c = self._run_layer(x, w, r, bias, h, c, direction)
            last_hidden.append(h)
            last_cell += c
            # (T, D, N, H) to (T, N, D * H)
            x = lg.squeeze(y, axis=1) if count == 1 else lg.concat([y[:, 0], y[:, 1]], axis=-1)
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

    order = (0, 3, 1, 2)
    has_cell = True

    def _run_layer(self, x, w, r, bias, hidden, cell, direction):
        return lg.lstm(x, w, r, bias, None, hidden, cell, direction=direction)


class GRU(_Recurrent):
    """Gated recurrent unit: gates r, z, n; the reset gate behind the product, as in PyTorch."""

    order = (1, 0, 2)

    def _run_layer(self, x, w, r, bias, hidden, cell, direction):
        return lg.gru(x, w, r, bias, None, hidden, direction=direction, linear_before_reset=True)


class RNN(_Recurrent):
    """Elman network; ``nonlinearity`` is ``"tanh"`` or ``"relu"``."""

    def __init__(self, *args, nonlinearity="tanh", **kwargs):
        if nonlinearity not in ("tanh", "relu"):
            raise lg.ArgumentError(f"nonlinearity is {nonlinearity!r}, expected 'tanh' or 'relu'")
        super().__init__(*args, **kwargs)
        self.nonlinearity = nonlinearity

    def _run_layer(self, x, w, r, bias, hidden, cell, direction):
        return lg.rnn(x, w, r, bias, None, hidden, direction=direction, nonlinearity=self.nonlinearity)
