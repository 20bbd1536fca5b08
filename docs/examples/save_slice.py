# SPDX-License-Identifier: Apache-2.0
"""Save the smallest model that uses add, mul, tanh, matmul and reshape: python save_slice.py slice.legato."""

import sys

import numpy as np

import legato as lg

rng = np.random.default_rng(7)
w = lg.tensor(rng.standard_normal((12, 6), dtype=np.float32))
b = lg.tensor(rng.standard_normal(6, dtype=np.float32))


def net(x):
    return lg.tanh((x @ w + b) * b).reshape(-1)


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python save_slice.py FILE.legato", file=sys.stderr)
        return 2
    run = lg.runner(net, "f32[3,12]")
    lg.save(sys.argv[1], run)
    print(run.program)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
