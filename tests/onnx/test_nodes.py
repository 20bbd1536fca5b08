# SPDX-License-Identifier: Apache-2.0
"""The standard's own test cases, one operator each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("onnx")
import cases

GAPS = Path(__file__).with_name("gaps.txt")
LEAST = 1054  # core cases that must pass; raise it, never lower it

how_many: Counter[str] = Counter()


def gaps() -> dict[str, str]:
    """Core cases that fail, with the reason. The list may only shrink."""
    lines = [line for line in GAPS.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", cases.core())
def test_case(name: str) -> None:
    if name not in gaps():
        how_many[cases.run(name)] += 1
        return
    try:
        cases.run(name)
    except Exception:
        return
    pytest.fail(f"{name} works now: take it out of {GAPS.name}")


def test_count(capsys: pytest.CaptureFixture[str]) -> None:
    core, failing = cases.core(), gaps()
    assert set(failing) <= set(core), "a name in the list is no core case"
    passing = len(core) - len(failing)
    with capsys.disabled():
        print(f"\nONNX node tests: {passing} of {len(core)} core cases ({dict(how_many)})")
    assert passing >= LEAST
