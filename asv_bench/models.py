# SPDX-License-Identifier: Apache-2.0
"""Latency of the real models beside ONNX Runtime, one thread each, interleaved; medians.

python asv_bench/models.py [--seconds=2] [--readme] [ID...]; --readme puts the numbers into the pages.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "docs/examples"), str(ROOT / "tests/models")]

import fetch  # noqa: E402
import inputs  # noqa: E402
import onnxruntime as ort  # noqa: E402
from pages import fill, machine, today  # noqa: E402

import legato as lg  # noqa: E402


def session(path: str) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def measure(name: str, seconds: float) -> tuple[float, float]:
    """Return the median seconds of a run: legato's, ONNX Runtime's."""
    path = str(fetch.path_of(name))
    given = inputs.make(name, inputs.SHAPES[name][0])
    fixed = {key: given[key] for key in inputs.FIXED.get(name, ())}
    free = {key: value for key, value in given.items() if key not in fixed}
    program = lg.from_onnx(path, values=fixed, shapes={key: value.shape for key, value in free.items()})
    run, arguments = lg.runner(program), list(free.values())
    theirs = session(path)
    sides = (lambda: run(*arguments), lambda: theirs.run(None, given))
    times: tuple[list[float], list[float]] = ([], [])
    for side in sides:
        side()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 5:
        for side, found in zip(sides, times, strict=True):
            start = time.perf_counter()
            side()
            found.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


SMALL = ("magika", "silero")  # where what is not arithmetic counts


HEAD = """\
`make bench-models` on {date}: {machine}; legato {legato}, ONNX Runtime {theirs}.
One thread each, in turn, medians; the inputs are those of `tests/models/inputs.py`.

| model | legato ms | ONNX Runtime ms | ratio | target | met |
| --- | --- | --- | --- | --- | --- |
"""


def main() -> int:
    words = sys.argv[1:]
    seconds = next((float(word.split("=")[1]) for word in words if word.startswith("--seconds=")), 2.0)
    chosen = [word for word in words if not word.startswith("--")] or list(inputs.SHAPES)
    page = HEAD.format(
        date=today(), machine=machine(), legato=f"{lg.__version__} ({lg.isa()})", theirs=ort.__version__
    )
    print(f"{'model':26}{'legato ms':>12}{'ONNX Runtime ms':>18}{'ratio':>8}   target")
    for name in chosen:
        try:
            mine, theirs = measure(name, seconds)
        except (fetch.Unavailable, lg.UnsupportedError) as error:
            print(f"{name:26}not measured: {str(error).splitlines()[0]}")
            continue
        ratio, most = mine / theirs, 1.0 if name.startswith(SMALL) else 1.5
        met = "yes" if ratio <= most else "no"
        print(
            f"{name:26}{mine * 1e3:12.3f}{theirs * 1e3:18.3f}{ratio:8.2f}   at most {most}: {met}", flush=True
        )
        page += f"| {name} | {mine * 1e3:.3g} | {theirs * 1e3:.3g} | {ratio:.2f} | <= {most} | {met} |\n"
    if "--readme" in words:
        fill("models", page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
