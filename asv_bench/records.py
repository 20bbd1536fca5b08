# SPDX-License-Identifier: Apache-2.0
"""Where the time of a model goes: its records, the slowest first, and the sums by kernel.

python asv_bench/records.py [--rounds=20] [--top=30] ID; ID is a real model or one of benchmarks/networks.py.
"""

from __future__ import annotations

import collections
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "docs/examples"), str(ROOT / "tests/models")]

import fetch  # noqa: E402
import inputs  # noqa: E402
import numpy as np  # noqa: E402
from benchmarks import networks  # noqa: E402

import legato as lg  # noqa: E402


def load(name: str) -> tuple[Any, list[Any]]:
    """Return a program and its arguments."""
    if hasattr(networks, name):
        net, program = getattr(networks, name)()
        return program, list(net.arguments().values())
    given = inputs.make(name, inputs.SHAPES[name][0])
    fixed = {key: given[key] for key in inputs.FIXED.get(name, ())}
    free = {key: value for key, value in given.items() if key not in fixed}
    shapes = {key: value.shape for key, value in free.items()}
    return lg.from_onnx(str(fetch.path_of(name)), values=fixed, shapes=shapes), list(free.values())


def main() -> int:
    options = dict(word[2:].split("=") for word in sys.argv[1:] if word.startswith("--"))
    name = next(word for word in sys.argv[1:] if not word.startswith("--"))
    program, arguments = load(name)
    with tempfile.TemporaryDirectory() as folder:
        tool, file = Path(folder, "records"), Path(folder, "model.legato")
        subprocess.run(
            ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", f"-I{ROOT}/include", f"-I{ROOT}/runtime/engine",
             ROOT / "asv_bench/records.c", ROOT / "runtime/legato/lib/liblegato.a", "-lm", "-lpthread",
             "-ldl", "-o", tool], check=True)  # fmt: skip
        lg.save(file, lg.runner(program))
        paths = []
        for value in arguments:
            paths.append(Path(folder, f"{len(paths)}.bin"))
            paths[-1].write_bytes(np.ascontiguousarray(value).tobytes())
        command = [tool, file, options.get("rounds", "20"), *paths]
        lines = subprocess.check_output(command, text=True).splitlines()
    rows = [line.split("\t") for line in lines]
    total, by_kernel = 0, collections.Counter()
    for ns, _, kernel, _ in rows:
        total += int(ns)
        by_kernel[kernel] += int(ns)
    print(f"{name}: {len(rows)} records, {total / 1e3:.1f} us")
    for kernel, ns in by_kernel.most_common():
        print(f"{ns / 1e3:12.1f} us {ns / total:6.1%}  {kernel}")
    print("slowest: us, expected us, record")
    order = sorted(range(len(rows)), key=lambda i: -int(rows[i][0]))
    for i in order[: int(options.get("top", "30"))]:
        ns, expected, kernel, types = rows[i]
        print(f"{int(ns) / 1e3:10.1f} {int(expected) / 1e3:10.1f}  {i:4} {kernel}  {types}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
