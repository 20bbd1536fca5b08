# SPDX-License-Identifier: Apache-2.0
"""Cython entries, stubs and the extern block from op rows."""

from __future__ import annotations

import textwrap

from dsl import DTYPES, FLOAT, NUMBER, Attr, Op, Operand
from emit_c import C_TYPE, constant, struct

NOTICE = "# generated from runtime/schema/ops/{}.py by runtime/schema/generate.py; do not edit"
WIDTH = 100

# kind -> (converter, words in docstrings, type in stubs)
KINDS = {
    "INT": ("attr_int", "int", "SupportsIndex"),
    "FLOAT": ("attr_float", "float", "SupportsFloat"),
    "BOOL": ("attr_bool", "bool", "bool"),
    "DTYPE": ("attr_dtype", "dtype", "Any"),
    "ENUM": ("attr_enum", "", "str"),
    "INTS": ("attr_ints", "int or tuple of int", "SupportsIndex | Sequence[SupportsIndex]"),
    "FLOATS": ("attr_floats", "float or tuple of float", "SupportsFloat | Sequence[SupportsFloat]"),
    "SCALAR": ("attr_scalar", "number", "SupportsFloat"),
}

# What a rule may complain about, for the Raises section: ShapeError, OutOfRangeError. Of a rule that serves
# one op say it in the row (`raises`).
SHAPE_RAISES = {
    "broadcast": ("The shapes do not broadcast.", ""),
    "reduce": ("", "An axis is out of range."),
    "reduce_nonempty": ("An axis that is reduced is empty.", "An axis is out of range."),
    "arg_reduce": ("The axis is empty.", "The axis is out of range."),
    "global_pool": ("The rank is below 3, or a spatial axis is empty.", ""),
    "softmax": ("", "The axis is out of range."),
    "layer_norm": (
        "`weight` or `bias` has not the shape of the normalised axes.",
        "The axis is out of range.",
    ),
    "matmul": ("The inner extents differ, the batches do not broadcast, or an operand has rank 0.", ""),
    "linear": ("An operand does not fit the weights.", ""),
    "chain": ("The shapes do not broadcast.", ""),
    "fused_matmul": ("The operands do not fit together.", ""),
    "fused_linear": ("The operands do not fit together.", ""),
    "fused_conv": ("The operands do not fit together, or the window is larger than the padded input.", ""),
    "conv": ("The operands do not fit together, or the window is larger than the padded input.", ""),
    "conv_transpose": ("The operands do not fit together, or an extent of the result is negative.", ""),
    "lp_pool": ("The rank is not 3 to 5, or the window is larger than the padded input.", ""),
    "global_lp_pool": ("The rank is below 3, or a spatial axis is empty.", ""),
    "pool_with_indices": ("The rank is not 3 to 5, or the window is larger than the padded input.", ""),
    "max_unpool": ("The operands or `output_size` do not fit together.", "An index lies outside."),
    "adaptive_pool": ("The rank is not 3 to 5, or a spatial axis is empty.", ""),
    "non_max_suppression": ("`boxes` and `scores` do not fit together.", ""),
    "resize": ("The sizes do not fit the axes.", "An axis is out of range or named twice."),
    "grid_sample": ("`x` and `grid` do not fit together, or a spatial axis of `x` is empty.", ""),
    "affine_grid": ("`theta` and `size` do not fit together.", ""),
    "roi_align": ("The operands do not fit together.", "An index names no image."),
    "crop_and_resize": ("The operands do not fit together.", "An index names no image."),
    "image_normalize": ("The rank is not 3 or 4, or `mean` or `std` do not fit the channels.", ""),
    "col2im": ("`x` has not the windows or window elements that the attributes make.", ""),
    "pool": ("The rank is not 3 to 5, or the window is larger than the padded input.", ""),
    "reshape": ("The element counts differ.", ""),
    "transpose": ("", "An axis is out of range."),
    "expand": ("An axis that is neither 1 nor equal would have to grow.", ""),
    "concat": ("The inputs differ beside the axis.", "The axis is out of range."),
    "slice": ("", "An axis is out of range."),
    "pad": ("", ""),
    "gather": ("The result would have more than 8 axes.", "The axis or an index is out of range."),
    "squeeze": ("An axis has another extent than 1.", "An axis is out of range."),
    "unsqueeze": ("The result would have more than 8 axes.", "An axis is out of range."),
    "flatten": ("", "An axis is out of range."),
    "full": ("An extent is negative, or there are more than 8.", ""),
    "arange": ("", ""),
    "identity": ("", ""),
    "bitcast": ("", ""),
    "flip": ("", "An axis is out of range."),
    "roll": ("", "An axis is out of range."),
    "matrix": ("The rank is below 2.", ""),
    "tile": ("", ""),
    "one_hot": ("The result would have more than 8 axes.", "The axis is out of range."),
    "depth_to_space": ("The rank is not 4, or the channels are no multiple of ``block ** 2``.", ""),
    "space_to_depth": ("The rank is not 4, or height or width is no multiple of `block`.", ""),
    "instance_norm": ("The rank is below 3, or `weight` or `bias` has not one element per channel.", ""),
    "group_norm": ("`num_groups` is no divisor, or `weight` or `bias` has not one element per channel.", ""),
    "lp_norm": ("", "The axis is out of range."),
    "lrn": ("The rank is below 2.", ""),
    "attention": ("The operands do not fit together.", ""),
    "eye": ("An extent is negative.", ""),
    "gather_elements": ("The shapes do not fit together.", "The axis or an index is out of range."),
    "quantize": ("`scale` or `zero_point` does not fit `x`.", "The axis is out of range."),
    "dft": ("The last axis is neither 1 nor 2.", "The axis is out of range."),
    "stft": ("The window does not fit the frames, or the signal is shorter than one.", ""),
    "vector": ("", ""),
    "mel": ("", ""),
    "dynamic_quantize": ("", ""),
    "qlinear_matmul": ("The operands, their scales or zero points do not fit together.", ""),
    "conv_integer": ("The operands do not fit together, or the window is larger than the padded input.", ""),
    "qlinear_conv": ("The operands do not fit together, or the window is larger than the padded input.", ""),
    "matmul_integer": ("The operands or their zero points do not fit together.", ""),
}


def result_class(row: Op) -> str:
    """The class of the named tuple that an op with several outputs answers with; "" for a plain tuple."""
    if row.variadic_out or not row.several:
        return ""
    return "".join(word.capitalize() for word in row.name.split("_")) + "Result"


def operand_text(operand: Operand) -> str:
    mark = "?" if operand.optional else "*" if operand.variadic else ""
    return f"{operand.name}:{operand.letter}[{','.join(operand.dims)}]{mark}"


# ---- signatures --------------------------------------------------------------------------------------


def _arguments(row: Op, typed: bool) -> list[str]:
    """The arguments of the entry; with `typed` as Cython wants them."""
    prefix = "object " if typed else ""
    words = [f"{prefix}{o.name}" + ("=None" if o.optional else "") for o in row.ins]

    def attribute(name: str, attr: Attr) -> str:
        return f"{prefix}{name}" + ("" if attr.required else f"={attr.default!r}")

    words += [attribute(name, attr) for name, attr in row.attrs.items() if attr.positional]
    words.append("*")
    words += [attribute(name, attr) for name, attr in row.attrs.items() if not attr.positional]
    return [*words, f"{prefix}out=None"]


def signature(row: Op, plain: bool = False, name: str = "") -> str:
    return f"{name or row.name}({', '.join(_arguments(row, not plain))})"


def _shape_words(operand: Operand) -> str:
    if operand.dims in ((), ("...",)):
        return ""
    return f", shape ({', '.join(operand.dims)}{',' if len(operand.dims) == 1 else ''})"


def _input_text(row: Op, operand: Operand) -> str:
    text = row.args.get(operand.name, "Operand.")
    if not text.endswith("."):
        text += "."
    names = row.letter_types(operand.letter)
    known = {NUMBER: "any number dtype", FLOAT: "f32, f64, f16 or bf16", f"{NUMBER} bool": "any dtype"}
    words = known.get(
        names, " or ".join([", ".join(names.split()[:-1]), names.split()[-1]]).removeprefix(" or ")
    )
    if "PROMOTE_FLOAT" in row.flags:
        words += "; integers and bools become f32 first"
    return f"{text} {words.replace('any', 'Any', 1)}{_shape_words(operand)}."


def parameters(row: Op) -> list[tuple[str, str, str]]:
    """(name, type, description) of every argument but `out`."""
    result = []
    for operand in row.ins:
        kind = "sequence of tensors" if operand.variadic else "Tensor"
        result.append(
            (operand.name, kind + (", optional" if operand.optional else ""), _input_text(row, operand))
        )
    ordered = sorted(row.attrs.items(), key=lambda item: not item[1].positional)
    for name, attr in ordered:
        kind = KINDS[attr.kind][1]
        if attr.kind == "ENUM":
            words = [repr(c) for c in attr.choices if not (c == "none" and attr.default is None)]
            kind = "{" + ", ".join([*words, *(["None"] if attr.default is None else [])]) + "}"
        if not attr.required:
            kind += f", default {attr.default!r}"
        result.append((name, kind, attr.doc))
    return result


def _wrap(text: str, indent: str) -> list[str]:
    lines = []
    for paragraph in text.split("\n\n"):
        lines += textwrap.wrap(
            " ".join(paragraph.split()),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines.append("")
    return lines[:-1]


def _section(title: str) -> list[str]:
    return ["", f"    {title}", f"    {'-' * len(title)}"]


def docstring(row: Op) -> list[str]:
    """The lines of the docstring, quotes included."""
    lines = _wrap(f'"""{row.summary}', "    ")
    lines += _section("Parameters")
    for name, kind, text in parameters(row):
        lines += [f"    {name} : {kind}", *_wrap(text, "        ")]
    if row.several:
        lines.append("    out : sequence of Tensor or None, optional")
        lines.append(
            "        Where to write the results, in their order; None where a new one is to be made."
        )
    else:
        lines += [
            "    out : Tensor, optional",
            "        Where to write the result; dtype and shape must fit.",
        ]
    lines += _section("Returns")
    for index, operand in enumerate(row.outs):
        head = f"{operand.name} : Tensor" if row.several else "Tensor"
        lines += ["    tuple of Tensor" if row.variadic_out else f"    {head}"]
        lines += _wrap(_result_text(row, index), "        ")
    shape, axis = SHAPE_RAISES.get(row.shape.partition("(")[0], ("", ""))
    raises = {
        "ShapeError": shape,
        "DTypeError": "An operand has a dtype that the op does not take." if row.ins else "",
        "OutOfRangeError": axis,
        "ArgumentError": "An attribute has a value that it cannot have." if row.attrs else "",
    } | row.raises
    if any(raises.values()):
        lines += _section("Raises")
        for name, text in raises.items():
            if text:
                lines += [f"    {name}", *_wrap(text, "        ")]
    lines += _section("Notes")
    lines += _wrap("\n\n".join(filter(None, [row.notes, f"Source: {row.source}."])), "    ")
    lines += _section("Examples")
    lines += ["    >>> import legato as lg", *[f"    {line}" for line in row.example.split("\n")]]
    return [*lines, '    """']


def _result_text(row: Op, index: int) -> str:
    operand = row.outs[index]
    text = row.args.get(operand.name, "")
    text += " " if text.endswith(".") else ". " if text else ""
    shape = _shape_words(operand)
    dtype = row.dtype_rules()[index].partition("(")[0]
    if dtype in ("bool", "i64") or (dtype == "same" and operand.letter in DTYPES):
        return f"{text}Of dtype {operand.letter if dtype == 'same' else dtype}{shape}."
    if dtype == "same":
        source = next((o.name for o in row.ins if o.letter == operand.letter), "")
        return f"{text}Of the dtype of `{source}`{shape}."
    if dtype == "div":
        return "Of the dtype of the operands; f32 where integers are divided without `rounding_mode`."
    return f"{text}Of the dtype that is asked for{shape if row.several else ''}."


# ---- long lines ----------------------------------------------------------------------------------------


def _folded(line: str) -> list[str]:
    """A line of code as several: conditions by `and`, all else behind its first bracket."""
    indent = line[: len(line) - len(line.lstrip())]
    inner = f"{indent}    "
    if line.lstrip().startswith("if "):
        terms = line.strip().removeprefix("if ").removesuffix(":").split(" and ")
        return [
            f"{indent}if (",
            f"{inner}{terms[0]}",
            *[f"{inner}and {term}" for term in terms[1:]],
            f"{indent}):",
        ]
    head, bracket, rest = line.partition("(")
    # Blanks inside inner brackets do not break: they stand as another character while the rest is wrapped.
    depth, marked = 0, ""
    for char in rest[:-1]:
        depth += (char in "([{") - (char in ")]}")
        marked += "\0" if char == " " and depth else char
    body = textwrap.wrap(marked, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    body = [part.replace("\0", " ") for part in body]
    return [f"{head}{bracket}", *[f"{inner}{part}" for part in body], f"{indent}{rest[-1]}"]


def _within_width(lines: list[str]) -> list[str]:
    """The lines of a module, those beyond the width of the house folded."""
    result, quoted = [], False
    for line in lines:
        was_quoted = quoted
        quoted ^= line.count('"""') % 2 == 1
        if len(line) <= 110 or line.lstrip().startswith(">>>"):
            result.append(line)
        elif was_quoted:
            indent = line[: len(line) - len(line.lstrip())]
            result += textwrap.wrap(
                line.strip(),
                WIDTH,
                initial_indent=indent,
                subsequent_indent=f"{indent}    ",
                break_on_hyphens=False,
            )
        else:
            result += _folded(line)
    return result


# ---- runtime/legato/core/ops_<family>.pyx ------------------------------------------------------------


def _def_lines(row: Op) -> list[str]:
    head = f"def {signature(row)}:"
    if len(head) <= WIDTH:
        return [head]
    lines = [f"def {row.name}("]
    return [*lines, *[f"    {word}," for word in _arguments(row, True)], "):"]


def _fill(row: Op, name: str, attr: Attr) -> str:
    converter = KINDS[attr.kind][0]
    choices = f"{row.name.upper()}_{name.upper()}, " if attr.kind == "ENUM" else ""
    return f'{converter}(&attrs.{name}, {name}, {choices}"{row.name}", "{name}")'


def _callee(row: Op) -> str:
    """The function of core/dispatch that takes the call."""
    if row.several:
        return "call_several"
    return "calln" if row.variadic or len(row.ins) > 3 else f"call{len(row.ins)}"


def _call(row: Op, attrs: str) -> str:
    names = [operand.name for operand in row.ins]
    if not row.variadic and _callee(row) in ("calln", "call_several"):
        names = [f"[{', '.join(names)}]"]
    result = [result_class(row) or "None"] if row.several else []
    return f"return {_callee(row)}({', '.join([constant(row), *names, attrs, 'out', *result])})"


def _entry(row: Op) -> list[str]:
    lines = [*_def_lines(row), *docstring(row)]
    if not row.attrs:
        return [*lines, f"    {_call(row, 'NULL')}"]
    lines.append(f"    cdef {struct(row)} attrs")
    lines += [f"    {line}" for line in row.prologue.split("\n") if line]
    if not any(attr.required for attr in row.attrs.values()):
        # Identity: small ints, None, bools and the constants of this module are single objects.
        tests = " and ".join(f"{name} is {attr.default!r}" for name, attr in row.attrs.items())
        lines += [f"    if {tests}:", f"        {_call(row, 'NULL')}"]
    lines += [f"    {_fill(row, name, attr)}" for name, attr in row.attrs.items()]
    return [*lines, f"    {_call(row, '&attrs')}"]


def entries(family: str, rows: list[Op]) -> str:
    calls = {_callee(row) for row in rows}
    converters = {KINDS[attr.kind][0] for row in rows for attr in row.attrs.values()}
    names = sorted({constant(row) for row in rows}) + sorted({struct(row) for row in rows if row.attrs})
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        NOTICE.format(family),
        f'"""Typed entries of the {family} ops."""',
        "",
        *_cimport("legato.core.dispatch", sorted(converters | calls)),
        *_cimport("legato.core.engine", names),
    ]
    enums = [
        f"cdef tuple {row.name.upper()}_{name.upper()} = {attr.choices!r}"
        for row in rows
        for name, attr in row.attrs.items()
        if attr.kind == "ENUM"
    ]
    lines += ["", *enums] if enums else []
    results = [
        f"{name} = namedtuple({name!r}, {tuple(operand.name for operand in row.outs)!r}, module=__name__)"
        for row in rows
        if (name := result_class(row))
    ]
    if results:
        at = lines.index(NOTICE.format(family)) + 3
        lines[at:at] = ["from collections import namedtuple", ""]
        lines += ["", *results]
    for row in rows:
        lines += ["", "", *_entry(row)]
        lines += ["", "", *[f"{alias} = {row.name}" for alias in row.aliases]] if row.aliases else []
    return "\n".join(_within_width(lines)) + "\n"


def _cimport(module: str, names: list[str]) -> list[str]:
    line = f"from {module} cimport {', '.join(names)}"
    if len(line) <= WIDTH:
        return [line]
    return [f"from {module} cimport (", *[f"    {name}," for name in names], ")"]


def extern_block(rows: list[Op]) -> str:
    """The block of engine.pxd for ops.gen.h."""
    lines = [
        'cdef extern from "legato/ops.gen.h" nogil:',
        "    # written by runtime/schema/generate.py",
        "    enum:",
    ]
    lines += [f"        {constant(row)}" for row in rows] + ["        LG_OP_COUNT"]
    for row in rows:
        if row.attrs:
            lines += ["", f"    ctypedef struct {struct(row)}:"]
            lines += [f"        {C_TYPE[attr.kind]} {name}" for name, attr in row.attrs.items()]
    return "\n".join(lines) + "\n"


# ---- stubs and re-exports ----------------------------------------------------------------------------


def _stub_arguments(row: Op) -> list[str]:
    words = []
    for operand in row.ins:
        kind = "Sequence[TensorLike]" if operand.variadic else "TensorLike"
        words.append(
            f"{operand.name}: {kind} | None = None" if operand.optional else f"{operand.name}: {kind}"
        )

    def attribute(name: str, attr: Attr) -> str:
        kind = KINDS[attr.kind][2]
        if attr.default is None and kind != "Any":
            kind += " | None"
        return f"{name}: {kind}" + (
            "" if attr.required else f" = {attr.default!r}".replace("'", '"').replace("e+", "e")
        )

    words += [attribute(name, attr) for name, attr in row.attrs.items() if attr.positional]
    words.append("*")
    words += [attribute(name, attr) for name, attr in row.attrs.items() if not attr.positional]
    several = "Sequence[Tensor | None] | None = None"
    return [*words, f"out: {several if row.several else 'Tensor | None = None'}"]


def stubs(family: str, rows: list[Op]) -> str:
    words = [word for row in rows for word in _stub_arguments(row)]
    typing = [t for t in ("Any", "SupportsFloat", "SupportsIndex") if any(t in word for word in words)]
    typing += ["NamedTuple"] if any(result_class(row) for row in rows) else []
    lines = ["# SPDX-License-Identifier: Apache-2.0", NOTICE.format(family)]
    if any("Sequence[" in word for word in words):
        lines.append("from collections.abc import Sequence")
    if typing:
        lines.append(f"from typing import {', '.join(sorted(typing))}")
    names = ["Tensor", *(["TensorLike"] if any("TensorLike" in word for word in words) else [])]
    lines += [""] if len(lines) > 2 else []
    lines += [f"from legato.core.tensor import {', '.join(names)}", ""]
    for row in rows:
        result = result_class(row) or ("tuple[Tensor, ...]" if row.several else "Tensor")
        if result_class(row):
            lines += [""] if lines[-1] else []
            fields = [f"    {o.name}: Tensor" for o in row.outs]
            fields = [  # methods of every tuple
                f"{field}  # type: ignore[assignment]" if o.name in ("count", "index") else field
                for o, field in zip(row.outs, fields, strict=True)
            ]
            lines += [f"class {result}(NamedTuple):", *fields, ""]
        head = f"def {row.name}({', '.join(_stub_arguments(row))}) -> {result}: ..."
        if len(head) <= 110:
            lines.append(head)
        else:
            inner = f"    {', '.join(_stub_arguments(row))}"
            body = [inner] if len(inner) <= 110 else [f"    {word}," for word in _stub_arguments(row)]
            lines += [f"def {row.name}(", *body, f") -> {result}: ..."]
        lines += ["", *[f"{alias} = {row.name}" for alias in row.aliases], ""] if row.aliases else []
    return "\n".join(lines).rstrip() + "\n"


def reexports(rows: list[Op]) -> str:
    """The module that names all ops, for `from legato._ops import *`."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        "# generated from runtime/schema/ops by runtime/schema/generate.py; do not edit",
        '"""All ops under one roof."""',
        "",
    ]
    everything = []
    for family in sorted({row.family for row in rows}):
        names = sorted(name for row in rows if row.family == family for name in (row.name, *row.aliases))
        everything += names
        line = f"from legato.core.ops_{family} import {', '.join(names)}"
        if len(line) <= 110:
            lines.append(line)
        else:
            lines += [f"from legato.core.ops_{family} import (", *[f"    {name}," for name in names], ")"]
    lines += ["", "__all__ = [", *[f'    "{name}",' for name in sorted(everything)], "]"]
    return "\n".join(lines) + "\n"


def onnx_table(rows: list[Op]) -> str:
    """What the ONNX importer knows of the rows: dtypes of each op, and operators of the same meaning."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        "# generated from runtime/schema/ops by runtime/schema/generate.py; do not edit",
        '"""The op rows as the importer needs them."""',
        "",
        "# fmt: off",
        "# Name of an op: its operands as name:letter, ? for optional and * for several; dtypes of letters;",
        "# attributes in order.",
        "OPS: dict[str, tuple[str, str, dict[str, str], tuple[str, ...]]] = {",
    ]
    for row in sorted(rows, key=lambda row: row.name):
        ins, outs = (
            " ".join(
                f"{operand.name}:{operand.letter}{'?' * operand.optional}{'*' * operand.variadic}"
                for operand in operands
            )
            for operands in (row.ins, row.outs)
        )
        types = ", ".join(f'"{letter}": "{names}"' for letter, names in row.types.items())
        names = "".join(f'"{name}", ' for name in row.attrs)
        lines.append(f'    "{row.name}": ("{ins}", "{outs}", {{{types}}}, ({names.rstrip()})),')
    lines += [
        "}",
        "# Name of an operator, ours: first version; attributes (and inputs that are those here), as theirs:",
        "# (ours, kind); inputs of other names; whether it is one to one: if not, a handler makes it so.",
        "OPERATORS: dict[tuple[str, str], tuple[int, dict[str, tuple[str, str]], dict[str, str], bool]] = {",
    ]
    for row in sorted(rows, key=lambda row: (row.onnx.name if row.onnx else "", row.name)):
        if row.onnx is None:
            continue
        theirs = {ours: theirs for theirs, ours in row.onnx.rename.items()}
        attrs = ", ".join(
            f'"{theirs.get(name, name)}": ("{name}", "{attr.kind}")' for name, attr in row.attrs.items()
        )
        names = {operand.name for operand in row.ins}
        inputs = ", ".join(f'"{a}": "{b}"' for a, b in row.onnx.rename.items() if b in names)
        key = f'("{row.onnx.name}", "{row.name}")'
        lines.append(f"    {key}: ({row.onnx.since[0]}, {{{attrs}}}, {{{inputs}}}, {not row.onnx.note}),")
    return "\n".join([*lines, "}", "# fmt: on"]) + "\n"
