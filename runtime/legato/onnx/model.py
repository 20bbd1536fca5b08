# SPDX-License-Identifier: Apache-2.0
"""From a path, bytes or ModelProto to a model whose structure holds: every name defined once, no cycle."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnx
from google.protobuf.message import DecodeError
from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

import legato as lg
from legato.onnx.node import describe, find, normal_domain, schema

OLDEST, NEWEST = 7, 27  # opsets of the standard domain
MAX_DEPTH = 32  # graphs and functions within each other


@dataclass
class Model:
    """A parsed model."""

    proto: ModelProto
    folder: Path | None  # where external data lies
    opsets: dict[str, int]
    functions: dict[tuple[str, str], FunctionProto] = field(default_factory=dict)


def open_model(source: Any) -> Model:
    """Parse a model and check its structure."""
    folder = None
    if isinstance(source, ModelProto):
        proto = source
    elif isinstance(source, (bytes, bytearray, memoryview)):
        proto = _parse(bytes(source), "the model")
    elif isinstance(source, (str, os.PathLike)):
        path = Path(source)
        folder = path.parent
        try:
            data = path.read_bytes()
        except OSError as error:
            raise lg.FileError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
        proto = _parse(data, repr(str(path)))
    else:
        raise lg.DTypeError(f"from_onnx: expected a path, bytes or a ModelProto, got {type(source).__name__}")
    if not proto.HasField("graph"):
        raise lg.FormatError("the model has no graph; is it an ONNX file?")
    for word in _words(proto):
        if not isinstance(word, str):  # the parser gives bytes for what is no UTF-8
            raise lg.FormatError(f"the name {word!r} is no UTF-8")
    model = Model(proto, folder, opsets_of(proto.opset_import))
    for function in proto.functions:
        model.functions[normal_domain(function.domain), function.name] = function
    version = model.opsets.get("")
    if version is not None and not OLDEST <= version <= NEWEST and not _unchanged(proto.graph, version):
        raise lg.UnsupportedError(
            f"the model is of opset {version}, legato imports opsets {OLDEST} to {NEWEST}; "
            "onnx.version_converter.convert_version may mend it"
        )
    return model


def _parse(data: bytes, what: str) -> ModelProto:
    try:
        return onnx.load_model_from_string(data)
    except DecodeError as error:
        raise lg.FormatError(f"{what} is no ONNX model: {error}") from None


def _words(proto: ModelProto) -> Iterator[Any]:
    """Yield the names in a model."""
    yield from (word for entry in proto.opset_import for word in [entry.domain])
    for function in proto.functions:
        yield from [function.name, function.domain, *function.input, *function.output, *function.attribute]
        yield from _words_of_nodes(function.node)
    yield from _words_of_graph(proto.graph)


def _words_of_graph(graph: GraphProto) -> Iterator[Any]:
    for value in [*graph.input, *graph.output]:
        yield value.name
        yield from (dim.dim_param for dim in value.type.tensor_type.shape.dim)
    for tensor in graph.initializer:
        yield tensor.name
        yield from (word for entry in tensor.external_data for word in (entry.key, entry.value))
    yield from (tensor.values.name for tensor in graph.sparse_initializer)
    yield from _words_of_nodes(graph.node)


def _words_of_nodes(nodes: Iterable[NodeProto]) -> Iterator[Any]:
    for node in nodes:
        yield from [node.name, node.op_type, node.domain, *node.input, *node.output]
        for attribute in node.attribute:
            yield from [attribute.name, attribute.ref_attr_name]
        for graph in subgraphs(node):
            yield from _words_of_graph(graph)


def _unchanged(graph: GraphProto, version: int) -> bool:
    """Return whether all nodes of an older opset mean the same in the oldest that is imported."""
    for node in graph.node:
        old, new = (schema("", node.op_type, v) for v in (version, OLDEST))
        if node.domain or old is None or new is None or old.since != new.since:
            return False
        if not all(_unchanged(inner, version) for inner in subgraphs(node)):
            return False
    return version < OLDEST


def opsets_of(imports: Iterable[Any]) -> dict[str, int]:
    """Return version by domain."""
    return {normal_domain(entry.domain): entry.version for entry in imports}


# ---- structure ---------------------------------------------------------------------------------------


def subgraphs(node: NodeProto) -> Iterator[GraphProto]:
    """Yield the graphs that a node holds as attributes."""
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == AttributeProto.GRAPHS:
            yield from attribute.graphs


def _defined(graph: GraphProto) -> set[str]:
    names = {value.name for value in graph.input}
    names.update(tensor.name for tensor in graph.initializer)
    names.update(tensor.values.name for tensor in graph.sparse_initializer)
    return names


def reads(node: NodeProto, depth: int = 0) -> set[str]:
    """Return the names that a node needs, those that its graphs take from outside included."""
    if depth > MAX_DEPTH:
        raise lg.FormatError(f"graphs are nested more than {MAX_DEPTH} deep")
    names = {name for name in node.input if name}
    for graph in subgraphs(node):
        inner = _defined(graph)
        wanted: set[str] = {value.name for value in graph.output}
        for child in graph.node:
            wanted |= reads(child, depth + 1)
            inner.update(child.output)
        names |= wanted - inner
    return names


def in_order(nodes: Sequence[NodeProto], known: set[str], where: str) -> list[NodeProto]:
    """Return nodes so that each comes after those it reads from; `known` are the names from elsewhere."""
    maker: dict[str, int] = {}
    for i, node in enumerate(nodes):
        for name in filter(None, node.output):
            if name in maker or name in known:
                raise lg.FormatError(f"{where}: {label(node)} defines {name!r}, which is already defined")
            maker[name] = i
    needs: list[set[int]] = []
    for node in nodes:
        wanted = reads(node)
        for name in sorted(wanted):
            if name not in maker and name not in known:
                raise lg.FormatError(
                    f"{where}: {label(node)} reads {name!r}, which no input, initializer or node defines"
                )
        needs.append({maker[name] for name in wanted if name in maker})
    if all(all(j < i for j in need) for i, need in enumerate(needs)):
        return list(nodes)
    users: list[list[int]] = [[] for _ in nodes]
    missing = [len(need) for need in needs]
    for i, need in enumerate(needs):
        for j in need:
            users[j].append(i)
    ready = [i for i in range(len(nodes) - 1, -1, -1) if missing[i] == 0]
    order = []
    while ready:
        i = ready.pop()
        order.append(nodes[i])
        for user in users[i]:
            missing[user] -= 1
            if missing[user] == 0:
                ready.append(user)
    if len(order) < len(nodes):
        stuck = [label(node) for i, node in enumerate(nodes) if missing[i] > 0]
        raise lg.FormatError(f"{where}: nodes read each other's outputs in a cycle: {', '.join(stuck[:8])}")
    return order


def label(node: NodeProto) -> str:
    """Return operator and name of a node, before its version is known."""
    return f"{node.op_type} {(node.name or ', '.join(node.output))!r}"


# ---- what is not supported ----------------------------------------------------------------------------


def refuse_unsupported(model: Model, node_of: Any) -> None:
    """Raise one error that lists every node that cannot be imported.

    `node_of(proto, opsets)` decodes a node's attributes.
    """
    found: list[str] = []
    checked: set[tuple[str, str]] = set()

    def check_function(function: FunctionProto, depth: int, via: str) -> None:
        key = (normal_domain(function.domain), function.name)
        if key not in checked:
            checked.add(key)
            opsets = model.opsets | opsets_of(function.opset_import)
            check(function.node, opsets, depth, f" in function {function.name!r}{via}")

    def check(nodes: Iterable[NodeProto], opsets: dict[str, int], depth: int, where: str) -> None:
        if depth > MAX_DEPTH:
            raise lg.FormatError(f"graphs and functions are nested more than {MAX_DEPTH} deep{where}")
        for proto in nodes:
            domain = normal_domain(proto.domain)
            if function := model.functions.get((domain, proto.op_type)):
                check_function(function, depth + 1, where)
                continue
            version = opsets.get(domain)
            known = schema(domain, proto.op_type, version) if version is not None else None
            entry = find(domain, proto.op_type, known.since if known else version or 1)
            reason = None
            if entry is not None and (known is not None or domain or not onnx.defs.has(proto.op_type)):
                given_later = any(attribute.ref_attr_name for attribute in proto.attribute)
                if entry.refuses is not None and not given_later:
                    node = node_of(proto, opsets)
                    node.check()
                    reason = entry.refuses(node)
            elif version is None:
                reason = f"the model imports no opset of domain {domain or 'ai.onnx'!r}"
            elif known is None:
                reason = f"opset {version} of domain {domain or 'ai.onnx'!r} has no such operator"
            elif not (known.has_body or known.body_depends):
                reason = "legato has no such op yet"
            elif known.has_body and (body := standard_body(domain, proto.op_type, version)):
                check_function(body, depth + 1, where)
            if reason:
                found.append(
                    f"{describe(proto, domain, known.since if known else version or 0)}{where}: {reason}"
                )
            for graph in subgraphs(proto):
                check(graph.node, opsets, depth + 1, where)

    check(model.proto.graph.node, model.opsets, 0, "")
    if found:
        what = "a node" if len(found) == 1 else f"{len(found)} nodes"
        raise lg.UnsupportedError(
            f"the model has {what} that legato does not import:\n  " + "\n  ".join(found)
        )


def standard_body(domain: str, op: str, version: int) -> FunctionProto | None:
    """Return the standard's own definition of an operator by others, for an opset."""
    found: Any = onnx.defs.get_schema(op, version, domain)
    for opset in sorted(found.function_opset_versions, reverse=True):
        if opset <= version:
            return _function(found.get_function_with_opset_version(opset))
    return _function(found.function_body) if found.has_function else None


def _function(body: Any) -> FunctionProto | None:
    if body is None or isinstance(body, FunctionProto):
        return body
    function = FunctionProto()
    function.ParseFromString(body if isinstance(body, bytes) else body.SerializeToString())
    return function
