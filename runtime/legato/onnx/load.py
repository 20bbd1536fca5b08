# SPDX-License-Identifier: Apache-2.0
"""`from_onnx` and `run_onnx`: a model as a program, or op by op on given arrays."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from onnx import NodeProto, ValueInfoProto

import legato as lg
from legato.core.dispatch import immediate
from legato.core.tensor import Tensor
from legato.onnx.graph import NOTHING, Importer, Scope
from legato.onnx.model import Model, open_model, refuse_unsupported
from legato.onnx.node import Node
from legato.onnx.rows import register
from legato.onnx.tensors import to_dtype

NAMELESS = ("", "?", "-1", "None", "unk")  # what files call extents that they do not name

# What has handlers.
THEMES = (
    "attention",
    "control",
    "index",
    "maths",
    "microsoft",
    "nn",
    "quant",
    "recurrent",
    "sequence",
    "shape",
    "vision",
)
for theme in THEMES:
    importlib.import_module(f"legato.onnx.{theme}")
register()


def import_program(
    source: Any,
    dims: Mapping[str, int] | None,
    shapes: Mapping[str, Sequence[int]] | None,
    values: Mapping[str, Any] | None,
    state: Mapping[str, str] | None = None,
) -> lg.Program:
    """Record a model; the documentation is at legato.from_onnx."""
    model = _checked(source)
    known = {name: lg.tensor(value) for name, value in (values or {}).items()}
    inputs = _inputs(model)
    _refuse_unknown("values", known, inputs)
    _refuse_unknown("shapes", shapes or {}, inputs)
    free = {name: value for name, value in inputs.items() if name not in known}
    builder = lg.Builder()
    with immediate():
        given: dict[str, tuple[Any, frozenset[str]]] = {name: (x, NOTHING) for name, x in known.items()}
        for name, spec in zip(free, _specs(free, dims or {}, shapes or {}), strict=True):
            given[name] = (builder.input(name, spec), frozenset([name]))
        outputs = Importer(model, builder).graph(model.proto.graph, Scope(model.opsets), given)
        for name, value in outputs.items():
            if not isinstance(value, Tensor):
                raise lg.UnsupportedError(f"output {name!r} is no tensor; sequences stay inside a model")
            builder.output(name, value)
    program = builder.build()
    return program.with_state(state) if state else program


def run_model(source: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Run a model op by op."""
    model = _checked(source)
    given = {name: (_as_value(value), NOTHING) for name, value in values.items()}
    inputs = _inputs(model)
    _refuse_unknown("values", given, inputs)
    missing = [name for name in inputs if name not in given]
    if missing:
        raise lg.ArgumentError(f"the model needs values for {', '.join(map(repr, missing))}")
    return Importer(model).graph(model.proto.graph, Scope(model.opsets), given)


def _as_value(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else lg.tensor(value)


def _checked(source: Any) -> Model:
    model = open_model(source)
    decoder = SimpleNamespace(folder=model.folder)

    def node_of(proto: NodeProto, opsets: dict[str, int]) -> Node:
        return Node(proto, Scope(opsets), decoder)  # type: ignore[arg-type]

    refuse_unsupported(model, node_of)
    return model


def _inputs(model: Model) -> dict[str, ValueInfoProto]:
    graph = model.proto.graph
    constants = {tensor.name for tensor in graph.initializer}
    constants |= {tensor.values.name for tensor in graph.sparse_initializer}
    return {value.name: value for value in graph.input if value.name not in constants}


def _refuse_unknown(what: str, given: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    for name in given:
        if name not in inputs:
            raise lg.NotFoundError(
                f"{what} names {name!r}, the model's inputs are {', '.join(map(repr, inputs))}"
            )


def _specs(
    inputs: Mapping[str, ValueInfoProto], dims: Mapping[str, int], shapes: Mapping[str, Sequence[int]]
) -> list[lg.Spec]:
    specs = []
    names: dict[str, str] = {}  # of extents, by what the file calls them
    for name, value in inputs.items():
        if value.type.WhichOneof("value") != "tensor_type":
            kind = value.type.WhichOneof("value") or "no type"
            raise lg.UnsupportedError(f"input {name!r} is of {kind}, only tensors can be inputs of a program")
        tensor = value.type.tensor_type
        dtype = to_dtype(tensor.elem_type, f"input {name!r}")
        if name in shapes:
            extents: list[int | str] = [int(extent) for extent in shapes[name]]
            if tensor.HasField("shape") and len(tensor.shape.dim) != len(extents):
                raise lg.ShapeError(
                    f"input {name!r} has {len(tensor.shape.dim)} axes, shapes gives {extents}"
                )
        elif not tensor.HasField("shape"):
            raise lg.ArgumentError(f"input {name!r} has no shape; give one: shapes={{{name!r}: (...)}}")
        else:
            extents = [_extent(dim, dims, names) for dim in tensor.shape.dim]
        specs.append(lg.spec(f"{dtype}[{','.join(map(str, extents))}]"))
    every = {dim.dim_param for v in inputs.values() for dim in v.type.tensor_type.shape.dim}
    if unknown := set(dims) - every - set(names.values()):
        known = sorted((every | set(names.values())) - {""})
        raise lg.NotFoundError(f"dims names {', '.join(map(repr, sorted(unknown)))}, the model has {known}")
    return specs


def _extent(dim: Any, dims: Mapping[str, int], names: dict[str, str]) -> int | str:
    """Return an extent of an input: a number, or the name of one that stays open."""
    if dim.HasField("dim_value") and dim.dim_value >= 0:
        return int(dim.dim_value)
    word = dim.dim_param
    if word in NAMELESS:  # each is one of its own
        word = f"nameless {len(names)}"
    if word not in names:
        taken = set(names.values())
        fresh = next(f"d{i}" for i in range(len(names) + 1) if f"d{i}" not in taken)
        names[word] = word if word.isidentifier() and word.isascii() else fresh
    for known in (word, names[word]):
        if known in dims:
            return int(dims[known])
    return names[word]
