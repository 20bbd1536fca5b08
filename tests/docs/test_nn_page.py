# SPDX-License-Identifier: Apache-2.0
"""docs/reference/nn.md lists every name of lg.nn as it is."""

import inspect

import legato as lg
from support import ROOT


def test_page_lists_every_module():
    page = (ROOT / "docs/reference/nn.md").read_text()
    rows = []
    for name in lg.nn.__all__:
        thing = getattr(lg.nn, name)
        rows.append(f"| `{name}{inspect.signature(thing)}` | {inspect.getdoc(thing).splitlines()[0]} |")
    missing = [row for row in rows if row not in page]
    assert not missing, "docs/reference/nn.md lacks these lines:\n" + "\n".join(missing)
    public = [name for name, _ in inspect.getmembers(lg.nn.Module, inspect.isfunction) if name[0] != "_"]
    missing = [name for name in public if f"`{name}" not in page]
    assert not missing, f"docs/reference/nn.md says nothing of Module.{', Module.'.join(missing)}"
