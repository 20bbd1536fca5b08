# SPDX-License-Identifier: Apache-2.0
"""What kernels there are, read from kernels/cpu/kernels.inc by the C preprocessor."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "kernels/cpu"
SETS = ("SCALAR", "AVX2", "AVX512", "VNNI", "NEON")

_PROGRAM = """
#define LG_X86(...) ON_MACHINES
#define LG_ARM64(...) ON_MACHINES
#define LG_KERNEL(family, OP, DTYPES, ISA, symbol, flags) @ OP ISA symbol; LG_DTYPES_##DTYPES
#include "kernels.inc"
"""


def listed(*, portable: bool = False) -> list[tuple[str, str, str, list[str]]] | None:
    """Return op, instruction set, symbol and dtypes of each kernel; None where there is no C compiler.

    `portable`: only of those that stand outside LG_X86 and LG_ARM64.
    """
    program = _PROGRAM.replace("ON_MACHINES", "" if portable else "__VA_ARGS__")
    command = [*shlex.split(os.environ.get("CC", "cc")), "-E", "-P", "-x", "c", f"-I{FOLDER}", "-"]
    try:
        done = subprocess.run(command, input=program, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    rows = re.findall(r"@\s+(\w+)\s+(\w+)\s+(\w+)\s*;([^@]*)", done.stdout)
    return [
        (op.lower(), isa, symbol, [word.lower() for word in re.findall(r"LG_DTYPES_(\w+)", dtypes)])
        for op, isa, symbol, dtypes in rows
    ]


def table() -> dict[str, dict[str, set[str]]] | None:
    """Return the instruction sets by op and dtype, all in lower case; None where there is no C compiler."""
    rows = listed()
    if rows is None:
        return None
    found: dict[str, dict[str, set[str]]] = {}
    for op, isa, _, dtypes in rows:
        for dtype in dtypes:
            found.setdefault(op, {}).setdefault(dtype, set()).add(isa)
    return found
