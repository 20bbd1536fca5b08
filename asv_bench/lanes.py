# SPDX-License-Identifier: Apache-2.0
"""Lanes from C: what `ratios.py` prints as its section "lanes"."""

import subprocess
from pathlib import Path

from files import compile_program


def measure(folder: Path, rounds: int):
    """Yield (row, own, unit, target, ok, note) of every row; own is None where it could not be measured."""
    lines = subprocess.check_output([compile_program(folder, "lanes"), str(rounds)], text=True).splitlines()
    found = {name: float(value) for name, value in (line.split() for line in lines)}
    floor = found.get("floor")
    if floor is None:
        yield "lanes of two", None, "", "", None, "not measured: one core"
        return
    note = "two cache lines, there and back"
    yield "floor F of a hand-over", floor, "ns", "", None, note
    ratio = found.get("together_by_floor")
    note = f"{ratio:.2f} F" if ratio else "not measured: the two cores were never ours at once"
    ok = ratio <= 2.5 if ratio else None
    yield "fork-join of 2 that run at once", found.get("together"), "ns", "<= 2.5 F", ok, note
    yield "parallel-for of 2, nothing to do", found["alone"], "ns", "<= 100 ns", found["alone"] <= 100, ""
    for name, micros, least in (("half", 0.5, 1.3), ("one", 1, 1.5), ("two", 2, 1.75), ("five", 5, 1.9)):
        # What two cores can do at best where a message there and one back takes F.
        most = 2 * micros * 1e3 / (micros * 1e3 + floor)
        note = f"{found[name]:.2f}, at most {most:.2f} with this F"
        row = f"speed-up on 2 cores, {micros} us of work"
        yield row, found[name], "x", f">= {least}", found[name] >= least, note
    note = "fib(20) on one worker"
    yield "spawn and join of a task", found["task"], "ns", "<= 10 ns", found["task"] <= 10, note
    note = "of the process in half a second with two lanes open"
    yield "processor time while idle", found["idle"], "ms", "<= 0.5 ms", found["idle"] <= 0.5, note
