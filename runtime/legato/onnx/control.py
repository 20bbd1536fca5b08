# SPDX-License-Identifier: Apache-2.0
"""If, Loop and Scan: straight code where the import knows how they go, else lg.cond and lg.while_loop."""

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
    branches = (node["then_branch"], node["else_branch"])
    if type(condition) is Tensor:
        taken = bool(node.known(0).numpy().reshape(-1)[0])
        return tuple(node.importer.subgraph(branches[not taken], node.scope))
    then, other = ((lambda graph=graph: node.importer.subgraph(graph, node.scope)) for graph in branches)
    try:
        return tuple(lg.cond(_flag(condition), then, other))
    except NeedsValue:
        raise
    except lg.LegatoError as error:  # branches that a program cannot have: which one must be known
        sources = sorted(node.scope.sources_of(node.proto.input[0]))
        raise NeedsValue(f"{error}; it can be imported where the condition is known", sources) from error


def _flag(x: Any) -> Any:
    """Return one bool without axes."""
    return x if len(x.shape) == 0 else ops.reshape(x, [])


@handles("Loop")
def loop(node: Node, count: Tensor | None, condition: Tensor | None, *carried: Any) -> tuple[Any, ...]:
    known = all(type(x) is Tensor for x in (count, condition) if x is not None)
    if known:
        before = dict(node.scope.values)
        try:
            return _unrolled(node, count, condition, *carried)
        except NeedsValue:
            node.scope.values.update(before)
            if node.importer.builder is None or not all(isinstance(x, Tensor) for x in carried):
                raise
    return _while(node, count, condition, *carried)


def _while(node: Node, count: Any, condition: Any, *carried: Any) -> tuple[Any, ...]:
    """Record a loop that goes on as long as data say so."""
    body = node["body"]
    everything = frozenset().union(*(node.scope.sources_of(name) for name in node.proto.input if name))
    most = _flag(count) if count is not None else None
    going = _flag(condition) if condition is not None else lg.tensor(True)
    start: Any = lg.tensor(0, dtype="i64")
    if not any(isinstance(x, Tensor) and type(x) is not Tensor for x in (going, *carried)):
        start = node.importer.traced(start)  # a loop is recorded where something is

    def test(step: Any, going: Any, *state: Any) -> Any:
        return going if most is None else ops.logical_and(going, ops.less(step, most))

    def round_(step: Any, going: Any, *state: Any) -> tuple[Any, ...]:
        given = [(value, everything) for value in (step, going, *state)]
        outputs = node.importer.subgraph(body, node.scope, given)
        return (ops.add(step, lg.tensor(1, dtype="i64")), _flag(outputs[0]), *outputs[1:])

    scans = len(body.output) - 1 - len(carried)
    try:
        results = lg.while_loop(test, round_, start, going, *carried, stacked=scans)
    except NeedsValue:
        raise
    except lg.LegatoError as error:
        inputs = {name for name in node.proto.input[:2] if name}
        sources = sorted(frozenset().union(*(node.scope.sources_of(name) for name in inputs)) or everything)
        raise NeedsValue(
            f"{error}; it can be imported where the number of rounds is known", sources
        ) from error
    return tuple(results[2:])


def _unrolled(node: Node, count: Any, condition: Any, *carried: Any) -> tuple[Any, ...]:
    """Evaluate all rounds one after the other."""
    steps = int(node.number(0)) if node.has(0) else None
    going = bool(node.number(1)) if node.has(1) else True
    everything = frozenset().union(*(node.scope.sources_of(name) for name in node.proto.input if name))
    state = _here(node, carried, 2)
    scans: list[list[Any]] = [[] for _ in range(len(node["body"].output) - 1 - len(state))]
    step = 0
    while going and (steps is None or step < steps):
        if step >= MAX_STEPS:
            raise NeedsValue(f"a loop of more than {MAX_STEPS} steps would be unrolled", sorted(everything))
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
