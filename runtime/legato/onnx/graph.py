# SPDX-License-Identifier: Apache-2.0
"""The interpreter: walks a graph once and calls an op for each node.

Tensors with elements are constants and ops on them run at once, which folds the arithmetic on shapes that
exporters write; ops on traced tensors are recorded. The same walk over tensors alone is an eager run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
from onnx import FunctionProto, GraphProto, NodeProto, TensorProto, helper

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.model import MAX_DEPTH, Model, in_order, opsets_of, reads, standard_body
from legato.onnx.node import NeedsValue, Node, find, normal_domain, schema
from legato.onnx.tensors import ENUM, to_tensor

# What handlers stumble over in a node that is not as the standard has it.
MALFORMED = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, MemoryError, RecursionError)

# Weights of so many elements or more stay as narrow as they are in the file.
NARROW_ELEMS = 1024

Sources = frozenset[str]
NOTHING: Sources = frozenset()


class Scope:
    """Values by name in one graph or function; those outside are visible, too."""

    def __init__(
        self,
        opsets: dict[str, int],
        outer: Scope | None = None,
        attrs: Mapping[str, Any] | None = None,
    ) -> None:
        self.opsets = opsets
        self.outer = outer
        self.attrs: Mapping[str, Any] = attrs if attrs is not None else (outer.attrs if outer else {})
        self.depth: int = outer.depth + 1 if outer else 0
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Sources] = {}  # names of graph inputs that a value depends on

    def find(self, name: str) -> Any:
        """Return a value; structure was checked, so it is there."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        raise lg.FormatError(f"there is no value {name!r}")

    def sources_of(self, name: str) -> Sources:
        """Return the graph inputs that a value depends on."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.sources:
                return scope.sources[name]
            scope = scope.outer
        return NOTHING

    def names(self) -> set[str]:
        """Return all names in sight."""
        return set(self.values) | (self.outer.names() if self.outer else set())

    def put(self, name: str, value: Any, sources: Sources = NOTHING) -> None:
        """Define a value."""
        self.values[name] = value
        if sources:
            self.sources[name] = sources


class Importer:
    """One walk over one model."""

    def __init__(self, model: Model, builder: lg.Builder | None = None) -> None:
        self.model = model
        self.builder = builder  # what traced tensors belong to; None where all have elements
        self.folder: Path | None = model.folder
        self._weights: dict[str, Tensor] = {}
        self._constants = 0
        # Inputs of the graph whose elements decide about extents while the program runs.
        self.late: frozenset[str] = NOTHING
        # What Shape gave: the tensor and its extents, some of which may be numbers.
        self.shapes: dict[int, tuple[Tensor, list[Any]]] = {}

    def graph(
        self, graph: GraphProto, scope: Scope, inputs: Mapping[str, tuple[Any, Sources]]
    ) -> dict[str, Any]:
        """Evaluate a graph in a fresh scope; returns its outputs by name, in order."""
        for tensor in graph.initializer:
            if tensor.name not in inputs:
                scope.put(tensor.name, self._named(tensor))
        for sparse in graph.sparse_initializer:
            scope.put(sparse.values.name, self._dense(sparse))
        for name, (value, sources) in inputs.items():
            scope.put(name, value, sources)
        what = f"graph {graph.name!r}" if graph.name else "the graph"
        outer = scope.outer.names() if scope.outer else set()
        for value in graph.input:
            if value.name not in scope.values:
                raise lg.FormatError(f"{what}: input {value.name!r} has no value")
        nodes = in_order(graph.node, outer | set(scope.values), what)
        made = {name for node in nodes for name in node.output}
        for value in graph.output:
            if value.name not in scope.values and value.name not in made and value.name not in outer:
                raise lg.FormatError(f"{what}: output {value.name!r} is not defined")
        self.nodes(nodes, scope, {value.name for value in graph.output})
        return {value.name: scope.find(value.name) for value in graph.output}

    def nodes(self, nodes: Sequence[NodeProto], scope: Scope, wanted: set[str]) -> None:
        """Evaluate those of the nodes that an output needs, and forget values after their last use."""
        live = set(wanted)
        needed = []
        for node in reversed(nodes):
            if any(name in live for name in node.output):
                live |= reads(node)
                needed.append(node)
        for node in reversed(needed):
            self.node(node, scope)

    def node(self, proto: NodeProto, scope: Scope) -> None:
        """Evaluate one node and define its outputs."""
        sources = NOTHING.union(*(scope.sources_of(name) for name in reads(proto)))
        domain = normal_domain(proto.domain)
        function = self.model.functions.get((domain, proto.op_type))
        node = Node(proto, scope, self)
        try:
            if function is None:
                node.check()
            inputs = [scope.find(name) if name else None for name in proto.input]
            entry = None if function else find(domain, proto.op_type, node.since)
            self._name_weights(proto, inputs)
            with self._path(proto):
                if entry is not None:
                    result = entry.handler(node, *inputs)
                else:
                    result = self.call(function or self.body(node, inputs), node, inputs, sources)
        except lg.LegatoError as failure:
            if getattr(failure, "onnx_node", None) is None:
                raise self._at(failure, node) from failure
            raise
        except MALFORMED as failure:
            text = f"it does not fit its operator: {type(failure).__name__}: {failure}"
            raise self._at(lg.FormatError(text), node) from failure
        results = result if isinstance(result, tuple) else (result,)
        if len(results) < sum(bool(name) for name in proto.output):
            error = lg.UnsupportedError(
                f"{len(proto.output)} outputs are wanted, {len(results)} are supported"
            )
            raise self._at(error, node)
        if domain == "" and proto.op_type in ("Shape", "Size"):
            sources = NOTHING  # extents are no data
        for name, value in zip(proto.output, results, strict=False):
            if name:
                scope.put(name, value, NOTHING if type(value) is Tensor else sources)

    def call(
        self, function: FunctionProto, node: Node, inputs: Sequence[Any], sources: Sources
    ) -> tuple[Any, ...]:
        """Evaluate a function: its body in a scope of its own."""
        if node.scope.depth >= MAX_DEPTH:
            raise lg.FormatError(f"functions call each other more than {MAX_DEPTH} deep")
        attrs = dict(node.attrs)
        inner = Scope(node.scope.opsets | opsets_of(function.opset_import), attrs=attrs)
        inner.depth = node.scope.depth + 1
        for default in function.attribute_proto:
            if default.name not in attrs:
                attrs[default.name] = Node(helper.make_node("", [], []), inner, self)._decode(default)
        inner.values[""] = None
        for i, name in enumerate(function.input):
            given = i < len(inputs)
            inner.put(
                name,
                inputs[i] if given else None,
                node.scope.sources_of(node.proto.input[i]) if given else NOTHING,
            )
        nodes = in_order(function.node, set(inner.values), f"function {function.name!r}")
        self.nodes(nodes, inner, set(function.output))
        return tuple(inner.find(name) if name in inner.values else None for name in function.output)

    def subgraph(
        self, graph: GraphProto, scope: Scope, values: Sequence[tuple[Any, Sources]] = ()
    ) -> list[Any]:
        """Evaluate a graph attribute with values for its inputs in order."""
        inner = Scope(scope.opsets, scope)
        if inner.depth > MAX_DEPTH:
            raise lg.FormatError(f"graphs are nested more than {MAX_DEPTH} deep")
        names = [value.name for value in graph.input]
        if len(values) != len(names):
            raise lg.FormatError(f"graph {graph.name!r} has {len(names)} inputs, {len(values)} are given")
        outputs = self.graph(graph, inner, dict(zip(names, values, strict=True)))
        return [outputs[value.name] for value in graph.output]

    def traced(self, value: Tensor) -> Any:
        """Return a constant as a value of the program."""
        if self.builder is None:
            return value
        self._constants += 1
        return self.builder.weight(f"constant.{self._constants}", value)

    # ---- details ----

    def body(self, node: Node, inputs: Sequence[Any]) -> FunctionProto:
        """Return the standard's definition of an operator that has no handler."""
        version = node.scope.opsets.get(node.domain, 1)
        known = schema(node.domain, node.op, version)
        if known is None:
            raise node.refuse("there is no such operator")
        if known.has_body:
            body = standard_body(node.domain, node.op, version)
            if body is not None:
                return body
        found: Any = onnx.defs.get_schema(node.op, version, node.domain)
        types = [_type_proto(x).SerializeToString() for x in inputs]
        options = sorted(
            (v for v in found.context_dependent_function_opset_versions if v <= version), reverse=True
        )
        for opset in options:
            data = found.get_context_dependent_function_with_opset_version(
                opset, node.resolved().SerializeToString(), types
            )
            if data:
                function = FunctionProto()
                function.ParseFromString(data)
                return function
        raise node.refuse("legato has no such op yet")

    def _named(self, tensor: TensorProto) -> Tensor:
        return to_tensor(tensor, self.folder)

    def _dense(self, sparse: onnx.SparseTensorProto) -> Tensor:
        import numpy as np

        values = to_tensor(sparse.values, self.folder).numpy()
        indices = to_tensor(sparse.indices, self.folder).numpy()
        shape = tuple(sparse.dims)
        try:
            dense = np.zeros(shape, values.dtype)
            if indices.ndim == 1:
                dense.reshape(-1)[indices] = values
            else:
                dense[tuple(indices.T)] = values
        except (IndexError, ValueError, MemoryError) as error:
            raise lg.FormatError(f"sparse initializer {sparse.values.name!r}: {error}") from error
        return lg.tensor(dense)

    def _path(self, proto: NodeProto) -> contextlib.AbstractContextManager[None]:
        """Return the context in which ops are recorded under the node's name."""
        if self.builder is None:
            return contextlib.nullcontext()
        return self.builder.path(".".join(part for part in proto.name.split("/") if part))

    def _name_weights(self, proto: NodeProto, inputs: Sequence[Any]) -> None:
        """Give the constants among the inputs of a recorded node the names that they have in the file."""
        if self.builder is None or all(x is None or type(x) is Tensor for x in inputs):
            return
        with self.builder:
            for name, x in zip(proto.input, inputs, strict=True):
                if type(x) is Tensor:
                    lg.name_weight(x, self._unique(name, x))

    def keep(self, name: str, x: Tensor) -> Tensor:
        """Return a large constant as a weight of the program: what is done to it is done by the plan.

        For nodes that make wider numbers of it: the program and its file hold the narrow ones.
        """
        if self.builder is None or type(x) is not Tensor or x.size < NARROW_ELEMS:
            return x
        return self.builder.weight(self._unique(name, x), x)

    def _unique(self, name: str, x: Tensor) -> str:
        """Return the name of a weight; a loop that is unrolled gives one name to several values."""
        unique, count = name, 1
        while self._weights.setdefault(unique, x) is not x:
            count += 1
            unique = f"{name}.{count}"
        return unique

    def _at(self, error: lg.LegatoError, node: Node) -> lg.LegatoError:
        """Return an error like this one that names the node.

        Where data decided about extents before, these may have had to be known: it says which inputs.
        """
        text = f"{node.describe()}: {error}"
        if isinstance(error, NeedsValue):
            named: lg.LegatoError = NeedsValue(text, error.inputs)
        elif self.late and not isinstance(error, lg.FormatError):
            names = sorted(self.late)
            mend = f"values={{{names[0]!r}: ...}}"
            text += f"; extents depend on {', '.join(map(repr, names))}: give values to from_onnx, {mend}"
            named = NeedsValue(text, names)
        else:
            named = type(error)(text)
        named.op = error.op
        named.onnx_node = node.proto.name  # type: ignore[attr-defined]
        return named


def _type_proto(value: Any) -> onnx.TypeProto:
    if not isinstance(value, Tensor):
        return onnx.TypeProto()
    shape = [extent if isinstance(extent, int) else str(extent) for extent in value.shape]
    return helper.make_tensor_type_proto(ENUM[value.dtype.name], shape)
