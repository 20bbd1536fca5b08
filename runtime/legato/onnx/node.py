# SPDX-License-Identifier: Apache-2.0
"""One node of a graph as handlers see it, and the registry of handlers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from onnx import AttributeProto, NodeProto, defs, helper, numpy_helper

import legato as lg
from legato.core.tensor import Tensor
from legato.onnx.tensors import to_dtype, to_tensor

if TYPE_CHECKING:
    from legato.onnx.graph import Importer, Scope

Handler = Callable[..., Any]
Refusal = Callable[["Node"], str | None]


class Entry(NamedTuple):
    """What handles an operator from one version of it up to another."""

    since: int
    until: int
    handler: Handler
    refuses: Refusal | None


HANDLERS: dict[tuple[str, str], list[Entry]] = {}


def handles(
    *names: str,
    since: int = 1,
    until: int = 10**9,
    domain: str = "",
    refuses: Refusal | None = None,
) -> Callable[[Handler], Handler]:
    """Register the function that imports an operator, for the versions `since` <= v < `until` of it.

    It is called with the node and the inputs, None for those left away, and returns a tensor or a tuple.
    `refuses` looks at attributes alone and returns what is not supported, before anything is built.
    """

    def register(handler: Handler) -> Handler:
        for name in names:
            HANDLERS.setdefault((domain, name), []).append(Entry(since, until, handler, refuses))
        return handler

    return register


def find(domain: str, op: str, since: int) -> Entry | None:
    """Return what handles version `since` of an operator."""
    for entry in HANDLERS.get((domain, op), ()):
        if entry.since <= since < entry.until:
            return entry
    return None


class Schema(NamedTuple):
    """What the standard says of an operator: version, defaults of attributes, types of outputs."""

    since: int
    defaults: dict[str, Any]
    has_body: bool
    body_depends: bool  # on the types of inputs
    required: tuple[str, ...]  # attributes
    kinds: dict[str, int]  # of attributes
    inputs: tuple[int, int]  # how many there may be
    names: tuple[str, ...]  # of inputs


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


@cache
def schema(domain: str, op: str, version: int) -> Schema | None:
    """Return the operator's schema in an opset, None where the standard has none there.

    What the standard took back is gone, unless something here still handles it.
    """
    try:
        found: Any = defs.get_schema(op, version, domain)
    except Exception:
        return None
    if found.deprecated and find(domain, op, found.since_version) is None:
        return None
    defaults = {
        name: helper.get_attribute_value(attribute.default_value)
        for name, attribute in found.attributes.items()
        if attribute.default_value.type != AttributeProto.UNDEFINED
    }
    decoded = {name: _text(value) for name, value in defaults.items()}
    return Schema(
        found.since_version,
        decoded,
        found.has_function,
        found.has_context_dependent_function,
        tuple(name for name, attribute in found.attributes.items() if attribute.required),
        {name: int(attribute.type) for name, attribute in found.attributes.items()},
        (found.min_input, found.max_input),
        tuple(formal.name for formal in found.inputs),
    )


class Node:
    """A node with its attributes decoded, and the ways for handlers to refuse or to ask for values."""

    __slots__ = ("attrs", "domain", "importer", "op", "proto", "scope", "since")

    def __init__(self, proto: NodeProto, scope: Scope, importer: Importer) -> None:
        self.proto = proto
        self.scope = scope
        self.importer = importer
        self.op: str = proto.op_type
        self.domain: str = normal_domain(proto.domain)
        known = schema(self.domain, self.op, scope.opsets.get(self.domain, 1))
        self.since = known.since if known else scope.opsets.get(self.domain, 1)
        self.attrs: dict[str, Any] = dict(known.defaults) if known else {}
        for attribute in proto.attribute:
            if attribute.ref_attr_name:  # in a function: an attribute of the node that calls it
                if attribute.ref_attr_name in scope.attrs:
                    self.attrs[attribute.name] = scope.attrs[attribute.ref_attr_name]
            else:
                self.attrs[attribute.name] = self._decode(attribute)

    def _decode(self, attribute: AttributeProto) -> Any:
        kind = attribute.type
        if kind == AttributeProto.STRING:
            return attribute.s.decode("utf-8", "replace")
        if kind == AttributeProto.STRINGS:
            return [word.decode("utf-8", "replace") for word in attribute.strings]
        if kind == AttributeProto.TENSOR:
            return to_tensor(attribute.t, self.importer.folder)
        if kind == AttributeProto.INTS:
            return list(attribute.ints)
        if kind == AttributeProto.FLOATS:
            return list(attribute.floats)
        return helper.get_attribute_value(attribute)

    def check(self) -> None:
        """Raise FormatError where the standard demands inputs or attributes that the node lacks."""
        known = schema(self.domain, self.op, self.scope.opsets.get(self.domain, 1))
        if known is None:
            return
        for attribute in self.proto.attribute:
            wanted = known.kinds.get(attribute.name, attribute.type)
            if attribute.type != wanted and not attribute.ref_attr_name:
                kinds = [AttributeProto.AttributeType.Name(kind) for kind in (attribute.type, wanted)]
                raise lg.FormatError(
                    f"attribute {attribute.name!r} is of kind {kinds[0]}, expected {kinds[1]}"
                )
        for name in known.required:
            if name not in self.attrs:
                raise lg.FormatError(f"attribute {name!r} is missing")
        least, most = known.inputs
        count = len(self.proto.input)
        if not least <= count <= most:
            wanted = (
                f"{least}" if least == most else f"{least} to {most}" if most < 1000 else f"{least} or more"
            )
            raise lg.FormatError(f"it has {sum(map(bool, self.proto.input))} inputs, expected {wanted}")

    # ---- for handlers ----

    def __getitem__(self, name: str) -> Any:
        if name not in self.attrs:
            raise lg.FormatError(f"attribute {name!r} is missing")
        return self.attrs[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute, the standard's default, or `default`."""
        return self.attrs.get(name, default)

    @property
    def formal_inputs(self) -> tuple[str, ...]:
        """What the standard calls the inputs."""
        known = schema(self.domain, self.op, self.scope.opsets.get(self.domain, 1))
        return known.names if known else ()

    @property
    def outputs(self) -> Sequence[str]:
        """Names of the outputs; an empty one is not wanted."""
        return self.proto.output

    def wants(self, index: int) -> bool:
        """Return whether somebody may use an output."""
        return index < len(self.proto.output) and bool(self.proto.output[index])

    def dtype(self, name: str) -> str:
        """Return legato's name of the element type that an attribute holds."""
        return to_dtype(self[name], f"attribute {name!r}")

    def refuse(self, text: str) -> lg.UnsupportedError:
        """Return the exception for what is legal in ONNX and not supported."""
        return lg.UnsupportedError(text)

    def known(self, index: int) -> Tensor:
        """Return an input whose elements must be known now, or say on what they depend."""
        name = self.proto.input[index]
        value = self.scope.find(name)
        if type(value) is Tensor:
            return value
        sources = sorted(self.scope.sources_of(name))
        if not sources:
            raise lg.UnsupportedError(
                f"input {name!r} must be known when the model is imported, it depends on open extents; "
                "give them in dims or shapes"
            )
        mend = f"give its value to from_onnx: values={{{sources[0]!r}: ...}}" if len(sources) == 1 else ""
        raise NeedsValue(
            f"input {name!r} must be known when the model is imported, it depends on "
            f"{', '.join(map(repr, sources))}" + (f"; {mend}" if mend else ""),
            sources,
        )

    def dims(self, index: int) -> Any:
        """Return an input that becomes an attribute of integers: a list, or traced if only a run knows it."""
        value = self.scope.find(self.proto.input[index])
        if type(value) is Tensor:
            return self.ints(index)
        self.note_late(index)
        return value

    def scalar(self, index: int) -> Any:
        """Return an input that becomes an attribute of one number, or traced if only a run knows it."""
        value = self.scope.find(self.proto.input[index])
        if type(value) is Tensor:
            return self.number(index)
        self.note_late(index)
        return value if len(value.shape) == 0 else value.reshape(())

    def note_late(self, *indices: int) -> None:
        """Remember on which inputs of the graph it depends what only a run will know."""
        for index in indices:
            self.importer.late |= self.scope.sources_of(self.proto.input[index])

    def ints(self, index: int) -> list[int]:
        """Return an input of shape-like numbers as a list."""
        return [int(v) for v in self.known(index).numpy().reshape(-1)]

    def number(self, index: int) -> Any:
        """Return an input of one element as a Python number."""
        elements = self.known(index).numpy().reshape(-1)
        if elements.size != 1:
            raise lg.ShapeError(
                f"input {self.proto.input[index]!r} has {elements.size} elements, expected one"
            )
        return elements[0].item()

    def has(self, index: int) -> bool:
        """Return whether an optional input is given."""
        return index < len(self.proto.input) and bool(self.proto.input[index])

    def ints_or_attr(self, index: int, name: str) -> list[int] | None:
        """Return what newer versions take as an input and older ones as an attribute; None for neither."""
        if self.has(index):
            return self.ints(index)
        found: list[int] | None = self.get(name)
        return found

    def by_definition(self, *inputs: Any) -> Any:
        """Evaluate the standard's own definition of the operator."""
        sources: frozenset[str] = frozenset().union(*(self.scope.sources_of(n) for n in self.proto.input))
        body = self.importer.body(self, inputs)
        return self.importer.call(body, self, inputs, sources)

    def resolved(self) -> NodeProto:
        """Return the node with the attributes that it takes from a calling node filled in."""
        if not any(attribute.ref_attr_name for attribute in self.proto.attribute):
            return self.proto
        result = NodeProto()
        result.CopyFrom(self.proto)
        del result.attribute[:]
        for attribute in self.proto.attribute:
            if not attribute.ref_attr_name:
                result.attribute.append(attribute)
            elif attribute.name in self.attrs:
                value = self.attrs[attribute.name]
                plain = numpy_helper.from_array(value.numpy()) if isinstance(value, Tensor) else value
                result.attribute.append(helper.make_attribute(attribute.name, plain))
        return result

    def describe(self) -> str:
        """Return operator, version and name, as messages show them."""
        return describe(self.proto, self.domain, self.since)


class NeedsValue(lg.UnsupportedError):
    """An op needs the elements of a tensor that only a run will know; `inputs` names those of the graph."""

    def __init__(self, text: str, inputs: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.inputs = tuple(inputs)


NeedsValue.code = lg.UnsupportedError.code


def normal_domain(domain: str) -> str:
    """Return the domain's short form: that of the standard is empty."""
    return "" if domain == "ai.onnx" else domain


def describe(proto: NodeProto, domain: str, since: int) -> str:
    """Return ``Resize-13 "up/resize_3"``."""
    prefix = f"{domain}::" if domain else ""
    name = proto.name or (f"-> {proto.output[0]}" if proto.output else "")
    return f'{prefix}{proto.op_type}-{since} "{name}"'
