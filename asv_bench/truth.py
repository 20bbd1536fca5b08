# SPDX-License-Identifier: Apache-2.0
"""How true plans are: for which share of the time of the real models what was expected is within 20 %.

python asv_bench/truth.py [--runs=21] [ID...]; three columns: the kernels' own estimates, after
legato.calibrate(), after legato.calibrate(model). What counts is the median of each op in so many traces, on
one thread. For a machine that does nothing else.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
folder = tempfile.TemporaryDirectory()
os.environ["LG_PRICES"] = str(Path(folder.name, "prices.json"))  # nothing that was measured before

import records  # noqa: E402

import legato as lg  # noqa: E402
from legato.cli.profile import profile  # noqa: E402
from legato.core import prices  # noqa: E402
from legato.core.plan import set_prices  # noqa: E402


def main() -> int:
    runs = next((int(word.split("=")[1]) for word in sys.argv[1:] if word.startswith("--runs=")), 21)
    chosen = [word for word in sys.argv[1:] if not word.startswith("--")] or list(records.inputs.SHAPES)
    measured = lg.calibrate()
    general = prices.table(prices.known())
    print(f"{measured} ops measured by legato.calibrate()")
    print(f"{'model':26}{'ms':>10}{'estimates':>12}{'calibrated':>12}{'model too':>12}")
    sums = [0.0, 0.0, 0.0]
    count = 0
    for name in chosen:
        try:
            program, arguments = records.load(name)
        except (records.fetch.Unavailable, lg.UnsupportedError) as error:
            print(f"{name:26}not measured: {str(error).splitlines()[0]}")
            continue
        shares = []
        for step in range(3):
            set_prices({} if step == 0 else general)
            run = lg.runner(program)
            if step == 2:
                lg.calibrate(run, *arguments)
                run = lg.runner(program)
            run(*arguments)
            found = profile([run.trace(*arguments) for _ in range(runs)])
            shares.append(found["within_20_percent"])
        sums = [before + share for before, share in zip(sums, shares, strict=True)]
        count += 1
        cells = "".join(f"{share:12.1%}" for share in shares)
        print(f"{name:26}{found['us'] / 1e3:10.3f}{cells}", flush=True)
    if count:
        print(f"{'mean':36}" + "".join(f"{share / count:12.1%}" for share in sums))
    return 0


if __name__ == "__main__":
    sys.exit(main())
