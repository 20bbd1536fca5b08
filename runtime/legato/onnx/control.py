# SPDX-License-Identifier: Apache-2.0
"""If, Loop and Scan. What is known at import becomes straight code."""

from __future__ import annotations

from typing import Any

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.call import ops
from legato.onnx.node import NeedsValue, Node, handles

MAX_STEPS = 10_000  # of a loop that is unrolled


def _here(node: Node, values: Any, first: int) -> list[tuple[Any, frozenset[str]]]:
    """Return values with what they depend on; they are the node's inputs from `first` on."""
    names = node.proto.input[first:]
    return [(v, node.scope.sources_of(name)) for v, name in zip(values, names, strict=True)]


@handles("If")
def if_(node: Node, condition: Tensor) -> tuple[Any, ...]:
    taken = bool(node.known(0).numpy().reshape(-1)[0])
    return tuple(node.importer.subgraph(node["then_branch" if taken else "else_branch"], node.scope))


@handles("Loop")
def loop(node: Node, count: Tensor | None, condition: Tensor | None, *carried: Any) -> tuple[Any, ...]:
    steps = int(node.number(0)) if node.has(0) else None
    going = bool(node.number(1)) if node.has(1) else True
    everything = frozenset().union(*(node.scope.sources_of(name) for name in node.proto.input if name))
    state = _here(node, carried, 2)
    scans: list[list[Any]] = [[] for _ in range(len(node["body"].output) - 1 - len(state))]
    step = 0
    while going and (steps is None or step < steps):
        if step >= MAX_STEPS:
            raise node.refuse(f"a loop of more than {MAX_STEPS} steps would be unrolled")
        index = (lg.tensor(step, dtype="i64"), frozenset[str]())
        flag = (lg.tensor(True), frozenset[str]())
        outputs = node.importer.subgraph(node["body"], node.scope, [index, flag, *state])
        if type(outputs[0]) is not Tensor:
            raise NeedsValue(
                f"whether the loop goes on depends on {', '.join(sorted(everything))}", sorted(everything)
            )
        going = bool(outputs[0].numpy().reshape(-1)[0])
        state = [(value, everything) for value in outputs[1 : 1 + len(state)]]
        for scan, value in zip(scans, outputs[1 + len(state) :], strict=True):
            scan.append(value)
        step += 1
    stacked = [_stack(scan, 0) for scan in scans]
    return (*(value for value, _ in state), *stacked)


def _stack(values: list[Any], axis: int) -> Any:
    if not values:
        return lg.zeros((0,))
    return ops.concat([ops.unsqueeze(value, axis) for value in values], axis=axis)


@handles("Scan", since=9)
def scan(node: Node, *inputs: Any) -> tuple[Any, ...]:
    body = node["body"]
    scan_count = node["num_scan_inputs"]
    state_count = len(inputs) - scan_count
    everything = frozenset().union(*(node.scope.sources_of(name) for name in node.proto.input if name))
    in_axes = node.get("scan_input_axes") or [0] * scan_count
    in_back = node.get("scan_input_directions") or [0] * scan_count
    out_count = len(body.output) - state_count
    out_axes = node.get("scan_output_axes") or [0] * out_count
    out_back = node.get("scan_output_directions") or [0] * out_count
    state = (
        _here(node, inputs[:state_count], 0)
        if not scan_count
        else [(v, everything) for v in inputs[:state_count]]
    )
    sequences = inputs[state_count:]
    axes = [axis % len(x.shape) for axis, x in zip(in_axes, sequences, strict=True)]
    length = sequences[0].shape[axes[0]]
    if length > MAX_STEPS:
        raise node.refuse(f"a scan of more than {MAX_STEPS} steps would be unrolled")
    scans: list[list[Any]] = [[] for _ in range(out_count)]
    for step in range(length):
        items = []
        for x, axis, back in zip(sequences, axes, in_back, strict=True):
            at = length - 1 - step if back else step
            items.append((ops.squeeze(ops.slice(x, [at], [at + 1], [axis]), [axis]), everything))
        outputs = node.importer.subgraph(body, node.scope, [*state, *items])
        state = [(value, everything) for value in outputs[:state_count]]
        for found, value in zip(scans, outputs[state_count:], strict=True):
            found.append(value)
    stacked = []
    for found, axis, back in zip(scans, out_axes, out_back, strict=True):
        if back:
            found.reverse()
        rank = len(found[0].shape) + 1 if found else 1
        stacked.append(_stack(found, axis % rank))
    return (*(value for value, _ in state), *stacked)


@handles("Scan", since=8, until=9)
def scan_of_batches(node: Node, lengths: Tensor | None, *inputs: Any) -> tuple[Any, ...]:
    if lengths is not None:
        raise node.refuse("sequence_lens is not supported")
    body = node["body"]
    scan_count = node["num_scan_inputs"]
    state_count = len(inputs) - scan_count
    everything = frozenset().union(*(node.scope.sources_of(name) for name in node.proto.input if name))
    back = node.get("directions") or [0] * scan_count
    batches = []
    for b in range(inputs[0].shape[0]):
        state = [ops.squeeze(ops.slice(x, [b], [b + 1], axes=[0]), [0]) for x in inputs[:state_count]]
        scans: list[list[Any]] = [[] for _ in range(len(body.output) - state_count)]
        length = inputs[state_count].shape[1]
        for step in range(length):
            items = []
            for x, reverse in zip(inputs[state_count:], back, strict=True):
                at = length - 1 - step if reverse else step
                items.append(ops.squeeze(ops.slice(x, [b, at], [b + 1, at + 1], axes=[0, 1]), [0, 1]))
            outputs = node.importer.subgraph(body, node.scope, [(v, everything) for v in [*state, *items]])
            state = outputs[:state_count]
            for found, value in zip(scans, outputs[state_count:], strict=True):
                found.append(value)
        batches.append([*state, *(_stack(found, 0) for found in scans)])
    return tuple(_stack([batch[i] for batch in batches], 0) for i in range(len(body.output)))
