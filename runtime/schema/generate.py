# SPDX-License-Identifier: Apache-2.0
"""Write everything that follows from the op rows; ``--check`` only says what is out of date.

python runtime/schema/generate.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import dsl
import emit_c
import emit_docs
import emit_python
import kernels

SCHEMA = Path(__file__).resolve().parent
ROOT = SCHEMA.parent.parent
JSON = "docs/reference/ops.json"
ENGINE_PXD = "runtime/legato/core/engine.pxd"


def outputs(rows: list[dsl.Op]) -> dict[str, str]:
    """Return the text of every generated file by its path below the root."""
    files = {
        "include/legato/ops.gen.h": emit_c.header(rows),
        "runtime/engine/gen/ops.c": emit_c.source(rows),
        "runtime/legato/_ops.py": emit_python.reexports(rows),
        "runtime/legato/onnx/_table.py": emit_python.onnx_table(rows),
        "docs/reference/ops/index.md": emit_docs.index(rows),
        JSON: emit_docs.as_json(rows),
    }
    for family in sorted({row.family for row in rows}):
        members = [row for row in rows if row.family == family]
        files[f"runtime/legato/core/ops_{family}.pyx"] = emit_python.entries(family, members)
        files[f"runtime/legato/core/ops_{family}.pyi"] = emit_python.stubs(family, members)
        files[f"docs/reference/ops/{family}.md"] = emit_docs.page(family, members)
    table = kernels.table()
    if table is not None:  # without a C compiler the page stays as it is
        files["docs/reference/ops/kernels.md"] = emit_docs.kernels(rows, table)
    pxd = ROOT / ENGINE_PXD
    if pxd.exists():
        files[ENGINE_PXD] = engine_pxd(pxd.read_text(), rows)
    return files


def engine_pxd(text: str, rows: list[dsl.Op]) -> str:
    """Return engine.pxd with its block for ops.gen.h brought up to date; the rest is written by hand."""
    block = re.compile(r'^cdef extern from "legato/ops\.gen\.h" nogil:\n.*?(?=^\S|\Z)', re.S | re.M)
    fresh, count = block.subn(lambda _: emit_python.extern_block(rows) + "\n\n", text)
    if count != 1:
        raise dsl.SchemaError(f"{ENGINE_PXD} must have one block for legato/ops.gen.h, it has {count}")
    return fresh


def stale(rows: list[dsl.Op]) -> list[Path]:
    """Return generated files of families that are no more."""
    families = {row.family for row in rows}
    found = []
    for pattern, folder in (("ops_*.py[xi]", "runtime/legato/core"), ("*.md", "docs/reference/ops")):
        for path in (ROOT / folder).glob(pattern):
            if path.stem.removeprefix("ops_") not in families | {"index", "kernels"}:
                found.append(path)
    return sorted(found)


def check_frozen(rows: list[dsl.Op]) -> None:
    """Refuse an id that an earlier version of the rows gave to another op, or that is gone."""
    path = ROOT / JSON
    if not path.exists():
        return
    now = {row.id: row.name for row in rows}
    for old in json.loads(path.read_text())["ops"]:
        if now.get(old["id"]) != old["name"]:
            fresh = now.get(old["id"], "nothing")
            raise dsl.SchemaError(
                f"id {old['id']} was {old['name']}, now {fresh}: ids are frozen for ever"
                f" (of an op that was never published: restore {JSON} first)"
            )


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    check = bool(arguments)
    try:
        rows = dsl.load(SCHEMA / "ops")
        check_frozen(rows)
        files = outputs(rows)
    except dsl.SchemaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    changed = []
    for name, text in files.items():
        path = ROOT / name
        if not path.exists() or path.read_text() != text:
            changed.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    for path in stale(rows):
        changed.append(f"{path.relative_to(ROOT)} (to be deleted)")
        if not check:
            path.unlink()
    for name in changed:
        print(f"{'out of date' if check else 'wrote'}: {name}")
    if check and changed:
        print("run `make gen`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
