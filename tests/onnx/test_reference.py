# SPDX-License-Identifier: Apache-2.0
"""docs/reference/onnx.md says how each operator of the standard is imported. As a script: rewrites it."""

from __future__ import annotations

from collections import defaultdict

import pytest

import support

onnx = pytest.importorskip("onnx")
from onnx import defs  # noqa: E402

PAGE = support.ROOT / "docs/reference/onnx.md"
HEAD = """\
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- written by tests/onnx/test_reference.py; python tests/onnx/test_reference.py rewrites it -->

# ONNX operators

Opsets 7 to 27 of the standard domain. How an operator is imported: *row*, it is an op of legato one to
one; *handler*, a function of `runtime/legato/onnx` maps it to ops; *definition*, by the standard's own
definition in terms of other operators; *no*, a model with it is refused.

| operator | versions | imported |
| --- | --- | --- |
"""


def page() -> str:
    import legato.onnx.load  # noqa: F401
    from legato.onnx.model import NEWEST, OLDEST
    from legato.onnx.node import HANDLERS, find

    versions: dict[str, set[int]] = defaultdict(set)
    for opset in range(OLDEST, NEWEST + 1):
        for found in {s.name for s in defs.get_all_schemas_with_history() if not s.domain}:
            try:
                schema = defs.get_schema(found, opset)
            except Exception:
                continue
            if not schema.deprecated:
                versions[found].add(schema.since_version)
    lines = []
    for name in sorted(versions):
        ways: dict[str, list[int]] = defaultdict(list)
        for version in sorted(versions[name]):
            entry, schema = find("", name, version), defs.get_schema(name, version)
            if entry is not None:
                direct = entry.handler.__qualname__.startswith("_direct.")
                ways["row" if direct else "handler"].append(version)
            elif schema.has_function or schema.has_context_dependent_function:
                ways["definition"].append(version)
            else:
                ways["no"].append(version)
        for way, which in ways.items():
            lines.append(f"| {name} | {', '.join(map(str, which))} | {way} |")
    others = sorted(name for domain, name in HANDLERS if domain == "com.microsoft")
    tail = f"\nOf the domain `com.microsoft`: {', '.join(others)}.\n"
    return HEAD + "\n".join(lines) + "\n" + tail


def test_page() -> None:
    assert PAGE.read_text() == page(), f"python {__file__} rewrites it"


if __name__ == "__main__":
    PAGE.write_text(page())
