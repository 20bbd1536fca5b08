# SPDX-License-Identifier: Apache-2.0
"""A small model at a steady rate, from C: what `ratios.py` prints as its section "rate"."""

import subprocess
from pathlib import Path

from files import compile_program


def measure(folder: Path, seconds: int):
    """Yield (row, own, unit, target, ok, note) of every row; each of three loops takes as many seconds."""
    lines = subprocess.check_output([compile_program(folder, "rate"), str(seconds)], text=True).splitlines()
    found = {name: float(value) for name, value in (line.split() for line in lines)}
    note = f"of the process, in {seconds} s; the loop's own sleeps are in it"
    yield "processor time beyond the work", found["beyond"], "%", "<= 0.5 %", found["beyond"] <= 0.5, note
    ratio = found["p50"] / found["spinning_p50"]
    note = f"{ratio:.2f} of {found['spinning_p50']:.0f} us with workers that never sleep"
    yield "p50", found["p50"], "us", "<= 1.15 x spinning", ratio <= 1.15, note
    ratio = found["loaded_p999"] / found["loaded_p50"]
    note = f"{ratio:.2f} of its p50, {found['loaded_p50']:.0f} us; the other had {found['loads']:.0f} runs"
    row = "p99.9 beside a model of low priority on both cores"
    yield row, found["loaded_p999"], "us", "<= 1.3 x p50", ratio <= 1.3, note
