# SPDX-License-Identifier: Apache-2.0
"""Measured numbers in the pages: they stand between marks, `<!-- name -->` and `<!-- /name -->`."""

import datetime
import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "docs/reference/performance.md"]


def fill(name: str, text: str) -> None:
    """Replace what stands between the marks in every page that has them."""
    filled = 0
    for page in PAGES:
        before, mark, rest = page.read_text().partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if mark and end:
            page.write_text("".join([before, mark, text, end, after]))
            filled += 1
    assert filled, f"no page has the marks of {name!r}"


def machine() -> str:
    """Return processor, cores and load."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores{load}"


def today() -> str:
    """Return the date as pages write it."""
    return datetime.date.today().isoformat()
