# SPDX-License-Identifier: Apache-2.0
"""Calls in flight, deadlines and units from C: what `ratios.py` prints as its section "calls"."""

import subprocess
from pathlib import Path

from files import compile_program


def measure(folder: Path, rounds: int):
    """Yield (row, own, unit, target, ok, note) of every row."""
    lines = subprocess.check_output([compile_program(folder, "calls"), str(rounds)], text=True).splitlines()
    found = {name: float(value) for name, value in (line.split() for line in lines)}
    note = "neg f32[1], kernel and all"
    yield "a record of a run", found["record"], "ns", "", None, note
    note = f"{found['record_timed'] - found['record']:.1f} ns more: a look at the clock"
    yield "the same with a deadline", found["record_timed"], "ns", "", None, note
    more, clock = found["record_traced"] - found["record"], found["clock"]
    note = f"a look at the clock is {clock:.0f} ns; beside two, the walk and a line of 64 bytes"
    yield "traced, per op", more, "ns", "two looks", more <= 2 * clock, note
    more = found["record_hooked"] - found["record"]
    note = "a function that counts, before each; it runs beside the chain of results"
    yield "native hook, per op", more, "ns", "<= 3 ns", more <= 3, note
    more = found["record_silent"] - found["record"]
    note = "an executor that hooks nothing; 1 ns is noise"
    yield "hook slot that is empty, per op", more, "ns", "0 ns", more <= 1, note
    kept = found["record_kept"] - found["record"]
    note = "beside the plain loop: a look at the next record and at who waits"
    yield "unit kept from record to record, per op", kept, "ns", "", None, note
    taken = 2 * (found["record_taken"] - found["record_kept"])
    note = f"every second op; an atomic addition is {found['atomic']:.1f} ns here, and it takes two"
    yield "unit taken for a record and given back", taken, "ns", "", None, note
    note = "what a run of one record takes more, between two models, whichever it takes"
    yield "a choice over two signals", found["choice"], "ns", "<= 15 ns", found["choice"] <= 15, note
    yield "start on a worker, and wait", found["started"], "ns", "", None, "one record"
    note = f"an atomic addition is {found['atomic']:.1f} ns here"
    yield "unit taken and given, nobody waits", found["unit"], "ns", "<= 5 ns", found["unit"] <= 5, note
