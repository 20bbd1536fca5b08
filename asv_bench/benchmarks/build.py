# SPDX-License-Identifier: Apache-2.0
"""What was built: sizes of the installed package, and seconds of a build from nothing."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import legato

PACKAGE = Path(legato.__file__).resolve().parent
LIBRARY = Path(legato.get_library_dir()) / "liblegato.so"


def section_bytes(path, name):
    """Size of a section of a 64-bit little-endian ELF file; no binutils needed."""
    data = path.read_bytes()

    def number(offset, size):
        return int.from_bytes(data[offset : offset + size], "little")

    assert data[:6] == b"\x7fELF\x02\x01", path
    table, entry_bytes, count, names_index = number(40, 8), number(58, 2), number(60, 2), number(62, 2)
    headers = [table + i * entry_bytes for i in range(count)]
    names = number(headers[names_index] + 24, 8)
    for header in headers:
        start = names + number(header, 4)
        if data[start : data.index(0, start)] == name.encode():
            return number(header + 32, 8)
    raise LookupError(f"{path} has no section {name}")


class Size:
    unit = "bytes"

    def track_text(self):
        return section_bytes(LIBRARY, ".text")

    def track_library(self):
        return LIBRARY.stat().st_size

    def track_modules(self):
        return sum(path.stat().st_size for path in PACKAGE.rglob("*.so") if path != LIBRARY)


class Build:
    """A wheel from a fresh clone of the commit."""

    unit = "seconds"
    timeout = 1200

    def track_wheel(self):
        root = Path(__file__).resolve().parents[2]
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "clone", "-q", str(root), f"{folder}/tree"], check=True)
            commit = os.environ.get("ASV_COMMIT", "HEAD")
            subprocess.run(["git", "-C", f"{folder}/tree", "checkout", "-q", commit], check=True)
            command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
            start = time.perf_counter()
            subprocess.run([*command, "-w", folder, f"{folder}/tree"], check=True)
            return time.perf_counter() - start
