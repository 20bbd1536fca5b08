# SPDX-License-Identifier: Apache-2.0
"""Reference pages and ops.json from op rows."""

from __future__ import annotations

import json

import emit_python
from dsl import DTYPES, Op
from kernels import SETS

NOTICE = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- generated from runtime/schema/ops by runtime/schema/generate.py; do not edit -->
"""

COST_WORDS = {"io": "inputs and outputs once", "view": "none as a view, else input and output"}


def _types(row: Op) -> str:
    return "; ".join(f"{letter}: {names}" for letter, names in row.types.items())


def _tolerance(row: Op) -> str:
    if not row.tol:
        return "exact"
    parts = [
        f"{name} {relative:g} relative, {absolute:g} absolute"
        for name, (relative, absolute) in row.tol.items()
    ]
    return "; ".join(parts) + ("; others exact" if _exact(row) else "")


def _exact(row: Op) -> bool:
    return any(name not in row.tol for names in row.types.values() for name in names.split())


def _onnx(row: Op) -> str:
    if row.onnx is None:
        return "none"
    text = f"{row.onnx.name} (versions {', '.join(map(str, row.onnx.since))})"
    if row.onnx.rename:
        text += "; " + ", ".join(f"{theirs} = {ours}" for theirs, ours in row.onnx.rename.items())
    return text + (f"; {row.onnx.note}" if row.onnx.note else "")


def _fuse(row: Op) -> str:
    if row.fuse is None:
        return "no"
    return "pointwise chains" if row.fuse.kind == "pointwise" else f"takes a {row.fuse.epilogue} epilogue"


def page(family: str, rows: list[Op]) -> str:
    lines = [NOTICE, f"# {family} ops", ""]
    if any("REDUCTION" in row.flags or (row.fuse and row.fuse.kind == "anchor") for row in rows):
        lines += ["The tolerance of a sum is relative to the sum of the magnitudes that it adds.", ""]
    for row in rows:
        lines += [
            f"## {row.name}",
            "",
            "```python",
            f"lg.{emit_python.signature(row, plain=True)}",
            "```",
            "",
        ]
        lines += [row.doc, ""]
        for name, kind, text in emit_python.parameters(row):
            lines.append(f"- **{name}** ({kind}): {text}")
        lines += ["", "```python", ">>> import legato as lg", *row.example.split("\n"), "```", ""]
        lines += ["| | |", "| --- | --- |"]
        facts = {
            "id": f"{row.id}, `LG_OP_{row.name.upper()}`, since {row.since}",
            "operands": " ".join(f"`{emit_python.operand_text(o)}`" for o in row.ins)
            + " gives "
            + " ".join(f"`{emit_python.operand_text(o)}`" for o in row.outs),
            "dtypes": _types(row),
            "tolerance": _tolerance(row),
            "arithmetic": row.cost["flops"].replace("|", "\\|") + " operations",
            "memory": COST_WORDS.get(row.cost["bytes"], row.cost["bytes"]),
            "fused": _fuse(row),
            "other names": ", ".join(row.aliases),
            "ONNX": _onnx(row),
            "source": row.source,
        }
        lines += [f"| {name} | {text.strip()} |" for name, text in facts.items() if text]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def index(rows: list[Op]) -> str:
    lines = [NOTICE, "# Ops", ""]
    lines.append(
        "Every op, declared once in `runtime/schema/ops`. Arguments behind the tensors are given by name."
    )
    lines += ["", "| op | family | |", "| --- | --- | --- |"]
    for row in sorted(rows, key=lambda r: r.name):
        lines.append(
            f"| [{row.name}]({row.family}.md#{row.name}) | {row.family} | {row.summary} |".replace("|x|", "x")
        )
    return "\n".join(lines) + "\n"


def kernels(rows: list[Op], table: dict[str, dict[str, set[str]]]) -> str:
    """The page of which op has a kernel for which dtype on which instruction set."""
    lines = [NOTICE, "# Kernels", ""]
    lines += [
        "One mark per kernel: `s` scalar, the reference on every machine; `2` AVX2; `5` AVX-512; `v` VNNI;",
        "`n` NEON. The highest that the processor has is used, or what `LG_CPU_MASK` allows. The dtype is",
        "that of the first input, of the output where there is none. f16 and bf16 compute in f32. Views copy",
        "only where a layout asks for it.",
    ]
    names = [name for name in DTYPES[1:] if any(name in row for row in table.values())]
    lines += ["", f"| op | {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]
    for row in sorted(rows, key=lambda r: r.name):
        have = table.get(row.name, {})
        cells = [
            "".join(m for m, isa in zip("s25vn", SETS, strict=True) if isa in have.get(n, ())) for n in names
        ]
        lines.append(f"| [{row.name}]({row.family}.md#{row.name}) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def as_json(rows: list[Op]) -> str:
    """All that the rows say, for tools."""
    ops = []
    for row in rows:
        attrs = {}
        for name, attr in row.attrs.items():
            attrs[name] = {"kind": attr.kind.lower(), "required": attr.required, "doc": attr.doc}
            if not attr.required:
                attrs[name]["default"] = attr.default
            if attr.choices:
                attrs[name]["choices"] = list(attr.choices)
        onnx = row.onnx
        ops.append(
            {
                "name": row.name,
                "id": row.id,
                "since": row.since,
                "family": row.family,
                "aliases": list(row.aliases),
                "ins": [emit_python.operand_text(operand) for operand in row.ins],
                "outs": [emit_python.operand_text(operand) for operand in row.outs],
                "types": {letter: names.split() for letter, names in row.types.items()},
                "attrs": attrs,
                "shape": row.shape,
                "dtype": row.dtype,
                "flags": list(row.flags),
                "fuse": None if row.fuse is None else {"kind": row.fuse.kind, "epilogue": row.fuse.epilogue},
                "cost": row.cost,
                "alias": row.alias,
                "deterministic": row.deterministic,
                "tol": {name: list(pair) for name, pair in row.tol.items()},
                "onnx": None
                if onnx is None
                else {"name": onnx.name, "since": list(onnx.since), "rename": onnx.rename, "note": onnx.note},
                "source": row.source,
                "doc": row.doc,
                "example": row.example,
            }
        )
    text = "generated from runtime/schema/ops by runtime/schema/generate.py; do not edit"
    return json.dumps({"comment": text, "ops": ops}, indent=1) + "\n"
