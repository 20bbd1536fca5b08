# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of op rows (``ops/<family>.py``): data in, checked ``Op`` records out.

A row says everything about an op that is not arithmetic. ``generate.py`` turns rows into C, Cython, stubs and
reference pages. Standard library only: the rows must be readable wherever there is a Python.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# In the order of lg_dtype_t: the position is the value.
DTYPES = (
    "invalid",
    "f32",
    "f64",
    "f16",
    "bf16",
    "i8",
    "u8",
    "i16",
    "u16",
    "i32",
    "u32",
    "i64",
    "u64",
    "bool",
)
FLOAT = "f32 f64 f16 bf16"
INT = "i8 u8 i16 u16 i32 u32 i64 u64"
NUMBER = f"{FLOAT} {INT}"
ALL = f"{NUMBER} bool"

RULE_INS = 10  # LG_RULE_INS: inputs that a row can describe one by one

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()


class SchemaError(Exception):
    """A row that contradicts itself or another one."""


# ---- attributes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attr:
    """One attribute: its kind (a name of lg_attr_kind_t), default as Python shows it, and description."""

    kind: str
    default: Any
    doc: str
    positional: bool  # may follow the tensors without its name
    choices: tuple[str, ...] = ()
    c_default: Any = None  # where the C default differs from the Python one

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def _attr(kind: str, default: Any, doc: str, positional: bool | None, **more: Any) -> Attr:
    return Attr(kind, default, doc, default is REQUIRED if positional is None else positional, **more)


def i64(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a whole number (int64_t)."""
    return _attr("INT", default, doc, positional)


def f64(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a number (double)."""
    return _attr("FLOAT", default, doc, positional)


def flag(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a yes or no (int64_t, 0 or 1)."""
    return _attr("BOOL", default, doc, positional)


def dtype(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a dtype (int64_t holding an lg_dtype_t, 0 for None)."""
    return _attr("DTYPE", default, doc, positional)


def enum(*choices: str, default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return one of some words (int64_t, the index into `choices`); None is the first of them."""
    return _attr("ENUM", default, doc, positional, choices=choices)


def ints(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a list of whole numbers (lg_ints_t, count -1 for None); one int is a list of one."""
    return _attr("INTS", default, doc, positional)


def floats(default: Any = REQUIRED, doc: str = "", positional: bool | None = None) -> Attr:
    """Return a list of numbers (lg_floats_t, count -1 for None); one number is a list of one."""
    return _attr("FLOATS", default, doc, positional)


def scalar(
    default: Any = REQUIRED, doc: str = "", positional: bool | None = None, c_default: Any = 0
) -> Attr:
    """Return a number that stays exact (lg_scalar_t); `c_default`: in C for one that Python requires."""
    return _attr("SCALAR", default, doc, positional, c_default=c_default)


# ---- operands ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Operand:
    """An input or output: ``name:T[dims]`` with ``?`` for optional inputs and ``*`` for one or more."""

    name: str
    letter: str  # a type letter of the row, or a dtype
    dims: tuple[str, ...]  # dimension letters; "..." for any number of axes
    optional: bool = False
    variadic: bool = False

    def axis_of(self, letter: str) -> int | None:
        """Return the position of a dimension letter: from the end when it stands behind the dots."""
        if letter not in self.dims:
            return None
        at = self.dims.index(letter)
        return at - len(self.dims) if "..." in self.dims[:at] else at


_OPERAND = re.compile(r"(\w+):(\w+)\[([^\]]*)\]([?*]?)$")


def _operands(text: str) -> tuple[Operand, ...]:
    result = []
    for word in text.split():
        match = _OPERAND.match(word)
        if not match:
            raise SchemaError(f"operand {word!r} is not of the form name:T[dims]")
        name, letter, dims, mark = match.groups()
        letters = tuple(d for d in dims.split(",") if d)
        result.append(Operand(name, letter, letters, mark == "?", mark == "*"))
    return tuple(result)


# ---- the other columns -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fuse:
    """What the planner may do: ``pointwise`` chains, or an ``anchor`` that takes an epilogue."""

    kind: str
    epilogue: str = ""


def pointwise() -> Fuse:
    return Fuse("pointwise")


def anchor(epilogue: str) -> Fuse:
    return Fuse("anchor", epilogue)


@dataclass(frozen=True)
class Onnx:
    """The ONNX operator of the same meaning: name, versions whose meaning changed, attribute names there."""

    name: str
    since: tuple[int, ...]
    rename: dict[str, str] = field(default_factory=dict)
    note: str = ""


def onnx(
    name: str, since: tuple[int, ...] | int, rename: dict[str, str] | None = None, note: str = ""
) -> Onnx:
    return Onnx(name, (since,) if isinstance(since, int) else since, rename or {}, note)


@dataclass
class Op:
    """One checked row."""

    name: str
    id: int
    since: str
    family: str
    ins: tuple[Operand, ...]
    outs: tuple[Operand, ...]
    attrs: dict[str, Attr]
    types: dict[str, str]
    shape: str
    dtype: str
    fuse: Fuse | None
    cost: dict[str, str]
    alias: str | None
    deterministic: bool
    tol: dict[str, tuple[float, float]]
    onnx: Onnx | None
    source: str
    doc: str
    example: str
    flags: tuple[str, ...]
    aliases: tuple[str, ...]
    args: dict[str, str]
    raises: dict[str, str]
    prologue: str
    count: str

    def letter_types(self, letter: str) -> str:
        """Return the dtypes that a letter stands for."""
        return letter if letter in DTYPES else self.types[letter]

    @property
    def summary(self) -> str:
        return self.doc.strip().split("\n\n")[0].replace("\n", " ")

    @property
    def notes(self) -> str:
        return "\n\n".join(self.doc.strip().split("\n\n")[1:])

    @property
    def variadic(self) -> bool:
        return any(operand.variadic for operand in self.ins)

    @property
    def variadic_out(self) -> bool:
        return any(operand.variadic for operand in self.outs)

    @property
    def several(self) -> bool:
        """Whether calls answer with a tuple."""
        return len(self.outs) > 1 or self.variadic_out

    def dtype_rules(self) -> list[str]:
        """The dtype rule of each output; `same` without an index also stands for fixed dtypes."""
        rules = re.findall(r"\w+(?:\([^)]*\))?", self.dtype)
        return rules * len(self.outs) if len(rules) == 1 else rules


_rows: list[Op] = []
_family = ""

_FLAGS = (
    "POINTWISE",
    "VIEW",
    "REDUCTION",
    "INPLACE",
    "VARIADIC",
    "PROMOTE_FLOAT",
    "PROMOTE_SUM",
    "VARIADIC_OUT",
    "DATA_SHAPE",
)


def op(
    name: str,
    *,
    id: int,
    since: str,
    ins: str,
    outs: str,
    shape: str,
    dtype: str,
    cost: dict[str, str],
    source: str,
    doc: str,
    example: str,
    onnx: Onnx | None,
    attrs: dict[str, Attr] | None = None,
    types: dict[str, str] | None = None,
    fuse: Fuse | None = None,
    alias: str | None = None,
    deterministic: bool = True,
    tol: dict[str, tuple[float, float]] | None = None,
    flags: str = "",
    aliases: tuple[str, ...] = (),
    args: dict[str, str] | None = None,
    raises: dict[str, str] | None = None,
    prologue: str = "",
    count: str = "",
) -> None:
    """Declare an op.

    name, id        the id is frozen for ever; the order of rows is free
    ins, outs       operands, ``x:T[N,C,...]``; dimension letters may be used in `cost`. Inputs with the same
                    letter get the same dtype: Python promotes them together. One output with ``*``: as many
                    as `count` says
    attrs           attributes in the order of the C struct
    types           dtypes of each type letter
    shape, dtype    calls of the C rules lg_shape_*, lg_dtype_* (engine/op/infer.h); arguments are attributes.
                    Several outputs: one dtype rule for all, or one for each with spaces in between; ``same``
                    is the dtype of the first input with the output's letter, or the fixed dtype it has there
    fuse            what the planner may attach
    cost            ``flops``: expression over dimension letters, ``|x|`` (elements of x), ``spatial(x)`` (of
                    its axes behind the second), ``window(attr)`` (of a pool);
                    ``bytes``: ``io``, ``view``, or an expression over ``bytes(x)``
    alias           the input that the output may be a window on
    tol             (relative, absolute) per dtype; a dtype that is absent is exact
    onnx            the operator of the same meaning, None when there is none
    flags           further LG_OP_FLAG_* words; those that other columns imply are added
    aliases         other Python names for the same function
    args            descriptions of inputs and of outputs
    raises          what each exception means here (ShapeError, OutOfRangeError ...), for the docstring, where
                    that is not what emit_python.py says of the shape rule
    count           call of a C rule lg_count_*: how many outputs there are
    prologue        Cython statements before the attributes are read
    """
    row = Op(
        name=name,
        id=id,
        since=since,
        family=_family,
        ins=_operands(ins),
        outs=_operands(outs),
        attrs=attrs or {},
        types=types or {},
        shape=shape,
        dtype=dtype,
        fuse=fuse,
        cost=cost,
        alias=alias,
        deterministic=deterministic,
        tol=tol or {},
        onnx=onnx,
        source=source,
        doc=doc.strip(),
        example=example.strip("\n"),
        flags=(),
        aliases=aliases,
        args=args or {},
        raises=raises or {},
        prologue=prologue,
        count=count,
    )
    implied = [
        ("POINTWISE", fuse is not None and fuse.kind == "pointwise"),
        ("VIEW", alias is not None),
        ("VARIADIC", row.variadic),
        ("VARIADIC_OUT", row.variadic_out),
    ]
    given = flags.split()
    row.flags = tuple(f for f in _FLAGS if f in given or (f, True) in implied)
    _check(row, given)
    _rows.append(row)


def _check(row: Op, flags: list[str]) -> None:
    def need(condition: bool, text: str) -> None:
        if not condition:
            raise SchemaError(f"op {row.name}: {text}")

    need(re.fullmatch(r"[a-z][a-z0-9_]*", row.name) is not None, "the name must be lower_snake_case")
    need(0 < row.id < 65536, "the id must be positive and below 65536")
    need(all(f in _FLAGS for f in flags), f"unknown flag among {flags}")
    need(len(row.outs) >= 1, "no output")
    need(len(row.ins) <= RULE_INS, f"at most {RULE_INS} inputs, or one variadic input")
    need(not row.variadic or len(row.ins) == 1, "a variadic input stands alone")
    optional = [operand.optional for operand in row.ins]
    need(optional == sorted(optional), "optional inputs come last")
    need(not any(operand.optional for operand in row.outs), "every output is computed, none is optional")
    need(not row.variadic_out or len(row.outs) == 1, "a variadic output stands alone")
    need(row.variadic_out == bool(row.count), "a variadic output and a count need each other")
    need(not row.several or row.alias is None, "a view has one output")
    need(len(row.dtype_rules()) == len(row.outs), "one dtype rule, or one for each output")
    names = [operand.name for operand in row.ins + row.outs]
    need(len(set(names)) == len(names), "two operands have the same name")
    for operand in row.ins + row.outs:
        known = operand.letter in row.types or operand.letter in DTYPES[1:]
        need(known, f"type letter {operand.letter!r} of {operand.name} is not in types")
    for letter, dtypes in row.types.items():
        need(re.fullmatch("[A-Z]", letter) is not None, f"type letter {letter!r} is no capital letter")
        need(all(n in DTYPES[1:] for n in dtypes.split()), f"unknown dtype among {letter}={dtypes!r}")
    for dtype_name in row.tol:
        need(
            any(dtype_name in dtypes.split() for dtypes in row.types.values()),
            f"tol for {dtype_name}, not a type",
        )
    if row.alias is not None:
        need(row.alias in [operand.name for operand in row.ins], f"alias {row.alias!r} is no input")
    need(set(row.cost) == {"flops", "bytes"}, "cost needs flops and bytes")
    for rename in (row.onnx.rename if row.onnx else {}).values():
        need(
            rename in row.attrs or rename in [i.name for i in row.ins], f"onnx renames to unknown {rename!r}"
        )
    need(bool(row.doc and row.example and row.source), "doc, example and source must be written")
    need(set(row.args) <= set(names), "args describes an unknown operand")
    for name, attr in row.attrs.items():
        need(bool(attr.doc), f"attribute {name} needs a doc")
        choices_fit = (
            attr.kind != "ENUM" or attr.default is None or attr.required or attr.default in attr.choices
        )
        need(choices_fit, f"default of {name} is no choice")


def load(folder: Path) -> list[Op]:
    """Read all rows below `folder`, in the order of their ids."""
    global _family
    _rows.clear()
    for path in sorted(folder.glob("*.py")):
        _family = path.stem
        spec = importlib.util.spec_from_file_location(f"legato_schema_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    rows = sorted(_rows, key=lambda row: row.id)
    names: dict[str, str] = {}
    for row in rows:
        for name in (row.name, *row.aliases):
            if name in names:
                raise SchemaError(f"op {row.name}: the name {name} is also that of {names[name]}")
            names[name] = row.name
    for one, two in itertools.pairwise(rows):
        if one.id == two.id:
            raise SchemaError(f"ops {one.name} and {two.name} have the same id {one.id}")
    return rows
