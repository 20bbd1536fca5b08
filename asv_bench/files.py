# SPDX-License-Identifier: Apache-2.0
"""Files and calls from C: programs whose times `ratios.py` prints as its section "files"."""

import itertools
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

import legato as lg

ROOT = Path(__file__).resolve().parent.parent


def network(*sizes: int) -> lg.Runner:
    """Return an MLP for one input."""
    rng = np.random.default_rng(0)
    weights = [
        lg.tensor(rng.standard_normal((a, b), np.float32) / np.float32(a) ** 0.5)
        for a, b in itertools.pairwise(sizes)
    ]

    def net(x):
        for i, weight in enumerate(weights):
            x = lg.matmul(x, weight)
            x = lg.relu(x) if i + 1 < len(weights) else x
        return x

    return lg.runner(net, f"f32[1,{sizes[0]}]")


def table() -> lg.Runner:
    """Return 100 MB of which a run reads a row: what opening costs beside any work."""
    weight = lg.tensor(np.ones((25600, 1024), np.float32))
    return lg.runner(lambda i: lg.gather(weight, i, axis=0), "i64[1]")


def line(records: int, executor=None) -> lg.Runner:
    """Return a program of as many records, whatever they do."""

    def net(x):
        for _ in range(records):
            x = lg.tanh(x)
        return x

    return lg.runner(net, "f32[1]", passes=dict.fromkeys(lg.passes(), False), executor=executor)


def compile_program(folder: Path, name: str = "files") -> Path:
    """Build a C file of this folder against the package."""
    command = [sys.executable, "-m", "legato", "--cflags", "--libs", "--static"]
    flags = shlex.split(subprocess.check_output(command, text=True))
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{ROOT / 'runtime/engine'}",
                    ROOT / f"asv_bench/{name}.c", *flags, "-o", folder / name], check=True)  # fmt: skip
    return folder / name


def opened(program: Path, file: Path, rounds: int) -> tuple[float, float, float]:
    """Return median ms: process start to first result, opening to first result, a run after that."""
    lines = subprocess.check_output([program, "start", file, str(rounds)], text=True).splitlines()
    found = [line.split() for line in lines]
    return tuple(statistics.median(int(times[i]) for times in found) / 1e6 for i in range(3))


def call_ns(program: Path, file: Path, rounds: int) -> float:
    """Return the median ns of lg_call_run."""
    return float(subprocess.check_output([program, "call", file, str(rounds)]))


def record_ns(program: Path, file: Path, kinds: int, rounds: int) -> float:
    """Return the median ns of a record whose kernel does nothing, among so many different kernels."""
    count, spent = subprocess.check_output([program, file, str(kinds), str(rounds)], text=True).split()
    assert int(count) == 1000
    return float(spent)


def measure(folder: Path, rounds: int):
    """Yield (row, own, unit, most, note) of every row."""
    program = compile_program(folder)
    lg.save(folder / "one.legato", lg.runner(lg.relu, "f32[16]"))
    lg.save(folder / "mlp.legato", network(784, 256, 256, 10))
    lg.save(folder / "table.legato", table())
    lg.save(folder / "large.legato", network(2560, 2560, 2560, 2560, 2560), prepack=True)
    yield "lg_call_run, one relu  f32[16]", call_ns(program, folder / "one.legato", rounds), "ns", 60, ""
    lg.save(folder / "line.legato", line(1000))
    overhead = compile_program(folder, "overhead")
    for kinds, most, title in ((1, 2, "always the same"), (20, 7, "20 different ones")):
        spent = record_ns(overhead, folder / "line.legato", kinds, rounds)
        yield f"a record beside its kernel, {title}", spent, "ns", most, "1000 kernels that do nothing"
    whole, own, run = opened(program, folder / "mlp.legato", rounds)
    note = f"{own:.2f} ms from opening, {run * 1e3:.0f} us a run"
    yield "C process to first result, MLP 784-256-256-10", whole, "ms", 5, note
    for name, title in (("table", "a table"), ("large", "an MLP 4 x 2560x2560, weights twice")):
        _, own, run = opened(program, folder / f"{name}.legato", max(5, rounds // 4))
        megabytes = (folder / f"{name}.legato").stat().st_size / 1e6
        row = f"{megabytes:.0f} MB file, {title}: open to first result"
        yield row, own, "ms", 5 + run, f"less a run of {run:.2f} ms: {own - run:.2f} ms"
