# SPDX-License-Identifier: Apache-2.0
"""Recurrent layers."""

from __future__ import annotations

from typing import Any

from legato.onnx.call import ops
from legato.onnx.node import Handler, Node, handles

ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "hardsigmoid": "hard_sigmoid",
    "softsign": "softsign",
    "softplus": "softplus",
    "elu": "elu",
    "leakyrelu": "leaky_relu",
    "thresholdedrelu": "thresholded_relu",
}
# The parameters that those have where none are given.
DEFAULTS = {"hardsigmoid": (0.2, 0.5), "elu": (1.0,), "leakyrelu": (0.01,), "thresholdedrelu": (1.0,)}


def _activations(node: Node) -> list[str]:
    """Return the names of the activations of one direction; both directions must have the same."""
    names = [name.lower() for name in node.get("activations") or []]
    if node.get("direction") == "bidirectional":
        half = len(names) // 2
        if names[:half] != names[half:]:
            return ["different ones in both directions"]
        names = names[:half]
    return names


def _refuses(node: Node) -> str | None:
    for name in _activations(node):
        if name not in ACTIVATIONS:
            return f"activations: {name}"
    wanted = [DEFAULTS.get(name.lower(), ()) for name in node.get("activations") or []]
    for attribute, which in (("activation_alpha", 0), ("activation_beta", 1)):
        given = node.get(attribute)
        if given and any(
            len(values) > which and abs(values[which] - v) > 1e-6
            for values, v in zip([w for w in wanted if len(w) > which], given, strict=False)
        ):
            return f"{attribute}={given}"
    return None


def _layer(op: str, names: tuple[str, ...], flags: tuple[str, ...] = ()) -> Handler:
    def handler(node: Node, *inputs: Any) -> Any:
        given: dict[str, Any] = {
            "direction": node["direction"].lower(),
            "layout": node.get("layout", 0),
            "clip": node.get("clip", 0.0),
        }
        given |= {flag: bool(node.get(flag, 0)) for flag in flags}
        chosen = _activations(node)
        given |= {name: ACTIVATIONS[word] for name, word in zip(names, chosen, strict=False)}
        return getattr(ops, op)(*inputs, **given)

    return handler


handles("LSTM", refuses=_refuses)(
    _layer("lstm", ("activation_f", "activation_g", "activation_h"), ("input_forget",))
)
handles("GRU", since=3, refuses=_refuses)(
    _layer("gru", ("activation_f", "activation_g"), ("linear_before_reset",))
)
handles("RNN", refuses=_refuses)(_layer("rnn", ("nonlinearity",)))
